package tabular

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/archive"
	"tradepost/backend/tabular/format"
	"tradepost/backend/tabular/scratch"
)

// Received is a file that was taken in, with what it was found to be.
type Received struct {
	File        File
	Recognition format.Recognition
	// Unknown says in words why the file was not recognised; it is kept all the same.
	Unknown error
}

// Receive keeps a file and says what it is. A file that is not recognised is kept all the same; the error then says what
// was seen, and file is filled in. Of an archive it gives the first file with rows.
func (im *Importer) Receive(ctx context.Context, name string, content io.Reader) (File, format.Recognition, error) {
	all, err := im.ReceiveAll(ctx, name, content)
	if err != nil {
		return File{}, format.Recognition{}, err
	}
	return all[0].File, all[0].Recognition, all[0].Unknown
}

// ReceiveAll is Receive for files that may be packed (zip, gzip, bzip2): every file inside that may hold rows is kept by
// itself, named with the archive it came in, and imported by itself; those recognised come first. There is one at least,
// else the error says what was in the archive.
func (im *Importer) ReceiveAll(ctx context.Context, name string, content io.Reader) ([]Received, error) {
	in := bufio.NewReaderSize(content, 4096)
	head, err := in.Peek(archive.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading file: %w", err)
	}
	if archive.KindOf(head) == archive.Plain {
		one, err := im.keep(ctx, name, in)
		return []Received{one}, err
	}
	return im.unpack(ctx, name, in)
}

func (im *Importer) keep(ctx context.Context, name string, content io.Reader) (r Received, err error) {
	if r.File, err = im.store.KeepFile(ctx, name, content); err != nil {
		return r, err
	}
	r.Recognition, r.Unknown = im.Recognise(ctx, r.File.ID)
	if fault.Is(r.Unknown, fault.Cancelled) {
		return r, r.Unknown
	}
	return r, nil
}

// unpack keeps every file of an archive that may hold rows.
func (im *Importer) unpack(ctx context.Context, name string, content io.Reader) ([]Received, error) {
	ctx = scratch.In(ctx, im.store.SpoolFolder())
	held, err := scratch.Hold(ctx, content)
	if err != nil {
		return nil, err
	}
	defer func() { _ = held.Close() }()
	var all []Received
	var left []string
	packed, err := archive.Each(ctx, name, held, archive.Usual, func(inner string, content io.Reader) error {
		in := bufio.NewReaderSize(content, 4096)
		head, err := in.Peek(4096)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if inner != name && !format.MayHold(head) {
			left = append(left, inner[strings.LastIndex(inner, archive.Joint)+len(archive.Joint):])
			return nil
		}
		one, err := im.keep(ctx, inner, in)
		all = append(all, one)
		return err
	})
	if err != nil {
		return nil, err
	}
	if packed && len(all) == 0 {
		return nil, nothingInside(name, left)
	}
	slices.SortStableFunc(all, func(a, b Received) int { return b.order() - a.order() })
	return all, nil
}

func (r Received) order() int {
	if r.Unknown == nil {
		return 1
	}
	return 0
}

func nothingInside(name string, left []string) error {
	words := name + " is an archive without any files."
	if len(left) > 0 {
		words = name + " holds no files of orders, only: " + strings.Join(left[:min(len(left), 8)], ", ") + "."
	}
	return fault.New(fault.Invalid, words, "Choose the archive, workbook, CSV or text file with the orders.")
}
