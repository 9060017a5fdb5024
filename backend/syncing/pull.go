package syncing

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// Request asks for one run of a sync.
type Request struct {
	SyncID int64
	Cause  journal.Cause
	// Full compares everything there is, and finds what is gone.
	Full bool
	// Since pulls again what changed from then on; the sync's own cursor stays where it is.
	Since commerce.Instant
	// IDs pulls just these items.
	IDs []string
	// AcceptGone lets a full run take items as gone even when they are so many that it looks like a mistake.
	AcceptGone bool
	// Person tells that somebody waits for it.
	Person bool
}

// Result is what a run did.
type Result struct {
	Run         journal.Run
	Stream      channel.Stream
	Pulled      int
	New         int
	Changed     int
	Same        int
	Skipped     int
	Quarantined int
	Gone        int
	Counted     int // levels that the ledger was corrected by, where the channel is the master of its stock
	Held        int // levels of which it says so much at once that a person is to look
	Cursor      string
	applied     int // messages that name this run
}

// counts are the run's counts.
func (r Result) counts() map[string]int {
	return map[string]int{"pulled": r.Pulled, "new": r.New, "changed": r.Changed, "same": r.Same, "skipped": r.Skipped,
		"quarantined": r.Quarantined, "gone": r.Gone, "counted": r.Counted, "held": r.Held}
}

// pull is one run under way.
type pull struct {
	engine     *Engine
	request    Request
	connection Connection
	sync       Sync // as last written; the reading side looks at id and stream alone
	id         int64
	stream     channel.Stream
	info       channel.StreamInfo
	connector  channel.Connector
	session    *session
	mode       channel.Mode
	result     Result
	// lookedBefore is when the look before this one was, by the vendor's clock where it is told.
	lookedBefore commerce.Instant
	lagged       bool  // something changed after that look, so that the lag is known
	began        int64 // the commit that wrote the run down, and when: what was seen before is older than what this look shows
	beganAt      commerce.Instant
	held, heldOf string // why what the master of a channel's stock says was not counted, and of which channel
}

// Pull runs a sync once, to its end, and gives what it did. Trouble stands in the run, in the sync and in the error; what came in
// until then is kept.
func (e *Engine) Pull(ctx context.Context, r Request) (Result, error) {
	p, carryOn, err := e.open(ctx, r)
	if err != nil {
		return Result{}, err
	}
	err = carryOn()
	return p.result, err
}

// Begin starts a run and leaves it to itself; how it ends stands in the run. It ends with the engine, or by Cancel.
func (e *Engine) Begin(ctx context.Context, r Request) (journal.Run, error) {
	p, carryOn, err := e.open(context.WithoutCancel(ctx), r)
	if err != nil {
		return journal.Run{}, err
	}
	run := p.result.Run
	go func() {
		if err := carryOn(); err != nil {
			e.log.Warn("pulling", "run", run.ID, "code", fault.Of(err).Code)
		}
	}()
	return run, nil
}

// Cancel stops a run; false when it does not go on now. A call under way is given up at once.
func (e *Engine) Cancel(runID int64) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	stop := e.runs[runID]
	if stop != nil {
		stop()
	}
	return stop != nil
}

// open readies a run and writes it down. carryOn is to be called once: it does the work and ends the run.
func (e *Engine) open(ctx context.Context, r Request) (p *pull, carryOn func() error, err error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	release := func() {}
	defer func() {
		if err != nil {
			release()
			done()
		}
	}()
	if p, err = e.prepare(ctx, r); err != nil {
		return nil, nil, err
	}
	if release, err = e.reserve(p); err != nil {
		release = func() {}
		return nil, nil, err
	}
	if err = p.start(ctx); err != nil {
		return nil, nil, err
	}
	ctx, unlist := e.listed(ctx, p)
	return p, func() error {
		defer done()
		defer release()
		err := p.guarded(ctx)
		if err != nil && ctx.Err() != nil {
			err = cancelled(context.Cause(ctx))
		}
		unlist() // from here on it ends, whatever anybody wants
		return errors.Join(err, p.end(context.WithoutCancel(ctx), err))
	}, nil
}

