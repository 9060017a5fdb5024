package edifact

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi/document"
)

// builder makes a document of segments, one after the other. EDIFACT says by order what belongs to what: a DTM behind a RFF is
// the reference's. The builder therefore remembers which group is open, and does not need the message's definition for it:
// documents of versions that are not known are read too.
type builder struct {
	kind    string
	summed  string // the quantity that lines are about
	heading document.Heading

	group   string // the tag that opened the present group
	last    string // the tag of the segment before, DTM left out
	summary bool   // UNS was passed

	line  *document.Line
	lines []document.Line

	boxes  []document.Package
	weight document.Quantity // of all
	paid   []document.RemittanceItem
	stock  []document.StockLine
	taxes  []document.Tax // of the summary
	totals []document.Amount
}

// openers are the tags that open a group in the messages read here.
var openers = []string{"NAD", "TAX", "CUX", "PAT", "TDT", "TOD", "PAC", "ALC", "LIN", "PRI", "LOC", "CPS", "DOC", "AJT", "UNS", "QVR", "SCC", "EQD", "RCS", "APR", "INV"}

// take takes the next segment.
func (b *builder) take(c *content) {
	if slices.Contains(openers, c.tag) && !b.inside(c.tag) {
		b.group = c.tag
	}
	switch c.tag {
	case "BGM":
		b.begin(c)
	case "DTM":
		b.date(c)
		return
	case "FTX":
		b.note(c)
	case "RFF":
		b.reference(c)
	case "NAD":
		b.party(c)
	case "CTA", "COM":
		b.contact(c)
	case "CUX":
		b.currency(c)
	case "PAT":
		b.heading.Terms = append(b.heading.Terms, termsOf(c))
	case "TDT", "TOD":
		b.carriage(c)
	case "ALC":
		b.adjustment(c)
	case "PCD":
		b.percent(c)
	case "MOA":
		b.amount(c)
	case "TAX":
		b.tax(c)
	case "UNS":
		b.summary = b.summary || c.at(1, 1) == "S"
		if b.summary {
			b.endLine()
		}
	case "CNT":
		if c.at(1, 1) == "2" {
			b.heading.StatedLines, _ = strconv.Atoi(c.at(1, 2))
		}
	default:
		b.takeOfLine(c)
	}
	b.last = c.tag
}

// inside tells whether an opener belongs to the group that is open: the currency of a price, the place of a tax.
func (b *builder) inside(tag string) bool {
	switch tag {
	case "CUX":
		return b.group == "PRI"
	case "LOC":
		return b.group == "NAD" || b.group == "TAX" || b.group == "TDT" || b.group == "TOD" || b.group == "INV"
	case "TAX":
		return b.group == "ALC"
	case "QVR":
		return true
	}
	return false
}

func (b *builder) begin(c *content) {
	b.heading.KindCode, b.heading.Kind = c.at(1, 1), meaning("1001", c.at(1, 1))
	if b.heading.Kind == "" {
		b.heading.Kind = c.at(1, 4)
	}
	b.heading.Number, b.heading.PurposeCode = c.at(2, 1), c.at(3, 1)
	b.heading.Purpose = purposeOf(b.kind, c.at(3, 1))
}

func purposeOf(kind, code string) document.Purpose {
	switch code {
	case "1":
		return document.Cancellation
	case "5":
		return document.Replacement
	case "7":
		return document.Duplicate
	case "6", "42":
		return document.Confirmation
	}
	if kind == "ORDCHG" {
		return document.Change
	}
	switch code {
	case "", "9", "4", "29", "27", "30", "34":
		return document.Original
	}
	return document.OtherPurpose
}

