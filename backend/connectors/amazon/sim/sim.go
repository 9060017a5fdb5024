// Package sim is a simulated Amazon: the sign-in of Login with Amazon and the paths, pages, limits and refusals of the Selling Partner API, over
// orders and listings that are made up. It is written from the vendor's documents, not from the connector.
package sim

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// Amazon is a simulated marketplace with one seller on it.
type Amazon struct {
	desk    *simulated.Desk
	handler http.Handler
	limits  *limits // nil lets every call pass

	mutex     sync.Mutex
	next      int64 // numbers what is sold and shipped
	papers    int64 // numbers documents and feeds
	calls     int64
	orders    []*order
	listings  []*listing
	documents map[string]*document
	feeds     map[string]*feed
	reports   map[string]*report
	queue     queue
}

// The marketplace, and who sells there.
const (
	Marketplace = "A1PA6795UKMFR9"
	Seller      = "A2GREENHOUSE1"
	currency    = "EUR"
)

// Option sets it up.
type Option func(*Amazon)

// Limited enforces Amazon's usage plans.
func Limited() Option { return func(a *Amazon) { a.limits = newLimits() } }

// New makes a marketplace on which nothing is for sale.
func New(clock func() time.Time, options ...Option) *Amazon {
	a := &Amazon{desk: simulated.NewDesk(clock), next: 1000, documents: map[string]*document{}, feeds: map[string]*feed{}, reports: map[string]*report{}}
	for _, o := range options {
		o(a)
	}
	a.handler = a.desk.Wrap(http.HandlerFunc(a.answer))
	return a
}

var _ simulated.Vendor = (*Amazon)(nil)

// ServeHTTP answers a call.
func (a *Amazon) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Connector is the connector it is made for.
func (a *Amazon) Connector() string { return "amazon" }

// Desk is its clock, faults and log.
func (a *Amazon) Desk() *simulated.Desk { return a.desk }

// The apps that it knows: one with all roles, and one without any.
const (
	goodClient, goodSecret, goodRefresh = "amzn1.application-oa2-client.good", "amzn1.oa2-cs.v1.good-secret", "Atzr|good-refresh-token"
	bareClient, bareSecret, bareRefresh = "amzn1.application-oa2-client.bare", "amzn1.oa2-cs.v1.bare-secret", "Atzr|bare-refresh-token"
)

// Connection gives a good connection. Few changes at once go as a feed already, so that feeds are tried too.
func (a *Amazon) Connection(base string) (options, secrets map[string]string) {
	return connection(base, goodClient, goodSecret, goodRefresh)
}

func connection(base, client, secret, refresh string) (options, secrets map[string]string) {
	return map[string]string{"marketplace": Marketplace, "seller_id": Seller, "client_id": client, "feed_from": "3", "endpoint": base, "sign_in": base + "/auth/o2/token"},
		map[string]string{"client_secret": secret, "refresh_token": refresh}
}

// Broken lists connections that must fail.
func (a *Amazon) Broken(base string) []simulated.Broken {
	broken := func(name string, code fault.Code, edit func(options, secrets map[string]string)) simulated.Broken {
		options, secrets := a.Connection(base)
		edit(options, secrets)
		return simulated.Broken{Name: name, Options: options, Secrets: secrets, Code: code}
	}
	return []simulated.Broken{
		broken("wrong client secret", fault.Auth, func(_, s map[string]string) { s["client_secret"] = "amzn1.oa2-cs.v1.wrong" }),
		broken("refresh token taken back", fault.Auth, func(_, s map[string]string) { s["refresh_token"] = "Atzr|taken-back" }),
		broken("app without roles", fault.Permission, func(o, s map[string]string) {
			o["client_id"], s["client_secret"], s["refresh_token"] = bareClient, bareSecret, bareRefresh
		}),
		broken("another marketplace", fault.Invalid, func(o, _ map[string]string) { o["marketplace"] = "A13V1IB3VIYZZH" }),
		broken("somebody else's merchant token", fault.Invalid, func(o, _ map[string]string) { o["seller_id"] = "A1SOMEBODYELSE" }),
	}
}

