package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

type placeStore interface {
	Locations(ctx context.Context) ([]inventory.Location, error)
	AddLocation(ctx context.Context, l inventory.Location) (inventory.Location, error)
	ChangeLocation(ctx context.Context, id int64, c inventory.LocationChange, version int64) (inventory.Location, int64, error)
	OrderRoute(ctx context.Context, orderID int64) (inventory.OrderRoute, error)
	RouteOrder(ctx context.Context, orderID int64, to string) (journal.Run, error)
	UndoRoute(ctx context.Context, of journal.Run) (journal.Run, error)
	transferStore
	stocktakeStore
}

// Location is where stock lies.
type Location struct {
	ID      string          `json:"id"`
	ETag    string          `json:"etag"`
	Name    string          `json:"name"`
	Channel *string         `json:"channel" doc:"The channel that keeps this stock and ships it itself; null for an own location."`
	Rank    int             `json:"rank" doc:"The lower, the sooner orders are routed to it."`
	Active  bool            `json:"active" doc:"False: nothing new is reserved there."`
	Default bool            `json:"default" doc:"It is meant where no location is named."`
	Address LocationAddress `json:"address"`
	Serves  []string        `json:"serves" nullable:"false" doc:"Countries (DE) and regions (US-CA) that it is near to; none is no preference."`
	Places  []LocationPlace `json:"places" nullable:"false" doc:"The places of connections that are this location."`
}

// LocationAddress is where a location lies.
type LocationAddress struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty" doc:"ISO 3166 alpha-2."`
}

// LocationPlace is a place of a connection's account.
type LocationPlace struct {
	Connection string `json:"connection"`
	Place      string `json:"place" doc:"Its id there."`
	Channel    string `json:"channel,omitempty"`
	Name       string `json:"name,omitempty"`
}

type locationList struct {
	Locations []Location `json:"locations"`
}

// LocationChanged is a location as it is now, and the transfer that took away what lay in one that was closed.
type LocationChanged struct {
	Location Location `json:"location"`
	Transfer *string  `json:"transfer"`
}

// OrderRoute is where what an order waits for is kept, and why.
type OrderRoute struct {
	Words   string        `json:"words" doc:"From where and why; blank where there was nothing to choose."`
	Fixed   bool          `json:"fixed" doc:"A person chose it."`
	Lines   []RouteLine   `json:"lines" nullable:"false" doc:"What is kept of each line, location by location."`
	Options []RouteOption `json:"options" nullable:"false" doc:"Own locations that it could be sent from."`
}

// RouteLine is what is kept of a line at one location.
type RouteLine struct {
	Line     string           `json:"line"`
	SKU      string           `json:"sku"`
	Location *string          `json:"location" doc:"null where nothing of it is kept anywhere."`
	Kept     commerce.Decimal `json:"kept"`
	Waits    commerce.Decimal `json:"waits" doc:"Of the line, what nothing can be kept of."`
}

// RouteOption is a location that an order could be sent from.
type RouteOption struct {
	Location string           `json:"location"`
	Lines    int              `json:"lines"`
	Having   int              `json:"having" doc:"Lines that it has all of."`
	Kept     commerce.Decimal `json:"kept"`
}

// OrderRouted is a route that a person chose, and the run by which it can be taken back.
type OrderRouted struct {
	Run   string     `json:"run"`
	Route OrderRoute `json:"route"`
}

func (s *server) registerPlaces(spec huma.API) {
	const tag, read, write = "Stock", "stock:read", "stock:write"
	get(spec, "/api/v1/locations", about{"list-locations", "Where stock lies", tag, read}, s.locations)
	post(spec, "/api/v1/locations", http.StatusCreated, about{"add-location", "Add a location", tag, write}, s.addLocation)
	patch(spec, "/api/v1/locations/{id}", about{"change-location", "Change a location, open or close it", tag, write}, s.changeLocation)
	get(spec, "/api/v1/orders/{id}/route", about{"get-order-route", "Where an order is sent from, and why", "Orders", "orders:read"}, s.orderRoute)
	post(spec, "/api/v1/orders/{id}/route", http.StatusCreated, about{"route-order", "Send an order from another location", "Orders", "orders:write"}, s.routeOrder)
	s.registerTransfers(spec)
	s.registerStocktakes(spec)
}

func (s *server) locations(ctx context.Context, _ *none) (*reply[locationList], error) {
	all, err := s.Store.Locations(ctx)
	body := locationList{Locations: []Location{}}
	for _, l := range all {
		body.Locations = append(body.Locations, locationOf(l))
	}
	return ok(body, err)
}

func locationOf(l inventory.Location) Location {
	body := Location{ID: idText(l.ID), ETag: idText(l.Version), Name: l.Name, Channel: optionalText(l.Channel), Rank: l.Rank, Active: l.Active, Default: l.Default,
		Address: LocationAddress(l.Address), Serves: list(l.Serves), Places: []LocationPlace{}}
	for _, p := range l.Places {
		body.Places = append(body.Places, LocationPlace{idText(p.ConnectionID), p.Place, p.Channel, p.Name})
	}
	return body
}

