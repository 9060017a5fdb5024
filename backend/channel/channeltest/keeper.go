package channeltest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// keeper takes in a stream as the engine does: a page and its cursor together. It applies nothing.
type keeper struct {
	g       *rig
	request channel.PullRequest
	held    map[string]channel.Item
	given   map[string]int // how often each item came in this run
	changed int            // items of this run that were new or other than before
	pages   int            // of this run
	done    bool
}

// keeps makes a keeper of a stream. A stream that cannot tell changes is pulled in full.
func (g *rig) keeps(info channel.StreamInfo, mode channel.Mode, size int) *keeper {
	if !info.Changes {
		mode = channel.Full
	}
	return &keeper{g: g, request: channel.PullRequest{Stream: info.Stream, Mode: mode, Size: size}, held: map[string]channel.Item{}, given: map[string]int{}}
}

// page takes in the next page, or nothing where it fails.
func (k *keeper) page() error {
	k.g.t.Helper()
	if k.done || k.pages == 0 {
		k.given, k.changed, k.pages, k.done = map[string]int{}, 0, 0, false
		if k.request.Mode == channel.Full {
			k.request.Cursor = nil
		}
	}
	page, err := k.g.pull(k.request)
	if err != nil {
		return err
	}
	k.takeIn(page)
	return nil
}

func (k *keeper) takeIn(page channel.Page) {
	k.g.t.Helper()
	for _, item := range page.Items {
		if was, known := k.held[item.ID]; !known || !same(was, item) {
			k.changed++
		}
		k.held[item.ID] = item
		k.given[item.ID]++
	}
	for _, id := range page.Deleted {
		delete(k.held, id)
	}
	if !page.Done && page.Next == nil {
		k.g.t.Fatalf("a page of %s is not the last and names no next one", k.request.Stream)
	}
	k.request.Cursor = stored(k.g, page.Next)
	k.pages++
	k.done = page.Done
}

// run takes in pages to the end of the run, once the vendor shows what happened until now; between is called after each but the last.
func (k *keeper) run(between func()) {
	k.g.t.Helper()
	info, _ := k.g.k.manifest.Stream(k.request.Stream)
	k.g.clock.wait(info.Behind)
	for most := 40; ; most-- {
		if err := k.page(); err != nil {
			k.g.t.Fatalf("pulling %s (%s): %v", k.request.Stream, k.request.Mode, err)
		}
		if k.done {
			break
		}
		if between != nil {
			between()
		}
		if most+2*len(k.held) < 0 {
			k.g.t.Fatalf("the pull of %s (%s) in pages of %d does not come to its end", k.request.Stream, k.request.Mode, k.request.Size)
		}
	}
	if k.request.Mode == channel.Full {
		for id := range k.held {
			if k.given[id] == 0 {
				delete(k.held, id)
			}
		}
	}
}

// same tells whether two pulls of an item gave the same.
func same(a, b channel.Item) bool {
	if a.Version != "" && b.Version != "" {
		return a.Version == b.Version
	}
	return bytes.Equal(a.Raw, b.Raw)
}

// stored is a cursor as it comes back from where it was kept: the same JSON in other bytes.
func stored(g *rig, cursor []byte) []byte {
	g.t.Helper()
	if cursor == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(cursor))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		g.t.Fatalf("a cursor is no JSON: %v: %s", err, cursor)
	}
	if secret := g.leak(string(cursor)); secret != "" {
		g.t.Errorf("a cursor tells a secret, %s", secret)
	}
	text, _ := json.MarshalIndent(value, "", " ")
	return text
}

// holdsAll fails unless the keeper holds what the vendor has.
func (k *keeper) holdsAll(when string) {
	k.g.t.Helper()
	for _, id := range k.g.vendor.IDs(k.request.Stream) {
		if _, held := k.held[id]; !held {
			k.g.t.Errorf("%s: %s of %s is lost", when, id, k.request.Stream)
		}
	}
}

// holdsExactly fails unless the keeper holds what the vendor has and nothing else.
func (k *keeper) holdsExactly(when string) {
	k.g.t.Helper()
	want, got := slices.Sorted(slices.Values(k.g.vendor.IDs(k.request.Stream))), slices.Sorted(maps.Keys(k.held))
	if !slices.Equal(want, got) {
		k.g.t.Errorf("%s: the vendor has %d of %s, pulled were %d\nvendor %v\npulled %v", when, len(want), k.request.Stream, len(got), want, got)
	}
}

// holdsPresent fails unless what the keeper holds is as the vendor has it now.
func (k *keeper) holdsPresent(when string, info channel.StreamInfo, zoned bool) {
	k.g.t.Helper()
	k.holdsAll(when)
	now := k.g.keeps(info, channel.Full, 0)
	now.run(nil)
	for id, item := range now.held {
		held, known := k.held[id]
		if !known || same(held, item) || zoned && held.UpdatedAt == item.UpdatedAt && item.UpdatedAt != 0 {
			continue
		}
		k.g.t.Errorf("%s: an edit of %s of %s is lost: it is of %s, held is that of %s", when, id, info.Stream, item.UpdatedAt, held.UpdatedAt)
	}
}

// soundPage holds a page to what the contract says of any.
func (g *rig) soundPage(what string, page channel.Page) {
	g.t.Helper()
	latest := commerce.InstantOf(g.vendor.Desk().Now())
	for _, item := range page.Items {
		switch {
		case item.ID == "":
			g.t.Errorf("%s: an item has no id", what)
		case !json.Valid(item.Raw):
			g.t.Errorf("%s: the item %s is no JSON", what, item.ID)
		case item.UpdatedAt > latest+1000:
			g.t.Errorf("%s: the item %s was changed at %s, after the vendor's own clock, %s", what, item.ID, item.UpdatedAt, latest)
		case g.leak(string(item.Raw)+item.ID+item.Version) != "":
			g.t.Errorf("%s: the item %s tells a secret", what, item.ID)
		}
	}
	if off := page.ServerTime - latest; page.ServerTime != 0 && (off > 1000 || off < -1000) {
		g.t.Errorf("%s: the page says that the vendor's clock is %s; it is %s", what, page.ServerTime, latest)
	}
}
