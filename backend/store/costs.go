package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
)

// stockCurrency is the currency in which stock is valued; where nobody said, it is the given one from now on.
func (tx *Tx) stockCurrency(otherwise commerce.Currency) (commerce.Currency, error) {
	currency, err := stockCurrency(tx)
	if err != nil || currency != "" {
		return currency, err
	}
	tx.touch(Settings)
	return otherwise, tx.Exec(`INSERT INTO setting (name, value, seq) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, seq = excluded.seq`,
		inventory.CurrencySetting, string(otherwise), tx.seq)
}

func stockCurrency(q querier) (commerce.Currency, error) {
	value, err := settingNow(q, inventory.CurrencySetting)
	return commerce.Currency(value), err
}

func settingNow(q querier, name string) (string, error) {
	rows, err := q.Query(`SELECT value FROM setting WHERE name = ?`, name)
	found, err := one(collect(rows, err, func(rows *sql.Rows, value *string) error { return rows.Scan(value) }))
	if err != nil || found == nil {
		return "", err
	}
	return *found, nil
}

// StockCurrency is the currency in which stock is valued; "" while nobody said and nothing came in.
func (s *Store) StockCurrency(ctx context.Context) (commerce.Currency, error) {
	currency, err := stockCurrency(s.reading(ctx))
	return currency, classify("reading settings", err)
}

// keepsCurrency refuses another currency for stock than the one in which goods have come in.
func (tx *Tx) keepsCurrency(next string) error {
	rows, err := tx.Query(`SELECT DISTINCT currency FROM stock_cost WHERE currency <> ? LIMIT 1`, next)
	other, err := one(collect(rows, err, func(rows *sql.Rows, value *string) error { return rows.Scan(value) }))
	if err == nil && other != nil {
		err = fault.New(fault.Conflict, "Goods have come in that are valued in "+*other+".", "Stock keeps the currency in which it was valued first.").InField("stock_currency")
	}
	return err
}

// costing reads costs in one state of the database, as known at an instant (0: now).
type costing struct {
	q        querier
	at       commerce.Instant
	currency commerce.Currency
	method   inventory.Method
	standard map[int64]standardCost
	tell     func(inventory.Entry, inventory.Worth) // is told of each entry what its goods cost; nil is nobody
}

type standardCost struct {
	cost     commerce.Decimal
	currency commerce.Currency
}

func newCosting(q querier, at commerce.Instant) (c costing, err error) {
	c = costing{q: q, at: at, standard: map[int64]standardCost{}}
	if c.currency, err = stockCurrency(q); err != nil {
		return c, err
	}
	method, err := settingNow(q, inventory.MethodSetting)
	if c.method = inventory.Method(method); c.method != inventory.Average {
		c.method = inventory.FIFO
	}
	if c.currency == "" && err == nil { // nothing was bought yet: what most products are said to cost is in it
		rows, failed := q.Query(`SELECT currency FROM variant WHERE cost <> '' AND currency <> '' GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1`)
		var found *commerce.Currency
		if found, err = one(collect(rows, failed, func(rows *sql.Rows, value *commerce.Currency) error { return rows.Scan(value) })); found != nil {
			c.currency = *found
		}
	}
	return c, err
}

// begin is a costing of which nothing is known yet.
func (c costing) begin() *inventory.Costing {
	work := inventory.NewCosting(c.method, func(variantID int64, q inventory.Quantity) (int64, bool) {
		s := c.standard[variantID]
		if s.cost == "" || s.currency != c.currency {
			return 0, false
		}
		return inventory.ValueOf(q, s.cost, c.currency.Exponent())
	})
	work.Tell = c.tell
	return work
}

// learn reads what products are said to cost (0: all).
func (c costing) learn(variantIDs []int64) error {
	rows, err := c.q.Query(`SELECT id, cost, currency FROM variant WHERE cost <> '' AND (?1 = 'null' OR id IN (SELECT value FROM json_each(?1)))`, asJSON(variantIDs))
	_, err = collect(rows, err, func(rows *sql.Rows, _ *struct{}) error {
		var id int64
		var s standardCost
		err := rows.Scan(&id, &s.cost, &s.currency)
		c.standard[id] = s
		return err
	})
	return err
}

