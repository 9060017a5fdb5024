package schedule

import "time"

// A face is what a clock on the wall shows, written as if it were UTC. Faces are easy to count with: none is missing
// and none comes twice.

// faceOf is the face of t in t's own zone.
func faceOf(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instantOf is when the clocks in zone show face: the first time if they do so twice, and the end of the gap if they
// skip it. It never decreases as face grows, which Plan.Next relies on. time.Date alone does not say which of two
// instants it returns.
func instantOf(face time.Time, zone *time.Location) time.Time {
	guess := time.Date(face.Year(), face.Month(), face.Day(), face.Hour(), face.Minute(), face.Second(), 0, zone)
	start, end := guess.ZoneBounds()
	if at, found := firstShowing(face, zone, beside(guess, start, end)); found {
		return at
	}
	if skips(start, face) {
		return start
	}
	return end
}

// skips reports whether the clocks jump over face at change.
func skips(change, face time.Time) bool {
	if change.IsZero() {
		return false
	}
	from := faceOf(change.Add(-time.Second)).Add(time.Second)
	return !face.Before(from) && face.Before(faceOf(change))
}

// beside is guess with a moment in the period before its own and one in the period after: together they know every
// offset that could apply.
func beside(guess, start, end time.Time) []time.Time {
	moments := []time.Time{guess}
	if !start.IsZero() {
		moments = append(moments, start.Add(-time.Second))
	}
	if !end.IsZero() {
		moments = append(moments, end)
	}
	return moments
}

// firstShowing is the earliest instant at which zone shows face, by the offsets in force at moments.
func firstShowing(face time.Time, zone *time.Location, moments []time.Time) (first time.Time, found bool) {
	for _, moment := range moments {
		_, offset := moment.Zone()
		at := face.Add(-time.Duration(offset) * time.Second).In(zone)
		if faceOf(at).Equal(face) && (!found || at.Before(first)) {
			first, found = at, true
		}
	}
	return first, found
}
