package spreadsheet

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Cell is one cell to be written. The zero Cell is blank.
type Cell struct {
	kind cellKind
	text string
	time time.Time
}

type cellKind uint8

const (
	blankCell cellKind = iota
	textCell
	numberCell
	dayCell
	timeCell
)

// Text is a cell that every program takes as text: "00123" and "1E5" stay what they are. A blank text is a blank cell.
func Text(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{kind: textCell, text: text}
}

// mostDigits is how many digits of a number spreadsheets keep.
const mostDigits = 15

// Number is a cell that can be reckoned with, from a plain decimal number ("-12.50"). What is no such number, or has more
// than the 15 digits that spreadsheets keep, is written as text, so that nothing of it is lost.
func Number(decimal string) Cell {
	if !plainDecimal(decimal) {
		return Text(decimal)
	}
	return Cell{kind: numberCell, text: decimal}
}

// Whole is Number of an integer.
func Whole(n int64) Cell { return Number(strconv.FormatInt(n, 10)) }

// Day is a date without a time: the day on the clock of t's zone. The zero time is a blank cell.
func Day(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{kind: dayCell, time: t}
}

// Time is a date with a time: what the clock of t's zone shows, to the millisecond. The zero time is a blank cell.
func Time(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{kind: timeCell, time: t}
}

// plainDecimal tells whether a text is digits with at most one point between them, a minus before, and few enough digits.
func plainDecimal(text string) bool {
	text = strings.TrimPrefix(text, "-")
	point, digits := -1, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && point < 0 && i > 0 && i < len(text)-1:
			point = i
		default:
			return false
		}
	}
	return digits > 0 && digits <= mostDigits
}

// ColumnName is the letters of a column, from 0: A, B, ... Z, AA.
func ColumnName(column int) string { return string(appendColumn(nil, column)) }

func appendColumn(to []byte, column int) []byte {
	switch {
	case column < 0:
		return to
	case column < 26:
		return append(to, byte('A'+column))
	}
	return append(appendColumn(to, column/26-1), byte('A'+column%26))
}

func utf16Length(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// appendText escapes a text for XML. Control characters, which XML cannot hold, become _xHHHH_; a text that looks like
// such an escape is escaped itself. Bytes that are no UTF-8 become U+FFFD.
func appendText(to []byte, text string) []byte {
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				to = append(append(to, text[from:i]...), "\uFFFD"...)
				from = i + size
			}
			i += size
			continue
		}
		if escape := escapeOf(text, i); escape != "" {
			to = append(append(to, text[from:i]...), escape...)
			from = i + 1
		}
		i++
	}
	return append(to, text[from:]...)
}

func escapeOf(text string, i int) string {
	switch c := text[i]; {
	case c == '&':
		return "&amp;"
	case c == '<':
		return "&lt;"
	case c == '>':
		return "&gt;"
	case c < ' ' && c != '\t' && c != '\n':
		return "_x00" + strings.ToUpper(string([]byte{hexDigits[c>>4], hexDigits[c&15]})) + "_"
	case c == '_' && isEscape(text[i:]):
		return "_x005F_"
	}
	return ""
}

const hexDigits = "0123456789abcdef"

const escapeLength = len("_x000D_")

// isEscape tells whether a text begins like _x000D_.
func isEscape[T string | []byte](text T) bool {
	if len(text) < escapeLength || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return false
	}
	for i := 2; i < 6; i++ {
		if hexValue(text[i]) < 0 {
			return false
		}
	}
	return true
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
