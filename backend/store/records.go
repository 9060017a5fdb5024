package store

import (
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"tradepost/backend/intake"
)

// Finder reads the records of a kind for a channel, from the reader pool.
func (l lookup) Finder(kind intake.Kind, channelID int64) intake.Finder {
	return keeperOf(records{q: l.q, said: l.said, channelID: channelID}, kind)
}

// Finder reads the records of a kind for a channel as this write sees them.
func (tx *Tx) Finder(kind intake.Kind, channelID int64) intake.Finder {
	return tx.Keeper(kind, channelID)
}

// Keeper writes the records of a kind for a channel.
func (tx *Tx) Keeper(kind intake.Kind, channelID int64) intake.Keeper {
	return keeperOf(records{q: tx, tx: tx, said: &tx.said, channelID: channelID}, kind)
}

// records is what all keepers stand on; tx is nil for those that only read.
type records struct {
	q         querier
	tx        *Tx
	said      *saidBefore
	channelID int64 // 0 while the channel does not exist
}

func keeperOf(r records, kind intake.Kind) intake.Keeper {
	switch kind {
	case intake.Products:
		return variants{r}
	case intake.Prices:
		return prices{variants{r}}
	case intake.Customers:
		return customers{r}
	case intake.StockCounts:
		return counted{r}
	case intake.Tracking:
		return shipments{r}
	case intake.Links:
		return links{r}
	case intake.Listings:
		return offers{r}
	case intake.ListingLevels:
		return offered{r}
	}
	return nil
}

// byReference finds what this channel calls value; 0 when there is none.
func (r records) byReference(kind, namespace, value string) (id int64, err error) {
	if value == "" || r.channelID == 0 {
		return 0, nil
	}
	return r.q.Number(`SELECT record_id FROM external_reference WHERE channel_id = ? AND kind = ? AND namespace = ? AND value = ?`, r.channelID, kind, namespace, value)
}

// referenceOf is what this channel calls a record; "" when it has no name for it.
func (r records) referenceOf(kind, namespace string, id int64) (value string, err error) {
	err = r.q.QueryRow(`SELECT value FROM external_reference WHERE record_id = ? AND kind = ? AND channel_id = ? AND namespace = ? ORDER BY value LIMIT 1`,
		id, kind, r.channelID, namespace).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// refer makes value what this channel calls a record; "" takes its name away.
func (r records) refer(kind, namespace string, id int64, value string) error {
	if err := r.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = ? AND channel_id = ? AND namespace = ?`,
		id, kind, r.channelID, namespace); err != nil || value == "" {
		return err
	}
	return r.tx.Exec(`INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) VALUES (?, ?, ?, ?, ?)`,
		r.channelID, kind, namespace, value, id)
}

// ids reads at most as many ids as the query asks for.
func (r records) ids(query string, args ...any) ([]int64, error) {
	rows, err := r.q.Query(query, args...)
	return collect(rows, err, scanID)
}

// undoing reports whether a run takes another back.
func (r records) undoing(runID int64) (undo bool, err error) {
	err = r.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM run WHERE id = ? AND kind = 'undo')`, runID).Scan(&undo)
	return undo, err
}

// ownID is our own number of the record as an export of ours states it; 0 when there is none.
func ownID(s intake.Stated) int64 {
	id, err := strconv.ParseInt(s.Values[intake.OwnID], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// agree tells whether a record states any of these fields as they are known, so that our own number in it is one of this
// workspace.
func agree(s intake.Stated, known map[string]string, fields ...string) bool {
	return slices.ContainsFunc(fields, func(field string) bool { return s.Values[field] != "" && s.Values[field] == known[field] })
}

// repeats tells whether a record states nothing but what is known.
func repeats(s intake.Stated, known map[string]string) bool {
	for field, value := range s.Values {
		if is, ok := known[field]; ok && value != "" && value != is {
			return false
		}
	}
	return true
}

// soldAs finds the one variant that a record names by our own number and its SKU, else by SKU, else by GTIN. Any other number of them makes the record unfit.
func (r records) soldAs(s intake.Stated) (int64, error) {
	if own := ownID(s); own != 0 {
		id, err := r.q.Number(`SELECT id FROM variant WHERE id = ? AND sku = ?`, own, s.Values["sku"])
		if id != 0 || err != nil {
			return id, err
		}
	}
	field, found := "sku", s.Values["sku"]
	find := r.withSKU
	if found == "" {
		field, found = "gtin", s.Values["gtin"]
		find = func(gtin string) ([]int64, error) { return r.withGTIN(gtin, true) }
	}
	if found == "" {
		return 0, &intake.UnfitError{Field: "sku", Code: "missing", Message: "The row names no product.", Expected: "a SKU or a GTIN", Remedy: "Fill in the SKU."}
	}
	ids, err := find(found)
	switch {
	case err != nil:
		return 0, err
	case len(ids) == 0:
		return 0, &intake.UnfitError{Field: field, Found: found, Code: "unknown_" + field, Message: "No product has the " + intake.Words(field) + " “" + found + "”.",
			Expected: "the " + intake.Words(field) + " of a product that is known", Remedy: "Correct it, or import the product first; then try the row again."}
	case len(ids) > 1:
		return 0, ambiguous(field, found)
	}
	return ids[0], nil
}

func ambiguous(field, found string) *intake.UnfitError {
	return &intake.UnfitError{Field: field, Found: found, Code: "ambiguous_" + field, Message: "Two products have the " + intake.Words(field) + " “" + found + "”.",
		Expected: "one product", Remedy: "Give one of them another " + intake.Words(field) + ", then try the row again."}
}

// withSKU lists at most two variants that have exactly a SKU; where none has, what became of one that had it.
func (r records) withSKU(sku string) ([]int64, error) {
	return r.found(`SELECT id FROM variant WHERE sku = ? AND sku <> '' LIMIT 2`, `SELECT id FROM variant WHERE merged_sku = ? AND merged_sku <> '' LIMIT 2`, sku)
}

// withGTIN does the same by GTIN. whole also takes variants that have a SKU.
func (r records) withGTIN(gtin string, whole bool) ([]int64, error) {
	if !whole {
		return r.ids(`SELECT id FROM variant WHERE gtin = ? AND gtin <> '' AND sku = '' AND merged_into IS NULL LIMIT 2`, gtin)
	}
	return r.found(`SELECT id FROM variant WHERE gtin = ? AND gtin <> '' LIMIT 2`, `SELECT id FROM variant WHERE merged_gtin = ? AND merged_gtin <> '' LIMIT 2`, gtin)
}

func (r records) found(query, merged, value string) ([]int64, error) {
	ids, err := r.ids(query, value)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	gone, err := r.ids(merged, value)
	for _, id := range gone {
		into, err := r.live(id)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, into) {
			ids = append(ids, into)
		}
	}
	return ids, err
}

// live is the variant that one became a part of, or itself; 0 when there is none of that id.
func (r records) live(id int64) (int64, error) {
	return r.q.Number(`WITH RECURSIVE at (id, next) AS (SELECT id, merged_into FROM variant WHERE id = ?
		UNION SELECT v.id, v.merged_into FROM at JOIN variant v ON v.id = at.next) SELECT id FROM at WHERE next IS NULL`, id)
}
