package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// allOfAnOrder is what is asked for with an order. Expenses are Amazon points, which no order here has a place for.
const allOfAnOrder = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"

// reach is how far back orders are given (cannot says so); a day less, as our clock may be wrong.
const reach = (2*365 - 1) * 24 * time.Hour

// search is where a search of orders stands. It is for what changed (or, in full, was placed) at or after From. To is its upper bound as Amazon
// told it with the first page; 0 before that. Token is the place of the next page; it goes with the very words of the question that it came by, so
// To is asked for only where the search began with it (Bounded): anew, after a token that was good no more.
type search struct {
	Version int              `json:"v"`
	Full    bool             `json:"full,omitempty"`
	From    commerce.Instant `json:"from"`
	To      commerce.Instant `json:"to,omitempty"`
	Bounded bool             `json:"bounded,omitempty"`
	Token   string           `json:"token,omitempty"`
	Past    *past            `json:"past,omitempty"` // what is read by reports before
}

// found is one page of a search.
type found struct {
	Orders     []json.RawMessage `json:"orders"`
	Pagination struct {
		NextToken string `json:"nextToken"`
	} `json:"pagination"`
	UpdatedBefore time.Time `json:"lastUpdatedBefore"`
	CreatedBefore time.Time `json:"createdBefore"`
}

func (c *client) searchPage(ctx context.Context, r channel.PullRequest) (channel.Page, error) {
	at, err := c.searchFrom(r)
	if err != nil {
		return channel.Page{}, err
	}
	if at.Past != nil {
		return c.pastPage(ctx, at)
	}
	got, answer, err := c.search(ctx, at, r.Size)
	if fault.Is(err, fault.Invalid) && at.Token != "" { // a token is good for a day, and perhaps for less
		at.Token, at.Bounded = "", at.To != 0
		got, answer, err = c.search(ctx, at, r.Size)
	}
	now := clockOf(answer)
	if ahead := now - milliseconds(heldBack); fault.Is(err, fault.Invalid) && now != 0 && at.From > ahead-milliseconds(time.Minute) {
		return endOfSearch(search{From: at.From, To: ahead}, now) // nothing so new can be asked for
	}
	if err != nil {
		return channel.Page{}, err
	}
	return c.foundPage(at, got, now)
}

// searchFrom reads where the search stands, or begins one.
func (c *client) searchFrom(r channel.PullRequest) (search, error) {
	fresh := search{Version: cursorVersion, Full: r.Mode == channel.Full, From: max(r.Since, commerce.InstantOf(c.s.Now().Add(-reach)))}
	if len(r.Cursor) == 0 && !fresh.Full && c.s.Option(historyOption) == byReports {
		fresh.Past = &past{At: fresh.From}
		return fresh, nil
	}
	at := fresh
	if err := read(r.Cursor, &at); err != nil {
		return at, err
	}
	if at.Full != fresh.Full || at.From <= 0 { // it is of the other mode, or of none
		return fresh, nil
	}
	return at, nil
}

func (c *client) search(ctx context.Context, at search, size int) (found, channel.Answer, error) {
	if size <= 0 || size > pageOfOrders {
		size = pageOfOrders
	}
	query := url.Values{"marketplaceIds": {c.place.id}, "includedData": {allOfAnOrder}, "maxResultsPerPage": {strconv.Itoa(size)}}
	after, before := "lastUpdatedAfter", "lastUpdatedBefore"
	if at.Full { // when an order was placed never moves, so that no row slips past between two pages
		after, before = "createdAfter", "createdBefore"
	}
	query.Set(after, stamp(at.From))
	if at.Bounded {
		query.Set(before, stamp(at.To))
	}
	if at.Token != "" {
		query.Set("paginationToken", at.Token)
	}
	var got found
	answer, err := c.into(ctx, request{method: http.MethodGet, path: "/orders/2026-01-01/orders", query: query, bucket: searchBucket}, &got)
	if err == nil && got.Orders == nil {
		err = strange(nil, false)
	}
	return got, answer, err
}

// foundPage makes a page of what was found, and moves the search on.
func (c *client) foundPage(at search, got found, now commerce.Instant) (channel.Page, error) {
	if at.To == 0 {
		if at.To = got.bound(at.Full); at.To == 0 && now != 0 {
			at.To = now - milliseconds(heldBack)
		}
	}
	at.Token = got.Pagination.NextToken
	var page channel.Page
	var err error
	if at.Token == "" {
		page, err = endOfSearch(at, now)
	} else {
		page.ServerTime = now
		page.Next, err = written(at)
	}
	if err != nil {
		return page, err
	}
	page.Items, err = orderItems(got.Orders)
	return page, err
}

// bound is up to which time of Amazon's clock a page reaches.
func (f found) bound(full bool) commerce.Instant {
	at := f.UpdatedBefore
	if full {
		at = f.CreatedBefore
	}
	if at.IsZero() {
		return 0
	}
	return commerce.InstantOf(at)
}

// endOfSearch is a last page. The next search begins the overlap before where this one ended, by Amazon's clock: what it shows late is
// no older than that.
func endOfSearch(at search, now commerce.Instant) (channel.Page, error) {
	from := at.From
	if at.To != 0 {
		from = min(at.To, max(at.From, at.To-milliseconds(searchedLate)))
	}
	next, err := written(search{Version: cursorVersion, From: from})
	return channel.Page{Done: true, Next: next, ServerTime: now}, err
}

func milliseconds(d time.Duration) commerce.Instant { return commerce.Instant(d / time.Millisecond) }

// orderItems makes items of orders as they came.
func orderItems(orders []json.RawMessage) ([]channel.Item, error) {
	items := make([]channel.Item, 0, len(orders))
	for _, raw := range orders {
		var head struct {
			ID      string    `json:"orderId"`
			Updated time.Time `json:"lastUpdatedTime"`
		}
		if err := json.Unmarshal(raw, &head); err != nil || head.ID == "" {
			return nil, strange(err, false)
		}
		items = append(items, channel.Item{ID: head.ID, UpdatedAt: commerce.InstantOf(head.Updated), Raw: raw})
	}
	return items, nil
}

// ordersByID reads orders one by one, which Amazon allows far more often than a search.
func (c *client) ordersByID(ctx context.Context, ids []string) (channel.Page, error) {
	page := channel.Page{Done: true}
	for _, id := range ids {
		raw, answer, err := c.rawOrder(ctx, id)
		if fault.Is(err, fault.NotFound) {
			page.Deleted = append(page.Deleted, id)
			continue
		}
		if err != nil {
			return channel.Page{}, err
		}
		items, err := orderItems([]json.RawMessage{raw})
		if err != nil {
			return channel.Page{}, err
		}
		page.Items, page.ServerTime = append(page.Items, items...), clockOf(answer)
	}
	return page, nil
}

func (c *client) rawOrder(ctx context.Context, id string) (json.RawMessage, channel.Answer, error) {
	var got struct {
		Order json.RawMessage `json:"order"`
	}
	answer, err := c.into(ctx, request{method: http.MethodGet, path: "/orders/2026-01-01/orders/" + url.PathEscape(id),
		query: url.Values{"includedData": {allOfAnOrder}}, bucket: orderBucket}, &got)
	if err == nil && !strings.HasPrefix(string(got.Order), "{") {
		err = strange(nil, false)
	}
	return got.Order, answer, err
}
