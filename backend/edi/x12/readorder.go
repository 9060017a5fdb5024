package x12

import (
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

func newOrder() *trade.Order {
	return &trade.Order{Parties: []trade.Party{}, References: []trade.Reference{}, Dates: []trade.Date{}, Contacts: []trade.Contact{}, Terms: []trade.Terms{},
		Allowances: []trade.Allowance{}, Notes: []string{}, Lines: []trade.Line{}}
}

// orderReading reads an 850 or 860.
type orderReading struct {
	order *trade.Order
	line  *trade.Line  // the line that is open
	party *trade.Party // the party that is open, of the order or the line
}

// take reads a segment. Whether it is of the order, a line or a party is told by the loops around it.
func (o *orderReading) take(f fields, match check.Match) {
	if match.Slot == nil {
		return
	}
	if match.Depth == 0 {
		o.line, o.party = nil, nil
	}
	if match.Opens && match.Depth == 1 {
		o.line, o.party = nil, nil
	} else if match.Opens {
		o.party = nil
	}
	switch tag := match.Slot.Segment.Tag; tag {
	case "PO1", "POC":
		o.openLine(orderLine(tag, f))
	case "N1":
		into := &o.order.Parties
		if o.line != nil {
			into = &o.line.Parties
		}
		o.party = addParty(into, f)
	default:
		switch {
		case o.party != nil:
			ofParty(o.party, tag, f)
		case o.line != nil && match.Loop.Name == "SLN": // parts of a line are not the line
		case o.line != nil:
			o.ofLine(tag, f, match)
		default:
			o.ofOrder(tag, f)
		}
	}
}

func (o *orderReading) openLine(l trade.Line) {
	o.order.Lines = append(o.order.Lines, l)
	o.line, o.party = &o.order.Lines[len(o.order.Lines)-1], nil
}

// addParty adds the party of an N1, which is open then.
func addParty(to *[]trade.Party, f fields) *trade.Party {
	*to = append(*to, trade.Party{Role: f.coded(1), Name: f.text(2), IDKind: f.coded(3), ID: f.text(4), Names: []string{}, Street: []string{}, Contacts: []trade.Contact{},
		References: []trade.Reference{}})
	return &(*to)[len(*to)-1]
}

// ofParty reads a segment of the party that is open.
func ofParty(p *trade.Party, tag string, f fields) {
	switch tag {
	case "N2":
		p.Names = appendStated(p.Names, f.text(1), f.text(2))
	case "N3":
		p.Street = appendStated(p.Street, f.text(1), f.text(2))
	case "N4":
		p.City, p.Region, p.PostalCode, p.Country = f.text(1), f.text(2), f.text(3), f.text(4)
	case "PER":
		p.Contacts = append(p.Contacts, contactOf(f))
	case "REF":
		p.References = append(p.References, referenceOf(f))
	}
}

func appendStated(all []string, more ...string) []string {
	for _, one := range more {
		if one != "" {
			all = append(all, one)
		}
	}
	return all
}

func (o *orderReading) ofOrder(tag string, f fields) {
	order := o.order
	switch tag {
	case "BEG":
		order.Purpose, order.Kind, order.Number, order.Release, order.Date, order.Contract = f.coded(1), f.coded(2), f.text(3), f.text(4), f.day(5), f.text(6)
	case "BCH":
		order.Purpose, order.Kind, order.Number, order.Release, order.Change, order.Date = f.coded(1), f.coded(2), f.text(3), f.text(4), f.text(5), f.day(6)
	case "CUR":
		if order.Currency == "" {
			order.Currency = f.text(2)
		}
	case "REF", "N9":
		order.References = append(order.References, referenceOf(f))
	case "PER":
		order.Contacts = append(order.Contacts, contactOf(f))
	case "DTM":
		order.Dates = append(order.Dates, dateOf(f, 1))
	case "ITD":
		order.Terms = append(order.Terms, termsOf(f))
	case "SAC":
		order.Allowances = append(order.Allowances, allowanceOf(f))
	case "FOB":
		order.Shipping.Paid, order.Shipping.Place = f.coded(1), f.text(3)
	case "TD5":
		order.Shipping.Carrier, order.Shipping.Mode, order.Shipping.Routing, order.Shipping.Service = f.text(3), f.coded(4), f.text(5), f.coded(12)
	case "MSG":
		order.Notes = appendStated(order.Notes, f.text(1))
	case "MTX":
		order.Notes = appendStated(order.Notes, f.text(2))
	case "CTT":
		order.LineCount = f.text(1)
	case "AMT":
		order.Total = f.text(2)
	}
}

func (o *orderReading) ofLine(tag string, f fields, match check.Match) {
	line := o.line
	switch tag {
	case "PID":
		if match.Loop.Name == "PID" || line.Description == "" {
			line.Description = joined(line.Description, f.text(5))
		}
	case "PO4":
		line.PackSize = f.text(1)
	case "CTP":
		if f.text(2) == "RTL" || f.text(2) == "MSR" {
			line.RetailPrice = f.text(3)
		}
	case "REF", "N9":
		line.References = append(line.References, referenceOf(f))
	case "DTM":
		line.Dates = append(line.Dates, dateOf(f, 1))
	case "SAC":
		line.Allowances = append(line.Allowances, allowanceOf(f))
	case "SDQ":
		line.Stores = append(line.Stores, storesOf(f)...)
	case "SCH":
		line.Schedule = append(line.Schedule, trade.Scheduled{Quantity: f.text(1), Unit: f.coded(2), Date: dateOf(f, 5)})
	case "MSG":
		line.Notes = appendStated(line.Notes, f.text(1))
	case "MTX":
		line.Notes = appendStated(line.Notes, f.text(2))
	}
}

func joined(text, more string) string {
	if text == "" || more == "" {
		return text + more
	}
	return text + ", " + more
}

func referenceOf(f fields) trade.Reference {
	return trade.Reference{Kind: f.coded(1), Value: f.text(2), Text: f.text(3)}
}

func contactOf(f fields) trade.Contact {
	return trade.Contact{Kind: f.coded(1), Name: f.text(2), Numbers: f.pairs(3)}
}

// dateOf reads which date at element n, the date behind it and the time behind that.
func dateOf(f fields, n int) trade.Date {
	clock := f.words(n + 2)
	return trade.Date{Kind: f.coded(n), Date: f.day(n + 1), Time: clock}
}

func allowanceOf(f fields) trade.Allowance {
	return trade.Allowance{Charge: f.text(1) == "C", Sort: f.coded(1), Kind: f.coded(2), Amount: f.words(5), Percent: f.text(7), Rate: f.text(8),
		Settled: f.coded(12), Text: f.text(15)}
}

// storesOf reads the stores of an SDQ.
func storesOf(f fields) (all []trade.Store) {
	for n := 3; n < 23 && n < f.Len(); n += 2 {
		if store := f.text(n); store != "" {
			all = append(all, trade.Store{Kind: f.coded(2), Store: store, Quantity: f.text(n + 1), Unit: f.coded(1)})
		}
	}
	return all
}
