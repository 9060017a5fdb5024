// Package x12 reads, checks, explains, acknowledges and writes X12 (ASC X12.5 interchanges, X12.6 syntax). Reading is a
// stream: memory does not grow with the file, nothing is allocated per element, and faults are reported with their place
// while reading goes on.
package x12

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

// The kinds of problems that a reader finds.
const (
	StrayText      edi.Kind = "stray_text"       // text outside of interchanges
	LooseHeader    edi.Kind = "isa_not_fixed"    // ISA's elements do not have their widths
	BadSeparator   edi.Kind = "bad_separator"    // ISA11 or ISA16 cannot separate
	BadTerminator  edi.Kind = "bad_terminator"   // ISA is not followed by one
	Truncated      edi.Kind = "truncated"        // the file ends within a segment or interchange
	WrappedLines   edi.Kind = "wrapped_lines"    // line breaks inside of segments
	BlankBetween   edi.Kind = "blank_between"    // spaces, tabs or blank lines between segments
	ByteOrderMark  edi.Kind = "byte_order_mark"  // the file begins with one
	SegmentTooLong edi.Kind = "segment_too_long" // longer than a reader takes
)

// The sizes of a reader's buffer.
const (
	beginning  = 4 << 10 // most files are no longer
	chunk      = 64 << 10
	maxSegment = 1 << 20 // far above any segment but binary ones
	slack      = 8       // bytes behind what was read that may be looked at
)

// Reader cuts X12 into segments.
type Reader struct {
	// Report takes what is odd about the text itself; nil ignores it.
	Report func(edi.Problem)

	source  io.Reader
	buffer  []byte
	at, end int   // what is still to be read is buffer[at:end]
	base    int64 // offset of buffer[0] in the file
	line    int
	drained bool
	failed  error

	inside     bool // of an interchange
	over       bool // the last segment ended it
	begun      bool // some ISA was seen
	separators Separators
	classes    *edi.Classes
	masks      masks
	plain      [256]bool // bytes that begin a segment which needs no second look
	segment    edi.Segment
	clean      []byte // a wrapped segment without its line breaks
	gap        []byte // what stood before the segment
	ended      int    // bytes of the segment's terminator
	marks      []edi.Mark
	said       map[edi.Kind]bool // what is said once per interchange
}

// NewReader reads source.
func NewReader(source io.Reader) *Reader {
	return &Reader{source: source, buffer: make([]byte, beginning+slack), line: 1, marks: make([]edi.Mark, 64), said: map[edi.Kind]bool{}}
}

// Gap is what stood between the terminator before the last segment and the segment: mostly a line end. It is cut off after
// the length of a few lines.
func (r *Reader) Gap() []byte { return r.gap }

// End is the terminator that ended the last segment: "" at the end of a file that was cut off.
func (r *Reader) End() []byte { return r.buffer[r.at-r.ended : r.at] }

// longestGap is how much of a gap is kept.
const longestGap = 1 << 10

func (r *Reader) pass(b byte) {
	if len(r.gap) < longestGap {
		r.gap = append(r.gap, b)
	}
}

// Separators are those of the interchange of the last segment.
func (r *Reader) Separators() Separators { return r.separators }

// NotX12 is the error of text in which no interchange begins.
func NotX12(words string) error {
	return fault.New(fault.Invalid, words, "X12 begins with ISA, EDIFACT with UNA or UNB. Check that this is the file you meant.").InField("file")
}

// Next reads the next segment, which is valid until the next call. io.EOF is the end. Text in which no interchange
// begins at all is an error of code invalid in the field "file".
func (r *Reader) Next() (*edi.Segment, error) {
	r.gap = r.gap[:0]
	if r.inside && !r.over && r.at < r.end && r.plain[r.buffer[r.at]] { // nearly every segment begins like this
		if ok, err := r.cut(); ok || err != nil {
			return &r.segment, err
		}
	}
	for {
		if !r.inside || r.over {
			r.inside, r.over = false, false
			if err := r.findHeader(); err != nil {
				return nil, err
			}
			return &r.segment, nil
		}
		if err := r.skip(); err != nil {
			return nil, err
		}
		if r.buffer[r.at] == 'I' && r.isHeader() {
			r.inside = false
			continue
		}
		if r.buffer[r.at] == 'B' && r.isBinary() {
			return r.readBinary()
		}
		ok, err := r.cut()
		if err != nil {
			return nil, err
		}
		if ok {
			return &r.segment, nil
		}
	}
}

