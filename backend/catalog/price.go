package catalog

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// PriceRule says what a channel's prices are made of: the variant's own price, a percentage on top, rounding, and a floor.
type PriceRule struct {
	ChannelID int64
	Channel   string
	Percent   commerce.Decimal // on top of the price; below zero takes off; "" is none
	Rounding  Rounding
	Direction Direction
	Margin    commerce.Decimal // the least on top of the cost, in percent; "" is no floor
	Version   int64            // 0: there is no rule
}

// Rounding is what a price is rounded to.
type Rounding string

// The roundings. Endings are of the currency's whole unit; where it has none smaller (yen), all round to a whole one.
const (
	RoundCent Rounding = ""
	RoundTen  Rounding = "10"
	RoundFive Rounding = "5"
	Round99   Rounding = "99"
	Round95   Rounding = "95"
)

// Roundings lists them all, as rules name them.
var Roundings = []Rounding{RoundCent, RoundFive, RoundTen, Round95, Round99}

// Direction says which of the two roundings beside a price is taken.
type Direction string

// The directions.
const (
	Up      Direction = "up"
	Nearest Direction = "nearest"
	Down    Direction = "down"
)

// Priced is a variant as a channel offers it: what its price there is made of. Amounts are exact decimals, "" not stated.
type Priced struct {
	Price           commerce.Decimal
	Cost            commerce.Decimal
	Currency        commerce.Currency // of both
	Pack            commerce.Decimal  // how many one sale takes; "" is one
	Own             commerce.Decimal  // what a person set for this listing; it goes before the rule
	ListingCurrency commerce.Currency // in which the channel sells it; "" is not known
}

// Wanted is the price that a listing should have, and how it came about. Price is "" where none can be worked out; Why says so then.
type Wanted struct {
	Price    commerce.Decimal
	Currency commerce.Currency
	Steps    []PriceStep
	Below    bool // it is below the floor, which a person's own price may be
	Why      string
}

// PriceStep is one line of an explanation: what was done, and the price behind it.
type PriceStep struct {
	Words string
	Price commerce.Decimal
}

// Explain says all of it in one line: "base 11.50, +12 %, rounded up to .99, floor 9.20 not reached".
func (w Wanted) Explain() string {
	if w.Price == "" {
		return w.Why
	}
	var all []string
	for _, step := range w.Steps {
		all = append(all, step.Words)
	}
	return strings.Join(all, ", ")
}

// Check refuses what no price can come of.
func (r PriceRule) Check() error {
	for field, value := range map[string]commerce.Decimal{"percent": r.Percent, "margin": r.Margin} {
		d, err := commerce.ParseDecimal(string(value))
		if err != nil {
			return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no number.", value), "Write a percentage such as 12.5.").InField(field)
		}
		if n := ratOf(d); n.Cmp(big.NewRat(-100, 1)) <= 0 || n.Cmp(big.NewRat(100_000, 1)) > 0 {
			return fault.New(fault.Invalid, fmt.Sprintf("%s %% is out of range.", value), "Write a percentage above -100.").InField(field)
		}
	}
	if !slices.Contains(Roundings, r.Rounding) {
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no rounding.", r.Rounding), "Round to 5 or 10 cents, or to an ending of 95 or 99; or not at all.").InField("rounding")
	}
	if !slices.Contains([]Direction{Up, Nearest, Down}, r.Direction) {
		return fault.New(fault.Invalid, fmt.Sprintf("“%s” is no direction.", r.Direction), "Round up, down, or to the nearest.").InField("direction")
	}
	return nil
}

// Words says what the rule does.
func (r PriceRule) Words() string {
	var all []string
	if r.Percent.Sign() != 0 {
		all = append(all, percentWords(r.Percent))
	}
	if r.Rounding != RoundCent {
		all = append(all, "rounded "+r.roundingWords())
	}
	if r.Margin != "" {
		all = append(all, "never below cost + "+string(r.Margin.Padded(0))+" %")
	}
	if len(all) == 0 {
		return "the price as it is"
	}
	return strings.Join(all, ", ")
}

