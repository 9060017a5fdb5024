// Package fault holds the one coded error of Tradepost: what a person is told, what they can do about it, and
// whether trying again could help. Everything else about an error stays in the wrapped cause, for the log.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of trouble an error is; it decides the HTTP status, the exit code and the retry class.
type Code string

// The codes. Vendor errors are sorted into the same list.
const (
	Invalid     Code = "invalid"      // the request or the data is wrong; the same again fails again
	NotFound    Code = "not_found"    // no such record
	Conflict    Code = "conflict"     // the record changed meanwhile, or a unique name is taken
	Auth        Code = "auth"         // not signed in, or the sign-in lapsed
	Permission  Code = "permission"   // signed in, but not allowed
	RateLimited Code = "rate_limited" // wait until RetryAt
	Unavailable Code = "unavailable"  // passing trouble: network, disk busy, other process
	Unknown     Code = "unknown"      // no answer to a write: the effect must be looked up before a second try
	Retired     Code = "retired"      // the vendor's version is gone
	Full        Code = "full"         // the disk or the database is full, or may not be written
	Cancelled   Code = "cancelled"    // a person stopped it
	Internal    Code = "internal"     // our own mistake
)

// Error is what a person sees: Message says what is, Remedy what to do. Field names the input at fault, if any.
type Error struct {
	Code    Code
	Message string
	Remedy  string
	Field   string
	RetryAt time.Time
	Cause   error
}

// New makes an Error; message says what is, remedy what to do next (may be empty).
func New(code Code, message, remedy string) *Error {
	return &Error{Code: code, Message: message, Remedy: remedy}
}

// Wrap makes an Error that keeps cause for the log.
func Wrap(cause error, code Code, message, remedy string) *Error {
	return &Error{Code: code, Message: message, Remedy: remedy, Cause: cause}
}

// InField names the input at fault and returns e.
func (e *Error) InField(field string) *Error {
	e.Field = field
	return e
}

// Error is the message for people, with the cause behind it where there is one.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Cause)
	}
	return e.Message
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Of finds the coded error in err's chain; an error that carries none becomes Internal. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if coded, ok := errors.AsType[*Error](err); ok {
		return coded
	}
	return Wrap(err, Internal, "Something went wrong inside Tradepost; nothing was changed by this step.",
		"Try again. If it happens twice, tradepost.log in the workspace folder names the cause.")
}

// Is reports whether err carries code.
func Is(err error, code Code) bool {
	return err != nil && Of(err).Code == code
}
