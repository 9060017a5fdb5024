package edifact

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// rewritten reads a file and writes its values anew: byte for byte the same where it is well formed.
func rewritten(t interface{ Fatal(...any) }, text []byte) []byte {
	var out bytes.Buffer
	s := NewScanner(bytes.NewReader(text))
	var w *Writer
	for {
		g, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if w != nil {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		out.Write(g.Lead)
		if g.is("UNA") {
			out.Write(g.Raw)
			out.Write(g.Terminator)
			continue
		}
		if w == nil || g.is("UNB") {
			w = NewWriter(&out, s.Delimiters(), g.text(1, 1))
		}
		tag, elements := g.Content()
		w.Segment(tag, elements...)
	}
	if w != nil {
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	rest := bytes.TrimRight(text, "\r\n")
	out.Write(text[len(rest):])
	return out.Bytes()
}

func TestWritingIsTheInverseOfReading(t *testing.T) {
	names, err := filepath.Glob("testdata/good/*.edi")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if again := rewritten(t, text); !bytes.Equal(again, text) {
			t.Errorf("%s came back as\n%s", name, again)
		}
	}
}

// TestAnyValueComesBack writes segments of any values with any service characters, and reads them.
func TestAnyValueComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]Delimiters{Default, Default.forVersion('4'), {Component: '=', Element: '*', Decimal: ',', Release: '\\', Terminator: '~'}}).Draw(t, "characters")
		version := "3"
		if d.Repetition != 0 {
			version = "4"
		}
		value := rapid.StringOf(rapid.SampledFrom([]rune("ABCabc019 +:?'*=~\\.,-éß")))
		component := rapid.SliceOfN(value, 1, 4)
		elements := rapid.SliceOfN(component, 0, 5).Draw(t, "elements")
		var file bytes.Buffer
		w := NewWriter(&file, d, "UNOC")
		w.Advice()
		w.Segment("UNB", E("UNOC", version))
		written := make([]Element, len(elements))
		for i, components := range elements {
			written[i] = E(components...)
		}
		w.Segment("FTX", written...)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		s := NewScanner(&file)
		for range 2 {
			if _, err := s.Next(); err != nil {
				t.Fatal(err)
			}
		}
		g, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		_, read := g.Content()
		for e := range written {
			for c, want := range written[e][0] {
				got := ""
				if e < len(read) && c < len(read[e][0]) {
					got = read[e][0][c]
				}
				if got != want {
					t.Fatalf("element %d component %d is %q, was %q in %q", e+1, c+1, got, want, g.Raw)
				}
			}
		}
	})
}

func TestLettersThatASetHasNot(t *testing.T) {
	for _, c := range []struct{ syntax, text, want string }{
		{"UNOA", "Größe 40 café", "GROSSE 40 CAFE"},
		{"UNOB", "Größe 40 café", "Grosse 40 cafe"},
		{"UNOC", "Größe 40 €", "Gr\xf6\xdfe 40 EUR"},
		{"UNOD", "Łódź", "\xa3\xf3d\xbc"},
		{"UNOL", "5 €", "5 \xa4"},
		{"UNOY", "报文", "报文"},
		{"UNOC", "报文", "??"},
	} {
		got, _ := charsetOf(c.syntax).bytes(c.text)
		if string(got) != c.want {
			t.Errorf("%s writes %q as %q, expected %q", c.syntax, c.text, got, c.want)
		}
	}
}
