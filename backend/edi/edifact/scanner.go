package edifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

const (
	beginning  = 4 << 10  // how much of a file lies in memory at first: most are no longer
	windowSize = 64 << 10 // and then
	maxSegment = 1 << 20  // a segment that is longer has lost its terminator
	headerPeek = 1 << 10  // how far a header without UNA is looked into for its service characters
)

// Scanner cuts a file into segments without an allocation of its own for any of them. Its memory does not depend on the
// file: a window, which grows to the longest segment and at most to 1 MiB.
type Scanner struct {
	source io.Reader
	ended  bool  // the source has no more
	failed error // what the source failed with

	buffer []byte
	start  int   // what has been given out lies before it
	end    int   // what has been read lies before it
	marked int   // what has marks lies before it
	offset int64 // where buffer begins in the file
	line   int   // of the file, where start lies

	marks []mark
	first int // the first mark that was not given out
	count int

	delimiters Delimiters
	advised    bool // a UNA has just been read
	guessed    bool // the service characters were worked out: there is no UNA
	table      *edi.Classes
	set        *charset
	tables     map[tableKey]*edi.Classes

	began   bool
	skipped []byte // what stood before the first interchange
	stalled int    // reads in a row that gave nothing
	segment Segment
}

type tableKey struct {
	d   Delimiters
	set *charset
}

// NewScanner reads segments from source.
func NewScanner(source io.Reader) *Scanner {
	return &Scanner{source: source, buffer: make([]byte, beginning), marks: make([]mark, 64),
		delimiters: Default, table: Default.table(nil), line: 1, tables: map[tableKey]*edi.Classes{}}
}

// Delimiters are the service characters of the present interchange.
func (s *Scanner) Delimiters() Delimiters { return s.delimiters }

// Next gives the next segment; a UNA is one too. The error is io.EOF at the end of the file, a *fault.Error of code Invalid
// when it cannot be cut any further, else what the source failed with, wrapped.
func (s *Scanner) Next() (*Segment, error) {
	if !s.began {
		if err := s.begin(); err != nil {
			return nil, err
		}
	}
	lead := s.start
	if err := s.skipBreaks(&lead); err != nil {
		return nil, err
	}
	if s.marksInterchange() {
		if una, err := s.openInterchange(lead); una || err != nil {
			return &s.segment, err
		}
	}
	return s.cut(lead)
}

// begin skips a byte order mark and whatever stands before the first interchange.
func (s *Scanner) begin() error {
	s.began = true
	if err := s.ensure(headerPeek); err != nil {
		return err
	}
	head := s.buffer[:s.end]
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return fault.New(fault.Invalid, "This file is UTF-16 text; EDIFACT is written in one byte for each letter.",
			"Save it as plain text (UTF-8), or ask for the file as it was sent.")
	}
	s.start = len(head) - len(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
	if at := interchangeAt(head); at > s.start {
		s.skipped, s.start = bytes.TrimSpace(head[s.start:at]), at
	}
	s.marked = s.start
	return nil
}

// interchangeAt finds where the first interchange begins; -1 if none does.
func interchangeAt(head []byte) int {
	for at := 0; at+4 < len(head); at++ {
		if head[at] == 'U' && head[at+1] == 'N' && (head[at+2] == 'A' && isAdvice(head[at:]) ||
			head[at+2] == 'B' && !alphanumeric(head[at+3])) {
			return at
		}
	}
	return -1
}

// Is tells whether a file's beginning (1 KiB of it will do) is EDIFACT.
func Is(head []byte) bool { return interchangeAt(head[:min(len(head), headerPeek)]) >= 0 }

// skipBreaks moves to the next segment's tag. lead stays where the last segment ended, also when the window moves.
func (s *Scanner) skipBreaks(lead *int) error {
	for {
		for s.start < s.end {
			switch s.buffer[s.start] {
			case '\n':
				s.line++
			case '\r', ' ', '\t', 0x1A, 0: // the latter two end files of old systems
			default:
				return s.ensureFrom(lead, len("UNB"))
			}
			s.start++
		}
		if s.ended {
			return s.atEnd()
		}
		if s.start-*lead > windowSize/2 { // endless blanks are not kept
			*lead = s.start
		}
		if err := s.fillFrom(lead); err != nil {
			return err
		}
	}
}

func (s *Scanner) atEnd() error {
	if s.failed != nil {
		return fmt.Errorf("reading EDIFACT: %w", s.failed)
	}
	return io.EOF
}

// marksInterchange tells whether an interchange begins here.
func (s *Scanner) marksInterchange() bool {
	b := s.buffer[s.start:s.end]
	return len(b) >= 3 && b[0] == 'U' && b[1] == 'N' && (b[2] == 'A' || b[2] == 'B')
}

