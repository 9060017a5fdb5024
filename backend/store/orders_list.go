package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// cursor is where a list of orders goes on: after this placing instant and id.
type cursor struct{ placed, id int64 }

var fromStart = cursor{1 << 62, 1 << 30}

func parseCursor(text string) (cursor, error) {
	if text == "" {
		return fromStart, nil
	}
	placed, id, ok := strings.Cut(text, ".")
	p, err := strconv.ParseInt(placed, 36, 64)
	i, err2 := strconv.ParseInt(id, 36, 64)
	if !ok || err != nil || err2 != nil {
		return cursor{}, fault.New(fault.Invalid, "This page mark is not one of ours.", "Start the list from its beginning.").InField("after")
	}
	return cursor{p, i}, nil
}

func (c cursor) String() string {
	return strconv.FormatInt(c.placed, 36) + "." + strconv.FormatInt(c.id, 36)
}

// listed is a row on its way to the caller.
type listed struct {
	order.Row
	placedAt int64
}

const rowColumns = `o.id, o.seq, o.number, c.name, c.kind, o.placed_at, o.placed_precision, o.placed_zone, o.zone_source, o.total,
	o.computed_total, o.currency, o.financial_status, o.fulfillment_status, o.stage, o.held, o.ship_by, o.tags, o.unlinked`

func scanListed(rows *sql.Rows, r *listed) error {
	var tags string
	err := rows.Scan(&r.ID, &r.Version, &r.Number, &r.Channel, &r.ChannelKind, &r.Placed.At, &r.Placed.Precision, &r.Placed.Zone,
		&r.Placed.ZoneSource, amount{&r.Total}, amount{&r.ComputedTotal}, &r.Currency, &r.Financial, &r.Fulfillment, &r.Stage, &r.Held,
		instant{&r.ShipBy}, &tags, &r.Unlinked)
	r.placedAt = int64(r.Placed.At)
	if tags != "" {
		r.Tags = strings.Split(tags, "\n")
	}
	return err
}

// ListOrders lists orders, newest first. The second result is the cursor of the next page, "" at the end.
func (s *Store) ListOrders(ctx context.Context, filter order.Filter, page order.Page) ([]order.Row, string, error) {
	defer s.turns.page()()
	found, next, err := s.listPage(ctx, filter, page)
	if err != nil {
		return nil, "", classify("listing orders", err)
	}
	rows := make([]order.Row, len(found))
	for i := range found {
		rows[i] = found[i].Row
	}
	if err := s.describeRows(ctx, rows); err != nil {
		return nil, "", classify("listing orders", err)
	}
	return rows, next, nil
}

// OrderIDs lists the ids of all matching orders, newest first, at most limit; more tells that there are others.
func (s *Store) OrderIDs(ctx context.Context, filter order.Filter, limit int) (ids []int64, more bool, err error) {
	page := order.Page{Limit: 500}
	for {
		found, next, err := s.listPage(ctx, filter, page)
		if err != nil {
			return nil, false, classify("listing orders", err)
		}
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		if next == "" || len(ids) >= limit {
			return ids[:min(len(ids), limit)], next != "" || len(ids) > limit, nil
		}
		page.After = next
	}
}

// FullOrders lists whole orders.
func (s *Store) FullOrders(ctx context.Context, filter order.Filter, page order.Page) ([]order.Order, string, error) {
	found, next, err := s.listPage(ctx, filter, page)
	if err != nil {
		return nil, "", classify("listing orders", err)
	}
	all := []order.Order{}
	for _, r := range found {
		o, err := loadOrder(s.reading(ctx), r.ID)
		if err != nil {
			return nil, "", classify("reading order", err)
		}
		if o != nil {
			all = append(all, *o)
		}
	}
	return all, next, nil
}

func (s *Store) listPage(ctx context.Context, filter order.Filter, page order.Page) ([]listed, string, error) {
	after, err := parseCursor(page.After)
	if err != nil {
		return nil, "", err
	}
	limit := page.Limit
	if limit <= 0 || limit > 1000 {
		limit = 50
	}
	var found []listed
	if strings.TrimSpace(filter.Search) == "" {
		found, err = s.rowsAfter(ctx, filter, after, nil, limit+1)
	} else {
		found, err = s.searchPage(ctx, filter, after, limit+1)
	}
	if err != nil || len(found) <= limit {
		return found, "", err
	}
	last := found[limit-1]
	return found[:limit], cursor{last.placedAt, last.ID}.String(), nil
}

// rowsAfter is the one query behind every list: filtered, keyset, newest first; ids, unless nil, bounds it.
func (s *Store) rowsAfter(ctx context.Context, filter order.Filter, after cursor, ids []int64, limit int) ([]listed, error) {
	query := s.query.NewSelect().TableExpr(ordersFrom(filter, ids)).Join("JOIN channel AS c ON c.id = o.channel_id").ColumnExpr(rowColumns).
		Where("(o.placed_at, o.id) < (?, ?)", after.placed, after.id).
		OrderExpr("o.placed_at DESC, o.id DESC").Limit(int64(limit))
	if ids != nil {
		query = query.Where("o.id IN (?)", bun.List(ids))
	}
	query, err := s.narrow(ctx, query, filter)
	if err != nil {
		return nil, err
	}
	rows, err := query.Rows(ctx)
	return collect(rows, err, scanListed)
}

