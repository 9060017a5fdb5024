package sim

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// place is an address as the API writes it.
type place struct {
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Company  string `json:"company"`
	Line1    string `json:"address_1"`
	Line2    string `json:"address_2"`
	City     string `json:"city"`
	State    string `json:"state"`
	Postcode string `json:"postcode"`
	Country  string `json:"country"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone"`
}

type metaValue struct {
	ID    int64           `json:"id"`
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// order is an order; amounts are in the smallest unit that the shop shows.
type order struct {
	stamps

	status          string
	paid, completed int64
	customer        int64
	via, note       string
	method, title   string
	billing         place
	shipping        place
	lines           []orderLine
	delivery        orderLine
	fees            []orderLine
	coupon          string
	refunds         []*refund
	notes           []orderNote
	meta            []metaValue
	reduced         bool // its stock was taken
}

type orderLine struct {
	id, product, variation, quantity int64
	name, parent, sku                string
	subtotal, total, tax             int64
}

type refund struct {
	id, at, amount int64
	reason         string
	meta           []metaValue
	lines          map[int64]int64 // quantities by line
}

type orderNote struct {
	id, at   int64
	text     string
	customer bool
}

func (o *order) sums() (discount, tax, total int64) {
	for _, l := range o.lines {
		discount += l.subtotal - l.total
		tax += l.tax
		total += l.total + l.tax
	}
	for _, f := range o.fees {
		tax += f.tax
		total += f.total + f.tax
	}
	return discount, tax + o.delivery.tax, total + o.delivery.total + o.delivery.tax
}

func (o *order) refunded() (sum int64) {
	for _, r := range o.refunds {
		sum += r.amount
	}
	return sum
}

func (o *order) find(key string) json.RawMessage {
	for _, m := range o.meta {
		if m.Key == key {
			return m.Value
		}
	}
	return nil
}

const trackingMeta = "_wc_shipment_tracking_items"

func (o *order) trackingNumbers() (numbers []string) {
	var items []struct {
		Number string `json:"tracking_number"`
	}
	_ = json.Unmarshal(o.find(trackingMeta), &items)
	for _, i := range items {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

// product is a product or a variation of one.
type product struct {
	stamps

	parent        int64
	kind          string // simple, variable, grouped, external, variation
	name, status  string
	sku, gtin     string
	regular, sale string
	manage        string // true, false or parent
	stock         int64
	weight        string
	category      string
	attribute     string // in which its variations differ
	option        string // of a variation
	children      []int64
	meta          []metaValue
}

type customer struct {
	stamps

	email       string
	first, last string
	billing     place
	shipping    place
}

// money writes an amount with the shop's decimal places.
func (s *Shop) money(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	digits := strconv.FormatInt(minor, 10)
	if s.config.decimals == 0 {
		return sign + digits
	}
	if missing := s.config.decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	cut := len(digits) - s.config.decimals
	return sign + digits[:cut] + "." + digits[cut:]
}

// minor reads what money writes, and what is written with fewer places.
func (s *Shop) minor(text string) (int64, bool) {
	whole, frac, _ := strings.Cut(strings.TrimSpace(text), ".")
	for len(frac) < s.config.decimals {
		frac += "0"
	}
	if strings.Trim(frac[s.config.decimals:], "0") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+frac[:s.config.decimals], 10, 64)
	return n, err == nil
}

const clock = "2006-01-02T15:04:05"

// local and utc write an instant as the API does: without a zone, once by the shop's clock and once in UTC. None is null.
func (s *Shop) local(at int64) *string { return written(at, s.zone) }

func utc(at int64) *string { return written(at, time.UTC) }

func written(at int64, zone *time.Location) *string {
	if at == 0 {
		return nil
	}
	text := time.Unix(at, 0).In(zone).Format(clock)
	return &text
}

type dates struct {
	Created     *string `json:"date_created"`
	CreatedGMT  *string `json:"date_created_gmt"`
	Modified    *string `json:"date_modified"`
	ModifiedGMT *string `json:"date_modified_gmt"`
}

func (s *Shop) dates(k *stamps) dates {
	return dates{s.local(k.created), utc(k.created), s.local(k.modified), utc(k.modified)}
}

type wireOrder struct {
	ID       int64  `json:"id"`
	ParentID int64  `json:"parent_id"`
	Status   string `json:"status"`
	Currency string `json:"currency"`
	Version  string `json:"version"`
	dates
	InclusiveTax  bool         `json:"prices_include_tax"`
	Discount      string       `json:"discount_total"`
	DiscountTax   string       `json:"discount_tax"`
	ShippingTotal string       `json:"shipping_total"`
	ShippingTax   string       `json:"shipping_tax"`
	CartTax       string       `json:"cart_tax"`
	Total         string       `json:"total"`
	TotalTax      string       `json:"total_tax"`
	CustomerID    int64        `json:"customer_id"`
	Key           string       `json:"order_key"`
	Billing       place        `json:"billing"`
	Shipping      place        `json:"shipping"`
	Method        string       `json:"payment_method"`
	MethodTitle   string       `json:"payment_method_title"`
	Transaction   string       `json:"transaction_id"`
	CreatedVia    string       `json:"created_via"`
	Note          string       `json:"customer_note"`
	Completed     *string      `json:"date_completed"`
	CompletedGMT  *string      `json:"date_completed_gmt"`
	Paid          *string      `json:"date_paid"`
	PaidGMT       *string      `json:"date_paid_gmt"`
	Number        string       `json:"number"`
	Meta          []metaValue  `json:"meta_data"`
	Lines         []wireLine   `json:"line_items"`
	TaxLines      []any        `json:"tax_lines"`
	ShippingLines []wireOther  `json:"shipping_lines"`
	Fees          []wireOther  `json:"fee_lines"`
	Coupons       []wireCoupon `json:"coupon_lines"`
	Refunds       []wireGone   `json:"refunds"`
	Symbol        string       `json:"currency_symbol"`
}

type wireLine struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	ProductID   int64       `json:"product_id"`
	VariationID int64       `json:"variation_id"`
	Quantity    int64       `json:"quantity"`
	TaxClass    string      `json:"tax_class"`
	Subtotal    string      `json:"subtotal"`
	SubtotalTax string      `json:"subtotal_tax"`
	Total       string      `json:"total"`
	TotalTax    string      `json:"total_tax"`
	Taxes       []wireTax   `json:"taxes"`
	Meta        []metaValue `json:"meta_data"`
	SKU         string      `json:"sku"`
	Price       json.Number `json:"price"`
	ParentName  *string     `json:"parent_name"`
}

type wireTax struct {
	ID       int64  `json:"id"`
	Total    string `json:"total"`
	Subtotal string `json:"subtotal,omitempty"`
}

type wireOther struct {
	ID          int64       `json:"id"`
	MethodTitle string      `json:"method_title,omitempty"`
	MethodID    string      `json:"method_id,omitempty"`
	Name        string      `json:"name,omitempty"`
	Total       string      `json:"total"`
	TotalTax    string      `json:"total_tax"`
	Taxes       []wireTax   `json:"taxes"`
	Meta        []metaValue `json:"meta_data"`
}

type wireCoupon struct {
	ID       int64       `json:"id"`
	Code     string      `json:"code"`
	Discount string      `json:"discount"`
	Tax      string      `json:"discount_tax"`
	Meta     []metaValue `json:"meta_data"`
}

type wireGone struct {
	ID     int64  `json:"id"`
	Reason string `json:"reason"`
	Total  string `json:"total"`
}

func (s *Shop) wireOrder(o *order) any {
	discount, tax, total := o.sums()
	w := &wireOrder{ID: o.id, Status: o.status, Currency: s.config.currency, Version: s.config.version, dates: s.dates(&o.stamps),
		Discount: s.money(discount), DiscountTax: s.money(0), ShippingTotal: s.money(o.delivery.total), ShippingTax: s.money(o.delivery.tax),
		CartTax: s.money(tax - o.delivery.tax), Total: s.money(total), TotalTax: s.money(tax), CustomerID: o.customer,
		Key: "wc_order_" + name(o.id), Billing: o.billing, Shipping: o.shipping, Method: o.method, MethodTitle: o.title, CreatedVia: o.via, Note: o.note,
		Completed: s.local(o.completed), CompletedGMT: utc(o.completed), Paid: s.local(o.paid), PaidGMT: utc(o.paid), Number: name(o.id),
		Meta: listed(o.meta), Symbol: "€", TaxLines: []any{}, Lines: []wireLine{}, Fees: []wireOther{}, Coupons: []wireCoupon{}, Refunds: []wireGone{}}
	for _, l := range o.lines {
		w.Lines = append(w.Lines, s.wireLine(l))
	}
	w.ShippingLines = []wireOther{{ID: o.delivery.id, MethodTitle: o.delivery.name, MethodID: "flat_rate", Total: s.money(o.delivery.total),
		TotalTax: s.money(o.delivery.tax), Taxes: []wireTax{}, Meta: []metaValue{}}}
	for _, f := range o.fees {
		w.Fees = append(w.Fees, wireOther{ID: f.id, Name: f.name, Total: s.money(f.total), TotalTax: s.money(f.tax), Taxes: []wireTax{}, Meta: []metaValue{}})
	}
	if o.coupon != "" {
		w.Coupons = append(w.Coupons, wireCoupon{ID: o.id + 1, Code: o.coupon, Discount: s.money(discount), Tax: s.money(0), Meta: []metaValue{}})
	}
	for _, r := range o.refunds {
		w.Refunds = append(w.Refunds, wireGone{r.id, r.reason, "-" + s.money(r.amount)})
	}
	return w
}

func listed(meta []metaValue) []metaValue {
	if meta == nil {
		return []metaValue{}
	}
	return meta
}

func (s *Shop) wireLine(l orderLine) wireLine {
	w := wireLine{ID: l.id, Name: l.name, ProductID: l.product, VariationID: l.variation, Quantity: l.quantity, Subtotal: s.money(l.subtotal),
		SubtotalTax: s.money(l.tax), Total: s.money(l.total), TotalTax: s.money(l.tax), SKU: l.sku, Meta: []metaValue{},
		Taxes: []wireTax{{1, s.money(l.tax), s.money(l.tax)}}}
	w.Price = json.Number(s.money(l.total / max(l.quantity, 1)))
	if l.parent != "" {
		w.ParentName = &l.parent
	}
	return w
}

type wireNamed struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Slug   string `json:"slug,omitempty"`
	Option string `json:"option,omitempty"`
}

