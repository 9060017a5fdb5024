package commerce

import (
	"fmt"
	"math/big"
	"strings"
)

// Decimal is an exact decimal number as plain text: optional minus, digits, optional point and digits ("24.00",
// "-0.125"). "" means not stated. It carries unit prices, rates and quantities, which must not be rounded.
type Decimal string

// ParseDecimal checks text and drops a plus sign and needless leading zeros; trailing zeros stay, as they tell the
// stated precision. "" is not stated. Group separators and currency signs are the reader's business, not this one's.
func ParseDecimal(text string) (Decimal, error) {
	if text == "" {
		return "", nil
	}
	rest := strings.TrimPrefix(text, "+")
	sign := ""
	if strings.HasPrefix(rest, "-") {
		sign, rest = "-", rest[1:]
	}
	whole, frac, point := strings.Cut(rest, ".")
	if (whole == "" && frac == "") || (point && frac == "") || !digits(whole) || !digits(frac) || len(rest) > 40 {
		return "", fmt.Errorf("reading number %q: expected digits such as 12.50", text)
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if point {
		whole += "." + frac
	}
	if strings.Trim(whole, "0.") == "" {
		sign = ""
	}
	return Decimal(sign + whole), nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Padded gives d at least places decimals and drops zeros beyond them: "24" padded to 2 is "24.00", "0.12500" is "0.125".
func (d Decimal) Padded(places int) Decimal {
	if d == "" {
		return ""
	}
	whole, frac, _ := strings.Cut(string(d), ".")
	for len(frac) > places && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	for len(frac) < places {
		frac += "0"
	}
	if frac == "" {
		return Decimal(whole)
	}
	return Decimal(whole + "." + frac)
}

// Equal compares as numbers: "1.50" equals "1.5". Not stated equals only not stated.
func (d Decimal) Equal(other Decimal) bool {
	return d == other || d != "" && other != "" && d.Padded(0) == other.Padded(0)
}

// Sign is -1, 0 or 1; not stated is 0.
func (d Decimal) Sign() int {
	switch {
	case strings.Trim(string(d), "-0.") == "":
		return 0
	case d[0] == '-':
		return -1
	}
	return 1
}

// MarshalJSON writes a JSON number, or null when not stated.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return []byte(d.Padded(0)), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, digit by digit, or a text.
func (d *Decimal) UnmarshalJSON(raw []byte) (err error) {
	text := strings.Trim(string(raw), `"`)
	if text == "null" {
		text = ""
	}
	*d, err = ParseDecimal(text)
	return err
}

// Times multiplies exactly.
func (d Decimal) Times(other Decimal) Decimal {
	if d == "" || other == "" {
		return ""
	}
	a, places := d.unscaled()
	b, more := other.unscaled()
	return unscaledText(a.Mul(a, b), places+more)
}

// Plus adds exactly; not stated plus anything is not stated.
func (d Decimal) Plus(other Decimal) Decimal {
	if d == "" || other == "" {
		return ""
	}
	a, places := d.unscaled()
	b, more := other.unscaled()
	for ten := big.NewInt(10); places < more; places++ {
		a.Mul(a, ten)
	}
	for ten := big.NewInt(10); more < places; more++ {
		b.Mul(b, ten)
	}
	return unscaledText(a.Add(a, b), places).Padded(0)
}

func (d Decimal) unscaled() (*big.Int, int) {
	whole, frac, _ := strings.Cut(string(d), ".")
	n, _ := new(big.Int).SetString(whole+frac, 10)
	if n == nil {
		n = new(big.Int)
	}
	if strings.HasPrefix(string(d), "-") && n.Sign() > 0 {
		n.Neg(n)
	}
	return n, len(frac)
}

func unscaledText(n *big.Int, places int) Decimal {
	text := new(big.Int).Abs(n).String()
	if len(text) <= places {
		text = strings.Repeat("0", places-len(text)+1) + text
	}
	if places > 0 {
		text = text[:len(text)-places] + "." + text[len(text)-places:]
	}
	if n.Sign() < 0 {
		text = "-" + text
	}
	return Decimal(text)
}

// scaled gives d as an integer with exponent decimal places; exact tells whether digits were lost, ok whether it fits.
func (d Decimal) scaled(exponent int) (n int64, exact, ok bool) {
	value, places := d.unscaled()
	ten := big.NewInt(10)
	for ; places < exponent; places++ {
		value.Mul(value, ten)
	}
	exact = true
	for ; places > exponent; places-- {
		rest := new(big.Int)
		value.QuoRem(value, ten, rest)
		exact = exact && rest.Sign() == 0
	}
	return value.Int64(), exact, value.IsInt64()
}
