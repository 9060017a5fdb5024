package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// vitestReport is the part of vitest's JSON report (Jest's form) that counts.
type vitestReport struct {
	Passed  int  `json:"numPassedTests"`
	Failed  int  `json:"numFailedTests"`
	Pending int  `json:"numPendingTests"`
	Todo    int  `json:"numTodoTests"`
	Success bool `json:"success"`
	Files   []struct {
		Tests []struct {
			FullName string `json:"fullName"`
			Status   string `json:"status"`
		} `json:"assertionResults"`
	} `json:"testResults"`
}

// readVitest counts a run that failed outside of any test (a file that does not load) as one failure.
func readVitest(from io.Reader, out io.Writer) (counts, error) {
	var report vitestReport
	if err := json.NewDecoder(from).Decode(&report); err != nil {
		return counts{}, fmt.Errorf("reading vitest's report: %w", err)
	}
	total := counts{report.Passed, report.Failed, report.Pending + report.Todo}
	if !report.Success && total.failed == 0 {
		total.failed = 1
	}
	for _, file := range report.Files {
		for _, test := range file.Tests {
			if test.Status != "passed" && test.Status != "failed" {
				fmt.Fprintf(out, "SKIPPED vitest %s: marked %s\n", test.FullName, test.Status)
			}
		}
	}
	return total, nil
}
