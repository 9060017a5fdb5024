package delimited

import "bytes"

// errUnclosed is what a quoted cell ends with when no closing quote comes within the limits.
type errUnclosed struct{}

func (errUnclosed) Error() string { return "unclosed quote" }

// splitQuoted reads a record that has quotes somewhere on its first line.
func (r *Reader) splitQuoted() error {
	r.scratch, r.spans = r.scratch[:0], r.spans[:0]
	for i := 0; ; {
		from := len(r.scratch)
		end, err := r.cell(i)
		if err != nil {
			return err
		}
		r.spans = append(r.spans, span{from, len(r.scratch)})
		if end >= r.lim {
			break
		}
		i = end + 1
	}
	r.data = r.scratch
	r.advance()
	return r.checkCells()
}

// cell reads the cell at offset i into scratch and gives the offset of the delimiter or line end behind it.
func (r *Reader) cell(i int) (int, error) {
	if i >= r.lim || r.buf[r.pos+i] != '"' {
		return r.plainUntilComma(i), nil
	}
	open := mark{offset: i, lim: r.lim, next: r.next, line: r.at, scratch: len(r.scratch)}
	end, err := r.quotedCell(i + 1)
	if err != nil {
		return 0, r.unclosed(open)
	}
	if end < r.lim && r.buf[r.pos+end] != r.dialect.Comma {
		if r.at != open.line { // text behind a closing quote lines below: the quote was opened by mistake
			return 0, r.unclosed(open)
		}
		end = r.plainUntilComma(end)
	}
	return end, nil
}

// mark remembers where a quote was opened, to come back to.
type mark struct{ offset, lim, next, line, scratch int }

func (r *Reader) plainUntilComma(i int) int {
	rest := r.buf[r.pos+i : r.pos+r.lim]
	if at := bytes.IndexByte(rest, r.dialect.Comma); at >= 0 {
		rest = rest[:at]
	}
	r.scratch = append(r.scratch, rest...)
	return i + len(rest)
}

// quotedCell copies the cell whose text starts at offset i and gives the offset behind its closing quote.
func (r *Reader) quotedCell(i int) (int, error) {
	from := len(r.scratch)
	for {
		rest := r.buf[r.pos+i : r.pos+r.lim]
		at := bytes.IndexByte(rest, '"')
		if at < 0 {
			r.scratch = append(append(r.scratch, rest...), '\n')
			if i = r.next; len(r.scratch)-from > MaxCell || !r.extend() {
				return 0, errUnclosed{}
			}
			continue
		}
		r.scratch = append(r.scratch, rest[:at]...)
		i += at + 1
		if at+1 == len(rest) || rest[at+1] != '"' {
			return i, nil
		}
		r.scratch = append(r.scratch, '"')
		i++
	}
}

// extend takes the next physical line into the record; false when there is none or the record grew too large.
func (r *Reader) extend() bool {
	if r.at-r.start+1 >= MaxRecordLines || r.next >= MaxRecord {
		return false
	}
	end, next, err := r.lineEnd(r.next)
	if err != nil {
		return false
	}
	r.lim, r.next = end, next
	r.at++
	return true
}

// unclosed gives up the record and goes back to the physical line after the one where the quote was opened.
func (r *Reader) unclosed(open mark) error {
	r.scratch = append(r.scratch[:open.scratch], r.buf[r.pos+open.offset:r.pos+open.lim]...)
	r.spans = append(r.spans, span{open.scratch, len(r.scratch)})
	r.data = r.scratch
	r.next, r.at = open.next, open.line
	r.advance()
	return &Problem{Code: UnclosedQuote, Start: r.start, Line: open.line, Cells: r.Cells(nil)}
}
