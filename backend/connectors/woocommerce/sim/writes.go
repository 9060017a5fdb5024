package sim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// write answers POST and PUT.
func (s *Shop) write(method string, parts []string, body json.RawMessage) (any, *problem) {
	id := int64(0)
	if len(parts) > 1 {
		id = parse(parts[1])
	}
	switch path := strings.Join(parts, "/"); {
	case path == "products/batch":
		return s.batch(body, func(e element) (any, *problem) { return s.putProduct(e, 0) })
	case len(parts) == 4 && parts[0] == "products" && parts[2] == "variations" && parts[3] == "batch":
		return s.batch(body, func(e element) (any, *problem) { return s.putProduct(e, id) })
	case path == "orders/batch":
		return s.batch(body, s.putOrder)
	case parts[0] == "orders" && len(parts) == 2 && method == http.MethodPut:
		return s.decoded(body, id, s.putOrder)
	case parts[0] == "products" && len(parts) == 2 && method == http.MethodPut:
		return s.decoded(body, id, func(e element) (any, *problem) { return s.putProduct(e, 0) })
	case parts[0] == "products" && len(parts) == 4 && parts[2] == "variations" && method == http.MethodPut:
		return s.decoded(body, parse(parts[3]), func(e element) (any, *problem) { return s.putProduct(e, id) })
	case parts[0] == "orders" && len(parts) == 3 && parts[2] == "refunds" && method == http.MethodPost:
		return s.postRefund(id, body)
	case parts[0] == "orders" && len(parts) == 3 && parts[2] == "notes" && method == http.MethodPost:
		return s.postNote(id, body)
	}
	return nil, refuse(404, "rest_no_route", "No route was found matching the URL and request method.")
}

// element is what a write says of one record.
type element struct {
	ID      int64           `json:"id"`
	Status  *string         `json:"status"`
	Stock   json.RawMessage `json:"stock_quantity"`
	Manage  *bool           `json:"manage_stock"`
	Regular *string         `json:"regular_price"`
	SKU     *string         `json:"sku"`
	Note    *string         `json:"customer_note"`
	Meta    []metaValue     `json:"meta_data"`
}

func (s *Shop) decoded(body json.RawMessage, id int64, put func(element) (any, *problem)) (any, *problem) {
	var e element
	if json.Unmarshal(body, &e) != nil {
		return nil, refuse(400, "rest_invalid_param", "Invalid parameter(s)")
	}
	e.ID = id
	return put(e)
}

