package syncing_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/api"
	"tradepost/backend/bulk"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
	"tradepost/backend/listings"
	"tradepost/backend/secret"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
	"tradepost/backend/tabular/job"
	"tradepost/backend/tabular/watch"
	"tradepost/backend/workspace"
)

// TestSecretsAreNowhereInTheClear connects, pulls, writes, fails in all ways and is killed, exports and backs up; then it looks for each
// secret, as it is and as calls carry it, in all that was written: every file of the workspace, what was said, every answer
// of the API, every error, every payload.
func TestSecretsAreNowhereInTheClear(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	c := openChaos(t, 15, "")
	c.week(5, 3*time.Hour)
	c.mustTellNothing("after a crash") // with the write-ahead log beside the database
	c.quiet()
	c.finale()
	c.mustTellNothing("in the end")
	must(t, os.WriteFile(filepath.Join(c.dir, "planted"), []byte("x="+base64.StdEncoding.EncodeToString([]byte("somebody:"+planted(c)+":x"))), 0o600))
	if found := c.tells(); len(found) == 0 || !strings.Contains(found[0], "planted") {
		t.Errorf("a planted secret is not found: %v", found)
	}
	if len(c.secrets) < 5 {
		t.Errorf("only %d secrets were looked for", len(c.secrets))
	}
}

// planted is one of the secrets that are looked for.
func planted(c *chaos) string {
	_, secrets := c.vendors[0].Connection("")
	return secrets["consumer_secret"]
}

// overhear keeps what a call authorises itself with, as a session's token.
func (c *chaos) overhear(r *http.Request) {
	for name, values := range r.Header {
		name = strings.ToLower(name)
		if !strings.Contains(name, "auth") && !strings.Contains(name, "key") {
			continue
		}
		for _, value := range values {
			if _, token, two := strings.Cut(value, " "); two {
				value = token
			}
			c.secret(value)
		}
	}
}

func (c *chaos) secret(value string) {
	if len(value) >= 8 {
		c.secrets[value] = true
	}
}

// forms are the ways in which a secret may be written.
func forms(secret string) []string {
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret))}
	for before := range 3 { // how base64 begins depends on what stands before
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret))
		text = text[[]int{0, 2, 3}[before]:]
		if (before+len(secret))%3 != 0 {
			text = text[:len(text)-1]
		}
		all = append(all, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
	}
	return all
}

func (c *chaos) mustTellNothing(when string) {
	c.t.Helper()
	if found := c.tells(); len(found) > 0 {
		c.t.Fatalf("%s: %s", when, strings.Join(found, "\n"))
	}
}

// tells looks for secrets in all files, and in what was said.
func (c *chaos) tells() (found []string) {
	c.t.Helper()
	must(c.t, filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found = append(found, c.told(filepath.Base(path), text)...)
		return err
	}))
	for name, text := range c.said {
		found = append(found, c.told(name, []byte(text))...)
	}
	return found
}

func (c *chaos) told(where string, text []byte) (found []string) {
	for secret := range c.secrets {
		for n, form := range forms(secret) {
			if at := bytes.Index(text, []byte(form)); at >= 0 {
				found = append(found, fmt.Sprintf("%s tells a secret in form %d at %d: %q", where, n, at, text[max(0, at-40):at]))
			}
		}
	}
	return found
}

// finale opens the workspace as the program does and has it say and write all it can.
func (c *chaos) finale() {
	c.t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, c.dir, store.Options{Now: c.Now})
	must(c.t, err)
	defer func() { _ = s.Close() }()
	vault := secret.New(s, noRing{}, c.dir)
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	engine := syncing.New(s, vault, syncing.Options{Clock: quickClock{c}, Log: log})
	defer engine.Close()
	c.failAllWays(ctx, s, engine)
	c.readPayloads(ctx, s)
	c.askAll(s, vault, engine)
	_, err = s.Backup(ctx, workspace.Reason("daily"))
	must(c.t, err)
	c.said["the log"] = logged.String()
}

