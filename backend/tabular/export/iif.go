package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/tabular/delimited"
)

// iifLayout writes QuickBooks Desktop's transactions: a TRNS row with its SPL rows and ENDTRNS, tab-separated. The amounts
// of each transaction add up to zero, or it is not written. QuickBooks looks for no doubles: the journal does.
type iifLayout struct {
	c      *compiled
	to     io.Writer
	packed io.WriteCloser
	out    *bufio.Writer
}

func newIIF(c *compiled, to io.Writer) layout { return &iifLayout{c: c, to: to} }

// The columns, as QuickBooks names them.
var (
	trnsColumns = []string{"!TRNS", "TRNSID", "TRNSTYPE", "DATE", "ACCNT", "NAME", "CLASS", "AMOUNT", "DOCNUM", "MEMO", "CLEAR", "TOPRINT", "NAMEISTAXABLE",
		"ADDR1", "ADDR2", "ADDR3", "ADDR4", "ADDR5", "SHIPVIA", "SHIPDATE"}
	splColumns = []string{"!SPL", "SPLID", "TRNSTYPE", "DATE", "ACCNT", "NAME", "CLASS", "AMOUNT", "DOCNUM", "MEMO", "CLEAR", "QNTY", "PRICE", "INVITEM",
		"TAXABLE", "EXTRA"}
)

const (
	iifName   = 41 // the longest name QuickBooks takes
	iifDocNum = 11 // and the longest document number
)

func (l *iifLayout) begin() (err error) {
	encoding := delimited.UTF8
	if l.c.Style.Encoding == "windows-1252" {
		encoding = delimited.Windows1252
	}
	if l.packed, err = delimited.Encode(l.to, encoding, false); err != nil {
		return err
	}
	l.out = bufio.NewWriter(l.packed)
	return errors.Join(l.line(trnsColumns...), l.line(splColumns...), l.line("!ENDTRNS"))
}

func (l *iifLayout) line(cells ...string) error {
	_, err := l.out.WriteString(strings.Join(cells, "\t") + "\r\n")
	return err
}

func (l *iifLayout) end() error {
	if err := l.out.Flush(); err != nil {
		return err
	}
	return l.packed.Close()
}

// split is one distribution line. Amounts are those of the split itself: sales are negative.
type split struct {
	account, name, item, memo, extra string
	amount                           int64
	quantity                         commerce.Decimal // as shown, with the amount's sign
	price                            commerce.Decimal
	taxable                          bool
}

// transaction is one TRNS with its splits.
type transaction struct {
	kind, number, date, name, memo string
	account                        string
	taxable                        bool
	splits                         []split
}

// total is what the splits leave for the transaction's own amount.
func (t *transaction) total() int64 {
	var sum int64
	for _, s := range t.splits {
		sum -= s.amount
	}
	return sum
}

func (l *iifLayout) record(r *record) (int, []Problem, error) {
	sale, problems := l.sale(r)
	for _, p := range problems {
		if p.LeftOut {
			return 0, problems, nil
		}
	}
	all := []transaction{sale}
	if back := r.order.Refunded; back.Stated && back.Minor != 0 && l.c.setting("refunds") == "yes" {
		all = append(all, l.refund(r, sale))
	}
	rows := 0
	for i := range all {
		n, found, err := l.write(r.order, &all[i])
		if err != nil {
			return 0, nil, err
		}
		rows, problems = rows+n, append(problems, found...)
	}
	return rows, oncePerColumn(problems), nil
}

func (l *iifLayout) kinds() (sale, refund string) {
	if l.c.setting("transaction") == "invoice" {
		return "INVOICE", "CREDIT MEMO"
	}
	return "CASH SALE", "CASH REFUND"
}

// sale makes the transaction of an order: its lines, shipping, discount and tax, and what is left.
func (l *iifLayout) sale(r *record) (transaction, []Problem) {
	o := r.order
	kind, _ := l.kinds()
	t := transaction{kind: kind, number: docNumber(o.Number), date: l.c.dateText(o.Placed, "mdy"), name: l.customer(o), memo: o.Number, account: l.c.setting("receivable_account")}
	if problems := l.check(r); problems != nil {
		return t, problems
	}
	tax := o.Tax.Or(r.sums().Tax)
	taxable := tax.Stated && tax.Minor != 0
	t.taxable = taxable
	for i := range o.Lines {
		t.splits = append(t.splits, l.ofLine(&o.Lines[i], o.Currency, taxable))
	}
	within := taxOf(r) == taxWithin
	t.splits = append(t.splits, l.beside(r, within)...)
	return t, l.balance(r, &t, within)
}

func (l *iifLayout) ofLine(line *order.Line, currency commerce.Currency, taxable bool) split {
	item := l.c.setting("item")
	if item == "" {
		item = knownSKU(line)
	}
	s := split{account: l.c.setting("income_account"), item: item, memo: itemWords(line), amount: -line.Amount(currency).Minor, price: unitPrice(line, currency), taxable: taxable}
	if line.Quantity != "" {
		s.quantity = "-" + line.Quantity
	}
	return s
}

// beside are the splits of amounts that are no lines.
func (l *iifLayout) beside(r *record, within bool) (splits []split) {
	o := r.order
	if a := o.Shipping.Or(r.sums().Shipping); a.Minor != 0 {
		splits = append(splits, split{account: l.c.setting("shipping_account"), item: l.c.setting("shipping_item"), memo: "Shipping", amount: -a.Minor})
	}
	if a := o.Discount.Or(r.sums().Discount); a.Minor != 0 {
		splits = append(splits, split{account: l.c.setting("discount_account"), item: l.c.setting("discount_item"), memo: "Discount", amount: max(a.Minor, -a.Minor)})
	}
	if a := o.Tax.Or(r.sums().Tax); a.Minor != 0 && !within {
		splits = append(splits, split{account: l.c.setting("tax_account"), item: l.c.setting("tax_item"), name: l.c.setting("tax_agency"), memo: "Sales tax", extra: "AUTOSTAX", amount: -a.Minor})
	}
	return splits
}

// check finds what keeps an order out.
func (l *iifLayout) check(r *record) []Problem {
	o := r.order
	if wants := l.c.setting("currency"); wants != "" && o.Currency != "" && !strings.EqualFold(wants, string(o.Currency)) {
		return []Problem{{Field: "Currency", Code: "currency", LeftOut: true, Found: string(o.Currency), Expected: wants, Message: "The order is in another currency than the books.",
			Remedy: "Set the currency of your books in the template, or enter it by hand."}}
	}
	if !r.sums().Subtotal.Stated {
		return []Problem{{Field: "AMOUNT", Code: CodeMissing, LeftOut: true, Expected: "lines with amounts", Message: "The order has no lines, or one without a price.",
			Remedy: "Import a file that states its lines, or enter it by hand."}}
	}
	return nil
}

// balance adds what is between the parts and the stated total, to the account for that, if there is one.
func (l *iifLayout) balance(r *record, t *transaction, within bool) []Problem {
	o := r.order
	var problems []Problem
	if within {
		problems = append(problems, Problem{Field: "Tax", Code: CodeTax, Found: "inclusive", Expected: "tax on top of the prices",
			Message: "The prices include tax; the sale is written with it, without a tax line.", Remedy: "Book the tax by hand if you need to."})
	}
	if !o.Total.Stated || o.Total.Minor == t.total() {
		return problems
	}
	rest := o.Total.Minor - t.total()
	account := l.c.setting("adjustment_account")
	amount := commerce.Minor(rest).Decimal(o.Currency.Exponent())
	if account == "" {
		return append(problems, Problem{Field: "AMOUNT", Code: CodeBalance, LeftOut: true, Found: amount, Expected: "parts that make the total",
			Message: "Lines, shipping, discount and tax do not make the total of the order.", Remedy: "Name an account for differences in the template, or enter it by hand."})
	}
	t.splits = append(t.splits, split{account: account, item: l.c.setting("adjustment_item"), memo: "Difference to the total", amount: -rest})
	return append(problems, Problem{Field: "AMOUNT", Code: CodeBalance, Found: amount, Expected: "parts that make the total",
		Message: "The difference between the parts and the total went to " + account + ".", Remedy: "Look at what the channel charged."})
}

// refund gives back what the order says was refunded. The day is that of the cancellation where it is stated, else the
// order's: no source says when.
func (l *iifLayout) refund(r *record, sale transaction) transaction {
	o := r.order
	_, kind := l.kinds()
	t := transaction{kind: kind, number: docNumber(o.Number + "-R"), date: sale.date, name: sale.name, memo: "Refund of " + o.Number, account: sale.account}
	if o.CancelledAt != 0 {
		t.date = l.c.dateText(at(o.CancelledAt).At, "mdy")
	}
	back := max(o.Refunded.Minor, -o.Refunded.Minor)
	t.splits = []split{{account: l.c.setting("refund_account"), item: l.c.setting("refund_item"), memo: t.memo, amount: back}}
	return t
}

