package format_test

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

func mapTo(name string, to ...string) format.ProfileColumn {
	return format.ProfileColumn{Names: []string{name}, To: to}
}

// guessedProfile makes the mapping that a person gets who takes every guess.
func guessedProfile(in format.Inspection, name string) format.Profile {
	p := format.Profile{Name: name, Kind: in.Kind, Layout: format.FileLayout{HeaderRow: in.HeaderRow, Delimiter: in.Delimiter, DescriptionRow: in.DescriptionRow}}
	for _, c := range in.Columns {
		p.Headers = append(p.Headers, c.Header)
		if c.Guess != nil {
			p.Columns = append(p.Columns, mapTo(c.Name, c.Guess.Field))
		}
	}
	return p
}

// TestGuessesReadTheFile takes the guesses for files of known formats as a mapping: it must find the same orders.
func TestGuessesReadTheFile(t *testing.T) {
	for _, name := range []string{"shopify.csv", "etsy_items_uk.csv", "etsy_orders.csv", "amazon_orders_41.txt", "amazon_unshipped_27.txt", "walmart.csv"} {
		src := file(filepath.Join("testdata", name))
		want := map[string]bool{}
		for _, r := range read(t, src, answers()) {
			want[r.Key] = true
		}
		p, err := guessedProfile(inspect(t, src, format.FileLayout{}, ""), name).Settled()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		opt := answers()
		opt.DateOrder = "mdy"
		rec, records, err := format.Preview(context.Background(), src, p, opt, 1000)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := map[string]bool{}
		for _, r := range records {
			got[r.Key] = true
		}
		if !reflect.DeepEqual(got, want) || rec.Format != format.ProfileFormat {
			t.Errorf("%s: found %v, want %v", name, got, want)
		}
	}
}

