package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// BooksMasters lists the channels whose stock is what the item list of the books says.
func (s *Store) BooksMasters(ctx context.Context) ([]int64, error) {
	all, err := booksMasters(s.reading(ctx))
	return all, classify("reading stock rules", err)
}

func booksMasters(q querier) ([]int64, error) {
	rows, err := q.Query(`SELECT record_id FROM stock_rule WHERE scope = 'channel' AND master = 'books' ORDER BY record_id`)
	return collect(rows, err, scanID)
}

// stockBooks are the books that count items: how much they have of each, and which orders they are told of.
type stockBooks struct {
	connectionID int64
	lookedAt     commerce.Instant
	has          map[string]inventory.Quantity // by the folded name of the item
	mapping      accounting.Mapping
}

// booksNow reads the first books that count items; lookedAt is 0 where there are none, or nobody looked yet.
func booksNow(q querier) (b stockBooks, err error) {
	var mapping string
	err = q.QueryRow(`SELECT e.connection_id, COALESCE(s.looked_at, 0), COALESCE(m.mapping, '{}') FROM ledger_entry e JOIN sync s ON s.connection_id = e.connection_id AND s.stream = 'lists'
		LEFT JOIN ledger_mapping m ON m.connection_id = e.connection_id WHERE e.kind = 'item' AND e.quantity <> '' ORDER BY e.connection_id LIMIT 1`).
		Scan(&b.connectionID, &b.lookedAt, &mapping)
	if errors.Is(err, sql.ErrNoRows) {
		return b, nil
	}
	if err == nil {
		err = fromJSON(mapping, &b.mapping)
	}
	if err != nil {
		return b, err
	}
	b.has = map[string]inventory.Quantity{}
	rows, err := q.Query(`SELECT name_key, quantity FROM ledger_entry WHERE connection_id = ? AND kind = 'item' AND quantity <> '' AND active`, b.connectionID)
	return b, each(rows, err, func(rows *sql.Rows) error {
		var name string
		var quantity commerce.Decimal
		if err := rows.Scan(&name, &quantity); err != nil {
			return err
		}
		found, err := inventory.Parse(quantity)
		b.has[name] = found
		return err
	})
}

// of is how many the books have of a SKU; there is false where they count none.
func (b stockBooks) of(sku string) (has inventory.Quantity, there bool) {
	key := accounting.Fold(sku)
	has, there = b.has[cmp.Or(accounting.Fold(b.mapping.Items[key].Name), key)]
	return has, there && key != ""
}

// told lists the channels whose orders reach the books one by one from here. Of those the books know only what is posted; of all others, everything.
func (b stockBooks) told() []int64 {
	all := []int64{}
	for key, rule := range b.mapping.Channels {
		if id, err := strconv.ParseInt(key, 10, 64); err == nil && b.mapping.Confirmed && rule.Post && rule.Level != accounting.PerDay {
			all = append(all, id)
		}
	}
	return all
}

// since is the first instant of which orders reach the books.
func (b stockBooks) since() commerce.Instant {
	day, err := time.Parse(time.DateOnly, b.mapping.From)
	if err != nil {
		return 0
	}
	return commerce.InstantOf(day)
}

// booksWords works out what the item list of the books says of the variants that a channel offers, at the usual location. confirmed is when the list was
// looked at, 0 for the last time.
func booksWords(q querier, channelID, variantID int64, confirmed commerce.Instant) ([]inventory.Word, error) {
	books, err := booksNow(q)
	at := cmp.Or(confirmed, books.lookedAt)
	if err != nil || at == 0 || len(books.has) == 0 {
		return nil, err
	}
	kits, err := kitsNow(q)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(booksQuery, channelID, variantID, books.connectionID, int64(at), asJSON(books.told()), int64(books.since()), int64(at)-unbookedFor)
	all, err := collect(rows, err, func(rows *sql.Rows, w *wordRow) error {
		w.At = at
		return rows.Scan(&w.VariantID, &w.SKU, &w.Title, &w.LocationID, &w.Location, &w.Tracked, &w.counted, &w.OnHand, &w.Waits)
	})
	words := []inventory.Word{}
	for _, w := range all {
		shown, there := books.of(w.SKU)
		if there && kits[w.VariantID] == nil && w.At >= w.counted {
			w.Shown = shown
			words = append(words, w.Word)
		}
	}
	return words, err
}

