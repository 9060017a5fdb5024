package export

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// filter is a filter in words, read: what the list of orders can do by itself, and conditions on fields for the rest.
type filter struct {
	orders     order.Filter
	conditions []condition
}

// condition compares a field with a text.
type condition struct {
	field Field
	op    string
	value string
	from  commerce.Instant // of a field that is an instant: the span that the value names
	to    commerce.Instant
}

var operators = []string{">=", "<=", "!=", "=", ">", "<", "~"}

// parseFilter reads words such as `stage=to_ship channel=Etsy placed>=2026-01-01 total>100 country~GB`: what the list of
// orders knows, any field of the kind compared with = != > >= < <= or ~ (contains), and words alone to search for. A value
// with blanks stands in double quotes. The error is a fault.Invalid that names the word.
func parseFilter(kind Kind, text string, now time.Time, zone *time.Location) (filter, error) {
	var f filter
	words, err := splitWords(text)
	if err != nil {
		return f, err
	}
	for _, w := range words {
		if err := f.add(kind, w, now.In(zone)); err != nil {
			return f, err
		}
	}
	if f.orders.Search = strings.TrimSpace(f.orders.Search); f.orders.Search != "" && !kind.ofOrders() {
		return f, refused("Words alone search orders only.", "Compare a field, as in sku~mug.")
	}
	_, err = f.orders.StatusList()
	return f, err
}

func refused(message, remedy string) error {
	return fault.New(fault.Invalid, message, remedy).InField("filter")
}

