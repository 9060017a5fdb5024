package spreadsheet

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// number writes the number in r.value as its format shows it: dates as ISO 8601, other numbers without the noise of
// binary fractions and without exponents.
func (r *Rows) number(column, style int) {
	digits := trim(r.value, 0)
	if len(digits) == 0 {
		return
	}
	format := r.format(style)
	if format.look == general {
		if r.dated(column, digits) {
			return
		}
		r.plainNumber(column, digits)
		return
	}
	value, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		r.data = append(r.data, digits...)
		return
	}
	switch format.look {
	case day, clock, moment, either, elapsed:
		r.data = appendDate(r.data, value, format, r.book.date1904)
	case percent:
		from := len(r.data)
		r.plainNumber(column, digits)
		number := append(shifted(string(r.data[from:])), '%')
		r.data = append(r.data[:from], number...)
	case zeros:
		r.fixed(column, digits, format.zeros)
	}
}

// plainNumber writes a number that is no date.
func (r *Rows) plainNumber(column int, digits []byte) {
	significant, whole, plain := measure(digits)
	switch {
	case plain && significant <= mostDigits:
		r.data = appendTrimmed(r.data, digits)
		return
	case plain && whole: // every digit is there: a program that is not Excel wrote it, or Excel filled up with zeros
		if tail := bytes.TrimLeft(digits, "-0"); strings.Trim(string(tail[mostDigits:]), "0") == "" {
			r.note(column)
		}
		r.data = append(r.data, digits...)
		return
	}
	value, err := strconv.ParseFloat(string(digits), 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) || math.Abs(value) >= 1e21 {
		r.data = append(r.data, digits...)
		return
	}
	if value == math.Trunc(value) {
		if math.Abs(value) >= 1e15 {
			r.note(column)
		}
		r.data = strconv.AppendFloat(r.data, value, 'f', -1, 64)
		return
	}
	r.data = strconv.AppendFloat(r.data, toFifteen(value), 'f', -1, 64)
}

func (r *Rows) note(column int) { r.notes = append(r.notes, Note{Column: column, Code: Rounded}) }

// measure tells of digits: how many count, whether they are a whole number, and whether there is nothing but digits.
func measure(digits []byte) (significant int, whole, plain bool) {
	whole = true
	for i, c := range digits {
		switch {
		case c == '0' && significant == 0:
		case c >= '0' && c <= '9':
			significant++
		case c == '.' && whole && i+1 < len(digits):
			whole = false
		case c == '-' && i == 0 && len(digits) > 1:
		default:
			return 0, false, false
		}
	}
	return significant, whole, true
}

// appendTrimmed appends digits without zeros at the end of a fraction, and without zeros before the number.
func appendTrimmed(to, digits []byte) []byte {
	if digits[0] == '-' {
		if len(bytes.Trim(digits[1:], "0.")) == 0 {
			return append(to, '0')
		}
		to, digits = append(to, '-'), digits[1:]
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		digits = digits[1:]
	}
	if digits[0] == '.' {
		to = append(to, '0')
	}
	if bytes.IndexByte(digits, '.') >= 0 {
		digits = bytes.TrimRight(digits, "0")
		digits = bytes.TrimSuffix(digits, []byte("."))
	}
	return append(to, digits...)
}

// toFifteen rounds to the 15 digits that spreadsheets show: 19.989999999999998 is 19.99.
func toFifteen(value float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'e', mostDigits-1, 64), 64)
	if err != nil {
		return value
	}
	return rounded
}

// shifted multiplies a decimal number by a hundred.
func shifted(number string) []byte {
	sign := ""
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		sign, number = "-", rest
	}
	whole, fraction, _ := strings.Cut(number, ".")
	for len(fraction) < 2 {
		fraction += "0"
	}
	out := append([]byte(sign), strings.TrimLeft(whole+fraction[:2], "0")...)
	if len(out) == len(sign) {
		out = append(out, '0')
	}
	if rest := strings.TrimRight(fraction[2:], "0"); rest != "" {
		out = append(append(out, '.'), rest...)
	}
	return out
}

// fixed writes a whole number into the places of a format such as 00000 or 00000-0000; other numbers as they are.
func (r *Rows) fixed(column int, digits []byte, places string) {
	from := len(r.data)
	r.plainNumber(column, digits)
	number := string(r.data[from:])
	if strings.ContainsAny(number, ".-E") {
		return
	}
	count := strings.Count(places, "0")
	if missing := count - len(number); missing > 0 {
		number = strings.Repeat("0", missing) + number
	}
	r.data = r.data[:from]
	ahead := len(number) - count // digits beyond the places stand before the first
	for i := range len(places) {
		switch c := places[i]; c {
		case '0':
			r.data = append(r.data, number[:ahead+1]...)
			number, ahead = number[ahead+1:], 0
		case 0:
			r.data = append(r.data, '0')
		default:
			r.data = append(r.data, c)
		}
	}
}
