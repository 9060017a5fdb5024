package quickbooksdesktop

import (
	"slices"
	"strings"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// form is what a kind of document is in QuickBooks.
type form struct {
	name   string // "Invoice": InvoiceAddRq, InvoiceQueryRq, InvoiceRet
	id     string // how its ledger ids begin
	number int    // how long its RefNumber may be
	list   bool   // a record of a list, by name
}

var forms = map[accounting.Kind]form{
	accounting.SalesOrder:   {name: "SalesOrder", id: "salesorder", number: 11},
	accounting.Invoice:      {name: "Invoice", id: "invoice", number: 11},
	accounting.SalesReceipt: {name: "SalesReceipt", id: "salesreceipt", number: 11},
	accounting.CreditNote:   {name: "CreditMemo", id: "creditmemo", number: 11},
	accounting.Payment:      {name: "ReceivePayment", id: "payment", number: 20},
	accounting.Refund:       {name: "JournalEntry", id: "journal", number: 11},
	accounting.Journal:      {name: "JournalEntry", id: "journal", number: 11},
	accounting.Correction:   {name: "JournalEntry", id: "journal", number: 11},
	// https://developer.intuit.com, QuickBooks Desktop API reference: InventoryAdjustment.
	accounting.StockAdjustment: {name: "InventoryAdjustment", id: "adjustment", number: 11},
	accounting.Item:            {name: "ItemOtherCharge", id: "item", list: true},
	accounting.Customer:        {name: "Customer", id: "customer", list: true},
}

// The lengths of names in lists.
const (
	longestItem     = 31
	longestCustomer = 41
)

// document is one to be posted, with how this company wants it.
type document struct {
	accounting.Document
	form    form
	taxCode string
	applies string // TxnID of what it pays
	foreign string // QuickBooks' name of its currency, where that is not the company's own
}

// documentOf readies an intent's document, or says why QuickBooks cannot take it.
func documentOf(s channel.Session, i channel.Intent) (document, *fault.Error) {
	if i.Document == nil {
		return document{}, fault.New(fault.Internal, "There is no document to be posted.", "Tell us; nothing was sent.")
	}
	d := document{Document: *i.Document, taxCode: s.Option("tax_code")}
	f, known := forms[d.Kind]
	home := s.Account().Currency
	switch {
	case !known:
		return d, fault.New(fault.Invalid, "QuickBooks Desktop does not get a "+d.Kind.Words()+" from Tradepost.", "Choose another kind of document in the mapping.")
	case d.abroad(home) && currencyNames[d.Currency] == "":
		return d, fault.New(fault.Invalid, "By which name QuickBooks knows "+string(d.Currency)+" is not known here.",
			"Give a rate in the mapping and no accounts in "+string(d.Currency)+": then it is posted in "+string(home)+".")
	case d.tooFine():
		return d, fault.New(fault.Invalid, "QuickBooks has quantities of five decimals, this document has more.", "Adjust it by hand there.")
	case d.Currency.Exponent() > 2:
		return d, fault.New(fault.Invalid, "QuickBooks has amounts of two decimals, "+string(d.Currency)+" has three.", "Post it by hand.")
	}
	d.form = f
	if d.abroad(home) {
		d.foreign = currencyNames[d.Currency]
	}
	if d.taxCode == "-" {
		d.taxCode = ""
	}
	_, d.applies, _ = strings.Cut(i.Applies, ":")
	if d.Kind == accounting.Payment && d.applies == "" {
		return d, fault.New(fault.Conflict, "The invoice that this pays is not posted.", "Post the invoice first, then try this again.")
	}
	return d, nil
}

// abroad reports whether a document is in another currency than the company's own.
func (d document) abroad(home commerce.Currency) bool {
	return home != "" && d.Currency != "" && d.Currency != home
}

// rate is how much of the company's currency one unit of the document's is, for one in another currency. Without it QuickBooks takes the rate of its own
// list of currencies.
func (d document) rate() el {
	if d.foreign == "" {
		return el{}
	}
	return text("ExchangeRate", string(d.Rate))
}

// mark is how we know a document again: it stands in its memo.
func mark(reference string) string { return "[" + reference + "]" }

func (d document) number() string { return last(strings.TrimPrefix(d.Number, "#"), d.form.number) }

func (d document) memo() string {
	words := "Tradepost"
	if d.Memo != "" {
		words = d.Memo
	}
	if d.Method != "" {
		words += ", " + d.Method
	}
	return words + " " + mark(d.Reference)
}

// named is the name of a record to be made, as long as QuickBooks takes it.
func (d document) named() string {
	if d.Kind == accounting.Item {
		return cut(d.Name, longestItem)
	}
	return cut(d.Name, longestCustomer)
}

// add is the request that makes the document.
func (d document) add() el {
	var kids []el
	switch d.Kind {
	case accounting.Customer:
		kids = []el{text("Name", d.named()), text("Notes", "Made by Tradepost "+mark(d.Reference)), ref("CurrencyRef", d.foreign)}
	case accounting.Item:
		kids = []el{text("Name", d.named()), ref("SalesTaxCodeRef", d.taxCode),
			group("SalesOrPurchase", text("Desc", "Made by Tradepost "+mark(d.Reference)), ref("AccountRef", d.Account))}
	case accounting.Payment:
		kids = d.payment()
	case accounting.Refund, accounting.Journal, accounting.Correction:
		kids = d.journal()
	case accounting.StockAdjustment:
		kids = d.adjustment()
	default:
		kids = d.sale()
	}
	return rq(d.form.name+"Add", "", el{name: d.form.name + "Add", kids: kids})
}

// sale is a sales receipt, an invoice, a credit memo or a sales order.
func (d document) sale() []el {
	kids := []el{ref("CustomerRef", cut(d.Customer, longestCustomer))}
	if d.Kind == accounting.Invoice || d.Kind == accounting.CreditNote {
		kids = append(kids, ref("ARAccountRef", d.accountOf(accounting.Receivable)))
	}
	kids = append(kids, text("TxnDate", d.Day), text("RefNumber", d.number()), text("Memo", d.memo()), text("IsToBePrinted", "false"))
	if d.Kind == accounting.SalesReceipt {
		kids = append(kids, ref("DepositToAccountRef", d.accountOf(accounting.Clearing)))
	}
	kids = append(kids, d.rate())
	for _, l := range d.Lines {
		if l.Own() {
			kids = append(kids, d.line(l))
		}
	}
	return kids
}

func (d document) accountOf(role accounting.Role) string {
	for _, l := range d.Lines {
		if l.Role == role {
			return l.Account
		}
	}
	return ""
}

// line is one line of a sale. A credit memo says positively what it gives back.
func (d document) line(l accounting.Line) el {
	net, quantity := l.Net(), string(l.Quantity)
	if d.Kind == accounting.CreditNote {
		net = -net
	}
	if l.Quantity.Sign() <= 0 {
		quantity = ""
	}
	kids := []el{ref("ItemRef", cutName(l.Item)), text("Desc", cut(l.Text, 4000)), text("Quantity", quantity), text("Amount", amount(net, d.Currency)),
		ref("SalesTaxCodeRef", d.taxCode)}
	if _, ours := accounting.RoleOf(l.Item); ours {
		kids = append(kids, ref("OverrideItemAccountRef", l.Account))
	}
	return group(d.form.name+"LineAdd", kids...)
}

// cutName cuts the last part of a name in full: those of our own making are no longer.
func cutName(full string) string {
	at := strings.LastIndex(full, ":") + 1
	return full[:at] + cut(full[at:], longestItem)
}

func (d document) payment() []el {
	sum := amount(d.Total().Minor, d.Currency)
	return []el{ref("CustomerRef", cut(d.Customer, longestCustomer)), ref("ARAccountRef", d.accountOf(accounting.Receivable)), text("TxnDate", d.Day), text("RefNumber", d.number()),
		text("TotalAmount", sum), d.rate(), text("Memo", d.memo()), ref("DepositToAccountRef", d.accountOf(accounting.Clearing)),
		group("AppliedToTxnAdd", text("TxnID", d.applies), text("PaymentAmount", sum))}
}

// journal is a journal entry, debits first. Its lines have the memo, as the entry has none.
func (d document) journal() []el {
	kids := []el{text("TxnDate", d.Day), text("RefNumber", d.number()), ref("CurrencyRef", d.foreign), d.rate()}
	for _, debits := range []bool{true, false} {
		for _, l := range d.Lines {
			if (l.Debit > 0) == debits && (l.Debit != 0 || l.Credit != 0) {
				kids = append(kids, d.journalLine(l))
			}
		}
	}
	return kids
}

func (d document) journalLine(l accounting.Line) el {
	name, memo := "JournalCreditLine", d.memo()
	if l.Debit > 0 {
		name = "JournalDebitLine"
	}
	if l.Text != "" {
		memo = l.Text + " " + mark(d.Reference)
	}
	kids := []el{ref("AccountRef", l.Account), text("Amount", amount(l.Debit+l.Credit, d.Currency)), text("Memo", memo)}
	if l.Role == accounting.Receivable { // QuickBooks wants to know of whom
		kids = append(kids, ref("EntityRef", cut(d.Customer, longestCustomer)))
	}
	return group(name, kids...)
}

// adjustment is an adjustment of quantities, or of quantities and values. QuickBooks books the items' own accounts of stock, against the one that is named.
func (d document) adjustment() []el {
	kids := []el{ref("AccountRef", d.accountOf(accounting.Adjustment)), text("TxnDate", d.Day), text("RefNumber", d.number()), text("Memo", d.memo())}
	for _, l := range d.Lines {
		if l.Item != "" {
			kids = append(kids, group("InventoryAdjustmentLineAdd", ref("ItemRef", l.Item), d.moved(l)))
		}
	}
	return kids
}

// moved is by how much a line moves an item.
func (d document) moved(l accounting.Line) el {
	quantity := text("QuantityDifference", string(l.Quantity))
	if l.Quantity.Sign() == 0 {
		quantity = el{}
	}
	if !d.Valued {
		return group("QuantityAdjustment", quantity)
	}
	return group("ValueAdjustment", quantity, text("ValueDifference", amount(-l.Net(), d.Currency)))
}

// quantityPlaces is how many decimals a quantity has at most.
const quantityPlaces = 5

// tooFine reports whether a document has a quantity of more.
func (d document) tooFine() bool {
	return slices.ContainsFunc(d.Lines, func(l accounting.Line) bool {
		_, decimals, _ := strings.Cut(string(l.Quantity), ".")
		return d.Kind == accounting.StockAdjustment && len(decimals) > quantityPlaces
	})
}

// finds are the requests that look for the document, and for the customer that it concerns.
func (d document) finds() []el {
	if d.form.list || d.Customer == "" {
		return []el{d.find()}
	}
	return []el{d.find(), rq("CustomerQuery", "", text("FullName", cut(d.Customer, longestCustomer)))}
}

// find is the request that looks for the document by its number, or for the record by its name.
func (d document) find() el {
	switch {
	case d.Kind == accounting.Item: // of any type: names are taken by all of them
		return rq("ItemQuery", "", text("FullName", d.named()))
	case d.form.list:
		return rq(d.form.name+"Query", "", text("FullName", d.named()))
	}
	return rq(d.form.name+"Query", "", text("RefNumber", d.number()), text("IncludeLineItems", "true"))
}

// ours reports whether an answer is the document of a reference, by the mark that we left.
func ours(ret node, reference string) bool {
	if strings.Contains(ret.get("Memo"), mark(reference)) || strings.Contains(ret.get("Notes"), mark(reference)) {
		return true
	}
	if strings.Contains(ret.get("SalesOrPurchase", "Desc"), mark(reference)) {
		return true
	}
	for _, k := range ret.Kids {
		if strings.HasPrefix(k.name(), "Journal") && strings.Contains(k.get("Memo"), mark(reference)) {
			return true
		}
	}
	return false
}

// posted is a document or record as QuickBooks has it. home is the currency of what names none.
func posted(ret node, id string, home commerce.Currency) channel.Posted {
	currency := currencyOf(ret, home)
	p := channel.Posted{ID: id + ":" + ret.get("TxnID"), Number: ret.get("RefNumber"), Version: ret.get("EditSequence")}
	if list := ret.get("ListID"); list != "" {
		p.ID, p.Number = id+":"+list, ret.get("FullName")
		return p
	}
	p.Total = money(ret.get("TotalAmount"), currency)
	if goods := money(ret.get("Subtotal"), currency); goods.Stated && !p.Total.Stated { // an invoice
		p.Total = commerce.Minor(goods.Minor + money(ret.get("SalesTaxTotal"), currency).Minor)
	}
	for _, k := range ret.Kids {
		switch k.name() {
		case "JournalDebitLine":
			p.Total = commerce.Minor(p.Total.Minor + money(k.get("Amount"), currency).Minor)
		case "InventoryAdjustmentLineRet":
			quantity, _ := commerce.ParseDecimal(k.get("QuantityDifference"))
			p.Goods = append(p.Goods, accounting.Goods{Item: k.get("ItemRef", "FullName"), Quantity: quantity})
			p.Total = commerce.Minor(p.Total.Minor + money(k.get("ValueDifference"), currency).Minor)
		}
	}
	return p
}
