package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/edi/exchange"
	"tradepost/backend/fault"
	"tradepost/backend/tabular"
)

type ediStore interface {
	Partners(ctx context.Context) ([]exchange.Partner, error)
	PartnerByID(ctx context.Context, id int64) (exchange.Partner, error)
	RevisePartner(ctx context.Context, p exchange.Partner, ifSeq int64) error
	EDIDocument(ctx context.Context, id int64) (exchange.Document, error)
	EDIDocuments(ctx context.Context, f exchange.Filter) ([]exchange.Document, error)
	DocumentsAround(ctx context.Context, d exchange.Document) ([]exchange.Document, error)
	EDIText(ctx context.Context, id int64) (string, error)
	EDIDeliveries(ctx context.Context, documentID int64) ([]exchange.Delivery, error)
	OrderClock(ctx context.Context, orderID int64) (exchange.Clock, error)
	// EDIWaiting counts what waits for the merchant, and what of it is late.
	EDIWaiting(ctx context.Context) (all, late int, err error)
	Now() commerce.Instant
}

// EdiDocument is one document that a trading partner sent, or that was made for one.
type EdiDocument struct {
	ID          string          `json:"id"`
	Direction   string          `json:"direction" enum:"in,out"`
	Channel     string          `json:"channel" doc:"Of the trading partner."`
	Partner     string          `json:"partner" doc:"Id of the partner."`
	Syntax      string          `json:"syntax" enum:"x12,edifact"`
	Type        string          `json:"type" doc:"850, ORDERS, ...; blank of an interchange that holds none."`
	Label       string          `json:"label"`
	Interchange string          `json:"interchange" doc:"Control numbers."`
	Group       string          `json:"group"`
	Control     string          `json:"control"`
	Version     string          `json:"version"`
	Test        bool            `json:"test"`
	Number      string          `json:"number" doc:"Its own: of the order, the invoice, ..."`
	OrderNumber string          `json:"order_number" doc:"Of the order that it is about."`
	Order       *string         `json:"order" doc:"Id of that order here."`
	Date        string          `json:"date"`
	Words       string          `json:"words"`
	Status      string          `json:"status" enum:"taken,waits,refused,made" doc:"waits: in quarantine; refused: it breaks the rules of EDI."`
	Problems    []fault.Problem `json:"problems"`
	Ack         string          `json:"ack" enum:",accepted,noted,part,rejected" doc:"What its receiver said of it; of theirs, what was answered. Blank is nothing yet."`
	AckDocument *string         `json:"ack_document"`
	AckAt       *string         `json:"ack_at"`
	Answers     *string         `json:"answers" doc:"Id of the document that it answers."`
	At          *string         `json:"at" nullable:"false" doc:"When it came or was made."`
	Delivery    string          `json:"delivery" enum:",prepared,sending,sent,unknown" doc:"Of ours: how far it is on its way to the outbox. Blank: there was none."`
	File        string          `json:"file" doc:"What it is called there."`
	PurgedAt    *string         `json:"purged_at" doc:"When its text was emptied, as the settings say."`
	Waiting     []EdiWaiting    `json:"waiting" doc:"What it waits for."`
}

// EdiWaiting is who waits for what, and since when.
type EdiWaiting struct {
	exchange.Waiting

	Document string  `json:"document"`
	Since    *string `json:"since" nullable:"false"`
	Due      *string `json:"due"`
}

// EdiDetail is a document with what belongs to it.
type EdiDetail struct {
	Document   EdiDocument   `json:"document"`
	Chain      []EdiDocument `json:"chain" doc:"The documents of its order, oldest first, with what they wait for."`
	Text       string        `json:"text" doc:"As it came or went, in its envelopes."`
	Deliveries []EdiDelivery `json:"deliveries"`
	CanAnswer  []string      `json:"can_answer" doc:"The answers that can be made to it."`
	CanPlan    string        `json:"can_plan" enum:",counts,payments" doc:"What can be planned of it: counts of stock, or what is paid of orders."`
	Payments   []EdiPayment  `json:"payments" doc:"What partners said to have paid of the documents of its chain."`
}

// EdiPayment is what a partner said to have paid of one document.
type EdiPayment struct {
	Document string `json:"document" doc:"Id of the document that says so."`
	Payment  string `json:"payment" doc:"Number of the payment."`
	Number   string `json:"number" doc:"Of what is paid: an invoice, or an order."`
	Date     string `json:"date"`
	Currency string `json:"currency"`
	Amount   string `json:"amount" doc:"Of the document, as the partner states it."`
	Paid     string `json:"paid"`
	Discount string `json:"discount"`
	Adjusted string `json:"adjusted" doc:"Added or, below nothing, taken off."`
	Why      string `json:"why" doc:"Why it was, in words."`
}

