//go:build !headless

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"github.com/adrg/xdg"
	"github.com/wailsapp/wails/v2/pkg/options"
)

// look is how the window last looked on this computer. It is no merchant's data: it lies outside of the workspace, is
// known before the database is open, and may be lost.
type look struct {
	mutex     sync.Mutex
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
	Dark      bool `json:"dark"`
}

func lookFile() string { return filepath.Join(xdg.StateHome, "tradepost", "window.json") }

// webviewData is where Windows' web view keeps its cache.
func webviewData() string { return filepath.Join(xdg.CacheHome, "tradepost", "webview") }

// rememberedLook is the last look, or a sensible first one.
func rememberedLook() *look {
	remembered := &look{Width: 1280, Height: 800}
	content, err := os.ReadFile(lookFile())
	if err == nil {
		err = json.Unmarshal(content, remembered)
	}
	if err != nil || remembered.Width < 900 || remembered.Height < 600 {
		remembered.Width, remembered.Height = 1280, 800
	}
	return remembered
}

// remember takes the window's present size. A maximised window keeps the size it would shrink to.
func (l *look) remember(window native) {
	width, height, maximised := window.Size()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.Maximised = maximised
	if !maximised {
		l.Width, l.Height = width, height
	}
	l.save()
}

// darken takes the appearance that the page came to.
func (l *look) darken(dark bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.Dark = dark
	l.save()
}

// save is silent about trouble: the next start merely looks as the first one did.
func (l *look) save() {
	content, err := json.Marshal(l)
	if err != nil || os.MkdirAll(filepath.Dir(lookFile()), 0o700) != nil {
		return
	}
	_ = os.WriteFile(lookFile(), content, 0o600)
}

func (l *look) startState() options.WindowStartState {
	if l.Maximised {
		return options.Maximised
	}
	return options.Normal
}

// background is the page's own ground, so that nothing flashes before it is painted.
func (l *look) background() *options.RGBA {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.Dark {
		return options.NewRGB(0x1a, 0x1b, 0x1e)
	}
	return options.NewRGB(0xff, 0xff, 0xff)
}
