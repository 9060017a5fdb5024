//go:build !headless && !darwin

package main

import (
	"strings"
	"sync"

	"fyne.io/systray"
)

// tray is the icon beside the clock: how things stand in words, Open, Quit. A nil tray does nothing.
type tray struct {
	end    func()
	health *systray.MenuItem
	mutex  sync.Mutex
	state  string
	words  string
}

// startTray shows the icon where the desktop can; elsewhere it returns nil.
func startTray(open, quit func()) *tray {
	if !trayReachable() {
		return nil
	}
	t := &tray{}
	ready := make(chan struct{})
	start, end := systray.RunWithExternalLoop(func() { t.build(open, quit); close(ready) }, nil)
	t.end = end
	start()
	<-ready
	return t
}

func (t *tray) build(open, quit func()) {
	systray.SetIcon(trayImage(trayIcon))
	systray.SetTitle("Tradepost")
	systray.SetTooltip("Tradepost")
	systray.SetOnTapped(open)
	t.health = systray.AddMenuItem("Tradepost", "")
	t.health.Disable()
	systray.AddSeparator()
	onClick(systray.AddMenuItem("Open Tradepost", ""), open)
	onClick(systray.AddMenuItem("Quit", "Ends Tradepost: nothing is synced until it is started again"), quit)
}

// onClick waits for clicks as long as the process lives.
func onClick(item *systray.MenuItem, do func()) {
	go func() {
		for range item.ClickedCh {
			do()
		}
	}()
}

// present says whether the icon can be seen now, so that the window may hide behind it.
func (t *tray) present() bool { return t != nil && trayVisible() }

// say shows how things stand: in the tooltip, in the menu, and by a dot for what is late or needs a person.
func (t *tray) say(words, state string) {
	if t == nil {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if words != t.words {
		systray.SetTooltip(strings.TrimSpace("Tradepost: " + words))
		t.health.SetTitle(words)
	}
	if state != t.state {
		systray.SetIcon(trayImage(iconFor(state)))
	}
	t.words, t.state = words, state
}

func iconFor(state string) []byte {
	if state == "late" || state == "needs_you" {
		return trayAttentionIcon
	}
	return trayIcon
}

func (t *tray) stop() {
	if t != nil {
		t.end()
	}
}

// hasTray says whether an icon could be seen on this desktop.
func hasTray() bool { return trayVisible() }
