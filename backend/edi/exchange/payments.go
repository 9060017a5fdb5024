package exchange

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Payment is what a partner said to have paid of one document.
type Payment struct {
	DocumentID int64  // the 820 or REMADV that says so
	Payment    string // its number
	Number     string // of the document that is paid
	Date       string
	Currency   string
	Amount     string // of the document, as the partner states it
	Paid       string
	Discount   string
	Adjusted   string // added or, below nothing, taken off
	Why        string // in the partner's words
}

// IsPayment reports whether a type of document says what is paid.
func IsPayment(kind string) bool { return kind == "820" || kind == "REMADV" }

// Payments lists what partners said to have paid of the documents of a chain, the oldest first.
func (x *Exchange) Payments(ctx context.Context, chain []Document) ([]Payment, error) {
	numbers := map[string]bool{}
	for _, d := range chain {
		if d.OrderNumber != "" && (d.Direction == In && IsOrder(d.Type) || stage(d.Type) == 2) {
			numbers[d.Number] = true
		}
	}
	all := []Payment{}
	for _, d := range chain {
		if d.Direction != In || !IsPayment(d.Type) || d.Status != Taken || d.PurgedAt != 0 {
			continue
		}
		said, err := x.said(ctx, d)
		if err != nil {
			return nil, err
		}
		for _, p := range paymentsOf(said.Remittance) {
			if p.DocumentID = d.ID; numbers[p.Number] {
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// paymentsOf are the payments that a remittance tells of.
func paymentsOf(r *trade.Remittance) (all []Payment) {
	if r == nil {
		return nil
	}
	for _, item := range r.Items {
		p := Payment{Payment: r.Number, Number: item.Number, Date: r.Date, Currency: r.Currency, Amount: item.Amount, Paid: or(item.Paid, "0"), Discount: item.Discount, Adjusted: "0"}
		why := []string{}
		for _, a := range item.Adjusted {
			p.Adjusted = plain(new(big.Rat).Add(rat(p.Adjusted), rat(a.Value)))
			why = append(why, or(a.Kind.Words, a.Kind.Code))
		}
		p.Why = joinedBy(", ", why...)
		all = append(all, p)
	}
	return all
}

// settles is how much of a document a payment settles: what is paid and the discount, with what was added or taken off.
func (p Payment) settles() *big.Rat {
	sum := new(big.Rat).Add(rat(p.Paid), rat(p.Discount))
	return sum.Add(sum, rat(p.Adjusted))
}

// payments is the file of what a remittance pays: a row for each order, with what is paid of it by now.
func (x *Exchange) payments(ctx context.Context, d Document, r *trade.Remittance) ([][]string, error) {
	rows := [][]string{{"Order number", "Payment", "Paid at", "Outstanding", "Currency", "Paid for"}}
	seen := map[string]bool{}
	for _, item := range r.Items {
		order, err := x.orderOf(ctx, d.ChannelID, item)
		if err != nil {
			return nil, err
		}
		if order.ID == 0 { // named as the partner does, so that a person sees it
			rows = append(rows, []string{item.Number, "", "", "", r.Currency, item.Number})
			continue
		}
		if seen[order.OrderNumber] {
			continue
		}
		seen[order.OrderNumber] = true
		row, err := x.paidOf(ctx, order)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// orderOf finds the order that something paid is about: by our invoice's number, by the order's, or by the order that it refers to.
func (x *Exchange) orderOf(ctx context.Context, channelID int64, item trade.PaidItem) (Document, error) {
	numbers := []string{item.Number}
	for _, r := range item.References {
		if r.Kind.Code == "PO" || r.Kind.Code == "ON" {
			numbers = append(numbers, r.Value)
		}
	}
	for _, number := range numbers {
		if number == "" {
			continue
		}
		all, err := x.store.EDIDocuments(ctx, Filter{ChannelID: channelID, Number: number, Limit: 50})
		if err != nil {
			return Document{}, err
		}
		for _, d := range all {
			if d.OrderNumber == "" || d.Direction == In && !IsOrder(d.Type) || d.Direction == Out && (stage(d.Type) != 2 || d.Number != number || d.Ack == Rejected) {
				continue
			}
			if order, err := x.orderNumbered(ctx, channelID, d.OrderNumber); err != nil || order.ID != 0 {
				return order, err
			}
		}
	}
	return Document{}, nil
}

// orderNumbered finds the document of an order; the zero Document when there is none.
func (x *Exchange) orderNumbered(ctx context.Context, channelID int64, number string) (Document, error) {
	all, err := x.store.EDIDocuments(ctx, Filter{ChannelID: channelID, Number: number, Direction: In, Limit: 50})
	for _, d := range all {
		if IsOrder(d.Type) && d.Status == Taken && d.PurgedAt == 0 {
			return d, err
		}
	}
	return Document{}, err
}

// paidOf says how far an order is paid, by all that its partner said: in full once all of it is invoiced and nothing of the invoices is left.
func (x *Exchange) paidOf(ctx context.Context, order Document) ([]string, error) {
	a, err := x.open(ctx, order.ID, Kinds(order.Syntax)[2])
	if err != nil {
		return nil, err
	}
	paid, err := x.Payments(ctx, a.around)
	if err != nil {
		return nil, err
	}
	due, currency, err := a.due(ctx)
	if err != nil {
		return nil, err
	}
	words, date := []string{}, ""
	for _, p := range paid {
		due.Sub(due, p.settles())
		words, date, currency = append(words, p.Number+": "+p.Paid), p.Date, or(currency, p.Currency)
	}
	if due.Sign() > 0 {
		return []string{order.OrderNumber, "partially_paid", "", plain(due), currency, joinedBy(", ", words...)}, nil
	}
	return []string{order.OrderNumber, "paid", date, "0", currency, joinedBy(", ", words...)}, nil
}

// due is what is to be paid of an order: what was invoiced, with the worth of what is still to be.
func (a *answering) due(ctx context.Context) (*big.Rat, string, error) {
	sum, currency := new(big.Rat), a.order.Currency
	for _, d := range a.around {
		if d.Direction != Out || stage(d.Type) != 2 || d.Ack == Rejected {
			continue
		}
		said, err := a.x.said(ctx, d)
		if err != nil {
			return nil, "", err
		}
		total := rat(said.Invoice.Total)
		if said.Invoice.Credit {
			total.Neg(total)
		}
		sum.Add(sum, total)
		currency = or(said.Invoice.Currency, currency)
	}
	for i, l := range a.lines {
		sum.Add(sum, new(big.Rat).Mul(rat(less(l.Accepted, l.Invoiced)), rat(string(priceOf(&a.order.Lines[i])))))
	}
	return sum, currency, nil
}

// Table is what a document says as a file that imports read.
type Table struct {
	Name    string
	Format  string // that it is in
	Channel string
	Mode    string
	Rows    [][]string
}

// AsTable makes a file of a stock report, to be planned as counts, or of a payment, to be planned as what is paid of orders. A document that says
// neither is an error of code invalid.
func (x *Exchange) AsTable(ctx context.Context, documentID int64) (Table, error) {
	d, err := x.store.EDIDocument(ctx, documentID)
	if err != nil {
		return Table{}, err
	}
	kept, err := x.store.EDIText(ctx, documentID)
	if err != nil {
		return Table{}, err
	}
	documents, err := desk.Read(strings.NewReader(kept), desk.Options{})
	if err != nil || len(documents) == 0 {
		return Table{}, fmt.Errorf("reading document %d: %w", documentID, err)
	}
	table := Table{Name: strings.ReplaceAll(joined(d.Type, or(d.Number, d.Control), d.Channel), "/", "-") + ".csv", Channel: d.Channel}
	switch said := documents[0]; {
	case said.Stock != nil:
		table.Format, table.Mode = "tradepost.reported_stock", "merge"
		table.Rows = counts(said.Stock)
	case said.Remittance != nil:
		table.Format, table.Mode = "tradepost.payments", "update"
		table.Rows, err = x.payments(ctx, d, said.Remittance)
	default:
		return Table{}, fault.New(fault.Invalid, fmt.Sprintf("A %s says nothing that could be counted or paid.", d.Type), "Stock reports (846, INVRPT) and payments (820, REMADV) can be planned.")
	}
	return table, err
}

// counts is the file of what a stock report says to lie where.
func counts(s *trade.StockReport) [][]string {
	rows := [][]string{{"SKU", "GTIN", "Location", "On hand", "Counted at", "Reported as"}}
	for i := range s.Lines {
		l := &s.Lines[i]
		if q, ok := l.OnHand(); ok {
			rows = append(rows, []string{l.Item("VN", "VA", "VC", "SA", "SK", "IN", "BP"), l.Item("UP", "EN", "UK", "UI", "SRV", "EA"), s.PlaceOf(l), q.Value, s.Date, or(q.Kind.Words, q.Kind.Code)})
		}
	}
	return rows
}
