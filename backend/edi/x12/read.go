package x12

import (
	"io"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/explain"
	"tradepost/backend/edi/trade"
)

// Read gives the documents of a file as merchants think of them. Errors are those of Check.
func Read(source io.Reader, options Options) ([]trade.Document, error) {
	r := &reading{documents: []trade.Document{}}
	if err := Check(source, options, r.handler()); err != nil {
		return nil, err
	}
	return r.documents, nil
}

// reading builds documents of segments as they come.
type reading struct {
	documents   []trade.Document
	interchange *Interchange
	group       *Group
	open        *trade.Document
	sound       bool // of the open document
	order       *orderReading
	ack         *ackReading
	other       *documentReading
}

func (r *reading) handler() Handler {
	return Handler{
		Interchange: func(x *Interchange) { r.interchange = x },
		Group:       func(g *Group) { r.group = g },
		Document:    r.begin,
		Segment:     r.segment,
		Problem: func(p edi.Problem) {
			if p.Level == edi.Rejects && p.Scope >= edi.OfSet {
				r.sound = false
			}
		},
		DocumentEnd: func(*Set) {
			r.open.Accepted = r.sound
			r.open, r.order, r.ack, r.other = nil, nil, nil, nil
		},
	}
}

func (r *reading) begin(s *Set) {
	r.documents = append(r.documents, trade.Document{Type: s.Type, Control: s.Control, Group: r.group.Control, Interchange: r.interchange.Control,
		Sender: r.interchange.Sender, Receiver: r.interchange.Receiver, Version: s.Version, Test: r.interchange.Usage == "T"})
	r.open, r.sound = &r.documents[len(r.documents)-1], true
	if !s.Known {
		return
	}
	if directory, err := Book().Directory(Release(s.Version)); err == nil {
		r.open.Label = directory.Set(s.Type).Label
	}
	switch s.Type {
	case "850", "860":
		r.open.Order = newOrder()
		r.order = &orderReading{order: r.open.Order}
	case "997", "999":
		r.open.Acknowledgement = &trade.Acknowledgement{Notes: []trade.Coded{}, Sets: []trade.SetAck{}}
		r.ack = &ackReading{r.open.Acknowledgement}
	default:
		r.other = readingOf(r.open)
	}
}

func (r *reading) segment(s *edi.Segment, match check.Match) {
	if string(s.Tag()) == "TA1" {
		r.interchangeAck(s)
	}
	if r.open == nil {
		return
	}
	look := fields{s, nil}
	if match.Slot != nil {
		look.def = match.Slot.Segment
	}
	switch {
	case r.order != nil:
		r.order.take(look, match)
	case r.ack != nil:
		r.ack.take(look)
	case r.other != nil:
		r.other.take(look, match)
	default:
		r.open.Segments = append(r.open.Segments, look.whole(match))
	}
}

// interchangeAck reads a TA1, which stands outside of sets, as a document of its own.
func (r *reading) interchangeAck(s *edi.Segment) {
	versions := Book().Versions()
	directory, err := Book().Directory(versions[len(versions)-1])
	if err != nil {
		return
	}
	look := fields{s, directory.Segment("TA1")}
	ack := &trade.Acknowledgement{Interchange: s.Text(1), Verdict: look.coded(4), Notes: []trade.Coded{look.coded(5)}, Sets: []trade.SetAck{}}
	r.documents = append(r.documents, trade.Document{Type: "TA1", Label: "acknowledgement of an interchange", Interchange: r.interchange.Control,
		Sender: r.interchange.Sender, Receiver: r.interchange.Receiver, Test: r.interchange.Usage == "T", Accepted: true, Acknowledgement: ack})
}

// fields reads a segment's elements by its definition, which may be nil.
type fields struct {
	*edi.Segment
	def *definition.Segment
}

func (f fields) text(n int) string { return strings.TrimSpace(edi.Text([]byte(f.Text(n)))) }

// words is an element in words: its code's meaning, a date, an amount.
func (f fields) words(n int) string {
	if f.def == nil || n > len(f.def.Elements) || f.def.Elements[n-1].Element == nil {
		return f.text(n)
	}
	return explain.Meaning(f.def.Elements[n-1].Element, f.text(n))
}

func (f fields) coded(n int) trade.Coded {
	coded := trade.Coded{Code: f.text(n)}
	if words := f.words(n); words != coded.Code {
		coded.Words = words
	}
	return coded
}

// pairs are kinds with their values from element n on.
func (f fields) pairs(n int) []trade.Code {
	all := []trade.Code{}
	for ; n < f.Len(); n += 2 {
		if value := f.text(n + 1); value != "" {
			all = append(all, trade.Code{Kind: f.coded(n), Value: value})
		}
	}
	return all
}

// day writes CCYYMMDD as YYYY-MM-DD; what is no such date comes as it is.
func (f fields) day(n int) string {
	text := f.text(n)
	if len(text) != 8 || strings.Trim(text, "0123456789") != "" {
		return text
	}
	return text[:4] + "-" + text[4:6] + "-" + text[6:]
}

// whole is the segment with its elements as they stand.
func (f fields) whole(match check.Match) trade.Segment {
	s := trade.Segment{Tag: string(f.Tag()), Depth: match.Depth, Elements: [][]string{}}
	if f.def != nil {
		s.Label = f.def.Label
	}
	if match.Depth > 0 {
		s.Loop = match.Loop.Name
	}
	for n := 1; n <= f.Len(); n++ {
		components := []string{}
		for c := 1; f.Component(n, 1, c) != nil; c++ {
			components = append(components, f.Part(n, c))
		}
		s.Elements = append(s.Elements, components)
	}
	return s
}