// ordersFrom names the index to walk where SQLite, which knows no numbers, would take a longer one: few of those that wait
// are late.
func ordersFrom(filter order.Filter, ids []int64) string {
	if statuses, err := filter.StatusList(); err == nil && ids == nil && slices.Contains(statuses, "late") {
		return "orders AS o INDEXED BY orders_late"
	}
	return "orders AS o"
}

func (s *Store) narrow(ctx context.Context, query *bun.SelectQuery, filter order.Filter) (*bun.SelectQuery, error) {
	if filter.Channel != "" {
		ids, err := s.channelIDs(ctx, filter.Channel)
		if err != nil {
			return nil, err
		}
		query = query.Where("o.channel_id IN (?)", bun.List(ids))
	}
	if filter.Tag != "" {
		query = query.Where("EXISTS (SELECT 1 FROM order_tag t WHERE t.tag = ? AND t.placed_at = o.placed_at AND t.order_id = o.id)", filter.Tag)
	}
	if filter.Number != "" {
		query = query.Where("o.number_key = ?", commerce.NumberKey(filter.Number))
	}
	if filter.Unlinked {
		query = query.Where("o.unlinked > 0")
	}
	if filter.PlacedFrom != 0 {
		query = query.Where("o.placed_at >= ?", int64(filter.PlacedFrom))
	}
	if filter.PlacedTo != 0 {
		query = query.Where("o.placed_at < ?", int64(filter.PlacedTo))
	}
	if filter.NotSent != "" {
		query = query.Where("NOT EXISTS (SELECT 1 FROM exported_order e JOIN run r ON r.id = e.run_id WHERE e.target = ? AND e.order_id = o.id AND r.state IN ('done', 'partial'))", filter.NotSent)
	}
	return s.narrowStatus(query, filter)
}

// statusColumns says which column a status is a value of; late and held are conditions of their own.
var statusColumns = map[string][]string{
	"o.stage":              {"to_ship", "shipped", "cancelled", "open"},
	"o.financial_status":   {"pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided"},
	"o.fulfillment_status": {"unfulfilled", "partial", "fulfilled", "restocked"},
}

func (s *Store) narrowStatus(query *bun.SelectQuery, filter order.Filter) (*bun.SelectQuery, error) {
	statuses, err := filter.StatusList()
	if err != nil {
		return nil, err
	}
	for column, values := range statusColumns {
		asked := slices.DeleteFunc(slices.Clone(statuses), func(status string) bool { return !slices.Contains(values, status) })
		if len(asked) > 0 {
			query = query.Where("? IN (?)", bun.Safe(column), bun.List(asked))
		}
	}
	if slices.Contains(statuses, "late") {
		query = query.Where("o.stage = 'to_ship' AND o.ship_by < ?", int64(s.Now()))
	}
	if slices.Contains(statuses, "held") {
		query = query.Where("o.held = 1")
	}
	return query, nil
}

// channelIDs resolves a comma-separated list of names; an unknown name is a fault.NotFound.
func (s *Store) channelIDs(ctx context.Context, names string) ([]int64, error) {
	var ids []int64
	for name := range strings.SplitSeq(names, ",") {
		c, err := s.ChannelByName(ctx, name)
		if err != nil {
			return nil, err
		}
		if c.ID == 0 {
			return nil, fault.New(fault.NotFound, fmt.Sprintf("There is no channel called %q.", name), "See the names with: tradepost channels list.").InField("channel")
		}
		ids = append(ids, c.ID)
	}
	return ids, nil
}

// searchPage joins what the b-trees know (numbers, e-mail addresses) with what the word index knows, newest first.
func (s *Store) searchPage(ctx context.Context, filter order.Filter, after cursor, limit int) ([]listed, error) {
	exact, err := s.exactMatches(ctx, filter.Search)
	if err != nil {
		return nil, err
	}
	before := searchKey(commerce.Instant(after.placed), after.id)
	if after == fromStart {
		before = 1<<63 - 1
	}
	if len(exact) > 0 && strings.Contains(filter.Search, "@") { // the index of addresses knows them all
		return s.matching(ctx, filter, after, exact, limit)
	}
	match, err := s.search.matchText(ctx, filter.Search)
	if err == nil {
		match, err = s.narrowed(ctx, match, filter)
	}
	if err != nil {
		return nil, err
	}
	var found []listed
	batch := limit // nearly all that is found is shown, unless other conditions thin it out
	for scanned := 0; len(found) < limit && scanned < 20_000; {
		keys, err := s.search.find(ctx, match, before, batch)
		if err != nil {
			return nil, err
		}
		ids := slices.Clone(exact)
		for _, key := range keys {
			ids = append(ids, key&(1<<30-1))
		}
		exact = nil
		rows, err := s.matching(ctx, filter, after, ids, limit)
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
		scanned += len(keys)
		if len(keys) < batch {
			break
		}
		before, batch = keys[len(keys)-1], min(4*batch, 500)
	}
	return arrange(found, limit), nil
}

