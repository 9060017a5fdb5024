package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"

	"tradepost/backend/api"
	"tradepost/backend/autostart"
	"tradepost/backend/fault"
	"tradepost/backend/practice"
	"tradepost/backend/sample"
	"tradepost/backend/workspace"
)

// house is the program around the open workspaces: the merchant's own, and the sample company's while that is looked at.
// It is what window and API know of the program (Host, api.Host).
type house struct {
	dir      *workspace.Dir
	head     string // "window", "serve" or "command"
	tray     bool
	raised   chan struct{}
	mu       sync.Mutex // guards opening and closing
	own      *owner
	example  *owner
	shown    atomic.Pointer[owner]
	switched chan struct{} // closed when another workspace is shown
	notices  chan notice
}

func newHouse(dir *workspace.Dir, head string) *house {
	return &house{dir: dir, head: head, raised: make(chan struct{}, 1), switched: make(chan struct{}), notices: make(chan notice, 4)}
}

// open opens the merchant's own workspace.
func (h *house) open(ctx context.Context, lock *workspace.Ownership, d duties) error {
	d.notices = h.notices
	o, err := openOwner(ctx, lock, desk{h, false}, h.doorway, d)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.own = o
	h.show(o)
	return nil
}

// Notices sends what the person is to see as a notification of the desktop.
func (h *house) Notices() <-chan notice { return h.notices }

// doorway answers what only concerns the process, before the API.
func (h *house) doorway(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /owner/raise", h.raise)
	mux.Handle("/", next)
	return mux
}

func (h *house) raise(w http.ResponseWriter, _ *http.Request) {
	if h.head != "window" {
		http.Error(w, h.head, http.StatusConflict)
		return
	}
	select {
	case h.raised <- struct{}{}:
	default: // it is being raised already
	}
	w.WriteHeader(http.StatusNoContent)
}

// Close ends the workspaces, the sample company first.
func (h *house) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, o := range []*owner{h.example, h.own} {
		if o != nil {
			errs = append(errs, o.close())
		}
	}
	h.own, h.example = nil, nil
	return errors.Join(errs...)
}

// Handler answers /api/ from the workspace that is looked at, with the window's scopes.
func (h *house) Handler() http.Handler {
	return withScopes(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.shown.Load().handler.ServeHTTP(w, r) }))
}

// Events follows the workspace that is looked at, also over a switch to another.
func (h *house) Events() (<-chan []byte, func()) {
	relayed := make(chan []byte, 16)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(relayed)
		for ctx.Err() == nil {
			h.relay(ctx, relayed)
		}
	}()
	return relayed, cancel
}

// relay passes events on until the workspace that is looked at changes.
func (h *house) relay(ctx context.Context, to chan<- []byte) {
	h.mu.Lock()
	events, cancel := h.shown.Load().hub.Subscribe()
	switched := h.switched
	h.mu.Unlock()
	defer cancel()
	for {
		select {
		case event, more := <-events:
			if !more {
				events = nil // closing: wait for the switch or the end
				continue
			}
			select {
			case to <- event:
			case <-ctx.Done():
				return
			}
		case <-switched:
			return
		case <-ctx.Done():
			return
		}
	}
}

// show makes o the workspace that is looked at; h.mu is held.
func (h *house) show(o *owner) {
	h.shown.Store(o)
	close(h.switched)
	h.switched = make(chan struct{})
}

// Raised tells that another start of Tradepost asks for this window.
func (h *house) Raised() <-chan struct{} { return h.raised }

// Setting reads a setting of the merchant's own workspace.
func (h *house) Setting(name string) (string, error) {
	return h.own.store.Setting(context.Background(), name)
}

// SetSetting writes one.
func (h *house) SetSetting(name, value string) error {
	return h.own.store.SetSettings(context.Background(), map[string]string{name: value}, -1)
}

