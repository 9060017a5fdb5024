package syncing_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/secret"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// doorman is a vendor's sign-in: each refresh token works once, and one that comes twice revokes everything. It answers a refresh only
// when all processes were turned away, so that all of them are about to refresh.
type doorman struct {
	mutex      sync.Mutex
	turnedAway *sync.Cond
	processes  int             // that come
	away       map[string]bool // which of them were turned away
	next       int             // the refresh token that works; as access it holds until lapse
	lapsed     bool
	revoked    bool
	asked      int
}

func newDoorman() *doorman {
	d := &doorman{next: 1, away: map[string]bool{}}
	d.turnedAway = sync.NewCond(&d.mutex)
	return d
}

func (d *doorman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	token := fmt.Sprint(d.next)
	switch {
	case r.URL.Path == "/token":
		d.asked++
		for len(d.away) < d.processes {
			d.turnedAway.Wait()
		}
		if d.revoked || r.URL.Query().Get("refresh") != token {
			d.revoked = true
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		d.next++
		d.lapsed = false
		_, _ = fmt.Fprint(w, d.next)
	case d.revoked, d.lapsed, r.Header.Get("Authorization") != token:
		d.away[r.Header.Get("Process")] = true
		d.turnedAway.Broadcast()
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// again lets everybody need a new sign-in, and forgets what was asked. back is a person's new one.
func (d *doorman) again(back bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.asked, d.lapsed = 0, true
	clear(d.away)
	if back {
		d.revoked, d.lapsed = false, false
	}
}

// guest is a connector that signs in at a doorman.
type guest struct{ *shop }

func (g guest) Manifest() channel.Manifest {
	m := g.shop.Manifest()
	m.ID = "guest"
	return m
}

func (guest) Lapsed(s channel.Session) bool { return s.Secret(channel.SignIn) == "" }

func (guest) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	token := s.Secret(channel.SignIn)
	if token == "" {
		token = "1"
	}
	answer, err := called(ctx, s, channel.Call{Method: http.MethodPost, URL: s.Option("url") + "/token?refresh=" + token})
	if err != nil {
		return nil, err
	}
	return map[string]string{channel.SignIn: string(answer.Body)}, nil
}

func (guest) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	_, err := called(ctx, s, channel.Call{Method: http.MethodGet, URL: s.Option("url") + "/me", Header: http.Header{"Authorization": {s.Secret(channel.SignIn)}, "Process": {fmt.Sprint(os.Getpid())}}})
	return channel.Account{ID: "g", Name: "Guest", Currency: "USD"}, err
}

func called(ctx context.Context, s channel.Session, call channel.Call) (channel.Answer, error) {
	answer, err := s.Do(ctx, call)
	if err != nil {
		return answer, err
	}
	if refused := channel.Classify(answer, "Guest", call.Writes, s.Now()); refused != nil {
		return answer, refused
	}
	return answer, nil
}

// house is what a process has of a workspace.
type house struct {
	store  *store.Store
	vault  *secret.Vault
	engine *syncing.Engine
}

func (h house) close() {
	h.engine.Close()
	_ = h.store.Close()
}

// openHouse opens a workspace with an engine, which sees the secrets as seen gives them.
func openHouse(ctx context.Context, dir string, seen func(*secret.Vault) syncing.Secrets) (h house, err error) {
	if h.store, err = store.Open(ctx, dir, store.Options{}); err != nil {
		return h, err
	}
	h.vault = secret.New(h.store, noRing{}, dir)
	if err := h.vault.UseKeyFile(ctx); err != nil {
		return h, err
	}
	h.engine = syncing.New(h.store, seen(h.vault), syncing.Options{Find: func(string) channel.Connector { return guest{newShop()} }})
	return h, nil
}

func itself(v *secret.Vault) syncing.Secrets { return v }

// frail is secrets whose process is killed as it keeps a sign-in: before it is kept, or right after.
type frail struct {
	*secret.Vault
	after bool
}

func (f frail) Put(ctx context.Context, name string, value []byte) error {
	if f.after {
		if err := f.Vault.Put(ctx, name, value); err != nil {
			return err
		}
	}
	self, _ := os.FindProcess(os.Getpid())
	_ = self.Kill()
	select {} // until the signal arrives
}

// oneGuest is a process that needs the sign-in fifty times at once, each time it is told to go; or one that is killed as it signs in.
func oneGuest() int {
	dir, fate := os.Args[1], os.Args[2]
	ctx := context.Background()
	seen := itself
	if fate != "lives" {
		seen = func(v *secret.Vault) syncing.Secrets { return frail{v, fate == "killed after"} }
	}
	h, err := openHouse(ctx, dir, seen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer h.close()
	fmt.Println("ready")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if err := h.fifty(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println("done")
	}
	return 0
}

func (h house) fifty(ctx context.Context) error {
	found := make([]error, 50)
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() { _, found[i] = h.engine.Check(ctx, 1) })
	}
	all.Wait()
	return errors.Join(found...)
}

