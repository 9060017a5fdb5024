package inventory

import "slices"

// nowhere is a location that there is not: of an offer for which none counts.
const nowhere int64 = 0

// Within holds terms to locations: of a channel whose places are just these. None of them left is none, not all.
func (t Terms) Within(locations []int64) Terms {
	if len(locations) == 0 {
		return t
	}
	if len(t.Locations) == 0 {
		t.Locations, t.Chosen = locations, ""
		return t
	}
	both := slices.DeleteFunc(slices.Clone(t.Locations), func(id int64) bool { return !slices.Contains(locations, id) })
	if len(both) == 0 {
		both = []int64{nowhere}
	}
	t.Locations = both
	return t
}

// Portion is what one location of ours gives a listing that its channel keeps at several places; in packs.
type Portion struct {
	LocationID int64
	Location   string
	Whole      int64
}

// Spread divides what a listing may show among the locations where its variant is tracked, in the order in which orders are routed to them: each gives what lies
// there, together no more than the offer.
func (a Asked) Spread(o Offer) []Portion {
	parts, left := []Portion{}, o.Whole
	for _, l := range a.Stock.locations() {
		if !a.Stock.trackedAt(l.LocationID) {
			continue
		}
		p := Portion{LocationID: l.LocationID, Location: l.Location}
		if len(a.Terms.Locations) == 0 || slices.Contains(a.Terms.Locations, l.LocationID) {
			p.Whole = min(a.Stock.lies(l.LocationID).Whole(a.Pack), left)
		}
		left -= p.Whole
		parts = append(parts, p)
	}
	return parts
}

// locations are the levels of our own by which a variant, or what it consists of, is tracked: one for each location.
func (s Stock) locations() (all []Level) {
	for _, l := range append(slices.Clone(s.Levels), s.partLevels()...) {
		if l.ChannelID == Own && !slices.ContainsFunc(all, func(known Level) bool { return known.LocationID == l.LocationID }) {
			all = append(all, l)
		}
	}
	return all
}

// trackedAt reports whether there is a number of a location.
func (s Stock) trackedAt(location int64) bool {
	if s.Kit != nil {
		return !slices.ContainsFunc(s.Parts, func(p Stock) bool { return !p.trackedAt(location) })
	}
	return slices.ContainsFunc(s.Levels, func(l Level) bool { return l.LocationID == location })
}

// lies is what is free at a location, whatever orders wait for elsewhere.
func (s Stock) lies(location int64) (sum Quantity) {
	if s.Kit != nil {
		available := map[int64]Quantity{}
		for _, p := range s.Parts {
			available[p.VariantID] = p.lies(location)
		}
		return Sets(s.Kit, available)
	}
	for _, l := range s.Levels {
		if l.LocationID == location {
			sum += l.Available()
		}
	}
	return sum
}
