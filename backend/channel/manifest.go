package channel

import (
	"slices"
	"time"

	"tradepost/backend/commerce"
)

// Manifest is what a connector is: the settings form, the command line's help, the docs page, the planner and the limits
// are all made of it.
type Manifest struct {
	ID      string // "woocommerce"
	Name    string // "WooCommerce"
	Kind    string // the kind of the channels it serves, of Kinds
	Summary string // one sentence for people: what it connects
	// Guide leads a person to the credentials, step by step; each step is one sentence.
	Guide   []string
	Docs    string // the vendor's page about its API
	API     string // the version it speaks: "REST v3"
	Options []Option
	Streams []StreamInfo
	Writes  []Write
	Buckets []Bucket
	// PageSize is how many items a page has, and how many ids one pull takes.
	PageSize int
	// Terms are what the vendor demands of whoever connects, in sentences: a plan, a role, a duty.
	Terms []string
	// Cannot says in sentences what this vendor's interface offers to nobody, so that a person need not look for it.
	Cannot []string
	// Known is the day of all that is said of the vendor here: "2026-11-23".
	Known string
	// PersonalDays is for how many days after an order was shipped the vendor lets personal values of its buyer be kept; 0 is no
	// such rule. The engine purges them then.
	PersonalDays int
	// NativeKeys tells that the vendor takes an idempotency key, so that sending twice with one key is one effect.
	NativeKeys bool
	// Mailbox tells that the vendor calls us: the connector is an Answerer, and its calls are letters.
	Mailbox bool
}

// OptionType says how an option is asked for.
type OptionType string

// The types of an option.
const (
	TextOption   OptionType = "text"
	URLOption    OptionType = "url"
	ChoiceOption OptionType = "choice"
	FlagOption   OptionType = "flag"
	NumberOption OptionType = "number" // a whole number from Least to Most
	SecretOption OptionType = "secret" // sealed, never given out again
)

// Option is one setting of a connection.
type Option struct {
	Name     string // "url", "consumer_key"
	Label    string // "Address of your shop"
	Help     string // one sentence
	Example  string
	Type     OptionType
	Required bool
	Default  string
	Choices  []Choice
	Least    int  `json:",omitempty"` // of a NumberOption
	Most     int  `json:",omitempty"`
	Advanced bool // shown only when asked for
	// Only shows the option where another one has a value: "auth=api_key".
	Only string
}

// Choice is one value of a ChoiceOption.
type Choice struct {
	Value string
	Label string
}

// Secrets names the options that are sealed.
func (m Manifest) Secrets() []string {
	var names []string
	for _, o := range m.Options {
		if o.Type == SecretOption {
			names = append(names, o.Name)
		}
	}
	return names
}

// StreamInfo says what of a stream can be had.
type StreamInfo struct {
	Stream Stream
	// Overlap is how far behind the newest change the next run starts: what the vendor's index shows late.
	Overlap time.Duration
	// Behind is for how long the vendor holds each change back: a run cannot see what is newer.
	Behind time.Duration
	// Every is how often it is pulled unless a person says otherwise.
	Every time.Duration
	// FullEvery is how often everything is compared, because the vendor's time of change misses some; 0 is never.
	FullEvery time.Duration
	// Changes tells that Changes mode exists; a stream without it is always pulled in full.
	Changes bool
	// Note is a limit that people should know: "The last 60 days."
	Note string
}

// Stream finds what is said of a stream; ok is false where the connector has none.
func (m Manifest) Stream(stream Stream) (StreamInfo, bool) {
	i := slices.IndexFunc(m.Streams, func(s StreamInfo) bool { return s.Stream == stream })
	if i < 0 {
		return StreamInfo{}, false
	}
	return m.Streams[i], true
}

// Write says how an operation is carried out.
type Write struct {
	Operation Operation
	// Batch is how many intents one call takes at most; 1 where there are no batches.
	Batch int
	// Corrects tells that order.ship can also correct a shipment that is there: one with an ExternalID gets the number and the carrier of
	// the intent.
	Corrects bool
	// Compare tells that the vendor refuses a write whose observed value is no longer true.
	Compare bool
	// Statuses are those that order.status can set, with their names for people.
	Statuses []Choice
	// Note is a limit that people should know.
	Note string
}

// Write finds what is said of an operation; ok is false where the connector cannot do it.
func (m Manifest) Write(operation Operation) (Write, bool) {
	i := slices.IndexFunc(m.Writes, func(w Write) bool { return w.Operation == operation })
	if i < 0 {
		return Write{}, false
	}
	return m.Writes[i], true
}

// Bucket is one limit of the vendor on calls: at most Burst at once, refilled Rate a second, at most PerDay in a day of
// the vendor (UTC) where that is not 0. A call of cost n takes n tokens.
type Bucket struct {
	Name   string
	Rate   float64 // tokens a second
	Burst  float64
	PerDay float64
	// Reserve is how many tokens background work leaves for what a person does by hand.
	Reserve float64
	Why     string // "Amazon allows one search in three minutes."
}

// CurrencyOr is the stated currency, else the account's.
func (a Account) CurrencyOr(stated commerce.Currency) commerce.Currency {
	if stated != "" {
		return stated
	}
	return a.Currency
}
