package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
)

// overheard is a reader pool that notes every query it is asked.
type overheard struct {
	address string
	mu      sync.Mutex
	asked   []asked
}

type asked struct {
	query string
	args  []any
}

func (o *overheard) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (o *overheard) Connect(context.Context) (driver.Conn, error) {
	conn, err := o.Driver().Open(o.address)
	if err != nil {
		return nil, err
	}
	return &overheardConn{conn.(*sqlite3.SQLiteConn), o}, nil
}

type overheardConn struct {
	*sqlite3.SQLiteConn
	o *overheard
}

func (c *overheardConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	c.o.mu.Lock()
	c.o.asked = append(c.o.asked, asked{query, values})
	c.o.mu.Unlock()
	return c.SQLiteConn.QueryContext(ctx, query, args)
}

// eavesdrop puts the noting pool in place of the store's own.
func eavesdrop(t *testing.T, s *Store) *overheard {
	t.Helper()
	o := &overheard{address: readerDSN(s.path)}
	must(t, s.read.Close())
	s.read = sql.OpenDB(o)
	s.query = bun.NewDB(s.read, sqlitedialect.New())
	return o
}

// big are the tables that grow with the orders: no screen may walk one whole.
var big = []string{"orders", "order_line", "order_party", "order_tag", "message", "payload", "change", "contact", "plan_record", "external_reference",
	"stock_movement", "stock_level", "stock_start", "shipment", "package", "package_item", "customer", "product", "variant", "listing", "listing_level"}

// partial are the indexes that hold only what waits or stands out; walking one is walking a short list.
var partial = []string{"message_quarantined", "message_problem", "orders_unlinked", "orders_held", "orders_due", "orders_late", "run_unfinished", "listing_unlinked", "listing_waiting", "listing_waiting_channel", "listing_ignored", "plan_record_returned"}

var named = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|,)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?`)

// aliases tells which names stand for big tables in a query.
func aliases(query string) map[string]string {
	all := map[string]string{}
	for _, table := range big {
		all[table] = table
	}
	for _, m := range named.FindAllStringSubmatch(query, -1) {
		if slices.Contains(big, m[1]) && m[2] != "" {
			all[m[2]] = m[1]
		}
	}
	return all
}

// scan finds walks in a plan. An automatic index is one too: the whole table is read to make it.
var scan = regexp.MustCompile(`^(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)

// walks lists the steps of a query's plan that walk a big table or a whole index of one.
func walks(t *testing.T, db *sql.DB, a asked) []string {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+a.query, a.args...)
	if err != nil {
		t.Fatalf("explaining %s: %v", a.query, err)
	}
	defer func() { _ = rows.Close() }()
	names := aliases(a.query)
	var found []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		m := scan.FindStringSubmatch(detail)
		walk := strings.HasPrefix(detail, "SCAN ") || strings.Contains(detail, "AUTOMATIC")
		if walk && m != nil && names[m[1]] != "" && !slices.Contains(partial, m[2]) {
			found = append(found, detail)
		}
	}
	must(t, rows.Err())
	return found
}

