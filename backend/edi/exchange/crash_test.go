package exchange_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/edi/exchange"
	"tradepost/backend/store"
)

var errCut = errors.New("cut off")

// cutOff is a store whose process ends at one of its writes: before it, or after it and before anybody heard.
type cutOff struct {
	exchange.Store

	left  int
	after bool
}

func (c *cutOff) cut(do func() error) error {
	if c.left < 0 {
		return errCut
	}
	if c.left--; c.left >= 0 {
		return do()
	}
	if c.after {
		_ = do()
	}
	return errCut
}

func (c *cutOff) InExchangeTx(ctx context.Context, do func(exchange.OutTx) error) error {
	return c.cut(func() error { return c.Store.InExchangeTx(ctx, do) })
}

func (c *cutOff) MoveEDIDelivery(ctx context.Context, d exchange.Delivery, expected string) (won bool, err error) {
	err = c.cut(func() error {
		won, err = c.Store.MoveEDIDelivery(ctx, d, expected)
		return err
	})
	return won, err
}

// TestCutOff ends at every write on the way of an acknowledgement and an answer into the outbox, with a partner who takes files
// at once or lets them lie: after the next start each lies or lay there once, whole, and the numbers follow each other.
func TestCutOff(t *testing.T) {
	for _, takes := range []bool{false, true} {
		for writes := range 7 {
			for _, after := range []bool{false, true} {
				h := opened(t, store.Options{})
				taken := map[string]string{}
				partner := func() {
					for name, text := range h.files() {
						if strings.HasPrefix(name, ".") || !takes {
							continue
						}
						if _, twice := taken[name]; twice {
							t.Fatalf("%s came twice", name)
						}
						taken[name] = text
						h.must(os.Remove(filepath.Join(h.outbox, name)))
					}
				}
				broken := exchange.New(&cutOff{Store: h.store, left: writes, after: after})
				h.im.OnExchange(broken.Settle)
				h.take(h.sample(po))
				partner()
				_, failed := broken.Answer(t.Context(), h.one("850").ID, exchange.Ask{Kind: "855", Number: "SO-1"}, true)
				partner()
				h.must(h.edi.Settle(t.Context())) // the next start
				partner()
				if failed != nil && len(h.documents(exchange.Filter{Type: "855"})) == 0 { // the person asks again
					_, err := h.edi.Answer(t.Context(), h.one("850").ID, exchange.Ask{Kind: "855", Number: "SO-1"}, true)
					h.must(err)
					partner()
				}
				if !takes {
					taken = h.files()
				}
				for name, want := range map[string]string{"997-BIGMART-000000001.edi": "IEA*1*000000001~", "855-BIGMART-000000002.edi": "IEA*1*000000002~"} {
					if !strings.Contains(taken[name], want) {
						t.Errorf("takes %v, cut at write %d (after: %v): %s is not whole in %d files", takes, writes, after, name, len(taken))
					}
				}
				if len(taken) != 2 {
					t.Errorf("takes %v, cut at write %d (after: %v): %d files", takes, writes, after, len(taken))
				}
			}
		}
	}
}
