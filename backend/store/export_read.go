package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/tabular/export"
)

// exportBatch is how many orders are read and held at once.
const exportBatch = 200

// exportReader is one read transaction: everything it reads is of one commit.
type exportReader struct {
	s   *Store
	tx  *sql.Tx
	ctx context.Context
}

func (r *exportReader) Query(query string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(r.ctx, query, args...)
}

func (r *exportReader) QueryRow(query string, args ...any) row {
	return r.tx.QueryRowContext(r.ctx, query, args...)
}

// ReadExport reads one consistent state of the database. While read goes on the write-ahead log cannot shrink, but writers
// and other readers go on.
func (s *Store) ReadExport(ctx context.Context, read func(export.Reader) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return classify("starting to read", err)
	}
	defer func() { _ = tx.Rollback() }()
	return classify("reading for an export", read(&exportReader{s, tx, ctx}))
}

// CountOrders counts the orders of a selection.
func (r *exportReader) CountOrders(ctx context.Context, which export.Selection) (n int64, err error) {
	ids, err := r.named(ctx, which)
	if err != nil || ids != nil {
		return int64(len(ids)), err
	}
	query, err := r.s.narrow(ctx, r.s.query.NewSelect().Conn(r.tx).TableExpr("orders AS o").ColumnExpr("count(*)"), which.Filter)
	if err != nil {
		return 0, err
	}
	return n, query.Scan(ctx, &n)
}

// named gives the ids of a selection that is made by ids or found by words, newest first; nil when neither.
func (r *exportReader) named(ctx context.Context, which export.Selection) ([]int64, error) {
	if which.IDs != nil {
		return which.IDs, nil
	}
	if strings.TrimSpace(which.Filter.Search) == "" {
		return nil, nil
	}
	ids, _, err := r.s.OrderIDs(ctx, which.Filter, 1<<30)
	if ids == nil {
		ids = []int64{}
	}
	return ids, err
}

