// Package vendure connects Vendure 3.7 shops by their Admin API (https://docs.vendure.io/reference/graphql-api/admin/queries).
//
// What the vendor's pages do not say was found at a real server of 3.7.3, and real_test.go holds it:
//   - An input object's fields are read in the order of the schema, so "sort by updatedAt, then by id" sorts by id. Pages
//     therefore sort by time alone and name the ids of the last instant that were read already.
//   - SQLite states times by the second, so that many records share one.
//   - Money is an integer with as many places as the shop's money strategy has (2 unless it was programmed otherwise), whatever the
//     currency: 1,000 yen are 100000.
//   - An order's time of change stands still while it is shipped, delivered, refunded or edited (look.go).
//   - Inside of _or the conditions of one element are alternatives too.
//   - Keys are no administrators: "me" is refused to them, and each call with one costs the server half a second of hashing.
package vendure

import (
	"time"

	"tradepost/backend/channel"
)

// connector is Vendure's.
type connector struct{}

func init() { channel.Register(connector{}) }

// New gives the connector.
func New() channel.Connector { return connector{} }

// The names of the options and secrets.
const (
	urlOption     = "url"
	authOption    = "auth"
	byKey         = "api_key"
	bySession     = "session"
	keySecret     = "api_key"
	userOption    = "username"
	passSecret    = "password"
	channelOption = "channel"
)

// overlap is how far behind the newest change a run starts: a change is stamped when its transaction begins and seen when it ends.
const overlap = 2 * time.Minute

// mostRows is how many rows a Vendure list gives unless it was configured otherwise; more is refused.
const mostRows = 1000

func (connector) Manifest() channel.Manifest {
	return channel.Manifest{
		ID: "vendure", Name: "Vendure", Kind: "vendure", API: "Admin API 3.7",
		Summary: "Orders, listings, stock and customers of a Vendure shop, and back: stock, prices, tracking, status, cancellations, refunds.",
		Docs:    "https://docs.vendure.io/reference/graphql-api/admin/queries",
		Guide: []string{
			"Find the address of the shop's Admin API: mostly the server's address followed by /admin-api.",
			"In the dashboard open Settings, Roles, and make a role that may read and update orders, products, stock locations and customers.",
			"Where the server takes API keys (tokenMethod has “api-key”), open Settings, API Keys, make a key with that role and copy it: it is shown once.",
			"Where it does not, open Settings, Administrators, make an administrator with that role and choose “User name and password” here.",
			"A server with several channels needs the token of one: Settings, Channels shows it.",
		},
		Terms: []string{
			"Vendure 3.6 or newer.",
			"API keys work where the server's configuration has “api-key” among its token methods; a user name and password work everywhere.",
			"Shipments need the fulfilment handler “manual-fulfillment”, which a new server has.",
		},
		Cannot: []string{
			"Vendure does not tell when stock changed: all of it is read each time.",
			"Nor when something happens to an order that was shipped as a whole, such as a refund or its delivery; the full comparison finds it.",
			"A cancellation cannot be taken back.",
		},
		Known:    "2026-11-23",
		Options:  options(),
		Streams:  streams(),
		Writes:   writes(),
		PageSize: 100,
		Buckets: []channel.Bucket{{
			Name: "api", Rate: 5, Burst: 20, Reserve: 5,
			Why: "Vendure states no limit; the shop's own server answers its customers beside us.",
		}},
	}
}

func options() []channel.Option {
	return []channel.Option{
		{Name: urlOption, Label: "Address of the Admin API", Type: channel.URLOption, Required: true,
			Help: "The address to which the dashboard itself talks.", Example: "https://shop.example.com/admin-api"},
		{Name: authOption, Label: "Sign in with", Type: channel.ChoiceOption, Required: true, Default: byKey,
			Help: "An API key never lapses; a user name works with every server, and quicker.",
			Choices: []channel.Choice{
				{Value: byKey, Label: "API key"}, {Value: bySession, Label: "User name and password"},
			}},
		{Name: keySecret, Label: "API key", Type: channel.SecretOption, Required: true, Only: authOption + "=" + byKey,
			Help: "Settings, API Keys; the server must have “api-key” among its token methods."},
		{Name: userOption, Label: "User name", Type: channel.TextOption, Required: true, Only: authOption + "=" + bySession,
			Help: "That of an administrator made for Tradepost.", Example: "tradepost@example.com"},
		{Name: passSecret, Label: "Password", Type: channel.SecretOption, Required: true, Only: authOption + "=" + bySession,
			Help: "The administrator's password."},
		{Name: channelOption, Label: "Channel token", Type: channel.TextOption, Advanced: true,
			Help: "Only for a server with several channels: Settings, Channels.", Example: "uk-channel"},
	}
}

func streams() []channel.StreamInfo {
	return []channel.StreamInfo{
		{Stream: channel.Products, Overlap: overlap, Every: 15 * time.Minute, FullEvery: 6 * time.Hour, Changes: true,
			Note: "A change of the product's own name or of a price alone is seen by the full comparison."},
		{Stream: channel.Stock, Every: 15 * time.Minute,
			Note: "Vendure does not tell when stock changed, so all of it is read each time."},
		{Stream: channel.Customers, Overlap: overlap, Every: 15 * time.Minute, FullEvery: 24 * time.Hour, Changes: true,
			Note: "A change of an address alone is seen by the full comparison."},
		{Stream: channel.Orders, Overlap: overlap, Every: 5 * time.Minute, FullEvery: 24 * time.Hour, Changes: true,
			Note: "Carts and drafts are no orders. What happens to an order after it was shipped as a whole (a refund, its delivery) is seen " +
				"by the full comparison, as Vendure tells no time of it."},
	}
}

func writes() []channel.Write {
	return []channel.Write{
		{Operation: channel.SetStock, Batch: 50,
			Note: "What is offered is set: pieces that are sold and not shipped yet stay allocated beside it."},
		{Operation: channel.SetPrice, Batch: 50,
			Note: "The price is with or without tax, as the channel keeps its prices."},
		{Operation: channel.Ship, Batch: 1,
			Note: "It needs the fulfilment handler “manual-fulfillment”; a private note on the order names what Tradepost sent."},
		{Operation: channel.Cancel, Batch: 1,
			Note: "The whole order is cancelled and its stock is on sale again; money is given back by a refund."},
		{Operation: channel.Refund, Batch: 1,
			Note: "One payment must hold the amount; stock does not come back by it. Where the payment method cannot pay out, a person settles it."},
		{Operation: channel.SetStatus, Batch: 1, Statuses: []channel.Choice{{Value: delivered, Label: "Delivered"}},
			Note: "Delivered can be set once everything is shipped."},
	}
}
