package syncing_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"tradepost/backend/channel"
	shopifysim "tradepost/backend/connectors/shopify/sim"
	venduresim "tradepost/backend/connectors/vendure/sim"
	woosim "tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/order"
	"tradepost/backend/store"
)

// entry is an order as a vendor's own books have it. What they do not say is empty.
type entry struct {
	id          string
	total       int64
	refunded    int64
	financial   order.Financial
	fulfillment order.Fulfillment
	note        string
	street      string
	lines       []string // "id SKU quantity"
	// withheld is tax in the total that the channel pays on itself; off tells that it was called off. Both are of the vendor's books alone.
	withheld int64
	off      bool
}

// wooBooks reads the books of a shop of WooCommerce by what its statuses mean
// (https://woocommerce.com/document/managing-orders/order-statuses/).
func wooBooks(shop *woosim.Shop) func() []entry {
	return func() (all []entry) {
		for _, o := range shop.Sold() {
			one := entry{id: o.ID, total: o.Total, refunded: o.Refunded, note: o.Note, street: o.Street}
			switch o.Status {
			case "pending", "on-hold", "failed":
				one.financial = order.Pending
			case "processing":
				one.financial, one.fulfillment = order.Paid, order.Unfulfilled
				if o.Unpaid {
					one.financial = order.Pending
				}
			case "completed":
				one.financial, one.fulfillment = order.Paid, order.Fulfilled
			case "cancelled":
				one.financial = order.Voided
			}
			if one.financial == order.Paid && o.Refunded > 0 {
				one.financial = order.PartiallyRefunded
			}
			if len(o.Tracking) > 0 {
				one.fulfillment = order.Fulfilled // what was shipped is not taken back
			}
			for _, l := range o.Lines {
				one.lines = append(one.lines, fmt.Sprintf("%s %s %d", l.ID, l.SKU, l.Quantity))
			}
			slices.Sort(one.lines)
			all = append(all, one)
		}
		return all
	}
}

// vendureBooks reads the books of a Vendure shop by its states
// (https://docs.vendure.io/guides/core-concepts/orders/).
func vendureBooks(shop *venduresim.Shop) func() []entry {
	return func() (all []entry) {
		for _, o := range shop.Sold() {
			one := entry{id: o.ID, total: o.Total, refunded: o.Refunded, street: o.Street, financial: order.Paid, fulfillment: order.Unfulfilled}
			pieces, left := 0, 0
			for _, l := range o.Lines {
				one.lines = append(one.lines, fmt.Sprintf("%s %s %d", l.ID, l.SKU, l.Quantity))
				pieces, left = pieces+l.Quantity, left+l.Shipped
			}
			switch {
			case o.Refunded > 0 && o.Refunded >= o.Paid:
				one.financial = order.Refunded
			case o.Refunded > 0:
				one.financial = order.PartiallyRefunded
			}
			switch {
			case o.State == "Cancelled":
				one.fulfillment = order.Restocked
			case left >= pieces && left > 0:
				one.fulfillment = order.Fulfilled
			case left > 0:
				one.fulfillment = order.Partial
			}
			slices.Sort(one.lines)
			all = append(all, one)
		}
		return all
	}
}

// shopifyBooks reads the books of a Shopify shop by what has left and what was paid.
func shopifyBooks(shop *shopifysim.Shop) func() []entry {
	return func() (all []entry) {
		for _, o := range shop.Sold() {
			one := entry{id: o.ID, total: o.Total, refunded: o.Refunded, street: o.Street, financial: order.Paid, fulfillment: order.Unfulfilled, off: o.Cancelled}
			pieces, left := 0, 0
			for _, l := range o.Lines {
				one.lines = append(one.lines, fmt.Sprintf("%s %s %d", l.ID, l.SKU, l.Quantity))
				pieces, left = pieces+l.Quantity, left+l.Shipped
			}
			switch {
			case o.Refunded > 0 && o.Refunded >= o.Paid:
				one.financial = order.Refunded
			case o.Refunded > 0:
				one.financial = order.PartiallyRefunded
			}
			switch {
			case left >= pieces && left > 0:
				one.fulfillment = order.Fulfilled
			case left > 0:
				one.fulfillment = order.Partial
			}
			for _, charge := range o.Charges {
				one.lines = append(one.lines, "charge:"+charge+"  1")
			}
			slices.Sort(one.lines)
			all = append(all, one)
		}
		return all
	}
}

