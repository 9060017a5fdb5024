package desk

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
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
	TaxRate  string          // percent of VAT on all of an INVOIC; none where empty
	Expected string          // YYYY-MM-DD: when the goods arrive
	Lines    []LineAnswer    // what becomes of the lines; nil is all as ordered, else lines that it does not name are left out
	Routing  string          // the carrier in words, where it has no code
	Boxes    []trade.Package // of a shipment, with the numbers and quantities of the lines in each; nil puts all lines into the boxes of SSCC
	Again    bool            // an invoice went before: allowances and charges of a fixed amount stood on that
}

// LineAnswer is what becomes of one line of an order.
type LineAnswer struct {
	Number   string // the line's; its place where it has none
	Quantity string // accepted, shipped or invoiced
	Later    string // follows later
	Cut      string // refused, of a line of which some is accepted
	Answer   trade.Answer
	ShipDate string
	Price    string // where it differs from what was ordered
}

// Key is by which LineAnswer names the line at a place of an order, counted from 0.
func Key(l *trade.Line, at int) string {
	if l.Number != "" {
		return l.Number
	}
	return strconv.Itoa(at + 1)
}

// answerTo finds what becomes of a line.
func (how *Making) answerTo(l *trade.Line, at int, ships string) (LineAnswer, bool) {
	if how.Lines == nil {
		return LineAnswer{Quantity: l.Quantity, Answer: trade.Accepted, ShipDate: ships}, true
	}
	for _, a := range how.Lines {
		if a.Number == Key(l, at) {
			if a.ShipDate == "" {
				a.ShipDate = ships
			}
			return a, true
		}
	}
	return LineAnswer{}, false
}

// linesOf are the lines of a shipment or invoice, with what is in it of each.
func (how *Making) linesOf(o *trade.Order) []trade.Line {
	all := []trade.Line{}
	for i := range o.Lines {
		line := o.Lines[i]
		a, found := how.answerTo(&line, i, "")
		if !found {
			continue
		}
		line.Number, line.Quantity, line.Total = Key(&line, i), a.Quantity, ""
		if how.Lines == nil {
			line.Total = o.Lines[i].Total
		}
		if a.Price != "" {
			line.Price = a.Price
		}
		if how.Again {
			line.Allowances = withoutFixed(line.Allowances)
		}
		all = append(all, line)
	}
	return all
}

// withoutFixed leaves out what is of a fixed amount.
func withoutFixed(all []trade.Allowance) []trade.Allowance {
	return slices.DeleteFunc(slices.Clone(all), func(a trade.Allowance) bool { return a.Percent == "" })
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

// Make writes the answer to an order, as if all of it were accepted, shipped and invoiced, unless it is told what becomes of
// the lines. What a partner would refuse is
// an error of code invalid.
func Make(kind string, o *trade.Order, how Making, to io.Writer) error {
	now := how.Envelope.Now
	if SyntaxOf(kind) == edi.EDIFACT {
		now = how.EDIFACT.Now
	}
	heading := trade.Heading{Number: how.Number, Date: dayOf(now), Currency: o.Currency, Parties: o.Parties, References: returned(o.References), Terms: o.Terms,
		Allowances: o.Allowances, Shipping: o.Shipping}
	if how.Again {
		heading.Allowances = withoutFixed(heading.Allowances)
	}
	if how.Carrier != "" {
		heading.Shipping.Carrier = how.Carrier
	}
	if how.Routing != "" {
		heading.Shipping.Routing = how.Routing
	}
	ships := how.Ships
	if ships == "" {
		ships = heading.Date
	}
	switch kind {
	case "855":
		return x12.WriteResponse(to, response(o, heading, ships, &how), how.Envelope)
	case "856":
		return x12.WriteShipment(to, shipment(o, heading, ships, how), how.Envelope)
	case "810":
		heading.Dates = []trade.Date{{Kind: trade.Coded{Code: "011"}, Date: ships}}
		return x12.WriteInvoice(to, &trade.Invoice{Heading: heading, Order: o.Number, OrderDate: o.Date, Lines: how.linesOf(o)}, how.Envelope)
	case "ORDRSP":
		return edifact.WriteResponse(to, response(o, heading, ships, &how), how.EDIFACT)
	case "DESADV":
		return edifact.WriteShipment(to, shipment(o, heading, ships, how), how.EDIFACT)
	case "INVOIC":
		heading.Dates = []trade.Date{{Kind: trade.Coded{Code: "11"}, Date: ships}}
		invoice := trade.Invoice{Heading: heading, Order: o.Number, OrderDate: o.Date, Lines: how.linesOf(o)}
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

func response(o *trade.Order, heading trade.Heading, ships string, how *Making) *trade.Response {
	heading.Shipping = trade.Shipping{}
	r := &trade.Response{Heading: heading, Order: o.Number, OrderDate: o.Date}
	for i := range o.Lines {
		line := o.Lines[i]
		a, found := how.answerTo(&line, i, ships)
		if !found {
			continue
		}
		line.References, line.Quantity = nil, a.Quantity
		if a.Answer == trade.Rejected {
			line.Quantity = o.Lines[i].Quantity
		}
		if a.Price != "" {
			line.Price = a.Price
		}
		r.Lines = append(r.Lines, trade.ResponseLine{Line: line, Answer: a.Answer, Later: a.Later, Cut: a.Cut, ShipDate: a.ShipDate})
	}
	return r
}

func shipment(o *trade.Order, heading trade.Heading, ships string, how Making) *trade.Shipment {
	s := &trade.Shipment{Heading: heading, Orders: []trade.OrderNumber{{Number: o.Number, Date: o.Date}}, Shipped: ships, Expected: how.Expected, Tracking: how.Tracking}
	if how.Boxes != nil {
		s.Packages = packed(how.Boxes, how.linesOf(o))
		return s
	}
	boxes := max(len(how.SSCC), 1)
	s.Packages = make([]trade.Package, boxes)
	for i, sscc := range how.SSCC {
		s.Packages[i] = trade.Package{ID: fmt.Sprint(i + 1), SSCC: []string{sscc}}
	}
	lines := how.linesOf(o)
	for i := range lines {
		line := lines[i]
		line.References, line.Dates = nil, nil
		box := 0
		if boxes == len(lines) {
			box = i
		}
		s.Packages[box].Lines = append(s.Packages[box].Lines, line)
	}
	return s
}

// packed fills boxes, whose lines say only number and quantity, with what the order says of these lines.
func packed(boxes []trade.Package, lines []trade.Line) []trade.Package {
	all := slices.Clone(boxes)
	for i := range all {
		inside := all[i].Lines
		all[i].Lines = []trade.Line{}
		for _, one := range inside {
			at := slices.IndexFunc(lines, func(l trade.Line) bool { return l.Number == one.Number })
			if at < 0 {
				continue
			}
			line := lines[at]
			line.Quantity, line.References, line.Dates = one.Quantity, nil, nil
			all[i].Lines = append(all[i].Lines, line)
		}
	}
	return all
}
