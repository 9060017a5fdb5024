package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// What of a listing is asked for, by the stream.
var parts = map[channel.Stream][]string{
	channel.Products: {"summaries", "attributes", "offers", "fulfillmentAvailability", "productTypes", "relationships"},
	channel.Stock:    {"summaries", "fulfillmentAvailability"},
}

// walk is where a walk through the listings stands. It goes up one time: that of change or, in full, that of making, which never moves. At is
// the last instant that was read and Seen the SKUs of it, so that a page begins anew behind what moved; only among the listings of one instant
// a token leads on.
type walk struct {
	Version int              `json:"v"`
	Full    bool             `json:"full,omitempty"`
	At      commerce.Instant `json:"at"`
	Token   string           `json:"token,omitempty"`
	Seen    []string         `json:"seen,omitempty"`
	// From is the lower bound of the walk, Began Amazon's clock when it began.
	From  commerce.Instant `json:"from,omitempty"`
	Began commerce.Instant `json:"began,omitempty"`
}

// listed is one answer of a search of listings.
type listed struct {
	Items      []json.RawMessage `json:"items"`
	Pagination struct {
		NextToken string `json:"nextToken"`
	} `json:"pagination"`
}

// head is what walking needs of a listing.
type head struct {
	SKU       string    `json:"sku"`
	Summaries []summary `json:"summaries"`

	raw json.RawMessage
}

// times are when a listing was made and changed on a marketplace.
func (h head) times(place string) (made, changed commerce.Instant) {
	s := of(h.Summaries, place)
	return commerce.InstantOf(s.CreatedDate), commerce.InstantOf(s.LastUpdatedDate)
}

func (c *client) listingsPage(ctx context.Context, r channel.PullRequest) (channel.Page, error) {
	full := r.Mode == channel.Full || r.Stream == channel.Stock
	fresh := walk{Version: cursorVersion, Full: full}
	if !full {
		fresh.At, fresh.From = r.Since, r.Since
	}
	at := fresh
	if err := read(r.Cursor, &at); err != nil {
		return channel.Page{}, err
	}
	if at.Full != full { // it is of the other mode
		at = fresh
	}
	got, answer, err := c.listings(ctx, at, r)
	if fault.Is(err, fault.Invalid) && at.Token != "" { // it is good no more
		at.Token, at.Seen = "", nil
		got, answer, err = c.listings(ctx, at, r)
	}
	if err != nil {
		return channel.Page{}, err
	}
	return c.walked(ctx, r, at, got, answer)
}

func (c *client) listings(ctx context.Context, at walk, r channel.PullRequest) (listed, channel.Answer, error) {
	query := c.listingsQuery(parts[r.Stream]...)
	query.Set("pageSize", strconv.Itoa(sizeOf(r.Size)))
	query.Set("sortOrder", "ASC")
	after, key := "lastUpdatedAfter", "lastUpdatedDate"
	if at.Full {
		after, key = "createdAfter", "createdDate"
	}
	query.Set("sortBy", key)
	if at.At != 0 {
		query.Set(after, stamp(at.At))
	}
	if at.Token != "" {
		query.Set("pageToken", at.Token)
	}
	var got listed
	answer, err := c.into(ctx, request{method: http.MethodGet, path: c.listingsPath(), query: query, bucket: listingsBucket}, &got)
	if err == nil && got.Items == nil {
		err = strange(nil, false)
	}
	return got, answer, err
}

func sizeOf(size int) int {
	if size <= 0 || size > pageOfListings {
		return pageOfListings
	}
	return size
}

// walked makes a page of an answer and moves the walk past it.
func (c *client) walked(ctx context.Context, r channel.PullRequest, at walk, got listed, answer channel.Answer) (channel.Page, error) {
	page := channel.Page{ServerTime: clockOf(answer), Done: got.Pagination.NextToken == ""}
	if at.Began == 0 {
		at.Began = page.ServerTime
	}
	heads, err := headsOf(got.Items)
	if err != nil {
		return page, err
	}
	news := slices.DeleteFunc(slices.Clone(heads), func(h head) bool { return slices.Contains(at.Seen, h.SKU) })
	if page.Items, err = c.items(ctx, r.Stream, news); err != nil {
		return page, err
	}
	at = at.past(heads, c.place.id, got.Pagination.NextToken)
	if page.Done {
		at = at.rested()
	}
	page.Next, err = written(at)
	return page, err
}

