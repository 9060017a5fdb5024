package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/purchasing"
)

const supplierColumns = `SELECT s.id, s.name, COALESCE(s.contact_id, 0), s.currency, COALESCE(s.lead_days, -1), s.minimum, s.note, s.active, s.seq,
	(SELECT count(*) FROM supplier_item i WHERE i.supplier_id = s.id), (SELECT count(*) FROM purchase_order o WHERE o.supplier_id = s.id AND o.state = 'ordered'
		AND EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_id = o.id AND l.received < l.quantity)) FROM supplier s `

func scanSupplier(rows *sql.Rows, s *purchasing.Supplier) error {
	return rows.Scan(&s.ID, &s.Name, &s.Contact.ID, &s.Currency, &s.LeadDays, amount{&s.Minimum}, &s.Note, &s.Active, &s.Version, &s.Items, &s.Open)
}

func suppliers(q querier, condition string, args ...any) ([]purchasing.Supplier, error) {
	rows, err := q.Query(supplierColumns+condition, args...)
	all, err := collect(rows, err, scanSupplier)
	for i := range all {
		if err == nil && all[i].Contact.ID != 0 {
			all[i].Contact, err = contactNow(q, all[i].Contact.ID)
		}
	}
	return all, err
}

// contactNow reads a contact as it is.
func contactNow(q querier, id int64) (customer.Contact, error) {
	version, err := q.Number(`SELECT version FROM contact WHERE id = ?`, id)
	if err != nil {
		return customer.Contact{}, err
	}
	return contactVersion(q, id, version)
}

// Suppliers lists whom we buy from, by name.
func (s *Store) Suppliers(ctx context.Context) ([]purchasing.Supplier, error) {
	all, err := suppliers(s.reading(ctx), `ORDER BY NOT s.active, s.name`)
	return all, classify("reading suppliers", err)
}

// Supplier reads one.
func (s *Store) Supplier(ctx context.Context, id int64) (purchasing.Supplier, error) {
	found, err := supplierOf(s.reading(ctx), id)
	return found, classify("reading the supplier", err)
}

func supplierOf(q querier, id int64) (purchasing.Supplier, error) {
	found, err := one(suppliers(q, `WHERE s.id = ?`, id))
	if err == nil && found == nil {
		return purchasing.Supplier{}, fault.New(fault.NotFound, fmt.Sprintf("There is no supplier %d.", id), "Look at the list of suppliers.")
	}
	if err != nil {
		return purchasing.Supplier{}, err
	}
	return *found, nil
}

// SaveSupplier makes a supplier, or changes the one with that id over the version that the person saw (-1: any).
func (s *Store) SaveSupplier(ctx context.Context, saved purchasing.Supplier, version int64) (purchasing.Supplier, error) {
	saved.Name = strings.TrimSpace(saved.Name)
	if err := saved.Check(); err != nil {
		return saved, err
	}
	err := s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		was := purchasing.Supplier{}
		if saved.ID != 0 {
			if was, err = supplierOf(tx, saved.ID); err != nil {
				return err
			}
			if err := expect(was.Version, version); err != nil {
				return err
			}
		}
		next := saved
		if err := tx.putSupplier(was, &next); err != nil {
			return err
		}
		saved, err = supplierOf(tx, next.ID)
		return err
	})
	return saved, classify("saving the supplier", err)
}

