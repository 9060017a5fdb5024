package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// editsAtOnce is how many edits share one write, so that a click never waits long behind a batch.
const editsAtOnce = 50

// PlanEdits works out what a batch of edits would do, writing nothing.
func (s *Store) PlanEdits(ctx context.Context, b inventory.Batch) ([]inventory.PlannedEdit, error) {
	if len(b.Edits) > inventory.MostEdits {
		return nil, fault.New(fault.Invalid, strconv.Itoa(len(b.Edits))+" levels are too many for one batch.", "Change at most 10,000 at once, or import a file of counts.")
	}
	q := s.reading(ctx)
	p := editing{q: q, seen: map[string]bool{}}
	return p.all(b.Edits)
}

// ApplyEdits carries a batch out as one run, which can be taken back as one. What is not as the person saw it is left alone; each edit comes back with what
// became of it.
func (s *Store) ApplyEdits(ctx context.Context, b inventory.Batch) (run journal.Run, done []inventory.PlannedEdit, err error) {
	b.Reason = strings.TrimSpace(b.Reason)
	planned, err := s.PlanEdits(ctx, b)
	if err != nil {
		return run, nil, err
	}
	if !slices.ContainsFunc(planned, inventory.PlannedEdit.Does) {
		return run, planned, fault.New(fault.Conflict, "None of this changes anything.", "Look at the stock again.")
	}
	run = journal.Run{Kind: journal.RunStock, Cause: journal.ByPerson, Title: editsTitle(b, planned), Total: int64(len(planned)), Counts: map[string]int{}}
	if err := s.Write(ctx, Urgent, func(tx *Tx) error {
		run.ID = 0
		return tx.InsertRun(&run)
	}); err != nil {
		return run, nil, classify("changing stock", err)
	}
	seen := map[string]bool{}
	for some := range slices.Chunk(b.Edits, editsAtOnce) {
		if err = s.applyEdits(ctx, &run, &done, some, b.Reason, seen); err != nil {
			break
		}
	}
	end := s.Write(context.WithoutCancel(ctx), Urgent, func(tx *Tx) error {
		ended := run
		ended.State, ended.FinishedAt = journal.Done, tx.now
		if err != nil {
			problem := fault.ProblemOf(err)
			ended.State, ended.Problem = journal.Failed, &problem
		} else if ended.Counts["stale"]+ended.Counts["left_out"] > 0 {
			ended.State = journal.Partial
		}
		run = ended
		return tx.UpdateRun(ended)
	})
	return run, done, classify("changing stock", errors.Join(err, end))
}

func editsTitle(b inventory.Batch, planned []inventory.PlannedEdit) string {
	n, one := 0, ""
	for _, e := range planned {
		if e.Does() {
			n, one = n+1, e.SKU
		}
	}
	what := "Count of " + strconv.Itoa(n) + " levels"
	if n == 1 {
		what = "Count of " + one
	}
	if b.Reason != "" {
		what = strings.Replace(what, "Count", "Adjustment", 1) + ": " + b.Reason
	}
	return what
}

func (s *Store) applyEdits(ctx context.Context, run *journal.Run, done *[]inventory.PlannedEdit, some []inventory.Edit, reason string, seen map[string]bool) error {
	var part []inventory.PlannedEdit
	var next journal.Run
	lane := Urgent // channels are told of few at once; of many the next plan of all tells
	if run.Total > editsAtOnce {
		lane = Bulk
	}
	err := s.Write(ctx, lane, func(tx *Tx) (err error) {
		next = *run
		next.Counts = maps.Clone(run.Counts)
		p := editing{q: tx, seen: maps.Clone(seen)}
		if part, err = p.all(some); err != nil {
			return err
		}
		for _, e := range part {
			next.Counts[countedAs(e.Verdict)]++
			if !e.Does() {
				continue
			}
			if err := tx.edit(run.ID, e, reason); err != nil {
				return err
			}
		}
		next.Done += int64(len(part))
		return tx.UpdateRun(next)
	})
	if err == nil {
		*run, *done = next, append(*done, part...)
		for _, e := range part {
			seen[levelKey(e)] = true
		}
	}
	return err
}

// countedAs is the name under which a run counts edits.
func countedAs(v inventory.EditVerdict) string {
	if v == inventory.EditFails {
		return "left_out"
	}
	return string(v)
}

// levelKey names the level that an edit is about.
func levelKey(e inventory.PlannedEdit) string { return idText(e.VariantID) + " " + e.Location }

// edit carries one edit out: as a count, or as an adjustment with a reason.
func (tx *Tx) edit(runID int64, e inventory.PlannedEdit, reason string) error {
	if reason != "" && e.Verdict == inventory.EditChanges {
		l, err := tx.trackedAt(inventory.Stock{VariantID: e.VariantID, SKU: e.SKU, Title: e.Title}, e.Location)
		if err != nil {
			return err
		}
		return tx.adjust(runID, l, inventory.Adjustment{VariantID: e.VariantID, Location: e.Location, By: e.By(), Reason: reason})
	}
	_, err := intake.State(tx, runID, 0, intake.Stated{Kind: intake.StockCounts, Values: map[string]string{intake.OwnID: idText(e.VariantID), "sku": e.SKU,
		"location": e.Location, "on_hand": string(e.To.Decimal()), "counted_at": tx.now.String()}})
	return err
}

