package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3" // reads what was written

	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// planned makes a workspace in dir and plans a file in it.
func planned(dir, path string, options store.Options) (*store.Store, *tabular.Importer, tabular.Import, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, tabular.Import{}, err
	}
	s, err := store.Open(context.Background(), dir, options)
	if err != nil {
		return nil, nil, tabular.Import{}, err
	}
	im := tabular.NewImporter(s, nil)
	i, err := plan(s, im, path)
	return s, im, i, err
}

func plan(s *store.Store, im *tabular.Importer, path string) (i tabular.Import, err error) {
	ctx := context.Background()
	file, err := os.Open(path)
	if err != nil {
		return i, err
	}
	defer file.Close()
	kept, err := s.KeepFile(ctx, filepath.Base(path), file)
	if err != nil {
		return i, err
	}
	i, done, err := im.Start(ctx, tabular.Request{FileID: kept.ID, Channel: "Shop", Zone: "UTC"})
	if err != nil {
		return i, err
	}
	<-done
	return settled(im, i.ID, tabular.Planned)
}

func settled(im *tabular.Importer, id int64, want tabular.State) (tabular.Import, error) {
	i, err := im.Import(context.Background(), id)
	if err == nil && i.State != want {
		err = fmt.Errorf("import %d is %s: %v", id, i.State, i.Problem)
	}
	return i, err
}

// apply carries a plan out through the use case, and says how long that took.
func apply(im *tabular.Importer, id int64) (spent, error) {
	began := start()
	_, done, err := im.Apply(context.Background(), id)
	if err != nil {
		return spent{}, err
	}
	<-done
	took := began.spent()
	_, err = settled(im, id, tabular.Applied)
	return took, err
}

// clock is where wall and processor time stood.
type clock struct {
	wall time.Time
	cpu  time.Duration
}

func start() clock { return clock{time.Now(), cpuTime()} }

func (c clock) spent() spent { return spent{time.Since(c.wall), cpuTime() - c.cpu} }

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchApply compares applying with the yardstick writing the same rows in the same transactions, and with itself
// without the counters.
func benchApply(r *report, orders int) error {
	tool, err := yardstick()
	if err != nil {
		return err
	}
	path, err := ordersFile(orders)
	if err != nil {
		return err
	}
	var c, ours, bare []spent
	for n := range repeats {
		took, err := applyOnce(path, tool, &c, n == 0)
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if took, err = applyBare(path); err != nil {
			return err
		}
		bare = append(bare, took)
	}
	name := fmt.Sprintf("Apply %d orders", orders)
	r.add(ratio("P1", name+": beside a C program writing the same rows", c, ours, atLeast(0.72)))
	r.add(ratio("P6", name+": without counters beside with them", bare, ours, atLeast(0.85)))
	r.note(fmt.Sprintf("%s: %.0f orders/s wall, %.0f orders per CPU-s; the C program %.0f and %.0f", name, float64(orders)/median(walls(ours)),
		float64(orders)/median(cpus(ours)), float64(orders)/median(walls(c)), float64(orders)/median(cpus(c))))
	return nil
}

func applyOnce(path, tool string, c *[]spent, check bool) (took spent, err error) {
	dir, err := os.MkdirTemp(outDir, "apply-*")
	if err != nil {
		return took, err
	}
	defer os.RemoveAll(dir)
	s, im, i, err := planned(filepath.Join(dir, "ours"), path, store.Options{})
	if err != nil {
		return took, err
	}
	database, base := filepath.Join(dir, "ours", "tradepost.db"), filepath.Join(dir, "c.db")
	if err := snapshot(database, base); err != nil {
		return took, err
	}
	if took, err = apply(im, i.ID); err != nil {
		return took, err
	}
	im.Close()
	if err := s.Close(); err != nil {
		return took, err
	}
	rows := filepath.Join(dir, "rows")
	db, err := sql.Open("sqlite3", "file:"+database+"?mode=ro")
	if err != nil {
		return took, err
	}
	transactions, err := stream(db, rows)
	if err != nil {
		return took, err
	}
	_ = db.Close()
	theirs, err := replay(tool, base, rows)
	if err != nil {
		return took, err
	}
	fmt.Fprintf(os.Stderr, "  applied in %v (CPU %v), the C program in %v (CPU %v), %d transactions\n", took.wall, took.cpu, theirs.wall, theirs.cpu, transactions)
	*c = append(*c, theirs)
	if check {
		err = compare(database, base)
	}
	return took, err
}

func applyBare(path string) (took spent, err error) {
	dir, err := os.MkdirTemp(outDir, "bare-*")
	if err != nil {
		return took, err
	}
	defer os.RemoveAll(dir)
	s, im, i, err := planned(dir, path, store.Options{WithoutCounts: true})
	if err != nil {
		return took, err
	}
	took, err = apply(im, i.ID)
	im.Close()
	if err != nil {
		return took, err
	}
	return took, s.Close()
}

// snapshot copies an idle database.
func snapshot(from, to string) error {
	db, err := sql.Open("sqlite3", "file:"+from)
	if err != nil {
		return err
	}
	defer db.Close()
	for busy := 1; busy != 0; { // the store's own checkpoint may be under way
		var frames, moved int
		if err := db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
			return fmt.Errorf("emptying the log: %w", err)
		}
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}
