package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// variants keeps products and their variants: one record is one variant with what it says of its product. A product is
// known by the handle that the channel has for it (external_reference): two shops may use one handle for different things.
type variants struct{ records }

const productKind = "product"

// variantFields are the columns of variant by field name, productFields those of product.
var (
	variantFields = []string{"sku", "gtin", "title", "option1.name", "option1.value", "option2.name", "option2.value", "option3.name", "option3.value",
		"weight_grams", "image_url", "price", "compare_at_price", "cost", "currency"}
	productFields = []string{"title", "vendor", "type", "tags", "description", "status"}
)

func columnOf(field string) string { return strings.ReplaceAll(field, ".", "_") }

func columnsOf(table string, fields []string) string {
	columns := make([]string, len(fields))
	for i, field := range fields {
		columns[i] = table + "." + columnOf(field)
	}
	return strings.Join(columns, ", ")
}

// loadVariant is read often; its text is put together once.
var loadVariant = `SELECT v.id, max(v.seq, p.seq), v.product_id, ` + columnsOf("v", variantFields) + `, ` + columnsOf("p", productFields) +
	`, COALESCE(v.merged_into, ''), v.merged_sku, v.merged_gtin FROM variant v JOIN product p ON p.id = v.product_id WHERE v.id = ?`

// mergedFields say what became of a variant that is a part of another, and what it was known by.
var mergedFields = []string{"merged_into", "merged_sku", "merged_gtin"}

// Load reads a variant with its product; nil when there is none.
func (k variants) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{Values: map[string]string{}}
	var productID int64
	values := make([]string, len(variantFields)+len(productFields)+len(mergedFields))
	into := []any{&known.ID, &known.Version, &productID}
	for i := range values {
		into = append(into, &values[i])
	}
	err := k.q.QueryRow(loadVariant, id).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, field := range variantFields {
		known.Values[field] = values[i]
	}
	for i, field := range productFields {
		known.Values["product."+field] = values[len(variantFields)+i]
	}
	for i, field := range mergedFields {
		known.Values[field] = values[len(variantFields)+len(productFields)+i]
	}
	known.Values["product"] = strconv.FormatInt(productID, 10)
	known.Values["product.handle"], err = k.referenceOf(productKind, "handle", productID)
	for _, field := range []string{"title", "merged_sku", "sku"} {
		if name := known.Values[field]; name != "" {
			known.Title = name
		}
	}
	return known, err
}

// Find finds a variant by exact SKU, else by GTIN, else by the product's handle and its options. A GTIN never makes one SKU
// another: the same thing may be sold under two.
func (k variants) Find(s intake.Stated) (*intake.Known, error) {
	id, productID, err := k.find(s)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, fitMoney(s, nil)
	}
	known, err := k.Load(id)
	if err != nil {
		return nil, err
	}
	if k.passedOn(known, s) {
		return known, nil
	}
	if err := k.follow(known, productID, s.Values["product.handle"]); err != nil {
		return nil, err
	}
	return known, fitMoney(s, known)
}

// passedOn tells whether a record names a variant that became a part of the known one. It names that one then; what it says of
// itself is not laid over it, or the two records of a file would take turns.
func (k variants) passedOn(known *intake.Known, s intake.Stated) bool {
	if sku := s.Values["sku"]; sku == "" || sku == known.Values["sku"] {
		return false
	}
	there, err := k.q.Number(`SELECT id FROM variant WHERE merged_sku = ? LIMIT 1`, s.Values["sku"])
	if err != nil || there == 0 {
		return false
	}
	known.Shown = s.Values
	return true
}

