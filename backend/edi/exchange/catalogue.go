package exchange

import (
	"fmt"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Sold is what an order's line asks for, as the catalogue has it.
type Sold struct {
	Known bool // it is in the catalogue, or there is no catalogue to be in
	SKU   string
	Price catalog.Wanted   // what it costs on the channel; blank where the channel's prices are not set here
	Pack  commerce.Decimal // how many one sale takes; "" is not known
}

// Catalogue finds what lines ask for: by the item numbers that they came with, as the channel offers it.
type Catalogue func(channelID int64, sku, gtin string) (Sold, error)

// most is how many differences from the catalogue are told of one order.
const most = 20

// Differs holds the lines of an order against the catalogue: items that are not in it, prices other than the channel's own, packs of another size. These
// are for a person to know; the order is taken over all the same.
func Differs(catalogue Catalogue, in *trade.Filed, channelID int64) ([]fault.Problem, error) {
	if in.Order == nil {
		return nil, nil
	}
	var all []fault.Problem
	var unknown []string
	for i := range in.Order.Lines {
		l := &in.Order.Lines[i]
		sku := or(l.Item(vendorsCodes...), l.Item(buyersCodes...))
		sold, err := catalogue(channelID, sku, l.Item("UP", "EN", "UK", "UI", "SRV", "EA"))
		if err != nil {
			return nil, err
		}
		if !sold.Known {
			unknown = append(unknown, or(sku, "line "+l.Number))
			continue
		}
		all = append(all, differences(in, i, sold)...)
	}
	if len(unknown) > 0 {
		shown := strings.Join(unknown[:min(len(unknown), 5)], ", ")
		if len(unknown) > 5 {
			shown += ", …"
		}
		all = append(all, fault.Problem{Row: lineAt(in, 0), Code: "unknown_sku", Found: shown, Expected: "items of your catalogue",
			Message: fmt.Sprintf("%d of %s are not in your catalogue: %s.", len(unknown), lines(len(in.Order.Lines)), shown), Remedy: "Take the order in, then link them under Products, or correct your catalogue."})
	}
	return all[:min(len(all), most)], nil
}

// differences are those of one line that is known.
func differences(in *trade.Filed, at int, sold Sold) (all []fault.Problem) {
	l := &in.Order.Lines[at]
	price := priceOf(l)
	currency := or(in.Order.Currency, string(sold.Price.Currency))
	if sold.Price.Price != "" && price != "" && currency == string(sold.Price.Currency) && rat(string(price)).Cmp(rat(string(sold.Price.Price))) != 0 {
		all = append(all, fault.Problem{Row: lineAt(in, at), Code: "price_differs", Found: string(price), Expected: joined(string(sold.Price.Price), currency),
			Message: fmt.Sprintf("Line %s: %s is ordered at %s, and costs %s here (%s).", or(l.Number, fmt.Sprint(at+1)), sold.SKU, price, sold.Price.Price, sold.Price.Explain()),
			Remedy:  "Answer with your price, or change it under Products."})
	}
	if unitOf(l.Unit) != "each" && l.PackSize != "" && sold.Pack != "" && rat(l.PackSize).Cmp(rat(string(sold.Pack))) != 0 {
		all = append(all, fault.Problem{Row: lineAt(in, at), Code: "pack_differs", Found: l.PackSize, Expected: string(sold.Pack),
			Message: fmt.Sprintf("Line %s: one %s of %s holds %s, and one sale of it takes %s here.", or(l.Number, fmt.Sprint(at+1)), unitOf(l.Unit), sold.SKU, l.PackSize, sold.Pack),
			Remedy:  "Correct how many one sale takes under Products, Listings, or ask the partner."})
	}
	return all
}

// lineAt is the line of the file on which an order's line begins, counted from 0.
func lineAt(in *trade.Filed, at int) int {
	for _, segment := range in.Lines {
		if tag := segment.Text[:min(len(segment.Text), 3)]; tag == "PO1" || tag == "POC" || tag == "LIN" {
			if at--; at < 0 {
				return segment.Number
			}
		}
	}
	return in.Lines[0].Number
}

// Strange says that a document comes from an id that is not known yet, or goes to another one of ours than the partner knew; nil where it does not.
func Strange(in *trade.Filed, partner Partner) *fault.Problem {
	switch {
	case partner.ID == 0:
		return &fault.Problem{Row: in.Lines[0].Number, Code: "unknown_partner", Found: in.Sender, Expected: "an id that sent something before",
			Message: fmt.Sprintf("Nothing came from the id %s before: it becomes a new trading partner.", joinedBy(":", in.SenderKind, in.Sender)),
			Remedy:  "Choose the partner's channel if there is one already; then look at what it expects under EDI, Partners."}
	case partner.Code == in.Sender && partner.OurCode != "" && partner.OurCode != in.Receiver:
		return &fault.Problem{Row: in.Lines[0].Number, Code: "other_receiver", Found: in.Receiver, Expected: partner.OurCode,
			Message: fmt.Sprintf("It is addressed to %s, and %s knew you as %s until now.", in.Receiver, partner.Channel, partner.OurCode),
			Remedy:  "Ask the partner whether it is for you."}
	}
	return nil
}
