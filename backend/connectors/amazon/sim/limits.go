package sim

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// plan is Amazon's usage plan of one operation: so many calls a second, and so many at once.
type plan struct {
	method, path string // of the path what it begins with; * stands for one part
	rate, burst  float64
}

// plans are those of the models of 2026-08-05, for a seller who was given no more.
var plans = []plan{
	{"GET", "/orders/2026-01-01/orders", 0.0056, 20}, {"GET", "/orders/2026-01-01/orders/*", 0.5, 30},
	{"POST", "/orders/v0/orders/*/shipmentConfirmation", 2, 10},
	{"GET", "/listings/2021-08-01/items/*", 5, 5}, {"GET", "/listings/2021-08-01/items/*/*", 5, 10}, {"PATCH", "/listings/2021-08-01/items/*/*", 5, 5},
	{"GET", "/fba/inventory/v1/summaries", 2, 2}, {"GET", "/sellers/v1/marketplaceParticipations", 0.016, 15},
	{"POST", "/feeds/2021-06-30/documents", 0.5, 15}, {"POST", "/feeds/2021-06-30/feeds", 0.0083, 15}, {"GET", "/feeds/2021-06-30/feeds/*", 2, 15},
	{"GET", "/feeds/2021-06-30/documents/*", 0.0222, 10},
	{"GET", "/notifications/v1/subscriptions/*", 1, 5}, {"POST", "/notifications/v1/subscriptions/*", 1, 5}, {"GET", "/notifications/v1/destinations", 1, 5},
	{"POST", "/notifications/v1/destinations", 1, 5},
	{"POST", "/reports/2021-06-30/reports", 0.0167, 15}, {"GET", "/reports/2021-06-30/reports/*", 2, 15}, {"GET", "/reports/2021-06-30/documents/*", 0.0167, 15},
}

func planOf(r *http.Request) (plan, bool) {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	for _, p := range plans {
		if p.method == r.Method && fits(strings.Split(p.path, "/"), parts) {
			return p, true
		}
	}
	return plan{}, false
}

func fits(pattern, parts []string) bool {
	if len(pattern) != len(parts) {
		return false
	}
	for i, part := range pattern {
		if part != "*" && part != parts[i] {
			return false
		}
	}
	return true
}

// limits are the buckets of all operations.
type limits struct {
	mutex sync.Mutex
	left  map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimits() *limits { return &limits{left: map[string]*bucket{}} }

// take takes a call out of its operation's bucket; false where it is empty.
func (l *limits) take(p plan, now time.Time) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	b := l.left[p.method+p.path]
	if b == nil {
		b = &bucket{p.burst, now}
		l.left[p.method+p.path] = b
	}
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.tokens, b.at = min(p.burst, b.tokens+passed*p.rate), now
	}
	if b.tokens < 1-1e-6 {
		return false
	}
	b.tokens--
	return true
}

// limited answers 429 where a call goes beyond its plan; a header tells the plan, never what is left.
func (a *Amazon) limited(w http.ResponseWriter, r *http.Request) bool {
	p, known := planOf(r)
	if !known {
		return false
	}
	w.Header().Set("X-Amzn-Ratelimit-Limit", strconv.FormatFloat(p.rate, 'f', -1, 64))
	if a.limits == nil || a.limits.take(p, a.desk.Now()) {
		return false
	}
	refuse(w, http.StatusTooManyRequests, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")
	return true
}