// EdiDelivery is a document on its way into a folder.
type EdiDelivery struct {
	Folder    string         `json:"folder"`
	Name      string         `json:"name"`
	State     string         `json:"state" enum:"prepared,sending,sent,unknown"`
	Problem   *fault.Problem `json:"problem"`
	CreatedAt *string        `json:"created_at" nullable:"false"`
	SettledAt *string        `json:"settled_at"`
}

// EdiPartner is one id by which somebody exchanges EDI with us.
type EdiPartner struct {
	ID      string         `json:"id"`
	ETag    string         `json:"etag"`
	Channel string         `json:"channel"`
	Syntax  string         `json:"syntax" enum:"x12,edifact"`
	Kind    string         `json:"kind" doc:"Qualifier of their id."`
	Code    string         `json:"code"`
	OurKind string         `json:"our_kind"`
	OurCode string         `json:"our_code"`
	Outbox  string         `json:"outbox" doc:"The folder that files to them are put into; blank is the workspace's."`
	Next    int64          `json:"next" doc:"The next control number to them."`
	Wants   exchange.Wants `json:"wants"`
}

// EdiPartnerChange holds what is to change; what is left out stays.
type EdiPartnerChange struct {
	Outbox *string         `json:"outbox,omitempty"`
	Wants  *exchange.Wants `json:"wants,omitempty"`
}

// EdiAnswerDraft asks for an answer to an order. Lines that it does not name are left out; without any, what is left to be
// said of each counts.
type EdiAnswerDraft struct {
	Kind     string             `json:"kind" enum:"855,856,810,ORDRSP,DESADV,INVOIC"`
	Number   string             `json:"number" doc:"Of your order, shipment or invoice."`
	Ships    string             `json:"ships,omitempty" doc:"When the goods leave, as 2026-12-31; today where blank."`
	Expected string             `json:"expected,omitempty" doc:"When they arrive."`
	Carrier  string             `json:"carrier,omitempty" doc:"SCAC."`
	Tracking string             `json:"tracking,omitempty"`
	TaxRate  string             `json:"tax_rate,omitempty" doc:"Percent of VAT of an INVOIC."`
	SSCC     []string           `json:"sscc,omitempty" doc:"The labels of the boxes."`
	Shipment string             `json:"shipment,omitempty" doc:"Of a ship notice: id of the order's shipment that it tells; lines, carrier, number and day come from there where they are not stated."`
	Lines    []exchange.AskLine `json:"lines,omitempty"`
	Keep     bool               `json:"keep,omitempty" doc:"Without it nothing is kept: the answer shows what would be made."`
}

// EdiAnswer is an answer that was made, or would be.
type EdiAnswer struct {
	Document *EdiDocument        `json:"document" doc:"Null unless it was kept."`
	Text     string              `json:"text"`
	Lines    []exchange.Progress `json:"lines" doc:"The order's lines as they stand before it."`
	Look     EdiLook             `json:"look"`
}

type ediDocumentList struct {
	Documents []EdiDocument `json:"documents"`
	Next      *string       `json:"next"`
}

type ediPartnerList struct {
	Partners []EdiPartner `json:"partners"`
}

type ediProgress struct {
	Lines     []exchange.Progress `json:"lines"`
	Shipments []EdiShipment       `json:"shipments" doc:"Of a ship notice: the order's shipments here."`
}

// EdiShipment is a shipment of the order that a ship notice may tell.
type EdiShipment struct {
	ID        string  `json:"id"`
	Carrier   string  `json:"carrier"`
	Tracking  string  `json:"tracking"`
	ShippedAt *string `json:"shipped_at"`
	Packages  int     `json:"packages"`
	Told      string  `json:"told" doc:"Number of the ship notice that told it; blank for none."`
}

