package edifact

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// segmentsOf gives the segments of a file, each value between bars.
func segmentsOf(t *testing.T, source io.Reader) (out []string) {
	t.Helper()
	s := NewScanner(source)
	for {
		g, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		line, from := "", 0
		for _, m := range g.Marks {
			line += string(g.Clean(g.Data[from:m.At()])) + []string{"|", "*", ":"}[m.Kind()]
			from = m.At() + 1
		}
		line = line[:len(line)-1]
		out = append(out, line)
	}
}

func TestScannerCuts(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"plain":             {"UNB+UNOA:1+A+B'UNZ+0+1'", []string{"UNB|UNOA:1|A|B", "UNZ|0|1"}},
		"advice":            {"UNA=*,! ~UNB*UNOC=3*A=1*B~UNZ*0*1~", []string{"UNA|*,! ", "UNB|UNOC:3|A:1|B", "UNZ|0|1"}},
		"two advices":       {"UNA:+.? 'UNB+UNOA:1'UNZ+1'\r\nUNA=*.? ~\nUNB*UNOA=1~UNZ*1~UNB+UNOA:1'UNZ+2'", []string{"UNA|+.? ", "UNB|UNOA:1", "UNZ|1", "UNA|*.? ", "UNB|UNOA:1", "UNZ|1", "UNB|UNOA:1", "UNZ|2"}},
		"release":           {"UNB+UNOA:1'FTX+a?+b??c?'d??'UNZ?:'", []string{"UNB|UNOA:1", "FTX|a+b?c'd?", "UNZ:"}},
		"breaks":            {"UNB+UN\r\nOA:1'\r\n\r\nUNZ+\n0'\n\x1A", []string{"UNB|UNOA:1", "UNZ|0"}},
		"empty segments":    {"UNB+UNOA:1'''UNZ+0''", []string{"UNB|UNOA:1", "", "", "UNZ|0", ""}},
		"trailing parts":    {"UNB+UNOA:1'A+'B++:'C::'", []string{"UNB|UNOA:1", "A|", "B||:", "C::"}},
		"repetition":        {"UNB+UNOA:4'A+1*2:3*4'UNB+UNOA:3'A+1*2'", []string{"UNB|UNOA:4", "A|1*2:3*4", "UNB|UNOA:3", "A|1*2"}},
		"repetition by A":   {"UNA:+.?|'UNB+UNOA:4'A+1|2*'", []string{"UNA|+.?|", "UNB|UNOA:4", "A|1*2*"}},
		"mark, UTF-8":       {"\xEF\xBB\xBFUNA:+.? 'UNB+UNOY:3'A+é'", []string{"UNA|+.? ", "UNB|UNOY:3", "A|é"}},
		"text before":       {"Subject: order\n\nUNB+UNOA:1'UNZ+0'", []string{"UNB|UNOA:1", "UNZ|0"}},
		"unusual":           {"UNB\"UNOB=1\"A=1\"B;UNH\"1\"ORDERS=D;UNZ\"1;", []string{"UNB|UNOB:1|A:1|B", "UNH|1|ORDERS:D", "UNZ|1"}},
		"lines":             {"UNB+UNOA:1+A+B\r\nUNH+1+ORDERS:D\r\nUNZ+1\r\n", []string{"UNB|UNOA:1|A|B", "UNH|1|ORDERS:D", "UNZ|1"}},
		"level B":           {"UNB\x1DUNOB\x1F1\x1DA\x1CUNZ\x1D0\x1C", []string{"UNB|UNOB:1|A", "UNZ|0"}},
		"unterminated":      {"UNB+UNOA:1'UNZ+0", []string{"UNB|UNOA:1", "UNZ|0"}},
		"release at end":    {"UNB+UNOA:1'A+b?", []string{"UNB|UNOA:1", "A|b?"}},
		"no advice":         {"UNB+UNOA:1'UNA+x'UNZ'", []string{"UNB|UNOA:1", "UNA|x", "UNZ"}},
		"advice, no breaks": {"UNA:+.  'UNB+UNOA:1'A+b?+c'", []string{"UNA|+.  ", "UNB|UNOA:1", "A|b?|c"}},
		"nothing":           {"", nil},
		"no EDI":            {"hello", []string{"hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{"whole": bytes.NewReader([]byte(c.in)), "by byte": iotest.OneByteReader(bytes.NewReader([]byte(c.in)))} {
				got := segmentsOf(t, r)
				if len(got) != len(c.want) {
					t.Fatalf("%s: %q, expected %q", how, got, c.want)
				}
				for i := range got {
					if got[i] != c.want[i] {
						t.Errorf("%s: segment %d is %q, expected %q", how, i, got[i], c.want[i])
					}
				}
			}
		})
	}
}
