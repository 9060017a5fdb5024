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

// TestMemoryOfAnImportDoesNotGrowWithItsRows looks at what is alive while files of different lengths are planned and
// applied: ten times the orders may not hold what they say. The bench has the full sizes, and SQLite's part.
func TestMemoryOfAnImportDoesNotGrowWithItsRows(t *testing.T) {
	const slack = 8 << 20 // 6,000 orders held whole would be some 30 MiB
	short, long := mostAlive(t, 600), mostAlive(t, 6_000)
	if long > short+slack {
		t.Errorf("importing 6,000 orders holds %d KiB, 600 orders %d KiB", long>>10, short>>10)
	}
}

// mostAlive is the most that an import of so many orders held on the heap beyond what was there before, looked at now and
// then as it goes.
func mostAlive(t *testing.T, orders int) (most int64) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, t.TempDir(), store.Options{})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	var before int64
	looks := 0
	look := func(tabular.Progress) {
		if looks%5 == 0 {
			most = max(most, alive()-before)
		}
		looks++
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
	if i.Counts.New != orders || looks == 0 {
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
