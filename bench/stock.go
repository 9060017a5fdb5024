package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/connectors/woocommerce"
	"tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

const (
	stockPlaces = 5     // locations, and channels
	fewSKUs     = 1_000 // beside which a page of the grid is measured
	salesAtOnce = 300   // of one of the repeats
	pagesAtOnce = 40
	rowsOfAPage = 100
)

// benchStock measures stock in a warehouse of so many SKUs, each at five locations and on five channels: a sale with what it does to levels and with
// what all channels are to be told of it, all of it worked out anew, and a page of the grid.
func benchStock(r *report, skus int) error {
	large, err := warehouse(skus)
	if err != nil {
		return err
	}
	small, err := warehouse(fewSKUs)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(outDir, "stock-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(large)); err != nil {
		return err
	}
	return errors.Join(gridPages(r, small, large, skus), inWarehouse(dir, func(w *stocked) error {
		return errors.Join(w.sales(r, skus), w.recompute(r, skus))
	}))
}

// stocked is an open warehouse.
type stocked struct {
	store    *store.Store
	engine   *syncing.Engine
	channels []int64
	runID    int64
	sold     int
}

// inWarehouse opens a warehouse, or what is to become one, for the length of do.
func inWarehouse(dir string, do func(*stocked) error) error {
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return err
	}
	engine := syncing.New(s, &plainSecrets{all: map[string]string{}}, syncing.Options{Find: func(string) channel.Connector { return woocommerce.Connector{} }})
	w := &stocked{store: s, engine: engine}
	connections, err := s.Connections(context.Background())
	for _, c := range connections {
		w.channels = append(w.channels, c.ChannelID)
	}
	if err == nil {
		err = do(w)
	}
	engine.Close()
	return errors.Join(err, s.Close())
}

// warehouse makes a warehouse, once, and gives its folder.
func warehouse(skus int) (string, error) {
	dir := filepath.Join(outDir, fmt.Sprintf("warehouse-%d", skus))
	return dir, once(dir, func(part string) error {
		if err := errors.Join(os.RemoveAll(part), os.MkdirAll(part, 0o700)); err != nil {
			return err
		}
		if err := inWarehouse(part, (*stocked).connect); err != nil {
			return err
		}
		if err := fillWarehouse(filepath.Join(part, "tradepost.db"), skus); err != nil {
			return err
		}
		return inWarehouse(part, func(w *stocked) error { return w.store.CatchUpSearch(context.Background()) })
	})
}

