package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/tabular/job"
)

const serverColumns = `id, kind, name, config, host_key, checked_at, problem, seq`

func scanServer(from scanner, s *job.Server) error {
	var config, problem string
	if err := from.Scan(&s.ID, &s.Kind, &s.Name, &config, &s.HostKey, instant{&s.CheckedAt}, &problem, &s.Seq); err != nil {
		return err
	}
	if problem != "" {
		s.Problem = &fault.Problem{}
		if err := fromJSON(problem, s.Problem); err != nil {
			return err
		}
	}
	return fromJSON(config, &s.Config)
}

// Servers lists the SFTP and mail servers.
func (s *Store) Servers(ctx context.Context) ([]job.Server, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + serverColumns + ` FROM server ORDER BY name_key`)
	all, err := collect(rows, err, func(rows *sql.Rows, one *job.Server) error { return scanServer(rows, one) })
	return all, classify("reading servers", err)
}

// Server reads one server.
func (s *Store) Server(ctx context.Context, id int64) (one job.Server, err error) {
	err = scanServer(s.reading(ctx).QueryRow(`SELECT `+serverColumns+` FROM server WHERE id = ?`, id), &one)
	return one, classify("reading server", err)
}

// AddServer writes a new server and fills in its id.
func (s *Store) AddServer(ctx context.Context, one *job.Server) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		tx.touch(Servers)
		one.Seq = tx.seq
		one.ID, err = tx.Insert(`INSERT INTO server (kind, name, name_key, config, host_key, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			one.Kind, one.Name, nameKeyOf(one.Name), asJSON(one.Config), one.HostKey, int64(tx.now), tx.seq)
		return err
	})
	return classify("adding server", err)
}

// ReviseServer writes what a person may change. ifSeq, unless negative, is the version they saw.
func (s *Store) ReviseServer(ctx context.Context, one job.Server, ifSeq int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Servers)
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM server WHERE id = ?`, one.ID).Scan(&seq); err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		return tx.Exec(`UPDATE server SET name = ?, name_key = ?, config = ?, host_key = ?, checked_at = NULL, problem = '', seq = ? WHERE id = ?`,
			one.Name, nameKeyOf(one.Name), asJSON(one.Config), one.HostKey, tx.seq, one.ID)
	})
	return classify("changing server", err)
}

// DeleteServer removes a server.
func (s *Store) DeleteServer(ctx context.Context, id int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Servers)
		return errors.Join(tx.Exec(`DELETE FROM fetched WHERE server_id = ?`, id), tx.Exec(`DELETE FROM server WHERE id = ?`, id))
	})
}

// PinHost keeps the host key that a server showed, if none is kept yet.
func (s *Store) PinHost(ctx context.Context, id int64, hostKey string) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Servers)
		return tx.Exec(`UPDATE server SET host_key = ?, seq = ? WHERE id = ? AND host_key = ''`, hostKey, tx.seq, id)
	})
}

// NoteContact keeps how the last contact with a server went.
func (s *Store) NoteContact(ctx context.Context, id int64, problem *fault.Problem) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Servers)
		return tx.Exec(`UPDATE server SET checked_at = ?, problem = ? WHERE id = ?`, int64(tx.now), problemText(problem), id)
	})
}

const fetchedColumns = `server_id, path, size, modified_at, sha256, outcome, COALESCE(import_id, 0), run_id, cleared`

func (s *Store) fetched(ctx context.Context, where string, args ...any) (f job.Fetched, found bool, err error) {
	err = s.reading(ctx).QueryRow(`SELECT `+fetchedColumns+` FROM fetched WHERE `+where+` ORDER BY id DESC LIMIT 1`, args...).
		Scan(&f.ServerID, &f.Path, &f.Size, &f.Modified, &f.SHA256, &f.Outcome, &f.ImportID, &f.RunID, &f.Cleared)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	return f, err == nil, classify("reading what was fetched", err)
}

// Fetched finds a file that was taken from a server by its outside.
func (s *Store) Fetched(ctx context.Context, serverID int64, path string, size int64, modified commerce.Instant) (job.Fetched, bool, error) {
	return s.fetched(ctx, `server_id = ? AND path = ? AND size = ? AND modified_at = ?`, serverID, path, size, int64(modified))
}

// FetchedContent finds one by path and content.
func (s *Store) FetchedContent(ctx context.Context, serverID int64, path, sha256 string) (job.Fetched, bool, error) {
	return s.fetched(ctx, `server_id = ? AND path = ? AND sha256 = ?`, serverID, path, sha256)
}

// NoteFetched remembers a file that was taken.
func (s *Store) NoteFetched(ctx context.Context, f job.Fetched) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO fetched (server_id, path, size, modified_at, sha256, outcome, import_id, run_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, f.ServerID, f.Path, f.Size, int64(f.Modified), f.SHA256, f.Outcome, idArg(f.ImportID), f.RunID, int64(tx.now))
	})
}

// NoteCleared remembers that a file was moved or deleted on its server.
func (s *Store) NoteCleared(ctx context.Context, f job.Fetched) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		return tx.Exec(`UPDATE fetched SET cleared = 1 WHERE server_id = ? AND path = ? AND size = ? AND modified_at = ?`, f.ServerID, f.Path, f.Size, int64(f.Modified))
	})
}

// nameKeyOf makes names that differ in case alone the same.
func nameKeyOf(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
