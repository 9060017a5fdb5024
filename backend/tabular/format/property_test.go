package format_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
)

// table is a generated file before it is written in some layout. rows are grouped by order.
type table struct {
	header []string
	orders [][][]string
}

// shopTable makes n orders of one to four lines with everything that makes cells hard to read.
func shopTable(r *rand.Rand, n int) table {
	t := table{header: strings.Split(shopifyHeader, ",")}
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	for i := range n {
		var rows [][]string
		for l := range 1 + r.IntN(4) {
			row := make([]string, len(t.header))
			set := func(name, v string) { row[slices.Index(t.header, name)] = v }
			set("Name", fmt.Sprintf("#%d", 1000+i))
			set("Lineitem quantity", fmt.Sprint(1+r.IntN(9)))
			set("Lineitem name", pick("Mug", "Mug, blue", `6" plate`, "Tea; green", "Café “crème”", "two\nlines", "tab\there", "=1+1", " x "))
			set("Lineitem price", fmt.Sprintf("%d.%02d", r.IntN(2000), r.IntN(100)))
			set("Lineitem sku", pick("00123", "1E5", "A-1", "", "'007"))
			if l == 0 {
				set("Id", fmt.Sprint(9000000+i))
				set("Currency", "USD")
				set("Financial Status", pick("paid", "pending", "refunded"))
				set("Fulfillment Status", pick("fulfilled", "unfulfilled", ""))
				set("Created at", fmt.Sprintf("2026-%02d-%02d 09:14:%02d %s", 1+r.IntN(12), 1+r.IntN(28), r.IntN(60), pick("+0000", "-0800", "+0530")))
				set("Total", fmt.Sprintf("%d.00", r.IntN(500)))
				set("Shipping Name", pick("Ann", "Søren", "José"))
			}
			rows = append(rows, row)
		}
		t.orders = append(t.orders, rows)
	}
	return t
}

func (t table) rows() [][]string { return slices.Concat(t.orders...) }

// layout is a way to write a table as bytes.
type layout struct {
	comma    byte
	newline  string
	encoding delimited.Encoding
	bom      bool
	sep      bool
}

func (l layout) write(tb testing.TB, header []string, rows [][]string) raw {
	tb.Helper()
	var plain, out bytes.Buffer
	if l.sep {
		plain.WriteString("sep=" + string(rune(l.comma)) + "\n")
	}
	w := delimited.NewWriter(&plain, delimited.Dialect{Comma: l.comma, Quoting: delimited.Standard})
	for _, row := range append([][]string{header}, rows...) {
		if err := w.Write(row); err != nil {
			tb.Fatal(err)
		}
	}
	_ = w.Flush()
	encoder, err := delimited.Encode(&out, l.encoding, l.bom)
	if err == nil {
		_, err = io.WriteString(encoder, strings.ReplaceAll(plain.String(), "\n", l.newline))
	}
	if err == nil {
		err = encoder.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func withoutLines(records []format.Record) string {
	records = slices.Clone(records)
	for i := range records {
		records[i].Rows = nil
	}
	return dump(records)
}

func TestLayoutsGiveTheSameOrders(t *testing.T) {
	for seed := range uint64(6) {
		tbl := shopTable(rand.New(rand.NewPCG(seed, 1)), 25)
		want := ""
		for _, l := range layouts() {
			src := l.write(t, tbl.header, tbl.rows())
			records := read(t, src, format.Options{})
			if got := withoutLines(records); want == "" {
				want = got
			} else if got != want {
				t.Fatalf("seed %d, layout %+v gives other orders", seed, l)
			}
			if len(records) != 25 {
				t.Fatalf("seed %d, layout %+v: %d orders", seed, l, len(records))
			}
		}
	}
}

func layouts() []layout {
	var all []layout
	for _, comma := range []byte{',', ';', '\t', '|'} {
		for _, newline := range []string{"\n", "\r\n", "\r"} {
			for _, e := range []delimited.Encoding{delimited.UTF8, delimited.UTF16LE, delimited.UTF16BE, delimited.Windows1252} {
				all = append(all, layout{comma, newline, e, false, false}, layout{comma, newline, e, e != delimited.Windows1252, true})
			}
		}
	}
	return all
}

// Rows shuffled across orders, each order's own rows in their order, give the same orders.
func TestShuffledRowsGiveTheSameOrders(t *testing.T) {
	plain := layout{comma: ',', newline: "\n", encoding: delimited.UTF8}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		tbl := shopTable(r, 30)
		want := byKey(read(t, plain.write(t, tbl.header, tbl.rows()), format.Options{}))
		got := byKey(read(t, plain.write(t, tbl.header, shuffled(r, tbl.orders)), format.Options{}))
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d orders, want %d", seed, len(got), len(want))
		}
		for key := range want {
			if got[key] != want[key] {
				t.Fatalf("seed %d: %s is\n%s\nwant\n%s", seed, key, got[key], want[key])
			}
		}
	}
}

