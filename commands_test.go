package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// badRow has an order whose amount cannot be read and one that is fine.
const badRow = `Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Id
#2001,ada@example.com,paid,unfulfilled,USD,10.00,0.00,0.00,ten,2026-03-12 09:14:01 +0000,1,Mug,10.00,MUG,Ada,1 Test St,Cambridge,'02139,US,9101
#2002,ada@example.com,paid,unfulfilled,USD,10.00,0.00,0.00,10.00,2026-03-12 09:14:01 +0000,1,Mug,10.00,MUG,Ada,1 Test St,Cambridge,'02139,US,9102
`

var passing = []struct{ find, put string }{
	{`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"`, `"TIME"`},
	{`"sha256": "[0-9a-f]{64}"`, `"sha256": "SUM"`},
	{`"etag": "\d+"`, `"etag": "N"`},
	{`"duration_ms": \d+`, `"duration_ms": 0`},
	{`"size": \d+`, `"size": 0`},
	{`\d+ hours old`, `N hours old`},
	{`Next look [^"]*"`, `Next look SOON."`},
	{`Next run [^"]*"`, `Next run SOON."`},
	{`Looked [^".]* ago`, `Looked A WHILE ago`},
	{`last order [^"·]* ago`, `last order A WHILE ago`},
	{`"next_allowed_at": "TIME"`, `"next_allowed_at": null`},
	{`tradepost-\d{8}-\d{6}`, `tradepost-STAMP`},
	{`on \d+ \w+ \d{4} at \d\d:\d\d`, `on DAY at TIME`},
	{`"(found|zone)": "[A-Za-z_/]*(Local|UTC)"`, `"$1": "ZONE"`},
}

// golden compares JSON that a command wrote with testdata/commands/NAME.json; TRADEPOST_GOLDEN=write writes it.
func golden(t *testing.T, name, text string, hide ...string) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		t.Errorf("%s: %v: %s", name, err, text)
		return
	}
	is := strings.TrimSpace(indented.String()) + "\n"
	for _, secret := range hide {
		is = strings.ReplaceAll(is, secret, "PLACE")
	}
	for _, p := range passing {
		is = regexp.MustCompile(p.find).ReplaceAllString(is, p.put)
	}
	path := filepath.Join("testdata", "commands", name+".json")
	if os.Getenv("TRADEPOST_GOLDEN") == "write" {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(is), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if is != string(want) {
		t.Errorf("%s answers\n%s\ninstead of\n%s", name, is, want)
	}
}

// members are what programs depend on: the keys of the shapes, by command.
var members = map[string][]string{
	"recognise": {"format", "kind", "confidence", "encoding", "delimiter", "header_row", "rows"},
	"import":    {"batch", "format", "channel", "rows", "orders", "errors", "warnings"},
	"orders":    {"new", "changed", "same", "skipped", "error"},
	"problem":   {"row", "column", "found", "expected", "remedy"},
	"order": {"number", "channel", "external_id", "placed_at", "placed_precision", "zone_source", "currency", "subtotal", "shipping", "tax", "discount", "total",
		"financial_status", "fulfillment_status", "buyer", "ship_to", "lines"},
	"buyer":   {"name", "email"},
	"ship_to": {"name", "line1", "line2", "city", "region", "postal_code", "country"},
	"line":    {"external_id", "sku", "title", "quantity", "uom", "unit_price", "total"},
	"served":  {"url", "token"},
	"sync":    {"run", "stream", "pulled", "new", "changed", "same", "quarantined", "cursor"},
}

func has(t *testing.T, what string, value any) map[string]any {
	t.Helper()
	m, _ := value.(map[string]any)
	for _, name := range members[what] {
		if _, there := m[name]; !there {
			t.Errorf("%s has no %s: %v", what, name, value)
		}
	}
	return m
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var value any
	must(t, json.Unmarshal([]byte(text), &value))
	return value
}

// TestCommands goes through the commands of the issue on one workspace: exit codes and JSON, exactly.
// sameFile compares two files byte for byte.
func sameFile(t *testing.T, a, b string) {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(b)
	if err != nil || !bytes.Equal(one, other) {
		t.Errorf("%s is not %s: %v", b, a, err)
	}
}

func TestCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, place := t.TempDir(), t.TempDir()
	good, bad, failed, backup, folder := filepath.Join(place, "orders.csv"), filepath.Join(place, "bad.csv"), filepath.Join(place, "failed.csv"),
		filepath.Join(place, "backup.db"), filepath.Join(place, "incoming")
	exported, shared := filepath.Join(place, "exported.csv"), filepath.Join(place, "template.json")
	goods, counted := filepath.Join(place, "products.csv"), filepath.Join(place, "counted.csv")
	write(t, good, fourRows)
	write(t, bad, badRow)
	write(t, goods, productFile(2))
	write(t, counted, "Artikelnummer;Bestand\nT-0-S;2,5\nT-1-S;3\nWHAT;1\n")
	must(t, os.Mkdir(folder, 0o755))
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"recognise", 0, []string{"recognise", good}},
		{"channels-none", 0, []string{"channels", "list"}},
		{"import-plan", 0, []string{"import", good, "--plan"}},
		{"import", 0, []string{"import", good, "--channel", "Shop", "--zone", "America/New_York"}},
		{"import-file", 0, []string{"import", "file", "2", "--out", filepath.Join(place, "original.csv")}},
		{"import-again", 0, []string{"import", good, "--channel", "shop"}},
		{"import-new", 0, []string{"import", good, "--channel", "Shop", "--mode", "new"}},
		{"import-update", 0, []string{"import", good, "--channel", "Other shop", "--mode", "update"}},
		{"import-errors", 3, []string{"import", bad, "--channel", "Shop", "--errors", failed}},
		{"import-products", 0, []string{"import", goods, "--channel", "Shop", "--currency", "USD"}},
		{"products-list", 0, []string{"products", "list"}},
		{"products-search", 0, []string{"products", "list", "--search", "T-0"}},
		{"customers-list", 0, []string{"customers", "list"}},
		{"stock-list", 0, []string{"stock", "list", "--limit", "2"}},
		{"stock-start", 0, []string{"stock", "start", "T-0-S", "--count", "12", "--location", "Shelf"}},
		{"stock-start-again", 1, []string{"stock", "start", "T-0-S", "--count", "12", "--location", "Shelf"}},
		{"stock-adjust", 0, []string{"stock", "adjust", "T-0-S", "--by", "-2.5", "--reason", "broken"}},
		{"stock-adjust-nothing", 2, []string{"stock", "adjust", "T-0-S", "--by", "x", "--reason", "broken"}},
		{"stock-untracked", 1, []string{"stock", "adjust", "T-0-L", "--by", "1", "--reason", "found"}},
		{"stock-show", 0, []string{"stock", "show", "T-0-S", "--explain"}},
		{"stock-show-then", 0, []string{"stock", "show", "T-0-S", "--at", "2001-01-01"}},
		{"stock-nobody", 1, []string{"stock", "show", "NOBODY"}},
		{"locations-list", 0, []string{"locations", "list"}},
		{"apply-again", 1, []string{"import", "apply", "2"}},
		{"orders-list", 0, []string{"orders", "list"}},
		{"orders-list-page", 0, []string{"orders", "list", "--limit", "2"}},
		{"orders-list-none", 0, []string{"orders", "list", "--status", "cancelled"}},
		{"orders-search", 0, []string{"orders", "list", "--search", "ada@example.com", "--channel", "Shop"}},
		{"orders-show", 0, []string{"orders", "show", "1002"}},
		{"orders-route", 0, []string{"orders", "route", "1002"}},
		{"orders-route-nothing", 1, []string{"orders", "route", "1002", "--to", "Shelf"}},
		{"orders-show-exact", 0, []string{"orders", "show", "#1001", "--channel", "Shop"}},
		{"channels", 0, []string{"channels", "list"}},
		{"quarantine", 0, []string{"quarantine", "list"}},
		{"quarantine-retry", 3, []string{"quarantine", "retry"}},
		{"undo-plan", 0, []string{"import", "undo", "2", "--plan"}},
		{"undo", 0, []string{"import", "undo", "2"}},
		{"undo-twice", 1, []string{"import", "undo", "2"}},
		{"watch-add", 0, []string{"watch", "add", folder, "--cron", "*/5 * * * *", "--channel", "Shop", "--zone", "Europe/Berlin"}},
		{"watch-list", 0, []string{"watch", "list"}},
		{"watch-run", 0, []string{"watch", "run", "1"}},
		{"runs", 0, []string{"runs", "list"}},
		{"backup", 0, []string{"backup", backup}},
		{"backup-twice", 1, []string{"backup", backup}},
		{"doctor", 0, []string{"doctor"}},
		{"restore", 0, []string{"restore", backup}},
		{"version", 0, []string{"version"}},
		{"export", 0, []string{"export", "orders", "--out", exported}},
		{"export-back", 0, []string{"import", exported}},
		{"export-template", 0, []string{"export", "orders", "--template", "quickbooks.iif", "--filter", "", "--out", filepath.Join(place, "books.iif")}},
		{"export-again", 0, []string{"export", "orders", "--template", "quickbooks.iif", "--filter", "", "--out", filepath.Join(place, "books.iif")}},
		{"export-lines", 0, []string{"export", "lines", "--format", "ndjson", "--filter", "currency=USD total>1", "--out", filepath.Join(place, "lines.ndjson")}},
		{"templates-export", 0, []string{"templates", "export", "xero.sales_invoices", "--out", shared}},
		{"templates-import", 0, []string{"templates", "import", shared, "--name", "Ours"}},
		{"templates-remove", 0, []string{"templates", "remove", "ours"}},
		{"templates-remove-shipped", 1, []string{"templates", "remove", "xero.sales_invoices"}},
		{"no-template", 1, []string{"export", "orders", "--template", "nothing", "--out", exported}},
		{"bad-filter", 2, []string{"export", "orders", "--filter", "colour=blue", "--out", exported}},
		{"bad-format", 2, []string{"export", "orders", "--format", "doc", "--out", exported}},
		{"no-file", 1, []string{"import", filepath.Join(place, "nowhere.csv")}},
		{"no-order", 1, []string{"orders", "show", "77"}},
		{"no-channel", 1, []string{"orders", "list", "--channel", "Nowhere"}},
		{"no-batch", 1, []string{"import", "undo", "77"}},
		{"no-backup", 1, []string{"restore", filepath.Join(place, "nowhere.db")}},
		{"bad-zone", 2, []string{"import", good, "--zone", "Mars/North"}},
		{"bad-mode", 2, []string{"import", good, "--mode", "sometimes"}},
		{"bad-cron", 2, []string{"watch", "add", folder, "--cron", "often"}},
		{"bad-status", 2, []string{"orders", "list", "--status", "nice"}},
		{"locations-add", 0, []string{"locations", "add", "Annex", "--serves", "DE,US-CA", "--rank", "1"}},
		{"locations-set", 0, []string{"locations", "set", "annex", "--city", "Ulm"}},
		{"locations-bad", 2, []string{"locations", "set", "Annex", "--serves", "Germany"}},
		{"locations-close", 1, []string{"locations", "set", "Shelf", "--close"}},
		{"transfer-create", 0, []string{"stock", "transfer", "create", "T-0-S=2", "--from", "Shelf", "--to", "Annex", "--send"}},
		{"transfer-more", 1, []string{"stock", "transfer", "create", "T-0-S=99", "--from", "Shelf", "--to", "Annex", "--send"}},
		{"transfer-receive", 0, []string{"stock", "transfer", "receive", "1", "T-0-S=1", "--lost", "T-0-S=1", "--reason", "broken"}},
		{"transfer-cancel", 0, []string{"stock", "transfer", "cancel", "2"}},
		{"transfer-list", 0, []string{"stock", "transfer", "list"}},
		{"stocktake-none", 1, []string{"stocktake", "import", counted}},
		{"stocktake-start", 0, []string{"stocktake", "start", "--location", "Shelf", "--name", "Week 12", "--prefix", "T-0"}},
		{"stocktake-count", 0, []string{"stocktake", "count", "1", "t-0-s", "5", "--counter", "Ada"}},
		{"stocktake-count-nobody", 0, []string{"stocktake", "count", "1", "NOBODY"}},
		{"stocktake-import", 0, []string{"stocktake", "import", counted}},
		{"stocktake-import-again", 1, []string{"stocktake", "import", counted}},
		{"stocktake-no-count", 2, []string{"stocktake", "import", good}},
		{"stocktake-show", 0, []string{"stocktake", "show", "1", "--which", "counted"}},
		{"stocktake-close", 0, []string{"stocktake", "close", "1"}},
		{"stocktake-closed", 1, []string{"stocktake", "close", "1"}},
		{"stocktake-list", 0, []string{"stocktake", "list"}},
		{"stocktake-sheet", 0, []string{"stocktake", "sheet", "1", filepath.Join(place, "sheet.csv")}},
	} {
		a := ran(dir, append(step.args, "--json")...)
		if a.exit != step.exit {
			t.Errorf("%s: exit %d instead of %d: %s%s", step.name, a.exit, step.exit, a.out, a.err)
			continue
		}
		said := a.out
		if step.exit == 1 || step.exit == 2 {
			said = a.err
			if a.out != "" || strings.Count(said, "\n") != 1 {
				t.Errorf("%s says more than its error: %q %q", step.name, a.out, a.err)
			}
		} else if a.err != "" {
			t.Errorf("%s complains: %s", step.name, a.err)
		}
		golden(t, step.name, said, filepath.ToSlash(dir), filepath.ToSlash(place))
		if step.name == "import-file" {
			sameFile(t, good, filepath.Join(place, "original.csv"))
		}
		if step.name == "import-errors" {
			imported := has(t, "import", parsed(t, a.out))
			has(t, "orders", imported["orders"])
			has(t, "problem", imported["errors"].([]any)[0])
		}
	}
	if text, err := os.ReadFile(failed); err != nil || !strings.Contains(string(text), "#2001") || strings.Contains(string(text), "#2002") {
		t.Errorf("failed rows are %s, %v", text, err)
	}
}

