package channel

import (
	"context"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
)

// LedgerKind is the kind of what connections to ledger systems belong to. It is in no list of places that sell.
const LedgerKind = "ledger"

// The streams of ledger systems.
const (
	// Lists are what documents name: accounts, items, payment methods. One item for each entry, its id "account:80000001".
	Lists Stream = "lists"
	// Documents are what was posted there, asked for by the ledger's ids of them and by nothing else: "invoice:1F6-1241605561". So
	// nothing comes in of documents that are not ours, which name people.
	Documents Stream = "documents"
)

// The operations of ledger systems.
const (
	// Post makes a document there. The connector looks for it first: by our reference, which it leaves in the document, and by its number.
	Post Operation = "book.post"
	// Unpost removes a document that was posted; what others use by now it marks as no longer used.
	Unpost Operation = "book.undo"
)

// Poster makes documents in a ledger system. A document whose number is taken by another one is refused, in words.
type Poster interface {
	Post(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
}

// Unposter takes documents back.
type Unposter interface {
	Unpost(ctx context.Context, s Session, intents []Intent) ([]Outcome, error)
}

// Posted is a document as the ledger system has it.
type Posted struct {
	ID      string             `json:"id"`
	Number  string             `json:"number"`
	Total   commerce.Amount    `json:"total"`           // not stated for what moves no money
	Version string             `json:"version"`         // by which a change is held to what was seen
	Goods   []accounting.Goods `json:"goods,omitempty"` // of an adjustment of stock
	// Known tells that it was there before and not by us: it is used, and never removed.
	Known bool `json:"known,omitempty"`
}

// LedgerRecord is one item of the streams of ledger systems.
type LedgerRecord struct {
	Entry  *accounting.Entry
	Posted *Posted
}