func percentWords(percent commerce.Decimal) string {
	if percent.Sign() < 0 {
		return "−" + string(percent.Padded(0))[1:] + " %"
	}
	return "+" + string(percent.Padded(0)) + " %"
}

func (r PriceRule) roundingWords() string {
	words := map[Direction]string{Up: "up to ", Nearest: "to the nearest ", Down: "down to "}[r.Direction]
	switch r.Rounding {
	case RoundFive, RoundTen:
		return words + string(r.Rounding) + " cents"
	case Round95, Round99:
		return words + "." + string(r.Rounding)
	}
	return words + "a cent"
}

// Price works out what a listing should cost: its own price where a person set one, else the rule's.
func (r PriceRule) Price(p Priced) Wanted {
	if p.Own != "" {
		return r.own(p)
	}
	w := Wanted{Currency: p.Currency}
	switch {
	case p.Price == "":
		w.Why = "the product has no price"
		return w
	case p.Currency != "" && p.ListingCurrency != "" && p.Currency != p.ListingCurrency:
		w.Why = "the price is in " + string(p.Currency) + ", and the channel sells in " + string(p.ListingCurrency)
		return w
	}
	m := money{or(p.Currency, p.ListingCurrency).Exponent()}
	price := ratOf(p.Price)
	w.step("base "+string(p.Price.Padded(m.places)), m, price)
	if pack := ratOf(or(p.Pack, "1")); pack.Cmp(one) != 0 {
		price.Mul(price, pack)
		w.step("× "+string(p.Pack.Padded(0))+" in one sale", m, price)
	}
	if r.Percent.Sign() != 0 {
		price.Mul(price, plusPercent(r.Percent))
		w.step(percentWords(r.Percent), m, price)
	}
	direction := r.Direction
	if r.Rounding == RoundCent {
		direction = Nearest
	}
	minor := m.round(price, r.Rounding, direction)
	if m.rat(minor).Cmp(price) != 0 || r.Rounding != RoundCent {
		w.step("rounded "+m.words(r), m, m.rat(minor))
	}
	if floor, words := r.floor(p, m); floor != nil {
		if m.rat(minor).Cmp(m.rat(floor)) < 0 {
			minor = m.round(m.rat(floor), r.Rounding, Up)
			w.step("raised to the floor "+words, m, m.rat(minor))
		} else {
			w.step("floor "+words+" not reached", m, m.rat(minor))
		}
	}
	w.Price = m.text(minor)
	return w
}

// own is the price that a person set for one listing. It stands even below the floor, and says so.
func (r PriceRule) own(p Priced) Wanted {
	w := Wanted{Currency: or(p.ListingCurrency, p.Currency), Price: p.Own}
	m := money{w.Currency.Exponent()}
	w.Price = p.Own.Padded(m.places)
	w.step("set for this listing", m, ratOf(p.Own))
	if floor, words := r.floor(p, m); floor != nil && p.Currency == w.Currency && ratOf(p.Own).Cmp(m.rat(floor)) < 0 {
		w.Below = true
		w.step("below the floor "+words, m, ratOf(p.Own))
	}
	return w
}

// floor is the least price, in minor units rounded up; nil where the rule has none or the cost is not known.
func (r PriceRule) floor(p Priced, m money) (*big.Int, string) {
	if r.Margin == "" || p.Cost == "" {
		return nil, ""
	}
	floor := ratOf(p.Cost)
	floor.Mul(floor, ratOf(or(p.Pack, "1")))
	floor.Mul(floor, plusPercent(r.Margin))
	minor := m.round(floor, RoundCent, Up)
	return minor, string(m.text(minor))
}

func (w *Wanted) step(words string, m money, price *big.Rat) {
	text := commerce.Decimal(price.FloatString(m.places + 4)).Padded(m.places)
	w.Steps = append(w.Steps, PriceStep{words, text})
}

var one = big.NewRat(1, 1)

func ratOf(d commerce.Decimal) *big.Rat {
	n, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return new(big.Rat)
	}
	return n
}

