package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/transport"
)

// Delivery is a document on its way into a folder. It is written before the file is put there.
type Delivery struct {
	ID         int64
	DocumentID int64
	Folder     string
	Name       string
	State      string
	Attempts   int
	Problem    *fault.Problem
	CreatedAt  commerce.Instant
	SettledAt  commerce.Instant
}

// The states of a delivery. Prepared: nothing of it can be seen in the folder. Sending: all of it lies there under a passing
// name, and is renamed; if that name is gone at the next start, the renaming was done, whoever took the file since. Unknown:
// the workspace was restored or moved, so that it may have gone out before.
const (
	Prepared = "prepared"
	Sending  = "sending"
	Sent     = "sent"
	Unknown  = "unknown"
)

// deliverAll puts what is ready into its folders. A folder that does not take a file keeps only its own files waiting.
func (x *Exchange) deliverAll(ctx context.Context) error {
	if paused, err := x.store.Setting(ctx, "sending_paused"); err != nil || paused != "" {
		return err
	}
	open, err := x.store.OpenEDIDeliveries(ctx)
	if err != nil {
		return fmt.Errorf("reading deliveries: %w", err)
	}
	troubled := map[string]error{}
	var all error
	for _, d := range open {
		if troubled[d.Folder] != nil {
			continue
		}
		if err := x.deliver(ctx, d); err != nil {
			slog.Warn("delivering EDI", "file", d.Name, "folder", d.Folder, "error", err)
			troubled[d.Folder] = err
			all = errors.Join(all, err)
		}
	}
	return all
}

// deliver puts one file into its folder, or goes on where a crash cut it off.
func (x *Exchange) deliver(ctx context.Context, d Delivery) error {
	place, err := transport.OpenFolder(d.Folder)
	if err != nil {
		return x.waits(ctx, d, err)
	}
	defer func() { _ = place.Close() }()
	if d.State == Prepared {
		text, err := x.store.EDIText(ctx, d.DocumentID)
		if err != nil {
			return err
		}
		err = place.Put(ctx, passing(d), strings.NewReader(text), transport.Put{Mark: "half", Replace: true})
		if err != nil {
			return x.waits(ctx, d, err)
		}
		d.State, d.Attempts, d.Problem = Sending, d.Attempts+1, nil
		if won, err := x.store.MoveEDIDelivery(ctx, d, Prepared); err != nil || !won {
			return err
		}
	}
	return x.rename(ctx, place, d)
}

// passing is what a file is called while it is not to be taken: hidden, and always the same for a delivery.
func passing(d Delivery) string { return fmt.Sprintf(".edi-%d.part", d.ID) }

// rename gives a file its name, or another where that is taken.
func (x *Exchange) rename(ctx context.Context, place transport.Place, d Delivery) error {
	plain := d.Name
	if _, err := place.Stat(ctx, passing(d)); fault.Is(err, fault.NotFound) { // it was renamed before the crash
		return x.sent(ctx, d)
	}
	for n := 2; ; n++ {
		err := place.Move(ctx, passing(d), d.Name)
		switch {
		case fault.Is(err, fault.Conflict) && n < 1000:
			ending := filepath.Ext(plain)
			d.Name = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(plain, ending), n, ending)
		case err != nil:
			return x.waits(ctx, d, err)
		default:
			return x.sent(ctx, d)
		}
	}
}

func (x *Exchange) sent(ctx context.Context, d Delivery) error {
	d.State, d.Problem = Sent, nil
	_, err := x.store.MoveEDIDelivery(context.WithoutCancel(ctx), d, Sending)
	return err
}

// waits notes what keeps a delivery; it is tried again with the next.
func (x *Exchange) waits(ctx context.Context, d Delivery, trouble error) error {
	problem := fault.ProblemOf(trouble)
	d.Problem = &problem
	_, err := x.store.MoveEDIDelivery(context.WithoutCancel(ctx), d, d.State)
	return errors.Join(trouble, err)
}

// CheckOutbox gives the absolute path of a folder that is there and can be written.
func CheckOutbox(ctx context.Context, folder string) (string, error) {
	path, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("reading folder name: %w", err)
	}
	place, err := transport.OpenFolder(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = place.Close() }()
	return path, place.Check(ctx, true)
}