func (s *server) addLocation(ctx context.Context, in *struct {
	Body struct {
		Name    string          `json:"name" minLength:"1"`
		Channel string          `json:"channel,omitempty" doc:"The id of the channel that keeps this stock and ships it itself."`
		Rank    int             `json:"rank,omitempty"`
		Default bool            `json:"default,omitempty"`
		Address LocationAddress `json:"address,omitzero"`
		Serves  []string        `json:"serves,omitempty" maxItems:"300"`
		Places  []LocationPlace `json:"places,omitempty" maxItems:"100"`
	}
}) (*reply[Location], error) {
	l := inventory.Location{Name: in.Body.Name, Rank: in.Body.Rank, Default: in.Body.Default, Address: inventory.Address(in.Body.Address), Serves: in.Body.Serves}
	places, err := placesFrom(in.Body.Places)
	if err != nil {
		return nil, err
	}
	l.Places = places
	if in.Body.Channel != "" {
		id, err := parseID(in.Body.Channel)
		if err != nil {
			return nil, err
		}
		c, err := s.Store.Channel(ctx, id)
		if err != nil {
			return nil, err
		}
		l.ChannelID, l.Channel = c.ID, c.Name
	}
	made, err := s.Store.AddLocation(ctx, l)
	s.tellPlaces(err == nil && len(made.Places) > 0)
	return ok(locationOf(made), err)
}

// tellPlaces lets channels be told of what lies at their places, where somebody said which location of ours they are.
func (s *server) tellPlaces(changed bool) {
	if changed && s.Engine != nil {
		s.Engine.Replan()
	}
}

func placesFrom(all []LocationPlace) (places []inventory.ChannelPlace, err error) {
	for _, p := range all {
		at := inventory.ChannelPlace{Place: p.Place}
		if at.ConnectionID, err = parseID(p.Connection); err != nil {
			return nil, err
		}
		places = append(places, at)
	}
	return places, nil
}

func (s *server) changeLocation(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Name    *string          `json:"name,omitempty"`
		Rank    *int             `json:"rank,omitempty"`
		Active  *bool            `json:"active,omitempty" doc:"False closes it: it must be empty, or move_to says where what lies there goes."`
		MoveTo  string           `json:"move_to,omitempty" doc:"The name of the location that gets all that lies in one that is closed."`
		Default *bool            `json:"default,omitempty"`
		Address *LocationAddress `json:"address,omitempty" doc:"The whole of it."`
		Serves  *[]string        `json:"serves,omitempty"`
		Places  *[]LocationPlace `json:"places,omitempty"`
	}
}) (*reply[LocationChanged], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := inventory.LocationChange{Name: b.Name, Rank: b.Rank, Active: b.Active, Default: b.Default, Serves: b.Serves, MoveTo: b.MoveTo}
	if b.Address != nil {
		a := inventory.Address(*b.Address)
		c.Address = &a
	}
	if b.Places != nil {
		places, err := placesFrom(*b.Places)
		if err != nil {
			return nil, err
		}
		c.Places = &places
	}
	l, transfer, err := s.Store.ChangeLocation(ctx, id, c, version)
	s.tellPlaces(err == nil && c.Places != nil)
	return ok(LocationChanged{locationOf(l), optionalID(transfer)}, err)
}

func (s *server) orderRoute(ctx context.Context, in *ByID) (*reply[OrderRoute], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.OrderRoute(ctx, id)
	return ok(routeOf(r), err)
}

func routeOf(r inventory.OrderRoute) OrderRoute {
	body := OrderRoute{Words: r.Words(), Fixed: r.Fixed, Lines: []RouteLine{}, Options: []RouteOption{}}
	for _, l := range r.Lines {
		body.Lines = append(body.Lines, RouteLine{idText(l.LineID), l.SKU, optionalText(l.Location), l.Kept.Decimal(), (l.Open - l.Reserved).Decimal()})
	}
	for _, o := range r.Options {
		body.Options = append(body.Options, RouteOption{o.Location, o.Lines, o.Having, o.Kept.Decimal()})
	}
	return body
}

func (s *server) routeOrder(ctx context.Context, in *struct {
	ByID
	Body struct {
		Location string `json:"location" minLength:"1" doc:"Its name. What is free there moves; the rest stays where it is."`
	}
}) (*reply[OrderRouted], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Store.RouteOrder(ctx, id, in.Body.Location)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.OrderRoute(ctx, id)
	return ok(OrderRouted{idText(run.ID), routeOf(r)}, err)
}

// ofPlaces tells whether a run moved goods between locations, or chose where an order is sent from.
func ofPlaces(r journal.Run) bool { return r.Kind == journal.RunTransfer || r.Kind == journal.RunRoute }

func (s *server) planPlaceUndo(ctx context.Context, r journal.Run) (*reply[UndoPlan], error) {
	plan := UndoPlan{OrdersReverted: 1, Left: []UndoLeft{}, Words: []string{}}
	if r.Kind == journal.RunRoute {
		return ok(plan, nil)
	}
	lines, err := s.Store.PlanTransferUndo(ctx, r)
	plan.OrdersReverted = max(lines, 1)
	return ok(plan, err)
}

func (s *server) undoPlace(ctx context.Context, r journal.Run) (journal.Run, error) {
	if r.Kind == journal.RunRoute {
		return s.Store.UndoRoute(ctx, r)
	}
	return s.Store.UndoTransfer(ctx, r)
}
