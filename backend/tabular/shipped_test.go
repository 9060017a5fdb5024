package tabular_test

import (
	"context"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// shippedAt is when an order was shipped, in words; "" when it was not.
func shippedAt(t *testing.T, s *store.Store, number string) (order.Fulfillment, string) {
	t.Helper()
	all, _, err := s.FullOrders(context.Background(), order.Filter{}, order.Page{})
	must(t, err)
	for _, o := range all {
		if o.Number == number {
			return o.Fulfillment, o.FulfilledAt.String()
		}
	}
	t.Fatalf("no order %s", number)
	return "", ""
}

func TestTrackingSaysWhenAnOrderWasShipped(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	importText(t, im, "orders.csv", shopify)
	const header = "order_number,tracking,line_sku,shipped_at\n"
	profile := profiled(t, im, "tracking", header)
	take := func(rows string) tabular.Import {
		t.Helper()
		i := applied(t, im, planText(t, im, header+rows, tabular.Request{Profile: profile.ID, Channel: "Shopify"}))
		if i.Counts.Error > 0 {
			t.Fatalf("%+v %v", i.Counts, i.Problem)
		}
		return i
	}
	undo := func(i tabular.Import) {
		t.Helper()
		_, done, err := im.Undo(ctx, i.ID)
		must(t, err)
		<-done
	}
	expect := func(number string, state order.Fulfillment, at string) {
		t.Helper()
		if is, when := shippedAt(t, s, number); is != state || !strings.HasPrefix(when, at) || at == "" && when != "" {
			t.Errorf("order %s is %s, shipped %q", number, is, when)
		}
	}
	first := take("#1001,T1,BOWL-2,2026-03-15T10:00:00Z\n")
	expect("#1001", order.Partial, "")
	second := take("#1001,T2,00123,2026-03-14T10:00:00Z\n")
	expect("#1001", order.Fulfilled, "2026-03-15T10:00:00")
	undo(second)
	expect("#1001", order.Partial, "")
	undo(first)
	expect("#1001", order.Unfulfilled, "")

	before := commerce.InstantOf(s.Now().Time())
	undated := take("#1002,T3,,\n")
	_, when := shippedAt(t, s, "#1002")
	if at, err := commerce.ParseInstant(when); err != nil || at < before || at > s.Now() {
		t.Errorf("shipped %q, which is not now", when)
	}
	// What the channel says later counts, and stays when the tracking number is taken back.
	importText(t, im, "later.csv", strings.NewReplacer("Fulfillment Status,", "Fulfillment Status,Fulfilled at,", "paid,2026-03-12 09:14:02 +0000,unfulfilled,", "paid,2026-03-12 09:14:02 +0000,unfulfilled,,",
		"#1001,ada@example.com,,,,", "#1001,ada@example.com,,,,,", "pending,,unfulfilled,", "pending,,fulfilled,2026-03-20 08:00:00 +0000,", "fulfilled,USD,x", "fulfilled,,USD,x").Replace(shopify))
	expect("#1002", order.Fulfilled, "2026-03-20T08:00:00")
	undo(undated)
	if _, when := shippedAt(t, s, "#1002"); !strings.HasPrefix(when, "2026-03-20T08:00:00") {
		t.Errorf("shipped %q", when)
	}
}
