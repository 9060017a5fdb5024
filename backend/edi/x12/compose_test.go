package x12_test

import (
	"bytes"
	"strings"
	"testing"

	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

func toBigmart(version string) x12.Envelope {
	return x12.Envelope{SenderKind: "12", Sender: "SMALLWORKS", ReceiverKind: "ZZ", Receiver: "BIGMART", Version: version, Now: answeredAt, Control: 900, Suffix: "\n"}
}

// cleanly checks that what was written has no fault at all, and that the order's own numbers and codes came back.
func cleanly(t *testing.T, text string, o *trade.Order, lines []trade.Line) {
	t.Helper()
	report, err := x12.Lint(strings.NewReader(text), x12.Options{})
	if err != nil || errorsOf(report) != "" {
		t.Errorf("%v %s\n%s", err, errorsOf(report), text)
	}
	want := []string{"*" + o.Number + "*", "*20261102"}
	for _, p := range o.Parties {
		if p.ID != "" {
			want = append(want, "*"+p.IDKind.Code+"*"+p.ID+"~")
		}
	}
	for i := range lines {
		for _, code := range lines[i].Codes {
			want = append(want, code.Kind.Code+"*"+code.Value)
		}
	}
	for _, piece := range want {
		if !strings.Contains(text, piece) {
			t.Errorf("%q did not come back in\n%s", piece, text)
		}
	}
}

func sampleOrder(t *testing.T) *trade.Order {
	t.Helper()
	return readDocuments(t, sample(t, "850"))[0].Order
}

func TestWriteResponse(t *testing.T) {
	o := sampleOrder(t)
	r := &trade.Response{Heading: trade.Heading{Number: "SO-1001", Date: "2026-11-03", Currency: o.Currency, Parties: o.Parties, References: o.References}, Order: o.Number, OrderDate: o.Date}
	for i, answer := range []trade.Answer{trade.Accepted, trade.BackOrdered} {
		line := trade.ResponseLine{Line: o.Lines[i], Answer: answer}
		if answer == trade.BackOrdered {
			line.Quantity, line.Later, line.ShipDate = "8", "4", "2026-11-24"
		}
		r.Lines = append(r.Lines, line)
	}
	for _, version := range x12.Book().Versions() {
		var out bytes.Buffer
		if err := x12.WriteResponse(&out, r, toBigmart(version)); err != nil {
			t.Fatal(err)
		}
		cleanly(t, out.String(), o, o.Lines)
		for _, want := range []string{"BAK*00*AC*4500123456*20261102****SO-1001*20261103~", "REF*DP*042~", "PO1*2*12*EA*11.5*WE*UP*614141000029", "ACK*IA*24*EA~", "ACK*IA*8*EA~\nACK*IB*4*EA*068*20261124~", "CTT*2*36~"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s is not in\n%s", want, out.String())
			}
		}
	}
}

