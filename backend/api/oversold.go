package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/bulk"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

type oversoldStore interface {
	Oversold(ctx context.Context, limit int) ([]inventory.Short, error)
	ShortOf(ctx context.Context, lineID, variantID int64) (inventory.Short, error)
	CountOversold(ctx context.Context) (orders int, example string, err error)
	KeepElsewhere(ctx context.Context, lineID, variantID, locationID int64) (journal.Run, error)
}

// OversoldLine is an order line that waits for goods which are not there to be kept for it, with what can be done.
type OversoldLine struct {
	Line      string           `json:"line" doc:"The line's id."`
	Order     string           `json:"order"`
	Number    string           `json:"number"`
	Channel   string           `json:"channel"`
	PlacedAt  *string          `json:"placed_at"`
	Held      bool             `json:"held"`
	SKU       string           `json:"sku" doc:"As it was ordered."`
	Title     string           `json:"title"`
	Variant   string           `json:"variant" doc:"What is missing: of a kit, its component."`
	Lacks     string           `json:"lacks" doc:"Its SKU."`
	Missing   commerce.Decimal `json:"missing" doc:"How much of it, in its own units."`
	Open      commerce.Decimal `json:"open" doc:"How much of it is still to leave, the missing included."`
	Incoming  commerce.Decimal `json:"incoming" doc:"What is on its way and not for those before it."`
	ByChannel bool             `json:"by_channel" doc:"The channel ships it from what it keeps itself."`
	Remedies  []OversoldRemedy `json:"remedies" doc:"The proposed one first."`
}

// OversoldRemedy is one way to put a line right.
type OversoldRemedy struct {
	Kind     string           `json:"kind" enum:"other_location,backorder,cancel,cancel_line"`
	Location *string          `json:"location"`
	Quantity commerce.Decimal `json:"quantity" doc:"How much it covers."`
	Proposed bool             `json:"proposed"`
	ByHand   bool             `json:"by_hand" doc:"Tradepost cannot do it: it is to be done at the channel."`
}

type oversoldList struct {
	Lines  []OversoldLine `json:"lines"`
	Orders int            `json:"orders" doc:"How many orders are concerned, those on hold included."`
	More   bool           `json:"more" doc:"Whether there are more than are shown."`
}

// OversoldDone is what a remedy did.
type OversoldDone struct {
	Run  *string    `json:"run" doc:"By which it can be taken back; null for a plan."`
	Plan *PlanWhole `json:"plan" doc:"The draft that waits for approval."`
}

func (s *server) registerOversold(spec huma.API) {
	const tag, path = "Stock", "/api/v1/stock/oversold"
	get(spec, path, about{"list-oversold", "Order lines that wait for goods which are not there", tag, "stock:read"}, s.oversold)
	post(spec, path+"/{line}/remedy", http.StatusCreated, about{"remedy-oversold", "Put such a line right, or draft that", tag, "orders:write"}, s.remedyOversold)
}

