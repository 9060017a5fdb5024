// Package scratch holds bytes that are needed for a while: few of them in memory, many in a file without a name.
package scratch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"tradepost/backend/fault"
)

// Memory is how many bytes are held in memory before a file takes them.
const Memory = 4 << 20

// Held are bytes that can be read from any place, until Close.
type Held struct {
	io.ReaderAt

	Size int64
	file *os.File
}

// Close gives back what the bytes took.
func (h *Held) Close() error {
	if h.file == nil {
		return nil
	}
	return discard(h.file)
}

// Reader reads the bytes from their beginning.
func (h *Held) Reader() *io.SectionReader { return io.NewSectionReader(h.ReaderAt, 0, h.Size) }

// Hold reads src to its end. A source that is a file is read where it lies, and not closed. The error is a *fault.Error
// (Full) when there is no room, else what src failed with, wrapped; ctx ends it.
func Hold(ctx context.Context, src io.Reader) (*Held, error) {
	if file, ok := src.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return &Held{ReaderAt: file, Size: info.Size()}, nil
		}
	}
	src = stopping{ctx, src}
	var few bytes.Buffer
	n, err := io.Copy(&few, io.LimitReader(src, Memory))
	if err != nil {
		return nil, fmt.Errorf("reading file: %w", err)
	}
	if n < Memory {
		return &Held{ReaderAt: bytes.NewReader(few.Bytes()), Size: n}, nil
	}
	return holdMany(Folder(ctx), io.MultiReader(&few, src))
}

func holdMany(folder string, src io.Reader) (*Held, error) {
	file, err := File(folder)
	if err != nil {
		return nil, err
	}
	size, err := io.Copy(file, src)
	if err != nil {
		_ = discard(file)
		return nil, fmt.Errorf("reading file: %w", err)
	}
	return &Held{ReaderAt: file, Size: size, file: file}, nil
}

// Pattern is how files are named where the system does not let them go without a name (Windows): after a crash they may
// lie in their folder still, and are to be swept out of it.
const Pattern = "incoming-*"

type folderKey struct{}

// In is a context in which files lie in a folder; without, in the system's for passing files.
func In(ctx context.Context, folder string) context.Context {
	return context.WithValue(ctx, folderKey{}, folder)
}

// Folder is the folder in which files of a context lie; "" is the system's.
func Folder(ctx context.Context) string {
	folder, _ := ctx.Value(folderKey{}).(string)
	return folder
}

// File makes a file that is gone when it is discarded: where the system allows it has no name from the start, so that
// not even a crash leaves it behind. It lies in folder, which is made where it is missing; "" is the system's.
func File(folder string) (*os.File, error) {
	file, err := create(folder)
	if err != nil {
		if folder == "" {
			folder = os.TempDir()
		}
		return nil, fault.Wrap(err, fault.Full, "There is no room to unpack the file.", "Free some space in "+folder+".")
	}
	_ = os.Remove(file.Name()) // Windows keeps the name until Discard
	return file, nil
}

func create(folder string) (*os.File, error) {
	if folder == "" {
		return os.CreateTemp("", Pattern)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(folder, Pattern)
}

// Discard closes a file made by File and removes it.
func Discard(file *os.File) error { return discard(file) }

func discard(file *os.File) error {
	err := file.Close()
	_ = os.Remove(file.Name())
	return err
}

// stopping stops reading when its context ends.
type stopping struct {
	ctx context.Context
	src io.Reader
}

func (s stopping) Read(into []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, context.Cause(s.ctx)
	}
	return s.src.Read(into)
}
