package syncing

import (
	"context"
	"fmt"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// The guard against a channel that seems to have lost much at once: more than this many, and more than this share.
const (
	goneAtOnce = 10
	goneShare  = 5 // one in five
)

// endPass ends a full pass that came to its end: what it did not see is asked for by id, and what the vendor does not have any more is
// gone. Paging over a moving list can miss a row, so the list alone is no proof.
func (p *pull) endPass(ctx context.Context) error {
	missing, err := p.missing(ctx)
	if err != nil {
		return err
	}
	if err := p.suspicious(ctx, len(missing)); err != nil {
		return err
	}
	for chunk := range slices.Chunk(missing, p.session.manifest.PageSize) {
		page, err := p.page(ctx, channel.PullRequest{Stream: p.sync.Stream, Mode: channel.ByID, IDs: chunk})
		if err != nil {
			return err
		}
		fresh, err := p.fresh(ctx, page)
		if err != nil {
			return err
		}
		if err := p.take(ctx, fetched{page: page, fresh: fresh}); err != nil {
			return err
		}
		if err := p.gone(ctx, page.Deleted); err != nil {
			return err
		}
	}
	return p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		s, err := tx.Sync(p.sync.ID)
		if err != nil {
			return err
		}
		s.Pass, s.PassCursor, s.FullAt = 0, "", tx.Now()
		if !p.info.Changes || s.Cursor == "" {
			s.Cursor = ""
		}
		p.sync = s
		return tx.UpdateSync(s)
	})
}

func (p *pull) missing(ctx context.Context) ([]string, error) {
	var all []string
	for after := ""; ; {
		page, err := p.engine.store.Missing(ctx, p.sync.ID, p.sync.Pass, after, 1000)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all, after = append(all, page...), page[len(page)-1]
	}
}

// suspicious stops a pass that would take very much as gone, until a person says that it is so. The pass stays open, so that the
// next run begins another look.
func (p *pull) suspicious(ctx context.Context, missing int) error {
	if missing <= goneAtOnce || p.request.AcceptGone {
		return nil
	}
	known, err := p.engine.store.Known(ctx, p.sync.ID)
	if err != nil || missing*goneShare <= known {
		return err
	}
	err = p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		s, err := tx.Sync(p.sync.ID)
		if err != nil {
			return err
		}
		s.Pass, s.PassCursor, s.FullAt = 0, "", tx.Now()
		return tx.UpdateSync(s)
	})
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, fmt.Sprintf("%s shows %d of %d %s no longer. That looks like a mistake there, so nothing was taken as gone.",
		p.connection.Name, missing, known, lower[p.sync.Stream]), "Look at the channel. If it is right, compare everything once more and accept it.")
}

var lower = map[channel.Stream]string{channel.Orders: "orders", channel.Products: "listings", channel.Stock: "stock levels", channel.Customers: "customers",
	channel.Lists: "entries", channel.Documents: "documents"}

// gone notes what the vendor does not have any more. Nothing is removed here: an order that is still to be shipped is held for
// a person to decide, a listing is archived.
func (p *pull) gone(ctx context.Context, items []string) error {
	if len(items) == 0 {
		return nil
	}
	var result Result
	err := p.engine.store.InSyncTx(ctx, true, func(tx Tx) error {
		result = p.result
		for _, item := range items {
			if err := p.goneOne(tx, item, &result); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		p.result = result
	}
	return err
}

func (p *pull) goneOne(tx Tx, item string, result *Result) error {
	was, err := tx.Arrival(p.sync.ID, item)
	if err != nil || was.Item == "" || was.GoneAt != 0 {
		return err
	}
	was.GoneAt = tx.Now()
	if err := tx.PutArrival(p.sync.ID, was); err != nil {
		return err
	}
	result.Gone++
	switch p.sync.Stream {
	case channel.Orders:
		return p.goneOrder(tx, item)
	case channel.Products:
		return p.goneListing(tx, item)
	case channel.Lists, channel.Documents:
		return p.goneLedger(tx, item)
	}
	return nil
}

// goneOrder holds an order that the channel removed while it waits to be shipped or paid: a person has to decide about it. One that
// has left, paid or not, is noted as removed and not held: nothing of it can be kept back. Nor is one that was called off.
func (p *pull) goneOrder(tx Tx, item string) error {
	known, err := tx.FindOrder(p.connection.ChannelID, &order.Order{ExternalID: item})
	if err != nil || known == nil {
		return err
	}
	fields := []order.Change{{Field: "on_channel", Before: "there", After: "removed"}}
	if stage := known.Stage(); !known.Held && (stage == order.ToShip || stage == order.Open) {
		after := *known
		after.Held = true
		if err := tx.UpdateOrder(known, &after); err != nil {
			return err
		}
		fields = append(fields, order.Change{Field: "held", After: "yes"})
	}
	return tx.InsertChange(journal.Change{RecordKind: intake.OrderKind, RecordID: known.ID, Action: journal.Changed, Fields: fields, RunID: p.result.Run.ID})
}

func (p *pull) goneListing(tx Tx, item string) error {
	stated := intake.Stated{Kind: intake.Listings, Values: map[string]string{"external_id": item, "status": "archived"}}
	j, err := intake.JudgeStated(tx, intake.ModeUpdate, p.connection.ChannelID, stated)
	if err != nil || j.Verdict != intake.Changed {
		return err
	}
	known := j.Record
	if err := tx.Keeper(intake.Listings, p.connection.ChannelID).Set(p.result.Run.ID, known, j.Changes); err != nil {
		return err
	}
	return tx.InsertChange(journal.Change{RecordKind: intake.RecordKind(intake.Listings), RecordID: known.ID, Action: journal.Changed,
		Fields: j.Changes, RunID: p.result.Run.ID})
}
