package channeltest

import (
	"math/rand/v2"
	"time"

	"tradepost/backend/channel"
)

func (k *kit) wrongClocks(t T) {
	k.eachStream(t, func(t T, info channel.StreamInfo) {
		for _, drift := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
			g := k.filled(t)
			g.clock.wrong(drift)
			all := g.keeps(info, channel.Changes, 3)
			all.run(nil)
			for i := range 4 {
				id := g.vendor.IDs(info.Stream)[i]
				g.vendor.Change(info.Stream, id, random(uint64(i)))
				if info.Stream == channel.Orders {
					id = g.vendor.Place(random(uint64(i)))
				}
				all.run(nil)
				must(t, all.given[id] > 0, "our clock is wrong by %s: %s is not seen", drift, id)
				g.clock.wait(3 * time.Minute)
				all.run(nil)
			}
			all.settle(info, "our clock is wrong by "+drift.String())
		}
	})
}

// turns are instants round which clocks change, by zone: a gap and an overlap of each.
var turns = []struct {
	zone string
	at   []string
}{
	{"Pacific/Midway", []string{"2026-03-06T10:59:58Z", "2026-03-06T11:00:01Z"}},
	{"Pacific/Kiritimati", []string{"2026-03-06T09:59:58Z", "2026-03-06T10:00:01Z"}},
	{"America/New_York", []string{"2026-03-08T06:59:30Z", "2026-03-08T07:00:30Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"}},
	{"Australia/Lord_Howe", []string{"2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-10-03T15:45:00Z"}},
	{"Europe/Berlin", []string{"2026-03-29T00:59:30Z", "2026-03-29T01:00:30Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}},
}

func (k *kit) zones(t T) {
	info, _ := k.manifest.Stream(channel.Orders)
	for _, turn := range turns {
		t.Run(turn.zone, func(t T) {
			g := k.open(t)
			if err := g.vendor.SetZone(turn.zone); err != nil {
				t.Log("not tried: the vendor has no such zone: ", err)
				return
			}
			g.vendor.Fill(1, 5, 3, 3)
			g.known()
			all := g.keeps(info, channel.Changes, 2)
			for i, text := range turn.at {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				g.clock.wait(at.Sub(g.clock.Now()))
				id := g.vendor.Place(random(uint64(i)))
				all.run(nil)
				g.placedAt(t, all, id, at)
			}
			all.settle(info, "in "+turn.zone)
		})
	}
}

// placedAt fails unless an order that was seen reads as placed at an instant, to the second.
func (g *rig) placedAt(t T, all *keeper, id string, at time.Time) {
	must(t, all.given[id] > 0, "the order of %s is not seen", at)
	record, problems, ok := g.read(channel.Orders, all.held[id].Raw)
	if !ok || record.Order == nil {
		t.Errorf("the order of %s does not read: %v", at, problems)
		return
	}
	off := record.Order.Placed.At.Time().Sub(at)
	must(t, off < time.Second && off > -time.Second, "the order of %s reads as placed at %s", at, record.Order.Placed.At)
	changed := all.held[id].UpdatedAt
	must(t, changed == 0 || changed.Time().Sub(at).Abs() < time.Second, "the order of %s was changed at %s", at, changed)
}

func (k *kit) lateRows(t T) {
	info, _ := k.manifest.Stream(channel.Orders)
	if !info.Changes {
		t.Log("not tried: orders are always pulled in full")
		return
	}
	g, r := k.filled(t), random(11)
	all := g.keeps(info, channel.Changes, 1)
	all.run(nil)
	g.vendor.Desk().Late(info.Overlap)
	was := len(all.held)
	for range 20 {
		g.vendor.Place(r)
	}
	all.run(nil)
	if len(all.held) == was+20 {
		t.Log("not tried: the vendor lists everything at once")
		return
	}
	for range 20 {
		g.clock.wait(info.Overlap / 7)
		g.vendor.Place(r)
		all.run(nil)
	}
	all.settle(info, "with rows that are listed late")
	for range 5 {
		g.longRun(all, r, info.Overlap)
	}
	all.settle(info, "with rows that are listed late, after runs that took long")
}

// longRun lets orders go on arriving while a run reads, for longer than the overlap: it passes some before they are listed.
func (g *rig) longRun(all *keeper, r *rand.Rand, overlap time.Duration) {
	g.clock.wait(3 * overlap)
	g.vendor.Place(r)
	g.clock.wait(overlap)
	all.run(nil)
	g.vendor.Place(r)
	g.vendor.Place(r)
	g.clock.wait(overlap)
	news := 12
	all.run(func() {
		g.clock.wait(overlap / 4)
		if news--; news >= 0 {
			g.vendor.Place(r)
			g.vendor.Place(r)
		}
	})
}
