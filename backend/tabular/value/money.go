package value

import (
	"strings"
	"unicode"

	"tradepost/backend/commerce"
)

// Number is a number as read from a cell: exact, and with the currency the cell itself names, if any ("€5", "5 USD").
// A sign that several currencies share, such as $, names none.
type Number struct {
	Value    commerce.Decimal
	Currency commerce.Currency
}

const (
	moneyExpected = "an amount such as 1,234.50"
	moneyRemedy   = "Correct the cell, or leave it blank when there is no amount."
)

// Money reads an amount or a unit price: "$1,045.99", "1.234,50 €", "(33.62)", "-$5", "'18.00", "1 234,50",
// "1'234.50". A blank cell is not stated. style is the column's (see StyleOf); it decides what "1,234" is; when the
// style is not known, the currency's decimal places do: three make it 1.234, any other number 1234. The error is an
// *Error.
func Money(cell string, style Style, exponent int) (Number, error) {
	if n, ok := plainNumber(cell, style); ok {
		return Number{Value: n}, nil
	}
	text := ID(cell)
	if text == "" {
		return Number{}, nil
	}
	dress := undress(text)
	if !dress.ok {
		return Number{}, moneyError(text)
	}
	digits, err := decimalText(dress.body, style, exponent)
	if err != nil {
		return Number{}, err
	}
	d, cause := commerce.ParseDecimal(digits)
	if cause != nil || d == "" {
		return Number{}, moneyError(text)
	}
	return Number{Value: signed(d, dress.negative), Currency: dress.currency}, nil
}

// Amount reads an amount of money in a currency. Besides what Money refuses, digits finer than the currency's minor
// unit, an amount too large, and another currency than the given one are *Error.
func Amount(cell string, style Style, currency commerce.Currency) (commerce.Amount, error) {
	n, err := Money(cell, style, currency.Exponent())
	if err != nil {
		return commerce.Amount{}, err
	}
	return n.Amount(cell, currency)
}

// Amount turns n, read from cell, into minor units of currency. The errors are those of the function Amount.
func (n Number) Amount(cell string, currency commerce.Currency) (commerce.Amount, error) {
	if n.Currency != "" && currency != "" && n.Currency != currency {
		return commerce.Amount{}, &Error{Found: shown(Text(cell)), Expected: "an amount in " + string(currency),
			Remedy: "Correct the amount or the order's currency."}
	}
	if minor, ok := plainMinor(n.Value, currency.Exponent()); ok {
		return minor, nil
	}
	amount, err := commerce.AmountOf(n.Value, currency.Exponent())
	if err != nil {
		return commerce.Amount{}, &Error{Found: shown(Text(cell)), Expected: fits(currency),
			Remedy: "Round the amount to what " + name(currency) + " has, or correct the currency."}
	}
	return amount, nil
}

func name(c commerce.Currency) string {
	if c == "" {
		return "the currency"
	}
	return string(c)
}

func fits(c commerce.Currency) string {
	places := [...]string{"no decimals", "1 decimal place", "2 decimal places", "3 decimal places", "4 decimal places"}
	return "an amount with at most " + places[c.Exponent()] + ", as " + name(c) + " has"
}

func moneyError(text string) error {
	return &Error{Found: shown(text), Expected: moneyExpected, Remedy: moneyRemedy}
}

func signed(d commerce.Decimal, negative bool) commerce.Decimal {
	if negative && d.Sign() > 0 {
		return "-" + d
	}
	return d
}

// plainNumber reads digits with at most one point that can mean one thing only: the common case, without any work.
func plainNumber(cell string, style Style) (commerce.Decimal, bool) {
	point := -1
	for i := range len(cell) {
		switch c := cell[i]; {
		case c == '.' && point < 0:
			point = i
		case c < '0' || c > '9':
			return "", false
		}
	}
	whole := point
	if point < 0 {
		whole = len(cell)
	}
	places := len(cell) - whole - 1
	certain := places != 3 || style == Point
	if whole == 0 || whole > 15 || places == 0 || places > 15 || !certain || whole > 1 && cell[0] == '0' {
		return "", false
	}
	return commerce.Decimal(cell), true
}

// plainMinor converts a small number without big arithmetic; ok is false when it takes more than that.
func plainMinor(d commerce.Decimal, exponent int) (commerce.Amount, bool) {
	if d == "" || len(d) > 15 {
		return commerce.Amount{}, d == ""
	}
	whole, frac, _ := strings.Cut(string(d), ".")
	if whole[0] == '-' || len(frac) > exponent {
		return commerce.Amount{}, false
	}
	var minor int64
	for _, c := range whole {
		minor = minor*10 + int64(c-'0')
	}
	for i := range exponent {
		digit := int64(0)
		if i < len(frac) {
			digit = int64(frac[i] - '0')
		}
		minor = minor*10 + digit
	}
	return commerce.Minor(minor), true
}

