package edifact_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/edi"
	"tradepost/backend/edi/edifact"
)

// corpusFolder finds the public samples; ok is false where there are none.
func corpusFolder() (string, bool) {
	folder := os.Getenv("TRADEPOST_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	folder = filepath.Join(folder, "edi")
	_, err := os.Stat(folder)
	return folder, err == nil
}

// expected is what testdata/corpus.txt says of a file.
type expected struct {
	sum, outcome string
	faults       []string
}

func expectations(t *testing.T) map[string]*expected {
	t.Helper()
	text, err := os.ReadFile("testdata/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*expected{}
	var open *expected
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case line[0] != ' ':
			open = &expected{sum: fields[1], outcome: fields[2]}
			all[fields[0]] = open
		default:
			open.faults = append(open.faults, strings.Join(fields, " "))
		}
	}
	return all
}

// faultsOf writes a report's problems as testdata/corpus.txt does; what stands more than five times is counted.
func faultsOf(report *edi.Report) []string {
	many, list := map[string]int{}, []string{}
	for _, p := range problems(report) {
		if p.Kind != edi.UnknownCode {
			many[faultLine(p, "*")]++
		}
	}
	for _, p := range problems(report) {
		if p.Kind == edi.UnknownCode {
			continue
		}
		if key := faultLine(p, "*"); many[key] <= 5 {
			list = append(list, faultLine(p, fmt.Sprint(value(p.Position))))
		} else if counted := fmt.Sprintf("%s x%d", key, many[key]); !slices.Contains(list, counted) {
			list = append(list, counted)
		}
	}
	return list
}

func faultLine(p edi.Error, position string) string {
	place := fmt.Sprint(value(p.Element))
	if c := value(p.Component); c > 0 {
		place += fmt.Sprintf(".%d", c)
	}
	return strings.Join([]string{p.Level, dash(p.Code), dash(p.Segment), position, place}, " ")
}

func value(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// TestPublicSamples holds what is read in the public samples against what was read in them by hand.
func TestPublicSamples(t *testing.T) {
	folder, there := corpusFolder()
	if !there {
		t.Skip("the public samples are not there: set TRADEPOST_DATA to the folder that has edi/")
	}
	all, seen := expectations(t), 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "INDEX.md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !edifact.Is(text) {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		seen++
		checkSample(t, filepath.ToSlash(name), text, all[filepath.ToSlash(name)])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen != len(all) {
		t.Errorf("%d EDIFACT files were found, and %d are expected", seen, len(all))
	}
}

func checkSample(t *testing.T, name string, text []byte, want *expected) {
	t.Helper()
	if want == nil {
		t.Errorf("nothing is expected of %s", name)
		return
	}
	sum := sha256.Sum256(text)
	if got := hex.EncodeToString(sum[:])[:16]; got != want.sum {
		t.Errorf("%s is another file than the one that was read: %s", name, got)
		return
	}
	report := lint(t, text)
	outcome := [...]string{"accepted", "part", "rejected"}[report.Outcome()]
	got := faultsOf(report)
	slices.Sort(got)
	slices.Sort(want.faults)
	if outcome != want.outcome || !slices.Equal(got, want.faults) {
		t.Errorf("%s: %s\n got  %s\n want %s %s", name, outcome, strings.Join(got, "; "), want.outcome, strings.Join(want.faults, "; "))
	}
}
