package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// TransferKind is the record kind of changes of transfers.
const TransferKind = "transfer"

const transferColumns = `SELECT t.id, t.from_id, f.name, t.to_id, g.name, t.note, t.created_at, COALESCE((SELECT min(m.moved_at) FROM transfer_move m
	WHERE m.transfer_id = t.id AND m.kind = 'sent' AND m.undone = 0), 0), t.cancelled_at, t.seq
	FROM transfer t JOIN location f ON f.id = t.from_id JOIN location g ON g.id = t.to_id `

func scanTransfer(rows *sql.Rows, t *inventory.Transfer) error {
	return rows.Scan(&t.ID, &t.FromID, &t.From, &t.ToID, &t.To, &t.Note, &t.CreatedAt, &t.SentAt, instant{&t.CancelledAt}, &t.Version)
}

func transfersBy(q querier, condition string, args ...any) ([]inventory.Transfer, error) {
	rows, err := q.Query(transferColumns+condition, args...)
	all, err := collect(rows, err, scanTransfer)
	for i := range all {
		if err == nil {
			err = fillTransfer(q, &all[i])
		}
	}
	return all, err
}

func fillTransfer(q querier, t *inventory.Transfer) error {
	rows, err := q.Query(`SELECT l.id, l.variant_id, v.sku, v.title, l.quantity FROM transfer_line l JOIN variant v ON v.id = l.variant_id WHERE l.transfer_id = ? ORDER BY l.id`, t.ID)
	t.Lines, err = collect(rows, err, func(rows *sql.Rows, l *inventory.TransferLine) error {
		return rows.Scan(&l.ID, &l.VariantID, &l.SKU, &l.Title, &l.Quantity)
	})
	if err != nil {
		return err
	}
	rows, err = q.Query(`SELECT id, line_id, run_id, kind, quantity, reason, moved_at, undone FROM transfer_move WHERE transfer_id = ? ORDER BY id DESC`, t.ID)
	t.Moves, err = collect(rows, err, func(rows *sql.Rows, m *inventory.TransferMove) error {
		return rows.Scan(&m.ID, &m.LineID, &m.RunID, &m.Kind, &m.Quantity, &m.Reason, &m.At, &m.Undone)
	})
	for _, m := range t.Moves {
		i := slices.IndexFunc(t.Lines, func(l inventory.TransferLine) bool { return l.ID == m.LineID })
		if i >= 0 && !m.Undone {
			*sumOf(&t.Lines[i], m.Kind) += m.Quantity
		}
	}
	return err
}

// sumOf is what a line has of a kind of move.
func sumOf(l *inventory.TransferLine, kind inventory.MoveKind) *inventory.Quantity {
	switch kind {
	case inventory.MoveSent:
		return &l.Sent
	case inventory.MoveReceived:
		return &l.Received
	case inventory.MoveLost:
		return &l.Lost
	}
	return &l.Back
}

func transferByID(q querier, id int64) (inventory.Transfer, error) {
	all, err := transfersBy(q, `WHERE t.id = ?`, id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, fmt.Sprintf("There is no transfer %d.", id), "Look at the list of transfers.")
	}
	if err != nil {
		return inventory.Transfer{}, err
	}
	return all[0], nil
}

// Transfers lists transfers, newest first, ids below before (0: all).
func (s *Store) Transfers(ctx context.Context, before int64, limit int) ([]inventory.Transfer, error) {
	all, err := transfersBy(s.reading(ctx), `WHERE ?1 = 0 OR t.id < ?1 ORDER BY t.id DESC LIMIT ?2`, before, limit)
	return all, classify("reading transfers", err)
}

// Transfer reads one transfer.
func (s *Store) Transfer(ctx context.Context, id int64) (inventory.Transfer, error) {
	t, err := transferByID(s.reading(ctx), id)
	return t, classify("reading the transfer", err)
}

// SaveTransfer writes a transfer that nothing was sent of yet: a new one where id is 0, else over the version that the person saw (-1: any).
func (s *Store) SaveTransfer(ctx context.Context, id int64, from, to, note string, lines []inventory.TransferDraftLine, version int64) (t inventory.Transfer, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		source, err := locationNamed(tx, from)
		if err != nil {
			return err
		}
		target, err := locationNamed(tx, to)
		if err != nil {
			return err
		}
		if id, err = tx.writeTransfer(id, source, target, note, lines, version); err != nil {
			return err
		}
		t, err = transferByID(tx, id)
		return err
	})
	return t, classify("saving the transfer", err)
}

