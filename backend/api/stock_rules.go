package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

type stockRuleStore interface {
	StockRules(ctx context.Context) ([]inventory.Rule, error)
	StockRule(ctx context.Context, scope inventory.Scope, id int64) (inventory.Rule, error)
	SaveStockRule(ctx context.Context, rule inventory.Rule, version int64) (inventory.Rule, error)
	PreviewStockRule(ctx context.Context, rule inventory.Rule, after int64, limit int) (syncing.RulePreview, error)
	SimulateStockRule(ctx context.Context, rule inventory.Rule, days int) (syncing.Simulation, error)
	OffersOf(ctx context.Context, variantIDs []int64) ([]syncing.Offer, error)
}

// StockRule says how much of what is available may be offered. What it does not say (null) a more general rule says.
type StockRule struct {
	Scope     string   `json:"scope" enum:"all,channel,variant,listing"`
	ID        string   `json:"id" doc:"Of the channel, variant or listing; 0 of all."`
	Name      string   `json:"name"`
	Channel   *string  `json:"channel" doc:"Of a listing: its channel's name."`
	ETag      string   `json:"etag" doc:"0 while there is no rule."`
	Buffer    *string  `json:"buffer"`
	Percent   *string  `json:"percent"`
	LagMost   *string  `json:"lag_most"`
	EndWhen   *string  `json:"end_when"`
	Most      *string  `json:"most"`
	Locations []string `json:"locations" nullable:"true" doc:"Ids; null says nothing, an empty list is all of them."`
	Master    *string  `json:"master" enum:"here,channel,erp,books"`
	LastUnits *string  `json:"last_units"`
	Rank      *string  `json:"rank"`
	Words     string   `json:"words"`
}

type stockRuleList struct {
	Rules []StockRule `json:"rules"`
}

// StockRuleDraft is a rule as a person states it; a blank field says nothing.
type StockRuleDraft struct {
	Buffer    string    `json:"buffer,omitempty" doc:"Units kept back."`
	Percent   string    `json:"percent,omitempty" doc:"Of what is available, kept back; of this, the buffer and that for late news the largest counts."`
	LagMost   string    `json:"lag_most,omitempty" doc:"Keep back what sells until news of it have gone round, but no more than this."`
	EndWhen   string    `json:"end_when,omitempty" doc:"With so much or less available nothing is offered."`
	Most      string    `json:"most,omitempty" doc:"The most that a listing shows, in its own packs."`
	Locations *[]string `json:"locations,omitempty" doc:"Ids of the only locations that count; an empty list is all of them."`
	Master    string    `json:"master,omitempty" enum:",here,channel,erp,books" doc:"Whose word on stock holds; of a channel."`
	LastUnits string    `json:"last_units,omitempty" doc:"With so much or less available each listing has a share of its own; of all or a variant."`
	Rank      string    `json:"rank,omitempty" doc:"Of a channel: the lower, the sooner it has the last ones among those that sell as fast."`
}

// OfferStep is one line of why a listing shows what it shows.
type OfferStep struct {
	Kind  string           `json:"kind" enum:"available,locations,buffer,end_when,most,share,pack,master"`
	Rule  *string          `json:"rule" enum:"all,channel,variant,listing" doc:"Whose rule asks for it."`
	Words string           `json:"words"`
	Left  commerce.Decimal `json:"left" doc:"What is left behind it."`
}

// RuledListing is one listing under two rules.
type RuledListing struct {
	Listing string      `json:"listing"`
	Name    string      `json:"name"`
	Variant string      `json:"variant"`
	Before  int64       `json:"before"`
	After   int64       `json:"after"`
	Live    *int64      `json:"live"`
	Told    bool        `json:"told" doc:"Whether the channel would be told."`
	Steps   []OfferStep `json:"steps" doc:"How the number behind came about."`
}

// StockRulePreview is what a rule would do now to the listings that it holds for.
type StockRulePreview struct {
	Words     string         `json:"words"`
	Listings  int            `json:"listings"`
	Changed   int            `json:"changed"`
	Raised    int            `json:"raised"`
	Lowered   int            `json:"lowered"`
	Ended     int            `json:"ended" doc:"Those that would show nothing any more."`
	Untracked int            `json:"untracked" doc:"Those of which there is no number."`
	Changes   []RuledListing `json:"changes"`
	Next      *string        `json:"next"`
}

// Replayed is what a replay of past sales counts.
type Replayed struct {
	Sales    int `json:"sales"`
	Oversold int `json:"oversold" doc:"Sales of what was not there."`
	Lost     int `json:"lost" doc:"Sales that would not have been, as the channel showed too little."`
	Spare    int `json:"spare" doc:"Of those lost, for how many there was enough."`
}