func (s *server) registerEDIDocuments(spec huma.API) {
	const tag, path = "EDI", "/api/v1/edi/documents"
	get(spec, path, about{"list-edi-documents", "Documents exchanged with trading partners, newest first", tag, "edi:read"}, s.ediDocuments)
	get(spec, path+"/{id}", about{"get-edi-document", "A document with its chain and text", tag, "edi:read"}, s.ediDocument)
	get(spec, path+"/{id}/answers", about{"prepare-edi-answer", "How far an order's lines are, and what an answer would say", tag, "edi:read"}, s.prepareEDI)
	post(spec, path+"/{id}/answers", http.StatusOK, about{"answer-edi-order", "Make an answer to an order, or show what would be made", tag, "edi:write"}, s.answerEDI)
	post(spec, path+"/{id}/plan", http.StatusCreated, about{"plan-edi-document", "Plan what a stock report counts, or what a payment pays, as an import", tag, "imports:write"}, s.planEDI)
	post(spec, path+"/{id}/send", http.StatusOK, about{"send-edi-document", "Put a document into the outbox, again too", tag, "edi:write"}, s.sendEDI)
	get(spec, "/api/v1/edi/partners", about{"list-edi-partners", "Trading partners by their ids", tag, "edi:read"}, s.ediPartners)
	patch(spec, "/api/v1/edi/partners/{id}", about{"change-edi-partner", "Change a partner's outbox, and what they expect", tag, "edi:write"}, s.changeEDIPartner)
	get(spec, "/api/view/edi/documents/{id}", about{"view-edi-document", "A document in words, segment by segment", tag, "edi:read"}, s.lookAtDocument)
}

func ediDocumentOf(d exchange.Document) EdiDocument {
	return EdiDocument{ID: idText(d.ID), Direction: string(d.Direction), Channel: d.Channel, Partner: idText(d.PartnerID), Syntax: string(d.Syntax), Type: d.Type, Label: d.Label,
		Interchange: d.Interchange, Group: d.GroupControl, Control: d.Control, Version: d.Version, Test: d.Test, Number: d.Number, OrderNumber: d.OrderNumber,
		Order: optionalID(d.OrderID), Date: d.Date, Words: d.Words, Status: string(d.Status), Problems: list(d.Problems), Ack: string(d.Ack), AckDocument: optionalID(d.AckID),
		AckAt: when(d.AckAt), Answers: optionalID(d.AnswersID), At: when(d.At), Delivery: d.Delivery, File: d.File, PurgedAt: when(d.PurgedAt), Waiting: []EdiWaiting{}}
}

func (s *server) ediDocuments(ctx context.Context, in *struct {
	Paged
	Show      string `query:"show" enum:"orders,waiting,refused,unmatched,unacknowledged" doc:"Orders; what waits for you; what was refused or waits; acknowledgements of nothing that was sent; what no partner acknowledged yet."`
	Direction string `query:"direction" enum:"in,out"`
	Type      string `query:"type" doc:"850, ORDERS, ..."`
	Number    string `query:"number" doc:"Of the document, or of the order it is about."`
	Channel   string `query:"channel" doc:"Id of the partner's channel."`
	Order     string `query:"order" doc:"Id of an order."`
}) (*reply[ediDocumentList], error) {
	f := exchange.Filter{Direction: exchange.Direction(in.Direction), Type: in.Type, Number: in.Number, Show: in.Show, Limit: in.Limit}
	var err error
	if f.Before, err = in.before(); err != nil {
		return nil, err
	}
	for text, into := range map[string]*int64{in.Channel: &f.ChannelID, in.Order: &f.OrderID} {
		if text != "" {
			if *into, err = parseID(text); err != nil {
				return nil, err
			}
		}
	}
	all, err := s.Store.EDIDocuments(ctx, f)
	if err != nil {
		return nil, err
	}
	body := ediDocumentList{Documents: []EdiDocument{}}
	waits := s.waits()
	for _, d := range all {
		one := ediDocumentOf(d)
		if one.Waiting, err = waits.of(ctx, d); err != nil {
			return nil, err
		}
		body.Documents = append(body.Documents, one)
		body.Next = nextID(len(all) == in.Limit, d.ID)
	}
	return ok(body, nil)
}

// ediWaits works out what documents wait for; each partner and chain is read once.
type ediWaits struct {
	s        *server
	partners map[int64]exchange.Partner
	chains   map[string][]EdiWaiting
}

func (s *server) waits() *ediWaits {
	return &ediWaits{s, map[int64]exchange.Partner{}, map[string][]EdiWaiting{}}
}

