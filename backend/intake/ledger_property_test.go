package intake_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/build/proof"
)

// begun is when the histories of the ledger begin; their clock goes in whole minutes, counts are of odd seconds.
var begun = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

// history is one random history of a workspace with stock.
type history struct {
	*shop
	r       *rapid.T
	minutes int
	said    map[int][]order.Order // versions of an order, as its source stated them
	runs    []took
	kits    []journal.Run // what said what the kit consists of, and was not taken back
	log     []string
	past    map[commerce.Instant]map[levelKey]levelNow // levels at the end of each minute
	dated   bool                                       // sources always say when something left, so that what they say decides alone
	db      *sql.DB
	fba     int64
	places  *placed // what is known of two locations of our own; nil where there is one
}

func (h *history) now() time.Time { return begun.Add(time.Duration(h.minutes) * time.Minute) }

func inHistory(r *rapid.T, dated bool, do func(*history)) {
	dir, err := os.MkdirTemp("", "tradepost")
	must(r, err)
	defer func() { _ = os.RemoveAll(dir) }()
	h := &history{shop: &shop{t: r, dir: dir}, r: r, said: map[int][]order.Order{}, past: map[commerce.Instant]map[levelKey]levelNow{}, dated: dated, minutes: 1000}
	h.open()
	defer func() { _ = h.s.Close() }()
	h.db, err = sql.Open("sqlite3", filepath.Join(dir, "tradepost.db"))
	must(r, err)
	defer func() { _ = h.db.Close() }()
	h.states(intake.Products, "sku=A title=A", "sku=B title=B", "sku=C title=C", "sku=KIT title=Kit")
	must(r, h.s.InTx(context.Background(), false, func(tx intake.Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		h.fba = c.ID
		return err
	}))
	_, err = h.s.AddLocation(context.Background(), inventory.Location{Name: "Main"})
	must(r, err)
	_, err = h.s.AddLocation(context.Background(), inventory.Location{Name: "FBA", ChannelID: h.fba})
	must(r, err)
	h.states(intake.Links, "listing_sku=A3 sku=A pack_multiple=3", "listing_sku=ALSO-A sku=A", "listing_sku=KIT sku=KIT")
	do(h)
}

func (h *history) open() {
	s, err := store.Open(context.Background(), h.dir, store.Options{Now: h.now})
	must(h.t, err)
	h.s = s
}

func (h *history) variant(sku string) int64 {
	id, err := h.s.VariantBySKU(context.Background(), sku)
	must(h.t, err)
	return id
}

// instant draws one around now, on the minute.
func (h *history) instant(name string) commerce.Instant {
	return commerce.InstantOf(begun.Add(time.Duration(h.minutes-rapid.IntRange(0, 300).Draw(h.r, name)) * time.Minute))
}

// states of an order as sources state them, with whether they say that it left.
var orderStates = []func(h *history, o *order.Order){
	func(_ *history, o *order.Order) { o.Fulfillment = order.Unfulfilled },
	func(_ *history, o *order.Order) {},
	func(h *history, o *order.Order) {
		o.Fulfillment, o.CancelledAt = order.Unfulfilled, h.instant("cancelled")
	},
	func(h *history, o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, h.instant("left") },
	func(h *history, o *order.Order) { o.Fulfillment, o.FulfilledAt = order.Fulfilled, h.instant("left") },
	func(h *history, o *order.Order) { // undated
		if o.Fulfillment = order.Fulfilled; h.dated {
			o.FulfilledAt = h.instant("left")
		}
	},
	func(h *history, o *order.Order) { // goods that came back: noticed, never dated
		if o.Fulfillment = order.Restocked; h.dated {
			o.Fulfillment = order.Unfulfilled
		}
	},
}

