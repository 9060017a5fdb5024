package edifact

import (
	"slices"

	"tradepost/backend/edi/trade"
)

// builder makes a document of segments, one after the other. EDIFACT says by order what belongs to what: a DTM behind a RFF is
// the reference's. The builder therefore remembers which group is open, and does not need the message's definition for it:
// documents of versions that are not known are read too.
type builder struct {
	kind   string
	summed string      // the quantity that lines are about
	order  trade.Order // what all documents have in common, and lines

	group   string // the tag that opened the present group
	last    string // the tag of the segment before, DTM left out
	summary bool   // UNS was passed

	line       *trade.Line
	amounts    []trade.Amount
	orderDates map[string]string // of the orders that are referred to

	boxes  []trade.Package
	weight *trade.Quantity // of all
	paid   []trade.PaidItem
	stock  []trade.StockLine
	taxes  []trade.Tax // of the summary
}

func newBuilder(kind string) *builder {
	return &builder{kind: kind, summed: summed(kind), orderDates: map[string]string{}, amounts: []trade.Amount{}, taxes: []trade.Tax{},
		boxes: []trade.Package{}, paid: []trade.PaidItem{}, stock: []trade.StockLine{},
		order: trade.Order{Parties: []trade.Party{}, References: []trade.Reference{}, Dates: []trade.Date{}, Contacts: []trade.Contact{},
			Terms: []trade.Terms{}, Allowances: []trade.Allowance{}, Notes: []string{}, Lines: []trade.Line{}}}
}

// openers are the tags that open a group in the messages read here.
var openers = []string{"NAD", "TAX", "CUX", "PAT", "TDT", "TOD", "PAC", "ALC", "LIN", "PRI", "LOC", "CPS", "DOC", "AJT", "UNS", "SCC", "EQD", "RCS", "APR", "INV"}

// take takes the next segment.
func (b *builder) take(c *content) {
	if slices.Contains(openers, c.tag) && !b.inside(c.tag) {
		b.group = c.tag
	}
	if c.tag == "DTM" { // a DTM more belongs to the same
		b.date(c)
		return
	}
	if do := takers[c.tag]; do != nil {
		do(b, c)
	} else {
		b.takeOfLine(c)
	}
	b.last = c.tag
}

// takers take the segments that are not only lines'.
var takers = map[string]func(*builder, *content){"BGM": (*builder).begin, "FTX": (*builder).note, "RFF": (*builder).reference, "NAD": (*builder).party,
	"CTA": (*builder).contact, "COM": (*builder).contact, "CUX": (*builder).currency, "PAT": (*builder).terms, "TDT": (*builder).shipping, "TOD": (*builder).shipping,
	"ALC": (*builder).allowance, "PCD": (*builder).percent, "MOA": (*builder).amount, "TAX": (*builder).tax, "UNS": (*builder).section, "CNT": (*builder).count}

func (b *builder) currency(c *content) {
	if b.order.Currency == "" {
		b.order.Currency = c.at(1, 2)
	}
}

func (b *builder) terms(c *content) { b.order.Terms = append(b.order.Terms, termsOf(c)) }

// section begins the details or the totals.
func (b *builder) section(c *content) {
	if c.at(1, 1) == "S" {
		b.summary = true
		b.endLine()
	}
}

func (b *builder) count(c *content) {
	if c.at(1, 1) == "2" {
		b.order.LineCount = c.at(1, 2)
	}
}

// inside tells whether an opener belongs to the group that is open: the currency of a price, the place of a tax.
func (b *builder) inside(tag string) bool {
	switch tag {
	case "CUX":
		return b.group == "PRI"
	case "LOC":
		return slices.Contains([]string{"NAD", "TAX", "TDT", "TOD", "INV"}, b.group)
	case "TAX":
		return b.group == "ALC"
	}
	return false
}

func (b *builder) begin(c *content) {
	b.order.Kind, b.order.Number, b.order.Purpose = c.coded(1, 1, "1001"), c.at(2, 1), c.coded(3, 1, "1225")
	if b.order.Kind.Words == "" {
		b.order.Kind.Words = c.at(1, 4)
	}
}

// date takes a DTM to what it belongs to.
func (b *builder) date(c *content) {
	one := trade.Date{Kind: c.coded(1, 1, "2005")}
	one.Date, one.Time = writtenDate(c.at(1, 2), c.at(1, 3))
	switch {
	case b.last == "RFF":
		b.referenceDate(one)
	case b.group == "PAT" && b.line == nil && len(b.order.Terms) > 0:
		terms := &b.order.Terms[len(b.order.Terms)-1]
		if one.Kind.Code == "12" {
			terms.DiscountDate = one.Date
		} else {
			terms.NetDate = one.Date
		}
	case b.paying():
		b.paid[len(b.paid)-1].Date = one.Date
	case b.line != nil:
		b.line.Dates = append(b.line.Dates, one)
	case one.Kind.Code == "137" && b.order.Date == "":
		b.order.Date = one.Date
	default:
		b.order.Dates = append(b.order.Dates, one)
	}
}

