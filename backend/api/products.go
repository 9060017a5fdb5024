package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
)

// ProductChange is what a person says of a variant and its product; an empty text empties a value.
type ProductChange struct {
	SKU            *string          `json:"sku,omitempty" maxLength:"200"`
	GTIN           *string          `json:"gtin,omitempty" doc:"8, 12, 13 or 14 digits, of which the last checks the others."`
	Title          *string          `json:"title,omitempty" maxLength:"500"`
	Options        *[]ProductOption `json:"options,omitempty" maxItems:"3"`
	Price          *string          `json:"price,omitempty"`
	CompareAtPrice *string          `json:"compare_at_price,omitempty"`
	Cost           *string          `json:"cost,omitempty"`
	Currency       *string          `json:"currency,omitempty"`
	WeightGrams    *string          `json:"weight_grams,omitempty"`
	ImageURL       *string          `json:"image_url,omitempty" maxLength:"2000"`
	Product        *ProductOfChange `json:"product,omitempty"`
}

// ProductOfChange is what a person says of a product, for all its variants.
type ProductOfChange struct {
	Title       *string `json:"title,omitempty" maxLength:"500"`
	Vendor      *string `json:"vendor,omitempty" maxLength:"200"`
	Type        *string `json:"type,omitempty" maxLength:"200"`
	Tags        *string `json:"tags,omitempty" maxLength:"2000"`
	Description *string `json:"description,omitempty" maxLength:"100000"`
	Status      *string `json:"status,omitempty" enum:"active,draft,archived,"`
}

// ProductDone is a product as it is after a change, and the run that the change is.
type ProductDone struct {
	Product Product `json:"product"`
	Run     *string `json:"run" doc:"Null when nothing changed."`
}

// Merge says what making one product a part of another would move, or moved.
type Merge struct {
	From     Variant    `json:"from"`
	Into     Variant    `json:"into"`
	Listings int        `json:"listings" doc:"How many listings follow."`
	Orders   int        `json:"orders" doc:"How many orders show them."`
	Takes    []TakeOver `json:"takes" doc:"What only the one that goes has."`
	Refused  *string    `json:"refused" doc:"Why it cannot be done; null when it can."`
	Remedy   *string    `json:"remedy"`
	Run      *string    `json:"run" doc:"The run that did it; null in a plan."`
}

// TakeOver is one value that the product that stays takes over.
type TakeOver struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

func (s *server) registerProducts(spec huma.API) {
	const tag = "Catalog"
	get(spec, "/api/v1/products/{id}", about{"get-product", "One variant with its product", tag, "catalog:read"}, s.product)
	patch(spec, "/api/v1/products/{id}", about{"change-product", "Change a variant and its product", tag, "catalog:write"}, s.changeProduct)
	get(spec, "/api/v1/products/{id}/merge", about{"plan-merge", "What making a product a part of another would move", tag, "catalog:read"}, s.planMerge)
	post(spec, "/api/v1/products/{id}/merge", http.StatusOK, about{"merge-products", "Make a product a part of another", tag, "catalog:write"}, s.merge)
}

func (s *server) product(ctx context.Context, in *ByID) (*reply[Product], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	item, err := s.Store.Item(ctx, id)
	return ok(productOf(item), err)
}

func (s *server) changeProduct(ctx context.Context, in *struct {
	Versioned
	Body ProductChange
}) (*reply[ProductDone], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	run, err := s.Store.EditItem(ctx, id, version, in.Body.values())
	if err != nil {
		return nil, err
	}
	item, err := s.Store.Item(ctx, id)
	return ok(ProductDone{productOf(item), optionalID(run)}, err)
}

// values lists what is stated, by the field names of files.
func (c ProductChange) values() map[string]string {
	values := map[string]string{}
	stated := map[string]*string{"sku": c.SKU, "gtin": c.GTIN, "title": c.Title, "price": c.Price, "compare_at_price": c.CompareAtPrice, "cost": c.Cost,
		"currency": c.Currency, "weight_grams": c.WeightGrams, "image_url": c.ImageURL}
	if p := c.Product; p != nil {
		for field, value := range map[string]*string{"title": p.Title, "vendor": p.Vendor, "type": p.Type, "tags": p.Tags, "description": p.Description, "status": p.Status} {
			stated["product."+field] = value
		}
	}
	for field, value := range stated {
		if value != nil {
			values[field] = *value
		}
	}
	if c.Options != nil {
		for i, n := range []string{"option1", "option2", "option3"} {
			values[n+".name"], values[n+".value"] = "", ""
			if i < len(*c.Options) {
				values[n+".name"], values[n+".value"] = (*c.Options)[i].Name, (*c.Options)[i].Value
			}
		}
	}
	return values
}

func mergeOf(m catalog.Merge, run int64) Merge {
	body := Merge{From: *variantOf(&m.From), Into: *variantOf(&m.Into), Listings: m.Listings, Orders: m.Orders, Takes: []TakeOver{}, Refused: optionalText(m.Refused),
		Remedy: optionalText(m.Remedy), Run: optionalID(run)}
	for _, t := range m.Takes {
		body.Takes = append(body.Takes, TakeOver{intake.Words(t.Field), t.After})
	}
	return body
}

func (s *server) planMerge(ctx context.Context, in *struct {
	ByID
	Into string `query:"into" required:"true" doc:"The id of the product that stays."`
}) (*reply[Merge], error) {
	ids, err := parseIDs([]string{in.ID, in.Into})
	if err != nil {
		return nil, err
	}
	m, err := s.Store.PlanMerge(ctx, ids[0], ids[1])
	return ok(mergeOf(m, 0), err)
}

