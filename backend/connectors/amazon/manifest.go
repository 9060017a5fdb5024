// Package amazon connects a seller's account at Amazon by the Selling Partner API (https://developer-docs.amazon.com/sp-api):
// orders 2026-01-01, listings items 2021-08-01, FBA inventory v1, feeds 2021-06-30, and of the old orders v0 alone the
// confirmation of shipments.
//
// What shapes it:
//   - Orders may be searched once in three minutes. A search is bounded by Amazon's own clock, two minutes back, and a place in it
//     (a token) is good for a day. So a run costs one call where little happened, and a first one of many pages goes on over several runs.
//   - A search tells no order of its rows: nothing is known to be complete before its last page.
//   - A change of a listing is accepted at once and takes effect later; how it went can be asked of feeds, and is read of the listing itself.
//   - A lapsed token and a missing role are both status 403; only their words tell them apart.
package amazon

import (
	"time"

	"tradepost/backend/channel"
)

// connector is Amazon's.
type connector struct{}

func init() { channel.Register(connector{}) }

// New gives the connector.
func New() channel.Connector { return connector{} }

// The names of the options and secrets.
const (
	marketplaceOption = "marketplace"
	sellerOption      = "seller_id"
	clientOption      = "client_id"
	clientSecret      = "client_secret"
	refreshSecret     = "refresh_token"
	feedOption        = "feed_from"
	historyOption     = "past_orders"
	byReports         = "reports"
	queueKeyOption    = "queue_key"
	queueSecret       = "queue_secret"
	endpointOption    = "endpoint"
	signInOption      = "sign_in"
)

const (
	// searchedLate is how late Amazon's search of orders may show a change beside the two minutes that it holds all back.
	searchedLate = 10 * time.Minute
	heldBack     = 2 * time.Minute
	listedLate   = 5 * time.Minute
	// pageOfOrders and pageOfListings are the largest pages there are.
	pageOfOrders   = 100
	pageOfListings = 20
	// mostAtOnce is how many changes go into one feed.
	mostAtOnce = 500
	// personalDays is Amazon's rule: personal values of buyers are kept for at most 30 days after delivery
	// (https://developer-docs.amazon.com/sp-api/docs/data-protection-policy, "Data retention").
	personalDays = 30
)

func (connector) Manifest() channel.Manifest {
	return channel.Manifest{
		ID: "amazon", Name: "Amazon", Kind: "amazon", API: "Selling Partner API, orders 2026-01-01",
		Summary:  "Orders, listings, stock and prices of a seller's account at Amazon, with what Amazon itself ships (FBA).",
		Docs:     "https://developer-docs.amazon.com/sp-api",
		Guide:    guide(),
		Terms:    terms(),
		Cannot:   cannot(),
		Known:    "2026-11-23",
		Options:  options(),
		Streams:  streams(),
		Writes:   writes(),
		Buckets:  buckets(),
		PageSize: pageOfOrders, PersonalDays: personalDays,
	}
}

func guide() []string {
	return []string{
		"In Seller Central open Apps and Services, Develop Apps, and register as a developer of a private app for your own business; Amazon reviews it.",
		"Ask for the roles Product Listing, Inventory and Order Tracking and Amazon Fulfillment; addresses and names of buyers need the role Direct-to-Consumer Shipping.",
		"Add an app client of the type SP API and leave it a draft: a private app is never published.",
		"Open “View” under LWA credentials and copy the client identifier and the client secret.",
		"Choose Authorize beside the app, authorise your own account, and copy the refresh token; it is shown once.",
		"Your merchant token stands under Settings, Account Info, Your Merchant Token.",
	}
}

func terms() []string {
	return []string{
		"Amazon wants a Professional selling account, and you as its primary user to register the app.",
		"The app is your own: Tradepost has none at Amazon, as Amazon admits no shared app that runs on a desktop alone.",
		"With the app you accept Amazon's Data Protection Policy: the duties for names and addresses of buyers are yours.",
		"Personal values of buyers may be kept for 30 days after an order was delivered; Tradepost purges them 30 days after it was shipped and says how many.",
		"A client secret has to be renewed every 180 days; Seller Central shows when.",
	}
}

