package channeltest

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
	"tradepost/backend/syncing"
)

// throughEngine pulls by the real engine on a real store: twice what there is, then what changed, then all after a removal.
func (k *kit) throughEngine(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		h := k.house(t, 7)
		j := h.join(h.server.URL)
		first := j.pulls(info.Stream, false)
		must(t, first.Pulled >= len(h.vendor.IDs(info.Stream)) && first.Quarantined == 0, "the first run: %+v", first)
		must(t, first.Pulled == first.New+first.Changed+first.Same+first.Skipped, "not all of %d items are accounted for: %+v", first.Pulled, first)
		j.settled(info.Stream, "after the first run")
		j.unchanged(info.Stream, "a second run")
		j.stir(info.Stream, 3)
		before := j.newest(info.Stream)
		again := j.pulls(info.Stream, !info.Changes)
		must(t, j.newest(info.Stream) > before, "what changed is not seen: %+v", again)
		j.unchanged(info.Stream, "a run after one that saw a change")
		removed := h.vendor.IDs(info.Stream)[0]
		h.vendor.Remove(info.Stream, removed)
		full := j.pulls(info.Stream, true)
		must(t, full.Gone >= 1, "%s was removed, and a full pass does not see it: %+v", removed, full)
		j.settled(info.Stream, "after a removal")
		must(t, j.pulls(info.Stream, true).Gone == 0, "what is gone goes again")
	})
}

// unchanged runs a stream, which must change nothing.
func (j *joined) unchanged(stream channel.Stream, what string) {
	j.t.Helper()
	r := j.pulls(stream, false)
	must(j.t, r.New+r.Changed+r.Quarantined+r.Gone == 0, "%s changes something: %+v", what, r)
}

// newest is the last message that a stream's present items came in by.
func (j *joined) newest(stream channel.Stream) (id int64) {
	j.t.Helper()
	known, err := j.store.Arrivals(j.ctx, j.syncs[stream], j.vendor.IDs(stream))
	must(j.t, err == nil, "reading arrivals: %v", err)
	for _, a := range known {
		id = max(id, a.MessageID)
	}
	return id
}

// stir lets things happen at the vendor, a while apart.
func (j *joined) stir(stream channel.Stream, n int) {
	r := random(uint64(n)) //nolint:gosec // small
	for range n {
		j.rig.clock.wait(20 * time.Minute)
		if stream == channel.Orders {
			j.vendor.Place(r)
		}
		ids := j.vendor.IDs(stream)
		j.vendor.Change(stream, ids[r.IntN(len(ids))], r)
	}
	j.rig.clock.wait(20 * time.Minute)
}

// killedAnywhere kills the engine at every write of a first run, of one that sees changes, and of a full pass that finds something gone.
func (k *kit) killedAnywhere(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		h := k.house(t, 7)
		h.killedIn(info, "a first run", !info.Changes, func() *joined { return h.join(h.server.URL) })
		j := h.join(h.server.URL)
		j.pulls(info.Stream, false)
		h.killedIn(info, "a run with changes", !info.Changes, func() *joined { j.stir(info.Stream, 2); return j })
		h = k.house(t, 40)
		j = h.join(h.server.URL)
		j.pulls(info.Stream, false)
		h.killedIn(info, "a full pass", true, func() *joined {
			j.stir(info.Stream, 1)
			h.vendor.Remove(info.Stream, h.vendor.IDs(info.Stream)[0])
			return j
		})
	})
}

// killedIn kills one kind of run at its first write, at its second, and so on until it lives to its end.
func (h *house) killedIn(info channel.StreamInfo, name string, full bool, prepared func() *joined) {
	h.t.Helper()
	for nth, alive := 0, false; !alive; nth++ {
		j := prepared()
		alive = h.killed(j, info.Stream, full, nth)
		j.pulls(info.Stream, full)
		if !full {
			j.pulls(info.Stream, false) // where the run went on with a pass
		}
		j.settled(info.Stream, name+", killed at write "+strconv.Itoa(nth+1))
		if nth >= 200 {
			h.t.Fatalf("%s does not come to its end", name)
		}
	}
}

// killed runs a stream on a store that takes so many writes, and starts again after that. alive tells that they were enough.
func (h *house) killed(j *joined, stream channel.Stream, full bool, writes int) (alive bool) {
	h.restart(&mortal{Store: h.store, left: writes})
	_, err := j.pullOn(stream, full)
	h.restart(h.store)
	return err == nil
}

// strict is a vendor's limit as it is declared, enforced to the call.
type strict struct {
	channel.Bucket
	tokens  float64
	at      time.Time
	blocked time.Time
	spent   float64
	refused int
	early   int // calls that came before the time that was asked for
}

// gates are the limits before a vendor.
type gates struct {
	mutex   sync.Mutex
	clock   *clock
	buckets map[string]*strict
	refuse  string        // the bucket whose next call is refused
	wait    time.Duration // for so long
	next    http.Handler
}

func (h *house) gates() *gates {
	g := &gates{clock: h.rig.clock, buckets: map[string]*strict{}, next: h.vendor}
	for _, b := range h.k.manifest.Buckets {
		g.buckets[b.Name] = &strict{Bucket: b, tokens: b.Burst, at: g.clock.Now()}
	}
	return g
}

