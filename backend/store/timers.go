package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

const timerColumns = `id, kind, name, expression, zone, config, paused, next_at, planned_at, COALESCE(last_run_id, 0), last_success_at,
	jitter, alarm_after, counted_from, alarmed_at, alarm_mailed, seq`

func scanTimer(from scanner, t *journal.Timer) error {
	return from.Scan(&t.ID, &t.Kind, &t.Name, &t.Expression, &t.Zone, &t.Config, &t.Paused, instant{&t.NextAt}, instant{&t.PlannedAt},
		&t.LastRunID, instant{&t.LastSuccessAt}, &t.Jitter, &t.AlarmAfter, instant{&t.CountedFrom}, instant{&t.AlarmedAt}, &t.AlarmMailed, &t.Seq)
}

func scanTimers(rows *sql.Rows, t *journal.Timer) error { return scanTimer(rows, t) }

// Timers lists all timers.
func (s *Store) Timers(ctx context.Context) ([]journal.Timer, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + timerColumns + ` FROM timer ORDER BY id`)
	return collect(rows, err, scanTimers)
}

// Timer reads one timer.
func (s *Store) Timer(ctx context.Context, id int64) (t journal.Timer, err error) {
	err = scanTimer(s.reading(ctx).QueryRow(`SELECT `+timerColumns+` FROM timer WHERE id = ?`, id), &t)
	if errors.Is(err, sql.ErrNoRows) {
		return t, fault.New(fault.NotFound, fmt.Sprintf("There is no schedule %d.", id), "It may have been removed; look at the list of schedules.")
	}
	return t, classify("reading timer", err)
}

// AddTimer writes a new timer and fills in its id.
func (s *Store) AddTimer(ctx context.Context, t *journal.Timer) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error { return tx.InsertTimer(t) })
}

// ReviseTimer writes what a person may change. ifSeq, unless negative, is the version they saw.
func (s *Store) ReviseTimer(ctx context.Context, t journal.Timer, ifSeq int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM timer WHERE id = ?`, t.ID).Scan(&seq); err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		// Waiting for success begins anew, and with it the alarm.
		return tx.Exec(`UPDATE timer SET name = ?, expression = ?, zone = ?, config = ?, paused = ?, next_at = ?, jitter = ?, alarm_after = ?,
			counted_from = ?, alarmed_at = NULL, alarm_mailed = '', seq = ? WHERE id = ?`,
			t.Name, t.Expression, t.Zone, t.Config, t.Paused, instantArg(t.NextAt), t.Jitter, t.AlarmAfter, int64(tx.now), tx.seq, t.ID)
	})
}

// DeleteTimer removes a timer; its runs stay in the journal.
func (s *Store) DeleteTimer(ctx context.Context, id int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		return tx.Exec(`DELETE FROM timer WHERE id = ?`, id)
	})
}

// ClaimTimer moves a timer's due time from expected to next, if it still is expected. It reports whether it was: two
// schedulers cannot both start one due time, by this condition.
func (s *Store) ClaimTimer(ctx context.Context, id int64, expected, next, planned commerce.Instant) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		n, err := tx.Affect(`UPDATE timer SET next_at = ?, planned_at = ? WHERE id = ? AND next_at IS ?`,
			instantArg(next), instantArg(planned), id, instantArg(expected))
		won = n == 1
		return err
	})
	return won, err
}

// NoteTimerRun notes the last run of a timer and whether it went well.
func (s *Store) NoteTimerRun(ctx context.Context, id, runID int64, succeeded bool) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		if succeeded {
			return tx.Exec(`UPDATE timer SET last_run_id = ?, last_success_at = ?, alarmed_at = NULL, alarm_mailed = '' WHERE id = ?`, runID, int64(tx.now), id)
		}
		return tx.Exec(`UPDATE timer SET last_run_id = ? WHERE id = ?`, runID, id)
	})
}

// Alarm notes that a timer has not succeeded for too long; false when that was noted before.
func (s *Store) Alarm(ctx context.Context, id int64) (first bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		n, err := tx.Affect(`UPDATE timer SET alarmed_at = ? WHERE id = ? AND alarmed_at IS NULL`, int64(tx.now), id)
		first = n == 1
		return err
	})
	return first, err
}

// NoteAlarmMail notes how far the mail about an alarm is, if it still is as expected.
func (s *Store) NoteAlarmMail(ctx context.Context, id int64, expected, mailed string) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		n, err := tx.Affect(`UPDATE timer SET alarm_mailed = ? WHERE id = ? AND alarmed_at IS NOT NULL AND alarm_mailed = ?`, mailed, id, expected)
		won = n == 1
		return err
	})
	return won, err
}

// EndOrphans ends the runs that a killed program left running, and names the timers whose run was cut off; the owner calls
// it at start. Imports go on by themselves. How much such a run still asked of its vendor was not kept: its limits count as used up.
func (s *Store) EndOrphans(ctx context.Context) (timers []int64, err error) {
	problem := fault.Problem{Code: string(fault.Unavailable), Message: "Tradepost ended while this ran; what was done is kept.",
		Remedy: "The next run goes on where this one stopped."}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		rows, err := tx.Query(`SELECT DISTINCT r.timer_id FROM run r JOIN timer t ON t.id = r.timer_id WHERE r.finished_at IS NULL AND t.paused = 0
			AND r.kind IN ('watch', 'fetch', 'send', 'sync')`)
		if timers, err = collect(rows, err, scanID); err != nil {
			return err
		}
		if err := tx.Exec(`UPDATE call_limit SET tokens = 0, at = max(at, ?) WHERE connection_id IN
			(SELECT connection_id FROM run WHERE finished_at IS NULL AND connection_id IS NOT NULL)`, int64(tx.now)); err != nil {
			return err
		}
		return tx.Exec(`UPDATE run SET state = 'failed', finished_at = ?, problem = ?, seq = ? WHERE finished_at IS NULL
			AND kind NOT IN ('plan', 'import', 'undo')`, int64(tx.now), asJSON(problem), tx.seq)
	})
	return timers, err
}

// clockwork is the store as the scheduler sees it.
type clockwork struct{ store *Store }

// Clockwork gives the scheduler its timers.
func (s *Store) Clockwork() schedule.Store { return clockwork{s} }

func (c clockwork) Timers(ctx context.Context) ([]schedule.Timer, error) {
	all, err := c.store.Timers(ctx)
	timers := make([]schedule.Timer, len(all))
	for i, t := range all {
		timers[i] = schedule.Timer{ID: t.ID, Expr: t.Expression, Zone: t.Zone, NextAt: t.NextAt.Time(), PlannedAt: t.PlannedAt.Time(), Paused: t.Paused,
			Jitter: time.Duration(t.Jitter) * time.Second}
	}
	return timers, err
}

func (c clockwork) Claim(ctx context.Context, id int64, expected, next, planned time.Time) (bool, error) {
	return c.store.ClaimTimer(ctx, id, commerce.InstantOf(expected), commerce.InstantOf(next), commerce.InstantOf(planned))
}
