package format

import (
	"net/mail"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

// facts are what the values of one column look like.
type facts struct {
	filled    int
	distinct  map[string]struct{} // up to a bound
	samples   []string
	emails    int
	numbers   int
	whole     int
	decimals  int
	signed    int // with a currency sign or name
	dates     int
	countries int
	currency  int
	gtins     int
	trackings int
	urls      int
	letters   int // with any letter
	digits    int // with any digit
	html      int
	length    int // of all together
}

// distinctKept bounds the values remembered of a column.
const distinctKept = 1000

func (f *facts) add(cell string) {
	text := value.ID(cell)
	if text == "" {
		return
	}
	f.filled++
	f.length += len(text)
	f.sample(text)
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 }) {
		f.letters++
	}
	if strings.ContainsAny(text, "0123456789") {
		f.digits++
	}
	f.shape(text)
}

func (f *facts) sample(text string) {
	if f.distinct == nil {
		f.distinct = map[string]struct{}{}
	}
	if _, known := f.distinct[text]; known || len(f.distinct) >= distinctKept {
		return
	}
	f.distinct[text] = struct{}{}
	if len(f.samples) < samplesShown {
		f.samples = append(f.samples, left(text, sampleLength))
	}
}

func (f *facts) shape(text string) {
	count := func(into *int, yes bool) {
		if yes {
			*into++
		}
	}
	if len(text) > 256 {
		return
	}
	n, err := value.Money(text, value.Unknown, 2)
	count(&f.numbers, err == nil)
	if err == nil {
		_, frac, _ := strings.Cut(string(n.Value), ".")
		count(&f.whole, strings.Trim(frac, "0") == "" && n.Currency == "")
		count(&f.decimals, len(frac) == 2)
		count(&f.signed, n.Currency != "" || strings.ContainsAny(text, "$€£¥"))
	}
	count(&f.emails, isEmail(text))
	count(&f.dates, value.DateHintOf(text).IsDate && !plainDigits(text))
	count(&f.countries, len(text) == 2 && slices.Contains(countryCodes, strings.ToUpper(text)))
	count(&f.currency, len(text) == 3 && isCurrency(text))
	count(&f.gtins, isGTIN(text))
	count(&f.trackings, isTracking(text))
	count(&f.urls, strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://"))
	count(&f.html, strings.Contains(text, "</"))
}

// share is how many of the filled cells are so; 0 when none is filled.
func (f *facts) share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func (f *facts) mostly(n int) bool { return f.filled > 0 && f.share(n, f.filled) >= 0.9 }

func plainDigits(text string) bool { return digitsOf(text) == text }

func isEmail(text string) bool {
	if !strings.Contains(text, "@") || strings.ContainsAny(text, " <>,") {
		return false
	}
	address, err := mail.ParseAddress(text)
	return err == nil && strings.Contains(address.Address[strings.LastIndexByte(address.Address, '@'):], ".")
}

func isCurrency(text string) bool {
	_, err := commerce.ParseCurrency(text)
	return err == nil && slices.Contains(currencyCodes, strings.ToUpper(text))
}

// isGTIN checks the length and the check digit of a GTIN (GS1 General Specifications, section 7.9).
func isGTIN(text string) bool {
	if !plainDigits(text) || !slices.Contains([]int{8, 12, 13, 14}, len(text)) || strings.Trim(text, "0") == "" {
		return false
	}
	sum := 0
	for i := range len(text) - 1 {
		digit := int(text[len(text)-2-i] - '0')
		if i%2 == 0 {
			digit *= 3
		}
		sum += digit
	}
	return (10-sum%10)%10 == int(text[len(text)-1]-'0')
}

// isTracking tells whether a text looks like the number of a parcel: UPS (1Z and 16 signs), USPS (20 to 22 digits that
// begin with 9), the Universal Postal Union's S10 (RR123456785DE), or the long numbers of DHL, FedEx, DPD and GLS.
func isTracking(text string) bool {
	compact := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(text))
	digits := digitsOf(compact)
	switch {
	case strings.HasPrefix(compact, "1Z") && len(compact) == 18:
		return true
	case len(compact) == 13 && len(digits) == 9 && digitsOf(compact[2:11]) == compact[2:11]:
		return true
	case compact != digits:
		return strings.HasPrefix(compact, "JJD") || strings.HasPrefix(compact, "TBA")
	}
	return len(digits) >= 20 && len(digits) <= 22 && digits[0] == '9' || len(digits) == 20 && strings.HasPrefix(digits, "00")
}

// countryCodes are the two-letter codes of ISO 3166 that are also no usual words or states in such files alone.
var countryCodes = strings.Fields("AD AE AF AG AI AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH CI CL CM CN CO CR CU CV CY CZ " +
	"DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KM KN KR KW KZ LA LB LC LI LK " +
	"LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PR PT PY QA RO RS RU RW SA SB SC SD SE SG SI " +
	"SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG UK US UY UZ VA VC VE VN VU WS YE ZA ZM ZW")

// currencyCodes are the currencies that merchants' files usually name.
var currencyCodes = strings.Fields("USD EUR GBP CAD AUD NZD JPY CNY HKD TWD SGD MYR IDR THB PHP VND KRW INR PKR BDT LKR AED SAR QAR KWD BHD OMR ILS TRY EGP ZAR NGN KES " +
	"GHS MAD CHF SEK NOK DKK ISK PLN CZK HUF RON BGN HRK RSD UAH RUB MXN BRL ARS CLP COP PEN UYU")
