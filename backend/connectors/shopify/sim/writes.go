package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
)

// remembered is a call that came with an idempotency key.
type remembered struct {
	asked  string
	answer any
	until  time.Time
}

// keptFor is how long a key is known.
const keptFor = 24 * time.Hour

// mutations are the writes. Those that demand a key refuse a call without one, although the schema does not say so.
func (c *call) mutations(d document) object {
	key := ""
	for _, s := range d.inner {
		if given, ok := bound(s.directives["idempotent"]["key"], c.variables).(string); ok {
			key = given
		}
	}
	return object{
		"__typename":                    "Mutation",
		"inventorySetQuantities":        c.keyed(key, "inventorySetQuantities", "write_inventory", c.setQuantities),
		"inventoryActivate":             c.keyed(key, "inventoryActivate", "write_inventory", c.activate),
		"refundCreate":                  c.keyed(key, "refundCreate", "write_orders", c.refundOrder),
		"productVariantsBulkUpdate":     c.allowed("productVariantsBulkUpdate", "write_products", c.setPrices),
		"fulfillmentCreate":             c.allowed("fulfillmentCreate", "write_merchant_managed_fulfillment_orders", c.fulfill),
		"fulfillmentTrackingInfoUpdate": c.allowed("fulfillmentTrackingInfoUpdate", "write_merchant_managed_fulfillment_orders", c.track),
		"bulkOperationRunQuery":         resolve(c.runBulk),
		"orderCancel":                   c.allowed("orderCancel", "write_orders", c.cancel),
	}
}

func (c *call) allowed(name, scope string, do resolve) resolve {
	return func(args map[string]any) (any, error) {
		if err := c.may(scope, name); err != nil {
			return nil, err
		}
		return do(args)
	}
}

