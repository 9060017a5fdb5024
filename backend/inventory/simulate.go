package inventory

import (
	"cmp"
	"slices"

	"tradepost/backend/commerce"
)

// Past is what happened to one variant in a stretch of time, for a replay.
type Past struct {
	VariantID int64
	Name      string
	Available Quantity // at the beginning
	Sold      Quantity // in all, for how fast it sells
	Moves     []Moved
	Sales     []PastSale
}

// Moved is by how much stock changed by anything but a sale.
type Moved struct {
	At commerce.Instant
	By Quantity
}

// PastSale is one on a channel.
type PastSale struct {
	At        commerce.Instant
	ChannelID int64
	ListingID int64
	Units     Quantity
	Pack      commerce.Decimal
}

// Replayed is what a replay counts.
type Replayed struct {
	Sales    int
	Oversold int // sales of what was not there
	Lost     int // sales that would not have been, as the channel showed too little
	Spare    int // of those lost, for how many there was enough
}

// Add adds the counts of another replay.
func (r *Replayed) Add(other Replayed) {
	r.Sales += other.Sales
	r.Oversold += other.Oversold
	r.Lost += other.Lost
	r.Spare += other.Spare
}

// Teller is how a replay knows what a listing is told: its terms and how late news of its channel are.
type Teller func(channelID, variantID, listingID int64) (Terms, Lateness)

// Replay sells a variant's past again under rules. A channel sees its own sales at once and those of others when their news came here
// and went out to it. What
// it shows is worked out of that; a sale for which it shows too little is lost, one for which there is not enough is oversold, and
// what is sold is gone for those after it.
func Replay(p Past, terms Teller) (r Replayed) {
	sales := slices.Clone(p.Sales)
	slices.SortStableFunc(sales, func(a, b PastSale) int { return cmp.Compare(a.At, b.At) })
	var sold []taken
	for _, s := range sales {
		t, late := terms(s.ChannelID, p.VariantID, s.ListingID)
		late.Sold = p.Sold
		r.Sales++
		truly := p.at(s.At)
		known := p.at(commerce.Instant(int64(s.At) - late.Confirmed.Milliseconds()))
		for _, before := range sold {
			truly -= before.Units
			if before.ChannelID == s.ChannelID || int64(before.knownAt)+late.Confirmed.Milliseconds() <= int64(s.At) {
				known -= before.Units
			}
		}
		if shown := showing(known, s, t, late); shown < s.Units {
			r.Lost++
			if truly >= s.Units {
				r.Spare++
			}
			continue
		}
		if truly < s.Units {
			r.Oversold++
		}
		sold = append(sold, taken{s, commerce.Instant(int64(s.At) + late.Known.Milliseconds())})
	}
	return r
}

// taken is a sale that was made, and when it was known here.
type taken struct {
	PastSale
	knownAt commerce.Instant
}

func (p Past) at(t commerce.Instant) Quantity {
	sum := p.Available
	for _, m := range p.Moves {
		if m.At <= t {
			sum += m.By
		}
	}
	return sum
}

// showing is how much a channel shows of what is known, in units.
func showing(known Quantity, s PastSale, t Terms, late Lateness) Quantity {
	t.Locations = nil
	if !t.Master.Tells() {
		return known
	}
	stock := Stock{Levels: []Level{{OnHand: known}}}
	o := Asked{Stock: stock, ChannelID: s.ChannelID, Pack: s.Pack, Terms: t, Late: late}.Offer()
	pack, err := Parse(s.Pack)
	if err != nil {
		return 0
	}
	return (Quantity(o.Whole) * One).Times(pack)
}
