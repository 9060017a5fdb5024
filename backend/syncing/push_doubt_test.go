package syncing_test

import (
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/syncing"
)

// writeOf wants one write of each kind, and approves it.
var writeOf = map[channel.Operation]func(*stall){
	channel.SetStock:  func(s *stall) { s.count(map[string]int{"100": 3}); s.pushed(); s.approveAll() },
	channel.SetStatus: func(s *stall) { s.askFor(syncing.OrderRequest{Operation: channel.SetStatus, Status: "closed"}) },
	channel.Ship:      func(s *stall) { s.askFor(syncing.OrderRequest{Operation: channel.Ship, Tracking: "T-1"}) },
	channel.Cancel:    func(s *stall) { s.askFor(syncing.OrderRequest{Operation: channel.Cancel}) },
	channel.Refund:    func(s *stall) { s.askFor(syncing.OrderRequest{Operation: channel.Refund, Amount: "5.00"}) },
}

func (s *stall) askFor(r syncing.OrderRequest) {
	s.t.Helper()
	s.ask(r)
	s.approveAll()
}

// oneDeal is a stall with one order and one ware, which asks before it writes.
func oneDeal(t *testing.T) *stall {
	t.Helper()
	m := newMarket(1)
	m.deals["1"] = &deal{ID: "1", Number: "#1", Status: "open", Lines: []string{"MUG"}}
	return openStall(t, m, syncing.Ask)
}

// late is a market that takes a first try in, gives no answer, and does it only when it is told to.
func (s *stall) late() (doIt func()) {
	s.market.before = once(lost)
	return func() {
		i := s.last()
		s.market.log = append(s.market.log, effect{i.Key(), i.Target, i.Wanted, i.Operation})
	}
}

// refusing lets the market refuse what it is told from now on, after something else happened there.
func (s *stall) refusing(first func()) {
	s.market.before = func(channel.Operation) error {
		first()
		s.market.refuse["1"], s.market.refuse["100"] = true, true
		return nil
	}
}

// Without the look after it (weigh), the refusal of the second try settles the write as rejected, although the first one did it.
func TestARefusalAfterATryWithoutAnAnswerIsLookedUp(t *testing.T) {
	for operation, want := range writeOf {
		t.Run(string(operation), func(t *testing.T) {
			s := oneDeal(t)
			doIt := s.late()
			want(s)
			s.pushed()
			s.clock.move(2 * time.Minute) // nothing is found, so it is sent again; only now the vendor does the first one
			s.refusing(doIt)
			if r := s.pushed(); r.Rejected != 0 || r.Unknown != 1 || s.last().State != syncing.Unknown {
				t.Fatalf("the refusal counts at once: %+v, %+v", r, s.last())
			}
			s.clock.move(2 * time.Minute)
			if r := s.pushed(); r.Done != 1 || s.last().State != syncing.Done || len(s.market.log) != 1 {
				t.Errorf("%+v, %+v, %+v", r, s.last(), s.market.log)
			}
		})
	}
}

func TestARefusalCountsOnceNothingIsFound(t *testing.T) {
	for operation, want := range writeOf {
		t.Run(string(operation), func(t *testing.T) {
			s := oneDeal(t)
			s.late()
			want(s)
			s.pushed()
			s.clock.move(2 * time.Minute)
			s.refusing(func() {})
			s.pushed()
			s.clock.move(2 * time.Minute)
			r, i := s.pushed(), s.last()
			if r.Rejected != 1 || i.State != syncing.Rejected || i.Problem == nil || !strings.Contains(i.Problem.Message, "not for sale") || len(s.market.log) != 0 {
				t.Fatalf("%+v, %+v", r, i)
			}
			attempts, err := s.store.Attempts(t.Context(), i.ID)
			if s.must(err); len(attempts) < 4 || attempts[len(attempts)-1].Kind != "find" {
				t.Errorf("attempts %+v", attempts)
			}
		})
	}
}

// A first try that is refused is settled at once: nothing is in doubt.
func TestARefusalOfTheFirstTryCounts(t *testing.T) {
	s := oneDeal(t)
	s.refusing(func() {})
	writeOf[channel.Refund](s)
	if r := s.pushed(); r.Rejected != 1 || s.last().State != syncing.Rejected {
		t.Errorf("%+v, %+v", r, s.last())
	}
}

// Without the wait (weigh), “not there” leads to a second try while the vendor is still at the first one, and both are done.
func TestNotThereSoSoonIsNotBelieved(t *testing.T) {
	for name, soon := range map[string]func(*stall){
		"a person looks at once": func(s *stall) {
			_, err := s.engine.RetryIntent(s.t.Context(), s.last().ID)
			s.must(err)
		},
		"the program starts anew": func(s *stall) {
			s.must(s.store.InSyncTx(s.t.Context(), false, func(tx syncing.Tx) error { // as a kill amid the call leaves it
				i := s.last()
				i.State, i.ClaimedBy, i.CheckAt = syncing.Sending, "a life before", 0
				return tx.UpdateIntent(i)
			}))
			s.start(s.store)
			s.must(s.engine.Recover(s.t.Context()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := oneDeal(t)
			doIt := s.late()
			writeOf[channel.Refund](s)
			s.pushed()
			soon(s)
			if r := s.pushed(); r.Unknown != 1 || len(s.market.log) != 0 {
				t.Fatalf("%+v, %+v", r, s.market.log)
			}
			doIt()
			s.clock.move(10 * time.Minute)
			if r := s.pushed(); r.Done != 1 || len(s.market.log) != 1 {
				t.Errorf("%+v, %+v", r, s.market.log)
			}
		})
	}
}
