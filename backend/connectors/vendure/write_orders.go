package vendure

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// The states that are written.
const (
	shipped   = "Shipped"
	delivered = "Delivered"
	cancelled = "Cancelled"
)

const noteHistory = "ORDER_NOTE"

// noteOptions asks for the notes on an order.
var noteOptions = map[string]any{
	"take": mostRows, "sort": map[string]any{"createdAt": "ASC"},
	"filter": map[string]any{"type": map[string]any{"eq": noteHistory}},
}

// orderNow reads an order live; nil where it is not there.
func orderNow(ctx context.Context, s channel.Session, id string) (*vendorOrder, error) {
	var found struct {
		Order *vendorOrder `json:"order"`
	}
	variables := map[string]any{"id": id, "history": noteOptions}
	_, err := into(ctx, s, question{document: orderDocument, variables: variables}, &found)
	return found.Order, err
}

// result is what a mutation on an order answers: what was made, or why not.
type result struct {
	Typename  string `json:"__typename"`
	ID        string `json:"id"`
	State     string `json:"state"`
	ErrorCode string `json:"errorCode"`
	Message   string `json:"message"`
	Why       string `json:"why"`
}

// said is the vendor's reason in words; its own message is sometimes the name of one.
func (r result) said() string {
	switch {
	case r.Why != "":
		return r.Why
	case r.Message != "" && !strings.HasPrefix(r.Message, "errorResult."):
		return r.Message
	}
	return strings.ToLower(strings.ReplaceAll(r.ErrorCode, "_", " "))
}

// mutate carries out a mutation on an order.
func mutate(ctx context.Context, s channel.Session, document string, variables map[string]any) (result, error) {
	var answer struct {
		Result result `json:"result"`
	}
	_, err := into(ctx, s, question{document: document, variables: variables, writes: true}, &answer)
	return answer.Result, err
}

// write is one write on an order.
type write = channel.OrderWrite[vendorOrder]

func writing(done func(vendorOrder, channel.Intent) (channel.Outcome, bool), do func(context.Context, channel.Session, vendorOrder, channel.Intent) (channel.Outcome, error)) write {
	return write{Vendor: vendor, Look: orderNow, Done: done, Do: do}
}

func refusal(r result) channel.Outcome {
	return channel.Refuse(fault.Invalid, vendor+" refuses this: "+sentence(r.said()), "Look at the order there.")
}

// sentence ends with a full stop.
func sentence(text string) string { return strings.TrimRight(text, ". ") + "." }

// --- shipping -------------------------------------------------------------------------------------------------------

var shipping = writing(shippedBy, ship)

// claim is what the note on an order says of a fulfilment: Vendure takes no keys.
func claim(key, fulfillment string) string {
	return "Tradepost " + key + ": fulfilment " + fulfillment + "."
}

// parcel finds the fulfilment of an intent: the one that a note claims for its key, else one that nobody claims and that is
// what the intent asks for.
func (v vendorOrder) parcel(intent channel.Intent) (fulfillment, bool) {
	claimed := map[string]bool{}
	for _, f := range v.Fulfillments {
		for _, one := range v.History.Items {
			if one.Data.Note == claim(intent.Key, f.ID) {
				return f, true
			}
			if strings.HasPrefix(one.Data.Note, "Tradepost ") && strings.HasSuffix(one.Data.Note, ": fulfilment "+f.ID+".") {
				claimed[f.ID] = true
			}
		}
	}
	for _, f := range v.Fulfillments {
		if !claimed[f.ID] && f.State != cancelled && f.is(*intent.Shipment) {
			return f, true
		}
	}
	return fulfillment{}, false
}

// is tells whether a fulfilment is what a shipment says. A shipment without lines is all that was left when it was made.
func (f fulfillment) is(s channel.Shipment) bool {
	if f.Tracking != s.Tracking || f.Method != methodOf(s) {
		return false
	}
	want := map[string]commerce.Decimal{}
	for _, l := range goods(s) {
		want[l.LineID] = l.Quantity
	}
	for _, l := range f.Lines {
		if len(s.Lines) > 0 && !want[l.LineID].Equal(commerce.Decimal(strconv.FormatInt(l.Quantity, 10))) {
			return false
		}
	}
	return len(s.Lines) == 0 || len(want) == len(f.Lines)
}

// goods are the lines of a shipment without those that are surcharges there.
func goods(s channel.Shipment) []channel.ShippedLine {
	return slices.DeleteFunc(slices.Clone(s.Lines), func(l channel.ShippedLine) bool { return strings.HasPrefix(l.LineID, surchargeLine) })
}

// methodOf is carrier and service in the one field there is.
func methodOf(s channel.Shipment) string { return strings.TrimSpace(s.Carrier + " " + s.Service) }

