package catalog

import "strings"

// GTIN is a Global Trade Item Number in fourteen digits, the form in which those of 8, 12, 13 and 14 digits compare (GS1
// General Specifications, section 7.9: zeros are put before the shorter ones).
type GTIN string

// ParseGTIN reads a GTIN of 8, 12, 13 or 14 digits, blanks and dashes between them allowed. ok is false for another length, a
// wrong check digit, and nothing but zeros.
func ParseGTIN(text string) (g GTIN, ok bool) {
	digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(text)
	switch len(digits) {
	case 8, 12, 13, 14:
	default:
		return "", false
	}
	if strings.Trim(digits, "0123456789") != "" || strings.Trim(digits, "0") == "" {
		return "", false
	}
	sum, weight := 0, 1
	for i := len(digits) - 1; i >= 0; i-- {
		sum += int(digits[i]-'0') * weight
		weight = 4 - weight // the check digit counts once, those before it 3, 1, 3, ...
	}
	if sum%10 != 0 {
		return "", false
	}
	return GTIN(strings.Repeat("0", 14-len(digits)) + digits), true
}

// Forms lists how the number may be written: in 14 digits, and in as many fewer as its leading zeros allow.
func (g GTIN) Forms() []string {
	var all []string
	for _, length := range []int{14, 13, 12, 8} {
		if cut := len(g) - length; cut >= 0 && strings.Trim(string(g[:cut]), "0") == "" {
			all = append(all, string(g[cut:]))
		}
	}
	return all
}
