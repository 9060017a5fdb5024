package format

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

// computed is a column that stands behind the file's own: a cell changed by words or an expression, or a constant. What
// reads cells reads it like any other; a record's rows hold the file's own cells alone.
type computed struct {
	source    int // the column it is made of, -1 for a constant
	constant  string
	words     map[string]string
	transform *transform
}

// width counts the file's columns and those computed.
func (p *plan) width() int { return len(p.columns) + len(p.computed) }

// source is the column that a computed one is made of; the file's own columns are their own.
func (p *plan) source(column int) int {
	if i := column - len(p.columns); i >= 0 && i < len(p.computed) {
		return p.computed[i].source
	}
	return column
}

// compute gives the column to read for a mapping of column i: i itself, or one computed of it.
func (p *plan) compute(i int, c column) int {
	if c.Transform == "" && len(c.Words) == 0 {
		return i
	}
	made := computed{source: i, words: meanings(c.Words)}
	if c.Transform != "" {
		made.transform, _ = compiled(c.Transform) // check has compiled it before
	}
	p.computed = append(p.computed, made)
	return p.width() - 1
}

// meanings finds words as they are written, and without case, blanks and punctuation where that names one word only:
// "1" and "-1" stay two.
func meanings(words map[string]string) map[string]string {
	out, shared := make(map[string]string, 2*len(words)), map[string]int{}
	written := slices.Sorted(maps.Keys(words)) // so that of two alike it is always the same that counts
	for _, word := range written {
		shared[normal(word)]++
	}
	for _, word := range written {
		if n := normal(word); n != "" && shared[n] == 1 {
			out[n] = words[word]
		}
	}
	for _, word := range written {
		if exact := value.Text(word); exact != "" {
			out[exact] = words[word]
		}
	}
	return out
}

// meaning is what the mapping says a value means, the value itself when it says nothing.
func (c *computed) meaning(cell string) string {
	if len(c.words) == 0 || value.Blank(cell) {
		return cell
	}
	if meaning, ok := c.words[value.Text(cell)]; ok {
		return meaning
	}
	if meaning, ok := c.words[normal(cell)]; ok {
		return meaning
	}
	return cell
}

// bindConstants binds the fields that every record, or every line, has: of an order in front of what its columns say,
// of a line behind it, so that nothing outranks them.
func (p *plan) bindConstants(line bool) {
	fields := make([]string, 0, len(p.spec.Constants))
	for field := range p.spec.Constants {
		if p.spec.targets()[field].line == line {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	for _, field := range fields {
		p.computed = append(p.computed, computed{source: -1, constant: p.spec.Constants[field]})
		p.bind(p.width()-1, column{Names: []string{""}, To: []string{field}}, nowhere)
	}
}

// nowhere finds no column: a computed one stands for itself.
func nowhere(string) int { return -1 }

// value gives the computed cell for a row.
func (c *computed) value(p *plan, cells []string) (string, error) {
	if c.source < 0 {
		return c.constant, nil
	}
	cell := at(cells, c.source)
	if c.transform != nil {
		var err error
		if cell, err = c.transform.run(cell, p.columns, cells); err != nil {
			return "", err
		}
	}
	return c.meaning(cell), nil
}

// whole gives a row's cells with the computed ones behind them. What cannot be computed is blank.
func (p *plan) whole(cells []string) []string {
	if len(p.computed) == 0 {
		return cells
	}
	all := make([]string, p.width())
	copy(all[:len(p.columns)], cells)
	for i := range p.computed {
		all[len(p.columns)+i], _ = p.computed[i].value(p, cells)
	}
	return all
}

// cells gives access to the cells of the record the reader stands on, with the computed ones.
func (p *plan) cells(r rowReader) func(int) []byte {
	if len(p.computed) == 0 {
		return cellsOf(r)
	}
	all := p.whole(r.Cells(make([]string, 0, len(p.columns))))
	return func(i int) []byte {
		if i < 0 || i >= len(all) {
			return nil
		}
		return []byte(all[i])
	}
}

// extend puts the computed cells behind those of the record's rows; shrink takes them off again.
func (b *builder) extend() {
	if len(b.plan.computed) == 0 {
		return
	}
	b.own = b.own[:0]
	for i := range b.record.Rows {
		row := &b.record.Rows[i]
		b.own = append(b.own, row.Cells)
		all := make([]string, b.plan.width())
		copy(all[:len(b.plan.columns)], row.Cells)
		for n := range b.plan.computed {
			c := &b.plan.computed[n]
			cell, err := c.value(b.plan, row.Cells)
			if err != nil {
				b.row = row
				b.problem(c.source, CodeTransform, &value.Error{Found: short(value.Text(at(row.Cells, c.source))),
					Expected: "a value that the mapping's expression can work with", Remedy: "Correct the cell, or the expression: " + err.Error()})
			}
			all[len(b.plan.columns)+n] = cell
		}
		row.Cells = all
	}
}

func (b *builder) shrink() {
	if len(b.plan.computed) == 0 {
		return
	}
	for i, cells := range b.own {
		b.record.Rows[i].Cells = cells
	}
}

// instead is a column that stands in for a blank key.
type instead struct {
	column int
	prefix string
}

// keyOf is what holds a row together with others, "" when it states nothing of the kind.
func (p *plan) keyOf(cells []string) string {
	key := value.ID(at(cells, p.key))
	for _, other := range p.instead {
		if key != "" {
			return key
		}
		if key = value.ID(at(cells, other.column)); key != "" {
			key = other.prefix + key
		}
	}
	return key
}

// keyCell is keyOf for a row not yet made of strings.
func (p *plan) keyCell(cell func(int) []byte) []byte {
	key := cell(p.key)
	for _, other := range p.instead {
		if !value.BlankBytes(key) {
			return key
		}
		if key = cell(other.column); !value.BlankBytes(key) && other.prefix != "" {
			key = append([]byte(other.prefix), key...)
		}
	}
	return key
}

// anyCurrency ends the name of columns that there is one of for every currency: "Price *".
const anyCurrency = "*"

// bindPriced binds the columns whose names end with a currency, "Price USD" and "Price EUR [EUR]".
func (p *plan) bindPriced(c column) {
	if !strings.HasSuffix(c.Names[0], anyCurrency) {
		return
	}
	first := headerIndex(p.columns)
	for i, name := range p.columns {
		for _, pattern := range c.Names {
			currency, ok := pricedName(name, pattern)
			if !ok || first[normal(name)] != i {
				continue
			}
			at := p.compute(i, c)
			p.bind(at, c, nowhere)
			p.order[len(p.order)-1].pricedIn = currency
			break
		}
	}
}

// isPriced tells whether a column is one of those for every currency.
func (p *plan) isPriced(column int) bool {
	return slices.ContainsFunc(p.order, func(b binding) bool { return b.pricedIn != "" && p.source(b.column) == column })
}

// pricedName finds the currency that a header name ends with.
func pricedName(name, pattern string) (commerce.Currency, bool) {
	start := normal(strings.TrimSuffix(pattern, anyCurrency))
	rest, ok := strings.CutPrefix(normal(name), start)
	if !ok || len(rest) != 3 {
		return "", false
	}
	currency, err := commerce.ParseCurrency(strings.ToUpper(rest))
	return currency, cmp.Or(err) == nil
}
