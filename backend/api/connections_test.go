package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular"
)

// stall is a vendor and its connector in one. It hangs while hang is open.
type stall struct {
	mutex  sync.Mutex
	orders int
	refuse error
	hang   chan struct{}
	called chan struct{}
}

var theStall = &stall{}

func init() { channel.Register(theStall) }

func (s *stall) set(change func(*stall)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(s)
}

func (s *stall) Manifest() channel.Manifest {
	return channel.Manifest{ID: "stall", Name: "Stall", Kind: "other", PageSize: 50, Guide: []string{"Ask for the key."},
		Options: []channel.Option{{Name: "url", Label: "Address", Type: channel.URLOption, Required: true},
			{Name: "key", Label: "Key", Type: channel.SecretOption, Required: true},
			{Name: "most", Label: "Most", Type: channel.NumberOption, Least: 2, Most: 50, Default: "20"}},
		Streams: []channel.StreamInfo{{Stream: channel.Orders, Changes: true, Every: 5 * time.Minute}},
		Buckets: []channel.Bucket{{Name: "calls", Rate: 1, Burst: 4, Why: "One a second."}}}
}

func (s *stall) Check(_ context.Context, session channel.Session) (channel.Account, error) {
	if key := session.Secret("key"); key != "canary right" && key != "canary away" {
		return channel.Account{}, fault.New(fault.Auth, "The key is wrong.", "Make a new one.")
	}
	if session.Secret("key") == "canary away" {
		return channel.Account{}, fault.New(fault.Unavailable, "Stall cannot be reached.", "Tradepost tries again by itself.")
	}
	return channel.Account{ID: "stall-1", Name: "The stall", Currency: "USD", Zone: "UTC", Rights: []string{"orders"}}, nil
}

func (s *stall) Pull(ctx context.Context, _ channel.Session, _ channel.PullRequest) (channel.Page, error) {
	s.mutex.Lock()
	hang, called, refuse, n := s.hang, s.called, s.refuse, s.orders
	s.mutex.Unlock()
	if hang != nil {
		close(called)
		select {
		case <-hang:
		case <-ctx.Done():
			return channel.Page{}, fault.Wrap(ctx.Err(), fault.Cancelled, "Stopped.", "")
		}
	}
	page := channel.Page{Done: true, Next: []byte(`{"v":1}`)}
	for i := range n {
		page.Items = append(page.Items, channel.Item{ID: strconv.Itoa(i + 1), UpdatedAt: 1_700_000_000_000, Raw: fmt.Appendf(nil, `{"id":"%d","note":"hello"}`, i+1)})
	}
	return page, refuse
}

func (s *stall) Read(_ channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var item struct{ ID string }
	if err := json.Unmarshal(raw, &item); err != nil {
		return channel.Record{}, []fault.Problem{{Message: err.Error()}}
	}
	if item.ID == "13" {
		return channel.Record{Name: "#13"}, []fault.Problem{{Column: "note", Message: "This note cannot be read.", Code: "bad"}}
	}
	total, _ := commerce.AmountOf("10.00", 2)
	read := order.Order{ExternalID: item.ID, Number: "#" + item.ID, Currency: account.Currency, Total: total, Financial: order.Paid, Fulfillment: order.Unfulfilled,
		Placed: commerce.Stamp{At: commerce.InstantOf(now.Add(-time.Hour)), Precision: commerce.PrecisionSecond, Zone: "UTC"}}
	read.Lines = []order.Line{{ExternalID: item.ID + "-1", Position: 1, SKU: "MUG", Title: "Mug", Quantity: "1", UOM: "each"}}
	return channel.Record{Name: read.Number, Order: &read}, nil
}

var now = time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)

// chest keeps secrets in memory.
type chest struct {
	mutex sync.Mutex
	all   map[string]string
}

func (c *chest) Put(_ context.Context, name string, value []byte) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.all[name] = string(value)
	return nil
}

func (c *chest) Get(_ context.Context, name string) ([]byte, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	value, there := c.all[name]
	if !there {
		return nil, fault.New(fault.NotFound, "no secret", "")
	}
	return []byte(value), nil
}

func (c *chest) Has(ctx context.Context, name string) (bool, error) {
	_, err := c.Get(ctx, name)
	return err == nil, nil
}

func (c *chest) Delete(_ context.Context, name string) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.all, name)
	return nil
}

// standing is a clock that stands still.
type standing struct{}

func (standing) Now() time.Time { return now }

func (standing) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// nobody is a host that does nothing.
type nobody struct{ api.Host }

func (nobody) WakeSchedule()    {}
func (nobody) About() api.About { return api.About{} }

