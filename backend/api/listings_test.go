package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tradepost/backend/api"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/listings"
	"tradepost/backend/order"
	"tradepost/backend/store"
)

// stand is an API over a workspace with three products and a channel whose orders show four listings.
type stand struct {
	t       *testing.T
	s       *store.Store
	handler http.Handler
}

func openStand(t *testing.T) *stand {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &stand{t: t, s: s, handler: api.New(api.Deps{Store: s, Listings: listings.New(s)})}
	for _, sku := range []string{"MUG-1", "CUP-1", "JUG-1"} {
		d.ask("POST", "/api/v1/variants", `{"sku":"`+sku+`","title":"A `+sku+`"}`, http.StatusCreated, nil)
	}
	if err := s.Write(t.Context(), store.Bulk, func(tx *store.Tx) error {
		c, err := tx.EnsureChannel("Fair", "other")
		if err != nil {
			return err
		}
		return tx.InsertOrder(fair(c))
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

func fair(c channel.Channel) *order.Order {
	o := &order.Order{ChannelID: c.ID, Number: "1", Currency: "USD", Placed: commerce.Stamp{At: 1_770_000_000_000}}
	for i, sku := range []string{"mug1", "CUP-1-2X", "GIFT", "other"} {
		o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: sku, Title: "The " + sku, Quantity: "3", UOM: "each"})
	}
	return o
}

// quantities are written as numbers, and read here as the decimals that they were.
var quantities = regexp.MustCompile(`("(?:pack|takes|has|left)":)([0-9.]+)(,"(?:ignored|orders|tracked|told)")`)

// ask sends a request that is to be answered with a status.
func (d *stand) ask(method, path, body string, status int, into any, headers ...string) {
	d.t.Helper()
	r := httptest.NewRequestWithContext(api.WithScopes(context.Background(), api.Scopes), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code != status {
		d.t.Fatalf("%s %s: %d instead of %d: %s", method, path, w.Code, status, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(quantities.ReplaceAll(w.Body.Bytes(), []byte(`$1"$2"$3`)), into); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
}

func (d *stand) inbox() (inbox api.ListingInbox) {
	d.t.Helper()
	d.ask("GET", "/api/view/listings/inbox", "", 200, &inbox)
	return inbox
}

func TestTheInboxIsWorkedOff(t *testing.T) {
	d := openStand(t)
	if got := d.inbox(); got != (api.ListingInbox{Unlinked: 4, Likely: 1}) {
		t.Fatalf("%+v", got)
	}
	var list struct{ Listings []api.SuggestedListing }
	d.ask("GET", "/api/v1/listings/suggestions", "", 200, &list)
	first, second := list.Listings[0].Suggestions, list.Listings[1].Suggestions
	if len(list.Listings) != 4 || first[0].Variant.SKU != "MUG-1" || first[0].Sure != "likely" || second[0].Variant.SKU != "CUP-1" || second[0].Pack != 2 {
		t.Fatalf("%+v", list.Listings)
	}
	var p api.LinkPreview
	d.ask("GET", "/api/v1/listings/2/preview?variant="+second[0].Variant.ID+"&pack=2", "", 200, &p)
	if p.Open != 1 || p.Takes != "6" || p.Tracked || p.Variant.SKU != "CUP-1" {
		t.Fatalf("%+v", p)
	}
	var plan api.LinkPlan
	d.ask("POST", "/api/v1/link-plans", `{"sure":"exact"}`, http.StatusNotFound, nil)
	d.ask("POST", "/api/v1/link-plans", `{"sure":"likely"}`, http.StatusCreated, &plan)
	var done api.BulkDone
	d.ask("POST", "/api/v1/link-plans/"+plan.ID+"/apply", "", 200, &done)
	if plan.Count != 1 || plan.Links[0].Variant.SKU != "MUG-1" || done.Changed != 1 {
		t.Fatalf("%+v %+v", plan, done)
	}
	d.ask("POST", "/api/v1/link-plans/"+plan.ID+"/apply", "", http.StatusConflict, nil)
	d.ask("POST", "/api/v1/listings/3/ignore", `{"reason":"a gift card"}`, 200, nil)
	if got := d.inbox(); got != (api.ListingInbox{Unlinked: 2, Ignored: 1}) {
		t.Fatalf("%+v", got)
	}
	var undo api.UndoPlan
	d.ask("GET", "/api/v1/runs/"+done.Run+"/undo", "", 200, &undo)
	d.ask("POST", "/api/v1/runs/"+done.Run+"/undo", "", 200, nil)
	d.ask("POST", "/api/v1/listings/3/restore", "", 200, nil)
	if got := d.inbox(); undo.OrdersReverted != 1 || got != (api.ListingInbox{Unlinked: 4, Likely: 1}) {
		t.Fatalf("%+v %+v", undo, got)
	}
}

func TestAListingThatChangedIsLeftByAPlan(t *testing.T) {
	d := openStand(t)
	var plan api.LinkPlan
	d.ask("POST", "/api/v1/link-plans", `{"links":[{"listing":"1","variant":"1"},{"listing":"2","variant":"2","pack":"2"},{"listing":"4","variant":"99"}]}`, http.StatusNotFound, nil)
	d.ask("POST", "/api/v1/link-plans", `{"links":[{"listing":"1","variant":"1"},{"listing":"2","variant":"2","pack":"2"}]}`, http.StatusCreated, &plan)
	d.ask("POST", "/api/v1/listings/1/ignore", `{"reason":"a service"}`, 200, nil)
	var done api.BulkDone
	d.ask("POST", "/api/v1/link-plans/"+plan.ID+"/apply", "", 200, &done)
	if done.Changed != 1 || done.Left != 1 {
		t.Fatalf("%+v", done)
	}
}

func TestAProductIsChangedOnlyAsItWasSeen(t *testing.T) {
	d := openStand(t)
	var p api.Product
	d.ask("GET", "/api/v1/products/1", "", 200, &p)
	var done api.ProductDone
	d.ask("PATCH", "/api/v1/products/1", `{"price":"11.50","currency":"EUR","gtin":"4006381333931","options":[{"name":"Colour","value":"blue"}],"product":{"vendor":"Kiln"}}`, 200, &done,
		"If-Match", p.ETag)
	if *done.Product.Price != "11.50" || *done.Product.Product.Vendor != "Kiln" || done.Product.Options[0].Value != "blue" || done.Run == nil {
		t.Fatalf("%+v", done)
	}
	d.ask("PATCH", "/api/v1/products/1", `{"price":"12"}`, http.StatusPreconditionFailed, nil, "If-Match", p.ETag)
	for _, body := range []string{`{"gtin":"4006381333930"}`, `{"price":"ten"}`, `{"price":"-1"}`, `{"sku":""}`, `{"currency":"eur"}`} {
		d.ask("PATCH", "/api/v1/products/1", body, http.StatusUnprocessableEntity, nil)
	}
	d.ask("PATCH", "/api/v1/products/1", `{"sku":"CUP-1"}`, http.StatusConflict, nil)
	d.ask("PATCH", "/api/v1/products/99", `{"sku":"X"}`, http.StatusNotFound, nil)
	d.ask("POST", "/api/v1/runs/"+*done.Run+"/undo", "", 200, nil)
	d.ask("GET", "/api/v1/products/1", "", 200, &p)
	if p.Price != nil || p.GTIN != nil || p.Product.Vendor != nil || len(p.Options) != 0 {
		t.Fatalf("taken back, it is %+v", p)
	}
}

func TestMergingAndPricing(t *testing.T) {
	d := openStand(t)
	d.ask("PATCH", "/api/v1/products/1", `{"price":"11.50","cost":"8","currency":"USD"}`, 200, nil)
	d.ask("POST", "/api/v1/listings/1/link", `{"variant":"2","pack":"2"}`, 200, nil)
	var m api.Merge
	d.ask("GET", "/api/v1/products/2/merge?into=1", "", 200, &m)
	if m.Listings != 1 || m.Orders != 1 || m.Refused != nil || m.Run != nil {
		t.Fatalf("%+v", m)
	}
	d.ask("POST", "/api/v1/products/2/merge", `{"into":"1"}`, 200, &m)
	var variants struct{ Variants []api.Variant }
	d.ask("GET", "/api/v1/variants?sku=CUP-1", "", 200, &variants)
	if len(variants.Variants) != 1 || variants.Variants[0].SKU != "MUG-1" {
		t.Fatalf("%+v", variants)
	}
	var preview api.PricePreview
	d.ask("POST", "/api/v1/price-rules/1/preview", `{"percent":"12","rounding":"99","floor_margin":"15"}`, 200, &preview)
	if preview.Listings != 1 || preview.Changed != 1 || preview.Changes[0].After.Why != "base 11.50, × 2 in one sale, +12 %, rounded up to .99, floor 18.40 not reached" {
		t.Fatalf("%+v", preview)
	}
	d.ask("PUT", "/api/v1/price-rules/1", `{"percent":"12","rounding":"99","floor_margin":"15"}`, 200, nil, "If-Match", "0")
	d.ask("PUT", "/api/v1/price-rules/1", `{"percent":"13"}`, http.StatusPreconditionFailed, nil, "If-Match", "0")
	d.ask("PUT", "/api/v1/price-rules/1", `{"percent":"-100"}`, http.StatusUnprocessableEntity, nil)
	d.ask("PUT", "/api/v1/price-rules/9", `{"percent":"1"}`, http.StatusNotFound, nil)
	var g api.Listing
	d.ask("GET", "/api/v1/listings/1", "", 200, &g)
	if *g.Wanted.Price != "25.99" || g.Pack != "2" || g.Variant.SKU != "MUG-1" {
		t.Fatalf("%+v %+v", g, g.Wanted)
	}
	d.ask("PATCH", "/api/v1/listings/1", `{"own_price":"18","own_title":"Two mugs"}`, 200, &g, "If-Match", g.ETag)
	if *g.Wanted.Price != "18.00" || !g.Wanted.Below || *g.OwnTitle != "Two mugs" {
		t.Fatalf("%+v %+v", g, g.Wanted)
	}
	d.ask("PATCH", "/api/v1/listings/1", `{"pack":"0"}`, http.StatusUnprocessableEntity, nil)
	d.ask("POST", "/api/v1/runs/"+*m.Run+"/undo", "", 200, nil)
	d.ask("GET", "/api/v1/listings/1", "", 200, &g)
	if g.Variant.SKU != "CUP-1" {
		t.Fatalf("%+v", g.Variant)
	}
}
