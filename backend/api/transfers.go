package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/journal"
)

type transferStore interface {
	Transfers(ctx context.Context, before int64, limit int) ([]inventory.Transfer, error)
	Transfer(ctx context.Context, id int64) (inventory.Transfer, error)
	SaveTransfer(ctx context.Context, id int64, from, to, note string, lines []inventory.TransferDraftLine, version int64) (inventory.Transfer, error)
	SendTransfer(ctx context.Context, id int64, anyway bool, version int64) (journal.Run, error)
	ReceiveTransfer(ctx context.Context, id int64, arrivals []inventory.Arrival, version int64) (journal.Run, error)
	CancelTransfer(ctx context.Context, id, version int64) (journal.Run, error)
	PlanTransferUndo(ctx context.Context, of journal.Run) (lines int, err error)
	UndoTransfer(ctx context.Context, of journal.Run) (journal.Run, error)
}

// Transfer is goods between two locations. While they are on their way they stand as incoming where they go to.
type Transfer struct {
	ID          string         `json:"id"`
	ETag        string         `json:"etag"`
	From        string         `json:"from"`
	To          string         `json:"to"`
	Note        string         `json:"note"`
	State       string         `json:"state" enum:"draft,sent,partly,done,cancelled"`
	CreatedAt   *string        `json:"created_at"`
	SentAt      *string        `json:"sent_at"`
	CancelledAt *string        `json:"cancelled_at"`
	Lines       []TransferLine `json:"lines" nullable:"false"`
	Moves       []TransferMove `json:"moves" nullable:"false" doc:"What happened to its goods, newest first."`
}

// TransferLine is one variant of a transfer: numbers of units.
type TransferLine struct {
	Variant   string           `json:"variant"`
	SKU       string           `json:"sku"`
	Title     string           `json:"title"`
	Quantity  commerce.Decimal `json:"quantity"`
	Sent      commerce.Decimal `json:"sent"`
	Received  commerce.Decimal `json:"received"`
	Lost      commerce.Decimal `json:"lost" doc:"Lost or broken: written off where it was to arrive."`
	Back      commerce.Decimal `json:"back"`
	InTransit commerce.Decimal `json:"in_transit"`
}

// TransferMove is one thing that happened to goods of a transfer.
type TransferMove struct {
	SKU      string           `json:"sku"`
	Kind     string           `json:"kind" enum:"sent,received,lost,back"`
	Quantity commerce.Decimal `json:"quantity"`
	Reason   *string          `json:"reason"`
	At       *string          `json:"at"`
	Run      string           `json:"run"`
	Undone   bool             `json:"undone"`
}

type transferList struct {
	Transfers []Transfer `json:"transfers"`
	Next      *string    `json:"next"`
}

// TransferStepped is a transfer after a step, and the run by which that can be taken back.
type TransferStepped struct {
	Run      string   `json:"run"`
	Transfer Transfer `json:"transfer"`
}

