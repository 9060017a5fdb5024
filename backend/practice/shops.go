package practice

import (
	"time"

	vendure "tradepost/backend/connectors/vendure/sim"
	woocommerce "tradepost/backend/connectors/woocommerce/sim"
)

// Shops are the shops of the company: one of each connector that can be practised with.
func Shops(clock func() time.Time) []Shop {
	own := woocommerce.New(clock)
	_ = own.SetZone("Europe/Berlin") // every Tradepost brings the list of zones along
	headless := vendure.New(clock)
	return []Shop{
		{Name: "Practice WooCommerce", Vendor: own},
		// A session would end with practice; a key is good over restarts, also in the diary.
		{Name: "Practice Vendure", Vendor: headless, AtOnce: true, Connection: headless.KeyConnection},
	}
}
