package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"tradepost/backend/channel"
)

// Tell makes one delivery about an item to an address, as the shop's webhooks do: signed with the client secret. again makes the one before once
// more, by the same id.
func (s *Shop) Tell(ctx context.Context, address string, stream channel.Stream, id string, again bool) error {
	s.mutex.Lock()
	if !again {
		s.id("hook")
	}
	topic, body := s.hookBody(stream, id)
	delivery, at := strconv.Itoa(s.next["hook"]), s.desk.Now()
	s.mutex.Unlock()
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write(body)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("telling %s: %w", topic, err)
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": domain,
		"X-Shopify-Api-Version": version, "X-Shopify-Webhook-Id": "b54557e4-" + delivery, "X-Shopify-Triggered-At": at.UTC().Format("2006-01-02T15:04:05.000000000Z"),
		"X-Shopify-Hmac-Sha256": base64.StdEncoding.EncodeToString(mac.Sum(nil))} {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("telling %s: %w", topic, err)
	}
	return answer.Body.Close()
}

// hookBody is what a delivery says: REST's words, of which the ids count.
func (s *Shop) hookBody(stream channel.Stream, id string) (topic string, body []byte) {
	n := json.Number(id)
	value := object{"id": n, "admin_graphql_api_id": gid("Order", id)}
	topic = "orders/updated"
	switch stream {
	case channel.Customers:
		topic, value["admin_graphql_api_id"] = "customers/update", gid("Customer", id)
	case channel.Products:
		v := s.variant(id)
		topic = "products/update"
		value = object{"id": json.Number(v.product.id), "variants": []object{{"id": n}}}
	}
	body, _ = json.Marshal(value)
	return topic, body
}
