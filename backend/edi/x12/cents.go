package x12

import (
	"fmt"
	"math/big"
	"strconv"
)

// cents is an amount with two decimals, as X12's N2.
type cents int64

// String is the amount as N2 writes it.
func (c cents) String() string { return strconv.FormatInt(int64(c), 10) }

// words is the amount with its decimal point.
func (c cents) words() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// wholeCents reads N2: 12345 is 123.45.
func wholeCents(text string) (cents, bool) {
	number, err := strconv.ParseInt(text, 10, 64)
	return cents(number), err == nil
}

// centsOf reads a decimal amount, rounded half away from zero.
func centsOf(text string) (cents, bool) {
	amount, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	return rounded(amount), true
}

// lineTotal is quantity times price.
func lineTotal(quantity, price string) (cents, bool) {
	q, ok := new(big.Rat).SetString(quantity)
	p, okToo := new(big.Rat).SetString(price)
	if !ok || !okToo {
		return 0, false
	}
	return rounded(q.Mul(q, p)), true
}

func rounded(amount *big.Rat) cents {
	amount.Mul(amount, big.NewRat(100, 1))
	text := amount.FloatString(0)
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return cents(number)
}
