package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/tabular"
	"tradepost/backend/workspace"
)

// recordScreens asks what screens, commands and imports ask of the records beside orders.
func recordScreens(s *Store, i tabular.Import) map[string]func(context.Context) error {
	all := map[string]func(context.Context) error{
		"records of a run": func(ctx context.Context) error {
			_, err := s.RecordsOfRun(ctx, i.AppliedRun, "variant", 0, 50)
			return err
		},
		"what waits for a pass": func(ctx context.Context) error {
			_, err := s.PlanRecords(ctx, i.ID, tabular.RecordFilter{Pass: 1, Limit: 50})
			return err
		},
	}
	for _, q := range []string{"", "SKU-003", "SKU-999", "thing", "buyer3@example.com", "030 123"} {
		all["products "+q] = func(ctx context.Context) error { _, err := s.Items(ctx, q, 0, 50); return err }
		all["customers "+q] = func(ctx context.Context) error { _, err := s.Customers(ctx, q, 0, 50); return err }
		all["stock "+q] = func(ctx context.Context) error { _, err := s.Stock(ctx, q, 0, 50); return err }
	}
	for name, stated := range statedExamples {
		all["finding "+name] = func(ctx context.Context) error {
			known, err := s.Lookup(ctx).Finder(stated.Kind, 1).Find(stated)
			if unfit, ok := errors.AsType[*intake.UnfitError](err); ok {
				return fmt.Errorf("nothing was found out: %s", unfit.Message)
			}
			if err == nil && known != nil {
				_, err = s.Lookup(ctx).Finder(stated.Kind, 1).Held(known)
			}
			return err
		}
	}
	return all
}

// statedExamples state one record for each way of finding it.
var statedExamples = map[string]intake.Stated{
	"a variant by SKU":          {Kind: intake.Products, Values: map[string]string{"sku": "TEST-1", "product.handle": "test"}},
	"a variant by GTIN":         {Kind: intake.Products, Values: map[string]string{"gtin": "4006381333931"}},
	"a variant by options":      {Kind: intake.Products, Values: map[string]string{"product.handle": "test", "option1.value": "S"}},
	"a price":                   {Kind: intake.Prices, Values: map[string]string{"sku": "TEST-1", "price": "1"}},
	"a customer by id":          {Kind: intake.Customers, Values: map[string]string{"external_id": "7"}},
	"a customer by e-mail":      {Kind: intake.Customers, Values: map[string]string{"email": "buyer3@example.com"}},
	"a customer by phone":       {Kind: intake.Customers, Values: map[string]string{"phone": "0123"}},
	"a stock level":             {Kind: intake.StockCounts, Values: map[string]string{"sku": "TEST-1", "on_hand": "1"}},
	"a stock level of the past": {Kind: intake.StockCounts, Values: map[string]string{"sku": "TEST-1", "on_hand": "1", "counted_at": "2100-01-01T00:00:00Z"}},
	"a shipment":                {Kind: intake.Tracking, Values: map[string]string{"order_number": "#1001", "tracking": "T"}},
	"a listing":                 {Kind: intake.Links, Values: map[string]string{"listing_sku": "SKU-001", "sku": "TEST-1"}},
}

// took brings in one record of every kind.
func took(t testing.TB, s *Store, values map[intake.Kind]map[string]string) {
	t.Helper()
	kinds := []intake.Kind{intake.Products, intake.Prices, intake.Customers, intake.StockCounts, intake.Tracking, intake.Links}
	must(t, s.InTx(context.Background(), false, func(tx intake.Tx) error {
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		for _, kind := range kinds {
			if values[kind] == nil {
				continue
			}
			stated := intake.Stated{Kind: kind, Values: values[kind]}
			j, err := intake.Apply(tx, intake.ModeMerge, intake.Received{Stated: stated, Payload: &journal.Payload{},
				Message: journal.Message{ChannelID: 1, RunID: run.ID, Kind: intake.RecordKind(kind), Name: stated.Label(), Rows: []int{2}}})
			if err != nil {
				return err
			}
			if j.Verdict == intake.Error {
				if err := intake.Quarantine(tx, intake.Received{Stated: stated, Payload: &journal.Payload{}, Message: journal.Message{ChannelID: 1,
					RunID: run.ID, Kind: intake.RecordKind(kind), Name: stated.Label(), Rows: []int{2}}}, j.Problems); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// oneOfEach is a record of every kind that fits an imported file of orders.
func oneOfEach() map[intake.Kind]map[string]string {
	return map[intake.Kind]map[string]string{
		intake.Products:    {"sku": "TEST-1", "gtin": "4006381333931", "product.handle": "test", "option1.value": "S", "title": "Thing"},
		intake.Prices:      {"sku": "TEST-1", "price": "2.50", "currency": "USD"},
		intake.Customers:   {"external_id": "7", "name": "Canary Name", "email": "canary@example.com", "phone": "0123 canary", "city": "Canary City", "note": "canary note"},
		intake.StockCounts: {"sku": "TEST-1", "on_hand": "7.5"},
		intake.Tracking:    {"order_number": "#1001", "tracking": "T"},
		intake.Links:       {"listing_sku": "NEW", "sku": "TEST-1", "pack_multiple": "2"},
	}
}

// What customer files say of people stays in the tables for it, through import, change, quarantine and undo.
func TestCustomersStayInTheirTables(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	imported(t, s, drawn(1, 3))
	took(t, s, oneOfEach())
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"external_id": "7", "name": "Canary Other", "phone": "0124 canary"}})
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"name": "Canary Nobody"}, intake.Tracking: {"order_number": "canary shifted", "tracking": "T"},
		intake.StockCounts: {"sku": "TEST-1", "on_hand": "canary"}})
	for table, found := range canaries(t, s) {
		switch {
		case slices.Contains(personalTables, table):
		case table == "message" && strings.HasPrefix(found, "name:"): // what a file calls an order's number is its name
		default:
			t.Errorf("table %s holds %s", table, found)
		}
	}
	if found := canaries(t, s); found["contact"] == "" || found["contact_version"] == "" {
		t.Errorf("this test would not find a canary where one is: %v", found)
	}
	all, err := s.Changes(context.Background(), "customer", value[int64](t, s, `SELECT max(id) FROM customer`))
	must(t, err)
	if len(all) != 2 || all[0].Fields[1].Before != "Canary Name" || all[0].Fields[1].After != "Canary Other" {
		t.Errorf("those who may see it are not told what changed: %+v", all)
	}
}

