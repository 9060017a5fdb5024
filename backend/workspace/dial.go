package workspace

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"

	"tradepost/backend/fault"
)

// TokenHeader carries the owner's token on every request through the private socket.
const TokenHeader = "X-Tradepost-Owner"

// ownerHost stands in for a host name in requests to the owner: the address comes from owner.json.
const ownerHost = "tradepost.local"

// Dial reaches the process that owns the workspace. The answer sends every request to it, whatever host its URL names
// ("http://tradepost.local/api/v1/orders" reads well). fault.Unavailable means that no owner answers.
func (d *Dir) Dial() (http.RoundTripper, error) {
	owner, err := d.readOwner()
	if err != nil || owner.Address == "" {
		return nil, noAnswer(err)
	}
	probe, err := net.Dial(owner.Network, owner.Address)
	if err != nil {
		return nil, noAnswer(err)
	}
	_ = probe.Close() // it answered; the transport opens its own connections
	return newTripper(owner), nil
}

func noAnswer(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "The Tradepost that has this workspace open does not answer.",
		"It may be starting or closing: try again. If it stays so, quit that Tradepost.")
}

type tripper struct {
	token     string
	transport *http.Transport
}

func newTripper(owner record) *tripper {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, owner.Network, owner.Address)
	}
	return &tripper{token: owner.Token, transport: &http.Transport{DialContext: dial, DisableCompression: true}}
}

// RoundTrip sends request to the owner with its token.
func (t *tripper) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := request.Clone(request.Context())
	sent.URL.Scheme, sent.URL.Host, sent.Host = "http", ownerHost, ownerHost
	sent.Header.Set(TokenHeader, t.token)
	answer, err := t.transport.RoundTrip(sent)
	if err != nil && request.Context().Err() == nil {
		return nil, noAnswer(err)
	}
	return answer, err
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the transport.
func (t *tripper) CloseIdleConnections() { t.transport.CloseIdleConnections() }

// Guard lets only requests with the owner's token through to next; the others get 401.
func Guard(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(token)) != 1 {
			http.Error(w, "This door is for Tradepost's own commands.", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