// desk is the API over a store with the stall.
type desk struct {
	t       *testing.T
	handler http.Handler
	store   *store.Store
	secrets *chest
	scopes  []string
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	theStall.set(func(s *stall) { s.orders, s.refuse, s.hang, s.called = 3, nil, nil, nil })
	d := &desk{t: t, secrets: &chest{all: map[string]string{}}, scopes: api.Scopes}
	var err error
	d.store, err = store.Open(t.Context(), t.TempDir(), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.store.Close() })
	engine := syncing.New(d.store, d.secrets, syncing.Options{Clock: standing{}})
	t.Cleanup(engine.Close)
	imports := tabular.NewImporter(d.store, func(tabular.Progress) {})
	t.Cleanup(imports.Close)
	imports.RetryElsewhere(engine.Retry)
	d.handler = api.New(api.Deps{Store: d.store, Imports: imports, Engine: engine, Host: nobody{}, Hub: api.NewHub()})
	return d
}

// ask sends a request and reads the answer into into.
func (d *desk) ask(method, path string, body, into any, headers ...string) int {
	d.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			d.t.Fatal(err)
		}
	}
	request := httptest.NewRequestWithContext(api.WithScopes(d.t.Context(), d.scopes), method, path, &sent)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	d.handler.ServeHTTP(answer, request)
	if strings.Contains(answer.Body.String(), "canary") {
		d.t.Errorf("%s %s gives a secret away: %s", method, path, answer.Body)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			d.t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		}
	}
	return answer.Code
}

func (d *desk) must(method, path string, body, into any) {
	d.t.Helper()
	var raw json.RawMessage
	if code := d.ask(method, path, body, &raw); code >= 300 {
		d.t.Fatalf("%s %s: %d %s", method, path, code, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			d.t.Fatal(err)
		}
	}
}

const path = "/api/v1/connections"

func draft(key string) map[string]any {
	return map[string]any{"connector": "stall", "name": "Market", "options": map[string]string{"url": "https://stall.example"},
		"secrets": map[string]string{"key": key}}
}

func (d *desk) connect() (c api.Connection) {
	d.t.Helper()
	d.must("POST", path, draft("canary right"), &c)
	return c
}

func (d *desk) sync(id string, body map[string]any) (r api.SyncResult) {
	d.t.Helper()
	d.must("POST", path+"/"+id+"/sync?wait=true", body, &r)
	return r
}

func TestAConnectionIsTriedThenKept(t *testing.T) {
	d := openDesk(t)
	var p api.HTTPProblem
	if code := d.ask("POST", path+"/try", draft("canary wrong"), &p); code != http.StatusUnprocessableEntity || p.Detail != "The key is wrong." {
		t.Errorf("wrong key: %d %+v", code, p)
	}
	var trial api.ConnectionTrial
	d.must("POST", path+"/try", draft("canary right"), &trial)
	if trial.Account.Name != "The stall" || trial.Channel != nil {
		t.Errorf("tried: %+v", trial)
	}
	var list struct{ Connections []api.Connection }
	d.must("GET", path, nil, &list)
	if len(list.Connections) != 0 {
		t.Errorf("trying keeps %d connections", len(list.Connections))
	}
	c := d.connect()
	if c.Name != "Market" || c.Vendor != "Stall" || c.State != "waiting" || len(c.Secrets) != 1 {
		t.Errorf("connected: %+v", c)
	}
	if code := d.ask("POST", path, draft("canary right"), &p); code != http.StatusConflict {
		t.Errorf("the same name again: %d", code)
	}
	other := draft("canary right")
	other["name"] = "Market again"
	for _, where := range []string{path, path + "/try"} {
		if code := d.ask("POST", where, other, &p); code != http.StatusConflict || p.Detail != "The stall is connected already, as “Market”." {
			t.Errorf("%s: the same account again: %d %+v", where, code, p)
		}
	}
	if code := d.ask("PUT", path+"/"+c.ID, map[string]any{"secrets": map[string]string{"key": "canary right"}}, &p); code != http.StatusOK {
		t.Errorf("its own settings again: %d %+v", code, p)
	}
	if code := d.ask("POST", path, map[string]any{"connector": "stall", "secrets": "canary in the wrong place"}, &p); code != http.StatusUnprocessableEntity {
		t.Errorf("secrets of the wrong form: %d", code)
	}
}

func TestWhoTriesSettingsHearsWhatToCorrect(t *testing.T) {
	d := openDesk(t)
	var p api.HTTPProblem
	if code := d.ask("POST", path+"/try", draft("canary away"), &p); code != http.StatusServiceUnavailable || p.Detail != "Stall cannot be reached." || !strings.Contains(p.Remedy, "try again") {
		t.Errorf("a vendor that is not reached: %d %+v", code, p)
	}
	for _, wrong := range []string{"abc", "1", "51", "2.5"} {
		number := draft("canary right")
		number["options"].(map[string]string)["most"] = wrong
		if code := d.ask("POST", path+"/try", number, &p); code != http.StatusUnprocessableEntity || *p.Field != "most" || !strings.Contains(p.Detail, "from 2 to 50") {
			t.Errorf("%s: %d %+v", wrong, code, p)
		}
	}
}

