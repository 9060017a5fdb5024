package x12_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
)

func readDocuments(t *testing.T, text string) []trade.Document {
	t.Helper()
	documents, err := x12.Read(strings.NewReader(text), x12.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// TestReadOrder compares the sample order with what a person reads in it; TRADEPOST_GOLDEN=write writes it anew.
func TestReadOrder(t *testing.T) {
	got, err := json.MarshalIndent(readDocuments(t, sample(t, "850")), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/850.json"
	if os.Getenv("TRADEPOST_GOLDEN") == "write" {
		if err := os.WriteFile(golden, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || strings.TrimSpace(string(want)) != string(got) {
		t.Errorf("differs from %s (%v):\n%s", golden, err, got)
	}
}

func TestReadOrderParts(t *testing.T) {
	text := strings.Replace(sample(t, "850"), "CTT*2", "N1*ST*SECOND STORE*92*0099~\nN4*PEORIA*IL*61601~\nSLN*1**I*2*EA~\nDTM*002*20270101~\nCTT*2", 1)
	order := readDocuments(t, text)[0].Order
	second := order.Lines[1]
	if len(order.Parties) != 2 || len(second.Parties) != 1 || second.Parties[0].City != "PEORIA" || len(second.Dates) != 0 {
		t.Errorf("parties %+v, of the line %+v, dates %+v", order.Parties, second.Parties, second.Dates)
	}
	if len(second.Stores) != 2 || second.Stores[1].Store != "0043" || second.Stores[1].Quantity != "4" || order.Lines[0].PackSize != "6" || order.Lines[0].RetailPrice != "12.99" {
		t.Errorf("stores %+v, line %+v", second.Stores, order.Lines[0])
	}
	if !order.Lines[0].Allowances[0].Charge || order.Lines[0].Allowances[0].Amount != "6.00" || order.Allowances[0].Amount != "25.00" || order.Total != "287" {
		t.Errorf("allowances %+v %+v, total %s", order.Lines[0].Allowances, order.Allowances, order.Total)
	}
}

func TestReadChange(t *testing.T) {
	order := readDocuments(t, sample(t, "860"))[0].Order
	if order.Number != "4500123456" || order.Change != "1" || len(order.Lines) != 2 || order.Lines[0].Change.Code != "QI" || order.Lines[0].Quantity != "30" || order.Lines[1].Codes[1].Value != "BOWL-GRN" {
		t.Errorf("change %+v", order)
	}
}

func TestReadAcknowledgement(t *testing.T) {
	ack := readDocuments(t, sample(t, "997"))[0].Acknowledgement
	set := ack.Sets[0]
	if ack.Code != "PR" || ack.Control != "102" || ack.Verdict.Code != "R" || set.Control != "0001" || len(set.Faults) != 2 || set.Faults[1].Segment != "ACK" || set.Faults[1].Found != "IX" {
		t.Errorf("acknowledgement %+v", ack)
	}
	sent := []trade.Sent{{Partner: "BIGMART", Code: "PR", Control: "101"}, {Partner: "OTHER", Code: "PR", Control: "102"}, {Partner: "BIGMART", Code: "PR", Control: "000000102"}}
	if found, ok := ack.Match("BIGMART", sent); !ok || found.Control != "000000102" {
		t.Errorf("matched %+v %v", found, ok)
	}
	if _, ok := ack.Match("NOBODY", sent); ok {
		t.Error("it answers nothing that was sent to nobody")
	}
	if ta1 := readDocuments(t, sample(t, "ta1"))[0].Acknowledgement; ta1.Interchange != "000000102" || ta1.Verdict.Code != "A" {
		t.Errorf("TA1 %+v", ta1)
	}
}

func TestReadSaysWhatIsNotAccepted(t *testing.T) {
	if readDocuments(t, strings.Replace(sample(t, "850"), "BEG*00*SA", "BEG*99*SA", 1))[0].Accepted {
		t.Error("an order with a fault is accepted")
	}
	other := readDocuments(t, sample(t, "832"))[0]
	if !other.Accepted || len(other.Segments) == 0 || other.Segments[0].Tag != "ST" {
		t.Errorf("another document: %+v", other)
	}
}

func TestReadResponse(t *testing.T) {
	response := readDocuments(t, sample(t, "855"))[0].Response
	if response.Order != "4500123456" || response.Number != "SO-1001" || len(response.Lines) != 2 || response.Lines[0].Answer != trade.Accepted ||
		response.Lines[1].Answer != trade.BackOrdered || response.Lines[1].Quantity != "8" || response.Lines[1].Later != "4" || response.Lines[1].ShipDate != "2026-11-24" {
		t.Errorf("response %+v", response)
	}
}

func TestReadShipment(t *testing.T) {
	shipment := readDocuments(t, sample(t, "856"))[0].Shipment
	if shipment.Number != "SHIP-7001" || shipment.Orders[0].Number != "4500123456" || len(shipment.Packages) != 2 || shipment.Packages[0].SSCC[0] != "00106141410000000017" ||
		shipment.Packages[1].Lines[0].Quantity != "8" || shipment.Shipped != "2026-11-10" || shipment.Expected != "2026-11-14" || shipment.Weight.Value != "24.5" || len(shipment.Parties) != 3 || shipment.Tracking != "PRO998877" {
		t.Errorf("shipment %+v", shipment)
	}
}

func TestReadInvoice(t *testing.T) {
	invoice := readDocuments(t, sample(t, "810"))[0].Invoice
	if invoice.Total != "256.00" || invoice.Order != "4500123456" || len(invoice.Lines) != 2 || len(invoice.Taxes) != 1 || len(invoice.Allowances) != 2 || !invoice.Allowances[1].Charge || invoice.Lines[1].Codes[1].Value != "BOWL-GRN" {
		t.Errorf("invoice %+v", invoice)
	}
}

func TestReadStockAndPayment(t *testing.T) {
	stock := readDocuments(t, sample(t, "846"))[0].Stock
	if len(stock.Lines) != 2 || stock.Lines[0].Quantity != "480" || stock.Lines[1].Quantity != "0" || len(stock.Parties) != 1 {
		t.Errorf("stock %+v", stock)
	}
	paid := readDocuments(t, sample(t, "820"))[0].Remittance
	if paid.Paid != "471.25" || len(paid.Items) != 2 || paid.Items[0].Adjusted[0].Value != "-20.75" || paid.Items[0].References[0].Value != "4500123456" || paid.Items[1].Paid != "241" || len(paid.Parties) != 2 {
		t.Errorf("remittance %+v", paid)
	}
}

// TestFiguresOfSales puts the sales and stock of an 852 into a table by item and store, with their sums.
func TestFiguresOfSales(t *testing.T) {
	d := readDocuments(t, sample(t, "852"))[0]
	if d.Activity == nil || d.Activity.From != "2026-10-26" || d.Activity.To != "2026-11-01" || len(d.Activity.Lines) != 2 || len(d.Activity.Lines[0].Figures) != 4 {
		t.Fatalf("%+v", d.Activity)
	}
	want := "[Item Store sold on hand] [All  16 43] [MUG-BLU 0042 9 31] [MUG-BLU 0043 3 12] [BOWL-GRN  4 ]"
	if got := strings.Trim(fmt.Sprint(d.Figures().Columns)+" "+strings.TrimPrefix(strings.TrimSuffix(fmt.Sprint(d.Figures().Rows), "]"), "["), " "); got != want {
		t.Errorf("%s", got)
	}
}

// TestFiguresOfStockAndPayments are tables too; an order has none.
func TestFiguresOfStockAndPayments(t *testing.T) {
	for name, want := range map[string]string{
		"846": "[[MUG-BLU BLUE MUG, 12 OZ SMALLWORKS MAIN 480 EA available for sale] [BOWL-GRN SMALLWORKS MAIN 0 EA available for sale]]",
		"820": "[[seller's invoice INV-9001 2026-11-11 256 5 -20.75 pricing error 251] [seller's invoice INV-9002  241   241]]",
	} {
		if got := fmt.Sprint(readDocuments(t, sample(t, name))[0].Figures().Rows); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if readDocuments(t, sample(t, "850"))[0].Figures() != nil {
		t.Error("an order has figures")
	}
}

// TestErrorsBehindTheLastExplainedSegment explains a wrong segment of a long file, however far behind it stands, beside what is wrong with it.
func TestErrorsBehindTheLastExplainedSegment(t *testing.T) {
	good := sample(t, "850")
	line := "PO1*9*1*EA*1*WE*VN*CUP~\n"
	text := strings.Replace(good, "CTT*2*36~", strings.Repeat(line, 6000)+"PO1*9*many*EA*1*WE*VN*CUP~\n"+strings.Repeat(line, 100)+"CTT*2*36~", 1)
	explanation, err := x12.Explain(strings.NewReader(text), x12.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, s := range explanation.Segments {
		for _, e := range s.Errors {
			if wrong++; s.Line != e.Line {
				t.Errorf("line %d has the error of line %d: %s", s.Line, e.Line, e.Message)
			}
		}
	}
	if total := strings.Count(text, "~\n"); wrong < 3 || explanation.More+len(explanation.Segments) != total {
		t.Errorf("%d errors, %d segments and %d more of %d", wrong, len(explanation.Segments), explanation.More, total)
	}
}
