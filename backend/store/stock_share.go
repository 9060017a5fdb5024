package store

import (
	"database/sql"
	"errors"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// share gives offers of scarce variants their shares.
func (r *reckoning) share(offers []syncing.Offer) error {
	pools, err := r.pools(offers)
	if err != nil || len(pools) == 0 {
		return err
	}
	shares := map[int64]map[int64]inventory.Quantity{}
	for id, p := range pools {
		shares[id] = p.Allot()
	}
	for i := range offers {
		if err := r.shareOne(&offers[i], pools, shares); err != nil {
			return err
		}
	}
	return nil
}

// shareOne holds one offer to the smallest of its shares.
func (r *reckoning) shareOne(o *syncing.Offer, pools map[int64]inventory.Pool, shares map[int64]map[int64]inventory.Quantity) error {
	var least *inventory.Share
	for _, c := range r.parts(o.Stock.VariantID) {
		p, scarce := pools[c.VariantID]
		units, takes := shares[p.VariantID][o.ListingID]
		if !scarce || !takes {
			continue
		}
		if o.Stock.Kit != nil {
			units = units / max(c.Quantity, 1) * inventory.One
		}
		if least == nil || units < least.Units {
			least = &inventory.Share{Units: units, Of: p.LastUnits.Of, Words: p.Words(o.ListingID, shares[p.VariantID])}
		}
	}
	if least == nil {
		return nil
	}
	may, err := r.may(*o)
	o.May, o.Scarce = may, true
	o.Reckon(least)
	return err
}

// parts is what one unit of a variant takes from the shelf: itself, or its components.
func (r *reckoning) parts(variantID int64) []inventory.Component {
	if kit := r.kits[variantID]; kit != nil {
		return kit
	}
	return []inventory.Component{{VariantID: variantID, Quantity: inventory.One}}
}

// pools finds what of the offers' variants is scarce, with all listings that sell of it.
func (r *reckoning) pools(offers []syncing.Offer) (map[int64]inventory.Pool, error) {
	pools := map[int64]inventory.Pool{}
	for _, o := range offers {
		for _, c := range r.parts(o.Stock.VariantID) {
			if p, scarce := r.scarce(c.VariantID); scarce {
				pools[c.VariantID] = p
			}
		}
	}
	if len(pools) == 0 {
		return pools, nil
	}
	all, err := r.takers(pools)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if err := r.enter(o, pools); err != nil {
			return nil, err
		}
	}
	return pools, r.speeds(pools)
}

func (r *reckoning) scarce(variantID int64) (inventory.Pool, bool) {
	s := r.stocks[variantID]
	if len(s.Levels) == 0 {
		return inventory.Pool{}, false
	}
	p := inventory.Pool{VariantID: variantID, Available: s.For(inventory.Own), At: map[int64]inventory.Quantity{}, LastUnits: r.rules.terms(0, variantID, 0).LastUnits}
	for _, l := range s.Levels {
		if l.ChannelID == inventory.Own {
			p.At[l.LocationID] += l.Available()
		}
	}
	return p, p.Scarce()
}

// takers lists the listings that sell of pools: of the variants themselves, and of kits with them inside.
func (r *reckoning) takers(pools map[int64]inventory.Pool) ([]syncing.Offer, error) {
	var ids []int64
	for id := range pools {
		if r.kits[id] == nil {
			ids = append(ids, id)
		}
	}
	for kit, items := range r.kits {
		if slices.ContainsFunc(items, func(c inventory.Component) bool { _, in := pools[c.VariantID]; return in }) {
			ids = append(ids, kit)
		}
	}
	slices.Sort(ids)
	return r.listed(ofVariants, asJSON(ids))
}

