package syncing_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	shopifysim "tradepost/backend/connectors/shopify/sim"
	venduresim "tradepost/backend/connectors/vendure/sim"
	woosim "tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/order"
	"tradepost/build/proof"
)

const (
	chaosSeed  = 20261127
	chaosKills = 500 // of the full proof, over a week
	chaosWeek  = 7 * 24 * time.Hour
)

// TestProofChaos lets simulated vendors live for a while with faults of all kinds, while people place, change and remove
// there, and kills Tradepost again and again: in the middle of its writes, after its commits, and as its calls arrive or are
// answered. In the end both sides must agree, record by record, by the vendors' own books. The sample has a share of the
// week's kills and of its time.
func TestProofChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := proof.Begin(t, "chaos", chaosSeed)
	if p.Counts["kills"] >= chaosKills {
		return // it is on record for this code
	}
	c := openChaos(t, p.Seed, "")
	c.week(p.Size(10, chaosKills), time.Duration(p.Size(int(4*time.Hour), int(chaosWeek))))
	c.mustAgree()
	p.Counts = c.counts
	p.Save()
	t.Log(p.Counts)
}

// TestChaosIsNoticed takes guards away: the comparison must then complain.
func TestChaosIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for mutant, words := range map[string]string{
		mutantCursor: "is lost",
		mutantBlind:  "is there 2 times",
		mutantLook:   "was done 2 times",
	} {
		t.Run(mutant, func(t *testing.T) {
			for seed := range uint64(20) {
				c := openChaos(t, seed, mutant)
				c.week(9, 3*time.Hour)
				c.quiet()
				if complaints := c.disagree(false); strings.Contains(strings.Join(complaints, "\n"), words) {
					t.Logf("seed %d: %s", seed, complaints[0])
					return
				}
			}
			t.Fatalf("nobody complains that anything %s", words)
		})
	}
}

// chaos is the world around Tradepost: its time, its vendors, what people do there, and who kills it.
type chaos struct {
	t       *testing.T
	seed    uint64
	mutant  string
	dir     string
	now     atomic.Int64 // nanoseconds since 1970
	clock   *os.File
	vendors []*chaosVendor
	control *httptest.Server

	mutex  sync.Mutex // guards all below
	r      *rand.Rand
	life   life
	inside int        // calls that the vendors are at
	nobody *sync.Cond // none is
	counts map[string]int
	skus   []string        // that are counted, once they are known
	wanted map[string]int  // what was counted last
	asked  map[string]bool // what was asked for with which order

	secrets map[string]bool   // all that may never be told
	said    map[string]string // what was told, by where

	unified *unified // nil is shops alone
}

// life is one child.
type life struct {
	command *exec.Cmd
	calls   int // that arrived
	dieAt   int // the call to die at; 0 is none
	after   bool
	rests   int // how often it may rest until it is told to stop
	between time.Duration
	next    doing
}

// chaosVendor is one vendor with its address and its books.
type chaosVendor struct {
	simulated.Vendor
	name   string
	server *httptest.Server
	sold   func() []entry
	price  func(id string) string // that a customer pays for a listing
	// where it has stock
	locations []string
	still     bool // an order's time of change stands still over some changes: a full pass sees them
}

// newChaos makes a world without vendors.
func newChaos(t *testing.T, seed uint64, mutant string) *chaos {
	t.Helper()
	c := &chaos{t: t, seed: seed, mutant: mutant, dir: chaosDir(t, seed), r: rand.New(rand.NewPCG(seed, 1)), counts: map[string]int{},
		wanted: map[string]int{}, asked: map[string]bool{}, secrets: map[string]bool{}, said: map[string]string{}}
	c.nobody = sync.NewCond(&c.mutex)
	var err error
	if c.clock, err = os.Create(filepath.Join(c.dir, clockFile)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.clock.Close() })
	c.pass(time.Date(2026, 3, 26, 9, 0, 0, 417_000_000, time.UTC).Sub(time.Unix(0, 0))) // summer time begins within the week
	c.control = httptest.NewServer(http.HandlerFunc(c.controls))
	t.Cleanup(c.control.Close)
	return c
}

