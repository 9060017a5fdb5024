package edifact_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

func orderOf(t *testing.T) *trade.Order {
	t.Helper()
	return readOne(t, good(t)["orders-d96a.edi"]).Order
}

func readOne(t *testing.T, text []byte) trade.Document {
	t.Helper()
	documents, err := edifact.Read(bytes.NewReader(text), edifact.Options{})
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	return documents[0]
}

func envelopeTo(release string) edifact.Envelope {
	return edifact.Envelope{Sender: edifact.Address{ID: "8719999000015", Qualifier: "14"}, Receiver: edifact.Address{ID: "5099999000011", Qualifier: "14"},
		Now: time.Date(2026, 3, 2, 11, 30, 0, 0, time.UTC), Control: "77", Release: release, Association: "EAN005", Break: "\n"}
}

// echoed is what every answer has to send back: the order's number, its parties' numbers and both sides' item codes.
func echoed(t *testing.T, text string, o *trade.Order, lines []trade.Line) {
	t.Helper()
	want := []string{"RFF+ON:" + o.Number + "'"}
	for _, p := range o.Parties {
		want = append(want, "NAD+"+p.Role.Code+"+"+p.ID+"::"+p.IDKind.Code)
	}
	for i := range lines {
		want = append(want, "LIN+"+lines[i].Number+"+")
		for _, item := range lines[i].Codes {
			want = append(want, item.Value+":"+item.Kind.Code)
		}
	}
	for _, piece := range want {
		if !strings.Contains(text, piece) {
			t.Errorf("%q is not in\n%s", piece, text)
		}
	}
}

func TestWriteResponse(t *testing.T) {
	o := orderOf(t)
	r := &trade.Response{Heading: trade.Heading{Number: "AB-10077", Date: "2026-03-02", Currency: o.Currency, Parties: o.Parties}, Order: o.Number, OrderDate: o.Date}
	for i, answer := range []trade.Answer{trade.Accepted, trade.BackOrdered, trade.Rejected} {
		line := trade.ResponseLine{Line: o.Lines[i], Answer: answer}
		if answer == trade.BackOrdered {
			line.Quantity, line.Later, line.ShipDate = "8", "4", "2026-03-20"
		}
		r.Lines = append(r.Lines, line)
	}
	for _, release := range []string{"96A", "01B"} {
		var out bytes.Buffer
		if err := edifact.WriteResponse(&out, r, envelopeTo(release)); err != nil {
			t.Fatal(err)
		}
		echoed(t, out.String(), o, o.Lines)
		back := readOne(t, out.Bytes()).Response
		if back.Order != o.Number || back.OrderDate != o.Date || len(back.Lines) != 3 || back.Lines[1].Later != "4" || back.Lines[1].ShipDate != "2026-03-20" || back.Lines[2].Answer != trade.Rejected {
			t.Errorf("%+v", back)
		}
		if report := lint(t, out.Bytes()); !report.Accepted || len(problems(report)) > 0 {
			t.Errorf("%+v\n%s", problems(report), out.String())
		}
	}
}

func TestWriteShipment(t *testing.T) {
	o := orderOf(t)
	for i := range o.Lines {
		o.Lines[i].References = []trade.Reference{{Kind: trade.Coded{Code: "ON"}, Value: o.Number}}
	}
	weight := func(value string) *trade.Quantity {
		return &trade.Quantity{Value: value, Unit: trade.Coded{Code: "KGM"}}
	}
	carton := trade.Coded{Code: "CT"}
	s := &trade.Shipment{Heading: trade.Heading{Number: "DN-1", Date: "2026-03-10", Parties: o.Parties, Shipping: trade.Shipping{Mode: trade.Coded{Code: "M"}, Routing: "Parcel Post"}},
		Orders: []trade.OrderNumber{{Number: o.Number, Date: o.Date}}, Shipped: "2026-03-11", Expected: "2026-03-12", Tracking: "TR?4'7", Weight: weight("41.5"),
		Packages: []trade.Package{{ID: "all", Count: "2", Kind: carton},
			{ID: "a", Parent: "all", Count: "1", Kind: carton, SSCC: []string{"387199990000000016"}, Weight: weight("20.25"), Lines: o.Lines[:1]},
			{ID: "b", Parent: "all", Kind: carton, SSCC: []string{"387199990000000023"}, Lines: o.Lines[1:]}}}
	for _, release := range []string{"96A", "01B"} {
		var out bytes.Buffer
		if err := edifact.WriteShipment(&out, s, envelopeTo(release)); err != nil {
			t.Fatal(err)
		}
		echoed(t, out.String(), o, o.Lines)
		back := readOne(t, out.Bytes()).Shipment
		if len(back.Packages) != 3 || back.Packages[2].Parent != "1" || back.Packages[1].SSCC[0] != "387199990000000016" || len(back.Packages[2].Lines) != 2 || back.Tracking != "TR?4'7" ||
			back.Weight.Value != "41.5" || back.Expected != "2026-03-12" || back.Shipping.Mode.Words != "road" {
			t.Errorf("%+v\n%s", back, out.String())
		}
	}
}

func invoiceOf(o *trade.Order) *trade.Invoice {
	lines := []trade.Line{o.Lines[0], o.Lines[1]}
	lines[0].Total, lines[1].Total = "228.00", "142.80"
	lines[1].Allowances = nil
	return &trade.Invoice{Heading: trade.Heading{Number: "RE-1", Date: "2026-03-11", Currency: o.Currency, Parties: o.Parties,
		Terms: []trade.Terms{{NetDays: "30", Percent: "2", DiscountDays: "10"}}, Allowances: []trade.Allowance{{Kind: trade.Coded{Code: "DI"}, Percent: "5", Amount: "18.54"}}},
		Order: o.Number, OrderDate: o.Date, Lines: lines, Taxes: []trade.Tax{{Kind: trade.Coded{Code: "VAT"}, Rate: "21", Basis: "352.26", Amount: "73.97"}}, Total: "426.23"}
}

func TestWriteInvoice(t *testing.T) {
	o := orderOf(t)
	for _, release := range []string{"96A", "01B"} {
		var out bytes.Buffer
		if err := edifact.WriteInvoice(&out, invoiceOf(o), envelopeTo(release)); err != nil {
			t.Fatal(err)
		}
		echoed(t, out.String(), o, o.Lines[:2])
		back := readOne(t, out.Bytes()).Invoice
		if back.Total != "426.23" || len(back.Taxes) != 1 || back.Taxes[0].Amount != "73.97" || back.Lines[1].Total != "142.8" && back.Lines[1].Total != "142.80" || back.Allowances[0].Amount != "18.54" {
			t.Errorf("%+v\n%s", back, out.String())
		}
	}
}

// TestWritingRefuses refuses what a partner would: amounts that do not add up, values that do not fit.
func TestWritingRefuses(t *testing.T) {
	o := orderOf(t)
	for name, spoil := range map[string]func(*trade.Invoice){
		"the total":          func(v *trade.Invoice) { v.Total = "426.24" },
		"a line's amount":    func(v *trade.Invoice) { v.Lines[0].Total = "" },
		"a number too long":  func(v *trade.Invoice) { v.Number = strings.Repeat("9", 40) },
		"no date":            func(v *trade.Invoice) { v.Date = "" },
		"a date that is not": func(v *trade.Invoice) { v.Date = "2026-02-30" },
	} {
		v := invoiceOf(o)
		spoil(v)
		var out bytes.Buffer
		if err := edifact.WriteInvoice(&out, v, envelopeTo("96A")); !fault.Is(err, fault.Invalid) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, out.Len())
		}
	}
}
