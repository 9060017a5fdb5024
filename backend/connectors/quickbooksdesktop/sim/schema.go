// Package sim stands in for QuickBooks Desktop and its Web Connector: a company file that takes qbXML as strictly as
// QuickBooks does, and a client that calls a web service in the documented order and can break off at any call. What happened in the file
// it writes down itself.
package sim

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// tag is one element that a request may have, in its place. many may stand several times.
type tag struct {
	name string
	many bool
	kids []tag
	must bool
	most int // characters; 0 is any
}

func leaf(names ...string) []tag {
	var all []tag
	for _, name := range names {
		all = append(all, tag{name: name})
	}
	return all
}

func reference(name string) tag {
	return tag{name: name, kids: leaf("ListID", "FullName")}
}

func required(t tag) tag { t.must = true; return t }

func sized(name string, most int) tag { return tag{name: name, most: most} }

func several(name string, kids []tag) tag { return tag{name: name, many: true, kids: kids} }

func join(groups ...[]tag) []tag { return slices.Concat(groups...) }

func one(t tag) []tag { return []tag{t} }

var address = leaf("Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country", "Note")

// line is a line of a sale, in the order in which QuickBooks wants its elements.
func line(name string) tag {
	return several(name, join(one(reference("ItemRef")), one(sized("Desc", 4095)), leaf("Quantity", "UnitOfMeasure", "Rate", "RatePercent"), one(reference("PriceLevelRef")),
		one(reference("ClassRef")), leaf("Amount", "OptionForPriceRuleConflict"), one(reference("InventorySiteRef")), leaf("SerialNumber", "LotNumber", "ServiceDate"),
		one(reference("SalesTaxCodeRef")), one(reference("OverrideItemAccountRef")), leaf("Other1", "Other2")))
}

func head(middle ...tag) []tag {
	return join(one(required(reference("CustomerRef"))), one(reference("ClassRef")), middle)
}

