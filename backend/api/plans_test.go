package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
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

// kiosk sells one thing, and lets its stock be set.
type kiosk struct{ stock string }

func (k *kiosk) Manifest() channel.Manifest {
	return channel.Manifest{ID: "kiosk", Name: "Kiosk", Kind: "other", PageSize: 10, Writes: []channel.Write{{Operation: channel.SetStock, Batch: 1}},
		Streams: []channel.StreamInfo{{Stream: channel.Products, Every: time.Hour}, {Stream: channel.Stock, Every: time.Hour}}}
}

func (k *kiosk) Check(context.Context, channel.Session) (channel.Account, error) {
	return channel.Account{ID: "k", Name: "Kiosk", Currency: "USD"}, nil
}

func (k *kiosk) Pull(context.Context, channel.Session, channel.PullRequest) (channel.Page, error) {
	return channel.Page{Done: true, Items: []channel.Item{{ID: "7", Raw: []byte(`{"stock":"` + k.stock + `"}`)}}}, nil
}

func (k *kiosk) Read(stream channel.Stream, raw []byte, _ channel.Account) (channel.Record, []fault.Problem) {
	if stream == channel.Products {
		return channel.Record{Name: "MUG", Listing: &channel.Listing{ExternalID: "7", SKU: "MUG", Title: "Mug", ProductTitle: "Mug", Tracked: true}}, nil
	}
	var is struct{ Stock string }
	_ = json.Unmarshal(raw, &is)
	return channel.Record{Name: "MUG", Levels: []channel.Level{{ListingID: "7", SKU: "MUG", Quantity: commerce.Decimal(is.Stock), Tracked: true}}}, nil
}

func (k *kiosk) SetStock(_ context.Context, _ channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	k.stock = string(intents[0].Quantity)
	return []channel.Outcome{{Result: channel.Applied}}, nil
}

func (k *kiosk) Find(context.Context, channel.Session, channel.Intent) (channel.Outcome, error) {
	return channel.Outcome{Result: channel.NotDone}, nil
}

func (k *kiosk) Observe(context.Context, channel.Session, []channel.Intent) ([]string, error) {
	return []string{k.stock}, nil
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
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{t: t, kiosk: &kiosk{stock: "5"}, sent: make(chan syncing.Progress, 100), scopes: api.Scopes}
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
	count(t, s, connection.ChannelID)
	c.handler = api.New(api.Deps{Store: s, Engine: engine})
	return c
}

// count says that three mugs lie here.
func count(t *testing.T, s *store.Store, channelID int64) {
	t.Helper()
	err := s.InTx(t.Context(), false, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		_, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: intake.Stated{Kind: intake.StockCounts, Values: map[string]string{"sku": "MUG", "on_hand": "3"}},
			Payload: &journal.Payload{}, Message: journal.Message{ChannelID: channelID, RunID: run.ID, Kind: "stock_level", Name: "MUG", Rows: []int{2}}})
		return err
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