// find gives the variant (0: unknown) and the product that the channel knows by the stated handle (0: none).
func (k variants) find(s intake.Stated) (id, productID int64, err error) {
	sku, gtin := s.Values["sku"], s.Values["gtin"]
	if productID, err = k.byReference(productKind, "handle", s.Values["product.handle"]); err != nil {
		return 0, 0, err
	}
	if id, err = k.own(s); id != 0 || err != nil {
		return id, productID, err
	}
	if sku != "" {
		ids, err := k.withSKU(sku)
		if len(ids) > 1 {
			return 0, 0, ambiguous("sku", sku)
		}
		if err != nil || len(ids) == 1 {
			return slices.Max(append(ids, 0)), productID, err
		}
	}
	if gtin != "" {
		ids, err := k.withGTIN(gtin, sku == "")
		if len(ids) > 1 {
			return 0, 0, ambiguous("gtin", gtin)
		}
		if err != nil || len(ids) == 1 {
			return slices.Max(append(ids, 0)), productID, err
		}
	}
	if sku == "" && gtin == "" && s.Values["product.handle"] == "" {
		return 0, 0, &intake.UnfitError{Field: "sku", Code: "missing", Message: "The row names no product.", Expected: "a SKU, a GTIN or a handle", Remedy: "Fill in the SKU."}
	}
	id, err = k.byOptions(productID, s)
	return id, productID, err
}

// own finds the variant of our own number, where the record says what that one is: its SKU, its GTIN, or its title beside
// its product's. A SKU that another variant has names that one.
func (k variants) own(s intake.Stated) (int64, error) {
	id := ownID(s)
	if id == 0 {
		return 0, nil
	}
	into, err := k.live(id)
	if err != nil || into != id {
		return 0, err
	}
	known, err := k.Load(id)
	if err != nil || known == nil {
		return 0, err
	}
	sku := s.Values["sku"]
	if sku != "" && sku == known.Values["sku"] {
		return id, nil
	}
	gtin, has := s.Values["gtin"], known.Values["gtin"]
	titled := agree(s, known.Values, "title") && agree(s, known.Values, "product.title") && (gtin == "" || has == "" || gtin == has)
	if !titled && !agree(s, known.Values, "gtin") && !repeats(s, known.Values) {
		return 0, nil
	}
	other := int64(0)
	if sku != "" {
		other, err = k.q.Number(`SELECT id FROM variant WHERE sku = ? LIMIT 1`, sku)
	}
	if other != 0 {
		id = 0
	}
	return id, err
}

// byOptions finds the variant of a product that has the stated options. A row that states a SKU and no options is not
// taken for another variant that has none.
func (k variants) byOptions(productID int64, s intake.Stated) (int64, error) {
	if productID == 0 {
		return 0, nil
	}
	values := []string{s.Values["option1.value"], s.Values["option2.value"], s.Values["option3.value"]}
	ids, err := k.ids(`SELECT id FROM variant WHERE product_id = ? AND option1_value = ? AND option2_value = ? AND option3_value = ?
		AND (? OR sku = '' AND merged_sku = '') ORDER BY merged_into IS NOT NULL LIMIT 2`, productID, values[0], values[1], values[2], s.Values["sku"] == "" || strings.Join(values, "") != "")
	if len(ids) > 1 && s.Values["sku"] == "" && s.Values["gtin"] == "" { // nothing would tell a new one from these
		return 0, ambiguousOptions(s.Values["product.handle"])
	}
	if len(ids) != 1 {
		return 0, err
	}
	return k.live(ids[0])
}

func ambiguousOptions(handle string) *intake.UnfitError {
	return &intake.UnfitError{Field: "product.handle", Found: handle, Code: "ambiguous_options", Message: "Two variants of the product “" + handle + "” have these options.",
		Expected: "one variant", Remedy: "State its SKU, or give one of them other options, then try the row again."}
}

// newProduct stands for a product that is still to be made.
const newProduct = "new"

// follow moves a variant to the product that the channel knows by the stated handle, where it is of another. A handle that
// is new names the product, or, where that has one already, a product of its own with the same values.
func (k variants) follow(known *intake.Known, productID int64, handle string) error {
	was, is := known.Values["product"], strconv.FormatInt(productID, 10)
	if handle == "" || k.channelID == 0 || was == is || productID == 0 && known.Values["product.handle"] == "" {
		return nil
	}
	if productID == 0 {
		is = newProduct
		known.Values["product.handle"] = handle
	} else {
		product, err := k.product(productID)
		if err != nil {
			return err
		}
		maps.Copy(known.Values, product)
	}
	known.Implied = []commerce.FieldChange{{Field: "product", Before: was, After: is}}
	return nil
}

