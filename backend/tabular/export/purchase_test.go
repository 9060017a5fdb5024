package export_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
	"tradepost/backend/tabular/export"
)

func purchaseOf(lines int) export.Purchase {
	at := commerce.InstantOf(time.Date(2026, 11, 27, 23, 30, 0, 0, time.UTC))
	p := export.Purchase{Buyer: "My Shop", Name: "Brandt & Söhne", Supplier: customer.Contact{Name: "Grete Brandt", City: "Höhr", PostalCode: "56203"}, Zone: time.FixedZone("", 3600), Core: true,
		Order: purchasing.Order{Number: "PO-7", Currency: "EUR", Location: "Main", CreatedAt: at, OrderedAt: at, Note: "Ring twice, please."}}
	for i := range lines {
		p.Lines = append(p.Lines, purchasing.Line{Position: i + 1, SKU: fmt.Sprint("SKU-", i), Title: `Mug "blue"`, Code: fmt.Sprint("AC-", i), Pack: 6 * inventory.One,
			Quantity: 12 * inventory.One, Price: "9.5"})
	}
	return p
}

func TestPurchaseOrdersAreTables(t *testing.T) {
	p := purchaseOf(1)
	p.Lines = append(p.Lines, purchasing.Line{Position: 2, SKU: "B", Title: "No price yet", Pack: inventory.One, Quantity: inventory.One / 2, Received: inventory.One})
	var out bytes.Buffer
	must(t, p.CSV(&out))
	want := "\ufeffPurchase order,Line,Supplier code,SKU,Item,Packs,Pack size,Units,Price per pack,Total,Currency,Received\n" +
		`PO-7,1,AC-0,SKU-0,"Mug ""blue""",2,6,12,9.50,19.00,EUR,0` + "\n" + "PO-7,2,,B,No price yet,,1,0.5,,,EUR,1\n"
	if out.String() != want {
		t.Errorf("the table is\n%q\ninstead of\n%q", out.String(), want)
	}
}

// drawn is all that stands on the pages of a PDF with core fonts, and how many they are.
func drawn(t *testing.T, pdf []byte) (text string, pages int) {
	t.Helper()
	for _, stream := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue
		}
		page, err := io.ReadAll(r)
		must(t, err)
		text += string(page)
	}
	return text, len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(pdf, -1))
}

func TestPurchaseOrdersArePrinted(t *testing.T) {
	for lines, wantPages := range map[int]int{1: 1, 90: 3} {
		p := purchaseOf(lines)
		var out, again bytes.Buffer
		must(t, p.PDF(&out))
		must(t, p.PDF(&again))
		if !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Error("the same order is drawn differently")
		}
		text, pages := drawn(t, out.Bytes())
		if pages != wantPages {
			t.Errorf("%d lines stand on %d pages instead of %d", lines, pages, wantPages)
		}
		last := lines - 1
		for _, want := range []string{"(My Shop)", "(PO-7)", "2026-11-28", "(Brandt & S\xf6hne)", "(Grete Brandt)", "(56203 H\xf6hr)", "(AC-0)", fmt.Sprintf("(AC-%d)", last), "(2 \xd7 6)", "(9.50)",
			"(Ring twice, please.)", fmt.Sprintf("(%d.00)", lines*19)} {
			if !strings.Contains(text, want) {
				t.Errorf("%d lines: %q is not on it", lines, want)
			}
		}
	}
}
