package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

type catalogStore interface {
	Listings(ctx context.Context, filter catalog.ListingFilter) ([]catalog.Listing, error)
	Listing(ctx context.Context, id int64) (catalog.Listing, error)
	ListingCounts(ctx context.Context) (unlinked, ignored int, err error)
	Suggestions(ctx context.Context, listings []catalog.Listing) ([][]catalog.Suggestion, error)
	LinkPreview(ctx context.Context, listingID, variantID int64, pack commerce.Decimal) (catalog.LinkPreview, error)
	LinkListing(ctx context.Context, listingID int64, link catalog.Link) (run int64, err error)
	ChangeListing(ctx context.Context, id, version int64, title string, values map[string]string) (run int64, err error)
	Variants(ctx context.Context, text string, limit int) ([]catalog.Variant, error)
	AddVariant(ctx context.Context, sku, title string) (catalog.Variant, error)
	UnlinkedExample(ctx context.Context) (name string, orders int, err error)
	VariantIDs(ctx context.Context, sku string) ([]int64, error)
	Item(ctx context.Context, id int64) (catalog.Item, error)
	EditItem(ctx context.Context, id, version int64, values map[string]string) (run int64, err error)
	PlanMerge(ctx context.Context, from, into int64) (catalog.Merge, error)
	MergeVariants(ctx context.Context, from, into int64) (run int64, err error)
	PriceRules(ctx context.Context) ([]catalog.PriceRule, error)
	SavePriceRule(ctx context.Context, rule catalog.PriceRule, version int64) (catalog.PriceRule, error)
	PreviewPrices(ctx context.Context, rule catalog.PriceRule, after int64, limit int) (catalog.PricePreview, error)
}

