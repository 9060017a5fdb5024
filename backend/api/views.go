package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

type viewStore interface {
	SavedViews(ctx context.Context, page string) ([]workspace.SavedView, error)
	SavedView(ctx context.Context, id int64) (workspace.SavedView, error)
	SaveView(ctx context.Context, v workspace.SavedView, ifSeq int64) (workspace.SavedView, error)
	DeleteView(ctx context.Context, id int64) error
}

// SavedView is a filter of a page that a person named.
type SavedView struct {
	ID       string         `json:"id"`
	ETag     string         `json:"etag"`
	Page     string         `json:"page"`
	Name     string         `json:"name"`
	Filter   map[string]any `json:"filter"`
	Pinned   bool           `json:"pinned"`
	Position int            `json:"position"`
}

type viewList struct {
	Views []SavedView `json:"views"`
}

func (s *server) registerViews(spec huma.API) {
	const tag = "Views"
	get(spec, "/api/v1/views", about{"list-views", "The saved views of a page", tag, "views:read"}, s.views)
	post(spec, "/api/v1/views", http.StatusCreated, about{"save-view", "Save a view", tag, "views:write"}, s.saveView)
	patch(spec, "/api/v1/views/{id}", about{"change-view", "Change a saved view", tag, "views:write"}, s.changeView)
	remove(spec, "/api/v1/views/{id}", about{"remove-view", "Remove a saved view", tag, "views:write"}, s.removeView)
}

func viewOf(v workspace.SavedView) SavedView {
	filter := map[string]any{}
	_ = json.Unmarshal([]byte(v.Filter), &filter)
	return SavedView{idText(v.ID), idText(v.Seq), v.Page, v.Name, filter, v.Pinned, v.Position}
}

func (s *server) views(ctx context.Context, in *struct {
	Page string `query:"page" default:"orders"`
}) (*reply[viewList], error) {
	all, err := s.Store.SavedViews(ctx, in.Page)
	body := viewList{Views: []SavedView{}}
	for _, v := range all {
		body.Views = append(body.Views, viewOf(v))
	}
	return ok(body, err)
}

func (s *server) saveView(ctx context.Context, in *struct {
	Body struct {
		Page     string         `json:"page" minLength:"1"`
		Name     string         `json:"name" minLength:"1" maxLength:"60"`
		Filter   map[string]any `json:"filter,omitempty"`
		Pinned   bool           `json:"pinned,omitempty"`
		Position int            `json:"position,omitempty"`
	}
}) (*reply[SavedView], error) {
	filter, err := json.Marshal(in.Body.Filter)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.SaveView(ctx, workspace.SavedView{Page: in.Body.Page, Name: strings.TrimSpace(in.Body.Name), Filter: string(filter),
		Pinned: in.Body.Pinned, Position: in.Body.Position}, -1)
	return ok(viewOf(v), err)
}

func (s *server) changeView(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Name     *string        `json:"name,omitempty" maxLength:"60"`
		Filter   map[string]any `json:"filter,omitempty"`
		Pinned   *bool          `json:"pinned,omitempty"`
		Position *int           `json:"position,omitempty"`
	}
}) (*reply[SavedView], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	v, err := s.Store.SavedView(ctx, id)
	if err != nil {
		return nil, err
	}
	if in.Body.Name != nil {
		if v.Name = strings.TrimSpace(*in.Body.Name); v.Name == "" {
			return nil, fault.New(fault.Invalid, "A view needs a name.", "").InField("name")
		}
	}
	if in.Body.Filter != nil {
		filter, err := json.Marshal(in.Body.Filter)
		if err != nil {
			return nil, err
		}
		v.Filter = string(filter)
	}
	if in.Body.Pinned != nil {
		v.Pinned = *in.Body.Pinned
	}
	if in.Body.Position != nil {
		v.Position = *in.Body.Position
	}
	v, err = s.Store.SaveView(ctx, v, seq)
	return ok(viewOf(v), err)
}

func (s *server) removeView(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeleteView(ctx, id)
}
