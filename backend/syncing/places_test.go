package syncing_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// openHall is a stall whose market has two places; ware 100 lies at both of them, 101 at the first alone.
func openHall(t *testing.T, approval syncing.Approval) *stall {
	t.Helper()
	m := newMarket(2)
	m.places, m.wares["100"].There = true, "5"
	return openStall(t, m, approval)
}

// placed says that places of the market are locations of ours, by name: "A" is "Berlin".
func (s *stall) placed(all map[string]string) {
	s.t.Helper()
	for place, name := range all {
		at := []inventory.ChannelPlace{{ConnectionID: s.conn.ID, Place: place}}
		l, err := s.store.LocationByName(context.Background(), name)
		if err != nil {
			_, err = s.store.AddLocation(context.Background(), inventory.Location{Name: name, Places: at})
		} else {
			_, _, err = s.store.ChangeLocation(context.Background(), l.ID, inventory.LocationChange{Places: &at}, -1)
		}
		s.must(err)
	}
}

func (s *stall) variant(id string) int64 {
	s.t.Helper()
	v, err := s.store.VariantBySKU(context.Background(), s.market.wares[id].SKU)
	s.must(err)
	return v
}

// countAt says what lies at a location of ours.
func (s *stall) countAt(location, id string, n int) {
	s.t.Helper()
	_, err := s.store.CountStock(context.Background(), inventory.Count{VariantID: s.variant(id), Location: location, Found: inventory.Quantity(n) * inventory.One, Version: -1})
	s.must(err)
	s.clock.move(time.Second)
}

// linked makes products of the wares that the market offers.
func (s *stall) linked() {
	s.t.Helper()
	for id, w := range s.market.wares {
		if _, err := s.store.VariantBySKU(context.Background(), w.SKU); err == nil {
			continue
		}
		_, err := s.store.AddVariant(context.Background(), w.SKU, "Ware "+id)
		s.must(err)
	}
}

// both is what the market has of a ware at its places.
func (s *stall) both(id string) string {
	s.market.mutex.Lock()
	defer s.market.mutex.Unlock()
	return s.market.wares[id].Stock + " " + s.market.wares[id].There
}

func TestEachPlaceIsToldWhatLiesAtItsLocation(t *testing.T) {
	s := openHall(t, syncing.Automatic)
	s.linked()
	s.placed(map[string]string{"A": "Berlin", "B": "Munich"})
	s.countAt("Berlin", "100", 9)
	s.countAt("Munich", "100", 4)
	s.countAt("Berlin", "101", 3)
	s.pushed()
	if s.both("100") != "9 4" || s.both("101") != "3 " {
		t.Fatalf("told %q and %q", s.both("100"), s.both("101"))
	}
	if i := s.intents(); !slices.ContainsFunc(i, func(i syncing.Intent) bool {
		return i.Location == "B" && strings.HasSuffix(i.Reason, "; 4 of it at Munich")
	}) {
		t.Errorf("nothing says why: %+v", i)
	}
	s.countAt("Munich", "100", 1)
	s.ruled(inventory.Rule{Buffer: "3"})
	s.pushed()
	if s.both("100") != "7 0" {
		t.Errorf("what is kept back is kept at the last location: %q", s.both("100"))
	}
	s.countAt("Munich", "101", 6)
	s.market.wares["101"].There = "0"
	s.ruled(inventory.Rule{})
	s.pushed()
	if s.both("101") != "3 6" {
		t.Errorf("a place that had none of it is told once something lies there: %q", s.both("101"))
	}
	if plan := s.pushed().Plan; len(plan.Intents) != 0 {
		t.Errorf("something is to be told again: %+v", plan.Intents)
	}
}

func TestAPlaceThatIsNoneOfOursIsToldNothing(t *testing.T) {
	s := openHall(t, syncing.Automatic)
	s.linked()
	s.placed(map[string]string{"B": "Munich"})
	s.countAt("Berlin", "100", 9)
	s.countAt("Munich", "100", 4)
	s.countAt("Berlin", "101", 8)
	s.pushed()
	if s.both("100") != "5 4" || s.both("101") != "5 " {
		t.Errorf("told %q and %q", s.both("100"), s.both("101"))
	}
	v, err := s.store.StockOf(context.Background(), s.variant("100"))
	s.must(err)
	if l := v.Listings; len(l) != 1 || l[0].Pushed != "4" || l[0].Live != "4" {
		t.Errorf("its listing is said to have %+v", l)
	}
}

func TestLastUnitsAreSharedOverThePlacesOfAListing(t *testing.T) {
	s := openHall(t, syncing.Automatic)
	s.linked()
	_, err := s.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfAll, LastUnits: "5"}, -1)
	s.must(err)
	s.placed(map[string]string{"A": "Berlin", "B": "Munich"})
	s.countAt("Berlin", "100", 2)
	s.countAt("Munich", "100", 1)
	for range 6 {
		s.pushed()
		s.clock.move(time.Minute)
		a, _ := strconv.Atoi(s.market.stock("100"))
		b, _ := strconv.Atoi(s.market.wares["100"].There)
		if a+b > 10 {
			t.Fatalf("it may sell %d", a+b)
		}
	}
	if s.both("100") != "2 1" {
		t.Errorf("told %q", s.both("100"))
	}
}

func TestOrdersExplainTheDriftOfSeveralPlacesTogether(t *testing.T) {
	s := openHall(t, syncing.Automatic)
	s.linked()
	s.placed(map[string]string{"A": "Berlin", "B": "Munich"})
	s.countAt("Berlin", "100", 9)
	s.countAt("Munich", "100", 4)
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.sells("100", 1)
	s.market.mutex.Lock()
	s.market.deals["D1"].Pieces, s.market.wares["100"].There = "3", "2" // of the three, two are of the yard
	s.market.mutex.Unlock()
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	s.countAt("Berlin", "100", 20)
	s.clock.move(time.Minute)
	s.pullOf(channel.Orders)
	report, err := s.engine.Drift(t.Context(), 0)
	s.must(err)
	for _, d := range report.Rows {
		if !d.Several || d.Class == syncing.DriftMoved && d.Mover != syncing.ByOrders {
			t.Errorf("%+v", d)
		}
	}
	s.market.mutex.Lock()
	s.market.wares["100"].There = "30"
	s.market.mutex.Unlock()
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	s.pullOf(channel.Orders)
	report, err = s.engine.Drift(t.Context(), 0)
	s.must(err)
	at := slices.IndexFunc(report.Rows, func(d syncing.Drift) bool { return d.Location == "B" })
	if d := report.Rows[at]; d.Class != syncing.DriftMoved || d.Mover != syncing.BySomeone || d.From != "Munich" || d.Live != "30" {
		t.Errorf("what somebody raised is %+v", d)
	}
	take, err := s.engine.TakeDrift(t.Context(), s.conn.ID, report.Rows[at].ListingID, "B", "30")
	if err != nil || take.From != "Munich" {
		t.Errorf("%+v, %v", take, err)
	}
}

func TestAConnectionWithPlacesCanBeRemoved(t *testing.T) {
	s := openHall(t, syncing.Automatic)
	s.placed(map[string]string{"A": "Berlin"})
	s.must(s.engine.Remove(t.Context(), s.conn.ID))
	all, err := s.store.Locations(context.Background())
	if err != nil || len(all[0].Places) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}
