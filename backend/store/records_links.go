package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// links keeps which variant each listing of a channel is: known by the channel's SKU.
type links struct{ records }

const listingKind = "listing"

// Load reads a listing with its link; nil when there is none.
func (k links) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id}
	var sku, pack, title, by, ignored, ownTitle, ownPrice, variant string
	err := k.q.QueryRow(`SELECT g.seq, CASE WHEN g.sku <> '' THEN g.sku ELSE g.title END, COALESCE(v.sku, ''), g.pack_multiple, g.title, g.linked_by,
		g.ignored, g.own_title, g.own_price, COALESCE(g.variant_id, '') FROM listing g LEFT JOIN variant v ON v.id = g.variant_id WHERE g.id = ?`, id).
		Scan(&known.Version, &known.Title, &sku, &pack, &title, &by, &ignored, &ownTitle, &ownPrice, &variant)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	known.Values = map[string]string{"sku": sku, "pack_multiple": pack, "title": title, "linked_by": by, "ignored": ignored, "own_title": ownTitle, "own_price": ownPrice,
		"variant": variant}
	return known, err
}

// Find finds the channel's listing; it checks the product that it is to be linked to.
func (k links) Find(s intake.Stated) (*intake.Known, error) {
	if _, err := k.soldAs(s); err != nil {
		return nil, err
	}
	if pack := s.Values["pack_multiple"]; pack != "" && commerce.Decimal(pack).Sign() <= 0 {
		return nil, &intake.UnfitError{Field: "pack_multiple", Found: pack, Code: "not_positive", Message: "“" + pack + "” pieces cannot be sold at once.",
			Expected: "more than zero", Remedy: "Say how many pieces one sale of the listing takes."}
	}
	id, err := k.byReference(listingKind, "sku", s.Values["listing_sku"])
	if err != nil || id == 0 {
		return nil, err
	}
	known, err := k.Load(id)
	if known != nil && known.Values["sku"] != s.Values["sku"] && known.Values["linked_by"] != linkedByImport {
		known.Implied = []commerce.FieldChange{{Field: "linked_by", Before: known.Values["linked_by"], After: linkedByImport}}
	}
	return known, err
}

// Insert makes a listing that no order showed yet, and links it.
func (k links) Insert(runID int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	variantID, err := k.soldAs(s)
	if err != nil {
		return nil, nil, err
	}
	k.tx.touch(Listings)
	line := order.Line{SKU: s.Values["listing_sku"], Title: s.Values["title"]}
	made, err := k.tx.insertListing(listingOf(k.channelID, &line), &line)
	if err != nil {
		return nil, nil, err
	}
	id := made.id
	if err := k.tx.relink(runID, id, variantID, linkedByImport); err != nil {
		return nil, nil, err
	}
	if pack := s.Values["pack_multiple"]; pack != "" {
		if err := k.tx.setPack(id, pack); err != nil {
			return nil, nil, err
		}
	}
	known, err := k.Load(id)
	return known, nil, err
}

// Set links a listing to another variant, or gives it another pack multiple or title.
func (k links) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Listings)
	for _, c := range changes {
		known.Values[c.Field] = c.After
	}
	for _, c := range changes {
		if err := k.set(runID, known, c); err != nil {
			return fmt.Errorf("setting %s: %w", c.Field, err)
		}
	}
	known.Version = k.tx.seq
	return k.tx.Exec(`UPDATE listing SET seq = ? WHERE id = ?`, k.tx.seq, known.ID)
}

func (k links) set(runID int64, known *intake.Known, c commerce.FieldChange) error {
	switch c.Field {
	case "sku":
		if c.From != 0 || c.To != 0 {
			known.Values["variant"] = strconv.FormatInt(c.To, 10)
			return k.tx.relink(runID, known.ID, c.To, known.Values["linked_by"])
		}
		return k.link(runID, known, c.After)
	case "ignored":
		return k.tx.ignoreListing(known.ID, c.After)
	case "linked_by":
		return k.tx.Exec(`UPDATE listing SET linked_by = ? WHERE id = ?`, c.After, known.ID)
	case "pack_multiple":
		return k.tx.setPack(known.ID, c.After)
	case "title", "own_title", "own_price":
		return k.tx.Exec(`UPDATE listing SET `+c.Field+` = ? WHERE id = ?`, c.After, known.ID)
	}
	return fmt.Errorf("a listing has no field %q", c.Field)
}

func (k links) link(runID int64, known *intake.Known, sku string) error {
	var variantID int64
	if sku != "" {
		var err error
		if variantID, err = k.soldAs(intake.Stated{Kind: intake.Links, Values: map[string]string{"sku": sku}}); err != nil {
			return err
		}
	}
	return k.tx.relink(runID, known.ID, variantID, known.Values["linked_by"])
}

// setPack says how many pieces a listing sells at once; what its orders have of the stock follows.
func (tx *Tx) setPack(listingID int64, pack string) error {
	if err := tx.Exec(`UPDATE listing SET pack_multiple = ? WHERE id = ?`, pack, listingID); err != nil {
		return err
	}
	return tx.settleListing(listingID)
}

