package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

type stockEditStore interface {
	PlanEdits(ctx context.Context, b inventory.Batch) ([]inventory.PlannedEdit, error)
	ApplyEdits(ctx context.Context, b inventory.Batch) (journal.Run, []inventory.PlannedEdit, error)
}

// StockEdit is a level that is to be so much.
type StockEdit struct {
	Variant  string  `json:"variant,omitempty" doc:"Its id, or"`
	SKU      string  `json:"sku,omitempty" doc:"its SKU."`
	Location string  `json:"location,omitempty" doc:"Its name; blank is the first there is."`
	OnHand   string  `json:"on_hand" doc:"What is to be on hand, an exact decimal."`
	Was      *string `json:"was,omitempty" nullable:"true" doc:"What was seen on hand: another number by now leaves the level alone. null is not tracked; left out with unseen."`
	Unseen   bool    `json:"unseen,omitempty" doc:"Nobody looked what is there: any number is overwritten."`
}

// StockEdits is a batch of them.
type StockEdits struct {
	Edits  []StockEdit `json:"edits" nullable:"false" minItems:"1" doc:"At most 10,000."`
	Reason string      `json:"reason,omitempty" maxLength:"200" doc:"Makes adjustments of them; without one they are counts."`
}

// PlannedStockEdit is an edit with what it does.
type PlannedStockEdit struct {
	Variant  *string           `json:"variant" doc:"null where none is named."`
	SKU      string            `json:"sku"`
	Title    string            `json:"title"`
	Location string            `json:"location"`
	Now      *commerce.Decimal `json:"now" doc:"What is on hand; null is not tracked."`
	To       commerce.Decimal  `json:"to"`
	By       commerce.Decimal  `json:"by"`
	Verdict  string            `json:"verdict" enum:"new,changed,same,stale,error"`
	Problem  *string           `json:"problem"`
	Remedy   *string           `json:"remedy"`
}

// StockEditsPlan is what a batch would do.
type StockEditsPlan struct {
	Edits  []PlannedStockEdit `json:"edits"`
	Counts StockEditCounts    `json:"counts"`
}

// StockEditCounts are its edits by verdict.
type StockEditCounts struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Stale   int `json:"stale"`
	Error   int `json:"error"`
}

// StockEditsDone is what became of a batch, and the run by which all of it can be taken back.
type StockEditsDone struct {
	Run string `json:"run"`
	StockEditsPlan
}

func (s *server) registerStockEdits(spec huma.API) {
	const tag, path, write = "Stock", "/api/v1/stock/edits", "stock:write"
	post(spec, path+"/plan", http.StatusOK, about{"plan-stock-edits", "What a batch of edits of levels would do; changes nothing", tag, write}, s.planStockEdits)
	post(spec, path, http.StatusCreated, about{"edit-stock", "Change many levels at once, as one run that can be taken back", tag, write}, s.editStock)
}

func (b StockEdits) batch() (batch inventory.Batch, err error) {
	batch.Reason = b.Reason
	for _, e := range b.Edits {
		one := inventory.Edit{SKU: e.SKU, Location: e.Location, Unseen: e.Unseen}
		if e.Variant != "" {
			if one.VariantID, err = parseID(e.Variant); err != nil {
				return batch, err
			}
		}
		if one.To, err = quantityOf(e.OnHand, "on_hand"); err != nil {
			return batch, err
		}
		if e.Was != nil {
			was, err := quantityOf(*e.Was, "was")
			if err != nil {
				return batch, err
			}
			one.Was = &was
		}
		batch.Edits = append(batch.Edits, one)
	}
	return batch, nil
}

func (s *server) planStockEdits(ctx context.Context, in *struct{ Body StockEdits }) (*reply[StockEditsPlan], error) {
	batch, err := in.Body.batch()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.PlanEdits(ctx, batch)
	return ok(stockEditsOf(all), err)
}

func (s *server) editStock(ctx context.Context, in *struct{ Body StockEdits }) (*reply[StockEditsDone], error) {
	batch, err := in.Body.batch()
	if err != nil {
		return nil, err
	}
	run, all, err := s.Store.ApplyEdits(ctx, batch)
	return ok(StockEditsDone{idText(run.ID), stockEditsOf(all)}, err)
}

func stockEditsOf(all []inventory.PlannedEdit) StockEditsPlan {
	body := StockEditsPlan{Edits: []PlannedStockEdit{}}
	counts := map[inventory.EditVerdict]*int{inventory.EditStarts: &body.Counts.New, inventory.EditChanges: &body.Counts.Changed, inventory.EditSame: &body.Counts.Same,
		inventory.EditStale: &body.Counts.Stale, inventory.EditFails: &body.Counts.Error}
	for _, e := range all {
		*counts[e.Verdict]++
		one := PlannedStockEdit{Variant: optionalID(e.VariantID), SKU: e.SKU, Title: e.Title, Location: e.Location, To: e.To.Decimal(), By: e.By().Decimal(),
			Verdict: string(e.Verdict), Problem: optionalText(e.Problem), Remedy: optionalText(e.Remedy)}
		if e.Now != nil {
			now := e.Now.Decimal()
			one.Now = &now
		}
		body.Edits = append(body.Edits, one)
	}
	return body
}
