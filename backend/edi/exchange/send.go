package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// OutboxSetting names the workspace's outbox folder among the settings.
const OutboxSetting = "edi_outbox"

// OutTx is a write in progress as sending needs it.
type OutTx interface {
	Tx
	// TakeNumber uses up a partner's next control number if it still is the one expected.
	TakeNumber(partnerID, expected int64) (bool, error)
	// DocumentsOf lists the documents of an interchange that came in.
	DocumentsOf(interchangeID int64) ([]Document, error)
	// Owed reports whether an interchange still waits for its acknowledgement.
	Owed(interchangeID int64) (bool, error)
	// Answered notes that an interchange was acknowledged, or needs no acknowledgement.
	Answered(interchangeID int64) error
	// InsertEDIDelivery writes down that a document is to be put into a folder.
	InsertEDIDelivery(documentID int64, folder, name string) error
	// PurgeEDIText empties a document's text, PurgeEDIFile the file that documents came in and what is kept of its records.
	PurgeEDIText(documentID int64) error
	PurgeEDIFile(fileID int64) error
	InsertRun(*journal.Run) error
	UpdateRun(journal.Run) error
}

// Store is where documents are kept.
type Store interface {
	Exchange(ctx context.Context) Lookup
	InExchangeTx(ctx context.Context, do func(OutTx) error) error
	// OwedInterchanges lists what was taken in whole and is not acknowledged yet, the oldest first.
	OwedInterchanges(ctx context.Context) ([]Interchange, error)
	OpenFile(ctx context.Context, id int64) (io.ReadCloser, error)
	PartnerByID(ctx context.Context, id int64) (Partner, error)
	EDIDocument(ctx context.Context, id int64) (Document, error)
	EDIDocuments(ctx context.Context, f Filter) ([]Document, error)
	EDIText(ctx context.Context, id int64) (string, error)
	// EDIShipments lists the shipments of an order, the oldest first.
	EDIShipments(ctx context.Context, orderID int64) ([]Shipped, error)
	// DocumentsAround lists the documents of an order, what they are about and what is about them, the oldest first.
	DocumentsAround(ctx context.Context, d Document) ([]Document, error)
	// OpenEDIDeliveries lists what is prepared or sending, the oldest first.
	OpenEDIDeliveries(ctx context.Context) ([]Delivery, error)
	// MoveEDIDelivery writes name, state, attempts and problem if the state still is expected.
	MoveEDIDelivery(ctx context.Context, d Delivery, expected string) (bool, error)
	// EDILate lists what is late of the last ninety days, by partner and sort, the oldest first.
	EDILate(ctx context.Context) ([]Late, error)
	// EDITextsDue lists documents with texts from before an instant that nothing needs any more, EDIFilesDue files of which no text is left.
	EDITextsDue(ctx context.Context, before commerce.Instant, limit int) ([]int64, error)
	EDIFilesDue(ctx context.Context, before commerce.Instant, limit int) ([]int64, error)
	// SweepPurgedFiles removes the copies of emptied files.
	SweepPurgedFiles(ctx context.Context) error
	Setting(ctx context.Context, name string) (string, error)
	Now() commerce.Instant
	Zone() *time.Location
}

// Exchange acknowledges, answers and delivers.
type Exchange struct {
	store Store
	mu    sync.Mutex // one at a time: numbers follow each other
}

// New makes an Exchange.
func New(store Store) *Exchange { return &Exchange{store: store} }

// Settle acknowledges what is owed and puts what is ready into the outbox. It does what a crash left undone too, and can
// be called at any time. Trouble with one interchange or folder does not keep the others.
func (x *Exchange) Settle(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	owed, err := x.store.OwedInterchanges(ctx)
	if err != nil {
		return fmt.Errorf("reading what is owed: %w", err)
	}
	var trouble error
	for _, one := range owed {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := x.acknowledge(ctx, one); err != nil {
			slog.Warn("acknowledging EDI", "interchange", one.ID, "error", err)
			trouble = errors.Join(trouble, err)
		}
	}
	return errors.Join(trouble, x.deliverAll(ctx))
}

// acknowledge writes the acknowledgement of an interchange, under the next number to its partner.
func (x *Exchange) acknowledge(ctx context.Context, owed Interchange) error {
	text, err := x.slice(ctx, owed)
	if err != nil {
		return err
	}
	for {
		partner, err := x.store.PartnerByID(ctx, owed.PartnerID)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		how := desk.Answering{Now: x.now(), Control: int(partner.Next), Lines: bytes.Count(text, []byte("\n")) > 2, Seen: owed.Clashes}
		report, written, err := desk.Acknowledge(bytes.NewReader(text), &out, desk.Options{}, how)
		if err != nil {
			return fmt.Errorf("acknowledging interchange: %w", err)
		}
		won, err := x.keepAck(ctx, owed, partner, report, out.String(), written)
		if err != nil || won {
			return err
		}
	}
}

