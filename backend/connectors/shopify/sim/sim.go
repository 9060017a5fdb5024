// Package sim is a simulated Shopify: the Admin GraphQL API answered by what each document selects, in the real one's shapes, over a small
// shop with two locations that lives by a clock of its own. It counts points, remembers idempotency keys and demands them where the real
// one does.
package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// The sign-ins. They open a made-up shop and nothing else.
const (
	clientID     = "5ba1d0c4simulated0app"
	clientSecret = "shpss_simulated-garden-gate-4711"
	wholeToken   = "shpat_simulated-whole-4711"
	narrowToken  = "shpat_simulated-narrow-4712"
	emptyToken   = "shpat_simulated-empty-4713"
)

// The version that the shop speaks, and the shop's own.
const (
	version  = "2026-10"
	domain   = "greenhouse.myshopify.com"
	currency = "EUR"
)

// allScopes are those of a good app, as Shopify tells them: what may be written may be read.
var allScopes = []string{"write_products", "write_inventory", "read_locations", "read_customers", "write_orders", "read_all_orders",
	"write_merchant_managed_fulfillment_orders"}

// Shop is the vendor.
type Shop struct {
	http.Handler
	desk *simulated.Desk

	mutex     sync.Mutex
	zone      string
	tokens    map[string]time.Time // of the client credentials grant, with their ends
	scopes    map[string][]string  // by token; those of the app where there is none
	app       []string             // the app's scopes
	next      map[string]int       // the last id of each kind of thing
	products  []*product
	customers []*customer
	orders    []*order
	keys      map[string]*remembered
	bucket    points
	slow      time.Duration // how long a cancellation takes
	served    string        // the version that answers
	hidden    bool          // buyers are
	mostCost  float64
	bulks     []*bulkRun
	bulkFails bool
	host      string // that the last call named
}

// points is the bucket of the one app.
type points struct {
	limited                 bool
	most, restore, left     float64
	at                      time.Time
	lastRequest, lastActual float64
	refused                 int
}

// New makes a shop with nothing in it, which lives by the clock.
func New(clock func() time.Time) *Shop {
	s := &Shop{desk: simulated.NewDesk(clock), zone: "Europe/Berlin", tokens: map[string]time.Time{}, next: map[string]int{}, keys: map[string]*remembered{},
		app: allScopes, scopes: map[string][]string{narrowToken: {"read_orders"}, emptyToken: {}}, served: version, mostCost: 1000}
	s.bucket = points{most: 1000, restore: 100, left: 1000}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /admin/oauth/access_token", s.grant)
	mux.HandleFunc("POST /admin/api/{version}/graphql.json", s.answer)
	mux.HandleFunc("GET /bulk/{file}", s.serveBulk)
	s.Handler = s.desk.Wrap(mux)
	return s
}

// Connector is the id of the connector it is made for.
func (s *Shop) Connector() string { return "shopify" }

// Desk is its clock, faults and log.
func (s *Shop) Desk() *simulated.Desk { return s.desk }

// Connection signs in as an app of the Dev Dashboard, whose token lapses.
func (s *Shop) Connection(base string) (options, secrets map[string]string) {
	return map[string]string{"shop": base, "auth": "app", "client_id": clientID}, map[string]string{"client_secret": clientSecret}
}

// TokenConnection signs in by the token of an older app.
func (s *Shop) TokenConnection(base string) (options, secrets map[string]string) {
	return map[string]string{"shop": base, "auth": "token"}, map[string]string{"access_token": wholeToken}
}

// NarrowToken is a token that may read orders of the last 60 days alone.
func (s *Shop) NarrowToken() string { return narrowToken }