func TestProfileOfStockCounts(t *testing.T) {
	src := text("Inventur;;;\nArtikel;Lager;Menge;Datum\nArtikelnummer;Ort;Stück;Tag\nA-1;Nord;1.200;01.02.2026\nA-1;Süd;0;1.2.26\nB-2;;2,5;\n;Nord;3;\nC-3;Nord;-;31.02.2026\nD-4;[clear];7;\n")
	p := format.Profile{Name: "Inventur", Kind: "stock_counts", Layout: format.FileLayout{HeaderRow: 2, Delimiter: ";", DescriptionRow: true},
		Columns: []format.ProfileColumn{mapTo("Artikel", "sku"), {Names: []string{"Lager"}, To: []string{"location"}, Words: map[string]string{"nord": "North hall"}},
			mapTo("Menge", "on_hand"), mapTo("Datum", "counted_at")}, DateOrder: "dmy", Decimal: "comma", Zone: "Europe/Berlin"}
	opt := answers()
	rec, records, err := format.Preview(context.Background(), src, p, opt, 100)
	if err != nil || rec.Rows != 6 || rec.Kind != "stock_counts" {
		t.Fatal(rec, err)
	}
	var got []string
	for _, r := range records {
		v := r.Stated.Values
		line := r.Key + " " + v["location"] + " " + v["on_hand"] + " " + v["counted_at"]
		for _, c := range r.Stated.Clear {
			line += " clears " + c
		}
		for _, p := range r.Problems {
			line += " !" + p.Code + " in " + p.Column
		}
		got = append(got, line)
	}
	want := []string{"A-1 North hall 1200 2026-02-01T05:00:00.000Z", "A-1 Süd 0 2026-02-01T05:00:00.000Z", "B-2  2.5 ", " North hall 3  !key_missing in Artikel",
		"C-3 North hall   !number in Menge !date in Datum", "D-4  7  clears location"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProfileOfProductsInGroups(t *testing.T) {
	src := text("Model,Name,SKU,Size,Price\nCUP,Cup,C-S,S,5\nCUP,,C-L,L,7\nPOT,Pot,P-1,,9\n")
	p := format.Profile{Name: "Cups", Kind: "products", Key: format.ProfileKey{Column: "Model"}, Constants: map[string]string{"currency": "EUR", "product.vendor": "Us"},
		Columns: []format.ProfileColumn{mapTo("Model", "product.handle"), mapTo("Name", "product.title"), mapTo("SKU", "sku"), mapTo("Size", "option1.value"), mapTo("Price", "price")}}
	_, records, err := format.Preview(context.Background(), src, p, format.Options{}, 10)
	if err != nil || len(records) != 3 {
		t.Fatal(len(records), err)
	}
	for i, want := range []string{"Cup S 5.00 EUR Us", "Cup L 7.00 EUR Us", "Pot  9.00 EUR Us"} {
		v := records[i].Stated.Values
		if got := strings.Join([]string{v["product.title"], v["option1.value"], v["price"], v["currency"], v["product.vendor"]}, " "); got != want {
			t.Errorf("record %d is %q, want %q", i+1, got, want)
		}
	}
}

// TestAmbiguousDatesAreAsked never guesses the order of day and month.
func TestAmbiguousDatesAreAsked(t *testing.T) {
	src := text("Order no,When,Item,Qty\n1,03/04/2026,Mug,1\n")
	p := format.Profile{Name: "x", Kind: "orders", Columns: []format.ProfileColumn{mapTo("Order no", "number"), mapTo("When", "placed"), mapTo("Item", "line.title"), mapTo("Qty", "line.quantity")}}
	_, records, err := format.Preview(context.Background(), src, p, answers(), 1)
	if err != nil || len(records[0].Problems) != 1 || records[0].Problems[0].Code != format.CodeDate || !strings.Contains(records[0].Problems[0].Remedy, "mdy") {
		t.Fatal(records, err)
	}
	p.DateOrder = "dmy"
	if _, records, err = format.Preview(context.Background(), src, p, answers(), 1); err != nil || len(records[0].Problems) != 0 || records[0].Order.Placed.At.String() != "2026-04-03T04:00:00Z" {
		t.Error(records, err)
	}
}

func TestProfilesRefused(t *testing.T) {
	good := func() format.Profile {
		return format.Profile{Name: "x", Kind: "orders", Columns: []format.ProfileColumn{mapTo("No", "number"), mapTo("Qty", "line.quantity")}}
	}
	if _, err := good().Settled(); err != nil {
		t.Fatal(err)
	}
	for place, spoil := range map[string]func(*format.Profile){
		"kind":                func(p *format.Profile) { p.Kind = "dreams" },
		"columns":             func(p *format.Profile) { p.Columns = nil },
		"columns.1.to":        func(p *format.Profile) { p.Columns[1].To = []string{"dreams"} },
		"columns.1.names":     func(p *format.Profile) { p.Columns[1].Names = nil },
		"columns.1.join":      func(p *format.Profile) { p.Columns[1].Join = "sum" },
		"columns.1.transform": func(p *format.Profile) { p.Columns[1].Transform = "nope(" },
		"key.column":          func(p *format.Profile) { p.Key.Column = "Nowhere" },
		"line_identity":       func(p *format.Profile) { p.LineIdentity = "Nowhere" },
		"line_when":           func(p *format.Profile) { p.LineWhen = []string{"Nowhere"} },
		"date_order":          func(p *format.Profile) { p.DateOrder = "ymd" },
		"decimal":             func(p *format.Profile) { p.Decimal = "dot" },
		"zone":                func(p *format.Profile) { p.Zone = "Nowhere/Else" },
		"currency":            func(p *format.Profile) { p.Currency = "Euro" },
		"constants.dreams":    func(p *format.Profile) { p.Constants = map[string]string{"dreams": "x"} },
		"constants.currency":  func(p *format.Profile) { p.Constants = map[string]string{"currency": "Euro"} },
		"encoding":            func(p *format.Profile) { p.Layout.Encoding = "klingon" },
		"delimiter":           func(p *format.Profile) { p.Layout.Delimiter = ",," },
		"tradepost_profile":   func(p *format.Profile) { p.Version = 99 },
	} {
		p := good()
		spoil(&p)
		if _, err := p.Settled(); !fault.Is(err, fault.Invalid) || fault.Of(err).Field != place || fault.Of(err).Remedy == "" {
			t.Errorf("%s: %v in %q", place, err, fault.Of(err).Field)
		}
	}
	stock := format.Profile{Name: "x", Kind: "stock_counts", Columns: []format.ProfileColumn{mapTo("SKU", "sku")}}
	if _, err := stock.Settled(); err == nil || !strings.Contains(err.Error(), "quantity on hand") {
		t.Errorf("a count without a count: %v", err)
	}
}

func TestFingerprintKnowsNoOrder(t *testing.T) {
	a, b := format.Fingerprint([]string{"Order No", "SKU", ""}), format.Fingerprint([]string{"sku ", "order-no"})
	if a != b || a == format.Fingerprint([]string{"Order No", "SKU", "Qty"}) {
		t.Error(a, b)
	}
}

// TestProfileFilesReadTheSame writes mappings as files, reads them back, and reads rows by both: the same.
func TestProfileFilesReadTheSame(t *testing.T) {
	columns := []string{"No", "When", "Sku", "Qty", "Price", "Name", "State"}
	fields := []string{"number", "placed", "line.sku", "line.quantity", "line.unit_price", "buyer.name", "financial"}
	rapid.Check(t, func(t *rapid.T) {
		p := format.Profile{Name: rapid.StringN(1, 20, 60).Draw(t, "name"), Kind: "orders", Headers: columns}
		for i, name := range columns {
			c := mapTo(name, fields[i])
			switch i {
			case 4:
				c.Transform = rapid.SampledFrom([]string{"", "number(value) / 100", `replace(value, "€", "")`}).Draw(t, "transform")
			case 6:
				c.Words = rapid.MapOf(rapid.StringN(1, 5, 20), rapid.SampledFrom([]string{"paid", "pending", ""})).Draw(t, "words")
			}
			p.Columns = append(p.Columns, c)
		}
		p.DateOrder = rapid.SampledFrom([]string{"", "mdy", "dmy"}).Draw(t, "order")
		p.Decimal = rapid.SampledFrom([]string{"", "point", "comma"}).Draw(t, "decimal")
		p.Constants = rapid.SampledFrom([]map[string]string{nil, {"currency": "EUR"}, {"source": "a & <b>"}}).Draw(t, "constants")
		p, err := p.Settled()
		if err != nil {
			t.Fatal(err)
		}
		text, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := format.ParseProfile(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		second, err := again.JSON()
		if err != nil || string(second) != string(text) {
			t.Fatalf("written again it differs: %v\n%s\n%s", err, text, second)
		}
		row := []string{"1", rapid.SampledFrom([]string{"2026-01-02", "03/04/2026"}).Draw(t, "date"), "A", "2", rapid.SampledFrom([]string{"1.234", "5,50", "x", "€9"}).Draw(t, "price"),
			"Ann", rapid.StringN(0, 5, 20).Draw(t, "state")}
		if a, b := readByProfile(t, p, columns, row), readByProfile(t, again, columns, row); a != b {
			t.Fatalf("read differently:\n%s\n%s", a, b)
		}
	})
}

func readByProfile(t *rapid.T, p format.Profile, columns, cells []string) string {
	rec, err := format.ForProfile(p, columns)
	if err != nil {
		t.Fatal(err)
	}
	record, err := format.ReadRows(rec, p.Answer(answers()), columns, []format.Row{{Number: 2, Cells: cells}})
	if err != nil {
		t.Fatal(err)
	}
	return dump([]format.Record{record})
}

func FuzzProfile(f *testing.F) {
	p := format.Profile{Name: "x", Kind: "orders", Headers: []string{"No", "Qty"}, Columns: []format.ProfileColumn{mapTo("No", "number"), mapTo("Qty", "line.quantity")}}
	seed, _ := p.JSON()
	f.Add(seed, "No,Qty\n1,2\n")
	f.Add([]byte(`{"kind":"products","columns":[{"names":["a"],"to":["sku"],"transform":"upper(value)"}]}`), "a\nx\n")
	f.Add([]byte(`{"kind":"stock_counts","columns":[{"names":["a"],"to":["sku"]},{"names":["b"],"to":["on_hand"],"words":{"-":"0"}}],"constants":{"location":"x"},"layout":{"header_row":2}}`), "x\na,b\nx,-\n")
	f.Fuzz(func(t *testing.T, data []byte, rows string) {
		p, err := format.ParseProfile(data)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || fault.Of(err).Remedy == "" {
				t.Errorf("%v", err)
			}
			return
		}
		_, records, err := format.Preview(context.Background(), text(rows), p, answers(), 5)
		if err != nil && fault.Is(err, fault.Internal) {
			t.Errorf("%v", err)
		}
		for _, r := range records {
			r.Values()
			for _, row := range r.Rows {
				if row.Number < 1 {
					t.Errorf("row %d", row.Number)
				}
			}
		}
	})
}

// TestOwnClearToken empties fields by what a person's files write for it, in any case and with blanks around it; the usual
// token is then text like any other.
func TestOwnClearToken(t *testing.T) {
	src := text("SKU,Title,Vendor,Type\nA, NULL ,null,[clear]\nB,n,nul,-\n")
	p := format.Profile{Name: "x", Kind: "products", Clear: " null ", Columns: []format.ProfileColumn{mapTo("SKU", "sku"), mapTo("Title", "product.title"),
		mapTo("Vendor", "product.vendor"), mapTo("Type", "product.type")}}
	_, records, err := format.Preview(context.Background(), src, p, format.Options{}, 10)
	if err != nil || len(records) != 2 {
		t.Fatal(records, err)
	}
	a, b := records[0].Stated, records[1].Stated
	if !slices.Equal(a.Clear, []string{"product.title", "product.vendor"}) || a.Values["product.type"] != "[clear]" || len(b.Clear) != 0 || b.Values["product.vendor"] != "nul" {
		t.Errorf("%+v\n%+v", a, b)
	}
}
