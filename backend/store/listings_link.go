package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// LinkListing links a listing, to a new variant if the link says so, and recounts the orders that show it: one write, journalled as
// a run. It gives the run; 0 when there was nothing to do.
func (s *Store) LinkListing(ctx context.Context, listingID int64, link catalog.Link) (run int64, err error) {
	if err := catalog.CheckPack(link.Pack); err != nil {
		return 0, err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		run, err = tx.linkListing(listingID, link)
		return err
	})
	return run, classify("linking the listing", err)
}

func (tx *Tx) linkListing(listingID int64, link catalog.Link) (run int64, err error) {
	g, err := readListing(tx, listingID)
	if err != nil {
		return 0, err
	}
	unlinks := link.VariantID == 0 && link.SKU == ""
	if unlinks && g.Variant == nil {
		return 0, nil
	}
	title := "Linked " + g.Name()
	if unlinks {
		title = "Took the link of " + g.Name() + " away"
	}
	if run, err = tx.personsRun(journal.RunLink, title); err != nil {
		return 0, err
	}
	if link.SKU != "" {
		v, err := tx.insertVariant(run, link.SKU, link.Title)
		if err != nil {
			return 0, err
		}
		link.VariantID = v.ID
	}
	_, err = tx.linkTo(run, listingID, link.VariantID, link.Pack, linkedByPerson)
	return run, err
}

// linkTo makes a listing sell pack of a variant (0: none; "" leaves the pack), under a run, and tells whether that changed anything.
func (tx *Tx) linkTo(run, listingID, variantID int64, pack commerce.Decimal, by string) (changed bool, err error) {
	k := links{records{q: tx, tx: tx, said: &tx.said}}
	known, err := k.Load(listingID)
	if err != nil || known == nil {
		return false, err
	}
	if variantID == 0 {
		by = ""
	}
	sku, err := tx.skuOf(variantID)
	if err != nil {
		return false, err
	}
	var changes []commerce.FieldChange
	put := func(field, value string) {
		if was := known.Values[field]; was != value {
			changes = append(changes, commerce.FieldChange{Field: field, Before: was, After: value})
		}
	}
	if linked := variantOf(known); linked != variantID {
		if err := tx.canBeLinked(variantID); err != nil {
			return false, err
		}
		if err := tx.mustBeGoods(listingID, known.Title); err != nil {
			return false, err
		}
		put("linked_by", by)
		put("ignored", "")
		changes = append(changes, commerce.FieldChange{Field: "sku", Before: known.Values["sku"], After: sku, From: linked, To: variantID})
	}
	if pack != "" {
		put("pack_multiple", string(pack.Padded(0)))
	}
	return tx.setListing(run, k, known, changes)
}

// setListing gives a listing new values under a run, with the change that says so.
func (tx *Tx) setListing(run int64, k links, known *intake.Known, changes []commerce.FieldChange) (bool, error) {
	if len(changes) == 0 {
		return false, nil
	}
	if err := k.Set(run, known, changes); err != nil {
		return false, err
	}
	return true, tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.Links), RecordID: known.ID, Action: journal.Changed, Fields: changes, RunID: run})
}

func variantOf(known *intake.Known) int64 {
	id, _ := strconv.ParseInt(known.Values["variant"], 10, 64)
	return id
}

// canBeLinked refuses a variant that is not there, or that became a part of another.
func (tx *Tx) canBeLinked(variantID int64) error {
	if variantID == 0 {
		return nil
	}
	live, err := records{q: tx}.live(variantID)
	switch {
	case err != nil:
		return err
	case live == 0:
		return fault.New(fault.NotFound, "There is no such product.", "Choose another, or make one.").InField("variant")
	case live != variantID:
		sku, err := tx.skuOf(live)
		if err != nil {
			return err
		}
		return fault.New(fault.Conflict, "This product became a part of "+sku+".", "Link to that one.").InField("variant")
	}
	return nil
}

// ChangeListing changes what a person says of a listing, of the version that they saw (-1: any), as a run. Fields are
// pack_multiple, own_title, own_price and ignored. It gives the run; 0 when nothing changed.
func (s *Store) ChangeListing(ctx context.Context, id, version int64, title string, values map[string]string) (run int64, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		k := links{records{q: tx, tx: tx, said: &tx.said}}
		known, err := k.Load(id)
		if err != nil {
			return err
		}
		if known == nil {
			return fault.New(fault.NotFound, "There is no such listing.", "It may be gone with the order that showed it.")
		}
		if err := expect(known.Version, version); err != nil {
			return err
		}
		if values["ignored"] != "" && variantOf(known) != 0 {
			return fault.New(fault.Conflict, known.Title+" is linked to a product.", "Take the link away first.")
		}
		var changes []commerce.FieldChange
		for _, field := range []string{"pack_multiple", "own_title", "own_price", "ignored"} {
			if value, ok := values[field]; ok && value != known.Values[field] {
				changes = append(changes, commerce.FieldChange{Field: field, Before: known.Values[field], After: value})
			}
		}
		if len(changes) == 0 {
			return nil
		}
		if run, err = tx.personsRun(journal.RunLink, fmt.Sprintf(title, known.Title)); err != nil {
			return err
		}
		_, err = tx.setListing(run, k, known, changes)
		return err
	})
	return run, classify("changing the listing", err)
}

