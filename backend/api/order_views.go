package api

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// OrderRow is an order as the list shows it.
type OrderRow struct {
	ID                string   `json:"id"`
	Number            string   `json:"number"`
	Channel           string   `json:"channel"`
	Kind              string   `json:"kind" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other"`
	PlacedAt          *string  `json:"placed_at"`
	PlacedPrecision   string   `json:"placed_precision"`
	Buyer             string   `json:"buyer"`
	Items             string   `json:"items"`
	Total             *string  `json:"total"`
	ComputedTotal     *string  `json:"computed_total"`
	Currency          string   `json:"currency"`
	FinancialStatus   *string  `json:"financial_status"`
	FulfillmentStatus *string  `json:"fulfillment_status"`
	Stage             string   `json:"stage" enum:"to_ship,shipped,cancelled,open"`
	Held              bool     `json:"held"`
	ShipBy            *string  `json:"ship_by"`
	Tags              []string `json:"tags"`
	Unlinked          int      `json:"unlinked"`
}

type rowList struct {
	Rows []OrderRow `json:"rows"`
	Next *string    `json:"next"`
}

// OrderCounts are the numbers on the tabs and chips.
type OrderCounts struct {
	All       int            `json:"all"`
	ToShip    int            `json:"to_ship"`
	Late      int            `json:"late"`
	Held      int            `json:"held"`
	Unlinked  int            `json:"unlinked"`
	Cancelled int            `json:"cancelled"`
	Channels  []ChannelCount `json:"channels"`
	Tags      []TagCount     `json:"tags"`
}

// ChannelCount is the number of orders of one channel.
type ChannelCount struct {
	Name  string `json:"name"`
	Kind  string `json:"kind" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other"`
	Count int    `json:"count"`
}

// TagCount is the number of orders with one tag.
type TagCount struct {
	Tag   string `json:"tag"`
	Count int    `json:"count"`
}

// OrderView is the order page.
type OrderView struct {
	Order    Order           `json:"order"`
	People   []OrderPerson   `json:"people"`
	Money    OrderMoney      `json:"money"`
	Details  OrderDetails    `json:"details"`
	Timeline []TimelineEntry `json:"timeline"`
	// Presented and Parcels are as the channel last said them.
	Presented *OrderPresented `json:"presented" doc:"What the buyer saw and paid, where that is another currency than the order's."`
	Parcels   []OrderParcel   `json:"parcels" doc:"What the channel says is on its way."`

	Writes   []OrderWrite  `json:"writes" doc:"What its channel's connections can be told of it."`
	Pushes   []OrderPushed `json:"pushes" doc:"What was written about it, or is to be, newest first."`
	Previous *string       `json:"previous"`
	Next     *string       `json:"next"`
}

// OrderPresented is an order's money in the buyer's own currency.
type OrderPresented struct {
	Currency string  `json:"currency"`
	Total    *string `json:"total"`
	Refunded *string `json:"refunded"`
}

// OrderParcel is a shipment as the channel has it.
type OrderParcel struct {
	Connection string  `json:"connection" doc:"The connection's id."`
	Tracking   string  `json:"tracking"`
	Carrier    string  `json:"carrier"`
	ShippedAt  *string `json:"shipped_at"`
	Corrects   bool    `json:"corrects" doc:"The channel can be told another number of it."`
}

// OrderPerson is someone in a role.
type OrderPerson struct {
	Role       string `json:"role"`
	Name       string `json:"name"`
	Company    string `json:"company"`
	Email      string `json:"email"`
	Phone      string `json:"phone"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2"`
	Line3      string `json:"line3"`
	City       string `json:"city"`
	Region     string `json:"region"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country"`
	Note       string `json:"note"`
}

// OrderMoney is the money of an order: rows that add up to total, with the difference named where they do not.
type OrderMoney struct {
	Rows        []MoneyRow `json:"rows"`
	Total       *string    `json:"total"`
	Refunded    *string    `json:"refunded"`
	Outstanding *string    `json:"outstanding"`
	Rounding    *string    `json:"rounding" doc:"What is missing between the rows and the total; null where they agree."`
}

// MoneyRow is one amount; stated tells the source's own from sums over lines.
type MoneyRow struct {
	Label  string  `json:"label" enum:"subtotal,discount,shipping,tax"`
	Amount *string `json:"amount"`
	Stated bool    `json:"stated"`
}

// OrderDetails are the smaller facts.
type OrderDetails struct {
	ShippingMethod string  `json:"shipping_method"`
	PaymentMethod  string  `json:"payment_method"`
	DiscountCode   string  `json:"discount_code"`
	Source         string  `json:"source"`
	Risk           string  `json:"risk"`
	PaidAt         *string `json:"paid_at"`
	FulfilledAt    *string `json:"fulfilled_at"`
	CancelledAt    *string `json:"cancelled_at"`
}

// TimelineEntry is one thing that happened, with its cause.
type TimelineEntry struct {
	ID      string        `json:"id"`
	At      *string       `json:"at" nullable:"false"`
	Kind    string        `json:"kind"`
	Title   string        `json:"title"`
	Cause   TimelineCause `json:"cause"`
	Message *string       `json:"message"`
	Changes []FieldChange `json:"changes"`
}

