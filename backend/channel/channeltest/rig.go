package channeltest

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// begin is when the kit's clock starts: no round number, so that cut milliseconds show.
var begin = time.Date(2026, 3, 5, 10, 20, 30, 417_000_000, time.UTC)

// clock is the kit's own time. It stands still until it is moved.
type clock struct {
	mutex sync.Mutex
	now   time.Time
	drift time.Duration // of our clock from the true one, by which the vendor lives
}

// Now is the true time.
func (c *clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

// ours is the time on our side.
func (c *clock) ours() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now.Add(c.drift)
}

func (c *clock) wait(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(d)
}

// wrong sets our clock apart from the true one.
func (c *clock) wrong(drift time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.drift = drift
}

// book keeps all that was logged.
type book struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

// Write adds to the book.
func (b *book) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(p)
}

// String is all that was logged.
func (b *book) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.String()
}

// rig is a running vendor and a connection to it.
type rig struct {
	t       rapid.TB
	k       *kit
	clock   *clock
	vendor  simulated.Vendor
	server  *httptest.Server
	session *watched
	logged  *book
	secrets map[string]bool           // all that may never be told
	gate    func(*http.Request)       // sees each request before the vendor does
	second  map[channel.Stream][]byte // where second pages start, by stream and mode
	ctx     context.Context           //nolint:containedctx // of all work; a part that cancels sets its own
}

// open starts a vendor and connects to it, without a check. The test ends it.
func (k *kit) open(t T) *rig {
	g := k.start(t, httptest.NewServer)
	t.Cleanup(g.close)
	return g
}

func (k *kit) start(t rapid.TB, serve func(http.Handler) *httptest.Server) *rig {
	g := &rig{t: t, k: k, clock: &clock{now: begin}, logged: &book{}, secrets: map[string]bool{}, second: map[channel.Stream][]byte{}, ctx: workContext}
	g.vendor = k.Vendor(g.clock.Now)
	g.server = serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.gate != nil {
			g.gate(r)
		}
		g.vendor.ServeHTTP(w, r)
	}))
	if way, ok := g.server.Client().Transport.(*http.Transport); ok {
		way.DisableKeepAlives = true // else a call that got no answer is made again behind our back
	}
	options, secrets := g.vendor.Connection(g.server.URL)
	g.connect(options, secrets)
	return g
}

// filled is an open rig with a small company, checked.
func (k *kit) filled(t T) *rig {
	g := k.open(t)
	g.vendor.Fill(1, 7, 6, 12)
	g.clock.wait(time.Hour)
	g.known()
	return g
}

