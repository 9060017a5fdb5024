// Package simulated is what simulated vendors are made of: the contract by which the acceptance kit and practice mode drive
// one, a clock, faults on demand, and the vendor's own log, which judges what really happened there. A connector's sim
// folder holds its vendor.
package simulated

import (
	"math/rand/v2"
	"net/http"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// Vendor is a simulated vendor: stateful, with the real paths, paging, limits and signatures. It answers as an
// http.Handler, already wrapped by its Desk. Everything may be called while it answers.
type Vendor interface {
	http.Handler
	// Connector is the id of the connector it is made for.
	Connector() string
	Desk() *Desk
	// Connection gives options and secrets of a good connection to the vendor at base ("http://127.0.0.1:4711").
	Connection(base string) (options, secrets map[string]string)
	// Broken lists connections that must fail, with the class they must fail with: wrong, expired and under-scoped ones.
	Broken(base string) []Broken

	// SetZone changes the vendor's own time zone, by IANA name.
	SetZone(zone string) error
	// Fill makes a small company, always the same for one seed: so many listings, customers and orders of the past days.
	Fill(seed uint64, listings, customers, orders int)
	// Place makes one new order at the vendor's present time, or one that changes stock, and gives its id.
	Place(r *rand.Rand) string
	// Change edits an item as a person at the vendor would, so that its time of change moves, and says in words what it did.
	Change(stream channel.Stream, id string, r *rand.Rand) string
	// Remove deletes an item at the vendor.
	Remove(stream channel.Stream, id string)
	// IDs lists what a full pull of the stream must give, by Item.ID.
	IDs(stream channel.Stream) []string
	// Value is what the vendor has now for the target of an intent, in the form of Intent.Observed.
	Value(operation channel.Operation, target, location string) string
	// Writable names targets for an operation, so that the kit has something to write to.
	Writable(operation channel.Operation) []channel.Intent
}

// Broken is a connection that must fail.
type Broken struct {
	Name    string // "wrong secret"
	Options map[string]string
	Secrets map[string]string
	Code    fault.Code
}
