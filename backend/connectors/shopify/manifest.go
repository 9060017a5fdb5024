// Package shopify connects Shopify shops by the Admin GraphQL API (https://shopify.dev/docs/api/admin-graphql).
//
// What shapes it:
//   - A list is walked by id, each page asking for ids above the last one: the time of change narrows the list and never orders it. So
//     no row slips past between two pages, no cursor of the vendor's has to be kept, and the 25,000 objects to which paging by cursor is
//     limited do not count.
//   - Calls cost points by what they ask for; each answer tells what is left (Meter).
//   - Stock set and money given back carry a key by which Shopify knows a second try (@idempotent). A fulfilment and a cancellation cannot:
//     a fulfilment is known by its tracking number and its lines, and an order is cancelled or not.
//   - Shopify serves a version for about a year and answers a call to one that it has retired by another version without a word; the header
//     X-Shopify-API-Version tells which.
package shopify

import (
	"time"

	"tradepost/backend/channel"
)

// connector is Shopify's.
type connector struct{}

func init() { channel.Register(connector{}) }

// New gives the connector.
func New() channel.Connector { return connector{} }

// vendor is the name for people.
const vendor = "Shopify"

// The version that is spoken, and until when Shopify serves it (https://shopify.dev/docs/api/usage/versioning: twelve months from its release).
const (
	apiVersion = "2026-10"
	versionEnd = "October 2027"
)

// The names of the options and secrets.
const (
	shopOption   = "shop"
	authOption   = "auth"
	byApp        = "app"
	byToken      = "token"
	idOption     = "client_id"
	secretSecret = "client_secret"
	tokenSecret  = "access_token"
	notifyOption = "notify"
	pastOption   = "past_orders"
	byBulk       = "bulk"
)

// overlap is how far behind a run starts: lists by time of change show a change some time after it was made.
const overlap = 5 * time.Minute

// most is how many items a page has, and mostOrders how many orders, of which each costs more.
const most, mostOrders = 100, 40

// bucket is the one limit: points by app and shop.
const bucket = "points"

func (connector) Manifest() channel.Manifest {
	return channel.Manifest{
		ID: "shopify", Name: vendor, Kind: "shopify", API: "Admin GraphQL " + apiVersion + ", served until about " + versionEnd,
		Summary: "Orders, products, stock by location and customers of a Shopify shop, and back: stock, prices, tracking, cancellations, refunds.",
		Docs:    "https://shopify.dev/docs/apps/build/dev-dashboard/get-api-access-tokens",
		Terms:   terms(), Cannot: cannot(), Known: "2026-11-27",
		Guide: guide(), Options: options(), Streams: streams(), Writes: writes(), PageSize: most,
		Buckets: []channel.Bucket{{Name: bucket, Rate: 100, Burst: 1000, Reserve: 200,
			Why: "Shopify counts what a call asks for in points; a Basic shop gets 100 a second, larger plans more, which each answer tells."}},
	}
}

func guide() []string {
	return []string{
		"Open dev.shopify.com/dashboard, signed in as the owner of the shop or as staff who may develop apps.",
		"Choose Create app, then Start from Dev Dashboard, and call it “Tradepost”.",
		"Leave https://shopify.dev/apps/default-app-home as its address, as Tradepost needs none.",
		"Under Access put these scopes: " + Scopes + ".",
		"Add read_all_orders where Shopify grants it to your app: without it only the last 60 days of orders are given.",
		"Choose Release, then Install app, and pick your shop; app and shop must belong to the same organisation.",
		"Open Settings of the app and copy its client ID and its client secret to here, beside the shop's myshopify.com address.",
		"An app that was made in the shop's own admin before 2026 still works: choose “Access token” and give the one that starts with shpat_.",
	}
}

func terms() []string {
	return []string{
		"Apps are made in the Dev Dashboard since 1 January 2026, by the owner of the shop or staff who may develop apps; the app must belong to the shop's own organisation.",
		"Orders older than 60 days are given only to apps to which Shopify granted read_all_orders. Import older ones from a CSV file of the admin.",
		"Names, addresses, e-mails and telephone numbers of buyers are shown only to apps with access to protected customer data, which depends on the shop's plan.",
		"A version of the interface lives for about a year: " + apiVersion + " until about " + versionEnd + ". Tradepost says in time when it needs to be newer.",
	}
}

