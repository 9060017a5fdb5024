package tabular

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// Apply carries a plan out in the background; done is closed when it ended. It also goes on with an import that was
// cancelled or failed on the way, and with what had gone back into the plan of an applied one. Otherwise a plan is applied
// once: an applied one is a fault.Conflict.
func (im *Importer) Apply(ctx context.Context, importID int64) (i Import, done <-chan struct{}, err error) {
	if i, err = im.Import(ctx, importID); err != nil {
		return i, nil, err
	}
	if i.State != Planned && !i.Rest() && (i.State != Cancelled && i.State != Failed || i.PlannedAt == 0) {
		return i, nil, fault.New(fault.Conflict, "This import cannot be applied: it is "+string(i.State)+".", "Open the import to see where it stands.")
	}
	err = im.store.InTabularTx(ctx, false, func(tx Tx) error {
		next := i
		if err := im.begin(tx, &next); err != nil {
			return err
		}
		i = next
		return nil
	})
	if err != nil {
		return i, nil, fmt.Errorf("starting to apply: %w", err)
	}
	return i, im.launch(i.ID, im.apply), nil
}

// begin makes the channel, if it is new, and the run; an import that was stopped on the way goes on with its run.
func (im *Importer) begin(tx Tx, i *Import) error {
	target, err := tx.EnsureChannel(i.Channel, i.ChannelKind)
	if err != nil {
		return err
	}
	if i.Rest() {
		i.Pass++
	}
	i.ChannelID, i.State, i.Problem = target.ID, Applying, nil
	if i.AppliedRun == 0 {
		run := journal.Run{Kind: journal.RunImport, Cause: i.Cause, Title: "Import of " + i.FileName + into(target.Name),
			ChannelID: target.ID, ImportID: i.ID, TimerID: i.TimerID, Total: int64(i.Rows)}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		i.AppliedRun = run.ID
	}
	i.RunID = i.AppliedRun
	return tx.UpdateImport(*i)
}

// into names where an import goes, behind what it is; "" where its records are of no channel.
func into(channel string) string {
	if channel == "" {
		return ""
	}
	return " into " + channel
}

// applier carries out one plan, chunk by chunk.
type applier struct {
	im     *Importer
	i      Import
	run    journal.Run
	counts Counts
	// checkpoint is how far an earlier try came; the run itself is for the writing side alone.
	checkpoint int64
	chunk      []planned
	size       int           // orders per write, fitted to how long writes take
	took       time.Duration // how long the last write kept the writer, the wait for the disk aside
	seen       *arrivals     // of a file of EDI
}

// planned is an order of the file with its verdict in the plan, and the message to keep of it.
type planned struct {
	record   format.Record
	plan     PlanRecord
	received intake.Received
	incoming *exchange.Incoming // of EDI
}

// chunkTime is how long one write of a chunk should take, so that clicks get their turn.
const chunkTime = 15 * time.Millisecond

func (im *Importer) apply(ctx context.Context, importID int64) error {
	i, err := im.store.Import(ctx, importID)
	if err != nil {
		return err
	}
	run, err := im.store.Run(ctx, i.AppliedRun)
	if err != nil {
		return err
	}
	a := &applier{im: im, i: i, run: run, counts: countsOf(run.Counts), checkpoint: run.Checkpoint, size: 32}
	a.run.State, a.run.Problem, a.run.FinishedAt = journal.Running, nil, 0
	if a.seen, err = im.arrivals(ctx, i); err != nil {
		return err
	}
	if i.Pass > 0 {
		return a.rest(ctx)
	}
	err = ahead(ctx, a.read, func(p planned) error { return a.add(ctx, p) })
	if err == nil {
		err = a.flush(ctx)
	}
	if err != nil {
		return err
	}
	if err := a.finish(ctx); err != nil || i.Kind != intake.EDI || im.exchanged == nil {
		return err
	}
	if err := im.exchanged(ctx); err != nil {
		slog.Warn("acknowledging EDI", "import", i.ID, "error", err)
	}
	return nil
}

