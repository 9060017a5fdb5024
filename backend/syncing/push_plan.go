package syncing

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// The options of a connection that say what it is told, beside those of its manifest: yes or no; and at which of the channel's locations.
const (
	pushStockOption    = "push_stock"    // yes unless it says no
	pushPriceOption    = "push_price"    // only if it says yes
	pushTrackingOption = "push_tracking" // yes unless it says no
	pushLocationOption = "push_location"
)

// ownOptions are the options of every connection, whatever its manifest.
var ownOptions = []string{catalogueOption, pushStockOption, pushPriceOption, pushTrackingOption, pushLocationOption}

// Limits of what goes out unseen.
const (
	mostZeros   = 10 // listings at once that may go to zero, or
	zeroShare   = 5  // a fifth of all;
	fewZeros    = 3  // of a small shop fewer than these, or half of all
	fewListings = 20 // from so many on,
	changeShare = 2  // half of all may change at once
	mostShipped = 100
)

// wish is one thing that should be so, with what is known of it.
type wish struct {
	intent   Intent
	latest   Intent // the newest intent of the same key; ID 0 is none
	flying   Intent // the one that is under way, whose effect is not known yet; ID 0 is none
	pushed   string // what we last told the channel
	pushedAt commerce.Instant
	base     string // what the channel had when nothing was told it yet
	baseAt   commerce.Instant
	from     string             // our location whose goods the place shows; "" for all that count
	looked   bool               // the observed value is of just now
	moved    int64              // the commit of the last entry of its stock; 0 of a price
	scarce   bool               // the last units of its variant are shared out
	may      inventory.Quantity // what it may still sell beyond the orders that are known, in packs, where it is scarce
}

// untold is later than any look: orders are pulled whatever is known.
const untold commerce.Instant = math.MaxInt64

// doubted is when the last of the wishes was seen of which it must be known what was sold; 0 where there is none.
func (d draft) doubted() (at commerce.Instant) {
	for _, w := range d.wishes {
		switch {
		case !w.doubtful():
		case w.scarce && w.looked:
			return untold
		case !w.scarce:
			at = max(at, w.intent.ObservedAt)
		}
	}
	return at
}

// doubtful reports whether it must be known what the channel has, and what was sold there, before anything is said of it: it does not have what it was told, or of
// something scarce it may sell more than its share.
func (w wish) doubtful() bool {
	i := w.intent
	if i.Operation != channel.SetStock || w.flying.ID != 0 {
		return false
	}
	unlike := w.pushed != "" && i.Observed != "" && !same(i.Operation, i.Observed, w.pushed)
	return unlike && w.differs() || w.scarce && (w.differs() || w.may.Decimal() != commerce.Decimal(i.Wanted))
}

// differs reports whether something has to be written: what is under way counts as done.
func (w wish) differs() bool {
	if w.flying.ID != 0 {
		return !same(w.intent.Operation, w.intent.Wanted, w.flying.Wanted)
	}
	return !same(w.intent.Operation, w.intent.Wanted, w.intent.Observed)
}

// settledBefore reports whether the same wish was answered already, so that the schedule does not ask again and again: refused, taken off, undone,
// or taken by a channel that shows what it showed before all the same, although nothing moved here since. What it showed otherwise may be of somebody who
// changed it there in that very moment: it is told once more.
func (w wish) settledBefore() bool {
	l, i := w.latest, w.intent
	sameWish := l.ID != 0 && same(i.Operation, l.Wanted, i.Wanted)
	switch l.State {
	case Rejected:
		return sameWish && same(i.Operation, l.Observed, i.Observed)
	case Superseded:
		return sameWish && l.Problem != nil && l.Problem.Code == dropped && same(i.Operation, l.Observed, i.Observed)
	case Done:
		return l.Undoes != 0 && same(i.Operation, l.Observed, i.Wanted) ||
			w.moved <= l.Seq && sameWish && l.Shown != "" && !same(i.Operation, l.Shown, l.Wanted) && same(i.Operation, l.Shown, i.Observed) && same(i.Operation, l.Shown, l.Observed)
	}
	return false
}

