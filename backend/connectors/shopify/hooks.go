package shopify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// ReadHook verifies a delivery by X-Shopify-Hmac-Sha256: the body's HMAC-SHA256 with the app's client secret, in base64
// (https://shopify.dev/docs/apps/build/webhooks/subscribe/https). X-Shopify-Webhook-Id is the same for the same delivery made again.
func (connector) ReadHook(header http.Header, body []byte, secret string) (channel.Hook, error) {
	given, err := base64.StdEncoding.DecodeString(header.Get("X-Shopify-Hmac-Sha256"))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	if err != nil || secret == "" || !hmac.Equal(given, mac.Sum(nil)) {
		return channel.Hook{}, fault.New(fault.Auth, "A webhook came whose signature is not right.",
			"If "+vendor+" sent it, put the client secret of the app that asked for it into the connection anew.")
	}
	hook := channel.Hook{ID: header.Get("X-Shopify-Webhook-Id")}
	stream, ids := dirty(header.Get("X-Shopify-Topic"), body)
	if len(ids) > 0 {
		hook.Stream, hook.IDs = stream, ids
	}
	return hook, nil
}

// delivery is what of a body names things. Ids are numbers; of variants there are at most a hundred.
type delivery struct {
	ID       json.Number `json:"id"`
	OrderID  json.Number `json:"order_id"`
	Variants []struct {
		ID json.Number `json:"id"`
	} `json:"variants"`
	FulfillmentOrder struct {
		OrderID json.Number `json:"order_id"`
	} `json:"fulfillment_order"`
}

// dirty is what a delivery says of which items changed. What it says of their values does not count: deliveries come twice and in any order.
func dirty(topic string, body []byte) (channel.Stream, []string) {
	var d delivery
	if json.Unmarshal(body, &d) != nil {
		return "", nil
	}
	subject, _, _ := strings.Cut(topic, "/")
	switch subject {
	case "orders":
		return channel.Orders, ids(d.ID, d.OrderID)
	case "refunds", "fulfillments", "order_transactions":
		return channel.Orders, ids(d.OrderID)
	case "fulfillment_orders":
		return channel.Orders, ids(d.FulfillmentOrder.OrderID)
	case "customers":
		return channel.Customers, ids(d.ID)
	case "products":
		var all []string
		for _, v := range d.Variants[:min(len(d.Variants), most)] {
			all = append(all, ids(v.ID)...)
		}
		return channel.Products, all
	}
	return "", nil
}

// ids gives the first of some numbers that is an id.
func ids(numbers ...json.Number) []string {
	for _, n := range numbers {
		if id, err := strconv.ParseUint(string(n), 10, 63); err == nil && id > 0 {
			return []string{string(n)}
		}
	}
	return nil
}
