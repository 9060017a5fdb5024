package woocommerce

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// cursor is where a stream's next page starts. Nothing of it is a page number: shops change while they are read, and a page
// number counts what may have moved by then.
type cursor struct {
	V int `json:"v"`
	// Main walks orders or products by their time of change, Other the variations that changed without their product.
	Main  walk  `json:"main"`
	Other *walk `json:"other,omitempty"`
	// Last and Passed walk by id, for a full pull: the id that was reached, and how many items lay before it then.
	Last   int64 `json:"last,omitempty"`
	Passed int   `json:"passed,omitempty"`
	// What one run keeps: that it is under way, its statuses, its total.
	Running  bool   `json:"running,omitempty"`
	Statuses string `json:"statuses,omitempty"`
	Total    int    `json:"total,omitempty"`
	Began    int64  `json:"began,omitempty"` // UTC ms, by the shop's clock
	Since    int64  `json:"since,omitempty"` // of a full pull: UTC ms, lower bound of when an item was made
}

// walk goes through changes: everything before Since is done, and of what changed in that very second the items Seen. So a page is
// asked for by a time that is known, whatever was edited, added or removed since the page before.
type walk struct {
	From  int64   `json:"from,omitempty"` // UTC ms: where this run began
	Since int64   `json:"since"`          // UTC ms, inclusive
	Seen  []int64 `json:"seen,omitempty"`
	Top   int64   `json:"top,omitempty"` // UTC ms: the newest change of this run
	Ended bool    `json:"ended,omitempty"`
}

// version is that of the cursor; older ones are read too.
const version = 1

func readCursor(r channel.PullRequest) (cursor, error) {
	if len(r.Cursor) == 0 {
		since := second(max(int64(r.Since), 0))
		return cursor{V: version, Main: walk{Since: since}, Since: since}, nil
	}
	var c cursor
	if err := json.Unmarshal(r.Cursor, &c); err != nil || c.V < 1 || c.V > version {
		return cursor{}, fault.Wrap(err, fault.Invalid, "The place where the last look ended cannot be read.", "Start this stream anew from a date.")
	}
	return c, nil
}

// Pull reads one page of a stream.
func (Connector) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	if _, known := (Connector{}).Manifest().Stream(r.Stream); !known {
		return channel.Page{}, fault.New(fault.Invalid, vendor+" has no "+string(r.Stream)+".", "Leave them out.")
	}
	c, err := dial(s)
	if err != nil {
		return channel.Page{}, err
	}
	at, err := readCursor(r)
	if err != nil {
		return channel.Page{}, err
	}
	if r.Size <= 0 || r.Size > most {
		r.Size = most
	}
	p := &pull{client: c, request: r, at: at}
	switch {
	case r.Mode == channel.ByID:
		err = p.byID(ctx)
	case r.Mode == channel.Full || r.Stream == channel.Customers:
		err = p.full(ctx)
	default:
		err = p.changes(ctx)
	}
	if err != nil {
		return channel.Page{}, err
	}
	return p.finish()
}

// pull is one page in the making.
type pull struct {
	*client

	request channel.PullRequest
	at      cursor
	page    channel.Page
}

func (p *pull) finish() (channel.Page, error) {
	if p.request.Mode == channel.ByID {
		p.page.Done = true
		return p.page, nil
	}
	next, err := json.Marshal(p.at)
	if err != nil {
		return channel.Page{}, fault.Wrap(err, fault.Internal, "The place where this look ended cannot be kept.", "")
	}
	p.page.Next, p.page.Total = next, p.at.Total
	return p.page, nil
}

// thing is one element of a list with what a walk needs to know of it.
type thing struct {
	ID       int64
	Status   string
	Modified commerce.Instant // 0 where it is not told
	Raw      json.RawMessage
}

// listed is one answer with a list.
type listed struct {
	things []thing
	total  int // -1 where it is not told
}

