package woocommerce

import (
	"net/http"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/woocommerce/sim"
)

func suite() channeltest.Suite {
	return channeltest.Suite{
		Connector: Connector{}, Vendor: func(clock func() time.Time) simulated.Vendor { return sim.New(clock) }, HTTPS: true,
		Hooks: []channeltest.Hook{
			{Name: "ping", Body: []byte("webhook_id=1"), Secret: "hook secret"},
			{Name: "an order was changed", Secret: "s3cret", Body: []byte(`{"id":1,"event":"order.created","note":"café ☃"}`),
				Header: http.Header{"X-Wc-Webhook-Topic": {"order.created"}, "X-Wc-Webhook-Delivery-Id": {"d-1"},
					"X-Wc-Webhook-Signature": {"DH0k5i34muy/hdxF7g+nx97dHKqSimIczHCNNyoQmjU="}},
				Want: channel.Hook{ID: "d-1", Stream: channel.Orders, IDs: []string{"1"}}},
		},
	}
}

func TestConnectorIsAccepted(t *testing.T) { channeltest.Run(t, suite()) }

func TestProofHistories(t *testing.T) { channeltest.Proof(t, suite()) }
