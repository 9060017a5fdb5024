package syncing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// chunkTime is how long one write of a chunk should take, so that clicks get their turn.
const chunkTime = 15 * time.Millisecond

// applyReceived applies what was taken in and not applied: what a crash left.
func (p *pull) applyReceived(ctx context.Context) error {
	for after := int64(0); ; {
		waiting, err := p.engine.store.Received(ctx, p.sync.ID, after, 200)
		if err != nil || len(waiting) == 0 {
			return err
		}
		after = waiting[len(waiting)-1].MessageID
		all := make([]ready, len(waiting))
		for i, w := range waiting {
			all[i] = p.read(w)
		}
		if err := p.apply(ctx, all); err != nil {
			return err
		}
	}
}

// apply carries messages out, in chunks. When a write fails for a reason of one record, they go one by one, and the bad one is
// put into quarantine.
func (p *pull) apply(ctx context.Context, all []ready) error {
	for size := mostAtOnce; len(all) > 0; {
		n := min(size, len(all))
		began := time.Now()
		if err := p.chunk(ctx, all[:n]); err != nil {
			return err
		}
		took := max(time.Since(began), time.Microsecond)
		size = min(max(int(time.Duration(n)*chunkTime/took), 4), 200)
		all = all[n:]
	}
	return ctx.Err()
}

func (p *pull) chunk(ctx context.Context, chunk []ready) error {
	err := p.write(ctx, chunk)
	if err == nil || stops(err) {
		return err
	}
	for _, r := range chunk {
		err := p.write(ctx, []ready{r})
		if err != nil && !stops(err) {
			r.problems = []fault.Problem{fault.ProblemOf(err)}
			err = p.write(ctx, []ready{r})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stops tells an error of the whole run from one of a single record.
func stops(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	switch fault.Of(err).Code {
	case fault.Full, fault.Unavailable, fault.Cancelled:
		return true
	}
	return false
}

// ready is a message that was read, with what applying it takes.
type ready struct {
	waiting  Waiting
	payload  *journal.Payload // of a message that is not kept yet
	name     string
	parts    []part
	problems []fault.Problem

	ledger     *channel.LedgerRecord
	connection int64
}

// read makes records of a message.
func (p *pull) read(w Waiting) (r ready) {
	defer func() {
		if value := recover(); value != nil {
			r = ready{waiting: w, problems: []fault.Problem{fault.ProblemOf(fmt.Errorf("reading an item: panic: %v", value))}}
		}
	}()
	record, problems := p.connector.Read(p.stream, w.Raw, p.connection.Account)
	r = ready{waiting: w, name: record.Name, problems: problems, ledger: record.Ledger, connection: p.connection.ID}
	if record.Ledger == nil {
		r.parts = partsOf(record, p.connection)
	}
	return r
}

func (p *pull) write(ctx context.Context, chunk []ready) error {
	var result Result
	err := p.engine.store.InSyncTx(ctx, true, func(tx Tx) error {
		result = p.result
		for _, r := range chunk {
			if err := p.carry(tx, r, &result); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		p.result = result
	}
	return err
}

// carry applies one message, unless that happened or a newer one came meanwhile.
func (p *pull) carry(tx Tx, r ready, result *Result) error {
	status, err := tx.MessageStatus(r.waiting.MessageID)
	if err != nil || status != journal.Received {
		return err
	}
	_, verdict, err := carry(tx, p.message(r), r)
	if err != nil {
		return err
	}
	result.count(verdict)
	return nil
}

func (p *pull) message(r ready) journal.Message {
	return journal.Message{ID: r.waiting.MessageID, ChannelID: p.connection.ChannelID, RunID: p.result.Run.ID, Kind: string(kinds[p.sync.Stream]),
		Source: "api", Name: r.name, Status: journal.Received, SyncID: p.sync.ID, Item: r.waiting.Item, Rows: []int{}}
}

func (r *Result) count(v intake.Verdict) {
	r.applied++
	switch v {
	case intake.New:
		r.New++
	case intake.Changed:
		r.Changed++
	case intake.Same:
		r.Same++
	case intake.Skipped:
		r.Skipped++
	case intake.Error:
		r.Quarantined++
	}
}
