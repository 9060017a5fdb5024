// Package export writes what Tradepost knows into files: orders, lines, customers, products, stock and runs, by templates
// that say which columns stand where and how. It reads one consistent state in a stream, so that a million orders need no
// more memory than a thousand, and keeps a journal of what was sent where.
package export

import (
	"context"
	"io"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Kind says what a file holds.
type Kind string

// The kinds. Orders has one row per order or one per line, as the template says; Lines always one per line.
const (
	Orders    Kind = "orders"
	Lines     Kind = "lines"
	Customers Kind = "customers"
	Products  Kind = "products"
	Stock     Kind = "stock"
	Runs      Kind = "runs"
)

// Kinds lists the kinds in the order they are offered.
var Kinds = []Kind{Orders, Lines, Customers, Products, Stock, Runs}

// ofOrders reports whether a kind is made of orders.
func (k Kind) ofOrders() bool { return k == Orders || k == Lines }

// Customer is one customer with their newest contact and what their orders add up to.
type Customer struct {
	ID      int64
	Contact customer.Contact
	Orders  int64
	First   commerce.Instant // when the oldest order was placed
	Last    commerce.Instant
	Since   commerce.Instant // when they became known here
}

// Variant is one sellable thing with its product.
type Variant struct {
	ID        int64
	ProductID int64
	SKU       string
	GTIN      string
	Title     string
	Product   string
	Listings  int64
	CreatedAt commerce.Instant

	Vendor, Type, Tags, Description, Status string
	Options                                 [3]struct{ Name, Value string }
	Price, CompareAt, Cost                  commerce.Decimal
	Currency                                commerce.Currency
	WeightGrams                             commerce.Decimal
	ImageURL                                string
}

// Level is the stock of one variant at one location.
type Level struct {
	VariantID int64
	SKU       string
	Product   string
	Title     string
	Location  string
	OnHand    commerce.Decimal
	Start     commerce.Decimal
	StartedAt commerce.Instant
	MovedAt   commerce.Instant
}

// Selection says which orders: those named, or all that match.
type Selection struct {
	IDs    []int64
	Filter order.Filter
	Oldest bool // oldest first; else newest first
}

// Reader reads one state of the workspace: what is written meanwhile is not seen. Each stops with the error yield gives.
type Reader interface {
	CountOrders(ctx context.Context, which Selection) (int64, error)
	// EachOrders gives whole orders in small batches, which are yield's only until it returns.
	EachOrders(ctx context.Context, which Selection, yield func([]order.Order) error) error
	// SentBefore says by which run each of these orders went to a target last; those that never did are missing.
	SentBefore(ctx context.Context, target string, orders []int64) (map[int64]int64, error)
	EachCustomer(ctx context.Context, yield func(*Customer) error) error
	EachVariant(ctx context.Context, yield func(*Variant) error) error
	EachLevel(ctx context.Context, yield func(*Level) error) error
	EachRun(ctx context.Context, yield func(*journal.Run) error) error
	Count(ctx context.Context, kind Kind) (int64, error)
}

// File is one file that was written.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Rows   int64  `json:"rows"`
}

// Journalled is one export as the journal keeps it.
type Journalled struct {
	Run         journal.Run
	TemplateID  int64
	Template    string
	Kind        Kind
	Format      Format
	Target      string // under which name its orders are remembered as sent; "" remembers nothing
	Destination string // where it went: a folder, "download"
	Filter      string
	Rows        int64
	Records     int64
	LeftOut     int64
	Files       []File
	Problems    []Problem // without what was found, which may be personal
}

// Tx is a write in progress as exports need it.
type Tx interface {
	Now() commerce.Instant
	InsertRun(*journal.Run) error
	UpdateRun(journal.Run) error
	SaveExport(Journalled) error
	NoteSent(target string, runID int64, orders []int64) error
	// ForgetSent takes back what NoteSent noted for a run that did not come to its end.
	ForgetSent(runID int64) error
}

// Store is where templates and the journal are kept.
type Store interface {
	// ReadExport reads one consistent state; the Reader must not be kept.
	ReadExport(ctx context.Context, read func(Reader) error) error
	InExportTx(ctx context.Context, bulk bool, do func(Tx) error) error
	ExportTemplates(ctx context.Context) ([]Template, error)
	// SaveExportTemplate writes a template, a new one when its id is 0; version, unless negative, is the one the writer saw.
	SaveExportTemplate(ctx context.Context, t Template, version int64) (Template, error)
	DeleteExportTemplate(ctx context.Context, id int64) error
	Exports(ctx context.Context, before int64, limit int) ([]Journalled, error)
	ExportOfRun(ctx context.Context, runID int64) (Journalled, error)
	Zone() *time.Location
	Now() commerce.Instant
}

// Create makes a file of the given name to write into. Closing it must make it whole.
type Create func(name string) (io.WriteCloser, error)
