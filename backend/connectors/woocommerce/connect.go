package woocommerce

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// The facts that Check keeps in Account.Facts.
const (
	factAuth       = "auth"       // basic, query or oauth: how calls are signed
	factRoutes     = "routes"     // plain where the shop has no pretty addresses (?rest_route=)
	factStatuses   = "statuses"   // statuses of orders, separated by commas, those of plug-ins too
	factNumbers    = "numbers"    // the meta that holds order numbers; "" where WooCommerce's own number is right
	factTracking   = "tracking"   // plugin or note
	factVariations = "variations" // yes where changes of variations can be asked for
	factWeight     = "weight"     // the unit of weights: kg, g, lbs, oz
)

// client makes the calls of one session.
type client struct {
	s     channel.Session
	base  *url.URL
	auth  string
	plain bool
}

// dial makes a client as the connection and what Check found say.
func dial(s channel.Session) (*client, error) {
	base, err := address(s.Option("url"))
	if err != nil {
		return nil, err
	}
	facts := s.Account().Facts
	c := &client{s: s, base: base, auth: facts[factAuth], plain: facts[factRoutes] == "plain"}
	switch {
	case base.Scheme == "http":
		c.auth = "oauth"
	case c.auth == "" || c.auth == "oauth":
		c.auth = "basic"
	}
	return c, nil
}

// address reads the shop's address as people paste it: without a scheme, with a slash, or with that of the API.
func address(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if text != "" && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return nil, fault.New(fault.Invalid, "The address of the shop cannot be used.",
			"Write it as customers open it: https://shop.example").InField("url")
	}
	path, _, _ := strings.Cut(u.Path, "/wp-json")
	path, _, _ = strings.Cut(path, "/wp-admin")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(path, "/")}, nil
}

// request is one call before it is signed.
type request struct {
	method string
	path   string // below /wp-json/wc/v3, or with a leading "/" below /wp-json
	query  url.Values
	body   any
	open   bool // without credentials
	writes bool
	list   bool // a list that is looked through anyway: it is checked then
}

// get asks for a path below wc/v3.
func (c *client) get(ctx context.Context, path string, query url.Values) (channel.Answer, error) {
	return c.do(ctx, request{method: http.MethodGet, path: path, query: query})
}

// write changes something. A refusal of a signature that may have been used before (a proxy that repeats calls) does not tell that
// nothing was done: where the key may write, the effect is not known.
func (c *client) write(ctx context.Context, method, path string, body any) (channel.Answer, error) {
	answer, err := c.do(ctx, request{method: method, path: path, body: body, writes: true})
	if c.auth == "oauth" && fault.Is(err, fault.Permission) && said(err, badSignature) {
		if _, nothing := c.do(ctx, emptyBatch("orders/batch")); nothing == nil {
			return answer, fault.Wrap(err, fault.Unknown, "The shop refused a call that may have been done before.",
				"Tradepost looks up what became of it before it tries again.")
		}
	}
	return answer, err
}

// badSignature is how WooCommerce refuses a key, its signature, or its right to read or write.
const badSignature = "woocommerce_rest_authentication_error"

// emptyBatch is a write that is judged and changes nothing.
func emptyBatch(path string) request {
	return request{method: http.MethodPost, path: path, body: map[string]any{}}
}

// do makes a call and gives an answer only where it is data. A signature is made anew once: by the shop's clock where the computer's is
// off, and for a call that a proxy repeated, as each signature counts once. A write that may have been done is not repeated.
func (c *client) do(ctx context.Context, r request) (channel.Answer, error) {
	answer, err := c.once(ctx, r, c.s.Now())
	if err != nil {
		return answer, err
	}
	if c.auth == "oauth" && !r.open && answer.Status == http.StatusUnauthorized {
		at, dated := serverTime(answer)
		off := dated && at.Sub(c.s.Now()).Abs() > 10*time.Minute
		if !off {
			at = c.s.Now()
		}
		if off || !r.writes {
			if answer, err = c.once(ctx, r, at); err != nil {
				return answer, err
			}
		}
	}
	return c.judge(r, answer)
}

