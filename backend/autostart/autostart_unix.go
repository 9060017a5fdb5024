//go:build !windows && !darwin

package autostart

import (
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// desktopFile is where the XDG autostart specification looks: https://specifications.freedesktop.org/autostart-spec/latest/
func desktopFile() string { return filepath.Join(xdg.ConfigHome, "autostart", "tradepost.desktop") }

func enabled() (bool, error) { return fileEnabled(desktopFile()) }

func disable() error { return removeFile(desktopFile()) }

func enable(entry Entry) error {
	words := []string{quoteExec(entry.Program)}
	for _, argument := range entry.Arguments {
		words = append(words, quoteExec(argument))
	}
	return writeFile(desktopFile(), "[Desktop Entry]\nType=Application\nName=Tradepost\nIcon=tradepost\nTerminal=false\n"+
		"X-GNOME-Autostart-enabled=true\nExec="+strings.Join(words, " ")+"\n")
}

// quoteExec quotes one word of an Exec line twice, as the specification wants: for the command line (backslash before
// ", `, $ and \, and %% for %) and for the string it is written in (each backslash doubled).
// https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
func quoteExec(word string) string {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(word)
	return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(quoted) + `"`
}
