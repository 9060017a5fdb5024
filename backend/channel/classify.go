package channel

import (
	"net/http"
	"strconv"
	"time"

	"tradepost/backend/fault"
)

// Classify sorts an answer's status into a fault, nil for 2xx. vendor is the connector's name for people, writes whether the
// call may have changed something: then a 5xx leaves the effect unknown. Connectors look into the body first, where the vendor says
// more. Retry-After in seconds or as a date (RFC 9110, 10.2.3) becomes RetryAt, counted from now.
func Classify(a Answer, vendor string, writes bool, now time.Time) *fault.Error {
	switch {
	case a.Status >= 200 && a.Status < 300:
		return nil
	case a.Status == http.StatusUnauthorized:
		return fault.New(fault.Auth, vendor+" does not accept the sign-in.", "Sign in again; nothing is lost meanwhile.")
	case a.Status == http.StatusForbidden:
		return fault.New(fault.Permission, vendor+" does not allow this with the present rights.", "Give the key the right that is missing, then check the connection.")
	case a.Status == http.StatusNotFound:
		return fault.New(fault.NotFound, vendor+" does not have this.", "It may have been removed there.")
	case a.Status == http.StatusGone || a.Status == http.StatusUpgradeRequired:
		return fault.New(fault.Retired, vendor+" no longer offers this version of its interface.", "Get a newer Tradepost.")
	case a.Status == http.StatusConflict || a.Status == http.StatusPreconditionFailed:
		return fault.New(fault.Conflict, "This changed at "+vendor+" meanwhile.", "Look at what is there now, then decide again.")
	case a.Status == http.StatusTooManyRequests:
		e := fault.New(fault.RateLimited, vendor+" asks to wait.", "Tradepost goes on by itself.")
		e.RetryAt = retryAt(a.Header, now)
		return e
	case a.Status >= 300 && a.Status < 400:
		return fault.New(fault.Invalid, vendor+" sends this call elsewhere: the address is not that of its interface.", "Correct the address of the connection.")
	case a.Status >= 500 && writes:
		return fault.New(fault.Unknown, vendor+" failed in the middle of this.", "Tradepost looks up what became of it before it tries again.")
	case a.Status >= 500 || a.Status == http.StatusRequestTimeout:
		e := fault.New(fault.Unavailable, vendor+" has trouble of its own (status "+strconv.Itoa(a.Status)+").", "Tradepost tries again by itself; nothing is lost.")
		e.RetryAt = retryAt(a.Header, time.Time{})
		return e
	}
	return fault.New(fault.Invalid, vendor+" refuses this (status "+strconv.Itoa(a.Status)+").", "The attempt shows what it said.")
}

// retryAt reads Retry-After; without one it is a minute after now, or the zero time where now is.
func retryAt(header http.Header, now time.Time) time.Time {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 && !now.IsZero() {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return at
	}
	if now.IsZero() {
		return now
	}
	return now.Add(time.Minute)
}
