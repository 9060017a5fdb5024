package syncing

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Limits of one plan of postings.
const (
	mostPosted = 1000 // documents
	bookAtOnce = 200  // orders that are read at once
)

// bookDraft is what is to be posted, and up to which version orders were looked at for it.
type bookDraft struct {
	docs   []accounting.Document
	looked []lookedAt
	stock  []lookedMovement
	open   []Intent // planned before, and not there yet
	waits  []Intent // those of them that a person is to approve: a plan that they ask for holds these too
}

// lookedAt is an order that was looked at, and why it cannot be posted; "" is nothing.
type lookedAt struct {
	orderID, seq int64
	problem      string
}

// bookWishes are the documents that the orders of the posted channels need and that are not there. An order that cannot be posted is said
// in words and keeps no other one.
func (p *pusher) bookWishes(ctx context.Context, d *draft, cause journal.Cause) error {
	if !p.does(d, channel.Post) {
		return nil
	}
	m, _, said, err := p.engine.store.Mapping(ctx, p.connection.ID)
	if err != nil {
		return err
	}
	if !said || !m.Confirmed {
		d.warnings = append(d.warnings, "Nothing is posted to "+p.connection.Name+" before you confirmed how: look at the mapping of your books.")
		return nil
	}
	if cause == journal.ByPerson {
		if err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error { return tx.PutAwayDropped(p.connection.ID) }); err != nil {
			return err
		}
	}
	open, err := p.bookOpen(ctx)
	if err != nil {
		return err
	}
	b := booker{p: p, m: m, zone: p.engine.store.Zone(), days: map[dayKey]*daily{}, named: map[string]bool{}}
	b.today = b.day(p.engine.store.Now())
	if err := b.walk(ctx); err != nil {
		return err
	}
	if err := b.sumUp(ctx); err != nil {
		return err
	}
	if err := b.stock(ctx); err != nil {
		return err
	}
	made, err := b.needed(ctx)
	if err != nil {
		return err
	}
	d.books = bookDraft{docs: append(made, b.docs...), looked: b.looked, stock: b.movements, open: open, waits: bookWaiting(open, cause)}
	b.warn(d)
	return nil
}

// bookOpen lists the postings that are planned and not there yet.
func (p *pusher) bookOpen(ctx context.Context) ([]Intent, error) {
	open, err := p.engine.store.OpenIntents(ctx, p.connection.ID)
	return slices.DeleteFunc(open, func(i Intent) bool { return i.Operation != channel.Post || i.Body.Document == nil }), err
}

// bookWaiting picks the postings that wait for a person, where one asks for a plan.
func bookWaiting(open []Intent, cause journal.Cause) (waits []Intent) {
	for _, i := range open {
		if i.State == Proposed && cause == journal.ByPerson {
			waits = append(waits, i)
		}
	}
	return waits
}

// booker works out what is to be posted.
type booker struct {
	p       *pusher
	m       accounting.Mapping
	zone    *time.Location
	today   string
	docs    []accounting.Document
	looked  []lookedAt
	days    map[dayKey]*daily
	named   map[string]bool // references of this plan that are numbered
	closed  int
	refused int

	movements []lookedMovement
	unmoved   int
}

type dayKey struct {
	channelID int64
	day       string
}

// daily is what one channel sold on one day, to be summed up.
type daily struct {
	channel string
	docs    []accounting.Document
	looked  []lookedAt
}

// day is the calendar's day of an instant in the workspace's zone.
func (b *booker) day(at commerce.Instant) string { return at.Time().In(b.zone).Format(time.DateOnly) }

