package tabular_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// workbookOf is a CSV text as a workbook.
func workbookOf(t *testing.T, text string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	ok(t, err)
	f := excelize.NewFile()
	ok(t, f.SetSheetName("Sheet1", "Orders of March"))
	for n, row := range rows {
		for i, cell := range row {
			place, err := excelize.CoordinatesToCellName(i+1, n+1)
			ok(t, err)
			ok(t, f.SetCellStr("Orders of March", place, cell))
		}
	}
	var out bytes.Buffer
	ok(t, f.Write(&out))
	return out.String()
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func zipOf(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		part, err := w.Create(files[i])
		ok(t, err)
		_, err = io.WriteString(part, files[i+1])
		ok(t, err)
	}
	ok(t, w.Close())
	return out.String()
}

func TestFilesOfAnArchiveAreImportedByThemselves(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	head, rows, _ := strings.Cut(shopify, "\n")
	third := head + "\n" + strings.Split(rows, "\n")[2] + "\n"
	packed := zipOf(t, "read me.txt", "See inside.\n", "logo.png", "\x89PNG\r\n", "a/march.csv", shopify, "b/book.xlsx", workbookOf(t, strings.NewReplacer("1002", "2002", "9002", "9902").Replace(third)))
	all, err := im.ReceiveAll(ctx, "export.zip", strings.NewReader(packed))
	ok(t, err)
	if len(all) != 3 || all[0].File.Name != "export.zip › march.csv" || all[1].File.Name != "export.zip › book.xlsx" || all[2].File.Name != "export.zip › read me.txt" ||
		all[1].Recognition.Sheet != "Orders of March" || all[2].Unknown == nil || all[0].Unknown != nil {
		t.Fatalf("received %+v", all)
	}
	for _, r := range all[:2] {
		i, err := im.Whole(ctx, tabular.Request{FileID: r.File.ID})
		ok(t, err)
		if i.State != tabular.Applied {
			t.Errorf("import %+v", i)
		}
	}
	if n := orders(t, s); n != 3 {
		t.Errorf("%d orders", n)
	}
	again, err := im.ReceiveAll(ctx, "other name.zip", strings.NewReader(packed))
	ok(t, err)
	if again[0].File.ID != all[0].File.ID {
		t.Error("the same file inside another archive is not known again")
	}
}

func orders(t *testing.T, s *store.Store) int {
	t.Helper()
	rows, err := s.Imports(context.Background(), 0, 100)
	ok(t, err)
	n := 0
	for _, i := range rows {
		n += i.Counts.New
	}
	return n
}

func TestAPackedFileIsThatFile(t *testing.T) {
	_, im := opened(t)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := io.WriteString(w, shopify)
	ok(t, err)
	ok(t, w.Close())
	file, rec, err := im.Receive(context.Background(), "orders.csv.gz", &packed)
	if err != nil || rec.Format != "shopify.orders" || rec.Rows != 4 || file.Name != "orders.csv.gz › orders.csv" {
		t.Errorf("got %+v %+v %v", file, rec, err)
	}
}

func TestArchivesWithoutOrdersSayWhatIsInThem(t *testing.T) {
	_, im := opened(t)
	for packed, want := range map[string]string{zipOf(t): "without any files", zipOf(t, "a.png", "\x89PNG", "b.pdf", "%PDF-1.7"): "only: a.png, b.pdf"} {
		_, err := im.ReceiveAll(context.Background(), "x.zip", strings.NewReader(packed))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
	damaged := []byte(zipOf(t, "a.csv", strings.Repeat("abcdefg,", 100)+shopify))
	damaged[200] ^= 0xFF
	if _, err := im.ReceiveAll(context.Background(), "x.zip", bytes.NewReader(damaged)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, "damaged") {
		t.Errorf("got %v", err)
	}
}

// The rows of a workbook that cannot be applied go back as a workbook, and are imported from it once corrected.
func TestFailedRowsOfAWorkbookAreAWorkbook(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, _, err := im.Receive(ctx, "orders.dat", strings.NewReader(workbookOf(t, shopify)))
	ok(t, err)
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID, FileName: "orders.dat"})
	ok(t, err)
	if i.Counts.New != 2 || i.Counts.Error != 1 {
		t.Fatalf("counts %+v", i.Counts)
	}
	if name := im.FailedRowsName(ctx, i); name != "orders.failed-rows.xlsx" {
		t.Errorf("called %s", name)
	}
	var out bytes.Buffer
	ok(t, im.FailedRows(ctx, i.ID, &out))
	f, err := excelize.OpenReader(&out)
	ok(t, err)
	rows, err := f.GetRows("Orders of March")
	ok(t, err)
	columns := strings.Split(strings.SplitN(shopify, "\n", 2)[0], ",")
	if len(rows) != 2 || rows[1][0] != "#1003" || rows[1][19] != "'02139" || len(rows[0]) != len(columns)+3 || !strings.Contains(rows[1][len(columns)+1], "“x”") {
		t.Fatalf("rows %q", rows)
	}
	ok(t, f.SetCellStr("Orders of March", "G2", "10.00"))
	out.Reset()
	ok(t, f.Write(&out))
	fixed, _, err := im.Receive(ctx, "fixed.xlsx", &out)
	ok(t, err)
	if i, err = im.Whole(ctx, tabular.Request{FileID: fixed.ID}); err != nil || i.Counts.New != 1 || i.Counts.Error != 0 || orders(t, s) != 3 {
		t.Errorf("corrected: %+v %v", i.Counts, err)
	}
}

func TestAQuarantinedRecordOfAWorkbookIsRetried(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	bare := strings.NewReplacer("USD", "", ",x,", ",10.00,").Replace(shopify)
	file, _, err := im.Receive(ctx, "orders.xlsx", strings.NewReader(workbookOf(t, bare)))
	ok(t, err)
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID})
	ok(t, err)
	if i.Counts.Error == 0 {
		t.Fatalf("counts %+v", i.Counts)
	}
	c, err := s.ChannelByName(ctx, i.Channel)
	ok(t, err)
	c.Currency = "USD"
	result, err := im.Retry(ctx, nil)
	ok(t, err)
	if result.Still != i.Counts.Error {
		t.Errorf("retried without a currency: %+v", result)
	}
	other, err := im.Whole(ctx, tabular.Request{FileID: file.ID, Currency: "USD"})
	if err != nil || other.Counts.New != 3 {
		t.Errorf("with a currency: %+v %v", other.Counts, err)
	}
}
