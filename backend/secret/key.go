package secret

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"tradepost/backend/fault"
)

// The keyring's entry is service and the key's id: workspaces of one user do not share a key.
const service = "tradepost"

// keyFile is the key in the clear, in the workspace, where a person agreed to that. It is no part of backups.
const keyFile = "secret.key"

const probeName, probeText = "\x00probe", "tradepost"

var errNoKey = errors.New("no secret was ever kept here")

// unlocked has the key at hand, or says why not; errNoKey when none was made yet. v.mutex is held.
func (v *Vault) unlocked(ctx context.Context) error {
	if v.open != nil {
		return nil
	}
	key, found, err := v.store.SecretKey(ctx)
	if err != nil {
		return err
	}
	if !found {
		return errNoKey
	}
	opened, err := v.fetch(key)
	if err != nil {
		return err
	}
	return v.take(key, opened)
}

// take has opened as the key if it opens the probe.
func (v *Vault) take(key Key, opened []byte) error {
	if text, err := unseal(opened, key.ID, probeName, key.Probe); err != nil || string(text) != probeText {
		return gone(err)
	}
	v.open, v.id = opened, key.ID
	return nil
}

// fetch gets the key from its keeper.
func (v *Vault) fetch(key Key) ([]byte, error) {
	switch key.Keeper {
	case ByKeyring:
		text, err := v.keyring.Get(service, key.ID)
		if err != nil {
			return nil, ofKeyring(err)
		}
		return decoded(text)
	case ByFile:
		text, err := os.ReadFile(filepath.Join(v.folder, keyFile))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, gone(err)
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Auth, "The key file of the passwords cannot be read.", "Allow reading "+keyFile+" in the workspace folder.")
		}
		return decoded(string(bytes.TrimSpace(text)))
	}
	return nil, fault.New(fault.Auth, "The passwords are locked: their passphrase is needed.",
		"Unlock them under Settings, by `tradepost secrets unlock`, or start Tradepost with TRADEPOST_PASSPHRASE set.")
}

func decoded(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != chacha20poly1305.KeySize {
		return nil, gone(errors.New("the kept key is no key"))
	}
	return key, nil
}

// ofKeyring words why the keyring did not give the key.
func ofKeyring(err error) error {
	switch {
	case errors.Is(err, ErrLocked):
		return fault.Wrap(err, fault.Auth, "The keyring of this computer is locked, and the key of the passwords with it.",
			"Unlock the keyring (signing in to the desktop does it), then try again. Nothing is lost.")
	case errors.Is(err, ErrMissing):
		return gone(err)
	}
	return fault.Wrap(err, fault.Auth, "This computer's keyring does not answer, and it holds the key of the passwords.",
		"Start Tradepost in a desktop session where the keyring runs, then try again. Nothing is lost.")
}

// gone is a key that this computer does not have.
func gone(cause error) error {
	return fault.Wrap(cause, fault.Auth, "The key of the stored passwords is not on this computer.",
		"If the workspace came from another computer: enter the passwords again, after `tradepost secrets forget`. Orders and files are not concerned.")
}

// fresh makes a key and its description.
func fresh(keeper Keeper) (opened []byte, key Key, err error) {
	opened = make([]byte, chacha20poly1305.KeySize)
	_, _ = rand.Read(opened) // never fails (crypto/rand)
	key = Key{ID: rand.Text(), Keeper: keeper}
	key.Probe, err = seal(opened, key.ID, probeName, []byte(probeText))
	return opened, key, err
}

// settleInKeyring makes the key and puts it into the keyring; it reads it back before anything depends on it.
func (v *Vault) settleInKeyring(ctx context.Context) error {
	opened, key, err := fresh(ByKeyring)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(opened)
	if err := v.keyring.Set(service, key.ID, text); err != nil {
		return noKeeper(err)
	}
	if back, err := v.keyring.Get(service, key.ID); err != nil || back != text {
		return noKeeper(errors.Join(err, errors.New("the keyring did not keep what it was given")))
	}
	if err := v.store.SetSecretKey(ctx, key); err != nil {
		return err
	}
	v.open, v.id = opened, key.ID
	return nil
}

func noKeeper(err error) error {
	if errors.Is(err, ErrLocked) {
		return fault.Wrap(err, fault.Auth, "The keyring of this computer is locked: a password cannot be kept safely now.",
			"Unlock the keyring (signing in to the desktop does it), then try again.").InField("secrets")
	}
	return fault.Wrap(err, fault.Auth, "This computer has no keyring in which the key of the passwords could be kept.",
		"Choose under Settings, Passwords and keys: a passphrase, or a key file in the workspace that only you may read.").InField("secrets")
}

