package schedule

import (
	"archive/zip"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/build/proof"
)

// proofExprs are the fixed expressions of the proof.
var proofExprs = []string{"* * * * *", "*/5 * * * *", "*/15 * * * *", "0 * * * *", "30 * * * *", "20 */6 * * *", "0 0 * * *", "30 0 * * *", "0 1 * * *",
	"30 1 * * *", "0 2 * * *", "15 2 * * *", "30 2 * * *", "0 3 * * *", "30 7 * * 1-5", "0 12 * * 0", "0 0 1 * *", "30 2 L * *", "0 2 * * 0#2", "45 23 * * 6,0"}

// zones lists every zone that the Go toolchain brings.
func zones(t *testing.T) []string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var names []string
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" {
			names = append(names, file.Name)
		}
	}
	slices.Sort(names)
	return names
}

// matcher reads an expression on its own, field by field: it shares no code with Plan.
type matcher struct {
	minute, hour, day, month, weekday [60]bool
	nth                               int // of the weekday
	last                              bool
}

func newMatcher(expr string) (m matcher) {
	f := strings.Fields(expr)
	if f[2] == "L" {
		m.last, f[2] = true, "*"
	}
	if day, nth, ok := strings.Cut(f[4], "#"); ok {
		m.nth, _ = strconv.Atoi(nth)
		f[4] = day
	}
	for i, into := range []*[60]bool{&m.minute, &m.hour, &m.day, &m.month, &m.weekday} {
		for part := range strings.SplitSeq(f[i], ",") {
			text, stepText, stepped := strings.Cut(part, "/")
			from, to, step := 0, 59, 1
			if text != "*" {
				a, b, isRange := strings.Cut(text, "-")
				from, _ = strconv.Atoi(a)
				if to = from; isRange {
					to, _ = strconv.Atoi(b)
				}
			}
			if stepped {
				step, _ = strconv.Atoi(stepText)
			}
			for n := from; n <= to; n += step {
				into[n] = true
			}
		}
	}
	return m
}

func (m *matcher) fits(face time.Time) bool {
	return m.minute[face.Minute()] && m.hour[face.Hour()] && m.day[face.Day()] && m.month[int(face.Month())] && m.weekday[int(face.Weekday())] &&
		(m.nth == 0 || (face.Day()-1)/7 == m.nth-1) && (!m.last || face.AddDate(0, 0, 1).Day() == 1)
}

// intended walks real time minute by minute and gives the instants at which an intended local time comes: the first minute
// whose face has reached it. A face that comes again gives none; a minute in which several come gives one.
func intended(m *matcher, zone *time.Location, from, to time.Time) (all []time.Time) {
	reached := faceOf(from.In(zone)).Add(-time.Minute)
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		face := faceOf(at.In(zone))
		due := false
		for face.After(reached) {
			reached = reached.Add(time.Minute)
			due = due || m.fits(reached)
		}
		if due {
			all = append(all, at)
		}
	}
	return all
}

// changes lists the instants between 2024 and 2030 at which the zone's clocks change.
func changes(zone *time.Location) (all []time.Time) {
	end := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); ; {
		_, next := at.In(zone).ZoneBounds()
		if next.IsZero() || !next.Before(end) {
			return all
		}
		all, at = append(all, next.UTC()), next
	}
}

// TestScheduleProofZones holds Plan against intended around every change of every zone, and in spans without one.
func TestScheduleProofZones(t *testing.T) {
	all := zones(t)
	const seed = 20240101
	run := proof.Begin(t, "schedule-zones", seed)
	source := rand.New(rand.NewPCG(seed, 1))
	for i, name := range all {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		spans := changes(zone)
		if !proof.Full() {
			if i%90 != 0 && name != "America/New_York" && name != "Africa/Cairo" && name != "Australia/Lord_Howe" {
				continue
			}
			spans = spans[:min(len(spans), 2)]
		}
		// And a plain span, so that zones that never change are held too.
		spans = append(spans, time.Date(2024+source.IntN(7), 2, 27, 0, 0, 0, 0, time.UTC))
		for _, change := range spans {
			for _, expr := range proofExprs {
				holdSpan(t, name, zone, expr, change)
				run.Counts["spans"]++
			}
		}
		run.Counts["zones"]++
	}
	run.Counts["expressions"] = len(proofExprs)
	run.Save()
}

