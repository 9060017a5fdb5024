package practice

import (
	"maps"
	"time"

	amazon "tradepost/backend/connectors/amazon/sim"
	shopify "tradepost/backend/connectors/shopify/sim"
	vendure "tradepost/backend/connectors/vendure/sim"
	woocommerce "tradepost/backend/connectors/woocommerce/sim"
)

// Shops are the shops of the company: one of each connector that can be practised with.
func Shops(clock func() time.Time) []Shop {
	own := woocommerce.New(clock)
	_ = own.SetZone("Europe/Berlin") // every Tradepost brings the list of zones along
	headless := vendure.New(clock)
	market := amazon.New(clock, amazon.Limited()) // as slow as the real one
	hosted := shopify.New(clock)
	hosted.Limit(2000, 100) // as a Standard plan's
	return []Shop{
		{Name: "Practice WooCommerce", Vendor: own},
		{Name: "Practice Vendure", Vendor: headless, AtOnce: true, Connection: func(base string) (options, secrets map[string]string) {
			// A session would end with practice; a key is good over restarts, also in the diary.
			options, secrets = headless.KeyConnection(base)
			options["push_location"] = "1" // where Offer puts goods; it has an attic beside
			return options, secrets
		}},
		{Name: "Practice Amazon", Vendor: market, Connection: func(base string) (options, secrets map[string]string) {
			options, secrets = market.Connection(base)
			queue, key := market.Listening(base)
			maps.Copy(options, queue)
			maps.Copy(secrets, key)
			return options, secrets
		}},
		{Name: "Practice Shopify", Vendor: hosted, AtOnce: true, Connection: func(base string) (options, secrets map[string]string) {
			// The token of an older app is good for ever, also in the diary; one of the Dev Dashboard lapses.
			options, secrets = hosted.TokenConnection(base)
			options["push_location"] = "101" // the storeroom; it has a shop floor beside
			return options, secrets
		}},
	}
}
