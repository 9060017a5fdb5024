package workspace

import "tradepost/backend/commerce"

// Reason says why a backup was made; it is part of the file's name.
type Reason string

// The reasons.
const (
	Daily           Reason = "daily"
	ByHand          Reason = "by_hand"
	BeforeMigration Reason = "before_migration"
	BeforeRestore   Reason = "before_restore"
)

// Backup describes a backup file. Verified means that the copy was opened, checked whole and its digest written beside it.
type Backup struct {
	Name     string
	Path     string
	Size     int64
	MadeAt   commerce.Instant
	Verified bool
	Reason   Reason
}

// Check is one thing the doctor looked at.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Words  string `json:"words"`
	Remedy string `json:"remedy"`
}

// SavedView is a filter of a page that a person named.
type SavedView struct {
	ID       int64
	Page     string
	Name     string
	Filter   string // JSON, the page's own
	Pinned   bool
	Position int
	Seq      int64
}

// Answer is what a write answered under an Idempotency-Key, kept for a day.
type Answer struct {
	Request string // digest of method, path and body
	Status  int
	Headers string // JSON
	Body    []byte
}
