// Package document holds what the documents of trading partners say, whatever syntax they came in: an 850 and an ORDERS are
// the same purchase order. Codes of the sender are kept beside what they mean, as partners want them back unchanged.
package document

import (
	"slices"

	"tradepost/backend/commerce"
)

// Purpose says what a document is to do with what was sent before.
type Purpose string

// The purposes.
const (
	Original     Purpose = "original"
	Change       Purpose = "change"
	Cancellation Purpose = "cancellation"
	Replacement  Purpose = "replacement"
	Duplicate    Purpose = "duplicate"
	Confirmation Purpose = "confirmation"
	OtherPurpose Purpose = "other"
)

// Source says where a document was found.
type Source struct {
	Syntax      string `json:"syntax" doc:"x12 or edifact"`
	Type        string `json:"type" doc:"850, ORDERS, ..."`
	Version     string `json:"version"`
	Interchange string `json:"interchange" doc:"Control number of the interchange"`
	Group       string `json:"group,omitempty"`
	Control     string `json:"control" doc:"Control number of the set or message"`
	Sender      string `json:"sender"`
	Receiver    string `json:"receiver"`
	Test        bool   `json:"test"`
}

// Heading is what all documents have.
type Heading struct {
	Source      Source       `json:"source"`
	Number      string       `json:"number" doc:"The document's own number"`
	Purpose     Purpose      `json:"purpose"`
	PurposeCode string       `json:"purposeCode" doc:"As sent: BEG01, BGM 1225"`
	Kind        string       `json:"kind" doc:"What kind of order, invoice ... it is, in words"`
	KindCode    string       `json:"kindCode" doc:"As sent: BEG02, BGM 1001"`
	Date        string       `json:"date" doc:"When it was written: 2026-03-02 or 2026-03-02T09:15"`
	Currency    string       `json:"currency,omitempty"`
	Parties     []Party      `json:"parties"`
	References  []Reference  `json:"references"`
	Dates       []Date       `json:"dates"`
	Terms       []Terms      `json:"terms,omitempty"`
	Adjustments []Adjustment `json:"adjustments,omitempty"`
	Carriage    []Carriage   `json:"carriage,omitempty"`
	Notes       []Note       `json:"notes,omitempty"`
	Amounts     []Amount     `json:"amounts,omitempty"`
	StatedLines int          `json:"statedLines,omitempty" doc:"How many lines the sender counted; 0 where not stated"`
}

// Role says what a party is to a document.
type Role string

// The roles that matter to a merchant.
const (
	Buyer     Role = "buyer"
	Supplier  Role = "supplier"
	ShipTo    Role = "ship_to"
	ShipFrom  Role = "ship_from"
	BillTo    Role = "bill_to"
	Store     Role = "store"    // for which a parcel is meant: X12's Z7 and BY, EDIFACT's UC and SN
	EndBuyer  Role = "customer" // the consumer of a drop-shipped order
	Carrier   Role = "carrier"
	Payer     Role = "payer"
	Payee     Role = "payee"
	OtherRole Role = "other"
)

// Party is somebody in a document.
type Party struct {
	Role       Role        `json:"role"`
	RoleCode   string      `json:"roleCode" doc:"As sent: N101, NAD 3035"`
	ID         string      `json:"id,omitempty" doc:"The party's number at the sender: send it back"`
	IDCode     string      `json:"idCode,omitempty" doc:"Who keeps the number, as sent: N103, NAD 3055"`
	Name       string      `json:"name,omitempty"`
	Name2      string      `json:"name2,omitempty"`
	Street     []string    `json:"street,omitempty"`
	City       string      `json:"city,omitempty"`
	Region     string      `json:"region,omitempty"`
	Postcode   string      `json:"postcode,omitempty"`
	Country    string      `json:"country,omitempty"`
	Contacts   []Contact   `json:"contacts,omitempty"`
	References []Reference `json:"references,omitempty"`
}

// Contact is a person or desk to ask.
type Contact struct {
	Code  string `json:"code,omitempty"`
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
	Fax   string `json:"fax,omitempty"`
}

// Reference is a number by which somebody knows something.
type Reference struct {
	Code  string `json:"code" doc:"As sent: REF01, RFF 1153"`
	Words string `json:"words,omitempty" doc:"What the code means"`
	Value string `json:"value"`
	Text  string `json:"text,omitempty"`
	Date  string `json:"date,omitempty"`
}

