package tabular_test

import (
	"context"
	"strings"
	"testing"

	"tradepost/backend/tabular"
)

// TestCurrencyOfAChannel leaves unsaid what a channel's own orders say, and says so in the plan; orders in two currencies
// say nothing.
func TestCurrencyOfAChannel(t *testing.T) {
	ctx := context.Background()
	const prices = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\nbowl,Bowl,Title,Default Title,BOWL-2,12.50\n"
	for name, c := range map[string]struct {
		orders []string
		errors int
	}{
		"one currency":   {[]string{shopify}, 0},
		"two currencies": {[]string{shopify, strings.NewReplacer("#", "#9", "USD", "EUR", ",900", ",990").Replace(shopify)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, im := opened(t)
			for _, text := range c.orders {
				importText(t, im, "orders.csv", text)
			}
			file, _, _ := im.Receive(ctx, "products.csv", strings.NewReader(prices)) // too few columns to be sure by itself
			i := planned(t, im, tabular.Request{FileID: file.ID, Format: "shopify.products"})
			said, asked := false, false
			for _, w := range i.Warnings {
				said = said || w.Code == "currency" && strings.Contains(w.Message, "USD")
				asked = asked || w.Code == "currency_needed"
			}
			if asked == said {
				t.Errorf("a file without a currency is either told or asked about: %+v", i.Warnings)
			}
			if i.Counts.Error != c.errors || said != (c.errors == 0) {
				t.Fatalf("%+v, %+v", i.Counts, i.Warnings)
			}
		})
	}
}
