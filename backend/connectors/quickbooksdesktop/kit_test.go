package quickbooksdesktop_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/quickbooksdesktop"
	"tradepost/backend/connectors/quickbooksdesktop/sim"
)

func TestKit(t *testing.T) {
	channeltest.RunLedger(t, channeltest.LedgerSuite{Connector: quickbooksdesktop.Connector{}, Nonsense: nonsense,
		Office: func(clock func() time.Time) simulated.Office { return sim.NewOffice(clock) }})
}

// nonsense is a call of an operation that there is or is not, with tickets, answers and bytes of nobody.
func nonsense(address string, seed uint64) (*http.Request, error) {
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same each time
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	name := pick("serverVersion", "authenticate", "sendRequestXML", "receiveResponseXML", "connectionError", "getLastError", "closeConnection", "format")
	ticket := pick("", "stolen", strings.Repeat("9", 1+r.IntN(5000)))
	body := pick("", "<QBXML><QBXMLMsgsRs/></QBXML>", "<QBXML>", "\x00\xff", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`)
	envelope := `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><` + name + ` xmlns="http://developer.intuit.com/"><ticket>` + ticket +
		`</ticket><response>` + strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(body) + `</response></` + name + `></Body></Envelope>`
	content := io.Reader(strings.NewReader(envelope))
	switch r.IntN(4) {
	case 0:
		content = strings.NewReader(envelope[:r.IntN(len(envelope))])
	case 1:
		content = strings.NewReader(body)
	}
	return http.NewRequest(pick(http.MethodPost, http.MethodPost, http.MethodPost, http.MethodPut), address, content) //nolint:noctx // the kit sets it
}