// editing works edits out, each against what is there now.
type editing struct {
	q         querier
	seen      map[string]bool // levels that an edit before names
	locations map[string]int64
	first     string // the location that is meant where none is named
}

func (p *editing) all(edits []inventory.Edit) ([]inventory.PlannedEdit, error) {
	all := make([]inventory.PlannedEdit, 0, len(edits))
	for _, e := range edits {
		one, err := p.one(e)
		if err != nil {
			return nil, classify("reading stock", err)
		}
		all = append(all, one)
	}
	return all, nil
}

func (p *editing) one(e inventory.Edit) (inventory.PlannedEdit, error) {
	planned := inventory.PlannedEdit{Edit: e, SKU: e.SKU, Verdict: inventory.EditFails}
	named, err := p.variant(&planned)
	if err != nil || !named {
		return planned, err
	}
	locationID, err := p.location(&planned.Location)
	if err != nil {
		return planned, err
	}
	if locationID == 0 {
		planned.Problem, planned.Remedy = "There is no location called "+planned.Location+".", "Use the name of one that is there."
		return planned, nil
	}
	err = p.judge(&planned, locationID)
	return planned, err
}

// variant finds what an edit is about; false says in the edit why it is about nothing.
func (p *editing) variant(e *inventory.PlannedEdit) (bool, error) {
	var kit string
	condition, arg := `v.id = ?`, any(e.VariantID)
	if e.VariantID == 0 {
		condition, arg = `v.sku = ? AND v.sku <> ''`, e.Edit.SKU
	}
	rows, err := p.q.Query(`SELECT v.id, v.sku, v.title, COALESCE((SELECT CASE WHEN EXISTS (SELECT 1 FROM bom_item i WHERE i.bom_id = b.id) THEN b.kind END FROM bom b
		WHERE b.variant_id = v.id AND b.undone_run IS NULL ORDER BY b.version DESC LIMIT 1), '') FROM variant v WHERE v.merged_into IS NULL AND `+condition+` LIMIT 2`, arg)
	found, err := collect(rows, err, func(rows *sql.Rows, v *inventory.Stock) error { return rows.Scan(&v.VariantID, &v.SKU, &v.Title, &kit) })
	switch {
	case err != nil:
	case len(found) == 0:
		e.Problem, e.Remedy = "No product has the SKU “"+e.Edit.SKU+"”.", "Look at the list of products."
	case len(found) > 1:
		e.Problem, e.Remedy = "Several products have the SKU “"+e.Edit.SKU+"”.", "Give one of them another SKU."
	case kit == string(inventory.Virtual):
		e.VariantID, e.SKU, e.Title = found[0].VariantID, found[0].SKU, found[0].Title
		e.Problem, e.Remedy = e.SKU+" is a kit: it lies here as its components.", "Count those."
	default:
		e.VariantID, e.SKU, e.Title = found[0].VariantID, found[0].SKU, found[0].Title
		return true, nil
	}
	return false, err
}

// location finds a location by its name, "" for the first there is.
func (p *editing) location(name *string) (int64, error) {
	if p.locations == nil {
		type place struct {
			id   int64
			name string
		}
		rows, err := p.q.Query(`SELECT id, name FROM location ORDER BY id`)
		all, err := collect(rows, err, func(rows *sql.Rows, l *place) error { return rows.Scan(&l.id, &l.name) })
		if err != nil {
			return 0, err
		}
		p.locations = map[string]int64{}
		for _, l := range all {
			p.locations[l.name] = l.id
		}
		if len(all) > 0 {
			p.first = all[0].name
		}
	}
	if *name == "" {
		*name = p.first
	}
	return p.locations[*name], nil
}

func (p *editing) judge(e *inventory.PlannedEdit, locationID int64) error {
	key := levelKey(*e)
	var now inventory.Quantity
	err := p.q.QueryRow(`SELECT on_hand FROM stock_level WHERE variant_id = ? AND location_id = ?`, e.VariantID, locationID).Scan(&now)
	tracked := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if tracked {
		e.Now = &now
	}
	switch {
	case p.seen[key]:
		e.Problem, e.Remedy = "This level is named twice.", "Name it once."
	case e.To < 0:
		e.Problem, e.Remedy = string(e.To.Decimal())+" is below zero.", "What lies there cannot be less than nothing."
	case !e.Unseen && (tracked != (e.Was != nil) || tracked && *e.Was != now):
		e.Verdict, e.Problem, e.Remedy = inventory.EditStale, "It was changed meanwhile.", "Look at it again."
	case !tracked:
		e.Verdict = inventory.EditStarts
	case now == e.To:
		e.Verdict = inventory.EditSame
	default:
		e.Verdict = inventory.EditChanges
	}
	p.seen[key] = true
	return nil
}
