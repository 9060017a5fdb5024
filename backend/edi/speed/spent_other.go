//go:build !unix

package speed

import "time"

// began is what spent counts from.
var began = time.Now()

// spent is the time that passed: processor time is not asked for on this system.
func spent() time.Duration { return time.Since(began) }