func (s *Store) matching(ctx context.Context, filter order.Filter, after cursor, ids []int64, limit int) ([]listed, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.rowsAfter(ctx, filter, after, ids, limit)
}

// arrange sorts newest first and drops doubles.
func arrange(found []listed, limit int) []listed {
	slices.SortFunc(found, func(a, b listed) int {
		if a.placedAt != b.placedAt {
			return int(max(-1, min(1, b.placedAt-a.placedAt)))
		}
		return int(max(-1, min(1, b.ID-a.ID)))
	})
	found = slices.CompactFunc(found, func(a, b listed) bool { return a.ID == b.ID })
	return found[:min(len(found), limit)]
}

// exactMatches lists the orders that the database's own indexes know by what was typed: e-mail addresses, numbers and SKUs,
// or their beginnings. There may be many of them: the list is bounded, and shorter beginnings show only some.
func (s *Store) exactMatches(ctx context.Context, text string) ([]int64, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "@") {
		return s.byEmail(ctx, text)
	}
	key := commerce.NumberKey(text)
	if key == "" {
		return nil, nil
	}
	rows, err := s.reading(ctx).Query(`SELECT id FROM orders WHERE number_key >= ? AND number_key < ? LIMIT 200`, key, key+"\uffff")
	ids, err := collect(rows, err, scanID)
	if err != nil || strings.ContainsAny(text, " \t") || !strings.ContainsFunc(text, unicode.IsNumber) {
		return ids, err
	}
	skus, err := s.bySKU(ctx, key)
	if err != nil {
		return nil, err
	}
	ids = append(ids, skus...)
	emails, err := s.byEmail(ctx, text)
	return append(ids, emails...), err
}

func (s *Store) byEmail(ctx context.Context, text string) ([]int64, error) {
	key := commerce.EmailKey(text)
	rows, err := s.reading(ctx).Query(`SELECT DISTINCT p.order_id FROM contact k JOIN order_party p ON p.contact_id = k.id
		WHERE k.email_key >= ? AND k.email_key < ? AND k.email_key <> '' LIMIT 500`, key, key+"\uffff")
	return collect(rows, err, scanID)
}

// bySKU lists the newest orders of the first listings whose SKU begins with key.
func (s *Store) bySKU(ctx context.Context, key string) (ids []int64, err error) {
	rows, err := s.reading(ctx).Query(`SELECT id FROM listing WHERE sku_key >= ? AND sku_key < ? LIMIT 10`, key, key+"\uffff")
	listings, err := collect(rows, err, scanID)
	for _, listing := range listings {
		rows, err := s.reading(ctx).Query(`SELECT DISTINCT order_id FROM order_line WHERE listing_id = ? ORDER BY order_id DESC LIMIT 50`, listing)
		orders, err := collect(rows, err, scanID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, orders...)
	}
	return ids, err
}

// describeRows fills in who bought what.
func (s *Store) describeRows(ctx context.Context, rows []order.Row) error {
	if len(rows) == 0 {
		return nil
	}
	at := map[int64]int{}
	ids := make([]int64, len(rows))
	for i := range rows {
		at[rows[i].ID], ids[i] = i, rows[i].ID
	}
	if err := s.describeItems(ctx, rows, ids, at); err != nil {
		return err
	}
	buyers, err := s.query.NewSelect().TableExpr("order_party AS p").Join("JOIN contact AS k ON k.id = p.contact_id").
		ColumnExpr("p.order_id, CASE WHEN k.name <> '' THEN k.name ELSE k.company END").Where("p.order_id IN (?)", bun.List(ids)).
		Where("p.role IN ('buyer', 'ship_to')").OrderExpr("p.order_id, p.role DESC").Rows(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = buyers.Close() }()
	for buyers.Next() {
		var id int64
		var name string
		if err := buyers.Scan(&id, &name); err != nil {
			return err
		}
		if name != "" {
			rows[at[id]].Buyer = name
		}
	}
	return buyers.Err()
}

func (s *Store) describeItems(ctx context.Context, rows []order.Row, ids []int64, at map[int64]int) error {
	lines, err := s.query.NewSelect().TableExpr("order_line AS l").Join("JOIN listing AS g ON g.id = l.listing_id").ColumnExpr("l.order_id, l.sku, l.title, l.quantity, g.charge").
		Where("l.order_id IN (?)", bun.List(ids)).OrderExpr("l.order_id, l.position").Rows(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = lines.Close() }()
	byOrder := map[int64][]order.Line{}
	for lines.Next() {
		var id int64
		var l order.Line
		if err := lines.Scan(&id, &l.SKU, &l.Title, &l.Quantity, &l.Charge); err != nil {
			return err
		}
		byOrder[id] = append(byOrder[id], l)
	}
	for id, list := range byOrder {
		rows[at[id]].Items = order.Items(list)
	}
	return lines.Err()
}
