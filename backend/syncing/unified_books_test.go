package syncing_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"tradepost/backend/accounting"
	quickbookssim "tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// booked is the books of both sides.
type booked struct {
	u          *unified
	mapping    accounting.Mapping
	postings   []syncing.Posting
	txns       map[string]quickbookssim.Txn // by their id
	byMark     map[string][]quickbookssim.Txn
	singles    map[int64][]accounting.Single // of summaries, by order
	orders     map[int64][]accounting.Document
	today      string
	store      *store.Store
	complaints []string
}

func (b *booked) sayf(format string, args ...any) {
	b.complaints = append(b.complaints, "books: "+fmt.Sprintf(format, args...))
}

// booksDisagree lists where the company file differs from what the vendors sold, and from what is known here.
func (c *chaos) booksDisagree() []string {
	c.t.Helper()
	s, err := store.Open(context.Background(), c.dir, store.Options{Now: c.Now})
	must(c.t, err)
	defer func() { _ = s.Close() }()
	b := &booked{u: c.unified, store: s, txns: map[string]quickbookssim.Txn{}, byMark: map[string][]quickbookssim.Txn{}, singles: map[int64][]accounting.Single{},
		orders: map[int64][]accounting.Document{}, today: c.Now().In(s.Zone()).Format(time.DateOnly)}
	b.read()
	b.unread()
	b.marked()
	b.matched()
	b.tied()
	for _, v := range c.vendors {
		b.vendor(v)
	}
	b.summed()
	slices.Sort(b.complaints)
	return b.complaints
}

func (b *booked) read() {
	all, err := b.store.Connections(context.Background())
	must(b.u.c.t, err)
	for _, one := range all {
		if one.Connector != ledgerConnector {
			continue
		}
		b.mapping, _, _, err = b.store.Mapping(context.Background(), one.ID)
		must(b.u.c.t, err)
		b.postings, err = b.store.Postings(context.Background(), syncing.PostingFilter{ConnectionID: one.ID, Limit: 1_000_000})
		must(b.u.c.t, err)
	}
	for _, p := range b.postings {
		if p.TakenAt != 0 {
			continue
		}
		b.orders[p.Document.OrderID] = append(b.orders[p.Document.OrderID], p.Document)
		for _, one := range p.Document.Singles {
			b.singles[one.OrderID] = append(b.singles[one.OrderID], one)
		}
	}
}

func (b *booked) unread() {
	for _, words := range b.u.company.Unread() {
		b.sayf("QuickBooks would not read a request: %s", words)
	}
}

var markOf = regexp.MustCompile(`\[((?:order|day):[^\]]+)\]`)

// marked finds what is in the company file twice, or is not ours.
func (b *booked) marked() {
	for _, t := range b.u.company.Txns() {
		b.txns[t.TxnID] = t
		words := t.Memo
		if len(t.Lines) > 0 {
			words += t.Lines[0].Memo
		}
		found := markOf.FindStringSubmatch(words)
		if found == nil {
			b.sayf("%s %s bears no mark: %q", t.Element, t.Number, words)
			continue
		}
		b.byMark[found[1]] = append(b.byMark[found[1]], t)
	}
	for mark, all := range b.byMark {
		if len(all) != 1 {
			b.sayf("%s is in the books %d times: %+v", mark, len(all), all)
		}
	}
}

// matched holds each posting against its transaction, both ways.
func (b *booked) matched() {
	known := map[string]bool{}
	for _, p := range b.postings {
		d := p.Document
		if state := p.State(); state != "posted" && state != "undone" {
			b.sayf("%s is %s: %+v", d.Reference, state, p.Problem)
		}
		_, id, _ := strings.Cut(p.LedgerID, ":")
		if d.Kind == accounting.Item || d.Kind == accounting.Customer || p.TakenAt != 0 {
			continue
		}
		known[id] = true
		if err := d.Check(); err != nil {
			b.sayf("%v", err)
		}
		if t, there := b.txns[id]; !there || t.Total != d.Total().Minor || t.Date != d.Day {
			b.sayf("%s of %d on %s is not what the company file has: %+v", d.Reference, d.Total().Minor, d.Day, t)
		}
	}
	for id, t := range b.txns {
		if !known[id] {
			b.sayf("%s %s of %d is in the company file, and nobody here knows it", t.Element, t.Number, t.Total)
		}
	}
}

