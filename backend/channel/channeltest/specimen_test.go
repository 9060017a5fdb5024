package channeltest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// specimen is a connector for the made-up shop. It is honest unless wrong names what it does wrong.
type specimen struct{ wrong string }

// memory is where a mutant stands.
var memory int

func (c specimen) is(wrong string) bool { return c.wrong == wrong }

func (c specimen) Manifest() channel.Manifest {
	m := channel.Manifest{
		ID: "specimen", Name: "Specimen", Kind: "other", Summary: "Connects a made-up shop.", Guide: []string{"Copy the key of your shop."}, Docs: "https://example.com/api", API: "1",
		Options: []channel.Option{
			{Name: "url", Label: "Address", Help: "Where your shop is.", Example: "https://shop.example.com", Type: channel.URLOption, Required: true},
			{Name: "key", Label: "Key", Help: "The key of your shop.", Type: channel.SecretOption, Required: true},
		},
		Streams: []channel.StreamInfo{
			{Stream: channel.Orders, Overlap: 2 * time.Minute, Every: 5 * time.Minute, FullEvery: 24 * time.Hour, Changes: true},
			{Stream: channel.Products, Overlap: 2 * time.Minute, Every: time.Hour, Changes: true},
			{Stream: channel.Stock, Every: time.Hour},
			{Stream: channel.Customers, Overlap: 2 * time.Minute, Every: time.Hour, Changes: true},
		},
		Writes: []channel.Write{
			{Operation: channel.SetStock, Batch: 5, Compare: true},
			{Operation: channel.SetStatus, Batch: 1, Statuses: []channel.Choice{{Value: "done", Label: "Done"}, {Value: "paid", Label: "Paid"}}},
			{Operation: channel.Refund, Batch: 1},
		},
		Buckets:  []channel.Bucket{{Name: "all", Rate: 10, Burst: 20, Reserve: 2, Why: "The shop allows ten calls a second."}},
		PageSize: 50,
	}
	if c.is("claims what it cannot do") {
		m.Writes = append(m.Writes, channel.Write{Operation: channel.Cancel, Batch: 1})
	}
	if c.is("keeps quiet about what it does") {
		m.Writes = m.Writes[:2]
	}
	return m
}

// call makes one call and reads the answer into value.
func (c specimen) call(ctx context.Context, s channel.Session, method, path string, body, value any) (channel.Answer, error) {
	text, _ := json.Marshal(body)
	header := http.Header{"X-Key": {s.Secret("key")}}
	if key, keyed := ctx.Value(keyed{}).(string); keyed {
		header.Set("Idempotency-Key", key)
	}
	call := channel.Call{Method: method, URL: s.Option("url") + path, Header: header, Body: text, Bucket: "all", Writes: method != http.MethodGet && path != "/api/session"}
	if token := s.Secret(channel.SignIn); token != "" && path != "/api/session" {
		call.Header.Del("X-Key")
		call.Header.Set("X-Token", token)
	}
	if c.is("does not hear of an end") {
		ctx = context.Background()
	}
	if c.is("writes and does not say so") {
		call.Writes = false
	}
	if c.is("counts against no bucket") {
		call.Bucket = "some"
	}
	s.Log().Debug("calling", "method", method, "path", path)
	if c.is("logs a secret") {
		s.Log().Debug("signed in", "header", call.Header)
	}
	answer, err := s.Do(ctx, call)
	if fault.Is(err, fault.Unknown) && c.is("writes again without looking") {
		answer, err = s.Do(ctx, call)
	}
	if err != nil {
		return answer, err
	}
	if refused := channel.Classify(answer, "Specimen", call.Writes && !c.is("takes a write for a read"), s.Now()); refused != nil {
		if c.is("forgets how long to wait") {
			refused.RetryAt = time.Time{}
		}
		if c.is("takes every failure for passing") {
			refused.Code = fault.Unavailable
		}
		if c.is("tells a secret in an error") {
			refused.Cause = fmt.Errorf("calling with the key %s", s.Secret("key"))
		}
		return answer, refused
	}
	if !json.Valid(answer.Body) {
		if c.is("takes a page for people for an empty answer") {
			return answer, nil
		}
		if call.Writes {
			return answer, fault.New(fault.Unknown, "The shop answers with something else than data.", "It is looked up.")
		}
		return answer, fault.New(fault.Invalid, "The shop answers with something else than data.", "Correct the address.")
	}
	return answer, json.Unmarshal(answer.Body, value)
}

