package syncing

import (
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/order"
)

// Two lines of one SKU in one parcel are stated once, with what is shipped of both: line by line, the second would take back the first.
func TestTwoLinesOfOneSKUAreShippedTogether(t *testing.T) {
	o := order.Order{Number: "#1", Lines: []order.Line{{ExternalID: "a", SKU: "MUG"}, {ExternalID: "b", SKU: "POT"}, {ExternalID: "c", SKU: "MUG"}}}
	parts := shipmentParts(o, channel.Shipment{Tracking: "T", Lines: []channel.ShippedLine{{LineID: "a", Quantity: "3"}, {LineID: "b", Quantity: "1"}, {LineID: "c", Quantity: "2"}}})
	if len(parts) != 2 {
		t.Fatalf("%d statements: %+v", len(parts), parts)
	}
	for i, want := range [][2]string{{"MUG", "5"}, {"POT", "1"}} {
		if is := parts[i].stated.Values; is["line_sku"] != want[0] || is["quantity"] != want[1] {
			t.Errorf("%v instead of %v", is, want)
		}
	}
}
