package catalog

import (
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"tradepost/backend/commerce"
)

func TestPricesAreMadeByTheRule(t *testing.T) {
	for _, c := range []struct {
		rule  PriceRule
		p     Priced
		price commerce.Decimal
		words string
	}{
		{PriceRule{Percent: "12", Rounding: Round99, Direction: Up, Margin: "15"}, Priced{Price: "11.50", Cost: "8.00", Currency: "EUR"}, "12.99",
			"base 11.50, +12 %, rounded up to .99, floor 9.20 not reached"},
		{PriceRule{Percent: "-50", Rounding: Round99, Direction: Up, Margin: "15"}, Priced{Price: "11.50", Cost: "8.00", Currency: "EUR"}, "9.99",
			"base 11.50, −50 %, rounded up to .99, raised to the floor 9.20"},
		{PriceRule{Direction: Up}, Priced{Price: "11.5", Currency: "EUR"}, "11.50", "base 11.50"},
		{PriceRule{Direction: Up, Percent: "33.3"}, Priced{Price: "0.10", Currency: "USD"}, "0.13", "base 0.10, +33.3 %, rounded to the smallest coin"},
		{PriceRule{Direction: Up, Percent: "5"}, Priced{Price: "0.10", Currency: "USD"}, "0.11", "base 0.10, +5 %, rounded to the smallest coin"},
		{PriceRule{Rounding: Round99, Direction: Up}, Priced{Price: "12.99", Currency: "USD"}, "12.99", "base 12.99, rounded up to .99"},
		{PriceRule{Rounding: Round99, Direction: Up}, Priced{Price: "13.00", Currency: "USD"}, "13.99", "base 13.00, rounded up to .99"},
		{PriceRule{Rounding: Round99, Direction: Nearest}, Priced{Price: "13.00", Currency: "USD"}, "12.99", "base 13.00, rounded to the nearest .99"},
		{PriceRule{Rounding: Round99, Direction: Down}, Priced{Price: "13.98", Currency: "USD"}, "12.99", "base 13.98, rounded down to .99"},
		{PriceRule{Rounding: Round99, Direction: Down}, Priced{Price: "0.50", Currency: "USD"}, "0.99", "base 0.50, rounded down to .99"},
		{PriceRule{Rounding: Round95, Direction: Nearest}, Priced{Price: "7.40", Currency: "USD"}, "6.95", "base 7.40, rounded to the nearest .95"},
		{PriceRule{Rounding: RoundFive, Direction: Nearest}, Priced{Price: "7.43", Currency: "CHF"}, "7.45", "base 7.43, rounded to the nearest 5 cents"},
		{PriceRule{Rounding: RoundFive, Direction: Nearest}, Priced{Price: "7.425", Currency: "CHF"}, "7.45", "base 7.425, rounded to the nearest 5 cents"},
		{PriceRule{Rounding: RoundTen, Direction: Up}, Priced{Price: "7.41", Currency: "SEK"}, "7.50", "base 7.41, rounded up to 10 cents"},
		{PriceRule{Rounding: RoundTen, Direction: Down}, Priced{Price: "7.49", Currency: "SEK"}, "7.40", "base 7.49, rounded down to 10 cents"},
		{PriceRule{Percent: "10", Rounding: Round99, Direction: Up}, Priced{Price: "1235", Currency: "JPY"}, "1359", "base 1235, +10 %, rounded up to a whole one"},
		{PriceRule{Rounding: Round99, Direction: Up}, Priced{Price: "3.5", Currency: "KWD"}, "3.990", "base 3.500, rounded up to .99"},
		{PriceRule{Rounding: RoundFive, Direction: Up}, Priced{Price: "3.501", Currency: "KWD"}, "3.550", "base 3.501, rounded up to 5 cents"},
		{PriceRule{Margin: "25"}, Priced{Price: "3", Cost: "1.333", Pack: "2", Currency: "USD"}, "6.00", "base 3.00, × 2 in one sale, floor 3.34 not reached"},
		{PriceRule{Margin: "25"}, Priced{Price: "1", Cost: "1.333", Currency: "USD"}, "1.67", "base 1.00, raised to the floor 1.67"},
		{PriceRule{Margin: "25"}, Priced{Price: "1", Currency: "USD"}, "1.00", "base 1.00"},
		{PriceRule{Percent: "12", Margin: "15"}, Priced{Price: "11.50", Cost: "8", Currency: "EUR", Own: "9", ListingCurrency: "EUR"}, "9.00",
			"set for this listing, below the floor 9.20"},
		{PriceRule{Percent: "12", Margin: "15"}, Priced{Price: "11.50", Cost: "8", Currency: "EUR", Own: "9", ListingCurrency: "USD"}, "9.00", "set for this listing"},
		{PriceRule{}, Priced{Currency: "EUR"}, "", "the product has no price"},
		{PriceRule{}, Priced{Price: "1", Currency: "EUR", ListingCurrency: "USD"}, "", "the price is in EUR, and the channel sells in USD"},
	} {
		if got := c.rule.Price(c.p); got.Price != c.price || got.Explain() != c.words {
			t.Errorf("%+v of %+v is %q: %s\nnot %q: %s", c.rule, c.p, got.Price, got.Explain(), c.price, c.words)
		}
	}
}

