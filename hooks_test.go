package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Deliveries of webhooks pass by any name, with no right at all, and only where they are asked for; nothing else comes in beside them.
func TestOnlyDeliveriesPassWithoutAToken(t *testing.T) {
	var scopes string
	f := &front{token: "secret", address: "127.0.0.1:4711", scopes: []string{"orders:read"}, hooks: true,
		api: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { scopes = r.Header.Get(scopesHeader) }), pages: http.NotFoundHandler()}
	ask := func(method, path string) int {
		scopes = ""
		answer := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader("{}"))
		r.Host = "tunnel.example.com"
		f.ServeHTTP(answer, r)
		return answer.Code
	}
	if code := ask(http.MethodPost, "/api/hooks/1"); code != http.StatusOK || scopes != "none" {
		t.Errorf("a delivery: status %d with the rights %q", code, scopes)
	}
	for method, path := range map[string]string{http.MethodGet: "/api/hooks/1", http.MethodPost: "/api/v1/orders", http.MethodPut: "/api/hooks/../v1/settings"} {
		if code := ask(method, path); code != http.StatusForbidden {
			t.Errorf("%s %s: status %d", method, path, code)
		}
	}
	if code := ask(http.MethodPost, "/api/hooks/../v1/orders"); code != http.StatusForbidden {
		t.Errorf("a path that leads elsewhere: status %d", code)
	}
	f.hooks = false
	if code := ask(http.MethodPost, "/api/hooks/1"); code != http.StatusForbidden {
		t.Errorf("a delivery that nobody asked for: status %d", code)
	}
}
