package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// list is how a stream is asked for.
type list struct {
	document string
	byID     string
	kind     string  // of the ids: "Order"
	cost     float64 // points of one item, with what hangs on it
	most     int     // items of one page
}

var lists = map[channel.Stream]list{
	channel.Products:  {productsDocument, productsByIDDocument, "ProductVariant", 2, most},
	channel.Stock:     {stockDocument, stockByIDDocument, "ProductVariant", 4, most},
	channel.Customers: {customersDocument, customersByIDDocument, "Customer", 2, most},
	channel.Orders:    {ordersDocument, ordersByIDDocument, "Order", 8, mostOrders},
}

// cursor is where a walk stands: it goes up the ids of what was changed since From. Newer versions keep these names.
type cursor struct {
	Version int  `json:"v"`
	Full    bool `json:"full,omitempty"`
	// From is the lower bound of the walk, Newest the newest change seen, Began the vendor's clock when it began.
	From   commerce.Instant `json:"from,omitempty"`
	Newest commerce.Instant `json:"newest,omitempty"`
	Began  commerce.Instant `json:"began,omitempty"`
	// ID is the last id that was read.
	ID uint64 `json:"id,omitempty"`
	// Place and After lead through what changed of stock, location by location.
	Place int    `json:"place,omitempty"`
	After string `json:"after,omitempty"`
	// Bulk is where a bulk operation stands, before the walk begins.
	Bulk *bulk `json:"bulk,omitempty"`
	// Size is the page size that the vendor took, where it found a larger one too costly.
	Size int `json:"size,omitempty"`
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
	c, err := start(r)
	if err != nil {
		return channel.Page{}, err
	}
	if wantsBulk(s, r) {
		c.Bulk = &bulk{}
	}
	if c.Bulk != nil {
		return bulkPage(ctx, s, r, c)
	}
	if r.Stream == channel.Stock && !c.Full && c.From > 0 {
		return changedStock(ctx, s, r, c)
	}
	return walk(ctx, s, r, l, c)
}

