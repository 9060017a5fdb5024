package syncing_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tradepost/backend/catalog"
	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

var lost = fault.New(fault.Unknown, "No answer.", "Look.")

// once gives an error the first time.
func once(err error) func(channel.Operation) error {
	return func(channel.Operation) error {
		is := err
		err = nil
		return is
	}
}

func TestStockIsPlannedApprovedSentAndReadBack(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Ask)
	s.count(map[string]int{"100": 3, "101": 5})
	r := s.pushed()
	if len(s.market.log) != 0 || r.Waiting != 1 {
		t.Fatalf("sent without approval: %+v, %+v", s.market.log, r)
	}
	plan := s.waiting()[0]
	i := plan.Intents[0]
	if len(plan.Intents) != 1 || i.Wanted != "3" || i.Observed != "5" || i.ObservedAt == 0 || i.Target != "100" || i.State != syncing.Proposed {
		t.Fatalf("plan %+v", plan)
	}
	s.approveAll()
	r = s.pushed()
	if r.Done != 1 || s.market.stock("100") != "3" || s.market.log[0].key != i.Key() || r.Run.Counts["done"] != 1 || !strings.Contains(r.Run.Title, "Stall") {
		t.Fatalf("%+v, %+v", r, s.market.log)
	}
	i = s.last()
	attempts, err := s.store.Attempts(t.Context(), i.ID)
	if err != nil || i.State != syncing.Done || i.Shown != "3" || len(attempts) != 1 || attempts[0].Outcome != "applied" || attempts[0].EndedAt == 0 {
		t.Fatalf("%+v, %+v, %v", i, attempts, err)
	}
	if p, _ := s.store.PushPlan(t.Context(), plan.ID); p.State != syncing.PlanDone {
		t.Errorf("plan is %s", p.State)
	}
	if again := s.pushed(); again.Run.ID != 0 || len(s.market.log) != 1 {
		t.Errorf("a run with nothing to do: %+v", again)
	}
}

func TestWhatIsNotTrackedOrNotLinkedIsNeverPushed(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Automatic)
	s.pushed()
	if len(s.intents()) != 0 {
		t.Fatalf("%+v", s.intents())
	}
}

func TestADryRunKeepsNothing(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Ask)
	s.count(map[string]int{"100": 3})
	s.market.set("101", "9")
	s.count(map[string]int{"101": 5})
	plan, err := s.engine.PlanPush(t.Context(), s.conn.ID, true, false)
	if err != nil || len(plan.Intents) != 2 || plan.Intents[1].Observed != "9" || plan.ID != 0 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if len(s.intents()) != 0 || len(s.waiting()) != 0 {
		t.Error("a dry run was kept")
	}
	if plan, err = s.engine.PlanPush(t.Context(), s.conn.ID, false, false); err != nil || len(plan.Intents) != 1 {
		t.Errorf("by what was last seen: %+v, %v", plan, err)
	}
}

func TestALostAnswerIsLookedUpAndNothingIsDoneTwice(t *testing.T) {
	for _, after := range []bool{false, true} {
		s := openStall(t, newMarket(2), syncing.Automatic)
		s.count(map[string]int{"100": 3})
		if after {
			s.market.after = once(lost)
		} else {
			s.market.before = once(lost)
		}
		if r := s.pushed(); r.Unknown != 1 || s.last().State != syncing.Unknown {
			t.Fatalf("%+v", r)
		}
		s.pushed() // too early to look
		if s.last().State != syncing.Unknown {
			t.Error("it was looked up at once")
		}
		s.clock.move(time.Minute)
		s.pushed()
		if i := s.last(); i.State != syncing.Done || s.market.stock("100") != "3" || len(s.market.log) != 1 || s.market.log[0].key != i.Key() {
			t.Errorf("after %v: %+v, %+v", after, i, s.market.log)
		}
	}
}

// The mutant: with a find that sees nothing, the same thing is done twice. It shows that the test above can fail.
func TestWithoutFindingAnEffectIsDoubled(t *testing.T) {
	m := newMarket(0)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG"}}
	m.blind = true
	s := openStall(t, m, syncing.Ask)
	s.ask(syncing.OrderRequest{Operation: channel.Refund, Amount: "5.00"})
	s.approveAll()
	m.after = once(lost)
	s.pushed()
	s.clock.move(time.Minute)
	s.pushed()
	if len(m.doubled()) != 1 {
		t.Fatalf("the market did %+v", m.log)
	}
}

