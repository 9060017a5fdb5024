package vendure_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/connectors/vendure"
	"tradepost/backend/fault"
)

// TestAnswers holds each kind of answer that is none to its class, in a call that reads and in one that writes.
func TestAnswers(t *testing.T) {
	graph := func(code string) string {
		return `{"errors":[{"message":"It is so.","extensions":{"code":"` + code + `"}}],"data":null}`
	}
	cases := []struct {
		name, body  string
		status      int
		read, write fault.Code
	}{
		{"an error of the server inside of 200", graph("INTERNAL_SERVER_ERROR"), 200, fault.Unavailable, fault.Unknown},
		{"an error without a code", `{"errors":[{"message":"FOREIGN KEY constraint failed"}],"data":null}`, 200, fault.Unavailable, fault.Unknown},
		{"an error beside data", `{"errors":[{"message":"Half.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":{"x":1}}`, 200, fault.Unavailable, fault.Unknown},
		{"a field that is not known", graph("GRAPHQL_VALIDATION_FAILED"), 400, fault.Retired, fault.Retired},
		{"a page too large", graph("USER_INPUT_ERROR"), 200, fault.Invalid, fault.Invalid},
		{"another channel", graph("CHANNEL_NOT_FOUND"), 200, fault.Invalid, fault.Invalid},
		{"something that is gone", graph("ENTITY_NOT_FOUND"), 200, fault.NotFound, fault.NotFound},
		{"no sign-in", graph("FORBIDDEN"), 200, fault.Auth, fault.Auth},
		{"data that are null", `{"data":null}`, 200, fault.Unavailable, fault.Unknown},
		{"data of another kind", `{"data":{"productVariants":7,"updateProductVariants":7}}`, 200, fault.Unavailable, fault.Unknown},
		{"nothing", ``, 200, fault.Unavailable, fault.Unknown},
		{"a page for people", `<html>Welcome</html>`, 200, fault.Unavailable, fault.Unknown},
		{"the right body under 206", `{"data":{"productVariants":{"items":[],"totalItems":0}}}`, 206, fault.Unavailable, fault.Unknown},
		{"another page of the server", `Cannot POST /`, 404, fault.Invalid, fault.Invalid},
		{"a list that says there is more and gives none", `{"data":{"productVariants":{"items":[],"totalItems":3}}}`, 200, fault.Unavailable, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, c.status, c.body)
			_, err := s.Connector.Pull(t.Context(), s, channel.PullRequest{Stream: channel.Products, Mode: channel.Changes})
			silent(t, err, c.read)
			if c.write == "" {
				return
			}
			setter, _ := s.Connector.(channel.StockSetter)
			_, err = setter.SetStock(t.Context(), s, []channel.Intent{{Key: "tp-1-1", Target: "1", Location: "1", Quantity: "7"}})
			silent(t, err, c.write)
		})
	}
}

// answering connects to a server that knows one listing and answers everything else as it is told.
func answering(t *testing.T, status int, body string) *channeltest.Session {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		if strings.Contains(string(asked), "query Variants") {
			_, _ = io.WriteString(w, `{"data":{"productVariants":{"items":[{"id":"1","stockLevels":[{"stockLocationId":"1","stockOnHand":3}]}]}}}`)
			return
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return &channeltest.Session{
		Connector: vendure.New(), Options: map[string]string{"url": server.URL + "/"}, Secrets: map[string]string{"api_key": "key-of-the-shop"},
	}
}

// silent holds an error to its class, to words, and to telling no secret.
func silent(t *testing.T, err error, code fault.Code) {
	t.Helper()
	wants(t, err, code)
	if err == nil {
		return
	}
	if said := fault.Of(err); said.Message == "" || said.Remedy == "" || strings.Contains(err.Error()+said.Remedy, "key-of-the-shop") {
		t.Errorf("the error says %q, %q", err, said.Remedy)
	}
}

// TestAddresses takes what people type, and refuses what cannot be called or would tell a password.
func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "shop.example.com", "ftp://shop.example.com", "https://", "https://me:pass@shop.example.com/admin-api", "://"} {
		s := &channeltest.Session{Connector: vendure.New(), Options: map[string]string{"url": address}, Secrets: map[string]string{"api_key": "k"}}
		_, err := s.Connector.Check(t.Context(), s)
		if wants(t, err, fault.Invalid); len(s.Calls) > 0 || fault.Of(err).Field != "url" {
			t.Errorf("%q is called: %v", address, err)
		}
	}
}
