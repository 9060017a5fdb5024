package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Words says an expression as a person would: "every 5 minutes", "every weekday at 07:30". What it has no short words
// for it gives back as it is.
func Words(expr string) string {
	expr = strings.TrimSpace(expr)
	if interval, isEvery := strings.CutPrefix(expr, "@every "); isEvery {
		return everyWords(expr, interval)
	}
	if full, known := descriptors[expr]; known {
		expr = full
	}
	fields := strings.Fields(expr)
	if len(fields) != 5 {
		return expr
	}
	if words := fieldWords(fields); words != "" {
		return words
	}
	return expr
}

// descriptors are the words that robfig/cron knows, as five fields.
var descriptors = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}

func everyWords(expr, interval string) string {
	every, err := time.ParseDuration(strings.TrimSpace(interval))
	switch {
	case err != nil || every < time.Second:
		return expr
	case every%time.Hour == 0:
		return everyCount(int(every/time.Hour), "hour")
	case every%time.Minute == 0:
		return everyCount(int(every/time.Minute), "minute")
	case every%time.Second == 0:
		return everyCount(int(every/time.Second), "second")
	}
	return expr
}

func everyCount(count int, unit string) string {
	if count == 1 {
		return "every " + unit
	}
	return fmt.Sprintf("every %d %ss", count, unit)
}

// fieldWords is "" where it has no words.
func fieldWords(fields []string) string {
	minute, hour, day, month, weekday := fields[0], fields[1], fields[2], fields[3], fields[4]
	if day == "*" && month == "*" {
		if words := withinDay(minute, hour); words != "" {
			return withDays(words, weekday)
		}
	}
	days, clock := dayWords(day, month, weekday), clockWords(minute, hour)
	if days == "" || clock == "" {
		return ""
	}
	return days + " at " + clock
}

// withDays adds on which days of the week something happens all day long; "" where that has no words.
func withDays(words, weekday string) string {
	days := weekdayWords(weekday)
	switch days {
	case "":
		return ""
	case "every day":
		return words
	case "every weekday":
		return words + " on weekdays"
	}
	if on, ruled := strings.CutPrefix(days, "on "); ruled {
		return words + " on " + on
	}
	return words + " on " + strings.TrimPrefix(days, "every ")
}

// withinDay puts what happens all day long, or all through a span of hours, into words.
func withinDay(minute, hour string) string {
	if step, ok := stepOf(minute, 60); ok {
		if hour == "*" {
			return everyCount(step, "minute")
		}
		if from, until, count, ok := spanOf(hour); ok && count == 1 {
			return everyCount(step, "minute") + spanWords(from, until)
		}
		return ""
	}
	at, err := strconv.Atoi(minute)
	if err != nil || at < 0 || at > 59 {
		return ""
	}
	step, ok := stepOf(hour, 24)
	span := ""
	if !ok {
		from, until, count, spanned := spanOf(hour)
		if !spanned || from == (until+23)%24 {
			return "" // one hour alone is a time of the day
		}
		step, span = count, spanWords(from, until)
	}
	if at == 0 {
		return everyCount(step, "hour") + span
	}
	return fmt.Sprintf("%s at minute %d%s", everyCount(step, "hour"), at, span)
}

// spanWords is "" for the whole day.
func spanWords(from, until int) string {
	if from == until {
		return ""
	}
	if until == 0 {
		until = 24
	}
	return fmt.Sprintf(" between %02d:00 and %02d:00", from, until)
}

// spanOf reads hours that follow on each other, "8-17", "22-23,0-5" over midnight, each also with a step that divides the
// day: from the first, before until.
func spanOf(hour string) (from, until, step int, ok bool) {
	parts := strings.Split(hour, ",")
	if len(parts) > 2 {
		return 0, 0, 0, false
	}
	from, last, step, ok := rangeOf(parts[0])
	if !ok || len(parts) == 1 {
		return from, (last + 1) % 24, step, ok && from >= 0
	}
	first, last2, step2, ok := rangeOf(parts[1])
	if !ok || last != 23 || first != 0 || step != 1 || step2 != 1 || last2 >= from {
		return 0, 0, 0, false
	}
	return from, last2 + 1, 1, true
}

