package export_test

import (
	"strings"
	"testing"

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
			for _, format := range roundTripFormats {
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
