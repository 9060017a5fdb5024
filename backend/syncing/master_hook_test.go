package syncing_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/syncing"
)

// telling is a market that tells of changed wares by webhooks: the body is the id.
type telling struct{ *market }

func (telling) ReadHook(header http.Header, body []byte, _ string) (channel.Hook, error) {
	return channel.Hook{ID: header.Get("Delivery"), Stream: channel.Products, IDs: []string{string(body)}}, nil
}

func (m telling) Manifest() channel.Manifest {
	manifest := m.market.Manifest()
	manifest.Options = append(manifest.Options, channel.Option{Name: channel.HookSecret, Label: "Webhook secret", Type: channel.SecretOption})
	return manifest
}

// told delivers word of wares, one by one, and waits until they were looked at.
func (s *stall) told(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		s.must(s.engine.Hook(s.t.Context(), s.conn.ID, http.Header{}, []byte(id)))
		s.engine.Wait()
		s.clock.move(time.Second)
	}
}

// openTelling is a stall whose market is the master of its stock and tells of what changes.
func openTelling(t *testing.T, wares int) *stall {
	t.Helper()
	s := openMastered(t, wares, inventory.ByChannel)
	s.engine.Close()
	s.engine = syncing.New(s.kept, &vault{all: map[string]string{"connection.1." + channel.HookSecret: "s3cret"}},
		syncing.Options{Clock: s.clock, Find: func(string) channel.Connector { return telling{s.market} }})
	t.Cleanup(s.engine.Close)
	s.pullOf(channel.Stock)
	s.clock.move(time.Minute)
	return s
}

func TestWordOfAChangeAtAMasterIsCountedAtOnce(t *testing.T) {
	s := openTelling(t, 3)
	s.market.set("100", "3")
	s.market.set("101", "9") // of which nothing tells yet
	s.told("100")
	s.is("100", "3 0 3")
	s.is("101", "5 0 5")
	s.clock.move(time.Minute)
	s.count(map[string]int{"102": 8}) // a person's count stands until the channel is looked at as a whole
	s.told("102")
	s.is("102", "8 0 8")
	s.pullOf(channel.Stock)
	s.is("101", "9 0 9")
	s.is("102", "5 0 5")
	s.sound()
}

func TestAWipeToldOneByOneWaitsForAPerson(t *testing.T) {
	s := openTelling(t, 5)
	for _, id := range []string{"100", "101", "102"} {
		s.market.set(id, "0")
	}
	s.told("100", "101")
	s.is("101", "0 0 0")
	s.told("102")
	s.is("102", "5 0 5")
	held, err := s.engine.HeldWords(t.Context())
	if err != nil || len(held) != 1 || !strings.HasSuffix(held[0].Held, " says that nothing is left of 3 of 5 products.") {
		t.Fatalf("%+v %v", held, err)
	}
	runs, err := s.store.Runs(t.Context(), journal.RunFilter{Kind: journal.RunSync, Limit: 2}) // of the product, and of its stock
	if err != nil || !slices.ContainsFunc(runs, func(r journal.Run) bool { return r.Problem != nil && r.Problem.Code == "word_held" }) {
		t.Errorf("the look ended as %+v %v", runs, err)
	}
	s.sound()
}
