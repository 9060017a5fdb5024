package syncing_test

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// stocktake is a count of the storeroom while nothing moves, with what had left by then.
type stocktake struct {
	at   time.Time
	held map[string]int
	left map[string]simulated.Pieces // by vendor, order and line
}

// stocktakeRests is how often a life rests that counts the storeroom.
const stocktakeRests = 3

// take counts the storeroom, while all is still for a while before and after it: clocks of vendors differ by minutes.
func (c *chaos) take() {
	c.t.Helper()
	c.pass(15 * time.Minute)
	u := c.unified
	u.taken = stocktake{at: c.Now(), left: map[string]simulated.Pieces{}}
	for name, pieces := range u.pieces() {
		u.taken.left[name] = pieces
	}
	u.counting = true
	c.run(life{rests: stocktakeRests, between: 20 * time.Minute, next: doing{All: true}}, 0)
	u.counting = false
	u.taken.held = maps.Clone(c.wanted)
	c.pass(15 * time.Minute)
	c.counts["stocktakes"]++
}

// pieces are what all orders of all vendors take from the shelves, by their own books.
func (u *unified) pieces() map[string]simulated.Pieces {
	all := map[string]simulated.Pieces{}
	for name, v := range u.shelves {
		for _, p := range v.Shelf() {
			all[strings.Join([]string{name, p.Order, p.Line}, " ")] = p
		}
	}
	return all
}

// oracle works out what lies in the storeroom of a SKU, and what of it is still to leave: by the last count and the vendors' books alone. maybe is what of
// orders of before the count, of which their vendor says no more whether they wait: what it said of them before stands.
func (u *unified) oracle(sku string, now map[string]simulated.Pieces) (held, waits, maybe int64) {
	held = int64(u.taken.held[sku])
	for name, p := range now {
		if p.SKU != sku {
			continue
		}
		was, known := u.taken.left[name]
		held += u.moved(p, was)
		if p.Unsure && known && !p.Placed.After(u.taken.at) {
			maybe += p.Waits
			continue
		}
		waits += p.Waits
	}
	return held, waits, maybe
}

// moved is by how much a line moved the shelf since the count: what left since, less what came back. What had left before, and came back since, is more than
// was counted.
func (u *unified) moved(p, was simulated.Pieces) (by int64) {
	since, before := int64(0), int64(0)
	for _, l := range p.Left {
		switch {
		case l.At.IsZero() && len(was.Left) > 0, !l.At.IsZero() && !l.At.After(u.taken.at):
			before += l.Quantity
		default:
			since += l.Quantity
		}
	}
	switch {
	case !p.Back:
		return -since
	case !was.Back:
		return before
	}
	return 0
}

// levels holds the levels here, and what each vendor offers, against the oracle.
func (u *unified) levels() (complaints []string) {
	db := u.c.database()
	defer func() { _ = db.Close() }()
	now := u.pieces()
	for _, g := range u.goods {
		held, waits, maybe := u.oracle(g.SKU, now)
		var is, reserved int64
		err := db.QueryRow(`SELECT s.on_hand / 1000000, s.reserved / 1000000 FROM stock_level s JOIN variant v ON v.id = s.variant_id JOIN location l ON l.id = s.location_id
			WHERE v.sku = ? AND l.channel_id IS NULL`, g.SKU).Scan(&is, &reserved)
		must(u.c.t, err)
		offered := max(is-reserved, 0)
		if is != held || offered > max(held-waits, 0) || offered < max(held-waits-maybe, 0) {
			complaints = append(complaints, fmt.Sprintf("of %s there are %d, of which %d are reserved; by the vendors' books %d, of which %d wait, and maybe %d more%s", g.SKU, is,
				reserved, held, waits, maybe, u.history(g.SKU, now)))
		}
		complaints = append(complaints, u.offers(g.SKU, offered)...)
	}
	return complaints
}