func holdSpan(t *testing.T, name string, zone *time.Location, expr string, change time.Time) {
	t.Helper()
	from, to := change.Add(-30*time.Hour).Truncate(time.Minute), change.Add(30*time.Hour)
	m := newMatcher(expr)
	plan, err := Parse(expr, name)
	if err != nil {
		t.Fatal(err)
	}
	at := from.Add(-time.Second)
	// A face before the span that comes again inside of it is none of ours: begin when faces only grow.
	for _, want := range intended(&m, zone, from, to) {
		if at = plan.Next(at); !at.Equal(want) {
			t.Fatalf("%q in %s around %s: got %s, want %s", expr, name, change, at, want)
		}
	}
	if next := plan.Next(at); next.Before(to) {
		t.Fatalf("%q in %s around %s: one too many at %s", expr, name, change, next)
	}
}

// TestScheduleProofClock lets a scheduler run through days in which the computer sleeps, the clock is set back and forth,
// and runs take long: at most one run of a timer at once, one catch-up after each gap, no intended time twice, and none
// left without a run at or after it.
func TestScheduleProofClock(t *testing.T) {
	rounds, run := 4, proof.Begin(t, "schedule-clock", 7)
	if proof.Full() {
		rounds = 1500
	}
	names := zones(t)
	for round := range rounds {
		source := rand.New(rand.NewPCG(7, uint64(round)))
		name := names[source.IntN(len(names))]
		expr := proofExprs[2+source.IntN(len(proofExprs)-2)]
		start := time.Date(2024+source.IntN(7), time.Month(1+source.IntN(12)), 1+source.IntN(28), source.IntN(24), source.IntN(60), 0, 0, time.UTC)
		on(t, start.Format(time.RFC3339), []Timer{{ID: 1, Expr: expr, Zone: name}}, func(b *bench) { holdClock(b, source, expr, name, run) })
		run.Counts["rounds"]++
	}
	run.Save()
}

func holdClock(b *bench, source *rand.Rand, expr, name string, run *proof.Run) {
	plan := parse(b.t, expr, name)
	for range 12 {
		planned := b.store.nextAt(1)
		before := len(b.runs)
		switch source.IntN(4) {
		case 0: // the computer sleeps
			slept := time.Duration(source.IntN(60*60)) * time.Minute
			b.clock.jump(slept)
			b.clock.pass(longestWait + time.Second)
			want := 0
			if !planned.After(b.clock.Now()) {
				want = 1
			}
			passed := longestWait + 2*time.Second // what came due of itself meanwhile may have run too
			own := !plan.Next(b.clock.Now().Add(-passed)).After(b.clock.Now())
			if got := len(b.runs) - before; got != want && (!own || got > want+1) {
				b.t.Fatalf("%q in %s: after a sleep of %s to %s, with one due at %s, there were %d runs", expr, name, slept, b.clock.Now(), planned, got)
			}
			run.Counts["sleeps"]++
		case 1: // the clock is set back, by less than two due times: nothing runs twice
			second := plan.Next(plan.Next(b.clock.Now())).Sub(b.clock.Now())
			back := time.Duration(source.Int64N(int64(min(second, 36*time.Hour))))
			ahead := planned.Sub(b.clock.Now())
			b.clock.jump(-back)
			b.clock.pass(longestWait + time.Second)
			next := b.store.nextAt(1)
			if next.Before(planned) && !plan.Next(plan.Next(b.clock.Now().Add(-longestWait-2*time.Second))).Before(planned) {
				b.t.Fatalf("%q in %s: set back by %s (%s before the next) it was planned anew for %s instead of %s", expr, name, back, ahead, next, planned)
			}
			run.Counts["back"]++
		case 2: // set forward by a little
			b.clock.jump(time.Duration(source.IntN(90)) * time.Minute)
			b.clock.pass(longestWait + time.Second)
			run.Counts["forward"]++
		default: // time passes
			b.clock.pass(time.Duration(source.IntN(8*60)) * time.Minute)
		}
		next := b.store.nextAt(1)
		if !next.After(b.clock.Now()) {
			b.t.Fatalf("%q in %s: at %s it still waits for %s", expr, name, b.clock.Now(), next)
		}
	}
	if len(b.failures()) > 0 {
		b.t.Fatalf("%v", b.failures())
	}
	run.Counts["runs"] += len(b.runs)
}

