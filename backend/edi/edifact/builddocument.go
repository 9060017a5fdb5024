package edifact

import (
	"slices"
	"strconv"

	"tradepost/backend/edi/document"
)

// order makes a purchase order, or a change of one.
func (b *builder) order() *document.PurchaseOrder {
	order := &document.PurchaseOrder{Heading: b.heading, Order: b.heading.Number, Lines: b.ownLines()}
	if on := b.heading.Reference("ON"); on != "" && b.kind == "ORDCHG" {
		order.Order = on
	}
	return order
}

// ownLines are the lines, never nil.
func (b *builder) ownLines() []document.Line {
	if b.lines == nil {
		return []document.Line{}
	}
	return b.lines
}

// answers are what LIN's action codes say of a line in an answer.
var answers = map[string]document.Answer{"5": document.Accepted, "6": document.Changed, "3": document.Changed, "7": document.Rejected, "2": document.Rejected, "10": document.Rejected}

// response makes an answer to an order.
func (b *builder) response() *document.Response {
	r := &document.Response{Heading: b.heading, Order: b.heading.Reference("ON"), Lines: []document.ResponseLine{}}
	for i := range b.lines {
		line := document.ResponseLine{Line: b.lines[i], Answer: answers[b.lines[i].ActionCode]}
		for _, q := range line.Quantities {
			if q.Code == "83" {
				line.Later = q.Value
			}
		}
		for _, date := range line.Dates {
			if date.Code == "69" || date.Code == "10" {
				line.ShipDate = date.Value
			}
		}
		if line.Answer == "" {
			line.Answer = document.OtherLines
		}
		r.Lines = append(r.Lines, line)
	}
	return r
}

// shipment makes a shipment of its packages.
func (b *builder) shipment() *document.Shipment {
	s := &document.Shipment{Heading: b.heading, Orders: []string{}, Packages: b.boxes, Tracking: b.heading.Reference("CN"), Weight: b.weight}
	if s.Packages == nil {
		s.Packages = []document.Package{}
	}
	s.Shipped, s.Expected = b.dateOf("11"), b.dateOf("17", "191", "2")
	s.AddOrders(b.heading.References)
	for i := range s.Packages {
		for n := range s.Packages[i].Lines {
			s.AddOrders(s.Packages[i].Lines[n].References)
		}
	}
	return s
}

// dateOf is the first of the heading's dates with one of the codes, in their order.
func (b *builder) dateOf(codes ...string) string {
	for _, code := range codes {
		for _, date := range b.heading.Dates {
			if date.Code == code {
				return date.Value
			}
		}
	}
	return ""
}

// invoice makes an invoice or credit note.
func (b *builder) invoice() *document.Invoice {
	credit := slices.Contains([]string{"381", "83", "396"}, b.heading.KindCode)
	return &document.Invoice{Heading: b.heading, Order: b.heading.Reference("ON"), Credit: credit, Lines: b.ownLines(), Taxes: b.taxes,
		Total: b.amountOf("77", "9", "39", "86")}
}

func (b *builder) stockReport() *document.StockReport {
	if b.stock == nil {
		b.stock = []document.StockLine{}
	}
	return &document.StockReport{Heading: b.heading, Lines: b.stock}
}

func (b *builder) remittance() *document.Remittance {
	if b.paid == nil {
		b.paid = []document.RemittanceItem{}
	}
	return &document.Remittance{Heading: b.heading, Paid: b.amountOf("12", "9", "77"), Items: b.paid}
}

func (b *builder) receipt() *document.Receipt {
	r := &document.Receipt{Heading: b.heading, Order: b.heading.Reference("ON"), Shipment: b.heading.Reference("DQ"), Lines: []document.Line{}}
	if r.Shipment == "" {
		r.Shipment = b.heading.Reference("AAK")
	}
	for _, box := range b.boxes {
		r.Lines = append(r.Lines, box.Lines...)
	}
	return r
}

// acknowledgementOf reads a CONTRL.
func acknowledgementOf(source document.Source, segments []content) *document.Acknowledgement {
	a := &document.Acknowledgement{Source: source, Documents: []document.AckOfDocument{}}
	position := 0
	for i := range segments {
		c := &segments[i]
		switch c.tag {
		case "UCI":
			a.Interchange, a.Code = c.at(1, 1), c.at(4, 1)
			a.Accepted = a.Code != actionRejected
			a.Errors = serviceErrors(c, 5)
		case "UCF":
			a.Group = c.at(1, 1)
			a.Errors = append(a.Errors, serviceErrors(c, 5)...)
		case "UCM":
			a.Documents = append(a.Documents, document.AckOfDocument{Type: c.at(2, 1), Control: c.at(1, 1), Code: c.at(3, 1),
				Accepted: c.at(3, 1) != actionRejected, Errors: serviceErrors(c, 4)})
		case "UCS", "UCD":
			if c.tag == "UCS" {
				position, _ = strconv.Atoi(c.at(1, 1))
			}
			if n := len(a.Documents); n > 0 {
				a.Documents[n-1].Errors = append(a.Documents[n-1].Errors, contentErrors(c, position)...)
			}
		}
	}
	return a
}

// serviceErrors is the error that UCI, UCF or UCM state of a service segment.
func serviceErrors(c *content, element int) []document.AckError {
	code := c.at(element, 1)
	if code == "" {
		return nil
	}
	e := document.AckError{Code: code, Words: meaning("0085", code), Segment: c.at(element+1, 1)}
	e.Element, e.Component = placeFrom(c, element+2)
	return []document.AckError{e}
}

// contentErrors are the errors that UCS and UCD state of a segment and its elements.
func contentErrors(c *content, position int) []document.AckError {
	code, element := c.at(2, 1), 0
	if c.tag == "UCD" {
		code, element = c.at(1, 1), 2
	}
	if code == "" {
		return nil
	}
	e := document.AckError{Code: code, Words: meaning("0085", code), Position: position}
	if element > 0 {
		e.Element, e.Component = placeFrom(c, element)
	}
	return []document.AckError{e}
}

// placeFrom reads S011, which counts the tag as the first element.
func placeFrom(c *content, at int) (element, component int) {
	element, _ = strconv.Atoi(c.at(at, 1))
	component, _ = strconv.Atoi(c.at(at, 2))
	return max(element-1, 0), component
}
