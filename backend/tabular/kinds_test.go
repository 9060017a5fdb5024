package tabular_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// Written by hand on the header names of a Shopify products export: the second row is refused, its amount is below zero.
const products = `Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Cost per item,Status
mug,Mug,<p>Blue</p>,Pot,Cups,"gift, kitchen",true,Colour,Blue,MUG-B,300,4,18.00,20.00,4006381333931,https://img.example/1.jpg,7.50,active
mug,,,,,,,,Red,MUG-R,300,4,-1.00,,,,,
bowl,Bowl,,Pot,Bowls,,true,Title,Default Title,BOWL,500,1,24.00,,,,,draft
`

func planText(t *testing.T, im *tabular.Importer, text string, request tabular.Request) tabular.Import {
	t.Helper()
	ctx := context.Background()
	file, _, err := im.Receive(ctx, "file.csv", strings.NewReader(text))
	must(t, err)
	request.FileID, request.Currency = file.ID, "USD"
	i, done, err := im.Start(ctx, request)
	must(t, err)
	<-done
	i, err = im.Import(ctx, i.ID)
	must(t, err)
	return i
}

func applied(t *testing.T, im *tabular.Importer, i tabular.Import) tabular.Import {
	t.Helper()
	_, done, err := im.Apply(context.Background(), i.ID)
	must(t, err)
	<-done
	i, err = im.Import(context.Background(), i.ID)
	must(t, err)
	return i
}

func items(t *testing.T, s *store.Store) []catalog.Item {
	t.Helper()
	all, err := s.Items(context.Background(), "", 0, 100)
	must(t, err)
	return all
}

func TestProductsFromAFile(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	i := planText(t, im, products, tabular.Request{})
	if i.Kind != intake.Products || i.Counts.New != 2 || i.Counts.Error != 1 || len(items(t, s)) != 0 {
		t.Fatalf("planned %+v, %s: %v", i.Counts, i.Kind, i.Warnings)
	}
	views, err := im.Records(ctx, i.ID, tabular.RecordFilter{Limit: 10})
	must(t, err)
	if len(views) != 3 || views[0].Title != "Mug" || views[0].Number != "MUG-B" || views[0].Stated.Values["price"] != "18.00" {
		t.Fatalf("records %+v", views)
	}
	if p := views[1].Problems; len(p) != 1 || p[0].Row != 3 || p[0].Column != "Variant Price" || p[0].Found != "-1.00" || !strings.Contains(p[0].Message, "“-1.00”") {
		t.Errorf("problem %+v", p)
	}
	if i = applied(t, im, i); i.State != tabular.Applied || i.Counts.New != 2 || i.Counts.Error != 1 {
		t.Fatalf("applied %s, %+v, %v", i.State, i.Counts, i.Problem)
	}
	all := items(t, s)
	if len(all) != 2 || all[0].SKU != "MUG-B" || all[0].Price != "18.00" || all[0].Currency != "USD" || all[0].Product.Tags != "gift, kitchen" || all[1].Product.Status != "draft" {
		t.Fatalf("products %+v", all)
	}
	if views, err = im.Records(ctx, i.ID, tabular.RecordFilter{Verdict: "error", Limit: 10}); err != nil || len(views) != 1 || views[0].Problems[0].Found != "-1.00" {
		t.Errorf("failed records %+v, %v", views, err)
	}
	var failed bytes.Buffer
	must(t, im.FailedRows(ctx, i.ID, &failed))
	if text := failed.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "MUG-R") || !strings.Contains(text, "below zero") {
		t.Errorf("failed rows:\n%s", text)
	}
}

// The same file again changes nothing; undo takes all of it back.
func TestProductsAgainAndUndone(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	i := applied(t, im, planText(t, im, products, tabular.Request{}))
	if again := applied(t, im, planText(t, im, products, tabular.Request{})); again.Counts.Same != 2 || again.Counts.New+again.Counts.Changed != 0 {
		t.Errorf("again: %+v", again.Counts)
	}
	plan, err := im.PlanUndo(ctx, i.ID)
	must(t, err)
	if plan.Removed != 2 || len(plan.Left) != 0 {
		t.Errorf("undo plan %+v", plan)
	}
	_, done, err := im.Undo(ctx, i.ID)
	must(t, err)
	<-done
	if all := items(t, s); len(all) != 0 {
		t.Errorf("%d products stay", len(all))
	}
}

// What could not be applied is tried again from its payload once it can be.
func TestAQuarantinedProductIsTriedAgain(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	text := strings.ReplaceAll(products, "-1.00", "19.00")
	file, _, err := im.Receive(ctx, "products.csv", strings.NewReader(text))
	must(t, err)
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID}) // no currency: amounts cannot be told
	must(t, err)
	if i.Counts.Error != 3 {
		t.Fatalf("without a currency %+v: %v", i.Counts, i.Problem)
	}
	result, err := im.Retry(ctx, nil)
	must(t, err)
	if result.Applied != 0 || result.Still != 3 {
		t.Errorf("still without one: %+v", result)
	}
	c, err := s.ChannelByName(ctx, i.Channel)
	must(t, err)
	c.Currency = "EUR"
	must(t, s.ReviseChannel(ctx, c, -1))
	if result, err = im.Retry(ctx, nil); err != nil || result.Applied != 3 {
		t.Errorf("with one: %+v, %v", result, err)
	}
	if all := items(t, s); len(all) != 3 || all[0].Currency != commerce.Currency("EUR") {
		t.Errorf("products %+v", all)
	}
}

