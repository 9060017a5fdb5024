package syncing

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
)

// PushTimerKind is the kind of the timers of what is written.
const PushTimerKind = "push"

// pushEvery is how often a connection's writes are planned and sent unless a person says otherwise.
const pushEvery = 5 * time.Minute

const (
	claimTime  = 10 * time.Minute // how long a claim holds; a call is given up before
	writeTime  = 9 * time.Minute
	firstCheck = 30 * time.Second // until what has no answer is looked up; doubled each time
	lastCheck  = 6 * time.Hour
	sendAtOnce = 200 // how many intents are read at once
)

// PushRequest asks for one run of what a connection is told.
type PushRequest struct {
	ConnectionID int64
	Cause        journal.Cause
	// Plan works out first what is wanted now.
	Plan bool
	// Person tells that somebody waits for it.
	Person bool
	// Variants narrows what is planned to the stock of these; nil is all there is.
	Variants []int64
}

// PushResult is what a run did.
type PushResult struct {
	Run      journal.Run // its ID is 0 when there was nothing to do
	Plan     PushPlan    // what was planned; its ID is 0 when nothing was
	Done     int
	Pending  int
	Unknown  int
	Rejected int
	Returned int // went back into the plan, because something else was there than expected
	Waiting  int // waits for a person
}

func (r PushResult) counts() map[string]int {
	return map[string]int{"done": r.Done, "pending": r.Pending, "unknown": r.Unknown, "rejected": r.Rejected, "returned": r.Returned, "waiting": r.Waiting}
}

// pusher is one run under way.
type pusher struct {
	engine     *Engine
	request    PushRequest
	connection Connection
	connector  channel.Connector
	session    *session
	result     PushResult
	began      commerce.Instant
	retryAt    commerce.Instant // before which the vendor asked not to come back; 0 is none
	busy       bool             // there is something to do, so that the run is written down
	orders     []string         // of which the channel was told because a person asked
	waiting    []int64          // connections that wait for what was told
}

// RunPush is what the scheduler calls for the timer of a connection's writes. Where nothing may be sent, nothing happens.
func (e *Engine) RunPush(ctx context.Context, timerID int64, cause schedule.Cause) error {
	c, err := e.store.ConnectionOfTimer(ctx, timerID)
	if err != nil {
		return err
	}
	if stopped, err := e.stopped(ctx, c); stopped != nil || err != nil {
		return err
	}
	_, err = e.Push(ctx, PushRequest{ConnectionID: c.ID, Cause: causes[cause], Plan: true, Person: cause == schedule.CausePerson})
	if fault.Is(err, fault.RateLimited) {
		return nil // it waits, which is no trouble
	}
	return err
}

// Kick sends what is approved for a connection without anybody waiting for it. Trouble stands in the run.
func (e *Engine) Kick(connectionID int64) {
	e.kick(PushRequest{ConnectionID: connectionID, Cause: journal.ByPerson, Plan: true, Person: true})
}

// stopped says why nothing may be sent to a connection; nil when it may.
func (e *Engine) stopped(ctx context.Context, c Connection) (*fault.Error, error) {
	if c.Paused {
		return fault.New(fault.Conflict, c.Name+" is paused: nothing is sent.", "Resume it first."), nil
	}
	paused, err := e.store.Setting(ctx, "sending_paused")
	if err != nil || paused == "" {
		return nil, err
	}
	return fault.New(fault.Conflict, "Sending is paused in this workspace: it was restored or moved.", "Take over in Settings, so that it is known that nobody else sends."), nil
}

// Recover is for the start of the program that owns the workspace: whatever was being sent by one that is no more is unknown from now on, and is
// looked up before it is sent again; a sign-in that it was at is free. A connection whose making was cut off begins.
func (e *Engine) Recover(ctx context.Context) error {
	err := e.store.InSyncTx(ctx, false, func(tx Tx) error { return errors.Join(e.recoverLost(tx, 0, 0), tx.FreeSignIns(e.pushes.id)) })
	if err != nil {
		return err
	}
	return e.finish(ctx)
}

