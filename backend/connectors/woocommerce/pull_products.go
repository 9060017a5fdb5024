package woocommerce

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// productsAtOnce is how many products are asked for at once: each may bring its variations with it.
const productsAtOnce = 50

// kind tells what a product is, as far as pulling needs it.
type kind struct {
	Type       text       `json:"type"`
	Variations list[text] `json:"variations"`
}

func (k kind) variable() bool { return strings.HasPrefix(string(k.Type), "variable") }

func (p *pull) changedProducts(ctx context.Context) error {
	w := &p.at.Main
	fresh, last, err := p.step(ctx, w, "products", url.Values{}, p.listSize())
	if err != nil {
		return err
	}
	taken, err := p.takeProducts(ctx, fresh)
	if err != nil {
		return err
	}
	w.pass(fresh[:taken])
	if last && taken == len(fresh) {
		p.turnToVariations()
	}
	return nil
}

// turnToVariations goes on with the variations that changed alone, where this shop can be asked for them. After all products from the
// beginning, only those are left that changed since this run began.
func (p *pull) turnToVariations() {
	if p.s.Account().Facts[factVariations] != "yes" {
		p.done()
		return
	}
	w := &p.at.Main
	if p.at.Other == nil {
		p.at.Other = &walk{Since: w.From}
		if w.From == 0 && p.at.Began > 0 {
			p.at.Other.Since = second(p.at.Began - overlap.Milliseconds())
		}
	}
	p.at.Other.From, w.Ended = p.at.Other.Since, true
}

func (p *pull) changedVariations(ctx context.Context) error {
	fresh, last, err := p.step(ctx, p.at.Other, "variations", url.Values{}, p.request.Size)
	if err != nil {
		return err
	}
	taken := fresh[:min(len(fresh), p.request.Size)]
	if err := p.takeVariations(ctx, taken); err != nil {
		return err
	}
	p.at.Other.pass(taken)
	if last && len(taken) == len(fresh) {
		p.done()
	}
	return nil
}

// takeVariations makes items of variations; their products are fetched beside them.
func (p *pull) takeVariations(ctx context.Context, variations []thing) error {
	parents := make([]int64, len(variations))
	for i, v := range variations {
		parents[i] = parentOf(v.Raw)
	}
	products, err := p.products(ctx, parents)
	if err != nil {
		return err
	}
	for i, v := range variations {
		if product, there := products[parents[i]]; there { // else the product went meanwhile
			p.page.Items = append(p.page.Items, pairItem(product, v))
		}
	}
	return nil
}

func parentOf(raw json.RawMessage) int64 {
	return topLevel(raw, "parent_id")["parent_id"].id() // 0 is no product
}

