package syncing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/build/proof"
)

// mortal is a store that dies: from some write on, none goes through; the last one may be kept although it is not said so.
type mortal struct {
	*store.Store
	left int // writes until it dies; negative is never
	kept bool
	// keepOld is the mutant: nothing is ever superseded.
	keepOld bool
}

var errDied = errors.New("the program was killed")

func (m *mortal) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	if m.left == 0 {
		if m.kept {
			m.kept = false
			_ = m.Store.InSyncTx(ctx, bulk, do)
		}
		return errDied
	}
	m.left--
	if m.keepOld {
		return m.Store.InSyncTx(ctx, bulk, func(tx syncing.Tx) error { return do(keepOld{tx}) })
	}
	return m.Store.InSyncTx(ctx, bulk, do)
}

type keepOld struct{ syncing.Tx }

func (k keepOld) UpdateIntent(i syncing.Intent) error {
	if i.State == syncing.Superseded {
		return nil
	}
	return k.Tx.UpdateIntent(i)
}

// history drives a stall through a random life.
type history struct {
	*stall
	source   *rand.Rand
	here     map[string]int // what lies here
	refunds  int            // planned and kept
	shipped  int
	outdated []string // effects that were no longer wanted when they were sent
	keepOld  bool
	quiet    bool
}

func newHistory(t testing.TB, seed uint64, blind, keepOld bool) *history {
	source := rand.New(rand.NewPCG(seed, 7))
	m := newMarket(4)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG", "BOWL"}}
	m.compare, m.keys, m.batch, m.blind = source.IntN(2) == 0, source.IntN(3) == 0 && !blind, 1+source.IntN(4), blind
	rules := []syncing.Approval{syncing.Ask, syncing.Large, syncing.Automatic}
	h := &history{stall: openStall(t, m, rules[source.IntN(3)]), source: source, here: map[string]int{}, keepOld: keepOld}
	m.before, m.after, m.looks = h.trouble(12), h.trouble(10), func() error { return h.trouble(20)("") }
	m.told = h.told
	h.restart()
	return h
}

// trouble is a fault of the vendor, once in a while.
func (h *history) trouble(oneIn int) func(channel.Operation) error {
	return func(channel.Operation) error {
		if h.quiet || h.source.IntN(oneIn) != 0 {
			return nil
		}
		return fault.New(fault.Unknown, "No answer.", "Look.")
	}
}

func (h *history) told(i channel.Intent) {
	if n, counted := h.here[i.Target]; i.Operation == channel.SetStock && counted && string(i.Quantity) != strconv.Itoa(n) {
		h.outdated = append(h.outdated, fmt.Sprintf("%s=%s instead of %d", i.Target, i.Quantity, n))
	}
}

func (h *history) ware() string { return strconv.Itoa(100 + h.source.IntN(len(h.market.wares))) }

// restart begins anew with a store that dies sooner or later.
func (h *history) restart() {
	left := -1
	if !h.quiet {
		left = h.source.IntN(60)
	}
	h.start(&mortal{Store: h.store, left: left, kept: h.source.IntN(2) == 0, keepOld: h.keepOld})
	if h.source.IntN(4) > 0 {
		_ = h.engine.Recover(context.Background())
	} else {
		h.clock.move(11 * time.Minute) // leases lapse
	}
}

// step does one thing; a store that died means that the program starts anew.
func (h *history) step() {
	var err error
	switch h.source.IntN(12) {
	case 0, 1, 2:
		id := h.ware()
		n := h.source.IntN(6)
		h.here[id] = n
		h.count(map[string]int{id: n})
	case 3:
		h.market.set(h.ware(), strconv.Itoa(h.source.IntN(6)))
	case 4:
		err = h.tryPull()
	case 5, 6, 7:
		_, err = h.push()
	case 8:
		for _, p := range h.waiting() {
			_, err = h.engine.Approve(context.Background(), syncing.Approving{PlanID: p.ID, IfSeq: p.Seq, Despite: true})
		}
	case 9:
		h.clock.move(time.Duration(h.source.IntN(20)) * time.Minute)
	case 10:
		err = h.order()
	case 11:
		h.restart()
	}
	if errors.Is(err, errDied) {
		h.restart()
	}
}

