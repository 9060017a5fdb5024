// Package backend_test keeps the import rules of DESIGN.md section 5: who may import whom, in code that is not a test.
package backend_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "tradepost/"

// The layers. Each name stands for a tree: "tabular" is also tabular/format.
var (
	kernel   = []string{"commerce", "fault"}
	domains  = []string{"catalog", "customer", "inventory", "purchasing", "order", "fulfillment", "accounting"} // lower ones first
	useCases = []string{"tabular", "bulk", "listings", "sample", "schedule", "syncing", "webhook", "rules", "edi", "secret"}
	taken    = slices.Concat(kernel, domains, []string{"journal", "channel", "intake"}) // what use cases are made of
)

// rule says what the packages of a tree may import beside the standard library and their own tree.
type rule struct {
	ours   []string // trees of ours, below backend/
	theirs bool     // modules of others
	never  []string // packages of the standard library that this layer has no business with
}

// outward is what a domain must not know of: the network and the database.
var outward = []string{"net/http", "database/sql"}

// rules by tree below backend/; the longest that fits a package counts. A package without a rule is an offender too.
var rules = allRules()

func allRules() map[string]rule {
	all := map[string]rule{
		"journal":        {ours: kernel, never: outward},
		"channel":        {ours: slices.Concat(kernel, domains), never: []string{"database/sql"}}, // calls carry HTTP headers
		"intake":         {ours: slices.Concat(kernel, domains, []string{"journal", "channel"}), never: outward},
		"connectors":     {ours: slices.Concat(kernel, domains, []string{"channel"}), theirs: true},
		"connectors/all": {ours: []string{"connectors"}},
		// Practice mode runs the simulated vendors that lie beside their connectors.
		"practice": {ours: slices.Concat(kernel, domains, []string{"channel", "connectors"}), theirs: true},
		// The acceptance kit is for tests alone: it drives connectors through the engine and the store.
		"channel/channeltest": {ours: slices.Concat(taken, useCases, []string{"store"}), theirs: true},
		"workspace":           {ours: kernel, theirs: true},
		"transport":           {ours: slices.Concat(kernel, []string{"secret"}), theirs: true},
		"autostart":           {ours: kernel, theirs: true},
		"store":               {ours: slices.Concat(taken, useCases, []string{"workspace", "transport"}), theirs: true},
		"api":                 {ours: slices.Concat(taken, useCases, []string{"workspace", "transport"}), theirs: true},
		"cli":                 {ours: slices.Concat(taken, useCases, []string{"workspace", "transport", "practice"}), theirs: true},
	}
	for _, name := range kernel {
		all[name] = rule{never: outward}
	}
	for i, name := range domains {
		all[name] = rule{ours: slices.Concat(kernel, domains[:i]), never: outward}
	}
	for _, name := range useCases {
		all[name] = rule{ours: slices.Concat(taken, []string{"schedule", "secret", "transport"}), theirs: true}
	}
	// EDI is a language: files of it are told from others, and read, like any.
	all["tabular"] = rule{ours: append(all["tabular"].ours, "edi"), theirs: true}
	return all
}

// reserved are the modules that one place alone may import, whatever its rule says.
var reserved = []struct{ path, place, why string }{
	{"github.com/wailsapp/wails", "", "only the root package knows Wails"},
	{"database/sql", "store", "only store knows SQL"},
	{"github.com/mattn/go-sqlite3", "store", "only store knows SQL"},
	{"github.com/uptrace/bun", "store", "only store knows SQL"},
	{"github.com/pressly/goose", "store", "only store knows SQL"},
}

// imported is one import of one file.
type imported struct{ pkg, file, path string }

// offence says in words why an import is against the rules; "" when it is not.
func offence(i imported) string {
	home, known := treeOf(i.pkg)
	if !known {
		return i.pkg + " has no import rule yet: decide its layer, and add it to rules in backend/arch_test.go"
	}
	for _, r := range reserved {
		if under(i.path, r.path) && home != r.place {
			return r.why
		}
	}
	r := rules[home]
	if path, ours := strings.CutPrefix(i.path, module+"backend/"); ours {
		return oursOffence(i.pkg, home, path, r)
	}
	first, _, _ := strings.Cut(i.path, "/")
	switch {
	case home == "channel/channeltest" && i.path == module+"build/proof": // tests are made of it alone
		return ""
	case strings.HasPrefix(i.path, module):
		return "backend/ imports nothing of ours outside of it"
	case strings.Contains(first, ".") && !r.theirs:
		return home + " imports no module of others"
	case slices.ContainsFunc(r.never, func(p string) bool { return under(i.path, p) }):
		return home + " has no business with " + i.path
	}
	return ""
}

func oursOffence(pkg, home, path string, r rule) string {
	own := home
	if home == "connectors" { // a connector never imports another
		own = strings.Join(strings.SplitN(below(pkg)+"//", "/", 3)[:2], "/")
	}
	if under(path, own) || slices.ContainsFunc(r.ours, func(tree string) bool { return under(path, tree) }) {
		return ""
	}
	if len(r.ours) == 0 {
		return home + " imports only the standard library"
	}
	return home + " may import of ours only " + strings.Join(r.ours, ", ")
}

