package practice_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	_ "tradepost/backend/connectors/all"
	"tradepost/backend/fault"
	"tradepost/backend/practice"
)

// connected is a session with a shop of a company that stands still.
func connected(t *testing.T, v practice.Vendor, c *clock) (channel.Connector, *channeltest.Session) {
	t.Helper()
	connector := channel.ConnectorByID(v.Connector)
	s := &channeltest.Session{Connector: connector, Options: v.Options, Secrets: v.Secrets, Clock: c.Now, Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	if refresher, lapses := connector.(channel.Refresher); lapses && refresher.Lapsed(s) {
		fresh, err := refresher.Refresh(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		s.Secrets = maps.Clone(s.Secrets)
		maps.Copy(s.Secrets, fresh)
	}
	account, err := connector.Check(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	s.Known = account
	return connector, s
}

// TestWritesComeBack writes to each shop through its connector, loses an answer, and finds all of it after a restart, once.
func TestWritesComeBack(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	company := open(t, dir, c)
	site, err := company.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- site.Answer(ctx) }()
	for i, v := range site.Vendors {
		connector, s := connected(t, v, c)
		good := company.State().Shops[i].Goods[0]
		location := ""
		if len(s.Known.Locations) > 0 {
			location = s.Known.Locations[0].ID
		}
		intent := channel.Intent{Key: "tp-1-1", Operation: channel.SetStock, Target: good.ID, Location: location, Quantity: "17"}
		outcomes, err := connector.(channel.StockSetter).SetStock(ctx, s, []channel.Intent{intent})
		if err != nil || outcomes[0].Result != channel.Applied && outcomes[0].Result != channel.Awaiting {
			t.Fatalf("%s: %v, %v", v.Connector, outcomes, err)
		}
		if err := company.MakeTrouble(v.Connector, "lose", 0); err != nil {
			t.Fatal(err)
		}
		intent.Key, intent.Quantity = "tp-2-1", "23"
		outcomes, err = connector.(channel.StockSetter).SetStock(ctx, s, []channel.Intent{intent})
		if !fault.Is(err, fault.Unknown) && (err != nil || outcomes[0].Result != channel.Unclear) {
			t.Errorf("%s: an answer that was lost counts as %v, %v", v.Connector, outcomes, err)
		}
		c.forward(2 * time.Minute) // what the vendor took shows by then
		shop := company.State().Shops[i]
		if len(shop.Effects) != 2 || shop.Goods[0].Quantity != 23 || len(shop.Troubles) != 0 {
			t.Errorf("%s has %v after it, %d offered, trouble %v", v.Connector, shop.Effects, shop.Goods[0].Quantity, shop.Troubles)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	before := shown(company)
	if !strings.Contains(before.Diary[0].Words, "Through its interface: stock.set") {
		t.Errorf("the diary says %q", before.Diary[0].Words)
	}
	company.Close()
	company = open(t, dir, c)
	defer company.Close()
	sameState(t, before, shown(company))
}

// TestTroubleShows makes each trouble and reads from the shop as Tradepost would.
func TestTroubleShows(t *testing.T) {
	company, site, c := running(t)
	for _, v := range site.Vendors {
		connector, s := connected(t, v, c)
		for kind, code := range map[string]fault.Code{"down": fault.Unavailable, "too_many": fault.RateLimited, "revoke": fault.Auth} {
			if err := company.MakeTrouble(v.Connector, kind, 0); err != nil {
				t.Fatal(err)
			}
			_, err := connector.Pull(context.Background(), s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes})
			if !fault.Is(err, code) {
				t.Errorf("%s, %s: %v", v.Connector, kind, err)
			}
			company.MakeTrouble(v.Connector, "calm", 0)
		}
		if _, err := connector.Pull(context.Background(), s, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes}); err != nil {
			t.Errorf("%s when all is well again: %v", v.Connector, err)
		}
	}
}
