package store

import (
	"context"
	"database/sql"
	"slices"
	"testing"

	"tradepost/backend/customer"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

func touched(o *order.Order) journal.Change {
	return journal.Change{RecordKind: "order", RecordID: o.ID, Action: journal.Created, RunID: 1}
}

// bought writes an order of a named buyer.
func bought(t *testing.T, s *Store, number, name string) (id int64) {
	t.Helper()
	must(t, s.Write(context.Background(), Bulk, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Shop", "other")
		if err != nil {
			return err
		}
		o := plain(c, number)
		o.Parties = []order.Party{{Role: order.Buyer, Contact: customer.Contact{Name: name, Email: number + "@example.com"}}}
		if err := tx.InsertOrder(o); err != nil {
			return err
		}
		id = o.ID
		return tx.InsertChange(touched(o))
	}))
	return id
}

func words(t *testing.T, s *Store) []string {
	t.Helper()
	rows, err := s.search.db.Query(`SELECT text FROM word ORDER BY text`)
	all, err := collect(rows, err, func(rows *sql.Rows, word *string) error { return rows.Scan(word) })
	must(t, err)
	return all
}

// TestBeginningsOfWordsAreFound types names letter by letter, with and without accents.
func TestBeginningsOfWordsAreFound(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	bought(t, s, "77001", "Åsa Lindqvist")
	bought(t, s, "77002", "Linda Lindqvister")
	must(t, s.CatchUpSearch(ctx))
	for typed, want := range map[string]int{"li": 2, "lin": 2, "lind": 2, "lindq": 2, "LINDQVIST": 2, "lindqvister": 1, "linda lindqv": 1, "asa": 1,
		"åsa lind": 1, "lindqvists": 0, "7700": 2, "77002": 1, "77001@": 1, "zeppelin": 0,
		"linda l": 1, "l linda": 1, "z linda": 1, "linda 9": 0, "z z": 0} {
		rows, _, err := s.ListOrders(ctx, order.Filter{Search: typed}, order.Page{})
		must(t, err)
		if len(rows) != want {
			t.Errorf("%q finds %d orders, not %d", typed, len(rows), want)
		}
	}
}

// TestWordsOfNobodyAreForgotten removes an order and looks for what its buyer was called.
func TestWordsOfNobodyAreForgotten(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	id := bought(t, s, "77001", "Agatha Quarterstaff")
	bought(t, s, "77002", "Agatha Brook")
	must(t, s.CatchUpSearch(ctx))
	if all := words(t, s); !slices.Contains(all, "quarterstaff") {
		t.Fatalf("the words are %v", all)
	}
	must(t, s.Write(ctx, Bulk, func(tx *Tx) error {
		o, err := tx.LoadOrder(id)
		if err != nil {
			return err
		}
		if err := tx.DeleteOrder(o); err != nil {
			return err
		}
		return tx.InsertChange(touched(o))
	}))
	must(t, s.CatchUpSearch(ctx))
	if all := words(t, s); slices.Contains(all, "quarterstaff") || !slices.Contains(all, "agatha") {
		t.Errorf("after the order went the words are %v", all)
	}
}
