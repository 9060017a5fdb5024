package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/syncing"
)

type planStore interface {
	PushPlan(ctx context.Context, id int64) (syncing.PushPlan, error)
	PushPlans(ctx context.Context, filter syncing.PlanFilter) ([]syncing.PushPlan, error)
	PlanIntents(ctx context.Context, planID, after int64, limit int) ([]syncing.Intent, error)
	Intent(ctx context.Context, id int64) (syncing.Intent, error)
	Attempts(ctx context.Context, intentID int64) ([]syncing.Attempt, error)
	PushTroubles(ctx context.Context) ([]syncing.PushTrouble, error)
	OrderIntents(ctx context.Context, orderID int64) ([]syncing.Intent, error)
	ListingTitles(ctx context.Context, ids []int64) (map[int64]string, error)
}

// PushPlan is what would be written to one connection, or was.
type PushPlan struct {
	ID         *string    `json:"id" doc:"Null for one that is only shown, and where there is nothing to write."`
	ETag       string     `json:"etag"`
	Connection string     `json:"connection" doc:"The connection's id."`
	Name       string     `json:"name" doc:"The connection's name."`
	Title      string     `json:"title"`
	Cause      string     `json:"cause" enum:"person,schedule,catch_up"`
	State      string     `json:"state" enum:"open,approved,done,discarded" doc:"open: something in it waits for a person."`
	Warnings   []string   `json:"warnings"`
	Blocked    *string    `json:"blocked" doc:"Why it does not go out by itself whatever the rule of approval; null when it is not blocked."`
	MadeAt     *string    `json:"made_at"`
	ObservedAt *string    `json:"observed_at" doc:"When the oldest of its observed values was seen."`
	ApprovedAt *string    `json:"approved_at"`
	Counts     PlanCounts `json:"counts"`
	Warned     int        `json:"warned" doc:"How many of those that wait have a warning."`
	Undoable   int        `json:"undoable" doc:"How many of those done can be taken back."`
}

// PlanCounts counts a plan's intents by state.
type PlanCounts struct {
	Proposed   int `json:"proposed"`
	Approved   int `json:"approved"`
	Sending    int `json:"sending"`
	Pending    int `json:"pending"`
	Unknown    int `json:"unknown"`
	Done       int `json:"done"`
	Rejected   int `json:"rejected"`
	Superseded int `json:"superseded"`
}

// PushIntent is one write to another system: what is there, and what should be.
type PushIntent struct {
	ID         *string        `json:"id" doc:"Null in a plan that is only shown."`
	ETag       string         `json:"etag"`
	Revision   int64          `json:"revision"`
	Key        *string        `json:"key" doc:"What is sent with every try of this revision."`
	Plan       *string        `json:"plan"`
	Operation  string         `json:"operation" enum:"stock.set,price.set,order.status,order.ship,order.cancel,order.refund,book.post,book.undo"`
	Name       string         `json:"name" doc:"By which people know the target."`
	Title      *string        `json:"title" doc:"Of the listing; null where it is about no listing, or in the answer to a change."`
	Target     string         `json:"target" doc:"The channel's id of it."`
	Location   *string        `json:"location"`
	Place      *string        `json:"place" doc:"What the location is called; null where it is not known, or in the answer to a change."`
	RecordKind string         `json:"record_kind" enum:"listing,order,shipment,posting"`
	Record     string         `json:"record" doc:"The id of the listing, order or shipment here."`
	State      string         `json:"state" enum:"proposed,approved,sending,pending,unknown,done,rejected,superseded"`
	Observed   *string        `json:"observed" doc:"What was there; null is not known."`
	ObservedAt *string        `json:"observed_at"`
	Wanted     string         `json:"wanted"`
	Shown      *string        `json:"shown" doc:"What was read back after it was done."`
	Reason     string         `json:"reason"`
	Warning    *string        `json:"warning"`
	Reversible bool           `json:"reversible" doc:"Whether it can be taken back once it is done."`
	Undoes     *string        `json:"undoes" doc:"The write that this takes back."`
	DependsOn  *string        `json:"depends_on" doc:"The write that has to be settled before."`
	Reference  *string        `json:"reference" doc:"The vendor's id of what was made."`
	Problem    *fault.Problem `json:"problem"`
	Run        *string        `json:"run" doc:"The run that sent it last."`
	CheckAt    *string        `json:"check_at" doc:"When it is looked at next, or before when it is not sent."`
	CreatedAt  *string        `json:"created_at"`
	SettledAt  *string        `json:"settled_at"`
}

