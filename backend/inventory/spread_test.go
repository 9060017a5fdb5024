package inventory_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"tradepost/backend/inventory"
)

// lying is a stock with so much at locations 1, 2, ... ; below zero is not tracked there.
func lying(each ...int) (s inventory.Stock) {
	for i, n := range each {
		if n >= 0 {
			s.Levels = append(s.Levels, inventory.Level{LocationID: int64(i + 1), Location: fmt.Sprint("L", i+1), OnHand: inventory.Quantity(n) * inventory.One})
		}
	}
	return s
}

func spread(a inventory.Asked) (all []int64) {
	if a.Pack == "" {
		a.Pack = "1"
	}
	for _, p := range a.Spread(a.Offer()) {
		all = append(all, p.LocationID, p.Whole)
	}
	return all
}

func TestAnOfferIsDividedAmongItsLocations(t *testing.T) {
	kept := inventory.Terms{Master: inventory.Here, Buffer: inventory.Said{Value: 2 * inventory.One, Of: inventory.OfAll}}
	most := inventory.Terms{Master: inventory.Here, Most: inventory.Said{Value: 4 * inventory.One, Of: inventory.OfAll}}
	owed := lying(5, 4)
	owed.Backordered = 3 * inventory.One
	part, other := lying(4, 6), lying(9, 2)
	part.VariantID, other.VariantID = 7, 8
	kit := inventory.Stock{Kit: []inventory.Component{{VariantID: 7, Quantity: 2 * inventory.One}, {VariantID: 8, Quantity: inventory.One}}, KitTracked: true,
		Parts: []inventory.Stock{part, other}, Sets: 5 * inventory.One}
	for name, c := range map[string]struct {
		asked inventory.Asked
		want  []int64
	}{
		"each shows what lies there":                 {inventory.Asked{Stock: lying(5, 3)}, []int64{1, 5, 2, 3}},
		"what is kept back is kept at the last":      {inventory.Asked{Stock: lying(5, 3), Terms: kept}, []int64{1, 5, 2, 1}},
		"together they show no more than the most":   {inventory.Asked{Stock: lying(3, 3), Terms: most}, []int64{1, 3, 2, 1}},
		"what orders wait for is shown nowhere":      {inventory.Asked{Stock: owed}, []int64{1, 5, 2, 1}},
		"packs are whole at each":                    {inventory.Asked{Stock: lying(5, 5), Pack: "3"}, []int64{1, 1, 2, 1}},
		"where it is not tracked nothing is said":    {inventory.Asked{Stock: lying(5, -1, 2)}, []int64{1, 5, 3, 2}},
		"a location that does not count shows none":  {inventory.Asked{Stock: lying(5, 3), Terms: inventory.Terms{Master: inventory.Here, Locations: []int64{2}}}, []int64{1, 0, 2, 3}},
		"a kit shows what can be made at each place": {inventory.Asked{Stock: kit}, []int64{1, 2, 2, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spread(c.asked); !slices.Equal(got, c.want) {
				t.Errorf("%v instead of %v", got, c.want)
			}
		})
	}
}

func TestTermsAreHeldToTheLocationsOfAChannel(t *testing.T) {
	for name, c := range map[string]struct{ rule, places, want []int64 }{
		"no places say nothing":         {[]int64{1}, nil, []int64{1}},
		"places are all that counts":    {nil, []int64{1, 2}, []int64{1, 2}},
		"a rule chooses among them":     {[]int64{2, 3}, []int64{1, 2}, []int64{2}},
		"none of them is none, not all": {[]int64{3}, []int64{1}, []int64{0}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (inventory.Terms{Locations: c.rule}).Within(c.places).Locations; !slices.Equal(got, c.want) {
				t.Errorf("%v instead of %v", got, c.want)
			}
		})
	}
}

func TestARuleIsTheSameAfterItWasText(t *testing.T) {
	for _, r := range []inventory.Rule{{}, {Scope: inventory.OfChannel, Buffer: "2", Percent: "5", LagMost: "3", EndWhen: "1", Most: "9", Locations: []int64{3, 4}, Master: inventory.ByChannel, Rank: "1"},
		{Scope: inventory.OfAll, LastUnits: "4", Locations: []int64{}}} {
		back := inventory.Rule{Scope: r.Scope, Buffer: "77"}.With(r.Values())
		if !reflect.DeepEqual(back, r) {
			t.Errorf("%+v instead of %+v", back, r)
		}
	}
}