type wireProduct struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	dates
	Type         string      `json:"type"`
	Status       string      `json:"status"`
	Permalink    string      `json:"permalink"`
	SKU          string      `json:"sku"`
	GTIN         string      `json:"global_unique_id"`
	Price        string      `json:"price"`
	RegularPrice string      `json:"regular_price"`
	SalePrice    string      `json:"sale_price"`
	OnSale       bool        `json:"on_sale"`
	ManageStock  any         `json:"manage_stock"`
	Stock        *int64      `json:"stock_quantity"`
	StockStatus  string      `json:"stock_status"`
	Weight       string      `json:"weight"`
	ParentID     int64       `json:"parent_id"`
	Categories   []wireNamed `json:"categories,omitempty"`
	Tags         []wireNamed `json:"tags,omitempty"`
	Images       []any       `json:"images,omitempty"`
	Attributes   []wireNamed `json:"attributes"`
	Variations   []int64     `json:"variations,omitempty"`
	Related      []int64     `json:"related_ids,omitempty"`
	Meta         []metaValue `json:"meta_data"`
}

func (s *Shop) wireProduct(p *product) any {
	w := &wireProduct{ID: p.id, Name: p.name, dates: s.dates(&p.stamps), Type: p.kind, Status: p.status, Permalink: "https://shop.example/product/" + name(p.id),
		SKU: p.sku, GTIN: p.gtin, Price: p.regular, RegularPrice: p.regular, SalePrice: p.sale, OnSale: p.sale != "", Weight: p.weight,
		ParentID: p.parent, Variations: p.children, Attributes: []wireNamed{}, Meta: listed(p.meta), StockStatus: "instock"}
	if p.sale != "" {
		w.Price = p.sale
	}
	if p.category != "" {
		w.Categories = []wireNamed{{ID: 9, Name: p.category, Slug: "nine"}}
	}
	if p.parent == 0 {
		w.Related = s.related(p)
	}
	s.wireStock(p, w)
	switch {
	case p.option != "":
		w.Attributes = []wireNamed{{ID: 1, Name: p.attribute, Option: p.option}}
	case p.attribute != "":
		w.Attributes = []wireNamed{{ID: 1, Name: p.attribute}}
	}
	return w
}

