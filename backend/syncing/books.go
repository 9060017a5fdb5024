package syncing

import (
	"context"
	"errors"
	"slices"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// postingRecord is the kind of record that intents of ledger systems are about.
const postingRecord = "posting"

// Posting is one document in a ledger system, or on its way there.
type Posting struct {
	ID            int64
	ConnectionID  int64
	Document      accounting.Document
	IntentID      int64
	Total         commerce.Amount // ours
	LedgerID      string          // "" is not posted
	LedgerNumber  string
	LedgerTotal   commerce.Amount // as it was read back
	LedgerVersion string
	Known         bool            // it was there before, and not by us
	Difference    commerce.Amount // what is there less what we say; not stated where it was not read back
	GoneAt        commerce.Instant
	ReadAt        commerce.Instant
	PostedAt      commerce.Instant
	TakenAt       commerce.Instant // when it was taken back
	Again         bool             // once it is taken back, what it holds is posted anew
	Unlike        string           // which goods of it read back otherwise, in words
	MadeAt        commerce.Instant
	Seq           int64
	Sending       State          // of its intent
	Problem       *fault.Problem // of its intent
}

// State says in one word how a posting stands: waiting, refused, dropped, posted, different, undone.
func (p Posting) State() string {
	switch {
	case p.TakenAt != 0:
		return "undone"
	case p.LedgerID != "" && (p.GoneAt != 0 || p.Difference.Minor != 0 || p.Unlike != ""):
		return "different"
	case p.LedgerID != "":
		return "posted"
	case p.Sending == Rejected:
		return "refused"
	case p.Sending == Superseded:
		return "dropped"
	}
	return "waiting"
}

// PostingFilter narrows a list of postings; zero values do not.
type PostingFilter struct {
	ConnectionID int64
	State        string
	Day          string
	Before       int64 // ids below, for paging
	Limit        int
}

// Unbookable is an order that cannot be posted, with the reason.
type Unbookable struct {
	OrderID int64
	Number  string
	Channel string
	Problem string
}

// MovementFilter says which movements of stock are looked for that no document of an order says.
type MovementFilter struct {
	ConnectionID int64
	SKUs         []string // of these alone, whatever their case
	Since        commerce.Instant
	Posted       bool // also those that are in a document already
	Newest       bool // the newest first, else the oldest
	Limit        int
}

// UnbookableStock is a movement of stock that cannot be posted, with the reason.
type UnbookableStock struct {
	MovementID int64
	VariantID  int64
	Name       string
	Problem    string
}

// Ledgers is where what is posted is read.
type Ledgers interface {
	// Mapping reads how orders are posted; ok is false where nobody said so yet.
	Mapping(ctx context.Context, connectionID int64) (m accounting.Mapping, seq int64, ok bool, err error)
	// Unbooked lists orders of channels, ids above after, placed since an instant, that changed since they were looked at.
	Unbooked(ctx context.Context, connectionID int64, channels []int64, since commerce.Instant, after int64, limit int) ([]int64, error)
	// PostingsOfOrder lists what holds an order and was not taken back.
	PostingsOfOrder(ctx context.Context, connectionID, orderID int64) ([]Posting, error)
	PostingOf(ctx context.Context, connectionID int64, reference string) (Posting, error) // ID is 0 when there is none
	Posting(ctx context.Context, id int64) (Posting, error)
	PostedIDs(ctx context.Context, connectionID int64, since commerce.Instant) ([]string, error)
	LedgerEntries(ctx context.Context, connectionID int64, kind accounting.EntryKind) ([]accounting.Entry, error)
	// StockMovements lists movements of own stock with what the goods cost.
	StockMovements(ctx context.Context, f MovementFilter) ([]accounting.Movement, error)
	// OrderChangedAt is when an order last changed here; 0 is not known.
	OrderChangedAt(ctx context.Context, orderID int64) (commerce.Instant, error)
	Conversation(ctx context.Context, connectionID int64) (Conversation, error) // Ticket is "" when there was none
	// Zone is the workspace's.
	Zone() *time.Location
}

// LedgerTx is what of ledger systems is written.
type LedgerTx interface {
	Posting(id int64) (Posting, error)
	PostingOf(connectionID int64, reference string) (Posting, error) // ID is 0 when there is none
	PostingByLedger(connectionID int64, ledgerID string) (Posting, error)
	InsertPosting(*Posting) error
	UpdatePosting(Posting) error
	PutAwayDropped(connectionID int64) error
	LookAgain(connectionID, postingID int64) error
	NoteBooked(connectionID, orderID, seq int64, problem string) error
	NoteMovement(connectionID, movementID int64, problem string) error
	PutLedgerEntry(connectionID int64, e accounting.Entry) (fresh bool, err error)
	EndLedgerEntry(connectionID int64, id string) error
}

// carryLedger applies an item of a ledger system: an entry of its lists, or a document as it is there now.
func carryLedger(tx Tx, connectionID int64, r channel.LedgerRecord) (intake.Verdict, error) {
	verdict := intake.Changed
	if r.Entry != nil {
		fresh, err := tx.PutLedgerEntry(connectionID, *r.Entry)
		if err != nil {
			return verdict, err
		}
		if fresh {
			verdict = intake.New
		}
	}
	if r.Posted != nil {
		p, err := tx.PostingByLedger(connectionID, r.Posted.ID)
		if err != nil {
			return verdict, err
		}
		if p.ID == 0 {
			verdict = intake.Skipped
		} else if err := tx.UpdatePosting(p.seen(*r.Posted, tx.Now())); err != nil {
			return verdict, err
		}
	}
	return verdict, nil
}

// seen is a posting with what the ledger system has of it.
func (p Posting) seen(there channel.Posted, now commerce.Instant) Posting {
	p.LedgerID, p.LedgerNumber, p.LedgerVersion, p.ReadAt, p.GoneAt = there.ID, there.Number, there.Version, now, 0
	p.Known = p.Known || there.Known
	p.LedgerTotal, p.Difference, p.Unlike = there.Total, commerce.Amount{}, p.Document.Unlike(there.Goods)
	if there.Total.Stated && p.Total.Stated {
		p.Difference = commerce.Minor(there.Total.Minor - p.Total.Minor)
	}
	return p
}

// goneLedger notes what a ledger system does not have any more.
func (p *pull) goneLedger(tx Tx, item string) error {
	if p.sync.Stream == channel.Lists {
		return tx.EndLedgerEntry(p.connection.ID, item)
	}
	posting, err := tx.PostingByLedger(p.connection.ID, item)
	if err != nil || posting.ID == 0 {
		return err
	}
	posting.GoneAt = tx.Now()
	return tx.UpdatePosting(posting)
}

// lastYear is how far back documents are compared without being asked for.
const lastYear = 366 * 24 * time.Hour

// posted are the documents that a look at them is about: all of the last year.
func (e *Engine) posted(ctx context.Context, connectionID int64) ([]string, error) {
	return e.store.PostedIDs(ctx, connectionID, commerce.InstantOf(e.store.Now().Time().Add(-lastYear)))
}

// CompareBooks looks at what was posted to a connection as it is there now. Where the vendor calls us it begins; the rest follows when it comes.
func (e *Engine) CompareBooks(ctx context.Context, connectionID int64) (Result, error) {
	syncs, err := e.store.Syncs(ctx, connectionID)
	if err != nil {
		return Result{}, err
	}
	at := slices.IndexFunc(syncs, func(s Sync) bool { return s.Stream == channel.Documents })
	if at < 0 {
		return Result{}, fault.New(fault.Conflict, "This connection keeps no books.", "Choose a connection to a ledger system.")
	}
	return e.Pull(ctx, Request{SyncID: syncs[at].ID, Cause: journal.ByPerson, Person: true})
}

// PostAgain lets what a posting held that was taken back be planned anew.
func (e *Engine) PostAgain(ctx context.Context, postingID int64) error {
	p, err := e.store.Posting(ctx, postingID)
	if err != nil {
		return err
	}
	if p.TakenAt == 0 {
		return fault.New(fault.Conflict, "This was not taken back.", "Undo it first.")
	}
	return e.store.InSyncTx(ctx, false, func(tx Tx) error { return tx.LookAgain(p.ConnectionID, p.ID) })
}

// settleBook notes with a posting how its intent was done.
func settleBook(tx Tx, i Intent, o channel.Outcome) error {
	if i.RecordKind != postingRecord {
		return nil
	}
	p, err := tx.Posting(i.RecordID)
	if err != nil || p.ID == 0 {
		return err
	}
	if i.Operation == channel.Unpost {
		p.TakenAt = tx.Now()
		if err := tx.UpdatePosting(p); err != nil || !p.Again {
			return err
		}
		return tx.LookAgain(p.ConnectionID, p.ID)
	}
	if o.Posted == nil {
		return nil
	}
	p.PostedAt = tx.Now()
	return tx.UpdatePosting(p.seen(*o.Posted, tx.Now()))
}

// wired are intents as a connector sees them: those of books know the document that they are about there.
func (p *pusher) wired(ctx context.Context, intents []Intent) ([]channel.Intent, error) {
	all := wires(intents)
	for n, i := range intents {
		if !i.Operation.Books() || i.Body.Document == nil {
			continue
		}
		reference := i.Body.Document.Applies
		if i.Operation == channel.Unpost {
			reference = i.Body.Document.Reference
		}
		if reference == "" {
			continue
		}
		posting, err := p.engine.store.PostingOf(ctx, p.connection.ID, reference)
		if err != nil {
			return nil, err
		}
		all[n].Applies = posting.LedgerID
	}
	return all, nil
}

func (p *pusher) wiredOne(ctx context.Context, i Intent) (channel.Intent, error) {
	all, err := p.wired(ctx, []Intent{i})
	if err != nil {
		return channel.Intent{}, err
	}
	return all[0], nil
}

// unposting are the intents that take postings back, the last ones first: payments before what they paid, items after all that names them. What was
// there before us stays.
func unposting(done []Intent, known map[int64]bool) (back []Intent) {
	for _, i := range slices.Backward(done) {
		if i.Operation != channel.Post || known[i.RecordID] {
			continue
		}
		one := i
		one.ID, one.Revision, one.State, one.Undoes, one.Operation = 0, 0, Proposed, i.ID, channel.Unpost
		one.Wanted, one.Observed, one.ObservedAt = "taken back", "posted", i.SettledAt
		one.Reason, one.Warning, one.Reference, one.Problem, one.Shown = "it takes back what was posted before", "", "", nil, ""
		one.DependsOn, one.CheckAt, one.SettledAt, one.RunID, one.PlanID = 0, 0, 0, 0, 0
		back = append(back, one)
	}
	return back
}

// UndoPostings plans the way back of postings: all of a plan, or those chosen.
func (e *Engine) UndoPostings(ctx context.Context, connectionID, planID int64, chosen []int64) (PushPlan, error) {
	return e.undoPostings(ctx, connectionID, planID, chosen, false)
}

// RepostPostings plans the way back of postings with all that pays or gives them back; once they are taken back, the next plan posts what they held anew, as
// the orders say it then.
func (e *Engine) RepostPostings(ctx context.Context, chosen []int64) (PushPlan, error) {
	var all []int64
	for _, id := range chosen {
		p, err := e.store.Posting(ctx, id)
		if err != nil {
			return PushPlan{}, err
		}
		if kind := p.Document.Kind; kind == accounting.Item || kind == accounting.Customer {
			return PushPlan{}, fault.New(fault.Conflict, p.Document.Name+" is no document that orders ask for.", "Choose documents of orders.")
		}
		for _, orderID := range p.Document.Held() {
			others, err := e.store.PostingsOfOrder(ctx, p.ConnectionID, orderID)
			if err != nil {
				return PushPlan{}, err
			}
			all = append(all, leaning(others, p)...)
		}
		all = append(all, p.ID)
	}
	slices.Sort(all)
	return e.undoPostings(ctx, 0, 0, slices.Compact(all), true)
}

// leaning lists the postings that pay or give back another one, and those that lean on them.
func leaning(all []Posting, on Posting) (ids []int64) {
	for _, p := range all {
		if p.Document.Applies == on.Document.Reference && p.ID != on.ID {
			ids = append(append(ids, p.ID), leaning(all, p)...)
		}
	}
	return ids
}

func (e *Engine) undoPostings(ctx context.Context, connectionID, planID int64, chosen []int64, again bool) (PushPlan, error) {
	var done []Intent
	known := map[int64]bool{}
	add := func(p Posting) error {
		if p.LedgerID == "" || p.TakenAt != 0 {
			return nil
		}
		known[p.ID] = p.Known
		i, err := e.store.Intent(ctx, p.IntentID)
		if err == nil {
			done = append(done, i)
		}
		return err
	}
	for _, id := range chosen {
		p, err := e.store.Posting(ctx, id)
		if err == nil {
			err = add(p)
		}
		if err != nil {
			return PushPlan{}, err
		}
		connectionID = p.ConnectionID
	}
	if planID != 0 {
		plan, err := e.plan(ctx, planID)
		if err != nil {
			return plan, err
		}
		connectionID = plan.ConnectionID
		for _, i := range plan.Intents {
			if i.RecordKind != postingRecord || i.Operation != channel.Post {
				continue
			}
			p, err := e.store.Posting(ctx, i.RecordID)
			if err == nil {
				err = add(p)
			}
			if err != nil {
				return plan, err
			}
		}
	}
	slices.SortFunc(done, func(a, b Intent) int { return int(a.ID - b.ID) })
	back := unposting(done, known)
	if len(back) == 0 {
		return PushPlan{}, fault.New(fault.Conflict, "There is nothing to take back.", "Only what was posted by Tradepost and is still there can be taken back.")
	}
	p, err := e.pusher(ctx, PushRequest{ConnectionID: connectionID, Cause: journal.ByPerson, Person: true})
	if err != nil {
		return PushPlan{}, err
	}
	d := draft{warnings: []string{}}
	if n := len(done) - len(back); n > 0 {
		d.warnings = append(d.warnings, counted(n, "record was", "records were")+" there before and stays.")
	}
	return p.keepChain(ctx, d, back, again)
}

// undoBooks plans the way back of a plan of postings: all, or those of the intents that were chosen.
func (e *Engine) undoBooks(ctx context.Context, plan PushPlan, chosen []int64) (PushPlan, error) {
	if len(chosen) == 0 {
		return e.UndoPostings(ctx, plan.ConnectionID, plan.ID, nil)
	}
	var ids []int64
	for _, i := range plan.Intents {
		if slices.Contains(chosen, i.ID) && i.RecordKind == postingRecord {
			ids = append(ids, i.RecordID)
		}
	}
	return e.UndoPostings(ctx, plan.ConnectionID, 0, ids)
}

// keepChain keeps intents that a person asked for as a plan, each one after the one before. again notes that what their postings hold is to be posted anew
// afterwards.
func (p *pusher) keepChain(ctx context.Context, d draft, chain []Intent, again bool) (PushPlan, error) {
	var id int64
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		plan := p.planOf(d, journal.ByPerson, chain)
		if err := tx.InsertPushPlan(&plan); err != nil {
			return err
		}
		id = plan.ID
		before := int64(0)
		for _, i := range chain {
			open, err := tx.OpenIntentsOf(i.ConnectionID, i.Operation, i.RecordKind, i.RecordID)
			if err != nil || len(open) > 0 {
				return errors.Join(err, fault.New(fault.Conflict, i.Name+" is being taken back already.", "Look at the plans that wait."))
			}
			if err := noteAgain(tx, i.RecordID, again); err != nil {
				return err
			}
			i.PlanID, i.DependsOn = id, before
			if err := tx.InsertIntent(&i); err != nil {
				return err
			}
			before = i.ID
		}
		return tx.FollowPlan(id)
	})
	if err != nil {
		return PushPlan{}, err
	}
	return p.engine.plan(ctx, id)
}

// noteAgain notes of a posting that is to be taken back whether what it holds is posted anew then.
func noteAgain(tx Tx, id int64, again bool) error {
	p, err := tx.Posting(id)
	if err != nil || p.ID == 0 || p.Again == again {
		return err
	}
	p.Again = again
	return tx.UpdatePosting(p)
}
