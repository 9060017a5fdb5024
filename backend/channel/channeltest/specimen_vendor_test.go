package channeltest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// shop is a made-up vendor: JSON over HTTP, keyset and offset paging, stock, statuses and refunds.
type shop struct {
	http.Handler
	desk *simulated.Desk

	mutex   sync.Mutex
	zone    *time.Location
	tokens  map[string]time.Time // of sessions, with their ends
	next    int
	rows    map[string][]*row // by stream
	refunds []map[string]any
	parcels []parcel
	keys    map[string]bool // of writes that were done
}

// row is one thing of the shop.
type row struct {
	id      int
	updated time.Time
	fields  map[string]any
}

func newShop(clock func() time.Time) *shop {
	s := &shop{desk: simulated.NewDesk(clock), zone: time.UTC, tokens: map[string]time.Time{}, next: 100, rows: map[string][]*row{}, keys: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/shop", s.about)
	mux.HandleFunc("POST /api/session", s.signIn)
	mux.HandleFunc("GET /api/refunds", s.findRefund)
	mux.HandleFunc("POST /api/refunds", s.refund)
	mux.HandleFunc("GET /api/parcels", s.shipped)
	mux.HandleFunc("POST /api/parcels", s.ship)
	mux.HandleFunc("GET /api/{stream}", s.list)
	mux.HandleFunc("POST /api/stock", s.setStock)
	mux.HandleFunc("PUT /api/orders/{id}", s.setStatus)
	s.Handler = s.desk.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch key := r.Header.Get("X-Key"); {
		case s.open(r.Header.Get("X-Token")):
			mux.ServeHTTP(w, r)
		case key == "key-narrow-998877":
			says(w, http.StatusForbidden, map[string]any{"error": "narrow"})
		case key != "key-secret-112233":
			says(w, http.StatusUnauthorized, map[string]any{"error": "key"})
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	return s
}

func says(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *shop) Connector() string     { return "specimen" }
func (s *shop) Desk() *simulated.Desk { return s.desk }

func (s *shop) Connection(base string) (options, secrets map[string]string) {
	return map[string]string{"url": base}, map[string]string{"key": "key-secret-112233"}
}

func (s *shop) Broken(base string) []simulated.Broken {
	broken := func(name, key string, code fault.Code) simulated.Broken {
		return simulated.Broken{Name: name, Options: map[string]string{"url": base}, Secrets: map[string]string{"key": key}, Code: code}
	}
	return []simulated.Broken{broken("wrong key", "key-wrong-445566", fault.Auth), broken("narrow key", "key-narrow-998877", fault.Permission)}
}

func (s *shop) SetZone(name string) error {
	zone, err := time.LoadLocation(name)
	if err == nil {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.zone = zone
	}
	return err
}

func (s *shop) add(stream string, fields map[string]any) *row {
	r := &row{id: s.next, updated: s.desk.Now(), fields: fields}
	s.next++
	s.rows[stream] = append(s.rows[stream], r)
	return r
}

func (s *shop) Fill(seed uint64, listings, customers, orders int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := random(seed)
	for i := range listings {
		one := s.add("products", map[string]any{"title": fmt.Sprint("Thing ", i), "sku": fmt.Sprint("T-", i), "price": "4.50"})
		s.rows["stock"] = append(s.rows["stock"], &row{id: one.id, updated: one.updated, fields: map[string]any{"quantity": 10 + i}})
	}
	for i := range customers {
		s.add("customers", map[string]any{"name": fmt.Sprint("Ada Number ", i), "email": fmt.Sprint("ada", i, "@example.com")})
	}
	for range orders {
		s.place(r)
	}
}

func (s *shop) place(r *rand.Rand) *row {
	return s.add("orders", map[string]any{
		"status": "paid", "total": strconv.Itoa(10+r.IntN(90)) + ".00", "currency": "EUR", "placed": s.desk.Now().In(s.zone).Format("2006-01-02T15:04:05-07:00"),
		"buyer": map[string]any{"name": "Bertha Example", "email": "bertha@example.com"}, "lines": []any{map[string]any{"id": 1, "sku": "T-1", "quantity": 1}},
	})
}

func (s *shop) Place(r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return strconv.Itoa(s.place(r).id)
}

func (s *shop) Change(stream channel.Stream, id string, r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.find(string(stream), id)
	one.updated = s.desk.Now()
	if stream == channel.Stock {
		one.fields["quantity"] = one.fields["quantity"].(int) + 1 + r.IntN(5)
		return "it counted the stock"
	}
	one.fields["note"] = fmt.Sprint("note ", r.Uint64())
	return "it wrote a note"
}

func (s *shop) find(stream, id string) *row {
	i := slices.IndexFunc(s.rows[stream], func(r *row) bool { return strconv.Itoa(r.id) == id })
	if i < 0 {
		return nil
	}
	return s.rows[stream][i]
}

func (s *shop) Remove(stream channel.Stream, id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	gone := func(r *row) bool { return strconv.Itoa(r.id) == id }
	s.rows[string(stream)] = slices.DeleteFunc(s.rows[string(stream)], gone)
	if stream == channel.Products {
		s.rows["stock"] = slices.DeleteFunc(s.rows["stock"], gone)
	}
}

func (s *shop) IDs(stream channel.Stream) (ids []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, r := range s.rows[string(stream)] {
		ids = append(ids, strconv.Itoa(r.id))
	}
	return ids
}

func (s *shop) Value(operation channel.Operation, target, _ string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	stream, field := "stock", "quantity"
	if operation == channel.SetStatus {
		stream, field = "orders", "status"
	}
	if r := s.find(stream, target); r != nil {
		return fmt.Sprint(r.fields[field])
	}
	return ""
}

func (s *shop) Writable(operation channel.Operation) (intents []channel.Intent) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	stream := "stock"
	if operation != channel.SetStock {
		stream = "orders"
	}
	for i, r := range s.rows[stream] {
		intents = append(intents, channel.Intent{
			Target: strconv.Itoa(r.id), Observed: fmt.Sprint(r.fields["quantity"]), Quantity: commerce.Decimal(strconv.Itoa(50 + i)),
			Status: "done", Amount: commerce.Minor(int64(100 + i)), Currency: "EUR", Reason: "broken",
			Shipment: &channel.Shipment{Carrier: "DHL", Tracking: "T" + strconv.Itoa(i)},
		})
	}
	return intents
}

// signIn opens a session of an hour.
func (s *shop) signIn(w http.ResponseWriter, _ *http.Request) {
	end := s.desk.Now().Add(time.Hour)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	token := fmt.Sprint("token-secret-", len(s.tokens))
	s.tokens[token] = end
	says(w, http.StatusOK, map[string]any{"token": token})
}

func (s *shop) open(token string) bool {
	now := s.desk.Now()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.tokens[token].After(now)
}

func (s *shop) about(w http.ResponseWriter, _ *http.Request) {
	says(w, http.StatusOK, map[string]any{"id": "shop-1", "name": "Greenhouse", "currency": "EUR", "zone": "Europe/Berlin"})
}

// list answers one page: by keyset of time and id, by keyset of id, by offset, or the rows of some ids.
func (s *shop) list(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	q := r.URL.Query()
	rows := slices.Clone(s.rows[r.PathValue("stream")])
	number := func(name string) int { n, _ := strconv.Atoi(q.Get(name)); return n }
	keep := func(ok func(*row) bool) { rows = slices.DeleteFunc(rows, func(r *row) bool { return !ok(r) }) }
	switch {
	case q.Has("ids"):
		ids := strings.Split(q.Get("ids"), ",")
		keep(func(r *row) bool { return slices.Contains(ids, strconv.Itoa(r.id)) })
	case q.Has("from"):
		from, after := int64(number("from")), number("after")
		slices.SortFunc(rows, func(a, b *row) int {
			return cmp.Or(cmp.Compare(a.updated.UnixMilli(), b.updated.UnixMilli()), a.id-b.id)
		})
		keep(func(r *row) bool {
			at := r.updated.UnixMilli()
			return (at > from || at == from && r.id > after) && s.desk.Listed(strconv.Itoa(r.id), r.updated)
		})
	default:
		slices.SortFunc(rows, func(a, b *row) int { return a.id - b.id })
		keep(func(r *row) bool { return r.id > number("after") })
		rows = rows[min(number("offset"), len(rows)):]
	}
	more := len(rows) > number("limit")
	out := []any{}
	for _, r := range rows[:min(number("limit"), len(rows))] {
		fields := map[string]any{"id": r.id, "updated": r.updated.UnixMilli()}
		for name, value := range r.fields {
			fields[name] = value
		}
		out = append(out, fields)
	}
	says(w, http.StatusOK, map[string]any{"rows": out, "more": more})
}

func (s *shop) setStock(w http.ResponseWriter, r *http.Request) {
	var asked []struct{ ID, Quantity, Observed string }
	_ = json.NewDecoder(r.Body).Decode(&asked)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var results []string
	for _, a := range asked {
		one := s.find("stock", a.ID)
		quantity, _ := strconv.Atoi(a.Quantity)
		switch {
		case one == nil:
			results = append(results, "missing")
		case fmt.Sprint(one.fields["quantity"]) == a.Quantity:
			results = append(results, "same")
		case a.Observed != "" && a.Observed != fmt.Sprint(one.fields["quantity"]):
			results = append(results, "stale "+fmt.Sprint(one.fields["quantity"]))
		default:
			s.desk.Note(simulated.Effect{Operation: channel.SetStock, Target: a.ID, Before: fmt.Sprint(one.fields["quantity"]), After: a.Quantity})
			one.fields["quantity"], one.updated = quantity, s.desk.Now()
			results = append(results, "ok")
		}
	}
	says(w, http.StatusOK, map[string]any{"results": results})
}

func (s *shop) setStatus(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Status string }
	_ = json.NewDecoder(r.Body).Decode(&asked)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.find("orders", r.PathValue("id"))
	if one == nil {
		says(w, http.StatusNotFound, map[string]any{"error": "no such order"})
		return
	}
	if one.fields["status"] != asked.Status {
		s.desk.Note(simulated.Effect{Operation: channel.SetStatus, Target: r.PathValue("id"), Before: fmt.Sprint(one.fields["status"]), After: asked.Status})
		one.fields["status"], one.updated = asked.Status, s.desk.Now()
	}
	says(w, http.StatusOK, map[string]any{"status": asked.Status})
}

// refund gives money back each time it is asked, but once for one key where there is one.
func (s *shop) refund(w http.ResponseWriter, r *http.Request) {
	var asked map[string]any
	_ = json.NewDecoder(r.Body).Decode(&asked)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	id := fmt.Sprint(asked["order"])
	one := s.find("orders", id)
	if one == nil {
		says(w, http.StatusNotFound, map[string]any{"error": "no such order"})
		return
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" && s.keys[key] {
		says(w, http.StatusOK, map[string]any{"id": key})
		return
	} else if key != "" {
		s.keys[key] = true
	}
	one.updated = s.desk.Now()
	s.refunds = append(s.refunds, asked)
	s.desk.Note(simulated.Effect{Operation: channel.Refund, Target: id, Key: fmt.Sprint(asked["note"]), After: fmt.Sprint(asked["amount"])})
	says(w, http.StatusCreated, map[string]any{"id": len(s.refunds)})
}

func (s *shop) findRefund(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	found := []any{}
	for _, one := range s.refunds {
		if fmt.Sprint(one["order"]) == r.URL.Query().Get("order") {
			found = append(found, one)
		}
	}
	says(w, http.StatusOK, map[string]any{"refunds": found})
}
