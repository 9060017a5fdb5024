package syncing

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Secrets gives and keeps what is sealed.
type Secrets interface {
	Put(ctx context.Context, name string, value []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	Has(ctx context.Context, name string) (bool, error)
	Delete(ctx context.Context, name string) error
}

// Clock is the time as the engine sees it. Sleep ends early with the context's error.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Progress tells how far a run is.
type Progress struct {
	ConnectionID int64
	RunID        int64
	Done         int64
	Total        int64
}

// Options of New; the zero value is what the program uses.
type Options struct {
	Clock Clock
	HTTP  http.RoundTripper
	// Find gives the connector of an id; channel.ConnectorByID when nil.
	Find   func(id string) channel.Connector
	Notify func(Progress)
	// Unlimited leaves the vendor's limits out: for measuring against a simulated one.
	Unlimited bool
	Log       *slog.Logger
}

// Engine drives all connections of a workspace. It may be used by many at once.
type Engine struct {
	store   Store
	secrets Secrets
	clock   Clock
	client  *http.Client
	find    func(string) channel.Connector
	notify  func(Progress)
	free    bool // no limits
	pushes  *pushes
	log     *slog.Logger

	mutex    sync.Mutex
	lines    map[int64]*line              // by connection
	runs     map[int64]context.CancelFunc // those that go on now
	rhythms  map[int64]remembered         // by channel
	stirred  map[int64]bool               // variants that moved and that nobody told of yet
	telling  bool                         // somebody does
	drifts   map[int64]driftKept          // by connection
	queues   map[int64]fault.Problem      // why a connection's queue could not be read last
	deaf     map[int64]fault.Problem      // why a connection's vendor calls in vain
	tried    tried
	stopping context.Context
	stop     context.CancelFunc
	busy     sync.WaitGroup
}

// line is what a connection shares over all its work: one sign-in at a time, one budget.
type line struct {
	signIn sync.Mutex
	budget *budget
	// Engine.mutex guards the rest: what runs now, the syncs and their runs once those are written down; and hooks.
	syncs   map[int64]bool
	running map[int64]int64
	hooks   []string                  // deliveries that came, by the vendor's ids
	named   map[int64]map[string]bool // what they named and nobody has looked at yet, by sync
}

// New makes an Engine.
func New(store Store, secrets Secrets, options Options) *Engine {
	e := &Engine{store: store, secrets: secrets, clock: options.Clock, find: options.Find, notify: options.Notify, log: options.Log, free: options.Unlimited,
		lines: map[int64]*line{}, runs: map[int64]context.CancelFunc{}, rhythms: map[int64]remembered{}, stirred: map[int64]bool{}, drifts: map[int64]driftKept{},
		queues: map[int64]fault.Problem{}, deaf: map[int64]fault.Problem{}}
	if e.clock == nil {
		e.clock = systemClock{}
	}
	if e.find == nil {
		e.find = channel.ConnectorByID
	}
	if e.notify == nil {
		e.notify = func(Progress) {}
	}
	if e.log == nil {
		e.log = slog.Default()
	}
	transport := options.HTTP
	if transport == nil {
		transport = outbound()
	}
	e.client = &http.Client{Transport: transport, CheckRedirect: sameHost, Timeout: callTimeout}
	e.pushes = newPushes()
	e.stopping, e.stop = context.WithCancel(context.Background())
	return e
}

// Wait waits for what runs now.
func (e *Engine) Wait() { e.busy.Wait() }

// Close ends what runs and waits for it.
func (e *Engine) Close() {
	e.stop()
	e.busy.Wait()
}

// connector finds the connector of a connection.
func (e *Engine) connector(c Connection) (channel.Connector, error) {
	if found := e.find(c.Connector); found != nil {
		return found, nil
	}
	return nil, fault.New(fault.Retired, "This Tradepost has no connector “"+c.Connector+"” any more.", "Get a Tradepost that has it; what came in stays.")
}

// lineOf gives what a connection shares, with its budget read back from the database the first time.
func (e *Engine) lineOf(ctx context.Context, c Connection, m channel.Manifest) (*line, error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if l := e.lines[c.ID]; l != nil {
		return l, nil
	}
	levels, err := e.store.Levels(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	l := &line{budget: newBudget(m.Buckets, levels, e.clock.Now()), syncs: map[int64]bool{}, running: map[int64]int64{}, named: map[int64]map[string]bool{}}
	e.lines[c.ID] = l
	return l, nil
}

// forget drops what is remembered of a connection that is gone.
func (e *Engine) forget(connectionID int64) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.lines, connectionID)
	delete(e.drifts, connectionID)
	delete(e.queues, connectionID)
	delete(e.deaf, connectionID)
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Connectors lists what can be connected.
func (e *Engine) Connectors() []channel.Connector { return channel.Connectors() }

// ManifestOf gives the manifest of a connection's connector; known is false where there is none any more.
func (e *Engine) ManifestOf(c Connection) (m channel.Manifest, known bool) {
	found := e.find(c.Connector)
	if found == nil {
		return m, false
	}
	return found.Manifest(), true
}

// SecretsKept names the secrets that are kept for a connection.
func (e *Engine) SecretsKept(ctx context.Context, c Connection) ([]string, error) {
	names := []string{}
	m, _ := e.ManifestOf(c)
	for _, name := range m.Secrets() {
		kept, err := e.secrets.Has(ctx, secretName(c.ID, name))
		if err != nil {
			return names, err
		}
		if kept {
			names = append(names, name)
		}
	}
	return names, nil
}