func (c *client) once(ctx context.Context, r request, at time.Time) (channel.Answer, error) {
	call := channel.Call{Method: r.method, Header: http.Header{"Accept": {"application/json"}, "Cache-Control": {"no-cache"}}, Bucket: bucket, Writes: r.writes}
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return channel.Answer{}, fault.Wrap(err, fault.Internal, "This cannot be sent.", "")
		}
		call.Body = body
		call.Header.Set("Content-Type", "application/json")
	}
	signed := func(call channel.Call) channel.Call {
		target, query := c.target(r)
		if !r.open {
			c.authorise(&call, target, query, at)
		}
		target.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
		call.URL = target.String()
		return call
	}
	if call = signed(call); c.auth == "oauth" && !r.open {
		call.Sign = signed
	}
	return c.s.Do(ctx, call)
}

// target is the address of a call, and its query without credentials.
func (c *client) target(r request) (*url.URL, url.Values) {
	route := "/wc/v3/" + r.path
	if strings.HasPrefix(r.path, "/") {
		route = r.path
	}
	query := url.Values{}
	maps.Copy(query, r.query)
	target := *c.base
	if c.plain {
		query.Set("rest_route", route)
		target.Path += "/"
		return &target, query
	}
	target.Path += "/wp-json" + route
	return &target, query
}

// authorise adds the credentials: over https in the header, or in the query where the server keeps headers from PHP; over http a
// signature that does not tell the secret.
func (c *client) authorise(call *channel.Call, target *url.URL, query url.Values, at time.Time) {
	key, secret := c.s.Secret("consumer_key"), c.s.Secret("consumer_secret")
	switch c.auth {
	case "query":
		query.Set("consumer_key", key)
		query.Set("consumer_secret", secret)
	case "oauth":
		query.Set("oauth_consumer_key", key)
		query.Set("oauth_nonce", rand.Text())
		query.Set("oauth_signature_method", "HMAC-SHA256")
		query.Set("oauth_timestamp", strconv.FormatInt(at.Unix(), 10))
		query.Set("oauth_version", "1.0")
		query.Set("oauth_signature", sign(call.Method, target.String(), query, secret))
	default:
		call.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key+":"+secret)))
	}
}

// serverTime is the shop's clock.
func serverTime(a channel.Answer) (time.Time, bool) {
	at, err := http.ParseTime(a.Header.Get("Date"))
	return at, err == nil
}

// Check signs in and finds out whose shop it is, which rights the key has and which plug-ins matter.
func (Connector) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	c, err := dial(s)
	if err != nil {
		return channel.Account{}, err
	}
	c.plain = false // what an earlier check found may be so no more
	if c.auth == "query" {
		c.auth = "basic"
	}
	found := &finding{client: c, account: channel.Account{ID: c.base.Host + c.base.Path, Name: c.base.Host,
		URL: c.base.String() + "/wp-admin/", Facts: map[string]string{}}}
	for _, step := range []func(context.Context) error{found.index, found.signIn, found.reading, found.system, found.statuses,
		found.writing, found.extras} {
		if err := step(ctx); err != nil {
			return channel.Account{}, err
		}
	}
	return found.account, nil
}

// finding is what Check knows so far.
type finding struct {
	*client

	account  channel.Account
	sample   *orderJSON // the newest order, where there is one
	tracking bool       // the tracking plug-in's own part of the API is there
}

// site is what the index of a WordPress site says.
type site struct {
	Name       text       `json:"name"`
	URL        text       `json:"url"`
	Offset     text       `json:"gmt_offset"` // hours: 5.5, "-11"
	Zone       text       `json:"timezone_string"`
	Namespaces list[text] `json:"namespaces"`
}

