package format_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/objects"
	"tradepost/build/proof"
)

const foreignOrders = `[
  {"order": {"no": "A-1", "date": "2026-03-12T09:14:01Z"}, "item": "MUG", "qty": 2, "price": "9.50", "cur": "EUR", "tags": ["x", "y"]},
  {"order": {"no": "A-2", "date": "2026-03-13T10:00:00Z"}, "item": "TEA", "qty": 1.5e0, "price": 3, "cur": "EUR", "gift": true}
]`

// TestForeignJSONIsMappedLikeAnyTable: the mapping sees the joined names, and reads what was mapped.
func TestForeignJSONIsMappedLikeAnyTable(t *testing.T) {
	in, err := format.Inspect(context.Background(), text(foreignOrders), format.FileLayout{}, "orders")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range in.Columns {
		names = append(names, c.Name+"="+strings.Join(c.Samples, "|"))
	}
	if is := strings.Join(names, " "); is != "order.no=A-1|A-2 order.date=2026-03-12T09:14:01Z|2026-03-13T10:00:00Z item=MUG|TEA qty=2|1.5 price=9.50|3 cur=EUR tags=x, y gift=true" {
		t.Error(is)
	}
	if in.Delimiter != "" || in.HeaderRow != 0 || in.Rows != 2 {
		t.Errorf("%+v", in)
	}
	p := format.Profile{Version: 1, Name: "Ours", Kind: "orders", Headers: []string{"order.no", "order.date", "item", "qty", "price", "cur"},
		Layout: format.FileLayout{Delimiter: ";", HeaderRow: 1}, // as of a CSV with the same names
		Columns: []format.ProfileColumn{{Names: []string{"order.no"}, To: []string{"number"}}, {Names: []string{"order.date"}, To: []string{"placed"}},
			{Names: []string{"item"}, To: []string{"line.sku"}}, {Names: []string{"qty"}, To: []string{"line.quantity"}},
			{Names: []string{"price"}, To: []string{"line.unit_price"}}, {Names: []string{"cur"}, To: []string{"currency"}}}}
	rec, records, err := format.Preview(context.Background(), text(foreignOrders), p, format.Options{}, 10)
	if err != nil || rec.Container != format.Objects || len(records) != 2 {
		t.Fatalf("%+v, %v", rec, err)
	}
	for i, want := range []string{"A-1 2 × MUG at 9.50 EUR", "A-2 1.5 × TEA at 3.00 EUR"} {
		o := records[i].Order
		if is := fmt.Sprintf("%s %s at %s %s", o.Number, o.Lines[0].Words(), o.Lines[0].UnitPrice, o.Currency); is != want || len(records[i].Problems) > 0 {
			t.Errorf("%s instead of %s: %v", is, want, records[i].Problems)
		}
	}
}

// TestDamagedObjectIsItsRowsProblem: the others go on, and the place in the file is named.
func TestDamagedObjectIsItsRowsProblem(t *testing.T) {
	whole := mustRead(t, "testdata/tradepost_products.ndjson")
	lines := strings.SplitAfter(whole, "\n")
	damaged := lines[0] + strings.Replace(lines[1], `"sku":"000123"`, `"sku":"000123`, 1) + lines[1]
	rec := recognise(t, text(damaged))
	records := readAs(t, text(damaged), rec, format.Options{})
	if len(records) != 3 || len(records[1].Problems) == 0 || len(records[0].Problems)+len(records[2].Problems) > 0 {
		t.Fatalf("%+v", records)
	}
	if p := records[1].Problems[0]; p.Row != 2 || !strings.Contains(p.Message, "Object 2 cannot be read: on line 2 of the file, at place ") || p.Remedy == "" {
		t.Errorf("%+v", p)
	}
}

// TestTextsOfJSONStayAsTheyAre: an apostrophe before a sign is no guard in JSON.
func TestTextsOfJSONStayAsTheyAre(t *testing.T) {
	for _, r := range readAs(t, file("testdata/tradepost_orders.json"), recognise(t, file("testdata/tradepost_orders.json")), format.Options{}) {
		to, _ := r.Order.Party("ship_to")
		if to.Name != "'=Ada" || to.Line1 != "12 St James's Square\nrear \"door\"" {
			t.Errorf("%q, %q", to.Name, to.Line1)
		}
		again, err := format.ReadRows(recognise(t, file("testdata/tradepost_orders.json")), format.Options{}, recognise(t, file("testdata/tradepost_orders.json")).Columns, r.Rows)
		if to, _ := again.Order.Party("ship_to"); err != nil || to.Name != "'=Ada" {
			t.Errorf("read again: %q, %v", to.Name, err)
		}
	}
}

