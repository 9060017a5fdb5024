package job

import (
	"context"
	"errors"
	"io"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

var errPanicked = fault.New(fault.Internal, "This run met a mistake inside of Tradepost and was stopped; the schedule goes on.",
	"Run it again. If it stops once more, tradepost.log in the workspace folder names the cause.")

func problemOf(err error) fault.Problem { return fault.ProblemOf(closing(err)) }

// closing words the end of a run because Tradepost closes.
func closing(err error) error {
	if errors.Is(err, context.Canceled) {
		return fault.Wrap(err, fault.Cancelled, "Tradepost was closed while this ran; what was done is kept.", "The next run goes on where this one stopped.")
	}
	return err
}

// noExports stands in where the program has no exports.
type noExports struct{}

func (noExports) Export(context.Context, int64, func(string) (io.WriteCloser, error)) (journal.Run, error) {
	return journal.Run{}, fault.New(fault.Unavailable, "This Tradepost cannot export by schedule yet.", "Remove the schedule, or install a newer Tradepost.")
}