// read reads the orders that are still to be carried out, and readies them as far as can be done without the writer.
func (a *applier) read(ctx context.Context, yield func(planned) error) error {
	plans := planReader{store: a.im.store, importID: a.i.ID}
	return a.im.eachRecord(ctx, a.i, func(record format.Record) error {
		a.im.store.GiveWay()
		if int64(record.Ordinal) <= a.checkpoint {
			return nil
		}
		plan, err := plans.next(ctx, record.Ordinal)
		if err != nil {
			return err
		}
		p, err := a.ready(record, plan)
		if err != nil {
			return err
		}
		return yield(p)
	})
}

// ready does ahead of the write what needs no writer. What waits for the writer is most of what an import holds: the cells
// of an order are let go of, as they lie in its packed payload.
func (a *applier) ready(record format.Record, plan PlanRecord) (planned, error) {
	received, err := a.received(record)
	if received.Payload != nil && received.Payload.Packed != nil {
		received.Payload = &journal.Payload{Packed: received.Payload.Packed}
		if a.i.Kind == intake.Orders {
			for n := range record.Rows {
				record.Rows[n].Cells = nil
			}
		}
	}
	return planned{record, plan, received, a.seen.incoming(a.i, record)}, err
}

func countsOf(m map[string]int) Counts {
	return Counts{New: m["new"], Changed: m["changed"], Same: m["same"], Skipped: m["skipped"], Error: m["error"], Stale: m["stale"]}
}

func (a *applier) add(ctx context.Context, p planned) error {
	a.chunk = append(a.chunk, p)
	if len(a.chunk) < a.size {
		return nil
	}
	return a.flush(ctx)
}

