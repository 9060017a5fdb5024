package x12_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/edi/x12"
)

// corpus is the folder of shared files.
func corpus(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TRADEPOST_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	folder := filepath.Join(root, "edi")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("SKIPPED: the shared test data is not here (%s); set TRADEPOST_DATA to its folder to run this", folder)
	}
	return folder
}

// TestCorpus holds every X12 file of the shared corpus to what was expected of it by hand, and misses none.
func TestCorpus(t *testing.T) {
	folder := corpus(t)
	text, err := os.ReadFile("testdata/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line)+" |", "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		expected[parts[0]] = true
		t.Run(parts[0], func(t *testing.T) { expect(t, filepath.Join(folder, parts[0]), parts[1], parts[2], parts[3]) })
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		name, _ := filepath.Rel(folder, path)
		text, err := os.ReadFile(path)
		if err == nil && bytes.HasPrefix(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte("ISA")) && !expected[filepath.ToSlash(name)] {
			t.Errorf("nothing is expected of %s", name)
		}
	}
}

func expect(t *testing.T, path, sum, verdict, faults string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	if digest := sha256.Sum256(text); hex.EncodeToString(digest[:]) != sum {
		t.Skip("SKIPPED: the file is another one than was looked at")
	}
	report, err := x12.Lint(bytes.NewReader(text), x12.Options{})
	if err != nil {
		if verdict != "no edi" {
			t.Errorf("want %s, got %v", verdict, err)
		}
		return
	}
	if got := [...]string{"accepted", "in part", "rejected"}[report.Outcome()]; got != verdict {
		t.Errorf("want %s, got %s: %s", verdict, got, errorsOf(report))
	}
	all, rejecting := found(t, string(text))
	for want := range strings.SplitSeq(faults, ";") {
		want = strings.TrimSpace(want)
		if want != "" && !slices.ContainsFunc(all, func(s string) bool {
			return s == want || !strings.Contains(want, "@") && strings.HasPrefix(s, want+" ")
		}) {
			t.Errorf("not found: %s\nfound: %q", want, all)
		}
	}
	if verdict == "accepted" && len(rejecting) > 0 {
		t.Errorf("it is accepted, yet %q", rejecting)
	}
}
