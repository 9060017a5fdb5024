package channel

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Session is what the engine hands to a connector for one piece of work. It may be used by one goroutine at a time.
type Session interface {
	// Do makes one call, within the vendor's limits: it waits for the bucket, bounded by the context, and counts the call.
	// An answer of any status comes back as it is, its body read whole (64 MiB at most). The error is a *fault.Error:
	// RateLimited with RetryAt when the budget does not allow it now, Unavailable when no answer came to a call that changes
	// nothing, Unknown when none came to one that may have changed something.
	Do(ctx context.Context, call Call) (Answer, error)
	// Option gives a setting of the connection, or its default.
	Option(name string) string
	// Secret gives a sealed setting; "" when there is none.
	Secret(name string) string
	// Account is what Check found; the zero Account before the first Check.
	Account() Account
	// Now is the clock; it is not the vendor's.
	Now() time.Time
	// Log is for what helps to find a mistake: never a secret or a personal value.
	Log() *slog.Logger
}

// Call is one request to the vendor.
type Call struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	// Bucket is that of the manifest which it counts against; Cost is how many tokens, 1 when 0.
	Bucket string
	Cost   float64
	// Writes tells that the call may change something there, whatever its method: without an answer its effect is unknown.
	Writes bool
	// Key, Page and Retry are for a mailbox, and mean nothing elsewhere: which letter, which page of its answer, and whether one that was lost
	// is written anew.
	Key   string
	Page  int
	Retry bool
	// Sign, where a signature counts once, makes the call for one try of it; nil where the same call can be made again.
	Sign func(Call) Call
}

// Signed is the call as it is made now.
func (c Call) Signed() Call {
	if c.Sign == nil {
		return c
	}
	return c.Sign(c)
}

// Answer is what the vendor said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// URL is where the answer came from, after redirects.
	URL string
}

// Metered is a connector whose vendor tells in its answers how much may still be asked. The engine reads each answer by it: what the
// manifest says of a bucket is where it starts, and the vendor's word is what counts from then on.
type Metered interface {
	// Meter reads an answer; the zero Meter says nothing.
	Meter(call Call, a Answer) Meter
}

// Meter is how the bucket of a call stands, as an answer tells.
type Meter struct {
	Rate  float64 // tokens a second; 0 is not told
	Burst float64 // the most there can be; 0 is not told
	Left  float64 // counts where Burst is told
	// Wait, where it is not 0, tells that the call was refused for its cost, whatever its status, and can be made so much later.
	Wait time.Duration
}

// Refresher is a connector whose sign-in lapses: a session, or an access token beside a refresh token. The engine refreshes
// for one connection at a time and keeps the new secrets before anything uses them.
type Refresher interface {
	// Lapsed tells whether the secrets have to be refreshed before the next call; the engine also refreshes once when a call
	// ends in fault.Auth.
	Lapsed(s Session) bool
	// Refresh signs in anew and gives the secrets that change: options by their names, and what the sign-in itself is under
	// SignIn, in whatever form the connector reads it back by Session.Secret. fault.Auth means that a person has to.
	Refresh(ctx context.Context, s Session) (map[string]string, error)
}

// SignIn is the secret that a Refresher's sign-in is kept as. All that rotates together belongs into it: it is kept in one write.
const SignIn = "session"

// Hooker is a connector whose vendor can tell of changes. A hook only says which items to pull: correctness never depends on it.
type Hooker interface {
	// ReadHook verifies one delivery by its headers, its raw body and the secret. fault.Auth is a forged one. A hook that names
	// nothing (a ping) is answered and forgotten.
	ReadHook(header http.Header, body []byte, secret string) (Hook, error)
}

// HookSecret is the secret option by which a Hooker's deliveries are verified.
const HookSecret = "webhook_secret"

// Listener is a connector whose vendor lays word of changes into a queue of the merchant's, which is asked. It only says which items to pull:
// correctness never depends on it.
type Listener interface {
	// Listen takes some of what lies in the queue that the option QueueOption names. No receipts means that there is no more for now.
	Listen(ctx context.Context, s Session) (News, error)
	// Heard takes what was noted off the queue, by its receipts. What is not taken off comes again.
	Heard(ctx context.Context, s Session, receipts []string) error
}

// QueueOption is the option that names a Listener's queue; without a value nothing is asked.
const QueueOption = "queue"

// News is what lay in a queue: what it names, and the receipts of all that need not come again.
type News struct {
	Hooks    []Hook
	Receipts []string
}

// Hook is one delivery.
type Hook struct {
	ID     string // the vendor's id of the delivery: the same one again is the same hook
	Stream Stream
	IDs    []string
}
