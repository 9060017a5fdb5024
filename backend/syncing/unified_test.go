package syncing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	amazonsim "tradepost/backend/connectors/amazon/sim"
	quickbookssim "tradepost/backend/connectors/quickbooksdesktop/sim"
	shopifysim "tradepost/backend/connectors/shopify/sim"
	venduresim "tradepost/backend/connectors/vendure/sim"
	woosim "tradepost/backend/connectors/woocommerce/sim"
	"tradepost/backend/order"
	"tradepost/build/proof"
)

// TestProofUnified lets five channels sell one storeroom and a ledger system keep the books of all of them, over weeks (the sample: hours) of
// faults and kills, while the ledger's own program breaks its calls off. In the end there is one truth of the stock, worked out of the vendors'
// books and the counts alone, the books tie out to the cent, and no vendor's log has anything twice.
func TestProofUnified(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := proof.Begin(t, "unified", chaosSeed)
	for all := p.Size(8, chaosKills); p.Counts["kills"] < all; {
		c := openUnified(t, p.Seed+uint64(p.Counts["worlds"]), "")
		c.legs(p.Size(8, 100), p.Size(2, 7), time.Duration(p.Size(int(4*time.Hour), int(chaosWeek))))
		c.pass(26 * time.Hour) // so that all days are over
		c.mustAgree()
		c.mustTie("in the end")
		c.unified.tally(c)
		for what, n := range c.counts {
			p.Counts[what] += n
		}
		p.Counts["worlds"]++
		p.Save()
		if p.Counts["worlds"] == 1 {
			c.mustNotice()
		}
	}
	t.Log(p.Counts)
}

// TestUnifiedIsNoticed takes the guard away that looks what became of a letter: a document must then be found twice.
func TestUnifiedIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for seed := uint64(3); seed < 9; seed++ {
		c := openUnified(t, seed, mutantTrusting)
		c.run(life{rests: 1}, 0)
		c.run(life{rests: 4, between: 10 * time.Minute}, 0)
		c.quiet()
		if complaints := c.booksDisagree(); strings.Contains(strings.Join(complaints, "\n"), "is in the books 2 times") {
			t.Logf("seed %d: %s", seed, complaints[0])
			return
		}
	}
	t.Fatal("nobody complains that a document is in the books twice")
}

// unified is what a world with a ledger system and one storeroom has more.
type unified struct {
	c       *chaos
	company *quickbookssim.Company
	goods   []simulated.Good // that all channels sell out of the one storeroom

	visiting sync.Mutex // one call of the ledger's program at a time
	door     string     // where it calls
	shelves  map[string]simulated.Shelver

	counting bool // the next round counts the storeroom
	taken    stocktake
}

// storeroom is what all channels sell.
var storeroom = []simulated.Good{{SKU: "SHARE-CUP", Title: "Cup", Price: "12.50"}, {SKU: "SHARE-POT", Title: "Pot", Price: "31.00"}, {SKU: "SHARE-TEA", Title: "Tea", Price: "7.95"},
	{SKU: "SHARE-TIN", Title: "Tin", Price: "11.20"}, {SKU: "SHARE-TRAY", Title: "Tray", Price: "29.00"}, {SKU: "SHARE-JAR", Title: "Jar", Price: "4.99"}}

func openUnified(t *testing.T, seed uint64, mutant string) *chaos {
	t.Helper()
	c := newChaos(t, seed, mutant)
	u := &unified{c: c, goods: storeroom, shelves: map[string]simulated.Shelver{}}
	c.unified = u
	u.company = quickbookssim.NewCompany("Greenhouse & Co.", c.Now)
	u.company.SetCurrency("Euro")
	modern := woosim.New(c.Now, woosim.Secure(), woosim.Unsteady())
	u.add("Modern", modern, wooBooks(modern)).price = modern.Paid
	classic := woosim.New(c.Now, woosim.Classic(), woosim.WithoutVariations(), woosim.NumbersIn("_order_number"))
	must(t, classic.SetZone("Europe/Berlin"))
	classic.Desk().Skew(-4 * time.Minute)
	u.add("Classic", classic, wooBooks(classic)).price = classic.Paid
	headless := venduresim.New(c.Now)
	v := u.add("Headless", headless, vendureBooks(headless))
	v.still, v.locations = true, []string{"1", "2"}
	hosted := shopifysim.New(c.Now)
	u.add("Hosted", hosted, shopifyBooks(hosted)).locations = []string{"101", "102"}
	market := amazonsim.New(c.Now)
	u.add("Bazaar", market, amazonBooks(market)).locations = []string{"DEFAULT"}
	return c
}

func (u *unified) add(name string, vendor interface {
	simulated.Keeper
	simulated.Shelver
}, books func() []entry) *chaosVendor {
	v := u.c.add(name, vendor, books)
	for _, g := range u.goods {
		g.Quantity = 30
		vendor.Offer(g)
	}
	u.shelves[name] = vendor
	return v
}

// amazonBooks reads the books of a seller at Amazon by the statuses of orders; what is pending has neither a price nor an address.
func amazonBooks(market *amazonsim.Amazon) func() []entry {
	states := map[string]entry{"PENDING": {financial: order.Pending}, "UNSHIPPED": {financial: order.Paid, fulfillment: order.Unfulfilled},
		"PARTIALLY_SHIPPED": {financial: order.Paid, fulfillment: order.Partial}, "SHIPPED": {financial: order.Paid, fulfillment: order.Fulfilled},
		"CANCELLED": {financial: order.Voided}}
	return func() (all []entry) {
		for _, o := range market.Sold() {
			one := states[o.Status]
			one.id, one.total, one.withheld, one.street = o.ID, o.Total, o.Tax, o.Street
			if o.Pending {
				one.total = -1
			}
			if o.ByAmazon && one.fulfillment != order.Fulfilled {
				one.fulfillment = ""
			}
			for _, l := range o.Lines {
				one.lines = append(one.lines, fmt.Sprintf("%s %s %d", l.ID, l.SKU, l.Quantity))
			}
			for _, gift := range o.Gifts {
				one.lines = append(one.lines, gift+":gift_wrap  1")
			}
			slices.Sort(one.lines)
			all = append(all, one)
		}
		return all
	}
}

