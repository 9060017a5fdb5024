package main

import (
	"path/filepath"
	"testing"
)

// TestBuyingCommands buys goods by command from the supplier to the shelf, and puts kits together of them.
func TestBuyingCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, place := t.TempDir(), t.TempDir()
	goods := filepath.Join(place, "products.csv")
	write(t, goods, productFile(2))
	for _, args := range [][]string{{"import", goods, "--channel", "Shop", "--currency", "USD"}, {"stock", "start", "T-0-S", "--location", "Main", "--count", "2"}} {
		if a := ran(dir, args...); a.exit != 0 {
			t.Fatalf("%v: %s", args, a.err)
		}
	}
	paper := filepath.Join(place, "order.pdf")
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"suppliers-add", 0, []string{"suppliers", "add", "Acme", "--currency", "EUR", "--lead-days", "7", "--minimum", "50", "--person", "Grace Hopper"}},
		{"suppliers-add-again", 1, []string{"suppliers", "add", "Acme", "--currency", "EUR"}},
		{"suppliers-set", 0, []string{"suppliers", "set", "acme", "--lead-days", "9"}},
		{"suppliers-sells", 0, []string{"suppliers", "sells", "Acme", "T-0-S", "--code", "AC-1", "--pack", "6", "--price", "9.99"}},
		{"suppliers-items", 0, []string{"suppliers", "items", "Acme"}},
		{"purchase-rule", 0, []string{"purchase", "rule", "T-0-S", "--min", "4", "--max", "10"}},
		{"purchase-rule-wrong", 2, []string{"purchase", "rule", "T-0-S", "--min", "4", "--max", "4"}},
		{"purchase-short", 0, []string{"purchase", "short"}},
		{"purchase-draft", 0, []string{"purchase", "draft"}},
		{"purchase-draft-again", 0, []string{"purchase", "draft", "--supplier", "Acme"}},
		{"purchase-create", 0, []string{"purchase", "create", "Acme", "--packs", "T-0-S=2", "--units", "T-0-L=5@1.25"}},
		{"purchase-create-wrong", 2, []string{"purchase", "create", "Acme", "--packs", "T-0-S"}},
		{"purchase-cancel", 0, []string{"purchase", "cancel", "PO-1", "--reason", "too dear"}},
		{"purchase-order", 0, []string{"purchase", "order", "PO-2"}},
		{"purchase-receive-untracked", 1, []string{"purchase", "receive", "PO-2"}},
		{"purchase-receive-over", 1, []string{"purchase", "receive", "PO-2", "--came", "T-0-S=99"}},
		{"purchase-receive", 0, []string{"purchase", "receive", "PO-2", "--came", "T-0-S=10", "--charge", "freight=1.01:value", "--start"}},
		{"purchase-receive-rest", 0, []string{"purchase", "receive", "PO-2", "--start"}},
		{"purchase-costs", 0, []string{"purchase", "costs", "PO-2", "--receipt", "1", "--charge", "freight=2.00:quantity"}},
		{"purchase-unreceive", 0, []string{"purchase", "unreceive", "PO-2", "--receipt", "2"}},
		{"purchase-list", 0, []string{"purchase", "list", "--state", "open"}},
		{"purchase-show", 0, []string{"purchase", "show", "po-2"}},
		{"purchase-show-none", 1, []string{"purchase", "show", "PO-9"}},
		{"purchase-print", 0, []string{"purchase", "print", "PO-2", "--to", paper}},
		{"purchase-print-again", 1, []string{"purchase", "print", "PO-2", "--to", paper}},
		{"purchase-close", 0, []string{"purchase", "close", "PO-2", "--reason", "sold out"}},
		{"purchase-reopen", 0, []string{"purchase", "reopen", "PO-2"}},
		{"kits-set", 0, []string{"kits", "set", "T-1-S", "T-0-S=2", "--kind", "assembled"}},
		{"kits-assemble", 0, []string{"kits", "assemble", "T-1-S", "3", "--start"}},
		{"kits-assemble-short", 1, []string{"kits", "assemble", "T-1-S", "40"}},
		{"kits-disassemble", 0, []string{"kits", "disassemble", "T-1-S", "1"}},
		{"kits-undo", 0, []string{"kits", "undo", "T-1-S", "2"}},
		{"kits-list", 0, []string{"kits", "list"}},
		{"stock-value", 0, []string{"stock", "value"}},
		{"stock-explain", 0, []string{"stock", "show", "T-1-S", "--explain"}},
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
	}
	for _, args := range [][]string{{"suppliers", "list"}, {"suppliers", "items", "Acme"}, {"purchase", "list"}, {"purchase", "show", "PO-2"}, {"purchase", "short"}, {"purchase", "rules"},
		{"purchase", "print", "PO-2", "--format", "csv", "--to", "-"}, {"kits", "list"}, {"kits", "show", "T-1-S"}, {"stock", "value"}, {"stock", "show", "T-0-S", "--explain"}} {
		if words := ran(dir, args...); words.exit != 0 || words.out == "" {
			t.Errorf("%v says %d, %q, %q", args, words.exit, words.out, words.err)
		} else {
			t.Log(args, "\n"+words.out)
		}
	}
}