// fileTables are tables of the other formats, as their files write them: orders of one to three items.
func fileTables(r *rand.Rand) map[string]table {
	ebay := strings.Split("Sales Record Number,Order Number,Buyer Username,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Total Price,Sale Date,Paid On Date,Transaction ID", ",")
	etsy := strings.Split("Sale Date,Item Name,Buyer,Quantity,Price,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Order ID,Variations", ",")
	tiktok := strings.Split("Order ID,Order Status,SKU ID,Seller SKU,Product Name,Variation,Quantity,SKU Unit Original Price,SKU Subtotal Before Discount,SKU Subtotal After Discount,Order Amount,Created Time,Paid Time", ",")
	walmart := strings.Split("PO#,Order#,Order Date,Ship By,Customer Name,Customer Shipping Address,Line#,UPC,Status,Item Description,Qty,SKU,Item Cost", ",")
	all := map[string]table{"ebay.orders": {header: ebay}, "etsy.order_items": {header: etsy}, "tiktok.orders": {header: tiktok}, "walmart.orders": {header: walmart}}
	for i := range 20 {
		n, title := 1+r.IntN(3), []string{"Mug, blue", `6" plate`, "Café", "two\nlines"}[r.IntN(4)]
		var e, s, k, w [][]string
		no := fmt.Sprintf("%02d-%05d-%05d", i, 100+i, 7)
		if n > 1 {
			e = append(e, []string{fmt.Sprint(500 + i), no, "b", "", "", "", fmt.Sprint(n), "$9.00", "$1.00", "$10.00", "Jul-21-26", "", ""})
		}
		for l := range n {
			id := fmt.Sprintf("%d%d", 1000+i, l)
			e = append(e, []string{fmt.Sprint(500 + i), no, "b", "33" + id, title, "0" + id, "1", "$1,003.00", []string{"$1.00", ""}[min(l, 1)], "", "Jul-21-26", "", "28" + id})
			s = append(s, []string{"09/03/26", title, "b", "2", "4.50", []string{"3.00", "0"}[min(l, 1)], "0", "9.00", "CAD", id, "15", fmt.Sprint(9000 + i), ""})
			k = append(k, []string{fmt.Sprintf("58469%013d\t", i), "To ship", "173" + id + "\t", "0" + id, title, "", "1", "130", "130", "118.3", "123.3", "25/06/2026 13:03:57\t", ""})
			w = append(w, []string{fmt.Sprintf("1080%09d", i), "2", "2026-03-12", "", "Ann", "Ann, 1 High St", fmt.Sprint(l + 1), "", "Acknowledged", title, "1", "0" + id, "19.99"})
		}
		for id, rows := range map[string][][]string{"ebay.orders": e, "etsy.order_items": s, "tiktok.orders": k, "walmart.orders": w} {
			t := all[id]
			t.orders = append(t.orders, rows)
			all[id] = t
		}
	}
	return all
}

// In every layout, and with rows shuffled across orders, each format gives the same orders; descriptions and closing
// lines change nothing.
func TestFormatsInEveryLayout(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	plain := layout{comma: ',', newline: "\n", encoding: delimited.UTF8}
	for id, tbl := range fileTables(r) {
		src := plain.write(t, tbl.header, tbl.rows())
		want := read(t, src, answers())
		if rec := recognise(t, src); rec.Format != id || rec.Confidence < 0.95 || len(want) != 20 {
			t.Fatalf("%s: %s with %v, %d orders", id, rec.Format, rec.Confidence, len(want))
		}
		for _, record := range want {
			if len(record.Problems) > 0 || len(record.Order.Lines) == 0 || codes(record.Warnings) != "" && codes(record.Warnings) != "currency_missing" {
				t.Fatalf("%s: %s", id, dump([]format.Record{record}))
			}
		}
		for _, l := range layouts() {
			if got := read(t, l.write(t, tbl.header, tbl.rows()), answers()); withoutNumbers(withoutLines(got)) != withoutNumbers(withoutLines(want)) {
				t.Fatalf("%s, layout %+v gives other orders", id, l)
			}
		}
		for range 5 {
			got := byKey(read(t, plain.write(t, tbl.header, shuffled(r, tbl.orders)), answers()))
			for key, order := range byKey(want) {
				if withoutNumbers(got[key]) != withoutNumbers(order) {
					t.Fatalf("%s, shuffled: %s is\n%s\nwant\n%s", id, key, got[key], order)
				}
			}
		}
		extra := tbl.rows()
		switch id {
		case "tiktok.orders":
			extra = slices.Concat([][]string{{"What this is.", "State.", "", "", "", "", "Pieces.", "1 SKU's price.", "", "", "", "As DD/MM/YYYY 24h", ""}}, extra)
		case "ebay.orders":
			extra = slices.Concat([][]string{{"", "", ""}}, extra, [][]string{{"20", "record(s) downloaded"}, {"Seller ID : shop"}})
		}
		if got := read(t, raw(append([]byte("\n"), plain.write(t, tbl.header, extra)...)), answers()); withoutNumbers(withoutLines(got)) != withoutNumbers(withoutLines(want)) {
			t.Fatalf("%s: descriptions or closing lines change the orders", id)
		}
	}
}

