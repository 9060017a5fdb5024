package inventory

import (
	"slices"

	"tradepost/backend/commerce"
)

// Kind says what an entry of the ledger is.
type Kind string

// The kinds. Reserve, Release and Expect move nothing on hand.
const (
	Start       Kind = "start"        // tracking begins with what was counted
	Receipt     Kind = "receipt"      // goods came in
	Sale        Kind = "sale"         // goods left with an order
	Return      Kind = "return"       // goods came back from an order
	Adjusted    Kind = "adjustment"   // by a person, with a reason
	TransferOut Kind = "transfer_out" // to another location
	TransferIn  Kind = "transfer_in"  // from another location
	Correction  Kind = "count"        // a count that differs from the level
	Assembly    Kind = "assembly"     // components became a kit, or a kit its components
	Undo        Kind = "undo"         // takes earlier entries back
	Reserve     Kind = "reserve"      // kept for an order
	Release     Kind = "release"      // no longer kept for it
	Expect      Kind = "expect"       // on its way here (ordered, sent from another location), or no longer
)

// CauseKind says what kind of thing caused an entry.
type CauseKind string

// The causes: a run (an import, a person's adjustment, an undo), an order, a transfer between locations, a purchase order, kits that were put
// together.
const (
	ByRun      CauseKind = "run"
	ByOrder    CauseKind = "order"
	ByTransfer CauseKind = "transfer"
	ByPurchase CauseKind = "purchase"
	ByAssembly CauseKind = "assembly"
)

// Cause is what caused an entry.
type Cause struct {
	Kind CauseKind
	ID   int64
	Line int64 // the line of an order or purchase order, the move of a transfer, else 0
}

// Entry is one entry of the ledger: by how much it moves what is on hand, what of that is reserved, and what is on its way.
// Entries are never changed.
type Entry struct {
	ID         int64
	VariantID  int64
	LocationID int64
	Kind       Kind
	OnHand     Quantity
	Reserved   Quantity
	Incoming   Quantity
	Cause      Cause
	CountID    int64            // the count that it is a part of
	Reverses   int64            // the entry that it takes back
	Reason     string           // a person's
	OccurredAt commerce.Instant // when it happened; 0 is when it is written
	RecordedAt commerce.Instant
	Seq        int64
}

// Level is how a variant stands at a location where it is tracked.
type Level struct {
	ID         int64
	VariantID  int64
	SKU        string
	Title      string
	LocationID int64
	Location   string
	ChannelID  int64 // the marketplace that keeps this stock, 0 for our own locations
	OnHand     Quantity
	Reserved   Quantity
	Incoming   Quantity
	StartedAt  commerce.Instant
	CountedAt  commerce.Instant // the last count, the start included
	Version    int64
	Moved      int64 // the commit of its last entry; filled where offers are worked out
}

// Available is what can still be promised to somebody; below zero when more left than there was.
func (l Level) Available() Quantity { return l.OnHand - l.Reserved }

// Stock is a variant with its levels, none where it is not tracked, and the listings that sell it.
type Stock struct {
	VariantID int64
	SKU       string
	Title     string
	Levels    []Level
	Listings  []Listed
	// Backordered is what orders wait for that own locations cannot give them.
	Backordered Quantity
	// Kit has what one piece consists of, when the variant is a kit whose components lie on the shelf; Sets is how many can be made of what
	// is available of them, and KitTracked that all of them are tracked.
	Kit        []Component
	Sets       Quantity
	KitTracked bool
	// Parts is how the components stand, in the order of Kit.
	Parts []Stock
}

// Listed is a listing that sells a variant, Pack of it at once.
type Listed struct {
	ID      int64
	Channel string
	// ChannelID is the channel's.
	ChannelID int64
	Listing   string
	Pack      commerce.Decimal
	Pushed    string // what the channel was last told, "" for nothing
	Live      string // what it was last seen to have, "" for nothing
}

// Version is that of the last level that anything but an order changed, 0 where nothing is tracked.
func (s Stock) Version() (version int64) {
	for _, l := range s.Levels {
		version = max(version, l.Version)
	}
	return version
}

// Moved is the commit of the last entry of the variant, or of what it consists of.
func (s Stock) Moved() (seq int64) {
	for _, l := range append(slices.Clone(s.Levels), s.partLevels()...) {
		seq = max(seq, l.Moved)
	}
	return seq
}

// Name is what people call the variant.
func (s Stock) Name() string {
	if s.SKU != "" {
		return s.SKU
	}
	return s.Title
}

// OnHand is what is on hand of a variant over all locations.
func (s Stock) OnHand() (sum Quantity) {
	for _, l := range s.Levels {
		sum += l.OnHand
	}
	return sum
}

// Reserved is what is reserved of a variant over all locations.
func (s Stock) Reserved() (sum Quantity) {
	for _, l := range s.Levels {
		sum += l.Reserved
	}
	return sum
}

// Tracked reports whether there is a number to promise of.
func (s Stock) Tracked() bool {
	if s.Kit != nil {
		return s.KitTracked
	}
	return len(s.Levels) > 0
}

// Available is what can be promised of a variant over all locations, below zero when more is owed than there is.
func (s Stock) Available() Quantity {
	if s.Kit != nil {
		return s.Sets
	}
	return s.OnHand() - s.Reserved() - s.Backordered
}

// For is what can be promised to a channel: what is available at our own locations, and at the one that the channel keeps for us. For
// Own it is that of our own locations.
func (s Stock) For(channelID int64) (sum Quantity) {
	if s.Kit != nil {
		return s.Sets
	}
	sum = -s.Backordered
	for _, l := range s.Levels {
		if l.ChannelID == Own || l.ChannelID == channelID {
			sum += l.Available()
		}
	}
	return sum
}

// At is as For, of just these of our own locations. What orders wait for is taken off all the same.
func (s Stock) At(channelID int64, locations []int64) (sum Quantity) {
	if s.Kit != nil {
		available := map[int64]Quantity{}
		for _, p := range s.Parts {
			available[p.VariantID] = p.At(Own, locations)
		}
		return Sets(s.Kit, available)
	}
	sum = -s.Backordered
	for _, l := range s.Levels {
		if l.ChannelID == Own && slices.Contains(locations, l.LocationID) || l.ChannelID != Own && l.ChannelID == channelID {
			sum += l.Available()
		}
	}
	return sum
}
