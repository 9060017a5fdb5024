package edifact

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// charset is a character repertoire of ISO 9735: which bytes it has, and what they mean.
type charset struct {
	id     string
	words  string            // what it is called
	plain  func(c byte) bool // which of the bytes of ASCII it has
	upper  bool              // it has the bytes from 0xA0 on
	mapped *charmap.Charmap  // what those mean; nil where it has none, or is UTF-8
	utf8   bool
}

// The letters, digits and signs of level A; level B adds small letters. Levels C to L have all of ASCII that can be seen.
const levelASigns = " .,-()/='+:?!\"%&*;<>"

func levelA(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(levelASigns, c) >= 0
}

func levelBChars(c byte) bool { return levelA(c) || c >= 'a' && c <= 'z' || c >= 0x1C && c <= 0x1F }

func visible(c byte) bool { return c >= 0x20 && c < 0x7F }

func anyByte(byte) bool { return true }

// charsets by syntax identifier (UN/EDIFACT service code list 0001).
var charsets = map[string]*charset{
	"UNOA": {words: "capital letters, digits and some signs", plain: levelA},
	"UNOB": {words: "letters, digits and some signs", plain: levelBChars},
	"UNOC": {words: "ISO 8859-1, Western Europe", mapped: charmap.ISO8859_1},
	"UNOD": {words: "ISO 8859-2, Central Europe", mapped: charmap.ISO8859_2},
	"UNOE": {words: "ISO 8859-5, Cyrillic", mapped: charmap.ISO8859_5},
	"UNOF": {words: "ISO 8859-7, Greek", mapped: charmap.ISO8859_7},
	"UNOG": {words: "ISO 8859-3, Southern Europe", mapped: charmap.ISO8859_3},
	"UNOH": {words: "ISO 8859-4, Northern Europe", mapped: charmap.ISO8859_4},
	"UNOI": {words: "ISO 8859-6, Arabic", mapped: charmap.ISO8859_6},
	"UNOJ": {words: "ISO 8859-8, Hebrew", mapped: charmap.ISO8859_8},
	"UNOK": {words: "ISO 8859-9, Turkish", mapped: charmap.ISO8859_9},
	"UNOL": {words: "ISO 8859-15, Western Europe with the euro", mapped: charmap.ISO8859_15},
	"UNOW": {words: "Unicode (UTF-8)", utf8: true},
	"UNOX": {words: "several sets by escape sequences (ISO 2022)", plain: anyByte, upper: true},
	"UNOY": {words: "Unicode (UTF-8)", utf8: true},
}

func init() {
	for id, set := range charsets {
		set.id = id
		if set.plain == nil {
			set.plain, set.upper = visible, true
		}
	}
}

// charsetOf is the set of a syntax identifier; nil for one that ISO 9735 does not have, of which every byte is taken.
func charsetOf(id string) *charset { return charsets[id] }

// odd tells whether a byte needs a look: it is not in the set, or it is only as part of something longer.
func (c *charset) odd(b byte) bool {
	switch {
	case b < 0x80:
		return !c.plain(b)
	case c.utf8:
		return true
	case b < 0xA0: // control characters of ISO 8859; files of Windows have signs there
		return !c.upper || c.mapped != nil
	}
	return !c.upper
}

// faulty gives where the first byte lies among odds that c really has not, and how many of that kind there are; -1 and 0
// where there are none.
func (c *charset) faulty(raw []byte, odds []int32) (at, many int) {
	at = -1
	for i := 0; i < len(odds); i++ {
		place := int(odds[i])
		if c != nil && c.utf8 && raw[place] >= 0x80 {
			if r, size := utf8.DecodeRune(raw[place:]); r != utf8.RuneError {
				i += size - 1
				continue
			}
		}
		if at < 0 {
			at = place
		}
		many++
	}
	return at, many
}

// text makes UTF-8 of a value. What is not ASCII is taken as UTF-8 where it can be (many senders write that whatever they
// announce), else by the set, else as Windows does.
func (c *charset) text(value []byte) string {
	if ascii(value) || utf8.Valid(value) {
		return string(value)
	}
	mapped := charmap.Windows1252
	if c != nil && c.mapped != nil && c.mapped != charmap.ISO8859_1 { // 8859-1 is Windows-1252 but for control characters
		mapped = c.mapped
	}
	out, err := mapped.NewDecoder().Bytes(value)
	if err != nil {
		return string(bytes.ToValidUTF8(value, []byte("\uFFFD")))
	}
	return string(out)
}

// bytes makes of UTF-8 what the set writes. lost tells of letters that it has not: they become their nearest ones (é an e),
// or a question mark.
func (c *charset) bytes(text string) (out []byte, lost bool) {
	if c == nil || c.utf8 || c.plain != nil && ascii([]byte(text)) && c.upper {
		return []byte(text), false
	}
	out = make([]byte, 0, len(text))
	for _, r := range text {
		if b, ok := c.byteOf(r); ok {
			out = append(out, b)
			continue
		}
		lost = true
		out = append(out, c.nearest(r)...)
	}
	return out, lost
}

// nearest writes a letter that the set has not.
func (c *charset) nearest(r rune) (out []byte) {
	text := norm.NFKD.String(string(r))
	if spelled, ok := spellings[r]; ok {
		text = spelled
	}
	for _, part := range text {
		if b, ok := c.byteOf(part); ok {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return []byte{'?'}
	}
	return out
}

// spellings are letters that do not come apart into one with a mark.
var spellings = map[rune]string{'ß': "ss", 'æ': "ae", 'Æ': "AE", 'ø': "o", 'Ø': "O", 'œ': "oe", 'Œ': "OE", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'þ': "th", 'Þ': "TH",
	'–': "-", '—': "-", '‘': "'", '’': "'", '“': "\"", '”': "\"", '„': "\"", '…': "...", '€': "EUR"}

func (c *charset) byteOf(r rune) (byte, bool) {
	if r < 0x80 {
		if c.plain(byte(r)) {
			return byte(r), true
		}
		if r >= 'a' && r <= 'z' { // level A has capitals only
			return byte(r) - 'a' + 'A', true
		}
		return 0, false
	}
	if c.mapped == nil {
		return 0, false
	}
	return c.mapped.EncodeRune(r)
}

func ascii(value []byte) bool {
	for _, b := range value {
		if b >= 0x80 {
			return false
		}
	}
	return true
}
