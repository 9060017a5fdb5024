package format_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/intake"
	"tradepost/backend/tabular/format"
)

// TestStatedRecordsStandAlone reads every record of a group again from its own rows: they say all of it, though the
// file states what a product's variants share only once.
func TestStatedRecordsStandAlone(t *testing.T) {
	for _, name := range []string{"shopify_products.csv", "woocommerce_products.csv", "medusa_products.csv"} {
		src := file(filepath.Join("testdata", name))
		rec := recognise(t, src)
		for _, want := range readAs(t, src, rec, answers()) {
			bound, err := format.ForColumns(rec.Format, rec.Columns)
			if err != nil {
				t.Fatal(err)
			}
			got, err := format.ReadRows(bound, answers(), rec.Columns, want.Rows)
			if err != nil || !maps.Equal(got.Stated.Values, want.Stated.Values) || !slices.Equal(got.Stated.Clear, want.Stated.Clear) || got.Key != want.Key {
				t.Errorf("%s, record %d: %v\ngot  %+v\nwant %+v", name, want.Ordinal, err, got.Stated, want.Stated)
			}
		}
	}
}

// TestRowsHoldTheFilesCells keeps computed cells out of what is kept of a record.
func TestRowsHoldTheFilesCells(t *testing.T) {
	src := file(filepath.Join("testdata", "woocommerce_products.csv"))
	rec := recognise(t, src)
	for _, r := range readAs(t, src, rec, answers()) {
		for _, row := range r.Rows {
			if len(row.Cells) != len(rec.Columns) {
				t.Errorf("line %d has %d cells of %d columns", row.Number, len(row.Cells), len(rec.Columns))
			}
		}
	}
}

func TestScatteredVariationsFindTheirProduct(t *testing.T) {
	records := read(t, text("ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Tax status,In stock?,Regular price,Sale price,Categories,Parent\n"+
		"1,variation,A-1,A one,1,0,visible,,taxable,1,5,,,A\n"+
		"2,simple,B,Bee,1,0,visible,,taxable,1,6,,,\n"+
		"3,variable,A,The A,1,0,visible,short,taxable,1,,,Toys,\n"+
		"4,variation,A-2,A two,1,0,visible,,taxable,1,7,,,A\n"), answers())
	var got []string
	for _, r := range records {
		got = append(got, r.Key+"="+r.Stated.Values["product.title"]+"/"+r.Stated.Values["product.type"])
		if len(r.Problems) > 0 {
			t.Errorf("%s: %v", r.Key, r.Problems)
		}
	}
	if want := "A-1=The A/Toys A-2=The A/Toys B=Bee/"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
	for i, r := range records {
		if r.Ordinal != i+1 {
			t.Errorf("record %s is number %d, not %d", r.Key, r.Ordinal, i+1)
		}
	}
}

func TestPricesInTheChannelsCurrency(t *testing.T) {
	src := file(filepath.Join("testdata", "medusa_products.csv"))
	for currency, want := range map[string]string{"USD": "27.50 USD, 29.00 EUR", "EUR": "24.00 EUR, 29.00 EUR", "": "24.00 EUR, 29.00 EUR"} {
		opt := answers()
		opt.Currency = ""
		if currency != "" {
			opt.Currency = "USD"
			if currency == "EUR" {
				opt.Currency = "EUR"
			}
		}
		var got []string
		for _, r := range read(t, src, opt) {
			got = append(got, r.Stated.Values["price"]+" "+r.Stated.Values["currency"])
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("in %q the prices are %v, want %s", currency, got, want)
		}
	}
}

// TestClearTokenInOrders empties a field of an order, and never a line's value or its number.
func TestClearTokenInOrders(t *testing.T) {
	head := "Name,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Method,Total,Tags,Shipping Address2,Financial Status,Fulfillment Status,Subtotal,Shipping Name,Billing Name\n"
	records := read(t, text(head+"#1,2026-01-02 03:04:05 +0000,USD,1,Mug,5.00,MUG,[clear],[Clear],[clear], [clear] ,paid,,5.00,Ann,Ann\n"+
		"#2,2026-01-02 03:04:05 +0000,USD,1,Mug,[clear],MUG,Post,5.00,,,[clear],,5.00,Bob,Bob\n"), answers())
	got := records[0].Order
	if want := []string{"total", "shipping_method", "tags", "ship_to.line2"}; !slices.Equal(slices.Sorted(slices.Values(got.Clear)), slices.Sorted(slices.Values(want))) ||
		got.ShippingMethod != "" || got.Total.Stated || len(got.Tags) > 0 || len(records[0].Problems) > 0 {
		t.Errorf("cleared %v of %+v, problems %v", got.Clear, got, records[0].Problems)
	}
	if ship, _ := got.Party("ship_to"); ship.Line2 != "" || ship.Name != "Ann" {
		t.Errorf("the address is %+v", ship)
	}
	var codes []string
	for _, p := range records[1].Problems {
		codes = append(codes, p.Column+" "+p.Code)
		if p.Remedy == "" || p.Row != 3 {
			t.Errorf("the problem is not told: %+v", p)
		}
	}
	slices.Sort(codes)
	if strings.Join(codes, ", ") != "Financial Status clear, Lineitem price clear" {
		t.Errorf("problems are %v", codes)
	}
}

func TestEveryKindHasFieldsForPeople(t *testing.T) {
	for _, kind := range append([]intake.Kind{intake.Products, intake.Customers, intake.StockCounts, intake.Tracking, intake.Prices, intake.Links}, intake.Orders) {
		infos := format.FieldInfos(string(kind))
		seen := map[string]string{}
		for _, f := range infos {
			if f.Label == "" || f.Group == "" || strings.Contains(f.Label, "_") || strings.Contains(f.Label, ".") {
				t.Errorf("%s %s is called %q of %q", kind, f.Name, f.Label, f.Group)
			}
			if other, twice := seen[f.Group+f.Label]; twice {
				t.Errorf("%s: %s and %s are both called %s %s", kind, other, f.Name, f.Group, f.Label)
			}
			seen[f.Group+f.Label] = f.Name
		}
		if len(infos) == 0 {
			t.Errorf("%s has no fields", kind)
		}
	}
}
