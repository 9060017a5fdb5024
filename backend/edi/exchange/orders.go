package exchange

import (
	"math/big"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/edi/trade"
	"tradepost/backend/order"
)

// Reading is how what a document leaves open is read.
type Reading struct {
	Zone       *time.Location
	ZoneSource commerce.ZoneSource
	Currency   commerce.Currency // where the document states none
}

// OrderOf makes an order of a purchase order.
func OrderOf(o *trade.Order, kind string, how Reading) order.Order {
	out := order.Order{Number: NumberOf(o), Placed: how.day(o.Date), Currency: how.Currency, Fulfillment: order.Unfulfilled, Source: "EDI " + kind,
		ShippingMethod: joined(o.Shipping.Carrier, o.Shipping.Routing), ShipBy: how.shipBy(o)}
	if currency, err := commerce.ParseCurrency(o.Currency); err == nil {
		out.Currency = currency
	}
	if out.Currency != "" {
		out.Total = amount(o.Total, out.Currency)
	}
	for i := range o.Lines {
		out.Lines = append(out.Lines, lineOf(&o.Lines[i], i+1, out.Currency))
	}
	adjust(&out, o.Allowances)
	for _, role := range []struct {
		role  order.Role
		codes []string
	}{{order.Buyer, []string{"BY"}}, {order.ShipTo, []string{"ST", "DP"}}, {order.BillTo, []string{"BT", "IV"}}} {
		if p := partyOf(o.Parties, role.codes); p != nil {
			out.SetParty(role.role, contactOf(p))
		}
	}
	return out
}

// TestTag is put on orders of interchanges that are marked as tests.
const TestTag = "edi-test"

// OrderFiled makes an order of what a document says; one that is marked as a test is held, so that nobody ships it.
func OrderFiled(d *trade.Filed, o *trade.Order, how Reading) order.Order {
	out := OrderOf(o, d.Type, how)
	if d.Test {
		out.Held, out.Tags = true, []string{TestTag}
	}
	return out
}

// NumberOf is what the order is called: its number, with the release where it is one of several under a number.
func NumberOf(o *trade.Order) string {
	if o.Release != "" {
		return o.Number + "-" + o.Release
	}
	return o.Number
}

func joined(parts ...string) string { return joinedBy(" ", parts...) }

// day is a day in the zone; the zero Stamp for what is no date.
func (r Reading) day(date string) commerce.Stamp {
	at, err := time.ParseInLocation("2006-01-02", date, r.zone())
	if err != nil {
		return commerce.Stamp{}
	}
	return commerce.Stamp{At: commerce.InstantOf(at), Precision: commerce.PrecisionDay, Zone: r.zone().String(), ZoneSource: r.ZoneSource}
}

func (r Reading) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// shipDates are the kinds of dates by which goods have to leave, the ones that bind most first: X12's, then EDIFACT's.
var shipDates = []string{"038", "010", "037", "118", "10", "11", "200", "001", "61", "002", "2", "63"}

// shipBy is the end of the day on which the goods have to leave.
func (r Reading) shipBy(o *trade.Order) commerce.Instant {
	for _, kind := range shipDates {
		for _, date := range o.Dates {
			if stamp := r.day(date.Date); date.Kind.Code == kind && stamp.At != 0 {
				return commerce.InstantOf(stamp.At.Time().In(r.zone()).AddDate(0, 0, 1).Add(-time.Second))
			}
		}
	}
	return 0
}

// The kinds of item numbers by whose they are, the ones to go by first.
var (
	vendorsCodes = []string{"VN", "VA", "VC", "SA", "SK", "UP", "EN", "UK", "EA", "SRV"}
	buyersCodes  = []string{"IN", "BP", "CB", "PI"}
)

func lineOf(l *trade.Line, position int, currency commerce.Currency) order.Line {
	out := order.Line{ExternalID: l.Number, Position: position, SKU: l.Item(vendorsCodes...), BuyerItemCode: l.Item(buyersCodes...), Title: l.Description,
		Quantity: decimalOf(l.Quantity), UOM: unitOf(l.Unit), UnitPrice: priceOf(l)}
	if out.Title == "" {
		out.Title = joined(out.SKU)
	}
	if out.SKU == "" {
		out.SKU = out.BuyerItemCode
	}
	if currency != "" {
		out.Total = amount(l.Total, currency)
	}
	return out
}

// unitOf is a unit in words where there are some; pieces are "each" everywhere.
func unitOf(unit trade.Coded) string {
	switch unit.Code {
	case "EA", "PCE", "C62", "":
		return "each"
	}
	if unit.Words != "" {
		return unit.Words
	}
	return unit.Code
}

func decimalOf(text string) commerce.Decimal {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return ""
	}
	return d
}

// priceOf is the price for one.
func priceOf(l *trade.Line) commerce.Decimal {
	price, per := decimalOf(l.Price), decimalOf(l.PricePer)
	if per == "" || per.Sign() <= 0 {
		return price
	}
	whole, ok := new(big.Rat).SetString(string(price))
	parts, fine := new(big.Rat).SetString(string(per))
	if !ok || !fine {
		return price
	}
	text := whole.Quo(whole, parts).FloatString(6)
	return decimalOf(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

func amount(text string, currency commerce.Currency) commerce.Amount {
	a, err := commerce.AmountOf(decimalOf(text), currency.Exponent())
	if err != nil {
		return commerce.Amount{}
	}
	return a
}

// adjust takes allowances off and adds charges, where they state an amount.
func adjust(out *order.Order, all []trade.Allowance) {
	if out.Currency == "" {
		return
	}
	for _, a := range all {
		value := amount(a.Amount, out.Currency)
		if !value.Stated {
			continue
		}
		if !a.Charge {
			out.Discount, _ = out.Discount.Plus(value)
			continue
		}
		title := joined(a.Text)
		if title == "" {
			title = a.Kind.Words
		}
		if title == "" {
			title = "Charge"
		}
		out.Lines = append(out.Lines, order.Line{ExternalID: "charge " + a.Kind.Code, Position: len(out.Lines) + 1, Title: title, Quantity: "1", Total: value, Charge: true})
	}
}

func partyOf(all []trade.Party, roles []string) *trade.Party {
	for _, role := range roles {
		for i := range all {
			if all[i].Role.Code == role {
				return &all[i]
			}
		}
	}
	return nil
}

func contactOf(p *trade.Party) customer.Contact {
	c := customer.Contact{Name: p.Name, City: p.City, Region: p.Region, PostalCode: p.PostalCode, Country: p.Country}
	if c.Name == "" {
		c.Name = p.ID
	}
	for i, line := range p.Street {
		switch i {
		case 0:
			c.Line1 = line
		case 1:
			c.Line2 = line
		case 2:
			c.Line3 = line
		}
	}
	for _, contact := range p.Contacts {
		for _, number := range contact.Numbers {
			switch number.Kind.Code {
			case "TE":
				c.Phone = number.Value
			case "EM":
				c.Email = number.Value
			}
		}
	}
	return c
}
