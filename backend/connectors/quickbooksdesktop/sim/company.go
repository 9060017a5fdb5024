package sim

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Company is a company file of QuickBooks.
type Company struct {
	mutex     sync.Mutex
	name      string
	currency  string // QuickBooks' name of it; "" where the edition has one alone
	multi     bool   // several currencies are turned on
	now       func() time.Time
	ids       int
	lists     []*Record // accounts, items, customers, payment methods
	txns      []*Txn
	sets      map[string]string // answers by message set, for recovery
	iterators map[string][]*Record
	closed    string
	log       []string
	// Forgetful keeps no answers of message sets, as a company file that was restored meanwhile.
	Forgetful bool
	strict    []string // requests that QuickBooks would not have read
}

// Record is an entry of a list.
type Record struct {
	Element  string // "Account", "ItemInventory", "Customer"
	ListID   string
	Name     string // in full
	Type     string // of an account
	Account  string // of an item: its income account
	Notes    string
	Quantity string
	Asset    string // of an inventory item: the account of its stock
	Cents    int64  // what its stock is worth
	Each     string // what one cost on average when some were there last
	Currency string // of an account or customer, QuickBooks' name of it; "" is the company's own
	Inactive bool
	Sequence int
}

// Txn is a transaction.
type Txn struct {
	Element  string // "Invoice"
	TxnID    string
	Number   string
	Date     string
	Memo     string
	Customer string
	Applies  string
	Sequence int
	Currency string // QuickBooks' name of it; "" is the company's own
	Rate     string
	Total    int64 // cents
	Lines    []TxnLine
	Goods    []TxnGoods
	Contra   string // of an adjustment: the account on the other side
}

// TxnLine is a debit or credit of a transaction: above zero a credit.
type TxnLine struct {
	Account string
	Item    string
	Memo    string
	Entity  string
	Cents   int64
}

// NewCompany makes a company file with a small chart of accounts.
func NewCompany(name string, now func() time.Time) *Company {
	c := &Company{name: name, now: now, sets: map[string]string{}, iterators: map[string][]*Record{}}
	for _, a := range [][2]string{{"Checking", "Bank"}, {"PayPal", "Bank"}, {"Accounts Receivable", "AccountsReceivable"}, {"Undeposited Funds", "OtherCurrentAsset"},
		{"Sales Tax Payable", "OtherCurrentLiability"}, {"Marketplace Tax", "OtherCurrentLiability"}, {"Merchandise Sales", "Income"}, {"Shipping Income", "Income"},
		{"Sales Discounts", "Income"}, {"Merchant Fees", "Expense"}, {"Rounding Differences", "OtherExpense"},
		{stockAccount, "OtherCurrentAsset"}, {costAccount, "CostOfGoodsSold"}, {"Inventory Shrinkage", "Expense"}} {
		c.add(&Record{Element: "Account", Name: a[0], Type: a[1]})
	}
	for _, m := range []string{"Cash", "Check", "PayPal"} {
		c.add(&Record{Element: "PaymentMethod", Name: m})
	}
	return c
}

func (c *Company) add(r *Record) *Record {
	c.ids++
	r.ListID, r.Sequence = fmt.Sprintf("8000%04X-%d", c.ids, 1700000000+c.ids), c.ids
	c.lists = append(c.lists, r)
	return r
}

// SetCurrency names the company's own currency: "Euro".
func (c *Company) SetCurrency(name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.currency = name
}

// AddCurrency turns several currencies on, and opens accounts in one: what customers owe, and a bank account.
func (c *Company) AddCurrency(name, code string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.multi = true
	c.add(&Record{Element: "Account", Name: "Accounts Receivable - " + code, Type: "AccountsReceivable", Currency: name})
	c.add(&Record{Element: "Account", Name: code + " Checking", Type: "Bank", Currency: name})
}