func (s *stall) order() int64 {
	s.t.Helper()
	ids, _, err := s.store.OrderIDs(context.Background(), order.Filter{}, 10)
	s.must(err)
	return ids[0]
}

func (s *stall) ask(r syncing.OrderRequest) syncing.PushPlan {
	s.t.Helper()
	r.OrderID = s.order()
	plan, err := s.engine.PlanOrder(context.Background(), r)
	s.must(err)
	return plan
}

func TestARefundIsSentOnceThroughLostAnswersAndCrashes(t *testing.T) {
	m := newMarket(0)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG"}}
	s := openStall(t, m, syncing.Ask)
	plan := s.ask(syncing.OrderRequest{Operation: channel.Refund, Amount: "5.00"})
	if len(plan.Warnings) != 1 || plan.Intents[0].Wanted != "5.00 USD" {
		t.Fatalf("%+v", plan)
	}
	if _, err := s.engine.PlanOrder(t.Context(), syncing.OrderRequest{OrderID: s.order(), Operation: channel.Refund, Amount: "5.00"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second refund of the same: %v", err)
	}
	if _, err := s.engine.PlanOrder(t.Context(), syncing.OrderRequest{OrderID: s.order(), Operation: channel.Refund, Amount: "50.01"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("more than was paid: %v", err)
	}
	s.approveAll()
	m.after = once(lost)
	s.pushed()
	s.start(s.store)
	s.must(s.engine.Recover(t.Context()))
	s.clock.move(time.Minute)
	s.pushed()
	if len(m.log) != 1 || s.last().State != syncing.Done {
		t.Errorf("%+v, %+v", m.log, s.last())
	}
	if _, err := s.engine.UndoPush(t.Context(), plan.ID, nil); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "cannot be taken back") {
		t.Errorf("undo of a refund: %v", err)
	}
}

func TestSomebodyElsesChangeComesBackIntoThePlan(t *testing.T) {
	for _, compare := range []bool{false, true} {
		m := newMarket(2)
		m.compare = compare
		s := openStall(t, m, syncing.Ask)
		s.count(map[string]int{"100": 3})
		s.pushed()
		s.approveAll()
		m.set("100", "4")
		plans := s.intents()
		r, err := s.engine.Push(t.Context(), syncing.PushRequest{ConnectionID: s.conn.ID, Cause: journal.ByPerson})
		if err != nil || r.Returned != 1 || m.stock("100") != "4" || len(m.log) != 0 {
			t.Fatalf("compare %v: %+v, %v, %+v", compare, r, err, plans)
		}
		s.pushed()
		s.approveAll()
		s.pushed()
		if m.stock("100") != "3" {
			t.Errorf("compare %v: %s, %+v", compare, m.stock("100"), s.intents())
		}
	}
}

func TestANewerWishTakesTheOlderOff(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Ask)
	s.count(map[string]int{"100": 3})
	s.pushed()
	s.approveAll()
	s.count(map[string]int{"100": 2})
	s.pushed()
	all := s.intents()
	if len(all) != 2 || all[0].State != syncing.Superseded || all[1].State != syncing.Proposed || len(s.market.log) != 0 {
		t.Fatalf("%+v", all)
	}
	s.count(map[string]int{"100": 5}) // as the shop has it
	s.pushed()
	if all = s.intents(); len(all) != 2 || all[1].State != syncing.Superseded || len(s.waiting()) != 0 {
		t.Fatalf("%+v", all)
	}
}

func TestANewerWishWaitsForOneWithoutAnAnswer(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.after = once(lost)
	s.pushed()
	s.count(map[string]int{"100": 2})
	s.pushed()
	all := s.intents()
	if len(all) != 2 || all[1].DependsOn != all[0].ID || all[1].State != syncing.Approved || len(s.market.log) != 1 {
		t.Fatalf("%+v, %+v", all, s.market.log)
	}
	s.clock.move(time.Minute)
	s.pushed()
	if len(s.market.log) != 2 || s.market.stock("100") != "2" {
		t.Errorf("%+v, %+v", s.intents(), s.market.log)
	}
}

