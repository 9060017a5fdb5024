package inventory

import "tradepost/backend/commerce"

// Count is what a person found of a variant at a location.
type Count struct {
	VariantID int64
	Location  string // "" is the first there is
	Found     Quantity
	At        commerce.Instant // 0 is now
	New       bool             // tracking is to begin: a conflict where it has
	Version   int64            // of the stock as the person saw it, -1 for any
	Because   string           // whose number it is, in words, where nobody went to count
}

// Adjustment is by how much a person says that stock differs, and why.
type Adjustment struct {
	VariantID int64
	Location  string // "" is the first where the variant is tracked
	By        Quantity
	Reason    string
	At        commerce.Instant // 0 is now
	Version   int64            // of the stock as the person saw it, -1 for any
}

// Location is where stock lies.
type Location struct {
	ID        int64
	Name      string
	ChannelID int64  // the channel that keeps this stock and ships it itself, 0 for an own location
	Channel   string // its name, filled on reading
	Rank      int    // the lower, the sooner orders are routed to it
	Active    bool
	Version   int64
}

// Kit is what a person says that one piece of a variant consists of. Without items it is no kit any more.
type Kit struct {
	VariantID int64
	Kind      KitKind
	Items     []Component
}
