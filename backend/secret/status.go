package secret

import (
	"context"
	"errors"

	"tradepost/backend/fault"
)

// State says whether secrets can be had now.
type State string

// The states. Missing is told apart from locked: what is locked opens again, what is missing must be entered anew.
const (
	Empty   State = "empty"   // none was ever kept
	Open    State = "open"    // readable
	Locked  State = "locked"  // the keyring or the passphrase must be opened first
	Missing State = "missing" // the key is not on this computer
)

// Status says where the secrets stand, in words.
type Status struct {
	State  State
	Keeper Keeper // "" when none was ever kept
	Names  []string
	Words  string
	Remedy string
	// KeyringWorks says whether a keyring answers here; asked only where nothing is kept yet.
	KeyringWorks bool
}

// Status looks where the secrets stand.
func (v *Vault) Status(ctx context.Context) (Status, error) {
	names, err := v.store.SecretNames(ctx)
	if err != nil {
		return Status{}, err
	}
	key, found, err := v.store.SecretKey(ctx)
	if err != nil {
		return Status{}, err
	}
	if !found {
		return v.beforeFirst(names), nil
	}
	s := Status{State: Open, Keeper: key.Keeper, Names: names, Words: keptWords[key.Keeper], KeyringWorks: key.Keeper == ByKeyring}
	v.mutex.Lock()
	err = v.unlocked(ctx)
	v.mutex.Unlock()
	if err != nil {
		coded := fault.Of(err)
		s.State, s.Words, s.Remedy, s.KeyringWorks = stateOf(key, err), coded.Message, coded.Remedy, false
	}
	return s, nil
}

var keptWords = map[Keeper]string{
	ByKeyring:    "Sealed in the database; this computer's keyring keeps the key.",
	ByPassphrase: "Sealed in the database; your passphrase opens them each time Tradepost starts.",
	ByFile:       "Sealed in the database; the key lies beside it in secret.key, which only you may read.",
}

func (v *Vault) beforeFirst(names []string) Status {
	s := Status{State: Empty, Names: names, Words: "No password is kept yet. The first one goes under a key in this computer's keyring.", KeyringWorks: true}
	if _, err := v.keyring.Get(service, "none"); err != nil && !errors.Is(err, ErrMissing) {
		s.KeyringWorks = false
		s.Words = "No password is kept yet, and this computer has no keyring that answers."
		s.Remedy = "Choose a passphrase, or a key file in the workspace that only you may read."
		if errors.Is(err, ErrLocked) {
			s.Words, s.Remedy = "No password is kept yet, and this computer's keyring is locked.", "Unlock the keyring, or choose a passphrase."
		}
	}
	return s
}

func stateOf(key Key, err error) State {
	switch {
	case key.Keeper == ByPassphrase, errors.Is(err, ErrLocked), errors.Is(err, ErrNoKeyring):
		return Locked
	}
	return Missing
}
