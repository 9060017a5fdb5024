package syncing_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
	"tradepost/build/proof"
)

// drifts gives the drift of all listings by their ids at the market.
func (s *stall) drifts() map[string]syncing.Drift {
	s.t.Helper()
	report, err := s.engine.Drift(context.Background(), 0)
	s.must(err)
	all := map[string]syncing.Drift{}
	for _, d := range report.Rows {
		all[d.Target] = d
	}
	return all
}

func (s *stall) pullOf(stream channel.Stream) {
	s.t.Helper()
	syncs, err := s.store.Syncs(context.Background(), s.conn.ID)
	s.must(err)
	for _, one := range syncs {
		if one.Stream == stream {
			_, err := s.engine.Pull(context.Background(), syncing.Request{SyncID: one.ID})
			s.must(err)
		}
	}
}

// sells lets the market sell so many of a ware, which lowers its number.
func (s *stall) sells(id string, pieces int) *deal {
	s.market.mutex.Lock()
	defer s.market.mutex.Unlock()
	w := s.market.wares[id]
	stock, _ := strconv.Atoi(w.Stock)
	w.Stock = strconv.Itoa(stock - pieces)
	n := strconv.Itoa(len(s.market.deals) + 1)
	d := &deal{ID: "D" + n, Number: "#" + n, Status: "open", Lines: []string{w.SKU}, Pieces: strconv.Itoa(pieces), At: s.clock.Now().UnixMilli()}
	s.market.deals[d.ID] = d
	return d
}

func TestDriftSaysWhoMovedWhat(t *testing.T) {
	m := newMarket(8)
	s := openStall(t, m, syncing.Automatic)
	counts := map[string]int{}
	for id := range m.wares {
		counts[id] = 9
	}
	m.deaf["106"], m.refuse["107"] = true, true
	s.count(counts)
	s.pushed()
	s.clock.move(20 * time.Minute)
	m.set("101", "12") // somebody raised it
	m.set("102", "4")  // somebody lowered it
	s.sells("103", 2)
	s.count(map[string]int{"103": 8, "104": 5})
	s.sells("105", 1)
	s.clock.move(time.Minute)
	s.pull()
	s.clock.move(time.Minute)
	s.pullOf(channel.Orders)
	want := map[string][2]string{"100": {"same", ""}, "101": {"moved", "person"}, "102": {"moved", "person"}, "103": {"moved", "order"}, "104": {"not_pushed", ""},
		"105": {"same", ""}, "106": {"not_stuck", ""}, "107": {"not_stuck", ""}}
	all := s.drifts()
	for id, w := range want {
		if d := all[id]; string(d.Class) != w[0] || string(d.Mover) != w[1] {
			t.Errorf("%s is %s %s (%s), not %v: %+v", id, d.Class, d.Mover, d.Words, w, d)
		}
	}
	if d := all["103"]; len(d.Orders) != 1 || d.Orders[0].Number != "#1" || d.Pushed != "9" || d.Live != "7" || d.PushedAt == 0 || d.LiveAt <= d.PushedAt {
		t.Errorf("%+v", d)
	}
}

func TestDriftOfLastUnitsIsHeldAgainstTheShare(t *testing.T) {
	s := openStall(t, newMarket(1), syncing.Automatic)
	_, err := s.store.SaveStockRule(context.Background(), inventory.Rule{Scope: inventory.OfAll, LastUnits: "5"}, -1)
	s.must(err)
	s.count(map[string]int{"100": 3})
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.market.set("100", "9")
	s.pullOf(channel.Orders)
	s.pullOf(channel.Stock)
	if d := s.drifts()["100"]; d.Class != syncing.DriftMoved || d.Live != "9" {
		t.Errorf("it is %+v", d)
	}
}