// draft is what a plan is made of.
type draft struct {
	wishes   []wish
	orders   []Intent // about shipments and orders
	books    bookDraft
	warnings []string
	blocked  string
	pusher   *pusher
	live     bool  // everything is looked at
	current  bool  // what was asked before of the same was read in the very write that keeps it
	shipped  int64 // up to which commit sequence shipments were looked at
	listings int   // how many the connection has beside those of the wishes, where it is more than they are
	zeroed   int   // listings that went to zero by themselves lately
}

// differences are the wishes to be written.
func (d draft) differences() []Intent {
	var all []Intent
	for _, w := range d.wishes {
		if w.differs() {
			all = append(all, w.intent)
		}
	}
	all = append(all, d.books.waits...)
	for _, doc := range d.books.docs {
		all = append(all, d.pusher.bookIntent(Posting{Document: doc}))
	}
	return append(all, d.orders...)
}

// draft works out what should be there and is not. live looks at everything at the channel first; else only values that are old are looked at.
func (p *pusher) draft(ctx context.Context, cause journal.Cause, live bool) (draft, error) {
	d := draft{warnings: []string{}, pusher: p, live: live}
	if err := p.listingWishes(ctx, &d); err != nil {
		return d, err
	}
	if err := p.look(ctx, &d, live); err != nil {
		return d, err
	}
	if p.request.Variants == nil {
		if err := p.shipWishes(ctx, &d); err != nil {
			return d, err
		}
		if err := p.bookWishes(ctx, &d, cause); err != nil {
			return d, err
		}
	}
	if err := p.remember(ctx, &d, cause); err != nil {
		return d, err
	}
	if err := p.weighZeros(ctx, &d); err != nil {
		return d, err
	}
	d.blocked = d.guard(p.connection.Name)
	return d, nil
}

// weighZeros lets a draft weigh what goes to zero by what is stored now.
func (p *pusher) weighZeros(ctx context.Context, d *draft) error {
	store := p.engine.store
	return d.weighZeros(func(connectionID int64, since commerce.Instant) (int, error) {
		return store.ZeroedSince(ctx, connectionID, since)
	},
		func(channelID int64) (int, error) { return store.CountOffers(ctx, channelID) })
}

// does reports whether the connection is told of an operation; what its key may not do is a warning.
func (p *pusher) does(d *draft, operation channel.Operation) bool {
	if _, can := p.session.manifest.Write(operation); !can {
		return false
	}
	if rights := p.connection.Account.Rights; len(rights) > 0 && !slices.Contains(rights, string(operation)) {
		d.warnings = append(d.warnings, "The key of "+p.connection.Name+" does not allow "+operationWords[operation][1]+" to be written.")
		return false
	}
	return true
}

func (p *pusher) listingWishes(ctx context.Context, d *draft) error {
	if p.request.Variants == nil {
		return p.wishesOf(ctx, d, nil)
	}
	offers, err := p.engine.store.OffersOf(ctx, p.request.Variants)
	if err != nil {
		return err
	}
	return p.wishesOf(ctx, d, offers)
}

// wishesOf makes wishes of some offers, which say nothing of prices, or of all there are.
func (p *pusher) wishesOf(ctx context.Context, d *draft, offers []Offer) (err error) {
	stock := p.connection.Options[pushStockOption] != "no" && p.does(d, channel.SetStock)
	price := p.request.Variants == nil && p.connection.Options[pushPriceOption] == "yes" && p.does(d, channel.SetPrice)
	if !stock && !price {
		return nil
	}
	if p.request.Variants == nil {
		if offers, err = p.allOffers(ctx, d, price); err != nil {
			return err
		}
	}
	offers = ofChannel(offers, p.connection.ChannelID)
	open, err := p.openIntents(ctx, offers)
	if err != nil {
		return err
	}
	looked, err := p.lookedAtStreams(ctx)
	if err != nil {
		return err
	}
	p.makeWishes(d, offers, looked, stock, price)
	d.know(open)
	return nil
}

