package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// Kits lists what kits consist of now, with how many there are of them and of their components, by SKU.
func (s *Store) Kits(ctx context.Context) (all []inventory.KitNow, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		rows, err := q.Query(`SELECT v.id, v.sku, v.title FROM variant v WHERE v.id IN (SELECT variant_id FROM bom WHERE undone_run IS NULL) ORDER BY v.sku, v.id`)
		found, err := collect(rows, err, func(rows *sql.Rows, k *inventory.KitNow) error { return rows.Scan(&k.VariantID, &k.SKU, &k.Title) })
		for i := range found {
			if err == nil {
				err = fillKit(q, &found[i])
			}
		}
		all = found
		return err
	})
	return all, classify("reading kits", err)
}

// KitOf reads one kit with all its versions.
func (s *Store) KitOf(ctx context.Context, variantID int64) (k inventory.KitNow, err error) {
	err = s.inOneState(ctx, func(q querier) error {
		v, err := variantNow(q, variantID)
		if err != nil {
			return err
		}
		k = inventory.KitNow{Stock: v}
		return fillKit(q, &k)
	})
	return k, classify("reading the kit", err)
}

func fillKit(q querier, k *inventory.KitNow) error {
	var err error
	if k.Versions, err = bomsWhere(q, `b.variant_id = ?`, k.VariantID); err != nil {
		return err
	}
	k.Now = lastStanding(k.Versions)
	if err := fillLevels(q, &k.Stock); err != nil || k.Now.ID == 0 {
		return err
	}
	available := map[int64]inventory.Quantity{}
	for _, c := range k.Now.Items {
		part := inventory.Stock{VariantID: c.VariantID, SKU: c.SKU, Title: c.Title}
		if err := fillLevels(q, &part); err != nil {
			return err
		}
		k.Parts = append(k.Parts, inventory.Part{Component: c, Tracked: part.Tracked(), Available: part.For(inventory.Own), Levels: part.Levels})
		if part.Tracked() {
			available[c.VariantID] = part.For(inventory.Own)
		}
	}
	k.Makes = inventory.Sets(k.Now.Items, available)
	k.Made, err = assembliesOf(q, k.VariantID)
	return err
}

// assembliesOf lists what was put together and taken apart of a kit lately, newest first.
func assembliesOf(q querier, variantID int64) ([]inventory.Made, error) {
	rows, err := q.Query(`SELECT a.id, l.name, a.location_id, b.version, a.quantity, a.made_at, a.run_id, COALESCE(a.undone_run, 0) FROM assembly a
		JOIN location l ON l.id = a.location_id JOIN bom b ON b.id = a.bom_id WHERE a.variant_id = ? ORDER BY a.id DESC LIMIT 50`, variantID)
	return collect(rows, err, func(rows *sql.Rows, a *inventory.Made) error {
		return rows.Scan(&a.ID, &a.Location, &a.LocationID, &a.Version, &a.Quantity, &a.MadeAt, &a.RunID, &a.UndoneRun)
	})
}

// Assemble puts kits together, or takes them apart: components go and kits come, or the reverse, at one location.
func (s *Store) Assemble(ctx context.Context, a inventory.Assembling) (journal.Run, error) {
	v, err := variantNow(s.reading(ctx), a.VariantID)
	if err != nil {
		return journal.Run{}, err
	}
	if a.Quantity == 0 || a.Quantity%inventory.One != 0 {
		return journal.Run{}, fault.New(fault.Invalid, "Kits are put together one by one.", "Give a whole number above zero.").InField("quantity")
	}
	title := fmt.Sprintf("Put together %s × %s", a.Quantity.Decimal(), v.Name())
	if a.Quantity < 0 {
		title = fmt.Sprintf("Took apart %s × %s", (-a.Quantity).Decimal(), v.Name())
	}
	return s.stockRun(ctx, journal.RunMake, title, func(tx *Tx, runID int64) error {
		m := making{tx: tx, runID: runID, kit: v, Assembling: a}
		return m.run()
	})
}

// making is one assembly in one write.
type making struct {
	tx    *Tx
	runID int64
	kit   inventory.Stock
	bom   inventory.BOM
	inventory.Assembling
	locationID int64
	place      string
}