var lineNumber = regexp.MustCompile(`line \d+ column`)

// withoutNumbers drops the physical lines warnings name.
func withoutNumbers(dumped string) string { return lineNumber.ReplaceAllString(dumped, "line column") }

func byKey(records []format.Record) map[string]string {
	all := map[string]string{}
	for _, r := range records {
		r.Rows, r.Ordinal = nil, 0
		all[r.Key] = dump([]format.Record{r})
	}
	return all
}

func shuffled(r *rand.Rand, orders [][][]string) [][]string {
	left := slices.Clone(orders)
	var out [][]string
	for len(left) > 0 {
		i := r.IntN(len(left))
		out = append(out, left[i][0])
		if left[i] = left[i][1:]; len(left[i]) == 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	return out
}

// Failed rows written back in the file's own layout are read as the same records.
func TestRowsWrittenBackGiveTheSame(t *testing.T) {
	tbl := shopTable(rand.New(rand.NewPCG(7, 3)), 40)
	for _, l := range layouts() {
		src := l.write(t, tbl.header, tbl.rows())
		rec := recognise(t, src)
		records := readAs(t, src, rec, format.Options{})
		dialect, encoding, bom, ok := format.Layout(rec)
		if !ok {
			t.Fatal("the layout is not known")
		}
		var rows [][]string
		for _, record := range records {
			for _, row := range record.Rows {
				rows = append(rows, row.Cells)
			}
		}
		back := layout{comma: dialect.Comma, newline: "\r\n", encoding: encoding, bom: bom}.write(t, rec.Columns, rows)
		if withoutLines(read(t, back, format.Options{})) != withoutLines(records) {
			t.Fatalf("layout %+v does not come back", l)
		}
	}
}

// fuzzSeeds are the samples of all formats, and two files with damage.
func fuzzSeeds(t testing.TB) [][]byte {
	t.Helper()
	found, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(found) == 0 {
		t.Fatalf("%d samples: %v", len(found), err)
	}
	var seeds [][]byte
	for _, path := range found {
		seeds = append(seeds, []byte(mustRead(t, strings.TrimSuffix(path, ".golden"))))
	}
	return append(seeds, []byte(shopifyHeader+"\n"+shopifyRow+"\n#2,\"open\n"+shopifyRow+"\n,,,\n"),
		[]byte("sep=;\n"+strings.ReplaceAll(shopifyHeader, ",", ";")+"\n;;\x00;\xff"))
}

// FuzzRecognise holds checkRecognised for whatever comes.
func FuzzRecognise(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkRecognised(t, data) })
}

// checkRecognised: whatever the bytes, nothing panics, refusals are in words, every data row of orders comes in exactly
// one record, in order within it, and reading twice gives the same. It tells whether the file was recognised.
func checkRecognised(t *testing.T, data []byte) bool {
	t.Helper()
	rec, err := format.Recognise(context.Background(), raw(data))
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("an error without words: %v", err)
		}
		return false
	}
	records := readAs(t, raw(data), rec, format.Options{})
	rows := map[int]bool{}
	for _, r := range records {
		for i, row := range r.Rows {
			astray := rows[row.Number] || i > 0 && row.Number <= r.Rows[i-1].Number
			if astray && rec.Kind == "orders" || len(row.Cells) < len(rec.Columns) {
				t.Fatalf("row %d comes twice, out of order or too narrow", row.Number)
			}
			rows[row.Number] = true
		}
		if r.Key == "" && len(r.Problems) == 0 {
			t.Fatalf("a record without a key has no problem")
		}
		if _, err := format.ReadRows(rec, format.Options{}, rec.Columns, r.Rows); err != nil {
			t.Fatalf("reading rows again: %v", err)
		}
	}
	if len(rows) != rec.Rows && (rec.Kind == "orders" || len(rows) > rec.Rows) {
		t.Fatalf("%d rows in records, %d counted", len(rows), rec.Rows)
	}
	if dump(readAs(t, raw(data), rec, format.Options{})) != dump(records) {
		t.Fatal("reading twice differs")
	}
	return true
}
