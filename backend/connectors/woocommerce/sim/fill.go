package sim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// days is how far back the orders of a made-up company reach.
const days = 90

// The made-up company: nobody and nothing of it is real.
var (
	firstNames = []string{"Jule", "Ole", "Ida", "Björn", "Zoë", "Łukasz", "Amélie", "نور", "דנה", "陽子", "Marta", "Søren", "Íñigo", "Aoife"}
	lastNames  = []string{"Ahrens", "Brandt", "von der Heide-Lüttichau", "O’Connor", "Nowak", "الحسن", "כהן", "山田", "Müller-Lüdenscheidt", "Đặng"}
	cities     = []struct{ city, postcode, state, country string }{
		{"Leipzig", "04109", "DE-SN", "DE"}, {"Wien", "1010", "", "AT"}, {"Genève", "1201", "GE", "CH"}, {"תל אביב", "6688101", "", "IL"}, {"京都市", "600-8216", "JP26", "JP"},
	}
	goods = []struct {
		title, category string
		price           int64
		options         []string
	}{
		{"Kanne „Nachtblau“ mit Stövchen und Untersetzer aus geöltem Eichenholz (handgedreht, spülmaschinenfest)", "Kannen", 4900, nil},
		{"Becher", "Geschirr", 1250, []string{"Blau", "Weiß", "Salbei"}}, {"Teller", "Geschirr", 1800, []string{"Klein", "Groß"}},
		{"Gießkanne", "Garten", 3995, nil}, {"Saatgut Ringelblume & Kornblume", "Garten", 349, nil}, {"כוס תה", "כלים", 990, nil},
		{"Schürze", "Textil", 2900, []string{"S", "M", "L", "XL"}}, {"Geschenkkarte", "Gutscheine", 2500, nil},
	}
	carriers = []string{"DHL Paket", "Österreichische Post", "Click & Collect"}
)

// Fill makes a small company.
func (s *Shop) Fill(seed uint64, listings, customers, orders int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the same company for one seed
	now := s.now()
	start := now - days*86_400
	for made := 0; made < listings; {
		made += s.newProduct(r, listings-made, start-86_400)
	}
	for range customers {
		s.newCustomer(r, start-86_400)
	}
	for i := range orders {
		at := start + int64(i)*(days*86_400-600)/int64(max(orders, 1))
		o := s.newOrder(r, at)
		s.age(o, r, at, now)
	}
}

// newProduct makes a product with one listing, or with one for each variation; at most so many.
func (s *Shop) newProduct(r *rand.Rand, most int, at int64) int {
	g := goods[r.IntN(len(goods))]
	p := &product{stamps: stamps{s.newID(), at, at}, kind: "simple", name: g.title, status: "publish", category: g.category, weight: "0.4",
		regular: s.money(s.scaled(g.price)), manage: "true", stock: int64(r.IntN(60))}
	p.sku = fmt.Sprintf("%05d-%d", r.IntN(100), p.id)
	switch {
	case r.IntN(12) == 0:
		p.status = "draft"
	case r.IntN(8) == 0:
		p.manage = "false"
	case r.IntN(20) == 0:
		p.kind, p.manage = []string{"grouped", "external"}[r.IntN(2)], "false"
		s.products.put(p)
		return 1
	case r.IntN(9) == 0:
		p.sale = s.money(s.scaled(g.price * 8 / 10))
	}
	s.products.put(p)
	if g.options == nil || most < len(g.options) {
		return 1
	}
	p.kind, p.attribute, p.sku, p.regular, p.sale = "variable", "Ausführung", "", "", ""
	shared := r.IntN(3) == 0
	for i, option := range g.options {
		s.newVariation(p, option, g.price+int64(i)*100, shared)
	}
	if !shared {
		p.manage = "false"
	}
	return len(g.options)
}

func (s *Shop) newVariation(p *product, option string, price int64, shared bool) {
	v := &product{stamps: stamps{s.newID(), p.created, p.modified}, parent: p.id, kind: "variation", name: option, status: "publish", attribute: p.attribute,
		option: option, regular: s.money(s.scaled(price)), manage: "true", stock: p.stock + int64(len(p.children))}
	v.sku = fmt.Sprintf("V%d-%s", p.id, strings.ToUpper(option))
	if shared {
		v.manage = "parent"
	}
	p.children = append(p.children, v.id)
	s.variations.put(v)
}

// scaled brings an amount in hundredths to the shop's decimal places.
func (s *Shop) scaled(hundredths int64) int64 {
	n := hundredths
	for d := s.config.decimals; d > 2; d-- {
		n *= 10
	}
	for d := s.config.decimals; d < 2; d++ {
		n /= 10
	}
	return n
}

func (s *Shop) newPlace(r *rand.Rand) place {
	c := cities[r.IntN(len(cities))]
	p := place{First: firstNames[r.IntN(len(firstNames))], Last: lastNames[r.IntN(len(lastNames))], City: c.city, Postcode: c.postcode, State: c.state, Country: c.country,
		Line1: fmt.Sprintf("Lindenweg %d", 1+r.IntN(200)), Phone: fmt.Sprintf("030 %06d", r.IntN(1_000_000))}
	p.Email = fmt.Sprintf("kunde%d@mail.example", r.IntN(5000))
	if r.IntN(6) == 0 {
		p.Company = "Ahrens & Söhne GmbH"
	}
	return p
}

