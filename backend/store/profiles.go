package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

const profileColumns = `id, body, created_at, updated_at, used_at, seq`

func scanProfile(from scanner, p *tabular.Profile) error {
	var body string
	if err := from.Scan(&p.ID, &body, instant{&p.CreatedAt}, instant{&p.UpdatedAt}, instant{&p.UsedAt}, &p.Seq); err != nil {
		return err
	}
	return fromJSON(body, &p.Body)
}

// Profiles lists the mappings that are kept, the one used last first.
func (s *Store) Profiles(ctx context.Context) ([]tabular.Profile, error) {
	rows, err := s.reading(ctx).Query(`SELECT ` + profileColumns + ` FROM profile ORDER BY COALESCE(used_at, updated_at) DESC, id DESC`)
	all, err := collect(rows, err, func(rows *sql.Rows, p *tabular.Profile) error { return scanProfile(rows, p) })
	return all, classify("reading profiles", err)
}

// Profile reads one mapping.
func (s *Store) Profile(ctx context.Context, id int64) (p tabular.Profile, err error) {
	err = scanProfile(s.reading(ctx).QueryRow(`SELECT `+profileColumns+` FROM profile WHERE id = ?`, id), &p)
	return p, classify("reading profile", err)
}

// ProfileNamed finds a mapping by its name; false when there is none.
func (s *Store) ProfileNamed(ctx context.Context, name string) (p tabular.Profile, found bool, err error) {
	err = scanProfile(s.reading(ctx).QueryRow(`SELECT `+profileColumns+` FROM profile WHERE name_key = ?`, profileKey(name)), &p)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, classify("reading profile", err)
}

func profileKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// AddProfile writes a new mapping and fills in its id. A name that is taken is a fault.Conflict.
func (s *Store) AddProfile(ctx context.Context, p *tabular.Profile) error {
	return s.Write(ctx, Urgent, func(tx *Tx) (err error) {
		tx.touch(Profiles)
		if err := tx.freeProfileName(p.Body.Name, 0); err != nil {
			return err
		}
		p.CreatedAt, p.UpdatedAt, p.Seq = tx.now, tx.now, tx.seq
		p.ID, err = tx.Insert(`INSERT INTO profile (name, name_key, kind, fingerprint, body, created_at, updated_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			p.Body.Name, profileKey(p.Body.Name), p.Body.Kind, p.Body.Fingerprint, asJSON(p.Body), int64(tx.now), int64(tx.now), tx.seq)
		return err
	})
}

func (tx *Tx) freeProfileName(name string, but int64) error {
	var id int64
	err := tx.QueryRow(`SELECT id FROM profile WHERE name_key = ?`, profileKey(name)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && id == but {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, fmt.Sprintf("There is a mapping called %q already.", name), "Choose another name, or change that one.").InField("name")
}

// ReviseProfile writes a mapping anew. ifSeq, unless negative, is the version its writer saw.
func (s *Store) ReviseProfile(ctx context.Context, p *tabular.Profile, ifSeq int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Profiles)
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM profile WHERE id = ?`, p.ID).Scan(&seq); err != nil {
			return classify("reading profile", err)
		}
		if err := errors.Join(expect(seq, ifSeq), tx.freeProfileName(p.Body.Name, p.ID)); err != nil {
			return err
		}
		p.UpdatedAt, p.Seq = tx.now, tx.seq
		return tx.Exec(`UPDATE profile SET name = ?, name_key = ?, kind = ?, fingerprint = ?, body = ?, updated_at = ?, seq = ? WHERE id = ?`,
			p.Body.Name, profileKey(p.Body.Name), p.Body.Kind, p.Body.Fingerprint, asJSON(p.Body), int64(tx.now), tx.seq, p.ID)
	})
}

// RemoveProfile forgets a mapping; imports that it was used for keep it as it was.
func (s *Store) RemoveProfile(ctx context.Context, id int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Profiles)
		n, err := tx.Affect(`DELETE FROM profile WHERE id = ?`, id)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "There is no such mapping.", "List them to see which there are.")
		}
		return err
	})
}

// InsertImportProfile remembers the mapping that an import uses, and that it was used.
func (tx *Tx) InsertImportProfile(importID, profileID int64, body format.Profile) error {
	if err := tx.Exec(`INSERT INTO import_profile (import_id, profile_id, body) VALUES (?, ?, ?)`, importID, idArg(profileID), asJSON(body)); err != nil {
		return err
	}
	tx.touch(Profiles)
	return tx.Exec(`UPDATE profile SET used_at = ? WHERE id = ?`, int64(tx.now), profileID)
}

// ImportProfile reads the mapping of an import; nil when it uses none.
func (s *Store) ImportProfile(ctx context.Context, importID int64) (*format.Profile, int64, error) {
	var body string
	var id int64
	err := s.reading(ctx).QueryRow(`SELECT body, COALESCE(profile_id, 0) FROM import_profile WHERE import_id = ?`, importID).Scan(&body, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, classify("reading mapping", err)
	}
	var p format.Profile
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		return nil, 0, fmt.Errorf("reading mapping: %w", err)
	}
	return &p, id, nil
}
