package accounting

import (
	"fmt"
	"strconv"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// Sale is an order with what was posted of it before.
type Sale struct {
	Order order.Order
	// Day is the day it belongs to and Today that on which money that moved meanwhile is posted: YYYY-MM-DD in the workspace's zone.
	Day, Today string
	Fees       int64 // what the channel keeps of it, in minor units
	// What earlier documents said, in minor units of the books' currency, and how many they were.
	Sold        Kind // as what the sale itself is posted; "" is not yet
	Paid        int64
	Payments    int
	Credited    int64
	Credits     int
	Corrections int
	Charged     bool // its fees are posted

	past past
}

// Post makes the documents that a sale still needs, in the order in which they must be posted. None means that nothing is to be
// posted now. Every document balances. An error is a *fault.Error that says in words what the order lacks.
func (m Mapping) Post(s Sale) ([]Document, error) {
	r := m.Rule(s.Order.ChannelID)
	if !r.Post || s.Sold == "" && !s.due(r) {
		return nil, nil
	}
	x, err := m.exchange(s)
	if err != nil {
		return nil, err
	}
	parts, sums, err := m.parts(s.Order, r)
	if err != nil {
		return nil, err
	}
	parts = x.parts(parts, sums.total, m.account(r, Rounding))
	w := writer{m: m, r: r, s: s, x: x, parts: parts, basis: sums.basis(s.Order.Currency), total: x.of(sums.total), taken: withheld(parts, r)}
	w.sale()
	w.correction()
	w.payment()
	w.fees()
	w.givenBack()
	for i := range w.docs {
		if err := w.docs[i].Check(); err != nil {
			return nil, err
		}
	}
	return w.docs, nil
}

// due reports whether an order is to be posted now.
func (s Sale) due(r Rule) bool {
	o := s.Order
	if o.Stage() == order.Cancelled && o.Financial != order.Refunded {
		return false
	}
	switch r.When {
	case WhenPlaced:
		return true
	case WhenShipped:
		return o.Fulfillment == order.Fulfilled || o.Financial == order.Refunded
	}
	return o.Financial == order.Paid || o.Financial == order.PartiallyRefunded || o.Financial == order.Refunded
}

// writer writes the documents of one sale.
type writer struct {
	m     Mapping
	r     Rule
	s     Sale
	x     exchange
	basis string
	parts []Line // what was sold: credits; discounts are debits
	total int64  // what the buyer was asked for
	taken int64  // tax that the marketplace keeps of it
	docs  []Document
}

// owed is what the merchant gets of the sale.
func (w *writer) owed() int64 { return w.total - w.taken }

// settled reports whether all of the money arrived, whatever was given back of it since.
func (w *writer) settled() bool {
	f := w.s.Order.Financial
	return f == order.Paid || f == order.PartiallyRefunded || f == order.Refunded
}

// paid is what arrived of it so far.
func (w *writer) paid() int64 {
	o := w.s.Order
	switch {
	case w.settled():
		return w.owed()
	case o.Financial == order.PartiallyPaid && o.Outstanding.Stated:
		return max(w.owed()-w.x.of(o.Outstanding.Minor), 0)
	}
	return 0
}

// document begins a document of the sale.
func (w *writer) document(kind Kind, suffix, number string) Document {
	o := w.s.Order
	d := Document{Kind: kind, Reference: "order:" + strconv.FormatInt(o.ID, 10) + ":" + suffix, Number: w.r.Prefix + o.Number + number, Day: w.s.Day, Currency: w.x.to,
		Customer: w.m.customer(w.r, w.x.to), Method: o.PaymentMethod, OrderID: o.ID, ChannelID: o.ChannelID, Rate: w.x.worth}
	if w.x.rate != "" {
		d.Foreign = &Foreign{Currency: o.Currency, Total: o.Total.Minor, Rate: w.x.rate}
		d.Memo = o.Total.Decimal(o.Currency.Exponent()) + " " + string(o.Currency) + " at " + string(w.x.rate)
	}
	return d
}

// sale writes what was sold: a receipt where all of it is paid and receipts are wanted, else an invoice.
func (w *writer) sale() {
	if w.s.Sold != "" || len(w.parts) == 0 {
		return
	}
	kind := w.soldAs()
	d := w.document(kind, string(kind), "")
	d.Basis = w.basis
	d.Lines = append(d.Lines, w.parts...)
	if w.taken != 0 {
		d.Lines = append(d.Lines, w.withheld(-w.taken))
	}
	switch kind {
	case SalesReceipt:
		d.Lines = moving(append(d.Lines, w.money(-w.owed())))
	case Invoice:
		d.Lines = moving(append(d.Lines, w.receivable(-w.owed())))
	}
	w.docs = append(w.docs, d)
}

// soldAs is as what the sale is posted, or was.
func (w *writer) soldAs() Kind {
	switch {
	case w.s.Sold != "":
		return w.s.Sold
	case w.r.Document == SalesReceipt && w.paid() != w.owed():
		return Invoice
	}
	return w.r.Document
}

// payment writes what arrived for an invoice since the last time.
func (w *writer) payment() {
	if w.soldAs() != Invoice || w.s.Sold == "" && len(w.docs) == 0 {
		return
	}
	most := w.paid()
	if w.s.Sold == Invoice {
		most = min(most, w.s.past.sold) // an invoice takes no more; of one that was edited the rest is a correction
	}
	if amount := most - w.s.Paid; amount > 0 {
		d := w.document(Payment, "payment:"+strconv.Itoa(w.s.Payments+1), "")
		d.Applies = w.reference(Invoice)
		d.Day = w.later(w.s.Sold != "")
		d.Lines = []Line{w.money(-amount), w.receivable(amount)}
		w.docs = append(w.docs, d)
	}
}

func (w *writer) later(later bool) string {
	if later && w.s.Today > w.s.Day {
		return w.s.Today
	}
	return w.s.Day
}

func (w *writer) reference(kind Kind) string {
	return "order:" + strconv.FormatInt(w.s.Order.ID, 10) + ":" + string(kind)
}

// fees writes what the channel keeps of the money.
func (w *writer) fees() {
	if w.s.Fees <= 0 || w.s.Charged || w.soldAs() == SalesOrder || w.s.Sold == "" && len(w.docs) == 0 {
		return
	}
	d := w.document(Journal, "fees", "-F")
	d.Memo = "Fees of " + w.s.Order.Number
	line := credit(Fees, -w.x.of(w.s.Fees))
	line.Account = w.m.account(w.r, Fees)
	d.Lines = moving([]Line{line, w.money(w.x.of(w.s.Fees))})
	w.docs = append(w.docs, d)
}

// givenBack writes a credit note for what was given back since the last time, and the money of it; and for a sale that was called off
// unpaid, a credit note over all of it. What was given back of money that an order took too much, since it was edited, takes back no sale.
func (w *writer) givenBack() {
	if w.soldAs() == SalesOrder || w.s.Sold == "" && len(w.docs) == 0 {
		return
	}
	now := w.now()
	back, over := w.refunded(now.Corrections > 0), now.over(w.owed())
	called := w.s.Order.Stage() == order.Cancelled && !w.settled() && w.paid() == 0
	if called {
		back, over = w.total, 0
	}
	w.credit(min(max(back-over, 0), w.total)-w.s.Credited, now, called)
	if more := back - w.now().past.back; over > 0 && more > 0 && w.taken == 0 {
		w.giveBack(min(more, over))
	}
}

// credit writes a credit note over an amount, and the refund of it. What was called off gives back no more than arrived.
func (w *writer) credit(amount int64, now Sale, called bool) {
	if amount <= 0 {
		return
	}
	n := strconv.Itoa(w.s.Credits + 1)
	d := w.document(CreditNote, "credit:"+n, "-C"+n)
	d.Given = amount
	d.Day, d.Applies = w.later(w.s.Sold != ""), w.reference(w.soldAs())
	lines, owed := w.shares(amount)
	d.Lines = moving(append(lines, w.receivable(owed)))
	w.docs = append(w.docs, d)
	if called {
		owed = min(owed, max(now.past.received-w.s.Credited, 0))
	}
	if owed != 0 {
		r := w.document(Refund, "refund:"+n, "-R"+n)
		r.Day, r.Applies = d.Day, d.Reference
		r.Lines = []Line{w.receivable(-owed), w.money(owed)}
		w.docs = append(w.docs, r)
	}
}

// giveBack writes what was given back of money that was too much.
func (w *writer) giveBack(amount int64) {
	n := strconv.Itoa(w.s.past.returns + 1)
	d := w.document(Refund, "back:"+n, "-B"+n)
	d.Day, d.Given, d.Applies = w.later(w.s.Sold != ""), amount, w.reference(w.soldAs())
	d.Lines = []Line{w.receivable(-amount), w.money(amount)}
	w.docs = append(w.docs, d)
}

// refunded is what the buyer got back; of one that was edited, that may be more than it is about by now.
func (w *writer) refunded(edited bool) int64 {
	o := w.s.Order
	stated := w.x.of(o.Refunded.Minor)
	switch {
	case o.Financial == order.Refunded && edited:
		return max(w.total, stated)
	case o.Financial == order.Refunded:
		return w.total
	}
	return stated
}

// shares lays an amount that was given back over what was sold, in proportion, to the cent. What earlier notes gave is counted, so that
// all notes together take back exactly what was sold. owed is what of it the merchant gives.
func (w *writer) shares(amount int64) (lines []Line, owed int64) {
	before, after := spread(w.parts, w.total, w.s.Credited), spread(w.parts, w.total, w.s.Credited+amount)
	tax := int64(0)
	for i, p := range w.parts {
		share := after[i] - before[i]
		if share == 0 {
			continue
		}
		line := credit(p.Role, -share)
		line.Account, line.Item, line.Text = p.Account, itemOf(p.Role), p.Text // an item whose stock is counted would come back
		lines = append(lines, line)
		owed += share
		if p.Role == MarketplaceTax {
			tax += share
		}
	}
	if tax != 0 {
		lines = append(lines, w.withheld(tax))
		owed -= tax
	}
	return lines, owed
}

func (w *writer) withheld(amount int64) Line {
	l := credit(MarketplaceTax, amount)
	l.Account, l.Item, l.Text = w.m.account(w.r, MarketplaceTax), itemOf(MarketplaceTax), "Withheld and paid on by the channel"
	return l
}

func (w *writer) money(amount int64) Line {
	l := credit(Clearing, amount)
	l.Account = w.m.clearing(w.r, w.s.Order.PaymentMethod, w.x.to)
	return l
}

func (w *writer) receivable(amount int64) Line {
	l := credit(Receivable, amount)
	l.Account = w.m.receivable(w.r, w.x.to)
	return l
}

// withheld is the tax in what was sold that the marketplace keeps.
func withheld(parts []Line, r Rule) int64 {
	if r.TaxBy != ByMarketplace {
		return 0
	}
	sum := int64(0)
	for _, p := range parts {
		if p.Role == MarketplaceTax {
			sum += p.Net()
		}
	}
	return sum
}

// apart words how much parts and total differ.
func apart(o order.Order, difference int64) error {
	if difference < 0 {
		difference = -difference
	}
	return fault.New(fault.Invalid, fmt.Sprintf("The parts of the order differ from its total by %s %s.", commerce.Minor(difference).Decimal(o.Currency.Exponent()), o.Currency),
		"Look at its lines, shipping, tax and discount at the channel; or raise the rounding limit of the mapping.").InField("total")
}
