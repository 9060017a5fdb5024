package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tradepost/backend/commerce"
)

// search is the word index: FTS5 in a file of its own, derived from orders, products and customers, fed in commit order right after commit,
// rebuilt whenever it is missing, older in layout or ahead of the database, and never backed up. A word's rows are keyed
// by when the order was placed, so that the newest come first without sorting.
type search struct {
	store   *Store
	path    string
	db      *sql.DB
	turn    sync.Mutex // one feeds at a time
	wake    chan struct{}
	words   map[string]struct{} // of the table of words, those met lately; for the one who feeds
	removed bool                // words may have gone since the last forget
	feeding sync.Mutex          // one feed at a time
	stop    context.CancelFunc
	ended   chan struct{}
}

const searchLayout = "5"

const searchSchema = `
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (order_id INTEGER PRIMARY KEY, key INTEGER NOT NULL, customer_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (text, content = '', contentless_delete = 1, detail = full,
	prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
INSERT INTO state (name, value) VALUES ('layout', '` + searchLayout + `'), ('change', '0') ON CONFLICT DO NOTHING;` + nameIndexes

func openSearch(ctx context.Context, s *Store) (*search, error) {
	x := &search{store: s, path: filepath.Join(s.dir, "search.db"), wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if err := x.open(ctx); err != nil {
		slog.Warn("search file cannot be read; building it anew", "error", err)
		if err := x.rebuild(ctx); err != nil {
			return nil, fmt.Errorf("making the search file: %w", err)
		}
	}
	background, stop := context.WithCancel(context.Background())
	x.stop = stop
	go x.feedLoop(background)
	x.signal()
	return x, nil
}

func (x *search) open(ctx context.Context) (err error) {
	options := map[string]string{"_journal_mode": "WAL", "_synchronous": "NORMAL", "_busy_timeout": "10000", "_secure_delete": "1", "_txlock": "immediate", "_mutex": "no",
		"_stmt_cache_size": "16"}
	if err = prepareFile(x.path); err != nil {
		return err
	}
	if x.db, err = sql.Open("sqlite3", dsn(x.path, options)); err != nil {
		return err
	}
	x.db.SetMaxOpenConns(3)
	if _, err = x.db.ExecContext(ctx, searchSchema); err != nil {
		return err
	}
	return x.checkState(ctx)
}

// checkState refuses a file of another layout, or one that knows commits the database does not (a restore).
func (x *search) checkState(ctx context.Context) error {
	var layout string
	var fed int64
	if err := x.db.QueryRowContext(ctx, `SELECT (SELECT value FROM state WHERE name = 'layout'), (SELECT value FROM state WHERE name = 'change')`).
		Scan(&layout, &fed); err != nil {
		return err
	}
	var last int64
	if err := x.store.reading(ctx).QueryRow(`SELECT COALESCE(max(id), 0) FROM change`).Scan(&last); err != nil {
		return err
	}
	if layout != searchLayout || fed > last {
		return fmt.Errorf("search file is of layout %s at change %d, the database at %d", layout, fed, last)
	}
	return nil
}

func (x *search) rebuild(ctx context.Context) error {
	if x.db != nil {
		_ = x.db.Close()
	}
	x.words = nil
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(x.path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return x.open(ctx)
}

func (x *search) signal() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *search) close() {
	x.stop()
	<-x.ended
	_ = x.db.Close()
}

func (x *search) feedLoop(ctx context.Context) {
	defer close(x.ended)
	for {
		select {
		case <-x.wake:
			if err := x.feedBeside(ctx); err != nil && ctx.Err() == nil {
				slog.Error("feeding search", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// While bulk writes follow one another, feeding waits for a gap of feedGap, but no longer than feedPatience: what an
// import brings is indexed in large batches, which is less work, and does not take a processor from the import. Until then
// a search does not find the newest; SearchBehind tells by how much.
const (
	feedGap      = 100 * time.Millisecond
	feedPatience = 15 * time.Second
)

// letBulkPass waits for a gap, and tells whether there was one.
func (x *search) letBulkPass(ctx context.Context) bool {
	for began := time.Now(); time.Since(began) < feedPatience; {
		quiet := x.store.bulkQuiet()
		if quiet >= feedGap {
			return true
		}
		select {
		case <-time.After(feedGap - quiet):
		case <-ctx.Done():
			return true
		}
	}
	return false
}

// feedBeside feeds in gaps between bulk writes; when there is none for feedPatience, what has gathered until then.
func (x *search) feedBeside(ctx context.Context) error {
	var gathered int64
	if !x.letBulkPass(ctx) {
		var err error
		if gathered, err = x.store.reading(ctx).Number(`SELECT COALESCE(max(id), 0) FROM change`); err != nil {
			return err
		}
	}
	return x.feedUntil(ctx, func(upTo int64) bool {
		if upTo < gathered || x.store.bulkQuiet() >= feedGap {
			return false
		}
		x.signal() // the rest in the next gap
		return true
	})
}

// feed indexes what changed since it last ran.
func (x *search) feed(ctx context.Context) error {
	return x.feedUntil(ctx, func(int64) bool { return false })
}

// feedUntil does the same, and leaves off when enough says so of the change up to which it came.
func (x *search) feedUntil(ctx context.Context, enough func(upTo int64) bool) error {
	x.feeding.Lock()
	defer x.feeding.Unlock()
	x.turn.Lock()
	defer x.turn.Unlock()
	for {
		var fed int64
		if err := x.db.QueryRowContext(ctx, `SELECT value FROM state WHERE name = 'change'`).Scan(&fed); err != nil {
			return err
		}
		records, upTo, err := x.changed(ctx, fed)
		if err != nil {
			return err
		}
		if upTo == fed {
			return x.tidy(ctx)
		}
		if err := x.index(ctx, records, upTo); err != nil || enough(upTo) {
			return err
		}
	}
}

// tidy forgets words when orders were taken out since it last did.
func (x *search) tidy(ctx context.Context) error {
	if !x.removed {
		return nil
	}
	if err := x.forget(ctx); err != nil {
		return err
	}
	x.removed = false
	return nil
}

// feedBatch is how many changes are indexed in one go.
const feedBatch = 2000

// changed lists the records that changed after a change, and up to which change the list goes. Changes are numbered in
// commit order: one writer makes them all.
func (x *search) changed(ctx context.Context, fed int64) (records changedRecords, upTo int64, err error) {
	rows, err := x.store.reading(ctx).Query(`SELECT id, record_kind, record_id FROM change WHERE id > ? ORDER BY id LIMIT ?`, fed, feedBatch)
	upTo = fed
	err = each(rows, err, func(rows *sql.Rows) error {
		var kind string
		var id int64
		err := rows.Scan(&upTo, &kind, &id)
		records.add(kind, id)
		return err
	})
	if err != nil {
		return records, fed, err
	}
	records.once()
	return records, upTo, nil
}

func (x *search) index(ctx context.Context, records changedRecords, upTo int64) (err error) {
	defer func() {
		if err != nil {
			x.words = nil // what was learned may not be on disk
		}
	}()
	tx, err := x.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := x.indexOrders(ctx, tx, &records); err != nil {
		return err
	}
	records.once()
	if err := x.indexCustomers(ctx, tx, records.customers); err != nil {
		return err
	}
	if err := x.indexVariants(ctx, tx, records.variants); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE state SET value = ? WHERE name = 'change'`, upTo); err != nil {
		return err
	}
	return tx.Commit()
}

// indexOrders brings orders up to date, and names the customers who bought them, then and now.
func (x *search) indexOrders(ctx context.Context, tx *sql.Tx, records *changedRecords) error {
	for part := range slices.Chunk(records.orders, documentBatch) {
		documents, err := x.store.documents(ctx, part)
		if err != nil {
			return fmt.Errorf("reading orders for search: %w", err)
		}
		for _, id := range part {
			buyers, err := x.indexOrder(ctx, tx, id, documents[id])
			if err != nil {
				return fmt.Errorf("indexing order %d: %w", id, err)
			}
			records.customers = append(records.customers, buyers...)
		}
	}
	return nil
}

// indexOrder replaces what is known of an order; nil removes it. It gives the customers who were and are its buyers.
func (x *search) indexOrder(ctx context.Context, tx *sql.Tx, id int64, d *document) (buyers []int64, err error) {
	was, err := x.unindex(ctx, tx, id)
	if was != 0 {
		buyers = append(buyers, was)
	}
	if err != nil {
		return nil, err
	}
	if d == nil {
		_, err := tx.ExecContext(ctx, `DELETE FROM document WHERE order_id = ?`, id)
		return buyers, err
	}
	if d.customerID != 0 {
		buyers = append(buyers, d.customerID)
	}
	key := searchKey(d.placed, id)
	if _, err := tx.ExecContext(ctx, `INSERT INTO document (order_id, key, customer_id) VALUES (?, ?, ?)
		ON CONFLICT (order_id) DO UPDATE SET key = excluded.key, customer_id = excluded.customer_id`, id, key, d.customerID); err != nil {
		return nil, err
	}
	text := folded.Replace(d.text.String())
	if _, err := tx.ExecContext(ctx, `INSERT INTO words (rowid, text) VALUES (?, ?)`, key, text+d.marks); err != nil {
		return nil, err
	}
	return buyers, x.learn(ctx, tx, text)
}

// unindex removes the words of an order that was indexed before; most are new. It gives the customer who was its buyer.
func (x *search) unindex(ctx context.Context, tx *sql.Tx, id int64) (customerID int64, err error) {
	var key int64
	err = tx.QueryRowContext(ctx, `SELECT key, customer_id FROM document WHERE order_id = ?`, id).Scan(&key, &customerID)
	if err != nil {
		return 0, ignoreNone(err)
	}
	x.removed = true
	_, err = tx.ExecContext(ctx, `DELETE FROM words WHERE rowid = ?`, key)
	return customerID, err
}

// searchKey sorts by the second an order was placed, then by id; it holds ids up to 2^30.
func searchKey(placed commerce.Instant, id int64) int64 {
	return max(int64(placed)/1000, 0)<<30 | id&(1<<30-1)
}

// folded spells out the letters that are no accented forms to Unicode but are typed as such.
var folded = strings.NewReplacer("ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ß", "ss", "æ", "ae", "Æ", "AE",
	"œ", "oe", "Œ", "OE", "ı", "i", "þ", "th", "Þ", "Th", "ð", "d", "Ð", "D")

// find lists keys of the orders that match a query of the word index, newest first, below before.
func (x *search) find(ctx context.Context, match string, before int64, limit int) ([]int64, error) {
	if match == "" {
		return nil, nil
	}
	rows, err := x.db.QueryContext(ctx, `SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`, match, before, limit)
	return collect(rows, err, scanID)
}

// SearchBehind counts the changes that cannot be found by their words yet.
func (s *Store) SearchBehind(ctx context.Context) (n int64, err error) {
	var fed int64
	if err := s.search.db.QueryRowContext(ctx, `SELECT value FROM state WHERE name = 'change'`).Scan(&fed); err != nil {
		return 0, classify("reading the search file", err)
	}
	err = s.reading(ctx).QueryRow(`SELECT max(0, COALESCE(max(id), 0) - ?) FROM change`, fed).Scan(&n)
	return n, classify("reading changes", err)
}

// CatchUpSearch waits until everything committed so far can be found.
func (s *Store) CatchUpSearch(ctx context.Context) error { return s.search.feed(ctx) }
