package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/watch"
	"tradepost/backend/transport"
)

// Fetched is a file that was taken from a server. Path, size, time and content together say which.
type Fetched struct {
	ServerID int64
	Path     string
	Size     int64
	Modified commerce.Instant
	SHA256   string
	Outcome  string // imported, failed, known (the same content as one before)
	ImportID int64
	RunID    int64
	Cleared  bool // moved away or deleted: what looks the same there is another file
}

// The outcomes of a fetched file.
const (
	Imported = "imported"
	Refused  = "failed"
	Known    = "known"
)

type fetchedStore interface {
	// Fetched finds a file by its outside: server, path, size and time.
	Fetched(ctx context.Context, serverID int64, path string, size int64, modified commerce.Instant) (f Fetched, found bool, err error)
	// FetchedContent finds one by path and content, whatever its time.
	FetchedContent(ctx context.Context, serverID int64, path, sha256 string) (f Fetched, found bool, err error)
	NoteFetched(ctx context.Context, f Fetched) error
	NoteCleared(ctx context.Context, f Fetched) error
}

// collection is one fetch.
type collection struct {
	j      *Jobs
	config Config
	server Server
	place  transport.Place
	run    *journal.Run
}

// fetch takes what lies on a server and does not grow any more.
func (j *Jobs) fetch(ctx context.Context, config Config, run *journal.Run) error {
	server, err := j.serverOf(ctx, config.Server, SFTPServer)
	if err != nil {
		return err
	}
	run.Title = "Fetched from " + server.Name
	place, err := j.dial(ctx, server, config.Folder)
	if err != nil {
		return err
	}
	defer func() { _ = place.Close() }()
	c := &collection{j, config, server, place, run}
	items, err := c.stable(ctx)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := ctx.Err(); err != nil {
			return closing(err)
		}
		if err := c.one(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

// stable lists the files that fit, oldest first, leaving those that grew meanwhile for the next time.
func (c *collection) stable(ctx context.Context) ([]transport.Item, error) {
	before, err := c.list(ctx)
	if err != nil || len(before) == 0 {
		return nil, err
	}
	if err := c.j.settle(ctx); err != nil {
		return nil, closing(err)
	}
	after, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	all := len(after)
	after = slices.DeleteFunc(after, func(item transport.Item) bool {
		return !slices.ContainsFunc(before, func(was transport.Item) bool {
			return was.Name == item.Name && was.Size == item.Size && was.Modified.Equal(item.Modified)
		})
	})
	c.run.Counts["growing"] = all - len(after)
	return after, nil
}

func (c *collection) list(ctx context.Context) ([]transport.Item, error) {
	items, err := c.place.List(ctx)
	if err != nil {
		return nil, err
	}
	items = slices.DeleteFunc(items, func(item transport.Item) bool {
		fits, _ := path.Match(strings.ToLower(c.config.Pattern), strings.ToLower(item.Name))
		return watch.Passing(item.Name) || c.config.Pattern != "" && !fits
	})
	slices.SortFunc(items, func(a, b transport.Item) int {
		if order := a.Modified.Compare(b.Modified); order != 0 {
			return order
		}
		return strings.Compare(a.Name, b.Name)
	})
	return items, nil
}

// one takes one file: imports it, remembers it, and only then moves it away. What was cut off in between is seen again:
// its orders are all the same then, and it is moved.
func (c *collection) one(ctx context.Context, item transport.Item) error {
	f := Fetched{ServerID: c.server.ID, Path: path.Join(c.config.Folder, item.Name), Size: item.Size, Modified: commerce.InstantOf(item.Modified), RunID: c.run.ID}
	known, found, err := c.j.store.Fetched(ctx, f.ServerID, f.Path, f.Size, f.Modified)
	if err != nil {
		return err
	}
	if found && !known.Cleared {
		return c.clear(ctx, item, known)
	}
	parts, err := c.take(ctx, item, &f)
	switch {
	case errors.Is(err, errKnown):
		f.Outcome = Known
		c.run.Counts["known"]++
	case err != nil && (watch.Stops(err) || ctx.Err() != nil):
		return closing(err)
	case err != nil:
		parts = []watch.Part{{Name: item.Name, Err: err}}
	}
	c.settle(&f, parts)
	if err := c.j.store.NoteFetched(ctx, f); err != nil {
		return err
	}
	return c.clear(ctx, item, f)
}

// settle counts what became of a file, or of those in an archive, and says the first trouble.
func (c *collection) settle(f *Fetched, parts []watch.Part) {
	for _, p := range parts {
		if p.LeftOut {
			continue
		}
		watch.Count(c.run, p.Import, p.Err)
		f.ImportID = max(f.ImportID, p.Import.ID)
		switch {
		case p.Err != nil:
			f.Outcome = Refused
			c.say(p.Name, p.Err)
		case f.Outcome == "":
			f.Outcome = Imported
		}
	}
}

// errKnown is content that was taken from this path before, under another time.
var errKnown = fault.New(fault.Conflict, "This content was taken before.", "")

// take reads a file into a passing copy first: a line that breaks in the middle must not look like a short file.
func (c *collection) take(ctx context.Context, item transport.Item, f *Fetched) ([]watch.Part, error) {
	copied, err := c.j.spool("fetch-*")
	if err != nil {
		return nil, err
	}
	defer discard(copied)
	source, err := c.place.Open(ctx, item.Name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = source.Close() }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(copied, sum), source)
	if err != nil {
		return nil, unavailable(err)
	}
	if size != item.Size {
		return nil, fault.New(fault.Unavailable, fmt.Sprintf("%s has %d bytes, and %d came.", item.Name, item.Size, size), "It is tried again at the next run.")
	}
	f.SHA256 = sumText(sum)
	if _, found, err := c.j.store.FetchedContent(ctx, f.ServerID, f.Path, f.SHA256); err != nil {
		return nil, err
	} else if found {
		return nil, errKnown
	}
	if _, err := copied.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading fetched file: %w", err)
	}
	return c.j.watcher.Take(ctx, item.Name, copied, watch.Config{Channel: c.config.Channel, Format: c.config.Format, Mode: c.config.Mode}, c.run)
}

