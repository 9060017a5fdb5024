package all

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/connectors/shopify"
	"tradepost/backend/connectors/woocommerce"
	"tradepost/build/proof"
)

// deliveries are what vendors send, and the names under which they sign and tell.
var deliveries = []struct {
	hooker                   channel.Hooker
	signature, topic, topics string
	body                     string
}{
	{woocommerce.Connector{}, "X-Wc-Webhook-Signature", "X-Wc-Webhook-Topic", "order.updated", `{"id":731,"number":"731","line_items":[{"id":1,"quantity":2}]}`},
	{shopify.New().(channel.Hooker), "X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "orders/updated", `{"id":5678901234,"order_id":9,"admin_graphql_api_id":"gid://shopify/Order/5678901234"}`},
	{shopify.New().(channel.Hooker), "X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "products/update", `{"id":12,"variants":[{"id":34},{"id":56}]}`},
}

// hookPieces are put into bodies.
var hookPieces = []string{`"id":`, `{"id":1}`, "null", "-1", "1e400", "99999999999999999999", `"`, "{", "}", "[", "]", ",", ":", "\x00", "\xFF", `\u0000`, "webhook_id=1", `"variants":[`, `{"id":"x"}`, " "}

// TestProofDamagedHooks delivers bodies that are damaged at random and signed all the same: none panics or is refused, and what they name are ids.
// One whose signature is that of another body is a forgery.
func TestProofDamagedHooks(t *testing.T) {
	const seed = 20260812
	run := proof.Begin(t, "fuzz-hooks", seed)
	for n := run.Counts["inputs"]; n < run.Size(3_000, 1_000_000); n++ {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		d := deliveries[r.IntN(len(deliveries))]
		body := damagedBody(r, []byte(d.body))
		hook, err := d.hooker.ReadHook(http.Header{d.signature: {signed(body)}, d.topic: {d.topics}}, body, "key")
		if err != nil || len(hook.IDs) > 0 && hook.Stream == "" {
			t.Fatalf("input %d, %q: %+v, %v", n, body, hook, err)
		}
		for _, id := range hook.IDs {
			if id == "" || id[0] < '1' || id[0] > '9' {
				t.Fatalf("input %d, %q names %q", n, body, id)
			}
		}
		if _, err := d.hooker.ReadHook(http.Header{d.signature: {signed(append(body, ' '))}, d.topic: {d.topics}}, body, "key"); err == nil {
			t.Fatalf("input %d, %q: a forged delivery is believed", n, body)
		}
		run.Counts["named"] += min(1, len(hook.IDs))
		if run.Counts["inputs"] = n + 1; n%100_000 == 0 {
			run.Save()
		}
	}
	run.Save()
	if run.Counts["named"]*20 < run.Counts["inputs"] {
		t.Errorf("the damage is too heavy to test reading: %v", run.Counts)
	}
}

func signed(body []byte) string {
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func damagedBody(r *rand.Rand, body []byte) []byte {
	for range r.IntN(4) {
		at := r.IntN(len(body) + 1)
		end := min(len(body), at+r.IntN(12))
		piece := hookPieces[r.IntN(len(hookPieces))]
		body = append(append(append([]byte{}, body[:at]...), piece...), body[end:]...)
	}
	return body
}