func TestARefusedWriteBlocksNoOther(t *testing.T) {
	m := newMarket(4)
	m.refuse["101"] = true
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 1, "101": 1})
	r := s.pushed()
	if r.Done != 1 || r.Rejected != 1 || r.Run.State != journal.Partial {
		t.Fatalf("%+v", r)
	}
	s.pushed()
	s.clock.move(time.Hour)
	s.pushed()
	if len(s.intents()) != 2 {
		t.Errorf("what was refused is asked again: %+v", s.intents())
	}
	trouble, err := s.store.PushTroubles(t.Context())
	if err != nil || len(trouble) != 1 || trouble[0].State != syncing.Rejected || trouble[0].Count != 1 || trouble[0].PlanID != r.Plan.ID {
		t.Errorf("what was refused waits for a person: %+v, %v", trouble, err)
	}
	delete(m.refuse, "101")
	for _, i := range s.intents() {
		if i.State == syncing.Rejected {
			again, err := s.engine.RetryIntent(t.Context(), i.ID)
			if err != nil || again.Revision != 2 || again.Key() == i.Key() {
				t.Fatalf("%+v, %v", again, err)
			}
		}
	}
	s.pushed()
	if m.stock("101") != "1" {
		t.Error("the retry was not sent")
	}
	if trouble, err := s.store.PushTroubles(t.Context()); err != nil || len(trouble) != 0 {
		t.Errorf("%+v, %v", trouble, err)
	}
}

func TestNothingIsSentWhilePaused(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.must(s.store.SetSettings(t.Context(), map[string]string{"sending_paused": "restored"}, -1))
	if _, err := s.push(); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
	s.must(s.store.SetSettings(t.Context(), map[string]string{"sending_paused": ""}, -1))
	s.must(s.engine.Pause(t.Context(), s.conn.ID, true))
	if _, err := s.push(); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
	if len(s.market.log) != 0 {
		t.Fatal("sent")
	}
	s.must(s.engine.Pause(t.Context(), s.conn.ID, false))
	s.pushed()
	if len(s.market.log) != 1 {
		t.Error("not sent after that")
	}
}

// After a restore what was approved may have been sent since: its effect is looked for first, and keys are not used again.
func TestARestoredWorkspaceLooksBeforeItSends(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Ask)
	s.must(s.store.SettleMachine(t.Context(), "first"))
	s.count(map[string]int{"100": 3})
	s.pushed()
	s.approveAll()
	s.count(map[string]int{"101": 1})
	if _, err := s.engine.PlanPush(t.Context(), s.conn.ID, false, true); err != nil {
		t.Fatal(err)
	}
	approved := s.intents()[0]
	s.market.log = append(s.market.log, effect{key: approved.Key(), target: "100", value: "3", operation: channel.SetStock}) // sent after the backup
	s.market.set("100", "3")
	s.must(s.store.SettleMachine(t.Context(), "second"))
	s.must(s.store.SettleMachine(t.Context(), "second"))
	if all := s.intents(); all[0].State != syncing.Unknown || all[1].State != syncing.Superseded {
		t.Fatalf("%+v", all)
	}
	s.must(s.store.SetSettings(t.Context(), map[string]string{"sending_paused": ""}, -1))
	s.pushed()
	if i := s.intents()[0]; i.State != syncing.Done || len(s.market.log) != 1 {
		t.Errorf("%+v", i)
	}
	if p := s.waiting(); len(p) != 1 || p[0].Intents[0].ID < 1_000_000 {
		t.Errorf("%+v", p)
	}
}

func TestTroubleOfTheConnectionLeavesIntentsApproved(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.before = once(fault.New(fault.Auth, "The key is gone.", "Make a new one."))
	if _, err := s.push(); !fault.Is(err, fault.Auth) {
		t.Fatalf("%v", err)
	}
	c, _ := s.store.Connection(t.Context(), s.conn.ID)
	if c.Problem == nil || c.Problem.Message != "The key is gone." || s.last().State != syncing.Approved {
		t.Fatalf("%+v, %+v", c.Problem, s.last())
	}
	limited := fault.New(fault.RateLimited, "Later.", "")
	limited.RetryAt = s.clock.Now().Add(time.Hour)
	s.market.before = once(limited)
	if _, err := s.push(); !fault.Is(err, fault.RateLimited) {
		t.Fatalf("%v", err)
	}
	if i := s.last(); i.State != syncing.Approved || i.CheckAt.Time() != limited.RetryAt {
		t.Fatalf("%+v", i)
	}
	s.pushed()
	if len(s.market.log) != 0 {
		t.Error("sent before the vendor allows it")
	}
	s.clock.move(2 * time.Hour)
	s.pushed()
	if c, _ := s.store.Connection(t.Context(), s.conn.ID); c.Problem != nil || s.market.stock("100") != "3" {
		t.Errorf("%+v, %s", c.Problem, s.market.stock("100"))
	}
}