// EachOrders gives whole orders in batches.
func (r *exportReader) EachOrders(ctx context.Context, which export.Selection, yield func([]order.Order) error) error {
	ids, err := r.named(ctx, which)
	if err != nil {
		return err
	}
	if ids != nil {
		return r.eachNamed(ctx, ids, which, yield)
	}
	at := fromStart
	if which.Oldest {
		at = cursor{-1 << 62, 0}
	}
	for {
		batch, err := r.batch(ctx, which, at, nil, exportBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		last := batch[len(batch)-1]
		at = cursor{int64(last.Placed.At), last.ID}
		if err := yield(batch); err != nil || len(batch) < exportBatch {
			return err
		}
	}
}

// eachNamed gives orders by id; those that are gone are left out. Ids a person named come by placing time all the same.
func (r *exportReader) eachNamed(ctx context.Context, ids []int64, which export.Selection, yield func([]order.Order) error) error {
	if which.IDs != nil {
		var err error
		if ids, err = r.sorted(ids); err != nil {
			return err
		}
	}
	if which.Oldest {
		ids = slices.Clone(ids)
		slices.Reverse(ids)
	}
	at := fromStart
	if which.Oldest {
		at = cursor{-1 << 62, 0}
	}
	for some := range slices.Chunk(ids, exportBatch) {
		batch, err := r.batch(ctx, export.Selection{Oldest: which.Oldest}, at, some, len(some))
		if err == nil && len(batch) > 0 {
			err = yield(batch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sorted puts ids into the order of the list, newest first, dropping doubles and those that are gone.
func (r *exportReader) sorted(ids []int64) ([]int64, error) {
	type placed struct{ id, at int64 }
	var all []placed
	for some := range slices.Chunk(ids, 500) {
		rows, err := r.s.query.NewSelect().Conn(r.tx).TableExpr("orders").ColumnExpr("id, placed_at").Where("id IN (?)", bun.List(some)).Rows(r.ctx)
		found, err := collect(rows, err, func(rows *sql.Rows, p *placed) error { return rows.Scan(&p.id, &p.at) })
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b placed) int {
		if a.at != b.at {
			return int(max(-1, min(1, b.at-a.at)))
		}
		return int(max(-1, min(1, b.id-a.id)))
	})
	all = slices.Compact(all)
	sorted := make([]int64, len(all))
	for i, p := range all {
		sorted[i] = p.id
	}
	return sorted, nil
}

// batch reads the next orders whole: three queries, however many they are.
func (r *exportReader) batch(ctx context.Context, which export.Selection, after cursor, ids []int64, limit int) ([]order.Order, error) {
	query := r.s.query.NewSelect().Conn(r.tx).TableExpr("orders AS o").Join("JOIN channel AS c ON c.id = o.channel_id").
		ColumnExpr(orderColumns).Limit(int64(limit))
	if which.Oldest {
		query = query.Where("(o.placed_at, o.id) > (?, ?)", after.placed, after.id).OrderExpr("o.placed_at, o.id")
	} else {
		query = query.Where("(o.placed_at, o.id) < (?, ?)", after.placed, after.id).OrderExpr("o.placed_at DESC, o.id DESC")
	}
	if ids != nil {
		query = query.Where("o.id IN (?)", bun.List(ids))
	}
	query, err := r.s.narrow(ctx, query, which.Filter)
	if err != nil {
		return nil, err
	}
	rows, err := query.Rows(ctx)
	batch, err := collect(rows, err, func(rows *sql.Rows, o *order.Order) error { return scanOrder(rows, o) })
	if err != nil || len(batch) == 0 {
		return nil, err
	}
	return batch, r.fill(batch)
}

// fill reads the lines and parties of a batch.
func (r *exportReader) fill(batch []order.Order) error {
	at := make(map[int64]*order.Order, len(batch))
	ids := make([]any, len(batch))
	for i := range batch {
		at[batch[i].ID], ids[i] = &batch[i], batch[i].ID
	}
	marks := "(" + strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",") + ")"
	if err := r.fillLines(at, marks, ids); err != nil {
		return err
	}
	return r.fillParties(at, marks, ids)
}

func (r *exportReader) fillLines(at map[int64]*order.Order, marks string, ids []any) error {
	rows, err := r.Query(`SELECT l.order_id, l.id, l.external_id, l.position, l.sku, l.buyer_item_code, l.title, l.quantity, l.uom,
		l.unit_price, l.total, l.discount, l.tax, l.shipping, l.fulfillment_status, l.listing_id, COALESCE(v.id, 0), COALESCE(v.sku, ''), g.charge
		FROM order_line l JOIN listing g ON g.id = l.listing_id LEFT JOIN variant v ON v.id = g.variant_id
		WHERE l.order_id IN `+marks+` ORDER BY l.order_id, l.position, l.id`, ids...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var l order.Line
		if err := rows.Scan(&id, &l.ID, &l.ExternalID, &l.Position, &l.SKU, &l.BuyerItemCode, &l.Title, &l.Quantity, &l.UOM, &l.UnitPrice,
			amount{&l.Total}, amount{&l.Discount}, amount{&l.Tax}, amount{&l.Shipping}, &l.Fulfillment, &l.ListingID, &l.VariantID, &l.LinkedSKU, &l.Charge); err != nil {
			return err
		}
		at[id].Lines = append(at[id].Lines, l)
	}
	return rows.Err()
}

func (r *exportReader) fillParties(at map[int64]*order.Order, marks string, ids []any) error {
	rows, err := r.Query(`SELECT p.order_id, p.role, k.id, k.version, `+contactColumns+` FROM order_party p JOIN contact k ON k.id = p.contact_id
		WHERE p.order_id IN `+marks+` ORDER BY p.order_id, p.role`, ids...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var p order.Party
		if err := rows.Scan(append([]any{&id, &p.Role, &p.Contact.ID, &p.Contact.Version}, contactFields(&p.Contact)...)...); err != nil {
			return err
		}
		at[id].Parties = append(at[id].Parties, p)
	}
	return rows.Err()
}

// SentBefore says by which run orders went to a target last.
func (r *exportReader) SentBefore(ctx context.Context, target string, orders []int64) (map[int64]int64, error) {
	sent := map[int64]int64{}
	for some := range slices.Chunk(orders, 500) {
		rows, err := r.s.query.NewSelect().Conn(r.tx).TableExpr("exported_order AS e").Join("JOIN run AS r ON r.id = e.run_id").
			ColumnExpr("e.order_id, max(e.run_id)").Where("e.target = ?", target).Where("e.order_id IN (?)", bun.List(some)).
			Where("r.state IN ('done', 'partial')").GroupExpr("e.order_id").Rows(ctx)
		pairs, err := collect(rows, err, func(rows *sql.Rows, p *[2]int64) error { return rows.Scan(&p[0], &p[1]) })
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			sent[p[0]] = p[1]
		}
	}
	return sent, nil
}

// Count counts the records of a kind that is not made of orders.
func (r *exportReader) Count(_ context.Context, kind export.Kind) (n int64, err error) {
	tables := map[export.Kind]string{export.Customers: "customer", export.Products: "variant", export.Stock: "stock_start",
		export.Runs: "run WHERE kind <> 'plan'"}
	err = r.QueryRow("SELECT count(*) FROM " + tables[kind]).Scan(&n)
	return n, err
}

// eachRow scans rows one by one into the same value.
func eachRow[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error, yield func(*T) error) error {
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return err
		}
		if err := yield(&one); err != nil {
			return err
		}
	}
	return rows.Err()
}

