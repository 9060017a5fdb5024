package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/tabular/value"
)

// joinList gathers the tags of several columns.
const joinList = "list"

// records makes the records of the rows that belong together: one order, or every record of a group of another kind.
func (b *builder) records(items []item) []Record {
	if !b.plan.spec.stated() {
		return []Record{b.orderOf(items)}
	}
	g := b.plan.divide(items)
	all := make([]Record, 0, len(g.records))
	for _, rows := range g.records {
		all = append(all, b.buildStated(g, rows))
	}
	return all
}

// orderOf makes the one record of an order's rows.
func (b *builder) orderOf(items []item) Record {
	record := b.build(items)
	b.warnNoted(&record, items)
	return record
}

// group is the rows of one group, divided.
type group struct {
	heads   []item   // no records, and stating the shared fields
	records [][]item // the row of a record and the rows that go on with it
	shared  []string // by column: what rows that leave it blank inherit
}

// divide tells the rows of a group apart. Rows in front of the first record go with it; a group of heads alone is none.
func (p *plan) divide(items []item) group {
	var g group
	var loose []item
	for _, it := range items {
		switch {
		case p.isHead(it.row.Cells):
			g.heads = append(g.heads, it)
		case it.damage != nil || len(p.lineWhen) == 0 || p.rowCarriesLine(it.row.Cells):
			g.records = append(g.records, []item{it})
		case len(g.records) > 0:
			last := &g.records[len(g.records)-1]
			*last = append(*last, it)
		default:
			loose = append(loose, it)
		}
	}
	switch {
	case len(g.records) > 0:
		g.records[0] = append(g.records[0], loose...)
	case len(loose) > 0:
		g.records = [][]item{loose}
	}
	g.shared = p.shared(items)
	return g
}

// isHead tells whether a row is no record and states what the others of its group share.
func (p *plan) isHead(cells []string) bool {
	if p.head < 0 {
		return false
	}
	word := normal(at(cells, p.head))
	return slices.ContainsFunc(p.spec.Heads.Words, func(w string) bool { return normal(w) == word })
}

// shared gives by column what the rows of a group have together: what the first row that states it says.
func (p *plan) shared(items []item) []string {
	if len(p.spec.Inherit) == 0 || len(items) < 2 || p.head >= 0 {
		return nil
	}
	all := make([]string, len(p.columns))
	for i := range p.order {
		c := p.order[i].column
		if c >= len(all) {
			c = p.source(c)
		}
		if c < 0 || all[c] != "" || !slices.Contains(p.spec.Inherit, p.order[i].target.name) {
			continue
		}
		for _, it := range items {
			if cell := at(it.row.Cells, c); !value.Blank(cell) {
				all[c] = cell
				break
			}
		}
	}
	return all
}

// buildStated makes the record of a row. What it inherits is written into its blank cells, so that the rows of a record
// say all of it by themselves; heads go in front.
func (b *builder) buildStated(g group, rows []item) Record {
	record := Record{Rows: make([]Row, 0, len(g.heads)+len(rows))}
	b.record, b.draft = &record, draft{}
	clear(b.filled)
	for _, it := range slices.Concat(g.heads, rows) {
		record.Rows = append(record.Rows, it.row)
		b.row = &record.Rows[len(record.Rows)-1]
		b.fit(it)
	}
	own := len(g.heads)
	inherit(record.Rows[own].Cells, g.shared)
	b.extend()
	b.settleCurrency()
	s := &intake.Stated{Kind: intake.Kind(b.plan.spec.Kind), Values: map[string]string{}}
	record.Stated = *s
	for i := range b.plan.order {
		b.row = &record.Rows[own]
		if own > 0 && slices.Contains(b.plan.spec.Inherit, b.plan.order[i].target.name) {
			b.row = &record.Rows[0]
		}
		b.readStated(i)
	}
	b.row = &record.Rows[own]
	b.finishStated()
	b.shrink()
	b.warnNoted(&record, slices.Concat(g.heads, rows))
	return record
}

func inherit(cells, shared []string) {
	for i, cell := range shared {
		if cell != "" && i < len(cells) && value.Blank(cells[i]) {
			cells[i] = cell
		}
	}
}

