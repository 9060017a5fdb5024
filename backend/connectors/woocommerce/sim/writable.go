package sim

import (
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

func (s *Shop) writableProduct(operation channel.Operation, p *product) (channel.Intent, bool) {
	i := channel.Intent{Operation: operation, Target: name(p.id)}
	if p.parent != 0 {
		i.Target = name(p.parent) + ":" + i.Target
	}
	if operation == channel.SetPrice {
		i.Price, i.Currency = commerce.Decimal(s.money(7777+p.id)), commerce.Currency(s.config.currency)
		return i, p.kind == "simple" || p.kind == "variation"
	}
	i.Quantity = commerce.Decimal(name(p.stock + 7))
	return i, p.manage == "true" && p.kind != "variable"
}

func (s *Shop) writableOrder(operation channel.Operation, o *order) (channel.Intent, bool) {
	i := channel.Intent{Operation: operation, Target: name(o.id), Reason: "Damaged"}
	if o.status != "processing" || len(o.refunds) > 0 || len(o.trackingNumbers()) > 0 {
		return i, false
	}
	switch operation {
	case channel.SetStatus:
		i.Status = "on-hold"
	case channel.Ship:
		i.Shipment = &channel.Shipment{Carrier: "DHL", Tracking: "JD" + strings.Repeat("0", 6) + name(o.id), ShippedAt: commerce.Instant(s.now() * 1000)}
		for _, l := range o.lines {
			i.Shipment.Lines = append(i.Shipment.Lines, channel.ShippedLine{LineID: name(l.id), Quantity: commerce.Decimal(name(l.quantity))})
		}
	case channel.Refund:
		l := o.lines[0]
		i.Currency, i.Amount, i.Restock = commerce.Currency(s.config.currency), commerce.Minor((l.total+l.tax)/l.quantity), true
		i.Lines = []channel.ShippedLine{{LineID: name(l.id), Quantity: "1"}}
		return i, i.Amount.Minor > 0
	}
	return i, true
}
