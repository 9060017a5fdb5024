package channeltest

import (
	"flag"
	"math/rand/v2"
	"net/http/httptest"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// historiesTried is how many random histories of a stream and mode a sample has.
const historiesTried = 20

// wrongBy is by how much the vendor's clock and ours are wrong, so that they are ten minutes apart at most: signatures that
// carry a time allow no more (WooCommerce: fifteen).
var wrongBy = []time.Duration{0, 5 * time.Minute, -5 * time.Minute}

// histories tries random histories of each stream and mode. some is told the name of each and how to try n of them.
func (k *kit) histories(t T, some func(name string, n func(n int) bool)) {
	for _, info := range k.manifest.Streams {
		for _, mode := range modes(info) {
			name := string(info.Stream) + ", " + string(mode)
			some(name, func(n int) bool {
				return t.Run(name, func(t T) {
					defer checks(n)()
					rapid.Check(t, func(t *rapid.T) { k.history(t, info, mode) })
				})
			})
		}
	}
}

// checks makes rapid try a property so many times, until the result is called.
func checks(n int) func() {
	was := flag.Lookup("rapid.checks").Value.String()
	_ = flag.Set("rapid.checks", strconv.Itoa(n))
	return func() { _ = flag.Set("rapid.checks", was) }
}

// history is what may happen to a vendor, to our clock and to the way between, while a keeper pulls page by page.
type history struct {
	*rig
	t     *rapid.T
	info  channel.StreamInfo
	all   *keeper
	r     *rand.Rand
	was   []string // what was there when the pass began
	zoned bool
}

func (k *kit) history(t *rapid.T, info channel.StreamInfo, mode channel.Mode) {
	g := k.start(t, httptest.NewServer)
	defer g.close()
	h := &history{rig: g, t: t, info: info, r: random(rapid.Uint64().Draw(t, "seed"))}
	g.vendor.Desk().Skew(rapid.SampledFrom(wrongBy).Draw(t, "skew"))
	g.vendor.Fill(1, 4, 5, rapid.IntRange(0, 8).Draw(t, "orders"))
	g.clock.wait(time.Duration(rapid.IntRange(0, 1).Draw(t, "hours")) * time.Hour)
	g.known()
	g.vendor.Desk().Late(info.Overlap)
	h.all = g.keeps(info, mode, rapid.IntRange(1, 4).Draw(t, "size"))
	for range rapid.IntRange(2, 30).Draw(t, "steps") {
		h.step()
	}
	h.end()
}

func (h *history) step() {
	switch rapid.SampledFrom([]string{"page", "page", "page", "place", "place", "change", "change", "remove", "remove", "wait", "wait", "busy", "lost page", "fault", "clock", "zone", "restart"}).Draw(h.t, "step") {
	case "page":
		h.page()
	case "place":
		h.place()
	case "change":
		h.change()
	case "busy": // much happens within the overlap, and is looked at
		for range 4 {
			h.place()
			h.clock.wait(h.info.Overlap / 7)
			h.change()
		}
		h.page()
	case "remove":
		if ids := h.vendor.IDs(h.info.Stream); len(ids) > 1 {
			h.vendor.Remove(h.info.Stream, ids[h.r.IntN(len(ids))])
		}
	case "wait":
		o := h.info.Overlap
		h.clock.wait(rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, o / 2, o, 3 * o, 2 * time.Hour}).Draw(h.t, "wait"))
	case "lost page":
		if h.all.pages > 0 && !h.all.done {
			_, _ = h.pull(h.all.request)
		}
	case "fault":
		kind := rapid.SampledFrom(simulated.Kinds).Draw(h.t, "fault")
		h.vendor.Desk().Inject(simulated.Fault{Kind: kind, After: rapid.IntRange(0, 2).Draw(h.t, "after"), Times: 1})
		h.page()
	case "clock":
		h.clock.wrong(rapid.SampledFrom(wrongBy).Draw(h.t, "drift"))
	case "zone":
		zone := rapid.SampledFrom([]string{"UTC", "Pacific/Midway", "Pacific/Kiritimati", "America/New_York"}).Draw(h.t, "zone")
		h.zoned = h.vendor.SetZone(zone) == nil || h.zoned
	case "restart":
		h.restart()
	}
}

// place lets an order arrive, where the stream is that of orders.
func (h *history) place() {
	if h.info.Stream == channel.Orders {
		h.vendor.Place(h.r)
	}
}

func (h *history) change() {
	if ids := h.vendor.IDs(h.info.Stream); len(ids) > 0 {
		h.vendor.Change(h.info.Stream, ids[h.r.IntN(len(ids))], h.r)
	}
}

// page takes in the next page; where it fails nothing was taken in.
func (h *history) page() {
	if h.all.pages == 0 || h.all.done {
		h.clock.wait(h.info.Behind)
		h.was = h.vendor.IDs(h.info.Stream)
	}
	if h.all.page() == nil && h.all.done {
		h.all.gaveWhatStayed(h.was, "at the end of a pass")
	}
}

// end lets the vendor be quiet; then nothing may be missing.
func (h *history) end() {
	h.vendor.Desk().Calm()
	for !h.all.done {
		h.page()
	}
	h.all.settleAs(h.info, "at the end", h.zoned)
}
