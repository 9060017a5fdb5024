package woocommerce

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// productJSON is what is read of a product or a variation
// (https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties).
type productJSON struct {
	ID           text              `json:"id"`
	Name         text              `json:"name"`
	Type         text              `json:"type"`
	Status       text              `json:"status"`
	Permalink    text              `json:"permalink"`
	SKU          text              `json:"sku"`
	GTIN         text              `json:"global_unique_id"`
	Price        text              `json:"price"`
	RegularPrice text              `json:"regular_price"`
	SalePrice    text              `json:"sale_price"`
	OnSale       text              `json:"on_sale"`
	ManageStock  text              `json:"manage_stock"` // true, false, or "parent"
	Stock        text              `json:"stock_quantity"`
	Weight       text              `json:"weight"`
	ModifiedGMT  text              `json:"date_modified_gmt"`
	Categories   list[namedJSON]   `json:"categories"`
	Tags         list[namedJSON]   `json:"tags"`
	Brands       list[namedJSON]   `json:"brands"`
	Images       list[imageJSON]   `json:"images"`
	Image        object[imageJSON] `json:"image"`
	Attributes   list[namedJSON]   `json:"attributes"`
	Meta         metas             `json:"meta_data"`
}

type namedJSON struct {
	Name   text `json:"name"`
	Option text `json:"option"`
}

type imageJSON struct {
	Source text `json:"src"`
}

// item is a product, or a variation beside its product.
type item struct {
	product   productJSON
	variation *productJSON
}

// sold is what is bought: the variation where there is one.
func (i *item) sold() *productJSON {
	if i.variation != nil {
		return i.variation
	}
	return &i.product
}

func (i *item) id() string {
	if i.variation != nil {
		return i.product.ID.trimmed() + ":" + i.variation.ID.trimmed()
	}
	return i.product.ID.trimmed()
}

// sku is the item's own; WooCommerce gives a variation without one that of its product, which names no variation.
func (i *item) sku() string {
	sku := i.sold().SKU.trimmed()
	if i.variation != nil && sku == i.product.SKU.trimmed() {
		return ""
	}
	return sku
}

func readItem(raw []byte) (item, []fault.Problem) {
	var i item
	var both pair
	broken := []fault.Problem{unreadable("$", "", "a product")}
	if json.Unmarshal(raw, &both) != nil {
		return i, broken
	}
	whole := raw
	if both.Variation != nil {
		i.variation = &productJSON{}
		whole = both.Product
		if json.Unmarshal(both.Variation, i.variation) != nil {
			return i, broken
		}
	}
	if json.Unmarshal(whole, &i.product) != nil {
		return i, broken
	}
	if i.product.ID.id() == 0 {
		return i, []fault.Problem{unreadable("$.id", string(i.product.ID), "the product's id")}
	}
	if i.variation != nil && i.variation.ID.id() == 0 {
		return i, []fault.Problem{unreadable("$.variation.id", string(i.variation.ID), "the variation's id")}
	}
	return i, nil
}

func readListing(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	i, problems := readItem(raw)
	if problems != nil {
		return channel.Record{}, problems
	}
	sold := i.sold()
	l := &channel.Listing{
		ExternalID: i.id(), ParentID: i.product.ID.trimmed(), SKU: i.sku(), GTIN: sold.GTIN.trimmed(), Status: i.status(),
		URL: link(sold.Permalink), Currency: account.Currency, Tracked: tracks(sold), ProductTitle: plainWords(string(i.product.Name)),
		Vendor: firstName(i.product.Brands), Type: names(i.product.Categories), Tags: tagNames(i.product.Tags), ImageURL: i.image(),
	}
	l.Title = l.ProductTitle
	if i.variation != nil {
		l.Options = i.options()
		l.Title = variationTitle(l.ProductTitle, l.Options)
	}
	l.UpdatedAt, _ = instant(i.product.ModifiedGMT, time.UTC)
	if changed, _ := instant(sold.ModifiedGMT, time.UTC); changed > l.UpdatedAt {
		l.UpdatedAt = changed
	}
	problems = i.prices(l)
	l.WeightGrams = i.weight(account.Facts[factWeight])
	name := l.SKU
	if name == "" {
		name = l.ExternalID
	}
	return channel.Record{Name: name, Listing: l}, problems
}

