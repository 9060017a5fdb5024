package intake_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// placed is what a history knows by itself of its two own locations: all that people moved by hand, whatever the ledger says of it.
type placed struct {
	ids       map[string]int64 // locations by name
	moves     []*handMove
	did       []*handStep
	transfers []int64
	routes    []journal.Run
}

// handMove is goods that a person moved at one level.
type handMove struct {
	variant, location int64
	onHand, incoming  inventory.Quantity
	at                int64
	start             int64 // the tracking that it is of
	undone            bool
}

// handStep is one step of a transfer.
type handStep struct {
	run   journal.Run
	moves []*handMove
}

// inPlaces is inHistory with a second location of our own.
func inPlaces(r *rapid.T, do func(*history)) {
	inHistory(r, true, func(h *history) {
		_, err := h.s.AddLocation(context.Background(), inventory.Location{Name: "Annex", Rank: 1})
		must(h.t, err)
		h.places = &placed{ids: map[string]int64{}}
		all, err := h.s.Locations(context.Background())
		must(h.t, err)
		for _, l := range all {
			h.places.ids[l.Name] = l.ID
		}
		do(h)
	})
}

func (p *placed) note(h *history, variant int64, location string, onHand, incoming inventory.Quantity) *handMove {
	m := &handMove{variant: variant, location: p.ids[location], onHand: onHand, incoming: incoming, at: int64(commerce.InstantOf(h.now()))}
	h.each(`SELECT seq FROM stock_start WHERE variant_id = ? AND location_id = ?`, []any{variant, m.location}, []any{&m.start}, func() {})
	p.moves = append(p.moves, m)
	return m
}

func (p *placed) adjusted(h *history, a inventory.Adjustment) {
	if p != nil {
		p.note(h, a.VariantID, a.Location, a.By, 0)
	}
}

// step notes a step of a transfer with what it moved. A minute passes before and after: starts and moves at one instant would be in no order.
func (p *placed) step(h *history, run journal.Run, moves ...*handMove) {
	p.did = append(p.did, &handStep{run, moves})
	h.minutes++
}

// steps are what happens beside orders and counts where there are two locations.
func (p *placed) steps(h *history) []thing {
	if p == nil {
		return nil
	}
	alone := func(do func(*history)) func() {
		return func() { h.minutes++; do(h) }
	}
	return []thing{{"send", alone(p.send)}, {"send", alone(p.send)}, {"receive", alone(p.receive)}, {"receive", alone(p.receive)}, {"call off", alone(p.callOff)},
		{"undo a step", func() { p.undo(h) }}, {"route", func() { p.route(h) }}, {"stocktake", func() { p.stocktake(h) }},
		{"stocktake", func() { p.stocktake(h) }}}
}

func (p *placed) send(h *history) {
	ctx := context.Background()
	from, to := "Main", "Annex"
	if rapid.IntRange(0, 2).Draw(h.r, "back") == 0 {
		from, to = to, from
	}
	var lines []inventory.TransferDraftLine
	for _, sku := range [][]string{{"A"}, {"B"}, {"A", "B"}}[rapid.IntRange(0, 2).Draw(h.r, "skus")] {
		lines = append(lines, inventory.TransferDraftLine{VariantID: h.variant(sku), Quantity: inventory.Quantity(rapid.IntRange(1, 6).Draw(h.r, "units")) * inventory.One})
	}
	t, err := h.s.SaveTransfer(ctx, 0, from, to, "", lines, -1)
	must(h.t, err)
	run, err := h.s.SendTransfer(ctx, t.ID, rapid.Bool().Draw(h.r, "anyway"), -1)
	if err != nil {
		return // not tracked, or not free
	}
	p.transfers = append(p.transfers, t.ID)
	var moves []*handMove
	for _, l := range lines {
		moves = append(moves, p.note(h, l.VariantID, from, -l.Quantity, 0), p.note(h, l.VariantID, to, 0, l.Quantity))
	}
	p.step(h, run, moves...)
	if _, err := h.s.SendTransfer(ctx, t.ID, true, -1); err == nil {
		h.t.Fatal("a transfer was sent twice")
	}
}

// some picks a transfer that was sent.
func (p *placed) some(h *history) (t inventory.Transfer, ok bool) {
	if len(p.transfers) == 0 {
		return t, false
	}
	t, err := h.s.Transfer(context.Background(), p.transfers[rapid.IntRange(0, len(p.transfers)-1).Draw(h.r, "transfer")])
	must(h.t, err)
	return t, true
}

