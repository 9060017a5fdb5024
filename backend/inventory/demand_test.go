package inventory

import (
	"testing"

	"tradepost/backend/commerce"
)

// What left before a count was not there to be counted: the count stands, so that what was kept for it is there for others.
func TestASaleOfBeforeACountFreesWhatWasKeptForIt(t *testing.T) {
	counted := []Standing{{LocationID: 1, StartedAt: 1, CountedAt: 100, OnHand: One}}
	for at, frees := range map[commerce.Instant]bool{50: true, 100: true, 150: false} {
		sale := Entry{Kind: Sale, LocationID: 1, OnHand: -One, Reserved: -One, OccurredAt: at}
		if got := Unsettles(&Demand{}, []Entry{sale}, counted); got != frees {
			t.Errorf("a sale at %d beside a count at 100: %v", at, got)
		}
	}
}
