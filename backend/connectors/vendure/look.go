package vendure

import (
	"encoding/hex"
	"hash/fnv"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// Vendure 3.7.3 moves an order's time of change when it is placed, when it is cancelled and when its own values are edited, but not
// when it is shipped, delivered, refunded or has lines changed (seen over SQLite and PostgreSQL alike). So each run also looks at
// the orders that are still open: the cursor holds a digest of each, and one that differs is given. An order that was
// watched and is open no more is looked at once more. What happens to an order after that is found by the full comparison.

// openStates are those in which a person still has something to do.
var openStates = []string{
	"PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "PartiallyDelivered", "Modifying", "ArrangingAdditionalPayment",
}

// watchedFor bounds the watch: a shop that never marks its orders as shipped has all of them open.
const watchedFor = 90 * 24 * time.Hour

// watch narrows a filter to the orders that are looked at. Conditions inside of one element of _or count as alternatives too, so
// they are bound by an _and of their own.
func (c cursor) watch(filter map[string]any, s channel.Session) {
	ids := make([]string, 0, len(c.Watched))
	for id := range c.Watched {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	filter["_or"] = []any{
		map[string]any{"id": map[string]any{"in": ids}},
		map[string]any{"_and": []any{
			map[string]any{"state": map[string]any{"in": openStates}},
			map[string]any{"orderPlacedAt": map[string]any{"after": justBefore(c.watchedSince(commerce.InstantOf(s.Now())))}},
		}},
	}
}

func (c cursor) watchedSince(ours commerce.Instant) commerce.Instant {
	if c.Began > 0 {
		ours = c.Began
	}
	return max(1, ours-commerce.Instant(watchedFor/time.Millisecond))
}

// news picks what a page gives: all rows of a walk, and of a look those that are not as they were. An order that is seen in
// a look for the first time is only noted: a walk gave it, or will, or was not to give it.
func (c cursor) news(stream channel.Stream, found []row) []row {
	if stream != channel.Orders {
		return found
	}
	var given []row
	for _, one := range found {
		now := digest(one.raw)
		was, known := c.Watched[one.ID]
		if !c.Looking || known && was != now {
			given = append(given, one)
		}
		c.note(one, now)
	}
	return given
}

// note keeps the digest of an order that is open.
func (c cursor) note(one row, digest string) {
	if c.Watched == nil {
		return
	}
	old := commerce.InstantOf(one.PlacedAt) < c.watchedSince(0)
	if slices.Contains(openStates, one.State) && !old {
		c.Watched[one.ID] = digest
		return
	}
	delete(c.Watched, one.ID)
}

// digest is short, as the cursor is written with each page; that two states of one order share one is a chance in four thousand million.
func digest(raw []byte) string {
	sum := fnv.New32a()
	_, _ = sum.Write(raw)
	return hex.EncodeToString(sum.Sum(nil))
}
