package store

import (
	"context"
	"database/sql"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
)

// Edits lists the corrections of an import, in the order they were made.
func (s *Store) Edits(ctx context.Context, importID int64) ([]tabular.Edit, error) {
	rows, err := s.reading(ctx).Query(`SELECT id, import_id, row, column_name, found, value, made_at FROM file_edit WHERE import_id = ? ORDER BY id`, importID)
	all, err := collect(rows, err, func(rows *sql.Rows, e *tabular.Edit) error {
		return rows.Scan(&e.ID, &e.ImportID, &e.Row, &e.Column, &e.From, &e.To, instant{&e.MadeAt})
	})
	return all, classify("reading corrections", err)
}

// InsertEdit writes a correction in place of an earlier one of the same cell, or of the same found value.
func (tx *Tx) InsertEdit(fileID int64, e *tabular.Edit) (err error) {
	tx.touch(Imports)
	if err := tx.Exec(`DELETE FROM file_edit WHERE import_id = ? AND row = ? AND column_name = ? AND (row > 0 OR found = ?)`,
		e.ImportID, e.Row, e.Column, e.From); err != nil {
		return err
	}
	e.MadeAt = tx.now
	e.ID, err = tx.Insert(`INSERT INTO file_edit (import_id, file_id, row, column_name, found, value, made_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.ImportID, fileID, e.Row, e.Column, e.From, e.To, int64(tx.now), tx.seq)
	return err
}

// DeleteEdit takes a correction back.
func (tx *Tx) DeleteEdit(importID, id int64) error {
	tx.touch(Imports)
	n, err := tx.Affect(`DELETE FROM file_edit WHERE import_id = ? AND id = ?`, importID, id)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "There is no such correction.", "It was taken back already.")
	}
	return err
}
