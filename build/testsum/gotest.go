package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of go test -json (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	FailedBuild string
}

// suite gathers what tests say until it is known whether it matters.
type suite struct {
	total  counts
	said   map[string]*strings.Builder // per package and test
	failed map[string]bool             // packages with a failed test
	out    io.Writer
}

func readGo(from io.Reader, out io.Writer) (counts, error) {
	s := &suite{said: map[string]*strings.Builder{}, failed: map[string]bool{}, out: out}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // not go test's own: worth seeing
			continue
		}
		s.take(e)
	}
	return s.total, lines.Err()
}

func (s *suite) take(e event) {
	switch e.Action {
	case "output", "build-output":
		s.hear(e)
	case "pass":
		s.passed(e)
	case "skip":
		s.skipped(e)
	case "fail":
		s.fail(e)
	}
}

func key(e event) string {
	if e.Package == "" {
		return e.ImportPath // a build that failed
	}
	return e.Package + " " + e.Test
}

func (s *suite) hear(e event) {
	k := key(e)
	if s.said[k] == nil {
		s.said[k] = &strings.Builder{}
	}
	s.said[k].WriteString(e.Output)
}

func (s *suite) words(k string) string {
	if s.said[k] == nil {
		return ""
	}
	return s.said[k].String()
}

func (s *suite) passed(e event) {
	if e.Test != "" {
		s.total.passed++
	}
	delete(s.said, key(e))
}

// skipped counts tests only: a package without tests is skipped too, and that says nothing.
func (s *suite) skipped(e event) {
	if e.Test == "" {
		return
	}
	s.total.skipped++
	fmt.Fprintf(s.out, "SKIPPED %s %s: %s\n", e.Package, e.Test, reason(s.words(key(e))))
}

// reason is what t.Skip was told: the line "file.go:12: words".
func reason(output string) string {
	for line := range strings.Lines(output) {
		if place, words, found := strings.Cut(strings.TrimSpace(line), ": "); found && strings.Contains(place, ".go:") {
			return words
		}
	}
	return "no reason given"
}

// fail counts a failed test, and a package that failed without one: it did not build, or it crashed.
func (s *suite) fail(e event) {
	if e.Test == "" && s.failed[e.Package] {
		return
	}
	s.total.failed++
	s.failed[e.Package] = true
	fmt.Fprintf(s.out, "FAILED %s %s\n%s%s", e.Package, e.Test, s.words(e.FailedBuild), s.words(key(e)))
}
