package woocommerce

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tradepost/backend/commerce"
)

// text is a value that plug-ins send as they like: a string, a number, a boolean or null. Anything else is "".
type text string

// UnmarshalJSON reads any JSON value.
func (t *text) UnmarshalJSON(raw []byte) error {
	*t = ""
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || raw[0] == 'n':
		return nil
	case raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw):
		*t = text(raw[1 : len(raw)-1])
		return nil
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = text(s)
		return err
	}
	*t = text(raw)
	return nil
}

func (t text) trimmed() string { return strings.TrimSpace(string(t)) }

// id is a whole number above 0; 0 is none.
func (t text) id() int64 {
	n, err := strconv.ParseInt(t.trimmed(), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// list is an array that PHP may send as an object ({"0":…,"2":…}), or as "" or null when it is empty.
type list[T any] []T

// UnmarshalJSON reads an array or an object's values in their order; anything else is empty.
func (l *list[T]) UnmarshalJSON(raw []byte) error {
	*l = nil
	switch {
	case len(raw) == 0:
		return nil
	case raw[0] == '[':
		return json.Unmarshal(raw, (*[]T)(l))
	case raw[0] != '{':
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		if _, err := decoder.Token(); err != nil {
			return err
		}
		var item T
		if err := decoder.Decode(&item); err != nil {
			return err
		}
		*l = append(*l, item)
	}
	return nil
}

// object is a value that is T, or something else where there is none (PHP's empty array).
type object[T any] struct{ Value T }

// UnmarshalJSON reads an object; anything else leaves the zero value.
func (o *object[T]) UnmarshalJSON(raw []byte) error {
	var zero T
	o.Value = zero
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	return json.Unmarshal(raw, &o.Value)
}

// meta is one value that a plug-in or a person keeps with a record.
type meta struct {
	ID           text            `json:"id"`
	Key          text            `json:"key"`
	Value        json.RawMessage `json:"value"`
	DisplayKey   text            `json:"display_key"`
	DisplayValue text            `json:"display_value"`
}

type metas list[meta]

// UnmarshalJSON reads the list as leniently as all lists.
func (m *metas) UnmarshalJSON(raw []byte) error { return (*list[meta])(m).UnmarshalJSON(raw) }

// find gives the first value of a key; nil where there is none.
func (m metas) find(key string) json.RawMessage {
	for i := range m {
		if string(m[i].Key) == key {
			return m[i].Value
		}
	}
	return nil
}

// words gives the first value of a key as text.
func (m metas) words(key string) string {
	var t text
	if raw := m.find(key); raw == nil || t.UnmarshalJSON(raw) != nil {
		return ""
	}
	return t.trimmed()
}

// number reads an exact number, however JSON writes it (1e3 too). ok is false for what is none; "" is not stated.
func number(t text) (d commerce.Decimal, ok bool) {
	s := t.trimmed()
	if d, err := commerce.ParseDecimal(s); err == nil {
		return d, true
	}
	if mantissa, exponent, found := strings.Cut(strings.ToLower(s), "e"); found {
		n, err := strconv.Atoi(exponent)
		plain, unread := commerce.ParseDecimal(mantissa)
		if err != nil || unread != nil || plain == "" || n < -18 || n > 18 {
			return "", false
		}
		value, _ := new(big.Rat).SetString(string(plain))
		power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
		if n < 0 {
			power.Inv(power)
		}
		d, err := commerce.ParseDecimal(value.Mul(value, power).FloatString(24))
		return d.Padded(0), err == nil
	}
	return "", false
}

// amount reads money in minor units. What is finer than the minor unit (shops may show four decimal places) is rounded half
// away from zero, as the payment was.
func amount(t text, currency commerce.Currency) (a commerce.Amount, ok bool) {
	d, ok := number(t)
	if !ok || d == "" {
		return commerce.Amount{}, ok
	}
	if n, small := units(d, currency.Exponent()); small {
		return commerce.Minor(n), true
	}
	value, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return commerce.Amount{}, false
	}
	rounded, err := commerce.ParseDecimal(value.FloatString(currency.Exponent()))
	if err != nil {
		return commerce.Amount{}, false
	}
	a, err = commerce.AmountOf(rounded, currency.Exponent())
	return a, err == nil
}

// units counts a number in units of so many decimal places, where it is small and has no more: nearly all are, and each amount of
// each order is read. False for others.
func units(d commerce.Decimal, places int) (n int64, ok bool) {
	left, point := places, false
	for i := range len(d) {
		switch c := d[i]; {
		case c >= '0' && c <= '9' && (!point || left > 0) && n < 1e14:
			if n = n*10 + int64(c-'0'); point {
				left--
			}
		case c == '0' && point:
		case c == '.' && !point:
			point = true
		case c == '-' && i == 0:
		default:
			return 0, false
		}
	}
	for ; left > 0; left-- {
		n *= 10
	}
	if d[0] == '-' {
		n = -n
	}
	return n, true
}

// quotient divides to at most six places, without needless zeros; "" where it cannot.
func quotient(a, b commerce.Decimal) commerce.Decimal {
	if a == "" || b.Sign() == 0 {
		return ""
	}
	if x, small := units(a, 6); small { // thousands of millions with six places
		if y, whole := units(b, 0); whole && x%y == 0 {
			return millionths(x / y)
		}
	}
	x, okX := new(big.Rat).SetString(string(a))
	y, okY := new(big.Rat).SetString(string(b))
	if !okX || !okY {
		return ""
	}
	d, err := commerce.ParseDecimal(x.Quo(x, y).FloatString(6))
	if err != nil {
		return ""
	}
	return d.Padded(0)
}

// millionths writes a count of millionths without needless zeros.
func millionths(n int64) commerce.Decimal {
	return commerce.Decimal(commerce.Minor(n).Decimal(6)).Padded(0)
}

// clock is how the API writes times: without a zone, in UTC where the field's name ends in _gmt, else the shop's.
const clock = "2006-01-02T15:04:05"

// instant reads a time in a zone; one that names its own zone is taken at its word. 0 is none, or what is no time; ok tells them apart.
func instant(t text, zone *time.Location) (at commerce.Instant, ok bool) {
	s := t.trimmed()
	if s == "" || strings.HasPrefix(s, "0000-00-00") {
		return 0, true
	}
	for _, layout := range []string{clock, time.RFC3339, "2006-01-02 15:04:05", "2006-01-02"} {
		if parsed, err := time.ParseInLocation(layout, s, zone); err == nil {
			return commerce.InstantOf(parsed), true
		}
	}
	return 0, false
}

// location finds a zone by its IANA name or its offset ("+05:30"); UTC where it is not known.
func location(zone string) *time.Location {
	if zone == "" {
		return time.UTC
	}
	if zone[0] == '+' || zone[0] == '-' {
		if t, err := time.Parse("-07:00", zone); err == nil {
			_, seconds := t.Zone()
			return time.FixedZone(zone, seconds)
		}
		return time.UTC
	}
	if l, err := time.LoadLocation(zone); err == nil {
		return l
	}
	return time.UTC
}

// topLevel gives the values of an object's own fields by name, where there are any. raw has been checked to be JSON; reading it whole
// would take most of the time of a pull.
func topLevel(raw []byte, names ...string) map[string]text {
	found := map[string]text{}
	depth, key := 0, ""
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 1 {
				key = ""
			}
		case '"':
			end := stringEnd(raw, i)
			if depth == 1 && key == "" {
				key = string(raw[i+1 : end])
			}
			i = end
		case ':':
			if depth == 1 && slices.Contains(names, key) {
				var t text
				_ = t.UnmarshalJSON(scalar(raw[i+1:])) // what cannot be read is not told
				found[key] = t
			}
		}
	}
	return found
}

// stringEnd is where the text that begins at a quote ends: its closing quote.
func stringEnd(raw []byte, from int) int {
	for i := from + 1; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(raw) - 1
}

// scalar is the text, number or word at the start of raw; of anything else its first sign.
func scalar(raw []byte) []byte {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[':
		return raw[:min(len(raw), 1)]
	case raw[0] == '"':
		return raw[:stringEnd(raw, 0)+1]
	}
	if end := bytes.IndexAny(raw, ",}] \t\r\n"); end >= 0 {
		return raw[:end]
	}
	return raw
}
