package shopify

import (
	"bytes"
	"context"
	"encoding/json"

	"tradepost/backend/channel"
)

// An order comes with the first lines, parcels, refunds and payments of it: nearly all orders are whole that way, and a page of them costs
// little. Of the others the rest is asked for, so that what is kept of an order is all of it.

// How many of each a list that has no pages gives at first; as many as that may be cut.
const parcelsAtFirst, refundsAtFirst, paymentsAtFirst = 5, 5, 10

// parts is what of an order tells whether it is whole.
type parts struct {
	ID       string     `json:"id"`
	Lines    connection `json:"lineItems"`
	Payments []node     `json:"transactions"`
	Parcels  []struct {
		Lines connection `json:"fulfillmentLineItems"`
	} `json:"fulfillments"`
	Refunds []struct {
		Lines connection `json:"refundLineItems"`
	} `json:"refunds"`
	Tasks struct {
		connection
		Nodes []struct {
			Lines connection `json:"lineItems"`
		} `json:"nodes"`
	} `json:"fulfillmentOrders"`
}

func (p parts) whole() bool {
	cut := p.Lines.PageInfo.More || p.Tasks.PageInfo.More || len(p.Payments) >= paymentsAtFirst || len(p.Parcels) >= parcelsAtFirst ||
		len(p.Refunds) >= refundsAtFirst
	for _, one := range p.Parcels {
		cut = cut || one.Lines.PageInfo.More
	}
	for _, one := range p.Refunds {
		cut = cut || one.Lines.PageInfo.More
	}
	for _, one := range p.Tasks.Nodes {
		cut = cut || one.Lines.PageInfo.More
	}
	return !cut
}

// complete asks for the rest of an order, of as much of it as was asked for.
func complete(ctx context.Context, s channel.Session, raw json.RawMessage) (json.RawMessage, error) {
	var p parts
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, strange(err, false)
	}
	if p.whole() {
		return raw, nil
	}
	order, err := object(raw)
	if err != nil {
		return nil, err
	}
	rest := rest{ctx, s, p.ID}
	for _, step := range []func(map[string]any) error{
		func(o map[string]any) error { return rest.pages(o, "lineItems", moreLinesDocument, p.ID) },
		func(o map[string]any) error { return rest.all(o, "transactions", paymentsAtFirst, allPaymentsDocument) },
		func(o map[string]any) error { return rest.all(o, "fulfillments", parcelsAtFirst, allParcelsDocument) },
		func(o map[string]any) error { return rest.all(o, "refunds", refundsAtFirst, allRefundsDocument) },
		func(o map[string]any) error { return rest.pages(o, "fulfillmentOrders", moreTasksDocument, p.ID) },
		func(o map[string]any) error {
			return rest.each(listed(o["fulfillments"]), "fulfillmentLineItems", moreParcelLinesDocument)
		},
		func(o map[string]any) error {
			return rest.each(listed(o["refunds"]), "refundLineItems", moreRefundLinesDocument)
		},
		func(o map[string]any) error {
			return rest.each(nodesOf(o["fulfillmentOrders"]), "lineItems", moreTaskLinesDocument)
		},
	} {
		if err := step(order); err != nil {
			return nil, err
		}
	}
	return encoded(order)
}

// completeLevels asks for the rest of a stocked thing's locations.
func completeLevels(ctx context.Context, s channel.Session, raw json.RawMessage) (json.RawMessage, error) {
	var thing stocked
	if err := json.Unmarshal(raw, &thing); err != nil {
		return nil, strange(err, false)
	}
	if !thing.Levels.PageInfo.More {
		return raw, nil
	}
	whole, err := object(raw)
	if err != nil {
		return nil, err
	}
	if err := (rest{ctx, s, thing.ID}).pages(whole, "inventoryLevels", moreLevelsDocument, thing.ID); err != nil {
		return nil, err
	}
	return encoded(whole)
}

// rest asks for what is left of one thing.
type rest struct {
	ctx context.Context //nolint:containedctx // of the one call that it serves
	s   channel.Session
	id  string
}

// answered is the rest as the documents name it, wherever they look.
type answered struct {
	Order *struct {
		More json.RawMessage `json:"more"`
		All  []any           `json:"all"`
	} `json:"order"`
	Node *struct {
		More json.RawMessage `json:"more"`
	} `json:"node"`
	Item *struct {
		More json.RawMessage `json:"more"`
	} `json:"inventoryItem"`
}

func (a answered) more() json.RawMessage {
	switch {
	case a.Order != nil:
		return a.Order.More
	case a.Node != nil:
		return a.Node.More
	case a.Item != nil:
		return a.Item.More
	}
	return nil
}

// pages adds the further pages of a list to what is there.
func (r rest) pages(of map[string]any, name, document, id string) error {
	for {
		list, _ := of[name].(map[string]any)
		info, _ := list["pageInfo"].(map[string]any)
		if info["hasNextPage"] != true {
			return nil
		}
		var a answered
		q := question{document: document, variables: map[string]any{"id": id, "after": info["endCursor"]}, cost: 60}
		if _, err := into(r.ctx, r.s, q, &a); err != nil {
			return err
		}
		next, err := object(a.more())
		if err != nil {
			return err
		}
		if len(listed(next["nodes"])) == 0 { // it would go on for ever, or the order is gone meanwhile
			return strange(nil, false)
		}
		list["nodes"] = append(listed(list["nodes"]), listed(next["nodes"])...)
		list["pageInfo"] = next["pageInfo"]
	}
}

// all replaces a list that may be cut by a longer one.
func (r rest) all(of map[string]any, name string, first int, document string) error {
	if len(listed(of[name])) < first {
		return nil
	}
	reply, err := ask(r.ctx, r.s, question{document: document, variables: map[string]any{"id": r.id}, cost: 100})
	if err != nil {
		return err
	}
	var a answered
	decoder := json.NewDecoder(bytes.NewReader(reply.data))
	decoder.UseNumber()
	if err := decoder.Decode(&a); err != nil || a.Order == nil || len(a.Order.All) < first {
		return strange(err, false)
	}
	of[name] = a.Order.All
	return nil
}

// each adds the further pages of a list to each of several things.
func (r rest) each(things []any, name, document string) error {
	for _, one := range things {
		thing, _ := one.(map[string]any)
		id, _ := thing["id"].(string)
		if err := r.pages(thing, name, document, id); err != nil {
			return err
		}
	}
	return nil
}

func listed(value any) []any {
	list, _ := value.([]any)
	return list
}

func nodesOf(value any) []any {
	list, _ := value.(map[string]any)
	return listed(list["nodes"])
}

// object reads JSON whose numbers stay as they stand.
func object(raw json.RawMessage) (map[string]any, error) {
	var value map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, strange(err, false)
	}
	return value, nil
}

func encoded(value map[string]any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, strange(err, false)
	}
	return text, nil
}
