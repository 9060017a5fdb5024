package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/listings"
)

// Suggestion is a product that a listing may be.
type Suggestion struct {
	Variant Variant `json:"variant"`
	How     string  `json:"how" enum:"sku,gtin,sku_folded,sku_near,title"`
	Sure    string  `json:"sure" enum:"exact,likely,possible"`
	Why     string  `json:"why"`
	Pack    int     `json:"pack" doc:"How many of the product one sale seems to take."`
}

// SuggestedListing is a listing with the products that it may be, the surest first.
type SuggestedListing struct {
	Listing
	Suggestions []Suggestion `json:"suggestions"`
}

type suggestedList struct {
	Listings []SuggestedListing `json:"listings"`
	Next     *string            `json:"next"`
}

// ListingInbox says how much waits.
type ListingInbox struct {
	Unlinked int `json:"unlinked"`
	Ignored  int `json:"ignored"`
	Exact    int `json:"exact" doc:"Of those that wait: whose SKU or GTIN names one product."`
	Likely   int `json:"likely" doc:"Of those that wait: whose SKU does, but for how it is written."`
}

// LinkPreview says what a link would touch. Quantities are numbers, of the product.
type LinkPreview struct {
	Variant *Variant          `json:"variant" doc:"Null: the listing would be unlinked."`
	Pack    commerce.Decimal  `json:"pack"`
	Orders  int               `json:"orders" doc:"How many orders show the listing."`
	Open    int               `json:"open" doc:"Those of them that are still to be shipped."`
	Takes   commerce.Decimal  `json:"takes" doc:"What the open ones need."`
	Tracked bool              `json:"tracked" doc:"Whether the product's stock is."`
	Has     *commerce.Decimal `json:"has" doc:"What is available of it now."`
	Left    *commerce.Decimal `json:"left" doc:"What would be."`
	Told    *string           `json:"told" doc:"What the channel would be told of it; null is nothing."`
	Shows   *string           `json:"shows" doc:"What the channel shows, as last seen."`
}

// LinkPlan is what linking many listings would do, or did.
type LinkPlan struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Run   *string       `json:"run" doc:"The run that carried it out; null before."`
	Count int           `json:"count"`
	Links []PlannedLink `json:"links" doc:"The first hundred."`
}

// PlannedLink is one link of a plan.
type PlannedLink struct {
	Listing Listing `json:"listing"`
	Variant Variant `json:"variant"`
	Why     string  `json:"why"`
}

func (s *server) registerListings(spec huma.API) {
	const tag = "Catalog"
	get(spec, "/api/v1/listings/suggestions", about{"suggest-links", "Unlinked listings with the products that they may be", tag, "catalog:read"}, s.suggested)
	get(spec, "/api/v1/listings/{id}/suggestions", about{"suggest-link", "The products that a listing may be", tag, "catalog:read"}, s.suggestOne)
	get(spec, "/api/v1/listings/{id}/preview", about{"preview-link", "What a link would touch", tag, "catalog:read"}, s.previewLink)
	get(spec, "/api/view/listings/inbox", about{"view-listing-inbox", "How much waits for a link", "Views", "catalog:read"}, s.inbox)
	post(spec, "/api/v1/link-plans", http.StatusCreated, about{"plan-links", "Plan to link many listings", tag, "catalog:write"}, s.planLinks)
	get(spec, "/api/v1/link-plans/{id}", about{"get-link-plan", "A plan to link many listings", tag, "catalog:read"}, s.linkPlan)
	post(spec, "/api/v1/link-plans/{id}/apply", http.StatusOK, about{"apply-link-plan", "Carry a plan of links out", tag, "catalog:write"}, s.applyLinks)
}

func suggestionsOf(all []catalog.Suggestion) []Suggestion {
	body := []Suggestion{}
	for _, f := range all {
		body = append(body, Suggestion{*variantOf(&f.Variant), string(f.How), string(f.Sure), f.Why, f.Pack})
	}
	return body
}

