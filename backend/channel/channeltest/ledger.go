package channeltest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// LedgerSuite is what the test of a ledger system's connector hands in whose vendor calls us.
type LedgerSuite struct {
	Connector channel.Connector
	// Office makes a simulated vendor whose company has accounts, items, and nothing posted; it lives by the clock.
	Office func(clock func() time.Time) simulated.Office
	// Nonsense makes a call to the address that the vendor's program would never make.
	Nonsense func(address string, seed uint64) (*http.Request, error)
	// Golden is where the manifest lies as JSON; testdata/manifest.json where it is not said.
	Golden string
}

// RunLedger tries all that the connector's manifest claims of a ledger system, with the real engine on a real store between it and its
// simulated vendor.
func RunLedger(t *testing.T, s LedgerSuite) {
	t.Helper()
	runLedger(tested{t}, s)
}

// ledgerKit is one run of a LedgerSuite.
type ledgerKit struct {
	LedgerSuite
	words *kit // looks at the manifest
}

func runLedger(t T, s LedgerSuite) {
	k := &ledgerKit{s, newKit(Suite{Connector: s.Connector, Golden: s.Golden})}
	for _, p := range k.parts() {
		t.Run(p.name, p.do)
	}
}

func (k *ledgerKit) parts() []part {
	return []part{
		{name: "the manifest says what a person needs", do: k.words.manifestWords},
		{name: "the manifest claims what the connector does, and nothing else", do: k.honest},
		{name: "the manifest is the golden one", do: k.words.manifestGolden},
		{name: "the introduction names the address, and no secret", do: k.introduces},
		{name: "who does not know the secret gets nothing", do: k.strangers},
		{name: "nonsense is answered, and changes nothing", do: k.nonsense},
		{name: "lists come in whole, and a second conversation changes nothing", do: k.readsLists},
		{name: "what is sold is posted once, and read back to the cent", do: k.postsOnce},
		{name: "a conversation that breaks at any call loses nothing and doubles nothing", do: k.brokenAnywhere},
		{name: "a kill at any write loses nothing and doubles nothing", do: k.killedAnywhere},
		{name: "what is taken back is gone, and stays so", do: k.takesBack},
	}
}

// honest holds what the manifest claims against what the connector is.
func (k *ledgerKit) honest(t T) {
	m := k.Connector.Manifest()
	_, answers := k.Connector.(channel.Answerer)
	must(t, m.Mailbox && answers, "it has a mailbox: %v, and answers its vendor: %v", m.Mailbox, answers)
	must(t, m.Kind == channel.LedgerKind, "it is of the kind %q", m.Kind)
	for _, operation := range channel.Operations {
		_, claimed := m.Write(operation)
		must(t, claimed == (channel.Writer(k.Connector, operation) != nil), "%s: claimed %v, and the connector can do it: %v", operation, claimed, !claimed)
	}
	for _, stream := range []channel.Stream{channel.Lists, channel.Documents} {
		_, claimed := m.Stream(stream)
		must(t, claimed, "a ledger system without the stream %s", stream)
	}
	again, _ := json.Marshal(k.Connector.Manifest())
	first, _ := json.Marshal(m)
	must(t, string(first) == string(again), "the manifest changes while the program runs")
}

func (k *ledgerKit) introduces(t T) {
	b := k.bureau(t)
	const address = "http://localhost:8765/calls/7"
	name, content, err := b.engine.Introduce(b.ctx, b.at.ID, address)
	must(t, err == nil && name != "" && strings.Contains(string(content), address), "the file %q does not lead to the address: %v\n%s", name, err, content)
	_, secrets := b.office.Connection()
	for _, secret := range secrets {
		must(t, !strings.Contains(string(content), secret), "the file tells a secret")
	}
	_, again, err := b.engine.Introduce(b.ctx, b.at.ID, address)
	must(t, err == nil && string(again) == string(content), "the file made anew is another: %v", err)
}

