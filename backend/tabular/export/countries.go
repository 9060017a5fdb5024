package export

import (
	_ "embed"
	"strings"

	"tradepost/backend/customer"
)

// countryNames has the codes of ISO 3166-1 with the English names by which files state countries (Unicode CLDR).
//
//go:embed countries.txt
var countryNames string

var countryCodes = readCountries()

func readCountries() map[string]string {
	codes := map[string]string{"usa": "US", "united states of america": "US", "u.s.a.": "US", "u.s.": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
		"wales": "GB", "northern ireland": "GB", "the netherlands": "NL", "holland": "NL", "czech republic": "CZ", "south korea": "KR", "republic of korea": "KR", "russian federation": "RU",
		"viet nam": "VN", "ivory coast": "CI", "hong kong": "HK", "macao": "MO", "macau": "MO", "turkey": "TR", "taiwan": "TW", "deutschland": "DE", "españa": "ES", "italia": "IT", "france": "FR"}
	for line := range strings.SplitSeq(strings.TrimSpace(countryNames), "\n") {
		code, name, _ := strings.Cut(line, " ")
		codes[strings.ToLower(name)] = code
		codes[strings.ToLower(code)] = code
	}
	return codes
}

// countryCode is the country's code; what is no known name or code stays as it is stated.
func countryCode(c *customer.Contact) string {
	if code, ok := countryCodes[strings.ToLower(strings.TrimSpace(c.Country))]; ok {
		return code
	}
	return c.Country
}