// of says what one document waits for.
func (w *ediWaits) of(ctx context.Context, d exchange.Document) ([]EdiWaiting, error) {
	key := idText(d.ChannelID) + " " + d.OrderNumber
	all, known := w.chains[key]
	if !known || d.OrderNumber == "" {
		chain, err := w.s.Store.DocumentsAround(ctx, d)
		if err != nil {
			return nil, err
		}
		if all, err = w.among(ctx, d, chain); err != nil {
			return nil, err
		}
		w.chains[key] = all
	}
	mine := []EdiWaiting{}
	for _, one := range all {
		if one.Document == idText(d.ID) {
			mine = append(mine, one)
		}
	}
	return mine, nil
}

// among says what a document's chain waits for.
func (w *ediWaits) among(ctx context.Context, d exchange.Document, chain []exchange.Document) ([]EdiWaiting, error) {
	partner, known := w.partners[d.PartnerID]
	var err error
	if !known {
		if partner, err = w.s.Store.PartnerByID(ctx, d.PartnerID); err != nil {
			return nil, err
		}
		w.partners[d.PartnerID] = partner
	}
	clock := exchange.Clock{}
	for _, one := range chain {
		if one.OrderID != 0 && clock == (exchange.Clock{}) {
			if clock, err = w.s.Store.OrderClock(ctx, one.OrderID); err != nil {
				return nil, err
			}
		}
	}
	all := []EdiWaiting{}
	for _, one := range exchange.WaitingOf(chain, partner.Wants, clock, w.s.Store.Now()) {
		all = append(all, EdiWaiting{Waiting: one, Document: idText(one.DocumentID), Since: when(one.Since), Due: when(one.Due)})
	}
	return all, nil
}

func (s *server) ediDocument(ctx context.Context, in *ByID) (*reply[EdiDetail], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.EDIDocument(ctx, id)
	if err != nil {
		return nil, err
	}
	body := EdiDetail{Document: ediDocumentOf(d), Chain: []EdiDocument{}, Deliveries: []EdiDelivery{}, CanAnswer: []string{}, CanPlan: canPlan(d), Payments: []EdiPayment{}}
	if body.Text, err = s.Store.EDIText(ctx, id); err != nil && d.PurgedAt == 0 {
		return nil, err
	}
	chain, err := s.Store.DocumentsAround(ctx, d)
	if err != nil {
		return nil, err
	}
	waiting, err := s.waits().among(ctx, d, chain)
	if err != nil {
		return nil, err
	}
	for _, one := range chain {
		shown := ediDocumentOf(one)
		for _, w := range waiting {
			if w.Document == shown.ID {
				shown.Waiting = append(shown.Waiting, w)
			}
		}
		if one.ID == id {
			body.Document = shown
		}
		body.Chain = append(body.Chain, shown)
	}
	if d.Direction == exchange.In && exchange.IsOrder(d.Type) && d.Status == exchange.Taken && d.PurgedAt == 0 {
		body.CanAnswer = exchange.Kinds(d.Syntax)
	}
	payments, err := s.EDI.Payments(ctx, chain)
	if err != nil {
		return nil, err
	}
	for _, p := range payments {
		body.Payments = append(body.Payments, EdiPayment{idText(p.DocumentID), p.Payment, p.Number, p.Date, p.Currency, p.Amount, p.Paid, p.Discount, p.Adjusted, p.Why})
	}
	deliveries, err := s.Store.EDIDeliveries(ctx, id)
	for _, y := range deliveries {
		body.Deliveries = append(body.Deliveries, EdiDelivery{y.Folder, y.Name, y.State, y.Problem, when(y.CreatedAt), when(y.SettledAt)})
	}
	return ok(body, err)
}

// canPlan says what can be planned of a document.
func canPlan(d exchange.Document) string {
	switch {
	case d.Direction != exchange.In || d.Status != exchange.Taken || d.PurgedAt != 0:
		return ""
	case d.Type == "846" || d.Type == "INVRPT":
		return "counts"
	case exchange.IsPayment(d.Type):
		return "payments"
	}
	return ""
}

func (s *server) planEDI(ctx context.Context, in *struct {
	ByID
	Waiting
}) (*reply[Import], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	table, err := s.EDI.AsTable(ctx, id)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(table.Rows); err != nil {
		return nil, fmt.Errorf("writing file of document: %w", err)
	}
	file, _, err := s.Imports.Receive(ctx, table.Name, &text)
	if err != nil {
		return nil, err
	}
	i, done, err := s.Imports.Start(ctx, tabular.Request{FileID: file.ID, FileName: table.Name, Format: table.Format, Channel: table.Channel, Mode: table.Mode})
	if err != nil {
		return nil, err
	}
	return s.after(ctx, i, done, in.Wait)
}

