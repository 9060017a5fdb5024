package channel

import (
	"context"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Operation is one kind of write.
type Operation string

// The operations. Each has an interface below.
const (
	SetStock  Operation = "stock.set"
	SetPrice  Operation = "price.set"
	SetStatus Operation = "order.status"
	Ship      Operation = "order.ship"
	Cancel    Operation = "order.cancel"
	Refund    Operation = "order.refund"
)

// Books reports whether an operation is one of a ledger system.
func (o Operation) Books() bool { return o == Post || o == Unpost }

// Intent is a write we want, as a connector sees it.
type Intent struct {
	// Key is the same for every try of one revision and for nothing else: "tp-17-2". It is sent as the idempotency key,
	// or left in the record so that Find can see it.
	Key       string
	Operation Operation
	// Target is the listing's or the order's external id; Location that of the place for stock.
	Target   string
	Location string
	// Observed is the value that was read before, by which a vendor that compares refuses a stale write; "" is not known.
	Observed string

	Quantity commerce.Decimal  // stock.set: how much is offered from now on
	Price    commerce.Decimal  // price.set
	Currency commerce.Currency // price.set, order.refund
	Status   string            // order.status: one of Write.Statuses
	Shipment *Shipment         // order.ship; with an ExternalID it corrects that one, where Write.Corrects says that it can
	Amount   commerce.Amount   // order.refund: as a whole, in Currency
	Lines    []ShippedLine     // order.refund: what comes back
	Restock  bool              // order.refund, order.cancel
	Reason   string            // order.refund, order.cancel
	Notify   bool              // tell the buyer, where the vendor can

	Document *accounting.Document // book.post, book.undo
	Applies  string               // book.post: the ledger's id of the document that this one pays or gives back; "" is not posted
}

// Result says how a write ended.
type Result string

// The results.
const (
	Applied  Result = "applied"
	Already  Result = "already"  // it was so before: an earlier try, or somebody else
	Refused  Result = "rejected" // it never will be, as it stands; Problem says why
	Stale    Result = "conflict" // what was observed is no longer true; Value is what is
	Unclear  Result = "unknown"  // no answer, or one that does not tell: Find before the next try
	Awaiting Result = "pending"  // the vendor works on it; Ref is what to ask for
	NotDone  Result = "not_done" // Find only: the effect is not there, so that the write may be sent
)

// Outcome is how the write of one intent ended. Value is what the vendor has now, in the form of Observed, where it tells.
type Outcome struct {
	Result  Result
	Value   string
	Ref     string // the vendor's id of what was made: a refund, a shipment, a feed
	Problem *fault.Problem
	Posted  *Posted // book.post: the document as it is there
}

// The capabilities. Each takes at most the manifest's Batch of intents and gives one outcome for each, in their order. An
// error stands for the whole call: with fault.Unknown all of them are unknown, with any other none was done.
type (
	// StockSetter sets how much of a listing is offered.
	StockSetter interface {
		SetStock(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// PriceSetter sets the price of a listing.
	PriceSetter interface {
		SetPrice(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// StatusSetter sets the status of an order.
	StatusSetter interface {
		SetStatus(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// Shipper tells the channel what was shipped.
	Shipper interface {
		Ship(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// Canceller calls an order off.
	Canceller interface {
		Cancel(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// Refunder gives money back.
	Refunder interface {
		Refund(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
	}
	// Finder looks for the effect of an intent whose outcome is not known. Every connector that writes is one, unless all its
	// writes take native keys. Applied or Already: it is there; NotDone: it is not; Unclear: it cannot be told yet, or never, where an
	// order is gone with all its traces (Problem says so): then nobody knows whether it was shipped or refunded before.
	Finder interface {
		Find(ctx context.Context, s Session, intent Intent) (Outcome, error)
	}
	// Observer reads live what the targets of stock.set, price.set and order.status have now, in the form of Observed; "" for
	// one that does not exist. Every connector with one of those writes is one.
	Observer interface {
		Observe(ctx context.Context, s Session, intents []Intent) ([]string, error)
	}
	// Poller asks how pending writes went that the vendor works on under one reference: one outcome for each, in their order. An
	// error tells nothing of any of them.
	Poller interface {
		Poll(ctx context.Context, s Session, intents []Intent, ref string) ([]Outcome, error)
	}
)

// writeFunc is the common form of the capabilities.
type writeFunc = func(context.Context, Session, []Intent) ([]Outcome, error)

// Writer finds the capability of c for an operation; nil when it has none.
func Writer(c Connector, operation Operation) func(context.Context, Session, []Intent) ([]Outcome, error) {
	var do writeFunc
	switch operation {
	case SetStock:
		if w, ok := c.(StockSetter); ok {
			do = w.SetStock
		}
	case SetPrice:
		if w, ok := c.(PriceSetter); ok {
			do = w.SetPrice
		}
	case SetStatus:
		if w, ok := c.(StatusSetter); ok {
			do = w.SetStatus
		}
	case Ship:
		if w, ok := c.(Shipper); ok {
			do = w.Ship
		}
	case Cancel:
		if w, ok := c.(Canceller); ok {
			do = w.Cancel
		}
	case Refund:
		if w, ok := c.(Refunder); ok {
			do = w.Refund
		}
	case Post:
		if w, ok := c.(Poster); ok {
			do = w.Post
		}
	case Unpost:
		if w, ok := c.(Unposter); ok {
			do = w.Unpost
		}
	}
	return do
}

// Operations lists all operations.
var Operations = []Operation{SetStock, SetPrice, SetStatus, Ship, Cancel, Refund, Post, Unpost}
