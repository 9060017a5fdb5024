package schedule

import (
	"encoding/binary"
	"hash/fnv"
	"time"

	"tradepost/backend/journal"
)

// PlanOf reads a stored timer's plan, jitter and all.
func PlanOf(t journal.Timer) (Plan, error) {
	plan, err := Parse(t.Expression, t.Zone)
	if err != nil {
		return Plan{}, err
	}
	return plan.WithJitter(t.ID, time.Duration(t.Jitter)*time.Second), nil
}

// MaxJitter bounds how much later than stated a run may start.
const MaxJitter = 6 * time.Hour

// WithJitter gives the plan of the timer id, whose runs start up to spread later than stated: always by the same, so that
// the times can be told, and by another for each timer, so that not all knock at one server's door at once. It never
// reaches the next run. An interval ("@every 5m") has no stated times and takes none.
func (p Plan) WithJitter(id int64, spread time.Duration) Plan {
	seconds := int64(min(spread, MaxJitter) / time.Second)
	if seconds <= 0 || p.spec == nil {
		return p
	}
	hash := fnv.New64a()
	_ = binary.Write(hash, binary.BigEndian, id)
	p.jitter = time.Duration(int64(hash.Sum64()%uint64(seconds+1))) * time.Second //nolint:gosec // below MaxJitter
	return p
}
