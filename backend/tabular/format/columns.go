package format

import (
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

// cell is what the present row states in a column, with what stands in the columns that follow it.
func (b *builder) cell(bind *binding) string {
	cell := b.row.Cells[bind.column]
	if len(bind.with) == 0 {
		return cell
	}
	parts := make([]string, 0, 1+len(bind.with))
	for _, i := range slices.Concat([]int{bind.column}, bind.with) {
		if part := value.Text(at(b.row.Cells, i)); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// adds tells whether what a column states is added to what is there already.
func (bind *binding) adds() bool {
	return bind.join == joinSum || bind.join == joinEach || bind.join == joinNames
}

// fillText takes a text over, or the column's name where its amount is not zero.
func (b *builder) fillText(bind *binding, cell string) {
	into := bind.target.text(&b.draft)
	if bind.join != joinNames {
		*into = b.less(bind, b.text(cell))
		return
	}
	n, err := value.Money(cell, b.styles[bind.column], 2)
	if name := b.name(bind.column); err == nil && n.Value.Sign() != 0 && !slices.Contains(strings.Split(*into, nameMark), name) {
		*into = strings.TrimPrefix(*into+nameMark+name, nameMark)
	}
}

// nameMark stands between the names of several columns.
const nameMark = " + "

// zoned is how dates of a column are read: a zone named beside them counts.
func (b *builder) zoned(bind *binding) value.DateOptions {
	name := value.Text(at(b.row.Cells, bind.zone))
	if name == "" {
		return b.dates
	}
	opt := b.dates
	if zone, ok := value.ZoneNamed(name); ok {
		opt.Zone, opt.ZoneSource = zone, commerce.ZoneFromFile
	} else if opt.Zone != nil {
		b.warn(Problem{Row: b.row.Number, Column: b.name(bind.zone), Code: CodeZone, Found: short(name),
			Expected: "a time zone known here", Message: "The time zone is not known; the times are read in " + opt.Zone.String() + ".",
			Remedy: "Check the times, or write the zone as Europe/Berlin."})
	}
	return opt
}

func namesZone(cell []byte) bool {
	_, ok := value.ZoneNamed(value.Text(string(cell)))
	return ok
}

// tookBack leaves out, with a warning, the present row's line when its quantity is 0 and the format writes so what was
// taken back.
func (b *builder) tookBack() bool {
	if !b.plan.spec.ZeroLines {
		return false
	}
	i := slices.IndexFunc(b.lines, func(bind binding) bool { return bind.target.kind == kindQuantity })
	if i < 0 {
		return false
	}
	if n, err := value.WholeOrZero(b.cell(&b.lines[i])); err != nil || n == "" || n.Sign() != 0 {
		return false
	}
	b.warn(Problem{Row: b.row.Number, Column: b.name(b.lines[i].column), Code: CodeLineLeftOut, Found: "0", Expected: "items to deliver",
		Message: "No pieces of the item are left; the line is left out.", Remedy: "Nothing needs to be done."})
	return true
}

// repeats tells, with a warning, that the present row repeats an earlier one of its order and the format has each once.
func (b *builder) repeats(i int) bool {
	if !b.plan.spec.Once || i == 0 {
		return false
	}
	for _, row := range b.record.Rows[:i] {
		if !slices.Equal(row.Cells, b.row.Cells) {
			continue
		}
		p := Problem{Row: b.row.Number, Code: CodeRowRepeated, Found: "the same row again", Expected: "each row once"}
		p.Message, p.Remedy = "The row repeats an earlier one of the order; it counts once.", "Nothing needs to be done."
		b.warn(p)
		return true
	}
	return false
}

// words is the set of normalised words, nil for none.
func words(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	set := make(map[string]bool, len(list))
	for _, word := range list {
		set[normal(word)] = true
	}
	return set
}
