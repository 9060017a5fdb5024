package customer

import "strings"

// PhoneKey folds a telephone number to its digits without leading zeros, for finding who has it: "+49 30 123" and
// "0049 30/123" are one.
func PhoneKey(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	return strings.TrimLeft(digits, "0")
}