// enter makes a listing a taker of its pools. One that nobody tells anything, and of which nobody ever saw anything, is none: what it
// sells is not known.
func (r *reckoning) enter(o syncing.Offer, pools map[int64]inventory.Pool) error {
	sellers, err := r.sellers()
	if err != nil {
		return err
	}
	may, err := r.may(o)
	if err != nil {
		return err
	}
	pack, err := inventory.Parse(o.Pack)
	if err != nil {
		return nil //nolint:nilerr // a pack of no size sells nothing
	}
	at := sellers[o.ChannelID]
	if !at.told && len(o.Levels) == 0 {
		return nil
	}
	for _, c := range r.parts(o.Stock.VariantID) {
		p, scarce := pools[c.VariantID]
		if !scarce {
			continue
		}
		own := max(o.Offered.Ceiling-max(o.Offered.Theirs, 0), 0)
		t := inventory.Taker{ListingID: o.ListingID, ChannelID: o.ChannelID, Channel: at.channel, Per: pack.Times(c.Quantity), Ceiling: own.Times(c.Quantity),
			May: may.Times(pack).Times(c.Quantity), Rank: o.Terms.Rank.Value, Locations: o.Terms.Locations,
			Fixed: !at.told || !o.Offered.Told || o.Tracked == "false" || o.Target == "", Keeps: !at.compares}
		p.Takers = append(p.Takers, t)
		pools[c.VariantID] = p
	}
	return nil
}

// speeds reads how fast takers sell.
func (r *reckoning) speeds(pools map[int64]inventory.Pool) error {
	var ids []int64
	for _, p := range pools {
		for _, t := range p.Takers {
			ids = append(ids, t.ListingID)
		}
	}
	sold, err := r.sold(`g.id IN (SELECT value FROM json_each(?))`, asJSON(ids))
	for _, p := range pools {
		for i := range p.Takers {
			p.Takers[i].Speed = sold[p.Takers[i].ListingID]
		}
	}
	return err
}

// may is the most that a listing may still sell beyond the orders that are known, in packs over all its places that sell of our own stock.
func (r *reckoning) may(o syncing.Offer) (sum inventory.Quantity, err error) {
	sellers, err := r.sellers()
	if err != nil {
		return 0, err
	}
	if err := r.readFlying(); err != nil {
		return 0, err
	}
	at := sellers[o.ChannelID]
	for _, l := range o.Levels {
		if !slices.Contains(at.theirs, l.Location) {
			_, under := r.flying[o.ListingID]
			sum += boundOf(l, at, under)
		}
	}
	here, elsewhere := r.underWay(o)
	if !slices.ContainsFunc(o.Levels, func(l syncing.OfferLevel) bool { return l.Bound != "" }) {
		sum = max(sum, here)
	}
	return sum + elsewhere, nil
}

// underWay is what writes under way say of a listing at places that are known to have it, and at others.
func (r *reckoning) underWay(o syncing.Offer) (known, others inventory.Quantity) {
	for place, q := range r.flying[o.ListingID] {
		if slices.ContainsFunc(o.Levels, func(l syncing.OfferLevel) bool { return l.Location == place }) {
			known += q
		} else {
			others += q
		}
	}
	return known, others
}

// boundOf is the most that a level may still sell. What was seen counts only once the orders are known up to then: a sale that nobody
// heard of has made it lower.
func boundOf(l syncing.OfferLevel, at seller, flying bool) inventory.Quantity {
	if l.Seen != "" && !flying && at.knows(l) {
		return max(packs(l.Seen), packs(l.Quantity))
	}
	bound := max(packs(l.Quantity), packs(l.Seen))
	if l.Bound == "" {
		return max(bound, packs(l.Pushed))
	}
	return max(bound, packs(l.Bound))
}

// knows reports whether all orders up to when a level was seen are known; where no orders are pulled there is nothing to wait for.
func (s seller) knows(l syncing.OfferLevel) bool {
	return !s.asked || l.SeenSeq <= s.seq && l.SeenAt <= s.until
}

func packs(text string) inventory.Quantity {
	q, err := inventory.Parse(commerce.Decimal(text))
	if err != nil {
		return 0
	}
	return max(q, 0)
}

// readFlying reads what writes under way say.
func (r *reckoning) readFlying() error {
	if r.flying != nil {
		return nil
	}
	rows, err := r.q.Query(`SELECT i.record_id, i.location, i.wanted FROM connection n CROSS JOIN intent i ON i.connection_id = n.id AND i.state IN ('sending', 'pending', 'unknown')
		WHERE +i.operation = 'stock.set' AND +i.record_kind = 'listing'`)
	r.flying = map[int64]map[string]inventory.Quantity{}
	return each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var place, wanted string
		err := rows.Scan(&id, &place, &wanted)
		if r.flying[id] == nil {
			r.flying[id] = map[string]inventory.Quantity{}
		}
		r.flying[id][place] = max(r.flying[id][place], packs(wanted))
		return err
	})
}

