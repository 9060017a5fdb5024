package spreadsheet

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// tidy resolves the escapes by which workbooks write what XML cannot hold (_x000D_, ISO/IEC 29500-1, 22.4.2.4), and
// makes every line break one LF. It works in place.
func tidy(text []byte) []byte {
	if bytes.Contains(text, []byte("_x")) {
		text = unescape(text)
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = appendLines(text[:0], text)
	}
	return text
}

func unescape(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); {
		if text[i] != '_' || !isEscape(text[i:]) {
			out = append(out, text[i])
			i++
			continue
		}
		unit := escaped(text[i:])
		i += escapeLength
		if utf16.IsSurrogate(unit) && i < len(text) && isEscape(text[i:]) {
			if r := utf16.DecodeRune(unit, escaped(text[i:])); r != utf8.RuneError {
				unit = r
				i += escapeLength
			}
		}
		out = utf8.AppendRune(out, unit)
	}
	return out
}

func escaped(text []byte) rune {
	unit := rune(0)
	for _, c := range text[2:6] {
		unit = unit<<4 | rune(hexValue(c))
	}
	return unit
}