// LinkPreview says what linking a listing would touch: its orders, the stock of the variant, and what the channel would be told.
// variantID 0 is about taking its link away.
func (s *Store) LinkPreview(ctx context.Context, listingID, variantID int64, pack commerce.Decimal) (p catalog.LinkPreview, err error) {
	q := s.reading(ctx)
	if p.Listing, err = readListing(q, listingID); err != nil {
		return p, classify("reading the listing", err)
	}
	if p.Pack = pack; pack == "" {
		p.Pack = p.Listing.Pack
	}
	if p.Orders = p.Listing.Orders; p.Orders > 0 {
		if err := fillOpen(q, &p); err != nil {
			return p, classify("reading orders", err)
		}
	}
	if variantID == 0 {
		return p, nil
	}
	return p, classify("reading stock", fillTouched(q, &p, variantID))
}

// fillOpen counts the orders that are still to be shipped, and what they need.
func fillOpen(q querier, p *catalog.LinkPreview) error {
	lines, err := openLines(q, p.Listing.ID, 0)
	seen := map[int64]bool{}
	for _, l := range lines {
		seen[l.order] = true
	}
	p.Open, p.Takes = len(seen), needed(lines, p.Pack)
	return err
}

// openLine is what an order that is still to be shipped has of a listing.
type openLine struct {
	order    int64
	quantity commerce.Decimal
}

func openLines(q querier, listingID, since int64) ([]openLine, error) {
	rows, err := q.Query(`SELECT l.order_id, l.quantity FROM order_line l JOIN orders o ON o.id = l.order_id
		WHERE l.listing_id = ? AND o.stage IN ('to_ship', 'open') AND o.placed_at >= ?`, listingID, since)
	return collect(rows, err, func(rows *sql.Rows, l *openLine) error { return rows.Scan(&l.order, &l.quantity) })
}

// needed is how much of a variant lines need.
func needed(lines []openLine, pack commerce.Decimal) commerce.Decimal {
	sum := commerce.Decimal("0")
	for _, l := range lines {
		if l.quantity != "" {
			sum = sum.Plus(l.quantity.Times(pack))
		}
	}
	return sum.Padded(0)
}

// fillTouched says what there is of a variant, and what would be left of it.
func fillTouched(q querier, p *catalog.LinkPreview, variantID int64) error {
	all := []inventory.Stock{{VariantID: variantID}}
	if err := q.QueryRow(`SELECT sku, title FROM variant WHERE id = ?`, variantID).Scan(&all[0].SKU, &all[0].Title); err != nil {
		return err
	}
	if err := fillStock(q, all); err != nil {
		return err
	}
	stock := all[0]
	p.Variant = &catalog.Variant{ID: variantID, SKU: stock.SKU, Title: stock.Title}
	if p.Tracked = stock.Tracked(); !p.Tracked {
		return nil
	}
	left := stock.For(p.Listing.ChannelID)
	p.Has = left.Decimal()
	if linked := p.Listing.Variant; linked == nil || linked.ID != variantID {
		since, err := q.Number(`SELECT COALESCE(min(started_at), 0) FROM stock_level WHERE variant_id = ?`, variantID) // orders before it take nothing
		if err != nil {
			return err
		}
		lines, err := openLines(q, p.Listing.ID, since)
		if err != nil {
			return err
		}
		if takes, err := inventory.Parse(needed(lines, p.Pack)); err == nil {
			left -= takes
		}
	}
	p.Left = left.Decimal()
	var external, tracked string
	err := q.QueryRow(`SELECT external_id, tracked, COALESCE((SELECT quantity FROM listing_level WHERE listing_id = g.id ORDER BY id LIMIT 1), '') FROM listing g WHERE g.id = ?`,
		p.Listing.ID).Scan(&external, &tracked, &p.Shows)
	if external != "" && tracked != "false" {
		p.Told = strconv.FormatInt(left.Whole(p.Pack), 10)
	}
	return err
}
