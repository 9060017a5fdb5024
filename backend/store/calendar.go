package store

import (
	"context"
	"database/sql"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
)

// ScheduledRuns lists the runs of timers that started in a span (from, before to), oldest first, with what a calendar shows.
func (s *Store) ScheduledRuns(ctx context.Context, from, to commerce.Instant, limit int) ([]journal.Run, error) {
	rows, err := s.reading(ctx).Query(`SELECT `+runColumns+` FROM run r LEFT JOIN channel c ON c.id = r.channel_id
		WHERE r.started_at >= ? AND r.started_at < ? AND r.timer_id IS NOT NULL AND r.kind IN ('watch', 'fetch', 'send')
		ORDER BY r.started_at, r.id LIMIT ?`, int64(from), int64(to), limit)
	all, err := collect(rows, err, func(rows *sql.Rows, r *journal.Run) error { return scanRun(rows, r) })
	return all, classify("reading runs", err)
}
