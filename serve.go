package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	pathpkg "path"
	"slices"
	"strings"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/cli"
	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

// serve answers pages and API on loopback until ctx ends. When another Tradepost has the workspace open, requests are
// passed on to that one.
func serve(ctx context.Context, path string, options cli.ServeOptions, ready func(url, token string)) error {
	dir, err := openDir(path)
	if err != nil {
		return err
	}
	listener, err := listenLoopback(options.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	lock, client, err := workspace.Claim(ctx, dir)
	if err != nil {
		return err
	}
	if client != nil {
		return answerUntil(ctx, listener, passOn(client), options, ready)
	}
	log := logInto(dir, os.Stderr)
	defer func() { _ = log.Close() }()
	h := newHouse(dir, "serve")
	if err := h.open(ctx, lock, duties{resume: true, schedule: true}); err != nil {
		return err
	}
	return errors.Join(answerUntil(ctx, listener, h.Handler(), options, ready), h.Close())
}

// answerCallers has the workspace open, so that what it has scheduled runs and vendors that call are answered, until ctx ends. With another
// Tradepost open that one answers, and running is false.
func answerCallers(ctx context.Context, path string, ready func(running bool)) error {
	dir, err := openDir(path)
	if err != nil {
		return err
	}
	lock, client, err := workspace.Claim(ctx, dir)
	if err != nil {
		return err
	}
	if client != nil {
		ready(false)
		return nil
	}
	log := logInto(dir, os.Stderr)
	defer func() { _ = log.Close() }()
	h := newHouse(dir, "serve")
	if err := h.open(ctx, lock, duties{resume: true, schedule: true}); err != nil {
		return err
	}
	ready(true)
	<-ctx.Done()
	return h.Close()
}

// listenLoopback refuses every address but this computer's own.
func listenLoopback(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("%q is not an address of this computer alone.", address), "Use 127.0.0.1:0, or 127.0.0.1 with a port.").InField("listen")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "The address "+address+" is taken.", "Use another port, or port 0 for a free one.")
	}
	return listener, nil
}

// passOn sends API requests to the owner of the workspace, scopes and all.
func passOn(client http.RoundTripper) http.Handler {
	return &httputil.ReverseProxy{Transport: client, FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "tradepost.local"})
		r.Out.Header.Del("Cookie")
		r.Out.Header.Del("Authorization")
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Service Unavailable","status":503,"code":"unavailable","detail":"The Tradepost that had this workspace open has ended.","remedy":"Start tradepost serve again.","field":null}`))
	}}
}

func answerUntil(ctx context.Context, listener net.Listener, handler http.Handler, options cli.ServeOptions, ready func(url, token string)) error {
	pages, err := fs.Sub(assets, "frontend/dist")
	if err != nil {
		return fmt.Errorf("reading pages: %w", err)
	}
	f := &front{token: rand.Text(), address: listener.Addr().String(), scopes: servedScopes(options), hooks: options.Hooks, api: handler, pages: http.FileServerFS(pages)}
	server := &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ready("http://"+f.address+"/?token="+f.token, f.token)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	// Streams of events never end by themselves: a short patience, then they are cut.
	patience, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(patience) != nil {
		_ = server.Close()
	}
	return nil
}

// servedScopes leaves out what only the window may do: reading files anywhere on this computer.
func servedScopes(options cli.ServeOptions) []string {
	if options.ReadOnly {
		return api.ReadScopes()
	}
	return slices.DeleteFunc(slices.Clone(api.Scopes), func(scope string) bool { return scope == "files:path" })
}

// front guards pages and API: exact Host, no foreign Origin, a token by cookie or Bearer header. There is no CORS.
type front struct {
	token   string
	address string
	scopes  []string
	hooks   bool // deliveries of webhooks come in by whatever name a tunnel has
	api     http.Handler
	pages   http.Handler
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.hooks && r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, api.HookPath) && pathpkg.Clean(r.URL.Path) == r.URL.Path {
		r.Header.Set(scopesHeader, "none") // its signature is all that it has
		f.api.ServeHTTP(w, r)
		return
	}
	if !f.ours(r.Host) || r.Header.Get("Origin") != "" && !f.ours(strings.TrimPrefix(r.Header.Get("Origin"), "http://")) {
		http.Error(w, "This address belongs to Tradepost on this computer.", http.StatusForbidden)
		return
	}
	f.headers(w)
	if r.URL.Query().Get("token") != "" && !strings.HasPrefix(r.URL.Path, "/api/") {
		f.signIn(w, r)
		return
	}
	switch {
	case !f.known(r):
		f.refuse(w, r)
	case strings.HasPrefix(r.URL.Path, "/api/"):
		r.Header.Set(scopesHeader, strings.Join(f.scopes, " "))
		f.api.ServeHTTP(w, r)
	default:
		f.pages.ServeHTTP(w, r)
	}
}

// ours compares the host exactly, port and all: a name that merely resolves to this computer is refused.
func (f *front) ours(host string) bool {
	_, port, err := net.SplitHostPort(f.address)
	return err == nil && (host == f.address || host == "localhost:"+port)
}

func (f *front) headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
}

func (f *front) cookie() string {
	_, port, _ := net.SplitHostPort(f.address)
	return "tradepost-" + port
}

func (f *front) same(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(f.token)) == 1
}

// signIn turns the token of the address into a cookie, and the address into one without it.
func (f *front) signIn(w http.ResponseWriter, r *http.Request) {
	if !f.same(r.URL.Query().Get("token")) {
		f.refuse(w, r)
		return
	}
	//nolint:gosec // not Secure: browsers would not send it over the plain HTTP of this computer to itself
	http.SetCookie(w, &http.Cookie{Name: f.cookie(), Value: f.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, pathpkg.Clean("/"+r.URL.Path), http.StatusSeeOther) //nolint:gosec // a path of ours: "//host" is cleaned away
}

func (f *front) known(r *http.Request) bool {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return f.same(bearer)
	}
	cookie, err := r.Cookie(f.cookie())
	return err == nil && f.same(cookie.Value)
}

func (f *front) refuse(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Unauthorized","status":401,"code":"auth","detail":"You are not signed in.","remedy":"Open the address that tradepost serve printed, or send its token as Bearer.","field":null}`))
		return
	}
	http.Error(w, "Open the address that `tradepost serve` printed: it carries the token.", http.StatusUnauthorized)
}