// split makes a product with the values of another, under a handle of its own.
func (k variants) split(from, handle string) (string, error) {
	id, err := k.tx.Insert(`INSERT INTO product (created_at, seq, title, vendor, type, tags, description, status)
		SELECT ?, ?, title, vendor, type, tags, description, status FROM product WHERE id = ?`, int64(k.tx.now), k.tx.seq, from)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(id, 10), k.refer(productKind, "handle", id, handle)
}

// product reads the values of a product by field name.
func (k variants) product(id int64) (map[string]string, error) {
	values := make([]string, len(productFields))
	var into []any
	for i := range values {
		into = append(into, &values[i])
	}
	if err := k.q.QueryRow(`SELECT `+columnsOf("p", productFields)+` FROM product p WHERE p.id = ?`, id).Scan(into...); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for i, field := range productFields {
		all["product."+field] = values[i]
	}
	handle, err := k.referenceOf(productKind, "handle", id)
	all["product.handle"] = handle
	return all, err
}

// fitMoney refuses amounts without a currency, below zero, or in another currency than those that stay.
func fitMoney(s intake.Stated, known *intake.Known) error {
	var has string
	if known != nil {
		has = known.Values["currency"]
	}
	currency := s.Values["currency"]
	for _, field := range []string{"price", "compare_at_price", "cost"} {
		value := s.Values[field]
		switch {
		case value != "" && currency == "" && has == "":
			return &intake.UnfitError{Field: field, Found: value, Code: "currency_missing", Message: intake.Words(field) + " “" + value + "” names no currency.",
				Expected: "a currency, such as USD", Remedy: "Name the currency in the file, on the channel, or for the import."}
		case commerce.Decimal(value).Sign() < 0:
			return &intake.UnfitError{Field: field, Found: value, Code: "negative", Message: intake.Words(field) + " “" + value + "” is below zero.",
				Expected: "zero or more", Remedy: "Correct the amount."}
		case value == "" && currency != "" && has != "" && currency != has && known.Values[field] != "" && !slices.Contains(s.Clear, field):
			return &intake.UnfitError{Field: "currency", Found: currency, Code: "mixed_currencies", Expected: has,
				Message: fmt.Sprintf("The row is in “%s”, and %s stays in %s.", currency, strings.ToLower(intake.Words(field)), has),
				Remedy:  "State all amounts of the product in one currency."}
		}
	}
	return nil
}

// Insert writes a variant, and its product where the channel knows none by its handle. It links the listings that wait
// with its SKU.
func (k variants) Insert(runID int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	k.tx.touch(Listings)
	_, productID, err := k.find(s)
	if err != nil {
		return nil, nil, err
	}
	var shared []commerce.FieldChange
	if productID == 0 {
		productID, err = k.insertProduct(s)
	} else {
		shared, err = k.reviseProduct(productID, s)
	}
	if err != nil {
		return nil, nil, err
	}
	id, err := k.insertVariant(productID, s)
	if err != nil {
		return nil, nil, err
	}
	if err := k.linkWaiting(runID, id, s.Values["sku"]); err != nil {
		return nil, nil, err
	}
	known, err := k.Load(id)
	return known, shared, err
}

