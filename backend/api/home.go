package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/schedule"
	"tradepost/backend/syncing"
)

type homeStore interface {
	Pulses(ctx context.Context) ([]channel.Pulse, error)
	Daily(ctx context.Context, days int) (order.Daily, error)
	OrdersToday(ctx context.Context) (int, error)
	Setting(ctx context.Context, name string) (string, error)
	Now() commerce.Instant
	Zone() *time.Location
}

// Frame is what the window's frame shows on every page.
type Frame struct {
	Badges        Badges         `json:"badges"`
	Health        Health         `json:"health"`
	Work          []Run          `json:"work"`
	Workspace     FrameWorkspace `json:"workspace"`
	Zone          string         `json:"zone"`
	SendingPaused bool           `json:"sending_paused"`
	Connections   int            `json:"connections" doc:"How many there are."`
}

// Badges are the numbers in the rail: what waits for the person.
type Badges struct {
	Orders      int `json:"orders"`
	Imports     int `json:"imports"`
	Quarantine  int `json:"quarantine"`
	Unlinked    int `json:"unlinked"`
	Listings    int `json:"listings" doc:"Listings that wait for a link."`
	Connections int `json:"connections"`
	EDI         int `json:"edi" doc:"Orders of trading partners to be answered, what waits to be sent to them, and what they rejected."`
	Plans       int `json:"plans" doc:"Plans of writes that wait for approval, and writes that were refused or have no answer."`
}

// Health is the whole in words.
type Health struct {
	State string `json:"state" enum:"fine,waiting,late,needs_you"`
	Words string `json:"words"`
}

// FrameWorkspace names the workspace.
type FrameWorkspace struct {
	Name     string `json:"name"`
	Sample   bool   `json:"sample"`
	Practice bool   `json:"practice" doc:"A workspace of practice mode."`
	Panel    string `json:"panel" doc:"The address of practice mode's panel; empty for another workspace."`
}

// Home answers: is everything running, what needs me, what is today?
type Home struct {
	Zone      string        `json:"zone"`
	Channels  []HomeChannel `json:"channels"`
	Schedules []Schedule    `json:"schedules"`
	Needs     []Need        `json:"needs"`
	Today     Today         `json:"today"`
	Empty     bool          `json:"empty"`
}

// HomeChannel is a channel with its last day.
type HomeChannel struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Kind        string  `json:"kind" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other,ledger"`
	State       string  `json:"state" enum:"fine,waiting,late,needs_you"`
	Words       string  `json:"words"`
	LastOrderAt *string `json:"last_order_at"`
	Spark       []int   `json:"spark"`
	Orders24h   int     `json:"orders_24h"`
	Connection  *string `json:"connection" doc:"The connection that the state and words are of; null where only files come."`
	LagMS       *int64  `json:"lag_ms"`
	Remedy      string  `json:"remedy"`
	Need        string  `json:"need" enum:",sign_in,rights,update,match,accept_gone,look"`
}

// Need is something that waits for the person, with where to go.
type Need struct {
	Kind    string `json:"kind" enum:"unlinked,oversold,drift,master,reorder,quarantine,plan,watch_failed,schedule_alarm,sending_paused,push,push_blocked,push_unknown,push_rejected,sign_in,match,connection,silent,edi"`
	Count   int    `json:"count"`
	Words   string `json:"words"`
	Example string `json:"example"`
	Action  string `json:"action"`
	Href    string `json:"href"`
}

// Today are the numbers of the day.
type Today struct {
	ToShip      int `json:"to_ship"`
	Late        int `json:"late"`
	Held        int `json:"held"`
	OrdersToday int `json:"orders_today"`
}

// DailyView is orders per day by channel.
type DailyView struct {
	Days     []string       `json:"days"`
	Channels []DailyChannel `json:"channels"`
	Previous []int          `json:"previous"`
}

// DailyChannel is one channel's part; totals are decimal strings by currency.
type DailyChannel struct {
	Name   string              `json:"name"`
	Kind   string              `json:"kind" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other"`
	Orders []int               `json:"orders"`
	Totals map[string][]string `json:"totals"`
}

