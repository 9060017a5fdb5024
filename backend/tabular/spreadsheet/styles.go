package spreadsheet

import (
	"strconv"
	"strings"
)

// numberFormat is what the number format of a cell says of its number.
type numberFormat struct {
	look   look
	millis bool   // a time is shown with parts of a second
	zeros  string // of look zeros: the digits' places ('0') and what stands between them
}

type look uint8

const (
	general look = iota
	percent
	zeros   // a fixed number of digits, leading zeros kept
	day     // a date
	clock   // a time of day
	moment  // a date with a time
	either  // date or time or both, as the number has it
	elapsed // hours, minutes or seconds beyond a day
)

// builtIn are the formats that workbooks use without describing them (ISO/IEC 29500-1, 18.8.30). Those of East Asia and
// Thailand (27 to 36, 50 to 58, 71 to 81) mean other dates or times in each country.
func builtIn(id int) numberFormat {
	switch {
	case id == 9 || id == 10:
		return numberFormat{look: percent}
	case id >= 14 && id <= 17:
		return numberFormat{look: day}
	case id >= 18 && id <= 21 || id == 45:
		return numberFormat{look: clock}
	case id == 22:
		return numberFormat{look: moment}
	case id == 46:
		return numberFormat{look: elapsed}
	case id == 47:
		return numberFormat{look: clock, millis: true}
	case id >= 27 && id <= 36, id >= 50 && id <= 58, id >= 71 && id <= 81:
		return numberFormat{look: either}
	}
	return numberFormat{}
}

// readStyles reads how each style of a cell writes numbers.
func (b *Book) readStyles(part string) error {
	custom := map[int]numberFormat{}
	inFormats, inStyles := false, false
	return b.each(part, func(s *scanner) error {
		switch {
		case s.depth <= 2 && !is(s.name, "numFmt") && !is(s.name, "xf"):
			inFormats, inStyles = is(s.name, "numFmts") && !s.empty, is(s.name, "cellXfs") && !s.empty
		case inFormats && is(s.name, "numFmt") && len(custom) < maxStyles:
			if id, err := strconv.Atoi(s.attribute("numFmtId")); err == nil {
				custom[id] = parseFormat(s.attribute("formatCode"))
			}
		case inStyles && is(s.name, "xf"):
			if len(b.styles) == maxStyles {
				return bomb("it has too many styles")
			}
			id, _ := strconv.Atoi(s.attribute("numFmtId"))
			format, ok := custom[id]
			if !ok {
				format = builtIn(id)
			}
			b.styles = append(b.styles, format)
		}
		return nil
	})
}

// parseFormat reads a format code such as `yyyy\-mm\-dd`, `[$-409]m/d/yy h:mm AM/PM;@`, `00000` or `0.0%`.
func parseFormat(code string) numberFormat {
	f := formatReader{code: code}
	f.read()
	switch {
	case f.general:
		return numberFormat{}
	case f.elapsed:
		return numberFormat{look: elapsed, millis: f.millis}
	case f.date && f.time:
		return numberFormat{look: moment, millis: f.millis}
	case f.date || f.month && !f.time:
		return numberFormat{look: day}
	case f.time:
		return numberFormat{look: clock, millis: f.millis}
	case f.percent:
		return numberFormat{look: percent}
	case f.fixed():
		return numberFormat{look: zeros, zeros: f.plain.String()}
	}
	return numberFormat{}
}

// formatReader walks over the first section of a format code, the one for positive numbers.
type formatReader struct {
	code                               string
	date, time, month, elapsed, millis bool
	percent, general, other            bool
	plain                              strings.Builder // places and what stands between them
	places                             int
}

func (f *formatReader) read() {
	lower := strings.ToLower(f.code)
	if strings.Contains(lower, "general") {
		f.general = true
		return
	}
	for i := 0; i < len(lower) && lower[i] != ';'; {
		i += f.step(lower[i:], f.code[i:])
	}
}

// step takes one element of the code and gives its length.
func (f *formatReader) step(lower, code string) int {
	switch c := lower[0]; c {
	case '"':
		text, _, closed := strings.Cut(code[1:], `"`)
		f.plain.WriteString(strings.ReplaceAll(text, "0", "\x00"))
		if closed {
			return len(text) + 2
		}
		return len(code)
	case '\\':
		if len(code) > 1 {
			f.plain.WriteString(strings.ReplaceAll(code[1:2], "0", "\x00"))
		}
		return min(2, len(code))
	case '_', '*':
		return min(2, len(code))
	case '[':
		return f.bracket(lower)
	case 'y', 'd', 'g', 'b':
		f.date = true
	case 'h', 's':
		f.time = true
		return f.clockPart(lower)
	case 'm':
		return f.monthOrMinute(lower)
	case 'e':
		f.other = f.other || len(lower) > 1 && (lower[1] == '+' || lower[1] == '-')
		f.date = f.date || !f.other
	case 'a':
		return f.halfDay(lower)
	default:
		f.number(c)
	}
	return 1
}

// clockPart takes hours or seconds, with the parts of a second behind them.
func (f *formatReader) clockPart(lower string) int {
	n := 1
	for n < len(lower) && lower[n] == lower[0] {
		n++
	}
	if lower[0] == 's' && strings.HasPrefix(lower[n:], ".0") {
		f.millis = true
		return n + 2
	}
	return n
}

// monthOrMinute takes a run of m: three and more are a month's name; beside hours or seconds fewer are minutes.
func (f *formatReader) monthOrMinute(lower string) int {
	n := 1
	for n < len(lower) && lower[n] == 'm' {
		n++
	}
	if n >= 3 {
		f.date = true
	}
	f.month = true
	if strings.HasPrefix(lower[n:], "ss.0") {
		f.millis = true
	}
	return n
}

func (f *formatReader) halfDay(lower string) int {
	for _, word := range []string{"am/pm", "a/p"} {
		if strings.HasPrefix(lower, word) {
			f.time = true
			return len(word)
		}
	}
	f.other = true
	return 1
}

// bracket takes a colour, a condition, a country or the hours, minutes or seconds that have elapsed.
func (f *formatReader) bracket(lower string) int {
	inside, _, closed := strings.Cut(lower[1:], "]")
	if !closed {
		return len(lower)
	}
	if inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.ContainsAny(inside[:1], "hms") {
		f.elapsed = true
	} else if strings.HasPrefix(inside, "$") && !strings.HasPrefix(inside, "$-") || strings.ContainsAny(inside, "<>=") {
		f.other = true
	}
	return len(inside) + 2
}

func (f *formatReader) number(c byte) {
	switch c {
	case '%':
		f.percent = true
	case '0':
		f.places++
		f.plain.WriteByte('0')
	case '-', ' ', '(', ')', '/', '+', '.':
		f.other = f.other || c == '.' || c == '/'
		f.plain.WriteByte(c)
	default:
		f.other = true
	}
}

// fixed tells whether the format writes a whole number with a fixed count of digits: zips, telephone numbers, ids.
func (f *formatReader) fixed() bool { return f.places >= 2 && !f.other && !f.month }
