package value

import "strings"

// zoneNames are the abbreviations marketplaces write behind times, in minutes east of UTC. Abbreviations that name
// several zones in use among sellers (IST and the like) are left out on purpose.
var zoneNames = map[string]int{
	"Z": 0, "UTC": 0, "GMT": 0, "PST": -8 * 60, "PDT": -7 * 60, "MST": -7 * 60, "MDT": -6 * 60, "EST": -5 * 60, "EDT": -4 * 60,
	"CET": 60, "CEST": 120, "BST": 60, "JST": 9 * 60, "AEST": 10 * 60, "AEDT": 11 * 60,
	"CST": -6 * 60, "CDT": -5 * 60,
}

// readZone reads Z, UTC, PST, +0000, +00:00, -08, UTC+2 or nothing. Only a time takes a zone, a day does not.
func (p *parts) readZone(s *scanner) bool {
	s.blanks()
	if s.done() || !p.hasTime {
		return true
	}
	if name := strings.ToUpper(s.word()); name != "" {
		offset, ok := zoneNames[name]
		p.offset, p.zoned = offset, ok
		if s.blanks(); s.done() || offset != 0 {
			return ok
		}
	}
	return p.readOffset(s)
}

func (p *parts) readOffset(s *scanner) bool {
	sign := 1
	switch {
	case s.peek() == '-':
		sign = -1
	case s.peek() != '+':
		return false
	}
	s.at++
	s.blanks()
	hours, digits := s.number(2)
	s.blanks()
	if s.peek() == ':' {
		s.at++
	}
	minutes, more := s.number(2)
	p.offset, p.zoned = sign*(hours*60+minutes), true
	return digits > 0 && more != 1 && hours <= 14 && minutes <= 59
}
