package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

type bookStore interface {
	Mapping(ctx context.Context, connectionID int64) (m accounting.Mapping, seq int64, ok bool, err error)
	PutMapping(ctx context.Context, connectionID int64, m accounting.Mapping, ifSeq int64) error
	LedgerEntries(ctx context.Context, connectionID int64, kind accounting.EntryKind) ([]accounting.Entry, error)
	SoldIn(ctx context.Context) ([]commerce.Currency, error)
	SoldWith(ctx context.Context) (methods, skus []string, err error)
	Postings(ctx context.Context, f syncing.PostingFilter) ([]syncing.Posting, error)
	CountPostings(ctx context.Context, connectionID int64) (map[string]int, error)
	Unbookable(ctx context.Context, connectionID, after int64, limit int) ([]syncing.Unbookable, error)
	UnbookableStock(ctx context.Context, connectionID int64, limit int) ([]syncing.UnbookableStock, error)
	PostingMovements(ctx context.Context, postingID int64, limit int) ([]inventory.Told, error)
	Conversation(ctx context.Context, connectionID int64) (syncing.Conversation, error)
	Posted(ctx context.Context, connectionID int64, from, to string) (all []syncing.Posting, cut bool, err error)
}

// Books is how a connection to a ledger system stands.
type Books struct {
	Connection string      `json:"connection"`
	Name       string      `json:"name"`
	Vendor     string      `json:"vendor"`
	Company    string      `json:"company" doc:"Whose books they are."`
	Currency   string      `json:"currency"`
	Confirmed  bool        `json:"confirmed" doc:"A person confirmed how orders are posted; nothing is posted before."`
	Counts     BooksCounts `json:"counts"`
	Unpostable int         `json:"unpostable" doc:"Orders and movements of stock that cannot be posted; at most 1000 of each are counted."`
	Calls      bool        `json:"calls" doc:"The ledger system calls Tradepost, and is not called."`
	HeardAt    *string     `json:"heard_at" doc:"When it called last."`
	Trouble    *string     `json:"trouble" doc:"What went wrong when it called last."`
	Address    *string     `json:"address" doc:"Where it is to call."`
}

// BooksCounts counts postings by how they stand.
type BooksCounts struct {
	Waiting   int `json:"waiting"`
	Posted    int `json:"posted"`
	Different int `json:"different"`
	Refused   int `json:"refused"`
	Undone    int `json:"undone"`
}

type booksList struct {
	Books []Books `json:"books"`
}

// BooksPosting is one document in a ledger system, or on its way there.
type BooksPosting struct {
	ID         string         `json:"id"`
	Kind       string         `json:"kind"`
	KindWords  string         `json:"kind_words"`
	Reference  string         `json:"reference"`
	Number     string         `json:"number"`
	Name       string         `json:"name" doc:"Of an item or customer."`
	Day        string         `json:"day"`
	Currency   string         `json:"currency"`
	Customer   string         `json:"customer"`
	Total      *string        `json:"total"`
	There      *string        `json:"there" doc:"The total as it was read back."`
	Difference *string        `json:"difference" doc:"What is there less what we say."`
	State      string         `json:"state" enum:"waiting,refused,dropped,posted,different,undone"`
	Sending    string         `json:"sending" doc:"The state of its write."`
	Gone       bool           `json:"gone" doc:"It was deleted there."`
	Known      bool           `json:"known" doc:"It was there before, and is never removed."`
	LedgerID   *string        `json:"ledger_id"`
	Order      *string        `json:"order"`
	Orders     int            `json:"orders" doc:"How many orders it holds."`
	Movements  int            `json:"movements" doc:"How many movements of stock it holds."`
	Goods      string         `json:"goods" doc:"Which goods it moves, in short; empty for none."`
	Unlike     *string        `json:"unlike" doc:"Which goods read back otherwise."`
	Intent     *string        `json:"intent"`
	PostedAt   *string        `json:"posted_at"`
	ReadAt     *string        `json:"read_at"`
	Problem    *fault.Problem `json:"problem"`
	Lines      []BooksLine    `json:"lines"`
	Rate       string         `json:"rate" doc:"Of a document in another currency than the books' own: how much of theirs one unit is; empty leaves it to them."`
	Foreign    *BooksForeign  `json:"foreign" doc:"What the order states in its own currency, where the document is in another one."`
}

