package vendure

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// vendorVariant is a variant as the documents of products and stock ask for it.
type vendorVariant struct {
	ID          string            `json:"id"`
	ProductID   string            `json:"productId"`
	UpdatedAt   time.Time         `json:"updatedAt"`
	SKU         string            `json:"sku"`
	Name        string            `json:"name"`
	Enabled     bool              `json:"enabled"`
	Currency    commerce.Currency `json:"currencyCode"`
	Track       string            `json:"trackInventory"`
	Prices      []variantPrice    `json:"prices"`
	Options     []variantOption   `json:"options"`
	FacetValues []named           `json:"facetValues"`
	Asset       *asset            `json:"featuredAsset"`
	Product     vendorProduct     `json:"product"`
	StockLevels []stockLevel      `json:"stockLevels"`
}

type variantPrice struct {
	Currency commerce.Currency `json:"currencyCode"`
	Price    int64             `json:"price"`
}

type variantOption struct {
	Name  string `json:"name"`
	Group named  `json:"group"`
}

type named struct {
	Name string `json:"name"`
}

type asset struct {
	Preview string `json:"preview"`
}

type vendorProduct struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Enabled     bool    `json:"enabled"`
	Asset       *asset  `json:"featuredAsset"`
	FacetValues []named `json:"facetValues"`
}

type stockLevel struct {
	Location  string `json:"stockLocationId"`
	OnHand    int64  `json:"stockOnHand"`
	Allocated int64  `json:"stockAllocated"`
}

// offered is what the location can still sell: allocated pieces are sold and not shipped yet.
func (l stockLevel) offered() int64 { return l.OnHand - l.Allocated }

// tracked tells whether the shop counts a variant's stock: by itself, or as the channel does.
func (v vendorVariant) tracked(account channel.Account) bool {
	if v.Track == "INHERIT" {
		return account.Facts[trackFact] != "false"
	}
	return v.Track != "FALSE"
}

func readVariant(raw []byte) (vendorVariant, []fault.Problem) {
	var v vendorVariant
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, []fault.Problem{unreadable(err)}
	}
	if v.ID == "" {
		return v, []fault.Problem{missing("id", "the variant's id")}
	}
	return v, nil
}

func readListing(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	v, problems := readVariant(raw)
	if len(problems) > 0 {
		return channel.Record{}, problems
	}
	listing := channel.Listing{
		ExternalID: v.ID, ParentID: v.ProductID, SKU: v.SKU, Title: v.Name, Status: v.status(),
		Currency: account.CurrencyOr(v.Currency), Tracked: v.tracked(account),
		ProductTitle: v.Product.Name, Tags: v.tags(), ImageURL: v.image(), UpdatedAt: commerce.InstantOf(v.UpdatedAt),
	}
	if _, err := commerce.ParseCurrency(string(listing.Currency)); err != nil {
		return channel.Record{Name: v.called()}, []fault.Problem{missing("currencyCode", "the currency")}
	}
	listing.Price = v.price(moneyOf(account, listing.Currency))
	for i, option := range v.Options {
		if i < len(listing.Options) {
			listing.Options[i] = channel.Choice{Value: option.Group.Name, Label: option.Name}
		}
	}
	return channel.Record{Name: v.called(), Listing: &listing}, nil
}

// called is the SKU, else the id: Vendure wants a SKU but takes an empty one.
func (v vendorVariant) called() string {
	if v.SKU != "" {
		return v.SKU
	}
	return v.ID
}

func (v vendorVariant) status() string {
	if v.Enabled && v.Product.Enabled {
		return "active"
	}
	return "draft"
}

// price is the one that is kept, with or without tax as the channel keeps prices: the one that price.set writes. "" where there is none
// in the currency.
func (v vendorVariant) price(m money) commerce.Decimal {
	for _, p := range v.Prices {
		if p.Currency == m.currency {
			return m.decimal(p.Price)
		}
	}
	return ""
}

func (v vendorVariant) tags() []string {
	var tags []string
	for _, value := range slices.Concat(v.Product.FacetValues, v.FacetValues) {
		if value.Name != "" && !slices.Contains(tags, value.Name) {
			tags = append(tags, value.Name)
		}
	}
	return tags
}

func (v vendorVariant) image() string {
	switch {
	case v.Asset != nil:
		return v.Asset.Preview
	case v.Product.Asset != nil:
		return v.Product.Asset.Preview
	}
	return ""
}

func readLevels(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	v, problems := readVariant(raw)
	if len(problems) > 0 {
		return channel.Record{}, problems
	}
	record := channel.Record{Name: v.called()}
	for _, l := range v.StockLevels {
		record.Levels = append(record.Levels, channel.Level{
			ListingID: v.ID, SKU: v.SKU, Location: l.Location, Tracked: v.tracked(account),
			Quantity: commerce.Decimal(strconv.FormatInt(l.offered(), 10)),
		})
	}
	if len(record.Levels) == 0 { // it lies nowhere that this channel sells from
		record.Levels = []channel.Level{{ListingID: v.ID, SKU: v.SKU}}
	}
	slices.SortFunc(record.Levels, func(a, b channel.Level) int { return compareIDs(a.Location, b.Location) })
	return record, nil
}

// compareIDs orders "9" before "10".
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Read makes a record of one item.
func (connector) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	switch stream {
	case channel.Orders:
		return readOrder(raw, account)
	case channel.Products:
		return readListing(raw, account)
	case channel.Stock:
		return readLevels(raw, account)
	case channel.Customers:
		return readCustomer(raw)
	}
	return channel.Record{}, []fault.Problem{missing("", "a stream that is known")}
}