// PushAttempt is one call about a write.
type PushAttempt struct {
	Number    int64   `json:"number"`
	Revision  int64   `json:"revision"`
	Kind      string  `json:"kind" enum:"send,find,poll,look"`
	StartedAt *string `json:"started_at"`
	EndedAt   *string `json:"ended_at" doc:"Null while it lasts."`
	Outcome   string  `json:"outcome" doc:"applied, already, rejected, conflict, unknown, pending, not_done or not_sent; empty while it lasts."`
	Detail    string  `json:"detail"`
}

// PlanWhole is a plan with its writes.
type PlanWhole struct {
	PushPlan
	Intents []PushIntent `json:"intents"`
	Next    *string      `json:"next" doc:"The after of the next page of intents; null at the end. A plan that was made or changed comes with its first hundred."`
}

type planList struct {
	Plans []PushPlan `json:"plans"`
	Next  *string    `json:"next"`
}

// IntentWhole is a write with every call about it.
type IntentWhole struct {
	PushIntent
	Attempts []PushAttempt `json:"attempts"`
}

// PlanMaking asks for a plan.
type PlanMaking struct {
	Live *bool `json:"live,omitempty" doc:"Whether to look at the channel first; true unless stated."`
}

// PlanApproval approves what waits in a plan.
type PlanApproval struct {
	Intents []string `json:"intents,omitempty" doc:"Those that are approved; all that wait when left out."`
	Despite bool     `json:"despite,omitempty" doc:"Approves a blocked plan, whose words why were read; needs If-Match."`
}

// PlanUndo takes back what was written.
type PlanUndo struct {
	Intents []string `json:"intents,omitempty" doc:"Those that are taken back; all that are done when left out."`
}

// OrderPush asks for one write about an order.
type OrderPush struct {
	Operation  string          `json:"operation" enum:"order.status,order.ship,order.cancel,order.refund"`
	Connection string          `json:"connection,omitempty" doc:"The connection's id; that of the order's channel when left out."`
	Status     string          `json:"status,omitempty" doc:"order.status: one of those that the connector lists."`
	Amount     string          `json:"amount,omitempty" doc:"order.refund: in the order's currency."`
	Lines      []OrderPushLine `json:"lines,omitempty" doc:"order.refund: what comes back; order.ship: what lies in it."`
	Restock    bool            `json:"restock,omitempty"`
	Notify     bool            `json:"notify,omitempty" doc:"Tell the buyer, where the vendor can."`
	Reason     string          `json:"reason,omitempty" maxLength:"200"`
	Shipment   string          `json:"shipment,omitempty" doc:"order.ship: the id of a shipment recorded here; or what follows."`
	Carrier    string          `json:"carrier,omitempty"`
	Service    string          `json:"service,omitempty"`
	Tracking   string          `json:"tracking,omitempty"`
	Corrects   string          `json:"corrects,omitempty" doc:"order.ship: the number that the channel has and that is wrong; tracking is the right one."`
}

// OrderPushLine is how much of one line.
type OrderPushLine struct {
	Line     string `json:"line" doc:"The line's id."`
	Quantity string `json:"quantity"`
}

