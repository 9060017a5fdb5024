package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"tradepost/backend/fault"
)

// dayRule narrows the days of an expression; nil does not. It is asked for a face of the clock.
type dayRule func(face time.Time) bool

// takeDayRule reads what crons of five fields lack, in the way that others write it (Quartz): "1#2" for the second Monday
// of the month, "5L" for the last Friday, "L" as the day for the month's last. It gives the expression without.
func takeDayRule(expr string) (plain string, only dayRule, err error) {
	fields := strings.Fields(expr)
	if len(fields) != 5 {
		return expr, nil, nil
	}
	day, weekday := fields[2], fields[4]
	switch {
	case day == "L":
		if weekday != "*" {
			return "", nil, unreadable(expr, nil)
		}
		fields[2], only = "28-31", func(face time.Time) bool { return face.AddDate(0, 0, 1).Day() == 1 }
	case strings.ContainsAny(weekday, "#L"):
		name, which, ok := nthOf(weekday)
		if !ok || day != "*" {
			return "", nil, fault.New(fault.Invalid, "“"+weekday+"” names no day of the month.",
				"Write for instance 1#1 for the first Monday or 5L for the last Friday, with * as the day.").InField("cron")
		}
		fields[4], only = name, which
	}
	return strings.Join(fields, " "), only, nil
}

// nthOf reads "1#2" and "5L".
func nthOf(weekday string) (name string, only dayRule, ok bool) {
	if name, last := strings.CutSuffix(weekday, "L"); last && dayName(name) != "" {
		return name, func(face time.Time) bool { return face.AddDate(0, 0, 7).Month() != face.Month() }, true
	}
	name, text, _ := strings.Cut(weekday, "#")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 5 || dayName(name) == "" {
		return "", nil, false
	}
	return name, func(face time.Time) bool { return (face.Day()-1)/7 == n-1 }, true
}

// nextFace is the first face after the given one that expression and rule name; the zero time means none in the next years.
func nextFace(spec *cron.SpecSchedule, only dayRule, after time.Time) time.Time {
	face := spec.Next(after)
	for only != nil && !face.IsZero() && !only(face) {
		// A day that does not fit is left as a whole.
		face = spec.Next(time.Date(face.Year(), face.Month(), face.Day(), 23, 59, 59, 0, time.UTC))
	}
	return face
}

var ordinals = []string{"first", "second", "third", "fourth", "fifth"}

// dayRuleWords words "1#2" and "5L"; "" for others.
func dayRuleWords(weekday string) string {
	if name, last := strings.CutSuffix(weekday, "L"); last && dayName(name) != "" {
		return "on the last " + dayName(name) + " of every month"
	}
	name, text, _ := strings.Cut(weekday, "#")
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(ordinals) && dayName(name) != "" {
		return "on the " + ordinals[n-1] + " " + dayName(name) + " of every month"
	}
	return ""
}

// ordinalOf reads "first" to "fifth" and "1st" to "5th"; 0 for others.
func ordinalOf(word string) int {
	if n := slices.Index(ordinals, word) + 1; n > 0 {
		return n
	}
	return slices.Index([]string{"1st", "2nd", "3rd", "4th", "5th"}, word) + 1
}
