package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

type reorderStore interface {
	ReorderRules(ctx context.Context, variantID int64) ([]purchasing.Rule, error)
	SetReorderRule(ctx context.Context, r purchasing.Rule) (purchasing.Rule, error)
	RemoveReorderRule(ctx context.Context, variantID, locationID int64) error
	ReorderNeeds(ctx context.Context) ([]purchasing.Need, error)
	DraftReorders(ctx context.Context, supplierID int64) ([]purchasing.Order, error)
}

// ReorderRule says when a variant is to be ordered again at a location, and up to how many.
type ReorderRule struct {
	Variant      string           `json:"variant"`
	SKU          string           `json:"sku"`
	Title        string           `json:"title"`
	Location     string           `json:"location" doc:"The location's id."`
	LocationName string           `json:"location_name"`
	Kind         string           `json:"kind" enum:"fixed,speed" doc:"speed: worked out of what was sold in the last 28 days."`
	Least        commerce.Decimal `json:"least" doc:"At that many or fewer it is ordered; of fixed."`
	Most         commerce.Decimal `json:"most" doc:"Up to so many; of fixed."`
	SafetyDays   int              `json:"safety_days" doc:"Of speed."`
	CoverDays    int              `json:"cover_days" doc:"Of speed."`
}

// ReorderNeed is what is to be ordered, and why.
type ReorderNeed struct {
	Variant      string            `json:"variant"`
	SKU          string            `json:"sku"`
	Title        string            `json:"title"`
	Location     string            `json:"location"`
	LocationName string            `json:"location_name"`
	Available    commerce.Decimal  `json:"available"`
	Backordered  commerce.Decimal  `json:"backordered"`
	Incoming     commerce.Decimal  `json:"incoming"`
	Drafted      commerce.Decimal  `json:"drafted"`
	Least        commerce.Decimal  `json:"least"`
	Most         commerce.Decimal  `json:"most"`
	Units        commerce.Decimal  `json:"units" doc:"What is missing."`
	Supplier     *string           `json:"supplier" doc:"null where nobody sells it: nothing is drafted then."`
	SupplierName *string           `json:"supplier_name"`
	Packs        int64             `json:"packs"`
	Pack         *commerce.Decimal `json:"pack"`
	Why          string            `json:"why"`
}

type reorderRuleList struct {
	Rules []ReorderRule `json:"rules"`
}

type reorderNeedList struct {
	Needs []ReorderNeed `json:"needs"`
}

func (s *server) registerReorder(spec huma.API) {
	const tag, read, write = "Purchasing", "purchases:read", "purchases:write"
	get(spec, "/api/v1/reorder/needs", about{"list-reorder-needs", "What is short by its reorder rule, and why", tag, read}, s.reorderNeeds)
	post(spec, "/api/v1/reorder/drafts", http.StatusCreated, about{"draft-reorders", "Draft purchase orders of what is short; they are sent to nobody", tag, write}, s.draftReorders)
	get(spec, "/api/v1/reorder/rules", about{"list-reorder-rules", "When what is ordered again", tag, read}, s.reorderRules)
	post(spec, "/api/v1/reorder/rules", http.StatusOK, about{"set-reorder-rule", "Say when a variant is ordered again at a location", tag, write}, s.setReorderRule)
	remove(spec, "/api/v1/reorder/rules/{variant}/{location}", about{"remove-reorder-rule", "Take a reorder rule away", tag, write}, s.removeReorderRule)
}

func ruleBody(r purchasing.Rule) ReorderRule {
	return ReorderRule{idText(r.VariantID), r.SKU, r.Title, idText(r.LocationID), r.Location, string(r.Kind), r.Least.Decimal(), r.Most.Decimal(), r.SafetyDays, r.CoverDays}
}

