package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
)

// small is a language of two versions with everything that definitions can say.
var small = fstest.MapFS{
	"d/versions.txt": {Data: []byte("1 2")},
	"d/elements.txt": {Data: []byte(`# elements
1 ID 2..2 purpose | closed
  00 original; 05 replacement @2+
2 ID 2..3 role
  ST ship to; BY buyer
3 AN 1..5 name
4 DT 8..8 date
5 R 1..6 price
6 N2 1..6 total
7 TM 4..8 time
8 AN 1..3 extra @2+
C1 pair = 3 M first, 5 second, 4 third | P0203
`)},
	"d/segments.txt": {Data: []byte(`ST start: 3 M
BG begin: 1 M, 3, 4, 7
N1 party: 2 M, 3, 3 X code kind, 3 X code | R0203 P0304
AD address: 3 M, 3
LN line: 3, 5, C1 x2, 6
+ , 8 @2+
TX text: 3 M
XX elsewhere: 3
SE end: 3 M
`)},
	"d/sets/9.txt": {Data: []byte(`set 9 test
group TT
ST M
BG M
loop N1 O x2 party
  N1[1=ST,BY] M
  AD M x1
loop LN M x* line
  LN M
  TX O x2
  loop N1 O x1 party of the line
    N1 M
    AD O
SE M
`)},
}

func run(t *testing.T, version, text string) (found []string) {
	t.Helper()
	book, err := definition.Read(small, "d")
	if err != nil {
		t.Fatal(err)
	}
	directory, err := book.Directory(version)
	if err != nil {
		t.Fatal(err)
	}
	var classes edi.Classes
	classes['*'], classes[':'], classes['^'] = edi.ElementClass, edi.ComponentClass, edi.RepetitionClass
	c := check.Checker{Report: func(p edi.Problem) {
		found = append(found, fmt.Sprintf("%s %s/%d/%d.%d.%d %s", p.Kind, p.Segment, p.Position, p.Element, p.Component, p.Repetition, p.Loop))
		if p.Message == "" {
			t.Errorf("%v says nothing", p.Kind)
		}
	}}
	c.Begin(directory, directory.Set("9"))
	segment := &edi.Segment{}
	for line := range strings.FieldsSeq(text) {
		segment.Data = []byte(strings.ReplaceAll(line, "_", " "))
		segment.Mark(&classes)
		c.Segment(segment)
	}
	c.End(segment)
	return found
}

func TestChecker(t *testing.T) {
	for _, c := range []struct {
		name, version, text string
		want                []string
	}{
		{"good", "1", "ST*1 BG*00*a*20260228*1200 N1*ST*x AD*y LN*1*2.5 TX*a TX*b N1*ZZZ*q LN*2 SE*1", []string{"unknown_code N1/8/1.0.0 N1"}},
		{"mandatory segment", "1", "ST*1 LN*1 SE*1", []string{"missing_segment BG/2/0.0.0 "}},
		{"mandatory segment in a loop", "1", "ST*1 BG*00 N1*ST*x LN*1 SE*1", []string{"missing_segment AD/4/0.0.0 N1"}},
		{"mandatory loop", "1", "ST*1 BG*00 SE*1", []string{"missing_segment LN/3/0.0.0 LN"}},
		{"end missing", "1", "ST*1 BG*00 LN*1", []string{"missing_segment SE/3/0.0.0 "}},
		{"loop by qualifier", "1", "ST*1 BG*00 N1*QQ*x LN*1 SE*1", []string{"unexpected_segment N1/3/0.0.0 ", "unknown_code N1/3/1.0.0 "}},
		{"too many", "1", "ST*1 BG*00 LN*1 TX*a TX*b TX*c SE*1", []string{"too_many_segments TX/6/0.0.0 LN"}},
		{"too many loops", "1", "ST*1 BG*00 N1*ST*x AD*x N1*ST*x AD*x N1*BY*x AD*x LN*1 SE*1", []string{"too_many_loops N1/7/0.0.0 N1"}},
		{"late loop is followed", "1", "ST*1 BG*00 LN*1 SE*1 LN*2 TX*x", []string{"segment_sequence LN/5/0.0.0 "}},
		{"late", "1", "ST*1 BG*00 LN*1 BG*00 SE*1", []string{"segment_sequence BG/4/0.0.0 "}},
		{"unknown and foreign", "1", "ST*1 BG*00 QQ*1 XX*1 LN*1 SE*1", []string{"unknown_segment QQ/3/0.0.0 ", "foreign_segment XX/4/0.0.0 "}},
		{"values", "1", "ST*1 BG*99*abcdef*20260229*2460 LN*1*x**1.5 SE*1", []string{"bad_code BG/2/1.0.0 ", "too_long BG/2/2.0.0 ",
			"bad_date BG/2/3.0.0 ", "bad_time BG/2/4.0.0 ", "bad_character LN/3/2.0.0 LN", "bad_character LN/3/4.0.0 LN"}},
		{"versions", "1", "ST*1 BG*05 LN*1****e SE*1", []string{"bad_code BG/2/1.0.0 ", "too_many_elements LN/3/5.0.0 LN"}},
		{"later version", "2", "ST*1 BG*05 LN*1****e SE*1", nil},
		{"conditions", "1", "ST*1 BG*00 N1*ST AD*x N1*BY*x*y AD*x LN*1 SE*1", []string{"missing_conditional N1/3/2.0.0 N1", "missing_conditional N1/5/4.0.0 N1"}},
		{"composite", "1", "ST*1 BG*00 LN*1**a:1:20260101^:1:20260101^a:1:x LN*2*1**1:2 SE*1", []string{"missing_element LN/3/3.1.2 LN",
			"too_many_repetitions LN/3/3.0.3 LN", "too_short LN/3/3.3.3 LN", "too_many_components LN/4/4.0.0 LN"}},
		{"composite condition", "1", "ST*1 BG*00 LN*1**a:1 SE*1", []string{"missing_conditional LN/3/3.3.0 LN"}},
		{"element missing, trailing separator", "1", "ST*1 BG*00 LN*1 TX* SE*1", []string{"trailing_separator TX/4/1.0.0 LN", "missing_element TX/4/1.0.0 LN"}},
		{"only spaces", "1", "ST*1 BG*00 LN*___ SE*1", []string{"bad_character LN/3/1.0.0 LN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := run(t, c.version, c.text)
			for i := range found {
				found[i] = strings.TrimRight(found[i], " ")
			}
			want := slices.Clone(c.want)
			for i := range want {
				want[i] = strings.TrimRight(want[i], " ")
			}
			if !slices.Equal(found, want) {
				t.Errorf("got  %q\nwant %q", found, want)
			}
		})
	}
}
