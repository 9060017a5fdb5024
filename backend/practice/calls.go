package practice

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tradepost/backend/channel/simulated"
)

// call is a call that changed something, as it came in.
type call struct {
	Method string      `json:"method"`
	Target string      `json:"target"`
	Host   string      `json:"host"`
	Header http.Header `json:"header"`
	Body   string      `json:"body"`
}

// mostBody is how much of a call is read; the shops read no more themselves.
const mostBody = 16 << 20

// writing marks a call that may change something.
type writing struct{}

func writes(r *http.Request) bool { return r.Context().Value(writing{}) != nil }

// door lets calls in to a shop. Those that write come one at a time, between the company's own moves, and go into the diary
// when they changed something.
func (c *Company) door(s *shop) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !mayWrite(r.Method, body) {
			s.Vendor.ServeHTTP(w, r)
			return
		}
		c.letIn(s, w, r.WithContext(context.WithValue(r.Context(), writing{}, true)), body)
	})
}

func (c *Company) letIn(s *shop, w http.ResponseWriter, r *http.Request, body []byte) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at := c.clock.Now().UTC().Round(0)
	before := len(s.Vendor.Desk().Effects())
	c.pin(at)
	defer func() { // also when a lost answer ends the handler
		c.unpin()
		done := s.Vendor.Desk().Effects()[before:]
		memory, has := s.Vendor.(simulated.Rememberer)
		if (len(done) > 0 || has && memory.Remembers(r)) && c.diary != nil {
			_ = c.write(Entry{N: c.done + 1, At: at, Shop: s.id, Do: doCall, Words: effectWords(done),
				Call: &call{r.Method, r.URL.RequestURI(), r.Host, r.Header, string(body)}})
		}
	}()
	s.Vendor.ServeHTTP(w, r)
}

// mayWrite reports whether a call may change something: all but reading ones, and of those in GraphQL the mutations.
func mayWrite(method string, body []byte) bool {
	if method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions {
		return false
	}
	var document struct {
		Query string `json:"query"`
	}
	if json.Unmarshal(body, &document) != nil || document.Query == "" {
		return true
	}
	query := strings.TrimSpace(document.Query)
	return !strings.HasPrefix(query, "query") && !strings.HasPrefix(query, "{")
}

// callAgain makes a call of the diary once more.
func (c *Company) callAgain(s *shop, e *Entry) error {
	if e.Call == nil {
		return fmt.Errorf("entry %d has no call", e.N)
	}
	r, err := http.NewRequestWithContext(context.Background(), e.Call.Method, e.Call.Target, strings.NewReader(e.Call.Body))
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.N, err)
	}
	r.Host, r.Header, r.RequestURI = e.Call.Host, e.Call.Header, e.Call.Target
	before := len(s.Vendor.Desk().Effects())
	s.Vendor.ServeHTTP(unheard{}, r)
	e.Words = effectWords(s.Vendor.Desk().Effects()[before:])
	return nil
}

// effectWords says what a call changed.
func effectWords(effects []simulated.Effect) string {
	if len(effects) == 0 {
		return "Through its interface: something was laid down for later."
	}
	var words []string
	for _, e := range effects {
		words = append(words, fmt.Sprintf("%s of %s: %s became %s", e.Operation, e.Target, orNothing(e.Before), orNothing(e.After)))
	}
	return "Through its interface: " + strings.Join(words, "; ") + "."
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// unheard takes an answer that nobody waits for.
type unheard struct{}

func (unheard) Header() http.Header { return http.Header{} }

func (unheard) Write(p []byte) (int, error) { return len(p), nil }

func (unheard) WriteHeader(int) {}
