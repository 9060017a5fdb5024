package tabular_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/bulk"
	"tradepost/backend/catalog"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
	"tradepost/build/proof"
)

// fatal is what *testing.T and *rapid.T have in common here.
type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func must(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// checks runs a property so many times: a sample, or the full number.
func checks(t *testing.T, name string, sample, full int, property func(*rapid.T)) {
	t.Helper()
	p := proof.Begin(t, name, 0)
	n := p.Size(sample, full) - p.Counts["checks"]
	if n <= 0 {
		return
	}
	defer proof.Checks(n)()
	rapid.Check(t, property)
	if !t.Failed() {
		p.Counts["checks"] += n
		p.Save()
	}
}

// shop is a workspace that things happen to.
type shop struct {
	t   fatal
	dir string
	s   *store.Store
	im  *tabular.Importer
}

// inShop opens a workspace for the length of do.
func inShop(t fatal, dir string, do func(*shop)) {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	do(&shop{t, dir, s, im})
}

func (h *shop) imports(text string, mode intake.Mode) tabular.Import {
	h.t.Helper()
	file, _, err := h.im.Receive(context.Background(), "orders.csv", strings.NewReader(text))
	must(h.t, err)
	i, err := h.im.Whole(context.Background(), tabular.Request{FileID: file.ID, Mode: string(mode)})
	must(h.t, err)
	if i.State != tabular.Applied {
		h.t.Fatalf("import is %s: %+v", i.State, i.Problem)
	}
	return i
}

func (h *shop) undo(i tabular.Import) tabular.Import {
	h.t.Helper()
	i, done, err := h.im.Undo(context.Background(), i.ID)
	must(h.t, err)
	<-done
	i, err = h.s.Import(context.Background(), i.ID)
	must(h.t, err)
	if i.State != tabular.Undone {
		h.t.Fatalf("undone import is %s: %+v", i.State, i.Problem)
	}
	return i
}

func (h *shop) bulk(action, value string, ids []int64) journal.Run {
	h.t.Helper()
	b := bulk.New(h.s)
	plan, err := b.Plan(context.Background(), bulk.Request{Action: action, Value: value, IDs: ids})
	must(h.t, err)
	run, err := b.Apply(context.Background(), plan.ID)
	must(h.t, err)
	return run
}

func (h *shop) undoRun(runID int64) tabular.UndoPlan {
	h.t.Helper()
	ctx := context.Background()
	run := journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo", Subject: fmt.Sprint(runID), Counts: map[string]int{}}
	must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) error { return tx.InsertRun(&run) }))
	plan, err := tabular.UndoRun(ctx, h.s, h.s, runID, &run, func() {})
	must(h.t, err)
	must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) error {
		run.State, run.FinishedAt = journal.Done, tx.Now()
		return tx.UpdateRun(run)
	}))
	return plan
}

func (h *shop) ids() []int64 {
	h.t.Helper()
	ids, _, err := h.s.OrderIDs(context.Background(), order.Filter{}, 10_000)
	must(h.t, err)
	return ids
}

// sound fails when the doctor or a recount of everything finds a difference.
func (h *shop) sound(after string) {
	h.t.Helper()
	ctx := context.Background()
	for _, check := range h.s.Examine(ctx) {
		if !check.OK {
			h.t.Fatalf("after %s the doctor says: %s: %s", after, check.Name, check.Words)
		}
	}
	numbers := func() []string { return h.rows(domain[len(domain)-2:]) }
	kept := numbers()
	must(h.t, h.s.SetSettings(ctx, map[string]string{"zone": h.s.Zone().String()}, -1)) // recounts
	if recounted := numbers(); !slices.Equal(kept, recounted) {
		h.t.Fatalf("after %s the numbers differ from a recount:\n%s", after, differences(kept, recounted))
	}
}

