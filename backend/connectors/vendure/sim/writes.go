package sim

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
)

// rest is what of an order is in no fulfilment yet.
func (o *order) rest() []piece {
	var rest []piece
	for _, l := range o.lines {
		if left := l.quantity - o.fulfilled(l); left > 0 {
			rest = append(rest, piece{l, left})
		}
	}
	return rest
}

// fulfilled is how much of a line is in fulfilments that were not cancelled.
func (o *order) fulfilled(l *line) (n int) {
	for _, f := range o.fulfillments {
		for _, p := range f.pieces {
			if f.state != "Cancelled" && p.line == l {
				n += p.quantity
			}
		}
	}
	return n
}

// fulfil makes a fulfilment, which takes its pieces out of stock.
func (s *Shop) fulfil(o *order, pieces []piece, method, tracking string) *fulfillment {
	f := &fulfillment{id: s.newID("fulfillment"), state: "Pending", method: method, tracking: tracking, created: s.now(), pieces: pieces}
	o.fulfillments = append(o.fulfillments, f)
	s.note(o, "ORDER_FULFILLMENT_TRANSITION", object{"fulfillmentId": asNumber(f.id), "from": "Created", "to": "Pending"}, true)
	for _, p := range pieces {
		s.take(p.line.variant, p.quantity, p.quantity)
	}
	return f
}

// take moves a variant's stock in the first place.
func (s *Shop) take(v *variant, onHand, allocated int) {
	if !v.tracked {
		return
	}
	l := v.level(store)
	l.onHand, l.allocated, l.updated = l.onHand-onHand, l.allocated-allocated, s.now()
}

// ship sends a fulfilment off, and the order with it.
func (s *Shop) ship(o *order, f *fulfillment) { s.moveParcel(o, f, "Shipped") }

// moveParcel puts a fulfilment into a state, and the order into that which follows.
func (s *Shop) moveParcel(o *order, f *fulfillment, state string) {
	s.note(o, "ORDER_FULFILLMENT_TRANSITION", object{"fulfillmentId": asNumber(f.id), "from": f.state, "to": state}, true)
	f.state = state
	all, left, arrived := 0, 0, 0
	for _, l := range o.lines {
		all += l.quantity
	}
	for _, f := range o.fulfillments {
		for _, p := range f.pieces {
			if f.state == "Shipped" || f.state == "Delivered" {
				left += p.quantity
			}
			if f.state == "Delivered" {
				arrived += p.quantity
			}
		}
	}
	switch {
	case arrived >= all:
		s.move(o, "Delivered")
	case arrived > 0:
		s.move(o, "PartiallyDelivered")
	case left >= all:
		s.move(o, "Shipped")
	case left > 0:
		s.move(o, "PartiallyShipped")
	}
}

// callOff cancels an order: what was allocated is on sale again, and so is what was sent.
func (s *Shop) callOff(o *order, reason string) {
	for _, l := range o.lines {
		sent := o.fulfilled(l)
		s.take(l.variant, -sent, l.quantity-sent)
		l.quantity = 0
	}
	o.shipping, o.updated = 0, s.now()
	s.note(o, "ORDER_CANCELLATION", object{"reason": reason}, true)
	s.move(o, "Cancelled")
}

func (s *Shop) refund(p *payment, amount int64, reason string) *refund {
	r := &refund{id: s.newID("refund"), state: "Settled", reason: reason, created: s.now(), total: amount}
	p.refunds = append(p.refunds, r)
	return r
}

func noEntity(kind string, id any) error {
	return &refusal{"ENTITY_NOT_FOUND", fmt.Sprintf("No %s with the id %q could be found", kind, fmt.Sprint(id))}
}

// said answers an error that is part of a result.
func said(typename, code, message, why string) any {
	answer := object{"__typename": typename, "errorCode": code, "message": message}
	if why != "" {
		answer["why"] = why
	}
	return object{"result": answer}
}

func inputs(v map[string]any) []map[string]any {
	list, _ := v["input"].([]any)
	all := make([]map[string]any, 0, len(list))
	for _, one := range list {
		input, _ := one.(map[string]any)
		all = append(all, input)
	}
	return all
}

