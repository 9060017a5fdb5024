package woocommerce

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/channeltest"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/fault"
)

// TestSignatures holds the signature to answers that were worked out by another program after RFC 5849.
func TestSignatures(t *testing.T) {
	oauth := "oauth_consumer_key=ck_1&oauth_nonce=n0nce&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1772445600&oauth_version=1.0&"
	for _, c := range []struct{ address, query, secret, base, signature string }{
		{"HTTP://Shop.Example:80/wp-json/wc/v3/orders",
			"status=pending%2Con-hold&search=%C3%96l%20%26%20Essig%2B1%2A~&per_page=100&modified_after=2026-03-02T10%3A00%3A00", "cs_1",
			"GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Forders&modified_after%3D2026-03-02T10%253A00%253A00%26oauth_consumer_key%3Dck_1" +
				"%26oauth_nonce%3Dn0nce%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1772445600%26oauth_version%3D1.0%26per_page%3D100" +
				"%26search%3D%25C3%2596l%2520%2526%2520Essig%252B1%252A~%26status%3Dpending%252Con-hold",
			"veCLbKV+/LB/SojZzPe7j5cIjigRNJjANm8xdOI0GxA="},
		{"http://shop.example:8080/sub%20shop/wp-json/wc/v3/orders", "a=2&a=10&a-b=1&a%20b=&aB=x", "cs_&/1",
			"GET&http%3A%2F%2Fshop.example%3A8080%2Fsub%2520shop%2Fwp-json%2Fwc%2Fv3%2Forders&a%3D10%26a%3D2%26a%2520b%3D%26a-b%3D1%26aB%3Dx" +
				"%26oauth_consumer_key%3Dck_1%26oauth_nonce%3Dn0nce%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1772445600%26oauth_version%3D1.0",
			"0KVJ+SvYszco+5+QzLnMEhYezjCc61UhH89gfjcZ4tc="},
	} {
		query, err := url.ParseQuery(oauth + c.query)
		if err != nil {
			t.Fatal(err)
		}
		if base := baseString("get", c.address, query); base != c.base {
			t.Errorf("base string\n%s\nwant\n%s", base, c.base)
		}
		if s := sign("get", c.address, query, c.secret); s != c.signature {
			t.Errorf("signature %s, want %s", s, c.signature)
		}
	}
}

func TestAddresses(t *testing.T) {
	for given, want := range map[string]string{
		"shop.example": "https://shop.example", " https://shop.example/ ": "https://shop.example", "http://shop.example:8080/laden/": "http://shop.example:8080/laden",
		"https://shop.example/wp-json/wc/v3/": "https://shop.example", "https://shop.example/laden/wp-admin/": "https://shop.example/laden",
		"https://shop.example/?utm=1#x": "https://shop.example", "": "", "ftp://shop.example": "", "https://": "", "https://u:p@shop.example": "",
	} {
		u, err := address(given)
		if want == "" {
			if !fault.Is(err, fault.Invalid) || fault.Of(err).Field != "url" {
				t.Errorf("%q: %v, %v", given, u, err)
			}
			continue
		}
		if err != nil || u.String() != want {
			t.Errorf("%q: %v, %v", given, u, err)
		}
	}
}

func TestCheckOfEveryKindOfShop(t *testing.T) {
	for name, c := range map[string]struct {
		options []sim.Option
		tls     bool
		auth    string
	}{
		"http":                   {nil, false, "oauth"},
		"https":                  {nil, true, "basic"},
		"header dropped":         {[]sim.Option{sim.Headerless()}, true, "query"},
		"plain addresses":        {[]sim.Option{sim.PlainRoutes()}, true, "basic"},
		"plain addresses, http":  {[]sim.Option{sim.PlainRoutes()}, false, "oauth"},
		"hidden index":           {[]sim.Option{sim.HiddenIndex()}, true, "basic"},
		"warnings":               {[]sim.Option{sim.Warnings()}, true, "basic"},
		"classic, old, no extra": {[]sim.Option{sim.Classic(), sim.Version("7.9.0"), sim.WithoutVariations(), sim.WithoutTracking()}, false, "oauth"},
		"numbers of a plug-in":   {[]sim.Option{sim.NumbersIn("_order_number_formatted"), sim.Status("in-the-oven", "In the <i>oven</i>")}, false, "oauth"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, c.options...)
			if c.tls {
				b = openTLS(t, c.options...)
			}
			if err := b.shop.SetZone("Asia/Kolkata"); err != nil {
				t.Fatal(err)
			}
			b.shop.Fill(1, 5, 5, 20)
			b.check()
			a := b.Known
			wantName := "Greenhouse & Co."
			wantZone := "Asia/Kolkata"
			if name == "hidden index" {
				wantName, wantZone = strings.TrimPrefix(b.Options["url"], "https://"), "+05:30"
			}
			if a.Name != wantName || a.Zone != wantZone || a.Currency != "EUR" || a.Facts[factAuth] != c.auth {
				t.Errorf("%+v", a)
			}
			if len(a.Rights) != 10 || !strings.HasPrefix(a.Version, "WooCommerce ") {
				t.Errorf("rights %v, version %q", a.Rights, a.Version)
			}
			if again := b.check().Known; !reflect.DeepEqual(again, a) {
				t.Errorf("a second check finds %+v, the first one %+v", again, a)
			}
			if effects := b.shop.Desk().Effects(); len(effects) > 0 {
				t.Errorf("the check changed the shop: %v", effects)
			}
			items, _ := b.run(channel.Orders, channel.Changes, nil, 7, nil)
			same(t, "orders", idsOf(items), b.shop.IDs(channel.Orders))
			if record, _ := (Connector{}).Read(channel.Orders, items[0].Raw, a); name == "numbers of a plug-in" && !strings.HasPrefix(record.Name, "GH-") {
				t.Errorf("order number %q", record.Name)
			}
		})
	}
}

