package format

import (
	"maps"

	"tradepost/backend/order"
)

// stateWords are the words of the states of an order, by the field they set.
var stateWords = map[string][]string{
	"financial": {string(order.Pending), string(order.Authorized), string(order.PartiallyPaid), string(order.Paid),
		string(order.PartiallyRefunded), string(order.Refunded), string(order.Voided)},
	"fulfillment":      {string(order.Unfulfilled), string(order.Partial), string(order.Fulfilled), string(order.Restocked)},
	"line.fulfillment": {string(order.Unfulfilled), string(order.Partial), string(order.Fulfilled), string(order.Restocked)},
}

// statesOf is what the words of a column set: what the format says, and for a column that fills one state the words of
// that state itself, in every language known here.
func (s *spec) statesOf(c column, t *target) map[string]map[string]string {
	states := normalStates(s.States[c.Names[0]])
	if t.sets == "" {
		return states
	}
	all := map[string]map[string]string{}
	for _, word := range stateWords[t.sets] {
		all[normal(word)] = map[string]string{t.sets: word}
	}
	for word, meaning := range synonyms().states(t.sets) {
		all[word] = map[string]string{t.sets: meaning}
	}
	maps.Copy(all, states)
	return all
}