// AddItem puts an inventory item into the file, as the merchant would.
func (c *Company) AddItem(name, account, quantity string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.add(&Record{Element: "ItemInventory", Name: name, Account: account, Quantity: quantity, Asset: stockAccount})
}

// AddCustomer puts a customer into the file.
func (c *Company) AddCustomer(name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.add(&Record{Element: "Customer", Name: name})
}

// AddInvoice puts an invoice of somebody else into the file.
func (c *Company) AddInvoice(number string, cents int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.put(&Txn{Element: "Invoice", Number: number, Date: "2026-01-02", Customer: "Somebody", Total: cents, Memo: "by hand"})
}

// Rewrite changes what a transaction is about, as a person at QuickBooks would.
func (c *Company) Rewrite(number string, cents int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, t := range c.txns {
		if t.Number == number {
			t.Total, t.Sequence = cents, t.Sequence+1
		}
	}
}

// Book adds to an account of the first transaction, as a file does that is damaged.
func (c *Company) Book(account string, cents int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.txns[0].Lines = append(c.txns[0].Lines, TxnLine{Account: account, Cents: cents})
}

// Close closes the books up to a day.
func (c *Company) Close(day string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.closed = day
}

// Txns lists the transactions; Records the entries of lists; Log what was done to the file; Unread the requests that QuickBooks would not have read.
func (c *Company) Txns() []Txn {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var all []Txn
	for _, t := range c.txns {
		all = append(all, *t)
	}
	return all
}

// Records lists the entries of a list by the element's beginning: "Item", "Customer".
func (c *Company) Records(element string) []Record {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var all []Record
	for _, r := range c.lists {
		if strings.HasPrefix(r.Element, element) {
			all = append(all, *r)
		}
	}
	return all
}

// Log lists what was done to the file, oldest first.
func (c *Company) Log() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.log)
}

// Unread lists why requests would not have been read by QuickBooks.
func (c *Company) Unread() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.strict)
}

// Balances adds up the transactions in the company's own currency, account by account, in cents: above zero is credit.
func (c *Company) Balances() map[string]int64 { return c.BalancesIn("") }

// BalancesIn adds up the transactions in a currency, by QuickBooks' name of it.
func (c *Company) BalancesIn(currency string) map[string]int64 {
	sums := map[string]int64{}
	for _, t := range c.Txns() {
		if t.Currency != currency {
			continue
		}
		for _, l := range t.Lines {
			sums[l.Account] += l.Cents
		}
	}
	return sums
}

// HCP is what QuickBooks says of itself at the beginning of a conversation.
func (c *Company) HCP() string {
	home := ""
	if c.currency != "" {
		home = `<HomeCurrencyRef><FullName>` + esc(c.currency) + `</FullName></HomeCurrencyRef>`
	}
	return `<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><HostQueryRs statusCode="0" statusSeverity="Info" statusMessage="Status OK"><HostRet><ProductName>QuickBooks Premier</ProductName>` +
		`<MajorVersion>24</MajorVersion></HostRet></HostQueryRs><CompanyQueryRs statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CompanyRet><CompanyName>` + esc(c.name) +
		`</CompanyName></CompanyRet></CompanyQueryRs><PreferencesQueryRs statusCode="0" statusSeverity="Info" statusMessage="Status OK"><PreferencesRet><MultiCurrencyPreferences>` +
		`<IsMultiCurrencyOn>` + strconv.FormatBool(c.multi) + `</IsMultiCurrencyOn>` + home + `</MultiCurrencyPreferences></PreferencesRet></PreferencesQueryRs></QBXMLMsgsRs></QBXML>`
}

