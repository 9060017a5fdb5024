package channeltest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
)

// modes are the ways in which a stream is pulled from its beginning.
func modes(info channel.StreamInfo) []channel.Mode {
	if info.Changes {
		return []channel.Mode{channel.Full, channel.Changes}
	}
	return []channel.Mode{channel.Full}
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) } //nolint:gosec // the same for each run, on purpose

func (k *kit) pullsAll(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		for _, mode := range modes(info) {
			g := k.filled(t)
			g.clock.wait(5 * 24 * time.Hour)
			g.vendor.Change(info.Stream, g.vendor.IDs(info.Stream)[0], random(1)) // so that all others lie long before the newest
			all := g.keeps(info, mode, 0)
			all.run(nil)
			must(t, len(all.held) > 0, "a vendor that was filled gives nothing")
			all.holdsExactly("after the first " + string(mode) + " run")
			g.clock.wait(info.Overlap + 30*24*time.Hour)
			all.run(nil)
			must(t, all.changed == 0, "a second %s run changes %d items", mode, all.changed)
			all.holdsExactly("after the second " + string(mode) + " run")
			if mode == channel.Changes {
				all.rereadsLittle(t, info)
			}
		}
	})
}

// rereadsLittle fails where a run without news gives what lies long before the newest change.
func (k *keeper) rereadsLittle(t T, info channel.StreamInfo) {
	var newest commerce.Instant
	for _, item := range k.held {
		newest = max(newest, item.UpdatedAt)
	}
	for id := range k.given {
		at := k.held[id].UpdatedAt
		must(t, at == 0 || at.Time().After(newest.Time().Add(-info.Overlap-time.Minute)), "a run without news reads %s again, which was changed at %s; the newest change is of %s", id, at, newest)
	}
}

func (k *kit) readsAll(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		all := g.keeps(info, channel.Full, 0)
		all.run(nil)
		for id, item := range all.held {
			record, problems, ok := g.read(info.Stream, item.Raw)
			must(t, ok && len(problems) == 0, "the item %s reads with problems: %v", id, problems)
			k.soundRecord(t, g, info.Stream, id, record)
		}
	})
}

// soundRecord holds a record to what the contract says of one.
func (k *kit) soundRecord(t T, g *rig, stream channel.Stream, id string, r channel.Record) {
	must(t, r.Name != "", "the record of %s has no name", id)
	must(t, onlyOf(stream, r), "the record of %s is not one of %s alone: %+v", id, stream, r)
	switch {
	case stream == channel.Orders && r.Order != nil:
		o := r.Order
		must(t, o.ExternalID == id, "the order %s reads as %s", id, o.ExternalID)
		priced := o.Total.Stated || o.Financial == order.Pending && o.Fulfillment == "" // Amazon prices an order when it is paid
		must(t, o.Number != "" && o.Currency != "" && len(o.Lines) > 0 && priced, "the order %s has no number, currency, lines or total: %+v", id, o)
		latest := g.vendor.Desk().Now().Add(time.Second)
		must(t, o.Placed.At != 0 && !o.Placed.At.Time().After(latest), "the order %s was placed at %s", id, o.Placed.At)
		for _, line := range o.Lines {
			must(t, line.ExternalID != "" && line.Quantity != "", "a line of the order %s has no id or no quantity: %+v", id, line)
		}
	case stream == channel.Products && r.Listing != nil:
		must(t, r.Listing.ExternalID == id, "the listing %s reads as %s", id, r.Listing.ExternalID)
		must(t, r.Listing.Title != "", "the listing %s has no title", id)
	case stream == channel.Customers && r.Customer != nil:
		must(t, r.Customer.ExternalID == id, "the customer %s reads as %s", id, r.Customer.ExternalID)
	}
	if !k.has(channel.Products) {
		return
	}
	listings := g.vendor.IDs(channel.Products)
	for _, level := range r.Levels {
		must(t, slices.Contains(listings, level.ListingID), "the stock of %s is that of %q, which is no listing", id, level.ListingID)
	}
}

// onlyOf tells whether a record has what its stream makes, and nothing of another.
func onlyOf(stream channel.Stream, r channel.Record) bool {
	has := map[channel.Stream]bool{}
	if r.Order != nil {
		has[channel.Orders] = true
	}
	if r.Listing != nil {
		has[channel.Products] = true
	}
	if r.Customer != nil {
		has[channel.Customers] = true
	}
	if len(r.Levels) > 0 {
		has[channel.Stock] = true
	}
	return len(has) == 1 && has[stream]
}

func (k *kit) pageSizes(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		n := len(g.vendor.IDs(info.Stream))
		for _, size := range []int{1, 2, 3, max(n/2, 1), n, n + 1, 0} {
			for _, mode := range modes(info) {
				all := g.keeps(info, mode, size)
				all.run(nil)
				all.holdsExactly(string(mode) + " in pages of " + strconv.Itoa(size))
			}
		}
	})
}

