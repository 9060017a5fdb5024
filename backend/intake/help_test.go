package intake_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
)

// fatal is what *testing.T and *rapid.T have in common here.
type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

func must(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shop is a workspace into which records come.
type shop struct {
	t   fatal
	dir string
	s   *store.Store
}

func opened(t *testing.T) *shop {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(context.Background(), dir, store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return &shop{t, dir, s}
}

// took is what a run did.
type took struct {
	run      int64
	kind     intake.Kind
	channel  int64
	verdicts []intake.Verdict
	problems []fault.Problem
	changes  [][]commerce.FieldChange
}

// takes brings records in as an import of the channel "Shop" would, one write each.
func (h *shop) takes(kind intake.Kind, mode intake.Mode, records ...intake.Received) took {
	h.t.Helper()
	ctx, did := context.Background(), took{kind: kind}
	must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) error {
		c, err := tx.EnsureChannel("Shop", "shopify")
		if err != nil {
			return err
		}
		run := journal.Run{Kind: journal.RunImport, Cause: journal.ByPerson, Title: string(kind), ChannelID: c.ID}
		err = tx.InsertRun(&run)
		did.run, did.channel = run.ID, c.ID
		return err
	}))
	for _, r := range records {
		r.Message = journal.Message{ChannelID: did.channel, RunID: did.run, Kind: intake.RecordKind(kind), Source: "file", Rows: []int{2}}
		r.Stated.Kind, r.Payload = kind, &journal.Payload{}
		if r.Message.Name = r.Order.Number; kind != intake.Orders {
			r.Message.Name = r.Stated.Label()
		}
		var j intake.Judgement
		must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) (err error) {
			if j, err = intake.Apply(tx, mode, r); err == nil && j.Verdict == intake.Error {
				err = intake.Quarantine(tx, r, j.Problems)
			}
			return err
		}))
		did.verdicts, did.problems, did.changes = append(did.verdicts, j.Verdict), append(did.problems, j.Problems...), append(did.changes, j.Changes)
	}
	h.ends(did.run, journal.Done)
	return did
}

func (h *shop) ends(runID int64, state journal.RunState) {
	h.t.Helper()
	run, err := h.s.Run(context.Background(), runID)
	must(h.t, err)
	run.State = state
	must(h.t, h.s.InTx(context.Background(), false, func(tx intake.Tx) error {
		run.FinishedAt = tx.Now()
		return tx.UpdateRun(run)
	}))
}

// states brings records in that state fields: "sku=A price=3.50".
func (h *shop) states(kind intake.Kind, texts ...string) took {
	h.t.Helper()
	var all []intake.Received
	for _, text := range texts {
		all = append(all, intake.Received{Stated: stated(text)})
	}
	return h.takes(kind, intake.ModeMerge, all...)
}

// stated reads "field=value field=value"; "_" in a value is a blank, and a value of [clear] empties.
func stated(text string) intake.Stated {
	s := intake.Stated{Values: map[string]string{}}
	for part := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(part, "=")
		if value == intake.ClearToken {
			s.Clear = append(s.Clear, name)
			continue
		}
		s.Values[name] = strings.ReplaceAll(value, "_", " ")
	}
	return s
}

// ordered brings in an order with lines "SKU:quantity".
func (h *shop) ordered(number, email string, lines ...string) took {
	h.t.Helper()
	o := order.Order{Number: number, Currency: "USD", Placed: commerce.Stamp{At: 1_770_000_000_000}, Financial: order.Paid, Fulfillment: order.Unfulfilled}
	for i, line := range lines {
		sku, quantity, _ := strings.Cut(line, ":")
		o.Lines = append(o.Lines, order.Line{Position: i + 1, SKU: sku, Title: sku, Quantity: commerce.Decimal(quantity), UOM: "each"})
	}
	o.SetParty(order.Buyer, customer.Contact{Name: "Buyer of " + number, Email: email})
	return h.takes(intake.Orders, intake.ModeMerge, intake.Received{Order: o})
}

// undo takes a run back and says how many records were removed or put back, and why others were left.
func (h *shop) undo(did took) (taken int, left []string) {
	h.t.Helper()
	ctx, undo := context.Background(), journal.Run{Kind: journal.RunUndo, Cause: journal.ByPerson, Title: "Undo", Subject: fmt.Sprint(did.run)}
	must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) error { undo.ID = 0; return tx.InsertRun(&undo) }))
	all, err := h.s.RecordsOfRun(ctx, did.run, intake.RecordKind(did.kind), 0, 1000)
	must(h.t, err)
	scope := intake.Scope{Kind: did.kind, ChannelID: did.channel}
	for _, touched := range all {
		id := touched.ID
		planned, err := intake.PlanUndoOf(h.s.Lookup(ctx), scope, did.run, id)
		must(h.t, err)
		var r intake.Reversal
		must(h.t, h.s.InTx(ctx, false, func(tx intake.Tx) (err error) {
			r, err = intake.UndoOf(tx, scope, did.run, undo.ID, id)
			return err
		}))
		if planned.Remove != r.Remove || planned.Nothing() != r.Nothing() || !slices.Equal(planned.Left, r.Left) {
			h.t.Fatalf("the preview of undoing says %+v, undoing does %+v", planned, r)
		}
		if r.ID() != 0 && !r.Nothing() {
			taken++
		}
		left = append(left, r.Left...)
	}
	h.ends(undo.ID, journal.Done)
	return taken, left
}

