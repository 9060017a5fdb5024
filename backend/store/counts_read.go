package store

import (
	"context"
	"database/sql"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// OrderCounts reads the numbers on the tabs and chips of the order list.
func (s *Store) OrderCounts(ctx context.Context) (order.Counts, error) {
	defer s.turns.page()()
	counts := order.Counts{Channels: []order.ChannelCount{}, Tags: []order.TagCount{}}
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT facet, value, sum(n) FROM order_count WHERE facet <> 'tag' GROUP BY facet, value`)
	if err != nil {
		return counts, classify("counting orders", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var facet, value string
		var n int
		if err := rows.Scan(&facet, &value, &n); err != nil {
			return counts, err
		}
		counts.All += addCount(&counts, facet, value, n)
	}
	if err := rows.Err(); err != nil {
		return counts, err
	}
	if err := q.QueryRow(`SELECT count(*) FROM orders WHERE stage = 'to_ship' AND ship_by < ?`, int64(s.Now())).Scan(&counts.Late); err != nil {
		return counts, classify("counting late orders", err)
	}
	return counts, s.countFacets(q, &counts)
}

// addCount files one number and returns what it adds to the number of all orders.
func addCount(counts *order.Counts, facet, value string, n int) int {
	switch {
	case facet == "held":
		counts.Held += n
		return 0
	case facet == "unlinked":
		counts.Unlinked += n
		return 0
	case value == string(order.ToShip):
		counts.ToShip += n
	case value == string(order.Cancelled):
		counts.Cancelled += n
	}
	return n
}

func (s *Store) countFacets(q querier, counts *order.Counts) error {
	rows, err := q.Query(`SELECT c.name, c.kind, COALESCE(sum(n.n), 0) FROM channel c LEFT JOIN order_count n ON n.channel_id = c.id AND n.facet = 'stage'
		WHERE c.name_key <> '' GROUP BY c.id ORDER BY c.name_key`)
	counts.Channels, err = collect(rows, err, func(rows *sql.Rows, c *order.ChannelCount) error { return rows.Scan(&c.Name, &c.Kind, &c.Count) })
	if err != nil {
		return classify("counting channels", err)
	}
	rows, err = q.Query(`SELECT value, sum(n) AS total FROM order_count WHERE facet = 'tag' GROUP BY value HAVING total > 0 ORDER BY total DESC, value LIMIT 50`)
	counts.Tags, err = collect(rows, err, func(rows *sql.Rows, t *order.TagCount) error { return rows.Scan(&t.Tag, &t.Count) })
	return classify("counting tags", err)
}

// Daily reads orders per day for the last n days, the present one included, and the number of the n days before.
func (s *Store) Daily(ctx context.Context, n int) (order.Daily, error) {
	defer s.turns.page()()
	today := dayOf(s.Now(), s.Zone())
	first := today - int64(n) + 1
	d := order.Daily{Days: make([]time.Time, n), Previous: make([]int, n), Channels: []order.DailyChannel{}}
	for i := range d.Days {
		d.Days[i] = time.Unix((first+int64(i))*86400, 0).UTC()
	}
	rows, err := s.reading(ctx).Query(`SELECT d.day, c.name, c.kind, d.currency, d.orders, d.total FROM order_day d JOIN channel c ON c.id = d.channel_id
		WHERE d.day BETWEEN ? AND ? ORDER BY c.name_key, d.day`, first-int64(n), today)
	if err != nil {
		return d, classify("reading daily totals", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var day, orders, total int64
		var name, kind string
		var currency commerce.Currency
		if err := rows.Scan(&day, &name, &kind, &currency, &orders, &total); err != nil {
			return d, err
		}
		if day < first {
			d.Previous[day-first+int64(n)] += int(orders)
			continue
		}
		d.Channel(name, kind).Add(int(day-first), currency, int(orders), total)
	}
	return d, rows.Err()
}

// Pulses reads every channel's pulse.
func (s *Store) Pulses(ctx context.Context) ([]channel.Pulse, error) {
	channels, err := s.Channels(ctx)
	if err != nil {
		return nil, err
	}
	pulses := []channel.Pulse{}
	now := int64(s.Now())
	for _, c := range channels {
		p := channel.Pulse{Channel: c, Hours: make([]int, 24)}
		rows, err := s.reading(ctx).Query(`SELECT placed_at FROM orders WHERE channel_id = ? AND placed_at > ? AND placed_at <= ? LIMIT 20000`,
			c.ID, now-24*3600_000, now)
		times, err := collect(rows, err, scanID)
		if err != nil {
			return nil, classify("reading a channel's day", err)
		}
		for _, at := range times {
			p.Hours[23-min((now-at)/3600_000, 23)]++
		}
		p.Orders24 = len(times)
		pulses = append(pulses, p)
	}
	return pulses, nil
}

// hourlyMost bounds how many orders a channel's rhythm is read from: the newest.
const hourlyMost = 100_000

// Hourly counts a channel's orders of the time since, by hours since 1970-01-01 UTC.
func (s *Store) Hourly(ctx context.Context, channelID int64, since commerce.Instant) (map[int64]int, error) {
	rows, err := s.reading(ctx).Query(`SELECT hour, count(*) FROM (SELECT placed_at / 3600000 AS hour FROM orders WHERE channel_id = ? AND placed_at > ?
		AND placed_at <= ? ORDER BY placed_at DESC LIMIT ?) GROUP BY hour`, channelID, int64(since), int64(s.Now()), hourlyMost)
	all := map[int64]int{}
	_, err = collect(rows, err, func(rows *sql.Rows, _ *struct{}) error {
		var hour int64
		var n int
		err := rows.Scan(&hour, &n)
		all[hour] = n
		return err
	})
	return all, classify("reading a channel's rhythm", err)
}

// OrdersToday counts the orders placed on the present day of the workspace's calendar.
func (s *Store) OrdersToday(ctx context.Context) (n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT COALESCE(sum(orders), 0) FROM order_day WHERE day = ?`, dayOf(s.Now(), s.Zone())).Scan(&n)
	return n, classify("counting today's orders", err)
}

// ChannelCurrency is the one currency that all orders of a channel are in; "" when there are none or several.
func (s *Store) ChannelCurrency(ctx context.Context, channelID int64) (commerce.Currency, error) {
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT currency FROM order_day WHERE channel_id = ? AND currency <> '' AND orders > 0 LIMIT 2`, channelID)
	all, err := collect(rows, err, func(rows *sql.Rows, currency *commerce.Currency) error { return rows.Scan(currency) })
	if err != nil || len(all) != 1 {
		return "", classify("reading the channel's currency", err)
	}
	return all[0], nil
}
