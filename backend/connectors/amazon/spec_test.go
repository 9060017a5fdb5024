package amazon

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Amazon's own models of what the connector calls.
const (
	ordersModel   = "orders_2026-01-01.json"
	ordersV0Model = "ordersV0.json"
	listingsModel = "listingsItems_2021-08-01.json"
	fbaModel      = "fbaInventory.json"
	feedsModel    = "feeds_2021-06-30.json"
	reportsModel  = "reports_2021-06-30.json"
	sellersModel  = "sellers.json"
	newsModel     = "notifications.json"
)

var usedModels = []string{ordersModel, ordersV0Model, listingsModel, fbaModel, feedsModel, reportsModel, sellersModel, newsModel}

// heldModels finds the folder of Amazon's models, or skips the test.
func heldModels(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TRADEPOST_DATA")
	for dir, err := os.Getwd(); root == "" && err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if found := filepath.Join(dir, "shared", "data"); exists(found) {
			root = found
		}
	}
	folder := filepath.Join(root, "api-specs", "amazon-sp-api", "models")
	if root == "" || !exists(folder) {
		t.Skipf("SKIPPED: Amazon's models are not here (%s); set TRADEPOST_DATA to the folder of the shared data to run this", folder)
	}
	return folder
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// model reads one of Amazon's models (Swagger 2) as OpenAPI 3.
func model(t *testing.T, folder, name string) *openapi3.T {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	must(t, err)
	var old openapi2.T
	must(t, json.Unmarshal(text, &old))
	doc, err := openapi2conv.ToV3(&old)
	must(t, err)
	doc.Servers = nil
	joined(doc)
	must(t, openapi3.NewLoader().ResolveRefsIn(doc, nil))
	return doc
}

// joined lets lists in a query be joined by commas where a model does not say how: Swagger 2 means that then, OpenAPI 3 does not.
func joined(doc *openapi3.T) {
	no := false
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, p := range operation.Parameters {
				if p.Value != nil && p.Value.In == openapi3.ParameterInQuery && p.Value.Explode == nil {
					p.Value.Explode = &no
				}
			}
		}
	}
}

// contract stands before the simulated Amazon: what is asked must be what Amazon's models allow, and what is answered what they promise. The simulation is
// written by the same hands as the connector; the models are not.
type contract struct {
	t       *testing.T
	next    http.Handler
	routers []routers.Router

	mutex sync.Mutex
	asked map[string]int
}

func newContract(t *testing.T, next http.Handler) *contract {
	t.Helper()
	folder := heldModels(t)
	c := &contract{t: t, next: next, asked: map[string]int{}}
	for _, name := range usedModels {
		router, err := legacy.NewRouter(model(t, folder, name), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation())
		must(t, err)
		c.routers = append(c.routers, router)
	}
	return c
}

// route finds the operation of a request. A SKU with a slash stands in the path escaped, which the router does not know.
func (c *contract) route(r *http.Request) (*routers.Route, map[string]string) {
	plain := r.Clone(r.Context())
	plain.URL = &url.URL{Path: strings.ReplaceAll(r.URL.EscapedPath(), "%2F", "_"), RawQuery: r.URL.RawQuery}
	for _, router := range c.routers {
		if route, parameters, err := router.FindRoute(plain); err == nil {
			return route, parameters
		}
	}
	return nil, nil
}

func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	outside := strings.HasPrefix(r.URL.Path, "/auth/") || strings.HasPrefix(r.URL.Path, "/store/") || r.Header.Get("X-Amz-Target") != ""
	route, parameters := c.route(r)
	if outside || route == nil {
		if !outside {
			c.t.Errorf("%s %s is no operation of Amazon's models", r.Method, r.URL.Path)
		}
		c.next.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true}
	question := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(r.Context(), question); err != nil {
		c.t.Errorf("Amazon's model refuses %s %s?%s: %v\n%s", r.Method, r.URL.Path, r.URL.RawQuery, err, body)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	c.mutex.Lock()
	c.asked[route.Operation.OperationID]++
	c.mutex.Unlock()
	said := &openapi3filter.ResponseValidationInput{RequestValidationInput: question, Status: answer.Code, Header: answer.Header(), Options: options}
	if answer.Body.Len() > 0 {
		said.SetBodyBytes(answer.Body.Bytes())
	}
	if err := openapi3filter.ValidateResponse(r.Context(), said); err != nil {
		c.t.Errorf("the simulated Amazon answers %s %s as Amazon would not: %v\n%s", r.Method, r.URL.Path, err, answer.Body)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// TestModels holds all that is asked and answered in a small life of a connection to Amazon's own models.
func TestModels(t *testing.T) {
	h := opened(t)
	c := newContract(t, h.amazon)
	h.server.Config.Handler = c
	h.live()
	want := []string{"confirmShipment", "createFeed", "createFeedDocument", "createReport", "getReport", "getReportDocument", "getFeed", "getFeedDocument", "getInventorySummaries", "getListingsItem",
		"getMarketplaceParticipations", "getOrder", "patchListingsItem", "searchListingsItems", "searchOrders"}
	for _, operation := range want {
		if c.asked[operation] == 0 {
			t.Errorf("the operation %s was never asked", operation)
		}
	}
	for operation := range c.asked {
		if !slices.Contains(want, operation) {
			t.Errorf("the operation %s is asked and not looked for here", operation)
		}
	}
}

// answered tells whether a sandbox answer is what its own model promises.
func answered(t *testing.T, models map[string]*openapi3.T, name, path, method string, status int, body []byte) bool {
	t.Helper()
	operation := models[name].Paths.Find(path).GetOperation(method)
	response := operation.Responses.Status(status)
	if response == nil || response.Value == nil {
		return false
	}
	content := response.Value.Content.Get("application/json")
	if content == nil || content.Schema == nil {
		return len(bytes.TrimSpace(body)) <= 2
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		return false
	}
	return content.Schema.Value.VisitJSON(value) == nil
}
