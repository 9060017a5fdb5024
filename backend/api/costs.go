package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

type costStore interface {
	StockCosts(ctx context.Context, variantID int64, at commerce.Instant) (inventory.Valuation, error)
	StockValue(ctx context.Context, at commerce.Instant, named int) (inventory.Valuation, error)
	OrderCosts(ctx context.Context, orderID int64) (inventory.SoldCosts, error)
}

// StockCosts is what a variant's goods cost, layer by layer.
type StockCosts struct {
	Currency  *string          `json:"currency" doc:"null while nobody said what anything cost."`
	Method    string           `json:"method" enum:"fifo,average"`
	At        *string          `json:"at"`
	Locations []StockWorth     `json:"locations"`
	OnRoad    *string          `json:"on_road" doc:"What is on its way between locations cost."`
	Total     *string          `json:"total"`
	Quantity  commerce.Decimal `json:"quantity"`
	Unknown   commerce.Decimal `json:"without_cost" doc:"Of how many of them it is not known what they cost, or of kits not in full: the value is as far as known."`
}

// StockWorth is what goods at a location cost.
type StockWorth struct {
	Variant  string           `json:"variant"`
	SKU      string           `json:"sku"`
	Title    string           `json:"title"`
	Location string           `json:"location"`
	Quantity commerce.Decimal `json:"quantity"`
	Value    *string          `json:"value"`
	Unknown  commerce.Decimal `json:"without_cost"`
	Short    commerce.Decimal `json:"short" doc:"Left and never known to have been there: what comes next makes up for it."`
	Layers   []CostLayer      `json:"layers"`
}

// CostLayer is goods that came in at once, and what is left of them. Under the method average there is one of all that lies there.
type CostLayer struct {
	Entry    string           `json:"entry" doc:"The entry of the ledger that it came in by."`
	Kind     string           `json:"kind"`
	At       *string          `json:"at"`
	Purchase *string          `json:"purchase" doc:"The purchase order's id."`
	Number   *string          `json:"number"`
	Supplier *string          `json:"supplier"`
	Came     commerce.Decimal `json:"came"`
	Left     commerce.Decimal `json:"left"`
	Value    *string          `json:"value" doc:"What is left of it cost; null where that is not known."`
	Unit     *string          `json:"unit" doc:"What one of them cost, rounded."`
}

// StockValue is what all stock cost at an instant.
type StockValue struct {
	Currency  *string          `json:"currency"`
	Method    string           `json:"method" enum:"fifo,average"`
	At        *string          `json:"at"`
	Total     *string          `json:"total"`
	Quantity  commerce.Decimal `json:"quantity"`
	Unknown   commerce.Decimal `json:"without_cost"`
	OnRoad    *string          `json:"on_road"`
	Locations []LocationValue  `json:"locations"`
	Lines     []StockWorth     `json:"lines" doc:"The largest values first, as many as asked for, without layers."`
	More      int              `json:"more" doc:"How many lines are not shown."`
}

// LocationValue is what all that lies at a location cost.
type LocationValue struct {
	Location string           `json:"location"`
	Value    *string          `json:"value"`
	Quantity commerce.Decimal `json:"quantity"`
	Unknown  commerce.Decimal `json:"without_cost"`
}

// OrderCosts is what the goods cost that left with an order.
type OrderCosts struct {
	Currency *string         `json:"currency"`
	Total    *string         `json:"total" doc:"null while nothing left."`
	Whole    bool            `json:"whole" doc:"Whether the cost of all that left is known."`
	Lines    []OrderLineCost `json:"lines"`
}

// OrderLineCost is what the goods cost that left with a line, less what came back.
type OrderLineCost struct {
	Line     string           `json:"line"`
	Quantity commerce.Decimal `json:"quantity" doc:"Of goods, of all its components where it sold a kit."`
	Cost     *string          `json:"cost"`
	Unknown  commerce.Decimal `json:"without_cost"`
}

func (s *server) registerCosts(spec huma.API) {
	const tag, read = "Stock", "stock:read"
	get(spec, "/api/v1/stock/value", about{"stock-value", "What all stock cost, now or at an instant", tag, read}, s.stockValue)
	get(spec, "/api/v1/stock/{id}/costs", about{"stock-costs", "What a variant's goods cost, layer by layer", tag, read}, s.stockCosts)
	get(spec, "/api/v1/orders/{id}/costs", about{"order-costs", "What the goods cost that left with an order", "Orders", "orders:read"}, s.orderCosts)
}

