package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/bulk"
)

// BulkDraft asks for an action on orders: those named, or all that match the filter.
type BulkDraft struct {
	Action string      `json:"action" enum:"tag,untag,hold,release"`
	Value  string      `json:"value,omitempty" doc:"The tag."`
	IDs    []string    `json:"ids,omitempty"`
	Filter *BulkFilter `json:"filter,omitempty"`
}

// BulkFilter is the filter of a list of orders.
type BulkFilter struct {
	Channel    string `json:"channel,omitempty"`
	Status     string `json:"status,omitempty"`
	Search     string `json:"search,omitempty"`
	Tag        string `json:"tag,omitempty"`
	Unlinked   bool   `json:"unlinked,omitempty"`
	PlacedFrom string `json:"placed_from,omitempty"`
	PlacedTo   string `json:"placed_to,omitempty"`
}

// BulkPlan says what the action would do.
type BulkPlan struct {
	Plan     string     `json:"plan"`
	Matching int        `json:"matching"`
	Changes  int        `json:"changes"`
	Skipped  []BulkSkip `json:"skipped"`
}

// BulkSkip counts orders that would not change, by reason.
type BulkSkip struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// BulkDone says what was done.
type BulkDone struct {
	Run     string `json:"run"`
	Changed int    `json:"changed"`
	Left    int    `json:"left" doc:"Orders that changed since they were looked at."`
}

func (s *server) registerBulk(spec huma.API) {
	post(spec, "/api/v1/orders/bulk/plan", http.StatusCreated, about{"plan-bulk", "Plan an action on many orders", "Orders", "orders:write"}, s.planBulk)
	post(spec, "/api/v1/orders/bulk/{id}/apply", http.StatusOK, about{"apply-bulk", "Carry a planned action out", "Orders", "orders:write"}, s.applyBulk)
}

func (s *server) planBulk(ctx context.Context, in *struct{ Body BulkDraft }) (*reply[BulkPlan], error) {
	ids, err := parseIDs(in.Body.IDs)
	if err != nil {
		return nil, err
	}
	request := bulk.Request{Action: in.Body.Action, Value: in.Body.Value, IDs: ids}
	if f := in.Body.Filter; f != nil {
		query := listInput{Channel: f.Channel, Status: f.Status, Search: f.Search, Tag: f.Tag, Unlinked: f.Unlinked, PlacedFrom: f.PlacedFrom, PlacedTo: f.PlacedTo}
		if request.Filter, err = query.filter(s.Store.Zone()); err != nil {
			return nil, err
		}
	}
	plan, err := s.Bulk.Plan(ctx, request)
	body := BulkPlan{Plan: idText(plan.ID), Matching: plan.Matching, Changes: len(plan.Orders), Skipped: []BulkSkip{}}
	for _, skip := range plan.Skipped {
		body.Skipped = append(body.Skipped, BulkSkip{skip.Reason, skip.Count})
	}
	return ok(body, err)
}

func (s *server) applyBulk(ctx context.Context, in *ByID) (*reply[BulkDone], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Bulk.Apply(ctx, id)
	return ok(BulkDone{idText(run.ID), run.Counts["changed"], run.Counts["left"]}, err)
}