func (k *ledgerKit) strangers(t T) {
	b := k.bureau(t)
	b.ready()
	b.sell()
	_, secrets := b.office.Connection()
	for name := range secrets {
		wrong := map[string]string{}
		for other, value := range secrets {
			wrong[other] = value
		}
		for _, guess := range []string{"", "guessed", secrets[name] + " "} {
			wrong[name] = guess
			talk, err := b.office.Converse(b.ctx, b.server.URL, wrong, simulated.Break{})
			must(t, err == nil && talk.Refused, "with %q in place of %s it is let in: %+v %v", guess, name, talk, err)
		}
	}
	must(t, len(b.office.Booked()) == 0, "a stranger got %v", b.office.Booked())
	b.converse()
	b.intact("after strangers")
}

func (k *ledgerKit) nonsense(t T) {
	b := k.bureau(t)
	b.ready()
	b.sell()
	for seed := range uint64(300) {
		r, err := k.Nonsense(b.server.URL, seed)
		must(t, err == nil, "making nonsense: %v", err)
		answer, err := b.server.Client().Do(r.WithContext(b.ctx))
		must(t, err == nil, "nonsense %d is not answered: %v", seed, err)
		if err == nil {
			_ = answer.Body.Close()
		}
	}
	b.converse()
	b.intact("after nonsense")
}

func (k *ledgerKit) readsLists(t T) {
	b := k.bureau(t)
	b.office.Fill(2*k.Connector.Manifest().PageSize + 7)
	b.converse()
	known := b.arrived()
	must(t, len(known) > 2*k.Connector.Manifest().PageSize, "of the lists %d entries came in", len(known))
	b.later(48 * time.Hour)
	b.converse()
	must(t, slices.Equal(b.arrived(), known), "a second conversation takes in what is the same")
}

func (k *ledgerKit) postsOnce(t T) {
	b := k.bureau(t)
	b.ready()
	for range 5 {
		b.sell()
	}
	b.converse()
	b.intact("once posted")
	booked := b.office.Booked()
	b.later(25 * time.Hour)
	b.converse()
	must(t, slices.Equal(booked, b.office.Booked()), "a day later there is %v", b.office.Booked())
	b.intact("a day later")
}

// brokenAnywhere breaks a conversation that posts at its first call, its second, and so on until it does not come so far; in each way.
func (k *ledgerKit) brokenAnywhere(t T) {
	b := k.bureau(t)
	b.ready()
	for n, way := range b.office.Ways() {
		for call, broke := 1, true; broke && call < 200; call++ {
			b.sell()
			b.later(10 * time.Minute)
			talk, err := b.talk(simulated.Break{Call: call, Way: way})
			broke = talk.Broken
			must(t, err == nil, "%s at call %d: %v", way, call, err)
			if (n+call)%3 == 0 {
				b.restart(b.store)
			}
			b.converse()
			b.intact(way + " at call " + strconv.Itoa(call))
		}
	}
}

// killedAnywhere kills the program at its first write in a conversation that posts, at its second, and so on until it lives to the end.
func (k *ledgerKit) killedAnywhere(t T) {
	b := k.bureau(t)
	b.ready()
	for nth, alive := 0, false; !alive && nth < 500; nth++ {
		b.sell()
		b.later(10 * time.Minute)
		store := &mortal{Store: b.store, left: nth}
		b.restart(store)
		_, _ = b.talk(simulated.Break{})
		alive = store.alive()
		b.restart(b.store)
		b.converse()
		b.intact("killed at write " + strconv.Itoa(nth+1))
	}
}

func (k *ledgerKit) takesBack(t T) {
	b := k.bureau(t)
	b.ready()
	b.sell()
	b.sell()
	b.converse()
	b.intact("before it is taken back")
	b.takeBack()
	b.converse()
	must(t, len(b.office.Booked()) == 0, "left there is %v", b.office.Booked())
	b.later(25 * time.Hour)
	b.converse()
	must(t, len(b.office.Booked()) == 0, "what a person took back is posted again: %v", b.office.Booked())
}