// shares reports whether a SKU lies in the one storeroom.
func (u *unified) shares(sku string) bool {
	return u != nil && slices.ContainsFunc(u.goods, func(g simulated.Good) bool { return g.SKU == sku })
}

// counts reports whether a SKU is counted in this round: the first of a stocktake.
func (u *unified) counts(sku string, quiet bool) bool {
	return u.shares(sku) && u.counting && quiet && u.c.life.rests == stocktakeRests-1
}

// mayRemove keeps what the storeroom is worked out of: goods, and orders of them. Amazon lets no order go.
func (u *unified) mayRemove(v *chaosVendor, stream channel.Stream, id string) bool {
	switch {
	case u == nil || stream == channel.Customers:
		return true
	case stream != channel.Orders:
		return !slices.ContainsFunc(u.shelves[v.name].(simulated.Keeper).Goods(), func(g simulated.Good) bool { return g.ID == id && u.shares(g.SKU) })
	case v.Connector() == "amazon":
		return false
	}
	return !slices.ContainsFunc(u.shelves[v.name].Shelf(), func(p simulated.Pieces) bool { return p.Order == id && u.shares(p.SKU) })
}

// controls answers the child about the ledger system.
func (u *unified) controls(_ http.ResponseWriter, r *http.Request) bool {
	switch r.URL.Path {
	case "/door":
		u.c.mutex.Lock()
		u.door = r.URL.Query().Get("at")
		u.c.mutex.Unlock()
	case "/visit":
		u.visit(r.Context())
	default:
		return false
	}
	return true
}

// visit is the ledger's program calling: in the storm once, breaking off anywhere, else until there is nothing to do.
func (u *unified) visit(ctx context.Context) {
	u.visiting.Lock()
	defer u.visiting.Unlock()
	w := u.program()
	for range 12 {
		words, err := w.Update(ctx)
		u.note(w, err)
		if err != nil || !u.quiet() || words == "none" {
			return
		}
		u.c.mutex.Lock()
		u.c.pass(time.Minute)
		u.c.mutex.Unlock()
	}
}

func (u *unified) quiet() bool {
	u.c.mutex.Lock()
	defer u.c.mutex.Unlock()
	return u.c.life.next.All
}

func (u *unified) program() *quickbookssim.WebConnector {
	u.c.mutex.Lock()
	defer u.c.mutex.Unlock()
	w := &quickbookssim.WebConnector{URL: u.door, User: "tradepost", Password: ledgerPassword, Company: u.company, HTTP: &http.Client{Transport: caller{u.c}}}
	switch {
	case u.c.life.next.All || u.c.counts["lives"] == 0:
	case u.c.mutant == mutantTrusting:
		w.At, w.How = 201+2*u.c.r.IntN(100), quickbookssim.AfterWork // documents are looked for first, all of them; answers have odd numbers
	case u.c.r.IntN(2) == 0:
		w.At, w.How = 1+u.c.r.IntN(16), quickbookssim.Breaks[u.c.r.IntN(len(quickbookssim.Breaks))]
		u.company.Forgetful = u.c.r.IntN(3) == 0
	}
	return w
}

const ledgerPassword = "a password of the ledger"

func (u *unified) note(w *quickbookssim.WebConnector, err error) {
	u.c.mutex.Lock()
	defer u.c.mutex.Unlock()
	u.c.counts["conversations"]++
	u.c.counts["calls of the ledger"] += len(w.Calls())
	if errors.Is(err, quickbookssim.ErrBroken) {
		u.c.counts["conversations broken"]++
	}
}

// visited waits until the program has ended whose other side was killed.
func (u *unified) visited() {
	if u != nil {
		u.visiting.Lock()
		u.visiting.Unlock() //nolint:staticcheck // it waits, and keeps nothing
	}
}

// caller carries the calls of the ledger's program, at which the child may be killed, before they arrive or once they are answered.
type caller struct{ c *chaos }

func (k caller) RoundTrip(r *http.Request) (*http.Response, error) {
	before, after := k.c.arriving(r)
	defer k.c.left()
	if before {
		return nil, errors.New("nobody is there any more")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if after {
		k.c.kill()
		return nil, errors.New("the answer is not heard any more")
	}
	return answer, err
}

// legs is a week in parts. Each ends in quiet, when all must agree, and the storeroom is counted anew.
func (c *chaos) legs(kills, legs int, span time.Duration) {
	c.t.Helper()
	c.run(life{rests: 1}, 0)
	c.readSKUs()
	c.quiet()
	c.take()
	for n := range legs {
		c.storm(kills*(n+1)/legs, span/time.Duration(kills*3))
		c.quiet()
		if c.mutant == "" {
			c.mustTie(fmt.Sprintf("after leg %d", n+1))
		}
		c.take()
	}
}

// mustTie fails where the levels differ from what the vendors' books make of the last count, or the books do.
func (c *chaos) mustTie(when string) {
	c.t.Helper()
	if complaints := append(c.disagree(false), append(c.unified.levels(), c.booksDisagree()...)...); len(complaints) > 0 {
		c.t.Fatalf("seed %d, %s, after %v:\n%s", c.seed, when, c.counts, strings.Join(complaints, "\n"))
	}
}
