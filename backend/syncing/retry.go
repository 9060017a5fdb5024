package syncing

import (
	"context"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// Retry reads a message in quarantine again from its payload and applies it under the run. applied is false when it still
// cannot be applied; its problems are then those of now.
func (e *Engine) Retry(ctx context.Context, runID int64, m journal.Message) (applied bool, err error) {
	s, err := e.store.Sync(ctx, m.SyncID)
	if err != nil {
		return false, err
	}
	c, err := e.store.Connection(ctx, s.ConnectionID)
	if err != nil {
		return false, err
	}
	connector, err := e.connector(c)
	if err != nil {
		return false, err
	}
	_, payload, err := e.store.Message(ctx, m.ID)
	if err != nil {
		return false, err
	}
	if len(payload.Raw) == 0 {
		return false, fault.New(fault.NotFound, "What came in is no longer kept.", "Pull the item again.")
	}
	p := &pull{engine: e, connection: c, sync: s, id: s.ID, stream: s.Stream, connector: connector}
	r := p.read(Waiting{MessageID: m.ID, Item: m.Item, Raw: payload.Raw})
	var verdict intake.Verdict
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		next := m
		if len(r.problems) == 0 {
			next.RunID = runID
		}
		next.Name = or(r.name, m.Name)
		_, verdict, err = carry(tx, next, r)
		return err
	})
	return err == nil && verdict != intake.Error, err
}
