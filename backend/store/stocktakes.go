package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

const stocktakeColumns = `SELECT t.id, t.name, t.location_id, l.name, t.prefix, t.never_counted, t.blind, t.state, t.missing, t.started_at, t.closed_at, COALESCE(t.run_id, 0),
	EXISTS (SELECT 1 FROM run u WHERE u.kind = 'undo' AND u.subject = CAST(t.run_id AS TEXT)), t.seq,
	(SELECT count(*) FROM stocktake_line n WHERE n.stocktake_id = t.id),
	(SELECT count(DISTINCT r.variant_id) FROM stocktake_row r WHERE r.stocktake_id = t.id AND r.removed = 0),
	(SELECT count(*) FROM stocktake_row r WHERE r.stocktake_id = t.id AND r.removed = 0 AND r.variant_id IS NULL)
	FROM stocktake t JOIN location l ON l.id = t.location_id `

func scanStocktake(rows *sql.Rows, t *inventory.Stocktake) error {
	return rows.Scan(&t.ID, &t.Name, &t.LocationID, &t.Location, &t.Prefix, &t.NeverCounted, &t.Blind, &t.State, &t.Missing, &t.StartedAt, instant{&t.ClosedAt}, &t.RunID,
		&t.Undone, &t.Version, &t.Lines, &t.Counted, &t.Unknown)
}

// Stocktakes lists stocktakes, newest first, ids below before (0: all).
func (s *Store) Stocktakes(ctx context.Context, before int64, limit int) ([]inventory.Stocktake, error) {
	rows, err := s.reading(ctx).Query(stocktakeColumns+`WHERE ?1 = 0 OR t.id < ?1 ORDER BY t.id DESC LIMIT ?2`, before, limit)
	all, err := collect(rows, err, scanStocktake)
	return all, classify("reading stocktakes", err)
}

func stocktakeByID(q querier, id int64) (inventory.Stocktake, error) {
	rows, err := q.Query(stocktakeColumns+`WHERE t.id = ?`, id)
	all, err := collect(rows, err, scanStocktake)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, fmt.Sprintf("There is no stocktake %d.", id), "It may have been discarded; look at the list of stocktakes.")
	}
	if err != nil {
		return inventory.Stocktake{}, err
	}
	return all[0], nil
}

// Stocktake reads one stocktake.
func (s *Store) Stocktake(ctx context.Context, id int64) (inventory.Stocktake, error) {
	t, err := stocktakeByID(s.reading(ctx), id)
	return t, classify("reading the stocktake", err)
}

// StartStocktake makes a sheet of what is to be counted at a location, with what is expected there now. Kits whose components lie on the shelf are not on it:
// those are counted.
func (s *Store) StartStocktake(ctx context.Context, f inventory.StocktakeFilter) (t inventory.Stocktake, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		at, err := tx.countedAt(f.Location)
		if err != nil {
			return err
		}
		if f.Name = strings.TrimSpace(f.Name); f.Name == "" {
			f.Name = at.Name + ", " + tx.now.Time().In(tx.zone()).Format("2 January 2006")
		}
		tx.touch(Stock)
		id, err := tx.Insert(`INSERT INTO stocktake (name, location_id, prefix, never_counted, blind, state, started_at, seq) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)`,
			f.Name, at.ID, strings.TrimSpace(f.Prefix), f.NeverCounted, f.Blind, int64(tx.now), tx.seq)
		if err != nil {
			return err
		}
		if err := tx.fillSheet(id, at.ID, f); err != nil {
			return err
		}
		t, err = stocktakeByID(tx, id)
		return err
	})
	return t, classify("starting a stocktake", err)
}

// countedAt finds the location that is to be counted, "" for the usual one.
func (tx *Tx) countedAt(name string) (inventory.Location, error) {
	if strings.TrimSpace(name) != "" {
		return locationNamed(tx, name)
	}
	all, err := locationsBy(tx, `WHERE l.channel_id IS NULL AND l.active ORDER BY NOT l.is_default, l.rank, l.id LIMIT 1`)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "There is no location to count at.", "Add one first.").InField("location")
	}
	if err != nil {
		return inventory.Location{}, err
	}
	return all[0], nil
}