func (k *kit) emptyVendor(t T) {
	g := k.open(t)
	g.known()
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		for _, mode := range modes(info) {
			all := g.keeps(info, mode, 2)
			all.run(nil)
			must(t, len(all.held) == 0, "an empty vendor has %d of %s", len(all.held), info.Stream)
			if info.Stream != channel.Orders {
				continue
			}
			g.clock.wait(time.Hour)
			id := g.vendor.Place(random(1))
			all.run(nil)
			must(t, all.given[id] > 0, "the first order of all is not seen after a %s run that was empty", mode)
			g.vendor.Remove(channel.Orders, id)
		}
	})
}

// moves are what happens at the vendor between two pages.
var moves = []struct {
	name string
	do   func(*keeper, *rand.Rand)
}{
	{"what was given is removed", func(k *keeper, r *rand.Rand) { k.move(r, true, k.remove) }},
	{"what was not given yet is removed", func(k *keeper, r *rand.Rand) { k.move(r, false, k.remove) }},
	{"what was given is changed", func(k *keeper, r *rand.Rand) { k.move(r, true, k.edit) }},
	{"what was not given yet is changed", func(k *keeper, r *rand.Rand) { k.move(r, false, k.edit) }},
	{"a new one is placed", func(k *keeper, r *rand.Rand) {
		if k.request.Stream == channel.Orders {
			k.g.vendor.Place(r)
		}
	}},
	{"time passes", func(k *keeper, _ *rand.Rand) { k.g.clock.wait(17 * time.Minute) }},
}

// move does something to a random item that was given in this run, or was not.
func (k *keeper) move(r *rand.Rand, given bool, do func(id string, r *rand.Rand)) {
	var fit []string
	for _, id := range k.g.vendor.IDs(k.request.Stream) {
		if (k.given[id] > 0) == given {
			fit = append(fit, id)
		}
	}
	if len(fit) > 0 {
		do(fit[r.IntN(len(fit))], r)
	}
}

func (k *keeper) remove(id string, _ *rand.Rand) { k.g.vendor.Remove(k.request.Stream, id) }

func (k *keeper) edit(id string, r *rand.Rand) { k.g.vendor.Change(k.request.Stream, id, r) }

func (k *kit) movingPages(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		for _, mode := range modes(info) {
			for _, move := range moves {
				g, r := k.filled(t), random(7)
				all := g.keeps(info, mode, 2)
				was := g.vendor.IDs(info.Stream)
				all.run(func() {
					g.clock.wait(time.Second)
					move.do(all, r)
				})
				all.gaveWhatStayed(was, move.name+" between pages")
				all.settle(info, "afterwards, when between pages "+move.name)
			}
		}
	})
}

// gaveWhatStayed fails where a full pass did not give what was there all the time: it would count as removed.
func (k *keeper) gaveWhatStayed(was []string, when string) {
	k.g.t.Helper()
	if k.request.Mode != channel.Full {
		return
	}
	for _, id := range k.g.vendor.IDs(k.request.Stream) {
		if slices.Contains(was, id) && k.given[id] == 0 {
			k.g.t.Errorf("%s: a full pull leaves out %s of %s, which was there all the time", when, id, k.request.Stream)
		}
	}
}

// settle waits until everything is listed, runs once more, and looks whether all is as the vendor has it.
func (k *keeper) settle(info channel.StreamInfo, when string) {
	k.g.t.Helper()
	k.settleAs(info, when, false)
}

// settleAs is settle; zoned says that the vendor's zone changed, by which the text of an item changes, and nothing else.
func (k *keeper) settleAs(info channel.StreamInfo, when string, zoned bool) {
	k.g.t.Helper()
	k.g.clock.wait(info.Overlap + time.Second)
	k.run(nil)
	k.holdsPresent(when, info, zoned)
}

func (k *kit) resumes(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		for _, mode := range modes(info) {
			g := k.filled(t)
			plain := g.keeps(info, mode, 2)
			plain.run(nil)
			for stop := range plain.pages {
				all := g.keeps(info, mode, 2)
				for all.pages < stop {
					must(t, all.page() == nil, "page %d fails", all.pages)
				}
				_, err := g.pull(all.request) // this page is lost before it is kept
				must(t, err == nil, "page %d fails: %v", stop, err)
				g.restart()
				g.clock.wait(time.Minute)
				all.run(nil)
				all.holdsExactly("stopped after " + strconv.Itoa(stop) + " pages of a " + string(mode) + " run")
			}
		}
	})
}

// restart makes a session as a new process would.
func (g *rig) restart() {
	was := g.session
	g.connect(was.Options, was.Secrets)
	g.session.Known = was.Known
}

func (k *kit) oneInstant(t T) {
	info, _ := k.manifest.Stream(channel.Orders)
	g := k.filled(t)
	for _, mode := range modes(info) {
		all := g.keeps(info, mode, 30)
		all.run(nil)
		g.clock.wait(24 * time.Hour)
		r := random(5)
		for range 500 {
			g.vendor.Place(r)
		}
		all.run(nil)
		all.holdsExactly("after 500 orders of one instant, by a " + string(mode) + " run")
		late := g.vendor.Place(r)
		all.run(nil)
		must(t, all.given[late] > 0, "one more order of the same instant is not seen by a %s run", mode)
		for _, id := range g.vendor.IDs(channel.Orders)[8:] {
			g.vendor.Remove(channel.Orders, id)
		}
	}
}

