package store

import (
	"context"
	"database/sql"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/purchasing"
)

const reorderColumns = `SELECT r.variant_id, v.sku, v.title, r.location_id, l.name, r.kind, COALESCE(r.least, 0), COALESCE(r.most, 0), COALESCE(r.safety_days, 0),
	COALESCE(r.cover_days, 0), r.seq FROM reorder_rule r JOIN variant v ON v.id = r.variant_id JOIN location l ON l.id = r.location_id `

func reorderRules(q querier, condition string, args ...any) ([]purchasing.Rule, error) {
	rows, err := q.Query(reorderColumns+condition, args...)
	return collect(rows, err, func(rows *sql.Rows, r *purchasing.Rule) error {
		return rows.Scan(&r.VariantID, &r.SKU, &r.Title, &r.LocationID, &r.Location, &r.Kind, &r.Least, &r.Most, &r.SafetyDays, &r.CoverDays, &r.Version)
	})
}

// ReorderRules lists when what is to be ordered again, of a variant (0: all).
func (s *Store) ReorderRules(ctx context.Context, variantID int64) ([]purchasing.Rule, error) {
	all, err := reorderRules(s.reading(ctx), `WHERE ?1 = 0 OR r.variant_id = ?1 ORDER BY v.sku, r.variant_id, l.rank, l.id`, variantID)
	return all, classify("reading reorder rules", err)
}

// SetReorderRule says when a variant is to be ordered again at a location (0: the first of our own).
func (s *Store) SetReorderRule(ctx context.Context, r purchasing.Rule) (saved purchasing.Rule, err error) {
	if err := r.Check(); err != nil {
		return r, err
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		location, err := tx.locationFor(r.LocationID)
		if err != nil {
			return err
		}
		if _, err := variantNow(tx, r.VariantID); err != nil {
			return err
		}
		tx.touch(Purchases)
		err = tx.Exec(`INSERT INTO reorder_rule (variant_id, location_id, kind, least, most, safety_days, cover_days, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (variant_id, location_id) DO UPDATE SET kind = excluded.kind, least = excluded.least, most = excluded.most, safety_days = excluded.safety_days,
			cover_days = excluded.cover_days, seq = excluded.seq`, r.VariantID, location, string(r.Kind), int64(r.Least), int64(r.Most), r.SafetyDays, r.CoverDays, tx.seq)
		if err != nil {
			return err
		}
		found, err := one(reorderRules(tx, `WHERE r.variant_id = ? AND r.location_id = ?`, r.VariantID, location))
		if found != nil {
			saved = *found
		}
		return err
	})
	return saved, classify("saving the reorder rule", err)
}