// index reads the site's name and zone. Security plug-ins may hide it from those who are not signed in, so it is not needed.
func (f *finding) index(ctx context.Context) error {
	ask := request{method: http.MethodGet, path: "/", open: true}
	answer, err := f.once(ctx, ask, f.s.Now())
	if err != nil {
		return err
	}
	if err := moved(f.base, answer); err != nil {
		return err
	}
	if answer.Status == http.StatusNotFound || answer.Status == http.StatusOK && !isSite(answer) {
		if answer, err = f.withoutPrettyAddresses(ctx, ask, answer); err != nil {
			return err
		}
	}
	if hidden(answer) {
		return nil
	}
	if answer, err = f.judge(ask, answer); err != nil {
		return err
	}
	var s site
	if json.Unmarshal(answer.Body, &s) != nil {
		return cut(ask)
	}
	return f.take(s)
}

// hidden tells an index that only those see who are signed in.
func hidden(a channel.Answer) bool {
	var said refusal
	_ = json.Unmarshal(a.Body, &said) // a page says nothing
	refused := a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden
	return refused && (strings.HasPrefix(string(said.Code), "rest_") || !json.Valid(a.Body))
}

// withoutPrettyAddresses asks again as sites are asked that have plain permalinks. Every site answers that: so it counts only where
// the usual way still does not lead anywhere.
func (f *finding) withoutPrettyAddresses(ctx context.Context, ask request, first channel.Answer) (channel.Answer, error) {
	f.plain = true
	plain, err := f.once(ctx, ask, f.s.Now())
	f.plain = false
	if err != nil {
		return plain, err
	}
	if !isSite(plain) {
		if first.Status == http.StatusNotFound {
			return first, fault.New(fault.Invalid, "There is no WordPress site with WooCommerce at this address.",
				"Write the address as customers open the shop, with the folder if it lies in one.").InField("url")
		}
		return first, nil
	}
	again, err := f.once(ctx, ask, f.s.Now())
	if err != nil || isSite(again) {
		return again, err
	}
	f.plain = true
	f.account.Facts[factRoutes] = "plain"
	return plain, nil
}

func (f *finding) take(s site) error {
	if name := plainWords(string(s.Name)); name != "" {
		f.account.Name = name
	}
	f.account.Zone = zoneName(s)
	shop := len(s.Namespaces) == 0
	for _, n := range s.Namespaces {
		shop = shop || n == "wc/v3"
		f.tracking = f.tracking || strings.HasPrefix(string(n), "wc-shipment-tracking/") || strings.HasPrefix(string(n), "wc-ast/")
	}
	if !shop {
		return fault.New(fault.Invalid, "This is a WordPress site without WooCommerce, or with one older than 3.5.",
			"Check the address, and that WooCommerce is active.").InField("url")
	}
	return nil
}

func isSite(a channel.Answer) bool {
	body, ok := data(a.Body)
	return a.Status == http.StatusOK && ok && len(body) > 0 && body[0] == '{'
}

// zoneName is the IANA name, or the offset of sites that set hours only ("UTC+5:30").
func zoneName(s site) string {
	if s.Zone.trimmed() != "" {
		return s.Zone.trimmed()
	}
	hours, err := strconv.ParseFloat(s.Offset.trimmed(), 64)
	if err != nil || hours < -14 || hours > 14 {
		return ""
	}
	return offset(time.Duration(hours * float64(time.Hour)))
}

// offset writes a difference to UTC as "+05:30"; none is "UTC".
func offset(d time.Duration) string {
	if d == 0 {
		return "UTC"
	}
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	minutes := int(d.Round(time.Minute) / time.Minute)
	return sign + strconv.Itoa(100 + minutes/60)[1:] + ":" + strconv.Itoa(100 + minutes%60)[1:]
}

