package inventory

import "tradepost/backend/commerce"

// MoveKind says what happened to goods of a transfer.
type MoveKind string

// What happens to goods on their way: they leave, arrive, turn out to be lost (or broken), or come back.
const (
	MoveSent     MoveKind = "sent"
	MoveReceived MoveKind = "received"
	MoveLost     MoveKind = "lost"
	MoveBack     MoveKind = "back"
)

// TransferState is where a transfer stands. It follows from what happened to its goods.
type TransferState string

// The states: being put together, all on its way, a part of it arrived, nothing on its way any more, called off.
const (
	TransferDraft     TransferState = "draft"
	TransferSent      TransferState = "sent"
	TransferPartly    TransferState = "partly"
	TransferDone      TransferState = "done"
	TransferCancelled TransferState = "cancelled"
)

// Transfer is goods between two locations of ours.
type Transfer struct {
	ID          int64
	FromID      int64
	From        string
	ToID        int64
	To          string
	Note        string
	CreatedAt   commerce.Instant
	SentAt      commerce.Instant // 0 while nothing left
	CancelledAt commerce.Instant
	Lines       []TransferLine
	Moves       []TransferMove // newest first
	Version     int64
}

// TransferLine is one variant of a transfer.
type TransferLine struct {
	ID        int64
	VariantID int64
	SKU       string
	Title     string
	Quantity  Quantity // that is to go
	Sent      Quantity
	Received  Quantity
	Lost      Quantity
	Back      Quantity
}

// TransferMove is one thing that happened to goods of a transfer.
type TransferMove struct {
	ID       int64
	LineID   int64
	RunID    int64
	Kind     MoveKind
	Quantity Quantity
	Reason   string
	At       commerce.Instant
	Undone   bool
}

// InTransit is what left and neither arrived, nor was lost, nor came back.
func (l TransferLine) InTransit() Quantity { return l.Sent - l.Received - l.Lost - l.Back }

// State is where the transfer stands.
func (t *Transfer) State() TransferState {
	var sent, way, here Quantity
	for _, l := range t.Lines {
		sent += l.Sent
		way += l.InTransit()
		here += l.Received + l.Lost
	}
	switch {
	case t.CancelledAt != 0:
		return TransferCancelled
	case sent == 0:
		return TransferDraft
	case way == 0:
		return TransferDone
	case here > 0:
		return TransferPartly
	}
	return TransferSent
}

// Line finds the line of a variant; nil when there is none.
func (t *Transfer) Line(variantID int64) *TransferLine {
	for i := range t.Lines {
		if t.Lines[i].VariantID == variantID {
			return &t.Lines[i]
		}
	}
	return nil
}

// Entries gives what a move does to the ledger. What is on its way stands as incoming where it goes to, and nowhere as on hand. What was lost arrives and is
// written off there with its reason: so transfers add up to nothing, and what is gone is an adjustment.
func (t *Transfer) Entries(m TransferMove, variantID int64) []Entry {
	cause := Cause{ByTransfer, t.ID, m.ID}
	at := func(location int64, kind Kind, onHand, incoming Quantity) Entry {
		return Entry{VariantID: variantID, LocationID: location, Kind: kind, OnHand: onHand, Incoming: incoming, Cause: cause, Reason: m.Reason}
	}
	switch m.Kind {
	case MoveSent:
		return []Entry{at(t.FromID, TransferOut, -m.Quantity, 0), at(t.ToID, Expect, 0, m.Quantity)}
	case MoveReceived:
		return []Entry{at(t.ToID, TransferIn, m.Quantity, -m.Quantity)}
	case MoveLost:
		return []Entry{at(t.ToID, TransferIn, m.Quantity, -m.Quantity), at(t.ToID, Adjusted, -m.Quantity, 0)}
	}
	return []Entry{at(t.ToID, Expect, 0, -m.Quantity), at(t.FromID, TransferIn, m.Quantity, 0)}
}

// TransferDraftLine is how much of a variant is to go.
type TransferDraftLine struct {
	VariantID int64
	Quantity  Quantity
}

// Arrival is what came of one line of a transfer: what is there, and what is lost or broken, with the reason.
type Arrival struct {
	VariantID int64
	Received  Quantity
	Lost      Quantity
	Reason    string
}
