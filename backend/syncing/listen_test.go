package syncing_test

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
)

// openListening is a bazaar whose connection names a queue; its orders are looked at once.
func openListening(t *testing.T) (b *bazaar, timer journal.Timer) {
	b = openBazaar(t, 10, 5)
	options, secrets := b.amazon.Listening(b.url)
	maps.Copy(options, b.made.Options)
	var err error
	b.made, err = b.engine.Revise(t.Context(), b.made.ID, syncing.Draft{Options: options, Secrets: secrets}, -1)
	b.check(err)
	b.pull(channel.Orders)
	timers, err := b.store.Timers(t.Context())
	b.check(err)
	for _, one := range timers {
		if one.Kind == syncing.ListenTimerKind {
			timer = one
		}
	}
	return b, timer
}

// known reports whether an order came here.
func (b *bazaar) known(id string) bool {
	b.Helper()
	all, _, err := b.store.FullOrders(b.Context(), order.Filter{Channel: b.made.Channel}, order.Page{Limit: 500})
	b.check(err)
	for _, o := range all {
		if o.Number == id {
			return true
		}
	}
	return false
}

// TestNewsBringAnOrderBeforeTheNextLook asks the queue each minute; what it names is looked at, without a search.
func TestNewsBringAnOrderBeforeTheNextLook(t *testing.T) {
	b, timer := openListening(t)
	if timer.ID == 0 || timer.Expression != "* * * * *" {
		t.Fatalf("the timer is %+v", timer)
	}
	b.check(b.engine.RunListen(t.Context(), timer.ID, schedule.CauseTimer))
	b.clock.move(time.Minute)
	id := b.amazon.Place(rand.New(rand.NewPCG(2, 2)))
	b.check(b.engine.RunListen(t.Context(), timer.ID, schedule.CauseTimer))
	b.engine.Wait()
	if !b.known(id) || b.amazon.Lying() != 0 {
		t.Errorf("the order is known: %t, and %d letters lie in the queue", b.known(id), b.amazon.Lying())
	}
}

// TestAQueueThatFails is told with the connection, in words, until it can be read again; orders come as they are scheduled.
func TestAQueueThatFails(t *testing.T) {
	b, timer := openListening(t)
	b.amazon.Desk().Skew(time.Hour) // AWS takes no signature of another hour
	if err := b.engine.RunListen(t.Context(), timer.ID, schedule.CauseTimer); err == nil {
		t.Fatal("nothing is said of a queue that cannot be read")
	}
	standing, err := b.engine.StandingOf(t.Context(), b.made.ID)
	b.check(err)
	if standing.State != syncing.Late || !strings.Contains(standing.Words, "access key") || standing.Remedy == "" {
		t.Errorf("it stands %+v", standing)
	}
	b.amazon.Desk().Skew(0)
	b.check(b.engine.RunListen(t.Context(), timer.ID, schedule.CauseTimer))
	if standing, err = b.engine.StandingOf(t.Context(), b.made.ID); err != nil || standing.Queue != nil {
		t.Errorf("it stands %+v, %v", standing, err)
	}
}
