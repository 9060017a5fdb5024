// Package archive unpacks what order files travel in: zip archives, with one file or many, and files packed by gzip or
// bzip2. Workbooks and other documents that are zip archives themselves are left whole.
package archive

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/charmap"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/scratch"
)

// Limits bound what is unpacked.
type Limits struct {
	Bytes   int64 // of all files together, unpacked
	Ratio   int64 // how many times its packed size a file may be, from RatioAt bytes on
	RatioAt int64
	Files   int // files handed out
	Depth   int // archives inside of archives
}

// Usual are the limits for the files of people.
var Usual = Limits{Bytes: 4 << 30, Ratio: 500, RatioAt: 32 << 20, Files: 200, Depth: 2}

// mostEntries is how many entries of any kind a zip archive may list.
const mostEntries = 1 << 16

// Kind is how a file is packed.
type Kind string

// The kinds. Plain is not packed, as far as its beginning tells; a zip archive may still be a workbook.
const (
	Plain Kind = ""
	Zip   Kind = "zip"
	Gzip  Kind = "gzip"
	Bzip2 Kind = "bzip2"
)

// KindOf tells by its first bytes how a file is packed. No bytes of a text begin so.
func KindOf(head []byte) Kind {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return Zip
	case bytes.HasPrefix(head, []byte("\x1F\x8B\x08")):
		return Gzip
	case len(head) >= 10 && bytes.HasPrefix(head, []byte("BZh")) && head[3] >= '1' && head[3] <= '9' &&
		(bytes.HasPrefix(head[4:], []byte("\x31\x41\x59\x26\x53\x59")) || bytes.HasPrefix(head[4:], []byte("\x17\x72\x45\x38\x50\x90"))):
		return Bzip2
	}
	return Plain
}

// HeadSize is how many bytes KindOf wants to see.
const HeadSize = 16

// Joint stands between the name of an archive and those of its files: "orders.zip › july.csv".
const Joint = " › "

// Each calls do for every file in a packed one, in the archive's order, archives inside included; folders, hidden files
// and what systems put beside (__MACOSX) are passed over. A file that is not packed, or a document, is handed to do as it
// is, under its own name, and packed is false; others have the archive's name before theirs. do must read what it wants before it returns.
// The error is what do gives; or a *fault.Error: Invalid when the archive is damaged, needs a password, or is refused for
// its size; Cancelled when ctx ends; Full when there is no room to unpack.
func Each(ctx context.Context, name string, file *scratch.Held, limits Limits, do func(name string, content io.Reader) error) (packed bool, err error) {
	u := &unpacker{ctx: ctx, limits: limits, do: do}
	return u.file(name, file, 0)
}

type unpacker struct {
	ctx    context.Context
	limits Limits
	do     func(string, io.Reader) error
	read   int64
	files  int
}

func (u *unpacker) file(name string, file *scratch.Held, depth int) (packed bool, err error) {
	head := make([]byte, min(HeadSize, file.Size))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading file: %w", err)
	}
	kind := KindOf(head)
	if kind == Plain || depth > u.limits.Depth {
		return false, u.hand(name, file.Reader())
	}
	if kind == Zip {
		return u.zip(name, file, depth)
	}
	return true, u.single(name, kind, file, depth)
}

func (u *unpacker) hand(name string, content io.Reader) error {
	if u.files++; u.files > u.limits.Files {
		return refused(fmt.Sprintf("it holds more than %d files", u.limits.Files), "Unpack it and take the files with orders.")
	}
	return u.do(name, content)
}

// zip unpacks a zip archive, or hands out a document that is one.
func (u *unpacker) zip(name string, file *scratch.Held, depth int) (packed bool, err error) {
	z, err := zip.NewReader(file, file.Size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return false, u.hand(name, file.Reader()) // cut off: it may be a workbook, which its reader says best
	}
	if document(z) {
		return false, u.hand(name, file.Reader())
	}
	if len(z.File) > mostEntries {
		return true, refused(fmt.Sprintf("it lists %d entries", len(z.File)), "Unpack it and take the files with orders.")
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	for _, f := range z.File {
		entry := nameOf(f)
		if passedOver(f, entry) {
			continue
		}
		if f.Flags&1 != 0 {
			return true, fault.New(fault.Invalid, "The zip archive is protected by a password.", "Unpack it and take the files inside.")
		}
		if err := u.entry(f, name+Joint+path.Base(entry), depth); err != nil {
			return true, err
		}
	}
	return true, nil
}

// document tells whether a zip archive is a workbook or another document.
func document(z *zip.Reader) bool {
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if name == "[content_types].xml" || name == "xl/workbook.xml" || name == "mimetype" || name == "index.zip" || strings.HasSuffix(name, ".iwa") {
			return true
		}
	}
	return false
}

