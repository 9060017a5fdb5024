// Package trade is documents as merchants think of them, whatever the syntax they came in. Every code stays beside its
// words; amounts, quantities and prices are decimal text as stated; what was not stated is empty.
package trade

// Coded is a code with its words.
type Coded struct {
	Code  string `json:"code"`
	Words string `json:"words"`
}

// Document is one set or message; of its shapes the one that fits is there: Order for orders, and so on.
type Document struct {
	Type            string           `json:"type" doc:"850, ORDERS, ..."`
	Label           string           `json:"label"`
	Control         string           `json:"control"`
	Group           string           `json:"group" doc:"Control number of its group"`
	Interchange     string           `json:"interchange" doc:"Control number of its interchange"`
	Sender          string           `json:"sender"`
	Receiver        string           `json:"receiver"`
	Version         string           `json:"version"`
	Test            bool             `json:"test"`
	Accepted        bool             `json:"accepted"`
	Order           *Order           `json:"order,omitempty"`
	Acknowledgement *Acknowledgement `json:"acknowledgement,omitempty"`
	Response        *Response        `json:"response,omitempty"`
	Shipment        *Shipment        `json:"shipment,omitempty"`
	Invoice         *Invoice         `json:"invoice,omitempty"`
	Stock           *StockReport     `json:"stock,omitempty"`
	Remittance      *Remittance      `json:"remittance,omitempty"`
	Receipt         *Receipt         `json:"receipt,omitempty"`
	Activity        *Activity        `json:"activity,omitempty"`
	Segments        []Segment        `json:"segments,omitempty" doc:"Of documents that have no shape of their own here"`
}

// Segment is a segment with its loop, for documents without a shape of their own.
type Segment struct {
	Tag      string     `json:"tag"`
	Label    string     `json:"label"`
	Loop     string     `json:"loop"`
	Depth    int        `json:"depth"`
	Elements [][]string `json:"elements" doc:"Components of each element, of its first repetition"`
}

// Order is a purchase order or a change of one.
type Order struct {
	Number     string      `json:"number"`
	Release    string      `json:"release"`
	Change     string      `json:"change" doc:"Number of the change, of changes"`
	Date       string      `json:"date" doc:"YYYY-MM-DD"`
	Purpose    Coded       `json:"purpose"`
	Kind       Coded       `json:"kind"`
	Contract   string      `json:"contract"`
	Currency   string      `json:"currency"`
	Parties    []Party     `json:"parties"`
	References []Reference `json:"references"`
	Dates      []Date      `json:"dates"`
	Contacts   []Contact   `json:"contacts"`
	Terms      []Terms     `json:"terms"`
	Allowances []Allowance `json:"allowances"`
	Shipping   Shipping    `json:"shipping"`
	Notes      []string    `json:"notes"`
	Lines      []Line      `json:"lines"`
	LineCount  string      `json:"line_count" doc:"As stated"`
	Total      string      `json:"total" doc:"As stated"`
}

// Party is who buys, gets the goods, pays, ...
type Party struct {
	Role       Coded       `json:"role"`
	Name       string      `json:"name"`
	Names      []string    `json:"names" doc:"Further names"`
	IDKind     Coded       `json:"id_kind"`
	ID         string      `json:"id"`
	Street     []string    `json:"street"`
	City       string      `json:"city"`
	Region     string      `json:"region"`
	PostalCode string      `json:"postal_code"`
	Country    string      `json:"country"`
	Contacts   []Contact   `json:"contacts"`
	References []Reference `json:"references"`
}

// Contact is a person or department to turn to.
type Contact struct {
	Kind    Coded  `json:"kind"`
	Name    string `json:"name"`
	Numbers []Code `json:"numbers"`
}

// Code is a value with the kind it is of.
type Code struct {
	Kind  Coded  `json:"kind"`
	Value string `json:"value"`
}

// Reference is a number by which somebody knows something.
type Reference struct {
	Kind  Coded  `json:"kind"`
	Value string `json:"value"`
	Text  string `json:"text"`
}

// Date is an instant with its meaning.
type Date struct {
	Kind Coded  `json:"kind"`
	Date string `json:"date" doc:"YYYY-MM-DD, or as stated where it is no date"`
	Time string `json:"time" doc:"HH:MM or HH:MM:SS"`
}

// Terms are terms of payment.
type Terms struct {
	Kind         Coded  `json:"kind"`
	Basis        Coded  `json:"basis"`
	Percent      string `json:"percent" doc:"Discount"`
	DiscountDays string `json:"discount_days"`
	DiscountDate string `json:"discount_date"`
	NetDays      string `json:"net_days"`
	NetDate      string `json:"net_date"`
	Text         string `json:"text"`
}