// nextVersion draws what a source states next of an order; who ships it and when it was placed stay.
func (h *history) nextVersion(n int) order.Order {
	o := order.Order{Number: fmt.Sprint("#", n), ExternalID: fmt.Sprint("id", n), Currency: "USD"}
	if versions := h.said[n]; len(versions) > 0 {
		last := versions[len(versions)-1]
		o.Placed, o.FulfilledBy, o.Lines = last.Placed, last.FulfilledBy, slices.Clone(last.Lines)
	} else {
		o.Placed.At = h.instant("placed")
		if rapid.IntRange(0, 4).Draw(h.r, "channel ships") == 0 {
			o.FulfilledBy = order.ByChannel
		}
	}
	if len(o.Lines) == 0 || rapid.IntRange(0, 3).Draw(h.r, "other lines") == 0 {
		o.Lines, o.Whole = nil, true
		for i := range rapid.IntRange(1, 3).Draw(h.r, "lines") {
			sku := rapid.SampledFrom([]string{"A", "A", "B", "C", "A3", "ALSO-A", "KIT", "NOBODY"}).Draw(h.r, "sku")
			o.Lines = append(o.Lines, order.Line{Position: i + 1, ExternalID: fmt.Sprint(n, "-", sku, i), SKU: sku, Title: sku, UOM: "each",
				Quantity: commerce.Decimal(rapid.SampledFrom([]string{"1", "2", "4", "0.5"}).Draw(h.r, "quantity"))})
		}
	}
	rapid.SampledFrom(orderStates).Draw(h.r, "state")(h, &o)
	h.said[n] = append(h.said[n], o)
	return o
}

func (h *history) sells(o order.Order) {
	o.Lines = slices.Clone(o.Lines)
	h.runs = append(h.runs, h.takes(intake.Orders, intake.ModeMerge, intake.Received{Order: o}))
}

// step does one random thing.
func (h *history) step() string {
	ctx, n := context.Background(), rapid.IntRange(1, 8).Draw(h.r, "order")
	h.minutes += rapid.IntRange(0, 40).Draw(h.r, "minutes")
	count := func() {
		at := begun.Add(time.Duration(h.minutes-rapid.IntRange(0, 200).Draw(h.r, "counted"))*time.Minute - 31*time.Second)
		sku, location := rapid.SampledFrom([]string{"A", "A", "B", "C"}).Draw(h.r, "sku"), rapid.SampledFrom(h.counted()).Draw(h.r, "location")
		h.runs = append(h.runs, h.states(intake.StockCounts, fmt.Sprintf("sku=%s location=%s on_hand=%d counted_at=%s", sku, location,
			rapid.IntRange(0, 20).Draw(h.r, "found"), at.Format(time.RFC3339))))
	}
	things := []thing{
		{"order", func() { h.sells(h.nextVersion(n)) }},
		{"order", func() { h.sells(h.nextVersion(n)) }},
		{"order", func() { h.sells(h.nextVersion(n)) }},
		{"the same again", func() {
			if v := h.said[n]; len(v) > 0 {
				h.sells(v[rapid.IntRange(0, len(v)-1).Draw(h.r, "version")])
			}
		}},
		{"count", count},
		{"count", count},
		{"tracking", func() {
			text := fmt.Sprintf("order_number=#%d tracking=T%d", n, rapid.IntRange(1, 3).Draw(h.r, "tracking"))
			if h.dated || rapid.Bool().Draw(h.r, "dated") {
				text += " shipped_at=" + h.instant("shipped").String()
			}
			h.runs = append(h.runs, h.states(intake.Tracking, text+of(h.r, "line_sku", "", "A", "B")+of(h.r, "quantity", "", "1", "0.5")))
		}},
		{"link", func() {
			h.runs = append(h.runs, h.states(intake.Links, "listing_sku="+rapid.SampledFrom([]string{"A", "A3", "ALSO-A", "C"}).Draw(h.r, "listing")+
				" sku="+rapid.SampledFrom([]string{"A", "B", "C"}).Draw(h.r, "sku")+of(h.r, "pack_multiple", "", "1", "2", "3")))
		}},
		{"unlink", func() {
			_, _ = h.s.LinkListing(ctx, int64(rapid.IntRange(1, 5).Draw(h.r, "listing")), catalog.Link{}) // refused where it is gone
		}},
		{"kit", func() {
			kit := inventory.Kit{VariantID: h.variant("KIT"), Kind: rapid.SampledFrom([]inventory.KitKind{inventory.Virtual, inventory.Virtual, inventory.Assembled}).Draw(h.r, "kind")}
			for _, sku := range []string{"A", "B"}[:rapid.IntRange(0, 2).Draw(h.r, "components")] {
				kit.Items = append(kit.Items, inventory.Component{VariantID: h.variant(sku), Quantity: inventory.Quantity(rapid.IntRange(1, 3).Draw(h.r, "of it")) * inventory.One})
			}
			run, err := h.s.DefineKit(ctx, kit)
			must(h.t, err)
			h.kits = append(h.kits, run)
		}},
		{"kit taken back", func() {
			if n := len(h.kits); n > 0 {
				_, _ = h.s.UndoKit(ctx, h.kits[n-1]) // refused where some were put together of it
				h.kits = h.kits[:n-1]
			}
		}},
		{"adjust", func() {
			by := inventory.Adjustment{VariantID: h.variant(rapid.SampledFrom([]string{"A", "B"}).Draw(h.r, "sku")), Location: "Main",
				By: inventory.Quantity(rapid.IntRange(-5, 5).Draw(h.r, "by")) * inventory.One, Reason: "found"}
			if _, err := h.s.AdjustStock(ctx, by); err == nil { // refused where nothing is tracked
				h.places.adjusted(h, by)
			}
		}},
		{"undo", func() {
			if len(h.runs) > 0 {
				i := rapid.IntRange(0, len(h.runs)-1).Draw(h.r, "run")
				h.undo(h.runs[i])
			}
		}},
		{"undo of the last", func() {
			if len(h.runs) > 0 {
				h.undo(h.runs[len(h.runs)-1])
				h.runs = h.runs[:len(h.runs)-1]
			}
		}},
		{"reopen", func() { must(h.t, h.s.Close()); h.open() }},
	}
	things = append(things, h.places.steps(h)...)
	did := things[rapid.IntRange(0, len(things)-1).Draw(h.r, "thing")]
	h.log = append(h.log, fmt.Sprintf("at %d %s %d", h.minutes, did.name, n))
	did.do()
	return did.name
}