func esc(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// Process carries out a message set. An error is one of reading it: then nothing was done.
func (c *Company) Process(request string) (response string, err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	set, err := c.read(request)
	if err != nil {
		c.strict = append(c.strict, err.Error())
		return "", err
	}
	fresh, old := set.attr("newMessageSetID"), set.attr("oldMessageSetID")
	if len(fresh) > 23 || len(old) > 23 {
		c.strict = append(c.strict, "a message set's id is longer than 23")
		return "", fmt.Errorf("the message set's id is too long")
	}
	if old != "" && fresh == "" {
		if kept, known := c.sets[old]; known {
			return kept, nil
		}
		return `<?xml version="1.0" ?><QBXML><QBXMLMsgsRs messageSetStatusCode="600"></QBXMLMsgsRs></QBXML>`, nil
	}
	if kept, known := c.sets[fresh]; known && fresh != "" {
		return kept, nil // the same set once more is not carried out again
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" ?><QBXML><QBXMLMsgsRs`)
	if fresh != "" {
		b.WriteString(` messageSetStatusCode="0"`)
	}
	b.WriteString(`>`)
	for _, rq := range set.Kids {
		b.WriteString(c.carry(rq))
	}
	b.WriteString(`</QBXMLMsgsRs></QBXML>`)
	if fresh != "" && !c.Forgetful {
		c.sets[fresh] = b.String()
	}
	return b.String(), nil
}

// read parses a message set and holds each request against the schema.
func (c *Company) read(request string) (node, error) {
	if !strings.Contains(request, "<?qbxml version=\"") {
		return node{}, fmt.Errorf("the qbxml processing instruction is missing")
	}
	for _, r := range request {
		if r > '~' {
			return node{}, fmt.Errorf("%q is no character of a request", r)
		}
	}
	var n node
	if err := xml.Unmarshal([]byte(request), &n); err != nil {
		return n, err
	}
	set := n.kid("QBXMLMsgsRq")
	if n.XMLName.Local != "QBXML" || set.XMLName.Local == "" || set.attr("onError") == "" {
		return n, fmt.Errorf("it is no message set")
	}
	for _, rq := range set.Kids {
		name, ok := strings.CutSuffix(rq.XMLName.Local, "Rq")
		allowed, known := requests[name]
		if !ok || !known {
			return n, fmt.Errorf("there is no request %s", rq.XMLName.Local)
		}
		kids := rq.Kids
		if strings.HasSuffix(name, "Add") || strings.HasSuffix(name, "Mod") {
			if len(kids) != 1 || kids[0].XMLName.Local != name {
				return n, fmt.Errorf("%s holds no %s", rq.XMLName.Local, name)
			}
			kids = kids[0].Kids
		}
		if words := misfit(name, kids, allowed); words != "" {
			return n, fmt.Errorf("%s", words)
		}
	}
	return set, nil
}

// answer is one answer of a request.
func answer(rq node, code int, words, attrs, body string) string {
	severity := "Info"
	if code > 1 {
		severity = "Error"
	}
	if code == 500 {
		severity = "Warn"
	}
	name := strings.TrimSuffix(rq.XMLName.Local, "Rq") + "Rs"
	return fmt.Sprintf(`<%s requestID="%s" statusCode="%d" statusSeverity="%s" statusMessage="%s"%s>%s</%s>`, name, esc(rq.attr("requestID")), code, severity, esc(words), attrs, body, name)
}

func (c *Company) carry(rq node) string {
	name := strings.TrimSuffix(rq.XMLName.Local, "Rq")
	switch {
	case strings.HasSuffix(name, "Query"):
		return c.query(rq, strings.TrimSuffix(name, "Query"))
	case name == "TxnDel":
		return c.deleteTxn(rq)
	case name == "ListDel":
		return c.deleteRecord(rq)
	case strings.HasSuffix(name, "Mod"):
		return c.change(rq, rq.Kids[0])
	case name == "CustomerAdd" || name == "ItemOtherChargeAdd":
		return c.addRecord(rq, strings.TrimSuffix(name, "Add"), rq.Kids[0])
	}
	return c.addTxn(rq, strings.TrimSuffix(name, "Add"), rq.Kids[0])
}

func (c *Company) record(element, name string) *Record {
	for _, r := range c.lists {
		if strings.HasPrefix(r.Element, element) && strings.EqualFold(r.Name, name) {
			return r
		}
	}
	return nil
}

func (c *Company) notef(format string, args ...any) {
	c.log = append(c.log, fmt.Sprintf(format, args...))
}

func (c *Company) addRecord(rq node, element string, add node) string {
	name := add.text("Name")
	if taken := c.record(strings.TrimSuffix(element, "OtherCharge"), name); taken != nil {
		return answer(rq, 3100, "The name \""+name+"\" of the list element is already in use.", "", "")
	}
	account := add.text("SalesOrPurchase", "AccountRef", "FullName")
	if element == "ItemOtherCharge" && c.record("Account", account) == nil {
		return answer(rq, 3140, "There is an invalid reference to QuickBooks Account \""+account+"\".", "", "")
	}
	currency, known := c.known(add.text("CurrencyRef", "FullName"))
	if !known {
		return answer(rq, 3250, noCurrencies, "", "")
	}
	r := c.add(&Record{Element: element, Name: name, Account: account, Currency: currency, Notes: add.text("Notes") + add.text("SalesOrPurchase", "Desc")})
	c.notef("made %s %s", element, name)
	return answer(rq, 0, "Status OK", "", r.xml())
}

func (r *Record) xml() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<%sRet><ListID>%s</ListID><TimeCreated>2026-01-01T08:00:00-08:00</TimeCreated><EditSequence>%d</EditSequence><Name>%s</Name><FullName>%s</FullName><IsActive>%t</IsActive>`,
		r.Element, r.ListID, r.Sequence, esc(r.Name[strings.LastIndex(r.Name, ":")+1:]), esc(r.Name), !r.Inactive)
	switch {
	case r.Element == "Account":
		fmt.Fprintf(&b, `<AccountType>%s</AccountType>`, r.Type)
	case r.Element == "ItemInventory":
		fmt.Fprintf(&b, `<IncomeAccountRef><FullName>%s</FullName></IncomeAccountRef>%s`, esc(r.Account), r.stockXML())
	case strings.HasPrefix(r.Element, "Item"):
		fmt.Fprintf(&b, `<SalesOrPurchase><Desc>%s</Desc><AccountRef><FullName>%s</FullName></AccountRef></SalesOrPurchase>`, esc(r.Notes), esc(r.Account))
	case r.Element == "Customer":
		fmt.Fprintf(&b, `<Notes>%s</Notes>`, esc(r.Notes))
	}
	b.WriteString(currencyRef(r.Currency))
	fmt.Fprintf(&b, `</%sRet>`, r.Element)
	return b.String()
}

// cents reads an amount, which must have two decimals.
func cents(s string) (int64, bool) {
	whole, part, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+part, 10, 64)
	return n, ok && len(part) == 2 && err == nil
}

func (c *Company) addTxn(rq node, element string, add node) string {
	t := &Txn{Element: element, Number: add.text("RefNumber"), Date: add.text("TxnDate"), Memo: add.text("Memo"), Customer: add.text("CustomerRef", "FullName")}
	if t.Date != "" && t.Date <= c.closed {
		return answer(rq, 3171, "An attempt was made to modify a transaction with a date that is on or before the closing date of the company.", "", "")
	}
	if t.Customer != "" && c.record("Customer", t.Customer) == nil {
		return answer(rq, 3140, "There is an invalid reference to QuickBooks Customer \""+t.Customer+"\".", "", "")
	}
	if words := c.denominate(t, add); words != "" {
		return answer(rq, 3250, words, "", "")
	}
	var words string
	switch element {
	case "JournalEntry":
		words = c.journal(t, add)
	case "ReceivePayment":
		words = c.payment(t, add)
	case "InventoryAdjustment":
		words = c.adjustment(t, add)
	default:
		words = c.sale(t, add)
	}
	if words == "" {
		words = c.mixes(t)
	}
	if words != "" {
		return answer(rq, 3140, words, "", "")
	}
	c.moveGoods(t)
	c.put(t)
	c.notef("made %s %s of %d: %s", element, t.Number, t.Total, t.marks())
	return answer(rq, 0, "Status OK", "", t.xml(true))
}

// marks are the memos in which a document says what it is.
func (t *Txn) marks() string {
	if t.Memo != "" || len(t.Lines) == 0 {
		return t.Memo
	}
	return t.Lines[0].Memo
}

func (c *Company) put(t *Txn) {
	c.ids++
	t.TxnID, t.Sequence = fmt.Sprintf("%X-%d", c.ids, 1700000000+c.ids), c.ids
	c.txns = append(c.txns, t)
}

// sale takes a sale's lines; above zero they credit income, and the rest is what is owed or received. A credit memo is the other way round.
func (c *Company) sale(t *Txn, add node) (words string) {
	sign := int64(1)
	if t.Element == "CreditMemo" {
		sign = -1
	}
	for _, l := range add.all(t.Element + "LineAdd") {
		n, ok := cents(l.text("Amount"))
		item := c.record("Item", l.text("ItemRef", "FullName"))
		if !ok || item == nil || item.Inactive {
			return "There is an invalid reference or amount: " + l.text("ItemRef", "FullName") + " " + l.text("Amount")
		}
		account := item.Account
		if other := l.text("OverrideItemAccountRef", "FullName"); other != "" {
			account = other
		}
		if c.record("Account", account) == nil {
			return "There is an invalid reference to QuickBooks Account \"" + account + "\"."
		}
		t.Total += n
		t.Lines = append(t.Lines, TxnLine{Account: account, Item: item.Name, Cents: sign * n})
		t.sold(item, l.text("Quantity"), sign)
	}
	if t.Total < 0 {
		return "Transactions must not have a negative total."
	}
	money := add.text("ARAccountRef", "FullName")
	if t.Element == "SalesReceipt" {
		money = add.text("DepositToAccountRef", "FullName")
	}
	if t.Element == "SalesOrder" {
		t.Lines = nil
		return ""
	}
	if t.Total != 0 && c.record("Account", money) == nil {
		return "There is an invalid reference to QuickBooks Account \"" + money + "\"."
	}
	if t.Total != 0 {
		t.Lines = append(t.Lines, TxnLine{Account: money, Entity: t.Customer, Cents: -sign * t.Total})
	}
	return ""
}

func (c *Company) payment(t *Txn, add node) string {
	n, ok := cents(add.text("TotalAmount"))
	applied := add.kid("AppliedToTxnAdd")
	t.Applies, t.Total = applied.text("TxnID"), n
	at := slices.IndexFunc(c.txns, func(o *Txn) bool { return o.TxnID == t.Applies && o.Element == "Invoice" })
	if part, fits := cents(applied.text("PaymentAmount")); !ok || !fits || part != n || at < 0 {
		return "The payment does not fit an invoice."
	}
	paid := int64(0)
	for _, o := range c.txns {
		if o.Applies == t.Applies {
			paid += o.Total
		}
	}
	if paid+n > c.txns[at].Total {
		return "The payment is more than what is owed."
	}
	from, to := add.text("ARAccountRef", "FullName"), add.text("DepositToAccountRef", "FullName")
	if c.record("Account", from) == nil || c.record("Account", to) == nil {
		return "There is an invalid reference to a QuickBooks Account."
	}
	t.Lines = []TxnLine{{Account: from, Entity: t.Customer, Cents: n}, {Account: to, Cents: -n}}
	return ""
}

func (c *Company) journal(t *Txn, add node) string {
	sum := int64(0)
	for _, name := range []string{"JournalDebitLine", "JournalCreditLine"} {
		for _, l := range add.all(name) {
			n, ok := cents(l.text("Amount"))
			account := c.record("Account", l.text("AccountRef", "FullName"))
			if !ok || n < 0 || account == nil {
				return "There is an invalid reference or amount in the journal: " + l.text("AccountRef", "FullName")
			}
			if account.Type == "AccountsReceivable" && c.record("Customer", l.text("EntityRef", "FullName")) == nil {
				return "A line of accounts receivable needs a customer."
			}
			if name == "JournalDebitLine" {
				t.Total += n
				n = -n
			}
			sum += n
			t.Lines = append(t.Lines, TxnLine{Account: account.Name, Memo: l.text("Memo"), Entity: l.text("EntityRef", "FullName"), Cents: n})
		}
	}
	if sum != 0 {
		return "The journal is not in balance."
	}
	return ""
}

func (t *Txn) xml(lines bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<%sRet><TxnID>%s</TxnID><TimeModified>2026-01-01T08:00:00-08:00</TimeModified><EditSequence>%d</EditSequence>`, t.Element, t.TxnID, t.Sequence)
	if t.Customer != "" {
		fmt.Fprintf(&b, `<CustomerRef><FullName>%s</FullName></CustomerRef>`, esc(t.Customer))
	}
	fmt.Fprintf(&b, `<TxnDate>%s</TxnDate><RefNumber>%s</RefNumber>%s`, t.Date, esc(t.Number), currencyRef(t.Currency))
	total := fmt.Sprintf("%d.%02d", t.Total/100, t.Total%100)
	switch t.Element {
	case "Invoice", "SalesOrder":
		fmt.Fprintf(&b, `<Subtotal>%s</Subtotal><SalesTaxTotal>0.00</SalesTaxTotal><Memo>%s</Memo>`, total, esc(t.Memo))
	case "JournalEntry":
		for _, l := range t.Lines {
			name, n := "JournalCreditLine", l.Cents
			if n < 0 {
				name, n = "JournalDebitLine", -n
			}
			if lines {
				fmt.Fprintf(&b, `<%s><AccountRef><FullName>%s</FullName></AccountRef><Amount>%d.%02d</Amount><Memo>%s</Memo></%s>`, name, esc(l.Account), n/100, n%100, esc(l.Memo), name)
			}
		}
	case "InventoryAdjustment":
		b.WriteString(t.goodsXML(lines))
	default:
		fmt.Fprintf(&b, `<Subtotal>%s</Subtotal><TotalAmount>%s</TotalAmount><Memo>%s</Memo>`, total, total, esc(t.Memo))
	}
	fmt.Fprintf(&b, `</%sRet>`, t.Element)
	return b.String()
}

