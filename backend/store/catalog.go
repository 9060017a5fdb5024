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

func scanVariant(rows *sql.Rows, v *catalog.Variant) error { return rows.Scan(&v.ID, &v.SKU, &v.Title) }

// Variants finds variants by the beginning of their SKU or words of their title.
func (s *Store) Variants(ctx context.Context, text string, limit int) ([]catalog.Variant, error) {
	defer s.turns.page()()
	named, err := s.search.findVariants(ctx, text, 0, limit)
	if err != nil {
		return nil, classify("looking for products", err)
	}
	key := commerce.NumberKey(text)
	rows, err := s.reading(ctx).Query(`SELECT v.id, v.sku, `+variantName+` FROM variant v WHERE v.id IN (SELECT id FROM (SELECT id FROM variant
		WHERE sku_key >= ? AND sku_key < ? ORDER BY sku_key LIMIT ?) UNION SELECT value FROM json_each(?)) AND v.merged_into IS NULL ORDER BY v.sku LIMIT ?`, key, key+above, limit, asJSON(named), limit)
	return collect(rows, err, scanVariant)
}

// variantName is the title of a variant v, with those of its options that the title does not have.
var variantName = `v.title || ` + unsaid("v.option1_value") + ` || ` + unsaid("v.option2_value") + ` || ` + unsaid("v.option3_value")

func unsaid(option string) string {
	return `CASE WHEN ` + option + ` IN ('', 'Default Title') OR instr(lower(v.title), lower(` + option + `)) > 0 THEN '' ELSE ', ' || ` + option + ` END`
}

// AddVariant makes a product with one variant, as a run. A SKU that is taken is a fault.Conflict.
func (s *Store) AddVariant(ctx context.Context, sku, title string) (v catalog.Variant, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		run, err := tx.personsRun(journal.RunLink, "Made the product "+strings.TrimSpace(sku))
		if err != nil {
			return err
		}
		v, err = tx.insertVariant(run, sku, title)
		return err
	})
	return v, err
}

// personsRun begins and ends a run that a person asked for and that is one write.
func (tx *Tx) personsRun(kind, title string) (int64, error) {
	run := journal.Run{Kind: kind, State: journal.Done, Cause: journal.ByPerson, Title: title, FinishedAt: tx.now}
	err := tx.InsertRun(&run)
	return run.ID, err
}

// insertVariant makes a product with one variant, and links the listings that wait with its SKU.
func (tx *Tx) insertVariant(runID int64, sku, title string) (catalog.Variant, error) {
	v := catalog.Variant{SKU: strings.TrimSpace(sku), Title: strings.TrimSpace(title)}
	if v.SKU == "" {
		return v, fault.New(fault.Invalid, "A product needs a SKU.", "Give it the code you know it by.").InField("sku")
	}
	if err := tx.freeSKU(v.SKU, 0); err != nil {
		return v, err
	}
	known, _, err := tx.Keeper(intake.Products, 0).Insert(runID, intake.Stated{Kind: intake.Products, Values: map[string]string{"sku": v.SKU, "title": v.Title}})
	if err != nil {
		return v, err
	}
	v.ID = known.ID
	return v, tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.Products), RecordID: v.ID, Action: journal.Created, RunID: runID})
}

// freeSKU refuses a SKU that another variant has.
func (tx *Tx) freeSKU(sku string, id int64) error {
	var taken bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM variant WHERE sku = ? AND sku <> '' AND id <> ?)`, sku, id).Scan(&taken); err != nil || !taken {
		return err
	}
	return fault.New(fault.Conflict, fmt.Sprintf("There is a product with SKU %s already.", sku), "Link to that one, or merge the two.").InField("sku")
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

// recountUnlinked brings the orders that show a listing up to date, in a few statements whatever their number, and notes in them
// what became of it.
func (tx *Tx) recountUnlinked(listingID, runID int64, action journal.Action, name string) error {
	if err := tx.recountOrdersOf(listingID); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO change (seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id)
		SELECT DISTINCT ?, ?, ?, 'order', order_id, ?, ?, ? FROM order_line WHERE listing_id = ?`, tx.seq, int64(tx.now), int64(tx.now),
		string(action), asJSON([]order.Change{{Field: "listing", After: name}}), runID, listingID)
}

// recountOrdersOf counts anew which lines of the orders that show a listing wait for a link.
func (tx *Tx) recountOrdersOf(listingID int64) error {
	if err := tx.countWaiting(listingID, -1); err != nil {
		return err
	}
	err := tx.Exec(`UPDATE orders SET seq = ?, unlinked = (SELECT count(*) FROM order_line l JOIN listing g ON g.id = l.listing_id
		WHERE l.order_id = orders.id AND g.variant_id IS NULL AND g.ignored = '' AND g.charge = 0) WHERE id IN (SELECT order_id FROM order_line WHERE listing_id = ?)`, tx.seq, listingID)
	if err != nil {
		return err
	}
	return tx.countWaiting(listingID, 1)
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

// waitingFor lists the listings of all channels that wait with exactly a SKU.
func (tx *Tx) waitingFor(sku string) ([]int64, error) {
	rows, err := tx.Query(`SELECT id FROM listing WHERE sku = ? AND sku_key = ? AND variant_id IS NULL AND ignored = '' AND charge = 0`, sku, commerce.NumberKey(sku))
	return collect(rows, err, scanID)
}
