package store

import (
	"context"
	"database/sql"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// MasterChannels lists the channels whose own number, or that of an ERP or of the books, is the word on their stock.
func (s *Store) MasterChannels(ctx context.Context) ([]int64, error) {
	all, err := masterChannels(s.reading(ctx))
	return all, classify("reading stock rules", err)
}

func masterChannels(q querier) ([]int64, error) {
	rows, err := q.Query(`SELECT record_id FROM stock_rule WHERE scope = 'channel' AND master IN ('channel', 'erp', 'books') ORDER BY record_id`)
	return collect(rows, err, scanID)
}

// MastersWord lists what the master of a channel's stock says of levels of ours, by what was last seen there; none where its stock is said here. confirmed is since
// when the channel is known to have nothing else.
func (s *Store) MastersWord(ctx context.Context, channelID int64, confirmed commerce.Instant) (all []inventory.Word, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		all, err = mastersWord(q, channelID, 0, confirmed)
		return err
	})
	return all, classify("reading what a channel says of its stock", err)
}

// MastersWord is as that of the store, of one variant, inside a write.
func (tx *Tx) MastersWord(channelID, variantID int64, confirmed commerce.Instant) ([]inventory.Word, error) {
	return mastersWord(tx, channelID, variantID, confirmed)
}

// mastersWord lists the words on a variant (0: all). A level of which a channel that came before says something is that one's.
func mastersWord(q querier, channelID, variantID int64, confirmed commerce.Instant) ([]inventory.Word, error) {
	masters, err := masterChannels(q)
	if err != nil || !slices.Contains(masters, channelID) {
		return nil, err
	}
	books, err := booksMasters(q)
	if err != nil {
		return nil, err
	}
	wordsOf := func(channelID int64) ([]inventory.Word, error) {
		if slices.Contains(books, channelID) {
			return booksWords(q, channelID, variantID, confirmed)
		}
		return channelsWords(q, channelID, variantID, confirmed)
	}
	taken := map[[2]int64]bool{}
	for _, other := range masters[:slices.Index(masters, channelID)] {
		words, err := wordsOf(other)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			taken[[2]int64{w.VariantID, w.LocationID}] = true
		}
	}
	words, err := wordsOf(channelID)
	return slices.DeleteFunc(words, func(w inventory.Word) bool { return taken[[2]int64{w.VariantID, w.LocationID}] }), err
}

// channelsWords works out what a channel says. A virtual kit lies there as itself and not as its components, whose ledger it is none of. What was counted here after the
// channel was last looked at stands until it is looked at again.
func channelsWords(q querier, channelID, variantID int64, confirmed commerce.Instant) ([]inventory.Word, error) {
	kits, err := kitsNow(q)
	if err != nil {
		return nil, err
	}
	usual, theirs, err := placesOfMaster(q, channelID)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(wordsQuery, channelID, variantID, usual, asJSON(theirs), int64(confirmed))
	all, err := collect(rows, err, func(rows *sql.Rows, w *wordRow) error {
		return rows.Scan(&w.VariantID, &w.SKU, &w.Title, &w.LocationID, &w.Location, &w.Shown, &w.At, &w.Tracked, &w.counted, &w.OnHand, &w.Waits)
	})
	words := []inventory.Word{}
	for _, w := range all {
		if kits[w.VariantID] == nil && w.At >= w.counted {
			w.Emptied = w.counted > confirmed && w.Shown <= 0 && !w.Differs()
			words = append(words, w.Word)
		}
	}
	return words, err
}

// wordRow is one row of wordsQuery.
type wordRow struct {
	inventory.Word
	counted commerce.Instant
}

// placesOfMaster says where the stock of a channel lies whose places are no locations of ours: at the usual location, unless it has several places. theirs are those
// whose stock is the vendor's to keep.
func placesOfMaster(q querier, channelID int64) (usual any, theirs []string, err error) {
	rows, err := q.Query(`SELECT account, (SELECT count(*) FROM location_place p WHERE p.connection_id = n.id) FROM connection n WHERE channel_id = ?`, channelID)
	places, mapped := 0, 0
	theirs = []string{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var text string
		var known int
		var account channel.Account
		if err := rows.Scan(&text, &known); err != nil {
			return err
		}
		err := fromJSON(text, &account)
		for _, at := range account.Locations {
			if at.Theirs {
				theirs = append(theirs, at.ID)
			} else {
				places++
			}
		}
		mapped += known
		return err
	})
	if err != nil || mapped > 0 || places > 1 {
		return nil, theirs, err
	}
	id, err := q.Number(`SELECT COALESCE((SELECT id FROM location WHERE channel_id IS NULL ORDER BY NOT is_default, id LIMIT 1), 0)`)
	return id, theirs, err
}

