package delimited

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Record is one record: the physical line (from 1) it starts on, and its cells.
type Record struct {
	Line  int
	Cells []string
}

// span is where a cell lies in Reader.data.
type span struct{ from, to int }

// Reader reads records one by one. Its buffers are reused; only Cells and Read allocate.
type Reader struct {
	lines
	dialect Dialect
	start   int    // physical line of the current record
	data    []byte // the text the spans point into: the line itself, or scratch
	spans   []span
	scratch []byte
	lim     int // end of the physical line being read, relative to pos
	next    int // start of the one after it
	at      int // number of the physical line being read
}

// NewReader reads src, which is decoded UTF-8 without a byte order mark (see Decode).
func NewReader(src io.Reader, dialect Dialect) *Reader {
	return &Reader{lines: lines{src: src, line: 1}, dialect: dialect}
}

// Next moves to the next record; blank lines are passed over. The error is io.EOF at the end, a *Problem for a record
// that cannot be read (Next may be called again), or what the source failed with.
func (r *Reader) Next() error {
	for {
		end, next, err := r.lineEnd(0)
		switch {
		case errors.Is(err, errTooLong):
			return r.tooLong()
		case err != nil:
			return err
		case end == 0:
			r.pos += next
			r.line++
			continue
		}
		r.start, r.at, r.lim, r.next = r.line, r.line, end, next
		return r.split()
	}
}

// Read is Next and Cells in one. Its errors are those of Next.
func (r *Reader) Read() (Record, error) {
	if err := r.Next(); err != nil {
		return Record{}, err
	}
	return Record{Line: r.start, Cells: r.Cells(nil)}, nil
}

// Line is the physical line the current record starts on.
func (r *Reader) Line() int { return r.start }

// Len is the number of cells of the current record.
func (r *Reader) Len() int { return len(r.spans) }

// Cell is a cell of the current record, valid until the next call of Next; nil when there are fewer cells.
func (r *Reader) Cell(i int) []byte {
	if i < 0 || i >= len(r.spans) {
		return nil
	}
	return r.data[r.spans[i].from:r.spans[i].to]
}

// Cells appends the cells of the current record to into. They are the caller's to keep: one string holds them all.
// Bytes that are no UTF-8 become U+FFFD.
func (r *Reader) Cells(into []string) []string {
	text := string(r.data)
	valid := utf8.ValidString(text)
	for _, s := range r.spans {
		cell := text[s.from:s.to]
		if !valid {
			cell = strings.ToValidUTF8(cell, "\uFFFD")
		}
		into = append(into, cell)
	}
	return into
}

func (r *Reader) split() error {
	line := r.buf[r.pos : r.pos+r.lim]
	if r.dialect.Quoting == Standard && bytes.IndexByte(line, '"') >= 0 {
		return r.splitQuoted()
	}
	r.data = line
	r.spans = splitPlain(r.spans[:0], line, r.dialect.Comma)
	r.advance()
	return r.checkCells()
}

// advance leaves the current record: the next one starts at next.
func (r *Reader) advance() {
	r.pos += r.next
	r.line = r.at + 1
}

func splitPlain(spans []span, line []byte, comma byte) []span {
	from := 0
	for i, c := range line {
		if c == comma {
			spans = append(spans, span{from, i})
			from = i + 1
		}
	}
	return append(spans, span{from, len(line)})
}

func (r *Reader) checkCells() error {
	if len(r.data) <= MaxCell {
		return nil
	}
	for i, s := range r.spans {
		if s.to-s.from > MaxCell {
			r.spans = r.spans[:i]
			return &Problem{Code: CellTooLong, Start: r.start, Line: r.start, Cells: r.Cells(nil)}
		}
	}
	return nil
}

func (r *Reader) tooLong() error {
	r.start = r.line
	r.data, r.spans = nil, r.spans[:0]
	r.skipLine()
	return &Problem{Code: RecordTooLong, Start: r.start, Line: r.start}
}
