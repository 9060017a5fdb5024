package shopify

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// orderNow is an order as it is now.
type orderNow struct {
	ID          string   `json:"id"`
	CancelledAt *string  `json:"cancelledAt"`
	Parcels     []parcel `json:"fulfillments"`
	Tasks       struct {
		Nodes []task `json:"nodes"`
	} `json:"fulfillmentOrders"`
}

var shipping = writing(orderDocument, shippedBy, ship)

// pieces is how many of each line, by the line's number.
type pieces map[string]int64

func (p pieces) none() bool {
	for _, n := range p {
		if n > 0 {
			return false
		}
	}
	return true
}

// take takes some away; false, and nothing is taken, where there are not as many.
func (p pieces) take(others pieces) bool {
	for id, n := range others {
		if p[id] < n {
			return false
		}
	}
	for id, n := range others {
		p[id] -= n
	}
	return true
}

func (p parcel) pieces() pieces {
	all := pieces{}
	for _, l := range p.Lines.Nodes {
		all[number(l.Line.ID)] += l.Quantity
	}
	return all
}

// wanted are the pieces of a shipment; nil is all that is left. ok is false where pieces are not whole.
func wanted(s channel.Shipment) (all pieces, ok bool) {
	for _, l := range s.Lines {
		if strings.HasPrefix(l.LineID, chargeLine) {
			continue // nothing travels of a charge
		}
		n, err := strconv.ParseInt(string(l.Quantity.Padded(0)), 10, 32)
		if err != nil || n <= 0 {
			return nil, false
		}
		if all == nil {
			all = pieces{}
		}
		all[l.LineID] += n
	}
	return all, true
}

// sent are the parcels of a shipment that are there, and what of it is still to be sent. A parcel is known by its tracking number; where there is
// none, by its lines.
func (v orderNow) sent(s channel.Shipment) (there []parcel, left pieces, ok bool) {
	left, ok = wanted(s)
	if !ok {
		return nil, nil, false
	}
	for _, p := range v.Parcels {
		alike := p.travels() && p.numbers() == s.Tracking
		switch {
		case !alike:
		case left == nil, left.take(p.pieces()):
			there = append(there, p)
		}
	}
	if left == nil {
		left = v.open()
	}
	return there, left, true
}

// open are the pieces that can still be sent.
func (v orderNow) open() pieces {
	all := pieces{}
	for _, t := range v.Tasks.Nodes {
		for _, l := range t.Lines.Nodes {
			if t.open() {
				all[number(l.Line.ID)] += l.Remaining
			}
		}
	}
	return all
}

func shippedBy(v orderNow, intent channel.Intent) (channel.Outcome, bool) {
	if intent.Shipment == nil {
		return channel.Refuse(fault.Invalid, "Nothing is said of what was shipped.", "Name the parcel."), true
	}
	if id := intent.Shipment.ExternalID; id != "" {
		p, there := v.parcel(id)
		return channel.Outcome{Result: channel.Already, Ref: id}, there && p.numbers() == intent.Shipment.Tracking
	}
	if goods, whole := wanted(*intent.Shipment); whole && len(intent.Shipment.Lines) > 0 && len(goods) == 0 {
		return channel.Outcome{Result: channel.Already}, true // charges alone
	}
	there, left, ok := v.sent(*intent.Shipment)
	if !ok {
		return channel.Refuse(fault.Invalid, "It is not shipped in whole pieces.", "Correct the parcel."), true
	}
	if len(there) == 0 || !left.none() {
		return channel.Outcome{}, false
	}
	return channel.Outcome{Result: channel.Already, Ref: number(there[0].ID)}, true
}

func (v orderNow) parcel(id string) (parcel, bool) {
	i := slices.IndexFunc(v.Parcels, func(p parcel) bool { return number(p.ID) == id })
	if i < 0 {
		return parcel{}, false
	}
	return v.Parcels[i], true
}