// makeWishes makes wishes of offers; what cannot be one is a warning.
func (p *pusher) makeWishes(d *draft, offers []Offer, looked map[channel.Stream]commerce.Instant, stock, price bool) {
	unplaced, foreign := 0, 0
	for _, o := range offers {
		if stock && p.oursToSay(&o) {
			wishes, known := p.wishesOfStock(o, looked[channel.Stock])
			d.wishes = append(d.wishes, wishes...)
			if !known {
				unplaced++
			}
		}
		if price && o.WantPrice != "" {
			if o.WantCurrency != "" && o.Currency != "" && o.WantCurrency != o.Currency {
				foreign++
				continue
			}
			d.wishes = append(d.wishes, p.priceWish(o, looked[channel.Products]))
		}
	}
	if unplaced > 0 {
		d.warnings = append(d.warnings, counted(unplaced, "listing has", "listings have")+" stock at several places of "+p.connection.Name+": say in its settings which one gets yours.")
	}
	if foreign > 0 {
		d.warnings = append(d.warnings, counted(foreign, "price is", "prices are")+" in another currency and left out.")
	}
}

// allOffers lists the offers of the channel; those alone that are not plainly as they should be, where nothing else is asked of them.
func (p *pusher) allOffers(ctx context.Context, d *draft, price bool) (offers []Offer, err error) {
	if price || d.live {
		return p.engine.store.Offers(ctx, p.connection.ChannelID)
	}
	offers, d.listings, err = p.engine.store.UnlikeOffers(ctx, p.connection.ChannelID)
	return offers, err
}

// openIntents lists what is not settled of the connection, or of some offers where it is about those alone.
func (p *pusher) openIntents(ctx context.Context, offers []Offer) ([]Intent, error) {
	if p.request.Variants == nil {
		return p.engine.store.OpenIntents(ctx, p.connection.ID)
	}
	targets := make([]string, len(offers))
	for n, o := range offers {
		targets[n] = o.Target
	}
	return p.engine.store.OpenIntentsFor(ctx, p.connection.ID, targets)
}

// know tells wishes what was asked before of the same.
func (d *draft) know(intents []Intent) {
	latest, flying := map[key]Intent{}, map[key]Intent{}
	for _, i := range intents {
		if i.ID > latest[i.key()].ID {
			latest[i.key()] = i
		}
		if i.State.underWay() {
			flying[i.key()] = i
		}
	}
	for n := range d.wishes {
		w := &d.wishes[n]
		if i, there := latest[w.intent.key()]; there {
			w.latest = i
		}
		if i, there := flying[w.intent.key()]; there {
			w.flying = i
		}
	}
}

// remember tells the wishes that differ what became of the last one of the same, and leaves out those that were answered.
func (p *pusher) remember(ctx context.Context, d *draft, cause journal.Cause) error {
	var targets []string
	for _, w := range d.wishes {
		if w.differs() {
			targets = append(targets, w.intent.Target)
		}
	}
	if len(targets) == 0 {
		return nil
	}
	latest, err := p.engine.store.LatestIntents(ctx, p.connection.ID, targets)
	if err != nil {
		return err
	}
	d.know(latest)
	d.forget(cause)
	return nil
}

// forget leaves out the wishes that were answered, unless a person asks.
func (d *draft) forget(cause journal.Cause) {
	if cause != journal.ByPerson {
		d.wishes = slices.DeleteFunc(d.wishes, func(w wish) bool { return w.differs() && w.settledBefore() })
	}
}

// lookedAtStreams is when each stream was last pulled well: values that did not change since are as old as that.
func (p *pusher) lookedAtStreams(ctx context.Context) (map[channel.Stream]commerce.Instant, error) {
	syncs, err := p.engine.store.Syncs(ctx, p.connection.ID)
	at := map[channel.Stream]commerce.Instant{}
	for _, s := range syncs {
		at[s.Stream] = s.LookedAt
	}
	return at, err
}

func (p *pusher) listingIntent(o Offer, operation channel.Operation) Intent {
	return Intent{ConnectionID: p.connection.ID, ChannelID: p.connection.ChannelID, Operation: operation, Target: o.Target, Name: o.Name,
		RecordKind: listingRecord, RecordID: o.ListingID, State: Proposed}
}

// byZero reports whether a share can only be given by way of zero: a channel that does not compare may sell what it shows and, told a number at that moment, that
// number as well.
func (p *pusher) byZero(o Offer) bool {
	share := inventory.Quantity(o.Whole) * inventory.One
	return o.Scarce && !p.connection.Compares && o.May > 0 && o.May != share && share > 0 && share < o.May
}

// compares reports whether the vendor refuses a stock level whose observed value is no longer true.
func (p *pusher) compares() bool {
	write, _ := p.session.manifest.Write(channel.SetStock)
	return write.Compare
}