func (s *server) registerPlans(spec huma.API) {
	const tag, read, write = "Plans", "connections:read", "connections:write"
	get(spec, "/api/v1/connections/{id}/plan", about{"preview-push", "What would be written to a connection now", tag, read}, s.previewPush)
	post(spec, "/api/v1/connections/{id}/plans", http.StatusCreated, about{"plan-push", "Plan what is written to a connection", tag, write}, s.planPush)
	get(spec, "/api/v1/plans", about{"list-plans", "Plans of writes, newest first", tag, read}, s.plans)
	get(spec, "/api/v1/plans/{id}", about{"get-plan", "A plan with its writes", tag, read}, s.planByID)
	post(spec, "/api/v1/plans/{id}/approve", http.StatusOK, about{"approve-plan", "Approve what waits in a plan; it is sent then", tag, write}, s.approvePlan)
	post(spec, "/api/v1/plans/{id}/discard", http.StatusOK, about{"discard-plan", "Take off what waits in a plan", tag, write}, s.discardPlan)
	post(spec, "/api/v1/plans/{id}/undo", http.StatusCreated, about{"undo-plan", "Plan the way back of what was written", tag, write}, s.undoPlan)
	get(spec, "/api/v1/intents/{id}", about{"get-intent", "A write with every call about it", tag, read}, s.intentByID)
	post(spec, "/api/v1/intents/{id}/retry", http.StatusOK, about{"retry-intent", "Try a write again, or look at it now", tag, write}, s.retryIntent)
	post(spec, "/api/v1/intents/{id}/drop", http.StatusOK, about{"drop-intent", "Take a write off", tag, write}, s.dropIntent)
	post(spec, "/api/v1/orders/{id}/push", http.StatusCreated, about{"push-order", "Plan a write about an order: its status, a shipment, a cancellation, a refund", tag, write}, s.pushOrder)
}

func pushPlanOf(p syncing.PushPlan) PushPlan {
	c := p.Counts
	body := PushPlan{ID: optionalID(p.ID), ETag: idText(p.Seq), Connection: idText(p.ConnectionID), Name: p.Connection, Title: p.Title, Cause: string(p.Cause),
		State: string(p.State), Warnings: p.Warnings, Blocked: optionalText(p.Blocked), MadeAt: when(p.MadeAt), ObservedAt: when(p.ObservedAt),
		ApprovedAt: when(p.ApprovedAt), Counts: PlanCounts{c[syncing.Proposed], c[syncing.Approved], c[syncing.Sending], c[syncing.Pending], c[syncing.Unknown],
			c[syncing.Done], c[syncing.Rejected], c[syncing.Superseded]}, Warned: p.Warned, Undoable: p.Reversible}
	if body.Warnings == nil {
		body.Warnings = []string{}
	}
	return body
}

func planWhole(p syncing.PushPlan, err error) (*reply[PlanWhole], error) {
	body := PlanWhole{PushPlan: pushPlanOf(p), Intents: []PushIntent{}}
	for _, i := range p.Intents {
		body.Intents = append(body.Intents, pushIntentOf(i))
		if i.ID == 0 && i.Warning != "" {
			body.Warned++ // of a plan that is only shown, nobody counted them
		}
	}
	return ok(body, err)
}

// planBegin is a plan that was made or changed, with the first page of its writes.
func planBegin(p syncing.PushPlan, err error) (*reply[PlanWhole], error) {
	more := len(p.Intents) > syncing.PlanPage
	p.Intents = p.Intents[:min(len(p.Intents), syncing.PlanPage)]
	plan, err := planWhole(p, err)
	if err == nil && more {
		plan.Body.Next = nextID(true, p.Intents[len(p.Intents)-1].ID)
	}
	return plan, err
}

// titled says what the listings of a plan are called.
func (s *server) titled(ctx context.Context, plan *reply[PlanWhole], err error) (*reply[PlanWhole], error) {
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, i := range plan.Body.Intents {
		if id, err := parseID(i.Record); err == nil && i.RecordKind == "listing" {
			ids = append(ids, id)
		}
	}
	if err := s.placed(ctx, plan.Body); err != nil {
		return nil, err
	}
	titles, err := s.Store.ListingTitles(ctx, ids)
	for n, i := range plan.Body.Intents {
		if id, wrong := parseID(i.Record); wrong == nil && i.RecordKind == "listing" {
			plan.Body.Intents[n].Title = optionalText(titles[id])
		}
	}
	return plan, err
}

