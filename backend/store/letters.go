package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/syncing"
)

const letterColumns = `id, connection_id, key, writes, request, state, attempt, ticket, more, pages, recovered, asked_at, sent_at, answered_at`

func letterWhere(q querier, where string, args ...any) (l syncing.Letter, err error) {
	err = q.QueryRow(`SELECT `+letterColumns+` FROM letter WHERE `+where, args...).Scan(&l.ID, &l.ConnectionID, &l.Key, &l.Writes, &l.Request, &l.State, &l.Attempt,
		&l.Ticket, &l.More, &l.Pages, &l.Recovered, &l.AskedAt, instant{&l.SentAt}, instant{&l.AnsweredAt})
	if errors.Is(err, sql.ErrNoRows) {
		return syncing.Letter{}, nil
	}
	return l, classify("reading letter", err)
}

// Letter reads a letter by its key; its id is 0 when there is none.
func (tx *Tx) Letter(connectionID int64, key string) (syncing.Letter, error) {
	return letterWhere(tx, `connection_id = ? AND key = ?`, connectionID, key)
}

// LetterByID reads a letter; its id is 0 when there is none.
func (tx *Tx) LetterByID(id int64) (syncing.Letter, error) { return letterWhere(tx, `id = ?`, id) }

// NextLetter reads the letter that goes out next: a lost one first, of which it is asked what became of it. Its id is 0 when there is none.
func (tx *Tx) NextLetter(connectionID int64) (syncing.Letter, error) {
	lost, err := letterWhere(tx, `connection_id = ? AND state = 'lost' AND recovered = 0 ORDER BY id LIMIT 1`, connectionID)
	if err != nil || lost.ID != 0 {
		return lost, err
	}
	return letterWhere(tx, `connection_id = ? AND state = 'waiting' ORDER BY pages > 0 DESC, id LIMIT 1`, connectionID)
}

// BrokenLetters lists the letters whose answer was under way.
func (tx *Tx) BrokenLetters(connectionID int64) ([]syncing.Letter, error) {
	rows, err := tx.Query(`SELECT id FROM letter WHERE connection_id = ? AND (state = 'sent' OR state = 'waiting' AND pages > 0) ORDER BY id`, connectionID)
	ids, err := collect(rows, err, scanID)
	all := make([]syncing.Letter, len(ids))
	for i, id := range ids {
		if err == nil {
			all[i], err = tx.LetterByID(id)
		}
	}
	return all, err
}

// CountLetters counts the letters of a connection that are to go out.
func (tx *Tx) CountLetters(connectionID int64) (int, error) {
	n, err := tx.Number(`SELECT count(*) FROM letter WHERE connection_id = ? AND (state = 'waiting' OR state = 'lost' AND recovered = 0)`, connectionID)
	return int(n), err
}

// InsertLetter writes a new letter and fills in its id. Answers to writes that are a month old go: what they brought is kept elsewhere.
func (tx *Tx) InsertLetter(l *syncing.Letter) (err error) {
	old := int64(tx.now) - 30*24*60*60*1000
	for _, statement := range []string{`DELETE FROM letter_page WHERE letter_id IN (SELECT id FROM letter WHERE state = 'answered' AND answered_at < ?)`,
		`DELETE FROM letter WHERE state = 'answered' AND answered_at < ?`} {
		if err := tx.Exec(statement, old); err != nil {
			return err
		}
	}
	l.AskedAt = tx.now
	l.ID, err = tx.Insert(`INSERT INTO letter (connection_id, key, writes, request, state, asked_at) VALUES (?, ?, ?, ?, ?, ?)`, l.ConnectionID, l.Key, l.Writes, l.Request,
		string(l.State), int64(tx.now))
	return err
}

// UpdateLetter writes all of a letter that changes.
func (tx *Tx) UpdateLetter(l syncing.Letter) error {
	return tx.Exec(`UPDATE letter SET request = ?, state = ?, attempt = ?, ticket = ?, more = ?, pages = ?, recovered = ?, sent_at = ?, answered_at = ? WHERE id = ?`,
		l.Request, string(l.State), l.Attempt, l.Ticket, l.More, l.Pages, l.Recovered, instantArg(l.SentAt), instantArg(l.AnsweredAt), l.ID)
}

// DeleteLetter throws a letter away with its answer.
func (tx *Tx) DeleteLetter(id int64) error {
	return errors.Join(tx.DropPages(id), tx.Exec(`DELETE FROM letter WHERE id = ?`, id))
}

// DropPages throws away what was answered to a letter.
func (tx *Tx) DropPages(id int64) error {
	return tx.Exec(`DELETE FROM letter_page WHERE letter_id = ?`, id)
}

// PutPage keeps one page of an answer.
func (tx *Tx) PutPage(id int64, page int, body []byte) error {
	return tx.Exec(`INSERT INTO letter_page (letter_id, page, body) VALUES (?, ?, ?)`, id, page, body)
}

// Page reads one page of an answer; nil when there is none.
func (tx *Tx) Page(id int64, page int) (body []byte, err error) {
	err = tx.QueryRow(`SELECT body FROM letter_page WHERE letter_id = ? AND page = ?`, id, page).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, err
}

// AnsweredStreams lists the streams whose letters were answered since an instant and not read yet.
func (tx *Tx) AnsweredStreams(connectionID int64, since commerce.Instant) ([]string, error) {
	rows, err := tx.Query(`SELECT DISTINCT substr(key, 1, instr(key, '/') - 1) FROM letter WHERE connection_id = ? AND state = 'answered' AND writes = 0 AND instr(key, '/') > 0
		AND answered_at >= ?`, connectionID, int64(since))
	return collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
}

// Conversation reads the last conversation of a connection; its ticket is "" when there was none.
func (tx *Tx) Conversation(connectionID int64) (syncing.Conversation, error) {
	return conversation(tx, connectionID)
}

// Conversation reads the last conversation of a connection; its ticket is "" when there was none.
func (s *Store) Conversation(ctx context.Context, connectionID int64) (syncing.Conversation, error) {
	return conversation(s.reading(ctx), connectionID)
}

func conversation(q querier, connectionID int64) (c syncing.Conversation, err error) {
	c.ConnectionID = connectionID
	err = q.QueryRow(`SELECT ticket, COALESCE(letter_id, 0), opened_at, heard_at, closed_at, problem FROM conversation WHERE connection_id = ?`, connectionID).Scan(&c.Ticket,
		&c.LetterID, &c.OpenedAt, &c.HeardAt, instant{&c.ClosedAt}, &c.Problem)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	return c, classify("reading conversation", err)
}

// PutConversation keeps how a conversation stands.
func (tx *Tx) PutConversation(c syncing.Conversation) error {
	tx.touch(Connections)
	return tx.Exec(`INSERT INTO conversation (connection_id, ticket, letter_id, opened_at, heard_at, closed_at, problem) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (connection_id) DO UPDATE SET ticket = excluded.ticket, letter_id = excluded.letter_id, opened_at = excluded.opened_at, heard_at = excluded.heard_at,
		closed_at = excluded.closed_at, problem = excluded.problem`, c.ConnectionID, c.Ticket, idArg(c.LetterID), int64(c.OpenedAt), int64(tx.now), instantArg(c.ClosedAt), c.Problem)
}

// LookNow lets an intent that is pending or has no answer be looked at by the next run.
func (tx *Tx) LookNow(connectionID, intentID int64) error {
	return tx.Exec(`UPDATE intent SET check_at = NULL WHERE id = ? AND connection_id = ? AND state IN ('pending', 'unknown')`, intentID, connectionID)
}
