package desk_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/fault"
)

const order = "UNA:+.? 'UNB+UNOC:3+5099999000011:14+8719999000015:14+260302:0915+1'UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+PO1+9'DTM+137:20260302:102'" +
	"NAD+BY+5099999000011::9'LIN+1++8719999100012:EN'QTY+21:4'UNS+S'UNT+8+1'UNZ+1+1'"

// TestSyntaxIsToldByTheBeginning hands files to the syntax they are written in.
func TestSyntaxIsToldByTheBeginning(t *testing.T) {
	for _, before := range []string{"", "\xef\xbb\xbf", "\r\n", "Your order follows.\r\n"} {
		report, err := desk.Lint(strings.NewReader(before+order), desk.Options{})
		if err != nil || report.Syntax != edi.EDIFACT || !report.Accepted {
			t.Errorf("%q: %+v %v", before, report, err)
		}
	}
	for _, text := range []string{"", "hello", "ISA", "UNB is a tag"} {
		if _, err := desk.Lint(strings.NewReader(text), desk.Options{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is taken for EDI: %v", text, err)
		}
	}
}

// TestEDIFACTGoesAllTheWay reads, explains and acknowledges an order.
func TestEDIFACTGoesAllTheWay(t *testing.T) {
	documents, err := desk.Read(strings.NewReader(order), desk.Options{})
	if err != nil || len(documents) != 1 || documents[0].Order == nil || documents[0].Order.Lines[0].Quantity != "4" || !documents[0].Accepted {
		t.Errorf("%+v %v", documents, err)
	}
	explanation, err := desk.Explain(strings.NewReader(order), desk.Options{})
	if err != nil || len(explanation.Documents) != 1 || explanation.Documents[0].Title != "Order PO1 of 2 Mar 2026" {
		t.Errorf("%+v %v", explanation, err)
	}
	var out bytes.Buffer
	report, written, err := desk.Acknowledge(strings.NewReader(order), &out, desk.Options{}, desk.Answering{Now: time.Unix(0, 0).UTC(), Control: 7, Lines: true})
	if err != nil || written != 1 || !report.Accepted || !strings.Contains(out.String(), "UCI+1+5099999000011:14+8719999000015:14+7'\n") {
		t.Errorf("%s %v", out.String(), err)
	}
	if _, err := desk.Lint(strings.NewReader(order), desk.Options{Version: "D.99Z"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a version that there is not: %v", err)
	}
}