func cannot() []string {
	return []string{
		"Amazon lets no app cancel an order of a buyer or give money back by a call: do it in Seller Central; what was cancelled comes in from there.",
		"Refunds are not told with orders: they stand in Amazon's settlement reports.",
		"Prices and the address of an order are told once its payment went through; until then it is pending.",
		"What Amazon ships itself (FBA) is read and never told: its stock stands here at a place of Amazon's own, which its orders consume.",
		"Orders older than two years are not given.",
	}
}

func options() []channel.Option {
	return []channel.Option{
		{Name: marketplaceOption, Label: "Marketplace", Type: channel.ChoiceOption, Required: true, Choices: marketplaceChoices(),
			Help: "Where you sell; connect each marketplace by itself.", Example: "A1PA6795UKMFR9"},
		{Name: sellerOption, Label: "Merchant token", Type: channel.TextOption, Required: true,
			Help: "Your seller id, as Account Info shows it.", Example: "A1BCDEFGHIJKLM"},
		{Name: clientOption, Label: "Client identifier", Type: channel.TextOption, Required: true,
			Help: "Of your own private app, from its LWA credentials.", Example: "amzn1.application-oa2-client.0123456789abcdef"},
		{Name: clientSecret, Label: "Client secret", Type: channel.SecretOption, Required: true, Help: "It stands beside the client identifier."},
		{Name: refreshSecret, Label: "Refresh token", Type: channel.SecretOption, Required: true, Help: "It begins with Atzr and is shown when you authorise the app."},
		{Name: feedOption, Label: "Send as a feed from", Type: channel.NumberOption, Least: 1, Most: 100_000, Advanced: true, Default: "25",
			Help: "From so many changes of stock or prices at once they go as one feed, which Amazon works off within minutes.", Example: "25"},
		{Name: historyOption, Label: "Past orders", Type: channel.ChoiceOption, Advanced: true, Default: "search",
			Help:    "How the first look reads them: reports are quicker for more than some thousand orders, and tell less of those that are over.",
			Choices: []channel.Choice{{Value: "search", Label: "By searching"}, {Value: byReports, Label: "By reports"}}},
		{Name: channel.QueueOption, Label: "Queue for news", Type: channel.URLOption, Advanced: true,
			Help:    "An SQS queue of your own at AWS that Amazon's account 437568002678 may send to: orders are then looked at within a minute after they changed. It is never needed.",
			Example: "https://sqs.eu-west-1.amazonaws.com/123456789012/tradepost"},
		{Name: queueKeyOption, Label: "Access key of the queue", Type: channel.TextOption, Advanced: true,
			Help: "Of an AWS user who may do sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on that queue, and nothing else.", Example: "AKIAIOSFODNN7EXAMPLE"},
		{Name: queueSecret, Label: "Secret access key of the queue", Type: channel.SecretOption, Advanced: true, Help: "AWS shows it once, beside the access key."},
		{Name: endpointOption, Label: "Address of the interface", Type: channel.URLOption, Advanced: true,
			Help: "Only to try with Amazon's sandbox; else it is that of the marketplace.", Example: "https://sandbox.sellingpartnerapi-eu.amazon.com"},
		{Name: signInOption, Label: "Address of the sign-in", Type: channel.URLOption, Advanced: true, Default: "https://api.amazon.com/auth/o2/token",
			Help: "Login with Amazon, where the refresh token is exchanged."},
	}
}

func streams() []channel.StreamInfo {
	return []channel.StreamInfo{
		{Stream: channel.Products, Overlap: listedLate, Every: 30 * time.Minute, FullEvery: 24 * time.Hour, Changes: true,
			Note: "Listings of this marketplace by their SKU."},
		{Stream: channel.Stock, Every: 30 * time.Minute,
			Note: "Your own stock and what lies in Amazon's warehouses; Amazon does not tell when it changed, so all of it is read each time."},
		{Stream: channel.Orders, Overlap: searchedLate, Behind: heldBack, Every: 5 * time.Minute, Changes: true,
			Note: "A change shows after two minutes at the earliest. A first look at many orders takes long: a hundred in three minutes after the first two thousand, unless it is by reports."},
	}
}

