package edifact

import (
	"bytes"

	"tradepost/backend/edi"
)

// Segment is one segment as it stands in the file, with what only EDIFACT asks of it. It is valid until the scanner moves
// on.
type Segment struct {
	edi.Segment
	Lead         []byte // what stood between it and the segment before: line breaks, blanks
	Terminator   []byte // what ends it; empty where the file ended before
	Unterminated bool   // the file ended before it did

	set    *charset
	table  *edi.Classes
	odds   []int32 // bytes of Raw that may not be in the character set
	kept   []edi.Mark
	joined []byte // Data where lines were wrapped
}

// is tells whether the segment has this tag.
func (s *Segment) is(tag string) bool { return string(s.Tag()) == tag }

// fill takes the separators of a segment that begins at from: marks, of which the last is its end. It is for segments
// without anything but separators.
func (s *Segment) fill(marks []mark, from int) {
	if cap(s.kept) < len(marks) {
		s.kept = make([]edi.Mark, len(marks), 2*len(marks))
	}
	out, kinds := s.kept[:len(marks)], mark(0)
	shift := mark(from)<<2 + 1 // classes count from 1, kinds of marks from 0
	for i, m := range marks {
		class := m & classMask
		out[i] = edi.Mark(m>>classBits<<2 + class - shift)
		kinds |= class &^ mark(edi.ElementClass) &^ mark(edi.TerminatorClass)
	}
	out[len(out)-1] = edi.MarkAt(edi.ElementMark, len(s.Raw))
	s.Data, s.Marks, s.Plain, s.Escaped, s.Breaks = s.Raw, out, kinds == 0, false, s.Breaks[:0]
}

// fillOdd is fill for segments with release characters, line breaks or characters to look at.
func (s *Segment) fillOdd(t *edi.Classes) {
	s.Breaks, s.odds, s.Marks = s.Breaks[:0], s.odds[:0], s.kept[:0]
	broken := false
	for i := 0; i < len(s.Raw); i++ {
		class := t[s.Raw[i]]
		if class == edi.ReleaseClass && i+1 < len(s.Raw) {
			i++
			class = t[s.Raw[i]]
		} else if class == edi.BreakClass {
			broken = true
		}
		if class == odd {
			s.odds = append(s.odds, int32(i))
		}
	}
	s.Data = s.Raw
	if broken {
		s.join(t)
	}
	s.Mark(t)
	s.kept = s.Marks
}

// join puts the lines of a wrapped segment together.
func (s *Segment) join(t *edi.Classes) {
	s.joined = s.joined[:0]
	for i := 0; i < len(s.Raw); i++ {
		switch class := t[s.Raw[i]]; {
		case class == edi.ReleaseClass && i+1 < len(s.Raw):
			s.joined = append(s.joined, s.Raw[i], s.Raw[i+1])
			i++
		case class != edi.BreakClass:
			s.joined = append(s.joined, s.Raw[i])
		case s.Raw[i] == '\r' && i+1 < len(s.Raw) && s.Raw[i+1] == '\n' && t['\n'] == edi.BreakClass:
			s.Breaks = append(s.Breaks, int32(len(s.joined)), 2)
			i++
		default:
			s.Breaks = append(s.Breaks, int32(len(s.joined)), 1)
		}
	}
	s.Data = s.joined
}

// lines is how many lines end before its terminator.
func (s *Segment) lines() int { return bytes.Count(s.Raw, []byte{'\n'}) }

// text is a component of an element as UTF-8 without release characters and blanks around it; "" where there is none.
func (s *Segment) text(element, component int) string {
	return s.set.text(bytes.Trim(s.Clean(s.Component(element, 1, component)), " "))
}

// where says in which element and component a byte of Raw lies; component is 0 for an element that has only one.
func (s *Segment) where(at int) (elementAt, componentAt int) {
	for i := 0; i+1 < len(s.Breaks) && int(s.Breaks[i]) < at; i += 2 {
		at -= int(s.Breaks[i+1])
	}
	componentAt = 1
	for i, m := range s.Marks {
		if m.At() > at {
			if componentAt == 1 && m.Kind() != edi.ComponentMark {
				componentAt = 0
			}
			return elementAt, componentAt
		}
		if i == len(s.Marks)-1 {
			break
		}
		switch m.Kind() {
		case edi.ElementMark:
			elementAt, componentAt = elementAt+1, 1
		case edi.RepetitionMark:
			componentAt = 1
		case edi.ComponentMark:
			componentAt++
		}
	}
	return elementAt, componentAt
}

// readable is the segment with its values in UTF-8.
func (s *Segment) readable() *edi.Segment {
	if s.table == nil || ascii(s.Data) { // a UNA has none
		return &s.Segment
	}
	text := edi.Segment{Data: []byte(s.set.text(s.Data)), Release: s.Release, Offset: s.Offset, Line: s.Line}
	text.Raw = text.Data
	text.Mark(s.table)
	return &text
}