// unbookedFor is for how long, in milliseconds, what left is held to be unknown to the books as it was not posted: what was not by then never will be.
const unbookedFor = 35 * 24 * 3_600_000

// booksQuery reads the variants with a linked listing on the channel ?1 (?2 alone, if not 0) as they stood at the usual location at ?4, and what of that the
// books ?3 do not show: they have what they know taken off although it waits here, they have still what left and was not posted, and they count all our locations as
// one. ?5 are the channels whose orders are posted from here, ?6 since when; what left before ?7 is known.
const booksQuery = `WITH usual AS (SELECT id, name FROM location WHERE channel_id IS NULL ORDER BY NOT is_default, id LIMIT 1),
	offered AS (SELECT DISTINCT variant_id FROM listing WHERE channel_id = ?1 AND variant_id IS NOT NULL AND tracked <> 'false' AND (?2 = 0 OR variant_id = ?2))
	SELECT v.id, v.sku, v.title, COALESCE(u.id, 0), COALESCE(u.name, ''), k.id IS NOT NULL, COALESCE(k.counted_at, 0),
		COALESCE(k.on_hand - (SELECT COALESCE(sum(m.quantity), 0) FROM stock_movement m WHERE m.variant_id = v.id AND m.location_id = u.id AND m.occurred_at > ?4), 0),
		(SELECT COALESCE(sum(d.open), 0) FROM stock_demand d JOIN orders o ON o.id = d.order_id
			WHERE d.variant_id = v.id AND d.pool = 0 AND (d.reserved > 0 OR d.open > d.reserved) AND d.placed_at <= ?4 AND NOT (` + unbooked + `))
		+ (SELECT COALESCE(-sum(m.quantity), 0) FROM stock_movement m JOIN orders o ON o.id = m.cause_id JOIN location n ON n.id = m.location_id
			WHERE m.variant_id = v.id AND m.cause_kind = 'order' AND m.count_id IS NULL AND n.channel_id IS NULL
			AND m.occurred_at > ?4 AND o.placed_at <= ?4 AND NOT (` + unbooked + `))
		+ (SELECT COALESCE(sum(m.quantity), 0) FROM stock_movement m JOIN orders o ON o.id = m.cause_id JOIN location n ON n.id = m.location_id
			WHERE m.variant_id = v.id AND m.cause_kind = 'order' AND m.count_id IS NULL AND n.channel_id IS NULL
			AND m.occurred_at > ?7 AND m.occurred_at <= ?4 AND ` + unbooked + `)
		- (SELECT COALESCE(sum(s.on_hand - (SELECT COALESCE(sum(m.quantity), 0) FROM stock_movement m WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id AND m.occurred_at > ?4)), 0)
			FROM stock_level s JOIN location n ON n.id = s.location_id WHERE s.variant_id = v.id AND n.channel_id IS NULL AND s.location_id <> u.id)
	FROM offered f JOIN variant v ON v.id = f.variant_id LEFT JOIN usual u LEFT JOIN stock_level k ON k.variant_id = v.id AND k.location_id = u.id ORDER BY v.id`

// unbooked tells of an order o whether the books have still to be told of it.
const unbooked = `(o.channel_id IN (SELECT value FROM json_each(?5)) AND o.placed_at >= ?6 AND NOT EXISTS (SELECT 1 FROM posting_order x JOIN posting p ON p.id = x.posting_id
	WHERE x.order_id = o.id AND p.connection_id = ?3 AND p.posted_at <= ?4 AND p.taken_at IS NULL))`
