package exchange

import (
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/journal"
	"tradepost/backend/order"
)

// DocumentKind is the record kind of documents in messages.
const DocumentKind = "edi_document"

// Incoming is a document that came in, with what is known of how.
type Incoming struct {
	*trade.Filed

	SHA256    string // of its interchange, where it is read again; else its digest
	Again     bool   // its interchange stands in the file a second time
	Earlier   []Told // orders and changes that stand before it in the file
	Reading   Reading
	At        commerce.Instant // when its file came
	ByHand    bool             // a person looks at the plan
	Retry     bool             // it waited in quarantine, and is tried again
	ChannelID int64
	FileID    int64
	ImportID  int64
	RunID     int64
}

// Judge decides what taking a document over would do: an order is judged as one, what came before is the same, what breaks
// the rules of EDI is an error, and everything else is kept. Problems of what is the same or skipped say why.
func Judge(look Lookup, orders intake.Lookup, in Incoming) (intake.Judgement, error) {
	before, err := beforeOf(look, in)
	if err != nil || before != nil {
		return or0(before), err
	}
	if !in.Accepted || in.Type == "" {
		return failed(in.problems()...), nil
	}
	switch {
	case IsOrder(in.Type):
		return judgeOrder(orders, in)
	case IsChange(in.Type):
		return judgeChange(look, orders, in)
	}
	return intake.Judgement{Verdict: intake.New}, nil
}

func or0(j *intake.Judgement) intake.Judgement {
	if j == nil {
		return intake.Judgement{}
	}
	return *j
}

func failed(problems ...fault.Problem) intake.Judgement {
	return intake.Judgement{Verdict: intake.Error, Problems: problems}
}

// beforeOf judges a document by what came before; nil where nothing did.
func beforeOf(look Lookup, in Incoming) (*intake.Judgement, error) {
	partner, err := look.Partner(in.Syntax, in.SenderKind, in.Sender)
	if err != nil {
		return nil, err
	}
	if partner.ID == 0 {
		ours, err := isOurs(look, in)
		if err != nil || !ours {
			return again(in), err
		}
		return &intake.Judgement{Verdict: intake.Skipped, Problems: []fault.Problem{{Code: "ours", Row: in.line(), Found: in.Interchange,
			Message: fmt.Sprintf("This %s is from you, to %s: it is not taken in.", in.what(), in.Receiver), Remedy: "What you send is listed under EDI by itself."}}}, nil
	}
	x, err := look.Received(partner.ID, in.Interchange, in.Test)
	if err != nil || x.ID == 0 {
		return again(in), err
	}
	if x.SHA256 != in.digest() {
		j := failed(fault.Problem{Code: "duplicate_control", Row: in.line(), Found: in.Interchange,
			Message: fmt.Sprintf("%s used the interchange number %s before, for something else.", in.Sender, in.Interchange),
			Remedy:  "It is refused, and the acknowledgement says so. Ask " + in.Sender + " to send it with a number of its own."})
		return &j, nil
	}
	known, err := look.Known(x.ID, in.Group, in.Control, in.Type)
	if err != nil || known.ID == 0 || in.Retry {
		return again(in), err
	}
	j := sameAs(in, fmt.Sprintf("Interchange %s of %s came before.", in.Interchange, in.Sender))
	return &j, nil
}

func again(in Incoming) *intake.Judgement {
	if !in.Again {
		return nil
	}
	j := sameAs(in, fmt.Sprintf("Interchange %s of %s stands in this file twice.", in.Interchange, in.Sender))
	return &j
}

func sameAs(in Incoming, words string) intake.Judgement {
	return intake.Judgement{Verdict: intake.Same, Problems: []fault.Problem{{Code: "duplicate", Row: in.line(), Found: in.Interchange, Message: words,
		Remedy: "Nothing is doubled, and it is not acknowledged again."}}}
}

// isOurs reports whether a document is one that we sent.
func isOurs(look Lookup, in Incoming) (bool, error) {
	to, err := look.Partner(in.Syntax, in.ReceiverKind, in.Receiver)
	return to.ID != 0 && to.OurCode == in.Sender, err
}

// digest tells its interchange from others.
func (in Incoming) digest() string { return or(in.SHA256, in.Digest) }

// line is the line of the file on which the document itself begins.
func (in Incoming) line() int {
	for _, line := range in.Lines {
		if strings.HasPrefix(line.Text, "ST") || strings.HasPrefix(line.Text, "UNH") || strings.HasPrefix(line.Text, "TA1") {
			return line.Number
		}
	}
	if len(in.Lines) > 0 {
		return in.Lines[0].Number
	}
	return 1
}

