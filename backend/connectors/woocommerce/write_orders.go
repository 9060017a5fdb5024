package woocommerce

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// keysKept is how many keys an order keeps; older ones were settled long ago.
const keysKept = 40

// SetStatus sets the status of orders.
func (Connector) SetStatus(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(ctx, s, intents, (*client).setStatus)
}

// Ship writes tracking numbers, and completes orders of which all is shipped.
func (Connector) Ship(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(ctx, s, intents, (*client).ship)
}

// Cancel calls orders off.
func (Connector) Cancel(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(ctx, s, intents, (*client).cancel)
}

// Refund records refunds.
func (Connector) Refund(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return each(ctx, s, intents, (*client).refund)
}

// each carries out intents one after the other. What the shop refuses is the outcome of that intent; another error ends the call.
func each(ctx context.Context, s channel.Session, intents []channel.Intent,
	do func(*client, context.Context, channel.Intent) (channel.Outcome, error),
) ([]channel.Outcome, error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	outcomes := make([]channel.Outcome, len(intents))
	for n, i := range intents {
		outcome, err := do(c, ctx, i)
		switch {
		case fault.Is(err, fault.NotFound):
			outcome = gone()
		case fault.Is(err, fault.Invalid):
			problem := fault.ProblemOf(err)
			outcome = refusedFor(&problem, "")
		case err != nil && n == 0:
			return nil, err
		case err != nil:
			unclear(outcomes, err)
			return outcomes, nil
		}
		outcomes[n] = outcome
	}
	return outcomes, nil
}

// order reads one order as it is now; what lies in the bin is not found.
func (c *client) order(ctx context.Context, id string) (*orderJSON, error) {
	o, err := c.orderOrBinned(ctx, id)
	if err == nil && o.Status == "trash" {
		return nil, fault.New(fault.NotFound, "The order lies in the shop's bin.", "")
	}
	return o, err
}

// orderOrBinned reads one order, also out of the bin.
func (c *client) orderOrBinned(ctx context.Context, id string) (*orderJSON, error) {
	number := text(id).id()
	if number == 0 {
		return nil, fault.New(fault.NotFound, "The shop does not have this order.", "")
	}
	answer, err := c.get(ctx, "orders/"+strconv.FormatInt(number, 10), nil)
	if err != nil {
		return nil, err
	}
	var o orderJSON
	if json.Unmarshal(answer.Body, &o) != nil || o.ID.id() != number {
		return nil, cut(request{})
	}
	return &o, nil
}

// keys are those of the intents that were carried out on an order.
func (o *orderJSON) keys() []string { return strings.Fields(o.Meta.words(keyMeta)) }

func (o *orderJSON) hasKey(key string) bool { return key != "" && slices.Contains(o.keys(), key) }

// put writes values into an order together with the key, so that both are there or neither is.
func (c *client) put(ctx context.Context, o *orderJSON, key string, values map[string]any, more ...map[string]any) (*orderJSON, error) {
	keys := append(o.keys(), key)
	keys = keys[max(0, len(keys)-keysKept):]
	values["meta_data"] = append([]map[string]any{{"key": keyMeta, "value": strings.Join(keys, " ")}}, more...)
	answer, err := c.write(ctx, http.MethodPut, "orders/"+o.ID.trimmed(), values)
	if err != nil {
		return nil, err
	}
	var after orderJSON
	if json.Unmarshal(answer.Body, &after) != nil || after.ID != o.ID {
		return nil, cut(request{writes: true})
	}
	return &after, nil
}

func (c *client) setStatus(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	o, err := c.order(ctx, i.Target)
	if err != nil {
		return channel.Outcome{}, err
	}
	value := o.Status.trimmed()
	switch {
	case o.hasKey(i.Key), value == i.Status:
		return channel.Outcome{Result: channel.Already, Value: value}, nil
	case !c.settable(i.Status):
		return refusedFor(because("“"+i.Status+"” is no status that can be set in this shop.", "Choose another; check the connection where a plug-in is new."), value), nil
	case i.Observed != "" && i.Observed != value:
		return channel.Outcome{Result: channel.Stale, Value: value}, nil
	}
	after, err := c.put(ctx, o, i.Key, map[string]any{"status": i.Status})
	if err != nil {
		return channel.Outcome{}, err
	}
	return channel.Outcome{Result: channel.Applied, Value: after.Status.trimmed()}, nil
}

// settable allows WooCommerce's own statuses, and those of plug-ins that Check found. Setting refunded would make a refund of all.
func (c *client) settable(status string) bool {
	if slices.ContainsFunc(coreStatuses, func(s channel.Choice) bool { return s.Value == status }) {
		return true
	}
	found := strings.Split(c.s.Account().Facts[factStatuses], ",")
	return status != "" && status != "refunded" && !noOrder(status) && slices.Contains(found, status)
}

func (c *client) cancel(ctx context.Context, i channel.Intent) (channel.Outcome, error) {
	o, err := c.order(ctx, i.Target)
	if err != nil {
		return channel.Outcome{}, err
	}
	value := o.Status.trimmed()
	switch {
	case o.hasKey(i.Key), value == "cancelled":
		return channel.Outcome{Result: channel.Already, Value: value}, nil
	case value == "completed" || value == "refunded":
		return refusedFor(because("The order is "+value+" in the shop already.", "Refund it instead."), value), nil
	}
	after, err := c.put(ctx, o, i.Key, map[string]any{"status": "cancelled"}, map[string]any{"key": "_tradepost_reason", "value": i.Reason})
	if err != nil {
		return channel.Outcome{}, err
	}
	return channel.Outcome{Result: channel.Applied, Value: after.Status.trimmed()}, nil
}
