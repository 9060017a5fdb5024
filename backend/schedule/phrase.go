package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/fault"
)

const understood = `Understood is for instance: “every 15 minutes between 8 and 18 on weekdays”, “every day at 7:30”, ` +
	`“every Monday and Thursday at 6, 12 and 18”, “on the first Monday of the month at 6”, “on day 15 of every month at 9:00”, ` +
	`“on the last day of the month at 23:00”, “hourly”.`

// Phrase reads a schedule as a person says it ("every weekday at 7:30") and gives the cron expression. Words says the same
// back. A five field expression or @word is taken as it is. What is not understood is fault.Invalid, with what would be.
func Phrase(text string) (string, error) {
	text = strings.TrimSpace(text)
	if isExpression(text) {
		_, err := Parse(text, "UTC")
		return text, err
	}
	p := &phrase{left: wordsOf(text)}
	expr, ok := p.whole()
	if !ok || len(p.left) > 0 {
		return "", p.notUnderstood(text)
	}
	_, err := Parse(expr, "UTC")
	return expr, err
}

func isExpression(text string) bool {
	return strings.HasPrefix(text, "@") || len(strings.Fields(text)) == 5 && strings.Trim(strings.Fields(text)[0], "0123456789*/,-") == ""
}

var tokens = regexp.MustCompile(`\d{1,2}[:.]\d{2}|\d+|[a-zäöü]+`)

// fillers carry no meaning of their own.
var fillers = map[string]bool{"the": true, "of": true, "a": true, "an": true, "clock": true, "o": true, "hrs": true, "uhr": true, "please": true, "each": true, "once": true}

// wordsOf cuts a phrase into its words: lower case, without commas and fillers. "each" counts as "every".
func wordsOf(text string) []string {
	text = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "each ", "every ", "o'clock", "", "o’clock", "").Replace(strings.ToLower(text))
	var words []string
	for _, word := range tokens.FindAllString(text, -1) {
		if !fillers[word] {
			words = append(words, word)
		}
	}
	return words
}

// phrase is what is still to be read.
type phrase struct {
	left []string
	stop string // what is wrong, where more can be said than "not understood"
}

func (p *phrase) peek() string {
	if len(p.left) == 0 {
		return ""
	}
	return p.left[0]
}

// take reads the given words if they come next.
func (p *phrase) take(words ...string) bool {
	if len(p.left) < len(words) {
		return false
	}
	for i, word := range words {
		if p.left[i] != word {
			return false
		}
	}
	p.left = p.left[len(words):]
	return true
}

func (p *phrase) takeAny(words ...string) bool {
	for _, word := range words {
		if p.take(word) {
			return true
		}
	}
	return false
}

// try undoes what part read if it did not succeed.
func try[T any](p *phrase, part func() (T, bool)) (T, bool) {
	before := p.left
	value, ok := part()
	if !ok {
		p.left = before
	}
	return value, ok
}

func (p *phrase) notUnderstood(text string) error {
	switch {
	case p.stop != "":
		return fault.New(fault.Invalid, p.stop, understood).InField("words")
	case text == "":
		return fault.New(fault.Invalid, "Say when.", understood).InField("words")
	case len(p.left) > 0:
		return fault.New(fault.Invalid, "“"+strings.Join(p.left, " ")+"” is not understood here.", understood).InField("words")
	}
	return fault.New(fault.Invalid, "“"+text+"” is not understood yet: say also when.", understood).InField("words")
}

// whole reads a phrase: how often within a day, or on which days at which times; in either order.
func (p *phrase) whole() (string, bool) {
	if expr, ok := try(p, p.interval); ok {
		return expr, true
	}
	if days, ok := try(p, p.days); ok {
		clock, ok := p.clock()
		return clock + " " + days, ok
	}
	clock, ok := try(p, p.clock)
	if !ok {
		return "", false
	}
	if days, ok := try(p, p.days); ok {
		return clock + " " + days, true
	}
	return clock + " * * *", true
}

// interval reads "every 15 minutes between 8 and 18 on weekdays"; "every 2 hours at minute 5".
func (p *phrase) interval() (string, bool) {
	count, unit, ok := p.every()
	if !ok {
		return "", false
	}
	hours, ranged := try(p, p.between)
	minute := 0
	if unit == "hour" && p.take("at", "minute") {
		if minute, ok = p.number(0, 59); !ok {
			return "", false
		}
	}
	if !ranged {
		hours, ranged = try(p, p.between)
	}
	days := "* * *"
	if named, ok := try(p, p.weekdays); ok {
		days = "* * " + named
	}
	if p.peek() == "at" || p.peek() == "on" {
		return "", false
	}
	if unit == "minute" {
		return step("*", count) + " " + orAll(hours, ranged) + " " + days, true
	}
	return fmt.Sprintf("%d %s %s", minute, step(orAll(hours, ranged), count), days), true
}

