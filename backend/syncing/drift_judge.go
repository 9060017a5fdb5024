package syncing

import (
	"context"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
)

// clockSlack is by how much the clocks of a vendor and of this computer may differ without an order being taken for another's doing.
const clockSlack = commerce.Instant(2 * time.Minute / time.Millisecond)

// sighting is what is known of a listing when its drift is judged.
type sighting struct {
	Drift
	latest Intent           // the newest write of it; ID 0 is none
	flying Intent           // the one that is under way
	done   Intent           // the newest that was done
	orders commerce.Instant // when the orders there were last looked at; 0 is never
	sold   []Sold           // since it was told, oldest first
	others []Drift          // the listing's other places there: nobody knows of which of them an order was
}

// sightings are the wishes of a connection as rows to be judged, each with the other places of its listing.
func (p *pusher) sightings(w stockWished) []sighting {
	all := make([]sighting, len(w.wishes))
	for n, wish := range w.wishes {
		all[n] = sighting{Drift: p.driftRow(w.offers[n], wish), latest: wish.latest, flying: wish.flying}
	}
	for n := range all {
		for m := n + 1; m < len(all) && all[m].ListingID == all[n].ListingID; m++ {
			all[n].others, all[m].others = append(all[n].others, all[m].Drift), append(all[m].others, all[n].Drift)
		}
	}
	for n := range all {
		all[n].Several = len(all[n].others) > 0
	}
	return all
}

// had is what it was told last, or had before it was told anything, and when.
func (d Drift) had() (quantity string, at commerce.Instant) {
	if d.Pushed != "" {
		return d.Pushed, d.PushedAt
	}
	return d.Base, d.BaseAt
}

// fell is by how much it is lower than it had.
func (d Drift) fell() inventory.Quantity {
	had, _ := d.had()
	return units(had) - units(d.Live)
}

// add sums a number over all places of the listing; together is false where one of them went the other way, which no order explains.
func (s *sighting) add(of func(Drift) inventory.Quantity) (sum inventory.Quantity, together bool) {
	sum, together = of(s.Drift), of(s.Drift) >= 0
	for _, other := range s.others {
		sum, together = sum+of(other), together && of(other) >= 0
	}
	return sum, together || len(s.others) == 0
}

// judgeDrift finds the class of a row, and who moved it.
func (p *pusher) judgeDrift(ctx context.Context, s *sighting) error {
	switch {
	case s.Live == "":
		s.classed(DriftUnseen, NoMover, "nobody has looked at it there yet")
		return nil
	case same(channel.SetStock, s.Live, s.Ours):
		s.classed(DriftSame, NoMover)
		return nil
	}
	since := s.LiveAt
	if had, at := s.had(); had != "" {
		since = min(at, s.LiveAt)
	}
	var err error
	if s.sold, err = p.engine.store.SoldSince(ctx, s.ListingID, since-clockSlack); err != nil {
		return err
	}
	if s.done, err = p.engine.store.LastDone(ctx, s.ConnectionID, channel.SetStock, s.Target, s.Location); err != nil {
		return err
	}
	s.judge()
	return nil
}

// judge goes from what is certain to what is likely. What orders did after the channel was last seen is taken off first: it lowers its number
// itself when it sells.
func (s *sighting) judge() {
	over, together := s.add(Drift.Excess)
	if later := sumOf(s.between(s.LiveAt, 0)); later != 0 && later == over && together {
		s.Orders = s.between(s.LiveAt, 0)
		s.classed(DriftSame, NoMover, "its own orders came since it was looked at: ", numbers(s.Orders))
		return
	}
	if words := s.open(); words != "" {
		s.classed(DriftNotStuck, NoMover, words)
		return
	}
	switch {
	case s.Pushed == "":
		s.judgeUntold()
	case same(channel.SetStock, s.Live, s.Pushed):
		s.classed(DriftNotPushed, NoMover, "it has what it was told; here it is "+s.Ours+" by now", s.waiting())
	case s.explained():
		s.classed(DriftMoved, ByOrders, "its own orders moved it: ", numbers(s.Orders), s.waiting())
	default:
		if words := s.reverted(); words != "" {
			s.classed(DriftNotStuck, NoMover, words, s.waiting())
			return
		}
		s.suspect(DriftMoved, "it was told "+s.Pushed)
	}
}