// fillSheet writes the lines of a sheet: variants of the filter that are tracked at the location, or at none yet.
func (tx *Tx) fillSheet(id, locationID int64, f inventory.StocktakeFilter) error {
	key := commerce.NumberKey(strings.TrimSpace(f.Prefix))
	err := tx.Exec(`INSERT INTO stocktake_line (stocktake_id, variant_id, expected) SELECT ?1, v.id, s.on_hand FROM variant v
		LEFT JOIN stock_level s ON s.variant_id = v.id AND s.location_id = ?2
		WHERE v.merged_into IS NULL AND v.sku_key >= ?3 AND v.sku_key < ?4 AND (?5 = 0 OR s.id IS NULL OR s.counted_at = s.started_at)
			AND (s.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM stock_level o JOIN location n ON n.id = o.location_id WHERE o.variant_id = v.id AND n.channel_id IS NULL))
		ORDER BY v.sku_key, v.id`, id, locationID, key, key+above, f.NeverCounted)
	if err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM stocktake_line WHERE stocktake_id = ?1 AND variant_id IN (SELECT b.variant_id FROM bom b WHERE b.kind = 'virtual'
		AND b.version = (SELECT max(version) FROM bom o WHERE o.variant_id = b.variant_id AND o.undone_run IS NULL) AND EXISTS (SELECT 1 FROM bom_item i WHERE i.bom_id = b.id))`, id)
}

const sheetColumns = `SELECT n.id, n.variant_id, v.sku, v.gtin, v.title, COALESCE(n.expected, 0), n.expected IS NOT NULL, n.added, v.cost, v.currency, n.outcome, n.problem,
	(SELECT count(*) FROM stocktake_row r WHERE r.stocktake_id = n.stocktake_id AND r.variant_id = n.variant_id AND r.removed = 0),
	(SELECT COALESCE(sum(r.quantity), 0) FROM stocktake_row r WHERE r.stocktake_id = n.stocktake_id AND r.variant_id = n.variant_id AND r.removed = 0),
	(SELECT COALESCE(min(r.counted_at), 0) FROM stocktake_row r WHERE r.stocktake_id = n.stocktake_id AND r.variant_id = n.variant_id AND r.removed = 0),
	(SELECT COALESCE(max(r.counted_at), 0) FROM stocktake_row r WHERE r.stocktake_id = n.stocktake_id AND r.variant_id = n.variant_id AND r.removed = 0),
	(SELECT COALESCE(sum(l.on_hand), 0) FROM stock_level l WHERE l.variant_id = n.variant_id AND l.location_id = t.location_id)
	FROM stocktake_line n JOIN stocktake t ON t.id = n.stocktake_id JOIN variant v ON v.id = n.variant_id `

func scanSheet(rows *sql.Rows, l *inventory.SheetLine) error {
	return rows.Scan(&l.ID, &l.VariantID, &l.SKU, &l.GTIN, &l.Title, &l.Expected, &l.Tracked, &l.Added, &l.Cost, &l.Currency, &l.Outcome, &l.Problem, &l.Rows, &l.Counted,
		&l.FirstAt, &l.LastAt, &l.Now)
}

// sheetBy reads lines of a stocktake with what the ledger says of the instants of their counts. What the stocktake itself wrote is no movement.
func sheetBy(q querier, t inventory.Stocktake, condition string, args ...any) ([]inventory.SheetLine, error) {
	rows, err := q.Query(sheetColumns+condition, args...)
	all, err := collect(rows, err, scanSheet)
	for i := range all {
		l := &all[i]
		if l.Then = l.Now; err != nil || l.Rows == 0 {
			continue
		}
		var since inventory.Quantity
		err = q.QueryRow(`SELECT COALESCE(sum(CASE WHEN m.occurred_at > ?3 OR own THEN m.quantity ELSE 0 END), 0),
			COALESCE(sum(CASE WHEN m.occurred_at > ?4 AND m.occurred_at <= ?3 AND NOT own THEN abs(m.quantity) ELSE 0 END), 0)
			FROM (SELECT quantity, occurred_at, (cause_kind = 'run' AND cause_id = ?5
				OR COALESCE(count_id, 0) IN (SELECT id FROM stock_count WHERE run_id = ?5)) AS own FROM stock_movement WHERE variant_id = ?1 AND location_id = ?2) m`,
			l.VariantID, t.LocationID, int64(l.LastAt), int64(l.FirstAt), t.RunID).Scan(&since, &l.Moved)
		l.Then = l.Now - since
	}
	return all, err
}

// StocktakeLines lists a stocktake's lines by SKU behind a line's id (0: from the beginning): all, or those that were counted, that differ, or that are missing.
func (s *Store) StocktakeLines(ctx context.Context, id int64, which string, after int64, limit int) ([]inventory.SheetLine, error) {
	q := s.reading(ctx)
	t, err := stocktakeByID(q, id)
	if err != nil {
		return nil, classify("reading the stocktake", err)
	}
	counted := `EXISTS (SELECT 1 FROM stocktake_row r WHERE r.stocktake_id = n.stocktake_id AND r.variant_id = n.variant_id AND r.removed = 0)`
	narrow := map[string]string{"": "", "counted": " AND " + counted, "differ": " AND " + counted, "missing": " AND NOT " + counted}[which]
	all := []inventory.SheetLine{}
	for {
		page, err := sheetBy(q, t, `WHERE n.stocktake_id = ?1 AND n.id > ?2`+narrow+` ORDER BY n.id LIMIT ?3`, id, after, limit)
		if err != nil {
			return nil, classify("reading the stocktake", err)
		}
		for _, l := range page {
			if after = l.ID; len(all) < limit && (which != "differ" || l.Variance() != 0) {
				all = append(all, l)
			}
			if len(all) == limit {
				return all, nil
			}
		}
		if len(page) < limit {
			return all, nil
		}
	}
}

// StocktakeTotals adds a stocktake up.
func (s *Store) StocktakeTotals(ctx context.Context, id int64) (inventory.StocktakeTotals, error) {
	sum := inventory.StocktakeTotals{Value: map[commerce.Currency]commerce.Decimal{}}
	q := s.reading(ctx)
	t, err := stocktakeByID(q, id)
	if err != nil {
		return sum, classify("reading the stocktake", err)
	}
	all, err := sheetBy(q, t, `WHERE n.stocktake_id = ?1 AND n.variant_id IN (SELECT variant_id FROM stocktake_row WHERE stocktake_id = ?1 AND removed = 0)`, id)
	for _, l := range all {
		sum.Add(l)
	}
	return sum, classify("adding the stocktake up", err)
}

const countRowColumns = `SELECT r.id, COALESCE(r.variant_id, 0), COALESCE(v.sku, ''), COALESCE(v.title, ''), r.code, r.quantity, r.counted_at, r.counter, COALESCE(r.file_id, 0)
	FROM stocktake_row r LEFT JOIN variant v ON v.id = r.variant_id `

func scanCountRow(rows *sql.Rows, r *inventory.CountRow) error {
	return rows.Scan(&r.ID, &r.VariantID, &r.SKU, &r.Title, &r.Code, &r.Quantity, &r.At, &r.Counter, &r.FileID)
}

// CountRows lists what was counted in a stocktake, newest first, ids below before (0: all); only codes that nobody knows, or all.
func (s *Store) CountRows(ctx context.Context, id int64, unknown bool, before int64, limit int) ([]inventory.CountRow, error) {
	rows, err := s.reading(ctx).Query(countRowColumns+`WHERE r.stocktake_id = ?1 AND r.removed = 0 AND (?2 = 0 OR r.variant_id IS NULL) AND (?3 = 0 OR r.id < ?3) ORDER BY r.id DESC LIMIT ?4`,
		id, unknown, before, limit)
	all, err := collect(rows, err, scanCountRow)
	return all, classify("reading what was counted", err)
}

// CountCode takes what somebody counted of what a code is of: a GTIN, a SKU. A code that nobody knows is kept, and listed.
func (s *Store) CountCode(ctx context.Context, id int64, r inventory.CountRow) (counted inventory.CountRow, line inventory.SheetLine, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		t, err := tx.countable(id)
		if err != nil {
			return err
		}
		if r.ID, err = tx.countRow(t, r); err != nil {
			return err
		}
		if counted, err = tx.rowOf(r.ID); err != nil || counted.VariantID == 0 {
			return err
		}
		line, err = tx.sheetLine(t, counted.VariantID)
		return err
	})
	return counted, line, classify("counting", err)
}

// CountFile takes the rows of a file, all or none, once: the same file again is refused.
func (s *Store) CountFile(ctx context.Context, id, fileID int64, all []inventory.CountRow) (unknown int, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		t, err := tx.countable(id)
		if err != nil {
			return err
		}
		known, err := tx.Number(`SELECT count(*) FROM stocktake_row WHERE stocktake_id = ? AND file_id = ? AND removed = 0`, id, fileID)
		if err == nil && known > 0 {
			err = fault.New(fault.Conflict, "This very file was counted in already.", "Remove its rows first, if it is to be counted again.")
		}
		for unknown = 0; len(all) > 0 && err == nil; all = all[1:] {
			var row int64
			r := all[0]
			r.FileID = fileID
			if row, err = tx.countRow(t, r); err == nil {
				var n int64
				n, err = tx.Number(`SELECT variant_id IS NULL FROM stocktake_row WHERE id = ?`, row)
				unknown += int(n)
			}
		}
		return err
	})
	return unknown, classify("counting a file in", err)
}

func (tx *Tx) countable(id int64) (inventory.Stocktake, error) {
	t, err := stocktakeByID(tx, id)
	if err == nil && t.State != inventory.StocktakeOpen {
		err = fault.New(fault.Conflict, t.Name+" is "+string(t.State)+".", "Start another stocktake.")
	}
	return t, err
}

func (tx *Tx) rowOf(id int64) (inventory.CountRow, error) {
	rows, err := tx.Query(countRowColumns+`WHERE r.id = ?`, id)
	r, err := one(collect(rows, err, scanCountRow))
	if err != nil || r == nil {
		return inventory.CountRow{}, errors.Join(err, fault.New(fault.NotFound, "There is no such row.", "Look at the stocktake again."))
	}
	return *r, nil
}

func (tx *Tx) sheetLine(t inventory.Stocktake, variantID int64) (inventory.SheetLine, error) {
	l, err := one(sheetBy(tx, t, `WHERE n.stocktake_id = ? AND n.variant_id = ?`, t.ID, variantID))
	if err != nil || l == nil {
		return inventory.SheetLine{}, err
	}
	return *l, nil
}

// countRow writes one row, and puts its variant on the sheet.
func (tx *Tx) countRow(t inventory.Stocktake, r inventory.CountRow) (int64, error) {
	r.Code = strings.TrimSpace(r.Code)
	if r.At == 0 {
		r.At = tx.now
	}
	switch {
	case r.Code == "":
		return 0, fault.New(fault.Invalid, "Nothing was scanned.", "Scan a code, or type a SKU.").InField("code")
	case r.At > tx.now || r.At < t.StartedAt:
		return 0, fault.New(fault.Invalid, "It was counted before the stocktake began, or in the future.", "Say when it was counted, or leave it out.").InField("at")
	}
	variantID, err := tx.coded(r.Code)
	if err != nil {
		return 0, err
	}
	return tx.writeRow(t, variantID, r)
}

func (tx *Tx) writeRow(t inventory.Stocktake, variantID int64, r inventory.CountRow) (int64, error) {
	tx.touch(Stock)
	if err := tx.onSheet(t, variantID); err != nil {
		return 0, err
	}
	return tx.Insert(`INSERT INTO stocktake_row (stocktake_id, variant_id, code, quantity, counted_at, counter, file_id, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, idArg(variantID), r.Code, int64(r.Quantity), int64(r.At), strings.TrimSpace(r.Counter), idArg(r.FileID), tx.seq)
}

