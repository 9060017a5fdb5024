package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// Item reads one variant whole, also one that became a part of another; none of that id is a fault.NotFound.
func (s *Store) Item(ctx context.Context, id int64) (i catalog.Item, err error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT v.id, max(v.seq, p.seq), p.id, `+columnsOf("v", variantFields)+`, `+columnsOf("p", productFields)+`
		FROM variant v JOIN product p ON p.id = v.product_id WHERE v.id = ?`, id)
	all, err := collect(rows, err, scanItem)
	if err != nil {
		return i, classify("reading the product", err)
	}
	if len(all) == 0 {
		return i, fault.New(fault.NotFound, "There is no such product.", "Look for it by its SKU.")
	}
	i = all[0]
	live, err := records{q: q}.live(id)
	if err == nil && live != id {
		i.MergedInto = &catalog.Variant{ID: live}
		err = q.QueryRow(`SELECT v.sku, v.title, m.merged_sku, m.merged_gtin FROM variant v, variant m WHERE v.id = ? AND m.id = ?`, live, id).
			Scan(&i.MergedInto.SKU, &i.MergedInto.Title, &i.SKU, &i.GTIN)
	}
	return i, classify("reading the product", err)
}

// VariantIDs lists the variants that have exactly a SKU, two at most; where none has, what became of one that had it.
func (s *Store) VariantIDs(ctx context.Context, sku string) ([]int64, error) {
	ids, err := records{q: s.reading(ctx)}.withSKU(sku)
	return ids, classify("looking for the product", err)
}

// EditItem gives a variant and its product new values, by field, "" emptying one; of the version that the person saw (-1: any). It gives
// the run; 0 when nothing changed.
func (s *Store) EditItem(ctx context.Context, id, version int64, values map[string]string) (run int64, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		k := variants{records{q: tx, tx: tx, said: &tx.said}}
		known, err := liveVariant(k, id)
		if err != nil {
			return err
		}
		if err := expect(known.Version, version); err != nil {
			return err
		}
		changes, err := tx.edits(known, values)
		if err != nil || len(changes) == 0 {
			return err
		}
		if run, err = tx.personsRun(journal.RunEdit, "Changed "+known.Title); err != nil {
			return err
		}
		return tx.setVariant(run, k, id, changes)
	})
	return run, classify("changing the product", err)
}

// edits checks values as those of a file would be, and lists what differs.
func (tx *Tx) edits(known *intake.Known, values map[string]string) ([]commerce.FieldChange, error) {
	stated := intake.Stated{Kind: intake.Products, Values: map[string]string{}}
	var changes []commerce.FieldChange
	for _, f := range intake.Fields(intake.Products) {
		value, ok := values[f.Name]
		if !ok || f.Own || f.Name == "product.handle" {
			continue
		}
		if err := fits(f, value); err != nil {
			return nil, err
		}
		if value == "" {
			stated.Clear = append(stated.Clear, f.Name)
		}
		stated.Values[f.Name] = value
		if value != known.Values[f.Name] {
			changes = append(changes, commerce.FieldChange{Field: f.Name, Before: known.Values[f.Name], After: value})
		}
	}
	if sku, ok := values["sku"]; ok && sku != known.Values["sku"] {
		if err := tx.freeSKU(sku, known.ID); err != nil {
			return nil, err
		}
	}
	if unfit, ok := errors.AsType[*intake.UnfitError](fitMoney(stated, known)); ok {
		return nil, fault.New(fault.Invalid, unfit.Message, unfit.Remedy).InField(unfit.Field)
	}
	return changes, nil
}

// fits refuses a value that a field cannot have.
func fits(f intake.Field, value string) error {
	if value == "" {
		if f.Name == "sku" {
			return fault.New(fault.Invalid, "A product needs a SKU.", "Give it the code you know it by.").InField("sku")
		}
		return nil
	}
	switch {
	case f.Type == intake.Decimal:
		d, err := commerce.ParseDecimal(value)
		if err != nil || d.Sign() < 0 {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no number of zero or more.", value), "Write it with digits and a point, such as 12.50.").InField(f.Name)
		}
	case f.Type == intake.Currency:
		if c, err := commerce.ParseCurrency(value); err != nil || string(c) != value {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no currency.", value), "Write three capitals, such as USD.").InField(f.Name)
		}
	case f.Type == intake.Word && !slices.Contains(f.Words, value):
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is none of %v.", value, f.Words), "Choose one of them.").InField(f.Name)
	case f.Name == "gtin":
		if _, ok := catalog.ParseGTIN(value); !ok {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no GTIN: its length or its last digit, which checks the others, is wrong.", value),
				"Read it off the barcode again: 8, 12, 13 or 14 digits.").InField(f.Name)
		}
	}
	return nil
}
