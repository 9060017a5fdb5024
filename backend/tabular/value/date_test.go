package value_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skipf("no time zone data here: %v", err)
	}
	return loc
}

func TestDateWithItsOwnZone(t *testing.T) {
	tests := []struct {
		in, at, zone string
		precision    commerce.Precision
	}{
		{"2026-03-12 09:14:01 +0000", "2026-03-12T09:14:01Z", "+00:00", commerce.PrecisionSecond},
		{"2026-03-12 09:14:01 -0500", "2026-03-12T14:14:01Z", "-05:00", commerce.PrecisionSecond},
		{"2026-03-12T23:59:30-08:00", "2026-03-13T07:59:30Z", "-08:00", commerce.PrecisionSecond},
		{"2026-03-12T09:14:01Z", "2026-03-12T09:14:01Z", "+00:00", commerce.PrecisionSecond},
		{"2026-03-12T09:14:01.250Z", "2026-03-12T09:14:01.250Z", "+00:00", commerce.PrecisionMillisecond},
		{"2026-03-12T09:14:01.123456789+05:30", "2026-03-12T03:44:01.123Z", "+05:30", commerce.PrecisionMillisecond},
		{"2026-03-12T09:14Z", "2026-03-12T09:14:00Z", "+00:00", commerce.PrecisionMinute},
		{"2013-01-07 07:35:42 PST", "2013-01-07T15:35:42Z", "-08:00", commerce.PrecisionSecond},
		{"2026/03/12 9:14:01 JST", "2026-03-12T00:14:01Z", "+09:00", commerce.PrecisionSecond},
		{"2012-07-14T18:53:56+ 00 :00", "2012-07-14T18:53:56Z", "+00:00", commerce.PrecisionSecond},
		{"Jul 21, 2026 1:05 PM PDT", "2026-07-21T20:05:00Z", "-07:00", commerce.PrecisionMinute},
		{"21-Jul-2026 13:05 GMT+2", "2026-07-21T11:05:00Z", "+02:00", commerce.PrecisionMinute},
		{"'2026-03-12 09:14:01 +0000\t", "2026-03-12T09:14:01Z", "+00:00", commerce.PrecisionSecond},
	}
	for _, tt := range tests {
		got, warning, err := value.Date(tt.in, value.DateOptions{})
		if err != nil || warning != "" || got.At.String() != tt.at || got.Zone != tt.zone || got.Precision != tt.precision || got.ZoneSource != commerce.ZoneFromFile {
			t.Errorf("Date(%q) = %s %+v %q, %v; want %s %s %s", tt.in, got.At, got, warning, err, tt.at, tt.zone, tt.precision)
		}
	}
}

func TestDateInAGivenZone(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	tests := []struct {
		in, order, at string
		precision     commerce.Precision
	}{
		{"Jul-21-26", "", "2026-07-21T07:00:00Z", commerce.PrecisionDay},
		{"July 21 2026", "", "2026-07-21T07:00:00Z", commerce.PrecisionDay},
		{"21 Jul 2026 13:04", "", "2026-07-21T20:04:00Z", commerce.PrecisionMinute},
		{"07/21/26", "", "2026-07-21T07:00:00Z", commerce.PrecisionDay},
		{"21/07/2026 13:03:57", "", "2026-07-21T20:03:57Z", commerce.PrecisionSecond},
		{"21.07.2026", "", "2026-07-21T07:00:00Z", commerce.PrecisionDay},
		{"07/08/26", "mdy", "2026-07-08T07:00:00Z", commerce.PrecisionDay},
		{"07/08/26", "dmy", "2026-08-07T07:00:00Z", commerce.PrecisionDay},
		{"05/05/26", "", "2026-05-05T07:00:00Z", commerce.PrecisionDay},
		{"7/21/2026 1:05 PM", "", "2026-07-21T20:05:00Z", commerce.PrecisionMinute},
		{"7/21/2026 12:05 AM", "", "2026-07-21T07:05:00Z", commerce.PrecisionMinute},
		{"7/21/2026, 12:05:09 p.m.", "", "2026-07-21T19:05:09Z", commerce.PrecisionSecond},
		{"2026-07-21", "", "2026-07-21T07:00:00Z", commerce.PrecisionDay},
		{"2026-07-21 13:04:05", "", "2026-07-21T20:04:05Z", commerce.PrecisionSecond},
		{"12/31/71", "", "1971-12-31T08:00:00Z", commerce.PrecisionDay},
	}
	for _, tt := range tests {
		opt := value.DateOptions{Zone: la, ZoneSource: commerce.ZoneFromOption, Order: value.DateOrder(tt.order)}
		got, _, err := value.Date(tt.in, opt)
		if err != nil || got.At.String() != tt.at || got.Precision != tt.precision || got.Zone != la.String() || got.ZoneSource != commerce.ZoneFromOption {
			t.Errorf("Date(%q) = %s %+v, %v; want %s %s", tt.in, got.At, got, err, tt.at, tt.precision)
		}
	}
}

