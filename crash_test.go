package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/store"
	"tradepost/backend/tabular/tabulartest"
	"tradepost/build/proof"
)

const crashSeed = 20261123

// TestProofImportKill kills imports of 300 orders at points drawn from a seed and checks after every kill that nothing
// is doubled, torn or without its message and payload; then it lets the import end and checks that everything is there.
// Half of the kills hit the importer between two statements or right after a commit, counted; the others hit the
// whole program once its write-ahead log has reached a drawn size, wherever it is then.
func TestProofImportKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := proof.Begin(t, "import-kill", crashSeed)
	orders := tabulartest.Orders(rand.New(rand.NewPCG(crashSeed, 0)), 300)
	file := filepath.Join(t.TempDir(), "orders.csv")
	write(t, file, tabulartest.Shopify(orders))
	total := wholeImport(t, file, orders)
	size := largestLog(t, file)
	for p.Counts["kills"] < p.Size(6, 200) {
		round := p.Counts["rounds"]
		r := rand.New(rand.NewPCG(crashSeed, uint64(round)+1))
		dir := t.TempDir()
		stocked(t, dir)
		for kill := range 1 + r.IntN(2) {
			if round%2 == 0 {
				if died(t, dir, file, 1+r.IntN(total), "") {
					p.Counts["kills"]++
					p.Counts["kills_between_statements"]++
				}
			} else if killedAtLog(t, dir, file, int64(r.IntN(int(size)))) {
				p.Counts["kills"]++
				p.Counts["kills_of_the_program"]++
			}
			if n := present(t, dir); n > 0 && n < len(orders) {
				p.Counts["kills_amid_the_orders"]++
			}
			if complaints := partly(t, dir, orders); len(complaints) > 0 {
				t.Fatalf("round %d, after kill %d:\n%s", round, kill, strings.Join(complaints, "\n"))
			}
		}
		if round%2 == 0 {
			if died(t, dir, file, 0, "") {
				t.Fatalf("round %d did not run to its end", round)
			}
		} else if out, err := command(dir, "import", file, "--json").CombinedOutput(); err != nil {
			t.Fatalf("round %d: %v: %s", round, err, out)
		}
		if complaints := wholly(t, dir, orders); len(complaints) > 0 {
			t.Fatalf("round %d, at the end:\n%s", round, strings.Join(complaints, "\n"))
		}
		p.Counts["rounds"]++
		p.Counts["orders_checked"] += len(orders)
		p.Save()
	}
	t.Log(p.Counts)
	if p.Counts["kills_amid_the_orders"] == 0 {
		t.Fatal("no kill hit the import while it wrote orders")
	}
}

// TestImportKillIsNoticed takes guards away: the same checks must then complain.
func TestImportKillIsNoticed(t *testing.T) {
	orders := tabulartest.Orders(rand.New(rand.NewPCG(crashSeed, 0)), 40)
	file := filepath.Join(t.TempDir(), "orders.csv")
	write(t, file, tabulartest.Shopify(orders))

	t.Run("message and payload in a transaction of their own", func(t *testing.T) {
		noticed := 0
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 7))
			dir := t.TempDir()
			if died(t, dir, file, 40+r.IntN(120), faultApart) && mention(partly(t, dir, orders), "without message and payload") {
				noticed++
			}
		}
		if noticed == 0 {
			t.Fatal("orders without their message went unnoticed")
		}
	})
	t.Run("nothing looks an order up, the constraint holds", func(t *testing.T) {
		dir := t.TempDir()
		twice(t, dir, file, faultBlind)
		if complaints := partly(t, dir, orders); mention(complaints, "doubled") {
			t.Fatalf("the constraint let orders in twice: %v", complaints)
		}
	})
	t.Run("nothing looks an order up and the constraint is gone", func(t *testing.T) {
		dir := t.TempDir()
		dropUniqueness(t, dir)
		twice(t, dir, file, faultBlind)
		if complaints := partly(t, dir, orders); !mention(complaints, "doubled") {
			t.Fatalf("doubled orders went unnoticed: %v", complaints)
		}
	})
	t.Run("a payload, a line, a counter and an order are gone", func(t *testing.T) {
		for sabotage, words := range map[string]string{
			`DELETE FROM payload WHERE message_id = (SELECT max(id) FROM message)`:                                                                          "without message and payload",
			`DELETE FROM order_line WHERE id = (SELECT max(id) FROM order_line)`:                                                                            "differs",
			`UPDATE order_count SET n = n + 1 WHERE facet = 'stage'`:                                                                                        "counts",
			`UPDATE order_day SET total = total + 1 WHERE day = (SELECT max(day) FROM order_day)`:                                                           "days",
			`DELETE FROM external_reference WHERE record_id = (SELECT max(id) FROM orders)`:                                                                 "name",
			`INSERT INTO change SELECT NULL, seq, recorded_at, occurred_at, record_kind, record_id, action, fields, run_id, message_id FROM change LIMIT 1`: "created",
		} {
			dir := t.TempDir()
			if died(t, dir, file, 0, "") {
				t.Fatal("the import died")
			}
			if complaints := wholly(t, dir, orders); len(complaints) > 0 {
				t.Fatal(complaints)
			}
			damage(t, dir, sabotage)
			if complaints := wholly(t, dir, orders); !mention(complaints, words) {
				t.Errorf("%s: no complaint about %q in %v", sabotage, words, complaints)
			}
		}
	})
}