// splitWords splits at blanks outside of quotes; the quotes themselves go.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted, begun = !quoted, true
		case !quoted && strings.ContainsRune(" \t\r\n", r):
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quoted {
		return nil, refused("A quote in the filter is not closed.", `Write values with blanks as channel="Etsy, main shop".`)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// operatorIn finds the first operator of a word.
func operatorIn(word string) (key, op, value string) {
	for i := range word {
		for _, candidate := range operators {
			if strings.HasPrefix(word[i:], candidate) {
				return word[:i], candidate, word[i+len(candidate):]
			}
		}
	}
	return word, "", ""
}

func (f *filter) add(kind Kind, word string, now time.Time) error {
	key, op, value := operatorIn(word)
	name := strings.ToLower(key)
	if kind.ofOrders() {
		if done, err := f.addToList(name, op, value, now); done || err != nil {
			return err
		}
	}
	if op == "" {
		f.orders.Search += " " + word
		return nil
	}
	field, ok := fieldOf(kind, name)
	if !ok {
		return refused(fmt.Sprintf("%q is not something %s can be filtered by.", key, kind), listWords(kind)+" "+nearestField(kind, name))
	}
	c := condition{field: field, op: op, value: value}
	if err := c.check(now); err != nil {
		return err
	}
	f.conditions = append(f.conditions, c)
	return nil
}

func listWords(kind Kind) string {
	if !kind.ofOrders() {
		return ""
	}
	return "Use stage, status, paid, shipping, channel, tag, search, number, placed, held, late, unlinked, not_sent, or a field."
}

// addToList takes what the list of orders can do by itself, with its indexes.
func (f *filter) addToList(name, op, value string, now time.Time) (done bool, err error) {
	if name == "placed" || name == "placed_at" {
		return true, f.addPlaced(op, value, now)
	}
	if op == "" && (name == "held" || name == "late" || name == "unlinked") {
		op, value = "=", "yes"
	}
	if op != "=" {
		return false, nil
	}
	switch name {
	case "stage", "status", "paid", "payment", "shipping_state":
		f.orders.Status = joined(f.orders.Status, strings.ToLower(value))
	case "held", "late":
		if value != "yes" && value != "true" {
			if name == "late" {
				return true, refused("late stands alone or says yes.", "Leave it out otherwise.")
			}
			return false, nil
		}
		f.orders.Status = joined(f.orders.Status, name)
	case "unlinked":
		if value != "yes" && value != "true" {
			return false, nil
		}
		f.orders.Unlinked = true
	case "channel":
		f.orders.Channel = joined(f.orders.Channel, value)
	case "tag":
		f.orders.Tag = value
	case "search":
		f.orders.Search += " " + value
	case "number":
		f.orders.Number = value
	case "not_sent":
		f.orders.NotSent = value
	default:
		return false, nil
	}
	return true, nil
}

func joined(list, more string) string {
	if list == "" {
		return more
	}
	return list + "," + more
}

func (f *filter) addPlaced(op, value string, now time.Time) error {
	from, to, err := span(value, now)
	if err != nil {
		return err
	}
	switch op {
	case "=":
		f.orders.PlacedFrom, f.orders.PlacedTo = from, to
	case ">=":
		f.orders.PlacedFrom = from
	case ">":
		f.orders.PlacedFrom = to
	case "<":
		f.orders.PlacedTo = from
	case "<=":
		f.orders.PlacedTo = to
	default:
		return refused("placed cannot be compared with "+strconv.Quote(op)+".", "Use placed=today, placed>=2026-01-01 or placed<2026-02-01.")
	}
	return nil
}

// span is the time a value names, from its beginning to before its end: a day, a month, a year, an instant, or words.
func span(value string, now time.Time) (from, to commerce.Instant, err error) {
	zone := now.Location()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
	between := func(a, b time.Time) (commerce.Instant, commerce.Instant, error) {
		return commerce.InstantOf(a), commerce.InstantOf(b), nil
	}
	switch strings.ToLower(value) {
	case "today":
		return between(today, today.AddDate(0, 0, 1))
	case "yesterday":
		return between(today.AddDate(0, 0, -1), today)
	case "this_week":
		return between(monday, monday.AddDate(0, 0, 7))
	case "last_week":
		return between(monday.AddDate(0, 0, -7), monday)
	case "this_month":
		return between(month, month.AddDate(0, 1, 0))
	case "last_month":
		return between(month.AddDate(0, -1, 0), month)
	case "this_year":
		return between(time.Date(now.Year(), 1, 1, 0, 0, 0, 0, zone), time.Date(now.Year()+1, 1, 1, 0, 0, 0, 0, zone))
	}
	if days, ok := strings.CutPrefix(strings.ToLower(value), "last_"); ok {
		if n, err := strconv.Atoi(strings.TrimSuffix(days, "_days")); err == nil && n > 0 && n < 10_000 {
			return between(today.AddDate(0, 0, 1-n), today.AddDate(0, 0, 1))
		}
	}
	for _, layout := range []struct {
		text                string
		years, months, days int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(layout.text, value, zone); err == nil {
			return between(t, t.AddDate(layout.years, layout.months, layout.days))
		}
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return between(t, t.Add(time.Millisecond))
	}
	return 0, 0, refused(fmt.Sprintf("%q is not a date.", value),
		"Use 2026-03-12, 2026-03, 2026-03-12T09:00:00Z, or today, yesterday, this_week, last_week, this_month, last_month, last_30_days.")
}

func (c *condition) check(now time.Time) (err error) {
	switch c.field.Type {
	case Instant:
		if c.value == "" || c.op == "~" {
			break
		}
		c.from, c.to, err = span(c.value, now)
		return err
	case Money, Number:
		if c.op == "~" || c.value == "" && (c.op == "=" || c.op == "!=") {
			return nil
		}
		if _, err := commerce.ParseDecimal(c.value); err != nil || c.value == "" {
			return refused(fmt.Sprintf("%s is a number, and %q is none.", c.field.Name, c.value), "Write it as 12.50, without a currency.")
		}
		return nil
	default:
		if slices.Contains([]string{">", ">=", "<", "<="}, c.op) {
			return refused(fmt.Sprintf("%s is a text and cannot be compared with %s.", c.field.Name, c.op), "Use =, != or ~ (contains).")
		}
	}
	return nil
}

// holds reports whether a record meets the condition. What is not stated meets only "= nothing" and "!=".
func (c *condition) holds(r *record) bool {
	v := c.field.value(r)
	if c.value == "" || !v.Stated() {
		return (v.Stated() == (c.value != "")) == (c.op == "=") && (c.op == "=" || c.op == "!=")
	}
	switch {
	case c.op == "~":
		return strings.Contains(strings.ToLower(v.Text), strings.ToLower(c.value))
	case c.field.Type == Instant:
		return c.holdsAt(v.At.At)
	case c.field.Type.numeric():
		a, b := new(big.Rat), new(big.Rat)
		if _, ok := a.SetString(v.Text); !ok {
			return false
		}
		b.SetString(c.value)
		return compared(a.Cmp(b), c.op)
	}
	same := slices.ContainsFunc(strings.Split(c.value, ","), func(one string) bool { return strings.EqualFold(strings.TrimSpace(one), v.Text) }) ||
		strings.EqualFold(c.value, v.Text)
	return same == (c.op == "=")
}

func (c *condition) holdsAt(at commerce.Instant) bool {
	inside := at >= c.from && at < c.to
	switch c.op {
	case "=":
		return inside
	case "!=":
		return !inside
	case ">":
		return at >= c.to
	case ">=":
		return at >= c.from
	case "<":
		return at < c.from
	}
	return at < c.to
}

func compared(sign int, op string) bool {
	switch op {
	case "=":
		return sign == 0
	case "!=":
		return sign != 0
	case ">":
		return sign > 0
	case ">=":
		return sign >= 0
	case "<":
		return sign < 0
	}
	return sign <= 0
}

// holds reports whether a record meets all conditions.
func (f *filter) holds(r *record) bool {
	for i := range f.conditions {
		if !f.conditions[i].holds(r) {
			return false
		}
	}
	return true
}

// kept is the filter as the journal keeps it: words to search for may name a person and are left out.
func kept(text string) string {
	words, err := splitWords(text)
	if err != nil {
		return ""
	}
	var safe []string
	for _, w := range words {
		key, op, value := operatorIn(w)
		switch {
		case op == "" && !slices.Contains([]string{"held", "late", "unlinked"}, key), key == "search", personalKey(key):
			w = key + op + "…"
			if op == "" {
				w = "search=…"
			}
		case strings.ContainsAny(value, " \t"):
			w = key + op + `"` + value + `"`
		}
		safe = append(safe, w)
	}
	return strings.Join(safe, " ")
}

func personalKey(key string) bool {
	for _, kind := range Kinds {
		if f, ok := fieldOf(kind, strings.ToLower(key)); ok && f.Personal {
			return true
		}
	}
	return false
}
