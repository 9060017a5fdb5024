package syncing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// wordsAtOnce is how many levels one write counts.
const wordsAtOnce = 25

// Masters is where what masters of stock say is read.
type Masters interface {
	// MasterChannels lists the channels whose own number, or that of an ERP or of the books, is the word on their stock; BooksMasters those of the books.
	MasterChannels(ctx context.Context) ([]int64, error)
	BooksMasters(ctx context.Context) ([]int64, error)
	// MastersWord lists what the master of a channel's stock says of levels of ours; none where its stock is said here. confirmed is since when the channel is
	// known to have nothing else; of the books 0 is their last look.
	MastersWord(ctx context.Context, channelID int64, confirmed commerce.Instant) ([]inventory.Word, error)
}

// ChannelWord is what the master of a channel's stock says, and what of it is not in the ledger.
type ChannelWord struct {
	ChannelID int64
	Channel   string
	Levels    int
	Words     []inventory.Word // those that differ
	Held      string           // why they are not counted by themselves; "" when they are
}

// heard weighs words: so many that differ may be a mistake there, as a wipe is.
func heard(c channel.Channel, all []inventory.Word) ChannelWord {
	w := ChannelWord{ChannelID: c.ID, Channel: c.Name, Levels: len(all), Words: []inventory.Word{}}
	emptied, changed, before := 0, 0, 0
	for _, word := range all {
		if word.Emptied {
			before++
		}
		if !word.Differs() {
			continue
		}
		w.Words = append(w.Words, word)
		if word.Empties() {
			emptied++
		}
		if word.Tracked {
			changed++
		}
	}
	switch {
	case emptied > 0 && wipes(emptied+before, len(all)): // one by one it is a wipe all the same
		w.Held = fmt.Sprintf("%s says that nothing is left of %d of %d products.", c.Name, emptied+before, len(all))
	case len(all) >= fewListings && changed*changeShare > len(all):
		w.Held = fmt.Sprintf("%s says something else of %d of %d products at once.", c.Name, changed, len(all))
	}
	return w
}

// MastersWord says what the master of a channel's stock says that is not in the ledger.
func (e *Engine) MastersWord(ctx context.Context, channelID int64) (ChannelWord, error) {
	c, err := e.store.Channel(ctx, channelID)
	if err != nil {
		return ChannelWord{}, err
	}
	confirmed, err := e.stockLooked(ctx, channelID)
	if err != nil {
		return ChannelWord{}, err
	}
	all, err := e.store.MastersWord(ctx, channelID, confirmed)
	return heard(c, all), err
}

// stockLooked is when the stock of a channel was last looked at; 0 is never, or that its books say it.
func (e *Engine) stockLooked(ctx context.Context, channelID int64) (at commerce.Instant, err error) {
	books, err := e.store.BooksMasters(ctx)
	if err != nil || slices.Contains(books, channelID) {
		return 0, err
	}
	connections, err := e.store.Connections(ctx)
	for _, c := range connections {
		if c.ChannelID != channelID || err != nil {
			continue
		}
		var syncs []Sync
		syncs, err = e.store.Syncs(ctx, c.ID)
		for _, s := range syncs {
			if s.Stream == channel.Stock {
				at = max(at, s.LookedAt)
			}
		}
	}
	return at, err
}

// HeldWords lists the channels of which so much is said that it is not counted by itself.
func (e *Engine) HeldWords(ctx context.Context) (held []ChannelWord, err error) {
	masters, err := e.store.MasterChannels(ctx)
	for _, id := range masters {
		if err != nil {
			return nil, err
		}
		var w ChannelWord
		if w, err = e.MastersWord(ctx, id); w.Held != "" {
			held = append(held, w)
		}
	}
	return held, err
}

// TakeWord counts all that the master of a channel's stock says, however much it is, as one run of a person's that can be taken back.
func (e *Engine) TakeWord(ctx context.Context, channelID int64) (journal.Run, error) {
	w, err := e.MastersWord(ctx, channelID)
	if err != nil {
		return journal.Run{}, err
	}
	if len(w.Words) == 0 {
		return journal.Run{}, fault.New(fault.Conflict, "There is nothing to count: the ledger has all that "+w.Channel+" says.", "Its stock has to be its own master's, and looked at.")
	}
	run := journal.Run{Kind: journal.RunStock, Cause: journal.ByPerson, Title: "Counted as " + w.Channel + " has it", ChannelID: channelID, Counts: map[string]int{}}
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		run.ID = 0
		return tx.InsertRun(&run)
	})
	if err != nil {
		return run, err
	}
	counted, cause := e.countWords(ctx, run.ID, w)
	run.State, run.Counts = journal.Done, map[string]int{"counted": counted}
	if cause != nil {
		problem := fault.ProblemOf(cause)
		run.State, run.Problem = journal.Partial, &problem
	}
	err = e.store.InSyncTx(context.WithoutCancel(ctx), false, func(tx Tx) error {
		run.FinishedAt = tx.Now()
		return tx.UpdateRun(run)
	})
	return run, errors.Join(cause, err)
}

