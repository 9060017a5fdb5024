package practice

import (
	"embed"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

//go:embed panel/*
var pages embed.FS

// State is what the panel shows.
type State struct {
	Now       time.Time   `json:"now"`
	Speed     float64     `json:"speed"`
	NextAt    time.Time   `json:"next_at"`
	Folder    string      `json:"folder"`
	Shops     []ShopState `json:"shops"`
	Office    OfficeState `json:"office"`
	Storeroom []roomFor   `json:"storeroom"`
	Diary     []Entry     `json:"diary"` // newest first
}

// ShopState is how one shop stands.
type ShopState struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	URL      string             `json:"url"`
	Now      time.Time          `json:"now"`      // by its own clock
	Settings []Setting          `json:"settings"` // by which it is connected
	Troubles []*trouble         `json:"troubles"`
	Counts   map[string]int     `json:"counts"` // by stream
	Orders   []simulated.Sale   `json:"orders"`
	Goods    []simulated.Good   `json:"goods"`
	Effects  []simulated.Effect `json:"effects"` // newest first
	Calls    []simulated.Call   `json:"calls"`   // newest first
}

// How much of each list the panel shows.
const ordersShown, callsShown, diaryShown = 25, 40, 60

// State tells how the company stands.
func (c *Company) State() State {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	state := State{Now: c.clock.Now().UTC(), Speed: c.speed, NextAt: c.next.UTC(), Folder: c.dir, Shops: []ShopState{}, Storeroom: c.storeroom(), Office: c.office.State(),
		Diary: newest(c.latest, diaryShown)}
	for _, s := range c.shops {
		desk := s.Vendor.Desk()
		state.Shops = append(state.Shops, ShopState{ID: s.id, Name: s.Name, URL: s.address, Now: desk.Now().UTC(), Settings: s.settings(), Troubles: c.wrong(s), Counts: map[string]int{
			string(channel.Orders): len(s.Vendor.IDs(channel.Orders)), string(channel.Products): len(s.Vendor.IDs(channel.Products)),
			string(channel.Customers): len(s.Vendor.IDs(channel.Customers))},
			Orders: s.Vendor.Sales(ordersShown), Goods: s.Vendor.Goods(), Effects: newest(desk.Effects(), callsShown), Calls: newest(desk.Calls(), callsShown)})
	}
	return state
}

// newest gives the last entries of a list, the newest first.
func newest[T any](all []T, most int) []T {
	last := append([]T{}, all[max(len(all)-most, 0):]...)
	slices.Reverse(last)
	return last
}

// Deed is what a person does from the panel.
type Deed struct {
	Do       string         `json:"do"`
	Stream   channel.Stream `json:"stream"`
	ID       string         `json:"id"` // "" is one by chance
	SKU      string         `json:"sku"`
	Quantity int64          `json:"quantity"`
	Minutes  int64          `json:"minutes"` // clock: how far it is off from ours
}

// Act lets something happen in a shop now.
func (c *Company) Act(shopID string, d Deed) (Entry, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	s, err := c.shopOf(shopID)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{At: c.clock.Now().UTC().Round(0), Shop: s.id, Do: d.Do, Stream: d.Stream, ID: d.ID, SKU: d.SKU, Quantity: d.Quantity, Minutes: d.Minutes}
	if err := c.fit(s, &e); err != nil {
		return Entry{}, err
	}
	return c.happen(e)
}

// fit completes what a person left open, and refuses what cannot be.
func (c *Company) fit(s *shop, e *Entry) error {
	r := c.random(c.done + 1)
	switch e.Do {
	case doPlace:
		return nil
	case doChange, doRemove:
		if e.Stream == "" {
			e.Stream = channel.Orders
		}
		if !slices.Contains(channel.Streams, e.Stream) {
			return fault.New(fault.Invalid, "There is no stream “"+string(e.Stream)+"”.", "Use orders, products, stock or customers.").InField("stream")
		}
		if e.ID == "" && e.Stream == channel.Orders {
			e.ID = c.recent(s, r)
		} else if e.ID == "" {
			e.ID = anyOf(s.Vendor.IDs(e.Stream), r)
		}
		return known(s, e.Stream, e.ID)
	case doCallOff:
		if e.ID == "" {
			e.ID = c.recent(s, r)
		}
		return known(s, channel.Orders, e.ID)
	case doCount:
		if e.Quantity < 0 || !slices.ContainsFunc(s.Vendor.Goods(), func(g simulated.Good) bool { return g.SKU == e.SKU && g.Counted }) {
			return fault.New(fault.Invalid, "The shop counts no “"+e.SKU+"”.", "Choose a SKU of the shop, and a count of 0 or more.").InField("sku")
		}
		return nil
	case doClock:
		if e.Minutes < -7*24*60 || e.Minutes > 7*24*60 {
			return fault.New(fault.Invalid, "A clock is not off by so much.", "Use at most a week.").InField("minutes")
		}
		return nil
	}
	return fault.New(fault.Invalid, "“"+e.Do+"” is nothing that can be done here.", "Use place, change, call_off, remove, count or clock.").InField("do")
}

