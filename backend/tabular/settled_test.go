package tabular_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"tradepost/backend/journal"
	"tradepost/backend/tabular"
)

const wrongStock = "SKU,Location,On hand,Tracked since,Last movement\nMUG,Hall,5,,\nTEA,Hall,-1,,\nBAG,Hall,1,,\n"

// TestWhatWaitsOfAnImportIsCountedAsItIsByNow: corrected rows, retries and dismissals settle what the first import left, and
// undo of the correction brings it back.
func TestWhatWaitsOfAnImportIsCountedAsItIsByNow(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	whole := func(name, content string) tabular.Import {
		t.Helper()
		file, _, err := im.Receive(ctx, name, strings.NewReader(content))
		must(t, err)
		i, err := im.Whole(ctx, tabular.Request{FileID: file.ID})
		must(t, err)
		return i
	}
	waits := func(i tabular.Import, want int) {
		t.Helper()
		waiting, err := s.ImportsWaiting(ctx)
		must(t, err)
		if waiting[i.ID] != want {
			t.Errorf("%d records of the import wait instead of %d", waiting[i.ID], want)
		}
	}
	header := "SKU,GTIN,Product,Variant,Vendor,Type,Tags,Status,Option 1 name,Option 1,Option 2 name,Option 2,Option 3 name,Option 3,Price,Compare-at price,Cost,Currency,Weight in grams,Known since\n"
	whole("products.csv", header+"MUG,,Mug,,,,,,,,,,,,,,,,,\nTEA,,Tea,,,,,,,,,,,,,,,,,\n")
	first := whole("stock.csv", wrongStock)
	if first.Counts.Error != 2 {
		t.Fatalf("%+v", first.Counts)
	}
	waits(first, 2)

	var failed bytes.Buffer
	must(t, im.FailedRows(ctx, first.ID, &failed))
	second := whole("stock.failed-rows.csv", strings.Replace(failed.String(), "TEA,Hall,-1", "TEA,Hall,1", 1))
	waits(first, 0)
	waits(second, 1) // the unknown product waits as a row of the later file

	whole("more.csv", header+"BAG,,Bag,,,,,,,,,,,,,,,,,\n")
	result, err := im.Retry(ctx, nil)
	must(t, err)
	if result.Applied != 1 {
		t.Fatalf("%+v", result)
	}
	waits(second, 0)

	third := whole("again.csv", strings.Replace(wrongStock, "-1", "many", 1))
	waits(third, 1)
	waiting, err := s.Quarantine(ctx, 0, 10)
	must(t, err)
	must(t, s.InTabularTx(ctx, false, func(tx tabular.Tx) error {
		m := waiting[0]
		m.Status = journal.Dismissed
		return tx.UpdateMessage(m)
	}))
	waits(third, 0)
}

// TestStockCountsAreOfNoChannel: nobody is asked for one, none is made that anybody sees, and what waits is still settled.
func TestStockCountsAreOfNoChannel(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	for round, want := range []int{3, 0} {
		content := wrongStock
		if round == 1 {
			content = strings.Replace(wrongStock, "MUG", "POT", 1)
		}
		file, _, err := im.Receive(ctx, "stock.csv", strings.NewReader(content))
		must(t, err)
		i, err := im.Whole(ctx, tabular.Request{FileID: file.ID, Channel: "Etsy"})
		must(t, err)
		if i.Channel != "" || i.Counts.Error != 3 {
			t.Fatalf("%+v", i)
		}
		if round == 0 {
			if waiting, err := s.ImportsWaiting(ctx); err != nil || waiting[i.ID] != want {
				t.Errorf("%v, %v", waiting, err)
			}
		} else if waiting, err := s.ImportsWaiting(ctx); err != nil || waiting[i.ID] != 3 || waiting[i.ID-1] != 1 {
			t.Errorf("of both wait %v, %v", waiting, err)
		}
		run, err := s.Run(ctx, i.AppliedRun)
		must(t, err)
		if run.Title != "Import of stock.csv" {
			t.Errorf("the run is called %q", run.Title)
		}
	}
	channels, err := s.Channels(ctx)
	must(t, err)
	facets, err := s.OrderCounts(ctx)
	must(t, err)
	if len(channels) > 0 || len(facets.Channels) > 0 {
		t.Errorf("there are the channels %+v, %+v", channels, facets.Channels)
	}
}

// TestRowsThatWaitAreKnownByTheirFirst: one of two that were wrong comes in corrected.
func TestRowsThatWaitAreKnownByTheirFirst(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	var first int64
	for n, content := range []string{wrongStock, "SKU,Location,On hand,Tracked since,Last movement\nTEA,Hall,-2,,\n"} {
		file, _, err := im.Receive(ctx, "stock.csv", strings.NewReader(content))
		must(t, err)
		i, err := im.Whole(ctx, tabular.Request{FileID: file.ID})
		must(t, err)
		if n == 0 {
			first = i.ID
		}
	}
	waiting, err := s.WaitingRows(ctx, first)
	if err != nil || len(waiting) != 2 || !waiting[2] || waiting[3] || !waiting[4] {
		t.Errorf("%v, %v", waiting, err)
	}
}
