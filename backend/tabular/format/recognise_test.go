package format_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

const shopifyHeader = "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping Name,Id,Tags"

const shopifyRow = "#1,a@b.example,paid,unfulfilled,USD,10.00,0.00,0.00,10.00,2026-01-02 03:04:05 +0000,1,Mug,10.00,M-1,Ann,Ann,77,"

func TestRecogniseRefusesInWords(t *testing.T) {
	tests := []struct {
		name, in string
		words    []string
	}{
		{"empty", "", []string{"empty"}},
		{"blank", "\ufeff\r\n  \n\n", []string{"empty"}},
		{"xlsx", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", []string{"Excel", "xlsx"}},
		{"zip", "PK\x03\x04\x14\x00\x00\x00orders.csv", []string{"zip"}},
		{"xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", []string{"Excel", "xls"}},
		{"pdf", "%PDF-1.7\n%\xE2\xE3", []string{"PDF"}},
		{"gzip", "\x1f\x8b\x08\x00\x00", []string{"gzip"}},
		{"JSON", "\xEF\xBB\xBF[\n {\"id\":\"1\"}]", []string{"It is JSON, a list of objects that state id"}},
		{"JSON lines", "{\"id\":\"1\"}\n{\"id\":\"2\",\"no\":null}\n", []string{"It is JSON, objects one behind the other that state id, no"}},
		{"JSON without records", "[ ]\n", []string{"holds no records"}},
		{"JSON that states nothing", "{}\n{}", []string{"holds no records"}},
		{"title above the columns", "Report for my shop\r\n\r\nBestellnr;Datum;Artikel\r\nA1;21.07.2026;MUG\r\n", []string{"Line 3", "Bestellnr"}},
		{"web page", "\n<!DOCTYPE html><html><body>Sign in</body></html>", []string{"web page"}},
		{"binary", strings.Repeat("\x00\x01\x02\x03\x00", 50), []string{"not a text file"}},
		{"prose", "Dear shop,\nplease send me my order.\n", []string{"I don't know this file"}},
		{"one column", "just text\nmore text\n", []string{"I don't know this file", "just text"}},
		{"other columns", "Handle,Title,Vendor\nmug,Mug,Us\n", []string{"I don't know this file", "3 columns", "comma", "Handle"}},
		{"nearly Shopify", "Name,Email,Financial Status,Created at,Lineitem name\n#1,,,,\n", []string{"I don't know this file", "Shopify orders", "Lineitem price"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, err := format.Recognise(context.Background(), text(tt.in))
			var coded *fault.Error
			if !errors.As(err, &coded) || coded.Code != fault.Invalid || coded.Remedy == "" {
				t.Fatalf("got %+v, %v; want an error in words with a remedy", rec, err)
			}
			for _, word := range tt.words {
				if !strings.Contains(coded.Message, word) {
					t.Errorf("%q does not say %q", coded.Message, word)
				}
			}
		})
	}
}

func TestRecogniseVariants(t *testing.T) {
	body := shopifyHeader + "\n" + shopifyRow + "\n"
	tests := []struct {
		name, in          string
		header, rows      int
		delimiter, encode string
	}{
		{"plain", body, 1, 1, "comma", "UTF-8"},
		{"header only", shopifyHeader, 1, 0, "comma", "UTF-8"},
		{"mark", "\ufeff" + body, 1, 1, "comma", "UTF-8"},
		{"blank lines before", "\n\r\n" + body, 3, 1, "comma", "UTF-8"},
		{"lines before the header", "Orders of my shop\nexported today\n" + body, 3, 1, "comma", "UTF-8"},
		{"semicolon", strings.ReplaceAll(body, ",", ";"), 1, 1, "semicolon", "UTF-8"},
		{"tab", strings.ReplaceAll(body, ",", "\t"), 1, 1, "tab", "UTF-8"},
		{"sep line", "sep=|\r\n" + strings.ReplaceAll(body, ",", "|"), 2, 1, "pipe", "UTF-8"},
		{"sep line wins", "SEP=;\n" + strings.ReplaceAll(body, ",", ";"), 2, 1, "semicolon", "UTF-8"},
		{"blank rows between", shopifyHeader + "\n" + strings.Repeat(",", 17) + "\n" + shopifyRow + "\n\n , ,\n", 1, 1, "comma", "UTF-8"},
		{"other case and punctuation", strings.ToUpper(strings.ReplaceAll(shopifyHeader, " ", "_")) + "\n" + shopifyRow, 1, 1, "comma", "UTF-8"},
		{"quoted header", `"` + strings.ReplaceAll(shopifyHeader, ",", `","`) + "\"\n" + shopifyRow, 1, 1, "comma", "UTF-8"},
		{"windows", strings.Replace(body, "Mug", "Caf\xe9", 1), 1, 1, "comma", "Windows-1252"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := recognise(t, text(tt.in))
			if rec.Format != "shopify.orders" || rec.HeaderRow != tt.header || rec.Rows != tt.rows || rec.Delimiter != tt.delimiter || rec.Encoding != tt.encode {
				t.Errorf("got %+v", rec)
			}
			if records := read(t, text(tt.in), format.Options{}); len(records) != tt.rows {
				t.Errorf("%d records, want %d", len(records), tt.rows)
			}
		})
	}
}