// readStated fills the field of a binding from the present row; what an earlier column stated stays.
func (b *builder) readStated(i int) {
	bind := &b.plan.order[i]
	cell := b.row.Cells[bind.column]
	f := &b.filled[bind.slot]
	if value.Blank(cell) || f.by != 0 && bind.join != joinList {
		return
	}
	s := &b.record.Stated
	if b.clears(cell) {
		b.clearStated(bind)
		*f = fill{by: i + 1, cell: cell, row: b.row.Number}
		return
	}
	if b.cellError(bind.column, cell) {
		return
	}
	text, ok := b.canonical(bind, cell)
	if !ok || text == "" {
		return
	}
	if bind.pricedIn != "" && !b.priceIn(bind) {
		return
	}
	if before := s.Values[bind.target.name]; bind.join == joinList && before != "" {
		text = strings.Join(tagList(before+","+text), ", ")
	}
	*f = fill{by: i + 1, cell: cell, row: b.row.Number}
	s.Values[bind.target.name] = text
}

// priceIn settles which of several columns, each in a currency of its own, is the record's price: the one in the
// currency that a person or a channel named, else the first that is filled.
func (b *builder) priceIn(bind *binding) bool {
	if b.opt.Currency != "" && bind.pricedIn != b.opt.Currency && b.pricedIn(b.opt.Currency, bind.target) {
		return false
	}
	if b.currency == "" {
		b.currency = bind.pricedIn
	}
	return b.currency == bind.pricedIn
}

// pricedIn tells whether the present row states a field in a currency.
func (b *builder) pricedIn(currency commerce.Currency, t *target) bool {
	return slices.ContainsFunc(b.plan.order, func(other binding) bool {
		return other.pricedIn == currency && other.target == t && !value.Blank(b.row.Cells[other.column])
	})
}

// canonical reads a cell as the one spelling of its value; false when it cannot be read.
func (b *builder) canonical(bind *binding, cell string) (string, bool) {
	switch bind.target.kind {
	case kindID:
		return b.id(cell), true
	case kindTags:
		return strings.Join(tagList(b.text(cell)), ", "), true
	case kindPrice:
		if b.priceless && bind.pricedIn == "" {
			return "", false
		}
		return b.canonicalPrice(bind, cell)
	case kindDecimal:
		return b.canonicalNumber(bind, cell)
	case kindInstant:
		return b.canonicalInstant(bind, cell)
	case kindWord:
		return b.canonicalWord(bind, cell)
	}
	return b.less(bind, b.text(cell)), true
}

func (b *builder) canonicalPrice(bind *binding, cell string) (string, bool) {
	currency := b.currency
	if bind.pricedIn != "" {
		currency = bind.pricedIn
	}
	places := currency.Exponent()
	n, err := value.Money(cell, b.styles[bind.column], places)
	if err == nil && n.Currency != "" && n.Currency != currency {
		err = &value.Error{Found: short(value.Text(cell)), Expected: "a price in " + string(currency), Remedy: "Correct the price or its currency."}
	}
	if err != nil {
		b.problem(bind.column, CodeAmount, err)
		return "", false
	}
	return string(n.Value.Padded(places)), true
}

func (b *builder) canonicalNumber(bind *binding, cell string) (string, bool) {
	n, err := value.Money(cell, b.styles[bind.column], 2)
	if err != nil || n.Currency != "" {
		b.problem(bind.column, CodeNumber, &value.Error{Found: short(value.Text(cell)), Expected: "a number such as 12 or 2.5", Remedy: "Correct the number."})
		return "", false
	}
	return string(n.Value.Padded(0)), true
}

func (b *builder) canonicalInstant(bind *binding, cell string) (string, bool) {
	stamp, warning, err := value.Date(cell, b.dates)
	if err != nil {
		b.problem(bind.column, CodeDate, err)
		return "", false
	}
	if warning != "" {
		b.warn(clockWarning(b.row.Number, b.name(bind.column), value.Text(cell), warning))
	}
	if stamp.At == 0 {
		return "", false
	}
	return stamp.At.Time().Format("2006-01-02T15:04:05.000Z"), true
}