// flush writes the gathered chunk. When the write fails for a reason of one order, the orders go one by one, and the bad
// one is quarantined.
func (a *applier) flush(ctx context.Context) error {
	if len(a.chunk) == 0 {
		return ctx.Err()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := a.write(ctx, a.chunk, a.carry)
	if err != nil && !stops(err) {
		err = a.oneByOne(ctx)
	}
	if err != nil {
		return err
	}
	a.fit(a.took)
	a.chunk = a.chunk[:0]
	a.im.notify(Progress{a.i.ID, a.run.ID, a.run.Done, a.run.Total})
	return nil
}

func (a *applier) fit(took time.Duration) {
	a.size = int(time.Duration(len(a.chunk)) * chunkTime / max(took, time.Microsecond))
	a.size = min(max(a.size, 8), 500)
}

// stops tells an error of the whole import (disk full, closing, cancelled) from one of a single order.
func stops(err error) bool {
	if errors.Is(err, context.Canceled) {
		return true
	}
	switch fault.Of(err).Code {
	case fault.Full, fault.Unavailable, fault.Cancelled:
		return true
	}
	return false
}

func (a *applier) oneByOne(ctx context.Context) error {
	for i := range a.chunk {
		one := a.chunk[i : i+1]
		err := a.write(ctx, one, a.carry)
		if err != nil && !stops(err) {
			cause := err
			err = a.write(ctx, one, func(tx Tx, p planned, counts *Counts) error { return a.putAside(tx, p, counts, cause) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write carries orders out in one transaction together with how far the run is; what was counted counts only once that
// is on disk.
func (a *applier) write(ctx context.Context, chunk []planned, do func(Tx, planned, *Counts) error) error {
	var counts Counts
	run := a.run
	err := a.im.store.InTabularTx(ctx, true, func(tx Tx) error {
		began := time.Now()
		counts, run = a.counts, a.run
		for _, p := range chunk {
			if err := do(tx, p, &counts); err != nil {
				return err
			}
			if a.i.Pass == 0 { // the rest was counted, and is found by its pass
				run.Done += int64(len(p.record.Rows))
				run.Checkpoint = int64(p.record.Ordinal)
			}
		}
		run.Counts = counts.asMap()
		a.took = time.Since(began)
		return tx.UpdateRun(run)
	})
	if err == nil {
		a.counts, a.run = counts, run
	}
	return err
}

func (a *applier) carry(tx Tx, p planned, counts *Counts) error {
	i, err := a.i.in(tx, p.record)
	if err != nil {
		return err
	}
	received := p.received
	received.Message.ChannelID = i.ChannelID
	if p.incoming != nil {
		return a.carryDocument(tx, i, p, counts)
	}
	if len(p.record.Problems) > 0 {
		counts.Error++
		return intake.Quarantine(tx, received, p.record.Problems)
	}
	j, err := i.judge(tx, p.record)
	if err != nil {
		return err
	}
	stale, err := a.stale(tx, p.plan, j)
	if err != nil {
		return err
	}
	if stale {
		return a.giveBack(tx, p, j, counts)
	}
	if err := a.settle(tx, p, j, counts); err != nil {
		return err
	}
	counts.add(j.Verdict, 1)
	if j.Verdict == intake.Error {
		return intake.Quarantine(tx, received, j.Problems)
	}
	return intake.Carry(tx, &j, received)
}

func (a *applier) putAside(tx Tx, p planned, counts *Counts, cause error) error {
	problem := fault.ProblemOf(cause)
	problem.Row = p.record.Rows[0].Number
	counts.Error++
	next := p.plan
	next.Verdict, next.Problems = intake.Error, []fault.Problem{problem}
	if err := a.takeOut(tx, next, counts); err != nil {
		return err
	}
	i, err := a.i.in(tx, p.record)
	if err != nil {
		return err
	}
	p.received.Message.ChannelID = i.ChannelID
	return intake.Quarantine(tx, p.received, []fault.Problem{problem})
}

func (a *applier) received(record format.Record) (intake.Received, error) {
	payload := journal.Payload{Columns: a.i.Columns, Format: a.i.Format, Rows: make([]journal.PayloadRow, 0, len(record.Rows))}
	for _, row := range record.Rows {
		payload.Rows = append(payload.Rows, journal.PayloadRow{Number: row.Number, Cells: row.Cells, Edited: row.Edited})
	}
	if err := a.im.store.Pack(&payload); err != nil {
		return intake.Received{}, err
	}
	received := a.i.received(record)
	received.Payload = &payload
	return received, nil
}

func (a *applier) finish(ctx context.Context) error {
	return a.im.store.InTabularTx(ctx, false, func(tx Tx) error {
		i, run := a.i, a.run
		warned := i.Counts.Warning
		i.State, i.AppliedAt, i.Counts = Applied, tx.Now(), a.counts
		i.Counts.Warning = warned
		i.Warnings = slices.DeleteFunc(slices.Clone(i.Warnings), func(w fault.Problem) bool { return w.Code == staleCode })
		if a.counts.Stale > 0 {
			i.Warnings = append(i.Warnings, staleNote(a.counts.Stale))
		}
		run.State, run.FinishedAt, run.Done = journal.Done, tx.Now(), run.Total
		if a.counts.Error+a.counts.Stale > 0 {
			run.State = journal.Partial
		}
		if err := tx.UpdateRun(run); err != nil {
			return err
		}
		return tx.UpdateImport(i)
	})
}

// planReader walks a plan's records beside the file's.
type planReader struct {
	store    Store
	importID int64
	ahead    []PlanRecord
}

func (r *planReader) next(ctx context.Context, ordinal int) (PlanRecord, error) {
	for {
		for len(r.ahead) > 0 && r.ahead[0].Ordinal < ordinal {
			r.ahead = r.ahead[1:]
		}
		if len(r.ahead) > 0 && r.ahead[0].Ordinal == ordinal {
			return r.ahead[0], nil
		}
		page, err := r.store.PlanRecords(ctx, r.importID, RecordFilter{After: ordinal - 1, Limit: 500})
		if err != nil {
			return PlanRecord{}, err
		}
		if len(page) == 0 || page[0].Ordinal != ordinal {
			return PlanRecord{}, fault.New(fault.Conflict, "The plan and the file do not match any more.", "Drop the file again.")
		}
		r.ahead = page
	}
}
