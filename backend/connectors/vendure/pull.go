package vendure

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// list is how a stream is asked for.
type list struct {
	document string
	field    string // the list in the answer
	changes  bool   // it tells the time of change
}

var lists = map[channel.Stream]list{
	channel.Products:  {productsDocument, "productVariants", true},
	channel.Stock:     {stockDocument, "productVariants", false},
	channel.Customers: {customersDocument, "customers", true},
	channel.Orders:    {ordersDocument, "orders", true},
}

// cursor is where a walk stands. A walk goes up one time, that of change or, in full, that of making, which never moves:
// so no row slips past between two pages. At is the last instant read and Seen the ids of it that were; asking for "not before At and
// none of Seen" needs no order among the rows of one instant, which Vendure does not give. Newer versions keep these names.
type cursor struct {
	Version int              `json:"v"`
	Full    bool             `json:"full,omitempty"`
	At      commerce.Instant `json:"at"`
	Seen    []string         `json:"seen,omitempty"`
	// From is the lower bound of the walk, Newest its newest change, Began the vendor's clock when it began.
	From   commerce.Instant `json:"from,omitempty"`
	Newest commerce.Instant `json:"newest,omitempty"`
	Began  commerce.Instant `json:"began,omitempty"`
	// Watched are the orders that are looked at without a change of time, see look.go. Looking tells that the walk by time has come to its
	// end and the look goes on; Rest is where the next walk starts then.
	Watched map[string]string `json:"watched,omitempty"`
	Looking bool              `json:"looking,omitempty"`
	Rest    commerce.Instant  `json:"rest,omitempty"`
}

const cursorVersion = 1

// behind is the overlap as instants count.
const behind = commerce.Instant(overlap / time.Millisecond)

func (connector) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	l, known := lists[r.Stream]
	if !known {
		return channel.Page{}, fault.New(fault.Invalid, vendor+" has no "+string(r.Stream)+".", "Leave them out.")
	}
	if r.Mode == channel.ByID {
		return byID(ctx, s, r, l)
	}
	c, err := start(r, l)
	if err != nil {
		return channel.Page{}, err
	}
	size := r.Size
	if size <= 0 {
		size = connector{}.Manifest().PageSize
	}
	rows, err := fetch(ctx, s, l, c.filter(s, r), c.key(), min(size, mostRows))
	if err != nil {
		return channel.Page{}, err
	}
	return c.page(r, rows)
}

// start reads the cursor, or makes one. One of the other mode is not gone on with.
func start(r channel.PullRequest, l list) (cursor, error) {
	full := r.Mode == channel.Full || !l.changes
	fresh := cursor{Version: cursorVersion, Full: full}
	if !full {
		fresh.At, fresh.From = r.Since, r.Since
	}
	if len(r.Cursor) == 0 {
		return fresh, nil
	}
	var c cursor
	if err := json.Unmarshal(r.Cursor, &c); err != nil {
		return c, fault.Wrap(err, fault.Invalid, "The place where reading stopped cannot be read.", "Read the range again from a date.")
	}
	if c.Full != full {
		return fresh, nil
	}
	return c, nil
}

// key is the time by which the walk goes. One that never moves serves what is read as a whole.
func (c cursor) key() string {
	if c.Full || c.Looking {
		return "createdAt"
	}
	return "updatedAt"
}

// justBefore makes "after" inclusive: databases keep microseconds of which milliseconds are told.
func justBefore(at commerce.Instant) string {
	return (at - 1).Time().Format("2006-01-02T15:04:05.000Z")
}

// filter says which rows are left. A full walk of a stream that tells changes leaves out what did not change since.
func (c cursor) filter(s channel.Session, r channel.PullRequest) map[string]any {
	filter := only(r.Stream, s.Account())
	if c.At != 0 {
		filter[c.key()] = map[string]any{"after": justBefore(c.At)}
	}
	if c.Looking {
		c.watch(filter, s)
	}
	if c.Full && r.Since != 0 && lists[r.Stream].changes {
		filter["updatedAt"] = map[string]any{"after": justBefore(r.Since)}
	}
	if len(c.Seen) > 0 {
		filter["id"] = map[string]any{"notIn": c.Seen}
	}
	return filter
}

// only leaves out carts and drafts, which are no orders yet, and in the channel that holds everything the sellers' parts of
// orders that stand there as a whole.
func only(stream channel.Stream, account channel.Account) map[string]any {
	filter := map[string]any{}
	if stream != channel.Orders {
		return filter
	}
	filter["active"] = map[string]any{"eq": false}
	filter["orderPlacedAt"] = map[string]any{"isNull": false}
	if account.Facts[channelFact] == defaultChannel {
		filter["type"] = map[string]any{"notEq": "Seller"}
	}
	return filter
}

// rows is one answer of a list.
type rows struct {
	items []row
	total int // how many the filter matches
	now   commerce.Instant
}

