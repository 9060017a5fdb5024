package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"

	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
)

// mortal is the store of an import that is killed at a chosen event: before a statement of a write in progress, or after
// a commit. With a fault it leaves out one of the guards that crash safety stands on, so that the checks can be seen to
// notice.
type mortal struct {
	*store.Store
	events atomic.Int64
	last   int64 // the event to die at, 0: never
	fault  string
}

// The faults.
const (
	faultApart = "message-apart" // message and payload are written in a transaction of their own
	faultBlind = "never-found"   // no order is ever found: what comes in is always new
)

func (m *mortal) event() {
	if m.events.Add(1) == m.last {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {} // until the signal arrives
	}
}

func (m *mortal) InTabularTx(ctx context.Context, bulk bool, do func(tabular.Tx) error) error {
	var later []func(tabular.Tx) error
	err := m.Store.InTabularTx(ctx, bulk, func(tx tabular.Tx) error {
		later = nil
		return do(mortalTx{tx, m, &later})
	})
	m.event()
	for _, write := range later {
		if err == nil {
			err = m.Store.InTabularTx(ctx, bulk, write)
			m.event()
		}
	}
	return err
}

func (m *mortal) Lookup(ctx context.Context) intake.Lookup {
	if m.fault == faultBlind {
		return blind{m.Store.Lookup(ctx)}
	}
	return m.Store.Lookup(ctx)
}

type blind struct{ intake.Lookup }

func (blind) FindOrder(int64, *order.Order) (*order.Order, error) { return nil, nil }

type mortalTx struct {
	tabular.Tx
	m     *mortal
	later *[]func(tabular.Tx) error
}

func (tx mortalTx) FindOrder(channelID int64, incoming *order.Order) (*order.Order, error) {
	if tx.m.fault == faultBlind {
		return nil, nil
	}
	return tx.Tx.FindOrder(channelID, incoming)
}

func (tx mortalTx) InsertOrder(o *order.Order) error {
	tx.m.event()
	return tx.Tx.InsertOrder(o)
}

func (tx mortalTx) InsertMessage(message *journal.Message, payload *journal.Payload) error {
	tx.m.event()
	if tx.m.fault == faultApart {
		kept, body := *message, *payload
		*tx.later = append(*tx.later, func(next tabular.Tx) error { return next.InsertMessage(&kept, &body) })
		return nil
	}
	return tx.Tx.InsertMessage(message, payload)
}

func (tx mortalTx) InsertChange(c journal.Change) error {
	tx.m.event()
	return tx.Tx.InsertChange(c)
}

func (tx mortalTx) UpdateRun(r journal.Run) error {
	tx.m.event()
	return tx.Tx.UpdateRun(r)
}

func (tx mortalTx) UpdateImport(i tabular.Import) error {
	tx.m.event()
	return tx.Tx.UpdateImport(i)
}

func (tx mortalTx) InsertPlanRecords(records []tabular.PlanRecord) error {
	tx.m.event()
	return tx.Tx.InsertPlanRecords(records)
}

// importMortally takes up what was left, imports a file and says how many events that was. Arguments: workspace, file,
// the event to die at, the fault.
func importMortally(args []string) int {
	if err := importOnce(args[0], args[1], args[2], args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func importOnce(dir, path, last, fault string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	m := &mortal{Store: s, fault: fault}
	if m.last, err = strconv.ParseInt(last, 10, 64); err != nil {
		return err
	}
	im := tabular.NewImporter(m, nil)
	defer im.Close()
	if err := im.Resume(ctx); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	kept, _, err := im.Receive(ctx, "orders.csv", file)
	m.event()
	if err != nil {
		return err
	}
	i, err := im.Whole(ctx, tabular.Request{FileID: kept.ID, Cause: journal.BySchedule})
	if err == nil && i.Problem != nil {
		err = fmt.Errorf("import %d: %s", i.ID, i.Problem.Message)
	}
	fmt.Println(m.events.Load())
	return err
}
