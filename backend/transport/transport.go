// Package transport brings files to other systems and fetches them: folders, SFTP servers, and mail (sending only). What
// goes wrong comes back in words, classed by fault: what may pass (Unavailable), what needs the person (Auth, Permission,
// NotFound, Invalid), and a write whose outcome is not known (Unknown).
package transport

import (
	"context"
	"io"
	"path"
	"strings"
	"time"

	"tradepost/backend/fault"
)

// Item is one file of a place.
type Item struct {
	Name     string // in the place's folder
	Size     int64
	Modified time.Time
}

// Put says how a file is written.
type Put struct {
	// Mark goes into the name under which the file passes while it grows. The same mark again goes on from a broken
	// attempt by overwriting it, so that nothing half is left lying.
	Mark string
	// Replace writes over a file of that name; otherwise a name that is taken is fault.Conflict.
	Replace bool
}

// Place is a folder somewhere. Names are plain file names, or "sub/name" one folder below.
type Place interface {
	// List names the files (no folders, no links) of the place's folder.
	List(ctx context.Context) ([]Item, error)
	// Stat tells of one file; fault.NotFound when it is not there.
	Stat(ctx context.Context, name string) (Item, error)
	// Open reads a file. A connection that breaks is an error of Read, never an early end.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Put writes a file whole or not at all: under a passing name first, then renamed.
	Put(ctx context.Context, name string, from io.Reader, how Put) error
	// Move renames a file, making the folder it goes to. A name that is taken there is fault.Conflict.
	Move(ctx context.Context, from, to string) error
	// Remove deletes a file.
	Remove(ctx context.Context, name string) error
	// Check tries whether the folder is there and, with write, whether a file can be put into it.
	Check(ctx context.Context, write bool) error
	// Close ends the connection.
	Close() error
}

// passingName is what a file is called while it grows: hidden, and known as half by those who poll folders.
func passingName(name, mark string) string {
	folder, file := path.Split(name)
	return folder + "." + file + "." + mark + ".part"
}

// plainName refuses names that lead elsewhere.
func plainName(name string) (string, error) {
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if name == "" || clean != name || path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(name, "\x00\n\r") {
		return "", fault.New(fault.Invalid, "“"+name+"” is no plain file name.", "Choose a name without folders above or line breaks.").InField("name")
	}
	return clean, nil
}

// counting is a reader that knows how much it gave.
type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func taken(name string) error {
	return fault.New(fault.Conflict, "There is a file “"+name+"” already.", "Choose another file name, or let new files replace old ones.")
}

// Half reports whether the half of a broken Put lies at a place, under its passing name.
func Half(ctx context.Context, place Place, name, mark string) (bool, error) {
	_, err := place.Stat(ctx, passingName(name, mark))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
