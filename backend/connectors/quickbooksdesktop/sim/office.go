package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tradepost/backend/channel/simulated"
)

// Office is a company file with the Web Connector beside it.
type Office struct{ Company *Company }

// NewOffice makes an Office whose company has a small chart of accounts.
func NewOffice(clock func() time.Time) *Office {
	return &Office{NewCompany("Greenhouse & Co.", clock)}
}

// Connection gives the password that Converse is to be given.
func (o *Office) Connection() (options, secrets map[string]string) {
	return map[string]string{}, map[string]string{"password": "open sesame"}
}

// Fill adds inventory items.
func (o *Office) Fill(items int) {
	for n := range items {
		o.Company.AddItem(fmt.Sprintf("SKU-%04d", n), "Merchandise Sales", "3")
	}
}

// Ways are the names of Breaks.
func (o *Office) Ways() []string {
	ways := make([]string, 0, len(Breaks))
	for _, b := range Breaks {
		ways = append(ways, string(b))
	}
	return ways
}

// Converse is one Update of the Web Connector. QuickBooks forgets what it did in half of the conversations that break, so that finding by our marks has to do.
func (o *Office) Converse(ctx context.Context, address string, secrets map[string]string, b simulated.Break) (simulated.Talk, error) {
	w := &WebConnector{URL: address, User: "tradepost", Password: secrets["password"], Company: o.Company, At: b.Call, How: Break(b.Way)}
	if b.Call > 0 {
		o.Company.Forgetful = (b.Call/4+slices.Index(Breaks, Break(b.Way)))%2 == 0 // a question and a document take four calls
	}
	words, err := w.Update(ctx)
	if errors.Is(err, ErrBroken) {
		err = nil
	}
	calls := len(w.Calls())
	return simulated.Talk{Calls: calls, Broken: b.Call > 0 && calls >= b.Call, Idle: words == "none", Refused: words == "nvu"}, err
}

// Booked lists the transactions.
func (o *Office) Booked() []simulated.Booked {
	txns := o.Company.Txns()
	all := make([]simulated.Booked, 0, len(txns))
	for _, txn := range txns {
		all = append(all, simulated.Booked{Number: txn.Number, Cents: txn.Total})
	}
	return all
}
