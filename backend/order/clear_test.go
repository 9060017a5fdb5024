package order_test

import (
	"slices"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/order"
)

func known() order.Order {
	return order.Order{ID: 1, Number: "#1", ExternalID: "9", Currency: "USD", Placed: commerce.Stamp{At: 5}, Total: commerce.Minor(100), ShipBy: 7, Risk: "high",
		Tags: []string{"gift"}, Parties: []order.Party{{Role: order.ShipTo, Contact: customer.Contact{ID: 3, Version: 2, Name: "Ada", Phone: "1"}}}}
}

func TestClearEmptiesWhatItNames(t *testing.T) {
	merged, changes := order.Merge(known(), order.Order{Number: "#1", Clear: []string{"ship_by", "total", "tags", "risk", "ship_to.phone"}})
	if merged.ShipBy != 0 || merged.Total.Stated || merged.Tags != nil || merged.Risk != "" || merged.Parties[0].Contact.Phone != "" || merged.Parties[0].Contact.Name != "Ada" {
		t.Errorf("not emptied: %+v", merged)
	}
	if len(changes) != 5 || merged.Clear != nil {
		t.Errorf("changes %+v, clear %v", changes, merged.Clear)
	}
	if again, more := order.Merge(merged, order.Order{Number: "#1", Clear: []string{"ship_by", "tags", "ship_to.phone"}}); len(more) > 0 || again.ShipBy != 0 {
		t.Errorf("emptying once more changes %+v", more)
	}
}

func TestClearLeavesWhatAnOrderCannotDoWithout(t *testing.T) {
	all := []string{"number", "external_id", "placed_at", "currency", "no such field", "ship_to.no_such", "nobody.name"}
	if _, changes := order.Merge(known(), order.Order{Clear: all}); len(changes) > 0 {
		t.Errorf("emptied %+v", changes)
	}
	if slices.ContainsFunc(all, order.Clearable) || !order.Clearable("ship_by") || !order.Clearable("bill_to.city") {
		t.Error("what can be emptied is told wrongly")
	}
}

func TestAStatedValueOutranksClear(t *testing.T) {
	incoming := order.Order{Risk: "low", Clear: []string{"risk", "ship_to.name"}, Parties: []order.Party{{Role: order.ShipTo, Contact: customer.Contact{Name: "Bob"}}}}
	merged, _ := order.Merge(known(), incoming)
	if merged.Risk != "low" || merged.Parties[0].Contact.Name != "Bob" {
		t.Errorf("got %q and %q", merged.Risk, merged.Parties[0].Contact.Name)
	}
}

// A party whose every value was emptied keeps its place, so that its earlier values can come back.
func TestClearingAWholePartyKeepsItsContact(t *testing.T) {
	merged, changes := order.Merge(known(), order.Order{Clear: []string{"ship_to.name", "ship_to.phone"}})
	to, ok := merged.Party(order.ShipTo)
	if !ok || to.ID != 3 || !to.Empty() || len(changes) != 2 || changes[0].From != 2 || changes[0].Contact != 3 {
		t.Errorf("party %+v %v, changes %+v", to, ok, changes)
	}
}
