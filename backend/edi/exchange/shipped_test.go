package exchange_test

import (
	"strings"
	"testing"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

// ship imports tracking numbers as a warehouse's file states them.
func (h *house) ship(rows string) {
	h.t.Helper()
	h.bring("tracking", bigmart, "order_number,tracking,carrier,line_sku,quantity,shipped_at\n"+rows)
}

// bring imports a file whose columns are called as its fields.
func (h *house) bring(kind, channel, text string) {
	h.t.Helper()
	first, _, _ := strings.Cut(text, "\n")
	header := strings.Split(first, ",")
	p := format.Profile{Name: kind, Kind: kind, Headers: header}
	for _, name := range header {
		p.Columns = append(p.Columns, format.ProfileColumn{Names: []string{name}, To: []string{name}})
	}
	known, _, err := h.im.TakeProfile(h.t.Context(), p)
	h.must(err)
	file, _, err := h.im.Receive(h.t.Context(), kind+".csv", strings.NewReader(text))
	h.must(err)
	i, done, err := h.im.Start(h.t.Context(), tabular.Request{FileID: file.ID, Profile: known.ID, Channel: channel})
	h.must(err)
	<-done
	_, done, err = h.im.Apply(h.t.Context(), i.ID)
	h.must(err)
	<-done
	if i = h.read(i.ID); i.Counts.Error > 0 || i.Counts.New == 0 {
		problems, _, _ := h.im.Problems(h.t.Context(), i.ID, 10)
		h.t.Fatalf("%+v %+v", i.Counts, problems)
	}
}

// TestShipNoticeOfShipment makes an 856 of each shipment of an order: what lies in its package, its carrier, number and day; then invoices for
// what was shipped.
func TestShipNoticeOfShipment(t *testing.T) {
	h := opened(t, store.Options{})
	h.take(h.sample(po))
	h.ship("4500123456,1Z001,UPSN,MUG-BLU,24,2026-11-04T10:00:00Z\n4500123456,1Z002,Yellow Van,BOWL-GRN,5,2026-11-05T10:00:00Z\n")
	d := h.one("850")
	all, err := h.edi.Shipments(t.Context(), d.ID)
	h.must(err)
	if len(all) != 2 || all[0].Tracking != "1Z001" || len(all[0].Boxes) != 1 || all[0].Boxes[0].Items[0] != (exchange.BoxItem{Line: "1", Quantity: "24"}) {
		t.Fatalf("%+v", all)
	}
	for n, wants := range [][]string{
		{"TD5**2*UPSN", "REF*CN*1Z001", "DTM*011*20261104", "SN1*1*24*EA", "MAN*GM*00106141410000000017", "HL*3*2*P", "BSN*00*SHIP-1*20261102*0900*0001"},
		{"*Yellow Van~", "REF*CN*1Z002", "DTM*011*20261105", "SN1*2*5*EA", "HL*3*2*I", "*0004~"},
	} {
		ask := exchange.Ask{Kind: "856", Number: "SHIP-" + string(rune('1'+n)), Shipment: all[n].ID}
		if n == 0 {
			ask.SSCC = []string{"106141410000000017"}
		}
		made, err := h.edi.Answer(t.Context(), d.ID, ask, true)
		h.must(err)
		clean(t, made.Text)
		for _, want := range wants {
			if !strings.Contains(made.Text, want) {
				t.Errorf("%q is not in\n%s", want, made.Text)
			}
		}
	}
	if all, err = h.edi.Shipments(t.Context(), d.ID); err != nil || all[0].Told != "SHIP-1" || all[1].Told != "SHIP-2" {
		t.Errorf("%+v %v", all, err)
	}
	invoice, err := h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "810", Number: "INV-1"}, true)
	h.must(err)
	if !strings.Contains(invoice.Text, "IT1*1*24*EA") || !strings.Contains(invoice.Text, "IT1*2*5*EA") {
		t.Errorf("invoiced\n%s", invoice.Text)
	}
	_, err = h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "856", Number: "SHIP-3", Shipment: all[0].ID}, true)
	refused(t, err, fault.Invalid, "24 were ordered")
	_, err = h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "856", Number: "SHIP-3", Shipment: 999}, true)
	refused(t, err, fault.NotFound, "no such shipment")
	_, err = h.edi.Answer(t.Context(), d.ID, exchange.Ask{Kind: "855", Number: "SO-3", Shipment: all[0].ID}, true)
	refused(t, err, fault.Invalid, "ship notice")
}