func (b *builder) note(c *content) {
	text := c.joined(4, 1)
	if text == "" {
		text = c.at(3, 1)
	}
	switch {
	case text == "":
	case b.line != nil:
		b.line.Notes = append(b.line.Notes, text)
	default:
		b.order.Notes = append(b.order.Notes, text)
	}
}

// references is the list that a RFF belongs to.
func (b *builder) references() *[]trade.Reference {
	switch party := b.openParty(); {
	case b.group == "NAD" && party != nil:
		return &party.References
	case b.paying():
		return &b.paid[len(b.paid)-1].References
	case b.line != nil:
		return &b.line.References
	}
	return &b.order.References
}

func (b *builder) reference(c *content) {
	into := b.references()
	*into = append(*into, trade.Reference{Kind: c.coded(1, 1, "1153"), Value: c.at(1, 2), Text: c.at(1, 3)})
}

// referenceDate keeps the date of a reference: of an order beside it, else as its text.
func (b *builder) referenceDate(date trade.Date) {
	list := *b.references()
	if len(list) == 0 {
		return
	}
	switch last := &list[len(list)-1]; {
	case last.Kind.Code == "ON":
		b.orderDates[last.Value] = date.Date
	case last.Text == "":
		last.Text = date.Date
	}
}

func (b *builder) party(c *content) {
	party := trade.Party{Role: c.coded(1, 1, "3035"), ID: c.at(2, 1), IDKind: c.coded(2, 3, "3055"), Name: c.at(4, 1), Names: components(c, 4, 2, 5),
		Street: components(c, 5, 1, 4), City: c.at(6, 1), Region: c.at(7, 1), PostalCode: c.at(8, 1), Country: c.at(9, 1),
		Contacts: []trade.Contact{}, References: []trade.Reference{}}
	if lines := components(c, 3, 1, 5); party.Name == "" && len(lines) > 0 { // written as lines
		party.Name, party.Street = lines[0], append(lines[1:], party.Street...)
	}
	if b.line != nil {
		b.line.Parties = append(b.line.Parties, party)
		return
	}
	b.order.Parties = append(b.order.Parties, party)
}

// components are those of an element that hold something.
func components(c *content, element, from, to int) []string {
	all := []string{}
	for component := from; component <= to; component++ {
		if text := c.at(element, component); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// openParty is the party whose group is open.
func (b *builder) openParty() *trade.Party {
	list := b.order.Parties
	if b.line != nil {
		list = b.line.Parties
	}
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

func (b *builder) contact(c *content) {
	party := b.openParty()
	if party == nil || b.group != "NAD" {
		return
	}
	if c.tag == "CTA" {
		name := c.at(2, 2)
		if name == "" {
			name = c.at(2, 1)
		}
		party.Contacts = append(party.Contacts, trade.Contact{Kind: c.coded(1, 1, "3139"), Name: name, Numbers: []trade.Code{}})
		return
	}
	if len(party.Contacts) == 0 {
		party.Contacts = append(party.Contacts, trade.Contact{Numbers: []trade.Code{}})
	}
	last := &party.Contacts[len(party.Contacts)-1]
	last.Numbers = append(last.Numbers, trade.Code{Kind: c.coded(1, 2, "3155"), Value: c.at(1, 1)})
}

// termsOf reads PAT: a number of days behind a date, with or without a discount.
func termsOf(c *content) trade.Terms {
	terms := trade.Terms{Kind: c.coded(1, 1, "4279"), Basis: c.coded(3, 1, "2475"), Text: c.joined(2, 4)}
	days := c.at(3, 4)
	if unit := c.at(3, 3); days != "" && unit != "D" && unit != "CD" && unit != "WD" && unit != "" { // weeks, months
		terms.Text, days = joinedText(terms.Text, days+" "+meaning("2151", unit)), ""
	}
	if c.at(1, 1) == "22" {
		terms.DiscountDays = days
	} else {
		terms.NetDays = days
	}
	return terms
}

func joinedText(text, more string) string {
	if text == "" {
		return more
	}
	return text + ", " + more
}

func (b *builder) shipping(c *content) {
	if b.line != nil {
		return
	}
	s := &b.order.Shipping
	if c.tag == "TDT" {
		s.Mode, s.Carrier, s.Routing = c.coded(3, 1, "8067"), c.at(5, 1), c.at(5, 4)
		return
	}
	s.Paid, s.Place = c.coded(2, 1, "4215"), joinedNonEmpty(c.at(3, 1), c.at(3, 4))
}

func joinedNonEmpty(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
