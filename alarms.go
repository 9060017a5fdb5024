package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/secret"
	"tradepost/backend/store"
	"tradepost/backend/tabular/job"
)

// notice is something that the person is to see even with the window closed.
type notice struct{ title, words string }

// passphraseVariable opens the secrets of a workspace whose key a passphrase keeps, where nobody is there to be asked.
const passphraseVariable = "TRADEPOST_PASSPHRASE"

// openVault makes the vault of a workspace, opened where its passphrase is in the environment.
func openVault(ctx context.Context, s *store.Store, folder string) *secret.Vault {
	vault := secret.New(s, nil, folder)
	if passphrase := os.Getenv(passphraseVariable); passphrase != "" {
		if err := vault.Unlock(ctx, passphrase); err != nil {
			slog.Warn("opening passwords and keys with the passphrase from the environment", "code", fault.Of(err).Code)
		}
	}
	return vault
}

// recover runs again what a crash cut off.
func (o *owner) recover() {
	for _, id := range o.cutOff {
		if _, err := o.scheduler.Recover(id); err != nil {
			slog.Warn("running again what was cut off", "timer", id, "error", err)
		}
	}
}

// watchAlarms looks each minute for schedules that have not succeeded for too long. The first look waits a minute, so that
// what was missed while Tradepost was closed is caught up before.
func (o *owner) watchAlarms(ctx context.Context) {
	defer o.upkeep.Done()
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := errors.Join(o.jobs.CheckAlarms(ctx, o.scheduler.Running, o.tell), o.checkConcerns(ctx)); err != nil && ctx.Err() == nil {
			slog.Warn("looking for alarms", "error", err)
		}
	}
}

// checkConcerns tells of connections in lasting trouble, of silent channels, and of what is late between us and trading partners.
func (o *owner) checkConcerns(ctx context.Context) error {
	found, err := o.engine.Concerns(ctx)
	if err != nil {
		return err
	}
	late, err := o.edi.Concerns(ctx)
	if err != nil {
		return err
	}
	concerns := make([]job.Concern, 0, len(found)+len(late))
	for _, c := range found {
		concerns = append(concerns, job.Concern{Subject: job.Subject{ConnectionID: c.ConnectionID, Kind: c.Kind}, Title: c.Title, Words: c.Words, Remedy: c.Remedy})
	}
	for _, c := range late {
		concerns = append(concerns, job.Concern{Subject: job.Subject{PartnerID: c.PartnerID, Kind: c.What}, Latest: c.Latest, Title: c.Title, Words: c.Words, Remedy: c.Remedy})
	}
	return o.jobs.CheckConcerns(ctx, concerns, o.tell)
}

// tell shows an alarm to the person, once, if there is a screen to show it on.
func (o *owner) tell(a job.Alarm) {
	slog.Warn("a person is needed", "about", a.About)
	select {
	case o.notices <- notice{a.Title, a.Words}:
	default: // nobody takes it, or one is shown already; Home and the list say it all the same
	}
}