// requests are the requests that are taken, with what lies in them: of an Add or Mod, what lies in the element of that name.
var requests = map[string][]tag{
	"InvoiceAdd": join(head(reference("ARAccountRef"), reference("TemplateRef")), leaf("TxnDate"), one(sized("RefNumber", 11)), one(tag{name: "BillAddress", kids: address}),
		one(tag{name: "ShipAddress", kids: address}), leaf("IsPending", "IsFinanceCharge"), one(sized("PONumber", 25)), one(reference("TermsRef")), leaf("DueDate"),
		one(reference("SalesRepRef")), one(sized("FOB", 13)), leaf("ShipDate"), one(reference("ShipMethodRef")), one(reference("ItemSalesTaxRef")), one(sized("Memo", 4095)),
		one(reference("CustomerMsgRef")), leaf("IsToBePrinted", "IsToBeEmailed"), one(reference("CustomerSalesTaxCodeRef")), one(sized("Other", 29)), leaf("ExchangeRate", "ExternalGUID"),
		one(several("LinkToTxnID", nil)), one(line("InvoiceLineAdd"))),
	"SalesReceiptAdd": join(head(reference("TemplateRef")), leaf("TxnDate"), one(sized("RefNumber", 11)), one(tag{name: "BillAddress", kids: address}), one(tag{name: "ShipAddress", kids: address}),
		leaf("IsPending"), one(sized("CheckNumber", 25)), one(reference("PaymentMethodRef")), leaf("DueDate"), one(reference("SalesRepRef")), leaf("ShipDate"), one(reference("ShipMethodRef")),
		one(sized("FOB", 13)), one(reference("ItemSalesTaxRef")), one(sized("Memo", 4095)), one(reference("CustomerMsgRef")), leaf("IsToBePrinted", "IsToBeEmailed"),
		one(reference("CustomerSalesTaxCodeRef")), one(reference("DepositToAccountRef")), one(sized("Other", 29)), leaf("ExchangeRate", "ExternalGUID"), one(line("SalesReceiptLineAdd"))),
	"CreditMemoAdd": join(head(reference("ARAccountRef"), reference("TemplateRef")), leaf("TxnDate"), one(sized("RefNumber", 11)), one(tag{name: "BillAddress", kids: address}),
		one(tag{name: "ShipAddress", kids: address}), leaf("IsPending"), one(sized("PONumber", 25)), one(reference("TermsRef")), leaf("DueDate"), one(reference("SalesRepRef")),
		one(sized("FOB", 13)), leaf("ShipDate"), one(reference("ShipMethodRef")), one(reference("ItemSalesTaxRef")), one(sized("Memo", 4095)), one(reference("CustomerMsgRef")),
		leaf("IsToBePrinted", "IsToBeEmailed"), one(reference("CustomerSalesTaxCodeRef")), one(sized("Other", 29)), leaf("ExchangeRate", "ExternalGUID"), one(line("CreditMemoLineAdd"))),
	"SalesOrderAdd": join(head(reference("TemplateRef")), leaf("TxnDate"), one(sized("RefNumber", 11)), one(tag{name: "BillAddress", kids: address}), one(tag{name: "ShipAddress", kids: address}),
		one(sized("PONumber", 25)), one(reference("TermsRef")), leaf("DueDate"), one(reference("SalesRepRef")), one(sized("FOB", 13)), leaf("ShipDate"), one(reference("ShipMethodRef")),
		one(reference("ItemSalesTaxRef")), leaf("IsManuallyClosed"), one(sized("Memo", 4095)), one(reference("CustomerMsgRef")), leaf("IsToBePrinted", "IsToBeEmailed"),
		one(reference("CustomerSalesTaxCodeRef")), one(sized("Other", 29)), leaf("ExchangeRate", "ExternalGUID"), one(line("SalesOrderLineAdd"))),
	"ReceivePaymentAdd": join(one(required(reference("CustomerRef"))), one(reference("ARAccountRef")), leaf("TxnDate"), one(sized("RefNumber", 20)), leaf("TotalAmount", "ExchangeRate"),
		one(reference("PaymentMethodRef")), one(sized("Memo", 4095)), one(reference("DepositToAccountRef")), leaf("ExternalGUID", "IsAutoApply"),
		one(several("AppliedToTxnAdd", join(one(required(tag{name: "TxnID"})), leaf("PaymentAmount", "DiscountAmount"), one(reference("DiscountAccountRef")))))),
	"JournalEntryAdd": join(leaf("TxnDate"), one(sized("RefNumber", 11)), leaf("IsAdjustment", "IsHomeCurrencyAdjustment", "IsAmountsEnteredInHomeCurrency"), one(reference("CurrencyRef")),
		leaf("ExchangeRate", "ExternalGUID"), one(several("JournalDebitLine", journalLine)), one(several("JournalCreditLine", journalLine))),
	"InventoryAdjustmentAdd": join(one(required(reference("AccountRef"))), leaf("TxnDate"), one(sized("RefNumber", 11)), one(reference("InventorySiteRef")), one(reference("CustomerRef")),
		one(reference("ClassRef")), one(sized("Memo", 4095)), leaf("ExternalGUID"), one(several("InventoryAdjustmentLineAdd", adjustmentLine))),
	"CustomerAdd": join(one(tag{name: "Name", must: true, most: 41}), leaf("IsActive"), one(reference("ClassRef")), one(reference("ParentRef")), one(sized("CompanyName", 41)),
		leaf("Salutation", "FirstName", "MiddleName", "LastName", "JobTitle"), one(tag{name: "BillAddress", kids: address}), one(tag{name: "ShipAddress", kids: address}),
		leaf("PrintAs", "Phone", "AltPhone", "Fax", "Email", "Cc", "Contact", "AltContact"), one(reference("CustomerTypeRef")), one(reference("TermsRef")), one(reference("SalesRepRef")),
		leaf("OpenBalance", "OpenBalanceDate"), one(reference("SalesTaxCodeRef")), one(reference("ItemSalesTaxRef")), leaf("ResaleNumber", "AccountNumber", "CreditLimit"),
		one(reference("PreferredPaymentMethodRef")), leaf("JobStatus", "JobStartDate", "JobProjectedEndDate", "JobEndDate", "JobDesc"), one(reference("JobTypeRef")), leaf("Notes", "ExternalGUID"),
		one(reference("CurrencyRef"))),
	"ItemOtherChargeAdd": join(one(tag{name: "Name", must: true, most: 31}), leaf("IsActive"), one(reference("ClassRef")), one(reference("ParentRef")), leaf("IsTaxIncluded"),
		one(reference("SalesTaxCodeRef")), one(tag{name: "SalesOrPurchase", kids: join(leaf("Desc", "Price", "PricePercent"), one(reference("AccountRef")))}), leaf("ExternalGUID")),
	"CustomerMod":          join(one(tag{name: "ListID", must: true}), one(tag{name: "EditSequence", must: true}), one(sized("Name", 41)), leaf("IsActive")),
	"ItemOtherChargeMod":   join(one(tag{name: "ListID", must: true}), one(tag{name: "EditSequence", must: true}), one(sized("Name", 31)), leaf("IsActive")),
	"TxnDel":               join(one(tag{name: "TxnDelType", must: true}), one(tag{name: "TxnID", must: true})),
	"ListDel":              join(one(tag{name: "ListDelType", must: true}), one(tag{name: "ListID", must: true})),
	"AccountQuery":         join(one(several("ListID", nil)), one(several("FullName", nil)), leaf("MaxReturned", "ActiveStatus", "FromModifiedDate", "ToModifiedDate")),
	"ItemQuery":            join(one(several("ListID", nil)), one(several("FullName", nil)), leaf("MaxReturned", "ActiveStatus", "FromModifiedDate", "ToModifiedDate")),
	"ItemOtherChargeQuery": join(one(several("ListID", nil)), one(several("FullName", nil)), leaf("MaxReturned", "ActiveStatus")),
	"CustomerQuery":        join(one(several("ListID", nil)), one(several("FullName", nil)), leaf("MaxReturned", "ActiveStatus", "FromModifiedDate", "ToModifiedDate")),
	"PaymentMethodQuery":   join(one(several("ListID", nil)), one(several("FullName", nil)), leaf("MaxReturned", "ActiveStatus")),
	"InvoiceQuery":         transactions, "SalesReceiptQuery": transactions, "CreditMemoQuery": transactions, "ReceivePaymentQuery": transactions,
	"JournalEntryQuery": transactions, "SalesOrderQuery": transactions, "InventoryAdjustmentQuery": transactions,
}

