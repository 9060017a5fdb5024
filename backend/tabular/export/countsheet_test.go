package export_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tradepost/backend/inventory"
	"tradepost/backend/tabular/export"
)

func sheetOf(n int) *export.CountSheet {
	s := &export.CountSheet{Stocktake: inventory.Stocktake{Name: "Herbst 数え", Location: "Keller"}, Made: time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC), CoreFont: true}
	for i := range n {
		s.Lines = append(s.Lines, inventory.SheetLine{SKU: fmt.Sprintf("=SKU-%d", i), GTIN: "4006381333931", Title: strings.Repeat("Ein langer Titel ", 9), Tracked: i > 0,
			Expected: inventory.Quantity(i) * inventory.One})
	}
	return s
}

// A sheet says what is expected, unless it is blind; what was never counted expects nothing, and no cell is a formula.
func TestACountSheetIsATable(t *testing.T) {
	for blind, want := range map[bool]string{
		false: "SKU,GTIN,Title,Location,Expected,Counted\r\n'=SKU-0,4006381333931,T,Keller,,\r\n'=SKU-1,4006381333931,T,Keller,1,\r\n",
		true:  "SKU,GTIN,Title,Location,Counted\r\n'=SKU-0,4006381333931,T,Keller,\r\n'=SKU-1,4006381333931,T,Keller,\r\n",
	} {
		s, out := sheetOf(2), bytes.Buffer{}
		s.Blind = blind
		if err := s.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(out.String(), s.Lines[0].Title, "T"); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

// Many lines go on over pages, whatever the paper and however long a title is.
func TestACountSheetIsPrinted(t *testing.T) {
	for paper, pages := range map[string]int{"A4": 4, "Letter": 4} {
		s, out := sheetOf(100), bytes.Buffer{}
		s.Paper = paper
		if err := s.WritePDF(&out); err != nil {
			t.Fatal(err)
		}
		if text := out.String(); !strings.HasPrefix(text, "%PDF-") || strings.Count(text, "/Type /Page\n") != pages {
			t.Errorf("%d pages on %s", strings.Count(text, "/Type /Page\n"), paper)
		}
	}
}
