package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/catalog"
	"tradepost/backend/fault"
)

type catalogStore interface {
	Listings(ctx context.Context, unlinked bool, after int64, limit int) ([]catalog.Listing, error)
	Variants(ctx context.Context, text string, limit int) ([]catalog.Variant, error)
	AddVariant(ctx context.Context, sku, title string) (catalog.Variant, error)
	LinkListing(ctx context.Context, listingID int64, link catalog.Link) error
	UnlinkedExample(ctx context.Context) (name string, orders int, err error)
}

// Variant is one sellable thing with its own SKU.
type Variant struct {
	ID    string `json:"id"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

// Listing is a variant as offered on one channel.
type Listing struct {
	ID         string   `json:"id"`
	Channel    string   `json:"channel"`
	SKU        string   `json:"sku"`
	Title      string   `json:"title"`
	Orders     int      `json:"orders"`
	Variant    *Variant `json:"variant"`
	Suggestion *Variant `json:"suggestion"`
}

type listingList struct {
	Listings []Listing `json:"listings"`
	Next     *string   `json:"next"`
}

type variantList struct {
	Variants []Variant `json:"variants"`
}

// VariantDraft is a new product with one variant.
type VariantDraft struct {
	SKU   string `json:"sku" minLength:"1"`
	Title string `json:"title,omitempty"`
}

func (s *server) registerCatalog(spec huma.API) {
	const tag = "Catalog"
	get(spec, "/api/v1/listings", about{"list-listings", "What the channels offer", tag, "catalog:read"}, s.listings)
	post(spec, "/api/v1/listings/{id}/link", http.StatusOK, about{"link-listing", "Link a listing to a product", tag, "catalog:write"}, s.link)
	post(spec, "/api/v1/listings/{id}/unlink", http.StatusOK, about{"unlink-listing", "Take a listing's link away", tag, "catalog:write"}, s.unlink)
	get(spec, "/api/v1/variants", about{"list-variants", "Products by SKU or title", tag, "catalog:read"}, s.variants)
	post(spec, "/api/v1/variants", http.StatusCreated, about{"add-variant", "Add a product", tag, "catalog:write"}, s.addVariant)
}

func variantOf(v *catalog.Variant) *Variant {
	if v == nil {
		return nil
	}
	return &Variant{idText(v.ID), v.SKU, v.Title}
}

func (s *server) listings(ctx context.Context, in *struct {
	Paged
	Unlinked bool `query:"unlinked"`
}) (*reply[listingList], error) {
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Listings(ctx, in.Unlinked, after, in.Limit)
	body := listingList{Listings: []Listing{}}
	for _, g := range all {
		body.Listings = append(body.Listings, Listing{idText(g.ID), g.Channel, g.SKU, g.Title, g.Orders, variantOf(g.Variant), variantOf(g.Suggestion)})
		body.Next = nextID(len(all) == in.Limit, g.ID)
	}
	return ok(body, err)
}

func (s *server) link(ctx context.Context, in *struct {
	ByID
	Body struct {
		Variant string        `json:"variant,omitempty"`
		Create  *VariantDraft `json:"create,omitempty"`
	}
}) (*reply[okBody], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	var link catalog.Link
	switch {
	case in.Body.Create != nil:
		link.SKU, link.Title = in.Body.Create.SKU, in.Body.Create.Title
	case in.Body.Variant != "":
		if link.VariantID, err = parseID(in.Body.Variant); err != nil {
			return nil, err
		}
	default:
		return nil, fault.New(fault.Invalid, "Link to what?", "Name a product, or create one.").InField("variant")
	}
	return ok(okBody{true}, s.Store.LinkListing(ctx, id, link))
}

func (s *server) unlink(ctx context.Context, in *ByID) (*reply[okBody], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return ok(okBody{true}, s.Store.LinkListing(ctx, id, catalog.Link{}))
}

func (s *server) variants(ctx context.Context, in *struct {
	Search string `query:"search"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
}) (*reply[variantList], error) {
	all, err := s.Store.Variants(ctx, in.Search, in.Limit)
	body := variantList{Variants: []Variant{}}
	for _, v := range all {
		body.Variants = append(body.Variants, *variantOf(&v))
	}
	return ok(body, err)
}

func (s *server) addVariant(ctx context.Context, in *struct{ Body VariantDraft }) (*reply[Variant], error) {
	v, err := s.Store.AddVariant(ctx, in.Body.SKU, in.Body.Title)
	return ok(*variantOf(&v), err)
}
