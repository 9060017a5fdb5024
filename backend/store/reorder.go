package store

import (
	"context"
	"database/sql"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
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
	rules, err := reorderRules(q, `ORDER BY v.sku, r.variant_id, l.channel_id IS NOT NULL, l.rank, l.id`)
	all, waits := []purchasing.Need{}, map[int64]bool{}
	for _, r := range rules {
		if err != nil {
			return all, err
		}
		var standing purchasing.Standing
		if standing, err = reorderStanding(q, r, now); err != nil {
			return all, err
		}
		if waits[r.VariantID] { // what waits is wanted once, at the first location
			standing.Backordered = 0
		}
		waits[r.VariantID] = true
		if need, short := r.Judge(standing); short {
			all = append(all, need)
		}
	}
	return all, err
}

func reorderStanding(q querier, r purchasing.Rule, now time.Time) (s purchasing.Standing, err error) {
	var onHand, reserved inventory.Quantity
	var started int64
	err = q.QueryRow(`SELECT COALESCE(sum(on_hand), 0), COALESCE(sum(reserved), 0), COALESCE(sum(incoming), 0), COALESCE(sum(started_at), 0), count(*) > 0
		FROM stock_level WHERE variant_id = ? AND location_id = ?`, r.VariantID, r.LocationID).Scan(&onHand, &reserved, &s.Incoming, &started, &s.Tracked)
	if err != nil || !s.Tracked {
		return s, err
	}
	s.Available = onHand - reserved
	from := now.AddDate(0, 0, -purchasing.SpeedDays)
	s.Days = purchasing.SpeedDays
	if begun := time.UnixMilli(started); begun.After(from) {
		s.Days = max(int(now.Sub(begun)/(24*time.Hour)), 1)
	}
	err = q.QueryRow(`SELECT COALESCE((SELECT -sum(quantity) FROM stock_movement WHERE variant_id = ?1 AND location_id = ?2 AND cause_kind = 'order' AND count_id IS NULL
			AND kind IN ('sale', 'return', 'undo') AND occurred_at > ?3), 0),
		COALESCE((SELECT sum(open - reserved) FROM stock_demand WHERE variant_id = ?1 AND pool = (SELECT COALESCE(channel_id, 0) FROM location WHERE id = ?2) AND open > reserved), 0),
		COALESCE((SELECT sum(l.quantity) FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id WHERE l.variant_id = ?1 AND o.location_id = ?2 AND o.state = 'draft'), 0)`,
		r.VariantID, r.LocationID, from.UnixMilli()).Scan(&s.Sold, &s.Backordered, &s.Drafted)
	if err != nil {
		return s, err
	}
	s.LeadDays = -1
	s.Item, err = one(supplierItems(q, `WHERE i.variant_id = ? AND s.active ORDER BY i.preferred DESC, s.name LIMIT 1`, r.VariantID))
	if err == nil && s.Item != nil {
		var supplier purchasing.Supplier
		supplier, err = supplierOf(q, s.Item.SupplierID)
		s.LeadDays = supplier.LeadDays
	}
	return s, err
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