// plusPercent is the factor of a percentage on top.
func plusPercent(percent commerce.Decimal) *big.Rat {
	n := ratOf(percent)
	n.Quo(n, big.NewRat(100, 1))
	return n.Add(n, one)
}

// money rounds in the minor units of a currency, of which places make a whole one: 2 for cents.
type money struct{ places int }

func (m money) unit() *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(m.places)), nil)
}

func (m money) rat(minor *big.Int) *big.Rat { return new(big.Rat).SetFrac(minor, m.unit()) }

func (m money) text(minor *big.Int) commerce.Decimal {
	return commerce.Decimal(m.rat(minor).FloatString(m.places))
}

// words says what a price was rounded to; a currency without a smaller unit knows whole ones alone.
func (m money) words(r PriceRule) string {
	switch {
	case m.places < 2 && r.Rounding != RoundCent:
		return map[Direction]string{Up: "up to ", Nearest: "to the nearest ", Down: "down to "}[r.Direction] + "a whole one"
	case r.Rounding == RoundCent:
		return "to the smallest coin"
	}
	return r.roundingWords()
}

// grid is which minor units a rounding knows: every step, offset further.
func (m money) grid(r Rounding) (step, offset *big.Int) {
	hundredth := new(big.Int).Quo(m.unit(), big.NewInt(100)) // of a whole unit, in minor units
	if hundredth.Sign() == 0 || r == RoundCent {
		return big.NewInt(1), new(big.Int)
	}
	n := map[Rounding]int64{RoundFive: 5, RoundTen: 10, Round95: 95, Round99: 99}[r]
	ending := new(big.Int).Mul(hundredth, big.NewInt(n))
	if r == Round95 || r == Round99 {
		return m.unit(), ending
	}
	return ending, new(big.Int)
}

// round gives minor units, halves up where it is to the nearest. Nothing above zero is rounded down to nothing.
func (m money) round(price *big.Rat, r Rounding, d Direction) *big.Int {
	step, offset := m.grid(r)
	exact := new(big.Rat).Mul(price, new(big.Rat).SetInt(m.unit()))
	exact.Sub(exact, new(big.Rat).SetInt(offset))
	exact.Quo(exact, new(big.Rat).SetInt(step))
	below := new(big.Int).Div(exact.Num(), exact.Denom()) // rounds towards minus infinity: denominators are above zero
	steps := new(big.Int).Set(below)
	rest := exact.Sub(exact, new(big.Rat).SetInt(below))
	if rest.Sign() > 0 && (d == Up || d == Nearest && rest.Cmp(big.NewRat(1, 2)) >= 0) {
		steps.Add(steps, big.NewInt(1))
	}
	minor := steps.Mul(steps, step)
	minor.Add(minor, offset)
	if minor.Sign() <= 0 && price.Sign() > 0 {
		minor.Add(minor, step)
	}
	return minor
}

func or[T comparable](values ...T) T {
	var none T
	for _, v := range values {
		if v != none {
			return v
		}
	}
	return none
}

// PriceChange is a listing with its price under two rules.
type PriceChange struct {
	Listing Listing
	Before  Wanted
	After   Wanted
}

// PricePreview is what a rule would do to a channel. Rows are those whose price differs.
type PricePreview struct {
	Listings int // linked to a product
	Changed  int
	Raised   int // of those that changed
	Lowered  int
	Floored  int // that the floor raised
	Own      int // that have a price of their own, which no rule changes
	Unpriced int // for which no price can be worked out
	Rows     []PriceChange
}

// Count counts a listing, and tells whether its price differs.
func (p *PricePreview) Count(c PriceChange) bool {
	p.Listings++
	switch {
	case c.Listing.OwnPrice != "":
		p.Own++
	case c.After.Price == "":
		p.Unpriced++
	}
	for _, step := range c.After.Steps {
		if strings.HasPrefix(step.Words, "raised") {
			p.Floored++
		}
	}
	if c.Before.Price.Equal(c.After.Price) {
		return false
	}
	p.Changed++
	if ratOf(c.After.Price).Cmp(ratOf(c.Before.Price)) > 0 {
		p.Raised++
	} else {
		p.Lowered++
	}
	return true
}
