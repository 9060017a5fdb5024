package value

import "time"

// resolve finds the instant at which a clock in zone shows what clock (in UTC) shows. A time the clock jumped over
// becomes the end of the jump; of a time it showed twice the first is taken. Both are told.
func resolve(clock time.Time, zone *time.Location) (at time.Time, warning string) {
	y, m, d := clock.Date()
	t := time.Date(y, m, d, clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), zone)
	if shown := wall(t); !shown.Equal(clock) {
		return endOfGap(t, shown.After(clock)), ZoneGap
	}
	return firstOfTwo(t)
}

// wall is what t's clock shows, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}

// endOfGap finds the jump beside t, which lies after it when it shows later than asked.
func endOfGap(t time.Time, after bool) time.Time {
	start, end := t.ZoneBounds()
	if after {
		return start
	}
	return end
}

func firstOfTwo(t time.Time) (time.Time, string) {
	start, end := t.ZoneBounds()
	_, now := t.Zone()
	if !start.IsZero() {
		_, before := start.Add(-1).Zone()
		if first := t.Add(-time.Duration(before-now) * time.Second); before > now && first.Before(start) {
			return first, ZoneOverlap
		}
	}
	if !end.IsZero() {
		_, after := end.Zone()
		if second := t.Add(time.Duration(now-after) * time.Second); now > after && !second.Before(end) {
			return t, ZoneOverlap
		}
	}
	return t, ""
}