// signIn finds out how this shop takes the key: where the header does not arrive, it is tried once in the query.
func (f *finding) signIn(ctx context.Context) error {
	_, err := f.get(ctx, "orders", url.Values{"per_page": {"1"}, "status": {"any"}})
	if f.auth == "basic" && said(err, "woocommerce_rest_cannot_view") && fault.Is(err, fault.Auth) {
		f.auth = "query"
		_, again := f.get(ctx, "orders", url.Values{"per_page": {"1"}, "status": {"any"}})
		if fault.Is(again, fault.Auth) {
			f.auth = "basic"
		} else {
			err = again
		}
	}
	f.account.Facts[factAuth] = f.auth
	if fault.Is(err, fault.Permission) {
		return nil // other streams may be allowed
	}
	return err
}

// reading finds which streams the key may read, and looks at the newest order.
func (f *finding) reading(ctx context.Context) error {
	streams := []struct {
		path   string
		rights []string
	}{
		{"products", []string{string(channel.Products), string(channel.Stock)}},
		{"customers", []string{string(channel.Customers)}}, {"orders", []string{string(channel.Orders)}},
	}
	var refused error
	for _, stream := range streams {
		answer, err := f.get(ctx, stream.path, url.Values{"per_page": {"1"}})
		switch {
		case fault.Is(err, fault.Permission):
			refused = err
			continue
		case err != nil:
			return err
		}
		f.account.Rights = append(f.account.Rights, stream.rights...)
		var orders []orderJSON
		if stream.path == "orders" && json.Unmarshal(answer.Body, &orders) == nil && len(orders) > 0 {
			f.sample = &orders[0]
		}
	}
	if len(f.account.Rights) == 0 {
		return refused
	}
	return nil
}

// system reads currency and versions; those who may not see the system's status may still see the settings.
func (f *finding) system(ctx context.Context) error {
	var status struct {
		Environment object[struct {
			Version text `json:"version"`
		}] `json:"environment"`
		Settings object[struct {
			Currency text `json:"currency"`
			HPOS     text `json:"HPOS_enabled"`
		}] `json:"settings"`
	}
	if err := f.optional(ctx, "system_status", &status); err != nil {
		return err
	}
	currency := status.Settings.Value.Currency
	if currency == "" {
		var setting struct {
			Value text `json:"value"`
		}
		if err := f.optional(ctx, "settings/general/woocommerce_currency", &setting); err != nil {
			return err
		}
		currency = setting.Value
	}
	if currency == "" && f.sample != nil {
		currency = f.sample.Currency
	}
	if known, err := commerce.ParseCurrency(string(currency)); err == nil {
		f.account.Currency = known
	}
	f.account.Version = strings.TrimSpace(vendor + " " + status.Environment.Value.Version.trimmed())
	if hpos := status.Settings.Value.HPOS; hpos == "false" || hpos == "no" {
		f.note("Orders are kept in WordPress posts: what plug-ins add to an order may be seen only at the weekly comparison.")
	}
	return f.tooOld(status.Environment.Value.Version.trimmed())
}

// tooOld refuses versions that cannot be asked for changes (modified_after came with 5.8).
func (f *finding) tooOld(version string) error {
	parts := strings.SplitN(version+"..", ".", 3)
	major, err := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	if err == nil && (major < 5 || major == 5 && minor < 8) {
		return fault.New(fault.Retired, "This shop runs WooCommerce "+version+", which cannot tell what changed.", "Update WooCommerce to 5.8 or newer.")
	}
	return nil
}

// optional reads what Check can do without: a refusal or a missing part is no error.
func (f *finding) optional(ctx context.Context, path string, into any) error {
	answer, err := f.get(ctx, path, nil)
	if err != nil {
		if code := fault.Of(err).Code; code == fault.Permission || code == fault.NotFound || code == fault.Invalid || code == fault.Retired {
			return nil
		}
		return err
	}
	_ = json.Unmarshal(answer.Body, into) // what cannot be read was not told
	return nil
}

