package syncing_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tradepost/backend/accounting"
	"tradepost/backend/channel"
	_ "tradepost/backend/connectors/amazon"            // makes it known
	_ "tradepost/backend/connectors/quickbooksdesktop" // makes it known
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/store"
	"tradepost/backend/syncing"
)

// ledgerConnector is the connector of the ledger system, and books the connection to it.
const (
	ledgerConnector = "quickbooksdesktop"
	booksName       = "Books"
)

// mutantTrusting forgets that a letter got lost: it goes out again, and nobody looks what became of it.
const mutantTrusting = "never-lost"

// openDoor lets the ledger system's program call, and tells the parent where. Giving up ends it.
func (o lifeOrder) openDoor(ctx context.Context, s *store.Store, engine *syncing.Engine, clock sharedClock) (shut func(), err error) {
	all, err := s.Connections(ctx)
	if err != nil {
		return nil, err
	}
	var at int64
	for _, c := range all {
		if c.Connector == ledgerConnector {
			at = c.ID
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answerer, box, err := engine.Mailbox(r.Context(), at)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		answerer.Answer(w, r, box)
	})}
	go func() { _ = server.Serve(listener) }()
	_, err = clock.ask(ctx, "/door?at="+url.QueryEscape("http://"+listener.Addr().String()))
	return func() { _ = server.Close() }, err
}

// visit has the parent let the ledger system's program call.
func (c sharedClock) visit(ctx context.Context) error {
	_, err := c.ask(ctx, "/visit")
	return err
}

// ledgerRound runs what is due of the ledger system, whose answers come when it calls, and confirms the mapping once there is a chart of accounts.
func ledgerRound(ctx context.Context, s *store.Store, engine *syncing.Engine, c syncing.Connection, next doing) error {
	syncs, err := s.Syncs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, one := range syncs {
		info, _ := channel.ConnectorByID(c.Connector).Manifest().Stream(one.Stream)
		switch {
		case next.Full:
			_, err = engine.Pull(ctx, syncing.Request{SyncID: one.ID, Full: true, AcceptGone: true, Person: true, Cause: journal.ByPerson})
		case one.LookedAt == 0 || s.Now().Time().Sub(one.LookedAt.Time()) >= info.Every:
			err = engine.Run(ctx, one.TimerID, schedule.CauseTimer)
		}
		if fault.Is(err, fault.Internal) {
			return err
		}
	}
	if err := next.visit(ctx); err != nil {
		return err
	}
	return confirmBooks(ctx, s, c.ID)
}

// confirmBooks says how orders are posted, as a person does who takes what is proposed: Headless day by day, the others one by one, two of them as
// invoices.
func confirmBooks(ctx context.Context, s *store.Store, connectionID int64) error {
	c, err := s.Connection(ctx, connectionID)
	if err != nil {
		return err
	}
	_, _, said, err := s.Mapping(ctx, c.ID)
	if err != nil || said || c.Account.Currency == "" {
		return err
	}
	entries, err := s.LedgerEntries(ctx, c.ID, "")
	if err != nil || len(entries) == 0 {
		return err
	}
	all, err := s.Connections(ctx)
	if err != nil {
		return err
	}
	var sellers []accounting.Seller
	names := map[string]string{}
	for _, one := range all {
		if one.Connector != ledgerConnector {
			sellers = append(sellers, accounting.Seller{ID: one.ChannelID, Name: one.Name, Marketplace: one.Connector == "amazon"})
			names[strconv.FormatInt(one.ChannelID, 10)] = one.Name
		}
	}
	methods, skus, err := s.SoldWith(ctx)
	if err != nil {
		return err
	}
	m := accounting.Propose(entries, sellers, methods, skus, c.Account.Currency)
	for id, rule := range m.Channels {
		m.Channels[id] = ruleOf(names[id], rule)
	}
	m.Confirmed = true
	if err := m.Check(); err != nil {
		return err
	}
	return s.PutMapping(ctx, c.ID, m, -1)
}

func ruleOf(name string, r accounting.Rule) accounting.Rule {
	r.Post, r.Prefix = true, name[:1]
	switch name {
	case "Headless":
		r.Level = accounting.PerDay
	case "Hosted":
		r.Document = accounting.Invoice
	case "Classic":
		r.Document, r.When = accounting.Invoice, accounting.WhenPlaced
	}
	return r
}

// amazonConnector is what the connector of Amazon can do.
type amazonConnector interface {
	channel.Connector
	channel.Refresher
	channel.StockSetter
	channel.PriceSetter
	channel.Shipper
	channel.Finder
	channel.Observer
	channel.Poller
}

// amazonInPages asks for fewer orders at once than it may.
type amazonInPages struct{ amazonConnector }

func (a amazonInPages) Pull(ctx context.Context, s channel.Session, r channel.PullRequest) (channel.Page, error) {
	if r.Mode != channel.ByID {
		r.Size = 12
	}
	return a.amazonConnector.Pull(ctx, s, r)
}

func (tx doomedTx) InsertPosting(p *syncing.Posting) error {
	tx.m.event()
	return tx.Tx.InsertPosting(p)
}

func (tx doomedTx) UpdatePosting(p syncing.Posting) error {
	tx.m.event()
	return tx.Tx.UpdatePosting(p)
}

func (tx doomedTx) InsertLetter(l *syncing.Letter) error {
	tx.m.event()
	return tx.Tx.InsertLetter(l)
}

func (tx doomedTx) UpdateLetter(l syncing.Letter) error {
	tx.m.event()
	if tx.m.mutant == mutantTrusting && l.State == syncing.LetterLost {
		l.State, l.Recovered = syncing.LetterWaiting, false
	}
	return tx.Tx.UpdateLetter(l)
}

func (tx doomedTx) PutPage(id int64, page int, body []byte) error {
	tx.m.event()
	return tx.Tx.PutPage(id, page, body)
}

func (tx doomedTx) PutConversation(c syncing.Conversation) error {
	tx.m.event()
	return tx.Tx.PutConversation(c)
}
