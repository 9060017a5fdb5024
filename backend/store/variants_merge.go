package store

import (
	"context"
	"fmt"
	"strconv"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// PlanMerge says what making a variant a part of another would move.
func (s *Store) PlanMerge(ctx context.Context, from, into int64) (catalog.Merge, error) {
	m, err := mergeOf(s.reading(ctx), from, into)
	return m, classify("looking at the products", err)
}

// MergeVariants makes a variant a part of another, as a run: listings and their orders follow, what only the first one has is taken
// over, and the first stays as a mark that points to the other, under whose SKU the other is found from then on.
func (s *Store) MergeVariants(ctx context.Context, from, into int64) (run int64, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		m, err := mergeOf(tx, from, into)
		if err != nil {
			return err
		}
		if m.Refused != "" {
			return fault.New(fault.Conflict, m.Refused, m.Remedy)
		}
		if run, err = tx.personsRun(journal.RunMerge, "Made "+m.From.Name()+" a part of "+m.Into.Name()); err != nil {
			return err
		}
		return tx.merge(run, m)
	})
	return run, classify("merging products", err)
}

func mergeOf(q querier, from, into int64) (m catalog.Merge, err error) {
	k := variants{records{q: q}}
	loser, err := liveVariant(k, from)
	if err != nil {
		return m, err
	}
	winner, err := liveVariant(k, into)
	if err != nil {
		return m, err
	}
	m.From, m.Into = shortVariant(loser), shortVariant(winner)
	if from == into {
		m.Refused, m.Remedy = "That is one and the same product.", "Name two."
		return m, nil
	}
	if err := q.QueryRow(`SELECT count(DISTINCT g.id), count(DISTINCT l.order_id) FROM listing g LEFT JOIN order_line l ON l.listing_id = g.id WHERE g.variant_id = ?`, from).
		Scan(&m.Listings, &m.Orders); err != nil {
		return m, err
	}
	m.Takes = takenOver(loser.Values, winner.Values)
	m.Refused, m.Remedy, err = stockOfBoth(q, m.From, m.Into)
	return m, err
}

func liveVariant(k variants, id int64) (*intake.Known, error) {
	known, err := k.Load(id)
	switch {
	case err != nil:
		return nil, err
	case known == nil:
		return nil, fault.New(fault.NotFound, "There is no such product.", "Look for it by its SKU.")
	case known.Values["merged_into"] != "":
		return nil, fault.New(fault.Conflict, known.Title+" is a part of another product already.", "Take that back first.")
	}
	return known, nil
}

func shortVariant(known *intake.Known) catalog.Variant {
	return catalog.Variant{ID: known.ID, SKU: known.Values["sku"], Title: known.Values["title"]}
}

// takenOver is what the one that goes has and the one that stays does not. Amounts only where the currency is the same, or the one
// that stays has none.
func takenOver(from, into map[string]string) []commerce.FieldChange {
	fields := []string{"gtin", "weight_grams", "image_url"}
	if into["currency"] == "" || into["currency"] == from["currency"] {
		fields = append(fields, "price", "compare_at_price", "cost", "currency")
	}
	all := []commerce.FieldChange{}
	for _, field := range fields {
		if into[field] == "" && from[field] != "" {
			all = append(all, commerce.FieldChange{Field: field, After: from[field]})
		}
	}
	return all
}

// stockOfBoth says why the stock of two variants cannot become that of one; "" when it can. Stock that was counted is in the
// ledger, which keeps what it names: a variant with movements cannot go.
func stockOfBoth(q querier, from, into catalog.Variant) (refused, remedy string, err error) {
	var fromMoved, intoMoved, kit, bought bool
	err = q.QueryRow(`SELECT EXISTS (SELECT 1 FROM stock_movement WHERE variant_id = ?1), EXISTS (SELECT 1 FROM stock_movement WHERE variant_id = ?2),
		EXISTS (SELECT 1 FROM bom WHERE variant_id = ?1) OR EXISTS (SELECT 1 FROM bom_item WHERE variant_id = ?1), `+buys, from.ID, into.ID).Scan(&fromMoved, &intoMoved, &kit, &bought)
	switch {
	case bought:
		return from.Name() + " is bought: a supplier, a purchase order or a reorder rule names it.", fmt.Sprintf("Merge the other way round: %s into %s.", into.Name(), from.Name()), err
	case kit:
		return from.Name() + " is a kit, or a part of one.", "Say what the kit consists of without it, then make it a part of " + into.Name() + " by its listings.", err
	case fromMoved && intoMoved:
		return fmt.Sprintf("The stock of both %s and %s was counted, and two counts cannot become one.", from.Name(), into.Name()),
			"Link the listings of one to the other by hand, and count that one anew.", err
	case fromMoved:
		return fmt.Sprintf("The stock of %s was counted, that of %s was not.", from.Name(), into.Name()),
			fmt.Sprintf("Merge the other way round: %s into %s.", into.Name(), from.Name()), err
	}
	return "", "", err
}

