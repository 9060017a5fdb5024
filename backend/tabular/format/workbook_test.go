package format_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// lines are the records of a text file by their physical line, whatever they are.
func lines(t testing.TB, src format.Source) map[int][]string {
	t.Helper()
	dialect, encoding, _, ok := format.Layout(recognise(t, src))
	if !ok {
		t.Fatal("no layout")
	}
	in, err := src.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	all := map[int][]string{}
	r := delimited.NewReader(delimited.Decode(in, encoding), dialect)
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[record.Line] = record.Cells
	}
}

// cellWriter puts a text of a CSV file into a cell of a sheet.
type cellWriter func(t testing.TB, f *excelize.File, sheet, place, text string)

func asText(t testing.TB, f *excelize.File, sheet, place, text string) {
	check(t, f.SetCellStr(sheet, place, text))
}

var (
	number  = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,4})?$`)
	instant = regexp.MustCompile(`^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$`)
)

var foundText = regexp.MustCompile(`found "[^"]*"`)

// asTyped writes numbers and dates as spreadsheet programs make them of a CSV file; a date with another clock than its
// own would be another, so those with an offset stay text.
func asTyped(t testing.TB, f *excelize.File, sheet, place, text string) {
	switch {
	case number.MatchString(text):
		v, err := strconv.ParseFloat(text, 64)
		check(t, err)
		check(t, f.SetCellFloat(sheet, place, v, -1, 64))
	case instant.MatchString(text):
		layout := "2006-01-02 15:04:05"[:len(text)]
		at, err := time.Parse(layout, text)
		check(t, err)
		check(t, f.SetCellValue(sheet, place, at))
		code := map[int]string{10: "m/d/yy", 19: "m/d/yy h:mm AM/PM"}[len(text)]
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		check(t, err)
		check(t, f.SetCellStyle(sheet, place, place, style))
	default:
		asText(t, f, sheet, place, text)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// workbook makes a workbook of rows by their number.
func workbook(t testing.TB, rows map[int][]string, write cellWriter) raw {
	t.Helper()
	f := excelize.NewFile()
	fillSheet(t, f, "Sheet1", rows, write)
	return packed(t, f)
}

func fillSheet(t testing.TB, f *excelize.File, sheet string, rows map[int][]string, write cellWriter) {
	t.Helper()
	for line, cells := range rows {
		for i, cell := range cells {
			place, err := excelize.CoordinatesToCellName(i+1, line)
			check(t, err)
			if cell != "" {
				write(t, f, sheet, place, cell)
			}
		}
	}
}

func packed(t testing.TB, f *excelize.File) raw {
	t.Helper()
	var out bytes.Buffer
	check(t, f.Write(&out))
	return out.Bytes()
}

func TestWorkbooksReadTheSameOrdersAsTheirText(t *testing.T) {
	var names []string
	for _, pattern := range []string{"testdata/*.csv", "testdata/*.txt"} {
		found, err := filepath.Glob(pattern)
		check(t, err)
		names = append(names, found...)
	}
	if len(names) < 9 {
		t.Fatalf("%d samples only", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) { sameAsText(t, file(name)) })
	}
}

func TestSharedWorkbooksReadTheSameOrdersAsTheirText(t *testing.T) {
	for _, name := range []string{"shopify-orders.csv", "amazon-order-report.txt", "ebay-orders-with-blank-lines-and-footer.csv", "etsy-sold-order-items.csv",
		"tiktok-shop-orders-bom-description-row.csv", "walmart-orders.csv"} {
		t.Run(name, func(t *testing.T) { sameAsText(t, file(shared(t, filepath.Join("synthetic", name)))) })
	}
}

func sameAsText(t *testing.T, src file) {
	t.Helper()
	opt := answers()
	if rec := recognise(t, src); rec.DateOrder == "mixed" {
		t.Fatal("the sample proves no order of day and month")
	}
	want := dump(read(t, src, opt))
	rows := lines(t, src)
	for _, by := range []struct {
		name  string
		write cellWriter
	}{{"text", asText}, {"typed", asTyped}} {
		name, write := by.name, by.write
		book := workbook(t, rows, write)
		rec := recognise(t, book)
		was := recognise(t, src)
		if rec.Format != was.Format || rec.Container != format.Workbook || rec.Encoding != "XLSX" || rec.Delimiter != "sheet Sheet1" || rec.Rows != was.Rows ||
			rec.HeaderRow != was.HeaderRow || !slices.Equal(rec.Columns, was.Columns) || rec.ZoneNeeded != was.ZoneNeeded || rec.CurrencyNeeded != was.CurrencyNeeded {
			t.Errorf("%s: recognised as %+v, the text as %+v", name, rec, was)
		}
		got := dump(read(t, book, opt))
		if name == "typed" { // "5.00" is shown as it is found: 5
			got, want = foundText.ReplaceAllString(got, ""), foundText.ReplaceAllString(want, "")
		}
		if got != want {
			t.Errorf("as %s it reads:\n%s\nwant:\n%s", name, got, want)
		}
	}
}

// rowsOf are rows from a line on.
func rowsOf(line int, rows ...string) map[int][]string {
	all := map[int][]string{}
	for i, row := range rows {
		all[line+i] = strings.Split(row, ",")
	}
	return all
}

func TestTheSheetWithTheOrdersIsFound(t *testing.T) {
	f := excelize.NewFile()
	fillSheet(t, f, "Sheet1", rowsOf(1, "Orders of July", "made by Ann"), asText)
	for _, name := range []string{"Hidden", "Orders", "Blank", "Old orders"} {
		_, err := f.NewSheet(name)
		check(t, err)
	}
	fillSheet(t, f, "Hidden", rowsOf(1, shopifyHeader, strings.Replace(shopifyRow, "#1", "#9", 1)), asText)
	fillSheet(t, f, "Orders", rowsOf(5, shopifyHeader, shopifyRow), asText)
	fillSheet(t, f, "Old orders", rowsOf(1, shopifyHeader, strings.Replace(shopifyRow, "#1", "#8", 1)), asText)
	check(t, f.SetSheetVisible("Hidden", false))
	check(t, f.MergeCell("Sheet1", "A1", "D1"))
	src := packed(t, f)
	rec := recognise(t, src)
	if rec.Sheet != "Orders" || rec.HeaderRow != 5 || !slices.Equal(rec.OtherSheets, []string{"Sheet1", "Old orders", "Hidden"}) ||
		!strings.Contains(strings.Join(rec.Reasons, " "), "The header row is row 5 of sheet Orders. Other sheets are not read: Sheet1, Old orders, Hidden.") {
		t.Errorf("got %+v", rec)
	}
	if records := readAs(t, src, rec, format.Options{}); len(records) != 1 || records[0].Order.Number != "#1" || records[0].Rows[0].Number != 6 {
		t.Errorf("got %s", dump(records))
	}
	for sheet, number := range map[string]string{"Hidden": "#9", "Old orders": "#8"} {
		named := format.OnSheet(src, sheet)
		if records := read(t, named, format.Options{}); records[0].Order.Number != number {
			t.Errorf("%s: %s", sheet, dump(records))
		}
	}
	if _, err := format.Recognise(context.Background(), format.OnSheet(src, "Nowhere")); !fault.Is(err, fault.NotFound) || !strings.Contains(fault.Of(err).Remedy, "Old orders") {
		t.Errorf("got %v", err)
	}
	if _, err := format.Recognise(context.Background(), format.OnSheet(src, "Sheet1")); err == nil || !strings.Contains(err.Error(), "without columns side by side; its first cell is “Orders of July”") {
		t.Errorf("got %v", err)
	}
	if _, err := format.RecogniseAs(context.Background(), format.OnSheet(src, "Sheet1"), "shopify.orders"); err == nil || !strings.Contains(err.Error(), "no column") {
		t.Errorf("got %v", err)
	}
}

func TestCellsWithoutAValueAreProblemsAndNoValues(t *testing.T) {
	src := file("testdata/walmart.csv")
	rows := lines(t, src)
	header := rows[1]
	book := excelize.NewFile()
	fillSheet(t, book, "Sheet1", rows, asText)
	place := func(name string, line int) string {
		at, err := excelize.CoordinatesToCellName(slices.Index(header, name)+1, line)
		check(t, err)
		return at
	}
	check(t, book.SetCellStr("Sheet1", place("Item Description", 2), "#N/A"))
	check(t, book.SetCellValue("Sheet1", place("Item Cost", 3), nil))
	check(t, book.SetCellFormula("Sheet1", place("Item Cost", 3), "A1*2"))
	packedBook := packed(t, book)
	rec := recognise(t, packedBook)
	var got []string
	var broken []format.Record
	for _, r := range readAs(t, packedBook, rec, answers()) {
		for _, p := range r.Problems {
			got = append(got, fmt.Sprintf("%d %s %s %s", p.Row, p.Column, p.Code, p.Found))
			if p.Remedy == "" || p.Message == "" || p.Expected == "" {
				t.Errorf("incomplete: %+v", p)
			}
		}
		if len(r.Problems) > 0 {
			broken = append(broken, r)
		}
	}
	if want := []string{"2 Item Description cell_error #N/A", "3 Item Cost cell_error #FORMULA!"}; !slices.Equal(got, want) {
		t.Fatalf("got %q", got)
	}
	again, err := format.ReadRows(format.Recognition{Format: rec.Format}, answers(), rec.Columns, broken[0].Rows)
	if err != nil || codes(again.Problems) != codes(broken[0].Problems) {
		t.Errorf("read again: %v %+v", err, again.Problems)
	}
	broken[0].Rows[0].Cells[slices.Index(header, "Item Description")] = "Mug"
	for _, row := range broken[0].Rows {
		if i := slices.Index(header, "Item Cost"); row.Cells[i] == "#FORMULA!" {
			row.Cells[i] = "5.00"
		}
	}
	if again, err = format.ReadRows(format.Recognition{Format: rec.Format}, answers(), rec.Columns, broken[0].Rows); err != nil || len(again.Problems) > 0 {
		t.Errorf("corrected: %v %+v", err, again.Problems)
	}
}

// TestDayNumbersAreReadWhereTheWorkbookTells: a date in a cell without a date format is read, with a warning, where the
// workbook states from when it counts days; elsewhere it stays an error with a remedy.
func TestDayNumbersAreReadWhereTheWorkbookTells(t *testing.T) {
	header := strings.Split(shopifyHeader, ",")
	at := slices.Index(header, "Created at")
	for said, want := range map[string]string{"0": "2026-07-21T04:00:00Z number_as_date", "1": "2030-07-22T04:00:00Z number_as_date", "": "a date"} {
		f := excelize.NewFile()
		rows := rowsOf(1, shopifyHeader, shopifyRow)
		fillSheet(t, f, "Sheet1", rows, func(t testing.TB, f *excelize.File, sheet, place, text string) {
			if text == rows[2][at] {
				check(t, f.SetCellInt(sheet, place, 46224))
				return
			}
			asText(t, f, sheet, place, text)
		})
		if said != "" {
			on := said == "1"
			check(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &on}))
		}
		src := stating(t, packed(t, f), said)
		for _, r := range read(t, src, answers()) {
			is := ""
			for _, w := range r.Warnings {
				if w.Column == "Created at" {
					is = r.Order.Placed.At.String() + " " + w.Code
				}
			}
			for _, p := range r.Problems {
				if p.Column == "Created at" {
					is = p.Expected
				}
			}
			if !strings.HasPrefix(is, want) {
				t.Errorf("date1904=%q: %q instead of %q", said, is, want)
			}
		}
	}
}