// placed says what the locations of a plan are called.
func (s *server) placed(ctx context.Context, plan PlanWhole) error {
	id, err := parseID(plan.Connection)
	if err != nil {
		return err
	}
	at, err := s.Store.Connection(ctx, id)
	if fault.Is(err, fault.NotFound) { // it was removed meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, l := range at.Account.Locations {
		names[l.ID] = l.Name
	}
	for n, i := range plan.Intents {
		if i.Location != nil {
			plan.Intents[n].Place = optionalText(names[*i.Location])
		}
	}
	return nil
}

func pushIntentOf(i syncing.Intent) PushIntent {
	body := PushIntent{ID: optionalID(i.ID), ETag: idText(i.Seq), Revision: i.Revision, Plan: optionalID(i.PlanID), Operation: string(i.Operation), Name: i.Name,
		Target: i.Target, Location: optionalText(i.Location), RecordKind: i.RecordKind, Record: idText(i.RecordID), State: string(i.State),
		Observed: optionalText(i.Observed), ObservedAt: when(i.ObservedAt), Wanted: i.Wanted, Shown: optionalText(i.Shown), Reason: i.Reason,
		Warning: optionalText(i.Warning), Reversible: i.Reversible(), Undoes: optionalID(i.Undoes), DependsOn: optionalID(i.DependsOn),
		Reference: optionalText(i.Reference), Problem: i.Problem, Run: optionalID(i.RunID), CheckAt: when(i.CheckAt), CreatedAt: when(i.CreatedAt),
		SettledAt: when(i.SettledAt)}
	if i.ID != 0 {
		body.Key = optionalText(i.Key())
	}
	return body
}

