// Package sim is a simulated Vendure server: the Admin API's answers to the documents that the connector sends, in the real
// one's shapes, over a small shop that lives by a clock of its own. The same tests run against it and the real server.
package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// The sign-ins. They open a made-up shop and nothing else.
const (
	user        = "tradepost@example.com"
	password    = "garden-gate-4711"
	wholeKey    = "5f0c1d:whole-key-of-the-simulated-shop"
	narrowKey   = "5f0c1e:narrow-key-of-the-simulated-shop"
	channelCode = "__default_channel__"
	token       = "simulated-channel"
)

// The places where stock lies.
const (
	store = "1"
	attic = "2"
)

// Shop is the vendor.
type Shop struct {
	http.Handler
	desk *simulated.Desk

	mutex     sync.Mutex
	sessions  map[string]bool
	next      map[string]int // the last id of each kind of thing
	variants  []*variant
	customers []*customer
	orders    []*order
}

// New makes a shop with nothing in it, which lives by the clock.
func New(clock func() time.Time) *Shop {
	s := &Shop{desk: simulated.NewDesk(clock), sessions: map[string]bool{}, next: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /admin-api", s.answer)
	s.Handler = s.desk.Wrap(mux)
	return s
}

// Connector is the id of the connector it is made for.
func (s *Shop) Connector() string { return "vendure" }

// Desk is its clock, faults and log.
func (s *Shop) Desk() *simulated.Desk { return s.desk }

// Connection signs in by user name and password, so that a session lapses as a real one does.
func (s *Shop) Connection(base string) (options, secrets map[string]string) {
	return map[string]string{"url": base + "/admin-api", "auth": "session", "username": user}, map[string]string{"password": password}
}

// KeyConnection signs in by an API key.
func (s *Shop) KeyConnection(base string) (options, secrets map[string]string) {
	return map[string]string{"url": base + "/admin-api"}, map[string]string{"api_key": wholeKey}
}

// NarrowKey is a key that may read orders alone.
func (s *Shop) NarrowKey() string { return narrowKey }

// Broken lists connections that must fail.
func (s *Shop) Broken(base string) []simulated.Broken {
	with := func(name string, code fault.Code, option, value string, secrets map[string]string) simulated.Broken {
		options, whole := s.Connection(base)
		if secrets != nil {
			options = map[string]string{"url": base + "/admin-api"}
			whole = secrets
		}
		if option != "" {
			options[option] = value
		}
		return simulated.Broken{Name: name, Options: options, Secrets: whole, Code: code}
	}
	return []simulated.Broken{
		with("wrong key", fault.Auth, "", "", map[string]string{"api_key": "5f0c1f:no-key-at-all"}),
		with("no key", fault.Auth, "", "", map[string]string{}),
		with("a key that may do nothing", fault.Permission, "", "", map[string]string{"api_key": emptyKey}),
		with("wrong password", fault.Auth, "username", "nobody@example.com", nil),
		with("a channel that is not there", fault.Invalid, "channel", "no-such-channel", nil),
		with("another page of the server", fault.Invalid, "url", base+"/dashboard", nil),
		with("no address", fault.Invalid, "url", "my shop", nil),
	}
}

// emptyKey signs in and may do nothing.
const emptyKey = "5f0c20:empty-key-of-the-simulated-shop"

// SetZone does nothing: Vendure states every instant in UTC.
func (s *Shop) SetZone(string) error { return nil }

// Lapse ends all sessions, as a restart with another cookie secret does.
func (s *Shop) Lapse() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.sessions = map[string]bool{}
}

// request is one GraphQL call.
type request struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

// refusal is an error of GraphQL's own kind.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

var operation = regexp.MustCompile(`^\s*(query|mutation)\s+(\w+)`)

