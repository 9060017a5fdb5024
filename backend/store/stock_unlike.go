package store

import (
	"context"

	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// UnlikeOffers lists the offers of a channel of which something may have to be said: those that were last seen to show something else
// than they may, and all of which that is
// not plain at a glance. Of many thousands it reads few; all is how many there are with a number, 0 where it did not have to be
// counted: there are none to be told of, or these are all.
func (s *Store) UnlikeOffers(ctx context.Context, channelID int64) (offers []syncing.Offer, all int, err error) {
	q := s.reading(ctx)
	r, err := reckon(q, s.Now())
	if err != nil {
		return nil, 0, classify("reading stock rules", err)
	}
	terms := r.rules.terms(channelID, 0, 0)
	if terms.LagMost.Value > 0 || len(terms.Locations) > 0 {
		offers, err = r.offers(`g.channel_id = ? AND g.external_id <> ''`, channelID)
		return offers, 0, classify("reading stock", err)
	}
	ids, err := unlike(q, channelID, terms)
	if err != nil || len(ids) == 0 {
		return []syncing.Offer{}, 0, classify("comparing stock", err)
	}
	if all, err = s.CountOffers(ctx, channelID); err != nil {
		return nil, 0, err
	}
	offers, err = r.offers(`g.id IN (SELECT value FROM json_each(?))`, asJSON(ids))
	return offers, all, classify("reading stock", err)
}

// plainMost is above how many units, in millionths, the arithmetic is not left to SQLite, as a percentage of it might not fit.
const plainMost = 10_000 * int64(inventory.One)

// unlike lists the listings of a channel that do not plainly show what the rules of the channel let them: what has a rule of its own,
// is a kit, waits for a write, is scarce or has several
// levels is for others to work out. It is the arithmetic of inventory.Asked over again, in the database. The plus lets SQLite sum levels in the order of
// variants.
func unlike(q querier, channelID int64, t inventory.Terms) ([]int64, error) {
	rows, err := q.Query(`WITH have AS MATERIALIZED (SELECT s.variant_id, sum(s.on_hand - s.reserved) AS n FROM stock_level s
			WHERE +s.location_id IN (SELECT id FROM location WHERE channel_id IS NULL OR channel_id = ?1) GROUP BY s.variant_id),
		owed AS MATERIALIZED (SELECT variant_id, sum(open - reserved) AS n FROM stock_demand WHERE pool = 0 AND open > reserved GROUP BY variant_id),
		odd AS MATERIALIZED (SELECT record_id AS id, scope = 'listing' AS listing FROM stock_rule WHERE scope IN ('listing', 'variant')
			UNION SELECT variant_id, 0 FROM bom
			UNION SELECT record_id, 1 FROM intent WHERE connection_id IN (SELECT id FROM connection WHERE channel_id = ?1) AND state IN `+open+` AND record_kind = 'listing'),
		plain AS (SELECT g.id, g.variant_id, h.n - COALESCE(w.n, 0) AS n, CAST(round(CAST(g.pack_multiple AS REAL) * 1000000) AS INTEGER) AS pack
			FROM listing g LEFT JOIN have h ON h.variant_id = g.variant_id LEFT JOIN owed w ON w.variant_id = g.variant_id
			WHERE g.channel_id = ?1 AND g.external_id <> '' AND g.variant_id IS NOT NULL AND g.tracked <> 'false'),
		kept AS (SELECT id, variant_id, n, pack, max(n, 0) - max(?2, (max(n, 0) * ?3 + ?4) / (?4 + 1) * 1000000) AS rest FROM plain)
		SELECT k.id FROM kept k WHERE k.variant_id IN (SELECT id FROM odd WHERE listing = 0) OR k.id IN (SELECT id FROM odd WHERE listing = 1)
			OR k.n IS NOT NULL AND (k.n > ?8 OR k.n <= ?7 OR k.pack <= 0 OR NOT (SELECT count(*) = 1 AND max(o.quantity) = CAST(
				CASE WHEN k.n <= ?5 THEN 0 ELSE max(min(k.rest, ?6 * k.pack), 0) / k.pack END AS TEXT) FROM listing_level o WHERE o.listing_id = k.id)) ORDER BY k.id`,
		channelID, int64(t.Buffer.Value), int64(t.Percent.Value), 100*int64(inventory.One)*int64(inventory.One)-1, endOf(t), mostOf(t), lastOf(t), plainMost)
	return collect(rows, err, scanID)
}

// never is below all quantities.
const never = -1 << 62

// endOf is from how much down nothing is offered.
func endOf(t inventory.Terms) int64 {
	if t.EndWhen.Of == "" {
		return never
	}
	return int64(t.EndWhen.Value)
}

// mostOf is the most packs that are shown.
func mostOf(t inventory.Terms) int64 {
	if t.Most.Of == "" {
		return 1 << 30
	}
	return int64(t.Most.Value / inventory.One)
}

// lastOf is from how much down last units are shared out.
func lastOf(t inventory.Terms) int64 {
	if t.LastUnits.Value <= 0 {
		return never
	}
	return int64(t.LastUnits.Value)
}

// CountOffers counts the listings of a channel that it knows by an id and of whose stock there is a number.
func (s *Store) CountOffers(ctx context.Context, channelID int64) (int, error) {
	return countOffers(s.reading(ctx), channelID)
}

// CountOffers counts them inside a write.
func (tx *Tx) CountOffers(channelID int64) (int, error) { return countOffers(tx, channelID) }

func countOffers(q querier, channelID int64) (int, error) {
	n, err := q.Number(`SELECT count(*) FROM listing g WHERE g.channel_id = ? AND g.external_id <> '' AND g.tracked <> 'false'
		AND (EXISTS (SELECT 1 FROM stock_level s WHERE s.variant_id = g.variant_id) OR g.variant_id IN (SELECT variant_id FROM bom))`, channelID)
	return int(n), classify("counting listings", err)
}