func TestWhatIsSentCanBeHeldBackWhileTheVendorDoesNotAnswer(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.before = once(fault.New(fault.Auth, "The key is gone.", "Make a new one."))
	if _, err := s.push(); !fault.Is(err, fault.Auth) {
		t.Fatalf("%v", err)
	}
	draft := syncing.Draft{Approval: syncing.Ask, Options: map[string]string{"push_stock": "no"}}
	if _, err := s.engine.Revise(t.Context(), s.conn.ID, draft, -1); err != nil {
		t.Fatal(err)
	}
	c, err := s.store.Connection(t.Context(), s.conn.ID)
	if err != nil || c.Approval != syncing.Ask || c.Options["push_stock"] != "no" || c.Problem == nil {
		t.Errorf("kept without signing in, and what is wrong stays: %+v, %v", c, err)
	}
}

func TestABadIntentInABatchIsFoundAlone(t *testing.T) {
	m := newMarket(6)
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 1, "101": 1})
	m.before = once(fault.New(fault.Invalid, "One of them is bad.", ""))
	r := s.pushed()
	if r.Done != 2 || r.Rejected != 0 {
		t.Errorf("%+v, %+v", r, s.intents())
	}
}

func TestAPendingWriteIsAskedFor(t *testing.T) {
	m := newMarket(2)
	m.slow = true
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 3})
	if r := s.pushed(); r.Pending != 1 || s.last().State != syncing.Pending || s.last().Reference == "" {
		t.Fatalf("%+v, %+v", r, s.last())
	}
	s.clock.move(time.Minute)
	s.pushed()
	if s.last().State != syncing.Done || m.stock("100") != "3" {
		t.Errorf("%+v", s.last())
	}
}

func TestAShopThatShowsSomethingElseIsSaidAndNotAskedForEver(t *testing.T) {
	m := newMarket(2)
	m.clamp = "4"
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 7})
	s.pushed()
	if i := s.last(); i.State != syncing.Done || i.Shown != "4" || !strings.Contains(i.Warning, "shows 4 after it took 7") {
		t.Fatalf("%+v", i)
	}
	for range 3 {
		s.clock.move(time.Hour)
		s.pull()
		s.pushed()
	}
	if len(m.log) != 2 { // once more upon what it shows
		t.Errorf("%+v", m.log)
	}
	m.clamp = ""
	s.count(map[string]int{"100": 6})
	s.pushed()
	if m.stock("100") != "6" {
		t.Error("a new wish was not sent")
	}
}

func TestWhatSomebodyChangesAsItIsToldIsToldAgain(t *testing.T) {
	m := newMarket(2)
	s := openStall(t, m, syncing.Automatic)
	s.count(map[string]int{"100": 7})
	m.after = func(channel.Operation) error {
		m.wares["100"].Stock, m.after = "9", nil
		return nil
	}
	s.pushed()
	s.clock.move(time.Hour)
	s.pull()
	if s.pushed(); m.stock("100") != "7" {
		t.Errorf("the channel has %s", m.stock("100"))
	}
}

func TestPricesFollowOnlyIfTheConnectionSaysSo(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.stated(intake.Prices, func(yield func(map[string]string)) {
		yield(map[string]string{"sku": "SKU-0", "price": "12.50", "currency": "USD"})
		yield(map[string]string{"sku": "SKU-1", "price": "12.50", "currency": "EUR"})
	})
	r := s.pushed()
	if s.market.wares["100"].Price != "12.50" || s.market.wares["101"].Price != "10.00" || len(r.Plan.Warnings) != 1 {
		t.Fatalf("%+v, %+v", s.market.wares["100"], r.Plan)
	}
	s.pull()
	if s.pushed(); len(s.market.log) != 1 {
		t.Errorf("%+v", s.market.log)
	}
	c, _ := s.store.Connection(t.Context(), s.conn.ID)
	if _, err := s.engine.Revise(t.Context(), c.ID, syncing.Draft{Options: map[string]string{"push_price": "no"}}, -1); err != nil {
		t.Fatal(err)
	}
	s.stated(intake.Prices, func(yield func(map[string]string)) { yield(map[string]string{"sku": "SKU-0", "price": "13.00"}) })
	if s.pushed(); len(s.market.log) != 1 {
		t.Errorf("%+v", s.market.log)
	}
}

