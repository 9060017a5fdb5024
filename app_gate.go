//go:build !headless

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"

	"tradepost/backend/fault"
)

// gate lets the page's requests through once the workspace is open: the window is there before the database is.
type gate struct {
	host   Host
	smoke  bool
	once   sync.Once
	ready  chan struct{}
	failed error
}

func newGate(host Host, smoke bool) *gate {
	return &gate{host: host, smoke: smoke, ready: make(chan struct{})}
}

// open lets everything through, or answers everything with failed.
func (g *gate) open(failed error) {
	g.once.Do(func() {
		g.failed = failed
		close(g.ready)
	})
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-g.ready:
	case <-r.Context().Done():
		return
	}
	if g.smoke { // the smoke test sees by this that a click was answered
		fmt.Fprintln(os.Stderr, "asked", r.Method, r.URL.Path)
	}
	if g.failed != nil {
		refuse(w, fault.Of(g.failed))
		return
	}
	g.host.Handler().ServeHTTP(w, r)
}

// refuse answers as the API does (RFC 9457), for the moment before the window closes.
func refuse(w http.ResponseWriter, problem *fault.Error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]string{ // nobody is left to tell if the page is gone
		"title": problem.Message, "detail": problem.Remedy, "code": string(problem.Code),
	})
}
