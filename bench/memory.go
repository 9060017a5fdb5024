package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"tradepost/backend/store"
)

// benchMemory plans and applies files of different sizes in child processes, and compares the most memory each needed.
func benchMemory(r *report, rows []int) error {
	most := map[string][]float64{}
	for _, n := range rows {
		path, err := rowsFile(n, columns)
		if err != nil {
			return err
		}
		for _, what := range []string{"plan", "apply"} {
			kib, err := inChild(what, path)
			if err != nil {
				return err
			}
			most[what] = append(most[what], kib/1024)
		}
	}
	for _, what := range []string{"plan", "apply"} {
		m := most[what]
		want := atMost(1.5)
		r.add(line{Goal: "memory", What: fmt.Sprintf("%s %d rows beside %d rows: most memory", what, rows[len(rows)-1], rows[0]),
			Value: m[len(m)-1] / m[0], Unit: "x", Wanted: want.words, Verdict: want.verdict(m[len(m)-1] / m[0]),
			Spread: fmt.Sprintf("%.0f and %.0f MiB", m[0], m[len(m)-1])})
	}
	return nil
}

// inChild gives the most memory, in KiB, that a child process of the given kind held.
func inChild(what, path string) (kib float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp(outDir, "memory-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	out, err := exec.Command(self, "-child", what, dir, path).Output()
	if err != nil {
		return 0, fmt.Errorf("child %s: %w", what, err)
	}
	_, err = fmt.Sscan(string(out), &kib)
	return kib, err
}

// runChild does in this process what benchMemory measures, and prints the most memory it held.
func runChild(what string, args []string) error {
	if what == "workspace" {
		orders, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		_, err = workspace(orders)
		return err
	}
	s, im, i, err := planned(filepath.Join(args[0], "ws"), args[1], store.Options{})
	if err != nil {
		return err
	}
	if what == "apply" {
		if _, err := apply(im, i.ID); err != nil {
			return err
		}
	}
	fmt.Println(peak())
	im.Close()
	return s.Close()
}

// peak is the most memory this process held so far, in KiB.
func peak() (kib int) {
	text, _ := os.ReadFile("/proc/self/status")
	for l := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &kib)
		}
	}
	return kib
}