func (s *server) previewPush(ctx context.Context, in *struct {
	ByID
	Live bool `query:"live" doc:"Whether to look at the channel first."`
}) (*reply[PlanWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	plan, err := planWhole(s.Engine.PlanPush(ctx, id, in.Live, false))
	return s.titled(ctx, plan, err)
}

func (s *server) planPush(ctx context.Context, in *struct {
	ByID
	Body PlanMaking
}) (*reply[PlanWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	plan, err := s.Engine.PlanPush(ctx, id, in.Body.Live == nil || *in.Body.Live, true)
	if err == nil && plan.ID == 0 {
		plan.ConnectionID, plan.Title, plan.State, plan.Cause = id, "Nothing to write", syncing.PlanDone, "person"
	}
	return planBegin(plan, err)
}

func (s *server) plans(ctx context.Context, in *struct {
	Paged
	Connection string `query:"connection" doc:"Of one connection only."`
	State      string `query:"state" enum:",open,approved,done,discarded"`
}) (*reply[planList], error) {
	filter := syncing.PlanFilter{State: syncing.PlanState(in.State), Limit: in.Limit}
	var err error
	if in.Connection != "" {
		if filter.ConnectionID, err = parseID(in.Connection); err != nil {
			return nil, err
		}
	}
	if filter.Before, err = in.before(); err != nil {
		return nil, err
	}
	all, err := s.Store.PushPlans(ctx, filter)
	body := planList{Plans: []PushPlan{}}
	for _, p := range all {
		body.Plans = append(body.Plans, pushPlanOf(p))
		body.Next = nextID(len(all) == in.Limit, p.ID)
	}
	return ok(body, err)
}

func (s *server) planByID(ctx context.Context, in *struct {
	ByID
	Paged
}) (*reply[PlanWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	plan, err := s.Store.PushPlan(ctx, id)
	if err != nil {
		return nil, err
	}
	plan.Intents, err = s.Store.PlanIntents(ctx, id, after, in.Limit)
	whole, err := planWhole(plan, err)
	body, err := s.titled(ctx, whole, err)
	if err == nil && len(plan.Intents) > 0 {
		body.Body.Next = nextID(len(plan.Intents) == in.Limit, plan.Intents[len(plan.Intents)-1].ID)
	}
	return body, err
}

func (s *server) approvePlan(ctx context.Context, in *struct {
	Versioned
	Body PlanApproval
}) (*reply[PlanWhole], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	chosen, err := parseIDs(in.Body.Intents)
	if err != nil {
		return nil, err
	}
	plan, err := s.Engine.Approve(ctx, syncing.Approving{PlanID: id, Intents: chosen, IfSeq: seq, Despite: in.Body.Despite})
	if err == nil {
		s.Engine.Kick(plan.ConnectionID)
	}
	return planBegin(plan, err)
}

func (s *server) discardPlan(ctx context.Context, in *ByID) (*reply[PlanWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return planBegin(s.Engine.Discard(ctx, id))
}

func (s *server) undoPlan(ctx context.Context, in *struct {
	ByID
	Body PlanUndo
}) (*reply[PlanWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	chosen, err := parseIDs(in.Body.Intents)
	if err != nil {
		return nil, err
	}
	return planBegin(s.Engine.UndoPush(ctx, id, chosen))
}

func (s *server) intentByID(ctx context.Context, in *ByID) (*reply[IntentWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return s.intentWhole(ctx, id)
}

func (s *server) intentWhole(ctx context.Context, id int64) (*reply[IntentWhole], error) {
	i, err := s.Store.Intent(ctx, id)
	if err != nil {
		return nil, err
	}
	attempts, err := s.Store.Attempts(ctx, id)
	body := IntentWhole{PushIntent: pushIntentOf(i), Attempts: []PushAttempt{}}
	for _, a := range attempts {
		body.Attempts = append(body.Attempts, PushAttempt{a.Number, a.Revision, a.Kind, when(a.StartedAt), when(a.EndedAt), a.Outcome, a.Detail})
	}
	return ok(body, err)
}

func (s *server) retryIntent(ctx context.Context, in *ByID) (*reply[IntentWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	i, err := s.Engine.RetryIntent(ctx, id)
	if err != nil {
		return nil, err
	}
	s.Engine.Kick(i.ConnectionID)
	return s.intentWhole(ctx, id)
}

func (s *server) dropIntent(ctx context.Context, in *ByID) (*reply[IntentWhole], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.Engine.DropIntent(ctx, id); err != nil {
		return nil, err
	}
	return s.intentWhole(ctx, id)
}

func (s *server) pushOrder(ctx context.Context, in *struct {
	ByID
	Body OrderPush
}) (*reply[PlanWhole], error) {
	request, err := in.Body.request(in.ID)
	if err != nil {
		return nil, err
	}
	return planBegin(s.Engine.PlanOrder(ctx, request))
}

func (b OrderPush) request(order string) (r syncing.OrderRequest, err error) {
	r = syncing.OrderRequest{Operation: channel.Operation(b.Operation), Status: b.Status, Amount: b.Amount, Restock: b.Restock, Notify: b.Notify, Reason: b.Reason,
		Carrier: b.Carrier, Service: b.Service, Tracking: b.Tracking, Corrects: b.Corrects}
	for into, text := range map[*int64]string{&r.OrderID: order, &r.ConnectionID: b.Connection, &r.ShipmentID: b.Shipment} {
		if text == "" {
			continue
		}
		if *into, err = parseID(text); err != nil {
			return r, err
		}
	}
	for _, l := range b.Lines {
		id, err := parseID(l.Line)
		if err != nil {
			return r, err
		}
		quantity, err := commerce.ParseDecimal(l.Quantity)
		if err != nil {
			return r, fault.New(fault.Invalid, "“"+l.Quantity+"” is not a quantity.", "Write it like 2.").InField("lines")
		}
		r.Lines = append(r.Lines, syncing.OrderPart{LineID: id, Quantity: quantity})
	}
	return r, nil
}