func shippedBy(v vendorOrder, intent channel.Intent) (channel.Outcome, bool) {
	switch {
	case intent.Shipment == nil:
		return channel.Refuse(fault.Invalid, "Nothing is said of what was shipped.", "Name the parcel."), true
	case len(intent.Shipment.Lines) > 0 && len(goods(*intent.Shipment)) == 0: // a surcharge does not travel
		return channel.Outcome{Result: channel.Already}, true
	}
	f, there := v.parcel(intent)
	if !there || !f.travels() && f.State != cancelled {
		return channel.Outcome{}, false
	}
	return channel.Outcome{Result: channel.Already, Ref: f.ID}, true
}

// ship makes the fulfilment, unless an earlier try did, claims it and sends it off. A try that ends between leaves a fulfilment that
// waits, and the next one goes on with it.
func ship(ctx context.Context, s channel.Session, v vendorOrder, intent channel.Intent) (channel.Outcome, error) {
	f, there := v.parcel(intent)
	if !there {
		made, no, err := fulfil(ctx, s, v, intent)
		if err != nil || no != nil {
			return deref(no), err
		}
		f.ID = made
	}
	if !v.notes(claim(intent.Key, f.ID)) {
		input := map[string]any{"id": v.ID, "note": claim(intent.Key, f.ID), "isPublic": false}
		if _, err := ask(ctx, s, question{document: noteDocument, variables: map[string]any{"input": input}, writes: true}); err != nil {
			return channel.Outcome{}, err
		}
	}
	moved, err := mutate(ctx, s, moveDocument, map[string]any{"id": f.ID, "state": shipped})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case moved.Typename != "Fulfillment":
		return refusal(moved), nil
	}
	return channel.Outcome{Result: channel.Applied, Ref: f.ID}, nil
}

func deref(o *channel.Outcome) channel.Outcome {
	if o == nil {
		return channel.Outcome{}
	}
	return *o
}

func (v vendorOrder) notes(text string) bool {
	return slices.ContainsFunc(v.History.Items, func(one historyItem) bool { return one.Data.Note == text })
}

// fulfil makes a fulfilment and gives its id. Refused as the answer to a call that arrived twice, it is looked up.
func fulfil(ctx context.Context, s channel.Session, v vendorOrder, intent channel.Intent) (string, *channel.Outcome, error) {
	lines, no := v.toShip(*intent.Shipment)
	if no != nil {
		return "", no, nil
	}
	made, err := mutate(ctx, s, fulfillDocument, map[string]any{"input": map[string]any{
		"lines": lines,
		"handler": map[string]any{"code": "manual-fulfillment", "arguments": []any{
			map[string]any{"name": "method", "value": methodOf(*intent.Shipment)},
			map[string]any{"name": "trackingCode", "value": intent.Shipment.Tracking},
		}},
	}})
	if err != nil {
		return "", nil, err
	}
	if made.Typename == "Fulfillment" {
		return made.ID, nil, nil
	}
	now, err := orderNow(ctx, s, v.ID)
	if err != nil {
		return "", &channel.Outcome{Result: channel.Unclear}, nil //nolint:nilerr // it is not clear, which is an answer
	}
	if now != nil {
		if f, there := now.parcel(intent); there {
			return f.ID, nil, nil
		}
	}
	outcome := refusal(made)
	return "", &outcome, nil
}

// toShip is the lines of a shipment as the vendor takes them.
func (v vendorOrder) toShip(s channel.Shipment) ([]any, *channel.Outcome) {
	var lines []any
	for _, l := range goods(s) {
		quantity, err := strconv.ParseInt(string(l.Quantity.Padded(0)), 10, 32)
		if err != nil || quantity <= 0 || !slices.ContainsFunc(v.Lines, func(own vendorLine) bool { return own.ID == l.LineID }) {
			no := channel.Refuse(fault.Invalid, "The order at "+vendor+" has no such line, or it is not shipped in whole pieces.", "Read the order again.")
			return nil, &no
		}
		lines = append(lines, map[string]any{"orderLineId": l.LineID, "quantity": quantity})
	}
	if len(s.Lines) > 0 {
		return lines, nil
	}
	for _, l := range v.Lines {
		if left := l.Quantity - v.inParcels(l.ID); left > 0 {
			lines = append(lines, map[string]any{"orderLineId": l.ID, "quantity": left})
		}
	}
	if len(lines) == 0 {
		no := channel.Refuse(fault.Invalid, "Nothing of the order is left to ship at "+vendor+".", "Read the order again.")
		return nil, &no
	}
	return lines, nil
}

// inParcels is how much of a line is in fulfilments that were not cancelled, whether they have left or not.
func (v vendorOrder) inParcels(lineID string) int64 {
	var sum int64
	for _, f := range v.Fulfillments {
		for _, l := range f.Lines {
			if f.State != cancelled && l.LineID == lineID {
				sum += l.Quantity
			}
		}
	}
	return sum
}

func (connector) Ship(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return shipping.Each(ctx, s, intents)
}

// --- cancelling -----------------------------------------------------------------------------------------------------

var cancelling = writing(cancelledBy, cancel)

