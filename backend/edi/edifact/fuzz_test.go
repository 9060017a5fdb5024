package edifact

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"tradepost/backend/edi"
)

func seeds(f *testing.F) {
	f.Helper()
	names, err := filepath.Glob("testdata/good/*.edi")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{"", "UNA:+.? 'UNB", "UNB+UNOA:1'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+'", "UNA+++++++UNB", "UNB\x1dUNOB\x1f1\x1c", "UNB+UNOC:4'A+1*2*?*:?'''",
		"UNB+UNOX:3'FTX+A\r\nB?\r\n'UNA:+.? 'UNB+UNOA:1'", "UNB+UNOY:3'FTX+\xc3'", "UNE+1'UNZ+1'UNT+1'UNG+A'", "UNB+UNOA:1'UNG+'UNH+'UNG+'UNE+'UNZ'"} {
		f.Add([]byte(text))
	}
}

// FuzzScanner cuts anything: nothing is lost, and what was read whole is cut like what came byte by byte.
func FuzzScanner(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 4096 {
			return
		}
		whole, pieces := NewScanner(bytes.NewReader(text)), NewScanner(iotest.OneByteReader(bytes.NewReader(text)))
		var put []byte
		for {
			g, err := whole.Next()
			p, other := pieces.Next()
			if (err == nil) != (other == nil) {
				t.Fatalf("whole %v, in pieces %v", err, other)
			}
			if err != nil {
				break
			}
			if g.Offset != p.Offset || g.Line != p.Line || !bytes.Equal(g.Raw, p.Raw) || len(g.Marks) != len(p.Marks) || !bytes.Equal(g.Data, p.Data) {
				t.Fatalf("whole %d %q %v, in pieces %d %q %v", g.Offset, g.Raw, g.Marks, p.Offset, p.Raw, p.Marks)
			}
			if at := int(g.Offset); !bytes.Equal(text[at:at+len(g.Raw)], g.Raw) {
				t.Fatalf("%q does not stand at byte %d", g.Raw, at)
			}
			put = append(append(append(put, g.Lead...), g.Raw...), g.Terminator...)
		}
		if !bytes.Contains(text, put) {
			t.Fatalf("%q came out of %q", put, text)
		}
	})
}

// FuzzCheck checks, reads and answers anything: it ends, every problem says something and has its place in the file, and
// an answer is well formed.
func FuzzCheck(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		report, err := Lint(bytes.NewReader(text), Options{})
		if err != nil {
			return
		}
		for _, p := range everyProblem(report) {
			if p.Message == "" || p.Offset < 0 || p.Offset > int64(len(text)) || p.Line < 0 {
				t.Fatalf("%+v", p)
			}
		}
		if _, err := Read(bytes.NewReader(text), Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := Explain(bytes.NewReader(text), Options{}); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		got, err := Acknowledge(bytes.NewReader(text), &out, Options{}, AckOptions{Now: time.Unix(1, 0).UTC(), Control: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got.Written == 0 {
			return
		}
		if _, err := Lint(bytes.NewReader(out.Bytes()), Options{}); err != nil {
			t.Fatalf("%v in %q", err, out.String())
		}
	})
}

func everyProblem(report *edi.Report) (all []edi.Error) {
	all = append(all, report.Errors...)
	for _, x := range report.Interchanges {
		all = append(all, x.Errors...)
		for _, g := range x.Groups {
			all = append(all, g.Errors...)
			for _, s := range g.Sets {
				all = append(all, s.Errors...)
			}
		}
	}
	return all
}

// FuzzWriting reads anything and writes its values; read again they are the same.
func FuzzWriting(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		s := NewScanner(bytes.NewReader(text))
		for {
			g, err := s.Next()
			if err != nil {
				return
			}
			if bytes.HasPrefix(g.Raw, []byte("UN")) { // service characters change there
				continue
			}
			if _, bad := s.Delimiters().faulty(); bad || g.set == nil || len(g.odds) > 0 || s.Delimiters().Release == 0 {
				continue
			}
			tag, elements := g.Content()
			if bytes.ContainsAny(g.Data, "\r\n") { // released line breaks become blanks
				continue
			}
			var out bytes.Buffer
			w := NewWriter(&out, s.Delimiters(), g.set.id)
			w.Segment("ABC", elements...)
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			again := &Segment{set: g.set}
			again.Raw, again.Release = bytes.TrimSuffix(out.Bytes(), []byte{s.Delimiters().Terminator}), s.Delimiters().Release
			again.fillOdd(s.Delimiters().table(g.set))
			_, same := again.Content()
			if !alike(elements, same) {
				t.Fatalf("%q %q was written as %q and reads %q", tag, elements, out.String(), same)
			}
		}
	})
}

// alike compares elements, but for empty ones at ends, which are not written.
func alike(a, b []Element) bool {
	for i := range max(len(a), len(b)) {
		var x, y Element
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		for r := range max(len(x), len(y)) {
			var p, q []string
			if r < len(x) {
				p = x[r]
			}
			if r < len(y) {
				q = y[r]
			}
			for c := range max(len(p), len(q)) {
				var v, w string
				if c < len(p) {
					v = p[c]
				}
				if c < len(q) {
					w = q[c]
				}
				if v != w {
					return false
				}
			}
		}
	}
	return true
}
