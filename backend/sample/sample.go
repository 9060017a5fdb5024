// Package sample makes the sample company: 2,000 generated orders on five channels, up to the present moment, so that
// Tradepost can be tried without an order of one's own. Nothing in it is real.
package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tradepost/backend/catalog"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Orders is how many orders the sample company has.
const Orders = 2000

// days is how far back they reach.
const days = 90

// Store is what making the sample company writes to.
type Store interface {
	intake.Unit
	Channels(ctx context.Context) ([]channel.Channel, error)
	AddVariant(ctx context.Context, sku, title string) (catalog.Variant, error)
	Now() commerce.Instant
}

// Fill makes the sample company in an empty workspace; in one that has channels it does nothing.
func Fill(ctx context.Context, store Store) error {
	known, err := store.Channels(ctx)
	if err != nil || len(known) > 0 {
		return err
	}
	for _, g := range goods {
		if g.linked {
			if _, err := store.AddVariant(ctx, g.sku, g.title); err != nil {
				return fmt.Errorf("adding product: %w", err)
			}
		}
	}
	m := &maker{random: rand.New(rand.NewPCG(7, 11)), now: store.Now().Time().Truncate(time.Second), numbers: map[string]int{}} //nolint:gosec // made-up orders, the same every time
	made := m.orders()
	run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson, Title: "Import of the sample company", Total: int64(len(made)), Counts: map[string]int{}}
	if err := store.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&run) }); err != nil {
		return err
	}
	for part := range slices.Chunk(made, 100) {
		if err := apply(ctx, store, run.ID, part); err != nil {
			return err
		}
	}
	return finish(ctx, store, run, made)
}

func apply(ctx context.Context, store Store, runID int64, part []draft) error {
	return store.InTx(ctx, true, func(tx intake.Tx) error {
		for _, d := range part {
			c, err := tx.EnsureChannel(d.place.name, d.place.kind)
			if err != nil {
				return err
			}
			received := intake.Received{Order: d.order, Payload: payloadOf(d.order), Message: journal.Message{ChannelID: c.ID, RunID: runID,
				Kind: intake.OrderKind, Source: "sample", Name: d.order.Number, Rows: []int{}}}
			if _, err := intake.Apply(tx, intake.ModeMerge, received); err != nil {
				return fmt.Errorf("writing order %s: %w", d.order.Number, err)
			}
		}
		return nil
	})
}

// finish ends the run and puts two bad records aside, so that quarantine can be tried too.
func finish(ctx context.Context, store Store, run journal.Run, made []draft) error {
	return store.InTx(ctx, false, func(tx intake.Tx) error {
		for i, found := range []string{"12,3x", "n/a"} {
			c, err := tx.EnsureChannel(places[i].name, places[i].kind)
			if err != nil {
				return err
			}
			payload := journal.Payload{Columns: []string{"Number", "Total"}, Rows: []journal.PayloadRow{{Number: i + 2, Cells: []string{fmt.Sprintf("#99%d", i), found}}}}
			problem := fault.Problem{Row: i + 2, Column: "Total", Found: found, Expected: "an amount such as 12.30", Code: "amount",
				Message: "The total of this order is no amount.", Remedy: "Correct it where it comes from, then bring it in again."}
			received := intake.Received{Payload: &payload, Message: journal.Message{ChannelID: c.ID, RunID: run.ID, Kind: intake.OrderKind, Source: "sample",
				Name: fmt.Sprintf("#99%d", i), Rows: []int{i + 2}}}
			if err := intake.Quarantine(tx, received, []fault.Problem{problem}); err != nil {
				return err
			}
		}
		run.State, run.FinishedAt, run.Done = journal.Partial, tx.Now(), run.Total
		run.Counts = map[string]int{"new": len(made), "error": 2}
		return tx.UpdateRun(run)
	})
}

// payloadOf shows an order as the row a file would have had.
func payloadOf(o order.Order) *journal.Payload {
	p := journal.Payload{Columns: []string{"Number", "Placed", "SKU", "Title", "Quantity", "Unit price", "Total", "Currency"}}
	for i, l := range o.Lines {
		total := ""
		if i == 0 {
			total = o.Total.Decimal(o.Currency.Exponent())
		}
		p.Rows = append(p.Rows, journal.PayloadRow{Number: i + 2, Cells: []string{o.Number, o.Placed.At.String(), l.SKU, l.Title, string(l.Quantity), string(l.UnitPrice), total, string(o.Currency)}})
	}
	return &p
}

// draft is an order with the channel it is placed on.
type draft struct {
	place place
	order order.Order
}

type maker struct {
	random  *rand.Rand
	now     time.Time
	numbers map[string]int
}

