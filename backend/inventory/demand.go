package inventory

import (
	"cmp"
	"slices"

	"tradepost/backend/commerce"
)

// Left is a part of what a line asks for that left: with a parcel, or because its order says so. At is when; 0 where nobody says.
type Left struct {
	Quantity Quantity
	At       commerce.Instant
}

// Ask is what one line of an order asks of a stock now, by all that is known of the order, in pieces of the line.
type Ask struct {
	Open Quantity // still to leave
	Left []Left
	// Back tells that the goods came back: what left is on the shelf again.
	Back bool
	// Unsure tells that the source says nothing of shipping: what was placed before a count may well have left before it.
	Unsure bool
	Placed commerce.Instant
}

// Allocation is what a demand has of a location: what is reserved there, what it took from there, and what came back there of
// what had left before the start.
type Allocation struct {
	LocationID int64
	Reserved   Quantity
	Taken      Quantity
	Returned   Quantity
}

// Demand is what one line asks of one variant, and what it has of it.
type Demand struct {
	ID          int64
	OrderID     int64
	LineID      int64
	VariantID   int64
	BOM         int64    // the version of the bill of material that it comes from, 0 for none
	Each        Quantity // per piece of the line
	Pool        int64
	Placed      commerce.Instant
	Noticed     []Noticed // what of it left without anybody saying when, in the order in which that was noticed
	Open        Quantity
	Allocations []Allocation
	Booked      []Booked // newest first
}

// Noticed is how many pieces of the line left without anybody saying when, and when that was noticed; 0 where nobody knew that they waited.
type Noticed struct {
	Quantity Quantity         `json:"pieces"`
	At       commerce.Instant `json:"at"`
}

// Booked is what of a sale or return in the ledger stands, as far as it was not taken back.
type Booked struct {
	EntryID    int64
	Kind       Kind // Sale or Return
	LocationID int64
	Quantity   Quantity // above zero
	At         commerce.Instant
}

// Reserved is what is kept for it.
func (d *Demand) Reserved() (sum Quantity) {
	for _, a := range d.Allocations {
		sum += a.Reserved
	}
	return sum
}

// Taken is what left for it and is in the ledger.
func (d *Demand) Taken() (sum Quantity) {
	for _, a := range d.Allocations {
		sum += a.Taken
	}
	return sum
}

// Returned is what came back of what had left before the start.
func (d *Demand) Returned() (sum Quantity) {
	for _, a := range d.Allocations {
		sum += a.Returned
	}
	return sum
}

// Backordered is what it waits for.
func (d *Demand) Backordered() Quantity { return d.Open - d.Reserved() }

// Empty reports whether it says nothing any more that its order does not.
func (d *Demand) Empty() bool {
	return d.Open == 0 && !slices.ContainsFunc(d.Noticed, func(n Noticed) bool { return n.At != 0 }) && !slices.ContainsFunc(d.Allocations, func(a Allocation) bool { return a.Reserved != 0 || a.Taken != 0 || a.Returned != 0 })
}

// at is the allocation of a location, made where there is none. It holds until the next call.
func (d *Demand) at(locationID int64) *Allocation {
	for i := range d.Allocations {
		if d.Allocations[i].LocationID == locationID {
			return &d.Allocations[i]
		}
	}
	d.Allocations = append(d.Allocations, Allocation{LocationID: locationID})
	return &d.Allocations[len(d.Allocations)-1]
}

// Standing is how a variant stands at a location that a demand may have. Several come in the order in which they are asked.
type Standing struct {
	LevelID    int64
	LocationID int64
	StartedAt  commerce.Instant
	CountedAt  commerce.Instant
	OnHand     Quantity
	Reserved   Quantity
	Closed     bool // gives nothing new
}

// Free is what can be reserved there.
func (s *Standing) Free() Quantity {
	if s.Closed {
		return 0
	}
	return max(s.OnHand-s.Reserved, 0)
}

// Excess is by how much more is reserved there than lies there.
func (s *Standing) Excess() Quantity { return s.Reserved - max(s.OnHand, 0) }

// Settle brings a demand to what its line asks for, and gives the entries that do it; demand and standings follow. It is the one
// place that decides what an order does to a stock, whatever happened to the order before: so the order in which things become
// known does not matter.
func Settle(d *Demand, ask Ask, standings []Standing, now commerce.Instant) []Entry {
	s := settling{demand: d, ask: ask, standings: standings, now: now}
	s.follow()
	return s.entries
}

type settling struct {
	demand    *Demand
	ask       Ask
	standings []Standing
	now       commerce.Instant
	entries   []Entry
}

func (s *settling) follow() {
	d := s.demand
	d.Placed = s.ask.Placed
	parts := s.dated()
	if s.ask.Back {
		s.comeBack(d.Taken() + s.uncounted(parts))
	} else {
		s.takeBack(Return, nil)
		s.take(parts)
	}
	s.reserve(s.open())
}