func orAll(hours string, ranged bool) string {
	if ranged {
		return hours
	}
	return "*"
}

func step(field string, count int) string {
	if count == 1 {
		return field
	}
	parts := strings.Split(field, ",")
	return strings.Join(parts, "/"+strconv.Itoa(count)+",") + "/" + strconv.Itoa(count)
}

// every reads how often within a day.
func (p *phrase) every() (count int, unit string, ok bool) {
	if p.take("hourly") {
		return 1, "hour", true
	}
	if !p.take("every") {
		return 0, "", false
	}
	if p.take("half", "hour") {
		return 30, "minute", true
	}
	if p.takeAny("quarter") {
		return 15, "minute", p.take("hour")
	}
	count = 1
	if n, stated := p.number(1, 10000); stated {
		count = n
	}
	switch {
	case p.takeAny("minute", "minutes", "min", "mins"):
		return count, "minute", p.divides(count, 60, "minutes")
	case p.takeAny("hour", "hours"):
		return count, "hour", p.divides(count, 24, "hours")
	}
	return 0, "", false
}

// divides refuses "every 7 minutes": the clock starts anew at each hour, so the last step would be shorter.
func (p *phrase) divides(count, whole int, unit string) bool {
	if count < whole && whole%count == 0 || count == 1 {
		return true
	}
	p.stop = fmt.Sprintf("“Every %d %s” does not divide the clock evenly. For a pause of exactly that length write @every %d%c.", count, unit, count, unit[0])
	return false
}

// between reads "between 8 and 18": from 8:00 on and before 18:00.
func (p *phrase) between() (string, bool) {
	joint := "and"
	switch {
	case p.take("between"):
	case p.take("from"):
		joint = "to"
	default:
		return "", false
	}
	from, ok := p.fullHour()
	if !ok || !p.takeAny(joint, "until", "till") {
		return "", false
	}
	until, ok := p.fullHour()
	if !ok || from%24 == until%24 {
		return "", false
	}
	from %= 24
	last := (until + 23) % 24
	switch {
	case from < last:
		return fmt.Sprintf("%d-%d", from, last), true
	case from == last:
		return strconv.Itoa(from), true
	case last == 0:
		return hourRange(from, 23) + ",0", true
	}
	return hourRange(from, 23) + "," + hourRange(0, last), true
}

func hourRange(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}

func (p *phrase) fullHour() (int, bool) {
	at, ok := p.time()
	if ok && at%60 != 0 {
		p.stop = "The span must begin and end at a full hour."
		return 0, false
	}
	return at / 60, ok
}

// days reads the days of a phrase as the three last fields.
func (p *phrase) days() (string, bool) {
	if p.takeAny("daily") || p.take("every", "day") {
		return "* * *", true
	}
	for _, part := range []func() (string, bool){p.monthly, p.yearly, p.inWeek} {
		if days, ok := try(p, part); ok {
			return days, true
		}
	}
	return "", false
}

func (p *phrase) inWeek() (string, bool) {
	named, ok := p.weekdays()
	return "* * " + named, ok
}

// weekdays reads "every weekday", "on Mondays and Thursdays", "every Saturday and Sunday", "at weekends".
func (p *phrase) weekdays() (string, bool) {
	p.takeAny("every", "on", "at")
	p.take("weekly")
	p.takeAny("on", "every")
	switch {
	case p.takeAny("weekday", "weekdays", "workday", "workdays"), p.take("working", "day"), p.take("working", "days"):
		return "1-5", true
	case p.takeAny("weekend", "weekends"):
		return "6,0", true
	}
	first, ok := p.weekday()
	if !ok {
		return "", false
	}
	if joint := p.takeAny("to", "through", "until"); joint {
		last, ok := p.weekday()
		if !ok || last <= first {
			return "", false
		}
		return fmt.Sprintf("%d-%d", first, last), true
	}
	days := strconv.Itoa(first)
	for {
		next, ok := try(p, func() (int, bool) { p.take("and"); p.take("on"); return p.weekday() })
		if !ok {
			return days, true
		}
		days += "," + strconv.Itoa(next)
	}
}

func (p *phrase) weekday() (int, bool) {
	word := strings.TrimSuffix(p.peek(), "s")
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		if len(word) >= 2 && strings.HasPrefix(name, word) && (len(word) == len(name) || len(word) <= 4) {
			p.left = p.left[1:]
			return int(day), true
		}
	}
	return 0, false
}