// A listing that nobody here ever told a number is held against what it had before.
func TestDriftOfWhatWasNeverToldIsHeldAgainstWhatItHad(t *testing.T) {
	s := openStall(t, newMarket(6), syncing.Ask)
	s.market.set("105", "7")
	s.clock.move(20 * time.Minute)
	s.pull() // before it is tracked here
	s.count(map[string]int{"100": 9, "101": 9, "102": 9, "103": 9, "104": 4, "105": 9})
	s.clock.move(20 * time.Minute)
	s.market.set("101", "12")
	s.market.set("102", "3")
	s.sells("103", 2)
	s.sells("104", 1) // by its order it has what it should
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	s.clock.move(time.Minute)
	if d := s.drifts()["102"]; d.Class != syncing.DriftChanged || d.Mover != syncing.BySale || d.Found() || d.Takeable() {
		t.Errorf("what fell may be a sale that is not known yet: %+v", d)
	}
	s.pullOf(channel.Orders)
	want := map[string][2]string{"100": {"not_pushed", ""}, "101": {"changed", "person"}, "102": {"changed", "person"}, "103": {"not_pushed", ""}, "104": {"not_pushed", ""},
		"105": {"not_pushed", ""}}
	all := s.drifts()
	for id, w := range want {
		if d := all[id]; string(d.Class) != w[0] || string(d.Mover) != w[1] || d.Pushed != "" {
			t.Errorf("%s is %s %s (%s), not %v: %+v", id, d.Class, d.Mover, d.Words, w, d)
		}
	}
	if d := all["101"]; d.Base != "5" || !d.Found() || !d.Repairable() || !d.Takeable() {
		t.Errorf("%+v", d)
	}
	if d := all["103"]; len(d.Orders) != 1 || d.Orders[0].Number != "#1" {
		t.Errorf("%+v", d)
	}
	s.pushed()
	s.approveAll()
	s.pushed()
	if d := s.drifts()["101"]; d.Class != syncing.DriftSame {
		t.Errorf("once it was told: %+v", d)
	}
}

func TestASaleThatIsNotKnownYetIsNoPersonsDoing(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 9, "101": 9})
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.sells("100", 3)
	s.market.set("101", "11")
	s.clock.move(time.Minute)
	s.pullOf(channel.Stock)
	if d := s.drifts()["100"]; d.Class != syncing.DriftMoved || d.Mover != syncing.BySale {
		t.Errorf("%+v", d)
	}
	if d := s.drifts()["101"]; d.Class != syncing.DriftMoved || d.Mover != syncing.ByUnknown {
		t.Errorf("a rise is no sale: %+v", d)
	}
	if _, err := s.engine.TakeDrift(t.Context(), s.conn.ID, s.drifts()["100"].ListingID, "", ""); err == nil || !fault.Is(err, fault.Conflict) {
		t.Errorf("once the sale is known nothing is to be taken: %v", err)
	}
	if d := s.drifts()["100"]; d.Class != syncing.DriftSame || d.Ours != "6" {
		t.Errorf("taking looks at the orders first: %+v", d)
	}
}

func TestALiveCheckFindsWhatNoPullHasSeen(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Automatic)
	s.count(map[string]int{"100": 9, "101": 9, "102": 9})
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.market.set("101", "4")
	s.sells("102", 2)
	if d := s.drifts()["101"]; d.Class != syncing.DriftSame {
		t.Fatalf("nobody has looked: %+v", d)
	}
	before := len(s.market.log)
	check, err := s.engine.CheckDrift(t.Context(), s.conn.ID, journal.BySchedule)
	if err != nil || check.Listings != 3 || check.Counts[syncing.DriftMoved] != 1 || check.Counts[syncing.DriftSame] != 2 || len(check.Found) != 1 {
		t.Fatalf("%+v, %v", check, err)
	}
	if len(s.market.log) != before {
		t.Error("a check wrote something")
	}
	run, err := s.store.Run(t.Context(), check.RunID)
	if err != nil || run.Kind != journal.RunDrift || run.State != journal.Done || run.Counts["drift_moved"] != 1 {
		t.Errorf("%+v, %v", run, err)
	}
	concerns, err := s.engine.Concerns(t.Context())
	if err != nil || len(concerns) != 1 || concerns[0].Kind != "drift" {
		t.Fatalf("%+v, %v", concerns, err)
	}
	s.market.set("101", "9")
	s.clock.move(20 * time.Minute)
	s.pull()
	if concerns, err = s.engine.Concerns(t.Context()); err != nil || len(concerns) != 0 {
		t.Errorf("what is no more is told still: %+v, %v", concerns, err)
	}
}

