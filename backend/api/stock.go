package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

type stockStore interface {
	Stock(ctx context.Context, q string, after int64, limit int) ([]inventory.Stock, error)
	StockOf(ctx context.Context, variantID int64) (inventory.Stock, error)
	VariantBySKU(ctx context.Context, sku string) (int64, error)
	ExplainStock(ctx context.Context, variantID int64, at commerce.Instant, occurred bool) (inventory.Explanation, error)
	StockEntries(ctx context.Context, variantID, locationID, before int64, limit int) ([]inventory.Told, error)
	StockCourse(ctx context.Context, variantID int64) ([]inventory.Point, error)
	CountStock(ctx context.Context, c inventory.Count) (journal.Run, error)
	AdjustStock(ctx context.Context, a inventory.Adjustment) (journal.Run, error)
	DefineKit(ctx context.Context, kit inventory.Kit) (journal.Run, error)
	RebuildStock(ctx context.Context) error
}

// Stock is a variant with what is on hand of it. It is tracked where it was counted once.
type Stock struct {
	Variant     string           `json:"variant"`
	SKU         string           `json:"sku"`
	Title       string           `json:"title"`
	Tracked     bool             `json:"tracked"`
	ETag        string           `json:"etag" doc:"Changes with every count and adjustment, not with orders."`
	Backordered commerce.Decimal `json:"backordered" doc:"What orders wait for."`
	Locations   []StockLocation  `json:"locations"`
	Channels    []StockChannel   `json:"channels"`
}

// StockLocation is a stock level: numbers of units.
type StockLocation struct {
	Location  string           `json:"location"`
	OnHand    commerce.Decimal `json:"on_hand"`
	Reserved  commerce.Decimal `json:"reserved"`
	Available commerce.Decimal `json:"available"`
	Incoming  commerce.Decimal `json:"incoming"`
}

// StockChannel is what a listing of a channel can sell, what the channel was last told, and what it was last seen to have; in the packs of the listing.
type StockChannel struct {
	Channel    string `json:"channel"`
	Listing    string `json:"listing"`
	Ours       *int64 `json:"ours" doc:"By the rules; null while the variant is not tracked."`
	LastPushed *int64 `json:"last_pushed"`
	Live       *int64 `json:"live"`

	ListingID string      `json:"listing_id"`
	Told      bool        `json:"told" doc:"False where the channel or the ERP is the master of its stock."`
	Shared    bool        `json:"shared" doc:"The last units are shared out: this is its share."`
	May       *int64      `json:"may" doc:"Of what is shared out: the most that it may still sell beyond the orders that are known."`
	Steps     []OfferStep `json:"steps" doc:"How ours came about, where an explanation was asked for."`
}

type stockList struct {
	Stock []Stock `json:"stock"`
	Next  *string `json:"next"`
}

// KitComponent is what one piece of a kit has of a variant.
type KitComponent struct {
	Variant  string           `json:"variant"`
	SKU      string           `json:"sku"`
	Title    string           `json:"title"`
	Quantity commerce.Decimal `json:"quantity"`
}

// StockOne is how one variant stands, now or at an instant, and why.
type StockOne struct {
	Stock
	Kit         []KitComponent    `json:"kit" doc:"What one piece consists of, when it is a kit whose components lie on the shelf."`
	At          *string           `json:"at" doc:"The instant that was asked for; then channels are empty."`
	Explanation *StockExplanation `json:"explanation"`
}

// StockExplanation is why the numbers are what they are: they are the sums of what stands here.
type StockExplanation struct {
	Available commerce.Decimal `json:"available"`
	Locations []StockReasons   `json:"locations"`
	Waiting   []StockClaim     `json:"waiting" doc:"What orders wait for that own locations cannot give them; known of now alone."`
}

