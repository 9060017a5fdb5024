package syncing_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/syncing"
)

// calling is a shop that tells of changes: the body is the id, signed by naming the secret.
type calling struct{ *shop }

func (calling) ReadHook(header http.Header, body []byte, secret string) (channel.Hook, error) {
	if len(body) == 0 {
		return channel.Hook{}, nil
	}
	if header.Get("Signature") != secret {
		return channel.Hook{}, fault.New(fault.Auth, "The signature is wrong.", "")
	}
	return channel.Hook{ID: header.Get("Delivery"), Stream: channel.Orders, IDs: []string{string(body)}}, nil
}

func (c calling) Manifest() channel.Manifest {
	m := c.shop.Manifest()
	m.Options = append(m.Options, channel.Option{Name: channel.HookSecret, Label: "Webhook secret", Type: channel.SecretOption})
	return m
}

func TestHooksPullWhatTheyName(t *testing.T) {
	d := openDesk(t)
	secrets := &vault{all: map[string]string{}}
	engine := syncing.New(d.store, secrets, syncing.Options{Clock: d.clock, Find: func(string) channel.Connector { return calling{d.shop} }})
	d.engine = engine
	d.connect()
	secrets.all["connection.1."+channel.HookSecret] = "s3cret"
	for _, o := range several(3) {
		d.shop.put(o)
	}
	pulls := 0
	d.shop.pulled = func(channel.PullRequest) { pulls++ }
	deliver := func(id, signature, body string) error {
		return engine.Hook(t.Context(), d.conn.ID, http.Header{"Signature": {signature}, "Delivery": {id}}, []byte(body))
	}
	if err := deliver("d1", "forged", "101"); !fault.Is(err, fault.Auth) {
		t.Fatalf("forged: %v", err)
	}
	if err := deliver("", "", ""); err != nil {
		t.Fatalf("ping: %v", err)
	}
	for range 5 {
		if err := deliver("d2", "s3cret", "101"); err != nil {
			t.Fatal(err)
		}
	}
	engine.Wait()
	if all := d.orders(); len(all) != 1 || all[0].ExternalID != "101" || pulls != 1 {
		t.Fatalf("%d orders by %d pulls", len(all), pulls)
	}
	d.pull(syncing.Request{})
	if len(d.orders()) != 3 {
		t.Error("what no hook named is not seen by the next look")
	}
	engine.Close()
}

// What is named while a look goes on is looked at by one more, right after it. Without what is noted (Engine.note), it waits for the next.
func TestHooksDuringALookAreMadeUpForByOneMore(t *testing.T) {
	d := openDesk(t)
	secrets := &vault{all: map[string]string{}}
	engine := syncing.New(d.store, secrets, syncing.Options{Clock: d.clock, Find: func(string) channel.Connector { return calling{d.shop} }})
	d.engine = engine
	d.connect()
	secrets.all["connection.1."+channel.HookSecret] = "s3cret"
	for _, o := range several(2) {
		d.shop.put(o)
	}
	var looks []channel.PullRequest
	begun, read, goOn := make(chan bool), make(chan bool), false
	d.shop.pulled = func(r channel.PullRequest) {
		if looks = append(looks, r); !goOn {
			goOn = true
			begun <- true
			<-read
		}
	}
	ended := make(chan error)
	go func() {
		_, err := engine.Pull(t.Context(), syncing.Request{SyncID: d.sync})
		ended <- err
	}()
	<-begun
	for n, id := range []string{"101", "100", "101", "100"} {
		header := http.Header{"Signature": {"s3cret"}, "Delivery": {fmt.Sprint(n)}}
		if err := engine.Hook(t.Context(), d.conn.ID, header, []byte(id)); err != nil {
			t.Fatal(err)
		}
	}
	read <- true
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	engine.Wait()
	if len(looks) != 2 || looks[1].Mode != channel.ByID || !slices.Equal(looks[1].IDs, []string{"100", "101"}) {
		t.Errorf("the shop was asked %+v", looks)
	}
	engine.Close()
}

func TestHooksWithoutASecretAreRefused(t *testing.T) {
	d := openDesk(t)
	d.connect()
	if err := d.engine.Hook(t.Context(), d.conn.ID, http.Header{}, []byte("101")); !fault.Is(err, fault.Auth) {
		t.Fatalf("%v", err)
	}
}

func TestWhatAPersonHadWrittenIsLookedAt(t *testing.T) {
	for name, person := range map[string]bool{"by a person": true, "by schedule": false} {
		t.Run(name, func(t *testing.T) {
			s := oneDeal(t)
			s.askFor(syncing.OrderRequest{Operation: channel.Ship, Tracking: "T-1"})
			s.market.deals["1"].Number = "#1, on its way"
			r, err := s.engine.Push(t.Context(), syncing.PushRequest{ConnectionID: s.conn.ID, Person: person})
			s.must(err)
			s.engine.Wait()
			all, _, err := s.store.ListOrders(t.Context(), order.Filter{}, order.Page{Limit: 10})
			s.must(err)
			if seen := all[0].Number == "#1, on its way"; r.Done != 1 || seen != person {
				t.Errorf("%+v, order %s", r, all[0].Number)
			}
		})
	}
}
