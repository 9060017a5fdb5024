package value

import "strings"

// parts is a date as written, before day and month are settled and a zone is laid under it.
type parts struct {
	year, month, day     int
	a, b                 int  // the two numbers of a numeric date, in their order
	numeric              bool // a and b are day and month in an order not yet known
	hour, minute, second int
	milli                int
	hasTime, hasSecond   bool
	hasFraction          bool
	offset               int // minutes east of UTC
	zoned                bool
}

// scanner walks over the text of a date.
type scanner struct {
	text string
	at   int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.at]
}

// number takes up to most digits; digits is how many there were.
func (s *scanner) number(most int) (n, digits int) {
	for digits < most && isDigit(s.peek()) {
		n = n*10 + int(s.peek()-'0')
		s.at++
		digits++
	}
	return n, digits
}

// word takes a run of ASCII letters.
func (s *scanner) word() string {
	from := s.at
	for c := s.peek(); c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'; c = s.peek() {
		s.at++
	}
	return s.text[from:s.at]
}

func (s *scanner) blanks() {
	for s.peek() == ' ' || s.peek() == '\t' {
		s.at++
	}
}

// separator takes what stands between the parts of a date, one of - / . or blanks and commas, and gives its first byte.
func (s *scanner) separator() byte {
	from := s.at
	if c := s.peek(); c == '-' || c == '/' || c == '.' {
		s.at++
	}
	for s.peek() == ' ' || s.peek() == ',' {
		s.at++
	}
	if s.at == from {
		return 0
	}
	return s.text[from]
}

// parseDate reads the whole text or nothing.
func parseDate(text string) (parts, bool) {
	var p parts
	if len(text) > 64 {
		return p, false
	}
	s := scanner{text: text}
	ok := p.readDay(&s) && p.readTime(&s) && p.readZone(&s)
	s.blanks()
	return p, ok && s.done()
}

func (p *parts) readDay(s *scanner) bool {
	if name := s.name(); name != "" {
		return p.readMonthFirst(s, name)
	}
	first, digits := s.number(4)
	sep := s.separator()
	switch {
	case sep == 0 || digits == 0 || digits == 3:
		return false
	case digits == 4:
		return p.readYearFirst(s, first, sep)
	}
	if name := s.name(); name != "" {
		return p.readMonthSecond(s, first, name)
	}
	return p.readNumeric(s, first, sep)
}

// readYearFirst reads the rest of 2026-03-12 or 2026/03/12.
func (p *parts) readYearFirst(s *scanner, year int, sep byte) bool {
	var months, days int
	p.year = year
	if p.month, months = s.number(2); months == 0 || s.separator() != sep || sep == ' ' {
		return false
	}
	p.day, days = s.number(2)
	return days > 0 && !isDigit(s.peek())
}

// readMonthFirst reads the rest of Jul-21-26 or July 21, 2026.
func (p *parts) readMonthFirst(s *scanner, name string) bool {
	month, ok := monthNamed(name)
	if !ok || s.separator() == 0 {
		return false
	}
	day, digits := s.number(2)
	p.month, p.day = month, day
	return digits > 0 && s.separator() != 0 && p.readYear(s)
}

// readMonthSecond reads the rest of 21-Jul-2026 or 21 July 26.
func (p *parts) readMonthSecond(s *scanner, day int, name string) bool {
	month, ok := monthNamed(name)
	p.month, p.day = month, day
	return ok && s.separator() != 0 && p.readYear(s)
}

// readNumeric reads the rest of 07/21/26, 21.07.2026 or 21-07-2026.
func (p *parts) readNumeric(s *scanner, first int, sep byte) bool {
	second, digits := s.number(2)
	p.a, p.b, p.numeric = first, second, true
	return digits > 0 && sep != ' ' && sep != ',' && s.separator() == sep && p.readYear(s)
}

// readYear reads two or four digits; two are 1970 to 2069.
func (p *parts) readYear(s *scanner) bool {
	year, digits := s.number(4)
	if digits == 2 {
		year += 2000
		if year >= 2070 {
			year -= 100
		}
	}
	p.year = year
	return (digits == 2 || digits == 4) && !isDigit(s.peek())
}

var months = [...]string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}

// monthNamed knows English month names and their first three letters (and "Sept"), and those of other languages.
func monthNamed(name string) (int, bool) {
	low := strings.ToLower(name)
	for i, month := range months {
		if low == month || low == month[:3] || low == "sept" && i == 8 {
			return i + 1, true
		}
	}
	return foreignMonth(low)
}

// readTime reads " 13:04", "T13:04:05.123", ", 1:04 PM", or nothing.
func (p *parts) readTime(s *scanner) bool {
	before := s.at
	if c := s.peek(); c == 'T' || c == 't' || c == ',' {
		s.at++
	}
	s.blanks()
	if s.at == before || s.done() {
		return s.at == before && s.done()
	}
	if !isDigit(s.peek()) {
		return s.text[before] == ' '
	}
	var digits int
	if p.hour, digits = s.number(2); digits == 0 || s.peek() != ':' {
		return false
	}
	s.at++
	if p.minute, digits = s.number(2); digits != 2 {
		return false
	}
	p.hasTime = true
	return p.readSecond(s) && p.readHalf(s)
}

func (p *parts) readSecond(s *scanner) bool {
	if s.peek() != ':' {
		return true
	}
	s.at++
	var digits int
	p.second, digits = s.number(2)
	p.hasSecond = true
	if c := s.peek(); digits == 2 && (c == '.' || c == ',') {
		return p.readFraction(s)
	}
	return digits == 2
}

// readFraction keeps milliseconds and drops what is finer.
func (p *parts) readFraction(s *scanner) bool {
	s.at++
	n, digits := s.number(3)
	for d := digits; d < 3; d++ {
		n *= 10
	}
	s.number(9)
	p.milli, p.hasFraction = n, true
	return digits > 0
}

// readHalf reads AM or PM, if one comes.
func (p *parts) readHalf(s *scanner) bool {
	before := s.at
	s.blanks()
	half := strings.ToLower(s.word())
	switch half {
	case "am", "pm":
	case "a", "p":
		if s.text[s.at:] != "" && !strings.HasPrefix(s.text[s.at:], ".m.") {
			s.at = before
			return true
		}
		s.at = min(s.at+3, len(s.text))
	default:
		s.at = before
		return true
	}
	if p.hour < 1 || p.hour > 12 {
		return false
	}
	p.hour %= 12
	if half[0] == 'p' {
		p.hour += 12
	}
	return true
}
