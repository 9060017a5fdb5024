package sim

import (
	"fmt"
	"strconv"

	"tradepost/backend/commerce"
)

// minor writes cents as Amazon does.
func minor(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

func decimal(cents int64) commerce.Decimal { return commerce.Decimal(minor(cents)) }

func pieces(n int64) commerce.Decimal { return commerce.Decimal(strconv.FormatInt(n, 10)) }

func money(cents int64) map[string]any {
	return map[string]any{"amount": minor(cents), "currencyCode": currency}
}

// cents reads an amount as it may stand in JSON: 12, 12.5 or 12.50.
func cents(text string) (int64, bool) {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return 0, false
	}
	a, err := commerce.AmountOf(d, 2)
	return a.Minor, err == nil && a.Stated
}
