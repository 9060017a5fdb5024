package store

import (
	"context"
	"database/sql"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/job"
)

const deliveryColumns = `id, timer_id, run_id, target, name, spool, size, sha256, message_id, state, attempts, problem, created_at, settled_at`

func scanDelivery(from scanner, d *job.Delivery) error {
	var target, problem string
	if err := from.Scan(&d.ID, &d.TimerID, &d.RunID, &target, &d.Name, &d.Spool, &d.Size, &d.SHA256, &d.MessageID, &d.State, &d.Attempts, &problem,
		&d.CreatedAt, instant{&d.SettledAt}); err != nil {
		return err
	}
	if problem != "" {
		d.Problem = &fault.Problem{}
		if err := fromJSON(problem, d.Problem); err != nil {
			return err
		}
	}
	return fromJSON(target, &d.Target)
}

func scanDeliveries(rows *sql.Rows, d *job.Delivery) error { return scanDelivery(rows, d) }

// AddDeliveries writes all of a run's deliveries, before any is sent.
func (s *Store) AddDeliveries(ctx context.Context, all []job.Delivery) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		for _, d := range all {
			if err := tx.Exec(`INSERT INTO delivery (timer_id, run_id, kind, target, name, spool, size, sha256, message_id, state, attempts, problem, created_at, seq)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?, ?)`, d.TimerID, d.RunID, d.Target.To, job.TargetText(d.Target), d.Name, d.Spool, d.Size, d.SHA256,
				d.MessageID, d.State, int64(tx.now), tx.seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenDeliveries lists what is prepared, sending or unknown, oldest first; of all timers for 0.
func (s *Store) OpenDeliveries(ctx context.Context, timerID int64) ([]job.Delivery, error) {
	rows, err := s.reading(ctx).Query(`SELECT `+deliveryColumns+` FROM delivery WHERE state NOT IN ('sent', 'dropped') AND (? = 0 OR timer_id = ?) ORDER BY id`, timerID, timerID)
	all, err := collect(rows, err, scanDeliveries)
	return all, classify("reading deliveries", err)
}

// Deliveries lists those of a run or, newest first, of a timer.
func (s *Store) Deliveries(ctx context.Context, runID, timerID int64, limit int) ([]job.Delivery, error) {
	query, id := `SELECT `+deliveryColumns+` FROM delivery WHERE run_id = ? ORDER BY id LIMIT ?`, runID
	if runID == 0 {
		query, id = `SELECT `+deliveryColumns+` FROM delivery WHERE timer_id = ? ORDER BY id DESC LIMIT ?`, timerID
	}
	rows, err := s.reading(ctx).Query(query, id, limit)
	all, err := collect(rows, err, scanDeliveries)
	return all, classify("reading deliveries", err)
}

// Delivery reads one.
func (s *Store) Delivery(ctx context.Context, id int64) (d job.Delivery, err error) {
	err = scanDelivery(s.reading(ctx).QueryRow(`SELECT `+deliveryColumns+` FROM delivery WHERE id = ?`, id), &d)
	return d, classify("reading delivery", err)
}

// MoveDelivery writes name, state, attempts and problem if the state still is expected.
func (s *Store) MoveDelivery(ctx context.Context, d job.Delivery, expected string) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Watches)
		n, err := tx.Affect(`UPDATE delivery SET name = ?, state = ?, attempts = ?, problem = ?, seq = ?,
			settled_at = CASE WHEN ? IN ('sent', 'dropped') THEN ? END WHERE id = ? AND state = ?`,
			d.Name, d.State, d.Attempts, problemText(d.Problem), tx.seq, d.State, int64(tx.now), d.ID, expected)
		won = n == 1
		return err
	})
	return won, classify("writing delivery", err)
}
