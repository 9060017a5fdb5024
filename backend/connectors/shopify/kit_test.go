package shopify

import (
	"net/http"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/shopify/sim"
)

func suite() channeltest.Suite {
	return channeltest.Suite{
		Connector: New(), Vendor: func(clock func() time.Time) simulated.Vendor { return sim.New(clock) }, HTTPS: true,
		Hooks: []channeltest.Hook{
			{Name: "an order was changed", Secret: "s3cret", Body: []byte(`{"id":450789469,"admin_graphql_api_id":"gid://shopify/Order/450789469"}`),
				Header: http.Header{"X-Shopify-Topic": {"orders/updated"}, "X-Shopify-Webhook-Id": {"b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"},
					"X-Shopify-Hmac-Sha256": {"NFhmPe4O/njBSAC8hG8cdW4BBqez/wivX3YIC3kMXl8="}},
				Want: channel.Hook{ID: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", Stream: channel.Orders, IDs: []string{"450789469"}}},
		},
	}
}

func TestConnectorIsAccepted(t *testing.T) { channeltest.Run(t, suite()) }

func TestProofHistories(t *testing.T) { channeltest.Proof(t, suite()) }
