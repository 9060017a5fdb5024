package main

import (
	"context"
	"net/http"
)

// Host is what the window needs of the rest of Tradepost. main.go provides it; the window knows nothing else.
type Host interface {
	// Open takes the workspace, opens the database and starts the schedule. It is called once, while the window is
	// already visible; requests of the page wait for it. Its error ends the window and is shown in words.
	Open(ctx context.Context) error
	// Close ends all that, in order. It is called once, also after a failed Open.
	Close() error
	// Handler answers /api/...; it is asked for after Open.
	Handler() http.Handler
	// Events sends one JSON object per change until cancel; the channel is closed then.
	Events() (events <-chan []byte, cancel func())
	// Health says in words how things stand, and as one of "fine", "waiting", "late", "needs_you".
	Health() (words, state string)
	// Setting reads a remembered choice; "" when there is none.
	Setting(name string) (string, error)
	// SetSetting remembers one.
	SetSetting(name, value string) error
	// Notices sends what the person is to see even with the window closed.
	Notices() <-chan notice
	// Raised sends when another start of Tradepost asks for the window of this workspace.
	Raised() <-chan struct{}
}
