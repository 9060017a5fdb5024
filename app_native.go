//go:build !headless

package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/options"
	wails "github.com/wailsapp/wails/v2/pkg/runtime"

	"tradepost/backend/fault"
)

// native is what only the desktop can do; tests bring a double.
type native interface {
	PickFiles(title string) ([]string, error)
	PickFolder(title string) (string, error)
	SaveFile(title, suggested string) (string, error)
	Open(path string) error
	Browse(address string)
	Notify(title, body string) error
	Tell(title, body string) // a dialog; comes back when it is answered
	Emit(event string, data any)
	ExecJS(script string)
	OnFilesDropped(take func(paths []string))
	SetBackground(colour *options.RGBA)
	Size() (width, height int, maximised bool)
	Show()
	Hide()
	Quit()
	Log(words string)
}

type wailsNative struct {
	ctx      context.Context // Wails wants its own context in every call
	notifier sync.Once
	silent   error
}

func (n *wailsNative) PickFiles(title string) ([]string, error) {
	paths, err := wails.OpenMultipleFilesDialog(n.ctx, wails.OpenDialogOptions{Title: title, Filters: []wails.FileFilter{
		{DisplayName: "Order and stock files (csv, tsv, txt, xlsx, json, zip, gz, edi, x12, xml)", Pattern: "*.csv;*.tsv;*.txt;*.xlsx;*.xlsm;*.json;*.ndjson;*.jsonl;*.zip;*.gz;*.bz2;*.edi;*.x12;*.xml"},
		{DisplayName: "All files", Pattern: "*"},
	}})
	return paths, dialogTrouble(err)
}

func (n *wailsNative) PickFolder(title string) (string, error) {
	path, err := wails.OpenDirectoryDialog(n.ctx, wails.OpenDialogOptions{Title: title, CanCreateDirectories: true})
	return path, dialogTrouble(err)
}

func (n *wailsNative) SaveFile(title, suggested string) (string, error) {
	path, err := wails.SaveFileDialog(n.ctx, wails.SaveDialogOptions{Title: title, DefaultFilename: suggested, CanCreateDirectories: true})
	return path, dialogTrouble(err)
}

func dialogTrouble(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fmt.Errorf("showing a dialog: %w", err), fault.Unavailable,
		"The desktop's file dialog could not be shown.", "Drop the file or folder on the window instead.")
}

// Open starts the system's program for path and does not wait for it.
func (n *wailsNative) Open(path string) error {
	command := exec.Command("xdg-open", path)
	switch runtime.GOOS {
	case "windows":
		command = exec.Command("rundll32.exe", "url.dll,FileProtocolHandler", path)
	case "darwin":
		command = exec.Command("open", path)
	}
	if err := command.Start(); err != nil {
		return fault.Wrap(fmt.Errorf("opening a path: %w", err), fault.Unavailable,
			"This desktop has no program to open that with.", `Open it yourself: "`+path+`".`)
	}
	go func() { _ = command.Wait() }() // only so that no zombie stays; its verdict is its own window's
	return nil
}

func (n *wailsNative) Browse(address string) { wails.BrowserOpenURL(n.ctx, address) }

func (n *wailsNative) Notify(title, body string) error {
	n.notifier.Do(func() { n.silent = wails.InitializeNotifications(n.ctx) })
	err := n.silent
	if err == nil {
		err = wails.SendNotification(n.ctx, wails.NotificationOptions{ID: title, Title: title, Body: body})
	}
	if err != nil {
		return fault.Wrap(fmt.Errorf("notifying: %w", err), fault.Unavailable, "This desktop shows no notifications.", "")
	}
	return nil
}

func (n *wailsNative) Tell(title, body string) {
	if _, err := wails.MessageDialog(n.ctx, wails.MessageDialogOptions{Type: wails.InfoDialog, Title: title, Message: body}); err != nil {
		n.Log("showing a dialog: " + err.Error())
	}
}

func (n *wailsNative) Emit(event string, data any) { wails.EventsEmit(n.ctx, event, data) }
func (n *wailsNative) ExecJS(script string)        { wails.WindowExecJS(n.ctx, script) }

func (n *wailsNative) OnFilesDropped(take func(paths []string)) {
	wails.OnFileDrop(n.ctx, func(_, _ int, paths []string) { take(paths) })
}

func (n *wailsNative) SetBackground(colour *options.RGBA) {
	wails.WindowSetBackgroundColour(n.ctx, colour.R, colour.G, colour.B, colour.A)
}

func (n *wailsNative) Size() (width, height int, maximised bool) {
	width, height = wails.WindowGetSize(n.ctx)
	return width, height, wails.WindowIsMaximised(n.ctx)
}

// Show also brings the window to the front: on Linux only WindowUnminimise presents it (READ in v2.16.0).
func (n *wailsNative) Show() {
	wails.WindowShow(n.ctx)
	wails.WindowUnminimise(n.ctx)
}

func (n *wailsNative) Hide()            { wails.WindowHide(n.ctx) }
func (n *wailsNative) Quit()            { wails.Quit(n.ctx) }
func (n *wailsNative) Log(words string) { wails.LogError(n.ctx, words) }
