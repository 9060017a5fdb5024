package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/store/direct"
	"tradepost/backend/syncing"
)

const intentColumns = `i.id, i.revision, COALESCE(i.connection_id, 0), i.channel_id, COALESCE(i.plan_id, 0), COALESCE(i.run_id, 0), i.operation, i.target,
	i.location, i.name, i.record_kind, i.record_id, i.state, i.body, i.wanted, i.observed, i.observed_at, i.shown, i.reason, i.warning, i.reference, i.problem,
	COALESCE(i.depends_on, 0), COALESCE(i.undoes, 0), i.claimed_by, i.lease_until, i.check_at, i.created_at, i.settled_at, i.seq`

func scanIntent(from scanner, i *syncing.Intent) error {
	var body, problem string
	if err := from.Scan(&i.ID, &i.Revision, &i.ConnectionID, &i.ChannelID, &i.PlanID, &i.RunID, &i.Operation, &i.Target, &i.Location, &i.Name, &i.RecordKind,
		&i.RecordID, &i.State, &body, &i.Wanted, &i.Observed, instant{&i.ObservedAt}, &i.Shown, &i.Reason, &i.Warning, &i.Reference, &problem, &i.DependsOn,
		&i.Undoes, &i.ClaimedBy, instant{&i.LeaseUntil}, instant{&i.CheckAt}, &i.CreatedAt, instant{&i.SettledAt}, &i.Seq); err != nil {
		return err
	}
	return errors.Join(scanProblem(problem, &i.Problem), fromJSON(body, &i.Body))
}

func intents(q querier, rest string, args ...any) ([]syncing.Intent, error) {
	rows, err := q.Query(`SELECT `+intentColumns+` FROM intent i `+rest, args...)
	all, err := collect(rows, err, func(rows *sql.Rows, i *syncing.Intent) error { return scanIntent(rows, i) })
	return all, classify("reading intents", err)
}

func intentByID(q querier, id int64) (i syncing.Intent, err error) {
	err = scanIntent(q.QueryRow(`SELECT `+intentColumns+` FROM intent i WHERE i.id = ? AND i.connection_id IS NOT NULL`, id), &i)
	if errors.Is(err, sql.ErrNoRows) {
		return i, fault.New(fault.NotFound, fmt.Sprintf("There is no write %d.", id), "Look at the list of plans.")
	}
	return i, classify("reading intent", err)
}

// Intent reads one intent.
func (s *Store) Intent(ctx context.Context, id int64) (syncing.Intent, error) {
	return intentByID(s.reading(ctx), id)
}

// Intent reads one intent inside a write.
func (tx *Tx) Intent(id int64) (syncing.Intent, error) { return intentByID(tx, id) }

// LatestIntents reads the newest intent of each operation and location of targets, of the operations that say how something is to be.
func (s *Store) LatestIntents(ctx context.Context, connectionID int64, targets []string) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.id IN (SELECT max(id) FROM intent WHERE connection_id = ? AND operation IN ('stock.set', 'price.set', 'order.status')
		AND target IN (SELECT value FROM json_each(?)) GROUP BY operation, target, location)`, connectionID, asJSON(targets))
}

// OpenIntents lists the intents of a connection that are not settled, oldest first.
func (s *Store) OpenIntents(ctx context.Context, connectionID int64) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.connection_id = ? AND i.state IN `+open+` ORDER BY i.id`, connectionID)
}

// BeforeThese lists the newest intents of the same connection, operation, target and location as some that are wanted, and what those wait for.
func (tx *Tx) BeforeThese(wanted []syncing.Intent) ([]syncing.Intent, error) {
	ids, err := tx.newestLike(wanted)
	if err != nil || len(ids) == 0 {
		return nil, classify("reading intents", err)
	}
	newest, err := intents(tx, theseIntents, asJSON(ids))
	if err != nil {
		return nil, err
	}
	var waitFor []int64
	for _, i := range newest {
		if i.DependsOn != 0 {
			waitFor = append(waitFor, i.DependsOn)
		}
	}
	if len(waitFor) == 0 {
		return newest, nil
	}
	more, err := intents(tx, theseIntents, asJSON(waitFor))
	return append(newest, more...), err
}

// theseIntents is those of a list of ids.
const theseIntents = `JOIN json_each(?) j ON i.id = j.value`