func (c specimen) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	var shop struct{ ID, Name, Currency, Zone string }
	if _, err := c.call(ctx, s, http.MethodGet, "/api/shop", nil, &shop); err != nil {
		return channel.Account{}, err
	}
	return channel.Account{ID: shop.ID, Name: shop.Name, Currency: commerce.Currency(shop.Currency), Zone: shop.Zone,
		Rights: []string{"orders", "products", "stock", "customers", "stock.set", "order.status", "order.refund"}}, nil
}

// position is the specimen's cursor. A run of changes begins at From and stands after (At, ID); Began is the vendor's clock
// at its start.
type position struct {
	Version int   `json:"v"`
	From    int64 `json:"from,omitempty"`
	At      int64 `json:"at,omitempty"`
	ID      int   `json:"id,omitempty"`
	Began   int64 `json:"began,omitempty"`
	Offset  int   `json:"offset,omitempty"`
}

func (c specimen) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	info, known := c.Manifest().Stream(r.Stream)
	if !known {
		return channel.Page{}, fault.New(fault.Invalid, "The shop has none of this.", "")
	}
	p := position{Version: 1}
	if r.Cursor != nil {
		if err := json.Unmarshal(r.Cursor, &p); err != nil || p.Version != 1 {
			return channel.Page{}, fault.New(fault.Invalid, "The cursor is of another version.", "Pull from the beginning.")
		}
	}
	if p.From == 0 && r.Mode == channel.Changes {
		p.From = int64(r.Since)
	}
	query, page := c.query(r, &p), channel.Page{}
	var got struct {
		Rows []json.RawMessage
		More bool
	}
	answer, err := c.call(ctx, s, http.MethodGet, "/api/"+string(r.Stream)+"?"+query.Encode(), nil, &got)
	if err != nil {
		return page, err
	}
	if at, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		page.ServerTime = commerce.InstantOf(at)
	}
	for _, raw := range got.Rows {
		var head struct {
			ID      int
			Updated int64
		}
		_ = json.Unmarshal(raw, &head)
		page.Items = append(page.Items, channel.Item{ID: strconv.Itoa(head.ID), UpdatedAt: commerce.Instant(head.Updated), Raw: raw})
		p.At, p.ID = head.Updated, head.ID
		p.Offset++
	}
	if c.is("keeps its place in memory") {
		memory = p.Offset
		if !got.More {
			memory = 0
		}
	}
	page.Done = !got.More
	switch {
	case r.Mode == channel.ByID && c.is("says nothing of what is gone"):
		return page, nil
	case r.Mode == channel.ByID:
		page.Deleted = gone(r.IDs, page.Items)
		return page, nil
	case r.Mode == channel.Changes:
		c.move(s, &p, page, info.Overlap)
	}
	page.Next, _ = json.Marshal(p)
	return page, nil
}

func (c specimen) query(r channel.PullRequest, p *position) url.Values {
	size := r.Size
	if size == 0 {
		size = 50
	}
	query := url.Values{"limit": {strconv.Itoa(size)}}
	switch {
	case r.Mode == channel.ByID:
		query.Set("ids", strings.Join(r.IDs, ","))
	case r.Mode == channel.Full && c.is("keeps its place in memory"):
		p.Offset = memory
		query.Set("offset", strconv.Itoa(memory))
	case r.Mode == channel.Full && c.is("pages by offset"):
		query.Set("offset", strconv.Itoa(p.Offset))
	case r.Mode == channel.Full:
		query.Set("after", strconv.Itoa(p.ID))
	default:
		if p.At == 0 {
			p.At = p.From
			if c.is("starts after its lower bound") {
				p.At++
			}
		}
		query.Set("from", strconv.FormatInt(p.At, 10))
		query.Set("after", strconv.Itoa(p.ID))
	}
	return query
}

