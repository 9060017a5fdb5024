package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"tradepost/backend/fault"
)

func TestTheWriterIsDurable(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, Options{})
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "auto_vacuum": "2", "secure_delete": "1", "busy_timeout": "10000"} {
		var is string
		must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error { return tx.QueryRow("PRAGMA " + pragma).Scan(&is) }))
		if is != want {
			t.Errorf("%s is %s, not %s", pragma, is, want)
		}
	}
	if _, err := s.read.Exec(`DELETE FROM channel`); err == nil {
		t.Error("a reader could write")
	}
	err := s.Write(context.Background(), Urgent, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO listing (channel_id, sku, sku_key, title, created_at, seq) VALUES (77, '', '', '', 0, 0)`)
	})
	if err == nil {
		t.Error("a reference could lead nowhere")
	}
	conn, err := s.write.Driver().Open(strings.Replace(writerDSN(s.path), "_synchronous=FULL", "_synchronous=NORMAL", 1))
	must(t, err)
	must(t, conn.Close())
}

// A connection that could lose an acknowledged commit is refused: the assertion itself is shown able to fail.
func TestALaxConnectionIsRefused(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	for _, lax := range []string{"PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = OFF"} {
		t.Run(lax, func(t *testing.T) {
			conn, err := s.read.Conn(context.Background())
			must(t, err)
			defer func() { _ = conn.Close() }()
			_, err = conn.ExecContext(context.Background(), "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
			must(t, err)
			must(t, assertDurable(context.Background(), conn))
			_, err = conn.ExecContext(context.Background(), lax)
			must(t, err)
			if err := assertDurable(context.Background(), conn); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

// gate keeps the writer busy until it is opened.
func gate(t *testing.T, s *Store) (open func()) {
	t.Helper()
	entered, leave, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Write(context.Background(), Urgent, func(*Tx) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	return func() { close(leave); <-done }
}

// queued waits until so many writes wait in a lane.
func queued(s *Store, lane Lane, n int) {
	for len(s.writer.lanes[lane]) < n {
		runtime.Gosched()
	}
}

func TestUrgentWritesGoBeforeBulkOnes(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	open := gate(t, s)
	var ran []string
	var writers sync.WaitGroup
	for n := range 30 {
		lane, name := Bulk, "bulk"
		if n >= 20 {
			lane, name = Urgent, "urgent"
		}
		writers.Add(1)
		go func() {
			defer writers.Done()
			if err := s.Write(context.Background(), lane, func(*Tx) error { ran = append(ran, name); return nil }); err != nil {
				t.Error(err)
			}
		}()
	}
	queued(s, Bulk, 20)
	queued(s, Urgent, 10)
	open()
	writers.Wait()
	if want := slices.Concat(slices.Repeat([]string{"urgent"}, 10), slices.Repeat([]string{"bulk"}, 20)); !slices.Equal(ran, want) {
		t.Errorf("they ran as %v", ran)
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	var writers sync.WaitGroup
	for n := range 200 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			err := s.Write(context.Background(), Lane(n%2), func(tx *Tx) error {
				c, err := tx.EnsureChannel("Shop", "shopify")
				if err == nil {
					err = tx.InsertOrder(plain(c, fmt.Sprint(n)))
				}
				switch {
				case n%10 == 3:
					return errors.New("not this one")
				case n%10 == 7:
					panic("nor this one")
				}
				return err
			})
			if failed := n%10 == 3 || n%10 == 7; failed != (err != nil) {
				t.Errorf("write %d: %v", n, err)
			}
		}()
	}
	writers.Wait()
	if all := numbers(t, s); len(all) != 160 || slices.ContainsFunc(all, func(n string) bool { return strings.HasSuffix(n, "3") || strings.HasSuffix(n, "7") }) {
		t.Errorf("%d orders: %v", len(all), all)
	}
	healthy(t, s)
}

// A commit sequence belongs to one write, rises, and is not used up by a write that failed.
func TestCommitSequence(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	var seen []int64
	for n := range 6 {
		_ = s.Write(context.Background(), Urgent, func(tx *Tx) error {
			if n%3 == 1 {
				return errors.New("no")
			}
			seen = append(seen, tx.Seq())
			return nil
		})
	}
	last, err := s.Sequence(context.Background())
	must(t, err)
	for i, seq := range seen[1:] {
		if seq != seen[i]+1 {
			t.Errorf("sequences %v", seen)
		}
	}
	if last != seen[len(seen)-1] {
		t.Errorf("the last one is %d, the database says %d", seen[len(seen)-1], last)
	}
}

// A COMMIT that fails takes the whole group with it: none of its members is acknowledged, none of their rows is there,
// and the next write works.
func TestAFailedCommitFailsItsWholeGroup(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	must(t, insert(s, "first"))
	together := 0
	for try := range 50 {
		open := gate(t, s)
		results := make([]error, 3)
		var writers sync.WaitGroup
		for n := range results {
			queued(s, Bulk, n)
			writers.Add(1)
			go func() {
				defer writers.Done()
				results[n] = s.Write(context.Background(), Bulk, func(tx *Tx) error {
					c, err := tx.EnsureChannel("Shop", "shopify")
					if err != nil || n == 1 {
						return errors.Join(err, breakCommit(tx))
					}
					return tx.InsertOrder(plain(c, fmt.Sprintf("%d-%d", try, n)))
				})
			}()
		}
		queued(s, Bulk, 3)
		open()
		writers.Wait()
		if results[1] == nil {
			t.Fatal("a commit that broke a reference was acknowledged")
		}
		there := numbers(t, s)
		for _, n := range []int{0, 2} {
			if is := slices.Contains(there, fmt.Sprintf("%d-%d", try, n)); is != (results[n] == nil) {
				t.Fatalf("member %d: acknowledged %v, there %v", n, results[n] == nil, is)
			}
		}
		if results[0] != nil && results[2] != nil {
			together++
			break
		}
	}
	if together == 0 {
		t.Fatal("the three were never in one group")
	}
	must(t, insert(s, "last"))
	healthy(t, s)
}

// breakCommit leaves a broken reference that is only looked at when the transaction commits.
func breakCommit(tx *Tx) error {
	return errors.Join(tx.Exec("PRAGMA defer_foreign_keys = ON"), tx.Exec(`INSERT INTO order_tag (tag, placed_at, order_id) VALUES ('x', 0, 987654)`))
}

func TestWritesAfterTheEnd(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Write(ctx, Urgent, func(*Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that ended: %v", err)
	}
	must(t, s.Close())
	if err := insert(s, "1"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after closing: %v", err)
	}
}

// A full disk refuses in words; what was accepted is all there, and with space again writing goes on by itself.
func TestDiskFull(t *testing.T) {
	s := opened(t, t.TempDir(), Options{MaxPages: 1}) // the least it takes is what the file has
	setPages := func(n int) {
		t.Helper()
		must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error { return tx.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", n)).Scan(new(int)) }))
	}
	setPages(value[int](t, s, `PRAGMA page_count`) + 60)
	var accepted []string
	refused := 0
	for n := 0; refused < 30; n++ {
		switch err := insert(s, fmt.Sprint(n)); {
		case err == nil:
			accepted = append(accepted, fmt.Sprint(n))
		case fault.Is(err, fault.Full):
			refused++
		default:
			t.Fatal(err)
		}
		if n > 5000 {
			t.Fatal("it never got full")
		}
	}
	if len(accepted) < 10 || !slices.Equal(numbers(t, s), accepted) {
		t.Fatalf("accepted %d, there %d", len(accepted), len(numbers(t, s)))
	}
	setPages(1_000_000)
	must(t, insert(s, "with space again"))
	if all := numbers(t, s); !slices.Equal(all, append(accepted, "with space again")) {
		t.Errorf("%d orders after %d accepted", len(all), len(accepted)+1)
	}
	healthy(t, s)
}

// Many at once on a full disk: whoever was told yes is there, whoever was told no is not.
func TestDiskFullInGroups(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	pages := value[int](t, s, `PRAGMA page_count`) + 40
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error {
		return tx.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(new(int))
	}))
	var mu sync.Mutex
	var accepted []string
	refused := 0
	var writers sync.WaitGroup
	for n := range 400 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			err := insert(s, fmt.Sprint(n))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				accepted = append(accepted, fmt.Sprint(n))
			case fault.Is(err, fault.Full):
				refused++
			default:
				t.Error(err)
			}
		}()
	}
	writers.Wait()
	there := numbers(t, s)
	slices.Sort(there)
	slices.Sort(accepted)
	if refused == 0 || len(accepted) == 0 || !slices.Equal(there, accepted) {
		t.Errorf("accepted %d, refused %d, there %d", len(accepted), refused, len(there))
	}
	var verdict string
	must(t, s.read.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Error(verdict)
	}
}