// TestNoScreenWalksABigTable asks everything that screens, commands and the API ask, with every filter, and reads the plan of
// every query that led to.
func TestNoScreenWalksABigTable(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	first := imported(t, s, drawn(7, 60))
	imported(t, s, drawn(8, 60)) // changes
	_, err := importing(s, strings.ReplaceAll(shopifyText(9, 3), "2026-03-01", "some day"))
	must(t, err)
	took(t, s, oneOfEach())
	took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": "TEST-2", "title": "Thing"}})
	must(t, s.CatchUpSearch(ctx))
	o := eavesdrop(t, s)
	plain, err := sql.Open("sqlite3", readerDSN(s.path))
	must(t, err)
	defer func() { _ = plain.Close() }()

	for name, ask := range screens(s, first) {
		o.asked = nil
		if err := ask(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(o.asked) == 0 {
			t.Errorf("%s asked nothing: what it asks went unread", name)
		}
		for _, a := range o.asked {
			for _, step := range walks(t, plain, a) {
				t.Errorf("%s: %s\n%s", name, step, a.query)
			}
		}
	}
}

// The reading of plans is shown able to find what it looks for.
func TestAWalkIsSeen(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	for _, query := range []string{
		`SELECT id FROM orders o WHERE o.source = 'x'`,
		`SELECT count(*) FROM orders`,
		`SELECT o.id FROM "orders" AS "o" ORDER BY o.placed_at LIMIT 5 OFFSET 1000`,
		`SELECT l.id FROM channel c JOIN order_line AS l ON l.title = c.name`,
		`SELECT 1 FROM channel WHERE EXISTS (SELECT 1 FROM message m WHERE m.name = channel.name)`,
	} {
		if len(walks(t, s.read, asked{query: query})) == 0 {
			t.Errorf("nothing was seen in the plan of %s", query)
		}
	}
	if found := walks(t, s.read, asked{query: `SELECT id FROM orders o WHERE o.held = 1 ORDER BY placed_at, id`}); len(found) > 0 {
		t.Errorf("a short list was taken for a walk: %v", found)
	}
}

func screens(s *Store, i tabular.Import) map[string]func(context.Context) error {
	all := recordScreens(s, i)
	take, err := s.StartStocktake(context.Background(), inventory.StocktakeFilter{})
	if err != nil {
		return map[string]func(context.Context) error{"a stocktake": func(context.Context) error { return err }}
	}
	maps.Copy(all, map[string]func(context.Context) error{
		"counts":            func(ctx context.Context) error { _, err := s.OrderCounts(ctx); return err },
		"daily":             func(ctx context.Context) error { _, err := s.Daily(ctx, 30); return err },
		"today":             func(ctx context.Context) error { _, err := s.OrdersToday(ctx); return err },
		"pulses":            func(ctx context.Context) error { _, err := s.Pulses(ctx); return err },
		"channels":          func(ctx context.Context) error { _, err := s.Channels(ctx); return err },
		"writes in trouble": func(ctx context.Context) error { _, err := s.PushTroubles(ctx); return err },
		"listing titles":    func(ctx context.Context) error { _, err := s.ListingTitles(ctx, []int64{1}); return err },
		"writes of order":   func(ctx context.Context) error { _, err := s.OrderIntents(ctx, 1); return err },
		"plans waiting":     func(ctx context.Context) error { _, err := s.PlansWaiting(ctx); return err },
		"imports":           func(ctx context.Context) error { _, err := s.Imports(ctx, 0, 50); return err },
		"import":            func(ctx context.Context) error { _, err := s.Import(ctx, i.ID); return err },
		"unfinished":        func(ctx context.Context) error { _, err := s.UnfinishedImports(ctx); return err },
		"problems":          func(ctx context.Context) error { _, err := s.ImportProblems(ctx, i.ID); return err },
		"profiles":          func(ctx context.Context) error { _, err := s.Profiles(ctx); return err },
		"import's mapping":  func(ctx context.Context) error { _, _, err := s.ImportProfile(ctx, i.ID); return err },
		"corrections":       func(ctx context.Context) error { _, err := s.Edits(ctx, i.ID); return err },
		"earlier":           func(ctx context.Context) error { _, err := s.EarlierImports(ctx, i.FileID); return err },
		"orders of a run":   func(ctx context.Context) error { _, err := s.OrdersOfRun(ctx, i.AppliedRun, 0, 50); return err },
		"undo plan":         func(ctx context.Context) error { _, err := tabular.PlanRunUndo(ctx, s, i.AppliedRun); return err },
		"quarantine":        func(ctx context.Context) error { _, err := s.Quarantine(ctx, 0, 50); return err },
		"quarantine groups": func(ctx context.Context) error { _, err := s.QuarantineGroups(ctx); return err },
		"quarantined":       func(ctx context.Context) error { _, err := s.Quarantined(ctx); return err },
		"message":           func(ctx context.Context) error { _, _, err := s.Message(ctx, 1); return err },
		"changes":           func(ctx context.Context) error { _, err := s.Changes(ctx, "order", 1); return err },
		"order":             func(ctx context.Context) error { _, err := s.Lookup(ctx).LoadOrder(1); return err },
		"find order": func(ctx context.Context) error {
			_, err := s.Lookup(ctx).FindOrder(1, &order.Order{Number: "#1001", ExternalID: "900000"})
			return err
		},
		"neighbours": func(ctx context.Context) error {
			_, err := s.Neighbours(ctx, &order.Order{ID: 5, Placed: commerce.Stamp{At: commerce.InstantOf(time.Now())}})
			return err
		},
		"listings": func(ctx context.Context) error {
			_, err := s.Listings(ctx, catalog.ListingFilter{Limit: 50})
			return err
		},
		"listing":          func(ctx context.Context) error { _, err := s.Listing(ctx, 1); return err },
		"oversold":         func(ctx context.Context) error { _, err := s.Oversold(ctx, 200); return err },
		"oversold line":    func(ctx context.Context) error { _, _ = s.ShortOf(ctx, 1, 0); return nil },
		"oversold orders":  func(ctx context.Context) error { _, _, err := s.CountOversold(ctx); return err },
		"offers":           func(ctx context.Context) error { _, err := s.Offers(ctx, 1); return err },
		"offers of few":    func(ctx context.Context) error { _, err := s.OffersAt(ctx, 1, []int64{1, 2}); return err },
		"what sold":        func(ctx context.Context) error { _, err := s.SoldSince(ctx, 1, 1000); return err },
		"last write":       func(ctx context.Context) error { _, err := s.LastDone(ctx, 1, "stock.set", "x", ""); return err },
		"drift checks":     func(ctx context.Context) error { _, err := s.DriftChecks(ctx); return err },
		"stock changed at": func(ctx context.Context) error { _, err := s.StockChangedAt(ctx, []int64{1, 2}); return err },
		"edits of stock": func(ctx context.Context) error {
			_, err := s.PlanEdits(ctx, inventory.Batch{Edits: []inventory.Edit{{SKU: "SKU-003"}, {VariantID: 1, Location: "Main"}}})
			return err
		},
		"listing counts":    func(ctx context.Context) error { _, _, err := s.ListingCounts(ctx); return err },
		"exact matches":     func(ctx context.Context) error { _, err := s.Matches(ctx, "", catalog.Exact, 50); return err },
		"likely matches":    func(ctx context.Context) error { _, err := s.Matches(ctx, "Shopify", catalog.Likely, 50); return err },
		"a link's preview":  func(ctx context.Context) error { _, err := s.LinkPreview(ctx, 1, 1, ""); return err },
		"a merge's preview": func(ctx context.Context) error { _, err := s.PlanMerge(ctx, 1, 2); return err },
		"product":           func(ctx context.Context) error { _, err := s.Item(ctx, 1); return err },
		"products by SKU":   func(ctx context.Context) error { _, err := s.VariantIDs(ctx, "SKU-003"); return err },
		"transfers":         func(ctx context.Context) error { _, err := s.Transfers(ctx, 0, 50); return err },
		"stocktakes":        func(ctx context.Context) error { _, err := s.Stocktakes(ctx, 0, 50); return err },
		"a stocktake's sum": func(ctx context.Context) error { _, err := s.StocktakeTotals(ctx, take.ID); return err },
		"a stocktake's lines": func(ctx context.Context) error {
			_, err := s.StocktakeLines(ctx, take.ID, "counted", 0, 50)
			return err
		},
		"what was counted": func(ctx context.Context) error { _, err := s.CountRows(ctx, take.ID, false, 0, 50); return err },
		"unknown codes":    func(ctx context.Context) error { _, err := s.CountRows(ctx, take.ID, true, 0, 50); return err },
		"an order's route": func(ctx context.Context) error { _, err := s.OrderRoute(ctx, 1); return err },
		"price rules":      func(ctx context.Context) error { _, err := s.PriceRules(ctx); return err },
		"prices of a rule": func(ctx context.Context) error {
			_, err := s.PreviewPrices(ctx, catalog.PriceRule{ChannelID: 1, Percent: "5", Direction: catalog.Up}, 0, 50)
			return err
		},
		"catalog of a run": func(ctx context.Context) error { _, err := s.CatalogTouched(ctx, i.AppliedRun, 0, 50); return err },
		"suggestions": func(ctx context.Context) error {
			_, err := s.Suggestions(ctx, []catalog.Listing{{SKU: "sku 003-2x", GTIN: "4006381333931", Title: "Thing large"}, {Title: "Thing"}, {SKU: "test-1x9"}})
			return err
		},
		"unlinked example": func(ctx context.Context) error { _, _, err := s.UnlinkedExample(ctx); return err },
		"variants":         func(ctx context.Context) error { _, err := s.Variants(ctx, "SKU", 20); return err },
		"timers":           func(ctx context.Context) error { _, err := s.Timers(ctx); return err },
		"views":            func(ctx context.Context) error { _, err := s.SavedViews(ctx, "orders"); return err },
		"settings":         func(ctx context.Context) error { _, _, err := s.Settings(ctx); return err },
		"all ids":          func(ctx context.Context) error { _, _, err := s.OrderIDs(ctx, order.Filter{}, 1000); return err },
		"whole orders": func(ctx context.Context) error {
			_, _, err := s.FullOrders(ctx, order.Filter{}, order.Page{})
			return err
		},
	})
	for name, filter := range map[string]journal.RunFilter{"": {}, " by kind": {Kind: "import"}, " of a timer": {TimerID: 1}, " under way": {Unfinished: true}, " further": {Before: 4}} {
		filter.Limit = 50
		all["runs"+name] = func(ctx context.Context) error { _, err := s.Runs(ctx, filter); return err }
	}
	for _, verdict := range []string{"", "new", "changed", "error", "warning", "returned"} {
		all["plan "+verdict] = func(ctx context.Context) error {
			_, err := s.PlanRecords(ctx, i.ID, tabular.RecordFilter{Verdict: verdict, Limit: 50})
			return err
		}
	}
	for name, filter := range map[string]catalog.ListingFilter{"unlinked": {State: catalog.Unlinked}, "unlinked of a channel": {State: catalog.Unlinked, Channel: "Shopify"},
		"ignored": {State: catalog.Ignored}, "linked": {State: catalog.Linked}, "of a channel": {Channel: "Shopify", After: 3}, "of a variant": {VariantID: 1}, "with a SKU": {SKU: "SKU-003"}} {
		filter.Limit = 50
		all["listings "+name] = func(ctx context.Context) error { _, err := s.Listings(ctx, filter); return err }
	}
	for name, filter := range filters() {
		for _, after := range []string{"", cursor{1_772_400_000_000, 30}.String()} {
			all[fmt.Sprintf("orders by %s after %q", name, after)] = func(ctx context.Context) error {
				_, _, err := s.ListOrders(ctx, filter, order.Page{After: after})
				return err
			}
		}
	}
	return all
}

// filters is every filter of the list alone, and those that people put together.
func filters() map[string]order.Filter {
	all := map[string]order.Filter{"nothing": {}, "channel": {Channel: "Shopify"}, "tag": {Tag: "gift"}, "number": {Number: "1001"}, "unlinked": {Unlinked: true},
		"from": {PlacedFrom: 1_772_400_000_000}, "to": {PlacedTo: 1_772_400_000_000}, "from to": {PlacedFrom: 1_772_300_000_000, PlacedTo: 1_772_400_000_000},
		"channel and stage": {Channel: "Shopify", Status: "to_ship"}, "stage and paid": {Status: "to_ship,paid"}, "two stages": {Status: "to_ship,shipped"},
		"tag and stage": {Tag: "gift", Status: "to_ship"}, "unlinked in a channel": {Unlinked: true, Channel: "Shopify"}, "late in a channel": {Status: "late", Channel: "Shopify"}}
	for _, status := range []string{"to_ship", "shipped", "cancelled", "open", "late", "held", "pending", "paid", "refunded", "unfulfilled", "fulfilled"} {
		all[status] = order.Filter{Status: status}
	}
	for _, text := range []string{"1001", "#1001", "buyer3@example.com", "sample", "sku-003", "thing large", "buy", "nothing like it"} {
		all["search "+text] = order.Filter{Search: text}
		all["search "+text+" in a channel"] = order.Filter{Search: text, Channel: "Shopify", Status: "to_ship"}
	}
	return all
}