// decimalText rewrites a number without sign and currency as digits with a point.
func decimalText(body string, style Style, exponent int) (string, error) {
	s := shapeOf(body)
	proven := s.proves()
	if s.ambiguous() {
		proven = ambiguousStyle(s, style, exponent)
	}
	if proven == Mixed {
		return "", &Error{Found: shown(body), Expected: "an amount that can be read in one way only",
			Remedy: "The column has amounts both as 1,234.50 and as 1.234,50. Write this one with decimals, such as 1234.00."}
	}
	group, decimal := ",", "."
	if proven == Comma {
		group, decimal = ".", ","
	}
	whole, frac, _ := strings.Cut(body, decimal)
	whole, ok := ungrouped(whole, group)
	if !ok || strings.Trim(frac, "0123456789") != "" || strings.HasSuffix(body, decimal) {
		return "", moneyError(body)
	}
	if frac != "" {
		return whole + "." + frac, nil
	}
	return whole, nil
}

// ambiguousStyle decides "1,234": by the column's style, else by the currency's decimal places.
func ambiguousStyle(s shape, style Style, exponent int) Style {
	if style != Unknown {
		return style
	}
	if (exponent == 3) == (s.last == ',') {
		return Comma
	}
	return Point
}

// ungrouped drops group separators from the whole part; ok is false when the groups are no groups. Groups have three
// digits; those before the last may have two, as in India (12,34,567).
func ungrouped(whole, sign string) (string, bool) {
	for _, mark := range groupMarks {
		whole = strings.ReplaceAll(whole, string(mark), sign)
	}
	groups := strings.Split(whole, sign)
	for i, g := range groups {
		last := i == len(groups)-1
		switch {
		case strings.Trim(g, "0123456789") != "":
			return "", false
		case len(groups) == 1:
		case i == 0 && (g == "" || len(g) > 3), i > 0 && last && len(g) != 3, i > 0 && !last && len(g) != 2 && len(g) != 3:
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// undressed is the bare number of a cell, "" when it is none.
func undressed(cell string) string {
	d := undress(ID(cell))
	if !d.ok {
		return ""
	}
	return d.body
}

// dress is what stands around a number: sign, brackets, currency.
type dress struct {
	body     string
	negative bool
	currency commerce.Currency
	ok       bool
}

// undress peels signs and currency names off both ends until digits are reached.
func undress(text string) dress {
	d := dress{body: abbreviated(dollars(text)), ok: true}
	minus, names := 0, 0
	for d.ok && d.body != "" {
		d.unbracket()
		rest, kind := d.peel()
		if kind == 0 {
			break
		}
		d.body = rest
		minus += signOf(kind)
		names += nameOf(kind)
	}
	d.ok = d.ok && minus <= 1 && names <= 2 && (!d.negative || minus == 0) && d.body != "" && digitEnds(d.body)
	d.negative = d.negative || minus == 1
	return d
}

// dollars joins the letters that name a dollar to its sign, as eBay writes them apart: "AU $5.00" is "AU$5.00".
func dollars(text string) string {
	before, after, ok := strings.Cut(text, " $")
	if !ok {
		return text
	}
	if _, named := signs[strings.ToLower(strings.TrimLeft(before, "-(+ "))+"$"]; !named {
		return text
	}
	return before + "$" + after
}

// abbreviated drops the full stop of an abbreviation at the end: "99,00 kr." is "99,00 kr".
func abbreviated(text string) string {
	rest, stop := strings.CutSuffix(text, ".")
	if stop && rest != "" && (rest[len(rest)-1]|0x20 == 'r' || rest[len(rest)-1]|0x20 == 's') {
		return rest
	}
	return text
}

// unbracket takes the accountant's brackets off: (5.00) is -5.00.
func (d *dress) unbracket() {
	inner, open := strings.CutPrefix(d.body, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if open && closed && !d.negative {
		d.body, d.negative = inner, true
	}
}

func signOf(kind rune) int {
	if kind == '-' {
		return 1
	}
	return 0
}

func nameOf(kind rune) int {
	if kind == '$' {
		return 1
	}
	return 0
}

func digitEnds(body string) bool {
	first, last := body[0], body[len(body)-1]
	return (isDigit(first) || first == '.' || first == ',') && (isDigit(last) || last == '.' || last == ',')
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// peel takes one thing off an end. The kind is ' ' (blank), '-', '+', '$' (a currency) or 0 (nothing to take).
func (d *dress) peel() (rest string, kind rune) {
	for _, cut := range []func(string, string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
		for _, s := range peels {
			if rest, ok := cut(d.body, s.text); ok {
				return rest, s.kind
			}
		}
	}
	return d.peelName()
}

var peels = []struct {
	text string
	kind rune
}{
	{" ", ' '}, {"\u00A0", ' '}, {"\u202F", ' '}, {"\u2009", ' '}, {"-", '-'}, {"\u2212", '-'}, {"+", '+'},
}

// peelName takes a run of letters and currency signs off an end, if it names a currency.
func (d *dress) peelName() (rest string, kind rune) {
	rest = strings.TrimLeftFunc(d.body, inName)
	name := d.body[:len(d.body)-len(rest)]
	if name == "" {
		rest = strings.TrimRightFunc(d.body, inName)
		name = d.body[len(rest):]
	}
	if name == "" {
		return d.body, 0
	}
	currency, ok := currencyNamed(name)
	if strings.HasSuffix(name, "r") || strings.HasSuffix(name, "s") { // kr. and Rs.
		rest = strings.TrimPrefix(rest, ".")
	}
	if d.currency != "" && currency != "" && currency != d.currency {
		ok = false
	}
	if currency != "" {
		d.currency = currency
	}
	d.ok = ok
	return rest, '$'
}

func inName(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }
