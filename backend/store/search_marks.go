package store

import (
	"context"
	"slices"
	"strings"

	"tradepost/backend/order"
)

// A name in a channel to ship: the word index would give every order with the name, and the database throw most of them
// away. So an order's document also carries a mark for its channel and for each of its states: one letter of Unicode's
// private use, which nobody types (partsOf drops it), and which is too short for the index of beginnings.
const (
	stateMarks   = '\uE000'
	channelMarks = '\uE100'
	lastMark     = '\uF8FF'
)

// markedColumns are those whose values have marks, each a block of 16 in the order of statusColumns' values. The order of
// both is part of the search file's layout.
var markedColumns = []string{"o.stage", "o.financial_status", "o.fulfillment_status"}

// heldMark is that of orders that are held.
const heldMark = stateMarks + 0xF0

// stateMark is the mark of a value of the nth marked column; 0 when it has none.
func stateMark(column int, value string) rune {
	at := slices.Index(statusColumns[markedColumns[column]], value)
	if at < 0 {
		return 0
	}
	return stateMarks + rune(column<<4|at) //nolint:gosec // a handful of columns and values
}

// channelMark is the mark of a channel; 0 for those beyond the first few thousand.
func channelMark(id int64) rune {
	if id < 0 || id > int64(lastMark-channelMarks) {
		return 0
	}
	return channelMarks + rune(id)
}

// marks are those of an order, as words of its document.
func marks(channelID int64, held bool, states ...string) string {
	text := strings.Builder{}
	put := func(mark rune) {
		if mark != 0 {
			text.WriteRune('\n')
			text.WriteRune(mark)
		}
	}
	put(channelMark(channelID))
	for column, value := range states {
		put(stateMark(column, value))
	}
	if held {
		put(heldMark)
	}
	return text.String()
}

// narrowed adds what the filter asks for beside words to a query of the word index, as far as marks tell it. What the index
// gives is checked against the database in any case; but while it is behind, marks may be those of yesterday, and an order
// must not be missed for that: then they are not asked for.
func (s *Store) narrowed(ctx context.Context, match string, filter order.Filter) (string, error) {
	if match == "" || filter.Channel == "" && filter.Status == "" {
		return match, nil
	}
	asked, err := s.askedMarks(ctx, filter)
	if err != nil || len(asked) == 0 {
		return match, err
	}
	behind, err := s.SearchBehind(ctx)
	if err != nil || behind > 0 {
		return match, err
	}
	for _, list := range asked {
		match += " AND (" + strings.Join(list, " OR ") + ")"
	}
	return match, nil
}

// askedMarks lists the marks that an order must have, one of each list. A list that would hold a value without a mark is
// left out.
func (s *Store) askedMarks(ctx context.Context, filter order.Filter) (all [][]string, err error) {
	ask := func(marks []rune) {
		if len(marks) == 0 || slices.Contains(marks, 0) {
			return
		}
		var list []string
		for _, mark := range marks {
			list = append(list, `"`+string(mark)+`"`)
		}
		all = append(all, list)
	}
	if filter.Channel != "" {
		ids, err := s.channelIDs(ctx, filter.Channel)
		if err != nil {
			return nil, err
		}
		var marks []rune
		for _, id := range ids {
			marks = append(marks, channelMark(id))
		}
		ask(marks)
	}
	statuses, err := filter.StatusList()
	if err != nil {
		return nil, err
	}
	for column, name := range markedColumns {
		var marks []rune
		for _, status := range statuses {
			if slices.Contains(statusColumns[name], status) {
				marks = append(marks, stateMark(column, status))
			}
		}
		ask(marks)
	}
	if slices.Contains(statuses, "late") {
		ask([]rune{stateMark(0, "to_ship")})
	}
	if slices.Contains(statuses, "held") {
		ask([]rune{heldMark})
	}
	return all, nil
}