func (tx *Tx) putSupplier(was purchasing.Supplier, next *purchasing.Supplier) error {
	tx.touch(Purchases)
	taken, err := tx.Number(`SELECT id FROM supplier WHERE name = ? AND id <> ?`, next.Name, next.ID)
	if err != nil {
		return err
	}
	if taken != 0 {
		return fault.New(fault.Conflict, "There is a supplier called "+next.Name+" already.", "Give it another name.").InField("name")
	}
	if err := tx.putContact(was.Contact, &next.Contact); err != nil {
		return err
	}
	if next.ID == 0 {
		next.ID, err = tx.Insert(`INSERT INTO supplier (name, contact_id, currency, lead_days, minimum, note, active, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			next.Name, idArg(next.Contact.ID), string(next.Currency), leadArg(next.LeadDays), amountArg(next.Minimum), next.Note, next.Active, int64(tx.now), tx.seq)
		return firstError(err, tx.noteSupplier("New supplier: "+next.Name, next.ID, journal.Created, nil))
	}
	err = tx.Exec(`UPDATE supplier SET name = ?, contact_id = ?, currency = ?, lead_days = ?, minimum = ?, note = ?, active = ?, seq = ? WHERE id = ?`,
		next.Name, idArg(next.Contact.ID), string(next.Currency), leadArg(next.LeadDays), amountArg(next.Minimum), next.Note, next.Active, tx.seq, next.ID)
	return firstError(err, tx.noteSupplier("Changed supplier: "+next.Name, next.ID, journal.Changed, supplierChanges(was, *next)))
}

// noteSupplier writes who changed what of a supplier into the journal, as a run. A contact's values stay out of it.
func (tx *Tx) noteSupplier(title string, id int64, action journal.Action, fields []commerce.FieldChange) error {
	run, err := tx.personsRun(journal.RunBuy, title)
	if err != nil {
		return err
	}
	if fields == nil {
		fields = []commerce.FieldChange{}
	}
	return tx.InsertChange(journal.Change{RecordKind: "supplier", RecordID: id, Action: action, RunID: run, Fields: fields})
}

func supplierChanges(was, next purchasing.Supplier) []commerce.FieldChange {
	lead := func(s purchasing.Supplier) string {
		if s.LeadDays < 0 {
			return ""
		}
		return idText(int64(s.LeadDays))
	}
	return differing([]commerce.FieldChange{{Field: "name", Before: was.Name, After: next.Name}, {Field: "currency", Before: string(was.Currency), After: string(next.Currency)},
		{Field: "lead_days", Before: lead(was), After: lead(next)},
		{Field: "minimum", Before: was.Minimum.Decimal(was.Currency.Exponent()), After: next.Minimum.Decimal(next.Currency.Exponent())}})
}

// putContact writes whom to write to: nobody, somebody, or the next version of somebody.
func (tx *Tx) putContact(was customer.Contact, next *customer.Contact) error {
	switch {
	case was.ID == 0 && next.Empty():
		return nil
	case was.ID == 0:
		return tx.insertContact(next, false)
	case was.Same(*next):
		next.ID, next.Version = was.ID, was.Version
		return nil
	}
	return tx.reviseContact(was, next)
}

func leadArg(days int) any {
	if days < 0 {
		return nil
	}
	return days
}

const itemColumns = `SELECT i.id, i.supplier_id, s.name, s.currency, i.variant_id, v.sku, v.title, i.code, i.pack, i.price, i.least_packs, i.preferred, i.seq
	FROM supplier_item i JOIN supplier s ON s.id = i.supplier_id JOIN variant v ON v.id = i.variant_id `

func supplierItems(q querier, condition string, args ...any) ([]purchasing.Item, error) {
	rows, err := q.Query(itemColumns+condition, args...)
	return collect(rows, err, func(rows *sql.Rows, i *purchasing.Item) error {
		return rows.Scan(&i.ID, &i.SupplierID, &i.Supplier, &i.Currency, &i.VariantID, &i.SKU, &i.Title, &i.Code, &i.Pack, &i.Price, &i.LeastPacks, &i.Preferred, &i.Version)
	})
}

// SupplierItems lists what a supplier sells us, by SKU.
func (s *Store) SupplierItems(ctx context.Context, supplierID int64) ([]purchasing.Item, error) {
	all, err := supplierItems(s.reading(ctx), `WHERE i.supplier_id = ? ORDER BY v.sku, i.id`, supplierID)
	return all, classify("reading what the supplier sells", err)
}

// SuppliersOf lists who sells a variant, the one to order from first.
func (s *Store) SuppliersOf(ctx context.Context, variantID int64) ([]purchasing.Item, error) {
	all, err := supplierItems(s.reading(ctx), `WHERE i.variant_id = ? ORDER BY i.preferred DESC, s.name`, variantID)
	return all, classify("reading who sells the product", err)
}

// SetSupplierItem says how a supplier sells a variant. The first who does is the one to order from; who becomes that takes the place of the one before.
func (s *Store) SetSupplierItem(ctx context.Context, item purchasing.Item) (saved purchasing.Item, err error) {
	if err := item.Check(); err != nil {
		return item, err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		if err := tx.setItem(item); err != nil {
			return err
		}
		found, err := one(supplierItems(tx, `WHERE i.supplier_id = ? AND i.variant_id = ?`, item.SupplierID, item.VariantID))
		if found != nil {
			saved = *found
		}
		return err
	})
	return saved, classify("saving what the supplier sells", err)
}

func (tx *Tx) setItem(item purchasing.Item) error {
	tx.touch(Purchases)
	supplier, err := supplierOf(tx, item.SupplierID)
	if err != nil {
		return err
	}
	v, err := variantNow(tx, item.VariantID)
	if err != nil {
		return err
	}
	others, err := tx.Number(`SELECT count(*) FROM supplier_item WHERE variant_id = ? AND supplier_id <> ?`, item.VariantID, item.SupplierID)
	if err != nil {
		return err
	}
	item.Preferred = item.Preferred || others == 0
	if item.Preferred {
		err = tx.Exec(`UPDATE supplier_item SET preferred = 0, seq = ? WHERE variant_id = ? AND preferred`, tx.seq, item.VariantID)
	}
	return firstError(err, tx.Exec(`INSERT INTO supplier_item (supplier_id, variant_id, code, pack, price, least_packs, preferred, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (supplier_id, variant_id) DO UPDATE SET code = excluded.code, pack = excluded.pack, price = excluded.price, least_packs = excluded.least_packs,
		preferred = excluded.preferred, seq = excluded.seq`, item.SupplierID, item.VariantID, item.Code, int64(item.Pack), string(item.Price), item.LeastPacks, item.Preferred, tx.seq),
		tx.noteSupplier(supplier.Name+" sells "+v.Name(), supplier.ID, journal.Changed, []commerce.FieldChange{{Field: "item", After: v.Name()}}))
}

// buys tells whether anything of buying names variant ?1.
const buys = `(EXISTS (SELECT 1 FROM supplier_item WHERE variant_id = ?1) OR EXISTS (SELECT 1 FROM purchase_line WHERE variant_id = ?1)
	OR EXISTS (SELECT 1 FROM reorder_rule WHERE variant_id = ?1))`

// RemoveSupplierItem says that a supplier does not sell a variant any more. Orders keep what they have of it.
func (s *Store) RemoveSupplierItem(ctx context.Context, supplierID, variantID int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Purchases)
		n, err := tx.Affect(`DELETE FROM supplier_item WHERE supplier_id = ? AND variant_id = ?`, supplierID, variantID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "The supplier does not sell that.", "Look at what it sells.")
		}
		v, err := variantNow(tx, variantID)
		return firstError(err, tx.noteSupplier("No longer bought there: "+v.Name(), supplierID, journal.Changed, []commerce.FieldChange{{Field: "item", Before: v.Name()}}))
	})
	return classify("removing what the supplier sells", err)
}