// openInterchange takes the service characters of an interchange from its UNA, which it then gives out as the segment, or
// from its UNB.
func (s *Scanner) openInterchange(lead int) (una bool, err error) {
	if err := s.ensureFrom(&lead, headerPeek); err != nil {
		return false, err
	}
	head := s.buffer[s.start:s.end]
	if head[2] == 'A' {
		if !isAdvice(head) {
			return false, nil
		}
		s.giveAdvice(lead)
		return true, nil
	}
	s.guessed = false
	if _, bad := s.delimiters.faulty(); bad || !s.advised {
		s.delimiters, s.guessed = guess(head[:min(len(head), headerPeek)])
	}
	s.advised = false
	id, version := syntaxOf(head, s.delimiters)
	s.use(s.delimiters.forVersion(version), charsetOf(id))
	return false, nil
}

// isAdvice tells a UNA from a segment that happens to be called so: a UNB follows it.
func isAdvice(head []byte) bool {
	return len(head) > adviceLength && bytes.HasPrefix(bytes.TrimLeft(head[adviceLength:], " \r\n\t"), []byte("UNB"))
}

// giveAdvice gives out a UNA, and has what follows read by it.
func (s *Scanner) giveAdvice(lead int) {
	s.advised, s.delimiters = true, advice(s.buffer[s.start:s.end])
	last := s.start + adviceLength - 1
	g := &s.segment
	g.Raw, g.Lead, g.Terminator = s.buffer[s.start:last], s.buffer[lead:s.start], s.buffer[last:last+1]
	g.Offset, g.Line, g.Release, g.Unterminated, g.odds, g.table = s.offset+int64(s.start), s.line, 0, false, g.odds[:0], nil
	g.fill([]mark{mark(s.start+3)<<classBits | mark(edi.ElementClass), mark(last)<<classBits | mark(edi.TerminatorClass)}, s.start)
	s.start = last + 1
	s.marked = max(s.marked, s.start)
}

// syntaxOf is the syntax identifier and the first digit of its version in an interchange header.
func syntaxOf(head []byte, d Delimiters) (id string, version byte) {
	rest := head[min(4, len(head)):]
	at := bytes.IndexByte(rest, d.Component)
	if at < 0 || at > 6 {
		return "", 0
	}
	if at+1 < len(rest) {
		version = rest[at+1]
	}
	return string(rest[:at]), version
}

// use has the rest read by these service characters and this character set.
func (s *Scanner) use(d Delimiters, set *charset) {
	s.delimiters, s.set = d, set
	key := tableKey{d, set}
	t := s.tables[key]
	if t == nil {
		if len(s.tables) > 64 { // a hostile file may change them again and again
			clear(s.tables)
		}
		t = d.table(set)
		s.tables[key] = t
	}
	if t != s.table {
		s.table = t
		s.dropMarks(s.start)
		s.marked = s.start
	}
}

// dropMarks forgets the marks from a place on.
func (s *Scanner) dropMarks(from int) {
	for s.count > s.first && placeOf(s.marks[s.count-1]) >= from {
		s.count--
	}
	s.marked = min(s.marked, from)
}

// cut finds the terminator of the segment that begins here.
func (s *Scanner) cut(lead int) (*Segment, error) {
	for s.first < s.count && placeOf(s.marks[s.first]) < s.start { // breaks between segments
		s.first++
	}
	i, seen := s.first, uint8(0)
	for {
		for ; i < s.count; i++ {
			class := s.marks[i] & classMask
			if edi.Class(class) < edi.TerminatorClass {
				continue
			}
			if edi.Class(class) == edi.TerminatorClass {
				return s.give(lead, i, seen), nil
			}
			seen |= 1 << class
			if edi.Class(class) != edi.ReleaseClass {
				continue
			}
			if i+1 >= s.count && !s.readAll() { // what is released may not have been read yet
				break
			}
			if i+1 < s.count && s.marks[i+1]>>classBits == s.marks[i]>>classBits+1 {
				i++
			}
		}
		if s.readAll() {
			return s.giveLast(lead, seen)
		}
		moved, err := s.more(&lead)
		if err != nil {
			return nil, err
		}
		i -= moved
	}
}

// readAll tells whether all there is has been marked.
func (s *Scanner) readAll() bool { return s.ended && s.marked == s.end }