// failAllWays checks and pulls under every fault, and with every connection that must fail.
func (c *chaos) failAllWays(ctx context.Context, s *store.Store, engine *syncing.Engine) {
	connections, err := s.Connections(ctx)
	must(c.t, err)
	var said strings.Builder
	say := func(err error) {
		if err != nil {
			fmt.Fprintf(&said, "%+v %+v\n", err, fault.ProblemOf(err))
		}
	}
	for i, v := range c.vendors {
		at := slices.IndexFunc(connections, func(c syncing.Connection) bool { return c.Name == v.name })
		syncs, err := s.Syncs(ctx, connections[at].ID)
		must(c.t, err)
		for _, kind := range simulated.Kinds {
			v.Desk().Inject(simulated.Fault{Kind: kind})
			_, err := engine.Check(ctx, connections[at].ID)
			say(err)
			_, err = engine.Pull(ctx, syncing.Request{SyncID: syncs[i%len(syncs)].ID, Person: true})
			say(err)
			v.Desk().Calm()
		}
		for _, b := range v.Broken(v.server.URL) {
			for _, value := range b.Secrets {
				c.secret(value)
			}
			_, err := engine.Try(ctx, syncing.Draft{Connector: v.Connector(), Name: b.Name, Options: b.Options, Secrets: b.Secrets})
			say(err)
		}
	}
	c.said["errors"] = said.String()
	if said.Len() == 0 {
		c.t.Error("nothing failed")
	}
}

// readPayloads reads what came in as it was before it was compressed.
func (c *chaos) readPayloads(ctx context.Context, s *store.Store) {
	var raw bytes.Buffer
	n := 0
	for id := int64(1); ; id++ {
		_, payload, err := s.Message(ctx, id)
		if fault.Is(err, fault.NotFound) {
			break
		}
		must(c.t, err)
		_, _ = raw.Write(payload.Raw)
		n++
	}
	c.said["payloads"] = raw.String()
	if n == 0 || raw.Len() == 0 {
		c.t.Error("there are no payloads")
	}
}

// askAll asks the API for all that can be read, and for exports.
func (c *chaos) askAll(s *store.Store, vault *secret.Vault, engine *syncing.Engine) {
	c.t.Helper()
	im, exports := tabular.NewImporter(s, nil), export.New(s, func(export.Progress) {})
	defer im.Close()
	exports.SpoolIn(filepath.Join(c.dir, "outgoing"))
	watcher := watch.New(s, im, nil)
	handler := api.New(api.Deps{Store: s, Imports: im, Watches: watcher, Secrets: vault, Exports: exports, Bulk: bulk.New(s), Listings: listings.New(s), Engine: engine, Host: nobody{},
		Hub: api.NewHub(), Jobs: job.New(s, watcher, vault, job.Options{Outgoing: filepath.Join(c.dir, "outgoing"), Exporter: exports}), Version: "test"})
	ask := func(method, path, body string) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(api.WithScopes(r.Context(), api.Scopes)))
		c.said[method+" "+path+" "+body] = w.Body.String()
		return w.Code, w.Body.String()
	}
	for _, kind := range []string{"orders", "lines", "customers", "products", "stock"} {
		for _, format := range []string{"csv", "json"} {
			body := fmt.Sprintf(`{"kind":%q,"format":%q,"path":%q}`, kind, format, filepath.Join(c.dir, kind+"."+format))
			if status, text := ask(http.MethodPost, "/api/v1/exports?wait=true", body); status != http.StatusCreated {
				c.t.Errorf("exporting %s as %s: %d %s", kind, format, status, text)
			}
		}
	}
	_, text := ask(http.MethodGet, "/api/openapi.json", "")
	var described struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	must(c.t, json.Unmarshal([]byte(text), &described))
	answered := 0
	for path, methods := range described.Paths {
		if _, reads := methods["get"]; !reads || strings.HasSuffix(path, "/events") {
			continue
		}
		for _, id := range []string{"1", "2", "3"} {
			filled := path
			for strings.Contains(filled, "{") {
				before, rest, _ := strings.Cut(filled, "{")
				_, after, _ := strings.Cut(rest, "}")
				filled = before + id + after
			}
			if status, _ := ask(http.MethodGet, filled, ""); status == http.StatusOK {
				answered++
			}
			if filled == path {
				break
			}
		}
	}
	if answered < 20 {
		c.t.Errorf("only %d answers of the API were looked at", answered)
	}
}

// nobody is a program with no head.
type nobody struct{}

func (nobody) About() api.About                     { return api.About{} }
func (nobody) StartsAtLogin() (bool, error)         { return false, nil }
func (nobody) SetStartAtLogin(bool) error           { return nil }
func (nobody) OpenSample(context.Context) error     { return nil }
func (nobody) CloseSample(context.Context) error    { return nil }
func (nobody) RunWatch(int64) (<-chan error, error) { return nil, errors.New("no watches") }
func (nobody) WakeSchedule()                        {}

// quickClock is the time of a chaos: who sleeps lets it pass.
type quickClock struct{ c *chaos }

func (q quickClock) Now() time.Time { return q.c.Now() }

func (q quickClock) Sleep(ctx context.Context, d time.Duration) error {
	q.c.pass(d)
	return ctx.Err()
}
