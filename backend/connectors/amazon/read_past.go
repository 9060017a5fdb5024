package amazon

import (
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// readReported makes an order of the rows of a report, as an imported file of it would be read. A report tells no total: whether its prices hold the tax differs by
// marketplace.
func readReported(in reportedOrder, account channel.Account) (channel.Record, []fault.Problem) {
	first := in.Rows[0]
	r := &reader{account: account, currency: account.Currency}
	for _, row := range in.Rows {
		if stated, err := commerce.ParseCurrency(row["currency"]); err == nil {
			r.currency = stated
			break
		}
	}
	r.out = order.Order{ExternalID: in.ID, Number: in.ID, Currency: r.currency, Source: first["sales-channel"], ShippingMethod: words(first["ship-service-level"])}
	placed, err := time.Parse(time.RFC3339, first["purchase-date"])
	if err != nil {
		r.problem(unreadable("purchase-date", first["purchase-date"], "a date and time"))
	}
	r.out.Placed = commerce.Stamp{At: commerce.InstantOf(placed), Precision: commerce.PrecisionSecond, Zone: "UTC", ZoneSource: commerce.ZoneFromFile}
	r.reportedState(first)
	for n, row := range in.Rows {
		r.reportedLine("report["+strconv.Itoa(n)+"]", row)
	}
	r.out.SetParty(order.ShipTo, customer.Contact{City: first["ship-city"], Region: first["ship-state"], PostalCode: first["ship-postal-code"], Country: first["ship-country"]})
	return channel.Record{Name: in.ID, Order: &r.out}, r.problems
}

func (r *reader) reportedState(row map[string]string) {
	r.out.FulfilledBy = order.ByMerchant
	if row["fulfillment-channel"] == "Amazon" {
		r.out.FulfilledBy = order.ByChannel
	}
	if row["order-status"] != "Cancelled" {
		r.out.Financial, r.out.Fulfillment = order.Paid, order.Fulfilled
		return
	}
	r.out.Financial = order.Voided
	if at, err := time.Parse(time.RFC3339, row["last-updated-date"]); err == nil {
		r.out.CancelledAt = commerce.InstantOf(at)
	}
}

func (r *reader) reportedLine(path string, row map[string]string) {
	sum := func(columns ...string) (all commerce.Amount) {
		for _, column := range columns {
			text := strings.TrimPrefix(row[column], "-")
			if text == "" {
				continue
			}
			all, _ = all.Plus(r.amount(path+"."+column, money{text, string(r.currency)}))
		}
		return all
	}
	quantity, err := commerce.ParseDecimal(row["quantity"])
	if err != nil || quantity == "" || quantity.Sign() < 0 {
		r.problem(unreadable(path+".quantity", row["quantity"], "a quantity such as 2"))
	}
	line := order.Line{Position: len(r.out.Lines) + 1, SKU: row["sku"], Title: or(row["product-name"], row["sku"]), Quantity: quantity.Padded(0), Total: sum("item-price"),
		Tax: sum("item-tax", "shipping-tax", "gift-wrap-tax"), Shipping: sum("shipping-price"), Discount: sum("item-promotion-discount", "ship-promotion-discount"),
		Fulfillment: r.out.Fulfillment}
	r.out.Lines = append(r.out.Lines, line)
	r.fee("", "Gift wrap", sum("gift-wrap-price"))
}
