// Package woocommerce connects shops of WooCommerce by its REST API v3
// (https://woocommerce.github.io/woocommerce-rest-api-docs/).
package woocommerce

import (
	"time"

	"tradepost/backend/channel"
)

// vendor is how people know the other side.
const vendor = "WooCommerce"

// most is how many items a page, and how many a batch, takes at most; the API refuses more.
const most = 100

// overlap is how far behind the newest change the next run starts: a checkout stamps an order before its write is seen.
const overlap = 2 * time.Minute

func init() { channel.Register(Connector{}) }

// Connector is the connector of WooCommerce.
type Connector struct{}

// Manifest describes the connector.
func (Connector) Manifest() channel.Manifest {
	return channel.Manifest{
		ID: "woocommerce", Name: vendor, Kind: "woocommerce",
		Summary: "Orders, products, stock and customers of a WooCommerce shop, and back: stock, prices, status, tracking, refunds.",
		Guide: []string{
			"Sign in to the WordPress admin of your shop as an administrator or shop manager.",
			"Open WooCommerce > Settings > Advanced > REST API.",
			"Choose Add key.",
			"Write “Tradepost” as its description, leave your user, and choose Read/Write.",
			"Choose Generate API key: the consumer key and the consumer secret are shown once.",
			"Copy both to here, beside the address of your shop.",
		},
		Docs: "https://woocommerce.github.io/woocommerce-rest-api-docs/", API: "REST v3",
		Terms: []string{
			"A key may do what the user may for whom it was made: an administrator or shop manager.",
			"The shop's permalinks must be others than “Plain” (Settings, Permalinks), or its interface does not answer.",
			"A shop without https is spoken to with signed calls; names and addresses travel readable all the same.",
		},
		Cannot: []string{
			"WooCommerce itself has no place for tracking numbers: they go to a tracking plug-in, else into a note of the order.",
			"A product has one stock there: WooCommerce itself knows no places.",
			"What a plug-in changes without a new date of change is not told; the full comparison finds it.",
		},
		Known:   "2026-11-23",
		Options: options(), Streams: streams(), Writes: writes(),
		Buckets: []channel.Bucket{{Name: bucket, Rate: 5, Burst: 10, Reserve: 2,
			Why: "WooCommerce sets no limit; more would slow a small shop down, or alarm its security plug-in."}},
		PageSize: most,
	}
}

const bucket = "api"

func options() []channel.Option {
	return []channel.Option{
		{Name: "url", Label: "Address of your shop", Type: channel.URLOption, Required: true, Example: "https://shop.example",
			Help: "As customers open it, with the folder if the shop lies in one."},
		{Name: "consumer_key", Label: "Consumer key", Type: channel.SecretOption, Required: true, Example: "ck_…",
			Help: "It starts with ck_."},
		{Name: "consumer_secret", Label: "Consumer secret", Type: channel.SecretOption, Required: true, Example: "cs_…",
			Help: "It starts with cs_."},
		{Name: "order_number", Label: "Order numbers", Type: channel.ChoiceOption, Default: "auto", Advanced: true,
			Help: "Which number customers see, if a plug-in numbers the orders.", Choices: []channel.Choice{
				{Value: "auto", Label: "Find out"}, {Value: "core", Label: "As WooCommerce gives it"},
				{Value: "_order_number_formatted", Label: "Sequential Order Numbers Pro (_order_number_formatted)"},
				{Value: "_order_number", Label: "Sequential Order Numbers (_order_number)"},
				{Value: "_alg_wc_custom_order_number", Label: "Custom Order Numbers (_alg_wc_custom_order_number)"}}},
		{Name: "tracking", Label: "Tracking numbers", Type: channel.ChoiceOption, Default: "auto", Advanced: true,
			Help: "Where tracking numbers go; WooCommerce itself has no place for them.", Choices: []channel.Choice{
				{Value: "auto", Label: "Find out"},
				{Value: "plugin", Label: "Shipment Tracking, or Advanced Shipment Tracking"},
				{Value: "note", Label: "A note of the order"}}},
		{Name: channel.HookSecret, Label: "Webhook secret", Type: channel.SecretOption, Advanced: true,
			Help: "Of webhooks that reach this computer, if you set some up. Tradepost looks by itself without them."},
		{Name: "refund_payment", Label: "Refunds give the money back", Type: channel.FlagOption, Advanced: true,
			Help: "Off: a refund is only recorded in the shop. On: the shop's payment service pays it back, where it can."},
	}
}

func streams() []channel.StreamInfo {
	return []channel.StreamInfo{
		{Stream: channel.Products, Changes: true, Overlap: overlap, Every: time.Hour, FullEvery: 24 * time.Hour,
			Note: "An edit of one variation may not move its product's time of change: before WooCommerce 10.3 the daily comparison finds it."},
		{Stream: channel.Stock, Changes: true, Overlap: overlap, Every: 15 * time.Minute, FullEvery: 24 * time.Hour,
			Note: "Variations whose stock is counted at their product are shown, and not written."},
		{Stream: channel.Customers, Every: 24 * time.Hour, Note: "WooCommerce tells no changes of customers: all are read each time."},
		{Stream: channel.Orders, Changes: true, Overlap: overlap, Every: 5 * time.Minute, FullEvery: 7 * 24 * time.Hour,
			Note: "All statuses but drafts and the bin; what is put into the bin counts as deleted."},
	}
}

func writes() []channel.Write {
	return []channel.Write{
		{Operation: channel.SetStock, Batch: most, Note: "Only where the shop manages stock of the product or variation itself."},
		{Operation: channel.SetPrice, Batch: most, Note: "Sets the regular price; a sale price stays as it is."},
		{Operation: channel.SetStatus, Batch: 1, Statuses: coreStatuses,
			Note: "Statuses of plug-ins can be set too, by the names that the check of the connection found."},
		{Operation: channel.Ship, Batch: 1,
			Note: "Tracking goes to the tracking plug-in, else into a note. The order is completed once all of it is shipped."},
		{Operation: channel.Cancel, Batch: 1, Note: "WooCommerce puts the stock of a cancelled order back by itself."},
		{Operation: channel.Refund, Batch: 1, Note: "Recorded only, unless the connection says that refunds give the money back."},
	}
}

// coreStatuses are those that can be set; refunded is missing, as setting it makes a refund of all of the order.
var coreStatuses = []channel.Choice{
	{Value: "pending", Label: "Pending payment"}, {Value: "processing", Label: "Processing"}, {Value: "on-hold", Label: "On hold"},
	{Value: "completed", Label: "Completed"}, {Value: "cancelled", Label: "Cancelled"}, {Value: "failed", Label: "Failed"},
}
