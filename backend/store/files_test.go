package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatACrashLeftOfAComingFileIsSweptAtStart(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "a [1] folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	open := func() *Store {
		s, err := Open(ctx, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	file, err := s.KeepFile(ctx, "large.csv", strings.NewReader(strings.Repeat("a,b\n", inlineSize)))
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(s.SpoolFolder(), "incoming-123")
	if err := os.WriteFile(left, []byte("ada@example.com"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer func() { _ = s.Close() }()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
	if in, err := s.OpenFile(ctx, file.ID); err != nil {
		t.Errorf("a kept file is gone: %v", err)
	} else {
		_ = in.Close()
	}
}
