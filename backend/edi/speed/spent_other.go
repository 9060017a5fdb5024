//go:build !unix

package speed

import "time"

// began is what spent counts from.
var began = time.Now()

// Spent is the time that passed: processor time is not asked for on this system.
func Spent() time.Duration { return time.Since(began) }
