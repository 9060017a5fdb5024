package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// soldOver is how far back sales count for how fast something sells.
const soldOver = 28 * 24 * time.Hour

// Offers lists the listings of a channel that it knows by an id and that are linked to a variant, with what the rules let it have: of
// our own locations, and of
// the one that the channel keeps for us.
func (s *Store) Offers(ctx context.Context, channelID int64) ([]syncing.Offer, error) {
	return s.OffersAt(ctx, channelID, nil)
}

// OffersAt lists those of a channel's Offers that are named; all for nil.
func (s *Store) OffersAt(ctx context.Context, channelID int64, listings []int64) ([]syncing.Offer, error) {
	r, err := reckon(s.reading(ctx), s.Now())
	if err != nil {
		return nil, classify("reading stock rules", err)
	}
	from, args := ofChannel, []any{channelID}
	if listings != nil {
		from, args = listingsNamed+` AND g.channel_id = ? AND g.external_id <> ''`, []any{idSet(listings), channelID}
	}
	offers, err := r.offers(from, args...)
	if err != nil {
		return nil, classify("reading stock", err)
	}
	return offers, classify("working out prices", s.fillPrices(ctx, channelID, offers))
}

// OffersOf lists the listings of variants on all channels, with what the rules let them have.
func (s *Store) OffersOf(ctx context.Context, variantIDs []int64) ([]syncing.Offer, error) {
	return offersOf(s.reading(ctx), s.Now(), variantIDs)
}

// OffersOf lists offers inside a write.
func (tx *Tx) OffersOf(variantIDs []int64) ([]syncing.Offer, error) {
	return offersOf(tx, tx.now, variantIDs)
}

func offersOf(q querier, now commerce.Instant, variantIDs []int64) ([]syncing.Offer, error) {
	r, err := reckon(q, now)
	if err != nil {
		return nil, classify("reading stock rules", err)
	}
	offers, err := r.offers(ofVariants, idSet(variantIDs))
	return offers, classify("reading stock", err)
}

// Where offers are read from: the listings that a channel knows by an id, listings by their ids, and those of variants. Joined to what is asked for, they are found
// without a table of it that SQLite would have to make for each question.
const (
	ofChannel     = `channel c JOIN listing g ON c.id = ? AND g.channel_id = c.id AND g.external_id <> ''`
	listingsNamed = `json_each(?) j CROSS JOIN listing g ON g.id = j.value`
	ofVariants    = `json_each(?) j CROSS JOIN listing g ON g.variant_id = j.value`
)

// idSet is ids as what json_each reads, each once.
func idSet(ids []int64) string { return asJSON(slices.Compact(slices.Sorted(slices.Values(ids)))) }

// reckoning works out what listings may show. It reads what it needs once.
type reckoning struct {
	q      querier
	now    commerce.Instant
	rules  ruleBook
	kits   map[int64][]inventory.Component
	stocks map[int64]inventory.Stock
	late   map[int64]inventory.Lateness // by channel, without what is sold
	seller map[int64]seller
	flying map[int64]map[string]inventory.Quantity // by listing and place: the most that writes under way say, in packs
}

func reckon(q querier, now commerce.Instant) (*reckoning, error) {
	r := &reckoning{q: q, now: now, stocks: map[int64]inventory.Stock{}, late: map[int64]inventory.Lateness{}}
	rules, err := stockRules(q)
	if err != nil {
		return r, err
	}
	r.rules = bookOf(rules)
	if r.rules.places, err = channelPlaces(q); err != nil {
		return r, err
	}
	r.kits, err = kitsNow(q)
	return r, err
}

// channelPlaces lists, by channel, the locations of ours that its places are.
func channelPlaces(q querier) (map[int64][]int64, error) {
	rows, err := q.Query(`SELECT DISTINCT n.channel_id, p.location_id FROM location_place p JOIN connection n ON n.id = p.connection_id ORDER BY 1, 2`)
	places := map[int64][]int64{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var channelID, location int64
		err := rows.Scan(&channelID, &location)
		places[channelID] = append(places[channelID], location)
		return err
	})
	return places, err
}

// ruleBook is all rules, by what they are of.
type ruleBook struct {
	by     map[inventory.Scope]map[int64]inventory.Rule
	shares bool              // some rule shares last units out
	places map[int64][]int64 // of channels whose places are locations of ours: those
}

