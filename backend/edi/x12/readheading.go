package x12

import (
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// documentReading reads what all documents but orders have alike, and asks kind for what is its own.
type documentReading struct {
	heading *trade.Heading
	party   *trade.Party
	line    *trade.Line // the line that is open
	kind    ownReading
}

// ownReading reads what only one kind of document has. It reports whether the segment was its own.
type ownReading interface {
	take(d *documentReading, tag string, f fields, match check.Match) bool
}

func newHeading() trade.Heading {
	return trade.Heading{Parties: []trade.Party{}, References: []trade.Reference{}, Dates: []trade.Date{}, Terms: []trade.Terms{}, Allowances: []trade.Allowance{},
		Notes: []string{}, Amounts: []trade.Amount{}}
}

// emptyLine is a line with nothing in it, and no list that is null.
func emptyLine(l trade.Line) trade.Line {
	l.Dates, l.References, l.Allowances, l.Parties = []trade.Date{}, []trade.Reference{}, []trade.Allowance{}, []trade.Party{}
	l.Stores, l.Schedule, l.Notes = []trade.Store{}, []trade.Scheduled{}, []string{}
	if l.Codes == nil {
		l.Codes = []trade.Code{}
	}
	return l
}

func (d *documentReading) take(f fields, match check.Match) {
	if match.Slot == nil {
		return
	}
	tag := match.Slot.Segment.Tag
	if match.Opens || match.Depth == 0 {
		d.party = nil
	}
	if match.Depth == 0 || match.Opens && match.Depth == 1 {
		d.line = nil
	}
	switch {
	case tag == "N1":
		into := &d.heading.Parties
		if d.line != nil {
			into = &d.line.Parties
		}
		d.party = addParty(into, f)
	case d.party != nil:
		ofParty(d.party, tag, f)
	case d.kind.take(d, tag, f, match):
	case d.line != nil:
		(&orderReading{line: d.line}).ofLine(tag, f, match)
	default:
		d.ofHeading(tag, f)
	}
}

func (d *documentReading) ofHeading(tag string, f fields) {
	h := d.heading
	switch tag {
	case "CUR":
		h.Currency = f.text(2)
	case "REF", "N9":
		h.References = append(h.References, referenceOf(f))
	case "DTM":
		h.Dates = append(h.Dates, dateOf(f, 1))
	case "ITD":
		h.Terms = append(h.Terms, termsOf(f))
	case "SAC":
		h.Allowances = append(h.Allowances, allowanceOf(f))
	case "FOB":
		h.Shipping.Paid, h.Shipping.Place = f.coded(1), f.text(3)
	case "TD5":
		h.Shipping.Carrier, h.Shipping.Mode, h.Shipping.Routing, h.Shipping.Service = f.text(3), f.coded(4), f.text(5), f.coded(12)
	case "CAD":
		h.Shipping.Carrier, h.Shipping.Mode, h.Shipping.Routing = f.text(4), f.coded(1), f.text(5)
	case "AMT":
		h.Amounts = append(h.Amounts, trade.Amount{Kind: f.coded(1), Value: f.text(2)})
	case "NTE", "MTX":
		h.Notes = appendStated(h.Notes, f.text(2))
	case "MSG":
		h.Notes = appendStated(h.Notes, f.text(1))
	case "CTT":
		h.LineCount = f.text(1)
	}
}

func termsOf(f fields) trade.Terms {
	return trade.Terms{Kind: f.coded(1), Basis: f.coded(2), Percent: f.text(3), DiscountDate: f.day(4), DiscountDays: f.text(5), NetDate: f.day(6), NetDays: f.text(7),
		Text: f.text(12)}
}
