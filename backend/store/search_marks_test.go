package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/customer"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// TestMarksAreThoseOfTheLayout holds what is written into search files: another order of the states needs another layout.
func TestMarksAreThoseOfTheLayout(t *testing.T) {
	got := fmt.Sprintf("%+q", marks(7, true, "shipped", "refunded", "restocked"))
	if want := `"\n\ue107\n\ue001\n\ue015\n\ue023\n\ue0f0"`; got != want || searchLayout != "5" {
		t.Errorf("marks of layout %s are %s, not %s", searchLayout, got, want)
	}
	for _, id := range []int64{-1, 1 << 13} {
		if mark := channelMark(id); mark != 0 {
			t.Errorf("channel %d has the mark %U", id, mark)
		}
	}
	for column, name := range markedColumns {
		for _, value := range statusColumns[name] {
			if mark := stateMark(column, value); mark == 0 || mark >= channelMarks {
				t.Errorf("%s of %s has the mark %U", value, name, mark)
			}
		}
	}
}

// TestSearchWithFiltersFindsWhatTheListShows asks for a name under every filter, with the index up to date and behind.
func TestSearchWithFiltersFindsWhatTheListShows(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	states := []order.Financial{order.Paid, order.Pending, order.Refunded}
	shipped := []order.Fulfillment{order.Unfulfilled, order.Fulfilled}
	first := int64(0)
	for i := range 24 {
		must(t, s.Write(ctx, Bulk, func(tx *Tx) error {
			c, err := tx.EnsureChannel([]string{"Shop", "Fair", "Outlet"}[i%3], "other")
			if err != nil {
				return err
			}
			o := plain(c, fmt.Sprint(88000+i))
			o.Financial, o.Fulfillment, o.Held = states[i/3%3], shipped[i/9%2], i%5 == 0
			o.Parties = []order.Party{{Role: order.Buyer, Contact: customer.Contact{Name: "Agatha Brook"}}}
			if err := tx.InsertOrder(o); err != nil {
				return err
			}
			if first == 0 {
				first = o.ID
			}
			return tx.InsertChange(touched(o))
		}))
	}
	same := func(when string) {
		t.Helper()
		for _, channel := range []string{"", "Shop", "Fair", "Shop,Outlet"} {
			for _, status := range append([]string{"", "to_ship,shipped", "to_ship,paid", "paid,pending,fulfilled", "held,paid"}, order.Statuses...) {
				filter := order.Filter{Channel: channel, Status: status}
				all, _, err := s.ListOrders(ctx, filter, order.Page{})
				must(t, err)
				filter.Search = "agath brook"
				found, _, err := s.ListOrders(ctx, filter, order.Page{})
				must(t, err)
				if a, b := numbersOf(all), numbersOf(found); a != b {
					t.Errorf("%s, channel %q, status %q: the list shows %s, the search %s", when, channel, status, a, b)
				}
			}
		}
	}
	must(t, s.CatchUpSearch(ctx))
	same("up to date")
	s.search.turn.Lock() // nothing is indexed while this is held
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error {
		before, err := tx.LoadOrder(first)
		if err != nil {
			return err
		}
		after := *before
		after.Financial, after.Fulfillment, after.Held = order.Voided, order.Restocked, !before.Held
		if err := tx.UpdateOrder(before, &after); err != nil {
			return err
		}
		return tx.InsertChange(journal.Change{RecordKind: "order", RecordID: first, Action: journal.Changed, RunID: 1})
	}))
	same("behind")
	s.search.turn.Unlock()
	must(t, s.CatchUpSearch(ctx))
	same("caught up")
}

func numbersOf(rows []order.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Number)
	}
	return strings.Join(all, " ")
}

// TestMarksCannotBeTyped searches for the marks themselves.
func TestMarksCannotBeTyped(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	bought(t, s, "77001", "Agatha Brook")
	must(t, s.CatchUpSearch(ctx))
	for _, typed := range []string{"\ue000", "\ue101", "agatha\ue001brook\ue0f0"} {
		rows, _, err := s.ListOrders(ctx, order.Filter{Search: typed}, order.Page{})
		must(t, err)
		if want := strings.Count(typed, "agatha"); len(rows) != want {
			t.Errorf("%+q finds %d orders, not %d", typed, len(rows), want)
		}
	}
}
