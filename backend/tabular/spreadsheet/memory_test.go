package spreadsheet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"tradepost/backend/tabular/spreadsheet"

	"tradepost/build/proof"
)

// readHere names the workbook that a child process reads, to tell the memory that took.
const readHere = "TRADEPOST_TEST_READ_WORKBOOK"

func TestMain(m *testing.M) {
	if path := os.Getenv(readHere); path != "" {
		if err := readAndTell(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func readAndTell(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	book, err := spreadsheet.Open(context.Background(), file, info.Size())
	if err != nil {
		return err
	}
	rows, err := book.Rows(0)
	if err != nil {
		return err
	}
	n := 0
	var cells []string
	for err = rows.Next(); err == nil; err = rows.Next() {
		cells = rows.Cells(cells[:0])
		n++
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	fmt.Println("rows", n)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(status)) {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println("kib", strings.Fields(peak)[0])
		}
	}
	return book.Close()
}

// TestProofOfMemory reads workbooks in a process of its own: the peak of its memory is under the bound, whatever the rows.
func TestProofOfMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: the peak of a process's memory is read from /proc, which only Linux has")
	}
	const mostKiB = 200 << 10
	run := proof.Begin(t, "xlsx-memory", 1)
	sizes := []int{100_000}
	if proof.Full() {
		sizes = append(sizes, spreadsheet.MaxRows)
	}
	for _, rows := range sizes {
		path := filepath.Join(t.TempDir(), "rows.xlsx")
		file, err := os.Create(path)
		must(t, err)
		must(t, workbook(file, rows))
		must(t, file.Close())
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), readHere+"="+path)
		out, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("reading: %v: %s", err, out)
		}
		told := map[string]int{}
		for line := range strings.Lines(string(out)) {
			if words := strings.Fields(line); len(words) == 2 {
				told[words[0]], _ = strconv.Atoi(words[1])
			}
		}
		cpu := child.ProcessState.UserTime() + child.ProcessState.SystemTime()
		t.Logf("%d rows: peak %d MiB, %.0f rows a CPU-second", rows, told["kib"]>>10, float64(rows)/cpu.Seconds())
		if told["rows"] != rows || told["kib"] == 0 || told["kib"] > mostKiB {
			t.Errorf("%d rows: %v, at most %d KiB", rows, told, mostKiB)
		}
		run.Counts[fmt.Sprintf("%d rows: peak KiB", rows)] = told["kib"]
		run.Counts[fmt.Sprintf("%d rows: rows a CPU-second", rows)] = int(float64(rows) / cpu.Seconds())
	}
	run.Save()
}