// judgeUntold is as judge, of what was never told a number from here: it is held against what it had.
func (s *sighting) judgeUntold() {
	switch {
	case s.Base == "" || same(channel.SetStock, s.Live, s.Base):
		s.classed(DriftNotPushed, NoMover, "it was never told", s.waiting())
	case s.explained():
		s.classed(DriftNotPushed, NoMover, "it was never told, and its own orders moved it: ", numbers(s.Orders), s.waiting())
	default:
		s.suspect(DriftChanged, "it had "+s.Base+" and was never told a number from here")
	}
}

// open says what is wrong with the newest write, where it was not done.
func (s *sighting) open() string {
	switch l := s.latest; {
	case l.ID == 0 || l.Operation != channel.SetStock:
	case l.State == Unknown:
		return "the last write gave no answer: it may not have been done"
	case l.State == Rejected && same(channel.SetStock, l.Wanted, s.Ours):
		if l.Problem != nil {
			return "it refused " + l.Wanted + ": " + l.Problem.Message
		}
		return "it refused " + l.Wanted
	}
	return ""
}

// reverted says that what it was told last is not there although it took it: it showed something else right away, or has what it had before.
func (s *sighting) reverted() string {
	l := s.done
	if l.ID == 0 || !same(channel.SetStock, l.Wanted, s.Pushed) {
		return ""
	}
	shows := func(value string) bool { return value != "" && same(channel.SetStock, s.Live, value) }
	switch {
	case l.Shown != "" && !same(channel.SetStock, l.Shown, l.Wanted) && shows(l.Shown):
		return "it took " + l.Wanted + " and shows " + l.Shown
	case l.Shown == "" && shows(l.Observed) && s.LiveAt >= l.SettledAt:
		return "it took " + l.Wanted + " and has " + l.Observed + " as before"
	}
	return ""
}

// waiting says that a write of it waits, or is under way.
func (s *sighting) waiting() string {
	switch {
	case s.flying.ID != 0:
		return "; a write is under way"
	case s.latest.State == Proposed:
		return "; a write waits for approval"
	case s.latest.State == Approved:
		return "; a write is to be sent"
	}
	return ""
}

// explained reports whether orders that are known here account for what the channel has, to the piece. Those within the slack of the clocks may be
// on either side.
func (s *sighting) explained() bool {
	_, at := s.had()
	fell, together := s.add(Drift.fell)
	for _, from := range []commerce.Instant{at, at - clockSlack} {
		for _, until := range []commerce.Instant{s.LiveAt, s.LiveAt + clockSlack} {
			if sold := s.between(from, until); len(sold) > 0 && together && sumOf(sold) == fell {
				s.Orders = sold
				return true
			}
		}
	}
	return false
}

// suspect says who most likely moved what no known order explains. An order of the channel that is not known here could only have lowered it, and
// only if nobody looked at the orders since. before says what it had.
func (s *sighting) suspect(class DriftClass, before string) {
	_, at := s.had()
	s.Orders = s.between(at, s.LiveAt)
	rest := s.fell() - sumOf(s.Orders)
	by := string(rest.Decimal())
	switch {
	case s.orders != 0 && s.orders >= s.LiveAt:
		s.classed(class, BySomeone, "somebody there, or another program, made it "+s.Live+": "+before+", and no order explains that")
	case rest > 0 && s.orders != 0:
		s.classed(class, BySale, "it fell by "+by+": "+before+", and its orders were not looked at since")
	case rest > 0:
		s.classed(class, ByUnknown, "it fell by "+by+": "+before+", and its orders are not looked at")
	default:
		s.classed(class, ByUnknown, "it rose by "+strings.TrimPrefix(by, "-")+": "+before+", and its orders were not looked at since")
	}
}

// between picks what was sold after an instant, until another (0: ever since).
func (s *sighting) between(after, until commerce.Instant) []Sold {
	return slices.DeleteFunc(slices.Clone(s.sold), func(o Sold) bool { return o.At <= after || until != 0 && o.At > until })
}

func sumOf(sold []Sold) (sum inventory.Quantity) {
	for _, o := range sold {
		sum += units(string(o.Quantity))
	}
	return sum
}

// numbers names orders, the first few of many.
func numbers(sold []Sold) string {
	var all []string
	for _, o := range sold {
		if len(all) == 3 {
			return strings.Join(all, ", ") + " and others"
		}
		all = append(all, o.Number)
	}
	return strings.Join(all, ", ")
}
