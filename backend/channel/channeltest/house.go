package channeltest

import (
	"context"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// enginePage is how many items the engine gets at once, so that a small company has several pages.
const enginePage = 5

// house is a rig with the real engine on a real store before it.
type house struct {
	*rig

	t       T
	store   *store.Store
	engine  *syncing.Engine
	secrets *safe
	clock   *engineClock
	ways    http.RoundTripper
	asked   *asked
	made    int // connections
}

// house opens an empty workspace before a vendor with so many listings, customers and orders, which is not connected.
func (k *kit) house(t T, size int) *house {
	g := k.open(t)
	g.vendor.Fill(1, size, size, size)
	g.clock.wait(time.Hour)
	dir, err := os.MkdirTemp("", "channeltest")
	must(t, err == nil, "making a folder: %v", err)
	h := &house{rig: g, t: t, secrets: &safe{all: map[string]string{}}, clock: &engineClock{of: g.clock}, asked: &asked{}}
	h.store, err = store.Open(g.ctx, dir, store.Options{Now: g.clock.ours})
	must(t, err == nil, "opening a workspace: %v", err)
	t.Cleanup(func() {
		h.engine.Close()
		_ = h.store.Close()
		_ = os.RemoveAll(dir)
	})
	h.restart(h.store)
	return h
}

// restart begins a new engine on the workspace, seen through s.
func (h *house) restart(s syncing.Store) {
	if h.engine != nil {
		h.engine.Close()
	}
	_, err := h.store.EndOrphans(context.Background())
	must(h.t, err == nil, "starting again: %v", err)
	ways := h.ways
	if ways == nil {
		ways = h.server.Client().Transport
	}
	h.engine = syncing.New(s, h.secrets, syncing.Options{Clock: h.clock, HTTP: ways,
		Find: func(string) channel.Connector { return inPages(h.k.Connector, h.asked) }})
}

// join connects the vendor once more, as a channel of its own.
func (h *house) join(address string) *joined {
	h.t.Helper()
	h.made++
	options, secrets := h.vendor.Connection(address)
	c, err := h.engine.Connect(h.ctx, syncing.Draft{Connector: h.k.manifest.ID, Name: "Shop " + strconv.Itoa(h.made), Options: options, Secrets: secrets})
	must(h.t, err == nil, "connecting: %v", err)
	j := &joined{house: h, connection: c, syncs: map[channel.Stream]int64{}}
	syncs, err := h.store.Syncs(h.ctx, c.ID)
	must(h.t, err == nil && len(syncs) == len(h.k.manifest.Streams), "a connection has %d streams: %v", len(syncs), err)
	for _, s := range syncs {
		j.syncs[s.Stream] = s.ID
	}
	return j
}

// joined is one connection.
type joined struct {
	*house

	connection syncing.Connection
	syncs      map[channel.Stream]int64
}

func (j *joined) pull(stream channel.Stream, full bool) (syncing.Result, error) {
	return j.engine.Pull(j.ctx, syncing.Request{SyncID: j.syncs[stream], Full: full, AcceptGone: true, Cause: journal.ByPerson, Person: true})
}

// pullOn pulls; where the limits end a run, it goes on when the next call is allowed. The result is that of all runs together.
func (j *joined) pullOn(stream channel.Stream, full bool) (syncing.Result, error) {
	var all syncing.Result
	for runs := 1; ; runs++ {
		r, err := j.pull(stream, full)
		all.Pulled, all.New, all.Changed, all.Same = all.Pulled+r.Pulled, all.New+r.New, all.Changed+r.Changed, all.Same+r.Same
		all.Skipped, all.Quarantined, all.Gone = all.Skipped+r.Skipped, all.Quarantined+r.Quarantined, all.Gone+r.Gone
		if coded := fault.Of(err); err == nil || coded.Code != fault.RateLimited || coded.RetryAt.IsZero() || runs > 1000 {
			return all, err
		}
		j.rig.clock.wait(max(fault.Of(err).RetryAt.Sub(j.rig.clock.ours()), time.Second))
	}
}

// pulls must succeed.
func (j *joined) pulls(stream channel.Stream, full bool) syncing.Result {
	j.t.Helper()
	result, err := j.pullOn(stream, full)
	must(j.t, err == nil, "pulling %s: %v", stream, err)
	return result
}

// settled fails unless all that came in is accounted for: each item that the vendor has is known once, by a message that was
// applied and has its payload; nothing waits; each order is one, made once, and no message changed it twice.
func (j *joined) settled(stream channel.Stream, when string) {
	j.t.Helper()
	id := j.syncs[stream]
	waiting, err := j.store.Received(j.ctx, id, 0, 10)
	must(j.t, err == nil && len(waiting) == 0, "%s: %d messages of %s wait to be applied: %v", when, len(waiting), stream, err)
	known, err := j.store.Missing(j.ctx, id, math.MaxInt64, "", 10_000) // no pass saw them: all that are not gone
	must(j.t, err == nil, "reading what is known: %v", err)
	must(j.t, slices.Equal(sorted(known), sorted(j.vendor.IDs(stream))), "%s: of %s known are %v, the vendor has %v", when, stream, sorted(known), sorted(j.vendor.IDs(stream)))
	arrivals, err := j.store.Arrivals(j.ctx, id, known)
	must(j.t, err == nil, "reading arrivals: %v", err)
	for item, a := range arrivals {
		m, payload, err := j.store.Message(j.ctx, a.MessageID)
		must(j.t, err == nil && m.Status == journal.Applied && m.Item == item && len(payload.Raw) > 0,
			"%s: the message of %s of %s is of %q, %s, with %d bytes: %v %v", when, item, stream, m.Item, m.Status, len(payload.Raw), m.Problems, err)
	}
	if stream == channel.Orders {
		j.ordersOnce(when)
	}
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

// ordersOnce fails unless each order is there once, made once, and changed by no message twice.
func (j *joined) ordersOnce(when string) {
	j.t.Helper()
	all, _, err := j.store.FullOrders(j.ctx, order.Filter{Channel: j.connection.Channel}, order.Page{Limit: 500})
	must(j.t, err == nil, "reading orders: %v", err)
	var ids []string
	for _, o := range all {
		ids = append(ids, o.ExternalID)
		changes, err := j.store.Changes(j.ctx, intake.OrderKind, o.ID)
		must(j.t, err == nil, "reading changes: %v", err)
		created, by := 0, map[int64]int{}
		for _, c := range changes {
			if c.Action == journal.Created {
				created++
			}
			if by[c.MessageID]++; c.MessageID != 0 && by[c.MessageID] > 1 {
				j.t.Errorf("%s: message %d changed order %s twice", when, c.MessageID, o.ExternalID)
			}
		}
		must(j.t, created == 1, "%s: order %s was made %d times", when, o.ExternalID, created)
	}
	for _, id := range j.vendor.IDs(channel.Orders) {
		n := 0
		for _, one := range ids {
			if one == id {
				n++
			}
		}
		must(j.t, n == 1, "%s: order %s is there %d times", when, id, n)
	}
}

// mortal is a store that takes so many writes and then none, as if the program was killed.
type mortal struct {
	*store.Store
	mutex sync.Mutex
	left  int
}

func (m *mortal) dead() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.left--; m.left < 0 {
		return fault.New(fault.Unavailable, "It was killed.", "")
	}
	return nil
}

// alive tells that it took all writes.
func (m *mortal) alive() bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.left >= 0
}