func (s *server) reorderNeeds(ctx context.Context, _ *none) (*reply[reorderNeedList], error) {
	all, err := s.Store.ReorderNeeds(ctx)
	body := reorderNeedList{Needs: []ReorderNeed{}}
	for _, n := range all {
		need := ReorderNeed{Variant: idText(n.VariantID), SKU: n.SKU, Title: n.Title, Location: idText(n.LocationID), LocationName: n.Location, Available: n.Available.Decimal(),
			Backordered: n.Backordered.Decimal(), Incoming: n.Incoming.Decimal(), Drafted: n.Drafted.Decimal(), Least: n.Least.Decimal(), Most: n.Most.Decimal(),
			Units: n.Units.Decimal(), Packs: n.Packs, Why: n.Why}
		if i := n.Item; i != nil {
			pack := i.Pack.Decimal()
			need.Supplier, need.SupplierName, need.Pack = optionalID(i.SupplierID), optionalText(i.Supplier), &pack
		}
		body.Needs = append(body.Needs, need)
	}
	return ok(body, err)
}

func (s *server) draftReorders(ctx context.Context, in *struct {
	Body struct {
		Supplier string `json:"supplier,omitempty" doc:"Of this one alone; its id."`
	}
}) (*reply[purchaseList], error) {
	var supplier int64
	var err error
	if in.Body.Supplier != "" {
		if supplier, err = parseID(in.Body.Supplier); err != nil {
			return nil, err
		}
	}
	made, err := s.Store.DraftReorders(ctx, supplier)
	body := purchaseList{Purchases: []Purchase{}}
	for _, o := range made {
		one, err := s.purchased(ctx, o, nil)
		if err != nil {
			return nil, err
		}
		body.Purchases = append(body.Purchases, one.Body)
	}
	return ok(body, err)
}

func (s *server) reorderRules(ctx context.Context, in *struct {
	Variant string `query:"variant" doc:"Of this variant alone; its id."`
}) (*reply[reorderRuleList], error) {
	var variant int64
	var err error
	if in.Variant != "" {
		if variant, err = parseID(in.Variant); err != nil {
			return nil, err
		}
	}
	all, err := s.Store.ReorderRules(ctx, variant)
	body := reorderRuleList{Rules: []ReorderRule{}}
	for _, r := range all {
		body.Rules = append(body.Rules, ruleBody(r))
	}
	return ok(body, err)
}

func (s *server) setReorderRule(ctx context.Context, in *struct {
	Body struct {
		Variant    string `json:"variant,omitempty" doc:"Its id, or give the SKU."`
		SKU        string `json:"sku,omitempty"`
		Location   string `json:"location,omitempty" doc:"The location's id; blank is the first of our own."`
		Kind       string `json:"kind" enum:"fixed,speed"`
		Least      string `json:"least,omitempty"`
		Most       string `json:"most,omitempty"`
		SafetyDays int    `json:"safety_days,omitempty"`
		CoverDays  int    `json:"cover_days,omitempty"`
	}
}) (*reply[ReorderRule], error) {
	b := in.Body
	r := purchasing.Rule{Kind: purchasing.RuleKind(b.Kind), SafetyDays: b.SafetyDays, CoverDays: b.CoverDays}
	var err error
	if r.VariantID, err = s.variantOf(ctx, b.Variant, b.SKU); err != nil {
		return nil, err
	}
	if b.Location != "" {
		if r.LocationID, err = parseID(b.Location); err != nil {
			return nil, err
		}
	}
	for _, q := range []struct {
		into        *inventory.Quantity
		text, field string
	}{{&r.Least, b.Least, "least"}, {&r.Most, b.Most, "most"}} {
		if q.text != "" {
			if *q.into, err = quantityOf(q.text, q.field); err != nil {
				return nil, err
			}
		}
	}
	r, err = s.Store.SetReorderRule(ctx, r)
	return ok(ruleBody(r), err)
}

func (s *server) removeReorderRule(ctx context.Context, in *struct {
	Variant  string `path:"variant" doc:"The variant's id."`
	Location string `path:"location" doc:"The location's id."`
}) (*none, error) {
	ids, err := parseIDs([]string{in.Variant, in.Location})
	if err != nil {
		return nil, err
	}
	return nil, s.Store.RemoveReorderRule(ctx, ids[0], ids[1])
}