func (k *kit) since(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		if !info.Changes {
			t.Log("not tried: " + string(info.Stream) + " are always pulled in full")
			return
		}
		g := k.filled(t)
		for i, id := range g.vendor.IDs(info.Stream) {
			g.clock.wait(time.Duration(i%3) * 40 * time.Hour)
			g.vendor.Change(info.Stream, id, random(uint64(i)))
		}
		all := g.keeps(info, channel.Changes, 0)
		all.run(nil)
		g.clock.wait(time.Hour)
		for _, item := range all.held {
			some := g.keeps(info, channel.Changes, 2)
			some.request.Since = item.UpdatedAt
			some.run(nil)
			some.boundBy(t, info, all.held)
		}
	})
}

// boundBy fails unless a run gave what was changed at or after its Since, and little else.
func (k *keeper) boundBy(t T, info channel.StreamInfo, held map[string]channel.Item) {
	since := k.request.Since
	early := commerce.InstantOf(since.Time().Add(-info.Overlap - time.Minute))
	for id, item := range held {
		must(t, item.UpdatedAt < since || k.given[id] > 0, "a pull since %s leaves out %s, changed at %s", since, id, item.UpdatedAt)
		must(t, item.UpdatedAt >= early || k.given[id] == 0, "a pull since %s gives %s, changed at %s", since, id, item.UpdatedAt)
	}
}

func (k *kit) future(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		if !info.Changes {
			return
		}
		g := k.filled(t)
		all := g.keeps(info, channel.Changes, 2)
		all.request.Since = commerce.InstantOf(g.clock.Now().Add(48 * time.Hour))
		all.run(nil)
		must(t, len(all.held) == 0, "a pull since the day after tomorrow gives %d items", len(all.held))
		g.clock.wait(49 * time.Hour)
		id := g.vendor.IDs(info.Stream)[0]
		g.vendor.Change(info.Stream, id, random(3))
		all.run(nil)
		must(t, all.given[id] > 0, "a change after a start that lay in the future is not seen")
	})
}

func (k *kit) byID(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		ids := g.vendor.IDs(info.Stream)
		g.vendor.Remove(info.Stream, ids[1])
		all := g.keeps(info, channel.Full, 0)
		all.run(nil)
		left := g.vendor.IDs(info.Stream)
		asked := ids[:min(4, len(ids), k.manifest.PageSize)]
		page, err := g.pull(channel.PullRequest{Stream: info.Stream, Mode: channel.ByID, IDs: asked})
		must(t, err == nil && page.Done, "asking for items by id: done %v, %v", page.Done, err)
		got := map[string]channel.Item{}
		for _, item := range page.Items {
			got[item.ID] = item
		}
		for _, id := range asked {
			item, given := got[id]
			there := slices.Contains(left, id)
			must(t, given == there, "%s is there: %v, and given by its id: %v", id, there, given)
			must(t, there || slices.Contains(page.Deleted, id), "%s is gone, and not named as such: %v", id, page.Deleted)
			must(t, !there || !given || same(item, all.held[id]), "%s is another when it is asked for by its id:%s", id, difference(string(item.Raw), string(all.held[id].Raw)))
		}
		must(t, len(got) <= len(asked), "asked for were %v, given %v", asked, slices.Collect(maps.Keys(got)))
	})
}

func (k *kit) nonsense(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		for _, mode := range modes(info) {
			for _, cursor := range []string{`{"v":99999}`, `"x"`, `[]`, `{"v":1,"page":-1,"at":-1,"from":"yesterday"}`, `not json`, `null`} {
				page, err := g.pull(channel.PullRequest{Stream: info.Stream, Mode: mode, Size: 100, Cursor: []byte(cursor)})
				must(t, err != nil || len(page.Items) > 0, "the cursor %s gives nothing and no error: what lies before it is lost", cursor)
			}
		}
	})
}

func (k *kit) updates(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		g := k.filled(t)
		all := g.keeps(info, channel.Changes, 3)
		all.run(nil)
		g.clock.wait(40 * 24 * time.Hour)
		for i := range 30 {
			ids := g.vendor.IDs(info.Stream)
			id := ids[i%len(ids)]
			was := all.held[id]
			said := g.vendor.Change(info.Stream, id, random(uint64(i)))
			must(t, strings.TrimSpace(said) != "", "the vendor does not say how it changed %s", id)
			all.run(nil)
			must(t, all.given[id] > 0 && !same(was, all.held[id]), "%s of %s is not seen changed: %s", id, info.Stream, said)
			_, problems, _ := g.read(info.Stream, all.held[id].Raw)
			must(t, len(problems) == 0, "%s of %s does not read after this: %s: %v", id, info.Stream, said, problems)
			g.clock.wait(time.Duration(i%3) * time.Hour)
		}
	})
}