// newestLike lists the ids of the newest intents of the same keys as those that are wanted.
func (tx *Tx) newestLike(wanted []syncing.Intent) (ids []int64, err error) {
	b := tx.batch()
	for _, i := range wanted {
		b.add(`SELECT COALESCE(max(id), 0) FROM intent WHERE connection_id = ? AND operation = ? AND target = ? AND location = ?`)
		b.Int(i.ConnectionID)
		b.texts(string(i.Operation), i.Target, i.Location)
	}
	if err := b.run(); err != nil {
		return nil, err
	}
	for step := range wanted {
		if id := b.Number(direct.Step(step)); id != 0 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// OpenIntentsFor lists the intents of a connection about the stock of targets that are not settled, oldest first.
func (s *Store) OpenIntentsFor(ctx context.Context, connectionID int64, targets []string) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.connection_id = ? AND i.operation = 'stock.set' AND i.target IN (SELECT value FROM json_each(?)) AND +i.state IN `+open+
		` ORDER BY i.id`, connectionID, asJSON(targets))
}

// LatestIntent reads the newest intent of an operation, target and location; its id is 0 when there is none.
func (tx *Tx) LatestIntent(connectionID int64, operation channel.Operation, target, location string) (i syncing.Intent, err error) {
	err = scanIntent(tx.QueryRow(`SELECT `+intentColumns+` FROM intent i WHERE i.connection_id = ? AND i.operation = ? AND i.target = ? AND i.location = ?
		ORDER BY i.id DESC LIMIT 1`, connectionID, string(operation), target, location), &i)
	if errors.Is(err, sql.ErrNoRows) {
		return syncing.Intent{}, nil
	}
	return i, err
}

const open = `('proposed', 'approved', 'sending', 'pending', 'unknown')`

// OpenIntentsOf lists the intents of an operation about a record that are not settled.
func (tx *Tx) OpenIntentsOf(connectionID int64, operation channel.Operation, recordKind string, recordID int64) ([]syncing.Intent, error) {
	return intents(tx, `WHERE i.record_kind = ? AND i.record_id = ? AND +i.connection_id = ? AND i.operation = ? AND +i.state IN `+open+` ORDER BY i.id`,
		recordKind, recordID, connectionID, string(operation))
}

// DueIntents lists the pending and unknown intents of a connection that are to be looked at by now.
func (s *Store) DueIntents(ctx context.Context, connectionID int64, now commerce.Instant, limit int) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.connection_id = ? AND i.state IN ('pending', 'unknown') AND COALESCE(i.check_at, 0) <= ? ORDER BY i.id LIMIT ?`,
		connectionID, int64(now), limit)
}

// Sendable lists approved intents above an id whose turn it is, oldest first: none about the same target of the same kind of record is
// under way or was approved before, and what they depend on is settled. The plus keeps SQLite from going through all that is approved for each.
func (s *Store) Sendable(ctx context.Context, connectionID int64, now commerce.Instant, after int64, limit int) ([]syncing.Intent, error) {
	return intents(s.reading(ctx), `WHERE i.connection_id = ? AND i.state = 'approved' AND i.id > ? AND COALESCE(i.check_at, 0) <= ?
		AND NOT EXISTS (SELECT 1 FROM intent e WHERE e.connection_id = i.connection_id AND e.operation IN
			('stock.set', 'price.set', 'order.status', 'order.ship', 'order.cancel', 'order.refund') AND e.target = i.target
			AND (substr(e.operation, 1, 5) = 'order') = (substr(i.operation, 1, 5) = 'order')
			AND e.id < i.id AND +e.state IN ('approved', 'sending', 'pending', 'unknown'))
		AND NOT EXISTS (SELECT 1 FROM intent d WHERE d.id = i.depends_on AND d.state IN `+open+`)
		ORDER BY i.id LIMIT ?`, connectionID, after, int64(now), limit)
}

// CountOpen counts the intents of a connection that are not settled, by state.
func (s *Store) CountOpen(ctx context.Context, connectionID int64) (map[syncing.State]int, error) {
	rows, err := s.reading(ctx).Query(`SELECT state, count(*) FROM intent WHERE connection_id = ? AND state IN `+open+` GROUP BY state`, connectionID)
	counts, err := countsOf(rows, err)
	return counts, classify("counting intents", err)
}

func countsOf(rows *sql.Rows, err error) (map[syncing.State]int, error) {
	counts := map[syncing.State]int{}
	type count struct {
		state syncing.State
		n     int
	}
	all, err := collect(rows, err, func(rows *sql.Rows, c *count) error { return rows.Scan(&c.state, &c.n) })
	for _, c := range all {
		counts[c.state] = c.n
	}
	return counts, err
}

