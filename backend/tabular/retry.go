package tabular

import (
	"context"
	"fmt"
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// RetryResult tells what trying quarantined messages again did.
type RetryResult struct {
	RunID   int64
	Retried int
	Applied int
	Still   int
}

// retryPage is how many quarantined messages are read at a time.
const retryPage = 100

// Retry tries quarantined messages again from their payloads, as one run; no ids means all. What still cannot be applied
// stays in quarantine with what is wrong now.
func (im *Importer) Retry(ctx context.Context, ids []int64) (RetryResult, error) {
	im.turn.Lock()
	defer im.turn.Unlock()
	run := journal.Run{Kind: journal.RunRetry, Cause: journal.ByPerson, Title: "Retry of quarantined records"}
	if err := im.store.InTabularTx(ctx, false, func(tx Tx) error { return tx.InsertRun(&run) }); err != nil {
		return RetryResult{}, fmt.Errorf("starting retry: %w", err)
	}
	result := RetryResult{RunID: run.ID}
	err := im.eachQuarantined(ctx, ids, func(m journal.Message) error {
		applied, err := im.retryOne(ctx, run.ID, m)
		result.Retried++
		if applied {
			result.Applied++
		}
		return err
	})
	result.Still = result.Retried - result.Applied
	return result, im.endRetry(context.WithoutCancel(ctx), run, result, err)
}

func (im *Importer) endRetry(ctx context.Context, run journal.Run, result RetryResult, cause error) error {
	run.State = journal.Done
	if result.Still > 0 {
		run.State = journal.Partial
	}
	if cause != nil {
		problem := fault.ProblemOf(cause)
		run.State, run.Problem = journal.Failed, &problem
	}
	run.Counts = map[string]int{"retried": result.Retried, "applied": result.Applied, "still": result.Still}
	err := im.store.InTabularTx(ctx, false, func(tx Tx) error {
		run.FinishedAt = tx.Now()
		return tx.UpdateRun(run)
	})
	if cause != nil {
		return cause
	}
	return err
}

func (im *Importer) eachQuarantined(ctx context.Context, ids []int64, do func(journal.Message) error) error {
	before := int64(0)
	for {
		page, err := im.store.Quarantine(ctx, before, retryPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, m := range page {
			if len(ids) > 0 && !slices.Contains(ids, m.ID) {
				continue
			}
			if err := do(m); err != nil {
				return err
			}
		}
		before = page[len(page)-1].ID
	}
}

func (im *Importer) retryOne(ctx context.Context, runID int64, m journal.Message) (bool, error) {
	m, payload, err := im.store.Message(ctx, m.ID)
	if err != nil {
		return false, err
	}
	if m.SyncID != 0 && im.elsewhere != nil {
		return im.elsewhere(ctx, runID, m)
	}
	record, err := im.Reread(ctx, m, payload)
	if err != nil {
		record.Problems = []fault.Problem{fault.ProblemOf(err)}
	}
	i, err := im.store.Import(ctx, m.ImportID)
	if err != nil {
		return false, err
	}
	applied := false
	err = im.store.InTabularTx(ctx, false, func(tx Tx) (err error) {
		if record.Document != nil {
			applied, err = im.reapplyDocument(tx, i, runID, m, record)
			return err
		}
		applied, err = reapply(tx, i, runID, m, record)
		return err
	})
	return applied, err
}

// reapply applies a reread record under its old message; the run that did it becomes the message's.
func reapply(tx Tx, i Import, runID int64, m journal.Message, record format.Record) (bool, error) {
	received := i.received(record)
	received.Message = m
	if len(record.Problems) > 0 {
		return false, intake.Quarantine(tx, received, record.Problems)
	}
	received.Message.RunID, received.Message.Problems = runID, nil
	j, err := intake.Apply(tx, i.Mode, received)
	if err != nil {
		return false, err
	}
	if j.Verdict == intake.Error {
		for n := range j.Problems {
			placeProblem(&j.Problems[n], i.Columns, record)
		}
		received.Message = m
		return false, intake.Quarantine(tx, received, j.Problems)
	}
	if j.Verdict == intake.Same || j.Verdict == intake.Skipped {
		m.Status, m.Problems = journal.Dismissed, nil
		return true, tx.UpdateMessage(m)
	}
	return true, nil
}
