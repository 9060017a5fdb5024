package syncing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

// DriftTimerKind is the kind of the one timer that looks for drift.
const DriftTimerKind = "drift"

// driftDaily is when that is done unless a person says otherwise: at night, and not with everything else.
const driftDaily = "23 4 * * *"

// foundKept bounds how many listings with drift a check remembers: what it says of them is worked out anew whenever somebody asks.
const foundKept = 500

// notedAtOnce is how many looks one write keeps.
const notedAtOnce = 200

// DriftCheck is what the last check of a connection found.
type DriftCheck struct {
	ConnectionID int64
	RunID        int64
	CheckedAt    commerce.Instant
	Listings     int
	Counts       map[DriftClass]int
	Found        []int64 // listings with drift that a person should hear of, the first foundKept
}

// DriftFinding is how much of what the last check of a connection found is so still.
type DriftFinding struct {
	ConnectionID int64
	Connection   string
	CheckedAt    commerce.Instant
	Count        int
	Example      Drift
}

// keepDriftTimer has drift looked for daily from the first connection on that can be told stock.
func keepDriftTimer(tx Tx, m channel.Manifest) error {
	if _, can := m.Write(channel.SetStock); !can {
		return nil
	}
	there, err := tx.HasTimer(DriftTimerKind)
	if err != nil || there {
		return err
	}
	return tx.InsertTimer(&journal.Timer{Kind: DriftTimerKind, Name: "Look for drift of stock", Expression: driftDaily, Zone: "UTC", Config: "{}", AlarmAfter: -1})
}

// RunDrift is what the scheduler calls for the timer of drift. Trouble with one connection does not keep the others.
func (e *Engine) RunDrift(ctx context.Context, timerID int64, cause schedule.Cause) error {
	connections, err := e.StockConnections(ctx)
	if err != nil {
		return err
	}
	var last int64
	for _, c := range connections {
		if c.Paused {
			continue
		}
		done, failed := e.CheckDrift(ctx, c.ID, causes[cause])
		last = max(last, done.RunID)
		if !fault.Is(failed, fault.RateLimited) { // it waits, which is no trouble
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, e.store.NoteTimerRun(context.WithoutCancel(ctx), timerID, last, err == nil))
}

// DriftTimer is the timer of checks for drift; its ID is 0 where nothing can be told stock.
func (e *Engine) DriftTimer(ctx context.Context) (journal.Timer, error) {
	all, err := e.store.Timers(ctx)
	for _, t := range all {
		if t.Kind == DriftTimerKind {
			return t, err
		}
	}
	return journal.Timer{}, err
}

// RescheduleDrift changes when drift is looked for. ifSeq, unless negative, is the version of the timer that the person saw.
func (e *Engine) RescheduleDrift(ctx context.Context, change func(*journal.Timer) error, ifSeq int64) error {
	t, err := e.DriftTimer(ctx)
	if err != nil {
		return err
	}
	if t.ID == 0 {
		return fault.New(fault.Conflict, "There is nothing to look at: no connection can be told stock.", "Connect a shop first.")
	}
	return e.retime(ctx, t.ID, change, ifSeq)
}

// CheckDrift looks live at all listings of a connection whose stock is ours to say, then at its orders, so that what sold meanwhile is known, and
// keeps what it found. It writes nothing there.
func (e *Engine) CheckDrift(ctx context.Context, connectionID int64, cause journal.Cause) (DriftCheck, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return DriftCheck{}, err
	}
	defer done()
	p, err := e.pusher(ctx, PushRequest{ConnectionID: connectionID, Cause: cause, Person: cause == journal.ByPerson})
	if err != nil {
		return DriftCheck{}, err
	}
	warnings, err := p.lookForDrift(ctx, nil)
	check := DriftCheck{ConnectionID: connectionID}
	if err == nil {
		check, err = p.driftChecked(ctx)
	}
	return check, errors.Join(err, p.endCheck(context.WithoutCancel(ctx), &check, warnings, err))
}

// lookForDrift looks live at listings, those named or all for nil, then at the orders. What could not be looked at is in the warnings.
func (p *pusher) lookForDrift(ctx context.Context, listings []int64) (warnings []string, err error) {
	w, err := p.stockWishes(ctx, listings)
	if err != nil {
		return nil, err
	}
	if err := p.knowAll(ctx, &w); err != nil {
		return nil, err
	}
	if err := p.look(ctx, &w.draft, true); err != nil {
		return w.warnings, err
	}
	for some := range slices.Chunk(w.wishes, notedAtOnce) {
		err := p.engine.store.InSyncTx(ctx, true, func(tx Tx) error { return p.noteLooks(tx, draft{wishes: some}) })
		if err != nil {
			return w.warnings, err
		}
	}
	return append(w.warnings, p.lookAtOrders(ctx)...), p.engine.store.SaveLevels(ctx, p.connection.ID, p.session.line.budget.levels())
}