// answer answers one call.
func (s *Shop) answer(w http.ResponseWriter, r *http.Request) {
	var asked request
	body, err := io.ReadAll(r.Body)
	name := ""
	if err == nil && json.Unmarshal(body, &asked) == nil {
		if found := operation.FindStringSubmatch(asked.Query); found != nil {
			name = found[2]
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	data, err := s.resolve(w, r, name, asked.Variables)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err == nil {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
		return
	}
	said, status := &refusal{"INTERNAL_SERVER_ERROR", err.Error()}, http.StatusOK
	if own, ok := err.(*refusal); ok { //nolint:errorlint // it is never wrapped
		said = own
	}
	if said.code == "GRAPHQL_VALIDATION_FAILED" {
		status = http.StatusBadRequest
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"data": nil, "errors": []any{
		map[string]any{"message": said.message, "extensions": map[string]any{"code": said.code}},
	}})
}

// resolver answers one of the documents, for those who have the right.
type resolver struct {
	right string // "" is any sign-in
	do    func(s *Shop, v map[string]any) (any, error)
}

var resolvers map[string]resolver

func init() {
	resolvers = map[string]resolver{
		"Signed":            {"", func(*Shop, map[string]any) (any, error) { return object{"activeChannel": object{"id": "1"}}, nil }},
		"Shop":              {"", (*Shop).about},
		"MayReadProducts":   {"ReadCatalog", total("productVariants")},
		"MayReadCustomers":  {"ReadCustomer", total("customers")},
		"MayReadOrders":     {"ReadOrder", total("orders")},
		"MayUpdateProducts": {"UpdateCatalog", func(*Shop, map[string]any) (any, error) { return object{"updateProductVariants": []any{}}, nil }},
		"MayUpdateOrders": {"UpdateOrder", func(*Shop, map[string]any) (any, error) {
			return object{"addFulfillmentToOrder": object{"__typename": "EmptyOrderLineSelectionError"}}, nil
		}},
		"Locations": {"ReadStockLocation", (*Shop).locations},
		"Products":  {"ReadCatalog", (*Shop).listProducts},
		"Stock":     {"ReadCatalog", (*Shop).listStock},
		"Customers": {"ReadCustomer", (*Shop).listCustomers},
		"Orders":    {"ReadOrder", (*Shop).listOrders},
		"Variants":  {"ReadCatalog", (*Shop).showVariants},
		"SetStock":  {"UpdateCatalog", func(s *Shop, v map[string]any) (any, error) { return s.updateVariants(v, "stockLevels") }},
		"SetPrice":  {"UpdateCatalog", func(s *Shop, v map[string]any) (any, error) { return s.updateVariants(v, "prices") }},
		"OrderNow":  {"ReadOrder", (*Shop).orderNow},
		"Fulfill":   {"UpdateOrder", (*Shop).addFulfillment},
		"Note":      {"UpdateOrder", (*Shop).addNote},
		"Cancel":    {"UpdateOrder", (*Shop).cancelOrder},
		"Refund":    {"UpdateOrder", (*Shop).refundOrder},

		"MoveFulfillment": {"UpdateOrder", (*Shop).moveFulfillment},
	}
}

// object is a JSON object.
type object = map[string]any

func (s *Shop) resolve(w http.ResponseWriter, r *http.Request, name string, v map[string]any) (any, error) {
	if name == "Login" {
		return s.login(w, v), nil
	}
	known, there := resolvers[name]
	if !there {
		return nil, &refusal{"GRAPHQL_VALIDATION_FAILED", fmt.Sprintf("The simulated shop does not know the document %q.", name)}
	}
	rights, signed := s.rights(r)
	if !signed || known.right != "" && !rights[known.right] {
		return nil, &refusal{"FORBIDDEN", "You are not currently authorized to perform this action"}
	}
	if asked := r.Header.Get("Vendure-Token"); asked != "" && asked != token {
		return nil, &refusal{"CHANNEL_NOT_FOUND", `No channel with the token "` + asked + `" could be found`}
	}
	return known.do(s, v)
}

func (s *Shop) login(w http.ResponseWriter, v map[string]any) any {
	if v["username"] != user || v["password"] != password {
		return object{"login": object{
			"__typename": "InvalidCredentialsError", "errorCode": "INVALID_CREDENTIALS_ERROR", "message": "The provided credentials are invalid",
		}}
	}
	session := fmt.Sprintf("simulated-session-%06d", s.id("session"))
	s.sessions[session] = true
	w.Header().Set("Vendure-Auth-Token", session)
	return object{"login": object{"__typename": "CurrentUser", "id": "1"}}
}

// rights tells who signed in and what they may do.
func (s *Shop) rights(r *http.Request) (rights map[string]bool, signed bool) {
	whole := map[string]bool{
		"ReadCatalog": true, "UpdateCatalog": true, "ReadOrder": true, "UpdateOrder": true, "ReadCustomer": true, "ReadStockLocation": true,
	}
	switch r.Header.Get("Vendure-Api-Key") {
	case wholeKey:
		return whole, true
	case narrowKey:
		return map[string]bool{"ReadOrder": true}, true
	case emptyKey:
		return nil, true
	}
	session, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return whole, s.sessions[session]
}

// id gives the next id of a kind.
func (s *Shop) id(kind string) int {
	s.next[kind]++
	return s.next[kind]
}

func (s *Shop) newID(kind string) string { return strconv.Itoa(s.id(kind)) }

// now is the vendor's clock, as finely as PostgreSQL keeps it: more finely than it is told.
func (s *Shop) now() time.Time { return s.desk.Now().UTC().Truncate(time.Microsecond) }

// told is an instant as Vendure tells it.
func told(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

func (s *Shop) about(map[string]any) (any, error) {
	return object{
		"activeChannel": object{
			"id": "1", "code": channelCode, "token": token, "defaultCurrencyCode": "EUR", "trackInventory": nil,
			"seller": object{"name": "Gartenhaus"},
		},
		"globalSettings": object{"trackInventory": true, "serverConfig": object{"moneyStrategyPrecision": 2}},
	}, nil
}

func (s *Shop) locations(map[string]any) (any, error) {
	return object{"stockLocations": object{"totalItems": 2, "items": []any{
		object{"id": store, "name": "Default Stock Location"}, object{"id": attic, "name": "Attic"},
	}}}, nil
}

func total(field string) func(*Shop, map[string]any) (any, error) {
	return func(s *Shop, _ map[string]any) (any, error) {
		n := map[string]int{"productVariants": len(s.variants), "customers": len(s.customers), "orders": len(s.orders)}[field]
		return object{field: object{"totalItems": n}}, nil
	}
}
