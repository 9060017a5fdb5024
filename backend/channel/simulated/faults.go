package simulated

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Kind is what goes wrong with a call.
type Kind string

// The kinds of fault.
const (
	TooMany     Kind = "too_many"    // 429 with Retry-After
	Broken500   Kind = "status_500"  // before anything was done
	HTML502     Kind = "html_502"    // a proxy's page
	Lost        Kind = "lost"        // done, and the answer never arrives
	Behind      Kind = "behind"      // no answer, and it is done only a while later, when nobody waits for it any more
	Reset       Kind = "reset"       // the connection ends before anything was done
	Late500     Kind = "late_500"    // done, and answered with 500
	Truncated   Kind = "truncated"   // half of the body
	Partial206  Kind = "partial_206" // the right body under 206
	WrongType   Kind = "wrong_type"  // JSON that calls itself text/html
	LoginPage   Kind = "login_page"  // sent to a page for people
	Revoked     Kind = "revoked"     // 401
	Maintenance Kind = "maintenance" // 503 with Retry-After as a date
	Twice       Kind = "twice"       // the same request arrives twice
)

// Kinds lists all kinds of fault.
var Kinds = []Kind{TooMany, Broken500, HTML502, Lost, Behind, Reset, Late500, Truncated, Partial206, WrongType, LoginPage, Revoked, Maintenance, Twice}

// Fault makes calls go wrong.
type Fault struct {
	Kind Kind
	// Match narrows the calls; nil is all.
	Match func(*http.Request) bool
	// After lets so many matching calls pass first; Times is how many go wrong then, 0 is all.
	After, Times int
	// RetryAfter is what TooMany and Maintenance ask for; a second when 0.
	RetryAfter time.Duration
}

// Writes matches calls that may change something.
func Writes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// Inject adds a fault. Calm takes all away.
func (d *Desk) Inject(f Fault) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.faults = append(d.faults, &f)
}

// Calm ends all faults.
func (d *Desk) Calm() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.faults, d.weather = nil, nil
}

// weather is random faults.
type weather struct {
	random *rand.Rand
	share  float64
	kinds  []Kind
}

// Weather makes a share of all calls go wrong at random, always the same way for one seed and one order of calls.
func (d *Desk) Weather(seed uint64, share float64, kinds ...Kind) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(kinds) == 0 {
		kinds = []Kind{TooMany, Broken500, HTML502, Lost, Reset, Late500, Truncated, Maintenance, Twice}
	}
	d.weather = &weather{rand.New(rand.NewPCG(seed, seed)), share, kinds} //nolint:gosec // the same faults for one seed, on purpose
}

// draw says what goes wrong with a call; "" is nothing.
func (d *Desk) draw(r *http.Request) (Kind, time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, f := range d.faults {
		if f.Match != nil && !f.Match(r) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Times < 0 {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				f.Times = -1
			}
		}
		return f.Kind, f.RetryAfter
	}
	if d.weather != nil && d.weather.random.Float64() < d.weather.share {
		return d.weather.kinds[d.weather.random.IntN(len(d.weather.kinds))], 0
	}
	return "", 0
}

// Wrap makes next answer under the desk's clock and faults.
func (d *Desk) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.CatchUp()
		kind, wait := d.draw(r)
		status := d.answer(w, r, next, kind, wait)
		d.noteCall(r, status, kind)
		if status == 0 {
			panic(http.ErrAbortHandler) // ends the connection without an answer
		}
	})
}

// behindBy is how long a vendor goes on with a call after its connection ended.
const behindBy = 20 * time.Second

// owed is what a vendor took in and does later.
type owed struct {
	at time.Time
	do func()
}

func (d *Desk) doLater(at time.Time, do func()) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.owes = append(d.owes, owed{at, do})
}

// CatchUp does what the vendor took in before and is late with.
func (d *Desk) CatchUp() {
	for _, do := range d.due() {
		do()
	}
}

// due takes what is to be done by now; as nobody looks between calls, the next one that arrives is early enough.
func (d *Desk) due() (all []func()) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	now := d.clock().Add(d.skew)
	d.owes = slices.DeleteFunc(d.owes, func(o owed) bool {
		if o.at.After(now) {
			return false
		}
		all = append(all, o.do)
		return true
	})
	return all
}

// answer answers one call and gives its status; 0 is none.
func (d *Desk) answer(w http.ResponseWriter, r *http.Request, next http.Handler, kind Kind, wait time.Duration) int {
	now := d.Now()
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	wait = max(wait, time.Second)
	switch kind {
	case Reset:
		return 0
	case TooMany:
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		return plain(w, http.StatusTooManyRequests, `{"code":"too_many_requests","message":"Too many requests"}`)
	case Maintenance:
		w.Header().Set("Retry-After", now.Add(wait).UTC().Format(http.TimeFormat))
		return plain(w, http.StatusServiceUnavailable, "Briefly unavailable for scheduled maintenance.")
	case Broken500:
		return plain(w, http.StatusInternalServerError, `{"code":"internal_server_error","message":"There has been a critical error"}`)
	case HTML502:
		return page(w, http.StatusBadGateway, "<html><body><h1>502 Bad Gateway</h1></body></html>")
	case LoginPage:
		return page(w, http.StatusOK, "<!DOCTYPE html><html><body><form>Log in</form></body></html>")
	case Revoked:
		return plain(w, http.StatusUnauthorized, `{"code":"unauthorized","message":"Sorry, you are not allowed to do this"}`)
	}
	body, _ := readAll(r)
	if kind == Behind {
		late := again(r, body).WithContext(context.WithoutCancel(r.Context()))
		d.doLater(now.Add(behindBy), func() { held(next, late, http.Header{}) })
		return 0
	}
	if kind == Twice {
		held(next, again(r, body), w.Header().Clone())
	}
	got := held(next, again(r, body), w.Header().Clone())
	return hand(w, got, kind)
}

// hand passes a held answer on, damaged as the fault says.
func hand(w http.ResponseWriter, got *kept, kind Kind) int {
	switch kind {
	case Lost:
		return 0
	case Late500:
		return plain(w, http.StatusInternalServerError, `{"code":"internal_server_error","message":"There has been a critical error"}`)
	}
	maps.Copy(w.Header(), got.header)
	status, body := got.status, got.body.Bytes()
	switch kind {
	case Truncated:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case Partial206:
		if status == http.StatusOK { // a refusal stays one
			status = http.StatusPartialContent
		}
	case WrongType:
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return status
}

func plain(w http.ResponseWriter, status int, body string) int {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
	return status
}

func page(w http.ResponseWriter, status int, body string) int {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
	return status
}

// kept is an answer that is held back.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header { return k.header }

func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *kept) Write(p []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(p)
}

func held(next http.Handler, r *http.Request, header http.Header) *kept {
	k := &kept{header: header}
	next.ServeHTTP(k, r)
	k.WriteHeader(http.StatusOK)
	return k
}
