package export_test

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// records are what a workspace holds beside orders.
type records struct{ products, counts, customers []intake.Stated }

// insert writes records as files would have stated them.
func (r records) insert(t fatal, s *store.Store) {
	t.Helper()
	must(t, s.InTx(context.Background(), true, func(tx intake.Tx) error {
		c, err := tx.EnsureChannel("Etsy", "other")
		if err != nil {
			return err
		}
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson}
		if err := tx.(tabular.Tx).InsertRun(&run); err != nil {
			return err
		}
		for _, all := range [][]intake.Stated{r.products, r.counts, r.customers} {
			for _, one := range all {
				if _, _, err := tx.Keeper(one.Kind, c.ID).Insert(run.ID, one); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// drawRecords draws products with and without a SKU, tracked and not, in several currencies, and customers of whom more is
// known than their orders say.
func drawRecords(t *rapid.T) (r records) {
	for i := range rapid.IntRange(0, 4).Draw(t, "products") {
		r.products = append(r.products, drawProduct(t, i))
		sku := r.products[i].Values["sku"]
		for _, location := range []string{"Main", "=Hall, \"2\""} {
			if sku != "" && rapid.Bool().Draw(t, "tracked") {
				onHand := rapid.SampledFrom([]string{"0", "5", "2.5", "0.000001", "120000"}).Draw(t, "on hand")
				r.counts = append(r.counts, intake.Stated{Kind: intake.StockCounts, Values: map[string]string{"sku": sku, "location": location, "on_hand": onHand}})
			}
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "customers") {
		c, values := drawContact(t, "customer"), map[string]string{"email": fmt.Sprintf("own%d@example.com", i)}
		for _, f := range customer.Fields {
			if text := *f.Of(&c); text != "" && f.Name != "email" {
				values[f.Name] = text
			}
		}
		r.customers = append(r.customers, intake.Stated{Kind: intake.Customers, Values: values})
	}
	return r
}

func drawProduct(t *rapid.T, i int) intake.Stated {
	values := map[string]string{"product.handle": fmt.Sprintf("handle %d", i/2), "option1.name": "Size", "option1.value": fmt.Sprint(i)}
	for _, field := range []string{"title", "product.title", "product.vendor", "product.type", "product.description", "option2.name", "option2.value", "image_url"} {
		values[field] = drawText(t, field)
	}
	values["sku"] = rapid.SampledFrom([]string{"", fmt.Sprintf("000%d", i), fmt.Sprintf("=%d+1", i), fmt.Sprintf("'-%d", i), fmt.Sprintf("%dE5", i), fmt.Sprintf("山,%d", i)}).Draw(t, "sku")
	values["gtin"] = rapid.SampledFrom([]string{"", fmt.Sprintf("40063813339%02d", i)}).Draw(t, "gtin")
	values["product.tags"] = rapid.SampledFrom([]string{"", "=gift, vip", "a, é"}).Draw(t, "tags")
	values["product.status"] = rapid.SampledFrom([]string{"", "active", "draft", "archived"}).Draw(t, "status")
	values["weight_grams"] = rapid.SampledFrom([]string{"", "300", "0.5"}).Draw(t, "weight")
	if currency := rapid.SampledFrom([]string{"", "USD", "JPY", "KWD"}).Draw(t, "currency"); currency != "" {
		values["currency"] = currency
		prices := map[string][]string{"USD": {"", "9.50", "12.00", "0.125"}, "JPY": {"", "1200"}, "KWD": {"", "3.125", "1.000"}}[currency]
		for _, field := range []string{"price", "compare_at_price", "cost"} {
			values[field] = rapid.SampledFrom(prices).Draw(t, field)
		}
	}
	return intake.Stated{Kind: intake.Products, Values: values}
}