// oursToSay reports whether the stock of a listing is tracked, there and here, and ours to say; the levels that are not are taken off it.
func (p *pusher) oursToSay(o *Offer) bool {
	return o.Counted && o.Offered.Told && o.Tracked != "false" && p.ours(o)
}

func isTheirs(l channel.Location) bool { return l.Theirs }

// ours leaves a listing the levels whose stock is ours to say; false where the vendor ships all of it from places of its own.
func (p *pusher) ours(o *Offer) bool {
	had := len(o.Levels)
	o.Levels = slices.DeleteFunc(slices.Clone(o.Levels), func(l OfferLevel) bool {
		return slices.ContainsFunc(p.connection.Account.Locations, func(at channel.Location) bool { return at.ID == l.Location && at.Theirs })
	})
	return had == 0 || len(o.Levels) > 0
}

// place finds the channel's location whose stock we say.
func (p *pusher) place(o Offer) (OfferLevel, bool) {
	if name := p.connection.Options[pushLocationOption]; name != "" {
		at := slices.IndexFunc(o.Levels, func(l OfferLevel) bool { return l.Location == name })
		if at < 0 {
			return OfferLevel{Location: name}, true
		}
		return o.Levels[at], true
	}
	switch locations := slices.DeleteFunc(slices.Clone(p.connection.Account.Locations), isTheirs); {
	case len(o.Levels) == 1:
		return o.Levels[0], true
	case len(o.Levels) > 1 || len(locations) > 1:
		return OfferLevel{}, false
	case len(locations) == 1:
		return OfferLevel{Location: locations[0].ID}, true
	}
	return OfferLevel{}, true
}

func (p *pusher) priceWish(o Offer, pulled commerce.Instant) wish {
	i := p.listingIntent(o, channel.SetPrice)
	i.Observed, i.ObservedAt = o.Price, pulled
	i.Wanted, i.Body.Price, i.Body.Currency = o.WantPrice, o.WantPrice, or(o.WantCurrency, o.Currency, string(p.connection.Account.Currency))
	i.Reason = or(o.PriceReason, "this is its price here")
	return wish{intent: i}
}

// look looks live at wishes: at all of them, or at those that differ and whose observed value is old. Where the vendor allows no more looks to
// somebody who only wants to see, what was known before stands, with its age.
func (p *pusher) look(ctx context.Context, d *draft, live bool) error {
	if _, observes := p.connector.(channel.Observer); !observes {
		return nil
	}
	var at []int
	for n, w := range d.wishes {
		i := w.intent
		if live || w.scarce && w.doubtful() || w.differs() && (i.Observed == "" || p.old(i.Operation, i.ObservedAt)) {
			at = append(at, n)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		return strings.Compare(string(d.wishes[a].intent.Operation), string(d.wishes[b].intent.Operation))
	})
	intents := make([]Intent, len(at))
	for n, index := range at {
		intents[n] = d.wishes[index].intent
	}
	values, err := p.observe(ctx, intents)
	if live && fault.Is(err, fault.RateLimited) {
		d.warnings = append(d.warnings, p.session.manifest.Name+" allows no more looks just now: values are as old as they say.")
		return nil
	}
	if err != nil {
		return err
	}
	return d.seen(at, values, p)
}

// seen puts what a look showed into the wishes. What is no longer there is no wish.
func (d *draft) seen(at []int, values []looked, p *pusher) error {
	gone := map[int]bool{}
	for n, index := range at {
		w := &d.wishes[index]
		if values[n].passing() {
			continue // what was known stands
		}
		if values[n].value == "" {
			gone[index] = true
			continue
		}
		w.intent.Observed, w.intent.ObservedAt, w.looked = values[n].value, p.engine.store.Now(), true
	}
	if len(gone) == 0 {
		return nil
	}
	d.warnings = append(d.warnings, counted(len(gone), "listing was", "listings were")+" not found at "+p.connection.Name+" and left out.")
	var rest []wish
	for n, w := range d.wishes {
		if !gone[n] {
			rest = append(rest, w)
		}
	}
	d.wishes = rest
	return nil
}