// connect makes the channels, as shops that are connected.
func (w *stocked) connect() error {
	for n := range stockPlaces {
		shop := sim.New(time.Now, sim.Secure())
		server := httptest.NewServer(shop)
		options, secrets := shop.Connection(server.URL)
		_, err := w.engine.Connect(context.Background(), syncing.Draft{Connector: "woocommerce", Name: fmt.Sprint("Shop ", n+1), Options: options, Secrets: secrets, Approval: syncing.Automatic})
		server.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// fillWarehouse writes past the program: through it, it would take minutes.
func fillWarehouse(path string, skus int) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?_synchronous=OFF&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, statement := range []string{
		`INSERT INTO location (name, kind, rank, seq) WITH RECURSIVE p(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM p WHERE j < 5) SELECT 'Place ' || j, 'own', j, 0 FROM p WHERE ?1 > 0`,
		`INSERT INTO product (id, title, created_at, seq) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i, 'Product ' || i, 0, 0 FROM n`,
		`INSERT INTO variant (id, product_id, sku, sku_key, title, created_at, seq) SELECT id, id, 'S-' || id, 's-' || id, title, 0, 0 FROM product WHERE ?1 > 0`,
		`INSERT INTO listing (channel_id, sku, sku_key, title, variant_id, created_at, seq, external_id, tracked, status)
			SELECT n.channel_id, v.sku, v.sku_key, v.title, v.id, 0, 0, 'x' || v.id, 'true', 'active' FROM variant v CROSS JOIN connection n WHERE ?1 > 0`,
		`INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) SELECT channel_id, 'listing', 'sku', sku, id FROM listing WHERE ?1 > 0`,
		`INSERT INTO listing_level (listing_id, location, quantity, observed_at, pushed, seq) SELECT id, '', '500', 0, '500', 0 FROM listing WHERE ?1 > 0`,
		`INSERT INTO stock_start (variant_id, location_id, started_at, quantity, seq) SELECT v.id, l.id, 1, 100000000, 0 FROM variant v CROSS JOIN location l WHERE ?1 > 0`,
		`INSERT INTO stock_movement (variant_id, location_id, kind, quantity, cause_kind, cause_id, occurred_at, recorded_at, seq)
			SELECT variant_id, location_id, 'start', quantity, 'run', 0, 1, 1, 0 FROM stock_start WHERE ?1 > 0`,
		`INSERT INTO stock_level (variant_id, location_id, on_hand, started_at, counted_at, seq) SELECT variant_id, location_id, quantity, 1, 1, 0 FROM stock_start WHERE ?1 > 0`,
	} {
		if _, err := tx.Exec(statement, skus); err != nil {
			return fmt.Errorf("%.60s: %w", statement, err)
		}
	}
	return tx.Commit()
}

// sales measures sales, one by one, until their levels and what all channels are to be told of them are on the disk. What the disk takes for the two writes of
// it is measured beside them, by as many writes of next to nothing, and taken off.
func (w *stocked) sales(r *report, skus int) error {
	err := w.store.InTx(context.Background(), false, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunSync, Cause: journal.BySchedule, State: journal.Done, Title: "Sales"}
		err := tx.InsertRun(&run)
		w.runID = run.ID
		return err
	})
	if err != nil {
		return err
	}
	var all, bare, net, medians, work []float64
	for range repeats {
		var took, disk []float64
		for range salesAtOnce {
			began := start()
			if err := w.sell(skus); err != nil {
				return err
			}
			sold, nothing := began.spent(), start()
			if err := errors.Join(w.writeNothing(), w.writeNothing()); err != nil {
				return err
			}
			took, disk = append(took, ms(sold)), append(disk, ms(nothing.spent()))
			work = append(work, sold.cpu.Seconds()*1e3)
		}
		all, bare = append(all, took...), append(bare, disk...)
		medians = append(medians, median(took))
		net = append(net, median(took)-median(disk))
	}
	want := wanted{most: 1, words: "under 1"}
	r.add(line{Goal: "sale", What: fmt.Sprintf("Sale at %d SKUs x 5 locations x 5 channels, with levels and intents, without the disk's waiting, median", skus), Value: median(net), Unit: "ms",
		Wanted: want.words, CPU: median(work), Verdict: want.verdict(median(net)), Spread: fmt.Sprintf("%.2f..%.2f ms", slices.Min(net), slices.Max(net))})
	r.note(fmt.Sprintf("sale, with the disk: p50 %.2f ms (%.2f..%.2f), p99 %.2f ms; of two writes of next to nothing p50 %.2f ms, p99 %.2f ms", median(all), slices.Min(medians),
		slices.Max(medians), quantile(all, 0.99), median(bare), quantile(bare, 0.99)))
	return nil
}

func ms(s spent) float64 { return s.wall.Seconds() * 1e3 }

func (w *stocked) writeNothing() error {
	return w.store.InSyncTx(context.Background(), false, func(tx syncing.Tx) error { return tx.NoteShipped(1, 0) })
}

// sell takes one order of one SKU in, as a pulled one, and writes down what the channels are to be told, as the program does after it.
func (w *stocked) sell(skus int) error {
	ctx := context.Background()
	sku := 1 + w.sold*7919%skus
	if err := w.store.InTx(ctx, true, func(tx intake.Tx) error { return w.takeIn(tx, sku) }); err != nil {
		return err
	}
	w.sold++
	connections, _, err := w.engine.Wish(ctx, []int64{int64(sku)})
	if err == nil && len(connections) != stockPlaces {
		err = fmt.Errorf("%d channels are to be told", len(connections))
	}
	return err
}