// EachCustomer gives customers in the order they became known, each with their own contact, else the newest of their
// orders', and with the address their newest order went to where the contact has none.
func (r *exportReader) EachCustomer(_ context.Context, yield func(*export.Customer) error) error {
	names := strings.ReplaceAll("k."+contactColumns, ", ", ", k.")
	var address []string
	for name := range strings.SplitSeq(contactColumns, ", ") {
		address = append(address, "COALESCE(a."+name+", '')")
	}
	rows, err := r.Query(`SELECT u.id, u.created_at, COALESCE(n.orders, 0), n.first, n.last, ` + names + `, ` + strings.Join(address, ", ") + `
		FROM customer u JOIN contact k ON k.id = COALESCE(u.contact_id, (SELECT max(id) FROM contact WHERE customer_id = u.id))
		LEFT JOIN (SELECT c.customer_id, count(DISTINCT o.id) AS orders, min(o.placed_at) AS first, max(o.placed_at) AS last, max(o.id) AS newest
			FROM contact c JOIN order_party p ON p.contact_id = c.id AND p.role = 'buyer' JOIN orders o ON o.id = p.order_id
			WHERE c.customer_id IS NOT NULL GROUP BY c.customer_id) n ON n.customer_id = u.id
		LEFT JOIN order_party t ON t.order_id = n.newest AND t.role = 'ship_to' LEFT JOIN contact a ON a.id = t.contact_id
		ORDER BY u.id`)
	return eachRow(rows, err, func(rows *sql.Rows, c *export.Customer) error {
		var to customer.Contact
		into := append([]any{&c.ID, instant{&c.Since}, &c.Orders, instant{&c.First}, instant{&c.Last}}, contactFields(&c.Contact)...)
		err := rows.Scan(append(into, contactFields(&to)...)...)
		c.Contact = withAddress(c.Contact, to)
		return err
	}, yield)
}

// withAddress gives a contact the address of another where it has none: most sources state a buyer without one.
func withAddress(c, to customer.Contact) customer.Contact {
	if c.Line1 != "" || c.City != "" || c.PostalCode != "" {
		return c
	}
	to.Name, to.Company, to.Email, to.Note = c.Name, c.Company, c.Email, c.Note
	if c.Phone != "" {
		to.Phone = c.Phone
	}
	return to
}

// EachVariant gives variants in the order of their SKUs.
func (r *exportReader) EachVariant(_ context.Context, yield func(*export.Variant) error) error {
	rows, err := r.Query(`SELECT v.id, v.product_id, v.sku, v.gtin, v.title, p.title, v.created_at, (SELECT count(*) FROM listing g WHERE g.variant_id = v.id),
		p.vendor, p.type, p.tags, p.description, p.status, v.option1_name, v.option1_value, v.option2_name, v.option2_value, v.option3_name, v.option3_value,
		v.price, v.compare_at_price, v.cost, v.currency, v.weight_grams, v.image_url
		FROM variant v JOIN product p ON p.id = v.product_id ORDER BY v.sku, v.id`)
	return eachRow(rows, err, func(rows *sql.Rows, v *export.Variant) error {
		return rows.Scan(&v.ID, &v.ProductID, &v.SKU, &v.GTIN, &v.Title, &v.Product, instant{&v.CreatedAt}, &v.Listings, &v.Vendor, &v.Type, &v.Tags, &v.Description,
			&v.Status, &v.Options[0].Name, &v.Options[0].Value, &v.Options[1].Name, &v.Options[1].Value, &v.Options[2].Name, &v.Options[2].Value, &v.Price, &v.CompareAt,
			&v.Cost, &v.Currency, &v.WeightGrams, &v.ImageURL)
	}, yield)
}

// EachLevel gives what is on hand of each variant where it is tracked: the stock start and what moved since.
func (r *exportReader) EachLevel(_ context.Context, yield func(*export.Level) error) error {
	rows, err := r.Query(`SELECT v.id, v.sku, p.title, v.title, c.name, s.quantity, s.started_at, COALESCE(l.on_hand, s.quantity),
		(SELECT max(m.occurred_at) FROM stock_movement m WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id)
		FROM stock_start s JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id = v.product_id JOIN location c ON c.id = s.location_id
		LEFT JOIN stock_level l ON l.variant_id = s.variant_id AND l.location_id = s.location_id ORDER BY v.sku, v.id, c.name`)
	return eachRow(rows, err, func(rows *sql.Rows, l *export.Level) error {
		var start, now int64
		err := rows.Scan(&l.VariantID, &l.SKU, &l.Product, &l.Title, &l.Location, &start, instant{&l.StartedAt}, &now, instant{&l.MovedAt})
		l.Start, l.OnHand = millionths(start), millionths(now)
		return err
	}, yield)
}

// millionths writes a stored stock quantity as a number.
func millionths(n int64) commerce.Decimal {
	return commerce.Decimal(commerce.Minor(n).Decimal(6)).Padded(0)
}

// EachRun gives runs, newest first; plans of imports changed nothing and are left out.
func (r *exportReader) EachRun(_ context.Context, yield func(*journal.Run) error) error {
	rows, err := r.Query(`SELECT ` + runColumns + ` FROM run r LEFT JOIN channel c ON c.id = r.channel_id WHERE r.kind <> 'plan' ORDER BY r.id DESC`)
	return eachRow(rows, err, func(rows *sql.Rows, run *journal.Run) error { return scanRun(rows, run) }, yield)
}