// move says where the next page, or the next run, starts.
func (c specimen) move(s channel.Session, p *position, page channel.Page, overlap time.Duration) {
	if p.Began == 0 {
		p.Began = int64(page.ServerTime)
	}
	if c.is("runs ahead of its page") {
		p.At += 1000
	}
	if c.is("skips equal instants") {
		p.ID = 1 << 40
	}
	if !page.Done {
		return
	}
	next := max(p.From, min(p.At, p.Began)-overlap.Milliseconds())
	switch {
	case c.is("bounds by our clock"):
		next = s.Now().Add(-overlap).UnixMilli()
	case c.is("looks for new ids only"):
		*p = position{Version: 1, From: p.From, At: p.At, ID: p.ID}
		return
	case c.is("has no overlap"):
		next = max(p.From, p.At)
	case c.is("overlaps the end of the run"):
		next = max(p.From, p.At-overlap.Milliseconds())
	case c.is("reads everything again"):
		next = 0
	}
	*p = position{Version: 1, From: next}
}

func gone(ids []string, items []channel.Item) (missing []string) {
	for _, id := range ids {
		if !slices.ContainsFunc(items, func(i channel.Item) bool { return i.ID == id }) {
			missing = append(missing, id)
		}
	}
	return missing
}

// product and the like are the shop's own forms.
type thing struct {
	ID       json.Number `json:"id"`
	Title    string      `json:"title"`
	SKU      string      `json:"sku"`
	Price    string      `json:"price"`
	Quantity json.Number `json:"quantity"`
	Name     string      `json:"name"`
	Email    string      `json:"email"`
	Status   string      `json:"status"`
	Total    string      `json:"total"`
	Currency string      `json:"currency"`
	Placed   string      `json:"placed"`
	Buyer    struct{ Name, Email string }
	Lines    []struct {
		ID       json.Number
		SKU      string
		Quantity json.Number
	}
}

func (c specimen) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	if c.is("refuses fields it does not know") {
		decoder.DisallowUnknownFields()
	}
	var one thing
	if err := decoder.Decode(&one); err != nil || one.ID == "" {
		if c.is("panics on what it does not know") && err != nil {
			panic(err)
		}
		return channel.Record{}, []fault.Problem{{Column: "$", Message: "This is not one of the shop's records.", Code: "unreadable"}}
	}
	id := one.ID.String()
	record := channel.Record{Name: id}
	switch stream {
	case channel.Products:
		record.Listing = &channel.Listing{ExternalID: id, ParentID: id, SKU: one.SKU, Title: one.Title, Price: commerce.Decimal(one.Price), Currency: account.Currency}
	case channel.Stock:
		record.Levels = []channel.Level{{ListingID: id, Quantity: commerce.Decimal(one.Quantity), Tracked: true}}
	case channel.Customers:
		record.Customer = &channel.Customer{ExternalID: id, Values: map[string]string{"name": one.Name, "email": one.Email}}
		if c.is("names a record by a person") {
			record.Name = one.Name
		}
	case channel.Orders:
		return c.readOrder(one, record)
	}
	return record, nil
}

