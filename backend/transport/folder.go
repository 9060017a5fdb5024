package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"tradepost/backend/fault"
)

// Folder is a folder of this computer or its network.
type Folder struct{ path string }

// OpenFolder makes a Place of a folder that is there.
func OpenFolder(folder string) (*Folder, error) {
	stat, err := os.Stat(folder)
	if err != nil {
		return nil, ofFolder(err, folder)
	}
	if !stat.IsDir() {
		return nil, fault.New(fault.Invalid, folder+" is a file, not a folder.", "Name the folder that it lies in.").InField("folder")
	}
	return &Folder{folder}, nil
}

func (f *Folder) at(name string) (string, error) {
	clean, err := plainName(name)
	return filepath.Join(f.path, filepath.FromSlash(clean)), err
}

// List names the files of the folder.
func (f *Folder) List(context.Context) ([]Item, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, ofFolder(err, f.path)
	}
	items := []Item{}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			items = append(items, Item{entry.Name(), info.Size(), info.ModTime()})
		}
	}
	return items, nil
}

// Stat tells of one file.
func (f *Folder) Stat(_ context.Context, name string) (Item, error) {
	at, err := f.at(name)
	if err != nil {
		return Item{}, err
	}
	info, err := os.Lstat(at)
	if err != nil {
		return Item{}, ofFolder(err, at)
	}
	return Item{name, info.Size(), info.ModTime()}, nil
}

// Open reads a file.
func (f *Folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	at, err := f.at(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, ofFolder(err, at)
	}
	return file, nil
}

// Put writes a file, on disk when it returns.
func (f *Folder) Put(ctx context.Context, name string, from io.Reader, how Put) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	passing, err := f.at(passingName(name, how.Mark))
	if err != nil {
		return err
	}
	if err := f.write(ctx, passing, from); err != nil {
		_ = os.Remove(passing)
		return ofFolder(err, at)
	}
	if _, err := os.Lstat(at); err == nil && !how.Replace {
		_ = os.Remove(passing)
		return taken(name)
	}
	if err := os.Rename(passing, at); err != nil {
		_ = os.Remove(passing)
		return ofFolder(err, at)
	}
	return nil
}

func (*Folder) write(ctx context.Context, passing string, from io.Reader) error {
	file, err := os.OpenFile(passing, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644) //nolint:gosec // the merchant's folder, read by their other programs
	if err != nil {
		return err
	}
	_, err = io.Copy(file, cancellable{ctx, from})
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// cancellable stops reading when ctx ends.
type cancellable struct {
	ctx  context.Context //nolint:containedctx // it lives as long as one copy
	from io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.from.Read(p)
}

// Move renames a file within the folder.
func (f *Folder) Move(_ context.Context, from, to string) error {
	old, err := f.at(from)
	if err != nil {
		return err
	}
	target, err := f.at(to)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil { //nolint:gosec // as above
		return ofFolder(err, filepath.Dir(target))
	}
	if _, err := os.Lstat(target); err == nil {
		return taken(to)
	}
	if err := os.Rename(old, target); err != nil {
		return ofFolder(err, target)
	}
	return nil
}

// Remove deletes a file.
func (f *Folder) Remove(_ context.Context, name string) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	if err := os.Remove(at); err != nil {
		return ofFolder(err, at)
	}
	return nil
}

// Check tries whether the folder can be read, and written.
func (f *Folder) Check(_ context.Context, write bool) error {
	if _, err := os.ReadDir(f.path); err != nil {
		return ofFolder(err, f.path)
	}
	if !write {
		return nil
	}
	probe, err := os.CreateTemp(f.path, ".tradepost-check-*.part")
	if err != nil {
		return ofFolder(err, f.path)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Close does nothing.
func (*Folder) Close() error { return nil }

// ofFolder words trouble with a file or folder of this computer.
func ofFolder(err error, at string) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(err, fault.NotFound, "There is no "+path.Base(filepath.ToSlash(at))+" in "+filepath.Dir(at)+".", "Make it, connect its drive, or correct the name.").InField("folder")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.Wrap(err, fault.Permission, at+" may not be used.", "Allow reading and writing there.").InField("folder")
	case errors.Is(err, syscall.ENOSPC):
		return fault.Wrap(err, fault.Full, "The disk of "+filepath.Dir(at)+" is full.", "Free some space; it is tried again at the next run.")
	}
	return fault.Wrap(fmt.Errorf("using %s: %w", at, err), fault.Unavailable, at+" cannot be used now.", "Check that its drive is connected; it is tried again at the next run.")
}
