package sample

import (
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/order"
)

type place struct {
	name, kind, number, source, payment string
	currency                            commerce.Currency
	share                               int
}

var places = []place{
	{"Shopify main", "shopify", "#%d", "web", "Card", "USD", 42},
	{"Amazon US", "amazon", "111-00%05d-7700000", "Amazon.com", "Amazon", "USD", 28},
	{"Etsy", "etsy", "32000%05d", "etsy.com", "Etsy Payments", "USD", 14},
	{"eBay UK", "ebay", "07-%05d-44100", "ebay.co.uk", "eBay", "GBP", 10},
	{"Walmart", "walmart", "10880%07d", "walmart.com", "Walmart", "USD", 6},
}

type good struct {
	sku, title string
	cents      int
	linked     bool
}

var goods = []good{
	{"MUG-BLU", "Mug, speckled blue", 1800, true}, {"MUG-GRN", "Mug, forest green", 1800, true}, {"BOWL-2", "Breakfast bowl", 2400, true},
	{"PLATE-L", "Dinner plate, large", 2900, true}, {"PLATE-S", "Side plate", 1900, true}, {"TEAPOT-1", "Teapot, one litre", 6400, true},
	{"CUP-ESP", "Espresso cup, pair", 2200, true}, {"VASE-M", "Vase, matt white", 4500, true}, {"JUG-07", "Milk jug", 2100, true},
	{"TRAY-OAK", "Serving tray, oak", 5200, true}, {"SPOON-SET", "Olive wood spoons, set of four", 2600, true}, {"LINEN-N", "Linen napkins, natural, set of six", 3800, true},
	{"APRON-C", "Apron, charcoal", 3400, true}, {"CANDLE-F", "Candle, fig", 2300, true}, {"CANDLE-C", "Candle, cedar", 2300, true},
	{"00123", "Gift card envelope", 350, true}, {"COASTER-4", "Coasters, cork, set of four", 1200, true},
	{"KETTLE-EU", "Stovetop kettle", 7900, false}, {"MUG-BLU-2", "Mug, speckled blue, pack of two", 3400, false},
	{"BUTTERDOSE", "Butterdose mit Holzdeckel, handgefertigt, spülmaschinengeeignet, 250-Gramm-Stück", 3900, false},
}

var given = []string{"Ada", "Grace", "Søren", "Zoë", "Mateo", "Ines", "Yuki", "Amara", "Liam", "Noor", "Priya", "Tomasz", "Elif", "Jonas", "Chloé", "Omar", "Hana", "Luca", "Freya", "Kofi"}
var family = []string{"Sample", "Example", "Østergaard", "García", "Nakamura", "Okafor", "Kowalski", "Fischer", "Dubois", "Haddad", "Lindqvist", "Rossi", "Murphy", "Novak", "Silva"}

// written holds names in other directions and scripts, whole.
var written = []string{"نور الهدى", "דנה לוי", "山田 花子"}

var towns = []struct{ city, region, code, country string }{
	{"Portland", "OR", "97201", "US"}, {"Cambridge", "MA", "02139", "US"}, {"Austin", "TX", "78701", "US"}, {"Savannah", "GA", "31401", "US"},
	{"Leeds", "", "LS1 4AP", "GB"}, {"Bristol", "", "BS1 5TR", "GB"}, {"Lyon", "", "69001", "FR"}, {"Osaka", "", "530-0001", "JP"}, {"Kuwait City", "", "13001", "KW"},
}

func (m *maker) people(o *order.Order) {
	name := given[m.random.IntN(len(given))] + " " + family[m.random.IntN(len(family))]
	if m.random.IntN(60) == 0 {
		name = written[m.random.IntN(len(written))]
	}
	town := towns[m.random.IntN(len(towns))]
	contact := customer.Contact{Name: name, Line1: fmt.Sprintf("%d Example Street", 1+m.random.IntN(200)), City: town.city, Region: town.region,
		PostalCode: town.code, Country: town.country}
	o.SetParty(order.ShipTo, contact)
	buyer := customer.Contact{Name: name, Email: address(name, m.random.IntN(900))}
	if m.random.IntN(30) == 0 {
		buyer.Note = "Please leave it with the neighbour if nobody is in."
	}
	o.SetParty(order.Buyer, buyer)
}

// address makes an e-mail address that reaches nobody (RFC 2606).
func address(name string, n int) string {
	var local strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z':
			local.WriteRune(r)
		case r == ' ':
			local.WriteByte('.')
		}
	}
	return fmt.Sprintf("%s%d@example.com", strings.Trim(local.String(), "."), n)
}