func (tx *Tx) writeTransfer(id int64, from, to inventory.Location, note string, lines []inventory.TransferDraftLine, version int64) (int64, error) {
	if err := tx.fitsTransfer(from, to, lines); err != nil {
		return 0, err
	}
	tx.touch(Stock)
	if id == 0 {
		made, err := tx.Insert(`INSERT INTO transfer (from_id, to_id, note, created_at, seq) VALUES (?, ?, ?, ?, ?)`, from.ID, to.ID, strings.TrimSpace(note), int64(tx.now), tx.seq)
		if err != nil {
			return 0, err
		}
		id = made
	} else if err := tx.redraft(id, from, to, note, version); err != nil {
		return 0, err
	}
	for _, l := range lines {
		if err := tx.Exec(`INSERT INTO transfer_line (transfer_id, variant_id, quantity) VALUES (?, ?, ?)`, id, l.VariantID, int64(l.Quantity)); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// redraft empties a transfer that nothing was sent of, for other lines.
func (tx *Tx) redraft(id int64, from, to inventory.Location, note string, version int64) error {
	t, err := transferByID(tx, id)
	if err != nil {
		return err
	}
	if err := expect(t.Version, version); err != nil {
		return err
	}
	if t.State() != inventory.TransferDraft || len(t.Moves) > 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("Transfer %d was sent.", id), "Receive it, or make another one.")
	}
	return firstError(tx.Exec(`DELETE FROM transfer_line WHERE transfer_id = ?`, id),
		tx.Exec(`UPDATE transfer SET from_id = ?, to_id = ?, note = ?, seq = ? WHERE id = ?`, from.ID, to.ID, strings.TrimSpace(note), tx.seq, id))
}

func (tx *Tx) fitsTransfer(from, to inventory.Location, lines []inventory.TransferDraftLine) error {
	switch {
	case from.ID == to.ID:
		return fault.New(fault.Invalid, "A transfer goes from one location to another.", "Choose two locations.").InField("to")
	case !to.Active:
		return fault.New(fault.Invalid, to.Name+" is closed.", "Open it first, or choose another one.").InField("to")
	case len(lines) == 0:
		return fault.New(fault.Invalid, "A transfer needs something to move.", "Say what, and how many.").InField("lines")
	}
	seen := map[int64]bool{}
	for _, l := range lines {
		v, err := variantNow(tx, l.VariantID)
		if err != nil {
			return err
		}
		if l.Quantity <= 0 || seen[l.VariantID] {
			return fault.New(fault.Invalid, v.Name()+" does not fit: every product once, with a quantity above zero.", "Correct the line.").InField("lines")
		}
		seen[l.VariantID] = true
	}
	return nil
}

// SendTransfer takes the goods from where they lie and lets them stand as incoming where they go to. Goods that are kept for orders, or that are not there by
// the ledger, leave only where anyway says so.
func (s *Store) SendTransfer(ctx context.Context, id int64, anyway bool, version int64) (journal.Run, error) {
	return s.transferRun(ctx, id, version, "sent", func(tx *Tx, runID int64, t inventory.Transfer) error {
		return tx.send(runID, t, anyway)
	})
}

// transferRun begins and ends the run of one step of a transfer.
func (s *Store) transferRun(ctx context.Context, id, version int64, step string, do func(tx *Tx, runID int64, t inventory.Transfer) error) (run journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		t, err := transferByID(tx, id)
		if err != nil {
			return err
		}
		if err := expect(t.Version, version); err != nil {
			return err
		}
		run = journal.Run{Kind: journal.RunTransfer, State: journal.Done, Cause: journal.ByPerson, FinishedAt: tx.now, Subject: fmt.Sprint(id),
			Title: fmt.Sprintf("Transfer %d from %s to %s: %s", id, t.From, t.To, step)}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		return firstError(do(tx, run.ID, t), tx.Exec(`UPDATE transfer SET seq = ? WHERE id = ?`, tx.seq, id))
	})
	return run, classify("moving stock", err)
}