// What a channel is told of prices is what its rule makes of them, with the reason; a listing's own price goes before it, and a pack
// costs what its pieces do.
func TestPricesFollowTheRuleOfTheChannel(t *testing.T) {
	s := openStall(t, newMarket(3), syncing.Automatic)
	s.stated(intake.Prices, func(yield func(map[string]string)) {
		for _, sku := range []string{"SKU-0", "SKU-1", "SKU-2"} {
			yield(map[string]string{"sku": sku, "price": "11.50", "cost": "8", "currency": "USD"})
		}
	})
	rule := catalog.PriceRule{ChannelID: s.conn.ChannelID, Percent: "12", Rounding: catalog.Round99, Direction: catalog.Up, Margin: "15"}
	if _, err := s.store.SavePriceRule(t.Context(), rule, -1); err != nil {
		t.Fatal(err)
	}
	all, err := s.store.Listings(t.Context(), catalog.ListingFilter{State: catalog.Linked, Limit: 10})
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, values := range []map[string]string{{}, {"own_price": "14.25"}, {"pack_multiple": "2"}} {
		if _, err := s.store.ChangeListing(t.Context(), all[i].ID, -1, "%s", values); err != nil {
			t.Fatal(err)
		}
	}
	r := s.pushed()
	got := s.market.wares["100"].Price + " " + s.market.wares["101"].Price + " " + s.market.wares["102"].Price
	if got != "12.99 14.25 25.99" || len(r.Plan.Intents) != 3 || r.Plan.Intents[0].Reason != "base 11.50, +12 %, rounded up to .99, floor 9.20 not reached" {
		t.Fatalf("%s: %+v", got, r.Plan)
	}
}

func TestTrackingFromHereIsToldOnceAndWhatTheShopKnowsIsNot(t *testing.T) {
	m := newMarket(0)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG"}}
	m.deals["2"] = &deal{ID: "2", Number: "#2", Status: "open", Lines: []string{"MUG"}, Tracking: []string{"T-SHOP"}}
	s := openStall(t, m, syncing.Automatic)
	s.stated(intake.Tracking, func(yield func(map[string]string)) {
		yield(map[string]string{"order_number": "#1", "tracking": "T-1", "carrier": "DHL", "line_sku": "MUG", "quantity": "1"})
	})
	s.pushed()
	if len(m.log) != 1 || m.log[0].value != "T-1" || m.log[0].target != "1" {
		t.Fatalf("%+v, %+v", m.log, s.intents())
	}
	if body := s.last().Body.Shipment; len(body.Lines) != 1 || body.Lines[0].LineID != "1-MUG" || body.Lines[0].Quantity != "1" {
		t.Errorf("%+v", body)
	}
	for range 2 {
		s.pull()
		s.pushed()
	}
	if len(m.log) != 1 {
		t.Errorf("%+v", m.log)
	}
	// Somebody typed the number into the shop, then a file brings it too.
	m.deals["1"].Tracking = append(m.deals["1"].Tracking, "T-2")
	s.stated(intake.Tracking, func(yield func(map[string]string)) { yield(map[string]string{"order_number": "#1", "tracking": "T-2"}) })
	s.pull()
	if s.pushed(); len(m.log) != 1 {
		t.Errorf("%+v", m.log)
	}
}

func TestUndoWritesBackAndTheScheduleLeavesItAlone(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	r := s.pushed()
	plan, err := s.engine.UndoPush(t.Context(), r.Plan.ID, nil)
	if err != nil || len(plan.Intents) != 1 || plan.Intents[0].Wanted != "5" || plan.Intents[0].Observed != "3" || plan.State != syncing.PlanOpen {
		t.Fatalf("%+v, %v", plan, err)
	}
	s.pushed()
	s.approveAll()
	for range 3 {
		s.pushed()
		s.pull()
		s.clock.move(time.Hour)
	}
	if s.market.stock("100") != "5" || len(s.market.log) != 2 {
		t.Fatalf("%s, %+v", s.market.stock("100"), s.intents())
	}
	s.count(map[string]int{"100": 2})
	s.pushed()
	if s.market.stock("100") != "2" {
		t.Error("a new wish was not sent")
	}
}

