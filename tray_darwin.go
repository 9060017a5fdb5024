//go:build !headless

package main

// tray is not built on macOS: systray replaces NSApplication's delegate, which Wails sets too. The Dock brings the
// window back there.
type tray struct{}

func startTray(func(), func()) *tray { return nil }

func (*tray) present() bool      { return false }
func (*tray) say(string, string) {}
func (*tray) stop()              {}

func hasTray() bool { return false }
