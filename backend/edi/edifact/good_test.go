package edifact_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/edifact"
)

// good are the project's own samples: one of every message in both directories, without any fault.
func good(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/good/*.edi")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d samples: %v", len(names), err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = text
	}
	return all
}

// problems lists all that a report has, from the outside in.
func problems(report *edi.Report) (all []edi.Error) {
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

func lint(t *testing.T, text []byte) *edi.Report {
	t.Helper()
	report, err := edifact.Lint(bytes.NewReader(text), edifact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestGoodSamplesHaveNothingToSay(t *testing.T) {
	for name, text := range good(t) {
		report := lint(t, text)
		if !report.Accepted {
			t.Errorf("%s is not accepted", name)
		}
		for _, p := range problems(report) {
			t.Errorf("%s: %+v", name, p)
		}
		for _, x := range report.Interchanges {
			for _, g := range x.Groups {
				for _, s := range g.Sets {
					if !s.Known {
						t.Errorf("%s: %s %s is not known", name, s.Type, s.Version)
					}
				}
			}
		}
	}
}