func (e *Engine) recoverLost(tx Tx, connectionID int64, lapsed commerce.Instant) error {
	lost, err := tx.LostIntents(connectionID, e.pushes.id, lapsed)
	if err != nil {
		return err
	}
	for _, i := range lost {
		i.State, i.ClaimedBy, i.LeaseUntil, i.CheckAt = Unknown, "", 0, 0
		if err := errors.Join(tx.EndAttempt(i.ID, string(channel.Unclear), "Tradepost ended before there was an answer."), tx.UpdateIntent(i)); err != nil {
			return err
		}
	}
	return nil
}

// Push looks up what has no answer yet, plans what is wanted now where that is asked for, and sends what is approved. Trouble stands in the
// run and in the error; an intent that was not sent stays approved.
func (e *Engine) Push(ctx context.Context, r PushRequest) (PushResult, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return PushResult{}, err
	}
	defer done()
	p, err := e.pusher(ctx, r)
	if err != nil {
		return PushResult{}, err
	}
	release, err := e.pushes.reserve(r.ConnectionID)
	if err != nil {
		return PushResult{}, err
	}
	defer p.wake()
	defer release()
	if stopped, err := e.stopped(ctx, p.connection); stopped != nil || err != nil {
		return PushResult{}, errors.Join(err, asError(stopped))
	}
	if err = p.guarded(ctx); err != nil && ctx.Err() != nil {
		err = cancelled(context.Cause(ctx))
	}
	err = errors.Join(err, p.end(context.WithoutCancel(ctx), err))
	if len(p.orders) > 0 {
		err = errors.Join(err, e.lookAt(context.WithoutCancel(ctx), p.session, channel.Orders, p.orders, journal.ByPush))
	}
	return p.result, err
}

func asError(e *fault.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func (e *Engine) pusher(ctx context.Context, r PushRequest) (*pusher, error) {
	c, err := e.store.Connection(ctx, r.ConnectionID)
	if err != nil {
		return nil, err
	}
	p := &pusher{engine: e, request: r, connection: c, began: e.store.Now()}
	if p.session, p.connector, err = e.session(ctx, c, r.Person); err != nil || p.compares() == c.Compares {
		return p, err
	}
	p.connection.Compares = p.compares()
	return p, e.store.InSyncTx(ctx, false, func(tx Tx) error { return tx.NoteCompares(c.ID, p.compares()) })
}

// pushes is what the runs of an engine share that write.
type pushes struct {
	id        string // by which this engine claims what it sends
	mutex     sync.Mutex
	busy      map[int64]bool        // the connections that are written to now
	plannedAt map[int64]int64       // up to which commit sequence the writes of a connection were planned
	asked     map[int64]PushRequest // what was asked for of a connection that was busy
}

func newPushes() *pushes {
	return &pushes{id: rand.Text(), busy: map[int64]bool{}, plannedAt: map[int64]int64{}, asked: map[int64]PushRequest{}}
}

// errSending is the cause of a refusal to write to a connection that is written to now.
var errSending = errors.New("it is being sent already")

// later remembers a run for when the one that goes on has ended. Several are one, over all that they are about.
func (p *pushes) later(r PushRequest) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if before, there := p.asked[r.ConnectionID]; there {
		r.Person = r.Person || before.Person
		if r.Variants != nil && before.Variants != nil {
			r.Variants = append(r.Variants, before.Variants...)
		} else {
			r.Variants = nil
		}
	}
	p.asked[r.ConnectionID] = r
}

// next takes what was asked for of a connection while it was busy.
func (p *pushes) next(connectionID int64) (PushRequest, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r, there := p.asked[connectionID]
	delete(p.asked, connectionID)
	return r, there
}

// reserve keeps two runs from writing to one connection at once: what is sending then is the other one's, not lost.
func (p *pushes) reserve(connectionID int64) (func(), error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.busy[connectionID] {
		return nil, fault.Wrap(errSending, fault.Conflict, "This is being sent already.", "Wait for it to end, or look at it under Activity.")
	}
	p.busy[connectionID] = true
	return func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		delete(p.busy, connectionID)
	}, nil
}

