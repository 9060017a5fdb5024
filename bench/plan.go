package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tradepost/backend/store"
)

// ordersFile makes a file of so many orders, once.
func ordersFile(orders int) (string, error) {
	path := filepath.Join(outDir, fmt.Sprintf("orders-%d.csv", orders))
	return path, once(path, func(part string) error {
		err := write(part, 0, columns, func(o, _ int) bool { return o >= orders })
		return err
	})
}

// rowsFile makes a file of so many rows or a few more, once.
func rowsFile(rows int, kept []string) (string, error) {
	path := filepath.Join(outDir, fmt.Sprintf("rows-%d-%d.csv", rows, len(kept)))
	return path, once(path, func(part string) error {
		err := write(part, 0, kept, func(_, r int) bool { return r >= rows })
		return err
	})
}

func once(path string, do func(part string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := do(path + ".part"); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// benchPlan compares keeping, recognising, mapping, deduplicating and judging a file into a stored plan with SQLite's own
// shell taking the same file into a flat table.
func benchPlan(r *report, rows int) error {
	tool, err := exec.LookPath("sqlite3")
	if err != nil {
		r.note("P8 not measured: there is no sqlite3 here.")
		return nil //nolint:nilerr // the rest can be measured without it
	}
	for _, kept := range [][]string{columns, narrow} {
		if err := planBeside(r, tool, rows, kept); err != nil {
			return err
		}
	}
	return nil
}

func planBeside(r *report, tool string, rows int, kept []string) error {
	path, err := rowsFile(rows, kept)
	if err != nil {
		return err
	}
	var shell, ours []spent
	for range repeats {
		took, err := importFlat(tool, path)
		if err != nil {
			return err
		}
		shell = append(shell, took)
		if took, err = planOnce(path); err != nil {
			return err
		}
		ours = append(ours, took)
		fmt.Fprintf(os.Stderr, "  .import in %v, planned in %v (CPU %v)\n", shell[len(shell)-1].wall, took.wall, took.cpu)
	}
	r.add(ratio("P8", fmt.Sprintf("Plan %d rows of %d columns: as long as sqlite3 .import times", rows, len(kept)), shell, ours, atMost(2)))
	return nil
}

func importFlat(tool, path string) (took spent, err error) {
	dir, err := os.MkdirTemp(outDir, "flat-*")
	if err != nil {
		return took, err
	}
	defer os.RemoveAll(dir)
	c := exec.Command(tool, filepath.Join(dir, "flat.db"), ".mode csv", fmt.Sprintf(".import %q flat", path))
	began := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		return took, fmt.Errorf("sqlite3 .import: %w: %s", err, out)
	}
	u := c.ProcessState.SysUsage().(*syscall.Rusage)
	return spent{time.Since(began), time.Duration(u.Utime.Nano() + u.Stime.Nano())}, nil
}

func planOnce(path string) (took spent, err error) {
	dir, err := os.MkdirTemp(outDir, "plan-*")
	if err != nil {
		return took, err
	}
	defer os.RemoveAll(dir)
	began := start()
	s, im, _, err := planned(dir, path, store.Options{})
	if err != nil {
		return took, err
	}
	took = began.spent()
	im.Close()
	return took, s.Close()
}