func (u *unified) offers(sku string, want int64) (complaints []string) {
	for _, v := range u.c.vendors {
		for _, g := range u.shelves[v.name].(simulated.Keeper).Goods() {
			if g.SKU != sku {
				continue
			}
			if is := v.Value(channel.SetStock, g.ID, v.locations[0]); is != fmt.Sprint(want) {
				complaints = append(complaints, fmt.Sprintf("%s offers %s of %s, and %d can be sold", v.name, is, sku, want))
			}
		}
	}
	return complaints
}

// history tells what moved a SKU: the ledger here, and the vendors' books.
func (u *unified) history(sku string, now map[string]simulated.Pieces) string {
	var told strings.Builder
	fmt.Fprintf(&told, "\n  counted %d at %s%s", u.taken.held[sku], u.taken.at.UTC().Format(time.RFC3339), u.c.ledgerOf(sku))
	for name, p := range now {
		if p.SKU == sku && (p.Waits > 0 || u.moved(p, u.taken.left[name]) != 0) {
			fmt.Fprintf(&told, "\n  there %s: %d wait, left %v, back %v, unsure %v", name, p.Waits, p.Left, p.Back, p.Unsure)
		}
	}
	return told.String()
}

// ledgerOf tells what moved a SKU here, what waits for it, and what vendors were told of it last.
func (c *chaos) ledgerOf(sku string) string {
	db := c.database()
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT m.id, 'here ' || m.kind || ': ' || (m.quantity / 1000000) || ' on hand, ' || (m.reserved / 1000000) || ' reserved (' || m.cause_kind || ' ' || COALESCE(c.name || ' ' || o.external_id, '') || ')',
			m.occurred_at FROM stock_movement m JOIN variant v ON v.id = m.variant_id LEFT JOIN orders o ON m.cause_kind = 'order' AND o.id = m.cause_id LEFT JOIN channel c ON c.id = o.channel_id WHERE v.sku = ?1
		UNION ALL SELECT 1000000 + l.id, 'waits: ' || l.quantity || ' of ' || n.pack_multiple || ' (' || c.name || ' ' || o.external_id || ', ' || o.stage || ', ' || l.fulfillment_status || ', packed ' ||
			COALESCE((SELECT sum(CAST(i.quantity AS REAL)) FROM package_item i WHERE i.line_id = l.id), 0) || ')', o.placed_at
			FROM order_line l JOIN listing n ON n.id = l.listing_id JOIN variant v ON v.id = n.variant_id JOIN orders o ON o.id = l.order_id JOIN channel c ON c.id = o.channel_id
			WHERE v.sku = ?1 AND o.stage IN ('to_ship', 'open')
		UNION ALL SELECT 2000000 + i.id, 'told ' || c.name || ' ' || i.target || ': ' || i.wanted || ' upon ' || i.observed || ' of ' ||
			strftime('%H:%M:%f', i.observed_at / 1000.0, 'unixepoch') || ', ' || i.state || ', shown ' || i.shown || ', ' || i.reason || ' ' || i.problem || ' (seq ' || i.seq || ')', i.created_at
			FROM intent i JOIN connection c ON c.id = i.connection_id JOIN listing n ON n.id = i.record_id JOIN variant v ON v.id = n.variant_id
			WHERE v.sku = ?1 AND i.operation = 'stock.set'
		UNION ALL SELECT 3000000 + n.id, 'seen at ' || c.name || ' ' || n.external_id || ': ' || l.quantity || ', pushed ' || l.pushed || ', place ' || l.location || ', observed at ' || strftime('%H:%M:%f', l.observed_at / 1000.0, 'unixepoch'), 0
			FROM listing_level l JOIN listing n ON n.id = l.listing_id JOIN channel c ON c.id = n.channel_id JOIN variant v ON v.id = n.variant_id WHERE v.sku = ?1 ORDER BY 1`, sku)
	must(c.t, err)
	defer func() { _ = rows.Close() }()
	var told strings.Builder
	for rows.Next() {
		var id, at int64
		var words string
		must(c.t, rows.Scan(&id, &words, &at))
		fmt.Fprintf(&told, "\n  %s %s", time.UnixMilli(at).UTC().Format(time.RFC3339), words)
	}
	must(c.t, rows.Err())
	return told.String()
}