func mention(complaints []string, words string) bool {
	return strings.Contains(strings.Join(complaints, "\n"), words)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func child(role string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asChild+"="+role)
	return c
}

// command is the program with a workspace.
func command(dir string, args ...string) *exec.Cmd {
	return child("command", append([]string{"--data", dir}, args...)...)
}

// died runs the mortal import and reports whether it was killed; any other end than that and success fails the test.
func died(t *testing.T, dir, file string, at int, fault string) bool {
	t.Helper()
	out, err := child("import", dir, file, strconv.Itoa(at), fault).CombinedOutput()
	if err == nil {
		return false
	}
	if at == 0 || len(out) > 0 {
		t.Fatalf("the import ended with %v: %s", err, out)
	}
	return true
}

// wholeImport runs an import that nobody kills and returns its number of events.
func wholeImport(t *testing.T, file string, orders []tabulartest.Order) int {
	t.Helper()
	dir := t.TempDir()
	out, err := child("import", dir, file, "0", "").Output()
	if err != nil {
		t.Fatal(err)
	}
	if complaints := wholly(t, dir, orders); len(complaints) > 0 {
		t.Fatalf("without any kill: %v", complaints)
	}
	total, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || total < len(orders) {
		t.Fatalf("%s events: %v", out, err)
	}
	return total
}

// twice imports a file two times; the second may fail.
func twice(t *testing.T, dir, file, fault string) {
	t.Helper()
	for range 2 {
		_ = child("import", dir, file, "0", fault).Run()
	}
}

func logSize(dir string) int64 {
	stat, err := os.Stat(filepath.Join(dir, "tradepost.db-wal"))
	if err != nil {
		return 0
	}
	return stat.Size()
}

// largestLog is how large the write-ahead log grows in an import that nobody kills.
func largestLog(t *testing.T, file string) int64 {
	t.Helper()
	dir := t.TempDir()
	largest := int64(0)
	if !watched(t, command(dir, "import", file, "--json"), func() bool {
		largest = max(largest, logSize(dir))
		return false
	}) && largest > 0 {
		return largest
	}
	t.Fatalf("the write-ahead log was never seen (%d)", largest)
	return 0
}

// killedAtLog kills the program once its log is larger than size.
func killedAtLog(t *testing.T, dir, file string, size int64) bool {
	t.Helper()
	return watched(t, command(dir, "import", file, "--json"), func() bool { return logSize(dir) > size })
}

// watched runs c and kills it when the time has come; it reports whether it did.
func watched(t *testing.T, c *exec.Cmd, now func() bool) bool {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v ended with %v", c.Args, err)
			}
			return false
		default:
		}
		if now() {
			_ = c.Process.Kill()
			return <-ended != nil
		}
		runtime.Gosched()
	}
}

