package spreadsheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/spreadsheet"
)

var written = []string{"00123", "1E5", "#1001", "=1+1", "@home", "a\nb", " padded ", "_x000D_", "tab\there", "Zoë & <Sön> \"x\"", "\x01\x1f", "日本語 🎈", "'02139"}

func TestWriterIsReadByOthersAsItWasWritten(t *testing.T) {
	var out bytes.Buffer
	w := spreadsheet.NewWriter(&out)
	columns := make([]spreadsheet.Column, len(written)+4)
	for i := range columns {
		columns[i].Name = fmt.Sprintf("Column %d", i+1)
	}
	must(t, w.Begin("Orders: 1/2", columns))
	at := time.Date(2026, 7, 21, 13, 5, 9, 0, time.FixedZone("", 3600))
	var cells []spreadsheet.Cell
	for _, text := range written {
		cells = append(cells, spreadsheet.Text(text))
	}
	cells = append(cells, spreadsheet.Number("-12.50"), spreadsheet.Number("12345678901234567890"), spreadsheet.Day(at), spreadsheet.Time(at))
	must(t, w.WriteRow(cells))
	must(t, w.WriteRow([]spreadsheet.Cell{{}, spreadsheet.Whole(7)}))
	must(t, w.Close())
	f, err := excelize.OpenReader(&out)
	must(t, err)
	if names := f.GetSheetList(); len(names) != 1 || names[0] != "Orders  1 2" {
		t.Fatalf("sheets %q", names)
	}
	rows, err := f.GetRows("Orders  1 2")
	must(t, err)
	want := append(append([]string{}, written...), "-12.5", "12345678901234567890", "2026-07-21", "2026-07-21 13:05:09")
	for i, cell := range rows[1] {
		if cell != want[i] && !strings.Contains(want[i], "_x") {
			t.Errorf("cell %d is %q, want %q", i, cell, want[i])
		}
	}
	if rows[0][0] != "Column 1" || len(rows) != 3 || rows[2][1] != "7" {
		t.Errorf("rows %q", rows)
	}
	kind, err := f.GetCellType("Orders  1 2", "A2")
	must(t, err)
	panes, err := f.GetPanes("Orders  1 2")
	must(t, err)
	if kind != excelize.CellTypeInlineString || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("type %v, panes %+v", kind, panes)
	}
}

func TestWriterGoesOnInAnotherSheet(t *testing.T) {
	var out bytes.Buffer
	w := spreadsheet.NewWriter(&out)
	w.KeepRows(3)
	must(t, w.Begin("A name of exactly thirty-one cha", []spreadsheet.Column{{Name: "n"}}))
	for i := range 5 {
		must(t, w.WriteRow([]spreadsheet.Cell{spreadsheet.Whole(int64(i))}))
	}
	must(t, w.Close())
	f, err := excelize.OpenReader(&out)
	must(t, err)
	var got []string
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		must(t, err)
		got = append(got, fmt.Sprint(name, rows))
	}
	if want := "A name of exactly thirty-one ch[[n] [0] [1]]|A name of exactly thirty-on (2)[[n] [2] [3]]|A name of exactly thirty-on (3)[[n] [4]]"; strings.Join(got, "|") != want {
		t.Errorf("got %s", strings.Join(got, "|"))
	}
}

func TestWriterRefusesWhatNoSheetHolds(t *testing.T) {
	long := spreadsheet.Text(strings.Repeat("x", spreadsheet.MaxText+1))
	wide := make([]spreadsheet.Cell, spreadsheet.MaxColumns+1)
	for name, row := range map[string][]spreadsheet.Cell{"long": {long}, "wide": wide} {
		w := spreadsheet.NewWriter(&bytes.Buffer{})
		err := w.WriteRow(row)
		if !fault.Is(err, fault.Invalid) || !errors.Is(w.Close(), err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := spreadsheet.NewWriter(failing{})
	var err error
	for range 100_000 {
		if err = w.WriteRow([]spreadsheet.Cell{spreadsheet.Text(fmt.Sprint(time.Duration(1)))}); err != nil {
			break
		}
	}
	if err = errors.Join(err, w.Close()); !errors.Is(err, errDisk) {
		t.Errorf("the disk is full and nobody says so: %v", err)
	}
}

var errDisk = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestEmptyWorkbookIsSound(t *testing.T) {
	var out bytes.Buffer
	must(t, spreadsheet.NewWriter(&out).Close())
	if _, err := excelize.OpenReader(&out); err != nil {
		t.Error(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
