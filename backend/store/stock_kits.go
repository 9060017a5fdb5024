package store

import (
	"context"
	"fmt"
	"slices"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// DefineKit makes the next version of a variant's bill of material. It holds for what is placed from now on; the first one also for what waits
// already.
func (s *Store) DefineKit(ctx context.Context, kit inventory.Kit) (journal.Run, error) {
	v, err := variantNow(s.reading(ctx), kit.VariantID)
	if err != nil {
		return journal.Run{}, err
	}
	return s.stockRun(ctx, journal.RunKit, "Contents of "+v.Name(), func(tx *Tx, runID int64) error {
		if err := fitsKit(tx, kit); err != nil {
			return err
		}
		return firstError(tx.insertKit(runID, kit), tx.settleKit(kit.VariantID))
	})
}

// fitsKit refuses kits in kits, of itself, and with quantities of nothing.
func fitsKit(q querier, kit inventory.Kit) error {
	if kit.Kind != inventory.Virtual && kit.Kind != inventory.Assembled {
		return fault.New(fault.Invalid, fmt.Sprintf("%q is no kind of kit.", kit.Kind), "Use virtual or assembled.").InField("kind")
	}
	kits, err := loadKits(q)
	if err != nil {
		return err
	}
	within := func(id int64) bool {
		versions := kits[id]
		return len(versions) > 0 && len(versions[len(versions)-1].Items) > 0
	}
	for id, versions := range kits {
		last := versions[len(versions)-1].Items
		if len(kit.Items) > 0 && slices.ContainsFunc(last, func(c inventory.Component) bool { return c.VariantID == kit.VariantID }) {
			return fault.New(fault.Conflict, fmt.Sprintf("It is a part of the kit %d itself.", id), "Kits do not hold kits: name what is in them.").InField("items")
		}
	}
	seen := map[int64]bool{}
	for _, c := range kit.Items {
		if c.VariantID == kit.VariantID || within(c.VariantID) || seen[c.VariantID] || c.Quantity <= 0 {
			return fault.New(fault.Invalid, fmt.Sprintf("Component %d does not fit.", c.VariantID),
				"Name each component once, with a quantity above zero; neither the kit itself nor another kit.").InField("items")
		}
		seen[c.VariantID] = true
		if _, err := variantNow(q, c.VariantID); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertKit(runID int64, kit inventory.Kit) error {
	tx.touch(Stock)
	id, err := tx.Insert(`INSERT INTO bom (variant_id, version, kind, made_at, run_id, seq) SELECT ?1, COALESCE(max(version), 0) + 1, ?2, ?3, ?4, ?5 FROM bom WHERE variant_id = ?1`,
		kit.VariantID, string(kit.Kind), int64(tx.now), runID, tx.seq)
	if err != nil {
		return err
	}
	for _, c := range kit.Items {
		if err := tx.Exec(`INSERT INTO bom_item (bom_id, variant_id, quantity) VALUES (?, ?, ?)`, id, c.VariantID, int64(c.Quantity)); err != nil {
			return err
		}
	}
	return nil
}

// settleKit looks through the orders of a kit after its contents changed.
func (tx *Tx) settleKit(variantID int64) error {
	tx.forgetStock()
	rows, err := tx.Query(`SELECT id FROM listing WHERE variant_id = ? ORDER BY id`, variantID)
	listings, err := collect(rows, err, scanID)
	if err != nil {
		return err
	}
	for _, id := range listings {
		if err := tx.settleListing(id); err != nil {
			return err
		}
	}
	return nil
}
