package store

import (
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
)

// counted keeps stock as counts state it. The first count of a variant at a location starts its ledger there; each later
// one adds a correction. What the ledger holds is never changed: taking back adds the opposite.
type counted struct{ records }

// Load reads a level as it stands; nil when the variant is not tracked there.
func (k counted) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id}
	var onHand inventory.Quantity
	var sku, location string
	err := k.q.QueryRow(`SELECT s.seq, s.on_hand, CASE WHEN v.sku <> '' THEN v.sku ELSE v.title END, l.name FROM stock_level s JOIN variant v ON v.id = s.variant_id
		JOIN location l ON l.id = s.location_id WHERE s.id = ?`, id).Scan(&known.Version, &onHand, &sku, &location)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	known.Title = sku + " at " + location
	known.Values = map[string]string{"on_hand": string(onHand.Decimal())}
	return known, err
}

// Find finds the level that a count is about. A count of an earlier instant is held against the level of that instant.
func (k counted) Find(s intake.Stated) (*intake.Known, error) {
	variantID, err := k.soldAs(s)
	if err != nil {
		return nil, err
	}
	if _, err := countOf(s); err != nil {
		return nil, err
	}
	locationID, err := k.location(s.Values["location"])
	if err != nil || locationID == 0 {
		return nil, err
	}
	id, err := k.id(`SELECT id FROM stock_level WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
	if err != nil || id == 0 {
		return nil, err
	}
	known, err := k.Load(id)
	if err != nil {
		return nil, err
	}
	return known, k.asOf(known, variantID, locationID, s.Values["counted_at"])
}

// countOf reads the count and its instant.
func countOf(s intake.Stated) (inventory.Quantity, error) {
	text := s.Values["on_hand"]
	d, err := commerce.ParseDecimal(text)
	q, exact := inventory.Parse(d)
	if err != nil || exact != nil {
		return 0, &intake.UnfitError{Field: "on_hand", Found: text, Code: "not_a_quantity", Message: "“" + text + "” is not a count.",
			Expected: "a number with at most six decimals", Remedy: "Correct the count."}
	}
	if q < 0 {
		return 0, &intake.UnfitError{Field: "on_hand", Found: text, Code: "negative_count", Message: "The count “" + text + "” is below zero.",
			Expected: "zero or more", Remedy: "Count again: what lies there cannot be less than nothing."}
	}
	if at := s.Values["counted_at"]; at != "" {
		if _, err := commerce.ParseInstant(at); err != nil {
			return 0, &intake.UnfitError{Field: "counted_at", Found: at, Code: "not_an_instant", Message: "“" + at + "” is not a date and time.",
				Expected: "when it was counted", Remedy: "Correct it, or leave it blank."}
		}
	}
	return q, nil
}

// location finds the location that a count names, else the first there is; 0 when it is still to be made.
func (k counted) location(name string) (int64, error) {
	if name == "" {
		return k.id(`SELECT id FROM location ORDER BY id LIMIT 1`)
	}
	return k.id(`SELECT id FROM location WHERE name = ?`, name)
}

// asOf holds a count of an earlier instant against what was on hand then.
func (k counted) asOf(known *intake.Known, variantID, locationID int64, at string) error {
	if at == "" {
		return nil
	}
	instant, err := commerce.ParseInstant(at)
	if err != nil {
		return err
	}
	var started, since int64
	if err := k.q.QueryRow(`SELECT started_at FROM stock_start WHERE variant_id = ? AND location_id = ?`, variantID, locationID).Scan(&started); err != nil {
		return err
	}
	if int64(instant) < started {
		return &intake.UnfitError{Field: "counted_at", Found: at, Code: "before_start", Message: "“" + at + "” is before the stock of " + known.Title + " began to be tracked.",
			Expected: "a later instant than " + commerce.Instant(started).String(), Remedy: "Count again, or leave the row out."}
	}
	err = k.q.QueryRow(`SELECT COALESCE(sum(quantity), 0) FROM stock_movement WHERE variant_id = ? AND location_id = ? AND occurred_at > ?`,
		variantID, locationID, int64(instant)).Scan(&since)
	if err != nil {
		return err
	}
	known.At = instant
	onHand, err := quantityOf(known.Values["on_hand"])
	known.Values["on_hand"] = string((onHand - inventory.Quantity(since)).Decimal())
	return err
}

func quantityOf(text string) (inventory.Quantity, error) {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return 0, err
	}
	return inventory.Parse(d)
}

// Insert starts the ledger of a variant at a location with what was counted.
func (k counted) Insert(runID int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	k.tx.touch(Stock)
	variantID, err := k.soldAs(s)
	if err != nil {
		return nil, nil, err
	}
	count, err := countOf(s)
	if err != nil {
		return nil, nil, err
	}
	locationID, err := k.ensureLocation(s.Values["location"])
	if err != nil {
		return nil, nil, err
	}
	at, err := commerce.ParseInstant(s.Values["counted_at"])
	if err != nil {
		return nil, nil, err
	}
	if at == 0 {
		at = k.tx.now
	}
	err = k.tx.Exec(`INSERT INTO stock_start (variant_id, location_id, started_at, quantity, seq) VALUES (?, ?, ?, ?, ?)`,
		variantID, locationID, int64(at), int64(count), k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	id, err := k.tx.Insert(`INSERT INTO stock_level (variant_id, location_id, on_hand, seq) VALUES (?, ?, 0, ?)`, variantID, locationID, k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	if err := k.move(id, inventory.Start, count, runID, at); err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, nil, err
}

func (k counted) ensureLocation(name string) (int64, error) {
	id, err := k.location(name)
	if err != nil || id != 0 {
		return id, err
	}
	if name == "" {
		name = inventory.DefaultLocation
	}
	return k.tx.Insert(`INSERT INTO location (name, kind, seq) VALUES (?, 'own', ?)`, name, k.tx.seq)
}

// move writes one entry of the ledger and brings the level up to date with it.
func (k counted) move(levelID int64, kind inventory.Cause, quantity inventory.Quantity, runID int64, at commerce.Instant) error {
	if at == 0 {
		at = k.tx.now
	}
	err := k.tx.Exec(`INSERT INTO stock_movement (variant_id, location_id, kind, quantity, cause_kind, cause_id, occurred_at, recorded_at, seq)
		SELECT variant_id, location_id, ?, ?, 'run', ?, ?, ?, ? FROM stock_level WHERE id = ?`,
		string(kind), int64(quantity), runID, int64(at), int64(k.tx.now), k.tx.seq, levelID)
	if err != nil {
		return err
	}
	return k.tx.Exec(`UPDATE stock_level SET on_hand = on_hand + ?, seq = ? WHERE id = ?`, int64(quantity), k.tx.seq, levelID)
}

// Set adds what lies between the values as one movement.
func (k counted) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Stock)
	kind := inventory.Correction
	if undo, err := k.undoing(runID); err != nil || undo {
		kind = inventory.Undo
		if err != nil {
			return err
		}
	}
	for _, c := range changes {
		if c.Field != "on_hand" {
			return fmt.Errorf("a stock level has no field %q", c.Field)
		}
		before, err := quantityOf(c.Before)
		if err != nil {
			return err
		}
		after, err := quantityOf(c.After)
		if err != nil {
			return err
		}
		if err := k.move(known.ID, kind, inventory.Correct(before, after), runID, known.At); err != nil {
			return err
		}
		known.Values["on_hand"], known.Version = c.After, k.tx.seq
	}
	return nil
}

// Revert takes a correction back whatever moved since, unless somebody counted again: what they found stands.
func (k counted) Revert(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	again, err := changedByOthers(k.q, intake.RecordKind(intake.StockCounts), known.ID, runID)
	if err != nil || again {
		return change, "it was counted again since", true, err
	}
	var q [3]inventory.Quantity
	for i, text := range []string{known.Values["on_hand"], change.Before, change.After} {
		if q[i], err = quantityOf(text); err != nil {
			return change, "", true, err
		}
	}
	back = commerce.FieldChange{Field: change.Field, Before: known.Values["on_hand"], After: string(inventory.Back(q[0], q[1], q[2]).Decimal())}
	return back, "", true, nil
}

// Held tells whether anything but counts moved the stock.
func (k counted) Held(known *intake.Known) (string, error) {
	var moved bool
	err := k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM stock_movement m JOIN stock_level s ON s.variant_id = m.variant_id AND s.location_id = m.location_id
		WHERE s.id = ? AND m.cause_kind <> 'run')`, known.ID).Scan(&moved)
	if moved {
		return "the stock moved since", err
	}
	return "", err
}

// Delete ends tracking: the ledger gets the opposite of what it holds, and the start goes.
func (k counted) Delete(runID int64, known *intake.Known) error {
	k.tx.touch(Stock)
	onHand, err := quantityOf(known.Values["on_hand"])
	if err != nil {
		return err
	}
	if err := k.move(known.ID, inventory.Undo, -onHand, runID, 0); err != nil {
		return err
	}
	err = k.tx.Exec(`DELETE FROM stock_start WHERE (variant_id, location_id) = (SELECT variant_id, location_id FROM stock_level WHERE id = ?)`, known.ID)
	if err != nil {
		return err
	}
	return k.tx.Exec(`DELETE FROM stock_level WHERE id = ?`, known.ID)
}