func (s *Shop) showVariants(v map[string]any) (any, error) {
	rows := make([]row, 0, len(s.variants))
	for _, one := range s.variants {
		rows = append(rows, row{id: one.id, created: one.created, updated: one.updated, render: one.now})
	}
	answer, err := s.list("productVariants", rows, v)
	if err == nil {
		list, _ := answer.(object)["productVariants"].(object)
		delete(list, "totalItems")
	}
	return answer, err
}

func (v *variant) now() any {
	levels := make([]any, 0, len(v.levels))
	for _, l := range v.levels {
		levels = append(levels, object{"stockLocationId": l.place, "stockOnHand": l.onHand, "stockAllocated": l.allocated})
	}
	return object{
		"id": v.id, "currencyCode": "EUR", "prices": []any{object{"currencyCode": "EUR", "price": v.price}}, "stockLevels": levels,
	}
}

// updateVariants changes all or none.
func (s *Shop) updateVariants(v map[string]any, show ...string) (any, error) {
	for _, input := range inputs(v) {
		if s.variant(fmt.Sprint(input["id"])) == nil {
			return nil, noEntity("ProductVariant", input["id"])
		}
	}
	answer := []any{}
	for _, input := range inputs(v) {
		one := s.variant(fmt.Sprint(input["id"]))
		one.updated = s.now()
		s.setLevels(one, input)
		s.setPrices(one, input)
		now, _ := one.now().(object)
		shown := object{"id": one.id}
		for _, name := range show {
			shown[name] = now[name]
		}
		answer = append(answer, shown)
	}
	return object{"updateProductVariants": answer}, nil
}

func (s *Shop) setLevels(v *variant, input map[string]any) {
	levels, _ := input["stockLevels"].([]any)
	for _, one := range levels {
		asked, _ := one.(map[string]any)
		place := fmt.Sprint(asked["stockLocationId"])
		l := v.level(place)
		onHand, _ := number(asked["stockOnHand"])
		if l.onHand == onHand {
			continue
		}
		before := strconv.Itoa(l.onHand - l.allocated)
		l.onHand, l.updated = onHand, s.now()
		s.desk.Note(simulated.Effect{
			Operation: channel.SetStock, Target: v.id, Location: place, Before: before, After: strconv.Itoa(l.onHand - l.allocated),
		})
	}
}

func (s *Shop) setPrices(v *variant, input map[string]any) {
	prices, _ := input["prices"].([]any)
	for _, one := range prices {
		asked, _ := one.(map[string]any)
		price, _ := number(asked["price"])
		if v.price == int64(price) {
			continue
		}
		before := commerce.Minor(v.price).Decimal(2)
		v.price = int64(price)
		s.desk.Note(simulated.Effect{Operation: channel.SetPrice, Target: v.id, Before: before, After: commerce.Minor(v.price).Decimal(2)})
	}
}

func (s *Shop) orderNow(v map[string]any) (any, error) {
	o := s.order(fmt.Sprint(v["id"]))
	if o == nil {
		return object{"order": nil}, nil
	}
	whole, _ := o.render().(object)
	lines := []any{}
	for _, l := range o.lines {
		lines = append(lines, object{"id": l.id, "quantity": l.quantity})
	}
	payments := []any{}
	for _, p := range o.payments {
		refunds := []any{}
		for _, r := range p.refunds {
			refunds = append(refunds, object{"id": r.id, "total": r.total, "state": r.state, "reason": r.reason})
		}
		payments = append(payments, object{"id": p.id, "amount": p.amount, "state": p.state, "refunds": refunds})
	}
	parcels := o.fulfillmentsTold()
	for _, one := range parcels {
		f, _ := one.(object)
		delete(f, "createdAt")
	}
	return object{"order": object{
		"id": o.id, "state": o.state, "currencyCode": whole["currencyCode"], "lines": lines, "payments": payments, "fulfillments": parcels,
		"history": object{"items": o.historyTold("ORDER_NOTE")},
	}}, nil
}

