package amazon

import (
	"encoding/json"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

var seller = channel.Account{ID: "A1@" + "A1PA6795UKMFR9", Currency: "EUR"}

// whole is an order with everything in it that counts: two lines, gift wrap, shipping, a discount, tax that Amazon collects, a parcel on its way and one called off.
const whole = `{"orderId":"303-1","createdTime":"2026-03-01T08:00:00Z","lastUpdatedTime":"2026-03-02T08:00:00Z","programs":["PRIME"],
 "salesChannel":{"channelName":"AMAZON","marketplaceId":"A1PA6795UKMFR9","marketplaceName":"Amazon.de"},
 "buyer":{"buyerName":"Ida Muster","buyerEmail":"x@marketplace.example","buyerPurchaseOrderNumber":"PO-7"},
 "recipient":{"deliveryAddress":{"name":"Ida Muster","addressLine1":"Lindenweg 4","municipality":"Kiel","postalCode":"24103","countryCode":"DE","phone":"0431 1"},
   "deliveryPreference":{"dropOffLocation":"Behind the hedge"}},
 "proceeds":{"grandTotal":{"amount":"35.97","currencyCode":"EUR"}},
 "payment":{"paymentExecutions":[{"paymentMethod":"CreditCard"},{"paymentMethod":"CreditCard"}]},
 "fulfillment":{"fulfillmentStatus":"PARTIALLY_SHIPPED","fulfilledBy":"MERCHANT","fulfillmentServiceLevel":"NEXT_DAY","shipByWindow":{"latestDateTime":"2026-03-03T22:59:59Z"}},
 "orderItems":[
  {"orderItemId":"71","quantityOrdered":2,"product":{"asin":"B1","title":"Mug","sellerSku":"MUG","price":{"unitPrice":{"amount":"10.00","currencyCode":"EUR"}}},
   "proceeds":{"proceedsTotal":{"amount":"25.98","currencyCode":"EUR"},"breakdowns":[{"type":"ITEM","subtotal":{"amount":"20.00","currencyCode":"EUR"}},
     {"type":"SHIPPING","subtotal":{"amount":"4.99","currencyCode":"EUR"}},{"type":"GIFT_WRAP","subtotal":{"amount":"2.99","currencyCode":"EUR"}},
     {"type":"DISCOUNT","subtotal":{"amount":"-2.00","currencyCode":"EUR"}}]},
   "promotion":{"breakdowns":[{"promotionId":"SPRING"}]},"fulfillment":{"quantityFulfilled":2,"quantityUnfulfilled":0,"packing":{"giftOption":{"giftMessage":"For you"}}}},
  {"orderItemId":"72","quantityOrdered":3,"product":{"asin":"B2","title":"Tea","sellerSku":"TEA"},
   "proceeds":{"breakdowns":[{"type":"ITEM","subtotal":{"amount":"8.00","currencyCode":"EUR"}},{"type":"TAX","subtotal":{"amount":"1.99","currencyCode":"EUR"}}]},
   "cancellation":{"cancellationExecution":{"cancelledBy":"BUYER"}},"fulfillment":{"quantityFulfilled":0,"quantityUnfulfilled":1},
   "tax":{"taxCollections":[{"model":"MARKETPLACE_FACILITATOR"}]}}],
 "packages":[{"packageReferenceId":"9","packageStatus":{"status":"SHIPPED"},"carrier":"DHL","trackingNumber":"T9","shipTime":"2026-03-02T07:00:00Z","packageItems":[{"orderItemId":"71","quantity":2}]},
  {"packageReferenceId":"8","packageStatus":{"status":"CANCELLED"},"trackingNumber":"T8"}]}`

func readWhole(t *testing.T, edit func(map[string]any)) (channel.Record, *order.Order) {
	t.Helper()
	var in map[string]any
	must(t, json.Unmarshal([]byte(whole), &in))
	if edit != nil {
		edit(in)
	}
	raw, err := json.Marshal(in)
	must(t, err)
	record, problems := connector{}.Read(channel.Orders, raw, seller)
	if len(problems) > 0 {
		t.Fatalf("it reads with problems: %v", problems)
	}
	return record, record.Order
}

func TestAnOrderIsReadWhole(t *testing.T) {
	record, o := readWhole(t, nil)
	if o.Subtotal != commerce.Minor(2800) || o.Shipping != commerce.Minor(499) || o.Tax != commerce.Minor(199) || o.Discount != commerce.Minor(200) || o.Total != commerce.Minor(3597) {
		t.Errorf("the sums are %+v %+v %+v %+v %+v", o.Subtotal, o.Shipping, o.Tax, o.Discount, o.Total)
	}
	if o.Financial != order.Paid || o.Fulfillment != order.Partial || o.FulfilledBy != order.ByMerchant || o.FulfilledAt != 0 || o.ShipBy == 0 {
		t.Errorf("it is %s, %s, by %s", o.Financial, o.Fulfillment, o.FulfilledBy)
	}
	if strings.Join(o.Tags, " ") != "marketplace_tax prime" || o.PaymentMethod != "CreditCard" || o.DiscountCode != "SPRING" || o.ShippingMethod != "Next day" || o.Source != "Amazon.de" {
		t.Errorf("it says %v, %q, %q, %q, %q", o.Tags, o.PaymentMethod, o.DiscountCode, o.ShippingMethod, o.Source)
	}
	if len(o.Lines) != 3 || o.Lines[1].Title != "Gift wrap" || o.Lines[1].Total != commerce.Minor(299) || o.Lines[2].Quantity != "1" || o.Lines[2].Fulfillment != order.Unfulfilled ||
		o.Lines[0].Fulfillment != order.Fulfilled || o.Lines[0].UnitPrice != "10.00" {
		t.Errorf("the lines are %+v", o.Lines)
	}
	to, _ := o.Party(order.ShipTo)
	buyer, _ := o.Party(order.Buyer)
	if to.City != "Kiel" || to.Phone == "" || buyer.Note != "Purchase order PO-7\nBehind the hedge\nFor you" {
		t.Errorf("people are %+v and %+v", to, buyer)
	}
	if len(record.Shipments) != 1 || record.Shipments[0].Tracking != "T9" || len(record.Shipments[0].Lines) != 1 {
		t.Errorf("on its way is %+v", record.Shipments)
	}
}

func TestStatesOfOrders(t *testing.T) {
	for _, one := range []struct {
		status, by  string
		financial   order.Financial
		fulfillment order.Fulfillment
		stage       order.Stage
	}{
		{"PENDING", "MERCHANT", order.Pending, "", order.Open}, {"PENDING_AVAILABILITY", "MERCHANT", order.Pending, "", order.Open},
		{"UNSHIPPED", "MERCHANT", order.Paid, order.Unfulfilled, order.ToShip}, {"UNSHIPPED", "AMAZON", order.Paid, "", order.Open},
		{"PARTIALLY_SHIPPED", "AMAZON", order.Paid, "", order.Open}, {"SHIPPED", "AMAZON", order.Paid, order.Fulfilled, order.Shipped},
		{"CANCELLED", "MERCHANT", order.Voided, "", order.Cancelled}, {"UNFULFILLABLE", "AMAZON", order.Paid, "", order.Open},
		{"SOMETHING_NEW", "MERCHANT", "", "", order.Open},
	} {
		_, o := readWhole(t, func(in map[string]any) {
			in["fulfillment"].(map[string]any)["fulfillmentStatus"], in["fulfillment"].(map[string]any)["fulfilledBy"] = one.status, one.by
		})
		if o.Financial != one.financial || o.Fulfillment != one.fulfillment || o.Stage() != one.stage {
			t.Errorf("%s by %s is %q, %q, %s", one.status, one.by, o.Financial, o.Fulfillment, o.Stage())
		}
	}
}

func TestAPendingOrderHasNoSums(t *testing.T) {
	_, o := readWhole(t, func(in map[string]any) {
		delete(in, "proceeds")
		delete(in, "recipient")
		delete(in, "buyer")
		in["fulfillment"].(map[string]any)["fulfillmentStatus"] = "PENDING"
		for _, item := range in["orderItems"].([]any) {
			delete(item.(map[string]any), "proceeds")
			delete(item.(map[string]any)["product"].(map[string]any), "price")
		}
	})
	if o.Total.Stated || o.Subtotal.Stated || o.Lines[0].Total.Stated || o.Currency != "EUR" || o.Lines[0].UnitPrice != "" {
		t.Errorf("what is not told is stated: %+v %+v", o.Total, o.Lines[0])
	}
}

func TestWhatCannotBeReadIsAProblem(t *testing.T) {
	for name, edit := range map[string]func(in map[string]any){
		"another currency of a line": func(in map[string]any) {
			in["orderItems"].([]any)[0].(map[string]any)["proceeds"].(map[string]any)["breakdowns"].([]any)[0].(map[string]any)["subtotal"].(map[string]any)["currencyCode"] = "USD"
		},
		"an amount finer than cents": func(in map[string]any) {
			in["proceeds"].(map[string]any)["grandTotal"].(map[string]any)["amount"] = "1.005"
		},
		"no items":            func(in map[string]any) { in["orderItems"] = []any{} },
		"a quantity below 0":  func(in map[string]any) { in["orderItems"].([]any)[0].(map[string]any)["quantityOrdered"] = -1 },
		"a time that is none": func(in map[string]any) { in["createdTime"] = "yesterday" },
		"a number for a text": func(in map[string]any) { in["orderId"] = 7 },
	} {
		var in map[string]any
		must(t, json.Unmarshal([]byte(whole), &in))
		edit(in)
		raw, err := json.Marshal(in)
		must(t, err)
		if _, problems := (connector{}).Read(channel.Orders, raw, seller); len(problems) == 0 {
			t.Errorf("%s is no problem", name)
		}
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"sku":"A","attributes":{"purchasable_offer":[{"our_price":[{"schedule":[{"value_with_tax":1e3}]}]}]},"fulfillmentAvailability":[{}]}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		for _, stream := range []channel.Stream{channel.Orders, channel.Products, channel.Stock} {
			(connector{}).Read(stream, raw, seller)
		}
	})
}
