package store

import (
	"strconv"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

type countKey struct {
	facet     string
	channelID int64
	value     string
}

type dayKey struct {
	day       int64
	channelID int64
	currency  string
}

type dayDelta struct{ orders, total int64 }

// counters gathers what one write does to the read models, so that a batch of orders costs one upsert per key.
type counters struct {
	counts map[countKey]int64
	days   map[dayKey]dayDelta
	off    bool
}

func (c *counters) clear() {
	clear(c.counts)
	clear(c.days)
}

func (c *counters) ready() {
	if c.counts == nil {
		c.counts, c.days = map[countKey]int64{}, map[dayKey]dayDelta{}
	}
}

// add counts o sign times: -1 takes back how it was before.
func (c *counters) add(o *order.Order, sign int64, zone *time.Location) {
	if c.off {
		return
	}
	c.ready()
	c.counts[countKey{"stage", o.ChannelID, string(o.Stage())}] += sign
	if o.Held {
		c.counts[countKey{"held", o.ChannelID, ""}] += sign
	}
	if o.Unlinked() > 0 {
		c.counts[countKey{"unlinked", o.ChannelID, ""}] += sign
	}
	for _, tag := range o.Tags {
		c.counts[countKey{"tag", o.ChannelID, tag}] += sign
	}
	key := dayKey{dayOf(o.Placed.At, zone), o.ChannelID, string(o.Currency)}
	delta := c.days[key]
	c.days[key] = dayDelta{delta.orders + sign, delta.total + sign*shownTotal(o)}
}

// shownTotal is the stated total, or the computed one where the source states none.
func shownTotal(o *order.Order) int64 {
	if o.Total.Stated {
		return o.Total.Minor
	}
	return o.Compute().Total.Minor
}

// dayOf is the calendar day of an instant in zone, counted from 1970-01-01.
func dayOf(at commerce.Instant, zone *time.Location) int64 {
	if at == 0 {
		return 0
	}
	y, m, d := at.Time().In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// flush writes what was gathered.
func (tx *Tx) flush() error {
	for key, n := range tx.counts.counts {
		if n == 0 {
			continue
		}
		if err := tx.Exec(`INSERT INTO order_count (facet, channel_id, value, n) VALUES (?, ?, ?, ?)
			ON CONFLICT (facet, channel_id, value) DO UPDATE SET n = n + excluded.n`, key.facet, key.channelID, key.value, n); err != nil {
			return err
		}
	}
	for key, delta := range tx.counts.days {
		if delta == (dayDelta{}) {
			continue
		}
		if err := tx.Exec(`INSERT INTO order_day (day, channel_id, currency, orders, total) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (day, channel_id, currency) DO UPDATE SET orders = orders + excluded.orders, total = total + excluded.total`,
			key.day, key.channelID, key.currency, delta.orders, delta.total); err != nil {
			return err
		}
	}
	tx.counts.clear()
	return nil
}

// recount rebuilds both read models from the orders; used when the workspace's zone changes and by the doctor.
func (tx *Tx) recount(zone *time.Location) error {
	for _, statement := range []string{`DELETE FROM order_count`, `DELETE FROM order_day`} {
		if err := tx.Exec(statement); err != nil {
			return err
		}
	}
	rows, err := tx.Query(`SELECT id, channel_id, currency, placed_at, COALESCE(total, computed_total, 0), stage, held, unlinked FROM orders`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	c := &tx.counts
	c.counts, c.days = map[countKey]int64{}, map[dayKey]dayDelta{}
	for rows.Next() {
		var id, channelID, placed, total, unlinked int64
		var currency, stage string
		var held bool
		if err := rows.Scan(&id, &channelID, &currency, &placed, &total, &stage, &held, &unlinked); err != nil {
			return err
		}
		c.counts[countKey{"stage", channelID, stage}]++
		if held {
			c.counts[countKey{"held", channelID, ""}]++
		}
		if unlinked > 0 {
			c.counts[countKey{"unlinked", channelID, ""}]++
		}
		key := dayKey{dayOf(commerce.Instant(placed), zone), channelID, currency}
		c.days[key] = dayDelta{c.days[key].orders + 1, c.days[key].total + total}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return tx.recountTags()
}

func (tx *Tx) recountTags() error {
	rows, err := tx.Query(`SELECT o.channel_id, t.tag, count(*) FROM order_tag t JOIN orders o ON o.id = t.order_id GROUP BY o.channel_id, t.tag`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var channelID, n int64
		var tag string
		if err := rows.Scan(&channelID, &tag, &n); err != nil {
			return err
		}
		tx.counts.counts[countKey{"tag", channelID, tag}] = n
	}
	return rows.Err()
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
