package edifact

import (
	"fmt"

	"tradepost/backend/edi"
)

// money is what an invoice says of its sums, in millionths. EANCOM: 203 is a line's amount, 79 all lines, 125 what is taxed, 124
// the tax, 77 the invoice.
type money struct {
	lines    int64
	stated   int  // lines whose amount is stated
	odd      bool // some amount is no number
	summary  bool // UNS was passed
	taxes    bool // the groups of single taxes have begun
	amounts  map[string]int64
	totalAt  edi.Problem // the place of the total, as a problem that may have to be told
	hasTotal bool
}

// moneyRule takes an amount of an invoice, or where its parts begin.
func (r *reading) moneyRule(s *Segment) {
	m := &r.totals.money
	switch {
	case s.is("UNS"):
		m.summary = m.summary || string(s.Component(1, 1, 1)) == "S"
		return
	case s.is("TAX"):
		m.taxes = m.summary
		return
	case m.taxes:
		return
	}
	kind := string(s.Component(1, 1, 1))
	value, ok := number(s.Clean(s.Component(1, 1, 2)))
	switch {
	case !m.summary && kind == "203":
		m.lines, m.stated, m.odd = m.lines+value, m.stated+1, m.odd || !ok
	case !m.summary || !ok:
	case kind == "79":
		r.linesRule(s, value)
	case kind == "77" || kind == "125" || kind == "124":
		if m.amounts == nil {
			m.amounts = map[string]int64{}
		}
		m.amounts[kind] = value
		if kind == "77" {
			m.hasTotal, m.totalAt = true, r.elementProblem(s, 1, 2, TotalMismatch, edi.Noted, edi.OfElement, "")
		}
	}
}

// linesRule compares the sum of all lines with them.
func (r *reading) linesRule(s *Segment, stated int64) {
	m := &r.totals.money
	if m.odd || m.stated != r.totals.lines || m.lines == stated {
		return
	}
	p := r.elementProblem(s, 1, 2, TotalMismatch, edi.Noted, edi.OfElement, fmt.Sprintf("The lines come to %s, and the invoice says %s.", plainNumber(m.lines), plainNumber(stated)))
	p.ID, p.Allowed, p.Remedy = "5004", plainNumber(m.lines), "Ask for a corrected invoice before you pay."
	r.reportBody(p)
}

// sumRule compares an invoice's total with what is taxed and the tax.
func (r *reading) sumRule() {
	m := &r.totals.money
	taxed, has := m.amounts["125"]
	tax, hasTax := m.amounts["124"]
	if !m.hasTotal || !has || !hasTax || taxed+tax == m.amounts["77"] {
		return
	}
	p := m.totalAt
	p.Message = fmt.Sprintf("What is taxed (%s) and the tax (%s) make %s, and the invoice says %s.", plainNumber(taxed), plainNumber(tax), plainNumber(taxed+tax), plainNumber(m.amounts["77"]))
	p.ID, p.Allowed, p.Remedy = "5004", plainNumber(taxed+tax), "Ask for a corrected invoice before you pay."
	r.reportBody(p)
}