// open is what is to be reserved: what is said to wait still lay there when it was counted, whenever it was placed.
func (s *settling) open() Quantity {
	known := slices.ContainsFunc(s.standings, func(at Standing) bool { return !s.ask.Unsure || s.ask.Placed > at.CountedAt })
	if !known {
		return 0
	}
	return s.ask.Open.Times(s.demand.Each)
}

// gone is a part that left, with when. loose tells that nobody dated it, so that it is any entry there is.
type gone struct {
	quantity Quantity
	at       commerce.Instant
	loose    bool
}

// dated says of each part when it left, earliest first.
func (s *settling) dated() []gone {
	var parts []gone
	undated := Quantity(0)
	add := func(pieces Quantity, at commerce.Instant, loose bool) {
		parts = append(parts, gone{pieces.Times(s.demand.Each), max(at, s.ask.Placed), loose}) // days are less exact than instants
	}
	for _, l := range s.ask.Left {
		if l.At == 0 {
			undated += l.Quantity
		} else {
			add(l.Quantity, l.At, false)
		}
	}
	s.notice(undated)
	for _, n := range s.demand.Noticed {
		add(n.Quantity, n.At, true)
	}
	slices.SortStableFunc(parts, func(a, b gone) int { return cmp.Compare(a.at, b.at) })
	return parts
}

// notice follows how many pieces left without anybody saying when. What is more than before left now, where it was known to wait, else when it
// was placed. What is less, because it was dated or did not leave, was noticed last. What is not tracked is not remembered.
func (s *settling) notice(undated Quantity) {
	d := s.demand
	if len(s.standings) == 0 {
		d.Noticed = nil
		return
	}
	for _, n := range d.Noticed {
		undated -= n.Quantity
	}
	for last := len(d.Noticed) - 1; undated < 0; last-- {
		n := d.Noticed[last]
		d.Noticed = slices.Clone(d.Noticed[:last])
		if undated += n.Quantity; undated > 0 {
			d.Noticed, undated = append(d.Noticed, Noticed{undated, n.At}), 0
		}
	}
	if undated == 0 {
		return
	}
	n := Noticed{Quantity: undated}
	if d.Open > 0 {
		n.At = s.now
	}
	d.Noticed = append(slices.Clone(d.Noticed), n)
}

func (s *settling) counted(at commerce.Instant) bool {
	return slices.ContainsFunc(s.standings, func(l Standing) bool { return at > l.StartedAt })
}

// uncounted is how much left before every start.
func (s *settling) uncounted(parts []gone) (sum Quantity) {
	for _, p := range parts {
		if !s.counted(p.at) {
			sum += p.quantity
		}
	}
	return sum
}

// take takes what left since the start and is not in the ledger, and gives back what is and turned out not to have left, or at another time.
func (s *settling) take(parts []gone) {
	parts = slices.DeleteFunc(parts, func(p gone) bool { return !s.counted(p.at) })
	s.takeBack(Sale, parts)
	for _, p := range parts {
		if p.quantity > 0 {
			s.sell(p.quantity, p)
		}
	}
}

// takeBack takes back all entries of a kind that are none of these parts, each at its own instant: what was counted since stands. It takes off the parts
// what is in the ledger.
func (s *settling) takeBack(kind Kind, parts []gone) {
	for _, loose := range []bool{false, true} {
		for i := range s.demand.Booked {
			for j := range parts {
				b, p := &s.demand.Booked[i], &parts[j]
				if b.Kind == kind && p.loose == loose && (loose || p.at == b.At) {
					x := min(b.Quantity, p.quantity)
					b.Quantity -= x
					p.quantity -= x
				}
			}
		}
	}
	for _, b := range s.demand.Booked {
		if b.Kind == kind && b.Quantity > 0 {
			s.reverse(b)
		}
	}
}

// reverse takes an entry back at its own instant.
func (s *settling) reverse(b Booked) {
	i := slices.IndexFunc(s.standings, func(l Standing) bool { return l.LocationID == b.LocationID })
	if i < 0 {
		return
	}
	e := Entry{Kind: Undo, OnHand: b.Quantity, Reverses: b.EntryID, OccurredAt: b.At}
	if b.Kind == Return {
		e.OnHand = -b.Quantity
		s.move(&s.standings[i], e).Returned -= b.Quantity
		return
	}
	s.move(&s.standings[i], e).Taken -= b.Quantity
}

