package channeltest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// bureau is a workspace with the real engine, and a ledger system whose vendor calls it.
type bureau struct {
	k       *ledgerKit
	t       T
	ctx     context.Context //nolint:containedctx // of all work
	clock   *clock
	office  simulated.Office
	store   *store.Store
	engine  *syncing.Engine
	now     atomic.Pointer[syncing.Engine] // as the server sees it
	secrets *safe
	server  *httptest.Server
	at      syncing.Connection
	seller  channel.Channel
	sold    int
}

// bureau opens an empty workspace and connects it to an office.
func (k *ledgerKit) bureau(t T) *bureau {
	dir, err := os.MkdirTemp("", "channeltest")
	must(t, err == nil, "making a folder: %v", err)
	b := &bureau{k: k, t: t, ctx: workContext, clock: &clock{now: begin}, secrets: &safe{all: map[string]string{}}}
	b.office = k.Office(b.clock.Now)
	b.store, err = store.Open(b.ctx, dir, store.Options{Now: b.clock.ours})
	must(t, err == nil, "opening a workspace: %v", err)
	b.restart(b.store)
	b.server = httptest.NewServer(http.HandlerFunc(b.hear))
	t.Cleanup(func() {
		b.server.Close()
		b.engine.Close()
		_ = b.store.Close()
		_ = os.RemoveAll(dir)
	})
	b.connect()
	return b
}

// hear answers the vendor as the program's own listener does.
func (b *bureau) hear(w http.ResponseWriter, r *http.Request) {
	answerer, box, err := b.now.Load().Mailbox(r.Context(), b.at.ID)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	answerer.Answer(w, r, box)
}

// restart begins a new engine on the workspace, seen through s.
func (b *bureau) restart(s syncing.Store) {
	if b.engine != nil {
		b.engine.Close()
	}
	_, err := b.store.EndOrphans(context.Background())
	must(b.t, err == nil, "starting again: %v", err)
	b.engine = syncing.New(s, b.secrets, syncing.Options{Log: slog.New(slog.DiscardHandler), Clock: &engineClock{of: b.clock}, Find: func(string) channel.Connector { return b.k.Connector }})
	b.now.Store(b.engine)
	_ = b.engine.Recover(context.Background()) // of one that is killed at once, the next does it
}

func (b *bureau) connect() {
	b.t.Helper()
	options, secrets := b.office.Connection()
	var err error
	b.at, err = b.engine.Connect(b.ctx, syncing.Draft{Connector: b.k.Connector.Manifest().ID, Name: "Books", Options: options, Secrets: secrets, Approval: syncing.Automatic})
	must(b.t, err == nil, "connecting: %v", err)
	b.write(func(tx *store.Tx) error {
		b.seller, err = tx.EnsureChannel("Main shop", "other")
		return err
	})
}

func (b *bureau) write(do func(*store.Tx) error) {
	b.t.Helper()
	err := b.store.Write(b.ctx, store.Urgent, do)
	must(b.t, err == nil, "writing: %v", err)
}

// later lets time pass.
func (b *bureau) later(d time.Duration) { b.clock.wait(d) }

// talk holds one conversation.
func (b *bureau) talk(at simulated.Break) (simulated.Talk, error) {
	_, secrets := b.office.Connection()
	return b.office.Converse(b.ctx, b.server.URL, secrets, at)
}

// converse holds conversations until there is nothing left to do.
func (b *bureau) converse() {
	b.t.Helper()
	for range 12 {
		b.later(10 * time.Minute)
		talk, err := b.talk(simulated.Break{})
		must(b.t, err == nil && !talk.Refused, "a conversation ends with %+v: %v", talk, err)
		if talk.Idle {
			return
		}
	}
	b.t.Errorf("the vendor never has nothing to do")
}

// ready reads the lists, and confirms the mapping that is proposed from them: each order becomes an invoice once it is placed.
func (b *bureau) ready() {
	b.t.Helper()
	b.converse()
	entries, err := b.store.LedgerEntries(b.ctx, b.at.ID, "")
	must(b.t, err == nil, "reading the lists: %v", err)
	m := accounting.Propose(entries, []accounting.Seller{{ID: b.seller.ID, Name: b.seller.Name}}, []string{"PayPal"}, []string{"MUG-1"}, "USD")
	for id, rule := range m.Channels {
		rule.Post, rule.When, rule.Document = true, accounting.WhenPlaced, accounting.Invoice
		m.Channels[id] = rule
	}
	m.Confirmed = true
	must(b.t, m.Check() == nil, "what is proposed cannot be confirmed: %v", m.Check())
	must(b.t, b.store.PutMapping(b.ctx, b.at.ID, m, -1) == nil, "the mapping is not kept")
}