// date takes a DTM to what it belongs to.
func (b *builder) date(c *content) {
	written := writtenDate(c.at(1, 2), c.at(1, 3))
	date := document.Date{Code: c.at(1, 1), Words: meaning("2005", c.at(1, 1)), Value: written}
	switch {
	case b.last == "RFF":
		if reference := b.lastReference(); reference != nil {
			reference.Date = written
		}
	case b.group == "PAT" && b.line == nil && len(b.heading.Terms) > 0:
		terms := &b.heading.Terms[len(b.heading.Terms)-1]
		if date.Code == "12" {
			terms.DiscountDate = written
		} else {
			terms.NetDate = written
		}
	case b.kind == "REMADV" && len(b.paid) > 0 && !b.summary:
		b.paid[len(b.paid)-1].Date = written
	case b.line != nil && b.group == "LOC" && len(b.line.Shares) > 0:
		share := &b.line.Shares[len(b.line.Shares)-1]
		share.Dates = append(share.Dates, date)
	case b.line != nil:
		b.line.Dates = append(b.line.Dates, date)
	case date.Code == "137" && b.heading.Date == "":
		b.heading.Date = written
	default:
		b.heading.Dates = append(b.heading.Dates, date)
	}
}

func (b *builder) note(c *content) {
	text := strings.TrimSpace(c.joined(4, 1, 5))
	if text == "" {
		text = c.at(3, 1)
	}
	note := document.Note{Code: c.at(1, 1), Text: text}
	switch {
	case text == "":
	case b.line != nil:
		b.line.Notes = append(b.line.Notes, note)
	default:
		b.heading.Notes = append(b.heading.Notes, note)
	}
}

// references is the list that a RFF belongs to.
func (b *builder) references() *[]document.Reference {
	switch {
	case b.group == "NAD" && b.openParty() != nil:
		return &b.openParty().References
	case b.kind == "REMADV" && len(b.paid) > 0 && !b.summary:
		return &b.paid[len(b.paid)-1].References
	case b.line != nil:
		return &b.line.References
	}
	return &b.heading.References
}

func (b *builder) reference(c *content) {
	into := b.references()
	*into = append(*into, document.Reference{Code: c.at(1, 1), Words: meaning("1153", c.at(1, 1)), Value: c.at(1, 2), Text: c.at(1, 3)})
}

func (b *builder) lastReference() *document.Reference {
	list := *b.references()
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

// roles are what NAD's roles are to a merchant.
var roles = map[string]document.Role{"BY": document.Buyer, "OB": document.Buyer, "SU": document.Supplier, "SE": document.Supplier, "DP": document.ShipTo,
	"ST": document.ShipTo, "CN": document.ShipTo, "SF": document.ShipFrom, "PW": document.ShipFrom, "SH": document.ShipFrom, "IV": document.BillTo, "UC": document.Store,
	"SN": document.Store, "UD": document.EndBuyer, "CA": document.Carrier, "PR": document.Payer, "PE": document.Payee}

func roleOf(code string) document.Role {
	if role, known := roles[code]; known {
		return role
	}
	return document.OtherRole
}

func (b *builder) party(c *content) {
	party := document.Party{Role: roleOf(c.at(1, 1)), RoleCode: c.at(1, 1), ID: c.at(2, 1), IDCode: c.at(2, 3),
		Name: c.at(4, 1), Name2: c.joined(4, 2, 5), City: c.at(6, 1), Region: c.at(7, 1), Postcode: c.at(8, 1), Country: c.at(9, 1)}
	for component := 1; component <= 4; component++ {
		if street := c.at(5, component); street != "" {
			party.Street = append(party.Street, street)
		}
	}
	if party.Name == "" { // written as lines
		party.Name = c.at(3, 1)
		for component := 2; component <= 5; component++ {
			if text := c.at(3, component); text != "" {
				party.Street = append(party.Street, text)
			}
		}
	}
	if b.line != nil {
		b.line.Parties = append(b.line.Parties, party)
		return
	}
	b.heading.Parties = append(b.heading.Parties, party)
}

// openParty is the party whose group is open.
func (b *builder) openParty() *document.Party {
	list := b.heading.Parties
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
		party.Contacts = append(party.Contacts, document.Contact{Code: c.at(1, 1), Name: name})
		return
	}
	if len(party.Contacts) == 0 {
		party.Contacts = append(party.Contacts, document.Contact{})
	}
	contact := &party.Contacts[len(party.Contacts)-1]
	switch c.at(1, 2) {
	case "EM":
		contact.Email = c.at(1, 1)
	case "FX":
		contact.Fax = c.at(1, 1)
	case "TE", "AL":
		contact.Phone = c.at(1, 1)
	}
}

