package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
)

type driftStore interface {
	DriftChecks(ctx context.Context) ([]syncing.DriftCheck, error)
	StockChangedAt(ctx context.Context, variants []int64) (map[int64]commerce.Instant, error)
}

// Drift is one listing as it ought to be offered, as its channel was told, and as it was last seen there; in the packs of the listing.
type Drift struct {
	ID         string           `json:"id" doc:"Of the connection and the listing, and of its place there where it has several."`
	Connection string           `json:"connection" doc:"Its id."`
	Channel    string           `json:"channel" doc:"The connection's name."`
	Listing    string           `json:"listing" doc:"Its id."`
	Variant    string           `json:"variant"`
	Name       string           `json:"name" doc:"The SKU there, else the title."`
	Title      *string          `json:"title"`
	Location   *string          `json:"location" doc:"The channel's own location."`
	From       *string          `json:"from" doc:"The location of ours whose goods it shows; null where it shows all that counts."`
	Pack       commerce.Decimal `json:"pack"`
	Ours       string           `json:"ours"`
	OursAt     *string          `json:"ours_at" doc:"When our number last changed; null of a kit."`
	Because    string           `json:"because" doc:"How our number came about."`
	LastPushed *string          `json:"last_pushed"`
	PushedAt   *string          `json:"pushed_at"`
	Had        *string          `json:"had" doc:"What it had before anything was told it from here; null once something was."`
	Live       *string          `json:"live"`
	LiveAt     *string          `json:"live_at"`
	Class      string           `json:"class" enum:"moved,not_stuck,changed,not_pushed,unplaced,unseen,same" doc:"Changed is moved of what was never told a number from here."`
	Mover      string           `json:"mover" enum:",order,sale,person,unknown" doc:"Who moved it there, where it moved."`
	Words      string           `json:"words"`
	Orders     []DriftOrder     `json:"orders" doc:"Orders that moved it there since it was told."`
	Plan       *string          `json:"plan" doc:"The plan in which a write of it waits, or is under way."`
	Excess     commerce.Decimal `json:"excess" doc:"How much more than ours is offered there; below zero is less."`
	Takeable   bool             `json:"takeable" doc:"Whether their number can be taken as a count."`
}

// DriftOrder is an order that moved a listing at its channel.
type DriftOrder struct {
	ID       string           `json:"id"`
	Number   string           `json:"number"`
	Quantity commerce.Decimal `json:"quantity" doc:"Below zero when it was called off."`
}

// DriftCounts are the listings by class.
type DriftCounts struct {
	Moved     int `json:"moved"`
	NotStuck  int `json:"not_stuck"`
	Changed   int `json:"changed"`
	NotPushed int `json:"not_pushed"`
	Unplaced  int `json:"unplaced"`
	Unseen    int `json:"unseen"`
	Same      int `json:"same"`
}

// DriftMovers are the listings that moved at their channel, by who moved them.
type DriftMovers struct {
	Order   int `json:"order"`
	Sale    int `json:"sale"`
	Person  int `json:"person"`
	Unknown int `json:"unknown"`
}

// DriftCheck is what the last check of a connection found.
type DriftCheck struct {
	Connection string      `json:"connection"`
	Run        string      `json:"run"`
	CheckedAt  *string     `json:"checked_at"`
	Listings   int         `json:"listings"`
	Counts     DriftCounts `json:"counts"`
	Found      int         `json:"found" doc:"How many it found that a person should hear of, 500 at most."`
}

// DriftSchedule is when drift is looked for.
type DriftSchedule struct {
	ETag      string  `json:"etag"`
	Cron      string  `json:"cron"`
	CronWords string  `json:"cron_words"`
	Zone      string  `json:"zone"`
	Paused    bool    `json:"paused"`
	NextAt    *string `json:"next_at"`
}