// StockSimulation is how past sales would have been under a rule.
type StockSimulation struct {
	Words    string             `json:"words"`
	From     *string            `json:"from"`
	Days     int                `json:"days"`
	Before   Replayed           `json:"before" doc:"Under the rules as they are."`
	After    Replayed           `json:"after"`
	Variants []SimulatedVariant `json:"variants" doc:"Those for which it makes the most difference."`
}

// SimulatedVariant is one variant of a simulation.
type SimulatedVariant struct {
	Variant string   `json:"variant"`
	Name    string   `json:"name"`
	Before  Replayed `json:"before"`
	After   Replayed `json:"after"`
}

// RuleOf names what a rule is of.
type RuleOf struct {
	Scope string `path:"scope" enum:"all,channel,variant,listing"`
	ID    string `path:"id" doc:"0 of all."`
}

func (r RuleOf) parse() (inventory.Rule, error) {
	rule := inventory.Rule{Scope: inventory.Scope(r.Scope)}
	if rule.Scope == inventory.OfAll {
		return rule, nil
	}
	id, err := parseID(r.ID)
	rule.RecordID = id
	return rule, err
}

func (s *server) registerStockRules(spec huma.API) {
	const tag, read, write = "Stock", "stock:read", "stock:write"
	get(spec, "/api/v1/stock-rules", about{"list-stock-rules", "How much of what is available may be offered", tag, read}, s.stockRules)
	get(spec, "/api/v1/stock-rules/{scope}/{id}", about{"get-stock-rule", "The rule of all, a channel, a variant or a listing", tag, read}, s.stockRule)
	on(spec, http.MethodPut, "/api/v1/stock-rules/{scope}/{id}", http.StatusOK, about{"save-stock-rule", "Say how much may be offered", tag, write}, s.saveStockRule)
	post(spec, "/api/v1/stock-rules/{scope}/{id}/preview", http.StatusOK, about{"preview-stock-rule", "Work a rule out over its listings, changing nothing", tag, read}, s.previewStockRule)
	post(spec, "/api/v1/stock-rules/{scope}/{id}/simulate", http.StatusOK, about{"simulate-stock-rule", "Replay past sales under a rule, changing nothing", tag, read}, s.simulateStockRule)
}

func stockRuleOf(r inventory.Rule) StockRule {
	body := StockRule{Scope: string(r.Scope), ID: idText(r.RecordID), Name: r.Name, Channel: optionalText(r.Channel), ETag: idText(r.Version), Buffer: stated(r.Buffer),
		Percent: stated(r.Percent), LagMost: stated(r.LagMost), EndWhen: stated(r.EndWhen), Most: stated(r.Most), Master: optionalText(string(r.Master)),
		LastUnits: stated(r.LastUnits), Rank: stated(r.Rank), Words: r.Words()}
	if r.Locations != nil {
		body.Locations = []string{}
	}
	for _, id := range r.Locations {
		body.Locations = append(body.Locations, idText(id))
	}
	return body
}

func stated(d commerce.Decimal) *string { return optionalText(string(d)) }

// into lays a draft over what a rule is of.
func (d StockRuleDraft) into(rule *inventory.Rule) error {
	for field, value := range map[string]struct {
		text string
		into *commerce.Decimal
	}{"buffer": {d.Buffer, &rule.Buffer}, "percent": {d.Percent, &rule.Percent}, "lag_most": {d.LagMost, &rule.LagMost}, "end_when": {d.EndWhen, &rule.EndWhen},
		"most": {d.Most, &rule.Most}, "last_units": {d.LastUnits, &rule.LastUnits}, "rank": {d.Rank, &rule.Rank}} {
		if value.text == "" {
			continue
		}
		q, err := quantityOf(value.text, field)
		if err != nil {
			return err
		}
		*value.into = q.Decimal()
	}
	rule.Master = inventory.Master(d.Master)
	if d.Locations == nil {
		return nil
	}
	ids, err := parseIDs(*d.Locations)
	rule.Locations = append([]int64{}, ids...)
	return err
}

func (s *server) stockRules(ctx context.Context, _ *none) (*reply[stockRuleList], error) {
	all, err := s.Store.StockRules(ctx)
	body := stockRuleList{Rules: []StockRule{}}
	for _, r := range all {
		body.Rules = append(body.Rules, stockRuleOf(r))
	}
	return ok(body, err)
}