// guard says why a plan must not go out by itself: too much of the stock goes to zero, comes from zero at once, or changes. What is approved or
// under way is not counted again.
func (d draft) guard(at string) string {
	all, zeros, from, changed := 0, 0, 0, 0
	for _, w := range d.wishes {
		i := w.intent
		if i.Operation != channel.SetStock {
			continue
		}
		all++
		if !w.differs() || w.latest.State == Approved && same(i.Operation, w.latest.Wanted, i.Wanted) {
			continue
		}
		changed++
		switch wants, has := commerce.Decimal(i.Wanted).Sign() > 0, zeroable(i.Observed); {
		case !wants && has:
			zeros++
		case wants && !has && i.Observed != "" && zeroable(w.pushed):
			from++
		}
	}
	all = max(all, d.listings)
	if zeros > 0 {
		zeros += d.zeroed
	}
	shipments := 0
	for _, i := range d.orders {
		if i.Operation == channel.Ship {
			shipments++
		}
	}
	switch {
	case wipes(zeros, all):
		return fmt.Sprintf("This would set %d of %d listings to zero at once. Was it a mistaken count or a bad import? Look before you approve.", zeros, all)
	case wipes(from, all):
		return fmt.Sprintf("%d of %d listings at %s fell to zero, and nobody here said so. Find out why before you approve.", from, all, at)
	case all >= fewListings && changed*changeShare > all:
		return fmt.Sprintf("This would change the stock of %d of %d listings at once. Look before you approve.", changed, all)
	case shipments > mostShipped:
		return fmt.Sprintf("This would tell of %d shipments at once, perhaps with a mail to each buyer. Look before you approve.", shipments)
	}
	return ""
}

// wipes reports whether so many listings of all would be too many to fall to zero at once.
func wipes(zeros, all int) bool {
	return zeros > mostZeros && zeros*zeroShare > all || zeros >= fewZeros && zeros*changeShare > all
}

// zeroable reports whether there is something that could fall to zero; what is not known could.
func zeroable(quantity string) bool { return quantity == "" || commerce.Decimal(quantity).Sign() > 0 }

// PlanPush works out what a person would have to approve for a connection now. keep stores it as a plan; without, it is only shown.
// live looks at the channel first.
func (e *Engine) PlanPush(ctx context.Context, connectionID int64, live, keep bool) (PushPlan, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return PushPlan{}, err
	}
	defer done()
	p, err := e.pusher(ctx, PushRequest{ConnectionID: connectionID, Cause: journal.ByPerson, Person: true})
	if err != nil {
		return PushPlan{}, err
	}
	d, err := p.draft(ctx, journal.ByPerson, live)
	if err != nil {
		return PushPlan{}, err
	}
	if !keep {
		plan := p.planOf(d, journal.ByPerson, d.differences())
		plan.Counts = map[State]int{Proposed: len(plan.Intents)}
		return plan, nil
	}
	plan, err := p.keep(ctx, journal.ByPerson, d)
	if err != nil || plan.ID == 0 {
		return plan, err
	}
	return e.planBegin(ctx, plan.ID)
}

// PlanPage is how many intents a plan has with it that was made or changed; the rest is read page by page.
const PlanPage = 100

// planBegin reads a plan with its first intents: one more than a page, where there are more.
func (e *Engine) planBegin(ctx context.Context, id int64) (PushPlan, error) {
	plan, err := e.store.PushPlan(ctx, id)
	if err != nil {
		return plan, err
	}
	plan.Intents, err = e.store.PlanIntents(ctx, id, 0, PlanPage+1)
	return plan, err
}

// plan reads a plan with all its intents.
func (e *Engine) plan(ctx context.Context, id int64) (PushPlan, error) {
	plan, err := e.store.PushPlan(ctx, id)
	if err != nil {
		return plan, err
	}
	plan.Intents, err = e.store.PlanIntents(ctx, id, 0, 100_000)
	return plan, err
}

func (p *pusher) planOf(d draft, cause journal.Cause, intents []Intent) PushPlan {
	plan := PushPlan{ConnectionID: p.connection.ID, Connection: p.connection.Name, Title: planTitle(intents, p.connection.Name), Cause: cause, State: PlanOpen,
		Warnings: d.warnings, Blocked: d.blocked, Intents: intents}
	for _, i := range intents {
		if i.ObservedAt != 0 && (plan.ObservedAt == 0 || i.ObservedAt < plan.ObservedAt) {
			plan.ObservedAt = i.ObservedAt
		}
	}
	return plan
}

