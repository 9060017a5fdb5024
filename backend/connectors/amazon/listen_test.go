package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/amazon/sim"
	"tradepost/backend/fault"
)

// listening is a house whose connection names a queue.
func listening(t *testing.T, options ...sim.Option) *house {
	t.Helper()
	h := opened(t, options...)
	h.amazon.Fill(1, 10, 0, 12)
	settings, secrets := h.amazon.Listening(h.server.URL)
	for name, value := range settings {
		h.session.Options[name] = value
	}
	for name, value := range secrets {
		h.session.Secrets[name] = value
	}
	h.sign()
	return h
}

func (h *house) listen() channel.News {
	h.t.Helper()
	news, err := connector{}.Listen(context.Background(), h.session)
	must(h.t, err)
	return news
}

func named(news channel.News) (ids []string) {
	for _, hook := range news.Hooks {
		ids = append(ids, hook.IDs...)
	}
	slices.Sort(ids)
	return ids
}

// TestNewsOfOrders come through the queue from the first look on, name orders alone, come again until they are taken off, and go then.
func TestNewsOfOrders(t *testing.T) {
	h := listening(t)
	h.check()
	if news := h.listen(); len(news.Receipts) != 0 {
		t.Fatalf("told of before anything changed: %+v", news)
	}
	h.wait(time.Minute)
	ids := []string{h.amazon.Place(h.random), h.amazon.Place(h.random)}
	slices.Sort(ids)
	news := h.listen()
	if !slices.Equal(named(news), ids) || news.Hooks[0].Stream != channel.Orders || news.Hooks[0].ID == "" {
		t.Fatalf("told of %+v, expected %v", news, ids)
	}
	if again := h.listen(); len(again.Receipts) != 0 {
		t.Errorf("what another one has comes already: %+v", again)
	}
	h.wait(time.Minute)
	again := h.listen()
	if !slices.Equal(named(again), ids) {
		t.Errorf("what was not taken off does not come again: %+v", again)
	}
	must(t, connector{}.Heard(context.Background(), h.session, again.Receipts))
	h.wait(time.Minute)
	if news := h.listen(); len(news.Receipts) != 0 || h.amazon.Lying() != 0 {
		t.Errorf("what was taken off comes again: %+v", news)
	}
}

// TestNewsByAmazonsModels holds what is asked and answered of notifications to Amazon's model, and the word itself to its schema.
func TestNewsByAmazonsModels(t *testing.T) {
	h := listening(t)
	c := newContract(t, h.amazon)
	h.server.Config.Handler = c
	h.listen()
	h.check()
	for _, operation := range []string{"getSubscription", "createSubscription", "getDestinations", "createDestination"} {
		if c.asked[operation] == 0 {
			t.Errorf("the operation %s was never asked", operation)
		}
	}
	h.wait(time.Minute)
	h.amazon.Place(h.random)
	q, _ := queueOf(h.session)
	letters, err := q.receive(context.Background())
	must(t, err)
	text, err := os.ReadFile(filepath.Join(heldModels(t), "..", "notifications", "OrderChangeNotification.json"))
	must(t, err)
	var schema openapi3.Schema
	must(t, json.Unmarshal(text, &schema))
	var word any
	must(t, json.Unmarshal([]byte(letters[0].Body), &word))
	must(t, schema.VisitJSON(word))
}

// TestWordOfAnotherMarketplace is left in the queue for the connection that it concerns, and taken off when it got old; what is no word at all too.
func TestWordOfAnotherMarketplace(t *testing.T) {
	h := opened(t)
	c, err := dial(h.session)
	must(t, err)
	other := func(age time.Duration) string {
		return `{"Payload":{"OrderChangeNotification":{"SellerId":"` + sim.Seller + `","AmazonOrderId":"1","Summary":{"MarketplaceId":"A13V1IB3VIYZZH"}}},"NotificationMetadata":{"PublishTime":"` +
			h.now.Add(-age).Format(time.RFC3339) + `"}}`
	}
	news := c.sorted([]letter{{Receipt: "fresh", Body: other(time.Minute)}, {Receipt: "old", Body: other(time.Hour)}, {Receipt: "none", Body: "hello"}})
	if !slices.Equal(news.Receipts, []string{"old", "none"}) {
		t.Errorf("taken off %v", news.Receipts)
	}
}

// TestQueueThatCannotBeRead is said in words when the connection is checked, at the setting that is wrong.
func TestQueueThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(options, secrets map[string]string)
		code  fault.Code
		field string
	}{
		"no key":           {func(o, _ map[string]string) { delete(o, queueKeyOption) }, fault.Invalid, queueKeyOption},
		"no secret":        {func(_, s map[string]string) { delete(s, queueSecret) }, fault.Invalid, queueSecret},
		"a wrong secret":   {func(_, s map[string]string) { s[queueSecret] = "guessed" }, fault.Permission, queueKeyOption},
		"an unknown key":   {func(o, _ map[string]string) { o[queueKeyOption] = "AKIDSOMEBODYELSE" }, fault.Permission, queueKeyOption},
		"no such queue":    {func(o, _ map[string]string) { o[channel.QueueOption] += "x" }, fault.Invalid, channel.QueueOption},
		"a clock far away": {nil, fault.Permission, queueKeyOption},
	} {
		h := listening(t)
		if c.spoil != nil {
			c.spoil(h.session.Options, h.session.Secrets)
		} else {
			h.amazon.Desk().Skew(20 * time.Minute)
			h.sign()
		}
		_, err := connector{}.Check(context.Background(), h.session)
		if !fault.Is(err, c.code) || fault.Of(err).Field != c.field || fault.Of(err).Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRegionOfAQueue is read of its address.
func TestRegionOfAQueue(t *testing.T) {
	for host, want := range map[string]string{"sqs.eu-west-1.amazonaws.com": "eu-west-1", "sqs.cn-north-1.amazonaws.com.cn": "cn-north-1", "127.0.0.1": "us-east-1", "localhost": "us-east-1"} {
		if got := regionOf(host); got != want {
			t.Errorf("%s is in %s", host, got)
		}
	}
}

// TestWithoutAQueue nothing is asked.
func TestWithoutAQueue(t *testing.T) {
	h := opened(t)
	h.server.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) })
	if news := h.listen(); len(news.Receipts) != 0 {
		t.Errorf("heard %+v", news)
	}
}
