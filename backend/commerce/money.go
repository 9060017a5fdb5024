// Package commerce is the shared kernel: money, quantities, instants and the few text rules every domain uses.
// It imports the standard library alone.
package commerce

import (
	"fmt"
	"math"
	"strings"
)

// Currency is an ISO 4217 code in capitals; "" means not stated.
type Currency string

// exponents lists the currencies whose minor unit is not a hundredth (ISO 4217, table A.1).
var exponents = map[Currency]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
	"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// ParseCurrency accepts a three-letter code in any case, blanks around it allowed.
func ParseCurrency(text string) (Currency, error) {
	code := strings.ToUpper(strings.TrimSpace(text))
	if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", fmt.Errorf("reading currency %q: expected three letters such as USD", text)
	}
	return Currency(code), nil
}

// Exponent is the number of decimal places of the minor unit: 2 for USD, 0 for JPY, 3 for KWD. An unstated
// currency counts as 2.
func (c Currency) Exponent() int {
	if n, ok := exponents[c]; ok {
		return n
	}
	return 2
}

// Amount is money in integer minor units of a currency kept beside it, or "not stated". The zero value is not stated;
// a stated zero is Stated with Minor 0.
type Amount struct {
	Minor  int64
	Stated bool
}

// Minor makes a stated Amount.
func Minor(units int64) Amount { return Amount{Minor: units, Stated: true} }

// Decimal writes the amount with exponent decimal places: Minor(4830).Decimal(2) is "48.30". Not stated is "".
func (a Amount) Decimal(exponent int) string {
	if !a.Stated {
		return ""
	}
	sign, n := "", a.Minor
	if n < 0 {
		sign = "-"
	}
	digits := strings.TrimPrefix(fmt.Sprintf("%d", n), "-")
	if exponent == 0 {
		return sign + digits
	}
	if len(digits) <= exponent {
		digits = strings.Repeat("0", exponent-len(digits)+1) + digits
	}
	cut := len(digits) - exponent
	return sign + digits[:cut] + "." + digits[cut:]
}

// Plus adds two amounts of one currency; the sum is stated when either is. ok is false on overflow.
func (a Amount) Plus(b Amount) (sum Amount, ok bool) {
	if (b.Minor > 0 && a.Minor > math.MaxInt64-b.Minor) || (b.Minor < 0 && a.Minor < math.MinInt64-b.Minor) {
		return Amount{}, false
	}
	return Amount{Minor: a.Minor + b.Minor, Stated: a.Stated || b.Stated}, true
}

// Or is the amount where it is stated, else other.
func (a Amount) Or(other Amount) Amount {
	if a.Stated {
		return a
	}
	return other
}

// AmountOf converts an exact decimal to minor units; it refuses digits finer than the currency's minor unit.
func AmountOf(d Decimal, exponent int) (Amount, error) {
	if d == "" {
		return Amount{}, nil
	}
	minor, exact, ok := d.scaled(exponent)
	if !ok {
		return Amount{}, fmt.Errorf("reading amount %s: too large", d)
	}
	if !exact {
		return Amount{}, fmt.Errorf("reading amount %s: finer than %d decimal places", d, exponent)
	}
	return Minor(minor), nil
}