// tied holds the balance of each account in the company file against the sum of what was posted, both below zero where it is debit.
func (b *booked) tied() {
	var docs []accounting.Document
	for _, p := range b.postings {
		if p.LedgerID != "" && p.TakenAt == 0 {
			docs = append(docs, p.Document)
		}
	}
	ours, theirs := map[string]int64{}, b.u.company.Balances()
	for _, sum := range accounting.Totals(docs) {
		ours[sum.Account] += sum.Credit - sum.Debit
	}
	drop := func(_ string, n int64) bool { return n == 0 }
	maps.DeleteFunc(ours, drop)
	maps.DeleteFunc(theirs, drop)
	if !maps.Equal(ours, theirs) {
		b.sayf("accounts: ours %v, in the company file %v", ours, theirs)
	}
}

// vendor holds each order of a vendor's books against what is posted of it.
func (b *booked) vendor(v *chaosVendor) {
	db := b.u.c.database()
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT o.external_id, o.id, o.channel_id, o.placed_at FROM orders o JOIN connection n ON n.channel_id = o.channel_id WHERE n.name = ?`, v.name)
	must(b.u.c.t, err)
	defer func() { _ = rows.Close() }()
	type row struct {
		id, channel int64
		day         string
	}
	known := map[string]row{}
	for rows.Next() {
		var r row
		var external string
		var placed int64
		must(b.u.c.t, rows.Scan(&external, &r.id, &r.channel, &placed))
		r.day = time.UnixMilli(placed).In(b.store.Zone()).Format(time.DateOnly)
		known[external] = r
	}
	must(b.u.c.t, rows.Err())
	for _, e := range v.sold() {
		if r, there := known[e.id]; there {
			b.order(v, e, r.id, b.mapping.Rule(r.channel), r.day)
		}
	}
}

// netOf is what lines say was sold.
func netOf(lines []accounting.Line) (sum int64) {
	for _, l := range lines {
		if l.Own() {
			sum += l.Net()
		}
	}
	return sum
}

// sales are what is posted of an order: how often as sold, what of it stands after corrections and credit notes, and what was given back.
func (b *booked) sales(orderID int64) (times int, stands, given int64) {
	add := func(kind accounting.Kind, lines []accounting.Line, back int64) {
		switch kind {
		case accounting.Invoice, accounting.SalesReceipt:
			times++
			stands += netOf(lines)
		case accounting.Correction:
			stands += netOf(lines)
		case accounting.CreditNote:
			stands += netOf(lines)
			given += back
		}
	}
	for _, d := range b.orders[orderID] {
		add(d.Kind, d.Lines, d.Given)
	}
	for _, one := range b.singles[orderID] {
		add(one.Kind, one.Lines, one.Given)
	}
	return times, stands, given
}

func (b *booked) order(v *chaosVendor, e entry, id int64, r accounting.Rule, day string) {
	times, stands, given := b.sales(id)
	waits := r.Level == accounting.PerDay && (day >= b.today || b.changed(id) >= b.today)
	paid := slices.Contains([]order.Financial{order.Paid, order.PartiallyRefunded, order.Refunded}, e.financial)
	called := e.financial == order.Voided
	cancelled := called || e.off || e.fulfillment == order.Restocked
	back, left := e.refunded, max(e.total-given, 0)-e.withheld
	if called {
		back, left = e.total, 0
	}
	switch {
	case times > 1:
		b.sayf("%s: order %s is sold %d times", v.name, e.id, times)
	case times == 0 && !waits && !cancelled && (paid || r.When == accounting.WhenPlaced):
		b.sayf("%s: order %s of %d, %s, is not in the books", v.name, e.id, e.total, e.financial)
	case times == 1 && !waits && stands != left:
		b.sayf("%s: order %s of %d, %d given back, is in the books with %d: %+v", v.name, e.id, e.total-e.withheld, given, stands, b.orders[id])
	case times == 1 && !waits && e.fulfillment != order.Restocked && given != back:
		b.sayf("%s: of order %s %d was given back, in the books %d", v.name, e.id, back, given)
	}
}

// changed is the day on which an order last changed here.
func (b *booked) changed(id int64) string {
	at, err := b.store.OrderChangedAt(context.Background(), id)
	must(b.u.c.t, err)
	return at.Time().In(b.store.Zone()).Format(time.DateOnly)
}

// summed holds each summary against the documents of single orders that it adds up, and those of each order against what posting it by itself, without
// telling anybody, makes of it now: account by account as much was sold.
func (b *booked) summed() {
	one := b.mapping
	one.Channels = maps.Clone(b.mapping.Channels)
	for id, r := range one.Channels {
		r.Level = accounting.PerOrder
		one.Channels[id] = r
	}
	for _, p := range b.postings {
		if len(p.Document.Singles) > 0 && p.LedgerID != "" && p.TakenAt == 0 {
			b.addsUp(p.Document)
		}
	}
	for id, told := range b.singles {
		if b.changed(id) < b.today { // what changed today waits for its day to be over
			b.single(one, id, told)
		}
	}
}

// ownOf adds up what lines say was sold, account by account.
func ownOf(sums map[string]int64, lines []accounting.Line) {
	for _, l := range lines {
		if l.Own() {
			sums[l.Account] += l.Net()
		}
	}
}

func notEven(sums map[string]int64) map[string]int64 {
	maps.DeleteFunc(sums, func(_ string, n int64) bool { return n == 0 })
	return sums
}

func (b *booked) addsUp(d accounting.Document) {
	day, singles := map[string]int64{}, map[string]int64{}
	ownOf(day, d.Lines)
	for _, one := range d.Singles {
		ownOf(singles, one.Lines)
	}
	if !maps.Equal(notEven(day), notEven(singles)) {
		b.sayf("%s has %v, its orders one by one %v", d.Reference, day, singles)
	}
}

func (b *booked) single(m accounting.Mapping, id int64, told []accounting.Single) {
	was, is := map[string]int64{}, map[string]int64{}
	for _, one := range told {
		ownOf(was, one.Lines)
	}
	o, err := b.store.Lookup(context.Background()).LoadOrder(id)
	must(b.u.c.t, err)
	docs, err := m.Post(accounting.Sale{Order: asTold(*o, told), Day: "2026-01-01", Today: "2026-01-01"})
	must(b.u.c.t, err)
	for _, d := range docs {
		ownOf(is, d.Lines)
	}
	if !maps.Equal(notEven(was), notEven(is)) {
		b.sayf("order %s of a day is in the books with %v, by itself it would be %v: %+v", o.ExternalID, was, is, told)
	}
}

// asTold is an order as far as summaries hold it: what was given back since waits for its day.
func asTold(o order.Order, told []accounting.Single) order.Order {
	given := int64(0)
	for _, one := range told {
		if one.Kind == accounting.CreditNote {
			given += one.Given
		}
	}
	if o.Financial == order.PartiallyRefunded {
		o.Refunded.Minor = given
	}
	return o
}

// tally counts what was compared.
func (u *unified) tally(c *chaos) {
	for _, t := range u.company.Txns() {
		c.counts["books "+t.Element]++
	}
	for _, v := range c.vendors {
		c.counts["orders of "+v.name] = len(v.sold())
	}
}

// mustNotice spoils the books and the levels by a trifle each: the comparison must complain of it.
func (c *chaos) mustNotice() {
	c.t.Helper()
	for words, spoil := range map[string]func(){
		"is not what the company file has": func() { c.unified.company.Rewrite(c.unified.company.Txns()[3].Number, 1) },
		"nobody here knows it":             func() { c.unified.company.AddInvoice("X-1", 100) },
		"accounts: ours":                   func() { c.unified.company.Book("Checking", 1) },
	} {
		spoil()
		if !strings.Contains(strings.Join(c.booksDisagree(), "\n"), words) {
			c.t.Errorf("the books were spoiled, and nobody says that something %s", words)
		}
	}
	db := c.database()
	_, err := db.Exec(`UPDATE stock_level SET on_hand = on_hand + 1000000 WHERE variant_id = (SELECT id FROM variant WHERE sku = ?)`, storeroom[0].SKU)
	must(c.t, err)
	must(c.t, db.Close())
	if len(c.unified.levels()) == 0 {
		c.t.Error("a level was spoiled, and nobody says so")
	}
}
