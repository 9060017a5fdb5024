package syncing

import (
	"context"
	"slices"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

// RepairDrift plans to tell a connection the stock of listings, those named, after a live look at them. Nothing is sent before the plan is approved,
// and what is not as it was looked at comes back into it. The plan's ID is 0 where nothing differs any more.
func (e *Engine) RepairDrift(ctx context.Context, connectionID int64, listings []int64) (PushPlan, error) {
	ctx, done, err := e.begin(ctx)
	if err != nil {
		return PushPlan{}, err
	}
	defer done()
	p, err := e.pusher(ctx, PushRequest{ConnectionID: connectionID, Cause: journal.ByPerson, Person: true})
	if err != nil {
		return PushPlan{}, err
	}
	d, err := p.repair(ctx, listings)
	if err != nil {
		return PushPlan{}, err
	}
	plan, err := p.keep(ctx, journal.ByPerson, d)
	if err != nil || plan.ID == 0 {
		return PushPlan{ConnectionID: connectionID, Connection: p.connection.Name, Warnings: d.warnings}, err
	}
	return e.planBegin(ctx, plan.ID)
}

// repair works out what has to be written so that listings have what they should.
func (p *pusher) repair(ctx context.Context, listings []int64) (draft, error) {
	w, err := p.stockWishes(ctx, listings)
	if err != nil {
		return w.draft, err
	}
	d := w.draft
	switch {
	case p.connection.Options[pushStockOption] == "no":
		return d, fault.New(fault.Conflict, p.connection.Name+" is told no stock: its settings say so.", "Let stock be written to it in its settings, or put it right there.")
	case !p.does(&d, channel.SetStock):
		return d, fault.New(fault.Conflict, "The key of "+p.connection.Name+" does not allow stock to be written.", "Give it that right, or put it right there.")
	}
	if len(w.unplaced) > 0 {
		d.warnings = append(d.warnings, counted(len(w.unplaced), "listing has", "listings have")+" stock at several places of "+p.connection.Name+
			": say in its settings which one gets yours.")
	}
	w.draft = d
	if err := p.knowAll(ctx, &w); err != nil {
		return d, err
	}
	if err := p.look(ctx, &w.draft, true); err != nil {
		return d, err
	}
	if err := p.remember(ctx, &w.draft, journal.ByPerson); err != nil { // what the look showed may differ where nothing did before
		return d, err
	}
	d = w.draft
	d.listings, err = p.engine.store.CountOffers(ctx, p.connection.ChannelID)
	d.blocked = d.guard(p.connection.Name)
	return d, err
}

// DriftTake is what taking a channel's number as a count would do.
type DriftTake struct {
	Drift
	By inventory.Quantity // by how much what is on hand changes
}

// TakeDrift looks live at a listing and at the orders there, and says by how much our count is off if what the channel has is right. location is the place there,
// where it has several; live is what the person saw there; another number by now is a conflict, and so is one that sales may explain which are not known yet.
func (e *Engine) TakeDrift(ctx context.Context, connectionID, listingID int64, location, live string) (DriftTake, error) {
	p, err := e.pusher(ctx, PushRequest{ConnectionID: connectionID, Cause: journal.ByPerson, Person: true})
	if err != nil {
		return DriftTake{}, err
	}
	if _, err := p.lookForDrift(ctx, []int64{listingID}); err != nil {
		return DriftTake{}, err
	}
	rows, err := e.driftOf(ctx, p.connection, []int64{listingID})
	if err != nil {
		return DriftTake{}, err
	}
	at := slices.IndexFunc(rows, func(d Drift) bool { return d.ListingID == listingID && (location == "" || d.Location == location) })
	if at < 0 {
		return DriftTake{}, fault.New(fault.NotFound, "The stock of this listing is not ours to say.", "Look at the list again.")
	}
	d := rows[at]
	if err := d.takeable(live); err != nil {
		return DriftTake{}, err
	}
	pack, err := inventory.Parse(d.Pack)
	return DriftTake{d, (units(d.Live) - units(d.Ours)).Times(pack)}, err
}

// takeable refuses to take a number that says nothing of what lies here.
func (d Drift) takeable(live string) error {
	switch {
	case d.Class == DriftUnplaced || d.Class == DriftUnseen:
		return fault.New(fault.Conflict, "There is no one number of "+d.Name+" at "+d.Connection+" to take.", "Count it here.")
	case live != "" && !same(channel.SetStock, live, d.Live):
		return fault.New(fault.Conflict, d.Name+" is "+d.Live+" at "+d.Connection+" by now, not "+live+".", "Look at it again.").InField("live")
	case d.Class == DriftSame:
		return fault.New(fault.Conflict, d.Name+" is the same here and at "+d.Connection+" by now.", "There is nothing to take.")
	case d.Kit:
		return fault.New(fault.Conflict, d.Name+" is a kit: it lies here as its components.", "Count those.")
	case d.Mover == BySale:
		return fault.New(fault.Conflict, "What sold at "+d.Connection+" may not be known here yet: it would be taken off twice.", "Let its orders be looked at first.")
	}
	return nil
}

// CountOf is the count that makes a level what a channel says: what is on hand there, and as much more or less.
func (t DriftTake) CountOf(level inventory.Level) inventory.Count {
	return inventory.Count{VariantID: level.VariantID, Location: level.Location, Found: level.OnHand + t.By, Version: level.Version, Because: "as " + t.Connection + " has it"}
}
