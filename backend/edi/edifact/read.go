package edifact

import (
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// Read gives the documents of a file as merchants think of them, as far as they can be read. Errors are those of Check.
func Read(source io.Reader, options Options) ([]trade.Document, error) {
	r := &documents{all: []trade.Document{}}
	if err := Check(source, options, r); err != nil {
		return nil, err
	}
	return r.all, nil
}

// documents follows a file and keeps the documents in it.
type documents struct {
	all      []trade.Document
	group    *Group
	sound    bool // no error was found in the open message
	segments []content
	places   []check.Match // where they stand
}

// Interchange begins an interchange.
func (d *documents) Interchange(*Interchange) {}

// Group keeps in which group messages stand.
func (d *documents) Group(g *Group) { d.group = g }

// GroupEnd ends it.
func (d *documents) GroupEnd(*Group) { d.group = nil }

// InterchangeEnd ends an interchange.
func (d *documents) InterchangeEnd(*Interchange) {}

// Problem notes whether the open message can be used.
func (d *documents) Problem(p edi.Problem) {
	if p.Level == edi.Rejects && p.Scope >= edi.OfSet {
		d.sound = false
	}
}

// Message begins a document.
func (d *documents) Message(*Message) {
	d.segments, d.places, d.sound = d.segments[:0], d.places[:0], true
}

// Segment keeps what a segment says.
func (d *documents) Segment(m *Message, s *Segment, at check.Match) {
	if m == nil {
		return
	}
	tag, elements := s.Content()
	d.segments, d.places = append(d.segments, content{tag: tag, elements: elements}), append(d.places, at)
}

// MessageEnd makes a document of the segments.
func (d *documents) MessageEnd(m *Message, _ int) {
	x := m.Interchange
	one := trade.Document{Type: m.Type, Control: m.Control, Interchange: x.Control, Sender: x.Sender.ID, Receiver: x.Receiver.ID,
		Version: m.Version.Words(), Test: x.Test, Accepted: d.sound}
	if d.group != nil {
		one.Group = d.group.Control
	}
	if m.Set != nil {
		one.Label = m.Set.Label
	}
	d.shape(m, &one)
	d.all = append(d.all, one)
}

// shape gives a document the shape that fits it.
func (d *documents) shape(m *Message, one *trade.Document) {
	if m.Type == "CONTRL" {
		one.Acknowledgement = acknowledgementOf(d.segments)
		return
	}
	b := newBuilder(m.Type)
	for i := range d.segments {
		b.take(&d.segments[i])
	}
	b.endLine()
	switch m.Type {
	case "ORDERS", "ORDCHG":
		one.Order = b.purchaseOrder()
	case "ORDRSP":
		one.Response = b.response()
	case "DESADV":
		one.Shipment = b.shipment()
	case "INVOIC":
		one.Invoice = b.invoice()
	case "INVRPT":
		one.Stock = b.stockReport()
	case "REMADV":
		one.Remittance = b.remittance()
	case "RECADV":
		one.Receipt = b.receipt()
	default:
		one.Segments = d.plain()
	}
}

// plain are the segments of a document that has no shape of its own.
func (d *documents) plain() []trade.Segment {
	all := make([]trade.Segment, 0, len(d.segments))
	for i := range d.segments {
		s, at := &d.segments[i], d.places[i]
		one := trade.Segment{Tag: s.tag, Depth: at.Depth, Elements: [][]string{}}
		if at.Slot != nil {
			one.Label = at.Slot.Segment.Label
		}
		if at.Loop != nil && at.Depth > 0 {
			one.Loop = at.Loop.Name
		}
		for _, element := range s.elements {
			one.Elements = append(one.Elements, element[0])
		}
		all = append(all, one)
	}
	return all
}
