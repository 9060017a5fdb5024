package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store/direct"
)

// Tx is one write in progress: a member of a group commit. It must not be kept after the function it was given to.
type Tx struct {
	conn       *sql.Conn
	below      *direct.Conn // the same connection, past database/sql and the driver
	direct     map[string]*direct.Statement
	lately     lately
	one, many  batch
	ctx        context.Context
	statements map[string]*sql.Stmt
	clock      func() time.Time
	zone       func() *time.Location
	pack       func([]byte) []byte
	unpack     func(codec int, body []byte) ([]byte, error)

	committed    int64 // commit sequence before the open group
	seq          int64 // commit sequence of this member
	changes      int64 // rows that the connection changed before this member ended
	now          commerce.Instant
	counts       counters
	listings     map[listingKey]placed
	said         saidBefore
	connected    map[int64]connected
	stock        stockFacts
	topics       map[Topic]bool // what this group touched, for the heads
	moved        map[int64]bool // variants of which something else is available by this member; whether by an order
	inserted     *order.Order   // the last order of this member, as it would be read; nil when something changed it since
	nothingWaits bool           // no message is quarantined, as far as this member knows
}

// Topic names a kind of record for those who want to hear of changes.
type Topic string

// The topics.
const (
	Orders     Topic = "orders"
	Imports    Topic = "imports"
	Runs       Topic = "runs"
	Watches    Topic = "watches"
	Servers    Topic = "servers"
	Quarantine Topic = "quarantine"
	Settings   Topic = "settings"
	Channels   Topic = "channels"
	Views      Topic = "views"
	Listings   Topic = "listings"
	Profiles   Topic = "profiles"
	Customers  Topic = "customers"
	Stock      Topic = "stock"
	Purchases  Topic = "purchases"

	Connections Topic = "connections"
	Intents     Topic = "intents"
)

// touch notes that a kind of record changed.
func (tx *Tx) touch(topic Topic) {
	if tx.topics == nil {
		tx.topics = map[Topic]bool{}
	}
	tx.topics[topic] = true
}

func (tx *Tx) open(now commerce.Instant) {
	tx.seq++
	tx.now = now
	tx.nothingWaits, tx.inserted = false, nil
	tx.counts.clear()
}

// wroteNothing reports whether this member only looked.
func (tx *Tx) wroteNothing() bool {
	before := tx.changes
	n, err := tx.Number(`SELECT total_changes()`)
	tx.changes = n
	return err == nil && n == before && len(tx.topics) == 0
}

// Seq is the commit sequence of this write.
func (tx *Tx) Seq() int64 { return tx.seq }

// Now is when this write began.
func (tx *Tx) Now() commerce.Instant { return tx.now }

// drop forgets what the failed member gathered.
func (tx *Tx) drop() {
	tx.counts.clear()
	clear(tx.listings)
	tx.said = saidBefore{}
	tx.forgetStock()
	tx.inserted = nil
}

func (tx *Tx) rollback() {
	tx.seq = tx.committed
	tx.drop()
	_, _ = tx.conn.ExecContext(tx.ctx, "ROLLBACK") // fails when SQLite already rolled back by itself
}

// Exec runs one statement, prepared once for the life of the connection.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.single(query, args)
	return err
}

// Insert runs one INSERT and returns the new row's id.
func (tx *Tx) Insert(query string, args ...any) (int64, error) {
	b, err := tx.single(query, args)
	if err != nil {
		return 0, err
	}
	return b.Number(0), nil
}

// Affect runs one statement and returns how many rows it touched.
func (tx *Tx) Affect(query string, args ...any) (int64, error) {
	b, err := tx.single(query, args)
	if err != nil {
		return 0, err
	}
	return b.Changed(0), nil
}

// Number reads one whole number, usually an id; 0 when there is no row.
func (tx *Tx) Number(query string, args ...any) (int64, error) {
	b, err := tx.single(query, args)
	if err != nil {
		return 0, err
	}
	if found, err := b.Row(0); !found || err != nil {
		return 0, err
	}
	return b.Number(0), nil
}

// Query and QueryRow make Tx a querier.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	statement, err := tx.prepare(query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(tx.ctx, args...)
}

// QueryRow reads one row.
func (tx *Tx) QueryRow(query string, args ...any) row {
	statement, err := tx.prepare(query)
	if err != nil {
		return failedRow{err}
	}
	return statement.QueryRowContext(tx.ctx, args...)
}

func (tx *Tx) prepare(query string) (*sql.Stmt, error) {
	if statement, ok := tx.statements[query]; ok {
		return statement, nil
	}
	statement, err := tx.conn.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %.60q: %w", query, err)
	}
	tx.statements[query] = statement
	return statement, nil
}

func (tx *Tx) closeStatements() {
	for _, statement := range tx.statements {
		_ = statement.Close()
	}
	tx.below.Close()
}

// row is what QueryRow gives: *sql.Row, or the error that kept it from running.
type row interface{ Scan(...any) error }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// querier is what both a write in progress and the reader pool can do.
type querier interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) row
	Number(query string, args ...any) (int64, error)
}

// reading is the reader pool, or one state of the database that a transaction sees, under one context.
type reading struct {
	ctx context.Context
	db  interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
}

func (r reading) Query(query string, args ...any) (*sql.Rows, error) {
	return r.db.QueryContext(r.ctx, query, args...)
}

func (r reading) QueryRow(query string, args ...any) row {
	return r.db.QueryRowContext(r.ctx, query, args...)
}

// Number reads one whole number; 0 when there is no row.
func (r reading) Number(query string, args ...any) (int64, error) {
	return number(r.QueryRow(query, args...))
}

func number(from row) (n int64, err error) {
	err = from.Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

func scanID(rows *sql.Rows, id *int64) error { return rows.Scan(id) }

// collect scans all rows of a query; the result is never nil, so that JSON lists are never null.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error) ([]T, error) {
	all := []T{}
	if err != nil {
		return all, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return all, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
