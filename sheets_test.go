package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/tabular/spreadsheet"
)

// book writes a workbook with a sheet for every text: its name, then its rows.
func book(t *testing.T, path string, sheets ...string) {
	t.Helper()
	file, err := os.Create(path)
	must(t, err)
	w := spreadsheet.NewWriter(file)
	for i := 0; i < len(sheets); i += 2 {
		must(t, w.Begin(sheets[i], nil))
		for _, line := range strings.Split(strings.TrimSpace(sheets[i+1]), "\n") {
			var row []spreadsheet.Cell
			for _, cell := range strings.Split(line, ",") {
				row = append(row, spreadsheet.Text(cell))
			}
			must(t, w.WriteRow(row))
		}
	}
	must(t, w.Close())
	must(t, file.Close())
}

// TestASheetIsNamed reads another sheet of a workbook than the one that is recognised.
func TestASheetIsNamed(t *testing.T) {
	dir, place := t.TempDir(), t.TempDir()
	path, text := filepath.Join(place, "orders.xlsx"), filepath.Join(place, "orders.csv")
	book(t, path, "Orders", badRow, "Older", strings.ReplaceAll(strings.ReplaceAll(badRow, "#200", "#100"), ",ten,", ",10.00,"))
	write(t, text, badRow)
	if a := ran(dir, "import", path, "--sheet", "Older"); a.exit != 0 || !strings.Contains(a.out, "2 new") ||
		!strings.Contains(a.out, "Sheet Older is read; the workbook has others that are not: Orders.") {
		t.Errorf("%+v", a)
	}
	if a := ran(dir, "orders", "show", "#1001"); a.exit != 0 {
		t.Errorf("%+v", a)
	}
	if a := ran(dir, "import", path, "--sheet", "Newer"); a.exit != 1 || !strings.Contains(a.err, `no sheet "Newer"`) || !strings.Contains(a.err, "Orders, Older") {
		t.Errorf("%+v", a)
	}
	if a := ran(dir, "import", text, "--sheet", "Older"); a.exit == 0 || !strings.Contains(a.err, "no workbook") {
		t.Errorf("%+v", a)
	}
}