// list asks for a list, and notes the shop's clock.
func (p *pull) list(ctx context.Context, path string, query url.Values) (listed, error) {
	answer, err := p.do(ctx, request{method: http.MethodGet, path: path, query: query, list: true})
	if err != nil {
		return listed{}, err
	}
	if at, ok := serverTime(answer); ok {
		p.page.ServerTime = commerce.InstantOf(at)
		if p.at.Began == 0 {
			p.at.Began = at.UnixMilli()
		}
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(answer.Body, &raws); err != nil {
		return listed{}, cut(request{})
	}
	l := listed{total: -1}
	if total, err := strconv.Atoi(answer.Header.Get("X-Wp-Total")); err == nil && total >= 0 {
		l.total = total
	}
	zone := location(p.s.Account().Zone)
	for _, raw := range raws {
		l.things = append(l.things, thingOf(raw, zone))
	}
	return l, nil
}

func thingOf(raw json.RawMessage, zone *time.Location) thing {
	known := topLevel(raw, "id", "status", "date_modified", "date_modified_gmt")
	at, _ := instant(known["date_modified_gmt"], time.UTC)
	if at == 0 {
		at, _ = instant(known["date_modified"], zone)
	}
	return thing{ID: known["id"].id(), Status: string(known["status"]), Modified: at, Raw: raw}
}

// seenAtOnce is how many items of one second are asked for again and skipped; more are named to the shop, which leaves them out, up to
// what an address can hold.
const (
	seenAtOnce = 20
	seenMost   = 800
)

// step asks for the next changes of a walk: those that were not seen yet, oldest first, at most size. last tells that there
// are no more now.
func (p *pull) step(ctx context.Context, w *walk, path string, query url.Values, size int) (fresh []thing, last bool, err error) {
	perPage := min(most, size+len(w.Seen))
	skip := 0
	if len(w.Seen) > seenAtOnce {
		perPage = size
		named := w.Seen[:min(len(w.Seen), seenMost)]
		skip = len(w.Seen) - len(named)
		query.Set("exclude", joined(named))
	}
	query.Set("orderby", "modified")
	query.Set("order", "asc")
	query.Set("dates_are_gmt", "true")
	query.Set("per_page", strconv.Itoa(perPage))
	if w.Since > 0 { // whether the bound itself belongs to it differs by version: a second earlier it does
		query.Set("modified_after", time.UnixMilli(w.Since).UTC().Add(-time.Second).Truncate(time.Second).Format(clock))
	}
	for {
		query.Set("offset", strconv.Itoa(skip))
		got, err := p.list(ctx, path, query)
		if err != nil {
			return nil, false, err
		}
		if err := inOrder(got.things); err != nil {
			return nil, false, err
		}
		if p.at.Total == 0 {
			p.at.Total = max(got.total, 0)
		}
		fresh = w.fresh(got.things)
		skip += perPage
		last = ended(got, skip, perPage)
		if len(fresh) > 0 || last {
			return fresh, last, nil
		}
	}
}

// ended tells whether nothing follows. The total counts more than the length of a page, as plug-ins may hide items of a page.
func ended(got listed, passed, perPage int) bool {
	if got.total >= 0 {
		return passed >= got.total
	}
	return len(got.things) < perPage
}

// fresh are the things of a page that were not seen.
func (w *walk) fresh(things []thing) (fresh []thing) {
	for _, t := range things {
		at := int64(t.Modified)
		if t.Modified == 0 {
			at = w.Since
		}
		if at < w.Since || at < w.Since+1000 && slices.Contains(w.Seen, t.ID) {
			continue
		}
		fresh = append(fresh, t)
	}
	return fresh
}

// pass counts things as done.
func (w *walk) pass(done []thing) {
	for _, t := range done {
		at := int64(t.Modified)
		if at == 0 {
			at = w.Since
		}
		if second(at) > second(w.Since) {
			w.Since, w.Seen = second(at), nil
		}
		w.Seen = append(w.Seen, t.ID)
		w.Top = max(w.Top, at)
	}
}

func second(ms int64) int64 { return ms - ms%1000 }

// end starts the walk anew from the overlap before the newest change: never earlier than this run, never after the shop's clock. What was
// stamped since the run began may have been passed before it was listed, so the newest change counts as made at the beginning at most.
func (w *walk) end(server commerce.Instant, began int64) {
	next := w.From
	if w.Top > 0 {
		newest := w.Top
		if server > 0 {
			newest = min(newest, int64(server))
		}
		if began > 0 {
			newest = min(newest, began)
		}
		next = max(next, newest-overlap.Milliseconds())
	}
	if server > 0 {
		next = min(next, int64(server))
	}
	*w = walk{Since: second(max(next, 0))}
}

// inOrder refuses a list that is not sorted by time of change: walking it would lose items.
func inOrder(things []thing) error {
	var before commerce.Instant
	for _, t := range things {
		if t.Modified != 0 && t.Modified < before {
			return fault.New(fault.Invalid, "The shop does not list changes in their order; a plug-in interferes.",
				"Update WooCommerce, and look for a plug-in that changes its lists.")
		}
		before = max(before, t.Modified)
	}
	return nil
}

func joined(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ",")
}