func opened(t *testing.T, dir string) *sql.DB {
	t.Helper()
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "tradepost.db"))}
	db, err := sql.Open("sqlite3", address.String())
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func damage(t *testing.T, dir, statement string) {
	t.Helper()
	db := opened(t, dir)
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// dropUniqueness makes a workspace whose external references may be doubled.
func dropUniqueness(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, dir, `CREATE TABLE loose AS SELECT * FROM external_reference; DROP TABLE external_reference; ALTER TABLE loose RENAME TO external_reference`)
}

// always is what must hold at every moment: each query counts what is wrong.
var always = map[string]string{
	"orders doubled":                            `SELECT count(*) - count(DISTINCT channel_id || ' ' || number) FROM orders`,
	"orders without message and payload":        `SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM message m JOIN payload p ON p.message_id = m.id WHERE m.record_kind = 'order' AND m.record_id = o.id AND m.status = 'applied')`,
	"messages without an order":                 `SELECT count(*) FROM message m WHERE m.status = 'applied' AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = m.record_id)`,
	"messages more than orders":                 `SELECT max(0, (SELECT count(*) FROM message WHERE status = 'applied') - (SELECT count(*) FROM orders))`,
	"orders without a name":                     `SELECT count(*) FROM orders o WHERE 2 <> (SELECT count(*) FROM external_reference r WHERE r.kind = 'order' AND r.record_id = o.id)`,
	"orders not created once":                   `SELECT count(*) FROM orders o WHERE 1 <> (SELECT count(*) FROM change c WHERE c.record_kind = 'order' AND c.record_id = o.id AND c.action = 'created')`,
	"orders without buyer":                      `SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_party p JOIN contact k ON k.id = p.contact_id WHERE p.order_id = o.id)`,
	"counts that are not those of the orders":   `SELECT count(*) FROM (SELECT channel_id, value, n FROM order_count WHERE facet = 'stage' AND n <> 0 EXCEPT SELECT channel_id, stage, count(*) FROM orders GROUP BY 1, 2)`,
	"counts that do not add up":                 `SELECT abs((SELECT count(*) FROM orders) - (SELECT COALESCE(sum(n), 0) FROM order_count WHERE facet = 'stage'))`,
	"days that do not add up":                   `SELECT abs((SELECT count(*) FROM orders) - (SELECT COALESCE(sum(orders), 0) FROM order_day)) + abs((SELECT COALESCE(sum(total), 0) FROM orders) - (SELECT COALESCE(sum(total), 0) FROM order_day))`,
	"broken references":                         `SELECT count(*) FROM pragma_foreign_key_check`,
	"broken pages":                              `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
	"commits ahead of the sequence":             `SELECT count(*) FROM change WHERE seq > (SELECT value FROM commit_sequence)`,
	"orders that wait in quarantine for reason": `SELECT count(*) FROM message WHERE status = 'quarantined'`,
}

// partly lists what is wrong with a workspace in which any part of the orders may be.
func partly(t *testing.T, dir string, orders []tabulartest.Order) []string {
	t.Helper()
	if stat, err := os.Stat(filepath.Join(dir, "tradepost.db")); err != nil || stat.Size() == 0 && logSize(dir) == 0 {
		return nil // killed before there was a database
	}
	db := opened(t, dir)
	defer func() { _ = db.Close() }()
	var tables int
	if err := db.QueryRow(`SELECT count(*) FROM sqlite_master WHERE name = 'order_day'`).Scan(&tables); err != nil || tables == 0 {
		if err != nil {
			return []string{err.Error()}
		}
		return nil // killed before the schema was there
	}
	var complaints []string
	for words, query := range always {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			complaints = append(complaints, fmt.Sprintf("%d %s (%v)", n, words, err))
		}
	}
	return append(complaints, compare(t, db, orders)...)
}

// present counts the orders that are there.
func present(t *testing.T, dir string) (n int) {
	t.Helper()
	db := opened(t, dir)
	defer func() { _ = db.Close() }()
	_ = db.QueryRow(`SELECT count(*) FROM orders`).Scan(&n) // there may be no table yet
	return n
}

// compare holds every order that is there against the file.
func compare(t *testing.T, db *sql.DB, orders []tabulartest.Order) []string {
	t.Helper()
	known := map[string]string{}
	for _, o := range orders {
		known[o.Number] = described(o)
	}
	rows, err := db.Query(`SELECT o.number, o.total, (SELECT group_concat(l.sku || ' ' || l.quantity, ', ' ORDER BY l.position) FROM order_line l WHERE l.order_id = o.id) FROM orders o`)
	if err != nil {
		return []string{err.Error()}
	}
	defer func() { _ = rows.Close() }()
	var complaints []string
	for rows.Next() {
		var number string
		var total int
		var lines sql.NullString
		if err := rows.Scan(&number, &total, &lines); err != nil {
			return append(complaints, err.Error())
		}
		if is := fmt.Sprintf("%d: %s", total, lines.String); is != known[number] {
			complaints = append(complaints, fmt.Sprintf("order %s differs: %s instead of %s", number, is, known[number]))
		}
	}
	return complaints
}

func described(o tabulartest.Order) string {
	var lines []string
	for _, l := range o.Lines {
		lines = append(lines, fmt.Sprintf("%s %d", l.SKU, l.Quantity))
	}
	return fmt.Sprintf("%d: %s", o.Total(), strings.Join(lines, ", "))
}

// onShelf is how much of each of the drawn SKUs was counted before the first order.
const onShelf = 1000

// stocked lets the drawn SKUs be tracked.
func stocked(t *testing.T, dir string) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 40 {
		v, err := s.AddVariant(ctx, fmt.Sprintf("SKU-%03d", n), "Thing")
		if err == nil {
			_, err = s.CountStock(ctx, inventory.Count{VariantID: v.ID, Found: onShelf * inventory.One, At: commerce.InstantOf(tabulartest.First.Add(-time.Hour)), Version: -1})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// shelves lists tracked SKUs whose level is not what the orders leave of it.
func shelves(t *testing.T, dir string, orders []tabulartest.Order) (complaints []string) {
	t.Helper()
	left, kept := map[string]int{}, map[string]int{}
	for _, o := range orders {
		for _, l := range o.Lines {
			if o.Shipped == "fulfilled" {
				left[l.SKU] += l.Quantity
			} else {
				kept[l.SKU] += l.Quantity
			}
		}
	}
	db := opened(t, dir)
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT v.sku, s.on_hand / 1000000, s.reserved / 1000000 FROM stock_level s JOIN variant v ON v.id = s.variant_id`)
	if err != nil {
		return []string{err.Error()}
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var sku string
		var onHand, reserved int
		if err := rows.Scan(&sku, &onHand, &reserved); err != nil {
			return append(complaints, err.Error())
		}
		if onHand != onShelf-left[sku] || reserved != kept[sku] {
			complaints = append(complaints, fmt.Sprintf("stock of %s is %d with %d reserved instead of %d and %d", sku, onHand, reserved, onShelf-left[sku], kept[sku]))
		}
	}
	return complaints
}

// wholly lists what is wrong with a workspace in which all of the orders must be, by our own eyes and the doctor's.
func wholly(t *testing.T, dir string, orders []tabulartest.Order) []string {
	t.Helper()
	complaints := append(partly(t, dir, orders), shelves(t, dir, orders)...)
	db := opened(t, dir)
	for query, want := range map[string]int{
		`SELECT count(*) FROM orders`:                                         len(orders),
		`SELECT count(*) FROM import WHERE state IN ('planning', 'applying')`: 0,
		`SELECT count(*) FROM run WHERE finished_at IS NULL`:                  0,
	} {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != want {
			complaints = append(complaints, fmt.Sprintf("%s: %d instead of %d (%v)", query, n, want, err))
		}
	}
	_ = db.Close()
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return append(complaints, err.Error())
	}
	defer func() { _ = s.Close() }()
	for _, check := range s.Examine(context.Background()) {
		if !check.OK {
			complaints = append(complaints, "doctor: "+check.Name+": "+check.Words)
		}
	}
	return complaints
}