func TestJitter(t *testing.T) {
	base := parse(t, "0 * * * *", "UTC")
	at := time.Date(2026, 11, 23, 7, 10, 0, 0, time.UTC)
	seen := map[time.Duration]bool{}
	for id := range int64(50) {
		plan := base.WithJitter(id, 20*time.Minute)
		next := plan.Next(at)
		late := next.Sub(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
		if id%7 == 0 && late == -time.Hour {
			continue
		}
		if late < -time.Hour || late > 20*time.Minute {
			t.Fatalf("timer %d starts %s after its time", id, late)
		}
		seen[late] = true
		for range 30 { // always by the same, each hour once
			after := plan.Next(next)
			if after.Sub(next) != time.Hour {
				t.Fatalf("timer %d: %s after %s", id, after, next)
			}
			next = after
		}
	}
	if len(seen) < 30 {
		t.Errorf("50 timers share %d starts", len(seen))
	}
	// More than the time between two runs never reaches the next.
	dense := parse(t, "*/5 * * * *", "UTC").WithJitter(3, 2*time.Hour)
	for next := dense.Next(at); next.Before(at.Add(2 * time.Hour)); {
		after := dense.Next(next)
		if after.Sub(next) != 5*time.Minute {
			t.Fatalf("%s after %s", after, next)
		}
		next = after
	}
}

func TestAlarmAt(t *testing.T) {
	since := time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC) // a Monday
	for expr, want := range map[string]string{"*/5 * * * *": "2026-11-23T07:50:00Z", "0 * * * *": "2026-11-23T09:00:00Z", "30 7 * * *": "2026-11-24T09:30:00Z",
		"30 7 * * 1": "2026-11-30T09:30:00Z", "@every 1h": "2026-11-23T09:30:00Z"} {
		if got := parse(t, expr, "UTC").AlarmAt(since).Format(time.RFC3339); got != want {
			t.Errorf("%q: alarm at %s, want %s", expr, got, want)
		}
	}
}

// A clock that goes back by an hour runs no hour twice; one that goes back by a day does not wait for a day.
func TestClockSetBack(t *testing.T) {
	on(t, "2026-11-23T07:59:00Z", []Timer{hourly(1)}, func(b *bench) {
		b.clock.pass(2 * time.Minute)
		b.clock.jump(-time.Hour)
		b.clock.pass(59*time.Minute + 30*time.Second)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"})
		b.clock.pass(time.Hour)
		b.want(ran{1, CauseTimer, "2026-11-23T08:00:00Z"}, ran{1, CauseTimer, "2026-11-23T09:00:00Z"})
		b.clock.jump(-24 * time.Hour)
		b.clock.pass(time.Hour + time.Minute)
		if len(b.runs) != 3 {
			b.t.Errorf("after a day back: %v", b.runs)
		}
	})
}

func TestRecoverRunsAgain(t *testing.T) {
	on(t, "2026-11-23T07:10:00Z", []Timer{hourly(1)}, func(b *bench) {
		done, err := b.sched.Recover(1)
		if err != nil {
			b.t.Fatal(err)
		}
		<-done
		b.want(ran{1, CauseRecover, "2026-11-23T07:10:00Z"})
	})
}
