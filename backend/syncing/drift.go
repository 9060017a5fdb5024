package syncing

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// DriftClass says how a listing's stock at its channel stands to ours.
type DriftClass string

// The classes. Moved, Changed and NotStuck are drift; the others are known reasons for a difference, or none.
const (
	DriftSame      DriftClass = "same"
	DriftNotPushed DriftClass = "not_pushed" // it has what it was told, or had before anything was told: here it is something else by now
	DriftMoved     DriftClass = "moved"      // it has something else than it was told
	DriftChanged   DriftClass = "changed"    // it was never told a number from here, and has something else than it had
	DriftNotStuck  DriftClass = "not_stuck"  // it was told, and what was told is not there
	DriftUnplaced  DriftClass = "unplaced"   // it lies at several places there, and nobody said which one gets ours
	DriftUnseen    DriftClass = "unseen"     // nobody has looked at it there yet
)

// DriftClasses lists the classes, the most pressing first.
var DriftClasses = []DriftClass{DriftMoved, DriftNotStuck, DriftChanged, DriftNotPushed, DriftUnplaced, DriftUnseen, DriftSame}

// DriftMover says who moved a listing's stock at its channel.
type DriftMover string

// The movers.
const (
	NoMover   DriftMover = ""
	ByOrders  DriftMover = "order"   // orders that are known here
	BySale    DriftMover = "sale"    // it fell, and the orders there were not looked at since: sales, most likely
	BySomeone DriftMover = "person"  // no order explains it: somebody there, or another program
	ByUnknown DriftMover = "unknown" // nobody can tell
)

// Drift is one listing whose stock is ours to say, as it should be, as it was told and as it was last seen; in the packs of the listing.
type Drift struct {
	ConnectionID int64
	ChannelID    int64
	Connection   string
	ListingID    int64
	VariantID    int64
	Kit          bool
	Pack         commerce.Decimal
	Name         string // its SKU there, else its title
	Target       string
	Location     string // the channel's location; "" where it has none
	From         string // our location whose goods it shows; "" for all that count
	Several      bool   // the listing is told at other places of its channel too
	Ours         string // what it ought to offer
	Reason       string // how that came about
	Pushed       string // what it was last told; "" for never
	PushedAt     commerce.Instant
	Base         string // what it had before it was told anything
	BaseAt       commerce.Instant
	Live         string // what it was last seen to have; "" for never
	LiveAt       commerce.Instant
	Class        DriftClass
	Mover        DriftMover
	Words        string // why it is of that class
	Orders       []Sold // those that moved it since it was told
	PlanID       int64  // where a write of it waits, or is under way; 0 for none
}

// Sold is what an order moved of a listing at its channel: below zero when it was called off.
type Sold struct {
	OrderID  int64
	Number   string
	Quantity commerce.Decimal
	At       commerce.Instant
}

// Differs reports whether the channel has something else than it ought to.
func (d Drift) Differs() bool { return d.Class != DriftSame }

// Found reports whether it is drift that a person should hear of: not what settles with the next push or the next look at orders.
func (d Drift) Found() bool {
	moved := d.Class == DriftMoved || d.Class == DriftChanged
	return d.Class == DriftNotStuck || moved && (d.Mover == BySomeone || d.Mover == ByUnknown)
}

// Repairable reports whether telling the channel our number is the way to put a difference right.
func (d Drift) Repairable() bool {
	return slices.Contains([]DriftClass{DriftMoved, DriftChanged, DriftNotStuck, DriftNotPushed}, d.Class)
}

// Takeable reports whether the channel's number can be taken as a count of ours.
func (d Drift) Takeable() bool { return d.takeable("") == nil }

// Excess is by how much the channel offers more than it ought to: that is what can be oversold.
func (d Drift) Excess() inventory.Quantity { return units(d.Live) - units(d.Ours) }

// units reads a quantity of a channel; what cannot be read is none.
func units(text string) inventory.Quantity {
	q, err := inventory.Parse(commerce.Decimal(text))
	if err != nil {
		return 0
	}
	return q
}

// DriftReport is how the listings of connections stand.
type DriftReport struct {
	Rows     []Drift
	Counts   map[DriftClass]int
	Movers   map[DriftMover]int
	Warnings []string
}

func (r *DriftReport) add(rows []Drift) {
	for _, d := range rows {
		r.Counts[d.Class]++
		if d.Mover != NoMover {
			r.Movers[d.Mover]++
		}
	}
	r.Rows = append(r.Rows, rows...)
}

// Before orders rows: what can be oversold first, then what differs most, then by listing.
func (d Drift) Before(other Drift) int {
	return cmp.Or(-cmp.Compare(max(d.Excess(), 0), max(other.Excess(), 0)), cmp.Compare(driftRank(d.Class), driftRank(other.Class)),
		cmp.Compare(d.ConnectionID, other.ConnectionID), cmp.Compare(d.ListingID, other.ListingID), cmp.Compare(d.Location, other.Location))
}

func driftRank(c DriftClass) int { return slices.Index(DriftClasses, c) }