// Allowance is an allowance or a charge.
type Allowance struct {
	Charge  bool   `json:"charge"`
	Sort    Coded  `json:"sort" doc:"Allowance, charge or another sort"`
	Kind    Coded  `json:"kind"`
	Amount  string `json:"amount"`
	Percent string `json:"percent"`
	Rate    string `json:"rate"`
	Settled Coded  `json:"settled" doc:"How it is settled"`
	Text    string `json:"text"`
}

// Shipping is how the goods travel.
type Shipping struct {
	Paid    Coded  `json:"paid" doc:"Who pays for it"`
	Place   string `json:"place"`
	Carrier string `json:"carrier" doc:"The carrier's code"`
	Mode    Coded  `json:"mode"`
	Routing string `json:"routing"`
	Service Coded  `json:"service"`
}

// Line is one line of an order.
type Line struct {
	Number      string      `json:"number"`
	Change      *Coded      `json:"change,omitempty" doc:"What changes, of changes"`
	Quantity    string      `json:"quantity"`
	Unit        Coded       `json:"unit"`
	Price       string      `json:"price"`
	PriceBasis  Coded       `json:"price_basis"`
	PricePer    string      `json:"price_per,omitempty" doc:"For how many units the price is, where not for one"`
	Codes       []Code      `json:"codes" doc:"Both sides' item codes, in their order"`
	Description string      `json:"description"`
	PackSize    string      `json:"pack_size" doc:"Units per pack"`
	RetailPrice string      `json:"retail_price"`
	Dates       []Date      `json:"dates"`
	References  []Reference `json:"references"`
	Allowances  []Allowance `json:"allowances"`
	Parties     []Party     `json:"parties" doc:"Ship-tos of this line"`
	Stores      []Store     `json:"stores" doc:"What goes to which store"`
	Schedule    []Scheduled `json:"schedule"`
	Notes       []string    `json:"notes"`
	Total       string      `json:"total,omitempty" doc:"As stated"`
	Quantities  []Quantity  `json:"quantities,omitempty" doc:"All that are stated, where there are several"`
	Taxes       []Tax       `json:"taxes,omitempty"`
}

// Store is what of a line goes to one store.
type Store struct {
	Kind     Coded  `json:"kind"`
	Store    string `json:"store"`
	Quantity string `json:"quantity"`
	Unit     Coded  `json:"unit"`
}

// Scheduled is what of a line is wanted when.
type Scheduled struct {
	Quantity string `json:"quantity"`
	Unit     Coded  `json:"unit"`
	Date     Date   `json:"date"`
}

// Acknowledgement is what a partner says of what was sent: of a group, or of an interchange as such.
type Acknowledgement struct {
	Interchange string   `json:"interchange" doc:"Control number of the interchange that was sent; empty for a group"`
	Code        string   `json:"code" doc:"Of the group that was sent"`
	Control     string   `json:"control" doc:"Of the group that was sent"`
	Verdict     Coded    `json:"verdict"`
	Notes       []Coded  `json:"notes"`
	Sets        []SetAck `json:"sets"`
}

// SetAck is the verdict on one set or message.
type SetAck struct {
	Type    string  `json:"type"`
	Control string  `json:"control"`
	Verdict Coded   `json:"verdict"`
	Notes   []Coded `json:"notes"`
	Faults  []Fault `json:"faults"`
}

// Fault is one thing that the partner found wrong.
type Fault struct {
	Segment  string `json:"segment"`
	Position string `json:"position"`
	Element  string `json:"element"`
	Code     Coded  `json:"code"`
	Found    string `json:"found"`
}

// Sent is a group that was sent and waits for its acknowledgement. EDIFACT without groups has interchanges instead, whose Code is
// empty.
type Sent struct {
	Partner string // the receiver's id in the interchange
	Code    string
	Control string
}

// Match finds what an acknowledgement from a partner answers among what was sent to them; ok is false when it answers
// nothing that was.
func (a *Acknowledgement) Match(partner string, sent []Sent) (found Sent, ok bool) {
	control := a.Control
	if control == "" {
		control = a.Interchange
	}
	for _, s := range sent {
		if s.Partner == partner && s.Code == a.Code && number(s.Control) == number(control) {
			return s, true
		}
	}
	return Sent{}, false
}

// number is a control number without the zeros that some systems drop.
func number(control string) string {
	for len(control) > 1 && control[0] == '0' {
		control = control[1:]
	}
	return control
}
