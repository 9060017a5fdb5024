package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/store/direct"
)

// asJSON writes a value that cannot fail to marshal.
func asJSON(value any) string {
	switch v := value.(type) { // what every order brings
	case []int:
		if len(v) > 0 {
			return numbersJSON(v)
		}
	case []fault.Problem:
		if len(v) == 0 && v != nil {
			return "[]"
		}
	case []commerce.FieldChange:
		if len(v) == 0 && v != nil {
			return "[]"
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("marshalling %T: %v", value, err))
	}
	return string(text)
}

func numbersJSON(all []int) string {
	text := make([]byte, 0, 8*len(all))
	for i, n := range all {
		text = strconv.AppendInt(append(text, "[,"[min(i, 1)]), int64(n), 10)
	}
	return string(append(text, ']'))
}

// fromJSON reads what asJSON wrote; empty text leaves the zero value.
func fromJSON(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

// withoutFound drops what was found: it may be a personal value, and those live in payloads. Reading puts it back.
func withoutFound(problems []fault.Problem) []fault.Problem {
	bare := make([]fault.Problem, len(problems))
	for i, p := range problems {
		bare[i] = p.Bare()
	}
	return bare
}

// problemKey groups messages by cause.
func problemKey(problems []fault.Problem) string {
	if len(problems) == 0 {
		return ""
	}
	return problems[0].Code + "|" + problems[0].Column
}

// InsertMessage takes in one record with its payload (nil for none) and fills in its id.
func (tx *Tx) InsertMessage(m *journal.Message, payload *journal.Payload) error {
	tx.touch(Quarantine)
	tx.nothingWaits = tx.nothingWaits && m.Status != journal.Quarantined
	m.ReceivedAt = tx.now
	b := tx.batch()
	self := b.addMessage(m)
	if payload != nil {
		b.addPayload(self, payload)
	}
	if err := b.run(); err != nil {
		return err
	}
	m.ID = b.Number(self)
	return nil
}

func (b *batch) addMessage(m *journal.Message) direct.Step {
	step := b.add(`INSERT INTO message (channel_id, run_id, import_id, kind, source, name, rows, status, problems, problem_key,
		record_kind, record_id, received_at, sync_id, item, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	b.Int(m.ChannelID)
	b.Int(m.RunID)
	b.stated(m.ImportID)
	b.texts(m.Kind, m.Source, m.Name, asJSON(m.Rows), string(m.Status), asJSON(withoutFound(m.Problems)), problemKey(m.Problems), m.RecordKind)
	b.stated(m.RecordID)
	b.Int(int64(b.tx.now))
	b.stated(m.SyncID)
	b.texts(m.Item)
	b.Int(b.tx.seq)
	return step
}

func (b *batch) addPayload(of direct.Step, payload *journal.Payload) {
	body := payload.Packed
	if body == nil {
		body = b.tx.pack(payloadText(payload))
	}
	b.add(`INSERT INTO payload (message_id, codec, body) VALUES (?, ?, ?)`)
	b.Of(of)
	b.Int(codecZstd1)
	b.Blob(body)
}

// UpdateMessage writes a message's status, problems and record.
func (tx *Tx) UpdateMessage(m journal.Message) error {
	tx.touch(Quarantine)
	tx.nothingWaits = tx.nothingWaits && m.Status != journal.Quarantined
	return tx.Exec(`UPDATE message SET run_id = ?, name = ?, status = ?, problems = ?, problem_key = ?, record_kind = ?, record_id = ?, seq = ? WHERE id = ?`,
		m.RunID, m.Name, string(m.Status), asJSON(withoutFound(m.Problems)), problemKey(m.Problems), m.RecordKind, idArg(m.RecordID), tx.seq, m.ID)
}

// SupersedeWaiting takes the quarantined messages that carry a name off the list: the same record came in again, by the
// run, whose undo puts them back. What a connection pulled is known by its id, and replaced by that alone: two items may be called
// the same.
func (tx *Tx) SupersedeWaiting(channelID int64, kind, name string, runID int64) error {
	if name == "" {
		return nil
	}
	if quiet, err := tx.quiet(); quiet || err != nil {
		return err
	}
	if waits, err := tx.Number(`SELECT id FROM message WHERE channel_id = ? AND name = ? AND status = 'quarantined' AND item = '' LIMIT 1`, channelID, name); waits == 0 {
		return err
	}
	tx.touch(Quarantine)
	return tx.Exec(`UPDATE message SET status = 'superseded', record_kind = 'run', record_id = ?, seq = ? WHERE channel_id = ? AND name = ? AND status = 'quarantined' AND item = '' AND kind = ?`,
		runID, tx.seq, channelID, name, kind)
}

// quiet tells whether no message at all waits, which a write of many orders asks once.
func (tx *Tx) quiet() (bool, error) {
	if tx.nothingWaits {
		return true, nil
	}
	waits, err := tx.Number(`SELECT id FROM message WHERE status = 'quarantined' LIMIT 1`)
	tx.nothingWaits = waits == 0 && err == nil
	return tx.nothingWaits, err
}

// UndoMessages marks what a run applied to a record as undone.
func (tx *Tx) UndoMessages(runID int64, recordKind string, recordID int64) error {
	return tx.Exec(`UPDATE message SET status = 'undone', seq = ? WHERE run_id = ? AND record_kind = ? AND record_id = ?`,
		tx.seq, runID, recordKind, recordID)
}

// InsertChange records a difference. Personal values are dropped: they live in the contact versions it names.
func (tx *Tx) InsertChange(c journal.Change) error {
	fields := make([]commerce.FieldChange, len(c.Fields))
	for i, f := range c.Fields {
		if f.Personal {
			f.Before, f.After = "", ""
		}
		fields[i] = f
	}
	occurred := c.OccurredAt
	if occurred == 0 {
		occurred = tx.now
	}
	b := tx.batch()
	b.add(`INSERT INTO change (seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id, message_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	b.Int(tx.seq)
	b.Int(int64(tx.now))
	b.Int(int64(occurred))
	b.Text(c.RecordKind)
	b.Int(c.RecordID)
	b.texts(string(c.Action), asJSON(fields))
	b.Int(c.RunID)
	b.stated(c.MessageID)
	return b.run()
}

const changeColumns = `c.id, c.seq, c.recorded_at, c.occurred_at, c.record_kind, c.record_id, c.action, c.fields, c.run_id,
	COALESCE(c.message_id, 0), COALESCE(r.kind, ''), COALESCE(r.title, ''), COALESCE(r.import_id, 0)`

func scanChange(rows *sql.Rows, c *journal.Change) error {
	var fields string
	if err := rows.Scan(&c.ID, &c.Seq, &c.RecordedAt, &c.OccurredAt, &c.RecordKind, &c.RecordID, &c.Action, &fields, &c.RunID,
		&c.MessageID, &c.RunKind, &c.RunTitle, &c.ImportID); err != nil {
		return err
	}
	return fromJSON(fields, &c.Fields)
}

// ChangesOfRun lists what a run changed in one record, newest first.
func (tx *Tx) ChangesOfRun(runID int64, recordKind string, recordID int64) ([]journal.Change, error) {
	return changesOfRun(tx, runID, recordKind, recordID)
}

func changesOfRun(q querier, runID int64, recordKind string, recordID int64) ([]journal.Change, error) {
	rows, err := q.Query(`SELECT `+changeColumns+` FROM change c LEFT JOIN run r ON r.id = c.run_id
		WHERE c.record_kind = ? AND c.record_id = ? AND c.run_id = ? ORDER BY c.id DESC`, recordKind, recordID, runID)
	return collect(rows, err, scanChange)
}

// Changes lists what happened to a record, newest first, with personal values filled in from the contact versions.
func (s *Store) Changes(ctx context.Context, recordKind string, recordID int64) ([]journal.Change, error) {
	q := s.reading(ctx)
	rows, err := q.Query(`SELECT `+changeColumns+` FROM change c LEFT JOIN run r ON r.id = c.run_id
		WHERE c.record_kind = ? AND c.record_id = ? ORDER BY c.id DESC`, recordKind, recordID)
	all, err := collect(rows, err, scanChange)
	if err != nil {
		return all, classify("reading changes", err)
	}
	return all, fillAll(q, all)
}

// ChangedAfter reports whether anything but a run changed a record after a version of it. What a variant shares with others
// of its product counts for all of them.
func (tx *Tx) ChangedAfter(recordKind string, recordID, version, runID int64) (changed bool, err error) {
	same := `record_id = ?`
	if recordKind == intake.RecordKind(intake.Products) {
		same = `record_id IN (SELECT o.id FROM variant v JOIN variant o ON o.product_id = v.product_id WHERE v.id = ?)`
	}
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM change WHERE record_kind = ? AND `+same+` AND seq > ? AND run_id <> ?)`,
		recordKind, recordID, version, runID).Scan(&changed)
	return changed, err
}

// ChangedByOthers reports whether other runs changed a record after this run first did; runs that were taken back do not
// count, nor do links, which are the listings'.
func (tx *Tx) ChangedByOthers(recordKind string, recordID, runID int64) (bool, error) {
	return changedByOthers(tx, recordKind, recordID, runID)
}

func changedByOthers(q querier, recordKind string, recordID, runID int64) (bool, error) {
	var others bool
	err := q.QueryRow(`SELECT EXISTS (SELECT 1 FROM change c JOIN run r ON r.id = c.run_id
		WHERE c.record_kind = ? AND c.record_id = ? AND c.run_id <> ? AND r.kind <> 'undo' AND c.action NOT IN ('linked', 'unlinked')
		AND c.id > (SELECT min(id) FROM change WHERE record_kind = ? AND record_id = ? AND run_id = ?)
		AND NOT EXISTS (SELECT 1 FROM run u WHERE u.kind = 'undo' AND u.subject = CAST(c.run_id AS TEXT) AND u.state IN ('done', 'partial')))`,
		recordKind, recordID, runID, recordKind, recordID, runID).Scan(&others)
	return others, err
}

const messageColumns = `m.id, m.channel_id, c.name, m.run_id, COALESCE(m.import_id, 0), COALESCE(i.file_id, 0), COALESCE(i.file_name, ''),
	m.kind, m.source, m.name, m.rows, m.status, m.problems, m.record_kind, COALESCE(m.record_id, 0), m.received_at,
	COALESCE(m.sync_id, 0), m.item`

const messageTables = ` FROM message m JOIN channel c ON c.id = m.channel_id LEFT JOIN import i ON i.id = m.import_id `

func scanMessage(from scanner, m *journal.Message) error {
	var rows, problems string
	if err := from.Scan(&m.ID, &m.ChannelID, &m.Channel, &m.RunID, &m.ImportID, &m.FileID, &m.FileName, &m.Kind, &m.Source, &m.Name,
		&rows, &m.Status, &problems, &m.RecordKind, &m.RecordID, &m.ReceivedAt,
		&m.SyncID, &m.Item); err != nil {
		return err
	}
	return errors.Join(fromJSON(rows, &m.Rows), fromJSON(problems, &m.Problems))
}

// Message reads one message with its payload.
func (s *Store) Message(ctx context.Context, id int64) (journal.Message, journal.Payload, error) {
	q := s.reading(ctx)
	var m journal.Message
	if err := scanMessage(q.QueryRow(`SELECT `+messageColumns+messageTables+`WHERE m.id = ?`, id), &m); err != nil {
		return m, journal.Payload{}, classify("reading message", err)
	}
	payload, err := s.payload(q, id)
	fillFound(m.Problems, payload)
	return m, payload, classify("reading payload", err)
}

func (s *Store) payload(q querier, messageID int64) (journal.Payload, error) {
	var payload journal.Payload
	var codec int
	var body []byte
	err := q.QueryRow(`SELECT codec, body FROM payload WHERE message_id = ? AND body IS NOT NULL`, messageID).Scan(&codec, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return payload, nil
	}
	if err != nil {
		return payload, err
	}
	plain, err := s.unpack(codec, body)
	if err != nil {
		return payload, err
	}
	return payload, json.Unmarshal(plain, &payload)
}

// fillFound puts back what was found, from the payload.
func fillFound(problems []fault.Problem, payload journal.Payload) {
	for i := range problems {
		problems[i].Fill(payload.Cell(problems[i].Row, problems[i].Column))
	}
}

// Quarantine lists the messages that wait for a person, newest first, ids below before (0: all).
func (s *Store) Quarantine(ctx context.Context, before int64, limit int) ([]journal.Message, error) {
	q := s.reading(ctx)
	if before == 0 {
		before = 1 << 62
	}
	rows, err := q.Query(`SELECT `+messageColumns+messageTables+`WHERE m.status = 'quarantined' AND m.id < ? ORDER BY m.id DESC LIMIT ?`, before, limit)
	all, err := collect(rows, err, func(rows *sql.Rows, m *journal.Message) error { return scanMessage(rows, m) })
	if err != nil {
		return all, classify("reading quarantine", err)
	}
	for i := range all {
		payload, err := s.payload(q, all[i].ID)
		if err != nil {
			return all, err
		}
		fillFound(all[i].Problems, payload)
	}
	return all, nil
}

// QuarantineGroups lists the causes, most frequent first.
func (s *Store) QuarantineGroups(ctx context.Context) ([]journal.QuarantineGroup, error) {
	rows, err := s.reading(ctx).Query(`SELECT count(*), max(id) FROM message WHERE status = 'quarantined' GROUP BY problem_key ORDER BY count(*) DESC LIMIT 50`)
	return collect(rows, err, func(rows *sql.Rows, g *journal.QuarantineGroup) error { return rows.Scan(&g.Count, &g.Example) })
}

// Quarantined counts the messages that wait for a person.
func (s *Store) Quarantined(ctx context.Context) (n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT count(*) FROM message WHERE status = 'quarantined'`).Scan(&n)
	return n, err
}

// QuarantinedOf counts what waits of a connection.
func (s *Store) QuarantinedOf(ctx context.Context, connectionID int64) (n int, err error) {
	err = s.reading(ctx).QueryRow(`SELECT count(*) FROM message WHERE status = 'quarantined' AND sync_id IN (SELECT id FROM sync WHERE connection_id = ?)`,
		connectionID).Scan(&n)
	return n, classify("counting what waits", err)
}

// Dismiss takes messages off the list of what waits, by a person's decision; they are kept.
func (s *Store) Dismiss(ctx context.Context, ids []int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Quarantine)
		for _, id := range ids {
			if err := tx.Exec(`UPDATE message SET status = 'dismissed', seq = ? WHERE id = ? AND status = 'quarantined'`, tx.seq, id); err != nil {
				return err
			}
		}
		return nil
	})
}