func (m *mortal) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.Store.InSyncTx(ctx, bulk, do)
}

func (m *mortal) SaveLevels(ctx context.Context, connectionID int64, levels []syncing.Level) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.Store.SaveLevels(ctx, connectionID, levels)
}

func (m *mortal) NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.Store.NoteTimerRun(ctx, id, runID, succeeded)
}

// engineClock is the kit's clock as the engine sees it: who sleeps lets the time pass.
type engineClock struct {
	of    *clock
	sleep func(context.Context) // what happens instead, when it is set
}

func (c *engineClock) Now() time.Time { return c.of.ours() }

func (c *engineClock) Sleep(ctx context.Context, d time.Duration) error {
	if c.sleep != nil {
		c.sleep(ctx)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.of.wait(d)
	return nil
}

// safe keeps secrets in memory.
type safe struct {
	mutex sync.Mutex
	all   map[string]string
}

func (s *safe) Put(_ context.Context, name string, value []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.all[name] = string(value)
	return nil
}

func (s *safe) Get(_ context.Context, name string) ([]byte, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if value, there := s.all[name]; there {
		return []byte(value), nil
	}
	return nil, fault.New(fault.NotFound, "There is no such secret.", "")
}

func (s *safe) Has(ctx context.Context, name string) (bool, error) {
	_, err := s.Get(ctx, name)
	return err == nil, nil
}

func (s *safe) Delete(_ context.Context, name string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.all, name)
	return nil
}

// The headers by which a call tells the gate before the vendor what it counts against.
const bucketHeader, costHeader = "X-Kit-Bucket", "X-Kit-Cost"

// asked counts the calls that connectors make.
type asked struct {
	mutex     sync.Mutex
	calls     int
	refreshes int
}

func (a *asked) count(n *int) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	*n++
}

// none tells that nobody has asked for a new sign-in yet.
func (a *asked) none() bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.refreshes == 0
}

// labelled is a session whose calls say what they count against.
type labelled struct {
	channel.Session
	asked *asked
}

func (l labelled) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	l.asked.count(&l.asked.calls)
	header := http.Header{}
	if call.Header != nil {
		header = call.Header.Clone()
	}
	header.Set(bucketHeader, call.Bucket)
	header.Set(costHeader, strconv.FormatFloat(max(call.Cost, 1), 'g', -1, 64))
	call.Header = header
	return l.Session.Do(ctx, call)
}

// inPages is a connector that asks for few items at once and whose calls are labelled.
func inPages(c channel.Connector, a *asked) channel.Connector {
	p := paged{c, a}
	if r, lapses := c.(channel.Refresher); lapses {
		return pagedRefresher{p, r}
	}
	return p
}

type paged struct {
	channel.Connector
	asked *asked
}

func (p paged) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	return p.Connector.Check(ctx, labelled{s, p.asked})
}

func (p paged) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	if r.Mode != channel.ByID {
		r.Size = enginePage
	}
	return p.Connector.Pull(ctx, labelled{s, p.asked}, r)
}

// Meter is the connector's own, so that the vendor's word on its limits counts here too.
func (p paged) Meter(call channel.Call, a channel.Answer) channel.Meter {
	if m, metered := p.Connector.(channel.Metered); metered {
		return m.Meter(call, a)
	}
	return channel.Meter{}
}

type pagedRefresher struct {
	paged
	refresher channel.Refresher
}

func (p pagedRefresher) Lapsed(s channel.Session) bool { return p.refresher.Lapsed(s) }

func (p pagedRefresher) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	p.asked.count(&p.asked.refreshes)
	return p.refresher.Refresh(ctx, labelled{s, p.asked})
}