var adjustmentLine = join(one(required(reference("ItemRef"))),
	one(tag{name: "QuantityAdjustment", kids: join(leaf("NewQuantity", "QuantityDifference", "SerialNumber", "LotNumber"), one(reference("InventorySiteLocationRef")))}),
	one(tag{name: "ValueAdjustment", kids: leaf("NewQuantity", "QuantityDifference", "NewValue", "ValueDifference")}))

var journalLine = join(leaf("TxnLineID"), one(required(reference("AccountRef"))), leaf("Amount"), one(sized("Memo", 4095)), one(reference("EntityRef")), one(reference("ClassRef")),
	one(reference("ItemSalesTaxRef")), leaf("BillableStatus"))

var transactions = join(one(several("TxnID", nil)), one(several("RefNumber", nil)), leaf("MaxReturned"),
	one(tag{name: "ModifiedDateRangeFilter", kids: leaf("FromModifiedDate", "ToModifiedDate")}), leaf("IncludeLineItems", "IncludeLinkedTxns"), one(several("IncludeRetElement", nil)))

// node is an element as it came.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Kids    []node     `xml:",any"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n node) kid(name string) node {
	for _, k := range n.Kids {
		if k.XMLName.Local == name {
			return k
		}
	}
	return node{}
}

func (n node) text(path ...string) string {
	for _, name := range path {
		n = n.kid(name)
	}
	return strings.TrimSpace(n.Text)
}

func (n node) all(name string) (found []node) {
	for _, k := range n.Kids {
		if k.XMLName.Local == name {
			found = append(found, k)
		}
	}
	return found
}

// misfit says what is wrong with the elements of a request: unknown, out of their order, twice, missing or too long. "" is nothing.
func misfit(at string, kids []node, allowed []tag) string {
	next := 0
	seen := map[string]bool{}
	for _, k := range kids {
		name := k.XMLName.Local
		i := slices.IndexFunc(allowed, func(t tag) bool { return t.name == name })
		switch {
		case i < 0:
			return fmt.Sprintf("%s must not have %s", at, name)
		case i < next:
			return fmt.Sprintf("%s stands too late in %s", name, at)
		case seen[name] && !allowed[i].many:
			return fmt.Sprintf("%s stands twice in %s", name, at)
		case allowed[i].most > 0 && len([]rune(k.Text)) > allowed[i].most:
			return fmt.Sprintf("%s in %s is longer than %d", name, at, allowed[i].most)
		case allowed[i].kids == nil && len(k.Kids) > 0:
			return fmt.Sprintf("%s in %s has elements", name, at)
		}
		next, seen[name] = i, true
		if words := misfit(at+"/"+name, k.Kids, allowed[i].kids); words != "" {
			return words
		}
	}
	for _, t := range allowed {
		if t.must && !seen[t.name] {
			return fmt.Sprintf("%s lacks %s", at, t.name)
		}
	}
	return ""
}
