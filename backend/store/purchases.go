package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/purchasing"
)

const purchaseColumns = `SELECT o.id, o.number, o.supplier_id, s.name, o.location_id, p.name, o.state, o.currency, o.rate, o.expected_at, o.note, o.reason, o.created_at,
	o.ordered_at, o.ended_at, o.seq FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN location p ON p.id = o.location_id `

func scanPurchase(rows *sql.Rows, o *purchasing.Order) error {
	return rows.Scan(&o.ID, &o.Number, &o.SupplierID, &o.Supplier, &o.LocationID, &o.Location, &o.Kept, &o.Currency, &o.Rate, instant{&o.ExpectedAt}, &o.Note, &o.Reason,
		&o.CreatedAt, instant{&o.OrderedAt}, instant{&o.EndedAt}, &o.Version)
}

// purchases reads orders with their lines, without what came of them.
func purchases(q querier, condition string, args ...any) ([]purchasing.Order, error) {
	rows, err := q.Query(purchaseColumns+condition, args...)
	all, err := collect(rows, err, scanPurchase)
	for i := range all {
		if err == nil {
			all[i].Lines, err = purchaseLines(q, all[i].ID)
		}
	}
	return all, err
}

func purchaseLines(q querier, orderID int64) ([]purchasing.Line, error) {
	rows, err := q.Query(`SELECT l.id, l.position, l.variant_id, v.sku, v.title, l.code, l.pack, l.quantity, l.price, l.received, l.reason, v.weight_grams
		FROM purchase_line l JOIN variant v ON v.id = l.variant_id WHERE l.purchase_id = ? ORDER BY l.position`, orderID)
	return collect(rows, err, func(rows *sql.Rows, l *purchasing.Line) error {
		return rows.Scan(&l.ID, &l.Position, &l.VariantID, &l.SKU, &l.Title, &l.Code, &l.Pack, &l.Quantity, &l.Price, &l.Received, &l.Reason, &l.Weight)
	})
}

// awaited picks orders that something is awaited of.
const awaited = `o.state = 'ordered' AND EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_id = o.id AND l.received < l.quantity)`

// purchaseStates says which orders are in a state.
var purchaseStates = map[purchasing.State]string{
	"":                  "true",
	"open":              "(o.state = 'draft' OR " + awaited + ")",
	"awaited":           awaited,
	purchasing.Draft:    "o.state = 'draft'",
	purchasing.Ordered:  awaited + ` AND NOT EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_id = o.id AND l.received > 0)`,
	purchasing.Partial:  awaited + ` AND EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_id = o.id AND l.received > 0)`,
	purchasing.Received: "o.state = 'ordered' AND NOT (" + awaited + ")",
	purchasing.Closed:   "o.state = 'closed'", purchasing.Cancelled: "o.state = 'cancelled'",
}

// Purchases lists purchase orders of a state ("": all, open: drafts and those that something is awaited of), of a supplier (0: all), newest first, ids
// below before (0: all).
func (s *Store) Purchases(ctx context.Context, state purchasing.State, supplierID, before int64, limit int) ([]purchasing.Order, error) {
	condition, known := purchaseStates[state]
	if !known {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("%q is no state of a purchase order.", state), "Use draft, ordered, partially_received, received, closed, cancelled or open.").InField("state")
	}
	all, err := purchases(s.reading(ctx), `WHERE `+condition+` AND (?1 = 0 OR o.supplier_id = ?1) AND (?2 = 0 OR o.id < ?2) ORDER BY o.id DESC LIMIT ?3`, supplierID, before, limit)
	return all, classify("reading purchase orders", err)
}

// Purchase reads one order with all that came of it.
func (s *Store) Purchase(ctx context.Context, id int64) (purchasing.Order, error) {
	q := s.reading(ctx)
	o, err := purchaseOf(q, id)
	if err == nil {
		o.Receipts, err = receiptsOf(q, id)
	}
	return o, classify("reading the purchase order", err)
}

