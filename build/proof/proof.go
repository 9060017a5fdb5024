// Package proof lets a test run as a small sample in `go test` and in full under TRADEPOST_PROOF=full, where it goes on
// from what docs/proof/NAME.json has at the same code and writes there what it did.
package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Record is docs/proof/NAME.json: what was done, on which code, and how long it took.
type Record struct {
	Commit   string         `json:"commit"` // with a digest behind + when the code differed from the commit
	Seed     uint64         `json:"seed"`
	Counts   map[string]int `json:"counts"`
	Duration string         `json:"duration"`
	Machine  string         `json:"machine"`
}

// Full reports whether the full numbers are asked for.
func Full() bool { return os.Getenv("TRADEPOST_PROOF") == "full" }

// Run is a proof under way.
type Run struct {
	Record
	t     testing.TB
	path  string
	began time.Time
	spent time.Duration
	full  bool
}

// Begin begins a proof, or goes on with the one on record for this code and seed. A sample is not recorded.
func Begin(t testing.TB, name string, seed uint64) *Run {
	t.Helper()
	r := &Run{t: t, began: time.Now(), full: Full(), Record: Record{Seed: otherSeed(t, seed), Counts: map[string]int{}}}
	seed = r.Seed
	if !r.full {
		return r
	}
	root, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		t.Fatalf("a proof names its commit: %v", err)
	}
	r.path = filepath.Join(root, "docs", "proof", name+".json")
	r.Commit, r.Machine = commit(t), machine()
	var was Record
	if text, err := os.ReadFile(r.path); err == nil && json.Unmarshal(text, &was) == nil && was.Commit == r.Commit && was.Seed == seed {
		r.Counts = maps.Clone(was.Counts)
		r.spent, _ = time.ParseDuration(was.Duration)
	}
	return r
}

// otherSeed gives the seed that TRADEPOST_SEED asks for, by which a proof shows that it does not hold for one alone.
func otherSeed(t testing.TB, seed uint64) uint64 {
	text := os.Getenv("TRADEPOST_SEED")
	if text == "" {
		return seed
	}
	other, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("TRADEPOST_SEED is no number: %v", err)
	}
	return other
}

// Checks makes rapid try a property so many times, until the result is called. A sample begins at one seed always, so that a change is
// judged by what it does; a full proof tries other cases each time.
func Checks(n int) (restore func()) {
	checks, seed := flag.Lookup("rapid.checks"), flag.Lookup("rapid.seed")
	was, wasSeed := checks.Value.String(), seed.Value.String()
	_ = checks.Value.Set(strconv.Itoa(n))
	if !Full() && wasSeed == "0" {
		_ = seed.Value.Set("20261127")
	}
	return func() { _, _ = checks.Value.Set(was), seed.Value.Set(wasSeed) }
}

// Size picks the sample's size or the full one.
func (r *Run) Size(sample, full int) int {
	if r.full {
		return full
	}
	return sample
}

// Took notes how much processor time one of the steps of a run took: the record has the slowest, in milliseconds.
func (r *Run) Took(d time.Duration) {
	r.Counts["slowest_ms"] = max(r.Counts["slowest_ms"], int(d.Milliseconds()))
}

// Held notes how much memory the program has from the system: the record has the most, in MiB.
func (r *Run) Held() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	r.Counts["most_mib"] = max(r.Counts["most_mib"], int(stats.Sys>>20))
}

// Save writes what was done so far.
func (r *Run) Save() {
	r.t.Helper()
	if !r.full {
		return
	}
	r.Duration = (r.spent + time.Since(r.began)).Round(time.Millisecond).String()
	text, err := json.MarshalIndent(r.Record, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(r.path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(r.path, append(text, '\n'), 0o644)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func git(args ...string) (string, error) {
	out, err := exec.Command("git", args...).Output()
	return strings.TrimSpace(string(out)), err
}

func commit(t testing.TB) string {
	t.Helper()
	head, err := git("rev-parse", "HEAD")
	if err != nil {
		t.Fatalf("a proof names its commit: %v", err)
	}
	code := []string{":/*.go", ":/*.sql", ":/go.mod"}
	changed, _ := exec.Command("git", append([]string{"diff", "HEAD", "--"}, code...)...).Output()
	fresh, _ := exec.Command("git", append([]string{"ls-files", "--others", "--exclude-standard", "--"}, code...)...).Output()
	if len(bytes.TrimSpace(changed))+len(bytes.TrimSpace(fresh)) == 0 {
		return head
	}
	sum := sha256.Sum256(append(changed, fresh...))
	return head + "+" + hex.EncodeToString(sum[:4])
}

func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s/%s, %d CPUs, %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model, runtime.Version())
}
