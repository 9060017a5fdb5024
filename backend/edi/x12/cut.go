package x12

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"

	"tradepost/backend/edi"
)

// cut makes the segment that begins where the reader stands. It is not ok when the segment was too long and is left out.
func (r *Reader) cut() (ok bool, err error) {
	s := &r.segment
	s.Offset, s.Line, s.Breaks, s.Plain = r.base+int64(r.at), r.line, s.Breaks[:0], true
	count, from, breaks := 0, 0, 0
	var done bool
	for {
		if count, from, breaks, done = r.scan(count, from, breaks); done {
			break
		}
		if r.end-r.at > maxSegment {
			return false, r.dropLong()
		}
		if !r.fill() {
			if r.failed != nil {
				return false, r.failed
			}
			r.unterminated()
			break
		}
	}
	length := min(from, r.end-r.at)
	s.Raw = r.buffer[r.at : r.at+length]
	s.Data = s.Raw
	r.marks[count] = edi.MarkAt(edi.ElementMark, length)
	s.Marks = r.marks[:count+1]
	if done && r.buffer[r.at+length] == '\n' {
		r.line++
	}
	r.ended = min(len(r.separators.Terminator), r.end-r.at-length)
	r.at += length + r.ended
	if breaks > 0 {
		r.unwrap()
	}
	r.over = len(s.Data) > 2 && s.Data[0] == 'I' && string(s.Tag()) == "IEA"
	return true, nil
}

// The patterns by which eight bytes are looked at in one go.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	blank = 0x2020202020202020
)

// masks are the separators of an interchange, each eight times side by side.
type masks struct{ element, component, repetition, terminator uint64 }

func (s Separators) masks() masks {
	return masks{ones * uint64(s.Element), ones * uint64(s.Component), ones * uint64(s.Repetition), ones * uint64(s.Terminator[0])}
}

// candidates sets the high bit of every byte of word that may be a separator or a control character. It may set some too
// many, above a true one: the table of classes has the last word.
func (m *masks) candidates(word uint64) uint64 {
	e, c, r, t := word^m.element, word^m.component, word^m.repetition, word^m.terminator
	return ((e-ones)&^e | (c-ones)&^c | (r-ones)&^r | (t-ones)&^t | (word-blank)&^word) & highs
}

// scan goes on cutting from the byte from of the segment: done at its terminator, which upTo then points to. It is the
// innermost loop of all reading: it looks at eight bytes at once and touches only those that separate. The classes of
// separators inside of segments are one more than the kinds of their marks.
func (r *Reader) scan(count, from, breaks int) (marks, upTo, wraps int, done bool) {
	length := r.end - r.at
	text, classes, list := r.buffer[r.at:r.end+slack], r.classes, r.marks
	var met edi.Class
	i := from
words:
	for ; i < length; i += 8 {
		for found := r.masks.candidates(binary.LittleEndian.Uint64(text[i:])); found != 0; found &= found - 1 {
			k := i + bits.TrailingZeros64(found)>>3
			class := classes[text[k]]
			switch {
			case class-1 < edi.ComponentClass && k < length:
				list[count] = edi.Mark(k)<<2 | edi.Mark(class-1)
				met |= class
				if count++; count == len(list)-1 {
					r.marks = append(r.marks, make([]edi.Mark, len(r.marks))...)
					list = r.marks
				}
			case k >= length:
				i = length
				break words
			case class == edi.BreakClass:
				breaks++
			case class == edi.TerminatorClass:
				if done = r.isTerminator(text[k:length]); done || r.mayBe(text[k:length]) {
					i = k
					break words
				}
			}
		}
	}
	if met&2 != 0 { // a repetition or component
		r.segment.Plain = false
	}
	return count, min(i, length), breaks, done
}

// mayBe reports whether text may be a terminator once more of it was read.
func (r *Reader) mayBe(text []byte) bool {
	return len(text) < len(r.separators.Terminator) && !r.drained
}

// isTerminator reports whether a terminator begins text, whose first byte is of that class.
func (r *Reader) isTerminator(text []byte) bool {
	t := r.separators.Terminator
	return len(t) == 1 && r.classes[text[0]] == edi.TerminatorClass || len(text) >= len(t) && string(text[:len(t)]) == t
}

// unterminated reports that the text ends within a segment. A last line without its end is no fault.
func (r *Reader) unterminated() {
	if r.separators.breaks() {
		return
	}
	r.say(true, edi.Problem{Place: r.here(r.at), Kind: Truncated, Level: edi.Hint, Scope: edi.OfInterchange,
		Message: fmt.Sprintf("The file ends without the terminator %q.", r.separators.Terminator)})
}