func bookOf(rules []inventory.Rule) ruleBook {
	b := ruleBook{by: map[inventory.Scope]map[int64]inventory.Rule{}}
	for _, rule := range rules {
		if b.by[rule.Scope] == nil {
			b.by[rule.Scope] = map[int64]inventory.Rule{}
		}
		b.by[rule.Scope][rule.RecordID] = rule
		b.shares = b.shares || rule.LastUnits != ""
	}
	return b
}

// terms is what holds for a listing of a variant on a channel.
func (b ruleBook) terms(channelID, variantID, listingID int64) inventory.Terms {
	var found []inventory.Rule
	for scope, id := range map[inventory.Scope]int64{inventory.OfAll: 0, inventory.OfChannel: channelID, inventory.OfVariant: variantID, inventory.OfListing: listingID} {
		if rule, there := b.by[scope][id]; there {
			found = append(found, rule)
		}
	}
	return inventory.TermsOf(found...).Within(b.places[channelID])
}

// offers lists listings with what they may show.
func (r *reckoning) offers(from string, args ...any) ([]syncing.Offer, error) {
	all, err := r.listed(from, args...)
	if err != nil || !r.rules.shares {
		return all, err
	}
	return all, r.share(all)
}

// listed lists listings with what they may show before last units are shared out.
func (r *reckoning) listed(from string, args ...any) ([]syncing.Offer, error) {
	rows, err := r.q.Query(`SELECT g.id, g.channel_id, g.external_id, CASE WHEN g.sku <> '' THEN g.sku ELSE g.title END, g.tracked, g.price, g.currency, g.seq, g.pack_multiple, v.id, v.price,
		v.currency, o.location, o.quantity, o.observed_at, o.pushed, o.pushed_at, o.base, COALESCE(o.base_at, 0), o.bound, o.seen, COALESCE(o.seen_at, 0), COALESCE(o.seen_seq, 0)
		FROM `+from+` JOIN variant v ON v.id = g.variant_id LEFT JOIN listing_level o ON o.listing_id = g.id ORDER BY g.id, o.id`, args...)
	all, err := gathered(rows, err)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(all))
	for i, o := range all {
		ids[i] = o.Stock.VariantID
	}
	if err := r.readStocks(ids); err != nil {
		return nil, err
	}
	for i := range all {
		if err := r.fill(&all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fill works one offer out.
func (r *reckoning) fill(o *syncing.Offer) (err error) {
	o.Stock = r.stocks[o.Stock.VariantID]
	o.Stock.Levels = slices.DeleteFunc(slices.Clone(o.Stock.Levels), func(l inventory.Level) bool { return l.ChannelID != inventory.Own })
	o.Terms = r.rules.terms(o.ChannelID, o.Stock.VariantID, o.ListingID)
	if o.Terms.LagMost.Value > 0 && o.Stock.Tracked() {
		if o.Late, err = r.lateness(o.ChannelID, o.Stock.VariantID); err != nil {
			return err
		}
	}
	o.Reckon(nil)
	return nil
}

// readStocks reads how variants stand, and what kits consist of.
func (r *reckoning) readStocks(variantIDs []int64) error {
	var ids []int64
	missing := func(id int64) {
		if _, known := r.stocks[id]; !known {
			r.stocks[id] = inventory.Stock{VariantID: id}
			ids = append(ids, id)
		}
	}
	for _, id := range variantIDs {
		missing(id)
		for _, c := range r.kits[id] {
			missing(c.VariantID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := r.readLevels(ids); err != nil {
		return err
	}
	for _, id := range ids {
		r.fitKit(id)
	}
	return nil
}

func (r *reckoning) readLevels(ids []int64) error {
	asked := asJSON(ids)
	rows, err := r.q.Query(`SELECT s.variant_id, l.id, l.name, COALESCE(l.channel_id, 0), s.id, s.on_hand, s.reserved, s.incoming, s.started_at, s.counted_at, s.counted_seq, s.seq
		FROM json_each(?) j CROSS JOIN stock_level s ON s.variant_id = j.value CROSS JOIN location l ON l.id = s.location_id ORDER BY s.variant_id, l.rank, l.name`, asked)
	err = each(rows, err, func(rows *sql.Rows) error {
		var l inventory.Level
		if err := rows.Scan(&l.VariantID, &l.LocationID, &l.Location, &l.ChannelID, &l.ID, &l.OnHand, &l.Reserved, &l.Incoming, &l.StartedAt, &l.CountedAt, &l.Version, &l.Moved); err != nil {
			return err
		}
		s := r.stocks[l.VariantID]
		s.Levels = append(s.Levels, l)
		r.stocks[l.VariantID] = s
		return nil
	})
	if err != nil {
		return err
	}
	return r.readOwed(asked)
}

// readOwed reads what of variants orders wait for.
func (r *reckoning) readOwed(asked string) error {
	rows, err := r.q.Query(`SELECT w.variant_id, w.open - w.reserved FROM json_each(?) j CROSS JOIN stock_demand w ON w.variant_id = j.value AND w.pool = 0 AND w.open > w.reserved`, asked)
	return each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var waits inventory.Quantity
		err := rows.Scan(&id, &waits)
		if s := r.stocks[id]; len(s.Levels) > 0 {
			s.Backordered += waits
			r.stocks[id] = s
		}
		return err
	})
}

// fitKit works out how many sets of a kit there are.
func (r *reckoning) fitKit(id int64) {
	items := r.kits[id]
	if items == nil {
		return
	}
	s := r.stocks[id]
	s.Kit, s.KitTracked = items, true
	available := map[int64]inventory.Quantity{}
	for _, c := range items {
		part := r.stocks[c.VariantID]
		s.KitTracked = s.KitTracked && len(part.Levels) > 0
		s.Parts = append(s.Parts, part)
		available[c.VariantID] = part.For(inventory.Own)
	}
	if s.KitTracked {
		s.Sets = inventory.Sets(items, available)
	}
	r.stocks[id] = s
}

// lateness is how fast a variant sells and how late news of a channel are.
func (r *reckoning) lateness(channelID, variantID int64) (inventory.Lateness, error) {
	l, known := r.late[channelID]
	if !known {
		var err error
		if l, err = r.lag(channelID); err != nil {
			return l, err
		}
		r.late[channelID] = l
	}
	sold, err := r.sold(`g.variant_id = ?`, variantID)
	for _, q := range sold {
		l.Sold += q
	}
	return l, err
}

// lag is how late news of a channel are: from a sale there to our knowing, and from our telling to its being so. Where nothing was
// measured yet it is how often
// we look.
func (r *reckoning) lag(channelID int64) (l inventory.Lateness, err error) {
	l.Over = soldOver
	known, err := r.q.Number(`SELECT COALESCE(max(CASE WHEN COALESCE(y.lag, -1) > 0 THEN y.lag ELSE 300000 END), 0) FROM sync y JOIN connection n ON n.id = y.connection_id
		WHERE n.channel_id = ? AND y.stream = 'orders'`, channelID)
	if err != nil {
		return l, err
	}
	l.Known = time.Duration(known) * time.Millisecond
	rows, err := r.q.Query(`SELECT i.settled_at - i.created_at FROM intent i WHERE i.channel_id = ? AND i.operation = 'stock.set' AND i.state = 'done'
		AND i.settled_at IS NOT NULL ORDER BY i.id DESC LIMIT 50`, channelID)
	took, err := collect(rows, err, scanID)
	if slices.Sort(took); len(took) > 0 {
		l.Confirmed = time.Duration(took[len(took)/2]) * time.Millisecond
	}
	return l, err
}

// sold is how much of their variants listings sold lately.
func (r *reckoning) sold(where string, args ...any) (map[int64]inventory.Quantity, error) {
	since := commerce.InstantOf(r.now.Time().Add(-soldOver))
	rows, err := r.q.Query(`SELECT g.id, g.pack_multiple, CAST(round(sum(CAST(l.quantity AS REAL)) * 1000000) AS INTEGER) FROM listing g JOIN order_line l ON l.listing_id = g.id
		JOIN orders o ON o.id = l.order_id WHERE `+where+` AND o.placed_at >= ? GROUP BY g.id`, append(args, int64(since))...)
	sold := map[int64]inventory.Quantity{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var pack commerce.Decimal
		var pieces inventory.Quantity
		err := rows.Scan(&id, &pack, &pieces)
		if size, wrong := inventory.Parse(pack); wrong == nil && pieces > 0 {
			sold[id] = pieces.Times(size)
		}
		return err
	})
	return sold, err
}

// offeredRow is one row of Offers: a listing times its stock levels there.
type offeredRow struct {
	offer    syncing.Offer
	location sql.NullString
	there    syncing.OfferLevel
}

func scanOffered(rows *sql.Rows, o *offeredRow) error {
	var quantity, pushed, base, bound, seen sql.NullString
	g, l := &o.offer, &o.there
	if err := rows.Scan(&g.ListingID, &g.ChannelID, &g.Target, &g.Name, &g.Tracked, &g.Price, &g.Currency, &g.Seq, &g.Pack, &g.Stock.VariantID, &g.WantPrice, &g.WantCurrency,
		&o.location, &quantity, instant{&l.ObservedAt}, &pushed, instant{&l.PushedAt}, &base, &l.BaseAt, &bound, &seen, &l.SeenAt, &l.SeenSeq); err != nil {
		return err
	}
	l.Location, l.Quantity, l.Pushed, l.Base, l.Bound, l.Seen = o.location.String, quantity.String, pushed.String, base.String, bound.String, seen.String
	return nil
}

// gathered puts the rows of a listing, which follow each other, into one offer.
func gathered(rows *sql.Rows, err error) ([]syncing.Offer, error) {
	offers := []syncing.Offer{}
	var r offeredRow
	err = each(rows, err, func(rows *sql.Rows) error {
		r = offeredRow{}
		if err := scanOffered(rows, &r); err != nil {
			return err
		}
		if len(offers) == 0 || offers[len(offers)-1].ListingID != r.offer.ListingID {
			offers = append(offers, r.offer)
		}
		if r.location.Valid {
			last := &offers[len(offers)-1]
			last.Levels = append(last.Levels, r.there)
		}
		return nil
	})
	return offers, err
}

// seller is what is known of how a channel can be told of stock, and of its orders.
type seller struct {
	channel  string
	told     bool // something is told it
	compares bool
	theirs   []string // locations of the vendor's own
	asked    bool     // its orders are pulled
	seq      int64    // up to which commit all its orders are known
	until    commerce.Instant
}

// sellers reads what is known of all channels.
func (r *reckoning) sellers() (map[int64]seller, error) {
	if r.seller != nil {
		return r.seller, nil
	}
	paused, err := r.q.Number(`SELECT count(*) FROM setting WHERE name = 'sending_paused' AND value <> ''`)
	if err != nil {
		return nil, err
	}
	rows, err := r.q.Query(`SELECT c.id, c.name, n.id IS NOT NULL, COALESCE(n.options, ''), COALESCE(n.account, ''), COALESCE(n.paused, 1), COALESCE(n.compares, 0),
		y.id IS NOT NULL, COALESCE(y.known_seq, 0), COALESCE(y.known_until, 0) FROM channel c LEFT JOIN connection n ON n.channel_id = c.id
		LEFT JOIN sync y ON y.connection_id = n.id AND y.stream = 'orders' ORDER BY c.id, n.id`)
	r.seller = map[int64]seller{}
	err = each(rows, err, func(rows *sql.Rows) error { return r.scanSeller(rows, paused > 0) })
	return r.seller, err
}

func (r *reckoning) scanSeller(rows *sql.Rows, paused bool) error {
	var id int64
	var one seller
	var connected, held bool
	var options, account string
	if err := rows.Scan(&id, &one.channel, &connected, &options, &account, &held, &one.compares, &one.asked, &one.seq, &one.until); err != nil {
		return err
	}
	set, there := map[string]string{}, channel.Account{}
	if err := fromJSON(options, &set); err != nil {
		return err
	}
	if err := fromJSON(account, &there); err != nil {
		return err
	}
	one.told = connected && !held && !paused && set["push_stock"] != "no"
	for _, l := range there.Locations {
		if l.Theirs {
			one.theirs = append(one.theirs, l.ID)
		}
	}
	if before, more := r.seller[id]; more { // several connections of one channel: the least that is known of all
		one.told, one.compares, one.theirs = one.told || before.told, one.compares && before.compares, append(one.theirs, before.theirs...)
		if before.asked {
			one.asked, one.seq, one.until = true, min(before.seq, one.seq), min(before.until, one.until)
		}
	}
	r.seller[id] = one
	return nil
}

// Telling lists the connections that are told of stock of variants and of kits with them inside, the one that sells most of them first
// (by the last twenty sales of
// each listing: how many there are, and how lately); and those variants.
func (s *Store) Telling(ctx context.Context, variantIDs []int64) (connectionIDs, variants []int64, err error) {
	return telling(s.reading(ctx), s.Now(), variantIDs)
}

// Telling lists them inside a write.
func (tx *Tx) Telling(variantIDs []int64) (connectionIDs, variants []int64, err error) {
	return telling(tx, tx.now, variantIDs)
}

func telling(q querier, now commerce.Instant, variantIDs []int64) (connectionIDs, variants []int64, err error) {
	if variants, err = withKits(q, variantIDs); err != nil {
		return nil, nil, classify("reading kits", err)
	}
	connectionIDs, err = toldOf(q, commerce.InstantOf(now.Time().Add(-soldOver)), variants)
	return connectionIDs, variants, classify("reading connections", err)
}

// withKits is variants and the kits that they are in, in order.
func withKits(q querier, variantIDs []int64) ([]int64, error) {
	rows, err := q.Query(`SELECT b.variant_id FROM json_each(?) j CROSS JOIN bom_item i ON i.variant_id = j.value JOIN bom b ON b.id = i.bom_id`, asJSON(variantIDs))
	kits, err := collect(rows, err, scanID)
	all := append(kits, variantIDs...)
	slices.Sort(all)
	return slices.Compact(all), err
}

// toldOf lists the connections that are told of variants, the one that sold most since an instant first.
func toldOf(q querier, since commerce.Instant, variants []int64) ([]int64, error) {
	rows, err := q.Query(`SELECT n.id, (SELECT COALESCE(sum(max(o.placed_at - ?, 0)), 0) FROM (SELECT order_id FROM order_line WHERE listing_id = g.id ORDER BY order_id DESC LIMIT 20) l
			JOIN orders o ON o.id = l.order_id)
		FROM `+ofVariants+` JOIN connection n ON n.channel_id = g.channel_id WHERE g.external_id <> '' AND n.push_timer_id IS NOT NULL AND n.paused = 0`, int64(since), asJSON(variants))
	sold := map[int64]int64{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var id, lately int64
		err := rows.Scan(&id, &lately)
		sold[id] += lately
		return err
	})
	ids := slices.Collect(maps.Keys(sold))
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Or(cmp.Compare(sold[b], sold[a]), cmp.Compare(a, b)) })
	return ids, err
}

