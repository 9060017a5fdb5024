package amazon

import (
	"testing"
	"time"

	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/amazon/sim"
)

func suite() channeltest.Suite {
	return channeltest.Suite{Connector: connector{}, Vendor: func(clock func() time.Time) simulated.Vendor { return sim.New(clock) }, HTTPS: true,
		Other: map[string]string{reportBucket: "TestPastOrdersComeByReports", reportStateBucket: "TestPastOrdersComeByReports", reportDocumentBucket: "TestPastOrdersComeByReports",
			newsBucket: "TestNewsOfOrders", queueBucket: "TestNewsOfOrders"}}
}

func TestConnectorIsAccepted(t *testing.T) { channeltest.Run(t, suite()) }

func TestProofHistories(t *testing.T) { channeltest.Proof(t, suite()) }