// mergeStock is the one place that decides what becomes of the stock of a variant that becomes a part of another. Today there is
// none to move: stockOfBoth refused it.
func (tx *Tx) mergeStock(_ int64, from, into catalog.Variant) error {
	refused, remedy, err := stockOfBoth(tx, from, into)
	if err == nil && refused != "" {
		return fault.New(fault.Conflict, refused, remedy)
	}
	return err
}

// merge carries a merge out: listings first, so that taking the run back, from its last step, finds the variant before it links to it.
func (tx *Tx) merge(run int64, m catalog.Merge) error {
	if err := tx.mergeStock(run, m.From, m.Into); err != nil {
		return err
	}
	linked, err := (records{q: tx}).ids(`SELECT id FROM listing WHERE variant_id = ? ORDER BY id`, m.From.ID)
	if err != nil {
		return err
	}
	for _, id := range linked {
		if _, err := tx.linkTo(run, id, m.Into.ID, "", linkedByPerson); err != nil {
			return err
		}
	}
	k := variants{records{q: tx, tx: tx, said: &tx.said}}
	if err := tx.setVariant(run, k, m.Into.ID, m.Takes); err != nil {
		return err
	}
	loser, err := k.Load(m.From.ID)
	if err != nil {
		return err
	}
	sku, gtin := loser.Values["sku"], loser.Values["gtin"]
	changes := []commerce.FieldChange{{Field: "sku", Before: sku}, {Field: "gtin", Before: gtin}, {Field: "merged_sku", After: sku}, {Field: "merged_gtin", After: gtin},
		{Field: "merged_into", After: strconv.FormatInt(m.Into.ID, 10)}}
	return tx.setVariant(run, k, m.From.ID, changes)
}

// setVariant gives a variant new values under a run, with the change that says so.
func (tx *Tx) setVariant(run int64, k variants, id int64, changes []commerce.FieldChange) error {
	changes = differing(changes)
	if len(changes) == 0 {
		return nil
	}
	known, err := k.Load(id)
	if err != nil {
		return err
	}
	if err := k.Set(run, known, changes); err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.Products), RecordID: id, Action: journal.Changed, Fields: changes, RunID: run})
}

func differing(changes []commerce.FieldChange) []commerce.FieldChange {
	var all []commerce.FieldChange
	for _, c := range changes {
		if c.Before != c.After {
			all = append(all, c)
		}
	}
	return all
}

// revertMerge makes a variant one of its own again, unless its SKU is another's by now.
func (k variants) revertMerge(known *intake.Known, back, change commerce.FieldChange) (commerce.FieldChange, string, bool, error) {
	if known.Values["merged_into"] != change.After {
		return back, "", false, nil
	}
	taken, err := k.skuTaken(known.Values["merged_sku"], known.ID)
	if taken {
		return back, "its SKU is another product’s by now", true, err
	}
	return back, "", true, err
}

// revertSKU gives a variant its SKU back, unless that is another's by now.
func (k variants) revertSKU(known *intake.Known, back, change commerce.FieldChange) (commerce.FieldChange, string, bool, error) {
	if known.Values["sku"] != change.After {
		return back, "", false, nil
	}
	taken, err := k.skuTaken(change.Before, known.ID)
	if taken {
		return back, "its SKU is another product’s by now", true, err
	}
	return back, "", true, err
}

func (k variants) skuTaken(sku string, id int64) (bool, error) {
	other, err := k.q.Number(`SELECT id FROM variant WHERE sku = ? AND sku <> '' AND id <> ? LIMIT 1`, sku, id)
	return other != 0, err
}