// what names the document for people.
func (in Incoming) what() string {
	return or(joined(in.Type, in.Control), "interchange "+in.Interchange)
}

// problems are why a document is refused, with their places.
func (in Incoming) problems() []fault.Problem {
	var all []fault.Problem
	for _, e := range in.Errors {
		if e.Level != edi.Rejects.Word() || len(all) == 20 {
			continue
		}
		p := fault.Problem{Row: e.Line, Column: placeOf(e), Found: e.Found, Expected: e.Allowed, Message: e.Message, Code: string(e.Kind),
			Remedy: or(e.Remedy, "The acknowledgement tells "+in.Sender+"; ask them to send it again, corrected.")}
		all = append(all, p)
	}
	if len(all) == 0 {
		all = append(all, fault.Problem{Row: in.line(), Code: "empty", Message: "The interchange " + in.Interchange + " holds no document.", Remedy: "Ask " + in.Sender + " what it was to hold."})
	}
	return all
}

func placeOf(e edi.Error) string {
	if e.Element == nil {
		return e.Segment
	}
	place := fmt.Sprintf("%s%02d", e.Segment, *e.Element)
	if e.Component != nil {
		place += fmt.Sprintf("-%d", *e.Component)
	}
	return place
}

// judgeOrder judges a purchase order. One that says it is new, and that is known with other content, is for a person to
// look at.
func judgeOrder(orders intake.Lookup, in Incoming) (intake.Judgement, error) {
	o := in.Order
	if o.Number == "" {
		return failed(fault.Problem{Row: in.line(), Code: "missing", Message: "The order states no number.", Remedy: "Ask " + in.Sender + " to send it again with one."}), nil
	}
	incoming := in.order(o)
	if code := o.Purpose.Code; code == "01" || code == "1" {
		return judgeCancel(orders, in, incoming)
	}
	j, err := judged(orders, in.ChannelID, incoming, replaces(o))
	if err == nil && j.Verdict == intake.Changed && !replaces(o) && !in.ByHand {
		return failed(fault.Problem{Row: in.line(), Code: "order_differs", Found: incoming.Number,
			Message: fmt.Sprintf("Order %s is known, and this %s says something else, yet calls itself new.", incoming.Number, in.Type),
			Remedy:  "Import the file by hand to see what differs; ask " + in.Sender + " which one counts."}), nil
	}
	return j, err
}

// order is the order that a document states. A test is held, so that nobody ships it.
func (in Incoming) order(o *trade.Order) order.Order { return OrderFiled(in.Filed, o, in.Reading) }

// replaces reports whether an order says that it takes the place of the one known.
func replaces(o *trade.Order) bool { return o.Purpose.Code == "05" || o.Purpose.Code == "5" }

// judged judges an order by what is known; what has happened to it since stays.
func judged(orders intake.Lookup, channelID int64, incoming order.Order, whole bool) (intake.Judgement, error) {
	if channelID != 0 {
		known, err := orders.FindOrder(channelID, &incoming)
		if err != nil {
			return intake.Judgement{}, fmt.Errorf("finding order: %w", err)
		}
		if known != nil {
			incoming.Fulfillment, incoming.Source, incoming.Whole = "", "", whole
		}
	}
	return intake.Judge(orders, intake.ModeMerge, channelID, incoming)
}

// judgeCancel judges the cancellation of a whole order.
func judgeCancel(orders intake.Lookup, in Incoming, incoming order.Order) (intake.Judgement, error) {
	called := order.Order{Number: incoming.Number, CancelledAt: in.At}
	if in.ChannelID == 0 {
		return unknownOrder(in), nil
	}
	known, err := orders.FindOrder(in.ChannelID, &called)
	if err != nil {
		return intake.Judgement{}, fmt.Errorf("finding order: %w", err)
	}
	if known == nil {
		return unknownOrder(in), nil
	}
	if known.CancelledAt != 0 {
		called.CancelledAt = known.CancelledAt
	}
	return intake.Judge(orders, intake.ModeUpdate, in.ChannelID, called)
}

func unknownOrder(in Incoming) intake.Judgement {
	return failed(fault.Problem{Row: in.line(), Code: "unknown_order", Found: in.Order.Number,
		Message: fmt.Sprintf("Order %s, which this %s changes, is not known here.", NumberOf(in.Order), in.Type),
		Remedy:  "Import the order first, then try this one again from the quarantine."})
}