func headsOf(items []json.RawMessage) ([]head, error) {
	heads := make([]head, 0, len(items))
	for _, raw := range items {
		h := head{raw: raw}
		if err := json.Unmarshal(raw, &h); err != nil || h.SKU == "" {
			return nil, strange(err, false)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// past moves a walk behind a page. Where the page reached a later instant the next one begins there, without a token.
func (w walk) past(heads []head, place, token string) walk {
	latest := w.At
	for _, h := range heads {
		latest = max(latest, w.key(h, place))
	}
	if latest > w.At {
		w.At, w.Seen, token = latest, nil, ""
	}
	w.Seen = slices.Clip(w.Seen)
	for _, h := range heads {
		if w.key(h, place) == w.At && !slices.Contains(w.Seen, h.SKU) {
			w.Seen = append(w.Seen, h.SKU)
		}
	}
	w.Token = token
	return w
}

// key is the time by which the walk goes.
func (w walk) key(h head, place string) commerce.Instant {
	made, changed := h.times(place)
	if w.Full {
		return made
	}
	return changed
}

// rested is where the next walk starts: the overlap before this one began, by Amazon's clock, but not before it started.
func (w walk) rested() walk {
	at := w.From
	if w.Began != 0 {
		at = min(w.Began, max(w.From, w.Began-milliseconds(listedLate)))
	}
	return walk{Version: cursorVersion, At: at, From: at}
}

// items makes items of listings. Those of stock have what lies in Amazon's warehouses beside them.
func (c *client) items(ctx context.Context, stream channel.Stream, heads []head) ([]channel.Item, error) {
	items := make([]channel.Item, 0, len(heads))
	if stream == channel.Products {
		for _, h := range heads {
			_, changed := h.times(c.place.id)
			items = append(items, channel.Item{ID: h.SKU, UpdatedAt: changed, Raw: h.raw})
		}
		return items, nil
	}
	stocks, err := c.stocks(ctx, heads)
	if err != nil {
		return nil, err
	}
	for _, one := range stocks {
		raw, err := json.Marshal(one)
		if err != nil {
			return nil, strange(err, false)
		}
		items = append(items, channel.Item{ID: one.SKU, Raw: raw})
	}
	return items, nil
}

// stocks puts together what is on sale of listings, and what lies in Amazon's warehouses of those that lie there.
func (c *client) stocks(ctx context.Context, heads []head) ([]stock, error) {
	all := make([]stock, 0, len(heads))
	var there []string
	for _, h := range heads {
		one := stock{SKU: h.SKU}
		if err := json.Unmarshal(h.raw, &one); err != nil {
			return nil, strange(err, false)
		}
		if one.amazons() {
			there = append(there, h.SKU)
		}
		all = append(all, one)
	}
	if c.s.Account().Facts[fbaFact] == "no" {
		return all, nil
	}
	warehouse, err := c.warehouse(ctx, there)
	for i := range all {
		all[i].FBA = warehouse[all[i].SKU]
	}
	return all, err
}

// mostSummaries is how many SKUs one question about Amazon's warehouses takes.
const mostSummaries = 50

// warehouse reads what lies in Amazon's warehouses, by SKU.
func (c *client) warehouse(ctx context.Context, skus []string) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	for some := range slices.Chunk(skus, mostSummaries) {
		for _, question := range apart(some) {
			var got struct {
				Payload struct {
					Summaries []json.RawMessage `json:"inventorySummaries"`
				} `json:"payload"`
			}
			if _, err := c.into(ctx, c.fbaRequest(question), &got); err != nil {
				return nil, err
			}
			for _, raw := range got.Payload.Summaries {
				var one summarised
				if err := json.Unmarshal(raw, &one); err != nil {
					return nil, strange(err, false)
				}
				all[one.SKU] = raw
			}
		}
	}
	return all, nil
}

// apart leaves out of a list what a list with commas cannot name: those are asked for by themselves.
func apart(skus []string) (questions [][]string) {
	var plain []string
	for _, sku := range skus {
		if strings.Contains(sku, ",") {
			questions = append(questions, []string{sku})
			continue
		}
		plain = append(plain, sku)
	}
	if len(plain) > 0 {
		questions = append(questions, plain)
	}
	return questions
}

func (c *client) fbaRequest(skus []string) request {
	query := url.Values{"details": {"true"}, "granularityType": {"Marketplace"}, "granularityId": {c.place.id}, "marketplaceIds": {c.place.id}}
	if len(skus) == 1 {
		query.Set("sellerSku", skus[0])
	} else {
		query.Set("sellerSkus", strings.Join(skus, ","))
	}
	return request{method: http.MethodGet, path: "/fba/inventory/v1/summaries", query: query, bucket: fbaBucket}
}

// listingsByID asks for single listings; what is not among the answers is gone.
func (c *client) listingsByID(ctx context.Context, r channel.PullRequest) (channel.Page, error) {
	heads, now, err := c.bySKU(ctx, r.IDs, parts[r.Stream])
	if err != nil {
		return channel.Page{}, err
	}
	page := channel.Page{Done: true, ServerTime: now}
	for _, id := range r.IDs {
		if !slices.ContainsFunc(heads, func(h head) bool { return h.SKU == id }) {
			page.Deleted = append(page.Deleted, id)
		}
	}
	page.Items, err = c.items(ctx, r.Stream, heads)
	return page, err
}

// bySKU reads listings by their SKUs, twenty in one call.
func (c *client) bySKU(ctx context.Context, skus, parts []string) (heads []head, now commerce.Instant, err error) {
	for some := range slices.Chunk(skus, pageOfListings) {
		for _, question := range apart(some) {
			var raws []json.RawMessage
			if raws, now, err = c.ask(ctx, question, parts); err != nil {
				return nil, 0, err
			}
			found, err := headsOf(raws)
			if err != nil {
				return nil, 0, err
			}
			heads = append(heads, found...)
		}
	}
	return heads, now, nil
}

// ask reads a few listings in one call.
func (c *client) ask(ctx context.Context, skus, parts []string) ([]json.RawMessage, commerce.Instant, error) {
	query := c.listingsQuery(parts...)
	if len(skus) == 1 && strings.Contains(skus[0], ",") {
		var raw json.RawMessage
		answer, err := c.into(ctx, request{method: http.MethodGet, path: c.listingsPath() + "/" + url.PathEscape(skus[0]), query: query, bucket: listingBucket}, &raw)
		if fault.Is(err, fault.NotFound) {
			return nil, clockOf(answer), nil
		}
		return []json.RawMessage{raw}, clockOf(answer), err
	}
	query.Set("identifiersType", "SKU")
	query.Set("identifiers", strings.Join(skus, ","))
	query.Set("pageSize", strconv.Itoa(pageOfListings))
	var got listed
	answer, err := c.into(ctx, request{method: http.MethodGet, path: c.listingsPath(), query: query, bucket: listingsBucket}, &got)
	if err == nil && got.Items == nil {
		err = strange(nil, false)
	}
	return got.Items, clockOf(answer), err
}
