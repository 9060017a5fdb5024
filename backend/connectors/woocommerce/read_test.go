package woocommerce

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// greenhouse is the account that the samples belong to.
var greenhouse = channel.Account{ID: "shop.example", Currency: "EUR", Zone: "Europe/Berlin",
	Facts: map[string]string{factWeight: "kg", factNumbers: "_order_number_formatted"}}

func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("samples: %v, %v", files, err)
	}
	for _, file := range files {
		kind, _, _ := strings.Cut(filepath.Base(file), "_")
		streams := map[string][]channel.Stream{"order": {channel.Orders}, "product": {channel.Products, channel.Stock}, "customer.json": {channel.Customers}}[kind]
		for _, stream := range streams {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".json") + "." + string(stream) + ".golden"
			record, problems := Connector{}.Read(stream, raw, greenhouse)
			got, err := json.MarshalIndent(map[string]any{"record": record, "problems": problems}, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if channeltest.Updating() {
				if err := os.WriteFile(golden, append(got, '\n'), 0o600); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(golden)
			if err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
				t.Errorf("%s as %s: %v\n%s", file, stream, err, got)
			}
		}
	}
}

// TestLinesAddUpToTheTotal holds for what the samples and a simulated shop state: lines and fees, shipping and tax, less discounts.
func TestLinesAddUpToTheTotal(t *testing.T) {
	b := open(t)
	b.shop.Fill(5, 20, 10, 200)
	b.check()
	items, _ := b.run(channel.Orders, channel.Full, nil, 100, nil)
	for _, item := range items {
		record, problems := Connector{}.Read(channel.Orders, item.Raw, b.Known)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", item.ID, problems)
		}
		o := record.Order
		lines := o.Compute()
		if sum := lines.Subtotal.Minor + o.Shipping.Minor + o.Tax.Minor - o.Discount.Minor; sum != o.Total.Minor || lines.Discount.Minor != o.Discount.Minor {
			t.Fatalf("order %s: its parts say %d less %v, the order %v less %v", item.ID, sum, lines.Discount, o.Total, o.Discount)
		}
	}
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		raw         string
		financial   order.Financial
		fulfillment order.Fulfillment
		tags        int
	}{
		{`{"id":1,"status":"pending"}`, order.Pending, "", 0},
		{`{"id":1,"status":"failed"}`, order.Pending, "", 0},
		{`{"id":1,"status":"on-hold"}`, order.Pending, "", 0},
		{`{"id":1,"status":"processing"}`, order.Paid, order.Unfulfilled, 0},
		{`{"id":1,"status":"wc-processing"}`, order.Paid, order.Unfulfilled, 0},
		{`{"id":1,"status":"completed"}`, order.Paid, order.Fulfilled, 0},
		{`{"id":1,"status":"cancelled"}`, order.Voided, "", 0},
		{`{"id":1,"status":"refunded"}`, order.Refunded, "", 0},
		{`{"id":1,"status":"partial-shipped"}`, order.Paid, order.Partial, 0},
		{`{"id":1,"status":"processing","payment_method":"cod"}`, order.Pending, order.Unfulfilled, 0},
		{`{"id":1,"status":"completed","payment_method":"cod"}`, order.Paid, order.Fulfilled, 0},
		{`{"id":1,"status":"completed","total":"10.00","refunds":[{"total":"-4.00"}]}`, order.PartiallyRefunded, order.Fulfilled, 0},
		{`{"id":1,"status":"completed","total":"10.00","refunds":[{"total":"-4.00"},{"total":"-6.00"}]}`, order.Refunded, order.Fulfilled, 0},
		{`{"id":1,"status":"in-the-oven"}`, "", "", 1},
	} {
		record, problems := Connector{}.Read(channel.Orders, []byte(c.raw), greenhouse)
		o := record.Order
		if len(problems) > 0 || o.Financial != c.financial || o.Fulfillment != c.fulfillment || len(o.Tags) != c.tags {
			t.Errorf("%s: %s, %s, %v, %v", c.raw, o.Financial, o.Fulfillment, o.Tags, problems)
		}
	}
	for _, draft := range []string{"checkout-draft", "auto-draft", "trash"} {
		if _, problems := (Connector{}).Read(channel.Orders, []byte(`{"id":1,"status":"`+draft+`"}`), greenhouse); len(problems) == 0 {
			t.Errorf("%s was read as an order", draft)
		}
	}
}

// TestWhatIsNotStatedIsNeverZero reads the barest order there can be.
func TestWhatIsNotStatedIsNeverZero(t *testing.T) {
	record, problems := Connector{}.Read(channel.Orders, []byte(`{"id":1,"status":"processing"}`), greenhouse)
	o := record.Order
	if len(problems) > 0 || o.Total.Stated || o.Tax.Stated || o.Shipping.Stated || o.Refunded.Stated || o.Placed.At != 0 || o.Placed.Zone != "" || len(o.Parties) > 0 {
		t.Errorf("%+v, %v", o, problems)
	}
	record, _ = Connector{}.Read(channel.Stock, []byte(`{"id":1,"manage_stock":false,"stock_quantity":null}`), greenhouse)
	if l := record.Levels[0]; l.Quantity != "" || l.Tracked {
		t.Errorf("%+v", l)
	}
}

func TestZonesOfTimesWithoutOne(t *testing.T) {
	raw := []byte(`{"id":1,"status":"processing","date_created":"2026-03-02T10:00:00"}`)
	for zone, want := range map[string]string{"Pacific/Niue": "2026-03-02T21:00:00Z", "Pacific/Kiritimati": "2026-03-01T20:00:00Z",
		"+05:30": "2026-03-02T04:30:00Z", "-09:30": "2026-03-02T19:30:00Z", "": "2026-03-02T10:00:00Z", "Europe/Berlin": "2026-03-02T09:00:00Z"} {
		record, _ := Connector{}.Read(channel.Orders, raw, channel.Account{Zone: zone, Currency: "EUR"})
		if got := record.Order.Placed; got.At.String() != want || got.ZoneSource != commerce.ZoneFromChannel {
			t.Errorf("%s: %v", zone, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"id":1e3,"total":1e400,"line_items":{"a":[]},"meta_data":[null,7,{"key":"_wc_shipment_tracking_items","value":[[],"",null]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, stream := range append(channel.Streams, "other") {
			record, problems := Connector{}.Read(stream, raw, greenhouse)
			if len(problems) == 0 && record.Order == nil && record.Listing == nil && record.Levels == nil && record.Customer == nil {
				t.Errorf("%s: neither a record nor a problem", stream)
			}
			for _, p := range problems {
				if p.Message == "" || p.Column == "" || p.Code != string(fault.Invalid) {
					t.Errorf("%s: %+v", stream, p)
				}
			}
		}
	})
}
