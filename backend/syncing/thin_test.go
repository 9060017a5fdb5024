package syncing_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

// looksOf are all runs of the desk's sync, newest first.
func (d *desk) looksOf() []journal.Run {
	d.t.Helper()
	runs, err := d.store.Runs(d.t.Context(), journal.RunFilter{ConnectionID: d.conn.ID, Limit: 100_000})
	if err != nil {
		d.t.Fatal(err)
	}
	return runs
}

// number reads one from the database.
func (d *desk) number(query string) (n int) {
	d.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(d.dir, "tradepost.db"))
	must(d.t, err)
	defer func() { _ = db.Close() }()
	must(d.t, db.QueryRow(query).Scan(&n))
	return n
}

// lookEvery looks by the schedule, again and again.
func (d *desk) lookEvery(pause time.Duration, times int) {
	for range times {
		d.clock.move(pause)
		_, _ = d.engine.Pull(d.t.Context(), syncing.Request{SyncID: d.sync, Cause: journal.BySchedule})
	}
}

// Looks that find nothing for a month: without thinning there is a run for each. What is left says how many there were, and is spread over
// the time, so that a plot has its points.
func TestLooksThatFindNothingAreThinned(t *testing.T) {
	d := openDesk(t)
	d.shop.put(several(1)[0])
	d.connect()
	d.pull(syncing.Request{Cause: journal.ByPerson})
	const every, times = 20 * time.Minute, 30 * 24 * 3
	d.lookEvery(every, times)
	stood, hours, days := 0, map[int64]bool{}, map[int64]bool{}
	all := d.looksOf()
	for _, r := range all {
		stood += max(r.Counts[syncing.CountLooks], 1)
		hours[int64(r.StartedAt)/time.Hour.Milliseconds()] = true
		days[int64(r.StartedAt)/(24*time.Hour).Milliseconds()] = true
	}
	if stood != times+1 {
		t.Errorf("%d looks are accounted for, %d there were", stood, times+1)
	}
	if most := 6*3 + 10*24 + 20 + 8; len(all) > most {
		t.Errorf("%d runs are kept of %d, at most %d should", len(all), times, most)
	}
	if len(days) < 30 || len(hours) < 10*24 {
		t.Errorf("the plot has points of %d days and %d hours", len(days), len(hours))
	}
}

func TestLooksThatTellSomethingAreKept(t *testing.T) {
	d := openDesk(t)
	d.shop.put(several(1)[0])
	d.connect()
	d.pull(syncing.Request{Cause: journal.ByPerson})
	d.lookEvery(time.Minute, 10)
	d.shop.put(several(2)[1]) // found
	d.lookEvery(time.Minute, 1)
	d.shop.put(several(2)[1]) // comes with another time of change alone: its message names the run
	d.lookEvery(time.Minute, 1)
	d.shop.trouble = func(channel.PullRequest) error { return fault.New(fault.Unavailable, "It is down.", "Wait.") }
	d.lookEvery(time.Minute, 2)
	d.shop.trouble = nil
	d.pull(syncing.Request{Cause: journal.ByPerson})
	d.lookEvery(time.Minute, 10)
	d.clock.move(30 * 24 * time.Hour)
	for range 4 {
		d.lookEvery(time.Hour, 1)
	}
	causes, failed, found, reread := map[journal.Cause]int{}, 0, 0, 0
	for _, r := range d.looksOf() {
		causes[r.Cause]++
		if r.State == journal.Failed {
			failed++
		}
		if r.Counts["new"] > 0 {
			found++
		}
		reread += r.Counts["reread"]
	}
	if causes[journal.ByPerson] != 2 || failed != 2 || found != 2 || reread == 0 || causes[journal.BySchedule] > 12 {
		t.Errorf("by cause %v, %d failed, %d found, %d came the same", causes, failed, found, reread)
	}
	for _, of := range []string{"message", "change"} {
		if n := d.number(`SELECT count(*) FROM ` + of + ` WHERE run_id NOT IN (SELECT id FROM run)`); n != 0 {
			t.Errorf("%d rows of %s name a run that is gone", n, of)
		}
	}
}
