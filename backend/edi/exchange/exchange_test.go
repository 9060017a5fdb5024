package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// TestOrderComesIn takes an 850 in: an order with its people and lines in the partner's channel, and the 997 in the outbox.
func TestOrderComesIn(t *testing.T) {
	h := opened(t, store.Options{})
	i := h.take(h.sample(po))
	h.counts(i, tabular.Counts{New: 1})
	o := h.order("4500123456")
	if o.Channel != bigmart || o.Currency != "USD" || len(o.Goods()) != 2 || o.Lines[0].SKU != "MUG-BLU" || o.Lines[0].BuyerItemCode != "0098123" || o.Lines[0].Quantity != "24" ||
		o.Total.Minor != 28700 || o.Discount.Minor != 2500 || o.Stage() != "to_ship" || o.ShipBy.String() != "2026-11-10T23:59:59Z" {
		t.Errorf("%+v", o)
	}
	to, _ := o.Party("ship_to")
	if to.Name != "BIGMART STORE 0042" || to.City != "SPRINGFIELD" {
		t.Errorf("goes to %+v", to)
	}
	d := h.one("850")
	if d.Status != exchange.Taken || d.Ack != exchange.Accepted || d.OrderID != o.ID || d.Words != "2 lines, for 2 stores" {
		t.Errorf("%+v", d)
	}
	ack := h.one("997")
	if ack.Direction != exchange.Out || d.AckID != ack.ID || ack.Delivery != exchange.Sent || ack.File != "997-BIGMART-000000001.edi" {
		t.Errorf("%+v", ack)
	}
	text := h.files()[ack.File]
	if !strings.Contains(text, "AK1*PO*101~") || !strings.Contains(text, "AK9*A*1*1*1~") || !strings.Contains(text, "*12*SMALLWORKS     *ZZ*BIGMART ") {
		t.Errorf("in the outbox lies\n%s", text)
	}
}

// TestSentAgain takes the same interchange in again, alone and beside a new one: nothing changes, and it is named.
func TestSentAgain(t *testing.T) {
	h := opened(t, store.Options{})
	text := h.sample(po)
	h.take(text)
	again := h.take("\n" + text)
	h.counts(again, tabular.Counts{Same: 1})
	next := strings.NewReplacer("000000101", "000000102", "4500123456", "4500123457", "*101*X*", "*102*X*", "GE*1*101", "GE*1*102").Replace(text)
	h.counts(h.take(text+next+next), tabular.Counts{Same: 2, New: 1})
	if all := h.documents(exchange.Filter{Type: "850"}); len(all) != 2 {
		t.Errorf("%d orders are kept", len(all))
	}
	if files := h.files(); len(files) != 2 {
		t.Errorf("%d files lie in the outbox", len(files))
	}
	views, err := h.im.Records(context.Background(), again.ID, tabular.RecordFilter{Limit: 5})
	h.must(err)
	if len(views) != 1 || len(views[0].Problems) != 1 || !strings.Contains(views[0].Problems[0].Message, "000000101 of BIGMART came before") {
		t.Errorf("%+v", views)
	}
}

// TestNumberUsedTwice refuses another interchange under a number that was used, and says so to the partner.
func TestNumberUsedTwice(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	i := h.take(strings.ReplaceAll(h.sample(po), "4500123456", "4500999999"))
	h.counts(i, tabular.Counts{Error: 1})
	files := h.files()
	if text := files["TA1-BIGMART-000000002.edi"]; !strings.Contains(text, "TA1*000000101*261102*0815*R*025~") {
		t.Errorf("in the outbox lie %v", files)
	}
	h.counts(h.take(strings.ReplaceAll(h.sample(po), "4500123456", "4500999999")), tabular.Counts{Error: 1})
	if len(h.files()) != 2 {
		t.Error("it was refused twice")
	}
}