func TestARepairLooksFirstAndWaitsForApproval(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Automatic)
	s.count(map[string]int{"100": 9, "101": 9, "102": 9})
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.market.set("101", "4")
	s.market.set("102", "7")
	s.pull()
	s.market.set("101", "3")
	before := len(s.market.log)
	all := s.drifts()
	plan, err := s.engine.RepairDrift(t.Context(), s.conn.ID, []int64{all["101"].ListingID})
	if err != nil || plan.State != syncing.PlanOpen || len(plan.Intents) != 1 || plan.Intents[0].Observed != "3" || plan.Intents[0].Wanted != "9" || len(s.market.log) != before {
		t.Fatalf("%+v, %v", plan, err)
	}
	s.market.set("101", "2")
	if _, err := s.engine.Approve(t.Context(), syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq}); err != nil {
		t.Fatal(err)
	}
	s.clock.move(time.Second)
	r, err := s.engine.Push(t.Context(), syncing.PushRequest{ConnectionID: s.conn.ID, Cause: journal.ByPerson})
	if err != nil || r.Returned != 1 || s.market.stock("101") != "2" {
		t.Fatalf("what changed meanwhile was overwritten: %+v, %v", r, err)
	}
	again, err := s.engine.RepairDrift(t.Context(), s.conn.ID, []int64{all["100"].ListingID})
	if err != nil || again.ID != 0 {
		t.Errorf("nothing differs: %+v, %v", again, err)
	}
}

func TestTakingTheirsIsACountThatCanBeTakenBack(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 9})
	s.pushed()
	s.clock.move(20 * time.Minute)
	s.market.set("100", "4")
	s.pull()
	d := s.drifts()["100"]
	s.market.set("100", "6")
	if _, err := s.engine.TakeDrift(t.Context(), s.conn.ID, d.ListingID, "", "4"); !fault.Is(err, fault.Conflict) {
		t.Fatalf("it is another number by now: %v", err)
	}
	take, err := s.engine.TakeDrift(t.Context(), s.conn.ID, d.ListingID, "", "6")
	if err != nil || take.By.Decimal() != "-3" {
		t.Fatalf("%+v, %v", take, err)
	}
	v, err := s.store.StockOf(t.Context(), take.VariantID)
	s.must(err)
	level := v.Levels[0]
	level.Version = v.Version()
	run, err := s.store.CountStock(t.Context(), take.CountOf(level))
	if err != nil || run.Title != "Count of SKU-0 as Stall has it" {
		t.Fatalf("%+v, %v", run, err)
	}
	if d := s.drifts()["100"]; d.Class != syncing.DriftSame || d.Ours != "6" {
		t.Errorf("%+v", d)
	}
	if len(s.pushed().Plan.Intents) != 0 {
		t.Error("something is to be written after theirs was taken")
	}
}

func TestStockAtSeveralPlacesIsNamedAndNotToldApart(t *testing.T) {
	m := newMarket(2)
	m.wares["101"].There = "4"
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 9, "101": 9})
	s.pushed()
	if d := s.drifts()["101"]; d.Class != syncing.DriftUnplaced || d.Repairable() || d.Takeable() {
		t.Errorf("%+v", d)
	}
	report, err := s.engine.Drift(t.Context(), s.conn.ChannelID)
	if err != nil || report.Counts[syncing.DriftUnplaced] != 1 || report.Counts[syncing.DriftSame] != 1 {
		t.Errorf("%+v, %v", report.Counts, err)
	}
}

