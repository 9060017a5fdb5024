package syncing

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// mostMoved is how many variants are told of one by one; what moves more at once is a matter for the whole plan and its guard.
const mostMoved = mostZeros

// gatherTime is how long the whole plan waits for more to move while much does.
const gatherTime = 2 * time.Second

// Moved tells that something else is available of variants: what channels are to be told of them is written down and sent at once, the
// one that sells most of them first. It does not block; what comes while it works is done together.
func (e *Engine) Moved(variantIDs []int64) {
	e.mutex.Lock()
	for _, id := range variantIDs {
		e.stirred[id] = true
	}
	idle := !e.telling
	e.telling = true
	e.mutex.Unlock()
	if !idle {
		return
	}
	ctx, done, err := e.begin(context.Background())
	if err != nil {
		return
	}
	go func() {
		defer done()
		for ids := e.nextMoved(); len(ids) > 0; ids = e.nextMoved() {
			if err := e.Tell(ctx, ids); err != nil {
				e.log.Warn("telling channels of stock", "error", err)
			}
		}
	}()
}

// nextMoved takes what moved meanwhile; nothing ends the work.
func (e *Engine) nextMoved() []int64 {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	ids := slices.Sorted(maps.Keys(e.stirred))
	clear(e.stirred)
	e.telling = len(ids) > 0
	return ids
}

// Tell writes down what all channels are to be told of variants, and lets each be sent.
func (e *Engine) Tell(ctx context.Context, variantIDs []int64) error {
	if len(variantIDs) > mostMoved {
		return e.tellAll(ctx, variantIDs)
	}
	connections, variants, err := e.Wish(ctx, variantIDs)
	if err != nil {
		return err
	}
	for _, id := range connections {
		e.kick(PushRequest{ConnectionID: id, Cause: journal.ByPush, Plan: true, Variants: variants})
	}
	return nil
}

// tellAll lets the whole plan of each connection go that is told of variants.
func (e *Engine) tellAll(ctx context.Context, variantIDs []int64) error {
	connections, _, err := e.store.Telling(ctx, variantIDs)
	if err != nil || len(connections) == 0 {
		return err
	}
	if err := e.clock.Sleep(ctx, gatherTime); err != nil { // there is more to come
		return err
	}
	for _, id := range connections {
		e.kick(PushRequest{ConnectionID: id, Cause: journal.ByPush, Plan: true})
	}
	return nil
}

// Wish writes down what all connections are to be told of variants by what is known here, without a look at any vendor, and lists those connections, the
// one that sells most first, and the variants with the kits they are in. It is read and written in one write, whose connection has at hand what the
// sale before it touched.
func (e *Engine) Wish(ctx context.Context, variantIDs []int64) (connections, variants []int64, err error) {
	err = e.store.InSyncTx(ctx, false, func(tx Tx) (err error) {
		if connections, variants, err = tx.Telling(variantIDs); err != nil || len(connections) == 0 {
			return err
		}
		drafts, err := e.drafts(tx, connections, variants)
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if d.idle(d.pusher.connection) {
				continue
			}
			if _, err := d.pusher.keepIn(tx, journal.ByPush, d); err != nil {
				return err
			}
		}
		return nil
	})
	return connections, variants, err
}

// drafts makes the wishes of connections, in their order; none of those to which nothing may be sent.
func (e *Engine) drafts(tx Tx, connectionIDs, variantIDs []int64) ([]draft, error) {
	if paused, err := tx.SendingPaused(); err != nil || paused {
		return nil, err
	}
	offers, err := tx.OffersOf(variantIDs)
	if err != nil {
		return nil, err
	}
	connections, err := tx.Connections()
	if err != nil {
		return nil, err
	}
	looked, err := tx.LookedAt(channel.Stock)
	if err != nil {
		return nil, err
	}
	var all []draft
	for _, id := range connectionIDs {
		at := slices.IndexFunc(connections, func(c Connection) bool { return c.ID == id && !c.Paused })
		if at < 0 {
			continue
		}
		if d, can := e.draftOf(connections[at], variantIDs, offers, looked[id]); can {
			all = append(all, d)
		}
	}
	return all, recall(tx, all)
}

// draftOf makes the wishes of one connection whose stock was last looked at at an instant; can is false where it is not told of stock.
func (e *Engine) draftOf(c Connection, variantIDs []int64, offers []Offer, looked commerce.Instant) (d draft, can bool) {
	connector, err := e.connector(c)
	if err != nil {
		return d, false // its words stand with the connection
	}
	p := &pusher{engine: e, connection: c, connector: connector, session: &session{engine: e, connection: c, manifest: connector.Manifest()},
		request: PushRequest{ConnectionID: c.ID, Variants: variantIDs}, began: e.store.Now()}
	p.connection.Compares = p.compares()
	d = draft{warnings: []string{}, pusher: p}
	if c.Options[pushStockOption] == "no" || !p.does(&d, channel.SetStock) {
		return d, false
	}
	p.makeWishes(&d, ofChannel(offers, c.ChannelID), map[channel.Stream]commerce.Instant{channel.Stock: looked}, true, false)
	return d, true
}