func (m *making) run() error {
	kits, err := loadKits(m.tx)
	if err != nil {
		return err
	}
	if versions := kits[m.VariantID]; len(versions) > 0 {
		m.bom = versions[len(versions)-1]
	}
	if m.bom.Kind != inventory.Assembled || len(m.bom.Items) == 0 {
		return fault.New(fault.Conflict, m.kit.Name()+" is no kit that is put together.", "Say first what it consists of, of the kind assembled.")
	}
	if err := m.locate(); err != nil {
		return err
	}
	moves := m.moves()
	levels, err := m.levels(moves)
	if err != nil {
		return err
	}
	id, err := m.tx.Insert(`INSERT INTO assembly (variant_id, location_id, bom_id, quantity, run_id, made_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.VariantID, m.locationID, m.bom.ID, int64(m.Quantity), m.runID, int64(m.tx.now), m.tx.seq)
	for i := range moves {
		moves[i].Cause.ID = id
	}
	return firstError(err, m.tx.post(moves...), m.tx.refillAll(levels))
}

// locate finds where: the location named, else the first where the kit is tracked, else the first of our own.
func (m *making) locate() error {
	err := m.tx.QueryRow(`SELECT l.id, l.name FROM location l LEFT JOIN stock_level s ON s.location_id = l.id AND s.variant_id = ?1
		WHERE l.channel_id IS NULL AND (?2 = '' OR l.name = ?2) ORDER BY s.id IS NULL, NOT l.active, l.rank, l.id LIMIT 1`, m.VariantID, strings.TrimSpace(m.Location)).
		Scan(&m.locationID, &m.place)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "There is no own location called "+m.Location+".", "See the list: tradepost locations list.").InField("location")
	}
	return err
}

// moves are the entries: what goes first, so that what comes has its cost.
func (m *making) moves() []inventory.Entry {
	entry := func(variantID int64, q inventory.Quantity) inventory.Entry {
		return inventory.Entry{VariantID: variantID, LocationID: m.locationID, Kind: inventory.Assembly, OnHand: q, Cause: inventory.Cause{Kind: inventory.ByAssembly}}
	}
	var parts []inventory.Entry
	for _, c := range m.bom.Items {
		parts = append(parts, entry(c.VariantID, -(m.Quantity/inventory.One*c.Quantity)))
	}
	kit := entry(m.VariantID, m.Quantity)
	if m.Quantity < 0 {
		return append([]inventory.Entry{kit}, parts...)
	}
	return append(parts, kit)
}

// levels finds the levels that move, and refuses what is not free there, all of it named.
func (m *making) levels(moves []inventory.Entry) (all []inventory.Level, err error) {
	var short []string
	for _, e := range moves {
		level, err := m.tx.startedAt(m.runID, e.VariantID, m.locationID, m.tx.now, m.Start && e.OnHand > 0)
		if err != nil {
			return nil, err
		}
		if free := max(level.Available(), 0); free < -e.OnHand {
			short = append(short, fmt.Sprintf("%s: %s needed, %s free", level.Title, (-e.OnHand).Decimal(), free.Decimal()))
		}
		all = append(all, *level)
	}
	if len(short) > 0 {
		return nil, fault.New(fault.Conflict, fmt.Sprintf("There is too little at %s. %s.", m.place, strings.Join(short, "; ")),
			"What orders have reserved is not free. Make fewer, or bring more there.").InField("quantity")
	}
	return all, nil
}

func (tx *Tx) refillAll(levels []inventory.Level) error {
	for _, l := range levels {
		if err := tx.refill(l.VariantID, l.ChannelID); err != nil {
			return err
		}
	}
	return nil
}

// UndoAssembly takes an assembly back, unless what it made is gone, or somebody counted since.
func (s *Store) UndoAssembly(ctx context.Context, variantID, id int64) (journal.Run, error) {
	v, err := variantNow(s.reading(ctx), variantID)
	if err != nil {
		return journal.Run{}, err
	}
	return s.stockRun(ctx, journal.RunMake, "Took back an assembly of "+v.Name(), func(tx *Tx, runID int64) error {
		n, err := tx.Affect(`UPDATE assembly SET undone_run = ?, seq = ? WHERE id = ? AND variant_id = ? AND undone_run IS NULL`, runID, tx.seq, id, variantID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, fmt.Sprintf("%s has no assembly %d that stands.", v.Name(), id), "Look at what was put together.")
		}
		if err != nil {
			return err
		}
		return tx.unmake(id)
	})
}

// movesOfAssembly lists what an assembly moved, what came first.
func movesOfAssembly(q querier, id int64) ([]inventory.Entry, error) {
	rows, err := q.Query(`SELECT m.id, m.variant_id, m.location_id, m.quantity, m.occurred_at FROM stock_movement m WHERE m.cause_kind = 'assembly' AND m.cause_id = ?
		AND m.kind = 'assembly' ORDER BY m.quantity < 0, m.id`, id)
	return collect(rows, err, func(rows *sql.Rows, e *inventory.Entry) error {
		return rows.Scan(&e.ID, &e.VariantID, &e.LocationID, &e.OnHand, &e.OccurredAt)
	})
}

func (tx *Tx) unmake(id int64) error {
	moves, err := movesOfAssembly(tx, id)
	var back []inventory.Entry
	var levels []inventory.Level
	for _, e := range moves {
		if err != nil {
			return err
		}
		var level *inventory.Level
		if level, err = tx.levelAt(e.VariantID, e.LocationID); err != nil {
			return err
		}
		if why := kept(level, e.OccurredAt, max(e.OnHand, 0)); why != "" {
			return fault.New(fault.Conflict, tx.named(e.VariantID)+" "+why, "Adjust the levels instead, with the reason.")
		}
		levels = append(levels, *level)
		back = append(back, inventory.Entry{VariantID: e.VariantID, LocationID: e.LocationID, Kind: inventory.Undo, OnHand: -e.OnHand, Reverses: e.ID,
			Cause: inventory.Cause{Kind: inventory.ByAssembly, ID: id}, OccurredAt: e.OccurredAt})
	}
	return firstError(err, tx.post(back...), tx.refillAll(levels))
}

// named is how people call a variant.
func (tx *Tx) named(variantID int64) string {
	v, err := variantNow(tx, variantID)
	if err != nil {
		return "It"
	}
	return v.Name()
}
