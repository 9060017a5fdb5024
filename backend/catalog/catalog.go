// Package catalog holds what is sold: variants of products, and the listings by which channels offer them.
package catalog

import "tradepost/backend/commerce"

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
	Product        Product
}
