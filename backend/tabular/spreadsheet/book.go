package spreadsheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"

	"tradepost/backend/fault"
)

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool

	part string
}

// Book is an opened workbook.
type Book struct {
	ctx      context.Context
	parts    map[string]*zip.File // by folded name
	sheets   []Sheet
	date1904 bool
	// saysDates tells that the workbook states from when it counts days, whichever it is; dates are columns of dates.
	saysDates bool
	dates     map[int]bool
	styles    []numberFormat // by style of a cell
	strings   *texts
	shared    string // the part of the shared strings, "" when there is none
	read      int64  // bytes unpacked so far
	inflate   io.ReadCloser
}

// Open reads what a workbook says of itself: its sheets and how they write dates. src must stay open until Close; ctx
// ends all reading. The error is a *fault.Error (Invalid) that says in words what the file is, when it is no workbook
// that can be read; (Cancelled) when ctx ends; else what src failed with, wrapped.
func Open(ctx context.Context, src io.ReaderAt, size int64) (*Book, error) {
	if err := notWorkbook(src, size); err != nil {
		return nil, readFault(err)
	}
	archive, err := zip.NewReader(source{ctx, src}, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, openFault(err)
	}
	b := &Book{ctx: ctx, parts: map[string]*zip.File{}}
	if err := b.list(archive); err != nil {
		return nil, err
	}
	archive.RegisterDecompressor(zip.Deflate, b.inflater)
	if err := b.learn(); err != nil {
		return nil, readFault(err)
	}
	return b, nil
}

// Sheets lists the sheets with rows in the workbook's order.
func (b *Book) Sheets() []Sheet { return b.sheets }

// Close gives back what reading took. It does not close the source.
func (b *Book) Close() error {
	if b.strings == nil {
		return nil
	}
	return b.strings.close()
}

func openFault(err error) error {
	if errors.Is(err, zip.ErrFormat) {
		return fault.Wrap(err, fault.Invalid, "The file is cut off: it begins like an Excel workbook (xlsx) or another zip archive, and its end is not there.", "Download it again.")
	}
	return readFault(err)
}

// list takes down the parts, and refuses what is made to bring programs down.
func (b *Book) list(archive *zip.Reader) error {
	if len(archive.File) > maxParts {
		return bomb(fmt.Sprintf("it has %d parts", len(archive.File)))
	}
	for _, f := range archive.File {
		if f.Flags&1 != 0 {
			return encrypted()
		}
		name := fold(f.Name)
		if _, twice := b.parts[name]; !twice {
			b.parts[name] = f
		}
	}
	return nil
}

