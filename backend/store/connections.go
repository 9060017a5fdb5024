package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

// InSyncTx runs do as one atomic write of a sync.
func (s *Store) InSyncTx(ctx context.Context, bulk bool, do func(syncing.Tx) error) error {
	lane := Urgent
	if bulk {
		lane = Bulk
	}
	return s.Write(ctx, lane, func(tx *Tx) error { return do(tx) })
}

const connectionColumns = `n.id, n.name, n.connector, n.channel_id, c.name, n.options, n.account, n.checked_at, n.paused, n.problem, n.problem_at,
	n.approval, n.approval_size, COALESCE(n.push_timer_id, 0), n.shipped_seq, n.compares, n.created_at, n.seq,
	(SELECT json_group_object(p.place, p.location_id) FROM location_place p WHERE p.connection_id = n.id)`

const connectionTables = ` FROM connection n JOIN channel c ON c.id = n.channel_id `

func scanConnection(from scanner, c *syncing.Connection) error {
	said, err := scanConnectionBut(from, c)
	if err != nil {
		return err
	}
	return said.read(c)
}

// connectionSaid is the options, the account and the places of a connection as they are kept.
type connectionSaid struct{ options, account, places string }

// read puts them into a connection.
func (s connectionSaid) read(c *syncing.Connection) error {
	return errors.Join(fromJSON(s.options, &c.Options), fromJSON(s.account, &c.Account), fromJSON(s.places, &c.Places))
}

// scanConnectionBut scans all of a connection but what it said, which is given as it is kept.
func scanConnectionBut(from scanner, c *syncing.Connection) (said connectionSaid, err error) {
	var problem string
	if err := from.Scan(&c.ID, &c.Name, &c.Connector, &c.ChannelID, &c.Channel, &said.options, &said.account, instant{&c.CheckedAt}, &c.Paused, &problem,
		instant{&c.ProblemAt}, &c.Approval, &c.ApprovalSize, &c.PushTimerID, &c.ShippedSeq, &c.Compares, &c.CreatedAt, &c.Seq, &said.places); err != nil {
		return said, err
	}
	return said, scanProblem(problem, &c.Problem)
}

// scanProblem reads what problemText wrote.
func scanProblem(text string, into **fault.Problem) error {
	if text == "" {
		return nil
	}
	*into = &fault.Problem{}
	return fromJSON(text, *into)
}

// Connections lists the connections by name.
func (s *Store) Connections(ctx context.Context) ([]syncing.Connection, error) {
	rows, err := s.reading(ctx).Query(allConnections)
	all, err := collect(rows, err, func(rows *sql.Rows, c *syncing.Connection) error { return scanConnection(rows, c) })
	return all, classify("reading connections", err)
}

const allConnections = `SELECT ` + connectionColumns + connectionTables + `ORDER BY n.name_key`

// Connections lists the connections inside a write, as after each sale: what one said is read anew only when it says something else. It must not be changed.
func (tx *Tx) Connections() ([]syncing.Connection, error) {
	rows, err := tx.Query(allConnections)
	all, err := collect(rows, err, func(rows *sql.Rows, c *syncing.Connection) error {
		said, err := scanConnectionBut(rows, c)
		if err != nil {
			return err
		}
		before, known := tx.connected[c.ID]
		if !known || before.connectionSaid != said {
			before = connected{connectionSaid: said}
			if err := said.read(&before.Connection); err != nil {
				return err
			}
			if tx.connected == nil {
				tx.connected = map[int64]connected{}
			}
			tx.connected[c.ID] = before
		}
		c.Options, c.Account, c.Places = before.Options, before.Account, before.Places
		return nil
	})
	return all, classify("reading connections", err)
}

// connected is what a connection said, as the writer remembers it: its options, account and places.
type connected struct {
	connectionSaid
	syncing.Connection
}

// Connection reads one connection.
func (s *Store) Connection(ctx context.Context, id int64) (syncing.Connection, error) {
	return connectionByID(s.reading(ctx), id)
}

