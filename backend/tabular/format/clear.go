package format

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tradepost/backend/intake"
	"tradepost/backend/tabular/value"
)

// clears tells whether a filled cell is the token that empties a field.
func (b *builder) clears(cell string) bool {
	if len(cell) < len(b.token) {
		return false
	}
	if first := cell[0]; first > ' ' && first < utf8.RuneSelf && first|' ' != b.token[0]|' ' {
		return false // what nearly every cell is told by
	}
	return strings.EqualFold(value.Text(cell), b.token)
}

// clearedAs names fields of an order as changes name them, where a format calls them otherwise.
var clearedAs = map[string]string{"placed": "placed_at", "financial": "financial_status", "fulfillment": "fulfillment_status"}

// notCleared are fields of an order that cannot be empty, or that no order keeps.
var notCleared = []string{"number", "currency", "placed", "duties", "external_id"}

// clearOrder empties a field of the order. What an earlier column or row stated stays.
func (b *builder) clearOrder(bind *binding, f *fill, by int, cell string) {
	name := bind.target.name
	switch {
	case f.by != 0:
		return
	case slices.Contains(notCleared, name) || bind.target.kind == kindState && bind.target.sets == "":
		b.cannotClear(bind, cell)
	default:
		if as, ok := clearedAs[name]; ok {
			name = as
		}
		o := &b.draft.order
		if !slices.Contains(o.Clear, name) {
			o.Clear = append(o.Clear, name)
		}
	}
	*f = fill{by: by, cell: cell, row: b.row.Number}
}

// clearStated empties a field of a record of another kind.
func (b *builder) clearStated(bind *binding) {
	f := bind.target.field
	if f.Key || f.Required {
		b.cannotClear(bind, "")
		return
	}
	s := &b.record.Stated
	if !slices.Contains(s.Clear, f.Name) {
		s.Clear = append(s.Clear, f.Name)
	}
}

func (b *builder) cannotClear(bind *binding, _ string) {
	b.record.Problems = append(b.record.Problems, Problem{Row: b.row.Number, Column: b.name(bind.column), Code: CodeClear, Found: intake.ClearToken,
		Expected: article(FieldLabel(b.plan.spec.Kind, bind.target.name)), Message: "This value cannot be emptied from a file.",
		Remedy: "Leave the cell blank to keep what is known."})
}