func (k variants) insertProduct(s intake.Stated) (int64, error) {
	args := []any{int64(k.tx.now), k.tx.seq}
	for _, field := range productFields {
		args = append(args, stated(s, "product."+field, "title"))
	}
	id, err := k.tx.Insert(`INSERT INTO product (created_at, seq, title, vendor, type, tags, description, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, args...)
	if err != nil || s.Values["product.handle"] == "" || k.channelID == 0 {
		return id, err
	}
	return id, k.refer(productKind, "handle", id, s.Values["product.handle"])
}

// stated is a field's value; a title that is not stated, and not emptied, is the other title.
func stated(s intake.Stated, field, other string) string {
	if value := s.Values[field]; value != "" || !strings.HasSuffix(field, "title") || slices.Contains(s.Clear, field) {
		return value
	}
	return s.Values[other]
}

// reviseProduct lays what a new variant says of its product over what is known.
func (k variants) reviseProduct(productID int64, s intake.Stated) ([]commerce.FieldChange, error) {
	known, err := k.product(productID)
	if err != nil {
		return nil, err
	}
	var changes []commerce.FieldChange
	for _, f := range productFields {
		field := "product." + f
		next := s.Values[field]
		if (next != "" || slices.Contains(s.Clear, field)) && next != known[field] {
			changes = append(changes, commerce.FieldChange{Field: field, Before: known[field], After: next, Role: strconv.FormatInt(productID, 10)})
			if err := k.setProduct(productID, field, next); err != nil {
				return nil, err
			}
		}
	}
	return changes, nil
}

func (k variants) insertVariant(productID int64, s intake.Stated) (int64, error) {
	args := []any{productID, commerce.NumberKey(s.Values["sku"]), int64(k.tx.now), k.tx.seq}
	for _, field := range variantFields {
		args = append(args, stated(s, field, "product.title"))
	}
	return k.tx.Insert(`INSERT INTO variant (product_id, sku_key, created_at, seq, sku, gtin, title, option1_name, option1_value, option2_name, option2_value,
		option3_name, option3_value, weight_grams, image_url, price, compare_at_price, cost, currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...)
}

func (k variants) linkWaiting(runID, id int64, sku string) error {
	if sku == "" {
		return nil
	}
	waiting, err := k.tx.waitingFor(sku)
	for _, listing := range waiting {
		if err := k.tx.relink(runID, listing, id, linkedBySKU); err != nil {
			return err
		}
	}
	return err
}

// Set gives a variant, or its product, new values.
func (k variants) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	k.tx.touch(Listings)
	var err error
	var left []string
	for i := range changes {
		c := &changes[i]
		if c.Field == "product" && c.After == newProduct {
			if c.After, err = k.split(c.Before, known.Values["product.handle"]); err != nil {
				return err
			}
		}
		if strings.HasPrefix(c.Field, "product.") {
			c.Role = known.Values["product"]
		}
		if err := k.set(known, c.Field, c.After); err != nil {
			return fmt.Errorf("setting %s: %w", c.Field, err)
		}
		known.Values[c.Field] = c.After
		if c.Field == "product" {
			left = append(left, c.Before)
		}
	}
	known.Version = k.tx.seq
	if err := k.tx.Exec(`UPDATE variant SET seq = ? WHERE id = ?`, k.tx.seq, known.ID); err != nil {
		return err
	}
	return k.dropLeft(runID, left)
}

// dropLeft removes the products that an undo emptied, once the variant is where it belongs: it may have passed through one
// of them twice. An import keeps an emptied product: taking it back needs it.
func (k variants) dropLeft(runID int64, products []string) error {
	if len(products) == 0 {
		return nil
	}
	undo, err := k.undoing(runID)
	if err != nil || !undo {
		return err
	}
	for _, product := range products {
		if err := k.dropEmpty(runID, product); err != nil {
			return err
		}
	}
	return nil
}

func (k variants) set(known *intake.Known, field, value string) error {
	productID, err := strconv.ParseInt(known.Values["product"], 10, 64)
	if err != nil {
		return err
	}
	switch {
	case field == "product":
		clear(k.tx.listings)
		return k.tx.Exec(`UPDATE variant SET product_id = ? WHERE id = ?`, value, known.ID)
	case field == "product.handle":
		return k.refer(productKind, "handle", productID, value)
	case strings.HasPrefix(field, "product."):
		return k.setProduct(productID, field, value)
	case field == "sku":
		clear(k.tx.listings) // they remember the SKU
		return k.tx.Exec(`UPDATE variant SET sku = ?, sku_key = ? WHERE id = ?`, value, commerce.NumberKey(value), known.ID)
	case field == "merged_into":
		return k.tx.Exec(`UPDATE variant SET merged_into = NULLIF(?, '') WHERE id = ?`, value, known.ID)
	case slices.Contains(variantFields, field) || slices.Contains(mergedFields, field):
		return k.tx.Exec(`UPDATE variant SET `+columnOf(field)+` = ? WHERE id = ?`, value, known.ID)
	}
	return fmt.Errorf("a variant has no field %q", field)
}

