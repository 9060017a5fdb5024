package tabular

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/tabular/format"
)

// EDI has no rows and no columns: its records are documents, each with the segments that it is written in, and each of the
// channel of the partner who sent it. All else is as with any file: kept, planned, applied, taken back.

// ediFormats are the formats of EDI by syntax.
var ediFormats = map[edi.Syntax]format.Info{
	edi.X12:     {ID: "edi.x12", Name: "EDI: X12", Kind: string(intake.EDI), ChannelKind: "edi", HowToGet: "Your trading partner sends it.", Notes: []string{}},
	edi.EDIFACT: {ID: "edi.edifact", Name: "EDI: EDIFACT", Kind: string(intake.EDI), ChannelKind: "edi", HowToGet: "Your trading partner sends it.", Notes: []string{}},
}

// EDIFormats lists the formats of EDI.
func EDIFormats() []format.Info {
	return []format.Info{ediFormats[edi.X12], ediFormats[edi.EDIFACT]}
}

// segmentColumn is the one column of a document's payload: a segment as it came.
const segmentColumn = "Segment"

// ofEDI recognises a kept file that is EDI; ok is false for one that is none.
func (im *Importer) ofEDI(ctx context.Context, fileID int64) (rec format.Recognition, ok bool, err error) {
	file, err := im.store.OpenFile(ctx, fileID)
	if err != nil {
		return rec, false, err
	}
	defer func() { _ = file.Close() }()
	buffered := bufio.NewReader(file)
	head, err := buffered.Peek(1024)
	if err != nil && !errors.Is(err, io.EOF) {
		return rec, false, fmt.Errorf("reading file: %w", err)
	}
	if !desk.Is(head) {
		return rec, false, nil
	}
	rec, err = recogniseEDI(ctx, desk.SyntaxOfFile(head), buffered)
	return rec, true, err
}

// recogniseEDI passes over a file of EDI and says what it holds.
func recogniseEDI(ctx context.Context, syntax edi.Syntax, in io.Reader) (format.Recognition, error) {
	info := ediFormats[syntax]
	rec := format.Recognition{Format: info.ID, FormatName: info.Name, Kind: info.Kind, ChannelKind: info.ChannelKind, Confidence: 1, Container: format.EDI, Encoding: "UTF-8",
		Columns: []string{segmentColumn}, UnknownColumns: []string{}, NamesChannels: true}
	interchanges := 0
	_, err := desk.Documents(cancellable{ctx, in}, desk.Options{}, func(all []trade.Filed) error {
		interchanges++
		for i := range all {
			rec.Rows++
			rec.Changes = rec.Changes || exchange.IsChange(all[i].Type)
			rec.CurrencyNeeded = rec.CurrencyNeeded || all[i].Order != nil && all[i].Order.Currency == ""
		}
		return nil
	})
	if ctx.Err() != nil {
		return rec, fault.Wrap(ctx.Err(), fault.Cancelled, "Reading was stopped.", "")
	}
	rec.Reasons = []string{fmt.Sprintf("It begins as %s does: %d interchanges with %d documents.", map[edi.Syntax]string{edi.X12: "X12", edi.EDIFACT: "EDIFACT"}[syntax], interchanges, rec.Rows)}
	return rec, err
}

// cancellable ends reading when ctx does.
type cancellable struct {
	ctx context.Context //nolint:containedctx // it lives as long as one reading
	io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.Reader.Read(p)
}