// listed lets Cancel find a run.
func (e *Engine) listed(ctx context.Context, p *pull) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	e.mutex.Lock()
	defer e.mutex.Unlock()
	id := p.result.Run.ID
	e.runs[id], p.session.line.running[p.sync.ID] = cancel, id
	return ctx, func() {
		e.mutex.Lock()
		defer e.mutex.Unlock()
		cancel()
		delete(e.runs, id)
		delete(p.session.line.running, p.sync.ID)
	}
}

// RunningOf names the run of a sync that goes on now; 0 is none.
func (e *Engine) RunningOf(s Sync) int64 {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if l := e.lines[s.ConnectionID]; l != nil {
		return l.running[s.ID]
	}
	return 0
}

// begin ties work to the engine's life.
func (e *Engine) begin(ctx context.Context) (context.Context, func(), error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.stopping.Err() != nil {
		return ctx, nil, fault.New(fault.Unavailable, "Tradepost is closing.", "Try again when it is open.")
	}
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(e.stopping, cancel)
	e.busy.Add(1)
	return ctx, func() { unhook(); cancel(); e.busy.Done() }, nil
}

func (e *Engine) prepare(ctx context.Context, r Request) (*pull, error) {
	s, err := e.store.Sync(ctx, r.SyncID)
	if err != nil {
		return nil, err
	}
	c, err := e.store.Connection(ctx, s.ConnectionID)
	if err != nil {
		return nil, err
	}
	if c.Paused && !r.Person {
		return nil, fault.New(fault.Conflict, c.Name+" is paused.", "Resume it, or look by hand.")
	}
	if s.Stream == channel.Documents && len(r.IDs) == 0 {
		if r.IDs, err = e.posted(ctx, c.ID); err != nil {
			return nil, err
		}
	}
	p := &pull{engine: e, request: r, connection: c, sync: s, id: s.ID, stream: s.Stream, lookedBefore: lookedBefore(s)}
	if p.session, p.connector, err = e.session(ctx, c, r.Person); err != nil {
		return nil, err
	}
	var known bool
	if p.info, known = p.session.manifest.Stream(s.Stream); !known {
		return nil, fault.New(fault.Retired, p.session.manifest.Name+" no longer gives "+string(s.Stream)+".", "Remove this schedule.")
	}
	p.mode = p.modeOf(e.clock.Now())
	return p, nil
}

func lookedBefore(s Sync) commerce.Instant {
	if s.VendorAt != 0 {
		return s.VendorAt
	}
	return s.LookedAt
}

// modeOf is what the run enumerates: what was asked for, a full pass that is due or under way, or what changed.
func (p *pull) modeOf(now time.Time) channel.Mode {
	switch {
	case len(p.request.IDs) > 0, p.stream == channel.Documents:
		return channel.ByID
	case p.request.Since != 0:
		return channel.Changes
	case p.request.Full, !p.info.Changes:
		return channel.Full
	case p.sync.Pass != 0:
		return channel.Full
	case p.info.FullEvery > 0 && p.sync.FullAt != 0 && now.Sub(p.sync.FullAt.Time()) >= p.info.FullEvery && p.sync.Cursor != "":
		return channel.Full
	}
	return channel.Changes
}

// errRunning is the cause of a refusal to run what runs already.
var errRunning = errors.New("it runs already")

// reserve keeps a sync from running twice at once. What was named meanwhile is looked at when it ends.
func (e *Engine) reserve(p *pull) (func(), error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	l, id := p.session.line, p.sync.ID
	if l.syncs[id] {
		return nil, fault.Wrap(errRunning, fault.Conflict, "This is running already.", "Wait for it to end, or look at it under Activity.")
	}
	l.syncs[id] = true
	return func() {
		if e.released(l, id) {
			e.pullNamed(l, id, journal.ByWebhook)
		}
	}, nil
}

// released ends a sync's run; more tells that something was named since.
func (e *Engine) released(l *line, syncID int64) (more bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(l.syncs, syncID)
	return len(l.named[syncID]) > 0
}

var streamWords = map[channel.Stream]string{channel.Orders: "Orders", channel.Products: "Products", channel.Stock: "Stock", channel.Customers: "Customers",
	channel.Lists: "Lists", channel.Documents: "Documents"}

