package x12

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

// Writer writes interchanges: it pads ISA, counts segments, sets and groups, and repeats control numbers in trailers. The
// first error stays: Close gives it.
type Writer struct {
	to         *bufio.Writer
	separators Separators
	suffix     string // behind every terminator, as "\n"
	err        error

	interchange *Interchange
	group       *Group
	set         *Set
}

// NewWriter writes with the given separators; suffix follows every terminator, "" or a line end.
func NewWriter(to io.Writer, separators Separators, suffix string) *Writer {
	return &Writer{to: bufio.NewWriter(to), separators: separators, suffix: suffix}
}

// Segment writes a segment: its tag, then its elements. Empty elements at the end are left out. A value that holds a
// separator cannot be written, for X12 has no way to escape one.
func (w *Writer) Segment(tag string, elements ...string) {
	for len(elements) > 0 && elements[len(elements)-1] == "" {
		elements = elements[:len(elements)-1]
	}
	w.text(tag)
	for i, element := range elements {
		w.byte(w.separators.Element)
		if at := strings.IndexFunc(element, w.forbidden); at >= 0 {
			w.fail(tag, i+1, element)
		}
		w.text(element)
	}
	w.end()
}

// forbidden reports whether a character would be taken for a separator between elements or segments.
func (w *Writer) forbidden(r rune) bool {
	return r == rune(w.separators.Element) || r == '\r' || r == '\n' || r != utf8.RuneError && strings.ContainsRune(w.separators.Terminator, r)
}

// echo makes a value that came from elsewhere one that can be written: what would separate becomes a space.
func (w *Writer) echo(value string) string {
	return strings.Map(func(r rune) rune {
		if w.forbidden(r) || r == utf8.RuneError || r < ' ' {
			return ' '
		}
		return r
	}, value)
}

func (w *Writer) fail(tag string, element int, value string) {
	w.keep(fault.New(fault.Invalid, fmt.Sprintf("%s%02d cannot be written: %q holds a separator of the file.", tag, element, edi.Quote([]byte(value))),
		"Take the character out of the value, or choose other separators for this partner."))
}

func (w *Writer) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *Writer) text(text string) {
	if _, err := w.to.WriteString(text); err != nil {
		w.keep(fmt.Errorf("writing X12: %w", err))
	}
}

func (w *Writer) byte(b byte) {
	if err := w.to.WriteByte(b); err != nil {
		w.keep(fmt.Errorf("writing X12: %w", err))
	}
}

func (w *Writer) end() {
	w.text(w.separators.Terminator)
	w.text(w.suffix)
	if w.set != nil {
		w.set.Segments++
	}
}

// Composite joins components as one element; empty ones at the end are left out.
func (w *Writer) Composite(components ...string) string {
	for len(components) > 0 && components[len(components)-1] == "" {
		components = components[:len(components)-1]
	}
	return strings.Join(components, string([]byte{w.separators.Component}))
}

// OpenInterchange writes ISA.
func (w *Writer) OpenInterchange(x Interchange) {
	w.interchange = &x
	x.groups = 0
	standard := "U"
	if w.separators.Repetition != 0 {
		standard = string([]byte{w.separators.Repetition})
	}
	values := [16]string{orText(x.Authorisation[0], "00"), x.Authorisation[1], orText(x.Security[0], "00"), x.Security[1], x.SenderKind, x.Sender,
		x.ReceiverKind, x.Receiver, x.Date, x.Time, standard, x.Version, x.Control, orText(x.AckWanted, "0"), orText(x.Usage, "P"),
		string([]byte{w.separators.Component})}
	for i, width := range isaWidths {
		if len(values[i]) > width {
			w.fail("ISA", i+1, values[i])
			values[i] = values[i][:width]
		}
		values[i] += strings.Repeat(" ", width-len(values[i]))
	}
	w.text("ISA")
	for _, value := range values {
		w.byte(w.separators.Element)
		w.text(value)
	}
	w.end()
}

func orText(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// CloseInterchange writes IEA.
func (w *Writer) CloseInterchange() {
	w.Segment("IEA", fmt.Sprint(w.interchange.groups), w.interchange.Control)
	w.interchange = nil
}

// OpenGroup writes GS.
func (w *Writer) OpenGroup(g Group) {
	w.group = &g
	g.Sets = 0
	w.interchange.groups++
	w.Segment("GS", g.Code, g.Sender, g.Receiver, g.Date, g.Time, g.Control, orText(g.Agency, "X"), g.Version)
}

// CloseGroup writes GE.
func (w *Writer) CloseGroup() {
	w.Segment("GE", fmt.Sprint(w.group.Sets), w.group.Control)
	w.group = nil
}

// OpenSet writes ST.
func (w *Writer) OpenSet(s Set) {
	s.Segments = 0
	w.set = &s
	w.group.Sets++
	w.Segment("ST", s.Type, s.Control, s.Guide)
}

// CloseSet writes SE.
func (w *Writer) CloseSet() {
	set := w.set
	w.set = nil
	w.Segment("SE", fmt.Sprint(set.Segments+1), set.Control)
}

// Close writes what is buffered and gives the first error.
func (w *Writer) Close() error {
	if err := w.to.Flush(); err != nil {
		w.keep(fmt.Errorf("writing X12: %w", err))
	}
	return w.err
}

// Rewrite reads X12 element by element and writes it again with its own separators, line ends and order. What is well
// formed comes out byte for byte as it came.
func Rewrite(source io.Reader, to io.Writer) error {
	r := NewReader(source)
	w := NewWriter(to, usual, "")
	for {
		s, err := r.Next()
		w.text(string(r.Gap()))
		if errors.Is(err, io.EOF) {
			return w.Close()
		}
		if err != nil {
			return err
		}
		w.separators = r.Separators()
		w.copy(s)
		w.text(string(r.End()))
	}
}

// copy writes a segment from its parts.
func (w *Writer) copy(s *edi.Segment) {
	if len(s.Breaks) > 0 {
		w.text(string(s.Raw))
		return
	}
	from := 0
	for i, m := range s.Marks {
		w.text(string(s.Data[from:m.At()]))
		if i == len(s.Marks)-1 {
			return
		}
		switch m.Kind() {
		case edi.ElementMark:
			w.byte(w.separators.Element)
		case edi.ComponentMark:
			w.byte(w.separators.Component)
		case edi.RepetitionMark:
			w.byte(w.separators.Repetition)
		}
		from = m.At() + 1
	}
}
