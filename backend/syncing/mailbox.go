package syncing

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// LetterState says where a letter stands.
type LetterState string

// The states of a letter.
const (
	LetterWaiting  LetterState = "waiting"
	LetterSent     LetterState = "sent"     // it went out; its answer is awaited
	LetterAnswered LetterState = "answered" // all pages of the answer are there
	LetterLost     LetterState = "lost"     // one that writes went out, and the conversation ended before its answer
)

// freshFor is how long an answer to a letter that only reads stands for what is there.
const freshFor = time.Hour

// Letter is a request in the mailbox of a vendor that calls us, with how much of its answer came.
type Letter struct {
	ID           int64
	ConnectionID int64
	Key          string
	Writes       bool
	Request      []byte
	State        LetterState
	Attempt      int
	Ticket       string
	More         string
	Pages        int
	Recovered    bool
	AskedAt      commerce.Instant
	SentAt       commerce.Instant
	AnsweredAt   commerce.Instant
}

// Conversation is the last one of a vendor that calls us.
type Conversation struct {
	ConnectionID int64
	Ticket       string
	LetterID     int64 // the letter that went out last and has no answer yet; 0 is none
	OpenedAt     commerce.Instant
	HeardAt      commerce.Instant
	ClosedAt     commerce.Instant
	Problem      string
}

// Deaf keeps why a vendor calls in vain, for how its connection stands; nil is that its calls are answered.
func (e *Engine) Deaf(connectionID int64, err error) { e.noteTrouble(e.deaf, connectionID, err) }

// Letters is where a mailbox is kept, inside a write.
type Letters interface {
	Letter(connectionID int64, key string) (Letter, error) // ID is 0 when there is none
	LetterByID(id int64) (Letter, error)
	// NextLetter is what goes out next: of what was lost it is asked first what became of it. ID is 0 when there is none.
	NextLetter(connectionID int64) (Letter, error)
	// BrokenLetters lists the letters whose answer was under way.
	BrokenLetters(connectionID int64) ([]Letter, error)
	CountLetters(connectionID int64) (int, error)
	InsertLetter(*Letter) error
	UpdateLetter(Letter) error
	DeleteLetter(id int64) error
	DropPages(id int64) error
	PutPage(id int64, page int, body []byte) error
	Page(id int64, page int) ([]byte, error)
	// AnsweredStreams lists the streams whose letters, which begin with the stream and a slash, were answered since an instant and not read yet.
	AnsweredStreams(connectionID int64, since commerce.Instant) ([]string, error)
	Conversation(connectionID int64) (Conversation, error) // Ticket is "" when there was none
	PutConversation(Conversation) error
	LookNow(connectionID, intentID int64) error
}

// letter is Session.Do for a connection whose vendor calls us. A connection that is only tried has no mailbox yet: all waits.
func (e *Engine) letter(ctx context.Context, connectionID int64, call channel.Call) (answer channel.Answer, err error) {
	if connectionID == 0 {
		return channel.Answer{Status: channel.Waiting}, nil
	}
	err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
		answer, err = askLetter(tx, connectionID, call)
		return err
	})
	return answer, err
}

func askLetter(tx Tx, connectionID int64, call channel.Call) (channel.Answer, error) {
	l, err := tx.Letter(connectionID, call.Key)
	if err != nil {
		return channel.Answer{}, err
	}
	switch {
	case call.Method == http.MethodDelete:
		if l.State == LetterAnswered {
			err = tx.DeleteLetter(l.ID)
		}
		return channel.Answer{Status: channel.Absent}, err
	case call.Method == http.MethodGet:
	case l.ID == 0:
		l = Letter{ConnectionID: connectionID, Key: call.Key, Writes: call.Writes, Request: call.Body, State: LetterWaiting}
		return channel.Answer{Status: channel.Waiting}, tx.InsertLetter(&l)
	case l.outdated(call, tx.Now()):
		l.Request, l.State, l.Recovered = call.Body, LetterWaiting, false
		return channel.Answer{Status: channel.Waiting}, l.startAnew(tx)
	}
	return l.tell(tx, call.Page)
}

