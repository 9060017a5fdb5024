package desk_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
)

// readOrder reads the one order of a sample.
func readOrder(t *testing.T, path string) *trade.Order {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := desk.Read(bytes.NewReader(text), desk.Options{})
	if err != nil || len(documents) == 0 || documents[0].Order == nil {
		t.Fatalf("%+v %v", documents, err)
	}
	return documents[0].Order
}

// accepting accepts every line of an order.
func accepting(o *trade.Order) *trade.Response {
	r := &trade.Response{Heading: trade.Heading{Number: "AB-1", Date: "2026-03-02", Currency: o.Currency, Parties: o.Parties}, Order: o.Number, OrderDate: o.Date}
	for _, line := range o.Lines {
		r.Lines = append(r.Lines, trade.ResponseLine{Line: line, Answer: trade.Accepted})
	}
	return r
}

// TestOrdersAreAnsweredAcrossSyntaxes answers an X12 order by EDIFACT and the other way round: the shape of an order is one, and
// codes that only one syntax knows are written as the other one says it, or in none.
func TestOrdersAreAnsweredAcrossSyntaxes(t *testing.T) {
	now := time.Date(2026, 3, 2, 11, 30, 0, 0, time.UTC)
	var out bytes.Buffer
	american := readOrder(t, "../x12/testdata/850.edi")
	if err := edifact.WriteResponse(&out, accepting(american), edifact.Envelope{Sender: edifact.Address{ID: "SELLER"}, Receiver: edifact.Address{ID: "BUYER"}, Now: now, Control: "1"}); err != nil {
		t.Fatal(err)
	}
	check(t, out.String(), american.Number, american.Lines)
	out.Reset()
	european := readOrder(t, "../edifact/testdata/good/orders-d96a.edi")
	if err := x12.WriteResponse(&out, accepting(european), x12.Envelope{SenderKind: "ZZ", Sender: "SELLER", ReceiverKind: "ZZ", Receiver: "BUYER", Now: now, Control: 1}); err != nil {
		t.Fatal(err)
	}
	check(t, out.String(), european.Number, european.Lines)
}

func check(t *testing.T, text, order string, lines []trade.Line) {
	t.Helper()
	documents, err := desk.Read(strings.NewReader(text), desk.Options{})
	if err != nil || len(documents) != 1 || !documents[0].Accepted || documents[0].Response == nil {
		t.Fatalf("%+v %v in\n%s", documents, err, text)
	}
	back := documents[0].Response
	if back.Order != order || len(back.Lines) != len(lines) {
		t.Fatalf("order %s with %d lines came back as %s with %d in\n%s", order, len(lines), back.Order, len(back.Lines), text)
	}
	for i, line := range lines {
		if back.Lines[i].Quantity != line.Quantity || back.Lines[i].Answer != trade.Accepted || back.Lines[i].Number != line.Number {
			t.Errorf("line %+v came back as %+v", line, back.Lines[i])
		}
		for _, code := range line.Codes {
			if !strings.Contains(text, code.Value) {
				t.Errorf("%s %s is lost in\n%s", code.Kind.Code, code.Value, text)
			}
		}
	}
}

// TestMakeAnswersOrders makes every answer of an order of each syntax and version: it goes back to the sender, in the version of
// the order, and a partner takes it.
func TestMakeAnswersOrders(t *testing.T) {
	now := time.Date(2026, 3, 2, 11, 30, 0, 0, time.UTC)
	for path, kinds := range map[string][]string{"../x12/testdata/850.edi": {"855", "856", "810"}, "../edifact/testdata/good/orders-d96a.edi": {"ORDRSP", "DESADV", "INVOIC"},
		"../edifact/testdata/good/orders-d01b.edi": {"ORDRSP", "DESADV", "INVOIC"}} {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range kinds {
			how, err := desk.AnswerTo(kind, source)
			if err != nil {
				t.Fatal(err)
			}
			how.Number, how.SSCC = "ANSWER-1", []string{"106141410000000017"}
			how.Envelope.Now, how.Envelope.Control, how.EDIFACT.Now, how.EDIFACT.Control = now, 7, now, "7"
			o := readOrder(t, path)
			var out bytes.Buffer
			if err := desk.Make(kind, o, how, &out); err != nil {
				t.Fatalf("%s of %s: %v", kind, path, err)
			}
			asked, made := documentsOf(t, source)[0], documentsOf(t, out.Bytes())
			if len(made) != 1 || !made[0].Accepted || made[0].Type != kind || made[0].Sender != asked.Receiver || made[0].Receiver != asked.Sender || made[0].Version[:4] != asked.Version[:4] {
				t.Errorf("%s of %s: %+v in\n%s", kind, path, made, out.String())
			}
			if !strings.Contains(out.String(), o.Number) || !strings.Contains(out.String(), "ANSWER-1") {
				t.Errorf("%s lacks its numbers in\n%s", kind, out.String())
			}
		}
	}
}

func documentsOf(t *testing.T, text []byte) []trade.Document {
	t.Helper()
	documents, err := desk.Read(bytes.NewReader(text), desk.Options{})
	if err != nil || len(documents) == 0 {
		t.Fatalf("%+v %v", documents, err)
	}
	return documents
}