func TestDriftIsLookedForDailyFromTheFirstConnectionOn(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	timer, err := s.engine.DriftTimer(t.Context())
	if err != nil || timer.ID == 0 || timer.Paused {
		t.Fatalf("%+v, %v", timer, err)
	}
	s.count(map[string]int{"100": 9})
	s.pushed()
	s.must(s.engine.RunDrift(t.Context(), timer.ID, "timer"))
	checks, err := s.store.DriftChecks(t.Context())
	if err != nil || len(checks) != 1 || checks[0].Listings != 1 {
		t.Errorf("%+v, %v", checks, err)
	}
	s.must(s.engine.Remove(t.Context(), s.conn.ID))
	if checks, err = s.store.DriftChecks(t.Context()); err != nil || len(checks) != 0 {
		t.Errorf("of a removed connection: %+v, %v", checks, err)
	}
}

// plantedDrift is what was done to a listing behind our back, and what a report must say of it.
type plantedDrift struct {
	class syncing.DriftClass
	mover syncing.DriftMover
	words string
}

// planter plants drift in a stall.
type planter struct {
	*stall
	source  *rand.Rand
	counted bool // its orders are looked at after its stock
	all     map[string]plantedDrift
}

// plant does one thing to a ware after all were told 20.
func (p *planter) plant(id string) {
	person, sale := plantedDrift{syncing.DriftMoved, syncing.BySomeone, "by hand"}, plantedDrift{syncing.DriftMoved, syncing.BySale, "by hand, unseen"}
	if !p.counted {
		person = sale
	}
	fewer, more := 1+p.source.IntN(9), 21+p.source.IntN(9)
	switch p.source.IntN(9) {
	case 0, 1: // nothing
		p.all[id] = plantedDrift{syncing.DriftSame, "", "nothing"}
	case 2: // somebody there took some off
		p.market.set(id, strconv.Itoa(20-fewer))
		p.all[id] = person
	case 3: // or put some on
		p.market.set(id, strconv.Itoa(more))
		if p.all[id] = person; !p.counted {
			p.all[id] = plantedDrift{syncing.DriftMoved, syncing.ByUnknown, "raised, unseen"}
		}
	case 4: // it sold, and nothing else
		p.sells(id, fewer)
		if p.all[id] = (plantedDrift{syncing.DriftSame, "", "sold"}); !p.counted {
			p.all[id] = sale
		}
	case 5: // it sold, and here it is something else besides
		p.sells(id, fewer)
		p.count(map[string]int{id: 40})
		if p.all[id] = (plantedDrift{syncing.DriftMoved, syncing.ByOrders, "sold and counted"}); !p.counted {
			p.all[id] = sale
		}
	case 6: // here it is something else
		p.count(map[string]int{id: more})
		p.all[id] = plantedDrift{syncing.DriftNotPushed, "", "counted"}
	case 7: // it sold, and somebody there changed it too
		p.sells(id, fewer)
		p.market.set(id, strconv.Itoa(more))
		if p.all[id] = person; !p.counted {
			p.all[id] = plantedDrift{syncing.DriftMoved, syncing.ByUnknown, "sold and raised"}
		}
	case 8: // it was called off after it had sold
		d := p.sells(id, fewer)
		d.Off = p.clock.Now().Add(time.Second).UnixMilli()
		p.market.set(id, "20")
		p.all[id] = plantedDrift{syncing.DriftSame, "", "called off"}
	}
}