// outdated reports whether a letter is to be written anew: what it reads is old or another thing, or it was lost and is to be tried again.
func (l Letter) outdated(call channel.Call, now commerce.Instant) bool {
	changed := string(l.Request) != string(call.Body)
	switch l.State {
	case LetterWaiting:
		return changed && l.Pages == 0
	case LetterLost:
		return call.Retry
	case LetterAnswered:
		return !l.Writes && (changed || now.Time().Sub(l.AnsweredAt.Time()) > freshFor)
	}
	return false
}

// startAnew drops what came of an answer.
func (l Letter) startAnew(tx Tx) error {
	l.Pages, l.More, l.AnsweredAt = 0, "", 0
	return errors.Join(tx.DropPages(l.ID), tx.UpdateLetter(l))
}

// tell says how a letter stands, with a page of its answer.
func (l Letter) tell(tx Tx, page int) (channel.Answer, error) {
	switch {
	case l.ID == 0:
		return channel.Answer{Status: channel.Absent}, nil
	case l.State == LetterLost && l.Recovered:
		return channel.Answer{Status: channel.Lost}, nil
	case l.State != LetterAnswered:
		return channel.Answer{Status: channel.Waiting}, nil
	}
	body, err := tx.Page(l.ID, page)
	header := http.Header{channel.PagesHeader: {strconv.Itoa(l.Pages)}, channel.LetterHeader: {strconv.FormatInt(l.ID, 10)}}
	return channel.Answer{Status: channel.Answered, Header: header, Body: body}, err
}

// Mailbox gives the vendor's side of a connection's letters, with the connector that answers for it. fault.NotFound is a connection whose
// vendor is called.
func (e *Engine) Mailbox(ctx context.Context, connectionID int64) (channel.Answerer, channel.Mailbox, error) {
	answerer, box, err := e.mailbox(ctx, connectionID)
	if err != nil {
		return nil, nil, err
	}
	return answerer, box, nil
}

func (e *Engine) mailbox(ctx context.Context, connectionID int64) (channel.Answerer, *mailbox, error) {
	c, err := e.store.Connection(ctx, connectionID)
	if err != nil {
		return nil, nil, err
	}
	s, connector, err := e.session(ctx, c, false)
	if err != nil {
		return nil, nil, err
	}
	answerer, answers := connector.(channel.Answerer)
	if !answers {
		return nil, nil, fault.New(fault.NotFound, s.manifest.Name+" does not call Tradepost.", "Use the address of a connection that does.")
	}
	return answerer, &mailbox{session: s, engine: e}, nil
}

// Introduce gives the file that tells a vendor's program where to call.
func (e *Engine) Introduce(ctx context.Context, connectionID int64, address string) (name string, content []byte, err error) {
	answerer, box, err := e.mailbox(ctx, connectionID)
	if err != nil {
		return "", nil, err
	}
	options := map[string]string{"name": box.connection.Name}
	for _, o := range box.manifest.Options {
		options[o.Name] = box.Option(o.Name)
	}
	return answerer.Introduction(options, address, connectionID)
}

// mailbox is one connection's, as its vendor sees it.
type mailbox struct {
	*session
	engine *Engine
}

func (m *mailbox) Name() string { return m.connection.Name }

func (m *mailbox) id() int64 { return m.connection.ID }

// write changes the mailbox in one write.
func (m *mailbox) write(ctx context.Context, do func(Tx) error) error {
	return m.engine.store.InSyncTx(context.WithoutCancel(ctx), false, do)
}

// Open begins a conversation: answers that were under way in the one before are lost, or asked for anew where that does no harm.
func (m *mailbox) Open(ctx context.Context, ticket string) (waiting int, err error) {
	if m.connection.Paused {
		return 0, nil
	}
	err = m.write(ctx, func(tx Tx) error {
		broken, err := tx.BrokenLetters(m.id())
		if err != nil {
			return err
		}
		for _, l := range broken {
			if l.Writes {
				l.State, l.Recovered = LetterLost, false
			} else {
				l.State = LetterWaiting
			}
			if err := l.startAnew(tx); err != nil {
				return err
			}
		}
		return tx.PutConversation(Conversation{ConnectionID: m.id(), Ticket: ticket, OpenedAt: tx.Now()})
	})
	if err != nil {
		return 0, err
	}
	m.engine.writeLetters(ctx, m.id(), true)
	return m.left(ctx)
}