func (p *placed) receive(h *history) {
	t, ok := p.some(h)
	if !ok {
		return
	}
	var arrivals []inventory.Arrival
	for _, l := range t.Lines {
		whole := int(l.InTransit() / inventory.One)
		received := rapid.IntRange(0, max(whole, 0)).Draw(h.r, "received")
		lost := 0
		if rapid.IntRange(0, 3).Draw(h.r, "some lost") == 0 {
			lost = max(whole, 0) - received
		}
		arrivals = append(arrivals, inventory.Arrival{VariantID: l.VariantID, Received: inventory.Quantity(received) * inventory.One, Lost: inventory.Quantity(lost) * inventory.One, Reason: "broken"})
	}
	run, err := h.s.ReceiveTransfer(context.Background(), t.ID, arrivals, -1)
	if err != nil {
		if slices.Contains([]inventory.TransferState{inventory.TransferSent, inventory.TransferPartly}, t.State()) {
			h.t.Fatalf("what is on its way cannot be received: %v", err)
		}
		return
	}
	var moves []*handMove
	for _, a := range arrivals {
		moves = append(moves, p.note(h, a.VariantID, t.To, a.Received, -a.Received-a.Lost))
	}
	p.step(h, run, moves...)
}

func (p *placed) callOff(h *history) {
	t, ok := p.some(h)
	if !ok {
		return
	}
	run, err := h.s.CancelTransfer(context.Background(), t.ID, -1)
	if err != nil {
		return // nothing is on its way
	}
	var moves []*handMove
	for _, l := range t.Lines {
		moves = append(moves, p.note(h, l.VariantID, t.To, 0, -l.InTransit()), p.note(h, l.VariantID, t.From, l.InTransit(), 0))
	}
	p.step(h, run, moves...)
}

func (p *placed) undo(h *history) {
	if len(p.did) == 0 {
		return
	}
	step := p.did[rapid.IntRange(0, len(p.did)-1).Draw(h.r, "step")]
	if _, err := h.s.UndoTransfer(context.Background(), step.run); err != nil {
		return // later steps stand on it, or it was taken back
	}
	for _, m := range step.moves {
		m.undone = true
	}
}

func (p *placed) route(h *history) {
	if len(p.routes) > 0 && rapid.IntRange(0, 2).Draw(h.r, "take back") == 0 {
		_, _ = h.s.UndoRoute(context.Background(), p.routes[len(p.routes)-1]) // refused the second time
		return
	}
	var order int64
	h.each(`SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET ?`, []any{rapid.IntRange(0, 7).Draw(h.r, "of order")}, []any{&order}, func() {})
	run, err := h.s.RouteOrder(context.Background(), order, rapid.SampledFrom([]string{"Main", "Annex"}).Draw(h.r, "to"))
	if err == nil {
		p.routes = append(p.routes, run)
	}
}

// stocktake counts a location together: what the rows of a variant add up to is what was found there, at the instant of the last.
func (p *placed) stocktake(h *history) {
	ctx := context.Background()
	location := rapid.SampledFrom([]string{"Main", "Main", "Annex"}).Draw(h.r, "counted at")
	t, err := h.s.StartStocktake(ctx, inventory.StocktakeFilter{Location: location})
	must(h.t, err)
	h.minutes += 5
	if rapid.Bool().Draw(h.r, "sold meanwhile") {
		h.sells(h.nextVersion(rapid.IntRange(1, 8).Draw(h.r, "order")))
	}
	found := map[int64]inventory.Quantity{}
	for range rapid.IntRange(1, 4).Draw(h.r, "rows") {
		sku := rapid.SampledFrom([]string{"A", "B", "C", "nobody"}).Draw(h.r, "code")
		q := inventory.Quantity(rapid.IntRange(0, 9).Draw(h.r, "of them")) * inventory.One
		row, _, err := h.s.CountCode(ctx, t.ID, inventory.CountRow{Code: sku, Quantity: q, At: commerce.InstantOf(h.now()) - 31_000})
		must(h.t, err)
		if row.VariantID != 0 {
			found[row.VariantID] += q
		}
	}
	if rapid.IntRange(0, 3).Draw(h.r, "close") == 0 || len(found) == 0 {
		_, err := h.s.DiscardStocktake(ctx, t.ID, -1)
		must(h.t, err)
		return
	}
	run, err := h.s.CloseStocktake(ctx, t.ID, inventory.LeaveMissing, -1)
	must(h.t, err)
	h.runs = append(h.runs, took{run: run.ID, kind: intake.StockCounts})
	lines, err := h.s.StocktakeLines(ctx, t.ID, "counted", 0, 100)
	must(h.t, err)
	got := map[int64]inventory.Quantity{}
	for _, l := range lines {
		got[l.VariantID] = l.Counted
	}
	if !maps.Equal(got, found) {
		h.t.Fatalf("rows %v were counted as %v", found, got)
	}
}

