package export

import (
	"os"
	"testing"
)

// TestGlyphs holds what a font is found to have against characters that are known to be in it and not.
func TestGlyphs(t *testing.T) {
	font, err := os.ReadFile(systemFonts[0].plain)
	if err != nil {
		t.Skip("the DejaVu fonts are not installed")
	}
	g, err := glyphsOf(font)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][2]string{
		"Zoë Łódź Ελλάδα Москва": {"Zoë Łódź Ελλάδα Москва", ""},
		"山田 a":                   {"?? a", "山田"},
		"😀 ok":                   {"? ok", "😀"},
		"a\u200bb\uFE0F\r\nc":    {"ab\r\nc", ""},
		"\U0010FFFF\uFFFF":       {"??", "\U0010FFFF\uFFFF"},
	} {
		if written, lost := g.words(text); written != want[0] || lost != want[1] {
			t.Errorf("%q is written as %q, lost %q", text, written, lost)
		}
	}
}

// FuzzGlyphs shows that a damaged font is no more than an error.
func FuzzGlyphs(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00cmap\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x1c\x00\x00\x00\x01\x00\x03\x00\x01\x00\x00\x00\x0c\x00\x04\x00\x10\x00\x00\x00\x02"))
	f.Fuzz(func(t *testing.T, font []byte) {
		if g, err := glyphsOf(font); err == nil {
			g.words("a\U0001F600")
		}
	})
}