func (c *Company) query(rq node, element string) string {
	if strings.HasPrefix(element, "Item") || element == "Customer" || element == "Account" || element == "PaymentMethod" {
		return c.queryList(rq, element)
	}
	var b strings.Builder
	asked, found := 0, 0
	for _, by := range []string{"TxnID", "RefNumber"} {
		for _, wanted := range rq.all(by) {
			asked++
			for _, t := range c.txns {
				is := t.TxnID
				if by == "RefNumber" {
					is = t.Number
				}
				if t.Element == element && strings.EqualFold(is, strings.TrimSpace(wanted.Text)) {
					found++
					b.WriteString(t.xml(rq.text("IncludeLineItems") == "true"))
				}
			}
		}
	}
	return answer(rq, statusOf(asked, found), "Status", "", b.String())
}

// statusOf is 1 where nothing was found, 500 where not all that was named was.
func statusOf(asked, found int) int {
	switch {
	case asked > 0 && found < asked && found > 0:
		return 500
	case found == 0:
		return 1
	}
	return 0
}

func (c *Company) queryList(rq node, element string) string {
	var found []*Record
	named := append(rq.all("ListID"), rq.all("FullName")...)
	for _, r := range c.lists {
		if !strings.HasPrefix(r.Element, element) {
			continue
		}
		if len(named) == 0 || slices.ContainsFunc(named, func(n node) bool {
			return strings.TrimSpace(n.Text) == r.ListID || strings.EqualFold(strings.TrimSpace(n.Text), r.Name)
		}) {
			found = append(found, r)
		}
	}
	attrs := ""
	if mode := rq.attr("iterator"); mode != "" {
		id := rq.attr("iteratorID")
		if mode == "Start" {
			c.ids++
			id = fmt.Sprintf("{%d}", c.ids)
			c.iterators[id] = found
		}
		rest, known := c.iterators[id]
		if !known {
			return answer(rq, 3120, "The iterator is not valid in this session.", "", "")
		}
		most, _ := strconv.Atoi(rq.text("MaxReturned"))
		n := min(max(most, 1), len(rest))
		found, c.iterators[id] = rest[:n], rest[n:]
		attrs = fmt.Sprintf(` iteratorRemainingCount="%d" iteratorID="%s"`, len(rest)-n, id)
	}
	var b strings.Builder
	for _, r := range found {
		b.WriteString(r.xml())
	}
	return answer(rq, statusOf(len(named), len(found)), "Status", attrs, b.String())
}

