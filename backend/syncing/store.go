package syncing

import (
	"context"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
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
	// ClaimSignIn lets one alone sign in anew for a connection, until an instant or until FreeSignIn; false while another does.
	ClaimSignIn(ctx context.Context, connectionID int64, by string, until commerce.Instant) (bool, error)
	FreeSignIn(ctx context.Context, connectionID int64, by string) error

	Channel(ctx context.Context, id int64) (channel.Channel, error)
	// Hourly counts a channel's orders of the time since, by hours since 1970-01-01 UTC.
	Hourly(ctx context.Context, channelID int64, since commerce.Instant) (map[int64]int, error)
	Timers(ctx context.Context) ([]journal.Timer, error)
	Timer(ctx context.Context, id int64) (journal.Timer, error)
	ReviseTimer(ctx context.Context, t journal.Timer, ifSeq int64) error
	NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error
	// PersonalRules lists the channels that may keep personal values only for a time.
	PersonalRules(ctx context.Context) ([]PersonalRule, error)
	// PersonalDue lists orders of a channel, ids above after, that were shipped or called off before an instant and still have personal values.
	PersonalDue(ctx context.Context, channelID int64, before commerce.Instant, after int64, limit int) ([]int64, error)
	// Pack compresses a payload ahead of the write that keeps it.
	Pack(*journal.Payload) error
	Setting(ctx context.Context, name string) (string, error)
	Now() commerce.Instant
	Outbox
	Ledgers
}

// Outbox is where what is to be written to channels is read.
type Outbox interface {
	// ConnectionOfTimer reads the connection whose writes a timer is for.
	ConnectionOfTimer(ctx context.Context, timerID int64) (Connection, error)
	// Offers lists the listings of a channel that it knows by an id and that are linked to a variant.
	Offers(ctx context.Context, channelID int64) ([]Offer, error)
	// OffersOf lists the listings of variants on all channels.
	OffersOf(ctx context.Context, variantIDs []int64) ([]Offer, error)
	// Telling lists the connections that are told of stock of variants and of kits with them inside, the one that sells most of them first; and those variants.
	Telling(ctx context.Context, variantIDs []int64) (connectionIDs, variants []int64, err error)
	// UnlikeOffers lists the offers of a channel that are not plainly what the channel shows; all is how many there are with a number, where that is more.
	UnlikeOffers(ctx context.Context, channelID int64) (offers []Offer, all int, err error)
	// CountOffers counts the listings of a channel of whose stock there is a number.
	CountOffers(ctx context.Context, channelID int64) (int, error)
	// ZeroedSince counts the listings of a connection that were set to zero by themselves since an instant and still are to be, but for those that orders sold out.
	ZeroedSince(ctx context.Context, connectionID int64, since commerce.Instant) (int, error)
	// WaitingForShares lists the connections with a stock level that waits until others show less.
	WaitingForShares(ctx context.Context) ([]int64, error)
	// OffersAt lists those of a channel's Offers that are named; all for nil.
	OffersAt(ctx context.Context, channelID int64, listings []int64) ([]Offer, error)
	Drifts
	Masters
	// Outgoing lists the shipments of a channel's orders that were written after a commit sequence, oldest first, but those that the connection
	// pulled itself and those that it was told of.
	Outgoing(ctx context.Context, c Connection, after int64) ([]Outgoing, error)
	// LatestIntents reads the newest intent of each operation and location of targets, of the operations that are absolute.
	LatestIntents(ctx context.Context, connectionID int64, targets []string) ([]Intent, error)
	// OpenIntents lists the intents of a connection that are not settled, oldest first.
	OpenIntents(ctx context.Context, connectionID int64) ([]Intent, error)
	// OpenIntentsFor lists those of a connection about the stock of targets.
	OpenIntentsFor(ctx context.Context, connectionID int64, targets []string) ([]Intent, error)
	// DueIntents lists the pending and unknown intents of a connection that are to be looked at by now.
	DueIntents(ctx context.Context, connectionID int64, now commerce.Instant, limit int) ([]Intent, error)
	// Sendable lists approved intents whose turn it is, oldest first: none of the same record is under way or approved before, and what they depend on
	// is settled.
	Sendable(ctx context.Context, connectionID int64, now commerce.Instant, after int64, limit int) ([]Intent, error)
	// CountOpen counts the intents of a connection that are not settled, by state.
	CountOpen(ctx context.Context, connectionID int64) (map[State]int, error)
	Intent(ctx context.Context, id int64) (Intent, error)
	Attempts(ctx context.Context, intentID int64) ([]Attempt, error)
	PushPlan(ctx context.Context, id int64) (PushPlan, error) // without its intents
	PushPlans(ctx context.Context, filter PlanFilter) ([]PushPlan, error)
	// PlanIntents lists the intents of a plan, ids above after.
	PlanIntents(ctx context.Context, planID, after int64, limit int) ([]Intent, error)
	// Sequence is the last commit sequence.
	Sequence(ctx context.Context) (int64, error)
}

// Drifts is where what is known of drift is read.
type Drifts interface {
	// SoldSince lists what orders moved of a listing at its channel since an instant, oldest first: those placed since, and those placed before that
	// were called off since.
	SoldSince(ctx context.Context, listingID int64, since commerce.Instant) ([]Sold, error)
	// LastDone reads the newest intent of an operation, target and location that was done; ID is 0 when there is none.
	LastDone(ctx context.Context, connectionID int64, operation channel.Operation, target, location string) (Intent, error)
	// DriftChecks lists what the last check of each connection found.
	DriftChecks(ctx context.Context) ([]DriftCheck, error)
}

