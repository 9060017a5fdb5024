package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
)

// Calendar is what schedules did and will do in a span of days.
type Calendar struct {
	From    string          `json:"from"`
	To      string          `json:"to"`
	Zone    string          `json:"zone"`
	Entries []CalendarEntry `json:"entries"`
	Cut     bool            `json:"cut" doc:"There was more than a calendar can show."`
}

// CalendarEntry is one run, past or planned; or, where a schedule has more than a few on one day, all of that day that
// stand the same: count then says how many, between the two instants.
type CalendarEntry struct {
	Schedule string  `json:"schedule"`
	Name     string  `json:"name"`
	Kind     string  `json:"kind" enum:"watch,fetch,export"`
	At       string  `json:"at"`
	Until    *string `json:"until"`
	Count    int     `json:"count"`
	State    string  `json:"state" enum:"planned,running,done,partial,failed,cancelled"`
	CatchUp  bool    `json:"catch_up" doc:"It made up for what was missed."`
	Run      *string `json:"run" doc:"The run; of many, the last."`
	Words    string  `json:"words"`
}

// Bounds of a calendar: days asked for at once, runs read, times planned per schedule, single entries per day and schedule.
const (
	calendarDays    = 45
	calendarRuns    = 50_000
	calendarPlanned = 3000
	calendarSingles = 6
)

func (s *server) calendar(ctx context.Context, in *struct {
	From string `query:"from" required:"true" doc:"RFC 3339."`
	To   string `query:"to" required:"true" doc:"RFC 3339, at most 45 days later."`
}) (*reply[Calendar], error) {
	from, err := time.Parse(time.RFC3339, in.From)
	to, err2 := time.Parse(time.RFC3339, in.To)
	if err != nil || err2 != nil || !from.Before(to) || to.Sub(from) > calendarDays*24*time.Hour {
		return nil, fault.New(fault.Invalid, "From when to when?", "Give two instants, at most 45 days apart.").InField("from")
	}
	timers, err := s.Store.Timers(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := s.Store.ScheduledRuns(ctx, commerce.InstantOf(from), commerce.InstantOf(to), calendarRuns)
	if err != nil {
		return nil, err
	}
	body := Calendar{From: commerce.InstantOf(from).String(), To: commerce.InstantOf(to).String(), Zone: s.Store.Zone().String(), Cut: len(runs) == calendarRuns}
	body.Entries = gathered(pastEntries(runs, timers), s.Store.Zone())
	for _, t := range timers {
		if syncing.OwnTimer(t.Kind) { // too often to be listed; a connection's page plots its looks
			continue
		}
		planned, cut := plannedEntries(t, from, to, s.Store.Zone())
		body.Entries, body.Cut = append(body.Entries, planned...), body.Cut || cut
	}
	slices.SortStableFunc(body.Entries, func(a, b CalendarEntry) int { return strings.Compare(a.At, b.At) })
	return ok(body, nil)
}

func pastEntries(runs []journal.Run, timers []journal.Timer) []CalendarEntry {
	names := map[int64]string{}
	for _, t := range timers {
		names[t.ID] = t.Name
	}
	kinds := map[string]string{}
	for kind, of := range runKinds {
		kinds[of] = kind
	}
	var all []CalendarEntry
	for _, r := range runs {
		id := idText(r.ID)
		all = append(all, CalendarEntry{Schedule: idText(r.TimerID), Name: or(names[r.TimerID], r.Title), Kind: kinds[r.Kind], At: r.StartedAt.String(), Count: 1,
			State: string(r.State), CatchUp: r.Cause == journal.ByCatchUp, Run: &id, Words: wordsOf(r)})
	}
	return all
}

// plannedEntries are the due times of a schedule in the span, gathered by day where there are many.
func plannedEntries(t journal.Timer, from, to time.Time, zone *time.Location) (all []CalendarEntry, cut bool) {
	plan, err := schedule.PlanOf(t)
	if err != nil || t.Paused || t.NextAt == 0 {
		return nil, false
	}
	var day []time.Time
	var ends time.Time // of the day in zone
	at := t.NextAt.Time()
	if at.Before(from) {
		at = plan.Next(from.Add(-time.Second))
	}
	for n := 0; !at.IsZero() && at.Before(to); at = plan.Next(at) {
		if n++; n > calendarPlanned {
			cut = true
			break
		}
		if !at.Before(ends) {
			all, day = append(all, plannedDay(t, day)...), day[:0]
			year, month, date := at.In(zone).Date()
			ends = time.Date(year, month, date+1, 0, 0, 0, 0, zone)
		}
		day = append(day, at)
	}
	return append(all, plannedDay(t, day)...), cut
}

func plannedDay(t journal.Timer, times []time.Time) (all []CalendarEntry) {
	entry := func(at time.Time) CalendarEntry {
		return CalendarEntry{Schedule: idText(t.ID), Name: t.Name, Kind: t.Kind, At: commerce.InstantOf(at).String(), Count: 1, State: "planned"}
	}
	if len(times) > calendarSingles {
		many, until := entry(times[0]), commerce.InstantOf(times[len(times)-1]).String()
		many.Until, many.Count = &until, len(times)
		return []CalendarEntry{many}
	}
	for _, at := range times {
		all = append(all, entry(at))
	}
	return all
}

// gathered makes one entry of the many that a schedule has on one day in one state, so that a look every five minutes does
// not hide the rest. Trouble always stays single, up to a few.
func gathered(all []CalendarEntry, zone *time.Location) []CalendarEntry {
	slices.SortStableFunc(all, func(a, b CalendarEntry) int { return strings.Compare(a.At, b.At) })
	type group struct{ schedule, day, state string }
	of := func(e CalendarEntry) group {
		at, _ := commerce.ParseInstant(e.At)
		return group{e.Schedule, at.Time().In(zone).Format(time.DateOnly), e.State}
	}
	sizes := map[group]int{}
	for _, e := range all {
		sizes[of(e)]++
	}
	entries, places := []CalendarEntry{}, map[group]int{}
	for _, e := range all {
		g := of(e)
		place, begun := places[g]
		switch {
		case sizes[g] <= calendarSingles:
			entries = append(entries, e)
		case !begun:
			places[g] = len(entries)
			entries = append(entries, e)
		default:
			first := &entries[place]
			at := e.At
			first.Until, first.Count, first.CatchUp = &at, first.Count+1, first.CatchUp || e.CatchUp
			if e.Run != nil {
				first.Run, first.Words = e.Run, e.Words
			}
		}
	}
	return entries
}