func TestWriteShipment(t *testing.T) {
	o := sampleOrder(t)
	mug, bowl := o.Lines[0], o.Lines[1]
	bowl.Quantity = "8"
	pounds := func(value string) *trade.Quantity {
		return &trade.Quantity{Value: value, Unit: trade.Coded{Code: "LB"}}
	}
	s := &trade.Shipment{Heading: trade.Heading{Number: "SHIP-7001", Date: "2026-11-10", Parties: o.Parties, References: []trade.Reference{{Kind: trade.Coded{Code: "BM"}, Value: "BOL55501"}},
		Shipping: trade.Shipping{Carrier: "XMPL", Mode: trade.Coded{Code: "M"}, Paid: trade.Coded{Code: "CC"}}},
		Orders: []trade.OrderNumber{{Number: o.Number, Date: o.Date}}, Shipped: "2026-11-10", Expected: "2026-11-14", Tracking: "PRO998877", Weight: pounds("24.5"),
		Packages: []trade.Package{{ID: "1", SSCC: []string{"106141410000000031"}, Kind: trade.Coded{Code: "PL"}}, {ID: "2", Parent: "1", SSCC: []string{"106141410000000017"}, Weight: pounds("12.5"), Lines: []trade.Line{mug}},
			{ID: "3", Parent: "1", SSCC: []string{"106141410000000024"}, Weight: pounds("12"), Lines: []trade.Line{bowl}}}}
	var out bytes.Buffer
	if err := x12.WriteShipment(&out, s, toBigmart("")); err != nil {
		t.Fatal(err)
	}
	cleanly(t, out.String(), o, o.Lines)
	for _, want := range []string{"BSN*00*SHIP-7001*20261110*0930*0001~", "HL*1**S~\nTD1*CTN*2****G*24.5*LB~\nTD5**2*XMPL*M~", "REF*CN*PRO998877~", "HL*2*1*O~\nPRF*4500123456***20261102~", "HL*3*2*T~\nMAN*GM*00106141410000000031~",
		"HL*4*3*P~\nPO4*****G*12.5*LB~\nMAN*GM*00106141410000000017~\nHL*5*4*I~", "HL*6*3*P~", "HL*7*6*I~", "SN1*2*8*EA~", "CTT*7*32~"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not in\n%s", want, out.String())
		}
	}
	s.Packages = []trade.Package{{Lines: []trade.Line{mug, bowl}}}
	out.Reset()
	if err := x12.WriteShipment(&out, s, toBigmart("005010")); err != nil || !strings.Contains(out.String(), "*0004~") || !strings.Contains(out.String(), "HL*3*2*I~") {
		t.Errorf("without packages: %v\n%s", err, out.String())
	}
}

func sampleInvoice(o *trade.Order) *trade.Invoice {
	mug, bowl := o.Lines[0], o.Lines[1]
	mug.Allowances, bowl.Quantity = nil, "8"
	return &trade.Invoice{Heading: trade.Heading{Number: "INV-9001", Date: "2026-11-11", Currency: "USD", Parties: o.Parties, References: o.References, Terms: o.Terms, Allowances: o.Allowances,
		Shipping: trade.Shipping{Carrier: "XMPL", Routing: "EXAMPLE * FREIGHT"}}, Order: o.Number, OrderDate: o.Date, Lines: []trade.Line{mug, bowl}, Taxes: []trade.Tax{{Kind: trade.Coded{Code: "ST"}, Amount: "5"}}}
}

func TestWriteInvoice(t *testing.T) {
	o := sampleOrder(t)
	v := sampleInvoice(o)
	for _, version := range x12.Book().Versions() {
		var out bytes.Buffer
		if err := x12.WriteInvoice(&out, v, toBigmart(version)); err != nil {
			t.Fatal(err)
		}
		cleanly(t, out.String(), o, o.Lines)
		for _, want := range []string{"BIG*20261111*INV-9001*20261102*4500123456***DI~", "ITD*08*3*2**10**30*****2 PERCENT 10 NET 30~", "IT1*2*8*EA*11.5*WE*UP", "TDS*24600~", "TXI*ST*5~", "CAD****XMPL*EXAMPLE FREIGHT~", "SAC*A*C310***2500*******02***WELCOME DISCOUNT~"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s is not in\n%s", want, out.String())
			}
		}
	}
}

func TestWritingRefusesWhatAPartnerWould(t *testing.T) {
	o := sampleOrder(t)
	for name, change := range map[string]func(*trade.Invoice){
		"total that does not add up": func(v *trade.Invoice) { v.Total = "999.99" },
		"price that is none":         func(v *trade.Invoice) { v.Lines[0].Price = "" },
		"no invoice number":          func(v *trade.Invoice) { v.Number = "" },
		"number too long":            func(v *trade.Invoice) { v.Number = strings.Repeat("9", 30) },
		"unit nobody knows":          func(v *trade.Invoice) { v.Lines[0].Unit.Code = "EACH" },
		"separator in a number":      func(v *trade.Invoice) { v.Order = "45*1" },
	} {
		v := sampleInvoice(o)
		change(v)
		var out bytes.Buffer
		if err := x12.WriteInvoice(&out, v, toBigmart("")); !fault.Is(err, fault.Invalid) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, out.Len())
		}
	}
}
