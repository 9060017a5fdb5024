package trade

import (
	"math/big"
	"slices"
	"strings"
)

// WorkOut fills in what an invoice that is made of an order does not state yet: what lines come to, what allowances and charges
// by percent come to, and a tax of a rate in percent on all of it, unless the rate is empty. Amounts are rounded to two decimals.
// What cannot be worked out stays empty. The invoice's lines and allowances are its own afterwards.
func (v *Invoice) WorkOut(taxRate string) {
	v.Lines = slices.Clone(v.Lines)
	sum := new(big.Rat)
	for i := range v.Lines {
		l := &v.Lines[i]
		l.workOut()
		if total, ok := decimal(l.Total); ok {
			sum.Add(sum, total)
		}
	}
	v.Allowances = workedOut(v.Allowances, sum)
	adjust(sum, v.Allowances)
	if rate, ok := decimal(taxRate); ok && len(v.Taxes) == 0 {
		v.Taxes = []Tax{{Kind: Coded{Code: "VAT"}, Category: Coded{Code: "S"}, Rate: taxRate, Basis: sum.FloatString(2), Amount: percentOf(sum, rate).FloatString(2)}}
	}
}

// workOut makes a line's total: its quantity times its price, with what is added and taken off.
func (l *Line) workOut() {
	quantity, ok := decimal(l.Quantity)
	price, priced := decimal(l.Price)
	if l.Total != "" || !ok || !priced {
		return
	}
	total := quantity.Mul(quantity, price)
	if per, ok := decimal(l.PricePer); ok && per.Sign() > 0 {
		total.Quo(total, per)
	}
	l.Allowances = workedOut(l.Allowances, total)
	if adjust(total, l.Allowances) {
		l.Total = total.FloatString(2)
	}
}

// workedOut are allowances and charges with their amounts: of a percentage, if none is stated.
func workedOut(all []Allowance, base *big.Rat) []Allowance {
	all = slices.Clone(all)
	for i := range all {
		if percent, ok := decimal(all[i].Percent); ok && all[i].Amount == "" {
			all[i].Amount = percentOf(base, percent).FloatString(2)
		}
	}
	return all
}

// adjust takes allowances off and adds charges. It tells whether all of them have amounts.
func adjust(total *big.Rat, all []Allowance) bool {
	complete := true
	for _, a := range all {
		amount, ok := decimal(a.Amount)
		if !ok {
			complete = false
			continue
		}
		if !a.Charge {
			amount.Neg(amount)
		}
		total.Add(total, amount)
	}
	return complete
}

func percentOf(base, percent *big.Rat) *big.Rat {
	part := new(big.Rat).Mul(base, percent)
	return part.Quo(part, big.NewRat(100, 1))
}

// decimal reads a number as documents state it: no powers, no fractions.
func decimal(text string) (*big.Rat, bool) {
	if text == "" || strings.Trim(text, "0123456789.-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}
