package syncing

import (
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
)

// grains is what is kept of looks that found nothing, so that a year of them takes little room: all of the last six hours, then the last one of
// each hour, after ten days the last one of each day. The one that is kept says how many looks it stands for. What found
// something, met trouble or was asked for by a person is kept as it is.
var grains = [...]struct{ after, width time.Duration }{{6 * time.Hour, time.Hour}, {10 * 24 * time.Hour, 24 * time.Hour}}

// thinAtOnce bounds how many runs the end of a look goes through.
const thinAtOnce = 40

// CountLooks is the count of a run that says how many looks it stands for, where they are several.
const CountLooks = "looks"

// countReread is the count of messages that brought nothing new and name their run, which therefore is kept.
const countReread = "reread"

// thin drops looks of a sync that found nothing and have become too old to be kept one by one. It goes on from where it got to.
func thin(tx Tx, s *Sync) error {
	if s.TimerID == 0 {
		return nil
	}
	for n, grain := range grains {
		before := commerce.InstantOf(tx.Now().Time().Add(-grain.after))
		runs, err := tx.LooksFrom(s.TimerID, s.Thinned[n], before, thinAtOnce)
		if err != nil || len(runs) == 0 {
			return err
		}
		if err := thinned(tx, runs, grain.width); err != nil {
			return err
		}
		s.Thinned[n] = runs[len(runs)-1].ID // which may stand for later ones of its time
	}
	return nil
}

// thinned joins runs that follow each other, found nothing and lie in one stretch of time: the last one stays.
func thinned(tx Tx, runs []journal.Run, width time.Duration) error {
	for n := range runs {
		last := &runs[n]
		if n == 0 || !joins(runs[n-1], *last, width) {
			continue
		}
		was := runs[n-1]
		last.Counts[CountLooks] = looks(was) + looks(*last)
		if lag, known := was.Counts["lag"]; known {
			last.Counts["lag"] = max(last.Counts["lag"], lag)
		}
		if err := tx.DropRun(was.ID); err != nil {
			return err
		}
		if n+1 == len(runs) || !joins(*last, runs[n+1], width) {
			if err := tx.UpdateRun(*last); err != nil {
				return err
			}
		}
	}
	return nil
}

// joins reports whether two looks that follow each other become one.
func joins(a, b journal.Run, width time.Duration) bool {
	return empty(a) && empty(b) && int64(a.StartedAt)/width.Milliseconds() == int64(b.StartedAt)/width.Milliseconds()
}

// empty reports whether a look found nothing and met nothing, and nobody asked for it.
func empty(r journal.Run) bool {
	found := r.Counts["new"] + r.Counts["changed"] + r.Counts["gone"] + r.Counts["skipped"] + r.Counts["quarantined"] + r.Counts["counted"] + r.Counts["held"] + r.Counts[countReread]
	return r.Kind == journal.RunSync && r.State == journal.Done && r.Problem == nil && found == 0 && (r.Cause == journal.BySchedule || r.Cause == journal.ByWebhook)
}

func looks(r journal.Run) int { return max(r.Counts[CountLooks], 1) }
