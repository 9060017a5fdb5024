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
	Default   bool // meant where no location is named
	Address   Address
	Serves    []string // countries ("DE") and regions ("US-CA") that it is near to; none is no preference
	Places    []ChannelPlace
	Version   int64
}

// Address is where a location lies.
type Address struct {
	Line1      string
	Line2      string
	City       string
	Region     string
	PostalCode string
	Country    string // ISO 3166 alpha-2
}

// ChannelPlace is a place of a connection's account that is a location of ours.
type ChannelPlace struct {
	ConnectionID int64
	Channel      string // filled on reading
	Place        string // its id there
	Name         string // filled on reading
}

// LocationChange is what a person changes of a location; nil leaves a value as it is.
type LocationChange struct {
	Name    *string
	Rank    *int
	Active  *bool
	Default *bool
	Address *Address
	Serves  *[]string
	Places  *[]ChannelPlace
	// MoveTo is the location that gets all that lies in one that is closed; "" for none.
	MoveTo string
}

// Kit is what a person says that one piece of a variant consists of. Without items it is no kit any more.
type Kit struct {
	VariantID int64
	Kind      KitKind
	Items     []Component
}