func TestZoneNames(t *testing.T) {
	for hours, want := range map[text]string{"14": "+14:00", "-11": "-11:00", "5.5": "+05:30", "-9.5": "-09:30", "12.75": "+12:45", "0": "UTC", "": "", "x": "", "99": ""} {
		if got := zoneName(site{Offset: hours}); got != want {
			t.Errorf("%q: %q, want %q", hours, got, want)
		}
	}
	if got := zoneName(site{Offset: "2", Zone: "Europe/Berlin"}); got != "Europe/Berlin" {
		t.Error(got)
	}
}

func TestKeysThatMayDoLess(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 5, 5, 5)
	for _, broken := range b.shop.Broken(b.Options["url"]) {
		b.Options, b.Secrets = broken.Options, broken.Secrets
		if _, err := (Connector{}).Check(context.Background(), b); !fault.Is(err, broken.Code) {
			t.Errorf("%s: %v", broken.Name, err)
		}
	}
	b.Secrets = map[string]string{"consumer_key": sim.ReadKey, "consumer_secret": sim.ReadSecret}
	b.check()
	if want := []string{"products", "stock", "customers", "orders"}; !slices.Equal(b.Known.Rights, want) || len(b.Known.Notes) == 0 {
		t.Errorf("a key that may read: %v, %v", b.Known.Rights, b.Known.Notes)
	}
	_, err := Connector{}.SetStatus(context.Background(), b, []channel.Intent{{Key: "tp-1-1", Target: b.shop.IDs(channel.Orders)[4], Status: "on-hold"}})
	if !fault.Is(err, fault.Permission) {
		t.Errorf("writing with a key that may read: %v", err)
	}
}

func TestClockOfTheComputerMayBeOff(t *testing.T) {
	b := open(t)
	b.shop.Fill(1, 3, 3, 5)
	b.shop.Desk().Skew(7 * time.Hour)
	b.check()
	b.shop.Desk().Skew(-20 * time.Minute)
	items, next := b.run(channel.Orders, channel.Changes, nil, 100, nil)
	same(t, "orders", idsOf(items), b.shop.IDs(channel.Orders))
	if c, err := readCursor(channel.PullRequest{Cursor: next}); err != nil || c.Main.Since > b.shop.Desk().Now().UnixMilli() {
		t.Errorf("cursor %+v lies after the shop's clock, %v", c, err)
	}
}