// Broken lists connections that must fail.
func (s *Shop) Broken(base string) []simulated.Broken {
	with := func(name string, code fault.Code, option, value string, secrets map[string]string) simulated.Broken {
		options, whole := s.Connection(base)
		if secrets != nil {
			options = map[string]string{"shop": base, "auth": "token"}
			whole = secrets
		}
		if option != "" {
			options[option] = value
		}
		return simulated.Broken{Name: name, Options: options, Secrets: whole, Code: code}
	}
	wrong := with("wrong client secret", fault.Auth, "", "", nil)
	wrong.Secrets = map[string]string{"client_secret": "shpss_of-another-app"}
	return []simulated.Broken{
		wrong,
		with("unknown client id", fault.Auth, "client_id", "5ba1d0c4of0another0app", nil),
		with("wrong token", fault.Auth, "", "", map[string]string{"access_token": "shpat_no-token-at-all"}),
		with("no token", fault.Auth, "", "", map[string]string{}),
		with("a token that may do nothing", fault.Permission, "", "", map[string]string{"access_token": emptyToken}),
		with("no address", fault.Invalid, "shop", "my shop!", nil),
	}
}

// SetZone changes the shop's own zone; instants are told in UTC.
func (s *Shop) SetZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.zone = zone
	return nil
}

// Grant sets the app's scopes.
func (s *Shop) Grant(scopes ...string) { s.set(func() { s.app = scopes }) }

// Serve sets the version that answers, whatever was asked.
func (s *Shop) Serve(version string) { s.set(func() { s.served = version }) }

// HidePeople leaves buyers out, as for apps without access to protected customer data.
func (s *Shop) HidePeople() { s.set(func() { s.hidden = true }) }

// Slow makes cancellations take a while.
func (s *Shop) Slow(d time.Duration) { s.set(func() { s.slow = d }) }

// Costly sets what one call may cost at most.
func (s *Shop) Costly(most float64) { s.set(func() { s.mostCost = most }) }

// Limit makes the points count: as many at once, so many more each second. A plan of the vendor's has 1,000 or 2,000, and 100 a second.
func (s *Shop) Limit(most, restore float64) {
	s.set(func() { s.bucket = points{limited: true, most: most, restore: restore, left: most, at: s.desk.Now()} })
}

// Use uses points up, as a second program with the same app would.
func (s *Shop) Use(n float64) { s.set(func() { s.bucket.left -= n }) }

// Used tells how many points were used since Limit, as far as none came back.
func (s *Shop) Used() float64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.bucket.most - s.bucket.left
}

// Throttled counts the calls that were refused for their points.
func (s *Shop) Throttled() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.bucket.refused
}

func (s *Shop) set(change func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change()
}

// id gives the next number of a kind; kinds do not share numbers.
func (s *Shop) id(kind string) string {
	if s.next[kind] == 0 {
		s.next[kind] = 1_000_000 * (len(s.next) + 5)
	}
	s.next[kind] += 7
	return fmt.Sprint(s.next[kind])
}

func gid(kind, id string) string { return "gid://shopify/" + kind + "/" + id }

func numberOf(gid any) string {
	text, _ := gid.(string)
	return text[strings.LastIndexByte(text, '/')+1:]
}

// now is the vendor's clock as it is told: by the second.
func (s *Shop) now() time.Time { return s.desk.Now().UTC().Truncate(time.Second) }

func told(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(time.RFC3339)
}

// grant answers the client credentials grant.
func (s *Shop) grant(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	refuse := func(code string) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(object{"error": code, "error_description": "The grant was refused."})
	}
	switch {
	case r.FormValue("grant_type") != "client_credentials":
		refuse("unsupported_grant_type")
	case r.FormValue("client_id") != clientID:
		refuse("application_cannot_be_found")
	case r.FormValue("client_secret") != clientSecret:
		refuse("invalid_client")
	default:
		token := "shpat_simulated-day-" + s.id("token")
		s.tokens[token] = s.desk.Now().Add(24 * time.Hour)
		_ = json.NewEncoder(w).Encode(object{"access_token": token, "scope": strings.Join(s.app, ","), "expires_in": 86399})
	}
}