func (w *stocked) takeIn(tx intake.Tx, sku int) error {
	number := fmt.Sprint("#", w.sold)
	channelID := w.channels[w.sold%len(w.channels)]
	o := order.Order{ChannelID: channelID, ExternalID: fmt.Sprint("o", w.sold), Number: number, Currency: "USD", Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Placed: commerce.Stamp{At: tx.Now(), Precision: commerce.PrecisionSecond, Zone: "UTC"},
		Lines:  []order.Line{{Position: 1, SKU: fmt.Sprint("S-", sku), Title: fmt.Sprint("Product ", sku), Quantity: "1", UOM: "each", UnitPrice: "9.95"}}}
	_, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Order: o, Payload: &journal.Payload{Raw: []byte(`{"number":"` + number + `"}`)},
		Message: journal.Message{ChannelID: channelID, RunID: w.runID, Kind: intake.OrderKind, Source: "bench", Name: number}})
	return err
}

// recompute measures what is worked out anew as a whole: what all channels are to be told, and all levels and reservations out of the ledger and
// the orders.
func (w *stocked) recompute(r *report, skus int) error {
	for _, one := range []struct {
		what string
		do   func() error
	}{
		{"What all channels are to be told", w.reckon},
		{"All levels and reservations", func() error { return w.store.RebuildStock(context.Background()) }},
	} {
		var all []spent
		for range repeats {
			began := start()
			if err := one.do(); err != nil {
				return err
			}
			all = append(all, began.spent())
		}
		want := wanted{most: 2, words: "under 2"}
		r.add(line{Goal: "recompute", What: fmt.Sprintf("%s, worked out anew at %d SKUs x 5 locations x 5 channels with %d open orders", one.what, skus, w.sold), Value: median(walls(all)), Unit: "s",
			CPU: median(cpus(all)), Wanted: want.words, Verdict: want.verdict(median(walls(all))), Spread: spread(walls(all))})
	}
	return nil
}

// reckon works out what every channel is to be told of every listing.
func (w *stocked) reckon() error {
	for _, id := range w.channels {
		if _, _, err := w.store.UnlikeOffers(context.Background(), id); err != nil {
			return err
		}
	}
	return nil
}

// gridPages compares a page of the stock grid, from anywhere, in both warehouses: the rows, and what each channel may show of them.
func gridPages(r *report, small, large string, skus int) error {
	sizes := map[string]int{small: fewSKUs, large: skus}
	at := map[string][]float64{}
	for range repeats {
		for _, dir := range []string{small, large} {
			if err := inWarehouse(dir, func(w *stocked) error { return w.pages(sizes[dir], at, dir) }); err != nil {
				return err
			}
		}
	}
	grown := median(at[large]) / median(at[small])
	want := wanted{most: 2, words: "under 2"}
	r.add(line{Goal: "grid", What: fmt.Sprintf("Page of the stock grid at %d SKUs beside one at %d", skus, fewSKUs), Value: grown, Unit: "x", Wanted: want.words, Verdict: want.verdict(grown),
		Spread: fmt.Sprintf("p50 %.2f and %.2f ms", median(at[small]), median(at[large]))})
	return nil
}

func (w *stocked) pages(skus int, at map[string][]float64, name string) error {
	ctx := context.Background()
	for n := range pagesAtOnce {
		began := start()
		all, err := w.store.Stock(ctx, "", int64(n*7919%(skus-rowsOfAPage)), rowsOfAPage)
		if err == nil && (len(all) != rowsOfAPage || len(all[0].Levels) != stockPlaces || len(all[0].Listings) != stockPlaces) {
			err = fmt.Errorf("a page has %d rows", len(all))
		}
		if err != nil {
			return err
		}
		ids := make([]int64, len(all))
		for i, s := range all {
			ids[i] = s.VariantID
		}
		if _, err := w.store.OffersOf(ctx, ids); err != nil {
			return err
		}
		at[name] = append(at[name], ms(began.spent()))
	}
	return nil
}
