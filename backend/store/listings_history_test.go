package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/catalog"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/listings"
	"tradepost/backend/order"
	"tradepost/build/proof"
)

// market is a workspace with two channels whose orders show a few listings, and some variants.
type market struct {
	t interface {
		Helper()
		Fatalf(string, ...any)
	}
	s      *Store
	linker *listings.Linker
	runs   []int64
}

func (m *market) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("%v", err)
	}
}

func openedMarket(t *testing.T) *market {
	s := opened(t, t.TempDir(), Options{})
	m := &market{t: t, s: s, linker: listings.New(s)}
	for _, sku := range []string{"MUG", "CUP", "JUG", "BOWL"} {
		_, err := s.AddVariant(context.Background(), sku, sku+" of clay")
		m.must(err)
	}
	m.must(s.Write(context.Background(), Bulk, func(tx *Tx) error {
		for _, name := range []string{"North", "South"} {
			c, err := tx.EnsureChannel(name, "other")
			if err != nil {
				return err
			}
			for i, skus := range [][]string{{"mug", "N-1"}, {"mug"}, {"cup-2x", "JUG"}, {"N-1", "N-2", ""}} {
				if err := tx.InsertOrder(sold(c, fmt.Sprint(name, i), skus)); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return m
}

func sold(c channel.Channel, number string, skus []string) *order.Order {
	o := plain(c, number)
	o.Lines = nil
	for i, sku := range skus {
		o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: sku, Title: "The " + sku, Quantity: commerce.Decimal(fmt.Sprint(i + 1)), UOM: "each"})
	}
	return o
}

// state is all that links, merges and edits change.
func (m *market) state() []string {
	m.t.Helper()
	var all []string
	for _, query := range []string{
		`SELECT 'listing ' || id || ' ' || COALESCE(variant_id, '-') || ' ' || pack_multiple || ' ' || ignored || ' ' || own_title || ' ' || own_price FROM listing ORDER BY id`,
		`SELECT 'variant ' || id || ' ' || sku || ' ' || sku_key || ' ' || gtin || ' ' || title || ' ' || price || ' ' || COALESCE(merged_into, '-') || ' ' || merged_sku || ' ' || merged_gtin FROM variant ORDER BY id`,
		`SELECT 'order ' || id || ' ' || unlinked FROM orders ORDER BY id`,
		`SELECT 'count ' || facet || ' ' || channel_id || ' ' || n FROM order_count WHERE facet = 'unlinked' AND n <> 0 ORDER BY channel_id`,
	} {
		rows, err := m.s.read.Query(query)
		found, err := collect(rows, err, func(rows *sql.Rows, text *string) error { return rows.Scan(text) })
		m.must(err)
		all = append(all, found...)
	}
	return all
}

// holds checks what must be true whatever was done.
func (m *market) holds() {
	m.t.Helper()
	for what, query := range map[string]string{
		"listings linked to a variant that is a part of another": `SELECT count(*) FROM listing g JOIN variant v ON v.id = g.variant_id WHERE v.merged_into IS NOT NULL`,
		"listings both linked and ignored":                       `SELECT count(*) FROM listing WHERE variant_id IS NOT NULL AND ignored <> ''`,
		"SKUs of two variants":                                   `SELECT count(*) FROM (SELECT sku FROM variant WHERE sku <> '' GROUP BY sku HAVING count(*) > 1)`,
		"parts of what is no variant of its own":                 `SELECT count(*) FROM variant m LEFT JOIN variant v ON v.id = m.merged_into WHERE m.merged_into IS NOT NULL AND v.id IS NULL`,
		"parts that keep a code":                                 `SELECT count(*) FROM variant WHERE merged_into IS NOT NULL AND (sku <> '' OR gtin <> '')`,
		"orders that count their waiting lines wrongly": `SELECT count(*) FROM orders o WHERE unlinked <> (SELECT count(*) FROM order_line l JOIN listing g ON g.id = l.listing_id
			WHERE l.order_id = o.id AND g.variant_id IS NULL AND g.ignored = '')`,
		"counters that are off": `SELECT abs((SELECT COALESCE(sum(n), 0) FROM order_count WHERE facet = 'unlinked') - (SELECT count(*) FROM orders WHERE unlinked > 0))`,
	} {
		var n int
		m.must(m.s.read.QueryRow(query).Scan(&n))
		if n != 0 {
			m.t.Fatalf("%d %s\n%s", n, what, strings.Join(m.state(), "\n"))
		}
	}
}

func (m *market) ids(query string) []int64 {
	rows, err := m.s.read.Query(query)
	all, err := collect(rows, err, scanID)
	m.must(err)
	return all
}

// step does one thing that a person may do; what is refused changes nothing.
func (m *market) step(t *rapid.T) {
	ctx := context.Background()
	listing := rapid.SampledFrom(m.ids(`SELECT id FROM listing ORDER BY id`)).Draw(t, "listing")
	all := m.ids(`SELECT id FROM variant ORDER BY id`)
	variant, other := rapid.SampledFrom(all).Draw(t, "variant"), rapid.SampledFrom(all).Draw(t, "other")
	var run int64
	var err error
	switch rapid.SampledFrom([]string{"link", "link", "unlink", "make", "ignore", "change", "merge", "merge", "edit", "bulk"}).Draw(t, "step") {
	case "link":
		run, err = m.s.LinkListing(ctx, listing, catalog.Link{VariantID: variant, Pack: rapid.SampledFrom([]commerce.Decimal{"", "2", "1.0"}).Draw(t, "pack")})
	case "unlink":
		run, err = m.s.LinkListing(ctx, listing, catalog.Link{})
	case "make":
		run, err = m.s.LinkListing(ctx, listing, catalog.Link{SKU: rapid.SampledFrom([]string{"N-1", "N-2", "MUG", "mug"}).Draw(t, "sku"), Title: "Made"})
	case "ignore":
		run, err = m.s.ChangeListing(ctx, listing, -1, "%s", map[string]string{"ignored": rapid.SampledFrom([]string{"", "a gift card"}).Draw(t, "why")})
	case "change":
		run, err = m.s.ChangeListing(ctx, listing, -1, "%s", map[string]string{"own_price": rapid.SampledFrom([]string{"", "9.99"}).Draw(t, "price"), "pack_multiple": "3"})
	case "merge":
		run, err = m.s.MergeVariants(ctx, variant, other)
	case "edit":
		run, err = m.s.EditItem(ctx, variant, -1, map[string]string{"sku": rapid.SampledFrom([]string{"MUG", "NEW", "N-1"}).Draw(t, "sku"), "title": "Edited", "gtin": "4006381333931"})
	case "bulk":
		var plan listings.Plan
		if plan, err = m.linker.Plan(ctx, listings.Request{Sure: catalog.Likely}); err == nil {
			var r journal.Run
			r, err = m.linker.Apply(ctx, plan.ID)
			run = r.ID
		}
	}
	if coded := fault.Of(err); err != nil && coded.Code == fault.Internal {
		t.Fatalf("%v", err)
	}
	if run != 0 && err == nil {
		m.runs = append(m.runs, run)
	}
}

func (m *market) undo(run int64) listings.Undoing {
	m.t.Helper()
	r, err := m.s.Run(context.Background(), run)
	m.must(err)
	planned, err := m.linker.PlanUndo(context.Background(), run)
	m.must(err)
	_, done, err := m.linker.Undo(context.Background(), r)
	m.must(err)
	if len(planned.Left) == 0 && len(done.Left) > 0 {
		m.t.Fatalf("undo of %q left %+v, which its plan did not say", r.Title, done.Left)
	}
	return done
}

// What persons do one after the other, taken back one after the other from the last, leaves everything as it was; what is taken back
// in between leaves nothing double, dangling or miscounted.
func TestProofLinkHistoriesAreTakenBack(t *testing.T) {
	outer, p := t, proof.Begin(t, "links", 0)
	n := p.Size(12, 1000) - p.Counts["checks"]
	if n <= 0 {
		return
	}
	defer proof.Checks(n)()
	rapid.Check(t, func(t *rapid.T) {
		m := openedMarket(outer)
		m.t = t
		var before [][]string
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			state, n := m.state(), len(m.runs)
			m.step(t)
			m.holds()
			if len(m.runs) > n {
				before = append(before, state)
			} else if now := m.state(); !slices.Equal(state, now) {
				t.Fatalf("what was refused changed something:\n%s\nbecame\n%s", strings.Join(state, "\n"), strings.Join(now, "\n"))
			}
		}
		if len(m.runs) > 1 && rapid.Bool().Draw(t, "out of turn") {
			m.undo(rapid.SampledFrom(m.runs).Draw(t, "run"))
			m.holds()
			return
		}
		for i, run := range slices.Backward(m.runs) {
			if u := m.undo(run); len(u.Left) > 0 {
				t.Fatalf("nothing happened since, and undo leaves %+v", u.Left)
			}
			m.holds()
			if now := m.state(); !slices.Equal(now, before[i]) {
				t.Fatalf("taken back, it is\n%s\ninstead of\n%s", strings.Join(now, "\n"), strings.Join(before[i], "\n"))
			}
		}
	})
	if !t.Failed() {
		p.Counts["checks"] += n
		p.Save()
	}
}

// What is taken back out of turn leaves a listing linked or ignored, never both.
func TestAListingIsLinkedOrIgnored(t *testing.T) {
	ctx := context.Background()
	m := openedMarket(t)
	say := func(field, value string) int64 {
		t.Helper()
		run, err := m.s.ChangeListing(ctx, 1, -1, "%s", map[string]string{field: value})
		must(t, err)
		return run
	}
	link := func(variantID int64) int64 {
		t.Helper()
		run, err := m.s.LinkListing(ctx, 1, catalog.Link{VariantID: variantID})
		must(t, err)
		return run
	}
	say("ignored", "a gift card")
	back := say("ignored", "")
	link(2)
	if u := m.undo(back); len(u.Left) != 1 || u.Left[0].Reason != "it is linked now" {
		t.Errorf("left is %+v", u.Left)
	}
	m.holds()
	away := link(0)
	say("ignored", "a gift card")
	if u := m.undo(away); len(u.Left) == 0 || u.Left[0].Reason != "it is ignored now" {
		t.Errorf("left is %+v", u.Left)
	}
	m.holds()
}

// A merge that cannot be taken back, as the SKU is another's by now, keeps the listings it moved; its plan says so.
func TestAMergeThatStaysKeepsItsListings(t *testing.T) {
	ctx := context.Background()
	m := openedMarket(t)
	_, err := m.s.LinkListing(ctx, 1, catalog.Link{VariantID: 1})
	must(t, err)
	merged, err := m.s.MergeVariants(ctx, 1, 3)
	must(t, err)
	_, err = m.s.EditItem(ctx, 4, -1, map[string]string{"sku": "MUG"})
	must(t, err)
	planned, err := m.linker.PlanUndo(ctx, merged)
	must(t, err)
	if done := m.undo(merged); len(done.Left) != len(planned.Left) || len(done.Left) < 2 {
		t.Errorf("planned to leave %+v, left %+v", planned.Left, done.Left)
	}
	m.holds()
}

// A file that still names the one that went finds the one that stays, and does not overwrite it.
func TestWhatAPartWasCalledFindsTheWhole(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	bought(t, s, "77001", "Ada")
	for _, values := range []map[string]string{{"sku": "MUG", "title": "Mug", "price": "10", "currency": "USD", "product.handle": "mug"},
		{"sku": "MUG-OLD", "title": "Old mug", "gtin": "4006381333931", "product.handle": "old-mug"}} {
		took(t, s, map[intake.Kind]map[string]string{intake.Products: values})
	}
	run, err := s.MergeVariants(ctx, 2, 1)
	must(t, err)
	if run == 0 {
		t.Fatal("nothing was merged")
	}
	took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": "MUG-OLD", "title": "Older mug", "product.handle": "old-mug"}})
	took(t, s, map[intake.Kind]map[string]string{intake.Prices: {"sku": "MUG-OLD", "price": "3", "currency": "USD"}})
	took(t, s, map[intake.Kind]map[string]string{intake.Links: {"listing_sku": "OLD", "sku": "MUG-OLD"}})
	took(t, s, map[intake.Kind]map[string]string{intake.StockCounts: {"sku": "MUG-OLD", "on_hand": "4"}})
	all, err := s.Items(ctx, "", 0, 10)
	must(t, err)
	if len(all) != 1 || all[0].SKU != "MUG" || all[0].Title != "Mug" || all[0].Price != "10" || all[0].GTIN != "4006381333931" {
		t.Errorf("the one that stays is %+v", all)
	}
	gone, err := s.Item(ctx, 2)
	must(t, err)
	if gone.MergedInto == nil || gone.MergedInto.SKU != "MUG" || gone.SKU != "MUG-OLD" {
		t.Errorf("the one that went is %+v", gone)
	}
	linked, err := s.Listings(ctx, catalog.ListingFilter{VariantID: 1, Limit: 10})
	must(t, err)
	if len(linked) != 1 || linked[0].SKU != "OLD" {
		t.Errorf("linked are %+v", linked)
	}
	if stock, err := s.Stock(ctx, "MUG", 0, 10); err != nil || len(stock) != 1 || len(stock[0].Levels) != 1 {
		t.Errorf("stock %+v, %v", stock, err)
	}
	if _, err := s.MergeVariants(ctx, 1, 2); !fault.Is(err, fault.Conflict) {
		t.Errorf("merging into one that went: %v", err)
	}
}

// Counted stock is not lost in a merge: it is refused in words.
func TestCountedStockIsNotMergedAway(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	bought(t, s, "77001", "Ada")
	for _, sku := range []string{"MUG", "CUP", "JUG"} {
		took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": sku, "title": sku}})
	}
	for _, sku := range []string{"MUG", "CUP"} {
		took(t, s, map[intake.Kind]map[string]string{intake.StockCounts: {"sku": sku, "on_hand": "4"}})
	}
	for _, c := range []struct {
		from, into int64
		refused    string
	}{{1, 2, "The stock of both MUG and CUP was counted, and two counts cannot become one."}, {1, 3, "The stock of MUG was counted, that of JUG was not."}, {3, 1, ""}, {3, 3, "That is one and the same product."}} {
		m, err := s.PlanMerge(ctx, c.from, c.into)
		must(t, err)
		if m.Refused != c.refused {
			t.Errorf("%d into %d: %q", c.from, c.into, m.Refused)
		}
	}
}

// The preview says what a link takes, before it is made and as it is afterwards.
func TestALinkSaysWhatItTakes(t *testing.T) {
	ctx := context.Background()
	m := openedMarket(t)
	for _, c := range []map[string]string{{"sku": "MUG", "on_hand": "10", "counted_at": "2026-01-01T00:00:00.000Z"}, {"sku": "CUP", "on_hand": "10"}} {
		took(t, m.s, map[intake.Kind]map[string]string{intake.StockCounts: c})
	}
	all, err := m.s.Listings(ctx, catalog.ListingFilter{State: catalog.Unlinked, Channel: "North", Limit: 10})
	must(t, err)
	p, err := m.s.LinkPreview(ctx, all[0].ID, 1, "2")
	must(t, err)
	if all[0].SKU != "mug" || p.Orders != 2 || p.Open != 2 || p.Takes != "4" || !p.Tracked || p.Has != "10" || p.Left != "6" || p.Told != "" {
		t.Errorf("%+v of %+v", p, all[0])
	}
	if late, err := m.s.LinkPreview(ctx, all[0].ID, 2, "2"); err != nil || late.Left != "10" {
		t.Errorf("orders from before the stock start take %+v, %v", late, err)
	}
	if _, err := m.s.LinkListing(ctx, all[0].ID, catalog.Link{VariantID: 1, Pack: "2"}); err != nil {
		t.Fatal(err)
	}
	if stock, err := m.s.Stock(ctx, "MUG", 0, 1); err != nil || stock[0].Available().Decimal() != p.Left {
		t.Errorf("%s would be left, and %s are: %+v, %v", p.Left, stock[0].Available().Decimal(), stock[0], err)
	}
	if _, err := m.s.LinkListing(ctx, all[0].ID, catalog.Link{VariantID: 1, Pack: "0"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a pack of nothing: %v", err)
	}
	healthy(t, m.s)
}