// TestBrokenBesideGood puts a broken order into quarantine with its place, takes the good one over, and answers in part.
func TestBrokenBesideGood(t *testing.T) {
	h := opened(t, store.Options{})
	text := h.sample(po)
	from, to := strings.Index(text, "ST*850"), strings.Index(text, "GE*1*101")
	second := strings.NewReplacer("ST*850*0001", "ST*850*0002", "SE*32*0001", "SE*32*0002", "4500123456", "4500123457", "BEG*00*SA", "BEG*XX*").Replace(text[from:to])
	text = text[:to] + second + "GE*2*101" + text[to+len("GE*1*101"):]
	i := h.take(text)
	h.counts(i, tabular.Counts{New: 1, Error: 1})
	problems, _, err := h.im.Problems(context.Background(), i.ID, 10)
	h.must(err)
	if len(problems) == 0 || problems[0].Column != "BEG02" && problems[0].Column != "BEG01" || problems[0].Row == 0 {
		t.Errorf("%+v", problems)
	}
	waiting, err := h.store.Quarantine(context.Background(), 0, 10)
	h.must(err)
	if len(waiting) != 1 || waiting[0].Source != "edi" {
		t.Errorf("in quarantine: %+v", waiting)
	}
	ack := h.files()["997-BIGMART-000000001.edi"]
	if !strings.Contains(ack, "AK9*P*2*2*1~") || !strings.Contains(ack, "AK2*850*0002~") {
		t.Errorf("answered with\n%s", ack)
	}
	var failed strings.Builder
	h.must(h.im.FailedRows(context.Background(), i.ID, &failed))
	if !strings.Contains(failed.String(), "BEG*XX*") || strings.Contains(failed.String(), "*0001~\nBEG*00") {
		t.Errorf("failed documents are\n%s", failed.String())
	}
}

// TestAcksAreNeverAcknowledged keeps a 997 that answers nothing, unmatched, and writes nothing.
func TestAcksAreNeverAcknowledged(t *testing.T) {
	h := opened(t, store.Options{})
	h.counts(h.take(h.sample("x12/testdata/997.edi")), tabular.Counts{New: 1})
	if files := h.files(); len(files) != 0 {
		t.Errorf("answered with %v", files)
	}
	if all := h.documents(exchange.Filter{Show: "unmatched"}); len(all) != 1 || all[0].Type != "997" {
		t.Errorf("unmatched: %+v", all)
	}
}

// TestChange lays an 860 over the order, as a plan shows it, and undo takes it back.
func TestChange(t *testing.T) {
	for _, c := range []struct{ po, change, number, line, before, after string }{
		{po, change, "4500123456", "MUG-BLU", "24", "30"},
		{orders, ordchg, "450012877", "", "", ""},
	} {
		t.Run(c.change, func(t *testing.T) {
			h := opened(t, store.Options{})
			h.counts(h.plan(h.sample(c.change)), tabular.Counts{Error: 1})
			h.take(h.sample(c.po))
			before := h.order(c.number)
			i := h.plan(h.sample(c.change))
			h.counts(i, tabular.Counts{Changed: 1})
			views, err := h.im.Records(context.Background(), i.ID, tabular.RecordFilter{Limit: 5})
			h.must(err)
			if len(views[0].Changes) == 0 {
				t.Error("the plan shows no change")
			}
			_, done, err := h.im.Apply(context.Background(), i.ID)
			h.must(err)
			<-done
			h.counts(h.read(i.ID), tabular.Counts{Changed: 1})
			after := h.order(c.number)
			if c.line != "" && (before.Lines[0].Quantity != "24" || after.Lines[0].Quantity != "30" || after.Lines[1].Quantity != "0" || after.Source != "EDI 850") {
				t.Errorf("before %+v\nafter %+v", before.Lines, after.Lines)
			}
			h.undo(i.ID)
			if back := h.order(c.number); back.Lines[0].Quantity != before.Lines[0].Quantity || back.Lines[1].Quantity != before.Lines[1].Quantity {
				t.Errorf("after undo %+v", back.Lines)
			}
		})
	}
}

// TestOrderAndChangeInOneFile takes both over, in their order.
func TestOrderAndChangeInOneFile(t *testing.T) {
	h := opened(t, store.Options{})
	text := h.sample(po) + h.sample(change)
	h.counts(h.plan(text), tabular.Counts{New: 1, Changed: 1})
	h.counts(h.take(text), tabular.Counts{New: 1, Changed: 1})
	if o := h.order("4500123456"); o.Lines[0].Quantity != "30" {
		t.Errorf("%+v", o.Lines)
	}
}

// TestKnownOrderThatDiffers is a change for a person, and waits where nobody looks.
func TestKnownOrderThatDiffers(t *testing.T) {
	h := opened(t, store.Options{})
	h.look(h.sample(po))
	other := strings.NewReplacer("000000101", "000000201", "*101*X*", "*201*X*", "GE*1*101", "GE*1*201", "PO1*1*24", "PO1*1*20", "CTT*2*36", "CTT*2*32").Replace(h.sample(po))
	h.counts(h.look(other), tabular.Counts{Error: 1})
	if o := h.order("4500123456"); o.Lines[0].Quantity != "24" {
		t.Errorf("%+v", o.Lines)
	}
	d := h.documents(exchange.Filter{Type: "850"})[0]
	if d.Status != exchange.Waits || d.Ack != exchange.Accepted {
		t.Errorf("%+v", d)
	}
	result, err := h.im.Retry(context.Background(), nil)
	h.must(err)
	if result.Applied != 1 {
		t.Errorf("%+v", result)
	}
	if o := h.order("4500123456"); o.Lines[0].Quantity != "20" {
		t.Errorf("after trying again %+v", o.Lines)
	}
	if d = h.documents(exchange.Filter{Type: "850"})[0]; d.Status != exchange.Taken || d.OrderID == 0 {
		t.Errorf("%+v", d)
	}
}

