// Package accounting holds what is told a ledger system: documents that balance in minor units, made from orders by a
// mapping that is data. It knows no ledger system; connectors translate its documents.
package accounting

import (
	"fmt"
	"math"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Kind says what a document is, in the words that ledger systems share.
type Kind string

// The kinds of document. Item and Customer are records that others need; they move no money. A sales order moves none either.
const (
	SalesOrder      Kind = "sales_order"
	Invoice         Kind = "invoice"       // what a customer owes
	SalesReceipt    Kind = "sales_receipt" // a sale that is paid at once
	Payment         Kind = "payment"       // money for an invoice
	CreditNote      Kind = "credit_note"   // a sale taken back, in part or whole
	Refund          Kind = "refund"        // money given back for a credit note
	Journal         Kind = "journal"       // debits and credits as they are
	Correction      Kind = "correction"    // what the order says now less what was posted of it
	Item            Kind = "item"
	Customer        Kind = "customer"
	StockAdjustment Kind = "stock_adjustment"
)

// Role says what a line is to a sale, and so which account takes it.
type Role string

// The roles, in the order in which people are asked for their accounts.
const (
	Sales          Role = "sales"
	Shipping       Role = "shipping"
	Discount       Role = "discount"
	Tax            Role = "tax"             // sales tax that the merchant has to pay on
	MarketplaceTax Role = "marketplace_tax" // tax that the channel collects and pays on itself
	Rounding       Role = "rounding"        // what parts and total of a source differ by
	Fees           Role = "fees"            // what the channel keeps
	Clearing       Role = "clearing"        // where money of a payment method arrives
	Receivable     Role = "receivable"      // what customers owe
	Inventory      Role = "inventory"       // stock, where an item names no account of its own
	Adjustment     Role = "adjustment"      // the other side of stock that moved without an order
)

// Roles lists all roles in that order.
var Roles = []Role{Sales, Shipping, Discount, Tax, MarketplaceTax, Rounding, Fees, Clearing, Receivable, Inventory, Adjustment}

// Document is one thing told a ledger system. It holds no personal value: the customer is that of the channel.
type Document struct {
	Kind      Kind              `json:"kind"`
	Reference string            `json:"reference"` // ours, never used twice: "order:17:invoice"
	Number    string            `json:"number,omitempty"`
	Day       string            `json:"day,omitempty"`      // YYYY-MM-DD
	Currency  commerce.Currency `json:"currency,omitempty"` // of a customer: in which its documents are
	Customer  string            `json:"customer,omitempty"` // the ledger system's name for whom it concerns
	Method    string            `json:"method,omitempty"`   // the payment method, as the channel calls it
	Memo      string            `json:"memo,omitempty"`
	Applies   string            `json:"applies,omitempty"` // the reference of the document that is paid or given back
	Lines     []Line            `json:"lines,omitempty"`
	Given     int64             `json:"given,omitempty"` // what the buyer got back: of a credit note, with tax that the channel gives; of a refund, of what was paid too much
	OrderID   int64             `json:"order_id,omitempty"`
	ChannelID int64             `json:"channel_id,omitempty"`
	// Singles are the documents that a summary adds up.
	Singles []Single `json:"singles,omitempty"`
	// Basis are the amounts of the order that it was made of: other ones ask for a correction.
	Basis string `json:"basis,omitempty"`
	// Rate is how much of the books' own currency one unit of Currency is, where that is another one; "" leaves it to the ledger system.
	Rate commerce.Decimal `json:"rate,omitempty"`
	// Foreign is what the order states in its own currency, where the document is in another one.
	Foreign *Foreign `json:"foreign,omitempty"`
	// Movements are the entries of stock that it holds. Valued tells that its lines state what goods are worth: else the ledger system values them.
	Movements []int64 `json:"movements,omitempty"`
	Valued    bool    `json:"valued,omitempty"`
	// Name and Account are those of an item or customer to be made.
	Name    string `json:"name,omitempty"`
	Account string `json:"account,omitempty"`
}

// Foreign is a sum in the currency of an order, with how much of the document's currency one unit of it is.
type Foreign struct {
	Currency commerce.Currency `json:"currency"`
	Total    int64             `json:"total"` // in its minor units
	Rate     commerce.Decimal  `json:"rate"`
}

// Single is a document of one order in a summary, as far as later ones have to know of it.
type Single struct {
	OrderID int64            `json:"order_id"`
	Kind    Kind             `json:"kind"`
	Total   int64            `json:"total,omitempty"`
	Given   int64            `json:"given,omitempty"`
	Basis   string           `json:"basis,omitempty"`
	Rate    commerce.Decimal `json:"rate,omitempty"`
	Lines   []Line           `json:"lines,omitempty"` // roles, accounts and amounts alone
}

// single is a document as a summary keeps it.
func (d Document) single() Single {
	one := Single{OrderID: d.OrderID, Kind: d.Kind, Total: d.Total().Minor, Given: d.Given, Basis: d.Basis, Rate: d.Rate}
	if d.Foreign != nil {
		one.Rate = d.Foreign.Rate
	}
	for _, l := range d.Lines {
		if l.Own() || d.Kind == Correction {
			one.Lines = append(one.Lines, Line{Role: l.Role, Account: l.Account, Debit: l.Debit, Credit: l.Credit})
		}
	}
	return one
}

// Held lists the orders that a document holds, each once.
func (d Document) Held() []int64 {
	var ids []int64
	if d.OrderID != 0 {
		ids = append(ids, d.OrderID)
	}
	for _, s := range d.Singles {
		if !slices.Contains(ids, s.OrderID) {
			ids = append(ids, s.OrderID)
		}
	}
	return ids
}

// Line is one line of a document: a debit or a credit of one account in minor units of the document's currency.
type Line struct {
	Role     Role             `json:"role"`
	Account  string           `json:"account"`        // the ledger system's name of it
	Item     string           `json:"item,omitempty"` // by which the ledger system states it on a sale
	Text     string           `json:"text,omitempty"`
	Quantity commerce.Decimal `json:"quantity,omitempty"`
	Debit    int64            `json:"debit,omitempty"`
	Credit   int64            `json:"credit,omitempty"`
}

// credit makes a line of a credit; below zero it is a debit.
func credit(role Role, amount int64) Line {
	if amount < 0 {
		return Line{Role: role, Debit: -amount}
	}
	return Line{Role: role, Credit: amount}
}

// Net is what a line credits, below zero what it debits.
func (l Line) Net() int64 { return l.Credit - l.Debit }

// Moves reports whether a document moves money, and so has to balance.
func (d Document) Moves() bool {
	return d.Kind != SalesOrder && d.Kind != Item && d.Kind != Customer
}

// Own tells whether a line is what the document is for (a sale's goods, shipping and tax), and not where the money of it goes.
func (l Line) Own() bool { return l.Role != Receivable && l.Role != Clearing }

// Total is what a document is about, as its ledger shows it: what is owed, paid or given back; the debits of a journal; by how much stock is worth more, not
// stated where the ledger system values it.
func (d Document) Total() commerce.Amount {
	var own, debits, stock int64
	for _, l := range d.Lines {
		debits += l.Debit
		if l.Role == Inventory {
			stock -= l.Net()
		}
		if l.Own() {
			own += l.Net()
		}
	}
	switch d.Kind {
	case SalesOrder, Invoice, SalesReceipt:
		return commerce.Minor(own)
	case CreditNote:
		return commerce.Minor(-own)
	case StockAdjustment:
		return commerce.Amount{Minor: stock, Stated: d.Valued}
	case Item, Customer:
		return commerce.Amount{}
	}
	return commerce.Minor(debits)
}

// Check says what is wrong with a document: lines on both sides or below zero, an account that is missing, sides that differ. nil is nothing.
func (d Document) Check() error {
	var debits, credits int64
	for _, l := range d.Lines {
		switch {
		case l.Debit < 0 || l.Credit < 0 || l.Debit > 0 && l.Credit > 0:
			return fmt.Errorf("checking %s: a line of %s is no debit or credit", d.Reference, l.Role)
		case l.Account == "":
			return fault.New(fault.Invalid, "No account is set for "+roleWords[l.Role]+".", "Choose one in the mapping of your books.").InField(string(l.Role))
		case debits > math.MaxInt64-l.Debit || credits > math.MaxInt64-l.Credit:
			return fmt.Errorf("checking %s: its amounts are too large", d.Reference)
		}
		debits, credits = debits+l.Debit, credits+l.Credit
	}
	if d.Moves() && debits != credits {
		return fmt.Errorf("checking %s: debits of %d and credits of %d differ", d.Reference, debits, credits)
	}
	return nil
}

var roleWords = map[Role]string{Sales: "sales", Shipping: "shipping", Discount: "discounts", Tax: "sales tax", MarketplaceTax: "tax that marketplaces collect",
	Rounding: "rounding", Fees: "fees", Clearing: "money received", Receivable: "what customers owe", Inventory: "stock",
	Adjustment: "stock adjustments"}

// Words is the role's name for people.
func (r Role) Words() string { return roleWords[r] }

var kindWords = map[Kind]string{SalesOrder: "sales order", Invoice: "invoice", SalesReceipt: "sales receipt", Payment: "payment", CreditNote: "credit note",
	Refund: "refund", Journal: "journal entry", Correction: "correction", Item: "item", Customer: "customer", StockAdjustment: "stock adjustment"}

// Words is the kind's name for people.
func (k Kind) Words() string { return kindWords[k] }