// TestJSONInOtherEncodings: what UTF-16 and a byte order mark hold is the same.
func TestJSONInOtherEncodings(t *testing.T) {
	whole := mustRead(t, "testdata/tradepost_products.ndjson")
	for _, in := range []string{"\ufeff" + whole, utf16le(whole)} {
		if rec := recognise(t, text(in)); rec.Format != "tradepost.products" || rec.Rows != 2 {
			t.Errorf("%+v", rec)
		}
	}
}

func utf16le(in string) string {
	out := []byte{0xFF, 0xFE}
	for _, r := range in {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

// TestTooManyNamesAreNoTable: a file whose every object names something else is refused in words.
func TestTooManyNamesAreNoTable(t *testing.T) {
	var in strings.Builder
	for i := range objects.MaxNames + 1 {
		fmt.Fprintf(&in, "{\"name %d\":1}\n", i)
	}
	_, err := format.Recognise(context.Background(), text(in.String()))
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "different names") {
		t.Error(err)
	}
}

// FuzzMappedJSON: whatever JSON says, its columns can be inspected and mapped without a panic, and every object is a row.
func FuzzMappedJSON(f *testing.F) {
	for _, seed := range []string{foreignOrders, `{"a":1}` + "\n" + `{"a":"x`, `[{"a":{"a":{}}},{"b":[[1]]}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkMapped(t, data) })
}

// checkMapped maps the first column to the number and every other to nothing. It tells whether there was anything to map.
func checkMapped(t *testing.T, data []byte) bool {
	t.Helper()
	in, err := format.Inspect(context.Background(), raw(data), format.FileLayout{}, "orders")
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("an error without words: %v", err)
		}
		return false
	}
	p := format.Profile{Version: 1, Name: "p", Kind: "orders", Headers: []string{in.Columns[0].Header}, Columns: []format.ProfileColumn{{Names: []string{in.Columns[0].Name}, To: []string{"number"}}}}
	rec, err := format.RecogniseMapped(context.Background(), raw(data), p)
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("an error without words: %v", err)
		}
		return false
	}
	rows := 0
	for _, r := range readAs(t, raw(data), rec, format.Options{}) {
		rows += len(r.Rows)
	}
	if rows != rec.Rows {
		t.Fatalf("%d rows in records, %d counted", rows, rec.Rows)
	}
	return true
}

// TestProofFuzzJSON damages JSON files of ours and of others: what is recognised is read like any file, and what is not can
// be mapped.
func TestProofFuzzJSON(t *testing.T) {
	const seed = 20264
	p := proof.Begin(t, "fuzz-json", seed)
	seeds := [][]byte{[]byte(foreignOrders), []byte("{\"a\":{\"b\":[1,\"x\",null]},\"é\":\"\\u00e9\\ud83d\\ude00\"}\r\n{\"a\":1e-7}\n")}
	for _, name := range []string{"tradepost_orders.json", "tradepost_products.ndjson", "tradepost_customers.json"} {
		seeds = append(seeds, []byte(mustRead(t, "testdata/"+name)))
	}
	for i := p.Counts["inputs"]; i < p.Size(400, 200_000); i++ {
		data := damaged(rand.New(rand.NewPCG(seed, uint64(i))), seeds)
		if checkRecognised(t, data) {
			p.Counts["recognised"]++
		}
		if checkMapped(t, data) {
			p.Counts["mapped"]++
		}
		if t.Failed() {
			t.Fatalf("at input %d: %q", i, data)
		}
		if p.Counts["inputs"]++; p.Counts["inputs"]%saved == 0 {
			p.Save()
		}
	}
	p.Save()
	if p.Counts["recognised"]*5 < p.Counts["inputs"] || p.Counts["mapped"]*2 < p.Counts["inputs"] {
		t.Errorf("the damage is too heavy to test reading: %v", p.Counts)
	}
}
