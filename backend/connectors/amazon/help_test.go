package amazon

import (
	"context"
	"math/rand/v2"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/connectors/amazon/sim"
)

// house is a connection to a simulated Amazon.
type house struct {
	t       *testing.T
	now     time.Time
	amazon  *sim.Amazon
	server  *httptest.Server
	session *channeltest.Session
	random  *rand.Rand
}

func opened(t *testing.T, options ...sim.Option) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 5, 10, 20, 30, 417_000_000, time.UTC), random: rand.New(rand.NewPCG(1, 1))}
	h.amazon = sim.New(func() time.Time { return h.now }, options...)
	h.server = httptest.NewServer(h.amazon)
	t.Cleanup(h.server.Close)
	o, secrets := h.amazon.Connection(h.server.URL)
	h.session = &channeltest.Session{Connector: connector{}, Options: o, Secrets: secrets, Clock: func() time.Time { return h.now }}
	return h
}

// sign signs in, as the engine does before the first call and once a token has lapsed.
func (h *house) sign() {
	h.t.Helper()
	if !(connector{}).Lapsed(h.session) {
		return
	}
	fresh, err := connector{}.Refresh(context.Background(), h.session)
	must(h.t, err)
	h.session.Secrets[channel.SignIn] = fresh[channel.SignIn]
}

// check signs in and finds the account.
func (h *house) check() {
	h.t.Helper()
	h.sign()
	account, err := connector{}.Check(context.Background(), h.session)
	must(h.t, err)
	h.session.Known = account
}

func (h *house) wait(d time.Duration) {
	h.t.Helper()
	h.now = h.now.Add(d)
	h.sign()
}

// pull reads a stream to its end.
func (h *house) pull(r channel.PullRequest) (items []channel.Item, next []byte) {
	h.t.Helper()
	for range 500 {
		page, err := connector{}.Pull(context.Background(), h.session, r)
		must(h.t, err)
		items = append(items, page.Items...)
		h.wait(page.Wait)
		if r.Cursor = page.Next; page.Done {
			return items, page.Next
		}
	}
	h.t.Fatal("the pull does not end")
	return nil, nil
}

// write sends intents of an operation and waits for what is pending.
func (h *house) write(operation channel.Operation, intents []channel.Intent) []channel.Outcome {
	h.t.Helper()
	for i := range intents {
		intents[i].Operation, intents[i].Key = operation, "tp-"+strconv.Itoa(i+7)+"-1"
	}
	outcomes, err := channel.Writer(connector{}, operation)(context.Background(), h.session, intents)
	must(h.t, err)
	return outcomes
}

// poll asks for what became of pending intents.
func (h *house) poll(intents []channel.Intent, ref string) []channel.Outcome {
	h.t.Helper()
	outcomes, err := connector{}.Poll(context.Background(), h.session, intents, ref)
	must(h.t, err)
	return outcomes
}

// live is a small life of a connection: all streams, by pages, by changes and by id, and all writes, one by one and as a feed.
func (h *house) live() {
	h.t.Helper()
	h.amazon.Fill(1, 23, 0, 30)
	h.now = h.now.Add(time.Hour)
	h.check()
	for _, info := range (connector{}).Manifest().Streams {
		items, next := h.pull(channel.PullRequest{Stream: info.Stream, Mode: channel.Full, Size: 7})
		ids := []string{"nothing of that name"}
		for _, item := range items {
			ids = append(ids, item.ID)
			if _, problems := (connector{}).Read(info.Stream, item.Raw, h.session.Known); len(problems) > 0 {
				h.t.Errorf("%s: %v", item.ID, problems)
			}
		}
		h.pull(channel.PullRequest{Stream: info.Stream, Mode: channel.ByID, IDs: ids[:min(len(ids), 30)]})
		if info.Changes {
			h.amazon.Change(info.Stream, items[0].ID, h.random)
			h.wait(10 * time.Minute)
			h.pull(channel.PullRequest{Stream: info.Stream, Mode: channel.Changes, Cursor: next})
		}
	}
	for _, operation := range []channel.Operation{channel.SetStock, channel.SetPrice} {
		intents := h.amazon.Writable(operation)
		h.write(operation, intents[:2])
		many := intents[2:8]
		ref := h.write(operation, many)[0].Ref
		h.poll(many, ref)
		h.wait(5 * time.Minute)
		h.poll(many, ref)
	}
	h.session.Options[historyOption] = byReports
	h.pull(channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes})
	parcels := h.amazon.Writable(channel.Ship)[:3]
	h.write(channel.Ship, parcels)
	h.wait(time.Minute)
	h.write(channel.Ship, parcels)
}