// UsePassphrase makes a passphrase keep the key, from now on. The stored secrets stay, so they must be open now.
func (v *Vault) UsePassphrase(ctx context.Context, passphrase string) error {
	if len([]rune(passphrase)) < 8 {
		return fault.New(fault.Invalid, "A passphrase has at least 8 characters.", "A few words that nobody guesses are best.").InField("passphrase")
	}
	return v.keepBy(ctx, ByPassphrase, func(opened []byte, key *Key) (err error) {
		key.Wrapped, err = wrap(opened, passphrase)
		return err
	})
}

// UseKeyFile makes a file of the workspace keep the key: a person agreed that whoever can read the workspace folder can
// read the passwords.
func (v *Vault) UseKeyFile(ctx context.Context) error {
	return v.keepBy(ctx, ByFile, func(opened []byte, _ *Key) error {
		return writeKeyFile(filepath.Join(v.folder, keyFile), base64.StdEncoding.EncodeToString(opened)+"\n")
	})
}

// UseKeyring makes the system's keyring keep the key.
func (v *Vault) UseKeyring(ctx context.Context) error {
	return v.keepBy(ctx, ByKeyring, func(opened []byte, key *Key) error {
		if err := v.keyring.Set(service, key.ID, base64.StdEncoding.EncodeToString(opened)); err != nil {
			return noKeeper(err)
		}
		return nil
	})
}

// keepBy hands the key to another keeper: kept there first, noted then, and only then dropped by the one before.
func (v *Vault) keepBy(ctx context.Context, keeper Keeper, keep func(opened []byte, key *Key) error) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	before, had, err := v.store.SecretKey(ctx)
	if err != nil {
		return err
	}
	var opened []byte
	key := before
	if had {
		if err := v.unlocked(ctx); err != nil {
			return err
		}
		opened = v.open
	} else if opened, key, err = fresh(keeper); err != nil {
		return err
	}
	key.Keeper, key.Wrapped = keeper, nil
	if err := keep(opened, &key); err != nil {
		return err
	}
	if err := v.store.SetSecretKey(ctx, key); err != nil {
		return err
	}
	v.open, v.id = opened, key.ID
	if had && before.Keeper != keeper {
		v.dropKept(before)
	}
	return nil
}

// dropKept removes the key from where it was kept; what cannot be removed does no harm to what is kept now.
func (v *Vault) dropKept(key Key) {
	switch key.Keeper {
	case ByKeyring:
		_ = v.keyring.Delete(service, key.ID)
	case ByFile:
		_ = os.Remove(filepath.Join(v.folder, keyFile))
	case ByPassphrase: // it lay in the database alone
	}
}

// Unlock opens the secrets with their passphrase, until the program ends.
func (v *Vault) Unlock(ctx context.Context, passphrase string) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	key, found, err := v.store.SecretKey(ctx)
	if err != nil {
		return err
	}
	if !found || key.Keeper != ByPassphrase {
		return v.unlockedOrNone(ctx)
	}
	opened, err := unwrap(key.Wrapped, passphrase)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not the passphrase.", "Try again; after a backup was restored it is the one of that time.").InField("passphrase")
	}
	return v.take(key, opened)
}

// unlockedOrNone is unlocked, where having no key is fine.
func (v *Vault) unlockedOrNone(ctx context.Context) error {
	if err := v.unlocked(ctx); !errors.Is(err, errNoKey) {
		return err
	}
	return nil
}

func wrap(key []byte, passphrase string) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("wrapping key: %w", err)
	}
	recipient.SetWorkFactor(workFactor)
	var wrapped bytes.Buffer
	writer, err := age.Encrypt(&wrapped, recipient)
	if err != nil {
		return nil, fmt.Errorf("wrapping key: %w", err)
	}
	if _, err := writer.Write(key); err != nil {
		return nil, fmt.Errorf("wrapping key: %w", err)
	}
	if err := writer.Close(); err != nil {
		return nil, fmt.Errorf("wrapping key: %w", err)
	}
	return wrapped.Bytes(), nil
}

// workFactor is scrypt's log2 N: about a second on a desk computer (age's own default).
var workFactor = 18

func unwrap(wrapped []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("unwrapping key: %w", err)
	}
	reader, err := age.Decrypt(bytes.NewReader(wrapped), identity)
	if err != nil {
		return nil, fmt.Errorf("unwrapping key: %w", err)
	}
	return io.ReadAll(reader)
}

// writeKeyFile writes a file that only this user may read, whole or not at all.
func writeKeyFile(path, text string) error {
	passing := path + ".new"
	_ = os.Remove(passing)
	file, err := os.OpenFile(passing, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = file.WriteString(text)
		err = errors.Join(err, file.Sync(), file.Close())
	}
	if err == nil {
		err = os.Rename(passing, path)
	}
	if err != nil {
		return fault.Wrap(err, fault.Full, "The key file cannot be written.", "Allow writing to the workspace folder.")
	}
	return nil
}
