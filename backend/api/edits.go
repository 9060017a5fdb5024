package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/tabular"
)

type editStore interface {
	Edits(ctx context.Context, importID int64) ([]tabular.Edit, error)
}

// Edit is a correction of a planned import.
type Edit struct {
	ID     string  `json:"id"`
	Row    *int    `json:"row" doc:"The physical line; null when it corrects every row whose cell says from."`
	Column string  `json:"column"`
	From   string  `json:"from" doc:"What the file says there."`
	Value  string  `json:"value"`
	MadeAt *string `json:"made_at" nullable:"false"`
}

// EditDraft corrects one cell, or all cells of a column that say the same.
type EditDraft struct {
	Row    int    `json:"row,omitempty" minimum:"1" doc:"The physical line; nothing corrects every row whose cell says from."`
	Column string `json:"column" minLength:"1"`
	From   string `json:"from,omitempty" doc:"What the cells say that are to be corrected all alike."`
	Value  string `json:"value" doc:"What the cell is to say; nothing makes it blank, which leaves what is known."`
}

// Edited is a correction that was made, and the import, which is planned anew.
type Edited struct {
	Edit   Edit   `json:"edit"`
	Import Import `json:"import"`
}

type editList struct {
	Edits []Edit `json:"edits"`
}

// RecordRows is one record of an import with its rows.
type RecordRows struct {
	Record  ImportRecord `json:"record"`
	Columns []string     `json:"columns" doc:"As corrections name them."`
	Rows    []RecordRow  `json:"rows"`
}

// RecordRow is a row as it is read: with the corrections made so far.
type RecordRow struct {
	Number int      `json:"number" doc:"The physical line."`
	Cells  []string `json:"cells"`
	Edited []int    `json:"edited" doc:"The columns, from 0, whose cells were corrected."`
}

func (s *server) registerEdits(spec huma.API) {
	const tag = "Imports"
	get(spec, "/api/v1/imports/{id}/edits", about{"list-edits", "The corrections of a planned import", tag, "imports:read"}, s.edits)
	post(spec, "/api/v1/imports/{id}/edits", http.StatusCreated, about{"edit-import", "Correct a cell, or all alike, and plan anew", tag, "imports:write"}, s.edit)
	remove(spec, "/api/v1/imports/{id}/edits/{edit}", about{"take-back-edit", "Take a correction back and plan anew", tag, "imports:write"}, s.unedit)
	get(spec, "/api/v1/imports/{id}/records/{ordinal}", about{"get-import-record", "One record of an import with its rows", tag, "imports:read"}, s.recordRows)
}

func editOf(e tabular.Edit) Edit {
	body := Edit{ID: idText(e.ID), Column: e.Column, From: e.From, Value: e.To, MadeAt: when(e.MadeAt)}
	if e.Row > 0 {
		body.Row = &e.Row
	}
	return body
}

func (s *server) edits(ctx context.Context, in *ByID) (*reply[editList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.Store.Import(ctx, id); err != nil {
		return nil, err
	}
	all, err := s.Store.Edits(ctx, id)
	body := editList{Edits: []Edit{}}
	for _, e := range all {
		body.Edits = append(body.Edits, editOf(e))
	}
	return ok(body, err)
}

func (s *server) edit(ctx context.Context, in *struct {
	ByID
	Waiting
	Body EditDraft
}) (*reply[Edited], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	e, i, done, err := s.Imports.Edit(ctx, tabular.Edit{ImportID: id, Row: in.Body.Row, Column: in.Body.Column, From: in.Body.From, To: in.Body.Value})
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx, i, done, in.Wait)
	if err != nil {
		return nil, err
	}
	return ok(Edited{editOf(e), after.Body}, nil)
}

func (s *server) unedit(ctx context.Context, in *struct {
	ByID
	Waiting
	Edit string `path:"edit" doc:"The correction's id."`
}) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	edit, err := parseID(in.Edit)
	if err != nil {
		return nil, err
	}
	i, done, err := s.Imports.Unedit(ctx, id, edit)
	if err != nil {
		return nil, err
	}
	_, err = s.after(ctx, i, done, in.Wait)
	return nil, err
}

func (s *server) recordRows(ctx context.Context, in *struct {
	ByID
	Ordinal int `path:"ordinal" minimum:"1" doc:"The record's number in the plan."`
}) (*reply[RecordRows], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Imports.Record(ctx, id, in.Ordinal)
	if err != nil {
		return nil, err
	}
	body := RecordRows{Record: recordOf(r.RecordView), Columns: list(r.Columns), Rows: []RecordRow{}}
	for _, row := range r.Data {
		body.Rows = append(body.Rows, RecordRow{row.Number, list(row.Cells), list(row.Edited)})
	}
	return ok(body, nil)
}
