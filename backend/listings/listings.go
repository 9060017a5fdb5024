// Package listings links many listings to variants at once: plan first, then apply as one run, and take such runs back.
package listings

import (
	"context"
	"fmt"
	"slices"

	"tradepost/backend/catalog"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
)

// most bounds how many links one plan takes.
const most = 100_000

// chunk is how many links share one write: each touches the orders that show its listing.
const chunk = 10

// Match is a listing with the variant it is to be linked to, and the version at which it was seen.
type Match struct {
	ListingID int64
	VariantID int64
	Pack      commerce.Decimal // "" leaves it as it is
	Observed  int64
	Sure      catalog.Sure
	Why       string
}

// Plan is what linking many would do. RunID is the run that applied it, 0 before.
type Plan struct {
	ID    int64
	Title string
	RunID int64
	Links []Match
}

// Request asks for links: those given, or all that are as sure as Sure, in a channel or in all ("").
type Request struct {
	Links   []Match
	Channel string
	Sure    catalog.Sure
}

// Touched is a record that a run touched. Mark is where a list of them goes on behind it.
type Touched struct {
	Kind intake.Kind
	ID   int64
	Mark int64
}

// Tx is one write about listings.
type Tx interface {
	intake.Tx
	// ListingVersion is a listing's commit sequence; 0 when it is gone.
	ListingVersion(id int64) (int64, error)
	// Link links a listing to a variant under a run, and tells whether that changed anything.
	Link(runID, listingID, variantID int64, pack commerce.Decimal) (bool, error)
}

// Store is where plans are kept, and listings found.
type Store interface {
	Lookup(ctx context.Context) intake.Lookup
	InListingTx(ctx context.Context, bulk bool, do func(Tx) error) error
	// Matches lists the unlinked listings whose codes name one variant.
	Matches(ctx context.Context, channel string, sure catalog.Sure, limit int) ([]Match, error)
	Listing(ctx context.Context, id int64) (catalog.Listing, error)
	SaveLinkPlan(ctx context.Context, plan *Plan) error
	LinkPlan(ctx context.Context, id int64) (Plan, error)
	// NoteLinkRun notes which run applied a plan; it is false where one did already.
	NoteLinkRun(ctx context.Context, planID, runID int64) (bool, error)
	// CatalogTouched lists the listings and variants that a run touched, from the one it touched last.
	CatalogTouched(ctx context.Context, runID, mark int64, limit int) ([]Touched, error)
}

// Linker plans, applies and takes back.
type Linker struct{ store Store }

// New makes a Linker.
func New(store Store) *Linker { return &Linker{store} }

// Plan works out the links that are asked for and stores them.
func (l *Linker) Plan(ctx context.Context, request Request) (Plan, error) {
	plan := Plan{Links: request.Links}
	var err error
	if len(request.Links) > 0 {
		err = l.observe(ctx, plan.Links)
	} else {
		if request.Sure != catalog.Exact && request.Sure != catalog.Likely {
			return plan, fault.New(fault.Invalid, "Only exact and likely matches are linked by the hundred.", "Use exact or likely; link the others one by one.").InField("sure")
		}
		plan.Links, err = l.store.Matches(ctx, request.Channel, request.Sure, most)
	}
	if err != nil {
		return plan, err
	}
	if len(plan.Links) == 0 {
		return plan, fault.New(fault.NotFound, "Nothing that waits matches a product by its codes.", "Link what waits one by one, or make products of it.")
	}
	plan.Title = fmt.Sprintf("Linked %d listings", len(plan.Links))
	if len(plan.Links) == 1 {
		plan.Title = "Linked a listing"
	}
	return plan, l.store.SaveLinkPlan(ctx, &plan)
}

// observe notes the versions of listings as they are now.
func (l *Linker) observe(ctx context.Context, links []Match) error {
	for i := range links {
		if err := catalog.CheckPack(links[i].Pack); err != nil {
			return err
		}
		g, err := l.store.Listing(ctx, links[i].ListingID)
		if err != nil {
			return err
		}
		links[i].Observed = g.Version
	}
	return nil
}

// Apply carries a stored plan out as one run and returns it. A listing that changed since it was looked at, or whose variant is gone,
// is left.
func (l *Linker) Apply(ctx context.Context, planID int64) (journal.Run, error) {
	plan, err := l.store.LinkPlan(ctx, planID)
	if err != nil {
		return journal.Run{}, err
	}
	run := journal.Run{Kind: journal.RunLink, Cause: journal.ByPerson, Title: plan.Title, Total: int64(len(plan.Links)), Counts: map[string]int{}}
	if plan.RunID == 0 {
		err = l.store.InListingTx(ctx, false, func(tx Tx) error {
			run.ID = 0
			return tx.InsertRun(&run)
		})
	}
	if err != nil {
		return run, err
	}
	if noted, err := l.store.NoteLinkRun(ctx, planID, run.ID); err != nil || !noted {
		return run, l.close(ctx, &run, or(err, fault.New(fault.Conflict, "This was done already.", "Look at it under Activity.")))
	}
	for part := range slices.Chunk(plan.Links, chunk) {
		if err := l.applyPart(ctx, &run, part); err != nil {
			return run, l.close(ctx, &run, err)
		}
	}
	return run, l.close(ctx, &run, nil)
}

func or(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// close ends a run, and gives the trouble that ended it.
func (l *Linker) close(ctx context.Context, run *journal.Run, trouble error) error {
	if run.ID == 0 {
		return trouble
	}
	err := l.store.InListingTx(context.WithoutCancel(ctx), false, func(tx Tx) error {
		run.State, run.FinishedAt = journal.Done, tx.Now()
		if trouble != nil {
			run.State = journal.Failed
		}
		return tx.UpdateRun(*run)
	})
	return or(trouble, err)
}

func (l *Linker) applyPart(ctx context.Context, run *journal.Run, part []Match) error {
	next := *run
	err := l.store.InListingTx(ctx, true, func(tx Tx) error {
		next = *run
		next.Counts = map[string]int{"changed": run.Counts["changed"], "left": run.Counts["left"]}
		for _, m := range part {
			linked, err := link(tx, run.ID, m)
			if err != nil {
				return err
			}
			if linked {
				next.Counts["changed"]++
			} else {
				next.Counts["left"]++
			}
		}
		next.Done += int64(len(part))
		return tx.UpdateRun(next)
	})
	if err == nil {
		*run = next
	}
	return err
}

func link(tx Tx, runID int64, m Match) (bool, error) {
	version, err := tx.ListingVersion(m.ListingID)
	if err != nil || version != m.Observed {
		return false, err
	}
	linked, err := tx.Link(runID, m.ListingID, m.VariantID, m.Pack)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return false, nil
	}
	return linked, err
}

// Matches lists the unlinked listings whose codes name one variant, of one channel or of all ("").
func (l *Linker) Matches(ctx context.Context, channel string, sure catalog.Sure) ([]Match, error) {
	return l.store.Matches(ctx, channel, sure, most)
}

// Read reads a stored plan.
func (l *Linker) Read(ctx context.Context, id int64) (Plan, error) { return l.store.LinkPlan(ctx, id) }