// row is what the walk needs of an item.
type row struct {
	ID          string    `json:"id"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
	State       string    `json:"state"`
	PlacedAt    time.Time `json:"orderPlacedAt"`
	StockLevels []struct {
		UpdatedAt time.Time `json:"updatedAt"`
	} `json:"stockLevels"`
	raw json.RawMessage
}

// changed is the time of change; of stock that of its newest level.
func (r row) changed() commerce.Instant {
	at := r.UpdatedAt
	for _, level := range r.StockLevels {
		if level.UpdatedAt.After(at) {
			at = level.UpdatedAt
		}
	}
	return commerce.InstantOf(at)
}

func fetch(ctx context.Context, s channel.Session, l list, filter map[string]any, key string, size int) (rows, error) {
	variables := map[string]any{"options": map[string]any{
		"filter": filter, "sort": map[string]any{key: "ASC"}, "take": size,
	}}
	if l.field == "orders" {
		variables["history"] = historyOptions
	}
	var answer map[string]struct {
		TotalItems int               `json:"totalItems"`
		Items      []json.RawMessage `json:"items"`
	}
	r, err := into(ctx, s, question{document: l.document, variables: variables}, &answer)
	if err != nil {
		return rows{}, err
	}
	found := rows{total: answer[l.field].TotalItems, now: r.now}
	for _, raw := range answer[l.field].Items {
		one := row{raw: raw}
		if err := json.Unmarshal(raw, &one); err != nil {
			return rows{}, strange(err, false)
		}
		found.items = append(found.items, one)
	}
	return found, nil
}

// page makes a page of rows and moves the cursor past them.
func (c cursor) page(r channel.PullRequest, found rows) (channel.Page, error) {
	page := channel.Page{ServerTime: found.now, Done: len(found.items) >= found.total}
	if len(found.items) == 0 && found.total > 0 { // it would go on for ever
		return page, strange(nil, false)
	}
	if len(r.Cursor) == 0 {
		page.Total = found.total
	}
	if c.Began == 0 {
		c.Began = found.now
	}
	if c.Watched = maps.Clone(c.Watched); c.Watched == nil && r.Stream == channel.Orders {
		c.Watched = map[string]string{}
	}
	page.Items = items(c.news(r.Stream, found.items))
	for _, one := range found.items {
		c = c.past(one)
	}
	c, page.Done = c.after(r.Stream, found.now, page.Done)
	next, err := json.Marshal(c)
	if err != nil {
		return page, fault.Wrap(err, fault.Invalid, "The place where reading stopped cannot be written.", "Read the range again from a date.")
	}
	page.Next = next
	return page, nil
}

// after is the cursor behind a page, and whether the run is over: behind the walk by time comes the look at orders.
func (c cursor) after(stream channel.Stream, now commerce.Instant, done bool) (cursor, bool) {
	switch {
	case !done:
		return c, false
	case c.Looking:
		return cursor{Version: cursorVersion, At: c.Rest, From: c.Rest, Watched: c.Watched}, true
	case stream == channel.Orders && !c.Full:
		rest := c.rested(now)
		return cursor{Version: cursorVersion, Looking: true, Rest: rest.At, Began: c.Began, Watched: c.Watched}, false
	}
	return c.rested(now), true
}

func (c cursor) past(one row) cursor {
	at := one.changed()
	c.Newest = max(c.Newest, at)
	if c.Full || c.Looking {
		at = commerce.InstantOf(one.CreatedAt)
	}
	if at > c.At {
		c.At, c.Seen = at, nil
	}
	c.Seen = append(slices.Clip(c.Seen), one.ID)
	return c
}

// rested is where the next run starts: the overlap before the newest change or before the run began, whichever is earlier, but
// never before where this one started, and never after the vendor's clock.
func (c cursor) rested(now commerce.Instant) cursor {
	at := c.At // nothing was read, so it still is where the walk began
	switch {
	case c.Full && c.Began == 0: // how far changes reach back is not known
		at = 0
	case c.Full:
		at = c.Began - behind
	case c.Newest > 0:
		at = c.Newest - behind
		if c.Began > 0 {
			at = min(at, c.Began-behind)
		}
		at = max(at, c.From)
	}
	if now > 0 {
		at = min(at, now)
	}
	return cursor{Version: cursorVersion, At: at, From: at, Watched: c.Watched}
}

func items(found []row) []channel.Item {
	all := make([]channel.Item, 0, len(found))
	for _, one := range found {
		all = append(all, channel.Item{ID: one.ID, UpdatedAt: one.changed(), Raw: one.raw})
	}
	return all
}

// byID asks for single items; what is not among the answers is gone.
func byID(ctx context.Context, s channel.Session, r channel.PullRequest, l list) (channel.Page, error) {
	if len(r.IDs) == 0 {
		return channel.Page{Done: true}, nil
	}
	if len(r.IDs) > mostRows {
		return channel.Page{}, fault.New(fault.Invalid, vendor+" gives at most "+strconv.Itoa(mostRows)+" at once.", "Ask for fewer.")
	}
	filter := only(r.Stream, s.Account())
	filter["id"] = map[string]any{"in": r.IDs}
	found, err := fetch(ctx, s, l, filter, "createdAt", len(r.IDs))
	if err != nil {
		return channel.Page{}, err
	}
	page := channel.Page{Items: items(found.items), ServerTime: found.now, Done: true}
	for _, id := range r.IDs {
		if !slices.ContainsFunc(found.items, func(one row) bool { return one.ID == id }) {
			page.Deleted = append(page.Deleted, id)
		}
	}
	return page, nil
}
