package edifact

import "bytes"

// Segment is one segment as it stands in the file. It is valid until the scanner moves on.
type Segment struct {
	Offset int64  // where its tag begins, in bytes from the start of the file
	Lead   []byte // what stood between it and the segment before: line breaks, blanks

	buffer []byte
	from   int    // of the tag, in buffer
	marks  []mark // its separators, the last one is its terminator
	odds   []mark // bytes that may not be in the character set

	advice       bool // it is a UNA: not cut by separators
	released     bool // it has release characters
	broken       bool // it has line breaks
	unterminated bool // the file ended before it did
	set          *charset
	release      byte
}

// Raw is the segment as it stands, with its terminator.
func (s *Segment) Raw() []byte {
	to := s.end()
	if !s.unterminated {
		to++
	}
	return s.buffer[s.from:to]
}

// end is where the terminator stands.
func (s *Segment) end() int { return int(s.marks[len(s.marks)-1] >> classBits) }

// Tag is the segment's name: "BGM".
func (s *Segment) Tag() []byte {
	if s.advice {
		return s.buffer[s.from : s.from+len("UNA")]
	}
	return s.value(0)
}

// is tells whether the segment has this tag.
func (s *Segment) is(tag string) bool { return string(s.Tag()) == tag }

// parts is how many values the segment has, its tag (part 0) and empty ones included.
func (s *Segment) parts() int { return len(s.marks) }

// bounds is where part i lies in the buffer, release characters and line breaks included.
func (s *Segment) bounds(i int) (from, to int) {
	from = s.from
	if i > 0 {
		from = int(s.marks[i-1]>>classBits) + 1
	}
	return from, int(s.marks[i] >> classBits)
}

// opener is the class of the separator before part i, which is not the tag.
func (s *Segment) opener(i int) uint8 { return uint8(s.marks[i-1] & classMask) }

// value is part i without release characters and line breaks. It allocates only where the segment has such.
func (s *Segment) value(i int) []byte {
	from, to := s.bounds(i)
	text := s.buffer[from:to]
	if s.released || s.broken {
		return s.unescaped(text)
	}
	return text
}

func (s *Segment) unescaped(text []byte) []byte {
	if bytes.IndexByte(text, s.release) < 0 && bytes.IndexAny(text, "\r\n") < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == s.release && s.release != 0 && i+1 < len(text):
			i++
			out = append(out, text[i])
		case c != '\r' && c != '\n':
			out = append(out, c)
		}
	}
	return out
}

// find is the part that holds a component of an element, both counted from 1, in the element's first repeat; -1 if none.
func (s *Segment) find(elementAt, componentAt int) int {
	e, c, repeat := 0, 1, 0
	for i := 1; i < len(s.marks); i++ {
		switch s.opener(i) {
		case element:
			e, c, repeat = e+1, 1, 0
		case repetition:
			c, repeat = 1, repeat+1
		default:
			c++
		}
		if e == elementAt && c == componentAt && repeat == 0 {
			return i
		}
		if e > elementAt {
			break
		}
	}
	return -1
}

// Value is a component of an element, both counted from 1: Value(2, 1) of "DTM+137:20260105:102" is empty, Value(1, 2) is
// the date. Of a repeated element it is the first. What is not there is empty.
func (s *Segment) Value(elementAt, componentAt int) []byte {
	if i := s.find(elementAt, componentAt); i >= 0 {
		return s.value(i)
	}
	return nil
}

// Text is Value in UTF-8, without blanks at its end.
func (s *Segment) Text(elementAt, componentAt int) string {
	return s.set.text(bytes.TrimRight(s.Value(elementAt, componentAt), " "))
}