// ZeroedSince counts the listings of a connection that were set from above to zero by themselves since an instant and still are to be, but for
// those that orders sold out.
func (s *Store) ZeroedSince(ctx context.Context, connectionID int64, since commerce.Instant) (int, error) {
	return zeroedSince(s.reading(ctx), connectionID, since)
}

// ZeroedSince counts them inside a write.
func (tx *Tx) ZeroedSince(connectionID int64, since commerce.Instant) (int, error) {
	return zeroedSince(tx, connectionID, since)
}

func zeroedSince(q querier, connectionID int64, since commerce.Instant) (int, error) {
	n, err := q.Number(`SELECT count(DISTINCT i.target) FROM intent i JOIN push_plan p ON p.id = i.plan_id JOIN listing g ON g.id = i.record_id
		WHERE i.connection_id = ?1 AND i.operation = 'stock.set' AND i.created_at >= ?2 AND i.wanted = '0' AND CAST(i.observed AS REAL) > 0 AND p.cause <> 'person'
		AND i.state NOT IN ('proposed', 'superseded', 'rejected')
		AND NOT EXISTS (SELECT 1 FROM intent l WHERE l.connection_id = i.connection_id AND l.operation = i.operation AND l.target = i.target AND l.id > i.id AND l.wanted <> '0')
		AND COALESCE((SELECT m.cause_kind FROM stock_movement m WHERE m.variant_id = g.variant_id ORDER BY m.id DESC LIMIT 1), '') <> 'order'`, connectionID, int64(since))
	return int(n), classify("counting writes", err)
}

// WaitingForShares lists the connections with a stock level that waits until others show less.
func (s *Store) WaitingForShares(ctx context.Context) ([]int64, error) {
	rows, err := s.reading(ctx).Query(`SELECT n.id FROM connection n WHERE EXISTS (SELECT 1 FROM intent i WHERE i.connection_id = n.id AND i.state = 'approved'
		AND +i.operation = 'stock.set' AND i.warning = ?) ORDER BY 1`, syncing.WaitsForShares)
	all, err := collect(rows, err, scanID)
	return all, classify("reading writes that wait", err)
}
