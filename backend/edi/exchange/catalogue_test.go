package exchange_test

import (
	"strings"
	"testing"

	"tradepost/backend/catalog"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/edi/trade"
	"tradepost/backend/store"
)

// TestDiffersFromTheCatalogue names items that are not in the catalogue, prices that are not ours, and packs of another size, each on its line of
// the file; what fits is not spoken of.
func TestDiffersFromTheCatalogue(t *testing.T) {
	h := opened(t, store.Options{})
	text := strings.Replace(h.sample(po), "PO1*1*24*EA", "PO1*1*24*CA", 1)
	catalogue := map[string]exchange.Sold{
		"MUG-BLU": {Known: true, SKU: "MUG-BLU", Pack: "12", Price: catalog.Wanted{Price: "7.50", Currency: "USD", Steps: []catalog.PriceStep{{Words: "set for this listing"}}}},
	}
	var found []string
	_, err := desk.Documents(strings.NewReader(text), desk.Options{}, func(all []trade.Filed) error {
		differs, err := exchange.Differs(func(_ int64, sku, _ string) (exchange.Sold, error) { return catalogue[sku], nil }, &all[0], 0)
		for _, p := range differs {
			found = append(found, p.Code+": "+p.Message)
			if p.Remedy == "" || p.Expected == "" || p.Found == "" || p.Row != 24 && p.Code != "unknown_sku" {
				t.Errorf("%+v", p)
			}
		}
		return err
	})
	h.must(err)
	want := "price_differs: Line 1: MUG-BLU is ordered at 7.25, and costs 7.50 here (set for this listing).\n" +
		"pack_differs: Line 1: one case of MUG-BLU holds 6, and one sale of it takes 12 here.\n" +
		"unknown_sku: 1 of 2 lines are not in your catalogue: BOWL-GRN."
	if got := strings.Join(found, "\n"); got != want {
		t.Errorf("%s", got)
	}
	catalogue["MUG-BLU"] = exchange.Sold{Known: true, SKU: "MUG-BLU", Pack: "6", Price: catalog.Wanted{Price: "7.25", Currency: "USD"}}
	catalogue["BOWL-GRN"] = exchange.Sold{Known: true}
	found = nil
	_, err = desk.Documents(strings.NewReader(text), desk.Options{}, func(all []trade.Filed) error {
		differs, err := exchange.Differs(func(_ int64, sku, _ string) (exchange.Sold, error) { return catalogue[sku], nil }, &all[0], 0)
		for _, p := range differs {
			found = append(found, p.Message)
		}
		return err
	})
	h.must(err)
	if len(found) > 0 {
		t.Errorf("%q", found)
	}
}

// TestUnknownItemsAreWarnedOf says in the plan which items of an order are not in the catalogue, once there is one.
func TestUnknownItemsAreWarnedOf(t *testing.T) {
	h := opened(t, store.Options{})
	if i := h.plan(h.sample(po)); i.Counts.Warning != 1 || len(i.Warnings) == 0 || !strings.Contains(i.Warnings[len(i.Warnings)-1].Message, "Nothing came from the id ZZ:BIGMART before") {
		t.Errorf("without a catalogue: %+v", i.Warnings)
	}
	h.bring("products", "Shop", "sku,title\nMUG-BLU,Mug\n")
	again := h.plan(h.sample(po))
	if len(again.Warnings) == 0 || !strings.Contains(again.Warnings[len(again.Warnings)-1].Message, "1 of 2 lines are not in your catalogue: BOWL-GRN.") {
		t.Errorf("%+v %+v", again.Counts, again.Warnings)
	}
}

// TestOtherReceiver tells of what is addressed to another id of ours than before.
func TestOtherReceiver(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	next := strings.NewReplacer("000000101", "000000102", "4500123456", "4500123457", "SMALLWORKS     ", "SMALLERWORKS   ").Replace(h.sample(po))
	if i := h.plan(next); len(i.Warnings) == 0 || !strings.Contains(i.Warnings[len(i.Warnings)-1].Message, "addressed to SMALLERWORKS, and BIGMART knew you as SMALLWORKS") {
		t.Errorf("%+v", i.Warnings)
	}
}