// lookAtOrders pulls what is new of the connection's orders, so that what sold is told from what somebody changed. Where that cannot be done now, who
// moved something stays open, and the next look tells.
func (p *pusher) lookAtOrders(ctx context.Context) []string {
	syncs, err := p.engine.store.Syncs(ctx, p.connection.ID)
	at := slices.IndexFunc(syncs, func(s Sync) bool { return s.Stream == channel.Orders })
	if err != nil || at < 0 {
		return nil
	}
	if t, err := p.engine.store.Timer(ctx, syncs[at].TimerID); err != nil || t.Paused {
		return []string{"The orders of " + p.connection.Name + " are not looked at: they are paused."}
	}
	if _, err := p.engine.Pull(ctx, Request{SyncID: syncs[at].ID, Cause: journal.ByPush, Person: p.request.Person}); err != nil {
		return []string{"The orders of " + p.connection.Name + " could not be looked at just now: who moved what may stay open until then."}
	}
	return nil
}

// driftChecked works out what there is to say after a look.
func (p *pusher) driftChecked(ctx context.Context) (DriftCheck, error) {
	rows, err := p.engine.driftOf(ctx, p.connection, nil)
	check := DriftCheck{ConnectionID: p.connection.ID, Listings: len(rows), Counts: map[DriftClass]int{}, Found: []int64{}}
	for _, d := range rows {
		check.Counts[d.Class]++
		if d.Found() && len(check.Found) < foundKept {
			check.Found = append(check.Found, d.ListingID)
		}
	}
	return check, err
}

// endCheck writes a check down as a run, with what it found.
func (p *pusher) endCheck(ctx context.Context, check *DriftCheck, warnings []string, cause error) error {
	return p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		run := journal.Run{Kind: journal.RunDrift, State: journal.Done, Cause: p.request.Cause, Title: "Looked for drift at " + p.connection.Name,
			ChannelID: p.connection.ChannelID, ConnectionID: p.connection.ID, StartedAt: p.began, FinishedAt: tx.Now(), Counts: map[string]int{}}
		for class, n := range check.Counts {
			run.Counts["drift_"+string(class)] = n
		}
		switch {
		case cause != nil:
			problem := fault.ProblemOf(cause)
			run.State, run.Problem = journal.Failed, &problem
		case len(warnings) > 0:
			run.State = journal.Partial
			run.Problem = &fault.Problem{Code: string(fault.Unavailable), Message: strings.Join(warnings, " ")}
		}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		check.RunID, check.CheckedAt = run.ID, tx.Now()
		if cause != nil {
			return nil //nolint:nilerr // the run says it; what an earlier check found still counts
		}
		return tx.PutDriftCheck(*check)
	})
}

// DriftFindings says how much of what the last checks found is so still, by connection.
func (e *Engine) DriftFindings(ctx context.Context) ([]DriftFinding, error) {
	checks, err := e.store.DriftChecks(ctx)
	if err != nil {
		return nil, err
	}
	var all []DriftFinding
	for _, check := range checks {
		if len(check.Found) == 0 {
			continue
		}
		c, err := e.store.Connection(ctx, check.ConnectionID)
		if err != nil {
			return nil, err
		}
		finding, err := e.stillFound(ctx, c, check)
		if err != nil {
			return nil, err
		}
		if finding.Count > 0 {
			all = append(all, finding)
		}
	}
	return all, nil
}

func (e *Engine) stillFound(ctx context.Context, c Connection, check DriftCheck) (DriftFinding, error) {
	rows, err := e.driftOf(ctx, c, check.Found)
	rows = slices.DeleteFunc(rows, func(d Drift) bool { return !d.Found() })
	slices.SortStableFunc(rows, Drift.Before)
	f := DriftFinding{ConnectionID: c.ID, Connection: c.Name, CheckedAt: check.CheckedAt, Count: len(rows)}
	if len(rows) > 0 {
		f.Example = rows[0]
	}
	return f, err
}

// driftConcerns are what a person hears of once: drift that a check found and that is there still.
func (e *Engine) driftConcerns(ctx context.Context) ([]Concern, error) {
	findings, err := e.DriftFindings(ctx)
	var all []Concern
	for _, f := range findings {
		words := fmt.Sprintf("%s has other stock than it was told, of %s: %s has %s, told %s.", f.Connection, counted(f.Count, "listing", "listings"),
			f.Example.Name, f.Example.Live, or(f.Example.Pushed, "nothing"))
		all = append(all, Concern{f.ConnectionID, "drift", "Stock drifts at “" + f.Connection + "”", words, "Open Stock, Drift: see who moved what, and repair it."})
	}
	return all, err
}