// start writes the run down, and for a full run the pass that begins.
func (p *pull) start(ctx context.Context) error {
	p.result.Stream = p.sync.Stream
	return p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		run := journal.Run{Kind: journal.RunSync, Cause: p.request.Cause, Title: streamWords[p.sync.Stream] + " from " + p.connection.Name,
			ChannelID: p.connection.ChannelID, TimerID: p.sync.TimerID, ConnectionID: p.connection.ID, Subject: string(p.sync.Stream), Counts: map[string]int{}}
		if err := tx.InsertRun(&run); err != nil {
			return err
		}
		s, err := tx.Sync(p.sync.ID)
		if err != nil {
			return err
		}
		if p.mode == channel.Full && s.Pass == 0 {
			s.Passes++
			s.Pass, s.PassCursor = s.Passes, ""
			if err := tx.UpdateSync(s); err != nil {
				return err
			}
		}
		p.sync, p.result.Run = s, run
		p.began, p.beganAt = tx.Seq(), tx.Now()
		return nil
	})
}

// guarded turns a panic of a connector into the run's trouble.
func (p *pull) guarded(ctx context.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fault.Wrap(fmt.Errorf("pulling %s: panic: %v", p.stream, value), fault.Internal,
				"Reading "+p.session.manifest.Name+" met a mistake inside of Tradepost.", "The next run tries again; tradepost.log names the cause.")
		}
	}()
	if err := p.applyReceived(ctx); err != nil { // what a crash left
		return err
	}
	if err := p.checked(ctx); err != nil {
		return err
	}
	return p.walk(ctx)
}

// checked makes sure that the account is known: reading needs its currency and zone.
func (p *pull) checked(ctx context.Context) error {
	if p.connection.CheckedAt != 0 {
		return nil
	}
	c, err := p.engine.check(ctx, p.session, p.connector)
	p.connection, p.session.connection = c, c
	return err
}

// fetched is one page, or the trouble of getting it.
type fetched struct {
	page  channel.Page
	fresh []*arrived
	err   error
}

// readingRoom is memory that a run holds and never touches, so that it costs addresses only: the garbage collector lets the heap double before
// it runs, and on the few MiB that pages need it would run dozens of times a second.
const readingRoom = 24 << 20

// pagesAhead is how many pages are asked for and read while others are written.
const pagesAhead = 2

// walk takes page by page, and together what came while others were written.
func (p *pull) walk(ctx context.Context) error {
	room := make([]byte, readingRoom)
	defer runtime.KeepAlive(room)
	ctx, cancel := context.WithCancel(ctx)
	asked, pages := make(chan fetched, 1), make(chan fetched, pagesAhead)
	go p.fetch(ctx, asked)
	go p.readAhead(ctx, asked, pages)
	defer func() {
		cancel()
		for range pages {
		}
	}()
	for f := range pages {
		together, trouble := gather(f, pages)
		if err := p.take(ctx, together...); err != nil {
			return err
		}
		if trouble != nil {
			return trouble
		}
	}
	if err := ctx.Err(); err != nil {
		return cancelled(context.Cause(ctx))
	}
	if p.mode == channel.Full && p.request.Since == 0 {
		return p.endPass(ctx)
	}
	return nil
}

// gather adds to a page what waits behind it, as far as one write takes it. A page that did not come ends it, with why.
func gather(f fetched, pages <-chan fetched) (together []fetched, trouble error) {
	for size := 0; f.err == nil; f = <-pages {
		together = append(together, f)
		if size += len(f.fresh); size > mostAtOnce/2 || len(pages) == 0 || len(f.page.Deleted) > 0 {
			return together, nil
		}
	}
	return together, f.err
}

// readAhead reads what is fresh of pages, while the next are on their way.
func (p *pull) readAhead(ctx context.Context, asked <-chan fetched, pages chan<- fetched) {
	defer close(pages)
	for f := range asked {
		if f.err == nil {
			f.fresh, f.err = p.fresh(ctx, f.page)
		}
		select {
		case pages <- f:
		case <-ctx.Done():
		}
	}
}