// countWords writes words into the ledger as counts of a run, in pieces. Few are told to other channels at once; many are left to the whole plan and its guard.
func (e *Engine) countWords(ctx context.Context, runID int64, w ChannelWord) (counted int, err error) {
	confirmed, err := e.stockLooked(ctx, w.ChannelID)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(w.Words, wordsAtOnce) {
		n := 0
		err := e.store.InSyncTx(ctx, len(w.Words) > mostMoved, func(tx Tx) error {
			n = 0
			for _, word := range some {
				took, err := countWord(tx, runID, w.ChannelID, word, max(confirmed, word.At))
				if err != nil {
					return err
				}
				n += took
			}
			return nil
		})
		if err != nil {
			return counted, err
		}
		counted += n
	}
	return counted, nil
}

// countWord counts one level, if the master says so still; 1 when something was written. What begins to be tracked by it is counted again at once, as only then it
// is known what of it waits for orders.
func countWord(tx Tx, runID, channelID int64, word inventory.Word, confirmed commerce.Instant) (took int, err error) {
	for range 2 {
		all, err := tx.MastersWord(channelID, word.VariantID, confirmed)
		at := slices.IndexFunc(all, func(w inventory.Word) bool { return word.LocationID == 0 || w.LocationID == word.LocationID })
		if err != nil || at < 0 || !all[at].Differs() {
			return took, err
		}
		now := all[at]
		if _, err := intake.State(tx, runID, 0, countOf(now)); err != nil {
			return took, fmt.Errorf("counting %s: %w", or(now.SKU, now.Title), err)
		}
		took = 1
	}
	return took, nil
}

// countOf states a word as somebody's count.
func countOf(w inventory.Word) intake.Stated {
	return intake.Stated{Kind: intake.StockCounts, Values: map[string]string{intake.OwnID: strconv.FormatInt(w.VariantID, 10), "sku": w.SKU, "location": w.Location,
		"on_hand": string(w.Found().Decimal()), "counted_at": w.At.String()}}
}

// followMasters lets the ledger follow the channels whose stock is what this look has seen: its own channel's, or, of the item list of books, all that follow those.
func (p *pull) followMasters(ctx context.Context) error {
	books, err := p.engine.store.BooksMasters(ctx)
	switch {
	case err != nil:
		return err
	case p.stream == channel.Stock && !slices.Contains(books, p.connection.ChannelID):
		return p.followMaster(ctx, channel.Channel{ID: p.connection.ChannelID, Name: p.connection.Channel})
	case p.stream != channel.Lists || p.mode == channel.ByID:
		return nil
	}
	for _, id := range books {
		c, err := p.engine.store.Channel(ctx, id)
		if err != nil {
			return err
		}
		if err := p.followMaster(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// followMaster lets the ledger follow the master of a channel's stock, once that was looked at. What looks like a mistake there waits for a person.
func (p *pull) followMaster(ctx context.Context, c channel.Channel) error {
	confirmed, err := p.confirmed(ctx)
	if err != nil || confirmed == 0 {
		return err
	}
	all, err := p.engine.store.MastersWord(ctx, c.ID, confirmed)
	if err != nil || len(all) == 0 {
		return err
	}
	w := heard(c, all)
	if w.Held != "" {
		p.result.Held, p.held, p.heldOf = p.result.Held+len(w.Words), w.Held, c.Name
		return nil
	}
	counted, err := p.engine.countWords(ctx, p.result.Run.ID, w)
	p.result.Counted += counted
	return err
}

// confirmed is since when the channel is known to have nothing else than was seen; 0 where this look tells nothing. One at some items tells of those alone.
func (p *pull) confirmed(ctx context.Context) (commerce.Instant, error) {
	switch {
	case p.mode != channel.ByID:
		return p.beganAt, nil
	case p.result.applied == 0:
		return 0, nil
	}
	return p.engine.stockLooked(ctx, p.connection.ChannelID)
}

// heldBack says in a run that what the channel says was not counted.
func (p *pull) heldBack(run *journal.Run) {
	if p.held == "" {
		return
	}
	run.State = journal.Partial
	run.Problem = &fault.Problem{Code: "word_held", Message: p.held + " Nothing of it was counted.",
		Remedy: "Look there whether it is so. If it is, count it under Stock, Rules: what " + p.heldOf + " says."}
}

// LookAtStock pulls the stock of a channel now, or the item list of the books where those say it, without anybody waiting for it. Trouble stands in the run.
func (e *Engine) LookAtStock(ctx context.Context, channelID int64) {
	books, err := e.store.BooksMasters(ctx)
	says := func(c Connection, s Sync) bool { return c.ChannelID == channelID && s.Stream == channel.Stock }
	if slices.Contains(books, channelID) {
		says = func(_ Connection, s Sync) bool { return s.Stream == channel.Lists }
	}
	connections, failed := e.store.Connections(ctx)
	err = errors.Join(err, failed)
	for _, c := range connections {
		if c.Paused || err != nil {
			continue
		}
		var syncs []Sync
		syncs, err = e.store.Syncs(ctx, c.ID)
		for _, s := range syncs {
			if says(c, s) && s.LookedAt != 0 && err == nil {
				_, err = e.Begin(ctx, Request{SyncID: s.ID, Cause: journal.ByPerson})
			}
		}
	}
	if err != nil && !errors.Is(err, errRunning) {
		e.log.Warn("looking at stock", "channel", channelID, "error", err)
	}
}
