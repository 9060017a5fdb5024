package tabular

import (
	"context"
	"fmt"
	"runtime/debug"
)

// aheadBatch is how many records go from the reader to the writer at once; aheadBatches how many such wait at most. Together
// they bound what is held in memory.
const (
	aheadBatch   = 32
	aheadBatches = 8
)

// ahead has produce work on what comes next while consume is busy with what came before, each on its own processor.
// Everything that is yielded is consumed in order; the first error of either side ends both and is returned.
func ahead[T any](ctx context.Context, produce func(ctx context.Context, yield func(T) error) error, consume func(T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	batches, ended := make(chan []T, aheadBatches), make(chan error, 1)
	go func() {
		defer close(batches)
		ended <- sending(ctx, produce, batches)
	}()
	err := receiving(batches, consume)
	if err != nil {
		cancel(err)
		for range batches { // the other side must not wait for us
		}
	}
	if produced := <-ended; err == nil {
		err = produced
	}
	return err
}

func sending[T any](ctx context.Context, produce func(context.Context, func(T) error) error, batches chan<- []T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading ahead: panic: %v\n%s", p, debug.Stack())
		}
	}()
	var batch []T
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]T, 0, aheadBatch)
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err = produce(ctx, func(one T) error {
		if batch = append(batch, one); len(batch) < aheadBatch {
			return nil
		}
		return send()
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	return err
}

func receiving[T any](batches <-chan []T, consume func(T) error) error {
	for batch := range batches {
		for _, one := range batch {
			if err := consume(one); err != nil {
				return err
			}
		}
	}
	return nil
}