func (s *server) lookAtDocument(ctx context.Context, in *ByID) (*reply[EdiLook], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	text, err := s.Store.EDIText(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(lookAtEDI(strings.NewReader(text)))
}

func (s *server) prepareEDI(ctx context.Context, in *struct {
	ByID
	Kind string `query:"kind" required:"true" enum:"855,856,810,ORDRSP,DESADV,INVOIC"`
}) (*reply[ediProgress], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	lines, err := s.EDI.Prepare(ctx, id, in.Kind)
	body := ediProgress{list(lines), []EdiShipment{}}
	if err != nil || in.Kind != "856" && in.Kind != "DESADV" {
		return ok(body, err)
	}
	shipments, err := s.EDI.Shipments(ctx, id)
	for _, one := range shipments {
		body.Shipments = append(body.Shipments, EdiShipment{idText(one.ID), one.Carrier, one.Tracking, when(one.ShippedAt), len(one.Boxes), one.Told})
	}
	return ok(body, err)
}

func (s *server) answerEDI(ctx context.Context, in *struct {
	ByID
	Body EdiAnswerDraft
}) (*reply[EdiAnswer], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	for _, day := range []string{b.Ships, b.Expected} {
		if _, err := time.Parse("2006-01-02", day); day != "" && err != nil {
			return nil, fault.New(fault.Invalid, "“"+day+"” is no date.", "Write it as 2026-12-31.").InField("ships")
		}
	}
	shipment := int64(0)
	if b.Shipment != "" {
		if shipment, err = parseID(b.Shipment); err != nil {
			return nil, err
		}
	}
	made, err := s.EDI.Answer(ctx, id, exchange.Ask{Shipment: shipment, Kind: b.Kind, Number: b.Number, Ships: b.Ships, Expected: b.Expected, Carrier: b.Carrier, Tracking: b.Tracking, TaxRate: b.TaxRate,
		SSCC: b.SSCC, Lines: b.Lines}, b.Keep)
	if err != nil {
		return nil, err
	}
	body := EdiAnswer{Text: made.Text, Lines: list(made.Lines)}
	if b.Keep {
		kept := ediDocumentOf(made.Document)
		body.Document = &kept
	}
	body.Look, err = lookAtEDI(strings.NewReader(made.Text))
	return ok(body, err)
}

func (s *server) sendEDI(ctx context.Context, in *ByID) (*reply[EdiDocument], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.EDI.Send(ctx, id)
	return ok(ediDocumentOf(d), err)
}

func ediPartnerOf(p exchange.Partner) EdiPartner {
	return EdiPartner{ID: idText(p.ID), ETag: idText(p.Seq), Channel: p.Channel, Syntax: string(p.Syntax), Kind: p.Kind, Code: p.Code, OurKind: p.OurKind, OurCode: p.OurCode,
		Outbox: p.Outbox, Next: p.Next, Wants: p.Wants}
}

func (s *server) ediPartners(ctx context.Context, _ *none) (*reply[ediPartnerList], error) {
	all, err := s.Store.Partners(ctx)
	body := ediPartnerList{Partners: []EdiPartner{}}
	for _, p := range all {
		body.Partners = append(body.Partners, ediPartnerOf(p))
	}
	return ok(body, err)
}

func (s *server) changeEDIPartner(ctx context.Context, in *struct {
	Versioned
	Body EdiPartnerChange
}) (*reply[EdiPartner], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	p, err := s.Store.PartnerByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if in.Body.Outbox != nil {
		if p.Outbox, err = outboxFolder(ctx, *in.Body.Outbox); err != nil {
			return nil, err
		}
	}
	if in.Body.Wants != nil {
		p.Wants = *in.Body.Wants
	}
	if err := s.Store.RevisePartner(ctx, p, seq); err != nil {
		return nil, err
	}
	if err := s.EDI.Settle(ctx); err != nil { // what waited for the folder
		p, _ = s.Store.PartnerByID(ctx, id)
		return ok(ediPartnerOf(p), nil)
	}
	p, err = s.Store.PartnerByID(ctx, id)
	return ok(ediPartnerOf(p), err)
}

// outboxFolder checks a folder that files are to be put into; "" is none.
func outboxFolder(ctx context.Context, folder string) (string, error) {
	if folder = strings.TrimSpace(folder); folder == "" {
		return "", nil
	}
	return exchange.CheckOutbox(ctx, folder)
}
