package format_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/spreadsheet"
)

// split writes orders of one line each as the writer does that finds a sheet full: most rows in each.
func split(t rapid.TB, title string, numbers []int, most int) raw {
	var out bytes.Buffer
	w := spreadsheet.NewWriter(&out)
	columns := []spreadsheet.Column{}
	for _, name := range strings.Split(shopifyHeader, ",") {
		columns = append(columns, spreadsheet.Column{Name: name})
	}
	for i, number := range numbers {
		if i%most == 0 {
			if err := w.Begin(title, columns); err != nil {
				t.Fatal(err)
			}
		}
		var row []spreadsheet.Cell
		for _, cell := range strings.Split(strings.Replace(shopifyRow, "#1", fmt.Sprintf("#%d", number), 1), ",") {
			row = append(row, spreadsheet.Text(cell))
		}
		if err := w.WriteRow(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestATableSplitOverSheetsReadsAsOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		count := rapid.IntRange(1, 40).Draw(rt, "orders")
		most := rapid.IntRange(2, 12).Draw(rt, "rows of a sheet")
		title := rapid.SampledFrom([]string{"Orders", "Sheet1", "Orders 2026", "A title that is as long as can be", "Orders (2)"}).Draw(rt, "title")
		numbers := make([]int, count)
		for i := range numbers {
			numbers[i] = 1000 + i/2 // two lines each: some stand across a border
		}
		one, many := split(rt, title, numbers, count), split(rt, title, numbers, most)
		rec := recognise(t, many)
		if len(rec.OtherSheets) > 0 || len(rec.JoinedSheets) != (count+most-1)/most-1 || rec.Rows != count {
			rt.Fatalf("read %q, joined %q, not read %q, %d rows", rec.Sheet, rec.JoinedSheets, rec.OtherSheets, rec.Rows)
		}
		if got, want := dump(readAs(t, many, rec, format.Options{})), dump(read(t, one, format.Options{})); got != want {
			rt.Fatalf("got %s\nwant %s", got, want)
		}
	})
}

// sheets writes sheets by name, each with the rows of one order per number.
func sheets(t *testing.T, all ...any) raw {
	t.Helper()
	var out bytes.Buffer
	w := spreadsheet.NewWriter(&out)
	for i := 0; i < len(all); i += 2 {
		lines := []string{shopifyHeader}
		for _, number := range all[i+1].([]string) {
			lines = append(lines, strings.Replace(shopifyRow, "#1", number, 1))
		}
		check(t, w.Begin(all[i].(string), nil))
		for _, line := range lines {
			var row []spreadsheet.Cell
			for _, cell := range strings.Split(line, ",") {
				row = append(row, spreadsheet.Text(cell))
			}
			check(t, w.WriteRow(row))
		}
	}
	check(t, w.Close())
	return out.Bytes()
}

func TestOnlySheetsThatGoOnAreJoined(t *testing.T) {
	first, second, third := []string{"#1", "#2"}, []string{"#3", "#4"}, []string{"#5", "#6"}
	for _, tt := range []struct {
		what           string
		src            raw
		joined, others []string
	}{
		{"numbered", sheets(t, "Page 1", first, "Page 2", second, "Page 3", third), []string{"Page 2", "Page 3"}, nil},
		{"out of order", sheets(t, "Orders", first, "Orders_3", third, "Orders_2", second), []string{"Orders_2", "Orders_3"}, nil},
		{"a gap", sheets(t, "Orders", first, "Orders (3)", third), nil, []string{"Orders (3)"}},
		{"another name", sheets(t, "Orders", first, "Returns (2)", second), nil, []string{"Returns (2)"}},
		{"years", sheets(t, "Orders 2025", first, "Orders 2026", second), nil, []string{"Orders 2026"}},
		{"days", sheets(t, "2026-05-01", first, "2026-05-02", second), nil, []string{"2026-05-02"}},
		{"a copy", sheets(t, "Orders", first, "Orders (2)", first), nil, []string{"Orders (2)"}},
		{"an older state", sheets(t, "Orders", []string{"#4", "#3", "#2"}, "Orders (2)", []string{"#3", "#2", "#1"}), nil, []string{"Orders (2)"}},
		{"one order across the border", sheets(t, "Orders", first, "Orders (2)", []string{"#2", "#3"}), []string{"Orders (2)"}, nil},
	} {
		rec := recognise(t, tt.src)
		if !slices.Equal(rec.JoinedSheets, tt.joined) || !slices.Equal(rec.OtherSheets, tt.others) {
			t.Errorf("%s: joined %q, not read %q", tt.what, rec.JoinedSheets, rec.OtherSheets)
		}
		if said := strings.Join(rec.Reasons, " "); (len(tt.joined) > 0) != strings.Contains(said, "read with it") {
			t.Errorf("%s: %s", tt.what, said)
		}
	}
}

func TestANamedSheetIsReadAndTheOthersAreTold(t *testing.T) {
	src := sheets(t, "Orders", []string{"#1"}, "Old", []string{"#8"}, "Empty", []string{})
	ctx := context.Background()
	rec, err := format.RecogniseBy(ctx, src, format.How{Sheet: "old", Edits: []format.Edit{{Row: 2, Column: "Name", To: "#9"}}})
	check(t, err)
	if rec.Sheet != "Old" || !slices.Equal(rec.OtherSheets, []string{"Orders", "Empty"}) {
		t.Errorf("read %q, not read %q", rec.Sheet, rec.OtherSheets)
	}
	if records := readAs(t, src, rec, format.Options{}); len(records) != 1 || records[0].Order.Number != "#9" {
		t.Errorf("got %s", dump(records))
	}
	seen, err := format.Inspect(ctx, src, format.FileLayout{Sheet: "Old"}, "")
	if err != nil || seen.Sheet != "Old" || !slices.Equal(seen.Sheets, []string{"Orders", "Old", "Empty"}) {
		t.Errorf("inspected %q of %q: %v", seen.Sheet, seen.Sheets, err)
	}
	if _, err = format.RecogniseBy(ctx, src, format.How{Sheet: "Nowhere"}); fault.Of(err).Field != "sheet" || !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestCorrectionsFindTheirRowInALaterSheet(t *testing.T) {
	src := sheets(t, "Orders", []string{"#1", "#2"}, "Orders (2)", []string{"#3", "#4"})
	rec, err := format.RecogniseBy(context.Background(), src, format.How{Edits: []format.Edit{{Row: 5, Column: "Name", To: "#40"}}})
	check(t, err)
	records := readAs(t, src, rec, format.Options{})
	if len(records) != 4 || records[3].Order.Number != "#40" || records[3].Rows[0].Number != 5 || records[1].Order.Number != "#2" {
		t.Errorf("got %s", dump(records))
	}
}