func TestAKeyedRequestWithSecretsIsNotKept(t *testing.T) {
	d := openDesk(t)
	if code := d.ask("POST", path, draft("canary right"), nil, "Idempotency-Key", "k1"); code != http.StatusCreated {
		t.Fatal(code)
	}
	if _, kept, err := d.store.Answered(t.Context(), "k1"); kept || err != nil {
		t.Errorf("kept %v, %v", kept, err)
	}
}

func TestALookGivesItsCounts(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	theStall.set(func(s *stall) { s.orders = 13 })
	plan := api.SyncResult{}
	d.must("POST", path+"/"+c.ID+"/sync", map[string]any{"plan": true}, &plan)
	if plan.State != "planned" || plan.New != 12 || plan.Quarantined != 1 || plan.Plan == nil || len(plan.Plan.Rows) != 13 {
		t.Errorf("planned %+v", plan)
	}
	first := d.sync(c.ID, map[string]any{"stream": "orders"})
	if first.New != 12 || first.Pulled != 13 || first.Quarantined != 1 || first.State != "partial" || first.Cursor == "" {
		t.Errorf("first look: %+v", first)
	}
	again := d.sync(c.ID, map[string]any{})
	if again.New != 0 || again.Same != 13 {
		t.Errorf("second look: %+v", again)
	}
	var p api.HTTPProblem
	if code := d.ask("POST", path+"/"+c.ID+"/sync", map[string]any{"stream": "stock"}, &p); code != http.StatusNotFound {
		t.Errorf("a stream that it has not: %d", code)
	}
	if code := d.ask("POST", path+"/"+c.ID+"/sync", map[string]any{"since": "yesterday"}, &p); code != http.StatusUnprocessableEntity || *p.Field != "since" {
		t.Errorf("a since that is no date: %d %+v", code, p)
	}
	var runs struct{ Runs []api.Run }
	d.must("GET", path+"/"+c.ID+"/runs?stream=orders", nil, &runs)
	if len(runs.Runs) != 2 || runs.Runs[1].Words != "12 new, 1 in quarantine" || runs.Runs[0].Words != "nothing new" {
		t.Errorf("runs: %+v", runs.Runs)
	}
	d.must("GET", "/api/v1/runs?busy=true", nil, &runs)
	if len(runs.Runs) != 1 {
		t.Errorf("%d runs that did something", len(runs.Runs))
	}
}

func TestWhatCameInIsShownAsItCame(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	theStall.set(func(s *stall) { s.orders = 13 })
	d.sync(c.ID, map[string]any{})
	var waiting api.QuarantineList
	d.must("GET", "/api/v1/quarantine", nil, &waiting)
	if len(waiting.Messages) != 1 || waiting.Messages[0].Source != "api" || waiting.Messages[0].Number != "#13" {
		t.Fatalf("waiting: %+v", waiting.Messages)
	}
	var m struct {
		Item     string
		Document map[string]string
		Raw      api.RawRecord
	}
	d.must("GET", "/api/v1/messages/"+waiting.Messages[0].ID, nil, &m)
	if m.Item != "13" || m.Document["note"] != "hello" || m.Raw.Rows == nil {
		t.Errorf("message: %+v", m)
	}
}

func TestARunIsStoppedAtOnce(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	called := make(chan struct{})
	theStall.set(func(s *stall) { s.hang, s.called = make(chan struct{}), called })
	var begun api.SyncResult
	d.must("POST", path+"/"+c.ID+"/sync", map[string]any{}, &begun)
	<-called
	var view api.ViewConnection
	d.must("GET", "/api/view/connection/"+c.ID, nil, &view)
	if begun.State != "running" || view.Syncs[0].Running == nil || *view.Syncs[0].Running != begun.Run {
		t.Errorf("running: %+v %+v", begun, view.Syncs[0])
	}
	var p api.HTTPProblem
	if code := d.ask("POST", path+"/"+c.ID+"/sync", map[string]any{}, &p); code != http.StatusConflict {
		t.Errorf("twice at once: %d", code)
	}
	d.must("POST", "/api/v1/runs/"+begun.Run+"/cancel", nil, nil)
	for end := time.Now().Add(10 * time.Second); ; {
		var run api.Run
		d.must("GET", "/api/v1/runs/"+begun.Run, nil, &run)
		if run.State == "cancelled" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the run is %s", run.State)
		}
	}
	if code := d.ask("POST", "/api/v1/runs/"+begun.Run+"/cancel", nil, &p); code != http.StatusConflict {
		t.Errorf("stopping what has ended: %d", code)
	}
}