func (h *history) tryPull() error {
	syncs, err := h.store.Syncs(context.Background(), h.conn.ID)
	h.must(err)
	for _, one := range syncs {
		if _, err := h.engine.Pull(context.Background(), syncing.Request{SyncID: one.ID}); err != nil {
			return err
		}
	}
	return nil
}

// order asks for a refund, or ships something here.
func (h *history) order() error {
	if h.shipped < 2 && h.source.IntN(2) == 0 {
		h.shipped++
		number := fmt.Sprintf("T-%d", h.shipped)
		h.stated(intake.Tracking, func(yield func(map[string]string)) {
			yield(map[string]string{"order_number": "#1", "tracking": number, "carrier": "DHL", "line_sku": []string{"MUG", "BOWL"}[h.shipped-1]})
		})
		return nil
	}
	if h.refunds >= 4 {
		return nil
	}
	plan, err := h.engine.PlanOrder(context.Background(), syncing.OrderRequest{OrderID: 1, Operation: channel.Refund, Amount: "1.00"})
	if err == nil && plan.ID != 0 {
		return nil
	}
	return err
}

// settle lets all trouble end, and everything that is wanted be done.
func (h *history) settle() {
	h.t.Helper()
	h.quiet = true
	h.restart()
	for round := range 12 {
		h.clock.move(7 * time.Hour)
		h.must(h.tryPull())
		_, err := h.push()
		h.must(err)
		h.approveAll()
		open, err := h.store.CountOpen(context.Background(), h.conn.ID)
		h.must(err)
		if len(open) == 0 && round > 2 {
			return
		}
	}
	h.t.Fatalf("it never settles: %+v", h.intents())
}

// agree holds the market's own account against what was wanted.
func (h *history) agree() (wrong []string) {
	wrong = h.market.doubled()
	for id, n := range h.here {
		if is := h.market.stock(id); is != strconv.Itoa(n) {
			wrong = append(wrong, fmt.Sprintf("%s is %s instead of %d", id, is, n))
		}
	}
	refunds, told := 0, map[string]int{}
	for _, e := range h.market.log {
		switch e.operation {
		case channel.Refund:
			refunds++
		case channel.Ship:
			told[e.value]++
		}
	}
	planned := 0
	for _, i := range h.intents() {
		if i.Operation == channel.Refund {
			planned++
		}
	}
	if refunds != planned {
		wrong = append(wrong, fmt.Sprintf("%d refunds of %d", refunds, planned))
	}
	for n := 1; n <= h.shipped; n++ {
		if number := fmt.Sprintf("T-%d", n); told[number] != 1 {
			wrong = append(wrong, fmt.Sprintf("%s was told %d times", number, told[number]))
		}
	}
	return append(wrong, h.outdated...)
}

func live(t testing.TB, seed uint64, blind, keepOld bool) []string {
	h := newHistory(t, seed, blind, keepOld)
	for range 40 {
		h.step()
	}
	h.settle()
	return h.agree()
}

// TestPushProofHistories lives random histories of wishes, approvals, faults, crashes and restarts. By the market's own log no intent has its effect
// twice, nothing outdated is sent, and when all settles there is exactly what was wanted last.
func TestPushProofHistories(t *testing.T) {
	const seed = 20261127
	run := proof.Begin(t, "push-histories", seed)
	for run.Counts["histories"] < run.Size(15, 1000) {
		n := uint64(run.Counts["histories"])
		t.Run(strconv.FormatUint(n, 10), func(t *testing.T) {
			if wrong := live(t, seed+n, false, false); len(wrong) > 0 {
				t.Errorf("history %d: %v", seed+n, wrong)
			}
		})
		run.Counts["histories"]++
		if run.Counts["histories"]%50 == 0 {
			run.Save()
		}
	}
	run.Save()
}