func (s *Shop) addFulfillment(v map[string]any) (any, error) {
	input, _ := v["input"].(map[string]any)
	handler, _ := input["handler"].(map[string]any)
	if handler["code"] != "manual-fulfillment" {
		return said("InvalidFulfillmentHandlerError", "INVALID_FULFILLMENT_HANDLER_ERROR", "errorResult.INVALID_FULFILLMENT_HANDLER_ERROR", ""), nil
	}
	arguments := map[string]string{}
	list, _ := handler["arguments"].([]any)
	for _, one := range list {
		argument, _ := one.(map[string]any)
		arguments[fmt.Sprint(argument["name"])] = fmt.Sprint(argument["value"])
	}
	asked, _ := input["lines"].([]any)
	var pieces []piece
	var of *order
	for _, one := range asked {
		wanted, _ := one.(map[string]any)
		o, l := s.line(fmt.Sprint(wanted["orderLineId"]))
		if l == nil {
			return nil, noEntity("OrderLine", wanted["orderLineId"])
		}
		quantity, _ := number(wanted["quantity"])
		if quantity > l.quantity-o.fulfilled(l) {
			return said("ItemsAlreadyFulfilledError", "ITEMS_ALREADY_FULFILLED_ERROR", "One or more OrderItems are already part of a Fulfillment", ""), nil
		}
		if l.variant.tracked && l.variant.level(store).onHand < quantity {
			return said("InsufficientStockOnHandError", "INSUFFICIENT_STOCK_ON_HAND_ERROR", "Cannot create a Fulfillment as there is insufficient stockOnHand", ""), nil
		}
		of, pieces = o, append(pieces, piece{l, quantity})
	}
	if of == nil {
		return said("EmptyOrderLineSelectionError", "EMPTY_ORDER_LINE_SELECTION_ERROR", "At least one OrderLine must be specified", ""), nil
	}
	f := s.fulfil(of, pieces, arguments["method"], arguments["trackingCode"])
	return object{"result": object{"__typename": "Fulfillment", "id": f.id, "state": f.state}}, nil
}

func (s *Shop) line(id string) (*order, *line) {
	for _, o := range s.orders {
		for _, l := range o.lines {
			if l.id == id {
				return o, l
			}
		}
	}
	return nil, nil
}

func (s *Shop) addNote(v map[string]any) (any, error) {
	input, _ := v["input"].(map[string]any)
	o := s.order(fmt.Sprint(input["id"]))
	if o == nil {
		return nil, noEntity("Order", input["id"])
	}
	s.note(o, "ORDER_NOTE", object{"note": input["note"]}, input["isPublic"] == true)
	return object{"addNoteToOrder": object{"id": o.id}}, nil
}

// next are the states that a fulfilment goes to.
var next = map[string][]string{"Pending": {"Shipped", "Delivered", "Cancelled"}, "Shipped": {"Delivered", "Cancelled"}, "Delivered": {"Cancelled"}}

func (s *Shop) moveFulfillment(v map[string]any) (any, error) {
	state := fmt.Sprint(v["state"])
	for _, o := range s.orders {
		i := slices.IndexFunc(o.fulfillments, func(f *fulfillment) bool { return f.id == v["id"] })
		if i < 0 {
			continue
		}
		f := o.fulfillments[i]
		if !slices.Contains(next[f.state], state) {
			return said("FulfillmentStateTransitionError", "FULFILLMENT_STATE_TRANSITION_ERROR", "errorResult.FULFILLMENT_STATE_TRANSITION_ERROR",
				fmt.Sprintf("Cannot transition Fulfillment from %q to %q", f.state, state)), nil
		}
		before := o.state
		s.moveParcel(o, f, state)
		s.effectOfMove(o, f, before)
		return object{"result": object{"__typename": "Fulfillment", "id": f.id, "state": f.state}}, nil
	}
	return nil, noEntity("Fulfillment", v["id"])
}

var keyed = regexp.MustCompile(`^Tradepost (\S+): fulfilment (\S+)\.$`)

func (s *Shop) effectOfMove(o *order, f *fulfillment, before string) {
	if f.state == "Shipped" {
		key := ""
		for _, e := range o.history {
			if found := keyed.FindStringSubmatch(fmt.Sprint(e.data["note"])); found != nil && found[2] == f.id {
				key = found[1]
			}
		}
		s.desk.Note(simulated.Effect{Operation: channel.Ship, Target: o.id, Key: key, After: f.method + " " + f.tracking})
	}
	if o.state == "Delivered" && before != "Delivered" {
		s.desk.Note(simulated.Effect{Operation: channel.SetStatus, Target: o.id, Before: before, After: o.state})
	}
}

