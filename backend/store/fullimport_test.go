package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
)

// An import that meets a full disk fails in words and keeps what was written; with space again the same import goes on to its
// end, without a restart.
func TestImportOnAFullDisk(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	setPages := func(n int) {
		must(t, s.Write(ctx, Urgent, func(tx *Tx) error { return tx.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", n)).Scan(new(int)) }))
	}
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	file, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(shopifyText(10, 400)))
	must(t, err)
	i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID})
	must(t, err)
	<-done
	setPages(value[int](t, s, `PRAGMA page_count`) + 70)
	_, done, err = im.Apply(ctx, i.ID)
	must(t, err)
	<-done
	i, err = im.Import(ctx, i.ID)
	must(t, err)
	if n := len(numbers(t, s)); i.State != tabular.Failed || i.Problem == nil || i.Problem.Code != string(fault.Full) || i.Problem.Remedy == "" || n == 0 || n == 400 {
		t.Fatalf("import is %s with %d orders: %+v", i.State, n, i.Problem)
	}
	healthy(t, s)
	setPages(1_000_000)
	_, done, err = im.Apply(ctx, i.ID)
	must(t, err)
	<-done
	i, err = im.Import(ctx, i.ID)
	must(t, err)
	if n := len(numbers(t, s)); i.State != tabular.Applied || i.Counts.New != 400 || n != 400 {
		t.Fatalf("with space again import is %s with %d orders: %+v, %+v", i.State, n, i.Counts, i.Problem)
	}
	healthy(t, s)
}