func cancelledBy(v vendorOrder, _ channel.Intent) (channel.Outcome, bool) {
	return channel.Outcome{Result: channel.Already}, v.State == cancelled
}

func cancel(ctx context.Context, s channel.Session, v vendorOrder, intent channel.Intent) (channel.Outcome, error) {
	r, err := mutate(ctx, s, cancelDocument, map[string]any{"input": map[string]any{
		"orderId": v.ID, "cancelShipping": true, "reason": marked(intent),
	}})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case r.Typename != "Order":
		return refusal(r), nil
	}
	return channel.Outcome{Result: channel.Applied}, nil
}

// marked is the reason with the key behind it.
func marked(intent channel.Intent) string {
	return strings.TrimSpace(intent.Reason + " (" + intent.Key + ")")
}

func (connector) Cancel(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return cancelling.Each(ctx, s, intents)
}

// --- refunding ------------------------------------------------------------------------------------------------------

var refunding = writing(refundedBy, giveBack)

// refundedBy finds the refund whose reason ends in the key.
func refundedBy(v vendorOrder, intent channel.Intent) (channel.Outcome, bool) {
	for _, p := range v.Payments {
		for _, r := range p.Refunds {
			if r.State != "Failed" && strings.HasSuffix(r.Reason, "("+intent.Key+")") {
				return channel.Outcome{Result: channel.Already, Ref: r.ID}, true
			}
		}
	}
	return channel.Outcome{}, false
}

func giveBack(ctx context.Context, s channel.Session, v vendorOrder, intent channel.Intent) (channel.Outcome, error) {
	m := moneyOf(s.Account(), v.Currency)
	amount, exact := m.minor(commerce.Decimal(intent.Amount.Decimal(m.currency.Exponent())))
	switch {
	case intent.Currency != "" && intent.Currency != v.Currency:
		return channel.Refuse(fault.Invalid, "The order was paid in "+string(v.Currency)+".", "State the refund in that currency."), nil
	case !exact || amount <= 0:
		return channel.Refuse(fault.Invalid, "A refund needs an amount above nothing.", "State how much is given back."), nil
	}
	i := slices.IndexFunc(v.Payments, func(p payment) bool { return p.State == "Settled" && p.Amount-p.refunded() >= amount })
	if i < 0 {
		return channel.Refuse(fault.Invalid, "No payment of the order has so much left to give back.", "Refund less, or payment by payment."), nil
	}
	// lines, shipping and adjustment are deprecated beside amount, and a server without them fails (3.7.3).
	r, err := mutate(ctx, s, refundDocument, map[string]any{"input": map[string]any{
		"paymentId": v.Payments[i].ID, "amount": amount, "reason": marked(intent), "lines": []any{}, "shipping": 0, "adjustment": 0,
	}})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case r.Typename != "Refund" || r.State == "Failed":
		return refusal(r), nil
	}
	return channel.Outcome{Result: channel.Applied, Ref: r.ID}, nil
}

func (connector) Refund(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return refunding.Each(ctx, s, intents)
}

// --- status ---------------------------------------------------------------------------------------------------------

var settingStatus = writing(standsAs, deliver)

func standsAs(v vendorOrder, intent channel.Intent) (channel.Outcome, bool) {
	switch {
	case v.State == intent.Status:
		return channel.Outcome{Result: channel.Already, Value: v.State}, true
	case intent.Observed != "" && intent.Observed != v.State && v.State != "PartiallyDelivered": // on the way there
		return channel.Outcome{Result: channel.Stale, Value: v.State}, true
	}
	return channel.Outcome{}, false
}

// deliver sets all that was shipped to delivered, by which the order becomes so.
func deliver(ctx context.Context, s channel.Session, v vendorOrder, intent channel.Intent) (channel.Outcome, error) {
	if intent.Status != delivered || v.State != shipped && v.State != "PartiallyDelivered" {
		return channel.Refuse(fault.Invalid, "The order at "+vendor+" is in the state "+v.State+", from which this cannot be set.",
			"Ship everything first."), nil
	}
	for _, f := range v.Fulfillments {
		if f.State != shipped {
			continue
		}
		r, err := mutate(ctx, s, moveDocument, map[string]any{"id": f.ID, "state": delivered})
		if err != nil {
			return channel.Outcome{}, err
		}
		if r.Typename != "Fulfillment" {
			return refusal(r), nil
		}
	}
	now, err := orderNow(ctx, s, v.ID)
	switch {
	case err != nil:
		return channel.Outcome{Result: channel.Unclear}, nil //nolint:nilerr // it is not clear, which is an answer
	case now == nil:
		return channel.NoLonger(vendor, "order"), nil
	case now.State != delivered:
		return stays(now.State), nil
	}
	return channel.Outcome{Result: channel.Applied, Value: now.State}, nil
}

func stays(state string) channel.Outcome {
	return channel.Refuse(fault.Invalid, "The order at "+vendor+" stays in the state "+state+".", "Look at its fulfilments there.")
}

func (connector) SetStatus(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return settingStatus.Each(ctx, s, intents)
}