// A price ends as the rule says, lies on the side of the exact one that it says, less than a step away, and never below the floor.
func TestPricesHoldTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := func(label string, from, to int) commerce.Decimal {
			return commerce.Decimal(commerce.Minor(int64(rapid.IntRange(from, to).Draw(t, label))).Decimal(2))
		}
		p := Priced{Price: cents("price", 1, 100_000), Cost: cents("cost", 0, 80_000), Currency: "USD"}
		r := PriceRule{Percent: cents("percent", -9_000, 20_000), Margin: cents("margin", 0, 10_000), Rounding: rapid.SampledFrom(Roundings).Draw(t, "rounding"),
			Direction: rapid.SampledFrom([]Direction{Up, Nearest, Down}).Draw(t, "direction")}
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		w := r.Price(p)
		got := ratOf(w.Price)
		if floor := new(big.Rat).Mul(ratOf(p.Cost), plusPercent(r.Margin)); got.Cmp(floor) < 0 {
			t.Fatalf("%s is below the floor %s", w.Price, floor.FloatString(4))
		}
		ending := string(w.Price)[len(w.Price)-2:]
		n, err := strconv.Atoi(ending)
		if err != nil {
			t.Fatal(err)
		}
		if (r.Rounding == Round99 || r.Rounding == Round95) && ending != string(r.Rounding) || r.Rounding == RoundFive && n%5 != 0 || r.Rounding == RoundTen && n%10 != 0 {
			t.Fatalf("%s does not end as %q says", w.Price, r.Rounding)
		}
		if w.Steps[len(w.Steps)-1].Price != w.Price.Padded(2) {
			t.Fatalf("the last step %+v is not the price %s", w.Steps[len(w.Steps)-1], w.Price)
		}
		exact := new(big.Rat).Mul(ratOf(p.Price), plusPercent(r.Percent))
		if r.Rounding != RoundCent && r.Direction == Up && got.Cmp(exact) < 0 {
			t.Fatalf("%s is rounded up from %s", w.Price, exact.FloatString(4))
		}
	})
}

func TestRulesThatNoPriceComesOfAreRefused(t *testing.T) {
	for _, r := range []PriceRule{{Percent: "-100", Direction: Up}, {Percent: "x", Direction: Up}, {Rounding: "7", Direction: Up}, {Direction: "sideways"}, {Margin: "-101", Direction: Up}} {
		if r.Check() == nil {
			t.Errorf("%+v passes", r)
		}
	}
	if got := (PriceRule{Percent: "-2.50", Rounding: Round95, Direction: Nearest, Margin: "15"}).Words(); got != "−2.5 %, rounded to the nearest .95, never below cost + 15 %" {
		t.Error(got)
	}
}
