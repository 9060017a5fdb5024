package schedule

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the computer's own zones

	"go.uber.org/goleak"

	"tradepost/backend/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func parse(t *testing.T, expr, zone string) Plan {
	t.Helper()
	plan, err := Parse(expr, zone)
	if err != nil {
		t.Fatalf("parsing %q in %q: %v", expr, zone, err)
	}
	return plan
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	cases := []struct{ expr, zone, field string }{
		{"", "UTC", "cron"},
		{"* * * *", "UTC", "cron"},
		{"0 * * * * *", "UTC", "cron"},
		{"61 * * * *", "UTC", "cron"},
		{"*/0 * * * *", "UTC", "cron"},
		{"5-1 * * * *", "UTC", "cron"},
		{", * * * *", "UTC", "cron"},
		{"0 0 31 2 *", "UTC", "cron"},
		{"@fortnightly", "UTC", "cron"},
		{"@every", "UTC", "cron"},
		{"@every soon", "UTC", "cron"},
		{"@every 0s", "UTC", "cron"},
		{"@every -5m", "UTC", "cron"},
		{"@every 1500ms", "UTC", "cron"},
		{"TZ=UTC", "UTC", "cron"}, // robfig/cron panics on this one
		{"CRON_TZ=UTC 0 0 * * *", "UTC", "cron"},
		{"@daily", "Mars/Olympus", "zone"},
	}
	for _, c := range cases {
		_, err := Parse(c.expr, c.zone)
		coded := fault.Of(err)
		if coded == nil || coded.Code != fault.Invalid || coded.Remedy == "" || coded.Field != c.field {
			t.Errorf("Parse(%q, %q): %+v", c.expr, c.zone, coded)
		}
	}
}

