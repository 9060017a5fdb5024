package amazon

import (
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/order"
)

// TestPastOrdersComeByReports reads the past by reports, month by month: all orders come once, those under way whole, and a search goes on from there.
func TestPastOrdersComeByReports(t *testing.T) {
	h := stocked(t)
	h.session.Options[historyOption] = byReports
	items, next := h.pull(channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes})
	seen, under := map[string]bool{}, 0
	for _, item := range items {
		record, problems := connector{}.Read(channel.Orders, item.Raw, h.session.Known)
		if len(problems) > 0 || record.Order.ExternalID != item.ID || len(record.Order.Lines) == 0 || record.Order.Lines[0].Title == "" {
			t.Fatalf("%s reads as %+v: %v", item.ID, record.Order, problems)
		}
		seen[item.ID] = true
		stage := record.Order.Stage()
		if _, reported := isReported(item.Raw); reported && stage != order.Shipped && stage != order.Cancelled {
			t.Errorf("%s is %s, and comes by a report, which names no lines to ship", item.ID, stage)
		}
		if stage == order.ToShip && record.Order.Lines[0].ExternalID != "" {
			under++
		}
	}
	if all := h.amazon.IDs(channel.Orders); len(seen) != len(all) || under == 0 {
		t.Errorf("%d of %d orders came, %d of them to be shipped", len(seen), len(all), under)
	}
	searches := 0
	for _, c := range h.amazon.Desk().Calls() {
		if c.Path == "/orders/2026-01-01/orders" {
			searches++
		}
	}
	if searches > 1 {
		t.Errorf("the past took %d searches beside its reports", searches)
	}
	id := h.amazon.Place(h.random)
	h.wait(10 * time.Minute)
	items, _ = h.pull(channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Cursor: next})
	for _, item := range items {
		if item.ID == id {
			return
		}
	}
	t.Errorf("an order after the reports is not seen: %d are", len(items))
}

// TestUmlautsOfAReport reads a report in the encoding of a western marketplace.
func TestUmlautsOfAReport(t *testing.T) {
	rows, err := rowsOf([]byte("amazon-order-id\torder-status\tproduct-name\r\n303-1\tShipped\tGie\xdfkanne f\xfcr \x80 5\r\n"), "text/plain; charset=Cp1252")
	must(t, err)
	if len(rows) != 1 || rows[0]["product-name"] != "Gießkanne für € 5" {
		t.Errorf("it reads as %v", rows)
	}
	if _, err := rowsOf([]byte("<html>Please sign in</html>"), "text/html"); err == nil {
		t.Error("a page for people is a report")
	}
}