func (p *pushes) planned(connectionID int64) int64 {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.plannedAt[connectionID]
}

func (p *pushes) notePlanned(connectionID, seq int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.plannedAt[connectionID] = seq
}

// guarded turns a panic of a connector into the run's trouble.
func (p *pusher) guarded(ctx context.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fault.Wrap(fmt.Errorf("pushing: panic: %v", value), fault.Internal, "Writing to "+p.session.manifest.Name+" met a mistake inside of Tradepost.",
				"What was under way is looked up before it is tried again; tradepost.log names the cause.")
		}
	}()
	open, err := p.engine.store.CountOpen(ctx, p.connection.ID)
	if err != nil {
		return err
	}
	if open[Sending] > 0 {
		if err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error { return p.engine.recoverLost(tx, p.connection.ID, tx.Now()) }); err != nil {
			return err
		}
	}
	if open[Sending]+open[Pending]+open[Unknown] > 0 {
		if err := p.lookUp(ctx); err != nil {
			return err
		}
	}
	var unplanned error
	if p.request.Plan {
		if unplanned = p.planned(ctx); stopping(fault.Of(unplanned)) != nil {
			return unplanned
		}
	}
	if err := errors.Join(unplanned, p.send(ctx)); err != nil {
		return err
	}
	return p.confirm(ctx)
}

// planned works out and keeps what is wanted now. What cannot be planned must not keep what is approved from being sent.
func (p *pusher) planned(ctx context.Context) error {
	seq, err := p.engine.store.Sequence(ctx)
	if err != nil {
		return err
	}
	if p.request.Variants == nil && p.engine.pushes.planned(p.connection.ID) == seq {
		return nil // nothing was written since: nothing else is wanted
	}
	d, err := p.surely(ctx)
	if err != nil {
		return err
	}
	if p.result.Plan, err = p.keep(ctx, journal.BySchedule, d); err != nil {
		return err
	}
	if p.request.Variants == nil {
		p.engine.pushes.notePlanned(p.connection.ID, seq)
	}
	return nil
}

// surely drafts what is wanted now. Where a channel does not have what it was told, its orders are pulled after it was looked at, and then it is worked out anew.
func (p *pusher) surely(ctx context.Context) (draft, error) {
	d, err := p.draft(ctx, journal.BySchedule, false)
	after := d.doubted()
	if err != nil || after == 0 {
		return d, err
	}
	if err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error { return p.noteLooks(tx, d) }); err != nil {
		return d, err
	}
	if known, err := p.knowOrders(ctx, after); err != nil || !known {
		return d, err
	}
	return p.draft(ctx, journal.BySchedule, false)
}

// knowOrders makes sure that the orders of the connection are known up to an instant, and pulls them where they are not; known is false where that cannot be done now.
func (p *pusher) knowOrders(ctx context.Context, after commerce.Instant) (known bool, err error) {
	syncs, err := p.engine.store.Syncs(ctx, p.connection.ID)
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(syncs, func(s Sync) bool { return s.Stream == channel.Orders && s.TimerID != 0 })
	if at < 0 || syncs[at].LookedAt == 0 { // the first look is not for a push to begin
		return false, nil
	}
	if syncs[at].LookedAt > after {
		return true, nil
	}
	_, err = p.engine.Pull(ctx, Request{SyncID: syncs[at].ID, Cause: journal.ByPush})
	if coded := fault.Of(err); coded != nil && ctx.Err() == nil {
		return false, stopping(coded)
	}
	return err == nil, err
}

// start writes the run down, before the first thing that it does.
func (p *pusher) start(ctx context.Context) error {
	if p.busy {
		return nil
	}
	run := journal.Run{Kind: journal.RunPush, Cause: p.request.Cause, Title: "Writes to " + p.connection.Name, ChannelID: p.connection.ChannelID,
		ConnectionID: p.connection.ID, Counts: map[string]int{}}
	if p.request.Cause != journal.ByPerson {
		run.TimerID = p.connection.PushTimerID
	}
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		made := run
		err := tx.InsertRun(&made)
		p.result.Run = made
		return err
	})
	p.busy = err == nil
	return err
}