// dropLong leaves a segment out that is too long to be one.
func (r *Reader) dropLong() error {
	place := r.here(r.at)
	place.Segment = "?"
	r.say(false, edi.Problem{Place: place, Kind: SegmentTooLong, Scope: edi.OfInterchange, Found: edi.Quote(r.buffer[r.at:r.end]),
		Allowed: fmt.Sprintf("%d bytes", maxSegment), Message: "A segment here does not end for more than a million characters. Is the terminator that ISA names the right one?"})
	for {
		for ; r.at < r.end; r.at++ {
			b := r.buffer[r.at]
			if b == '\n' {
				r.line++
			}
			if r.classes[b] == edi.TerminatorClass && r.isTerminator(r.buffer[r.at:r.end]) {
				r.at += len(r.separators.Terminator)
				return nil
			}
		}
		if !r.fill() {
			return r.atEnd()
		}
	}
}

// unwrap makes Data of a wrapped segment without its line breaks, and marks it anew.
func (r *Reader) unwrap() {
	s := &r.segment
	r.wrapped()
	r.clean = r.clean[:0]
	for i := 0; i < len(s.Raw); i++ {
		if b := s.Raw[i]; b != '\r' && b != '\n' {
			r.clean = append(r.clean, b)
			continue
		}
		from := i
		for i+1 < len(s.Raw) && s.Raw[i] != '\n' && (s.Raw[i+1] == '\n') {
			i++
		}
		if s.Raw[i] == '\n' {
			r.line++
		}
		s.Breaks = append(s.Breaks, int32(len(r.clean)), int32(i+1-from))
	}
	s.Data = r.clean
	marks := s.Marks
	s.Mark(r.classes)
	if len(s.Marks) > len(marks) {
		r.marks = s.Marks[:cap(s.Marks)]
	}
}

// isBinary reports whether a segment begins that holds raw bytes behind their length (X12.6 section 3.7).
func (r *Reader) isBinary() bool {
	if r.have(4) < 4 {
		return false
	}
	tag := string(r.buffer[r.at : r.at+3])
	return (tag == "BIN" || tag == "BDS") && r.buffer[r.at+3] == r.separators.Element
}

// readBinary reads a BIN or BDS by its stated length, over whatever separators its bytes hold. One whose length is not to
// be believed is cut like any other.
func (r *Reader) readBinary() (*edi.Segment, error) {
	lengths := map[byte]int{'I': 1, 'D': 2} // the element that states the length
	r.have(80)
	head, separators := 0, 0
	wanted := lengths[r.buffer[r.at+1]] + 1
	for head < 80 && r.at+head < r.end && separators < wanted {
		if r.buffer[r.at+head] == r.separators.Element {
			separators++
		}
		head++
	}
	stated := r.buffer[r.at:min(r.at+head, r.end)]
	from := len(stated) - 1
	for from > 0 && stated[from-1] != r.separators.Element {
		from--
	}
	length, err := strconv.Atoi(string(stated[from:max(len(stated)-1, from)]))
	t := r.separators.Terminator
	if err != nil || length < 0 || length > maxSegment || r.have(head+length+len(t)) < head+length+len(t) || !r.isTerminator(r.buffer[r.at+head+length:r.end]) {
		if ok, err := r.cut(); !ok {
			if err == nil {
				return r.Next()
			}
			return nil, err
		}
		return &r.segment, nil
	}
	return r.binary(head, length), nil
}

func (r *Reader) binary(head, length int) *edi.Segment {
	s := &r.segment
	raw := r.buffer[r.at : r.at+head+length]
	*s = edi.Segment{Raw: raw, Data: raw, Plain: true, Offset: r.base + int64(r.at), Line: r.line}
	count := 0
	for i := range head {
		if raw[i] == r.separators.Element {
			r.marks[count] = edi.MarkAt(edi.ElementMark, i)
			count++
		}
	}
	r.marks[count] = edi.MarkAt(edi.ElementMark, len(raw))
	s.Marks = r.marks[:count+1]
	for _, b := range raw {
		if b == '\n' {
			r.line++
		}
	}
	r.ended = len(r.separators.Terminator)
	r.at += head + length + r.ended
	return s
}

// Skim reads all segments and throws them away: how many there were. It serves benchmarks and counting.
func Skim(source io.Reader) (segments, elements int64, err error) {
	r := NewReader(source)
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return segments, elements, nil
		}
		if err != nil {
			return segments, elements, err
		}
		segments++
		elements += int64(len(s.Marks) - 1)
	}
}
