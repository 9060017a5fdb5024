package practice

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// What can happen in a shop.
const (
	doPlace   = "place"
	doChange  = "change"
	doCallOff = "call_off"
	doRemove  = "remove"
	doCount   = "count"
	doClock   = "clock"
	doCall    = "call" // a call through the shop's interface that changed something
)

// Entry is one thing that happened. The diary has them as lines of JSON; read again in their order, with the clock at their
// times, they make the same shops.
type Entry struct {
	N        int            `json:"n"`
	At       time.Time      `json:"at"`
	Shop     string         `json:"shop"`
	Do       string         `json:"do"`
	Stream   channel.Stream `json:"stream,omitempty"`
	ID       string         `json:"id,omitempty"`
	SKU      string         `json:"sku,omitempty"`
	Quantity int64          `json:"quantity,omitempty"`
	// CameIn is how many of the SKU came into the storeroom by this.
	CameIn  int64  `json:"came_in,omitempty"`
	Minutes int64  `json:"minutes,omitempty"`
	Call    *call  `json:"call,omitempty"`
	Words   string `json:"words"` // for people; not read again
}

// latestKept is how many entries the panel shows.
const latestKept = 200

// random is the chance of the n-th thing that happens, the same at every reading.
func (c *Company) random(n int) *rand.Rand {
	return rand.New(rand.NewPCG(c.marks.Seed, uint64(n))) //nolint:gosec // made-up moves, the same every time
}

// happen lets something happen now, or at the time that is due, and writes it down; c.mutex is held.
func (c *Company) happen(e Entry) (Entry, error) {
	e.N = c.done + 1
	if err := c.carryOut(&e); err != nil {
		return e, err
	}
	return e, c.write(e)
}

func (c *Company) write(e Entry) error {
	c.remember(e)
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing diary: %w", err)
	}
	if _, err := c.diary.Write(append(line, '\n')); err != nil {
		return fault.Wrap(err, fault.Full, "The diary of practice mode cannot be written.", "Make room on the disk, then start practice again.")
	}
	return nil
}

func (c *Company) remember(e Entry) {
	c.done = e.N
	e.Call = nil
	if c.latest = append(c.latest, e); len(c.latest) > 2*latestKept {
		c.latest = append([]Entry(nil), c.latest[latestKept:]...)
	}
}

// carryOut does what an entry says, and puts it into words.
func (c *Company) carryOut(e *Entry) error {
	s, err := c.shopOf(e.Shop)
	if err != nil {
		return err
	}
	c.pin(e.At)
	defer c.unpin()
	r := c.random(e.N)
	switch e.Do {
	case doPlace:
		e.ID = s.Vendor.Place(r)
		e.Words = "A customer placed order " + e.ID + "."
	case doChange:
		e.Words = changeWords(*e, s.Vendor.Change(e.Stream, e.ID, r))
	case doCallOff:
		if !s.Vendor.Cancel(e.ID) {
			return fault.New(fault.Conflict, "Order "+e.ID+" cannot be cancelled any more.", "Choose one that is open.")
		}
		e.Words = "A customer called order " + e.ID + " off."
	case doRemove:
		s.Vendor.Remove(e.Stream, e.ID)
		e.Words = "Somebody removed " + e.ID + " from " + string(e.Stream) + "."
	case doCount:
		c.count(s, e)
	case doClock:
		s.Vendor.Desk().Skew(time.Duration(e.Minutes) * time.Minute)
		e.Words = fmt.Sprintf("The shop's clock is off by %d minutes.", e.Minutes)
	case doCall:
		return c.callAgain(s, e)
	default:
		return fault.New(fault.Invalid, "Practice does not know “"+e.Do+"”.", "It may come from a newer Tradepost.")
	}
	return nil
}

// count puts a quantity of a SKU on sale in one shop; the others are not told, as it is in life.
func (c *Company) count(s *shop, e *Entry) {
	s.Vendor.Offer(simulated.Good{SKU: e.SKU, Quantity: e.Quantity})
	c.delivered[e.SKU] += e.CameIn
	e.Words = fmt.Sprintf("%d of %s were counted here.", e.Quantity, e.SKU)
	if e.CameIn > 0 {
		e.Words = fmt.Sprintf("%d of %s came in; %d were put on sale here, and nowhere else yet.", e.CameIn, e.SKU, e.Quantity)
	}
}

// recall reads the diary and lets everything happen again, then goes on writing behind it. A last line that a crash cut off is
// dropped.
func (c *Company) recall() error {
	file, err := os.OpenFile(filepath.Join(c.dir, diaryFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("opening diary: %w", err)
	}
	c.diary = file
	lines, whole := bufio.NewReader(file), int64(0)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading diary: %w", err)
		}
		if err := c.again(line); err != nil {
			return err
		}
		whole += int64(len(line))
	}
	if err := file.Truncate(whole); err != nil {
		return fmt.Errorf("shortening diary: %w", err)
	}
	_, err = file.Seek(whole, io.SeekStart)
	return err
}

func (c *Company) again(line []byte) error {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return fault.Wrap(err, fault.Invalid, "The diary of practice mode cannot be read.", "Delete the folder “"+c.dir+"” to start anew.")
	}
	if err := c.carryOut(&e); err != nil && !fault.Is(err, fault.NotFound) { // a shop that this Tradepost has no more
		return fmt.Errorf("reading diary: %w", err)
	}
	c.remember(e)
	return nil
}

// changeWords makes a sentence of what a vendor says that it did: "moved order 17 to completed", or a sentence already.
func changeWords(e Entry, said string) string {
	if strings.HasSuffix(said, ".") {
		return "Somebody changed " + e.ID + " of " + string(e.Stream) + ": " + said
	}
	return "Somebody " + said + "."
}
