//go:build !headless

package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/adrg/xdg"
	"github.com/wailsapp/wails/v2/pkg/options"

	"tradepost/backend/fault"
)

// deskDouble is a desktop that only notes what it was asked for.
type deskDouble struct {
	asked  []string
	silent error // what Notify answers
}

func (d *deskDouble) note(words string)                         { d.asked = append(d.asked, words) }
func (d *deskDouble) PickFiles(string) ([]string, error)        { return nil, nil }
func (d *deskDouble) PickFolder(string) (string, error)         { return "", nil }
func (d *deskDouble) SaveFile(_, name string) (string, error)   { d.note("save " + name); return "", nil }
func (d *deskDouble) Open(path string) error                    { d.note("open " + path); return nil }
func (d *deskDouble) Browse(address string)                     { d.note("browse " + address) }
func (d *deskDouble) Notify(title, _ string) error              { d.note("notify"); return d.silent }
func (d *deskDouble) Tell(string, string)                       { d.note("tell") }
func (d *deskDouble) Emit(event string, _ any)                  { d.note("emit " + event) }
func (d *deskDouble) ExecJS(string)                             { d.note("script") }
func (d *deskDouble) OnFilesDropped(func([]string))             {}
func (d *deskDouble) SetBackground(*options.RGBA)               { d.note("background") }
func (d *deskDouble) Size() (width, height int, maximised bool) { return 1000, 700, false }
func (d *deskDouble) Show()                                     { d.note("show") }
func (d *deskDouble) Hide()                                     { d.note("hide") }
func (d *deskDouble) Quit()                                     { d.note("quit") }
func (d *deskDouble) Log(string)                                { d.note("log") }

// hostDouble is a host with settings and one answer.
type hostDouble struct{ settings map[string]string }

func (*hostDouble) Open(context.Context) error         { return nil }
func (*hostDouble) Close() error                       { return nil }
func (*hostDouble) Events() (<-chan []byte, func())    { return nil, func() {} }
func (*hostDouble) Health() (words, state string)      { return "all well", "fine" }
func (*hostDouble) Raised() <-chan struct{}            { return nil }
func (*hostDouble) Notices() <-chan notice             { return nil }
func (h *hostDouble) Setting(n string) (string, error) { return h.settings[n], nil }
func (h *hostDouble) SetSetting(n, v string) error     { h.settings[n] = v; return nil }
func (*hostDouble) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
}

// windowed is an App whose desktop and host are doubles, in a home of its own.
func windowed(t *testing.T) (*App, *deskDouble) {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	desk := &deskDouble{}
	app := newApp(&hostDouble{settings: map[string]string{}})
	app.native = desk
	close(app.started)
	return app, desk
}

func wantAsked(t *testing.T, desk *deskDouble, want ...string) {
	t.Helper()
	if !slices.Equal(desk.asked, want) {
		t.Errorf("the desktop was asked for %q, want %q", desk.asked, want)
	}
}

func TestClosingWithoutATrayQuitsAndRemembersTheSize(t *testing.T) {
	app, desk := windowed(t)
	if app.beforeClose(t.Context()) {
		t.Error("the window stayed")
	}
	wantAsked(t, desk)
	if again := rememberedLook(); again.Width != 1000 || again.Height != 700 {
		t.Errorf("remembered %d by %d", again.Width, again.Height)
	}
}

func TestTheTrayIsExplainedOnce(t *testing.T) {
	app, desk := windowed(t)
	desk.silent = errors.New("no notifications here")
	app.tellOnce()
	app.tellOnce()
	wantAsked(t, desk, "notify", "tell")
}

func TestOnlyHarmlessFilesAreOpened(t *testing.T) {
	app, desk := windowed(t)
	folder := t.TempDir()
	for _, name := range []string{"orders.CSV", "run.sh"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := app.OpenPath(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	wantAsked(t, desk, "open "+filepath.Join(folder, "orders.CSV"), "open "+folder)
	if err := app.OpenPath(filepath.Join(folder, "gone.csv")); !fault.Is(err, fault.NotFound) {
		t.Errorf("a missing file: %v", err)
	}
	if err := app.OpenFolder("relative"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a relative path: %v", err)
	}
}

func TestOnlyWebAddressesAreOpened(t *testing.T) {
	app, desk := windowed(t)
	for _, address := range []string{"file:///etc/passwd", "javascript:1", "/bin/sh"} {
		if err := app.OpenURL(address); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := app.OpenURL("https://example.com"); err != nil {
		t.Error(err)
	}
	wantAsked(t, desk, "browse https://example.com")
}

func TestSaveFileSuggestsANameOnly(t *testing.T) {
	app, desk := windowed(t)
	if _, err := app.SaveFile("Save", filepath.Join("..", "..", "orders.csv")); err != nil {
		t.Error(err)
	}
	wantAsked(t, desk, "save orders.csv")
}

func TestAppearanceIsRemembered(t *testing.T) {
	app, desk := windowed(t)
	app.SetAppearance("dark")
	wantAsked(t, desk, "background")
	if !rememberedLook().Dark {
		t.Error("dark was forgotten")
	}
}

func TestRequestsWaitForTheWorkspace(t *testing.T) {
	app, _ := windowed(t)
	answered := make(chan int)
	go func() {
		answer := httptest.NewRecorder()
		app.gate.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/orders", nil))
		answered <- answer.Code
	}()
	select {
	case code := <-answered:
		t.Fatalf("answered %d before the workspace was open", code)
	default:
	}
	app.gate.open(nil)
	if code := <-answered; code != http.StatusTeapot {
		t.Errorf("answered %d", code)
	}
}

func TestRequestsHearWhyTheWorkspaceIsShut(t *testing.T) {
	app, _ := windowed(t)
	app.giveUp(fault.New(fault.Full, "The disk is full.", "Free some space."))
	answer := httptest.NewRecorder()
	app.gate.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/orders", nil))
	var problem map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&problem); err != nil || answer.Code != http.StatusServiceUnavailable {
		t.Fatalf("%d, %v", answer.Code, err)
	}
	if problem["title"] != "The disk is full." || problem["detail"] != "Free some space." || problem["code"] != "full" {
		t.Errorf("got %v", problem)
	}
}

func TestErrorsReachThePageWhole(t *testing.T) {
	text, isText := formatError(fault.New(fault.Conflict, "Taken.", "Wait.").InField("data")).(string)
	var problem map[string]string
	if err := json.Unmarshal([]byte(text), &problem); !isText || err != nil || problem["remedy"] != "Wait." {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestLateShowsADot(t *testing.T) {
	if &iconFor("late")[0] == &iconFor("fine")[0] {
		t.Error("late looks as fine does")
	}
}
