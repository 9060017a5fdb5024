package store

import (
	"fmt"
	"testing"
)

// TestTotalsLeaveOutWholeDays, as a day that is added up in part would not tie out.
func TestTotalsLeaveOutWholeDays(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Books", "ledger")
		if err != nil {
			return err
		}
		if err := tx.Exec(`INSERT INTO connection (id, name, name_key, connector, channel_id, options, created_at, seq) VALUES (1, 'Books', 'books', 'quickbooksdesktop', ?, '{}', 1, 1)`, c.ID); err != nil {
			return err
		}
		for _, day := range []int{1, 2, 3} {
			if err := tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) INSERT INTO posting (connection_id, reference, kind, number, day, currency, document,
				ledger_id, made_at, seq) SELECT 1, ?1 || ':' || i, 'journal', '', ?1, 'USD', json_object('day', ?1), 'x', 1, 1 FROM n`, fmt.Sprintf("2026-11-%02d", day)); err != nil {
				return err
			}
		}
		return nil
	}))
	all, cut, err := s.Posted(ctx, 1, "2026-11-01", "2026-11-30")
	must(t, err)
	if !cut || len(all) != 8000 || all[0].Document.Day != "2026-11-03" {
		t.Errorf("%d are added up, cut %t", len(all), cut)
	}
	all, cut, err = s.Posted(ctx, 1, "2026-11-02", "2026-11-30")
	must(t, err)
	if cut || len(all) != 8000 {
		t.Errorf("of two days %d are added up, cut %t", len(all), cut)
	}
}