// thing is something that may happen in a history.
type thing struct {
	name string
	do   func()
}

// counted lists the locations at which histories count, those more often that are named more often.
func (h *history) counted() []string {
	if h.places == nil {
		return []string{"Main", "Main", "FBA"}
	}
	return []string{"Main", "Main", "Annex", "FBA"}
}

// ledgerKeeps runs random histories and holds the ledger against what the orders, counts and links say by themselves after each step.
func ledgerKeeps(t *testing.T, name string, dated bool, sample, full int) {
	const steps = 40
	checks(t, name, sample, full, func(r *rapid.T) {
		inHistory(r, dated, func(h *history) {
			for range steps {
				did := h.step()
				if words := h.differs(); words != "" {
					h.t.Fatalf("after %s %s\n%s", did, words, h.told())
				}
				h.past[commerce.InstantOf(h.now())] = h.levels()
			}
			h.sound("all that")
			h.explains()
			h.rebuilds()
		})
	})
}

func TestProofLedger(t *testing.T) { ledgerKeeps(t, "ledger", true, 5, 1250) }

func TestProofLedgerUndated(t *testing.T) { ledgerKeeps(t, "ledger_undated", false, 4, 1250) }

// checksOnce runs a property that draws nothing.
func checksOnce(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	defer proof.Checks(1)()
	rapid.Check(t, property)
}

// expected is what counts and orders say of a level.
type expected struct {
	onHand inventory.Quantity
	asks   []asking
}

type asking struct {
	placed, line int64
	open         inventory.Quantity
}

// explains holds the explanation of every number, now and at each minute that was, against what it was.
func (h *history) explains() {
	h.t.Helper()
	ctx := context.Background()
	h.past[0] = h.levels()
	for at, was := range h.past {
		for _, sku := range []string{"A", "B", "C", "KIT"} {
			id := h.variant(sku)
			e, err := h.s.ExplainStock(ctx, id, at, false)
			must(h.t, err)
			got := map[levelKey]levelNow{}
			for _, l := range e.Levels {
				if l.OnHand() != 0 || l.Reserved() != 0 {
					got[levelKey{id, l.LocationID, l.ChannelID}] = levelNow{l.OnHand(), l.Reserved()}
				}
			}
			want := maps.Clone(was)
			maps.DeleteFunc(want, func(k levelKey, l levelNow) bool { return k.variant != id || l == levelNow{} })
			if !maps.Equal(got, want) {
				h.t.Fatalf("at %d %s is explained as %v and was %v\n%s", at, sku, got, want, h.told())
			}
			all, err := h.s.Stock(ctx, sku, 0, 1)
			must(h.t, err)
			if at == 0 && all[0].Kit == nil && all[0].Available() != e.Available() {
				h.t.Fatalf("%s of %s are available, and explained as %s\n%s", all[0].Available().Decimal(), sku, e.Available().Decimal(), h.told())
			}
		}
	}
}

