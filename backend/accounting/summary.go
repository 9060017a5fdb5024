package accounting

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
)

// Summarise adds up documents of one channel and day into one journal for each currency, account by account: what is debited and
// credited of each account is the sum of the single documents. Documents that move no money are left out. A journal in another currency has
// the rate by which the day sold.
func (m Mapping) Summarise(docs []Document, channelID int64, channel, day string) []Document {
	type key struct {
		currency commerce.Currency
		customer string
		role     Role
		account  string
		debit    bool
	}
	sums := map[key]int64{}
	for _, d := range docs {
		if !d.Moves() {
			continue
		}
		for _, l := range d.Lines {
			k := key{d.Currency, "", l.Role, l.Account, l.Debit > 0}
			if l.Role == Receivable {
				k.customer = d.Customer
			}
			sums[k] += l.Debit + l.Credit
		}
	}
	singles := map[commerce.Currency][]Single{}
	for _, d := range docs {
		if d.Moves() {
			singles[d.Currency] = append(singles[d.Currency], d.single())
		}
	}
	made := map[commerce.Currency]*Document{}
	for k, sum := range sums {
		d := made[k.currency]
		if d == nil {
			d = &Document{Kind: Journal, Day: day, Currency: k.currency, ChannelID: channelID, Memo: channel + ", " + day,
				Reference: fmt.Sprintf("day:%d:%s:%s", channelID, day, k.currency), Number: fmt.Sprintf("%d-%s", channelID, strings.ReplaceAll(day, "-", "")[2:]),
				Singles: singles[k.currency], Rate: dayRate(singles[k.currency])}
			if m.Home != "" && k.currency != m.Home {
				d.Number += string(k.currency) // numbers differ, as ledger systems look by them
			} else {
				d.Rate = ""
			}
			made[k.currency] = d
		}
		if k.customer != "" {
			d.Customer = k.customer
		}
		l := Line{Role: k.role, Account: k.account, Text: channel + ", " + k.role.Words()}
		if k.debit {
			l.Debit = sum
		} else {
			l.Credit = sum
		}
		d.Lines = append(d.Lines, l)
	}
	all := make([]Document, 0, len(made))
	for _, d := range made {
		slices.SortFunc(d.Lines, func(a, b Line) int {
			return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Account, b.Account), cmp.Compare(b.Debit, a.Debit))
		})
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b Document) int { return cmp.Compare(a.Currency, b.Currency) })
	return all
}

// dayRate is the rate by which a day sold, or else by which it gave back; "" is not known.
func dayRate(singles []Single) (rate commerce.Decimal) {
	for _, one := range singles {
		if one.Rate != "" && (one.Kind == Invoice || one.Kind == SalesReceipt) {
			return one.Rate
		}
		rate = cmp.Or(rate, one.Rate)
	}
	return rate
}

// Sum is what one account has by documents.
type Sum struct {
	Account  string
	Currency commerce.Currency
	Debit    int64
	Credit   int64
}

// Totals adds documents up, account by account.
func Totals(docs []Document) []Sum {
	type key struct {
		account  string
		currency commerce.Currency
	}
	sums := map[key]*Sum{}
	for _, d := range docs {
		if !d.Moves() {
			continue
		}
		for _, l := range d.Lines {
			if l.Debit == 0 && l.Credit == 0 {
				continue
			}
			k := key{l.Account, d.Currency}
			if sums[k] == nil {
				sums[k] = &Sum{Account: l.Account, Currency: d.Currency}
			}
			sums[k].Debit += l.Debit
			sums[k].Credit += l.Credit
		}
	}
	all := make([]Sum, 0, len(sums))
	for _, s := range sums {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Account, b.Account))
	})
	return all
}
