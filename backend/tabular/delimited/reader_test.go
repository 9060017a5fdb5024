package delimited_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"tradepost/backend/tabular/delimited"
)

var comma = delimited.Dialect{Comma: ',', Quoting: delimited.Standard}
var tab = delimited.Dialect{Comma: '\t', Quoting: delimited.None}

// readAll writes each record as "line:cell|cell", and each problem as "!code start/line:cells".
func readAll(t testing.TB, src io.Reader, d delimited.Dialect) []string {
	t.Helper()
	r := delimited.NewReader(src, d)
	var out []string
	for {
		record, err := r.Read()
		var p *delimited.Problem
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &p):
			out = append(out, fmt.Sprintf("!%s %d/%d:%s", p.Code, p.Start, p.Line, strings.Join(p.Cells, "|")))
		case err != nil:
			t.Fatalf("reading: %v", err)
		default:
			out = append(out, fmt.Sprintf("%d:%s", record.Line, strings.Join(record.Cells, "|")))
		}
	}
}

func TestReader(t *testing.T) {
	tests := []struct {
		name, in string
		dialect  delimited.Dialect
		want     []string
	}{
		{"empty", "", comma, nil},
		{"blank lines only", "\n\r\n\r", comma, nil},
		{"no newline at the end", "a,b\n1,2", comma, []string{"1:a|b", "2:1|2"}},
		{"LF, CRLF and lone CR", "a,b\n1,2\r\n3,4\r5,6\n", comma, []string{"1:a|b", "2:1|2", "3:3|4", "4:5|6"}},
		{"blank lines are counted", "\n\na,b\n\n1,2\n", comma, []string{"3:a|b", "5:1|2"}},
		{"empty cells", ",\n,,\n", comma, []string{"1:|", "2:||"}},
		{"quoted delimiter and doubled quotes", `"a,b","say ""hi""",""` + "\n", comma, []string{`1:a,b|say "hi"|`}},
		{"quoted line breaks count as lines", "\"a\nb\r\nc\rd\",x\ny,z\n", comma, []string{"1:a\nb\nc\nd|x", "5:y|z"}},
		{"quoted blank line", "\"a\n\nb\"\nc\n", comma, []string{"1:a\n\nb", "4:c"}},
		{"quoted empty record", "\"\"\nx\n", comma, []string{"1:", "2:x"}},
		{"stray quote within a cell", "6\" pipe,x\"y\"\n", comma, []string{`1:6" pipe|x"y"`}},
		{"text behind a closing quote", `"a"b,c` + "\n", comma, []string{"1:ab|c"}},
		{"unclosed quote at the end", "a,b\n1,\"2\n3,4\n", comma, []string{"1:a|b", "!unclosed_quote 2/2:1|\"2", "3:3|4"}},
		{"quote opened by mistake, next quote lines below", "1,\"2\n3,\"4\"\n5,6\n", comma,
			[]string{"!unclosed_quote 1/1:1|\"2", "2:3|4", "3:5|6"}},
		{"quote opened on a later line of the record", "\"a\nb\",\"c\nd,e\nf,g\n", comma,
			[]string{"!unclosed_quote 1/2:a\nb|\"c", "3:d|e", "4:f|g"}},
		{"NUL bytes are text", "a\x00b,c\n", comma, []string{"1:a\x00b|c"}},
		{"no UTF-8 becomes a replacement", "a\xffb,c\n", comma, []string{"1:a\uFFFDb|c"}},
		{"no quoting", "\"a\t\"b\"\"\n\"\tc\n", tab, []string{`1:"a|"b""`, `2:"|c`}},
		{"semicolon", "a;\"b;c\";1,5\n", delimited.Dialect{Comma: ';', Quoting: delimited.Standard}, []string{"1:a|b;c|1,5"}},
		{"only a quote", `"`, comma, []string{`!unclosed_quote 1/1:"`}},
		{"a quote and a line end", "\"\n", comma, []string{`!unclosed_quote 1/1:"`}},
		{"delimiter at the end of the file", "\"a\",", comma, []string{"1:a|"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, src := range readers(tt.in) {
				if got := readAll(t, src, tt.dialect); !reflect.DeepEqual(got, tt.want) {
					t.Errorf("%s: got %q, want %q", name, got, tt.want)
				}
			}
		})
	}
}

