package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tradepost/backend/catalog"
	"tradepost/backend/customer"
)

// Products and customers are found by words as orders are, each kind in an index of its own, keyed by the record's id. Of a
// variant these are its title, its product's and its options, of a customer what the list of customers shows.

// nameIndexes are the word indexes beside that of orders; the table beside each says what was indexed of which record.
const nameIndexes = `
CREATE TABLE IF NOT EXISTS person (customer_id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS item (variant_id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS item_product ON item (product_id);
CREATE VIRTUAL TABLE IF NOT EXISTS customer_words USING fts5 (text, content = '', contentless_delete = 1, detail = full,
	prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE IF NOT EXISTS variant_words USING fts5 (text, content = '', contentless_delete = 1, detail = full,
	prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO customer_words (customer_words, rank) VALUES ('secure-delete', 1);
INSERT INTO variant_words (variant_words, rank) VALUES ('secure-delete', 1);`

// changedRecords is what a feed has to look at: ids by the kind of their record.
type changedRecords struct {
	orders, customers, variants []int64
}

func (c *changedRecords) add(kind string, id int64) {
	switch kind {
	case "order":
		c.orders = append(c.orders, id)
	case customerKind:
		c.customers = append(c.customers, id)
	case "variant":
		c.variants = append(c.variants, id)
	}
}

// once leaves each record once.
func (c *changedRecords) once() {
	for _, ids := range []*[]int64{&c.orders, &c.customers, &c.variants} {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
}

// indexed writes what is to be found of one record into an index, after what was there was taken out.
func (x *search) indexed(ctx context.Context, tx *sql.Tx, table string, id int64, text string) error {
	text = folded.Replace(text)
	if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (rowid, text) VALUES (?, ?)`, id, text); err != nil { //nolint:gosec // the table is one of ours
		return err
	}
	return x.learn(ctx, tx, text)
}

// person is what is to be found of a customer: a version of a contact.
type person struct {
	contactID, version int64
	text               string
}

// indexCustomers brings customers up to date. Those whose contact is as it was, as when an order of theirs was shipped, are
// passed over.
func (x *search) indexCustomers(ctx context.Context, tx *sql.Tx, ids []int64) error {
	for part := range slices.Chunk(ids, documentBatch) {
		people, err := x.store.people(ctx, part)
		if err != nil {
			return fmt.Errorf("reading customers for search: %w", err)
		}
		for _, id := range part {
			if err := x.indexCustomer(ctx, tx, id, people[id]); err != nil {
				return fmt.Errorf("indexing customer %d: %w", id, err)
			}
		}
	}
	return nil
}

func (x *search) indexCustomer(ctx context.Context, tx *sql.Tx, id int64, now person) error {
	var was person
	err := tx.QueryRowContext(ctx, `SELECT contact_id, version FROM person WHERE customer_id = ?`, id).Scan(&was.contactID, &was.version)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) || was.contactID == now.contactID && was.version == now.version {
		return ignoreNone(err)
	}
	if known {
		x.removed = true
		if _, err := tx.ExecContext(ctx, `DELETE FROM customer_words WHERE rowid = ?`, id); err != nil {
			return err
		}
	}
	if now.contactID == 0 {
		_, err := tx.ExecContext(ctx, `DELETE FROM person WHERE customer_id = ?`, id)
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO person (customer_id, contact_id, version) VALUES (?, ?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET contact_id = excluded.contact_id, version = excluded.version`, id, now.contactID, now.version); err != nil {
		return err
	}
	return x.indexed(ctx, tx, "customer_words", id, now.text)
}

func ignoreNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// people reads what is to be found of customers; one who is gone has none.
func (s *Store) people(ctx context.Context, ids []int64) (map[int64]person, error) {
	all := make(map[int64]person, len(ids))
	rows, err := s.reading(ctx).Query(`SELECT c.id, k.id, k.version, k.name, k.company, k.email, k.phone FROM customer c
		JOIN contact k ON k.id = COALESCE(c.contact_id, (SELECT max(id) FROM contact WHERE customer_id = c.id))
		WHERE c.id IN (SELECT value FROM json_each(?))`, asJSON(ids))
	return all, each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var p person
		var k customer.Contact
		err := rows.Scan(&id, &p.contactID, &p.version, &k.Name, &k.Company, &k.Email, &k.Phone)
		p.text = strings.Join([]string{k.Name, k.Company, k.Email, k.Phone, customer.PhoneKey(k.Phone)}, "\n")
		all[id] = p
		return err
	})
}

