// Package catalog holds what is sold: variants of products, and the listings by which channels offer them.
package catalog

import (
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Variant is one sellable thing with its own SKU.
type Variant struct {
	ID    int64
	SKU   string
	Title string
}

// Name is how people know a variant: by its SKU, else its title.
func (v Variant) Name() string { return or(v.SKU, v.Title, "product") }

// Listing is a variant as offered on one channel. It is linked to at most one variant; until then it waits in the inbox, unless a
// person said that it is nothing to link.
type Listing struct {
	ID            int64
	Version       int64
	ChannelID     int64
	Channel       string
	SKU           string
	GTIN          string
	Title         string
	Status        string // active, draft or archived; "" is not told
	URL           string
	Price         commerce.Decimal // as the channel has it
	Currency      commerce.Currency
	Pack          commerce.Decimal // how much of the variant one sale takes
	Ignored       string           // why it is not to be linked; "" where nobody said so
	LinkedBy      string           // sku, import or person
	OwnTitle      string           // what a person set for this channel; "" is the variant's
	OwnPrice      commerce.Decimal // the same; "" is what the channel's rule makes
	Orders        int              // orders that show it
	Variant       *Variant
	Suggestion    *Variant // the only variant whose SKU reads the same
	WantedPrice   Wanted   // of linked ones
	WantedByTitle string   // the title it is to have
}

// Name is how people know a listing: by its SKU, else its title.
func (g Listing) Name() string { return or(g.SKU, g.Title, "listing") }

// ListingFilter narrows a list of listings; zero values do not.
type ListingFilter struct {
	State     ListingState
	Channel   string // its name
	SKU       string // exactly
	VariantID int64
	After     int64
	Limit     int
}

// ListingState says what a list of listings is of.
type ListingState string

// The states. AnyListing is all.
const (
	AnyListing ListingState = ""
	Unlinked   ListingState = "unlinked"
	Linked     ListingState = "linked"
	Ignored    ListingState = "ignored"
)

// Link says what a listing is to be linked to: a variant, or a new one with SKU and Title. Neither unlinks it. Pack is how much
// of the variant one sale takes; "" leaves it as it is.
type Link struct {
	VariantID int64
	SKU       string
	Title     string
	Pack      commerce.Decimal
}

// LinkPreview is what a link would touch, before it is made. Quantities are exact decimals in units of the variant.
type LinkPreview struct {
	Listing Listing
	Variant *Variant // nil: it would be unlinked
	Pack    commerce.Decimal
	Orders  int              // orders that show the listing
	Open    int              // those of them that are still to be shipped
	Takes   commerce.Decimal // what the open ones need
	Tracked bool             // whether the variant's stock is
	Has     commerce.Decimal // what is available of it now
	Left    commerce.Decimal // what would be
	Told    string           // what the channel would be told of it; "" is nothing
	Shows   string           // what the channel shows, as last seen; "" is not known
}

// Merge says what making two variants one would move.
type Merge struct {
	From, Into Variant
	Listings   int
	Orders     int
	Refused    string // why it cannot be done; "" when it can
	Remedy     string
	Takes      []commerce.FieldChange // what the one that stays would take over
}

// CheckPack refuses what cannot be sold at once.
func CheckPack(pack commerce.Decimal) error {
	d, err := commerce.ParseDecimal(string(pack))
	if err != nil || pack != "" && d.Sign() <= 0 {
		return fault.New(fault.Invalid, "“"+string(pack)+"” pieces cannot be sold at once.", "Say how many pieces one sale takes, such as 2.").InField("pack")
	}
	return nil
}

// Product is what variants are variants of.
type Product struct {
	ID          int64
	Title       string
	Vendor      string
	Type        string
	Tags        string // separated by a comma and a blank
	Description string
	Status      string // active, draft or archived; "" is not stated
}

// Option is one of up to three ways in which the variants of a product differ: "Size" is "L".
type Option struct {
	Name  string
	Value string
}

// Item is a variant whole, with its product. Amounts and weight are exact decimals, "" where no source stated them.
type Item struct {
	Variant
	Version        int64
	GTIN           string
	Options        []Option // those that have a value
	Price          commerce.Decimal
	CompareAtPrice commerce.Decimal
	Cost           commerce.Decimal
	Currency       commerce.Currency // of the three amounts
	WeightGrams    commerce.Decimal
	ImageURL       string
	MergedInto     *Variant // the one it became a part of; nil while it is one of its own
	Product        Product
}
