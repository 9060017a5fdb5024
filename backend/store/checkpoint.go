package store

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"time"
)

// checkpointer moves what bulk writes put into the log on into the database while the writer goes on: a checkpoint inside
// a commit keeps the writer from its next write, and clicks with it, for as long as the disk takes. The writer still does
// one by itself when the log gets longer than logPages: that is what was written while the checkpointer worked, and it
// lets the log begin anew.
type checkpointer struct {
	db    *sql.DB
	wake  chan struct{}
	stop  context.CancelFunc
	ended chan struct{}
}

const (
	logPages       = "8000" // the log is about 32 MiB long at most
	checkpointRest = 100 * time.Millisecond
)

func startCheckpointer(path string) (*checkpointer, error) {
	db, err := sql.Open("sqlite3", dsn(path, map[string]string{"_synchronous": "FULL", "_busy_timeout": "0", "_mutex": "no"}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{db: db, wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{})}
	go c.loop(ctx)
	return c, nil
}

// readAhead reads a log that a killed program left into the system's cache while SQLite goes through it frame by frame:
// from a disk in long strides, checking its sums meanwhile. The channel is closed when that is done.
func readAhead(path string) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		file, err := os.Open(path)
		if err != nil {
			return // no log: nothing to recover
		}
		defer func() { _ = file.Close() }()
		for stride := make([]byte, 1<<20); err == nil; {
			_, err = file.Read(stride)
		}
	}()
	return done
}

// wrote is called after each bulk write.
func (c *checkpointer) wrote() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *checkpointer) loop(ctx context.Context) {
	defer close(c.ended)
	for {
		select {
		case <-c.wake:
			c.move(ctx)
		case <-ctx.Done():
			return
		}
		select { // pages that are written again and again need moving once
		case <-time.After(checkpointRest):
		case <-ctx.Done():
			return
		}
	}
}

// move moves what it can without waiting for anybody. What it cannot move the writer moves when the log is full.
func (c *checkpointer) move(ctx context.Context) {
	if _, err := c.db.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil && ctx.Err() == nil {
		slog.Warn("moving the log into the database", "error", err)
	}
}

func (c *checkpointer) close() error {
	c.stop()
	<-c.ended
	return c.db.Close()
}