// ignoreListing says why a listing is nothing to link; "" brings it back.
func (tx *Tx) ignoreListing(listingID int64, why string) error {
	clear(tx.listings)
	tx.touch(Orders)
	tx.inserted = nil
	if err := tx.Exec(`UPDATE listing SET ignored = ? WHERE id = ?`, why, listingID); err != nil {
		return err
	}
	return tx.recountOrdersOf(listingID)
}

// Revert links a listing to what it was linked to before, where there is still that one product. Who linked it goes back
// with the link alone.
func (k links) Revert(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	switch change.Field {
	case "sku":
		if change.From != 0 || change.To != 0 {
			return k.revertLink(runID, known, change)
		}
		if known.Values["sku"] == change.After && change.Before != "" {
			reason, err = k.gone(change.Before)
		}
	case "linked_by":
		reason, err = k.linkLeft(runID, known, change)
	case "ignored":
		if known.Values["ignored"] == change.After && change.Before != "" && variantOf(known) != 0 {
			reason = "it is linked now"
		}
	}
	return back, reason, reason != "" || err != nil, err
}

// linkChanged is why a link stays that a run made.
const linkChanged = "its link was changed since"

// revertLink takes back a link that names its variants by id.
func (k links) revertLink(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	if variantOf(known) != change.To {
		return back, linkChanged, true, nil
	}
	back = commerce.FieldChange{Field: "sku", Before: known.Values["sku"], From: change.To, To: change.From}
	if change.From != 0 && known.Values["ignored"] != "" {
		return back, "it is ignored now", true, nil
	}
	if change.From != 0 {
		var into int64
		err = k.q.QueryRow(`SELECT CASE WHEN sku <> '' THEN sku ELSE merged_sku END, COALESCE(merged_into, 0) FROM variant WHERE id = ?`, change.From).Scan(&back.After, &into)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return back, "the product that it was linked to is gone", true, nil
		case err != nil:
			return back, "", true, err
		case into != 0:
			// The run may be the one that made the two one: that is taken back first, where it can be.
			if stays, err := k.staysMerged(runID, change.From); stays || err != nil {
				return back, "the product that it was linked to became a part of another", true, err
			}
		}
	}
	known.Values["variant"] = strconv.FormatInt(change.From, 10)
	return back, "", true, nil
}

// staysMerged reports whether a variant that is a part of another is so by another run, or cannot become its own again.
func (k links) staysMerged(runID, variantID int64) (bool, error) {
	of := variants{k.records}
	known, err := of.Load(variantID)
	if err != nil || known == nil {
		return true, err
	}
	all, err := changesOfRun(k.q, runID, intake.RecordKind(intake.Products), variantID)
	for _, c := range all {
		for _, f := range c.Fields {
			if f.Field == "merged_into" && f.After == known.Values["merged_into"] {
				_, reason, _, err := of.revertMerge(known, commerce.FieldChange{}, f)
				return reason != "", err
			}
		}
	}
	return true, err
}

// gone says in words why a listing cannot be linked to a SKU; "" when it can.
func (k links) gone(sku string) (string, error) {
	_, err := k.soldAs(intake.Stated{Kind: intake.Links, Values: map[string]string{"sku": sku}})
	unfit, ok := errors.AsType[*intake.UnfitError](err)
	switch {
	case !ok:
		return "", err
	case strings.HasPrefix(unfit.Code, "ambiguous"):
		return "two products have the SKU “" + sku + "” that it was linked to", nil
	}
	return "the product “" + sku + "” that it was linked to is gone", nil
}

// linkLeft says why the link that was made with this change of linked_by stays; "" when it went back.
func (k links) linkLeft(runID int64, known *intake.Known, change commerce.FieldChange) (string, error) {
	all, err := changesOfRun(k.q, runID, listingKind, known.ID)
	for _, c := range all {
		was := slices.IndexFunc(c.Fields, func(f commerce.FieldChange) bool { return f.Field == "sku" })
		if was >= 0 && (c.Fields[was].From != 0 || c.Fields[was].To != 0) {
			if slices.Contains(c.Fields, change) && variantOf(known) != c.Fields[was].From {
				return linkChanged, nil
			}
			continue
		}
		switch {
		case was < 0 || !slices.Contains(c.Fields, change) || known.Values["sku"] == c.Fields[was].Before:
			continue
		case known.Values["sku"] == c.Fields[was].After:
			return k.gone(c.Fields[was].Before)
		}
		return "sku was changed since", nil
	}
	return "", err
}

// Held tells whether orders show the listing.
func (k links) Held(known *intake.Known) (string, error) {
	var shown bool
	err := k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM order_line WHERE listing_id = ?)`, known.ID).Scan(&shown)
	if shown {
		return "orders show this listing", err
	}
	return "", err
}

// Delete removes a listing that no order shows.
func (k links) Delete(_ int64, known *intake.Known) error {
	k.tx.touch(Listings)
	clear(k.tx.listings)
	if err := k.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'listing'`, known.ID); err != nil {
		return err
	}
	return k.tx.Exec(`DELETE FROM listing WHERE id = ?`, known.ID)
}