// Variant is one sellable thing with its own SKU.
type Variant struct {
	ID    string `json:"id"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

// Listing is a variant as offered on one channel.
type Listing struct {
	ID         string           `json:"id"`
	ETag       string           `json:"etag"`
	Channel    string           `json:"channel"`
	SKU        string           `json:"sku"`
	GTIN       *string          `json:"gtin"`
	Title      string           `json:"title"`
	Status     *string          `json:"status" doc:"active, draft or archived."`
	URL        *string          `json:"url"`
	Price      *string          `json:"price" doc:"As the channel has it."`
	Currency   *string          `json:"currency"`
	Pack       commerce.Decimal `json:"pack" doc:"How many of the product one sale takes."`
	Ignored    *string          `json:"ignored" doc:"Why it is not to be linked; null where nobody said so."`
	OwnTitle   *string          `json:"own_title" doc:"Set for this listing alone."`
	OwnPrice   *string          `json:"own_price" doc:"Set for this listing alone; it goes before the channel's rule."`
	Orders     int              `json:"orders" doc:"How many orders show it."`
	Variant    *Variant         `json:"variant"`
	Suggestion *Variant         `json:"suggestion" doc:"The only product whose SKU reads the same."`
	Wanted     *WantedPrice     `json:"wanted" doc:"What it should cost; null while it is not linked."`
}

// WantedPrice is what a listing should cost, and why.
type WantedPrice struct {
	Price    *string     `json:"price" doc:"Null where none can be worked out."`
	Currency *string     `json:"currency"`
	Why      string      `json:"why"`
	Steps    []PriceStep `json:"steps"`
	Below    bool        `json:"below" doc:"It is below the floor, as a person set it so."`
}

// PriceStep is one line of why a price is what it is.
type PriceStep struct {
	Words string `json:"words"`
	Price string `json:"price"`
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

// LinkDone names the run that a change of a listing is; null when there was nothing to do.
type LinkDone struct {
	Run *string `json:"run"`
}

func (s *server) registerCatalog(spec huma.API) {
	const tag = "Catalog"
	get(spec, "/api/v1/listings", about{"list-listings", "What the channels offer", tag, "catalog:read"}, s.listings)
	get(spec, "/api/v1/listings/{id}", about{"get-listing", "One listing, with the reasons for its price", tag, "catalog:read"}, s.listing)
	patch(spec, "/api/v1/listings/{id}", about{"change-listing", "Change a listing's pack, or its own title and price", tag, "catalog:write"}, s.changeListing)
	post(spec, "/api/v1/listings/{id}/link", http.StatusOK, about{"link-listing", "Link a listing to a product", tag, "catalog:write"}, s.link)
	post(spec, "/api/v1/listings/{id}/unlink", http.StatusOK, about{"unlink-listing", "Take a listing's link away", tag, "catalog:write"}, s.unlink)
	post(spec, "/api/v1/listings/{id}/ignore", http.StatusOK, about{"ignore-listing", "Say that a listing is nothing to link", tag, "catalog:write"}, s.ignore)
	post(spec, "/api/v1/listings/{id}/restore", http.StatusOK, about{"restore-listing", "Bring an ignored listing back", tag, "catalog:write"}, s.restore)
	get(spec, "/api/v1/variants", about{"list-variants", "Products by SKU or title", tag, "catalog:read"}, s.variants)
	post(spec, "/api/v1/variants", http.StatusCreated, about{"add-variant", "Add a product", tag, "catalog:write"}, s.addVariant)
}

func variantOf(v *catalog.Variant) *Variant {
	if v == nil {
		return nil
	}
	return &Variant{idText(v.ID), v.SKU, v.Title}
}

func listingOf(g catalog.Listing) Listing {
	body := Listing{ID: idText(g.ID), ETag: idText(g.Version), Channel: g.Channel, SKU: g.SKU, GTIN: optionalText(g.GTIN), Title: g.Title, Status: optionalText(g.Status),
		URL: optionalText(g.URL), Price: optionalText(string(g.Price)), Currency: optionalText(string(g.Currency)), Pack: g.Pack, Ignored: optionalText(g.Ignored),
		OwnTitle: optionalText(g.OwnTitle), OwnPrice: optionalText(string(g.OwnPrice)), Orders: g.Orders, Variant: variantOf(g.Variant), Suggestion: variantOf(g.Suggestion)}
	if g.Variant != nil {
		body.Wanted = wantedOf(g.WantedPrice)
	}
	return body
}

func wantedOf(w catalog.Wanted) *WantedPrice {
	body := WantedPrice{optionalText(string(w.Price)), optionalText(string(w.Currency)), w.Explain(), []PriceStep{}, w.Below}
	for _, step := range w.Steps {
		body.Steps = append(body.Steps, PriceStep{step.Words, string(step.Price)})
	}
	return &body
}

func (s *server) listings(ctx context.Context, in *struct {
	Paged
	Unlinked bool   `query:"unlinked" doc:"The same as state=unlinked."`
	State    string `query:"state" enum:"unlinked,linked,ignored"`
	Channel  string `query:"channel" doc:"The channel's name."`
	Variant  string `query:"variant" doc:"A product's id."`
	SKU      string `query:"sku" doc:"The channel's SKU, exactly."`
}) (*reply[listingList], error) {
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	filter := catalog.ListingFilter{State: catalog.ListingState(in.State), Channel: in.Channel, SKU: in.SKU, After: after, Limit: in.Limit}
	if in.Unlinked {
		filter.State = catalog.Unlinked
	}
	if in.Variant != "" {
		if filter.VariantID, err = parseID(in.Variant); err != nil {
			return nil, err
		}
	}
	all, err := s.Store.Listings(ctx, filter)
	body := listingList{Listings: []Listing{}}
	for _, g := range all {
		body.Listings = append(body.Listings, listingOf(g))
		body.Next = nextID(len(all) == in.Limit, g.ID)
	}
	return ok(body, err)
}

func (s *server) listing(ctx context.Context, in *ByID) (*reply[Listing], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	g, err := s.Store.Listing(ctx, id)
	return ok(listingOf(g), err)
}

// ListingChange is what a person says of a listing; an empty text takes a value of its own away.
type ListingChange struct {
	Pack     *string `json:"pack,omitempty" doc:"How many of the product one sale takes."`
	OwnTitle *string `json:"own_title,omitempty" maxLength:"500"`
	OwnPrice *string `json:"own_price,omitempty" doc:"In the listing's currency."`
}

func (s *server) changeListing(ctx context.Context, in *struct {
	Versioned
	Body ListingChange
}) (*reply[Listing], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	if pack := in.Body.Pack; pack != nil {
		if err := catalog.CheckPack(commerce.Decimal(*pack)); err != nil || *pack == "" {
			return nil, orElse(err, fault.New(fault.Invalid, "How many are sold at once?", "Say how many pieces one sale takes, such as 2.").InField("pack"))
		}
		values["pack_multiple"] = string(commerce.Decimal(*pack).Padded(0))
	}
	if price := in.Body.OwnPrice; price != nil {
		d, err := commerce.ParseDecimal(*price)
		if err != nil || d.Sign() < 0 {
			return nil, fault.New(fault.Invalid, "“"+*price+"” is no price.", "Write it with digits and a point, such as 12.99.").InField("own_price")
		}
		values["own_price"] = string(d)
	}
	if title := in.Body.OwnTitle; title != nil {
		values["own_title"] = *title
	}
	if _, err := s.Store.ChangeListing(ctx, id, version, "Changed the listing %s", values); err != nil {
		return nil, err
	}
	return s.listing(ctx, &ByID{in.ID})
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (s *server) link(ctx context.Context, in *struct {
	ByID
	Body struct {
		Variant string        `json:"variant,omitempty"`
		Create  *VariantDraft `json:"create,omitempty"`
		Pack    string        `json:"pack,omitempty" doc:"How many of the product one sale takes; absent leaves it as it is."`
	}
}) (*reply[LinkDone], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	link := catalog.Link{Pack: commerce.Decimal(in.Body.Pack)}
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
	run, err := s.Store.LinkListing(ctx, id, link)
	return ok(LinkDone{optionalID(run)}, err)
}

func (s *server) unlink(ctx context.Context, in *ByID) (*reply[LinkDone], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Store.LinkListing(ctx, id, catalog.Link{})
	return ok(LinkDone{optionalID(run)}, err)
}

func (s *server) ignore(ctx context.Context, in *struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"Why it is nothing to link: a gift card, a service."`
	}
}) (*reply[LinkDone], error) {
	return s.setIgnored(ctx, in.ID, "Took %s off the inbox", in.Body.Reason)
}