// batch puts up to a hundred records; each fails or succeeds for itself.
func (s *Shop) batch(body json.RawMessage, put func(element) (any, *problem)) (any, *problem) {
	var all struct {
		Update []element `json:"update"`
	}
	if len(body) > 0 && json.Unmarshal(body, &all) != nil {
		return nil, refuse(400, "rest_invalid_param", "Invalid parameter(s): update")
	}
	if len(all.Update) > 100 {
		return nil, refuse(413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items for this request.")
	}
	if len(all.Update) == 0 {
		return []any{}, nil
	}
	answers := []any{}
	for _, e := range all.Update {
		answer, p := put(e)
		if p != nil {
			answer = map[string]any{"id": e.ID, "error": map[string]any{"code": p.code, "message": p.message, "data": map[string]any{"status": p.status}}}
		}
		answers = append(answers, answer)
	}
	return map[string]any{"update": answers}, nil
}

// putProduct changes a product, or a variation of parent.
func (s *Shop) putProduct(e element, parent int64) (any, *problem) {
	shelf, kind := &s.products, "product"
	if parent != 0 {
		shelf, kind = &s.variations, "product_variation"
	}
	p, ok := shelf.get(e.ID)
	if !ok || p.parent != parent {
		return nil, refuse(400, "woocommerce_rest_"+kind+"_invalid_id", "Invalid ID.")
	}
	if e.SKU != nil && *e.SKU != p.sku && s.skuTaken(*e.SKU) {
		return nil, refuse(400, "product_invalid_sku", "Invalid or duplicated SKU.")
	}
	target := name(p.id)
	if parent != 0 {
		target = name(parent) + ":" + target
	}
	if e.Manage != nil {
		p.manage = strconv.FormatBool(*e.Manage)
	}
	if e.SKU != nil {
		p.sku = *e.SKU
	}
	if p2 := s.putStock(p, e, target); p2 != nil {
		return nil, p2
	}
	if p2 := s.putPrice(p, e, target); p2 != nil {
		return nil, p2
	}
	p.meta = s.putMeta(p.meta, e.Meta)
	shelf.touch(p, s.now())
	s.toldOf("product.updated", max(parent, p.id*b2i(parent == 0)))
	return s.wireProduct(p), nil
}

func (s *Shop) skuTaken(sku string) bool {
	taken := func(p *product) bool { return p.sku == sku && sku != "" }
	return slices.ContainsFunc(s.products.all(), taken) || slices.ContainsFunc(s.variations.all(), taken)
}

// putStock sets the stock. Without stock management WooCommerce takes the value and does nothing with it.
func (s *Shop) putStock(p *product, e element, target string) *problem {
	if e.Stock == nil || string(e.Stock) == "null" {
		return nil
	}
	n, err := strconv.ParseInt(strings.Trim(string(e.Stock), `"`), 10, 64)
	if err != nil {
		return refuse(400, "rest_invalid_param", "Invalid parameter(s): stock_quantity")
	}
	if p.manage != "true" || p.stock == n {
		return nil
	}
	s.desk.Note(simulated.Effect{Operation: channel.SetStock, Target: target, Key: mark(e.Meta), Before: name(p.stock), After: name(n)})
	p.stock = n
	return nil
}

func (s *Shop) putPrice(p *product, e element, target string) *problem {
	if e.Regular == nil {
		return nil
	}
	if _, ok := s.minor(*e.Regular); !ok && *e.Regular != "" {
		return refuse(400, "rest_invalid_param", "Invalid parameter(s): regular_price")
	}
	if *e.Regular == p.regular {
		return nil
	}
	s.desk.Note(simulated.Effect{Operation: channel.SetPrice, Target: target, Key: mark(e.Meta), Before: p.regular, After: *e.Regular})
	p.regular = *e.Regular
	return nil
}

// mark is what a writer left to find its write by: the last word of a meta that ends in _key.
func mark(meta []metaValue) string {
	for _, m := range meta {
		var words string
		if strings.HasSuffix(m.Key, "_key") && json.Unmarshal(m.Value, &words) == nil && words != "" {
			fields := strings.Fields(words)
			return fields[len(fields)-1]
		}
	}
	return ""
}

// putMeta lays values over meta as WooCommerce does: by id, else over the first of the same key; null deletes.
func (s *Shop) putMeta(meta, said []metaValue) []metaValue {
	meta = slices.Clone(meta)
	for _, m := range said {
		i := slices.IndexFunc(meta, func(k metaValue) bool {
			if m.ID != 0 {
				return k.ID == m.ID
			}
			return k.Key == m.Key
		})
		switch {
		case i >= 0 && string(m.Value) == "null":
			meta = slices.Delete(meta, i, i+1)
		case i >= 0:
			meta[i].Value = m.Value
		case string(m.Value) != "null":
			m.ID = s.newID()
			meta = append(meta, m)
		}
	}
	return meta
}

func (s *Shop) newID() int64 {
	s.next++
	return s.next
}

// putOrder changes an order.
func (s *Shop) putOrder(e element) (any, *problem) {
	o, ok := s.orders.get(e.ID)
	if !ok {
		return nil, refuse(400, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
	}
	if e.Status != nil && !slices.ContainsFunc(s.config.statuses, func(st status) bool { return st.slug == *e.Status }) {
		return nil, refuse(400, "rest_invalid_param", "Invalid parameter(s): status")
	}
	before, tracked := o.status, strings.Join(o.trackingNumbers(), ", ")
	o.meta = s.putMeta(o.meta, e.Meta)
	if e.Note != nil {
		o.note = *e.Note
	}
	if e.Status != nil && *e.Status != o.status {
		o.status = *e.Status
		s.stampStatus(o)
		if o.status == "cancelled" && o.reduced {
			s.reduceStock(o, 1)
		}
	}
	s.noteOrder(o, before, tracked, mark(e.Meta))
	s.toldOf("order.updated", o.id)
	if o.status != before || e.Note != nil || !s.config.classic {
		s.orders.touch(o, s.now())
	}
	return s.wireOrder(o), nil
}

// noteOrder writes down what a write really changed.
func (s *Shop) noteOrder(o *order, before, tracked, key string) {
	effect := simulated.Effect{Target: name(o.id), Key: key, Before: before, After: o.status}
	switch now := strings.Join(o.trackingNumbers(), ", "); {
	case now != tracked:
		effect.Operation, effect.Before, effect.After = channel.Ship, tracked, now
	case o.status == before:
		return
	case o.status == "cancelled":
		effect.Operation = channel.Cancel
	default:
		effect.Operation = channel.SetStatus
	}
	s.desk.Note(effect)
}

// stampStatus stamps what a status means, as WooCommerce does on the way into it.
func (s *Shop) stampStatus(o *order) {
	switch o.status {
	case "processing", "completed":
		if o.paid == 0 && (o.method != "cod" || o.status == "completed") {
			o.paid = s.now()
		}
	}
	if o.status == "completed" {
		o.completed = s.now()
	}
}

// reduceStock takes an order's goods from the stock (-1), or puts them back (1).
func (s *Shop) reduceStock(o *order, sign int64) {
	o.reduced = sign < 0
	for _, l := range o.lines {
		s.moveStock(l, sign*l.quantity)
	}
}

func (s *Shop) moveStock(l orderLine, by int64) {
	shelf, id := &s.products, l.product
	if l.variation != 0 {
		shelf, id = &s.variations, l.variation
	}
	p, ok := shelf.get(id)
	if ok && p.manage == "parent" {
		shelf = &s.products
		p, ok = s.products.get(p.parent)
	}
	if ok && p.manage == "true" {
		p.stock += by
		shelf.touch(p, s.now())
	}
}

func (s *Shop) postRefund(id int64, body json.RawMessage) (any, *problem) {
	o, ok := s.orders.get(id)
	if !ok {
		return nil, refuse(404, "woocommerce_rest_invalid_order_id", "Invalid order ID.")
	}
	var in struct {
		Amount  string `json:"amount"`
		Reason  string `json:"reason"`
		Restock *bool  `json:"api_restock"`
		Lines   []struct {
			ID       int64 `json:"id"`
			Quantity int64 `json:"quantity"`
		} `json:"line_items"`
		Meta []metaValue `json:"meta_data"`
	}
	if json.Unmarshal(body, &in) != nil {
		return nil, refuse(400, "rest_invalid_param", "Invalid parameter(s)")
	}
	amount, read := s.minor(in.Amount)
	_, _, total := o.sums()
	if !read || amount <= 0 || amount > total-o.refunded() {
		return nil, refuse(500, "woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.")
	}
	r := &refund{id: s.newID(), at: s.now(), amount: amount, reason: in.Reason, lines: map[int64]int64{}}
	r.meta = s.putMeta(nil, in.Meta)
	for _, l := range in.Lines {
		r.lines[l.ID] = l.Quantity
	}
	before := s.money(o.refunded())
	o.refunds = append(o.refunds, r)
	if in.Restock == nil || *in.Restock {
		for _, l := range o.lines {
			s.moveStock(l, r.lines[l.id])
		}
	}
	if o.refunded() == total {
		o.status = "refunded"
	}
	s.desk.Note(simulated.Effect{Operation: channel.Refund, Target: name(o.id), Key: mark(in.Meta), Before: before, After: s.money(o.refunded())})
	s.orders.touch(o, s.now())
	return s.wireRefund(r), nil
}

func (s *Shop) wireRefund(r *refund) map[string]any {
	return map[string]any{"id": r.id, "date_created": s.local(r.at), "date_created_gmt": utc(r.at), "amount": s.money(r.amount),
		"reason": r.reason, "refunded_payment": false, "meta_data": listed(r.meta), "line_items": []any{}}
}

func (s *Shop) wireRefunds(o *order) any {
	all := []any{}
	for _, r := range o.refunds {
		all = append(all, s.wireRefund(r))
	}
	return all
}

func (s *Shop) postNote(id int64, body json.RawMessage) (any, *problem) {
	o, ok := s.orders.get(id)
	if !ok {
		return nil, refuse(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
	}
	var in struct {
		Note     string `json:"note"`
		Customer bool   `json:"customer_note"`
	}
	if json.Unmarshal(body, &in) != nil || in.Note == "" {
		return nil, refuse(400, "rest_missing_callback_param", "Missing parameter(s): note")
	}
	o.notes = append(o.notes, orderNote{s.newID(), s.now(), in.Note, in.Customer})
	s.desk.Note(simulated.Effect{Operation: channel.Ship, Target: name(o.id), After: in.Note})
	return s.wireNotes(o)[len(o.notes)-1], nil
}

func (s *Shop) wireNotes(o *order) []any {
	all := []any{}
	for _, n := range o.notes {
		all = append(all, map[string]any{"id": n.id, "author": "Tradepost", "date_created": s.local(n.at), "date_created_gmt": utc(n.at),
			"note": n.text, "customer_note": n.customer})
	}
	return all
}

// Writable names targets for an operation.
func (s *Shop) Writable(operation channel.Operation) (intents []channel.Intent) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch operation {
	case channel.SetStock, channel.SetPrice:
		for _, p := range slices.Concat(s.products.all(), s.variations.all()) {
			if i, ok := s.writableProduct(operation, p); ok && len(intents) < 50 {
				intents = append(intents, i)
			}
		}
	default:
		for _, o := range s.orders.all() {
			if i, ok := s.writableOrder(operation, o); ok && len(intents) < 50 {
				intents = append(intents, i)
			}
		}
	}
	return intents
}
