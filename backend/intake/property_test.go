package intake_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/intake"
	"tradepost/backend/store"
	"tradepost/build/proof"
)

// checks runs a property so many times: a sample, or the full number.
func checks(t *testing.T, name string, sample, full int, property func(*rapid.T)) {
	t.Helper()
	p := proof.Begin(t, name, 0)
	for left := p.Size(sample, full) - p.Counts["checks"]; left > 0 && !t.Failed(); {
		n := min(left, 250) // what was tried stays on record when the rest is broken off
		restore := proof.Checks(n)
		rapid.Check(t, property)
		restore()
		if t.Failed() {
			return
		}
		left -= n
		p.Counts["checks"] += n
		p.Save()
	}
}

// inShop opens a workspace with some products and orders for the length of do.
func inShop(t *rapid.T, do func(*shop)) {
	dir, err := os.MkdirTemp("", "tradepost")
	must(t, err)
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := store.Open(context.Background(), dir, store.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	h := &shop{t, dir, s}
	h.states(intake.Products, "sku=A title=A", "sku=B gtin=22 product.handle=thing option1.value=B price=2 currency=USD", "sku=C product.handle=thing option1.value=C")
	h.ordered("#1", "a@example.com", "A:2", "X:1")
	h.ordered("#2", "b@example.com", "B:1", "A:1", "A:3")
	do(h)
}

func of(t *rapid.T, field string, values ...string) string {
	value := rapid.SampledFrom(values).Draw(t, field)
	if value == "" {
		return ""
	}
	return " " + field + "=" + value
}

// drawn draws a record of a kind as text.
func drawn(t *rapid.T, kind intake.Kind) string {
	base := func() string { return of(t, "sku", "A", "B", "C") }
	switch kind {
	case intake.Products:
		return of(t, "sku", "A", "B", "C", "N", "X", "") + of(t, "gtin", "", "", "22", "33") + of(t, "product.handle", "", "thing", "other") + of(t, "option1.value", "", "B", "Z") +
			of(t, "product.title", "", "One", "Two") + of(t, "product.tags", "", "a, b", intake.ClearToken) + of(t, "title", "", "T", intake.ClearToken) +
			of(t, "price", "", "1", "1.0", intake.ClearToken) + of(t, "currency", "", "USD")
	case intake.Prices:
		return base() + of(t, "price", "", "3", "4.50", intake.ClearToken) + of(t, "cost", "", "1", intake.ClearToken) + of(t, "currency", "", "USD", "EUR")
	case intake.StockCounts:
		return base() + of(t, "on_hand", "0", "5", "7.5", "12") + of(t, "location", "", "Shelf")
	case intake.Tracking:
		return of(t, "order_number", "#1", "#2", "#3") + of(t, "tracking", "T1", "T2") + of(t, "carrier", "", "UPS", "DHL") + of(t, "line_sku", "", "A", "B", "X") + of(t, "quantity", "", "1", "2")
	case intake.Links:
		return of(t, "listing_sku", "A", "X", "L1", "L2") + base() + of(t, "pack_multiple", "", "1.0", "2") + of(t, "title", "", "Listed")
	}
	return of(t, "external_id", "", "1", "2") + of(t, "email", "", "a@example.com", "c@example.com", "C@EXAMPLE.com") + of(t, "phone", "", "0123", intake.ClearToken) +
		of(t, "name", "", "Ada", "Bob", intake.ClearToken) + of(t, "city", "", "Oslo", intake.ClearToken)
}

var others = []intake.Kind{intake.Products, intake.Customers, intake.StockCounts, intake.Tracking, intake.Prices, intake.Links}

func drawnImport(t *rapid.T, h *shop) took {
	kind := rapid.SampledFrom(others).Draw(t, "kind")
	mode := rapid.SampledFrom([]intake.Mode{intake.ModeMerge, intake.ModeMerge, intake.ModeNew, intake.ModeUpdate}).Draw(t, "mode")
	var records []intake.Received
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		records = append(records, intake.Received{Stated: stated(strings.ReplaceAll(drawn(t, kind), ", ", ",_"))})
	}
	return h.takes(kind, mode, records...)
}

// counted is why a product stays whose stock was counted.
const counted = "its stock was counted, and the stock ledger keeps what it names"

// TestProofKindsUndone brings in records of every kind and takes all back, the latest first: nothing is left, and the
// workspace knows what it knew. A product that was made and counted stays, as the stock ledger keeps what it names; such a
// history ends there.
func TestProofKindsUndone(t *testing.T) {
	checks(t, "kinds-undone-properties", 15, 1000, func(t *rapid.T) {
		inShop(t, func(h *shop) {
			before := h.world()
			var all []took
			for range rapid.IntRange(1, 5).Draw(t, "imports") {
				all = append(all, drawnImport(t, h))
				h.sound("an import of " + string(all[len(all)-1].kind))
			}
			for _, did := range slices.Backward(all) {
				_, left := h.undo(did)
				if did.kind == intake.Products && slices.Equal(slices.Compact(left), []string{counted}) {
					return
				}
				if len(left) > 0 {
					t.Fatalf("undoing the latest import, of %s, leaves %v", did.kind, left)
				}
				h.sound("undoing " + string(did.kind))
			}
			if after := h.world(); !slices.Equal(before, after) {
				t.Fatalf("the world differs:\n%s", differences(before, after))
			}
		})
	})
}

// TestProofKindsInAnyOrder lets imports and undos of every kind happen in any order. The doctor finds nothing after any,
// what is left has a reason, and a record that was just taken in changes nothing when it comes again.
func TestProofKindsInAnyOrder(t *testing.T) {
	checks(t, "kinds-properties", 15, 1000, func(t *rapid.T) {
		inShop(t, func(h *shop) {
			var all []took
			for range rapid.IntRange(2, 8).Draw(t, "steps") {
				if len(all) > 0 && rapid.Bool().Draw(t, "undo") {
					n := rapid.IntRange(0, len(all)-1).Draw(t, "which")
					_, left := h.undo(all[n])
					if slices.Contains(left, "") {
						t.Fatalf("left without a reason: %q", left)
					}
					h.sound(fmt.Sprintf("undoing an import of %s", all[n].kind))
					all = slices.Delete(all, n, n+1)
					continue
				}
				all = append(all, drawnImport(t, h))
				h.sound("an import of " + string(all[len(all)-1].kind))
				kind := rapid.SampledFrom(others).Draw(t, "twice")
				once := drawn(t, kind)
				all = append(all, h.states(kind, strings.ReplaceAll(once, ", ", ",_")))
				again := h.states(kind, strings.ReplaceAll(once, ", ", ",_"))
				if v := all[len(all)-1].verdicts[0]; v != intake.Error && again.verdicts[0] != intake.Same {
					t.Fatalf("%s %q was %s, and is %s when it comes again: %v", kind, once, v, again.verdicts[0], again.changes)
				}
			}
		})
	})
}
