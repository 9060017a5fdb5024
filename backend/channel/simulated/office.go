package simulated

import "context"

// Office is a simulated ledger system with the vendor's program that calls us for it.
type Office interface {
	// Connection gives options and secrets that are good.
	Connection() (options, secrets map[string]string)
	// Fill adds so many items, as the merchant would.
	Fill(items int)
	// Converse holds one conversation with who answers at an address, under these secrets. One that breaks where it is told to is no error.
	Converse(ctx context.Context, address string, secrets map[string]string, b Break) (Talk, error)
	// Ways are the ways in which a call can break.
	Ways() []string
	// Booked lists what is posted there.
	Booked() []Booked
}

// Break says at which call a conversation breaks, from 1, and in which way; the zero value is nowhere.
type Break struct {
	Call int
	Way  string
}

// Talk is how a conversation went.
type Talk struct {
	Calls   int
	Broken  bool // it came to the call that it was to break at
	Idle    bool // nothing was left to do
	Refused bool // the secrets were not believed
}

// Booked is a document as it stands in the company's own books.
type Booked struct {
	Number string
	Cents  int64 // of what it moves
}
