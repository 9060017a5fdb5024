package syncing

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// budget is what a connection may still ask of its vendor, bucket by bucket. It survives a restart by its levels, so that
// starting anew is no way to more calls.
type budget struct {
	mutex   sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	channel.Bucket
	tokens  float64
	at      time.Time
	blocked time.Time
	day     int64
	spent   float64
}

const hoursADay = 24 * time.Hour

func newBudget(buckets []channel.Bucket, levels []Level, now time.Time) *budget {
	b := &budget{buckets: map[string]*bucket{}}
	for _, one := range buckets {
		b.buckets[one.Name] = restored(one, levels, now)
	}
	return b
}

// restored is a bucket as its stored level left it; one from the future, after a clock went back, is taken as of now.
func restored(one channel.Bucket, levels []Level, now time.Time) *bucket {
	at := &bucket{Bucket: one, tokens: one.Burst, at: now, day: dayOf(now)}
	if i := slices.IndexFunc(levels, func(l Level) bool { return l.Bucket == one.Name }); i >= 0 {
		l := levels[i]
		at.tokens, at.at, at.day, at.spent, at.blocked = min(l.Tokens, one.Burst), l.At.Time(), l.Day, l.Spent, l.BlockedUntil.Time()
		if at.at.After(now) {
			at.at = now
		}
	}
	return at
}

func dayOf(t time.Time) int64 { return t.UTC().Unix() / int64(hoursADay/time.Second) }

// take takes cost tokens, or says how long to wait for them. A person's call may use the reserve, others leave it.
func (b *budget) take(name string, cost float64, person bool, now time.Time) (wait time.Duration) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	one := b.buckets[name]
	if one == nil {
		return 0
	}
	one.refill(now)
	if one.blocked.After(now) {
		return one.blocked.Sub(now)
	}
	if one.PerDay > 0 && one.spent+cost > one.PerDay {
		return time.Unix((one.day+1)*int64(hoursADay/time.Second), 0).Sub(now)
	}
	keep := one.Reserve
	if person {
		keep = 0
	}
	if lacks := min(cost+keep, one.Burst) - one.tokens; lacks > 1e-9 {
		return max(time.Duration(lacks/one.Rate*float64(time.Second)), time.Millisecond)
	}
	one.tokens -= cost
	one.spent += cost
	return 0
}

func (o *bucket) refill(now time.Time) {
	if passed := now.Sub(o.at); passed > 0 {
		o.tokens = min(o.tokens+o.Rate*passed.Seconds(), o.Burst)
		o.at = now
	}
	if day := dayOf(now); day > o.day {
		o.day, o.spent = day, 0
	}
}

// block notes that the vendor said to wait.
func (b *budget) block(name string, until, now time.Time) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	one := b.buckets[name]
	if one == nil {
		one = &bucket{Bucket: channel.Bucket{Name: name, Rate: 1e9, Burst: 1e9}, tokens: 1e9, at: now, day: dayOf(now)}
		b.buckets[name] = one
	}
	one.refill(now)
	one.tokens = 0
	one.blocked = until
}

// observe takes the vendor's own word on a bucket. It may set the pace anew; of what is left it only takes away, as calls that are under way
// are not in the vendor's count yet.
func (b *budget) observe(name string, m channel.Meter, now time.Time) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	one := b.buckets[name]
	if one == nil {
		return
	}
	one.refill(now)
	if m.Burst > 0 {
		one.Burst = max(m.Burst, one.Reserve+1)
		one.tokens = min(one.tokens, m.Left, one.Burst)
	}
	if m.Rate > 0 {
		one.Rate = m.Rate
	}
	if m.Wait > 0 {
		one.blocked = now.Add(m.Wait)
	}
}

// levels are what is left, to be kept. Their instant is rounded up, so that no part of a millisecond counts twice.
func (b *budget) levels() []Level {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	all := make([]Level, 0, len(b.buckets))
	for name, one := range b.buckets {
		all = append(all, Level{Bucket: name, Tokens: one.tokens, At: commerce.InstantOf(one.at.Add(time.Millisecond - 1)), BlockedUntil: commerce.InstantOf(one.blocked),
			Day: one.day, Spent: one.spent})
	}
	return all
}

// Budget is one bucket as people see it.
type Budget struct {
	Bucket    channel.Bucket
	Left      float64   // tokens that are there now
	SpentDay  float64   // of PerDay
	AllowedAt time.Time // when the next call of background work is allowed; the zero time is now
}

// state says how each bucket stands.
func (b *budget) state(now time.Time) []Budget {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	all := make([]Budget, 0, len(b.buckets))
	for _, one := range b.buckets {
		one.refill(now)
		s := Budget{Bucket: one.Bucket, Left: one.tokens, SpentDay: one.spent}
		switch lacks := min(1+one.Reserve, one.Burst) - one.tokens; {
		case one.blocked.After(now):
			s.AllowedAt = one.blocked
		case lacks > 1e-9:
			s.AllowedAt = now.Add(time.Duration(lacks / one.Rate * float64(time.Second)))
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Budget) int { return cmp.Compare(a.Bucket.Name, b.Bucket.Name) })
	return all
}