// TimelineCause is the run behind an entry; id is an import's for kind import, else the run's.
type TimelineCause struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Words string `json:"words"`
}

// SearchView is what the palette finds.
type SearchView struct {
	Groups []SearchGroup `json:"groups"`
}

// SearchGroup holds hits of one kind.
type SearchGroup struct {
	Kind  string      `json:"kind" enum:"orders,products,customers,channels"`
	Items []SearchHit `json:"items"`
}

// SearchHit is one hit.
type SearchHit struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Href   string `json:"href"`
}

func (s *server) registerOrderViews(spec huma.API) {
	const tag = "Views"
	get(spec, "/api/view/orders", about{"view-orders", "The order list", tag, "orders:read"}, s.rows)
	get(spec, "/api/view/orders/counts", about{"view-order-counts", "The numbers on the order list", tag, "orders:read"}, s.counts)
	get(spec, "/api/view/orders/{id}", about{"view-order", "The order page", tag, "orders:read"}, s.orderView)
	get(spec, "/api/view/search", about{"view-search", "What the palette finds", tag, "orders:read"}, s.searchView)
}

func (s *server) rows(ctx context.Context, in *listInput) (*reply[rowList], error) {
	filter, err := in.filter(s.Store.Zone())
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Store.ListOrders(ctx, filter, in.page())
	body := rowList{Rows: []OrderRow{}, Next: optionalText(next)}
	for _, r := range rows {
		body.Rows = append(body.Rows, rowOf(r))
	}
	return ok(body, err)
}

func rowOf(r order.Row) OrderRow {
	return OrderRow{ID: idText(r.ID), Number: r.Number, Channel: r.Channel, Kind: r.ChannelKind, PlacedAt: when(r.Placed.At), PlacedPrecision: string(r.Placed.Precision),
		Buyer: r.Buyer, Items: r.Items, Total: money(r.Total, r.Currency), ComputedTotal: money(r.ComputedTotal, r.Currency), Currency: string(r.Currency),
		FinancialStatus: optionalText(string(r.Financial)), FulfillmentStatus: optionalText(string(r.Fulfillment)), Stage: string(r.Stage), Held: r.Held,
		ShipBy: when(r.ShipBy), Tags: list(r.Tags), Unlinked: r.Unlinked}
}

func (s *server) counts(ctx context.Context, _ *none) (*reply[OrderCounts], error) {
	c, err := s.Store.OrderCounts(ctx)
	body := OrderCounts{All: c.All, ToShip: c.ToShip, Late: c.Late, Held: c.Held, Unlinked: c.Unlinked, Cancelled: c.Cancelled, Channels: []ChannelCount{}, Tags: []TagCount{}}
	for _, n := range c.Channels {
		body.Channels = append(body.Channels, ChannelCount(n))
	}
	for _, n := range c.Tags {
		body.Tags = append(body.Tags, TagCount(n))
	}
	return ok(body, err)
}

func (s *server) orderView(ctx context.Context, in *ByID) (*reply[OrderView], error) {
	o, err := s.loadOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	changes, err := s.Store.Changes(ctx, "order", o.ID)
	if err != nil {
		return nil, err
	}
	body := OrderView{Order: orderOf(o), People: people(o), Money: moneyOf(o), Timeline: []TimelineEntry{},
		Details: OrderDetails{o.ShippingMethod, o.PaymentMethod, o.DiscountCode, o.Source, o.Risk, when(o.PaidAt), when(o.FulfilledAt), when(o.CancelledAt)}}
	for _, c := range changes {
		body.Timeline = append(body.Timeline, entryOf(c, o))
	}
	if body.Writes, body.Pushes, err = s.writesOf(ctx, o); err != nil {
		return nil, err
	}
	if body.Presented, body.Parcels, err = s.saidOf(ctx, o); err != nil {
		return nil, err
	}
	body.Previous, body.Next, err = s.neighbours(ctx, o)
	return ok(body, err)
}

func people(o *order.Order) []OrderPerson {
	all := []OrderPerson{}
	for _, role := range []order.Role{order.Buyer, order.ShipTo, order.BillTo} {
		if c, found := o.Party(role); found {
			all = append(all, OrderPerson{string(role), c.Name, c.Company, c.Email, c.Phone, c.Line1, c.Line2, c.Line3, c.City, c.Region, c.PostalCode, c.Country, c.Note})
		}
	}
	return all
}

