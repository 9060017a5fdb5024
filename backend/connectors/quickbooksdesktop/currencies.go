package quickbooksdesktop

import (
	"cmp"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// currencies are the names under which QuickBooks comes with currencies, of those that shops sell in
// (https://developer.intuit.com, “Using the multicurrency feature with the SDK”).
var currencies = map[string]commerce.Currency{"US Dollar": "USD", "Canadian Dollar": "CAD", "British Pound Sterling": "GBP", "Euro": "EUR", "Australian Dollar": "AUD",
	"Japanese Yen": "JPY", "Swiss Franc": "CHF", "Mexican Peso": "MXN", "New Zealand Dollar": "NZD", "Swedish Krona": "SEK", "Norwegian Krone": "NOK", "Danish Krone": "DKK",
	"Polish Zloty": "PLN", "Singapore Dollar": "SGD", "Hong Kong Dollar": "HKD"}

// currencyNames are the same by their codes.
var currencyNames = func() map[commerce.Currency]string {
	names := map[commerce.Currency]string{}
	for name, code := range currencies {
		names[code] = name
	}
	return names
}()

// homeOf is the company's own currency; before QuickBooks said it, that of what is asked for.
func homeOf(a channel.Account, asked commerce.Currency) commerce.Currency {
	return cmp.Or(a.Currency, asked, "USD")
}

// elsewhere reports whether a customer is in another currency than a document that concerns it: QuickBooks would take the amounts for those of the
// customer's currency.
func (d document) elsewhere(s channel.Session, customer node) bool {
	return d.Currency != "" && currencyOf(customer, homeOf(s.Account(), d.Currency)) != d.Currency
}

// currencyOf is the currency that a record or document is in; that of the company where it names none.
func currencyOf(ret node, home commerce.Currency) commerce.Currency {
	if code, known := currencies[ret.get("CurrencyRef", "FullName")]; known {
		return code
	}
	return home
}