// recall tells drafts what was asked before of the same, and what the guard has to know.
func recall(tx Tx, drafts []draft) error {
	var wanted []Intent
	for _, d := range drafts {
		for _, w := range d.wishes {
			wanted = append(wanted, w.intent)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	before, err := tx.BeforeThese(wanted)
	if err != nil {
		return err
	}
	for n := range drafts {
		d := &drafts[n]
		c := d.pusher.connection
		d.know(slices.DeleteFunc(slices.Clone(before), func(i Intent) bool { return i.ConnectionID != c.ID }))
		d.current = true
		d.forget(journal.ByPush)
		if err := d.weighZeros(tx.ZeroedSince, tx.CountOffers); err != nil {
			return err
		}
		d.blocked = d.guard(c.Name)
	}
	return nil
}

// ofChannel leaves of offers those that a channel knows by an id.
func ofChannel(offers []Offer, channelID int64) []Offer {
	var at []int // offers are large: each is copied once
	for n := range offers {
		if offers[n].ChannelID == channelID && offers[n].Target != "" {
			at = append(at, n)
		}
	}
	its := make([]Offer, len(at))
	for to, from := range at {
		its[to] = offers[from]
	}
	return its
}

// zeroMemory is for how long what went to zero by itself counts in the guard, so that a wipe in small pieces is one all the same.
const zeroMemory = time.Hour

// weighZeros tells a draft what the guard has to know beside its own wishes: what went to zero by itself lately, and, where that could be a wipe,
// how many listings there are.
func (d *draft) weighZeros(zeroedSince func(connectionID int64, since commerce.Instant) (int, error), countOffers func(channelID int64) (int, error)) (err error) {
	zeros := 0
	for _, w := range d.wishes {
		if w.intent.Operation == channel.SetStock && w.differs() && w.intent.Wanted == "0" && zeroable(w.intent.Observed) {
			zeros++
		}
	}
	if zeros == 0 {
		return nil
	}
	p := d.pusher
	since := p.engine.store.Now().Time().Add(-zeroMemory)
	if d.zeroed, err = zeroedSince(p.connection.ID, commerce.InstantOf(since)); err != nil || p.request.Variants == nil {
		return err
	}
	if zeros+d.zeroed >= fewZeros || len(d.wishes) >= fewListings {
		d.listings, err = countOffers(p.connection.ChannelID)
	}
	return err
}

// kick lets a run go by itself. Trouble stands in the run.
func (e *Engine) kick(r PushRequest) {
	ctx, done, err := e.begin(context.Background())
	if err != nil {
		return
	}
	go func() {
		defer done()
		_, err := e.Push(ctx, r)
		if errors.Is(err, errSending) {
			e.pushes.later(r)
		} else if err != nil && !fault.Is(err, fault.RateLimited) {
			e.log.Warn("sending", "connection", r.ConnectionID, "error", err)
		}
	}()
}

// Replan plans and sends what every connection is to be told now: a rule changed.
func (e *Engine) Replan() {
	ctx, done, err := e.begin(context.Background())
	if err != nil {
		return
	}
	defer done()
	all, err := e.store.Connections(ctx)
	if err != nil {
		e.log.Warn("planning writes anew", "error", err)
	}
	for _, c := range all {
		if c.PushTimerID != 0 && !c.Paused {
			e.kick(PushRequest{ConnectionID: c.ID, Cause: journal.ByPush, Plan: true})
		}
	}
}

// confirm makes sure that what was told is known to be so, and lets those go on that wait for it. A number that was lowered counts
// once the orders up to then are known.
func (p *pusher) confirm(ctx context.Context) error {
	if p.result.Done == 0 {
		return nil
	}
	waiting, err := p.engine.store.WaitingForShares(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	if known, err := p.knowOrders(ctx, untold); err != nil || !known {
		return err
	}
	p.waiting = waiting
	return nil
}

// wake lets go on what waited for this run: what was asked for of this connection, and the connections that wait for what it was told.
func (p *pusher) wake() {
	if r, there := p.engine.pushes.next(p.connection.ID); there {
		p.engine.kick(r)
	}
	for _, id := range p.waiting {
		p.engine.kick(PushRequest{ConnectionID: id, Cause: journal.ByPush, Plan: true})
	}
}
