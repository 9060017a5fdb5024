package store

import (
	"database/sql"
	"errors"
	"fmt"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
)

// offers keeps listings as channels state them, known by the channel's id, else by the SKU or title under which lines of
// orders showed them first.
type offers struct{ records }

// Load reads a listing; nil when there is none.
func (k offers) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id}
	var external, parent, sku, gtin, title, status, price, currency, url, tracked string
	err := k.q.QueryRow(`SELECT seq, external_id, parent_id, sku, gtin, title, status, price, currency, url, tracked FROM listing WHERE id = ?`, id).
		Scan(&known.Version, &external, &parent, &sku, &gtin, &title, &status, &price, &currency, &url, &tracked)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	known.Title = sku
	if sku == "" {
		known.Title = title
	}
	known.Values = map[string]string{"external_id": external, "parent_id": parent, "listing_sku": sku, "gtin": gtin, "title": title, "status": status, "price": price,
		"currency": currency, "url": url, "tracked": tracked}
	return known, err
}

// Find finds the listing that a channel's statement is about.
func (k offers) Find(s intake.Stated) (*intake.Known, error) {
	id, err := k.listing(s)
	if err != nil || id == 0 {
		return nil, err
	}
	return k.Load(id)
}

// listing finds a listing by the channel's id, else by the SKU or title of one that has no id yet.
func (r records) listing(s intake.Stated) (int64, error) {
	id, err := r.byReference(listingKind, "id", s.Values["external_id"])
	if err != nil || id != 0 {
		return id, err
	}
	for _, name := range [][2]string{{"sku", s.Values["listing_sku"]}, {"title", s.Values["title"]}} {
		if id, err = r.byReference(listingKind, name[0], name[1]); err != nil {
			return 0, err
		}
		if id == 0 {
			continue
		}
		free, err := r.q.Number(`SELECT id FROM listing WHERE id = ? AND external_id = ''`, id)
		if err != nil || free != 0 {
			return free, err
		}
	}
	return 0, nil
}

// Insert writes a listing that no order showed yet. It is linked when exactly one variant has exactly its SKU.
func (k offers) Insert(_ int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	k.tx.touch(Listings)
	variantID, err := k.tx.onlyVariant(s.Values["listing_sku"])
	if err != nil {
		return nil, nil, err
	}
	by := ""
	if variantID != 0 {
		by = "sku"
	}
	sku := s.Values["listing_sku"]
	id, err := k.tx.Insert(`INSERT INTO listing (channel_id, sku, sku_key, title, variant_id, linked_by, external_id, parent_id, status, price, currency, url, tracked,
		gtin, created_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, k.channelID, sku, commerce.NumberKey(sku), s.Values["title"], idArg(variantID), by,
		s.Values["external_id"], s.Values["parent_id"], s.Values["status"], s.Values["price"], s.Values["currency"], s.Values["url"], s.Values["tracked"],
		s.Values["gtin"], int64(k.tx.now), k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	if err := k.refer(id, s.Values); err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, nil, err
}

// refer claims a listing's names. The channel's id is its own; a SKU or title that another listing has stays with that one.
func (k offers) refer(id int64, values map[string]string) error {
	clear(k.tx.listings)
	const claim = `INSERT INTO external_reference (channel_id, kind, namespace, value, record_id) VALUES (?, 'listing', ?, ?, ?)`
	if err := k.tx.Exec(claim, k.channelID, "id", values["external_id"], id); err != nil {
		return err
	}
	namespace, value := "sku", values["listing_sku"]
	if value == "" {
		namespace, value = "title", values["title"]
	}
	if value == "" {
		return nil
	}
	return k.tx.Exec(claim+` ON CONFLICT DO NOTHING`, k.channelID, namespace, value, id)
}

// Set writes what a channel states otherwise than before.
func (k offers) Set(_ int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Listings)
	named := false
	for _, c := range changes {
		column := c.Field
		switch c.Field {
		case "listing_sku":
			column = "sku"
		case "external_id", "parent_id", "gtin", "title", "status", "price", "currency", "url", "tracked":
		default:
			return fmt.Errorf("a listing has no field %q", c.Field)
		}
		if err := k.tx.Exec(`UPDATE listing SET `+column+` = ? WHERE id = ?`, c.After, known.ID); err != nil {
			return err
		}
		named = named || column == "sku" || column == "external_id" || column == "title"
		known.Values[c.Field] = c.After
	}
	known.Version = k.tx.seq
	if err := k.tx.Exec(`UPDATE listing SET sku_key = ?, seq = ? WHERE id = ?`, commerce.NumberKey(known.Values["listing_sku"]), k.tx.seq, known.ID); err != nil || !named {
		return err
	}
	if err := k.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'listing'`, known.ID); err != nil {
		return err
	}
	return k.refer(known.ID, known.Values)
}

