package edifact

import (
	"bufio"
	"io"

	"tradepost/backend/edi"
)

// Element is what stands at one place of a segment: repeats of components. Most have one repeat, many one component.
type Element [][]string

// E makes an element of its components.
func E(components ...string) Element { return Element{components} }

// Writer writes segments: the reader's inverse. Values are UTF-8; what the character set does not have is written as near
// as can be.
type Writer struct {
	// Break is written behind every segment, for people's eyes; empty for none.
	Break string
	// Lost tells that some letters had to be replaced.
	Lost bool

	out        *bufio.Writer
	delimiters Delimiters
	set        *charset
	line       []byte
	segments   int
}

// NewWriter writes to w with the service characters d, in the character set of a syntax identifier (UNOC).
func NewWriter(w io.Writer, d Delimiters, syntax string) *Writer {
	return &Writer{out: bufio.NewWriter(w), delimiters: d, set: charsetOf(syntax)}
}

// Advice writes the UNA.
func (w *Writer) Advice() {
	w.write(w.delimiters.Advice())
	w.write([]byte(w.Break))
}

// Segment writes a segment. Separators behind its last value are left out.
func (w *Writer) Segment(tag string, elements ...Element) {
	w.line = append(w.line[:0], tag...)
	keep := len(w.line)
	for _, element := range elements {
		w.line = append(w.line, w.delimiters.Element)
		w.element(element)
		if last := w.line[len(w.line)-1]; last != w.delimiters.Element || w.released() {
			keep = len(w.line)
		}
	}
	w.line = append(w.line[:keep], w.delimiters.Terminator)
	w.line = append(w.line, w.Break...)
	w.write(w.line)
	w.segments++
}

// released tells whether the last byte of the line is data: a release character makes it so.
func (w *Writer) released() bool {
	count := 0
	for i := len(w.line) - 2; i >= 0 && w.delimiters.Release != 0 && w.line[i] == w.delimiters.Release; i-- {
		count++
	}
	return count%2 == 1
}

// element appends an element, without component separators behind its last value.
func (w *Writer) element(element Element) {
	for r, repeat := range element {
		if r > 0 {
			if w.delimiters.Repetition == 0 {
				w.Lost = true
				return
			}
			w.line = append(w.line, w.delimiters.Repetition)
		}
		last := len(repeat) - 1
		for last > 0 && repeat[last] == "" {
			last--
		}
		for c := 0; c <= last; c++ {
			if c > 0 {
				w.line = append(w.line, w.delimiters.Component)
			}
			w.value(repeat[c])
		}
	}
}

// value appends a value, releasing what would separate. Line breaks become blanks: readers drop them.
func (w *Writer) value(text string) {
	bytes, lost := w.set.bytes(text)
	w.Lost = w.Lost || lost
	d := w.delimiters
	for _, c := range bytes {
		switch c {
		case '\r', '\n':
			c = ' '
		case 0:
		case d.Component, d.Element, d.Terminator, d.Repetition, d.Release:
			if d.Release == 0 {
				c, w.Lost = ' ', true
				break
			}
			w.line = append(w.line, d.Release)
		}
		w.line = append(w.line, c)
	}
}

func (w *Writer) write(b []byte) { _, _ = w.out.Write(b) } // bufio keeps the error for Flush

// Segments is how many segments were written so far.
func (w *Writer) Segments() int { return w.segments }

// Flush ends writing. The error is that of the first write that failed.
func (w *Writer) Flush() error { return w.out.Flush() }

// Content is what a segment says: its values as UTF-8.
func (s *Segment) Content() (tag string, elements []Element) {
	from := 0
	for i, m := range s.Marks {
		value := s.set.text(s.Clean(s.Data[from:m.At()]))
		from = m.At() + 1
		switch {
		case i == 0:
			tag = value
		case len(elements) == 0 && s.Marks[i-1].Kind() != edi.ElementMark: // numbers of nesting behind the tag
		case s.Marks[i-1].Kind() == edi.ElementMark:
			elements = append(elements, E(value))
		case s.Marks[i-1].Kind() == edi.RepetitionMark:
			last := &elements[len(elements)-1]
			*last = append(*last, []string{value})
		default:
			last := elements[len(elements)-1]
			last[len(last)-1] = append(last[len(last)-1], value)
		}
	}
	return tag, elements
}