// nameOf is an entry's path; one that is not UTF-8 is as DOS wrote it.
func nameOf(f *zip.File) string {
	name := f.Name
	if f.NonUTF8 && !utf8.ValidString(name) {
		if decoded, err := charmap.CodePage437.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	return path.Clean("/" + strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/"))
}

func passedOver(f *zip.File, name string) bool {
	if strings.HasSuffix(f.Name, "/") || f.FileInfo().IsDir() || !f.FileInfo().Mode().IsRegular() {
		return true
	}
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		if part == "__macosx" || part == "thumbs.db" || part == "desktop.ini" || strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	return false
}

func (u *unpacker) entry(f *zip.File, name string, depth int) error {
	content, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return fault.Wrap(err, fault.Invalid, fmt.Sprintf("%s is packed in a way that is not known here.", name), "Unpack the archive and take the files inside.")
	}
	if err != nil {
		return broken(err)
	}
	defer func() { _ = content.Close() }()
	return u.content(name, content, int64(f.CompressedSize64), depth) //nolint:gosec // a size within the file
}

// single unpacks a file packed by gzip or bzip2.
func (u *unpacker) single(name string, kind Kind, file *scratch.Held, depth int) error {
	inner := name + Joint + unpackedName(name)
	if kind == Bzip2 {
		return u.content(inner, bzip2.NewReader(file.Reader()), file.Size, depth)
	}
	content, err := gzip.NewReader(file.Reader())
	if err != nil {
		return broken(err)
	}
	defer func() { _ = content.Close() }()
	return u.content(inner, content, file.Size, depth)
}

// unpackedName is orders.csv of orders.csv.gz.
func unpackedName(name string) string {
	if at := strings.LastIndex(name, Joint); at >= 0 {
		name = name[at+len(Joint):]
	}
	if ending := strings.ToLower(path.Ext(name)); ending == ".gz" || ending == ".bz2" {
		return name[:len(name)-len(ending)]
	}
	return name
}

// content hands out what was unpacked, or unpacks it once more when it is packed itself.
func (u *unpacker) content(name string, content io.Reader, packed int64, depth int) error {
	in := &bounded{unpacker: u, src: content, packed: packed}
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(in, head)
	if in.err != nil {
		return in.err
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), in)
	if KindOf(head[:n]) == Plain {
		return u.hand(name, whole)
	}
	held, err := scratch.Hold(u.ctx, whole)
	if err != nil {
		return err
	}
	defer func() { _ = held.Close() }()
	_, err = u.file(name, held, depth+1)
	return err
}

// bounded reads what is unpacked within the limits, and says in words what is wrong with it.
type bounded struct {
	*unpacker

	src    io.Reader
	packed int64
	size   int64
	err    error // what the unpacker failed with; some of it reads like the end of a file
}

func (b *bounded) Read(into []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		b.err = fault.Wrap(err, fault.Cancelled, "Reading the file was stopped.", "")
		return 0, b.err
	}
	n, err := b.src.Read(into)
	b.size += int64(n)
	b.read += int64(n)
	switch {
	case b.read > b.limits.Bytes:
		err = refused(fmt.Sprintf("unpacked it is larger than %d MiB", b.limits.Bytes>>20), "Unpack it and take the files with orders.")
	case b.size > b.limits.RatioAt && b.size > b.limits.Ratio*b.packed:
		err = refused(fmt.Sprintf("unpacked it is more than %d times its size; files are made like that to bring programs down", b.limits.Ratio),
			"If it is sound, unpack it and take the files inside.")
	case err != nil && !errors.Is(err, io.EOF):
		err = broken(err)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

func refused(why, remedy string) error {
	return fault.New(fault.Invalid, "The archive is refused: "+why+".", remedy)
}

// broken says what failing to unpack means. What the disk failed with is no damage of the archive, but reads as it where
// the unpacker hides it; its words stay in the cause.
func broken(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "The archive is damaged or cut off.", "Download it again, or unpack it and take the files inside.")
}
