package format_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/tabular/format"
)

// shop makes a Shopify file of rows given as column=value pairs over a sound row.
func shop(rows ...string) text {
	names := strings.Split(shopifyHeader, ",")
	out := []string{shopifyHeader}
	for _, row := range rows {
		cells := strings.Split(shopifyRow, ",")
		for pair := range strings.SplitSeq(row, "&") {
			name, v, _ := strings.Cut(pair, "=")
			if i := slices.Index(names, name); i >= 0 {
				cells[i] = v
			}
		}
		for i, cell := range cells {
			cells[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out = append(out, strings.Join(cells, ","))
	}
	return text(strings.Join(out, "\n") + "\n")
}

func codes(problems []format.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Code)
	}
	return strings.Join(all, " ")
}

func TestBadCells(t *testing.T) {
	tests := []struct {
		name, row        string
		problem, warning string
		column           string
	}{
		{"sound", "", "", "", ""},
		{"no number", "Name=", "number_missing", "", "Name"},
		{"bad amount", "Total=ten", "amount", "", "Total"},
		{"amount too fine", "Subtotal=10.005", "amount", "", "Subtotal"},
		{"yen with decimals", "Currency=JPY&Subtotal=10.50", "amount", "", "Subtotal"},
		{"another currency's sign", "Total=€10.00", "amount", "", "Total"},
		{"bad price", "Lineitem price=free", "amount", "", "Lineitem price"},
		{"no quantity", "Lineitem quantity=", "quantity", "", "Lineitem quantity"},
		{"zero quantity", "Lineitem quantity=0", "quantity", "", "Lineitem quantity"},
		{"negative quantity", "Lineitem quantity=-2", "quantity", "", "Lineitem quantity"},
		{"bad date", "Created at=yesterday", "date", "", "Created at"},
		{"no such day", "Created at=2026-02-30 10:00:00 +0000", "date", "", "Created at"},
		{"no zone known", "Created at=2026-02-20 10:00:00", "date", "", "Created at"},
		{"day or month", "Created at=07/08/2026", "date", "", "Created at"},
		{"unknown state", "Financial Status=teleported", "state", "", "Financial Status"},
		{"bad currency", "Currency=dollars", "currency currency_missing", "", "Currency"},
		{"no currency", "Currency=", "currency_missing", "", "Subtotal"},
		{"total does not add up", "Total=99.00", "", "totals", ""},
		{"tax inside the prices", "Taxes=1.60", "", "", ""},
		{"price finer than the currency", "Lineitem price=10.005", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := shop("Name=#0", tt.row, "Name=#2")
			records := read(t, src, format.Options{})
			if len(records) != 3 || len(records[0].Problems)+len(records[2].Problems) > 0 {
				t.Fatalf("the neighbours suffer: %s", dump(records))
			}
			r := records[1]
			if codes(r.Problems) != tt.problem || codes(r.Warnings) != tt.warning {
				t.Fatalf("got %s", dump(records[1:2]))
			}
			for _, p := range r.Problems {
				if p.Row != 3 || p.Message == "" || p.Expected == "" || p.Remedy == "" || p == r.Problems[0] && p.Column != tt.column {
					t.Errorf("incomplete problem %+v", p)
				}
			}
			if tt.name != "no number" && r.Order.Number != "#1" {
				t.Errorf("the number is lost: %+v", r.Order)
			}
		})
	}
}