type driftList struct {
	Rows     []Drift        `json:"rows"`
	Total    int            `json:"total" doc:"How many rows the filter finds."`
	Counts   DriftCounts    `json:"counts" doc:"Of all listings of the channels asked for, whatever else the filter says."`
	Movers   DriftMovers    `json:"movers"`
	Checks   []DriftCheck   `json:"checks"`
	Schedule *DriftSchedule `json:"schedule" doc:"null where no connection can be told stock."`
	Warnings []string       `json:"warnings"`
	Next     *string        `json:"next"`
}

// DriftScope says whose drift something is about.
type DriftScope struct {
	Channel  string   `json:"channel,omitempty" doc:"Of one channel only, by id."`
	Class    string   `json:"class,omitempty" enum:"moved,not_stuck,changed,not_pushed" doc:"Of one class only."`
	Listings []string `json:"listings,omitempty" doc:"Just these, by the ids of rows."`
}

// DriftRepair is what a repair planned.
type DriftRepair struct {
	Plans    []PlanWhole `json:"plans" doc:"One for each connection where something differs after a live look; each waits for approval."`
	Same     []string    `json:"same" doc:"The connections where nothing differs any more."`
	Warnings []string    `json:"warnings"`
}

// DriftTaking asks to take a channel's number as a count.
type DriftTaking struct {
	ID       string `json:"id" doc:"The row's id."`
	Live     string `json:"live,omitempty" doc:"What the person saw there; another number by now is a conflict."`
	Location string `json:"location,omitempty" doc:"Where it is counted; needed where the variant lies at several own locations."`
}

// DriftTaken is what became of it.
type DriftTaken struct {
	Run    string           `json:"run"`
	Before commerce.Decimal `json:"before" doc:"What was on hand."`
	After  commerce.Decimal `json:"after"`
	Stock  Stock            `json:"stock"`
}

type driftChecked struct {
	Checks []DriftCheck `json:"checks"`
}

func (s *server) registerDrift(spec huma.API) {
	const tag, path, read = "Drift", "/api/v1/drift", "stock:read"
	get(spec, path, about{"list-drift", "How the stock of listings stands at their channels: ours, last pushed, live", tag, read}, s.drift)
	post(spec, path+"/check", http.StatusOK, about{"check-drift", "Look live at all listings now, and see who moved what", tag, "connections:write"}, s.checkDrift)
	post(spec, path+"/repair", http.StatusCreated, about{"repair-drift", "Plan to tell channels our stock, after a live look", tag, "connections:write"}, s.repairDrift)
	post(spec, path+"/take", http.StatusCreated, about{"take-drift", "Take a channel's number as a count", tag, "stock:write"}, s.takeDrift)
	patch(spec, path+"/schedule", about{"change-drift-schedule", "Change when drift is looked for", tag, "connections:write"}, s.changeDriftSchedule)
}

