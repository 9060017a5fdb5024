package objects

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Rows reads the objects of a file as rows. Its buffers are reused; only Cells allocates.
type Rows struct {
	split   *splitter
	columns map[string]int
	cells   []string
	used    int
	stated  []int // by column: the object that states it
}

// NewRows reads src, which is decoded UTF-8 without a byte order mark. columns are the names of the columns, as Names
// gives them; what else an object states is passed over.
func NewRows(src io.Reader, columns []string) *Rows {
	r := &Rows{split: newSplitter(src), columns: make(map[string]int, len(columns)), cells: make([]string, len(columns)), stated: make([]int, len(columns))}
	for i, name := range columns {
		if _, taken := r.columns[name]; !taken {
			r.columns[name] = i
		}
	}
	return r
}

// Next moves to the next object. The error is io.EOF at the end, a *Problem for an object that cannot be read (Next may be
// called again), or what the source failed with.
func (r *Rows) Next() error {
	clear(r.cells)
	r.used = 0
	err := r.split.next()
	if err == nil {
		err = r.split.check()
	}
	if err != nil {
		return err
	}
	var twice string
	walk(r.split.raw, func(name, text string) {
		i, ok := r.columns[name]
		if !ok {
			return
		}
		if r.stated[i] == r.split.record {
			twice = name
		}
		r.stated[i], r.cells[i] = r.split.record, text
		if text != "" {
			r.used = max(r.used, i+1)
		}
	})
	if twice != "" {
		clear(r.cells)
		r.used = 0
		return &Problem{Record: r.split.record, Line: r.split.startLine, Place: r.split.startPlace, What: "the object states “" + shortened(twice) + "” twice"}
	}
	return nil
}

func shortened(name string) string {
	if len(name) <= 60 {
		return name
	}
	return strings.ToValidUTF8(name[:60], "") + "…"
}

// Line is which object of the file the present row is, from 1.
func (r *Rows) Line() int { return r.split.record }

// Len is the number of cells of the present row: all columns, or none of a damaged object.
func (r *Rows) Len() int {
	if r.used == 0 {
		return 0
	}
	return len(r.cells)
}

// Cell is a cell of the present row.
func (r *Rows) Cell(i int) []byte {
	if i < 0 || i >= r.Len() {
		return nil
	}
	return []byte(r.cells[i])
}

// Cells appends the cells of the present row to into.
func (r *Rows) Cells(into []string) []string { return append(into, r.cells[:r.Len()]...) }

// Names reads a file whole and gives the names of its columns in the order in which they are first met, and how many
// objects there are. Damaged objects name nothing. The error is a *NamesError, or what the source failed with.
func Names(src io.Reader) (names []string, objects int, list bool, err error) {
	split, met, size := newSplitter(src), map[string]bool{}, 0
	for {
		err := split.next()
		if err == nil {
			err = split.check()
		}
		if _, damaged := errors.AsType[*Problem](err); damaged {
			continue
		}
		if errors.Is(err, io.EOF) {
			return names, split.record, split.list, nil
		}
		if err != nil {
			return nil, 0, false, err
		}
		walk(split.raw, func(name, _ string) {
			if !met[name] && len(names) <= MaxNames && size <= mostNaming {
				met[name] = true
				names, size = append(names, name), size+len(name)
			}
		})
		if len(names) > MaxNames || size > mostNaming {
			return nil, 0, false, &NamesError{Line: split.startLine}
		}
	}
}

// check tells what is wrong inside of the brackets of the present object.
func (s *splitter) check() error {
	if json.Valid(s.raw) {
		if !utf8.Valid(s.raw) {
			s.raw = bytes.ToValidUTF8(s.raw, []byte("\uFFFD"))
		}
		return nil
	}
	p := &Problem{Record: s.record, Line: s.startLine, Place: s.startPlace, What: "the object is not written as JSON"}
	var whole json.RawMessage
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(s.raw, &whole)); ok {
		before := s.raw[:max(0, min(int(syntax.Offset)-1, len(s.raw)))]
		p.Line, p.Place, p.What = s.startLine+breaks(before), s.startPlace+len(before), syntax.Error()
		if at := bytes.LastIndexAny(before, "\r\n"); at >= 0 {
			p.Place = len(before) - at
		}
	}
	return p
}

// breaks counts the line ends of a text: LF, CRLF and CR.
func breaks(text []byte) int {
	return bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) - bytes.Count(text, []byte("\r\n"))
}
