package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// kiosk sells one thing, or more than that, and lets its stock be set.
type kiosk struct {
	stock string
	more  int
}

// skus is what it sells.
func (k *kiosk) skus() []string {
	all := []string{"MUG"}
	for n := range k.more {
		all = append(all, fmt.Sprintf("MUG-%d", n))
	}
	return all
}

func (k *kiosk) Manifest() channel.Manifest {
	return channel.Manifest{ID: "kiosk", Name: "Kiosk", Kind: "other", PageSize: 10, Writes: []channel.Write{{Operation: channel.SetStock, Batch: 1}},
		Streams: []channel.StreamInfo{{Stream: channel.Products, Every: time.Hour}, {Stream: channel.Stock, Every: time.Hour}}}
}

func (k *kiosk) Check(context.Context, channel.Session) (channel.Account, error) {
	return channel.Account{ID: "k", Name: "Kiosk", Currency: "USD"}, nil
}

func (k *kiosk) Pull(context.Context, channel.Session, channel.PullRequest) (channel.Page, error) {
	page := channel.Page{Done: true}
	for n, sku := range k.skus() {
		id := strconv.Itoa(7 + n)
		page.Items = append(page.Items, channel.Item{ID: id, Raw: []byte(`{"id":"` + id + `","sku":"` + sku + `","stock":"` + k.stock + `"}`)})
	}
	return page, nil
}

func (k *kiosk) Read(stream channel.Stream, raw []byte, _ channel.Account) (channel.Record, []fault.Problem) {
	var is struct{ ID, SKU, Stock string }
	_ = json.Unmarshal(raw, &is)
	if stream == channel.Products {
		return channel.Record{Name: is.SKU, Listing: &channel.Listing{ExternalID: is.ID, SKU: is.SKU, Title: "Mug", ProductTitle: "Mug", Tracked: true}}, nil
	}
	return channel.Record{Name: is.SKU, Levels: []channel.Level{{ListingID: is.ID, SKU: is.SKU, Quantity: commerce.Decimal(is.Stock), Tracked: true}}}, nil
}

func (k *kiosk) SetStock(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	k.stock = string(intents[0].Quantity)
	return []channel.Outcome{{Result: channel.Applied}}, nil
}

func (k *kiosk) Find(context.Context, channel.Session, channel.Intent) (channel.Outcome, error) {
	return channel.Outcome{Result: channel.NotDone}, nil
}

func (k *kiosk) Observe(_ context.Context, _ channel.Session, intents []channel.Intent) ([]string, error) {
	return slices.Repeat([]string{k.stock}, len(intents)), nil
}

type noSecrets struct{}

func (noSecrets) Put(context.Context, string, []byte) error { return nil }
func (noSecrets) Get(context.Context, string) ([]byte, error) {
	return nil, fault.New(fault.NotFound, "no secret", "")
}
func (noSecrets) Has(context.Context, string) (bool, error) { return false, nil }
func (noSecrets) Delete(context.Context, string) error      { return nil }

// counter is an API over a store with one connection to a kiosk; sent tells of every batch that was sent.
type counter struct {
	t       *testing.T
	handler http.Handler
	scopes  []string
	kiosk   *kiosk
	sent    chan syncing.Progress
}

func openCounter(t *testing.T) *counter {
	t.Helper()
	return openCounterOf(t, &kiosk{stock: "5"})
}

func openCounterOf(t *testing.T, k *kiosk) *counter {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{t: t, kiosk: k, sent: make(chan syncing.Progress, 1000), scopes: api.Scopes}
	engine := syncing.New(s, noSecrets{}, syncing.Options{Find: func(string) channel.Connector { return c.kiosk }, Notify: func(p syncing.Progress) { c.sent <- p }})
	t.Cleanup(func() { engine.Close(); _ = s.Close() })
	connection, err := engine.Connect(t.Context(), syncing.Draft{Connector: "kiosk", Name: "Kiosk"})
	if err != nil {
		t.Fatal(err)
	}
	syncs, _ := s.Syncs(t.Context(), connection.ID)
	for _, one := range syncs {
		if _, err := engine.Pull(t.Context(), syncing.Request{SyncID: one.ID}); err != nil {
			t.Fatal(err)
		}
		<-c.sent // the page that was pulled
	}
	count(t, s, connection.ChannelID, k.skus())
	c.handler = api.New(api.Deps{Store: s, Engine: engine})
	return c
}