// never is what must not be, whatever happened: each query counts it.
var never = map[string]string{
	"messages wait to be applied":               `SELECT count(*) FROM message WHERE status = 'received'`,
	"messages wait in quarantine":               `SELECT count(*) FROM message WHERE status = 'quarantined'`,
	"messages are in no state that is known":    `SELECT count(*) FROM message WHERE status NOT IN ('applied', 'superseded', 'received', 'quarantined')`,
	"items were seen and their message is gone": `SELECT count(*) FROM arrival a WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = a.message_id AND m.item = a.item AND m.sync_id = a.sync_id AND m.status = 'applied')`,
	"messages are of items that nobody saw":     `SELECT count(*) FROM message m WHERE m.source = 'api' AND NOT EXISTS (SELECT 1 FROM arrival a WHERE a.sync_id = m.sync_id AND a.item = m.item)`,
	"messages have no payload":                  `SELECT count(*) FROM message m WHERE NOT EXISTS (SELECT 1 FROM payload p WHERE p.message_id = m.id)`,
	"orders were not made once":                 `SELECT count(*) FROM orders o WHERE 1 <> (SELECT count(*) FROM change c WHERE c.record_kind = 'order' AND c.record_id = o.id AND c.action = 'created')`,
	"messages were applied twice":               `SELECT count(*) FROM (SELECT 1 FROM change WHERE message_id IS NOT NULL GROUP BY message_id, record_kind, record_id, action HAVING count(*) > 1)`,
	"orders have no message":                    `SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.record_kind = 'order' AND m.record_id = o.id AND m.status = 'applied')`,
	"runs never ended":                          `SELECT count(*) FROM run WHERE finished_at IS NULL`,
	"passes are under way":                      `SELECT count(*) FROM sync WHERE pass <> 0`,
	"streams have trouble":                      `SELECT count(*) FROM sync WHERE problem <> ''`,
	"connections have trouble or are paused":    `SELECT count(*) FROM connection WHERE problem <> '' OR paused <> 0`,
	// of an order that is gone with its traces nobody can tell any more what became of a write without an answer
	"writes are not settled": `SELECT count(*) FROM intent WHERE state NOT IN ('done', 'rejected', 'superseded') AND NOT (state = 'unknown' AND problem LIKE '%"not_found"%')`,
	"attempts have no end":   `SELECT count(*) FROM intent_attempt WHERE outcome = ''`,
	"schedules are paused":   `SELECT count(*) FROM timer WHERE paused <> 0`,
}

// disagree lists where Tradepost and its vendors differ. all compares more than orders, and what is gone.
func (c *chaos) disagree(all bool) (complaints []string) {
	c.t.Helper()
	db := c.database()
	defer func() { _ = db.Close() }()
	for words, query := range never {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			complaints = append(complaints, fmt.Sprintf("%d %s (%v)", n, words, err))
		}
	}
	for _, v := range c.vendors {
		b := books{db: db, v: v}
		must(c.t, db.QueryRow(`SELECT channel_id FROM connection WHERE name = ?`, v.name).Scan(&b.channel))
		b.orders(all || !v.still)
		b.effects()
		if all { // a shop may change stock without saying so: only a look at everything finds it
			b.offers(c.ofOne(), c.unified != nil, c.ledgerOf)
			b.listings()
			b.levels()
			b.gone()
		}
		if b.err != nil {
			c.t.Fatal(b.err)
		}
		complaints = append(complaints, b.complaints...)
	}
	slices.Sort(complaints)
	return append(complaints, c.doctor()...)
}

func (c *chaos) database() *sql.DB {
	c.t.Helper()
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(c.dir, "tradepost.db"))}
	db, err := sql.Open("sqlite3", address.String())
	must(c.t, err)
	return db
}