func (s *server) drift(ctx context.Context, in *struct {
	Paged
	Channel string `query:"channel" doc:"Of one channel only, by id."`
	Class   string `query:"class" enum:",drift,moved,not_stuck,changed,not_pushed,unplaced,unseen,same" doc:"Of one class only; drift is all but same."`
	Mover   string `query:"mover" enum:",order,sale,person,unknown"`
	Q       string `query:"q" doc:"Names with this in them."`
}) (*reply[driftList], error) {
	channelID, err := optionalIDOf(in.Channel)
	if err != nil {
		return nil, err
	}
	report, err := s.Engine.Drift(ctx, channelID)
	if err != nil {
		return nil, err
	}
	rows := slices.DeleteFunc(slices.Clone(report.Rows), func(d syncing.Drift) bool {
		return in.Class == "drift" && !d.Differs() || in.Class != "" && in.Class != "drift" && in.Class != string(d.Class) || in.Mover != "" && in.Mover != string(d.Mover) ||
			in.Q != "" && !strings.Contains(strings.ToLower(d.Name), strings.ToLower(in.Q))
	})
	body := driftList{Rows: []Drift{}, Total: len(rows), Counts: driftCountsOf(report.Counts), Movers: driftMoversOf(report.Movers), Warnings: report.Warnings}
	page, next, err := driftPage(rows, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	body.Next = next
	if body.Rows, err = s.driftRows(ctx, page); err != nil {
		return nil, err
	}
	if body.Checks, err = s.driftChecks(ctx); err != nil {
		return nil, err
	}
	body.Schedule, err = s.driftSchedule(ctx)
	return ok(body, err)
}

// driftPage cuts a page out of rows, which are sorted: those after the row that the mark names, which may be gone by now.
func driftPage(rows []syncing.Drift, after string, limit int) (page []syncing.Drift, next *string, err error) {
	if after != "" {
		mark, err := driftMark(after)
		if err != nil {
			return nil, nil, err
		}
		at, found := slices.BinarySearchFunc(rows, mark, syncing.Drift.Before)
		if found {
			at++
		}
		rows = rows[at:]
	}
	page = rows[:min(limit, len(rows))]
	if len(page) < len(rows) {
		last := page[len(page)-1]
		text := fmt.Sprintf("%s %s %s %d %d @%s", cmp.Or(last.Live, "-"), last.Ours, last.Class, last.ConnectionID, last.ListingID, url.QueryEscape(last.Location))
		next = &text
	}
	return page, next, nil
}

func driftMark(text string) (d syncing.Drift, err error) {
	var place string
	_, err = fmt.Sscanf(text, "%s %s %s %d %d %s", &d.Live, &d.Ours, &d.Class, &d.ConnectionID, &d.ListingID, &place)
	if err == nil {
		d.Location, err = url.QueryUnescape(strings.TrimPrefix(place, "@"))
	}
	if err != nil {
		return d, fault.New(fault.Invalid, "This is no mark of a page of drift.", "Use the next value of the page before.").InField("after")
	}
	return d, nil
}

func optionalIDOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return parseID(text)
}

func (s *server) driftRows(ctx context.Context, rows []syncing.Drift) ([]Drift, error) {
	var listings, variants []int64
	for _, d := range rows {
		listings, variants = append(listings, d.ListingID), append(variants, d.VariantID)
	}
	titles, err := s.Store.ListingTitles(ctx, listings)
	if err != nil {
		return nil, err
	}
	changed, err := s.Store.StockChangedAt(ctx, variants)
	all := []Drift{}
	for _, d := range rows {
		all = append(all, driftOf(d, titles[d.ListingID], changed[d.VariantID]))
	}
	return all, err
}

func driftOf(d syncing.Drift, title string, changed commerce.Instant) Drift {
	body := Drift{ID: rowID(d), Connection: idText(d.ConnectionID), Channel: d.Connection, Listing: idText(d.ListingID), Variant: idText(d.VariantID), Name: d.Name,
		Title: optionalText(title), Location: optionalText(d.Location), From: optionalText(d.From), Pack: d.Pack, Ours: d.Ours, Because: d.Reason, LastPushed: optionalText(d.Pushed),
		PushedAt: when(d.PushedAt), Live: optionalText(d.Live), LiveAt: when(d.LiveAt), Class: string(d.Class), Mover: string(d.Mover), Words: d.Words,
		Orders: []DriftOrder{}, Plan: optionalID(d.PlanID), Excess: d.Excess().Decimal(), Takeable: d.Takeable()}
	if !d.Kit {
		body.OursAt = when(changed)
	}
	if d.Pushed == "" {
		body.Had = optionalText(d.Base)
	}
	for _, o := range d.Orders {
		body.Orders = append(body.Orders, DriftOrder{idText(o.OrderID), o.Number, o.Quantity})
	}
	return body
}

func rowID(d syncing.Drift) string {
	id := idText(d.ConnectionID) + "-" + idText(d.ListingID)
	if d.Several {
		id += "@" + d.Location
	}
	return id
}

// driftRow is what the id of a row says; location is "" where the listing has one place alone.
type driftRow struct {
	connection, listing int64
	location            string
}

