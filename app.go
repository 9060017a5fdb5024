//go:build !headless

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"

	"tradepost/backend/fault"
)

// App is the window. Its exported methods are what the page may ask for beyond the API: only what a browser cannot do
// (window.go.main.App.* in the page). No business rules here.
type App struct {
	host     Host
	gate     *gate
	native   native // set before started is closed
	started  chan struct{}
	tray     atomic.Pointer[tray]
	look     *look
	smoke    bool
	quitting atomic.Bool
	failed   error
	stop     context.CancelFunc
}

func newApp(host Host) *App {
	app := &App{host: host, started: make(chan struct{}), look: rememberedLook(), smoke: os.Getenv("TRADEPOST_SMOKE") == "1"}
	app.gate = newGate(host, app.smoke)
	return app
}

// runWindow shows the window and comes back when it is gone for good.
//
// Two Tradeposts on one workspace are kept apart by the workspace's lock, before this is called; the second asks the
// first to show itself (Host.Raised). Wails' own single-instance lock is not used: it runs OnStartup before it looks, ends the
// second process with status 1, and does nothing without a D-Bus session (read and seen in v2.16.0).
func runWindow(host Host) error {
	if err := checkDisplay(); err != nil {
		return err
	}
	app := newApp(host)
	err := wails.Run(app.options())
	if err != nil {
		err = fmt.Errorf("running the window: %w", err)
	}
	return errors.Join(err, app.failed)
}

// checkDisplay says in words what GTK would say by a panic.
func checkDisplay() error {
	if runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	return fault.New(fault.Unavailable, "There is no screen to open a window on.",
		`Start Tradepost with "tradepost serve" and open the address it prints in a browser.`)
}

func (a *App) options() *options.App {
	return &options.App{
		Title:            "Tradepost",
		Width:            a.look.Width,
		Height:           a.look.Height,
		MinWidth:         900,
		MinHeight:        600,
		WindowStartState: a.look.startState(),
		BackgroundColour: a.look.background(),
		AssetServer:      &assetserver.Options{Assets: assets, Handler: a.gate},
		OnStartup:        a.startup,
		OnDomReady:       a.domReady,
		OnBeforeClose:    a.beforeClose,
		OnShutdown:       a.shutdown,
		Bind:             []any{a},
		ErrorFormatter:   formatError,
		DragAndDrop:      &options.DragAndDrop{EnableFileDrop: true, DisableWebViewDrop: true},
		// With Linux options present a zero GPU policy would mean "on demand", which fails on machines without a GPU.
		Linux:   &linux.Options{Icon: appIcon, ProgramName: "tradepost", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows: &windows.Options{WebviewUserDataPath: webviewData()},
	}
}

// startup opens the workspace behind the window that is already there.
func (a *App) startup(ctx context.Context) {
	ctx, a.stop = context.WithCancel(ctx)
	a.native = &wailsNative{ctx: ctx}
	close(a.started)
	if err := a.host.Open(ctx); err != nil {
		a.giveUp(err)
		return
	}
	a.gate.open(nil)
	a.native.OnFilesDropped(func(paths []string) { a.native.Emit("files-dropped", paths) })
	a.tray.Store(startTray(a.show, a.Quit))
	go a.follow(ctx)
}

// giveUp says why there is nothing to show, and ends.
func (a *App) giveUp(err error) {
	a.failed = err
	a.gate.open(err)
	problem := fault.Of(err)
	fmt.Fprintln(os.Stderr, problem)
	a.native.Tell("Tradepost cannot start", problem.Message+"\n\n"+problem.Remedy)
	a.Quit()
}

// enableDrop lets Windows hand over dropped files: there the page's own drop listener passes them on, and Wails only
// installs it when asked (READ in v2.16.0, draganddrop.js).
const enableDrop = `window.runtime.OnFileDrop(() => {}, false)`

// reportPaint calls Painted once the page shows something of its own, for the smoke test.
const reportPaint = `(function look() {
	const painted = () => requestAnimationFrame(() => window.go.main.App.Painted());
	requestAnimationFrame(document.querySelector('#root nav, #root main') ? painted : look);
})()`

func (a *App) domReady(context.Context) {
	<-a.started
	a.native.ExecJS(enableDrop)
	if a.smoke {
		a.native.ExecJS(reportPaint)
	}
}

// follow passes the host's changes to the page and its health to the tray, and shows the window when asked.
func (a *App) follow(ctx context.Context) {
	events, cancel := a.host.Events()
	defer cancel()
	a.tray.Load().say(a.host.Health())
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.host.Raised():
			a.show()
		case n := <-a.host.Notices():
			a.notify(n)
		case event, more := <-events:
			if !more {
				return
			}
			a.native.Emit("change", json.RawMessage(event))
			a.tray.Load().say(a.host.Health())
		}
	}
}

// notify shows a notification once; on a desktop that shows none the tray and the pages say it.
func (a *App) notify(n notice) {
	if err := a.native.Notify(n.title, n.words); err != nil {
		slog.Warn("notifying", "error", err)
	}
}

// shutdown runs when the window is gone.
func (a *App) shutdown(context.Context) {
	a.stop()
	a.tray.Load().stop()
	if err := a.host.Close(); err != nil {
		a.failed = errors.Join(a.failed, fmt.Errorf("closing the workspace: %w", err))
	}
}

// formatError sends a fault as JSON text: Wails keeps only an error's message.
func formatError(err error) any {
	problem := fault.Of(err)
	text, broken := json.Marshal(map[string]string{
		"code": string(problem.Code), "message": problem.Message, "remedy": problem.Remedy, "field": problem.Field,
	})
	if broken != nil {
		return problem.Message
	}
	return string(text)
}