func TestGroupingOfShopifyRows(t *testing.T) {
	line := "&Id=&Currency=&Subtotal=&Shipping=&Taxes=&Total=&Financial Status=&Lineitem name="
	tests := []struct {
		name string
		rows []string
		want string // number/id:titles of each record
	}{
		{"continuation", []string{"Name=#1&Id=1&Lineitem name=A", "Name=#1" + line + "B", "Name=#2&Id=2&Lineitem name=C"}, "#1/1:A+B #2/2:C"},
		{"same number, other id", []string{"Name=#1&Id=1&Lineitem name=A", "Name=#1&Id=9&Lineitem name=B", "Name=#1" + line + "C"}, "#1/1:A #1/9:B+C"},
		{"same number and id", []string{"Name=#1&Id=1&Lineitem name=A", "Name=#1&Id=1&Lineitem name=B"}, "#1/1:A+B"},
		{"scattered", []string{"Name=#1&Id=1&Lineitem name=A", "Name=#2&Id=2&Lineitem name=B", "Name=#1" + line + "C"}, "#1/1:A+C #2/2:B"},
		{"scattered, first row last", []string{"Name=#1" + line + "A", "Name=#2&Id=2&Lineitem name=B", "Name=#1&Id=1&Lineitem name=C"}, "#1/1:A+C #2/2:B"},
		{"scattered, same number, other id", []string{"Name=#1&Id=1&Lineitem name=A", "Name=#2&Id=2&Lineitem name=B", "Name=#1&Id=9&Lineitem name=C", "Name=#1" + line + "D"}, "#1/1:A #2/2:B #1/9:C+D"},
		{"apostrophes do not matter", []string{"Name='#1&Id='1&Lineitem name=A", "Name=#1" + line + "B"}, "#1/1:A+B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for i, r := range read(t, shop(tt.rows...), format.Options{}) {
				var titles []string
				for _, l := range r.Order.Lines {
					titles = append(titles, l.Title)
				}
				got = append(got, r.Order.Number+"/"+r.Order.ExternalID+":"+strings.Join(titles, "+"))
				if r.Ordinal != i+1 || len(r.Problems) > 0 {
					t.Errorf("%s", dump([]format.Record{r}))
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRowWithoutANumberStandsAlone(t *testing.T) {
	records := read(t, shop("Name=#1&Id=1", "Name=&Id=", "Name=#1&Id="), format.Options{})
	if len(records) != 2 || codes(records[1].Problems) != "number_missing" || len(records[0].Order.Lines) != 2 {
		t.Errorf("got %s", dump(records))
	}
}

func TestDamagedRows(t *testing.T) {
	in := string(shop("Name=#1&Id=1")) + "#2,x,\"open,y\n" + strings.TrimPrefix(string(shop("Name=#3&Id=3")), shopifyHeader+"\n") + "#4,short\n" +
		shopifyRow + ",too,many\n" + strings.Repeat("x", 5<<20) + "\n" + strings.Replace(shopifyRow, "#1", "#6", 1)
	records := read(t, text(in), format.Options{})
	var got []string
	for _, r := range records {
		got = append(got, r.Key+" "+codes(r.Problems))
	}
	want := []string{"#1 ", "#2 unclosed_quote state", "#3 ", "#4 row_short", "#1 row_long", " record_too_long number_missing", "#6 "}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if p := records[1].Problems[0]; p.Code != "unclosed_quote" || p.Row != 3 || records[1].Order.Number != "#2" {
		t.Errorf("got %+v", p)
	}
	again, err := format.ReadRows(recognise(t, text(in)), format.Options{}, recognise(t, text(in)).Columns, records[1].Rows)
	if err != nil || again.Problems[0].Code != "unclosed_quote" {
		t.Errorf("read again the damage is forgotten: %+v %v", again.Problems, err)
	}
}

func TestStylesAreInferredPerColumn(t *testing.T) {
	records := read(t, shop("Name=#1&Subtotal=1.234&Total=1.234&Taxes=1.234,50&Shipping=0,00&Lineitem price=1.234",
		"Name=#2&Subtotal=12,5&Total=1.234&Taxes=&Shipping=&Lineitem price=9,99"), format.Options{})
	if o := records[0].Order; o.Subtotal != commerce.Minor(123400) || o.Total != commerce.Minor(123400) || o.Lines[0].UnitPrice != "1234.00" {
		t.Errorf("got %s", dump(records))
	}
	mixed := read(t, shop("Name=#1&Total=1.234", "Name=#2&Total=12,5", "Name=#3&Total=12.5"), format.Options{})
	if codes(mixed[0].Problems) != "amount" || codes(mixed[1].Problems)+codes(mixed[2].Problems) != "" {
		t.Errorf("an amount in a mixed column was guessed: %s", dump(mixed))
	}
	said := read(t, shop("Name=#1&Total=1.234", "Name=#2&Total=12,5", "Name=#3&Total=12.5"), format.Options{Decimal: "comma"})
	if said[0].Order.Total != commerce.Minor(123400) {
		t.Errorf("the person's word does not count: %s", dump(said))
	}
}

func TestDateOrderIsInferredOrAsked(t *testing.T) {
	opt := format.Options{Zone: time.UTC, ZoneSource: commerce.ZoneFromWorkspace}
	placed := func(opt format.Options, rows ...string) string {
		r := read(t, shop(rows...), opt)[0]
		return r.Order.Placed.At.String() + codes(r.Problems)
	}
	if got := placed(opt, "Name=#1&Created at=07/08/2026", "Name=#2&Created at=13/08/2026"); got != "2026-08-07T00:00:00Z" {
		t.Errorf("day first: %s", got)
	}
	if got := placed(opt, "Name=#1&Created at=07/08/2026", "Name=#2&Created at=08/13/2026"); got != "2026-07-08T00:00:00Z" {
		t.Errorf("month first: %s", got)
	}
	if got := placed(opt, "Name=#1&Created at=07/08/2026"); got != "date" {
		t.Errorf("guessed: %s", got)
	}
	if got := placed(opt, "Name=#1&Created at=07/08/2026", "Name=#2&Created at=13/08/2026", "Name=#3&Created at=08/13/2026"); got != "date" {
		t.Errorf("guessed in a mixed file: %s", got)
	}
	opt.DateOrder = "mdy"
	if got := placed(opt, "Name=#1&Created at=07/08/2026"); got != "2026-07-08T00:00:00Z" {
		t.Errorf("told: %s", got)
	}
	rec := recognise(t, shop("Created at=13/08/2026"))
	if rec.DateOrder != "dmy" || !rec.ZoneNeeded {
		t.Errorf("got %+v", rec)
	}
}

func TestClockChangesWarn(t *testing.T) {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip(err)
	}
	opt := format.Options{Zone: loc, ZoneSource: commerce.ZoneFromOption}
	records := read(t, shop("Name=#1&Created at=2026-03-08 02:30:00", "Name=#2&Created at=2026-11-01 01:30:00"), opt)
	if codes(records[0].Warnings) != "zone_gap" || codes(records[1].Warnings) != "zone_overlap" {
		t.Errorf("got %s", dump(records))
	}
	if s := records[1].Order.Placed; s.Zone != "America/New_York" || s.ZoneSource != commerce.ZoneFromOption {
		t.Errorf("got %+v", s)
	}
}

func TestCurrency(t *testing.T) {
	r := read(t, shop("Currency="), format.Options{Currency: "CAD"})[0]
	if r.Order.Currency != "CAD" || r.Order.Total != commerce.Minor(1000) || codes(r.Warnings) != "currency_missing" {
		t.Errorf("got %s", dump([]format.Record{r}))
	}
	r = read(t, shop("Currency=&Total=€10.00"), format.Options{Currency: "CAD"})[0]
	if r.Order.Currency != "EUR" {
		t.Errorf("got %s", dump([]format.Record{r}))
	}
	r = read(t, shop("Name=#1&Id=1", "Name=#1&Id=&Currency=EUR"), format.Options{})[0]
	if codes(r.Problems) != "currency_mixed" {
		t.Errorf("got %s", dump([]format.Record{r}))
	}
	for in, want := range map[text]bool{shop("Currency="): true, shop(""): false,
		shop("Name=#1&Id=1", "Name=#1&Id=&Currency="): false, shop("Name=#1&Id=&Currency=", "Name=#2", "Name=#1&Id=1"): false} {
		if rec := recognise(t, in); rec.CurrencyNeeded != want {
			t.Errorf("currency needed %v for\n%s", rec.CurrencyNeeded, in)
		}
	}
}

const amazonHeader = "order-id\torder-item-id\tpurchase-date\tpayments-date\tsku\tproduct-name\tquantity-purchased\tcurrency\titem-price\titem-tax\tshipping-price\tship-service-level\trecipient-name\n"

func amazonRow(order, item, sku, quantity string) string {
	return strings.Join([]string{order, item, "2026-01-01T00:00:00Z", "", sku, "Thing", quantity, "USD", "5.00", "", "", "Std", "Pat"}, "\t") + "\n"
}

func TestAmazonRows(t *testing.T) {
	in := amazonHeader + amazonRow("1", "11", "A", "1") + amazonRow("1", "11", "A", "1") + amazonRow("1", "12", "B", "1") + amazonRow("1", "12", "C", "1") +
		amazonRow("2", "21", "A", "") + amazonRow("", "31", "A", "1")
	records := read(t, text(in), format.Options{})
	want := []string{"duplicate_line/duplicate_line 2", "quantity/ 1", "number_missing/ 1"}
	for i, r := range records {
		if got := fmt.Sprintf("%s/%s %d", codes(r.Problems), codes(r.Warnings), len(r.Order.Lines)); got != want[i] {
			t.Errorf("record %d: %s", i+1, dump(records[i:i+1]))
		}
	}
}

func TestQuotedAmazonFile(t *testing.T) {
	plain := amazonHeader + amazonRow("1", "11", `A "big" one`, "1")
	quoted := strings.ReplaceAll(plain, `"`, `""`)
	quoted = `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(quoted, "\n"), "\t", "\"\t\""), "\n", "\"\n\"") + "\"\n"
	comma := strings.ReplaceAll(quoted, "\t", ",")
	want := dump(read(t, text(plain), format.Options{}))
	for _, in := range []string{quoted, comma} {
		if got := dump(read(t, text(in), format.Options{})); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestLinesOfVoidedAllOrdersStay(t *testing.T) {
	in := "amazon-order-id\tpurchase-date\torder-status\tsku\titem-status\tquantity\tcurrency\titem-price\tlast-updated-date\tfulfillment-channel\tsales-channel\tasin\titem-tax\n" +
		"1\t2026-01-01T00:00:00Z\tCancelled\tA\tCancelled\t1\tEUR\t5.00\t\t\t\t\t\n" + "2\t2026-01-01T00:00:00Z\tShipped - Returned to Seller\tA\tCancelled\t1\tEUR\t5.00\t\t\t\t\t\n"
	records := read(t, text(in), format.Options{})
	if len(records[0].Order.Lines) != 1 || records[0].Order.Stage() != order.Cancelled || len(records[1].Order.Lines) != 0 || records[1].Order.Fulfillment != order.Fulfilled {
		t.Errorf("got %s", dump(records))
	}
}

func TestReadRows(t *testing.T) {
	src := shop("Name=#1&Id=1&Created at=07/08/2026&Total=ten", "Name=#2&Created at=13/08/2026")
	opt := format.Options{Zone: time.UTC}
	rec := recognise(t, src)
	bad := readAs(t, src, rec, opt)[0]
	if codes(bad.Problems) != "amount" {
		t.Fatalf("got %s", dump([]format.Record{bad}))
	}
	bound, err := format.ForColumns(rec.Format, rec.Columns)
	if err != nil {
		t.Fatal(err)
	}
	bad.Rows[0].Cells[8] = "10.00"
	opt.DateOrder = rec.DateOrder
	for name, known := range map[string]format.Recognition{"recognised": rec, "by columns": bound} {
		r, err := format.ReadRows(known, opt, rec.Columns, bad.Rows)
		if err != nil || len(r.Problems) > 0 || r.Order.Total != commerce.Minor(1000) || r.Order.Placed.At.String() != "2026-08-07T00:00:00Z" {
			t.Errorf("%s: %v %s", name, err, dump([]format.Record{r}))
		}
	}
	if _, err := format.ReadRows(bound, opt, rec.Columns, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("no rows: %v", err)
	}
	if _, err := format.ForColumns("shopify.orders", []string{"Name"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("missing columns: %v", err)
	}
}

// Every record read from a file is read again from its rows alone, with the same result.
func TestReadRowsGivesTheSame(t *testing.T) {
	for _, name := range []string{"shopify.csv", "amazon_orders_41.txt", "amazon_unshipped_27.txt", "amazon_all_orders_32.txt",
		"ebay_uk.csv", "etsy_orders.csv", "etsy_items_uk.csv", "tiktok_us.csv", "walmart.csv"} {
		rec := recognise(t, file("testdata/"+name))
		bound, err := format.ForColumns(rec.Format, rec.Columns)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range readAs(t, file("testdata/"+name), rec, answers()) {
			opt := answers()
			opt.DateOrder = rec.DateOrder
			got, err := format.ReadRows(bound, opt, rec.Columns, want.Rows)
			got.Ordinal = want.Ordinal
			if err != nil || dump([]format.Record{got}) != dump([]format.Record{want}) {
				t.Errorf("%s: %v got %s", name, err, dump([]format.Record{got}))
			}
		}
	}
}

func TestReadStops(t *testing.T) {
	src := shop("Name=#1", "Name=#2", "Name=#3")
	enough := errors.New("enough")
	seen := 0
	err := format.Read(context.Background(), src, recognise(t, src), format.Options{}, func(format.Record) error {
		seen++
		return enough
	})
	if !errors.Is(err, enough) || seen != 1 {
		t.Errorf("got %v after %d", err, seen)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := format.Read(ctx, src, recognise(t, src), format.Options{}, func(format.Record) error { return nil }); !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
}

func TestRecordsAreTheCallersToKeep(t *testing.T) {
	src := shop("Name=#1&Id=1&Lineitem name=A", "Name=#2&Id=2&Lineitem name=B")
	rec := recognise(t, src)
	rec2 := rec
	var kept []format.Record
	if err := format.Read(context.Background(), src, rec2, format.Options{}, func(r format.Record) error {
		kept = append(kept, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if kept[0].Rows[0].Cells[11] != "A" || kept[0].Order.Lines[0].Title != "A" || kept[1].Order.Lines[0].Title != "B" {
		t.Errorf("got %s", dump(kept))
	}
}

func TestTooManyScatteredRows(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: reads 100 MB; run without -short")
	}
	var b strings.Builder
	b.WriteString(shopifyHeader + "\n")
	long := strings.Repeat("long title ", 6000)
	for i := range 1200 {
		b.WriteString(strings.Replace(strings.Replace(shopifyRow, "#1", fmt.Sprintf("#%d", i%2), 1), "Mug", long, 1) + "\n")
	}
	src := text(b.String())
	err := format.Read(context.Background(), src, recognise(t, src), format.Options{}, func(format.Record) error { return nil })
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Remedy, "Sort") {
		t.Errorf("got %v", err)
	}
}

func TestEbayRowsWithoutOrderNumber(t *testing.T) {
	header := "Sales Record Number,Order Number,Buyer Username,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Total Price,Sale Date,Paid On Date,Transaction ID\n"
	in := "\nsep=,\n" + header + "1,10-1,a,,,,2,AU $30.00,AU $5.00,AU $35.00,26-May-26,,\n1,,a,11,A,,1,AU $10.00,,,26-May-26,,91\n1,,a,12,B,,1,AU $20.00,,,26-May-26,,92\n" +
		"2,,b,,,,1,AU $1.00,,,26-May-26,,\n2,,b,13,C,,1,AU $1.00,,,26-May-26,,93\n,,c,14,D,,1,AU $1.00,,,26-May-26,,94\n38,record(s) downloaded,,,,,,,,,,,\nSeller ID: x,,,,,,,,,,,,\n"
	rec := recognise(t, text(in))
	records := readAs(t, text(in), rec, format.Options{Zone: time.UTC})
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s %d %s%s", r.Key, len(r.Order.Lines), codes(r.Problems), codes(r.Warnings)))
	}
	if want := []string{"10-1 2 ", " 1 number_missing", " 1 number_missing"}; !slices.Equal(got, want) || rec.CurrencyNeeded || rec.HeaderRow != 3 {
		t.Fatalf("got %q %+v\n%s", got, rec, dump(records))
	}
	if o := records[0].Order; o.Currency != "AUD" || o.Subtotal != commerce.Minor(3000) || o.Total != commerce.Minor(3500) || o.Lines[1].UnitPrice != "20.00" {
		t.Errorf("got %s", dump(records))
	}
}
