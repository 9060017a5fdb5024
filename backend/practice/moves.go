package practice

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// meanPause is how long the company rests between two moves on average, over all its shops.
const meanPause = 75 * time.Second

// asleep is after how long a rest of the computer what was missed does not happen any more.
const asleep = 10 * time.Minute

// Run lets the company move by itself until ctx ends.
func (c *Company) Run(ctx context.Context) error {
	for {
		if err := c.Advance(); err != nil {
			return err
		}
		if err := c.clock.Sleep(ctx, max(c.Next().Sub(c.clock.Now()), 10*time.Millisecond)); err != nil {
			return nil //nolint:nilerr // it ends when it is told to
		}
	}
}

// Next is when the company moves again.
func (c *Company) Next() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.next
}

// Advance makes all moves that are due.
func (c *Company) Advance() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := c.clock.Now()
	if now.Sub(c.next) > asleep {
		c.next = now
	}
	for !c.next.After(now) {
		at := c.next
		if err := c.move(at); err != nil {
			return err
		}
		c.next = at.Add(c.pause(c.done))
	}
	return nil
}

// Pace sets how many times as much happens.
func (c *Company) Pace(speed float64) error {
	if !(speed >= 0.1 && speed <= 1000) {
		return fault.New(fault.Invalid, fmt.Sprintf("%g is not a speed.", speed), "Use a number from 0.1 to 1000; 1 is a small company.").InField("speed")
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.speed = speed
	c.next = c.clock.Now().Add(c.pause(c.done))
	return nil
}

// pause is how long it is to the next move: by chance, as customers come.
func (c *Company) pause(n int) time.Duration {
	u := c.random(-n - 1).Float64()
	pause := -math.Log(1-u) * float64(meanPause) / c.speed
	return time.Duration(math.Max(pause, float64(5*time.Millisecond)))
}

// move makes the next move; one that finds nothing to do is a rest.
func (c *Company) move(at time.Time) error {
	r := c.random(c.done + 1)
	e := Entry{At: at, Shop: c.shops[r.IntN(len(c.shops))].id}
	if !c.choose(r, &e) {
		e.Do = doPlace
	}
	_, err := c.happen(e)
	if err != nil {
		slog.Debug("practice move", "do", e.Do, "error", err)
	}
	if fault.Is(err, fault.Conflict) {
		return c.placeInstead(at, e.Shop)
	}
	return err
}

// placeInstead is a move that is always possible.
func (c *Company) placeInstead(at time.Time, shop string) error {
	_, err := c.happen(Entry{At: at, Shop: shop, Do: doPlace})
	return err
}

// choose picks what happens; false when there is nothing that it could happen to.
func (c *Company) choose(r *rand.Rand, e *Entry) bool {
	s, err := c.shopOf(e.Shop)
	if err != nil {
		return false
	}
	switch n := r.IntN(100); {
	case n < 62:
		e.Do = doPlace
		return true
	case n < 77:
		e.Do, e.Stream, e.ID = doChange, channel.Orders, c.recent(s, r)
	case n < 82:
		e.Do, e.ID = doCallOff, c.recent(s, r)
	case n < 87:
		e.Do, e.Stream, e.ID = doChange, channel.Customers, anyOf(s.Vendor.IDs(channel.Customers), r)
	case n < 90:
		e.Do, e.Stream, e.ID = doChange, channel.Products, anyOf(s.Vendor.IDs(channel.Products), r)
	case n < 91:
		e.Do, e.Stream, e.ID = doRemove, channel.Orders, c.recent(s, r)
	default:
		return c.cameIn(r, e)
	}
	return e.ID != ""
}

// cameIn picks the good of which there is least, and how many of it come in.
func (c *Company) cameIn(r *rand.Rand, e *Entry) bool {
	least, found := roomFor{}, false
	for _, at := range c.storeroom() {
		if !found || at.Held < least.Held {
			least, found = at, true
		}
	}
	e.Do, e.SKU, e.CameIn = doCount, least.SKU, int64(6+r.IntN(20))
	e.Quantity = max(least.Held+e.CameIn, 0)
	return found
}

// recent picks one of the newest orders that is not cancelled.
func (c *Company) recent(s *shop, r *rand.Rand) string {
	var ids []string
	for _, sale := range s.Vendor.Sales(25) {
		if !sale.Cancelled {
			ids = append(ids, sale.ID)
		}
	}
	return anyOf(ids, r)
}

func anyOf(ids []string, r *rand.Rand) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[r.IntN(len(ids))]
}

// roomFor is how a good lies in the storeroom, and what the shops offer of it.
type roomFor struct {
	SKU     string           `json:"sku"`
	Title   string           `json:"title"`
	Held    int64            `json:"held"` // below 0 when more was sold than there was
	Offered map[string]int64 `json:"offered"`
	Words   string           `json:"words"`
}

// storeroom works out what lies there: what was there and came in, without what was sold since the start.
func (c *Company) storeroom() []roomFor {
	sold := c.sold()
	var all []roomFor
	for _, g := range shared {
		at := roomFor{SKU: g.SKU, Title: g.Title, Held: g.held + c.delivered[g.SKU] - sold[g.SKU], Offered: map[string]int64{}}
		if at.Held < 0 {
			at.Words = fmt.Sprintf("oversold: %d more sold than there are", -at.Held)
		}
		all = append(all, at)
	}
	for _, s := range c.shops {
		for _, g := range s.Vendor.Goods() {
			for i := range all {
				if all[i].SKU == g.SKU {
					all[i].Offered[s.id] = g.Quantity
				}
			}
		}
	}
	return all
}

// sold counts what all shops sold since the start and did not cancel.
func (c *Company) sold() map[string]int64 {
	sold := map[string]int64{}
	for _, s := range c.shops {
		for _, sale := range s.Vendor.Sales(math.MaxInt32) {
			if sale.Cancelled || s.atStart[sale.ID] {
				continue
			}
			for _, l := range sale.Lines {
				sold[l.SKU] += l.Quantity
			}
		}
	}
	return sold
}

// waits counts what of all orders is still to be shipped.
func (c *Company) waits() map[string]int64 {
	waits := map[string]int64{}
	for _, s := range c.shops {
		for _, sale := range s.Vendor.Sales(math.MaxInt32) {
			for _, l := range sale.Lines {
				if !sale.Cancelled {
					waits[l.SKU] += l.Waits
				}
			}
		}
	}
	return waits
}

// Count is the count of the storeroom as a file of stock that Tradepost reads (tradepost.stock): what lies there, with what is sold and still
// to be shipped. What was oversold counts as none.
func (c *Company) Count() []byte {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var b bytes.Buffer
	rows := csv.NewWriter(&b)
	_ = rows.Write([]string{"SKU", "Location", "On hand", "Product", "Variant", "Tracked since", "Last movement"})
	waits := c.waits()
	for _, at := range c.storeroom() {
		_ = rows.Write([]string{at.SKU, "Storeroom", strconv.FormatInt(max(at.Held+waits[at.SKU], 0), 10), at.Title, "", "", ""})
	}
	rows.Flush() // into memory: it cannot fail
	return b.Bytes()
}
