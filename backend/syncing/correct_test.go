package syncing_test

import (
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/shopify/sim"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// ask plans what a person asks of an order, approves it and sends it.
func (m *metered) ask(r syncing.OrderRequest) {
	m.Helper()
	plan, err := m.engine.PlanOrder(m.Context(), r)
	if err == nil {
		_, err = m.engine.Approve(m.Context(), syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq})
	}
	if err == nil {
		_, err = m.engine.Push(m.Context(), syncing.PushRequest{ConnectionID: m.connection, Cause: journal.ByPerson})
	}
	if err != nil {
		m.Fatal(err)
	}
}

// TestAWrongNumberIsCorrected tells a channel the wrong number of a parcel, and then the right one: there is one parcel.
func TestAWrongNumberIsCorrected(t *testing.T) {
	m := openMetered(t, 0, 1000, 100)
	id := m.shop.Order(m.shop.AddCustomer("Grete", "Beispiel", "grete@example.com"), []string{m.shop.AddVariant("MUG", "Mug", 1400, 5)}, 2)
	m.pull(1)
	all, _, err := m.store.FullOrders(t.Context(), order.Filter{}, order.Page{Limit: 2})
	if err != nil || len(all) != 1 {
		t.Fatalf("there are %d orders: %v", len(all), err)
	}
	ship := syncing.OrderRequest{OrderID: all[0].ID, Operation: channel.Ship, Carrier: "DHL", Tracking: "WRONG"}
	m.ask(ship)
	ship.Tracking, ship.Corrects = "RIGHT", "WRONG"
	m.pull(1)
	m.ask(ship)
	if got := m.shop.Parcels(id); len(got) != 1 || got[0] != (sim.Parcel{Carrier: "DHL", Number: "RIGHT", Pieces: 2}) {
		t.Errorf("there are %+v", got)
	}
	m.pull(1)
	if _, err := m.engine.PlanOrder(t.Context(), ship); !fault.Is(err, fault.NotFound) {
		t.Errorf("a number that is right by now is corrected: %v", err)
	}
}
