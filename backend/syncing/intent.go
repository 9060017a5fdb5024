package syncing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// State says where an intent stands.
type State string

// The states of an intent. It is committed as sending before the call; after a crash it is unknown, and its effect is looked for before
// any second try.
const (
	Proposed   State = "proposed"   // waits for approval
	Approved   State = "approved"   // to be sent
	Sending    State = "sending"    // the call is under way, or was when Tradepost ended
	Pending    State = "pending"    // the vendor works on it
	Unknown    State = "unknown"    // no answer
	Done       State = "done"       // the effect is there
	Rejected   State = "rejected"   // it never will be, as it stands
	Superseded State = "superseded" // a newer wish, or a person, took it off
)

// Settled reports whether nothing more happens to an intent by itself.
func (s State) Settled() bool { return s == Done || s == Rejected || s == Superseded }

// underWay reports whether the vendor may have an intent that is not settled.
func (s State) underWay() bool { return s == Sending || s == Pending || s == Unknown }

// waits reports whether the vendor cannot have heard of an intent yet.
func (s State) waits() bool { return s == Proposed || s == Approved }

// The kinds of record that intents are about.
const (
	listingRecord  = "listing"
	orderRecord    = "order"
	shipmentRecord = "shipment"
)

// Intent is a write we want in another system. Its id and revision are the key that is sent with it.
type Intent struct {
	ID           int64
	Revision     int64
	ConnectionID int64
	ChannelID    int64
	PlanID       int64
	RunID        int64 // the run that sent it last
	Operation    channel.Operation
	Target       string // the channel's id of the listing or order
	Location     string
	Name         string // by which people know the target: a SKU, an order's number
	RecordKind   string
	RecordID     int64
	State        State
	Body         Body
	Wanted       string // in the form of Observed
	Observed     string // what was there when it was planned, or looked at last; "" is not known
	ObservedAt   commerce.Instant
	Shown        string // what was read back after it was done; "" where nothing was
	Reason       string // why it is wanted, for people
	Warning      string
	Reference    string // the vendor's id of what was made
	Problem      *fault.Problem
	DependsOn    int64 // one that has to be settled before; 0 is none
	Undoes       int64 // the one that this takes back; 0 is none
	ClaimedBy    string
	LeaseUntil   commerce.Instant
	CheckAt      commerce.Instant // when it is looked at next, or before when it is not sent
	CreatedAt    commerce.Instant
	SettledAt    commerce.Instant
	Seq          int64
}