// BooksForeign is a sum in an order's own currency.
type BooksForeign struct {
	Currency string  `json:"currency"`
	Total    *string `json:"total"`
	Rate     string  `json:"rate" doc:"How much of the document's currency one unit of it is."`
}

// BooksLine is a debit or a credit.
type BooksLine struct {
	Role     string  `json:"role"`
	Words    string  `json:"words"`
	Account  string  `json:"account"`
	Item     string  `json:"item"`
	Text     string  `json:"text"`
	Quantity string  `json:"quantity"`
	Debit    *string `json:"debit"`
	Credit   *string `json:"credit"`
}

type postingList struct {
	Postings []BooksPosting `json:"postings"`
	Next     *string        `json:"next"`
}

// BooksProblem is an order, or a movement of stock, that cannot be posted.
type BooksProblem struct {
	Order    *string `json:"order"`
	Movement *string `json:"movement" doc:"An entry of the stock ledger, in place of an order."`
	Variant  *string `json:"variant" doc:"What that moved."`
	Number   string  `json:"number" doc:"The order's; of a movement of stock the SKU."`
	Channel  string  `json:"channel"`
	Problem  string  `json:"problem"`
}

type booksProblemList struct {
	Problems []BooksProblem `json:"problems"`
	Next     *string        `json:"next"`
}

// PostingMovement is an entry of the stock ledger in a posting.
type PostingMovement struct {
	Variant string     `json:"variant"`
	SKU     string     `json:"sku"`
	Entry   StockEntry `json:"entry"`
}

type postingMovements struct {
	Movements []PostingMovement `json:"movements"`
}

// BooksTotal is what was posted to one account on one day.
type BooksTotal struct {
	Day      string `json:"day"`
	Account  string `json:"account"`
	Currency string `json:"currency"`
	Debit    string `json:"debit"`
	Credit   string `json:"credit"`
}

// BooksDay is how the documents of a day tie out.
type BooksDay struct {
	Day        string `json:"day"`
	Currency   string `json:"currency"`
	Documents  int    `json:"documents"`
	Total      string `json:"total" doc:"Of those that were read back: what we say."`
	There      string `json:"there" doc:"What is there."`
	Difference string `json:"difference"`
}

type booksTotals struct {
	Days     []BooksDay   `json:"days"`
	Accounts []BooksTotal `json:"accounts"`
	Cut      bool         `json:"cut" doc:"There were more than 10,000 documents: the oldest days are left out."`
}

// BooksTarget is one choice of a mapping.
type BooksTarget struct {
	Name    string `json:"name"`
	Account string `json:"account,omitempty" doc:"Of an item: where its sales go."`
	Reason  string `json:"reason,omitempty" doc:"Why it was proposed; empty when a person chose it."`
}

// BooksRule says how the orders of one channel are posted.
type BooksRule struct {
	Post     bool                   `json:"post"`
	Document string                 `json:"document" enum:"sales_receipt,invoice,sales_order"`
	Level    string                 `json:"level" enum:"order,day"`
	When     string                 `json:"when" enum:"paid,shipped,placed"`
	Customer string                 `json:"customer"`
	Prefix   string                 `json:"prefix"`
	TaxBy    string                 `json:"tax_by" enum:"seller,marketplace"`
	Accounts map[string]BooksTarget `json:"accounts,omitempty"`
}

// BooksRate is how much of the books' own currency one unit of another one is, from a day on.
type BooksRate struct {
	Day  string `json:"day" doc:"YYYY-MM-DD; it stands for a month, unless a later one is given."`
	Rate string `json:"rate"`
}

// BooksMapping says how orders become documents.
type BooksMapping struct {
	Confirmed     bool                              `json:"confirmed"`
	Home          string                            `json:"home"`
	From          string                            `json:"from" doc:"The first day of orders that are posted: YYYY-MM-DD."`
	ClosedUntil   string                            `json:"closed_until" doc:"The last day that nothing is posted into."`
	RoundingLimit int64                             `json:"rounding_limit" minimum:"0" maximum:"10000" doc:"In minor units."`
	Rates         map[string][]BooksRate            `json:"rates,omitempty" doc:"By currency: what orders in it are posted by where they are converted, and the rate of documents where they are not."`
	Currencies    map[string]map[string]BooksTarget `json:"currencies,omitempty" doc:"By currency: the accounts in it, of the roles receivable and clearing. Orders in it are posted as they are; without them they are converted."`
	Accounts      map[string]BooksTarget            `json:"accounts"`
	Methods       map[string]BooksTarget            `json:"methods"`
	Items         map[string]BooksTarget            `json:"items"`
	Channels      map[string]BooksRule              `json:"channels"`
	Stock         *BooksStock                       `json:"stock,omitempty" doc:"How stock is posted that moved without an order; left out it stays as it is."`
}

