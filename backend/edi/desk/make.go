package desk

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

// Making says how an answer to an order is made.
type Making struct {
	Envelope x12.Envelope
	EDIFACT  edifact.Envelope // where a message of EDIFACT is made
	Number   string           // of the document: the seller's order, the shipment, the invoice
	Ships    string           // YYYY-MM-DD: when the goods leave, or left; the envelope's day where empty
	SSCC     []string         // labels of the boxes; the lines go into the first, one box each where there are as many
	Carrier  string
	Tracking string
	TaxRate  string // percent of VAT on all of an INVOIC; none where empty
}

// Made lists the sets and messages that Make writes.
func Made() []string { return []string{"855", "856", "810", "ORDRSP", "DESADV", "INVOIC"} }

// SyntaxOf is the syntax of a set or message that Make writes.
func SyntaxOf(kind string) edi.Syntax {
	switch kind {
	case "ORDRSP", "DESADV", "INVOIC":
		return edi.EDIFACT
	}
	return edi.X12
}

// AnswerTo takes the envelope of an answer from the file that it answers, where that is of the same syntax.
func AnswerTo(kind string, file []byte) (how Making, err error) {
	switch syntax := SyntaxOf(kind); {
	case syntax != syntaxOf(file):
	case syntax == edi.EDIFACT:
		how.EDIFACT, err = edifact.AnswerTo(bytes.NewReader(file))
	default:
		how.Envelope, err = x12.AnswerTo(bytes.NewReader(file))
	}
	return how, err
}

// Make writes the answer to an order, as if all of it were accepted, shipped and invoiced. What a partner would refuse is
// an error of code invalid.
func Make(kind string, o *trade.Order, how Making, to io.Writer) error {
	now := how.Envelope.Now
	if SyntaxOf(kind) == edi.EDIFACT {
		now = how.EDIFACT.Now
	}
	heading := trade.Heading{Number: how.Number, Date: dayOf(now), Currency: o.Currency, Parties: o.Parties, References: returned(o.References), Terms: o.Terms,
		Allowances: o.Allowances, Shipping: o.Shipping}
	if how.Carrier != "" {
		heading.Shipping.Carrier = how.Carrier
	}
	ships := how.Ships
	if ships == "" {
		ships = heading.Date
	}
	switch kind {
	case "855":
		return x12.WriteResponse(to, response(o, heading, ships), how.Envelope)
	case "856":
		return x12.WriteShipment(to, shipment(o, heading, ships, how), how.Envelope)
	case "810":
		heading.Dates = []trade.Date{{Kind: trade.Coded{Code: "011"}, Date: ships}}
		return x12.WriteInvoice(to, &trade.Invoice{Heading: heading, Order: o.Number, OrderDate: o.Date, Lines: o.Lines}, how.Envelope)
	case "ORDRSP":
		return edifact.WriteResponse(to, response(o, heading, ships), how.EDIFACT)
	case "DESADV":
		return edifact.WriteShipment(to, shipment(o, heading, ships, how), how.EDIFACT)
	case "INVOIC":
		heading.Dates = []trade.Date{{Kind: trade.Coded{Code: "11"}, Date: ships}}
		invoice := trade.Invoice{Heading: heading, Order: o.Number, OrderDate: o.Date, Lines: o.Lines}
		invoice.WorkOut(how.TaxRate)
		return edifact.WriteInvoice(to, &invoice, how.EDIFACT)
	}
	return fault.New(fault.Invalid, fmt.Sprintf("A %s cannot be made of an order.", kind), "One of these can: "+strings.Join(Made(), ", ")+".").InField("kind")
}

func dayOf(now time.Time) string { return now.Format("2006-01-02") }

// returned are the references that a retailer wants back on every answer.
func returned(all []trade.Reference) (back []trade.Reference) {
	for _, r := range all {
		switch r.Kind.Code {
		case "DP", "IA", "VR", "VN", "CO", "PD", "MR", "19":
			back = append(back, r)
		}
	}
	return back
}

func response(o *trade.Order, heading trade.Heading, ships string) *trade.Response {
	heading.Shipping = trade.Shipping{}
	r := &trade.Response{Heading: heading, Order: o.Number, OrderDate: o.Date}
	for i := range o.Lines {
		line := o.Lines[i]
		line.References = nil
		r.Lines = append(r.Lines, trade.ResponseLine{Line: line, Answer: trade.Accepted, ShipDate: ships})
	}
	return r
}

func shipment(o *trade.Order, heading trade.Heading, ships string, how Making) *trade.Shipment {
	s := &trade.Shipment{Heading: heading, Orders: []trade.OrderNumber{{Number: o.Number, Date: o.Date}}, Shipped: ships, Tracking: how.Tracking}
	boxes := max(len(how.SSCC), 1)
	s.Packages = make([]trade.Package, boxes)
	for i, sscc := range how.SSCC {
		s.Packages[i] = trade.Package{ID: fmt.Sprint(i + 1), SSCC: []string{sscc}}
	}
	for i := range o.Lines {
		line := o.Lines[i]
		line.References, line.Dates = nil, nil
		box := 0
		if boxes == len(o.Lines) {
			box = i
		}
		s.Packages[box].Lines = append(s.Packages[box].Lines, line)
	}
	return s
}
