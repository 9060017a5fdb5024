// Package explain puts segments into words: by the labels and codes of their definitions, and by sentences written as
// data for the segments that merchants read most.
package explain

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// mostSegments is how many segments an explanation holds; a person reads no more of one file.
const mostSegments = 5000

// Explainer collects an explanation. Names calls an element by its place.
type Explainer struct {
	Explanation edi.Explanation
	Sentences   Sentences
	Name        func(tag string, element, component int) string

	document int // which document is open; 0 for none
	found    found
	total    int

	skipped   func() // explains the segment that stands last, which is one of too many; nil where it was explained, or is gone
	skippedAt int64
}

// Begin begins a document.
func (e *Explainer) Begin(kind, label, control string) {
	e.Explanation.Documents = append(e.Explanation.Documents, edi.DocumentSummary{Type: kind, Label: label, Control: control, Facts: []edi.Fact{}})
	e.document = len(e.Explanation.Documents)
}

// End ends the document.
func (e *Explainer) End() { e.document = 0 }

// Add explains a segment by its definition, which may be nil where it is not known.
func (e *Explainer) Add(s *edi.Segment, def *definition.Segment, at edi.ExplainedSegment) {
	if e.document > 0 {
		e.summarise(s, def)
	}
	if e.total++; e.total > mostSegments {
		e.Explanation.More++
		e.skipped, e.skippedAt = func() { e.explain(s, def, at) }, s.Offset
		return
	}
	e.explain(s, def, at)
}

// Passed tells that a segment is no longer there to be read.
func (e *Explainer) Passed() { e.skipped = nil }

// explain adds a segment with its words and elements.
func (e *Explainer) explain(s *edi.Segment, def *definition.Segment, at edi.ExplainedSegment) {
	at.Tag, at.Document, at.Offset, at.Line, at.Raw = string(s.Tag()), e.document, s.Offset, s.Line, edi.Text(s.Data)
	at.Errors = []edi.Error{}
	if def != nil && at.Label == "" {
		at.Label = def.Label
	}
	at.Elements = e.elements(s, def)
	at.Words = e.Sentences.Say(at.Tag, s, def)
	e.Explanation.Segments = append(e.Explanation.Segments, at)
}

// Problem puts an error beside the segment it is about, which is explained for it where it is one of too many.
func (e *Explainer) Problem(p edi.Problem) {
	if e.skipped != nil && p.Offset >= e.skippedAt && len(e.Explanation.Segments) < 2*mostSegments {
		e.skipped()
		e.Explanation.More--
		e.skipped = nil
	}
	for i := len(e.Explanation.Segments) - 1; i >= 0; i-- {
		if segment := &e.Explanation.Segments[i]; segment.Offset <= p.Offset {
			segment.Errors = append(segment.Errors, edi.ErrorOf(p))
			return
		}
	}
}

// elements explains each part of a segment.
func (e *Explainer) elements(s *edi.Segment, def *definition.Segment) []edi.ExplainedElement {
	all := []edi.ExplainedElement{}
	start, element, component := 0, 0, 1
	for _, m := range s.Marks {
		composed := m.Kind() == edi.ComponentMark || component > 1
		if element > 0 && m.At() > start {
			part := component
			if !composed {
				part = 0
			}
			all = append(all, e.element(s, def, element, part, start, m.At()))
		}
		start = m.At() + 1
		switch m.Kind() {
		case edi.ElementMark:
			element, component = element+1, 1
		case edi.RepetitionMark:
			component = 1
		case edi.ComponentMark:
			component++
		}
	}
	return all
}

func (e *Explainer) element(s *edi.Segment, def *definition.Segment, element, part, start, end int) edi.ExplainedElement {
	value := edi.Text(s.Clean(s.Data[start:end]))
	tag := string(s.Tag())
	explained := edi.ExplainedElement{Name: e.Name(tag, element, part), Value: value, At: utf16Length(edi.Text(s.Data[:start])),
		Length: utf16Length(edi.Text(s.Data[start:end])), Element: element, Part: part}
	if use := useOf(def, element, part); use != nil && use.Element != nil {
		explained.Label = use.Label
		if meaning := Meaning(use.Element, value); meaning != value {
			explained.Meaning = meaning
		}
	}
	return explained
}

// useOf finds what an element or component is; nil when nothing says.
func useOf(def *definition.Segment, element, part int) *definition.Use {
	if def == nil || element < 1 || element > len(def.Elements) {
		return nil
	}
	use := &def.Elements[element-1]
	if use.Composite == nil {
		return use
	}
	part = max(part, 1)
	if part > len(use.Composite.Components) {
		return nil
	}
	return &use.Composite.Components[part-1]
}

func utf16Length(text string) int { return len(utf16.Encode([]rune(text))) }

// months are the months in short.
var months = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// Meaning says a value as a person would: codes by their words, dates, times and implied decimals written out. A value
// that says it all comes back as it is.
func Meaning(e *definition.Element, value string) string {
	if words := e.Codes[value]; words != "" {
		return words
	}
	switch e.Type {
	case definition.Date:
		return date(value)
	case definition.Time:
		return clock(value)
	case definition.AN, definition.ID, definition.Real, definition.Binary, definition.Letters, definition.Digits, definition.Mixed:
		return value
	}
	if decimals, ok := e.Type.Implied(); ok && decimals > 0 {
		return pointed(value, decimals)
	}
	return value
}

// Day writes YYYY-MM-DD as 2 Nov 2026, and two of them with a slash between as a span; what is no date comes back.
func Day(day string) string {
	if from, to, span := strings.Cut(day, "/"); span {
		return Day(from) + " to " + Day(to)
	}
	return date(strings.ReplaceAll(day, "-", ""))
}

// date writes YYMMDD or CCYYMMDD as 2 Nov 2026; what is no date comes back.
func date(value string) string {
	full := value
	if len(value) == 6 {
		full = "20" + value
	}
	if len(full) != 8 {
		return value
	}
	month, err := strconv.Atoi(full[4:6])
	day, err2 := strconv.Atoi(full[6:])
	if err != nil || err2 != nil || month < 1 || month > 12 || day < 1 || day > 31 || time.Date(2000, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return value
	}
	return strconv.Itoa(day) + " " + months[month-1] + " " + full[:4]
}

// clock writes HHMM and longer as 14:30.
func clock(value string) string {
	if len(value) < 4 || strings.Trim(value, "0123456789") != "" {
		return value
	}
	text := value[:2] + ":" + value[2:4]
	if len(value) >= 6 {
		text += ":" + value[4:6]
	}
	return text
}

// pointed puts the decimal point where a number implies it.
func pointed(value string, decimals int) string {
	sign := ""
	if strings.HasPrefix(value, "-") {
		sign, value = "-", value[1:]
	}
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return sign + value
	}
	value = strings.TrimLeft(value, "0")
	for len(value) <= decimals {
		value = "0" + value
	}
	return sign + value[:len(value)-decimals] + "." + value[len(value)-decimals:]
}
