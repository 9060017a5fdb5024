package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
	"tradepost/backend/tabular/format"
)

// personalFile states a canary in every value about a person, in the order and in one that cannot be applied, whose
// amounts, instant and numbers are canaries too: people shift columns.
func personalFile(city string) string {
	return "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price," +
		"Lineitem sku,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Phone," +
		"Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Phone,Notes,Note Attributes,Phone,Id\n" +
		"#1,canary-mail@example.com,paid,,unfulfilled,USD,10.00,0.00,0.00,10.00,2026-03-12 09:14:01 +0000,1,Mug,10.00,MUG,Canary Name,Canary Street,Canary One," +
		"Canary Two,Canary Company,Canary Town,canary-zip,canary-phone,Canary Name,Canary Street,Canary One,Canary Two,Canary Company," + city + ",canary-zip,canary-phone," +
		"Canary note,Canary attribute,canary-phone,9001\n" +
		"#2,canary-mail@example.com,Canary paid,canary-paid-at,Canary fulfilled,USD,canary-subtotal,canary-shipping,0.00,canary-total,canary-date,canary-quantity,Mug,canary-price," +
		"MUG,Canary Name,Canary Street,Canary One,Canary Two,Canary Company,Canary Town,canary-zip,canary-phone,Canary Name,Canary Street,Canary One,Canary Two," +
		"Canary Company,Canary City,canary-zip,canary-phone,Canary note,Canary attribute,canary-phone,9002\n"
}

// personalTables are where values about people may lie; see invariant 9.
var personalTables = []string{"contact", "contact_version", "payload", "file", "file_edit"} // file_edit: ADR 0010

// TestPersonalValuesStayInTheirTables imports, changes and takes back orders, and then looks through every value of every
// other table.
func TestPersonalValuesStayInTheirTables(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	im := tabular.NewImporter(s, nil)
	defer im.Close()
	var last tabular.Import
	for _, city := range []string{"Canary City", "Canary Village"} {
		file, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(personalFile(city)))
		must(t, err)
		last, err = im.Whole(ctx, tabular.Request{FileID: file.ID})
		must(t, err)
		if last.State != tabular.Applied || last.Counts.Error != 1 {
			t.Fatalf("import is %s, %+v, %v", last.State, last.Counts, last.Problem)
		}
	}
	if last.Counts.Changed != 1 {
		t.Fatalf("the second import changed %+v", last.Counts)
	}
	correctByCanary(t, im)
	_, done, err := im.Undo(ctx, last.ID)
	must(t, err)
	<-done
	_, err = im.Retry(ctx, nil)
	must(t, err)
	search := "search=canary-mail@example.com ship_to.city~canary"
	for _, shipped := range export.BuiltIn() {
		shipped.Filter = ""
		_, err := export.New(s, nil).Write(ctx, export.Request{Template: shipped}, func(string) (io.WriteCloser, error) { return nowhere{}, nil })
		must(t, err)
	}
	searched := export.BuiltIn()[0]
	_, err = export.New(s, nil).Write(ctx, export.Request{Template: searched, Filter: &search}, func(string) (io.WriteCloser, error) { return nowhere{}, nil })
	must(t, err)
	waiting, err := s.Quarantine(ctx, 0, 10)
	must(t, err)
	if len(waiting) == 0 || len(waiting[0].Problems) == 0 || !strings.Contains(waiting[0].Problems[0].Message, waiting[0].Problems[0].Found) || waiting[0].Problems[0].Found == "" {
		t.Errorf("what was found is not told to those who may see it: %+v", waiting)
	}
	for table, found := range canaries(t, s) {
		if !slices.Contains(personalTables, table) {
			t.Errorf("table %s holds %s", table, found)
		}
	}
	if found := canaries(t, s); !strings.Contains(found["contact"], "anary") {
		t.Errorf("this test would not find a canary where one is: %v", found)
	}
}

// correctByCanary corrects a plan with values about people, one cell and all alike, and maps a file of them.
func correctByCanary(t *testing.T, im *tabular.Importer) {
	t.Helper()
	ctx := context.Background()
	file, _, err := im.Receive(ctx, "third.csv", strings.NewReader(personalFile("Canary Hamlet")))
	must(t, err)
	i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID})
	must(t, err)
	<-done
	for _, e := range []tabular.Edit{{Row: 2, Column: "Shipping Name", To: "Canary Corrected"}, {Column: "Subtotal", From: "canary-subtotal", To: "canary-again"}} {
		e.ImportID = i.ID
		_, _, done, err := im.Edit(ctx, e)
		must(t, err)
		<-done
	}
	_, done, err = im.Apply(ctx, i.ID)
	must(t, err)
	<-done
	if i, err = im.Import(ctx, i.ID); err != nil || i.State != tabular.Applied {
		t.Fatalf("%s, %v, %v", i.State, i.Problem, err)
	}
	mapping := format.Profile{Name: "people", Kind: "customers", Headers: []string{"Email", "Full name"}, Columns: []format.ProfileColumn{
		{Names: []string{"Email"}, To: []string{"email"}}, {Names: []string{"Full name"}, To: []string{"name"}}}}
	p, err := im.SaveProfile(ctx, mapping)
	must(t, err)
	file, _, _ = im.Receive(ctx, "people.csv", strings.NewReader("Email,Full name\ncanary@example.com,Canary Name\n"))
	_, err = im.Whole(ctx, tabular.Request{FileID: file.ID, Profile: p.ID})
	must(t, err)
}

// nowhere takes a file and keeps nothing of it.
type nowhere struct{}

func (nowhere) Write(part []byte) (int, error) { return len(part), nil }
func (nowhere) Close() error                   { return nil }

// canaries names one canary of each table that has any; payloads and kept files are packed and not looked into.
func canaries(t *testing.T, s *Store) map[string]string {
	t.Helper()
	rows, err := s.read.Query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	tables, err := collect(rows, err, func(rows *sql.Rows, name *string) error { return rows.Scan(name) })
	must(t, err)
	found := map[string]string{}
	for _, table := range tables {
		rows, err := s.read.Query(`SELECT * FROM "` + table + `"`)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			must(t, rows.Scan(values...))
			for i, v := range values {
				text := fmt.Sprintf("%s", *v.(*any))
				if at := strings.Index(strings.ToLower(text), "anary"); at >= 0 {
					found[table] = fmt.Sprintf("%s: %.80s", columns[i], text[max(0, at-30):])
				}
			}
		}
		must(t, rows.Err())
		must(t, rows.Close())
	}
	return found
}