// keep stores what a draft wants as intents, in one write: newer wishes take older ones off, what is wanted already stays, what is under way is
// waited for. What the rule of approval allows is approved at once; the rest waits in one plan.
func (p *pusher) keep(ctx context.Context, cause journal.Cause, d draft) (kept PushPlan, err error) {
	if d.idle(p.connection) {
		return kept, nil
	}
	err = p.engine.store.InSyncTx(ctx, true, func(tx Tx) (err error) {
		kept, err = p.keepIn(tx, cause, d)
		return err
	})
	if err == nil && kept.State == PlanOpen {
		p.result.Waiting = len(kept.Intents)
	}
	return kept, err
}

func (p *pusher) keepIn(tx Tx, cause journal.Cause, d draft) (kept PushPlan, err error) {
	if err := p.noteLooks(tx, d); err != nil {
		return kept, err
	}
	s := sorter{p: p, tx: tx, cause: cause, current: d.current, touched: map[int64]bool{}}
	for _, w := range d.wishes {
		if !w.matters() {
			continue
		}
		if err := s.sort(w); err != nil {
			return kept, err
		}
	}
	for _, i := range d.orders {
		if err := s.sortOrder(i); err != nil {
			return kept, err
		}
	}
	if err := s.bookIntents(d.books); err != nil {
		return kept, err
	}
	if kept, err = s.store(d); err == nil && d.shipped > p.connection.ShippedSeq {
		err = tx.NoteShipped(p.connection.ID, d.shipped)
	}
	return kept, err
}

// matters reports whether something is to be done about a wish: it differs, or something waits that may have to be taken off.
func (w wish) matters() bool { return w.differs() || w.latest.ID != 0 && !w.latest.State.Settled() }

// idle reports whether a draft leads to no write of ours at all.
func (d draft) idle(c Connection) bool {
	return len(d.orders)+len(d.books.docs)+len(d.books.looked)+len(d.books.stock)+len(d.books.waits) == 0 && d.shipped <= c.ShippedSeq && !slices.ContainsFunc(d.wishes, func(w wish) bool { return w.matters() || w.looked })
}

// noteLooks keeps what was looked at live, where it is not what was known.
func (p *pusher) noteLooks(tx Tx, d draft) error {
	for _, w := range d.wishes {
		if !w.looked || w.flying.ID != 0 {
			continue
		}
		if err := p.noteValue(tx, w.intent, w.intent.Observed, ""); err != nil {
			return err
		}
	}
	return nil
}

// sorter sorts wishes into those that are new and those that are known.
type sorter struct {
	p       *pusher
	tx      Tx
	cause   journal.Cause
	fresh   []Intent
	moved   []Intent       // proposed already, and taken into a plan that a person asked for
	current bool           // wishes know what is there
	touched map[int64]bool // plans whose intents changed
}

func (s *sorter) sort(w wish) (err error) {
	if !s.current {
		if w, err = s.asOfNow(w); err != nil {
			return err
		}
	}
	i, latest := w.intent, w.latest
	i.DependsOn = w.flying.ID
	equal := same(i.Operation, latest.Wanted, i.Wanted)
	switch {
	case latest.State.waits() && latest.Undoes != 0 && same(i.Operation, latest.Observed, i.Wanted):
		return nil // a person takes back what is wished
	case latest.State.waits() && !w.differs():
		return s.supersede(latest, "It is as wanted by now.")
	case !w.differs():
		return nil
	case latest.State.waits() && equal:
		return s.known(latest, i)
	case latest.State.waits():
		if err := s.supersede(latest, "A newer wish took its place."); err != nil {
			return err
		}
	}
	s.fresh = append(s.fresh, i)
	return nil
}

// asOfNow reads what was asked before of the same.
func (s *sorter) asOfNow(w wish) (wish, error) {
	i := w.intent
	latest, err := s.tx.LatestIntent(i.ConnectionID, i.Operation, i.Target, i.Location)
	if err != nil {
		return w, err
	}
	w.latest = latest
	for _, id := range []int64{latest.ID, latest.DependsOn, w.flying.ID} {
		if w.flying, err = s.flying(id); err != nil || w.flying.ID != 0 {
			break
		}
	}
	return w, err
}

