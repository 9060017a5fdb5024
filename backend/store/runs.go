package store

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// InsertRun starts a run and fills in its id and, unless it is told, its start.
func (tx *Tx) InsertRun(r *journal.Run) (err error) {
	tx.touch(Runs)
	if r.StartedAt == 0 {
		r.StartedAt = tx.now
	}
	if r.State == "" {
		r.State = journal.Running
	}
	r.ID, err = tx.Insert(`INSERT INTO run (kind, state, cause, title, channel_id, timer_id, import_id, connection_id, subject, checkpoint, counts, done,
		total, problem, started_at, finished_at, lease_owner, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)`,
		r.Kind, string(r.State), string(r.Cause), r.Title, idArg(r.ChannelID), idArg(r.TimerID), idArg(r.ImportID), idArg(r.ConnectionID), r.Subject,
		idText(r.Checkpoint), asJSON(r.Counts), r.Done, r.Total, problemText(r.Problem), int64(r.StartedAt), instantArg(r.FinishedAt), tx.seq)
	return err
}

// UpdateRun writes how far a run is, or how it ended.
func (tx *Tx) UpdateRun(r journal.Run) error {
	tx.touch(Runs)
	return tx.Exec(`UPDATE run SET state = ?, title = ?, channel_id = ?, import_id = ?, checkpoint = ?, counts = ?, done = ?, total = ?, problem = ?,
		finished_at = ?, seq = ? WHERE id = ?`, string(r.State), r.Title, idArg(r.ChannelID), idArg(r.ImportID), idText(r.Checkpoint), asJSON(r.Counts),
		r.Done, r.Total, problemText(r.Problem), instantArg(r.FinishedAt), tx.seq, r.ID)
}

func problemText(p *fault.Problem) string {
	if p == nil {
		return ""
	}
	return asJSON(p)
}

const runColumns = `r.id, r.kind, r.state, r.cause, r.title, COALESCE(r.channel_id, 0), COALESCE(c.name, ''), COALESCE(r.timer_id, 0),
	COALESCE(r.import_id, 0), COALESCE(r.connection_id, 0), r.subject, r.checkpoint, r.counts, r.done, r.total, r.problem, r.started_at, r.finished_at,
	CASE r.kind WHEN 'buy' THEN EXISTS (SELECT 1 FROM purchase_receipt p WHERE p.run_id = r.id AND p.undone_run IS NULL)
		WHEN 'make' THEN EXISTS (SELECT 1 FROM assembly a WHERE a.run_id = r.id AND a.undone_run IS NULL)
		WHEN 'kit' THEN EXISTS (SELECT 1 FROM bom b WHERE b.run_id = r.id AND b.undone_run IS NULL) WHEN 'rules' THEN r.subject <> '' WHEN 'prices' THEN r.subject <> '' ELSE 0 END`

func scanRun(from scanner, r *journal.Run) error {
	var counts, problem string
	if err := from.Scan(&r.ID, &r.Kind, &r.State, &r.Cause, &r.Title, &r.ChannelID, &r.Channel, &r.TimerID, &r.ImportID, &r.ConnectionID, &r.Subject,
		&r.Checkpoint, &counts, &r.Done, &r.Total, &problem, &r.StartedAt, instant{&r.FinishedAt}, &r.Stands); err != nil {
		return err
	}
	if problem != "" {
		r.Problem = &fault.Problem{}
		if err := fromJSON(problem, r.Problem); err != nil {
			return err
		}
	}
	return fromJSON(counts, &r.Counts)
}

// LooksFrom lists the looks of a timer from an id on that began before an instant and ended, oldest first.
func (tx *Tx) LooksFrom(timerID, from int64, before commerce.Instant, limit int) ([]journal.Run, error) {
	rows, err := tx.Query(`SELECT `+runColumns+` FROM run r LEFT JOIN channel c ON c.id = r.channel_id
		WHERE r.timer_id = ? AND r.id >= ? AND r.started_at < ? AND r.finished_at IS NOT NULL ORDER BY r.id LIMIT ?`, timerID, from, int64(before), limit)
	return collect(rows, err, func(rows *sql.Rows, r *journal.Run) error { return scanRun(rows, r) })
}

// DropRun removes a run that nothing names.
func (tx *Tx) DropRun(id int64) error {
	tx.touch(Runs)
	return tx.Exec(`DELETE FROM run WHERE id = ?`, id)
}

// Run reads one run.
func (s *Store) Run(ctx context.Context, id int64) (journal.Run, error) {
	return runByID(s.reading(ctx), id)
}

// Run reads one run inside a write.
func (tx *Tx) Run(id int64) (journal.Run, error) { return runByID(tx, id) }

func runByID(q querier, id int64) (r journal.Run, err error) {
	err = scanRun(q.QueryRow(`SELECT `+runColumns+` FROM run r LEFT JOIN channel c ON c.id = r.channel_id WHERE r.id = ?`, id), &r)
	return r, classify("reading run", err)
}

// Runs lists runs, newest first.
func (s *Store) Runs(ctx context.Context, filter journal.RunFilter) ([]journal.Run, error) {
	query := s.query.NewSelect().TableExpr("run AS r").Join("LEFT JOIN channel AS c ON c.id = r.channel_id").
		ColumnExpr(runColumns).OrderExpr("r.id DESC").Limit(int64(filter.Limit))
	query = narrowRuns(query, filter)
	rows, err := query.Rows(ctx)
	all, err := collect(rows, err, func(rows *sql.Rows, r *journal.Run) error { return scanRun(rows, r) })
	return all, classify("reading runs", err)
}

func narrowRuns(query *bun.SelectQuery, filter journal.RunFilter) *bun.SelectQuery {
	switch {
	case filter.Kind != "":
		query = query.Where("r.kind = ?", filter.Kind)
	case !filter.Unfinished:
		query = query.Where("r.kind <> 'plan'") // looking at a file changes nothing
	}
	if filter.TimerID != 0 {
		query = query.Where("r.timer_id = ?", filter.TimerID)
	}
	if filter.ConnectionID != 0 {
		query = query.Where("r.connection_id = ?", filter.ConnectionID)
	}
	if filter.Unfinished {
		query = query.Where("r.finished_at IS NULL")
	}
	if filter.Busy {
		query = query.Where(`NOT (r.kind = 'sync' AND r.state = 'done' AND COALESCE(json_extract(r.counts, '$.new'), 0) + COALESCE(json_extract(r.counts, '$.changed'), 0)
			+ COALESCE(json_extract(r.counts, '$.gone'), 0) + COALESCE(json_extract(r.counts, '$.counted'), 0) = 0)`)
	}
	if filter.From != 0 {
		query = query.Where("r.started_at >= ?", int64(filter.From))
	}
	if filter.Before != 0 {
		query = query.Where("r.id < ?", filter.Before)
	}
	return query
}
