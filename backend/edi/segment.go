package edi

// MarkKind says which separator a mark stands for.
type MarkKind uint32

// The separators inside of a segment.
const (
	ElementMark MarkKind = iota
	RepetitionMark
	ComponentMark
)

// Mark is a separator in a segment's Data: its kind and where it is. The last mark of a segment is an ElementMark at
// the end of Data.
type Mark uint32

// MaxSegment is the longest segment whose marks can be kept, in bytes.
const MaxSegment = 1 << 29

// MarkAt makes a mark.
func MarkAt(kind MarkKind, at int) Mark { return Mark(at)<<2 | Mark(kind) }

// At is where the separator stands in Data.
func (m Mark) At() int { return int(m >> 2) }

// Kind is which separator it is.
func (m Mark) Kind() MarkKind { return MarkKind(m & 3) }

// Segment is one segment as it lies in the reader's buffer: valid until the reader goes on. Elements are numbered from 1;
// 0 is the tag.
type Segment struct {
	Raw     []byte // as it came, without its terminator and what stood before it
	Data    []byte // Raw without the line breaks of wrapped lines: Raw itself where there are none
	Marks   []Mark // every separator of Data, in order, and its end
	Plain   bool   // no components and no repetitions: mark n ends element n
	Escaped bool   // some separator in Data is released
	Release byte   // EDIFACT's release character; 0 where there is none
	Offset  int64  // of Raw in the file
	Line    int    // of its first byte
	Breaks  []int32
}

// Tag is the segment's name.
func (s *Segment) Tag() []byte {
	if len(s.Marks) == 0 {
		return s.Data
	}
	return s.Data[:s.Marks[0].At()]
}

// Len is how many elements follow the tag, empty ones too.
func (s *Segment) Len() int {
	if s.Plain {
		return len(s.Marks) - 1
	}
	n := -1
	for _, m := range s.Marks {
		if m.Kind() == ElementMark {
			n++
		}
	}
	return n
}

// span is where element n begins and ends in Data, and the index of the first mark at or after its start.
func (s *Segment) span(n int) (start, end, mark int, ok bool) {
	if s.Plain {
		if n >= len(s.Marks) || n < 0 {
			return 0, 0, 0, false
		}
		if n > 0 {
			start = s.Marks[n-1].At() + 1
		}
		return start, s.Marks[n].At(), n, true
	}
	for i, m := range s.Marks {
		if m.Kind() != ElementMark {
			continue
		}
		if n == 0 {
			return start, m.At(), mark, true
		}
		n--
		start, mark = m.At()+1, i+1
	}
	return 0, 0, 0, false
}

// Element is element n as it stands, with its components and repetitions; nil when the segment is shorter.
func (s *Segment) Element(n int) []byte {
	start, end, _, ok := s.span(n)
	if !ok {
		return nil
	}
	return s.Data[start:end]
}

// Text is element n as text without release characters; "" when the segment is shorter.
func (s *Segment) Text(n int) string { return string(s.Clean(s.Element(n))) }

// Component is one component of the given repetition of element n as it stands; both count from 1.
func (s *Segment) Component(n, repetition, component int) []byte {
	start, end, ok := s.componentSpan(n, repetition, component)
	if !ok {
		return nil
	}
	return s.Data[start:end]
}

func (s *Segment) componentSpan(n, repetition, component int) (start, end int, ok bool) {
	start, _, mark, ok := s.span(n)
	if !ok {
		return 0, 0, false
	}
	r, c := 1, 1
	for _, m := range s.Marks[mark:] {
		if r == repetition && c == component {
			return start, m.At(), true
		}
		switch m.Kind() {
		case ElementMark:
			return 0, 0, false
		case RepetitionMark:
			r, c = r+1, 1
		case ComponentMark:
			c++
		}
		start = m.At() + 1
	}
	return 0, 0, false
}

// Part is a component as text without release characters; of the first repetition.
func (s *Segment) Part(n, component int) string { return string(s.Clean(s.Component(n, 1, component))) }

// Clean takes the release characters out of a piece of Data. It gives the piece itself where there are none.
func (s *Segment) Clean(piece []byte) []byte {
	if !s.Escaped {
		return piece
	}
	clean := make([]byte, 0, len(piece))
	for i := 0; i < len(piece); i++ {
		if piece[i] == s.Release && i+1 < len(piece) {
			i++
		}
		clean = append(clean, piece[i])
	}
	return clean
}

// At says where a byte of Data lies in the file: its offset and its line.
func (s *Segment) At(at int) (offset int64, line int) {
	offset, line = s.Offset+int64(at), s.Line
	for i := 0; i+1 < len(s.Breaks) && int(s.Breaks[i]) <= at; i += 2 {
		offset += int64(s.Breaks[i+1])
		line++
	}
	return offset, line
}

// PlaceOf is the place of element n, by its number in the segment; component and repetition are 0 for the whole of it.
func (s *Segment) PlaceOf(element, component, repetition int) Place {
	place := Place{Segment: string(s.Tag()), Element: element, Component: component, Repetition: repetition}
	start, _, ok := s.componentSpan(element, max(repetition, 1), max(component, 1))
	if !ok {
		start = len(s.Data)
	}
	place.Offset, place.Line = s.At(start)
	return place
}

// Mark fills Marks, Plain and Escaped from Data, for segments that were not cut by a reader. class says of each byte
// what it separates.
func (s *Segment) Mark(class *Classes) {
	s.Marks, s.Plain, s.Escaped = s.Marks[:0], true, false
	for i := 0; i < len(s.Data); i++ {
		switch class[s.Data[i]] {
		case ElementClass:
			s.Marks = append(s.Marks, MarkAt(ElementMark, i))
		case RepetitionClass:
			s.Marks, s.Plain = append(s.Marks, MarkAt(RepetitionMark, i)), false
		case ComponentClass:
			s.Marks, s.Plain = append(s.Marks, MarkAt(ComponentMark, i)), false
		case ReleaseClass:
			s.Escaped = true
			i++
		case DataClass, TerminatorClass, BreakClass:
		}
	}
	s.Marks = append(s.Marks, MarkAt(ElementMark, len(s.Data)))
}

// Class is what a byte does in a file.
type Class = uint8

// The classes of bytes. DataClass is 0, so that a fresh table has only data.
const (
	DataClass Class = iota
	ElementClass
	RepetitionClass
	ComponentClass
	TerminatorClass
	ReleaseClass
	BreakClass // carriage return, line feed: between segments, or where lines were wrapped
)

// Classes says of each byte what it does.
type Classes [256]Class