// granted are the scopes of a call.
func (s *Shop) granted(r *http.Request) (scopes []string, signed bool) {
	token := r.Header.Get("X-Shopify-Access-Token")
	if own, known := s.scopes[token]; known {
		return own, true
	}
	ends, known := s.tokens[token]
	return s.app, token == wholeToken || known && s.desk.Now().Before(ends)
}

// answer answers one GraphQL call.
func (s *Shop) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.host = r.Host
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Shopify-Api-Version", s.served)
	scopes, signed := s.granted(r)
	if !signed {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(object{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
		return
	}
	var asked struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(object{"errors": "Invalid JSON"})
		return
	}
	_ = json.NewEncoder(w).Encode(s.execute(asked.Query, asked.Variables, scopes))
}

// call is one call under way.
type call struct {
	*Shop
	scopes    map[string]bool
	query     string
	variables map[string]any
	denied    []any // errors beside data
}

func (s *Shop) execute(query string, variables map[string]any, scopes []string) object {
	d, err := parse(query)
	if err != nil {
		return s.failed(err)
	}
	cost := d.cost(variables)
	if cost > s.mostCost {
		return s.failed(&refusal{"MAX_COST_EXCEEDED", fmt.Sprintf("Query cost is %v, which exceeds the single query max cost limit (%v).", cost, s.mostCost)})
	}
	if s.bucket.lastRequest = cost; !s.bucket.take(cost, s.desk.Now()) {
		s.bucket.lastActual = 0
		return s.failed(&refusal{"THROTTLED", "Throttled"})
	}
	s.workOff()
	c := &call{Shop: s, scopes: map[string]bool{}, query: query, variables: variables}
	for _, scope := range scopes {
		c.scopes[scope] = true
		c.scopes[strings.Replace(scope, "write_", "read_", 1)] = true
	}
	root := c.root()
	if d.kind == "mutation" {
		root = c.mutations(d)
	}
	a := &answerer{document: d, variables: variables}
	data, err := a.object(root, d.inner)
	s.bucket.give(cost, math.Min(cost, 1+a.objects*shareOfRow), d.kind == "mutation")
	if err != nil {
		return s.failed(err)
	}
	answer := object{"data": data, "extensions": s.bucket.told()}
	if len(c.denied) > 0 {
		answer["errors"] = c.denied
	}
	return answer
}

func (s *Shop) failed(err error) object {
	said := &refusal{"INTERNAL_SERVER_ERROR", err.Error()}
	if own, ok := err.(*refusal); ok { //nolint:errorlint // it is never wrapped
		said = own
	}
	return object{"errors": []any{object{"message": said.message, "extensions": object{"code": said.code}}}, "extensions": s.bucket.told()}
}

// take takes points for a call that may cost so many.
func (p *points) take(cost float64, now time.Time) bool {
	if !p.limited {
		return true
	}
	if passed := now.Sub(p.at).Seconds(); passed > 0 {
		p.left, p.at = math.Min(p.most, p.left+passed*p.restore), now
	}
	if p.left < cost {
		p.refused++
		return false
	}
	p.left -= cost
	return true
}

// give gives back what a call did not cost.
func (p *points) give(cost, actual float64, whole bool) {
	if whole {
		actual = cost
	}
	p.lastActual = math.Ceil(actual)
	if p.limited {
		p.left = math.Min(p.most, p.left+cost-p.lastActual)
	}
}

func (p *points) told() object {
	actual := any(p.lastActual)
	if p.lastActual == 0 {
		actual = nil
	}
	return object{"cost": object{"requestedQueryCost": p.lastRequest, "actualQueryCost": actual,
		"throttleStatus": object{"maximumAvailable": p.most, "currentlyAvailable": p.left, "restoreRate": p.restore}}}
}

// may refuses what the scopes do not allow.
func (c *call) may(scope, what string) error {
	if c.scopes[scope] {
		return nil
	}
	return &refusal{"ACCESS_DENIED", "Access denied for " + what + " field. Required access: `" + scope + "` access scope."}
}
