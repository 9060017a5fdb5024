package edifact

import "tradepost/backend/edi/trade"

func (b *builder) allowance(c *content) {
	into := b.allowances()
	*into = append(*into, trade.Allowance{Charge: c.at(1, 1) == "C", Sort: c.coded(1, 1, "5463"), Kind: c.coded(5, 1, "7161"), Settled: c.coded(3, 1, "4471"), Text: c.joined(5, 4)})
}

// allowances is the list that an ALC belongs to.
func (b *builder) allowances() *[]trade.Allowance {
	if b.line != nil {
		return &b.line.Allowances
	}
	return &b.order.Allowances
}

// openAllowance is the allowance or charge whose group is open.
func (b *builder) openAllowance() *trade.Allowance {
	list := *b.allowances()
	if b.group != "ALC" || len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

func (b *builder) percent(c *content) {
	if allowance := b.openAllowance(); allowance != nil {
		allowance.Percent = c.decimal(1, 2)
		return
	}
	if b.group == "PAT" && b.line == nil && len(b.order.Terms) > 0 {
		b.order.Terms[len(b.order.Terms)-1].Percent = c.decimal(1, 2)
	}
}

// amount takes a MOA to what it belongs to.
func (b *builder) amount(c *content) {
	one := trade.Amount{Kind: c.coded(1, 1, "5025"), Value: c.decimal(1, 2), Currency: c.at(1, 3)}
	allowance := b.openAllowance()
	switch {
	case b.paying():
		b.paidAmount(one)
	case b.group == "TAX" && (b.line != nil || b.summary):
		b.taxAmount(one)
	case allowance != nil && (b.last == "ALC" || b.last == "PCD" || b.last == "QTY" || b.last == "MOA"):
		allowance.Amount = one.Value
	case b.line != nil:
		if one.Kind.Code == "203" {
			b.line.Total = one.Value
		}
	default:
		b.amounts = append(b.amounts, one)
	}
}

func (b *builder) tax(c *content) {
	one := trade.Tax{Kind: c.coded(2, 1, "5153"), Category: c.coded(6, 1, "5305"), Rate: c.decimal(5, 4), Basis: c.decimal(4, 1)}
	switch {
	case b.group == "ALC":
	case b.line != nil:
		b.line.Taxes = append(b.line.Taxes, one)
	case b.summary:
		b.taxes = append(b.taxes, one)
	}
}

func (b *builder) taxAmount(amount trade.Amount) {
	list := b.taxes
	if b.line != nil {
		list = b.line.Taxes
	}
	if len(list) == 0 {
		return
	}
	if tax := &list[len(list)-1]; amount.Kind.Code == "125" {
		tax.Basis = amount.Value
	} else {
		tax.Amount = amount.Value
	}
}

// amountOf is the first of the document's amounts with one of the codes, in their order.
func (b *builder) amountOf(codes ...string) string {
	for _, code := range codes {
		for i := range b.amounts {
			if b.amounts[i].Kind.Code == code {
				return b.amounts[i].Value
			}
		}
	}
	return ""
}

// paying tells whether what comes is about a document that is paid.
func (b *builder) paying() bool { return b.kind == "REMADV" && len(b.paid) > 0 && !b.summary }

// ofPayment takes a document that is paid, and adjustments of it.
func (b *builder) ofPayment(c *content) {
	switch {
	case b.kind != "REMADV":
	case c.tag == "DOC":
		b.paid = append(b.paid, trade.PaidItem{Kind: c.coded(1, 1, "1001"), Number: c.at(2, 1), References: []trade.Reference{}, Adjusted: []trade.Amount{}})
	case b.paying():
		item := &b.paid[len(b.paid)-1]
		item.Adjusted = append(item.Adjusted, trade.Amount{Kind: c.coded(1, 1, "4465")})
	}
}

// paidAmount takes an amount of a document that is paid.
func (b *builder) paidAmount(amount trade.Amount) {
	item := &b.paid[len(b.paid)-1]
	switch code := amount.Kind.Code; {
	case b.group == "AJT" && len(item.Adjusted) > 0:
		item.Adjusted[len(item.Adjusted)-1].Value = amount.Value
	case code == "12":
		item.Paid = amount.Value
	case code == "52" || code == "53":
		item.Discount = amount.Value
	case item.Amount == "":
		item.Amount = amount.Value
	}
}
