package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fulfillment"
	"tradepost/backend/intake"
	"tradepost/backend/order"
)

// shipments keeps tracking numbers: one shipment with one package per order and tracking number, known by what the channel calls it, where it has
// a name for it, else by both: so a number that was edited there stays one shipment.
type shipments struct{ records }

// shipmentID names what a channel calls a shipment: a value of Stated that no file states, and the field of the change that notes it.
const shipmentID = "external_id"

// Load reads a shipment with what of each line lies in it; nil when there is none.
func (k shipments) Load(id int64) (*intake.Known, error) {
	known := &intake.Known{ID: id}
	var number, tracking, carrier, service string
	var shipped commerce.Instant
	err := k.q.QueryRow(`SELECT s.seq, o.number, s.tracking, s.carrier, s.service, s.shipped_at FROM shipment s JOIN orders o ON o.id = s.order_id WHERE s.id = ?`, id).
		Scan(&known.Version, &number, &tracking, &carrier, &service, instant{&shipped})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known.Title = number + " " + tracking
	known.Values = map[string]string{"tracking": tracking, "carrier": carrier, "service": service, "shipped_at": shipped.String()}
	if known.Values[shipmentID], err = k.referenceOf(shipmentKind, "id", id); err != nil {
		return nil, err
	}
	rows, err := k.q.Query(`SELECT i.line_id, i.quantity FROM package p JOIN package_item i ON i.package_id = p.id WHERE p.shipment_id = ?`, id)
	items, err := collect(rows, err, func(rows *sql.Rows, p *fulfillment.Packed) error { return rows.Scan(&p.LineID, &p.Quantity) })
	for _, item := range items {
		known.Values[itemField(item.LineID)] = string(item.Quantity)
	}
	return known, err
}

// itemField names how much of a line lies in a shipment.
func itemField(lineID int64) string { return "lines." + strconv.FormatInt(lineID, 10) + ".shipped" }

// shipmentKind is the kind of external references to shipments.
const shipmentKind = "shipment"

// Find finds the shipment that the channel calls so, else that of the order under the tracking number, which it adopts.
func (k shipments) Find(s intake.Stated) (*intake.Known, error) {
	o, err := k.order(s)
	if err != nil {
		return nil, err
	}
	id, err := k.find(o.ID, s)
	if err != nil {
		return nil, err
	}
	var known *intake.Known
	if id != 0 {
		if known, err = k.Load(id); err != nil {
			return nil, err
		}
	}
	items, err := k.items(o, known, s)
	if known != nil {
		known.Implied = slices.Concat(items, k.adopted(known, s))
	}
	return known, err
}

// find gives the id of a shipment; 0 when there is none. One that the channel calls otherwise is another one, whatever its number.
func (k shipments) find(orderID int64, s intake.Stated) (int64, error) {
	if k.justCame(orderID) {
		return 0, nil
	}
	named := s.Values[shipmentID]
	id, err := k.byReference(shipmentKind, "id", named)
	if err != nil || id != 0 {
		return id, err
	}
	return k.q.Number(`SELECT s.id FROM shipment s WHERE s.tracking = ?1 AND s.tracking <> '' AND s.order_id = ?2 AND (?3 = '' OR NOT EXISTS (SELECT 1 FROM external_reference r
		WHERE r.record_id = s.id AND r.kind = 'shipment' AND r.channel_id = ?4)) ORDER BY s.id LIMIT 1`, s.Values["tracking"], orderID, named, k.channelID)
}

// adopted is the change that lets a shipment be known by what the channel calls it from now on.
func (k shipments) adopted(known *intake.Known, s intake.Stated) []commerce.FieldChange {
	named := s.Values[shipmentID]
	if named == "" || known.Values[shipmentID] != "" {
		return nil
	}
	return []commerce.FieldChange{{Field: shipmentID, After: named}}
}

