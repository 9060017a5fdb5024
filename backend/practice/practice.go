// Package practice is a small company to practise on: simulated shops on this computer that sell, edit and cancel by
// themselves, out of one storeroom, and a panel from which a person can do the same or make things go wrong. Nothing in it
// is real. All that happens is written into a diary, from which the shops are made anew at the next start.
package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// Clock is the time as the company sees it. Sleep ends early with the context's error.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Options of Open; the zero value is what the program uses.
type Options struct {
	Clock Clock
	// Seed makes another company; it counts only the first time.
	Seed uint64
	// Speed is how many times as much happens as in a company of its size; 1 when 0.
	Speed float64
	// Shops makes the shops; Shops when nil.
	Shops func(clock func() time.Time) []Shop
}

// Shop is one simulated shop of the company.
type Shop struct {
	Name   string // for people: "Practice WooCommerce"
	Vendor simulated.Keeper
	// AtOnce tells that its Fill makes all orders at one instant.
	AtOnce bool
	// Connection gives options and secrets of a connection to it; Vendor.Connection when nil. They must stay good over restarts.
	Connection func(base string) (options, secrets map[string]string)
}

// Company is the company, open in one folder. It may be used by many at once.
type Company struct {
	dir   string
	lock  *flock.Flock
	clock Clock
	marks marks
	diary *os.File
	shops []*shop
	// office is its QuickBooks.
	office *office
	// pinned is the time of the move that is being made: a move happens when it was due.
	pinned atomic.Pointer[time.Time]

	mutex     sync.Mutex // one move, or one call that writes, at a time
	done      int        // how many entries the diary has
	next      time.Time  // when the company moves by itself again
	speed     float64
	delivered map[string]int64 // goods that came in since the start, by SKU
	latest    []Entry
}

// shop is a shop with its address and what is wrong with it.
type shop struct {
	Shop
	id       string
	address  string
	troubles []*trouble
	atStart  map[string]bool // the orders of before the first day
}

// marks are what a folder of practice mode is known by, in practice.json.
type marks struct {
	Words string    `json:"words"`
	Seed  uint64    `json:"seed"`
	Began time.Time `json:"began"`
	Ports []int     `json:"ports"` // of the panel, then of the shops
}

const (
	marksFile = "practice.json"
	diaryFile = "practice.jsonl"
	lockFile  = "practice.lock"
	keysDir   = "keys"

	storeroomFile = "storeroom.csv"

	folderMode = 0o700
	fileMode   = 0o600
)

// Is reports whether a workspace folder is one of practice mode.
func Is(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, marksFile))
	return err == nil && info.Mode().IsRegular()
}

// PanelOf is the address of the panel of a folder of practice mode; "" where there is none.
func PanelOf(dir string) string {
	var m marks
	text, err := os.ReadFile(filepath.Join(dir, marksFile))
	if err != nil || json.Unmarshal(text, &m) != nil || len(m.Ports) == 0 {
		return ""
	}
	return panelAt(m.Ports[0])
}

func panelAt(port int) string {
	return "http://" + net.JoinHostPort(loopback, strconv.Itoa(port)) + "/"
}

