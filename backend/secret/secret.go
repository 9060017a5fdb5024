// Package secret keeps passwords and keys: sealed in the database, under one key of the workspace that the system's
// keyring holds. Without a keyring the key is wrapped by a passphrase, or, only when a person agrees to it, lies in a file
// beside the database that no other user may read. A secret is never in the clear in the database, in logs or errors.
package secret

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"tradepost/backend/fault"
)

// Keeper says who keeps the workspace's key.
type Keeper string

// The keepers.
const (
	ByKeyring    Keeper = "keyring"
	ByPassphrase Keeper = "passphrase"
	ByFile       Keeper = "file"
)

// Key is what the database holds of the key: never the key itself. Wrapped is the key under a passphrase (age, scrypt);
// Probe is a sealed constant by which the right key is told from a wrong one.
type Key struct {
	ID      string
	Keeper  Keeper
	Wrapped []byte
	Probe   []byte
}

// Sealed is one secret as the database holds it.
type Sealed struct {
	KeyID string
	Box   []byte
}

// Store is where sealed secrets lie.
type Store interface {
	SecretKey(ctx context.Context) (key Key, found bool, err error)
	SetSecretKey(ctx context.Context, key Key) error
	Secret(ctx context.Context, name string) (s Sealed, found bool, err error)
	SetSecret(ctx context.Context, name string, s Sealed) error
	DeleteSecret(ctx context.Context, name string) error
	SecretNames(ctx context.Context) ([]string, error)
	// ForgetSecrets removes the key and every secret.
	ForgetSecrets(ctx context.Context) error
}

// Vault puts secrets in and gives them out. It may be used by many at once.
type Vault struct {
	store   Store
	keyring Keyring
	folder  string // where a key file would lie

	mutex sync.Mutex
	open  []byte // the key, once it was had; nil before
	id    string
}

// New makes a Vault. folder is the workspace; keyring nil is the system's.
func New(store Store, keyring Keyring, folder string) *Vault {
	if keyring == nil {
		keyring = SystemKeyring()
	}
	return &Vault{store: store, keyring: keyring, folder: folder}
}

// Put seals value under name, over one that is there. The first secret makes the key.
func (v *Vault) Put(ctx context.Context, name string, value []byte) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	err := v.unlocked(ctx)
	if errors.Is(err, errNoKey) {
		err = v.settleInKeyring(ctx)
	}
	if err != nil {
		return err
	}
	box, err := seal(v.open, v.id, name, value)
	if err != nil {
		return err
	}
	return v.store.SetSecret(ctx, name, Sealed{KeyID: v.id, Box: box})
}

// Get gives a secret; fault.NotFound when there is none of that name, fault.Auth when the key cannot be had now.
func (v *Vault) Get(ctx context.Context, name string) ([]byte, error) {
	sealed, found, err := v.store.Secret(ctx, name)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.New(fault.NotFound, "This password or key was never given.", "Enter it again.")
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if err := v.unlocked(ctx); errors.Is(err, errNoKey) {
		return nil, gone(nil)
	} else if err != nil {
		return nil, err
	}
	return unseal(v.open, sealed.KeyID, name, sealed.Box)
}

// Has reports whether there is a secret of that name, readable now or not.
func (v *Vault) Has(ctx context.Context, name string) (bool, error) {
	_, found, err := v.store.Secret(ctx, name)
	return found, err
}

// Delete removes a secret; one that is not there is no error.
func (v *Vault) Delete(ctx context.Context, name string) error {
	return v.store.DeleteSecret(ctx, name)
}

// Forget removes every secret and the key, for one that is lost for good.
func (v *Vault) Forget(ctx context.Context) error {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	key, found, err := v.store.SecretKey(ctx)
	if err != nil {
		return err
	}
	if err := v.store.ForgetSecrets(ctx); err != nil {
		return err
	}
	v.open, v.id = nil, ""
	if found {
		v.dropKept(key)
	}
	return nil
}

// seal is XChaCha20-Poly1305 with a random nonce of 24 bytes before the box. The associated data binds the key and the
// secret's name, so that a sealed value cannot be moved to another name.
func seal(key []byte, keyID, name string, value []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("sealing secret: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(value)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return aead.Seal(nonce, nonce, value, bound(keyID, name)), nil
}

func unseal(key []byte, keyID, name string, box []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("opening secret: %w", err)
	}
	if len(box) < aead.NonceSize() {
		return nil, damaged(errors.New("the box is too short"))
	}
	value, err := aead.Open(nil, box[:aead.NonceSize()], box[aead.NonceSize():], bound(keyID, name))
	if err != nil {
		return nil, damaged(err)
	}
	return value, nil
}

func bound(keyID, name string) []byte {
	return []byte("tradepost secret 1\x00" + keyID + "\x00" + name)
}

func damaged(cause error) error {
	return fault.Wrap(cause, fault.Auth, "A stored password or key cannot be opened: it was changed, or belongs to another key.",
		"Enter it again.")
}