// give hands out the segment whose terminator is mark last.
func (s *Scanner) give(lead, last int, seen uint8) *Segment {
	g, end := &s.segment, placeOf(s.marks[last])
	g.Raw, g.Lead, g.Terminator = s.buffer[s.start:end], s.buffer[lead:s.start], s.buffer[end:end+1]
	g.Offset, g.Line, g.Release = s.offset+int64(s.start), s.line, s.delimiters.Release
	g.Unterminated, g.set, g.table = false, s.set, s.table
	if seen == 0 {
		g.odds = g.odds[:0]
		g.fill(s.marks[s.first:last+1], s.start)
	} else {
		g.fillOdd(s.table)
		s.line += g.lines()
	}
	if s.buffer[end] == '\n' {
		s.line++
	}
	s.start, s.first = end+1, last+1
	return g
}

// giveLast hands out what the file ends with: a segment that lost its terminator.
func (s *Scanner) giveLast(lead int, seen uint8) (*Segment, error) {
	if s.failed != nil {
		return nil, s.atEnd()
	}
	s.roomForMarks(1)
	if s.end == len(s.buffer) {
		s.buffer = append(s.buffer, 0)
	}
	s.marks[s.count] = mark(s.end)<<classBits | mark(edi.TerminatorClass)
	s.count++
	g := s.give(lead, s.count-1, seen)
	s.start, g.Terminator, g.Unterminated = s.end, nil, true
	return g, nil
}

// more marks more of the file, reading on where all that was read has marks. It gives by how much the marks moved.
func (s *Scanner) more(lead *int) (moved int, err error) {
	if s.end-s.start > maxSegment {
		return 0, fault.New(fault.Invalid, fmt.Sprintf(
			"The segment that begins at byte %d is longer than 1 MiB: the character that ends it is missing.", s.offset+int64(s.start)),
			"Ask the sender for the file again; what stands before that segment was read.")
	}
	if s.marked == s.end {
		if err := s.fillFrom(lead); err != nil {
			return 0, err
		}
	}
	s.marked = max(s.marked, s.start) // what was passed over needs none
	block := s.buffer[s.marked:min(s.end, s.marked+markBlock)]
	moved = s.roomForMarks(len(block) + 1)
	s.count += markBytes(block, s.marked, s.table, s.marks[s.count:])
	s.marked += len(block)
	return moved, nil
}

// roomForMarks makes room for n more marks. It gives by how many places those that wait moved.
func (s *Scanner) roomForMarks(n int) (moved int) {
	if s.count+n <= len(s.marks) {
		return 0
	}
	moved = s.first
	copy(s.marks, s.marks[s.first:s.count])
	s.first, s.count = 0, s.count-moved
	if s.count+n > len(s.marks) {
		grown := make([]mark, 2*len(s.marks)+n)
		copy(grown, s.marks[:s.count])
		s.marks = grown
	}
	return moved
}

// ensure reads until n bytes lie ahead, or all there are.
func (s *Scanner) ensure(n int) error {
	lead := s.start
	return s.ensureFrom(&lead, n)
}

func (s *Scanner) ensureFrom(lead *int, n int) error {
	for s.end-s.start < n && !s.ended {
		if err := s.fillFrom(lead); err != nil {
			return err
		}
	}
	return nil
}

// fillFrom reads on, keeping what lies from lead on.
func (s *Scanner) fillFrom(lead *int) error {
	if s.end == len(s.buffer) {
		s.shift(*lead)
		*lead = 0
	}
	n, err := s.source.Read(s.buffer[s.end:])
	s.end += n
	if s.stalled++; n > 0 {
		s.stalled = 0
	}
	switch {
	case s.stalled > 100 && err == nil:
		s.ended, s.failed = true, io.ErrNoProgress
	case errors.Is(err, io.EOF):
		s.ended = true
	case err != nil:
		s.ended, s.failed = true, err
	}
	return nil
}

// shift moves what lies from keep on to the front of the window, which grows to its size, and where that frees little.
func (s *Scanner) shift(keep int) {
	into := s.buffer
	if len(s.buffer) < windowSize || s.end-keep > len(s.buffer)/2 {
		into = make([]byte, max(windowSize, 2*len(s.buffer)))
	}
	copy(into, s.buffer[keep:s.end])
	for s.first < s.count && placeOf(s.marks[s.first]) < keep {
		s.first++
	}
	for i := s.first; i < s.count; i++ {
		s.marks[i] -= mark(keep) << classBits
	}
	s.buffer = into
	s.start, s.end, s.marked, s.offset = s.start-keep, s.end-keep, max(s.marked-keep, 0), s.offset+int64(keep)
}

// Offset is where in the file the scanner stands: behind the segment that it gave out last.
func (s *Scanner) Offset() int64 { return s.offset + int64(s.start) }