// eachDocument reads the documents of an import's file, each with the channel of its partner.
func (im *Importer) eachDocument(ctx context.Context, i Import, yield func(format.Record) error) error {
	file, err := im.store.OpenFile(ctx, i.FileID)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ordinal, lead := 0, ""
	catalogue := im.catalogue(ctx)
	var failed error
	_, err = desk.Documents(cancellable{ctx, file}, desk.Options{}, func(all []trade.Filed) error {
		for n := range all {
			ordinal++
			if ordinal == 1 {
				lead = all[n].Sender
			}
			record, err := im.documentRecord(ctx, i, &all[n], ordinal, lead, catalogue)
			if err == nil {
				err = yield(record)
			}
			if err != nil {
				failed = err
				cancel(err) // the rest of the file need not be read
				return err
			}
		}
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// documentRecord makes a record of a document. Its segments are its rows. Its channel is that of its partner; one that is not
// known gets the import's, or one of their own beside the sender that leads the file.
func (im *Importer) documentRecord(ctx context.Context, i Import, d *trade.Filed, ordinal int, lead string, catalogue exchange.Catalogue) (format.Record, error) {
	record := format.Record{Ordinal: ordinal, Key: d.Interchange + "/" + d.Group + "/" + d.Control, Document: d, Rows: make([]format.Row, 0, len(d.Lines))}
	for _, line := range d.Lines {
		record.Rows = append(record.Rows, format.Row{Number: line.Number, Cells: []string{line.Text}})
	}
	if d.Order != nil {
		record.Order = exchange.OrderFiled(d, d.Order, i.readingOf())
	}
	if d.Test && d.Accepted {
		record.Warnings = append(record.Warnings, fault.Problem{Row: d.Lines[0].Number, Code: "test", Message: "It is marked as a test.", Remedy: "An order of a test is held, so that nobody ships it."})
	}
	for _, e := range d.Errors {
		if e.Level != edi.Hint.Word() && d.Accepted && len(record.Warnings) < 20 {
			record.Warnings = append(record.Warnings, fault.Problem{Row: e.Line, Column: e.Segment, Found: e.Found, Expected: e.Allowed, Code: string(e.Kind), Message: e.Message, Remedy: e.Remedy})
		}
	}
	look := im.store.Exchange(ctx)
	partner, err := look.Partner(d.Syntax, d.SenderKind, d.Sender)
	if err == nil && partner.ID == 0 { // what we sent is of those whom we sent it to
		if partner, err = look.Partner(d.Syntax, d.ReceiverKind, d.Receiver); partner.OurCode != d.Sender {
			partner = exchange.Partner{}
		}
	}
	record.Channel = partner.Channel
	if record.Channel == "" && d.Sender != lead {
		record.Channel = d.Sender
	}
	if err != nil || i.AppliedRun != 0 || !d.Accepted { // what was applied is what it was
		return record, err
	}
	if strange := exchange.Strange(d, partner); strange != nil && (ordinal == 1 || partner.ID != 0) {
		record.Warnings = append(record.Warnings, *strange)
	}
	differs, err := exchange.Differs(catalogue, d, partner.ChannelID)
	record.Warnings = append(record.Warnings, differs...)
	return record, err
}

// catalogue finds what lines ask for, each item once.
func (im *Importer) catalogue(ctx context.Context) exchange.Catalogue {
	type item struct {
		channelID int64
		sku, gtin string
	}
	known := map[item]exchange.Sold{}
	return func(channelID int64, sku, gtin string) (exchange.Sold, error) {
		key := item{channelID, sku, gtin}
		if sold, found := known[key]; found {
			return sold, nil
		}
		sold, err := im.store.Sold(ctx, channelID, sku, gtin)
		if err == nil && len(known) < 10_000 {
			known[key] = sold
		}
		return sold, err
	}
}

// partnerChannel is the channel for documents of partners that are not known yet: their own id, unless a person named one.
func (im *Importer) partnerChannel(ctx context.Context, fileID int64, asked string) (string, error) {
	name, first := asked, ""
	err := im.eachDocument(ctx, Import{FileID: fileID}, func(record format.Record) error {
		first = record.Document.Sender
		if record.Channel != "" {
			name = record.Channel
		}
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	switch {
	case name != "":
		return name, nil
	case first != "":
		return first, nil
	}
	return "Trading partner", nil
}

func (i Import) readingOf() exchange.Reading {
	options, err := i.options()
	if err != nil {
		return exchange.Reading{}
	}
	return exchange.Reading{Zone: options.Zone, ZoneSource: options.ZoneSource, Currency: options.Currency}
}

// arrivals remembers, for one pass over a file, what of its EDI came before in it.
type arrivals struct {
	at     commerce.Instant // when the file came
	keeps  bool             // it holds changes, which are laid over the orders before them
	first  map[string]int64 // where an interchange of a digest stands first
	orders []exchange.Told
}

func (im *Importer) arrivals(ctx context.Context, i Import) (*arrivals, error) {
	if i.Kind != intake.EDI {
		return nil, nil
	}
	file, err := im.store.File(ctx, i.FileID)
	if err != nil {
		return nil, err
	}
	rec, err := im.recognise(ctx, i.FileID, i.Format)
	return &arrivals{at: file.ReceivedAt, keeps: rec.Changes, first: map[string]int64{}}, err
}

// incoming is a document as it comes in, in its turn; nil for a record of any other file.
func (a *arrivals) incoming(i Import, record format.Record) *exchange.Incoming {
	d := record.Document
	if d == nil {
		return nil
	}
	in := &exchange.Incoming{Filed: d, Reading: i.readingOf(), At: a.at, ByHand: i.Cause == journal.ByPerson, FileID: i.FileID, ImportID: i.ID, RunID: i.AppliedRun, Earlier: a.orders}
	start, known := a.first[d.Digest]
	if !known {
		a.first[d.Digest] = d.Start
	}
	in.Again = known && start != d.Start
	if a.keeps && d.Order != nil && d.Accepted && !in.Again {
		a.orders = append(a.orders, exchange.Told{Kind: d.Type, Order: d.Order})
	}
	return in
}

// judgeDocument judges a document for the channel of the import.
func (i Import) judgeDocument(look exchange.Lookup, orders intake.Lookup, in *exchange.Incoming) (intake.Judgement, error) {
	document := *in
	document.ChannelID = i.ChannelID
	return exchange.Judge(look, orders, document)
}

// carryDocument takes a document over.
func (a *applier) carryDocument(tx Tx, i Import, p planned, counts *Counts) error {
	in := *p.incoming
	in.ChannelID = i.ChannelID
	j, err := exchange.Judge(tx, tx, in)
	if err != nil {
		return err
	}
	stale, err := a.stale(tx, p.plan, j)
	if err != nil {
		return err
	}
	if stale {
		return a.giveBack(tx, p, j, counts)
	}
	if err := a.settle(tx, p, j, counts); err != nil {
		return err
	}
	counts.add(j.Verdict, 1)
	received := p.received
	received.Message.ChannelID = i.ChannelID
	return exchange.Carry(tx, &j, in, received)
}

// rereadDocument reads a quarantined document again from its payload.
func (im *Importer) rereadDocument(ctx context.Context, i Import, payload journal.Payload) (record format.Record, err error) {
	var text strings.Builder
	for _, row := range payload.Rows {
		text.WriteString(strings.Join(row.Cells, ""))
	}
	_, err = desk.Documents(strings.NewReader(text.String()), desk.Options{}, func(all []trade.Filed) error {
		for n := range all {
			if record.Document == nil {
				record, err = im.documentRecord(ctx, i, &all[n], 1, all[n].Sender, im.catalogue(ctx))
			}
		}
		return err
	})
	if err == nil && record.Document == nil {
		err = fault.New(fault.Invalid, "The document cannot be read.", "Ask the partner to send it again.")
	}
	return record, err
}

// reapplyDocument takes a quarantined document over under its old message, or leaves it there with what is wrong now.
func (im *Importer) reapplyDocument(tx Tx, i Import, runID int64, m journal.Message, record format.Record) (bool, error) {
	in := exchange.Incoming{Filed: record.Document, Reading: i.readingOf(), At: m.ReceivedAt, ByHand: true, Retry: true, ChannelID: m.ChannelID, FileID: i.FileID,
		ImportID: i.ID, RunID: runID}
	partner, err := tx.Partner(in.Syntax, in.SenderKind, in.Sender)
	if err != nil {
		return false, err
	}
	if x, err := tx.Received(partner.ID, in.Interchange, in.Test); err != nil {
		return false, err
	} else if x.ImportID == i.ID {
		in.SHA256 = x.SHA256
	}
	j, err := exchange.Judge(tx, tx, in)
	if err != nil {
		return false, err
	}
	received := i.received(record)
	received.Message = m
	if j.Verdict != intake.Error {
		received.Message.RunID, received.Message.Problems = runID, nil
	}
	if j.Verdict == intake.Same {
		m.Status, m.Problems = journal.Dismissed, nil
		if err := tx.UpdateMessage(m); err != nil {
			return false, err
		}
	}
	return j.Verdict != intake.Error, exchange.Carry(tx, &j, in, received)
}

// failedDocuments writes the documents that could not be taken over, each in its envelopes, as they came.
func (im *Importer) failedDocuments(ctx context.Context, i Import, to io.Writer) error {
	plans := planReader{store: im.store, importID: i.ID}
	return im.eachRecord(ctx, i, func(record format.Record) error {
		plan, err := plans.next(ctx, record.Ordinal)
		if err != nil || plan.Verdict != intake.Error {
			return err
		}
		_, err = io.WriteString(to, record.Document.Text())
		return err
	})
}

// kindOf is what a record of the import is about: of EDI, purchase orders and their changes are orders.
func (i Import) kindOf(record format.Record) intake.Kind {
	if record.Document == nil {
		return i.Kind
	}
	if exchange.IsOrder(record.Document.Type) || exchange.IsChange(record.Document.Type) {
		return intake.Orders
	}
	return intake.EDI
}

// documentName names a document for people: an order by its number.
func documentName(d *trade.Filed) string {
	if d.Order != nil && d.Order.Number != "" {
		return exchange.NumberOf(d.Order)
	}
	if d.Type == "" {
		return "interchange " + d.Interchange
	}
	return fmt.Sprintf("%s %s-%s", d.Type, d.Interchange, d.Control)
}
