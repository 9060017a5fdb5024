// Package journal holds what came in (messages), what changed, what is to be done (runs, timers, intents) and why. With
// message and intent, run and timer are the only queues: what is left to do is read from them at start.
package journal

import (
	"encoding/json"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Status says what became of a message.
type Status string

// The statuses of a message.
const (
	Received    Status = "received" // taken in, and still to be applied
	Applied     Status = "applied"
	Quarantined Status = "quarantined"
	Dismissed   Status = "dismissed"  // a person decided that it is not to be applied
	Superseded  Status = "superseded" // the same order came in again, well or not: that one counts
	Undone      Status = "undone"
)

// Message is one record that came in, with its raw payload kept beside it.
type Message struct {
	ID         int64
	ChannelID  int64
	Channel    string
	RunID      int64
	ImportID   int64
	FileID     int64
	FileName   string
	Kind       string // "order"
	Source     string // "file", later "api", "webhook", "edi"; "sample" in the sample company
	Name       string // the number others know it by, never a personal value
	Rows       []int  // physical lines of the file
	Status     Status
	Problems   []fault.Problem
	RecordKind string
	RecordID   int64
	SyncID     int64  // by which a connection pulled it; 0 for files
	Item       string // the vendor's id of it within the stream
	ReceivedAt commerce.Instant
}

// Payload is the raw record: the columns of the file it came from and its rows.
type Payload struct {
	Columns []string        `json:"columns"`
	Rows    []PayloadRow    `json:"rows"`
	Format  string          `json:"format,omitempty"`
	Raw     json.RawMessage `json:"raw,omitempty"` // of an API: the item as the vendor sent it, JSON; instead of columns and rows
	Packed  []byte          `json:"-"`             // the same as it will be kept, where that was made ahead of the write
}

// PayloadRow is one row as it came; Number is its physical line in the file.
type PayloadRow struct {
	Number int      `json:"number"`
	Cells  []string `json:"cells"`
	Edited []int    `json:"edited,omitempty"` // the columns whose cells a person corrected
}

// Cell reads the cell of a row by column name; "" when there is none.
func (p Payload) Cell(number int, column string) string {
	for _, row := range p.Rows {
		for i, name := range p.Columns {
			if row.Number == number && name == column && i < len(row.Cells) {
				return row.Cells[i]
			}
		}
	}
	return ""
}

// Action says what a change did to a record.
type Action string

// The actions.
const (
	Created  Action = "created"
	Changed  Action = "changed"
	Removed  Action = "removed"  // by undoing what created it
	Reverted Action = "reverted" // by undoing what changed it
	Linked   Action = "linked"
	Unlinked Action = "unlinked"
	Purged   Action = "purged" // personal values that may be kept no longer
)

// Change is one recorded difference with its cause: the run that made it and the message that said so.
type Change struct {
	ID         int64
	Seq        int64
	RecordedAt commerce.Instant
	OccurredAt commerce.Instant
	RecordKind string
	RecordID   int64
	Action     Action
	Fields     []commerce.FieldChange
	RunID      int64
	MessageID  int64
	RunKind    string // filled on reading
	RunTitle   string
	ImportID   int64
}

// RunState says where a run stands.
type RunState string

// The states of a run. Partial is done but some records were quarantined.
const (
	Running   RunState = "running"
	Done      RunState = "done"
	Partial   RunState = "partial"
	Failed    RunState = "failed"
	Cancelled RunState = "cancelled"
)

// The kinds of run.
const (
	RunPlan   = "plan"
	RunImport = "import"
	RunUndo   = "undo"
	RunWatch  = "watch"
	RunBackup = "backup"
	RunBulk   = "bulk"
	RunRetry  = "retry"
	RunLink   = "link"
	RunExport = "export"
	RunSync   = "sync"
	RunPush   = "push"
	RunMerge  = "merge"  // two variants became one
	RunEdit   = "edit"   // a person changed a variant
	RunPrices = "prices" // a person changed what a channel's prices are made of
	RunStock  = "stock"  // a person's count or adjustment of one level
	RunRules  = "rules"  // a person changed how much channels may offer
	RunKit    = "kit"    // what a kit consists of
	RunBuy    = "buy"    // a supplier, a purchase order, goods that came in
	RunMake   = "make"   // kits put together, or taken apart
	RunPurge  = "purge"  // personal values that a marketplace wants gone
	// RunTransfer is a step of a transfer between locations, RunRoute a person's choice of where an order is sent from.
	RunTransfer = "transfer"
	RunRoute    = "route"
	RunDrift    = "drift" // what a channel has was compared with what it should have
)

// Cause says who started a run.
type Cause string

// The causes of a run.
const (
	ByPerson   Cause = "person"
	BySchedule Cause = "schedule"
	ByCatchUp  Cause = "catch_up"
	ByWebhook  Cause = "webhook"
	ByPush     Cause = "push" // what was written is looked at
)

// Run is one execution of any long work. Checkpoint is what it needs to go on after a crash.
type Run struct {
	ID           int64
	Kind         string
	State        RunState
	Cause        Cause
	Title        string
	ChannelID    int64
	Channel      string
	TimerID      int64
	ImportID     int64
	ConnectionID int64
	Subject      string // what it is about when that is no record: a folder, a backup's name
	Checkpoint   int64
	Counts       map[string]int
	Done         int64
	Total        int64
	Problem      *fault.Problem
	StartedAt    commerce.Instant
	FinishedAt   commerce.Instant
	Stands       bool // of a receipt, an assembly, the contents of a kit or a change of a rule: it can be taken back; filled on reading
}

// RunFilter narrows a list of runs; zero values do not.
type RunFilter struct {
	Kind         string
	TimerID      int64
	ConnectionID int64
	Unfinished   bool
	Busy         bool             // leaves out looks of connections that found nothing
	From         commerce.Instant // started then or later
	Before       int64            // ids below, for paging
	Limit        int
}

// Timer is a due time with what to do then.
type Timer struct {
	ID            int64
	Kind          string // "watch", "fetch", "export"
	Name          string
	Expression    string // cron
	Zone          string // IANA
	Config        string // JSON of the kind
	Paused        bool
	NextAt        commerce.Instant
	PlannedAt     commerce.Instant // when NextAt was worked out
	LastRunID     int64
	LastSuccessAt commerce.Instant
	Jitter        int64            // seconds over which starts are spread
	AlarmAfter    int64            // seconds without success that are an alarm; 0 by its own rhythm, -1 never
	CountedFrom   commerce.Instant // made, changed or resumed: before it nothing was to be expected
	AlarmedAt     commerce.Instant // when the alarm that lasts was given
	AlarmMailed   string           // how far its mail is: "", sending, sent, unknown
	Seq           int64
}

// QuarantineGroup counts the quarantined messages that share a cause; Example is the id of one of them.
type QuarantineGroup struct {
	Count   int
	Example int64
}