// Health says in words how the merchant's own workspace stands.
func (h *house) Health() (words, state string) {
	var frame api.Frame
	if err := h.ask("/api/view/frame", &frame); err != nil {
		return "not answering", "needs_you"
	}
	return frame.Health.Words, frame.Health.State
}

// ask gets a document from the own workspace's API, through its door like any command.
func (h *house) ask(path string, into any) error {
	transport, err := h.dir.Dial()
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: transport}).Get("http://tradepost.local" + path)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return json.NewDecoder(answer.Body).Decode(into)
}

// desk is the house as the API of one workspace sees it.
type desk struct {
	house  *house
	sample bool
}

func (d desk) owner() *owner {
	if d.sample {
		return d.house.example
	}
	return d.house.own
}

// About describes the workspace and what the head can do.
func (d desk) About() api.About {
	path, name := d.house.dir.Path(), "Tradepost"
	if d.sample {
		path, name = d.house.samplePath(), "Sample company"
	} else if o := d.house.own; o != nil {
		if company, err := o.store.Setting(context.Background(), "company"); err == nil && company != "" {
			name = company
		}
	}
	practising := !d.sample && practice.Is(path)
	if practising && name == "Tradepost" {
		name = "Practice"
	}
	panel := ""
	if practising {
		panel = practice.PanelOf(path)
	}
	window := d.house.head == "window"
	return api.About{Workspace: api.AboutWorkspace{Name: name, Path: path, Sample: d.sample, Practice: practising, Panel: panel}, Head: d.house.head,
		Can: api.AboutCan{NativePaths: window, Tray: d.house.tray, LoginStart: window}}
}

// StartsAtLogin reports whether the window starts with the computer; the person may have changed that in the system.
func (d desk) StartsAtLogin() (bool, error) { return autostart.Enabled() }

// SetStartAtLogin makes the window start with the computer, or not.
func (d desk) SetStartAtLogin(on bool) error {
	if !on {
		return autostart.Disable()
	}
	return startAtLogin(d.house.dir)
}

// RunWatch looks into a watched folder now.
func (d desk) RunWatch(id int64) (<-chan error, error) { return d.owner().scheduler.RunNow(id) }

// WakeSchedule tells the scheduler that timers changed.
func (d desk) WakeSchedule() {
	if o := d.owner(); o != nil {
		o.scheduler.Wake()
	}
}

func (h *house) samplePath() string { return filepath.Join(h.dir.Path(), "sample") }

// OpenSample shows the sample company, making it the first time. The own workspace stays open behind it: its schedule
// goes on.
func (d desk) OpenSample(ctx context.Context) error {
	h := d.house
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.example == nil {
		o, err := h.openSample(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		h.example = o
	}
	h.show(h.example)
	return nil
}

func (h *house) openSample(ctx context.Context) (*owner, error) {
	dir, err := openDir(h.samplePath())
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock()
	if err != nil {
		return nil, err
	}
	o, err := openOwner(ctx, lock, desk{h, true}, func(next http.Handler) http.Handler { return next }, duties{resume: true})
	if err != nil {
		return nil, err
	}
	if err := sample.Fill(ctx, o.store); err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Internal, "The sample company could not be made.", "Try again."), o.close())
	}
	return o, nil
}

// CloseSample goes back to the own workspace. The sample company is kept as it is.
func (d desk) CloseSample(context.Context) error {
	h := d.house
	h.mu.Lock()
	defer h.mu.Unlock()
	h.show(h.own)
	if h.example != nil {
		closing := h.example
		h.example = nil
		go func() { // it answers the very request that closes it
			if err := closing.close(); err != nil {
				slog.Warn("closing the sample company", "error", err)
			}
		}()
	}
	return nil
}

func startAtLogin(dir *workspace.Dir) error {
	entry, err := autostart.Ours("--data", dir.Path())
	if err != nil {
		return err
	}
	return autostart.Enable(entry)
}
