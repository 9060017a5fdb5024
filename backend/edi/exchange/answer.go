package exchange

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Ask says what answer to an order is to be made. Lines that it does not name are left out; without any, what is proposed
// counts.
type Ask struct {
	Kind     string // 855, 856, 810, ORDRSP, DESADV or INVOIC
	Number   string // of our order, shipment or invoice
	Ships    string // YYYY-MM-DD
	Expected string
	Carrier  string
	Tracking string
	TaxRate  string
	SSCC     []string
	Shipment int64 // of a ship notice: the shipment of the workspace that it tells; 0 for none
	Lines    []AskLine
}

// AskLine is what becomes of one line.
type AskLine struct {
	Line     string `json:"line" doc:"The line's number in the order."`
	Quantity string `json:"quantity" doc:"Accepted, shipped or invoiced now."`
	Later    string `json:"later,omitempty" doc:"Of an answer to an order: follows later. What is neither accepted nor follows later is refused."`
	ShipDate string `json:"ship_date,omitempty"`
	Price    string `json:"price,omitempty" doc:"Where it differs from what was ordered."`
}

// Progress is how far a line of an order is, by the documents that we made.
type Progress struct {
	Line        string `json:"line"`
	Description string `json:"description"`
	Item        string `json:"item"`
	Unit        string `json:"unit"`
	Price       string `json:"price"`
	Ordered     string `json:"ordered"`
	Accepted    string `json:"accepted" doc:"By the last answer, what follows later too; as ordered where there is none."`
	Answered    bool   `json:"answered"`
	Shipped     string `json:"shipped"`
	Invoiced    string `json:"invoiced"`
	Proposed    string `json:"proposed" doc:"What is left to be said by the kind of answer asked for."`
}

// Answer is an answer with the order's lines as they stand before it.
type Answer struct {
	Document Document
	Text     string
	Lines    []Progress
}

// Kinds are the answers to an order of a syntax.
func Kinds(syntax edi.Syntax) []string {
	if syntax == edi.EDIFACT {
		return []string{"ORDRSP", "DESADV", "INVOIC"}
	}
	return []string{"855", "856", "810"}
}

// stage tells which of the three answers a kind is: 0 to the order, 1 the shipment, 2 the invoice; -1 for another.
func stage(kind string) int {
	return max(slices.Index(Kinds(edi.X12), kind), slices.Index(Kinds(edi.EDIFACT), kind))
}

// Prepare works out how far an order is and what a kind of answer would say.
func (x *Exchange) Prepare(ctx context.Context, documentID int64, kind string) ([]Progress, error) {
	a, err := x.open(ctx, documentID, kind)
	return a.lines, err
}

// answering is an answer while it is made.
type answering struct {
	x        *Exchange
	kind     string
	document Document // the order's
	partner  Partner
	text     string // of the order, for its envelope
	order    *trade.Order
	around   []Document
	lines    []Progress
	invoiced bool // an invoice was made before
}

func (x *Exchange) open(ctx context.Context, documentID int64, kind string) (answering, error) {
	a := answering{x: x, kind: kind}
	if stage(kind) < 0 {
		return a, fault.New(fault.Invalid, fmt.Sprintf("A %s is no answer to an order.", kind), "One of these is: "+strings.Join(desk.Made(), ", ")+".").InField("kind")
	}
	var err error
	if a.document, err = x.store.EDIDocument(ctx, documentID); err != nil {
		return a, err
	}
	if a.document.Direction != In || !IsOrder(a.document.Type) && !IsChange(a.document.Type) || a.document.Status != Taken {
		return a, fault.New(fault.Invalid, "Only an order that was taken over can be answered.", "Open the order's document first.")
	}
	if desk.SyntaxOf(kind) != a.document.Syntax {
		return a, fault.New(fault.Invalid, fmt.Sprintf("This order is answered with %s.", strings.Join(Kinds(a.document.Syntax), ", ")), "Choose one of these.").InField("kind")
	}
	if a.partner, err = x.store.PartnerByID(ctx, a.document.PartnerID); err != nil {
		return a, err
	}
	if a.around, err = x.store.DocumentsAround(ctx, a.document); err != nil {
		return a, err
	}
	texts, err := x.store.Exchange(ctx).OrderTexts(a.document.ChannelID, a.document.OrderNumber)
	if err != nil {
		return a, err
	}
	all, err := toldBy(texts)
	if err != nil {
		return a, err
	}
	if a.order = Folded(all); a.order == nil || len(texts) == 0 {
		return a, fault.New(fault.NotFound, "The order itself is not here.", "Import the order, then answer it.")
	}
	a.text = texts[0]
	return a, a.progress(ctx)
}

