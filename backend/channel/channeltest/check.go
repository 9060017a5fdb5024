package channeltest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

func (k *kit) checkGood(t T) {
	g := k.filled(t)
	account := g.session.Known
	must(t, account.ID != "" && account.Name != "", "the account has no id or no name: %+v", account)
	_, err := commerce.ParseCurrency(string(account.Currency))
	must(t, err == nil, "the account's currency is none: %v", err)
	must(t, knownZone(account.Zone), "the account's zone is none: %q", account.Zone)
	var claimed []string
	for _, s := range k.manifest.Streams {
		claimed = append(claimed, string(s.Stream))
	}
	for _, w := range k.manifest.Writes {
		claimed = append(claimed, string(w.Operation))
	}
	slices.Sort(claimed)
	rights := slices.Sorted(slices.Values(account.Rights))
	must(t, slices.Equal(claimed, rights), "a good connection may do %v; the manifest claims %v", rights, claimed)
	g.known()
	must(t, reflect.DeepEqual(account, g.session.Known), "a second check finds another account:%s", difference(string(encoded(account)), string(encoded(g.session.Known))))
	must(t, len(g.vendor.Desk().Effects()) == 0, "the check changes something: %v", g.vendor.Desk().Effects())
}

// knownZone tells whether a zone is one as Account has it.
func knownZone(zone string) bool {
	if zone == "" {
		return true
	}
	if _, err := time.Parse("-07:00", zone); err == nil {
		return true
	}
	_, err := time.LoadLocation(zone)
	return err == nil
}

func (k *kit) checkBroken(t T) {
	g := k.open(t)
	broken := g.vendor.Broken(g.server.URL)
	must(t, len(broken) > 0, "the vendor names no connection that must fail")
	for _, b := range broken {
		t.Run(b.Name, func(t T) {
			g := k.start(t, httptest.NewServer)
			t.Cleanup(g.close)
			found := slices.IndexFunc(g.vendor.Broken(g.server.URL), func(c simulated.Broken) bool { return c.Name == b.Name })
			here := g.vendor.Broken(g.server.URL)[found]
			g.connect(here.Options, here.Secrets)
			_, err := g.check()
			must(t, fault.Is(err, here.Code), "it must fail as %s: %v", here.Code, err)
		})
	}
	k.checkElsewhere(t, "a page for people", http.StatusOK, fault.Invalid, fault.Unavailable)
	k.checkElsewhere(t, "a page that is not there", http.StatusNotFound, fault.Invalid, fault.NotFound)
	k.checkElsewhere(t, "a page that moved for good", http.StatusMovedPermanently, fault.Invalid, fault.Unavailable)
	t.Run("nobody listens", func(t T) {
		g := k.start(t, httptest.NewServer)
		g.server.Close()
		_, err := g.check()
		must(t, fault.Is(err, fault.Unavailable), "it must fail as unavailable: %v", err)
	})
}

// checkElsewhere checks a connection whose address is not the vendor's.
func (k *kit) checkElsewhere(t T, name string, status int, allowed ...fault.Code) {
	t.Run(name, func(t T) {
		g := k.start(t, httptest.NewServer)
		t.Cleanup(g.close)
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<!DOCTYPE html><html><body><h1>Welcome to our garden</h1></body></html>"))
		}))
		t.Cleanup(other.Close)
		options, secrets := g.vendor.Connection(other.URL)
		g.connect(options, secrets)
		_, err := g.check()
		must(t, err != nil && slices.Contains(allowed, fault.Of(err).Code), "it must fail as one of %v: %v", allowed, err)
	})
}

func (k *kit) checkHTTPS(t T) {
	g := k.start(t, httptest.NewTLSServer)
	t.Cleanup(g.close)
	must(t, strings.HasPrefix(g.server.URL, "https://"), "the server is none of HTTPS: %s", g.server.URL)
	g.vendor.Fill(1, 3, 3, 5)
	g.known()
	for _, info := range k.manifest.Streams {
		all := g.keeps(info, channel.Full, 2)
		all.run(nil)
		all.holdsExactly("over HTTPS")
	}
}

func (k *kit) refreshes(t T) {
	g := k.filled(t)
	refresher, _ := k.Connector.(channel.Refresher)
	fresh, err := refresher.Refresh(g.ctx, g.session)
	must(t, err == nil && len(fresh) > 0, "refreshing gives %d secrets: %v", len(fresh), err)
	g.hide(fresh)
	maps.Copy(g.session.Secrets, fresh)
	must(t, !refresher.Lapsed(g.session), "what was just refreshed has lapsed")
	g.vendor.Desk().Inject(simulated.Fault{Kind: simulated.Revoked})
	_, err = g.check()
	must(t, fault.Is(err, fault.Auth), "a sign-in that is refused for good must be a person's matter: %v", err)
}