// walk goes through the orders that changed since they were looked at.
func (b *booker) walk(ctx context.Context) error {
	var channels []int64
	for id, rule := range b.m.Channels {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && rule.Post {
			channels = append(channels, n)
		}
	}
	since, _ := time.ParseInLocation(time.DateOnly, b.m.From, b.zone)
	lookup := b.p.engine.store.Lookup(ctx)
	for after := int64(0); len(b.docs) < mostPosted; {
		ids, err := b.p.engine.store.Unbooked(ctx, b.p.connection.ID, channels, max(commerce.InstantOf(since), 0), after, bookAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		for _, id := range ids {
			o, err := lookup.LoadOrder(id)
			if err == nil && o != nil {
				err = b.order(ctx, *o)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// order works out what one order needs.
func (b *booker) order(ctx context.Context, o order.Order) error {
	today, err := b.later(ctx, o)
	if err != nil {
		return err
	}
	sale, err := b.p.engine.saleOf(ctx, b.p.connection.ID, o, b.day(o.Placed.At), today)
	if err != nil {
		return err
	}
	looked := lookedAt{orderID: o.ID, seq: o.Version}
	docs, err := b.m.Post(sale)
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			return err
		}
		looked.problem = fault.Of(err).Message + " " + fault.Of(err).Remedy
		b.looked, b.refused = append(b.looked, looked), b.refused+1
		return nil
	}
	if slices.ContainsFunc(docs, func(d accounting.Document) bool { return b.m.Closed(d.Day) }) {
		looked.problem = "It belongs to a day up to " + b.m.ClosedUntil + ", and your books are closed until then. Open them in the mapping if it is still to be posted."
		b.looked, b.closed = append(b.looked, looked), b.closed+1
		return nil
	}
	if b.m.Rule(o.ChannelID).Level == accounting.PerDay && len(docs) > 0 {
		b.gather(o, docs, looked)
		return nil
	}
	b.docs, b.looked = append(b.docs, docs...), append(b.looked, looked)
	return nil
}

// later is the day of what became known of an order since it was posted. Where days are summed up it is that on which it became known: today is not over, and
// tomorrow neither.
func (b *booker) later(ctx context.Context, o order.Order) (string, error) {
	if b.m.Rule(o.ChannelID).Level != accounting.PerDay {
		return b.today, nil
	}
	at, err := b.p.engine.store.OrderChangedAt(ctx, o.ID)
	if err != nil || at == 0 {
		return b.today, err
	}
	return min(b.today, b.day(at)), nil
}

// gather keeps the documents of an order for the sums of their days. A day that is not over waits, and so does the order.
func (b *booker) gather(o order.Order, docs []accounting.Document, looked lookedAt) {
	if slices.ContainsFunc(docs, func(d accounting.Document) bool { return d.Day >= b.today }) {
		return
	}
	for n, d := range docs {
		k := dayKey{o.ChannelID, d.Day}
		if b.days[k] == nil {
			b.days[k] = &daily{channel: o.Channel}
		}
		b.days[k].docs = append(b.days[k].docs, d)
		if n == 0 {
			b.days[k].looked = append(b.days[k].looked, looked)
		}
	}
}

// sumUp makes the documents of days. Where a day was posted already, what came late is a document more.
func (b *booker) sumUp(ctx context.Context) error {
	keys := slices.SortedFunc(maps.Keys(b.days), func(a, c dayKey) int {
		return cmp.Or(cmp.Compare(a.day, c.day), cmp.Compare(a.channelID, c.channelID))
	})
	for _, k := range keys {
		for _, d := range b.m.Summarise(b.days[k].docs, k.channelID, b.days[k].channel, k.day) {
			if err := b.free(ctx, &d); err != nil {
				return err
			}
			b.docs = append(b.docs, d)
		}
		b.looked = append(b.looked, b.days[k].looked...)
	}
	return nil
}

// free finds a reference and number that are not used yet.
func (b *booker) free(ctx context.Context, d *accounting.Document) error {
	reference, number := d.Reference, d.Number
	for n := 2; ; n++ {
		taken, err := b.p.engine.store.PostingOf(ctx, b.p.connection.ID, d.Reference)
		if err != nil || taken.ID == 0 && !b.named[d.Reference] {
			b.named[d.Reference] = true
			return err
		}
		d.Reference, d.Number = reference+":"+strconv.Itoa(n), number+"-"+strconv.Itoa(n)
	}
}

// needed are the customers and items that the documents name and the ledger system does not have.
func (b *booker) needed(ctx context.Context) ([]accounting.Document, error) {
	items, err := b.p.engine.store.LedgerEntries(ctx, b.p.connection.ID, accounting.ItemEntry)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, e := range items {
		there["item:"+accounting.Fold(e.Name)] = true
	}
	var made []accounting.Document
	need := func(kind accounting.Kind, name, account string, currency commerce.Currency) error {
		key := string(kind) + ":" + accounting.Fold(name)
		if name == "" || there[key] {
			return nil
		}
		there[key] = true
		posted, err := b.p.engine.store.PostingOf(ctx, b.p.connection.ID, key)
		if err == nil && posted.ID == 0 {
			made = append(made, accounting.Document{Kind: kind, Reference: key, Name: name, Account: account, Currency: currency})
		}
		return err
	}
	for _, d := range b.docs {
		if err := need(accounting.Customer, d.Customer, "", d.Currency); err != nil {
			return nil, err
		}
		if slices.Contains([]accounting.Kind{accounting.Journal, accounting.Payment, accounting.Refund, accounting.Correction, accounting.StockAdjustment}, d.Kind) {
			continue
		}
		for _, l := range d.Lines {
			if err := need(accounting.Item, l.Item, l.Account, ""); err != nil {
				return nil, err
			}
		}
	}
	return made, nil
}

func (b *booker) warn(d *draft) {
	if b.refused > 0 {
		d.warnings = append(d.warnings, counted(b.refused, "order cannot", "orders cannot")+" be posted: Books says why.")
	}
	if b.unmoved > 0 {
		d.warnings = append(d.warnings, counted(b.unmoved, "movement of stock cannot", "movements of stock cannot")+" be posted: Books says why.")
	}
	if b.closed > 0 {
		d.warnings = append(d.warnings, counted(b.closed, "order belongs", "orders belong")+" to days that are closed ("+b.m.ClosedUntil+" and before).")
	}
	if len(b.docs) >= mostPosted {
		d.warnings = append(d.warnings, fmt.Sprintf("These are the first %d documents; plan again once they are posted.", len(b.docs)))
	}
}

// saleOf is an order with what was posted of it.
func (e *Engine) saleOf(ctx context.Context, connectionID int64, o order.Order, day, today string) (accounting.Sale, error) {
	sale := accounting.Sale{Order: o, Day: day, Today: today}
	before, err := e.store.PostingsOfOrder(ctx, connectionID, o.ID)
	for _, p := range before {
		sale.Note(p.Document)
	}
	return sale, err
}

// PreviewPosting works out by a mapping, kept or not, what an order would be posted as, as if nothing of it was posted yet.
func (e *Engine) PreviewPosting(ctx context.Context, m accounting.Mapping, orderID int64) ([]accounting.Document, error) {
	o, err := e.store.Lookup(ctx).LoadOrder(orderID)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, fault.New(fault.NotFound, "There is no such order.", "Choose one of the list of orders.")
	}
	zone := e.store.Zone()
	rule := m.Rule(o.ChannelID)
	rule.Post, rule.When = true, accounting.WhenPlaced
	tried := m
	tried.Channels = maps.Clone(m.Channels)
	if tried.Channels == nil {
		tried.Channels = map[string]accounting.Rule{}
	}
	tried.Channels[strconv.FormatInt(o.ChannelID, 10)] = rule
	return tried.Post(accounting.Sale{Order: *o, Day: o.Placed.At.Time().In(zone).Format(time.DateOnly), Today: e.store.Now().Time().In(zone).Format(time.DateOnly)})
}

// bookIntents keeps what is to be posted, with the intents of it: each after what it needs.
func (s *sorter) bookIntents(b bookDraft) error {
	for _, l := range b.looked {
		if err := s.tx.NoteBooked(s.p.connection.ID, l.orderID, l.seq, l.problem); err != nil {
			return err
		}
	}
	for _, m := range b.stock {
		if err := s.tx.NoteMovement(s.p.connection.ID, m.id, m.problem); err != nil {
			return err
		}
	}
	for _, d := range b.docs {
		known, err := s.tx.PostingOf(s.p.connection.ID, d.Reference)
		if err != nil {
			return err
		}
		if known.ID != 0 {
			continue
		}
		p := Posting{ConnectionID: s.p.connection.ID, Document: d}
		if err := s.tx.InsertPosting(&p); err != nil {
			return err
		}
		s.fresh = append(s.fresh, s.p.bookIntent(p))
	}
	for _, w := range b.waits {
		now, err := s.tx.Intent(w.ID)
		if err != nil {
			return err
		}
		if now.State == Proposed {
			s.moved = append(s.moved, now)
		}
	}
	return nil
}

func (p *pusher) bookIntent(posting Posting) Intent {
	d := posting.Document
	wanted := d.Kind.Words()
	if goods := d.GoodsWords(); goods != "" {
		wanted += ", " + goods
	}
	if total := d.Total(); total.Stated {
		wanted += ", " + total.Decimal(d.Currency.Exponent()) + " " + string(d.Currency)
	}
	return Intent{ConnectionID: p.connection.ID, ChannelID: p.connection.ChannelID, Operation: channel.Post, Target: d.Reference, Name: cmp.Or(d.Number, d.Name),
		RecordKind: postingRecord, RecordID: posting.ID, State: Proposed, Wanted: wanted, Reason: bookReason(d), Body: Body{Document: &d}}
}

func bookReason(d accounting.Document) string {
	switch {
	case d.Kind == accounting.Customer || d.Kind == accounting.Item:
		return "the documents name it, and it is not there yet"
	case d.Kind == accounting.StockAdjustment:
		return counted(len(d.Movements), "movement", "movements") + " of stock on " + d.Day + ": " + d.Memo
	case d.Kind == accounting.Correction:
		return "the order changed after it was posted"
	case len(d.Singles) > 0:
		return counted(len(d.Held()), "order", "orders") + " of " + d.Day + " summed up"
	}
	return "the order was made here"
}

// linkBooks lets each intent of books depend on what it needs: records of lists are made one after the other and before all documents, and what pays or gives
// back comes after what it is about. That may be open since an earlier plan.
func (s *sorter) linkBooks(open []Intent) error {
	last, byReference := int64(0), map[string]int64{}
	for _, i := range open {
		byReference[i.Target] = i.ID
		if kind := i.Body.Document.Kind; kind == accounting.Customer || kind == accounting.Item {
			last = max(last, i.ID)
		}
	}
	for n := range s.fresh {
		i := &s.fresh[n]
		d := i.Body.Document
		if i.Operation != channel.Post || d == nil {
			continue
		}
		byReference[d.Reference] = i.ID
		needs := cmp.Or(byReference[d.Applies], last)
		if d.Applies == "" {
			needs = last
		}
		if d.Kind == accounting.Customer || d.Kind == accounting.Item {
			last = i.ID
		}
		p, err := s.tx.Posting(i.RecordID)
		if err != nil {
			return err
		}
		p.IntentID = i.ID
		if err := s.tx.UpdatePosting(p); err != nil {
			return err
		}
		if needs == 0 {
			continue
		}
		i.DependsOn = needs
		if err := s.tx.UpdateIntent(*i); err != nil {
			return err
		}
	}
	return nil
}
