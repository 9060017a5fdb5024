package objects

import (
	"bufio"
	"errors"
	"io"
)

// splitter finds where objects begin and end, without looking into them further than to their brackets and quotes.
type splitter struct {
	in    *bufio.Reader
	line  int  // of the byte read last, from 1
	place int  // of that byte in its line, from 1
	broke bool // it was a CR

	begun, list, ended bool // the file's first sign was read; it is a list; that list ended
	comma              bool // what stands before the next object of a list
	record             int
	raw                []byte
	startLine          int // where the present object begins
	startPlace         int
	indent             int // the blanks before it, -1 when anything else stands there
	clean              int // the blanks read of the present line, -1 behind anything else
}

func newSplitter(src io.Reader) *splitter {
	return &splitter{in: bufio.NewReaderSize(src, 64<<10), line: 1}
}

// read reads one byte and counts lines. A line ends with LF, CRLF or CR.
func (s *splitter) read() (byte, error) {
	c, err := s.in.ReadByte()
	if err != nil {
		return 0, err
	}
	second := c == '\n' && s.broke // of CRLF
	s.broke = c == '\r'
	switch {
	case second:
	case c == '\n' || c == '\r':
		s.line, s.place, s.clean = s.line+1, 0, 0
	case c != ' ' && c != '\t':
		s.place, s.clean = s.place+1, -1
	default:
		s.place++
		if s.clean >= 0 {
			s.clean++
		}
	}
	return c, nil
}

func (s *splitter) problem(what string) *Problem {
	return &Problem{Record: s.record, Line: s.line, Place: max(1, s.place), What: what}
}

// next moves to the next object, whose text is then in raw. The error is io.EOF, a *Problem, or what the source failed with.
func (s *splitter) next() error {
	for {
		clean := s.clean
		c, err := s.read()
		switch {
		case errors.Is(err, io.EOF):
			return s.end()
		case err != nil:
			return err
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		case c == '[' && !s.begun:
			s.begun, s.list = true, true
		case c == ',' && s.list && !s.ended && s.record > 0 && !s.comma:
			s.comma = true
		case c == ']' && s.list && !s.ended:
			s.ended = true
		case c == '{' && !s.ended: // a comma that is missing before it does no harm
			s.indent = clean
			return s.object()
		default:
			return s.stray()
		}
	}
}

// end is reached with the file's last byte.
func (s *splitter) end() error {
	if s.list && !s.ended {
		s.record, s.ended = s.record+1, true
		return s.problem("the file ends before its list does; it may be cut off")
	}
	return io.EOF
}

// stray passes over what is no object, up to the end of its line or to where an object begins.
func (s *splitter) stray() error {
	s.record++
	what := "an object is expected here"
	if s.ended {
		what = "nothing is expected behind the end of the list"
	}
	p := s.problem(what)
	s.begun, s.comma, s.ended = true, true, false
	if _ = s.in.UnreadByte(); s.place > 0 {
		s.place--
	}
	for first := true; ; first = false {
		next, err := s.in.Peek(1)
		if err != nil {
			if s.list {
				s.ended = true // told already
			}
			return p
		}
		if !first && (next[0] == ']' && s.list || next[0] == '{') || next[0] == '\n' || next[0] == '\r' {
			return p
		}
		if first && next[0] == '{' {
			return p // it is read though it stands behind the end
		}
		if _, err := s.read(); err != nil {
			return p
		}
	}
}

// object takes the object whose bracket was read.
func (s *splitter) object() error {
	s.record++
	s.begun, s.comma = true, false
	s.startLine, s.startPlace = s.line, s.place
	s.raw = append(s.raw[:0], '{')
	depth, deepest, quoted, escaped := 1, 1, false, false
	for depth > 0 {
		c, err := s.read()
		if errors.Is(err, io.EOF) {
			s.ended = true
			return s.problem("the file ends inside of an object; it may be cut off")
		}
		if err != nil {
			return err
		}
		if len(s.raw) <= MaxObject {
			s.raw = append(s.raw, c)
		}
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case quoted && (c == '\n' || c == '\r'):
			return s.unclosed()
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	start := &Problem{Record: s.record, Line: s.startLine, Place: s.startPlace}
	switch {
	case len(s.raw) > MaxObject:
		start.What = "the object is too long to be meant"
		return start
	case deepest > MaxDepth:
		start.What = "the object holds others too deep to be meant"
		return start
	}
	return nil
}

// unclosed names a text that its line does not end, and goes on where the next object begins: on a line of its own, as far
// from the margin as the damaged one.
func (s *splitter) unclosed() error {
	p := &Problem{Record: s.record, Line: s.line - 1, Place: 1, What: "a text has no closing quote on its line"}
	s.comma = true
	for {
		next, err := s.in.Peek(1)
		if err != nil {
			s.ended = true
			return p
		}
		if s.clean >= 0 && (next[0] == '{' && s.clean <= s.indent || next[0] == ']' && s.list && s.clean < max(1, s.indent)) {
			return p
		}
		if _, err := s.read(); err != nil {
			return p
		}
	}
}
