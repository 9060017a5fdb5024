package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// PreviewStockRule works a rule out over the listings that it holds for, changing nothing: counts of all, and the first of those that
// would show something else,
// ids above after.
func (s *Store) PreviewStockRule(ctx context.Context, rule inventory.Rule, after int64, limit int) (p syncing.RulePreview, err error) {
	if err := rule.Check(); err != nil {
		return p, err
	}
	q := s.reading(ctx)
	r, err := reckon(q, s.Now())
	if err != nil {
		return p, classify("reading stock rules", err)
	}
	from, args := ruledListings(rule)
	before, err := r.offers(from, args...)
	if err != nil {
		return p, classify("reading stock", err)
	}
	r.rules = r.rules.with(rule)
	then, err := r.offers(from, args...)
	p.Rows = []syncing.RuleChange{}
	for i := range before {
		if change := (syncing.RuleChange{Before: before[i], After: then[i]}); err == nil && p.Count(change) && before[i].ListingID > after && len(p.Rows) < limit {
			p.Rows = append(p.Rows, change)
		}
	}
	return p, classify("reading stock", err)
}

// ruledListings is where the offers of the listings are read from that a rule holds for.
func ruledListings(rule inventory.Rule) (from string, args []any) {
	switch rule.Scope {
	case inventory.OfChannel:
		return `(SELECT * FROM listing WHERE channel_id = ?) g`, []any{rule.RecordID}
	case inventory.OfVariant:
		return `(SELECT * FROM listing WHERE variant_id = ?) g`, []any{rule.RecordID}
	case inventory.OfListing:
		return `(SELECT * FROM listing WHERE id = ?) g`, []any{rule.RecordID}
	}
	return `listing g`, nil
}

// with is the book with a rule in the place of the one that is there.
func (b ruleBook) with(rule inventory.Rule) ruleBook {
	var all []inventory.Rule
	for _, of := range b.by {
		for _, one := range of {
			if one.Scope != rule.Scope || one.RecordID != rule.RecordID {
				all = append(all, one)
			}
		}
	}
	book := bookOf(append(all, rule))
	book.places = b.places
	return book
}

// SimulateStockRule replays the sales and stock of the days before now as they would have been under a rule, beside those under the
// rules as they are. Counted is
// what listings of the rule's own channel sold, or of all.
func (s *Store) SimulateStockRule(ctx context.Context, rule inventory.Rule, days int) (sim syncing.Simulation, err error) {
	if err := rule.Check(); err != nil {
		return sim, err
	}
	from := commerce.InstantOf(s.Now().Time().Add(-time.Duration(days) * 24 * time.Hour))
	sim.From, sim.Days = from, days
	r, err := reckon(s.reading(ctx), s.Now())
	if err != nil {
		return sim, classify("reading stock rules", err)
	}
	pasts, err := r.pasts(from)
	if err != nil {
		return sim, classify("reading the stock ledger", err)
	}
	if err := r.readLags(pasts); err != nil {
		return sim, classify("reading how late news are", err)
	}
	was, then := r.teller(r.rules, days), r.teller(r.rules.with(rule), days)
	for _, p := range pasts {
		sim.Add(p, inventory.Replay(p, was), inventory.Replay(p, then))
	}
	slices.SortStableFunc(sim.Variants, func(a, b syncing.Simulated) int { return b.Moved() - a.Moved() })
	sim.Variants = sim.Variants[:min(len(sim.Variants), simulatedShown)]
	return sim, nil
}

// simulatedShown is how many variants a simulation names.
const simulatedShown = 50

func (r *reckoning) teller(rules ruleBook, days int) inventory.Teller {
	return func(channelID, variantID, listingID int64) (inventory.Terms, inventory.Lateness) {
		late := r.late[channelID]
		late.Over = time.Duration(days) * 24 * time.Hour
		return rules.terms(channelID, variantID, listingID), late
	}
}

func (r *reckoning) readLags(pasts []inventory.Past) (err error) {
	for _, p := range pasts {
		for _, s := range p.Sales {
			if _, known := r.late[s.ChannelID]; !known && err == nil {
				r.late[s.ChannelID], err = r.lag(s.ChannelID)
			}
		}
	}
	return err
}

// pasts reads what was sold since an instant, of variants that were tracked then, and how their stock moved otherwise.
func (r *reckoning) pasts(from commerce.Instant) ([]inventory.Past, error) {
	rows, err := r.q.Query(`SELECT d.variant_id, CASE WHEN v.sku <> '' THEN v.sku ELSE v.title END, d.placed_at, o.channel_id, l.listing_id, d.open + d.taken, d.per_piece
		FROM stock_demand d JOIN orders o ON o.id = d.order_id JOIN order_line l ON l.id = d.line_id JOIN variant v ON v.id = d.variant_id
		WHERE d.pool = 0 AND d.placed_at >= ?1 AND d.open + d.taken > 0
		AND d.placed_at >= (SELECT min(s.started_at) FROM stock_level s WHERE s.variant_id = d.variant_id) ORDER BY d.variant_id, d.placed_at, d.id`, int64(from))
	at := map[int64]int{}
	pasts := []inventory.Past{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var p inventory.Past
		var s inventory.PastSale
		var per inventory.Quantity
		if err := rows.Scan(&p.VariantID, &p.Name, &s.At, &s.ChannelID, &s.ListingID, &s.Units, &per); err != nil {
			return err
		}
		s.Pack = per.Decimal()
		n, known := at[p.VariantID]
		if !known {
			n, at[p.VariantID] = len(pasts), len(pasts)
			pasts = append(pasts, p)
		}
		pasts[n].Sales = append(pasts[n].Sales, s)
		pasts[n].Sold += s.Units
		return nil
	})
	if err != nil || len(pasts) == 0 {
		return pasts, err
	}
	return pasts, r.readMoves(pasts, at, from)
}

// readMoves reads what was there at the beginning, and what came and went by anything but orders after it.
func (r *reckoning) readMoves(pasts []inventory.Past, at map[int64]int, from commerce.Instant) error {
	ids := make([]int64, 0, len(pasts))
	for _, p := range pasts {
		ids = append(ids, p.VariantID)
	}
	rows, err := r.q.Query(`SELECT m.variant_id, CASE WHEN m.occurred_at < ?1 THEN 0 ELSE m.occurred_at END AS moved_at,
		sum(CASE WHEN m.occurred_at < ?1 THEN m.quantity - m.reserved ELSE m.quantity END) FROM stock_movement m JOIN location l ON l.id = m.location_id
		WHERE l.channel_id IS NULL AND m.variant_id IN (SELECT value FROM json_each(?2)) AND (m.occurred_at < ?1 OR m.cause_kind <> 'order' OR m.kind = 'return')
		GROUP BY 1, 2 ORDER BY 1, 2`, int64(from), asJSON(ids))
	return each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var m inventory.Moved
		err := rows.Scan(&id, &m.At, &m.By)
		p := &pasts[at[id]]
		if m.At == 0 {
			p.Available = m.By
		} else if m.By != 0 {
			p.Moves = append(p.Moves, m)
		}
		return err
	})
}
