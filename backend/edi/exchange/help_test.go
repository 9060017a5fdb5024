package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// house is a workspace that exchanges EDI.
type house struct {
	t      *testing.T
	now    time.Time
	store  *store.Store
	im     *tabular.Importer
	edi    *exchange.Exchange
	outbox string
}

func opened(t *testing.T, options store.Options) *house {
	t.Helper()
	return openedIn(t, t.TempDir(), options)
}

func openedIn(t *testing.T, folder string, options store.Options) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), outbox: filepath.Join(t.TempDir())}
	if options.Now == nil {
		options.Now = func() time.Time { return h.now }
	}
	var err error
	h.store, err = store.Open(t.Context(), folder, options)
	h.must(err)
	h.im = tabular.NewImporter(h.store, nil)
	h.edi = exchange.New(h.store)
	h.im.OnExchange(h.edi.Settle)
	t.Cleanup(h.close)
	h.must(h.store.SetSettings(t.Context(), map[string]string{exchange.OutboxSetting: h.outbox, "zone": "UTC"}, -1))
	return h
}

func (h *house) close() {
	h.im.Close()
	_ = h.store.Close()
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// sample is a file of one of the syntaxes' own tests.
func (h *house) sample(path string) string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	h.must(err)
	return string(text)
}

const (
	po      = "x12/testdata/850.edi"
	change  = "x12/testdata/860.edi"
	orders  = "edifact/testdata/good/orders-d96a.edi"
	ordchg  = "edifact/testdata/good/ordchg-d96a.edi"
	bigmart = "BIGMART"
)

// plan plans a file, as a person would.
func (h *house) plan(text string) tabular.Import {
	h.t.Helper()
	file, _, err := h.im.Receive(context.Background(), "order.edi", strings.NewReader(text))
	h.must(err)
	i, done, err := h.im.Start(context.Background(), tabular.Request{FileID: file.ID})
	h.must(err)
	<-done
	return h.read(i.ID)
}

func (h *house) read(id int64) tabular.Import {
	h.t.Helper()
	i, err := h.im.Import(context.Background(), id)
	h.must(err)
	if i.Problem != nil {
		h.t.Fatalf("import %d: %+v", id, i.Problem)
	}
	return i
}

// take plans a file and applies the plan.
func (h *house) take(text string) tabular.Import {
	h.t.Helper()
	i := h.plan(text)
	_, done, err := h.im.Apply(context.Background(), i.ID)
	h.must(err)
	<-done
	return h.read(i.ID)
}

// look takes a file in as a schedule does.
func (h *house) look(text string) tabular.Import {
	h.t.Helper()
	file, _, err := h.im.Receive(context.Background(), "order.edi", strings.NewReader(text))
	h.must(err)
	i, err := h.im.Whole(context.Background(), tabular.Request{FileID: file.ID, Cause: journal.BySchedule})
	h.must(err)
	return h.read(i.ID)
}

func (h *house) undo(id int64) {
	h.t.Helper()
	_, done, err := h.im.Undo(context.Background(), id)
	h.must(err)
	<-done
	if i := h.read(id); i.State != tabular.Undone {
		h.t.Fatalf("undone import is %s", i.State)
	}
}

// counts compares an import's counts.
func (h *house) counts(i tabular.Import, want tabular.Counts) {
	h.t.Helper()
	got := i.Counts
	got.Warning = want.Warning
	if got != want {
		problems, _, _ := h.im.Problems(context.Background(), i.ID, 20)
		h.t.Fatalf("counts %+v, expected %+v; %+v", got, want, problems)
	}
}

func (h *house) documents(f exchange.Filter) []exchange.Document {
	h.t.Helper()
	f.Limit = 100
	all, err := h.store.EDIDocuments(context.Background(), f)
	h.must(err)
	return all
}

// one gives the only document of a type.
func (h *house) one(kind string) exchange.Document {
	h.t.Helper()
	all := h.documents(exchange.Filter{Type: kind})
	if len(all) != 1 {
		h.t.Fatalf("%d documents of type %s: %+v", len(all), kind, all)
	}
	return all[0]
}

func (h *house) order(number string) order.Order {
	h.t.Helper()
	rows, _, err := h.store.ListOrders(context.Background(), order.Filter{Number: number}, order.Page{})
	h.must(err)
	if len(rows) != 1 {
		h.t.Fatalf("%d orders are called %s", len(rows), number)
	}
	o, err := h.store.Lookup(context.Background()).LoadOrder(rows[0].ID)
	h.must(err)
	return *o
}

// files reads what lies in the outbox, by name.
func (h *house) files() map[string]string {
	h.t.Helper()
	entries, err := os.ReadDir(h.outbox)
	h.must(err)
	all := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(h.outbox, entry.Name()))
		h.must(err)
		all[entry.Name()] = string(text)
	}
	return all
}
