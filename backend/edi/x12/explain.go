package x12

import (
	"fmt"
	"io"
	"sync"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/explain"
)

// sentences are how X12 is said. They are part of the program and tested.
var sentences = sync.OnceValue(func() explain.Sentences {
	said, err := explain.ReadSentences(definitionFiles, "definitions/words.txt")
	if err != nil {
		panic(err)
	}
	return said
})

// ElementName calls an element as X12 does: PO103, SLN05-1.
func ElementName(tag string, element, component int) string {
	if component > 0 {
		return fmt.Sprintf("%s%02d-%d", tag, element, component)
	}
	return fmt.Sprintf("%s%02d", tag, element)
}

// Explain puts a file into words. Errors are those of Check.
func Explain(source io.Reader, options Options) (*edi.Explanation, error) {
	r := newReporter()
	x := &explaining{Explainer: explain.Explainer{Sentences: sentences(), Name: ElementName}, options: options}
	x.Explanation.Documents, x.Explanation.Segments = []edi.DocumentSummary{}, []edi.ExplainedSegment{}
	handler := Handler{
		Document: x.begin,
		Segment:  x.segment,
		Problem:  func(p edi.Problem) { x.pending = append(x.pending, p) },
		DocumentEnd: func(*Set) {
			x.End()
			x.set = nil
		},
	}
	if err := Check(source, options, r.handler().And(handler)); err != nil {
		return nil, err
	}
	x.flush()
	r.report.Settle()
	x.Explanation.Report = &r.report
	return &x.Explanation, nil
}

// explaining adds segments to an explanation.
type explaining struct {
	explain.Explainer
	options Options
	set     *Set
	pending []edi.Problem // problems of a segment come before it is explained
}

func (x *explaining) begin(s *Set) {
	x.set = s
	label := ""
	if directory := x.directory(); directory != nil && directory.Set(s.Type) != nil {
		label = directory.Set(s.Type).Label
	}
	x.Begin(s.Type, label, s.Control)
}

// directory is the one by which segments are explained that have no place: the set's version, or the newest.
func (x *explaining) directory() *definition.Directory {
	versions := Book().Versions()
	version := versions[len(versions)-1]
	if x.set != nil && Book().Knows(Release(x.set.Version)) {
		version = Release(x.set.Version)
	}
	directory, err := Book().Directory(version)
	if err != nil {
		return nil
	}
	return directory
}

func (x *explaining) segment(s *edi.Segment, match check.Match) {
	at := edi.ExplainedSegment{}
	var def *definition.Segment
	if match.Slot != nil {
		def = match.Slot.Segment
		at.Depth, at.Opens = match.Depth, match.Opens
		if match.Depth > 0 {
			at.Loop = match.Loop.Name
		}
		if at.Opens {
			at.Label = match.Loop.Label
		}
	} else if directory := x.directory(); directory != nil {
		def = directory.Segment(string(s.Tag()))
	}
	if x.set != nil {
		at.Position = x.set.Segments
	}
	x.Add(s, def, at)
	x.flush()
}

func (x *explaining) flush() {
	for _, p := range x.pending {
		x.Problem(p)
	}
	x.pending = x.pending[:0]
	x.Passed()
}