func TestVersionsThatCannotTellChanges(t *testing.T) {
	for version, fails := range map[string]bool{"3.5.0": true, "5.7.2": true, "5.8.0": false, "11.0.1": false, "": false} {
		b := open(t, sim.Version(version))
		if _, err := (Connector{}).Check(context.Background(), b); fault.Is(err, fault.Retired) != fails {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestShopThatMoved(t *testing.T) {
	target := open(t)
	moved := httptest.NewServer(http.RedirectHandler(target.Options["url"]+"/wp-json/", http.StatusMovedPermanently))
	defer moved.Close()
	target.Options["url"] = moved.URL
	_, err := Connector{}.Check(context.Background(), target)
	if !fault.Is(err, fault.Invalid) || fault.Of(err).Field != "url" {
		t.Errorf("%v", err)
	}
}

// TestAnswersThatAreNoData holds each to its class, in words, and without a secret.
func TestAnswersThatAreNoData(t *testing.T) {
	for _, c := range []struct {
		name        string
		status      int
		body        string
		read, write fault.Code
		words       string
	}{
		{"challenge", 403, "<!DOCTYPE html><title>Just a moment...</title>", fault.Unavailable, fault.Unknown, "Cloudflare"},
		{"security plug-in", 200, "<html><body>Blocked by Wordfence</body></html>", fault.Unavailable, fault.Unknown, "Wordfence"},
		{"some page", 200, "<!DOCTYPE html><html><style>a{color:red}</style></html>", fault.Unavailable, fault.Unknown, "security plug-in"},
		{"log in", 200, "<html><form action=/wp-login.php>", fault.Unavailable, fault.Unknown, "log in"},
		{"coming soon", 200, "<html><h1>Coming soon</h1></html>", fault.Unavailable, fault.Unknown, "coming soon"},
		{"maintenance", 503, "<html>Briefly unavailable for scheduled maintenance.</html>", fault.Unavailable, fault.Unknown, "trouble"},
		{"cut off", 200, `[{"id":1,"meta":{"a":1}},{"id":2`, fault.Unavailable, fault.Unknown, "cut off"},
		{"cut off at a brace", 200, `[{"id":1,"meta":{"a":1}`, fault.Unavailable, fault.Unknown, "cut off"},
		{"empty", 200, "", fault.Unavailable, fault.Unknown, "instead"},
		{"partial", 206, `[]`, fault.Unavailable, fault.Unknown, "cut off"},
		{"critical", 500, `{"code":"internal_server_error","message":"There has been a critical error"}`, fault.Unavailable, fault.Unknown, ""},
		{"proxy", 502, "<html>502 Bad Gateway</html>", fault.Unavailable, fault.Unknown, ""},
		{"too many", 429, "<html>slow down</html>", fault.RateLimited, fault.RateLimited, "wait"},
		{"key", 401, `{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":401}}`, fault.Auth, fault.Auth, "consumer key"},
		{"rights", 403, `{"code":"woocommerce_rest_cannot_edit","message":"Sorry","data":{"status":403}}`, fault.Permission, fault.Permission, "user of this key"},
		{"no route", 404, `{"code":"rest_no_route","message":"No route"}`, fault.NotFound, fault.NotFound, "interface"},
		{"gone", 400, `{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID."}`, fault.NotFound, fault.NotFound, "any more"},
		{"parameter", 400, `{"code":"rest_invalid_param","message":"Invalid <b>parameter(s)</b>: status"}`, fault.Invalid, fault.Invalid, "Invalid parameter(s): status"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			var log bytes.Buffer
			s := &channeltest.Session{Connector: Connector{}, Options: map[string]string{"url": server.URL}, Clock: time.Now,
				Secrets: map[string]string{"consumer_key": "ck_canary", "consumer_secret": "cs_canary"}, Logger: slog.New(slog.NewTextHandler(&log, nil))}
			dialled, err := dial(s)
			if err != nil {
				t.Fatal(err)
			}
			_, readErr := dialled.get(context.Background(), "orders", nil)
			_, writeErr := dialled.write(context.Background(), http.MethodPut, "orders/1", map[string]any{})
			if !fault.Is(readErr, c.read) || !fault.Is(writeErr, c.write) || !strings.Contains(readErr.Error(), c.words) {
				t.Errorf("read: %v; write: %v", readErr, writeErr)
			}
			if said := readErr.Error() + writeErr.Error() + log.String(); strings.Contains(said, "canary") || strings.Contains(said, "oauth_") {
				t.Errorf("a secret was said: %s", said)
			}
			if fault.Of(readErr).Remedy == "" {
				t.Error("nothing says what to do")
			}
		})
	}
}

// TestFaultsOfAShop makes each kind of fault happen to a pull; none may look like data, and the next look goes on.
func TestFaultsOfAShop(t *testing.T) {
	classes := map[simulated.Kind]fault.Code{simulated.TooMany: fault.RateLimited, simulated.Revoked: fault.Auth}
	for _, kind := range simulated.Kinds {
		b := open(t)
		b.shop.Fill(1, 5, 5, 20)
		b.check()
		first, err := Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 5})
		if err != nil {
			t.Fatal(err)
		}
		ill := simulated.Fault{Kind: kind, Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/orders") }}
		if kind == simulated.Twice {
			ill.Times = 1 // a signature counts once: were each call repeated, each would be refused
		}
		b.shop.Desk().Inject(ill)
		_, err = Connector{}.Pull(context.Background(), b, channel.PullRequest{Stream: channel.Orders, Mode: channel.Changes, Size: 5, Cursor: first.Next})
		want := classes[kind]
		switch {
		case kind == simulated.WrongType || kind == simulated.Twice:
			if err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		case want == "" && !fault.Is(err, fault.Unavailable), want != "" && !fault.Is(err, want):
			t.Errorf("%s: %v", kind, err)
		}
		b.shop.Desk().Calm()
		items, _ := b.run(channel.Orders, channel.Changes, first.Next, 5, nil)
		same(t, string(kind), idsOf(append(items, first.Items...)), b.shop.IDs(channel.Orders))
	}
}

func TestRateOfASecurityPlugin(t *testing.T) {
	b := open(t, sim.Rate(3))
	_, err := Connector{}.Check(context.Background(), b)
	if !fault.Is(err, fault.RateLimited) || fault.Of(err).RetryAt.Sub(b.clock.now) != time.Minute {
		t.Errorf("%v, %v", err, fault.Of(err).RetryAt)
	}
}