// TransferDraft is what is to go from where to where.
type TransferDraft struct {
	From  string              `json:"from" minLength:"1" doc:"The location's name."`
	To    string              `json:"to" minLength:"1"`
	Note  string              `json:"note,omitempty"`
	Lines []TransferDraftLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// TransferDraftLine is how much of a variant is to go.
type TransferDraftLine struct {
	Variant  string `json:"variant"`
	Quantity string `json:"quantity"`
}

// TransferArrival is what came of one line.
type TransferArrival struct {
	Variant  string `json:"variant"`
	Received string `json:"received,omitempty"`
	Lost     string `json:"lost,omitempty" doc:"Lost or broken; needs a reason."`
	Reason   string `json:"reason,omitempty"`
}

func (d TransferDraft) lines() (all []inventory.TransferDraftLine, err error) {
	for _, l := range d.Lines {
		line := inventory.TransferDraftLine{}
		if line.VariantID, err = parseID(l.Variant); err != nil {
			return nil, err
		}
		if line.Quantity, err = quantityOf(l.Quantity, "lines"); err != nil {
			return nil, err
		}
		all = append(all, line)
	}
	return all, nil
}

func (s *server) registerTransfers(spec huma.API) {
	const tag, read, write = "Stock", "stock:read", "stock:write"
	get(spec, "/api/v1/transfers", about{"list-transfers", "Transfers between locations, newest first", tag, read}, s.transfers)
	get(spec, "/api/v1/transfers/{id}", about{"get-transfer", "A transfer between locations", tag, read}, s.transfer)
	post(spec, "/api/v1/transfers", http.StatusCreated, about{"add-transfer", "Put a transfer together", tag, write}, s.addTransfer)
	patch(spec, "/api/v1/transfers/{id}", about{"change-transfer", "Put a transfer together anew, before it is sent", tag, write}, s.changeTransfer)
	post(spec, "/api/v1/transfers/{id}/send", http.StatusOK, about{"send-transfer", "Send a transfer: its goods are on their way", tag, write}, s.sendTransfer)
	post(spec, "/api/v1/transfers/{id}/receive", http.StatusOK, about{"receive-transfer", "Say what arrived of a transfer, and what is lost", tag, write}, s.receiveTransfer)
	post(spec, "/api/v1/transfers/{id}/cancel", http.StatusOK, about{"cancel-transfer", "Call a transfer off: what is on its way goes back", tag, write}, s.cancelTransfer)
}

func transferOf(t inventory.Transfer) Transfer {
	body := Transfer{ID: idText(t.ID), ETag: idText(t.Version), From: t.From, To: t.To, Note: t.Note, State: string(t.State()), CreatedAt: when(t.CreatedAt), SentAt: when(t.SentAt),
		CancelledAt: when(t.CancelledAt), Lines: []TransferLine{}, Moves: []TransferMove{}}
	skus := map[int64]string{}
	for _, l := range t.Lines {
		skus[l.ID] = inventory.Stock{SKU: l.SKU, Title: l.Title}.Name()
		body.Lines = append(body.Lines, TransferLine{idText(l.VariantID), l.SKU, l.Title, l.Quantity.Decimal(), l.Sent.Decimal(), l.Received.Decimal(), l.Lost.Decimal(),
			l.Back.Decimal(), l.InTransit().Decimal()})
	}
	for _, m := range t.Moves {
		body.Moves = append(body.Moves, TransferMove{skus[m.LineID], string(m.Kind), m.Quantity.Decimal(), optionalText(m.Reason), when(m.At), idText(m.RunID), m.Undone})
	}
	return body
}

func (s *server) transfers(ctx context.Context, in *Paged) (*reply[transferList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Transfers(ctx, before, in.Limit)
	body := transferList{Transfers: []Transfer{}}
	for _, t := range all {
		body.Transfers = append(body.Transfers, transferOf(t))
		body.Next = nextID(len(all) == in.Limit, t.ID)
	}
	return ok(body, err)
}

func (s *server) transfer(ctx context.Context, in *ByID) (*reply[Transfer], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Transfer(ctx, id)
	return ok(transferOf(t), err)
}

func (s *server) addTransfer(ctx context.Context, in *struct{ Body TransferDraft }) (*reply[Transfer], error) {
	lines, err := in.Body.lines()
	if err != nil {
		return nil, err
	}
	t, err := s.Store.SaveTransfer(ctx, 0, in.Body.From, in.Body.To, in.Body.Note, lines, -1)
	return ok(transferOf(t), err)
}

func (s *server) changeTransfer(ctx context.Context, in *struct {
	Versioned
	Body TransferDraft
}) (*reply[Transfer], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	lines, err := in.Body.lines()
	if err != nil {
		return nil, err
	}
	t, err := s.Store.SaveTransfer(ctx, id, in.Body.From, in.Body.To, in.Body.Note, lines, version)
	return ok(transferOf(t), err)
}

func (s *server) sendTransfer(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Anyway bool `json:"anyway,omitempty" doc:"Also what is kept for orders, or is not there by the ledger."`
	}
}) (*reply[TransferStepped], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	run, err := s.Store.SendTransfer(ctx, id, in.Body.Anyway, version)
	return s.stepped(ctx, id, run, err)
}

func (s *server) receiveTransfer(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Lines []TransferArrival `json:"lines,omitempty" doc:"None is all that is on its way."`
	}
}) (*reply[TransferStepped], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	var arrivals []inventory.Arrival
	for _, l := range in.Body.Lines {
		a := inventory.Arrival{Reason: l.Reason}
		if a.VariantID, err = parseID(l.Variant); err != nil {
			return nil, err
		}
		if a.Received, err = quantityOr(l.Received); err != nil {
			return nil, err
		}
		if a.Lost, err = quantityOr(l.Lost); err != nil {
			return nil, err
		}
		arrivals = append(arrivals, a)
	}
	run, err := s.Store.ReceiveTransfer(ctx, id, arrivals, version)
	return s.stepped(ctx, id, run, err)
}

// quantityOr reads a number of units; "" is none.
func quantityOr(text string) (inventory.Quantity, error) {
	if text == "" {
		return 0, nil
	}
	return quantityOf(text, "lines")
}

func (s *server) cancelTransfer(ctx context.Context, in *Versioned) (*reply[TransferStepped], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	run, err := s.Store.CancelTransfer(ctx, id, version)
	return s.stepped(ctx, id, run, err)
}

func (s *server) stepped(ctx context.Context, id int64, run journal.Run, err error) (*reply[TransferStepped], error) {
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Transfer(ctx, id)
	return ok(TransferStepped{idText(run.ID), transferOf(t)}, err)
}
