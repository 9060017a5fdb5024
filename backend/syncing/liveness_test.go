package syncing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/syncing"
)

var monday = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)

// rhythm is of a shop with two orders an hour between 9 and 21, on weekdays alone, for so many weeks before monday.
func rhythm(weeks int) syncing.Rhythm {
	hours := map[int64]int{}
	for at := monday.AddDate(0, 0, -7*weeks); at.Before(monday); at = at.Add(time.Hour) {
		if day := at.Weekday(); day != time.Saturday && day != time.Sunday && at.Hour() >= 9 && at.Hour() < 21 {
			hours[at.Unix()/3600] = 2
		}
	}
	return syncing.NewRhythm(hours)
}

// Nights and weekends are no silence; the same span of a working day is.
func TestSilenceIsJudgedByTheChannelsOwnRhythm(t *testing.T) {
	usual := rhythm(4)
	for name, c := range map[string]struct {
		newest, looked time.Time
		silent, alarm  bool
		usual          time.Duration
	}{
		"a weekend":             {monday.Add(-52 * time.Hour), monday.Add(8 * time.Hour), false, false, 0},
		"a night":               {monday.Add(20*time.Hour + 50*time.Minute), monday.Add(33 * time.Hour), false, false, 0},
		"an hour of the day":    {monday.Add(10 * time.Hour), monday.Add(11 * time.Hour), false, false, 0},
		"three of the day":      {monday.Add(10 * time.Hour), monday.Add(13 * time.Hour), true, false, 30 * time.Minute},
		"a day and a half":      {monday.Add(9 * time.Hour), monday.Add(45 * time.Hour), true, false, 45 * time.Minute},
		"nearly a working week": {monday.Add(9 * time.Hour), monday.Add(110 * time.Hour), true, true, 54 * time.Minute},
		"never an order":        {time.Time{}, monday.Add(45 * time.Hour), false, false, 0},
	} {
		s := syncing.SilenceOf(usual, c.newest, c.looked)
		if (s != nil) != c.silent || s != nil && s.Alarm != c.alarm {
			t.Errorf("%s: %+v", name, s)
		}
		if s != nil && (s.Usual < c.usual*9/10 || s.Usual > c.usual*14/10) {
			t.Errorf("%s: usually every %s, want %s", name, s.Usual, c.usual)
		}
	}
}

func TestAYoungChannelIsNotJudged(t *testing.T) {
	if s := syncing.SilenceOf(syncing.NewRhythm(map[int64]int{monday.Unix() / 3600: 50}), monday, monday.Add(48*time.Hour)); s != nil {
		t.Errorf("after one day of orders: %+v", s)
	}
	if s := syncing.SilenceOf(syncing.Rhythm{}, monday, monday.Add(48*time.Hour)); s != nil {
		t.Errorf("without any: %+v", s)
	}
}

func (d *desk) standing() syncing.Standing {
	d.t.Helper()
	s, err := d.engine.StandingOf(d.t.Context(), d.conn.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *desk) concerns() (kinds []string) {
	d.t.Helper()
	all, err := d.engine.Concerns(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range all {
		kinds = append(kinds, c.Kind)
	}
	return kinds
}

func TestTroubleInWords(t *testing.T) {
	for code, want := range map[fault.Code]struct {
		state syncing.Health
		need  syncing.Need
		words string
		alarm bool
	}{
		fault.Auth:        {syncing.NeedsYou, syncing.SignIn, "Specimen asks you to sign in again. Orders wait there until then; nothing is lost.", true},
		fault.Permission:  {syncing.NeedsYou, syncing.Rights, "It is so.", true},
		fault.Retired:     {syncing.NeedsYou, syncing.Update, "It is so.", true},
		fault.Unavailable: {syncing.Late, syncing.NoNeed, "It is so · last look 10 min ago", false},
		fault.Conflict:    {syncing.NeedsYou, syncing.AcceptGone, "It is so.", true},
		fault.Invalid:     {syncing.NeedsYou, syncing.Look, "It is so.", false},
	} {
		t.Run(string(code), func(t *testing.T) {
			d := openDesk(t)
			d.connect()
			d.pull(syncing.Request{})
			d.clock.move(10 * time.Minute)
			d.shop.trouble = func(channel.PullRequest) error { return fault.New(code, "It is so.", "Do this.") }
			if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync}); !fault.Is(err, code) {
				t.Fatal(err)
			}
			s := d.standing()
			if s.State != want.state || s.Need != want.need || s.Words != want.words {
				t.Errorf("%s %s %q", s.State, s.Need, s.Words)
			}
			if alarms := d.concerns(); (len(alarms) == 1) != want.alarm {
				t.Errorf("alarms %v", alarms)
			}
			began := s.Since
			d.clock.move(20 * time.Minute)
			_, _ = d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync})
			if s := d.standing(); s.Since != began {
				t.Errorf("the same trouble begins anew: %s, before %s", s.Since, began)
			}
			d.shop.trouble = nil
			d.pull(syncing.Request{})
			if s := d.standing(); s.State != syncing.Fine || len(d.concerns()) != 0 {
				t.Errorf("afterwards: %s %q", s.State, s.Words)
			}
		})
	}
}

// An outage that outlasts the schedule's patience is an alarm, though it may pass by itself.
func TestALongOutageIsAnAlarm(t *testing.T) {
	d := openDesk(t)
	d.connect()
	d.pull(syncing.Request{})
	d.clock.move(time.Hour)
	d.shop.trouble = func(channel.PullRequest) error { return fault.New(fault.Unavailable, "It is down.", "Wait.") }
	_, _ = d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync})
	if alarms := d.concerns(); fmt.Sprint(alarms) != "[trouble]" {
		t.Errorf("alarms %v", alarms)
	}
	if err := d.engine.Pause(t.Context(), d.conn.ID, true); err != nil {
		t.Fatal(err)
	}
	if alarms := d.concerns(); len(alarms) != 0 {
		t.Errorf("a paused one alarms: %v", alarms)
	}
	if s := d.standing(); s.State != syncing.Rests || !strings.HasPrefix(s.Words, "paused") {
		t.Errorf("%s %q", s.State, s.Words)
	}
}

// Lag is told of what changed after the last look, never of history that is read for the first time.
func TestLagIsNotOfHistory(t *testing.T) {
	d := openDesk(t)
	for _, o := range several(4) {
		d.shop.put(o)
	}
	d.connect()
	d.pull(syncing.Request{})
	if s := d.standing(); s.Lag != -1 {
		t.Errorf("after the first look: lag %d", s.Lag)
	}
	d.shop.put(several(1)[0])
	d.pull(syncing.Request{})
	if s := d.standing(); s.Lag != 0 {
		t.Errorf("after a change: lag %d", s.Lag)
	}
}
