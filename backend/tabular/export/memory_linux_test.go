package export_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular/export"
	"tradepost/build/proof"
)

// TestMemoryIsFlatProof exports few and many orders in children of their own, in every format of a table, and compares the
// most memory each of them ever had.
func TestMemoryIsFlatProof(t *testing.T) {
	if os.Getenv("TRADEPOST_EXPORT_CHILD") != "" {
		exportInChild(t)
		return
	}
	p := proof.Begin(t, "export-memory", 0)
	few, many := p.Size(500, 10_000), p.Size(3_000, 200_000)
	for _, n := range []int{few, many} {
		dir := t.TempDir()
		opened(t, dir, func(s *store.Store) {
			for at := 0; at < n; at += 500 {
				insert(t, s, distinct(at, min(500, n-at))...)
			}
		})
		p.Counts[fmt.Sprintf("peak_kb_at_%d", n)] = peak(t, dir)
	}
	less, more := p.Counts[fmt.Sprintf("peak_kb_at_%d", few)], p.Counts[fmt.Sprintf("peak_kb_at_%d", many)]
	if more > less+48<<10 { // the database's cache fills up to 32 MiB for the first time
		t.Errorf("%d orders took %d KiB, %d orders %d KiB", few, less, many, more)
	}
	p.Save()
}

func distinct(from, n int) []order.Order {
	all := numbered(n)
	for i := range all {
		all[i].Number = fmt.Sprintf("#%d", from+i)
		all[i].Placed.At += 1000 * 7 * 60
	}
	return all
}

// peak runs the export in a child and gives the most memory it ever held, in KiB (VmHWM).
func peak(t *testing.T, dir string) int {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestMemoryIsFlatProof$", "-test.v")
	child.Env = append(os.Environ(), "TRADEPOST_EXPORT_CHILD="+dir)
	said, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("child: %v\n%s", err, said)
	}
	found := regexp.MustCompile(`peak (\d+)`).FindSubmatch(said)
	if found == nil {
		t.Fatalf("the child said\n%s", said)
	}
	n, err := strconv.Atoi(string(found[1]))
	must(t, err)
	return n
}

type discard struct{ io.Writer }

func (discard) Close() error { return nil }

func exportInChild(t *testing.T) {
	opened(t, os.Getenv("TRADEPOST_EXPORT_CHILD"), func(s *store.Store) {
		for _, format := range []export.Format{export.CSV, export.XLSX, export.JSON} {
			_, err := export.New(s, nil).Write(context.Background(), export.Request{Template: shipped(t, "tradepost.orders"), Format: format},
				func(string) (io.WriteCloser, error) { return discard{io.Discard}, nil })
			must(t, err)
		}
	})
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Skip("this system does not tell the peak of a process")
	}
	fmt.Println("peak", string(found[1]))
}