// SetZone changes nothing: Amazon states all times in UTC.
func (a *Amazon) SetZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil {
		return fmt.Errorf("setting zone: %w", err)
	}
	return nil
}

// now is Amazon's clock in whole seconds, as it stamps records.
func (a *Amazon) now() int64 { return a.desk.Now().Unix() }

func (a *Amazon) number() int64 {
	a.next++
	return a.next
}

// settle lets everything that was due by now happen.
func (a *Amazon) settle() {
	now := a.now()
	for _, l := range a.listings {
		l.settle(now)
	}
	for _, o := range a.orders {
		o.settle(now)
	}
}

func (a *Amazon) orderOf(id string) *order {
	if i := slices.IndexFunc(a.orders, func(o *order) bool { return o.id == id }); i >= 0 {
		return a.orders[i]
	}
	return nil
}

func (a *Amazon) listingOf(sku string) *listing {
	if i := slices.IndexFunc(a.listings, func(l *listing) bool { return l.sku == sku }); i >= 0 {
		return a.listings[i]
	}
	return nil
}

// IDs lists what a full pull of a stream must give.
func (a *Amazon) IDs(stream channel.Stream) (ids []string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	switch stream {
	case channel.Orders:
		for _, o := range a.orders {
			ids = append(ids, o.id)
		}
	case channel.Products, channel.Stock:
		for _, l := range a.listings {
			ids = append(ids, l.sku)
		}
	}
	return ids
}

// Place makes a new order of what is on sale.
func (a *Amazon) Place(r *rand.Rand) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	return a.newOrder(r, a.now()).id
}

// Change edits an item as a person would in Seller Central, or as Amazon does.
func (a *Amazon) Change(stream channel.Stream, id string, r *rand.Rand) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	if stream == channel.Orders {
		if o := a.orderOf(id); o != nil {
			o.updated = a.now()
			return a.changeOrder(o, r)
		}
		return "found nothing to change"
	}
	l := a.listingOf(id)
	if l == nil {
		return "found nothing to change"
	}
	l.updated = a.now()
	if stream == channel.Products {
		l.price += 1 + int64(r.IntN(200))
		return "changed the price of " + id
	}
	by := 1 + int64(r.IntN(9))
	if l.fba {
		l.lying += by
		return fmt.Sprintf("took %d of %s into a warehouse", by, id)
	}
	l.quantity += by
	return fmt.Sprintf("counted %d more of %s", by, id)
}

// Remove closes a listing. Of an order it lets two years pass: Amazon gives it no more.
func (a *Amazon) Remove(stream channel.Stream, id string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if stream == channel.Orders {
		a.orders = slices.DeleteFunc(a.orders, func(o *order) bool { return o.id == id })
		return
	}
	a.listings = slices.DeleteFunc(a.listings, func(l *listing) bool { return l.sku == id })
}

// Value is what Amazon has now for the target of an intent.
func (a *Amazon) Value(operation channel.Operation, target, _ string) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	switch l := a.listingOf(target); {
	case operation == channel.SetStock && l != nil && l.own:
		return fmt.Sprint(l.quantity)
	case operation == channel.SetPrice && l != nil:
		return minor(l.price)
	case operation == channel.Ship:
		if o := a.orderOf(target); o != nil {
			return strings.Join(o.numbers(), ", ")
		}
	}
	return ""
}

// Writable names targets for an operation.
func (a *Amazon) Writable(operation channel.Operation) (intents []channel.Intent) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	switch operation {
	case channel.SetStock:
		for _, l := range a.listings {
			if l.own {
				intents = append(intents, channel.Intent{Target: l.sku, Location: ownPlace, Quantity: pieces(l.quantity + 3), Observed: fmt.Sprint(l.quantity)})
			}
		}
	case channel.SetPrice:
		for _, l := range a.listings {
			intents = append(intents, channel.Intent{Target: l.sku, Price: decimal(l.price + 150), Currency: currency, Observed: minor(l.price)})
		}
	case channel.Ship:
		for n, o := range a.orders {
			if o.status() == "UNSHIPPED" && !o.fba {
				intents = append(intents, o.toShip(n))
			}
		}
	}
	return intents
}
