package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

func TestValuesOfStatements(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	given := []any{nil, "", "ü", int64(math.MaxInt64), math.MinInt64, true, false, []byte{}, []byte(nil), []byte{0, 1}, 1.5, sql.NullInt64{},
		sql.NullInt64{Int64: 7, Valid: true}, order.ToShip, commerce.Decimal("1.50"), commerce.Instant(5), uint8(3)}
	want := "NULL '' 'ü' 9223372036854775807 -9223372036854775808 1 0 X'' NULL X'0001' 1.5 NULL 7 'to_ship' '1.50' 5 3"
	var said []string
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error {
		said = nil
		for _, value := range given {
			if err := tx.Exec(`INSERT INTO setting (name, value, seq) VALUES ('probe', quote(?), 0) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, value); err != nil {
				return err
			}
			var one string
			if err := tx.QueryRow(`SELECT value FROM setting WHERE name = 'probe'`).Scan(&one); err != nil {
				return err
			}
			said = append(said, one)
		}
		return nil
	}))
	if got := strings.Join(said, " "); got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	for _, args := range [][]any{{}, {1, 2}, {time.Now()}, {struct{}{}}, {make(chan int)}} {
		err := s.Write(context.Background(), Urgent, func(tx *Tx) error { return tx.Exec(`DELETE FROM setting WHERE name = ?`, args...) })
		if err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}

func TestWhatStatementsGive(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error {
		for want := int64(1); want <= 3; want++ {
			id, err := tx.Insert(`INSERT INTO product (title, created_at, seq) VALUES ('', 0, 0)`)
			if id != want || err != nil {
				t.Errorf("id %d, not %d: %v", id, want, err)
			}
		}
		if n, err := tx.Affect(`UPDATE product SET seq = 1 WHERE id > ?`, 1); n != 2 || err != nil {
			t.Errorf("%d changed: %v", n, err)
		}
		if n, err := tx.Number(`SELECT id FROM product WHERE id > ? ORDER BY id`, 1); n != 2 || err != nil {
			t.Errorf("number %d: %v", n, err)
		}
		if n, err := tx.Number(`SELECT id FROM product WHERE id > ?`, 9); n != 0 || err != nil {
			t.Errorf("no row is %d: %v", n, err)
		}
		if _, err := tx.Number(`SELECT title FROM product`); err == nil {
			t.Error("a title was a number")
		}
		return nil
	}))
}

// A statement that fails deep inside an order takes the whole write with it, says what SQLite said, and leaves the writes
// beside it alone.
func TestAnOrderThatFailsIsTakenBackWhole(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	must(t, insert(s, "there"))
	rows := func() string {
		return value[string](t, s, `SELECT (SELECT count(*) FROM orders) || ' ' || (SELECT count(*) FROM order_line) || ' ' ||
			(SELECT count(*) FROM contact) || ' ' || (SELECT count(*) FROM customer) || ' ' || (SELECT count(*) FROM external_reference) || ' ' || (SELECT sum(n) FROM order_count)`)
	}
	before := rows()
	err := s.Write(context.Background(), Urgent, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		if err != nil {
			return err
		}
		o := plain(c, "twice")
		o.Lines = append(o.Lines, o.Lines[0])
		o.Lines[0].ExternalID, o.Lines[1].ExternalID = "same", "same"
		return tx.InsertOrder(o)
	})
	var trouble sqlite3.Error
	if !fault.Is(err, fault.Conflict) || !errors.As(err, &trouble) || trouble.ExtendedCode != sqlite3.ErrConstraintUnique ||
		!strings.Contains(err.Error(), "order_line.external_id") {
		t.Errorf("it says %v", err)
	}
	if after := rows(); after != before {
		t.Errorf("%s rows, before it %s", after, before)
	}
	must(t, insert(s, "next"))
	healthy(t, s)
}

// What reads ahead waits for the writer while somebody reads pages, and only then.
func TestGivingWayToPages(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	must(t, s.Write(context.Background(), Bulk, func(*Tx) error {
		s.GiveWay() // nobody reads: waiting here would be for ever
		return nil
	}))
	done := s.turns.page()
	s.GiveWay() // nothing is being written
	gone := make(chan struct{})
	must(t, s.Write(context.Background(), Bulk, func(*Tx) error {
		asked := make(chan struct{})
		go func() {
			close(asked)
			s.GiveWay()
			close(gone)
		}()
		<-asked
		for range 10_000 {
			runtime.Gosched()
		}
		select {
		case <-gone:
			t.Error("it did not wait")
		default:
		}
		return nil
	}))
	<-gone
	done()
	if !s.turns.attended() {
		t.Error("a page that was read just now draws no attention")
	}
	s.turns.readAt.Store(0)
	if s.turns.attended() {
		t.Error("a page of long ago does")
	}
}

// A bulk write under way is no gap, and feeding the word index leaves off when it is told to.
func TestFeedingLeavesOff(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	s.search.close() // nobody else feeds
	must(t, s.search.open(context.Background()))
	must(t, s.Write(context.Background(), Bulk, func(tx *Tx) error {
		if s.bulkQuiet() != 0 {
			t.Error("a write under way is a gap")
		}
		for range feedBatch + 1 {
			if err := tx.Exec(`INSERT INTO change (seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id) VALUES (?, 0, 0, 'order', 1, '', '[]', 0)`, tx.seq); err != nil {
				return err
			}
		}
		return nil
	}))
	behind := func() int64 {
		n, err := s.SearchBehind(context.Background())
		must(t, err)
		return n
	}
	must(t, s.search.feedUntil(context.Background(), func(int64) bool { return true }))
	if behind() != 1 {
		t.Errorf("%d behind after one batch", behind())
	}
	must(t, s.CatchUpSearch(context.Background()))
	if behind() != 0 {
		t.Errorf("%d behind after all", behind())
	}
}