// statuses lists the statuses that orders can have here.
func (f *finding) statuses(ctx context.Context) error {
	var totals list[struct {
		Slug text `json:"slug"`
		Name text `json:"name"`
	}]
	if err := f.optional(ctx, "reports/orders/totals", &totals); err != nil {
		return err
	}
	var slugs, added []string
	for _, t := range totals {
		slug := strings.TrimPrefix(t.Slug.trimmed(), "wc-")
		if slug == "" || strings.ContainsAny(slug, ", ") {
			continue
		}
		slugs = append(slugs, slug)
		if _, known := states[slug]; !known && !noOrder(slug) {
			added = append(added, plainWords(string(t.Name)))
		}
	}
	f.account.Facts[factStatuses] = strings.Join(slugs, ",")
	if len(added) > 0 {
		f.note("Statuses of plug-ins become tags, as they do not say whether an order is paid or shipped: " + strings.Join(added, ", ") + ".")
	}
	return nil
}

// writing finds which writes the key may do, by batches that hold nothing: they are judged and change nothing.
func (f *finding) writing(ctx context.Context) error {
	for _, w := range []struct {
		path   string
		rights []channel.Operation
	}{
		{"products/batch", []channel.Operation{channel.SetStock, channel.SetPrice}},
		{"orders/batch", []channel.Operation{channel.SetStatus, channel.Ship, channel.Cancel, channel.Refund}},
	} {
		_, err := f.do(ctx, emptyBatch(w.path))
		switch code := fault.Of(err); {
		case err == nil:
			for _, right := range w.rights {
				f.account.Rights = append(f.account.Rights, string(right))
			}
		case code.Code == fault.Permission || code.Code == fault.Auth || code.Code == fault.Invalid || code.Code == fault.NotFound:
			f.note("The key may not change " + strings.TrimSuffix(w.path, "/batch") + ": make one with Read/Write to push to the shop.")
		default:
			return err
		}
	}
	return nil
}

// extras finds which plug-ins matter, and what is missing still.
func (f *finding) extras(ctx context.Context) error {
	var variations []json.RawMessage
	if err := f.optional(ctx, "variations", &variations); err != nil {
		return err
	}
	if variations != nil {
		f.account.Facts[factVariations] = "yes"
	}
	var unit struct {
		Value text `json:"value"`
	}
	if err := f.optional(ctx, "settings/products/woocommerce_weight_unit", &unit); err != nil {
		return err
	}
	f.account.Facts[factWeight] = unit.Value.trimmed()
	f.account.Facts[factTracking] = "note"
	if f.tracking || f.sample != nil && f.sample.Meta.find(trackingMeta) != nil {
		f.account.Facts[factTracking] = "plugin"
	}
	if choice := f.s.Option("tracking"); choice == "plugin" || choice == "note" {
		f.account.Facts[factTracking] = choice
	}
	f.account.Facts[factNumbers] = numbersMeta(f.s.Option("order_number"), f.sample)
	f.zone()
	return nil
}

// numbersMeta is the meta that holds order numbers. Most plug-ins put their number where WooCommerce's own is; the others are
// told by an order whose number is its id although a plug-in gave it another.
func numbersMeta(choice string, sample *orderJSON) string {
	if choice == "core" || choice == "" {
		return ""
	}
	if choice != "auto" {
		return choice
	}
	if sample == nil || sample.Number.trimmed() != "" && sample.Number.trimmed() != sample.ID.trimmed() {
		return ""
	}
	for _, key := range []string{"_order_number_formatted", "_alg_wc_custom_order_number", "_order_number"} {
		if sample.Meta.words(key) != "" {
			return key
		}
	}
	return ""
}

// zone works the shop's zone out of an order where the index was hidden: each time stands there in both.
func (f *finding) zone() {
	if f.account.Zone == "" && f.sample != nil {
		local, ok := instant(f.sample.Created, time.UTC)
		utc, known := instant(f.sample.CreatedGMT, time.UTC)
		if ok && known && local != 0 && utc != 0 {
			f.account.Zone = offset(time.Duration(local-utc) * time.Millisecond)
		}
	}
	if f.account.Zone == "" {
		f.note("The shop does not tell its time zone; times are read in UTC, as it states them.")
	}
}

func (f *finding) note(words string) { f.account.Notes = append(f.account.Notes, words) }
