package edi

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
)

// Line is one segment as it came, with its terminator, and the line of the file that it begins on.
type Line struct {
	Number int
	Text   string
}

// Tags are what a syntax calls the segments of its envelopes; TA1 and the like stand alone.
type Tags struct{ Interchange, Group, Set, GroupEnd, InterchangeEnd string }

// Recorder keeps what documents are written in while an interchange passes: each with the envelopes around it, so that it
// can be read by itself. Trailers that count rightly count it alone then. It holds one interchange at a time.
type Recorder struct {
	Tags Tags
	// Start and End are where the interchange lies in the file, with what stands before it.
	Start, End int64

	head, group, set []Line
	open             bool
	kept             []*Record
	inGroup          int // from which of kept on the open group is
	groups           int
	sum              hash.Hash
}

// Record is the text of one document.
type Record struct{ Lines []Line }

// Take takes the next segment of the file; length is that of all of it, with its terminator.
func (r *Recorder) Take(tag string, line Line, offset, length int64) {
	switch tag {
	case r.Tags.Interchange:
		r.head, r.group, r.set, r.open = append(r.head, line), nil, nil, false
	case r.Tags.Group:
		r.group, r.inGroup = []Line{line}, len(r.kept)
		r.groups++
	case r.Tags.GroupEnd:
		records := r.kept[min(r.inGroup, len(r.kept)):]
		r.close(records, line.counting(tag, len(records)))
		r.group = nil
	case r.Tags.InterchangeEnd:
		r.close(r.kept, line.counting(tag, r.groups, len(r.kept)))
	default:
		if tag == r.Tags.Set {
			r.set, r.open = nil, true
		}
		if r.open {
			r.set = append(r.set, line)
		}
	}
	if r.sum == nil {
		r.sum = sha256.New()
	}
	_, _ = r.sum.Write([]byte(line.Text))
	r.End = offset + length
}

// Digest tells the interchange from others by all of its segments, whatever stands between them.
func (r *Recorder) Digest() string {
	if r.sum == nil {
		return ""
	}
	return hex.EncodeToString(r.sum.Sum(nil))
}

// counting is a trailer for one document alone: where it counts what there is, it counts that one.
func (l Line) counting(tag string, there ...int) Line {
	if len(l.Text) <= len(tag) {
		return l
	}
	separator := l.Text[len(tag) : len(tag)+1]
	stated, rest, _ := strings.Cut(l.Text[len(tag)+1:], separator)
	if n, err := strconv.Atoi(stated); err == nil && slices.Contains(there, n) {
		l.Text = tag + separator + "1" + separator + rest
	}
	return l
}

// Advice keeps what stands before the header of the interchange.
func (r *Recorder) Advice(line Line) { r.head = append(r.head, line) }

func (r *Recorder) close(records []*Record, line Line) {
	for _, one := range records {
		one.Lines = append(one.Lines, line)
	}
}

// SetEnd keeps the document that is over.
func (r *Recorder) SetEnd() {
	r.keep(r.set)
	r.set, r.open = nil, false
}

// Alone keeps a segment that is a document by itself.
func (r *Recorder) Alone(line Line) { r.keep([]Line{line}) }

func (r *Recorder) keep(lines []Line) {
	one := &Record{Lines: make([]Line, 0, len(r.head)+len(r.group)+len(lines)+2)}
	one.Lines = append(append(append(one.Lines, r.head...), r.group...), lines...)
	r.kept = append(r.kept, one)
}

// Header is what begins the interchange, for one that holds no document.
func (r *Recorder) Header() *Record { return &Record{Lines: append([]Line{}, r.head...)} }

// Records gives the documents of the interchange that is over, and begins the next one.
func (r *Recorder) Records() []*Record {
	kept := r.kept
	r.kept, r.head, r.group, r.set, r.open, r.sum, r.groups, r.Start = nil, nil, nil, nil, false, nil, 0, r.End
	return kept
}