// ServeHTTP lets a call through, or answers 429.
func (g *gates) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cost, _ := strconv.ParseFloat(r.Header.Get(costHeader), 64)
	if wait := g.take(r.Header.Get(bucketHeader), cost); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", g.clock.Now().UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"message":"Too many requests"}`))
		return
	}
	r.Header.Del(bucketHeader)
	r.Header.Del(costHeader)
	g.next.ServeHTTP(w, r)
}

func (g *gates) take(name string, cost float64) (wait time.Duration) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	b, now := g.buckets[name], g.clock.Now()
	if b == nil {
		return 0 // another part says so
	}
	b.tokens = min(b.Burst, b.tokens+b.Rate*now.Sub(b.at).Seconds())
	b.at = now
	switch {
	case b.blocked.After(now.Add(time.Millisecond)):
		b.early++
		return b.blocked.Sub(now)
	case g.refuse == name:
		g.refuse, b.blocked = "", now.Add(g.wait)
		return g.wait
	case b.tokens < cost-1e-3 || b.PerDay > 0 && b.spent+cost > b.PerDay:
		b.refused++
		return time.Minute
	}
	b.tokens -= cost
	b.spent += cost
	return 0
}

// keepsLimits pulls all streams again and again before a vendor that enforces what the manifest says, over restarts and kills.
func (k *kit) keepsLimits(t T) {
	h := k.house(t, 7)
	gates := h.gates()
	h.server.Config.Handler = gates
	j := h.join(h.server.URL)
	for round := range 12 {
		for _, info := range k.manifest.Streams {
			switch round % 3 {
			case 0:
				j.pullsInTime(t, info.Stream)
			case 1:
				h.killed(j, info.Stream, true, 1+round)
			case 2:
				h.restart(h.store)
				j.pullsInTime(t, info.Stream)
			}
		}
	}
	for name, b := range gates.buckets {
		must(t, b.refused == 0, "%d calls went beyond what %s allows", b.refused, name)
	}
}

// pullsInTime pulls in full; where the limits end the run, it goes on when the next call is allowed.
func (j *joined) pullsInTime(t T, stream channel.Stream) {
	if _, err := j.pullOn(stream, true); err != nil {
		t.Fatalf("pulling %s: %v", stream, err)
	}
}

// waitsWhenTold has the vendor refuse a call: none may come before the time it asked for, over a restart neither.
func (k *kit) waitsWhenTold(t T) {
	for _, b := range k.manifest.Buckets {
		for _, wait := range []time.Duration{7 * time.Second, 10 * time.Minute} {
			h := k.house(t, 7)
			gates := h.gates()
			h.server.Config.Handler = gates
			j := h.join(h.server.URL)
			h.rig.clock.wait(24 * time.Hour)
			gates.mutex.Lock()
			gates.refuse, gates.wait = b.Name, wait
			gates.mutex.Unlock()
			for _, info := range k.manifest.Streams {
				_, _ = j.pull(info.Stream, false)
				h.restart(h.store)
				_, _ = j.pull(info.Stream, false)
			}
			must(t, gates.buckets[b.Name].early == 0, "%d calls of %s came before the vendor's time", gates.buckets[b.Name].early, b.Name)
			h.rig.clock.wait(wait + time.Minute)
			for _, info := range k.manifest.Streams {
				j.pullsInTime(t, info.Stream)
				j.settled(info.Stream, "after a wait")
			}
		}
	}
}

// cancelsAWait cancels a run while it waits for the vendor's limits: it ends at once, though the time never comes.
func (k *kit) cancelsAWait(t T) {
	h := k.house(t, 7)
	j := h.join(h.server.URL)
	stream := k.manifest.Streams[0].Stream
	h.vendor.Desk().Inject(simulated.Fault{Kind: simulated.TooMany, RetryAfter: 20 * time.Second})
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	waited := false
	h.clock.sleep = func(ctx context.Context) {
		waited = true
		cancel()
		<-ctx.Done() // an engine that does not listen waits for ever
	}
	_, err := h.engine.Pull(ctx, syncing.Request{SyncID: j.syncs[stream], Person: true})
	must(t, waited && fault.Is(err, fault.Cancelled), "waited %v, then %v", waited, err)
	h.clock.sleep = nil
	h.vendor.Desk().Calm()
	h.rig.clock.wait(time.Minute)
	j.pulls(stream, false)
	j.settled(stream, "after a cancelled wait")
}

// signsInOnce has many users of one connection at once whose sign-in the vendor no longer knows.
func (k *kit) signsInOnce(t T) {
	h := k.house(t, 7)
	j := h.join(h.server.URL)
	stream := k.manifest.Streams[0].Stream
	j.pulls(stream, false)
	for range 3 {
		h.asked.refreshes = 0
		h.vendor.Desk().Inject(simulated.Fault{Kind: simulated.Revoked, Match: func(*http.Request) bool { return h.asked.none() }})
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = h.engine.Check(h.ctx, j.connection.ID)
				} else {
					_, err = h.engine.Preview(h.ctx, syncing.Request{SyncID: j.syncs[stream]}, 1)
				}
				if err != nil {
					t.Errorf("one of many: %v", err)
				}
			})
		}
		all.Wait()
		h.vendor.Desk().Calm()
		must(t, h.asked.refreshes == 1, "fifty users sign in %d times", h.asked.refreshes)
	}
	h.restart(h.store)
	h.asked.refreshes = 0
	j.pulls(stream, false)
	must(t, h.asked.refreshes == 0, "a restart signs in anew: the sign-in was not kept where it is read from")
}