// Body is what an intent says beside its target. It holds no personal value.
type Body struct {
	Quantity string    `json:"quantity,omitempty"`
	Price    string    `json:"price,omitempty"`
	Currency string    `json:"currency,omitempty"`
	Status   string    `json:"status,omitempty"`
	Amount   string    `json:"amount,omitempty"`
	Lines    []Part    `json:"lines,omitempty"`
	Restock  bool      `json:"restock,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Notify   bool      `json:"notify,omitempty"`
	Shipment *Shipping `json:"shipment,omitempty"`

	Document *accounting.Document `json:"document,omitempty"`
}

// Part is how much of an order's line.
type Part struct {
	LineID   string `json:"line_id"`
	Quantity string `json:"quantity"`
}

// Shipping is what a channel is told of a shipment.
type Shipping struct {
	ID        int64  `json:"id,omitempty"`
	Carrier   string `json:"carrier,omitempty"`
	Service   string `json:"service,omitempty"`
	Tracking  string `json:"tracking,omitempty"`
	ShippedAt int64  `json:"shipped_at,omitempty"`
	Lines     []Part `json:"lines,omitempty"`
	Corrects  string `json:"corrects,omitempty"` // the vendor's id of the shipment whose number was wrong
	Was       string `json:"was,omitempty"`      // that number
}

// Attempt is one call about an intent.
type Attempt struct {
	Number    int64
	Revision  int64
	Kind      string // send, find, poll, look
	StartedAt commerce.Instant
	EndedAt   commerce.Instant
	Outcome   string // as channel.Result, or a fault.Code; "" while it lasts
	Detail    string // for people; no secret, no personal value
}

// Key is what is sent with every try of this revision, and with nothing else.
func (i Intent) Key() string { return fmt.Sprintf("tp-%d-%d", i.ID, i.Revision) }

// absolute reports whether an operation says how something is to be, so that a newer wish replaces an older one and a look tells whether
// it is so.
func absolute(operation channel.Operation) bool {
	return operation == channel.SetStock || operation == channel.SetPrice || operation == channel.SetStatus
}

// Reversible reports whether a done intent can be taken back.
func (i Intent) Reversible() bool {
	return i.Operation == channel.Post || absolute(i.Operation) && i.Observed != ""
}

// wire is an intent as a connector sees it.
func (i Intent) wire() channel.Intent {
	b := i.Body
	w := channel.Intent{Key: i.Key(), Operation: i.Operation, Target: i.Target, Location: i.Location, Observed: i.Observed, Quantity: commerce.Decimal(b.Quantity),
		Price: commerce.Decimal(b.Price), Currency: commerce.Currency(b.Currency), Status: b.Status, Lines: shippedLines(b.Lines), Restock: b.Restock,
		Reason: b.Reason, Notify: b.Notify, Document: b.Document}
	if b.Amount != "" {
		w.Amount, _ = commerce.AmountOf(commerce.Decimal(b.Amount), w.Currency.Exponent())
	}
	if s := b.Shipment; s != nil {
		w.Shipment = &channel.Shipment{ExternalID: s.Corrects, Carrier: s.Carrier, Service: s.Service, Tracking: s.Tracking, ShippedAt: commerce.Instant(s.ShippedAt), Lines: shippedLines(s.Lines)}
	}
	return w
}

func shippedLines(parts []Part) []channel.ShippedLine {
	var lines []channel.ShippedLine
	for _, p := range parts {
		lines = append(lines, channel.ShippedLine{LineID: p.LineID, Quantity: commerce.Decimal(p.Quantity)})
	}
	return lines
}

func wires(intents []Intent) []channel.Intent {
	all := make([]channel.Intent, len(intents))
	for i := range intents {
		all[i] = intents[i].wire()
	}
	return all
}

// sameBody compares what two intents would send.
func sameBody(a, b Body) bool {
	one, _ := json.Marshal(a)
	other, _ := json.Marshal(b)
	return string(one) == string(other)
}

// same compares two values of an operation: numbers as numbers.
func same(operation channel.Operation, a, b string) bool {
	if a == b {
		return true
	}
	if operation != channel.SetStock && operation != channel.SetPrice || a == "" || b == "" {
		return false
	}
	one, err := commerce.ParseDecimal(a)
	if err != nil {
		return false
	}
	other, err := commerce.ParseDecimal(b)
	return err == nil && one.Equal(other)
}

// key is what a wish is about.
type key struct {
	operation        channel.Operation
	target, location string
}

func (i Intent) key() key { return key{i.Operation, i.Target, i.Location} }

// dropped is the code of the problem of an intent that a person took off.
const dropped = "dropped"

// PlanState says where a plan stands.
type PlanState string

// The states of a plan.
const (
	PlanOpen      PlanState = "open"     // something in it waits for a person
	PlanApproved  PlanState = "approved" // under way
	PlanDone      PlanState = "done"     // all in it is settled
	PlanDiscarded PlanState = "discarded"
)

// PushPlan is what would be written to one connection, or was.
type PushPlan struct {
	ID           int64 // 0 for one that is not kept
	ConnectionID int64
	Connection   string
	Title        string
	Cause        journal.Cause
	State        PlanState
	Warnings     []string
	Blocked      string // why it is not carried out by itself; "" is not blocked
	RunID        int64
	MadeAt       commerce.Instant
	ObservedAt   commerce.Instant // the age of its oldest observed value
	ApprovedAt   commerce.Instant
	Seq          int64
	Counts       map[State]int // filled on reading
	Warned       int           // how many of those that wait have a warning; filled on reading
	Reversible   int           // how many of those done can be taken back; filled on reading
	Intents      []Intent
}

// PushTrouble is what was written, or was to be, and waits for a person: in one state, of one plan.
type PushTrouble struct {
	PlanID       int64
	ConnectionID int64
	Connection   string
	State        State // Unknown, looked up several times in vain; or Rejected, with no newer wish for the same
	Count        int
	Name         string // one of them
}

// PlanFilter narrows a list of plans; zero values do not.
type PlanFilter struct {
	ConnectionID int64
	State        PlanState
	Before       int64 // ids below, for paging
	Limit        int
}

// Offer is a listing of a channel with what it should have: what a wish is made of.
type Offer struct {
	ListingID int64
	ChannelID int64
	Target    string
	Name      string
	Tracked   string // by the channel: "true", "false", "" is not told
	Price     string // as the channel has it
	Currency  string
	Seq       int64

	Counted      bool // its variant's stock is tracked here
	Stock        inventory.Stock
	Terms        inventory.Terms
	Late         inventory.Lateness
	Pack         commerce.Decimal   // how much of the variant one sale of the listing takes
	Offered      inventory.Offer    // what it may show, and why
	Whole        int64              // packs of that
	Scarce       bool               // its variant's last units are shared out
	May          inventory.Quantity // packs that it may still sell beyond the orders that are known; of scarce ones alone
	WantPrice    string             // what the listing should cost; "" is not stated
	WantCurrency string
	PriceReason  string // how the price came about
	Levels       []OfferLevel
}

// Reckon works out what the listing may show, with its share of what is scarce.
func (o *Offer) Reckon(share *inventory.Share) {
	o.Offered = o.asked(share).Offer()
	o.Counted, o.Whole = o.Offered.Tracked, o.Offered.Whole
}

func (o *Offer) asked(share *inventory.Share) inventory.Asked {
	return inventory.Asked{Stock: o.Stock, ChannelID: o.ChannelID, Pack: o.Pack, Terms: o.Terms, Late: o.Late, Share: share}
}

// WaitsForShares says why a write waits that would show more of something scarce.
const WaitsForShares = "It waits until the other channels are known to show less: together they may not show more than there is."

// OfferLevel is how much of a listing the channel has at one of its locations, as it was last seen.
type OfferLevel struct {
	Location   string
	Quantity   string
	ObservedAt commerce.Instant
	Pushed     string
	PushedAt   commerce.Instant
	Base       string // what it had when nobody here had told it anything yet
	BaseAt     commerce.Instant
	Bound      string // the most that it may still sell beyond the orders that are known; "" where nothing was kept of that
	Seen       string // what it was seen to have, which is the bound once the orders are known up to then
	SeenAt     commerce.Instant
	SeenSeq    int64
}

// Outgoing is a shipment recorded here that a channel may not know.
type Outgoing struct {
	ShipmentID int64
	OrderID    int64
	Target     string // the order's id at the channel
	Number     string
	Shipping   Shipping
	Whole      bool // all that is left of the order lies in it, or lines without the channel's ids
	Seq        int64
}

// planTitle words what a plan holds: "Stock of 12 listings, 3 prices".
func planTitle(intents []Intent, to string) string {
	counts := map[channel.Operation]int{}
	for _, i := range intents {
		counts[i.Operation]++
	}
	var parts []string
	for _, operation := range channel.Operations {
		if n := counts[operation]; n > 0 {
			parts = append(parts, counted(n, operationWords[operation][0], operationWords[operation][1]))
		}
	}
	if len(parts) == 0 {
		return "Nothing for " + to
	}
	return strings.Join(parts, ", ") + " for " + to
}

var operationWords = map[channel.Operation][2]string{channel.SetStock: {"stock level", "stock levels"}, channel.SetPrice: {"price", "prices"},
	channel.SetStatus: {"order status", "order statuses"}, channel.Ship: {"shipment", "shipments"}, channel.Cancel: {"cancellation", "cancellations"},
	channel.Refund: {"refund", "refunds"}, channel.Post: {"posting", "postings"}, channel.Unpost: {"posting to take back", "postings to take back"}}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func known(operation channel.Operation) bool { return slices.Contains(channel.Operations, operation) }
