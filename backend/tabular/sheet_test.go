package tabular_test

import (
	"archive/zip"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/spreadsheet"
)

// workbook has a sheet for every text: its name, then its rows.
func workbook(t *testing.T, sheets ...string) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	w := spreadsheet.NewWriter(&out)
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
	return &out
}

// older are the orders of another sheet; one of them has an amount that is none.
var older = strings.NewReplacer("#100", "#90", "900", "800").Replace(shopify)

func TestAnImportStaysOnTheSheetThatWasNamed(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, rec, err := im.Receive(ctx, "orders.xlsx", workbook(t, "Orders", shopify, "Older", older, "Notes", "made,by\nAnn,x"))
	must(t, err)
	if rec.Sheet != "Orders" {
		t.Fatalf("found %q", rec.Sheet)
	}
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID, Sheet: "older"})
	must(t, err)
	if i.Sheet != "Older" || i.Counts.New != 2 || i.Counts.Error != 1 {
		t.Fatalf("sheet %q, %+v", i.Sheet, i.Counts)
	}
	if note := i.Warnings[0]; note.Code != "other_sheets" || note.Found != "Orders, Notes" {
		t.Errorf("%+v", i.Warnings)
	}
	views, err := im.Records(ctx, i.ID, tabular.RecordFilter{Limit: 10})
	must(t, err)
	if len(views) != 3 || views[0].Number != "#901" && views[0].Number != "#9001" {
		t.Errorf("records %+v", views)
	}
	var failed bytes.Buffer
	must(t, im.FailedRows(ctx, i.ID, &failed))
	if name := im.FailedRowsName(ctx, i); name != "orders.failed-rows.xlsx" {
		t.Errorf("called %q", name)
	}
	again, back, err := im.Receive(ctx, "orders.failed-rows.xlsx", &failed)
	must(t, err)
	if back.Sheet != "Older" || back.Rows != 1 || again.ID == file.ID {
		t.Errorf("failed rows: sheet %q, %d rows", back.Sheet, back.Rows)
	}
	if kept, err := s.Import(ctx, i.ID); err != nil || kept.Sheet != "Older" {
		t.Errorf("kept %q, %v", kept.Sheet, err)
	}
	result, err := im.Retry(ctx, nil)
	if err != nil || result.Still != 1 {
		t.Errorf("retry: %+v, %v", result, err)
	}
}

func TestACorrectionStaysOnTheSheet(t *testing.T) {
	ctx := context.Background()
	_, im := opened(t)
	file, _, err := im.Receive(ctx, "orders.xlsx", workbook(t, "Orders", shopify, "Older", older))
	must(t, err)
	i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID, Sheet: "Older", Format: "shopify.orders"})
	must(t, err)
	<-done
	_, i, done, err = im.Edit(ctx, tabular.Edit{ImportID: i.ID, Row: 5, Column: "Subtotal", To: "10.00"})
	must(t, err)
	<-done
	if i, err = im.Import(ctx, i.ID); err != nil || i.Counts.New != 3 || i.Counts.Error != 0 {
		t.Errorf("after the correction: %+v, %v, %v", i.Counts, i.Problem, err)
	}
}

func TestAMappedFileIsReadFromTheNamedSheet(t *testing.T) {
	ctx := context.Background()
	_, im := opened(t)
	const mine = "Code,Count\nA-1,5\nA-2,6\n"
	file, _, err := im.Receive(ctx, "stock.xlsx", workbook(t, "May", mine, "June", strings.ReplaceAll(mine, "A-", "B-")))
	if !fault.Is(err, fault.Invalid) {
		t.Fatalf("known already: %v", err)
	}
	p, err := im.SaveProfile(ctx, format.Profile{Name: "Counts", Kind: "stock_counts", Headers: []string{"Code", "Count"},
		Columns: []format.ProfileColumn{{Names: []string{"Code"}, To: []string{"sku"}}, {Names: []string{"Count"}, To: []string{"on_hand"}}}})
	must(t, err)
	for sheet, want := range map[string]string{"": "May", "June": "June"} {
		for _, profile := range []int64{0, p.ID} {
			i, _, err := im.Start(ctx, tabular.Request{FileID: file.ID, Sheet: sheet, Profile: profile})
			if err != nil || i.Sheet != want {
				t.Errorf("asked for %q by %d: read %q, %v", sheet, profile, i.Sheet, err)
			}
		}
	}
}

func TestASheetThatCannotBeReadIsRefused(t *testing.T) {
	ctx := context.Background()
	_, im := opened(t)
	book, _, err := im.Receive(ctx, "orders.xlsx", workbook(t, "Orders", shopify))
	must(t, err)
	text, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(shopify))
	must(t, err)
	for file, words := range map[int64]string{book.ID: `no sheet "Nowhere"`, text.ID: "no workbook"} {
		if _, _, err := im.Start(ctx, tabular.Request{FileID: file, Sheet: "Nowhere"}); err == nil || fault.Of(err).Field != "sheet" || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v", err)
		}
	}
}

// The system's folder for passing files is not there: what is unpacked must lie in the workspace.
func TestUnpackingStaysInTheWorkspace(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(dir, "gone"))
	t.Setenv("TMP", filepath.Join(dir, "gone"))
	s, err := store.Open(context.Background(), dir, store.Options{})
	must(t, err)
	im := tabular.NewImporter(s, nil)
	defer func() {
		im.Close()
		_ = s.Close()
	}()
	random := rand.New(rand.NewPCG(1, 2))
	filling := make([]byte, 6<<20)
	for i := range filling {
		filling[i] = byte(random.Uint32())
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, content := range map[string][]byte{"picture.png": append([]byte("\x89PNG\r\n\x1a\n\x00\x00"), filling...), "orders.csv": []byte(shopify)} {
		to, err := z.Create(name)
		must(t, err)
		_, err = to.Write(content)
		must(t, err)
	}
	must(t, z.Close())
	all, err := im.ReceiveAll(context.Background(), "orders.zip", &packed)
	if err != nil || len(all) != 1 || all[0].Recognition.Format != "shopify.orders" {
		t.Fatalf("%+v %v", all, err)
	}
	left, err := os.ReadDir(s.SpoolFolder())
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
