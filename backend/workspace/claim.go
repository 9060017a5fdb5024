package workspace

import (
	"context"
	"net/http"
	"time"

	"tradepost/backend/fault"
)

// How long Claim waits for an owner that is starting or stopping: about ten seconds in all.
const (
	claimTries = 100
	claimPause = 100 * time.Millisecond
)

// Claim either takes the workspace for this process (owner) or reaches the process that has it (client). An owner that
// is just starting holds the lock and does not answer yet; one that is stopping neither answers nor lets go yet: Claim
// tries until one of both is over.
func Claim(ctx context.Context, dir *Dir) (owner *Ownership, client http.RoundTripper, err error) {
	return claim(ctx, dir, claimTries, pause)
}

// waitFunc waits between two tries; it ends early with ctx's error.
type waitFunc func(ctx context.Context) error

func claim(ctx context.Context, dir *Dir, tries int, wait waitFunc) (*Ownership, http.RoundTripper, error) {
	var last error
	for try := range tries {
		if try > 0 {
			if err := wait(ctx); err != nil {
				return nil, nil, fault.Wrap(err, fault.Cancelled, "Opening the workspace was stopped.", "")
			}
		}
		owner, err := dir.Lock()
		if err == nil || !fault.Is(err, fault.Conflict) {
			return owner, nil, err
		}
		client, silent := dir.Dial()
		if silent == nil {
			return nil, client, nil
		}
		last = unanswered(err, silent)
	}
	return nil, nil, last
}

// unanswered keeps the process number of conflict's message and adds that it does not answer.
func unanswered(conflict, silent error) error {
	return fault.Wrap(silent, fault.Conflict, fault.Of(conflict).Message+" It does not answer.",
		"It may be busy starting: wait a little and try again. If it stays so, quit that Tradepost.").InField("data")
}

func pause(ctx context.Context) error {
	timer := time.NewTimer(claimPause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
