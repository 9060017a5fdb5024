package trade

import "slices"

// Heading is what all documents but orders have in common at their beginning.
type Heading struct {
	Number     string      `json:"number" doc:"The document's own number"`
	Date       string      `json:"date" doc:"YYYY-MM-DD"`
	Purpose    Coded       `json:"purpose"`
	Kind       Coded       `json:"kind"`
	Currency   string      `json:"currency"`
	Parties    []Party     `json:"parties"`
	References []Reference `json:"references"`
	Dates      []Date      `json:"dates"`
	Terms      []Terms     `json:"terms"`
	Allowances []Allowance `json:"allowances"`
	Shipping   Shipping    `json:"shipping"`
	Notes      []string    `json:"notes"`
	Amounts    []Amount    `json:"amounts"`
	LineCount  string      `json:"line_count" doc:"As stated"`
}

// Amount is an amount of money with its meaning.
type Amount struct {
	Kind     Coded  `json:"kind"`
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// Quantity is how much of something, with its meaning.
type Quantity struct {
	Kind  Coded  `json:"kind"`
	Value string `json:"value"`
	Unit  Coded  `json:"unit"`
}

// Tax is a tax with its rate.
type Tax struct {
	Kind     Coded  `json:"kind"`
	Category Coded  `json:"category"`
	Rate     string `json:"rate" doc:"Percent"`
	Basis    string `json:"basis"`
	Amount   string `json:"amount"`
}

// Answer says what becomes of an order's line.
type Answer string

// The answers.
const (
	Accepted    Answer = "accepted"
	Changed     Answer = "changed"
	BackOrdered Answer = "back_ordered"
	Rejected    Answer = "rejected"
)

// Response is the answer to an order: 855, ORDRSP.
type Response struct {
	Heading
	Order     string         `json:"order"`
	OrderDate string         `json:"order_date"`
	Lines     []ResponseLine `json:"lines"`
}

// ResponseLine is an order's line with what becomes of it. Its Quantity is what will be sent.
type ResponseLine struct {
	Line
	Answer   Answer `json:"answer"`
	Later    string `json:"later" doc:"How much follows later"`
	Cut      string `json:"cut,omitempty" doc:"How much is refused of a line of which some is accepted"`
	ShipDate string `json:"ship_date"`
}

// Shipment is what is on its way: 856, DESADV.
type Shipment struct {
	Heading
	Orders   []OrderNumber `json:"orders" doc:"The orders in it"`
	Shipped  string        `json:"shipped"`
	Expected string        `json:"expected"`
	Tracking string        `json:"tracking"`
	Weight   *Quantity     `json:"weight,omitempty"`
	Packages []Package     `json:"packages" doc:"Outermost first; a package names the one that it is in"`
}

// OrderNumber is an order that a document speaks of.
type OrderNumber struct {
	Number string `json:"number"`
	Date   string `json:"date"`
}

// Package is a box or pallet, or only a level of packing.
type Package struct {
	ID     string    `json:"id" doc:"Its number in the document"`
	Parent string    `json:"parent" doc:"The package that it is in"`
	SSCC   []string  `json:"sscc"`
	Kind   Coded     `json:"kind"`
	Count  string    `json:"count" doc:"How many alike"`
	Weight *Quantity `json:"weight,omitempty"`
	Lines  []Line    `json:"lines"`
}

// AddOrder adds an order that is not there yet.
func (s *Shipment) AddOrder(number, date string) {
	same := func(o OrderNumber) bool { return o.Number == number }
	if number != "" && !slices.ContainsFunc(s.Orders, same) {
		s.Orders = append(s.Orders, OrderNumber{number, date})
	}
}

// Invoice is an invoice or a credit note: 810, INVOIC.
type Invoice struct {
	Heading
	Order     string `json:"order"`
	OrderDate string `json:"order_date"`
	Credit    bool   `json:"credit"`
	Lines     []Line `json:"lines"`
	Taxes     []Tax  `json:"taxes"`
	Total     string `json:"total" doc:"What is to be paid"`
}

// StockReport says what lies where: 846, INVRPT.
type StockReport struct {
	Heading
	Lines []StockLine `json:"lines"`
}

// StockLine is what lies of one item at one place.
type StockLine struct {
	Line
	Place *Party `json:"place,omitempty"`
}

// Activity says what was sold and what lies where: 852.
type Activity struct {
	Heading
	From  string         `json:"from" doc:"First day of the period"`
	To    string         `json:"to"`
	Lines []ActivityLine `json:"lines"`
}

// ActivityLine is one item with its figures.
type ActivityLine struct {
	Line
	Figures []Figure `json:"figures"`
}

// Figure is how much of an item was sold, lies there, ..., of one store where it names one.
type Figure struct {
	Kind     Coded  `json:"kind"`
	Store    string `json:"store"`
	Quantity string `json:"quantity"`
	Unit     Coded  `json:"unit"`
}

// Remittance says what a payment pays: 820, REMADV.
type Remittance struct {
	Heading
	Paid  string     `json:"paid"`
	Items []PaidItem `json:"items"`
}

// PaidItem is one document that is paid.
type PaidItem struct {
	Kind       Coded       `json:"kind"`
	Number     string      `json:"number"`
	Date       string      `json:"date"`
	Amount     string      `json:"amount" doc:"Of the document"`
	Discount   string      `json:"discount"`
	Paid       string      `json:"paid"`
	References []Reference `json:"references"`
	Adjusted   []Amount    `json:"adjusted" doc:"What was added or taken off, by its reason"`
}

// Receipt says what arrived: 861, RECADV.
type Receipt struct {
	Heading
	Order    string `json:"order"`
	Shipment string `json:"shipment"`
	Lines    []Line `json:"lines"`
}

// Reference finds the value of a reference by its code; "" when there is none.
func (h *Heading) Reference(code string) string {
	for i := range h.References {
		if h.References[i].Kind.Code == code {
			return h.References[i].Value
		}
	}
	return ""
}

// Item finds a line's item number by one of the codes, in their order; "" when there is none.
func (l *Line) Item(codes ...string) string {
	for _, code := range codes {
		for i := range l.Codes {
			if l.Codes[i].Kind.Code == code {
				return l.Codes[i].Value
			}
		}
	}
	return ""
}