// keyed does a call of one key once.
func (c *call) keyed(key, name, scope string, do resolve) resolve {
	return c.allowed(name, scope, func(args map[string]any) (any, error) {
		if strings.TrimSpace(key) == "" {
			return nil, &refusal{"BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided."}
		}
		asked, _ := json.Marshal([]any{name, args})
		if was := c.keys[key]; was != nil && was.until.After(c.desk.Now()) {
			if was.asked != string(asked) {
				return nil, &refusal{"IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "The same idempotency key cannot be used with different parameters."}
			}
			return was.answer, nil
		}
		answer, err := do(args)
		if err == nil {
			c.keys[key] = &remembered{string(asked), answer, c.desk.Now().Add(keptFor)}
		}
		return answer, err
	})
}

// trouble is an error that is part of a result. Those of some mutations have codes.
func trouble(payload string, of string, message, code string, field ...string) object {
	e := object{"__typename": "UserError", "field": field, "message": message}
	if code != "" {
		e["code"] = code
	}
	return object{"__typename": payload, of: []object{e}, "inventoryAdjustmentGroup": nil, "inventoryLevel": nil, "refund": nil, "fulfillment": nil,
		"productVariants": nil, "job": nil}
}

func done(payload, of string, fields object) object {
	fields["__typename"], fields[of] = payload, []object{}
	return fields
}

func whole(value any) int {
	n, _ := value.(float64)
	return int(n)
}

func inputs(value any) (all []map[string]any) {
	list, _ := value.([]any)
	for _, one := range list {
		input, _ := one.(map[string]any)
		all = append(all, input)
	}
	return all
}

func (s *Shop) stocked(item any) *variant {
	for _, v := range s.variants() {
		if gid("InventoryItem", v.item) == item {
			return v
		}
	}
	return nil
}

// setQuantities changes all or none.
func (c *call) setQuantities(args map[string]any) (any, error) {
	const payload = "InventorySetQuantitiesPayload"
	input, _ := args["input"].(map[string]any)
	asked := inputs(input["quantities"])
	if input["name"] != "available" || input["reason"] == nil {
		return trouble(payload, "userErrors", "The name or the reason is not valid.", "INVALID_NAME", "input", "name"), nil
	}
	for i, q := range asked {
		at := []string{"input", "quantities", strconv.Itoa(i)}
		v := c.stocked(q["inventoryItemId"])
		from, compares := q["changeFromQuantity"]
		switch {
		case v == nil:
			return trouble(payload, "userErrors", "The specified inventory item could not be found.", "INVALID_INVENTORY_ITEM", append(at, "inventoryItemId")...), nil
		case v.level(numberOf(q["locationId"])) == nil:
			return trouble(payload, "userErrors", "The specified location could not be found.", "INVALID_LOCATION", append(at, "locationId")...), nil
		case !compares:
			return nil, &refusal{"INVALID_VARIABLE", "changeFromQuantity must be given, if only as null"}
		case from != nil && whole(from) != v.level(numberOf(q["locationId"])).available:
			return trouble(payload, "userErrors", "The change from quantity does not match the persisted quantity.", "CHANGE_FROM_QUANTITY_STALE",
				append(at, "changeFromQuantity")...), nil
		}
	}
	for _, q := range asked {
		c.setLevel(c.stocked(q["inventoryItemId"]), numberOf(q["locationId"]), whole(q["quantity"]))
	}
	return done(payload, "userErrors", object{"inventoryAdjustmentGroup": only("InventoryAdjustmentGroup", c.id("group"))}), nil
}

func (c *call) setLevel(v *variant, place string, to int) {
	l := v.level(place)
	before := strconv.Itoa(l.available)
	if l.available == to {
		return
	}
	l.available, l.updated = to, c.now()
	c.desk.Note(simulated.Effect{Operation: channel.SetStock, Target: v.id, Location: place, Before: before, After: strconv.Itoa(to)})
}

// activate begins to stock a thing at a location.
func (c *call) activate(args map[string]any) (any, error) {
	const payload = "InventoryActivatePayload"
	v, place := c.stocked(args["inventoryItemId"]), numberOf(args["locationId"])
	switch {
	case v == nil:
		return trouble(payload, "userErrors", "The product couldn't be stocked because it wasn't found.", "", "inventoryItemId"), nil
	case !slices.Contains(places, place):
		return trouble(payload, "userErrors", "The product couldn't be stocked because the location wasn't found.", "", "locationId"), nil
	case v.level(place) != nil && args["available"] != nil:
		return trouble(payload, "userErrors", "Not allowed to set available quantity when the item is already active at the location.", "", "available"), nil
	}
	v.levels = append(v.levels, &level{place: place, available: whole(args["available"]), updated: c.now()})
	c.desk.Note(simulated.Effect{Operation: channel.SetStock, Target: v.id, Location: place, After: strconv.Itoa(whole(args["available"]))})
	return done(payload, "userErrors", object{"inventoryLevel": object{"__typename": "InventoryLevel", "id": gid("InventoryLevel", place) + "?inventory_item_id=" + v.item}}), nil
}

// setPrices changes those that it can.
func (c *call) setPrices(args map[string]any) (any, error) {
	errors, changed := []object{}, []object{}
	for i, input := range inputs(args["variants"]) {
		v := c.variant(numberOf(input["id"]))
		price, err := commerce.AmountOf(commerce.Decimal(fmt.Sprint(input["price"])), 2)
		if v == nil || gid("Product", v.product.id) != args["productId"] || err != nil {
			errors = append(errors, object{"__typename": "ProductVariantsBulkUpdateUserError", "field": []string{"variants", strconv.Itoa(i), "id"},
				"message": "Product variant does not exist", "code": "PRODUCT_VARIANT_DOES_NOT_EXIST"})
			continue
		}
		if before := v.price; before != price.Minor {
			v.price, v.updated = price.Minor, c.now()
			c.desk.Note(simulated.Effect{Operation: channel.SetPrice, Target: v.id, Before: cents(before), After: cents(v.price)})
		}
		changed = append(changed, c.variantTold(v))
	}
	return object{"__typename": "ProductVariantsBulkUpdatePayload", "userErrors": errors, "productVariants": changed}, nil
}

// fulfill makes one parcel of pieces of one order and one location.
func (c *call) fulfill(args map[string]any) (any, error) {
	const payload = "FulfillmentCreatePayload"
	input, _ := args["fulfillment"].(map[string]any)
	refuse := func(message string) (any, error) {
		return trouble(payload, "userErrors", message, "", "fulfillment"), nil
	}
	var of *order
	loads := map[*task]map[*taskPiece]int{}
	var tasks []*task
	for _, group := range inputs(input["lineItemsByFulfillmentOrder"]) {
		o, t := c.taskOf(numberOf(group["fulfillmentOrderId"]))
		switch {
		case t == nil:
			return refuse("Fulfillment order does not exist.")
		case !t.open():
			return refuse("Fulfillment order " + t.id + " has an unfulfillable status= " + strings.ToLower(t.status) + ".")
		case of != nil && o != of || len(tasks) > 0 && tasks[0].place != t.place:
			return refuse("All fulfillment orders must belong to one order and one location.")
		}
		of, tasks, loads[t] = o, append(tasks, t), t.rest()
		if lines := inputs(group["fulfillmentOrderLineItems"]); len(lines) > 0 {
			what, enough := t.some(lines)
			if !enough {
				return refuse("Invalid fulfillment order line item quantity requested.")
			}
			loads[t] = what
		}
	}
	if of == nil {
		return refuse("Line items by fulfillment order can't be blank.")
	}
	info, _ := input["trackingInfo"].(map[string]any)
	word := func(name string) string { text, _ := info[name].(string); return text }
	p := c.send(of, tasks[0], loads[tasks[0]], word("company"), word("number"), word("url"))
	for _, t := range tasks[1:] {
		c.load(of, p, t, loads[t])
	}
	c.desk.Note(simulated.Effect{Operation: channel.Ship, Target: of.id, From: tasks[0].place, After: strings.TrimSpace(p.company + " " + p.number)})
	return done(payload, "userErrors", object{"fulfillment": of.parcelTold(p)}), nil
}

func (s *Shop) taskOf(id string) (*order, *task) {
	for _, o := range s.orders {
		if t := o.task(id); t != nil {
			return o, t
		}
	}
	return nil, nil
}

// some reads what of a task is asked for; false where it has not so much.
func (t *task) some(lines []map[string]any) (map[*taskPiece]int, bool) {
	what := map[*taskPiece]int{}
	for _, asked := range lines {
		i := slices.IndexFunc(t.pieces, func(p *taskPiece) bool { return gid("FulfillmentOrderLineItem", p.id) == asked["id"] })
		if i < 0 || whole(asked["quantity"]) < 1 || whole(asked["quantity"]) > t.pieces[i].remaining {
			return nil, false
		}
		what[t.pieces[i]] = whole(asked["quantity"])
	}
	return what, true
}

// track corrects a parcel's number.
func (c *call) track(args map[string]any) (any, error) {
	for _, o := range c.orders {
		for _, p := range o.parcels {
			if gid("Fulfillment", p.id) != args["fulfillmentId"] {
				continue
			}
			info, _ := args["trackingInfoInput"].(map[string]any)
			before := strings.TrimSpace(p.company + " " + p.number)
			p.company, _ = info["company"].(string)
			p.number, _ = info["number"].(string)
			p.url, _ = info["url"].(string)
			o.updated = c.now()
			c.desk.Note(simulated.Effect{Operation: channel.Ship, Target: o.id, Before: before, After: strings.TrimSpace(p.company + " " + p.number)})
			return done("FulfillmentTrackingInfoUpdatePayload", "userErrors", object{"fulfillment": o.parcelTold(p)}), nil
		}
	}
	return trouble("FulfillmentTrackingInfoUpdatePayload", "userErrors", "Fulfillment does not exist.", "", "fulfillmentId"), nil
}

// cancel begins a cancellation; it is over at once where the shop is not slow.
func (c *call) cancel(args map[string]any) (any, error) {
	const payload = "OrderCancelPayload"
	o := c.order(numberOf(args["orderId"]))
	refuse := func(message, code string) (any, error) {
		return trouble(payload, "orderCancelUserErrors", message, code, "orderId"), nil
	}
	switch {
	case o == nil:
		return refuse("Order does not exist", "NOT_FOUND")
	case !o.cancelled.IsZero():
		return refuse("Cannot cancel an order that has already been canceled", "INVALID")
	case len(o.parcels) > 0:
		return refuse("Cannot cancel an order with outstanding fulfillments", "INVALID")
	case o.job != nil:
		return refuse("The order is being canceled", "INVALID")
	}
	note, _ := args["staffNote"].(string)
	o.job = &job{id: c.id("job"), reason: fmt.Sprint(args["reason"]), key: keyIn(note), restock: args["restock"] == true, done: c.desk.Now().Add(c.slow)}
	if c.slow == 0 {
		c.endCancel(o)
	}
	return done(payload, "orderCancelUserErrors", object{"job": object{"__typename": "Job", "id": gid("Job", o.job.id), "done": !o.cancelled.IsZero()}}), nil
}

func (s *Shop) endCancel(o *order) {
	s.callOff(o, o.job.reason, o.job.restock)
	s.desk.Note(simulated.Effect{Operation: channel.Cancel, Target: o.id, Key: o.job.key, After: "cancelled"})
}

// keyIn is the key that a note ends in.
func keyIn(note string) string {
	at := strings.LastIndexByte(note, '(')
	if at < 0 || !strings.HasSuffix(note, ")") {
		return ""
	}
	return note[at+1 : len(note)-1]
}

// refundOrder gives back some of the payments, and takes lines back.
func (c *call) refundOrder(args map[string]any) (any, error) {
	const payload = "RefundCreatePayload"
	refuse := func(message string) (any, error) { return trouble(payload, "userErrors", message, "", "input"), nil }
	input, _ := args["input"].(map[string]any)
	o := c.order(numberOf(input["orderId"]))
	if o == nil {
		return refuse("Order does not exist")
	}
	if o.presentment != currency && input["currency"] != o.presentment {
		return refuse("Currency must be the presentment currency of the order")
	}
	received, refunded := o.paid()
	var sum int64
	for _, t := range inputs(input["transactions"]) {
		amount, err := commerce.AmountOf(commerce.Decimal(fmt.Sprint(t["amount"])), 2)
		if err != nil || o.parent(t["parentId"]) == nil {
			return refuse("Parent transaction is not valid")
		}
		if o.presentment != currency {
			amount.Minor = amount.Minor * rateUnder / rateOver
		}
		sum += amount.Minor
	}
	if sum > received-refunded {
		return refuse("Refund amount cannot be more than what is refundable")
	}
	note, _ := input["note"].(string)
	r := c.giveBack(o, o.payments[0], sum, note)
	if message := c.takeBack(o, r, inputs(input["refundLineItems"])); message != "" {
		return refuse(message)
	}
	c.desk.Note(simulated.Effect{Operation: channel.Refund, Target: o.id, Key: keyIn(note), Before: cents(received - refunded), After: cents(received - refunded - sum)})
	return done(payload, "userErrors", object{"refund": o.refundTold(r)}), nil
}

func (o *order) parent(id any) *payment {
	for _, p := range o.payments {
		if gid("OrderTransaction", p.id) == id {
			return p
		}
	}
	return nil
}

// takeBack takes lines of a refund back, to a shelf where the refund says so.
func (c *call) takeBack(o *order, r *refund, lines []map[string]any) string {
	for _, asked := range lines {
		i := slices.IndexFunc(o.lines, func(l *line) bool { return gid("LineItem", l.id) == asked["lineItemId"] })
		n := whole(asked["quantity"])
		if i < 0 || n > o.lines[i].quantity-o.lines[i].removed {
			return "Refund line items are not valid"
		}
		l, kind, place := o.lines[i], fmt.Sprint(asked["restockType"]), numberOf(asked["locationId"])
		l.removed += n
		r.pieces = append(r.pieces, refundPiece{id: c.id("refundpiece"), kind: kind, place: place, line: l, quantity: n})
		o.forget(l, n)
		if at := l.variant.level(place); at != nil && kind != "NO_RESTOCK" {
			at.available, at.updated = at.available+n, c.now()
		}
	}
	return ""
}

// forget takes pieces out of what is still to leave.
func (o *order) forget(l *line, n int) {
	for _, t := range o.tasks {
		for _, p := range t.pieces {
			if p.line == l && t.open() {
				off := min(n, p.remaining)
				p.remaining, n = p.remaining-off, n-off
				if at := l.variant.level(t.place); at != nil {
					at.committed -= off
				}
			}
		}
		t.settle()
	}
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
		if !o.cancelled.IsZero() || o.fulfilment() != "UNFULFILLED" || o.presentment != currency {
			continue
		}
		intent := channel.Intent{Operation: operation, Target: o.id}
		switch operation {
		case channel.Ship:
			intent.Shipment = &channel.Shipment{Carrier: "DHL", Tracking: "TP" + o.id, Lines: []channel.ShippedLine{
				{LineID: o.lines[0].id, Quantity: commerce.Decimal(strconv.Itoa(o.lines[0].quantity))},
			}}
		case channel.Refund:
			intent.Amount, intent.Currency, intent.Reason = commerce.Minor(100), currency, "A scratch"
		case channel.Cancel:
			intent.Reason, intent.Restock = "Out of stock", true
		}
		intents = append(intents, intent)
	}
	return intents
}

// writableListings names each listing before any of them a second time. One of them is stocked at one location alone.
func (s *Shop) writableListings(operation channel.Operation) (intents []channel.Intent) {
	for place := range places {
		for _, v := range s.variants() {
			switch l := v.level(places[place]); {
			case operation == channel.SetPrice && place == 0:
				intents = append(intents, channel.Intent{Operation: operation, Target: v.id, Price: commerce.Decimal(cents(v.price + 250)), Currency: currency})
			case operation == channel.SetStock && l == nil:
				intents = append(intents, channel.Intent{Operation: operation, Target: v.id, Location: places[place], Quantity: "4"})
			case operation == channel.SetStock:
				intents = append(intents, channel.Intent{Operation: operation, Target: v.id, Location: l.place, Quantity: commerce.Decimal(strconv.Itoa(l.available + 3))})
			}
		}
	}
	return intents
}
