package syncing

import (
	"context"
	"maps"
	"slices"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/commerce"
)

// Limits of one plan, and of a preview, of stock adjustments.
const (
	mostMovements = 5000
	fewMovements  = 20
)

// lookedMovement is a movement of stock whose problem is another one now; "" is nothing.
type lookedMovement struct {
	id      int64
	problem string
}

// stock works out which adjustments of stock are to be posted, where the mapping says so. Of a day that is summed up none is before it is over.
func (b *booker) stock(ctx context.Context) error {
	if !b.m.Stock.Post {
		return nil
	}
	since, err := time.ParseInLocation(time.DateOnly, b.m.Stock.From, b.zone)
	if err != nil {
		return nil //nolint:nilerr // a mapping without the day posts none, and says so
	}
	found, items, err := b.p.engine.movements(ctx, b.m, MovementFilter{ConnectionID: b.p.connection.ID, Since: commerce.InstantOf(since), Limit: mostMovements})
	if err != nil {
		return err
	}
	if b.m.Stock.Level != accounting.PerMovement {
		found = slices.DeleteFunc(found, func(m accounting.Movement) bool { return m.Day >= b.today })
	}
	docs, unfit := b.m.Adjust(found, items)
	b.cannot(found, unfit)
	for _, d := range docs {
		if err := b.free(ctx, &d); err != nil {
			return err
		}
		b.docs = append(b.docs, d)
	}
	return nil
}

// cannot notes which movements cannot be posted, as far as that is news.
func (b *booker) cannot(all []accounting.Movement, unfit []accounting.Unfit) {
	problems := map[int64]string{}
	for _, u := range unfit {
		problems[u.Movement.ID] = u.Problem
	}
	for _, m := range all {
		if m.Problem != problems[m.ID] {
			b.movements = append(b.movements, lookedMovement{m.ID, problems[m.ID]})
		}
	}
	b.unmoved = len(unfit)
}

// movements lists movements of stock of items that the ledger system counts, with those items by SKU. The filter's SKUs are theirs.
func (e *Engine) movements(ctx context.Context, m accounting.Mapping, f MovementFilter) ([]accounting.Movement, map[string]accounting.Entry, error) {
	entries, err := e.store.LedgerEntries(ctx, f.ConnectionID, accounting.ItemEntry)
	if err != nil {
		return nil, nil, err
	}
	items := m.Counted(entries)
	f.SKUs = slices.Sorted(maps.Keys(items))
	all, err := e.store.StockMovements(ctx, f)
	for i := range all {
		all[i].Day = all[i].At.Time().In(e.store.Zone()).Format(time.DateOnly)
	}
	return all, items, err
}

// PreviewStock works out by a mapping, kept or not, what the latest movements of stock would be posted as, as if none of them was posted yet.
func (e *Engine) PreviewStock(ctx context.Context, connectionID int64, m accounting.Mapping) ([]accounting.Document, error) {
	m.ClosedUntil = ""
	found, items, err := e.movements(ctx, m, MovementFilter{ConnectionID: connectionID, Posted: true, Newest: true, Limit: fewMovements})
	docs, _ := m.Adjust(found, items)
	slices.Reverse(docs)
	return docs, err
}
