// Command bench measures the program against yardsticks taken in the same run: a C program writing the same rows, SQLite's
// own importer, itself at another size. Both sides alternate, the median of five counts, and a yardstick that swings by
// more than twice makes its line void. `make bench` runs the quick sizes, `make bench SIZE=full` the million orders.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
)

const (
	repeats    = 5
	leastProcs = 4
)

var outDir = filepath.Join("build", "out", "bench")

// size holds the numbers of one size of the whole.
type size struct {
	applied     int   // orders
	plannedRows int   // rows of the plan's file
	memory      []int // rows
	lists       []int // orders
	pulled      int   // orders
	stocked     int   // SKUs
}

var sizes = map[string]size{
	"quick": {applied: 10_000, plannedRows: 100_000, memory: []int{10_000, 100_000}, lists: []int{10_000, 50_000}, pulled: 10_000, stocked: 100_000},
	"full":  {applied: 50_000, plannedRows: 100_000, memory: []int{10_000, 1_000_000}, lists: []int{10_000, 1_000_000}, pulled: 100_000, stocked: 100_000},
}

// parts are what can be asked for alone.
var parts = []struct {
	name string
	run  func(*report, size) error
}{
	{"apply", func(r *report, s size) error { return benchApply(r, s.applied) }},
	{"plan", func(r *report, s size) error { return benchPlan(r, s.plannedRows) }},
	{"pull", func(r *report, s size) error { return benchPull(r, s.pulled) }},
	{"stock", func(r *report, s size) error { return benchStock(r, s.stocked) }},
	{"memory", func(r *report, s size) error { return benchMemory(r, s.memory) }},
	{"lists", func(r *report, s size) error { return benchLists(r, s.lists) }},
	{"open", func(r *report, s size) error { return benchOpen(r, slices.Max(s.lists)) }},
	{"busy", func(r *report, s size) error { return benchBusy(r, slices.Max(s.lists)) }},
}

func main() {
	name := flag.String("size", "quick", "quick or full")
	only := flag.String("only", "", "parts to run, separated by commas: apply, plan, pull, stock, memory, lists, open, busy")
	child := flag.String("child", "", "used by itself: what a child process does")
	profile := flag.String("profile", "", "write a processor profile of this process to this file")
	flag.Parse()
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), leastProcs)) // as the program's main does
	if *profile != "" {
		file, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(file)
		}
		if err != nil {
			exit(err)
		}
	}
	if *child != "" {
		exit(runChild(*child, flag.Args()))
	}
	s, known := sizes[*name]
	if !known {
		exit(fmt.Errorf("there is no size %q", *name))
	}
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		exit(err)
	}
	r := newReport(*name)
	for _, p := range parts {
		if *only != "" && !strings.Contains(","+*only+",", ","+p.name+",") {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s ...\n", p.name)
		if err := p.run(r, s); err != nil {
			exit(fmt.Errorf("%s: %w", p.name, err))
		}
	}
	r.tellLoad()
	r.print(os.Stdout)
	if *name == "full" && *only == "" {
		exit(r.save(filepath.Join("docs", "proof", "bench.json")))
	}
	exit(nil)
}

func exit(err error) {
	pprof.StopCPUProfile()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}
