package tabular_test

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

// own is a layout of no marketplace, in German, with dates that can be read both ways.
const own = `Bestellnr;Bestelldatum;Kunde;E-Mail;Straße;PLZ;Ort;Artikel;Bezeichnung;Menge;Preis;Zahlung
A-1;03.04.2026;Ida Muster;ida@example.com;Hauptstr. 1;01067;Dresden;TAS-1;Tasse;2;950;ja
A-1;03.04.2026;Ida Muster;ida@example.com;Hauptstr. 1;01067;Dresden;TEL-1;Teller;1;1200;ja
A-2;05.04.2026;Jo Muster;jo@example.com;Weg 2;10115;Berlin;TAS-1;Tasse;1;950;vielleicht
`

func ownProfile() format.Profile {
	column := func(name string, to ...string) format.ProfileColumn {
		return format.ProfileColumn{Names: []string{name}, To: to}
	}
	price := column("Preis", "line.unit_price")
	price.Transform = "number(value) / 100"
	return format.Profile{Name: "Our shop", Kind: "orders", Headers: strings.Split(strings.SplitN(own, "\n", 2)[0], ";"),
		Columns: []format.ProfileColumn{column("Bestellnr", "number"), column("Bestelldatum", "placed"), column("Kunde", "buyer.name", "ship_to.name"),
			column("E-Mail", "buyer.email"), column("Straße", "ship_to.line1"), column("PLZ", "ship_to.postal_code"), column("Ort", "ship_to.city"),
			column("Artikel", "line.sku"), column("Bezeichnung", "line.title"), column("Menge", "line.quantity"), price, column("Zahlung", "financial")},
		Constants: map[string]string{"currency": "EUR", "ship_to.country": "DE"}, DateOrder: "dmy", Zone: "Europe/Berlin"}
}

func planned(t *testing.T, im *tabular.Importer, request tabular.Request) tabular.Import {
	t.Helper()
	i, done, err := im.Start(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	<-done
	if i, err = im.Import(context.Background(), i.ID); err != nil || i.State != tabular.Planned {
		t.Fatalf("%s, %v, %v", i.State, i.Problem, err)
	}
	return i
}

func TestProfileReadsAndIsKnownAtTheNextDrop(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, _, err := im.Receive(ctx, "own.csv", strings.NewReader(own))
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Remedy, "Map its columns") {
		t.Fatalf("an unknown file says %v", err)
	}
	p, err := im.SaveProfile(ctx, ownProfile())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := im.SaveProfile(ctx, ownProfile()); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same name again: %v", err)
	}
	i := planned(t, im, tabular.Request{FileID: file.ID, Profile: p.ID})
	if i.Counts.New != 1 || i.Counts.Error != 1 || i.Format != format.ProfileFormat || i.Zone != "Europe/Berlin" {
		t.Fatalf("%+v", i)
	}
	if _, done, err := im.Apply(ctx, i.ID); err != nil {
		t.Fatal(err)
	} else {
		<-done
	}
	rows, _, err := s.ListOrders(ctx, order.Filter{}, order.Page{})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	o, err := s.Lookup(ctx).LoadOrder(rows[0].ID)
	ship, _ := o.Party(order.ShipTo)
	if err != nil || o.Placed.At.String() != "2026-04-02T22:00:00Z" || len(o.Lines) != 2 || o.Lines[0].UnitPrice != "9.50" || ship.Country != "DE" || o.Currency != "EUR" || o.Financial != order.Paid {
		t.Errorf("%+v, %v", o, err)
	}

	// The next file of the layout, its columns in another order.
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(own, "A-", "B-")), "\n")
	for n, line := range lines {
		cells := strings.Split(line, ";")
		slices.Reverse(cells)
		lines[n] = strings.Join(cells, ";")
	}
	_, rec, err := im.Receive(ctx, "next.csv", strings.NewReader(strings.Join(lines, "\n")+"\n"))
	if err != nil || rec.Profile != p.ID || rec.Confidence != 1 || !strings.HasPrefix(rec.Reasons[0], "You mapped this layout on ") {
		t.Errorf("%+v, %v", rec, err)
	}
	if _, rec, err = im.Receive(ctx, "orders.csv", strings.NewReader(shopify)); err != nil || rec.Profile != 0 || rec.Format != "shopify.orders" {
		t.Errorf("a marketplace's file is %+v, %v", rec, err)
	}
	wider := strings.ReplaceAll(own, "Zahlung\n", "Zahlung;Neu\n")
	if _, rec, err = im.Receive(ctx, "wider.csv", strings.NewReader(wider)); err != nil || rec.Profile != p.ID || rec.Confidence >= 1 {
		t.Errorf("a file much like it is %+v, %v", rec, err)
	}
}