// Date is a date or span with its meaning. One that cannot be read stands in Value as it came.
type Date struct {
	Code  string `json:"code" doc:"As sent: DTM01, DTM 2005"`
	Words string `json:"words,omitempty"`
	Value string `json:"value" doc:"2026-03-02, 2026-03-02T09:15, or two of them with a slash between"`
}

// Terms are terms of payment.
type Terms struct {
	Code         string           `json:"code,omitempty"`
	Words        string           `json:"words,omitempty"`
	DiscountRate commerce.Decimal `json:"discountRate,omitempty" doc:"Percent"`
	DiscountDays int              `json:"discountDays,omitempty"`
	DiscountDate string           `json:"discountDate,omitempty"`
	NetDays      int              `json:"netDays,omitempty"`
	NetDate      string           `json:"netDate,omitempty"`
	Text         string           `json:"text,omitempty"`
}

// Adjustment is an allowance or charge.
type Adjustment struct {
	Charge  bool             `json:"charge" doc:"It is added; else it is taken off"`
	Code    string           `json:"code,omitempty" doc:"As sent: SAC02, ALC 7161"`
	Words   string           `json:"words,omitempty"`
	Amount  commerce.Decimal `json:"amount,omitempty"`
	Percent commerce.Decimal `json:"percent,omitempty"`
	Text    string           `json:"text,omitempty"`
}

// Carriage says how goods travel and who pays for it.
type Carriage struct {
	Mode        string `json:"mode,omitempty"`
	Carrier     string `json:"carrier,omitempty" doc:"Code: SCAC or as sent"`
	CarrierName string `json:"carrierName,omitempty"`
	Terms       string `json:"terms,omitempty" doc:"Terms of delivery: DDP, FOB"`
	Payment     string `json:"payment,omitempty" doc:"Who pays, as sent"`
	Text        string `json:"text,omitempty"`
}

// Note is free text.
type Note struct {
	Code string `json:"code,omitempty"`
	Text string `json:"text"`
}

// Amount is an amount with its meaning.
type Amount struct {
	Code     string           `json:"code" doc:"As sent: AMT01, MOA 5025"`
	Words    string           `json:"words,omitempty"`
	Value    commerce.Decimal `json:"value"`
	Currency string           `json:"currency,omitempty"`
}

// ItemID is one of the numbers of an item.
type ItemID struct {
	Code  string   `json:"code" doc:"As sent: PO106, LIN and PIA 7143"`
	Kind  ItemKind `json:"kind"`
	Value string   `json:"value"`
}

// ItemKind says whose number an item's number is.
type ItemKind string

// The kinds of item numbers.
const (
	GTIN         ItemKind = "gtin"
	BuyerItem    ItemKind = "buyer"
	SupplierItem ItemKind = "supplier"
	MakerItem    ItemKind = "manufacturer"
	OtherItem    ItemKind = "other"
)

// Quantity is how much of something, with its meaning.
type Quantity struct {
	Code  string           `json:"code,omitempty" doc:"As sent: QTY01, QTY 6063"`
	Words string           `json:"words,omitempty"`
	Value commerce.Decimal `json:"value"`
	Unit  string           `json:"unit,omitempty"`
}

// Price is a price of one unit, or of Per units.
type Price struct {
	Code  string           `json:"code,omitempty" doc:"As sent: CTP02, PRI 5125"`
	Words string           `json:"words,omitempty"`
	Value commerce.Decimal `json:"value"`
	Per   commerce.Decimal `json:"per,omitempty"`
	Unit  string           `json:"unit,omitempty"`
	Basis string           `json:"basis,omitempty" doc:"As sent: PO105, PRI 5375 or 5387"`
}

// Share is a part of a line that goes to one place.
type Share struct {
	Place    Party            `json:"place"`
	Quantity commerce.Decimal `json:"quantity"`
	Unit     string           `json:"unit,omitempty"`
	Dates    []Date           `json:"dates,omitempty"`
}

// Action says what a change does to a line.
type Action string

// The actions; orders have none.
const (
	AddLine    Action = "add"
	DeleteLine Action = "delete"
	ChangeLine Action = "change"
	KeepLine   Action = "keep"
)