// plantAll makes a stall whose listings were all told, but for those that lose or refuse what they are told, and plants something in each.
func plantAll(t testing.TB, seed uint64) *planter {
	source := rand.New(rand.NewPCG(seed, 11))
	m := newMarket(12)
	m.compare, m.batch = source.IntN(2) == 0, 1+source.IntN(6)
	p := &planter{stall: openStall(t, m, syncing.Automatic), source: source, counted: source.IntN(3) > 0, all: map[string]plantedDrift{}}
	counts := map[string]int{}
	ids := slices.Sorted(func(yield func(string) bool) {
		for id := range m.wares {
			if !yield(id) {
				return
			}
		}
	})
	for _, id := range ids {
		counts[id] = 20
		switch source.IntN(10) {
		case 0:
			m.deaf[id] = true
			p.all[id] = plantedDrift{syncing.DriftNotStuck, "", "lost"}
		case 1:
			m.refuse[id] = true
			p.all[id] = plantedDrift{syncing.DriftNotStuck, "", "refused"}
		}
	}
	p.count(counts)
	p.pushed()
	p.clock.move(20 * time.Minute)
	for _, id := range ids {
		if _, told := p.all[id]; !told {
			p.plant(id)
		}
		p.clock.move(time.Duration(1+source.IntN(200)) * time.Second)
	}
	return p
}

// TestProofDrift plants drift of all kinds behind our back: a report names all of it and none else, says who moved it, and a repair puts right what
// the market lets it put right.
func TestProofDrift(t *testing.T) {
	run := proof.Begin(t, "drift", 41)
	defer run.Save()
	for run.Counts["stalls"] < run.Size(12, 1000) {
		seed := run.Seed + uint64(run.Counts["stalls"])
		p := plantAll(t, seed)
		p.clock.move(5 * time.Minute)
		if p.counted {
			_, err := p.engine.CheckDrift(context.Background(), p.conn.ID, journal.BySchedule)
			p.must(err)
		} else {
			p.pullOf(channel.Stock)
		}
		rows := p.drifts()
		for id, want := range p.all {
			if d := rows[id]; d.Class != want.class || d.Mover != want.mover {
				t.Fatalf("seed %d: %s (%s) is %s %s, not %s %s: %+v", seed, id, want.words, d.Class, d.Mover, want.class, want.mover, d)
			}
			run.Counts["planted: "+want.words]++
		}
		p.repairAll(run)
		p.engine.Close()
		p.must(p.store.Close())
		if run.Counts["stalls"]++; run.Counts["stalls"]%50 == 0 {
			run.Save()
		}
	}
}

// repairAll repairs what can be and holds the market to it.
func (p *planter) repairAll(run *proof.Run) {
	p.t.Helper()
	p.clock.move(time.Minute)
	p.pull() // all that sold is known by now
	rows := p.drifts()
	var chosen []int64
	for id, d := range rows {
		if d.Repairable() && !p.market.deaf[id] && !p.market.refuse[id] {
			chosen = append(chosen, d.ListingID)
		}
	}
	if len(chosen) == 0 {
		return
	}
	plan, err := p.engine.RepairDrift(context.Background(), p.conn.ID, chosen)
	p.must(err)
	if plan.ID != 0 {
		_, err = p.engine.Approve(context.Background(), syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq, Despite: true})
		p.must(err)
		_, err = p.engine.Push(context.Background(), syncing.PushRequest{ConnectionID: p.conn.ID, Cause: journal.ByPerson})
		p.must(err)
	}
	for id, d := range p.drifts() {
		if slices.Contains(chosen, d.ListingID) && (d.Class != syncing.DriftSame || p.market.stock(id) != d.Ours) {
			p.t.Fatalf("%s is %s at the market after its repair: %+v", id, p.market.stock(id), d)
		}
	}
	run.Counts["repaired"] += len(chosen)
}

// The mutant: a report that goes by what it remembers having told, without any look, names nothing that was done behind our back.
func TestWithoutALookPlantedDriftIsNotFound(t *testing.T) {
	for seed := range uint64(20) {
		p := plantAll(t, seed)
		missed := 0
		rows := p.drifts()
		for id, want := range p.all {
			if want.class == syncing.DriftMoved && rows[id].Class != syncing.DriftMoved {
				missed++
			}
		}
		if missed > 0 {
			return
		}
	}
	t.Fatal("memory alone found all that was planted: the proof proves nothing")
}