func writes() []channel.Write {
	return []channel.Write{
		{Operation: channel.SetStock, Batch: mostAtOnce, Note: "Of offers that you ship yourself. Amazon accepts it at once and shows it within minutes; until then it waits."},
		{Operation: channel.SetPrice, Batch: mostAtOnce, Note: "The standard price of the marketplace; sale and business prices stay as they are."},
		{Operation: channel.Ship, Batch: 1, Note: "Amazon wants a carrier and a tracking number, and takes no second word about a parcel."},
	}
}

// The buckets are Amazon's usage plans, one for each operation (the models of 2026-08-05); those of more calls are given to large sellers.
const (
	searchBucket    = "orders.search"
	orderBucket     = "orders.get"
	confirmBucket   = "shipments.confirm"
	listingsBucket  = "listings.search"
	listingBucket   = "listings.get"
	patchBucket     = "listings.patch"
	fbaBucket       = "fba.summaries"
	documentBucket  = "feeds.document"
	feedBucket      = "feeds.create"
	feedStateBucket = "feeds.get"
	resultBucket    = "feeds.result"
	sellersBucket   = "sellers"
	signInBucket    = "sign_in"
	storageBucket   = "documents"
	newsBucket      = "notifications"
	queueBucket     = "queue"

	reportBucket         = "reports.create"
	reportStateBucket    = "reports.get"
	reportDocumentBucket = "reports.document"
)

func buckets() []channel.Bucket {
	return []channel.Bucket{
		{Name: searchBucket, Rate: 0.0056, Burst: 20, Reserve: 3, Why: "Amazon allows one search of orders in three minutes."},
		{Name: orderBucket, Rate: 0.5, Burst: 30, Reserve: 5, Why: "Amazon's plan for reading one order."},
		{Name: confirmBucket, Rate: 2, Burst: 10, Why: "Amazon's plan for confirming shipments."},
		{Name: listingsBucket, Rate: 5, Burst: 5, Why: "Amazon's plan for searching listings."},
		{Name: listingBucket, Rate: 5, Burst: 10, Why: "Amazon's plan for reading one listing."},
		{Name: patchBucket, Rate: 5, Burst: 5, Why: "Amazon's plan for changing listings."},
		{Name: fbaBucket, Rate: 2, Burst: 2, Why: "Amazon's plan for the stock in its warehouses."},
		{Name: documentBucket, Rate: 0.5, Burst: 15, Why: "Amazon's plan for a place to lay a feed down."},
		{Name: feedBucket, Rate: 0.0083, Burst: 15, Why: "Amazon takes one feed in two minutes."},
		{Name: feedStateBucket, Rate: 2, Burst: 15, Why: "Amazon's plan for asking how a feed stands."},
		{Name: resultBucket, Rate: 0.0222, Burst: 10, Why: "Amazon's plan for the result of a feed."},
		{Name: sellersBucket, Rate: 0.016, Burst: 15, Why: "Amazon's plan for the account's own facts."},
		{Name: signInBucket, Rate: 1, Burst: 5, Why: "Login with Amazon states no limit; a sign-in holds for an hour."},
		{Name: reportBucket, Rate: 0.0167, Burst: 15, Why: "Amazon makes one report in a minute."},
		{Name: reportStateBucket, Rate: 2, Burst: 15, Why: "Amazon's plan for asking how a report stands."},
		{Name: reportDocumentBucket, Rate: 0.0167, Burst: 15, Why: "Amazon's plan for reading a report."},
		{Name: newsBucket, Rate: 1, Burst: 5, Why: "Amazon's plan for asking to be told of changes."},
		{Name: queueBucket, Rate: 5, Burst: 20, Why: "AWS states no limit; beyond a million calls a month it takes a little money."},
		{Name: storageBucket, Rate: 10, Burst: 10, Why: "Amazon's file store states no limit."},
	}
}