func driftRowOf(id string) (r driftRow, err error) {
	ids, location, _ := strings.Cut(id, "@")
	one, other, _ := strings.Cut(ids, "-")
	if r.connection, err = parseID(one); err != nil {
		return r, err
	}
	r.location = location
	r.listing, err = parseID(other)
	return r, err
}

func driftCountsOf(c map[syncing.DriftClass]int) DriftCounts {
	return DriftCounts{c[syncing.DriftMoved], c[syncing.DriftNotStuck], c[syncing.DriftChanged], c[syncing.DriftNotPushed], c[syncing.DriftUnplaced], c[syncing.DriftUnseen], c[syncing.DriftSame]}
}

func driftMoversOf(m map[syncing.DriftMover]int) DriftMovers {
	return DriftMovers{m[syncing.ByOrders], m[syncing.BySale], m[syncing.BySomeone], m[syncing.ByUnknown]}
}

func (s *server) driftChecks(ctx context.Context) ([]DriftCheck, error) {
	all, err := s.Store.DriftChecks(ctx)
	body := []DriftCheck{}
	for _, c := range all {
		body = append(body, driftCheckOf(c))
	}
	return body, err
}

func driftCheckOf(c syncing.DriftCheck) DriftCheck {
	return DriftCheck{idText(c.ConnectionID), idText(c.RunID), when(c.CheckedAt), c.Listings, driftCountsOf(c.Counts), len(c.Found)}
}

func (s *server) driftSchedule(ctx context.Context) (*DriftSchedule, error) {
	t, err := s.Engine.DriftTimer(ctx)
	if err != nil || t.ID == 0 {
		return nil, err
	}
	return &DriftSchedule{idText(t.Seq), t.Expression, schedule.Words(t.Expression), t.Zone, t.Paused, when(t.NextAt)}, nil
}

func (s *server) changeDriftSchedule(ctx context.Context, in *struct {
	IfMatch string `header:"If-Match" doc:"The schedule's etag as last seen; 412 when it changed since."`
	Body    struct {
		Cron   *string `json:"cron,omitempty"`
		When   *string `json:"when,omitempty" doc:"Words instead of cron: every 6 hours."`
		Zone   *string `json:"zone,omitempty"`
		Paused *bool   `json:"paused,omitempty"`
	}
}) (*reply[DriftSchedule], error) {
	seq, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	change := SyncChange{Cron: in.Body.Cron, When: in.Body.When, Zone: in.Body.Zone, Paused: in.Body.Paused}
	if err := s.Engine.RescheduleDrift(ctx, change.over, seq); err != nil {
		return nil, err
	}
	s.Host.WakeSchedule()
	now, err := s.driftSchedule(ctx)
	if err != nil {
		return nil, err
	}
	return ok(*now, nil)
}

// driftConnections lists the connections of a channel (blank: all) whose vendor can be told stock.
func (s *server) driftConnections(ctx context.Context, channel string) ([]syncing.Connection, error) {
	id, err := optionalIDOf(channel)
	if err != nil {
		return nil, err
	}
	all, err := s.Engine.StockConnections(ctx)
	all = slices.DeleteFunc(all, func(c syncing.Connection) bool { return id != 0 && c.ChannelID != id || id == 0 && c.Paused })
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "There is nothing to look at: no connection here can be told stock.", "Connect a shop, or resume one that is paused.")
	}
	return all, err
}