// doctor examines the database as tradepost doctor does.
func (c *chaos) doctor() (complaints []string) {
	s, err := store.Open(context.Background(), c.dir, store.Options{Now: c.Now})
	must(c.t, err)
	defer func() { _ = s.Close() }()
	for _, check := range s.Examine(context.Background()) {
		if !check.OK {
			complaints = append(complaints, "doctor: "+check.Name+": "+check.Words)
		}
	}
	return complaints
}

// books compares one vendor's books with ours.
type books struct {
	db         *sql.DB
	v          *chaosVendor
	channel    int64
	complaints []string
	err        error
}

func (b *books) sayf(format string, args ...any) {
	b.complaints = append(b.complaints, b.v.name+": "+fmt.Sprintf(format, args...))
}

// ours is an order as Tradepost has it.
type ours struct {
	entry
	held, called bool // called off, as its channel says
}

const ourOrders = `SELECT o.external_id, COALESCE(o.total, -1), COALESCE(o.refunded, 0), o.financial_status, o.fulfillment_status, o.held, o.cancelled_at IS NOT NULL,
	COALESCE((SELECT k.note FROM order_party p JOIN contact k ON k.id = p.contact_id WHERE p.order_id = o.id AND p.role = 'buyer'), ''),
	COALESCE((SELECT k.line1 FROM order_party p JOIN contact k ON k.id = p.contact_id WHERE p.order_id = o.id AND p.role = 'ship_to'), ''),
	COALESCE((SELECT group_concat(l.external_id || ' ' || l.sku || ' ' || l.quantity, char(10)) FROM order_line l WHERE l.order_id = o.id), '')
	FROM orders o WHERE o.channel_id = ?`

func (b *books) ours() map[string][]ours {
	all := map[string][]ours{}
	rows, err := b.db.Query(ourOrders, b.channel)
	if err != nil {
		b.err = err
		return all
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o ours
		var lines string
		if b.err = rows.Scan(&o.id, &o.total, &o.refunded, &o.financial, &o.fulfillment, &o.held, &o.called, &o.note, &o.street, &lines); b.err != nil {
			return all
		}
		o.lines = strings.Split(lines, "\n")
		slices.Sort(o.lines)
		all[o.id] = append(all[o.id], o)
	}
	b.err = rows.Err()
	return all
}

// orders compares orders; not in full, it looks only for lost and doubled ones.
func (b *books) orders(full bool) {
	known := b.ours()
	for _, theirs := range b.v.sold() {
		switch is := known[theirs.id]; len(is) {
		case 0:
			b.sayf("order %s is lost", theirs.id)
		case 1:
			if full {
				b.order(theirs, is[0])
			}
		default:
			b.sayf("order %s is there %d times", theirs.id, len(is))
		}
	}
}

func (b *books) order(theirs entry, is ours) {
	theirs.withheld, theirs.off = 0, false
	if theirs.fulfillment == "" {
		theirs.fulfillment = is.fulfillment
	}
	if want, got := fmt.Sprintf("%+v", theirs), fmt.Sprintf("%+v", is.entry); want != got {
		b.sayf("order %s differs: the vendor has %s, here is %s", theirs.id, want, got)
	}
}

// texts reads two columns as a map.
func (b *books) texts(query string, args ...any) map[string]string {
	all := map[string]string{}
	rows, err := b.db.Query(query, args...)
	if err != nil {
		b.err = err
		return all
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key, value string
		if b.err = rows.Scan(&key, &value); b.err != nil {
			return all
		}
		if was, twice := all[key]; twice {
			b.sayf("%s is there twice: %s and %s", key, was, value)
		}
		all[key] = value
	}
	return all
}

func (b *books) listings() {
	prices := b.texts(`SELECT external_id, price FROM listing WHERE channel_id = ? AND external_id <> ''`, b.channel)
	for _, id := range b.v.IDs(channel.Products) {
		price, known := prices[id]
		switch want := b.v.price(id); {
		case !known:
			b.sayf("listing %s is lost", id)
		case want != "" && !sameNumber(price, want):
			b.sayf("listing %s costs %s here and %s there", id, price, want)
		}
	}
}

