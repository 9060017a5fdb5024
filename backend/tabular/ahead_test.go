package tabular

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// counting yields 0, 1, 2, ... until it is stopped or has yielded n.
func counting(n int) func(context.Context, func(int) error) error {
	return func(_ context.Context, yield func(int) error) error {
		for i := range n {
			if err := yield(i); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestAheadKeepsTheOrderAndLosesNothing(t *testing.T) {
	for _, n := range []int{0, 1, aheadBatch - 1, aheadBatch, aheadBatch + 1, 20*aheadBatch*aheadBatches + 5} {
		next := 0
		err := ahead(context.Background(), counting(n), func(i int) error {
			if i != next {
				t.Fatalf("got %d in place of %d", i, next)
			}
			next++
			return nil
		})
		if err != nil || next != n {
			t.Errorf("%d of %d came: %v", next, n, err)
		}
	}
}

func TestAheadEndsWithTheFirstError(t *testing.T) {
	defer goleak.VerifyNone(t)
	bad := errors.New("bad")
	err := ahead(context.Background(), counting(1_000_000), func(i int) error {
		if i == 3 {
			return bad
		}
		return nil
	})
	if !errors.Is(err, bad) {
		t.Errorf("an error of the consumer ends as %v", err)
	}
	seen := 0
	err = ahead(context.Background(), func(ctx context.Context, yield func(int) error) error {
		return errors.Join(counting(5)(ctx, yield), bad)
	}, func(int) error { seen++; return nil })
	if !errors.Is(err, bad) {
		t.Errorf("an error of the producer ends as %v after %d", err, seen)
	}
	err = ahead(context.Background(), func(context.Context, func(int) error) error { panic("lost") }, func(int) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("a panic of the producer ends as %v", err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	err = ahead(ctx, counting(1_000_000), func(i int) error {
		if i == 2 {
			cancel(bad)
		}
		return nil
	})
	if !errors.Is(err, bad) {
		t.Errorf("being cancelled ends as %v", err)
	}
}