// moneyOf lists the amounts; sums over lines stand in, marked, for what the source does not state.
func moneyOf(o *order.Order) OrderMoney {
	computed := o.Compute()
	m := OrderMoney{Rows: []MoneyRow{}, Total: money(o.Total, o.Currency), Refunded: money(o.Refunded, o.Currency), Outstanding: money(o.Outstanding, o.Currency)}
	var sum int64
	whole := o.Total.Stated
	for _, row := range []struct {
		label            string
		stated, computed commerce.Amount
		sign             int64
	}{{"subtotal", o.Subtotal, computed.Subtotal, 1}, {"discount", o.Discount, computed.Discount, -1}, {"shipping", o.Shipping, computed.Shipping, 1}, {"tax", o.Tax, computed.Tax, 1}} {
		amount := row.stated.Or(row.computed)
		m.Rows = append(m.Rows, MoneyRow{row.label, money(amount, o.Currency), row.stated.Stated})
		if row.label != "discount" {
			sum += row.sign * amount.Minor
		}
		whole = whole && (row.stated.Stated || row.label == "discount")
	}
	if whole && sum != o.Total.Minor {
		m.Rounding = money(commerce.Minor(o.Total.Minor-sum), o.Currency)
	}
	return m
}

func entryOf(c journal.Change, o *order.Order) TimelineEntry {
	e := TimelineEntry{ID: idText(c.ID), At: when(c.RecordedAt), Kind: string(c.Action), Message: optionalID(c.MessageID), Changes: changesOf(c.Fields, o),
		Cause: TimelineCause{c.RunKind, idText(c.RunID), c.RunTitle}}
	if c.ImportID != 0 {
		e.Cause.Kind, e.Cause.ID = "import", idText(c.ImportID)
	}
	e.Title = map[journal.Action]string{journal.Created: "Created", journal.Changed: "Changed", journal.Reverted: "Taken back", journal.Removed: "Removed",
		journal.Linked: "Linked to a product", journal.Unlinked: "Link taken away"}[c.Action]
	if c.RunKind == journal.RunBulk || c.Action == journal.Linked || c.Action == journal.Unlinked {
		e.Title = sentenceCase(c.RunTitle)
	} else if _, name, found := strings.Cut(c.RunTitle, " from "); found && c.RunKind == journal.RunSync {
		e.Title += " by a look at " + name
	} else if c.RunTitle != "" {
		e.Title += " by the " + lowerFirst(c.RunTitle)
	}
	return e
}

func sentenceCase(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// neighbours are the orders placed just after and just before, as the list shows them.
func (s *server) neighbours(ctx context.Context, o *order.Order) (newer, older *string, err error) {
	around, err := s.Store.Neighbours(ctx, o)
	return optionalID(around[0]), optionalID(around[1]), err
}

func (s *server) searchView(ctx context.Context, in *struct {
	Q string `query:"q"`
}) (*reply[SearchView], error) {
	body := SearchView{Groups: []SearchGroup{}}
	text := strings.TrimSpace(in.Q)
	if text == "" {
		return ok(body, nil)
	}
	for _, group := range []struct {
		kind, scope string
		find        func(context.Context, string) ([]SearchHit, error)
	}{{"orders", "orders:read", s.findOrders}, {"products", "catalog:read", s.findProducts}, {"customers", "customers:read", s.findCustomers},
		{"channels", "orders:read", s.findChannels}} {
		if lacking(ctx, group.scope) != nil {
			continue
		}
		hits, err := group.find(ctx, text)
		if err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			body.Groups = append(body.Groups, SearchGroup{group.kind, hits})
		}
	}
	return ok(body, nil)
}

func (s *server) findOrders(ctx context.Context, text string) ([]SearchHit, error) {
	rows, _, err := s.Store.ListOrders(ctx, order.Filter{Search: text}, order.Page{Limit: 8})
	hits := make([]SearchHit, 0, len(rows))
	for _, r := range rows {
		hits = append(hits, SearchHit{r.Number, strings.Trim(r.Channel+" · "+r.Buyer+" · "+r.Items, " ·"), "#/orders/" + idText(r.ID)})
	}
	return hits, err
}

func (s *server) findProducts(ctx context.Context, text string) ([]SearchHit, error) {
	variants, err := s.Store.Variants(ctx, text, 5)
	hits := make([]SearchHit, 0, len(variants))
	for _, v := range variants {
		hits = append(hits, SearchHit{cmp.Or(v.SKU, v.Title), v.Title, "#/products/" + idText(v.ID)})
	}
	return hits, err
}

func (s *server) findCustomers(ctx context.Context, text string) ([]SearchHit, error) {
	customers, err := s.Store.Customers(ctx, text, 0, 5)
	hits := make([]SearchHit, 0, len(customers))
	for _, c := range customers {
		name := cmp.Or(c.Contact.Name, c.Contact.Company, c.Contact.Email)
		hits = append(hits, SearchHit{name, c.Contact.Email, "#/customers?q=" + url.QueryEscape(text) + "&peek=" + idText(c.ID)})
	}
	return hits, err
}

func (s *server) findChannels(ctx context.Context, text string) ([]SearchHit, error) {
	channels, err := s.Store.Channels(ctx)
	var hits []SearchHit
	for _, c := range channels {
		if strings.Contains(strings.ToLower(c.Name), strings.ToLower(text)) {
			hits = append(hits, SearchHit{c.Name, "channel", "#/orders?channel=" + url.QueryEscape(c.Name)})
		}
	}
	return hits, err
}