// Open opens the company in a folder, or founds it there. A folder that has a workspace of its own is refused.
func Open(dir string, options Options) (*Company, error) {
	c := &Company{dir: dir, clock: options.Clock, speed: options.Speed, delivered: map[string]int64{}}
	if c.clock == nil {
		c.clock = systemClock{}
	}
	if c.speed <= 0 {
		c.speed = 1
	}
	if err := c.claim(); err != nil {
		return nil, err
	}
	makeShops := options.Shops
	if makeShops == nil {
		makeShops = Shops
	}
	err := c.found(options.Seed, makeShops)
	if err == nil {
		c.office, err = openOffice(dir, c.clock)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// claim takes the folder for this process.
func (c *Company) claim() error {
	if _, err := os.Stat(filepath.Join(c.dir, "tradepost.db")); err == nil && !Is(c.dir) {
		return fault.New(fault.Conflict, "“"+c.dir+"” holds a workspace of its own.", "Name another folder with --dir; practice never touches yours.").InField("dir")
	}
	if err := os.MkdirAll(filepath.Join(c.dir, keysDir), folderMode); err != nil {
		return fault.Wrap(err, fault.Invalid, "The folder “"+c.dir+"” cannot be made.", "Name another one with --dir.").InField("dir")
	}
	c.lock = flock.New(filepath.Join(c.dir, lockFile), flock.SetPermissions(fileMode))
	if held, err := c.lock.TryLock(); err != nil || !held {
		return fault.Wrap(err, fault.Conflict, "Practice runs already in “"+c.dir+"”.", "Use that one, or stop it first; --dir names another folder.").InField("dir")
	}
	return nil
}

// found reads the folder's marks, or makes them, and builds the shops as they were left.
func (c *Company) found(seed uint64, makeShops func(func() time.Time) []Shop) error {
	text, err := os.ReadFile(filepath.Join(c.dir, marksFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.marks = marks{Words: "A folder of Tradepost's practice mode: nothing in it is real.", Seed: max(seed, 1), Began: c.clock.Now().UTC().Truncate(time.Second)}
		if err := c.keepMarks(); err != nil {
			return err
		}
	case err != nil:
		return fmt.Errorf("reading practice marks: %w", err)
	default:
		if err := json.Unmarshal(text, &c.marks); err != nil {
			return fault.Wrap(err, fault.Invalid, "The file "+marksFile+" of the practice folder cannot be read.", "Delete the folder “"+c.dir+"” to start anew.")
		}
	}
	c.build(makeShops)
	if err := c.recall(); err != nil {
		return err
	}
	c.next = c.clock.Now().Add(c.pause(c.done))
	return nil
}

func (c *Company) keepMarks() error {
	text, err := json.MarshalIndent(c.marks, "", "  ")
	if err != nil {
		return fmt.Errorf("writing practice marks: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, marksFile), append(text, '\n'), fileMode); err != nil {
		return fault.Wrap(err, fault.Full, "The folder “"+c.dir+"” cannot be written.", "Make room, or name another one with --dir.")
	}
	return nil
}

// The size of each shop at the start, beside the goods that all of them sell.
const ownGoods, customersAtStart, ordersAtStart = 8, 25, 60

// past is how far back the orders of before the first day reach.
const past = 60 * 24 * time.Hour

// build makes the shops as they were on the first day.
func (c *Company) build(makeShops func(func() time.Time) []Shop) {
	defer c.unpin()
	c.pin(c.marks.Began)
	for i, made := range makeShops(c.now) {
		s := &shop{Shop: made, id: made.Vendor.Connector(), atStart: map[string]bool{}}
		seed := c.marks.Seed + uint64(i)
		if made.AtOnce {
			c.grow(s, seed)
		} else {
			putOnSale(s)
			made.Vendor.Fill(seed, ownGoods, customersAtStart, ordersAtStart)
		}
		c.pin(c.marks.Began)
		putOnSale(s) // all shops have what there is
		for _, id := range made.Vendor.IDs(channel.Orders) {
			s.atStart[id] = true
		}
		c.shops = append(c.shops, s)
	}
}

func putOnSale(s *shop) {
	for _, g := range shared {
		good := g.Good
		good.Quantity = g.held
		s.Vendor.Offer(good)
	}
}

// grow lets a shop whose Fill makes everything at once live through its past, order by order.
func (c *Company) grow(s *shop, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // the same past for one seed
	c.pin(c.marks.Began.Add(-past))
	putOnSale(s)
	s.Vendor.Fill(seed, ownGoods, customersAtStart, 0)
	for n := range ordersAtStart {
		age := past - past*time.Duration(n+1)/(ordersAtStart+1)
		c.pin(c.marks.Began.Add(-age))
		id := s.Vendor.Place(r)
		placed := s.Vendor.Sales(1)[0].State
		for tries := 0; age > 48*time.Hour && tries < 6 && s.Vendor.Sales(1)[0].State == placed; tries++ {
			c.pin(c.marks.Began.Add(-age + time.Duration(tries+1)*4*time.Hour))
			s.Vendor.Change(channel.Orders, id, r)
		}
	}
}

func (c *Company) pin(at time.Time) { c.pinned.Store(&at) }

func (c *Company) unpin() { c.pinned.Store(nil) }

// now is the shops' clock before they set it apart.
func (c *Company) now() time.Time {
	if at := c.pinned.Load(); at != nil {
		return *at
	}
	return c.clock.Now()
}

// Close ends the diary and lets the folder go.
func (c *Company) Close() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var errs []error
	if c.diary != nil {
		errs = append(errs, c.diary.Close())
		c.diary = nil
	}
	return errors.Join(append(errs, c.lock.Close())...)
}

// shopOf finds a shop by the id of its connector.
func (c *Company) shopOf(id string) (*shop, error) {
	i := slices.IndexFunc(c.shops, func(s *shop) bool { return s.id == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "There is no shop “"+id+"”.", "The panel lists them.")
	}
	return c.shops[i], nil
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