// connect makes the session anew, as after a restart.
func (g *rig) connect(options, secrets map[string]string) {
	g.hide(secrets)
	g.session = &watched{rig: g, Session: &Session{
		Connector: g.k.Connector, Options: options, Secrets: maps.Clone(secrets), Clock: g.clock.ours, Client: g.server.Client(),
		Logger: slog.New(slog.NewTextHandler(g.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}}
}

// known checks the connection and lets the session know the account.
func (g *rig) known() {
	g.t.Helper()
	account, err := g.check()
	if err != nil {
		g.t.Fatalf("checking a good connection: %v", err)
	}
	g.session.Known = account
}

// close ends the vendor, and looks for secrets in what was logged.
func (g *rig) close() {
	g.server.Client().CloseIdleConnections()
	g.server.Close()
	if name := g.leak(g.logged.String()); name != "" {
		g.t.Errorf("the log tells a secret, %s", name)
	}
}

func (g *rig) hide(secrets map[string]string) {
	for name, secret := range secrets {
		if len(secret) < 6 {
			continue
		}
		g.secrets[secret], g.secrets[url.QueryEscape(secret)] = true, true
		g.secrets[base64.StdEncoding.EncodeToString([]byte(secret))] = true
		for other, second := range secrets {
			if other != name {
				g.secrets[base64.StdEncoding.EncodeToString([]byte(secret+":"+second))] = true
			}
		}
	}
}

// leak finds a secret in text and gives its first letters; "" is none.
func (g *rig) leak(text string) string {
	for secret := range g.secrets {
		if strings.Contains(text, secret) {
			return secret[:4] + "..."
		}
	}
	return ""
}

// work does one piece of work with the connector as the engine does: it refreshes what lapsed, once more where the vendor
// no longer knows the sign-in, and looks at the error.
func (g *rig) work(what string, do func() error) error {
	g.t.Helper()
	refresher, lapses := g.k.Connector.(channel.Refresher)
	if lapses && refresher.Lapsed(g.session) {
		if err := g.refresh(refresher); err != nil {
			return g.judged(what, err)
		}
	}
	err := g.guarded(what, do)
	if lapses && fault.Is(err, fault.Auth) && g.refresh(refresher) == nil {
		err = g.guarded(what, do)
	}
	return g.judged(what, err)
}

func (g *rig) refresh(refresher channel.Refresher) error {
	return g.guarded("refreshing", func() error {
		fresh, err := refresher.Refresh(g.ctx, g.session)
		if err == nil {
			maps.Copy(g.session.Secrets, fresh)
			g.hide(fresh)
		}
		return err
	})
}

// guarded makes a failed test of a panic.
func (g *rig) guarded(what string, do func() error) (err error) {
	g.t.Helper()
	panicked := true
	defer func() {
		if !panicked {
			return
		}
		if cause := recover(); cause != nil {
			g.t.Errorf("%s panics: %v\n%.2000s", what, cause, debug.Stack())
			err = fault.New(fault.Internal, "It panicked.", "Mend the connector.")
		}
	}()
	err = do()
	panicked = false
	return err
}

// judged holds an error to what every error of a connector owes.
func (g *rig) judged(what string, err error) error {
	g.t.Helper()
	if err == nil {
		return nil
	}
	coded, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok:
		g.t.Errorf("%s: the error carries no code: %v", what, err)
	case coded.Code == fault.Internal || coded.Code == "":
		g.t.Errorf("%s: the error has no class of a connector: %v", what, err)
	case !sentence(coded.Message) || coded.Remedy != "" && !sentence(coded.Remedy):
		g.t.Errorf("%s: the error speaks no sentences: %q, %q", what, coded.Message, coded.Remedy)
	}
	text := err.Error()
	if ok {
		text += coded.Message + coded.Remedy + coded.Field
	}
	if secret := g.leak(text); secret != "" {
		g.t.Errorf("%s: the error tells a secret, %s", what, secret)
	}
	return err
}

// sentence tells whether text is one or more sentences for people.
func sentence(text string) bool {
	return strings.Contains(text, " ") && strings.ContainsAny(text[len(text)-1:], ".!?") && strings.TrimSpace(text) == text
}

func (g *rig) check() (account channel.Account, err error) {
	g.t.Helper()
	err = g.work("checking", func() error {
		account, err = g.k.Connector.Check(g.ctx, g.session)
		return err
	})
	return account, err
}

func (g *rig) pull(r channel.PullRequest) (page channel.Page, err error) {
	g.t.Helper()
	what := "pulling " + string(r.Stream)
	err = g.work(what, func() error {
		page, err = g.k.Connector.Pull(g.ctx, g.session, r)
		return err
	})
	if err != nil {
		return channel.Page{}, err
	}
	g.soundPage(what, page)
	return page, nil
}

// workKey marks the context of a piece of work, so that a call under another one shows.
type workKey struct{}

var workContext = context.WithValue(context.Background(), workKey{}, true)

// watched is a session whose calls are counted, and whose word about them is held to the vendor's log.
type watched struct {
	*Session
	rig *rig
	// before sees a call before it is made.
	before func(channel.Call)
}

// Do makes a call.
func (w *watched) Do(ctx context.Context, call channel.Call) (channel.Answer, error) {
	if ctx.Value(workKey{}) == nil {
		w.rig.t.Errorf("%s %s is called under another context than that of the work", call.Method, path(call))
		return channel.Answer{}, fault.New(fault.Unavailable, "The call is not made.", "")
	}
	w.rig.k.used[call.Bucket]++
	if w.before != nil {
		w.before(call)
	}
	w.rig.vendor.Desk().CatchUp() // what an earlier call does late is none of this one's
	effects := len(w.rig.vendor.Desk().Effects())
	answer, err := w.Session.Do(ctx, call)
	if !call.Writes && len(w.rig.vendor.Desk().Effects()) > effects {
		w.rig.t.Errorf("%s %s changed something there and does not say that it writes", call.Method, path(call))
	}
	return answer, err
}

// path is a call's address without what may be secret.
func path(call channel.Call) string {
	before, _, _ := strings.Cut(call.URL, "?")
	return before
}

// wrote tells whether any call since the n-th says that it writes.
func (w *watched) wrote(since int) bool {
	for _, call := range w.Calls[since:] {
		if call.Writes {
			return true
		}
	}
	return false
}
