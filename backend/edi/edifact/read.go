package edifact

import (
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/document"
)

// Read reads the documents of a file. What is wrong with them says Lint; here they are read as far as they go. The error is
// that of Check.
func Read(source io.Reader, options Options) ([]document.Document, error) {
	r := &documents{}
	err := Check(source, options, r)
	return r.all, err
}

// documents follows a file and keeps the documents in it.
type documents struct {
	all      []document.Document
	group    *Group
	segments []content
}

// Interchange and the like are of no interest here.
func (d *documents) Interchange(*Interchange) {}

// Group keeps in which group messages stand.
func (d *documents) Group(g *Group) { d.group = g }

// GroupEnd ends it.
func (d *documents) GroupEnd(*Group) { d.group = nil }

// InterchangeEnd is of no interest.
func (d *documents) InterchangeEnd(*Interchange) {}

// Problem is what Lint tells of.
func (d *documents) Problem(edi.Problem) {}

// Message begins a document.
func (d *documents) Message(*Message) { d.segments = d.segments[:0] }

// Segment keeps what a segment says.
func (d *documents) Segment(_ *Message, s *Segment, _ check.Match) {
	tag, elements := s.Content()
	d.segments = append(d.segments, content{tag: tag, elements: elements})
}

// MessageEnd makes a document of the segments.
func (d *documents) MessageEnd(m *Message, _ int) {
	d.all = append(d.all, documentOf(m, d.sourceOf(m), d.segments))
}

func (d *documents) sourceOf(m *Message) document.Source {
	x := m.Interchange
	source := document.Source{Syntax: string(edi.EDIFACT), Type: m.Type, Version: m.Version.Words(), Interchange: x.Control, Control: m.Control,
		Sender: x.Sender.ID, Receiver: x.Receiver.ID, Test: x.Test}
	if d.group != nil {
		source.Group = d.group.Control
	}
	return source
}

// documentOf makes a document of a message's segments.
func documentOf(m *Message, source document.Source, segments []content) (d document.Document) {
	if m.Type == "CONTRL" {
		d.Acknowledgement = acknowledgementOf(source, segments)
		return d
	}
	b := &builder{kind: m.Type, summed: summed(m.Type), heading: document.Heading{Source: source, Parties: []document.Party{},
		References: []document.Reference{}, Dates: []document.Date{}}}
	for i := range segments {
		b.take(&segments[i])
	}
	b.endLine()
	switch m.Type {
	case "ORDERS":
		d.Order = b.order()
	case "ORDCHG":
		d.Change = b.order()
	case "ORDRSP":
		d.Response = b.response()
	case "DESADV":
		d.Shipment = b.shipment()
	case "INVOIC":
		d.Invoice = b.invoice()
	case "INVRPT":
		d.Stock = b.stockReport()
	case "REMADV":
		d.Remittance = b.remittance()
	case "RECADV":
		d.Receipt = b.receipt()
	default:
		d.Unread = &source
	}
	return d
}
