package syncing

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// hooksKept is how many deliveries are remembered, so that the same one again causes nothing.
const hooksKept = 1000

// Hook takes one delivery of a vendor. It is verified by the connection's secret; what it names is pulled at once, as nothing that
// a delivery says of an item counts: deliveries come twice, late and out of order. One that is lost is made up for by the
// next look. fault.Auth is a forged one, or one that comes although no secret is set.
func (e *Engine) Hook(ctx context.Context, connectionID int64, header http.Header, body []byte) error {
	c, err := e.store.Connection(ctx, connectionID)
	if err != nil {
		return err
	}
	s, connector, err := e.session(ctx, c, false)
	if err != nil {
		return err
	}
	hooker, hears := connector.(channel.Hooker)
	secret := s.Secret(channel.HookSecret)
	if !hears || secret == "" {
		return fault.New(fault.Auth, "No deliveries are expected for "+c.Name+".", "Set its webhook secret first.")
	}
	hook, err := hooker.ReadHook(header, body, secret)
	if err != nil || len(hook.IDs) == 0 || c.Paused {
		return err
	}
	if hook.ID != "" && !s.line.firstTime(e, hook.ID) {
		return nil
	}
	return e.lookAt(ctx, s, hook.Stream, hook.IDs, journal.ByWebhook)
}

// lookAt looks beside the caller at some items of a connection's stream. Where the channel is the master of its stock, a change of a product is looked at
// for its stock too: nothing else may tell of it until the next look at all.
func (e *Engine) lookAt(ctx context.Context, s *session, stream channel.Stream, ids []string, cause journal.Cause) error {
	syncs, err := e.store.Syncs(ctx, s.connection.ID)
	if err != nil {
		return err
	}
	masters, err := e.store.MasterChannels(ctx)
	if err != nil {
		return err
	}
	for _, one := range syncs {
		told := one.Stream == channel.Stock && stream == channel.Products && one.LookedAt != 0 && slices.Contains(masters, s.connection.ChannelID)
		if one.Stream == stream || told {
			e.note(s.line, one.ID, ids)
			e.pullNamed(s.line, one.ID, cause)
		}
	}
	return nil
}

// firstTime notes a delivery; false when it came before.
func (l *line) firstTime(e *Engine, id string) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if slices.Contains(l.hooks, id) {
		return false
	}
	l.hooks = append(l.hooks, id)
	if len(l.hooks) > hooksKept {
		l.hooks = slices.Delete(l.hooks, 0, hooksKept/2)
	}
	return true
}

// note remembers what is to be looked at of a sync.
func (e *Engine) note(l *line, syncID int64, ids []string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if l.named[syncID] == nil {
		l.named[syncID] = map[string]bool{}
	}
	for _, id := range ids {
		l.named[syncID][id] = true
	}
}

// takeNamed takes what is to be looked at of a sync; nothing while it runs, as the end of that run asks again.
func (e *Engine) takeNamed(l *line, syncID int64) []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if l.syncs[syncID] {
		return nil
	}
	ids := slices.Sorted(maps.Keys(l.named[syncID]))
	delete(l.named, syncID)
	return ids
}

// pullNamed looks beside the caller at all that was named of a sync since it last ran, in one look. A look under way may have read those
// before they changed: then it is done as soon as that one ends.
func (e *Engine) pullNamed(l *line, syncID int64, cause journal.Cause) {
	ctx, done, err := e.begin(context.Background())
	if err != nil {
		return
	}
	go func() {
		defer done()
		for {
			ids := e.takeNamed(l, syncID)
			if len(ids) == 0 {
				return
			}
			_, err := e.Pull(ctx, Request{SyncID: syncID, Cause: cause, IDs: ids})
			if !errors.Is(err, errRunning) {
				e.logNamed(syncID, err)
				return
			}
			e.note(l, syncID, ids) // another look was quicker
		}
	}()
}

func (e *Engine) logNamed(syncID int64, err error) {
	if err != nil && !fault.Is(err, fault.Conflict) {
		e.log.Info("pulling what was named", "sync", syncID, "error", err)
	}
}