// flying reads an intent if it is under way.
func (s *sorter) flying(id int64) (Intent, error) {
	if id == 0 {
		return Intent{}, nil
	}
	i, err := s.tx.Intent(id)
	if err != nil || !i.State.underWay() {
		return Intent{}, err
	}
	return i, nil
}

// known keeps a wish that waits already; what was seen meanwhile is brought up to date.
func (s *sorter) known(latest, now Intent) error {
	if latest.State != Proposed {
		return nil
	}
	if !same(latest.Operation, latest.Observed, now.Observed) {
		latest.Observed, latest.ObservedAt = now.Observed, now.ObservedAt
		s.touched[latest.PlanID] = true
		if err := s.tx.UpdateIntent(latest); err != nil {
			return err
		}
	}
	if s.cause == journal.ByPerson {
		s.moved = append(s.moved, latest)
	}
	return nil
}

func (s *sorter) supersede(i Intent, why string) error {
	i.State, i.SettledAt, i.Warning = Superseded, s.tx.Now(), why
	s.touched[i.PlanID] = true
	return s.tx.UpdateIntent(i)
}

// sortOrder sorts a wish about a shipment: what waits is corrected, which is a new revision.
func (s *sorter) sortOrder(i Intent) error {
	open, err := s.tx.OpenIntentsOf(i.ConnectionID, i.Operation, i.RecordKind, i.RecordID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.State.waits() && !sameBody(o.Body, i.Body) {
			o.Body, o.Wanted = i.Body, i.Wanted
			o.Revision++
			s.touched[o.PlanID] = true
			if err := s.tx.UpdateIntent(o); err != nil {
				return err
			}
		}
	}
	if len(open) == 0 {
		s.fresh = append(s.fresh, i)
	}
	return nil
}

// store puts what is new into a plan: one that is approved where the rule allows that, else the one that waits.
func (s *sorter) store(d draft) (plan PushPlan, err error) {
	if len(s.fresh)+len(s.moved) > 0 {
		if plan, err = s.planFor(d); err != nil {
			return plan, err
		}
		for n := range s.fresh {
			s.fresh[n].PlanID = plan.ID
			if plan.State == PlanApproved {
				s.fresh[n].State = Approved
			}
			if err := s.tx.InsertIntent(&s.fresh[n]); err != nil {
				return plan, err
			}
		}
		if err := s.linkBooks(d.books.open); err != nil {
			return plan, err
		}
		for _, i := range s.moved {
			s.touched[i.PlanID] = true
			i.PlanID = plan.ID
			if err := s.tx.UpdateIntent(i); err != nil {
				return plan, err
			}
		}
		plan.Intents = slices.Concat(s.fresh, s.moved)
		if plan.State != PlanApproved { // whose intents are
			s.touched[plan.ID] = true
		}
	}
	for id := range s.touched {
		if err := s.tx.FollowPlan(id); err != nil {
			return plan, err
		}
	}
	return plan, nil
}

// planFor finds or makes the plan for what is new.
func (s *sorter) planFor(d draft) (PushPlan, error) {
	made := s.p.planOf(d, s.cause, append(slices.Clone(s.fresh), s.moved...))
	c := s.p.connection
	if s.cause == journal.ByPerson {
		return made, s.tx.InsertPushPlan(&made)
	}
	if d.blocked == "" && (c.Approval == Automatic || c.Approval == Large && len(s.fresh) <= c.ApprovalSize) {
		made.State, made.ApprovedAt = PlanApproved, s.tx.Now()
		return made, s.tx.InsertPushPlan(&made)
	}
	waiting, err := s.tx.WaitingPlan(c.ID)
	if err != nil || waiting.ID == 0 {
		return made, errors.Join(err, s.tx.InsertPushPlan(&made))
	}
	waiting.Title = "Writes that wait for " + c.Name
	waiting.Warnings, waiting.Blocked = made.Warnings, or(made.Blocked, waiting.Blocked)
	if waiting.ObservedAt == 0 || made.ObservedAt != 0 && made.ObservedAt < waiting.ObservedAt {
		waiting.ObservedAt = made.ObservedAt
	}
	return waiting, s.tx.UpdatePushPlan(waiting)
}
