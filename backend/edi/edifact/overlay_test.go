package edifact_test

import (
	"slices"
	"strings"
	"testing"

	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/fault"
)

const northwick = `guide "Northwick Stores"
for ORDERS
FTX N
BGM02 M 6..9
DTM01-1 codes 137 2 63 64
NAD[1=UC] M
code 7143 ZX our shelf number
ignore too_long in IMD
`

// TestGuide lays a partner's guide over the standard.
func TestGuide(t *testing.T) {
	guide, err := definition.ReadOverlay("northwick.txt", northwick)
	if err != nil {
		t.Fatal(err)
	}
	orders := string(good(t)["orders-d96a.edi"])
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"a text that is not wanted", "", "", []string{"error 35 FTX 6 0", "error 12 DTM 8 1.1"}},
		{"a number too short", "+450012877+", "+4500+", []string{"error 40 BGM 2 2", "error 35 FTX 6 0", "error 12 DTM 8 1.1"}},
		{"a date that is not wanted", "DTM+64:", "DTM+10:", []string{"error 12 DTM 4 1.1", "error 35 FTX 6 0", "error 12 DTM 8 1.1"}},
		{"the store is missing", "NAD+UC", "NAD+UD", []string{"error 13 NAD 56 0", "error 35 FTX 6 0", "error 12 DTM 8 1.1"}},
		{"a code of theirs", "NW-4712:IN", "NW-4712:ZX", []string{"error 35 FTX 6 0", "error 12 DTM 8 1.1"}},
		{"what they do not mind", "Linen apron", "Linen apron, made of linen and of nothing else", []string{"error 35 FTX 6 0", "error 12 DTM 8 1.1", "hint 39 IMD 37 3.4"}},
	} {
		report, err := edifact.Lint(strings.NewReader(strings.Replace(orders, c.old, c.new, 1)), edifact.Options{Overlay: guide})
		if err != nil {
			t.Fatal(err)
		}
		got := faultsOf(report)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got  %q\n want %q", c.name, got, c.want)
		}
	}
	if report := lint(t, []byte(orders)); !report.Accepted {
		t.Error("the guide changed the standard")
	}
	bad, err := definition.ReadOverlay("bad.txt", "for ORDERS\nSG99/QTY M\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := edifact.Lint(strings.NewReader(orders), edifact.Options{Overlay: bad}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a guide of a place that is not there: %v", err)
	}
}
