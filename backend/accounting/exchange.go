package accounting

import (
	"cmp"
	"math/big"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// DayRate is how much of the books' own currency one unit of another one is from a day on (YYYY-MM-DD).
type DayRate struct {
	Day  string `json:"day"`
	Rate string `json:"rate"` // as a person wrote it: 1.0832
}

// ratesHold is for how many days a rate stands when no later one is known.
const ratesHold = 31

// exchange turns amounts of an order into those of the books. An empty rate leaves them as they are.
type exchange struct {
	from, to commerce.Currency
	rate     commerce.Decimal
	factor   *big.Rat         // of minor units
	worth    commerce.Decimal // of amounts that stay in another currency: how much of the books' own one unit is; "" is not known
}

// exchange finds by what an order is posted: in its own currency where the books have accounts in it, else by the rate of its day, or the one that it
// was posted by before.
func (m Mapping) exchange(s Sale) (exchange, error) {
	c := s.Order.Currency
	switch {
	case c == "":
		return exchange{}, fault.New(fault.Invalid, "The order states no currency.", "Say in the channel's settings which one it is in.").InField("currency")
	case m.Home == "" || c == m.Home:
		return exchange{from: c, to: c}, nil
	case m.asItIs(s):
		return exchange{from: c, to: c, worth: cmp.Or(s.past.rate, m.rateOf(c, s.Day))}, nil
	}
	rate := s.past.rate
	if rate == "" {
		rate = m.rateOf(c, s.Day)
	}
	factor, ok := new(big.Rat).SetString(string(rate))
	if !ok || factor.Sign() <= 0 {
		return exchange{}, fault.New(fault.Invalid, "Your books are in "+string(m.Home)+", the order is in "+string(c)+", and no rate of "+string(c)+" is known for "+s.Day+".",
			"Give one in the mapping of your books: how much "+string(m.Home)+" one "+string(c)+" is; or choose accounts in "+string(c)+" there.").InField("rates")
	}
	shift := new(big.Rat).SetFrac(pow10(m.Home.Exponent()), pow10(c.Exponent()))
	return exchange{from: c, to: m.Home, rate: rate, factor: factor.Mul(factor, shift)}, nil
}

// asItIs reports whether an order in another currency is posted in it: as it was before, else where the books say what customers owe in it.
func (m Mapping) asItIs(s Sale) bool {
	if s.past.currency != "" {
		return s.past.currency == s.Order.Currency
	}
	return m.Currencies[s.Order.Currency][Receivable].Name != ""
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// rateOf is the rate of a day: the latest one up to it, unless that is too old; "" is not known.
func (m Mapping) rateOf(c commerce.Currency, day string) commerce.Decimal {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	oldest, best := at.AddDate(0, 0, -ratesHold).Format(time.DateOnly), DayRate{}
	for _, r := range m.Rates[c] {
		if r.Day <= day && r.Day >= oldest && r.Day >= best.Day {
			best = r
		}
	}
	return commerce.Decimal(best.Rate)
}

// of turns an amount in minor units, halves away from zero.
func (x exchange) of(minor int64) int64 {
	if x.rate == "" {
		return minor
	}
	product := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), x.factor)
	twice := new(big.Int).Mul(product.Num(), big.NewInt(2))
	whole := product.Denom()
	if twice.Sign() < 0 {
		twice.Sub(twice, whole)
	} else {
		twice.Add(twice, whole)
	}
	return twice.Quo(twice, new(big.Int).Mul(whole, big.NewInt(2))).Int64()
}

// parts turns what was sold line by line; what rounding makes the lines miss the whole goes to the account of roundings.
func (x exchange) parts(lines []Line, total int64, rounding string) []Line {
	if x.rate == "" {
		return lines
	}
	left := x.of(total)
	for i, l := range lines {
		net := credit(l.Role, x.of(l.Net()))
		lines[i].Debit, lines[i].Credit = net.Debit, net.Credit
		left -= net.Net()
	}
	for i, l := range lines {
		if l.Role == Rounding {
			net := credit(Rounding, l.Net()+left)
			lines[i].Debit, lines[i].Credit = net.Debit, net.Credit
			return moving(lines)
		}
	}
	l := credit(Rounding, left)
	l.Account, l.Item = rounding, itemOf(Rounding)
	return moving(append(lines, l))
}

// checkCurrencies says what is wrong with the accounts that a mapping has for other currencies.
func (m Mapping) checkCurrencies() error {
	for c, accounts := range m.Currencies {
		if _, err := commerce.ParseCurrency(string(c)); err != nil || c == m.Home {
			return fault.New(fault.Invalid, "“"+string(c)+"” is no other currency.", "Write it like EUR.").InField("currencies")
		}
		if accounts[Clearing].Name != "" && accounts[Receivable].Name == "" {
			return fault.New(fault.Invalid, "No account is set for what customers owe in "+string(c)+".", "Choose one in "+string(c)+", or none for its money received: then its orders are converted.").
				InField("currencies")
		}
	}
	return nil
}

// checkRates says what is wrong with the rates of a mapping.
func (m Mapping) checkRates() error {
	for c, rates := range m.Rates {
		if _, err := commerce.ParseCurrency(string(c)); err != nil || c == m.Home {
			return fault.New(fault.Invalid, "“"+string(c)+"” is no other currency.", "Write it like EUR.").InField("rates")
		}
		for _, r := range rates {
			if d, err := commerce.ParseDecimal(r.Rate); err != nil || d.Sign() <= 0 || !isDay(r.Day) {
				return fault.New(fault.Invalid, "“"+r.Rate+"” from “"+r.Day+"” on is no rate of "+string(c)+".", "Write a number like 1.0832, and a day like 2026-11-30.").InField("rates")
			}
		}
	}
	return nil
}
