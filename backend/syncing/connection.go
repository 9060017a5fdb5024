// Package syncing drives connections: it pulls streams on schedules, takes in what came and applies it, and carries out what is
// to be written, so that nothing is lost, doubled or sent twice. Connectors translate; limits, retries, secrets,
// persistence and order are kept here.
package syncing

import (
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Connection is one configured account of a connector. It belongs to a channel.
type Connection struct {
	ID        int64
	Name      string
	Connector string
	ChannelID int64
	Channel   string            // the channel's name, filled on reading
	Options   map[string]string // the settings that are no secrets
	Account   channel.Account   // what the last check found
	CheckedAt commerce.Instant
	Paused    bool           // by a person; nothing else ever sets it
	Problem   *fault.Problem // the trouble that lasts; nil when all is well
	ProblemAt commerce.Instant
	Approval  Approval
	// ApprovalSize is above how many writes at once Approval large asks.
	ApprovalSize int
	PushTimerID  int64 // the schedule of what is written; 0 where it writes nothing
	ShippedSeq   int64 // up to which commit sequence shipments were looked at as something to tell the channel
	Compares     bool  // its vendor refuses a stock level whose observed value is no longer true
	// Places says which places of its account are which locations of ours; filled on reading.
	Places    map[string]int64
	CreatedAt commerce.Instant
	Seq       int64
}

// Approval says when what is to be written waits for a person.
type Approval string

// The rules of approval.
const (
	Ask       Approval = "ask"       // always
	Large     Approval = "large"     // above a size
	Automatic Approval = "automatic" // never, but for what looks like a mistake
)

// Sync is what one connection pulls of one stream, on the schedule of its timer.
type Sync struct {
	ID           int64
	ConnectionID int64
	Stream       channel.Stream
	TimerID      int64
	Cursor       string           // where the next run starts
	Since        commerce.Instant // where the first run starts; 0 is the beginning
	Pass         int64            // the full pass under way; 0 is none
	Passes       int64            // how many full passes were begun
	PassCursor   string
	FullAt       commerce.Instant // when a full pass last came to its end
	LookedAt     commerce.Instant // when a run last came to its end well
	VendorAt     commerce.Instant // the vendor's clock then
	NewestAt     commerce.Instant // the newest change seen
	Lag          int64            // milliseconds between the newest change of the last page and its coming in; -1 is not known
	Thinned      [2]int64         // up to which run old looks were thinned, grain by grain
	NextAt       commerce.Instant // before which the vendor asked not to come back; 0 is none
	KnownSeq     int64            // up to which commit, and to which instant, all orders are known; of orders alone
	KnownUntil   commerce.Instant
	Problem      *fault.Problem
	ProblemAt    commerce.Instant
	Seq          int64
}

// Arrival is what was last seen of one item of a stream.
type Arrival struct {
	Item      string
	Version   string
	MessageID int64
	Pass      int64
	GoneAt    commerce.Instant
}

// Waiting is a message that was taken in and is still to be applied.
type Waiting struct {
	MessageID int64
	Item      string
	Raw       []byte
}

// Level is what is left of one bucket.
type Level struct {
	Bucket       string
	Tokens       float64
	At           commerce.Instant
	BlockedUntil commerce.Instant
	Day          int64 // UTC days since 1970-01-01
	Spent        float64
}