func TestDateRefuses(t *testing.T) {
	opt := value.DateOptions{Zone: time.UTC}
	for _, in := range []string{
		"abc", "2026", "2026-13-01", "2026-02-30", "2026-00-10", "02/30/2026", "13/13/2026", "45000", "1773306841", "2026-03-12 25:00", "2026-03-12 10:61",
		"2026-03-12 13:00 PM", "2026-03-12 0:30 AM", "07/08/26", "2026-03-12T", "2026-03-12 10", "2026-03-12 10:00:00 XYZ", "2026-03-12 10:00 +99:00", "1066-10-14",
		"1970-01-01T00:00:00Z", "2026-03-12 09:14:01 +0000 extra", "Foo-21-26", "12-2026-03", "1/2", "2026-3-", "--", "2026-03-12x", "٣/٤/٢٦",
	} {
		got, _, err := value.Date(in, opt)
		var v *value.Error
		if !errors.As(err, &v) || v.Expected == "" || v.Remedy == "" {
			t.Errorf("Date(%q) = %s, %v; want an error with a remedy", in, got.At, err)
		}
	}
	for in, told := range map[string]bool{"45000": true, "46093.38": true, "12345": false, "450001": false, "abcde": false} {
		_, _, err := value.Date(in, opt)
		var v *value.Error
		if !errors.As(err, &v) || strings.Contains(v.Remedy, "spreadsheet") != told {
			t.Errorf("Date(%q) says %+v", in, v)
		}
	}
	if _, _, err := value.Date("13/01/2026", value.DateOptions{Zone: time.UTC, Order: value.MonthFirst}); err == nil {
		t.Error("day 13 was taken although the person said month first")
	}
	if _, _, err := value.Date("2026-03-12 09:14", value.DateOptions{}); err == nil {
		t.Error("a time was read without any zone")
	}
	if s, _, err := value.Date(" ", opt); err != nil || s != (commerce.Stamp{}) {
		t.Errorf("a blank cell gave %+v, %v", s, err)
	}
}

func TestDateAtClockChanges(t *testing.T) {
	tests := []struct{ zone, in, at, warning string }{
		{"America/New_York", "2026-03-08 01:59:59", "2026-03-08T06:59:59Z", ""},
		{"America/New_York", "2026-03-08 02:30:00", "2026-03-08T07:00:00Z", value.ZoneGap},
		{"America/New_York", "2026-03-08 02:00:00", "2026-03-08T07:00:00Z", value.ZoneGap},
		{"America/New_York", "2026-03-08 03:00:00", "2026-03-08T07:00:00Z", ""},
		{"America/New_York", "2026-11-01 00:59:59", "2026-11-01T04:59:59Z", ""},
		{"America/New_York", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z", value.ZoneOverlap},
		{"America/New_York", "2026-11-01 01:00:00", "2026-11-01T05:00:00Z", value.ZoneOverlap},
		{"America/New_York", "2026-11-01 02:00:00", "2026-11-01T07:00:00Z", ""},
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z", value.ZoneGap},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z", value.ZoneOverlap},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", value.ZoneGap},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", value.ZoneOverlap},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", ""}, // the clock skipped midnight; a day needs no warning
		{"Asia/Tokyo", "2026-03-08 02:30", "2026-03-07T17:30:00Z", ""},
		{"UTC", "2026-03-08 02:30", "2026-03-08T02:30:00Z", ""},
	}
	for _, tt := range tests {
		got, warning, err := value.Date(tt.in, value.DateOptions{Zone: zone(t, tt.zone)})
		if err != nil || got.At.String() != tt.at || warning != tt.warning {
			t.Errorf("%s in %s = %s %q, %v; want %s %q", tt.in, tt.zone, got.At, warning, err, tt.at, tt.warning)
		}
	}
}

// Every minute of the days on which clocks change is read as the first instant that shows it, or as the end of a gap.
func TestDateAgreesWithTheClock(t *testing.T) {
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"} {
		loc := zone(t, name)
		for _, day := range []string{"2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"} {
			checkDay(t, loc, day)
		}
	}
}

func checkDay(t *testing.T, loc *time.Location, day string) {
	t.Helper()
	start, _ := time.Parse("2006-01-02", day)
	first := map[string]int64{}
	for at := start.Add(-26 * time.Hour); at.Before(start.Add(50 * time.Hour)); at = at.Add(time.Minute) {
		if shown := at.In(loc).Format("2006-01-02 15:04"); first[shown] == 0 {
			first[shown] = at.UnixMilli()
		}
	}
	for minute := range 24 * 60 {
		text := start.Add(time.Duration(minute) * time.Minute).Format("2006-01-02 15:04")
		got, warning, err := value.Date(text, value.DateOptions{Zone: loc})
		if err != nil {
			t.Fatalf("%s in %s: %v", text, loc, err)
		}
		if want, shown := first[text]; shown && int64(got.At) != want || !shown && warning != value.ZoneGap {
			t.Errorf("%s in %s = %s %q", text, loc, got.At, warning)
		}
	}
}

func TestDateHint(t *testing.T) {
	for in, want := range map[string]value.DateHint{
		"":                          {},
		"abc":                       {},
		"13/01/2026":                {Order: value.DayFirst, HasOrder: true, IsDate: true},
		"01/13/2026":                {Order: value.MonthFirst, HasOrder: true, IsDate: true},
		"01/02/2026":                {HasOrder: true, IsDate: true},
		"2026-03-12":                {IsDate: true},
		"2026-03-12 09:14:01 +0000": {HasZone: true, IsDate: true},
		"2026-03-12T23:59:30-08:00": {HasZone: true, IsDate: true},
		"2026-03-12T23:59:30Z":      {HasZone: true, IsDate: true},
	} {
		if got := value.DateHintOf(in); got != want {
			t.Errorf("DateHintOf(%q) = %+v, want %+v", in, got, want)
		}
		if got := value.DateHintOfBytes([]byte(in)); got != want {
			t.Errorf("DateHintOfBytes(%q) = %+v, want %+v", in, got, want)
		}
	}
	if got := value.MonthFirst.And(value.DayFirst); got != value.OrderMixed {
		t.Errorf("both orders make %q", got)
	}
}
