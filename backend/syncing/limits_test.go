package syncing

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/channel"
)

var slow = channel.Bucket{Name: "search", Rate: 1.0 / 180, Burst: 20, Reserve: 2}

func TestABudgetSurvivesARestart(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := newBudget([]channel.Bucket{slow}, nil, now)
	for b.take("search", 1, false, now) == 0 {
	}
	again := newBudget([]channel.Bucket{slow}, b.levels(), now)
	if wait := again.take("search", 1, false, now); wait <= 0 {
		t.Fatal("a restart gave new calls")
	}
	if wait := again.take("search", 1, true, now); wait != 0 {
		t.Errorf("a person waits %v although two calls are kept for them", wait)
	}
	if wait := again.take("search", 1, false, now.Add(-time.Hour)); wait <= 0 {
		t.Error("a clock set back gave new calls")
	}
}

func TestADayHasItsEnd(t *testing.T) {
	now := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	b := newBudget([]channel.Bucket{{Name: "calls", Rate: 100, Burst: 100, PerDay: 50}}, nil, now)
	for range 50 {
		if wait := b.take("calls", 1, false, now); wait != 0 {
			t.Fatal("refused within the day's number")
		}
	}
	if wait := b.take("calls", 1, true, now); wait != 2*time.Hour {
		t.Errorf("the next call is allowed in %v", wait)
	}
	if wait := b.take("calls", 1, false, now.Add(2*time.Hour)); wait != 0 {
		t.Errorf("a new day waits %v", wait)
	}
}

func TestWhatTheVendorAsksIsKept(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := newBudget([]channel.Bucket{slow}, nil, now)
	b.block("search", now.Add(time.Hour), now)
	again := newBudget([]channel.Bucket{slow}, b.levels(), now)
	if wait := again.take("search", 1, true, now); wait != time.Hour {
		t.Errorf("waits %v", wait)
	}
	b.block("unheard of", now.Add(time.Minute), now)
	if wait := b.take("unheard of", 1, false, now); wait != time.Minute {
		t.Errorf("a bucket that is not in the manifest waits %v", wait)
	}
	if s := again.state(now); len(s) != 1 || !s[0].AllowedAt.Equal(now.Add(time.Hour)) {
		t.Errorf("state %+v", s)
	}
}

func TestTheVendorsWordOnItsLimitsCounts(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	points := channel.Bucket{Name: "points", Rate: 100, Burst: 1000, Reserve: 200}
	b := newBudget([]channel.Bucket{points}, nil, now)
	b.observe("points", channel.Meter{}, now)
	b.observe("points", channel.Meter{Rate: 1000, Burst: 20_000, Left: 19_000}, now)
	if wait := b.take("points", 800, false, now); wait != 0 {
		t.Errorf("what the vendor has beside others' calls is none of ours: waits %v", wait)
	}
	if wait := b.take("points", 1000, true, now); wait != 800*time.Millisecond {
		t.Errorf("at the vendor's own pace it waits %v", wait)
	}
	now = now.Add(time.Minute)
	b.observe("points", channel.Meter{Rate: 1000, Burst: 20_000, Left: 10}, now)
	if wait := b.take("points", 110, true, now); wait != 100*time.Millisecond {
		t.Errorf("somebody else used the points up: waits %v", wait)
	}
	b.observe("points", channel.Meter{Wait: 3 * time.Second}, now)
	if wait := b.take("points", 1, true, now); wait != 3*time.Second {
		t.Errorf("refused for its cost it waits %v", wait)
	}
	b.observe("unheard of", channel.Meter{Rate: 1, Burst: 1, Left: 0}, now)
}

// Over any stretch of time no more calls are let through than the bucket holds at its start and gets meanwhile, restarts or not.
func TestNoMoreCallsThanTheBucketGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		one := channel.Bucket{Name: "b", Rate: rapid.Float64Range(0.001, 20).Draw(t, "rate"), Burst: float64(rapid.IntRange(1, 40).Draw(t, "burst"))}
		b, began, taken := newBudget([]channel.Bucket{one}, nil, now), now, 0.0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				now = now.Add(time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "pass")))
			case 1:
				b = newBudget([]channel.Bucket{one}, b.levels(), now)
			default:
				if b.take("b", 1, rapid.Bool().Draw(t, "person"), now) == 0 {
					taken++
				}
			}
			if most := one.Burst + one.Rate*now.Sub(began).Seconds() + 1e-3; taken > most {
				t.Fatalf("%v calls were let through, the vendor allows %v", taken, most)
			}
		}
	})
}