// progress works out from what we made how far the lines are.
func (a *answering) progress(ctx context.Context) error {
	for i := range a.order.Lines {
		l := &a.order.Lines[i]
		a.lines = append(a.lines, Progress{Line: desk.Key(l, i), Description: l.Description, Item: or(l.Item(vendorsCodes...), l.Item(buyersCodes...)), Unit: unitOf(l.Unit), Price: l.Price,
			Ordered: l.Quantity, Accepted: l.Quantity, Shipped: "0", Invoiced: "0"})
	}
	shipments := false
	for _, d := range a.around {
		if d.Direction != Out || d.Ack == Rejected || stage(d.Type) < 0 {
			continue
		}
		said, err := a.x.said(ctx, d)
		if err != nil {
			return err
		}
		shipments = shipments || said.Shipment != nil
		a.invoiced = a.invoiced || said.Invoice != nil
		a.count(said)
	}
	for i := range a.lines {
		l := &a.lines[i]
		switch stage(a.kind) {
		case 0:
			l.Proposed = l.Ordered
		case 1:
			l.Proposed = less(l.Accepted, l.Shipped)
		case 2:
			l.Proposed = less(l.Shipped, l.Invoiced)
			if !shipments {
				l.Proposed = less(l.Accepted, l.Invoiced)
			}
		}
	}
	return nil
}

// said reads a document of ours.
func (x *Exchange) said(ctx context.Context, d Document) (trade.Document, error) {
	text, err := x.store.EDIText(ctx, d.ID)
	if err != nil {
		return trade.Document{}, err
	}
	documents, err := desk.Read(strings.NewReader(text), desk.Options{})
	if err != nil || len(documents) == 0 {
		return trade.Document{}, fmt.Errorf("reading document %d: %w", d.ID, err)
	}
	return documents[0], nil
}

// count adds what a document of ours says.
func (a *answering) count(d trade.Document) {
	if d.Response != nil {
		for i := range d.Response.Lines {
			l := &d.Response.Lines[i]
			if p := a.line(l.Number); p != nil {
				p.Accepted, p.Answered = "0", true
				if l.Answer != trade.Rejected {
					p.Accepted = plus(l.Quantity, l.Later)
				}
				if l.Answer == trade.BackOrdered && l.Later == p.Ordered { // all of it follows
					p.Accepted = l.Later
				}
			}
		}
	}
	if d.Shipment != nil {
		for _, p := range d.Shipment.Packages {
			for i := range p.Lines {
				if at := a.line(p.Lines[i].Number); at != nil {
					at.Shipped = plus(at.Shipped, p.Lines[i].Quantity)
				}
			}
		}
	}
	if d.Invoice != nil && !d.Invoice.Credit {
		for i := range d.Invoice.Lines {
			if at := a.line(d.Invoice.Lines[i].Number); at != nil {
				at.Invoiced = plus(at.Invoiced, d.Invoice.Lines[i].Quantity)
			}
		}
	}
}

func (a *answering) line(number string) *Progress {
	for i := range a.lines {
		if a.lines[i].Line == number {
			return &a.lines[i]
		}
	}
	return nil
}

// rat reads a quantity; what is none counts as nothing.
func rat(text string) *big.Rat {
	if r, ok := new(big.Rat).SetString(text); ok {
		return r
	}
	return new(big.Rat)
}

