package value_test

import (
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

var (
	moneySeeds = []string{
		"$1,045.99", "1.234,50 €", "(33.62)", "'18.00", "1'234.50", "1,234", "-", "kr 5", "€5 USD", "..,,", "$1,149.00 ", "-$43.30",
		"R$ 1.045,99", "12,34,567.80", "\u22125", "1\u202f234,50", "99999999999999999999.99", "0.005", "¥1500", "1E5", "5%",
	}
	dateSeeds = []string{
		"2026-03-12 09:14:01 +0000", "2026-03-12T23:59:30-08:00", "Jul-21-26", "21/07/2026 1:04 PM", "07/08/26", "13.01.2026",
		"2026-03-08 02:30", "12:00", "10-Dez-25", "12 déc. 2025", "1 août 2026 08:00", "2026-02-30", "2026-10-25 02:30 CET", "2199-12-31T23:59:59Z",
	}
)

// FuzzMoney holds checkMoney for whatever comes.
func FuzzMoney(f *testing.F) {
	for _, seed := range moneySeeds {
		f.Add(seed, "")
		f.Add(seed, "comma")
	}
	f.Fuzz(func(t *testing.T, cell, style string) { checkMoney(t, cell, style) })
}

// checkMoney: no panic; what is read is a number that reads as itself again; blanks around change nothing; the byte and
// the text form of StyleOf agree. It tells whether anything was read.
func checkMoney(t *testing.T, cell, style string) (read bool) {
	t.Helper()
	if value.StyleOf(cell) != value.StyleOfBytes([]byte(cell)) {
		t.Errorf("StyleOf and StyleOfBytes differ for %q", cell)
	}
	for _, exponent := range []int{0, 2, 3} {
		got, err := value.Money(cell, value.Style(style), exponent)
		if err != nil || got.Value == "" {
			continue
		}
		read = true
		if _, err := commerce.ParseDecimal(string(got.Value)); err != nil {
			t.Errorf("Money(%q) = %q: %v", cell, got.Value, err)
		}
		again, err := value.Money(string(got.Value), value.Point, exponent)
		if err != nil || !again.Value.Equal(got.Value) {
			t.Errorf("Money(%q) = %q, which reads as %q (%v)", cell, got.Value, again.Value, err)
		}
		padded, err := value.Money(" "+cell+"\t", value.Style(style), exponent)
		if err != nil || padded.Value != got.Value {
			t.Errorf("blanks around %q change %q to %q (%v)", cell, got.Value, padded.Value, err)
		}
	}
	_, _ = value.Amount(cell, value.Style(style), "JPY")
	_, _ = value.Quantity(cell, value.Style(style))
	return read
}

// FuzzDate holds checkDate for whatever comes.
func FuzzDate(f *testing.F) {
	for _, seed := range dateSeeds {
		f.Add(seed, "mdy")
	}
	ny := newYork(f)
	f.Fuzz(func(t *testing.T, cell, order string) { checkDate(t, ny, cell, order) })
}

func newYork(t testing.TB) *time.Location {
	t.Helper()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return ny
}

// checkDate: no panic; an instant read from a text lies in the years allowed and reads as itself from its ISO form.
// It tells whether anything was read.
func checkDate(t *testing.T, ny *time.Location, cell, order string) bool {
	t.Helper()
	if value.DateHintOf(cell).IsDate != value.DateHintOfBytes([]byte(strings.Clone(cell))).IsDate && value.DateHintOf(cell).IsDate {
		t.Errorf("the hints for %q differ", cell)
	}
	got, _, err := value.Date(cell, value.DateOptions{Zone: ny, Order: value.DateOrder(order)})
	if err != nil || got.At == 0 {
		return false
	}
	if year := got.At.Time().Year(); year < 1970 || year > 2200 {
		t.Errorf("Date(%q) is in the year %d", cell, year)
	}
	if year := got.At.Time().Year(); year < 1971 || year > 2199 {
		return true // the zone carried the last or first day allowed into a year beside
	}
	again, _, err := value.Date(got.At.String(), value.DateOptions{})
	if err != nil || again.At != got.At {
		t.Errorf("Date(%q) = %s, which reads as %s (%v)", cell, got.At, again.At, err)
	}
	return true
}