func (k variants) setProduct(id int64, field, value string) error {
	name := strings.TrimPrefix(field, "product.")
	if !slices.Contains(productFields, name) {
		return fmt.Errorf("a product has no field %q", name)
	}
	return k.tx.Exec(`UPDATE product SET `+name+` = ?, seq = ? WHERE id = ?`, value, k.tx.seq, id)
}

// Revert takes back what a run said of a product (the change's Role names it). Several of its records may have said it, one
// over the other: what counts is that nothing else said so since. A handle that is another product's by now is left. What
// the run said of a product that is gone needs no taking back.
func (k variants) Revert(runID int64, known *intake.Known, change commerce.FieldChange) (back commerce.FieldChange, reason string, ok bool, err error) {
	now := known.Values[change.Field]
	back = commerce.FieldChange{Field: change.Field, Before: now, After: change.Before}
	switch {
	case change.Field == "product":
		return k.revertMove(runID, known, back, change)
	case change.Field == "merged_into":
		return k.revertMerge(known, back, change)
	case known.Values["merged_into"] != "" && (change.Field == "sku" || change.Field == "gtin" || slices.Contains(mergedFields, change.Field)):
		return commerce.FieldChange{}, "", true, nil // it stays a part of the other
	case change.Field == "sku":
		return k.revertSKU(known, back, change)
	case !strings.HasPrefix(change.Field, "product."):
		return back, "", false, nil
	}
	there, err := k.isProduct(change.Role)
	if err != nil || !there {
		return commerce.FieldChange{}, "", true, err
	}
	if change.Field == "product.handle" {
		taken, err := k.handleTaken(known, change.Before)
		if err != nil || taken {
			return back, "its handle is another product's by now", true, err
		}
	}
	said := false
	if now != change.After {
		said, err = k.saidByOthers(runID, change.Role)
	}
	if err != nil || said {
		return back, strings.ReplaceAll(change.Field, ".", " ") + " was changed since", true, err
	}
	back.After, err = k.said.before(k.q, runID, change)
	return back, "", true, err
}

// revertMove takes back that a variant moved between products, like any other value. A product that the variant only
// passed through may be gone, as taking back another record of the run emptied it: the variant goes back past it.
func (k variants) revertMove(runID int64, known *intake.Known, back, change commerce.FieldChange) (commerce.FieldChange, string, bool, error) {
	there, err := k.isProduct(change.Before)
	if err != nil || there || known.Values["product"] != change.After {
		return back, "", false, err
	}
	home, err := k.productBefore(runID, known.ID)
	if err != nil || home == change.Before {
		return back, "the product it was of is gone", true, err
	}
	known.Values["product"] = change.Before
	return commerce.FieldChange{}, "", true, nil
}

func (k variants) isProduct(id string) (bool, error) {
	there, err := k.q.Number(`SELECT id FROM product WHERE id = ?`, id)
	return there != 0, err
}

// productBefore is the product that a variant was of before a run; "" when the run made the variant.
func (k variants) productBefore(runID, id int64) (product string, err error) {
	all, err := changesOfRun(k.q, runID, intake.RecordKind(intake.Products), id)
	for _, change := range all { // newest first
		if change.Action == journal.Created {
			return "", err
		}
		for _, f := range slices.Backward(change.Fields) {
			if f.Field == "product" {
				product = f.Before
			}
		}
	}
	return product, err
}

// handleTaken reports whether another product, one that this variant is not the last of, has the handle.
func (k variants) handleTaken(known *intake.Known, handle string) (bool, error) {
	id, err := k.byReference(productKind, "handle", handle)
	if err != nil || id == 0 || strconv.FormatInt(id, 10) == known.Values["product"] {
		return false, err
	}
	other, err := k.q.Number(`SELECT id FROM variant WHERE product_id = ? AND id <> ? LIMIT 1`, id, known.ID)
	return other != 0, err
}