func (s *server) registerHome(spec huma.API) {
	const tag = "Views"
	get(spec, "/api/view/frame", about{"view-frame", "What the frame shows", tag, "journal:read"}, s.frame)
	get(spec, "/api/view/home", about{"view-home", "The home page", tag, "journal:read"}, s.home)
	get(spec, "/api/view/daily", about{"view-daily", "Orders per day by channel", tag, "orders:read"}, s.daily)
}

func (s *server) frame(ctx context.Context, _ *none) (*reply[Frame], error) {
	body := Frame{Zone: s.Store.Zone().String(), Work: []Run{}}
	here := s.Host.About().Workspace
	body.Workspace = FrameWorkspace{here.Name, here.Sample, here.Practice, here.Panel}
	counts, err := s.Store.OrderCounts(ctx)
	if err != nil {
		return nil, err
	}
	body.Badges = Badges{Orders: counts.ToShip, Unlinked: counts.Unlinked}
	if body.Badges.Listings, _, err = s.Store.ListingCounts(ctx); err != nil {
		return nil, err
	}
	if body.Badges.Imports, err = s.Store.PlansWaiting(ctx); err != nil {
		return nil, err
	}
	if body.Badges.EDI, _, err = s.Store.EDIWaiting(ctx); err != nil {
		return nil, err
	}
	if body.Badges.Quarantine, err = s.Store.Quarantined(ctx); err != nil {
		return nil, err
	}
	var stuck int
	if body.Badges.Plans, stuck, err = s.writesWaiting(ctx); err != nil {
		return nil, err
	}
	running, err := s.Store.Runs(ctx, journal.RunFilter{Unfinished: true, Limit: 20})
	if err != nil {
		return nil, err
	}
	for _, r := range running {
		body.Work = append(body.Work, runOf(r))
	}
	body.SendingPaused, err = s.sendingPaused(ctx)
	if err != nil {
		return nil, err
	}
	schedules, err := s.allSchedules(ctx)
	if err != nil {
		return nil, err
	}
	connections, err := s.Engine.Standings(ctx)
	body.Health = health(schedules, connections, stuck, body.SendingPaused)
	body.Connections = len(connections)
	for _, c := range connections {
		if c.State == syncing.NeedsYou {
			body.Badges.Connections++
		}
	}
	return ok(body, err)
}

func (s *server) sendingPaused(ctx context.Context) (bool, error) {
	text, err := s.Store.Setting(ctx, "sending_paused")
	return text != "" && json.Valid([]byte(text)), err
}

// health sums up where connections and schedules stand, and that so many writes are stuck until a person looks.
func health(schedules []Schedule, connections []syncing.Standing, stuck int, paused bool) Health {
	by := map[string]int{}
	for _, one := range connections {
		by[string(one.State)]++
	}
	for _, one := range schedules {
		by[one.State]++
	}
	all := len(schedules) + len(connections)
	running := ""
	if well := all - by["late"] - by["needs_you"]; well > 0 {
		running = fmt.Sprintf("%d running", well)
	}
	with := func(n int, words string) string {
		return strings.TrimPrefix(fmt.Sprintf("%s · %d %s", running, n, words), " · ")
	}
	switch {
	case paused:
		return Health{"needs_you", "sending is paused"}
	case by["needs_you"]+stuck > 0:
		return Health{"needs_you", with(by["needs_you"]+stuck, plural(by["needs_you"]+stuck, "needs you", "need you"))}
	case by["late"] > 0:
		return Health{"late", with(by["late"], "late")}
	case all == 0:
		return Health{"waiting", "nothing scheduled"}
	}
	return Health{"fine", running}
}

