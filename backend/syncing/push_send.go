package syncing

import (
	"context"
	"errors"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// lookUp asks what became of intents that have no answer yet. Nothing of it writes to the vendor.
func (p *pusher) lookUp(ctx context.Context) error {
	for {
		due, err := p.engine.store.DueIntents(ctx, p.connection.ID, p.engine.store.Now(), sendAtOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := p.start(ctx); err != nil {
			return err
		}
		for _, together := range byReference(due) {
			if err := p.lookUpSome(ctx, together); err != nil {
				return err
			}
		}
	}
}

// byReference puts together what one question to the vendor answers: pending intents of one operation under one reference. Others stand alone.
func byReference(due []Intent) (groups [][]Intent) {
	at := map[[2]string]int{}
	for _, i := range due {
		name := [2]string{string(i.Operation), i.Reference}
		n, known := at[name]
		if i.State != Pending || !known {
			groups, n = append(groups, nil), len(groups)
		}
		if i.State == Pending {
			at[name] = n
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

func (p *pusher) lookUpSome(ctx context.Context, together []Intent) error {
	kind := "find"
	if together[0].State == Pending {
		kind = "poll"
	}
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		for _, i := range together {
			if err := tx.StartAttempt(i, kind); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	outcomes, err := p.found(ctx, together)
	coded := fault.Of(err)
	if coded == nil && len(outcomes) != len(together) {
		coded = fault.New(fault.Unknown, p.session.manifest.Name+" answered for another number of writes.", "Tradepost looks again.")
	}
	if coded != nil {
		outcomes = slices.Repeat([]channel.Outcome{{Result: channel.Unclear, Problem: problemOf(coded)}}, len(together))
	}
	return errors.Join(p.settle(context.WithoutCancel(ctx), together, outcomes), stopping(coded))
}

// found asks the connector for the fate of intents that stand under one reference, or of one that has no answer.
func (p *pusher) found(ctx context.Context, together []Intent) (outcomes []channel.Outcome, err error) {
	if together[0].State != Pending {
		one, err := p.foundOne(ctx, together[0])
		return []channel.Outcome{one}, err
	}
	poller, polls := p.connector.(channel.Poller)
	if !polls {
		return slices.Repeat([]channel.Outcome{{Result: channel.Unclear}}, len(together)), nil
	}
	wired, err := p.wired(ctx, together)
	if err != nil {
		return nil, err
	}
	err = p.called(ctx, func(ctx context.Context) (err error) {
		outcomes, err = poller.Poll(ctx, p.session, wired, together[0].Reference)
		return err
	})
	return outcomes, err
}

func (p *pusher) foundOne(ctx context.Context, i Intent) (outcome channel.Outcome, err error) {
	finder, finds := p.connector.(channel.Finder)
	if !finds {
		if p.session.manifest.NativeKeys { // the vendor itself knows the key again
			return channel.Outcome{Result: channel.NotDone}, nil
		}
		return channel.Outcome{Result: channel.Unclear}, nil
	}
	wire, err := p.wiredOne(ctx, i)
	if err != nil {
		return outcome, err
	}
	err = p.called(ctx, func(ctx context.Context) (err error) {
		outcome, err = finder.Find(ctx, p.session, wire)
		return err
	})
	return outcome, err
}

// stopping gives the error that ends the whole run: of the connection, not of one intent.
func stopping(e *fault.Error) error {
	if e == nil {
		return nil
	}
	switch e.Code {
	case fault.Unknown, fault.Invalid, fault.NotFound, fault.Conflict, fault.Internal:
		return nil
	}
	return e
}

// send sends what is approved, batch by batch. Each intent is tried at most once in a run.
func (p *pusher) send(ctx context.Context) error {
	tried := map[int64]bool{}
	for ctx.Err() == nil {
		batch, err := p.next(ctx, tried)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, i := range batch {
			tried[i.ID] = true
		}
		if err := p.start(ctx); err != nil {
			return err
		}
		if batch, err = p.revalidate(ctx, batch); err != nil {
			return err
		}
		if err := p.sendBatch(ctx, batch); err != nil {
			return err
		}
		p.engine.notify(Progress{p.connection.ID, p.result.Run.ID, int64(p.result.Done), int64(p.result.Done + p.result.Waiting)})
	}
	return ctx.Err()
}

// next picks the next batch: intents of one operation whose turn it is.
func (p *pusher) next(ctx context.Context, tried map[int64]bool) ([]Intent, error) {
	var batch []Intent
	var write channel.Write
	for after := int64(0); ; {
		ready, err := p.engine.store.Sendable(ctx, p.connection.ID, p.engine.store.Now(), after, sendAtOnce)
		if err != nil {
			return nil, err
		}
		for _, i := range ready {
			after = i.ID
			if tried[i.ID] || len(batch) > 0 && batch[0].Operation != i.Operation {
				continue
			}
			if len(batch) == 0 {
				var can bool
				if write, can = p.session.manifest.Write(i.Operation); !can {
					continue // its words stand in the plan; another Tradepost may be able to
				}
			}
			if batch = append(batch, i); len(batch) >= max(write.Batch, 1) {
				return batch, nil
			}
		}
		if len(ready) < sendAtOnce {
			return batch, nil
		}
	}
}

// revalidate looks live at what a batch would change, where the vendor does not compare by itself or what was seen is old. What is not as it
// was planned goes back into the plan; what is there already is done.
func (p *pusher) revalidate(ctx context.Context, batch []Intent) ([]Intent, error) {
	var look []Intent
	for _, i := range batch {
		if p.mustLook(i) {
			look = append(look, i)
		}
	}
	if len(look) == 0 {
		return batch, nil
	}
	values, err := p.observe(ctx, look)
	if err != nil {
		return nil, err
	}
	seen := map[int64]looked{}
	for n, i := range look {
		seen[i.ID] = values[n]
	}
	var rest []Intent
	var result PushResult
	err = p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		rest, result = nil, p.result
		for _, i := range batch {
			value, there := seen[i.ID]
			if !there {
				rest = append(rest, i)
				continue
			}
			goes, err := p.judge(tx, &i, value, &result)
			if err != nil {
				return err
			}
			if goes {
				rest = append(rest, i)
			}
		}
		return nil
	})
	if err == nil {
		p.result = result
	}
	return rest, err
}

// mustLook reports whether an intent's observed value is not good enough to send by.
func (p *pusher) mustLook(i Intent) bool {
	if _, observes := p.connector.(channel.Observer); !observes || !absolute(i.Operation) {
		return false
	}
	if write, _ := p.session.manifest.Write(i.Operation); !write.Compare && i.ObservedAt < p.began {
		return true
	}
	return i.Observed == "" || p.old(i.Operation, i.ObservedAt)
}

// streamOf is the stream by which the values of an operation come in.
var streamOf = map[channel.Operation]channel.Stream{channel.SetStock: channel.Stock, channel.SetPrice: channel.Products, channel.SetStatus: channel.Orders}

// old reports whether a value was seen longer ago than its stream is pulled.
func (p *pusher) old(operation channel.Operation, at commerce.Instant) bool {
	age := 15 * time.Minute
	if info, has := p.session.manifest.Stream(streamOf[operation]); has && info.Every > 0 {
		age = info.Every
	}
	return p.engine.clock.Now().Sub(at.Time()) > age
}

// judge holds an intent against what is there live; goes tells that it is to be sent.
func (p *pusher) judge(tx Tx, i *Intent, seen looked, result *PushResult) (goes bool, err error) {
	value := seen.value
	now, err := tx.Intent(i.ID)
	if err != nil || now.State != Approved || now.Revision != i.Revision {
		return false, err
	}
	*i = now
	switch {
	case seen.passing():
		return false, p.lookedAt(tx, *i, channel.Outcome{Result: notNow, Problem: problemOf(seen.trouble)})
	case value == "":
		result.Rejected++
		return false, p.lookedAt(tx, *i, channel.Outcome{Result: channel.Refused, Problem: problemOf(seen.words(*i, p.connection.Name))})
	case same(i.Operation, value, i.Wanted):
		result.Done++
		return false, p.lookedAt(tx, *i, channel.Outcome{Result: channel.Already, Value: value})
	case i.Observed != "" && !same(i.Operation, value, i.Observed):
		result.Returned++
		return false, p.lookedAt(tx, *i, channel.Outcome{Result: channel.Stale, Value: value})
	}
	i.Observed, i.ObservedAt = value, tx.Now()
	if err := tx.UpdateIntent(*i); err != nil {
		return false, err
	}
	i.Seq = tx.Seq()
	return true, nil
}

// lookedAt settles an intent by what a look showed, without any write.
func (p *pusher) lookedAt(tx Tx, i Intent, o channel.Outcome) error {
	i.RunID = p.result.Run.ID
	if err := tx.StartAttempt(i, "look"); err != nil {
		return err
	}
	return p.settleIn(tx, i, o)
}

// looked is what a look showed: a value, or the trouble of this very look.
type looked struct {
	value   string
	trouble *fault.Error
}

// passing reports whether the look failed without telling anything of what was looked at.
func (l looked) passing() bool {
	return l.trouble != nil && l.trouble.Code != fault.Invalid && l.trouble.Code != fault.NotFound
}

func (l looked) words(i Intent, at string) *fault.Error {
	if l.trouble != nil {
		return l.trouble
	}
	return fault.New(fault.NotFound, i.Name+" is no longer there at "+at+".", "Look at it there; then plan anew.")
}

// observe looks live at the targets of intents, in the manifest's batches. Trouble with one of them is its own; an error is of the connection.
func (p *pusher) observe(ctx context.Context, intents []Intent) ([]looked, error) {
	observer, observes := p.connector.(channel.Observer)
	if !observes {
		return make([]looked, len(intents)), nil
	}
	all := make([]looked, 0, len(intents))
	for start := 0; start < len(intents); {
		operation := intents[start].Operation
		write, _ := p.session.manifest.Write(operation)
		end := start
		for end < len(intents) && intents[end].Operation == operation && end-start < max(write.Batch, 1) {
			end++
		}
		some, err := p.observeSome(ctx, observer, intents[start:end])
		if err != nil {
			return nil, err
		}
		all, start = append(all, some...), end
	}
	return all, nil
}

// observeSome looks at one batch; when that fails for a reason of one of them, they are looked at one by one.
func (p *pusher) observeSome(ctx context.Context, observer channel.Observer, intents []Intent) ([]looked, error) {
	var values []string
	err := p.called(ctx, func(ctx context.Context) (err error) {
		values, err = observer.Observe(ctx, p.session, wires(intents))
		return err
	})
	if err == nil && len(values) != len(intents) {
		err = fault.New(fault.Internal, p.session.manifest.Name+" was read wrongly.", "Tell us; nothing was sent.")
	}
	coded := fault.Of(err)
	if stops := stopping(coded); stops != nil {
		return nil, stops
	}
	var all []looked
	switch {
	case coded == nil:
		for _, value := range values {
			all = append(all, looked{value: value})
		}
	case len(intents) == 1:
		all = []looked{{trouble: coded}}
	default:
		for n := range intents {
			one, err := p.observeSome(ctx, observer, intents[n:n+1])
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
	}
	return all, nil
}

// sendBatch claims a batch, sends it and settles it.
func (p *pusher) sendBatch(ctx context.Context, batch []Intent) error {
	claimed, err := p.claim(ctx, batch)
	if err != nil || len(claimed) == 0 {
		return err
	}
	write := channel.Writer(p.connector, claimed[0].Operation)
	wired, err := p.wired(ctx, claimed)
	if err != nil {
		return err
	}
	var outcomes []channel.Outcome
	err = p.called(ctx, func(ctx context.Context) (err error) {
		outcomes, err = write(ctx, p.session, wired)
		return err
	})
	coded := fault.Of(err)
	if err == nil && len(outcomes) != len(claimed) {
		coded = fault.New(fault.Unknown, p.session.manifest.Name+" answered for another number of writes.", "Tradepost looks before it tries again.")
	}
	if coded != nil {
		outcomes = outcomesOf(coded, len(claimed))
		p.retryAt = commerce.InstantOf(coded.RetryAt)
	}
	p.fillStale(ctx, claimed, outcomes)
	if err := p.settle(context.WithoutCancel(ctx), claimed, outcomes); err != nil {
		return err
	}
	if err := stopping(coded); err != nil {
		return err
	}
	if outcomes[0].Result == alone {
		return p.sendAlone(ctx, claimed)
	}
	return p.readBack(ctx, claimed, outcomes)
}

// sendAlone sends the intents of a batch that was refused as a whole one by one, so that the bad one is known.
func (p *pusher) sendAlone(ctx context.Context, batch []Intent) error {
	for _, i := range batch {
		now, err := p.engine.store.Intent(ctx, i.ID)
		if err != nil {
			return err
		}
		if err := p.sendBatch(ctx, []Intent{now}); err != nil {
			return err
		}
	}
	return nil
}

// fillStale looks at what is there where the vendor only said that something else is.
func (p *pusher) fillStale(ctx context.Context, intents []Intent, outcomes []channel.Outcome) {
	for n := range outcomes {
		if outcomes[n].Result != channel.Stale || outcomes[n].Value != "" || !absolute(intents[n].Operation) {
			continue
		}
		if values, err := p.observe(ctx, intents[n:n+1]); err == nil {
			outcomes[n].Value = values[0].value
		}
	}
}

// claim makes a batch sending, each with an attempt, in one write; unless nothing may be sent by now.
func (p *pusher) claim(ctx context.Context, batch []Intent) (claimed []Intent, err error) {
	err = p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		claimed = nil
		paused, err := tx.SendingPaused()
		if err != nil {
			return err
		}
		if c, err := tx.Connection(p.connection.ID); err != nil || c.Paused || paused {
			return errors.Join(err, cancelled(errors.New("paused")))
		}
		until := commerce.InstantOf(tx.Now().Time().Add(claimTime))
		for _, i := range batch {
			i.RunID = p.result.Run.ID
			if goes, err := p.mayGo(tx, &i); err != nil || !goes {
				if err != nil {
					return err
				}
				continue
			}
			won, err := tx.ClaimIntent(i, p.engine.pushes.id, until)
			if err != nil {
				return err
			}
			if !won {
				continue
			}
			if err := tx.StartAttempt(i, "send"); err != nil {
				return err
			}
			claimed = append(claimed, i)
		}
		return nil
	})
	return claimed, err
}

// mayGo reports whether an intent may be sent by what all channels together may sell. One that must wait stays approved and says why.
func (p *pusher) mayGo(tx Tx, i *Intent) (bool, error) {
	why, err := tx.MaySend(*i, p.compares())
	if err != nil || why == i.Warning {
		return why == "", err
	}
	if why == "" && i.Warning != WaitsForShares {
		return true, nil
	}
	i.Warning = why
	if err := tx.UpdateIntent(*i); err != nil {
		return false, err
	}
	i.Seq = tx.Seq()
	return why == "", nil
}

// outcomesOf is what an error of a whole call means for each of its intents: with no answer, or a mistake of ours, nobody knows; with
// any other error none was done.
func outcomesOf(e *fault.Error, n int) []channel.Outcome {
	one := channel.Outcome{Result: again, Problem: problemOf(e)}
	switch e.Code {
	case fault.Unknown, fault.Internal:
		one.Result = channel.Unclear
	case fault.Invalid, fault.NotFound:
		one.Result = channel.Refused
	case fault.Conflict:
		one.Result = channel.Stale
	}
	all := make([]channel.Outcome, n)
	for i := range all {
		all[i] = one
	}
	if n > 1 && one.Result != channel.Unclear { // one of them may be at fault: they go one by one
		for i := range all {
			all[i].Result = alone
			if one.Result == again {
				all[i].Result = again
			}
		}
	}
	return all
}

// Outcomes beside those of connectors: it was not done and stays approved; the same, but by itself; the same, but later.
const (
	again  channel.Result = "again"
	alone  channel.Result = "alone"
	notNow channel.Result = "not_now"
)

// settle writes down how intents ended.
func (p *pusher) settle(ctx context.Context, intents []Intent, outcomes []channel.Outcome) error {
	var result PushResult
	var told []Intent
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		result, told = p.result, nil
		for n, i := range intents {
			now, err := tx.Intent(i.ID)
			if err != nil {
				return err
			}
			if !now.State.underWay() {
				continue // a person took it off meanwhile
			}
			now.RunID = p.result.Run.ID
			weighed, err := p.weigh(tx, now, outcomes[n])
			if err != nil {
				return err
			}
			result.count(weighed.Result)
			if weighed.Result == channel.Applied || weighed.Result == channel.Already {
				told = append(told, now)
			}
			if err := p.settleIn(tx, now, weighed); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		p.result = result
		p.told(told)
	}
	return err
}

// told notes the orders of which a channel was told, so that what a person asked for shows here at once and not with the next look.
func (p *pusher) told(intents []Intent) {
	for _, i := range intents {
		if i.Operation != channel.SetStock && i.Operation != channel.SetPrice && p.request.Person {
			p.orders = append(p.orders, i.Target)
		}
	}
}

func (r *PushResult) count(result channel.Result) {
	switch result {
	case channel.Applied, channel.Already:
		r.Done++
	case channel.Awaiting:
		r.Pending++
	case channel.Unclear, doubted:
		r.Unknown++
	case channel.Refused:
		r.Rejected++
	case channel.Stale:
		r.Returned++
	}
}

// settleIn moves one intent on by an outcome, and writes its attempt to its end.
func (p *pusher) settleIn(tx Tx, i Intent, o channel.Outcome) error {
	if o.Problem != nil {
		bare := o.Problem.Bare() // what was found may be a personal value
		o.Problem = &bare
	}
	if err := tx.EndAttempt(i.ID, outcomeText(o.Result), words(o)); err != nil {
		return err
	}
	was := i.State
	i.ClaimedBy, i.LeaseUntil, i.CheckAt = "", 0, 0
	if o.Ref != "" {
		i.Reference = o.Ref
	}
	i.Problem = o.Problem
	switch o.Result {
	case channel.Applied, channel.Already:
		return p.done(tx, i, o)
	case channel.Refused:
		i.State, i.SettledAt = Rejected, tx.Now()
	case channel.Stale:
		return p.stale(tx, i, o)
	case channel.Awaiting:
		i.State = Pending
		return p.later(tx, i)
	case channel.Unclear:
		if was != Pending {
			i.State = Unknown
		}
		return p.later(tx, i)
	case doubted:
		i.State = Unknown
		return p.later(tx, i)
	case channel.NotDone:
		return p.notDone(tx, i)
	case notNow:
		return p.later(tx, i)
	default: // again, alone: it was not done
		i.State = Approved
		i.CheckAt = p.retryAt
	}
	return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
}

func outcomeText(r channel.Result) string {
	switch r {
	case again, alone, notNow:
		return "not_sent"
	case doubted:
		return string(channel.Refused)
	}
	return string(r)
}

func words(o channel.Outcome) string {
	if o.Problem != nil {
		return o.Problem.Message
	}
	return o.Ref
}

func problemOf(e *fault.Error) *fault.Problem {
	if e == nil {
		return nil
	}
	problem := fault.ProblemOf(e)
	return &problem
}

// done notes the effect, and lets what waits for the same thing know what is there now.
func (p *pusher) done(tx Tx, i Intent, o channel.Outcome) error {
	i.State, i.SettledAt, i.Problem = Done, tx.Now(), nil
	value := or(o.Value, i.Wanted)
	if absolute(i.Operation) {
		if err := errors.Join(tx.Rebase(i, value), p.noteValue(tx, i, value, i.Wanted)); err != nil {
			return err
		}
	}
	if s := i.Body.Shipment; s != nil && s.Corrects != "" { // else the next look finds a second shipment
		if err := tx.NoteTracking(i.RecordID, s.Was, s.Tracking, p.result.Run.ID); err != nil {
			return err
		}
	}
	return errors.Join(settleBook(tx, i, o), tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
}

// noteValue keeps what the channel has of a listing now; pushed is what we told it, "" for nothing.
func (p *pusher) noteValue(tx Tx, i Intent, value, pushed string) error {
	if i.RecordKind != listingRecord {
		return nil
	}
	if i.Operation == channel.SetStock {
		return tx.NoteOffered(i.RecordID, i.Location, value, pushed)
	}
	return tx.NotePrice(i.RecordID, value, p.result.Run.ID)
}

// stale takes an intent back: something else is there than it was planned for. What a schedule planned is planned anew by it; what a person
// planned goes back into their plan, as a new revision.
func (p *pusher) stale(tx Tx, i Intent, o channel.Outcome) error {
	if absolute(i.Operation) && o.Value != "" {
		if err := p.noteValue(tx, i, o.Value, ""); err != nil {
			return err
		}
	}
	plan, err := tx.PushPlan(i.PlanID)
	if err != nil {
		return err
	}
	if plan.Cause != journal.ByPerson && absolute(i.Operation) && o.Value != "" {
		i.State, i.SettledAt = Superseded, tx.Now()
		i.Warning = "It was " + o.Value + " meanwhile, not " + or(i.Observed, "what was known") + ": planned anew."
		return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
	}
	i.State = Proposed
	i.Revision++
	if o.Value != "" {
		i.Warning = "It was " + o.Value + " meanwhile, not " + or(i.Observed, "what was known") + "."
		i.Observed, i.ObservedAt = o.Value, tx.Now()
	}
	return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
}

// later says when an intent is looked at again that could not be told of: at growing distances.
func (p *pusher) later(tx Tx, i Intent) error {
	past, err := tx.Attempts(i.ID)
	if err != nil {
		return err
	}
	i.CheckAt = commerce.InstantOf(tx.Now().Time().Add(patience(story(past).looks())))
	return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
}

// notDone lets an intent whose effect is not there be sent again, with the same key; unless there is a newer wish.
func (p *pusher) notDone(tx Tx, i Intent) error {
	i.State = Approved
	if absolute(i.Operation) {
		latest, err := tx.LatestIntent(i.ConnectionID, i.Operation, i.Target, i.Location)
		if err != nil {
			return err
		}
		if latest.ID > i.ID && !latest.State.Settled() {
			i.State, i.SettledAt = Superseded, tx.Now()
		}
	}
	return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
}

// readBack looks at what was done, and says where the channel shows something else.
func (p *pusher) readBack(ctx context.Context, intents []Intent, outcomes []channel.Outcome) error {
	var sent []Intent
	for n, i := range intents {
		if r := outcomes[n].Result; (r == channel.Applied || r == channel.Already) && absolute(i.Operation) {
			sent = append(sent, i)
		}
	}
	if _, observes := p.connector.(channel.Observer); !observes || len(sent) == 0 {
		return nil
	}
	values, err := p.observe(ctx, sent)
	if err != nil {
		return stopping(fault.Of(err))
	}
	return p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		for n, i := range sent {
			if values[n].trouble != nil {
				continue // it is done all the same; the next pull shows what is there
			}
			if err := p.shown(tx, i, values[n].value); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *pusher) shown(tx Tx, i Intent, value string) error {
	now, err := tx.Intent(i.ID)
	if err != nil || now.State != Done {
		return err
	}
	now.Shown = value
	if !same(i.Operation, value, i.Wanted) {
		now.Warning = p.connection.Name + " shows " + or(value, "nothing") + " after it took " + i.Wanted + "."
		if err := errors.Join(tx.Rebase(i, value), p.noteValue(tx, i, value, "")); err != nil {
			return err
		}
	}
	return tx.UpdateIntent(now)
}
