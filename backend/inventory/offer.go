package inventory

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"tradepost/backend/commerce"
)

// Lateness is how fast a variant sells and how late a channel hears of it and we of the channel.
type Lateness struct {
	Sold      Quantity      // of the variant on all channels
	Over      time.Duration // in so much time
	Known     time.Duration // from a sale there to our knowing
	Confirmed time.Duration // from our telling to its being so
}

// Units is how much sells in the time that news take, rounded up to whole units.
func (l Lateness) Units() Quantity {
	if l.Sold <= 0 || l.Over <= 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(int64(l.Sold)), big.NewInt(int64(l.Known+l.Confirmed)))
	return ceilUnits(n, big.NewInt(int64(l.Over)))
}

// ceilUnits is n/d millionths rounded up to whole units.
func ceilUnits(n, d *big.Int) Quantity {
	d.Mul(d, big.NewInt(int64(One)))
	n.Add(n, new(big.Int).Sub(d, big.NewInt(1)))
	return Quantity(n.Div(n, d).Int64()) * One
}

// StepKind names a step of an offer.
type StepKind string

// The steps, in this order.
const (
	StepAvailable StepKind = "available"
	StepLocations StepKind = "locations"
	StepBuffer    StepKind = "buffer"
	StepEnd       StepKind = "end_when"
	StepMost      StepKind = "most"
	StepShare     StepKind = "share"
	StepPack      StepKind = "pack"
	StepMaster    StepKind = "master"
)

// OfferStep is one line of why an offer is what it is: what was done, by which rule, and what is left behind it.
type OfferStep struct {
	Kind  StepKind
	Of    Scope // the rule that asks for it; "" none
	Words string
	Left  Quantity // units of the variant; behind StepPack packs
}

// Offer is how much a listing may show, and how it came about.
type Offer struct {
	Tracked bool // else there is no number
	Told    bool // the channel is told it: it is not its own master
	Ceiling Quantity
	Theirs  Quantity // what of Ceiling lies with the channel
	Whole   int64    // packs
	Steps   []OfferStep
}

// Asked is what an offer is worked out of.
type Asked struct {
	Stock     Stock
	ChannelID int64
	Pack      commerce.Decimal
	Terms     Terms
	Late      Lateness
	Share     *Share // nil where every listing may show all there is
}

// Offer works out how much a listing may show: never below zero, nothing where the variant is not tracked.
func (a Asked) Offer() Offer {
	o := Offer{Tracked: a.Stock.Tracked(), Told: a.Terms.Master.Tells()}
	if !o.Tracked {
		return o
	}
	if !o.Told {
		o.step(StepMaster, OfChannel, masterWords[a.Terms.Master], 0)
	}
	left := a.available(&o)
	left = a.keepBack(&o, left)
	left = a.cap(&o, left)
	o.Ceiling = max(left, 0)
	if a.Share != nil {
		left = min(o.Ceiling, a.Share.Units+o.Theirs)
		o.step(StepShare, a.Share.Of, a.Share.Words, left)
	}
	o.Whole = left.Whole(a.Pack)
	if pack, err := Parse(a.Pack); err == nil && pack != One {
		o.step(StepPack, "", string(a.Pack.Padded(0))+" in each", Quantity(o.Whole)*One)
	}
	return o
}

var masterWords = map[Master]string{ByChannel: "the channel is the master of its stock: it is told nothing", ByAccounts: "the ERP is the master of its stock: it is told nothing from here"}

func (o *Offer) step(kind StepKind, of Scope, words string, left Quantity) {
	o.Steps = append(o.Steps, OfferStep{kind, of, words, left})
}

// available is what there is for the channel, at the locations that count for it.
func (a Asked) available(o *Offer) Quantity {
	all := a.Stock.For(a.ChannelID)
	o.step(StepAvailable, "", a.Stock.words(), all)
	o.Theirs = all - a.Stock.For(Own)
	if a.Stock.Kit != nil {
		o.Theirs = 0
	}
	if len(a.Terms.Locations) == 0 {
		return all
	}
	chosen := min(a.Stock.At(a.ChannelID, a.Terms.Locations), all)
	o.step(StepLocations, a.Terms.Chosen, "only at "+strings.Join(a.Stock.names(a.Terms.Locations), ", "), chosen)
	return chosen
}

