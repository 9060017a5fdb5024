package syncing

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// kinds says what records of a stream are, in messages.
var kinds = map[channel.Stream]intake.Kind{channel.Orders: intake.Orders, channel.Products: intake.Listings,
	channel.Stock: intake.ListingLevels, channel.Customers: intake.Customers,
	channel.Lists: "ledger_lists", channel.Documents: "ledger_documents"}

// arrived is an item that is to be taken in.
type arrived struct {
	item    channel.Item
	version string
	payload *journal.Payload
	before  Arrival
	message int64
	ready   ready
}

// take keeps pages: their messages, payloads and the cursor in one write; then it applies what is new, record by record.
func (p *pull) take(ctx context.Context, pages ...fetched) error {
	if len(pages) == 0 {
		return nil
	}
	taken, err := p.atOnce(ctx, pages)
	if err != nil && stops(err) {
		return err
	}
	for _, f := range pages {
		if !taken {
			err = p.oneAfterTheOther(ctx, f.page, f.fresh)
		}
		if err == nil && p.mode != channel.Full { // a full pass asks about what it did not see at its end
			err = p.gone(ctx, f.page.Deleted)
		}
		if err != nil {
			return err
		}
		p.engine.notify(Progress{p.connection.ID, p.result.Run.ID, int64(p.result.Pulled), int64(max(f.page.Total, p.result.Pulled))})
	}
	return nil
}

// mostAtOnce is how many items are taken in and applied by one write, which may not keep the writer for long.
const mostAtOnce = 256