// fetch gets pages until there is none left.
func (p *pull) fetch(ctx context.Context, pages chan<- fetched) {
	defer close(pages)
	defer func() {
		if value := recover(); value != nil {
			pages <- fetched{err: fault.Wrap(fmt.Errorf("pulling %s: panic: %v", p.stream, value), fault.Internal,
				"Reading "+p.session.manifest.Name+" met a mistake inside of Tradepost.", "The next run tries again; tradepost.log names the cause.")}
		}
	}()
	request := p.firstRequest()
	if p.session.manifest.Mailbox && p.mode == channel.ByID && len(p.request.IDs) > p.session.manifest.PageSize {
		if err := p.askAll(ctx); err != nil {
			pages <- fetched{err: err}
			return
		}
	}
	for rest := p.request.IDs; ctx.Err() == nil; {
		if p.mode == channel.ByID {
			n := min(len(rest), p.session.manifest.PageSize)
			request.IDs, rest = rest[:n], rest[n:]
		}
		page, err := p.page(ctx, request)
		select {
		case pages <- fetched{page: page, err: err}:
		case <-ctx.Done():
			return
		}
		if err != nil || page.Done && len(rest) == 0 {
			return
		}
		if page.Wait > 0 {
			if err := p.pause(ctx, page.Wait); err != nil {
				pages <- fetched{err: err}
				return
			}
		} else if stuck(request.Cursor, page) && p.mode != channel.ByID {
			pages <- fetched{err: fault.New(fault.Internal, p.session.manifest.Name+" gives the same page for ever.", "Tell us; nothing was lost.")}
			return
		}
		request.Cursor = page.Next
	}
}

// askAll asks a vendor that calls us for all that is wanted at once, and tells whether all of it was answered: read one by one, each answer that is read would be
// asked for anew while the next is awaited, for ever.
func (p *pull) askAll(ctx context.Context) (waits error) {
	for ids := range slices.Chunk(p.request.IDs, p.session.manifest.PageSize) {
		_, err := p.page(ctx, channel.PullRequest{Stream: p.stream, Mode: p.mode, IDs: ids, Ask: true})
		if err != nil && !fault.Is(err, fault.RateLimited) {
			return err
		}
		if err != nil {
			waits = err
		}
	}
	return waits
}

// pause waits for what the vendor prepares; what would take too long ends the run, which goes on at its next due time.
func (p *pull) pause(ctx context.Context, wait time.Duration) error {
	if wait > longestQueue {
		e := fault.New(fault.RateLimited, p.session.manifest.Name+" is preparing what was asked for.", "Tradepost goes on by itself then.")
		e.RetryAt = p.engine.clock.Now().Add(wait)
		return e
	}
	if err := p.engine.clock.Sleep(ctx, wait); err != nil {
		return cancelled(err)
	}
	return nil
}

// stuck reports whether a page brought nothing and leads nowhere.
func stuck(cursor []byte, page channel.Page) bool {
	return !page.Done && len(page.Items) == 0 && string(cursor) == string(page.Next)
}

func (p *pull) page(ctx context.Context, request channel.PullRequest) (page channel.Page, err error) {
	err = p.session.signed(ctx, p.connector, func() error {
		page, err = p.connector.Pull(ctx, p.session, request)
		return err
	})
	if err != nil && ctx.Err() != nil {
		return page, cancelled(context.Cause(ctx))
	}
	return page, err
}

func (p *pull) firstRequest() channel.PullRequest {
	r := channel.PullRequest{Stream: p.stream, Mode: p.mode}
	switch {
	case p.mode == channel.ByID:
	case p.request.Since != 0:
		r.Since = p.request.Since
	case p.mode == channel.Full:
		r.Cursor, r.Since = []byte(p.sync.PassCursor), p.sync.Since
	default:
		r.Cursor, r.Since = []byte(p.sync.Cursor), p.sync.Since
	}
	if len(r.Cursor) == 0 {
		r.Cursor = nil
	}
	return r
}