// orders makes them oldest first.
func (m *maker) orders() []draft {
	made := make([]draft, Orders)
	for i := range made {
		age := time.Duration(float64(days*24*time.Hour) * m.random.Float64() * (0.35 + 0.65*m.random.Float64()))
		made[i] = draft{place: m.place(), order: order.Order{Placed: commerce.Stamp{At: commerce.InstantOf(m.daytime(m.now.Add(-age)).Truncate(time.Second)),
			Precision: commerce.PrecisionSecond, Zone: "+00:00", ZoneSource: commerce.ZoneFromFile}}}
	}
	slices.SortFunc(made, func(a, b draft) int { return int(max(-1, min(1, a.order.Placed.At-b.order.Placed.At))) })
	for i := range made {
		m.fill(&made[i])
	}
	return made
}

// daytime moves most night orders to the evening before, as people sleep.
func (m *maker) daytime(at time.Time) time.Time {
	if at.Hour() < 7 && m.random.IntN(4) > 0 {
		return at.Add(-time.Duration(3+m.random.IntN(6)) * time.Hour)
	}
	return at
}

func (m *maker) place() place {
	n := m.random.IntN(100)
	for _, p := range places {
		if n -= p.share; n < 0 {
			return p
		}
	}
	return places[0]
}

func (m *maker) fill(d *draft) {
	o := &d.order
	m.numbers[d.place.name]++
	o.Number = fmt.Sprintf(d.place.number, m.numbers[d.place.name]+1000)
	o.Currency = d.place.currency
	if d.place.kind == "shopify" && m.random.IntN(40) == 0 {
		o.Currency = []commerce.Currency{"JPY", "KWD", "EUR"}[m.random.IntN(3)]
	}
	o.Source, o.ShippingMethod, o.PaymentMethod = d.place.source, "Standard", d.place.payment
	m.lines(o)
	m.money(o)
	m.people(o)
	m.state(o)
}

func (m *maker) lines(o *order.Order) {
	for n := range 1 + m.random.IntN(3)*m.random.IntN(2) {
		g := goods[min(m.random.IntN(len(goods)), m.random.IntN(len(goods)))]
		quantity := 1 + m.random.IntN(2)*m.random.IntN(3)
		o.Lines = append(o.Lines, order.Line{Position: n + 1, SKU: g.sku, Title: g.title, UOM: "each", Quantity: commerce.Decimal(fmt.Sprint(quantity)),
			UnitPrice: commerce.Decimal(price(g.cents, o.Currency)).Padded(o.Currency.Exponent())})
	}
}

// price writes a price in cents in the currency's own size.
func price(cents int, currency commerce.Currency) string {
	switch currency.Exponent() {
	case 0:
		return fmt.Sprint(cents * 3 / 2)
	case 3:
		return commerce.Minor(int64(cents) * 3).Decimal(3)
	}
	return commerce.Minor(int64(cents)).Decimal(2)
}

func (m *maker) money(o *order.Order) {
	computed := o.Compute()
	unit := int64(1)
	for range o.Currency.Exponent() {
		unit *= 10
	}
	o.Subtotal = computed.Subtotal
	o.Shipping = commerce.Minor([]int64{0, 0, 5 * unit, 8 * unit}[m.random.IntN(4)])
	o.Tax = commerce.Minor(o.Subtotal.Minor * int64([]int{0, 6, 8, 20}[m.random.IntN(4)]) / 100)
	o.Discount = commerce.Minor(0)
	o.Total = commerce.Minor(o.Subtotal.Minor + o.Shipping.Minor + o.Tax.Minor)
}

func (m *maker) state(o *order.Order) {
	age := m.now.Sub(o.Placed.At.Time())
	o.Financial, o.PaidAt, o.Fulfillment = order.Paid, o.Placed.At, order.Fulfilled
	o.ShipBy = commerce.InstantOf(o.Placed.At.Time().Add(48 * time.Hour))
	switch n := m.random.IntN(100); {
	case n < 3:
		o.Financial, o.CancelledAt, o.Fulfillment = order.Voided, commerce.InstantOf(o.Placed.At.Time().Add(time.Hour)), order.Unfulfilled
	case n < 5:
		o.Financial = order.Refunded
	case age < 36*time.Hour && n < 85, age < 4*24*time.Hour && n < 25:
		o.Fulfillment = order.Unfulfilled
	}
	if o.Fulfillment == order.Fulfilled {
		o.FulfilledAt = commerce.InstantOf(o.Placed.At.Time().Add(time.Duration(4+m.random.IntN(30)) * time.Hour))
	}
	if m.random.IntN(14) == 0 {
		o.Tags = append(o.Tags, []string{"gift", "wholesale", "fragile", "repeat customer"}[m.random.IntN(4)])
	}
	o.Held = o.Fulfillment == order.Unfulfilled && o.CancelledAt == 0 && m.random.IntN(12) == 0
}
