// Package tabular brings order files in: it keeps the file, recognises its format, plans (judges every order against what
// is known, writing nothing but the plan), applies the plan as a run that can be watched, cancelled and resumed after a
// crash, hands failed rows back, and takes a whole import back.
package tabular

import (
	"context"
	"io"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// State says where an import stands.
type State string

// The states of an import.
const (
	Planning  State = "planning"
	Planned   State = "planned"
	Applying  State = "applying"
	Applied   State = "applied"
	Cancelled State = "cancelled"
	Failed    State = "failed"
	Undoing   State = "undoing"
	Undone    State = "undone"
)

// Counts are the records of an import by verdict. Stale counts those that changed between plan and apply: they went back
// into the plan, judged anew, and wait there until the rest is applied too.
type Counts struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Skipped int `json:"skipped"`
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Stale   int `json:"stale"`
}

// add counts one more verdict.
func (c *Counts) add(v intake.Verdict, n int) {
	switch v {
	case intake.New:
		c.New += n
	case intake.Changed:
		c.Changed += n
	case intake.Same:
		c.Same += n
	case intake.Skipped:
		c.Skipped += n
	case intake.Error:
		c.Error += n
	}
}

// Import is one file brought into one channel: the batch that plan, apply and undo are about.
type Import struct {
	ID          int64
	FileID      int64
	FileName    string
	FileSize    int64
	Format      string
	FormatName  string
	Sheet       string      // of a workbook, the sheet that is read
	Kind        intake.Kind // what its records are about
	ChannelID   int64       // 0 until applied when the channel is new
	Channel     string
	ChannelKind string
	Mode        intake.Mode
	Zone        string
	ZoneSource  commerce.ZoneSource
	Currency    commerce.Currency
	DateOrder   string
	State       State
	Cause       journal.Cause
	Columns     []string
	Rows        int
	Counts      Counts
	Warnings    []fault.Problem
	Problem     *fault.Problem
	Pass        int   // how often what had gone back into the plan was applied too
	RunID       int64 // the last run: plan, import or undo
	AppliedRun  int64 // the run that applied it, what undo takes back
	TimerID     int64
	PlannedAt   commerce.Instant
	AppliedAt   commerce.Instant
	UndoneAt    commerce.Instant
	Seq         int64
}

// Scope says which records taking the import back is about: of EDI, orders; its documents go with the import.
func (i Import) Scope() intake.Scope {
	if i.Kind == intake.EDI {
		return intake.Scope{Kind: intake.Orders, ChannelID: i.ChannelID}
	}
	return intake.Scope{Kind: i.Kind, ChannelID: i.ChannelID}
}

// PlanRecord is one record of a plan. It holds no personal value: those are read from the kept file when it is shown.
type PlanRecord struct {
	ImportID int64
	Ordinal  int
	Rows     []int // physical lines of the file
	Verdict  intake.Verdict
	Warned   bool
	Number   string // by which people know it
	RecordID int64  // of the order, variant, customer, ... that it is about; 0 while that is new
	Observed int64  // that record's version when it was judged
	Problems []fault.Problem
	Returned int // the pass that applies it, when it changed between plan and apply; 0 when it does not wait
}

// RecordFilter narrows a plan's records; After is the ordinal to go on behind. Verdict "warning" means any with
// warnings, "returned" those that went back into the plan.
type RecordFilter struct {
	Verdict string
	After   int
	Limit   int
	Pass    int // only those that wait for this pass; 0 does not narrow
}

// File is a kept original file.
type File struct {
	ID         int64
	Name       string
	Size       int64
	SHA256     string
	ReceivedAt commerce.Instant
}

// Earlier tells of an import that the same file was used for before.
type Earlier struct {
	ImportID  int64
	Channel   string
	AppliedAt commerce.Instant
}

// Tx is a write in progress as imports need it.
type Tx interface {
	intake.Tx
	exchange.Tx
	// UndoDocuments takes back what an import kept of EDI, and counts the acknowledgements that partners have by now.
	UndoDocuments(importID int64) (acknowledged int, err error)
	InsertImport(*Import) error
	UpdateImport(Import) error
	InsertPlanRecords([]PlanRecord) error
	UpdatePlanRecord(PlanRecord) error
	// InsertImportProfile remembers the mapping that an import is planned with.
	InsertImportProfile(importID, profileID int64, body format.Profile) error
	InsertEdit(fileID int64, e *Edit) error
	DeleteEdit(importID, editID int64) error
	// ChangedAfter reports whether anything but a run changed a record after a version of it.
	ChangedAfter(recordKind string, recordID, version, runID int64) (bool, error)
	ClearPlan(importID int64) error
	// UndoQuarantine takes the quarantined messages of an import off the list of what waits, and puts back those that
	// its run had superseded.
	UndoQuarantine(importID, runID int64) error
}

// Store is where imports are kept.
type Store interface {
	InTabularTx(ctx context.Context, bulk bool, do func(Tx) error) error
	// KeepFile takes a file in: durable when it returns. The same content gives the same File.
	KeepFile(ctx context.Context, name string, content io.Reader) (File, error)
	// ProductName reads a product's title and the handle that the channel has for it.
	ProductName(ctx context.Context, id, channelID int64) (title, handle string, found bool, err error)
	// SpoolFolder is where files lie for a while that are not kept; it is swept at the next start.
	SpoolFolder() string
	File(ctx context.Context, id int64) (File, error)
	OpenFile(ctx context.Context, id int64) (io.ReadCloser, error)
	EarlierImports(ctx context.Context, fileID int64) ([]Earlier, error)
	// Exchange reads what is exchanged by EDI.
	Exchange(ctx context.Context) exchange.Lookup
	// Sold finds what a line of an order by EDI asks for, as the catalogue has it.
	Sold(ctx context.Context, channelID int64, sku, gtin string) (exchange.Sold, error)
	// DeliveredAcks counts the acknowledgements of an import's documents that were delivered.
	DeliveredAcks(ctx context.Context, importID int64) (int, error)
	// Pack compresses a payload ahead of the write that keeps it. Without it the write does.
	Pack(*journal.Payload) error
	// GiveWay waits, while somebody reads pages, until the writer computes nothing: an import takes one processor then.
	GiveWay()
	Import(ctx context.Context, id int64) (Import, error)
	Imports(ctx context.Context, before int64, limit int) ([]Import, error)
	UnfinishedImports(ctx context.Context) ([]Import, error)
	PlanRecords(ctx context.Context, importID int64, filter RecordFilter) ([]PlanRecord, error)
	ImportProblems(ctx context.Context, importID int64) ([]fault.Problem, error)
	UndoStore
	ProfileStore
	ChannelByName(ctx context.Context, name string) (channel.Channel, error)
	Channels(ctx context.Context) ([]channel.Channel, error)
	// ChannelCurrency is the one currency that all orders of a channel are in; "" when there are none or several.
	ChannelCurrency(ctx context.Context, channelID int64) (commerce.Currency, error)
	Message(ctx context.Context, id int64) (journal.Message, journal.Payload, error)
	Quarantine(ctx context.Context, before int64, limit int) ([]journal.Message, error)
	Run(ctx context.Context, id int64) (journal.Run, error)
	Zone() *time.Location
	Now() commerce.Instant
}
