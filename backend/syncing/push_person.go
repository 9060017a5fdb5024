package syncing

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/fulfillment"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// Approving is the approval of a plan by a person.
type Approving struct {
	PlanID int64
	// Intents are those that are approved; none is all that wait.
	Intents []int64
	// IfSeq is the version of the plan that the person saw; negative is any. A blocked plan needs it.
	IfSeq int64
	// Despite approves a plan that is blocked, in full knowledge of the words why.
	Despite bool
}

// Approve lets what waits in a plan be sent. It is looked at anew before that: what changed meanwhile comes back.
func (e *Engine) Approve(ctx context.Context, a Approving) (PushPlan, error) {
	err := e.store.InSyncTx(ctx, false, func(tx Tx) error {
		plan, err := tx.PushPlan(a.PlanID)
		if err != nil {
			return err
		}
		if err := a.fits(plan); err != nil {
			return err
		}
		approved, err := e.eachProposed(ctx, tx, a.PlanID, a.Intents, func(i *Intent) { i.State, i.Problem = Approved, nil })
		if err != nil {
			return err
		}
		if approved == 0 {
			return fault.New(fault.Conflict, "Nothing in this plan waits for you any more.", "Look at it again.")
		}
		plan.ApprovedAt = tx.Now()
		return errors.Join(tx.UpdatePushPlan(plan), tx.FollowPlan(plan.ID))
	})
	if err != nil {
		return PushPlan{}, err
	}
	return e.planBegin(ctx, a.PlanID)
}

func (a Approving) fits(plan PushPlan) error {
	switch {
	case plan.State != PlanOpen:
		return fault.New(fault.Conflict, "Nothing in this plan waits for you any more.", "Look at it again.")
	case a.IfSeq >= 0 && a.IfSeq != plan.Seq:
		return fault.New(fault.Conflict, "This plan changed meanwhile.", "Look at it again, then approve it.").InField("if-match")
	case plan.Blocked != "" && (!a.Despite || a.IfSeq < 0):
		return fault.New(fault.Conflict, plan.Blocked, "Approve exactly this plan, as you see it, if it is right; else discard it.").InField("despite")
	}
	return nil
}

// eachProposed changes what waits in a plan: those chosen, or all.
func (e *Engine) eachProposed(ctx context.Context, tx Tx, planID int64, chosen []int64, change func(*Intent)) (n int, err error) {
	all, err := tx.ProposedIn(planID)
	if err != nil {
		return 0, err
	}
	wanted := map[int64]bool{}
	for _, id := range chosen {
		wanted[id] = true
	}
	for _, i := range all {
		if len(chosen) > 0 && !wanted[i.ID] {
			continue
		}
		change(&i)
		if err := tx.UpdateIntent(i); err != nil {
			return n, err
		}
		n++
	}
	if len(chosen) > n {
		return n, fault.New(fault.Conflict, "Not all of what you chose still waits in this plan.", "Look at it again.").InField("intents")
	}
	return n, ctx.Err()
}

// droppedBy marks an intent as taken off by a person.
func droppedBy(i *Intent, now commerce.Instant) {
	i.State, i.SettledAt, i.CheckAt = Superseded, now, 0
	i.Problem = &fault.Problem{Code: dropped, Message: "Taken off by you.", Remedy: "Plan anew by hand if you want it after all."}
}

// Discard takes off all that waits in a plan. The schedule does not ask for the same again.
func (e *Engine) Discard(ctx context.Context, planID int64) (PushPlan, error) {
	err := e.store.InSyncTx(ctx, false, func(tx Tx) error {
		plan, err := tx.PushPlan(planID)
		if err != nil {
			return err
		}
		if plan.State != PlanOpen {
			return fault.New(fault.Conflict, "Nothing in this plan waits for you any more.", "What was sent is taken back by undoing it.")
		}
		now := tx.Now()
		if _, err := e.eachProposed(ctx, tx, planID, nil, func(i *Intent) { droppedBy(i, now) }); err != nil {
			return err
		}
		return tx.FollowPlan(planID)
	})
	if err != nil {
		return PushPlan{}, err
	}
	return e.planBegin(ctx, planID)
}