func purchaseOf(q querier, id int64) (purchasing.Order, error) {
	found, err := one(purchases(q, `WHERE o.id = ?`, id))
	if err == nil && found == nil {
		return purchasing.Order{}, fault.New(fault.NotFound, fmt.Sprintf("There is no purchase order %d.", id), "It may have been removed; look at the list of purchase orders.")
	}
	if err != nil {
		return purchasing.Order{}, err
	}
	return *found, nil
}

// PurchaseByNumber finds an order by its number.
func (s *Store) PurchaseByNumber(ctx context.Context, number string) (int64, error) {
	id, err := s.reading(ctx).Number(`SELECT id FROM purchase_order WHERE number = ?`, strings.ToUpper(strings.TrimSpace(number)))
	if err == nil && id == 0 {
		err = fault.New(fault.NotFound, "There is no purchase order "+number+".", "Look at the list of purchase orders.")
	}
	return id, classify("reading purchase orders", err)
}

// DraftPurchase makes a draft. Lines are filled up with how the supplier sells the variant.
func (s *Store) DraftPurchase(ctx context.Context, o purchasing.Order) (saved purchasing.Order, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		next := o
		if err := tx.insertPurchase(&next); err != nil {
			return err
		}
		if _, err := tx.buyRun("Drafted "+next.Number, next.ID); err != nil {
			return err
		}
		saved, err = purchaseOf(tx, next.ID)
		return err
	})
	return saved, classify("making the purchase order", err)
}

func (tx *Tx) insertPurchase(o *purchasing.Order) error {
	tx.touch(Purchases)
	supplier, err := supplierOf(tx, o.SupplierID)
	if err != nil {
		return err
	}
	if o.Currency == "" {
		o.Currency = supplier.Currency
	}
	if o.LocationID, err = tx.locationFor(o.LocationID); err != nil {
		return err
	}
	o.ID, err = tx.Insert(`INSERT INTO purchase_order (number, supplier_id, location_id, state, currency, rate, expected_at, note, created_at, seq)
		VALUES ('PO-' || (SELECT COALESCE(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'purchase_order'), ?, ?, 'draft', ?, ?, ?, ?, ?, ?)`,
		o.SupplierID, o.LocationID, string(o.Currency), string(o.Rate), instantArg(o.ExpectedAt), o.Note, int64(tx.now), tx.seq)
	if err != nil {
		return err
	}
	o.Number = "PO-" + idText(o.ID)
	return tx.putLines(o)
}

// locationFor is the location that goods go to: the one named, or the first of our own, made where there is none.
func (tx *Tx) locationFor(id int64) (int64, error) {
	if id != 0 {
		found, err := tx.Number(`SELECT id FROM location WHERE id = ?`, id)
		if err == nil && found == 0 {
			err = fault.New(fault.NotFound, "There is no such location.", "See the list: tradepost locations list.").InField("location")
		}
		return found, err
	}
	first, err := tx.Number(`SELECT id FROM location WHERE channel_id IS NULL ORDER BY NOT active, rank, id LIMIT 1`)
	if err != nil || first != 0 {
		return first, err
	}
	return tx.Insert(`INSERT INTO location (name, kind, seq) VALUES (?, 'own', ?)`, inventory.DefaultLocation, tx.seq)
}