// RemoveReorderRule takes a rule away.
func (s *Store) RemoveReorderRule(ctx context.Context, variantID, locationID int64) error {
	err := s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Purchases)
		n, err := tx.Affect(`DELETE FROM reorder_rule WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no such rule.", "See the list: tradepost purchase rules.")
		}
		return err
	})
	return classify("removing the reorder rule", err)
}

// ReorderNeeds lists what is to be ordered, with why, by SKU.
func (s *Store) ReorderNeeds(ctx context.Context) (all []purchasing.Need, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		all, err = reorderNeeds(q, s.now())
		return err
	})
	return all, classify("looking what is short", err)
}

func reorderNeeds(q querier, now time.Time) ([]purchasing.Need, error) {
	all, waits := []purchasing.Need{}, map[int64]bool{}
	rules, err := reorderRules(q, `ORDER BY v.sku, r.variant_id, l.channel_id IS NOT NULL, l.rank, l.id`)
	if err != nil || len(rules) == 0 {
		return all, err
	}
	standings, err := reorderStandings(q, now)
	if err != nil {
		return all, err
	}
	for _, r := range rules {
		standing := standings[[2]int64{r.VariantID, r.LocationID}]
		if waits[r.VariantID] { // what waits is wanted once, at the first location
			standing.Backordered = 0
		}
		waits[r.VariantID] = true
		if need, short := r.Judge(standing); short {
			all = append(all, need)
		}
	}
	return all, nil
}

// reorderStandings reads how all stands that a rule is of, by variant and location.
func reorderStandings(q querier, now time.Time) (map[[2]int64]purchasing.Standing, error) {
	items, err := orderedFrom(q)
	if err != nil {
		return nil, err
	}
	from := now.AddDate(0, 0, -purchasing.SpeedDays)
	rows, err := q.Query(`SELECT r.variant_id, r.location_id, k.id IS NOT NULL, COALESCE(k.on_hand - k.reserved, 0), COALESCE(k.incoming, 0), COALESCE(k.started_at, 0),
		COALESCE((SELECT -sum(m.quantity) FROM stock_movement m WHERE m.variant_id = r.variant_id AND m.location_id = r.location_id AND m.cause_kind = 'order'
			AND m.count_id IS NULL AND m.kind IN ('sale', 'return', 'undo') AND m.occurred_at > ?1), 0),
		COALESCE((SELECT sum(d.open - d.reserved) FROM stock_demand d WHERE d.variant_id = r.variant_id AND d.pool = COALESCE(l.channel_id, 0) AND d.open > d.reserved), 0),
		COALESCE((SELECT sum(p.quantity) FROM purchase_line p JOIN purchase_order o ON o.id = p.purchase_id WHERE p.variant_id = r.variant_id
			AND o.location_id = r.location_id AND o.state = 'draft'), 0)
		FROM reorder_rule r JOIN location l ON l.id = r.location_id LEFT JOIN stock_level k ON k.variant_id = r.variant_id AND k.location_id = r.location_id`, from.UnixMilli())
	standings := map[[2]int64]purchasing.Standing{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var at [2]int64
		var started int64
		s := purchasing.Standing{Days: purchasing.SpeedDays, LeadDays: -1}
		err := rows.Scan(&at[0], &at[1], &s.Tracked, &s.Available, &s.Incoming, &started, &s.Sold, &s.Backordered, &s.Drafted)
		if begun := time.UnixMilli(started); begun.After(from) {
			s.Days = max(int(now.Sub(begun)/(24*time.Hour)), 1)
		}
		if item, sold := items[at[0]]; sold {
			s.Item, s.LeadDays = &item.Item, item.lead
		}
		standings[at] = s
		return err
	})
	return standings, err
}

// orderable is how a variant is bought where it is bought first, and how many days goods take from there.
type orderable struct {
	purchasing.Item
	lead int
}

// orderedFrom reads where variants with a reorder rule are bought.
func orderedFrom(q querier) (map[int64]orderable, error) {
	items, err := supplierItems(q, `WHERE i.variant_id IN (SELECT variant_id FROM reorder_rule) AND s.active ORDER BY i.variant_id, i.preferred DESC, s.name`)
	leads, found := map[int64]int{}, map[int64]orderable{}
	for _, item := range items {
		if _, known := found[item.VariantID]; known || err != nil {
			continue
		}
		lead, known := leads[item.SupplierID]
		if !known {
			var supplier purchasing.Supplier
			supplier, err = supplierOf(q, item.SupplierID)
			lead = supplier.LeadDays
			leads[item.SupplierID] = lead
		}
		found[item.VariantID] = orderable{item, lead}
	}
	return found, err
}

// DraftReorders makes drafts of purchase orders of what is short, of one supplier (0: all). They are drafts: Tradepost orders nothing by itself.
func (s *Store) DraftReorders(ctx context.Context, supplierID int64) (made []purchasing.Order, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		made = []purchasing.Order{}
		needs, err := reorderNeeds(tx, tx.now.Time())
		if err != nil {
			return err
		}
		for _, o := range purchasing.Drafts(needs) {
			if supplierID != 0 && o.SupplierID != supplierID {
				continue
			}
			if err := tx.insertPurchase(&o); err != nil {
				return err
			}
			saved, err := purchaseOf(tx, o.ID)
			if err != nil {
				return err
			}
			made = append(made, saved)
		}
		if len(made) == 0 {
			return nil
		}
		run := journal.Run{Kind: journal.RunBuy, State: journal.Done, Cause: journal.ByPerson, Title: "Drafted what is short", FinishedAt: tx.now, Counts: map[string]int{"new": len(made)}}
		return tx.InsertRun(&run)
	})
	return made, classify("drafting what is short", err)
}