// saidByOthers reports whether a run that was not taken back said something of a product after this one.
func (k variants) saidByOthers(runID int64, productID string) (said bool, err error) {
	err = k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM variant v JOIN change c ON c.record_kind = 'variant' AND c.record_id = v.id JOIN run r ON r.id = c.run_id
		WHERE v.product_id = ? AND c.run_id > ? AND r.kind <> 'undo' AND c.fields LIKE ?
		AND NOT EXISTS (SELECT 1 FROM run u WHERE u.kind = 'undo' AND u.subject = CAST(c.run_id AS TEXT) AND u.state IN ('done', 'partial')))`,
		productID, runID, `%"role":"`+productID+`"%`).Scan(&said)
	return said, err
}

// Held tells what else stands on a variant. The stock ledger only grows: what it names stays.
func (k variants) Held(known *intake.Known) (string, error) {
	var moved, linked, merged, bought bool
	err := k.q.QueryRow(`SELECT EXISTS (SELECT 1 FROM stock_movement WHERE variant_id = ?1), EXISTS (SELECT 1 FROM listing WHERE variant_id = ?1 AND linked_by <> 'sku'),
		EXISTS (SELECT 1 FROM variant WHERE merged_into = ?1), `+buys, known.ID).Scan(&moved, &linked, &merged, &bought)
	switch {
	case moved:
		return "its stock was counted, and the stock ledger keeps what it names", err
	case linked:
		return "a listing is linked to it", err
	case merged:
		return "another product became a part of it", err
	case bought:
		return "a supplier, a purchase order or a reorder rule names it", err
	}
	return "", err
}

// Delete removes a variant, and its product when it was the last of it. Listings that had its SKU wait again.
func (k variants) Delete(runID int64, known *intake.Known) error {
	k.tx.touch(Listings)
	linked, err := k.ids(`SELECT id FROM listing WHERE variant_id = ?`, known.ID)
	if err != nil {
		return err
	}
	for _, listing := range linked {
		if err := k.tx.relink(runID, listing, 0, ""); err != nil {
			return err
		}
	}
	if err := k.tx.Exec(`DELETE FROM variant WHERE id = ?`, known.ID); err != nil {
		return err
	}
	return k.dropEmpty(runID, known.Values["product"])
}

// dropEmpty removes a product that has no variants, when the run that undoRunID takes back may have made it. One that was
// there before stays: taking back the next variant may put it into that product again.
func (k variants) dropEmpty(undoRunID int64, productID string) error {
	n, err := k.tx.Affect(`DELETE FROM product WHERE id = ? AND NOT EXISTS (SELECT 1 FROM variant WHERE product_id = product.id)
		AND created_at >= (SELECT r.started_at FROM run u JOIN run r ON r.id = CAST(u.subject AS INTEGER) WHERE u.id = ?)`, productID, undoRunID)
	if err != nil || n == 0 {
		return err
	}
	return k.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'product'`, productID)
}

// prices sets the amounts of variants that are known.
type prices struct{ variants }

// Find finds the variant by SKU, else by GTIN; one that is not known is unfit: a price makes no product.
func (k prices) Find(s intake.Stated) (*intake.Known, error) {
	id, err := k.soldAs(s)
	if err != nil {
		return nil, err
	}
	known, err := k.Load(id)
	if err != nil {
		return nil, err
	}
	if whole := (variants{k.records}); s.Values["sku"] != "" {
		if all, err := whole.Load(id); err != nil || whole.passedOn(all, s) {
			known.Shown = s.Values
			return known, err
		}
	}
	return known, fitMoney(s, known)
}

// Load reads a variant with its amounts alone, so that nothing else can change.
func (k prices) Load(id int64) (*intake.Known, error) {
	known, err := k.variants.Load(id)
	if known != nil {
		for field := range known.Values {
			if !slices.Contains([]string{"price", "compare_at_price", "cost", "currency", "product"}, field) {
				delete(known.Values, field)
			}
		}
	}
	return known, err
}
