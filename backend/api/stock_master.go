package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/inventory"
	"tradepost/backend/syncing"
)

// MasterWord is what the master of a channel's stock says, and what of it is not in the ledger.
type MasterWord struct {
	Channel string            `json:"channel"`
	Master  string            `json:"master" enum:"here,channel,erp,books"`
	Levels  int               `json:"levels" doc:"Of how many levels of ours it says something."`
	Differs int               `json:"differs" doc:"How many of them the ledger does not have."`
	Held    *string           `json:"held" doc:"Why that is not counted by itself: so much at once may be a mistake. null where it is, with the next look."`
	Rows    []MasterWordLevel `json:"rows" doc:"Those that differ, the first 200."`
}

// MasterWordLevel is one level as the master of a channel's stock says it.
type MasterWordLevel struct {
	Variant  string            `json:"variant"`
	SKU      string            `json:"sku"`
	Title    string            `json:"title"`
	Location *string           `json:"location" doc:"null where a location is still to be made."`
	Shown    commerce.Decimal  `json:"shown" doc:"What the channel shows, or the books have."`
	Waits    commerce.Decimal  `json:"waits" doc:"What waits to leave for orders that the master knows, which it shows no more; of books, less what they do not know to have left, and what lies at other locations."`
	Found    commerce.Decimal  `json:"found" doc:"What lies there if the master is right."`
	OnHand   *commerce.Decimal `json:"on_hand" doc:"What the ledger says of that instant; null where it is not tracked."`
	At       *string           `json:"at"`
}

// wordRows bounds the rows that are answered.
const wordRows = 200

func (s *server) registerMasters(spec huma.API) {
	const tag, path = "Stock", "/api/v1/channels/{id}/masters-word"
	get(spec, path, about{"get-masters-word", "What the master of a channel's stock says that is not in the ledger", tag, "stock:read"}, s.mastersWord)
	post(spec, path, http.StatusCreated, about{"take-masters-word", "Count all that the master of a channel's stock says", tag, "stock:write"}, s.takeMastersWord)
}

func (s *server) mastersWord(ctx context.Context, in *ByID) (*reply[MasterWord], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	rule, err := s.Store.StockRule(ctx, inventory.OfChannel, id)
	if err != nil {
		return nil, err
	}
	w, err := s.Engine.MastersWord(ctx, id)
	return ok(masterWordOf(w, inventory.TermsOf(rule).Master), err)
}

func masterWordOf(w syncing.ChannelWord, master inventory.Master) MasterWord {
	body := MasterWord{Channel: w.Channel, Master: string(master), Levels: w.Levels, Differs: len(w.Words), Held: optionalText(w.Held), Rows: []MasterWordLevel{}}
	for _, word := range w.Words[:min(len(w.Words), wordRows)] {
		row := MasterWordLevel{Variant: idText(word.VariantID), SKU: word.SKU, Title: word.Title, Location: optionalText(word.Location), Shown: word.Shown.Decimal(),
			Waits: word.Waits.Decimal(), Found: word.Found().Decimal(), At: when(word.At)}
		if word.Tracked {
			onHand := word.OnHand.Decimal()
			row.OnHand = &onHand
		}
		body.Rows = append(body.Rows, row)
	}
	return body
}

func (s *server) takeMastersWord(ctx context.Context, in *ByID) (*reply[Run], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	run, err := s.Engine.TakeWord(ctx, id)
	return ok(runOf(run), err)
}

// followRule lets what a rule changes take effect: channels are told other numbers, and the stock of one that is its own master is looked at.
func (s *server) followRule(ctx context.Context, rule inventory.Rule) {
	if rule.Scope == inventory.OfChannel && inventory.TermsOf(rule).Master != inventory.Here {
		s.Engine.LookAtStock(ctx, rule.RecordID)
	}
	s.Engine.Replan()
}
