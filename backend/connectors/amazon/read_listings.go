package amazon

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// summary is what a listing is on one marketplace.
type summary struct {
	Marketplace     string    `json:"marketplaceId"`
	ASIN            string    `json:"asin"`
	ProductType     string    `json:"productType"`
	Status          []string  `json:"status"`
	Name            string    `json:"itemName"`
	CreatedDate     time.Time `json:"createdDate"`
	LastUpdatedDate time.Time `json:"lastUpdatedDate"`
	Image           struct {
		Link string `json:"link"`
	} `json:"mainImage"`
}

// of finds what is said of a marketplace; nothing said is the zero summary.
func of(all []summary, place string) summary {
	i := slices.IndexFunc(all, func(s summary) bool { return s.Marketplace == place })
	if i < 0 {
		return summary{}
	}
	return all[i]
}

// availability is how much of a listing is offered from one place; a place of Amazon's tells no quantity.
type availability struct {
	Code     string `json:"fulfillmentChannelCode"`
	Quantity *int64 `json:"quantity,omitempty"`
}

func (a availability) amazons() bool { return strings.HasPrefix(a.Code, amazonsPrefix) }

// listing is what is read of one.
type listing struct {
	SKU          string                     `json:"sku"`
	Summaries    []summary                  `json:"summaries"`
	Attributes   map[string]json.RawMessage `json:"attributes"`
	Offers       []offer                    `json:"offers"`
	Availability []availability             `json:"fulfillmentAvailability"`
	ProductTypes []struct {
		Marketplace string `json:"marketplaceId"`
		ProductType string `json:"productType"`
	} `json:"productTypes"`
	Relationships []struct {
		Marketplace   string `json:"marketplaceId"`
		Relationships []struct {
			Parents []string `json:"parentSkus"`
			Type    string   `json:"type"`
		} `json:"relationships"`
	} `json:"relationships"`
	Issues []issue `json:"issues"`
}

type offer struct {
	Marketplace string `json:"marketplaceId"`
	Type        string `json:"offerType"`
	Price       money  `json:"price"`
}

type issue struct {
	Message    string   `json:"message"`
	Severity   string   `json:"severity"`
	Attributes []string `json:"attributeNames"`
}

// stock is an item of the stream of stock: what is offered from each place, and what lies in Amazon's warehouses.
type stock struct {
	SKU          string          `json:"sku"`
	Availability []availability  `json:"fulfillmentAvailability"`
	FBA          json.RawMessage `json:"fba,omitempty"`
}

func (s stock) amazons() bool { return slices.ContainsFunc(s.Availability, availability.amazons) }

// summarised is what lies in Amazon's warehouses of one SKU.
type summarised struct {
	SKU     string `json:"sellerSku"`
	Details struct {
		Fulfillable *int64 `json:"fulfillableQuantity"`
	} `json:"inventoryDetails"`
}

// placeOf is the marketplace of an account.
func placeOf(account channel.Account) marketplace {
	_, id, _ := strings.Cut(account.ID, "@")
	m, _ := marketplaceOf(id)
	return m
}

func readListing(raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var in listing
	if problem := decode(raw, &in); problem != nil {
		return channel.Record{}, []fault.Problem{*problem}
	}
	if in.SKU == "" {
		return channel.Record{}, []fault.Problem{missing("sku", "the listing's SKU")}
	}
	place := placeOf(account)
	s := of(in.Summaries, place.id)
	out := channel.Listing{ExternalID: in.SKU, ParentID: in.parent(place.id), SKU: in.SKU, Title: or(s.Name, in.attribute("item_name", place.id), in.SKU),
		Status: "draft", Currency: account.Currency, Tracked: len(in.Availability) > 0, Vendor: in.attribute("brand", place.id),
		Type: words(or(s.ProductType, in.productType(place.id))), ImageURL: s.Image.Link, UpdatedAt: commerce.InstantOf(s.LastUpdatedDate),
		GTIN: in.gtin(place.id)}
	if slices.Contains(s.Status, "BUYABLE") {
		out.Status = "active"
	}
	if s.ASIN != "" && place.domain != "" {
		out.URL = "https://www." + place.domain + "/dp/" + s.ASIN
	}
	out.ProductTitle = out.Title
	if price, currency := in.price(place.id); price != "" {
		out.Price, out.Currency = price, account.CurrencyOr(currency)
	}
	return channel.Record{Name: in.SKU, Listing: &out}, nil
}