func TestADiscardedPlanIsNotAskedAgainUntilSomethingChanges(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Ask)
	s.count(map[string]int{"100": 3, "101": 2})
	s.pushed()
	plan := s.waiting()[0]
	chosen, err := s.engine.Approve(t.Context(), syncing.Approving{PlanID: plan.ID, Intents: []int64{plan.Intents[0].ID}, IfSeq: plan.Seq})
	if err != nil || chosen.Counts[syncing.Approved] != 1 || chosen.Counts[syncing.Proposed] != 1 || chosen.State != syncing.PlanOpen {
		t.Fatalf("%+v, %v", chosen, err)
	}
	if _, err := s.engine.Approve(t.Context(), syncing.Approving{PlanID: plan.ID, IfSeq: plan.Seq}); !fault.Is(err, fault.Conflict) {
		t.Errorf("approved what was not seen: %v", err)
	}
	if _, err := s.engine.Discard(t.Context(), plan.ID); err != nil {
		t.Fatal(err)
	}
	s.pushed()
	if len(s.market.log) != 1 || len(s.waiting()) != 0 {
		t.Fatalf("%+v, %+v", s.market.log, s.waiting())
	}
	if plan, err := s.engine.PlanPush(t.Context(), s.conn.ID, true, true); err != nil || len(plan.Intents) != 1 {
		t.Errorf("a person asks again: %+v, %v", plan, err)
	}
}

