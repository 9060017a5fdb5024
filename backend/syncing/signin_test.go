package syncing_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/syncing"
)

// lapsing is a shop whose sign-in lapses. Each refresh token works once; one that comes twice revokes everything, as vendors do.
type lapsing struct {
	*shop
	mutex     sync.Mutex
	valid     string // the access that holds
	refresh   string // the token that works next
	refreshed atomic.Int64
	revoked   bool
	asked     func()
}

func (l *lapsing) Lapsed(s channel.Session) bool { return s.Secret(channel.SignIn) == "" }

func (l *lapsing) Refresh(_ context.Context, s channel.Session) (map[string]string, error) {
	token := s.Secret(channel.SignIn)
	if token == "" {
		token = "0"
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.asked != nil {
		l.asked()
	}
	if token != l.refresh || l.revoked {
		l.revoked = true
		return nil, fault.New(fault.Auth, "This sign-in was used before.", "Sign in again.")
	}
	l.refresh = fmt.Sprint(l.refreshed.Add(1))
	l.valid = l.refresh
	return map[string]string{channel.SignIn: l.refresh}, nil
}

func (l *lapsing) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	l.mutex.Lock()
	valid := l.valid == s.Secret(channel.SignIn) && !l.revoked
	l.mutex.Unlock()
	if !valid {
		return channel.Page{}, fault.New(fault.Auth, "The sign-in lapsed.", "")
	}
	return l.shop.Pull(ctx, s, r)
}

func (l *lapsing) lapse() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.valid = "nobody's"
}

func openLapsing(t *testing.T) (*desk, *lapsing, *vault) {
	t.Helper()
	d := openDesk(t)
	l := &lapsing{shop: d.shop, refresh: "0"}
	secrets := &vault{all: map[string]string{}}
	d.engine = syncing.New(d.store, secrets, syncing.Options{Clock: d.clock, Find: func(string) channel.Connector { return l }})
	t.Cleanup(d.engine.Close)
	d.connect()
	l.mutex.Lock()
	l.refresh, l.valid, l.revoked = "0", "", false // what trying the settings signed in was thrown away
	l.refreshed.Store(0)
	l.mutex.Unlock()
	return d, l, secrets
}

func TestManyWhoNeedASignInCauseOneRefresh(t *testing.T) {
	d, l, secrets := openLapsing(t)
	d.pull(syncing.Request{})
	for round := int64(2); round < 6; round++ {
		l.lapse()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := d.engine.Check(context.Background(), d.conn.ID); err != nil {
					t.Errorf("checking: %v", err)
				}
				_, err := d.engine.Preview(context.Background(), syncing.Request{SyncID: d.sync}, 1)
				if err != nil {
					t.Errorf("looking: %v", err)
				}
			})
		}
		all.Wait()
		if n := l.refreshed.Load(); n != round || l.revoked {
			t.Fatalf("round %d: %d refreshes, revoked %v", round, n, l.revoked)
		}
		if kept := secrets.all[fmt.Sprintf("connection.%d.session", d.conn.ID)]; kept != fmt.Sprint(round) {
			t.Fatalf("kept %q", kept)
		}
	}
}

func TestASignInIsKeptBeforeItIsUsed(t *testing.T) {
	d, l, secrets := openLapsing(t)
	secrets.locks = fault.New(fault.Auth, "The keyring is locked.", "Unlock it.")
	pulled := false
	l.pulled = func(channel.PullRequest) { pulled = true }
	if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync}); err == nil || pulled {
		t.Fatalf("a sign-in that could not be kept was used: %v", err)
	}
}

func TestARevokedSignInAsksForAPersonOnce(t *testing.T) {
	d, l, _ := openLapsing(t)
	d.pull(syncing.Request{})
	l.lapse()
	l.mutex.Lock()
	l.revoked = true
	l.mutex.Unlock()
	asked := 0
	l.asked = func() { asked++ }
	if _, err := d.engine.Pull(t.Context(), syncing.Request{SyncID: d.sync}); !fault.Is(err, fault.Auth) || asked != 1 {
		t.Fatalf("%v after %d refreshes", err, asked)
	}
	if c, _ := d.store.Connection(t.Context(), d.conn.ID); c.Problem == nil || c.Problem.Remedy != "Sign in again." {
		t.Errorf("%+v", c.Problem)
	}
}