// TestUndo takes an import back; what was delivered is said to stay, and the same file is not acknowledged twice.
func TestUndo(t *testing.T) {
	h := opened(t, store.Options{})
	i := h.take(h.sample(po))
	plan, err := h.im.PlanUndo(context.Background(), i.ID)
	h.must(err)
	if plan.Removed != 1 || len(plan.Left) != 1 {
		t.Errorf("%+v", plan)
	}
	h.undo(i.ID)
	if all := h.documents(exchange.Filter{Type: "850"}); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	h.counts(h.take(h.sample(po)), tabular.Counts{New: 1})
	if files := h.files(); len(files) != 1 {
		t.Errorf("acknowledged again: %v", files)
	}
	if d := h.one("850"); d.Ack != exchange.Accepted || d.AckID == 0 {
		t.Errorf("%+v", d)
	}
}

// TestAnswersInPart walks an order through partial answer, shipments and invoices; all of it lints clean, in consecutive
// numbers, and the partner's acknowledgements and payment find what they are about.
func TestAnswersInPart(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	d := h.one("850")
	asks := []exchange.Ask{
		{Kind: "855", Number: "SO-1", Lines: []exchange.AskLine{{Line: "1", Quantity: "24"}, {Line: "2", Quantity: "6", Later: "4"}}},
		{Kind: "856", Number: "SHIP-1", Carrier: "XMPL", SSCC: []string{"106141410000000017"}, Lines: []exchange.AskLine{{Line: "1", Quantity: "24"}, {Line: "2", Quantity: "6"}}},
		{Kind: "810", Number: "INV-1"},
		{Kind: "856", Number: "SHIP-2"},
		{Kind: "810", Number: "INV-2"},
	}
	for n, ask := range asks {
		shown, err := h.edi.Answer(t.Context(), d.ID, ask, false)
		h.must(err)
		made, err := h.edi.Answer(t.Context(), d.ID, ask, true)
		h.must(err)
		if shown.Text != made.Text || made.Document.ID == 0 || made.Document.Delivery != exchange.Sent {
			t.Errorf("%s: shown and made differ, or it is not sent: %+v", ask.Kind, made.Document)
		}
		if want := "00000000" + string(rune('2'+n)); made.Document.Interchange != want {
			t.Errorf("%s has number %s, expected %s", ask.Kind, made.Document.Interchange, want)
		}
		clean(t, made.Text)
	}
	files := h.files()
	for name, wants := range map[string][]string{
		"855-BIGMART-000000002.edi": {"BAK*00*AC*4500123456*20261102", "ACK*IA*24*EA", "PO1*2*12*EA", "ACK*IA*6*EA", "ACK*IB*4*EA", "ACK*IR*2*EA"},
		"856-BIGMART-000000003.edi": {"SN1*1*24*EA", "SN1*2*6*EA", "MAN*GM*00106141410000000017"},
		"810-BIGMART-000000004.edi": {"IT1*1*24*EA", "IT1*2*6*EA", "SAC*A*C310***2500"},
		"856-BIGMART-000000005.edi": {"SN1*2*4*EA"},
		"810-BIGMART-000000006.edi": {"IT1*2*4*EA", "TDS*4600"},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%q is not in %s\n%s", want, name, files[name])
			}
		}
	}
	_, err := h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "856", Number: "SHIP-3"}, true)
	refused(t, err, fault.Conflict, "been shipped")
	_, err = h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "810", Number: "INV-1", Lines: []exchange.AskLine{{Line: "1", Quantity: "1"}}}, true)
	refused(t, err, fault.Conflict, "made before")
	_, err = h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "856", Number: "SHIP-3", Lines: []exchange.AskLine{{Line: "1", Quantity: "1"}}}, true)
	refused(t, err, fault.Invalid, "24 were ordered")
	h.theyAnswer(d)
}