func (tx *Tx) send(runID int64, t inventory.Transfer, anyway bool) error {
	if t.State() != inventory.TransferDraft {
		return fault.New(fault.Conflict, fmt.Sprintf("Transfer %d is %s.", t.ID, t.State()), "Only one that nothing was sent of can be sent.")
	}
	for _, l := range t.Lines {
		if err := tx.sendable(t, l, anyway); err != nil {
			return err
		}
		if err := tx.move(runID, &t, l, inventory.MoveSent, l.Quantity, ""); err != nil {
			return err
		}
	}
	return tx.refillBrought(t)
}

// sendable refuses what is not there to leave, and begins to track a variant where it goes to.
func (tx *Tx) sendable(t inventory.Transfer, l inventory.TransferLine, anyway bool) error {
	v := inventory.Stock{VariantID: l.VariantID, SKU: l.SKU, Title: l.Title}
	there, err := tx.trackedAt(v, t.From)
	if err != nil {
		return err
	}
	if free := there.Available(); free < l.Quantity && !anyway {
		return fault.New(fault.Conflict, fmt.Sprintf("Of %s %s are free at %s, and %s are to go.", v.Name(), max(free, 0).Decimal(), t.From, l.Quantity.Decimal()),
			"Send fewer, or send them anyway: what is kept for orders then goes along, and those orders wait.").InField("lines")
	}
	return nil
}

// tracked begins to track a variant at a location with nothing, where it is not yet.
func (tx *Tx) tracked(runID, variantID, locationID int64) error {
	known, err := tx.Number(`SELECT id FROM stock_level WHERE variant_id = ? AND location_id = ?`, variantID, locationID)
	if err != nil || known != 0 {
		return err
	}
	_, err = tx.startStock(inventory.Cause{Kind: inventory.ByRun, ID: runID}, variantID, locationID, 0, tx.now)
	return err
}