// end writes down how the run ended, for the run, the sync, the connection and the timer.
func (p *pull) end(ctx context.Context, cause error) error {
	if err := p.engine.store.SaveLevels(ctx, p.connection.ID, p.session.line.budget.levels()); err != nil {
		return fmt.Errorf("keeping limits: %w", err)
	}
	var unfollowed error
	if cause == nil {
		unfollowed = p.followMasters(ctx)
		cause = unfollowed
	}
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error { return p.endIn(tx, cause) })
	if err != nil {
		return errors.Join(unfollowed, fmt.Errorf("ending the run: %w", err))
	}
	if p.result.New > 0 {
		p.engine.forgetRhythm(p.connection.ChannelID)
	}
	if p.sync.TimerID != 0 {
		return errors.Join(unfollowed, p.engine.store.NoteTimerRun(ctx, p.sync.TimerID, p.result.Run.ID, cause == nil))
	}
	return unfollowed
}

// countTheirs lets the stock that the vendor keeps and ships itself follow what was seen there. An undo of it would be undone by the next look.
func (p *pull) countTheirs(tx Tx) error {
	for _, at := range p.connection.Account.Locations {
		if !at.Theirs {
			continue
		}
		if err := tx.CountTheirs(p.connection.ChannelID, p.result.Run.ID, at.ID, at.Name); err != nil {
			return fmt.Errorf("counting what lies at %s: %w", at.Name, err)
		}
	}
	return nil
}

func (p *pull) endIn(tx Tx, cause error) error {
	if cause == nil && p.stream == channel.Stock && p.mode != channel.ByID {
		if err := p.countTheirs(tx); err != nil {
			return err
		}
	}
	run := p.result.Run
	run.State, run.Counts, run.FinishedAt = journal.Done, p.result.counts(), tx.Now()
	run.Done, run.Total = int64(p.result.Pulled), max(run.Total, int64(p.result.Pulled))
	if p.mode == channel.Changes && p.request.Since == 0 && p.lagged {
		run.Counts["lag"] = int(p.sync.Lag / 1000) // seconds, for plots
	}
	if p.result.Quarantined > 0 {
		run.State = journal.Partial
	}
	p.heldBack(&run)
	if p.result.applied > 0 && empty(run) {
		run.Counts[countReread] = p.result.applied
	}
	s, err := tx.Sync(p.sync.ID)
	if err != nil {
		return err
	}
	was, since := s.Problem, s.ProblemAt
	s.Problem, s.ProblemAt, s.NextAt = nil, 0, 0
	if cause == nil {
		if p.mode != channel.ByID || p.stream == channel.Documents { // a look at some tells nothing of the others; of documents all of ours are named
			s.LookedAt = tx.Now()
		}
		p.noteKnown(&s)
		if s.FullAt == 0 && s.Cursor != "" {
			s.FullAt = tx.Now() // the first run saw everything
		}
	} else {
		problem := fault.ProblemOf(cause)
		run.State, run.Problem = journal.Failed, &problem
		switch coded := fault.Of(cause); coded.Code {
		case fault.Cancelled:
			run.State = journal.Cancelled
		case fault.RateLimited:
			run.State, s.NextAt = journal.Partial, commerce.InstantOf(coded.RetryAt)
		default:
			s.Problem, s.ProblemAt = &problem, tx.Now()
			if was != nil && was.Code == problem.Code {
				s.ProblemAt = since // the same trouble goes on
			}
		}
	}
	p.result.Run, p.result.Cursor = run, s.Cursor
	if err := thin(tx, &s); err != nil {
		return err
	}
	if err := tx.UpdateSync(s); err != nil {
		return err
	}
	if err := noteTrouble(tx, p.connection.ID, cause, true); err != nil {
		return err
	}
	return tx.UpdateRun(run)
}

// noteKnown notes up to when all orders are known: those that were placed before this look began, but for what the vendor's lists show late. One that
// could not be applied is not known.
func (p *pull) noteKnown(s *Sync) {
	if p.stream != channel.Orders || p.mode == channel.ByID || p.request.Since != 0 || p.result.Quarantined > 0 {
		return
	}
	s.KnownSeq = p.began
	s.KnownUntil = commerce.InstantOf(p.beganAt.Time().Add(-p.info.Overlap - p.info.Behind))
}

// lasts reports whether trouble stays until a person does something.
func lasts(cause error) bool {
	return fault.Is(cause, fault.Auth) || fault.Is(cause, fault.Permission) || fault.Is(cause, fault.Retired)
}