// stating writes the date system into a workbook as it is to be said: excelize leaves out what is the default.
func stating(t *testing.T, src raw, said string) raw {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		from, err := part.Open()
		check(t, err)
		text, err := io.ReadAll(from)
		check(t, err)
		if part.Name == "xl/workbook.xml" {
			text = regexp.MustCompile(`<workbookPr[^>]*>(</workbookPr>)?`).ReplaceAll(text, nil)
			if said != "" {
				text = bytes.Replace(text, []byte("<sheets>"), []byte(`<workbookPr date1904="`+said+`"/><sheets>`), 1)
			}
		}
		to, err := w.Create(part.Name)
		check(t, err)
		_, err = to.Write(text)
		check(t, err)
	}
	check(t, w.Close())
	return out.Bytes()
}

// TestALostTextIsItsRowsProblem: one damaged cell does not refuse the workbook.
func TestALostTextIsItsRowsProblem(t *testing.T) {
	rows := rowsOf(1, shopifyHeader, shopifyRow, strings.NewReplacer("#1", "#2", "77", "78").Replace(shopifyRow))
	book := workbook(t, rows, func(t testing.TB, f *excelize.File, sheet, place, text string) {
		if text == "Mug" && strings.HasSuffix(place, "3") {
			text = spreadsheet.LostText
		}
		asText(t, f, sheet, place, text)
	})
	records := read(t, book, answers())
	if len(records) != 2 || len(records[0].Problems) > 0 || len(records[1].Problems) != 1 || !strings.Contains(records[1].Problems[0].Message, "refers to a text that is not there") {
		t.Errorf("got %s", dump(records))
	}
}

