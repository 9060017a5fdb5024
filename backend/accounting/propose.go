package accounting

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
)

// Entry is a record of a ledger system's lists: an account, an item, a payment method.
type Entry struct {
	ID       string            `json:"id"`
	Kind     EntryKind         `json:"kind"`
	Name     string            `json:"name"` // in full, by which documents name it: "Income:Sales"
	Type     string            `json:"type"` // of an account: one of the Account types; of an item: the ledger system's word
	Number   string            `json:"number,omitempty"`
	Account  string            `json:"account,omitempty"` // of an item: where its sales go
	Asset    string            `json:"asset,omitempty"`   // of an item whose stock is counted there: the account of it
	Cost     commerce.Decimal  `json:"cost,omitempty"`    // of such an item: what one costs there on average
	Currency commerce.Currency `json:"currency,omitempty"`
	Quantity commerce.Decimal  `json:"quantity,omitempty"` // of an item whose stock is counted there
	Active   bool              `json:"active"`
	Version  string            `json:"version,omitempty"` // by which a change is held to what was seen
}

// EntryKind says which list an entry is of.
type EntryKind string

// The lists.
const (
	AccountEntry EntryKind = "account"
	ItemEntry    EntryKind = "item"
	MethodEntry  EntryKind = "method"
)

// The types of account that proposals look at.
const (
	Bank           = "bank"
	ReceivableType = "receivable"
	CurrentAsset   = "current_asset"
	Liability      = "liability"
	Income         = "income"
	Expense        = "expense"
	OtherType      = "other"
)

// Seller is a channel to be proposed for.
type Seller struct {
	ID   int64
	Name string
	// Marketplace tells that it usually collects tax itself.
	Marketplace bool
}

// hint is how an account of a role is known: by its type, and by words in its name, the more telling first.
type hint struct {
	types []string
	words []string
	// any takes the first account of the type when no word fits.
	any bool
}

var hints = map[Role]hint{
	Sales:          {[]string{Income}, []string{"merchandise sales", "product sales", "online sales", "sales", "revenue", "umsatz"}, true},
	Shipping:       {[]string{Income}, []string{"shipping", "delivery", "freight", "postage", "versand"}, false},
	Discount:       {[]string{Income, Expense}, []string{"discounts given", "discount", "promotion", "rabatt"}, false},
	Tax:            {[]string{Liability}, []string{"sales tax payable", "sales tax", "vat", "gst", "tax payable", "umsatzsteuer", "tax"}, false},
	MarketplaceTax: {[]string{Liability}, []string{"marketplace", "facilitator"}, false},
	Rounding:       {[]string{Income, Expense, OtherType}, []string{"rounding", "round", "over/short", "rundung"}, false},
	Fees:           {[]string{Expense}, []string{"merchant fee", "marketplace fee", "selling fee", "commission", "bank service", "fee", "gebühr"}, false},
	Clearing:       {[]string{CurrentAsset, Bank}, []string{"undeposited", "clearing", "checking", "bank"}, true},
	Inventory:      {[]string{CurrentAsset}, []string{"inventory asset", "inventory", "stock", "warenbestand"}, false},
	Adjustment:     {[]string{Expense, OtherType}, []string{"inventory adjustment", "stock adjustment", "shrinkage", "inventory", "cost of goods", "wareneinsatz"}, false},
	Receivable:     {[]string{ReceivableType}, []string{"accounts receivable", "receivable", "debtors", "forderungen"}, true},
}

// stand says which role's account takes the place of one that was not found.
var stand = map[Role]Role{Shipping: Sales, Discount: Sales, MarketplaceTax: Tax, Rounding: Sales}

