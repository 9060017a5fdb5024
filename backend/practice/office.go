package practice

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tradepost/backend/connectors/quickbooksdesktop/sim"
	"tradepost/backend/fault"
)

// office is the company's QuickBooks: a company file, and the Web Connector, which calls where the .qwc file says that a person opened in it.
type office struct {
	books QuickBooks
	at    string // where what was opened is kept
	clock Clock

	mutex    sync.Mutex // one update at a time
	company  *sim.Company
	opened   opened
	words    string
	calledAt time.Time
	ready    chan struct{} // closed once there is where to call
}

// opened is what the Web Connector knows of Tradepost.
type opened struct {
	URL      string `json:"url"`
	User     string `json:"user"`
	Password string `json:"password"`
}

const (
	officeFile  = "quickbooks.json"
	companyFile = "quickbooks.company.json"
	// officeEvery is how often the Web Connector calls by itself.
	officeEvery = time.Minute
)

// openOffice opens the company's QuickBooks as it was left.
func openOffice(dir string, clock Clock) (*office, error) {
	o := &office{books: QuickBooks{Company: filepath.Join(dir, companyFile), Currency: "Euro"}, at: filepath.Join(dir, officeFile), clock: clock, ready: make(chan struct{})}
	var err error
	if o.company, err = o.books.open(); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(o.at)
	if errors.Is(err, fs.ErrNotExist) {
		return o, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &o.opened)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file “"+o.at+"” cannot be read.", "Delete it, and open the .qwc file anew.")
	}
	close(o.ready)
	return o, nil
}

// Open has the Web Connector take a .qwc file, with the password of the connection.
func (o *office) Open(content, password string) error {
	var qwc struct{ AppURL, UserName string }
	if err := xml.Unmarshal([]byte(content), &qwc); err != nil || qwc.AppURL == "" {
		return fault.New(fault.Invalid, "This is no .qwc file.", "Save it from Tradepost: Books, “Save the .qwc file”.").InField("content")
	}
	at, err := url.Parse(qwc.AppURL)
	if err != nil || at.Hostname() != "localhost" && at.Hostname() != loopback {
		return fault.New(fault.Invalid, "The file names another computer.", "Use one that a Tradepost on this computer made.").InField("content")
	}
	if password == "" {
		return fault.New(fault.Invalid, "The Web Connector asks for a password.", "Use the one of the connection.").InField("password")
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	next := opened{qwc.AppURL, qwc.UserName, password}
	text, err := json.Marshal(next) //nolint:gosec // the password of a simulated program
	if err == nil {
		err = os.WriteFile(o.at, text, fileMode)
	}
	if err != nil {
		return fault.Wrap(err, fault.Full, "The file “"+o.at+"” cannot be written.", "Look at the disk.")
	}
	if o.opened.URL == "" {
		close(o.ready)
	}
	o.opened, o.words = next, ""
	return nil
}

// Update has the Web Connector call once, as Update Selected does.
func (o *office) Update(ctx context.Context) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.opened.URL == "" {
		return fault.New(fault.Conflict, "The Web Connector has no application yet.", "Open the .qwc file first.")
	}
	w := &sim.WebConnector{URL: o.opened.URL, User: o.opened.User, Password: o.opened.Password, Company: o.company, Kept: func() error { return o.books.keep(o.company) }}
	words, err := w.Update(ctx)
	switch {
	case err != nil:
		words = "Tradepost does not answer: " + err.Error()
	case words == "nvu":
		words = "Tradepost does not know this password"
	case words == "none":
		words = "Nothing is to be done"
	}
	o.words, o.calledAt = words, o.clock.Now().UTC()
	return o.books.keep(o.company)
}

// run calls again and again until ctx ends, from when on there is where to call.
func (o *office) run(ctx context.Context) {
	select {
	case <-o.ready:
	case <-ctx.Done():
		return
	}
	for {
		_ = o.Update(ctx) // what came of it stands in the panel
		if o.clock.Sleep(ctx, officeEvery) != nil {
			return
		}
	}
}

// OfficeState is how the company's QuickBooks stands.
type OfficeState struct {
	Company   string           `json:"company"`
	URL       string           `json:"url"` // "" while no .qwc file is opened
	Words     string           `json:"words"`
	CalledAt  *time.Time       `json:"called_at,omitempty"`
	Count     int              `json:"count"`     // of all documents
	Documents []OfficeDocument `json:"documents"` // newest first
	Accounts  []OfficeAccount  `json:"accounts"`
}

// OfficeDocument is a document in the company file.
type OfficeDocument struct {
	Kind     string `json:"kind"`
	Number   string `json:"number"`
	Day      string `json:"day"`
	Customer string `json:"customer"`
	Total    string `json:"total"`
	Memo     string `json:"memo"`
}

// OfficeAccount is the balance of an account: debits less credits.
type OfficeAccount struct {
	Name    string `json:"name"`
	Balance string `json:"balance"`
}

// State tells what the company file holds. It does not wait for an update that goes on.
func (o *office) State() OfficeState {
	txns := o.company.Txns()
	state := OfficeState{Company: "Practice company", Count: len(txns), Documents: []OfficeDocument{}, Accounts: []OfficeAccount{}}
	if o.mutex.TryLock() {
		state.URL, state.Words = o.opened.URL, o.words
		if at := o.calledAt; !at.IsZero() {
			state.CalledAt = &at
		}
		o.mutex.Unlock()
	} else {
		state.URL, state.Words = "…", "It is calling"
	}
	for _, t := range newest(txns, callsShown) {
		memo := t.Memo
		if memo == "" && len(t.Lines) > 0 {
			memo = t.Lines[0].Memo
		}
		state.Documents = append(state.Documents, OfficeDocument{words(t.Element), t.Number, t.Date, t.Customer, in(t.Total, t.Currency), memo})
	}
	currencies := map[string]bool{}
	for _, t := range txns {
		currencies[t.Currency] = true
	}
	for currency := range currencies {
		for name, n := range o.company.BalancesIn(currency) {
			if n != 0 {
				state.Accounts = append(state.Accounts, OfficeAccount{name, in(-n, currency)})
			}
		}
	}
	slices.SortFunc(state.Accounts, func(a, b OfficeAccount) int { return strings.Compare(a.Name, b.Name) })
	return state
}

// words are the parts of an element's name: "SalesReceipt" is a Sales receipt.
func words(element string) string {
	var b strings.Builder
	for i, r := range element {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteString(" " + strings.ToLower(string(r)))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// in is an amount with its currency, where that is not the company's own.
func in(n int64, currency string) string { return strings.TrimSpace(cents(n) + " " + currency) }

func cents(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}