// Line is one line of an order or of what answers it.
type Line struct {
	Number      string           `json:"number" doc:"As sent: send it back"`
	Action      Action           `json:"action,omitempty"`
	ActionCode  string           `json:"actionCode,omitempty" doc:"As sent: POC02, LIN 1229"`
	Items       []ItemID         `json:"items"`
	Description string           `json:"description,omitempty"`
	Quantity    commerce.Decimal `json:"quantity,omitempty" doc:"What the document is about: ordered, shipped, invoiced"`
	Unit        string           `json:"unit,omitempty"`
	Price       Price            `json:"price,omitzero"`
	Total       commerce.Decimal `json:"total,omitempty"`
	Quantities  []Quantity       `json:"quantities,omitempty" doc:"All that are stated"`
	Prices      []Price          `json:"prices,omitempty"`
	Amounts     []Amount         `json:"amounts,omitempty"`
	PackSize    commerce.Decimal `json:"packSize,omitempty" doc:"Consumer units in a traded one"`
	Dates       []Date           `json:"dates,omitempty"`
	References  []Reference      `json:"references,omitempty"`
	Adjustments []Adjustment     `json:"adjustments,omitempty"`
	Taxes       []Tax            `json:"taxes,omitempty"`
	Shares      []Share          `json:"shares,omitempty" doc:"How it is split over places (SDQ, LOC)"`
	Parties     []Party          `json:"parties,omitempty"`
	Notes       []Note           `json:"notes,omitempty"`
}

// Item finds the item number of a kind; "" when there is none.
func (l *Line) Item(kind ItemKind) string {
	for _, item := range l.Items {
		if item.Kind == kind {
			return item.Value
		}
	}
	return ""
}

// Tax is a tax with its rate.
type Tax struct {
	Code     string           `json:"code" doc:"VAT, GST, ST ..."`
	Category string           `json:"category,omitempty"`
	Rate     commerce.Decimal `json:"rate,omitempty" doc:"Percent"`
	Amount   commerce.Decimal `json:"amount,omitempty"`
	Basis    commerce.Decimal `json:"basis,omitempty"`
}

// Party finds the first party in a role.
func (h *Heading) Party(role Role) (Party, bool) {
	for _, party := range h.Parties {
		if party.Role == role {
			return party, true
		}
	}
	return Party{}, false
}

// Reference finds the value of a reference by its code; "" when there is none.
func (h *Heading) Reference(code string) string {
	for _, reference := range h.References {
		if reference.Code == code {
			return reference.Value
		}
	}
	return ""
}

// PurchaseOrder is an 850 or ORDERS; as a change to one, an 860 or ORDCHG, Change tells which.
type PurchaseOrder struct {
	Heading
	Order string `json:"order" doc:"Number of the order: of a change, the order it changes"`
	Lines []Line `json:"lines"`
}

// Response is an 855 or ORDRSP: the answer to an order.
type Response struct {
	Heading
	Order string         `json:"order"`
	Lines []ResponseLine `json:"lines"`
}

// Answer says what becomes of a line.
type Answer string

// The answers.
const (
	Accepted   Answer = "accepted"
	Changed    Answer = "changed"
	BackOrder  Answer = "back_order"
	Rejected   Answer = "rejected"
	OtherLines Answer = "other"
)

// ResponseLine is a line with what becomes of it.
type ResponseLine struct {
	Line
	Answer     Answer           `json:"answer"`
	Later      commerce.Decimal `json:"later,omitempty" doc:"How much follows later"`
	LaterDate  string           `json:"laterDate,omitempty"`
	ShipDate   string           `json:"shipDate,omitempty"`
	ReasonCode string           `json:"reasonCode,omitempty"`
}

// Shipment is an 856 or DESADV: what is on its way, by packages.
type Shipment struct {
	Heading
	Orders   []string  `json:"orders" doc:"Numbers of the orders in it"`
	Shipped  string    `json:"shipped,omitempty"`
	Expected string    `json:"expected,omitempty"`
	Tracking string    `json:"tracking,omitempty"`
	Packages []Package `json:"packages" doc:"Outermost first; a package names the one it is in"`
	Weight   Quantity  `json:"weight,omitzero"`
}

