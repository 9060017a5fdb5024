package amazon

import (
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// region is one of the three parts that Amazon's interface is divided into
// (https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints).
type region struct{ name, endpoint string }

var (
	northAmerica = region{"North America", "https://sellingpartnerapi-na.amazon.com"}
	europe       = region{"Europe", "https://sellingpartnerapi-eu.amazon.com"}
	farEast      = region{"Far East", "https://sellingpartnerapi-fe.amazon.com"}
)

// marketplace is one Amazon shop (https://developer-docs.amazon.com/sp-api/docs/marketplace-ids).
type marketplace struct {
	id       string
	domain   string
	region   region
	currency commerce.Currency
}

var marketplaces = []marketplace{
	{"ATVPDKIKX0DER", "amazon.com", northAmerica, "USD"}, {"A2EUQ1WTGCTBG2", "amazon.ca", northAmerica, "CAD"},
	{"A1AM78C64UM0Y8", "amazon.com.mx", northAmerica, "MXN"}, {"A2Q3Y263D00KWC", "amazon.com.br", northAmerica, "BRL"},
	{"A1F83G8C2ARO7P", "amazon.co.uk", europe, "GBP"}, {"A1PA6795UKMFR9", "amazon.de", europe, "EUR"},
	{"A13V1IB3VIYZZH", "amazon.fr", europe, "EUR"}, {"APJ6JRA9NG5V4", "amazon.it", europe, "EUR"},
	{"A1RKKUPIHCS9HS", "amazon.es", europe, "EUR"}, {"A1805IZSGTT6HS", "amazon.nl", europe, "EUR"},
	{"AMEN7PMS3EDWL", "amazon.com.be", europe, "EUR"}, {"A28R8C7NBKEWEA", "amazon.ie", europe, "EUR"},
	{"A2NODRKZP88ZB9", "amazon.se", europe, "SEK"}, {"A1C3SOZRARQ6R3", "amazon.pl", europe, "PLN"},
	{"A33AVAJ2PDY3EV", "amazon.com.tr", europe, "TRY"}, {"A2VIGQ35RCS4UG", "amazon.ae", europe, "AED"},
	{"A17E79C6D8DWNP", "amazon.sa", europe, "SAR"}, {"ARBP9OOSHTCHU", "amazon.eg", europe, "EGP"},
	{"AE08WJ6YKNBMC", "amazon.co.za", europe, "ZAR"}, {"A21TJRUUN4KGV", "amazon.in", europe, "INR"},
	{"A1VC38T7YXB528", "amazon.co.jp", farEast, "JPY"}, {"A39IBJ37TRP1C6", "amazon.com.au", farEast, "AUD"},
	{"A19VAU5U5O7RUS", "amazon.sg", farEast, "SGD"},
}

// marketplaceOf finds a marketplace by its id; ok is false for none.
func marketplaceOf(id string) (m marketplace, ok bool) {
	i := slices.IndexFunc(marketplaces, func(m marketplace) bool { return m.id == id })
	if i < 0 {
		return marketplace{id: id}, false
	}
	return marketplaces[i], true
}

func marketplaceChoices() (choices []channel.Choice) {
	for _, m := range marketplaces {
		choices = append(choices, channel.Choice{Value: m.id, Label: m.domain})
	}
	return choices
}

// The places where stock lies: the seller's own, and Amazon's warehouses, which an offer names by a code for the region
// (AMAZON_NA, AMAZON_EU, ...).
const (
	ownPlace      = "DEFAULT"
	amazonPlace   = "AMAZON"
	amazonsPrefix = "AMAZON"
)

var places = []channel.Location{{ID: ownPlace, Name: "Your own stock"}, {ID: amazonPlace, Name: "Amazon’s warehouses (FBA)", Theirs: true}}