// status of a variation that is switched off is draft, whatever its product's.
func (i *item) status() string {
	published := i.product.Status == "publish" && (i.variation == nil || i.variation.Status == "publish" || i.variation.Status == "")
	switch {
	case i.product.Status == "trash":
		return "archived"
	case published:
		return "active"
	}
	return "draft"
}

// tracks tells whether the shop counts the stock of this very thing. A variation that shares the count of its product does not: writing it
// would change its sisters.
func tracks(p *productJSON) bool {
	return p.ManageStock == "true" && p.Type != "grouped" && p.Type != "external"
}

// prices reads what a customer pays, and beside it the regular price where the item is on sale.
func (i *item) prices(l *channel.Listing) (problems []fault.Problem) {
	sold, prefix := i.sold(), "$."
	if i.variation != nil {
		prefix = "$.variation."
	}
	read := func(name string, t text) commerce.Decimal {
		d, ok := number(t)
		if !ok {
			problems = append(problems, unreadable(prefix+name, string(t), "a price such as 12.50"))
		}
		return d
	}
	l.Price = read("regular_price", sold.RegularPrice)
	if sale := read("sale_price", sold.SalePrice); sold.OnSale == "true" && sale != "" {
		l.Price, l.CompareAtPrice = sale, l.Price
	}
	if l.Price == "" {
		l.Price = read("price", sold.Price)
	}
	return problems
}

func (i *item) image() string {
	if i.variation != nil {
		if src := link(i.variation.Image.Value.Source); src != "" {
			return src
		}
	}
	if len(i.product.Images) > 0 {
		return link(i.product.Images[0].Source)
	}
	return ""
}

// options are the values in which a variation differs; WooCommerce leaves out those for which it takes any value.
func (i *item) options() (options [3]channel.Choice) {
	for n, a := range i.variation.Attributes {
		if n == len(options) {
			break
		}
		options[n] = channel.Choice{Value: plainWords(string(a.Name)), Label: plainWords(string(a.Option))}
	}
	return options
}

// variationTitle names a variation as lines of orders do.
func variationTitle(product string, options [3]channel.Choice) string {
	var values []string
	for _, o := range options {
		if o.Label != "" {
			values = append(values, o.Label)
		}
	}
	if len(values) == 0 {
		return product
	}
	return product + " - " + strings.Join(values, ", ")
}

// grams is how many grams a unit of WooCommerce's settings has.
var grams = map[string]commerce.Decimal{"g": "1", "kg": "1000", "lbs": "453.59237", "oz": "28.349523125"}

// weight is in grams; a variation without a weight has that of its product. "" where the unit is not known.
func (i *item) weight(unit string) commerce.Decimal {
	for _, p := range []*productJSON{i.sold(), &i.product} {
		if d := decimal(p.Weight); d.Sign() > 0 && grams[unit] != "" {
			return d.Times(grams[unit]).Padded(0)
		}
	}
	return ""
}

func firstName(all []namedJSON) string {
	if len(all) == 0 {
		return ""
	}
	return plainWords(string(all[0].Name))
}

func names(all []namedJSON) string { return strings.Join(tagNames(all), ", ") }

func tagNames(all []namedJSON) (words []string) {
	for _, a := range all {
		w := strings.ReplaceAll(strings.TrimSpace(html.UnescapeString(string(a.Name))), ",", " ")
		if w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// readLevels reads how much of an item the shop offers. A variation that shares its product's count shows that count.
func readLevels(raw []byte) (channel.Record, []fault.Problem) {
	i, problems := readItem(raw)
	if problems != nil {
		return channel.Record{}, problems
	}
	sold := i.sold()
	level := channel.Level{ListingID: i.id(), SKU: i.sku(), Tracked: tracks(sold)}
	if sold.ManageStock == "true" || sold.ManageStock == "parent" {
		quantity, ok := number(sold.Stock)
		if !ok {
			return channel.Record{}, []fault.Problem{unreadable("$.stock_quantity", string(sold.Stock), "a quantity")}
		}
		level.Quantity = quantity.Padded(0)
	}
	name := level.SKU
	if name == "" {
		name = level.ListingID
	}
	return channel.Record{Name: name, Levels: []channel.Level{level}}, nil
}