// sell writes an order: paid, on account, and paid with a part given back, by turns.
func (b *bureau) sell() {
	b.t.Helper()
	b.sold++
	o := order.Order{ChannelID: b.seller.ID, Channel: b.seller.Name, Number: strconv.Itoa(1000 + b.sold), Currency: "USD", Financial: order.Paid, PaymentMethod: "PayPal",
		Total: commerce.Minor(5580), Shipping: commerce.Minor(599), Tax: commerce.Minor(481), Discount: commerce.Minor(300),
		Placed: commerce.Stamp{At: commerce.InstantOf(b.clock.Now().Add(-48 * time.Hour)), Precision: commerce.PrecisionSecond},
		Lines:  []order.Line{{SKU: "MUG-1", Title: "Mug", Quantity: "2", UnitPrice: "24.00", Total: commerce.Minor(4800)}}}
	switch b.sold % 3 {
	case 1:
		o.Financial = order.Pending
	case 2:
		o.Financial, o.Refunded = order.PartiallyRefunded, commerce.Minor(1000)
	}
	b.write(func(tx *store.Tx) error { return tx.InsertOrder(&o) })
}

// postings lists what was planned for the ledger and not taken back.
func (b *bureau) postings() []syncing.Posting {
	b.t.Helper()
	all, err := b.store.Postings(b.ctx, syncing.PostingFilter{ConnectionID: b.at.ID, Limit: 100_000})
	must(b.t, err == nil, "reading postings: %v", err)
	return all
}

// intact fails unless each order sold is posted, and the company's own books hold each document once, to the cent, and no other.
func (b *bureau) intact(when string) {
	b.t.Helper()
	var ours []string
	orders := map[int64]bool{}
	for _, p := range b.postings() {
		must(b.t, p.State() == "posted", "%s: %s is %s: %+v", when, p.Document.Reference, p.State(), p.Problem)
		must(b.t, !p.Total.Stated || p.LedgerTotal == p.Total, "%s: %s is %v here and %v there", when, p.Document.Reference, p.Total, p.LedgerTotal)
		if p.Total.Stated { // items and customers move nothing
			ours = append(ours, fmt.Sprint(p.Document.Number, " ", p.Total.Minor))
			orders[p.Document.OrderID] = true
		}
	}
	var theirs []string
	for _, d := range b.office.Booked() {
		theirs = append(theirs, fmt.Sprint(d.Number, " ", d.Cents))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	must(b.t, slices.Equal(ours, theirs), "%s: posted is %v, in the books stands %v", when, ours, theirs)
	must(b.t, len(orders) == b.sold, "%s: of %d orders %d are posted", when, b.sold, len(orders))
}

// takeBack undoes all that was posted, with a person's word.
func (b *bureau) takeBack() {
	b.t.Helper()
	plans := map[int64]bool{}
	for _, p := range b.postings() {
		i, err := b.store.Intent(b.ctx, p.IntentID)
		must(b.t, err == nil, "reading a write: %v", err)
		plans[i.PlanID] = true
	}
	for id := range plans {
		back, err := b.engine.UndoPostings(b.ctx, 0, id, nil)
		must(b.t, err == nil, "undoing: %v", err)
		_, err = b.engine.Approve(b.ctx, syncing.Approving{PlanID: back.ID, IfSeq: -1})
		must(b.t, err == nil, "approving: %v", err)
	}
}

// arrived lists what is known of the streams, each item with the message that brought it.
func (b *bureau) arrived() []string {
	b.t.Helper()
	var all []string
	syncs, err := b.store.Syncs(b.ctx, b.at.ID)
	must(b.t, err == nil, "reading streams: %v", err)
	for _, s := range syncs {
		items, err := b.store.Missing(b.ctx, s.ID, math.MaxInt64, "", 100_000) // no pass saw them: all that are not gone
		must(b.t, err == nil, "reading what is known: %v", err)
		arrivals, err := b.store.Arrivals(b.ctx, s.ID, items)
		must(b.t, err == nil, "reading arrivals: %v", err)
		for _, a := range arrivals {
			all = append(all, fmt.Sprint(a.Item, " ", a.MessageID))
		}
	}
	slices.Sort(all)
	return all
}
