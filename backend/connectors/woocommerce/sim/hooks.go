package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// hooks are the shop's webhooks and what they still have to tell.
type hooks struct {
	all     []*webhook
	waiting []delivery
}

type webhook struct {
	id         int64
	topic, url string
	secret     string
	failures   int
	disabled   bool
}

type delivery struct {
	hook  *webhook
	topic string
	body  []byte
	id    string
	ping  bool
}

// failuresMost is after how many failed deliveries in a row WooCommerce switches a webhook off.
const failuresMost = 5

// AddWebhook makes a webhook for a topic such as "order.updated". Its first delivery is a ping without a signature.
func (s *Shop) AddWebhook(topic, url, secret string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	h := &webhook{id: s.newID(), topic: topic, url: url, secret: secret}
	s.hooks.all = append(s.hooks.all, h)
	s.hooks.waiting = append(s.hooks.waiting, delivery{hook: h, ping: true, body: []byte("webhook_id=" + name(h.id))})
}

// tell puts a change into the row of what is to be delivered.
func (s *Shop) tell(topic string, id int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.toldOf(topic, id)
}

func (s *Shop) toldOf(topic string, id int64) {
	for _, h := range s.hooks.all {
		if h.topic != topic || h.disabled {
			continue
		}
		sum := sha256.Sum256([]byte(topic + name(id) + name(s.newID())))
		s.hooks.waiting = append(s.hooks.waiting, delivery{hook: h, topic: topic, body: s.hookBody(topic, id), id: hex.EncodeToString(sum[:16])})
	}
}

// hookBody is the whole record, or its id alone where it is gone.
func (s *Shop) hookBody(topic string, id int64) []byte {
	var value any = map[string]any{"id": id}
	switch resource, _, _ := strings.Cut(topic, "."); resource {
	case "order":
		if o, ok := s.orders.get(id); ok {
			value = s.wireOrder(o)
		}
	case "product":
		if p, ok := s.products.get(id); ok {
			value = s.wireProduct(p)
		}
	case "customer":
		if c, ok := s.customers.get(id); ok {
			value = s.wireCustomer(c)
		}
	}
	body, _ := json.Marshal(value) //nolint:errchkjson // only our own types
	return body
}

// Deliver sends what waits, and tells how many deliveries arrived (were answered with 2xx, 301 or 302).
func (s *Shop) Deliver(ctx context.Context, client *http.Client) int {
	s.mutex.Lock()
	waiting := s.hooks.waiting
	s.hooks.waiting = nil
	s.mutex.Unlock()
	arrived := 0
	for _, d := range waiting {
		if d.hook.disabled {
			continue
		}
		if d.send(ctx, client) {
			d.hook.failures = 0
			arrived++
		} else if d.hook.failures++; d.hook.failures > failuresMost {
			d.hook.disabled = true
		}
	}
	return arrived
}

func (d delivery) send(ctx context.Context, client *http.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.hook.url, bytes.NewReader(d.body))
	if err != nil {
		return false
	}
	d.sign(r.Header)
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode < 303
}

func (d delivery) sign(header http.Header) {
	if d.ping {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		return
	}
	resource, event, _ := strings.Cut(d.topic, ".")
	mac := hmac.New(sha256.New, []byte(d.hook.secret))
	mac.Write(d.body)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "X-WC-Webhook-Source": "https://shop.example/", "X-WC-Webhook-Topic": d.topic,
		"X-WC-Webhook-Resource": resource, "X-WC-Webhook-Event": event, "X-WC-Webhook-ID": name(d.hook.id), "X-WC-Webhook-Delivery-ID": d.id,
		"X-WC-Webhook-Signature": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	} {
		header.Set(name, value)
	}
}

// Disabled counts the webhooks that were switched off after too many failures.
func (s *Shop) Disabled() (n int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, h := range s.hooks.all {
		if h.disabled {
			n++
		}
	}
	return n
}
