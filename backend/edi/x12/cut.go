package x12

import (
	"fmt"
	"io"
	"strconv"

	"tradepost/backend/edi"
)

// cut makes the segment that begins at at. It is not ok when the segment was too long and is left out.
func (r *Reader) cut() (ok bool, err error) {
	s := &r.segment
	s.Offset, s.Line, s.Breaks, s.Plain = r.base+int64(r.at), r.line, s.Breaks[:0], true
	count, from, breaks, done := 0, 0, 0, false
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
	r.over = len(s.Data) > 3 && s.Data[0] == 'I' && string(s.Tag()) == "IEA"
	return true, nil
}

// scan goes on cutting from the byte from of the segment: done at its terminator, which from then points to. It is the
// innermost loop of all reading: one table look-up per byte.
func (r *Reader) scan(count, from, breaks int) (marks, upTo, wraps int, done bool) {
	text, classes, list := r.buffer[r.at:r.end], r.classes, r.marks
	plain := true
	i := from
	for ; i < len(text); i++ {
		class := classes[text[i]]
		if class == edi.DataClass {
			continue
		}
		switch class {
		case edi.ElementClass:
			list[count] = edi.MarkAt(edi.ElementMark, i)
			count++
		case edi.TerminatorClass:
			if len(r.separators.Terminator) > 1 && !r.isTerminator(text[i:]) {
				if len(text)-i < len(r.separators.Terminator) && !r.drained {
					r.segment.Plain = r.segment.Plain && plain
					return count, i, breaks, false
				}
				continue
			}
			r.segment.Plain = r.segment.Plain && plain
			return count, i, breaks, true
		case edi.ComponentClass:
			list[count], plain = edi.MarkAt(edi.ComponentMark, i), false
			count++
		case edi.RepetitionClass:
			list[count], plain = edi.MarkAt(edi.RepetitionMark, i), false
			count++
		default:
			breaks++
		}
		if count == len(list)-1 {
			r.marks = append(r.marks, make([]edi.Mark, len(r.marks))...)
			list = r.marks
		}
	}
	r.segment.Plain = r.segment.Plain && plain
	return count, i, breaks, false
}

func (r *Reader) isTerminator(text []byte) bool {
	t := r.separators.Terminator
	return len(text) >= len(t) && string(text[:len(t)]) == t
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
			if r.classes[b] == edi.TerminatorClass && (len(r.separators.Terminator) == 1 || r.isTerminator(r.buffer[r.at:r.end])) {
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
		if err == io.EOF {
			return segments, elements, nil
		}
		if err != nil {
			return segments, elements, err
		}
		segments++
		elements += int64(len(s.Marks) - 1)
	}
}