// endSession forgets iterators: they live as long as a session of QuickBooks.
func (c *Company) endSession() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	clear(c.iterators)
}

func (c *Company) deleteTxn(rq node) string {
	id := rq.text("TxnID")
	at := slices.IndexFunc(c.txns, func(t *Txn) bool { return t.TxnID == id && t.Element == rq.text("TxnDelType") })
	if at < 0 {
		return answer(rq, 3120, "Object \""+id+"\" specified in the request cannot be found.", "", "")
	}
	if slices.ContainsFunc(c.txns, func(t *Txn) bool { return t.Applies == id }) {
		return answer(rq, 3260, "The transaction is paid.", "", "")
	}
	c.undoGoods(c.txns[at])
	c.notef("deleted %s %s", c.txns[at].Element, c.txns[at].Number)
	c.txns = slices.Delete(c.txns, at, at+1)
	return answer(rq, 0, "Status OK", "", "<TxnID>"+id+"</TxnID>")
}

func (c *Company) deleteRecord(rq node) string {
	id := rq.text("ListID")
	at := slices.IndexFunc(c.lists, func(r *Record) bool { return r.ListID == id })
	if at < 0 {
		return answer(rq, 3120, "Object \""+id+"\" specified in the request cannot be found.", "", "")
	}
	r := c.lists[at]
	for _, t := range c.txns {
		if strings.EqualFold(t.Customer, r.Name) || slices.ContainsFunc(t.Lines, func(l TxnLine) bool { return strings.EqualFold(l.Item, r.Name) || strings.EqualFold(l.Entity, r.Name) }) {
			return answer(rq, 3170, "There was an error deleting \""+r.Name+"\": it is in use.", "", "")
		}
	}
	c.notef("deleted %s %s", r.Element, r.Name)
	c.lists = slices.Delete(c.lists, at, at+1)
	return answer(rq, 0, "Status OK", "", "<ListID>"+id+"</ListID>")
}

func (c *Company) change(rq, mod node) string {
	for _, r := range c.lists {
		if r.ListID != mod.text("ListID") {
			continue
		}
		if mod.text("EditSequence") != strconv.Itoa(r.Sequence) {
			return answer(rq, 3200, "The provided edit sequence is out-of-date.", "", "")
		}
		c.ids++
		r.Inactive, r.Sequence = mod.text("IsActive") == "false", c.ids
		c.notef("changed %s %s: inactive %t", r.Element, r.Name, r.Inactive)
		return answer(rq, 0, "Status OK", "", r.xml())
	}
	return answer(rq, 3120, "Object cannot be found.", "", "")
}
