package channel

import (
	"context"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Connector is code that talks to one kind of system. It translates and holds no state: the engine (syncing) owns
// schedules, persistence, secrets, limits, retries and logging, and hands everything in with the Session. What a
// connector can do beyond reading it shows by the optional interfaces below, which the engine finds by type assertion;
// its Manifest must declare exactly those (channeltest checks both ways).
//
// All methods return a *fault.Error, classed as Classify does: Auth, Permission, RateLimited (with RetryAt), Unavailable
// (passing), Invalid, NotFound, Conflict, Retired, and Unknown for a write whose answer did not arrive.
type Connector interface {
	// Manifest describes the connector; it never changes while the program runs.
	Manifest() Manifest
	// Check signs in and tells whose account it is and what may be done there. It writes nothing.
	Check(ctx context.Context, s Session) (Account, error)
	// Pull reads one page of a stream.
	Pull(ctx context.Context, s Session, r PullRequest) (Page, error)
	// Read makes a record of one item as it was pulled, with nothing but the item and the account: an item that waits in
	// quarantine is read again by it. A value that cannot be read is a problem, its column the JSON path of the value. A
	// record with problems is not applied.
	Read(stream Stream, raw []byte, account Account) (Record, []fault.Problem)
}

// Stream is one kind of thing that a connector pulls.
type Stream string

// The streams.
const (
	Orders    Stream = "orders"
	Products  Stream = "products" // what the channel lists: one item for each thing that is sold, a variation if there are any
	Stock     Stream = "stock"    // how much of each listing the channel offers, location by location
	Customers Stream = "customers"
)

// Streams lists all streams in the order in which a new connection pulls them: listings are known before orders name them.
var Streams = []Stream{Products, Stock, Customers, Orders, Lists, Documents}

// Mode says what a pull enumerates.
type Mode string

// The modes of a pull.
const (
	// Changes gives what changed at or after the cursor, or at or after Since where there is no cursor yet.
	Changes Mode = "changes"
	// Full gives everything there is at or after Since, in any state, whatever its time of change. The engine finds by it what
	// is gone, once a pass has come to its end without a break.
	Full Mode = "full"
	// ByID gives the items that IDs name; those that are gone stand in Page.Deleted. Asked for at most Manifest.PageSize
	// at once.
	ByID Mode = "by_id"
)

// PullRequest asks for one page.
type PullRequest struct {
	Stream Stream
	Mode   Mode
	// Cursor is what the page before gave as Next; nil at the start. It is opaque to the engine, JSON with a version
	// that the connector still reads when it is a newer one.
	Cursor []byte
	// Since is the lower bound of the vendor's time of change where there is no cursor; the zero time is the beginning. It is
	// inclusive.
	Since commerce.Instant
	IDs   []string
	// Ask is of a vendor that calls us (Manifest.Mailbox) and IDs alone: they are asked for, and nothing is given or thrown away. fault.RateLimited tells that
	// the answer is not there yet. So all that is asked for can be waited for before any of it is read.
	Ask bool
	// Size is how many items a page should have; 0 is Manifest.PageSize. Tests ask for small ones.
	Size int
}

// Page is one page of a stream. The engine keeps its items and Next in one write: no page, no cursor.
type Page struct {
	Items []Item
	// Deleted names items that are gone, where the vendor says so.
	Deleted []string
	// Next is where the following page, or the next run, starts. Safe to keep as soon as the items are. Its lower bound is
	// inclusive. At the end of a run it lies the stream's Overlap before whichever is earlier: the newest change seen, or the
	// vendor's clock when the run began, as what the vendor's index shows late can be older than what it shows already.
	Next []byte
	// Done tells that there is nothing more now.
	Done bool
	// Wait tells that the vendor is preparing what comes next, a report of its own: it need not be asked for before so long. Such a page may
	// be empty and lead to itself.
	Wait time.Duration
	// ServerTime is the vendor's clock (the Date header); 0 where it is not told.
	ServerTime commerce.Instant
	// Total is how many items the whole pull has, where the vendor tells; 0 is not told.
	Total int
}

// Item is one record as the vendor sent it.
type Item struct {
	ID string // the vendor's id within the stream; for listings as in Listing.ExternalID
	// Version changes whenever the item does: an etag, or "" to let the engine compare the raw bytes.
	Version   string
	UpdatedAt commerce.Instant // the vendor's time of change; 0 where there is none
	Raw       []byte           // JSON, kept as it is; Read must need nothing else
}

// Account is whose account a connection is, as Check found it.
type Account struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"` // "Greenhouse & Co."
	URL      string            `json:"url"`  // where a person signs in to it
	Currency commerce.Currency `json:"currency"`
	Zone     string            `json:"zone"` // IANA name or "+05:30"; "" is not told
	// Rights are what the credentials may do, by the streams ("orders") and operations ("stock.set") of the manifest.
	Rights []string `json:"rights"`
	// Version is that of the vendor's software or API, for people.
	Version string `json:"version"`
	// Notes are what a person should know: "Orders older than 60 days are not given."
	Notes []string `json:"notes"`
	// Facts are what the connector found out once and needs for reading: which plug-in numbers the orders.
	Facts map[string]string `json:"facts"`
	// Locations are the vendor's places where stock lies, by their ids; empty where there is one without a name.
	Locations []Location `json:"locations"`
}

// Location is a place where stock lies, as the vendor knows it.
type Location struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Theirs is a place of the vendor's own, from which it ships by itself: what lies there is observed and never told.
	Theirs bool `json:"theirs,omitempty"`
}
