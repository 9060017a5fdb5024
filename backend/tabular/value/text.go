package value

import (
	"strings"
	"unicode/utf8"
)

// Text drops what is invisible around a cell's text: blanks, tabs, line breaks, no-break and zero-width spaces, byte
// order marks. NUL bytes go wherever they stand. What is inside stays.
func Text(cell string) string {
	if cell == "" || plainEnds(cell) && strings.IndexByte(cell, 0) < 0 {
		return cell
	}
	if strings.IndexByte(cell, 0) >= 0 {
		cell = strings.ReplaceAll(cell, "\x00", "")
	}
	return strings.TrimFunc(cell, invisible)
}

func plainEnds(cell string) bool {
	first, last := cell[0], cell[len(cell)-1]
	return first > ' ' && first < utf8.RuneSelf && last > ' ' && last < utf8.RuneSelf
}

func invisible(r rune) bool {
	switch r {
	case '\u00A0', '\u2007', '\u202F', '\u3000', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF':
		return true
	}
	return r <= ' ' || r == 0x7F
}

// ID cleans an identifier: a number, SKU, zip or telephone number. It stays text, so leading zeros and what looks like
// an exponent survive. A spreadsheet's ways of forcing text are undone: the leading apostrophe of '02139 (Shopify
// writes zips so) and ="02139".
func ID(cell string) string {
	id := Text(cell)
	if rest, ok := strings.CutPrefix(id, `="`); ok && strings.HasSuffix(rest, `"`) {
		id = rest[:len(rest)-1]
	}
	if len(id) > 1 && id[0] == '\'' {
		id = Text(id[1:])
	}
	return id
}

// Blank tells whether a cell states nothing.
func Blank(cell string) bool {
	return cell == "" || cell[0] <= ' ' && Text(cell) == "" || cell[0] >= utf8.RuneSelf && Text(cell) == ""
}

// BlankBytes is Blank for a cell not yet made a string.
func BlankBytes(cell []byte) bool {
	if len(cell) == 0 {
		return true
	}
	if c := cell[0]; c > ' ' && c < utf8.RuneSelf {
		return false
	}
	return Text(string(cell)) == ""
}
