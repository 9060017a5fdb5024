// Command testsum reads a test run's report on standard input, prints what failed and what was skipped and why, and
// writes "PASSED FAILED SKIPPED" into a file, for make test.
//
//	go test -json ./... | testsum go FILE
//	testsum vitest FILE <vitest.json
package main

import (
	"fmt"
	"io"
	"os"
)

// counts is the outcome of one suite.
type counts struct{ passed, failed, skipped int }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: testsum go|vitest FILE")
		os.Exit(2)
	}
	read := map[string]func(io.Reader, io.Writer) (counts, error){"go": readGo, "vitest": readVitest}[os.Args[1]]
	if read == nil {
		fmt.Fprintf(os.Stderr, "testsum: there is no report called %q\n", os.Args[1])
		os.Exit(2)
	}
	total, err := read(os.Stdin, os.Stdout)
	if err == nil {
		err = os.WriteFile(os.Args[2], fmt.Appendf(nil, "%d %d %d\n", total.passed, total.failed, total.skipped), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
	}
	if err != nil || total.failed > 0 {
		os.Exit(1)
	}
}
