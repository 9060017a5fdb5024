//go:build !headless

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tradepost/backend/fault"
)

// Abilities tells the page what this window can do, so that it offers nothing else.
type Abilities struct {
	Dialogs bool `json:"dialogs"`
	Tray    bool `json:"tray"` // closing hides, the work goes on
	Login   bool `json:"login"`
}

// Can says what the window can do.
func (a *App) Can() Abilities {
	return Abilities{Dialogs: true, Tray: a.tray.Load().present(), Login: true}
}

// PickFiles lets the person choose files to import; none when they cancel.
func (a *App) PickFiles(title string) ([]string, error) {
	paths, err := a.native.PickFiles(title)
	if paths == nil {
		paths = []string{} // null would surprise the page
	}
	return paths, err
}

// PickFolder lets the person choose a folder; "" when they cancel.
func (a *App) PickFolder(title string) (string, error) { return a.native.PickFolder(title) }

// SaveFile lets the person choose where to save; "" when they cancel. Nothing is written yet.
func (a *App) SaveFile(title, suggested string) (string, error) {
	return a.native.SaveFile(title, filepath.Base(suggested))
}

// OpenFolder shows a folder, or the folder of a file, in the system's file manager.
func (a *App) OpenFolder(path string) error {
	info, err := lookAt(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	return a.native.Open(path)
}

// harmless are the kinds of file that a double click shows rather than runs.
var harmless = []string{".csv", ".tsv", ".txt", ".xlsx", ".pdf", ".json", ".xml", ".edi", ".x12", ".log", ".png", ".jpg"}

// OpenPath opens a file with the system's program for it. A file of a kind that could run something is shown in its
// folder instead.
func (a *App) OpenPath(path string) error {
	info, err := lookAt(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || !slices.Contains(harmless, strings.ToLower(filepath.Ext(path))) {
		return a.OpenFolder(path)
	}
	return a.native.Open(path)
}

func lookAt(path string) (os.FileInfo, error) {
	if !filepath.IsAbs(path) {
		return nil, fault.New(fault.Invalid, "This is not a full path.", "")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, `"`+path+`" is not there any more.`, "It may have been moved or deleted.")
	}
	return info, nil
}

// OpenURL opens a web page or a mail in the person's own browser.
func (a *App) OpenURL(address string) error {
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if strings.HasPrefix(strings.ToLower(address), scheme) {
			a.native.Browse(address)
			return nil
		}
	}
	return fault.New(fault.Invalid, "Only web and mail addresses can be opened.", "")
}

// Notify shows a notification of the desktop.
func (a *App) Notify(title, body string) error { return a.native.Notify(title, body) }

// Show brings the window to the front.
func (a *App) Show() { a.show() }

// Quit ends Tradepost: the window, the schedule, everything.
func (a *App) Quit() {
	a.quitting.Store(true)
	a.native.Quit()
}

// SetAppearance is called by the page with the appearance it came to ("light" or "dark"), so that the next start does
// not flash in the other one.
func (a *App) SetAppearance(appearance string) {
	a.look.darken(appearance == "dark")
	a.native.SetBackground(a.look.background())
}

// Painted is called after the page's first paint (see reportPaint). The smoke test waits for the line.
func (a *App) Painted() {
	if a.smoke {
		fmt.Fprintln(os.Stderr, "painted")
	}
}
