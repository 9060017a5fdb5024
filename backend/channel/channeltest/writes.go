package channeltest

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// writable gives at most so many intents of a write, each with a key of its own.
func (g *rig) writable(w channel.Write, most int) []channel.Intent {
	g.t.Helper()
	intents := slices.Clone(g.vendor.Writable(w.Operation))
	if len(intents) == 0 {
		g.t.Fatalf("the vendor names nothing to write to by %s", w.Operation)
	}
	for i := range intents {
		intents[i].Operation = w.Operation
		if intents[i].Key == "" {
			intents[i].Key = fmt.Sprintf("tp-%d-1", 100+i)
		}
	}
	return intents[:min(most, len(intents))]
}

// write sends intents in one call.
func (g *rig) write(operation channel.Operation, intents []channel.Intent) (outcomes []channel.Outcome, err error) {
	g.t.Helper()
	what := "writing " + string(operation)
	err = g.work(what, func() error {
		outcomes, err = channel.Writer(g.k.Connector, operation)(g.ctx, g.session, slices.Clone(intents))
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(outcomes) != len(intents) {
		g.t.Errorf("%s: %d intents have %d outcomes", what, len(intents), len(outcomes))
		return nil, fault.New(fault.Internal, "Outcomes are missing.", "")
	}
	for _, o := range outcomes {
		g.soundOutcome(what, o, channel.Applied, channel.Already, channel.Refused, channel.Stale, channel.Unclear, channel.Awaiting)
	}
	return outcomes, nil
}

func (g *rig) soundOutcome(what string, o channel.Outcome, allowed ...channel.Result) {
	g.t.Helper()
	if !slices.Contains(allowed, o.Result) {
		g.t.Errorf("%s: the outcome is %q, none of %v", what, o.Result, allowed)
	}
	if o.Result == channel.Refused && (o.Problem == nil || !sentence(o.Problem.Message)) {
		g.t.Errorf("%s: it is refused and no sentence says why: %+v", what, o.Problem)
	}
	if _, polls := g.k.Connector.(channel.Poller); o.Result == channel.Awaiting && (o.Ref == "" || !polls) {
		g.t.Errorf("%s: it is awaited, and it cannot be asked for: ref %q, a poller: %v", what, o.Ref, polls)
	}
	if text := fmt.Sprintf("%+v %+v", o, o.Problem); g.leak(text) != "" {
		g.t.Errorf("%s: the outcome tells a secret", what)
	}
}

// find looks for the effect of an intent.
func (g *rig) find(intent channel.Intent) (o channel.Outcome, err error) {
	g.t.Helper()
	g.vendor.Desk().CatchUp()
	before := len(g.vendor.Desk().Effects())
	err = g.work("finding", func() error {
		o, err = g.k.Connector.(channel.Finder).Find(g.ctx, g.session, intent)
		return err
	})
	if err == nil {
		g.soundOutcome("finding", o, channel.Applied, channel.Already, channel.NotDone, channel.Unclear, channel.Awaiting, channel.Refused)
	}
	if len(g.vendor.Desk().Effects()) != before {
		g.t.Errorf("looking for an effect changes something")
	}
	return o, err
}

// observed fails unless the connector observes what the vendor has for the targets.
func (g *rig) observed(t T, intents []channel.Intent, when string) {
	if !slices.Contains(observable, intents[0].Operation) {
		return
	}
	var values []string
	err := g.work("observing", func() (err error) {
		values, err = g.k.Connector.(channel.Observer).Observe(g.ctx, g.session, intents)
		return err
	})
	if err != nil || len(values) != len(intents) {
		t.Errorf("observing %d targets %s gives %d values: %v", len(intents), when, len(values), err)
		return
	}
	for i, intent := range intents {
		want := g.vendor.Value(intent.Operation, intent.Target, intent.Location)
		must(t, values[i] == want, "%s: observed of %s is %q; the vendor has %q", when, intent.Target, values[i], want)
	}
}

// delivery carries out intents as the engine does: an unknown outcome is looked up before the next try.
type delivery struct {
	g       *rig
	t       T
	write   channel.Write
	intents []channel.Intent
	state   []channel.Result // "" is to be sent
	refs    []string
	doubled bool // the way between doubles calls: a refusal may be the answer to the second one
}

func (g *rig) deliver(t T, w channel.Write, intents []channel.Intent, doubled bool) {
	d := &delivery{g: g, t: t, write: w, intents: intents, state: make([]channel.Result, len(intents)), refs: make([]string, len(intents)), doubled: doubled}
	for range 8 {
		d.send()
		if d.over() {
			return
		}
		g.clock.wait(2 * time.Minute)
		for i := range intents {
			d.lookUp(i)
		}
		if d.over() {
			return
		}
	}
	t.Errorf("%s does not come to its end: %v", w.Operation, d.state)
}

func (d *delivery) over() bool {
	return !slices.ContainsFunc(d.state, func(r channel.Result) bool { return r != channel.Applied && r != channel.Already })
}

// send sends what is to be sent, batch by batch.
func (d *delivery) send() {
	var batch []int
	for i, state := range d.state {
		if state == "" {
			batch = append(batch, i)
		}
	}
	for part := range slices.Chunk(batch, d.write.Batch) {
		intents := make([]channel.Intent, 0, len(part))
		for _, i := range part {
			intents = append(intents, d.intents[i])
		}
		outcomes, err := d.g.write(d.write.Operation, intents)
		for n, i := range part {
			switch {
			case fault.Is(err, fault.Unknown):
				d.state[i] = channel.Unclear
			case err == nil:
				d.state[i], d.refs[i] = outcomes[n].Result, outcomes[n].Ref
			}
		}
	}
}

// lookUp finds out what became of one intent.
func (d *delivery) lookUp(i int) {
	_, finds := d.g.k.Connector.(channel.Finder)
	_, polls := d.g.k.Connector.(channel.Poller)
	var o channel.Outcome
	var err error
	switch state := d.state[i]; {
	case state == channel.Awaiting && !polls:
		return
	case state == channel.Awaiting:
		err = d.g.work("polling", func() (err error) {
			polled, err := d.g.k.Connector.(channel.Poller).Poll(d.g.ctx, d.g.session, d.intents[i:i+1], d.refs[i])
			if err == nil && len(polled) != 1 {
				return fault.New(fault.Internal, "One write was asked about, and another number of outcomes came.", "Give one for each.")
			}
			if err == nil {
				o = polled[0]
			}
			return err
		})
	case state == channel.Unclear && !finds:
		o.Result = channel.NotDone // the vendor knows its key
	case state == channel.Unclear, d.doubled && (state == channel.Refused || state == channel.Stale):
		o, err = d.g.find(d.intents[i])
	default:
		return
	}
	if err != nil {
		return
	}
	if d.state[i] = o.Result; o.Result == channel.NotDone {
		d.state[i] = ""
	}
}

// oneEffect fails unless the vendor's log has one effect of each intent, and no other of the operation.
func (g *rig) oneEffect(t T, intents []channel.Intent, when string) {
	t.Helper()
	count, want := map[string]int{}, map[string]int{}
	for _, e := range g.vendor.Desk().Effects() {
		if e.Operation == intents[0].Operation {
			count[e.Target+"@"+e.Location]++
		}
	}
	for _, intent := range intents {
		want[intent.Target+"@"+intent.Location]++
	}
	for place, n := range want {
		must(t, count[place] == n, "%s: %s of %s took effect %d times: %+v", when, intents[0].Operation, place, count[place], g.vendor.Desk().Effects())
		delete(count, place)
	}
	must(t, len(count) == 0, "%s: there are effects that nobody asked for: %v", when, count)
}

func (k *kit) writesOnce(t T) {
	k.eachWrite(t, func(t T, w channel.Write) {
		g := k.filled(t)
		intents := g.writable(w, 30)
		g.observed(t, intents, "before the write")
		g.deliver(t, w, intents, false)
		g.oneEffect(t, intents, "sent once")
		g.observed(t, intents, "after the write")
		g.becameSo(t, intents)
		if _, finds := k.Connector.(channel.Finder); finds {
			for _, intent := range intents {
				o, err := g.find(intent)
				must(t, err == nil && (o.Result == channel.Applied || o.Result == channel.Already), "what was done is not found: %s %v", o.Result, err)
			}
		}
		g.again(t, w, intents)
		g.gone(t, w, intents[0])
	})
}

// becameSo fails unless the vendor has the values that were asked for.
func (g *rig) becameSo(t T, intents []channel.Intent) {
	for _, intent := range intents {
		now := g.vendor.Value(intent.Operation, intent.Target, intent.Location)
		want := map[channel.Operation]string{channel.SetStock: string(intent.Quantity), channel.SetPrice: string(intent.Price), channel.SetStatus: intent.Status}[intent.Operation]
		number, err := commerce.ParseDecimal(now)
		alike := err == nil && number.Equal(commerce.Decimal(want))
		must(t, want == "" || now == want || alike, "%s of %s is %q; asked for was %q", intent.Operation, intent.Target, now, want)
	}
}

// again sends intents with their keys once more, where that can have no second effect: the vendor knows the key, or what is
// asked for is a value.
func (g *rig) again(t T, w channel.Write, intents []channel.Intent) {
	if !g.k.manifest.NativeKeys && !slices.Contains(observable, w.Operation) {
		return
	}
	for batch := range slices.Chunk(intents, w.Batch) {
		outcomes, err := g.write(w.Operation, batch)
		must(t, err == nil, "sent again: %v", err)
		for _, o := range outcomes {
			stale := w.Compare && o.Result == channel.Stale && !g.k.manifest.NativeKeys
			must(t, o.Result == channel.Applied || o.Result == channel.Already || o.Result == channel.Awaiting || stale, "sent again it is %s", o.Result)
		}
	}
	g.oneEffect(t, intents, "sent twice")
}

// gone removes an order with which something was done: what cannot be seen any more is not said to be not done.
func (g *rig) gone(t T, w channel.Write, intent channel.Intent) {
	if _, finds := g.k.Connector.(channel.Finder); !finds || streamOf(w) != channel.Orders {
		return
	}
	g.vendor.Remove(channel.Orders, intent.Target)
	o, err := g.find(intent)
	must(t, err == nil && o.Result != channel.NotDone && o.Result != channel.Refused, "what was done with an order that is removed now is %s: %v", o.Result, err)
	must(t, o.Result != channel.Unclear || o.Problem != nil && o.Problem.Code == string(fault.NotFound), "it is not said why it cannot be told: %+v", o.Problem)
}

// streamOf is the stream whose items a write is about.
func streamOf(w channel.Write) channel.Stream {
	if w.Operation == channel.SetStock || w.Operation == channel.SetPrice {
		return channel.Products
	}
	return channel.Orders
}

// lost are the kinds of fault that leave the effect of a write unknown, some of them after it and some before.
var lost = []simulated.Kind{simulated.Lost, simulated.Behind, simulated.Late500, simulated.Truncated, simulated.Twice, simulated.Reset, simulated.Broken500, simulated.HTML502}

func (k *kit) writesLost(t T) {
	k.eachWrite(t, func(t T, w channel.Write) {
		for _, kind := range lost {
			if kind == simulated.Twice && !k.manifest.NativeKeys && w.Operation == channel.Refund {
				t.Log("not tried: a refund that the network doubles, where the vendor takes no keys")
				continue
			}
			t.Run(string(kind), func(t T) {
				for call := range k.writeCalls(t, w) {
					g := k.filled(t)
					g.faultInWrite(kind, call)
					intents := g.writable(w, min(w.Batch, 5))
					g.deliver(t, w, intents, kind == simulated.Twice)
					g.oneEffect(t, intents, "after "+string(kind))
					g.becameSo(t, intents)
				}
			})
		}
	})
}

// writeCalls counts the calls that one batch of a write makes and that say they write.
func (k *kit) writeCalls(t T, w channel.Write) (n int) {
	g := k.filled(t)
	before := len(g.session.Calls)
	_, err := g.write(w.Operation, g.writable(w, min(w.Batch, 5)))
	must(t, err == nil, "without a fault: %v", err)
	for _, call := range g.session.Calls[before:] {
		if call.Writes {
			n++
		}
	}
	must(t, n > 0, "%s makes no call that says it writes", w.Operation)
	return n
}

// faultInWrite lets the n-th call that writes go wrong, once.
func (g *rig) faultInWrite(kind simulated.Kind, n int) {
	g.session.before = func(call channel.Call) {
		if call.Writes {
			if n == 0 {
				g.vendor.Desk().Inject(simulated.Fault{Kind: kind, Times: 1, RetryAfter: 90 * time.Second})
			}
			n--
		}
	}
}

func (k *kit) writeFaults(t T) {
	k.eachWrite(t, func(t T, w channel.Write) {
		g := k.filled(t)
		_, err := g.write(w.Operation, g.writable(w, min(w.Batch, 2)))
		if err != nil {
			t.Fatalf("without a fault: %v", err)
		}
		calls := len(g.session.Calls)
		first := k.filled(t)
		from := len(first.session.Calls)
		for call := range calls - from {
			for _, kind := range simulated.Kinds {
				k.faultyWrite(t, w, kind, call)
			}
		}
	})
}

// faultyWrite lets one call of a write go wrong. What the connector says of the write is held to the vendor's own log.
func (k *kit) faultyWrite(t T, w channel.Write, kind simulated.Kind, call int) {
	g := k.start(t, httptest.NewServer)
	defer g.close()
	g.vendor.Fill(1, 7, 6, 12)
	g.clock.wait(time.Hour)
	g.known()
	intents := g.writable(w, min(w.Batch, 2))
	g.vendor.Desk().Inject(simulated.Fault{Kind: kind, After: call, Times: 1, RetryAfter: 90 * time.Second})
	outcomes, err := g.write(w.Operation, intents)
	g.vendor.Desk().Calm()
	when := fmt.Sprintf("%s in call %d", kind, call)
	effects := g.effects(w.Operation)
	switch {
	case fault.Is(err, fault.Unknown):
		must(t, kind != simulated.TooMany && kind != simulated.Revoked || len(intents) > 1, "%s is unknown, and it is certain that nothing was done: %v", when, err)
	case err != nil:
		must(t, len(effects) == 0, "%s: the error says that nothing was done, and there are effects: %v, %+v", when, err, effects)
		must(t, kind != simulated.TooMany || fault.Is(err, fault.RateLimited), "%s is no request to wait: %v", when, err)
		must(t, kind != simulated.Revoked || fault.Is(err, fault.Auth), "%s is no refused sign-in: %v", when, err)
	default:
		for i, o := range outcomes {
			done := slices.ContainsFunc(effects, func(e simulated.Effect) bool {
				return e.Target == intents[i].Target && e.Location == intents[i].Location
			})
			claims := o.Result == channel.Applied || o.Result == channel.Already
			doubtful := kind == simulated.Twice || o.Result == channel.Unclear || o.Result == channel.Awaiting
			must(t, doubtful || claims == done, "%s: %s is %s, and its effect is there: %v", when, intents[i].Target, o.Result, done)
		}
	}
}

func (g *rig) effects(operation channel.Operation) []simulated.Effect {
	return slices.DeleteFunc(g.vendor.Desk().Effects(), func(e simulated.Effect) bool { return e.Operation != operation })
}

func (k *kit) writesRefused(t T) {
	k.eachWrite(t, func(t T, w channel.Write) {
		g := k.filled(t)
		intents := g.writable(w, min(w.Batch, 3))
		missing := len(intents) / 2
		stream := streamOf(w)
		must(t, slices.Contains(g.vendor.IDs(stream), intents[missing].Target), "the target %q is none of the vendor's %s", intents[missing].Target, stream)
		g.vendor.Remove(stream, intents[missing].Target)
		g.refusesOnly(t, w, intents, missing, "removed")

		g = k.filled(t)
		intents = g.writable(w, min(w.Batch, 3))
		intents[missing].Target = "987654321"
		g.refusesOnly(t, w, intents, missing, "never there")
		g.observed(t, intents[missing:missing+1], "of what was never there")
	})
}

// refusesOnly fails unless exactly one intent is refused and the others take effect.
func (g *rig) refusesOnly(t T, w channel.Write, intents []channel.Intent, missing int, why string) {
	outcomes, err := g.write(w.Operation, intents)
	if err != nil {
		t.Errorf("one target was %s: the whole batch fails: %v", why, err)
		return
	}
	for i, o := range outcomes {
		if i == missing {
			must(t, o.Result == channel.Refused, "what was %s is %s", why, o.Result)
			continue
		}
		must(t, o.Result == channel.Applied || o.Result == channel.Awaiting, "one target was %s, and the one beside it is %s: %+v", why, o.Result, o.Problem)
	}
	if others := slices.Delete(slices.Clone(intents), missing, missing+1); len(others) > 0 {
		g.oneEffect(t, others, "beside one that was "+why)
	} else {
		must(t, len(g.effects(w.Operation)) == 0, "what was %s has effects", why)
	}
}

func (k *kit) writesStale(t T) {
	k.eachWrite(t, func(t T, w channel.Write) {
		if !w.Compare {
			t.Log("not tried: the vendor does not compare")
			return
		}
		g := k.filled(t)
		first := g.writable(w, 1)[0]
		first.Observed = g.vendor.Value(w.Operation, first.Target, first.Location)
		g.deliver(t, w, []channel.Intent{first}, false)
		second := first
		second.Key, second.Quantity, second.Price = "tp-900-1", plusOne(first.Quantity), plusOne(first.Price)
		for _, s := range w.Statuses {
			if s.Value != first.Status {
				second.Status = s.Value
			}
		}
		outcomes, err := g.write(w.Operation, []channel.Intent{second})
		if err != nil {
			t.Fatalf("a stale write: %v", err)
		}
		now := g.vendor.Value(w.Operation, first.Target, first.Location)
		must(t, outcomes[0].Result == channel.Stale, "a write upon %q, where %q is, is %s", second.Observed, now, outcomes[0].Result)
		must(t, outcomes[0].Value == now, "a stale write says that there is %q; there is %q", outcomes[0].Value, now)
		g.oneEffect(t, []channel.Intent{first}, "after a stale write")
	})
}

func plusOne(d commerce.Decimal) commerce.Decimal {
	if d == "" {
		return d
	}
	return d.Plus("1")
}

func (k *kit) corrected(t T) {
	w, _ := k.manifest.Write(channel.Ship)
	g := k.filled(t)
	intent := g.writable(w, 1)[0]
	first, err := g.write(w.Operation, []channel.Intent{intent})
	if err != nil || first[0].Ref == "" {
		t.Fatalf("a shipment is %+v: %v", first, err)
	}
	right := channel.Intent{Key: "tp-901-1", Operation: w.Operation, Target: intent.Target, Shipment: &channel.Shipment{
		ExternalID: first[0].Ref, Carrier: intent.Shipment.Carrier, Tracking: "CORRECTED-1",
	}}
	o, err := g.find(right)
	must(t, err == nil && o.Result == channel.NotDone, "before it is corrected it is found as %s: %v", o.Result, err)
	for _, want := range []channel.Result{channel.Applied, channel.Already} {
		outcomes, err := g.write(w.Operation, []channel.Intent{right})
		if err != nil {
			t.Fatalf("correcting: %v", err)
		}
		must(t, outcomes[0].Result == want, "a correction is %s, not %s: %+v", outcomes[0].Result, want, outcomes[0].Problem)
	}
	must(t, len(g.effects(w.Operation)) == 2, "a shipment and its correction took effect %d times", len(g.effects(w.Operation)))
	right.Shipment.ExternalID = "987654321"
	outcomes, err := g.write(w.Operation, []channel.Intent{right})
	must(t, err == nil && outcomes[0].Result == channel.Refused, "a shipment that is not there is corrected: %+v, %v", outcomes, err)
}