func (s Stock) words() string {
	if s.Kit != nil {
		return "sets that can be made of what is available"
	}
	words := string(s.OnHand().Decimal()) + " on hand"
	if kept := s.Reserved(); kept != 0 {
		words += ", " + string(kept.Decimal()) + " kept for orders"
	}
	if s.Backordered != 0 {
		words += ", " + string(s.Backordered.Decimal()) + " owed to orders"
	}
	return words
}

// names are the names of locations where the variant is tracked.
func (s Stock) names(ids []int64) []string {
	all := []string{}
	for _, l := range append(slices.Clone(s.Levels), s.partLevels()...) {
		if slices.Contains(ids, l.LocationID) && !slices.Contains(all, l.Location) {
			all = append(all, l.Location)
		}
	}
	if len(all) == 0 {
		return []string{"chosen locations, where it is not tracked"}
	}
	return all
}

func (s Stock) partLevels() (all []Level) {
	for _, p := range s.Parts {
		all = append(all, p.Levels...)
	}
	return all
}

// keepBack takes the buffer off: the largest of those that rules ask for. What ends at a threshold ends.
func (a Asked) keepBack(o *Offer, left Quantity) Quantity {
	available := left
	kept, of, words := a.buffer(max(left, 0))
	if kept > 0 {
		left -= kept
		o.step(StepBuffer, of, words, max(left, 0))
	}
	if end := a.Terms.EndWhen; end.Of != "" && available <= end.Value {
		o.step(StepEnd, end.Of, "nothing is offered with "+string(end.Value.Decimal())+" or less", 0)
		return 0
	}
	return left
}

func (a Asked) buffer(available Quantity) (kept Quantity, of Scope, words string) {
	weigh := func(q Quantity, by Scope, say string) {
		if by != "" && q > kept {
			kept, of, words = q, by, "less "+string(q.Decimal())+" kept back"+say
		}
	}
	t := a.Terms
	weigh(t.Buffer.Value, t.Buffer.Of, "")
	n := new(big.Int).Mul(big.NewInt(int64(available)), big.NewInt(int64(t.Percent.Value)))
	weigh(ceilUnits(n, big.NewInt(100*int64(One))), t.Percent.Of, " ("+string(t.Percent.Value.Decimal())+" %)")
	late := min(a.Late.Units(), t.LagMost.Value)
	weigh(late, t.LagMost.Of, a.Late.words(t.LagMost.Value))
	return kept, of, words
}

func (l Lateness) words(most Quantity) string {
	lag := (l.Known + l.Confirmed).Round(time.Second)
	words := fmt.Sprintf(": %s sold in %d days, and news take %s", l.Sold.Decimal(), int(l.Over.Hours()/24), lag)
	if l.Units() > most {
		words += fmt.Sprintf(" (%s, but %s at most)", l.Units().Decimal(), most.Decimal())
	}
	return words
}

// cap holds an offer to the most that a listing may show.
func (a Asked) cap(o *Offer, left Quantity) Quantity {
	most := a.Terms.Most
	pack, err := Parse(a.Pack)
	if most.Of == "" || err != nil {
		return left
	}
	if units := most.Value.Times(pack); left > units {
		left = units
		o.step(StepMost, most.Of, "at most "+string(most.Value.Decimal())+" shown", left)
	}
	return left
}

// Explain says all of it in one line.
func (o Offer) Explain() string {
	var all []string
	for i, s := range o.Steps {
		words := s.Words
		if i == 0 && s.Kind == StepAvailable {
			words = string(s.Left.Decimal()) + " available: " + words
		} else if s.Kind != StepMaster {
			words += " → " + string(s.Left.Decimal())
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}