func (s *Shop) newCustomer(r *rand.Rand, at int64) {
	billing := s.newPlace(r)
	c := &customer{stamps: stamps{s.newID(), at, at}, first: billing.First, last: billing.Last, billing: billing}
	c.email = fmt.Sprintf("kunde%d@mail.example", c.id)
	s.customers.put(c)
}

// newOrder makes a paid order of what the shop has.
func (s *Shop) newOrder(r *rand.Rand, at int64) *order {
	o := &order{stamps: stamps{s.newID(), at, at}, status: "processing", paid: at, via: "checkout", method: "paypal", title: "PayPal", billing: s.newPlace(r), reduced: true}
	if known := s.customers.all(); len(known) > 0 && r.IntN(2) == 0 {
		c := known[r.IntN(len(known))]
		o.customer, o.billing = c.id, c.billing
		o.billing.Email = c.email
	}
	if r.IntN(3) == 0 {
		o.shipping = s.newPlace(r)
		o.shipping.Email = ""
	}
	if r.IntN(7) == 0 {
		o.method, o.title, o.paid = "cod", "Nachnahme", 0
	}
	for range 1 + r.IntN(3) {
		o.lines = append(o.lines, s.newLine(r))
	}
	s.discount(o, r)
	o.delivery = orderLine{id: s.newID(), name: carriers[r.IntN(len(carriers))], total: s.scaled(490), tax: s.scaled(93)}
	if r.IntN(8) == 0 {
		o.fees = []orderLine{{id: s.newID(), name: "Geschenkverpackung", total: s.scaled(300), tax: s.scaled(57)}}
	}
	if r.IntN(9) == 0 {
		o.note = "Bitte beim Nachbarn abgeben"
	}
	if s.config.numbers != "" {
		value, _ := json.Marshal(fmt.Sprintf("GH-%d", s.nextNumber)) //nolint:errchkjson // a text
		o.meta = append(o.meta, metaValue{s.newID(), s.config.numbers, value})
	}
	s.nextNumber++
	s.orders.put(o)
	return o
}

func (s *Shop) newLine(r *rand.Rand) orderLine {
	l := orderLine{id: s.newID(), quantity: int64(1 + r.IntN(3)), name: "Postkarte", sku: "00017"}
	price := s.scaled(150)
	if all := s.products.all(); len(all) > 0 {
		p := all[r.IntN(len(all))]
		l.product, l.name, l.sku = p.id, p.name, p.sku
		if len(p.children) > 0 {
			v, _ := s.variations.get(p.children[r.IntN(len(p.children))])
			l.variation, l.parent, l.name, l.sku, p = v.id, p.name, p.name+" - "+v.option, v.sku, v
		}
		if n, ok := s.minor(p.regular); ok && n > 0 {
			price = n
		}
	}
	l.subtotal = price * l.quantity
	l.total, l.tax = l.subtotal, l.subtotal*19/100
	return l
}

// discount lays a coupon of a tenth over some orders.
func (s *Shop) discount(o *order, r *rand.Rand) {
	if r.IntN(6) != 0 {
		return
	}
	o.coupon = "frühling10"
	for i := range o.lines {
		l := &o.lines[i]
		l.total = l.subtotal - l.subtotal/10
		l.tax = l.total * 19 / 100
	}
}

// age lets an order of the past go its way: most are completed, some refunded in part, cancelled, or wait for money.
func (s *Shop) age(o *order, r *rand.Rand, at, now int64) {
	later := min(at+int64(r.IntN(5*86_400)), now-300)
	switch n := r.IntN(20); {
	case now-at < 2*86_400 || n < 3:
		return
	case n < 5:
		o.status, o.paid, later = []string{"on-hold", "pending", "failed"}[r.IntN(3)], 0, at
	case n < 6:
		o.status, o.reduced = "cancelled", false
	case n < 8:
		o.status, o.completed = "completed", later
		_, _, total := o.sums()
		o.refunds = []*refund{{id: s.newID(), at: later, amount: total / 4, reason: "Bruch", lines: map[int64]int64{}}}
	default:
		o.status, o.completed = "completed", later
		if s.config.tracking {
			s.track(o, later)
		}
	}
	if o.status == "completed" && o.paid == 0 {
		o.paid = later
	}
	s.orders.touch(o, max(later, at))
}

func (s *Shop) track(o *order, at int64) {
	value, _ := json.Marshal([]map[string]any{{"tracking_provider": "dhl-de", "tracking_number": "00340" + name(o.id), //nolint:errchkjson // texts
		"date_shipped": name(at), "tracking_id": fmt.Sprintf("%032x", o.id)}})
	o.meta = append(o.meta, metaValue{s.newID(), trackingMeta, value})
}