// ship makes a fulfilment at each location that has some of it; a parcel that is there gets the number that is right.
func ship(ctx context.Context, s channel.Session, v orderNow, intent channel.Intent) (channel.Outcome, error) {
	if intent.Shipment.ExternalID != "" {
		return track(ctx, s, v, intent)
	}
	_, left, _ := v.sent(*intent.Shipment)
	groups, no := v.groups(left)
	if no != nil {
		return *no, nil
	}
	outcome := channel.Outcome{}
	for i, group := range groups {
		input := map[string]any{"lineItemsByFulfillmentOrder": group, "notifyCustomer": notifies(s, intent)}
		if info := trackingOf(*intent.Shipment); len(info) > 0 {
			input["trackingInfo"] = info
		}
		m, err := mutate(ctx, s, fulfillDocument, map[string]any{"fulfillment": input})
		switch {
		case err != nil && i == 0:
			return channel.Outcome{}, err
		case err != nil: // the one before is there
			return channel.Outcome{Result: channel.Unclear}, nil //nolint:nilerr // it is not clear, which is an answer
		case len(m.Errors) > 0 && i == 0:
			return m.Errors[0].refusal(), nil
		case len(m.Errors) > 0 || m.Fulfillment == nil:
			return channel.Outcome{Result: channel.Unclear}, nil
		}
		outcome = channel.Outcome{Result: channel.Applied, Ref: number(m.Fulfillment.ID)}
	}
	return outcome, nil
}

func trackingOf(s channel.Shipment) map[string]any {
	info := map[string]any{}
	for name, value := range map[string]string{"company": s.Carrier, "number": s.Tracking, "url": s.URL} {
		if value != "" {
			info[name] = value
		}
	}
	return info
}

// groups shares pieces out among what is open, one group of fulfilment orders for each location: a fulfilment leaves from one. Where a location
// has all of it, it leaves from there.
func (v orderNow) groups(left pieces) ([][]any, *channel.Outcome) {
	tasks := slices.DeleteFunc(slices.Clone(v.Tasks.Nodes), func(t task) bool { return !t.open() })
	if left.none() || len(tasks) == 0 {
		return nil, v.nothingLeft()
	}
	for _, t := range tasks {
		here := slices.DeleteFunc(slices.Clone(tasks), func(other task) bool { return other.place() != t.place() })
		if groups, rest := shared(here, left); rest.none() {
			return groups, nil
		}
	}
	groups, rest := shared(tasks, left)
	if !rest.none() {
		no := channel.Refuse(fault.Invalid, "The order at "+vendor+" has not so many pieces left to ship, or not of these lines.", "Read the order again.")
		return nil, &no
	}
	return groups, nil
}

func (v orderNow) nothingLeft() *channel.Outcome {
	no := channel.Refuse(fault.Invalid, "Nothing of the order is left to ship at "+vendor+".", "Read the order again.")
	if v.CancelledAt != nil {
		no = channel.Refuse(fault.Invalid, "The order is cancelled at "+vendor+".", "Read the order again.")
	}
	return &no
}

// place is where a task is to leave from.
func (t task) place() string {
	if t.At.Location == nil {
		return ""
	}
	return t.At.Location.ID
}

// shared takes pieces from tasks, and gives what of them is left.
func shared(tasks []task, wanted pieces) (groups [][]any, left pieces) {
	left = maps.Clone(wanted)
	byPlace := map[string]int{}
	for _, t := range tasks {
		var lines []any
		for _, l := range t.Lines.Nodes {
			id := number(l.Line.ID)
			n := min(left[id], l.Remaining)
			if n <= 0 {
				continue
			}
			left[id] -= n
			lines = append(lines, map[string]any{"id": l.ID, "quantity": n})
		}
		if len(lines) == 0 {
			continue
		}
		at, known := byPlace[t.place()]
		if !known {
			at, groups = len(groups), append(groups, nil)
			byPlace[t.place()] = at
		}
		groups[at] = append(groups[at], map[string]any{"fulfillmentOrderId": t.ID, "fulfillmentOrderLineItems": lines})
	}
	return groups, left
}

// track corrects the number of a parcel that is there.
func track(ctx context.Context, s channel.Session, v orderNow, intent channel.Intent) (channel.Outcome, error) {
	p, there := v.parcel(intent.Shipment.ExternalID)
	if !there {
		return channel.NoLonger(vendor, "fulfilment"), nil
	}
	m, err := mutate(ctx, s, trackingDocument, map[string]any{"id": p.ID, "tracking": trackingOf(*intent.Shipment), "notify": notifies(s, intent)})
	switch {
	case err != nil:
		return channel.Outcome{}, err
	case len(m.Errors) > 0:
		return m.Errors[0].refusal(), nil
	}
	return channel.Outcome{Result: channel.Applied, Ref: intent.Shipment.ExternalID}, nil
}

// decimalOf writes an amount as Shopify takes it.
func decimalOf(a commerce.Amount, c commerce.Currency) string { return a.Decimal(c.Exponent()) }
