package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

type kitStore interface {
	Kits(ctx context.Context) ([]inventory.KitNow, error)
	KitOf(ctx context.Context, variantID int64) (inventory.KitNow, error)
	Assemble(ctx context.Context, a inventory.Assembling) (journal.Run, error)
	UndoAssembly(ctx context.Context, variantID, id int64) (journal.Run, error)
}

// Kit is a variant that consists of others.
type Kit struct {
	Variant  string           `json:"variant"`
	SKU      string           `json:"sku"`
	Title    string           `json:"title"`
	Kind     string           `json:"kind" enum:"virtual,assembled,none" doc:"none: it is a kit no more, or never was."`
	Version  int64            `json:"version"`
	Parts    []KitPart        `json:"parts"`
	Makes    commerce.Decimal `json:"makes" doc:"How many can be made of what is free of its components."`
	Tracked  bool             `json:"tracked" doc:"Whether it lies on a shelf as itself, counted."`
	OnHand   commerce.Decimal `json:"on_hand" doc:"How many lie there put together."`
	Versions []KitVersion     `json:"versions" doc:"All that it ever consisted of, the newest first; each holds for what was placed since."`
	Made     []KitMade        `json:"made" doc:"What was put together and taken apart lately, the newest first."`
}

// KitPart is a component, with what there is of it.
type KitPart struct {
	Variant   string           `json:"variant"`
	SKU       string           `json:"sku"`
	Title     string           `json:"title"`
	Quantity  commerce.Decimal `json:"quantity" doc:"In one kit."`
	Tracked   bool             `json:"tracked"`
	Available commerce.Decimal `json:"available" doc:"At our own locations."`
	Locations []StockLocation  `json:"locations"`
}

// KitVersion is what a kit consisted of from an instant on.
type KitVersion struct {
	Version    int64          `json:"version"`
	Kind       string         `json:"kind"`
	MadeAt     *string        `json:"made_at"`
	Components []KitComponent `json:"components"`
	Run        string         `json:"run" doc:"What said so: taking it back lets the kit consist of what it did before."`
	Undone     bool           `json:"undone" doc:"It was taken back, and holds for nothing."`
}

// KitMade is kits that were put together; below zero: taken apart.
type KitMade struct {
	ID       string           `json:"id"`
	Location string           `json:"location"`
	Version  int64            `json:"version"`
	Quantity commerce.Decimal `json:"quantity"`
	MadeAt   *string          `json:"made_at"`
	Run      string           `json:"run"`
	Undone   bool             `json:"undone"`
}

type kitList struct {
	Kits []Kit `json:"kits"`
}

func (s *server) registerKits(spec huma.API) {
	const tag, read, write = "Stock", "stock:read", "stock:write"
	get(spec, "/api/v1/kits", about{"list-kits", "Variants that consist of others", tag, read}, s.kits)
	get(spec, "/api/v1/kits/{id}", about{"get-kit", "What a variant consists of, with all versions", tag, read}, s.kit)
	post(spec, "/api/v1/kits/{id}/assemblies", http.StatusCreated, about{"assemble-kit", "Put kits together, or take them apart", tag, write}, s.assemble)
	post(spec, "/api/v1/kits/{id}/assemblies/{assembly}/undo", http.StatusOK, about{"undo-assembly", "Take an assembly back", tag, write}, s.undoAssembly)
}

func kitBody(k inventory.KitNow) Kit {
	body := Kit{Variant: idText(k.VariantID), SKU: k.SKU, Title: k.Title, Kind: "none", Version: k.Now.Version, Parts: []KitPart{}, Makes: k.Makes.Decimal(),
		Tracked: len(k.Levels) > 0, OnHand: k.OnHand().Decimal(), Versions: []KitVersion{}, Made: []KitMade{}}
	if len(k.Now.Items) > 0 {
		body.Kind = string(k.Now.Kind)
	}
	for _, p := range k.Parts {
		body.Parts = append(body.Parts, KitPart{idText(p.VariantID), p.SKU, p.Title, p.Quantity.Decimal(), p.Tracked, p.Available.Decimal(),
			stockOf(inventory.Stock{Levels: p.Levels}).Locations})
	}
	for _, made := range slices.Backward(k.Versions) {
		v := KitVersion{Version: made.Version, Kind: string(made.Kind), MadeAt: when(made.MadeAt), Components: []KitComponent{}, Run: idText(made.RunID), Undone: made.UndoneRun != 0}
		for _, c := range made.Items {
			v.Components = append(v.Components, KitComponent{idText(c.VariantID), c.SKU, c.Title, c.Quantity.Decimal()})
		}
		body.Versions = append(body.Versions, v)
	}
	for _, m := range k.Made {
		body.Made = append(body.Made, KitMade{idText(m.ID), m.Location, m.Version, m.Quantity.Decimal(), when(m.MadeAt), idText(m.RunID), m.UndoneRun != 0})
	}
	return body
}

func (s *server) kits(ctx context.Context, _ *none) (*reply[kitList], error) {
	all, err := s.Store.Kits(ctx)
	body := kitList{Kits: []Kit{}}
	for _, k := range all {
		body.Kits = append(body.Kits, kitBody(k))
	}
	return ok(body, err)
}

func (s *server) kit(ctx context.Context, in *ByID) (*reply[Kit], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return s.kitNow(ctx, id, nil)
}

func (s *server) kitNow(ctx context.Context, id int64, err error) (*reply[Kit], error) {
	if err != nil {
		return nil, err
	}
	k, err := s.Store.KitOf(ctx, id)
	return ok(kitBody(k), err)
}

func (s *server) assemble(ctx context.Context, in *struct {
	ByID
	Body struct {
		Quantity string `json:"quantity" doc:"How many kits; below zero takes them apart."`
		Location string `json:"location,omitempty" doc:"Its name; blank is the first where the kit is tracked."`
		Start    bool   `json:"start,omitempty" doc:"What comes and is not tracked there is from now on, with nothing there before."`
	}
}) (*reply[Kit], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	q, err := quantityOf(in.Body.Quantity, "quantity")
	if err != nil {
		return nil, err
	}
	_, err = s.Store.Assemble(ctx, inventory.Assembling{VariantID: id, Location: in.Body.Location, Quantity: q, Start: in.Body.Start})
	return s.kitNow(ctx, id, err)
}

func (s *server) undoAssembly(ctx context.Context, in *struct {
	ByID
	Assembly string `path:"assembly" doc:"The assembly's id."`
}) (*reply[Kit], error) {
	ids, err := parseIDs([]string{in.ID, in.Assembly})
	if err != nil {
		return nil, err
	}
	_, err = s.Store.UndoAssembly(ctx, ids[0], ids[1])
	return s.kitNow(ctx, ids[0], err)
}