// order finds the order that a record names: by what this channel calls it, else the only one of that number anywhere.
func (k shipments) order(s intake.Stated) (*order.Order, error) {
	if s.Order != 0 {
		return loadOrder(k.q, s.Order)
	}
	number := s.Values["order_number"]
	for _, namespace := range []string{"number", "id"} {
		id, err := k.byReference(intake.OrderKind, namespace, number)
		if err != nil {
			return nil, err
		}
		if id != 0 {
			return loadOrder(k.q, id)
		}
	}
	ids, err := k.ids(`SELECT id FROM orders WHERE number_key = ? AND number_key <> '' ORDER BY placed_at, id LIMIT 2`, commerce.NumberKey(number))
	switch {
	case err != nil:
		return nil, err
	case len(ids) == 0:
		return nil, &intake.UnfitError{Field: "order_number", Found: number, Code: "unknown_order", Message: "Order “" + number + "” is not known.",
			Expected: "the number of an order that is known", Remedy: "Correct the number, or import the order first; then try the row again."}
	case len(ids) > 1:
		return nil, &intake.UnfitError{Field: "order_number", Found: number, Code: "ambiguous_order", Message: "Two orders have the number “" + number + "”.",
			Expected: "the number of one order", Remedy: "Import the file into the channel of the order."}
	}
	return loadOrder(k.q, ids[0])
}

// items works out what of which line the record puts into the shipment, as changes of what lies there: the lines of
// line_sku, or all that is left of every line when the shipment is new and names none.
func (k shipments) items(o *order.Order, known *intake.Known, s intake.Stated) ([]commerce.FieldChange, error) {
	lines, err := linesNamed(o, s)
	if err != nil || known != nil && s.Values["line_sku"] == "" {
		return nil, err
	}
	packed, err := k.packed(o.ID)
	if err != nil {
		return nil, err
	}
	here := func(lineID int64) commerce.Decimal {
		if known == nil {
			return ""
		}
		return commerce.Decimal(known.Values[itemField(lineID)])
	}
	left, some := commerce.Decimal(s.Values["quantity"]), s.Values["quantity"] != ""
	var changes []commerce.FieldChange
	for _, line := range lines {
		inHere := here(line.ID)
		room := fulfillment.Minus(line.Quantity, fulfillment.Minus(packed[line.ID].Quantity, inHere))
		take := room
		if some && fulfillment.Less(left, room) {
			take = left
		}
		if !some && inHere != "" {
			take = inHere // it is there already, and the record says no other quantity
		}
		if some {
			left = fulfillment.Minus(left, take)
		}
		if take.Sign() > 0 && !take.Equal(inHere) {
			changes = append(changes, commerce.FieldChange{Field: itemField(line.ID), Before: string(inHere), After: string(take.Padded(0)), Line: line.ID})
		}
	}
	if some && left.Sign() > 0 {
		return nil, &intake.UnfitError{Field: "quantity", Found: s.Values["quantity"], Code: "too_many", Expected: "what is left to ship",
			Message: "“" + s.Values["quantity"] + "” is " + string(left) + " more than is left to ship.", Remedy: "Correct the quantity, or take back another shipment of the order first."}
	}
	return changes, nil
}

// linesNamed are the lines that a record is about.
func linesNamed(o *order.Order, s intake.Stated) ([]order.Line, error) {
	sku, quantity := s.Values["line_sku"], s.Values["quantity"]
	if quantity != "" && commerce.Decimal(quantity).Sign() <= 0 {
		return nil, &intake.UnfitError{Field: "quantity", Found: quantity, Code: "not_positive", Message: "“" + quantity + "” pieces cannot be shipped.",
			Expected: "more than zero", Remedy: "Correct the quantity."}
	}
	if sku == "" {
		if quantity != "" && len(o.Goods()) > 1 {
			return nil, &intake.UnfitError{Field: "line_sku", Code: "missing", Message: "The row says how many, but not of which line.", Expected: "the SKU of a line",
				Remedy: "Name the SKU, or leave the quantity blank to ship all that is left."}
		}
		return o.Goods(), nil
	}
	lines := slices.DeleteFunc(slices.Clone(o.Lines), func(l order.Line) bool { return l.SKU != sku && l.LinkedSKU != sku })
	if len(lines) == 0 {
		return nil, &intake.UnfitError{Field: "line_sku", Found: sku, Code: "unknown_line", Message: "Order " + o.Number + " has no line with the SKU “" + sku + "”.",
			Expected: "the SKU of one of its lines", Remedy: "Correct the SKU, or leave it blank to ship all that is left."}
	}
	return lines, nil
}

