// Package catalog holds what is sold: variants of products, and the listings by which channels offer them.
package catalog

// Variant is one sellable thing with its own SKU.
type Variant struct {
	ID    int64
	SKU   string
	Title string
}

// Listing is a variant as offered on one channel. It is linked to at most one variant; until then it waits in the inbox.
type Listing struct {
	ID         int64
	Channel    string
	SKU        string
	Title      string
	Orders     int // orders that show it
	Variant    *Variant
	Suggestion *Variant // a variant whose SKU reads the same
}

// Link says what a listing is to be linked to: a variant, or a new one with SKU and Title. Neither unlinks it.
type Link struct {
	VariantID int64
	SKU       string
	Title     string
}