// end writes down how the run ended. A run that had nothing to do leaves no trace.
func (p *pusher) end(ctx context.Context, cause error) error {
	if !p.busy && cause == nil {
		return nil
	}
	if err := p.start(ctx); err != nil {
		return fmt.Errorf("starting the run: %w", err)
	}
	if err := p.engine.store.SaveLevels(ctx, p.connection.ID, p.session.line.budget.levels()); err != nil {
		return fmt.Errorf("keeping limits: %w", err)
	}
	if err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error { return p.endIn(tx, cause) }); err != nil {
		return fmt.Errorf("ending the run: %w", err)
	}
	if p.result.Run.TimerID != 0 {
		return p.engine.store.NoteTimerRun(ctx, p.result.Run.TimerID, p.result.Run.ID, cause == nil)
	}
	return nil
}

func (p *pusher) endIn(tx Tx, cause error) error {
	run := p.result.Run
	run.State, run.Counts, run.FinishedAt = journal.Done, p.result.counts(), tx.Now()
	run.Title = p.title()
	run.Done = int64(p.result.Done)
	run.Total = int64(p.result.Done + p.result.Pending + p.result.Unknown + p.result.Rejected + p.result.Returned)
	if p.result.Rejected+p.result.Unknown+p.result.Returned > 0 {
		run.State = journal.Partial
	}
	if cause != nil {
		problem := fault.ProblemOf(cause)
		run.State, run.Problem = journal.Failed, &problem
		switch fault.Of(cause).Code {
		case fault.Cancelled:
			run.State = journal.Cancelled
		case fault.RateLimited:
			run.State = journal.Partial
		}
	}
	p.result.Run = run
	if err := noteTrouble(tx, p.connection.ID, cause, p.result.Done > 0); err != nil {
		return err
	}
	return tx.UpdateRun(run)
}

func (p *pusher) title() string {
	switch {
	case p.result.Done+p.result.Pending+p.result.Unknown+p.result.Rejected > 0:
		return fmt.Sprintf("Wrote %d of %d to %s", p.result.Done+p.result.Pending, p.result.Done+p.result.Pending+p.result.Unknown+p.result.Rejected+p.result.Returned, p.connection.Name)
	case p.result.Returned > 0:
		return "Something else was there than expected at " + p.connection.Name
	}
	return "Writes to " + p.connection.Name
}

// noteTrouble keeps with the connection what concerns all of it. well tells that a call went well, so that what was is over.
func noteTrouble(tx Tx, connectionID int64, cause error, well bool) error {
	c, err := tx.Connection(connectionID)
	if err != nil {
		return err
	}
	switch {
	case cause == nil && well && c.Problem != nil:
		c.Problem, c.ProblemAt = nil, 0
	case lasts(cause):
		problem := fault.ProblemOf(cause)
		if c.Problem == nil || c.Problem.Code != problem.Code {
			c.ProblemAt = tx.Now()
		}
		c.Problem = &problem
	default:
		return nil
	}
	return tx.UpdateConnection(c)
}

// called runs one call of a connector about intents, under a sign-in that holds. A panic is as good as no answer: the call may have gone out.
func (p *pusher) called(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return p.session.signed(ctx, p.connector, func() (err error) {
		defer func() {
			if value := recover(); value != nil {
				slog.Error("a connector met a mistake", "connector", p.connection.Connector, "panic", value)
				err = fault.New(fault.Unknown, "Writing to "+p.session.manifest.Name+" met a mistake inside of Tradepost.", "Tradepost looks before it tries again.")
			}
		}()
		return do(ctx)
	})
}

// patience is how long to wait before the next look, by how often it was looked.
func patience(looks int) time.Duration {
	wait := firstCheck
	for range min(looks, 20) {
		wait = min(wait*2, lastCheck)
	}
	return wait
}