// StockReasons is why a level is what it is.
type StockReasons struct {
	Location  string           `json:"location"`
	StartedAt *string          `json:"started_at"`
	OnHand    commerce.Decimal `json:"on_hand"`
	Reserved  commerce.Decimal `json:"reserved"`
	Available commerce.Decimal `json:"available"`
	Incoming  commerce.Decimal `json:"incoming" doc:"On its way here: sent from another location, or ordered."`
	Entries   []StockSum       `json:"entries"`
	Kept      []StockClaim     `json:"kept"`
}

// StockSum is the entries of one kind.
type StockSum struct {
	Kind     string           `json:"kind"`
	Entries  int              `json:"entries"`
	Quantity commerce.Decimal `json:"quantity"`
	FirstAt  *string          `json:"first_at"`
	LastAt   *string          `json:"last_at"`
}

// StockClaim is what an order has, or waits for.
type StockClaim struct {
	Order    string           `json:"order"`
	Number   *string          `json:"number" doc:"null of an order that is gone."`
	Channel  *string          `json:"channel"`
	Line     *string          `json:"line"`
	PlacedAt *string          `json:"placed_at"`
	Quantity commerce.Decimal `json:"quantity"`
}

// StockEntry is an entry of the ledger, which is never changed.
type StockEntry struct {
	ID         string           `json:"id"`
	Location   string           `json:"location"`
	Kind       string           `json:"kind" enum:"start,receipt,sale,return,adjustment,transfer_out,transfer_in,count,assembly,undo,reserve,release,expect"`
	OnHand     commerce.Decimal `json:"on_hand" doc:"By how much it moved what is on hand."`
	Reserved   commerce.Decimal `json:"reserved"`
	Incoming   commerce.Decimal `json:"incoming"`
	Order      *string          `json:"order"`
	Number     *string          `json:"number" doc:"The order's, or the purchase order's."`
	Channel    *string          `json:"channel"`
	Transfer   *string          `json:"transfer" doc:"The transfer between locations that caused it."`
	Purchase   *string          `json:"purchase" doc:"The purchase order's id."`
	Supplier   *string          `json:"supplier"`
	Kit        *string          `json:"kit" doc:"The variant that was put together, or taken apart."`
	KitName    *string          `json:"kit_name"`
	Run        *string          `json:"run"`
	RunTitle   *string          `json:"run_title"`
	Reason     *string          `json:"reason"`
	Reverses   *string          `json:"reverses"`
	OccurredAt *string          `json:"occurred_at"`
	RecordedAt *string          `json:"recorded_at"`
}

type stockEntries struct {
	Entries []StockEntry `json:"entries"`
	Next    *string      `json:"next"`
}

// StockPoint is how a variant stood at an instant, over all locations.
type StockPoint struct {
	At       *string          `json:"at"`
	OnHand   commerce.Decimal `json:"on_hand"`
	Reserved commerce.Decimal `json:"reserved"`
}

type stockCourse struct {
	Points []StockPoint `json:"points"`
}

// StockWritten is what a person's write made of a stock, and the run by which it can be taken back.
type StockWritten struct {
	Run   string `json:"run"`
	Stock Stock  `json:"stock"`
}

func (s *server) registerStock(spec huma.API) {
	const tag, read, write = "Stock", "stock:read", "stock:write"
	get(spec, "/api/v1/stock", about{"list-stock", "What is on hand, by variant and location", tag, read}, s.stock)
	get(spec, "/api/v1/stock/{id}", about{"get-stock", "How a variant stands, or stood, and why", tag, read}, s.stockOne)
	get(spec, "/api/v1/stock/{id}/entries", about{"list-stock-entries", "A variant's ledger, newest first", tag, read}, s.stockEntries)
	get(spec, "/api/view/stock/{id}/course", about{"stock-course", "How a variant stood over time", tag, read}, s.stockCourse)
	post(spec, "/api/v1/stock/{id}/count", http.StatusCreated, about{"count-stock", "Start tracking a variant at a location, or correct its level", tag, write}, s.countStock)
	post(spec, "/api/v1/stock/{id}/adjustments", http.StatusCreated, about{"adjust-stock", "Adjust a level by so much", tag, write}, s.adjustStock)
	post(spec, "/api/v1/stock/{id}/kit", http.StatusCreated, about{"define-kit", "Say what a kit consists of from now on", tag, write}, s.defineKit)
	post(spec, "/api/v1/stock/rebuild", http.StatusOK, about{"rebuild-stock", "Make all levels anew from the ledger", tag, write}, s.rebuildStock)
}

