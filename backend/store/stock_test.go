package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tradepost/backend/inventory"
)

// Stock that was tracked before orders were in the ledger is taken over when the workspace is first opened: what waits reserves, and what was
// corrected stays corrected.
func TestTrackedStockIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "tradepost.db")
	must(t, os.WriteFile(path, unzipped(t, filepath.Join("testdata", "schema", "v009.db.gz")), 0o600))
	old, err := sql.Open("sqlite3", path)
	must(t, err)
	for _, statement := range []string{
		`INSERT INTO product (id, title, created_at, seq) VALUES (1, 'Thing', 1, 1)`,
		`INSERT INTO variant (id, product_id, sku, sku_key, title, created_at, seq) SELECT 1, 1, sku, sku_key, title, 1, 1 FROM listing ORDER BY id LIMIT 1`,
		`UPDATE listing SET variant_id = 1, linked_by = 'sku' WHERE id = (SELECT min(id) FROM listing)`,
		`UPDATE orders SET fulfillment_status = 'unfulfilled', stage = 'to_ship', fulfilled_at = NULL`,
		`DELETE FROM order_count WHERE facet = 'stage'`,
		`INSERT INTO order_count SELECT 'stage', channel_id, 'to_ship', count(*) FROM orders GROUP BY channel_id`,
		`INSERT INTO location (id, name, kind, seq) VALUES (1, 'Main', 'own', 1)`,
		`INSERT INTO stock_start (variant_id, location_id, started_at, quantity, seq) VALUES (1, 1, 1000, 100000000, 1)`,
		`INSERT INTO stock_level (variant_id, location_id, on_hand, seq) VALUES (1, 1, 90000000, 1)`,
		`INSERT INTO stock_movement (variant_id, location_id, kind, quantity, cause_kind, cause_id, occurred_at, recorded_at, seq)
			VALUES (1, 1, 'start', 100000000, 'run', 1, 1000, 1000, 1), (1, 1, 'count', -10000000, 'run', 1, 2000, 2000, 1)`,
	} {
		_, err := old.Exec(statement)
		must(t, err)
	}
	must(t, old.Close())
	s := opened(t, dir, Options{})
	waits := value[inventory.Quantity](t, s, `SELECT CAST(sum(CAST(l.quantity AS REAL)) * 1000000 AS INTEGER) FROM order_line l JOIN listing g ON g.id = l.listing_id WHERE g.variant_id = 1`)
	all, err := s.Stock(context.Background(), "", 0, 1)
	must(t, err)
	if all[0].OnHand() != 90*inventory.One || all[0].Reserved() != waits || waits == 0 {
		t.Errorf("on hand %s, reserved %s instead of %s", all[0].OnHand().Decimal(), all[0].Reserved().Decimal(), waits.Decimal())
	}
	if n := value[int](t, s, `SELECT count(*) FROM stock_movement m JOIN stock_count c ON c.id = m.count_id AND c.quantity = 90000000 AND c.counted_at = 2000`); n != 1 {
		t.Error("the earlier count is not known as one")
	}
	for _, check := range s.Examine(context.Background()) {
		if check.Name == "stock" && !check.OK {
			t.Error(check.Words)
		}
	}
}

// BenchmarkSale writes one order of one piece of a tracked SKU among as many SKUs at five locations each, in one write as a channel's order comes.
func BenchmarkSale(b *testing.B) {
	const skus, locations = 20_000, 5
	s := opened(b, b.TempDir(), Options{})
	stocked(b, s, skus, locations)
	errored := errors.New("rolled back")
	for i := 0; b.Loop(); i++ {
		err := s.Write(context.Background(), Urgent, func(tx *Tx) error {
			c, err := tx.EnsureChannel("Shop", "shopify")
			if err != nil {
				return err
			}
			o := plain(c, idText(int64(i)))
			o.Lines[0].SKU = "S" + idText(int64(i*7919%skus+1))
			if err := tx.InsertOrder(o); err != nil {
				return err
			}
			return errored // what is measured is the work, not the disk
		})
		if !errors.Is(err, errored) {
			b.Fatal(err)
		}
	}
}

// stocked makes SKUs that are tracked at so many locations.
func stocked(t testing.TB, s *Store, skus, locations int) {
	t.Helper()
	for n := range locations {
		_, err := s.AddLocation(context.Background(), inventory.Location{Name: "L" + idText(int64(n+1))})
		must(t, err)
	}
	must(t, s.Write(context.Background(), Bulk, func(tx *Tx) error {
		for n := range skus {
			v, err := tx.insertVariant(1, "S"+idText(int64(n+1)), "Thing")
			if err != nil {
				return err
			}
			for l := range locations {
				if _, err := tx.startStock(inventory.Cause{Kind: inventory.ByRun, ID: 1}, v.ID, int64(l+1), 10*inventory.One, 1000); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}