// In this history a look sees 0 where 5 was pulled before, and the shop goes back to 5: the same bytes as then are news again.
func TestStockThatGoesBackIsSeenAgain(t *testing.T) {
	if wrong := live(t, 20261739, false, false); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// The mutants: without finding, effects are doubled; without superseding, what is no longer wanted is sent. Each must be seen soon.
func TestPushMutantsAreSeen(t *testing.T) {
	for name, mutant := range map[string][2]bool{"find": {true, false}, "supersede": {false, true}} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(40) {
				if seen(t, 1000+seed, mutant) {
					return
				}
			}
			t.Error("40 histories did not show it")
		})
	}
}

func seen(t *testing.T, seed uint64, mutant [2]bool) bool {
	h := newHistory(t, seed, mutant[0], mutant[1])
	for range 40 {
		h.step()
	}
	return len(h.market.doubled()) > 0 && mutant[0] || len(h.outdated) > 0 && mutant[1]
}

// TestPushProofGuard plans ordinary days and planted wipes of a shop: the first never stop, the second always do, and nothing of them is sent.
func TestPushProofGuard(t *testing.T) {
	const seed = 99
	run := proof.Begin(t, "push-guard", seed)
	const wares = 60
	s := openStall(t, newMarket(wares), syncing.Automatic)
	s.market.batch = 100
	source := rand.New(rand.NewPCG(seed, uint64(run.Counts["days"])))
	here := map[string]int{}
	for i := range wares {
		here[strconv.Itoa(100+i)] = 5
	}
	s.count(here)
	s.pushed()
	for run.Counts["days"] < run.Size(15, 1000) {
		ordinary(t, s, source, here)
		wiped(t, s, source, here)
		run.Counts["days"]++
		if run.Counts["days"]%50 == 0 {
			run.Save()
		}
	}
	run.Save()
}

// A shop with few listings is wiped by fewer zeros.
func TestTheGuardKnowsSmallShops(t *testing.T) {
	for _, c := range []struct {
		wares, zeros int
		stopped      bool
	}{{10, 8, true}, {10, 6, true}, {10, 5, false}, {3, 3, true}, {3, 2, false}, {1, 1, false}} {
		s := openStall(t, newMarket(c.wares), syncing.Automatic)
		here, zeros := map[string]int{}, map[string]int{}
		for i := range c.wares {
			id := strconv.Itoa(100 + i)
			here[id] = 5
			if i < c.zeros {
				zeros[id] = 0
			}
		}
		s.count(here)
		s.pushed()
		s.clock.move(2 * time.Hour)
		said := len(s.market.log)
		s.count(zeros)
		if r := s.pushed(); r.Plan.Blocked != "" != c.stopped || len(s.market.log) == said != c.stopped {
			t.Errorf("%d of %d to zero: blocked %q, %d writes", c.zeros, c.wares, r.Plan.Blocked, len(s.market.log)-said)
		}
	}
}

// ordinary is a day on which up to half of the wares move, a few sell out and a few come in.
func ordinary(t *testing.T, s *stall, source *rand.Rand, here map[string]int) {
	t.Helper()
	moved, zeros := map[string]int{}, 0
	for _, at := range source.Perm(len(here))[:source.IntN(len(here)/2+1)] {
		id := strconv.Itoa(100 + at)
		n := source.IntN(12)
		if n == 0 {
			if zeros++; zeros > 10 {
				n = 1
			}
		}
		moved[id], here[id] = n, n
	}
	s.clock.move(2 * time.Hour)
	s.count(moved)
	if r := s.pushed(); r.Plan.Blocked != "" || len(s.waiting()) > 0 {
		t.Fatalf("an ordinary day was stopped: %s", r.Plan.Blocked)
	}
	for id, n := range moved {
		if s.market.stock(id) != strconv.Itoa(n) {
			t.Fatalf("%s is %s instead of %d", id, s.market.stock(id), n)
		}
	}
}

