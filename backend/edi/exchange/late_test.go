package exchange_test

import (
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/store"
)

// concerns are what a person is told of, in words.
func (h *house) concerns() (all []string) {
	h.t.Helper()
	found, err := h.edi.Concerns(h.t.Context())
	h.must(err)
	for _, c := range found {
		if c.Remedy == "" || c.Latest == 0 || c.PartnerID == 0 || strings.Contains(c.Title+c.Words, "%!") {
			h.t.Errorf("%+v", c)
		}
		all = append(all, c.Title+": "+c.Words)
	}
	return all
}

func (h *house) told(want ...string) {
	h.t.Helper()
	if got := h.concerns(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		h.t.Errorf("told\n%s\nexpected\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLate tells in words what is late: answers that we owe, and acknowledgements that never came.
func TestLate(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	h.told()
	h.now = h.now.Add(25 * time.Hour)
	h.told("“BIGMART” waits for an answer: Order 4500123456 was to be answered by Tuesday 3 November, 09:00.")
	next := strings.NewReplacer("000000101", "000000102", "4500123456", "4500123457", "*101*X*", "*102*X*", "GE*1*101", "GE*1*102").Replace(h.sample(po))
	h.take(next)
	h.now = h.now.Add(25 * time.Hour)
	h.told("“BIGMART” waits for an answer: 2 orders were to be answered, the first of them, 4500123456, by Tuesday 3 November, 09:00.")
	for _, d := range h.documents(exchange.Filter{Type: "850"}) {
		_, err := h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "855", Number: "SO-" + d.Number}, true)
		h.must(err)
	}
	h.told()
	h.now = h.now.Add(25 * time.Hour)
	h.told("“BIGMART” has not acknowledged: 2 documents were not acknowledged; the first of them, SO-4500123456, was to be by Thursday 5 November, 11:00.")
	h.now = time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)
	if got := h.concerns(); len(got) != 2 || got[1] != "“BIGMART” waits for a ship notice: 2 ship notices were due, the first of them, of order 4500123456, by Wednesday 11 November, 23:59." {
		t.Errorf("%q", got)
	}
	h.now = h.now.Add(100 * 24 * time.Hour)
	h.told() // what is older than ninety days is past help
}

// TestLateInvoice tells of an invoice that does not follow its shipment, and of a document that did not leave.
func TestLateInvoice(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	h.must(h.store.SetSettings(t.Context(), map[string]string{exchange.OutboxSetting: ""}, -1))
	_, err := h.edi.Answer(t.Context(), h.one("850").ID, exchange.Ask{Kind: "856", Number: "SHIP-1"}, true)
	h.must(err)
	h.now = h.now.Add(73 * time.Hour)
	h.told("A document for “BIGMART” has not left: 856 SHIP-1 was to leave by Tuesday 3 November, 09:00, and is not in the outbox.",
		"“BIGMART” waits for an invoice: The invoice of order 4500123456 was due by Thursday 5 November, 09:00.")
}

// TestCancelledOrderIsOwedNothing waits for no answer to an order that was called off.
func TestCancelledOrderIsOwedNothing(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	h.waits(1, 0)
	off := strings.NewReplacer("000000101", "000000102", "BEG*00", "BEG*01", "*101*X*", "*102*X*", "GE*1*101", "GE*1*102").Replace(h.sample(po))
	h.take(off)
	if o := h.order("4500123456"); o.Stage() != "cancelled" {
		t.Fatalf("the order is %s", o.Stage())
	}
	h.now = h.now.Add(40 * 24 * time.Hour)
	h.told()
	h.waits(0, 0)
}
