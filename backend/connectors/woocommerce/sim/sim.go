// Package sim is a simulated shop of WooCommerce: the paths, paging, dates, signatures and refusals of its REST API v3, over
// orders, products and customers that are made up. It is written from the vendor's documents and from what a running shop was seen to
// answer, not from the connector.
package sim

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// Shop is a simulated shop.
type Shop struct {
	desk    *simulated.Desk
	handler http.Handler

	mutex      sync.Mutex
	config     config
	zone       *time.Location
	keys       map[string]apiKey
	nonces     map[string]bool
	next       int64 // the next id; WordPress numbers all its records in one row
	nextNumber int64
	orders     shelf[*order]
	products   shelf[*product]
	variations shelf[*product]
	customers  shelf[*customer]
	bin        map[int64]*order
	drafts     int    // orders that are checkouts under way
	shakes     uint64 // how often what changed at once was given in another order
	hooks      hooks
}

// config is how this shop is set up.
type config struct {
	version    string
	currency   string
	decimals   int
	statuses   []status
	classic    bool // orders in posts: a change of meta alone does not move the time of change
	secure     bool // behind a proxy that speaks https
	headerless bool // the server keeps the Authorization header from PHP
	hidden     bool // a security plug-in hides the index
	plain      bool // no pretty addresses
	inclusive  bool // modified_after includes its bound
	unsteady   bool // orders of one second come in any order, as in old versions
	tracking   bool // the plug-in Shipment Tracking is active
	varied     bool // changes of variations can be asked for, as from 10.3 on
	numbers    string
	warnings   bool // PHP prints warnings before the data
	rate       int  // calls a minute that a security plug-in lets pass; 0 is all
}

type status struct{ slug, name string }

// Option sets a shop up.
type Option func(*config)

// Classic keeps orders in posts instead of tables of their own.
func Classic() Option { return func(c *config) { c.classic = true } }

// Secure answers plain http as if a proxy before it spoke https: Basic is accepted.
func Secure() Option { return func(c *config) { c.secure = true } }

// Headerless drops the Authorization header, as some servers do.
func Headerless() Option { return func(c *config) { c.headerless = true } }

// HiddenIndex answers /wp-json/ to nobody.
func HiddenIndex() Option { return func(c *config) { c.hidden = true } }

// PlainRoutes knows only addresses with ?rest_route=.
func PlainRoutes() Option { return func(c *config) { c.plain = true } }

// Inclusive makes modified_after include its bound.
func Inclusive() Option { return func(c *config) { c.inclusive = true } }

// Unsteady gives what changed in one second in another order each time.
func Unsteady() Option { return func(c *config) { c.unsteady = true } }

// WithoutTracking has no plug-in for tracking numbers.
func WithoutTracking() Option { return func(c *config) { c.tracking = false } }

// WithoutVariations cannot be asked for changes of variations.
func WithoutVariations() Option { return func(c *config) { c.varied = false } }

// Version sets the version of WooCommerce.
func Version(version string) Option { return func(c *config) { c.version = version } }

// Money sets currency and decimal places.
func Money(currency string, decimals int) Option {
	return func(c *config) { c.currency, c.decimals = currency, decimals }
}

// Status adds a status as plug-ins do.
func Status(slug, name string) Option {
	return func(c *config) { c.statuses = append(c.statuses, status{slug, name}) }
}

// NumbersIn keeps order numbers of their own in a meta, as plug-ins do that leave the number itself alone.
func NumbersIn(meta string) Option { return func(c *config) { c.numbers = meta } }

// Warnings prints PHP's warnings before the data.
func Warnings() Option { return func(c *config) { c.warnings = true } }

// Rate lets so many calls a minute pass.
func Rate(perMinute int) Option { return func(c *config) { c.rate = perMinute } }

// New makes an empty shop in UTC that sells in EUR.
func New(clock func() time.Time, options ...Option) *Shop {
	s := &Shop{desk: simulated.NewDesk(clock), zone: time.UTC, next: 11, nextNumber: 1001, nonces: map[string]bool{}, bin: map[int64]*order{}}
	s.config = config{version: "11.0.1", currency: "EUR", decimals: 2, tracking: true, varied: true, statuses: []status{
		{"pending", "Pending payment"}, {"processing", "Processing"}, {"on-hold", "On hold"}, {"completed", "Completed"},
		{"cancelled", "Cancelled"}, {"refunded", "Refunded"}, {"failed", "Failed"}, {"checkout-draft", "Draft"}}}
	for _, o := range options {
		o(&s.config)
	}
	s.keys = map[string]apiKey{
		GoodKey: {GoodSecret, true, true, true}, ReadKey: {ReadSecret, true, false, true}, ClerkKey: {ClerkSecret, true, true, false},
	}
	s.handler = s.desk.Wrap(http.HandlerFunc(s.answer))
	return s
}