func TestNextWhereClocksChange(t *testing.T) {
	cases := []struct {
		name, expr, zone, after string
		want                    []string
	}{
		{"New York skips 02:30", "30 2 * * *", "America/New_York", "2026-03-07T00:00:00-05:00",
			[]string{"2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"}},
		{"several in one gap run once", "*/15 2 * * *", "America/New_York", "2026-03-08T00:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"}},
		{"the gap's end is no second run", "30 2,3 * * *", "America/New_York", "2026-03-08T00:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00", "2026-03-09T02:30:00-04:00"}},
		{"New York repeats 01:30", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"from inside of the repeated hour", "30 1 * * *", "America/New_York", "2026-11-01T01:10:00-05:00",
			[]string{"2026-11-02T01:30:00-05:00"}},
		{"Cairo has no midnight", "@daily", "Africa/Cairo", "2026-04-23T12:00:00+02:00",
			[]string{"2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00"}},
		{"Lord Howe skips half an hour", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		{"Lord Howe repeats half an hour", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"Kathmandu's quarter", "0 9 * * 1-5", "Asia/Kathmandu", "2026-11-20T10:00:00+05:45",
			[]string{"2026-11-23T09:00:00+05:45"}},
		{"Samoa skipped a whole day", "0 9 * * *", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T09:00:00+14:00"}},
		{"Sunday may be 7", "0 9 * * 7", "UTC", "2026-11-23T00:00:00Z", []string{"2026-11-29T09:00:00Z"}},
		{"and end a range", "0 9 * * 6-7", "UTC", "2026-11-23T00:00:00Z",
			[]string{"2026-11-28T09:00:00Z", "2026-11-29T09:00:00Z"}},
		{"29 February", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z"}},
		{"every 5 minutes counts on", "@every 5m", "America/New_York", "2026-11-01T01:57:00-04:00",
			[]string{"2026-11-01T01:02:00-05:00", "2026-11-01T01:07:00-05:00"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			plan, at := parse(t, c.expr, c.zone), instant(t, c.after)
			for _, want := range c.want {
				if at = plan.Next(at); !at.Equal(instant(t, want)) {
					t.Fatalf("got %s, want %s", at, want)
				}
			}
		})
	}
}

// The clock's fractions must neither double nor skip a run.
func TestNextIsStrictlyAfter(t *testing.T) {
	plan, due := parse(t, "30 7 * * *", "UTC"), instant(t, "2026-11-23T07:30:00Z")
	for after, want := range map[time.Time]time.Time{
		due.Add(-time.Nanosecond): due,
		due:                       due.AddDate(0, 0, 1),
		due.Add(time.Nanosecond):  due.AddDate(0, 0, 1),
	} {
		if got := plan.Next(after); !got.Equal(want) {
			t.Errorf("after %s: got %s, want %s", after, got, want)
		}
	}
}

var (
	sampleZones = []string{"UTC", "America/New_York", "America/Santiago", "Europe/Dublin", "Africa/Cairo", "Africa/Casablanca",
		"Asia/Kolkata", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Antarctica/Troll"}
	sampleExprs = []string{"*/5 * * * *", "30 2 * * *", "0 0 * * *", "15 1-3 * * *", "0 9 * * 1-5", "0 3 1 * *", "59 23 * * 0", "7 */6 * * *"}
)

// yearOfFaces knows, for every minute that a clock could show in 2026, when the clocks in one zone first showed it or a later
// one. It is built by looking at the clock each minute of the year: slow, and plainly right.
type yearOfFaces struct {
	begin time.Time // a face
	first []time.Time
}

func facesOf(zone *time.Location) yearOfFaces {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	year := yearOfFaces{begin: begin}
	for at := begin.Add(-15 * time.Hour).In(zone); at.Before(begin.AddDate(1, 0, 1)); at = at.Add(time.Minute) {
		for shown := int(faceOf(at).Sub(begin) / time.Minute); len(year.first) <= shown; {
			year.first = append(year.first, at)
		}
	}
	return year
}

func (y yearOfFaces) instant(face time.Time) time.Time {
	return y.first[int(face.Sub(y.begin)/time.Minute)]
}

// Every intended local time of a year runs once, in zones of every sort.
func TestEachLocalTimeRunsOnce(t *testing.T) {
	for _, zone := range sampleZones {
		year := facesOf(parse(t, "@daily", zone).zone)
		for _, expr := range sampleExprs {
			if err := checkYear(parse(t, expr, zone), year); err != nil {
				t.Errorf("%q in %s: %v", expr, zone, err)
			}
		}
	}
}

// checkYear walks plan through the year and compares with the distinct instants of all the faces it names.
func checkYear(plan Plan, year yearOfFaces) error {
	at, last := year.instant(year.begin).Add(-time.Second), time.Time{}
	end := year.begin.AddDate(1, 0, 0)
	for face := plan.spec.Next(year.begin.Add(-time.Second)); face.Before(end); face = plan.spec.Next(face) {
		want := year.instant(face)
		if want.Equal(last) {
			continue // in one gap with the one before
		}
		if at = plan.Next(at); !at.Equal(want) {
			return fmt.Errorf("got %s, want %s", at, want)
		}
		last = want
	}
	if next := plan.Next(at); next.Before(year.instant(end)) {
		return fmt.Errorf("one too many: %s", next)
	}
	return nil
}

func TestWords(t *testing.T) {
	for expr, want := range map[string]string{
		"* * * * *":            "every minute",
		"*/5 * * * *":          "every 5 minutes",
		"*/7 * * * *":          "*/7 * * * *", // not every 7 minutes across the hour
		"0 * * * *":            "every hour",
		"20 * * * *":           "every hour at minute 20",
		"0 */6 * * *":          "every 6 hours",
		"30 7 * * *":           "every day at 07:30",
		"30 7,12,18 * * *":     "every day at 07:30, 12:30 and 18:30",
		"30 7 * * 1-5":         "every weekday at 07:30",
		"30 7 * * MON-FRI":     "every weekday at 07:30",
		"0 9 * * 1":            "every Monday at 09:00",
		"0 9 * * mon,thu":      "every Monday and Thursday at 09:00",
		"0 9 * * 7":            "every Sunday at 09:00",
		"0 3 1 * *":            "on day 1 of every month at 03:00",
		"0 0 1 1 *":            "every 1 January at 00:00",
		"@daily":               "every day at 00:00",
		"@weekly":              "every Sunday at 00:00",
		"@hourly":              "every hour",
		"@monthly":             "on day 1 of every month at 00:00",
		"@yearly":              "every 1 January at 00:00",
		"@every 5m":            "every 5 minutes",
		"@every 1h":            "every hour",
		"@every 90s":           "every 90 seconds",
		"@every 90m":           "every 90 minutes",
		"@every soon":          "@every soon",
		"0 9 1 * 1":            "0 9 1 * 1",
		"0-30/10 9 * * *":      "0-30/10 9 * * *",
		"30 7 * * 1-5 extra x": "30 7 * * 1-5 extra x",
		"":                     "",
	} {
		if got := Words(expr); got != want {
			t.Errorf("Words(%q) = %q, want %q", expr, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range append([]string{"TZ=UTC", "@every 1h", "0 9 * * 5-7", "59 23 31 12 *", "*/99999999999 * * * *"}, sampleExprs...) {
		f.Add(seed, "America/New_York")
	}
	f.Fuzz(func(t *testing.T, expr, zone string) {
		Words(expr)
		plan, err := Parse(expr, zone)
		if err != nil {
			return
		}
		after := time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC)
		if next := plan.Next(after); !next.After(after) {
			t.Errorf("%q in %q: %s is not after %s", expr, zone, next, after)
		}
	})
}