// theyAnswer has the partner acknowledge the 855, refuse an 810, and pay the other.
func (h *house) theyAnswer(d exchange.Document) {
	h.t.Helper()
	ack := h.sample("x12/testdata/997.edi")
	ack = strings.NewReplacer("AK1*PR*102", "AK1*PR*2", "AK3*ACK*7**8~\nAK4*1*668*7*IX~\nAK5*R*5~\nAK9*R*1*1*0", "AK5*A~\nAK9*A*1*1*1", "SE*8", "SE*6").Replace(ack)
	h.counts(h.take(ack), tabular.Counts{New: 1})
	if one := h.one("855"); one.Ack != exchange.Accepted || one.AckID == 0 {
		h.t.Errorf("%+v", one)
	}
	no := strings.NewReplacer("000000114", "000000115", "AK1*PR*102", "AK1*IN*0006", "AK2*855", "AK2*810").Replace(h.sample("x12/testdata/997.edi"))
	h.counts(h.take(no), tabular.Counts{New: 1})
	invoices := h.documents(exchange.Filter{Type: "810"})
	if invoices[0].Ack != exchange.Rejected || invoices[1].Ack != "" {
		h.t.Errorf("%+v", invoices)
	}
	pays := strings.NewReplacer("INV-9001", "INV-1", "INV-9002", "INV-2").Replace(h.sample("x12/testdata/820.edi"))
	h.counts(h.take(pays), tabular.Counts{New: 1})
	chain, err := h.store.DocumentsAround(context.Background(), d)
	h.must(err)
	var kinds []string
	for _, one := range chain {
		kinds = append(kinds, one.Type)
	}
	if got := strings.Join(kinds, " "); got != "850 997 855 856 810 856 810 997 997 820 997" {
		h.t.Errorf("the chain is %s", got)
	}
}

func refused(t *testing.T, err error, code fault.Code, words string) {
	t.Helper()
	if !fault.Is(err, code) || !strings.Contains(err.Error(), words) {
		t.Errorf("%v, expected %s about %q", err, code, words)
	}
}

// clean fails unless a text has no fault at all.
func clean(t *testing.T, text string) {
	t.Helper()
	report, err := desk.Lint(strings.NewReader(text), desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range report.Interchanges {
		for _, g := range x.Groups {
			for _, s := range g.Sets {
				for _, e := range append(append(s.Errors, g.Errors...), x.Errors...) {
					if e.Level != edi.Hint.Word() {
						t.Errorf("%s in\n%s", e.Message, text)
					}
				}
			}
		}
	}
}

// TestEDIFACT walks an ORDERS through the same.
func TestEDIFACT(t *testing.T) {
	h := opened(t, store.Options{})
	h.counts(h.take(h.sample(orders)), tabular.Counts{New: 1})
	d := h.one("ORDERS")
	if o := h.order("450012877"); o.Currency != "EUR" || o.Lines[0].Quantity != "48" || d.Ack != exchange.Accepted {
		t.Errorf("%+v %+v", o, d)
	}
	for _, ask := range []exchange.Ask{{Kind: "ORDRSP", Number: "AB-1", Lines: []exchange.AskLine{{Line: "1", Quantity: "40", Later: "8"}}}, {Kind: "DESADV", Number: "L-1", Lines: []exchange.AskLine{{Line: "1", Quantity: "40"}}},
		{Kind: "INVOIC", Number: "R-1", TaxRate: "21"}} {
		made, err := h.edi.Answer(t.Context(), d.ID, ask, true)
		h.must(err)
		clean(t, made.Text)
	}
	contrl := h.files()["CONTRL-5099999000011-1.edi"]
	if !strings.Contains(contrl, "UCI+NW000417+") {
		t.Errorf("acknowledged with %q", contrl)
	}
	reply := "UNB+UNOC:3+5099999000011:14+8719999000015:14+261102:1000+NW9'UNH+1+CONTRL:D:3:UN'UCI+3+8719999000015:14+5099999000011:14+7'UNT+3+1'UNZ+1+NW9'"
	h.counts(h.take(reply), tabular.Counts{New: 1})
	if one := h.one("DESADV"); one.Ack != exchange.Accepted {
		t.Errorf("%+v", one)
	}
	if one := h.one("INVOIC"); one.Ack != "" {
		t.Errorf("%+v", one)
	}
}

// TestWaiting says who is late with what.
func TestWaiting(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	d := h.one("850")
	says := func() (all []string) {
		chain, err := h.store.DocumentsAround(t.Context(), d)
		h.must(err)
		clock, err := h.store.OrderClock(t.Context(), d.OrderID)
		h.must(err)
		for _, w := range exchange.WaitingOf(chain, exchange.Usual, clock, h.store.Now()) {
			late := ""
			if w.Late {
				late = " late"
			}
			all = append(all, w.Who+" "+w.Kind+late)
		}
		return all
	}
	if got := strings.Join(says(), ", "); got != "us 855, us 856" {
		t.Error(got)
	}
	h.waits(1, 0)
	h.now = h.now.Add(25 * time.Hour)
	if got := strings.Join(says(), ", "); got != "us 855 late, us 856" {
		t.Error(got)
	}
	h.waits(1, 1)
	_, err := h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "855", Number: "SO-1"}, true)
	h.must(err)
	h.now = h.now.Add(25 * time.Hour)
	if got := strings.Join(says(), ", "); got != "us 856, partner 997 late" {
		t.Error(got)
	}
	h.waits(0, 0)
	no := strings.NewReplacer("AK1*PR*102", "AK1*PR*2").Replace(h.sample("x12/testdata/997.edi"))
	h.take(no)
	if got := strings.Join(says(), ", "); got != "us 855 late, us 856, us 855" {
		t.Error(got)
	}
	if d := h.one("855"); len(d.Problems) != 2 || !strings.Contains(d.Problems[1].Message, "segment ACK 7, element 1") {
		t.Errorf("%+v", d.Problems)
	}
	h.waits(2, 2)
}

