package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Listings lists listings, oldest first, ids above after.
func (s *Store) Listings(ctx context.Context, unlinked bool, after int64, limit int) ([]catalog.Listing, error) {
	defer s.turns.page()()
	condition := ""
	if unlinked {
		condition = "AND g.variant_id IS NULL AND g.charge = 0 "
	}
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT g.id, c.name, g.sku, g.title, v.id, v.sku, v.title,
		(SELECT count(DISTINCT order_id) FROM order_line l WHERE l.listing_id = g.id)
		FROM listing g JOIN channel c ON c.id = g.channel_id LEFT JOIN variant v ON v.id = g.variant_id
		WHERE g.id > ? `+condition+`ORDER BY g.id LIMIT ?`, after, limit)
	all, err := collect(rows, err, scanListing)
	if err != nil {
		return all, classify("reading listings", err)
	}
	for i := range all {
		if all[i].Variant == nil {
			if all[i].Suggestion, err = suggestion(q, all[i].SKU); err != nil {
				return all, classify("looking for a variant", err)
			}
		}
	}
	return all, nil
}

func scanListing(rows *sql.Rows, g *catalog.Listing) error {
	var id sql.NullInt64
	var sku, title sql.NullString
	err := rows.Scan(&g.ID, &g.Channel, &g.SKU, &g.Title, &id, &sku, &title, &g.Orders)
	if id.Valid {
		g.Variant = &catalog.Variant{ID: id.Int64, SKU: sku.String, Title: title.String}
	}
	return err
}

// suggestion is the only variant whose SKU reads the same when case, dashes and leading zeros do not count.
func suggestion(q querier, sku string) (*catalog.Variant, error) {
	if sku == "" {
		return nil, nil
	}
	rows, err := q.Query(`SELECT id, sku, title FROM variant WHERE sku_key = ? LIMIT 2`, commerce.NumberKey(sku))
	found, err := collect(rows, err, scanVariant)
	if err != nil || len(found) != 1 {
		return nil, err
	}
	return &found[0], nil
}

func scanVariant(rows *sql.Rows, v *catalog.Variant) error { return rows.Scan(&v.ID, &v.SKU, &v.Title) }

// Variants finds variants by the beginning of their SKU or a part of their title.
func (s *Store) Variants(ctx context.Context, text string, limit int) ([]catalog.Variant, error) {
	defer s.turns.page()()
	key := commerce.NumberKey(text)
	rows, err := s.reading(ctx).Query(`SELECT id, sku, title FROM variant WHERE sku_key >= ? AND sku_key < ?
		UNION SELECT id, sku, title FROM variant WHERE ? <> '' AND title LIKE '%' || ? || '%' ORDER BY sku LIMIT ?`,
		key, key+"\uffff", text, text, limit)
	return collect(rows, err, scanVariant)
}

// AddVariant makes a product with one variant. A SKU that is taken is a fault.Conflict.
func (s *Store) AddVariant(ctx context.Context, sku, title string) (v catalog.Variant, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		if v, err = tx.insertVariant(sku, title); err != nil {
			return err
		}
		return tx.linkSameSKU(v)
	})
	return v, err
}

func (tx *Tx) insertVariant(sku, title string) (catalog.Variant, error) {
	tx.touch(Listings)
	v := catalog.Variant{SKU: strings.TrimSpace(sku), Title: strings.TrimSpace(title)}
	if v.SKU == "" {
		return v, fault.New(fault.Invalid, "A product needs a SKU.", "Give it the code you know it by.").InField("sku")
	}
	var taken bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM variant WHERE sku = ?)`, v.SKU).Scan(&taken); err != nil {
		return v, err
	}
	if taken {
		return v, fault.New(fault.Conflict, fmt.Sprintf("There is a product with SKU %s already.", v.SKU), "Link to that one.").InField("sku")
	}
	productID, err := tx.Insert(`INSERT INTO product (title, created_at, seq) VALUES (?, ?, ?)`, v.Title, int64(tx.now), tx.seq)
	if err != nil {
		return v, err
	}
	v.ID, err = tx.Insert(`INSERT INTO variant (product_id, sku, sku_key, title, created_at, seq) VALUES (?, ?, ?, ?, ?, ?)`,
		productID, v.SKU, commerce.NumberKey(v.SKU), v.Title, int64(tx.now), tx.seq)
	return v, err
}

// LinkListing links a listing and recounts the orders that show it, in one write and journalled as a run.
func (s *Store) LinkListing(ctx context.Context, listingID int64, link catalog.Link) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		variantID, action := link.VariantID, journal.Linked
		if link.SKU != "" {
			v, err := tx.insertVariant(link.SKU, link.Title)
			if err != nil {
				return err
			}
			if err := tx.linkSameSKU(v); err != nil {
				return err
			}
			variantID = v.ID
		}
		if variantID == 0 {
			action = journal.Unlinked
		}
		return tx.linkListing(listingID, variantID, action)
	})
}

func (tx *Tx) linkListing(listingID, variantID int64, action journal.Action) error {
	name, linked, err := tx.listingNow(listingID)
	if err != nil || linked == variantID {
		return err
	}
	if err := tx.mustBeGoods(listingID, name); err != nil {
		return err
	}
	run := journal.Run{Kind: journal.RunLink, State: journal.Done, Cause: journal.ByPerson, Title: string(action) + " listing " + name, FinishedAt: tx.now}
	if err := tx.InsertRun(&run); err != nil {
		return err
	}
	was, err := tx.skuOf(linked)
	if err != nil {
		return err
	}
	is, err := tx.skuOf(variantID)
	if err != nil {
		return err
	}
	if err := tx.relink(run.ID, listingID, variantID, linkedByPerson); err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.Links), RecordID: listingID, Action: journal.Changed, RunID: run.ID,
		Fields: []commerce.FieldChange{{Field: "sku", Before: was, After: is}}})
}