// related are other products, in another order each time: WooCommerce draws them anew.
func (s *Shop) related(p *product) (ids []int64) {
	all := s.products.all()
	for i := range min(3, len(all)) {
		ids = append(ids, all[(int(p.id)+i*7+int(s.next+int64(len(s.nonces))))%len(all)].id)
	}
	return ids
}

func (s *Shop) wireStock(p *product, w *wireProduct) {
	counted, stock := p.manage != "false", p.stock
	w.ManageStock = p.manage == "true"
	if p.manage == "parent" {
		w.ManageStock = "parent"
		if parent, ok := s.products.get(p.parent); ok {
			stock = parent.stock
		}
	}
	if counted {
		w.Stock = &stock
		if stock <= 0 {
			w.StockStatus = "outofstock"
		}
	}
}

type wireCustomer struct {
	ID int64 `json:"id"`
	dates
	Email    string      `json:"email"`
	First    string      `json:"first_name"`
	Last     string      `json:"last_name"`
	Role     string      `json:"role"`
	User     string      `json:"username"`
	Billing  place       `json:"billing"`
	Shipping place       `json:"shipping"`
	Paying   bool        `json:"is_paying_customer"`
	Meta     []metaValue `json:"meta_data"`
}

func (s *Shop) wireCustomer(c *customer) any {
	return &wireCustomer{c.id, s.dates(&c.stamps), c.email, c.first, c.last, "customer", strings.ToLower(c.first), c.billing, c.shipping, true, []metaValue{}}
}