func openChaos(t *testing.T, seed uint64, mutant string) *chaos {
	t.Helper()
	c := newChaos(t, seed, mutant)
	modern := woosim.New(c.Now, woosim.Secure(), woosim.Unsteady())
	c.add("Modern", modern, wooBooks(modern)).price = modern.Paid
	classic := woosim.New(c.Now, woosim.Classic(), woosim.WithoutVariations(), woosim.NumbersIn("_order_number"), woosim.Money("JPY", 0))
	must(t, classic.SetZone("Europe/Berlin"))
	classic.Desk().Skew(-4 * time.Minute)
	c.add("Classic", classic, wooBooks(classic)).price = classic.Paid
	headless := venduresim.New(c.Now)
	v := c.add("Headless", headless, vendureBooks(headless))
	v.still, v.locations = true, []string{"1", "2"}
	hosted := shopifysim.New(c.Now)
	c.add("Hosted", hosted, shopifyBooks(hosted)).locations = []string{"101", "102"}
	return c
}

// chaosDir is where a workspace lies: in TRADEPOST_CHAOS_DIR, to be looked at afterwards, where that is set.
func chaosDir(t *testing.T, seed uint64) string {
	t.Helper()
	within := os.Getenv("TRADEPOST_CHAOS_DIR")
	if within == "" {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(within, fmt.Sprintf("chaos-%d-", seed))
	must(t, err)
	return dir
}

func (c *chaos) add(name string, vendor simulated.Vendor, books func() []entry) *chaosVendor {
	vendor.Fill(c.seed, 10, 4, 14)
	vendor.Desk().Late(90 * time.Second)
	v := &chaosVendor{Vendor: vendor, name: name, sold: books, locations: []string{""}}
	v.price = func(id string) string { return vendor.Value(channel.SetPrice, id, "") }
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.arrive(v, w, r) }))
	c.t.Cleanup(v.server.Close)
	c.vendors = append(c.vendors, v)
	return v
}

// Now is the true time, by which the vendors live.
func (c *chaos) Now() time.Time { return time.Unix(0, c.now.Load()).UTC() }

func (c *chaos) pass(d time.Duration) {
	var text [8]byte
	binary.LittleEndian.PutUint64(text[:], uint64(c.now.Add(int64(d))))
	if _, err := c.clock.WriteAt(text[:], 0); err != nil {
		c.t.Error(err)
	}
}

// arrive answers a call of the child, who may be killed before it or after it.
func (c *chaos) arrive(v *chaosVendor, w http.ResponseWriter, r *http.Request) {
	before, after := c.arriving(r)
	defer c.left()
	if before {
		panic(http.ErrAbortHandler)
	}
	if after { // also when the vendor drops the connection
		defer c.kill()
	}
	v.ServeHTTP(w, r)
}

func (c *chaos) arriving(r *http.Request) (before, after bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.inside++
	c.overhear(r)
	c.pass(time.Duration(c.r.IntN(2000)) * time.Millisecond)
	if c.r.IntN(4) == 0 && !c.life.next.All {
		c.stir()
	}
	c.life.calls++
	if c.life.calls != c.life.dieAt {
		return false, false
	}
	if !c.life.after {
		c.killLocked()
		return true, false
	}
	return false, true
}

// left ends a call; who waits for the last one is told.
func (c *chaos) left() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.inside--; c.inside == 0 {
		c.nobody.Broadcast()
	}
}

func (c *chaos) kill() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.killLocked()
}

func (c *chaos) killLocked() { _ = c.life.command.Process.Kill() }

