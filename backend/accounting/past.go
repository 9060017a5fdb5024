package accounting

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"tradepost/backend/commerce"
)

// past is what of a sale is in the books, as far as later documents depend on it.
type past struct {
	own      map[side]int64 // what was sold, less what was given back: credits above zero
	sold     int64          // the total of the receipt or invoice
	received int64          // money that arrived
	back     int64          // money given back
	returns  int            // how often of what was too much
	basis    string         // of the last document that was made of the order's amounts; "" of one that did not keep it
	rate     commerce.Decimal
	currency commerce.Currency // of the receipt or invoice
}

// side is one account in one role.
type side struct {
	role    Role
	account string
}

// Note counts a document that was posted of the sale before, alone or in a summary.
func (s *Sale) Note(d Document) {
	if d.OrderID == s.Order.ID {
		s.note(d.single(), d.Currency)
	}
	for _, one := range d.Singles {
		if one.OrderID == s.Order.ID {
			s.note(one, d.Currency)
		}
	}
}

func (s *Sale) note(one Single, c commerce.Currency) {
	switch one.Kind {
	case SalesOrder, Invoice, SalesReceipt:
		s.Sold, s.past.basis, s.past.rate, s.past.sold, s.past.currency = one.Kind, one.Basis, one.Rate, one.Total, c
		if one.Kind == SalesReceipt {
			s.past.received += one.Total
		}
	case Payment:
		s.Paid, s.Payments = s.Paid+one.Total, s.Payments+1
		s.past.received += one.Total
	case CreditNote:
		s.Credited, s.Credits = s.Credited+one.Given, s.Credits+1
	case Refund:
		if s.past.back += one.Total; one.Given != 0 {
			s.past.returns++
		}
	case Correction:
		s.Corrections, s.past.basis = s.Corrections+1, one.Basis
	case Journal:
		s.Charged = true
	}
	s.add(one.Lines)
}

// add counts lines of what was sold, and money that corrections moved.
func (s *Sale) add(lines []Line) {
	if s.past.own == nil {
		s.past.own = map[side]int64{}
	}
	for _, l := range lines {
		switch l.Role {
		case Receivable:
		case Clearing:
			s.past.received -= l.Net()
		default:
			s.past.own[side{l.Role, l.Account}] += l.Net()
		}
	}
}

// now is the sale with what is written of it this time.
func (w *writer) now() Sale {
	s := w.s
	s.past.own = maps.Clone(s.past.own)
	for _, d := range w.docs {
		s.Note(d)
	}
	return s
}

// over is how much more arrived of a sale that was edited than is owed.
func (s Sale) over(owed int64) int64 {
	if s.Corrections == 0 {
		return 0
	}
	return max(s.past.received-owed, 0)
}

// correction writes what the order says now less what was posted of it, against what the customer owes: once its amounts changed, and not because the
// mapping did. What then arrives beyond the receipt or invoice goes the same way.
func (w *writer) correction() {
	if w.s.Sold == "" || w.s.Sold == SalesOrder || w.s.past.basis == "" {
		return
	}
	n := strconv.Itoa(w.s.Corrections + 1)
	d := w.document(Correction, "correction:"+n, "-K"+n)
	d.Day, d.Basis, d.Applies = w.later(true), w.basis, w.reference(w.s.Sold)
	d.Memo = "The order changed after it was posted"
	owed := int64(0)
	if w.s.past.basis != w.basis {
		d.Lines = w.missing()
	}
	for _, l := range d.Lines {
		owed += l.Net()
	}
	if more := w.beyond(); more > 0 && (w.s.Corrections > 0 || len(d.Lines) > 0) {
		d.Lines = append(d.Lines, w.money(-more))
		owed -= more
	}
	if d.Lines = moving(append(d.Lines, w.receivable(-owed))); len(d.Lines) > 0 {
		w.docs = append(w.docs, d)
	}
}

// beyond is what arrived of a sale that neither its receipt nor a payment of its invoice says, nor an earlier correction.
func (w *writer) beyond() int64 {
	p := w.s.past
	if w.s.Sold == SalesReceipt {
		return w.paid() - p.received
	}
	return max(w.paid()-p.sold, 0) - (p.received - w.s.Paid)
}

// missing are the lines that bring what is posted as sold to what the order says now.
func (w *writer) missing() []Line {
	want := w.expected()
	for at, posted := range w.s.past.own {
		want[at] -= posted
	}
	sides := slices.SortedFunc(maps.Keys(want), func(a, b side) int { return cmp.Or(cmp.Compare(a.role, b.role), cmp.Compare(a.account, b.account)) })
	var lines []Line
	for _, at := range sides {
		l := credit(at.role, want[at])
		l.Account = at.account
		lines = append(lines, l)
	}
	return moving(lines)
}

// expected is what the order says now was sold, less what was given back of it.
func (w *writer) expected() map[side]int64 {
	all := map[side]int64{}
	given, tax := spread(w.parts, w.total, min(w.s.Credited, w.total)), int64(0)
	for i, p := range w.parts {
		left := p.Net() - given[i]
		all[side{p.Role, p.Account}] += left
		if p.Role == MarketplaceTax {
			tax += left
		}
	}
	if w.r.TaxBy == ByMarketplace && tax != 0 {
		all[side{MarketplaceTax, w.m.account(w.r, MarketplaceTax)}] -= tax
	}
	return all
}