// rebuilds makes the levels anew from the ledger, also after harm was done to them: nothing changes, and the ledger gets no entry.
func (h *history) rebuilds() {
	h.t.Helper()
	queries := []string{`SELECT variant_id, location_id, on_hand, reserved, started_at, counted_at FROM stock_level ORDER BY 1, 2`, `SELECT max(id) FROM stock_movement`,
		`SELECT line_id, variant_id, open, d.reserved, d.taken, d.returned, location_id, a.reserved, a.taken FROM stock_demand d LEFT JOIN stock_allocation a ON a.demand_id = d.id
			ORDER BY 1, 2, a.location_id`}
	was := h.rows(queries...)
	for _, harm := range []string{`UPDATE stock_level SET on_hand = 77, reserved = 3`, `DELETE FROM stock_level`, `DELETE FROM stock_allocation`} {
		_, err := h.db.Exec(harm)
		must(h.t, err)
		must(h.t, h.s.RebuildStock(context.Background()))
		if is := h.rows(queries...); !slices.Equal(is, was) {
			h.t.Fatalf("after %s and making it anew:\n%s\n%s", harm, differences(was, is), h.told())
		}
	}
	h.sound("making the levels anew")
}

// told is the history so far, for who has to find out.
func (h *history) told() string {
	return strings.Join(slices.Concat(h.log, h.rows(
		`SELECT 'order', o.id, o.number, o.placed_at, o.stage, o.fulfillment_status, COALESCE(o.fulfilled_at, 0), o.fulfilled_by, l.id, l.sku, l.quantity, l.fulfillment_status, g.variant_id, g.pack_multiple FROM orders o JOIN order_line l ON l.order_id = o.id JOIN listing g ON g.id = l.listing_id ORDER BY o.id, l.id`,
		`SELECT 'level', id, variant_id, location_id, on_hand, reserved, started_at, counted_at FROM stock_level`,
		`SELECT 'count', id, variant_id, location_id, counted_at, quantity, undone FROM stock_count`,
		`SELECT 'entry', id, variant_id, location_id, kind, quantity, reserved, cause_kind, cause_id, line_id, count_id, reverses, occurred_at, recorded_at FROM stock_movement`,
		`SELECT 'demand', d.id, d.order_id, d.line_id, d.variant_id, d.per_piece, d.pool, d.placed_at, d.open, d.reserved, d.taken, d.returned, d.noticed, a.location_id, a.reserved, a.taken FROM stock_demand d LEFT JOIN stock_allocation a ON a.demand_id = d.id`,
		`SELECT 'parcel', s.order_id, s.shipped_at, i.line_id, i.quantity FROM shipment s JOIN package p ON p.shipment_id = s.id JOIN package_item i ON i.package_id = p.id`,
	)), "\n")
}

// differs compares every level with what counts and orders say of it, and the queue with the rule: the oldest first, as far as it reaches. "" is
// agreement.
func (h *history) differs() string {
	h.t.Helper()
	if h.places != nil {
		return h.places.differ(h)
	}
	for level, l := range h.levels() {
		want := h.expected(level)
		if h.dated && l.onHand != want.onHand {
			return fmt.Sprintf("there are %s of %v on hand instead of %s", l.onHand.Decimal(), level, want.onHand.Decimal())
		}
		left := max(l.onHand, 0)
		for _, a := range want.asks {
			got := min(left, a.open)
			left -= got
			if reserved := h.reserved(a.line, level.variant); reserved != got {
				return fmt.Sprintf("line %d has %s of %v reserved instead of %s of %s", a.line, reserved.Decimal(), level, got.Decimal(), a.open.Decimal())
			}
		}
		if l.reserved != max(l.onHand, 0)-left {
			return fmt.Sprintf("%s of %v are reserved instead of %s", l.reserved.Decimal(), level, (max(l.onHand, 0) - left).Decimal())
		}
	}
	return ""
}