// treeOf is the tree whose rule counts for a package: the longest that it lies in.
func treeOf(pkg string) (best string, known bool) {
	for tree := range rules {
		if under(below(pkg), tree) && len(tree) > len(best) {
			best = tree
		}
	}
	return best, best != ""
}

// below is a package's path below backend/.
func below(pkg string) string { return strings.TrimPrefix(pkg, module+"backend/") }

// under reports whether path is tree or lies in it.
func under(path, tree string) bool { return path == tree || strings.HasPrefix(path, tree+"/") }

func TestImportRules(t *testing.T) {
	found := 0
	for _, i := range importsOf(t) {
		found++
		if words := offence(i); words != "" {
			t.Errorf("%s imports %s: %s", i.file, i.path, words)
		}
	}
	if found < 100 {
		t.Errorf("saw %d imports only: the check does not read what it should", found)
	}
}

// importsOf lists the imports of all our files that are no tests, those for other systems too.
func importsOf(t *testing.T) (all []imported) {
	t.Helper()
	listed, err := exec.Command("go", "list", "-e", "-json=Dir,ImportPath,GoFiles,CgoFiles,IgnoredGoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(listed))
	for {
		var p struct {
			Dir, ImportPath                   string
			GoFiles, CgoFiles, IgnoredGoFiles []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.IgnoredGoFiles) {
			if !strings.HasSuffix(name, "_test.go") {
				all = append(all, importsIn(t, p.ImportPath, filepath.Join(p.Dir, name))...)
			}
		}
	}
}

func importsIn(t *testing.T, pkg, path string) (all []imported) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, imported{pkg, strings.TrimPrefix(pkg, module) + "/" + filepath.Base(path), name})
	}
	return all
}

// TestImportRulesBite plants imports that break each rule, and some that look alike and are fine.
func TestImportRulesBite(t *testing.T) {
	for _, c := range []struct {
		pkg, path string
		wrong     bool
	}{
		{"commerce", "math/big", false},
		{"commerce", "tradepost/backend/fault", true},
		{"fault", "tradepost/backend/commerce", true},
		{"fault", "github.com/google/uuid", true},
		{"order", "tradepost/backend/customer", false},
		{"order", "tradepost/backend/fulfillment", true}, // higher
		{"order", "tradepost/backend/journal", true},
		{"order", "tradepost/backend/store", true},
		{"order", "net/http", true},
		{"order", "net/http/httptest", true},
		{"order", "net/url", false},
		{"order", "database/sql", true},
		{"catalog", "tradepost/backend/order", true},
		{"inventory", "github.com/wailsapp/wails/v2/pkg/runtime", true},
		{"journal", "tradepost/backend/order", true},
		{"journal", "tradepost/backend/fault", false},
		{"channel", "tradepost/backend/order", false},
		{"channel", "tradepost/backend/journal", true},
		{"channel/channeltest", "tradepost/backend/channel", false},
		{"intake", "tradepost/backend/journal", false},
		{"intake", "tradepost/backend/tabular", true},
		{"intake", "net/http", true},
		{"connectors/etsy", "tradepost/backend/channel", false},
		{"connectors/etsy", "tradepost/backend/connectors/etsy/sim", false},
		{"connectors/etsy", "tradepost/backend/connectors/etsyish", true},
		{"connectors/etsy/sim", "tradepost/backend/connectors/shopify", true},
		{"connectors/etsy", "tradepost/backend/store", true},
		{"connectors/etsy", "tradepost/backend/syncing", true},
		{"connectors/all", "tradepost/backend/connectors/etsy", false},
		{"practice", "tradepost/backend/connectors/etsy/sim", false},
		{"practice", "tradepost/backend/syncing", true},
		{"practice", "tradepost/backend/store", true},
		{"practice", "tradepost/backend/workspace", true},
		{"tabular/format", "tradepost/backend/tabular/value", false},
		{"tabular/format", "tradepost/backend/tabularium", true},
		{"tabular/watch", "tradepost/backend/schedule", false},
		{"tabular", "tradepost/backend/store", true},
		{"tabular", "tradepost/backend/api", true},
		{"bulk", "tradepost/backend/cli", true},
		{"sample", "database/sql", true},
		{"schedule", "github.com/robfig/cron/v3", false},
		{"store", "tradepost/backend/tabular", false},
		{"store", "database/sql", false},
		{"store", "tradepost/backend/api", true},
		{"store", "tradepost/backend/cli", true},
		{"api", "tradepost/backend/store", true},
		{"api", "tradepost/backend/cli", true},
		{"api", "github.com/uptrace/bun", true},
		{"cli", "tradepost/backend/store", true},
		{"workspace", "tradepost/backend/order", true},
		{"workspace", "github.com/wailsapp/wails/v2", true},
		{"order", "tradepost/build/testsum", true},
		{"newcomer", "fmt", true}, // no rule yet
	} {
		words := offence(imported{module + "backend/" + c.pkg, "file.go", c.path})
		if (words != "") != c.wrong {
			t.Errorf("%s importing %s: said %q", c.pkg, c.path, words)
		}
	}
}
