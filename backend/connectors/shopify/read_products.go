package shopify

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// vendorVariant is a variant as the documents ask for it.
type vendorVariant struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	SKU       string            `json:"sku"`
	Barcode   string            `json:"barcode"`
	Price     commerce.Decimal  `json:"price"`
	Before    *commerce.Decimal `json:"compareAtPrice"`
	UpdatedAt time.Time         `json:"updatedAt"`
	Options   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"selectedOptions"`
	Media struct {
		Nodes []media `json:"nodes"`
	} `json:"media"`
	Item    *inventory    `json:"inventoryItem"`
	Product vendorProduct `json:"product"`
}

type media struct {
	Preview *struct {
		Image *struct {
			URL string `json:"url"`
		} `json:"image"`
	} `json:"preview"`
}

func (m *media) url() string {
	if m == nil || m.Preview == nil || m.Preview.Image == nil {
		return ""
	}
	return m.Preview.Image.URL
}

type inventory struct {
	ID          string `json:"id"`
	Tracked     bool   `json:"tracked"`
	Measurement struct {
		Weight *struct {
			Value json.Number `json:"value"`
			Unit  string      `json:"unit"`
		} `json:"weight"`
	} `json:"measurement"`
	Levels struct {
		Nodes []vendorLevel `json:"nodes"`
	} `json:"inventoryLevels"`
}

type vendorProduct struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Status string   `json:"status"`
	Vendor string   `json:"vendor"`
	Type   string   `json:"productType"`
	Tags   []string `json:"tags"`
	URL    string   `json:"onlineStoreUrl"`
	Media  *media   `json:"featuredMedia"`
}

// onlyVariant is the title that Shopify gives to the one variant of a product without options.
const onlyVariant = "Default Title"

// called is the variant as lines of orders name it.
func (v vendorVariant) called() string {
	if v.Title == "" || v.Title == onlyVariant {
		return v.Product.Title
	}
	return v.Product.Title + " - " + v.Title
}

func readListing(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var v vendorVariant
	if err := json.Unmarshal(raw, &v); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	name := v.SKU
	if name == "" {
		name = number(v.ID)
	}
	if problems := v.check(account); len(problems) > 0 {
		return channel.Record{Name: name}, problems
	}
	listing := channel.Listing{
		ExternalID: number(v.ID), ParentID: number(v.Product.ID), SKU: v.SKU, GTIN: v.gtin(), Title: v.called(), Status: v.status(), URL: v.Product.URL,
		Price: v.Price.Padded(account.Currency.Exponent()), Currency: account.Currency, Tracked: v.Item != nil && v.Item.Tracked,
		ProductTitle: v.Product.Title, Vendor: v.Product.Vendor, Type: v.Product.Type, Tags: v.Product.Tags, Options: v.options(),
		WeightGrams: v.grams(), ImageURL: v.image(), UpdatedAt: commerce.InstantOf(v.UpdatedAt),
	}
	if v.Before != nil {
		listing.CompareAtPrice = v.Before.Padded(account.Currency.Exponent())
	}
	return channel.Record{Name: name, Listing: &listing}, nil
}

func (v vendorVariant) check(account channel.Account) []fault.Problem {
	var problems []fault.Problem
	if number(v.ID) == "" {
		problems = append(problems, missing("id", "the variant's id"))
	}
	if v.called() == "" {
		problems = append(problems, missing("product.title", "a title"))
	}
	prices := map[string]*commerce.Decimal{"price": &v.Price, "compareAtPrice": v.Before}
	for _, name := range []string{"price", "compareAtPrice"} {
		price := prices[name]
		if price == nil {
			continue
		}
		if _, err := commerce.ParseDecimal(string(*price)); err != nil {
			problems = append(problems, missing(name, "a price that is a number"))
		}
	}
	if _, err := commerce.ParseCurrency(string(account.Currency)); err != nil {
		problems = append(problems, missing("", "the shop's currency: check the connection"))
	}
	return problems
}

// gtin is the barcode where it is one of the trade's numbers.
func (v vendorVariant) gtin() string {
	code := strings.TrimSpace(v.Barcode)
	if !slices.Contains([]int{8, 12, 13, 14}, len(code)) || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return code
}

func (v vendorVariant) status() string {
	switch v.Product.Status {
	case "ACTIVE":
		return "active"
	case "ARCHIVED":
		return "archived"
	}
	return "draft"
}

func (v vendorVariant) options() (options [3]channel.Choice) {
	for i, o := range v.Options {
		if i < len(options) && o.Value != onlyVariant {
			options[i] = channel.Choice{Value: o.Name, Label: o.Value}
		}
	}
	return options
}

// gramsOf are the units of weight (https://shopify.dev/docs/api/admin-graphql/latest/enums/WeightUnit).
var gramsOf = map[string]commerce.Decimal{"GRAMS": "1", "KILOGRAMS": "1000", "OUNCES": "28.349523125", "POUNDS": "453.59237"}

// grams is the weight; "" where there is none.
func (v vendorVariant) grams() commerce.Decimal {
	if v.Item == nil || v.Item.Measurement.Weight == nil {
		return ""
	}
	weight := v.Item.Measurement.Weight
	value, err := commerce.ParseDecimal(string(weight.Value))
	unit := gramsOf[weight.Unit]
	if err != nil || unit == "" || value.Sign() <= 0 {
		return ""
	}
	grams, ok := new(big.Rat).SetString(string(value.Times(unit)))
	if !ok {
		return ""
	}
	return commerce.Decimal(grams.FloatString(3)).Padded(0)
}

func (v vendorVariant) image() string {
	if len(v.Media.Nodes) > 0 && v.Media.Nodes[0].url() != "" {
		return v.Media.Nodes[0].url()
	}
	return v.Product.Media.url()
}

func readLevels(raw []byte) (channel.Record, []fault.Problem) {
	var r stockRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	if number(r.Variant) == "" || r.Item == nil {
		return channel.Record{}, []fault.Problem{missing("variantId", "of which variant this is the stock")}
	}
	record := channel.Record{Name: r.Item.SKU}
	if record.Name == "" {
		record.Name = r.Variant
	}
	for _, l := range r.Item.Levels.Nodes {
		place := number(l.Location.ID)
		if _, told := l.available(); place == "" || !told {
			return record, []fault.Problem{missing("inventoryItem.inventoryLevels", "what is available at a location")}
		}
		record.Levels = append(record.Levels, channel.Level{
			ListingID: r.Variant, SKU: r.Item.SKU, Location: place, Quantity: l.quantity(), Tracked: r.Item.Tracked,
		})
	}
	if len(record.Levels) == 0 { // it is stocked nowhere
		record.Levels = []channel.Level{{ListingID: r.Variant, SKU: r.Item.SKU}}
	}
	slices.SortFunc(record.Levels, func(a, b channel.Level) int { return compareIDs(a.Location, b.Location) })
	return record, nil
}