// fill reads more, moving what is left to the front of the buffer; false when there is no more.
func (r *Reader) fill() bool {
	if r.drained {
		return false
	}
	full := r.end == len(r.buffer)-slack
	if r.at > 0 {
		copy(r.buffer, r.buffer[r.at:r.end])
		r.base += int64(r.at)
		r.end -= r.at
		r.at = 0
	}
	if full && len(r.buffer) < chunk || r.end == len(r.buffer)-slack {
		grown := make([]byte, max(chunk, 2*len(r.buffer))+slack)
		copy(grown, r.buffer[:r.end])
		r.buffer = grown
	}
	for range 100 {
		n, err := r.source.Read(r.buffer[r.end : len(r.buffer)-slack])
		r.end += n
		if err != nil {
			r.drained = true
			if !errors.Is(err, io.EOF) {
				r.failed = fmt.Errorf("reading X12: %w", err)
			}
		}
		if n > 0 || r.drained {
			return n > 0
		}
	}
	r.drained, r.failed = true, fmt.Errorf("reading X12: %w", io.ErrNoProgress)
	return false
}

// have makes n bytes available from at on, or all there are.
func (r *Reader) have(n int) int {
	for r.end-r.at < n && r.fill() {
	}
	return r.end - r.at
}

// atEnd is the error at the end of the text.
func (r *Reader) atEnd() error {
	if r.failed != nil {
		return r.failed
	}
	return io.EOF
}

func (r *Reader) say(once bool, p edi.Problem) {
	if r.Report == nil || once && r.said[p.Kind] {
		return
	}
	r.said[p.Kind] = true
	r.Report(p)
}

// here is the place of the byte at index at of the buffer.
func (r *Reader) here(at int) edi.Place { return edi.Place{Offset: r.base + int64(at), Line: r.line} }

// skip passes over what stands between segments.
func (r *Reader) skip() error {
	odd := false
	for {
		for ; r.at < r.end; r.at++ {
			b := r.buffer[r.at]
			switch {
			case b == '\n':
				r.line++
				r.pass(b)
			case b == '\r':
				r.pass(b)
			case isBlank(b):
				odd = true
				r.pass(b)
			case r.classes[b] == edi.TerminatorClass && len(r.separators.Terminator) == 1:
				r.pass(b)
				r.say(false, edi.Problem{Place: r.here(r.at), Kind: edi.EmptySegment, Level: edi.Hint, Scope: edi.OfInterchange,
					Message: "A segment without anything in it stands here; it is left out."})
			default:
				if odd {
					r.say(true, edi.Problem{Place: r.here(r.at), Kind: BlankBetween, Level: edi.Hint, Scope: edi.OfInterchange,
						Message: "Spaces or tabs stand between segments; strict readers object."})
				}
				return nil
			}
		}
		if !r.fill() {
			return r.atEnd()
		}
	}
}

// isHeader reports whether an ISA begins where the reader stands: only where a segment may begin, so that no name with ISA in it does.
func (r *Reader) isHeader() bool {
	if r.have(4) < 4 || string(r.buffer[r.at:r.at+3]) != "ISA" || !separates(r.buffer[r.at+3]) {
		return false
	}
	r.have(longestHeader)
	_, ok := headerAt(r.buffer[r.at:r.end])
	return ok
}

// findHeader finds the next ISA and makes it the segment.
func (r *Reader) findHeader() error {
	if !r.begun {
		r.dropMark()
	}
	stray, strayed := r.here(r.at), []byte(nil)
	atStart := true
	for {
		if r.have(1) == 0 {
			if err := r.strayed(stray, strayed); err != nil {
				return err
			}
			return r.atEnd()
		}
		b := r.buffer[r.at]
		if atStart && b == 'I' {
			r.have(longestHeader)
			if h, ok := headerAt(r.buffer[r.at:r.end]); ok {
				err := r.strayed(stray, strayed)
				r.begin(h)
				return err
			}
		}
		if atStart = isBlank(b); !atStart {
			if len(strayed) == 0 {
				stray = r.here(r.at)
			}
			if len(strayed) < 200 {
				strayed = append(strayed, r.buffer[r.at])
			}
		}
		if b == '\n' {
			r.line++
		}
		r.pass(b)
		r.at++
	}
}

// isBlank reports whether a byte may stand between segments without meaning anything; some systems end files with NUL or
// control-Z.
func isBlank(b byte) bool {
	return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == 0 || b == 0x1a
}

// strayed reports text outside of interchanges. Before the first interchange's end is known it may be that there is none.
func (r *Reader) strayed(at edi.Place, text []byte) error {
	if !r.begun && r.have(1) == 0 && r.failed == nil {
		return NotX12(strange(text))
	}
	if len(text) > 0 {
		r.say(false, edi.Problem{Place: at, Kind: StrayText, Scope: edi.OfFile, Found: edi.Quote(text),
			Message: "This text belongs to no interchange: no ISA begins here.", Remedy: "Compare with the sender whether an envelope is missing or damaged."})
	}
	return nil
}

