package value

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tradepost/backend/commerce"
)

// signs are the ways files write a currency that are no three-letter code. A sign that several currencies share has no
// code here: it is accepted and says nothing.
var signs = map[string]commerce.Currency{
	"€": "EUR", "₹": "INR", "₩": "KRW", "₫": "VND", "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN",
	"r$": "BRL", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "us$": "USD", "hk$": "HKD", "nz$": "NZD",
	"nt$": "TWD", "s$": "SGD", "mx$": "MXN", "rm": "MYR", "kr": "", "rs": "", "r": "",
}

// currencyNamed tells which currency a sign or code names; "" with ok for a sign that several share.
func currencyNamed(name string) (commerce.Currency, bool) {
	if code, ok := signs[strings.ToLower(name)]; ok {
		return code, true
	}
	if r, size := utf8.DecodeRuneInString(name); size == len(name) && unicode.Is(unicode.Sc, r) {
		return "", true
	}
	if name != strings.ToUpper(name) {
		return "", false
	}
	code, err := commerce.ParseCurrency(name)
	return code, err == nil
}
