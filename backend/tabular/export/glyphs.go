package export

import (
	"encoding/binary"
	"errors"
	"strings"
)

// glyphs are the characters that a font can show, of those that PDF files are written with here: the first 65,536.
type glyphs [1 << 16 / 64]uint64

var errNoGlyphs = errors.New("the font does not say which characters it has")

// glyphsOf reads from a TrueType font which characters it has (table cmap, format 4: OpenType specification, "cmap").
func glyphsOf(font []byte) (*glyphs, error) {
	found, err := characterMap(font)
	if err != nil {
		return nil, err
	}
	g := &glyphs{}
	return g, g.read(found)
}

// characterMap is the font's map of the basic plane.
func characterMap(font []byte) ([]byte, error) {
	cmap, ok := fontTable(font, "cmap")
	if !ok {
		return nil, errNoGlyphs
	}
	for i := range int(word(cmap, 2)) {
		at := 4 + 8*i
		if at+8 > len(cmap) {
			break
		}
		unicode := word(cmap, at) == 0 || word(cmap, at) == 3 && word(cmap, at+2) == 1
		offset := int(binary.BigEndian.Uint32(cmap[at+4:]))
		if unicode && offset < len(cmap) && word(cmap, offset) == 4 {
			return cmap[offset:], nil
		}
	}
	return nil, errNoGlyphs
}

func fontTable(font []byte, tag string) ([]byte, bool) {
	for i := range int(word(font, 4)) {
		at := 12 + 16*i
		if at+16 > len(font) {
			break
		}
		offset, size := int(binary.BigEndian.Uint32(font[at+8:])), int(binary.BigEndian.Uint32(font[at+12:]))
		if string(font[at:at+4]) == tag && offset <= len(font) && size <= len(font)-offset {
			return font[offset : offset+size], true
		}
	}
	return nil, false
}

// read takes in the segments of a map of format 4.
func (g *glyphs) read(m []byte) error {
	segments := int(word(m, 6)) / 2
	ends, starts, deltas, ranges := 14, 16+2*segments, 16+4*segments, 16+6*segments
	if segments == 0 || ranges+2*segments > len(m) {
		return errNoGlyphs
	}
	for s := range segments {
		first, last := int(word(m, starts+2*s)), int(word(m, ends+2*s))
		at := int(word(m, ranges+2*s))
		for c := first; c <= last && c < 0xFFFF; c++ {
			glyph := uint16(c) //nolint:gosec // below 0xFFFF
			if at != 0 {
				glyph = word(m, ranges+2*s+at+2*(c-first))
			}
			if at == 0 || glyph != 0 {
				glyph += word(m, deltas+2*s)
			}
			if glyph != 0 {
				g[c/64] |= 1 << (c % 64)
			}
		}
	}
	return nil
}

// word is the big-endian number at a place, 0 behind the end.
func word(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint16(b[at:])
}

func (g *glyphs) has(r rune) bool { return r >= 0 && r < 0xFFFF && g[r/64]&(1<<(r%64)) != 0 }

// words puts a question mark for each character that the font lacks, and names those. What has no shape of its own
// (line breaks, joiners, the variants of emoji) is no loss.
func (g *glyphs) words(text string) (written, lost string) {
	var out, missing strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r':
			out.WriteRune(r)
		case shapeless(r):
		case g.has(r):
			out.WriteRune(r)
		default:
			out.WriteByte('?')
			missing.WriteRune(r)
		}
	}
	return out.String(), missing.String()
}

func shapeless(r rune) bool {
	return r < ' ' || r == 0x7F || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F
}