func (s *server) checkDrift(ctx context.Context, in *struct {
	Body struct {
		Channel string `json:"channel,omitempty" doc:"Of one channel only, by id."`
	}
}) (*reply[driftChecked], error) {
	all, err := s.driftConnections(ctx, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	body := driftChecked{Checks: []DriftCheck{}}
	for _, c := range all {
		check, err := s.Engine.CheckDrift(ctx, c.ID, journal.ByPerson)
		if err != nil {
			return nil, err
		}
		body.Checks = append(body.Checks, driftCheckOf(check))
	}
	return ok(body, nil)
}

func (s *server) repairDrift(ctx context.Context, in *struct{ Body DriftScope }) (*reply[DriftRepair], error) {
	wanted, err := s.driftScoped(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	body := DriftRepair{Plans: []PlanWhole{}, Same: []string{}, Warnings: []string{}}
	for _, each := range wanted {
		plan, err := s.Engine.RepairDrift(ctx, each.connection, each.listings)
		if err != nil {
			return nil, err
		}
		if plan.ID == 0 {
			body.Same, body.Warnings = append(body.Same, plan.Connection), append(body.Warnings, plan.Warnings...)
			continue
		}
		whole, err := planBegin(plan, nil)
		if whole, err = s.titled(ctx, whole, err); err != nil {
			return nil, err
		}
		body.Plans = append(body.Plans, whole.Body)
	}
	return ok(body, nil)
}

// driftChosen is listings of one connection.
type driftChosen struct {
	connection int64
	listings   []int64
}

// driftScoped finds the listings that a repair is about: those named, or all that differ and match.
func (s *server) driftScoped(ctx context.Context, scope DriftScope) (all []driftChosen, err error) {
	add := func(connection, listing int64) {
		at := slices.IndexFunc(all, func(c driftChosen) bool { return c.connection == connection })
		if at < 0 {
			all, at = append(all, driftChosen{connection: connection}), len(all)
		}
		if !slices.Contains(all[at].listings, listing) {
			all[at].listings = append(all[at].listings, listing)
		}
	}
	for _, row := range scope.Listings {
		r, err := driftRowOf(row)
		if err != nil {
			return nil, err
		}
		add(r.connection, r.listing)
	}
	if len(scope.Listings) > 0 {
		return all, nil
	}
	channelID, err := optionalIDOf(scope.Channel)
	if err != nil {
		return nil, err
	}
	report, err := s.Engine.Drift(ctx, channelID)
	for _, d := range report.Rows {
		if d.Repairable() && (scope.Class == "" || scope.Class == string(d.Class)) {
			add(d.ConnectionID, d.ListingID)
		}
	}
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "There is nothing to repair: no channel has another number than it should.", "Look at the channels first: tradepost drift check.")
	}
	return all, err
}

func (s *server) takeDrift(ctx context.Context, in *struct{ Body DriftTaking }) (*reply[DriftTaken], error) {
	row, err := driftRowOf(in.Body.ID)
	if err != nil {
		return nil, err
	}
	take, err := s.Engine.TakeDrift(ctx, row.connection, row.listing, row.location, in.Body.Live)
	if err != nil {
		return nil, err
	}
	was, err := s.Store.StockOf(ctx, take.VariantID)
	if err != nil {
		return nil, err
	}
	level, err := ownLevel(was, cmp.Or(in.Body.Location, take.From))
	if err != nil {
		return nil, err
	}
	count := take.CountOf(level)
	if count.Found < 0 {
		return nil, fault.New(fault.Conflict, take.Name+" would be "+string(count.Found.Decimal())+" at "+level.Location+": less than nothing.", "Count it there.")
	}
	run, err := s.Store.CountStock(ctx, count)
	if err != nil {
		return nil, err
	}
	now, err := s.Store.StockOf(ctx, take.VariantID)
	return ok(DriftTaken{idText(run.ID), level.OnHand.Decimal(), count.Found.Decimal(), stockOf(now)}, err)
}

// ownLevel finds the level of a variant at an own location, blank for the only one.
func ownLevel(v inventory.Stock, location string) (inventory.Level, error) {
	own := slices.DeleteFunc(slices.Clone(v.Levels), func(l inventory.Level) bool {
		return l.ChannelID != inventory.Own || location != "" && l.Location != location
	})
	switch {
	case len(own) == 0:
		return inventory.Level{}, fault.New(fault.Conflict, v.Name()+" is not tracked there.", "Count it first.").InField("location")
	case len(own) > 1:
		return inventory.Level{}, fault.New(fault.Conflict, v.Name()+" lies at several locations of yours.", "Say which one the difference is at.").InField("location")
	}
	own[0].Version = v.Version()
	return own[0], nil
}
