package schedule

// planCache keeps parsed plans, and remembers which bad ones were complained about. Only the watch goroutine uses it.
type planCache struct {
	plans      map[planKey]Plan
	complaints map[planKey]bool
}

type planKey struct{ expr, zone string }

func newPlanCache() *planCache {
	return &planCache{plans: map[planKey]Plan{}, complaints: map[planKey]bool{}}
}

func (c *planCache) get(timer Timer) (Plan, error) {
	key := planKey{timer.Expr, timer.Zone}
	if plan, known := c.plans[key]; known {
		return plan, nil
	}
	plan, err := Parse(timer.Expr, timer.Zone)
	if err == nil {
		c.plans[key] = plan
	}
	return plan, err
}

// firstComplaint is true once for each bad expression, not every 30 seconds.
func (c *planCache) firstComplaint(timer Timer) bool {
	key := planKey{timer.Expr, timer.Zone}
	first := !c.complaints[key]
	c.complaints[key] = true
	return first
}