func TestIdsThatASpreadsheetCutShortAreWarnedOf(t *testing.T) {
	src := file("testdata/tiktok_us.csv")
	rows := lines(t, src)
	var key string
	for line, cells := range rows {
		if i := slices.Index(rows[1], "Order ID"); line > 2 && value.ID(cells[i]) != "" && key == "" {
			key = cells[i]
		}
	}
	book := workbook(t, rows, func(t testing.TB, f *excelize.File, sheet, place, text string) {
		if text == key {
			check(t, f.SetCellFloat(sheet, place, 577123456789012000, -1, 64))
			return
		}
		asText(t, f, sheet, place, text)
	})
	var warned []string
	for _, r := range read(t, book, answers()) {
		for _, w := range r.Warnings {
			warned = append(warned, w.Code+" "+w.Column+" "+w.Found)
		}
	}
	if !slices.Contains(warned, "number_rounded Order ID 577123456789012000") {
		t.Errorf("got %q", warned)
	}
}

func TestTikTokWorkbookWithAWrongDimension(t *testing.T) {
	src := file("testdata/tiktok_us.csv")
	f := excelize.NewFile()
	fillSheet(t, f, "Sheet1", lines(t, src), asText)
	check(t, f.SetSheetName("Sheet1", "OrderSKUList"))
	check(t, f.SetSheetDimension("OrderSKUList", "A1:A1"))
	book := packed(t, f)
	rec := recognise(t, book)
	if rec.Delimiter != "sheet OrderSKUList" || !strings.Contains(strings.Join(rec.Reasons, " "), "the row that describes the columns") {
		t.Errorf("got %+v", rec)
	}
	if got, want := dump(readAs(t, book, rec, answers())), dump(read(t, src, answers())); got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

func TestOrdersScatteredOverASheetAreJoined(t *testing.T) {
	line := strings.Replace(shopifyRow, "#1,a@b.example,paid,unfulfilled,USD,10.00,0.00,0.00,10.00", "#1,,,,,,,,", 1)
	rows := rowsOf(1, shopifyHeader, shopifyRow, strings.NewReplacer("#1", "#2", "77", "78").Replace(shopifyRow), strings.Replace(line, "Mug", "Bowl", 1))
	records := read(t, workbook(t, rows, asText), format.Options{})
	if len(records) != 2 || len(records[0].Order.Lines) != 2 {
		t.Errorf("got %s", dump(records))
	}
}

func TestReadingAWorkbookStops(t *testing.T) {
	src := workbook(t, rowsOf(1, shopifyHeader, shopifyRow), asText)
	rec := recognise(t, src)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := format.Read(ctx, src, rec, format.Options{}, func(format.Record) error { return nil }); !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
	if _, err := format.Recognise(ctx, src); !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
}
