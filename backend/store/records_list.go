package store

import (
	"context"
	"database/sql"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/inventory"
)

// above is the end of a range of keys that begin alike.
const above = "\uffff"

// holds is a LIKE pattern for texts with q in them.
func holds(q string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q) + "%"
}

// Items lists variants with their products, ids above after. q narrows to SKUs that begin so, GTINs, and titles with q in
// them; a code that SKUs begin with to those alone.
func (s *Store) Items(ctx context.Context, q string, after int64, limit int) ([]catalog.Item, error) {
	defer s.turns.page()()
	r := s.reading(ctx)
	condition, args, err := itemCondition(r, q, after)
	if err != nil {
		return nil, classify("reading products", err)
	}
	rows, err := r.Query(`SELECT v.id, max(v.seq, p.seq), p.id, `+columnsOf("v", variantFields)+`, `+columnsOf("p", productFields)+`
		FROM variant v JOIN product p ON p.id = v.product_id WHERE `+condition+` ORDER BY v.id LIMIT ?`, append(args, limit)...)
	all, err := collect(rows, err, scanItem)
	return all, classify("reading products", err)
}

// itemsByCode finds variants by index alone.
const itemsByCode = `SELECT id FROM variant WHERE sku_key >= ? AND sku_key < ? UNION SELECT id FROM variant WHERE gtin = ? AND gtin <> ''`

// isCode tells whether a text is more likely a SKU or a GTIN than words of a title: no blanks, a digit, five signs or more.
func isCode(q string) bool {
	return len(q) >= 5 && strings.ContainsAny(q, "0123456789") && !strings.ContainsAny(q, " \t\u00a0")
}

func itemCondition(r querier, q string, after int64) (condition string, args []any, err error) {
	if q == "" {
		return `v.id > ?`, []any{after}, nil
	}
	key := commerce.NumberKey(q)
	if isCode(q) {
		var known bool
		err = r.QueryRow(`SELECT EXISTS (`+itemsByCode+`)`, key, key+above, q).Scan(&known)
		if err != nil || known {
			return `v.id > ? AND v.id IN (` + itemsByCode + `)`, []any{after, key, key + above, q}, err
		}
	}
	return `v.id > ? AND (v.sku_key >= ? AND v.sku_key < ? OR v.gtin = ? OR v.title LIKE ? ESCAPE '\' OR p.title LIKE ? ESCAPE '\')`,
		[]any{after, key, key + above, q, holds(q), holds(q)}, nil
}

func scanItem(rows *sql.Rows, i *catalog.Item) error {
	var options [3]catalog.Option
	err := rows.Scan(&i.ID, &i.Version, &i.Product.ID, &i.SKU, &i.GTIN, &i.Title, &options[0].Name, &options[0].Value, &options[1].Name, &options[1].Value,
		&options[2].Name, &options[2].Value, &i.WeightGrams, &i.ImageURL, &i.Price, &i.CompareAtPrice, &i.Cost, &i.Currency,
		&i.Product.Title, &i.Product.Vendor, &i.Product.Type, &i.Product.Tags, &i.Product.Description, &i.Product.Status)
	for _, o := range options {
		if o.Value != "" {
			i.Options = append(i.Options, o)
		}
	}
	return err
}

// Customers lists customers, newest first, ids below before (0: all). q narrows to e-mail addresses that begin so, and
// names, companies and telephone numbers with q in them. Of numbers it also takes telephone numbers that begin so,
// however they are written, and what a channel calls the customer.
func (s *Store) Customers(ctx context.Context, q string, before int64, limit int) ([]customer.Customer, error) {
	defer s.turns.page()()
	if before == 0 {
		before = 1 << 62
	}
	condition, args := customerCondition(q)
	rows, err := s.reading(ctx).Query(`SELECT c.id, c.seq, k.id, k.version, `+columnsOf("k", strings.Split(contactColumns, ", "))+`,
		(SELECT count(DISTINCT p.order_id) FROM contact o JOIN order_party p ON p.contact_id = o.id AND p.role = 'buyer' WHERE o.customer_id = c.id)
		FROM customer c JOIN contact k ON k.id = COALESCE(c.contact_id, (SELECT max(id) FROM contact WHERE customer_id = c.id))
		WHERE c.id < ? `+condition+`ORDER BY c.id DESC LIMIT ?`, append(append([]any{before}, args...), limit)...)
	all, err := collect(rows, err, func(rows *sql.Rows, c *customer.Customer) error {
		into := append([]any{&c.ID, &c.Version, &c.Contact.ID, &c.Contact.Version}, contactFields(&c.Contact)...)
		return rows.Scan(append(into, &c.Orders)...)
	})
	return all, classify("reading customers", err)
}

// shortestPhone is how many digits are looked up as the beginning of a telephone number.
const shortestPhone = 3

func customerCondition(q string) (string, []any) {
	switch key := commerce.EmailKey(q); {
	case q == "":
		return "", nil
	case strings.Contains(q, "@"):
		return `AND c.id IN (SELECT customer_id FROM contact WHERE email_key >= ? AND email_key < ? AND email_key <> '') `, []any{key, key + above}
	}
	if phone := customer.PhoneKey(q); len(phone) >= shortestPhone && strings.Trim(q, "+()/.- 0123456789") == "" {
		return `AND (c.id IN (SELECT customer_id FROM contact WHERE phone_key >= ? AND phone_key < ? AND phone_key <> '') OR c.id IN
			(SELECT r.record_id FROM channel h CROSS JOIN external_reference r ON r.channel_id = h.id AND r.kind = 'customer' AND r.namespace = 'id' AND r.value = ?)
			OR k.name LIKE ? ESCAPE '\' OR k.company LIKE ? ESCAPE '\' OR k.phone LIKE ? ESCAPE '\' OR k.email LIKE ? ESCAPE '\') `,
			[]any{phone, phone + above, q, holds(q), holds(q), holds(q), holds(q)}
	}
	return `AND (k.name LIKE ? ESCAPE '\' OR k.company LIKE ? ESCAPE '\' OR k.phone LIKE ? ESCAPE '\' OR k.email LIKE ? ESCAPE '\') `,
		[]any{holds(q), holds(q), holds(q), holds(q)}
}

// Stock lists variants with their levels and the listings that sell them, ids above after. q narrows as for Items.
func (s *Store) Stock(ctx context.Context, q string, after int64, limit int) ([]inventory.Stock, error) {
	defer s.turns.page()()
	r := s.reading(ctx)
	condition, args, err := itemCondition(r, q, after)
	if err != nil {
		return nil, classify("reading stock", err)
	}
	rows, err := r.Query(`SELECT v.id, v.sku, v.title FROM variant v JOIN product p ON p.id = v.product_id WHERE `+condition+` ORDER BY v.id LIMIT ?`, append(args, limit)...)
	all, err := collect(rows, err, func(rows *sql.Rows, i *inventory.Stock) error { return rows.Scan(&i.VariantID, &i.SKU, &i.Title) })
	if err == nil {
		err = fillStock(r, all)
	}
	return all, classify("reading stock", err)
}