// MaySend reports why a stock level must not be sent yet: all listings that sell of a scarce variant may together not sell more than
// there is, whatever of
// the writes under way takes effect. "" lets it go, and counts what it adds to that. It is asked in the write that makes the intent
// sending.
func (tx *Tx) MaySend(i syncing.Intent, compares bool) (why string, err error) {
	if i.Operation != channel.SetStock || i.RecordKind != listingKind {
		return "", nil
	}
	used, err := tx.Number(`SELECT EXISTS (SELECT 1 FROM stock_rule WHERE last_units <> '')`)
	if err != nil || used == 0 {
		return "", err
	}
	r, err := reckon(tx, tx.now)
	if err != nil {
		return "", err
	}
	offers, err := r.listed(listingsNamed, asJSON([]int64{i.RecordID}))
	if err != nil || len(offers) == 0 {
		return "", err
	}
	adds := added(i, compares)
	pools, err := r.pools(offers)
	if err != nil {
		return "", err
	}
	for _, p := range pools {
		for _, t := range p.Takers {
			if t.ListingID == i.RecordID && adds > 0 && p.Taken()+adds.Times(t.Per) > max(p.Available, 0) {
				return syncing.WaitsForShares, nil
			}
		}
	}
	return "", r.expose(tx, offers[0], i.Location, adds)
}

// added is how much more a listing may sell by a write, in packs. A channel that compares sells what was seen there, or what is
// written; any other may have sold what
// was there just before, and then sells what is written.
func added(i syncing.Intent, compares bool) inventory.Quantity {
	wanted := packs(i.Wanted)
	if compares && i.Observed != "" {
		return max(wanted-packs(i.Observed), 0)
	}
	return wanted
}

// expose counts what a write adds to what a level may sell, and forgets what was seen before it.
func (r *reckoning) expose(tx *Tx, o syncing.Offer, location string, adds inventory.Quantity) error {
	sellers, err := r.sellers()
	if err != nil {
		return err
	}
	if err := r.readFlying(); err != nil {
		return err
	}
	at := slices.IndexFunc(o.Levels, func(l syncing.OfferLevel) bool { return l.Location == location })
	if at < 0 {
		return nil // the first write to it: it counts as under way
	}
	_, under := r.flying[o.ListingID]
	bound := boundOf(o.Levels[at], sellers[o.ChannelID], under) + adds
	return tx.Exec(`UPDATE listing_level SET bound = ?, seen = '', seen_at = 0, seen_seq = 0 WHERE listing_id = ? AND location = ?`, string(bound.Decimal()), o.ListingID, location)
}

// boundBefore is the bound of a level that is now seen anew: what was seen before counts, if the orders are known up to then.
func (tx *Tx) boundBefore(listingID int64, location string) (string, error) {
	var l syncing.OfferLevel
	var channelID int64
	err := tx.QueryRow(`SELECT g.channel_id, o.quantity, o.pushed, o.bound, o.seen, o.seen_at, o.seen_seq FROM listing_level o JOIN listing g ON g.id = o.listing_id
		WHERE o.listing_id = ? AND o.location = ?`, listingID, location).Scan(&channelID, &l.Quantity, &l.Pushed, &l.Bound, &l.Seen, &l.SeenAt, &l.SeenSeq)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	r := &reckoning{q: tx, now: tx.now}
	sellers, err := r.sellers()
	if err != nil {
		return "", err
	}
	under, err := tx.Number(`SELECT EXISTS (SELECT 1 FROM intent WHERE record_kind = 'listing' AND record_id = ? AND operation = 'stock.set'
		AND state IN ('sending', 'pending', 'unknown'))`, listingID)
	if l.Seen != "" && under == 0 && sellers[channelID].knows(l) {
		return l.Seen, err
	}
	if l.Bound != "" {
		return string(max(packs(l.Bound), packs(l.Seen)).Decimal()), err
	}
	return string(max(packs(l.Quantity), packs(l.Pushed)).Decimal()), err
}
