package shopify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// The capabilities that the manifest declares.
var (
	_ channel.StockSetter = connector{}
	_ channel.PriceSetter = connector{}
	_ channel.Shipper     = connector{}
	_ channel.Canceller   = connector{}
	_ channel.Refunder    = connector{}
	_ channel.Finder      = connector{}
	_ channel.Observer    = connector{}
	_ channel.Poller      = connector{}
	_ channel.Hooker      = connector{}
	_ channel.Refresher   = connector{}
	_ channel.Metered     = connector{}
)

// The codes of errors about keys (https://shopify.dev/docs/api/usage/implementing-idempotency).
const (
	concurrent   = "IDEMPOTENCY_CONCURRENT_REQUEST"
	mismatch     = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
	failedBefore = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
	staleChange  = "CHANGE_FROM_QUANTITY_STALE"
)

// costOfWrite is what a mutation costs.
const costOfWrite = 10

// userError is why a mutation was not done.
type userError struct {
	Field   []string `json:"field"`
	Message string   `json:"message"`
	Code    string   `json:"code"`
}

// unclear tells that an error leaves open what became of an earlier try.
func (e userError) unclear() bool {
	return e.Code == concurrent || e.Code == mismatch || e.Code == failedBefore
}

func (e userError) refusal() channel.Outcome {
	if e.unclear() {
		return channel.Outcome{Result: channel.Unclear}
	}
	return channel.Refuse(fault.Invalid, vendor+" refuses this: "+sentence(e.Message), "Look at it in the shop's admin.")
}

// made is what a mutation answers.
type made struct {
	Errors      []userError `json:"userErrors"`
	Fulfillment *node       `json:"fulfillment"`
	Refund      *node       `json:"refund"`
	Level       *node       `json:"inventoryLevel"`
	Group       *node       `json:"inventoryAdjustmentGroup"`
	Variants    []struct {
		ID    string `json:"id"`
		Price string `json:"price"`
	} `json:"productVariants"`
	Job *struct {
		ID   string `json:"id"`
		Done bool   `json:"done"`
	} `json:"job"`
}

// mutate carries out a mutation.
func mutate(ctx context.Context, s channel.Session, document string, variables map[string]any) (made, error) {
	var answer struct {
		Result *made `json:"result"`
	}
	_, err := into(ctx, s, question{document: document, variables: variables, writes: true, cost: costOfWrite}, &answer)
	if err != nil {
		return made{}, err
	}
	if answer.Result == nil {
		return made{}, strange(nil, true)
	}
	return *answer.Result, nil
}

// keyOf is a key in the form that Shopify asks for (a UUID), the same for the same parts. What is asked for is part of it: two workspaces
// that count their intents alike do not share one.
func keyOf(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	hexed := hex.EncodeToString(sum[:16])
	return hexed[:8] + "-" + hexed[8:12] + "-" + hexed[12:16] + "-" + hexed[16:20] + "-" + hexed[20:]
}

// marked is the reason with the key behind it.
func marked(intent channel.Intent) string {
	return strings.TrimSpace(intent.Reason + " (" + intent.Key + ")")
}

// notifies tells whether the buyer is told.
func notifies(s channel.Session, intent channel.Intent) bool {
	return intent.Notify || s.Option(notifyOption) == "true"
}

// writing is a write on an order, which is read live by a document.
func writing[V any](document string, done func(V, channel.Intent) (channel.Outcome, bool),
	do func(context.Context, channel.Session, V, channel.Intent) (channel.Outcome, error)) channel.OrderWrite[V] {
	return channel.OrderWrite[V]{Vendor: vendor, Look: live[V](document), Done: done, Do: do}
}

// live reads an order by a document, whole; nil where it is not there.
func live[V any](document string) func(context.Context, channel.Session, string) (*V, error) {
	return func(ctx context.Context, s channel.Session, id string) (*V, error) {
		var answer struct {
			Order json.RawMessage `json:"order"`
		}
		_, err := into(ctx, s, question{document: document, variables: map[string]any{"id": gid("Order", id)}, cost: 40}, &answer)
		if err != nil || string(answer.Order) == "null" {
			return nil, err
		}
		raw, err := complete(ctx, s, answer.Order)
		if err != nil {
			return nil, err
		}
		var order V
		if err := json.Unmarshal(raw, &order); err != nil {
			return nil, strange(err, false)
		}
		return &order, nil
	}
}

// Find looks for the effect of an intent: a value is there or not, a refund carries the key in its note, a fulfilment its tracking number.
func (connector) Find(ctx context.Context, s channel.Session, intent channel.Intent) (channel.Outcome, error) {
	switch intent.Operation {
	case channel.SetStock:
		return findListing(ctx, s, intent, stockNow)
	case channel.SetPrice:
		return findListing(ctx, s, intent, priceNow)
	case channel.Ship:
		return shipping.Find(ctx, s, intent)
	case channel.Cancel:
		return cancelling.Find(ctx, s, intent)
	case channel.Refund:
		return refunding.Find(ctx, s, intent)
	}
	return channel.Outcome{}, fault.New(fault.Invalid, vendor+" cannot do this: "+string(intent.Operation)+".", "Leave it out.")
}

func (connector) Ship(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return shipping.Each(ctx, s, intents)
}

func (connector) Cancel(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return cancelling.Each(ctx, s, intents)
}

func (connector) Refund(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	return refunding.Each(ctx, s, intents)
}