// ties lists which variants share costs, as one was made of the other: kits and what is in them.
func (c costing) ties() (map[int64][]int64, error) {
	type tie struct{ a, b int64 }
	rows, err := c.q.Query(`SELECT DISTINCT a.variant_id, i.variant_id FROM assembly a JOIN bom_item i ON i.bom_id = a.bom_id`)
	all, err := collect(rows, err, func(rows *sql.Rows, t *tie) error { return rows.Scan(&t.a, &t.b) })
	ties := map[int64][]int64{}
	for _, t := range all {
		ties[t.a], ties[t.b] = append(ties[t.a], t.b), append(ties[t.b], t.a)
	}
	return ties, err
}

// tied lists a variant and all that it shares costs with, however far.
func tied(ties map[int64][]int64, variantID int64) []int64 {
	all := []int64{variantID}
	for i := 0; i < len(all); i++ {
		for _, id := range ties[all[i]] {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// costed reads entries that moved goods. ?1 is the instant (0: now), ?2 a JSON list of variants.
const costedEntries = `SELECT m.id, m.variant_id, m.location_id, m.kind, m.quantity, m.cause_kind, m.cause_id, COALESCE(m.line_id, 0), COALESCE(m.count_id, 0),
	COALESCE(m.reverses, 0), m.occurred_at, CASE m.kind WHEN 'receipt' THEN (SELECT c.goods + c.landed FROM stock_cost c WHERE c.movement_id = m.id
		AND (?1 = 0 OR c.recorded_at <= ?1) ORDER BY c.id DESC LIMIT 1) END FROM stock_movement m WHERE m.quantity <> 0 AND (?1 = 0 OR m.recorded_at <= ?1) `

func scanCosted(rows *sql.Rows, e *inventory.Costed) error {
	return rows.Scan(&e.ID, &e.VariantID, &e.LocationID, &e.Kind, &e.OnHand, &e.Cause.Kind, &e.Cause.ID, &e.Cause.Line, &e.CountID, &e.Reverses, &e.OccurredAt, amount{&e.Cost})
}

// of works out the costs of variants that share none with others.
func (c costing) of(variantIDs []int64) (*inventory.Costing, error) {
	if err := c.learn(variantIDs); err != nil {
		return nil, err
	}
	rows, err := c.q.Query(costedEntries+`AND m.variant_id IN (SELECT value FROM json_each(?2)) ORDER BY m.id`, int64(c.at), asJSON(variantIDs))
	entries, err := collect(rows, err, scanCosted)
	if err != nil {
		return nil, err
	}
	work := c.begin()
	work.Work(entries)
	return work, nil
}

// all works out the costs of everything, variant by variant, those that share costs together.
func (c costing) all(each func(*inventory.Costing)) error {
	ties, err := c.ties()
	if err = firstError(err, c.learn(nil)); err != nil {
		return err
	}
	rows, err := c.q.Query(costedEntries+`ORDER BY m.variant_id, m.id`, int64(c.at))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var run []inventory.Costed
	work := func() {
		if len(run) > 0 && len(ties[run[0].VariantID]) == 0 {
			one := c.begin()
			one.Work(run)
			each(one)
		}
		run = run[:0]
	}
	for rows.Next() {
		var e inventory.Costed
		if err := scanCosted(rows, &e); err != nil {
			return err
		}
		if len(run) > 0 && run[0].VariantID != e.VariantID {
			work()
		}
		run = append(run, e)
	}
	work()
	return firstError(rows.Err(), c.tiedOnes(ties, each))
}

func (c costing) tiedOnes(ties map[int64][]int64, each func(*inventory.Costing)) error {
	done := map[int64]bool{}
	for id := range ties {
		if done[id] {
			continue
		}
		group := tied(ties, id)
		for _, id := range group {
			done[id] = true
		}
		work, err := c.of(group)
		if err != nil {
			return err
		}
		each(work)
	}
	return nil
}

// in runs do in one state of the database.
func (s *Store) inOneState(ctx context.Context, do func(querier) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return do(reading{ctx, tx})
}

// StockCosts says what a variant's goods at each location cost, layer by layer, as known at an instant (0: now).
func (s *Store) StockCosts(ctx context.Context, variantID int64, at commerce.Instant) (v inventory.Valuation, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		if _, err := variantNow(q, variantID); err != nil {
			return err
		}
		c, err := newCosting(q, at)
		if err != nil {
			return err
		}
		ties, err := c.ties()
		if err != nil {
			return err
		}
		work, err := c.of(tied(ties, variantID))
		if err != nil {
			return err
		}
		v = c.valuation()
		v.Add(work, func(id int64) bool { return id == variantID })
		return firstError(nameValued(q, v.Rows, len(v.Rows)), nameLayers(q, v.Rows))
	})
	return v, classify("working out costs", err)
}

func (c costing) valuation() inventory.Valuation {
	return inventory.Valuation{At: c.at, Currency: c.currency, Method: c.method, Rows: []inventory.Valued{}}
}

// StockValue says what all stock cost, as known at an instant (0: now): the largest values first, without layers, and so many of them with the names of
// their variants.
func (s *Store) StockValue(ctx context.Context, at commerce.Instant, named int) (v inventory.Valuation, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		c, err := newCosting(q, at)
		if err != nil {
			return err
		}
		v = c.valuation()
		if err := c.all(func(work *inventory.Costing) { v.Add(work, nil) }); err != nil {
			return err
		}
		slices.SortFunc(v.Rows, func(a, b inventory.Valued) int {
			return cmp.Or(cmp.Compare(b.Worth.Value, a.Worth.Value), cmp.Compare(a.VariantID, b.VariantID), cmp.Compare(a.LocationID, b.LocationID))
		})
		return nameValued(q, v.Rows, named)
	})
	return v, classify("working out what stock is worth", err)
}