func (s *server) home(ctx context.Context, _ *none) (*reply[Home], error) {
	body := Home{Zone: s.Store.Zone().String(), Channels: []HomeChannel{}}
	pulses, err := s.Store.Pulses(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Store.Now().Time()
	connections, err := s.Engine.Standings(ctx)
	if err != nil {
		return nil, err
	}
	body.Channels = homeChannels(pulses, connections, now)
	if body.Schedules, err = s.allSchedules(ctx); err != nil {
		return nil, err
	}
	counts, err := s.Store.OrderCounts(ctx)
	if err != nil {
		return nil, err
	}
	body.Today = Today{ToShip: counts.ToShip, Late: counts.Late, Held: counts.Held}
	if body.Today.OrdersToday, err = s.Store.OrdersToday(ctx); err != nil {
		return nil, err
	}
	body.Needs, err = s.needs(ctx, connections, body.Schedules)
	body.Empty = len(body.Channels) == 0 && len(body.Schedules) == 0
	return ok(body, err)
}

// homeChannels lists connections first, then the channels that have none.
func homeChannels(pulses []channel.Pulse, connections []syncing.Standing, now time.Time) []HomeChannel {
	all, connected := []HomeChannel{}, map[int64]bool{}
	byID := map[int64]channel.Pulse{}
	for _, p := range pulses {
		byID[p.Channel.ID] = p
	}
	for _, at := range connections {
		pulse, sells := byID[at.Channel.ID]
		if !sells { // a ledger system's is in no list of places that sell
			pulse = channel.Pulse{Channel: at.Channel, Hours: []int{}}
		}
		c := homeChannel(pulse, now)
		c.Name, c.State, c.Words, c.Remedy, c.Need = at.Connection.Name, string(at.State), at.Words, at.Remedy, string(at.Need)
		c.Connection, c.LagMS = optionalID(at.Connection.ID), lagOf(at.Lag)
		all = append(all, c)
		connected[at.Channel.ID] = true
	}
	for _, p := range pulses {
		if !connected[p.Channel.ID] {
			all = append(all, homeChannel(p, now))
		}
	}
	return all
}

// connectionNeeds is what a connection asks of a person, and that its channel is silent.
func connectionNeeds(at syncing.Standing) (needs []Need) {
	name, href := at.Connection.Name, "#/connections/"+idText(at.Connection.ID)
	switch {
	case at.State != syncing.NeedsYou:
	case at.Need == syncing.SignIn:
		needs = append(needs, Need{"sign_in", 1, "account asks you to sign in again", name, "Sign in", href + "?step=sign_in"})
	case at.Need == syncing.Match:
		needs = append(needs, Need{"match", 1, "connection waits until you saw how its orders match", name, "Look", href + "?step=match"})
	default:
		needs = append(needs, Need{"connection", 1, "connection needs a look", name + ": " + at.Words, "Look", href})
	}
	if at.Silence != nil && at.Silence.Alarm && !at.Connection.Paused {
		needs = append(needs, Need{"silent", 1, "channel is silent", name + ": " + at.Words, "Look", href})
	}
	return needs
}

func homeChannel(p channel.Pulse, now time.Time) HomeChannel {
	c := HomeChannel{ID: idText(p.Channel.ID), Name: p.Channel.Name, Kind: p.Channel.Kind, State: "fine", LastOrderAt: when(p.Channel.NewestOrderAt),
		Spark: p.Hours, Orders24h: p.Orders24}
	switch {
	case p.Channel.NewestOrderAt == 0:
		c.State, c.Words = "waiting", "no orders yet"
	case p.Channel.NewestOrderAt.Time().After(now):
		c.Words = "last order just now"
	default:
		c.Words = "last order " + schedule.Ago(now.Sub(p.Channel.NewestOrderAt.Time()))
	}
	if p.Channel.LastImportAt != 0 {
		c.Words += " · last file " + schedule.Ago(now.Sub(p.Channel.LastImportAt.Time()))
	}
	return c
}

// needs lists what waits for the person, most urgent first.
func (s *server) needs(ctx context.Context, connections []syncing.Standing, schedules []Schedule) ([]Need, error) {
	needs := []Need{}
	paused, err := s.sendingPaused(ctx)
	if err != nil {
		return needs, err
	}
	if paused {
		needs = append(needs, Need{"sending_paused", 1, "this workspace was restored or moved: nothing is sent until you take over", "", "Take over", "#/settings"})
	}
	for _, one := range connections {
		needs = append(needs, connectionNeeds(one)...)
	}
	for _, one := range schedules {
		if one.State == "needs_you" {
			needs = append(needs, scheduleNeed(one))
		}
	}
	writes, err := s.writeNeeds(ctx)
	if err != nil {
		return needs, err
	}
	needs = append(needs, writes...)
	if n, late, err := s.Store.EDIWaiting(ctx); err != nil {
		return needs, err
	} else if n > 0 {
		words := plural(n, "document of a trading partner waits for you", "documents of trading partners wait for you")
		if late > 0 {
			words += fmt.Sprintf(", %d late", late)
		}
		needs = append(needs, Need{"edi", n, words, "", "Look", "#/edi?show=waiting"})
	}
	quarantined, err := s.Store.Quarantined(ctx)
	if err != nil {
		return needs, err
	}
	if quarantined > 0 {
		needs = append(needs, Need{"quarantine", quarantined, plural(quarantined, "record could not be applied", "records could not be applied"), s.quarantineExample(ctx), "Look", "#/quarantine"})
	}
	stock, err := s.stockNeeds(ctx)
	if err != nil {
		return needs, err
	}
	needs = append(needs, stock...)
	plans, err := s.Store.PlansWaiting(ctx)
	if err != nil {
		return needs, err
	}
	if plans > 0 {
		needs = append(needs, Need{"plan", plans, plural(plans, "plan waits to be applied", "plans wait to be applied"), s.planExample(ctx), "Look", "#/import"})
	}
	name, unlinked, err := s.Store.UnlinkedExample(ctx)
	if unlinked > 0 {
		needs = append(needs, Need{"unlinked", unlinked, plural(unlinked, "order has a SKU that is not linked", "orders have a SKU that is not linked"), name, "Link", "#/listings"})
	}
	return needs, err
}

func scheduleNeed(one Schedule) Need {
	href := "#/schedules?schedule=" + one.ID
	switch {
	case one.Alarm != nil:
		return Need{"schedule_alarm", 1, "schedule has not gone well for too long", one.Name + ": " + one.Words, "Look", href}
	case one.Kind == "watch":
		return Need{"watch_failed", 1, "watched folder needs a look", one.Words, "Look", href}
	}
	return Need{"watch_failed", 1, "schedule needs a look", one.Name + ": " + one.Words, "Look", href}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (s *server) quarantineExample(ctx context.Context) string {
	messages, err := s.Store.Quarantine(ctx, 0, 1)
	if err != nil || len(messages) == 0 || len(messages[0].Problems) == 0 {
		return ""
	}
	return messages[0].Problems[0].Message
}

func (s *server) planExample(ctx context.Context) string {
	imports, err := s.Store.Imports(ctx, 0, 50)
	if err != nil {
		return ""
	}
	for _, i := range imports {
		if i.State == "planned" {
			return fmt.Sprintf("%s, %d new, %d changed", i.FileName, i.Counts.New, i.Counts.Changed)
		}
	}
	return ""
}

func (s *server) daily(ctx context.Context, in *struct {
	Days int `query:"days" minimum:"1" maximum:"730" default:"30"`
}) (*reply[DailyView], error) {
	daily, err := s.Store.Daily(ctx, in.Days)
	body := DailyView{Days: []string{}, Channels: []DailyChannel{}, Previous: list(daily.Previous)}
	for _, day := range daily.Days {
		body.Days = append(body.Days, day.Format("2006-01-02"))
	}
	for _, c := range daily.Channels {
		totals := map[string][]string{}
		for currency, minors := range c.Totals {
			for _, minor := range minors {
				totals[string(currency)] = append(totals[string(currency)], commerce.Minor(minor).Decimal(currency.Exponent()))
			}
		}
		body.Channels = append(body.Channels, DailyChannel{c.Name, c.Kind, c.Orders, totals})
	}
	return ok(body, err)
}