func (c specimen) readOrder(one thing, record channel.Record) (channel.Record, []fault.Problem) {
	layout := "2006-01-02T15:04:05-07:00"
	if c.is("takes local time for UTC") {
		layout, one.Placed = "2006-01-02T15:04:05", one.Placed[:min(len(one.Placed), 19)]
	}
	at, err := time.Parse(layout, one.Placed)
	if err != nil {
		return record, []fault.Problem{{Column: "$.placed", Found: one.Placed, Message: "“" + one.Placed + "” is no time.", Code: "time"}}
	}
	total, err := commerce.AmountOf(commerce.Decimal(one.Total), 2)
	if err != nil || one.Total == "" {
		return record, []fault.Problem{{Column: "$.total", Found: one.Total, Message: "“" + one.Total + "” is no amount.", Code: "amount"}}
	}
	o := &order.Order{ExternalID: record.Name, Number: "#" + record.Name, Currency: commerce.Currency(one.Currency), Total: total, Placed: commerce.Stamp{At: commerce.InstantOf(at)}}
	for _, line := range one.Lines {
		o.Lines = append(o.Lines, order.Line{ExternalID: line.ID.String(), SKU: line.SKU, Quantity: commerce.Decimal(line.Quantity)})
	}
	o.SetParty(order.Buyer, customer.Contact{Name: one.Buyer.Name, Email: one.Buyer.Email})
	record.Name, record.Order = o.Number, o
	return record, nil
}

func (c specimen) SetStock(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	asked := []map[string]any{}
	for _, i := range intents {
		one := map[string]any{"ID": i.Target, "Quantity": string(i.Quantity), "Observed": i.Observed}
		if c.is("does not compare") {
			one["Observed"] = ""
		}
		asked = append(asked, one)
	}
	var got struct{ Results []string }
	if _, err := c.call(ctx, s, http.MethodPost, "/api/stock", asked, &got); err != nil {
		return nil, err
	}
	if len(got.Results) != len(intents) {
		return nil, fault.New(fault.Unknown, "The shop says nothing of some of this.", "It is looked up.")
	}
	outcomes := make([]channel.Outcome, len(intents))
	for i, result := range got.Results {
		switch now, stale := strings.CutPrefix(result, "stale "); {
		case stale:
			outcomes[i] = channel.Outcome{Result: channel.Stale, Value: now}
		case result == "missing" && !c.is("takes refusals for done"):
			outcomes[i] = refused("The shop has no such thing.")
		case result == "same":
			outcomes[i] = channel.Outcome{Result: channel.Already}
		default:
			outcomes[i] = channel.Outcome{Result: channel.Applied, Value: string(intents[i].Quantity)}
		}
	}
	return outcomes, nil
}

func refused(message string) channel.Outcome {
	return channel.Outcome{Result: channel.Refused, Problem: &fault.Problem{Message: message, Code: "refused"}}
}

func (c specimen) SetStatus(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	_, err := c.call(ctx, s, http.MethodPut, "/api/orders/"+intents[0].Target, map[string]any{"Status": intents[0].Status}, &struct{}{})
	if fault.Is(err, fault.Unknown) && c.is("takes silence for consent") {
		err = nil
	}
	return single(err)
}

func (c specimen) Refund(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	i := intents[0]
	_, err := c.call(ctx, s, http.MethodPost, "/api/refunds", map[string]any{"order": i.Target, "amount": i.Amount.Decimal(2), "note": i.Key}, &struct{}{})
	return single(err)
}

// single is the outcome of one write by itself.
func single(err error) ([]channel.Outcome, error) {
	switch {
	case fault.Is(err, fault.NotFound):
		return []channel.Outcome{refused("The shop has no such order.")}, nil
	case err != nil:
		return nil, err
	}
	return []channel.Outcome{{Result: channel.Applied}}, nil
}

func (c specimen) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	if c.is("never finds") {
		return channel.Outcome{Result: channel.NotDone}, nil
	}
	if i.Operation == channel.Refund {
		var got struct{ Refunds []struct{ Note string } }
		_, err := c.call(ctx, s, http.MethodGet, "/api/refunds?order="+i.Target, nil, &got)
		for _, r := range got.Refunds {
			if r.Note == i.Key {
				return channel.Outcome{Result: channel.Applied}, nil
			}
		}
		return channel.Outcome{Result: channel.NotDone}, err
	}
	now, err := c.Observe(ctx, s, []channel.Intent{i})
	if err != nil {
		return channel.Outcome{}, err
	}
	if now[0] == string(i.Quantity) || now[0] == i.Status {
		return channel.Outcome{Result: channel.Already, Value: now[0]}, nil
	}
	if now[0] == "" && i.Operation == channel.SetStatus && !c.is("says not done of what is gone") {
		return channel.Outcome{Result: channel.Unclear, Problem: &fault.Problem{Message: "The shop has no such order any more.", Code: string(fault.NotFound)}}, nil
	}
	return channel.Outcome{Result: channel.NotDone, Value: now[0]}, nil
}

