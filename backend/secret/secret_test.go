package secret_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/secret"
	"tradepost/backend/store"
)

// ring is a keyring in memory; trouble is what it answers instead.
type ring struct {
	kept    map[string]string
	trouble error
}

func (r *ring) Get(service, user string) (string, error) {
	if r.trouble != nil {
		return "", r.trouble
	}
	value, found := r.kept[service+user]
	if !found {
		return "", secret.ErrMissing
	}
	return value, nil
}

func (r *ring) Set(service, user, value string) error {
	if r.trouble == nil {
		r.kept[service+user] = value
	}
	return r.trouble
}

func (r *ring) Delete(service, user string) error {
	delete(r.kept, service+user)
	return r.trouble
}

const canary = "canary-Pa55word-éß"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type bench struct {
	dir   string
	ring  *ring
	store *store.Store
}

func on(t *testing.T) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), ring: &ring{kept: map[string]string{}}}
	var err error
	b.store, err = store.Open(context.Background(), b.dir, store.Options{})
	must(t, err)
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

func (b *bench) vault() *secret.Vault { return secret.New(b.store, b.ring, b.dir) }

func (b *bench) want(t *testing.T, v *secret.Vault, state secret.State, keeper secret.Keeper) {
	t.Helper()
	status, err := v.Status(context.Background())
	must(t, err)
	if status.State != state || status.Keeper != keeper || status.Words == "" {
		t.Errorf("status is %+v, want %s by %s", status, state, keeper)
	}
}

func (b *bench) reads(t *testing.T, v *secret.Vault, name, want string) {
	t.Helper()
	got, err := v.Get(context.Background(), name)
	if err != nil || string(got) != want {
		t.Errorf("%s is %q, %v", name, got, err)
	}
}

func TestKeyringKeepsTheKey(t *testing.T) {
	ctx, b := context.Background(), on(t)
	v := b.vault()
	b.want(t, v, secret.Empty, "")
	must(t, v.Put(ctx, "server/1/password", []byte(canary)))
	must(t, v.Put(ctx, "server/2/password", []byte("other")))
	b.reads(t, b.vault(), "server/1/password", canary) // another start
	b.want(t, b.vault(), secret.Open, secret.ByKeyring)
	must(t, v.Put(ctx, "server/1/password", []byte("changed")))
	b.reads(t, b.vault(), "server/1/password", "changed")
	must(t, v.Delete(ctx, "server/1/password"))
	if _, err := v.Get(ctx, "server/1/password"); !fault.Is(err, fault.NotFound) {
		t.Errorf("after deletion: %v", err)
	}
	b.ring.trouble = secret.ErrLocked
	b.want(t, b.vault(), secret.Locked, secret.ByKeyring)
	if _, err := b.vault().Get(ctx, "server/2/password"); !fault.Is(err, fault.Auth) || !strings.Contains(err.Error(), "locked") {
		t.Errorf("locked: %v", err)
	}
	b.ring.trouble = errors.New("no bus")
	b.want(t, b.vault(), secret.Missing, secret.ByKeyring) // not told apart by this double, yet never open
	b.ring.trouble, b.ring.kept = nil, map[string]string{}
	b.want(t, b.vault(), secret.Missing, secret.ByKeyring)
	if err := b.vault().Put(ctx, "server/3/password", []byte("x")); !fault.Is(err, fault.Auth) {
		t.Errorf("a new key was made over a lost one: %v", err)
	}
	must(t, b.vault().Forget(ctx))
	b.want(t, b.vault(), secret.Empty, "")
	must(t, b.vault().Put(ctx, "server/3/password", []byte("x")))
}

func TestASealedValueBelongsToItsName(t *testing.T) {
	ctx, b := context.Background(), on(t)
	v := b.vault()
	must(t, v.Put(ctx, "one", []byte(canary)))
	sealed, _, err := b.store.Secret(ctx, "one")
	must(t, err)
	must(t, b.store.SetSecret(ctx, "two", sealed))
	if _, err := v.Get(ctx, "two"); !fault.Is(err, fault.Auth) || strings.Contains(err.Error(), "canary") {
		t.Errorf("a value was moved to another name: %v", err)
	}
	sealed.Box[len(sealed.Box)-1] ^= 1
	must(t, b.store.SetSecret(ctx, "one", sealed))
	if _, err := v.Get(ctx, "one"); !fault.Is(err, fault.Auth) {
		t.Errorf("a changed value was opened: %v", err)
	}
}

func TestWithoutKeyring(t *testing.T) {
	ctx, b := context.Background(), on(t)
	b.ring.trouble = secret.ErrNoKeyring
	v := b.vault()
	b.want(t, v, secret.Empty, "")
	if err := v.Put(ctx, "one", []byte(canary)); !fault.Is(err, fault.Auth) || fault.Of(err).Field != "secrets" {
		t.Fatalf("kept without a key: %v", err)
	}
	if entries, _ := os.ReadDir(b.dir); contains(entries, "secret.key") {
		t.Fatal("a key file without consent")
	}
	if err := v.UsePassphrase(ctx, "short"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a short passphrase: %v", err)
	}
	must(t, v.UsePassphrase(ctx, "four words and more"))
	must(t, v.Put(ctx, "one", []byte(canary)))
	again := b.vault()
	b.want(t, again, secret.Locked, secret.ByPassphrase)
	if err := again.Unlock(ctx, "wrong words and more"); !fault.Is(err, fault.Invalid) || fault.Of(err).Field != "passphrase" {
		t.Errorf("a wrong passphrase: %v", err)
	}
	must(t, again.Unlock(ctx, "four words and more"))
	b.reads(t, again, "one", canary)
	must(t, again.UseKeyFile(ctx))
	b.want(t, b.vault(), secret.Open, secret.ByFile)
	b.reads(t, b.vault(), "one", canary)
	if stat, err := os.Stat(filepath.Join(b.dir, "secret.key")); err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v, %v", stat, err)
	}
	b.ring.trouble = nil
	must(t, b.vault().UseKeyring(ctx))
	b.reads(t, b.vault(), "one", canary)
	if entries, _ := os.ReadDir(b.dir); contains(entries, "secret.key") {
		t.Error("the key file stayed")
	}
}

func contains(entries []os.DirEntry, name string) bool {
	for _, entry := range entries {
		if entry.Name() == name {
			return true
		}
	}
	return false
}

// TestNoCanaryInTheWorkspace looks through every file of the workspace and a backup for a secret in the clear.
func TestNoCanaryInTheWorkspace(t *testing.T) {
	ctx, b := context.Background(), on(t)
	must(t, b.vault().Put(ctx, "one", []byte(canary)))
	must(t, b.vault().UsePassphrase(ctx, canary+" as a phrase"))
	must(t, b.vault().Unlock(ctx, canary+" as a phrase"))
	if _, err := b.store.Backup(ctx, "backup"); err != nil {
		t.Logf("backup: %v", err)
	}
	files := 0
	must(t, filepath.WalkDir(b.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("canary")) {
			t.Errorf("%s has the secret in the clear", path)
		}
		files++
		return err
	}))
	if files < 2 {
		t.Errorf("looked through %d files only", files)
	}
}
