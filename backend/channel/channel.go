// Package channel holds the places that sell. A channel exists before and without any connection; files and connections
// attach to it.
package channel

import "tradepost/backend/commerce"

// Channel is a place that sells: "Etsy, main shop".
type Channel struct {
	ID            int64
	Name          string
	Kind          string            // "shopify", "amazon", "etsy", "ebay", "walmart", "tiktok", "square", "woocommerce", "vendure", "other", None
	Zone          string            // IANA name in which its files state times without one; "" is the workspace's
	Currency      commerce.Currency // for files that state none; "" is none
	Orders        int64
	NewestOrderAt commerce.Instant
	LastImportAt  commerce.Instant
	Seq           int64
}

// None is the kind of the one channel without a name, of which records are that belong to no channel: stock counts. It is in
// no list, and nobody is asked about it.
const None = "none"

// Kinds lists the kinds with their names for people, in the order they are offered.
var Kinds = []struct{ ID, Name string }{
	{"shopify", "Shopify"}, {"amazon", "Amazon"}, {"ebay", "eBay"}, {"etsy", "Etsy"}, {"walmart", "Walmart"}, {"tiktok", "TikTok Shop"},
	{"square", "Square"}, {"woocommerce", "WooCommerce"}, {"vendure", "Vendure"}, {"edi", "Trading partner (EDI)"},
	{"other", "Other"},
}

// KindName is the kind's name for people.
func KindName(id string) string {
	for _, kind := range Kinds {
		if kind.ID == id {
			return kind.Name
		}
	}
	return "Other"
}
