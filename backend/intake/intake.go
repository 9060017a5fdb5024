// Package intake is the one way by which a record that came in becomes domain rows: it judges an incoming record against
// what is known (new, changed, same, skipped), applies it with its message, payload and change in one write, puts aside
// what cannot be applied, and takes back what a run did. Files use it now; connectors, webhooks and EDI will. A plan
// is Judge without Apply: the same code.
package intake

import (
	"context"
	"fmt"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Verdict says what applying an incoming order would do, or did.
type Verdict string

// The verdicts.
const (
	New     Verdict = "new"
	Changed Verdict = "changed"
	Same    Verdict = "same"
	Skipped Verdict = "skipped" // the mode leaves it alone
	Error   Verdict = "error"   // it cannot be applied: quarantine
)

// Mode says what an import may do. Blank values never clear anything in any mode.
type Mode string

// The modes: create only; create and update; update only.
const (
	ModeNew    Mode = "new"
	ModeMerge  Mode = "merge"
	ModeUpdate Mode = "update"
)

// ParseMode reads a mode; "" is merge.
func ParseMode(text string) (Mode, error) {
	switch m := Mode(text); m {
	case "":
		return ModeMerge, nil
	case ModeNew, ModeMerge, ModeUpdate:
		return m, nil
	}
	return "", fault.New(fault.Invalid, fmt.Sprintf("%q is not a way to import.", text), "Use new, merge or update.").InField("mode")
}

// Lookup is what judging and previewing an undo read.
type Lookup interface {
	// FindOrder finds the order of a channel by any name that incoming states; nil when there is none.
	FindOrder(channelID int64, incoming *order.Order) (*order.Order, error)
	// LoadOrder reads an order whole, with lines and parties; nil when there is none.
	LoadOrder(id int64) (*order.Order, error)
	// Finder reads the records of any kind but orders; nil for a kind that nothing keeps.
	Finder(kind Kind, channelID int64) Finder
	// ChangesOfRun lists what a run did to a record, newest first.
	ChangesOfRun(runID int64, recordKind string, recordID int64) ([]journal.Change, error)
	// ChangedByOthers tells whether anything but the run changed a record since.
	ChangedByOthers(recordKind string, recordID, runID int64) (bool, error)
	// ContactVersion reads a contact as it was; the zero contact when that version is not kept.
	ContactVersion(id, version int64) (customer.Contact, error)
}

// Tx is one write in progress.
type Tx interface {
	Lookup
	// Seq is the commit sequence this write will have.
	Seq() int64
	// Now is when this write began, by the store's clock.
	Now() commerce.Instant
	// EnsureChannel finds the channel called name, or makes it.
	EnsureChannel(name, kind string) (channel.Channel, error)
	// Keeper writes the records of any kind but orders.
	Keeper(kind Kind, channelID int64) Keeper
	// InsertOrder writes a new order with its names, lines, listings and contacts, and fills in the ids.
	InsertOrder(*order.Order) error
	// UpdateOrder writes after over before, which must have been read in this very write.
	UpdateOrder(before, after *order.Order) error
	// DeleteOrder removes an order with its names, lines, parties and their contacts; its messages and changes stay.
	DeleteOrder(*order.Order) error
	// InsertMessage keeps a message, with its raw record, and fills in the id.
	InsertMessage(*journal.Message, *journal.Payload) error
	UpdateMessage(journal.Message) error
	// SupersedeWaiting takes what waits in quarantine under a name off the list: the same record came in again.
	SupersedeWaiting(channelID int64, kind, name string, runID int64) error
	// UndoMessages marks the messages by which a run touched a record as undone.
	UndoMessages(runID int64, recordKind string, recordID int64) error
	InsertChange(journal.Change) error
	InsertRun(*journal.Run) error
	UpdateRun(journal.Run) error
}

// Unit runs one atomic write. bulk lets clicks and receipts go before it. do must be repeatable.
type Unit interface {
	InTx(ctx context.Context, bulk bool, do func(Tx) error) error
}

// OrderKind is the record kind of orders in messages and changes.
const OrderKind = "order"

// Judgement is what an incoming order means against what is known. After is the order as it would be.
type Judgement struct {
	Verdict  Verdict
	Known    *order.Order
	After    order.Order
	Record   *Known // what is known of a record of any other kind
	Message  int64  // the message that carrying it out kept; 0 when nothing was written
	Changes  []order.Change
	Problems []fault.Problem // why a record cannot be applied
}

// Judge decides what applying incoming to the channel would do. channelID 0 stands for a channel that does not exist yet:
// everything is new.
func Judge(find Lookup, mode Mode, channelID int64, incoming order.Order) (Judgement, error) {
	incoming.ChannelID = channelID
	var known *order.Order
	if channelID != 0 {
		var err error
		if known, err = find.FindOrder(channelID, &incoming); err != nil {
			return Judgement{}, fmt.Errorf("finding order: %w", err)
		}
	}
	if known == nil {
		return Judgement{Verdict: verdictOfNew(mode), After: incoming}, nil
	}
	j := Judgement{Verdict: Skipped, Known: known, After: *known}
	if mode == ModeNew {
		return j, nil
	}
	j.After, j.Changes = order.Merge(*known, incoming)
	j.Verdict = Same
	if len(j.Changes) > 0 {
		j.Verdict = Changed
	}
	return j, nil
}

func verdictOfNew(mode Mode) Verdict {
	if mode == ModeUpdate {
		return Skipped
	}
	return New
}

// Received is one record that came in: what it states, the message to keep and the raw record.
type Received struct {
	Order   order.Order
	Stated  Stated          // instead of an order, when its kind says so
	Message journal.Message // ChannelID, RunID, ImportID, Kind, Source, Name, Rows filled in
	Payload *journal.Payload
	// Settled says that whoever carries this out writes himself what became of a message that is kept already.
	Settled bool
}

// Apply judges r again inside the write and carries it out: order, message, payload and change in one. Same and skipped
// orders leave nothing behind.
func Apply(tx Tx, mode Mode, r Received) (Judgement, error) {
	j, err := r.Judge(tx, mode)
	if err != nil {
		return j, err
	}
	return j, Carry(tx, &j, r)
}

// Carry carries out a judgement that was made in the same write.
func Carry(tx Tx, j *Judgement, r Received) error {
	if r.Message.ID == 0 {
		if err := tx.SupersedeWaiting(r.Message.ChannelID, r.Message.Kind, r.Message.Name, r.Message.RunID); err != nil {
			return fmt.Errorf("looking for what waits: %w", err)
		}
	}
	if r.Stated.Kind != "" && r.Stated.Kind != Orders {
		return carryStated(tx, j, r)
	}
	switch j.Verdict {
	case New:
		return create(tx, j, r)
	case Changed:
		return update(tx, j, r)
	}
	return nil
}

func create(tx Tx, j *Judgement, r Received) error {
	if err := tx.InsertOrder(&j.After); err != nil {
		return fmt.Errorf("writing order: %w", err)
	}
	if err := keep(tx, OrderKind, j.After.ID, j, &r); err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: OrderKind, RecordID: j.After.ID, Action: journal.Created,
		RunID: r.Message.RunID, MessageID: r.Message.ID})
}