func TestAStatusIsSetAndLookedAtFirst(t *testing.T) {
	m := newMarket(0)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG"}}
	s := openStall(t, m, syncing.Automatic)
	plan := s.ask(syncing.OrderRequest{Operation: channel.SetStatus, Status: "closed"})
	if plan.Intents[0].Observed != "open" || plan.State != syncing.PlanOpen {
		t.Fatalf("%+v", plan)
	}
	if _, err := s.engine.PlanOrder(t.Context(), syncing.OrderRequest{OrderID: s.order(), Operation: channel.SetStatus, Status: "sold"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	s.approveAll()
	s.pushed()
	if m.deals["1"].Status != "closed" {
		t.Fatalf("%+v", s.last())
	}
	if told, err := s.store.OrderIntents(t.Context(), s.order()); err != nil || len(told) != 1 || told[0].ID != plan.Intents[0].ID {
		t.Errorf("%+v, %v", told, err)
	}
	if p, err := s.store.PushPlan(t.Context(), plan.ID); err != nil || p.Reversible != 1 || p.Warned != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	back, err := s.engine.UndoPush(t.Context(), plan.ID, nil)
	if err != nil || back.Intents[0].Wanted != "open" {
		t.Fatalf("%+v, %v", back, err)
	}
}

func TestAPanicWhileWritingIsLookedUp(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	first := true
	s.market.told = func(channel.Intent) {
		if first {
			first = false
			panic("ouch")
		}
	}
	s.pushed()
	if s.last().State != syncing.Unknown {
		t.Fatalf("%+v", s.last())
	}
	s.clock.move(time.Minute)
	s.pushed()
	if s.last().State != syncing.Done || s.market.stock("100") != "3" || len(s.market.doubled()) != 0 {
		t.Errorf("%+v", s.last())
	}
}

func TestWhatNobodyCanTellIsLookedAtAtGrowingDistances(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.before = once(lost)
	s.pushed()
	if trouble, err := s.store.PushTroubles(t.Context()); err != nil || len(trouble) != 0 {
		t.Errorf("a person is asked before anybody looked: %+v, %v", trouble, err)
	}
	s.market.looks = func() error { return fault.New(fault.Unknown, "It cannot be told.", "") }
	var waits []time.Duration
	for range 4 {
		i := s.last()
		waits = append(waits, i.CheckAt.Time().Sub(s.clock.Now()))
		s.clock.move(waits[len(waits)-1])
		s.must(errOf(s.engine.Push(t.Context(), syncing.PushRequest{ConnectionID: s.conn.ID, Cause: journal.BySchedule})))
	}
	for n := 1; n < len(waits); n++ {
		if waits[n] <= waits[n-1] {
			t.Fatalf("%v", waits)
		}
	}
	if i := s.last(); i.State != syncing.Unknown || len(s.market.log) != 0 {
		t.Errorf("%+v", i)
	}
	if trouble, err := s.store.PushTroubles(t.Context()); err != nil || len(trouble) != 1 || trouble[0].State != syncing.Unknown {
		t.Errorf("%+v, %v", trouble, err)
	}
	if i, err := s.engine.DropIntent(t.Context(), s.last().ID); err != nil || i.State != syncing.Superseded || i.Warning == "" {
		t.Errorf("%+v, %v", i, err)
	}
}

func errOf(_ syncing.PushResult, err error) error { return err }

func TestALargePlanWaitsAndASmallOneGoes(t *testing.T) {
	s := openStall(t, newMarket(8), syncing.Large) // above three
	s.count(map[string]int{"100": 1, "101": 1, "102": 1})
	s.pushed()
	if len(s.market.log) != 3 {
		t.Fatalf("%+v", s.market.log)
	}
	s.count(map[string]int{"103": 1, "104": 1, "105": 1, "106": 1})
	s.pushed()
	if open := s.waiting(); len(s.market.log) != 3 || len(open) != 1 || len(open[0].Intents) != 4 {
		t.Fatalf("%+v", open)
	}
	s.count(map[string]int{"100": 2})
	s.pushed()
	if len(s.market.log) != 4 || len(s.waiting()[0].Intents) != 4 {
		t.Errorf("what waits holds up a small one: %+v", s.intents())
	}
}

func TestARunWithNothingToDoWritesNothing(t *testing.T) {
	s := openStall(t, newMarket(5), syncing.Automatic)
	s.count(map[string]int{"100": 1, "101": 5})
	s.pushed()
	s.pushed()
	before, err := s.store.Sequence(t.Context())
	s.must(err)
	s.start(s.store)
	if r := s.pushed(); r.Run.ID != 0 {
		t.Errorf("%+v", r)
	}
	if after, _ := s.store.Sequence(t.Context()); after != before {
		t.Errorf("%d writes", after-before)
	}
}

func TestTheScheduleIsMadeOnlyWhereSomethingCanBeWrittenAndGoesWithItsConnection(t *testing.T) {
	s := openStall(t, newMarket(1), syncing.Automatic)
	c, err := s.store.Connection(t.Context(), s.conn.ID)
	s.must(err)
	s.count(map[string]int{"100": 1})
	s.must(s.engine.RunPush(t.Context(), c.PushTimerID, "timer"))
	if s.market.stock("100") != "1" {
		t.Error("the schedule sends nothing")
	}
	s.must(s.engine.Pause(t.Context(), c.ID, true))
	s.must(s.engine.RunPush(t.Context(), c.PushTimerID, "timer"))
	s.must(s.engine.Remove(t.Context(), c.ID))
	if timers, _ := s.store.Timers(t.Context()); len(timers) != 0 {
		t.Errorf("%+v", timers)
	}
	d := openDesk(t)
	d.connect()
	if timers, _ := d.store.Timers(t.Context()); len(timers) != 1 {
		t.Errorf("a connector that writes nothing has %+v", timers)
	}
}

// A look that fails in passing says nothing of what was looked at: the write waits, it is not refused.
func TestALookThatFailsRefusesNothing(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.looks = func() error { return lost }
	s.pushed()
	if i := s.last(); i.State != syncing.Approved || len(s.market.log) != 0 || i.CheckAt == 0 {
		t.Fatalf("%+v", i)
	}
	s.market.looks = nil
	s.clock.move(time.Hour)
	s.pushed()
	if i := s.last(); i.State != syncing.Done || s.market.stock("100") != "3" {
		t.Errorf("%+v", i)
	}
}

// A wish that goes back to what was there keeps waiting for one without an answer, which is then not sent again.
func TestAWishBackToWhatWasThereOutlivesOneWithoutAnAnswer(t *testing.T) {
	s := openStall(t, newMarket(2), syncing.Automatic)
	s.count(map[string]int{"100": 3})
	s.market.before = once(lost)
	s.pushed()
	s.count(map[string]int{"100": 5})
	s.pushed()
	s.pushed()
	if all := s.intents(); len(all) != 2 || all[1].State != syncing.Approved || all[1].DependsOn != all[0].ID {
		t.Fatalf("%+v", all)
	}
	s.clock.move(time.Minute)
	s.pushed()
	if all := s.intents(); len(s.market.log) != 0 || all[0].State != syncing.Superseded || !all[1].State.Settled() {
		t.Errorf("%+v, %+v", all, s.market.log)
	}
}