// InsertIntent writes a new intent and fills in its id and revision.
func (tx *Tx) InsertIntent(i *syncing.Intent) (err error) {
	tx.touch(Intents)
	i.Revision, i.CreatedAt, i.Seq = 1, tx.now, tx.seq
	i.ID, err = tx.Insert(`INSERT INTO intent (revision, channel_id, operation, record_kind, record_id, state, body, observed, observed_at, depends_on, claimed_by,
		created_at, seq, connection_id, plan_id, target, location, name, wanted, reason, warning, undoes, check_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, i.Revision, i.ChannelID, string(i.Operation), i.RecordKind, i.RecordID,
		string(i.State), asJSON(i.Body), i.Observed, instantArg(i.ObservedAt), idArg(i.DependsOn), int64(tx.now), tx.seq, i.ConnectionID, idArg(i.PlanID), i.Target,
		i.Location, i.Name, i.Wanted, i.Reason, i.Warning, idArg(i.Undoes), instantArg(i.CheckAt))
	return err
}

// UpdateIntent writes all of an intent that changes.
func (tx *Tx) UpdateIntent(i syncing.Intent) error {
	tx.touch(Intents)
	return tx.Exec(`UPDATE intent SET revision = ?, plan_id = ?, run_id = ?, state = ?, body = ?, wanted = ?, observed = ?, observed_at = ?, shown = ?, warning = ?,
		reference = ?, problem = ?, depends_on = ?, claimed_by = ?, lease_until = ?, check_at = ?, settled_at = ?, seq = ? WHERE id = ?`, i.Revision, idArg(i.PlanID),
		idArg(i.RunID), string(i.State), asJSON(i.Body), i.Wanted, i.Observed, instantArg(i.ObservedAt), i.Shown, i.Warning, i.Reference, problemText(i.Problem),
		idArg(i.DependsOn), i.ClaimedBy, instantArg(i.LeaseUntil), instantArg(i.CheckAt), instantArg(i.SettledAt), tx.seq, i.ID)
}

// ClaimIntent makes an approved intent sending, unless it changed since it was read.
func (tx *Tx) ClaimIntent(i syncing.Intent, by string, until commerce.Instant) (bool, error) {
	tx.touch(Intents)
	n, err := tx.Affect(`UPDATE intent SET state = 'sending', claimed_by = ?, lease_until = ?, run_id = ?, check_at = NULL, problem = '', seq = ?
		WHERE id = ? AND state = 'approved' AND revision = ? AND seq = ?`, by, int64(until), idArg(i.RunID), tx.seq, i.ID, i.Revision, i.Seq)
	return n == 1, err
}

// StartAttempt writes down that a call about an intent begins.
func (tx *Tx) StartAttempt(i syncing.Intent, kind string) error {
	return tx.Exec(`INSERT INTO intent_attempt (intent_id, attempt, revision, started_at, outcome, detail, kind)
		SELECT ?1, 1 + COALESCE(max(attempt), 0), ?2, ?3, '', '', ?4 FROM intent_attempt WHERE intent_id = ?1`, i.ID, i.Revision, int64(tx.now), kind)
}

// EndAttempt writes down how the calls about an intent ended that are not ended yet; what is written stays.
func (tx *Tx) EndAttempt(intentID int64, outcome, detail string) error {
	return tx.Exec(`UPDATE intent_attempt SET ended_at = ?, outcome = ?, detail = ? WHERE intent_id = ? AND ended_at IS NULL`, int64(tx.now), outcome, detail, intentID)
}

// Attempts lists the calls about an intent, oldest first.
func (s *Store) Attempts(ctx context.Context, intentID int64) ([]syncing.Attempt, error) {
	return attempts(s.reading(ctx), intentID)
}

// Attempts lists the calls about an intent inside a write.
func (tx *Tx) Attempts(intentID int64) ([]syncing.Attempt, error) { return attempts(tx, intentID) }

func attempts(q querier, intentID int64) ([]syncing.Attempt, error) {
	rows, err := q.Query(`SELECT attempt, revision, kind, started_at, ended_at, outcome, detail FROM intent_attempt WHERE intent_id = ? ORDER BY attempt`, intentID)
	all, err := collect(rows, err, func(rows *sql.Rows, a *syncing.Attempt) error {
		return rows.Scan(&a.Number, &a.Revision, &a.Kind, &a.StartedAt, instant{&a.EndedAt}, &a.Outcome, &a.Detail)
	})
	return all, classify("reading attempts", err)
}

// LostIntents lists what was sending and whose sender is no more: claimed by itself, which sends nothing now, or by another one whose
// lease lapsed before an instant; the zero instant is all others. A connection of 0 is all.
func (tx *Tx) LostIntents(connectionID int64, by string, lapsed commerce.Instant) ([]syncing.Intent, error) {
	return intents(tx, `WHERE i.connection_id IN (SELECT id FROM connection WHERE ?1 IN (0, id)) AND i.state = 'sending'
		AND (?3 = 0 AND i.claimed_by <> ?2 OR ?3 <> 0 AND (i.claimed_by = ?2 OR COALESCE(i.lease_until, 0) < ?3)) ORDER BY i.id`, connectionID, by, int64(lapsed))
}

// Rebase tells the wishes of an intent's key that wait what is there now.
func (tx *Tx) Rebase(i syncing.Intent, value string) error {
	tx.touch(Intents)
	return tx.Exec(`UPDATE intent SET observed = ?, observed_at = ?, seq = ? WHERE connection_id = ? AND operation = ? AND target = ? AND location = ? AND id > ?
		AND state IN ('proposed', 'approved')`, value, int64(tx.now), tx.seq, i.ConnectionID, string(i.Operation), i.Target, i.Location, i.ID)
}

// ProposedIn lists what waits for a person in a plan.
func (tx *Tx) ProposedIn(planID int64) ([]syncing.Intent, error) {
	return intents(tx, `WHERE i.plan_id = ? AND i.state = 'proposed' ORDER BY i.id`, planID)
}