// judgeChange lays a change over the order as it was told so far.
func judgeChange(look Lookup, orders intake.Lookup, in Incoming) (intake.Judgement, error) {
	if code := in.Order.Purpose.Code; code == "01" || code == "1" {
		return judgeCancel(orders, in, order.Order{Number: NumberOf(in.Order)})
	}
	base, err := told(look, in)
	if err != nil {
		return intake.Judgement{}, err
	}
	if base == nil {
		return unknownOrder(in), nil
	}
	after, _ := base.Amend(in.Order)
	j, err := judged(orders, in.ChannelID, in.order(&after), true)
	switch {
	case err != nil || j.Verdict != intake.New:
		return j, err
	case in.RunID == 0: // the order stands before it in the file, and is there once that is applied
		return intake.Judgement{Verdict: intake.Changed}, nil
	}
	return unknownOrder(in), nil
}

// Told is an order, or a change of one, as a document tells it.
type Told struct {
	Kind  string
	Order *trade.Order
}

// told is an order as its documents tell it, those of this file behind those that came before; nil where it is unknown.
func told(look Lookup, in Incoming) (*trade.Order, error) {
	var all []Told
	if in.ChannelID != 0 {
		texts, err := look.OrderTexts(in.ChannelID, NumberOf(in.Order))
		if err != nil {
			return nil, err
		}
		if all, err = toldBy(texts); err != nil {
			return nil, err
		}
	}
	for _, t := range in.Earlier {
		if NumberOf(t.Order) == NumberOf(in.Order) {
			all = append(all, t)
		}
	}
	return Folded(all), nil
}

func toldBy(texts []string) ([]Told, error) {
	var all []Told
	for _, text := range texts {
		documents, err := desk.Read(strings.NewReader(text), desk.Options{})
		if err != nil {
			return nil, fmt.Errorf("reading kept order: %w", err)
		}
		for i := range documents {
			if documents[i].Order != nil {
				all = append(all, Told{documents[i].Type, documents[i].Order})
			}
		}
	}
	return all, nil
}

// Folded lays changes over the order that they are about, in their order; nil where there is no order among them.
func Folded(all []Told) *trade.Order {
	var whole *trade.Order
	for _, t := range all {
		switch {
		case IsOrder(t.Kind):
			whole = t.Order
		case whole != nil:
			next, _ := whole.Amend(t.Order)
			whole = &next
		}
	}
	return whole
}

// Carry takes a document over as it was judged in the same write: its partner, interchange and text are kept, an order is
// written, and what it says of other documents is noted. received.Message names channel, run and import.
func Carry(tx interface {
	Tx
	intake.Tx
}, j *intake.Judgement, in Incoming, received intake.Received) error {
	if j.Verdict == intake.Skipped {
		return nil
	}
	partner := Partner{ChannelID: in.ChannelID, Syntax: in.Syntax, Kind: in.SenderKind, Code: in.Sender, OurKind: in.ReceiverKind, OurCode: in.Receiver, Wants: Usual}
	if err := tx.EnsurePartner(&partner); err != nil {
		return fmt.Errorf("keeping partner: %w", err)
	}
	x, known, err := arrived(tx, partner, in)
	if err != nil {
		return err
	}
	if known.ID != 0 && !in.Retry {
		return nil
	}
	d := in.document(partner, x, j)
	if err := settle(tx, j, in, received, &d); err != nil {
		return err
	}
	if known.ID != 0 {
		d.ID = known.ID
		return tx.UpdateDocument(d)
	}
	if err := tx.InsertDocument(&d, in.Text()); err != nil {
		return fmt.Errorf("keeping document: %w", err)
	}
	return concern(tx, in, d)
}

// arrived keeps the interchange of a document, and finds the document where it is known.
func arrived(tx Tx, partner Partner, in Incoming) (Interchange, Document, error) {
	x, err := tx.Received(partner.ID, in.Interchange, in.Test)
	if err != nil {
		return x, Document{}, err
	}
	if x.ID == 0 || x.SHA256 != in.digest() {
		x = Interchange{PartnerID: partner.ID, Control: in.Interchange, Test: in.Test, SHA256: in.digest(), FileID: in.FileID, Start: in.Start, End: in.End, ImportID: in.ImportID,
			Clashes: x.ID != 0}
		if err := tx.InsertInterchange(&x); err != nil {
			return x, Document{}, fmt.Errorf("keeping interchange: %w", err)
		}
	}
	known, err := tx.Known(x.ID, in.Group, in.Control, in.Type)
	return x, known, err
}

