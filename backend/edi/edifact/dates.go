package edifact

// layouts are the date formats of code list 2379 whose values can be checked, letter by letter: C century, Y year, M month,
// D day, H hour, m minute, S second, W week, Z zone (three letters), * anything. A range may have a hyphen in its middle.
var layouts = map[string]string{
	"2": "DDMMYY", "101": "YYMMDD", "102": "CCYYMMDD", "106": "MMDD", "201": "YYMMDDHHmm", "202": "YYMMDDHHmmSS",
	"203": "CCYYMMDDHHmm", "204": "CCYYMMDDHHmmSS", "301": "YYMMDDHHmmZZZ", "303": "CCYYMMDDHHmmZZZ", "304": "CCYYMMDDHHmmSSZZZ",
	"401": "HHmm", "402": "HHmmSS", "501": "HHmm-HHmm", "602": "CCYY", "609": "YYMM", "610": "CCYYMM", "615": "YYWW", "616": "CCYYWW",
	"713": "YYMMDDHHmm-YYMMDDHHmm", "715": "YYWW-YYWW", "716": "CCYYWW-CCYYWW", "717": "YYMMDD-YYMMDD",
	"718": "CCYYMMDD-CCYYMMDD", "719": "CCYYMMDDHHmm-CCYYMMDDHHmm",
}

// limits are the largest values of two letters of a layout, and the smallest.
var limits = [128]struct{ low, high int }{'C': {0, 99}, 'Y': {0, 99}, 'M': {1, 12}, 'D': {1, 31}, 'H': {0, 24}, 'm': {0, 59},
	'S': {0, 59}, 'W': {1, 53}}

// dated tells whether value is written as layout says and is a date that exists.
func dated[T ~string | ~[]byte](layout string, value T) bool {
	if layout == "" {
		return false
	}
	parts := [128]int{'C': 20}
	for len(layout) > 0 {
		switch {
		case layout[0] == '-':
			if len(value) > 0 && value[0] == '-' {
				value = value[1:]
			}
			layout = layout[1:]
			continue
		case layout[0] == 'Z':
			return len(value) == 3
		case len(value) < 2 || value[0] < '0' || value[0] > '9' || value[1] < '0' || value[1] > '9':
			return false
		}
		n := int(value[0]-'0')*10 + int(value[1]-'0')
		if limit := limits[layout[0]&127]; n < limit.low || n > limit.high {
			return false
		}
		parts[layout[0]&127] = n
		if layout[0] == 'D' && !dayExists(&parts) {
			return false
		}
		layout, value = layout[2:], value[2:]
	}
	return len(value) == 0
}

// dayExists tells whether a month has the day; the month may come later (DDMMYY), and is not known then.
func dayExists(parts *[128]int) bool {
	year := parts['C']*100 + parts['Y']
	switch parts['M'] {
	case 4, 6, 9, 11:
		return parts['D'] <= 30
	case 2:
		leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
		return parts['D'] <= 28 || parts['D'] == 29 && leap
	}
	return true
}
