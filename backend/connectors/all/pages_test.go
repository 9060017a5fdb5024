package all

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/channel"
)

// TestPages holds that the pages of the connectors say what their manifests say; TRADEPOST_GOLDEN=write writes them.
func TestPages(t *testing.T) {
	const folder = "../../../docs/connectors"
	var pages []string
	for _, c := range channel.Connectors() {
		m := c.Manifest()
		path := filepath.Join(folder, m.ID+".md")
		pages = append(pages, filepath.Base(path))
		if os.Getenv("TRADEPOST_GOLDEN") == "write" {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(m.Page()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil || string(text) != m.Page() {
			t.Errorf("%s is not current (%v): TRADEPOST_GOLDEN=write go test ./backend/connectors/all", path, err)
		}
		for _, secret := range m.Secrets() {
			if strings.Contains(m.Example(), "--set "+secret) {
				t.Errorf("%s shows the secret %s on the command line", path, secret)
			}
		}
	}
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if !slices.Contains(pages, file.Name()) {
			t.Errorf("%s is of no connector: delete it", file.Name())
		}
	}
}
