package store

import (
	"context"
	"errors"

	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// UnlikeOffers lists the offers of a channel of which something may have to be said: those that were last seen to show something else
// than they may, and all of which that is
// not plain at a glance. Of many thousands it reads few; all is how many there are with a number, 0 where that does not matter:
// there are none to be told of, or these are all.
func (s *Store) UnlikeOffers(ctx context.Context, channelID int64) (offers []syncing.Offer, all int, err error) {
	q := s.reading(ctx)
	r, err := reckon(q, s.Now())
	if err != nil {
		return nil, 0, classify("reading stock rules", err)
	}
	terms := r.rules.terms(channelID, 0, 0)
	if terms.LagMost.Value > 0 || len(terms.Locations) > 0 {
		offers, err = r.offers(ofChannel, channelID)
		return offers, 0, classify("reading stock", err)
	}
	odd, err := oddListings(q, channelID)
	if err != nil {
		return nil, 0, classify("comparing stock", err)
	}
	unlike, all, err := unlike(q, channelID, terms)
	if err != nil || len(odd)+len(unlike) == 0 {
		return []syncing.Offer{}, 0, classify("comparing stock", err)
	}
	offers, err = r.offers(listingsNamed, idSet(append(odd, unlike...)))
	return offers, all, classify("reading stock", err)
}

// oddListings lists the listings of a channel that are for others to work out: what has a rule of its own, is a kit, or waits for a write. Its joins
// are in the order in which they read little: neither all listings nor all writes there ever were.
func oddListings(q querier, channelID int64) ([]int64, error) {
	rows, err := q.Query(`SELECT g.id FROM stock_rule r CROSS JOIN listing g ON g.id = r.record_id WHERE r.scope = 'listing' AND +g.channel_id = ?1 AND `+numberable+`
		UNION SELECT g.id FROM (SELECT record_id AS id FROM stock_rule WHERE scope = 'variant' UNION SELECT variant_id FROM bom) v CROSS JOIN listing g ON g.variant_id = v.id
			WHERE +g.channel_id = ?1 AND `+numberable+`
		UNION SELECT g.id FROM connection n CROSS JOIN intent i ON i.connection_id = n.id AND i.state IN `+open+` CROSS JOIN listing g ON g.id = i.record_id
			WHERE n.channel_id = ?1 AND +i.record_kind = 'listing' AND +g.channel_id = ?1 AND `+numberable, channelID)
	return collect(rows, err, scanID)
}

// numberable is what holds for listings that their channel could be told a number of.
const numberable = `g.external_id <> '' AND g.variant_id IS NOT NULL AND g.tracked <> 'false'`

// plainMost is above how many units, in millionths, the arithmetic is not left to SQLite, as a percentage of it might not fit.
const plainMost = 10_000 * int64(inventory.One)

// unlike lists the listings of a channel that do not plainly show what the rules of the channel let them, by the levels of its variants: what is scarce or has several
// levels is for others to work out. all is how many listings there are with a number. It is the arithmetic of inventory.Asked over again, in the database. The plus lets
// SQLite sum levels in the order of variants, and the limit, which is none, lets it work each number out once.
func unlike(q querier, channelID int64, t inventory.Terms) (ids []int64, all int, err error) {
	var text string
	err = q.QueryRow(`WITH have AS MATERIALIZED (SELECT s.variant_id, sum(s.on_hand - s.reserved) AS n FROM stock_level s
			WHERE +s.location_id NOT IN (SELECT id FROM location WHERE channel_id <> ?1) GROUP BY s.variant_id),
		owed AS MATERIALIZED (SELECT variant_id, sum(open - reserved) AS n FROM stock_demand WHERE pool = 0 AND open > reserved GROUP BY variant_id),
		plain AS (SELECT g.id, g.variant_id, h.n - COALESCE(w.n, 0) AS n, CAST(round(CAST(g.pack_multiple AS REAL) * 1000000) AS INTEGER) AS pack
			FROM listing g LEFT JOIN have h ON h.variant_id = g.variant_id LEFT JOIN owed w ON w.variant_id = g.variant_id
			WHERE g.channel_id = ?1 AND `+numberable+` ORDER BY g.id LIMIT -1),
		kept AS (SELECT id, variant_id, n, pack, max(n, 0) - max(?2, (max(n, 0) * ?3 + ?4) / (?4 + 1) * 1000000) AS rest FROM plain),
		judged AS (SELECT k.id, k.n IS NOT NULL OR k.variant_id IN (SELECT variant_id FROM bom) OR EXISTS (SELECT 1 FROM stock_level s WHERE s.variant_id = k.variant_id) AS numbered,
			k.n IS NOT NULL AND (k.n > ?8 OR k.n <= ?7 OR k.pack <= 0 OR NOT (SELECT count(*) = 1 AND max(o.quantity) = CAST(
				CASE WHEN k.n <= ?5 THEN 0 ELSE max(min(k.rest, ?6 * k.pack), 0) / k.pack END AS TEXT) FROM listing_level o WHERE o.listing_id = k.id)) AS unlike FROM kept k)
		SELECT json_group_array(id) FILTER (WHERE unlike), count(*) FILTER (WHERE numbered) FROM judged`,
		channelID, int64(t.Buffer.Value), int64(t.Percent.Value), 100*int64(inventory.One)*int64(inventory.One)-1, endOf(t), mostOf(t), lastOf(t), plainMost).Scan(&text, &all)
	return ids, all, errors.Join(err, fromJSON(text, &ids))
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
