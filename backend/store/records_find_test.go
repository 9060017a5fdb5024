package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"tradepost/backend/intake"
)

// Codes are looked up by index, numbers of people however they are written; what is no code is looked for in words too.
func TestCodesAndNumbersAreFound(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	imported(t, s, drawn(1, 3))
	for _, values := range []map[string]string{
		{"sku": "AB-1001", "title": "Mug"}, {"sku": "AB-1002", "title": "Bowl"}, {"sku": "LID", "title": "Lid for AB-1001", "gtin": "4006381333931"},
		{"sku": "C-1", "title": "Notebook A5"}, {"sku": "A5-X", "title": "Pen"},
	} {
		took(t, s, map[intake.Kind]map[string]string{intake.Products: values})
	}
	must(t, s.CatchUpSearch(ctx))
	for q, want := range map[string]string{
		"AB-1001": "AB-1001", "ab1001": "AB-1001", "ab_100": "AB-1001 AB-1002", "4006381333931": "LID", "A5": "C-1 A5-X",
		"for AB-1001": "LID", "AB-9999": "", "lid": "LID",
	} {
		all, err := s.Items(ctx, q, 0, 10)
		must(t, err)
		var found []string
		for _, item := range all {
			found = append(found, item.SKU)
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("%q finds %q instead of %q", q, got, want)
		}
	}
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"external_id": "70012", "name": "Ada", "phone": "(030) 555-77 88", "email": "ada1985@example.com"}})
	must(t, s.CatchUpSearch(ctx))
	for q, want := range map[string]int{"030 5557788": 1, "30555": 1, "+0 30-555": 1, "555-77": 1, "70012": 1, "7001": 0, "ada19": 1, "1985": 0, "ada1985@": 1, "0000": 0} {
		if all, err := s.Customers(ctx, q, 0, 10); err != nil || len(all) != want {
			t.Errorf("%q finds %d customers instead of %d, %v", q, len(all), want, err)
		}
	}
}

// A code that is known is looked up without a walk over all products.
func TestAKnownCodeIsFoundByIndex(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	imported(t, s, drawn(1, 3))
	took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": "AB-1001", "title": "Mug", "gtin": "4006381333931"}})
	o := eavesdrop(t, s)
	plain, err := sql.Open("sqlite3", readerDSN(s.path))
	must(t, err)
	defer func() { _ = plain.Close() }()
	for _, q := range []string{"AB-1001", "4006381333931"} {
		if all, err := s.Items(ctx, q, 0, 10); err != nil || len(all) != 1 {
			t.Errorf("%q: %v, %v", q, all, err)
		}
	}
	for _, a := range o.asked {
		rows, err := plain.Query("EXPLAIN QUERY PLAN "+a.query, a.args...)
		must(t, err)
		for rows.Next() {
			var id, parent, unused int
			var detail string
			must(t, rows.Scan(&id, &parent, &unused, &detail))
			if strings.HasPrefix(detail, "SCAN v") || strings.HasPrefix(detail, "SCAN p") {
				t.Errorf("%s\n%s", detail, a.query)
			}
		}
		must(t, rows.Close())
	}
}