// readers gives the same text in whole and in the smallest pieces.
func readers(text string) map[string]io.Reader {
	return map[string]io.Reader{
		"whole":        strings.NewReader(text),
		"byte by byte": iotest.OneByteReader(strings.NewReader(text)),
		"data and EOF": iotest.DataErrReader(strings.NewReader(text)),
	}
}

func TestReaderTellsWhatTheSourceFailsWith(t *testing.T) {
	broken := errors.New("disk gone")
	r := delimited.NewReader(io.MultiReader(strings.NewReader("a,b\n1,2"), iotest.ErrReader(broken)), comma)
	if _, err := r.Read(); err != nil {
		t.Fatalf("first record: %v", err)
	}
	if _, err := r.Read(); !errors.Is(err, broken) {
		t.Fatalf("got %v, want the source's error", err)
	}
}

func TestReaderEndsWithASourceThatNeverDoes(t *testing.T) {
	r := delimited.NewReader(neverReader{}, comma)
	if _, err := r.Read(); !errors.Is(err, io.ErrNoProgress) {
		t.Fatalf("got %v, want ErrNoProgress", err)
	}
}

type neverReader struct{}

func (neverReader) Read([]byte) (int, error) { return 0, nil }

func TestReaderLimits(t *testing.T) {
	long := strings.Repeat("x", delimited.MaxCell+1)
	lines := strings.Repeat("line\n", delimited.MaxRecordLines+5)
	tests := []struct{ name, in, first, last string }{
		{"long cell", "a," + long + "\nb,c\n", "!cell_too_long 1/1:a", "2:b|c"},
		{"long quoted cell", "a,\"" + long + "\"\nb,c\n", "!cell_too_long 1/1:a", "2:b|c"},
		{"long line", strings.Repeat("x,", delimited.MaxRecord) + "\r\nb,c\n", "!record_too_long 1/1:", "2:b|c"},
		{"long line without an end", "b,c\n" + strings.Repeat("x", 3*delimited.MaxRecord), "1:b|c", "!record_too_long 2/2:"},
		{"too many lines in quotes", "a,\"" + lines + "\"\nb,c\n", "!unclosed_quote 1/1:a|\"line", "2007:b|c"},
		{"too many bytes in quotes", "a,\"b\n" + strings.Repeat(strings.Repeat("y", 1<<16)+"\n", 40) + "\"\nb,c\n",
			"!unclosed_quote 1/1:a|\"b", "43:b|c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readAll(t, strings.NewReader(tt.in), comma)
			if got[0] != tt.first || got[len(got)-1] != tt.last {
				t.Errorf("got %.80q … %.80q, want %q … %q", got[0], got[len(got)-1], tt.first, tt.last)
			}
		})
	}
}

// A file in which every line opens a quote must not cost the square of its length.
func TestReaderManyUnclosedQuotes(t *testing.T) {
	const n = 50_000
	in := strings.Repeat("1,\"two\n", n)
	got := readAll(t, strings.NewReader(in), comma)
	if len(got) != n || !strings.HasPrefix(got[n-1], "!unclosed_quote 50000/50000") {
		t.Fatalf("got %d records, last %q", len(got), got[len(got)-1])
	}
}

func TestReaderMemoryIsBounded(t *testing.T) {
	in := io.LimitReader(repeating("1,\"two,three\n4,5\n"), 64<<20)
	r := delimited.NewReader(in, comma)
	allocated := testing.AllocsPerRun(1, func() {
		for range 1000 {
			_ = r.Next()
		}
	})
	if allocated > 10_000 {
		t.Errorf("%v allocations for 1000 records", allocated)
	}
}

type repeating string

func (s repeating) Read(into []byte) (int, error) {
	n := 0
	for n+len(s) <= len(into) {
		n += copy(into[n:], s)
	}
	return n, nil
}