// strange says of text without any ISA what it looks like.
func strange(text []byte) string {
	switch {
	case len(text) == 0:
		return "The file is empty."
	case bytes.HasPrefix(text, []byte("ISA")):
		return "The file begins with ISA, but where that segment ends cannot be told: its terminator is missing or is a letter."
	case bytes.HasPrefix(text, []byte("GS")) && len(text) > 2 && separates(text[2]), bytes.HasPrefix(text, []byte("ST")) && len(text) > 2 && separates(text[2]):
		return "This looks like X12, but its envelope is missing: the ISA segment that has to come first."
	case bytes.HasPrefix(text, []byte("STX=")):
		return "This is TRADACOMS, an older British syntax that Tradepost does not read; ask your partner for EDIFACT."
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return "The file is saved as UTF-16; EDI has one byte per character."
	}
	return "This is no EDI that Tradepost knows: no ISA segment begins in it."
}

// dropMark passes over a byte order mark.
func (r *Reader) dropMark() {
	if r.have(3) >= 3 && string(r.buffer[r.at:r.at+3]) == "\xef\xbb\xbf" {
		r.say(true, edi.Problem{Place: r.here(r.at), Kind: ByteOrderMark, Level: edi.Hint, Scope: edi.OfFile,
			Message: "The file begins with a byte order mark, which X12 does not have; it is left out."})
		r.gap = append(r.gap, "\xef\xbb\xbf"...)
		r.at += 3
	}
}

// begin makes an ISA the segment and takes its separators.
func (r *Reader) begin(h header) {
	mark := r.said[ByteOrderMark]
	clear(r.said)
	r.said[ByteOrderMark] = mark
	r.inside, r.begun, r.separators = true, true, h.separators
	if r.over = h.separators.Terminator == ""; !r.over {
		r.classes, r.masks = h.separators.classes(), h.separators.masks()
		for b := range r.plain {
			r.plain[b] = b > ' ' && r.classes[b] == edi.DataClass && b != 'I' && b != 'B'
		}
	}
	s := &r.segment
	*s = edi.Segment{Raw: r.buffer[r.at : r.at+h.raw], Data: h.data, Breaks: h.breaks, Plain: true, Offset: r.base + int64(r.at), Line: r.line}
	count := 0
	for i, b := range h.data {
		if b == h.separators.Element && count < 63 {
			r.marks[count] = edi.MarkAt(edi.ElementMark, i)
			count++
		}
	}
	r.marks[count] = edi.MarkAt(edi.ElementMark, len(h.data))
	s.Marks = r.marks[:count+1]
	r.line += len(h.breaks) / 2
	r.ended = len(h.separators.Terminator)
	r.at += h.raw + r.ended
	if h.separators.Terminator == "\n" {
		r.line++
	}
	r.headerProblems(h)
}

func (r *Reader) headerProblems(h header) {
	place := r.segment.PlaceOf(0, 0, 0)
	if len(h.breaks) > 0 {
		r.wrapped()
	}
	switch {
	case h.separators.Terminator == "":
		r.say(true, edi.Problem{Place: place, Kind: BadTerminator, Scope: edi.OfInterchange, Message: "Where segments end cannot be told: " +
			"behind ISA there is no character that could be the terminator. Nothing after it could be read."})
		return
	case h.elements != 16:
		r.say(true, edi.Problem{Place: place, Kind: edi.MissingElement, Scope: edi.OfInterchange, Found: fmt.Sprintf("%d elements", h.elements),
			Allowed: "16 elements", Message: fmt.Sprintf("ISA has %d elements instead of 16.", h.elements)})
	case !h.fixed:
		r.say(true, edi.Problem{Place: place, Kind: LooseHeader, Level: edi.Noted, Scope: edi.OfInterchange, Found: fmt.Sprintf("%d characters", len(h.data)+1),
			Allowed: "106 characters", Message: "ISA is not 106 characters long: its elements have to be filled up to their widths. It could be read all the same."})
	}
	if h.repeats != "" {
		place := r.segment.PlaceOf(11, 0, 0)
		r.say(true, edi.Problem{Place: place, Kind: BadSeparator, Level: edi.Hint, Scope: edi.OfInterchange, Found: h.repeats,
			Message: fmt.Sprintf("ISA11 names %q as repetition separator, which is common in data; it is not taken as one.", h.repeats)})
	}
	if h.separators.Component == 0 {
		place := r.segment.PlaceOf(16, 0, 0)
		r.say(true, edi.Problem{Place: place, Kind: BadSeparator, Level: edi.Noted, Scope: edi.OfInterchange,
			Message: "ISA16 names no character that can separate components; none are read."})
	}
}

func (r *Reader) wrapped() {
	r.say(true, edi.Problem{Place: r.here(r.at), Kind: WrappedLines, Level: edi.Hint, Scope: edi.OfInterchange,
		Message: "Lines are broken inside of segments; the breaks are left out."})
}