// move writes one move of a line, with its entries.
func (tx *Tx) move(runID int64, t *inventory.Transfer, l inventory.TransferLine, kind inventory.MoveKind, q inventory.Quantity, reason string) error {
	if q == 0 {
		return nil
	}
	m := inventory.TransferMove{LineID: l.ID, RunID: runID, Kind: kind, Quantity: q, Reason: reason, At: tx.now}
	if err := firstError(tx.tracked(runID, l.VariantID, t.FromID), tx.tracked(runID, l.VariantID, t.ToID)); err != nil {
		return err
	}
	id, err := tx.Insert(`INSERT INTO transfer_move (transfer_id, line_id, run_id, kind, quantity, reason, moved_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, l.ID, runID, string(kind), int64(q), reason, int64(tx.now), tx.seq)
	if err != nil {
		return err
	}
	m.ID = id
	return tx.post(t.Entries(m, l.VariantID)...)
}

// refillBrought lets those that wait have what a transfer brought, once all its lines moved.
func (tx *Tx) refillBrought(t inventory.Transfer) error {
	for _, l := range t.Lines {
		if err := tx.refill(l.VariantID, inventory.Own); err != nil {
			return err
		}
	}
	return nil
}

// ReceiveTransfer says what arrived of a transfer, all of it or a part, and what is lost. Without arrivals all that is on its way is there.
func (s *Store) ReceiveTransfer(ctx context.Context, id int64, arrivals []inventory.Arrival, version int64) (journal.Run, error) {
	return s.transferRun(ctx, id, version, "received", func(tx *Tx, runID int64, t inventory.Transfer) error {
		if state := t.State(); state != inventory.TransferSent && state != inventory.TransferPartly {
			return fault.New(fault.Conflict, fmt.Sprintf("Nothing of transfer %d is on its way.", t.ID), "It is "+string(state)+".")
		}
		if len(arrivals) == 0 {
			for _, l := range t.Lines {
				arrivals = append(arrivals, inventory.Arrival{VariantID: l.VariantID, Received: l.InTransit()})
			}
		}
		for _, a := range arrivals {
			if err := tx.arrive(runID, &t, a); err != nil {
				return err
			}
		}
		return tx.refillBrought(t)
	})
}

func (tx *Tx) arrive(runID int64, t *inventory.Transfer, a inventory.Arrival) error {
	l := t.Line(a.VariantID)
	a.Reason = strings.TrimSpace(a.Reason)
	switch {
	case l == nil:
		return fault.New(fault.Invalid, fmt.Sprintf("Product %d is no part of this transfer.", a.VariantID), "What came beside it is an adjustment.").InField("lines")
	case a.Received < 0 || a.Lost < 0 || a.Received+a.Lost > l.InTransit():
		return fault.New(fault.Invalid, fmt.Sprintf("Of %s %s are on their way.", nameOf(*l), l.InTransit().Decimal()), "Receive no more than that: what came beside it is an adjustment.").InField("lines")
	case a.Lost > 0 && a.Reason == "":
		return fault.New(fault.Invalid, "What is lost or broken needs a reason.", "Say what happened to it.").InField("reason")
	}
	err := firstError(tx.move(runID, t, *l, inventory.MoveReceived, a.Received, ""), tx.move(runID, t, *l, inventory.MoveLost, a.Lost, a.Reason))
	l.Received, l.Lost = l.Received+a.Received, l.Lost+a.Lost
	return err
}

func nameOf(l inventory.TransferLine) string {
	return inventory.Stock{SKU: l.SKU, Title: l.Title}.Name()
}

// CancelTransfer calls a transfer off: what is on its way goes back to where it came from.
func (s *Store) CancelTransfer(ctx context.Context, id, version int64) (journal.Run, error) {
	return s.transferRun(ctx, id, version, "called off", func(tx *Tx, runID int64, t inventory.Transfer) error {
		if state := t.State(); state == inventory.TransferDone || state == inventory.TransferCancelled {
			return fault.New(fault.Conflict, fmt.Sprintf("Transfer %d is %s.", t.ID, state), "Nothing of it is on its way.")
		}
		for _, l := range t.Lines {
			if err := tx.move(runID, &t, l, inventory.MoveBack, l.InTransit(), ""); err != nil {
				return err
			}
		}
		return firstError(tx.Exec(`UPDATE transfer SET cancelled_at = ? WHERE id = ?`, int64(tx.now), id), tx.refillBrought(t))
	})
}

// moveAll brings goods from one location to another at once, as a transfer that is sent and there.
func (tx *Tx) moveAll(from, to inventory.Location, lines []inventory.TransferDraftLine) (int64, error) {
	id, err := tx.writeTransfer(0, from, to, "All that lay at "+from.Name, lines, -1)
	if err != nil {
		return 0, err
	}
	t, err := transferByID(tx, id)
	if err != nil {
		return 0, err
	}
	run := journal.Run{Kind: journal.RunTransfer, State: journal.Done, Cause: journal.ByPerson, FinishedAt: tx.now, Subject: fmt.Sprint(id),
		Title: fmt.Sprintf("Transfer %d from %s to %s: all of it", id, from.Name, to.Name)}
	if err := tx.InsertRun(&run); err != nil {
		return 0, err
	}
	for _, l := range t.Lines {
		if err := firstError(tx.move(run.ID, &t, l, inventory.MoveSent, l.Quantity, ""), tx.move(run.ID, &t, l, inventory.MoveReceived, l.Quantity, "")); err != nil {
			return 0, err
		}
	}
	return id, tx.refillBrought(t)
}

// moved is a move of a run that stands.
type moved struct {
	id, transfer, line int64
	variant            int64
	kind               inventory.MoveKind
}

func movesOfRun(q querier, runID int64) ([]moved, error) {
	rows, err := q.Query(`SELECT m.id, m.transfer_id, m.line_id, l.variant_id, m.kind FROM transfer_move m JOIN transfer_line l ON l.id = m.line_id
		WHERE m.run_id = ? AND m.undone = 0 ORDER BY m.id DESC`, runID)
	return collect(rows, err, func(rows *sql.Rows, m *moved) error {
		return rows.Scan(&m.id, &m.transfer, &m.line, &m.variant, &m.kind)
	})
}

// PlanTransferUndo says of how many lines a step of a transfer would be taken back, or why it cannot be.
func (s *Store) PlanTransferUndo(ctx context.Context, of journal.Run) (lines int, err error) {
	q := s.reading(ctx)
	all, err := movesOfRun(q, of.ID)
	if err == nil {
		err = undoable(q, of, all)
	}
	return len(all), classify("planning to take a transfer back", err)
}

// undoable refuses to take back a step on which later steps stand.
func undoable(q querier, of journal.Run, all []moved) error {
	later, err := q.Number(`SELECT count(*) FROM transfer_move m WHERE m.undone = 0 AND m.run_id > ?1 AND m.transfer_id = CAST(?2 AS INTEGER)`, of.ID, of.Subject)
	switch {
	case err != nil:
		return err
	case later > 0:
		return fault.New(fault.Conflict, "Something of the transfer was received or called off since.", "Take that back first.")
	case len(all) > 0:
		return nil
	}
	cancelled, err := q.Number(`SELECT count(*) FROM transfer WHERE id = CAST(? AS INTEGER) AND cancelled_at = ?`, of.Subject, int64(of.FinishedAt))
	if err == nil && cancelled == 0 {
		err = fault.New(fault.Conflict, "There is nothing to take back.", "It was undone already, or it changed nothing.")
	}
	return err
}

// UndoTransfer takes a step of a transfer back, in one write: every entry by its opposite, at its own instant, so that what was counted since stands.
func (s *Store) UndoTransfer(ctx context.Context, of journal.Run) (undo journal.Run, err error) {
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		all, err := movesOfRun(tx, of.ID)
		if err != nil {
			return err
		}
		if err := undoable(tx, of, all); err != nil {
			return err
		}
		undo = journal.Run{Kind: journal.RunUndo, State: journal.Done, Cause: journal.ByPerson, Title: "Undo: " + of.Title, Subject: fmt.Sprint(of.ID), FinishedAt: tx.now,
			Counts: map[string]int{"reverted": len(all)}}
		if err := tx.InsertRun(&undo); err != nil {
			return err
		}
		for _, m := range all {
			if err := tx.unmove(m); err != nil {
				return err
			}
		}
		for _, m := range all {
			if err := firstError(tx.refill(m.variant, inventory.Own), tx.untrack(undo.ID, of.ID, m.variant)); err != nil {
				return err
			}
		}
		return tx.Exec(`UPDATE transfer SET cancelled_at = CASE cancelled_at WHEN ? THEN NULL ELSE cancelled_at END, seq = ? WHERE id = CAST(? AS INTEGER)`,
			int64(of.FinishedAt), tx.seq, of.Subject)
	})
	return undo, classify("taking a transfer back", err)
}

// unmove takes one move back, as far as the stock is tracked as it was then.
func (tx *Tx) unmove(m moved) error {
	rows, err := tx.Query(`SELECT m.id, m.location_id, -m.quantity, -m.incoming, m.occurred_at`+standing+`
		WHERE m.cause_kind = 'transfer' AND m.cause_id = ? AND m.line_id = ? AND m.count_id IS NULL AND m.kind <> 'undo' ORDER BY m.id DESC`, m.transfer, m.id)
	entries, err := collect(rows, err, func(rows *sql.Rows, e *inventory.Entry) error {
		e.VariantID, e.Kind, e.Cause = m.variant, inventory.Undo, inventory.Cause{Kind: inventory.ByTransfer, ID: m.transfer, Line: m.id}
		return rows.Scan(&e.Reverses, &e.LocationID, &e.OnHand, &e.Incoming, &e.OccurredAt)
	})
	return errors.Join(err, tx.post(entries...), tx.Exec(`UPDATE transfer_move SET undone = 1 WHERE id = ?`, m.id))
}

// untrack ends tracking where just the run that is taken back began it, if nothing has happened there since.
func (tx *Tx) untrack(undoRun, runID, variantID int64) error {
	rows, err := tx.Query(`SELECT l.id FROM stock_level l JOIN stock_start s ON s.variant_id = l.variant_id AND s.location_id = l.location_id
		JOIN stock_movement m ON m.variant_id = l.variant_id AND m.location_id = l.location_id AND m.kind = 'start' AND m.seq = s.seq
		WHERE l.variant_id = ?1 AND m.cause_kind = 'run' AND m.cause_id = ?2 AND l.on_hand = 0 AND l.reserved = 0 AND l.incoming = 0 AND l.counted_at = l.started_at
			AND NOT EXISTS (SELECT 1 FROM stock_movement o WHERE o.variant_id = ?1 AND o.location_id = l.location_id AND o.seq >= s.seq AND o.id <> m.id
				AND o.kind <> 'undo' AND NOT EXISTS (SELECT 1 FROM stock_movement r WHERE r.reverses = o.id))`, variantID, runID)
	levels, err := collect(rows, err, scanID)
	for _, id := range levels {
		l, err := levelByID(tx, id)
		if err != nil || l == nil {
			return err
		}
		if err := tx.endTracking(undoRun, *l); err != nil {
			return err
		}
	}
	return err
}
