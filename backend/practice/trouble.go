package practice

import (
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// trouble is something that goes wrong at a shop until a time, or until it has happened.
type trouble struct {
	Words string    `json:"words"`
	Until time.Time `json:"until,omitzero"`
	over  atomic.Bool
}

// The kinds of trouble.
const (
	down    = "down"
	tooMany = "too_many"
	lose    = "lose"
	revoke  = "revoke"
	calm    = "calm"
)

// MakeTrouble makes calls to a shop go wrong: "down" and "too_many" for so many minutes, "lose" the answer to the next
// write, "revoke" its key, and "calm" ends all of that. It is over when practice ends.
func (c *Company) MakeTrouble(shopID, kind string, minutes int) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	s, err := c.shopOf(shopID)
	if err != nil {
		return err
	}
	if minutes < 0 || minutes > 24*60 {
		return fault.New(fault.Invalid, fmt.Sprintf("%d minutes cannot be.", minutes), "Use 1 to 1440.").InField("minutes")
	}
	t := &trouble{}
	switch kind {
	case calm:
		s.Vendor.Desk().Calm()
		s.troubles = nil
		return nil
	case down:
		t.last(c, minutes, 5, "Down for maintenance")
		s.Vendor.Desk().Inject(simulated.Fault{Kind: simulated.Maintenance, Match: c.during(t), RetryAfter: time.Minute})
	case tooMany:
		t.last(c, minutes, 1, "Answers 429, too many requests")
		s.Vendor.Desk().Inject(simulated.Fault{Kind: simulated.TooMany, Match: c.during(t), RetryAfter: 20 * time.Second})
	case lose:
		t.Words = "The answer to the next write is lost"
		s.Vendor.Desk().Inject(simulated.Fault{Kind: simulated.Lost, Match: t.once, Times: 1})
	case revoke:
		t.Words = "Its key is revoked"
		s.Vendor.Desk().Inject(simulated.Fault{Kind: simulated.Revoked})
	default:
		return fault.New(fault.Invalid, "“"+kind+"” is no trouble that practice can make.", "Use down, too_many, lose, revoke or calm.").InField("kind")
	}
	s.troubles = append(s.troubles, t)
	return nil
}

func (t *trouble) last(c *Company, minutes, usual int, words string) {
	if minutes == 0 {
		minutes = usual
	}
	t.Until = c.clock.Now().Add(time.Duration(minutes) * time.Minute)
	t.Words = words
}

// during matches calls while a trouble lasts.
func (c *Company) during(t *trouble) func(*http.Request) bool {
	return func(*http.Request) bool { return c.clock.Now().Before(t.Until) }
}

// once matches a write, and tells that the trouble has happened.
func (t *trouble) once(r *http.Request) bool {
	if !writes(r) {
		return false
	}
	t.over.Store(true)
	return true
}

// wrong lists what goes wrong at a shop now; c.mutex is held.
func (c *Company) wrong(s *shop) []*trouble {
	now := c.clock.Now()
	s.troubles = slices.DeleteFunc(s.troubles, func(t *trouble) bool {
		return t.over.Load() || !t.Until.IsZero() && !now.Before(t.Until)
	})
	return append([]*trouble{}, s.troubles...)
}