func (s *server) stock(ctx context.Context, in *struct {
	Paged
	Q   string `query:"q" doc:"SKUs that begin so, and titles with this in them."`
	SKU string `query:"sku" doc:"The one variant with exactly this SKU."`
}) (*reply[stockList], error) {
	body := stockList{Stock: []Stock{}}
	if in.SKU != "" {
		id, err := s.Store.VariantBySKU(ctx, in.SKU)
		if err != nil {
			return nil, err
		}
		v, err := s.Store.StockOf(ctx, id)
		if err != nil {
			return nil, err
		}
		body.Stock, err = s.withOffers(ctx, []inventory.Stock{v}, false)
		return ok(body, err)
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Stock(ctx, in.Q, after, in.Limit)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		body.Next = nextID(len(all) == in.Limit, all[len(all)-1].VariantID)
	}
	body.Stock, err = s.withOffers(ctx, all, false)
	return ok(body, err)
}

func stockOf(v inventory.Stock) Stock {
	body := Stock{Variant: idText(v.VariantID), SKU: v.SKU, Title: v.Title, Tracked: v.Tracked(), ETag: idText(v.Version()), Backordered: v.Backordered.Decimal(),
		Locations: []StockLocation{}, Channels: []StockChannel{}}
	for _, l := range v.Levels {
		body.Locations = append(body.Locations, StockLocation{Location: l.Location, OnHand: l.OnHand.Decimal(), Reserved: l.Reserved.Decimal(),
			Available: l.Available().Decimal(), Incoming: l.Incoming.Decimal()})
	}
	for _, g := range v.Listings {
		body.Channels = append(body.Channels, StockChannel{Channel: g.Channel, Listing: g.Listing, LastPushed: wholeText(g.Pushed), Live: wholeText(g.Live),
			ListingID: idText(g.ID), Steps: []OfferStep{}})
	}
	return body
}