// packed reads how much of each line lies in packages.
func (k shipments) packed(orderID int64) (map[int64]fulfillment.Packed, error) {
	if k.justCame(orderID) {
		return map[int64]fulfillment.Packed{}, nil
	}
	rows, err := k.q.Query(`SELECT i.line_id, i.quantity, i.line_was FROM order_line l JOIN package_item i ON i.line_id = l.id WHERE l.order_id = ?`, orderID)
	items, err := collect(rows, err, func(rows *sql.Rows, p *fulfillment.Packed) error { return rows.Scan(&p.LineID, &p.Quantity, &p.Was) })
	all := map[int64]fulfillment.Packed{}
	for _, item := range items {
		item.Quantity = fulfillment.Plus(all[item.LineID].Quantity, item.Quantity)
		all[item.LineID] = item
	}
	return all, err
}

// Insert writes a shipment with one package, and puts into it what the record says.
func (k shipments) Insert(runID int64, s intake.Stated) (*intake.Known, []commerce.FieldChange, error) {
	o, err := k.order(s)
	if err != nil {
		return nil, nil, err
	}
	items, err := k.items(o, nil, s)
	if err != nil {
		return nil, nil, err
	}
	shipped, err := commerce.ParseInstant(s.Values["shipped_at"])
	if err != nil {
		return nil, nil, err
	}
	was, err := k.orderWas(o)
	if err != nil {
		return nil, nil, err
	}
	id, err := k.tx.Insert(`INSERT INTO shipment (channel_id, order_id, order_was, carrier, service, tracking, shipped_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		o.ChannelID, o.ID, string(was), s.Values["carrier"], s.Values["service"], s.Values["tracking"], instantArg(shipped), k.tx.seq)
	if err != nil {
		return nil, nil, err
	}
	if err := k.tx.Exec(`INSERT INTO package (shipment_id, label, tracking, weight_grams) VALUES (?, '', ?, '')`, id, s.Values["tracking"]); err != nil {
		return nil, nil, err
	}
	if err := k.pack(runID, id, o, items, order.Change{Field: "tracking", After: s.Values["tracking"]}); err != nil {
		return nil, nil, err
	}
	if s.Values[shipmentID] != "" {
		k.tx.inserted = nil // the next part of it is to be found by its name, also where nothing was packed
		if err := k.refer(shipmentKind, "id", id, s.Values[shipmentID]); err != nil {
			return nil, nil, err
		}
	}
	known := &intake.Known{ID: id, Version: k.tx.seq, Title: o.Number + " " + s.Values["tracking"],
		Values: map[string]string{"tracking": s.Values["tracking"], shipmentID: s.Values[shipmentID], "carrier": s.Values["carrier"], "service": s.Values["service"], "shipped_at": shipped.String()}}
	for _, item := range items {
		known.Values[item.Field] = item.After
	}
	return known, nil, nil
}

// justCame reports whether an order was written by this very write and nothing was packed of it since: then there is nothing to ask
// about its packages.
func (k shipments) justCame(orderID int64) bool {
	return k.tx != nil && k.tx.inserted != nil && k.tx.inserted.ID == orderID
}

// orderWas is how the order stood before its first shipment.
func (k shipments) orderWas(o *order.Order) (was order.Fulfillment, err error) {
	if k.justCame(o.ID) {
		return o.Fulfillment, nil
	}
	err = k.q.QueryRow(`SELECT order_was FROM shipment WHERE order_id = ? ORDER BY id LIMIT 1`, o.ID).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) {
		return o.Fulfillment, nil
	}
	return was, err
}

// Set changes what a shipment says of itself or what lies in it.
func (k shipments) Set(runID int64, known *intake.Known, changes []commerce.FieldChange) error {
	var items []commerce.FieldChange
	var renumbered []order.Change
	for _, c := range changes {
		switch c.Field {
		case shipmentID:
			if err := k.refer(shipmentKind, "id", known.ID, c.After); err != nil {
				return err
			}
		case "tracking":
			renumbered = append(renumbered, order.Change{Field: "tracking", Before: c.Before, After: c.After})
			if err := k.renumber(known.ID, c); err != nil {
				return err
			}
		case "carrier", "service":
			if err := k.tx.Exec(`UPDATE shipment SET `+c.Field+` = ? WHERE id = ?`, c.After, known.ID); err != nil {
				return err
			}
		case "shipped_at":
			at, err := commerce.ParseInstant(c.After)
			if err != nil {
				return err
			}
			if err := k.tx.Exec(`UPDATE shipment SET shipped_at = ? WHERE id = ?`, instantArg(at), known.ID); err != nil {
				return err
			}
		default:
			items = append(items, c)
		}
		known.Values[c.Field] = c.After
	}
	known.Version = k.tx.seq
	if err := k.tx.Exec(`UPDATE shipment SET seq = ? WHERE id = ?`, k.tx.seq, known.ID); err != nil {
		return err
	}
	o, err := k.orderOf(known.ID)
	if err != nil {
		return err
	}
	return k.pack(runID, known.ID, o, items, renumbered...)
}

// renumber gives a shipment and its package another tracking number.
func (k shipments) renumber(id int64, c commerce.FieldChange) error {
	if err := k.tx.Exec(`UPDATE shipment SET tracking = ? WHERE id = ?`, c.After, id); err != nil {
		return err
	}
	return k.tx.Exec(`UPDATE package SET tracking = ? WHERE shipment_id = ? AND tracking = ?`, c.After, id, c.Before)
}

func (k shipments) orderOf(shipmentID int64) (*order.Order, error) {
	id, err := k.q.Number(`SELECT order_id FROM shipment WHERE id = ?`, shipmentID)
	if err != nil {
		return nil, err
	}
	return loadOrder(k.q, id)
}

// pack puts items into a shipment's package, or takes them out (""), and lets the order follow: its lines and its state
// become what their packages say, unless something else said so meanwhile. The order's history always tells of a shipment,
// which also keeps an undo from removing an order that was shipped.
func (k shipments) pack(runID, shipmentID int64, o *order.Order, items []commerce.FieldChange, also ...order.Change) error {
	if len(items)+len(also) == 0 {
		return k.tx.followOrder(o, o) // it may have been shipped at another time
	}
	k.tx.touch(Orders)
	was, err := k.orderWas(o)
	if err != nil {
		return err
	}
	before, after, err := k.repack(shipmentID, o, items)
	if err != nil {
		return fmt.Errorf("packing: %w", err)
	}
	next, changes := followed(*o, was, before, after)
	dates, err := k.dated(shipmentID, o, &next)
	if err != nil {
		return fmt.Errorf("dating shipment: %w", err)
	}
	if changes = append(append(changes, dates...), also...); len(changes) == 0 {
		return k.tx.followOrder(o, o)
	}
	return intake.Edit(k.tx, runID, o, &next, changes)
}

// repack writes what lies in a shipment's package, and gives what lay in all packages of the order before, and after.
func (k shipments) repack(shipmentID int64, o *order.Order, items []commerce.FieldChange) (before, after map[int64]fulfillment.Packed, err error) {
	before, err = k.packed(o.ID)
	if err != nil || len(items) == 0 {
		return before, before, err
	}
	packageID, err := k.q.Number(`SELECT id FROM package WHERE shipment_id = ? ORDER BY id LIMIT 1`, shipmentID)
	if err != nil {
		return before, nil, err
	}
	first := k.justCame(o.ID) // nothing but these items lies in packages then
	after = map[int64]fulfillment.Packed{}
	for _, item := range items {
		one, err := k.packOne(packageID, o, before, item)
		if err != nil {
			return before, after, err
		}
		after[one.LineID] = one
	}
	k.tx.inserted = nil
	if !first {
		after, err = k.packed(o.ID)
	}
	return before, after, err
}

func (k shipments) packOne(packageID int64, o *order.Order, before map[int64]fulfillment.Packed, item commerce.FieldChange) (one fulfillment.Packed, err error) {
	one.LineID, err = strconv.ParseInt(strings.Split(item.Field+"..", ".")[1], 10, 64)
	if err != nil {
		return one, err
	}
	if item.After == "" {
		return one, k.tx.Exec(`DELETE FROM package_item WHERE package_id = ? AND line_id = ?`, packageID, one.LineID)
	}
	one.Quantity, one.Was = commerce.Decimal(item.After), before[one.LineID].Was
	if _, packed := before[one.LineID]; !packed {
		state, _ := o.GetLine(one.LineID, "fulfillment_status")
		one.Was = order.Fulfillment(state)
	}
	return one, k.tx.Exec(`INSERT INTO package_item (package_id, line_id, quantity, line_was) VALUES (?, ?, ?, ?)
		ON CONFLICT (package_id, line_id) DO UPDATE SET quantity = excluded.quantity`, packageID, one.LineID, item.After, string(one.Was))
}

// followed brings an order to what its packages say. A line, or the order, that does not stand as its packages said
// before was set by something else and only goes further on.
func followed(o order.Order, was order.Fulfillment, before, after map[int64]fulfillment.Packed) (order.Order, []order.Change) {
	next := o
	next.Lines = slices.Clone(o.Lines)
	var changes []order.Change
	for i := range next.Lines {
		line := &next.Lines[i]
		then, now := before[line.ID], after[line.ID]
		if then.Quantity.Equal(now.Quantity) {
			continue
		}
		original := line.Fulfillment
		if _, packed := before[line.ID]; packed {
			original = then.Was
		}
		state := stateAfter(line.Fulfillment, fulfillment.LineState(original, then.Quantity, line.Quantity), fulfillment.LineState(original, now.Quantity, line.Quantity))
		if state != line.Fulfillment {
			changes = append(changes, order.Change{Field: "lines." + strconv.FormatInt(line.ID, 10) + ".fulfillment_status", Before: string(line.Fulfillment),
				After: string(state), Line: line.ID})
			line.Fulfillment = state
		}
	}
	state := stateAfter(o.Fulfillment, fulfillment.OrderState(was, o.Lines, len(before) > 0), fulfillment.OrderState(was, next.Lines, len(after) > 0))
	if state != o.Fulfillment {
		changes = append(changes, order.Change{Field: "fulfillment_status", Before: string(o.Fulfillment), After: string(state)})
		next.Fulfillment = state
	}
	return next, changes
}

// stateAfter is then the state that packages say now, where the present one is what they said before.
func stateAfter(present, said, says order.Fulfillment) order.Fulfillment {
	if present == said {
		return says
	}
	return fulfillment.Furthest(present, says)
}

// Held never keeps a shipment: nothing refers to it but its own packages.
func (k shipments) Held(*intake.Known) (string, error) { return "", nil }

// Delete takes everything out of a shipment and removes it; the order goes back to where it stood.
func (k shipments) Delete(runID int64, known *intake.Known) error {
	o, err := k.orderOf(known.ID)
	if err != nil {
		return err
	}
	var items []commerce.FieldChange
	for field, value := range known.Values {
		if strings.HasPrefix(field, "lines.") && value != "" {
			items = append(items, commerce.FieldChange{Field: field, Before: value})
		}
	}
	_, tracking, _ := strings.Cut(known.Title, o.Number+" ")
	if err := k.pack(runID, known.ID, o, items, order.Change{Field: "tracking", Before: tracking}); err != nil {
		return err
	}
	if err := k.tx.Exec(`DELETE FROM external_reference WHERE record_id = ? AND kind = 'shipment'`, known.ID); err != nil {
		return err
	}
	if err := k.tx.Exec(`DELETE FROM package WHERE shipment_id = ?`, known.ID); err != nil {
		return err
	}
	return k.tx.Exec(`DELETE FROM shipment WHERE id = ?`, known.ID)
}
