package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
)

// clock is a wall clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened opens the workspace in dir until the test ends.
func opened(t testing.TB, dir string, options Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, options)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() }) // once more does nothing
	return s
}

func drawn(seed uint64, n int) []tabulartest.Order {
	return tabulartest.Orders(rand.New(rand.NewPCG(seed, 1)), n)
}

// imported brings orders in as a file, as a person would.
func imported(t testing.TB, s *Store, orders []tabulartest.Order) tabular.Import {
	t.Helper()
	i, err := importing(s, tabulartest.Shopify(orders))
	must(t, err)
	if i.State != tabular.Applied {
		t.Fatalf("import is %s: %v", i.State, i.Problem)
	}
	return i
}

func importing(s *Store, text string) (tabular.Import, error) {
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	file, _, err := im.Receive(context.Background(), "orders.csv", strings.NewReader(text))
	if err != nil {
		return tabular.Import{}, err
	}
	return im.Whole(context.Background(), tabular.Request{FileID: file.ID})
}

// insert writes one order of its own in one write.
func insert(s *Store, number string) error {
	return s.Write(context.Background(), Bulk, func(tx *Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		if err != nil {
			return err
		}
		return tx.InsertOrder(plain(c, number))
	})
}

func plain(c channel.Channel, number string) *order.Order {
	return &order.Order{ChannelID: c.ID, Number: number, Currency: "USD", Total: commerce.Minor(1000), Placed: commerce.Stamp{At: 1_770_000_000_000},
		Lines: []order.Line{{Position: 1, SKU: "A-" + number, Title: strings.Repeat("A long title. ", 20), Quantity: "1"}}}
}

func numbers(t testing.TB, s *Store) []string {
	t.Helper()
	rows, err := s.read.Query(`SELECT number FROM orders ORDER BY id`)
	all, err := collect(rows, err, func(rows *sql.Rows, number *string) error { return rows.Scan(number) })
	must(t, err)
	return all
}

func value[T any](t testing.TB, s *Store, query string, args ...any) (v T) {
	t.Helper()
	must(t, s.read.QueryRow(query, args...).Scan(&v))
	return v
}

// healthy fails the test when the doctor finds anything.
func healthy(t testing.TB, s *Store) {
	t.Helper()
	for _, check := range s.Examine(context.Background()) {
		if !check.OK {
			t.Errorf("doctor: %s: %s", check.Name, check.Words)
		}
	}
	if drift := drift(t, s); len(drift) > 0 {
		t.Errorf("read models differ from a recount: %v", drift)
	}
}

// drift recounts both read models and lists what differs from what was kept.
func drift(t testing.TB, s *Store) []string {
	t.Helper()
	kept := models(t, s)
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error { return tx.recount(s.Zone()) }))
	recounted := models(t, s)
	var all []string
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if kept[key] != recounted[key] {
			all = append(all, fmt.Sprintf("%s: kept %s, is %s", key, kept[key], recounted[key]))
		}
		delete(recounted, key)
	}
	for _, key := range slices.Sorted(maps.Keys(recounted)) {
		all = append(all, fmt.Sprintf("%s: not kept, is %s", key, recounted[key]))
	}
	return all
}

func models(t testing.TB, s *Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, query := range []string{
		`SELECT 'count ' || facet || ' ' || channel_id || ' ' || value, n FROM order_count WHERE n <> 0`,
		`SELECT 'day ' || day || ' ' || channel_id || ' ' || currency, orders || ' orders, ' || total FROM order_day WHERE orders <> 0 OR total <> 0`,
	} {
		rows, err := s.read.Query(query)
		must(t, err)
		for rows.Next() {
			var key, value string
			must(t, rows.Scan(&key, &value))
			all[key] = value
		}
		must(t, rows.Err())
		must(t, rows.Close())
	}
	return all
}

func shopifyText(seed uint64, n int) string { return tabulartest.Shopify(drawn(seed, n)) }
