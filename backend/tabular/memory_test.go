package tabular_test

import (
	"context"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
)

// TestMemoryOfAnImportDoesNotGrowWithItsRows looks at what is alive while a long file is planned and applied: what reads
// ahead of the writer and the room for garbage (24 MiB) are bounded, whatever the file's length. The bench has the full
// sizes, and SQLite's part.
func TestMemoryOfAnImportDoesNotGrowWithItsRows(t *testing.T) {
	const bound = 48 << 20 // 16,000 orders held whole would be some 80 MiB more
	if most := mostAlive(t, 16_000); most > bound {
		t.Errorf("importing 16,000 orders holds %d KiB, more than %d", most>>10, bound>>10)
	}
}

// mostAlive is the most that an import of so many orders held on the heap beyond what was there before, looked at with
// every step.
func mostAlive(t *testing.T, orders int) (most int64) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, t.TempDir(), store.Options{})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	var before int64
	looks := 0
	look := func(tabular.Progress) {
		looks++
		most = max(most, alive()-before)
	}
	im := tabular.NewImporter(s, look)
	defer im.Close()
	text, to := io.Pipe()
	go func() {
		_, err := io.WriteString(to, tabulartest.Shopify(tabulartest.Orders(rand.New(rand.NewPCG(3, 5)), orders)))
		to.CloseWithError(err)
	}()
	file, _, err := im.Receive(ctx, "orders.csv", text)
	must(t, err)
	before = alive()
	i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID})
	must(t, err)
	<-done
	_, done, err = im.Apply(ctx, i.ID)
	must(t, err)
	<-done
	i, err = im.Import(ctx, i.ID)
	must(t, err)
	if i.Counts.New != orders || looks < 2 {
		t.Fatalf("%d of %d orders went in, %d looks", i.Counts.New, orders, looks)
	}
	return most
}

func alive() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