// Package is a box, pallet or nothing but a level of packing.
type Package struct {
	ID     string   `json:"id" doc:"Its number in the document: HL01, CPS 7164"`
	Parent string   `json:"parent,omitempty" doc:"In which package it is"`
	SSCC   []string `json:"sscc,omitempty"`
	Kind   string   `json:"kind,omitempty"`
	Count  int      `json:"count,omitempty" doc:"How many alike"`
	Weight Quantity `json:"weight,omitzero"`
	Lines  []Line   `json:"lines,omitempty"`
}

// Invoice is an 810 or INVOIC; a credit note is one too.
type Invoice struct {
	Heading
	Order  string           `json:"order,omitempty"`
	Credit bool             `json:"credit"`
	Lines  []Line           `json:"lines"`
	Taxes  []Tax            `json:"taxes,omitempty"`
	Total  commerce.Decimal `json:"total,omitempty" doc:"What is to be paid"`
}

// StockReport is an 846 or INVRPT.
type StockReport struct {
	Heading
	Lines []StockLine `json:"lines"`
}

// StockLine is what lies of one item at one place.
type StockLine struct {
	Line
	Place Party `json:"place,omitzero"`
}

// Remittance is an 820 or REMADV: what is paid with one payment.
type Remittance struct {
	Heading
	Paid  commerce.Decimal `json:"paid,omitempty"`
	Items []RemittanceItem `json:"items"`
}

// RemittanceItem is one document that is paid.
type RemittanceItem struct {
	Kind        string           `json:"kind,omitempty"`
	KindCode    string           `json:"kindCode,omitempty"`
	Number      string           `json:"number"`
	Date        string           `json:"date,omitempty"`
	Amount      commerce.Decimal `json:"amount,omitempty" doc:"Of the document"`
	Discount    commerce.Decimal `json:"discount,omitempty"`
	Paid        commerce.Decimal `json:"paid,omitempty"`
	References  []Reference      `json:"references,omitempty"`
	Adjustments []Adjustment     `json:"adjustments,omitempty"`
}

// Receipt is an 861 or RECADV: what arrived.
type Receipt struct {
	Heading
	Order    string `json:"order,omitempty"`
	Shipment string `json:"shipment,omitempty"`
	Lines    []Line `json:"lines"`
}

// Acknowledgement is a 997, 999 or CONTRL that came in: what the partner could read of what was sent.
type Acknowledgement struct {
	Source      Source          `json:"source"`
	Interchange string          `json:"interchange,omitempty" doc:"Control number of the interchange that is answered"`
	Group       string          `json:"group,omitempty"`
	Accepted    bool            `json:"accepted"`
	Code        string          `json:"code" doc:"As sent: AK901, UCI 0083"`
	Errors      []AckError      `json:"errors,omitempty"`
	Documents   []AckOfDocument `json:"documents"`
}

// AckOfDocument is the answer to one set or message.
type AckOfDocument struct {
	Type     string     `json:"type"`
	Control  string     `json:"control"`
	Accepted bool       `json:"accepted"`
	Code     string     `json:"code"`
	Errors   []AckError `json:"errors,omitempty"`
}

// AckError is one error that the partner found.
type AckError struct {
	Code      string `json:"code"`
	Words     string `json:"words,omitempty"`
	Segment   string `json:"segment,omitempty"`
	Position  int    `json:"position,omitempty"`
	Element   int    `json:"element,omitempty"`
	Component int    `json:"component,omitempty"`
}

// Document is one of those above; the others are nil.
type Document struct {
	Order           *PurchaseOrder   `json:"order,omitempty"`
	Change          *PurchaseOrder   `json:"change,omitempty"`
	Response        *Response        `json:"response,omitempty"`
	Shipment        *Shipment        `json:"shipment,omitempty"`
	Invoice         *Invoice         `json:"invoice,omitempty"`
	Stock           *StockReport     `json:"stock,omitempty"`
	Remittance      *Remittance      `json:"remittance,omitempty"`
	Receipt         *Receipt         `json:"receipt,omitempty"`
	Acknowledgement *Acknowledgement `json:"acknowledgement,omitempty"`
	// Unread is where a document was found that is none of these.
	Unread *Source `json:"unread,omitempty"`
}

// AddOrders adds the numbers of the orders that references name.
func (s *Shipment) AddOrders(references []Reference) {
	for _, reference := range references {
		if reference.Code == "ON" && reference.Value != "" && !slices.Contains(s.Orders, reference.Value) {
			s.Orders = append(s.Orders, reference.Value)
		}
	}
}