// domain lists what the workspace knows of the world: all values of orders, lines, people, listings and names, without ids of
// what can come and go, versions and the journal.
var domain = []string{
	`SELECT o.id, o.channel_id, o.number, o.number_key, o.external_id, o.placed_at, o.placed_precision, o.placed_zone, o.zone_source, o.currency, o.subtotal, o.shipping,
		o.tax, o.discount, o.total, o.refunded, o.outstanding, o.computed_total, o.financial_status, o.fulfillment_status, o.stage, o.paid_at, o.fulfilled_at, o.cancelled_at,
		o.ship_by, o.held, o.shipping_method, o.payment_method, o.discount_code, o.source, o.risk, o.tags, o.unlinked FROM orders o ORDER BY o.id`,
	`SELECT order_id, position, l.external_id, g.sku, l.sku, l.title, quantity, uom, unit_price, total, discount, tax, shipping, fulfillment_status
		FROM order_line l JOIN listing g ON g.id = l.listing_id ORDER BY order_id, position, l.id`,
	`SELECT p.order_id, p.role, k.name, k.company, k.email, k.phone, k.line1, k.line2, k.line3, k.city, k.region, k.postal_code, k.country, k.note, k.email_key
		FROM order_party p JOIN contact k ON k.id = p.contact_id ORDER BY p.order_id, p.role`,
	`SELECT tag, placed_at, order_id FROM order_tag ORDER BY 1, 2, 3`,
	`SELECT channel_id, kind, namespace, value FROM external_reference ORDER BY 1, 2, 3, 4`,
	`SELECT channel_id, sku, title, variant_id FROM listing ORDER BY 1, 2, 3`,
	`SELECT count(*) FROM contact k WHERE NOT EXISTS (SELECT 1 FROM order_party p WHERE p.contact_id = k.id)`,
	`SELECT count(*) FROM listing g WHERE NOT EXISTS (SELECT 1 FROM external_reference r WHERE r.kind = 'listing' AND r.record_id = g.id)`,
	`SELECT facet, channel_id, value, n FROM order_count WHERE n <> 0 ORDER BY 1, 2, 3`,
	`SELECT day, channel_id, currency, orders, total FROM order_day WHERE orders <> 0 OR total <> 0 ORDER BY 1, 2, 3`,
}

func (h *shop) world() []string { return h.rows(domain) }

func (h *shop) rows(queries []string) []string {
	h.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(h.dir, "tradepost.db"))
	must(h.t, err)
	defer func() { _ = db.Close() }()
	var all []string
	for n, query := range queries {
		rows, err := db.Query(query)
		must(h.t, err)
		columns, err := rows.Columns()
		must(h.t, err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range into {
				into[i] = &values[i]
			}
			must(h.t, rows.Scan(into...))
			all = append(all, fmt.Sprint(n, values))
		}
		must(h.t, rows.Err())
		must(h.t, rows.Close())
	}
	return all
}

