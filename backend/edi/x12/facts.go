package x12

import (
	"fmt"
	"strconv"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

// facts is what a set says about itself and what can be counted: lines, levels, totals.
type facts struct {
	kind    string
	lines   int
	levels  int            // HL segments
	items   int            // HL segments of items
	known   map[string]int // HL01 to the level's number
	total   cents          // of an invoice's lines, allowances, charges and taxes
	stated  string         // TDS01
	unsure  bool           // the total cannot be worked out from what is there
	totalAt edi.Place
	stating bool
	inLines bool
}

// lineTags are the segments that CTT01 counts (element 354, by set).
var lineTags = map[string]string{"850": "PO1", "855": "PO1", "860": "POC", "865": "POC", "810": "IT1", "846": "LIN", "832": "LIN", "852": "LIN", "856": "HL"}

func (f *facts) begin(kind string) {
	known := f.known
	clear(known)
	*f = facts{kind: kind, known: known}
}

// see takes note of a segment that stands where match says.
func (f *facts) see(c *checking, s *edi.Segment, match check.Match) {
	if match.Slot == nil {
		return
	}
	tag := match.Slot.Segment.Tag
	if match.Opens && match.Depth == 1 && tag == lineTags[f.kind] {
		f.lines++
	}
	switch {
	case tag == "CTT":
		f.count(c, s)
	case tag == "HL" && f.kind == "856":
		f.level(c, s)
	case f.kind == "810":
		f.invoice(s, tag, match, c.sets.Position())
	}
}

// count compares CTT01 with the lines there are. In a ship notice guides count either the levels or the items.
func (f *facts) count(c *checking, s *edi.Segment) {
	stated, err := strconv.Atoi(s.Text(1))
	if err != nil || lineTags[f.kind] == "" || stated == f.lines || f.kind == "856" && stated == f.items {
		return
	}
	p := f.problem(c, s, 1, CountMismatch, fmt.Sprintf("CTT01 says %d lines, but there are %d.", stated, f.lines))
	p.Code, p.Found, p.Allowed, p.ID = "7", s.Text(1), strconv.Itoa(f.lines), "354"
	c.problem(p)
}

func (f *facts) problem(c *checking, s *edi.Segment, element int, kind edi.Kind, message string) edi.Problem {
	place := s.PlaceOf(element, 0, 0)
	place.Position = c.sets.Position()
	return edi.Problem{Place: place, Kind: kind, Level: edi.Noted, Scope: edi.OfElement, Message: message}
}

// level checks that HL01 counts from 1 and that HL02 names a level before it.
func (f *facts) level(c *checking, s *edi.Segment) {
	if f.known == nil {
		f.known = map[string]int{}
	}
	f.levels++
	id, parent := s.Text(1), s.Text(2)
	if number, err := strconv.Atoi(id); err != nil || number != f.levels {
		p := f.problem(c, s, 1, NumberingMismatch, fmt.Sprintf("HL01 is %q; levels are numbered from 1 in order, so it should be %d.", id, f.levels))
		p.Found, p.Allowed, p.ID = id, strconv.Itoa(f.levels), "628"
		c.problem(p)
	}
	if _, known := f.known[parent]; parent != "" && !known {
		p := f.problem(c, s, 2, BrokenHierarchy, fmt.Sprintf("HL02 is %q, but no level before it has that number: to what this belongs cannot be told.", parent))
		p.Level, p.Found, p.ID = edi.Rejects, parent, "734"
		c.problem(p)
	}
	if s.Text(3) == "I" {
		f.items++
	}
	f.known[id] = f.levels
}

// invoice adds up an invoice: lines, then allowances, charges and taxes (facts of the set's arithmetic: TDS01 is the sum).
func (f *facts) invoice(s *edi.Segment, tag string, match check.Match, position int) {
	switch tag {
	case "IT1":
		f.inLines = true
		f.add(lineTotal(s.Text(2), s.Text(4)))
	case "SAC":
		f.allowance(s)
	case "TXI":
		if !f.inLines || match.Depth == 0 {
			f.add(centsOf(s.Text(2)))
		} else {
			f.unsure = true // taxes of a line may be information only
		}
	case "TDS":
		f.inLines = false
		f.stated, f.stating = s.Text(1), true
		f.totalAt = s.PlaceOf(1, 0, 0)
		f.totalAt.Position = position
	}
}

func (f *facts) allowance(s *edi.Segment) {
	amount, ok := wholeCents(s.Text(5))
	switch kind := s.Text(1); {
	case f.inLines, !ok: // of a line, or only a rate: guides differ in whether it is in the price
		f.unsure = true
	case kind == "A":
		f.total -= amount
	case kind == "C":
		f.total += amount
	}
}

func (f *facts) add(amount cents, ok bool) {
	f.total += amount
	f.unsure = f.unsure || !ok
}

// end compares the invoice's total once all of it was seen.
func (f *facts) end(c *checking, _ *edi.Segment) {
	if !f.stating || f.unsure {
		return
	}
	stated, ok := wholeCents(f.stated)
	if !ok || stated == f.total || near(stated, f.total, f.lines) {
		return
	}
	c.problem(edi.Problem{Place: f.totalAt, Kind: TotalMismatch, Level: edi.Noted, Scope: edi.OfElement, ID: "610", Found: f.stated, Allowed: f.total.String(),
		Message: fmt.Sprintf("TDS01 says %s, but lines, allowances, charges and taxes add up to %s.", stated.words(), f.total.words())})
}

// near allows half a cent of rounding per line.
func near(a, b cents, lines int) bool {
	difference := max(a-b, b-a)
	return difference <= cents((lines+1)/2)
}
