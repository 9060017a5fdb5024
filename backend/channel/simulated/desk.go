package simulated

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"sync"
	"time"

	"tradepost/backend/channel"
)

// Desk is a simulated vendor's clock, faults and log.
type Desk struct {
	mutex   sync.Mutex
	clock   func() time.Time
	skew    time.Duration
	late    time.Duration
	faults  []*Fault
	weather *weather
	owes    []owed
	pinned  *time.Time // while something is done that was due earlier
	calls   []Call
	effects []Effect
}

// NewDesk makes a Desk with a clock.
func NewDesk(clock func() time.Time) *Desk { return &Desk{clock: clock} }

// Call is one request that arrived, and the status it was answered with; 0 is none.
type Call struct {
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query"`
	Status int       `json:"status"`
	At     time.Time `json:"at"`
	Fault  Kind      `json:"fault"`
}

// Effect is one thing that really changed at the vendor because of a write that came in. Each is written down once for each time it
// happened, so that a doubled write shows.
type Effect struct {
	Operation channel.Operation `json:"operation"`
	Target    string            `json:"target"`
	Location  string            `json:"location"` // that was written to
	From      string            `json:"from"`     // where a parcel leaves, of an order that leaves several places
	Key       string            `json:"key"`      // the idempotency key or mark that came with it, "" for none
	Before    string            `json:"before"`
	After     string            `json:"after"`
	At        time.Time         `json:"at"`
}

// Now is the vendor's clock.
func (d *Desk) Now() time.Time {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.pinned != nil {
		return *d.pinned
	}
	return d.clock().Add(d.skew).Round(0)
}

// Skew sets the vendor's clock apart from ours.
func (d *Desk) Skew(by time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.skew = by
}

// Late makes lists by time of change show a change only after a while, as a vendor's index does: each after one of its own,
// up to most.
func (d *Desk) Late(most time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.late = most
}

// Listed tells whether a list by time of change shows what changed then, yet. The vendor asks it for each row of such a list.
func (d *Desk) Listed(id string, changed time.Time) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.late <= 0 {
		return true
	}
	sum := fnv.New32a()
	_, _ = fmt.Fprint(sum, id, changed.UnixMilli())
	after := time.Duration(sum.Sum32()%1000) * d.late / 1000
	return !changed.Add(after).After(d.clock().Add(d.skew))
}

// Note writes down an effect; the vendor calls it as it changes something because of a write.
func (d *Desk) Note(e Effect) {
	e.At = d.Now()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.effects = append(d.effects, e)
}

// Effects lists what writes changed, oldest first.
func (d *Desk) Effects() []Effect {
	d.CatchUp()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.Clone(d.effects)
}

// callsKept bounds the log of calls.
const callsKept = 10_000

// Calls lists the last requests, oldest first.
func (d *Desk) Calls() []Call {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.Clone(d.calls)
}

func (d *Desk) noteCall(r *http.Request, status int, kind Kind) {
	at := d.Now()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(d.calls) >= callsKept {
		d.calls = slices.Delete(d.calls, 0, callsKept/2)
	}
	d.calls = append(d.calls, Call{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Status: status, At: at, Fault: kind})
}
