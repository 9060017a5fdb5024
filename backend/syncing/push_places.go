package syncing

import (
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// placement is how much of a listing one place of its channel is to show.
type placement struct {
	level OfferLevel
	whole int64
	from  string // our location that it shows; "" where it shows all that counts
}

// placements finds the places of the channel that are told of a listing, with how much each; known is false where the channel has it at several places and
// nobody said which one is ours. Where places are locations of ours, each shows what lies there, and no other place is told anything.
func (p *pusher) placements(o Offer) (all []placement, known bool) {
	if len(p.connection.Places) > 0 {
		return p.mapped(o), true
	}
	level, known := p.place(o)
	if !known {
		return nil, false
	}
	return []placement{{level: level, whole: o.Whole}}, true
}

// mapped divides an offer among the places that are locations of ours. Where a listing is not tracked nothing is told; nor where a place never had it and there
// is nothing to show.
func (p *pusher) mapped(o Offer) (all []placement) {
	for _, part := range o.Spread() {
		for _, place := range p.placesOf(part.LocationID) {
			at := slices.IndexFunc(o.Levels, func(l OfferLevel) bool { return l.Location == place })
			one := placement{OfferLevel{Location: place}, part.Whole, part.Location}
			if at >= 0 {
				one.level = o.Levels[at]
			}
			if at >= 0 || part.Whole > 0 {
				all = append(all, one)
			}
			part.Whole = 0 // what lies at a location is shown once
		}
	}
	return all
}

// placesOf lists the places of the connection's account that are a location of ours, by their ids.
func (p *pusher) placesOf(location int64) (all []string) {
	for _, at := range p.connection.Account.Locations {
		if !isTheirs(at) && p.connection.Places[at.ID] == location {
			all = append(all, at.ID)
		}
	}
	slices.Sort(all)
	return all
}

// Spread divides what the listing may show among our locations.
func (o *Offer) Spread() []inventory.Portion { return o.asked(nil).Spread(o.Offered) }

// wishesOfStock is how much of a listing should be offered at each place that is told: whole packs of what is available here. known is as of placements.
func (p *pusher) wishesOfStock(o Offer, pulled commerce.Instant) (all []wish, known bool) {
	placed, known := p.placements(o)
	for _, at := range placed {
		all = append(all, p.stockWish(o, at, pulled))
	}
	return all, known
}

// stockWish is how much of a listing one place should show.
func (p *pusher) stockWish(o Offer, at placement, pulled commerce.Instant) wish {
	i := p.listingIntent(o, channel.SetStock)
	i.Location, i.Observed, i.ObservedAt = at.level.Location, at.level.Quantity, at.level.ObservedAt
	if i.Observed != "" {
		i.ObservedAt = max(at.level.ObservedAt, pulled)
	}
	i.Wanted, i.Reason = strconv.FormatInt(at.whole, 10), o.Offered.Explain()
	if at.from != "" {
		i.Reason += "; " + i.Wanted + " of it at " + at.from
	}
	if p.byZero(o) {
		i.Wanted = "0"
		i.Reason += "; first to 0, as " + p.connection.Name + " cannot tell whether some of it is sold just now"
	}
	i.Body.Quantity = i.Wanted
	elsewhere := inventory.Quantity(o.Whole-at.whole) * inventory.One
	return wish{intent: i, pushed: at.level.Pushed, pushedAt: at.level.PushedAt, base: at.level.Base, baseAt: at.level.BaseAt, from: at.from, scarce: o.Scarce,
		may: max(o.May-elsewhere, 0), moved: o.Stock.Moved()}
}