// TestLedgerMutantsAreNoticed does to a workspace what a missing rule would: the comparison must complain of each.
func TestLedgerMutantsAreNoticed(t *testing.T) {
	for name, harm := range map[string]string{
		"an order's way in that no stock follows": `UPDATE order_line SET quantity = '9' WHERE id = (SELECT min(line_id) FROM stock_demand WHERE reserved > 0)`,
		"a shipment that takes nothing": `UPDATE orders SET fulfillment_status = 'fulfilled', stage = 'shipped', fulfilled_at = 1900000000000
			WHERE id = (SELECT min(order_id) FROM stock_demand WHERE reserved > 0)`,
		"a cancellation that releases nothing": `UPDATE orders SET stage = 'cancelled' WHERE id = (SELECT min(order_id) FROM stock_demand WHERE reserved > 0)`,
		"a pack multiple that is passed over":  `UPDATE listing SET pack_multiple = '7' WHERE sku = 'A'`,
		"a sale that is taken twice":           `UPDATE stock_level SET on_hand = on_hand - 1000000`,
		"the younger order served first":       `UPDATE stock_demand SET reserved = 0 WHERE id = (SELECT min(id) FROM stock_demand WHERE reserved > 0)`,
	} {
		checksOnce(t, func(r *rapid.T) {
			inHistory(r, true, func(h *history) {
				h.states(intake.StockCounts, "sku=A location=Main on_hand=10 counted_at=2026-03-20T00:00:30Z")
				h.ordered("#1", "a@example.com", "A:2")
				h.ordered("#2", "b@example.com", "A:3")
				if words := h.differs(); words != "" {
					t.Fatal(words)
				}
				_, err := h.db.Exec(harm)
				must(h.t, err)
				if h.differs() == "" {
					t.Errorf("%s went unnoticed", name)
				}
			})
		})
	}
}

type levelKey struct{ variant, location, pool int64 }

type levelNow struct{ onHand, reserved inventory.Quantity }

func (h *history) each(query string, args []any, into []any, do func()) {
	h.t.Helper()
	rows, err := h.db.Query(query, args...)
	must(h.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		must(h.t, rows.Scan(into...))
		do()
	}
	must(h.t, rows.Err())
}

func (h *history) levels() map[levelKey]levelNow {
	all := map[levelKey]levelNow{}
	var k levelKey
	var l levelNow
	h.each(`SELECT s.variant_id, s.location_id, COALESCE(l.channel_id, 0), s.on_hand, s.reserved FROM stock_level s JOIN location l ON l.id = s.location_id`, nil,
		[]any{&k.variant, &k.location, &k.pool, &l.onHand, &l.reserved}, func() { all[k] = l })
	return all
}

func (h *history) reserved(line, variant int64) (q inventory.Quantity) {
	h.each(`SELECT reserved FROM stock_demand WHERE line_id = ? AND variant_id = ?`, []any{line, variant}, []any{&q}, func() {})
	return q
}

// lastCount is the last count that stands.
func (h *history) lastCount(k levelKey) (at int64, found inventory.Quantity) {
	h.each(`SELECT counted_at, quantity FROM (SELECT started_at AS counted_at, quantity, 0 AS id FROM stock_start WHERE variant_id = ?1 AND location_id = ?2
		UNION ALL SELECT counted_at, quantity, id FROM stock_count WHERE variant_id = ?1 AND location_id = ?2 AND undone = 0) ORDER BY counted_at, id`,
		[]any{k.variant, k.location}, []any{&at, &found}, func() {})
	return at, found
}

// expected works a level out from the last count and all orders.
func (h *history) expected(k levelKey) (e expected) {
	counted, found := h.lastCount(k)
	e.onHand = found + h.bought(k, counted)
	var by inventory.Quantity
	var at int64
	h.each(`SELECT quantity, occurred_at FROM stock_movement m WHERE variant_id = ? AND location_id = ? AND kind = 'adjustment'
		AND seq >= (SELECT seq FROM stock_start s WHERE s.variant_id = m.variant_id AND s.location_id = m.location_id)`, []any{k.variant, k.location}, []any{&by, &at}, func() {
		if at > counted {
			e.onHand += by
		}
	})
	for _, l := range h.saidOf(k.variant, k.pool) {
		for _, p := range l.left {
			if p.at > counted {
				e.onHand -= p.quantity
			}
		}
		if l.open > 0 && (!l.unsure || l.placed > counted) {
			e.asks = append(e.asks, asking{l.placed, l.line, l.open})
		}
	}
	return e
}

