// Package autostart starts Tradepost when its user signs in: an XDG autostart file on Linux, a Run value in the user's
// registry on Windows, a launch agent on macOS.
package autostart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tradepost/backend/fault"
)

// Entry is what starts at sign-in.
type Entry struct {
	Program   string   // full path
	Arguments []string // for instance --data and a folder
}

// Ours is the running program with arguments. In an AppImage the file that was started counts, not its mounted inside.
func Ours(arguments ...string) (Entry, error) {
	if image := os.Getenv("APPIMAGE"); image != "" {
		return Entry{image, arguments}, nil
	}
	program, err := os.Executable()
	if err != nil {
		return Entry{}, fmt.Errorf("finding the program's own path: %w", err)
	}
	return Entry{program, arguments}, nil
}

// Enabled says whether Tradepost starts at sign-in, with whatever program and arguments.
func Enabled() (bool, error) { return enabled() }

// Enable makes entry start at sign-in, in place of an older one.
func Enable(entry Entry) error {
	if !filepath.IsAbs(entry.Program) {
		return fault.New(fault.Invalid, "Only a program with a full path can start at sign-in.", "")
	}
	return trouble(enable(entry))
}

// Disable undoes Enable; nothing to undo is fine.
func Disable() error { return trouble(disable()) }

func trouble(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fmt.Errorf("changing what starts at sign-in: %w", err), fault.Permission,
		"This computer did not let Tradepost change what starts at sign-in.",
		"Add it yourself in the system's own settings.")
}

// The file halves of Linux and macOS.

func fileEnabled(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
