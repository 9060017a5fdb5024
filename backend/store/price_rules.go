package store

import (
	"context"
	"database/sql"
	"fmt"

	"tradepost/backend/catalog"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

const ruleColumns = `SELECT c.id, c.name, COALESCE(r.percent, ''), COALESCE(r.rounding, ''), COALESCE(r.direction, 'up'), COALESCE(r.margin, ''), COALESCE(r.seq, 0)
	FROM channel c LEFT JOIN price_rule r ON r.channel_id = c.id `

func scanRule(rows *sql.Rows, r *catalog.PriceRule) error {
	return rows.Scan(&r.ChannelID, &r.Channel, &r.Percent, &r.Rounding, &r.Direction, &r.Margin, &r.Version)
}

// PriceRules lists the rule of every channel; one without has Version 0.
func (s *Store) PriceRules(ctx context.Context) ([]catalog.PriceRule, error) {
	rows, err := s.reading(ctx).Query(ruleColumns + `WHERE c.name <> '' ORDER BY c.name`)
	all, err := collect(rows, err, scanRule)
	return all, classify("reading price rules", err)
}

func ruleOf(q querier, channelID int64) (catalog.PriceRule, error) {
	rows, err := q.Query(ruleColumns+`WHERE c.id = ?`, channelID)
	all, err := collect(rows, err, scanRule)
	if err == nil && len(all) == 0 {
		return catalog.PriceRule{}, fault.New(fault.NotFound, "There is no such channel.", "See the names with: tradepost channels list.")
	}
	if err != nil {
		return catalog.PriceRule{}, err
	}
	return all[0], nil
}

// SavePriceRule makes a rule that of its channel, over the version that the person saw (0: there was none, -1: any), and gives it as it is now.
func (s *Store) SavePriceRule(ctx context.Context, rule catalog.PriceRule, version int64) (saved catalog.PriceRule, err error) {
	if err := rule.Check(); err != nil {
		return saved, err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		was, err := ruleOf(tx, rule.ChannelID)
		if err != nil {
			return err
		}
		if err := expect(was.Version, version); err != nil {
			return err
		}
		if err := tx.writeRule(rule, was); err != nil {
			return err
		}
		saved, err = ruleOf(tx, rule.ChannelID)
		return err
	})
	return saved, classify("saving the price rule", err)
}

// writeRule writes a rule as a run of a person's, which can be taken back.
func (tx *Tx) writeRule(rule, was catalog.PriceRule) error {
	run := journal.Run{Kind: journal.RunPrices, State: journal.Done, Cause: journal.ByPerson, Title: fmt.Sprintf("Prices of %s: %s", was.Channel, rule.Words()),
		Subject: idText(rule.ChannelID), FinishedAt: tx.now}
	if err := tx.InsertRun(&run); err != nil {
		return err
	}
	return tx.putPriceRule(run.ID, rule, was)
}

func (tx *Tx) putPriceRule(runID int64, rule, was catalog.PriceRule) error {
	tx.touch(Listings)
	err := tx.Exec(`INSERT INTO price_rule (channel_id, percent, rounding, direction, margin, seq) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel_id) DO UPDATE SET
		percent = excluded.percent, rounding = excluded.rounding, direction = excluded.direction, margin = excluded.margin, seq = excluded.seq`,
		rule.ChannelID, string(rule.Percent), string(rule.Rounding), string(rule.Direction), string(rule.Margin), tx.seq)
	if err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: priceRuleKind, RecordID: rule.ChannelID, Action: journal.Changed, RunID: runID,
		Fields: changesOfFields(catalog.PriceFields, was.Values(), rule.Values())})
}

// pricedRow is a linked listing with what its price is made of.
type pricedRow struct {
	listing catalog.Listing
	priced  catalog.Priced
}

// eachPriced goes through the linked listings of a channel.
func (s *Store) eachPriced(ctx context.Context, channelID int64, do func(pricedRow)) error {
	rows, err := s.reading(ctx).Query(`SELECT g.id, g.sku, g.title, g.price, g.currency, g.pack_multiple, g.own_price, v.id, v.sku, v.title, v.price, v.cost, v.currency
		FROM listing g JOIN variant v ON v.id = g.variant_id WHERE g.channel_id = ? ORDER BY g.id`, channelID)
	return each(rows, err, func(rows *sql.Rows) error {
		var r pricedRow
		var v catalog.Variant
		g, p := &r.listing, &r.priced
		err := rows.Scan(&g.ID, &g.SKU, &g.Title, &g.Price, &g.Currency, &p.Pack, &p.Own, &v.ID, &v.SKU, &v.Title, &p.Price, &p.Cost, &p.Currency)
		g.Variant, g.Pack, g.OwnPrice, p.ListingCurrency = &v, p.Pack, p.Own, g.Currency
		do(r)
		return err
	})
}

// PreviewPrices works a rule out over all linked listings of its channel, writing nothing: counts of all, and those that differ from
// what the rule as it is makes, ids above after.
func (s *Store) PreviewPrices(ctx context.Context, rule catalog.PriceRule, after int64, limit int) (p catalog.PricePreview, err error) {
	if err := rule.Check(); err != nil {
		return p, err
	}
	was, err := ruleOf(s.reading(ctx), rule.ChannelID)
	if err != nil {
		return p, classify("reading the price rule", err)
	}
	p.Rows = []catalog.PriceChange{}
	err = s.eachPriced(ctx, rule.ChannelID, func(r pricedRow) {
		change := catalog.PriceChange{Listing: r.listing, Before: was.Price(r.priced), After: rule.Price(r.priced)}
		if p.Count(change) && r.listing.ID > after && len(p.Rows) < limit {
			p.Rows = append(p.Rows, change)
		}
	})
	return p, classify("working out prices", err)
}

// fillPrices says what the listings of a channel should cost: see catalog.PriceRule.
func (s *Store) fillPrices(ctx context.Context, channelID int64, offers []syncing.Offer) error {
	rule, err := ruleOf(s.reading(ctx), channelID)
	if err != nil {
		return err
	}
	at := make(map[int64]int, len(offers))
	for i := range offers {
		at[offers[i].ListingID] = i
	}
	return s.eachPriced(ctx, channelID, func(r pricedRow) {
		i, there := at[r.listing.ID]
		if wanted := rule.Price(r.priced); there && wanted.Price != "" {
			offers[i].WantPrice, offers[i].WantCurrency, offers[i].PriceReason = string(wanted.Price), string(wanted.Currency), wanted.Explain()
		}
	})
}
