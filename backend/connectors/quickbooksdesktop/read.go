package quickbooksdesktop

import (
	"encoding/json"
	"strings"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Read makes a record of an entry of a list or of a document.
func (Connector) Read(stream channel.Stream, raw []byte, account channel.Account) (channel.Record, []fault.Problem) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return channel.Record{}, unreadable("$")
	}
	for name, body := range all {
		if !strings.HasSuffix(name, "Ret") {
			continue
		}
		n, err := nodeOf(name, body)
		if err != nil {
			return channel.Record{}, unreadable("$." + name)
		}
		if stream == channel.Documents {
			var id string
			_ = json.Unmarshal(all["id"], &id)
			kind, _, _ := strings.Cut(id, ":")
			p := posted(n, kind, homeOf(account, ""))
			return channel.Record{Name: p.Number, Ledger: &channel.LedgerRecord{Posted: &p}}, nil
		}
		e := entryOf(n)
		return channel.Record{Name: e.Name, Ledger: &channel.LedgerRecord{Entry: &e}}, nil
	}
	return channel.Record{}, unreadable("$")
}

func unreadable(column string) []fault.Problem {
	return []fault.Problem{{Column: column, Expected: "a record of QuickBooks", Message: "What came from QuickBooks cannot be read.", Remedy: "Pull the lists again.", Code: string(fault.Invalid)}}
}

// nodeOf is an element again that was kept as JSON.
func nodeOf(name string, raw json.RawMessage) (node, error) {
	n := node{}
	n.XMLName.Local = name
	var one any
	if err := json.Unmarshal(raw, &one); err != nil {
		return n, err
	}
	n.fill(one)
	return n, nil
}

func (n *node) fill(value any) {
	switch v := value.(type) {
	case string:
		n.Text = v
	case map[string]any:
		for name, inner := range v {
			list, many := inner.([]any)
			if !many {
				list = []any{inner}
			}
			for _, one := range list {
				k := node{}
				k.XMLName.Local = name
				k.fill(one)
				n.Kids = append(n.Kids, k)
			}
		}
	}
}

// accountTypes are QuickBooks' types of account, as proposals know them.
var accountTypes = map[string]string{"Bank": accounting.Bank, "AccountsReceivable": accounting.ReceivableType, "OtherCurrentAsset": accounting.CurrentAsset,
	"OtherCurrentLiability": accounting.Liability, "CreditCard": accounting.Liability, "Income": accounting.Income, "OtherIncome": accounting.Income,
	"Expense": accounting.Expense, "OtherExpense": accounting.Expense, "CostOfGoodsSold": accounting.Expense}

// entryOf reads an account, an item of any type, or a payment method.
func entryOf(n node) accounting.Entry {
	e := accounting.Entry{Name: n.get("FullName"), Active: n.get("IsActive") != "false", Version: n.get("EditSequence")}
	if e.Name == "" {
		e.Name = n.get("Name")
	}
	switch name := n.name(); {
	case name == "AccountRet":
		e.Kind, e.Number = accounting.AccountEntry, n.get("AccountNumber")
		if e.Type = accountTypes[n.get("AccountType")]; e.Type == "" {
			e.Type = accounting.OtherType
		}
		e.Currency = currencies[n.get("CurrencyRef", "FullName")]
	case name == "PaymentMethodRet":
		e.Kind, e.Type = accounting.MethodEntry, n.get("PaymentMethodType")
	default:
		e.Kind, e.Type = accounting.ItemEntry, strings.TrimSuffix(strings.TrimPrefix(name, "Item"), "Ret")
		for _, path := range [][]string{{"IncomeAccountRef", "FullName"}, {"SalesOrPurchase", "AccountRef", "FullName"}, {"SalesAndPurchase", "IncomeAccountRef", "FullName"}} {
			if at := n.get(path...); at != "" {
				e.Account = at
			}
		}
		e.Asset = n.get("AssetAccountRef", "FullName")
		e.Quantity, _ = commerce.ParseDecimal(n.get("QuantityOnHand"))
		e.Cost, _ = commerce.ParseDecimal(n.get("AverageCost"))
	}
	e.ID = string(e.Kind) + ":" + n.get("ListID")
	return e
}