// Propose works a mapping out from a chart of accounts: by types and names, each with the reason in words. A person confirms it.
// methods are payment methods of orders, skus the SKUs sold, both as channels state them.
func Propose(entries []Entry, sellers []Seller, methods, skus []string, home commerce.Currency) Mapping {
	m := Mapping{Home: home, RoundingLimit: 5, Accounts: map[Role]Target{}, Methods: map[string]Target{}, Items: map[string]Target{}, Channels: map[string]Rule{}, Currencies: map[commerce.Currency]map[Role]Target{}}
	accounts, others := apartByCurrency(active(entries, AccountEntry), home)
	for _, role := range Roles {
		if t, found := hints[role].find(accounts); found {
			m.Accounts[role] = t
		}
	}
	for _, role := range Roles {
		if other := m.Accounts[stand[role]]; m.Accounts[role].Name == "" && other.Name != "" {
			m.Accounts[role] = Target{Name: other.Name, Reason: "no account named for " + role.Words() + " was found; that of " + stand[role].Words() + " stands in"}
		}
	}
	m.Stock = m.stockRule()
	m.proposeCurrencies(others)
	m.proposeMethods(accounts, methods)
	m.proposeItems(active(entries, ItemEntry), skus)
	for _, s := range sellers {
		rule := Rule{Document: SalesReceipt, Level: PerOrder, When: WhenPaid, Customer: s.Name, TaxBy: BySeller}
		if s.Marketplace {
			rule.TaxBy = ByMarketplace
		}
		m.Channels[strconv.FormatInt(s.ID, 10)] = rule
	}
	return m
}

func active(entries []Entry, kind EntryKind) []Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.Kind != kind || !e.Active })
}

// apartByCurrency parts the accounts that are in the own currency from those in others.
func apartByCurrency(accounts []Entry, home commerce.Currency) (own, others []Entry) {
	for _, a := range accounts {
		if a.Currency == "" || a.Currency == home {
			own = append(own, a)
		} else {
			others = append(others, a)
		}
	}
	return own, others
}

// proposeCurrencies finds the currencies that customers owe in, with the bank account of each.
func (m *Mapping) proposeCurrencies(others []Entry) {
	for _, role := range []Role{Receivable, Clearing} {
		for _, a := range others {
			accounts := m.Currencies[a.Currency]
			if !slices.Contains(hints[role].types, a.Type) || role == Clearing && accounts == nil || accounts[role].Name != "" {
				continue
			}
			if accounts == nil {
				accounts = map[Role]Target{}
				m.Currencies[a.Currency] = accounts
			}
			accounts[role] = Target{Name: a.Name, Reason: "it is " + typeWords[a.Type] + " in " + string(a.Currency)}
		}
	}
}

func (h hint) find(accounts []Entry) (Target, bool) {
	for _, word := range h.words {
		for _, a := range accounts {
			if slices.Contains(h.types, a.Type) && strings.Contains(Fold(a.Name), word) {
				return Target{Name: a.Name, Reason: "its name has “" + word + "” and it is " + typeWords[a.Type]}, true
			}
		}
	}
	for _, a := range accounts {
		if h.any && slices.Contains(h.types, a.Type) {
			return Target{Name: a.Name, Reason: "it is the first that is " + typeWords[a.Type]}, true
		}
	}
	return Target{}, false
}

var typeWords = map[string]string{Bank: "a bank account", ReceivableType: "an account of what customers owe", CurrentAsset: "a current asset",
	Liability: "a current liability", Income: "an income account", Expense: "an expense account", OtherType: "another kind of account"}

// proposeMethods finds accounts of the names of payment methods: "PayPal" arrives in “PayPal Bank”.
func (m *Mapping) proposeMethods(accounts []Entry, methods []string) {
	for _, method := range methods {
		for _, a := range accounts {
			if name := Fold(method); name != "" && (a.Type == Bank || a.Type == CurrentAsset) && strings.Contains(Fold(a.Name), name) {
				m.Methods[name] = Target{Name: a.Name, Reason: "its name has “" + method + "”"}
				break
			}
		}
	}
}

// proposeItems finds the items whose name is a SKU.
func (m *Mapping) proposeItems(items []Entry, skus []string) {
	byName := map[string]Entry{}
	for _, i := range items {
		if i.Account != "" {
			name := Fold(i.Name)
			byName[name[strings.LastIndex(name, ":")+1:]] = i
		}
	}
	for _, sku := range skus {
		if i, found := byName[Fold(sku)]; found && Fold(sku) != "" {
			m.Items[Fold(sku)] = Target{Name: i.Name, Account: i.Account, Reason: "its name is the SKU"}
		}
	}
}
