// Package store is the database: one SQLite file per workspace plus a search file derived from it. It is the only
// package that knows SQL. One connection writes, in groups (see writer); a small pool of read-only ones reads.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	_ "github.com/mattn/go-sqlite3" // the driver
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"tradepost/backend/commerce"
	"tradepost/backend/store/direct"
)

// Options of Open. Now is the clock (time.Now when nil); MaxPages bounds the file for tests of a full disk (0: no bound).
type Options struct {
	Now      func() time.Time
	MaxPages int
	// Changed is called after each write that committed, with its commit sequence and what it touched. It must not block.
	Changed func(seq int64, topics []Topic)
	// Moved is called after each write that committed and made something else available of variants: by an order, or by an urgent write. What a bulk write counts is left
	// to whoever looks at all of it. It must not block.
	Moved func(variantIDs []int64)
	// WithoutCounts leaves the counters unwritten, which makes them wrong: it is there to measure what they cost.
	WithoutCounts bool
}

// Store is an open database.
type Store struct {
	dir     string
	path    string
	write   *sql.DB
	read    *sql.DB
	query   *bun.DB
	writer  *writer
	mover   *checkpointer
	search  *search
	zone    atomic.Pointer[time.Location]
	now     func() time.Time
	packer  *zstd.Encoder
	reader  *zstd.Decoder
	changed func(int64, []Topic)
	moved   func([]int64)
	closing sync.Once
	turns   turns
	bulk    atomic.Int64 // bulk writes that were asked for and are not done
	bulkAt  atomic.Int64 // when the last one was done, in Unix nanoseconds
}

// Open opens or makes the database in dir (files tradepost.db and search.db), migrating it to this program's schema
// after a verified backup. The caller must hold the workspace lock. Errors are *fault.Error where a person can act:
// disk full, folder read-only, file damaged, file made by a newer Tradepost.
func Open(ctx context.Context, dir string, options Options) (*Store, error) {
	s := &Store{dir: dir, path: filepath.Join(dir, "tradepost.db"), now: options.Now, changed: options.Changed, moved: options.Moved}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.open(ctx, options); err != nil {
		_ = s.release() // the first trouble is the one to tell
		return nil, classify("opening the database", err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, options Options) (err error) {
	if err = errors.Join(prepareFile(s.path), s.sweepSpool()); err != nil {
		return err
	}
	if s.packer, s.reader, err = newCodec(); err != nil {
		return err
	}
	if s.write, err = sql.Open("sqlite3", writerDSN(s.path)); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	read := readAhead(s.path + "-wal")
	err = s.migrate(ctx)
	<-read
	if err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite3", readerDSN(s.path)); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	s.query = bun.NewDB(s.read, sqlitedialect.New())
	if err = s.loadZone(ctx); err != nil {
		return err
	}
	if err = s.startWriter(ctx, options); err != nil {
		return err
	}
	if s.search, err = openSearch(ctx, s); err != nil {
		return err
	}
	return errors.Join(s.settleZone(ctx), s.settleCounts(ctx), s.settleDue(ctx))
}

// prepareFile makes the database file private before SQLite writes to it.
func prepareFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func (s *Store) startWriter(ctx context.Context, options Options) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	if err := assertDurable(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	if options.MaxPages > 0 {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", options.MaxPages)); err != nil {
			return err
		}
	}
	var seq int64
	if err := conn.QueryRowContext(ctx, "SELECT value FROM commit_sequence WHERE id = 1").Scan(&seq); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = "+logPages); err != nil {
		return err
	}
	if s.mover, err = startCheckpointer(s.path); err != nil {
		return err
	}
	below, err := direct.Of(ctx, conn)
	if err != nil {
		return err
	}
	s.writer = startWriter(&s.turns.computing, &Tx{conn: conn, below: below, direct: map[string]*direct.Statement{}, ctx: context.Background(), statements: map[string]*sql.Stmt{}, seq: seq,
		clock: s.now, zone: s.Zone, pack: s.pack, unpack: s.unpack, counts: counters{off: options.WithoutCounts}})
	return nil
}

// assertDurable refuses to run on a connection that could lose an acknowledged commit.
func assertDurable(ctx context.Context, conn *sql.Conn) error {
	var mode string
	var synchronous, foreignKeys int
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&foreignKeys); err != nil {
		return err
	}
	if mode != "wal" || synchronous != 2 || foreignKeys != 1 {
		return fmt.Errorf("asserting durability: journal_mode %s, synchronous %d, foreign_keys %d", mode, synchronous, foreignKeys)
	}
	_, err := conn.ExecContext(ctx, "PRAGMA fullfsync = 1") // macOS only: fsync alone does not reach the platter there
	return err
}

// Close stops the writer after what is queued, then closes readers and file. Once more does nothing.
func (s *Store) Close() (err error) {
	s.closing.Do(func() { err = s.close() })
	return err
}

func (s *Store) close() error {
	if s.search != nil {
		s.search.close()
	}
	if s.writer != nil {
		s.writer.close()
		_ = s.writer.conn.Close()
	}
	if s.mover != nil {
		_ = s.mover.close()
	}
	return s.release()
}

func (s *Store) release() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // readers first: the writer then checkpoints the WAL away
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Write runs do as one atomic write and returns after it is on disk. do must be repeatable and must use nothing but tx.
func (s *Store) Write(ctx context.Context, lane Lane, do func(*Tx) error) error {
	var seq int64
	var topics []Topic
	var moved []int64
	if lane == Bulk {
		s.bulk.Add(1)
		defer func() {
			s.bulkAt.Store(time.Now().UnixNano())
			s.bulk.Add(-1)
			s.mover.wrote()
		}()
	}
	err := s.writer.write(ctx, lane, func(tx *Tx) error {
		seq = tx.seq
		clear(tx.topics)
		clear(tx.moved)
		err := do(tx)
		topics, moved = slices.Collect(maps.Keys(tx.topics)), tx.movedBy(lane)
		return err
	})
	if err == nil && len(topics) > 0 {
		s.search.signal()
		if s.changed != nil {
			s.changed(seq, topics)
		}
	}
	if err == nil && len(moved) > 0 && s.moved != nil {
		s.moved(moved)
	}
	return err
}

// fewMoved is how many variants a bulk write may move and be told of at once: a file with a few counts in it.
const fewMoved = 10

// movedBy lists the variants that a write of a lane moved and that are to be told of at once; the next plan of all tells of the others.
func (tx *Tx) movedBy(lane Lane) []int64 {
	var all []int64
	for id, byOrder := range tx.moved {
		if byOrder || lane == Urgent || len(tx.moved) <= fewMoved {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// bulkQuiet is for how long there has been no bulk write.
func (s *Store) bulkQuiet() time.Duration {
	if s.bulk.Load() > 0 {
		return 0
	}
	return time.Since(time.Unix(0, s.bulkAt.Load()))
}

func (s *Store) reading(ctx context.Context) reading { return reading{ctx, s.read} }

// Zone is the workspace's time zone.
func (s *Store) Zone() *time.Location { return s.zone.Load() }

// Now is the store's clock as an Instant.
func (s *Store) Now() commerce.Instant { return commerce.InstantOf(s.now()) }

// Sequence is the last commit sequence.
func (s *Store) Sequence(ctx context.Context) (seq int64, err error) {
	err = s.reading(ctx).QueryRow("SELECT value FROM commit_sequence WHERE id = 1").Scan(&seq)
	return seq, err
}