func (s *server) merge(ctx context.Context, in *struct {
	ByID
	Body struct {
		Into string `json:"into" doc:"The id of the product that stays."`
	}
}) (*reply[Merge], error) {
	ids, err := parseIDs([]string{in.ID, in.Body.Into})
	if err != nil {
		return nil, err
	}
	m, err := s.Store.PlanMerge(ctx, ids[0], ids[1])
	if err != nil {
		return nil, err
	}
	run, err := s.Store.MergeVariants(ctx, ids[0], ids[1])
	return ok(mergeOf(m, run), err)
}

// PriceRule says what the prices of a channel are made of.
type PriceRule struct {
	Channel     string  `json:"channel" doc:"The channel's id."`
	Name        string  `json:"name" doc:"The channel's name."`
	ETag        string  `json:"etag" doc:"0 while there is no rule."`
	Percent     *string `json:"percent" doc:"On top of the product's price."`
	Rounding    string  `json:"rounding" enum:",5,10,95,99" doc:"To 5 or 10 cents, or to an ending of 95 or 99."`
	Direction   string  `json:"direction" enum:"up,nearest,down"`
	FloorMargin *string `json:"floor_margin" doc:"The least on top of the cost, in percent; null is no floor."`
	Words       string  `json:"words"`
}

type priceRuleList struct {
	Rules []PriceRule `json:"rules"`
}

// PriceRuleDraft is a rule as a person states it.
type PriceRuleDraft struct {
	Percent     string `json:"percent,omitempty"`
	Rounding    string `json:"rounding,omitempty" enum:",5,10,95,99"`
	Direction   string `json:"direction,omitempty" enum:"up,nearest,down" default:"up"`
	FloorMargin string `json:"floor_margin,omitempty"`
}

// PricePreview is what a rule would do to the linked listings of its channel.
type PricePreview struct {
	Words    string        `json:"words"`
	Listings int           `json:"listings"`
	Changed  int           `json:"changed" doc:"Those whose price would differ from what it is by the rule as it is."`
	Raised   int           `json:"raised"`
	Lowered  int           `json:"lowered"`
	Floored  int           `json:"floored" doc:"Those that the floor raises."`
	Own      int           `json:"own" doc:"Those with a price of their own, which no rule changes."`
	Unpriced int           `json:"unpriced" doc:"Those for which no price can be worked out."`
	Changes  []PriceChange `json:"changes" doc:"Those that differ."`
	Next     *string       `json:"next"`
}

// PriceChange is one listing under two rules.
type PriceChange struct {
	Listing string      `json:"listing" doc:"Its id."`
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Variant Variant     `json:"variant"`
	Shown   *string     `json:"shown" doc:"As the channel has it."`
	Before  WantedPrice `json:"before"`
	After   WantedPrice `json:"after"`
}

func (s *server) registerPriceRules(spec huma.API) {
	const tag = "Catalog"
	get(spec, "/api/v1/price-rules", about{"list-price-rules", "What the prices of each channel are made of", tag, "catalog:read"}, s.priceRules)
	on(spec, http.MethodPut, "/api/v1/price-rules/{id}", http.StatusOK, about{"save-price-rule", "Say what the prices of a channel are made of", tag, "catalog:write"}, s.savePriceRule)
	post(spec, "/api/v1/price-rules/{id}/preview", http.StatusOK, about{"preview-price-rule", "Work a rule out over all listings of its channel", tag, "catalog:read"}, s.previewPrices)
}

func priceRuleOf(r catalog.PriceRule) PriceRule {
	return PriceRule{idText(r.ChannelID), r.Channel, idText(r.Version), optionalText(string(r.Percent)), string(r.Rounding), string(r.Direction), optionalText(string(r.Margin)), r.Words()}
}

func (d PriceRuleDraft) rule(channelID int64) catalog.PriceRule {
	r := catalog.PriceRule{ChannelID: channelID, Percent: commerce.Decimal(d.Percent), Rounding: catalog.Rounding(d.Rounding), Direction: catalog.Direction(d.Direction),
		Margin: commerce.Decimal(d.FloorMargin)}
	if r.Direction == "" {
		r.Direction = catalog.Up
	}
	return r
}

func (s *server) priceRules(ctx context.Context, _ *none) (*reply[priceRuleList], error) {
	all, err := s.Store.PriceRules(ctx)
	body := priceRuleList{Rules: []PriceRule{}}
	for _, r := range all {
		body.Rules = append(body.Rules, priceRuleOf(r))
	}
	return ok(body, err)
}

func (s *server) savePriceRule(ctx context.Context, in *struct {
	Versioned
	Body PriceRuleDraft
}) (*reply[PriceRule], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	r, err := s.Store.SavePriceRule(ctx, in.Body.rule(id), version)
	return ok(priceRuleOf(r), err)
}

func (s *server) previewPrices(ctx context.Context, in *struct {
	ByID
	Paged
	Body PriceRuleDraft
}) (*reply[PricePreview], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	rule := in.Body.rule(id)
	p, err := s.Store.PreviewPrices(ctx, rule, after, in.Limit)
	body := PricePreview{Words: rule.Words(), Listings: p.Listings, Changed: p.Changed, Raised: p.Raised, Lowered: p.Lowered, Floored: p.Floored, Own: p.Own, Unpriced: p.Unpriced,
		Changes: []PriceChange{}}
	for _, c := range p.Rows {
		g := c.Listing
		body.Changes = append(body.Changes, PriceChange{idText(g.ID), g.Name(), g.Title, *variantOf(g.Variant), optionalText(string(g.Price)), *wantedOf(c.Before), *wantedOf(c.After)})
		body.Next = nextID(len(p.Rows) == in.Limit, g.ID)
	}
	return ok(body, err)
}
