package edifact_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"tradepost/backend/edi/edifact"
)

// said writes an explanation as the command does.
func said(t *testing.T, text []byte) string {
	t.Helper()
	x, err := edifact.Explain(bytes.NewReader(text), edifact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, d := range x.Documents {
		fmt.Fprintln(&out, d.Title)
		for _, fact := range d.Facts {
			fmt.Fprintf(&out, "  %s: %s\n", fact.Label, fact.Value)
		}
	}
	for _, s := range x.Segments {
		fmt.Fprintf(&out, "%s%s %s\n", strings.Repeat("  ", s.Depth), s.Tag, s.Words)
		for _, e := range s.Errors {
			fmt.Fprintf(&out, "! %s %s\n", s.Tag, e.Message)
		}
	}
	return out.String()
}

// TestExplainGolden holds what is said of the good samples against what was read by a person before.
func TestExplainGolden(t *testing.T) {
	for name, text := range good(t) {
		if !strings.Contains(name, "d96a") && !strings.HasPrefix(name, "contrl") {
			continue
		}
		got, path := said(t, text), "testdata/said/"+strings.TrimSuffix(name, ".edi")+".txt"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is said otherwise than in %s:\n%s", name, path, got)
		}
	}
}

// TestExplainPutsFaultsBesideTheirSegments explains broken files.
func TestExplainPutsFaultsBesideTheirSegments(t *testing.T) {
	text := strings.NewReplacer("DTM+137:20260302:102", "DTM+137:20260230:102", "UNT+56", "UNT+57", "UNZ+1", "UNZ+2").Replace(string(good(t)["orders-d96a.edi"]))
	got := said(t, []byte(text))
	for _, want := range []string{"DTM element 1.2, 2380", "UNT counts", "UNZ counts"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestExplainOtherCharacterSets says letters as they were meant.
func TestExplainOtherCharacterSets(t *testing.T) {
	for syntax, c := range map[string][2]string{"UNOC": {"K\xe4ltetechnik", "Kältetechnik"}, "UNOD": {"\xa3\xf3d\xbc", "Łódź"}, "UNOY": {"报文", "报文"}, "UNOE": {"\xbc\xde\xe1\xda\xd2\xd0", "Москва"}} {
		text := "UNB+" + syntax + ":3+A+B+260302:0915+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1'DTM+137:20260302:102'NAD+BY+++" + c[0] + "'UNS+S'UNT+6+1'UNZ+1+1'"
		if got := said(t, []byte(text)); !strings.Contains(got, c[1]) {
			t.Errorf("%s: %q is not in\n%s", syntax, c[1], got)
		}
	}
}

// TestExplainKnowsWhereElementsStand cuts each element out of its segment by its place and length.
func TestExplainKnowsWhereElementsStand(t *testing.T) {
	for name, text := range good(t) {
		x, err := edifact.Explain(bytes.NewReader(text), edifact.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range x.Segments {
			if s.Tag == "UNA" { // its characters release nothing
				continue
			}
			raw := utf16.Encode([]rune(s.Raw))
			for _, e := range s.Elements {
				piece := string(utf16.Decode(raw[e.At : e.At+e.Length]))
				if strings.NewReplacer("?+", "+", "?:", ":", "?'", "'", "??", "?", "?*", "*").Replace(piece) != e.Value {
					t.Errorf("%s: %s has %q at %d, which is %q", name, s.Raw, e.Value, e.At, piece)
				}
			}
		}
	}
}