// count says that three mugs of each kind lie here.
func count(t *testing.T, s *store.Store, channelID int64, skus []string) {
	t.Helper()
	err := s.InTx(t.Context(), false, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		for _, sku := range skus {
			_, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: intake.Stated{Kind: intake.StockCounts, Values: map[string]string{"sku": sku, "on_hand": "3"}},
				Payload: &journal.Payload{}, Message: journal.Message{ChannelID: channelID, RunID: run.ID, Kind: "stock_level", Name: sku, Rows: []int{2}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request and reads the answer.
func (c *counter) ask(method, path, body, etag string, status int) (answer struct {
	api.PlanWhole
	Plans    []api.PushPlan    `json:"plans"`
	Attempts []api.PushAttempt `json:"attempts"`
	Shown    *string           `json:"shown"`
	Problem  string            `json:"detail"`
}) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewBufferString(body))
	r.Header.Set("Content-Type", "application/json")
	if etag != "" {
		r.Header.Set("If-Match", etag)
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r.WithContext(api.WithScopes(r.Context(), c.scopes)))
	if w.Code != status {
		c.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		c.t.Fatalf("%s: %v", w.Body, err)
	}
	return answer
}

func (c *counter) home() (home api.Home) {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/view/home", http.NoBody).WithContext(api.WithScopes(c.t.Context(), c.scopes)))
	if err := json.Unmarshal(w.Body.Bytes(), &home); err != nil || w.Code != 200 {
		c.t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return home
}

// A plan that is made, approved or taken off answers with its counts and one page of its writes, however large it is.
func TestALargePlanAnswersWithOnePage(t *testing.T) {
	c := openCounterOf(t, &kiosk{stock: "5", more: 129})
	made := c.ask("POST", "/api/v1/connections/1/plans", "{}", "", 201)
	if made.Counts.Proposed != 130 || len(made.Intents) != syncing.PlanPage || made.Next == nil {
		t.Fatalf("made: %+v, %d writes, next %v", made.Counts, len(made.Intents), made.Next)
	}
	path := "/api/v1/plans/" + *made.ID
	rest := c.ask("GET", path+"?limit=500&after="+*made.Next, "", "", 200)
	if len(rest.Intents) != 30 || rest.Next != nil || *rest.Intents[0].ID == *made.Intents[99].ID {
		t.Errorf("the rest has %d writes, next %v", len(rest.Intents), rest.Next)
	}
	some := c.ask("POST", path+"/approve", `{"despite":true,"intents":["`+*made.Intents[0].ID+`"]}`, made.ETag, 200)
	if some.Counts.Proposed != 129 || len(some.Intents) != syncing.PlanPage || some.Next == nil {
		t.Errorf("approved: %+v, %d writes", some.Counts, len(some.Intents))
	}
	if off := c.ask("POST", path+"/discard", "{}", "", 200); off.Counts.Proposed != 0 || off.Counts.Superseded != 129 || len(off.Intents) != syncing.PlanPage {
		t.Errorf("taken off: %+v, %d writes", off.Counts, len(off.Intents))
	}
}

func TestAPlanIsLookedAtApprovedSentAndTakenBack(t *testing.T) {
	c := openCounter(t)
	shown := c.ask("GET", "/api/v1/connections/1/plan?live=true", "", "", 200)
	if shown.ID != nil || len(shown.Intents) != 1 || shown.Intents[0].Wanted != "3" || *shown.Intents[0].Observed != "5" || shown.Intents[0].ObservedAt == nil {
		t.Fatalf("%+v", shown)
	}
	if all := c.ask("GET", "/api/v1/plans", "", "", 200); len(all.Plans) != 0 {
		t.Fatal("a look was kept")
	}
	made := c.ask("POST", "/api/v1/connections/1/plans", "{}", "", 201)
	if made.ID == nil || made.State != "open" || made.Counts.Proposed != 1 {
		t.Fatalf("%+v", made)
	}
	path := "/api/v1/plans/" + *made.ID
	if home := c.home(); len(home.Needs) == 0 || home.Needs[0].Kind != "push" || home.Needs[0].Href != "#/plans/"+*made.ID || home.Needs[0].Example != "Kiosk, 1 change" {
		t.Errorf("Home does not say that it waits: %+v", home.Needs)
	}
	c.ask("POST", path+"/approve", "{}", "1", 412)
	c.ask("POST", path+"/approve", `{"intents":["99"]}`, "", 409)
	c.scopes = api.ReadScopes()
	c.ask("POST", path+"/approve", "{}", made.ETag, 403)
	c.scopes = api.Scopes
	c.ask("POST", path+"/approve", "{}", made.ETag, 200)
	<-c.sent
	intent := c.ask("GET", "/api/v1/intents/"+*made.Intents[0].ID, "", "", 200)
	if intent.State != "done" || len(intent.Attempts) != 1 || intent.Attempts[0].Outcome != "applied" || c.kiosk.stock != "3" {
		t.Fatalf("%+v", intent)
	}
	if home := c.home(); len(home.Needs) != 0 {
		t.Errorf("%+v", home.Needs)
	}
	if done := c.ask("GET", path, "", "", 200); done.State != "done" || done.Counts.Done != 1 || done.Undoable != 1 {
		t.Errorf("%+v", done)
	}
	back := c.ask("POST", path+"/undo", "{}", "", 201)
	if back.Intents[0].Wanted != "5" || *back.Intents[0].Undoes != *made.Intents[0].ID {
		t.Fatalf("%+v", back)
	}
	if put := c.ask("POST", "/api/v1/plans/"+*back.ID+"/discard", "", "", 200); put.State != "discarded" || put.Counts.Superseded != 1 {
		t.Errorf("%+v", put)
	}
	c.ask("POST", "/api/v1/intents/"+*made.Intents[0].ID+"/retry", "", "", 409)
	c.ask("POST", "/api/v1/intents/"+*made.Intents[0].ID+"/drop", "", "", 409)
	if none := c.ask("POST", "/api/v1/connections/1/plans", "{}", "", 201); none.ID != nil || len(none.Intents) != 0 {
		t.Errorf("%+v", none)
	}
}

func TestAskingForWhatIsNotThere(t *testing.T) {
	c := openCounter(t)
	c.ask("GET", "/api/v1/plans/9", "", "", 404)
	c.ask("GET", "/api/v1/intents/9", "", "", 404)
	c.ask("GET", "/api/v1/connections/9/plan", "", "", 404)
	c.ask("POST", "/api/v1/orders/9/push", `{"operation":"order.cancel"}`, "", 404)
	c.ask("POST", "/api/v1/orders/9/push", `{"operation":"stock.set"}`, "", 422)
	c.ask("POST", "/api/v1/orders/9/push", `{"operation":"order.refund","lines":[{"line":"1","quantity":"two"}]}`, "", 422)
}