// document is the row that is kept of a document.
func (in Incoming) document(partner Partner, x Interchange, j *intake.Judgement) Document {
	a := aboutOf(&in.Document)
	d := Document{Direction: In, PartnerID: partner.ID, ChannelID: in.ChannelID, InterchangeID: x.ID, Syntax: in.Syntax, Type: in.Type, Label: in.Label, Interchange: in.Interchange,
		GroupCode: in.GroupCode, GroupControl: in.Group, Control: in.Control, Version: in.Version, Test: in.Test, Number: a.number, OrderNumber: a.order, Date: a.date, Words: a.words,
		Status: Taken, ImportID: in.ImportID, RunID: in.RunID}
	if j.Verdict == intake.Error {
		d.Status, d.Problems = Waits, j.Problems
		if !in.Accepted || x.Clashes || in.Type == "" {
			d.Status = Refused
		}
	}
	return d
}

// settle writes the order of a document, or its message.
func settle(tx intake.Tx, j *intake.Judgement, in Incoming, received intake.Received, d *Document) error {
	switch {
	case j.Verdict == intake.Error:
		return intake.Quarantine(tx, received, j.Problems)
	case IsOrder(in.Type) || IsChange(in.Type):
		err := intake.Carry(tx, j, received)
		d.OrderID = j.ID()
		if j.Verdict == intake.New {
			d.OrderID = j.After.ID
		}
		return err
	}
	received.Message.Status, received.Message.RecordKind = journal.Applied, DocumentKind
	if received.Message.ID != 0 {
		return tx.UpdateMessage(received.Message)
	}
	return tx.InsertMessage(&received.Message, received.Payload)
}

// concern links a document with those it speaks of.
func concern(tx Tx, in Incoming, d Document) error {
	if in.Acknowledgement != nil {
		return match(tx, in.Acknowledgement, d)
	}
	a := aboutOf(&in.Document)
	numbers := a.others
	if !IsOrder(in.Type) {
		numbers = append(numbers, a.order)
	}
	for _, number := range numbers {
		if number == "" {
			continue
		}
		for _, direction := range []Direction{In, Out} {
			all, err := tx.DocumentNumbered(d.ChannelID, direction, number)
			if err != nil {
				return err
			}
			for _, other := range all {
				if other.ID != d.ID {
					if err := tx.LinkDocuments(d.ID, other.ID); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// match notes what an acknowledgement says of what we sent. One that names nothing of ours stays unlinked, which is how it
// is found.
func match(tx Tx, ack *trade.Acknowledgement, d Document) error {
	key := SentKey{ChannelID: d.ChannelID, Interchange: ack.Interchange, GroupCode: ack.Code, Group: ack.Control}
	sent, err := tx.SentDocuments(key)
	if err != nil {
		return err
	}
	for _, one := range sent {
		v, wrong := verdictOn(ack, one)
		if v == "" {
			continue
		}
		if err := tx.LinkDocuments(d.ID, one.ID); err != nil {
			return err
		}
		if err := tx.SayOf(one.ID, v, d.ID, wrong); err != nil {
			return err
		}
	}
	return nil
}

// verdictOn is what an acknowledgement says of one document: by its set where that is named, else of the whole.
func verdictOn(ack *trade.Acknowledgement, sent Document) (Verdict, []fault.Problem) {
	for _, set := range ack.Sets {
		if set.Type == sent.Type && commerce.NumberKey(set.Control) == commerce.NumberKey(sent.Control) {
			return verdictOf(set.Verdict.Code), foundWrong(set.Notes, set.Faults)
		}
	}
	return verdictOf(ack.Verdict.Code), foundWrong(ack.Notes, nil)
}

// foundWrong is in words what a partner found wrong.
func foundWrong(notes []trade.Coded, faults []trade.Fault) []fault.Problem {
	wrong := []fault.Problem{}
	for _, f := range faults {
		place := joined("segment", f.Segment, f.Position)
		if f.Segment == "" {
			place = "segment " + f.Position
		}
		if f.Element != "" {
			place += ", element " + f.Element
		}
		wrong = append(wrong, fault.Problem{Code: f.Code.Code, Found: f.Found, Message: "They found wrong: " + place + ": " + or(f.Code.Words, "code "+f.Code.Code) + ".",
			Remedy: "Correct it, then make the document anew under another number."})
	}
	for _, n := range notes {
		if n.Code != "" && n.Code != "000" && len(wrong) == 0 {
			wrong = append(wrong, fault.Problem{Code: n.Code, Message: "They found wrong: " + or(n.Words, "code "+n.Code) + "."})
		}
	}
	return wrong[:min(len(wrong), 20)]
}

// verdicts are the codes of X12 (AK501, AK901, TA104) and of EDIFACT's 0083.
var verdicts = map[string]Verdict{"A": Accepted, "E": Noted, "P": Part, "R": Rejected, "M": Rejected, "W": Rejected, "X": Rejected, "4": Rejected, "7": Accepted, "8": Accepted}

func verdictOf(code string) Verdict { return verdicts[code] }
