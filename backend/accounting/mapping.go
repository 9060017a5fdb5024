package accounting

import (
	"cmp"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Mapping says how orders become documents in one ledger system. It is data: proposed from the chart of accounts, confirmed
// by a person.
type Mapping struct {
	// Confirmed tells that a person looked at it. Nothing is posted before.
	Confirmed bool `json:"confirmed"`
	// Home is the ledger system's own currency.
	Home commerce.Currency `json:"home"`
	// From is the first day of orders that are posted; ClosedUntil the last day that nothing is posted into. YYYY-MM-DD, "" is none.
	From        string `json:"from"`
	ClosedUntil string `json:"closed_until"`
	// RoundingLimit is the most, in minor units, that a total and its parts may differ by; beyond it an order waits for a person.
	RoundingLimit int64 `json:"rounding_limit"`
	// Rates say by currency how much of the own one a unit is, day by day: what orders in other currencies are posted by.
	Rates map[commerce.Currency][]DayRate `json:"rates,omitempty"`
	// Currencies are others that the ledger system has accounts in: what customers owe (Receivable), and where money arrives (Clearing) if that is an
	// account of its own. Orders in them are posted as they are.
	Currencies map[commerce.Currency]map[Role]Target `json:"currencies,omitempty"`
	Accounts   map[Role]Target                       `json:"accounts"`
	Methods    map[string]Target                     `json:"methods"` // payment method, folded: where its money arrives
	Items      map[string]Target                     `json:"items"`   // SKU, folded: the item of the ledger system that it is
	Channels   map[string]Rule                       `json:"channels"`
	Stock      StockRule                             `json:"stock"` // what moves without an order
}

// Target is one choice of a mapping: a record of the ledger system by its name. Reason says why it was proposed, "" that a person chose it.
type Target struct {
	Name    string `json:"name"`
	Account string `json:"account,omitempty"` // of an item: where its sales go
	Reason  string `json:"reason,omitempty"`
}

// Rule says how the orders of one channel are posted.
type Rule struct {
	Post     bool            `json:"post"`
	Document Kind            `json:"document"` // SalesReceipt, Invoice or SalesOrder
	Level    Level           `json:"level"`
	When     When            `json:"when"`
	Customer string          `json:"customer"` // under which name the ledger system knows its buyers
	Prefix   string          `json:"prefix"`   // before order numbers
	TaxBy    Collector       `json:"tax_by"`
	Accounts map[Role]Target `json:"accounts,omitempty"` // where they differ from those of the mapping
}

// Level says how much one document holds.
type Level string

// The levels.
const (
	PerOrder Level = "order"
	PerDay   Level = "day" // all orders of a day, summed up
)

// When says from when on an order is posted.
type When string

// The moments.
const (
	WhenPaid    When = "paid"
	WhenShipped When = "shipped"
	WhenPlaced  When = "placed"
)

// Collector says who pays an order's tax on.
type Collector string

// The collectors.
const (
	BySeller      Collector = "seller"
	ByMarketplace Collector = "marketplace"
)

// Rule gives the rule of a channel, filled up.
func (m Mapping) Rule(channelID int64) Rule {
	r := m.Channels[strconv.FormatInt(channelID, 10)]
	if r.Document == "" {
		r.Document = SalesReceipt
	}
	if r.Level == "" {
		r.Level = PerOrder
	}
	if r.When == "" {
		r.When = WhenPaid
	}
	if r.TaxBy == "" {
		r.TaxBy = BySeller
	}
	return r
}

// account is the ledger system's account of a role, for a channel.
func (m Mapping) account(r Rule, role Role) string {
	if t := r.Accounts[role]; t.Name != "" {
		return t.Name
	}
	return m.Accounts[role].Name
}

// receivable is the account of what customers owe in a currency: an account of a ledger system has one.
func (m Mapping) receivable(r Rule, c commerce.Currency) string {
	if t := m.Currencies[c][Receivable]; t.Name != "" {
		return t.Name
	}
	return m.account(r, Receivable)
}

// clearing is where the money of a payment method arrives in a currency.
func (m Mapping) clearing(r Rule, method string, c commerce.Currency) string {
	if t := m.Currencies[c][Clearing]; t.Name != "" {
		return t.Name
	}
	if t := m.Methods[Fold(method)]; t.Name != "" {
		return t.Name
	}
	return m.account(r, Clearing)
}

// Catch takes up the proposals for what came since a mapping was said: channels, and SKUs that are items of the ledger system.
func (m *Mapping) Catch(proposed Mapping) {
	if m.Channels == nil {
		m.Channels = map[string]Rule{}
	}
	if m.Items == nil {
		m.Items = map[string]Target{}
	}
	for id, rule := range proposed.Channels {
		if _, known := m.Channels[id]; !known {
			m.Channels[id] = rule
		}
	}
	for sku, item := range proposed.Items {
		if _, known := m.Items[sku]; !known {
			m.Items[sku] = item
		}
	}
	for _, role := range []Role{Inventory, Adjustment} {
		if _, known := m.Accounts[role]; !known && m.Accounts != nil {
			m.Accounts[role] = proposed.Accounts[role]
		}
	}
	m.Stock = m.stockRule()
}

// Closed reports whether nothing is posted into a day.
func (m Mapping) Closed(day string) bool { return m.ClosedUntil != "" && day <= m.ClosedUntil }

// Fold is how names of methods and items are looked up: case and blanks around them do not matter.
func Fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Check says what a mapping lacks before anything can be posted by it.
func (m Mapping) Check() error {
	posts := false
	for _, r := range m.Channels {
		posts = posts || r.Post
		if r.Post && strings.TrimSpace(r.Customer) == "" {
			return fault.New(fault.Invalid, "A channel that is posted has no customer in your books.", "State one for it: its own name will do.").InField("channels")
		}
	}
	if !posts {
		return fault.New(fault.Invalid, "No channel is posted.", "Choose at least one.").InField("channels")
	}
	for _, role := range []Role{Sales, Shipping, Discount, Tax, Rounding, Clearing, Receivable} {
		if m.Accounts[role].Name == "" {
			return fault.New(fault.Invalid, "No account is set for "+role.Words()+".", "Choose one.").InField(string(role))
		}
	}
	for _, day := range []string{m.From, m.ClosedUntil} {
		if day != "" && !isDay(day) {
			return fault.New(fault.Invalid, "“"+day+"” is not a day.", "Write it like 2026-11-30.").InField("from")
		}
	}
	return cmp.Or(m.checkCurrencies(), m.checkRates(), m.checkStock())
}

func isDay(text string) bool {
	return len(text) == 10 && text[4] == '-' && text[7] == '-' && strings.Trim(strings.ReplaceAll(text, "-", ""), "0123456789") == ""
}

// customer is whom a document of a currency concerns: a customer of a ledger system has one currency.
func (m Mapping) customer(r Rule, c commerce.Currency) string {
	if m.Home == "" || c == m.Home {
		return r.Customer
	}
	return r.Customer + " " + string(c)
}
