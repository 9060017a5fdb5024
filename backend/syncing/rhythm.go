package syncing

import (
	"slices"
	"time"
)

// rhythmWeeks is how far back a channel's rhythm is read.
const rhythmWeeks = 5

// Rhythm is how often orders come on a channel: orders by hour, hours counted since 1970-01-01 UTC.
type Rhythm struct {
	Hours map[int64]int
	first int64
	gap   time.Duration // the longest time without an order
}

// NewRhythm makes a Rhythm of orders by hour.
func NewRhythm(hours map[int64]int) Rhythm {
	r := Rhythm{Hours: hours}
	var all []int64
	for hour := range hours {
		all = append(all, hour)
	}
	slices.Sort(all)
	for i, hour := range all {
		if i == 0 {
			r.first = hour
			continue
		}
		r.gap = max(r.gap, time.Duration(hour-all[i-1])*time.Hour)
	}
	return r
}

// Expected is how many orders usually come in a span: the mean of the same span in the weeks before, or in the days before
// where there are no two such weeks yet. So nights and weekends are no silence. known is false where too little is known to say.
func (r Rhythm) Expected(from, to time.Time) (n float64, known bool) {
	if n, samples := r.mean(from, to, 7*hoursADay, rhythmWeeks-1); samples >= 2 {
		return n, true
	}
	n, samples := r.mean(from, to, hoursADay, 6)
	return n, samples >= 3
}

func (r Rhythm) mean(from, to time.Time, step time.Duration, most int) (n float64, samples int) {
	if len(r.Hours) == 0 {
		return 0, 0
	}
	for k := 1; k <= most; k++ {
		back := time.Duration(k) * step
		if back < to.Sub(from) || from.Add(-back).Before(time.Unix(r.first*3600, 0)) {
			continue
		}
		n += r.count(from.Add(-back), to.Add(-back))
		samples++
	}
	return n / float64(max(samples, 1)), samples
}

// count sums the orders of a span; of an hour that it cuts, the part.
func (r Rhythm) count(from, to time.Time) (n float64) {
	for at := from.Truncate(time.Hour); at.Before(to); at = at.Add(time.Hour) {
		begins, ends := at, at.Add(time.Hour)
		if from.After(begins) {
			begins = from
		}
		if to.Before(ends) {
			ends = to
		}
		n += float64(r.Hours[at.Unix()/3600]) * ends.Sub(begins).Hours()
	}
	return n
}

// Last gives the orders of the last hours up to now, oldest first.
func (r Rhythm) Last(n int, now time.Time) []int {
	all := make([]int, n)
	hour := now.Unix() / 3600
	for i := range all {
		all[i] = r.Hours[hour-int64(n-1-i)]
	}
	return all
}

// With Poisson's law, no order where three are usual happens once in twenty times, where seven are once in a thousand.
const (
	quietExpected = 3
	alarmExpected = 7
)

// Silence is a channel without orders for longer than is usual.
type Silence struct {
	For   time.Duration
	Usual time.Duration // between two orders in such a span
	Alarm bool          // far longer than usual: a person is told
}

// SilenceOf judges the time since the newest order, as far as it was looked at; nil when it is usual, or not known.
func SilenceOf(r Rhythm, newest, looked time.Time) *Silence {
	span := looked.Sub(newest)
	if newest.IsZero() || span < time.Hour {
		return nil
	}
	usual, known := r.Expected(newest, looked)
	if !known || usual < quietExpected {
		return nil
	}
	return &Silence{For: span, Usual: time.Duration(float64(span) / usual), Alarm: usual >= alarmExpected && span > r.gap+r.gap/2}
}
