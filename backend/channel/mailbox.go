package channel

import (
	"context"
	"net/http"
)

// A mailbox stands between the engine and a vendor that calls us instead of being called (Manifest.Mailbox). A connector writes
// its requests as ever, by Session.Do; they are kept as letters until the vendor comes for them, and so are its answers. So the
// engine sees one model, and a conversation that breaks at any point loses and doubles nothing: what was asked, what went out
// and what came back is known at each moment.
//
// A call names its letter by Call.Key. Its answer has one of these statuses:
const (
	// Answered: the body is page Call.Page of the answer; PagesHeader and LetterHeader tell how many there are, and of which letter.
	Answered = http.StatusOK
	// Waiting: the letter was written, or had been, and there is no answer yet.
	Waiting = http.StatusAccepted
	// Absent: there is no such letter (Method GET), or it was thrown away (DELETE).
	Absent = http.StatusNotFound
	// Lost: the letter, one that writes, went out and the conversation ended before its answer. It may have had its effect: look for
	// that, then ask again by POST with Retry set, which writes it anew.
	Lost = http.StatusGone
)

// The headers of a mailbox's answers.
const (
	PagesHeader  = "Pages"
	LetterHeader = "Letter"
)

// Answerer is a connector whose vendor calls us.
type Answerer interface {
	// Answer takes one call of the vendor, which says by itself who it is. box is that of the connection whose address was called.
	Answer(w http.ResponseWriter, r *http.Request, box Mailbox)
	// Introduction is the file by which the vendor's program is told where to call, for a person to open there; and its name.
	Introduction(options map[string]string, address string, connectionID int64) (name string, content []byte, err error)
}

// Mailbox is the vendor's side of a connection's letters. A conversation is known by its ticket; a new one ends the one before.
type Mailbox interface {
	// Name is the connection's name for people.
	Name() string
	// Option and Secret are as those of a Session.
	Option(name string) string
	Secret(name string) string
	// Open begins a conversation, and lets the engine write what it wants now. waiting is how many letters there are to fetch.
	Open(ctx context.Context, ticket string) (waiting int, err error)
	// Current tells whether a ticket is that of the conversation.
	Current(ctx context.Context, ticket string) (bool, error)
	// Next gives the letter to be answered next, and notes that it went out before it gives it; ok is false when there is none.
	Next(ctx context.Context, ticket string) (letter Letter, ok bool, err error)
	// Reply keeps an answer to the letter that went out last, then lets the engine act on it. more is what Next is to give again for the
	// page after this one; "" ends the answer. A lost letter that came to be recovered and was not known is answered by nil. left is how many
	// letters wait.
	Reply(ctx context.Context, ticket string, body []byte, more string) (left int, err error)
	// Note keeps what the vendor says of itself, as the answer to a letter that nobody wrote.
	Note(ctx context.Context, key string, body []byte) error
	// Noted is what Note kept last; nil is nothing.
	Noted(ctx context.Context, key string) ([]byte, error)
	// Close ends a conversation; problem is what went wrong in it, "" for nothing. LastProblem is that of the last one.
	Close(ctx context.Context, ticket, problem string) error
	LastProblem(ctx context.Context) (string, error)
}

// Letter is a request as it goes out.
type Letter struct {
	Key     string
	Body    []byte
	Writes  bool
	Attempt int    // from 1: how often it went out
	Page    int    // which page of the answer is wanted, from 0
	More    string // what the page before gave
	Recover bool   // it went out before and its answer got lost: only what became of it is asked
}