// TestImportKeepsItsMapping changes and removes a profile after a plan was made with it.
func TestImportKeepsItsMapping(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, _, _ := im.Receive(ctx, "own.csv", strings.NewReader(own))
	p, err := im.SaveProfile(ctx, ownProfile())
	if err != nil {
		t.Fatal(err)
	}
	i := planned(t, im, tabular.Request{FileID: file.ID, Profile: p.ID})
	changed := ownProfile()
	changed.Columns[10].Transform = "number(value)"
	if _, err := im.ReviseProfile(ctx, p.ID, changed, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := im.ReviseProfile(ctx, p.ID, changed, p.Seq); !fault.Is(err, fault.Conflict) {
		t.Errorf("a change over another's change: %v", err)
	}
	if err := s.RemoveProfile(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, done, err := im.Apply(ctx, i.ID); err != nil {
		t.Fatal(err)
	} else {
		<-done
	}
	rows, _, err := s.ListOrders(ctx, order.Filter{}, order.Page{})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if o, err := s.Lookup(ctx).LoadOrder(rows[0].ID); err != nil || o.Lines[0].UnitPrice != "9.50" {
		t.Errorf("applied with the changed mapping: %+v, %v", o, err)
	}
	if result, err := im.Retry(ctx, nil); err != nil || result.Still != 1 {
		t.Errorf("what waits is read by the mapping again: %+v, %v", result, err)
	}
	var failed bytes.Buffer
	if err := im.FailedRows(ctx, i.ID, &failed); err != nil || !strings.Contains(failed.String(), "A-2;05.04.2026") {
		t.Errorf("failed rows: %v\n%s", err, failed.String())
	}
}

func TestProfilesAsFiles(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	first, replaced, err := im.TakeProfile(ctx, ownProfile())
	if err != nil || replaced {
		t.Fatal(err, replaced)
	}
	text, err := first.Body.JSON()
	if err != nil {
		t.Fatal(err)
	}
	body, err := format.ParseProfile(text)
	if err != nil {
		t.Fatal(err)
	}
	body.Name = "OUR SHOP"
	again, replaced, err := im.TakeProfile(ctx, body)
	if err != nil || !replaced || again.ID != first.ID {
		t.Errorf("%+v, %v, %v", again, replaced, err)
	}
	all, err := s.Profiles(ctx)
	if err != nil || len(all) != 1 || all[0].Body.Name != "OUR SHOP" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestEditACellAndAllAlike(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	text := shopify + strings.ReplaceAll(strings.Join(strings.Split(shopify, "\n")[4:5], "\n")+"\n", "#1003", "#1004")
	text = strings.Replace(text, "9003,\n#1004", "9003,\n#1004", 1)
	text = strings.TrimSuffix(text, "\n")
	last := strings.LastIndex(text, "9003")
	text = text[:last] + "9004" + text[last+4:] + "\n"
	file, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	i := planned(t, im, tabular.Request{FileID: file.ID})
	if i.Counts.New != 2 || i.Counts.Error != 2 {
		t.Fatalf("%+v", i.Counts)
	}
	one, i, done, err := im.Edit(ctx, tabular.Edit{ImportID: i.ID, Row: 5, Column: "Subtotal", To: "10.00"})
	if err != nil || one.From != "x" {
		t.Fatal(one, err)
	}
	<-done
	if i, err = im.Import(ctx, i.ID); err != nil || i.State != tabular.Planned || i.Counts.New != 3 || i.Counts.Error != 1 {
		t.Fatalf("after one correction: %s %+v %v", i.State, i.Counts, err)
	}
	alike, _, done, err := im.Edit(ctx, tabular.Edit{ImportID: i.ID, Column: "Subtotal", From: "x", To: "10.00"})
	if err != nil {
		t.Fatal(err)
	}
	<-done
	if i, _ = im.Import(ctx, i.ID); i.Counts.New != 4 || i.Counts.Error != 0 {
		t.Fatalf("after all alike: %+v", i.Counts)
	}
	if i, done, err = im.Unedit(ctx, i.ID, alike.ID); err != nil {
		t.Fatal(err)
	}
	<-done
	if i, _ = im.Import(ctx, i.ID); i.Counts.New != 3 || i.Counts.Error != 1 {
		t.Fatalf("after taking it back: %+v", i.Counts)
	}
	r, err := im.Record(ctx, i.ID, 3)
	subtotal := slices.Index(r.Columns, "Subtotal")
	if err != nil || len(r.Data) != 1 || r.Data[0].Number != 5 || r.Data[0].Cells[subtotal] != "10.00" || !slices.Equal(r.Data[0].Edited, []int{subtotal}) {
		t.Errorf("%+v, %v", r.Data, err)
	}
	checkEditedAfterApply(t, s, im, i, file)
}

// checkEditedAfterApply applies a corrected plan: payloads say what was corrected, failed rows carry it, the file stays.
func checkEditedAfterApply(t *testing.T, s *store.Store, im *tabular.Importer, i tabular.Import, file tabular.File) {
	t.Helper()
	ctx := context.Background()
	bad, _, done, err := im.Edit(ctx, tabular.Edit{ImportID: i.ID, Row: 6, Column: "Total", To: "also wrong"})
	if err != nil || bad.From != "10.00" {
		t.Fatal(bad, err)
	}
	<-done
	if _, done, err = im.Apply(ctx, i.ID); err != nil {
		t.Fatal(err)
	}
	<-done
	var failed bytes.Buffer
	if err := im.FailedRows(ctx, i.ID, &failed); err != nil || !strings.Contains(failed.String(), "also wrong") || strings.Contains(failed.String(), "#1003") {
		t.Errorf("failed rows: %v\n%s", err, failed.String())
	}
	waiting, err := s.Quarantine(ctx, 0, 10)
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	_, payload, err := s.Message(ctx, waiting[0].ID)
	if err != nil || len(payload.Rows) != 1 || len(payload.Rows[0].Edited) != 1 || payload.Cell(6, "Total") != "also wrong" {
		t.Errorf("%+v, %v", payload.Rows, err)
	}
	if _, _, _, err := im.Edit(ctx, tabular.Edit{ImportID: i.ID, Row: 6, Column: "Total", To: "1"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("an applied import was corrected: %v", err)
	}
	kept, err := s.OpenFile(ctx, file.ID)
	if err != nil {
		t.Fatal(err)
	}
	var original bytes.Buffer
	if _, err := original.ReadFrom(kept); err != nil || strings.Contains(original.String(), "also wrong") {
		t.Errorf("the kept file changed: %v", err)
	}
	again := planned(t, im, tabular.Request{FileID: file.ID})
	if again.Counts.Error != 2 {
		t.Errorf("corrections of one import reached another: %+v", again.Counts)
	}
}

func TestEditsThatHaveNoPlace(t *testing.T) {
	ctx := context.Background()
	_, im := opened(t)
	file, _, _ := im.Receive(ctx, "orders.csv", strings.NewReader(shopify))
	i := planned(t, im, tabular.Request{FileID: file.ID})
	for _, c := range []struct {
		edit  tabular.Edit
		field string
	}{{tabular.Edit{Row: 99, Column: "Total"}, "row"}, {tabular.Edit{Row: -1, Column: "Total"}, "row"}, {tabular.Edit{Row: 2, Column: "Dreams"}, "column"},
		{tabular.Edit{Row: 2, Column: "Total", To: strings.Repeat("x", 40<<10)}, "value"}} {
		c.edit.ImportID = i.ID
		if _, _, _, err := im.Edit(ctx, c.edit); fault.Of(err) == nil || fault.Of(err).Field != c.field || fault.Of(err).Remedy == "" {
			t.Errorf("%+v: %v", c.edit, err)
		}
	}
	if _, _, err := im.Unedit(ctx, i.ID, 77); !fault.Is(err, fault.NotFound) {
		t.Errorf("taking back none: %v", err)
	}
	if _, err := im.Record(ctx, i.ID, 99); !fault.Is(err, fault.NotFound) {
		t.Errorf("record 99: %v", err)
	}
	if i, err := im.Import(ctx, i.ID); err != nil || i.State != tabular.Planned {
		t.Errorf("refused corrections left the import %s, %v", i.State, err)
	}
}

// TestEditIsPlannedAfterACrash kills the program between the correction and the plan: the correction is kept, and the plan
// is made at the next start. A key that is corrected moves its row to another record.
func TestEditIsPlannedAfterACrash(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, _, _ := im.Receive(ctx, "orders.csv", strings.NewReader(shopify))
	i := planned(t, im, tabular.Request{FileID: file.ID})
	im.Stop()
	if _, _, done, err := im.Edit(ctx, tabular.Edit{ImportID: i.ID, Row: 5, Column: "Name", To: "#1001"}); err != nil {
		t.Fatal(err)
	} else {
		<-done
	}
	if i, _ = s.Import(ctx, i.ID); i.State != tabular.Planning {
		t.Fatalf("the plan was made by a program that is gone: %s", i.State)
	}
	next := tabular.NewImporter(s, nil)
	defer next.Close()
	if err := next.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	for i.State == tabular.Planning { // Resume works in the background
		runtime.Gosched()
		i, _ = s.Import(ctx, i.ID)
	}
	if i.State != tabular.Planned {
		t.Fatalf("%s %v", i.State, i.Problem)
	}
	r, err := next.Record(ctx, i.ID, 1)
	if err != nil || len(r.Data) != 2 {
		t.Fatalf("order #1001 with another id stays another: %+v, %v", r.Data, err)
	}
	edits, err := s.Edits(ctx, i.ID)
	if err != nil || len(edits) == 0 || edits[0].To != "#1001" {
		t.Errorf("%+v, %v", edits, err)
	}
}

// TestFailedRowsComeBackByTheirMapping corrects the failed rows of a mapped file, which had lines above its header and a row
// that describes the columns, and drops them again.
func TestFailedRowsComeBackByTheirMapping(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	head, rows, _ := strings.Cut(own, "\n")
	file, _, _ := im.Receive(ctx, "own.csv", strings.NewReader("Unser Laden\n\n"+head+"\nNr;Tag;Wer;Mail;Str;PLZ;Ort;Was;Text;Stück;Cent;Stand\n"+rows))
	profile := ownProfile()
	profile.Layout = format.FileLayout{HeaderRow: 3, Delimiter: ";", DescriptionRow: true}
	p, err := im.SaveProfile(ctx, profile)
	if err != nil {
		t.Fatal(err)
	}
	i, err := im.Whole(ctx, tabular.Request{FileID: file.ID, Profile: p.ID})
	if err != nil || i.Counts.New != 1 || i.Counts.Error != 1 {
		t.Fatalf("%+v, %v", i, err)
	}
	var failed bytes.Buffer
	if err := im.FailedRows(ctx, i.ID, &failed); err != nil {
		t.Fatal(err)
	}
	file, rec, err := im.Receive(ctx, "failed.csv", strings.NewReader(strings.Replace(failed.String(), "vielleicht", "nein", 1)))
	if err != nil || rec.Profile != p.ID || rec.Rows != 1 {
		t.Fatalf("%+v, %v\n%s", rec, err, failed.String())
	}
	if i, err = im.Whole(ctx, tabular.Request{FileID: file.ID}); err != nil || i.Counts.New != 1 || i.Counts.Error != 0 {
		t.Errorf("%+v, %v", i, err)
	}
	for _, w := range i.Warnings {
		if strings.Contains(w.Message, "Tradepost: ") {
			t.Errorf("columns of ours are called unused: %s", w.Message)
		}
	}
	if waiting, err := s.Quarantine(ctx, 0, 10); err != nil || len(waiting) != 0 {
		t.Errorf("still waiting: %+v, %v", waiting, err)
	}
}