// fold makes the names of parts comparable: they are alike in upper and lower case, and some programs write backslashes.
func fold(name string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, `\`, "/")), "/")
}

func encrypted() error {
	return fault.New(fault.Invalid, "The workbook is protected by a password.", "Open it in a spreadsheet program and save it without a password.")
}

// inflater unpacks; one unpacker serves all parts that are read to their end.
func (b *Book) inflater(packed io.Reader) io.ReadCloser {
	if kept := b.inflate; kept != nil {
		if again, ok := kept.(flate.Resetter); ok && again.Reset(packed, nil) == nil {
			b.inflate = nil
			return &giveBack{kept, b}
		}
	}
	return &giveBack{flate.NewReader(packed), b}
}

type giveBack struct {
	io.ReadCloser

	book *Book
}

func (g *giveBack) Close() error {
	if g.ReadCloser == nil {
		return nil
	}
	err := g.ReadCloser.Close()
	g.book.inflate, g.ReadCloser = g.ReadCloser, nil
	return err
}

// source is where the workbook lies; its trouble is marked as not the workbook's.
type source struct {
	ctx context.Context
	src io.ReaderAt
}

func (s source) ReadAt(into []byte, at int64) (int, error) {
	if s.ctx.Err() != nil {
		return 0, s.ctx.Err()
	}
	if at < 0 { // a damaged archive can point anywhere
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.src.ReadAt(into, at)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", errSource, err)
	}
	return n, err
}

// part is one part being read, within bounds.
type part struct {
	book   *Book
	src    io.ReadCloser
	packed int64
	read   int64
}

// open opens a part. ok is false when there is none.
func (b *Book) open(name string) (p *part, ok bool, err error) {
	f := b.parts[fold(name)]
	if f == nil {
		return nil, false, nil
	}
	src, err := f.Open()
	if err != nil {
		if errors.Is(err, zip.ErrAlgorithm) {
			err = damaged("it is packed in a way that no spreadsheet program uses")
		}
		return nil, true, err
	}
	return &part{book: b, src: src, packed: int64(f.CompressedSize64)}, true, nil //nolint:gosec // a size within the file
}

func (p *part) Read(into []byte) (int, error) {
	if p.book.ctx.Err() != nil {
		return 0, p.book.ctx.Err()
	}
	n, err := p.src.Read(into)
	p.read += int64(n)
	p.book.read += int64(n)
	switch {
	case p.read > maxPart || p.book.read > maxWhole:
		return 0, bomb(fmt.Sprintf("unpacked it is larger than %d GiB", maxWhole>>30))
	case p.read > ratioFrom && p.read > maxRatio*p.packed:
		return 0, bomb(fmt.Sprintf("unpacked it is more than %d times its size", maxRatio))
	}
	return n, err
}

// finish reads the rest of a part, so that its checksum is checked, and closes it.
func (p *part) finish() error {
	_, err := io.Copy(io.Discard, p)
	return errors.Join(err, p.close())
}

func (p *part) close() error { return p.src.Close() }

// each reads a small part from start to end, calling do at every start tag. A part that is not there has none.
func (b *Book) each(name string, do func(*scanner) error) error {
	p, ok, err := b.open(name)
	if !ok || err != nil {
		return err
	}
	defer func() { _ = p.close() }()
	s, err := newScanner(p)
	for err == nil {
		if err = s.next(); err != nil {
			break
		}
		if s.kind == startTag {
			err = do(s)
		}
		if err == nil && s.depth == 0 && s.kind != textRun {
			return p.finish()
		}
	}
	if errors.Is(err, errPartEnds) {
		return nil
	}
	return err
}

// notWorkbook names files that are no XLSX by how they begin; nil when it may be one.
func notWorkbook(src io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 4096))
	if n, err := src.ReadAt(head, 0); n < len(head) {
		return fmt.Errorf("%w: %w", errSource, err)
	}
	switch {
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return oldWorkbook(src, size, head)
	case !IsZip(head):
		return notHere("no Excel workbook", "Choose an XLSX file.")
	}
	return nil
}

// IsZip tells whether a file that begins like head is a zip archive, as workbooks are.
func IsZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// IsOld tells whether a file that begins like head is an OLE2 container: an old workbook (XLS), or one with a password.
func IsOld(head []byte) bool { return bytes.HasPrefix(head, []byte(oleMagic)) }

const oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// oldWorkbook tells an encrypted workbook from an old one by the names in the container's directory ([MS-CFB] 2.6).
func oldWorkbook(src io.ReaderAt, size int64, head []byte) error {
	found := directory(src, size, head)
	has := func(name string) bool { return bytes.Contains(found, wide(name)) }
	switch {
	case has("EncryptedPackage"):
		return encrypted()
	case has("WordDocument"), has("PowerPoint Document"):
		return notHere("an old Office document", "Choose the workbook with the orders.")
	}
	return notHere("an old Excel workbook (xls)", "Open it in a spreadsheet program and save it as XLSX or CSV.")
}

// directory is the beginning of the container's directory, and the container's own beginning.
func directory(src io.ReaderAt, size int64, head []byte) []byte {
	if len(head) < 512 {
		return head
	}
	shift := min(int(head[30]), 12)
	sector := int64(head[48]) | int64(head[49])<<8 | int64(head[50])<<16 | int64(head[51])<<24
	at := (sector + 1) << shift
	if at >= size {
		return head
	}
	entries := make([]byte, min(size-at, 16<<10))
	n, _ := src.ReadAt(entries, at)
	return append(entries[:n], head...)
}

func wide(name string) []byte {
	var out []byte
	for i := range len(name) {
		out = append(out, name[i], 0)
	}
	return out
}
