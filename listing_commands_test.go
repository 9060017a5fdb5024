package main

import (
	"path/filepath"
	"testing"
)

// TestListingCommands works an inbox off by command, merges two products and prices a channel.
func TestListingCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, place := t.TempDir(), t.TempDir()
	orders, goods := filepath.Join(place, "orders.csv"), filepath.Join(place, "products.csv")
	write(t, orders, fourRows)
	write(t, goods, productFile(2))
	for _, args := range [][]string{{"import", orders, "--channel", "Fair"}, {"import", goods, "--channel", "Shop", "--currency", "USD"}} {
		if a := ran(dir, args...); a.exit != 0 {
			t.Fatalf("%v: %s", args, a.err)
		}
	}
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"listings-list", 0, []string{"listings", "list", "--unlinked", "--channel", "Fair"}},
		{"listings-suggest", 0, []string{"listings", "suggest"}},
		{"listings-link", 0, []string{"listings", "link", "00123", "T-0-S", "--pack", "2"}},
		{"listings-linked", 0, []string{"listings", "list", "--limit", "1"}},
		{"listings-unlink", 0, []string{"listings", "unlink", "00123"}},
		{"listings-link-again", 0, []string{"listings", "link", "00123", "T-0-S", "--channel", "fair"}},
		{"listings-ignore", 0, []string{"listings", "ignore", "BOWL-2", "--reason", "a service"}},
		{"listings-ignored", 0, []string{"listings", "list", "--ignored"}},
		{"listings-restore", 0, []string{"listings", "restore", "BOWL-2"}},
		{"variants-set", 0, []string{"variants", "set", "T-0-S", "title=Small thing", "product.vendor=Kiln"}},
		{"listings-link-all", 1, []string{"listings", "link-all", "--sure", "likely"}},
		{"prices-rules", 0, []string{"prices", "rules", "list"}},
		{"prices-preview", 0, []string{"prices", "rules", "preview", "Fair", "--percent", "12", "--round", "99", "--floor", "15"}},
		{"prices-set", 0, []string{"prices", "rules", "set", "Fair", "--percent", "12", "--round", "99", "--floor", "15"}},
		{"prices-show", 0, []string{"prices", "show", "00123"}},
		{"variants-merge-plan", 0, []string{"variants", "merge", "T-0-S", "T-0-L", "--plan"}},
		{"variants-merge", 0, []string{"variants", "merge", "T-0-S", "T-0-L", "--apply"}},
		{"variants-merge-twice", 2, []string{"variants", "merge", "T-0-S", "T-0-L", "--apply", "--plan"}},
		{"no-listing", 1, []string{"listings", "unlink", "NOTHING"}},
		{"no-variant", 1, []string{"listings", "link", "00123", "NOTHING"}},
		{"bad-percent", 2, []string{"prices", "rules", "set", "Fair", "--percent", "-100"}},
		{"bad-pack", 2, []string{"listings", "link", "00123", "T-1-S", "--pack", "0"}},
	} {
		a := ran(dir, append(step.args, "--json")...)
		if a.exit != step.exit {
			t.Errorf("%s: exit %d instead of %d: %s%s", step.name, a.exit, step.exit, a.out, a.err)
			continue
		}
		said := a.out
		if step.exit != 0 {
			said = a.err
		}
		golden(t, step.name, said, filepath.ToSlash(dir), filepath.ToSlash(place))
		if words := ran(dir, step.args...); words.exit == 0 && words.out == "" {
			t.Errorf("%s says nothing in words", step.name)
		}
	}
}
