//go:build !windows && !darwin

package autostart

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"tradepost/backend/fault"
)

// inHome gives the test a home of its own.
func inHome(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "not there yet")
	t.Setenv("XDG_CONFIG_HOME", home)
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return home
}

func isEnabled(t *testing.T) bool {
	t.Helper()
	on, err := Enabled()
	if err != nil {
		t.Fatal(err)
	}
	return on
}

func TestEnableAndDisable(t *testing.T) {
	home := inHome(t)
	if isEnabled(t) {
		t.Error("enabled at first")
	}
	entry := Entry{Program: "/opt/My Shop/tradepost", Arguments: []string{"--data", `/home/é/50% "a" $b \c`}}
	for range 2 {
		if err := Enable(entry); err != nil || !isEnabled(t) {
			t.Fatalf("enabling: %v", err)
		}
	}
	content, err := os.ReadFile(filepath.Join(home, "autostart", "tradepost.desktop"))
	want := `Exec="/opt/My Shop/tradepost" "--data" "/home/é/50%% \\"a\\" \\$b \\\\c"`
	if err != nil || !strings.Contains(string(content), want+"\n") {
		t.Errorf("%v; got:\n%s\nwant the line %s", err, content, want)
	}
	for range 2 {
		if err := Disable(); err != nil || isEnabled(t) {
			t.Fatalf("disabling: %v", err)
		}
	}
}

// The quoting is checked by the shell's own reading of it, which the specification follows inside of double quotes.
func TestQuoteExecSurvivesTheShell(t *testing.T) {
	for _, word := range []string{"plain", "two words", `"`, `\`, "`date`", "$HOME", `a\"b`, "é"} {
		once := strings.ReplaceAll(quoteExec(word), `\\`, `\`) // the file format's own level
		output, err := exec.Command("sh", "-c", "printf %s "+once).Output()
		if err != nil || string(output) != word {
			t.Errorf("%q came back as %q, %v", word, output, err)
		}
	}
}

func TestRelativeProgramIsRefused(t *testing.T) {
	if err := Enable(Entry{Program: "tradepost"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestTroubleHasWords(t *testing.T) {
	home := inHome(t)
	if err := os.WriteFile(home, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	if err := Enable(Entry{Program: "/bin/true"}); !fault.Is(err, fault.Permission) || fault.Of(err).Remedy == "" {
		t.Errorf("got %v", err)
	}
}

func TestOursIsThisProgram(t *testing.T) {
	t.Setenv("APPIMAGE", "")
	entry, err := Ours("--data", "x")
	if err != nil || !filepath.IsAbs(entry.Program) || len(entry.Arguments) != 2 {
		t.Errorf("%+v, %v", entry, err)
	}
	t.Setenv("APPIMAGE", "/home/me/tradepost.AppImage")
	if entry, err = Ours(); err != nil || entry.Program != "/home/me/tradepost.AppImage" {
		t.Errorf("%+v, %v", entry, err)
	}
}