func (tx *Tx) mustBeGoods(listingID int64, name string) error {
	charge, err := tx.Number(`SELECT charge FROM listing WHERE id = ?`, listingID)
	if err == nil && charge != 0 {
		return fault.New(fault.Conflict, "“"+name+"” is a charge, not goods: it is linked to nothing.", "Leave it as it is; it is part of what the order adds up to.")
	}
	return err
}

// Who linked a listing: the store itself, as the SKUs are the same; a file of links; a person.
const (
	linkedBySKU    = "sku"
	linkedByImport = "import"
	linkedByPerson = "person"
)

// relink points a listing at a variant (0: none) under a run, and recounts the orders that show it.
func (tx *Tx) relink(runID, listingID, variantID int64, by string) error {
	name, linked, err := tx.listingNow(listingID)
	if err != nil {
		return err
	}
	action := journal.Linked
	if variantID == 0 {
		action, by = journal.Unlinked, ""
	}
	tx.touch(Orders)
	clear(tx.listings)
	tx.inserted = nil // it shows what its lines were linked to
	if err := tx.Exec(`UPDATE listing SET variant_id = ?, linked_by = ?, seq = ? WHERE id = ?`, idArg(variantID), by, tx.seq, listingID); err != nil {
		return err
	}
	if linked == variantID {
		return nil
	}
	if err := tx.recountUnlinked(listingID, runID, action, name); err != nil {
		return err
	}
	return tx.settleListing(listingID)
}

func (tx *Tx) listingNow(listingID int64) (name string, variantID int64, err error) {
	err = tx.QueryRow(`SELECT CASE WHEN sku <> '' THEN sku ELSE title END, COALESCE(variant_id, 0) FROM listing WHERE id = ?`, listingID).Scan(&name, &variantID)
	return name, variantID, err
}

func (tx *Tx) skuOf(variantID int64) (sku string, err error) {
	err = tx.QueryRow(`SELECT sku FROM variant WHERE id = ?`, variantID).Scan(&sku)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return sku, err
}

// recountUnlinked brings the orders that show a listing up to date, in a few statements whatever their number.
func (tx *Tx) recountUnlinked(listingID, runID int64, action journal.Action, name string) error {
	const shown = `(SELECT order_id FROM order_line WHERE listing_id = ?)`
	if err := tx.countWaiting(listingID, -1); err != nil {
		return err
	}
	err := tx.Exec(`UPDATE orders SET seq = ?, unlinked = (SELECT count(*) FROM order_line l JOIN listing g ON g.id = l.listing_id
		WHERE l.order_id = orders.id AND g.variant_id IS NULL AND g.charge = 0) WHERE id IN `+shown, tx.seq, listingID)
	if err != nil {
		return err
	}
	if err := tx.countWaiting(listingID, 1); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO change (seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id)
		SELECT DISTINCT ?, ?, ?, 'order', order_id, ?, ?, ? FROM order_line WHERE listing_id = ?`, tx.seq, int64(tx.now), int64(tx.now),
		string(action), asJSON([]order.Change{{Field: "listing", After: name}}), runID, listingID)
}

// countWaiting counts, sign times, the orders that show a listing and wait for any link.
func (tx *Tx) countWaiting(listingID, sign int64) error {
	rows, err := tx.Query(`SELECT channel_id, count(*) FROM orders WHERE unlinked > 0 AND id IN (SELECT order_id FROM order_line WHERE listing_id = ?)
		GROUP BY channel_id`, listingID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	tx.counts.ready()
	for rows.Next() {
		var channelID, n int64
		if err := rows.Scan(&channelID, &n); err != nil {
			return err
		}
		tx.counts.counts[countKey{"unlinked", channelID, ""}] += sign * n
	}
	return rows.Err()
}

// linkSameSKU links the listings of all channels that wait with exactly the SKU of a new variant.
func (tx *Tx) linkSameSKU(v catalog.Variant) error {
	ids, err := tx.waitingFor(v.SKU)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.linkListing(id, v.ID, journal.Linked); err != nil {
			return err
		}
	}
	return nil
}

// waitingFor lists the listings of all channels that wait with exactly a SKU.
func (tx *Tx) waitingFor(sku string) ([]int64, error) {
	rows, err := tx.Query(`SELECT id FROM listing WHERE sku = ? AND sku_key = ? AND variant_id IS NULL AND charge = 0`, sku, commerce.NumberKey(sku))
	return collect(rows, err, scanID)
}

// UnlinkedExample is the SKU or title of a listing that waits for a link.
func (s *Store) UnlinkedExample(ctx context.Context) (name string, n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT CASE WHEN sku <> '' THEN sku ELSE title END FROM listing WHERE variant_id IS NULL AND charge = 0 ORDER BY id DESC LIMIT 1`).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, classify("reading listings", err)
	}
	err = s.reading(ctx).QueryRow(`SELECT COALESCE(sum(n), 0) FROM order_count WHERE facet = 'unlinked'`).Scan(&n)
	return name, n, classify("counting unlinked orders", err)
}