// The doctor sees a level that is not the sum of its movements.
func TestTheDoctorChecksTheLedger(t *testing.T) {
	for name, harm := range map[string]string{"level": `UPDATE stock_level SET on_hand = on_hand + 1`, "movement": `UPDATE stock_movement SET quantity = quantity + 1`,
		"start": `DELETE FROM stock_start`, "gone": `DELETE FROM stock_level`} {
		s := opened(t, t.TempDir(), Options{})
		imported(t, s, drawn(1, 3))
		took(t, s, oneOfEach())
		for _, harmed := range []bool{false, true} {
			if harmed {
				must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error { return tx.Exec(harm) }))
			}
			i := slices.IndexFunc(s.Examine(context.Background()), func(c workspace.Check) bool { return c.Name == "stock" })
			if c := s.Examine(context.Background())[i]; c.OK == harmed {
				t.Errorf("%s, harmed %v: %+v", name, harmed, c)
			}
		}
	}
}

// Lists go page by page, and are narrowed by text.
func TestRecordLists(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	imported(t, s, drawn(1, 3))
	took(t, s, oneOfEach())
	took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": "OTHER_1", "title": "50% wool"}})
	must(t, s.CatchUpSearch(ctx))
	for q, want := range map[string]int{"": 2, "test": 1, "TEST 1": 1, "thing": 1, "4006381333931": 1, "50%": 1, "woo": 1, "ool": 0, "_": 0, "nothing": 0} {
		all, err := s.Items(ctx, q, 0, 10)
		must(t, err)
		stock, err := s.Stock(ctx, q, 0, 10)
		must(t, err)
		if len(all) != want || len(stock) != len(all) {
			t.Errorf("%q finds %d products and %d levels instead of %d", q, len(all), len(stock), want)
		}
	}
	for q, want := range map[string]int{"canary@": 1, "canary n": 1, "0123": 1, "nobody": 0} {
		if all, err := s.Customers(ctx, q, 0, 10); err != nil || len(all) != want {
			t.Errorf("%q finds %d customers instead of %d, %v", q, len(all), want, err)
		}
	}
	first, err := s.Stock(ctx, "", 0, 1)
	must(t, err)
	if len(first) != 1 || len(first[0].Levels) != 1 || first[0].Levels[0].OnHand.Decimal() != "7.5" || first[0].Listings[0].Listing != "NEW" || first[0].Available().Whole("2") != 3 {
		t.Errorf("stock %+v", first)
	}
	if second, err := s.Stock(ctx, "", first[0].VariantID, 1); err != nil || len(second) != 1 || second[0].SKU != "OTHER_1" || len(second[0].Levels) != 0 {
		t.Errorf("next page %+v, %v", second, err)
	}
}

// What channels sold since the last count is no longer there to be offered; a cancelled order and one before the count took
// nothing, and a new count begins anew.
func TestWhatWasSoldSinceTheCountIsNotAvailable(t *testing.T) {
	ctx := context.Background()
	clock := newClock()
	s := opened(t, t.TempDir(), Options{Now: clock.now})
	_, err := s.AddChannel(ctx, channel.Channel{Name: "Shop", Kind: "other"})
	must(t, err)
	took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": "MUG", "title": "Mug"}})
	took(t, s, map[intake.Kind]map[string]string{intake.StockCounts: {"sku": "MUG", "on_hand": "10"}})
	sell := func(number string, at time.Time, change func(*order.Order)) {
		t.Helper()
		must(t, s.Write(ctx, Urgent, func(tx *Tx) error {
			c, err := tx.EnsureChannel("Shop", "other")
			if err != nil {
				return err
			}
			o := plain(c, number)
			o.Placed.At, o.Lines = commerce.InstantOf(at), []order.Line{{Position: 1, SKU: "MUG", Title: "Mug", Quantity: "2", UOM: "each"}}
			if change != nil {
				change(o)
			}
			return tx.InsertOrder(o)
		}))
	}
	left := func() commerce.Decimal {
		t.Helper()
		all, err := s.Stock(ctx, "MUG", 0, 1)
		must(t, err)
		return all[0].Available().Decimal()
	}
	counted := clock.now()
	sell("1", counted.Add(-time.Hour), nil)
	sell("2", counted.Add(time.Hour), nil)
	sell("3", counted.Add(time.Hour), func(o *order.Order) { o.CancelledAt = commerce.InstantOf(counted.Add(2 * time.Hour)) })
	if got := left(); got != "8" {
		t.Errorf("%s are available of 10, with 2 sold", got)
	}
	clock.pass(3 * time.Hour)
	took(t, s, map[intake.Kind]map[string]string{intake.StockCounts: {"sku": "MUG", "on_hand": "7"}})
	if got := left(); got != "7" {
		t.Errorf("%s are available of 7 that were just counted", got)
	}
}