func differences(before, after []string) string {
	var b strings.Builder
	for _, line := range before {
		if !slices.Contains(after, line) {
			fmt.Fprintln(&b, "- "+line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			fmt.Fprintln(&b, "+ "+line)
		}
	}
	return b.String()
}

// someOrders draws a file: some of the first twelve orders, with some of their values changed.
func someOrders(t *rapid.T) []tabulartest.Order {
	seed := rapid.Uint64Range(0, 2).Draw(t, "seed")
	all := tabulartest.Orders(rand.New(rand.NewPCG(seed, 5)), 12)
	var orders []tabulartest.Order
	for i, keep := range rapid.SliceOfN(rapid.Bool(), 12, 12).Draw(t, "which") {
		if keep {
			orders = append(orders, edited(t, all[i]))
		}
	}
	if len(orders) == 0 {
		orders = all[:1]
	}
	return orders
}

func edited(t *rapid.T, o tabulartest.Order) tabulartest.Order {
	o.Lines = slices.Clone(o.Lines)
	switch rapid.IntRange(0, 9).Draw(t, "edit") {
	case 1:
		o.Lines[0].Quantity += 1 + rapid.IntRange(0, 2).Draw(t, "more")
	case 2:
		o.City = rapid.SampledFrom([]string{"Oslo", "Łódź"}).Draw(t, "city")
	case 3:
		o.Paid = "refunded"
	case 4:
		o.Tags = rapid.SampledFrom([]string{"vip", "gift, vip", ""}).Draw(t, "tags")
	case 5:
		o.Lines = append(o.Lines, tabulartest.Line{SKU: "EXTRA", Title: "One more", Quantity: 1, Cents: 500})
	case 6:
		o.Lines[0].SKU = "RENAMED"
	case 7:
		o.Email, o.Name = "other@example.com", "Other Person"
	case 8:
		o.Shipped = "partial"
	case 9:
		o.Shipping += 100
	}
	return o
}

// TestProofAnythingKeepsTheNumbersRight lets imports, tags, holds, links and undos happen in any order. After each, counters and
// daily totals are what a recount gives, and a file that was just imported brings nothing new when it is imported again.
func TestProofAnythingKeepsTheNumbersRight(t *testing.T) {
	checks(t, "import-properties", 12, 300, func(t *rapid.T) {
		dir, remove := tempDir(t)
		defer remove()
		inShop(t, dir, func(h *shop) {
			var imports []tabular.Import
			var bulks []journal.Run
			for range rapid.IntRange(3, 9).Draw(t, "steps") {
				step := rapid.SampledFrom([]string{"import", "import", "import", "bulk", "link", "undo", "undo bulk"}).Draw(t, "step")
				switch {
				case step == "import":
					text := tabulartest.Shopify(someOrders(t))
					imports = append(imports, h.imports(text, rapid.SampledFrom([]intake.Mode{intake.ModeMerge, intake.ModeNew, intake.ModeUpdate}).Draw(t, "mode")))
					if last := imports[len(imports)-1]; last.Mode == intake.ModeMerge {
						again := h.imports(text, intake.ModeMerge)
						if again.Counts.New+again.Counts.Changed+again.Counts.Error > 0 {
							t.Fatalf("the same file again: %+v", again.Counts)
						}
					}
				case step == "bulk" && len(h.ids()) > 0:
					bulks = append(bulks, h.bulk(rapid.SampledFrom([]string{bulk.Tag, bulk.Untag, bulk.Hold, bulk.Release}).Draw(t, "action"),
						rapid.SampledFrom([]string{"gift", "vip"}).Draw(t, "tag"), rapid.Permutation(h.ids()).Draw(t, "ids")[:1+len(h.ids())/2]))
				case step == "link":
					h.link(t)
				case step == "undo" && len(imports) > 0:
					n := rapid.IntRange(0, len(imports)-1).Draw(t, "import")
					h.undo(imports[n])
					imports = slices.Delete(imports, n, n+1)
				case step == "undo bulk" && len(bulks) > 0:
					n := rapid.IntRange(0, len(bulks)-1).Draw(t, "bulk")
					h.undoRun(bulks[n].ID)
					bulks = slices.Delete(bulks, n, n+1)
				}
				h.sound(step)
			}
		})
	})
}

// link links a listing to a product of its own SKU, or takes its link away.
func (h *shop) link(t *rapid.T) {
	ctx := context.Background()
	all, err := h.s.Listings(ctx, catalog.ListingFilter{Limit: 100})
	must(t, err)
	if len(all) == 0 {
		return
	}
	g := rapid.SampledFrom(all).Draw(t, "listing")
	link := catalog.Link{}
	if g.Variant == nil {
		link.SKU, link.Title = g.SKU, g.Title
		if found, err := h.s.Variants(ctx, g.SKU, 100); err == nil {
			for _, v := range found {
				if v.SKU == g.SKU {
					link = catalog.Link{VariantID: v.ID}
				}
			}
		}
	}
	_, err = h.s.LinkListing(ctx, g.ID, link)
	must(t, err)
}

// TestProofUndoLeavesTheWorldAsItWas imports over what is there and takes it all back, the latest first: orders, lines, people, tags,
// names and numbers are what they were.
func TestProofUndoLeavesTheWorldAsItWas(t *testing.T) {
	checks(t, "undo-properties", 12, 300, func(t *rapid.T) {
		dir, remove := tempDir(t)
		defer remove()
		inShop(t, dir, func(h *shop) {
			if rapid.Bool().Draw(t, "something is there") {
				h.imports(tabulartest.Shopify(someOrders(t)), intake.ModeMerge)
				h.bulk(bulk.Tag, "vip", h.ids()[:1])
			}
			before := h.world()
			var imports []tabular.Import
			for range rapid.IntRange(1, 3).Draw(t, "imports") {
				imports = append(imports, h.imports(tabulartest.Shopify(someOrders(t)), intake.ModeMerge))
			}
			for _, i := range slices.Backward(imports) {
				plan, err := h.im.PlanUndo(context.Background(), i.ID)
				must(t, err)
				if len(plan.Left) > 0 {
					t.Fatalf("undoing the latest import leaves %+v", plan.Left)
				}
				h.undo(i)
			}
			if after := h.world(); !slices.Equal(before, after) {
				t.Fatalf("the world differs:\n%s", differences(before, after))
			}
			h.sound("undoing everything")
		})
	})
}

// TestProofLinesInAnyOrder imports a file, then the same orders with their lines in another order: no line is doubled.
func TestProofLinesInAnyOrder(t *testing.T) {
	checks(t, "line-order-properties", 15, 300, func(t *rapid.T) {
		dir, remove := tempDir(t)
		defer remove()
		inShop(t, dir, func(h *shop) {
			orders := someOrders(t)
			h.imports(tabulartest.Shopify(orders), intake.ModeMerge)
			shuffled := slices.Clone(rapid.Permutation(orders).Draw(t, "orders"))
			for i := range shuffled {
				shuffled[i].Lines = rapid.Permutation(shuffled[i].Lines).Draw(t, "lines")
			}
			again := h.imports(tabulartest.Shopify(shuffled), intake.ModeMerge)
			if again.Counts.New > 0 || again.Counts.Changed > 0 {
				t.Fatalf("lines in another order: %+v", again.Counts)
			}
			for _, o := range orders {
				rows, _, err := h.s.FullOrders(context.Background(), order.Filter{Number: o.Number}, order.Page{})
				must(t, err)
				if len(rows) != 1 || len(rows[0].Lines) != len(o.Lines) {
					t.Fatalf("order %s: %d orders, %d lines instead of %d", o.Number, len(rows), len(rows[0].Lines), len(o.Lines))
				}
			}
		})
	})
}

// TestProofMergeTwiceIsMergeOnce is about the rule itself, without a database.
func TestProofMergeTwiceIsMergeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known, incoming := drawnOrder(t, "known"), drawnOrder(t, "incoming")
		for i := range known.Lines {
			known.Lines[i].ID = int64(i + 1)
		}
		once, _ := order.Merge(known, incoming)
		for i := range once.Lines {
			once.Lines[i].ID = int64(i + 1) // as writing does
		}
		twice, changes := order.Merge(once, incoming)
		if len(changes) > 0 || !reflect.DeepEqual(once, twice) {
			t.Fatalf("merging once more changes %+v\n%+v\n%+v", changes, once, twice)
		}
	})
}

func drawnOrder(t *rapid.T, label string) order.Order {
	o := order.Order{ChannelID: 1, Number: "#1", Currency: "USD"}
	ids := rapid.Permutation([]string{"", "", "x", "y"}).Draw(t, "ids")
	for i := range rapid.IntRange(0, 4).Draw(t, label+" lines") {
		o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: rapid.SampledFrom([]string{"A", "B", ""}).Draw(t, "sku"),
			Title: rapid.SampledFrom([]string{"Thing", "Other", ""}).Draw(t, "title"), Quantity: "1", ExternalID: ids[i]})
	}
	o.Tags = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID[string]).Draw(t, "tags")
	o.ShippingMethod = rapid.SampledFrom([]string{"", "Express", "Standard"}).Draw(t, "method")
	return o
}

func tempDir(t fatal) (string, func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "tradepost")
	must(t, err)
	return dir, func() { _ = os.RemoveAll(dir) }
}