func (s *server) restore(ctx context.Context, in *ByID) (*reply[LinkDone], error) {
	return s.setIgnored(ctx, in.ID, "Brought %s back into the inbox", "")
}

func (s *server) setIgnored(ctx context.Context, idText, title, reason string) (*reply[LinkDone], error) {
	id, err := parseID(idText)
	if err != nil {
		return nil, err
	}
	run, err := s.Store.ChangeListing(ctx, id, -1, title, map[string]string{"ignored": reason})
	return ok(LinkDone{optionalID(run)}, err)
}

func (s *server) variants(ctx context.Context, in *struct {
	Search string `query:"search"`
	SKU    string `query:"sku" doc:"Exactly this one, or what became of it."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
}) (*reply[variantList], error) {
	if in.SKU != "" {
		return s.variantsWithSKU(ctx, in.SKU)
	}
	all, err := s.Store.Variants(ctx, in.Search, in.Limit)
	body := variantList{Variants: []Variant{}}
	for _, v := range all {
		body.Variants = append(body.Variants, *variantOf(&v))
	}
	return ok(body, err)
}

func (s *server) variantsWithSKU(ctx context.Context, sku string) (*reply[variantList], error) {
	ids, err := s.Store.VariantIDs(ctx, sku)
	body := variantList{Variants: []Variant{}}
	for _, id := range ids {
		item, err := s.Store.Item(ctx, id)
		if err != nil {
			return nil, err
		}
		body.Variants = append(body.Variants, *variantOf(&item.Variant))
	}
	return ok(body, err)
}

func (s *server) addVariant(ctx context.Context, in *struct{ Body VariantDraft }) (*reply[Variant], error) {
	v, err := s.Store.AddVariant(ctx, in.Body.SKU, in.Body.Title)
	return ok(*variantOf(&v), err)
}