// docNumber keeps the end of a long number, which tells orders apart; the memo has it whole.
func docNumber(number string) string {
	runes := []rune(number)
	return string(runes[max(0, len(runes)-iifDocNum):])
}

func (l *iifLayout) customer(o *order.Order) string {
	if fixed := l.c.setting("customer"); fixed != "" {
		return fixed
	}
	return strings.ReplaceAll(customerName(o), ":", "-") // a colon would name a job
}

// write writes one transaction. That it adds up is not hoped for but looked at.
func (l *iifLayout) write(o *order.Order, t *transaction) (int, []Problem, error) {
	sum := t.total()
	for _, s := range t.splits {
		sum += s.amount
	}
	if sum != 0 {
		return 0, nil, fmt.Errorf("transaction %s is off by %d", t.number, sum)
	}
	w := iifWords{c: l.c}
	money := func(minor int64) string { return commerce.Minor(minor).Decimal(o.Currency.Exponent()) }
	name := w.cut("NAME", t.name, iifName)
	address := addressLines(o)
	err := l.line("TRNS", "", t.kind, t.date, w.text("ACCNT", t.account), name, w.text("CLASS", l.c.setting("class")), money(t.total()), w.text("DOCNUM", t.number), w.text("MEMO", t.memo), "N", "N",
		yesNo(t.taxable), w.text("ADDR1", address[0]), w.text("ADDR2", address[1]), w.text("ADDR3", address[2]), w.text("ADDR4", address[3]), w.text("ADDR5", address[4]),
		w.text("SHIPVIA", ""), l.c.dateText(at(o.FulfilledAt).At, "mdy"))
	for _, s := range t.splits {
		err = errors.Join(err, l.line("SPL", "", t.kind, t.date, w.text("ACCNT", s.account), w.text("NAME", s.name), w.text("CLASS", l.c.setting("class")), money(s.amount), w.text("DOCNUM", t.number), w.text("MEMO", s.memo), "N",
			string(s.quantity), string(s.price), w.text("INVITEM", s.item), yesNo(s.taxable), s.extra))
	}
	return 2 + len(t.splits), w.problems, errors.Join(err, l.line("ENDTRNS"))
}

func yesNo(on bool) string {
	if on {
		return "Y"
	}
	return "N"
}

// addressLines are the five lines of an address: who, where, and the country.
func addressLines(o *order.Order) (lines [5]string) {
	to, _ := o.Party(order.BillTo)
	if to.Line1 == "" {
		to, _ = o.Party(order.ShipTo)
	}
	town := strings.TrimSpace(strings.TrimSpace(to.City+" "+to.Region) + " " + to.PostalCode)
	n := 0
	for _, part := range []string{firstText(to.Name, to.Company), to.Line1, strings.TrimSpace(to.Line2 + " " + to.Line3), town, to.Country} {
		if part != "" {
			lines[n] = part
			n++
		}
	}
	return lines
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// iifWords makes texts fit for IIF, which knows neither tabs nor quotes inside of a cell.
type iifWords struct {
	c        *compiled
	problems []Problem
}

var iifFlat = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ", `"`, "'")

func (w *iifWords) text(field, text string) string {
	text = iifFlat.Replace(text)
	if w.c.writes == nil {
		return text
	}
	written, lost := w.c.writes(text)
	if lost != "" {
		w.problems = append(w.problems, Problem{Field: field, Code: CodeUnwritten, Found: lost, Expected: "characters of " + w.c.Style.Encoding,
			Message: "The encoding does not have these characters; a question mark stands for each.", Remedy: "Correct the name in QuickBooks afterwards."})
	}
	return written
}

func (w *iifWords) cut(field, text string, most int) string {
	runes := []rune(w.text(field, text))
	if len(runes) <= most {
		return string(runes)
	}
	w.problems = append(w.problems, Problem{Field: field, Code: CodeTooLong, Found: text, Expected: fmt.Sprintf("at most %d characters", most),
		Message: fmt.Sprintf("It has %d characters and was cut to %d.", len(runes), most), Remedy: "Check what is left."})
	return strings.TrimSpace(string(runes[:most]))
}