func (s *server) stockRule(ctx context.Context, in *RuleOf) (*reply[StockRule], error) {
	rule, err := in.parse()
	if err != nil {
		return nil, err
	}
	found, err := s.Store.StockRule(ctx, rule.Scope, rule.RecordID)
	return ok(stockRuleOf(found), err)
}

func (s *server) saveStockRule(ctx context.Context, in *struct {
	RuleOf
	IfMatch string `header:"If-Match" doc:"The rule's etag as last seen; 412 when it changed since."`
	Body    StockRuleDraft
}) (*reply[StockRule], error) {
	rule, err := in.parse()
	if err != nil {
		return nil, err
	}
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := in.Body.into(&rule); err != nil {
		return nil, err
	}
	saved, err := s.Store.SaveStockRule(ctx, rule, version)
	if err == nil && s.Engine != nil {
		s.followRule(ctx, saved)
	}
	return ok(stockRuleOf(saved), err)
}

func (s *server) previewStockRule(ctx context.Context, in *struct {
	RuleOf
	Paged
	Body StockRuleDraft
}) (*reply[StockRulePreview], error) {
	rule, err := in.parse()
	if err != nil {
		return nil, err
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	if err := in.Body.into(&rule); err != nil {
		return nil, err
	}
	p, err := s.Store.PreviewStockRule(ctx, rule, after, in.Limit)
	body := StockRulePreview{Words: rule.Words(), Listings: p.Listings, Changed: p.Changed, Raised: p.Raised, Lowered: p.Lowered, Ended: p.Ended, Untracked: p.Untracked,
		Changes: []RuledListing{}}
	for _, c := range p.Rows {
		body.Changes = append(body.Changes, RuledListing{idText(c.After.ListingID), c.After.Name, idText(c.After.Stock.VariantID), c.Before.Whole, c.After.Whole,
			liveOf(c.After), c.After.Offered.Told, stepsOf(c.After)})
		body.Next = nextID(len(p.Rows) == in.Limit, c.After.ListingID)
	}
	return ok(body, err)
}

func (s *server) simulateStockRule(ctx context.Context, in *struct {
	RuleOf
	Days int `query:"days" minimum:"1" maximum:"365" default:"90"`
	Body StockRuleDraft
}) (*reply[StockSimulation], error) {
	rule, err := in.parse()
	if err != nil {
		return nil, err
	}
	if err := in.Body.into(&rule); err != nil {
		return nil, err
	}
	sim, err := s.Store.SimulateStockRule(ctx, rule, in.Days)
	body := StockSimulation{rule.Words(), when(sim.From), sim.Days, Replayed(sim.Before), Replayed(sim.After), []SimulatedVariant{}}
	for _, v := range sim.Variants {
		body.Variants = append(body.Variants, SimulatedVariant{idText(v.VariantID), v.Name, Replayed(v.Before), Replayed(v.After)})
	}
	return ok(body, err)
}

func stepsOf(o syncing.Offer) []OfferStep {
	steps := []OfferStep{}
	for _, step := range o.Offered.Steps {
		steps = append(steps, OfferStep{string(step.Kind), optionalText(string(step.Of)), step.Words, step.Left.Decimal()})
	}
	return steps
}

func liveOf(o syncing.Offer) *int64 {
	if len(o.Levels) != 1 {
		return nil
	}
	return wholeText(o.Levels[0].Quantity)
}

// withOffers puts into stocks what the rules let each listing show, and why where that is asked for.
func (s *server) withOffers(ctx context.Context, all []inventory.Stock, explain bool) ([]Stock, error) {
	ids := make([]int64, 0, len(all))
	for _, v := range all {
		ids = append(ids, v.VariantID)
	}
	offers, err := s.Store.OffersOf(ctx, ids)
	byListing := map[int64]syncing.Offer{}
	for _, o := range offers {
		byListing[o.ListingID] = o
	}
	bodies := []Stock{}
	for _, v := range all {
		body := stockOf(v)
		for i, g := range v.Listings {
			body.Channels[i].offered(byListing[g.ID], explain)
		}
		bodies = append(bodies, body)
	}
	return bodies, err
}

// offered fills in what a listing may show.
func (c *StockChannel) offered(o syncing.Offer, explain bool) {
	if !o.Counted {
		return
	}
	c.Ours, c.Told, c.Shared = &o.Whole, o.Offered.Told, o.Scarce
	if explain {
		c.Steps = stepsOf(o)
	}
	if o.Scarce {
		may := o.May.Whole("1")
		c.May = &may
	}
}