func (s *server) suggested(ctx context.Context, in *struct {
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After   string `query:"after" doc:"The next value of the page before."`
	Channel string `query:"channel" doc:"The channel's name."`
	State   string `query:"state" enum:"unlinked,ignored" default:"unlinked"`
}) (*reply[suggestedList], error) {
	after, err := Paged{After: in.After}.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Listings(ctx, catalog.ListingFilter{State: catalog.ListingState(in.State), Channel: in.Channel, After: after, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	found := make([][]catalog.Suggestion, len(all))
	if in.State == string(catalog.Unlinked) {
		if found, err = s.Store.Suggestions(ctx, all); err != nil {
			return nil, err
		}
	}
	body := suggestedList{Listings: []SuggestedListing{}}
	for i, g := range all {
		body.Listings = append(body.Listings, SuggestedListing{listingOf(g), suggestionsOf(found[i])})
		body.Next = nextID(len(all) == in.Limit, g.ID)
	}
	return ok(body, nil)
}

func (s *server) suggestOne(ctx context.Context, in *ByID) (*reply[SuggestedListing], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	g, err := s.Store.Listing(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.Suggestions(ctx, []catalog.Listing{g})
	if err != nil {
		return nil, err
	}
	return ok(SuggestedListing{listingOf(g), suggestionsOf(found[0])}, nil)
}

func (s *server) previewLink(ctx context.Context, in *struct {
	ByID
	Variant string `query:"variant" doc:"The product's id; absent is about taking the link away."`
	Pack    string `query:"pack"`
}) (*reply[LinkPreview], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	pack := commerce.Decimal(in.Pack)
	if err := catalog.CheckPack(pack); err != nil {
		return nil, err
	}
	var variantID int64
	if in.Variant != "" {
		if variantID, err = parseID(in.Variant); err != nil {
			return nil, err
		}
	}
	p, err := s.Store.LinkPreview(ctx, id, variantID, pack)
	body := LinkPreview{variantOf(p.Variant), p.Pack, p.Orders, p.Open, "0", p.Tracked, nil, nil, optionalText(p.Told), optionalText(p.Shows)}
	if p.Takes != "" {
		body.Takes = p.Takes
	}
	if p.Tracked {
		body.Has, body.Left = &p.Has, &p.Left
	}
	return ok(body, err)
}

func (s *server) inbox(ctx context.Context, _ *none) (*reply[ListingInbox], error) {
	var body ListingInbox
	var err error
	if body.Unlinked, body.Ignored, err = s.Store.ListingCounts(ctx); err != nil || body.Unlinked == 0 {
		return ok(body, err)
	}
	matches, err := s.Listings.Matches(ctx, "", catalog.Likely)
	for _, m := range matches {
		if m.Sure == catalog.Exact {
			body.Exact++
		} else {
			body.Likely++
		}
	}
	return ok(body, err)
}

// LinkPlanDraft asks for links: those named, or all that are as sure.
type LinkPlanDraft struct {
	Links   []LinkDraft `json:"links,omitempty" maxItems:"10000"`
	Sure    string      `json:"sure,omitempty" enum:"exact,likely" doc:"Instead of links: all that wait and are as sure."`
	Channel string      `json:"channel,omitempty" doc:"Of one channel alone."`
}

// LinkDraft is one link that is asked for.
type LinkDraft struct {
	Listing string `json:"listing"`
	Variant string `json:"variant"`
	Pack    string `json:"pack,omitempty"`
}

func (s *server) planLinks(ctx context.Context, in *struct{ Body LinkPlanDraft }) (*reply[LinkPlan], error) {
	request := listings.Request{Channel: in.Body.Channel, Sure: catalog.Sure(in.Body.Sure)}
	for _, l := range in.Body.Links {
		ids, err := parseIDs([]string{l.Listing, l.Variant})
		if err != nil {
			return nil, err
		}
		request.Links = append(request.Links, listings.Match{ListingID: ids[0], VariantID: ids[1], Pack: commerce.Decimal(l.Pack), Why: "chosen by hand"})
	}
	plan, err := s.Listings.Plan(ctx, request)
	if err != nil {
		return nil, err
	}
	return s.linkPlanOf(ctx, plan)
}

func (s *server) linkPlan(ctx context.Context, in *ByID) (*reply[LinkPlan], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	plan, err := s.Listings.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.linkPlanOf(ctx, plan)
}

// linksShown is how many links of a plan are shown.
const linksShown = 100

func (s *server) linkPlanOf(ctx context.Context, plan listings.Plan) (*reply[LinkPlan], error) {
	body := LinkPlan{idText(plan.ID), plan.Title, optionalID(plan.RunID), len(plan.Links), []PlannedLink{}}
	for _, m := range plan.Links[:min(len(plan.Links), linksShown)] {
		g, err := s.Store.Listing(ctx, m.ListingID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		item, err := s.Store.Item(ctx, m.VariantID)
		if err != nil {
			return nil, err
		}
		body.Links = append(body.Links, PlannedLink{listingOf(g), *variantOf(&item.Variant), m.Why})
	}
	return ok(body, nil)
}

func (s *server) applyLinks(ctx context.Context, in *ByID) (*reply[BulkDone], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Listings.Apply(ctx, id)
	return ok(BulkDone{idText(run.ID), run.Counts["changed"], run.Counts["left"]}, err)
}
