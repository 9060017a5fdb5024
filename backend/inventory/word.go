package inventory

import "tradepost/backend/commerce"

// Word is what the master of a channel's stock says of one level of ours.
type Word struct {
	VariantID  int64
	SKU        string
	Title      string
	LocationID int64 // 0: there is no location yet
	Location   string
	Shown      Quantity // what the channel shows of it
	Waits      Quantity // what waits to leave for orders that the master knows, which it shows no more; of books less what they do not know to have left
	Tracked    bool
	OnHand     Quantity         // what the ledger says of that instant
	At         commerce.Instant // as of when it says so
	Emptied    bool             // counted as empty since the channel was last looked at as a whole
}

// Found is what lies there if the master is right.
func (w Word) Found() Quantity { return max(w.Shown+w.Waits, 0) }

// Differs reports whether the ledger says something else.
func (w Word) Differs() bool { return !w.Tracked || w.Found() != w.OnHand }

// Empties reports whether by it nothing is left to sell of what was there.
func (w Word) Empties() bool { return w.Tracked && w.Shown <= 0 && w.OnHand > w.Waits }