func (b *books) levels() {
	levels := b.texts(`SELECT n.external_id || ' ' || l.location, l.quantity FROM listing_level l JOIN listing n ON n.id = l.listing_id WHERE n.channel_id = ?`, b.channel)
	for _, id := range b.v.IDs(channel.Stock) {
		for _, location := range b.v.locations {
			if want := b.v.Value(channel.SetStock, id, location); want != "" && !sameNumber(levels[id+" "+location], want) {
				b.sayf("of listing %s the vendor has %s at %q, here it says %q", id, want, location, levels[id+" "+location])
			}
		}
	}
}

// ofOne is what was wanted of goods that lie in no shared storeroom: what those come to is held against the books of all vendors.
func (c *chaos) ofOne() map[string]int {
	wanted := maps.Clone(c.wanted)
	if c.unified != nil {
		for _, g := range c.unified.goods {
			delete(wanted, g.SKU)
		}
	}
	return wanted
}

// offers holds what the vendor offers against what was counted last, less what all channels sold since. Where a channel may keep goods for orders that are not
// paid (unsure), with them and without them is both right: the channel may then have less than nothing.
func (b *books) offers(wanted map[string]int, unsure bool, ledgerOf func(sku string) string) {
	waits := func(stages string) map[string]string {
		return b.texts(`SELECT v.sku, CAST(sum(max(CAST(l.quantity AS REAL) - COALESCE((SELECT sum(CAST(i.quantity AS REAL)) FROM package_item i WHERE i.line_id = l.id), 0), 0)
			* CAST(n.pack_multiple AS REAL)) AS INTEGER) FROM variant v JOIN listing n ON n.variant_id = v.id JOIN order_line l ON l.listing_id = n.id
			JOIN orders o ON o.id = l.order_id WHERE o.stage IN (`+stages+`) AND l.fulfillment_status NOT IN ('fulfilled', 'restocked') AND ?1 > 0 GROUP BY v.sku`, b.channel)
	}
	moved := b.texts(`SELECT v.sku, CAST(sum(m.quantity) / 1000000 AS INTEGER) FROM variant v JOIN stock_level s ON s.variant_id = v.id
		JOIN location h ON h.id = s.location_id AND h.channel_id IS NULL JOIN stock_movement m ON m.variant_id = v.id AND m.location_id = s.location_id
		WHERE m.kind NOT IN ('start', 'count') AND m.occurred_at > s.counted_at AND ?1 > 0 GROUP BY v.sku`, b.channel)
	listings := b.texts(`SELECT n.external_id, v.sku FROM listing n JOIN variant v ON v.id = n.variant_id WHERE n.channel_id = ? AND n.tracked = 'true'
		AND n.status <> 'archived' AND n.external_id <> ''`, b.channel)
	paid := waits(`'to_ship'`)
	all := paid
	if unsure {
		all = waits(`'to_ship', 'open'`)
	}
	for _, id := range b.v.IDs(channel.Stock) {
		sku, known := listings[id]
		n, counted := wanted[sku]
		number := func(of map[string]string) int { n, _ := strconv.Atoi(of[sku]); return n } // "" is none
		most, least := max(n+number(moved)-number(paid), 0), n+number(moved)-number(all)
		if number(all) == number(paid) {
			least = most
		}
		text := b.v.Value(channel.SetStock, id, b.v.locations[0])
		is, err := strconv.Atoi(text)
		if known && counted && text != "" && (err != nil || is > most || is < least) {
			b.sayf("of %s (%s) the vendor offers %s, wanted were %d to %d%s", id, sku, text, least, most, ledgerOf(sku))
		}
	}
}

