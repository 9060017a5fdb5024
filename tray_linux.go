//go:build !headless

package main

import "github.com/godbus/dbus/v5"

const trayWatcher = "org.kde.StatusNotifierWatcher"

// trayReachable says whether an icon could be offered: it needs a D-Bus session. A watcher may come later (at login the desktop's
// panel often starts after us); systray registers with it then.
func trayReachable() bool {
	_, err := dbus.SessionBus()
	return err == nil
}

// trayVisible asks the watcher whether anything shows icons. GNOME without the extension has no watcher at all.
// https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
func trayVisible() bool {
	bus, err := dbus.SessionBus()
	if err != nil {
		return false
	}
	shown, err := bus.Object(trayWatcher, "/StatusNotifierWatcher").GetProperty(trayWatcher + ".IsStatusNotifierHostRegistered")
	if err != nil {
		return false
	}
	visible, isBool := shown.Value().(bool)
	return isBool && visible
}

// trayImage is the picture as the desktop wants it: PNG.
func trayImage(png []byte) []byte { return png }
