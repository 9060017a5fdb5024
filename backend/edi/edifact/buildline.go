package edifact

import (
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/document"
)

// takeOfLine takes the segments that only lines and packages have.
func (b *builder) takeOfLine(c *content) {
	switch c.tag {
	case "LIN":
		b.beginLine(c)
	case "CPS":
		b.endLine()
		b.boxes = append(b.boxes, document.Package{ID: c.at(1, 1), Parent: c.at(2, 1)})
	case "PAC", "MEA", "GIN":
		b.ofPackage(c)
	case "DOC", "AJT":
		b.ofPayment(c)
	case "INV":
		b.nextPlace()
	}
	if b.line == nil {
		return
	}
	switch c.tag {
	case "PIA":
		for element := 2; element <= len(c.elements); element++ {
			b.addItem(c.at(element, 1), c.at(element, 2))
		}
	case "IMD":
		b.describe(c)
	case "QTY":
		b.quantity(c)
	case "PRI":
		b.price(c)
	case "LOC":
		b.place(c)
	}
}

// actions are what LIN's action codes do to a line of a change.
var actions = map[string]document.Action{"1": document.AddLine, "2": document.DeleteLine, "3": document.ChangeLine, "4": document.KeepLine, "11": document.KeepLine}

func (b *builder) beginLine(c *content) {
	b.endLine()
	b.line = &document.Line{Number: c.at(1, 1), ActionCode: c.at(2, 1), Items: []document.ItemID{}}
	if b.kind == "ORDCHG" {
		b.line.Action = actions[c.at(2, 1)]
	}
	b.addItem(c.at(3, 1), c.at(3, 2))
	if b.kind == "INVRPT" {
		b.stock = append(b.stock, document.StockLine{})
	}
}

// endLine puts a line where it belongs.
func (b *builder) endLine() {
	if b.line == nil {
		return
	}
	switch {
	case b.kind == "DESADV" || b.kind == "RECADV":
		if len(b.boxes) == 0 {
			b.boxes = append(b.boxes, document.Package{})
		}
		box := &b.boxes[len(b.boxes)-1]
		box.Lines = append(box.Lines, *b.line)
	case b.kind == "INVRPT":
		b.keepStock()
	default:
		b.lines = append(b.lines, *b.line)
	}
	b.line = nil
}

// itemKinds are whose numbers LIN and PIA give.
var itemKinds = map[string]document.ItemKind{"EN": document.GTIN, "SRV": document.GTIN, "UP": document.GTIN, "GU": document.GTIN,
	"IN": document.BuyerItem, "BP": document.BuyerItem, "IT": document.BuyerItem, "SA": document.SupplierItem, "VN": document.SupplierItem, "VP": document.SupplierItem,
	"MF": document.MakerItem}

func (b *builder) addItem(value, code string) {
	if value == "" {
		return
	}
	kind, known := itemKinds[code]
	if !known {
		kind = document.OtherItem
	}
	b.line.Items = append(b.line.Items, document.ItemID{Code: code, Kind: kind, Value: value})
}

func (b *builder) describe(c *content) {
	text := c.joined(3, 4, 5)
	switch {
	case text == "":
	case b.line.Description == "":
		b.line.Description = text
	default:
		b.line.Description += " " + text
	}
}

func (b *builder) quantity(c *content) {
	q := document.Quantity{Code: c.at(1, 1), Words: meaning("6063", c.at(1, 1)), Value: c.decimal(1, 2), Unit: c.at(1, 3)}
	if b.group == "LOC" && b.kind != "INVRPT" && len(b.line.Shares) > 0 {
		share := &b.line.Shares[len(b.line.Shares)-1]
		share.Quantity, share.Unit = q.Value, q.Unit
		return
	}
	if b.kind == "INVRPT" && b.placed() {
		b.nextPlace()
	}
	if q.Code == "59" {
		b.line.PackSize = q.Value
	}
	b.line.Quantities = append(b.line.Quantities, q)
	if q.Code == b.summed {
		b.line.Quantity, b.line.Unit = q.Value, q.Unit
	}
}

// price takes a PRI. The line's price is the net one, else the first.
func (b *builder) price(c *content) {
	price := document.Price{Code: c.at(1, 1), Words: meaning("5125", c.at(1, 1)), Value: c.decimal(1, 2), Per: c.decimal(1, 5), Unit: c.at(1, 6), Basis: c.at(1, 4)}
	if price.Basis == "" {
		price.Basis = c.at(1, 3)
	}
	b.line.Prices = append(b.line.Prices, price)
	if b.line.Price.Value == "" || price.Code == "AAA" && b.line.Price.Code != "AAA" {
		b.line.Price = price
	}
}