// wholeText is a whole number as text; nil where it says none.
func wholeText(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func (s *server) stockOne(ctx context.Context, in *struct {
	ByID
	At       string `query:"at" doc:"As recorded at this instant; blank is now."`
	Occurred bool   `query:"occurred" doc:"By what happened until then, not by what was recorded."`
	Explain  bool   `query:"explain"`
}) (*reply[StockOne], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	at, err := s.instantOf(in.At, "at")
	if err != nil {
		return nil, err
	}
	v, err := s.Store.StockOf(ctx, id)
	if err != nil {
		return nil, err
	}
	stocks, err := s.withOffers(ctx, []inventory.Stock{v}, in.Explain)
	if err != nil {
		return nil, err
	}
	body := StockOne{Stock: stocks[0], Kit: []KitComponent{}, At: when(at)}
	for _, c := range v.Kit {
		body.Kit = append(body.Kit, KitComponent{idText(c.VariantID), c.SKU, c.Title, c.Quantity.Decimal()})
	}
	if at == 0 && !in.Explain {
		return ok(body, nil)
	}
	e, err := s.Store.ExplainStock(ctx, id, at, in.Occurred)
	if err != nil {
		return nil, err
	}
	if at != 0 {
		body.Stock = stockThen(body.Stock, e)
	}
	if in.Explain {
		body.Explanation = explanationOf(e)
	}
	return ok(body, nil)
}

// stockThen is a stock as an explanation of an earlier instant says.
func stockThen(s Stock, e inventory.Explanation) Stock {
	s.Tracked, s.Backordered, s.Locations, s.Channels = len(e.Levels) > 0, "0", []StockLocation{}, []StockChannel{}
	for _, l := range e.Levels {
		s.Locations = append(s.Locations, StockLocation{Location: l.Location, OnHand: l.OnHand().Decimal(), Reserved: l.Reserved().Decimal(),
			Available: l.Available().Decimal(), Incoming: l.Incoming().Decimal()})
	}
	return s
}

func explanationOf(e inventory.Explanation) *StockExplanation {
	body := &StockExplanation{Available: e.Available().Decimal(), Locations: []StockReasons{}, Waiting: claimsOf(e.Waiting)}
	for _, l := range e.Levels {
		reasons := StockReasons{Location: l.Location, StartedAt: when(l.StartedAt), OnHand: l.OnHand().Decimal(), Reserved: l.Reserved().Decimal(),
			Available: l.Available().Decimal(), Incoming: l.Incoming().Decimal(), Entries: []StockSum{}, Kept: claimsOf(l.Kept)}
		for _, sum := range l.Sums {
			reasons.Entries = append(reasons.Entries, StockSum{string(sum.Kind), sum.Entries, sum.OnHand.Decimal(), when(sum.FirstAt), when(sum.LastAt)})
		}
		body.Locations = append(body.Locations, reasons)
	}
	return body
}

func claimsOf(all []inventory.Claim) []StockClaim {
	body := []StockClaim{}
	for _, c := range all {
		body = append(body, StockClaim{idText(c.OrderID), optionalText(c.Number), optionalText(c.Channel), optionalText(c.Line), when(c.Placed), c.Quantity.Decimal()})
	}
	return body
}

func (s *server) stockEntries(ctx context.Context, in *struct {
	ByID
	Paged
}) (*reply[stockEntries], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.StockEntries(ctx, id, 0, before, in.Limit)
	body := stockEntries{Entries: []StockEntry{}}
	for _, t := range all {
		body.Entries = append(body.Entries, stockEntryOf(t))
		body.Next = nextID(len(all) == in.Limit, t.ID)
	}
	return ok(body, err)
}

func stockEntryOf(t inventory.Told) StockEntry {
	e := StockEntry{ID: idText(t.ID), Location: t.Location, Kind: string(t.Kind), OnHand: t.OnHand.Decimal(), Reserved: t.Reserved.Decimal(), Incoming: t.Incoming.Decimal(),
		Number: optionalText(t.Number), Channel: optionalText(t.Channel), RunTitle: optionalText(t.Run), Reason: optionalText(t.Reason), Reverses: optionalID(t.Reverses),
		OccurredAt: when(t.OccurredAt), RecordedAt: when(t.RecordedAt)}
	switch t.Cause.Kind {
	case inventory.ByOrder:
		e.Order = optionalID(t.Cause.ID)
	case inventory.ByRun:
		e.Run = optionalID(t.Cause.ID)
	case inventory.ByTransfer:
		e.Transfer = optionalID(t.Cause.ID)
	case inventory.ByPurchase:
		e.Purchase, e.Supplier = optionalID(t.Cause.ID), optionalText(t.Supplier)
	case inventory.ByAssembly:
		e.Kit, e.KitName = optionalID(t.KitID), optionalText(t.Kit)
	}
	return e
}

func (s *server) stockCourse(ctx context.Context, in *ByID) (*reply[stockCourse], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.StockCourse(ctx, id)
	body := stockCourse{Points: []StockPoint{}}
	for _, p := range all {
		body.Points = append(body.Points, StockPoint{when(p.At), p.OnHand.Decimal(), p.Reserved.Decimal()})
	}
	return ok(body, err)
}

func (s *server) countStock(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Location string `json:"location,omitempty" doc:"Its name; blank is the first there is. One that is not there is made."`
		OnHand   string `json:"on_hand" doc:"What was found, an exact decimal."`
		At       string `json:"at,omitempty" doc:"When it was counted; blank is now."`
		Start    bool   `json:"start,omitempty" doc:"Tracking is to begin; a conflict where it has."`
	}
}) (*reply[StockWritten], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	c := inventory.Count{VariantID: id, Location: in.Body.Location, New: in.Body.Start, Version: version}
	if c.Found, err = quantityOf(in.Body.OnHand, "on_hand"); err != nil {
		return nil, err
	}
	if c.At, err = s.instantOf(in.Body.At, "at"); err != nil {
		return nil, err
	}
	run, err := s.Store.CountStock(ctx, c)
	return s.stockWritten(ctx, id, run, err)
}

