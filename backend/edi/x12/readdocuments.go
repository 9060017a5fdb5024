package x12

import (
	"slices"

	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// readingOf begins reading a document that has a shape of its own; nil for others.
func readingOf(d *trade.Document) *documentReading {
	switch d.Type {
	case "855", "865":
		d.Response = &trade.Response{Heading: newHeading(), Lines: []trade.ResponseLine{}}
		return &documentReading{heading: &d.Response.Heading, kind: &responseReading{response: d.Response}}
	case "856":
		d.Shipment = &trade.Shipment{Heading: newHeading(), Orders: []trade.OrderNumber{}, Packages: []trade.Package{}}
		return &documentReading{heading: &d.Shipment.Heading, kind: &shipmentReading{shipment: d.Shipment, at: map[string]int{}}}
	case "810":
		d.Invoice = &trade.Invoice{Heading: newHeading(), Lines: []trade.Line{}, Taxes: []trade.Tax{}}
		return &documentReading{heading: &d.Invoice.Heading, kind: invoiceReading{d.Invoice}}
	case "846":
		d.Stock = &trade.StockReport{Heading: newHeading(), Lines: []trade.StockLine{}}
		return &documentReading{heading: &d.Stock.Heading, kind: stockReading{d.Stock}}
	case "852":
		d.Activity = &trade.Activity{Heading: newHeading(), Lines: []trade.ActivityLine{}}
		return &documentReading{heading: &d.Activity.Heading, kind: &activityReading{activity: d.Activity}}
	case "820":
		d.Remittance = &trade.Remittance{Heading: newHeading(), Items: []trade.PaidItem{}}
		return &documentReading{heading: &d.Remittance.Heading, kind: remittanceReading{d.Remittance}}
	}
	return nil
}

// orderLine reads PO1, POC or IT1.
func orderLine(tag string, f fields) trade.Line {
	if tag == "POC" {
		change := f.coded(2)
		return emptyLine(trade.Line{Number: f.text(1), Change: &change, Quantity: f.text(3), Unit: trade.Coded{Code: f.Part(5, 1)}, Price: f.text(6), PriceBasis: f.coded(7), Codes: f.pairs(8)})
	}
	return emptyLine(trade.Line{Number: f.text(1), Quantity: f.text(2), Unit: f.coded(3), Price: f.text(4), PriceBasis: f.coded(5), Codes: f.pairs(6)})
}

type responseReading struct {
	response *trade.Response
	acks     int // of the line that is open
}

func (r *responseReading) take(d *documentReading, tag string, f fields, _ check.Match) bool {
	switch tag {
	case "BAK":
		d.heading.Purpose, d.heading.Kind, d.heading.Number, d.heading.Date = f.coded(1), f.coded(2), f.text(8), f.day(9)
		r.response.Order, r.response.OrderDate = f.text(3), f.day(4)
	case "BCA":
		d.heading.Purpose, d.heading.Kind, d.heading.Number, d.heading.Date = f.coded(1), f.coded(2), f.text(9), f.day(10)
		r.response.Order, r.response.OrderDate = f.text(3), f.day(6)
	case "PO1", "POC":
		r.acks = 0
		r.response.Lines = append(r.response.Lines, trade.ResponseLine{Line: orderLine(tag, f), Answer: trade.Accepted})
		d.line = &r.response.Lines[len(r.response.Lines)-1].Line
	case "ACK":
		if len(r.response.Lines) > 0 {
			r.status(&r.response.Lines[len(r.response.Lines)-1], f)
		}
	default:
		return false
	}
	return true
}

// rejecting and waiting are the codes of element 668 by which nothing of a line is sent, or not now.
var (
	rejecting = []string{"IR", "ID", "R1", "R2", "R3", "R4", "R5", "R6"}
	waiting   = []string{"IB", "BP"}
	unchanged = []string{"IA", "AC", "AR"}
)

// told reports whether an ACK before this one said what is accepted of a line, or what follows.
func (r *responseReading) told(l *trade.ResponseLine) bool {
	return r.acks > 1 && l.Answer != trade.Rejected
}

// status reads an ACK: of several about one line the gravest says what becomes of it, and what follows later is summed.
func (r *responseReading) status(l *trade.ResponseLine, f fields) {
	r.acks++
	code, quantity := f.text(1), f.text(2)
	switch {
	case slices.Contains(rejecting, code) && r.told(l):
		l.Cut = sum(l.Cut, quantity)
		if l.Answer == trade.Accepted {
			l.Answer = trade.Changed
		}
		return
	case slices.Contains(rejecting, code):
		l.Answer = trade.Rejected
	case l.Answer == trade.Rejected: // some of it is accepted after all
		l.Answer, l.Cut = trade.Changed, l.Quantity
	case slices.Contains(waiting, code):
		l.Answer, l.Later = trade.BackOrdered, sum(l.Later, quantity)
	case !slices.Contains(unchanged, code) && l.Answer == trade.Accepted:
		l.Answer = trade.Changed
	}
	if !slices.Contains(waiting, code) && quantity != "" {
		l.Quantity = quantity
	}
	if date := f.day(5); date != "" {
		l.ShipDate = date
	}
}

type invoiceReading struct{ invoice *trade.Invoice }

func (r invoiceReading) take(d *documentReading, tag string, f fields, match check.Match) bool {
	v := r.invoice
	switch tag {
	case "BIG":
		v.Date, v.Number, v.OrderDate, v.Order, v.Kind, v.Purpose = f.day(1), f.text(2), f.day(3), f.text(4), f.coded(7), f.coded(8)
		v.Credit = f.text(7) == "CR" || f.text(7) == "CN"
	case "IT1":
		v.Lines = append(v.Lines, orderLine(tag, f))
		d.line = &v.Lines[len(v.Lines)-1]
	case "TDS":
		v.Total = f.words(1)
	case "TXI":
		tax := trade.Tax{Kind: f.coded(1), Amount: f.text(2), Rate: f.text(3), Basis: f.text(8)}
		if d.line != nil && match.Depth > 0 {
			d.line.Taxes = append(d.line.Taxes, tax)
		} else {
			v.Taxes = append(v.Taxes, tax)
		}
	default:
		return false
	}
	return true
}

type stockReading struct{ stock *trade.StockReport }

func (r stockReading) take(d *documentReading, tag string, f fields, _ check.Match) bool {
	switch tag {
	case "BIA":
		d.heading.Purpose, d.heading.Kind, d.heading.Number, d.heading.Date = f.coded(1), f.coded(2), f.text(3), f.day(4)
	case "LIN":
		r.stock.Lines = append(r.stock.Lines, trade.StockLine{Line: emptyLine(trade.Line{Number: f.text(1), Codes: f.pairs(2)})})
		d.line = &r.stock.Lines[len(r.stock.Lines)-1].Line
	case "QTY":
		if d.line == nil {
			return false
		}
		quantity := trade.Quantity{Kind: f.coded(1), Value: f.text(2), Unit: trade.Coded{Code: f.Part(3, 1)}}
		d.line.Quantities = append(d.line.Quantities, quantity)
		if len(d.line.Quantities) == 1 {
			d.line.Quantity, d.line.Unit = quantity.Value, quantity.Unit
		}
	default:
		return false
	}
	return true
}

type activityReading struct {
	activity *trade.Activity
	kind     trade.Coded // of the ZA that is open
}

func (r *activityReading) take(d *documentReading, tag string, f fields, _ check.Match) bool {
	a := r.activity
	switch tag {
	case "XQ":
		a.Kind, a.From, a.To = f.coded(1), f.day(2), f.day(3)
		if a.Date = a.To; a.Date == "" {
			a.Date = a.From
		}
	case "LIN":
		a.Lines = append(a.Lines, trade.ActivityLine{Line: emptyLine(trade.Line{Number: f.text(1), Codes: f.pairs(2)}), Figures: []trade.Figure{}})
		d.line = &a.Lines[len(a.Lines)-1].Line
		r.kind = trade.Coded{}
	case "ZA":
		r.kind = f.coded(1)
		r.add(trade.Figure{Quantity: f.text(2), Unit: f.coded(3)})
	case "QTY":
		r.add(trade.Figure{Quantity: f.text(2), Unit: trade.Coded{Code: f.Part(3, 1)}})
	case "SDQ":
		for _, s := range storesOf(f) {
			r.add(trade.Figure{Store: s.Store, Quantity: s.Quantity, Unit: s.Unit})
		}
	default:
		return false
	}
	return true
}

// add notes a figure of the activity that is open.
func (r *activityReading) add(figure trade.Figure) {
	last := len(r.activity.Lines) - 1
	if last < 0 || r.kind.Code == "" || figure.Quantity == "" {
		return
	}
	figure.Kind = r.kind
	r.activity.Lines[last].Figures = append(r.activity.Lines[last].Figures, figure)
}

type remittanceReading struct{ remittance *trade.Remittance }

func (r remittanceReading) take(d *documentReading, tag string, f fields, _ check.Match) bool {
	m := r.remittance
	last := len(m.Items) - 1
	switch tag {
	case "BPR":
		m.Kind, m.Paid, m.Date = f.coded(1), f.text(2), f.day(16)
	case "TRN":
		m.Number = f.text(2)
	case "RMR":
		m.Items = append(m.Items, trade.PaidItem{Kind: f.coded(1), Number: f.text(2), Paid: f.text(4), Amount: f.text(5), Discount: f.text(6), References: []trade.Reference{}, Adjusted: []trade.Amount{}})
		if f.text(8) != "" {
			m.Items[last+1].Adjusted = append(m.Items[last+1].Adjusted, trade.Amount{Kind: f.coded(7), Value: f.text(8)})
		}
	case "ADX":
		adjusted := trade.Amount{Kind: f.coded(2), Value: f.text(1)}
		if last < 0 {
			d.heading.Amounts = append(d.heading.Amounts, adjusted)
		} else {
			m.Items[last].Adjusted = append(m.Items[last].Adjusted, adjusted)
		}
	case "REF", "DTM":
		if last < 0 {
			return false
		}
		if tag == "REF" {
			m.Items[last].References = append(m.Items[last].References, referenceOf(f))
		} else if m.Items[last].Date == "" {
			m.Items[last].Date = f.day(2)
		}
	default:
		return false
	}
	return true
}
