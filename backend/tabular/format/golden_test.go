package format_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/format"
)

var update = flag.Bool("update", false, "write the golden files anew; then read them by eye")

func TestGolden(t *testing.T) {
	for name, want := range map[string]string{
		"shopify.csv": "shopify.orders", "amazon_orders_41.txt": "amazon.orders", "amazon_unshipped_27.txt": "amazon.unshipped",
		"amazon_all_orders_32.txt": "amazon.all_orders", "ebay_uk.csv": "ebay.orders", "etsy_orders.csv": "etsy.orders",
		"etsy_items_uk.csv": "etsy.order_items", "tiktok_us.csv": "tiktok.orders", "walmart.csv": "walmart.orders",
		"amazon_orders_jp.txt": "amazon.orders", "ebay_de.csv": "ebay.orders", "square_transactions_2026.csv": "square.transactions", "square_items_2017.csv": "square.items",
		"shopify_products.csv": "shopify.products", "woocommerce_products.csv": "woocommerce.products", "medusa_products.csv": "medusa.products",
		"tradepost_orders.json": "tradepost.orders", "tradepost_products.ndjson": "tradepost.products", "tradepost_customers.json": "tradepost.customers",
		"tradepost_reported_stock.csv": "tradepost.reported_stock", "tradepost_payments.csv": "tradepost.payments",
		"woo_webtoffee.csv": "woocommerce.webtoffee", "woo_webtoffee_packed.csv": "woocommerce.webtoffee", "woo_algolplus.csv": "woocommerce.algolplus",
		"woo_skyverge.csv": "woocommerce.skyverge", "woo_skyverge_import.csv": "woocommerce.skyverge", "woo_skyverge_items.csv": "woocommerce.skyverge_items",
	} {
		t.Run(name, func(t *testing.T) {
			src := file(filepath.Join("testdata", name))
			sure := format.Confidences(mustRead(t, string(src)))
			if rec := recognise(t, src); len(sure) > 1 && sure[1] > 0.9 || rec.Format != want || rec.Confidence < 0.95 {
				t.Errorf("recognised as %s with %v: %v", rec.Format, rec.Confidence, rec.Reasons)
			}
			compareGolden(t, string(src)+".golden", dump(read(t, src, answers())))
		})
	}
}

// answers are what a channel says where a file leaves it open.
func answers() format.Options {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return format.Options{Zone: zone, ZoneSource: commerce.ZoneFromOption, Currency: "USD"}
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v); got:\n%s", path, err, got)
	}
}
