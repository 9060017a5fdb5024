package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
)

type orderStore interface {
	ListOrders(ctx context.Context, filter order.Filter, page order.Page) ([]order.Row, string, error)
	FullOrders(ctx context.Context, filter order.Filter, page order.Page) ([]order.Order, string, error)
	OrderCounts(ctx context.Context) (order.Counts, error)
	Neighbours(ctx context.Context, o *order.Order) ([2]int64, error)
	tabular.UndoStore
}

// Order is one order of one channel. Amounts that no source stated are null; computed has what its lines add up to.
type Order struct {
	ID                string       `json:"id"`
	ETag              string       `json:"etag"`
	Number            string       `json:"number"`
	Channel           string       `json:"channel"`
	ExternalID        *string      `json:"external_id"`
	PlacedAt          *string      `json:"placed_at" doc:"RFC 3339 in UTC."`
	PlacedPrecision   string       `json:"placed_precision" doc:"How finely the source stated it: millisecond, second, minute or day."`
	ZoneSource        string       `json:"zone_source" doc:"Who named the time zone: file, option, channel or workspace."`
	Currency          *string      `json:"currency"`
	Subtotal          *string      `json:"subtotal"`
	Shipping          *string      `json:"shipping"`
	Tax               *string      `json:"tax"`
	Discount          *string      `json:"discount"`
	Total             *string      `json:"total"`
	FinancialStatus   *string      `json:"financial_status"`
	FulfillmentStatus *string      `json:"fulfillment_status"`
	Stage             string       `json:"stage" enum:"to_ship,shipped,cancelled,open"`
	Held              bool         `json:"held"`
	Tags              []string     `json:"tags"`
	ShipBy            *string      `json:"ship_by"`
	CancelledAt       *string      `json:"cancelled_at"`
	Buyer             Buyer        `json:"buyer"`
	ShipTo            ShipTo       `json:"ship_to"`
	Lines             []OrderLine  `json:"lines"`
	Computed          OrderAmounts `json:"computed"`
}

// Buyer is who ordered.
type Buyer struct {
	Name  *string `json:"name"`
	Email *string `json:"email"`
}

// ShipTo is where it goes.
type ShipTo struct {
	Name       *string `json:"name"`
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	City       *string `json:"city"`
	Region     *string `json:"region"`
	PostalCode *string `json:"postal_code"`
	Country    *string `json:"country"`
}

// OrderAmounts are sums over stated line amounts.
type OrderAmounts struct {
	Subtotal *string `json:"subtotal"`
	Shipping *string `json:"shipping"`
	Tax      *string `json:"tax"`
	Discount *string `json:"discount"`
	Total    *string `json:"total"`
}

// OrderLine is one line item; quantity is a number.
type OrderLine struct {
	ID                string           `json:"id"`
	ExternalID        *string          `json:"external_id"`
	SKU               *string          `json:"sku"`
	Title             string           `json:"title"`
	Quantity          commerce.Decimal `json:"quantity"`
	UOM               string           `json:"uom"`
	UnitPrice         *string          `json:"unit_price"`
	Total             *string          `json:"total" doc:"The source's own line total."`
	ComputedTotal     *string          `json:"computed_total" doc:"Quantity times unit price, where the source states no total."`
	Tax               *string          `json:"tax"`
	Shipping          *string          `json:"shipping"`
	Discount          *string          `json:"discount"`
	FulfillmentStatus *string          `json:"fulfillment_status"`
	Listing           string           `json:"listing"`
	LinkedSKU         *string          `json:"linked_sku"`
	Variant           *string          `json:"variant"`
	Charge            bool             `json:"charge" doc:"No goods but a fee or surcharge: part of what the lines add up to, never linked, packed or counted."`
}

type orderList struct {
	Orders []Order `json:"orders"`
	Next   *string `json:"next"`
}

// listInput is the query of every list of orders.
type listInput struct {
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	After      string `query:"after" doc:"The next value of the page before."`
	Channel    string `query:"channel" doc:"A channel's name, or several with commas."`
	Status     string `query:"status" doc:"A stage, payment or shipping state, late or held; or several with commas."`
	Search     string `query:"search" doc:"Numbers, SKUs, e-mail addresses, names, words."`
	Number     string `query:"number" doc:"Exactly this number."`
	Tag        string `query:"tag"`
	Unlinked   bool   `query:"unlinked" doc:"Only orders with a line whose SKU is not linked."`
	PlacedFrom string `query:"placed_from" doc:"RFC 3339, or a day such as 2026-03-12 in the workspace's zone."`
	PlacedTo   string `query:"placed_to" doc:"As placed_from; a day is included."`
}