func cannot() []string {
	return []string{
		"An order cannot be set to a status: Shopify works it out of payments, fulfilments and its cancellation.",
		"A cancellation cannot be taken back, and an order of which something is on its way cannot be cancelled.",
		"A refund of an order that was paid in another currency than the shop's cannot be stated in the shop's.",
		"Which products changed by their title, tags or status alone is not told; the full comparison finds it.",
	}
}

// Scopes are what the app is asked for, as they are pasted into the Dev Dashboard.
const Scopes = "read_products, write_products, read_inventory, write_inventory, read_locations, read_customers, read_orders, write_orders, " +
	"read_merchant_managed_fulfillment_orders, write_merchant_managed_fulfillment_orders"

func options() []channel.Option {
	return []channel.Option{
		{Name: shopOption, Label: "Address of your shop", Type: channel.TextOption, Required: true, Example: "your-shop.myshopify.com",
			Help: "The one that ends in myshopify.com: Settings, Domains shows it."},
		{Name: authOption, Label: "Sign in with", Type: channel.ChoiceOption, Required: true, Default: byApp,
			Help: "Apps are made in the Dev Dashboard since 2026; tokens of older ones go on working.",
			Choices: []channel.Choice{
				{Value: byApp, Label: "App of the Dev Dashboard"}, {Value: byToken, Label: "Access token of an older app"},
			}},
		{Name: idOption, Label: "Client ID", Type: channel.TextOption, Required: true, Only: authOption + "=" + byApp,
			Help: "Settings of the app in the Dev Dashboard.", Example: "3a1f…"},
		{Name: secretSecret, Label: "Client secret", Type: channel.SecretOption, Required: true, Only: authOption + "=" + byApp,
			Help: "It stands beside the client ID, and signs the app's webhooks too."},
		{Name: tokenSecret, Label: "Access token", Type: channel.SecretOption, Required: true, Only: authOption + "=" + byToken,
			Help: "It starts with shpat_ and was shown once."},
		{Name: pastOption, Label: "Past orders", Type: channel.ChoiceOption, Advanced: true, Default: "walk",
			Help:    "How the first look reads them: a bulk operation, which Shopify runs by itself, takes a tenth of the points and is quicker for more than some thousand orders.",
			Choices: []channel.Choice{{Value: "walk", Label: "Page by page"}, {Value: byBulk, Label: "By a bulk operation"}}},
		{Name: notifyOption, Label: "Tell buyers", Type: channel.FlagOption, Advanced: true,
			Help: "On: Shopify sends its mail when something was shipped, cancelled or refunded from here."},
		{Name: channel.HookSecret, Label: "Webhook secret", Type: channel.SecretOption, Advanced: true,
			Help: "Of webhooks that reach this computer: the client secret of the app that asked for them. Tradepost looks by itself without them."},
	}
}

func streams() []channel.StreamInfo {
	return []channel.StreamInfo{
		{Stream: channel.Products, Overlap: overlap, Every: 15 * time.Minute, FullEvery: 12 * time.Hour, Changes: true,
			Note: "A change of the product alone, as of its title, tags or status, is seen by the full comparison."},
		{Stream: channel.Stock, Overlap: overlap, Every: 10 * time.Minute, FullEvery: 12 * time.Hour, Changes: true,
			Note: "What is available, location by location. Whether stock is counted at all is seen by the full comparison."},
		{Stream: channel.Customers, Overlap: overlap, Every: time.Hour, FullEvery: 7 * 24 * time.Hour, Changes: true,
			Note: "Shopify hides names and addresses from apps that were not granted protected customer data."},
		{Stream: channel.Orders, Overlap: overlap, Every: 5 * time.Minute, FullEvery: 24 * time.Hour, Changes: true,
			Note: "The last 60 days alone, unless Shopify granted the app read_all_orders. Amounts are in the shop's currency; what the buyer " +
				"saw stays in the raw record."},
	}
}

func writes() []channel.Write {
	return []channel.Write{
		{Operation: channel.SetStock, Batch: 50, Compare: true,
			Note: "What is available is set at one location; what is committed to orders stays beside it."},
		{Operation: channel.SetPrice, Batch: 50, Note: "The price in the shop's currency; prices of markets and a compare-at price stay."},
		{Operation: channel.Ship, Batch: 1, Corrects: true,
			Note: "One fulfilment for each location that the parcel's lines are to leave from. A number that was wrong can be corrected."},
		{Operation: channel.Cancel, Batch: 1, Note: "It cannot be taken back. Money is given back by a refund; a payment that was only authorised is released."},
		{Operation: channel.Refund, Batch: 1,
			Note: "Paid back to where it came from. Where the buyer paid in another currency than the shop's, state the refund in that one."},
	}
}
