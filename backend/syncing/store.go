package syncing

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// Store is where connections, their syncs and what came in are kept.
type Store interface {
	intake.Unit
	// InSyncTx runs do as one atomic write of a sync; do must be repeatable.
	InSyncTx(ctx context.Context, bulk bool, do func(Tx) error) error
	Lookup(ctx context.Context) intake.Lookup

	Connections(ctx context.Context) ([]Connection, error)
	Connection(ctx context.Context, id int64) (Connection, error)
	Syncs(ctx context.Context, connectionID int64) ([]Sync, error) // 0 is of all connections
	Sync(ctx context.Context, id int64) (Sync, error)
	SyncOfTimer(ctx context.Context, timerID int64) (Sync, error)
	Arrivals(ctx context.Context, syncID int64, items []string) (map[string]Arrival, error)
	// Missing lists the items of a sync, above after, that its full pass did not see and that are not known to be gone.
	Missing(ctx context.Context, syncID, pass int64, after string, limit int) ([]string, error)
	// Known counts the items of a sync that are not gone.
	Known(ctx context.Context, syncID int64) (int, error)
	// Received lists what was taken in and is still to be applied, oldest first, ids above after.
	Received(ctx context.Context, syncID, after int64, limit int) ([]Waiting, error)
	Message(ctx context.Context, id int64) (journal.Message, journal.Payload, error)
	Levels(ctx context.Context, connectionID int64) ([]Level, error)
	SaveLevels(ctx context.Context, connectionID int64, levels []Level) error

	Channel(ctx context.Context, id int64) (channel.Channel, error)
	ChannelByName(ctx context.Context, name string) (channel.Channel, error)
	Run(ctx context.Context, id int64) (journal.Run, error)
	NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error
	// Pack compresses a payload ahead of the write that keeps it.
	Pack(*journal.Payload) error
	Setting(ctx context.Context, name string) (string, error)
	Now() commerce.Instant
}

// Tx is one write of a sync in progress.
type Tx interface {
	intake.Tx
	InsertConnection(*Connection) error
	// UpdateConnection writes all of a connection but its channel.
	UpdateConnection(Connection) error
	DeleteConnection(id int64) error
	Connection(id int64) (Connection, error)
	InsertSync(*Sync) error
	UpdateSync(Sync) error
	Sync(id int64) (Sync, error)
	InsertTimer(*journal.Timer) error
	PauseTimer(id int64, paused bool) error

	Arrival(syncID int64, item string) (Arrival, error) // Item is "" when there is none
	PutArrival(syncID int64, a Arrival) error
	// Replace takes an earlier message of the same item off the lists: it was not applied, and a newer one came in.
	Replace(messageID int64) error
	MessageStatus(id int64) (journal.Status, error)
	ChannelWithID(id int64) (channel.Channel, error)
}