func (c specimen) Observe(ctx context.Context, s channel.Session, intents []channel.Intent) ([]string, error) {
	ids, stream := []string{}, "stock"
	for _, i := range intents {
		ids = append(ids, i.Target)
		if i.Operation == channel.SetStatus {
			stream = "orders"
		}
	}
	var got struct{ Rows []thing }
	if _, err := c.call(ctx, s, http.MethodGet, "/api/"+stream+"?limit=100&ids="+strings.Join(ids, ","), nil, &got); err != nil {
		return nil, err
	}
	values := make([]string, len(intents))
	for n, i := range intents {
		for _, row := range got.Rows {
			if row.ID.String() == i.Target {
				values[n] = row.Quantity.String() + row.Status
			}
		}
	}
	return values, nil
}

func (c specimen) ReadHook(header http.Header, body []byte, secret string) (channel.Hook, error) {
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write(body)
	signed := header.Get("X-Sign") == hex.EncodeToString(sum.Sum(nil)) && secret != ""
	if !signed && !c.is("believes every hook") {
		return channel.Hook{}, fault.New(fault.Auth, "This hook is not signed by the shop.", "Look up the secret.")
	}
	var hook channel.Hook
	_ = json.Unmarshal(body, &hook)
	hook.ID = header.Get("X-Delivery")
	return hook, nil
}

// lapsing is a specimen that signs in for a session.
type lapsing struct{ specimen }

func (c lapsing) Lapsed(s channel.Session) bool { return s.Secret(channel.SignIn) == "" }

func (c lapsing) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	var got struct{ Token string }
	if _, err := c.call(ctx, s, http.MethodPost, "/api/session", nil, &got); err != nil {
		return nil, err
	}
	if c.is("does not refresh") {
		return nil, nil
	}
	if c.is("keeps its sign-in under a name of its own") {
		return map[string]string{"token": got.Token}, nil
	}
	return map[string]string{channel.SignIn: got.Token}, nil
}

// keyed is a connector for a shop that takes keys of its own and works on refunds for a while. It finds nothing.
type keyed struct{ wrong string }

func (c keyed) Manifest() channel.Manifest {
	m := specimen{}.Manifest()
	m.NativeKeys, m.Writes = true, []channel.Write{{Operation: channel.Refund, Batch: 1}}
	return m
}

func (c keyed) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	account, err := specimen{}.Check(ctx, s)
	account.Rights = []string{"orders", "products", "stock", "customers", "order.refund"}
	return account, err
}

func (c keyed) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	return specimen{}.Pull(ctx, s, r)
}

func (c keyed) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	return specimen{}.Read(stream, raw, account)
}

func (c keyed) Refund(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	key := intents[0].Key
	if c.wrong == "makes a key of the time" {
		key += s.Now().String()
	}
	outcomes, err := specimen{}.Refund(context.WithValue(ctx, keyed{}, key), s, intents)
	if err == nil && outcomes[0].Result == channel.Applied {
		outcomes[0] = channel.Outcome{Result: channel.Awaiting, Ref: "r-" + intents[0].Target}
	}
	return outcomes, err
}

func (c keyed) Poll(ctx context.Context, s channel.Session, intents []channel.Intent, ref string) ([]channel.Outcome, error) {
	if c.wrong == "loses what is awaited" {
		return []channel.Outcome{{Result: channel.NotDone}}, nil
	}
	_, err := specimen{}.Find(ctx, s, intents[0])
	return []channel.Outcome{{Result: channel.Applied, Ref: ref}}, err
}
