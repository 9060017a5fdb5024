package edifact

import (
	"fmt"
	"io"
	"sync"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/explain"
)

// sentences are how EDIFACT is said. They are part of the program, and tested.
var sentences = sync.OnceValue(func() explain.Sentences {
	said, err := explain.ReadSentences(files, "definitions/words.txt")
	if err != nil {
		panic(err)
	}
	said.Dates = spokenDate
	return said
})

// spokenDate writes a date of a format as explanations do: 2 Mar 2026, 09:15.
func spokenDate(value, format string) string {
	date, clock := writtenDate(value, format)
	switch words := meaning("2379", format); {
	case date == value && words != "": // a week, a month, a number of days
		return value + " " + words
	case date == value:
		return value
	case clock != "":
		return explain.Day(date) + ", " + clock
	}
	return explain.Day(date)
}

// elementName calls an element by its place: BGM 2, DTM 1.2.
func elementName(tag string, element, component int) string {
	if component > 0 {
		return fmt.Sprintf("%s %d.%d", tag, element, component)
	}
	return fmt.Sprintf("%s %d", tag, element)
}

// Explain puts a file into words. Errors are those of Check.
func Explain(source io.Reader, options Options) (*edi.Explanation, error) {
	r := newReporter()
	x := &explaining{Explainer: explain.Explainer{Sentences: sentences(), Name: elementName}}
	x.Explanation.Documents, x.Explanation.Segments = []edi.DocumentSummary{}, []edi.ExplainedSegment{}
	if err := Check(source, options, r.handler().And(x.handler())); err != nil {
		return nil, err
	}
	x.flush()
	x.Explanation.Report = r.settled()
	return &x.Explanation, nil
}

// explaining explains a file.
type explaining struct {
	explain.Explainer
	open     bool // a message is
	position int
	pending  []edi.Problem // problems of a segment come before it is explained
}

func (x *explaining) handler() Handler {
	return Handler{
		Document: x.begin,
		Segment:  x.segment,
		Problem:  func(p edi.Problem) { x.pending = append(x.pending, p) },
		DocumentEnd: func(*Message) {
			x.flush()
			x.End()
			x.open = false
		},
	}
}

// begin begins a document.
func (x *explaining) begin(m *Message) {
	label := ""
	if m.Set != nil {
		label = m.Set.Label
	}
	x.Begin(m.Type, label, m.Control)
	x.open, x.position = true, 0
}

// segment explains a segment.
func (x *explaining) segment(s *Segment, at check.Match) {
	if !x.open {
		x.add(s, edi.ExplainedSegment{}, at)
		return
	}
	x.position++
	one := edi.ExplainedSegment{Position: x.position, Depth: at.Depth, Opens: at.Opens}
	if at.Loop != nil && at.Depth > 0 {
		one.Loop = at.Loop.Name
	}
	if at.Opens && at.Loop != nil {
		one.Label = at.Loop.Label
	}
	x.add(s, one, at)
}

func (x *explaining) add(s *Segment, one edi.ExplainedSegment, at check.Match) {
	def := newest().Segment(string(s.Tag()))
	if at.Slot != nil {
		def = at.Slot.Segment
	}
	x.Add(s.readable(), def, one)
	x.flush()
}

func (x *explaining) flush() {
	for _, p := range x.pending {
		x.Problem(p)
	}
	x.pending = x.pending[:0]
	x.Passed()
}