// changes reads a page of what changed.
func (p *pull) changes(ctx context.Context) error {
	if !p.at.Running {
		p.at.Running, p.at.Main.From, p.at.Total, p.at.Began = true, p.at.Main.Since, 0, 0
		p.begin(ctx)
	}
	switch {
	case p.request.Stream == channel.Orders:
		return p.changedOrders(ctx)
	case p.at.Main.Ended:
		return p.changedVariations(ctx)
	}
	return p.changedProducts(ctx)
}

// begin asks which statuses orders can have now: a plug-in's new status would be missed else. Where that is not told, it is what Check found.
func (p *pull) begin(ctx context.Context) {
	if p.request.Stream != channel.Orders {
		return
	}
	p.at.Statuses = orderStatuses(ctx, p.client)
}

// orderStatuses are the statuses to ask for, separated by commas: all but drafts and the bin.
func orderStatuses(ctx context.Context, c *client) string {
	now := &finding{client: c, account: channel.Account{Facts: map[string]string{}}}
	known := c.s.Account().Facts[factStatuses]
	if now.statuses(ctx) == nil && now.account.Facts[factStatuses] != "" {
		known = now.account.Facts[factStatuses]
	}
	if known == "" {
		return "any"
	}
	asked := strings.Split(known, ",")
	return strings.Join(slices.DeleteFunc(asked, noOrder), ",")
}

// noOrder tells statuses of what is no order: a checkout under way, or the bin.
func noOrder(status string) bool {
	return status == "checkout-draft" || status == "auto-draft" || status == "trash"
}

func (p *pull) changedOrders(ctx context.Context) error {
	w := &p.at.Main
	fresh, last, err := p.step(ctx, w, "orders", url.Values{"status": {p.at.Statuses}}, p.request.Size)
	if err != nil {
		return err
	}
	taken := fresh[:min(len(fresh), p.request.Size)]
	w.pass(taken)
	p.takeOrders(taken)
	if last && len(taken) == len(fresh) {
		p.done()
	}
	return nil
}

func (p *pull) takeOrders(things []thing) {
	for _, t := range things {
		if !noOrder(t.Status) {
			p.page.Items = append(p.page.Items, channel.Item{ID: strconv.FormatInt(t.ID, 10), UpdatedAt: t.Modified, Raw: t.Raw})
		}
	}
}

// done ends a run.
func (p *pull) done() {
	p.page.Done = true
	main := p.at.Main
	main.end(p.page.ServerTime, p.at.Began)
	next := cursor{V: version, Main: main}
	if p.at.Other != nil {
		other := *p.at.Other
		other.end(p.page.ServerTime, p.at.Began)
		next.Other = &other
	}
	p.page.Total = p.at.Total
	total := p.at.Total
	p.at = next
	p.at.Total = total // told with this page; the next run counts anew
}

// full reads a page of everything there is, by id: ids never change, so that nothing is passed over while the shop is edited.
func (p *pull) full(ctx context.Context) error {
	query, path := url.Values{}, string(p.request.Stream)
	switch p.request.Stream {
	case channel.Orders:
		if !p.at.Running {
			p.at.Statuses = orderStatuses(ctx, p.client)
		}
		query.Set("status", p.at.Statuses)
	case channel.Customers:
		query.Set("role", "all")
	default:
		path = "products"
	}
	if p.at.Since > 0 && p.request.Stream != channel.Customers {
		query.Set("after", time.UnixMilli(p.at.Since).UTC().Add(-time.Second).Truncate(time.Second).Format(clock))
		query.Set("dates_are_gmt", "true")
	}
	if !p.at.Running {
		p.at.Running, p.at.Total = true, 0
	}
	things, last, err := p.beyond(ctx, path, query)
	if err != nil {
		return err
	}
	taken, err := p.takeFull(ctx, things)
	if err != nil {
		return err
	}
	if taken > 0 {
		p.at.Last, p.at.Passed = things[taken-1].ID, p.at.Passed+taken
	}
	if last && taken == len(things) {
		p.page.Done = true
		p.at = cursor{V: version, Since: p.at.Since, Main: walk{Since: p.at.Since}, Total: p.at.Total}
	}
	return nil
}

