package edifact

import (
	"slices"
	"strconv"

	"tradepost/backend/edi/trade"
)

// heading is what all documents but orders have in common.
func (b *builder) heading() trade.Heading {
	o := &b.order
	return trade.Heading{Number: o.Number, Date: o.Date, Purpose: o.Purpose, Kind: o.Kind, Currency: o.Currency, Parties: o.Parties, References: o.References,
		Dates: o.Dates, Terms: o.Terms, Allowances: o.Allowances, Shipping: o.Shipping, Notes: o.Notes, Amounts: b.amounts, LineCount: o.LineCount}
}

// refers is the value of the document's reference with one of the codes, in their order.
func (b *builder) refers(codes ...string) string {
	heading := b.heading()
	for _, code := range codes {
		if value := heading.Reference(code); value != "" {
			return value
		}
	}
	return ""
}

// purchaseOrder makes an order, or a change of one: its own number is the change's then.
func (b *builder) purchaseOrder() *trade.Order {
	o := &b.order
	o.Contract, o.Total = b.refers("CT", "BC", "BO"), b.amountOf("86", "77", "79", "128")
	if b.kind == "ORDCHG" {
		o.Change = o.Number
		if order := b.refers("ON"); order != "" {
			o.Number = order
		}
	}
	return o
}

// answers are what LIN's action codes say of a line in an answer.
var answers = map[string]trade.Answer{"5": trade.Accepted, "6": trade.Changed, "3": trade.Changed, "7": trade.Rejected, "2": trade.Rejected, "10": trade.Rejected}

// response makes an answer to an order.
func (b *builder) response() *trade.Response {
	r := &trade.Response{Heading: b.heading(), Order: b.refers("ON"), Lines: []trade.ResponseLine{}}
	r.OrderDate = b.orderDates[r.Order]
	for i := range b.order.Lines {
		r.Lines = append(r.Lines, responseLine(b.order.Lines[i]))
	}
	return r
}

func responseLine(l trade.Line) trade.ResponseLine {
	one := trade.ResponseLine{Line: l}
	if l.Change != nil {
		one.Answer = answers[l.Change.Code]
	}
	for _, q := range l.Quantities {
		if q.Kind.Code == "83" {
			one.Later, one.Answer = q.Value, trade.BackOrdered
		}
	}
	for _, date := range l.Dates {
		if date.Kind.Code == "69" || date.Kind.Code == "10" {
			one.ShipDate = date.Date
		}
	}
	return one
}

// shipment makes a shipment of its packages.
func (b *builder) shipment() *trade.Shipment {
	s := &trade.Shipment{Heading: b.heading(), Orders: []trade.OrderNumber{}, Shipped: b.dateOf("11"), Expected: b.dateOf("17", "191", "2"),
		Tracking: b.refers("CN"), Weight: b.weight, Packages: b.boxes}
	b.addOrders(s, b.order.References)
	for i := range s.Packages {
		for n := range s.Packages[i].Lines {
			b.addOrders(s, s.Packages[i].Lines[n].References)
		}
	}
	return s
}

func (b *builder) addOrders(s *trade.Shipment, references []trade.Reference) {
	for i := range references {
		if references[i].Kind.Code == "ON" {
			s.AddOrder(references[i].Value, b.orderDates[references[i].Value])
		}
	}
}

// dateOf is the first of the document's dates with one of the codes, in their order.
func (b *builder) dateOf(codes ...string) string {
	for _, code := range codes {
		for _, date := range b.order.Dates {
			if date.Kind.Code == code {
				return date.Date
			}
		}
	}
	return ""
}

// invoice makes an invoice or credit note.
func (b *builder) invoice() *trade.Invoice {
	credit := slices.Contains([]string{"381", "83", "396"}, b.order.Kind.Code)
	v := &trade.Invoice{Heading: b.heading(), Order: b.refers("ON"), Credit: credit, Lines: b.order.Lines, Taxes: b.taxes, Total: b.amountOf("77", "9", "39", "86")}
	v.OrderDate = b.orderDates[v.Order]
	return v
}

func (b *builder) stockReport() *trade.StockReport {
	return &trade.StockReport{Heading: b.heading(), Lines: b.stock}
}

func (b *builder) remittance() *trade.Remittance {
	return &trade.Remittance{Heading: b.heading(), Paid: b.amountOf("12", "9", "77"), Items: b.paid}
}

func (b *builder) receipt() *trade.Receipt {
	r := &trade.Receipt{Heading: b.heading(), Order: b.refers("ON"), Shipment: b.refers("DQ", "AAK"), Lines: []trade.Line{}}
	for i := range b.boxes {
		r.Lines = append(r.Lines, b.boxes[i].Lines...)
	}
	return r
}

// acknowledgementOf reads a CONTRL.
func acknowledgementOf(segments []content) *trade.Acknowledgement {
	a := &trade.Acknowledgement{Notes: []trade.Coded{}, Sets: []trade.SetAck{}}
	position := ""
	for i := range segments {
		c := &segments[i]
		switch c.tag {
		case "UCI":
			a.Interchange, a.Verdict = c.at(1, 1), c.coded(4, 1, "0083")
			a.Notes = noted(a.Notes, c.coded(5, 1, "0085"))
		case "UCF":
			a.Control = c.at(1, 1)
			a.Notes = noted(a.Notes, c.coded(5, 1, "0085"))
		case "UCM":
			a.Sets = append(a.Sets, trade.SetAck{Type: c.at(2, 1), Control: c.at(1, 1), Verdict: c.coded(3, 1, "0083"),
				Notes: noted([]trade.Coded{}, c.coded(4, 1, "0085")), Faults: []trade.Fault{}})
		case "UCS", "UCD":
			if c.tag == "UCS" {
				position = c.at(1, 1)
			}
			if n := len(a.Sets); n > 0 {
				a.Sets[n-1].Faults = append(a.Sets[n-1].Faults, faultOf(c, position)...)
			}
		}
	}
	return a
}

func noted(notes []trade.Coded, code trade.Coded) []trade.Coded {
	if code.Code == "" {
		return notes
	}
	return append(notes, code)
}

// faultOf is what UCS says of a segment, or UCD of an element. S011 counts the tag as the first element.
func faultOf(c *content, position string) []trade.Fault {
	one := trade.Fault{Position: position, Code: c.coded(2, 1, "0085")}
	if c.tag == "UCD" {
		one.Code, one.Element = c.coded(1, 1, "0085"), c.at(2, 1)
		if n, err := strconv.Atoi(one.Element); err == nil {
			one.Element = strconv.Itoa(n - 1)
		}
		if component := c.at(2, 2); component != "" {
			one.Element += "." + component
		}
	}
	if one.Code.Code == "" {
		return nil
	}
	return []trade.Fault{one}
}