func (in listInput) filter(zone *time.Location) (order.Filter, error) {
	f := order.Filter{Channel: in.Channel, Status: in.Status, Search: in.Search, Number: in.Number, Tag: in.Tag, Unlinked: in.Unlinked}
	var err error
	if f.PlacedFrom, err = instantOf(in.PlacedFrom, zone, 0, "placed_from"); err != nil {
		return f, err
	}
	f.PlacedTo, err = instantOf(in.PlacedTo, zone, 1, "placed_to")
	return f, err
}

func (in listInput) page() order.Page { return order.Page{After: in.After, Limit: in.Limit} }

// instantOf reads an instant, or the beginning of a day plus some days.
func instantOf(text string, zone *time.Location, days int, field string) (commerce.Instant, error) {
	if text == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return commerce.InstantOf(t), nil
	}
	t, err := time.ParseInLocation("2006-01-02", text, zone)
	if err != nil {
		return 0, fault.New(fault.Invalid, text+" is not a date.", "Use 2026-03-12 or 2026-03-12T09:00:00Z.").InField(field)
	}
	return commerce.InstantOf(t.AddDate(0, 0, days)), nil
}

func (s *server) registerOrders(spec huma.API) {
	get(spec, "/api/v1/orders", about{"list-orders", "Orders, newest first", "Orders", "orders:read"}, s.orders)
	get(spec, "/api/v1/orders/{id}", about{"get-order", "One order", "Orders", "orders:read"}, s.order)
}

func (s *server) orders(ctx context.Context, in *listInput) (*reply[orderList], error) {
	filter, err := in.filter(s.Store.Zone())
	if err != nil {
		return nil, err
	}
	all, next, err := s.Store.FullOrders(ctx, filter, in.page())
	body := orderList{Orders: []Order{}, Next: optionalText(next)}
	for i := range all {
		body.Orders = append(body.Orders, orderOf(&all[i]))
	}
	return ok(body, err)
}

func (s *server) order(ctx context.Context, in *ByID) (*reply[Order], error) {
	o, err := s.loadOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(orderOf(o), nil)
}

func (s *server) loadOrder(ctx context.Context, idText string) (*order.Order, error) {
	id, err := parseID(idText)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Lookup(ctx).LoadOrder(id)
	if err == nil && o == nil {
		err = fault.New(fault.NotFound, "There is no such order.", "It may have been removed by taking an import back.")
	}
	return o, err
}

func orderOf(o *order.Order) Order {
	buyer, _ := o.Party(order.Buyer)
	to, _ := o.Party(order.ShipTo)
	c := o.Compute()
	body := Order{ID: idText(o.ID), ETag: idText(o.Version), Number: o.Number, Channel: o.Channel, ExternalID: optionalText(o.ExternalID),
		PlacedAt: when(o.Placed.At), PlacedPrecision: string(o.Placed.Precision), ZoneSource: string(o.Placed.ZoneSource), Currency: optionalText(string(o.Currency)),
		Subtotal: money(o.Subtotal, o.Currency), Shipping: money(o.Shipping, o.Currency), Tax: money(o.Tax, o.Currency), Discount: money(o.Discount, o.Currency),
		Total: money(o.Total, o.Currency), FinancialStatus: optionalText(string(o.Financial)), FulfillmentStatus: optionalText(string(o.Fulfillment)),
		Stage: string(o.Stage()), Held: o.Held, Tags: list(o.Tags), ShipBy: when(o.ShipBy), CancelledAt: when(o.CancelledAt),
		Buyer: Buyer{optionalText(buyer.Name), optionalText(buyer.Email)}, ShipTo: shipTo(to), Lines: []OrderLine{},
		Computed: OrderAmounts{money(c.Subtotal, o.Currency), money(c.Shipping, o.Currency), money(c.Tax, o.Currency), money(c.Discount, o.Currency), money(c.Total, o.Currency)}}
	for i := range o.Lines {
		body.Lines = append(body.Lines, lineOf(&o.Lines[i], o.Currency))
	}
	return body
}

func shipTo(to customer.Contact) ShipTo {
	return ShipTo{optionalText(to.Name), optionalText(to.Line1), optionalText(to.Line2), optionalText(to.City), optionalText(to.Region),
		optionalText(to.PostalCode), optionalText(to.Country)}
}

func lineOf(l *order.Line, currency commerce.Currency) OrderLine {
	line := OrderLine{ID: idText(l.ID), ExternalID: optionalText(l.ExternalID), SKU: optionalText(l.SKU), Title: l.Title, Quantity: l.Quantity, UOM: l.UOM,
		UnitPrice: optionalText(string(l.UnitPrice)), Total: money(l.Total, currency), Tax: money(l.Tax, currency), Shipping: money(l.Shipping, currency),
		Discount: money(l.Discount, currency), FulfillmentStatus: optionalText(string(l.Fulfillment)), Listing: idText(l.ListingID),
		LinkedSKU: optionalText(l.LinkedSKU), Variant: optionalID(l.VariantID), Charge: l.Charge}
	if !l.Total.Stated {
		line.ComputedTotal = money(l.Amount(currency), currency)
	}
	return line
}