// stir lets something happen at one of the vendors.
func (c *chaos) stir() {
	v := c.vendors[c.r.IntN(len(c.vendors))]
	streams := []channel.Stream{channel.Orders, channel.Orders, channel.Products, channel.Stock, channel.Customers}
	stream := streams[c.r.IntN(len(streams))]
	ids := v.IDs(stream)
	what := c.r.IntN(12)
	switch {
	case what < 5 || len(ids) == 0:
		v.Place(c.r)
		c.counts["placed"]++
	case what == 5 && len(ids) > 8:
		if id := ids[c.r.IntN(len(ids))]; c.unified.mayRemove(v, stream, id) {
			v.Remove(stream, id)
			c.counts["removed"]++
		}
	default:
		v.Change(stream, ids[c.r.IntN(len(ids))], c.r)
		c.counts["changed"]++
	}
}

// controls answers the child about time and work.
func (c *chaos) controls(w http.ResponseWriter, r *http.Request) {
	if c.unified != nil && c.unified.controls(w, r) {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if r.URL.Path == "/sleep" {
		d, _ := strconv.ParseInt(r.URL.Query().Get("for"), 10, 64)
		c.pass(time.Duration(d))
		return
	}
	next := c.life.next
	if c.life.rests--; c.life.rests < 0 {
		next.Stop = true
	} else {
		c.wish(&next)
		c.pass(c.life.between)
		for range c.r.IntN(6) {
			if !next.All {
				c.stir()
			}
		}
	}
	_ = json.NewEncoder(w).Encode(next)
}

// wish is what the people at Tradepost want: counts of a few SKUs, refunds and shipments of orders that nobody asked for before. A life that
// is to look at everything gets a count of all.
func (c *chaos) wish(next *doing) {
	next.Counts = map[string]int{}
	next.PushFirst = !next.All && c.r.IntN(2) == 0
	for _, sku := range c.skus {
		if c.unified.counts(sku, next.All) || c.unified == nil && next.All && c.life.rests > 5 || !c.unified.shares(sku) && !next.All && c.r.IntN(8) == 0 {
			next.Counts[sku] = 1 + c.r.IntN(40)
			c.wanted[sku] = next.Counts[sku]
		}
	}
	for range 4 {
		v := c.vendors[c.r.IntN(len(c.vendors))]
		all := v.sold()
		o := all[c.r.IntN(len(all))]
		operation := []channel.Operation{channel.Refund, channel.Refund, channel.Ship}[c.r.IntN(3)]
		name := fmt.Sprint(operation, v.name, o.id)
		if next.All || len(c.skus) == 0 || c.asked[name] || o.financial != order.Paid || o.fulfillment != order.Unfulfilled {
			continue
		}
		c.asked[name] = true
		next.Asks = append(next.Asks, ask{v.name, o.id, operation})
		c.counts["asked"]++
	}
}

// week lets lives be killed, over a time. The vendors' weather is bad.
func (c *chaos) week(kills int, span time.Duration) {
	c.t.Helper()
	c.run(life{rests: 1}, 0) // connects, in good weather
	if c.mutant == mutantBlind {
		c.loosen()
	}
	c.readSKUs()
	c.storm(kills, span/time.Duration(kills*3))
}

// storm lets lives be killed until there were so many.
func (c *chaos) storm(kills int, between time.Duration) {
	c.t.Helper()
	share, kinds := c.weather()
	for i, v := range c.vendors {
		v.Desk().Weather(c.seed+uint64(i), share, kinds...)
	}
	for c.counts["kills"] < kills {
		l, dieAt := life{rests: 8, between: between}, int64(0)
		switch most := 1 + c.r.IntN(120); c.r.IntN(4) {
		case 0, 1:
			dieAt = int64(most)
		case 2:
			l.dieAt = 1 + most/4
		case 3:
			l.dieAt, l.after = 1+most/4, true
		}
		c.run(l, dieAt)
	}
}

// weather is what goes wrong: all but a network that delivers a call twice, as a vendor that knows no keys does it twice then.
func (c *chaos) weather() (share float64, kinds []simulated.Kind) {
	if c.mutant == mutantLook {
		return 0.25, []simulated.Kind{simulated.Lost, simulated.Late500}
	}
	return 0.07, slices.DeleteFunc(slices.Clone(simulated.Kinds), func(k simulated.Kind) bool { return k == simulated.Twice })
}

// readSKUs learns what can be counted.
func (c *chaos) readSKUs() {
	c.t.Helper()
	db := c.database()
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT DISTINCT v.sku FROM variant v JOIN listing n ON n.variant_id = v.id WHERE n.tracked = 'true' ORDER BY v.sku`)
	must(c.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var sku string
		must(c.t, rows.Scan(&sku))
		c.skus = append(c.skus, sku)
	}
	must(c.t, rows.Err())
}

// loosen lets external references be doubled.
func (c *chaos) loosen() {
	c.t.Helper()
	db := c.database()
	defer func() { _ = db.Close() }()
	_, err := db.Exec(`CREATE TABLE loose AS SELECT * FROM external_reference; DROP TABLE external_reference; ALTER TABLE loose RENAME TO external_reference`)
	must(c.t, err)
}

// quiet calms the vendors and lets Tradepost look until there is nothing new.
func (c *chaos) quiet() {
	c.t.Helper()
	for _, v := range c.vendors {
		v.Desk().Calm()
	}
	c.pass(7 * time.Hour) // the longest that the fate of a write is waited for
	c.run(life{rests: 7, between: 20 * time.Minute, next: doing{All: true}}, 0)
}

// run lives one life. It ends well, or is killed as it was to be.
func (c *chaos) run(l life, dieAt int64) {
	c.t.Helper()
	o := lifeOrder{Dir: c.dir, Control: c.control.URL, DieAt: dieAt, Mutant: c.mutant, Books: c.unified != nil}
	for _, v := range c.vendors {
		options, secrets := v.Connection(v.server.URL)
		for _, value := range secrets {
			c.secret(value)
		}
		if len(v.locations) > 1 {
			options["push_location"] = v.locations[0]
		}
		o.Shops = append(o.Shops, shopOrder{v.name, v.Connector(), options, secrets})
	}
	if c.unified != nil {
		c.secret(ledgerPassword)
		o.Shops = append(o.Shops, shopOrder{booksName, ledgerConnector, map[string]string{}, map[string]string{"password": ledgerPassword}})
	}
	stdin, err := json.Marshal(o)
	must(c.t, err)
	var told bytes.Buffer
	l.command = exec.Command(os.Args[0])
	l.command.Env = append(os.Environ(), asChild+"=life")
	l.command.Stdin, l.command.Stdout, l.command.Stderr = bytes.NewReader(stdin), &told, &told
	c.mutex.Lock()
	c.life = l
	err = l.command.Start()
	c.mutex.Unlock()
	must(c.t, err)
	err = l.command.Wait()
	c.unified.visited()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for c.inside > 0 { // what a vendor does long after its caller died is a fault of its own
		c.nobody.Wait()
	}
	c.counts["lives"]++
	c.said["a life"] += told.String()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && !exit.Exited() && told.Len() == 0:
		c.counts["kills"]++
	default:
		c.t.Fatalf("seed %d: after %d lives one ended with %v: %s", c.seed, c.counts["lives"], err, told.String())
	}
}

func (c *chaos) mustAgree() {
	c.t.Helper()
	c.quiet()
	if complaints := c.disagree(false); len(complaints) > 0 {
		c.t.Fatalf("seed %d, after %v:\n%s", c.seed, c.counts, strings.Join(complaints, "\n"))
	}
	c.run(life{rests: 1, next: doing{All: true, Full: true}}, 0)
	c.run(life{rests: 2, between: 20 * time.Minute, next: doing{All: true}}, 0) // what the look showed otherwise is put right
	if complaints := c.disagree(true); len(complaints) > 0 {
		c.t.Fatalf("seed %d, after %v and a comparison of everything:\n%s", c.seed, c.counts, strings.Join(complaints, "\n"))
	}
	for _, v := range c.vendors {
		c.counts["orders_compared"] += len(v.sold())
		for _, e := range v.Desk().Effects() {
			c.counts["writes "+string(e.Operation)]++
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