// sound fails when the doctor finds anything.
func (h *shop) sound(after string) {
	h.t.Helper()
	for _, check := range h.s.Examine(context.Background()) {
		if !check.OK && check.Name != "backup" {
			h.t.Fatalf("after %s the doctor says: %s: %s", after, check.Name, check.Words)
		}
	}
}

// rows reads a query as text, a row a line.
func (h *shop) rows(queries ...string) []string {
	h.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(h.dir, "tradepost.db"))
	must(h.t, err)
	defer func() { _ = db.Close() }()
	all := []string{}
	for n, query := range queries {
		rows, err := db.Query(query)
		must(h.t, err)
		columns, err := rows.Columns()
		must(h.t, err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range into {
				into[i] = &values[i]
			}
			must(h.t, rows.Scan(into...))
			text := strings.Trim(fmt.Sprint(values), "[]")
			if len(queries) > 1 {
				text = fmt.Sprint(n, ": ", text)
			}
			all = append(all, text)
		}
		must(h.t, rows.Err())
		must(h.t, rows.Close())
	}
	return all
}

func (h *shop) is(query string, want ...string) {
	h.t.Helper()
	if got := h.rows(query); !slices.Equal(got, want) {
		h.t.Errorf("%s\ngives %q instead of %q", query, got, want)
	}
}

// world lists what the workspace knows beside its journal.
func (h *shop) world() []string { return h.rows(domain...) }

// domain leaves out what stays by intention: the stock ledger only grows, and locations are kept like channels.
var domain = []string{
	`SELECT o.id, o.number, o.fulfillment_status, o.stage, o.unlinked, o.tags FROM orders o ORDER BY o.id`,
	`SELECT l.order_id, l.position, l.sku, l.quantity, l.fulfillment_status, g.sku, COALESCE(v.sku, '') FROM order_line l JOIN listing g ON g.id = l.listing_id
		LEFT JOIN variant v ON v.id = g.variant_id ORDER BY 1, 2`,
	`SELECT channel_id, kind, namespace, value FROM external_reference ORDER BY 1, 2, 3, 4`,
	`SELECT g.channel_id, g.sku, g.title, COALESCE(v.sku, ''), g.pack_multiple, g.linked_by FROM listing g LEFT JOIN variant v ON v.id = g.variant_id ORDER BY 1, 2, 3`,
	`SELECT v.sku, v.gtin, v.title, v.option1_name, v.option1_value, v.price, v.compare_at_price, v.cost, v.currency, v.weight_grams, v.image_url,
		p.title, p.vendor, p.type, p.tags, p.description, p.status FROM variant v JOIN product p ON p.id = v.product_id ORDER BY v.id`,
	`SELECT count(*) FROM product`,
	`SELECT c.id, k.name, k.company, k.email, k.phone, k.phone_key, k.city FROM customer c LEFT JOIN contact k ON k.id = c.contact_id ORDER BY c.id`,
	`SELECT k.name, k.email, k.customer_id FROM contact k ORDER BY 1, 2, 3`,
	`SELECT v.sku, s.location_id, s.on_hand, t.quantity FROM stock_level s JOIN variant v ON v.id = s.variant_id LEFT JOIN stock_start t ON t.variant_id = s.variant_id
		AND t.location_id = s.location_id ORDER BY 1, 2`,
	`SELECT s.order_id, s.tracking, s.carrier, s.service, s.shipped_at, s.order_was, i.line_id, i.quantity, i.line_was FROM shipment s LEFT JOIN package p ON p.shipment_id = s.id
		LEFT JOIN package_item i ON i.package_id = p.id ORDER BY 1, 2, 7`,
	`SELECT facet, channel_id, value, n FROM order_count WHERE n <> 0 ORDER BY 1, 2, 3`,
}

func differences(before, after []string) string {
	var b strings.Builder
	for _, line := range before {
		if !slices.Contains(after, line) {
			fmt.Fprintln(&b, "- "+line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			fmt.Fprintln(&b, "+ "+line)
		}
	}
	return b.String()
}
