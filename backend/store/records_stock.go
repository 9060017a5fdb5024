package store

import (
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
)

// counted keeps stock as counts state it. The first count of a variant at a location starts its ledger there; each later
// one adds a correction, or confirms the level. What the ledger holds is never changed: taking back adds the opposite.
type counted struct{ records }

// Load reads a level as it stands; nil when the variant is not tracked there. Its version is that of what was not an order's doing: orders do not
// make a planned count stale.
func (k counted) Load(id int64) (*intake.Known, error) {
	l, err := levelByID(k.q, id)
	if err != nil || l == nil {
		return nil, err
	}
	return &intake.Known{ID: id, Version: l.Version, Title: l.Title + " at " + l.Location,
		Values: map[string]string{"on_hand": string(l.OnHand.Decimal()), "counted_at": l.CountedAt.String()}}, nil
}

// levelByID reads a level, titled by its SKU; nil when there is none.
func levelByID(q querier, id int64) (*inventory.Level, error) {
	l := inventory.Level{ID: id}
	err := q.QueryRow(`SELECT s.counted_seq, s.variant_id, v.sku, CASE WHEN v.sku <> '' THEN v.sku ELSE v.title END, s.location_id, l.name, COALESCE(l.channel_id, 0),
		s.on_hand, s.reserved, s.incoming, s.started_at, s.counted_at FROM stock_level s JOIN variant v ON v.id = s.variant_id JOIN location l ON l.id = s.location_id
		WHERE s.id = ?`, id).Scan(&l.Version, &l.VariantID, &l.SKU, &l.Title, &l.LocationID, &l.Location, &l.ChannelID, &l.OnHand, &l.Reserved, &l.Incoming,
		&l.StartedAt, &l.CountedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &l, err
}

// Find finds the level that a count is about. A count of an earlier instant is held against the level of that instant.
func (k counted) Find(s intake.Stated) (*intake.Known, error) {
	variantID, err := k.soldAs(s)
	if err != nil {
		return nil, err
	}
	count, err := countOf(s)
	if err != nil {
		return nil, err
	}
	locationID, err := k.location(s.Values["location"])
	if err != nil {
		return nil, err
	}
	id, err := k.q.Number(`SELECT id FROM stock_level WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, possible(count)
	}
	known, err := k.Load(id)
	if err != nil {
		return nil, err
	}
	if err := k.asOf(known, s.Values["counted_at"]); err != nil {
		return nil, err
	}
	if known.Values["on_hand"] == string(count.Decimal()) { // as our own export states it where more left than there was
		return known, nil
	}
	return known, possible(count)
}

// possible refuses a count below zero.
func possible(count inventory.Quantity) error {
	if count >= 0 {
		return nil
	}
	text := string(count.Decimal())
	return &intake.UnfitError{Field: "on_hand", Found: text, Code: "negative_count", Message: "The count “" + text + "” is below zero.",
		Expected: "zero or more", Remedy: "Count again: what lies there cannot be less than nothing."}
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
	if at := s.Values["counted_at"]; at != "" {
		if _, err := commerce.ParseInstant(at); err != nil {
			return 0, &intake.UnfitError{Field: "counted_at", Found: at, Code: "not_an_instant", Message: "“" + at + "” is not a date and time.",
				Expected: "when it was counted", Remedy: "Correct it, or leave it blank."}
		}
	}
	return q, nil
}

// location finds the location that a count names, else the first of our own; 0 when it is still to be made.
func (k counted) location(name string) (int64, error) {
	if name == "" {
		return k.q.Number(`SELECT id FROM location WHERE channel_id IS NULL ORDER BY NOT is_default, id LIMIT 1`)
	}
	return k.q.Number(`SELECT id FROM location WHERE name = ?`, name)
}

// asOf holds a count of an instant against what was on hand then. One that is older than the last count leaves that one the last.
func (k counted) asOf(known *intake.Known, at string) error {
	if at == "" {
		return nil
	}
	instant, err := commerce.ParseInstant(at)
	if err != nil {
		return err
	}
	l, err := levelByID(k.q, known.ID)
	if err != nil {
		return err
	}
	if instant < l.StartedAt {
		return &intake.UnfitError{Field: "counted_at", Found: at, Code: "before_start", Message: "“" + at + "” is before the stock of " + known.Title + " began to be tracked.",
			Expected: "a later instant than " + l.StartedAt.String(), Remedy: "Count again, or leave the row out."}
	}
	var since inventory.Quantity
	err = k.q.QueryRow(`SELECT COALESCE(sum(quantity), 0) FROM stock_movement WHERE variant_id = ? AND location_id = ? AND occurred_at > ?`,
		l.VariantID, l.LocationID, int64(instant)).Scan(&since)
	if err != nil {
		return err
	}
	known.At = instant
	known.Values["on_hand"] = string((l.OnHand - since).Decimal())
	if instant <= l.CountedAt {
		known.Values["counted_at"] = at
	}
	return nil
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
	id, err := k.tx.startStock(inventory.Cause{Kind: inventory.ByRun, ID: runID}, variantID, locationID, count, at)
	if err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, nil, err
}

// startStock begins to track a variant at a location with what was counted there at an instant, and lets the orders that need it
// reserve. It gives the level's id.
func (tx *Tx) startStock(cause inventory.Cause, variantID, locationID int64, count inventory.Quantity, at commerce.Instant) (int64, error) {
	tx.touch(Stock)
	err := tx.Exec(`INSERT INTO stock_start (variant_id, location_id, started_at, quantity, seq) VALUES (?, ?, ?, ?, ?)`,
		variantID, locationID, int64(at), int64(count), tx.seq)
	if err != nil {
		return 0, err
	}
	id, err := tx.Insert(`INSERT INTO stock_level (variant_id, location_id, on_hand, started_at, counted_at, seq) VALUES (?, ?, 0, ?, ?, ?)`,
		variantID, locationID, int64(at), int64(at), tx.seq)
	if err != nil {
		return 0, err
	}
	if err := tx.noteTracked(variantID); err != nil {
		return 0, err
	}
	start := inventory.Entry{VariantID: variantID, LocationID: locationID, Kind: inventory.Start, OnHand: count, Cause: cause, OccurredAt: at}
	return id, firstError(tx.post(start), tx.settleVariant(variantID), tx.expectAwaited(variantID, locationID))
}

func (k counted) ensureLocation(name string) (int64, error) {
	id, err := k.location(name)
	if err != nil || id != 0 {
		return id, err
	}
	if name == "" {
		name = inventory.DefaultLocation
	}
	k.tx.forgetStock() // it knows the locations
	return k.tx.Insert(`INSERT INTO location (name, kind, seq) VALUES (?, 'own', ?)`, name, k.tx.seq)
}

// Set adds what lies between the values as one entry; under an undo it takes the run's counts of the level back.
func (k counted) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Stock)
	l, err := levelByID(k.tx, known.ID)
	if err != nil {
		return err
	}
	undone, err := k.undone(runID)
	if err != nil {
		return err
	}
	if undone != 0 {
		err = k.takeBack(runID, undone, l)
	} else {
		err = k.count(runID, known, l, changes)
	}
	for _, c := range changes {
		known.Values[c.Field] = c.After
	}
	known.Version = k.tx.seq
	return err
}

// undone is the run that a run takes back; 0 when it is no undo.
func (k counted) undone(runID int64) (int64, error) {
	return k.q.Number(`SELECT CAST(subject AS INTEGER) FROM run WHERE id = ? AND kind = 'undo'`, runID)
}

// count adds a count with its correction, which is nothing where it confirms the level.
func (k counted) count(runID int64, known *intake.Known, l *inventory.Level, changes []commerce.FieldChange) error {
	level, err := quantityOf(known.Values["on_hand"])
	if err != nil {
		return err
	}
	found := level
	for _, c := range changes {
		if c.Field == "on_hand" {
			if found, err = quantityOf(c.After); err != nil {
				return err
			}
		}
	}
	return k.tx.countStock(inventory.Cause{Kind: inventory.ByRun, ID: runID}, *l, inventory.Correct(level, found), found, known.At)
}

// countStock notes what was found of a level at an instant (0: now), which differs by diff from what the ledger says of then.
func (tx *Tx) countStock(cause inventory.Cause, l inventory.Level, diff, found inventory.Quantity, at commerce.Instant) error {
	if at == 0 {
		at = tx.now
	}
	id, err := tx.Insert(`INSERT INTO stock_count (variant_id, location_id, counted_at, quantity, run_id, seq) VALUES (?, ?, ?, ?, ?, ?)`,
		l.VariantID, l.LocationID, int64(at), int64(found), cause.ID, tx.seq)
	if err != nil {
		return err
	}
	e := inventory.Entry{VariantID: l.VariantID, LocationID: l.LocationID, Kind: inventory.Correction, OnHand: diff, Cause: cause, CountID: id, OccurredAt: at}
	return firstError(tx.post(e), tx.latestCount(l), tx.refill(l.VariantID, l.ChannelID), tx.settleUnsure(l.VariantID, false))
}

// latestCount brings a level's last count up to date.
func (tx *Tx) latestCount(l inventory.Level) error {
	return tx.Exec(`UPDATE stock_level SET counted_at = max(started_at, COALESCE((SELECT max(counted_at) FROM stock_count c WHERE c.variant_id = stock_level.variant_id
		AND c.location_id = stock_level.location_id AND c.undone = 0), 0)) WHERE variant_id = ? AND location_id = ?`, l.VariantID, l.LocationID)
}

// takeBack adds the opposite of all that the counts of a run did to a level, also since.
func (k counted) takeBack(runID, undone int64, l *inventory.Level) error {
	rows, err := k.tx.Query(`SELECT c.id, c.counted_at, sum(m.quantity) FROM stock_count c JOIN stock_movement m ON m.count_id = c.id
		WHERE c.run_id = ? AND c.variant_id = ? AND c.location_id = ? AND c.undone = 0 GROUP BY c.id`, undone, l.VariantID, l.LocationID)
	entries, err := collect(rows, err, func(rows *sql.Rows, e *inventory.Entry) error {
		e.VariantID, e.LocationID, e.Kind, e.Cause = l.VariantID, l.LocationID, inventory.Undo, inventory.Cause{Kind: inventory.ByRun, ID: runID}
		defer func() { e.OnHand = -e.OnHand }()
		return rows.Scan(&e.CountID, &e.OccurredAt, &e.OnHand)
	})
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := k.tx.Exec(`UPDATE stock_count SET undone = 1 WHERE id = ?`, e.CountID); err != nil {
			return err
		}
	}
	adjustments, err := k.adjustments(runID, undone, l)
	if err != nil {
		return err
	}
	return firstError(k.tx.post(append(entries, adjustments...)...), k.unkeep(undone, l), k.tx.latestCount(*l), k.tx.refill(l.VariantID, l.ChannelID),
		k.tx.settleUnsure(l.VariantID, true))
}

// adjustments gives the opposite of what a run adjusted of a level, each at its instant: what was counted since stands.
func (k counted) adjustments(runID, undone int64, l *inventory.Level) ([]inventory.Entry, error) {
	rows, err := k.q.Query(`SELECT m.id, -m.quantity, m.occurred_at FROM stock_movement m WHERE m.cause_kind = 'run' AND m.cause_id = ? AND m.kind = 'adjustment'
		AND m.variant_id = ? AND m.location_id = ? AND NOT EXISTS (SELECT 1 FROM stock_movement r WHERE r.reverses = m.id)`, undone, l.VariantID, l.LocationID)
	return collect(rows, err, func(rows *sql.Rows, e *inventory.Entry) error {
		e.VariantID, e.LocationID, e.Kind, e.Cause = l.VariantID, l.LocationID, inventory.Undo, inventory.Cause{Kind: inventory.ByRun, ID: runID}
		return rows.Scan(&e.Reverses, &e.OnHand, &e.OccurredAt)
	})
}

// countedBy is by how much the counts of a run move a level: those after which nobody else counted.
func (k counted) countedBy(runID int64, l *inventory.Level) (sum inventory.Quantity, err error) {
	err = k.q.QueryRow(`SELECT COALESCE(sum(m.quantity), 0) FROM stock_count c JOIN stock_movement m ON m.count_id = c.id
		WHERE c.run_id = ?1 AND c.variant_id = ?2 AND c.location_id = ?3 AND NOT EXISTS (SELECT 1 FROM stock_count o WHERE o.variant_id = ?2 AND o.location_id = ?3
			AND o.undone = 0 AND o.counted_at > c.counted_at AND o.run_id <> ?1)`, runID, l.VariantID, l.LocationID).Scan(&sum)
	return sum, err
}

// Revert takes the counts of a run back whatever moved since, unless somebody counted again: what they found stands.
func (k counted) Revert(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	switch change.Field {
	case adjusted:
		return k.unadjust(runID, known, change)
	case keptFor:
		return k.letGo(runID, known, change)
	}
	again, err := changedByOthers(k.q, intake.RecordKind(intake.StockCounts), known.ID, runID)
	if err != nil || again {
		return change, "it was counted again since", true, err
	}
	back = commerce.FieldChange{Field: change.Field, Before: known.Values[change.Field], After: change.Before}
	if change.Field != "on_hand" {
		return back, "", true, nil
	}
	l, err := levelByID(k.q, known.ID)
	if err != nil || l == nil {
		return back, "", true, err
	}
	sum, err := k.countedBy(runID, l)
	back.Before, back.After = string(l.OnHand.Decimal()), string((l.OnHand - sum).Decimal())
	return back, "", true, err
}

// unadjust takes an adjustment back, once.
func (k counted) unadjust(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	l, err := levelByID(k.q, known.ID)
	if err != nil || l == nil {
		return back, "", true, err
	}
	left, err := k.adjustments(0, runID, l)
	if err != nil || len(left) == 0 {
		return back, "", true, err
	}
	return commerce.FieldChange{Field: adjusted, Before: change.After, After: change.Before}, "", true, nil
}

// Held tells whether anything but counts and orders moved the stock: orders follow a start that goes.
func (k counted) Held(known *intake.Known) (string, error) {
	var moved bool
	err := k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM stock_movement m JOIN stock_level s ON s.variant_id = m.variant_id AND s.location_id = m.location_id
		WHERE s.id = ? AND m.cause_kind NOT IN ('run', 'order') AND (m.quantity <> 0 OR m.cause_kind <> 'purchase') AND m.count_id IS NULL AND m.kind <> 'undo'
			AND NOT EXISTS (SELECT 1 FROM stock_movement r WHERE r.reverses = m.id))`, known.ID).Scan(&moved)
	if moved {
		return "the stock moved since", err
	}
	return "", err
}

// Delete ends tracking: the ledger gets the opposite of what it holds, and the start goes.
func (k counted) Delete(runID int64, known *intake.Known) error {
	k.tx.touch(Stock)
	l, err := levelByID(k.tx, known.ID)
	if err != nil || l == nil {
		return err
	}
	return k.tx.endTracking(runID, *l)
}