// valued is null where nothing is known of what goods cost. Of a kit it may be known in part.
func valued(w inventory.Worth, currency commerce.Currency) *string {
	known := w.Unknown < w.Quantity || w.Quantity == 0 || w.Value > 0
	return money(commerce.Amount{Minor: w.Value, Stated: currency != "" && known}, currency)
}

func worthOf(v inventory.Valued, currency commerce.Currency) StockWorth {
	body := StockWorth{Variant: idText(v.VariantID), SKU: v.SKU, Title: v.Title, Location: v.Location, Quantity: (v.Worth.Quantity - v.Short).Decimal(),
		Value: valued(v.Worth, currency), Unknown: v.Worth.Unknown.Decimal(), Short: v.Short.Decimal(), Layers: []CostLayer{}}
	for _, l := range v.Layers {
		layer := CostLayer{Entry: idText(l.EntryID), Kind: string(l.Kind), At: when(l.At), Purchase: optionalID(l.PurchaseID), Number: optionalText(l.Number),
			Supplier: optionalText(l.Supplier), Came: l.Came.Quantity.Decimal(), Left: l.Left.Quantity.Decimal()}
		if l.Left.Unknown == 0 {
			layer.Value = valued(l.Left, currency)
			layer.Unit = money(commerce.Amount{Minor: l.Left.Of(inventory.One), Stated: currency != ""}, currency)
		}
		body.Layers = append(body.Layers, layer)
	}
	return body
}

func (s *server) stockCosts(ctx context.Context, in *struct {
	ByID
	At string `query:"at" doc:"As known at this instant; blank is now."`
}) (*reply[StockCosts], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	at, err := s.instantOf(in.At, "at")
	if err != nil {
		return nil, err
	}
	v, err := s.Store.StockCosts(ctx, id, at)
	total := v.Total()
	body := StockCosts{Currency: optionalText(string(v.Currency)), Method: string(v.Method), At: when(v.At), Locations: []StockWorth{}, OnRoad: onRoad(v),
		Total: valued(total, v.Currency), Quantity: total.Quantity.Decimal(), Unknown: total.Unknown.Decimal()}
	for _, row := range v.Rows {
		body.Locations = append(body.Locations, worthOf(row, v.Currency))
	}
	return ok(body, err)
}

func onRoad(v inventory.Valuation) *string {
	if v.Road.Quantity == 0 {
		return nil
	}
	return valued(v.Road, v.Currency)
}

func (s *server) stockValue(ctx context.Context, in *struct {
	At    string `query:"at" doc:"As known at this instant; blank is now."`
	Limit int    `query:"limit" minimum:"0" maximum:"100000" default:"200" doc:"How many lines at most."`
}) (*reply[StockValue], error) {
	at, err := s.instantOf(in.At, "at")
	if err != nil {
		return nil, err
	}
	v, err := s.Store.StockValue(ctx, at, in.Limit)
	if err != nil {
		return nil, err
	}
	total := v.Total()
	body := StockValue{Currency: optionalText(string(v.Currency)), Method: string(v.Method), At: when(v.At), Total: valued(total, v.Currency), OnRoad: onRoad(v),
		Quantity: total.Quantity.Decimal(), Unknown: total.Unknown.Decimal(), Locations: []LocationValue{}, Lines: []StockWorth{}, More: max(len(v.Rows)-in.Limit, 0)}
	for _, l := range v.ByLocation() {
		body.Locations = append(body.Locations, LocationValue{l.Location, valued(l.Worth, v.Currency), l.Worth.Quantity.Decimal(), l.Worth.Unknown.Decimal()})
	}
	for _, row := range v.Rows[:min(in.Limit, len(v.Rows))] {
		body.Lines = append(body.Lines, worthOf(row, v.Currency))
	}
	return ok(body, nil)
}

func (s *server) orderCosts(ctx context.Context, in *ByID) (*reply[OrderCosts], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	costs, err := s.Store.OrderCosts(ctx, id)
	if err != nil {
		return nil, err
	}
	body := OrderCosts{Currency: optionalText(string(costs.Currency)), Lines: []OrderLineCost{}, Whole: true}
	var sum inventory.Worth
	for _, l := range costs.Lines {
		sum = sum.Plus(l.Worth)
		body.Lines = append(body.Lines, OrderLineCost{idText(l.LineID), l.Worth.Quantity.Decimal(), valued(l.Worth, costs.Currency), l.Worth.Unknown.Decimal()})
	}
	if body.Whole = sum.Unknown == 0; len(costs.Lines) > 0 {
		body.Total = valued(sum, costs.Currency)
	}
	return ok(body, nil)
}
