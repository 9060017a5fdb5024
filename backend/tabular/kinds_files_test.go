package tabular_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

var update = flag.Bool("update", false, "write the golden files anew; then read them by eye")

// kindFiles are files of every kind, each with a row that cannot be applied, in the order in which they make sense. Their
// columns are called as the fields are.
var kindFiles = []struct {
	kind intake.Kind
	text string
}{
	{intake.Products, "sku,title,product.handle,price,currency\nCARD,Card,card,2.50,USD\nBOWL-2,Bowl,bowl,24,USD\n,Nameless,,1,USD\n"},
	{intake.Prices, "sku,price,cost\nCARD,3.00,1\nBOWL-2,,[clear]\nNONE,1,\n"},
	{intake.StockCounts, "sku,on_hand,location\nCARD,12,Main\nBOWL-2,0.5,Shelf\nCARD,-1,Main\n"},
	{intake.Customers, "external_id,name,email,phone,city\n7,Ada Sample,ADA@example.com,+1 555 1,Oslo\n8,Cem Sample,cem@example.com,,Izmir\n,Nobody,,,\n"},
	{intake.Tracking, "order_number,tracking,carrier,line_sku,quantity\n#1001,T1,UPS,BOWL-2,1\n#1001,T1,UPS,00123,\n#1002,T2,DHL,,\n#9999,T3,DHL,,\n"},
	{intake.Links, "listing_sku,sku,pack_multiple\n00123,CARD,2\nLATER,BOWL-2,1\n00124,NONE,1\n"},
}

// profiled keeps a profile whose columns are called as the fields of a kind.
func profiled(t *testing.T, im *tabular.Importer, kind intake.Kind, text string) tabular.Profile {
	t.Helper()
	header, _, _ := strings.Cut(text, "\n")
	p := format.Profile{Name: string(kind), Kind: string(kind), Headers: strings.Split(header, ",")}
	for _, name := range p.Headers {
		p.Columns = append(p.Columns, format.ProfileColumn{Names: []string{name}, To: []string{name}})
	}
	known, err := im.SaveProfile(context.Background(), p)
	must(t, err)
	return known
}

// TestEveryKindFromAFile plans, applies, looks at and takes back a file of every kind; what people see of each is golden.
func TestEveryKindFromAFile(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	importText(t, im, "orders.csv", shopify)
	var story strings.Builder
	var all []tabular.Import
	for _, f := range kindFiles {
		profile := profiled(t, im, f.kind, f.text)
		i := planText(t, im, f.text, tabular.Request{Profile: profile.ID, Channel: "Shopify"})
		if i.State != tabular.Planned || i.Kind != f.kind {
			t.Fatalf("%s: planned as %s, %s: %v", f.kind, i.Kind, i.State, i.Problem)
		}
		fmt.Fprintf(&story, "== %s planned: %+v\n", f.kind, i.Counts)
		tell(t, im, i, &story)
		if i = applied(t, im, i); i.State != tabular.Applied || i.Counts.Error == 0 || i.Counts.Stale > 0 {
			t.Fatalf("%s: applied %s, %+v: %v", f.kind, i.State, i.Counts, i.Problem)
		}
		fmt.Fprintf(&story, "== %s applied: %+v\n", f.kind, i.Counts)
		all = append(all, i)
		again := applied(t, im, planText(t, im, f.text, tabular.Request{Profile: profile.ID, Channel: "Shopify"}))
		if again.Counts.New+again.Counts.Changed > 0 || again.Counts.Error != i.Counts.Error {
			t.Errorf("%s again: %+v", f.kind, again.Counts)
		}
	}
	sound(t, s)
	for n := len(all) - 1; n >= 0; n-- {
		plan, err := im.PlanUndo(ctx, all[n].ID)
		must(t, err)
		_, done, err := im.Undo(ctx, all[n].ID)
		must(t, err)
		<-done
		i, err := im.Import(ctx, all[n].ID)
		must(t, err)
		run, err := s.Run(ctx, i.RunID)
		must(t, err)
		if i.State != tabular.Undone || run.Counts["removed"] != plan.Removed || run.Counts["reverted"] != plan.Reverted || run.Counts["left"] != len(plan.Left) {
			t.Errorf("%s: %s, planned %+v, did %v", i.Kind, i.State, plan, run.Counts)
		}
		fmt.Fprintf(&story, "== %s undone: %d removed, %d put back\n", i.Kind, plan.Removed, plan.Reverted)
		for _, left := range plan.Left {
			fmt.Fprintf(&story, "   %s left: %s\n", left.Number, left.Reason)
		}
	}
	sound(t, s)
	if rows, _, _ := s.ListOrders(ctx, order.Filter{Status: "shipped"}, order.Page{}); len(rows) != 0 {
		t.Errorf("%d orders are still shipped", len(rows))
	}
	golden(t, "kinds.golden", story.String())
}

// tell writes what people see of a plan.
func tell(t *testing.T, im *tabular.Importer, i tabular.Import, to *strings.Builder) {
	t.Helper()
	views, err := im.Records(context.Background(), i.ID, tabular.RecordFilter{Limit: 100})
	must(t, err)
	for _, v := range views {
		fmt.Fprintf(to, "%d %s %q (%s) lines %v\n", v.Ordinal, v.Verdict, v.Title, v.Number, v.Rows)
		for _, c := range v.Changes {
			fmt.Fprintf(to, "   %s: %q to %q\n", c.Field, c.Before, c.After)
		}
		for _, p := range v.Problems {
			fmt.Fprintf(to, "   line %d, %s: %s Expected: %s. %s\n", p.Row, p.Column, p.Message, p.Expected, p.Remedy)
		}
	}
}

func sound(t *testing.T, s *store.Store) {
	t.Helper()
	for _, check := range s.Examine(context.Background()) {
		if !check.OK && check.Name != "backup" {
			t.Errorf("doctor: %s: %s", check.Name, check.Words)
		}
	}
}

func golden(t *testing.T, name, is string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(is), 0o644))
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != is {
		t.Errorf("%s differs (%v); it is now:\n%s", path, err, is)
	}
}

// TestClearingInAnOrderFile empties what a file names with the token, and undo brings it back, also what is personal.
func TestClearingInAnOrderFile(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	importText(t, im, "orders.csv", shopify)
	before, err := s.Lookup(ctx).LoadOrder(1)
	must(t, err)
	i := applied(t, im, planText(t, im, strings.NewReplacer("Cambridge,'02139,US,9001,gift", "[clear],'02139,US,9001,[clear]").Replace(shopify), tabular.Request{}))
	o, err := s.Lookup(ctx).LoadOrder(1)
	must(t, err)
	if to, _ := o.Party(order.ShipTo); i.Counts.Changed != 1 || to.City != "" || to.Name == "" || len(o.Tags) != 0 {
		t.Fatalf("%+v: %+v, tags %v", i.Counts, to, o.Tags)
	}
	_, done, err := im.Undo(ctx, i.ID)
	must(t, err)
	<-done
	after, err := s.Lookup(ctx).LoadOrder(1)
	must(t, err)
	was, _ := before.Party(order.ShipTo)
	if is, _ := after.Party(order.ShipTo); !is.Same(was) || len(after.Tags) != 1 {
		t.Errorf("after undo %+v, tags %v", is, after.Tags)
	}
}
