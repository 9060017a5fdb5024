package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/customer"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// inIndexes lists every word of the search file with the record that has it.
func inIndexes(t *testing.T, s *Store) []string {
	t.Helper()
	all := []string{}
	for _, table := range []string{"words", "customer_words", "variant_words"} {
		_, err := s.search.db.Exec(`CREATE VIRTUAL TABLE IF NOT EXISTS seen_` + table + ` USING fts5vocab (` + table + `, 'instance')`)
		must(t, err)
		rows, err := s.search.db.Query(`SELECT DISTINCT '` + table + ` ' || term || ' ' || doc FROM seen_` + table)
		found, err := collect(rows, err, func(rows *sql.Rows, word *string) error { return rows.Scan(word) })
		must(t, err)
		all = append(all, found...)
	}
	slices.Sort(all)
	return all
}

// An index that was fed step by step, over new names, others, and records that go, is the one that is built anew, and no
// word stays that no record has.
func TestAnIndexFedStepByStepIsTheOneBuiltAnew(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	var orders []int64
	for i, name := range []string{"Åsa Lindqvist", "Sofie Lindgren", "Åsa Lindqvist"} {
		orders = append(orders, bought(t, s, fmt.Sprint(77001+i), name))
		must(t, s.CatchUpSearch(ctx))
	}
	product := func(sku, option, title string) {
		took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": sku, "title": "Glazed " + option, "product.handle": "jug", "product.title": title, "option1.value": option}})
		must(t, s.CatchUpSearch(ctx))
	}
	product("JUG-S", "small", "Earthenware")
	product("JUG-L", "large", "Earthenware")
	product("JUG-L", "large", "Stoneware")
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"external_id": "7", "name": "Ida Sandqvist", "email": "77001@example.com"}})
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"external_id": "8", "name": "Vanishing Nilsson"}})
	must(t, s.CatchUpSearch(ctx))
	took(t, s, map[intake.Kind]map[string]string{intake.Customers: {"external_id": "8", "name": "Staying Nilsson"}})
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error {
		o, err := tx.LoadOrder(orders[1])
		if err != nil {
			return err
		}
		if err := tx.DeleteOrder(o); err != nil {
			return err
		}
		return tx.InsertChange(journal.Change{RecordKind: "order", RecordID: o.ID, Action: journal.Removed, RunID: 1})
	}))
	must(t, s.CatchUpSearch(ctx))
	fed, kept := inIndexes(t, s), words(t, s)
	for _, gone := range []string{"lindgren", "vanishing", "earthenware"} {
		if slices.Contains(kept, gone) || slices.ContainsFunc(fed, func(w string) bool { return strings.Contains(w, gone) }) {
			t.Errorf("%q is still known, though nothing has it any more", gone)
		}
	}
	must(t, s.search.rebuild(ctx))
	must(t, s.CatchUpSearch(ctx))
	if anew := inIndexes(t, s); !slices.Equal(fed, anew) {
		t.Errorf("fed step by step, the index has\n%v\nbuilt anew\n%v", fed, anew)
	}
	for q, want := range map[string]int{"stonew": 2, "glazed la": 1, "lar stone": 1, "toneware": 0} {
		if all, err := s.Items(ctx, q, 0, 10); err != nil || len(all) != want {
			t.Errorf("%q finds %d products instead of %d, %v", q, len(all), want, err)
		}
	}
	for q, want := range map[string]int{"sandq": 1, "asa": 1, "nil": 1, "ida nobody": 0} {
		if all, err := s.Customers(ctx, q, 0, 10); err != nil || len(all) != want {
			t.Errorf("%q finds %d customers instead of %d, %v", q, len(all), want, err)
		}
	}
}

// A page of names is a page of the whole list, however the SKUs begin.
func TestPagesOfNamesLeaveNobodyOut(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	bought(t, s, "77001", "Zoe")
	for i := range 12 {
		took(t, s, map[intake.Kind]map[string]string{intake.Products: {"sku": fmt.Sprintf("%s-%d", []string{"MUG", "CUP"}[i%2], i), "title": []string{"Cup", "Mug", "Bowl"}[i%3]},
			intake.Customers: {"external_id": fmt.Sprint(i), "name": []string{"Ada Mugabe", "Bo Cupid"}[i%2]}})
	}
	must(t, s.CatchUpSearch(ctx))
	var found []string
	for after := int64(0); ; {
		page, err := s.Items(ctx, "mug", after, 2)
		must(t, err)
		for _, i := range page {
			found, after = append(found, i.SKU), i.ID
		}
		if len(page) < 2 {
			break
		}
	}
	if got := strings.Join(found, " "); got != "MUG-0 CUP-1 MUG-2 MUG-4 MUG-6 CUP-7 MUG-8 MUG-10" {
		t.Errorf("pages list %s", got)
	}
	n := 0
	for before := int64(0); ; {
		page, err := s.Customers(ctx, "mug", before, 4)
		must(t, err)
		for _, c := range page {
			n, before = n+1, c.ID
		}
		if len(page) < 4 {
			break
		}
	}
	if n != 6 {
		t.Errorf("pages list %d customers instead of 6", n)
	}
}

// A customer whose contact did not change is not indexed anew when an order of theirs is.
func TestCustomersAreIndexedOnce(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	id := bought(t, s, "77001", "Åsa Lindqvist")
	must(t, s.CatchUpSearch(ctx))
	_, err := s.search.db.Exec(`DELETE FROM customer_words`)
	must(t, err)
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error { return tx.InsertChange(touched(&order.Order{ID: id})) }))
	must(t, s.CatchUpSearch(ctx))
	if all, err := s.Customers(ctx, "lindqvist", 0, 10); err != nil || len(all) != 0 {
		t.Errorf("an order that changed indexed its buyer anew: %+v, %v", all, err)
	}
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error {
		was, err := tx.LoadOrder(id)
		if err != nil {
			return err
		}
		now := *was
		now.Parties = slices.Clone(was.Parties)
		now.SetParty(order.Buyer, customer.Contact{Name: "Åsa Lindqvist-Berg", Email: "77001@example.com"})
		if err := tx.UpdateOrder(was, &now); err != nil {
			return err
		}
		return tx.InsertChange(touched(&now))
	}))
	must(t, s.CatchUpSearch(ctx))
	if all, err := s.Customers(ctx, "berg", 0, 10); err != nil || len(all) != 1 {
		t.Errorf("an order that names its buyer otherwise leaves them as they were: %+v, %v", all, err)
	}
}
