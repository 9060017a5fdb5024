package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// stockRun begins and ends a run for what a person does to one variant's stock.
func (s *Store) stockRun(ctx context.Context, kind, title string, do func(tx *Tx, runID int64) error) (run journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		run = journal.Run{Kind: kind, State: journal.Done, Cause: journal.ByPerson, Title: title, FinishedAt: tx.now}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		return do(tx, run.ID)
	})
	return run, classify("changing stock", err)
}

// CountStock begins to track a variant at a location with what was found there, or corrects the level to it.
func (s *Store) CountStock(ctx context.Context, c inventory.Count) (journal.Run, error) {
	v, err := variantNow(s.reading(ctx), c.VariantID)
	if err != nil {
		return journal.Run{}, err
	}
	if c.At > s.Now() {
		return journal.Run{}, fault.New(fault.Invalid, "A count cannot be of the future.", "Say when it was counted, or leave it out.").InField("at")
	}
	if c.At == 0 {
		c.At = s.Now() // so that it is kept as a count also where it confirms the level
	}
	stated := intake.Stated{Kind: intake.StockCounts, Values: map[string]string{intake.OwnID: idText(c.VariantID), "sku": v.SKU, "location": strings.TrimSpace(c.Location),
		"on_hand": string(c.Found.Decimal()), "counted_at": c.At.String()}}
	return s.stockRun(ctx, journal.RunStock, strings.TrimSpace("Count of "+v.Name()+" "+c.Because), func(tx *Tx, runID int64) error {
		if err := tx.sawStock(c.VariantID, c.Version); err != nil {
			return err
		}
		j, err := intake.State(tx, runID, 0, stated)
		if err == nil && c.New && j.Verdict != intake.New {
			err = fault.New(fault.Conflict, v.Name()+" is tracked there already.", "Correct its level with a count, or adjust it.")
		}
		return err
	})
}

// AdjustStock changes what is on hand of a variant by so much, with a reason.
func (s *Store) AdjustStock(ctx context.Context, a inventory.Adjustment) (journal.Run, error) {
	v, err := variantNow(s.reading(ctx), a.VariantID)
	if err != nil {
		return journal.Run{}, err
	}
	if a.Reason = strings.TrimSpace(a.Reason); a.Reason == "" || a.By == 0 {
		return journal.Run{}, fault.New(fault.Invalid, "An adjustment says by how much, and why.", "Give it a number other than zero and a reason.").InField("reason")
	}
	return s.stockRun(ctx, journal.RunStock, "Adjustment of "+v.Name(), func(tx *Tx, runID int64) error {
		l, err := tx.trackedAt(v, strings.TrimSpace(a.Location))
		if err = firstError(err, tx.sawStock(a.VariantID, a.Version)); err != nil {
			return err
		}
		if a.At > tx.now || a.At != 0 && a.At <= l.StartedAt {
			return fault.New(fault.Invalid, "Stock can be adjusted for an instant after its start, and not for one to come.", "Its start was "+l.StartedAt.String()+".").InField("at")
		}
		return tx.adjust(runID, l, a)
	})
}

// sawStock refuses a write of somebody who saw another version of a variant's stock; -1 is any.
func (tx *Tx) sawStock(variantID, version int64) error {
	now, err := tx.Number(`SELECT COALESCE(max(counted_seq), 0) FROM stock_level WHERE variant_id = ?`, variantID)
	if err == nil && version >= 0 && version != now {
		err = fault.New(fault.Conflict, "The stock was counted or adjusted meanwhile.", "Look at it again.").InField("if-match")
	}
	return err
}

func (tx *Tx) adjust(runID int64, l *inventory.Level, a inventory.Adjustment) error {
	e := inventory.Entry{VariantID: l.VariantID, LocationID: l.LocationID, Kind: inventory.Adjusted, OnHand: a.By, Reason: a.Reason, OccurredAt: a.At,
		Cause: inventory.Cause{Kind: inventory.ByRun, ID: runID}}
	return firstError(tx.post(e), tx.refill(l.VariantID, l.ChannelID), tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.StockCounts),
		RecordID: l.ID, Action: journal.Changed, RunID: runID, Fields: []commerce.FieldChange{{Field: adjusted, After: string(a.By.Decimal())}}}))
}

// adjusted is the field under which the journal has adjustments of a level.
const adjusted = "adjusted_by"

// trackedAt finds the level of a variant at a location, "" for the first where it is tracked.
func (tx *Tx) trackedAt(v inventory.Stock, location string) (*inventory.Level, error) {
	id, err := tx.Number(`SELECT s.id FROM stock_level s JOIN location l ON l.id = s.location_id WHERE s.variant_id = ?1 AND (?2 = '' OR l.name = ?2)
		ORDER BY l.channel_id IS NOT NULL, NOT l.active, l.rank, l.id LIMIT 1`, v.VariantID, location)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		at := ""
		if location != "" {
			at = " at " + location
		}
		return nil, fault.New(fault.Conflict, v.Name()+" is not tracked"+at+".", "Count it first: its stock starts with a count.").InField("location")
	}
	return levelByID(tx, id)
}

// variantNow reads how a variant is called.
func variantNow(q querier, id int64) (v inventory.Stock, err error) {
	err = q.QueryRow(`SELECT id, sku, title FROM variant WHERE id = ?`, id).Scan(&v.VariantID, &v.SKU, &v.Title)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fault.New(fault.NotFound, fmt.Sprintf("There is no product %d.", id), "Look at the list of products.")
	}
	return v, classify("reading product", err)
}

// VariantBySKU finds the one variant with exactly a SKU.
func (s *Store) VariantBySKU(ctx context.Context, sku string) (id int64, err error) {
	var n int
	err = s.reading(ctx).QueryRow(`SELECT count(*), COALESCE(min(id), 0) FROM variant WHERE sku = ? AND sku <> ''`, sku).Scan(&n, &id)
	switch {
	case err != nil:
		return 0, classify("reading products", err)
	case n == 0:
		return 0, fault.New(fault.NotFound, fmt.Sprintf("No product has the SKU %q.", sku), "Look at the list of products: tradepost products list.").InField("sku")
	case n > 1:
		return 0, fault.New(fault.Conflict, fmt.Sprintf("%d products have the SKU %q.", n, sku), "Give one of them another SKU.").InField("sku")
	}
	return id, nil
}