// place takes a LOC: where a part of the line goes, or where stock lies.
func (b *builder) place(c *content) {
	party := document.Party{Role: document.ShipTo, RoleCode: c.at(1, 1), ID: c.at(2, 1), IDCode: c.at(2, 3), Name: c.at(2, 4)}
	switch {
	case b.kind == "INVRPT" && len(b.stock) > 0:
		party.Role = document.OtherRole
		b.stock[len(b.stock)-1].Place = party
	case b.group == "LOC" && c.at(1, 1) == "7":
		b.line.Shares = append(b.line.Shares, document.Share{Place: party})
	}
}

// ofPackage takes what describes a package.
func (b *builder) ofPackage(c *content) {
	if len(b.boxes) == 0 && c.tag == "MEA" && b.line == nil {
		weighed(&b.weight, c)
	}
	if len(b.boxes) == 0 || b.line != nil {
		return
	}
	box := &b.boxes[len(b.boxes)-1]
	switch c.tag {
	case "PAC":
		box.Count, _ = strconv.Atoi(c.at(1, 1))
		box.Kind = c.at(3, 1)
	case "MEA":
		weighed(&box.Weight, c)
	case "GIN":
		for element := 2; element <= len(c.elements) && c.at(1, 1) == "BJ"; element++ {
			for component := 1; component <= 2; component++ {
				if number := c.at(element, component); number != "" {
					box.SSCC = append(box.SSCC, number)
				}
			}
		}
	}
}

// weighed takes a gross weight.
func weighed(into *document.Quantity, c *content) {
	if property := c.at(2, 1); property == "AAB" || property == "AAD" || property == "G" {
		*into = document.Quantity{Code: property, Words: meaning("6313", property), Value: c.decimal(3, 2), Unit: c.at(3, 1)}
	}
}

// ofPayment takes a document that is paid, and adjustments of it.
func (b *builder) ofPayment(c *content) {
	switch {
	case b.kind != "REMADV":
	case c.tag == "DOC":
		b.paid = append(b.paid, document.RemittanceItem{KindCode: c.at(1, 1), Kind: meaning("1001", c.at(1, 1)), Number: c.at(2, 1)})
	case len(b.paid) > 0:
		item := &b.paid[len(b.paid)-1]
		item.Adjustments = append(item.Adjustments, document.Adjustment{Code: c.at(1, 1)})
	}
}

// paidAmount takes an amount of a document that is paid.
func (b *builder) paidAmount(amount document.Amount) {
	item := &b.paid[len(b.paid)-1]
	switch {
	case b.group == "AJT" && len(item.Adjustments) > 0:
		item.Adjustments[len(item.Adjustments)-1].Amount = amount.Value
	case amount.Code == "12":
		item.Paid = amount.Value
	case amount.Code == "52" || amount.Code == "53":
		item.Discount = amount.Value
	case item.Amount == "":
		item.Amount = amount.Value
	}
}

// placed tells whether the stock that is being read has its place already.
func (b *builder) placed() bool { return len(b.stock) > 0 && b.stock[len(b.stock)-1].Place.ID != "" }

// nextPlace begins the stock of the same item at another place.
func (b *builder) nextPlace() {
	if b.kind != "INVRPT" || b.line == nil || len(b.line.Quantities) == 0 {
		return
	}
	same := *b.line
	b.keepStock()
	same.Quantities, same.Quantity, same.Unit = nil, "", ""
	b.line = &same
	b.stock = append(b.stock, document.StockLine{})
}

// keepStock ends the stock of a place. What counts is the actual stock, else what is on hand, else the first.
func (b *builder) keepStock() {
	entry := &b.stock[len(b.stock)-1]
	entry.Line = *b.line
	for _, code := range []string{"145", "17"} {
		for _, q := range entry.Quantities {
			if q.Code == code && entry.Quantity == "" {
				entry.Quantity, entry.Unit = q.Value, q.Unit
			}
		}
	}
	if entry.Quantity == "" && len(entry.Quantities) > 0 {
		entry.Quantity, entry.Unit = entry.Quantities[0].Value, entry.Quantities[0].Unit
	}
}

// amountOf is the first of the heading's amounts with one of the codes, in their order.
func (b *builder) amountOf(codes ...string) commerce.Decimal {
	for _, code := range codes {
		for _, amount := range b.heading.Amounts {
			if amount.Code == code {
				return amount.Value
			}
		}
	}
	return ""
}