// DropIntent takes one intent off. Of one that has no answer the effect may be there all the same.
func (e *Engine) DropIntent(ctx context.Context, id int64) (Intent, error) {
	return e.changeIntent(ctx, id, func(_ Tx, i *Intent, now commerce.Instant) error {
		switch {
		case i.State == Sending:
			return fault.New(fault.Conflict, "This is being sent just now.", "Wait for its end; then undo it.")
		case i.State.Settled() && i.State != Rejected:
			return fault.New(fault.Conflict, "This is settled already.", "What was done is taken back by undoing it.")
		case i.State.underWay():
			i.Warning = "Taken off while nobody knew whether it was done: look there."
		}
		droppedBy(i, now)
		return nil
	})
}

// RetryIntent lets what was refused be sent once more, as a new revision, and looks now at what has no answer or waits for later.
func (e *Engine) RetryIntent(ctx context.Context, id int64) (Intent, error) {
	return e.changeIntent(ctx, id, func(tx Tx, i *Intent, _ commerce.Instant) error {
		switch i.State {
		case Rejected:
			newest, err := newestWish(tx, *i)
			if err != nil {
				return err
			}
			if !newest {
				return fault.New(fault.Conflict, "There is a newer wish for the same thing.", "Look at that one.")
			}
			i.Revision++
			i.State, i.SettledAt, i.Problem, i.Observed, i.ObservedAt = Approved, 0, nil, "", 0
		case Approved, Pending, Unknown:
			i.CheckAt = 0
		default:
			return fault.New(fault.Conflict, "There is nothing to try again: it is "+string(i.State)+".", "Look at it again.")
		}
		return nil
	})
}

func newestWish(tx Tx, i Intent) (bool, error) {
	if !absolute(i.Operation) {
		return true, nil
	}
	latest, err := tx.LatestIntent(i.ConnectionID, i.Operation, i.Target, i.Location)
	return latest.ID == i.ID, err
}

func (e *Engine) changeIntent(ctx context.Context, id int64, change func(Tx, *Intent, commerce.Instant) error) (i Intent, err error) {
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		if i, err = tx.Intent(id); err != nil {
			return err
		}
		if err := change(tx, &i, tx.Now()); err != nil {
			return err
		}
		return errors.Join(tx.UpdateIntent(i), tx.FollowPlan(i.PlanID))
	})
	if err != nil {
		return i, err
	}
	return e.store.Intent(ctx, id)
}

// UndoPush plans the way back of done intents of a plan: all, or those chosen. What cannot be taken back is named in the plan's
// warnings; with nothing else it is fault.Conflict.
func (e *Engine) UndoPush(ctx context.Context, planID int64, chosen []int64) (PushPlan, error) {
	was, err := e.plan(ctx, planID)
	if err != nil {
		return was, err
	}
	if slices.ContainsFunc(was.Intents, func(i Intent) bool { return i.Operation == channel.Post }) {
		return e.undoBooks(ctx, was, chosen)
	}
	p, err := e.pusher(ctx, PushRequest{ConnectionID: was.ConnectionID, Cause: journal.ByPerson, Person: true})
	if err != nil {
		return was, err
	}
	d := draft{warnings: []string{}}
	var back []Intent
	for _, i := range was.Intents {
		if i.State != Done || len(chosen) > 0 && !slices.Contains(chosen, i.ID) {
			continue
		}
		if !i.Reversible() {
			d.warnings = append(d.warnings, irreversible(i))
			continue
		}
		back = append(back, inverse(i))
	}
	if len(back) == 0 {
		return was, fault.New(fault.Conflict, strings.Join(append(d.warnings, "There is nothing to take back."), " "), "Put it right at the channel itself.")
	}
	return e.keepBack(ctx, p, d, back)
}

func irreversible(i Intent) string {
	return "A " + operationWords[i.Operation][0] + " cannot be taken back: " + i.Name + "."
}

// inverse is the intent that takes another one back.
func inverse(i Intent) Intent {
	back := i
	back.ID, back.Revision, back.State, back.Undoes = 0, 0, Proposed, i.ID
	back.Wanted, back.Observed, back.ObservedAt = i.Observed, or(i.Shown, i.Wanted), i.SettledAt
	back.Reason, back.Warning, back.Reference, back.Problem, back.Shown = "it takes back what was written before", "", "", nil, ""
	back.DependsOn, back.CheckAt, back.SettledAt, back.RunID = 0, 0, 0, 0
	switch i.Operation {
	case channel.SetStock:
		back.Body.Quantity = back.Wanted
	case channel.SetPrice:
		back.Body.Price = back.Wanted
	case channel.SetStatus:
		back.Body.Status = back.Wanted
	}
	return back
}