// rangeOf reads "8", "8-17" and "8-17/2".
func rangeOf(text string) (from, to, step int, ok bool) {
	text, stepText, stepped := strings.Cut(text, "/")
	step = 1
	if stepped {
		n, err := strconv.Atoi(stepText)
		if err != nil || n < 2 || 24%n != 0 || n == 24 {
			return 0, 0, 0, false
		}
		step = n
	}
	fromText, toText, isRange := strings.Cut(text, "-")
	from, err := strconv.Atoi(fromText)
	if err != nil {
		return 0, 0, 0, false
	}
	to = from
	if isRange {
		if to, err = strconv.Atoi(toText); err != nil {
			return 0, 0, 0, false
		}
	}
	return from, to, step, from >= 0 && from <= to && to <= 23 && (isRange || !stepped)
}

// stepOf reads "*" as 1 and "*/n" as n where n divides whole, so that "every n" is true across the border.
func stepOf(field string, whole int) (step int, ok bool) {
	if field == "*" {
		return 1, true
	}
	text, isStep := strings.CutPrefix(field, "*/")
	step, err := strconv.Atoi(text)
	if !isStep || err != nil || step < 1 || whole%step != 0 || step == whole {
		return 0, false
	}
	return step, true
}

// clockWords is "07:30", or "07:30, 12:30 and 18:30" for a list of hours.
func clockWords(minute, hour string) string {
	at, ok := numbers(minute, 0, 59)
	if !ok || len(at) != 1 {
		return ""
	}
	hours, ok := numbers(hour, 0, 23)
	if !ok {
		return ""
	}
	times := make([]string, len(hours))
	for i, h := range hours {
		times[i] = fmt.Sprintf("%02d:%02d", h, at[0])
	}
	return listed(times)
}

func dayWords(day, month, weekday string) string {
	switch {
	case day == "*" && month == "*":
		return weekdayWords(weekday)
	case weekday != "*":
		return ""
	case day == "L" && month == "*":
		return "on the last day of every month"
	}
	days, ok := numbers(day, 1, 31)
	if !ok || len(days) != 1 {
		return ""
	}
	if month == "*" {
		return fmt.Sprintf("on day %d of every month", days[0])
	}
	if months, ok := numbers(month, 1, 12); ok && len(months) == 1 {
		return fmt.Sprintf("every %d %s", days[0], time.Month(months[0]))
	}
	return ""
}

func weekdayWords(weekday string) string {
	switch strings.ToUpper(weekday) {
	case "*":
		return "every day"
	case "1-5", "MON-FRI":
		return "every weekday"
	}
	if words := dayRuleWords(strings.ToUpper(weekday)); words != "" {
		return words
	}
	if from, to, isRange := strings.Cut(strings.ToUpper(weekday), "-"); isRange {
		if dayName(from) == "" || dayName(to) == "" || strings.Contains(to, "/") {
			return ""
		}
		return "every " + dayName(from) + " to " + dayName(to)
	}
	var names []string
	for part := range strings.SplitSeq(strings.ToUpper(weekday), ",") {
		name := dayName(part)
		if name == "" {
			return ""
		}
		names = append(names, name)
	}
	return "every " + listed(names)
}

// dayName reads 0 to 7 and SUN to SAT.
func dayName(text string) string {
	if number, err := strconv.Atoi(text); err == nil && number >= 0 && number <= 7 {
		return time.Weekday(number % 7).String()
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.ToUpper(day.String()[:3]) == text {
			return day.String()
		}
	}
	return ""
}

// numbers reads a list of plain numbers, in order and without doubles.
func numbers(field string, lowest, highest int) ([]int, bool) {
	var found []int
	for part := range strings.SplitSeq(field, ",") {
		number, err := strconv.Atoi(part)
		if err != nil || number < lowest || number > highest {
			return nil, false
		}
		found = append(found, number)
	}
	slices.Sort(found)
	return slices.Compact(found), true
}

func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