func (b *builder) canonicalWord(bind *binding, cell string) (string, bool) {
	word, words := normal(cell), bind.target.field.Words
	for _, known := range words {
		if normal(known) == word {
			return known, true
		}
	}
	b.problem(bind.column, CodeWord, &value.Error{Found: short(value.Text(cell)), Expected: "one of " + strings.Join(words, ", "),
		Remedy: "Correct the word, or say in the mapping what it means."})
	return "", false
}

// tagList gives the tags of a text, each once, sorted.
func tagList(text string) []string {
	all := tags(text)
	slices.Sort(all)
	return slices.Compact(all)
}

// finishStated settles what only the whole record tells: its currency, its key and what it must state.
func (b *builder) finishStated() {
	s := &b.record.Stated
	t, has := b.plan.spec.targets()["currency"]
	if has && b.currency != "" && (b.plan.fills(t) && b.statesCurrency() || b.priced()) {
		s.Values["currency"] = string(b.currency)
	}
	slices.Sort(s.Clear)
	keyed, known := false, false
	for _, f := range intake.Fields(s.Kind) {
		text := s.Values[f.Name]
		switch {
		case f.Own && text != "":
			keyed, b.record.Key = true, text
		case f.Key && text != "" && !keyed:
			keyed, b.record.Key = true, text
			if !f.Personal {
				s.Name = cmp.Or(s.Label(), text)
			}
		case f.Required && text == "":
			b.missing(f)
		}
		known = known || f.Key
	}
	if known && !keyed && !b.requiresKey() {
		b.missingKey()
	}
	if s.Name == "" {
		s.Name = cmp.Or(s.Label(), fmt.Sprintf("line %d", b.row.Number))
	}
}

func (b *builder) statesCurrency() bool {
	return slices.ContainsFunc(b.plan.currencies, func(i int) bool { return !value.Blank(b.row.Cells[i]) && !b.clears(b.row.Cells[i]) })
}

func (b *builder) priced() bool {
	return slices.ContainsFunc(pricedFields, func(name string) bool { return b.record.Stated.Values[name] != "" })
}

// requiresKey tells whether a missing key was told already, as the field is required by itself.
func (b *builder) requiresKey() bool {
	return slices.ContainsFunc(intake.Fields(b.record.Stated.Kind), func(f intake.Field) bool { return f.Key && f.Required })
}

func (b *builder) missing(f intake.Field) {
	column := b.columnOf(f.Name)
	p := valueProblem(b.row.Number, b.name(column), CodeValueMissing, &value.Error{Expected: article(FieldLabel(b.plan.spec.Kind, f.Name)),
		Remedy: "Fill it in, or leave the row out."})
	if column < 0 {
		p.Message = fmt.Sprintf("No column states %s.", article(FieldLabel(b.plan.spec.Kind, f.Name)))
		p.Remedy = "Say in the mapping which column it is."
	} else if told(b.record.Problems, b.row.Number, b.name(column)) {
		return // the cell is filled and cannot be read
	}
	b.record.Problems = append(b.record.Problems, p)
}

func told(problems []Problem, row int, column string) bool {
	return slices.ContainsFunc(problems, func(p fault.Problem) bool { return p.Row == row && p.Column == column })
}

func (b *builder) missingKey() {
	var names []string
	column := -1
	for _, f := range intake.Fields(b.record.Stated.Kind) {
		if !f.Key {
			continue
		}
		names = append(names, article(FieldLabel(b.plan.spec.Kind, f.Name)))
		if column < 0 {
			column = b.columnOf(f.Name)
		}
	}
	expected := strings.Join(names, " or ")
	b.record.Problems = append(b.record.Problems, Problem{Row: b.row.Number, Column: b.name(column), Code: CodeKeyMissing, Expected: expected,
		Message: "Nothing tells what the row is about; expected " + expected + ".", Remedy: "Fill in " + expected + "."})
}

// columnOf is the first column that fills a field, -1 when none does.
func (b *builder) columnOf(field string) int {
	for i := range b.plan.order {
		if b.plan.order[i].target.name == field {
			return b.plan.order[i].column
		}
	}
	return -1
}

// fills tells whether any column fills a field.
func (p *plan) fills(t *target) bool {
	if t.kind == kindCurrency {
		return len(p.currencies) > 0
	}
	return slices.ContainsFunc(p.order, func(b binding) bool { return b.target == t })
}