// keepBack looks live at what is to be taken back and keeps the plan of it.
func (e *Engine) keepBack(ctx context.Context, p *pusher, d draft, back []Intent) (PushPlan, error) {
	values, err := p.observe(ctx, back)
	if err != nil {
		return PushPlan{}, err
	}
	for n := range back {
		if value := values[n].value; value != "" {
			if !same(back[n].Operation, value, back[n].Observed) {
				back[n].Warning = "It is " + value + " by now, not " + back[n].Observed + " as it was left."
			}
			back[n].Observed, back[n].ObservedAt = value, e.store.Now()
		}
	}
	back = slices.DeleteFunc(back, func(i Intent) bool { return same(i.Operation, i.Wanted, i.Observed) })
	if len(back) == 0 {
		return PushPlan{}, fault.New(fault.Conflict, "It is as it was before already.", "Look at it there.")
	}
	return p.keepAsked(ctx, d, back)
}

// keepAsked keeps intents that a person asked for as a plan of their own; what waits of the same is taken off.
func (p *pusher) keepAsked(ctx context.Context, d draft, asked []Intent) (PushPlan, error) {
	var id int64
	err := p.engine.store.InSyncTx(ctx, false, func(tx Tx) error {
		plan := p.planOf(d, journal.ByPerson, asked)
		if err := tx.InsertPushPlan(&plan); err != nil {
			return err
		}
		id = plan.ID
		for _, i := range asked {
			i.PlanID = plan.ID
			if err := p.insertAsked(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return PushPlan{}, err
	}
	return p.engine.planBegin(ctx, id)
}

func (p *pusher) insertAsked(tx Tx, i Intent) error {
	if absolute(i.Operation) {
		latest, err := tx.LatestIntent(i.ConnectionID, i.Operation, i.Target, i.Location)
		if err != nil {
			return err
		}
		s := sorter{p: p, tx: tx, touched: map[int64]bool{}}
		switch {
		case latest.State.waits():
			i.DependsOn = latest.DependsOn
			err = errors.Join(s.supersede(latest, "A newer wish took its place."), tx.FollowPlan(latest.PlanID))
		case latest.State.underWay():
			i.DependsOn = latest.ID
		}
		if err != nil {
			return err
		}
		return tx.InsertIntent(&i)
	}
	open, err := tx.OpenIntentsOf(i.ConnectionID, i.Operation, i.RecordKind, i.RecordID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if i.Operation != channel.Ship || sameBody(o.Body, i.Body) {
			return fault.New(fault.Conflict, "A "+operationWords[i.Operation][0]+" of "+i.Name+" is planned already and not done yet.", "Approve that one, or drop it first.")
		}
	}
	return tx.InsertIntent(&i)
}

// OrderRequest asks for one write about an order.
type OrderRequest struct {
	OrderID      int64
	ConnectionID int64 // 0 is the one of its channel that can do it
	Operation    channel.Operation
	Status       string // order.status
	Amount       string // order.refund, in the order's currency
	Lines        []OrderPart
	Restock      bool
	Notify       bool
	Reason       string
	ShipmentID   int64 // order.ship: one that is recorded here; else what follows
	Carrier      string
	Service      string
	Tracking     string
	Corrects     string // order.ship: the number that the channel has and that is wrong
}

// OrderPart is how much of an order's line, by its id here.
type OrderPart struct {
	LineID   int64
	Quantity commerce.Decimal
}

// PlanOrder plans what a person asks of one order.
func (e *Engine) PlanOrder(ctx context.Context, r OrderRequest) (PushPlan, error) {
	o, err := e.store.Lookup(ctx).LoadOrder(r.OrderID)
	if err != nil {
		return PushPlan{}, err
	}
	if o == nil {
		return PushPlan{}, fault.New(fault.NotFound, "There is no such order.", "It may have been removed; look at the list of orders.")
	}
	p, err := e.pusherFor(ctx, *o, r)
	if err != nil {
		return PushPlan{}, err
	}
	i, err := p.asked(ctx, *o, r)
	if err != nil {
		return PushPlan{}, err
	}
	d := draft{warnings: []string{}}
	if i.Operation == channel.SetStatus {
		values, err := p.observe(ctx, []Intent{i})
		if err != nil {
			return PushPlan{}, err
		}
		if values[0].trouble != nil {
			return PushPlan{}, values[0].trouble
		}
		if i.Observed, i.ObservedAt = values[0].value, e.store.Now(); i.Observed == i.Wanted {
			return PushPlan{}, fault.New(fault.Conflict, o.Number+" is "+i.Wanted+" there already.", "There is nothing to write.")
		}
	}
	if !i.Reversible() && i.Operation != channel.SetStatus {
		d.warnings = append(d.warnings, irreversible(i))
	}
	return p.keepAsked(ctx, d, []Intent{i})
}

// pusherFor finds the connection of an order's channel that can do what is asked.
func (e *Engine) pusherFor(ctx context.Context, o order.Order, r OrderRequest) (*pusher, error) {
	if !known(r.Operation) || r.Operation == channel.SetStock || r.Operation == channel.SetPrice {
		return nil, fault.New(fault.Invalid, "“"+string(r.Operation)+"” cannot be asked of an order.", "Use order.status, order.ship, order.cancel or order.refund.").InField("operation")
	}
	if o.ExternalID == "" {
		return nil, fault.New(fault.Conflict, o.Number+" came in by a file: its channel's id of it is not known.", "Pull the orders of its channel by a connection first.")
	}
	all, err := e.store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ChannelID != o.ChannelID || r.ConnectionID != 0 && c.ID != r.ConnectionID {
			continue
		}
		p, err := e.pusher(ctx, PushRequest{ConnectionID: c.ID, Cause: journal.ByPerson, Person: true})
		if err != nil {
			return nil, err
		}
		if _, can := p.session.manifest.Write(r.Operation); can {
			return p, nil
		}
	}
	return nil, fault.New(fault.Conflict, "No connection of "+o.Channel+" can write a "+operationWords[r.Operation][0]+".", "Do it there by hand.")
}

// OrderWrites lists what the connections of each channel can write about an order.
func (e *Engine) OrderWrites(ctx context.Context) (map[int64][]channel.Operation, error) {
	all, err := e.store.Connections(ctx)
	can := map[int64][]channel.Operation{}
	for _, c := range all {
		m, _ := e.ManifestOf(c)
		for _, w := range m.Writes {
			can[c.ChannelID] = append(can[c.ChannelID], w.Operation)
		}
	}
	return can, err
}

// asked makes the intent of a request.
func (p *pusher) asked(ctx context.Context, o order.Order, r OrderRequest) (Intent, error) {
	i := Intent{ConnectionID: p.connection.ID, ChannelID: p.connection.ChannelID, Operation: r.Operation, Target: o.ExternalID, Name: o.Number, RecordKind: orderRecord,
		RecordID: o.ID, State: Proposed, Reason: "you asked for it"}
	i.Body = Body{Restock: r.Restock, Notify: r.Notify, Reason: r.Reason}
	var err error
	if i.Body.Lines, err = linesOf(o, r.Lines); err != nil {
		return i, err
	}
	switch r.Operation {
	case channel.SetStatus:
		return i, p.askedStatus(&i, r)
	case channel.Cancel:
		i.Wanted = "cancelled"
	case channel.Refund:
		return i, askedRefund(&i, o, r)
	case channel.Ship:
		return i, p.askedShipment(ctx, &i, r)
	}
	return i, nil
}

func (p *pusher) askedStatus(i *Intent, r OrderRequest) error {
	write, _ := p.session.manifest.Write(r.Operation)
	if !slices.ContainsFunc(write.Statuses, func(c channel.Choice) bool { return c.Value == r.Status }) {
		return fault.New(fault.Invalid, "“"+r.Status+"” is not a status that can be set there.", "Use one of those that the connector lists.").InField("status")
	}
	i.Wanted, i.Body.Status = r.Status, r.Status
	return nil
}

func askedRefund(i *Intent, o order.Order, r OrderRequest) error {
	amount, err := commerce.ParseDecimal(r.Amount)
	if err == nil {
		_, err = commerce.AmountOf(amount, o.Currency.Exponent())
	}
	if err != nil || amount.Sign() <= 0 {
		return fault.New(fault.Invalid, "“"+r.Amount+"” is not an amount to give back.", "Write it like 12.50, in "+string(o.Currency)+".").InField("amount")
	}
	if paid := o.Total; paid.Stated {
		if left := fulfillment.Minus(commerce.Decimal(paid.Decimal(o.Currency.Exponent())), refunded(o)); fulfillment.Less(left, amount) {
			return fault.New(fault.Invalid, "That is more than is left of "+o.Number+".", "Give back at most "+decimalText(left)+".").InField("amount")
		}
	}
	i.Body.Amount, i.Body.Currency = string(amount), string(o.Currency)
	i.Wanted = string(amount) + " " + string(o.Currency)
	return nil
}

func refunded(o order.Order) commerce.Decimal {
	if !o.Refunded.Stated {
		return ""
	}
	return commerce.Decimal(o.Refunded.Decimal(o.Currency.Exponent()))
}

func (p *pusher) askedShipment(ctx context.Context, i *Intent, r OrderRequest) error {
	if r.ShipmentID != 0 {
		rows, err := p.engine.store.Outgoing(ctx, p.connection, 0)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(o Outgoing) bool { return o.ShipmentID == r.ShipmentID && o.OrderID == r.OrderID })
		if at < 0 {
			return fault.New(fault.Conflict, "The channel knows this shipment, or was told of it.", "Look at the order's history.").InField("shipment")
		}
		shipping := rows[at].Shipping
		i.RecordKind, i.RecordID, i.Body.Shipment = shipmentRecord, r.ShipmentID, &shipping
	} else {
		if strings.TrimSpace(r.Tracking) == "" {
			return fault.New(fault.Invalid, "A tracking number is missing.", "State it, or a shipment that is recorded here.").InField("tracking")
		}
		if r.Corrects != "" {
			return p.askedCorrection(ctx, i, r)
		}
		i.Body.Shipment = &Shipping{Carrier: r.Carrier, Service: r.Service, Tracking: strings.TrimSpace(r.Tracking), ShippedAt: int64(p.engine.store.Now()), Lines: i.Body.Lines}
		i.Body.Lines = nil
	}
	i.Wanted = shippingText(*i.Body.Shipment)
	return nil
}

// askedCorrection finds the shipment whose number is wrong by what the channel last said of the order.
func (p *pusher) askedCorrection(ctx context.Context, i *Intent, r OrderRequest) error {
	if write, _ := p.session.manifest.Write(channel.Ship); !write.Corrects {
		return fault.New(fault.Conflict, p.session.manifest.Name+" cannot be told another number of a shipment.", "Correct it there by hand.").InField("corrects")
	}
	orders, err := p.ordersThere(ctx, []Outgoing{{Target: i.Target}})
	if err != nil {
		return err
	}
	there := orders[i.Target].Shipments
	at := slices.IndexFunc(there, func(s channel.Shipment) bool {
		return s.ExternalID != "" && s.Tracking == strings.TrimSpace(r.Corrects)
	})
	if at < 0 {
		return fault.New(fault.NotFound, p.connection.Name+" tells of no shipment of "+i.Name+" with this number.", "Look at its orders once more, then try again.").InField("corrects")
	}
	i.Body.Shipment = &Shipping{Carrier: r.Carrier, Service: r.Service, Tracking: strings.TrimSpace(r.Tracking), Corrects: there[at].ExternalID, Was: there[at].Tracking}
	i.Body.Lines, i.Wanted = nil, shippingText(*i.Body.Shipment)
	return nil
}

// linesOf names lines as the channel does.
func linesOf(o order.Order, parts []OrderPart) ([]Part, error) {
	var all []Part
	for _, part := range parts {
		at := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == part.LineID })
		switch {
		case at < 0:
			return nil, fault.New(fault.Invalid, "The order has no such line.", "Look at the order again.").InField("lines")
		case o.Lines[at].ExternalID == "":
			return nil, fault.New(fault.Conflict, "The channel's id of the line “"+o.Lines[at].Title+"” is not known.", "Leave the lines out, or do it there by hand.").InField("lines")
		case part.Quantity.Sign() <= 0 || fulfillment.Less(o.Lines[at].Quantity, part.Quantity):
			return nil, fault.New(fault.Invalid, "There are "+decimalText(o.Lines[at].Quantity)+" of “"+o.Lines[at].Title+"”.", "Correct the quantity.").InField("lines")
		}
		all = append(all, Part{LineID: o.Lines[at].ExternalID, Quantity: decimalText(part.Quantity)})
	}
	return all, nil
}