func TestUnknownColumnsAreKept(t *testing.T) {
	in := "My Column," + shopifyHeader + ",Name\nkeep," + shopifyRow + ",again\n"
	rec := recognise(t, text(in))
	if !slices.Equal(rec.UnknownColumns, []string{"My Column", "Name"}) {
		t.Errorf("unknown columns %q", rec.UnknownColumns)
	}
	r := readAs(t, text(in), rec, format.Options{})[0]
	if r.Rows[0].Cells[0] != "keep" || r.Order.Number != "#1" || len(r.Problems) > 0 {
		t.Errorf("got %+v", r)
	}
}

func TestColumnsAreFoundByNameNotPosition(t *testing.T) {
	header, row := strings.Split(shopifyHeader, ","), strings.Split(shopifyRow, ",")
	want := dump(read(t, text(shopifyHeader+"\n"+shopifyRow), format.Options{}))
	for shift := 1; shift < len(header); shift++ {
		h, r := slices.Concat(header[shift:], header[:shift]), slices.Concat(row[shift:], row[:shift])
		if got := dump(read(t, text(strings.Join(h, ",")+"\n"+strings.Join(r, ",")), format.Options{})); got != want {
			t.Errorf("columns moved by %d give\n%s", shift, got)
		}
	}
}

func TestRecogniseAs(t *testing.T) {
	ctx := context.Background()
	narrow := "Name,Created at,Lineitem quantity,Lineitem name,Lineitem price\n#1,2026-01-02,1,Mug,5\n"
	if _, err := format.Recognise(ctx, text(narrow)); !fault.Is(err, fault.Invalid) {
		t.Errorf("recognised too little: %v", err)
	}
	rec, err := format.RecogniseAs(ctx, text(narrow), "shopify.orders")
	if err != nil || rec.Rows != 1 || !rec.ZoneNeeded || !rec.CurrencyNeeded {
		t.Errorf("got %+v, %v", rec, err)
	}
	_, err = format.RecogniseAs(ctx, text("Name,Created at\n#1,x\n"), "shopify.orders")
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "Lineitem quantity, Lineitem name, Lineitem price") {
		t.Errorf("missing columns are not named: %v", err)
	}
	if _, err = format.RecogniseAs(ctx, text(narrow), "nobody.orders"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown format: %v", err)
	}
	if rec, err = format.RecogniseAs(ctx, text(shopifyHeader), "auto"); err != nil || rec.Format != "shopify.orders" {
		t.Errorf("auto: %+v, %v", rec, err)
	}
}

func TestNeverTwoSure(t *testing.T) {
	both := "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\tpromise-date\tdays-past-promise\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\tcurrency\titem-price\titem-tax\tshipping-price\tship-service-level\trecipient-name\n"
	for _, sure := range format.Confidences(both)[1:] {
		if sure > 0.9 {
			t.Errorf("a second format is sure: %v", format.Confidences(both))
		}
	}
}

func TestFormats(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range format.Formats() {
		if f.Name == "" || f.HowToGet == "" || len(format.FieldInfos(f.Kind)) == 0 || f.ChannelKind == "" || ids[f.ID] {
			t.Errorf("incomplete or twice: %+v", f)
		}
		ids[f.ID] = true
	}
	for _, id := range []string{"shopify.orders", "amazon.orders", "amazon.unshipped", "amazon.all_orders", "ebay.orders", "etsy.orders", "etsy.order_items",
		"tiktok.orders", "walmart.orders", "square.transactions", "square.items", "woocommerce.webtoffee", "woocommerce.algolplus",
		"woocommerce.skyverge", "woocommerce.skyverge_items"} {
		if !ids[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestSourceThatCannotBeOpened(t *testing.T) {
	if _, err := format.Recognise(context.Background(), file("testdata/none.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := format.Recognise(ctx, text(shopifyHeader)); !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
}