// TestShapes holds what programs depend on against the words of the issue, whatever the golden files say.
func TestShapes(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "orders.csv")
	write(t, file, fourRows)
	r := has(t, "recognise", parsed(t, ran(dir, "recognise", file, "--json").out))
	if r["format"] != "shopify.orders" || r["kind"] != "orders" || r["encoding"] != "utf-8" || r["delimiter"] != "," || r["header_row"] != 1.0 || r["rows"] != 4.0 {
		t.Errorf("recognised as %v", r)
	}
	i := has(t, "import", parsed(t, ran(dir, "import", file, "--json").out))
	if o := has(t, "orders", i["orders"]); i["rows"] != 4.0 || o["new"] != 3.0 || o["error"] != 0.0 {
		t.Errorf("imported as %v", i)
	}
	list := parsed(t, ran(dir, "orders", "list", "--json").out).(map[string]any)
	if next, there := list["next"]; !there || next != nil || len(list["orders"].([]any)) != 3 {
		t.Errorf("listed as %v", list)
	}
	shown := has(t, "order", parsed(t, ran(dir, "orders", "show", "#1001", "--json").out))
	has(t, "buyer", shown["buyer"])
	has(t, "ship_to", shown["ship_to"])
	lines := shown["lines"].([]any)
	first := has(t, "line", lines[0])
	if shown["placed_at"] != "2026-03-12T09:14:01Z" || shown["total"] != "76.61" || shown["discount"] != nil || len(lines) != 2 ||
		first["sku"] != "00123" || first["quantity"] != 1.0 || first["unit_price"] != "18.00" {
		t.Errorf("shown as %v", shown)
	}
	// Page by page, every order comes once.
	var numbers []string
	for after := ""; ; {
		page := parsed(t, ran(dir, "orders", "list", "--limit", "1", "--after", after, "--json").out).(map[string]any)
		for _, o := range page["orders"].([]any) {
			numbers = append(numbers, o.(map[string]any)["number"].(string))
		}
		next, more := page["next"].(string)
		if !more || len(numbers) > 3 {
			break
		}
		after = next
	}
	if slices.Sort(numbers); !slices.Equal(numbers, []string{"#1001", "#1002", "#1003"}) {
		t.Errorf("by pages there are %v", numbers)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"--nothing"}, {"orders"}, {"orders", "sell"}, {"import"}, {"recognise", "a", "b"}, {"nothing"}, {"orders", "list", "--limit", "many"},
		{"import", "a.csv", "b.csv", "--errors", "c.csv"}, {"watch", "add"}, {"serve", "--listen", "0.0.0.0:80"}} {
		if a := ran(t.TempDir(), args...); a.exit != 2 || a.err == "" {
			t.Errorf("%v: %+v", args, a)
		}
	}
	for _, args := range [][]string{{"--help"}, {"import", "--help"}, {"version"}} {
		if a := ran(t.TempDir(), args...); a.exit != 0 || a.out == "" {
			t.Errorf("%v: %+v", args, a)
		}
	}
	// Words, not JSON, when nobody asks for JSON.
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "bad.csv")
	write(t, file, badRow)
	if a := ran(dir, "import", file); a.exit != 3 || !strings.Contains(a.out, "1 in quarantine") || !strings.Contains(a.out, "“ten”") {
		t.Errorf("import in words: %+v", a)
	}
	if a := ran(dir, "orders", "show", "77"); a.exit != 1 || !strings.Contains(a.err, "There is no order 77.") || strings.Contains(a.err, "{") {
		t.Errorf("no such order in words: %+v", a)
	}
}