// unavailable is an error of reading from afar: it stops the run, and the next one goes on.
func unavailable(err error) error {
	if fault.Is(err, fault.Internal) {
		return fault.Wrap(err, fault.Unavailable, "A file could not be read to its end.", "It is tried again at the next run.")
	}
	return err
}

func sumText(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }

// say keeps the first trouble with a single file as the words of the run.
func (c *collection) say(name string, err error) {
	if c.run.Problem == nil {
		problem := fault.ProblemOf(err)
		problem.Message = name + ": " + problem.Message
		c.run.Problem = &problem
	}
}

// clear moves or deletes a file that was dealt with. A server that does not allow it keeps it: it is remembered.
func (c *collection) clear(ctx context.Context, item transport.Item, f Fetched) error {
	var err error
	switch c.config.After {
	case AfterLeave:
		return nil
	case AfterDelete:
		if f.Outcome == Refused {
			return nil // what could not be imported is not thrown away
		}
		err = c.place.Remove(ctx, item.Name)
	default:
		err = c.move(ctx, item, f.Outcome)
	}
	if err != nil {
		c.run.Counts["kept"]++
		return nil //nolint:nilerr // it is remembered, and counted for those who look
	}
	return c.j.store.NoteCleared(ctx, f)
}

func (c *collection) move(ctx context.Context, item transport.Item, outcome string) error {
	folder := "done"
	if outcome == Refused {
		folder = "failed"
	}
	err := c.place.Move(ctx, item.Name, folder+"/"+item.Name)
	for n := 2; fault.Is(err, fault.Conflict) && n < 1000; n++ {
		err = c.place.Move(ctx, item.Name, folder+"/"+numbered(item.Name, n))
	}
	return err
}