func TestOrdersOfFilesWaitForAPerson(t *testing.T) {
	d := openDesk(t)
	first := d.connect()
	d.sync(first.ID, map[string]any{})
	if code := d.ask("DELETE", path+"/"+first.ID, nil, nil); code != http.StatusNoContent {
		t.Fatal(code)
	}
	var trial api.ConnectionTrial
	d.must("POST", path+"/try", draft("canary right"), &trial)
	if trial.Channel == nil || trial.Channel.Orders != 3 {
		t.Errorf("tried: %+v", trial)
	}
	c := d.connect()
	if c.State != "needs_you" || c.Need != "match" {
		t.Fatalf("connected: %+v", c)
	}
	var home api.Home
	d.must("GET", "/api/view/home", nil, &home)
	if home.Needs[0].Kind != "match" || home.Channels[0].Connection == nil {
		t.Errorf("home: %+v %+v", home.Needs, home.Channels)
	}
	var s api.Sync
	d.must("PATCH", path+"/"+c.ID+"/syncs/orders", map[string]any{"paused": false}, &s)
	if s.First || s.NextAt == nil {
		t.Errorf("started: %+v", s)
	}
	if done := d.sync(c.ID, map[string]any{}); done.New != 0 {
		t.Errorf("doubled: %+v", done)
	}
}

func TestASchedule(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	var s api.Sync
	d.must("PATCH", path+"/"+c.ID+"/syncs/orders", map[string]any{"when": "every 10 minutes", "since": "2026-01-05"}, &s)
	if s.Cron != "*/10 * * * *" || s.Since == nil || !strings.HasPrefix(*s.Since, "2026-01-05T") {
		t.Errorf("changed: %+v", s)
	}
	var p api.HTTPProblem
	for body, code := range map[string]int{`{"when":"now and then"}`: 422, `{"cron":"99 * * * *"}`: 422, `{"zone":"Nowhere/Else"}`: 422} {
		var sent map[string]any
		_ = json.Unmarshal([]byte(body), &sent)
		if got := d.ask("PATCH", path+"/"+c.ID+"/syncs/orders", sent, &p); got != code {
			t.Errorf("%s: %d %+v", body, got, p)
		}
	}
	if got := d.ask("PATCH", path+"/"+c.ID+"/syncs/orders", map[string]any{"paused": true}, &p, "If-Match", "1"); got != http.StatusPreconditionFailed {
		t.Errorf("a version of before: %d", got)
	}
}

func TestSigningInAgainInPlace(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	theStall.set(func(s *stall) { s.refuse = fault.New(fault.Auth, "The key was revoked.", "Make a new one.") })
	if code := d.ask("POST", path+"/"+c.ID+"/sync?wait=true", map[string]any{}, nil); code != http.StatusUnauthorized {
		t.Errorf("a look with a revoked key: %d", code)
	}
	var view api.ViewConnection
	d.must("GET", "/api/view/connection/"+c.ID, nil, &view)
	if view.Connection.Need != "sign_in" || !strings.HasPrefix(view.Connection.Words, "Stall asks you to sign in again.") || len(view.Events) != 1 || view.Events[0].Over {
		t.Errorf("revoked: %+v %+v", view.Connection, view.Events)
	}
	theStall.set(func(s *stall) { s.refuse = nil })
	var p api.HTTPProblem
	if code := d.ask("PUT", path+"/"+c.ID, map[string]any{"secrets": map[string]string{"key": "canary wrong"}}, &p); code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong key: %d", code)
	}
	d.must("PUT", path+"/"+c.ID, map[string]any{"secrets": map[string]string{"key": "canary right"}}, &c)
	d.sync(c.ID, map[string]any{})
	d.must("GET", "/api/view/connection/"+c.ID, nil, &view)
	if view.Connection.State != "fine" || !view.Events[0].Over {
		t.Errorf("signed in: %+v %+v", view.Connection, view.Events)
	}
	d.must("POST", path+"/"+c.ID+"/pause", nil, &c)
	if !c.Paused || c.NextAt != nil || c.State != "waiting" {
		t.Errorf("paused: %+v", c)
	}
	if code := d.ask("DELETE", path+"/"+c.ID, nil, nil); code != http.StatusNoContent || len(d.secrets.all) != 0 {
		t.Errorf("removed: %d, secrets left: %d", code, len(d.secrets.all))
	}
}

func TestScopesOfConnections(t *testing.T) {
	d := openDesk(t)
	c := d.connect()
	d.scopes = api.ReadScopes()
	d.must("GET", path+"/"+c.ID+"/limits", nil, nil)
	for _, step := range []string{"/check", "/pause", "/sync"} {
		if code := d.ask("POST", path+"/"+c.ID+step, map[string]any{}, nil); code != http.StatusForbidden {
			t.Errorf("%s with reading alone: %d", step, code)
		}
	}
}
