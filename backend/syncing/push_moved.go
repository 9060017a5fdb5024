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

// Moved tells that something else is available of variants: what channels are to be told of them is written down and sent at once, the one that sells most
// of them first. It does not block; what comes while it works is done together.
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
	connections, variants, err := e.store.Telling(ctx, variantIDs)
	if err != nil || len(connections) == 0 {
		return err
	}
	if len(variantIDs) > mostMoved {
		variants = nil
		if err := e.clock.Sleep(ctx, gatherTime); err != nil { // there is more to come
			return err
		}
	} else if err := e.Wish(ctx, connections, variants); err != nil {
		return err
	}
	for _, id := range connections {
		e.kick(PushRequest{ConnectionID: id, Cause: journal.ByPush, Plan: true, Variants: variants})
	}
	return nil
}

// Wish writes down what connections are to be told of variants by what is known here, without a look at any vendor.
func (e *Engine) Wish(ctx context.Context, connectionIDs, variantIDs []int64) error {
	offers, err := e.store.OffersOf(ctx, variantIDs)
	if err != nil {
		return err
	}
	var drafts []draft
	for _, id := range connectionIDs {
		d, err := e.wishes(ctx, id, variantIDs, offers)
		if err != nil {
			return err
		}
		if d.pusher != nil && !d.idle(d.pusher.connection) {
			drafts = append(drafts, d)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	return e.store.InSyncTx(ctx, false, func(tx Tx) error {
		for _, d := range drafts {
			if _, err := d.pusher.keepIn(tx, journal.ByPush, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// wishes drafts what one connection is to be told of variants; nothing where nothing may be sent to it.
func (e *Engine) wishes(ctx context.Context, connectionID int64, variantIDs []int64, offers []Offer) (d draft, err error) {
	c, err := e.store.Connection(ctx, connectionID)
	if err != nil {
		return d, err
	}
	if stopped, err := e.stopped(ctx, c); stopped != nil || err != nil {
		return d, err
	}
	connector, err := e.connector(c)
	if err != nil {
		return d, nil //nolint:nilerr // its words stand with the connection
	}
	p := &pusher{engine: e, connection: c, connector: connector, session: &session{engine: e, connection: c, manifest: connector.Manifest()},
		request: PushRequest{ConnectionID: c.ID, Variants: variantIDs}, began: e.store.Now()}
	d = draft{warnings: []string{}, pusher: p}
	if err := p.wishesOf(ctx, &d, offers); err != nil {
		return d, err
	}
	if err := p.remember(ctx, &d, journal.ByPush); err != nil {
		return d, err
	}
	if err := p.weighZeros(ctx, &d); err != nil {
		return d, err
	}
	d.blocked = d.guard(c.Name)
	return d, nil
}

// ofChannel leaves of offers those that a channel knows by an id.
func ofChannel(offers []Offer, channelID int64) []Offer {
	return slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool { return o.ChannelID != channelID || o.Target == "" })
}

// zeroMemory is for how long what went to zero by itself counts in the guard, so that a wipe in small pieces is one all the same.
const zeroMemory = time.Hour

// weighZeros tells a draft what the guard has to know beside its own wishes.
func (p *pusher) weighZeros(ctx context.Context, d *draft) (err error) {
	if !slices.ContainsFunc(d.wishes, func(w wish) bool {
		return w.intent.Operation == channel.SetStock && w.differs() && w.intent.Wanted == "0"
	}) {
		return nil
	}
	since := p.engine.store.Now().Time().Add(-zeroMemory)
	if d.zeroed, err = p.engine.store.ZeroedSince(ctx, p.connection.ID, commerce.InstantOf(since)); err != nil || p.request.Variants == nil {
		return err
	}
	d.listings, err = p.engine.store.CountOffers(ctx, p.connection.ChannelID)
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

// confirm makes sure that what was told is known to be so, and lets those go on that wait for it. A number that was lowered counts once the orders up to then are known.
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