// slice reads an interchange out of its kept file.
func (x *Exchange) slice(ctx context.Context, owed Interchange) ([]byte, error) {
	file, err := x.store.OpenFile(ctx, owed.FileID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if _, err := io.CopyN(io.Discard, file, owed.Start); err != nil {
		return nil, fmt.Errorf("reading interchange: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, owed.End-owed.Start))
	if err != nil {
		return nil, fmt.Errorf("reading interchange: %w", err)
	}
	return text, nil
}

func (x *Exchange) now() time.Time { return x.store.Now().Time().In(x.store.Zone()) }

// keepAck keeps an acknowledgement in one write with its number, the verdicts it gives and the delivery; false where the
// number was taken meanwhile.
func (x *Exchange) keepAck(ctx context.Context, owed Interchange, partner Partner, report *edi.Report, text string, written int) (won bool, err error) {
	folder, err := x.outbox(ctx, partner)
	if err != nil {
		return false, err
	}
	err = x.store.InExchangeTx(ctx, func(tx OutTx) error {
		won = true
		if still, err := tx.Owed(owed.ID); err != nil || !still {
			return err
		}
		if written == 0 {
			return tx.Answered(owed.ID)
		}
		if won, err = tx.TakeNumber(partner.ID, partner.Next); err != nil || !won {
			return err
		}
		d, err := made(text, partner)
		if err != nil {
			return err
		}
		if err := tx.InsertDocument(&d, text); err != nil {
			return err
		}
		if err := say(tx, owed, report, d); err != nil {
			return err
		}
		if folder != "" {
			if err := tx.InsertEDIDelivery(d.ID, folder, fileName(d, partner)); err != nil {
				return err
			}
		}
		return tx.Answered(owed.ID)
	})
	return won, err
}

// made is the row of an interchange that we wrote: that of its first document.
func made(text string, partner Partner) (Document, error) {
	documents, err := desk.Read(strings.NewReader(text), desk.Options{})
	if err != nil || len(documents) == 0 {
		return Document{}, errors.Join(errors.New("reading what was written"), err)
	}
	first := documents[0]
	for i := range documents { // a TA1 stands before the groups
		if documents[i].Type != "TA1" {
			first = documents[i]
			break
		}
	}
	a := aboutOf(&first)
	report, err := desk.Lint(strings.NewReader(text), desk.Options{})
	if err != nil {
		return Document{}, fmt.Errorf("checking what was written: %w", err)
	}
	code := ""
	for _, one := range report.Interchanges {
		for _, group := range one.Groups {
			if group.Control == first.Group && partner.Syntax == edi.X12 {
				code = group.Code
			}
		}
	}
	return Document{Direction: Out, PartnerID: partner.ID, ChannelID: partner.ChannelID, Syntax: partner.Syntax, Type: first.Type, Label: first.Label, Interchange: first.Interchange,
		GroupCode: code, GroupControl: first.Group, Control: first.Control, Version: first.Version, Test: first.Test, Number: a.number, OrderNumber: a.order, Date: a.date, Words: a.words,
		Status: Made}, nil
}

// say notes on the documents of an interchange what was said of them.
func say(tx OutTx, owed Interchange, report *edi.Report, ack Document) error {
	documents, err := tx.DocumentsOf(owed.ID)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if IsAck(d.Type) {
			continue
		}
		if err := tx.SayOf(d.ID, saidOf(report, d), ack.ID, d.Problems); err != nil {
			return err
		}
		if err := tx.LinkDocuments(ack.ID, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// saidOf is the verdict of a report on one document.
func saidOf(report *edi.Report, d Document) Verdict {
	for _, one := range report.Interchanges {
		for _, group := range one.Groups {
			for _, set := range group.Sets {
				if group.Control != d.GroupControl && d.Syntax == edi.X12 || set.Type != d.Type || set.Control != d.Control {
					continue
				}
				switch {
				case !set.Accepted:
					return Rejected
				case noted(set.Errors):
					return Noted
				}
				return Accepted
			}
		}
	}
	return Rejected // it stands nowhere: the interchange as such is refused
}

func noted(all []edi.Error) bool {
	for _, e := range all {
		if e.Level == edi.Noted.Word() {
			return true
		}
	}
	return false
}

// outbox is the folder that files to a partner go to: their own, else the workspace's; "" where there is none.
func (x *Exchange) outbox(ctx context.Context, partner Partner) (string, error) {
	if partner.Outbox != "" {
		return partner.Outbox, nil
	}
	return x.store.Setting(ctx, OutboxSetting)
}

// fileName is what a document's file is called: what it is, to whom, and its number.
func fileName(d Document, partner Partner) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, partner.Code)
	return fmt.Sprintf("%s-%s-%s.edi", d.Type, safe, d.Interchange)
}

// Send puts a document of ours into the outbox, once more where it was there before.
func (x *Exchange) Send(ctx context.Context, id int64) (Document, error) {
	d, err := x.store.EDIDocument(ctx, id)
	if err != nil {
		return d, err
	}
	if d.Direction != Out {
		return d, fault.New(fault.Invalid, "This document came from the partner; only what you made can be sent.", "")
	}
	if d.Delivery == Prepared || d.Delivery == Sending {
		x.mu.Lock()
		defer x.mu.Unlock()
		if err := x.deliverAll(ctx); err != nil {
			return d, err
		}
		return x.store.EDIDocument(ctx, id)
	}
	partner, err := x.store.PartnerByID(ctx, d.PartnerID)
	if err != nil {
		return d, err
	}
	folder, err := x.outbox(ctx, partner)
	if err != nil {
		return d, err
	}
	if folder == "" {
		return d, fault.New(fault.Invalid, "There is no outbox folder for "+partner.Channel+".", "Choose one in Settings, or for this partner, then send it.").InField("outbox")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.store.InExchangeTx(ctx, func(tx OutTx) error { return tx.InsertEDIDelivery(id, folder, fileName(d, partner)) }); err != nil {
		return d, err
	}
	if err := x.deliverAll(ctx); err != nil {
		return d, err
	}
	return x.store.EDIDocument(ctx, id)
}
