package channeltest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sync"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Caught gives the deliveries that a vendor makes while do goes on to the address that do is told, in their order. Names, secrets
// and what is wanted of them the test fills in.
func Caught(t testing.TB, do func(url string)) []Hook {
	t.Helper()
	var mutex sync.Mutex
	var caught []Hook
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		caught = append(caught, Hook{Header: r.Header.Clone(), Body: body})
	}))
	do(server.URL)
	server.Close() // waits for what is under way
	return caught
}

func (k *kit) hooks(t T) {
	hooker, ok := k.Connector.(channel.Hooker)
	if !ok {
		t.Fatalf("the suite has samples of hooks, and the connector reads none")
	}
	names := slices.ContainsFunc(k.Hooks, func(h Hook) bool { return len(h.Want.IDs) > 0 })
	must(t, names, "no sample of a hook names an item")
	g := k.open(t)
	for _, h := range k.Hooks {
		t.Run(h.Name, func(t T) {
			g := g.under(t)
			g.hide(map[string]string{"hook": h.Secret})
			got, err := g.hook(hooker, h)
			must(t, err == nil && reflect.DeepEqual(got, h.Want), "it reads as %+v, wanted was %+v: %v", got, h.Want, err)
			if len(h.Want.IDs) == 0 {
				return
			}
			must(t, got.ID != "", "a delivery has no id: when it comes again nobody knows")
			again, err := g.hook(hooker, h)
			must(t, err == nil && again.ID == got.ID, "the same delivery reads as another one: %+v, %v", again, err)
			g.forged(t, hooker, h)
		})
	}
}

func (g *rig) hook(hooker channel.Hooker, h Hook) (got channel.Hook, err error) {
	err = g.judged("reading a hook", g.guarded("reading a hook", func() (err error) {
		got, err = hooker.ReadHook(h.Header.Clone(), slices.Clone(h.Body), h.Secret)
		return err
	}))
	return got, err
}

// forged changes a delivery in every way that its signature must notice.
func (g *rig) forged(t T, hooker channel.Hooker, good Hook) {
	bad := func(what string, change func(*Hook)) {
		h := Hook{Header: good.Header.Clone(), Body: bytes.Clone(good.Body), Secret: good.Secret}
		change(&h)
		_, err := g.hook(hooker, h)
		must(t, fault.Is(err, fault.Auth), "a hook with %s must be a forged one: %v", what, err)
	}
	bad("another secret", func(h *Hook) { h.Secret += "x" })
	bad("no secret", func(h *Hook) { h.Secret = "" })
	bad("another body", func(h *Hook) { h.Body = append(h.Body, ' ') })
	bad("no body", func(h *Hook) { h.Body = nil })
	bad("no header", func(h *Hook) { h.Header = http.Header{} })
	unsigned := 0
	for name := range good.Header {
		h := Hook{Header: good.Header.Clone(), Body: good.Body, Secret: good.Secret}
		h.Header.Del(name)
		if _, err := g.hook(hooker, h); fault.Is(err, fault.Auth) {
			unsigned++
		}
	}
	must(t, unsigned > 0, "a hook without any one of its headers passes: nothing signs it")
}
