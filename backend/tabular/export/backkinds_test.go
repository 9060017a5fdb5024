package export_test

import (
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular/export"
)

// nastyProducts have texts that are guarded, ids that look like numbers, and two lines in a cell.
const nastyProducts = `Tradepost's own columns are below
SKU,GTIN,Product,Variant,Vendor,Tags,Status,Option 1 name,Option 1,Price,Currency,Weight in grams,Description,Known since,Type,Cost,Image,Listings
MUG-1,4006381333931,"=HYPERLINK(""x"")",Red, @Vendor ,"=b, a",active,Colour,Red,9.50,USD,300,"<p>a
b</p>",,,,,
000123,,Tea,,-V,,draft,,,1200,JPY,,,,,,,
1E5,,"'=quoted",,,,,,,3.125,KWD,0.5,,,,,,
`

const nastyStock = "SKU,Location,On hand,Tracked since,Last movement\nMUG-1,=Main,5,,\n000123,Hall 2,2.5,,\n1E5,Hall 2,0,,\n"

// TestOwnProductsAndStockComeBack shows that the files of products and of stock change nothing when they are read back.
func TestOwnProductsAndStockComeBack(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		if i := imported(t, s, "products.csv", nastyProducts); i.Format != "tradepost.products" || i.Counts.New != 3 {
			t.Fatalf("read as %s: %+v", i.Format, i.Counts)
		}
		if i := imported(t, s, "stock.csv", nastyStock); i.Format != "tradepost.stock" || i.Counts.New != 3 {
			t.Fatalf("read as %s: %+v", i.Format, i.Counts)
		}
		for key, want := range map[string]string{"products.all": "tradepost.products", "stock.all": "tradepost.stock"} {
			for _, format := range export.Formats {
				_, m := written(t, s, export.Request{Template: shipped(t, key), Format: format, Name: key + "." + string(format)})
				text := m.only(t)
				i := imported(t, s, key+"."+string(format), text)
				if i.Format != want || i.Counts.Same != 3 || i.Counts.New+i.Counts.Changed+i.Counts.Error+i.Counts.Skipped != 0 {
					t.Errorf("%s as %s comes back as %s: %+v\n%s", key, format, i.Format, i.Counts, strings.ToValidUTF8(text[:min(len(text), 900)], "?"))
				}
			}
		}
	})
}

// shop are two orders of one buyer, of whom nothing but orders tells.
func shop() []order.Order {
	all := some()[:2]
	all[1].Parties = all[0].Parties
	return all
}

// TestOwnNumbersOfAnotherWorkspaceCountForNothing: customer and variant 1 there are others than here.
func TestOwnNumbersOfAnotherWorkspaceCountForNothing(t *testing.T) {
	var customers, products string
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, shop()...)
		imported(t, s, "products.csv", nastyProducts)
		_, m := written(t, s, export.Request{Template: shipped(t, "customers.all"), Format: export.NDJSON, Name: "customers.ndjson"})
		customers = m.only(t)
		_, m = written(t, s, export.Request{Template: shipped(t, "products.all"), Format: export.JSON, Name: "products.json"})
		products = m.only(t)
	})
	opened(t, t.TempDir(), func(s *store.Store) {
		imported(t, s, "other.csv", "Tradepost customer,Name,Email,Phone,City,Postal code,Country,Company,Address 1,Address 2,Orders,First order,Last order,Known since\n,Grace Hopper,grace@example.com,,,,,,,,,,,\n")
		imported(t, s, "others.csv", strings.Replace(nastyProducts, "MUG-1,4006381333931", "OTHER,4006381333900", 1))
		if i := imported(t, s, "customers.ndjson", customers); i.Counts.New != 1 || i.Counts.Changed != 0 {
			t.Errorf("%+v", i.Counts)
		}
		if i := imported(t, s, "products.json", products); i.Counts.New != 1 || i.Counts.Same != 2 {
			t.Errorf("%+v", i.Counts)
		}
	})
}

// TestAnOwnFileChangesWhatWasChangedInIt, and nothing beside it.
func TestAnOwnFileChangesWhatWasChangedInIt(t *testing.T) {
	opened(t, t.TempDir(), func(s *store.Store) {
		insert(t, s, shop()...)
		for _, c := range []struct{ key, from, to, want string }{
			{"orders.summary", `,"gift, vip"`, ",shipped", "1 changed, 1 same"},
			{"lines.all", "24.00", "25.00", "1 changed, 1 same"},
			{"customers.all", "ada@example.com", "ada@example.org", "1 changed, 0 same"},
		} {
			_, m := written(t, s, export.Request{Template: shipped(t, c.key), Format: export.CSV, Name: c.key + ".csv"})
			text := m.only(t)
			if !strings.Contains(text, c.from) {
				t.Fatalf("no %s in %s", c.from, text)
			}
			i := imported(t, s, c.key+".csv", strings.ReplaceAll(text, c.from, c.to))
			if is := fmt.Sprintf("%d changed, %d same", i.Counts.Changed, i.Counts.Same); is != c.want || i.Counts.New+i.Counts.Error > 0 {
				t.Errorf("%s: %s, %+v %v", c.key, is, i.Counts, i.Warnings)
			}
			_, m = written(t, s, export.Request{Template: shipped(t, c.key), Format: export.CSV, Name: c.key + ".csv"})
			if c.key == "customers.all" && m.only(t) != strings.ReplaceAll(text, c.from, c.to) {
				t.Errorf("customers are\n%s", m.only(t))
			}
		}
	})
}

// TestPartsOfOrdersMakeNoOrders: a file that does not hold all of an order leaves out those that are not known.
func TestPartsOfOrdersMakeNoOrders(t *testing.T) {
	for _, key := range []string{"orders.summary", "lines.all"} {
		var text string
		opened(t, t.TempDir(), func(s *store.Store) {
			insert(t, s, shop()...)
			_, m := written(t, s, export.Request{Template: shipped(t, key), Format: export.XLSX, Name: key + ".xlsx"})
			text = m.only(t)
		})
		opened(t, t.TempDir(), func(s *store.Store) {
			i := imported(t, s, key+".xlsx", text)
			if i.Counts.Skipped != 2 || i.Counts.New != 0 || len(i.Warnings) == 0 || !strings.Contains(i.Warnings[len(i.Warnings)-1].Remedy, "Orders, complete") {
				t.Errorf("%s: %+v %+v", key, i.Counts, i.Warnings)
			}
		})
	}
}
