package exchange_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// planned plans what a document says, as the window does, and applies it.
func (h *house) planned(d exchange.Document) tabular.Import {
	h.t.Helper()
	table, err := h.edi.AsTable(h.t.Context(), d.ID)
	h.must(err)
	var text strings.Builder
	h.must(csv.NewWriter(&text).WriteAll(table.Rows))
	file, recognition, err := h.im.Receive(h.t.Context(), table.Name, strings.NewReader(text.String()))
	h.must(err)
	if recognition.Format != table.Format || recognition.Confidence < 0.99 {
		h.t.Errorf("the file of the document is recognised as %s (%v)", recognition.Format, recognition.Confidence)
	}
	i, done, err := h.im.Start(h.t.Context(), tabular.Request{FileID: file.ID, FileName: table.Name, Format: table.Format, Channel: table.Channel, Mode: table.Mode})
	h.must(err)
	<-done
	_, done, err = h.im.Apply(h.t.Context(), i.ID)
	h.must(err)
	<-done
	return h.read(i.ID)
}

// pays is an 820 under a number that pays documents: what is paid, its amount, a discount and what was taken off.
func pays(h *house, control string, items ...[5]string) string {
	text := strings.ReplaceAll(h.sample("x12/testdata/820.edi"), "000000108", control)
	head, _, _ := strings.Cut(text, "RMR*")
	body := ""
	for _, i := range items {
		body += fmt.Sprintf("RMR*IV*%s**%s*%s*%s~\n", i[0], i[1], i[2], i[3])
		if i[4] != "" {
			body += "ADX*" + i[4] + "*01~\n"
		}
	}
	segments := strings.Count(head[strings.Index(head, "ST*820"):]+body, "~") + 1
	return head + body + fmt.Sprintf("SE*%d*0001~\nGE*1*108~\nIEA*1*%s~\n", segments, control)
}

// TestPaymentIsRecorded lays what an 820 pays over the orders of its invoices: in part, then in full, and never twice; it can be taken back.
func TestPaymentIsRecorded(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	d := h.one("850")
	for _, ask := range []exchange.Ask{{Kind: "855", Number: "SO-1"}, {Kind: "856", Number: "SHIP-1"}, {Kind: "810", Number: "INV-1"}} {
		_, err := h.edi.Answer(t.Context(), d.ID, ask, true)
		h.must(err)
	}
	text, err := h.store.EDIText(t.Context(), h.one("810").ID)
	h.must(err)
	said, err := desk.Read(strings.NewReader(text), desk.Options{})
	h.must(err)
	total := said[0].Invoice.Total
	h.take(pays(h, "000000108", [5]string{"INV-1", "200", total, "5", "-20.75"}, [5]string{"INV-UNKNOWN", "1", "1", "", ""}))
	first := h.one("820")
	i := h.planned(first)
	h.counts(i, tabular.Counts{Changed: 1, Skipped: 1})
	o := h.order("4500123456")
	if o.Financial != "partially_paid" || !o.Outstanding.Stated || o.PaidAt != 0 {
		t.Errorf("paid in part: %s, %+v", o.Financial, o.Outstanding)
	}
	left := float64(o.Outstanding.Minor) / 100
	if want := amountOf(total) - 200 - 5 + 20.75; fmt.Sprintf("%.2f", left) != fmt.Sprintf("%.2f", want) {
		t.Errorf("%.2f is left of %s, expected %.2f", left, total, want)
	}
	h.counts(h.planned(first), tabular.Counts{Same: 1, Skipped: 1})
	h.take(pays(h, "000000109", [5]string{"INV-1", fmt.Sprintf("%.2f", left), total, "", ""}))
	second := h.documents(exchange.Filter{Type: "820"})[0]
	last := h.planned(second)
	h.counts(last, tabular.Counts{Changed: 1})
	if o = h.order("4500123456"); o.Financial != "paid" || o.Outstanding.Minor != 0 || o.PaidAt.String()[:10] != "2026-12-11" {
		t.Errorf("paid in full: %s, %+v, %v", o.Financial, o.Outstanding, o.PaidAt)
	}
	chain, err := h.store.DocumentsAround(t.Context(), d)
	h.must(err)
	paid, err := h.edi.Payments(t.Context(), chain)
	h.must(err)
	if len(paid) != 2 || paid[0].Paid != "200" || paid[0].Adjusted != "-20.75" || paid[0].Why == "" || paid[1].DocumentID != second.ID {
		t.Errorf("%+v", paid)
	}
	h.undo(last.ID)
	if o = h.order("4500123456"); o.Financial != "partially_paid" {
		t.Errorf("taken back: %s", o.Financial)
	}
}

func amountOf(text string) (amount float64) {
	_, _ = fmt.Sscan(text, &amount)
	return amount
}

// TestStockReportIsCounted makes counts of an 846 and an INVRPT, by a plan; an order is no report.
func TestStockReportIsCounted(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample("x12/testdata/846.edi"))
	table, err := h.edi.AsTable(t.Context(), h.one("846").ID)
	h.must(err)
	want := "[[SKU GTIN Location On hand Counted at Reported as] [MUG-BLU 614141000012 SMALLWORKS MAIN 480 2026-11-02 available for sale] [BOWL-GRN 614141000029 SMALLWORKS MAIN 0 2026-11-02 available for sale]]"
	if got := fmt.Sprint(table.Rows); got != want {
		t.Errorf("%s", got)
	}
	if table.Name != "846 INV20261102 SMALLWORKS.csv" {
		t.Errorf("%q", table.Name)
	}
	i := h.planned(h.one("846"))
	if i.Counts.New+i.Counts.Error != 2 {
		t.Errorf("%+v", i.Counts)
	}
	h.take(h.sample("edifact/testdata/good/invrpt-d96a.edi"))
	if table, err = h.edi.AsTable(t.Context(), h.one("INVRPT").ID); err != nil || len(table.Rows) != 3 || table.Rows[1][3] != "120" || table.Rows[1][1] != "8719999100012" {
		t.Errorf("%v %v", table.Rows, err)
	}
	h.take(h.sample(po))
	_, err = h.edi.AsTable(t.Context(), h.one("850").ID)
	refused(t, err, fault.Invalid, "counted or paid")
}