// onSheet puts a variant that was found on the sheet; what is expected of it is what the ledger says of now.
func (tx *Tx) onSheet(t inventory.Stocktake, variantID int64) error {
	if variantID == 0 {
		return nil
	}
	if err := tx.countsByItself(variantID); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO stocktake_line (stocktake_id, variant_id, expected, added) VALUES (?1, ?2, (SELECT on_hand FROM stock_level WHERE variant_id = ?2 AND location_id = ?3), 1)
		ON CONFLICT (stocktake_id, variant_id) DO NOTHING`, t.ID, variantID, t.LocationID)
}

// countsByItself refuses a kit of which only the components lie on the shelf.
func (tx *Tx) countsByItself(variantID int64) error {
	kits, err := kitsNow(tx)
	if err != nil || kits[variantID] == nil {
		return err
	}
	v, err := variantNow(tx, variantID)
	if err == nil {
		err = fault.New(fault.Conflict, v.Name()+" is a kit: what lies on the shelf are its components.", "Count those.").InField("code")
	}
	return err
}

// coded finds the one variant that a code is of: a SKU as it is written, a GTIN in any of its lengths, a SKU whatever its case. 0 where none is, or several are.
func (tx *Tx) coded(code string) (int64, error) {
	var forms []string
	if gtin, ok := catalog.ParseGTIN(code); ok {
		forms = gtin.Forms()
	}
	for _, by := range []struct{ condition, value string }{{`sku = ?`, code}, {`gtin <> '' AND gtin IN (SELECT value FROM json_each(?))`, asJSON(forms)},
		{`sku_key = ? AND sku <> ''`, commerce.NumberKey(code)}} {
		rows, err := tx.Query(`SELECT id FROM variant WHERE merged_into IS NULL AND `+by.condition+` LIMIT 2`, by.value)
		found, err := collect(rows, err, scanID)
		if err != nil || len(found) == 1 {
			return append(found, 0)[0], err
		}
	}
	return tx.Number(`SELECT COALESCE(max(merged_into), 0) FROM variant WHERE merged_into IS NOT NULL AND merged_sku = ?1 AND merged_sku <> ''`, code)
}

// RemoveRow takes a row out of a stocktake that is being counted.
func (s *Store) RemoveRow(ctx context.Context, id, row int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		if _, err := tx.countable(id); err != nil {
			return err
		}
		n, err := tx.Affect(`UPDATE stocktake_row SET removed = 1, seq = ? WHERE id = ? AND stocktake_id = ? AND removed = 0`, tx.seq, row, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no such row.", "It may have been removed.")
		}
		tx.touch(Stock)
		return err
	})
	return classify("removing a row", err)
}

// NameRow says of what variant a code that nobody knew is.
func (s *Store) NameRow(ctx context.Context, id, row, variantID int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		t, err := tx.countable(id)
		if err != nil {
			return err
		}
		if _, err := variantNow(tx, variantID); err != nil {
			return err
		}
		if err := tx.onSheet(t, variantID); err != nil {
			return err
		}
		tx.touch(Stock)
		r, err := tx.rowOf(row)
		if err != nil {
			return err
		}
		return tx.Exec(`UPDATE stocktake_row SET variant_id = ?, seq = ? WHERE stocktake_id = ? AND code = ? AND variant_id IS NULL AND removed = 0`, variantID, tx.seq, id, r.Code)
	})
	return classify("naming a code", err)
}