// The keys that the shop knows: one that may do all, one that may only read, one of a user who may do nothing in the shop.
const (
	GoodKey     = "ck_0000000000000000000000000000000000000001"
	GoodSecret  = "cs_0000000000000000000000000000000000000001"
	ReadKey     = "ck_0000000000000000000000000000000000000002"
	ReadSecret  = "cs_0000000000000000000000000000000000000002"
	ClerkKey    = "ck_0000000000000000000000000000000000000003"
	ClerkSecret = "cs_0000000000000000000000000000000000000003"
)

var _ simulated.Vendor = (*Shop)(nil)

// ServeHTTP answers a call.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Connector is the connector it is made for.
func (s *Shop) Connector() string { return "woocommerce" }

// Desk is its clock, faults and log.
func (s *Shop) Desk() *simulated.Desk { return s.desk }

// Connection gives a good connection.
func (s *Shop) Connection(base string) (options, secrets map[string]string) {
	return connection(base, GoodKey, GoodSecret)
}

func connection(base, key, secret string) (options, secrets map[string]string) {
	return map[string]string{"url": base}, map[string]string{"consumer_key": key, "consumer_secret": secret}
}

// Broken lists connections that must fail.
func (s *Shop) Broken(base string) []simulated.Broken {
	broken := func(name, key, secret string, code fault.Code) simulated.Broken {
		options, secrets := connection(base, key, secret)
		return simulated.Broken{Name: name, Options: options, Secrets: secrets, Code: code}
	}
	return []simulated.Broken{
		broken("wrong secret", GoodKey, "cs_wrong", fault.Auth),
		broken("revoked key", "ck_revoked", GoodSecret, fault.Auth),
		broken("user without rights", ClerkKey, ClerkSecret, fault.Permission),
	}
}

// SetZone changes the shop's own zone.
func (s *Shop) SetZone(zone string) error {
	l, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("setting zone: %w", err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.zone = l
	return nil
}

// now is the shop's clock in whole seconds, as it stamps records.
func (s *Shop) now() int64 { return s.desk.Now().Unix() }

// IDs lists what a full pull of a stream must give.
func (s *Shop) IDs(stream channel.Stream) (ids []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch stream {
	case channel.Orders:
		for _, o := range s.orders.all() {
			if o.status != "checkout-draft" {
				ids = append(ids, name(o.id))
			}
		}
	case channel.Customers:
		for _, c := range s.customers.all() {
			ids = append(ids, name(c.id))
		}
	default:
		for _, p := range s.products.all() {
			ids = append(ids, s.listingIDs(p)...)
		}
	}
	return ids
}

func (s *Shop) listingIDs(p *product) (ids []string) {
	if p.kind != "variable" {
		return []string{name(p.id)}
	}
	for _, v := range p.children {
		ids = append(ids, name(p.id)+":"+name(v))
	}
	return ids
}

func name(id int64) string { return strconv.FormatInt(id, 10) }

// Place makes a new order of what is in stock.
func (s *Shop) Place(r *rand.Rand) string {
	s.mutex.Lock()
	o := s.newOrder(r, s.now())
	s.reduceStock(o, -1)
	s.mutex.Unlock()
	s.tell("order.created", o.id)
	return name(o.id)
}

// PlaceDraft begins a checkout that is not paid yet: the shop keeps it as an order of the status checkout-draft.
func (s *Shop) PlaceDraft(r *rand.Rand) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.newOrder(r, s.now())
	o.status, o.paid = "checkout-draft", 0
	s.drafts++
	return name(o.id)
}

// Mark gives an order a status, and all that were named one time of change, as a plug-in does that works on many at once.
func (s *Shop) Mark(status string, at time.Time, ids ...string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, id := range ids {
		if o, ok := s.orders.get(parse(id)); ok {
			if status != "" {
				o.status = status
			}
			s.orders.touch(o, at.Unix())
		}
	}
}

// Change edits an item as a person would in the admin.
func (s *Shop) Change(stream channel.Stream, id string, r *rand.Rand) string {
	s.mutex.Lock()
	topic, number, words := s.change(stream, id, r)
	s.mutex.Unlock()
	if number != 0 {
		s.tell(topic, number)
	}
	return words
}