// putLines writes a draft's lines in place of those that it has.
func (tx *Tx) putLines(o *purchasing.Order) error {
	if err := tx.Exec(`DELETE FROM purchase_line WHERE purchase_id = ?`, o.ID); err != nil {
		return err
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Position = i + 1
		if err := tx.fillLine(o, l); err != nil {
			return err
		}
	}
	if err := o.Check(); err != nil {
		return err
	}
	for _, l := range o.Lines {
		if err := tx.Exec(`INSERT INTO purchase_line (purchase_id, position, variant_id, code, pack, quantity, price, reason, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			o.ID, l.Position, l.VariantID, l.Code, int64(l.Pack), int64(l.Quantity), string(l.Price), l.Reason, tx.seq); err != nil {
			return err
		}
	}
	return nil
}

// fillLine fills a line up with how the supplier sells it. A line that says no pack is one of the supplier's packs, else of single units.
func (tx *Tx) fillLine(o *purchasing.Order, l *purchasing.Line) error {
	if _, err := variantNow(tx, l.VariantID); err != nil {
		return err
	}
	item, err := one(supplierItems(tx, `WHERE i.supplier_id = ? AND i.variant_id = ?`, o.SupplierID, l.VariantID))
	if err != nil {
		return err
	}
	if item == nil {
		item = &purchasing.Item{Pack: inventory.One}
	}
	if l.Pack == 0 {
		l.Pack = item.Pack
	}
	if l.Code == "" {
		l.Code = item.Code
	}
	if l.Price == "" && l.Pack == item.Pack && o.Currency == item.Currency {
		l.Price = item.Price
	}
	if l.Quantity == 0 {
		l.Quantity = (inventory.Quantity(l.Want) * inventory.One).Times(l.Pack)
	}
	return nil
}

// buyRun is the run of what a person does to a purchase order.
func (tx *Tx) buyRun(title string, orderID int64) (int64, error) {
	tx.touch(Purchases)
	run := journal.Run{Kind: journal.RunBuy, State: journal.Done, Cause: journal.ByPerson, Title: title, Subject: idText(orderID), FinishedAt: tx.now}
	err := tx.InsertRun(&run)
	return run.ID, err
}

// changePurchase does something to an order that a person saw in a version (-1: any), and gives it as it is then.
func (s *Store) changePurchase(ctx context.Context, id, version int64, do func(tx *Tx, o *purchasing.Order) error) (saved purchasing.Order, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		o, err := purchaseOf(tx, id)
		if err != nil {
			return err
		}
		if err := expect(o.Version, version); err != nil {
			return err
		}
		if err := do(tx, &o); err != nil {
			return err
		}
		if err := tx.Exec(`UPDATE purchase_order SET seq = ? WHERE id = ?`, tx.seq, id); err != nil {
			return err
		}
		if saved, err = purchaseOf(tx, id); err == nil {
			saved.Receipts, err = receiptsOf(tx, id)
		}
		return err
	})
	return saved, classify("changing the purchase order", err)
}

// EditPurchase changes an order: all of a draft; when it is expected, its note and its rate also of one that is ordered.
func (s *Store) EditPurchase(ctx context.Context, id, version int64, edit func(*purchasing.Order)) (purchasing.Order, error) {
	return s.changePurchase(ctx, id, version, func(tx *Tx, o *purchasing.Order) error {
		next := *o
		next.Lines = nil
		edit(&next)
		fixed := next.LocationID != o.LocationID || next.SupplierID != o.SupplierID || next.Lines != nil
		if o.Kept != purchasing.Draft && fixed {
			return fault.New(fault.Conflict, o.Number+" is "+o.Words()+": its lines stand.", "Close it and order the rest anew, or cancel it.")
		}
		if next.SupplierID != o.SupplierID {
			supplier, err := supplierOf(tx, next.SupplierID)
			if err != nil {
				return err
			}
			next.Currency = supplier.Currency
		}
		if next.Lines != nil {
			if err := tx.putLines(&next); err != nil {
				return err
			}
		}
		if err := next.Check(); err != nil {
			return err
		}
		tx.touch(Purchases)
		return tx.Exec(`UPDATE purchase_order SET supplier_id = ?, location_id = ?, currency = ?, rate = ?, expected_at = ?, note = ? WHERE id = ?`,
			next.SupplierID, next.LocationID, string(next.Currency), string(next.Rate), instantArg(next.ExpectedAt), next.Note, id)
	})
}

// OrderPurchase notes that a draft was ordered: from now on its goods are on their way. Tradepost sends it to nobody.
func (s *Store) OrderPurchase(ctx context.Context, id, version int64) (purchasing.Order, error) {
	return s.changePurchase(ctx, id, version, func(tx *Tx, o *purchasing.Order) error {
		if o.Kept != purchasing.Draft {
			return fault.New(fault.Conflict, o.Number+" is "+o.Words()+" already.", "Only a draft can be ordered.")
		}
		if len(o.Lines) == 0 {
			return fault.New(fault.Conflict, o.Number+" has no lines.", "Say what is to be ordered.").InField("lines")
		}
		if o.ExpectedAt == 0 {
			supplier, err := supplierOf(tx, o.SupplierID)
			if err != nil {
				return err
			}
			if supplier.LeadDays >= 0 {
				o.ExpectedAt = commerce.InstantOf(tx.now.Time().AddDate(0, 0, supplier.LeadDays))
			}
		}
		if _, err := tx.buyRun("Ordered "+o.Number+" from "+o.Supplier, o.ID); err != nil {
			return err
		}
		o.Kept = purchasing.Ordered
		return firstError(tx.Exec(`UPDATE purchase_order SET state = 'ordered', ordered_at = ?, expected_at = ? WHERE id = ?`, int64(tx.now), instantArg(o.ExpectedAt), id), tx.followPurchase(o))
	})
}

// endings says which end of an order is possible from where.
var endings = map[purchasing.State]struct {
	from  []purchasing.State
	words string
	title string
}{
	purchasing.Closed:    {[]purchasing.State{purchasing.Ordered, purchasing.Partial, purchasing.Received}, "Only what is ordered can be closed.", "Closed "},
	purchasing.Cancelled: {[]purchasing.State{purchasing.Draft, purchasing.Ordered}, "What came in stays: close the order instead, or take the receipt back first.", "Cancelled "},
}

// EndPurchase closes an order, so that the rest is not awaited any more, or cancels one of which nothing came.
func (s *Store) EndPurchase(ctx context.Context, id, version int64, how purchasing.State, reason string) (purchasing.Order, error) {
	return s.changePurchase(ctx, id, version, func(tx *Tx, o *purchasing.Order) error {
		ending, state := endings[how], o.State()
		if !slices.Contains(ending.from, state) {
			return fault.New(fault.Conflict, o.Number+" is "+o.Words()+".", ending.words)
		}
		if _, err := tx.buyRun(ending.title+o.Number, o.ID); err != nil {
			return err
		}
		o.Kept = how
		return firstError(tx.Exec(`UPDATE purchase_order SET state = ?, reason = ?, ended_at = ? WHERE id = ?`, string(how), strings.TrimSpace(reason), int64(tx.now), id), tx.followPurchase(o))
	})
}

// ReopenPurchase takes the end of an order back: what was awaited is awaited again.
func (s *Store) ReopenPurchase(ctx context.Context, id, version int64) (purchasing.Order, error) {
	return s.changePurchase(ctx, id, version, func(tx *Tx, o *purchasing.Order) error {
		if o.Kept != purchasing.Closed && o.Kept != purchasing.Cancelled {
			return fault.New(fault.Conflict, o.Number+" is "+o.Words()+".", "Only a closed or cancelled order can be reopened.")
		}
		if o.Kept = purchasing.Draft; o.OrderedAt != 0 {
			o.Kept = purchasing.Ordered
		}
		if _, err := tx.buyRun("Reopened "+o.Number, o.ID); err != nil {
			return err
		}
		return firstError(tx.Exec(`UPDATE purchase_order SET state = ?, reason = '', ended_at = NULL WHERE id = ?`, string(o.Kept), id), tx.followPurchase(o))
	})
}

// DeletePurchase removes a draft.
func (s *Store) DeletePurchase(ctx context.Context, id int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		o, err := purchaseOf(tx, id)
		if err != nil {
			return err
		}
		if o.Kept != purchasing.Draft || o.OrderedAt != 0 {
			return fault.New(fault.Conflict, o.Number+" was ordered: it stays.", "Cancel it instead.")
		}
		tx.touch(Purchases)
		return errors.Join(tx.Exec(`DELETE FROM purchase_line WHERE purchase_id = ?`, id), tx.Exec(`DELETE FROM purchase_order WHERE id = ?`, id))
	})
	return classify("removing the draft", err)
}
