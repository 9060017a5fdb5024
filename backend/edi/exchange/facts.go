package exchange

import (
	"fmt"
	"strings"

	"tradepost/backend/edi/trade"
)

// about is what a document says of itself.
type about struct {
	number string
	order  string // the order that it is about
	date   string
	words  string
	others []string // numbers of documents that it speaks of
}

// aboutOf reads what a document says of itself; nothing personal.
func aboutOf(d *trade.Document) about {
	switch {
	case d.Order != nil:
		return aboutOrder(d.Order)
	case d.Response != nil:
		r := d.Response
		return about{or(r.Number, r.Order), r.Order, r.Date, lines(len(r.Lines)), nil}
	case d.Shipment != nil:
		return aboutShipment(d.Shipment)
	case d.Invoice != nil:
		v := d.Invoice
		return about{v.Number, v.Order, v.Date, joinedBy(", ", lines(len(v.Lines)), money(v.Total, v.Currency)), nil}
	case d.Remittance != nil:
		return aboutRemittance(d.Remittance)
	case d.Stock != nil:
		return about{d.Stock.Number, "", d.Stock.Date, lines(len(d.Stock.Lines)), nil}
	case d.Activity != nil:
		a := d.Activity
		return about{"", "", a.Date, joinedBy(", ", joinedBy(" to ", a.From, a.To), count(len(a.Lines), "item", "items")), nil}
	case d.Receipt != nil:
		return about{d.Receipt.Number, d.Receipt.Order, d.Receipt.Date, lines(len(d.Receipt.Lines)), nil}
	case d.Acknowledgement != nil:
		return aboutAck(d.Acknowledgement)
	}
	return aboutSegments(d.Segments)
}

func aboutOrder(o *trade.Order) about {
	a := about{number: NumberOf(o), order: NumberOf(o), date: o.Date, words: lines(len(o.Lines))}
	if o.Change != "" {
		a.words = "change " + o.Change + ", " + a.words
	}
	stores := map[string]bool{}
	for i := range o.Lines {
		for _, store := range o.Lines[i].Stores {
			stores[store.Store] = true
		}
	}
	if len(stores) > 0 {
		a.words += fmt.Sprintf(", for %d stores", len(stores))
	}
	return a
}

func aboutShipment(s *trade.Shipment) about {
	a := about{number: s.Number, date: s.Date, words: count(len(s.Packages), "package", "packages")}
	for i, o := range s.Orders {
		if i == 0 {
			a.order = o.Number
		}
		a.others = append(a.others, o.Number)
	}
	return a
}

func aboutRemittance(r *trade.Remittance) about {
	a := about{number: r.Number, date: r.Date, words: joinedBy(", ", "pays "+count(len(r.Items), "document", "documents"), money(r.Paid, r.Currency))}
	for _, item := range r.Items {
		a.others = append(a.others, item.Number)
	}
	return a
}

func aboutAck(ack *trade.Acknowledgement) about {
	number := ack.Control
	if number == "" {
		number = ack.Interchange
	}
	verdict := ack.Verdict.Words
	if verdict == "" {
		verdict = ack.Verdict.Code
	}
	return about{number: number, words: joinedBy(": ", joined(ack.Code, number), verdict)}
}

// aboutSegments reads the number of a document that has no shape: that of its first segment's first long value, and what
// an 824 speaks of.
func aboutSegments(all []trade.Segment) (a about) {
	for _, s := range all {
		if s.Tag == "OTI" && len(s.Elements) > 2 && len(s.Elements[2]) > 0 {
			a.others = append(a.others, s.Elements[2][0])
		}
	}
	a.words = count(len(all), "segment", "segments")
	return a
}

func lines(n int) string { return count(n, "line", "lines") }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func money(value, currency string) string {
	if value == "" {
		return ""
	}
	return joined(value, currency)
}

func joinedBy(by string, parts ...string) string {
	stated := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			stated = append(stated, p)
		}
	}
	return strings.Join(stated, by)
}

func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// Says names a document for people: what it is, its number, and what it says in a line.
func Says(d *trade.Filed) string {
	a := aboutOf(&d.Document)
	return joinedBy(" · ", joined(or(d.Type, "EDI"), d.Label), a.number, a.words)
}
