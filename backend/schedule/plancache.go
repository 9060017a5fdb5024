package schedule

import "time"

// planCache keeps parsed plans, and remembers which bad ones were complained about. Only the watch goroutine uses it.
type planCache struct {
	plans      map[planKey]Plan
	complaints map[planKey]bool
}

type planKey struct {
	expr, zone string
	id         int64 // with a jitter the plan is the timer's own
	jitter     time.Duration
}

func keyOf(timer Timer) planKey {
	key := planKey{expr: timer.Expr, zone: timer.Zone, jitter: timer.Jitter}
	if timer.Jitter > 0 {
		key.id = timer.ID
	}
	return key
}

func newPlanCache() *planCache {
	return &planCache{plans: map[planKey]Plan{}, complaints: map[planKey]bool{}}
}

func (c *planCache) get(timer Timer) (Plan, error) {
	key := keyOf(timer)
	if plan, known := c.plans[key]; known {
		return plan, nil
	}
	plan, err := Parse(timer.Expr, timer.Zone)
	if err == nil {
		plan = plan.WithJitter(timer.ID, timer.Jitter)
		c.plans[key] = plan
	}
	return plan, err
}

// firstComplaint is true once for each bad expression, not every 30 seconds.
func (c *planCache) firstComplaint(timer Timer) bool {
	key := keyOf(timer)
	first := !c.complaints[key]
	c.complaints[key] = true
	return first
}
