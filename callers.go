package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// callers answers vendors whose programs call us on this computer: QuickBooks' Web Connector. There is a listener for each port that a
// connection names, and none without such a connection.
type callers struct {
	store  *store.Store
	engine *syncing.Engine

	mutex   sync.Mutex
	closed  bool
	servers map[string]*http.Server // by port
	wake    chan struct{}
	done    sync.WaitGroup
}

func newCallers(s *store.Store, e *syncing.Engine) *callers {
	return &callers{store: s, engine: e, servers: map[string]*http.Server{}, wake: make(chan struct{}, 1)}
}

// deafFor is how long a port that another program has is left alone.
const deafFor = 30 * time.Second

// run listens where connections want it until ctx ends, and looks again when they change, or when a port was taken.
func (c *callers) run(ctx context.Context) {
	c.done.Go(func() {
		for {
			var again <-chan time.Time
			if err := c.listen(ctx); err != nil && ctx.Err() == nil {
				slog.Warn("answering vendors that call", "error", err)
				again = time.After(deafFor)
			}
			select {
			case <-c.wake:
			case <-again:
			case <-ctx.Done():
				return
			}
		}
	})
}

// changed tells that connections may have changed.
func (c *callers) changed() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *callers) listen(ctx context.Context) error {
	wanted, err := c.ports(ctx)
	if err != nil {
		return err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closed {
		return nil
	}
	var errs []error
	for port, server := range c.servers {
		if len(wanted[port]) == 0 {
			errs = append(errs, server.Close())
			delete(c.servers, port)
		}
	}
	for port, connections := range wanted {
		var err error
		if c.servers[port] == nil {
			err = c.start(port)
		}
		for _, id := range connections {
			c.engine.Deaf(id, err)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// ports are those that connections name whose vendors call, with the connections.
func (c *callers) ports(ctx context.Context) (map[string][]int64, error) {
	all, err := c.store.Connections(ctx)
	wanted := map[string][]int64{}
	for _, one := range all {
		if connector := channel.ConnectorByID(one.Connector); connector != nil && connector.Manifest().Mailbox {
			port := api.CallPort(one, connector.Manifest())
			wanted[port] = append(wanted[port], one.ID)
		}
	}
	return wanted, err
}

func (c *callers) start(port string) error {
	listener, err := listenLoopback(net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "The port "+port+" of this computer is taken by another program, maybe another Tradepost: calls do not reach this one.",
			"End that program; or give another port under Account and settings, and save the .qwc file anew.")
	}
	server := &http.Server{Handler: http.HandlerFunc(c.answer), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute}
	c.servers[port] = server
	c.done.Go(func() { _ = server.Serve(listener) })
	return nil
}

// answer hands a call to the connector of the connection that its path names. A page of the web that merely resolves to this computer
// has no business here.
func (c *callers) answer(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil || host != "localhost" && host != "127.0.0.1" || r.Header.Get("Origin") != "" {
		http.Error(w, "This address belongs to Tradepost on this computer.", http.StatusForbidden)
		return
	}
	id, ok := api.CallID(strings.TrimPrefix(r.URL.Path, api.CallPath))
	if !ok || !strings.HasPrefix(r.URL.Path, api.CallPath) {
		http.NotFound(w, r)
		return
	}
	answerer, box, err := c.engine.Mailbox(r.Context(), id)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	answerer.Answer(w, r, box)
}

func (c *callers) close() error {
	c.mutex.Lock()
	c.closed = true
	var errs []error
	for _, server := range c.servers {
		patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		errs = append(errs, ignoreClosed(server.Shutdown(patience)))
		cancel()
	}
	c.mutex.Unlock()
	c.done.Wait()
	return errors.Join(errs...)
}