func (s *Shop) change(stream channel.Stream, id string, r *rand.Rand) (topic string, number int64, words string) {
	switch stream {
	case channel.Orders:
		if o, ok := s.orders.get(parse(id)); ok {
			return "order.updated", o.id, s.changeOrder(o, r)
		}
	case channel.Customers:
		if c, ok := s.customers.get(parse(id)); ok {
			c.billing.Phone = fmt.Sprintf("030 %06d", r.IntN(1_000_000))
			s.customers.touch(c, s.now())
			return "customer.updated", c.id, "gave customer " + id + " another telephone number"
		}
	default:
		if p := s.sold(id); p != nil {
			return "product.updated", max(p.parent, p.id*b2i(p.parent == 0)), s.changeProduct(stream, p, r)
		}
	}
	return "", 0, "found nothing to change"
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (s *Shop) changeOrder(o *order, r *rand.Rand) string {
	var words string
	switch r.IntN(3) {
	case 0:
		before := o.status
		o.status = []string{"processing", "completed", "on-hold"}[r.IntN(3)]
		s.stampStatus(o)
		words = "moved order " + name(o.id) + " from " + before + " to " + o.status
	case 1:
		o.note = fmt.Sprintf("Please ring %d times", r.IntN(1000))
		words = "changed the note of order " + name(o.id)
	default:
		o.shipping.Line1 = fmt.Sprintf("Hauptstraße %d", r.IntN(1000))
		words = "corrected the address of order " + name(o.id)
	}
	s.orders.touch(o, s.now())
	return words
}

func (s *Shop) changeProduct(stream channel.Stream, p *product, r *rand.Rand) string {
	shelf := &s.products
	if p.parent != 0 {
		shelf = &s.variations
	}
	defer shelf.touch(p, s.now())
	if stream == channel.Stock && p.manage == "true" {
		p.stock = int64(r.IntN(500))
		return fmt.Sprintf("counted %d of %d", p.stock, p.id)
	}
	p.regular = s.money(int64(100 + r.IntN(20_000)))
	return "changed the price of " + name(p.id)
}

// Remove puts an order into the bin, and deletes all else.
func (s *Shop) Remove(stream channel.Stream, id string) {
	s.mutex.Lock()
	topic := ""
	switch stream {
	case channel.Orders:
		if o, ok := s.orders.get(parse(id)); ok {
			s.orders.remove(o)
			o.status = "trash"
			s.bin[o.id] = o
			topic = "order.deleted"
		}
	case channel.Customers:
		if c, ok := s.customers.get(parse(id)); ok {
			s.customers.remove(c)
			topic = "customer.deleted"
		}
	default:
		if p := s.sold(id); p != nil {
			s.removeProduct(p)
			topic = "product.deleted"
		}
	}
	s.mutex.Unlock()
	if topic != "" {
		first, _, _ := strings.Cut(id, ":")
		s.tell(topic, parse(first))
	}
}

func (s *Shop) removeProduct(p *product) {
	if p.parent == 0 {
		for _, child := range p.children {
			if v, ok := s.variations.get(child); ok {
				s.variations.remove(v)
			}
		}
		s.products.remove(p)
		return
	}
	s.variations.remove(p)
	if parent, ok := s.products.get(p.parent); ok {
		parent.children = slices.DeleteFunc(parent.children, func(id int64) bool { return id == p.id })
		s.products.touch(parent, s.now())
	}
}

// sold finds what a listing's name stands for.
func (s *Shop) sold(id string) *product {
	first, second, two := strings.Cut(id, ":")
	if two {
		if v, ok := s.variations.get(parse(second)); ok && v.parent == parse(first) {
			return v
		}
		return nil
	}
	p, _ := s.products.get(parse(first))
	return p
}

func parse(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Value is what the shop has now for the target of an intent.
func (s *Shop) Value(operation channel.Operation, target, _ string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch operation {
	case channel.SetStock:
		if p := s.sold(target); p != nil && p.manage == "true" {
			return name(p.stock)
		}
	case channel.SetPrice:
		if p := s.sold(target); p != nil {
			return p.regular
		}
	default:
		if o, ok := s.orders.get(parse(target)); ok {
			return orderValue(s, o, operation)
		}
	}
	return ""
}

func orderValue(s *Shop, o *order, operation channel.Operation) string {
	switch operation {
	case channel.Refund:
		return s.money(o.refunded())
	case channel.Ship:
		return strings.Join(o.trackingNumbers(), ", ")
	}
	return o.status
}