func (m *mailbox) left(ctx context.Context) (n int, err error) {
	err = m.write(ctx, func(tx Tx) error {
		n, err = tx.CountLetters(m.id())
		return err
	})
	return n, err
}

// Current tells whether a ticket is that of the conversation that goes on.
func (m *mailbox) Current(ctx context.Context, ticket string) (ok bool, err error) {
	err = m.write(ctx, func(tx Tx) error {
		c, err := tx.Conversation(m.id())
		ok = ticket != "" && c.Ticket == ticket && c.ClosedAt == 0
		return err
	})
	return ok, err
}

// Next notes that a letter goes out, and gives it.
func (m *mailbox) Next(ctx context.Context, ticket string) (letter channel.Letter, ok bool, err error) {
	err = m.write(ctx, func(tx Tx) error {
		letter, ok = channel.Letter{}, false
		c, err := tx.Conversation(m.id())
		if err != nil || c.Ticket != ticket {
			return err
		}
		if paused, err := tx.SendingPaused(); err != nil || paused {
			return err
		}
		l, err := tx.NextLetter(m.id())
		if err != nil || l.ID == 0 {
			return err
		}
		letter, ok = channel.Letter{Key: l.Key, Body: l.Request, Writes: l.Writes, Attempt: max(l.Attempt, 1), Page: l.Pages, More: l.More, Recover: l.State == LetterLost}, true
		if !letter.Recover {
			l.State = LetterSent
			if l.Pages == 0 {
				l.Attempt++
				letter.Attempt = l.Attempt
			}
		}
		l.Ticket, l.SentAt = ticket, tx.Now()
		c.LetterID = l.ID
		return errors.Join(tx.UpdateLetter(l), tx.PutConversation(c))
	})
	return letter, ok, err
}

// Reply keeps an answer. Once no letter waits any more, the engine acts on what came, which may bring new letters.
func (m *mailbox) Reply(ctx context.Context, ticket string, body []byte, more string) (left int, err error) {
	err = m.write(ctx, func(tx Tx) error {
		c, err := tx.Conversation(m.id())
		if err != nil {
			return err
		}
		if c.Ticket != ticket || c.LetterID == 0 {
			return fault.New(fault.Conflict, "No answer is awaited in this conversation.", "Begin a new one.")
		}
		l, err := tx.LetterByID(c.LetterID)
		if err != nil {
			return err
		}
		c.LetterID = 0
		if err := errors.Join(l.replied(tx, body, more), m.lookNow(tx, l.Key), tx.PutConversation(c)); err != nil {
			return err
		}
		left, err = tx.CountLetters(m.id())
		return err
	})
	if err != nil || left > 0 {
		return left, err
	}
	m.engine.writeLetters(ctx, m.id(), false)
	return m.left(ctx)
}

// replied moves a letter on by an answer; a nil one is none.
func (l Letter) replied(tx Tx, body []byte, more string) error {
	switch {
	case l.State == LetterLost && body == nil:
		l.Recovered = true
		return tx.UpdateLetter(l)
	case body == nil && l.Writes:
		l.State, l.Recovered = LetterLost, false
		return tx.UpdateLetter(l)
	case body == nil:
		l.State = LetterWaiting
		return l.startAnew(tx)
	}
	if err := tx.PutPage(l.ID, l.Pages, body); err != nil {
		return err
	}
	l.Pages++
	l.State, l.More = LetterWaiting, more
	if more == "" {
		l.State, l.AnsweredAt = LetterAnswered, tx.Now()
	}
	return tx.UpdateLetter(l)
}

// lookNow lets the intent that a letter is about be looked at.
func (m *mailbox) lookNow(tx Tx, letter string) error {
	if id := intentOf(letter); id != 0 {
		return tx.LookNow(m.id(), id)
	}
	return nil
}

