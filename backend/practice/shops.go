package practice

import (
	"time"

	woocommerce "tradepost/backend/connectors/woocommerce/sim"
)

// Shops are the shops of the company: one of each connector that can be practised with.
func Shops(clock func() time.Time) []Shop {
	shop := woocommerce.New(clock)
	_ = shop.SetZone("Europe/Berlin") // known to every Tradepost: it brings the list of zones along
	return []Shop{{Name: "Practice WooCommerce", Vendor: shop}}
}
