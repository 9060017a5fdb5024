package store

import (
	"context"
	"database/sql"

	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

// SavedViews lists the views of a page.
func (s *Store) SavedViews(ctx context.Context, page string) ([]workspace.SavedView, error) {
	rows, err := s.reading(ctx).Query(`SELECT id, page, name, filter, pinned, position, seq FROM saved_view WHERE page = ? ORDER BY position, id`, page)
	return collect(rows, err, func(rows *sql.Rows, v *workspace.SavedView) error {
		return rows.Scan(&v.ID, &v.Page, &v.Name, &v.Filter, &v.Pinned, &v.Position, &v.Seq)
	})
}

// SavedView reads one view.
func (s *Store) SavedView(ctx context.Context, id int64) (v workspace.SavedView, err error) {
	err = s.reading(ctx).QueryRow(`SELECT id, page, name, filter, pinned, position, seq FROM saved_view WHERE id = ?`, id).
		Scan(&v.ID, &v.Page, &v.Name, &v.Filter, &v.Pinned, &v.Position, &v.Seq)
	return v, classify("reading view", err)
}

// SaveView writes a view: a new one when its id is 0. ifSeq, unless negative, is the version the writer saw. A name that
// is taken is a fault.Conflict.
func (s *Store) SaveView(ctx context.Context, v workspace.SavedView, ifSeq int64) (workspace.SavedView, error) {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Views)
		v.Seq = tx.seq
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM saved_view WHERE page = ? AND name = ? AND id <> ?)`, v.Page, v.Name, v.ID).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return fault.New(fault.Conflict, "There is a view called "+v.Name+" already.", "Choose another name.").InField("name")
		}
		if v.ID == 0 {
			id, err := tx.Insert(`INSERT INTO saved_view (page, name, filter, pinned, position, seq) VALUES (?, ?, ?, ?, ?, ?)`,
				v.Page, v.Name, v.Filter, v.Pinned, v.Position, tx.seq)
			v.ID = id
			return err
		}
		var seq int64
		if err := tx.QueryRow(`SELECT seq FROM saved_view WHERE id = ?`, v.ID).Scan(&seq); err != nil {
			return err
		}
		if err := expect(seq, ifSeq); err != nil {
			return err
		}
		return tx.Exec(`UPDATE saved_view SET name = ?, filter = ?, pinned = ?, position = ?, seq = ? WHERE id = ?`,
			v.Name, v.Filter, v.Pinned, v.Position, tx.seq, v.ID)
	})
	return v, err
}

// DeleteView removes a view.
func (s *Store) DeleteView(ctx context.Context, id int64) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error { return tx.Exec(`DELETE FROM saved_view WHERE id = ?`, id) })
}