// waits compares what waits for the merchant, counted and listed.
func (h *house) waits(all, late int) {
	h.t.Helper()
	n, l, err := h.store.EDIWaiting(h.t.Context())
	h.must(err)
	if listed := h.documents(exchange.Filter{Show: "waiting"}); n != all || l != late || len(listed) != all {
		h.t.Errorf("%d wait, %d late, %d listed; expected %d, %d", n, l, len(listed), all, late)
	}
}

// TestTestsAreHeld takes in what is marked as a test as an order that nobody ships.
func TestTestsAreHeld(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(strings.Replace(h.sample(po), "*0*P*>", "*0*T*>", 1))
	if o := h.order("4500123456"); !o.Held || len(o.Tags) != 1 || o.Tags[0] != exchange.TestTag {
		t.Errorf("%+v", o)
	}
	if text := h.files()["997-BIGMART-000000001.edi"]; !strings.Contains(text, "*0*T*>") {
		t.Errorf("answered with\n%s", text)
	}
}

// TestOwnFileIsNotTakenIn skips what we sent ourselves.
func TestOwnFileIsNotTakenIn(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	made, err := h.edi.Answer(t.Context(), h.one("850").ID, exchange.Ask{Kind: "855", Number: "SO-1"}, true)
	h.must(err)
	h.counts(h.take(made.Text), tabular.Counts{Skipped: 1})
	channels, err := h.store.Channels(t.Context())
	h.must(err)
	if len(channels) != 1 {
		t.Errorf("%+v", channels)
	}
}

// TestOutboxThatFails keeps what is made until the folder takes it, and puts it there once.
func TestOutboxThatFails(t *testing.T) {
	h := opened(t, store.Options{})
	gone := filepath.Join(h.outbox, "gone")
	h.must(os.Mkdir(gone, 0o700))
	h.must(h.store.SetSettings(t.Context(), map[string]string{exchange.OutboxSetting: gone}, -1))
	h.must(os.Remove(gone))
	h.take(h.sample(po))
	if ack := h.one("997"); ack.Delivery != exchange.Prepared {
		t.Errorf("%+v", ack)
	}
	h.must(os.Mkdir(gone, 0o700))
	h.must(h.edi.Settle(t.Context()))
	h.must(h.edi.Settle(t.Context()))
	entries, err := os.ReadDir(gone)
	h.must(err)
	if ack := h.one("997"); ack.Delivery != exchange.Sent || len(entries) != 1 {
		t.Errorf("%+v, %d files", ack, len(entries))
	}
}

// TestFoldedChanges lays changes over an order one after the other; what they are laid over stays.
func TestFoldedChanges(t *testing.T) {
	line := func(number, quantity string) trade.Line { return trade.Line{Number: number, Quantity: quantity} }
	base := exchange.Told{Kind: "850", Order: &trade.Order{Number: "1", Lines: []trade.Line{line("1", "5"), line("2", "6")}}}
	first := exchange.Told{Kind: "860", Order: &trade.Order{Number: "1", Lines: []trade.Line{line("1", "7")}}}
	second := exchange.Told{Kind: "860", Order: &trade.Order{Number: "1", Lines: []trade.Line{line("2", "8")}}}
	o := exchange.Folded([]exchange.Told{base, first, second})
	if o == nil || o.Lines[0].Quantity != "7" || o.Lines[1].Quantity != "8" || base.Order.Lines[0].Quantity != "5" {
		t.Errorf("%+v", o)
	}
	if exchange.Folded([]exchange.Told{first}) != nil {
		t.Error("a change alone is an order")
	}
}
