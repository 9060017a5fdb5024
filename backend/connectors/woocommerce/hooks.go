package woocommerce

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// ReadHook verifies a delivery by X-WC-Webhook-Signature: the body's HMAC-SHA256 in base64
// (https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks). The ping that tries a new webhook is a form without a
// signature; it names nothing and is a hook that says nothing.
func (Connector) ReadHook(header http.Header, body []byte, secret string) (channel.Hook, error) {
	signature := header.Get("X-Wc-Webhook-Signature")
	if signature == "" && isPing(body) {
		return channel.Hook{}, nil
	}
	given, err := base64.StdEncoding.DecodeString(signature)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	if err != nil || secret == "" || !hmac.Equal(given, mac.Sum(nil)) {
		return channel.Hook{}, fault.New(fault.Auth, "A webhook came whose signature is not right.",
			"If the shop sent it, put the webhook's secret into the connection anew.")
	}
	hook := channel.Hook{ID: header.Get("X-Wc-Webhook-Delivery-Id")}
	resource, _, _ := strings.Cut(header.Get("X-Wc-Webhook-Topic"), ".")
	if named := header.Get("X-Wc-Webhook-Resource"); named != "" {
		resource = named
	}
	stream, known := map[string]channel.Stream{"order": channel.Orders, "product": channel.Products, "customer": channel.Customers}[resource]
	if !known {
		return hook, nil // coupons, and what plug-ins tell of
	}
	var named struct {
		ID text `json:"id"`
	}
	if json.Unmarshal(body, &named) != nil || named.ID.id() == 0 {
		return hook, nil //nolint:nilerr // a delivery that names nothing causes nothing
	}
	hook.Stream, hook.IDs = stream, []string{strconv.FormatInt(named.ID.id(), 10)}
	return hook, nil
}

// isPing tells the form webhook_id=1, and nothing longer.
func isPing(body []byte) bool {
	if len(body) > 100 {
		return false
	}
	form, err := url.ParseQuery(string(body))
	return err == nil && len(form) == 1 && text(form.Get("webhook_id")).id() > 0
}
