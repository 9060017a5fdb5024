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
	if err := Check(source, options, r.handler()); err != nil {
		return nil, err
	}
	return r.all, nil
}

// documents keeps the documents of a file.
type documents struct {
	all      []trade.Document
	group    *Group
	open     bool // a message is
	sound    bool // no error was found in it
	segments []content
	places   []check.Match // where they stand
}

func (d *documents) handler() Handler {
	return Handler{
		Group:    func(g *Group) { d.group = g },
		Document: func(*Message) { d.segments, d.places, d.open, d.sound = d.segments[:0], d.places[:0], true, true },
		Segment:  d.segment,
		Problem: func(p edi.Problem) {
			if p.Level == edi.Rejects && p.Scope >= edi.OfSet {
				d.sound = false
			}
		},
		DocumentEnd: d.end,
		GroupEnd:    func(*Group) { d.group = nil },
	}
}

// segment keeps what a segment of a message says.
func (d *documents) segment(s *Segment, at check.Match) {
	if d.open {
		tag, elements := s.Content()
		d.segments, d.places = append(d.segments, content{tag: tag, elements: elements}), append(d.places, at)
	}
}

// end makes a document of the segments.
func (d *documents) end(m *Message) {
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
	d.all, d.open = append(d.all, one), false
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
