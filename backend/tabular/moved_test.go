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

// moves are the changes of a plan's or an import's records that move a variant to another product.
func moves(t *testing.T, im *tabular.Importer, i tabular.Import) (all []order.Change) {
	t.Helper()
	views, err := im.Records(context.Background(), i.ID, tabular.RecordFilter{Limit: 10})
	must(t, err)
	for _, v := range views {
		for _, c := range v.Changes {
			if c.Field == "product" {
				all = append(all, c)
			}
		}
	}
	return all
}

func TestAMoveBetweenProductsIsSaidInWords(t *testing.T) {
	s, im := opened(t)
	const start = "sku,title,product.handle,product.title\nMUG-B,Blue,mug,Mug\nMUG-R,Red,mug,Mug\nBOWL,Bowl,bowl,Bowl\n"
	profile := profiled(t, im, "products", start)
	request := tabular.Request{Profile: profile.ID, Channel: "Shopify"}
	applied(t, im, planText(t, im, start, request))
	for _, tt := range []struct{ to, before, after string }{
		{"bowl", "Mug (mug)", "Bowl (bowl)"},
		{"mug-2", "Bowl (bowl)", "a new product (mug-2)"},
	} {
		next := planText(t, im, strings.Replace(start[:strings.Index(start, "MUG-R")], "mug,Mug", tt.to+",", 1), request)
		got := moves(t, im, next)
		if len(got) != 1 || got[0].Before != tt.before || got[0].After != tt.after {
			t.Fatalf("to %s: %+v", tt.to, got)
		}
		next = applied(t, im, next)
		got = moves(t, im, next)
		if len(got) != 1 || got[0].Before != tt.before || !strings.HasSuffix(got[0].After, "("+tt.to+")") || strings.HasPrefix(got[0].After, "a new") {
			t.Errorf("moved to %s: %+v", tt.to, got)
		}
		for _, f := range journalled(t, s, "MUG-B") {
			if f.Field == "product" && (strings.Trim(f.Before, "0123456789") != "" || strings.Trim(f.After, "0123456789") != "") {
				t.Errorf("the journal says %+v", f)
			}
		}
	}
}

func journalled(t *testing.T, s *store.Store, sku string) (all []commerce.FieldChange) {
	t.Helper()
	for _, item := range items(t, s) {
		if item.SKU == sku {
			changes, err := s.Changes(context.Background(), "variant", item.ID)
			must(t, err)
			for _, c := range changes {
				all = append(all, c.Fields...)
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("nothing journalled")
	}
	return all
}
