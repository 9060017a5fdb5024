package edifact

import "tradepost/backend/edi/trade"

// takeOfLine takes the segments that only lines and packages have.
func (b *builder) takeOfLine(c *content) {
	switch c.tag {
	case "LIN":
		b.beginLine(c)
	case "CPS":
		b.endLine()
		b.boxes = append(b.boxes, trade.Package{ID: c.at(1, 1), Parent: c.at(2, 1), SSCC: []string{}, Lines: []trade.Line{}})
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
		if text := c.joined(3, 4); text != "" {
			b.line.Description = joinedNonEmpty(b.line.Description, text)
		}
	case "QTY":
		b.quantity(c)
	case "PRI":
		b.price(c)
	case "LOC":
		b.place(c)
	}
}

func (b *builder) beginLine(c *content) {
	b.endLine()
	b.line = &trade.Line{Number: c.at(1, 1), Codes: []trade.Code{}, Dates: []trade.Date{}, References: []trade.Reference{}, Allowances: []trade.Allowance{},
		Parties: []trade.Party{}, Stores: []trade.Store{}, Schedule: []trade.Scheduled{}, Notes: []string{}}
	if action := c.coded(2, 1, "1229"); action.Code != "" {
		b.line.Change = &action
	}
	b.addItem(c.at(3, 1), c.at(3, 2))
	if b.kind == "INVRPT" {
		b.stock = append(b.stock, trade.StockLine{})
	}
}

// endLine puts a line where it belongs.
func (b *builder) endLine() {
	if b.line == nil {
		return
	}
	switch b.kind {
	case "DESADV", "RECADV":
		if len(b.boxes) == 0 {
			b.boxes = append(b.boxes, trade.Package{SSCC: []string{}, Lines: []trade.Line{}})
		}
		box := &b.boxes[len(b.boxes)-1]
		box.Lines = append(box.Lines, *b.line)
	case "INVRPT":
		b.keepStock()
	default:
		b.order.Lines = append(b.order.Lines, *b.line)
	}
	b.line = nil
}

func (b *builder) addItem(value, code string) {
	if value != "" {
		b.line.Codes = append(b.line.Codes, trade.Code{Kind: coded("7143", code), Value: value})
	}
}

func (b *builder) quantity(c *content) {
	q := trade.Quantity{Kind: c.coded(1, 1, "6063"), Value: c.decimal(1, 2), Unit: c.coded(1, 3, "6411")}
	if b.group == "LOC" && b.kind != "INVRPT" && len(b.line.Stores) > 0 {
		store := &b.line.Stores[len(b.line.Stores)-1]
		store.Quantity, store.Unit = q.Value, q.Unit
		return
	}
	if b.group == "ALC" {
		return
	}
	if b.kind == "INVRPT" && b.stock[len(b.stock)-1].Place != nil {
		b.nextPlace()
	}
	if q.Kind.Code == "59" {
		b.line.PackSize = q.Value
	}
	b.line.Quantities = append(b.line.Quantities, q)
	if q.Kind.Code == b.summed {
		b.line.Quantity, b.line.Unit = q.Value, q.Unit
	}
}

// price takes a PRI. The line's price is the net one, else the first; suggested retail prices are told apart.
func (b *builder) price(c *content) {
	value, basis := c.decimal(1, 2), c.coded(1, 4, "5387")
	if kind := basis.Code; kind == "SRP" || kind == "RTP" {
		b.line.RetailPrice = value
		if b.kind != "ORDERS" || b.line.Price != "" {
			return
		}
	}
	if b.line.Price == "" || c.at(1, 1) == "AAA" && b.line.PriceBasis.Code != "AAA" {
		b.line.Price, b.line.PriceBasis, b.line.PricePer = value, c.coded(1, 1, "5125"), c.decimal(1, 5)
		if b.line.PricePer == "1" {
			b.line.PricePer = ""
		}
	}
}

// place takes a LOC: where a part of the line goes, or where stock lies.
func (b *builder) place(c *content) {
	switch {
	case b.kind == "INVRPT":
		b.stock[len(b.stock)-1].Place = &trade.Party{Role: c.coded(1, 1, "3227"), ID: c.at(2, 1), IDKind: c.coded(2, 3, "3055"), Name: c.at(2, 4),
			Names: []string{}, Street: []string{}, Contacts: []trade.Contact{}, References: []trade.Reference{}}
	case b.group == "LOC" && c.at(1, 1) == "7":
		b.line.Stores = append(b.line.Stores, trade.Store{Kind: c.coded(2, 3, "3055"), Store: c.at(2, 1)})
	}
}

// ofPackage takes what describes a package.
func (b *builder) ofPackage(c *content) {
	switch {
	case b.line != nil:
		return
	case len(b.boxes) == 0:
		b.weight = weighed(b.weight, c)
		return
	}
	box := &b.boxes[len(b.boxes)-1]
	switch c.tag {
	case "PAC":
		box.Count, box.Kind = c.at(1, 1), c.coded(3, 1, "7065")
	case "MEA":
		box.Weight = weighed(box.Weight, c)
	case "GIN":
		for element := 2; element <= len(c.elements) && c.at(1, 1) == "BJ"; element++ {
			box.SSCC = append(box.SSCC, components(c, element, 1, 2)...)
		}
	}
}

// weighed is a gross weight, or what was known before.
func weighed(before *trade.Quantity, c *content) *trade.Quantity {
	switch property := c.coded(2, 1, "6313"); property.Code {
	case "AAB", "AAD", "G":
		return &trade.Quantity{Kind: property, Value: c.decimal(3, 2), Unit: c.coded(3, 1, "6411")}
	}
	return before
}

// nextPlace begins the stock of the same item at another place.
func (b *builder) nextPlace() {
	if b.kind != "INVRPT" || b.line == nil || len(b.line.Quantities) == 0 {
		return
	}
	same := *b.line
	b.keepStock()
	same.Quantities, same.Quantity, same.Unit = nil, "", trade.Coded{}
	b.line = &same
	b.stock = append(b.stock, trade.StockLine{})
}

// keepStock ends the stock of a place. What counts is the actual stock, else what is on hand, else the first.
func (b *builder) keepStock() {
	entry := &b.stock[len(b.stock)-1]
	entry.Line = *b.line
	for _, code := range []string{"145", "17", ""} {
		for _, q := range entry.Quantities {
			if (q.Kind.Code == code || code == "") && entry.Quantity == "" {
				entry.Quantity, entry.Unit = q.Value, q.Unit
			}
		}
	}
}
