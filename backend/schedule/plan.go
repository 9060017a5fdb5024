// Package schedule says when timers are due and starts them.
//
// robfig/cron only reads the expressions. Alone it skips and doubles runs where clocks change, forgets what it missed
// and dies of a panic (facts measured with v3.0.1; robfig/cron#541, robfig/cron#26). Here due times live in the store, the wall clock
// is compared at least every 30 seconds, and each intended local time runs once.
package schedule

import (
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"tradepost/backend/fault"
)

// Plan is one expression in one time zone. The zero Plan is not usable; Parse makes one.
type Plan struct {
	spec   *cron.SpecSchedule // nil for "@every"
	only   dayRule            // what five fields cannot say: the first Monday, the last day
	every  time.Duration
	zone   *time.Location
	jitter time.Duration // how much later than stated, the same for each run
}

const howToWrite = `Write five fields, minute hour day month weekday, such as "*/5 * * * *" or "30 7 * * 1-5", or @daily, or @every 5m.`

// Parse reads a cron expression of five fields, a word such as @daily, or "@every 5m". zone is an IANA name
// ("America/New_York"); empty means this computer's zone.
func Parse(expr, zone string) (Plan, error) {
	location, err := loadZone(zone)
	if err != nil {
		return Plan{}, err
	}
	expr = strings.TrimSpace(expr)
	if interval, isEvery := strings.CutPrefix(expr, "@every "); isEvery {
		return parseEvery(expr, interval, location)
	}
	spec, only, err := parseSpec(expr)
	if err != nil {
		return Plan{}, err
	}
	return Plan{spec: spec, only: only, zone: location}, nil
}

func loadZone(zone string) (*time.Location, error) {
	if zone == "" {
		return time.Local, nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, `There is no time zone "`+zone+`".`,
			`Name one as in "America/New_York", "Europe/Berlin" or "UTC".`).InField("zone")
	}
	return location, nil
}

func parseEvery(expr, interval string, zone *time.Location) (Plan, error) {
	every, err := time.ParseDuration(strings.TrimSpace(interval))
	if err != nil {
		return Plan{}, unreadable(expr, err)
	}
	if every < time.Second || every%time.Second != 0 {
		return Plan{}, fault.New(fault.Invalid, `"`+expr+`" is not a whole number of seconds.`,
			"Write for instance @every 30s, @every 5m or @every 1h30m.").InField("cron")
	}
	return Plan{every: every, zone: zone}, nil
}

// parseSpec reads expr in UTC: Next computes on the face of the clock and maps to the zone afterwards.
func parseSpec(expr string) (*cron.SpecSchedule, dayRule, error) {
	if strings.Contains(expr, "TZ=") {
		return nil, nil, fault.New(fault.Invalid, "The time zone does not belong into the schedule.",
			"Leave TZ= away and choose the zone beside it.").InField("cron")
	}
	plain, only, err := takeDayRule(expr)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := cron.ParseStandard(withSundayZero(plain))
	if err != nil {
		return nil, nil, unreadable(expr, err)
	}
	spec, isSpec := parsed.(*cron.SpecSchedule)
	if !isSpec {
		return nil, nil, unreadable(expr, nil)
	}
	spec.Location = time.UTC
	if nextFace(spec, only, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() { // five years from there hold a 29 February
		return nil, nil, fault.New(fault.Invalid, `"`+expr+`" never comes: no year has such a day.`,
			"Look at the day and the month.").InField("cron")
	}
	return spec, only, nil
}

// withSundayZero writes Sunday as 0 where other crons also allow 7 (crontab(5)); robfig/cron knows 0 only.
func withSundayZero(expr string) string {
	fields := strings.Fields(expr)
	if len(fields) != 5 {
		return expr
	}
	days := strings.Split(fields[4], ",")
	for i, day := range days {
		if from, upTo7 := strings.CutSuffix(day, "-7"); upTo7 && from != "7" {
			days[i] = from + "-6,0"
		} else if day == "7" {
			days[i] = "0"
		}
	}
	fields[4] = strings.Join(days, ",")
	return strings.Join(fields, " ")
}

func unreadable(expr string, cause error) error {
	return fault.Wrap(cause, fault.Invalid, `The schedule "`+expr+`" cannot be read.`, howToWrite).InField("cron")
}

// Next is the first due time after the given one. Each local time that the expression names runs once: one that the
// clocks skip runs when they have jumped, one that they repeat runs the first time only. The zero time means never.
func (p Plan) Next(after time.Time) time.Time {
	if p.jitter == 0 || p.spec == nil {
		return p.stated(after)
	}
	// What is due after `after` was stated at most the jitter earlier.
	for at := p.stated(after.Add(-p.jitter - time.Second)); !at.IsZero(); at = p.stated(at) {
		if due := p.shifted(at); due.After(after) {
			return due
		}
	}
	return time.Time{}
}

// stated is Next without the jitter.
func (p Plan) stated(after time.Time) time.Time {
	if p.spec == nil {
		return after.Round(0).Truncate(time.Second).Add(p.every).In(p.zone)
	}
	for face := nextFace(p.spec, p.only, faceOf(after.In(p.zone))); !face.IsZero(); face = nextFace(p.spec, p.only, face) {
		if due := instantOf(face, p.zone); due.After(after) {
			return due
		}
	}
	return time.Time{}
}

// shifted is a stated time with its jitter, which never reaches the next one.
func (p Plan) shifted(at time.Time) time.Time {
	if next := p.stated(at); !next.IsZero() && p.jitter >= next.Sub(at) {
		return at.Add(p.jitter % next.Sub(at).Truncate(time.Second))
	}
	return at.Add(p.jitter)
}

// Zone is where the expression's times are read.
func (p Plan) Zone() *time.Location { return p.zone }
