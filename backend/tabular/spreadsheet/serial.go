package spreadsheet

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

const dayMillis = 24 * 60 * 60 * 1000

// epoch1900 is day 0 of serials from 61 on: Excel counts a 29 February 1900 that never was. epoch1904 is day 0 of
// workbooks that say date1904, as Excel for the Mac wrote them.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

// lastSerial is the end of the year 9999.
const lastSerial = 2958466

// appendDate writes a serial, days and a fraction of a day, as 2026-07-21, 2026-07-21T13:05:00 or 13:05:00. Time is
// exact to the second, or the millisecond where the format shows it. A number that is no date is written as it is.
func appendDate(to []byte, serial float64, format numberFormat, since1904 bool) []byte {
	if format.look == elapsed {
		return appendElapsed(to, serial, format.millis)
	}
	if math.IsNaN(serial) || serial < 0 || serial >= lastSerial {
		return strconv.AppendFloat(to, serial, 'f', -1, 64)
	}
	millis := millisOf(serial, format.millis)
	if serial < 1 && (format.look == clock || format.look == either) {
		return appendClock(to, min(millis, dayMillis-1000)) // a time of day is not rounded into the next one
	}
	days, rest := millis/dayMillis, millis%dayMillis
	to = appendDay(to, int(days), since1904)
	if rest == 0 && (format.look == day || format.look == either) {
		return to
	}
	return appendClock(append(to, 'T'), rest)
}

// ReadDates names columns of dates: their numbers without a date format are read as dates between 1990 and 2100, with a
// note, in workbooks that state from when they count days (1900 or 1904). Of others nothing tells, and numbers stay
// numbers. It counts for sheets opened afterwards.
func (b *Book) ReadDates(columns []int) {
	b.dates = map[int]bool{}
	for _, column := range columns {
		b.dates[column] = b.saysDates
	}
}

// The days as which a number without a date format is taken for a date.
var firstDated, lastDated = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)

// dated writes a number of a column of dates as the date it is, where the workbook says from when it counts days.
func (r *Rows) dated(column int, digits []byte) bool {
	if !r.book.dates[column] {
		return false
	}
	serial, err := strconv.ParseFloat(string(digits), 64)
	epoch := epoch1900
	if r.book.date1904 {
		epoch = epoch1904
	}
	first, last := firstDated.Sub(epoch).Hours()/24, lastDated.Sub(epoch).Hours()/24
	if err != nil || serial < first || serial >= last {
		return false
	}
	r.data = appendDate(r.data, serial, numberFormat{look: either}, r.book.date1904)
	r.notes = append(r.notes, Note{Column: column, Code: Dated})
	return true
}

func millisOf(serial float64, exact bool) int64 {
	if exact {
		return int64(math.Round(serial * dayMillis))
	}
	return int64(math.Round(serial*dayMillis/1000)) * 1000
}

func appendDay(to []byte, days int, since1904 bool) []byte {
	switch {
	case since1904:
		return epoch1904.AddDate(0, 0, days).AppendFormat(to, time.DateOnly)
	case days == 60:
		return append(to, "1900-02-29"...)
	case days < 60:
		days++
	}
	return epoch1900.AddDate(0, 0, days).AppendFormat(to, time.DateOnly)
}

func appendClock(to []byte, millis int64) []byte {
	seconds := millis / 1000
	to = appendPair(to, seconds/3600)
	to = appendPair(append(to, ':'), seconds/60%60)
	to = appendPair(append(to, ':'), seconds%60)
	if rest := millis % 1000; rest != 0 {
		to = append(to, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	}
	return to
}

func appendPair(to []byte, n int64) []byte {
	if n < 10 {
		to = append(to, '0')
	}
	return strconv.AppendInt(to, n, 10)
}

// appendElapsed writes hours beyond a day: 27:30:00.
func appendElapsed(to []byte, serial float64, exact bool) []byte {
	if math.IsNaN(serial) || math.Abs(serial) >= lastSerial {
		return strconv.AppendFloat(to, serial, 'f', -1, 64)
	}
	if serial < 0 {
		to, serial = append(to, '-'), -serial
	}
	return appendClock(to, millisOf(serial, exact))
}

// isoDate gives the date of a cell that holds it as text, as strict workbooks may; its midnight is dropped where the
// format shows no time.
func (r *Rows) isoDate(style int) []byte {
	text := trim(r.value, 0)
	if r.format(style).look == day {
		if date, clock, ok := bytes.Cut(text, []byte("T")); ok && strings.Trim(string(clock), "0:.Z") == "" {
			return date
		}
	}
	return text
}