func (b *builder) currency(c *content) {
	if b.heading.Currency == "" {
		b.heading.Currency = c.at(1, 2)
	}
}

// termsOf reads PAT: a number of days behind a date, with or without a discount.
func termsOf(c *content) document.Terms {
	terms := document.Terms{Code: c.at(1, 1), Words: meaning("4279", c.at(1, 1)), Text: c.joined(2, 4, 5)}
	days, _ := strconv.Atoi(c.at(3, 4))
	switch c.at(3, 3) {
	case "W":
		days *= 7
	case "D", "CD", "WD", "":
	default: // months and longer are no number of days
		days = 0
	}
	if c.at(1, 1) == "22" {
		terms.DiscountDays = days
	} else {
		terms.NetDays = days
	}
	return terms
}

func (b *builder) carriage(c *content) {
	if b.line != nil {
		return
	}
	if c.tag == "TDT" {
		mode := meaning("8067", c.at(3, 1))
		if mode == "" {
			mode = c.at(3, 1)
		}
		b.heading.Carriage = append(b.heading.Carriage, document.Carriage{Mode: mode, Carrier: c.at(5, 1), CarrierName: c.at(5, 4), Text: c.at(8, 4)})
		return
	}
	if len(b.heading.Carriage) == 0 {
		b.heading.Carriage = append(b.heading.Carriage, document.Carriage{})
	}
	carriage := &b.heading.Carriage[len(b.heading.Carriage)-1]
	carriage.Terms, carriage.Payment = c.at(3, 1), c.at(2, 1)
}

// adjustments is the list that an ALC belongs to.
func (b *builder) adjustments() *[]document.Adjustment {
	if b.line != nil {
		return &b.line.Adjustments
	}
	return &b.heading.Adjustments
}

func (b *builder) adjustment(c *content) {
	into := b.adjustments()
	*into = append(*into, document.Adjustment{Charge: c.at(1, 1) == "C", Code: c.at(5, 1), Words: meaning("7161", c.at(5, 1)), Text: c.joined(5, 4, 5)})
}

// openAdjustment is the allowance or charge whose group is open.
func (b *builder) openAdjustment() *document.Adjustment {
	list := *b.adjustments()
	if b.group != "ALC" || len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

func (b *builder) percent(c *content) {
	if adjustment := b.openAdjustment(); adjustment != nil {
		adjustment.Percent = c.decimal(1, 2)
		return
	}
	if b.group == "PAT" && b.line == nil && len(b.heading.Terms) > 0 {
		b.heading.Terms[len(b.heading.Terms)-1].DiscountRate = c.decimal(1, 2)
	}
}

// amount takes a MOA to what it belongs to.
func (b *builder) amount(c *content) {
	amount := document.Amount{Code: c.at(1, 1), Words: meaning("5025", c.at(1, 1)), Value: c.decimal(1, 2), Currency: c.at(1, 3)}
	switch {
	case b.kind == "REMADV" && len(b.paid) > 0 && !b.summary:
		b.paidAmount(amount)
	case b.group == "TAX" && (b.line != nil || b.summary):
		b.taxAmount(amount)
	case b.openAdjustment() != nil:
		b.openAdjustment().Amount = amount.Value
	case b.line != nil:
		if amount.Code == "203" {
			b.line.Total = amount.Value
		}
		b.line.Amounts = append(b.line.Amounts, amount)
	default:
		b.heading.Amounts = append(b.heading.Amounts, amount)
	}
}

func (b *builder) tax(c *content) {
	tax := document.Tax{Code: c.at(2, 1), Category: c.at(6, 1), Rate: c.decimal(5, 4), Basis: c.decimal(4, 1)}
	switch {
	case b.group == "ALC":
	case b.line != nil:
		b.line.Taxes = append(b.line.Taxes, tax)
	case b.summary:
		b.taxes = append(b.taxes, tax)
	}
}

func (b *builder) taxAmount(amount document.Amount) {
	list := b.taxes
	if b.line != nil {
		list = b.line.Taxes
	}
	if len(list) == 0 {
		return
	}
	if tax := &list[len(list)-1]; amount.Code == "125" {
		tax.Basis = amount.Value
	} else {
		tax.Amount = amount.Value
	}
}
