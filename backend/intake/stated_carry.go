package intake

import (
	"errors"
	"fmt"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// Judge judges what was received, of whatever kind.
func (r Received) Judge(look Lookup, mode Mode) (Judgement, error) {
	if r.Stated.Kind != "" && r.Stated.Kind != Orders {
		return JudgeStated(look, mode, r.Message.ChannelID, r.Stated)
	}
	return Judge(look, mode, r.Message.ChannelID, r.Order)
}

// ID is the id of the known record, 0 when there is none.
func (j Judgement) ID() int64 {
	switch {
	case j.Known != nil:
		return j.Known.ID
	case j.Record != nil:
		return j.Record.ID
	}
	return 0
}

// Version is the version of the known record, 0 when there is none.
func (j Judgement) Version() int64 {
	switch {
	case j.Known != nil:
		return j.Known.Version
	case j.Record != nil:
		return j.Record.Version
	}
	return 0
}

// carryStated carries out the judgement of a record of any kind but orders.
func carryStated(tx Tx, j *Judgement, r Received) error {
	keeper := tx.Keeper(r.Stated.Kind, r.Message.ChannelID)
	var err error
	switch j.Verdict {
	case New:
		err = createStated(tx, keeper, j, r)
	case Changed:
		err = updateStated(tx, keeper, j, r)
	}
	if unfit, ok := errors.AsType[*UnfitError](err); ok { // what only writing finds out
		return fault.New(fault.Invalid, unfit.Message, unfit.Remedy)
	}
	return err
}

func createStated(tx Tx, keeper Keeper, j *Judgement, r Received) error {
	known, shared, err := keeper.Insert(r.Message.RunID, r.Stated)
	if err != nil {
		return fmt.Errorf("writing %s: %w", RecordKind(r.Stated.Kind), err)
	}
	j.Record = known
	return keepStated(tx, j, &r, journal.Created, shared)
}

func updateStated(tx Tx, keeper Keeper, j *Judgement, r Received) error {
	from := j.Record.Contact.Version
	if err := keeper.Set(r.Message.RunID, j.Record, j.Changes); err != nil {
		return fmt.Errorf("updating %s: %w", RecordKind(r.Stated.Kind), err)
	}
	j.Changes = versioned(j.Changes, j.Record, from)
	return keepStated(tx, j, &r, journal.Changed, j.Changes)
}

// versioned says of personal changes between which versions of the contact they lie.
func versioned(changes []commerce.FieldChange, known *Known, from int64) []commerce.FieldChange {
	changes = slices.Clone(changes)
	for i := range changes {
		if changes[i].Personal {
			changes[i].Contact, changes[i].From, changes[i].To = known.Contact.ID, from, known.Contact.Version
		}
	}
	return changes
}

func keepStated(tx Tx, j *Judgement, r *Received, action journal.Action, changes []commerce.FieldChange) error {
	kind, id := RecordKind(r.Stated.Kind), j.Record.ID
	if err := keep(tx, kind, id, j, r); err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: kind, RecordID: id, Action: action, Fields: changes, RunID: r.Message.RunID,
		MessageID: r.Message.ID})
}