// sell takes from where the demand has something reserved, then from where there is enough, then from the first location.
func (s *settling) sell(q Quantity, part gone) {
	for i := range s.standings {
		l := &s.standings[i]
		if x := min(q, s.demand.at(l.LocationID).Reserved); x > 0 && part.at > l.StartedAt {
			q -= x
			s.move(l, Entry{Kind: Sale, OnHand: -x, Reserved: -x, OccurredAt: part.at}).Taken += x
		}
	}
	if q > 0 {
		s.move(s.from(q, part.at), Entry{Kind: Sale, OnHand: -q, OccurredAt: part.at}).Taken += q
	}
}

// from is the location that something left from that was not reserved.
func (s *settling) from(q Quantity, at commerce.Instant) *Standing {
	var first *Standing
	for i := range s.standings {
		l := &s.standings[i]
		switch {
		case at <= l.StartedAt:
		case l.Free() >= q:
			return l
		case first == nil || first.Closed && !l.Closed:
			first = l
		}
	}
	return first
}

// comeBack receives what came back: to where it was taken from, else to the first location. What was never known to have left changes nothing: it may not have
// been gone.
func (s *settling) comeBack(q Quantity) {
	q -= s.demand.Returned()
	for i := range s.standings {
		l := &s.standings[i]
		a := s.demand.at(l.LocationID)
		if x := min(q, a.Taken-a.Returned); x > 0 {
			q -= x
			s.move(l, Entry{Kind: Return, OnHand: x}).Returned += x
		}
	}
	if q > 0 && len(s.standings) > 0 {
		s.move(&s.standings[0], Entry{Kind: Return, OnHand: q}).Returned += q
	}
}

// reserve brings what is reserved to open, as far as there is something to reserve.
func (s *settling) reserve(open Quantity) {
	d := s.demand
	d.Open = open
	for i := len(s.standings) - 1; i >= 0; i-- {
		l := &s.standings[i]
		if x := min(d.Reserved()-open, d.at(l.LocationID).Reserved); x > 0 {
			s.move(l, Entry{Kind: Release, Reserved: -x})
		}
	}
	for _, i := range Route(d, open-d.Reserved(), s.standings) {
		l := &s.standings[i]
		if x := min(open-d.Reserved(), l.Free()); x > 0 {
			s.move(l, Entry{Kind: Reserve, Reserved: x})
		}
	}
}

// Route gives the order in which locations are asked for so much of a demand: one that has all of it comes first, one that the
// demand has something of already before others, then by rank. It is the whole of routing today.
func Route(d *Demand, q Quantity, standings []Standing) []int {
	all := make([]int, len(standings))
	for i := range all {
		all[i] = i
	}
	class := func(i int) int {
		switch has := d.at(standings[i].LocationID).Reserved > 0; {
		case standings[i].Free() >= q && has:
			return 0
		case standings[i].Free() >= q:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b int) int { return class(a) - class(b) })
	return all
}

// move adds an entry; the standing follows, and the demand's reservation there, whose allocation it gives.
func (s *settling) move(l *Standing, e Entry) *Allocation {
	d := s.demand
	e.VariantID, e.LocationID = d.VariantID, l.LocationID
	e.Cause = Cause{ByOrder, d.OrderID, d.LineID}
	s.entries = append(s.entries, e)
	l.OnHand += e.OnHand
	l.Reserved += e.Reserved
	a := d.at(l.LocationID)
	a.Reserved += e.Reserved
	return a
}

// Keep reserves so much more for a demand at a location, or less, and gives the entry that does it; the standing follows.
func (d *Demand) Keep(l *Standing, q Quantity) Entry {
	kind := Reserve
	if q < 0 {
		kind = Release
	}
	s := settling{demand: d}
	s.move(l, Entry{Kind: kind, Reserved: q})
	return s.entries[0]
}

// Before reports whether a demand comes before another where goods are short: the older order first.
func (d *Demand) Before(other *Demand) bool {
	return cmp.Or(cmp.Compare(d.Placed, other.Placed), cmp.Compare(d.LineID, other.LineID)) < 0
}

// Unsettles reports whether settling a demand may have changed what others get that wait for the same stock: something was freed, more is reserved
// than lies there, or the demand itself waits and may be older than some that have.
func Unsettles(d *Demand, entries []Entry, standings []Standing) bool {
	frees := func(e Entry) bool { return e.OnHand > e.Reserved || e.Reserved < 0 && countedSince(e, standings) }
	return d.Backordered() > 0 || slices.ContainsFunc(entries, frees) ||
		slices.ContainsFunc(standings, func(l Standing) bool { return l.Excess() > 0 })
}

// countedSince reports whether an entry is of before a count, which stands: what was kept for it is free then, and nothing of it is gone.
func countedSince(e Entry, standings []Standing) bool {
	return e.OccurredAt != 0 && slices.ContainsFunc(standings, func(l Standing) bool { return l.LocationID == e.LocationID && l.CountedAt >= e.OccurredAt })
}
