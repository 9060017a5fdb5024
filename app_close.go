//go:build !headless

package main

import "context"

// toldAboutTray remembers that the person knows that closing the window does not end Tradepost.
const toldAboutTray = "close_notice_seen"

// beforeClose hides the window where a tray icon can bring it back, and lets it close where none can. True keeps it.
func (a *App) beforeClose(context.Context) bool {
	<-a.started
	a.look.remember(a.native)
	if a.quitting.Load() || !a.tray.Load().present() {
		return false
	}
	go func() {
		a.tellOnce()
		a.native.Hide()
	}()
	return true
}

// tellOnce says, the first time only, that the work goes on: by a notification, or where the desktop has none by a
// dialog before the window goes.
func (a *App) tellOnce() {
	if told, err := a.host.Setting(toldAboutTray); err != nil || told == "true" {
		return
	}
	const title, words = "Tradepost goes on working", "It looks after your channels and folders. Open or quit it by its icon in the tray."
	if err := a.native.Notify(title, words); err != nil {
		a.native.Tell(title, words)
	}
	if err := a.host.SetSetting(toldAboutTray, "true"); err != nil {
		a.native.Log("remembering that the tray was explained: " + err.Error())
	}
}

// show brings the window to the front, wherever it was.
func (a *App) show() { a.native.Show() }