func (s *server) oversold(ctx context.Context, in *struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"How many lines at most."`
}) (*reply[oversoldList], error) {
	all, err := s.Store.Oversold(ctx, in.Limit+1)
	if err != nil {
		return nil, err
	}
	can, err := s.Engine.OrderWrites(ctx)
	body := oversoldList{Lines: []OversoldLine{}, More: len(all) > in.Limit}
	orders := map[int64]bool{}
	for _, short := range all[:min(in.Limit, len(all))] {
		orders[short.OrderID] = true
		body.Lines = append(body.Lines, oversoldOf(short, can))
	}
	body.Orders = len(orders)
	return ok(body, err)
}

func oversoldOf(s inventory.Short, can map[int64][]channel.Operation) OversoldLine {
	body := OversoldLine{Line: idText(s.LineID), Order: idText(s.OrderID), Number: s.Number, Channel: s.Channel, PlacedAt: when(s.Placed), Held: s.Held, SKU: s.LineSKU,
		Title: s.LineTitle, Variant: idText(s.VariantID), Lacks: s.SKU, Missing: s.Missing.Decimal(), Open: s.Open.Decimal(), Incoming: s.Incoming.Decimal(),
		ByChannel: s.Pool != inventory.Own, Remedies: []OversoldRemedy{}}
	for _, r := range s.Remedies() {
		body.Remedies = append(body.Remedies, OversoldRemedy{string(r.Kind), optionalText(r.Location), r.Quantity.Decimal(), r.Proposed, byHand(s, r.Kind, can)})
	}
	return body
}

// byHand reports whether a remedy is to be done at the channel: no connection can, or the channel's id of the order is not known.
func byHand(s inventory.Short, kind inventory.RemedyKind, can map[int64][]channel.Operation) bool {
	operation := channel.Cancel
	switch kind {
	case inventory.CancelOrder:
	case inventory.CancelLine:
		operation = channel.Refund
	default:
		return false
	}
	return s.ExternalID == "" || !slices.Contains(can[s.ChannelID], operation)
}

func (s *server) remedyOversold(ctx context.Context, in *struct {
	Line string `path:"line" doc:"The line's id."`
	Body struct {
		Kind     string `json:"kind" enum:"other_location,backorder,cancel,cancel_line"`
		Variant  string `json:"variant,omitempty" doc:"What is missing, where the line lacks several."`
		Location string `json:"location,omitempty" doc:"other_location: its name; the one that has most when left out."`
	}
}) (*reply[OversoldDone], error) {
	lineID, err := parseID(in.Line)
	if err != nil {
		return nil, err
	}
	variantID, err := optionalIDOf(in.Body.Variant)
	if err != nil {
		return nil, err
	}
	short, err := s.Store.ShortOf(ctx, lineID, variantID)
	if err != nil {
		return nil, err
	}
	switch kind := inventory.RemedyKind(in.Body.Kind); kind {
	case inventory.KeepElsewhere:
		return s.keepElsewhere(ctx, short, in.Body.Location)
	case inventory.Backorder:
		return s.backorder(ctx, short)
	default:
		return s.draftCancel(ctx, short, kind)
	}
}

func (s *server) keepElsewhere(ctx context.Context, short inventory.Short, location string) (*reply[OversoldDone], error) {
	at := slices.IndexFunc(short.Elsewhere, func(e inventory.FreePlace) bool { return location == "" || e.Location == location })
	if at < 0 {
		return nil, fault.New(fault.Conflict, "No other location has "+short.SKU+" free.", "Wait for more, or call the order off.").InField("location")
	}
	run, err := s.Store.KeepElsewhere(ctx, short.LineID, short.VariantID, short.Elsewhere[at].LocationID)
	return ok(OversoldDone{Run: optionalID(run.ID)}, err)
}

// backorder puts the order on hold until there is more, which the list of orders shows and which can be taken back.
func (s *server) backorder(ctx context.Context, short inventory.Short) (*reply[OversoldDone], error) {
	plan, err := s.Bulk.Plan(ctx, bulk.Request{Action: bulk.Hold, IDs: []int64{short.OrderID}})
	if err != nil {
		return nil, err
	}
	if len(plan.Orders) == 0 {
		return nil, fault.New(fault.Conflict, short.Number+" is on hold already.", "It waits until there is more.")
	}
	run, err := s.Bulk.Apply(ctx, plan.ID)
	return ok(OversoldDone{Run: optionalID(run.ID)}, err)
}

// draftCancel plans to call off an order, or what of a line is missing with its share of the money. Nothing is sent before a person approves it.
func (s *server) draftCancel(ctx context.Context, short inventory.Short, kind inventory.RemedyKind) (*reply[OversoldDone], error) {
	request := syncing.OrderRequest{OrderID: short.OrderID, Operation: channel.Cancel, Reason: "out of stock"}
	if kind == inventory.CancelLine {
		o, err := s.Store.Lookup(ctx).LoadOrder(short.OrderID)
		if err != nil {
			return nil, err
		}
		if o == nil {
			return nil, fault.New(fault.NotFound, "There is no such order any more.", "Look at the list again.")
		}
		request.Operation = channel.Refund
		request.Lines = []syncing.OrderPart{{LineID: short.LineID, Quantity: short.Pieces()}}
		if request.Amount, err = shareOf(o, short); err != nil {
			return nil, err
		}
	}
	plan, err := planBegin(s.Engine.PlanOrder(ctx, request))
	if err != nil {
		return nil, err
	}
	return ok(OversoldDone{Plan: &plan.Body}, nil)
}

// shareOf is what the missing pieces of a line cost, by what its source says it costs.
func shareOf(o *order.Order, short inventory.Short) (string, error) {
	at := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == short.LineID })
	if at < 0 {
		return "", fault.New(fault.NotFound, "This line is no longer in the order.", "Look at the list again.")
	}
	l := o.Lines[at]
	exponent := o.Currency.Exponent()
	if l.UnitPrice != "" {
		if amount, err := commerce.AmountOf(l.UnitPrice.Times(short.Pieces()), exponent); err == nil {
			return amount.Decimal(exponent), nil
		}
	}
	return "", fault.New(fault.Conflict, "What the missing pieces of "+short.LineSKU+" cost is not known to the cent.", "Plan the refund by hand on the order's page.")
}