// takeFull makes items of things; taken is how many it got to.
func (p *pull) takeFull(ctx context.Context, things []thing) (taken int, err error) {
	switch p.request.Stream {
	case channel.Orders:
		things = things[:min(len(things), p.request.Size)]
		p.takeOrders(things)
		return len(things), nil
	case channel.Customers:
		things = things[:min(len(things), p.request.Size)]
		for _, t := range things {
			p.page.Items = append(p.page.Items, channel.Item{ID: strconv.FormatInt(t.ID, 10), UpdatedAt: t.Modified, Raw: t.Raw})
		}
		return len(things), nil
	}
	return p.takeProducts(ctx, things)
}

// beyond asks for what lies beyond the last id. How many lay before it was counted earlier; were some of those deleted, the list
// begins too late, so it steps back until it sees the last id, or one before it.
func (p *pull) beyond(ctx context.Context, path string, query url.Values) (things []thing, last bool, err error) {
	size := p.listSize()
	perPage := min(most, size+1)
	query.Set("orderby", "id")
	query.Set("order", "asc")
	query.Set("per_page", strconv.Itoa(perPage))
	skip := max(p.at.Passed-1, 0)
	for {
		query.Set("offset", strconv.Itoa(skip))
		got, err := p.list(ctx, path, query)
		if err != nil {
			return nil, false, err
		}
		if p.at.Total == 0 {
			p.at.Total = max(got.total, 0)
		}
		if skip > 0 && (len(got.things) == 0 || got.things[0].ID > p.at.Last) {
			skip = max(skip-perPage, 0)
			continue
		}
		things = slices.DeleteFunc(got.things, func(t thing) bool { return t.ID <= p.at.Last })
		last = ended(got, skip+perPage, perPage)
		if len(things) > 0 || last {
			p.at.Passed = skip + len(got.things) - len(things)
			return things, last, nil
		}
		skip += perPage - 1
	}
}

// listSize is how many things to ask for: of products fewer, as each may have many variations.
func (p *pull) listSize() int {
	if p.request.Stream == channel.Products || p.request.Stream == channel.Stock {
		return min(p.request.Size, productsAtOnce)
	}
	return p.request.Size
}

// byID reads the items that were asked for by name.
func (p *pull) byID(ctx context.Context) error {
	if p.request.Stream == channel.Products || p.request.Stream == channel.Stock {
		return p.productsByID(ctx)
	}
	ids := slices.Compact(slices.Sorted(slices.Values(numeric(p.request.IDs))))
	query := url.Values{"per_page": {strconv.Itoa(most)}, "orderby": {"id"}}
	if p.request.Stream == channel.Orders {
		query.Set("status", orderStatuses(ctx, p.client))
	} else {
		query.Set("role", "all")
	}
	found := map[string]bool{}
	for part := range slices.Chunk(ids, most) {
		query.Set("include", joined(part))
		got, err := p.list(ctx, string(p.request.Stream), query)
		if err != nil {
			return err
		}
		for _, t := range got.things {
			found[strconv.FormatInt(t.ID, 10)] = true
		}
		p.takeOrders(got.things)
	}
	p.missing(func(id string) bool { return found[id] })
	return nil
}

// missing names what was asked for and not answered: it is deleted, or lies in the bin.
func (p *pull) missing(found func(id string) bool) {
	for _, id := range p.request.IDs {
		if !found(id) && !slices.Contains(p.page.Deleted, id) {
			p.page.Deleted = append(p.page.Deleted, id)
		}
	}
}

func numeric(words []string) (ids []int64) {
	for _, w := range words {
		if id := text(w).id(); id > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}