// differ holds every level against the last count there, what people moved since, and what left with orders; and what left with orders, and is kept for them,
// against what orders say, whatever location it is of.
func (p *placed) differ(h *history) string {
	levels := h.levels()
	pools := map[[2]int64][]levelKey{}
	sales := p.sales(h)
	for k, l := range levels {
		pools[[2]int64{k.variant, k.pool}] = append(pools[[2]int64{k.variant, k.pool}], k)
		want, incoming := p.expected(h, k, sales)
		if l.onHand != want {
			return fmt.Sprintf("there are %s of %v on hand instead of %s", l.onHand.Decimal(), k, want.Decimal())
		}
		var is inventory.Quantity
		h.each(`SELECT incoming FROM stock_level WHERE variant_id = ? AND location_id = ?`, []any{k.variant, k.location}, []any{&is}, func() {})
		if is != incoming {
			return fmt.Sprintf("%s of %v are incoming instead of %s", is.Decimal(), k, incoming.Decimal())
		}
		if l.reserved < 0 || l.reserved > max(l.onHand, 0) {
			return fmt.Sprintf("%s of %v are reserved of %s", l.reserved.Decimal(), k, l.onHand.Decimal())
		}
	}
	for pool, keys := range pools {
		if words := p.queue(h, pool, keys, levels, sales); words != "" {
			return words
		}
	}
	return ""
}

// sale is what stands of a sale in the ledger.
type sale struct {
	line, variant, location, at int64
	quantity                    inventory.Quantity
}

func (p *placed) sales(h *history) (all []sale) {
	var s sale
	h.each(`SELECT m.line_id, m.variant_id, m.location_id, m.occurred_at, -m.quantity - COALESCE((SELECT sum(r.quantity) FROM stock_movement r WHERE r.reverses = m.id), 0)
		FROM stock_movement m JOIN stock_start s ON s.variant_id = m.variant_id AND s.location_id = m.location_id AND s.seq <= m.seq WHERE m.kind = 'sale'`, nil,
		[]any{&s.line, &s.variant, &s.location, &s.at, &s.quantity}, func() { all = append(all, s) })
	return all
}

func (p *placed) expected(h *history, k levelKey, sales []sale) (onHand, incoming inventory.Quantity) {
	counted, onHand := h.lastCount(k)
	var start int64
	h.each(`SELECT seq FROM stock_start WHERE variant_id = ? AND location_id = ?`, []any{k.variant, k.location}, []any{&start}, func() {})
	for _, m := range p.moves {
		if m.undone || m.variant != k.variant || m.location != k.location || m.start != start {
			continue
		}
		incoming += m.incoming
		if m.at > counted {
			onHand += m.onHand
		}
	}
	for _, s := range sales {
		if s.variant == k.variant && s.location == k.location && s.at > counted {
			onHand -= s.quantity
		}
	}
	return onHand, incoming
}

// queue holds what a pool gave to orders against what they say: all that left since it is tracked, and the oldest first of what is there.
func (p *placed) queue(h *history, pool [2]int64, keys []levelKey, levels map[levelKey]levelNow, sales []sale) string {
	started, counted := int64(1<<62), int64(1<<62)
	var there, reserved inventory.Quantity
	for _, k := range keys {
		var at int64
		h.each(`SELECT started_at FROM stock_start WHERE variant_id = ? AND location_id = ?`, []any{k.variant, k.location}, []any{&at}, func() {})
		last, _ := h.lastCount(k)
		started, counted = min(started, at), min(counted, last)
		there += max(levels[k].onHand, 0)
		reserved += levels[k].reserved
	}
	left := there
	for _, l := range h.saidOf(pool[0], pool[1]) {
		var want, got inventory.Quantity
		for _, part := range l.left {
			if part.at > started {
				want += part.quantity
			}
		}
		for _, s := range sales {
			if s.line == l.line && s.variant == pool[0] && slices.ContainsFunc(keys, func(k levelKey) bool { return k.location == s.location }) {
				got += s.quantity
			}
		}
		if got != want {
			return fmt.Sprintf("%s of %v left for line %d instead of %s", got.Decimal(), pool, l.line, want.Decimal())
		}
		open := l.open
		if l.unsure && l.placed <= counted {
			open = 0
		}
		keep := min(left, open)
		left -= keep
		if kept := h.reserved(l.line, pool[0]); kept != keep {
			return fmt.Sprintf("line %d has %s of %v reserved instead of %s of %s", l.line, kept.Decimal(), pool, keep.Decimal(), open.Decimal())
		}
	}
	if reserved != there-left {
		return fmt.Sprintf("%s of %v are reserved instead of %s", reserved.Decimal(), pool, (there - left).Decimal())
	}
	return ""
}

// TestProofPlaces runs random histories of two locations: orders in any order and twice, kits, counts, transfers in parts and with losses, stocktakes during
// sales, routes by hand, undo of all that, and reopening; every level is what counts, people and orders make of it, after every step.
func TestProofPlaces(t *testing.T) {
	const steps = 40
	checks(t, "places", 5, 2500, func(r *rapid.T) {
		inPlaces(r, func(h *history) {
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