// products fetches products by id.
func (p *pull) products(ctx context.Context, ids []int64) (map[int64]thing, error) {
	found := map[int64]thing{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	ids = slices.DeleteFunc(ids, func(id int64) bool { return id <= 0 })
	for part := range slices.Chunk(ids, most) {
		got, err := p.list(ctx, "products", url.Values{"include": {joined(part)}, "per_page": {strconv.Itoa(most)}, "orderby": {"id"}})
		if err != nil {
			return nil, err
		}
		for _, t := range got.things {
			found[t.ID] = t
		}
	}
	return found, nil
}

// takeProducts makes items of products: one for each, or one for each of its variations. It stops once the page is full; taken is
// how many products it got to. A product's variations come all in one page.
func (p *pull) takeProducts(ctx context.Context, products []thing) (taken int, err error) {
	for _, product := range products {
		if len(p.page.Items) >= p.request.Size {
			return taken, nil
		}
		if err := p.takeProduct(ctx, product); err != nil {
			return taken, err
		}
		taken++
	}
	return taken, nil
}

func (p *pull) takeProduct(ctx context.Context, product thing) error {
	var k kind
	_ = json.Unmarshal(product.Raw, &k) // a product that cannot be read is told of when it is read as a record
	if !k.variable() {
		p.page.Items = append(p.page.Items, productItem(product))
		return nil
	}
	if k.Variations != nil && len(k.Variations) == 0 {
		return nil
	}
	variations, err := p.variations(ctx, product.ID, nil)
	if err != nil {
		return err
	}
	for _, v := range variations {
		p.page.Items = append(p.page.Items, pairItem(product, v))
	}
	return nil
}

// variations lists those of a product, by id; only narrows them. A product that went meanwhile has none.
func (p *pull) variations(ctx context.Context, product int64, only []int64) (all []thing, err error) {
	query := url.Values{"per_page": {strconv.Itoa(most)}, "orderby": {"id"}, "order": {"asc"}}
	if only != nil {
		query.Set("include", joined(only))
	}
	path := "products/" + strconv.FormatInt(product, 10) + "/variations"
	for skip := 0; ; {
		query.Set("offset", strconv.Itoa(skip))
		got, err := p.list(ctx, path, query)
		if fault.Is(err, fault.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, t := range got.things {
			if len(all) == 0 || t.ID > all[len(all)-1].ID {
				all = append(all, t)
			}
		}
		if ended(got, skip+most, most) {
			return all, nil
		}
		skip += most - 1 // one is seen twice; were some deleted meanwhile, none is passed over as long as they are few
	}
}

func productItem(product thing) channel.Item {
	return channel.Item{ID: strconv.FormatInt(product.ID, 10), UpdatedAt: product.Modified, Version: versionOf(product.Raw), Raw: product.Raw}
}

// pair is the item of a variation: with its product, as it does not tell its name or its picture alone.
type pair struct {
	Product   json.RawMessage `json:"product"`
	Variation json.RawMessage `json:"variation"`
}

func pairItem(product, variation thing) channel.Item {
	raw, err := json.Marshal(pair{product.Raw, variation.Raw})
	if err != nil {
		raw = variation.Raw // both were read from valid JSON
	}
	return channel.Item{
		ID:        strconv.FormatInt(product.ID, 10) + ":" + strconv.FormatInt(variation.ID, 10),
		UpdatedAt: max(product.Modified, variation.Modified),
		Version:   versionOf(product.Raw) + versionOf(variation.Raw), Raw: raw,
	}
}

// unsteady are values that differ from answer to answer, or say nothing of the product.
var unsteady = []string{"related_ids", "price_html", "_links", "total_sales", "average_rating", "rating_count"}

// versionOf is a hash of what an item says, without what is unsteady.
func versionOf(raw json.RawMessage) string {
	var values map[string]json.RawMessage
	if json.Unmarshal(raw, &values) == nil {
		for _, name := range unsteady {
			delete(values, name)
		}
		if steady, err := json.Marshal(values); err == nil {
			raw = steady
		}
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

// productsByID reads listings by name: "15", or "15:33" for a variation. The name of a product with variations stands for all of
// them: hooks name products.
func (p *pull) productsByID(ctx context.Context) error {
	var parents []int64
	only := map[int64][]int64{} // variations that are asked for by themselves
	whole := map[int64]bool{}
	for _, name := range p.request.IDs {
		product, variation := splitID(name)
		parents = append(parents, product)
		if variation > 0 {
			only[product] = append(only[product], variation)
		} else {
			whole[product] = true
		}
	}
	products, err := p.products(ctx, parents)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(parents))) {
		product, there := products[id]
		if !there {
			continue
		}
		if err := p.takeNamed(ctx, product, whole[id], only[id], found); err != nil {
			return err
		}
	}
	p.missing(func(id string) bool { return found[id] })
	return nil
}

// takeNamed takes a product whole, or those of its variations that were asked for.
func (p *pull) takeNamed(ctx context.Context, product thing, whole bool, only []int64, found map[string]bool) error {
	before := len(p.page.Items)
	if whole {
		found[strconv.FormatInt(product.ID, 10)] = true
		if err := p.takeProduct(ctx, product); err != nil {
			return err
		}
	} else {
		variations, err := p.variations(ctx, product.ID, only)
		if err != nil {
			return err
		}
		for _, v := range variations {
			p.page.Items = append(p.page.Items, pairItem(product, v))
		}
	}
	for _, item := range p.page.Items[before:] {
		found[item.ID] = true
	}
	return nil
}

// splitID reads the name of a listing; 0 is none.
func splitID(name string) (product, variation int64) {
	first, second, two := strings.Cut(name, ":")
	product = text(first).id()
	if two {
		if variation = text(second).id(); variation == 0 {
			product = 0
		}
	}
	return product, variation
}