// wiped is a mistake: here, by a bad count or a location that is lost, or there, so that a pull shows zeros or an empty page. None may lead to a write.
func wiped(t *testing.T, s *stall, source *rand.Rand, here map[string]int) {
	t.Helper()
	var full []string
	for id, n := range here {
		if n > 0 {
			full = append(full, id)
		}
	}
	if len(full) < 13 {
		return
	}
	slices.Sort(full)
	n := 13 + source.IntN(len(full)-12)
	zeros, before := map[string]int{}, map[string]int{}
	for _, id := range full[:n] {
		zeros[id], before[id] = 0, here[id]
	}
	said := len(s.market.log)
	if source.IntN(4) == 0 {
		emptied(t, s)
	}
	kinds := []struct {
		name         string
		wipe, repair func()
	}{
		{"zeros there", func() { s.show(zeros) }, func() { s.show(before) }},
		{"zeros here", func() { s.count(zeros) }, func() { s.count(before) }},
		{"a lost location", func() { s.ruled(inventory.Rule{Locations: []int64{s.nowhere()}}) }, func() { s.ruled(inventory.Rule{}) }},
	}
	kind := kinds[source.IntN(len(kinds))]
	kind.wipe()
	for range 2 {
		r := s.pushed()
		if len(s.market.log) != said {
			t.Fatalf("%s, %d of %d, led to %d writes: %+v", kind.name, n, len(here), len(s.market.log)-said, r)
		}
	}
	if open := s.waiting(); len(open) != 1 || open[0].Blocked == "" {
		t.Fatalf("%s, %d of %d, are not stopped: %+v", kind.name, n, len(here), open)
	}
	if _, err := s.engine.Approve(context.Background(), syncing.Approving{PlanID: s.waiting()[0].ID, IfSeq: -1}); !fault.Is(err, fault.Conflict) {
		t.Fatalf("approved unseen: %v", err)
	}
	kind.repair()
	s.pushed()
	if len(s.waiting()) != 0 || len(s.market.log) != said {
		t.Fatalf("after it was put right: %+v", s.waiting())
	}
}

// show lets the shop show other numbers, and pulls them.
func (s *stall) show(stock map[string]int) {
	s.t.Helper()
	for id, n := range stock {
		s.market.set(id, strconv.Itoa(n))
	}
	s.pull()
}

// nowhere is a location of ours where nothing lies.
func (s *stall) nowhere() int64 {
	s.t.Helper()
	all, err := s.store.Locations(context.Background())
	s.must(err)
	for _, l := range all {
		if l.Name == "Nowhere" {
			return l.ID
		}
	}
	made, err := s.store.AddLocation(context.Background(), inventory.Location{Name: "Nowhere"})
	s.must(err)
	return made.ID
}

// emptied lets the shop answer with empty pages: that is taken for a mistake, and nothing is written.
func emptied(t *testing.T, s *stall) {
	t.Helper()
	s.market.hide(true)
	if err := s.tryPulls(); err == nil {
		t.Fatal("an empty shop is believed")
	}
	said := len(s.market.log)
	s.pushed()
	s.market.hide(false)
	s.pull()
	s.pushed()
	if len(s.market.log) != said || len(s.waiting()) != 0 {
		t.Fatalf("an empty page led to %d writes", len(s.market.log)-said)
	}
}

// tryPulls pulls all streams, whatever becomes of each.
func (s *stall) tryPulls() (all error) {
	syncs, err := s.store.Syncs(context.Background(), s.conn.ID)
	s.must(err)
	for _, one := range syncs {
		_, err := s.engine.Pull(context.Background(), syncing.Request{SyncID: one.ID, Full: true})
		all = errors.Join(all, err)
	}
	return all
}