// or is the first text that is not empty.
func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// words writes a product type (HOME_KITCHEN) as people would.
func words(productType string) string {
	text := strings.ToLower(strings.ReplaceAll(productType, "_", " "))
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (l listing) parent(place string) string {
	for _, on := range l.Relationships {
		for _, r := range on.Relationships {
			if on.Marketplace == place && r.Type == "VARIATION" && len(r.Parents) > 0 {
				return r.Parents[0]
			}
		}
	}
	return ""
}

func (l listing) productType(place string) string {
	for _, t := range l.ProductTypes {
		if t.Marketplace == place {
			return t.ProductType
		}
	}
	return of(l.Summaries, place).ProductType
}

// entry is one value of an attribute; what is not said holds for all marketplaces.
type entry struct {
	Marketplace string          `json:"marketplace_id"`
	Audience    string          `json:"audience"`
	Currency    string          `json:"currency"`
	Code        string          `json:"fulfillment_channel_code"`
	Type        string          `json:"type"`
	Value       json.RawMessage `json:"value"`
	OurPrice    []struct {
		Schedule []struct {
			Value json.Number `json:"value_with_tax"`
		} `json:"schedule"`
	} `json:"our_price"`
}

// entries are the values of an attribute; what is of another form is none.
func (l listing) entries(name string) (all []entry) {
	if json.Unmarshal(l.Attributes[name], &all) != nil {
		return nil
	}
	return all
}

// attribute is the text of an attribute on a marketplace.
func (l listing) attribute(name, place string) string {
	for _, e := range l.entries(name) {
		var text string
		if (e.Marketplace == "" || e.Marketplace == place) && json.Unmarshal(e.Value, &text) == nil && text != "" {
			return text
		}
	}
	return ""
}

// gtin is the product's EAN, UPC or GTIN.
func (l listing) gtin(place string) string {
	for _, e := range l.entries("externally_assigned_product_identifier") {
		var text string
		if (e.Marketplace == "" || e.Marketplace == place) && slices.Contains([]string{"ean", "upc", "gtin"}, e.Type) && json.Unmarshal(e.Value, &text) == nil {
			return text
		}
	}
	return ""
}

// standard tells the offer to everybody from one to businesses or to some.
func (e entry) standard(place string) bool {
	return (e.Marketplace == "" || e.Marketplace == place) && (e.Audience == "" || e.Audience == "ALL")
}

// price is the standard price: what the seller set, else what buyers are shown.
func (l listing) price(place string) (commerce.Decimal, commerce.Currency) {
	for _, e := range l.entries("purchasable_offer") {
		if !e.standard(place) || len(e.OurPrice) == 0 || len(e.OurPrice[0].Schedule) == 0 {
			continue
		}
		currency, err := commerce.ParseCurrency(e.Currency)
		if price := decimalOf(string(e.OurPrice[0].Schedule[0].Value), currency); price != "" && err == nil {
			return price, currency
		}
	}
	for _, o := range l.Offers {
		currency, err := commerce.ParseCurrency(o.Price.Currency)
		if price := decimalOf(o.Price.Amount, currency); o.Marketplace == place && o.Type == "B2C" && price != "" && err == nil {
			return price, currency
		}
	}
	return "", ""
}

// decimalOf reads a price; "" for what is none.
func decimalOf(text string, currency commerce.Currency) commerce.Decimal {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return ""
	}
	return d.Padded(currency.Exponent())
}

// readStock reads what is offered of a listing, place by place.
func readStock(raw []byte) (channel.Record, []fault.Problem) {
	var in stock
	if problem := decode(raw, &in); problem != nil {
		return channel.Record{}, []fault.Problem{*problem}
	}
	if in.SKU == "" {
		return channel.Record{}, []fault.Problem{missing("sku", "the listing's SKU")}
	}
	record := channel.Record{Name: in.SKU}
	for _, a := range in.Availability {
		level := channel.Level{ListingID: in.SKU, SKU: in.SKU, Location: or(a.Code, ownPlace), Tracked: true}
		if a.amazons() {
			level.Location = amazonPlace
			a.Quantity = in.fulfillable(a.Quantity)
		}
		if a.Quantity != nil {
			level.Quantity = commerce.Decimal(strconv.FormatInt(*a.Quantity, 10))
		}
		record.Levels = append(record.Levels, level)
	}
	if len(record.Levels) == 0 { // Amazon counts nothing of it
		record.Levels = []channel.Level{{ListingID: in.SKU, SKU: in.SKU, Location: ownPlace}}
	}
	return record, nil
}

// fulfillable is what Amazon can ship from its warehouses; stated is what the listing itself says of it.
func (s stock) fulfillable(stated *int64) *int64 {
	var fba summarised
	if json.Unmarshal(s.FBA, &fba) == nil && fba.Details.Fulfillable != nil {
		return fba.Details.Fulfillable
	}
	return stated
}
