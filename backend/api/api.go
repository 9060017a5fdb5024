// Package api is the HTTP API: the one contract of every head (window, browser, commands, other programs). /api/v1 holds
// stable resources, /api/view read models for our own pages, unpromised and never writing. It is described by OpenAPI 3.1
// at /api/openapi.json. Errors are problem+json (RFC 9457) with a code, words and a remedy.
package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tradepost/backend/bulk"
	"tradepost/backend/commerce"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/listings"
	"tradepost/backend/secret"
	"tradepost/backend/syncing"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/export"
	"tradepost/backend/tabular/job"
	"tradepost/backend/tabular/watch"
)

// Store is everything the API reads and writes by itself; each part stands beside the endpoints that use it.
type Store interface {
	orderStore
	importStore
	channelStore
	journalStore
	timerStore
	catalogStore
	recordStore
	stockStore
	placeStore
	stockRuleStore
	viewStore
	settingStore
	backupStore
	homeStore
	answerStore
	scheduleStore
	exportStore
	profileStore
	editStore
	planStore
	connectionStore
	bookStore
	supplierStore
	purchaseStore
	costStore
	reorderStore
	kitStore
	driftStore
	oversoldStore
	stockEditStore
	ediStore
}

// Host is the program around the API: what only the head and the owner of the workspace can do.
type Host interface {
	About() About
	// StartsAtLogin reports whether Tradepost starts with the computer, as the system has it.
	StartsAtLogin() (bool, error)
	// SetStartAtLogin makes Tradepost start with the computer, or not.
	SetStartAtLogin(on bool) error
	// OpenSample switches to the sample company, making it if need be; CloseSample switches back.
	OpenSample(ctx context.Context) error
	CloseSample(ctx context.Context) error
	// RunWatch looks into a watched folder now; done receives how it ended.
	RunWatch(id int64) (done <-chan error, err error)
	// WakeSchedule tells the scheduler that timers changed.
	WakeSchedule()
}

// Deps is what the API stands on.
type Deps struct {
	Store   Store
	Imports *tabular.Importer
	Watches *watch.Watcher
	Jobs    *job.Jobs
	Secrets *secret.Vault
	Exports *export.Exporter
	Bulk    *bulk.Bulk
	// Listings links many listings at once.
	Listings *listings.Linker
	Engine   *syncing.Engine
	EDI      *exchange.Exchange
	Host     Host
	Hub      *Hub
	Version  string
}

// server holds the dependencies of the handlers.
type server struct {
	Deps
	answers answering
}

// described is the version of the API's description: not the program's, or every commit would change the description.
const described = "1"

// New makes the API's handler. It answers everything under /api/.
func New(deps Deps) http.Handler {
	s := &server{Deps: deps}
	s.answers = answering{store: deps.Store, busy: map[string]bool{}}
	mux := http.NewServeMux()
	s.register(mux)
	return s.answers.wrap(rescued(mux))
}

// Describe gives the OpenAPI document as JSON, without any workspace.
func Describe() ([]byte, error) {
	s := &server{}
	return s.register(http.NewServeMux()).OpenAPI().MarshalJSON()
}

func (s *server) register(mux *http.ServeMux) huma.API {
	huma.NewError = newProblem
	huma.DefaultArrayNullable = false
	config := huma.DefaultConfig("Tradepost", described)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", ""
	config.CreateHooks = nil
	config.Info.Description = "Unified commerce on the merchant's own desk. Ids are strings of digits, instants RFC 3339 in UTC, " +
		"amounts decimal strings; null means that no source stated the value."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
		Description: "The token that `tradepost serve` prints. Each operation names the scope it needs."}}
	spec := humago.New(mux, config)
	spec.UseMiddleware(requireScope(spec))
	spec.OpenAPI().Components.Schemas.RegisterTypeAlias(reflect.TypeFor[commerce.Decimal](), reflect.TypeFor[float64]()) // written as a number
	for _, part := range []func(huma.API){s.registerAbout, s.registerSettings, s.registerChannels, s.registerFiles, s.registerImports,
		s.registerOrders, s.registerBulk, s.registerJournal, s.registerWatches, s.registerSchedules, s.registerServers, s.registerSecrets,
		s.registerCatalog, s.registerListings, s.registerProducts, s.registerPriceRules, s.registerRecords, s.registerStock, s.registerStockRules, s.registerMasters, s.registerPlaces, s.registerCosts, s.registerKits, s.registerSuppliers, s.registerPurchases, s.registerReorder, s.registerViews, s.registerBackups,
		s.registerHome, s.registerOrderViews, s.registerProfiles, s.registerEdits, s.registerExports, s.registerConnectors, s.registerConnections, s.registerConnectionViews, s.registerPlans, s.registerEDI, s.registerEDIDocuments, s.registerBooks, s.registerDrift, s.registerOversold, s.registerStockEdits} {
		part(spec)
	}
	s.registerUpload(mux, spec)
	s.registerEDIStream(mux, spec)
	s.registerExportFiles(mux, spec)
	s.registerSheets(mux, spec)
	s.registerPurchaseDocument(mux, spec)
	describeStreams(spec)
	stateNullable(spec.OpenAPI().Components.Schemas)
	mux.HandleFunc("GET /api/v1/imports/{id}/failed-rows", scoped("imports:read", s.failedRows))
	mux.HandleFunc("GET /api/v1/imports/{id}/file", scoped("imports:read", s.originalFile))
	mux.HandleFunc("GET /api/v1/events", scoped("events:read", s.Hub.serve))
	mux.HandleFunc("POST "+HookPath+"{connection}", s.hook)
	mux.HandleFunc("GET /api/docs", docsPage(spec))
	mux.HandleFunc("/api/", unknownPath)
	return spec
}