// Drift compares what the listings of a channel (0: all) ought to offer with what they were told and were last seen to have. It writes and
// sends nothing, and asks nobody.
func (e *Engine) Drift(ctx context.Context, channelID int64) (DriftReport, error) {
	report := DriftReport{Rows: []Drift{}, Counts: map[DriftClass]int{}, Movers: map[DriftMover]int{}, Warnings: []string{}}
	connections, err := e.StockConnections(ctx)
	if err != nil {
		return report, err
	}
	for _, c := range connections {
		if channelID != 0 && c.ChannelID != channelID {
			continue
		}
		rows, err := e.driftRemembered(ctx, c)
		if err != nil {
			return report, err
		}
		if c.Options[pushStockOption] == "no" {
			report.Warnings = append(report.Warnings, c.Name+" is told no stock: its settings say so.")
		}
		report.add(rows)
	}
	slices.SortStableFunc(report.Rows, Drift.Before)
	return report, nil
}

// StockConnections lists the connections whose vendor can be told stock.
func (e *Engine) StockConnections(ctx context.Context) ([]Connection, error) {
	all, err := e.store.Connections(ctx)
	return slices.DeleteFunc(all, func(c Connection) bool {
		m, known := e.ManifestOf(c)
		_, can := m.Write(channel.SetStock)
		return !known || !can
	}), err
}

// driftKept is the drift of a connection as of a commit sequence.
type driftKept struct {
	seq  int64
	rows []Drift
}

// driftRemembered works drift out, unless nothing was written since that was done last: pages of one report are many.
func (e *Engine) driftRemembered(ctx context.Context, c Connection) ([]Drift, error) {
	seq, err := e.store.Sequence(ctx)
	if err != nil {
		return nil, err
	}
	e.mutex.Lock()
	kept, known := e.drifts[c.ID]
	e.mutex.Unlock()
	if known && kept.seq == seq {
		return kept.rows, nil
	}
	rows, err := e.driftOf(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.drifts[c.ID] = driftKept{seq, rows}
	return rows, nil
}

// driftOf works out the drift of a connection's listings: those named, or all for nil.
func (e *Engine) driftOf(ctx context.Context, c Connection, listings []int64) ([]Drift, error) {
	p := &pusher{engine: e, connection: c, began: e.store.Now()}
	w, err := p.stockWishes(ctx, listings)
	if err != nil {
		return nil, err
	}
	if err := p.knowAll(ctx, &w); err != nil {
		return nil, err
	}
	orders, err := p.ordersLooked(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]Drift, 0, len(w.wishes)+len(w.unplaced))
	for _, s := range p.sightings(w) {
		s.orders = orders
		if err := p.judgeDrift(ctx, &s); err != nil {
			return nil, err
		}
		rows = append(rows, s.Drift)
	}
	for _, o := range w.unplaced {
		d := p.driftRow(o, wish{intent: Intent{Wanted: strconv.FormatInt(o.Whole, 10)}})
		d.Class, d.Words = DriftUnplaced, "it has stock at several places of "+c.Name+": say in its settings which one gets yours"
		rows = append(rows, d)
	}
	return rows, nil
}

// stockWished are the listings of a connection whose stock is ours to say, with what each should have.
type stockWished struct {
	draft
	offers   []Offer // one for each wish
	unplaced []Offer
}

// stockWishes works out what listings should have, by the very function that a push does: those named, or all for nil.
func (p *pusher) stockWishes(ctx context.Context, listings []int64) (w stockWished, err error) {
	w.draft = draft{warnings: []string{}, pusher: p}
	offers, err := p.engine.store.OffersAt(ctx, p.connection.ChannelID, listings)
	if err != nil {
		return w, err
	}
	looked, err := p.lookedAtStreams(ctx)
	if err != nil {
		return w, err
	}
	for _, o := range offers {
		if !p.oursToSay(&o) {
			continue
		}
		wishes, known := p.wishesOfStock(o, looked[channel.Stock])
		for _, one := range wishes {
			w.wishes, w.offers = append(w.wishes, one), append(w.offers, o)
		}
		if !known {
			w.unplaced = append(w.unplaced, o)
		}
	}
	return w, nil
}

// knowAll tells wishes what was asked before of the same: what is open, and of those that differ what became of the last one.
func (p *pusher) knowAll(ctx context.Context, w *stockWished) error {
	open, err := p.engine.store.OpenIntents(ctx, p.connection.ID)
	if err != nil {
		return err
	}
	w.know(open)
	return p.remember(ctx, &w.draft, journal.ByPerson)
}

// ordersLooked is when the connection's orders were last looked at; 0 where it pulls none.
func (p *pusher) ordersLooked(ctx context.Context) (commerce.Instant, error) {
	looked, err := p.lookedAtStreams(ctx)
	return looked[channel.Orders], err
}

func (p *pusher) driftRow(o Offer, w wish) Drift {
	d := Drift{ConnectionID: p.connection.ID, ChannelID: p.connection.ChannelID, Connection: p.connection.Name, ListingID: o.ListingID, VariantID: o.Stock.VariantID,
		Kit: o.Stock.Kit != nil, Pack: o.Pack, Name: o.Name, Target: o.Target, Location: w.intent.Location, Ours: w.intent.Wanted, Reason: w.intent.Reason,
		From: w.from, Base: w.base, BaseAt: w.baseAt, Pushed: w.pushed, Live: w.intent.Observed, LiveAt: w.intent.ObservedAt, Orders: []Sold{}}
	if w.pushed != "" {
		d.PushedAt = w.pushedAt
	}
	switch {
	case w.flying.ID != 0:
		d.PlanID = w.flying.PlanID
	case w.latest.State.waits():
		d.PlanID = w.latest.PlanID
	}
	return d
}

// classed gives a row its class, with the words why.
func (d *Drift) classed(class DriftClass, mover DriftMover, words ...string) {
	d.Class, d.Mover, d.Words = class, mover, strings.Join(words, "")
}
