package value

import (
	"strconv"
	"strings"
	"time"

	"tradepost/backend/commerce"
)

// DateOrder says whether 03/04/2026 is the fourth of March or the third of April.
type DateOrder string

// The orders: not known, month first, day first, and a file that has both.
const (
	OrderUnknown DateOrder = ""
	MonthFirst   DateOrder = "mdy"
	DayFirst     DateOrder = "dmy"
	OrderMixed   DateOrder = "mixed"
)

// And joins what two cells tell.
func (o DateOrder) And(other DateOrder) DateOrder {
	return DateOrder(Style(o).And(Style(other)))
}

// DateHint is what one cell tells about the dates of its file.
type DateHint struct {
	Order    DateOrder
	HasOrder bool // day and month are numbers that could stand either way, or prove which way they stand
	HasZone  bool // the text names its own zone
	IsDate   bool
}

// DateHintOf reads a cell for what it tells: 13/01/2026 proves day first, 01/13/2026 month first.
func DateHintOf(cell string) DateHint {
	p, ok := parseDate(ID(cell))
	if !ok {
		return DateHint{}
	}
	return DateHint{Order: p.proves(), HasOrder: p.numeric, HasZone: p.zoned, IsDate: true}
}

// DateHintOfBytes is DateHintOf for a cell not yet made a string; year-first texts with an offset cost little.
func DateHintOfBytes(cell []byte) DateHint {
	if n := len(cell); n >= 25 && n <= 26 && cell[4] == '-' && cell[13] == ':' && (cell[n-6] == '+' || cell[n-6] == '-') {
		return DateHint{HasZone: true, IsDate: true}
	}
	if n := len(cell); n == 25 && cell[4] == '-' && cell[13] == ':' && (cell[n-5] == '+' || cell[n-5] == '-') {
		return DateHint{HasZone: true, IsDate: true}
	}
	return DateHintOf(string(cell))
}

// DateOptions says how to read what a cell leaves open: the zone of a clock without one, and the order of day and month.
type DateOptions struct {
	Zone       *time.Location
	ZoneSource commerce.ZoneSource
	Order      DateOrder
}

// The warnings Date gives.
const (
	ZoneGap     = "zone_gap"     // the clock was put forward over this time; the end of the gap was taken
	ZoneOverlap = "zone_overlap" // the clock showed this time twice; the first was taken
)

// Date reads an instant: "2026-03-12 09:14:01 +0000", "2026-03-12T23:59:30-08:00", "Jul-21-26", "21 Jul 2026 13:04",
// "07/21/26 1:05 PM", "21/07/2026 13:03:57", with or without a time. A blank cell is not stated. A zone in the text
// (an offset, Z, or a name such as PST) counts before opt.Zone. The warning is "", ZoneGap or ZoneOverlap.
// The error is an *Error: no date, a day that does not exist, a clock without any zone, or a day and month that could
// stand either way while opt.Order does not tell.
func Date(cell string, opt DateOptions) (stamp commerce.Stamp, warning string, err error) {
	text := ID(cell)
	if text == "" {
		return commerce.Stamp{}, "", nil
	}
	p, ok := parseDate(text)
	if !ok && dayNumber(text) {
		return commerce.Stamp{}, "", dateError(text, "a date such as 2026-03-12 09:14",
			"This is how a spreadsheet counts days. Format the column as a date there and save it again, or correct the cell.")
	}
	if !ok {
		return commerce.Stamp{}, "", dateError(text, "a date such as 2026-03-12 09:14", "Correct the date.")
	}
	if err := p.settle(text, opt.Order); err != nil {
		return commerce.Stamp{}, "", err
	}
	return p.stamp(text, opt)
}

// dayNumber tells whether a text may be a day as spreadsheets count them, of the years 1982 to 2119. It is not read as one:
// some count from 1900 and others from 1904, and a cell without a date format does not say which.
func dayNumber(text string) bool {
	whole, _, _ := strings.Cut(text, ".")
	n, err := strconv.ParseFloat(text, 64)
	return err == nil && len(whole) == 5 && n >= 30000 && n < 80000
}

func dateError(text, expected, remedy string) error {
	return &Error{Found: shown(text), Expected: expected, Remedy: remedy}
}

// proves tells which order two numbers prove; two equal numbers are the same day either way.
func (p *parts) proves() DateOrder {
	switch {
	case !p.numeric || p.a <= 12 && p.b <= 12:
		return OrderUnknown
	case p.a > 12:
		return DayFirst
	}
	return MonthFirst
}

// settle decides day and month of a numeric date and checks that the day exists.
func (p *parts) settle(text string, order DateOrder) error {
	if p.numeric {
		if order != MonthFirst && order != DayFirst {
			order = p.proves()
		}
		if order == OrderUnknown && p.a != p.b {
			return dateError(text, "a date whose day and month can be told apart",
				"Say whether the month (mdy) or the day (dmy) comes first in this file.")
		}
		p.month, p.day = p.a, p.b
		if order == DayFirst {
			p.month, p.day = p.b, p.a
		}
	}
	if !p.exists() {
		return dateError(text, "a date that exists, years 1971 to 2199", "Correct the date, or the order of day and month.")
	}
	return nil
}

func (p *parts) exists() bool {
	if p.year < 1971 || p.year > 2199 || p.month < 1 || p.month > 12 || p.day < 1 || p.hour > 23 || p.minute > 59 || p.second > 59 {
		return false
	}
	return p.day <= time.Date(p.year, time.Month(p.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func (p *parts) precision() commerce.Precision {
	switch {
	case p.hasFraction:
		return commerce.PrecisionMillisecond
	case p.hasSecond:
		return commerce.PrecisionSecond
	case p.hasTime:
		return commerce.PrecisionMinute
	}
	return commerce.PrecisionDay
}

func (p *parts) stamp(text string, opt DateOptions) (commerce.Stamp, string, error) {
	s := commerce.Stamp{Precision: p.precision()}
	nanos := p.milli * int(time.Millisecond)
	clock := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, nanos, time.UTC)
	if p.zoned {
		s.At = commerce.InstantOf(clock.Add(-time.Duration(p.offset) * time.Minute))
		s.Zone, s.ZoneSource = offsetName(p.offset), commerce.ZoneFromFile
		return s, "", nil
	}
	if opt.Zone == nil {
		return commerce.Stamp{}, "", dateError(text, "a time zone beside the time",
			"Say in which time zone this file's clock runs.")
	}
	at, warning := resolve(clock, opt.Zone)
	if p.precision() == commerce.PrecisionDay {
		warning = ""
	}
	s.At, s.Zone, s.ZoneSource = commerce.InstantOf(at), opt.Zone.String(), opt.ZoneSource
	return s, warning, nil
}

func offsetName(minutes int) string {
	if minutes == 0 {
		return "+00:00"
	}
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	h, m := minutes/60, minutes%60
	return string([]byte{sign, '0' + byte(h/10), '0' + byte(h%10), ':', '0' + byte(m/10), '0' + byte(m%10)}) //nolint:gosec // a zone's offset is under a day
}
