package practice

import (
	"context"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/fault"
)

// QuickBooks is a simulated QuickBooks Desktop with its Web Connector: it reads the .qwc file that Tradepost makes, as the real one does,
// and calls where that says. Its company file is kept as JSON.
type QuickBooks struct {
	File     string // the .qwc file
	Password string
	Company  string // where the company file is kept; beside the .qwc file when ""
	Currency string // QuickBooks' name of the company's currency: "US Dollar"
	Every    time.Duration
	// Once ends after one update.
	Once bool
	// Said is called with what came of each update that did something, and how many transactions there are then.
	Said func(words string, txns int)
}

// Run updates until ctx ends.
func (q QuickBooks) Run(ctx context.Context) error {
	raw, err := os.ReadFile(q.File)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The file "+q.File+" cannot be read.", "Make it with: tradepost qbwc file --to tradepost.qwc").InField("file")
	}
	var qwc struct{ AppURL, UserName string }
	if err := xml.Unmarshal(raw, &qwc); err != nil || qwc.AppURL == "" {
		return fault.New(fault.Invalid, q.File+" is no .qwc file.", "Make it with: tradepost qbwc file --to tradepost.qwc").InField("file")
	}
	if q.Company == "" {
		q.Company = strings.TrimSuffix(q.File, ".qwc") + ".company.json"
	}
	company, err := q.open()
	if err != nil {
		return err
	}
	w := &sim.WebConnector{URL: qwc.AppURL, User: qwc.UserName, Password: q.Password, Company: company, Kept: func() error { return q.keep(company) }}
	for {
		words, err := w.Update(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // it was told to end
		case err != nil:
			words = "Tradepost does not answer: " + err.Error()
		case words == "nvu":
			return fault.New(fault.Auth, "Tradepost does not know this password.", "Use the one of the connection.").InField("password")
		}
		if words != "none" {
			if err := q.keep(company); err != nil {
				return err
			}
			q.Said(words, len(company.Txns()))
		}
		if q.Once {
			return nil
		}
		select {
		case <-time.After(q.Every):
		case <-ctx.Done():
			return nil
		}
	}
}

// open opens the company file, or makes one whose items are some of the company's goods.
func (q QuickBooks) open() (*sim.Company, error) {
	raw, err := os.ReadFile(q.Company)
	if errors.Is(err, fs.ErrNotExist) {
		company := sim.NewCompany("Practice company", time.Now)
		company.SetCurrency(q.Currency)
		company.AddCurrency(q.other())
		for _, good := range shared[:6] {
			company.AddItem(good.SKU, "Merchandise Sales", strconv.Itoa(lies))
			company.Worth(good.SKU, lies*costOf(good.Price))
		}
		return company, nil
	}
	if err == nil {
		var company *sim.Company
		if company, err = sim.OpenCompany(raw, time.Now); err == nil {
			return company, nil
		}
	}
	return nil, fault.Wrap(err, fault.Invalid, "The company file "+q.Company+" cannot be read.", "Delete it to start anew.").InField("company")
}

// lies is how many of each good lie there at first: more than the practice shops sell in a day.
const lies = 500

// costOf is what a good cost that sells at a price of two decimals: two fifths of it, in cents.
func costOf(price string) int64 {
	cents, _ := strconv.ParseInt(strings.Replace(price, ".", "", 1), 10, 64)
	return cents * 2 / 5
}

// other is a currency beside the company's own that it has accounts in.
func (q QuickBooks) other() (name, code string) {
	if q.Currency == "Euro" {
		return "US Dollar", "USD"
	}
	return "Euro", "EUR"
}

func (q QuickBooks) keep(company *sim.Company) error {
	raw, err := company.Keep()
	if err == nil {
		err = os.WriteFile(q.Company+".new", raw, fileMode)
	}
	if err == nil { // a file that is cut off would be the end of the company
		err = os.Rename(q.Company+".new", q.Company)
	}
	if err != nil {
		return fault.Wrap(err, fault.Full, "The company file "+q.Company+" cannot be written.", "Look at the disk.")
	}
	return nil
}