// Held names the orders that show a listing.
func (k offers) Held(known *intake.Known) (string, error) {
	shown, err := k.q.Number(`SELECT order_id FROM order_line WHERE listing_id = ? LIMIT 1`, known.ID)
	if shown != 0 {
		return "orders show it", err
	}
	return "", err
}

// Delete removes a listing that nothing shows.
func (k offers) Delete(_ int64, known *intake.Known) error {
	k.tx.touch(Listings)
	clear(k.tx.listings)
	for _, statement := range []string{`DELETE FROM external_reference WHERE record_id = ? AND kind = 'listing'`,
		`DELETE FROM listing_level WHERE listing_id = ?`, `DELETE FROM listing WHERE id = ?`} {
		if err := k.tx.Exec(statement, known.ID); err != nil {
			return err
		}
	}
	return nil
}

// offered keeps how much of a listing a channel offers at one of its locations, as it was last seen.
type offered struct{ records }

// Load reads a level; nil when there is none.
func (k offered) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id}
	var quantity string
	err := k.q.QueryRow(`SELECT l.seq, CASE WHEN g.sku <> '' THEN g.sku ELSE g.title END, l.quantity FROM listing_level l JOIN listing g ON g.id = l.listing_id WHERE l.id = ?`, id).
		Scan(&known.Version, &known.Title, &quantity)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	known.Values = map[string]string{"quantity": quantity}
	return known, err
}

// Find finds the level.
func (k offered) Find(s intake.Stated) (*intake.Known, error) {
	listing, err := k.listing(s)
	if err != nil || listing == 0 {
		return nil, err
	}
	id, err := k.q.Number(`SELECT id FROM listing_level WHERE listing_id = ? AND location = ?`, listing, s.Values["location"])
	if err != nil || id == 0 {
		return nil, err
	}
	return k.Load(id)
}

// Insert writes the first level that was seen. A listing that did not come in yet is made by its id; what else there is to say of
// it comes with the products.
func (k offered) Insert(runID int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	k.tx.touch(Listings)
	listing, err := k.listing(s)
	if err != nil {
		return nil, nil, err
	}
	if listing == 0 {
		made, _, err := offers(k).Insert(runID, s)
		if err != nil {
			return nil, nil, err
		}
		listing = made.ID
	}
	id, err := k.tx.Insert(`INSERT INTO listing_level (listing_id, location, quantity, observed_at, base, base_at, seq) VALUES (?1, ?2, ?3, ?4, ?3, ?4, ?5)`,
		listing, s.Values["location"], s.Values["quantity"], int64(k.tx.now), k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, nil, err
}

// Set writes what was seen now.
func (k offered) Set(_ int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Listings)
	for _, c := range changes {
		if c.Field != "quantity" {
			return fmt.Errorf("a listing's level has no field %q", c.Field)
		}
		if err := k.tx.seeLevel(known.ID, c.After); err != nil {
			return err
		}
		known.Values["quantity"], known.Version = c.After, k.tx.seq
	}
	return nil
}

// seeLevel keeps what a level was seen to have. As long as nothing is tracked here, that is what later numbers are held against.
func (tx *Tx) seeLevel(id int64, quantity string) error {
	return tx.Exec(`UPDATE listing_level SET (base, base_at) = (SELECT iif(ours, base, ?2), iif(ours, base_at, ?3) FROM (SELECT
		EXISTS (SELECT 1 FROM stock_level s WHERE s.variant_id = g.variant_id) OR EXISTS (SELECT 1 FROM bom b WHERE b.variant_id = g.variant_id) AS ours
		FROM listing g WHERE g.id = listing_level.listing_id)), quantity = ?2, observed_at = ?3, seq = ?4 WHERE id = ?1`, id, quantity, int64(tx.now), tx.seq)
}

// Held is nothing: a level is only what was seen.
func (k offered) Held(*intake.Known) (string, error) { return "", nil }

// Delete forgets what was seen.
func (k offered) Delete(_ int64, known *intake.Known) error {
	return k.tx.Exec(`DELETE FROM listing_level WHERE id = ?`, known.ID)
}
