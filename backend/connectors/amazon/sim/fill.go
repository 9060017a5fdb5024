package sim

import (
	"fmt"
	"math/rand/v2"
)

// days is how far back the orders of a made-up company reach.
const days = 60

// The made-up company: nobody and nothing of it is real.
var (
	people = []struct{ name, street, city, postcode string }{
		{"Jule Ahrens", "Lindenweg", "Leipzig", "04109"}, {"Björn Müller-Lüdenscheidt", "Am Hang", "Göttingen", "37073"}, {"Zoë Brandt", "Kirchgasse", "Ulm", "89073"},
		{"Łukasz Nowak", "Elbufer", "Dresden", "01067"}, {"Ida von der Heide", "Hauptstraße", "Kiel", "24103"}, {"Søren O’Connor", "Nordring", "Köln", "50667"},
	}
	goods = []struct {
		title, kind string
		price       int64
	}{
		{"Kanne „Nachtblau“ mit Stövchen aus geöltem Eichenholz", "KITCHEN", 4900}, {"Becher, Salbei", "DRINKING_CUP", 1250}, {"Gießkanne 1,5 l", "WATERING_CAN", 3995},
		{"Saatgut Ringelblume & Kornblume", "PLANT_SEED", 349}, {"Schürze, Leinen", "APRON", 2900}, {"Teller, klein", "PLATE", 1800},
	}
)

// Fill makes a small company. Amazon tells nothing of customers beside their orders.
func (a *Amazon) Fill(seed uint64, listings, _, orders int) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the same company for one seed
	now := a.now()
	start := now - days*86_400
	for n := range listings {
		a.newListing(r, n, start-86_400+int64(n/3)*60) // a few at once, as an upload makes them
	}
	for i := range orders {
		at := start + int64(i)*(days*86_400-600)/int64(max(orders, 1))
		a.age(a.newOrder(r, at), r, at, now)
	}
}

// age lets happen to an order what time brings with it: the last few are to be shipped.
func (a *Amazon) age(o *order, r *rand.Rand, at, now int64) {
	if now-at < 25*86_400 && len(a.orders)%3 != 0 {
		o.pending = false
		return
	}
	o.updated = min(at+86_400, now-3600)
	switch {
	case r.IntN(12) == 0:
		o.pending = true
	case r.IntN(10) == 0:
		o.pending = false
		a.callOff(o, "BUYER")
	default:
		o.pending = false
		a.shipAll(o, fmt.Sprintf("SC%d", r.IntN(1_000_000)))
		o.parcels[0].shipped, o.parcels[0].shows = o.updated, o.updated
	}
}