// intentOf reads the intent's id out of a letter's key that begins with that of an intent; 0 is none.
func intentOf(letter string) int64 {
	rest, ours := strings.CutPrefix(letter, "tp-")
	number, _, _ := strings.Cut(rest, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if !ours || err != nil {
		return 0
	}
	return id
}

// Noted is what Note kept last.
func (m *mailbox) Noted(ctx context.Context, key string) (body []byte, err error) {
	err = m.write(ctx, func(tx Tx) error {
		l, err := tx.Letter(m.id(), key)
		if err != nil || l.ID == 0 {
			return err
		}
		body, err = tx.Page(l.ID, 0)
		return err
	})
	return body, err
}

// Note keeps what the vendor says of itself, and what follows from it for the account.
func (m *mailbox) Note(ctx context.Context, key string, body []byte) error {
	err := m.write(ctx, func(tx Tx) error {
		l, err := tx.Letter(m.id(), key)
		if err != nil {
			return err
		}
		if l.ID != 0 {
			if err := tx.DeleteLetter(l.ID); err != nil {
				return err
			}
		}
		l = Letter{ConnectionID: m.id(), Key: key, State: LetterAnswered, Request: []byte{}}
		if err := tx.InsertLetter(&l); err != nil {
			return err
		}
		l.Pages, l.AnsweredAt = 1, tx.Now()
		return errors.Join(tx.PutPage(l.ID, 0, body), tx.UpdateLetter(l))
	})
	if err == nil {
		_, err = m.engine.Check(context.WithoutCancel(ctx), m.id())
	}
	return err
}

// Close ends a conversation.
func (m *mailbox) Close(ctx context.Context, ticket, problem string) error {
	return m.write(ctx, func(tx Tx) error {
		c, err := tx.Conversation(m.id())
		if err != nil || c.Ticket != ticket && ticket != "" {
			return err
		}
		c.ClosedAt = tx.Now()
		if problem != "" {
			c.Problem = problem
		}
		return tx.PutConversation(c)
	})
}

// LastProblem is what went wrong in the last conversation.
func (m *mailbox) LastProblem(ctx context.Context) (problem string, err error) {
	err = m.write(ctx, func(tx Tx) error {
		c, err := tx.Conversation(m.id())
		problem = c.Problem
		return err
	})
	return problem, err
}

// writeLetters lets the connection do what is to be done now: what is answered is read, what waits to be written is. begin tells that the
// vendor just came: then writes are planned, and what was never read is asked for. Trouble stands in the runs.
func (e *Engine) writeLetters(ctx context.Context, connectionID int64, begin bool) {
	ctx = context.WithoutCancel(ctx)
	for _, s := range e.toRead(ctx, connectionID, begin) {
		if _, err := e.Pull(ctx, Request{SyncID: s.ID, Cause: journal.ByWebhook, Person: true}); err != nil && !fault.Is(err, fault.RateLimited) {
			e.log.Info("reading letters", "sync", s.ID, "error", err)
		}
	}
	if _, err := e.Push(ctx, PushRequest{ConnectionID: connectionID, Cause: journal.ByWebhook, Plan: begin, Person: true}); err != nil {
		e.log.Info("acting on letters", "connection", connectionID, "error", err)
	}
}

// toRead lists the syncs whose letters are answered, and at the beginning those that never came to an end.
func (e *Engine) toRead(ctx context.Context, connectionID int64, begin bool) []Sync {
	var answered []string
	syncs, err := e.store.Syncs(ctx, connectionID)
	if err == nil {
		err = e.store.InSyncTx(ctx, false, func(tx Tx) error {
			answered, err = tx.AnsweredStreams(connectionID, commerce.InstantOf(tx.Now().Time().Add(-freshFor))) // older answers are asked for anew when they are wanted
			return err
		})
	}
	if err != nil {
		e.log.Warn("reading letters", "connection", connectionID, "error", err)
	}
	return slices.DeleteFunc(syncs, func(s Sync) bool {
		return !slices.Contains(answered, string(s.Stream)) && (!begin || s.LookedAt != 0 || s.Stream == channel.Documents)
	})
}