func (s *Shop) cancelOrder(v map[string]any) (any, error) {
	input, _ := v["input"].(map[string]any)
	o := s.order(fmt.Sprint(input["orderId"]))
	switch {
	case o == nil:
		return nil, noEntity("Order", input["orderId"])
	case o.state == "Cancelled":
		return said("EmptyOrderLineSelectionError", "EMPTY_ORDER_LINE_SELECTION_ERROR", "At least one OrderLine must be specified", ""), nil
	}
	before := o.state
	s.callOff(o, fmt.Sprint(input["reason"]))
	s.desk.Note(simulated.Effect{Operation: channel.Cancel, Target: o.id, Key: keyIn(fmt.Sprint(input["reason"])), Before: before, After: o.state})
	return object{"result": object{"__typename": "Order", "id": o.id, "state": o.state}}, nil
}

var bracketed = regexp.MustCompile(`\(([^()]+)\)$`)

// keyIn is the key that a reason ends in.
func keyIn(reason string) string {
	if found := bracketed.FindStringSubmatch(reason); found != nil {
		return found[1]
	}
	return ""
}

func (s *Shop) refundOrder(v map[string]any) (any, error) {
	input, _ := v["input"].(map[string]any)
	if input["lines"] == nil || input["shipping"] == nil || input["adjustment"] == nil {
		return nil, fmt.Errorf("NOT NULL constraint failed: refund.shipping")
	}
	for _, o := range s.orders {
		i := slices.IndexFunc(o.payments, func(p *payment) bool { return p.id == input["paymentId"] })
		if i < 0 {
			continue
		}
		p, left := o.payments[i], o.payments[i].amount
		for _, r := range p.refunds {
			left -= r.total
		}
		amount, _ := number(input["amount"])
		if int64(amount) > left {
			return said("RefundAmountError", "REFUND_AMOUNT_ERROR", "The amount specified exceeds the refundable amount for this payment", ""), nil
		}
		r := s.refund(p, int64(amount), fmt.Sprint(input["reason"]))
		s.desk.Note(simulated.Effect{
			Operation: channel.Refund, Target: o.id, Key: keyIn(r.reason), Before: strconv.FormatInt(left, 10),
			After: strconv.FormatInt(left-int64(amount), 10),
		})
		return object{"result": object{"__typename": "Refund", "id": r.id, "state": r.state}}, nil
	}
	return nil, noEntity("Payment", input["paymentId"])
}

// Writable names targets for an operation.
func (s *Shop) Writable(operation channel.Operation) []channel.Intent {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if operation == channel.SetStock || operation == channel.SetPrice {
		return s.writableListings(operation)
	}
	var intents []channel.Intent
	for _, o := range s.orders {
		open := map[channel.Operation]string{channel.SetStatus: "Shipped"}
		if o.state != cmp.Or(open[operation], "PaymentSettled") {
			continue
		}
		intent := channel.Intent{Operation: operation, Target: o.id}
		switch operation {
		case channel.SetStatus:
			intent.Status, intent.Observed = "Delivered", o.state
		case channel.Ship:
			intent.Shipment = &channel.Shipment{Carrier: "DHL", Service: "Paket", Tracking: "TP" + o.id, Lines: []channel.ShippedLine{
				{LineID: o.lines[0].id, Quantity: commerce.Decimal(strconv.Itoa(o.lines[0].quantity))},
			}}
		case channel.Refund:
			intent.Amount, intent.Currency, intent.Reason = commerce.Minor(100), "EUR", "A scratch"
		case channel.Cancel:
			intent.Reason = "Out of stock"
		}
		intents = append(intents, intent)
	}
	return intents
}

// writableListings names each listing before any of them a second time.
func (s *Shop) writableListings(operation channel.Operation) (intents []channel.Intent) {
	for place := range 2 {
		for _, v := range s.variants {
			l := v.levels[place]
			switch {
			case operation == channel.SetStock:
				intents = append(intents, channel.Intent{
					Operation: operation, Target: v.id, Location: l.place, Quantity: commerce.Decimal(strconv.Itoa(l.onHand - l.allocated + 3)),
				})
			case place == 0:
				intents = append(intents, channel.Intent{
					Operation: operation, Target: v.id, Price: commerce.Decimal(commerce.Minor(v.price + 250).Decimal(2)), Currency: "EUR",
				})
			}
		}
	}
	return intents
}
