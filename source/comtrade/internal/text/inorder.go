package text

import (
	"context"
	"sync"
)

// InOrder does jobs in parallel and hands them on in the order in which they were made.
//
// produce runs in a goroutine of its own and offers jobs until offer refuses. Each of the workers
// calls newWorker once and its result once a job. emit runs in the calling goroutine. At most twice
// as many jobs as workers, and one more, are under way. The first error of produce or emit, or the
// context's, ends everything; all goroutines are gone when InOrder returns.
func InOrder[J any](
	ctx context.Context, workers int,
	produce func(offer func(J) bool) error,
	newWorker func() func(J),
	emit func(J) error,
) error {
	type task struct {
		job  J
		done chan struct{}
	}
	ctx, cancel := context.WithCancel(ctx)
	work, queue := make(chan task, workers), make(chan task, workers)
	var produced error
	var group sync.WaitGroup
	group.Go(func() {
		defer close(queue)
		defer close(work)
		produced = produce(func(j J) bool {
			t := task{j, make(chan struct{})}
			return send(ctx, queue, t) && send(ctx, work, t)
		})
	})
	for range workers {
		group.Go(func() {
			do := newWorker()
			for t := range work {
				do(t.job)
				close(t.done)
			}
		})
	}
	err := func() error {
		for t := range queue {
			select {
			case <-t.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := emit(t.job); err != nil {
				return err
			}
		}
		return ctx.Err()
	}()
	cancel()
	group.Wait()
	if err != nil {
		return err
	}
	return produced
}

func send[T any](ctx context.Context, to chan<- T, v T) bool {
	select {
	case to <- v:
		return true
	case <-ctx.Done():
		return false
	}
}
