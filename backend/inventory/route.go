package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Place is where goods are to go: a country (ISO 3166 alpha-2) and a region of it, as far as they are stated.
type Place struct {
	Country string
	Region  string
}

// Nearness says how near a location is to a place, by what it serves. The lower, the nearer.
type Nearness int

// How near: it serves the region, the country, anything (it names nothing), other places than this one.
const (
	InRegion Nearness = iota
	InCountry
	Anywhere
	Elsewhere
)

// From says how near a location is that serves these: countries ("DE") and regions of one ("US-CA").
func (to Place) From(serves []string) Nearness {
	if len(serves) == 0 {
		return Anywhere
	}
	named := func(code string) bool {
		return slices.ContainsFunc(serves, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), code) })
	}
	switch {
	case to.Country == "":
		return Elsewhere
	case to.Region != "" && named(to.Country+"-"+to.Region):
		return InRegion
	case named(to.Country):
		return InCountry
	}
	return Elsewhere
}

// Need is what one line of an order wants of a variant.
type Need struct {
	LineID    int64
	VariantID int64
	Quantity  Quantity
}

// Candidate is a location that an order may be sent from.
type Candidate struct {
	LocationID int64
	Serves     []string
	Rank       int
	Closed     bool               // gives nothing new
	Fixed      bool               // a person chose it for this order
	Kept       bool               // the order has something there already
	Has        map[int64]Quantity // by variant: what is free there, and what the order has of it there
}

// lines is how many lines of an order a candidate has all of, of what several lines want together.
func (c *Candidate) lines(needs []Need) (n int) {
	left := map[int64]Quantity{}
	short := map[int64]bool{}
	for _, need := range needs {
		if _, known := left[need.VariantID]; !known {
			left[need.VariantID] = c.Has[need.VariantID]
		}
		left[need.VariantID] -= need.Quantity
		short[need.LineID] = short[need.LineID] || left[need.VariantID] < 0 || c.Closed
	}
	for _, lacks := range short {
		if !lacks {
			n++
		}
	}
	return n
}

// Choice is the order in which locations are asked for what an order wants, and why.
type Choice struct {
	Asked []int64 // location ids
	Reason
}

// Reason is why an order is sent from where it is.
type Reason struct {
	Whole    bool     `json:"whole"` // the first one has all of it
	Lines    int      `json:"lines"` // of the order
	Having   int      `json:"having"`
	Able     int      `json:"able"` // how many locations have all of it
	Nearness Nearness `json:"nearness"`
	Nearest  bool     `json:"nearest"` // nearer than another that has all of it
	Fixed    bool     `json:"fixed"`
}

// Choose orders locations for an order: the one that a person chose; one that has all of it before any split; where the order has something already; the
// nearest; the one with most of its lines; then by rank. It knows nothing but what it is given, so the same always gives the same.
func Choose(needs []Need, to Place, candidates []Candidate) Choice {
	all := slices.Clone(candidates)
	lines := map[int64]bool{}
	for _, n := range needs {
		lines[n.LineID] = true
	}
	having, near := map[int64]int{}, map[int64]Nearness{}
	for i := range all {
		having[all[i].LocationID], near[all[i].LocationID] = all[i].lines(needs), to.From(all[i].Serves)
	}
	whole := func(c Candidate) bool { return having[c.LocationID] == len(lines) }
	slices.SortStableFunc(all, func(a, b Candidate) int {
		return cmp.Or(truth(b.Fixed, a.Fixed), truth(a.Closed, b.Closed), truth(whole(b), whole(a)), truth(b.Kept, a.Kept), cmp.Compare(near[a.LocationID], near[b.LocationID]),
			cmp.Compare(having[b.LocationID], having[a.LocationID]), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.LocationID, b.LocationID))
	})
	choice := Choice{}
	for _, c := range all {
		choice.Asked = append(choice.Asked, c.LocationID)
	}
	if len(all) == 0 {
		return choice
	}
	first := all[0]
	choice.Reason = Reason{Whole: whole(first), Lines: len(lines), Having: having[first.LocationID], Nearness: near[first.LocationID], Fixed: first.Fixed}
	for _, c := range all {
		if whole(c) {
			choice.Able++
			choice.Nearest = choice.Nearest || near[c.LocationID] > choice.Nearness
		}
	}
	return choice
}

// truth orders false before true.
func truth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// In orders standings as a choice asks them; those that it does not name come last, as they were.
func (c Choice) In(standings []Standing) {
	place := func(s Standing) int {
		if i := slices.Index(c.Asked, s.LocationID); i >= 0 {
			return i
		}
		return len(c.Asked)
	}
	slices.SortStableFunc(standings, func(a, b Standing) int { return cmp.Compare(place(a), place(b)) })
}

// Words says why an order is sent from a location; at is what is kept of it where: "2 of them from Berlin".
func (r Reason) Words(location string, at []string) string {
	what := "all of it"
	if r.Lines > 1 {
		what = fmt.Sprintf("all %d lines", r.Lines)
	}
	switch {
	case r.Fixed:
		return "from " + location + ": chosen by hand"
	case !r.Whole && len(at) > 1:
		return "split: no location has " + what + "; " + strings.Join(at, ", ")
	case !r.Whole:
		return "from " + location + ": no location has " + what
	case r.Able == 1:
		return "from " + location + ": the only one with " + what
	case r.Nearest:
		return "from " + location + ": nearest with " + what
	}
	return "from " + location + ": first by rank with " + what
}

// OrderRoute is where what an order waits for is kept, and why.
type OrderRoute struct {
	Lines   []RouteLine
	Options []RouteOption
	Chosen  string // the location that was asked first; "" where there was nothing to choose
	Fixed   bool   // a person chose it
	Reason  Reason
}

// RouteLine is what is kept of one line at one location; LocationID is 0 where nothing is.
type RouteLine struct {
	LineID     int64
	LineSKU    string
	VariantID  int64
	SKU        string
	Open       Quantity
	Reserved   Quantity // at all locations
	LocationID int64
	Location   string
	Kept       Quantity
}

// RouteOption is a location that an order could be sent from.
type RouteOption struct {
	LocationID int64
	Location   string
	Lines      int // of the order
	Having     int // that it has all of, with what is kept for the order there
	Kept       Quantity
}

// Words says where an order is sent from and why; "" where there was nothing to choose.
func (r OrderRoute) Words() string {
	kept, pieces := map[string]map[int64]bool{}, map[string]Quantity{}
	var names []string
	for _, l := range r.Lines {
		if l.Kept == 0 {
			continue
		}
		if kept[l.Location] == nil {
			kept[l.Location] = map[int64]bool{}
			names = append(names, l.Location)
		}
		kept[l.Location][l.LineID] = true
		pieces[l.Location] += l.Kept
	}
	if r.Chosen == "" || len(names) == 0 {
		return ""
	}
	var at []string
	for _, name := range names {
		many := fmt.Sprint(len(kept[name]), " of them")
		if r.Reason.Lines == 1 {
			many = string(pieces[name].Decimal())
		}
		at = append(at, many+" from "+name)
	}
	return r.Reason.Words(names[0], at)
}