// monthly reads "first Monday of the month", "day 15 of every month", "the 15th of each month", "last day of the month",
// and with the month first: "every month on the 1st".
func (p *phrase) monthly() (string, bool) {
	first := p.take("every", "month") || p.take("monthly")
	p.takeAny("on", "every")
	days, ok := p.dayOfMonth()
	if !ok {
		return "", false
	}
	if !first {
		p.takeAny("every", "in")
		return days, p.takeAny("month", "monthly")
	}
	return days, true
}

func (p *phrase) dayOfMonth() (string, bool) {
	if p.take("last", "day") {
		return "L * *", true
	}
	if p.take("last") {
		day, ok := p.weekday()
		return fmt.Sprintf("* * %dL", day), ok
	}
	if p.take("first", "day") {
		return "1 * *", true
	}
	if nth, ok := try(p, p.nthWeekday); ok {
		return nth, true
	}
	p.take("day")
	if day, ok := p.ordinalDay(); ok {
		return strconv.Itoa(day) + " * *", true
	}
	return "", false
}

func (p *phrase) nthWeekday() (string, bool) {
	n := ordinalOf(p.peek())
	if n == 0 {
		if n, _ = p.number(1, 5); n == 0 || !p.takeAny("st", "nd", "rd", "th") {
			return "", false
		}
	} else {
		p.left = p.left[1:]
	}
	day, ok := p.weekday()
	return fmt.Sprintf("* * %d#%d", day, n), ok
}

// ordinalDay reads "15", "15th", "first".
func (p *phrase) ordinalDay() (int, bool) {
	if n := ordinalOf(p.peek()); n > 0 {
		p.left = p.left[1:]
		return n, true
	}
	day, ok := p.number(1, 31)
	p.takeAny("st", "nd", "rd", "th")
	return day, ok
}

// yearly reads "every 4 July", "every year on July 4th".
func (p *phrase) yearly() (string, bool) {
	if !p.take("every") && !p.take("yearly") {
		return "", false
	}
	p.take("year")
	p.take("on")
	month, before := p.month()
	day, ok := p.ordinalDay()
	if !before {
		month, before = p.month()
	}
	return fmt.Sprintf("%d %d *", day, month), ok && before
}

func (p *phrase) month() (int, bool) {
	for month := time.January; month <= time.December; month++ {
		name := strings.ToLower(month.String())
		if word := p.peek(); word == name || len(word) == 3 && strings.HasPrefix(name, word) {
			p.left = p.left[1:]
			return int(month), true
		}
	}
	return 0, false
}

// clock reads "at 7:30", "at 6, 12 and 18", as the first two fields. One expression has one list of minutes for all its
// hours, so the times must share the minute.
func (p *phrase) clock() (string, bool) {
	if !p.take("at") {
		return "", false
	}
	first, ok := p.time()
	if !ok {
		return "", false
	}
	hours, minute := strconv.Itoa(first/60%24), first%60
	for {
		next, ok := try(p, func() (int, bool) { p.take("and"); p.take("at"); return p.time() })
		if !ok {
			return fmt.Sprintf("%d %s", minute, hours), true
		}
		if next%60 != minute {
			p.stop = "The times of one schedule share the minute: 7:30 and 12:30, but not 7:30 and 12:00. Make two schedules of these."
			return "", false
		}
		hours += "," + strconv.Itoa(next/60%24)
	}
}

// time reads "7", "7:30", "7.30", "7 am", "7:30 pm", "noon", "midnight" as minutes since midnight (24:00 too).
func (p *phrase) time() (int, bool) {
	switch {
	case p.take("noon"), p.take("midday"):
		return 12 * 60, true
	case p.take("midnight"):
		return 24 * 60, true
	}
	text, minuteText, _ := strings.Cut(strings.Replace(p.peek(), ".", ":", 1), ":")
	hour, err := strconv.Atoi(text)
	minute := 0
	if err == nil && minuteText != "" {
		minute, err = strconv.Atoi(minuteText)
	}
	if err != nil || minute > 59 || hour*60+minute > 24*60 {
		return 0, false
	}
	p.left = p.left[1:]
	switch {
	case p.take("am"):
		if hour == 0 || hour > 12 {
			return 0, false
		}
		hour %= 12
	case p.take("pm"):
		if hour == 0 || hour > 12 {
			return 0, false
		}
		hour = hour%12 + 12
	}
	p.takeAny("h")
	return hour*60 + minute, true
}

func (p *phrase) number(lowest, highest int) (int, bool) {
	n, err := strconv.Atoi(p.peek())
	if err != nil || n < lowest || n > highest {
		return 0, false
	}
	p.left = p.left[1:]
	return n, true
}