// start reads the cursor, or makes one. One of the other mode is not gone on with.
func start(r channel.PullRequest) (cursor, error) {
	full := r.Mode == channel.Full
	fresh := cursor{Version: cursorVersion, Full: full, From: r.Since}
	if full && r.Stream == channel.Stock { // nothing tells when all of it changed last
		fresh.From = 0
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

// size is how many items a page asks for.
func (c cursor) size(r channel.PullRequest) int {
	size, limit := r.Size, lists[r.Stream].most
	if size <= 0 || size > limit {
		size = limit
	}
	if c.Size > 0 {
		size = min(size, c.Size)
	}
	return size
}

// query narrows a list. Times are told and compared by the second.
func (c cursor) query() string {
	var terms []string
	if c.From > 0 {
		terms = append(terms, since(c.From))
	}
	if c.ID > 0 {
		terms = append(terms, "id:>="+strconv.FormatUint(c.ID+1, 10))
	}
	return strings.Join(terms, " ")
}

func since(at commerce.Instant) string {
	return "updated_at:>='" + at.Time().Truncate(time.Second).Format(time.RFC3339) + "'"
}

// row is one item as it came, with what the walk needs of it.
type row struct {
	id      uint64
	changed commerce.Instant
	raw     json.RawMessage
}

func rowOf(raw json.RawMessage) (row, error) {
	var head struct {
		ID      string    `json:"id"`
		Changed time.Time `json:"updatedAt"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return row{}, strange(err, false)
	}
	id, err := strconv.ParseUint(number(head.ID), 10, 63)
	if err != nil {
		return row{}, strange(err, false)
	}
	return row{id: id, changed: commerce.InstantOf(head.Changed), raw: raw}, nil
}

// pageOf is one page of a list.
type pageOf struct {
	connection
	Nodes []json.RawMessage `json:"nodes"`
}

// walk reads the next page of a list by id.
func walk(ctx context.Context, s channel.Session, r channel.PullRequest, l list, c cursor) (channel.Page, error) {
	var found struct {
		Page pageOf `json:"page"`
	}
	size := c.size(r)
	got, err := costly(&size, func() (reply, error) {
		q := question{document: l.document, variables: map[string]any{"query": c.query(), "first": size}, cost: 5 + l.cost*float64(size)}
		return into(ctx, s, q, &found)
	})
	if err != nil {
		return channel.Page{}, err
	}
	if size < c.size(r) {
		c.Size = size
	}
	if len(found.Page.Nodes) == 0 && found.Page.PageInfo.More { // it would go on for ever
		return channel.Page{}, strange(nil, false)
	}
	page := channel.Page{ServerTime: got.now, Done: !found.Page.PageInfo.More}
	c.begin(got.now)
	for _, raw := range found.Page.Nodes {
		one, err := rowOf(raw)
		if err != nil {
			return channel.Page{}, err
		}
		if one.id <= c.ID {
			return channel.Page{}, strange(fmt.Errorf("id %d behind %d", one.id, c.ID), false)
		}
		c.ID = one.id
		items, err := itemsOf(ctx, s, r.Stream, one)
		if err != nil {
			return channel.Page{}, err
		}
		page.Items = append(page.Items, c.take(items)...)
	}
	return c.hand(page, got.now)
}

// take notes how new items are, and leaves out those that the list gave although nothing changed: some compare whole days.
func (c *cursor) take(items []channel.Item) []channel.Item {
	for _, one := range items {
		c.Newest = max(c.Newest, one.UpdatedAt)
	}
	return slices.DeleteFunc(items, func(one channel.Item) bool { return one.UpdatedAt < floor(c.From) })
}

// floor is a bound as the vendor compares it: by the second.
func floor(at commerce.Instant) commerce.Instant { return at - at%1000 }

// begin notes the vendor's clock at the first page.
func (c *cursor) begin(now commerce.Instant) {
	if c.Began == 0 {
		c.Began = now
	}
}

// hand gives a page with the cursor behind it.
func (c cursor) hand(page channel.Page, now commerce.Instant) (channel.Page, error) {
	if page.Done {
		c = c.rested(now)
	}
	next, err := json.Marshal(c)
	if err != nil {
		return page, fault.Wrap(err, fault.Invalid, "The place where reading stopped cannot be written.", "Read the range again from a date.")
	}
	page.Next = next
	return page, nil
}

// rested is where the next run starts: the overlap before the newest change or before the run began, whichever is earlier, but
// never before where this one started, and never after the vendor's clock.
func (c cursor) rested(now commerce.Instant) cursor {
	at := c.From // nothing was read
	switch {
	case c.Newest > 0 && c.Began > 0:
		at = max(c.From, min(c.Newest, c.Began)-behind)
	case c.Newest > 0:
		at = max(c.From, c.Newest-behind)
	}
	if now > 0 {
		at = min(at, now)
	}
	return cursor{Version: cursorVersion, Full: c.Full, From: at, Size: c.Size}
}

// costly asks, and asks for half as many where the vendor finds it too much at once.
func costly(size *int, ask func() (reply, error)) (reply, error) {
	for {
		got, err := ask()
		if *size == 1 || err == nil || fault.Of(err).Field != tooCostly {
			return got, err
		}
		*size = (*size + 1) / 2
	}
}

// itemsOf makes items of one row of a list: a stocked thing is one for each variant that shares it.
func itemsOf(ctx context.Context, s channel.Session, stream channel.Stream, one row) ([]channel.Item, error) {
	switch stream {
	case channel.Stock:
		return stockItems(ctx, s, one.raw)
	case channel.Orders:
		raw, err := complete(ctx, s, one.raw)
		if err != nil {
			return nil, err
		}
		one.raw = raw
	}
	return []channel.Item{{ID: strconv.FormatUint(one.id, 10), UpdatedAt: one.changed, Raw: one.raw}}, nil
}

// byID asks for single items; what is not among the answers is gone.
func byID(ctx context.Context, s channel.Session, r channel.PullRequest, l list) (channel.Page, error) {
	page := channel.Page{Done: true}
	for ids := r.IDs; len(ids) > 0; {
		size := min(len(ids), l.most)
		got, nodes, err := someByID(ctx, s, l, ids, &size)
		if err != nil {
			return channel.Page{}, err
		}
		page.ServerTime = got.now
		for i, raw := range nodes[:size] {
			items, err := found(ctx, s, r.Stream, ids[i], raw)
			if err != nil {
				return channel.Page{}, err
			}
			if page.Items = append(page.Items, items...); len(items) == 0 {
				page.Deleted = append(page.Deleted, ids[i])
			}
		}
		ids = ids[size:]
	}
	return page, nil
}

// someByID asks for the first of some ids, as many as the vendor takes at once. It answers in their order, null for what is not there.
func someByID(ctx context.Context, s channel.Session, l list, ids []string, size *int) (reply, []json.RawMessage, error) {
	var answer struct {
		Nodes []json.RawMessage `json:"nodes"`
	}
	got, err := costly(size, func() (reply, error) {
		asked := make([]string, *size)
		for i := range asked {
			asked[i] = gid(l.kind, ids[i])
		}
		q := question{document: l.byID, variables: map[string]any{"ids": asked}, cost: 5 + l.cost*float64(*size)}
		return into(ctx, s, q, &answer)
	})
	if err == nil && len(answer.Nodes) != *size {
		err = strange(nil, false)
	}
	return got, answer.Nodes, err
}

// found makes items of one answer by id; none where it is null or of another kind.
func found(ctx context.Context, s channel.Session, stream channel.Stream, id string, raw json.RawMessage) ([]channel.Item, error) {
	var head struct {
		ID   string          `json:"id"`
		Item json.RawMessage `json:"inventoryItem"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, strange(err, false)
	}
	if head.ID == "" || number(head.ID) != id {
		return nil, nil
	}
	if stream == channel.Stock {
		items, err := stockItems(ctx, s, head.Item)
		return slices.DeleteFunc(items, func(i channel.Item) bool { return i.ID != id }), err
	}
	one, err := rowOf(raw)
	if err != nil {
		return nil, err
	}
	return itemsOf(ctx, s, stream, one)
}