// indexVariants brings variants up to date, and all others of their products: they are found by the product's title too.
func (x *search) indexVariants(ctx context.Context, tx *sql.Tx, ids []int64) error {
	for part := range slices.Chunk(ids, documentBatch) {
		gone, err := x.unindexVariants(ctx, tx, part)
		if err != nil {
			return err
		}
		all, err := x.store.items(ctx, part, slices.Sorted(maps.Keys(gone)))
		if err != nil {
			return fmt.Errorf("reading products for search: %w", err)
		}
		for _, i := range all {
			if err := x.indexVariant(ctx, tx, i); err != nil {
				return fmt.Errorf("indexing variant %d: %w", i.id, err)
			}
		}
	}
	return nil
}

// unindexVariants takes variants out of the index, and gives the products that they were of.
func (x *search) unindexVariants(ctx context.Context, tx *sql.Tx, ids []int64) (products map[int64]bool, err error) {
	products = map[int64]bool{}
	for _, id := range ids {
		var productID int64
		err := tx.QueryRowContext(ctx, `SELECT product_id FROM item WHERE variant_id = ?`, id).Scan(&productID)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		products[productID], x.removed = true, true
		if _, err := tx.ExecContext(ctx, `DELETE FROM variant_words WHERE rowid = ?`, id); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM item WHERE variant_id = ?`, id); err != nil {
			return nil, err
		}
	}
	return products, nil
}

type foundItem struct {
	id, productID int64
	text          string
}

// items reads what is to be found of the variants of products: those given, and those of which the given variants are now.
func (s *Store) items(ctx context.Context, variants, products []int64) ([]foundItem, error) {
	rows, err := s.reading(ctx).Query(`SELECT v.id, p.id, `+variantTitles+` FROM product p JOIN variant v ON v.product_id = p.id
		WHERE v.merged_into IS NULL AND p.id IN (SELECT product_id FROM variant WHERE id IN (SELECT value FROM json_each(?)) UNION SELECT value FROM json_each(?))`,
		asJSON(variants), asJSON(products))
	return collect(rows, err, func(rows *sql.Rows, i *foundItem) error {
		err := rows.Scan(&i.id, &i.productID, &i.text)
		i.text += "\n" + strings.Join(catalog.Pairs(i.text), "\n")
		return err
	})
}

// variantTitles is all by which a variant v of a product p is called: its options are what tells it from its neighbours.
const variantTitles = `v.title || char(10) || p.title || char(10) || v.option1_value || char(10) || v.option2_value || char(10) || v.option3_value`

func (x *search) indexVariant(ctx context.Context, tx *sql.Tx, i foundItem) error {
	if _, err := x.unindexVariants(ctx, tx, []int64{i.id}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO item (variant_id, product_id) VALUES (?, ?)`, i.id, i.productID); err != nil {
		return err
	}
	return x.indexed(ctx, tx, "variant_words", i.id, i.text)
}

// freshen feeds what little may have come in just now, so that what a person just made is found. What an import brings by the
// thousand is left to the feeding beside it.
func (x *search) freshen(ctx context.Context) error {
	behind, err := x.store.SearchBehind(ctx)
	if err != nil || behind == 0 || behind > feedBatch {
		return err
	}
	return x.feed(ctx)
}

// findVariants lists the first variants above an id whose titles have words that begin as those typed.
func (x *search) findVariants(ctx context.Context, text string, after int64, limit int) ([]int64, error) {
	if err := x.freshen(ctx); err != nil {
		return nil, err
	}
	match, err := x.matchName(ctx, text)
	if err != nil || match == "" {
		return []int64{}, err
	}
	rows, err := x.db.QueryContext(ctx, `SELECT rowid FROM variant_words WHERE variant_words MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?`, match, after, limit)
	return collect(rows, err, scanID)
}

// findCustomers lists the newest customers below an id who have words that begin as those typed.
func (x *search) findCustomers(ctx context.Context, text string, before int64, limit int) ([]int64, error) {
	if err := x.freshen(ctx); err != nil {
		return nil, err
	}
	match, err := x.matchName(ctx, text)
	if err != nil || match == "" {
		return []int64{}, err
	}
	rows, err := x.db.QueryContext(ctx, `SELECT rowid FROM customer_words WHERE customer_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`, match, before, limit)
	return collect(rows, err, scanID)
}

// matchName does what matchText does, and finds the beginnings of numbers too: there are no other indexes for those in
// titles and telephone numbers.
func (x *search) matchName(ctx context.Context, text string) (string, error) {
	return matchWords(text, func(before []string, last string) (string, error) {
		term, err := x.begins(ctx, before, last)
		if err == nil && len(last) > 1 && strings.ContainsAny(last, "0123456789") && strings.HasSuffix(term, `"`) {
			term += "*"
		}
		return term, err
	})
}