// BooksStock says how stock is posted that moved without an order.
type BooksStock struct {
	Post  bool   `json:"post"`
	From  string `json:"from" doc:"The first day that is posted: YYYY-MM-DD."`
	Level string `json:"level" enum:"movement,day" doc:"A document of each movement, or of all of one reason on one day."`
	Value string `json:"value" enum:"ledger,layers" doc:"Whether the ledger system values the goods by its own costs, or is told the value by the layers here."`
}

// BooksEntry is an account or item that can be chosen.
type BooksEntry struct {
	Kind     string `json:"kind" enum:"account,item,method"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Account  string `json:"account"`
	Quantity string `json:"quantity"`
	Currency string `json:"currency" doc:"Of an account in another currency than the books' own; empty where it is theirs."`
	Active   bool   `json:"active"`
}

// BooksRole is a role that asks for an account.
type BooksRole struct {
	Role  string `json:"role"`
	Words string `json:"words"`
}

// BooksChannel is a channel with what its rule is about.
type BooksChannel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// BooksSetup is a mapping with what can be chosen for it.
type BooksSetup struct {
	ETag       string         `json:"etag"`
	Proposed   bool           `json:"proposed" doc:"Nobody kept it yet: it is worked out from the chart of accounts."`
	Lacks      *string        `json:"lacks" doc:"What is missing before anything can be posted by it."`
	Mapping    BooksMapping   `json:"mapping"`
	Roles      []BooksRole    `json:"roles"`
	Channels   []BooksChannel `json:"channels"`
	Methods    []string       `json:"methods" doc:"The payment methods of orders."`
	Currencies []string       `json:"currencies" doc:"The currencies of orders, beside the books' own."`
	Entries    []BooksEntry   `json:"entries"`
}

// BooksTrial asks what an order, or stock, would be posted as.
type BooksTrial struct {
	Order   string        `json:"order,omitempty" doc:"Left out, the latest movements of stock are tried."`
	Mapping *BooksMapping `json:"mapping,omitempty" doc:"The mapping to be tried; the one that is kept when left out."`
}

// BooksPreview is what an order, or the latest movements of stock, would be posted as.
type BooksPreview struct {
	Documents []BooksPosting `json:"documents"`
	Problem   *fault.Problem `json:"problem" doc:"Why it cannot be posted."`
}

// BooksUndo takes postings back.
type BooksUndo struct {
	Postings []string `json:"postings"`
	Again    bool     `json:"again,omitempty" doc:"Post what they hold anew once they are taken back, with all that pays or gives it back."`
}

// BooksFile is the file by which a program is told where to call.
type BooksFile struct {
	Name    string `json:"name"`
	Content string `json:"content"`
	Address string `json:"address"`
}

func (s *server) registerBooks(spec huma.API) {
	const tag, path, read, write = "Books", "/api/v1/connections/{id}/books", "connections:read", "connections:write"
	get(spec, "/api/v1/books", about{"list-books", "Connections to ledger systems, with how their postings stand", tag, read}, s.books)
	get(spec, path+"/postings", about{"list-postings", "Documents that were posted, or wait, newest first", tag, read}, s.postings)
	get(spec, path+"/problems", about{"list-book-problems", "Orders and movements of stock that cannot be posted, and why", tag, read}, s.bookProblems)
	get(spec, path+"/totals", about{"book-totals", "What was posted, by day and account, and whether it ties out", tag, read}, s.bookTotals)
	get(spec, path+"/mapping", about{"get-mapping", "How orders are posted; proposed where nobody said so yet", tag, read}, s.bookSetup)
	on(spec, http.MethodPut, path+"/mapping", http.StatusOK, about{"put-mapping", "Say how orders are posted", tag, write}, s.putMapping)
	post(spec, path+"/preview", http.StatusOK, about{"preview-posting", "What an order, or the latest movements of stock, would be posted as; keeps nothing", tag, read}, s.previewPosting)
	post(spec, path+"/compare", http.StatusOK, about{"compare-books", "Look at what was posted as it is there now", tag, write}, s.compareBooks)
	post(spec, path+"/undo", http.StatusCreated, about{"undo-postings", "Plan the way back of postings", tag, write}, s.undoPostings)
	get(spec, path+"/file", about{"book-file", "The file that tells the ledger system's program where to call (.qwc)", tag, read}, s.bookFile)
	get(spec, "/api/v1/postings/{id}/movements", about{"list-posting-movements", "The entries of the stock ledger that a posting holds, with what caused them", tag, read}, s.postingMovements)
	on(spec, http.MethodPost, "/api/v1/postings/{id}/again", http.StatusNoContent, about{"post-again", "Let what was taken back be planned anew", tag, write}, s.postAgain)
}

// ledger reads a connection that keeps books.
func (s *server) ledger(ctx context.Context, text string) (syncing.Connection, channel.Manifest, error) {
	id, err := parseID(text)
	if err != nil {
		return syncing.Connection{}, channel.Manifest{}, err
	}
	one, err := s.Store.Connection(ctx, id)
	if err != nil {
		return one, channel.Manifest{}, err
	}
	for _, c := range s.Engine.Connectors() {
		if m := c.Manifest(); m.ID == one.Connector && m.Kind == channel.LedgerKind {
			return one, m, nil
		}
	}
	return one, channel.Manifest{}, fault.New(fault.Conflict, one.Name+" keeps no books.", "Choose a connection to a ledger system.")
}

func (s *server) books(ctx context.Context, _ *none) (*reply[booksList], error) {
	all, err := s.Store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	body := booksList{Books: []Books{}}
	for _, c := range all {
		_, m, err := s.ledger(ctx, idText(c.ID))
		if fault.Is(err, fault.Conflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		one, err := s.booksOf(ctx, c, m)
		if err != nil {
			return nil, err
		}
		body.Books = append(body.Books, one)
	}
	return ok(body, nil)
}

func (s *server) booksOf(ctx context.Context, c syncing.Connection, m channel.Manifest) (Books, error) {
	mapping, _, _, err := s.Store.Mapping(ctx, c.ID)
	if err != nil {
		return Books{}, err
	}
	counts, err := s.Store.CountPostings(ctx, c.ID)
	if err != nil {
		return Books{}, err
	}
	problems, err := s.Store.Unbookable(ctx, c.ID, 0, 1000)
	if err != nil {
		return Books{}, err
	}
	stock, err := s.Store.UnbookableStock(ctx, c.ID, 1000)
	if err != nil {
		return Books{}, err
	}
	heard, err := s.Store.Conversation(ctx, c.ID)
	if err != nil {
		return Books{}, err
	}
	body := Books{Connection: idText(c.ID), Name: c.Name, Vendor: m.Name, Company: c.Account.Name, Currency: string(c.Account.Currency), Confirmed: mapping.Confirmed,
		Counts: BooksCounts{counts["waiting"], counts["posted"], counts["different"], counts["refused"], counts["undone"]}, Unpostable: len(problems) + len(stock), Calls: m.Mailbox,
		HeardAt: when(heard.HeardAt), Trouble: optionalText(heard.Problem)}
	if m.Mailbox {
		body.Address = optionalText(CallAddress(c, m))
	}
	return body, nil
}

// CallPath is where ledger systems call that are not called, the connection's id behind it.
const CallPath = "/qwc/"

// CallAddress is where the vendor of a connection is to call, on this computer.
func CallAddress(c syncing.Connection, m channel.Manifest) string {
	return "http://localhost:" + CallPort(c, m) + CallPath + idText(c.ID)
}

// CallPort is the port of that address.
func CallPort(c syncing.Connection, m channel.Manifest) string {
	port, _ := m.Option("port")
	return or(c.Options["port"], port.Default)
}

// CallID reads the connection's id at the end of such an address.
func CallID(text string) (int64, bool) {
	id, err := parseID(text)
	return id, err == nil
}

func postingOf(p syncing.Posting) BooksPosting {
	d := p.Document
	body := documentOf(d)
	body.ID, body.State, body.Sending, body.Gone, body.Known, body.LedgerID = idText(p.ID), p.State(), string(p.Sending), p.GoneAt != 0, p.Known, optionalText(p.LedgerID)
	body.There, body.Difference = money(p.LedgerTotal, d.Currency), money(p.Difference, d.Currency)
	body.Unlike = optionalText(p.Unlike)
	body.Intent, body.PostedAt, body.ReadAt, body.Problem = optionalID(p.IntentID), when(p.PostedAt), when(p.ReadAt), p.Problem
	return body
}

func documentOf(d accounting.Document) BooksPosting {
	body := BooksPosting{Kind: string(d.Kind), KindWords: d.Kind.Words(), Reference: d.Reference, Number: d.Number, Name: d.Name, Day: d.Day, Currency: string(d.Currency),
		Customer: d.Customer, Total: money(d.Total(), d.Currency), State: "waiting", Order: optionalID(d.OrderID), Orders: len(d.Held()), Movements: len(d.Movements), Goods: d.GoodsWords(), Rate: string(d.Rate), Lines: []BooksLine{}}
	if f := d.Foreign; f != nil {
		body.Foreign = &BooksForeign{string(f.Currency), money(commerce.Minor(f.Total), f.Currency), string(f.Rate)}
	}
	for _, l := range d.Lines {
		line := BooksLine{Role: string(l.Role), Words: l.Role.Words(), Account: l.Account, Item: l.Item, Text: l.Text, Quantity: string(l.Quantity)}
		if l.Debit != 0 {
			line.Debit = money(commerce.Minor(l.Debit), d.Currency)
		}
		if l.Credit != 0 {
			line.Credit = money(commerce.Minor(l.Credit), d.Currency)
		}
		body.Lines = append(body.Lines, line)
	}
	return body
}

func (s *server) postings(ctx context.Context, in *struct {
	ByID
	Paged
	State string `query:"state" enum:",waiting,refused,dropped,posted,different,undone"`
	Day   string `query:"day" doc:"YYYY-MM-DD"`
}) (*reply[postingList], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.Postings(ctx, syncing.PostingFilter{ConnectionID: c.ID, State: in.State, Day: in.Day, Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	body := postingList{Postings: []BooksPosting{}}
	for _, p := range rows {
		body.Postings = append(body.Postings, postingOf(p))
	}
	if len(rows) > 0 {
		body.Next = nextID(len(rows) == in.Limit, rows[len(rows)-1].ID)
	}
	return ok(body, nil)
}

func (s *server) bookProblems(ctx context.Context, in *struct {
	ByID
	Paged
}) (*reply[booksProblemList], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.Unbookable(ctx, c.ID, after, in.Limit)
	if err != nil {
		return nil, err
	}
	body := booksProblemList{Problems: []BooksProblem{}}
	if after == 0 { // movements of stock stand before all orders
		stock, err := s.Store.UnbookableStock(ctx, c.ID, in.Limit)
		if err != nil {
			return nil, err
		}
		for _, u := range stock {
			body.Problems = append(body.Problems, BooksProblem{Movement: optionalID(u.MovementID), Variant: optionalID(u.VariantID), Number: u.Name, Problem: u.Problem})
		}
	}
	for _, u := range rows {
		body.Problems = append(body.Problems, BooksProblem{Order: optionalID(u.OrderID), Number: u.Number, Channel: u.Channel, Problem: u.Problem})
	}
	if len(rows) > 0 {
		body.Next = nextID(len(rows) == in.Limit, rows[len(rows)-1].OrderID)
	}
	return ok(body, nil)
}

func (s *server) bookTotals(ctx context.Context, in *struct {
	ByID
	From string `query:"from" doc:"The first day; a week ago unless stated."`
	To   string `query:"to" doc:"The last day; today unless stated."`
}) (*reply[booksTotals], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	now := s.Store.Now().Time().In(s.Store.Zone())
	from, to := or(in.From, now.AddDate(0, 0, -7).Format(time.DateOnly)), or(in.To, now.Format(time.DateOnly))
	rows, cut, err := s.Store.Posted(ctx, c.ID, from, to)
	if err != nil {
		return nil, err
	}
	body := totalsOf(rows)
	body.Cut = cut
	return ok(body, nil)
}

// totalsOf adds postings up, by day and account. Days run newest first.
func totalsOf(rows []syncing.Posting) booksTotals {
	body := booksTotals{Days: []BooksDay{}, Accounts: []BooksTotal{}}
	docs := map[string][]accounting.Document{}
	type key struct{ day, currency string }
	sums := map[key]*[3]int64{} // documents, ours, theirs
	var days []string
	for _, p := range rows {
		d := p.Document
		if !slices.Contains(days, d.Day) {
			days = append(days, d.Day)
		}
		docs[d.Day] = append(docs[d.Day], d)
		k := key{d.Day, string(d.Currency)}
		if sums[k] == nil {
			sums[k] = &[3]int64{}
		}
		sums[k][0]++
		if p.LedgerTotal.Stated && p.Total.Stated {
			sums[k][1] += p.Total.Minor
			if p.GoneAt == 0 {
				sums[k][2] += p.LedgerTotal.Minor
			}
		}
	}
	slices.Sort(days)
	for _, day := range slices.Backward(days) {
		currencies := []string{}
		for _, a := range accounting.Totals(docs[day]) {
			exponent := a.Currency.Exponent()
			body.Accounts = append(body.Accounts, BooksTotal{day, a.Account, string(a.Currency), commerce.Minor(a.Debit).Decimal(exponent), commerce.Minor(a.Credit).Decimal(exponent)})
			if !slices.Contains(currencies, string(a.Currency)) {
				currencies = append(currencies, string(a.Currency))
			}
		}
		for _, currency := range currencies {
			n, exponent := sums[key{day, currency}], commerce.Currency(currency).Exponent()
			body.Days = append(body.Days, BooksDay{day, currency, int(n[0]), commerce.Minor(n[1]).Decimal(exponent), commerce.Minor(n[2]).Decimal(exponent),
				commerce.Minor(n[2] - n[1]).Decimal(exponent)})
		}
	}
	return body
}

// recast gives a value the form of another type that is written alike.
func recast[T any](from any) (into T, err error) {
	raw, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(raw, &into)
	}
	if err != nil {
		return into, fmt.Errorf("recasting: %w", err)
	}
	return into, nil
}

func (s *server) bookSetup(ctx context.Context, in *ByID) (*reply[BooksSetup], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.setupOf(ctx, c)
}

func (s *server) setupOf(ctx context.Context, c syncing.Connection) (*reply[BooksSetup], error) {
	m, seq, kept, err := s.Store.Mapping(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	entries, err := s.Store.LedgerEntries(ctx, c.ID, "")
	if err != nil {
		return nil, err
	}
	methods, skus, err := s.Store.SoldWith(ctx)
	if err != nil {
		return nil, err
	}
	currencies, err := s.Store.SoldIn(ctx)
	if err != nil {
		return nil, err
	}
	channels, err := s.Store.Channels(ctx)
	if err != nil {
		return nil, err
	}
	body := BooksSetup{ETag: idText(seq), Proposed: !kept, Methods: methods, Roles: []BooksRole{}, Channels: []BooksChannel{}, Entries: []BooksEntry{}, Currencies: []string{}}
	for _, one := range currencies {
		if other := otherThan(c.Account.Currency, one); other != "" {
			body.Currencies = append(body.Currencies, other)
		}
	}
	var sellers []accounting.Seller
	for _, one := range channels {
		body.Channels = append(body.Channels, BooksChannel{idText(one.ID), one.Name})
		sellers = append(sellers, accounting.Seller{ID: one.ID, Name: one.Name, Marketplace: slices.Contains(marketplaces, one.Kind)})
	}
	proposed := accounting.Propose(entries, sellers, methods, skus, c.Account.Currency)
	if !kept {
		m = proposed
	}
	m.Catch(proposed)
	for _, role := range accounting.Roles {
		body.Roles = append(body.Roles, BooksRole{string(role), role.Words()})
	}
	for _, e := range entries {
		body.Entries = append(body.Entries, BooksEntry{string(e.Kind), e.Name, e.Type, e.Account, string(e.Quantity), otherThan(c.Account.Currency, e.Currency), e.Active})
	}
	if err := m.Check(); err != nil {
		body.Lacks = optionalText(fault.Of(err).Message + " " + fault.Of(err).Remedy)
	}
	body.Mapping, err = recast[BooksMapping](m)
	return ok(body, err)
}

// otherThan is a currency that is not the books' own; "" is theirs.
func otherThan(home, c commerce.Currency) string {
	if c == home {
		return ""
	}
	return string(c)
}

// marketplaces are the kinds of channels that collect sales tax themselves in most places.
var marketplaces = []string{"amazon", "ebay", "etsy", "walmart", "tiktok"}

func (s *server) putMapping(ctx context.Context, in *struct {
	Versioned
	Body BooksMapping
}) (*reply[BooksSetup], error) {
	_, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	m, err := s.mappingOf(ctx, c.ID, in.Body)
	if err != nil {
		return nil, err
	}
	if m.Confirmed {
		if err := m.Check(); err != nil {
			return nil, err
		}
	}
	if err := s.Store.PutMapping(ctx, c.ID, m, seq); err != nil {
		return nil, err
	}
	return s.setupOf(ctx, c)
}

// mappingOf is a mapping that came, with what it left out as it was.
func (s *server) mappingOf(ctx context.Context, connectionID int64, body BooksMapping) (accounting.Mapping, error) {
	m, err := recast[accounting.Mapping](body)
	if err != nil || body.Stock != nil {
		return m, err
	}
	kept, _, _, err := s.Store.Mapping(ctx, connectionID)
	m.Stock = kept.Stock
	return m, err
}

func (s *server) previewPosting(ctx context.Context, in *struct {
	ByID
	Body BooksTrial
}) (*reply[BooksPreview], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	m, _, _, err := s.Store.Mapping(ctx, c.ID)
	if in.Body.Mapping != nil && err == nil {
		m, err = s.mappingOf(ctx, c.ID, *in.Body.Mapping)
	}
	if err != nil {
		return nil, err
	}
	docs, err := s.tried(ctx, c.ID, m, in.Body.Order)
	body := BooksPreview{Documents: []BooksPosting{}}
	if fault.Is(err, fault.Invalid) {
		problem := fault.ProblemOf(err)
		body.Problem, err = &problem, nil
	}
	for _, d := range docs {
		body.Documents = append(body.Documents, documentOf(d))
	}
	return ok(body, err)
}

// tried is what an order would be posted as by a mapping, or without one the latest movements of stock.
func (s *server) tried(ctx context.Context, connectionID int64, m accounting.Mapping, order string) ([]accounting.Document, error) {
	if order == "" {
		return s.Engine.PreviewStock(ctx, connectionID, m)
	}
	orderID, err := parseID(order)
	if err != nil {
		return nil, err
	}
	return s.Engine.PreviewPosting(ctx, m, orderID)
}

// mostTold is how many movements of one posting are listed.
const mostTold = 500

func (s *server) postingMovements(ctx context.Context, in *ByID) (*reply[postingMovements], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.PostingMovements(ctx, id, mostTold)
	body := postingMovements{Movements: []PostingMovement{}}
	for _, t := range all {
		body.Movements = append(body.Movements, PostingMovement{idText(t.VariantID), t.SKU, stockEntryOf(t)})
	}
	return ok(body, err)
}

func (s *server) compareBooks(ctx context.Context, in *ByID) (*reply[Books], error) {
	c, m, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.Engine.CompareBooks(ctx, c.ID); err != nil && (!m.Mailbox || !fault.Is(err, fault.RateLimited)) {
		return nil, err
	}
	body, err := s.booksOf(ctx, c, m)
	return ok(body, err)
}

func (s *server) undoPostings(ctx context.Context, in *struct {
	ByID
	Body BooksUndo
}) (*reply[PlanWhole], error) {
	c, _, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ids, err := parseIDs(in.Body.Postings)
	if err != nil {
		return nil, err
	}
	if in.Body.Again {
		return planWhole(s.Engine.RepostPostings(ctx, ids))
	}
	return planWhole(s.Engine.UndoPostings(ctx, c.ID, 0, ids))
}

func (s *server) postAgain(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return &none{}, s.Engine.PostAgain(ctx, id)
}

func (s *server) bookFile(ctx context.Context, in *ByID) (*reply[BooksFile], error) {
	c, m, err := s.ledger(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !m.Mailbox {
		return nil, fault.New(fault.Conflict, m.Name+" does not call Tradepost.", "It needs no file.")
	}
	address := CallAddress(c, m)
	name, content, err := s.Engine.Introduce(ctx, c.ID, address)
	return ok(BooksFile{name, string(content), address}, err)
}
