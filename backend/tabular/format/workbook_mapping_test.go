package format_test

import (
	"context"
	"testing"

	"github.com/xuri/excelize/v2"

	"tradepost/backend/tabular/format"
)

// TestWorkbooksAreMapped maps a sheet of a workbook, knows it again, and lays corrections over it.
func TestWorkbooksAreMapped(t *testing.T) {
	f := excelize.NewFile()
	check(t, f.SetSheetName("Sheet1", "Notes"))
	_, err := f.NewSheet("Count")
	check(t, err)
	fillSheet(t, f, "Notes", rowsOf(1, "These are our counts"), asText)
	fillSheet(t, f, "Count", rowsOf(2, "Artikelnummer,Bestand,Lager", "A-1,12,Nord", "B-2,x,Nord"), asText)
	src := packed(t, f)
	in := inspect(t, src, format.FileLayout{}, "")
	if in.Kind != "stock_counts" || in.Sheet != "Count" || in.HeaderRow != 2 || len(in.Sheets) != 2 || in.Columns[0].Samples[0] != "A-1" {
		t.Fatalf("%+v", in)
	}
	p := guessedProfile(in, "Count")
	p.Layout.Sheet = in.Sheet
	p, err = p.Settled()
	check(t, err)
	rec, k, err := format.RecogniseKnown(context.Background(), src, []format.Known{{Profile: p, ID: 7, When: "1 May 2026"}})
	if err != nil || k == nil || k.ID != 7 || rec.Sheet != "Count" || rec.Rows != 2 || rec.Confidence != 1 {
		t.Fatalf("%+v, %v, %v", rec, k, err)
	}
	rec, err = format.RecogniseBy(context.Background(), src, format.How{Profile: &p, Edits: []format.Edit{{Row: 4, Column: "Bestand", To: "5"}, {Column: "Lager", From: "Nord", To: "North"}}})
	check(t, err)
	for i, r := range readAs(t, src, rec, answers()) {
		if v := r.Stated.Values; len(r.Problems) > 0 || v["location"] != "North" || v["on_hand"] != []string{"12", "5"}[i] || len(r.Rows[0].Edited) != 1+i {
			t.Errorf("%+v %v %v", r.Stated, r.Rows, r.Problems)
		}
	}
}