func update(tx Tx, j *Judgement, r Received) error {
	if err := tx.UpdateOrder(j.Known, &j.After); err != nil {
		return fmt.Errorf("updating order: %w", err)
	}
	if err := keep(tx, OrderKind, j.After.ID, j, &r); err != nil {
		return err
	}
	j.Changes = locate(*j.Known, j.After, j.Changes)
	return tx.InsertChange(journal.Change{RecordKind: OrderKind, RecordID: j.After.ID, Action: journal.Changed,
		Fields: j.Changes, RunID: r.Message.RunID, MessageID: r.Message.ID})
}

// keep keeps the message of a record that was written.
func keep(tx Tx, recordKind string, id int64, j *Judgement, r *Received) (err error) {
	r.Message.Status, r.Message.RecordKind, r.Message.RecordID = journal.Applied, recordKind, id
	switch {
	case r.Message.ID == 0:
		err = tx.InsertMessage(&r.Message, r.Payload)
	case !r.Settled:
		err = tx.UpdateMessage(r.Message)
	}
	j.Message = r.Message.ID
	return err
}

// locate fills in what only writing could tell: ids of added lines, and contacts with their versions.
func locate(before, after order.Order, changes []order.Change) []order.Change {
	added := addedLines(before, after)
	for i := range changes {
		c := &changes[i]
		switch {
		case c.Field == "lines.new" && len(added) > 0:
			c.Line, added = added[0], added[1:]
		case c.Personal:
			was, _ := before.Party(order.Role(c.Role))
			now, _ := after.Party(order.Role(c.Role))
			c.Contact, c.From, c.To = now.ID, was.Version, now.Version
		}
	}
	return changes
}

func addedLines(before, after order.Order) []int64 {
	known := map[int64]bool{}
	for _, l := range before.Lines {
		known[l.ID] = true
	}
	var added []int64
	for _, l := range after.Lines {
		if !known[l.ID] {
			added = append(added, l.ID)
		}
	}
	return added
}

// Quarantine takes r in without applying it: it waits for a person with what is wrong, while the rest goes on.
func Quarantine(tx Tx, r Received, problems []fault.Problem) error {
	r.Message.Status, r.Message.Problems = journal.Quarantined, problems
	if r.Message.ID != 0 {
		return tx.UpdateMessage(r.Message)
	}
	if err := tx.SupersedeWaiting(r.Message.ChannelID, r.Message.Kind, r.Message.Name, r.Message.RunID); err != nil {
		return fmt.Errorf("looking for what waits: %w", err)
	}
	return tx.InsertMessage(&r.Message, r.Payload)
}