// process is a guest under way.
type process struct {
	*exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Scanner
	said  bytes.Buffer
}

func startGuest(t *testing.T, dir, fate string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], dir, fate)}
	p.Env, p.Stderr = append(os.Environ(), asChild+"=guest"), &p.said
	var err error
	p.stdin, err = p.StdinPipe()
	must(t, err)
	out, err := p.StdoutPipe()
	must(t, err)
	must(t, p.Start())
	p.out = bufio.NewScanner(out)
	p.says(t, "ready")
	return p
}

func (p *process) says(t *testing.T, word string) {
	t.Helper()
	if !p.out.Scan() || p.out.Text() != word {
		t.Fatalf("it says %q, not %q: %s", p.out.Text(), word, p.said.String())
	}
}

func (p *process) goOn(t *testing.T) {
	t.Helper()
	_, err := p.stdin.Write([]byte("go\n"))
	must(t, err)
}

// openGuests is a workspace with a connection at a doorman, whose sign-in just lapsed.
func openGuests(t *testing.T) (dir string, d *doorman) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	d = newDoorman()
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	dir = t.TempDir()
	h, err := openHouse(t.Context(), dir, itself)
	must(t, err)
	defer h.close()
	c, err := h.engine.Connect(t.Context(), syncing.Draft{Connector: "guest", Name: "Guest", Options: map[string]string{"url": server.URL}, Secrets: map[string]string{"key": "right"}})
	must(t, err)
	must(t, h.vault.Put(t.Context(), fmt.Sprintf("connection.%d.%s", c.ID, channel.SignIn), []byte(fmt.Sprint(d.next))))
	d.again(false)
	d.processes = 1
	return dir, d
}

// Two processes and a hundred goroutines need one sign-in: it is refreshed once, and nobody is signed out. Without the claim in the
// database (ClaimSignIn) each process refreshes, and the second one revokes everything.
func TestTwoProcessesCauseOneRefresh(t *testing.T) {
	dir, d := openGuests(t)
	both := []*process{startGuest(t, dir, "lives"), startGuest(t, dir, "lives")}
	d.processes = len(both)
	for range 5 {
		for _, p := range both {
			p.goOn(t)
		}
		for _, p := range both {
			p.says(t, "done")
		}
		if d.asked != 1 || d.revoked {
			t.Fatalf("%d refreshes, revoked %v", d.asked, d.revoked)
		}
		d.again(false)
	}
	for _, p := range both {
		must(t, p.stdin.Close())
		must(t, p.Wait())
	}
}

// A process that is killed between the answer and keeping it costs one sign-in by a person at most; one that is killed later costs none.
func TestAKillAmidASignInAsksOnceAtMost(t *testing.T) {
	for fate, people := range map[string]int{"killed before": 1, "killed after": 0} {
		t.Run(fate, func(t *testing.T) {
			dir, d := openGuests(t)
			p := startGuest(t, dir, fate)
			p.goOn(t)
			var exit *exec.ExitError
			if err := p.Wait(); !errors.As(err, &exit) || exit.Exited() || d.asked != 1 {
				t.Fatalf("it was not killed: %v, %d refreshes: %s", err, d.asked, p.said.String())
			}
			h, err := openHouse(t.Context(), dir, itself)
			must(t, err)
			defer h.close()
			must(t, h.engine.Recover(t.Context()))
			signedIn := 0
			for range 5 {
				_, err := h.engine.Check(t.Context(), 1)
				if fault.Is(err, fault.Auth) {
					signedIn++
					d.again(true)
					must(t, h.vault.Put(t.Context(), "connection.1."+channel.SignIn, []byte(fmt.Sprint(d.next))))
					continue
				}
				must(t, err)
			}
			if signedIn != people {
				t.Errorf("a person had to sign in %d times", signedIn)
			}
		})
	}
}