// wordsQuery works out words: ?1 is the channel, ?2 the variant (0: all), ?3 the location of places that are none of ours (NULL: they do not count), ?4 the places
// of the vendor's own, ?5 since when nothing else is there. What the ledger says is of the instant at which the channel was seen; so is what waits: of the
// channel's own orders, or, where an ERP tells it, of all.
const wordsQuery = `WITH said AS (
		SELECT g.variant_id, COALESCE(p.location_id, ?3) AS location_id, max(o.observed_at) AS seen,
			sum(CAST(round(CAST(o.quantity AS REAL) * CAST(g.pack_multiple AS REAL) * 1000000) AS INTEGER)) AS shown
		FROM listing g JOIN listing_level o ON o.listing_id = g.id
		LEFT JOIN location_place p ON p.place = o.location AND p.connection_id IN (SELECT id FROM connection WHERE channel_id = ?1)
		WHERE g.channel_id = ?1 AND g.variant_id IS NOT NULL AND (?2 = 0 OR g.variant_id = ?2) AND g.tracked <> 'false' AND o.quantity <> ''
			AND COALESCE(p.location_id, ?3) IS NOT NULL AND o.location NOT IN (SELECT value FROM json_each(?4)) GROUP BY 1, 2),
	placed AS (SELECT s.*, count(*) OVER (PARTITION BY s.variant_id) AS places, k.id AS level_id, k.on_hand, COALESCE(k.counted_at, 0) AS counted_at,
			CASE WHEN s.seen < k.counted_at THEN ?5 ELSE s.seen END AS at
		FROM said s LEFT JOIN stock_level k ON k.variant_id = s.variant_id AND k.location_id = s.location_id),
	masters AS (SELECT master = 'erp' AS all_orders FROM stock_rule WHERE scope = 'channel' AND record_id = ?1)
	SELECT w.variant_id, v.sku, v.title, w.location_id, COALESCE(l.name, ''), w.shown, w.at, w.level_id IS NOT NULL, w.counted_at,
		COALESCE(w.on_hand - (SELECT COALESCE(sum(m.quantity), 0) FROM stock_movement m WHERE m.variant_id = w.variant_id AND m.location_id = w.location_id AND m.occurred_at > w.at), 0),
		CASE w.places WHEN 1 THEN (SELECT COALESCE(sum(d.open), 0) FROM stock_demand d JOIN orders o ON o.id = d.order_id
				WHERE d.variant_id = w.variant_id AND d.pool = 0 AND (d.reserved > 0 OR d.open > d.reserved) AND d.placed_at <= w.at AND (masters.all_orders OR o.channel_id = ?1))
			ELSE (SELECT COALESCE(sum(a.reserved), 0) FROM stock_demand d JOIN orders o ON o.id = d.order_id JOIN stock_allocation a ON a.demand_id = d.id
				WHERE d.variant_id = w.variant_id AND d.pool = 0 AND d.reserved > 0 AND d.placed_at <= w.at AND a.location_id = w.location_id
				AND (masters.all_orders OR o.channel_id = ?1)) END
			+ (SELECT COALESCE(-sum(m.quantity), 0) FROM stock_movement m JOIN orders o ON o.id = m.cause_id WHERE m.variant_id = w.variant_id AND m.location_id = w.location_id
				AND m.occurred_at > w.at AND m.cause_kind = 'order' AND m.count_id IS NULL AND o.placed_at <= w.at AND (masters.all_orders OR o.channel_id = ?1))
	FROM placed w JOIN masters JOIN variant v ON v.id = w.variant_id LEFT JOIN location l ON l.id = w.location_id ORDER BY w.variant_id, w.location_id`
