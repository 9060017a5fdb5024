package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// line is one goal with what was reached.
type line struct {
	Goal    string  `json:"goal"` // its number
	What    string  `json:"what"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"` // "x" for ratios
	Wanted  string  `json:"wanted"`
	CPU     float64 `json:"cpu_ratio,omitempty"`
	Spread  string  `json:"spread"`
	Verdict string  `json:"verdict"`
}

// report gathers lines.
type report struct {
	Size    string   `json:"size"`
	Commit  string   `json:"commit"`
	Machine string   `json:"machine"`
	Load    string   `json:"load"` // of the machine, before and after
	At      string   `json:"at"`
	Lines   []line   `json:"lines"`
	Notes   []string `json:"notes"`
}

func newReport(size string) *report {
	commit, _ := exec.Command("git", "describe", "--always", "--dirty").Output()
	return &report{Size: size, Commit: strings.TrimSpace(string(commit)), Load: load(), At: time.Now().UTC().Format(time.RFC3339),
		Machine: fmt.Sprintf("%s/%s, %d CPUs, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())}
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(text))
	return strings.Join(fields[:min(1, len(fields))], "")
}

func (r *report) add(l line) {
	r.Lines = append(r.Lines, l)
	fmt.Fprintf(os.Stderr, "  %s %s: %.2f %s (%s; %s)\n", l.Goal, l.What, l.Value, l.Unit, l.Wanted, l.Verdict)
}

func (r *report) note(text string) { r.Notes = append(r.Notes, text) }

// tellLoad says in words when others used the machine: then each side of a ratio had less than all of it.
func (r *report) tellLoad() {
	r.Load += " before, " + load() + " after"
	var before, after float64
	if _, err := fmt.Sscanf(r.Load, "%g before, %g after", &before, &after); err == nil && before > 1 {
		r.note(fmt.Sprintf("The machine was busy with other work (load %.1f on %d processors before this began): times are longer than they need be, the "+
			"99th percentiles above all, and whoever uses two processors, as an import does, looks slower beside a yardstick that uses one.", before, runtime.NumCPU()))
	}
}

func (r *report) print(to io.Writer) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "goal\twhat\treached\twanted\tby CPU\tspread\tverdict\n")
	for _, l := range r.Lines {
		cpu := ""
		if l.CPU != 0 {
			cpu = fmt.Sprintf("%.2f", l.CPU)
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f %s\t%s\t%s\t%s\t%s\n", l.Goal, l.What, l.Value, l.Unit, l.Wanted, cpu, l.Spread, l.Verdict)
	}
	_ = w.Flush()
	for _, n := range r.Notes {
		fmt.Fprintln(to, n)
	}
	fmt.Fprintf(to, "%s, load %s\n", r.Machine, r.Load)
}

func (r *report) save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// wanted is a bound with its words.
type wanted struct {
	least, most float64
	words       string
}

func atLeast(n float64) wanted { return wanted{least: n, words: fmt.Sprintf("at least %.2f", n)} }
func atMost(n float64) wanted  { return wanted{most: n, words: fmt.Sprintf("at most %g", n)} }

func (w wanted) verdict(n float64) string {
	if w.least != 0 && n < w.least || w.most != 0 && n > w.most {
		return "missed"
	}
	return "reached"
}

// ratio compares medians: how long the yardstick took, by how long we took. With atMost the ratio is the other way round.
func ratio(goal, what string, yardstick, ours []spent, want wanted) line {
	wall, cpu := median(walls(yardstick))/median(walls(ours)), median(cpus(yardstick))/median(cpus(ours))
	if want.most != 0 {
		wall, cpu = 1/wall, 1/cpu
	}
	l := line{Goal: goal, What: what, Value: wall, CPU: cpu, Unit: "x", Wanted: want.words, Verdict: want.verdict(wall),
		Spread: "yardstick " + spread(walls(yardstick)) + ", ours " + spread(walls(ours))}
	if slices.Max(walls(yardstick)) > 2*slices.Min(walls(yardstick)) {
		l.Verdict = "void: the yardstick swings by more than twice"
	}
	return l
}

func spread(all []float64) string {
	return fmt.Sprintf("%.3g..%.3g s", slices.Min(all), slices.Max(all))
}

func walls(all []spent) (s []float64) {
	for _, one := range all {
		s = append(s, one.wall.Seconds())
	}
	return s
}

func cpus(all []spent) (s []float64) {
	for _, one := range all {
		s = append(s, one.cpu.Seconds())
	}
	return s
}

func median(all []float64) float64 { return quantile(all, 0.5) }

func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
