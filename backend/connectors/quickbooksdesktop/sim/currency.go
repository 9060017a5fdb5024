package sim

import "strconv"

const noCurrencies = "This feature is not enabled or not available in this version of QuickBooks."

// home is QuickBooks' name of the company's own currency.
func (c *Company) home() string {
	if c.currency == "" {
		return "US Dollar"
	}
	return c.currency
}

// known reads a currency that a request names; "" is the company's own. Another one has to be turned on.
func (c *Company) known(name string) (currency string, ok bool) {
	if name == "" || name == c.home() && c.multi {
		return "", true
	}
	return name, c.multi && c.has(name)
}

// has reports whether there is an account in a currency, as a company has that uses it.
func (c *Company) has(currency string) bool {
	for _, r := range c.lists {
		if r.Element == "Account" && r.Currency == currency {
			return true
		}
	}
	return false
}

// denominate finds the currency of a transaction: that of its customer, or the one that a journal names.
func (c *Company) denominate(t *Txn, add node) (words string) {
	t.Rate = add.text("ExchangeRate")
	if rate, err := strconv.ParseFloat(t.Rate, 64); t.Rate != "" && (!c.multi || err != nil || rate <= 0) {
		return noCurrencies
	}
	if t.Element == "JournalEntry" {
		var known bool
		if t.Currency, known = c.known(add.text("CurrencyRef", "FullName")); !known {
			return noCurrencies
		}
		return ""
	}
	if r := c.record("Customer", t.Customer); r != nil {
		t.Currency = r.Currency
	}
	return ""
}

// mixes says what QuickBooks has against the currencies that meet in a transaction: an account is in its currency or in the company's own, and what
// customers owe, with the customer, is in that of the transaction. "" is nothing.
func (c *Company) mixes(t *Txn) (words string) {
	for _, l := range t.Lines {
		account := c.record("Account", l.Account)
		switch {
		case account.Currency != "" && account.Currency != t.Currency:
			return "The account \"" + l.Account + "\" is not in the currency of the transaction."
		case account.Type != "AccountsReceivable":
			continue
		case account.Currency != t.Currency:
			return "The account \"" + l.Account + "\" is not in the currency of the customer."
		}
		if r := c.record("Customer", l.Entity); r != nil && r.Currency != t.Currency {
			return "The customer \"" + l.Entity + "\" is not in the currency of the transaction."
		}
	}
	return ""
}

// currencyRef is the currency as answers state it; of what is in the company's own they state none here.
func currencyRef(name string) string {
	if name == "" {
		return ""
	}
	return "<CurrencyRef><FullName>" + esc(name) + "</FullName></CurrencyRef>"
}
