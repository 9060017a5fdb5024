package tabular_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/tabulartest"
)

// BenchmarkApply10000 applies 10,000 orders through plan and apply, and in the same run writes the same rows with plain prepared
// inserts, 1,000 orders in a transaction, on the same schema and pragmas. ratio is how fast applying is beside that.
func BenchmarkApply10000(b *testing.B) {
	orders := tabulartest.Orders(rand.New(rand.NewPCG(1, 9)), 10_000)
	text := tabulartest.Shopify(orders)
	var planning, applying, plain time.Duration
	for b.Loop() {
		dir := b.TempDir()
		s, err := store.Open(context.Background(), dir, store.Options{})
		must(b, err)
		im := tabular.NewImporter(s, nil)
		file, _, err := im.Receive(context.Background(), "orders.csv", strings.NewReader(text))
		must(b, err)
		began := time.Now()
		i, done, err := im.Start(context.Background(), tabular.Request{FileID: file.ID})
		must(b, err)
		<-done
		planning += time.Since(began)
		began = time.Now()
		_, done, err = im.Apply(context.Background(), i.ID)
		must(b, err)
		<-done
		applying += time.Since(began)
		im.Close()
		must(b, s.Close())
		plain += rewritten(b, filepath.Join(dir, "tradepost.db"))
	}
	n := float64(b.N) * float64(len(orders))
	b.ReportMetric(n/planning.Seconds(), "planned/s")
	b.ReportMetric(n/applying.Seconds(), "applied/s")
	b.ReportMetric(n/plain.Seconds(), "plain/s")
	b.ReportMetric(plain.Seconds()/applying.Seconds(), "ratio")
}

// copied are the tables an order is written to.
var copied = []string{"listing", "orders", "external_reference", "order_tag", "order_line", "contact", "order_party", "message", "payload", "change"}

// rewritten times a plain writer: every row of a finished import goes into an empty database of the same schema.
func rewritten(b *testing.B, from string) time.Duration {
	b.Helper()
	dir := b.TempDir()
	s, err := store.Open(context.Background(), dir, store.Options{})
	must(b, err)
	must(b, s.Close())
	source, err := sql.Open("sqlite3", from)
	must(b, err)
	defer func() { _ = source.Close() }()
	target, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "tradepost.db")+"?_journal_mode=WAL&_synchronous=FULL&_cache_size=-65536&_secure_delete=1")
	must(b, err)
	defer func() { _ = target.Close() }()
	target.SetMaxOpenConns(1)
	rows := map[string][][]any{}
	for _, table := range copied {
		rows[table] = all(b, source, table)
	}
	began := time.Now()
	const parts = 10
	for part := range parts {
		tx, err := target.Begin()
		must(b, err)
		for _, table := range copied {
			of := rows[table]
			if len(of) == 0 {
				continue
			}
			statement, err := tx.Prepare("INSERT INTO " + table + " VALUES (?" + strings.Repeat(", ?", len(of[0])-1) + ")")
			must(b, err)
			for _, values := range of[part*len(of)/parts : (part+1)*len(of)/parts] {
				if _, err := statement.Exec(values...); err != nil {
					b.Fatal(table, err)
				}
			}
			must(b, statement.Close())
		}
		must(b, tx.Commit())
	}
	return time.Since(began)
}

func all(b *testing.B, db *sql.DB, table string) (rows [][]any) {
	b.Helper()
	found, err := db.Query("SELECT * FROM " + table)
	must(b, err)
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	must(b, err)
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		must(b, found.Scan(into...))
		rows = append(rows, values)
	}
	must(b, found.Err())
	return rows
}

// BenchmarkPlan10000 recognises, reads, maps and judges 10,000 orders into a stored plan; beside it, in the same run, `sqlite3
// .import` takes the same file into a flat table, or encoding/csv reads it where there is no sqlite3.
func BenchmarkPlan10000(b *testing.B) {
	text := tabulartest.Shopify(tabulartest.Orders(rand.New(rand.NewPCG(2, 9)), 10_000))
	path := filepath.Join(b.TempDir(), "orders.csv")
	must(b, os.WriteFile(path, []byte(text), 0o644))
	tool, missing := exec.LookPath("sqlite3")
	var planning, beside time.Duration
	for b.Loop() {
		s, err := store.Open(context.Background(), b.TempDir(), store.Options{})
		must(b, err)
		im := tabular.NewImporter(s, nil)
		began := time.Now()
		file, _, err := im.Receive(context.Background(), "orders.csv", strings.NewReader(text))
		must(b, err)
		_, done, err := im.Start(context.Background(), tabular.Request{FileID: file.ID})
		must(b, err)
		<-done
		planning += time.Since(began)
		im.Close()
		must(b, s.Close())
		began = time.Now()
		if missing == nil {
			c := exec.Command(tool, filepath.Join(b.TempDir(), "flat.db"))
			c.Stdin = strings.NewReader(fmt.Sprintf(".mode csv\n.import %q flat\n", path))
			out, err := c.CombinedOutput()
			if err != nil {
				b.Fatal(err, string(out))
			}
		} else {
			reader := csv.NewReader(bytes.NewReader([]byte(text)))
			for err = nil; err == nil; _, err = reader.Read() {
			}
			if !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
		}
		beside += time.Since(began)
	}
	b.ReportMetric(planning.Seconds()/beside.Seconds(), "times-as-long")
	b.ReportMetric(float64(b.N)*10_000/planning.Seconds(), "planned/s")
}

// BenchmarkListPage reads first and deep pages of the order list, unfiltered and filtered, at two sizes. Make bench takes the
// smaller one; TRADEPOST_PROOF=full also the larger.
func BenchmarkListPage(b *testing.B) {
	for _, size := range []int{10_000, 100_000} {
		if size > 10_000 && os.Getenv("TRADEPOST_PROOF") != "full" {
			continue
		}
		s, err := store.Open(context.Background(), b.TempDir(), store.Options{})
		must(b, err)
		im := tabular.NewImporter(s, nil)
		file, _, err := im.Receive(context.Background(), "orders.csv", strings.NewReader(tabulartest.Shopify(tabulartest.Orders(rand.New(rand.NewPCG(3, 9)), size))))
		must(b, err)
		_, err = im.Whole(context.Background(), tabular.Request{FileID: file.ID, Mode: string(intake.ModeMerge)})
		must(b, err)
		must(b, s.CatchUpSearch(context.Background()))
		for name, filter := range map[string]order.Filter{"all": {}, "to ship": {Status: "to_ship"}, "channel and paid": {Channel: "Shopify", Status: "paid"}, "tag": {Tag: "gift"},
			"number": {Search: "10042"}, "word": {Search: "thing"}, "name": {Search: "buyer 17"}} {
			_, next, err := s.ListOrders(context.Background(), filter, order.Page{Limit: 1000})
			must(b, err)
			for where, after := range map[string]string{"first": "", "deep": next} {
				if where == "deep" && next == "" {
					continue
				}
				b.Run(fmt.Sprintf("%d/%s/%s", size, name, where), func(b *testing.B) {
					for b.Loop() {
						_, _, err := s.ListOrders(context.Background(), filter, order.Page{Limit: 50, After: after})
						must(b, err)
					}
				})
			}
		}
		im.Close()
		must(b, s.Close())
	}
}