// said is what a line says of a variant in a pool: what left when, and what is still to leave.
type said struct {
	placed, line int64
	left         []part
	open         inventory.Quantity
	unsure       bool // its source says nothing of shipping, and is not who ships
}

type part struct {
	quantity inventory.Quantity
	at       int64
}

// saidOf lists what all lines say of a variant in a pool, the oldest first.
func (h *history) saidOf(variant, pool int64) (all []said) {
	var l struct {
		id, order, placed, fulfilled                          int64
		quantity, pack, state, orderState, stage, fulfilledBy string
		variant, channel                                      int64
	}
	var at int64
	var lines []func()
	h.each(`SELECT l.id, o.id, o.placed_at, COALESCE(o.fulfilled_at, 0), l.quantity, g.pack_multiple, l.fulfillment_status, o.fulfillment_status, o.stage, o.fulfilled_by,
		g.variant_id, o.channel_id FROM order_line l JOIN orders o ON o.id = l.order_id JOIN listing g ON g.id = l.listing_id WHERE g.variant_id IS NOT NULL
		ORDER BY o.placed_at, l.id`, nil,
		[]any{&l.id, &l.order, &l.placed, &l.fulfilled, &l.quantity, &l.pack, &l.state, &l.orderState, &l.stage, &l.fulfilledBy, &l.variant, &l.channel}, func() {
			l := l
			lines = append(lines, func() {
				of := int64(0)
				if l.fulfilledBy == "channel" {
					of = l.channel
				}
				each := h.share(l.variant, variant, l.placed).Times(parsed(l.pack))
				if of != pool || each == 0 {
					return
				}
				one := said{placed: l.placed, line: l.id, unsure: l.stage == "open" && l.fulfilledBy != "channel"}
				packed := inventory.Quantity(0)
				h.each(`SELECT i.quantity, COALESCE(s.shipped_at, 0) FROM package_item i JOIN package p ON p.id = i.package_id JOIN shipment s ON s.id = p.shipment_id
					WHERE i.line_id = ?`, []any{l.id}, []any{&l.quantity, &at}, func() {
					packed += parsed(l.quantity)
					one.left = append(one.left, part{parsed(l.quantity).Times(each), max(at, l.placed)})
				})
				h.each(`SELECT quantity FROM order_line WHERE id = ?`, []any{l.id}, []any{&l.quantity}, func() {})
				rest := max(parsed(l.quantity)-packed, 0)
				switch {
				case l.orderState == "restocked" || l.state == "restocked":
					one.left = nil
				case l.orderState == "fulfilled" || l.state == "fulfilled":
					one.left = append(one.left, part{rest.Times(each), max(l.fulfilled, l.placed)})
				case l.stage == "cancelled":
				default:
					one.open = rest.Times(each)
				}
				all = append(all, one)
			})
		})
	for _, one := range lines {
		one()
	}
	return all
}

// share is how much of a variant is in one piece of another.
func (h *history) share(sold, variant, placed int64) inventory.Quantity {
	bom, kind := int64(0), ""
	var id, made int64
	var k string
	h.each(`SELECT id, made_at, kind FROM bom WHERE variant_id = ? AND undone_run IS NULL ORDER BY version`, []any{sold}, []any{&id, &made, &k}, func() {
		if bom == 0 || made <= placed {
			bom, kind = id, k
		}
	})
	items, q, n := 0, inventory.Quantity(0), inventory.Quantity(0)
	var component int64
	h.each(`SELECT variant_id, quantity FROM bom_item WHERE bom_id = ?`, []any{bom}, []any{&component, &q}, func() {
		items++
		if component == variant {
			n = q
		}
	})
	switch {
	case kind == "virtual" && items > 0:
		return n
	case sold == variant:
		return inventory.One
	}
	return 0
}

func parsed(text string) inventory.Quantity {
	q, _ := inventory.Parse(commerce.Decimal(strings.TrimSpace(text)))
	return q
}
