package inventory

import (
	"cmp"
	"slices"
	"strings"
)

// Pool is what several listings sell of, when it is so little that each has a share of its own.
type Pool struct {
	VariantID int64
	Available Quantity           // at our own locations
	At        map[int64]Quantity // of it, by location
	LastUnits Said               // from so much down it is shared
	Takers    []Taker
}

// Taker is a listing that sells of a pool, by itself or within a kit.
type Taker struct {
	ListingID int64
	ChannelID int64
	Channel   string
	Per       Quantity // of the pool for one sale
	Ceiling   Quantity // the most of the pool that its own rules give it
	Speed     Quantity // sold lately
	Rank      Quantity
	May       Quantity // what it may still sell beyond the orders known here, by all that is known
	Fixed     bool     // it cannot be told: it keeps what it may sell
	Keeps     bool     // its channel cannot compare: what it may sell is only taken from it by way of zero
	Locations []int64  // the only ones that count for it; empty is all
}

// Share is what one listing has of a pool that is shared.
type Share struct {
	Units Quantity
	Of    Scope
	Words string
}

// Scarce reports whether the pool is shared out.
func (p Pool) Scarce() bool { return p.LastUnits.Value > 0 && p.Available <= p.LastUnits.Value }

// Taken is what all takers together may still sell.
func (p Pool) Taken() (sum Quantity) {
	for _, t := range p.Takers {
		sum += t.May
	}
	return sum
}

// Allot gives each listing its share, in units of the pool: together never more than there is beside what cannot be taken back. Who
// cannot be told keeps what it
// may sell; who cannot compare does too, where it fits. Of the rest each gets one sale, the fastest first, then by rank, and what is
// left goes by how fast they sell.
func (p Pool) Allot() map[int64]Quantity {
	a := allotment{pool: p, shares: map[int64]Quantity{}, left: max(p.Available, 0)}
	slices.SortFunc(a.pool.Takers, func(x, y Taker) int {
		return cmp.Or(cmp.Compare(y.Speed, x.Speed), cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.ListingID, y.ListingID))
	})
	for _, t := range p.Takers {
		a.shares[t.ListingID] = 0
	}
	kept := a.keep()
	for _, t := range a.pool.Takers {
		if !kept[t.ListingID] {
			a.give(t)
		}
	}
	for a.next(kept) {
	}
	a.grow(kept)
	return a.shares
}

type allotment struct {
	pool   Pool
	shares map[int64]Quantity
	left   Quantity
}

// keep lets those keep what they have who cannot give it up.
func (a *allotment) keep() map[int64]bool {
	kept := map[int64]bool{}
	for _, fixed := range []bool{true, false} {
		for _, t := range a.pool.Takers {
			if t.Fixed != fixed || !t.Fixed && (!t.Keeps || t.May <= 0 || t.May > t.Ceiling || !a.fits(t, t.May)) {
				continue
			}
			kept[t.ListingID] = true
			a.shares[t.ListingID] = t.May
			a.left = max(a.left-t.May, 0)
		}
	}
	return kept
}

// give adds one sale to a share, where there is room.
func (a *allotment) give(t Taker) bool {
	if t.Per <= 0 || a.shares[t.ListingID]+t.Per > t.Ceiling || !a.fits(t, t.Per) {
		return false
	}
	a.shares[t.ListingID] += t.Per
	a.left -= t.Per
	return true
}

// next gives one more sale to whom it is due: who sells the most for each that it has.
func (a *allotment) next(kept map[int64]bool) bool {
	var all []Taker
	for _, t := range a.pool.Takers {
		if !kept[t.ListingID] && t.Per > 0 {
			all = append(all, t)
		}
	}
	due := func(t Taker) float64 { return float64(t.Speed+One) / float64(a.shares[t.ListingID]+t.Per) }
	slices.SortStableFunc(all, func(x, y Taker) int { return cmp.Compare(due(y), due(x)) })
	return slices.ContainsFunc(all, a.give)
}

// grow lets those have more who keep what they have: while they are told they may sell what they had and what they get, so both must
// be there.
func (a *allotment) grow(kept map[int64]bool) {
	for _, t := range a.pool.Takers {
		if more := min(a.left, t.Ceiling); kept[t.ListingID] && !t.Fixed && t.Per > 0 && more-more%t.Per > t.May && a.fits(t, more-t.May) {
			a.shares[t.ListingID] = more - more%t.Per
			a.left = 0
		}
	}
}

// fits reports whether so much more is there for a taker, also at the locations that count for it.
func (a *allotment) fits(t Taker, more Quantity) bool {
	if more > a.left {
		return false
	}
	for _, other := range a.pool.Takers {
		if len(other.Locations) > 0 && within(t.Locations, other.Locations) && a.used(other.Locations)+more > a.there(other.Locations) {
			return false
		}
	}
	return true
}

// within reports whether what lies at some locations lies at others.
func within(some, others []int64) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(id int64) bool { return !slices.Contains(others, id) })
}

func (a *allotment) used(locations []int64) (sum Quantity) {
	for _, t := range a.pool.Takers {
		if within(t.Locations, locations) {
			sum += a.shares[t.ListingID]
		}
	}
	return sum
}

func (a *allotment) there(locations []int64) (sum Quantity) {
	for _, id := range locations {
		sum += a.pool.At[id]
	}
	return sum
}

// Words says what of a pool others have.
func (p Pool) Words(listingID int64, shares map[int64]Quantity) string {
	var others []string
	for _, t := range p.Takers {
		if t.ListingID == listingID {
			continue
		}
		word := t.Channel + " " + string(shares[t.ListingID].Decimal())
		if t.Fixed {
			word += " (cannot be told)"
		}
		others = append(others, word)
	}
	words := "its share of the last " + string(max(p.Available, 0).Decimal())
	if len(others) > 0 {
		words += ", beside " + strings.Join(others, ", ")
	}
	return words
}