func (s *server) adjustStock(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Location string `json:"location,omitempty" doc:"Its name; blank is the first where the variant is tracked."`
		By       string `json:"by" doc:"By how much what is on hand differs: 3 or -1.5."`
		Reason   string `json:"reason" minLength:"1"`
		At       string `json:"at,omitempty" doc:"When it happened; blank is now."`
	}
}) (*reply[StockWritten], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	a := inventory.Adjustment{VariantID: id, Location: in.Body.Location, Reason: in.Body.Reason, Version: version}
	if a.By, err = quantityOf(in.Body.By, "by"); err != nil {
		return nil, err
	}
	if a.At, err = s.instantOf(in.Body.At, "at"); err != nil {
		return nil, err
	}
	run, err := s.Store.AdjustStock(ctx, a)
	return s.stockWritten(ctx, id, run, err)
}

func (s *server) stockWritten(ctx context.Context, id int64, run journal.Run, err error) (*reply[StockWritten], error) {
	if err != nil {
		return nil, err
	}
	v, err := s.Store.StockOf(ctx, id)
	if err != nil {
		return nil, err
	}
	stocks, err := s.withOffers(ctx, []inventory.Stock{v}, false)
	return ok(StockWritten{idText(run.ID), stocks[0]}, err)
}

func (s *server) defineKit(ctx context.Context, in *struct {
	ByID
	Body struct {
		Kind       string `json:"kind" enum:"virtual,assembled"`
		Components []struct {
			Variant  string `json:"variant"`
			Quantity string `json:"quantity"`
		} `json:"components" nullable:"false" doc:"None ends the kit."`
	}
}) (*reply[StockWritten], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	kit := inventory.Kit{VariantID: id, Kind: inventory.KitKind(in.Body.Kind)}
	for _, c := range in.Body.Components {
		component := inventory.Component{}
		if component.VariantID, err = parseID(c.Variant); err != nil {
			return nil, err
		}
		if component.Quantity, err = quantityOf(c.Quantity, "components"); err != nil {
			return nil, err
		}
		kit.Items = append(kit.Items, component)
	}
	run, err := s.Store.DefineKit(ctx, kit)
	return s.stockWritten(ctx, id, run, err)
}

func (s *server) rebuildStock(ctx context.Context, _ *none) (*reply[okBody], error) {
	return ok(okBody{true}, s.Store.RebuildStock(ctx))
}

// quantityOf reads a number of units.
func quantityOf(text, field string) (inventory.Quantity, error) {
	exact, err := commerce.ParseDecimal(text)
	if err == nil && exact != "" {
		var q inventory.Quantity
		if q, err = inventory.Parse(exact); err == nil {
			return q, nil
		}
	}
	return 0, fault.New(fault.Invalid, strconv.Quote(text)+" is not a number of units.", "Give a number with at most six decimals.").InField(field)
}

// instantOf reads an instant, or a time as the workspace's clock shows it; "" is 0.
func (s *server) instantOf(text, field string) (commerce.Instant, error) {
	if at, err := commerce.ParseInstant(text); err == nil {
		return at, nil
	}
	for _, layout := range []string{time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, s.Store.Zone()); err == nil {
			return commerce.InstantOf(at), nil
		}
	}
	return 0, fault.New(fault.Invalid, strconv.Quote(text)+" is not an instant.", "Write it like 2026-11-01T12:00:00Z, or 2026-11-01 12:00.").InField(field)
}