// What changed between plan and apply goes back into the plan as it stands then, and applying once more applies the rest.
func TestStaleRecordsReturnToThePlan(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	importText(t, im, "orders.csv", shopify)
	i := planText(t, im, strings.NewReplacer("76.61", "80.00", "Card,10.00,,Søren", "Card,11.00,,Søren").Replace(shopify), tabular.Request{})
	if i.Counts.Changed != 2 {
		t.Fatalf("planned %+v", i.Counts)
	}
	importText(t, im, "meanwhile.csv", strings.ReplaceAll(shopify, "76.61", "79.00"))
	i = applied(t, im, i)
	if i.State != tabular.Applied || i.Counts.Changed != 1 || i.Counts.Stale != 1 || !i.Rest() {
		t.Fatalf("applied %s, %+v", i.State, i.Counts)
	}
	if w := i.Warnings[len(i.Warnings)-1]; w.Code != "stale" || !strings.Contains(w.Message, "back in the plan") {
		t.Errorf("warnings %+v", i.Warnings)
	}
	if run, err := s.Run(ctx, i.RunID); err != nil || run.State != "partial" {
		t.Errorf("run is %s, %v", run.State, err)
	}
	views, err := im.Records(ctx, i.ID, tabular.RecordFilter{Verdict: "returned", Limit: 10})
	must(t, err)
	if len(views) != 1 || views[0].Number != "#1001" || views[0].Verdict != intake.Changed || len(views[0].Changes) != 1 || views[0].Changes[0].Before != "79.00" {
		t.Fatalf("returned %+v", views)
	}
	if n, err := s.PlansWaiting(ctx); err != nil || n != 1 {
		t.Errorf("%d plans wait, %v", n, err)
	}
	importText(t, im, "once more.csv", strings.ReplaceAll(shopify, "76.61", "78.00")) // and again before the rest is applied
	if i = applied(t, im, i); i.Counts.Stale != 1 || i.Counts.Changed != 1 {
		t.Fatalf("the rest, changed again: %+v", i.Counts)
	}
	if i = applied(t, im, i); i.Counts.Stale != 0 || i.Counts.Changed != 2 || i.Rest() {
		t.Fatalf("the rest: %+v", i.Counts)
	}
	for _, w := range i.Warnings {
		if w.Code == "stale" {
			t.Errorf("it still says %+v", w)
		}
	}
	rows, _, err := s.ListOrders(ctx, order.Filter{Number: "#1001"}, order.Page{})
	must(t, err)
	if rows[0].Total != commerce.Minor(8000) {
		t.Errorf("total %+v", rows[0].Total)
	}
	if _, _, err := im.Apply(ctx, i.ID); err == nil {
		t.Error("applied once too often")
	}
	_, done, err := im.Undo(ctx, i.ID)
	must(t, err)
	<-done
	if rows, _, _ = s.ListOrders(ctx, order.Filter{Number: "#1001"}, order.Page{}); rows[0].Total != commerce.Minor(7800) {
		t.Errorf("after undo %+v", rows[0].Total)
	}
}

// Rows of one file that change one record after another are no surprise to it.
func TestAFileIsNotStaleToItself(t *testing.T) {
	_, im := opened(t)
	text := products[:strings.Index(products, "mug,,")] + "bowl,Bowl,,,,,,,,MUG-B,,,19.00,,,,,\n"
	applied(t, im, planText(t, im, products, tabular.Request{}))
	i := applied(t, im, planText(t, im, strings.ReplaceAll(text, "18.00", "17.00"), tabular.Request{}))
	if i.Counts.Stale != 0 || i.Counts.Changed != 2 {
		t.Errorf("%+v", i.Counts)
	}
}

// A record that is gone by the time the plan is applied returns as new.
func TestWhatIsGoneReturns(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	first := applied(t, im, planText(t, im, products, tabular.Request{}))
	i := planText(t, im, strings.ReplaceAll(products, "24.00", "25.00"), tabular.Request{})
	_, done, err := im.Undo(ctx, first.ID)
	must(t, err)
	<-done
	if i = applied(t, im, i); i.Counts.Stale != 2 || i.Counts.New != 0 {
		t.Fatalf("%+v", i.Counts)
	}
	views, err := im.Records(ctx, i.ID, tabular.RecordFilter{Verdict: "returned", Limit: 10})
	must(t, err)
	if len(views) != 2 || views[0].Verdict != intake.New {
		t.Fatalf("returned %+v", views)
	}
	if i = applied(t, im, i); i.Counts.New != 2 || i.Counts.Stale != 0 || len(items(t, s)) != 2 {
		t.Errorf("%+v, %d products", i.Counts, len(items(t, s)))
	}
}

// What variants share counts for all of them: a product that another import renamed through one is seen at the other.
func TestASharedValueThatChangedReturns(t *testing.T) {
	_, im := opened(t)
	text := strings.ReplaceAll(products, "-1.00", "19.00")
	applied(t, im, planText(t, im, text, tabular.Request{}))
	i := planText(t, im, strings.ReplaceAll(text, "Mug,<p>", "Cup,<p>"), tabular.Request{})
	rows := strings.SplitAfter(text, "\n")
	renamed := rows[0] + strings.Replace(rows[2], "mug,,", "mug,Beaker,", 1)
	if j := applied(t, im, planText(t, im, renamed, tabular.Request{})); j.Counts.Changed != 1 {
		t.Fatalf("renamed %+v", j.Counts)
	}
	if i = applied(t, im, i); i.Counts.Stale == 0 {
		t.Errorf("written over: %+v", i.Counts)
	}
}