// nameValued fills in how locations are called, and the variants of the first so many.
func nameValued(q querier, all []inventory.Valued, named int) error {
	rows, err := q.Query(`SELECT id, name FROM location`)
	locations := map[int64]string{}
	_, err = collect(rows, err, func(rows *sql.Rows, _ *struct{}) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		locations[id] = name
		return err
	})
	for i := range all {
		if err != nil {
			return err
		}
		v := &all[i]
		if v.Location = locations[v.LocationID]; i >= named {
			continue
		}
		err = q.QueryRow(`SELECT sku, title FROM variant WHERE id = ?`, v.VariantID).Scan(&v.SKU, &v.Title)
	}
	return err
}

// nameLayers says what opened the layers.
func nameLayers(q querier, all []inventory.Valued) error {
	for i := range all {
		for j := range all[i].Layers {
			l := &all[i].Layers[j]
			err := q.QueryRow(`SELECT m.kind, COALESCE(o.id, 0), COALESCE(o.number, ''), COALESCE(s.name, '') FROM stock_movement m
				LEFT JOIN purchase_order o ON m.cause_kind = 'purchase' AND o.id = m.cause_id LEFT JOIN supplier s ON s.id = o.supplier_id WHERE m.id = ?`, l.EntryID).
				Scan(&l.Kind, &l.PurchaseID, &l.Number, &l.Supplier)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// OrderCosts says what the goods cost that left with each line of an order, as known now.
func (s *Store) OrderCosts(ctx context.Context, orderID int64) (costs inventory.SoldCosts, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		c, err := newCosting(q, 0)
		if err != nil {
			return err
		}
		costs = inventory.SoldCosts{Currency: c.currency, Lines: []inventory.LineCost{}}
		lines, err := linesOf(q, orderID)
		if err != nil {
			return err
		}
		sold, err := c.soldOf(orderID, lines)
		for _, id := range lines {
			if w, left := sold[id]; left {
				costs.Lines = append(costs.Lines, inventory.LineCost{LineID: id, Worth: w})
			}
		}
		return err
	})
	return costs, classify("working out what the goods cost", err)
}

func linesOf(q querier, orderID int64) ([]int64, error) {
	rows, err := q.Query(`SELECT id FROM order_line WHERE order_id = ? ORDER BY id`, orderID)
	return collect(rows, err, scanID)
}

// soldOf adds up, of each line of an order, what the goods cost that left with it.
func (c costing) soldOf(orderID int64, lines []int64) (map[int64]inventory.Worth, error) {
	rows, err := c.q.Query(`SELECT DISTINCT variant_id FROM stock_movement WHERE cause_kind = 'order' AND cause_id = ? AND quantity <> 0 ORDER BY 1`, orderID)
	variants, err := collect(rows, err, scanID)
	if err != nil {
		return nil, err
	}
	ties, err := c.ties()
	sold, done := map[int64]inventory.Worth{}, map[int64]bool{}
	for _, id := range variants {
		if err != nil {
			return nil, err
		}
		if !done[id] {
			group := tied(ties, id)
			var work *inventory.Costing
			if work, err = c.of(group); err == nil {
				addSold(work, group, lines, sold, done)
			}
		}
	}
	return sold, err
}

func addSold(work *inventory.Costing, group, lines []int64, sold map[int64]inventory.Worth, done map[int64]bool) {
	for _, id := range group {
		done[id] = true
		for _, line := range lines {
			if w := work.Sold[inventory.Sold{LineID: line, VariantID: id}]; w.Quantity != 0 {
				sold[line] = sold[line].Plus(w)
			}
		}
	}
}