// effects holds what the vendor did against what it was told: each key once, nothing that was refused, and all that is done. What is not
// known can be either, and only of an order that is not there any more. What lies at two locations leaves each of them once.
func (b *books) effects() {
	done := map[string]int{}
	at := map[string]map[string]int{}
	for _, e := range b.v.Desk().Effects() {
		if e.Operation == channel.Refund || e.Operation == channel.Ship {
			what := string(e.Operation) + " " + e.Target
			if at[what] == nil {
				at[what] = map[string]int{}
			}
			at[what][e.From]++
			done[what] = max(done[what], at[what][e.From])
		}
	}
	states := b.texts(`SELECT i.operation || ' ' || i.target, i.state FROM intent i JOIN connection n ON n.id = i.connection_id
		WHERE n.channel_id = ? AND i.operation IN ('order.refund', 'order.ship')`, b.channel)
	for what, n := range done {
		if n > 1 {
			b.sayf("%s was done %d times%s", what, n, b.story(what))
		}
		if _, told := states[what]; !told {
			b.sayf("%s was done, and nobody wanted it", what)
		}
	}
	for what, state := range states {
		_, target, _ := strings.Cut(what, " ")
		lost := state == "unknown" && slices.Contains(b.v.IDs(channel.Orders), target)
		if state == "done" && done[what] == 0 || state == "rejected" && done[what] > 0 || lost {
			b.sayf("%s is %s here, and was done %d times there%s", what, state, done[what], b.story(what))
		}
	}
}

// story tells how a write came about: our attempts, then what the vendor's own log says of it.
func (b *books) story(what string) string {
	operation, target, _ := strings.Cut(what, " ")
	rows, err := b.db.Query(`SELECT a.started_at, a.revision, a.kind, a.outcome, a.detail FROM intent_attempt a JOIN intent i ON i.id = a.intent_id
		JOIN connection n ON n.id = i.connection_id WHERE n.channel_id = ? AND i.operation = ? AND i.target = ? ORDER BY a.attempt`, b.channel, operation, target)
	if err != nil {
		b.err = err
		return ""
	}
	defer func() { _ = rows.Close() }()
	var told strings.Builder
	for rows.Next() {
		var at, revision int64
		var kind, outcome, detail string
		if b.err = rows.Scan(&at, &revision, &kind, &outcome, &detail); b.err != nil {
			return ""
		}
		fmt.Fprintf(&told, "\n    %s %s of revision %d: %s, %s", time.UnixMilli(at).UTC().Format(time.RFC3339Nano), kind, revision, outcome, detail)
	}
	b.err = rows.Err()
	for _, e := range b.v.Desk().Effects() {
		if string(e.Operation) == operation && e.Target == target {
			fmt.Fprintf(&told, "\n    %s the vendor: %s, from %s to %s", e.At.Format(time.RFC3339Nano), e.Key, e.Before, e.After)
		}
	}
	return told.String()
}

// sameNumber compares numbers by their value.
func sameNumber(a, b string) bool {
	trim := func(s string) string {
		if strings.Contains(s, ".") {
			return strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	return trim(a) == trim(b)
}

// gone holds what the vendor does not have any more against what is known to be gone.
func (b *books) gone() {
	for _, stream := range channel.Streams {
		there := b.v.IDs(stream)
		seen := b.texts(`SELECT a.item, a.gone_at IS NOT NULL FROM arrival a JOIN sync s ON s.id = a.sync_id JOIN connection n ON n.id = s.connection_id
			WHERE n.channel_id = ? AND s.stream = ?`, b.channel, string(stream))
		for item, gone := range seen {
			if (gone == "0") != slices.Contains(there, item) {
				b.sayf("%s %s: known as gone %s, at the vendor %v", stream, item, gone, slices.Contains(there, item))
			}
		}
	}
	for id, all := range b.ours() {
		o := all[0]
		known := order.Order{Financial: o.financial, Fulfillment: o.fulfillment}
		waits := !o.called && (known.Stage() == order.ToShip || known.Stage() == order.Open) // of what has left, paid or not, nothing can be kept back
		if waits != o.held && !slices.Contains(b.v.IDs(channel.Orders), id) {
			b.sayf("order %s is removed there, and held here: %v: %+v", id, o.held, o)
		}
	}
}