// Told is what a write reads in which it is written down what channels are to be told.
type Told interface {
	Connections() ([]Connection, error)
	// LookedAt is when a stream of each connection was last pulled well.
	LookedAt(channel.Stream) (map[int64]commerce.Instant, error)
	// Telling, OffersOf, ZeroedSince and CountOffers are those of the Outbox.
	Telling(variantIDs []int64) (connectionIDs, variants []int64, err error)
	OffersOf(variantIDs []int64) ([]Offer, error)
	ZeroedSince(connectionID int64, since commerce.Instant) (int, error)
	CountOffers(channelID int64) (int, error)
	// BeforeThese lists the newest intents of the same connection, operation, target and location as some that are wanted, and what those wait for.
	BeforeThese(wanted []Intent) ([]Intent, error)
}

// Tx is one write of a sync in progress.
type Tx interface {
	intake.Tx
	Told
	// PutDriftCheck keeps what a check found in place of the one before.
	PutDriftCheck(DriftCheck) error
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
	// MarkSeen notes that a full pass saw an item that came before.
	MarkSeen(syncID int64, item string, pass int64) error
	// Replace takes an earlier message of the same item off the lists: it was not applied, and a newer one came in.
	Replace(messageID int64) error
	MessageStatus(id int64) (journal.Status, error)

	// LooksFrom lists the runs of a sync's timer from an id on that began before an instant and ended, oldest first.
	LooksFrom(timerID, from int64, before commerce.Instant, limit int) ([]journal.Run, error)
	// DropRun removes a run that nothing names.
	DropRun(id int64) error

	Intent(id int64) (Intent, error)
	// LatestIntent reads the newest intent of an operation, target and location; ID is 0 when there is none.
	LatestIntent(connectionID int64, operation channel.Operation, target, location string) (Intent, error)
	// OpenIntentsOf lists the intents of an operation about a record that are not settled.
	OpenIntentsOf(connectionID int64, operation channel.Operation, recordKind string, recordID int64) ([]Intent, error)
	// ProposedIn lists what waits for a person in a plan.
	ProposedIn(planID int64) ([]Intent, error)
	InsertIntent(*Intent) error
	// UpdateIntent writes all of an intent that changes.
	UpdateIntent(Intent) error
	// ClaimIntent makes an approved intent of a revision sending, unless it changed meanwhile.
	ClaimIntent(i Intent, by string, until commerce.Instant) (bool, error)
	// MaySend reports why a stock level must not be sent yet: together listings may not sell more of what is scarce than there is. "" lets it go, and counts
	// what it adds. compares tells that the vendor refuses a write whose observed value is no longer true.
	MaySend(i Intent, compares bool) (why string, err error)
	// NoteCompares keeps whether a connection's vendor compares.
	NoteCompares(connectionID int64, compares bool) error
	// StartAttempt writes down that a call begins; EndAttempt how the last one ended, if that is not written.
	StartAttempt(i Intent, kind string) error
	EndAttempt(intentID int64, outcome, detail string) error
	// Attempts lists the calls about an intent, oldest first.
	Attempts(intentID int64) ([]Attempt, error)
	// FreeSignIns frees what those claimed who are no more: all but by.
	FreeSignIns(by string) error
	// LostIntents lists what was sending and whose sender is no more: claimed by the one named, or by another whose lease has lapsed (all others for the
	// zero instant). 0 is of all connections.
	LostIntents(connectionID int64, by string, lapsed commerce.Instant) ([]Intent, error)
	// Rebase tells the wishes of an intent's key that wait what is there now.
	Rebase(i Intent, value string) error
	InsertPushPlan(*PushPlan) error
	UpdatePushPlan(PushPlan) error
	PushPlan(id int64) (PushPlan, error)
	// WaitingPlan reads the open plan that the schedule made; ID is 0 when there is none.
	WaitingPlan(connectionID int64) (PushPlan, error)
	// FollowPlan brings a plan's state to what its intents say.
	FollowPlan(id int64) error
	// CountTheirs counts the stock that a channel keeps and ships itself, by what was last seen at one of its places.
	CountTheirs(channelID, runID int64, place, name string) error
	// MastersWord is as that of the store, of one variant.
	MastersWord(channelID, variantID int64, confirmed commerce.Instant) ([]inventory.Word, error)
	// NoteOffered keeps how much of a listing the channel has; pushed is what we told it, "" for nothing.
	NoteOffered(listingID int64, location, quantity, pushed string) error
	// NotePrice keeps the price that the channel has of a listing, as a change by a run.
	NotePrice(listingID int64, price string, runID int64) error
	NoteShipped(connectionID, seq int64) error
	// NoteTracking gives the shipment of an order that has a wrong number the right one, as a change by a run.
	NoteTracking(orderID int64, was, is string, runID int64) error
	SetPushTimer(connectionID, timerID int64) error
	SetPersonalDays(channelID int64, days int) error
	HasTimer(kind string) (bool, error)
	// PurgePersonal empties what an order knows of people and what came in with it, and counts the contacts and payloads that had something.
	PurgePersonal(orderID, runID int64) (contacts, payloads int, err error)
	// SendingPaused reports whether nothing may be sent.
	SendingPaused() (bool, error)
	Letters
	LedgerTx
}
