package delimited

import (
	"testing"

	"pgregory.net/rapid"
)

func TestGuard(t *testing.T) {
	for _, c := range []struct{ cell, guarded string }{
		{"", ""}, {"mug", "mug"}, {"5", "5"}, {"'02139", "'02139"}, {"a=1", "a=1"}, {" =1", " =1"},
		{"=1+1", "'=1+1"}, {"+44 20", "'+44 20"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"}, {"\t=1", "'\t=1"}, {"\r=1", "'\r=1"}, {"\n=1", "'\n=1"},
		{"＝1", "'＝1"}, {"'=1", "''=1"}, {"''-x", "'''-x"}, {"'", "'"}, {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
	} {
		if got := Guard(c.cell); got != c.guarded {
			t.Errorf("Guard(%q) is %q, not %q", c.cell, got, c.guarded)
		}
	}
}

// TestGuardComesOff shows that reading gives back exactly what was written, guarded or only marked.
func TestGuardComesOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`'{0,3}[=+\-@\t\r\n＝ax]?.{0,6}`).Draw(t, "cell")
		if got := Unguard(Guard(cell)); got != cell {
			t.Fatalf("%q comes back as %q", cell, got)
		}
		if got := Unguard(Mark(cell)); got != cell {
			t.Fatalf("%q, marked, comes back as %q", cell, got)
		}
	})
}