func plain(r *big.Rat) string {
	text := r.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

func plus(a, b string) string { return plain(new(big.Rat).Add(rat(a), rat(b))) }

// less is a without b, never below nothing.
func less(a, b string) string {
	difference := new(big.Rat).Sub(rat(a), rat(b))
	if difference.Sign() < 0 {
		return "0"
	}
	return plain(difference)
}

// Answer makes an answer to an order. Nothing is kept unless keep says so: then it gets the partner's next number, and goes
// to the outbox where there is one. What the partner would refuse is an error of code invalid.
func (x *Exchange) Answer(ctx context.Context, documentID int64, ask Ask, keep bool) (Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	a, err := x.open(ctx, documentID, ask.Kind)
	if err != nil {
		return Answer{}, err
	}
	how, err := a.making(ctx, ask)
	if err != nil {
		return Answer{}, err
	}
	for {
		if a.partner, err = x.store.PartnerByID(ctx, a.document.PartnerID); err != nil {
			return Answer{}, err
		}
		var out bytes.Buffer
		how.Envelope.Control, how.EDIFACT.Control = int(a.partner.Next), strconv.FormatInt(a.partner.Next, 10)
		if err := desk.Make(ask.Kind, a.order, how, &out); err != nil {
			return Answer{}, err
		}
		d, err := made(out.String(), a.partner)
		if err != nil {
			return Answer{}, err
		}
		d.OrderID, d.OrderNumber, d.AnswersID = a.document.OrderID, a.document.OrderNumber, a.document.ID
		if !keep {
			return Answer{d, out.String(), a.lines}, nil
		}
		won, err := x.keepAnswer(ctx, &d, out.String(), a.partner)
		if err != nil {
			return Answer{}, err
		}
		if !won {
			continue
		}
		if err := x.deliverAll(ctx); err != nil {
			d.Problems = []fault.Problem{fault.ProblemOf(err)} // it is made all the same, and waits
		}
		kept, err := x.store.EDIDocument(ctx, d.ID)
		return Answer{kept, out.String(), a.lines}, err
	}
}

func (x *Exchange) keepAnswer(ctx context.Context, d *Document, text string, partner Partner) (won bool, err error) {
	folder, err := x.outbox(ctx, partner)
	if err != nil {
		return false, err
	}
	err = x.store.InExchangeTx(ctx, func(tx OutTx) error {
		if won, err = tx.TakeNumber(partner.ID, partner.Next); err != nil || !won {
			return err
		}
		if err := tx.InsertDocument(d, text); err != nil {
			return err
		}
		if err := tx.LinkDocuments(d.ID, d.AnswersID); err != nil {
			return err
		}
		if folder == "" {
			return nil
		}
		return tx.InsertEDIDelivery(d.ID, folder, fileName(*d, partner))
	})
	return won, err
}

// making turns what is asked into what is written, and checks it against the order and what was said before.
func (a *answering) making(ctx context.Context, ask Ask) (desk.Making, error) {
	how, err := desk.AnswerTo(ask.Kind, []byte(a.text))
	if err != nil {
		return how, err
	}
	if strings.TrimSpace(ask.Number) == "" {
		return how, fault.New(fault.Invalid, "Which number does it have?", "Give the number of your order, shipment or invoice.").InField("number")
	}
	for _, d := range a.around {
		if d.Direction == Out && d.Type == ask.Kind && d.Number == ask.Number && d.Ack != Rejected {
			return how, fault.New(fault.Conflict, fmt.Sprintf("%s %s was made before.", ask.Kind, ask.Number), "Give another number, or send the one that is there again.").InField("number")
		}
	}
	if err := a.ofShipment(ctx, &ask, &how); err != nil {
		return how, err
	}
	now := a.x.now()
	how.Envelope.Now, how.EDIFACT.Now = now, now
	if strings.Contains(a.text, "~\n") {
		how.Envelope.Suffix = "\n"
	}
	how.Number, how.Ships, how.Expected, how.Carrier, how.Tracking, how.TaxRate, how.SSCC, how.Again = ask.Number, ask.Ships, ask.Expected, ask.Carrier, ask.Tracking, ask.TaxRate, ask.SSCC, a.invoiced
	how.Lines, err = a.answers(ask)
	return how, err
}

// answers says what becomes of each line.
func (a *answering) answers(ask Ask) ([]desk.LineAnswer, error) {
	lines := ask.Lines
	if len(lines) == 0 {
		for _, p := range a.lines {
			lines = append(lines, AskLine{Line: p.Line, Quantity: p.Proposed})
		}
	}
	all := []desk.LineAnswer{}
	for _, l := range lines {
		p := a.line(l.Line)
		if p == nil {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("The order has no line %s.", l.Line), "Name its lines by their numbers.").InField("lines")
		}
		one, use, err := a.answer(p, l)
		if err != nil {
			return nil, err
		}
		if use {
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, [...]string{"There is nothing to answer.", "All that was accepted has been shipped.", "All that was shipped has been invoiced."}[stage(a.kind)],
			"Say the quantities of the lines if it is to be made all the same.").InField("lines")
	}
	return all, nil
}

// answer says what becomes of one line; use is false for one that is left out.
func (a *answering) answer(p *Progress, l AskLine) (one desk.LineAnswer, use bool, err error) {
	for _, text := range []string{l.Quantity, l.Later, l.Price} {
		if text != "" && (strings.Trim(text, "0123456789.") != "" || rat(text).Sign() < 0) {
			return one, false, fault.New(fault.Invalid, fmt.Sprintf("Line %s: %q is no quantity.", p.Line, text), "Write it in digits.").InField("lines")
		}
	}
	now, later := rat(l.Quantity), rat(l.Later)
	before := map[int]string{0: "0", 1: p.Shipped, 2: p.Invoiced}[stage(a.kind)]
	total := new(big.Rat).Add(rat(before), new(big.Rat).Add(now, later))
	if total.Cmp(rat(p.Ordered)) > 0 {
		return one, false, fault.New(fault.Invalid, fmt.Sprintf("Line %s: that would be %s, but %s were ordered.", p.Line, plain(total), p.Ordered), "Partners refuse more than they ordered: lower it.").InField("lines")
	}
	one = desk.LineAnswer{Number: p.Line, Quantity: plain(now), Answer: trade.Accepted, ShipDate: l.ShipDate, Price: l.Price}
	if stage(a.kind) > 0 {
		return one, now.Sign() > 0, nil
	}
	cut := less(p.Ordered, plain(total))
	switch {
	case now.Sign() == 0 && later.Sign() == 0:
		one.Answer, one.Quantity = trade.Rejected, p.Ordered
	case later.Sign() > 0:
		one.Answer, one.Later = trade.BackOrdered, plain(later)
	case cut != "0" || l.Price != "" && rat(l.Price).Cmp(rat(p.Price)) != 0:
		one.Answer = trade.Changed
	}
	if cut != "0" && one.Answer != trade.Rejected {
		one.Cut = cut
	}
	return one, true, nil
}
