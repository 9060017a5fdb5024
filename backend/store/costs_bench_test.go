package store

import (
	"testing"

	"tradepost/backend/inventory"
)

// BenchmarkStockValue works out what 20,000 SKUs at five locations cost, from 100,000 starts and as many sales.
func BenchmarkStockValue(b *testing.B) {
	s := opened(b, b.TempDir(), Options{})
	stocked(b, s, 20_000, 5)
	must(b, s.Write(ctx, Bulk, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO stock_movement (variant_id, location_id, kind, quantity, cause_kind, cause_id, line_id, occurred_at, recorded_at, seq)
			SELECT variant_id, location_id, 'sale', -1000000, 'order', id, id, 2000, 2000, seq FROM stock_movement`)
	}))
	must(b, s.Write(ctx, Bulk, func(tx *Tx) error { return tx.Exec(`UPDATE variant SET cost = '1.25', currency = 'EUR'`) }))
	for b.Loop() {
		v, err := s.StockValue(ctx, 0, 200)
		must(b, err)
		if total := v.Total(); total != (inventory.Worth{Quantity: 900_000 * pieces, Value: 112_500_000}) {
			b.Fatalf("all stock is %+v", total)
		}
	}
}
