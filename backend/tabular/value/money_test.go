package value_test

import (
	"errors"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

func TestMoney(t *testing.T) {
	tests := []struct {
		in       string
		style    value.Style
		exponent int
		want     commerce.Decimal
	}{
		{"", "", 2, ""}, {" \t\u00a0", "", 2, ""},
		{"18", "", 2, "18"}, {"18.00", "", 2, "18.00"}, {"'18.00", "", 2, "18.00"}, {"0", "", 2, "0"}, {"-0.00", "", 2, "0.00"},
		{"$1,045.99", "", 2, "1045.99"}, {"$1,149.00 ", "", 2, "1149.00"}, {"1.234,50 €", "", 2, "1234.50"},
		{"(33.62)", "", 2, "-33.62"}, {"$(33.62)", "", 2, "-33.62"}, {"($33.62)", "", 2, "-33.62"},
		{"-$5", "", 2, "-5"}, {"$-5", "", 2, "-5"}, {"5.00-", "", 2, "-5.00"}, {"\u22125", "", 2, "-5"}, {"+5", "", 2, "5"},
		{"1 234,50", "", 2, "1234.50"}, {"1\u00a0234,50", "", 2, "1234.50"}, {"1\u202f234,50", "", 2, "1234.50"},
		{"1'234.50", "", 2, "1234.50"}, {"1’234.50", "", 2, "1234.50"}, {"12,34,567.80", "", 2, "1234567.80"},
		{"1.234.567", "", 2, "1234567"}, {"1,234,567", "", 2, "1234567"}, {".5", "", 2, "0.5"}, {"0,125", "", 2, "0.125"},
		{"¥1500", "", 0, "1500"}, {"R$ 1.045,99", "", 2, "1045.99"}, {"12,50 zł", "", 2, "12.50"}, {"kr. 99,00", "", 2, "99.00"}, {"99,00 kr.", "", 2, "99.00"}, {"Rs. 1,250", "", 2, "1250"},
		{"USD 5.00", "", 2, "5.00"}, {"5.00USD", "", 2, "5.00"}, {"US$5.00", "", 2, "5.00"},
		// the ambiguous ones: the column's style, else the currency's decimal places
		{"1,234", "", 2, "1234"}, {"1,234", "", 0, "1234"}, {"1,234", "", 3, "1.234"},
		{"1.234", "", 2, "1234"}, {"1.234", "", 3, "1.234"},
		{"1,234", value.Point, 3, "1234"}, {"1,234", value.Comma, 2, "1.234"},
		{"1.234", value.Point, 2, "1.234"}, {"1.234", value.Comma, 2, "1234"},
		{"1.234,5", value.Mixed, 2, "1234.5"}, {"1234.567", "", 2, "1234.567"},
	}
	for _, tt := range tests {
		got, err := value.Money(tt.in, tt.style, tt.exponent)
		if err != nil || got.Value != tt.want {
			t.Errorf("Money(%q, %q, %d) = %q, %v; want %q", tt.in, tt.style, tt.exponent, got.Value, err, tt.want)
		}
	}
}

func TestMoneyRefuses(t *testing.T) {
	for _, in := range []string{
		"abc", "-", "$", "()", "1.2.3,4,5", "1,23.4", "1 23", "--5", "(-5)", "-5-", "1E5", "1e3", "0x10", "5%", "NaN", "INF",
		"1,,234", "1.", "1,", "1..2", "5 apples", "€5 USD", "12:30", "1/2", "=1+1", "\x00", "$ $ $5", "..", ",", "1,234.5,6",
		strings.Repeat("9", 50), "five", "1 234 5", "é5", "5\n6",
	} {
		got, err := value.Money(in, "", 2)
		var v *value.Error
		if in == "\x00" {
			continue
		}
		if !errors.As(err, &v) || v.Expected == "" || v.Remedy == "" {
			t.Errorf("Money(%q) = %q, %v; want an error with a remedy", in, got.Value, err)
		}
	}
	if _, err := value.Money("1,234", value.Mixed, 2); err == nil {
		t.Error("an ambiguous amount in a column of both styles was guessed")
	}
}

func TestMoneyNamesItsCurrency(t *testing.T) {
	for in, want := range map[string]commerce.Currency{
		"5 €": "EUR", "EUR 5": "EUR", "$5": "", "US$5": "USD", "C$5": "CAD", "R$5": "BRL", "£5": "", "5 kr": "", "CHF 1'234.50": "CHF",
	} {
		if got, err := value.Money(in, "", 2); err != nil || got.Currency != want {
			t.Errorf("Money(%q) names %q (%v), want %q", in, got.Currency, err, want)
		}
	}
}

func TestAmount(t *testing.T) {
	tests := []struct {
		in       string
		currency commerce.Currency
		want     commerce.Amount
		fails    bool
	}{
		{"", "USD", commerce.Amount{}, false},
		{"0.00", "USD", commerce.Minor(0), false},
		{"18", "USD", commerce.Minor(1800), false}, {"18.5", "USD", commerce.Minor(1850), false},
		{"18.500", "USD", commerce.Minor(1850), false}, {"(18.50)", "USD", commerce.Minor(-1850), false},
		{"0.05", "", commerce.Minor(5), false}, {"-$0.05", "USD", commerce.Minor(-5), false},
		{"1,500", "JPY", commerce.Minor(1500), false}, {"1500.00", "JPY", commerce.Minor(1500), false},
		{"1.250", "KWD", commerce.Minor(1250), false}, {"1.25", "KWD", commerce.Minor(1250), false},
		{"18.555", "USD", commerce.Amount{}, true}, {"0.5", "JPY", commerce.Amount{}, true}, {"1.2345", "KWD", commerce.Amount{}, true},
		{"€5.00", "USD", commerce.Amount{}, true}, {"99999999999999999999", "USD", commerce.Amount{}, true},
		{"123456789012.34", "USD", commerce.Minor(12345678901234), false},
	}
	for _, tt := range tests {
		got, err := value.Amount(tt.in, value.Point, tt.currency)
		if got != tt.want || (err != nil) != tt.fails {
			t.Errorf("Amount(%q, %s) = %+v, %v; want %+v", tt.in, tt.currency, got, err, tt.want)
		}
	}
}

func TestStyleOf(t *testing.T) {
	for in, want := range map[string]value.Style{
		"": "", "12": "", "1,234": "", "1.234": "", "abc": "", "(1,234)": "",
		"12.5": value.Point, "1,234.50": value.Point, "1,234,567": value.Point, "0.125": value.Point, "1234.567": value.Point, "$5.00": value.Point,
		"12,5": value.Comma, "1.234,50": value.Comma, "1.234.567": value.Comma, "0,125": value.Comma, "1 234,50": value.Comma,
	} {
		if got := value.StyleOf(in); got != want {
			t.Errorf("StyleOf(%q) = %q, want %q", in, got, want)
		}
		if got := value.StyleOfBytes([]byte(in)); got != want {
			t.Errorf("StyleOfBytes(%q) = %q, want %q", in, got, want)
		}
	}
	if got := value.Point.And(value.Comma); got != value.Mixed {
		t.Errorf("point and comma make %q", got)
	}
}

func TestQuantity(t *testing.T) {
	for in, want := range map[string]commerce.Decimal{
		"1": "1", "2.0": "2", " 3 ": "3", "2.5": "2.5", "1,000": "1000", "1.500": "1.5", "0.25": "0.25", "+2": "2", "'4": "4", "2,5": "2.5",
	} {
		if got, err := value.Quantity(in, ""); err != nil || got != want {
			t.Errorf("Quantity(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "0", "0.0", "-1", "two", "1e3", "$1", "1 pc", "(1)", "1/2"} {
		if got, err := value.Quantity(in, ""); err == nil {
			t.Errorf("Quantity(%q) = %q, want an error", in, got)
		}
	}
	if got, err := value.WholeOrZero("0"); err != nil || got != "0" {
		t.Errorf("WholeOrZero(0) = %q, %v", got, err)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " a b ": "a b", "584690000000000001\t": "584690000000000001", "\u00a0x\u00a0": "x", "\ufeffName": "Name", "a\x00b": "ab",
		"'t Hooft": "'t Hooft", "line one\nline two\n": "line one\nline two", "\x00": "",
	} {
		if got := value.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"'02139": "02139", "0001E5": "0001E5", "00123": "00123", "'+1 555": "+1 555", `="00123"`: "00123", "'": "'", "#1001": "#1001", "1E5\t": "1E5",
	} {
		if got := value.ID(in); got != want {
			t.Errorf("ID(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"": true, " ": true, "\t\u00a0": true, "\u00a0": true, "\x00": true, "0": false, "é": false} {
		if value.Blank(in) != want || value.BlankBytes([]byte(in)) != want {
			t.Errorf("Blank(%q) is not %v", in, want)
		}
	}
}
