package main

import (
	"strings"
	"testing"
)

func TestReadGo(t *testing.T) {
	const report = `{"Action":"pass","Package":"a","Test":"TestGood"}
{"Action":"output","Package":"a","Test":"TestAway","Output":"    a_test.go:7: needs a printer\n"}
{"Action":"skip","Package":"a","Test":"TestAway"}
{"Action":"pass","Package":"a"}
{"Action":"output","Package":"b","Test":"TestBad","Output":"    b_test.go:9: 1 is not 2\n"}
{"Action":"fail","Package":"b","Test":"TestBad"}
{"Action":"fail","Package":"b"}
{"Action":"skip","Package":"empty"}
{"Action":"build-output","ImportPath":"c [c.test]","Output":"c.go:1: no such thing\n"}
{"Action":"build-fail","ImportPath":"c [c.test]"}
{"Action":"fail","Package":"c","FailedBuild":"c [c.test]"}
{"Action":"output","Package":"d","Output":"panic: in TestMain\n"}
{"Action":"fail","Package":"d"}
go: a word of its own
`
	var out strings.Builder
	total, err := readGo(strings.NewReader(report), &out)
	if err != nil || total != (counts{passed: 1, failed: 3, skipped: 1}) {
		t.Errorf("%+v, %v", total, err)
	}
	for _, want := range []string{"SKIPPED a TestAway: needs a printer", "FAILED b TestBad", "1 is not 2",
		"FAILED c", "no such thing", "panic: in TestMain", "a word of its own"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestReadVitest(t *testing.T) {
	cases := map[string]counts{
		`{"numPassedTests":3,"numFailedTests":1,"numPendingTests":1,"numTodoTests":1,"success":false}`: {3, 1, 2},
		`{"numPassedTests":3,"success":false}`:                                                         {3, 1, 0},
		`{"numPassedTests":3,"success":true}`:                                                          {3, 0, 0},
	}
	for report, want := range cases {
		if got, err := readVitest(strings.NewReader(report), &strings.Builder{}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", report, got, err)
		}
	}
	if _, err := readVitest(strings.NewReader("crashed"), &strings.Builder{}); err == nil {
		t.Error("a broken report was taken")
	}
}
