package delimited_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"tradepost/backend/tabular/delimited"
)

func TestWriterRoundTrip(t *testing.T) {
	records := [][]string{
		{"Name", "Note, with comma", `say "hi"`, ""},
		{" leading", "trailing ", "two\nlines", "00123"},
		{`"`, `""`, ";", "\t"},
		{""},
	}
	for _, c := range []byte{',', ';', '\t', '|'} {
		d := delimited.Dialect{Comma: c, Quoting: delimited.Standard}
		var out bytes.Buffer
		w := delimited.NewWriter(&out, d)
		w.UseCRLF()
		for _, cells := range records {
			if err := w.Write(cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		r := delimited.NewReader(&out, d)
		for _, want := range records {
			got, err := r.Read()
			if err != nil || !reflect.DeepEqual(got.Cells, want) {
				t.Errorf("%s: got %q (%v), want %q", d.Name(), got.Cells, err, want)
			}
		}
	}
}

func TestWriterWithoutQuoting(t *testing.T) {
	var out strings.Builder
	w := delimited.NewWriter(&out, tab)
	_ = w.Write([]string{`6" pipe`, "two\nlines", "a\tb"})
	_ = w.Flush()
	if got, want := out.String(), "6\" pipe\ttwo lines\ta b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
