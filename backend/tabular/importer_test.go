package tabular_test

import (
	"context"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// Written by hand on the header names of a Shopify orders export.
const shopify = `Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Id,Tags
#1001,ada@example.com,paid,2026-03-12 09:14:02 +0000,unfulfilled,USD,66.00,5.00,5.61,76.61,0.00,2026-03-12 09:14:01 +0000,1,Mug blue,18.00,00123,Ada Sample,1 Test St,Cambridge,'02139,US,9001,gift
#1001,ada@example.com,,,,,,,,,,2026-03-12 09:14:01 +0000,2,Bowl,24.00,BOWL-2,,,,,,,
#1002,,pending,,unfulfilled,USD,10.00,0.00,0.00,10.00,0.00,2026-03-12 10:00:00 +0000,1,Card,10.00,,Søren Ünïcode,1 Test St,Cambridge,'02139,US,9002,
#1003,bob@example.com,paid,,fulfilled,USD,x,0.00,0.00,10.00,0.00,2026-03-12 10:00:00 +0000,1,Card,10.00,CARD,Bob,1 Test St,Cambridge,'02139,US,9003,
`

func importText(t *testing.T, im *tabular.Importer, name, text string) tabular.Import {
	t.Helper()
	ctx := context.Background()
	file, _, err := im.Receive(ctx, name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID})
	if err != nil {
		t.Fatal(err)
	}
	<-done
	if _, done, err = im.Apply(ctx, i.ID); err != nil {
		t.Fatal(err)
	}
	<-done
	return i
}

// opened gives an importer on a new store, closed at the test's end.
func opened(t *testing.T) (*store.Store, *tabular.Importer) {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	im := tabular.NewImporter(s, nil)
	t.Cleanup(func() {
		im.Close()
		_ = s.Close()
	})
	return s, im
}

func TestImportThenSameThenUndo(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)

	first := importText(t, im, "orders.csv", shopify)
	i, err := s.Import(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if i.State != tabular.Applied || i.Counts.New != 2 || i.Counts.Error != 1 {
		t.Fatalf("state %s, counts %+v, problem %v", i.State, i.Counts, i.Problem)
	}
	rows, _, err := s.ListOrders(ctx, order.Filter{}, order.Page{})
	if err != nil || len(rows) != 2 {
		t.Fatalf("rows %v, error %v", rows, err)
	}
	if rows[0].Number != "#1002" || rows[1].Total != commerce.Minor(7661) || rows[1].Items != "Mug blue, +1" {
		t.Fatalf("rows %+v", rows)
	}
	if err := s.CatchUpSearch(ctx); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"soren", "1002", "#1002", "ada@example.com", "bowl-2", "BOW", "cambridge card"} {
		found, _, err := s.ListOrders(ctx, order.Filter{Search: text}, order.Page{})
		if err != nil || len(found) != 1 {
			t.Errorf("searching %q: %d found, error %v", text, len(found), err)
		}
	}
	again := importText(t, im, "orders.csv", shopify)
	if i, _ = s.Import(ctx, again.ID); i.Counts.Same != 2 || i.Counts.New != 0 {
		t.Fatalf("again: %+v", i.Counts)
	}
	changed := importText(t, im, "later.csv", strings.Replace(shopify, "76.61", "80.00", 1))
	if i, _ = s.Import(ctx, changed.ID); i.Counts.Changed != 1 || i.Counts.Same != 1 {
		t.Fatalf("later: %+v", i.Counts)
	}
	if _, done, err := im.Undo(ctx, changed.ID); err != nil {
		t.Fatal(err)
	} else {
		<-done
	}
	if rows, _, _ = s.ListOrders(ctx, order.Filter{}, order.Page{}); rows[1].Total != commerce.Minor(7661) {
		t.Fatalf("after undo: %+v", rows[1])
	}
	plan, err := im.PlanUndo(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Removed != 2 || len(plan.Left) != 0 {
		t.Fatalf("undo plan %+v", plan)
	}
	if _, done, err := im.Undo(ctx, first.ID); err != nil {
		t.Fatal(err)
	} else {
		<-done
	}
	if rows, _, _ = s.ListOrders(ctx, order.Filter{}, order.Page{}); len(rows) != 0 {
		t.Fatalf("%d orders left after undoing what made them", len(rows))
	}
}
