package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// lastRun is the newest run of a kind, as the command says it.
func lastRun(t *testing.T, dir, kind string) string {
	t.Helper()
	a := ran(dir, "runs", "list", "--kind", kind, "--json")
	var list struct {
		Runs []struct {
			ID      string `json:"id"`
			CanUndo bool   `json:"can_undo"`
		} `json:"runs"`
	}
	if err := json.Unmarshal([]byte(a.out), &list); err != nil || len(list.Runs) == 0 || !list.Runs[0].CanUndo {
		t.Fatalf("runs of the kind %s: %v, %s%s", kind, err, a.out, a.err)
	}
	return list.Runs[0].ID
}

// TestRunsAreTakenBackByCommand says first what taking a rule and a receipt back does, and does it.
func TestRunsAreTakenBackByCommand(t *testing.T) {
	dir := t.TempDir()
	goods := filepath.Join(t.TempDir(), "products.csv")
	write(t, goods, productFile(1))
	for _, args := range [][]string{{"import", goods, "--channel", "Shop", "--currency", "USD"}, {"stock", "start", "T-0-S", "--location", "Main", "--count", "2"},
		{"stock", "rules", "set", "--channel", "Shop", "--buffer", "3"}, {"suppliers", "add", "Acme", "--currency", "USD"},
		{"purchase", "create", "Acme", "--units", "T-0-S=5@1.25"}, {"purchase", "order", "PO-1"}, {"purchase", "receive", "PO-1"}} {
		if a := ran(dir, args...); a.exit != 0 {
			t.Fatalf("%v: %s", args, a.err)
		}
	}
	for kind, want := range map[string]string{"rules": "Shop: keep 3 back → all that is available", "buy": "T-0-S: −5 at Main"} {
		run := lastRun(t, dir, kind)
		planned := ran(dir, "runs", "undo", run, "--plan")
		if planned.exit != 0 || !strings.Contains(planned.out, want) || !strings.Contains(planned.out, "1 put back, 0 left") {
			t.Errorf("undoing %s would: %q %q", kind, planned.out, planned.err)
		}
		if done := ran(dir, "runs", "undo", run); done.exit != 0 {
			t.Errorf("undoing %s: %s", kind, done.err)
		}
		if again := ran(dir, "runs", "undo", run); again.exit != 1 {
			t.Errorf("%s is taken back twice: %q", kind, again.out)
		}
	}
	if a := ran(dir, "stock", "show", "T-0-S", "--json"); !strings.Contains(a.out, `"on_hand":2`) || !strings.Contains(a.out, `"incoming":5`) {
		t.Errorf("it stands as %s", a.out)
	}
	if a := ran(dir, "stock", "master", "Shop"); a.exit != 0 || !strings.Contains(a.out, "is said here") {
		t.Errorf("%q %q", a.out, a.err)
	}
}