// atOnce takes pages in and applies them in one write, which is done with one wait for the disk. When one record does not let it, or they are
// too many, nothing of it happened.
func (p *pull) atOnce(ctx context.Context, pages []fetched) (taken bool, err error) {
	fresh := 0
	for _, f := range pages {
		fresh += len(f.fresh)
	}
	if fresh > mostAtOnce {
		return false, nil
	}
	var result Result
	err = p.engine.store.InSyncTx(ctx, true, func(tx Tx) error {
		result = p.result
		for _, f := range pages {
			if err := p.takeWhole(tx, f, &result); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		p.result = result
	}
	return err == nil, err
}

// takeWhole takes a page in and applies it.
func (p *pull) takeWhole(tx Tx, f fetched, result *Result) error {
	result.Pulled += len(f.page.Items)
	result.Same += len(f.page.Items) - len(f.fresh)
	for _, a := range f.fresh {
		verdict, err := p.takeApplied(tx, a)
		if err != nil {
			return err
		}
		result.count(verdict)
	}
	if err := p.moveOn(tx, f.page, f.fresh); err != nil {
		return err
	}
	return p.progress(tx, f.page, *result)
}

// takeApplied applies an item and keeps its message with what became of it.
func (p *pull) takeApplied(tx Tx, a *arrived) (verdict intake.Verdict, err error) {
	if err := p.replace(tx, a); err != nil {
		return verdict, err
	}
	r := a.ready
	r.payload = a.payload
	if a.message, verdict, err = carry(tx, p.message(r), r); err != nil {
		return verdict, err
	}
	return verdict, p.keepArrival(tx, a)
}

// oneAfterTheOther takes a page in, and then applies it record by record.
func (p *pull) oneAfterTheOther(ctx context.Context, page channel.Page, fresh []*arrived) error {
	err := p.engine.store.InSyncTx(ctx, true, func(tx Tx) error {
		if err := p.takeIn(tx, page, fresh); err != nil {
			return err
		}
		taken := p.result
		taken.Pulled += len(page.Items)
		return p.progress(tx, page, taken)
	})
	if err != nil {
		return fmt.Errorf("taking in a page: %w", err)
	}
	p.result.Pulled += len(page.Items)
	p.result.Same += len(page.Items) - len(fresh)
	all := make([]ready, len(fresh))
	for i, a := range fresh {
		all[i] = a.read()
	}
	return p.apply(ctx, all)
}

// read is the item as it was read, under the message that keeps it.
func (a *arrived) read() ready {
	r := a.ready
	r.waiting.MessageID = a.message
	return r
}

// progress writes how far the run is.
func (p *pull) progress(tx Tx, page channel.Page, now Result) error {
	run := p.result.Run
	run.Done, run.Total, run.Counts = int64(now.Pulled), int64(max(page.Total, now.Pulled)), now.counts()
	return tx.UpdateRun(run)
}

// fresh picks the items that are not as they were when they last came, reads them and packs their payloads ahead of the write. An
// item that a page names twice counts once, as it came last.
func (p *pull) fresh(ctx context.Context, page channel.Page) ([]*arrived, error) {
	ids := make([]string, len(page.Items))
	last := map[string]int{}
	for i, item := range page.Items {
		ids[i], last[item.ID] = item.ID, i
	}
	known, err := p.engine.store.Arrivals(ctx, p.id, ids)
	if err != nil {
		return nil, fmt.Errorf("looking up what is known: %w", err)
	}
	var fresh []*arrived
	for i, item := range page.Items {
		a := &arrived{item: item, version: versionOf(item), before: known[item.ID]}
		if last[item.ID] != i || a.before.Item != "" && a.before.Version == a.version && a.before.GoneAt == 0 {
			continue
		}
		a.payload = &journal.Payload{Raw: item.Raw, Format: p.connection.Connector + "." + string(p.stream)}
		if err := p.engine.store.Pack(a.payload); err != nil {
			return nil, err
		}
		a.ready = p.read(Waiting{Item: item.ID, Raw: item.Raw})
		fresh = append(fresh, a)
	}
	return fresh, nil
}

// versionOf tells items apart by what they say: the vendor's version where it has one, else the bytes.
func versionOf(item channel.Item) string {
	if item.Version != "" {
		return item.Version
	}
	sum := sha256.Sum256(item.Raw)
	return base64.RawStdEncoding.EncodeToString(sum[:16])
}

// takeIn keeps messages, what was seen of each item, and the cursor.
func (p *pull) takeIn(tx Tx, page channel.Page, fresh []*arrived) error {
	for _, a := range fresh {
		if err := p.takeOne(tx, a); err != nil {
			return err
		}
	}
	return p.moveOn(tx, page, fresh)
}

// moveOn keeps the cursor behind a page, and in a full pass what the page showed.
func (p *pull) moveOn(tx Tx, page channel.Page, fresh []*arrived) error {
	s, err := tx.Sync(p.sync.ID)
	if err != nil {
		return err
	}
	if p.mode == channel.Full && s.Pass != 0 {
		if err := p.seen(tx, s.Pass, page, fresh); err != nil {
			return err
		}
	}
	p.advance(&s, page, tx.Now())
	p.sync = s
	return tx.UpdateSync(s)
}

func (p *pull) takeOne(tx Tx, a *arrived) error {
	if err := p.replace(tx, a); err != nil {
		return err
	}
	m := p.message(a.ready)
	m.Name = "" // until it is applied
	if err := tx.InsertMessage(&m, a.payload); err != nil {
		return err
	}
	a.message = m.ID
	return p.keepArrival(tx, a)
}

// replace takes an earlier message of an item off the lists.
func (p *pull) replace(tx Tx, a *arrived) error {
	if a.before.MessageID == 0 {
		return nil
	}
	return tx.Replace(a.before.MessageID)
}

func (p *pull) keepArrival(tx Tx, a *arrived) error {
	return tx.PutArrival(p.sync.ID, Arrival{Item: a.item.ID, Version: a.version, MessageID: a.message, Pass: p.sync.Pass})
}

// seen marks what the page names as seen by the pass, so that what is left at its end may be gone.
func (p *pull) seen(tx Tx, pass int64, page channel.Page, fresh []*arrived) error {
	written := map[string]bool{}
	for _, a := range fresh {
		written[a.item.ID] = true
	}
	for _, item := range page.Items {
		if written[item.ID] {
			continue
		}
		if err := tx.MarkSeen(p.sync.ID, item.ID, pass); err != nil {
			return err
		}
	}
	return nil
}

// advance moves the cursor with its page. A run that was asked for a range or for items leaves it where it is.
func (p *pull) advance(s *Sync, page channel.Page, now commerce.Instant) {
	for _, item := range page.Items {
		s.NewestAt = max(s.NewestAt, item.UpdatedAt)
	}
	if page.ServerTime != 0 {
		s.VendorAt = page.ServerTime
	}
	switch {
	case p.mode == channel.ByID, p.request.Since != 0:
	case p.mode == channel.Full:
		s.PassCursor = string(page.Next)
	default:
		s.Cursor = string(page.Next)
		// What had changed before the look before this one came late for another reason: it is history that is read for the first time.
		if n := len(page.Items); n > 0 && s.LookedAt != 0 && page.Items[n-1].UpdatedAt > p.lookedBefore {
			clock := page.ServerTime
			if clock == 0 {
				clock = now
			}
			p.lagged = true
			s.Lag = max(int64(clock-page.Items[n-1].UpdatedAt), 0)
		}
	}
}
