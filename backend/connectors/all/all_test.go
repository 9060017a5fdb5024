package all

import (
	"path/filepath"
	"slices"
	"testing"

	"tradepost/backend/channel"
)

func TestEveryConnectorIsKnown(t *testing.T) {
	found, err := filepath.Glob("../*/manifest.go")
	if err != nil || len(found) == 0 {
		t.Fatal("no connectors found: ", err)
	}
	var folders, known []string
	for _, file := range found {
		folders = append(folders, filepath.Base(filepath.Dir(file)))
	}
	for _, c := range channel.Connectors() {
		known = append(known, c.Manifest().ID)
	}
	if slices.Sort(folders); !slices.Equal(folders, known) {
		t.Errorf("folders %v, known %v: run go generate ./backend/connectors/all", folders, known)
	}
}
