package store

import (
	"context"
	"database/sql"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

// SetPersonalDays keeps a channel's rule of how long personal values may be kept after shipment.
func (tx *Tx) SetPersonalDays(channelID int64, days int) error {
	return tx.Exec(`UPDATE channel SET personal_days = ? WHERE id = ?`, days, channelID)
}

// HasTimer reports whether there is a timer of a kind.
func (tx *Tx) HasTimer(kind string) (there bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM timer WHERE kind = ?)`, kind).Scan(&there)
	return there, err
}

// PersonalRules lists the channels that may keep personal values only for a time.
func (s *Store) PersonalRules(ctx context.Context) ([]syncing.PersonalRule, error) {
	rows, err := s.reading(ctx).Query(`SELECT id, name, personal_days FROM channel WHERE personal_days > 0 ORDER BY id`)
	all, err := collect(rows, err, func(rows *sql.Rows, r *syncing.PersonalRule) error {
		return rows.Scan(&r.ChannelID, &r.Channel, &r.Days)
	})
	return all, classify("reading rules of personal values", err)
}

// someValue tells a contact that says who somebody is; country and region stay, as sums by them are of nobody.
const someValue = `k.name || k.company || k.email || k.phone || k.line1 || k.line2 || k.line3 || k.city || k.postal_code || k.note <> ''`

// PersonalDue lists orders of a channel, ids above after, that were shipped or called off before an instant and still have personal values of people or
// what came in with them. Where the channel tells no time of shipping, it is taken to be when the order was to be shipped at the latest.
func (s *Store) PersonalDue(ctx context.Context, channelID int64, before commerce.Instant, after int64, limit int) ([]int64, error) {
	rows, err := s.reading(ctx).Query(`SELECT o.id FROM orders o WHERE o.channel_id = ? AND o.id > ? AND o.stage IN ('shipped', 'cancelled')
		AND COALESCE(o.fulfilled_at, o.cancelled_at, max(COALESCE(o.ship_by, 0), o.placed_at)) < ?
		AND (EXISTS (SELECT 1 FROM order_party p JOIN contact k ON k.id = p.contact_id WHERE p.order_id = o.id AND `+someValue+`)
			OR EXISTS (SELECT 1 FROM message m JOIN payload y ON y.message_id = m.id WHERE m.record_kind = 'order' AND m.record_id = o.id AND y.body IS NOT NULL))
		ORDER BY o.id LIMIT ?`, channelID, after, int64(before), limit)
	ids, err := collect(rows, err, func(rows *sql.Rows, id *int64) error { return rows.Scan(id) })
	return ids, classify("looking for personal values", err)
}

// PurgePersonal empties what an order knows of people, in all its versions, and what came in with it; the run is named by a change, by which
// search forgets them too. It counts the contacts and payloads that had something.
func (tx *Tx) PurgePersonal(orderID, runID int64) (contacts, payloads int, err error) {
	tx.touch(Orders)
	count := func(n *int, query string, args ...any) {
		if err == nil {
			err = tx.QueryRow(query, args...).Scan(n)
		}
	}
	do := func(query string, args ...any) {
		if err == nil {
			err = tx.Exec(query, args...)
		}
	}
	const ofOrder = ` IN (SELECT contact_id FROM order_party WHERE order_id = ?)`
	const ofMessages = ` IN (SELECT id FROM message WHERE record_kind = 'order' AND record_id = ?)`
	count(&contacts, `SELECT count(*) FROM contact k WHERE k.id`+ofOrder+` AND `+someValue, orderID)
	count(&payloads, `SELECT count(*) FROM payload WHERE body IS NOT NULL AND message_id`+ofMessages, orderID)
	do(`DELETE FROM contact_version WHERE contact_id`+ofOrder, orderID)
	do(`UPDATE contact SET name = '', company = '', email = '', phone = '', line1 = '', line2 = '', line3 = '', city = '', postal_code = '', note = '',
		email_key = '', phone_key = '', purged_at = ?, seq = ? WHERE id`+ofOrder, int64(tx.now), tx.seq, orderID)
	do(`UPDATE payload SET body = NULL, purged_at = ? WHERE message_id`+ofMessages, int64(tx.now), orderID)
	do(`UPDATE orders SET seq = ? WHERE id = ?`, tx.seq, orderID)
	if err != nil {
		return 0, 0, err
	}
	return contacts, payloads, tx.InsertChange(journal.Change{RecordKind: "order", RecordID: orderID, Action: journal.Purged, RunID: runID, Fields: []commerce.FieldChange{}})
}
