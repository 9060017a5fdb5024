package secret

import (
	"errors"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring is the part of the system's keyring that is used: Windows Credential Manager, macOS Keychain, or the Secret
// Service of a Linux desktop.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// What a keyring may answer beside success; anything else means that it cannot be reached at all.
var (
	// ErrMissing says that the keyring answered and has no such entry.
	ErrMissing = errors.New("the keyring has no such entry")
	// ErrLocked says that the keyring is there, and locked.
	ErrLocked = errors.New("the keyring is locked")
	// ErrNoKeyring says that there is no keyring to ask.
	ErrNoKeyring = errors.New("there is no keyring")
)

// patience is how long a keyring may take: it may ask the person for a password meanwhile.
const patience = 20 * time.Second

// SystemKeyring is the keyring of the computer, with its errors told apart and no call that hangs for ever.
func SystemKeyring() Keyring { return system{keyring.Get, keyring.Set, keyring.Delete, patience} }

type system struct {
	get      func(service, user string) (string, error)
	set      func(service, user, secret string) error
	remove   func(service, user string) error
	patience time.Duration
}

func (s system) Get(service, user string) (string, error) {
	return within(s.patience, func() (string, error) { return s.get(service, user) })
}

func (s system) Set(service, user, secret string) error {
	_, err := within(s.patience, func() (string, error) { return "", s.set(service, user, secret) })
	return err
}

func (s system) Delete(service, user string) error {
	_, err := within(s.patience, func() (string, error) { return "", s.remove(service, user) })
	return err
}

// within gives up waiting after a while; the call itself cannot be stopped. A keyring that does not answer in time waits
// for the person, so it counts as locked.
func within(patience time.Duration, ask func() (string, error)) (string, error) {
	type answer struct {
		value string
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := ask()
		answers <- answer{value, toldApart(err)}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-timer.C:
		return "", errors.Join(ErrLocked, errors.New("no answer in time"))
	}
}

// lockedWords are in the errors of a locked keyring. macOS: errSecInteractionNotAllowed (-25308), errSecAuthFailed
// (-25293), seen by `security` as exit status 36 and 51; Secret Service: a prompt that was dismissed, or a collection that
// stays locked (go-keyring secret_service.Unlock).
var lockedWords = []string{"locked", "unlock", "dismissed", "interaction is not allowed", "-25308", "-25293", "exit status 36", "exit status 51"}

// toldApart sorts a keyring's error: missing, locked, or no keyring.
func toldApart(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrMissing), errors.Is(err, ErrLocked), errors.Is(err, ErrNoKeyring):
		return err
	case errors.Is(err, keyring.ErrNotFound):
		return errors.Join(ErrMissing, err)
	}
	text := strings.ToLower(err.Error())
	for _, words := range lockedWords {
		if strings.Contains(text, words) {
			return errors.Join(ErrLocked, err)
		}
	}
	return errors.Join(ErrNoKeyring, err)
}
