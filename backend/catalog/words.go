package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// spelledOut are letters that are no accented forms to Unicode but are written as such in other shops.
var spelledOut = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ð", "d")

// accents maps the letters of European languages to those without accents.
var accents = func() *strings.Replacer {
	var pairs []string
	for plain, all := range map[string]string{"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥ", "i": "ìíîïĩīĭį",
		"j": "ĵ", "k": "ķ", "l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťț", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž"} {
		for _, accented := range all {
			pairs = append(pairs, string(accented), plain)
		}
	}
	return strings.NewReplacer(pairs...)
}()

// Words splits a title into the words by which titles are compared: lower case, without accents, each once, in order. Scripts
// that put no blanks between words (Chinese, Japanese) give every two letters that stand beside one another.
func Words(title string) []string {
	plain := spelledOut.Replace(accents.Replace(strings.Map(withoutAccent, strings.ToLower(title))))
	var all []string
	put := func(word string) {
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	for _, run := range strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }) {
		for _, part := range scripts(run) {
			letters := []rune(part)
			if !unspaced(letters[0]) || len(letters) == 1 {
				put(part)
				continue
			}
			for i := range len(letters) - 1 {
				put(string(letters[i : i+2]))
			}
		}
	}
	return all
}

// withoutAccent drops accents that stand as signs of their own (combining diacritical marks, U+0300 to U+036F).
func withoutAccent(r rune) rune {
	if r >= 0x300 && r <= 0x36f {
		return -1
	}
	return r
}

// scripts parts a run of letters where a script without blanks begins or ends.
func scripts(run string) []string {
	var parts []string
	start, before := 0, false
	for at, r := range run {
		if now := unspaced(r); at > 0 && now != before {
			parts, start = append(parts, run[start:at]), at
			before = now
		} else if at == 0 {
			before = now
		}
	}
	return append(parts, run[start:])
}

func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) || r == 'ー'
}

// Pairs are the words of a title that no index of blanks and letters would find: see Words.
func Pairs(title string) []string {
	return slices.DeleteFunc(Words(title), func(word string) bool { return !unspaced([]rune(word)[0]) })
}