// Connection reads one connection inside a write.
func (tx *Tx) Connection(id int64) (syncing.Connection, error) { return connectionByID(tx, id) }

func connectionByID(q querier, id int64) (c syncing.Connection, err error) {
	err = scanConnection(q.QueryRow(`SELECT `+connectionColumns+connectionTables+`WHERE n.id = ?`, id), &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.New(fault.NotFound, fmt.Sprintf("There is no connection %d.", id), "It may have been removed; look at the list of connections.")
	}
	return c, classify("reading connection", err)
}

// InsertConnection writes a new connection and fills in its id. A name that is taken is a fault.Conflict.
func (tx *Tx) InsertConnection(c *syncing.Connection) (err error) {
	tx.touch(Connections)
	if err := tx.freeConnectionName(c.Name, 0); err != nil {
		return err
	}
	c.CreatedAt, c.Seq = tx.now, tx.seq
	c.ID, err = tx.Insert(`INSERT INTO connection (name, name_key, connector, channel_id, options, account, checked_at, paused, problem, problem_at, approval,
		approval_size, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Name, nameKeyOf(c.Name), c.Connector, c.ChannelID,
		asJSON(c.Options), asJSON(c.Account), instantArg(c.CheckedAt), c.Paused, problemText(c.Problem), instantArg(c.ProblemAt), string(c.Approval),
		c.ApprovalSize, int64(tx.now), tx.seq)
	return err
}

func (tx *Tx) freeConnectionName(name string, but int64) error {
	taken, err := tx.Number(`SELECT id FROM connection WHERE name_key = ? AND id <> ?`, nameKeyOf(name), but)
	if err == nil && taken != 0 {
		return fault.New(fault.Conflict, "There is a connection called "+name+" already.", "Choose another name.").InField("name")
	}
	return err
}

// UpdateConnection writes all of a connection but its channel.
func (tx *Tx) UpdateConnection(c syncing.Connection) error {
	tx.touch(Connections)
	if err := tx.freeConnectionName(c.Name, c.ID); err != nil {
		return err
	}
	return tx.Exec(`UPDATE connection SET name = ?, name_key = ?, options = ?, account = ?, checked_at = ?, paused = ?, problem = ?, problem_at = ?,
		approval = ?, approval_size = ?, seq = ? WHERE id = ?`, c.Name, nameKeyOf(c.Name), asJSON(c.Options), asJSON(c.Account), instantArg(c.CheckedAt),
		c.Paused, problemText(c.Problem), instantArg(c.ProblemAt), string(c.Approval), c.ApprovalSize, tx.seq, c.ID)
}

// DeleteConnection removes a connection with its syncs and schedules. What came in by it stays, as do its runs; what it had
// still to write is superseded.
func (tx *Tx) DeleteConnection(id int64) error {
	tx.touch(Connections)
	tx.touch(Watches)
	for _, statement := range []string{
		`DELETE FROM arrival WHERE sync_id IN (SELECT id FROM sync WHERE connection_id = ?)`,
		`DELETE FROM timer WHERE id IN (SELECT timer_id FROM sync WHERE connection_id = ?)`,
		`DELETE FROM timer WHERE id IN (SELECT push_timer_id FROM connection WHERE id = ?)`,
		`DELETE FROM sync WHERE connection_id = ?`,
		`DELETE FROM call_limit WHERE connection_id = ?`,
		`DELETE FROM letter_page WHERE letter_id IN (SELECT id FROM letter WHERE connection_id = ?)`,
		`DELETE FROM letter WHERE connection_id = ?`,
		`DELETE FROM conversation WHERE connection_id = ?`,
		`DELETE FROM ledger_entry WHERE connection_id = ?`,
		`DELETE FROM ledger_mapping WHERE connection_id = ?`,
		`DELETE FROM booked WHERE connection_id = ?`,
		`DELETE FROM posting_order WHERE posting_id IN (SELECT id FROM posting WHERE connection_id = ?)`,
		`DELETE FROM posting WHERE connection_id = ?`,
		`DELETE FROM concern WHERE connection_id = ?`,
		`DELETE FROM drift_check WHERE connection_id = ?`,
		`DELETE FROM location_place WHERE connection_id = ?`,
		`UPDATE intent SET state = 'superseded' WHERE connection_id = ? AND state NOT IN ('done', 'rejected', 'superseded')`,
		`DELETE FROM push_plan WHERE connection_id = ?`,
		`DELETE FROM connection WHERE id = ?`,
		`DELETE FROM timer WHERE kind = 'drift' AND NOT EXISTS (SELECT 1 FROM connection WHERE push_timer_id IS NOT NULL AND id <> ?)`,
	} {
		if err := tx.Exec(statement, id); err != nil {
			return err
		}
	}
	return nil
}

const syncColumns = `id, connection_id, stream, COALESCE(timer_id, 0), cursor, since, pass, passes, pass_cursor, full_at, looked_at, vendor_at, newest_at,
	COALESCE(lag, -1), thinned_hours, thinned_days, next_at, known_seq, known_until, problem, problem_at, seq`

func scanSync(from scanner, s *syncing.Sync) error {
	var problem string
	if err := from.Scan(&s.ID, &s.ConnectionID, &s.Stream, &s.TimerID, &s.Cursor, instant{&s.Since}, &s.Pass, &s.Passes, &s.PassCursor, instant{&s.FullAt},
		instant{&s.LookedAt}, instant{&s.VendorAt}, instant{&s.NewestAt}, &s.Lag, &s.Thinned[0], &s.Thinned[1], instant{&s.NextAt}, &s.KnownSeq, &s.KnownUntil, &problem, instant{&s.ProblemAt}, &s.Seq); err != nil {
		return err
	}
	return scanProblem(problem, &s.Problem)
}

// Syncs lists the syncs of a connection; those of all connections for 0.
func (s *Store) Syncs(ctx context.Context, connectionID int64) ([]syncing.Sync, error) {
	rows, err := s.reading(ctx).Query(`SELECT `+syncColumns+` FROM sync WHERE ?1 = 0 OR connection_id = ?1 ORDER BY id`, connectionID)
	all, err := collect(rows, err, func(rows *sql.Rows, one *syncing.Sync) error { return scanSync(rows, one) })
	return all, classify("reading syncs", err)
}

// LookedAt is when a stream of each connection was last pulled well.
func (tx *Tx) LookedAt(stream channel.Stream) (map[int64]commerce.Instant, error) {
	rows, err := tx.Query(`SELECT connection_id, looked_at FROM sync WHERE stream = ? AND looked_at IS NOT NULL`, string(stream))
	at := map[int64]commerce.Instant{}
	return at, each(rows, err, func(rows *sql.Rows) error {
		var id, looked int64
		err := rows.Scan(&id, &looked)
		at[id] = commerce.Instant(looked)
		return err
	})
}

// Sync reads one sync.
func (s *Store) Sync(ctx context.Context, id int64) (syncing.Sync, error) {
	return syncWhere(s.reading(ctx), `id = ?`, id)
}

// SyncOfTimer reads the sync that a timer is for.
func (s *Store) SyncOfTimer(ctx context.Context, timerID int64) (syncing.Sync, error) {
	return syncWhere(s.reading(ctx), `timer_id = ?`, timerID)
}

// Sync reads one sync inside a write.
func (tx *Tx) Sync(id int64) (syncing.Sync, error) { return syncWhere(tx, `id = ?`, id) }

func syncWhere(q querier, where string, id int64) (one syncing.Sync, err error) {
	err = scanSync(q.QueryRow(`SELECT `+syncColumns+` FROM sync WHERE `+where, id), &one)
	if errors.Is(err, sql.ErrNoRows) {
		return one, fault.New(fault.NotFound, "This connection no longer pulls that.", "It may have been removed; look at the list of connections.")
	}
	return one, classify("reading sync", err)
}

// InsertSync writes a new sync and fills in its id.
func (tx *Tx) InsertSync(s *syncing.Sync) (err error) {
	tx.touch(Connections)
	s.Seq = tx.seq
	s.ID, err = tx.Insert(`INSERT INTO sync (connection_id, stream, timer_id, since, lag, seq) VALUES (?, ?, ?, ?, ?, ?)`, s.ConnectionID, string(s.Stream),
		idArg(s.TimerID), instantArg(s.Since), s.Lag, tx.seq)
	return err
}

// UpdateSync writes how far a sync is.
func (tx *Tx) UpdateSync(s syncing.Sync) error {
	tx.touch(Connections)
	return tx.Exec(`UPDATE sync SET cursor = ?, since = ?, pass = ?, passes = ?, pass_cursor = ?, full_at = ?, looked_at = ?, vendor_at = ?, newest_at = ?,
		lag = ?, thinned_hours = ?, thinned_days = ?, next_at = ?, known_seq = ?, known_until = ?, problem = ?, problem_at = ?, seq = ? WHERE id = ?`, s.Cursor, instantArg(s.Since), s.Pass, s.Passes, s.PassCursor,
		instantArg(s.FullAt), instantArg(s.LookedAt), instantArg(s.VendorAt), instantArg(s.NewestAt), s.Lag, s.Thinned[0], s.Thinned[1],
		instantArg(s.NextAt), s.KnownSeq, int64(s.KnownUntil), problemText(s.Problem), instantArg(s.ProblemAt), tx.seq, s.ID)
}

// NoteCompares keeps whether a connection's vendor refuses a stock level whose observed value is no longer true.
func (tx *Tx) NoteCompares(connectionID int64, compares bool) error {
	return tx.Exec(`UPDATE connection SET compares = ? WHERE id = ?`, compares, connectionID)
}

// InsertTimer writes a new timer and fills in its id.
func (tx *Tx) InsertTimer(t *journal.Timer) (err error) {
	tx.touch(Watches)
	t.Seq, t.CountedFrom = tx.seq, tx.now
	t.ID, err = tx.Insert(`INSERT INTO timer (kind, name, expression, zone, config, paused, next_at, created_at, jitter, alarm_after, counted_from, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, t.Kind, t.Name, t.Expression, t.Zone, t.Config, t.Paused, instantArg(t.NextAt), int64(tx.now),
		t.Jitter, t.AlarmAfter, int64(tx.now), tx.seq)
	return err
}

// PauseTimer stops a timer or lets it begin anew; waiting for its success begins with that.
func (tx *Tx) PauseTimer(id int64, paused bool) error {
	tx.touch(Watches)
	return tx.Exec(`UPDATE timer SET paused = ?, next_at = NULL, counted_from = ?, alarmed_at = NULL, alarm_mailed = '', seq = ? WHERE id = ?`,
		paused, int64(tx.now), tx.seq, id)
}

// ClaimSignIn lets one alone sign in anew for a connection, unless another does.
func (s *Store) ClaimSignIn(ctx context.Context, connectionID int64, by string, until commerce.Instant) (won bool, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		n, err := tx.Affect(`UPDATE connection SET sign_in_by = ?1, sign_in_until = ?2 WHERE id = ?3 AND (sign_in_by IN ('', ?1) OR COALESCE(sign_in_until, 0) < ?4)`,
			by, int64(until), connectionID, int64(tx.now))
		won = n == 1
		return err
	})
	return won, err
}

// FreeSignIn ends a claim, unless it lapsed and is another's by now.
func (s *Store) FreeSignIn(ctx context.Context, connectionID int64, by string) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		return tx.Exec(`UPDATE connection SET sign_in_by = '', sign_in_until = NULL WHERE id = ? AND sign_in_by = ?`, connectionID, by)
	})
}

// FreeSignIns frees what all others claimed.
func (tx *Tx) FreeSignIns(by string) error {
	return tx.Exec(`UPDATE connection SET sign_in_by = '', sign_in_until = NULL WHERE sign_in_by NOT IN ('', ?)`, by)
}
