// Package exchange keeps what a merchant and their trading partners send each other by EDI: what came in becomes orders,
// acknowledgements are owed and given, answers are made with numbers that never repeat, and each document knows what it
// answers and what was said of it.
package exchange

import (
	"tradepost/backend/commerce"
	"tradepost/backend/edi"
	"tradepost/backend/fault"
)

// Partner is one id by which somebody exchanges EDI with us. Several ids may be of one channel.
type Partner struct {
	ID        int64
	ChannelID int64
	Channel   string // its name, filled on reading
	Syntax    edi.Syntax
	Kind      string // qualifier of their id
	Code      string
	OurKind   string
	OurCode   string
	Outbox    string // the folder that files to them are put into; "" is the workspace's
	Next      int64  // the next control number to them
	Wants     Wants
	Seq       int64
}

// Wants is what a partner expects of us and we of them, in hours; 0 is not expected.
type Wants struct {
	Ack      int `json:"ack" minimum:"0" maximum:"8760" doc:"Hours within which the partner acknowledges what was sent to them; 0 is never."`
	Response int `json:"response" minimum:"0" maximum:"8760" doc:"Hours within which an order is answered; 0 is never."`
	Shipment int `json:"shipment" minimum:"0" maximum:"8760" doc:"Hours after the day to ship by at which a ship notice is late; 0 is never expected."`
	Invoice  int `json:"invoice" minimum:"0" maximum:"8760" doc:"Hours after a ship notice within which its invoice is sent; 0 is never."`
}

// Usual is what most retailers expect.
var Usual = Wants{Ack: 24, Response: 24, Shipment: 24, Invoice: 72}

// Direction says who sent a document.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Interchange is one envelope that came in.
type Interchange struct {
	ID         int64
	PartnerID  int64
	Control    string
	Test       bool
	SHA256     string
	FileID     int64
	Start, End int64 // where it lies in the file
	ImportID   int64
	Clashes    bool // its number was used before, by another one: it is refused
	AnsweredAt commerce.Instant
}

// Status says what became of a document.
type Status string

// The statuses: taken over; waits for a person in quarantine; refused, as it breaks the rules of EDI. Ours are made.
const (
	Taken   Status = "taken"
	Waits   Status = "waits"
	Refused Status = "refused"
	Made    Status = "made"
)

// Verdict is what the receiver of a document said of it; "" is nothing yet.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted"
	Noted    Verdict = "noted" // accepted, with errors
	Part     Verdict = "part"
	Rejected Verdict = "rejected"
)

// Document is one document that came in or that we made.
type Document struct {
	ID            int64
	Direction     Direction
	PartnerID     int64
	ChannelID     int64
	Channel       string
	InterchangeID int64 // of one that came in
	Syntax        edi.Syntax
	Type          string // 850, ORDERS, ...; "" where an interchange holds none
	Label         string
	Interchange   string // control numbers
	GroupCode     string
	GroupControl  string
	Control       string
	Version       string
	Test          bool
	Number        string // its own: of the order, the invoice, ...
	OrderNumber   string // of the order that it is about
	OrderID       int64
	Date          string // YYYY-MM-DD, as it states
	Words         string // what it says in a line; never a personal value
	Status        Status
	Problems      []fault.Problem
	Ack           Verdict // what its receiver said: of theirs, what we did
	AckID         int64   // the document that said so
	AckAt         commerce.Instant
	AnswersID     int64 // the document that it answers
	ImportID      int64
	RunID         int64
	At            commerce.Instant // when it came or was made
	PurgedAt      commerce.Instant // when its text was emptied, as a person set it
	Delivery      string           // the state of its last delivery, "" for none
	File          string           // what it is called where it was delivered
	Seq           int64
}

// IsOrder reports whether a document of a type is an order.
func IsOrder(kind string) bool { return kind == "850" || kind == "ORDERS" }

// IsChange reports whether it changes an order.
func IsChange(kind string) bool { return kind == "860" || kind == "ORDCHG" }

// IsAck reports whether it says only that something arrived.
func IsAck(kind string) bool {
	return kind == "997" || kind == "999" || kind == "TA1" || kind == "CONTRL"
}

// Lookup is what judging a document reads.
type Lookup interface {
	// Partner finds a partner by their id; the zero Partner when there is none.
	Partner(syntax edi.Syntax, kind, code string) (Partner, error)
	// Received finds an interchange of a partner by its control number; the zero Interchange when none came or it was taken back.
	Received(partnerID int64, control string, test bool) (Interchange, error)
	// Known finds a document of an interchange; the zero Document when there is none.
	Known(interchangeID int64, group, control, kind string) (Document, error)
	// OrderTexts reads the orders and changes of an order that were taken over, oldest first.
	OrderTexts(channelID int64, order string) ([]string, error)
}

// SentKey finds what an acknowledgement is about; blank fields do not narrow.
type SentKey struct {
	ChannelID   int64
	Interchange string
	GroupCode   string
	Group       string
}

// Tx is a write in progress as documents need it.
type Tx interface {
	Lookup
	// EnsurePartner finds the partner of an id or makes it, and fills it in.
	EnsurePartner(*Partner) error
	// InsertInterchange keeps an interchange and fills in its id; one that clashes and is kept already is found.
	InsertInterchange(*Interchange) error
	// InsertDocument keeps a document with its text and fills in id and instant.
	InsertDocument(d *Document, text string) error
	// UpdateDocument writes status, problems and order.
	UpdateDocument(Document) error
	// SentDocuments lists what was sent and is named by a key, the newest first.
	SentDocuments(SentKey) ([]Document, error)
	// DocumentNumbered finds the newest documents of a channel by their own number.
	DocumentNumbered(channelID int64, direction Direction, number string) ([]Document, error)
	// OrderNumbered finds an order of a channel by its number; 0 when there is none.
	OrderNumbered(channelID int64, number string) (int64, error)
	// SayOf notes what the receiver of a document said, and what they found wrong.
	SayOf(documentID int64, v Verdict, ackID int64, wrong []fault.Problem) error
	// LinkDocuments notes that one document is about another.
	LinkDocuments(from, to int64) error
}

// Filter narrows a list of documents; zero values do not.
type Filter struct {
	Direction Direction
	Type      string
	Number    string // of the document, or of the order it is about
	ChannelID int64
	OrderID   int64
	Show      string // orders, waiting (for the merchant), refused, unmatched (acknowledgements of nothing we sent), unacknowledged
	Before    int64
	Limit     int
}
