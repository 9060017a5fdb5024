package listings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/listings"
	"tradepost/backend/order"
	"tradepost/backend/store"
)

// What is linked by the hundred is what each listing's own suggestion says, and nothing that is less sure.
func TestMatchesAreTheSureSuggestions(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, t.TempDir(), store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	for i := range 8 {
		v, err := s.AddVariant(ctx, fmt.Sprintf("MUG-%d", i), "A mug")
		must(t, err)
		if i < 3 {
			_, err = s.EditItem(ctx, v.ID, -1, map[string]string{"gtin": []string{"4006381333931", "036000291452", "96385074"}[i]})
			must(t, err)
		}
	}
	skus := []string{"mug0", "MUG_1", "mug 2", "mug-9", "4006381333931", "0036000291452", "00000096385074", "4006381333930", "m", "", "MUG-3-2X"}
	must(t, s.Write(ctx, store.Bulk, func(tx *store.Tx) error {
		c, err := tx.EnsureChannel("Fair", "other")
		if err != nil {
			return err
		}
		o := &order.Order{ChannelID: c.ID, Number: "1", Placed: commerce.Stamp{At: 1_770_000_000_000}}
		for i, sku := range skus {
			o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: sku, Title: "Sold " + sku, Quantity: "1", UOM: "each"})
		}
		return tx.InsertOrder(o)
	}))
	all, err := s.Listings(ctx, catalog.ListingFilter{State: catalog.Unlinked, Limit: 100})
	must(t, err)
	suggested, err := s.Suggestions(ctx, all)
	must(t, err)
	linker := listings.New(s)
	for _, sure := range []catalog.Sure{catalog.Exact, catalog.Likely} {
		matches, err := linker.Matches(ctx, "Fair", sure)
		must(t, err)
		found := map[int64]string{}
		for _, m := range matches {
			found[m.ListingID] = fmt.Sprint(m.VariantID, " ", m.Sure)
		}
		for i, g := range all {
			want := ""
			if f := suggested[i]; len(f) > 0 && f[0].Sure.AtLeast(sure) && (f[0].How == catalog.SameSKU || f[0].How == catalog.SameGTIN || f[0].How == catalog.FoldedSKU) {
				want = fmt.Sprint(f[0].Variant.ID, " ", f[0].Sure)
			}
			if found[g.ID] != want {
				t.Errorf("%s: %q matches %q, and %q is suggested", sure, g.SKU, found[g.ID], want)
			}
		}
	}
	if _, err := linker.Plan(ctx, listings.Request{Sure: catalog.Possible}); err == nil || !strings.Contains(err.Error(), "Only exact and likely") {
		t.Errorf("what is only possible was planned: %v", err)
	}
	if _, err := linker.Matches(ctx, "Nowhere", catalog.Exact); err == nil {
		t.Error("a channel that is not there has matches")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
