package format_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

// verdict is what a person found right for a file: the format it is read as, or the words of the refusal.
type verdict struct {
	format     string // "" when the file is refused
	confidence float64
	rows       int
	records    int
	problems   string // the codes of what is wrong, in order, each once; the reason stands beside it
	refusal    string // what the refusal must say
}

// verdicts has every file of the shared sample set. Files below headers/ are the header rows of real exports, without rows.
var verdicts = map[string]verdict{
	"INDEX.md": {refusal: "I don't know this file"}, // prose

	// header rows of orders
	"headers/amazon-order-report.tsv":               {format: "amazon.orders", confidence: 1},
	"headers/amazon-unshipped-orders-2025.tsv":      {format: "amazon.unshipped", confidence: 1},
	"headers/ebay-orders-us-current.csv":            {format: "ebay.orders", confidence: 1},
	"headers/etsy-sold-order-items-2026-no-sku.csv": {format: "etsy.order_items", confidence: 1},
	"headers/etsy-sold-orders-2022.csv":             {format: "etsy.orders", confidence: 1},
	"headers/shopify-orders-2025-12.csv":            {format: "shopify.orders", confidence: 1},
	"headers/square-items-2026.csv":                 {format: "square.items", confidence: 1},
	"headers/square-transactions-2026.csv":          {format: "square.transactions", confidence: 1},
	"headers/tiktok-shop-orders-my-2026.csv":        {format: "tiktok.orders", confidence: 1},
	"headers/walmart-orders-2022-xlsx-columns.csv":  {format: "walmart.orders", confidence: 1},

	// orders; those of Square had their ids taken out before they were published, so none can be told from another
	"square-transactions-2018.csv":                          {format: "square.transactions", confidence: 1, rows: 4, records: 4, problems: "number_missing"},
	"synthetic/amazon-order-report.txt":                     {format: "amazon.orders", confidence: 1, rows: 3, records: 2},
	"synthetic/ebay-orders-with-blank-lines-and-footer.csv": {format: "ebay.orders", confidence: 1, rows: 2, records: 2},
	"synthetic/etsy-sold-order-items.csv":                   {format: "etsy.order_items", confidence: 1, rows: 2, records: 1},
	"synthetic/shopify-orders.csv":                          {format: "shopify.orders", confidence: 1, rows: 4, records: 3},
	"synthetic/tiktok-shop-orders-bom-description-row.csv":  {format: "tiktok.orders", confidence: 1, rows: 3, records: 2},
	"synthetic/walmart-orders.csv":                          {format: "walmart.orders", confidence: 1, rows: 1, records: 1},

	// products; variants without an SKU are known by handle and options
	"headers/woocommerce-products.csv":       {format: "woocommerce.products", confidence: 1},
	"shopify-product-template-umsu2.csv":     {format: "shopify.products", confidence: 1, rows: 3, records: 3},
	"medusa-exported-products-comma.csv":     {format: "medusa.products", confidence: 1, rows: 3, records: 3},
	"medusa-exported-products-semicolon.csv": {format: "medusa.products", confidence: 1, rows: 3, records: 3},
	"medusa-invalid-column.csv":              {format: "medusa.products", confidence: 1, rows: 1, records: 1},
	"medusa-invalid-prices.csv":              {format: "medusa.products", confidence: 1, rows: 1, records: 1},
	"medusa-product-with-categories.csv":     {format: "medusa.products", confidence: 1, rows: 2, records: 2},
	"medusa-unrelated-column.csv":            {format: "medusa.products", confidence: 1, rows: 1, records: 1},
	"medusa-v1-template.csv":                 {format: "medusa.products", confidence: 0.65, rows: 5, records: 5},

	// files for other programs to take in
	"headers/out-google-merchant.tsv":    {refusal: "15 columns separated by tab: id, title"},
	"headers/out-meta-catalog.csv":       {refusal: "21 columns separated by comma: id, title"},
	"headers/out-quickbooks-invoice.iif": {refusal: "18 columns separated by tab: !TRNS"},
	"headers/out-usps-click-n-ship.csv":  {refusal: "59 columns separated by comma: Reference ID"},
	"headers/out-xero-sales-invoice.csv": {refusal: "27 columns separated by comma: *ContactName"},
}

// Every file of the sample set is in the table, and is read or refused as the table says.
func TestSharedVerdicts(t *testing.T) {
	root := filepath.Dir(shared(t, "INDEX.md"))
	left := maps.Clone(verdicts)
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		want, known := left[filepath.ToSlash(name)]
		delete(left, filepath.ToSlash(name))
		if got := judged(t, path, want); !known || got != want {
			t.Errorf("%s (in the table: %v):\n got %+v\nwant %+v", name, known, got, want)
		}
		return nil
	})
	if err != nil || len(left) > 0 {
		t.Errorf("in the table and not in the sample set: %q (%v)", slices.Sorted(maps.Keys(left)), err)
	}
}

// judged reads a file and says what came out; what is as wanted, or better, is put as it was wanted.
func judged(t *testing.T, path string, want verdict) verdict {
	t.Helper()
	rec, err := format.Recognise(context.Background(), file(path))
	if err != nil {
		if fault.Is(err, fault.Invalid) && want.refusal != "" && strings.Contains(err.Error(), want.refusal) {
			return want
		}
		return verdict{refusal: err.Error()}
	}
	got := verdict{format: rec.Format, confidence: rec.Confidence, rows: rec.Rows}
	if rec.Confidence >= want.confidence {
		got.confidence = want.confidence
	}
	var codes []string
	for _, r := range readAs(t, file(path), rec, answers()) {
		got.records++
		for _, p := range r.Problems {
			codes = append(codes, p.Code)
		}
	}
	slices.Sort(codes)
	got.problems = strings.Join(slices.Compact(codes), " ")
	return got
}