func known(s *shop, stream channel.Stream, id string) error {
	if !slices.Contains(s.Vendor.IDs(stream), id) {
		return fault.New(fault.NotFound, "The shop has no “"+id+"” among its "+string(stream)+".", "Choose one that is there.").InField("id")
	}
	return nil
}

// panel is the page, and what it speaks to.
func (c *Company) panel(address string) http.Handler {
	mux := http.NewServeMux()
	files, _ := fs.Sub(pages, "panel") // it is there: embedded
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/state", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, c.State()) })
	mux.HandleFunc("GET /"+storeroomFile, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+storeroomFile+`"`)
		_, _ = w.Write(c.Count())
	})
	mux.HandleFunc("POST /api/shops/{id}/act", func(w http.ResponseWriter, r *http.Request) {
		var d Deed
		do(w, r, &d, func() (any, error) { return c.Act(r.PathValue("id"), d) })
	})
	mux.HandleFunc("POST /api/shops/{id}/trouble", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Kind    string `json:"kind"`
			Minutes int    `json:"minutes"`
		}
		do(w, r, &in, func() (any, error) {
			return map[string]bool{"done": true}, c.MakeTrouble(r.PathValue("id"), in.Kind, in.Minutes)
		})
	})
	mux.HandleFunc("POST /api/office/open", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Content  string `json:"content"`
			Password string `json:"password"`
		}
		do(w, r, &in, func() (any, error) {
			err := c.office.Open(in.Content, in.Password)
			if err == nil {
				err = c.office.Update(r.Context())
			}
			return map[string]string{"words": "The Web Connector has the file. " + c.office.State().Words}, err
		})
	})
	mux.HandleFunc("POST /api/office/update", func(w http.ResponseWriter, r *http.Request) {
		var in struct{}
		do(w, r, &in, func() (any, error) {
			err := c.office.Update(r.Context())
			return map[string]string{"words": c.office.State().Words}, err
		})
	})
	mux.HandleFunc("POST /api/pace", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Speed float64 `json:"speed"`
		}
		do(w, r, &in, func() (any, error) { return map[string]bool{"done": true}, c.Pace(in.Speed) })
	})
	return guard(address, mux)
}

// guard lets only pages of the panel itself in: a page from elsewhere that this computer's browser shows may not.
func guard(address string, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(address)
	ours := []string{address, net.JoinHostPort("localhost", port)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if !slices.Contains(ours, r.Host) || origin != "" && origin != "http://"+r.Host {
			http.Error(w, "This address belongs to Tradepost's practice on this computer.", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		next.ServeHTTP(w, r)
	})
}

// do reads a body of JSON and answers with what came of it. A form of another page cannot send JSON.
func do(w http.ResponseWriter, r *http.Request, in any, act func() (any, error)) {
	if r.Header.Get("Content-Type") != "application/json" {
		refuse(w, fault.New(fault.Invalid, "This is not JSON.", "Send it as application/json."))
		return
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(in); err != nil {
		refuse(w, fault.New(fault.Invalid, "This is not the JSON that is expected here.", "See the panel's own calls."))
		return
	}
	done, err := act()
	if err != nil {
		refuse(w, fault.Of(err))
		return
	}
	say(w, http.StatusOK, done)
}

func refuse(w http.ResponseWriter, e *fault.Error) {
	status := http.StatusInternalServerError
	switch e.Code {
	case fault.Invalid:
		status = http.StatusUnprocessableEntity
	case fault.NotFound:
		status = http.StatusNotFound
	case fault.Conflict:
		status = http.StatusConflict
	}
	say(w, status, map[string]string{"code": string(e.Code), "message": e.Message, "remedy": e.Remedy, "field": e.Field})
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
