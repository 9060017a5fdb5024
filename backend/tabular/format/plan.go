package format

import (
	"slices"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/value"
)

// plan is a format laid over the columns of one file: which column fills what.
type plan struct {
	spec    *spec
	columns []string
	order   []binding // columns that fill fields of the order
	lines   []binding // columns that fill fields of a line
	slots   map[*target]int

	key, part, beside, identity, apart, quantity, count int // columns, -1 when the file has none
	head                                                int
	instead                                             []instead
	computed                                            []computed // behind the file's columns

	groups    [][]binding // lines in numbered groups of columns
	groupWhen [][]int     // by group: the columns one of which must be filled
	packs     []pack
	reversal  reversalAt

	currencies []int
	described  []int
	lineWhen   []int
	required   []int
	implied    []impliedAt
}

// binding is one column and one field it fills.
type binding struct {
	column int
	slot   int // shared by the bindings that fill one field of the order; states fill several fields and share none
	target *target
	join   string
	on     string
	single bool
	minus  bool
	with   []int                        // columns whose text follows
	zone   int                          // the column that names the zone, -1 when there is none
	less   []int                        // columns whose values are taken off
	states map[string]map[string]string // by normalised word

	pricedIn commerce.Currency // the currency that the column's name names
}

type impliedAt struct {
	column int
	is     map[string]bool // by normalised word; nil: any
	set    map[string]string
}

// newPlan binds by name. Of two columns with the same name the first counts.
func newPlan(s *spec, columns []string) *plan {
	at := headerIndex(columns)
	find := func(name string) int {
		for _, alias := range s.aliases(name) {
			if i, ok := at[normal(alias)]; ok {
				return i
			}
		}
		return -1
	}
	p := &plan{spec: s, columns: columns, slots: map[*target]int{}, quantity: -1, head: find(s.Heads.Column)}
	for _, e := range s.Key.Else {
		p.instead = append(p.instead, instead{find(e.Column), e.Prefix})
	}
	p.bindConstants(false)
	p.key, p.part, p.beside = find(s.Key.Column), find(s.Key.Part), find(s.Key.Beside)
	p.identity, p.apart, p.count = find(s.LineIdentity), find(s.LineApart), find(s.LineCount)
	p.described = present(s.DescriptionRow, find)
	p.lineWhen, p.required = present(s.LineWhen, find), present(s.Required, find)
	for _, c := range s.Columns {
		if i := find(c.Names[0]); i >= 0 && !numbered(c.Names[0]) {
			p.bind(p.compute(i, c), c, find)
		}
		p.bindPriced(c)
	}
	p.bindConstants(true)
	for _, rule := range s.Implied {
		if i := find(rule.When); i >= 0 {
			p.implied = append(p.implied, impliedAt{i, words(rule.Is), rule.Set})
		}
	}
	p.reversal = s.Reversal.at(find)
	p.group(at)
	p.unpack(at)
	return p
}

func headerIndex(columns []string) map[string]int {
	at := make(map[string]int, len(columns))
	put := func(name string, i int) {
		n := normal(name)
		if _, taken := at[n]; n != "" && !taken {
			at[n] = i
		}
	}
	for i, name := range columns {
		put(name, i)
	}
	if len(at) == len(columns) {
		return at
	}
	for i, label := range labels(columns) { // of a name that comes again, the second
		put(label, i)
	}
	return at
}

func present(names []string, find func(string) int) []int {
	var found []int
	for _, name := range names {
		if i := find(name); i >= 0 {
			found = append(found, i)
		}
	}
	return found
}

func (p *plan) bind(i int, c column, find func(string) int) {
	for _, to := range c.To {
		t := p.spec.targets()[to]
		b := binding{column: i, target: t, join: c.Join, on: c.On, single: c.Single, minus: c.Minus, zone: find(c.Zone),
			with: present(c.With, find), less: present(c.Without, find), states: p.spec.statesOf(c, t)}
		switch {
		case t.kind == kindCurrency:
			p.currencies = append(p.currencies, i)
		case t.line:
			p.lines = append(p.lines, b)
		default:
			b.slot = p.slot(t)
			p.order = append(p.order, b)
		}
		if to == "line.quantity" {
			p.quantity = i
		}
	}
}

func (p *plan) slot(t *target) int {
	if t.kind == kindState {
		return len(p.order)
	}
	if _, ok := p.slots[t]; !ok {
		p.slots[t] = len(p.order)
	}
	return p.slots[t]
}

func normalStates(states map[string]map[string]string) map[string]map[string]string {
	out := make(map[string]map[string]string, len(states))
	for word, set := range states {
		out[normal(word)] = set
	}
	return out
}

// all gives the bindings of order and lines together.
func (p *plan) all() []binding {
	return slices.Concat(p.order, p.lines, slices.Concat(p.groups...))
}

// unknown lists the columns the format does not know; of a name that comes twice, the second.
func (p *plan) unknown() []string {
	known, at := p.spec.names(), headerIndex(p.columns)
	out := []string{}
	for i, name := range p.columns {
		if n := normal(name); (!known[n] && !p.spec.knowsNumbered(n) || at[n] != i) && !p.isPriced(i) {
			out = append(out, name)
		}
	}
	return out
}

// carriesLine tells whether a row is a line of its order.
func (p *plan) carriesLine(cell func(int) []byte) bool {
	for _, i := range p.lineWhen {
		if !value.BlankBytes(cell(i)) {
			return true
		}
	}
	return false
}

// standsAlone tells whether a row without a key is no continuation of the row before it: it carries a line, or rows of
// this format never go on.
func (p *plan) standsAlone(cell func(int) []byte, width int) bool {
	return len(p.spec.LineWhen) == 0 || width == 0 || p.carriesLine(cell)
}

func (p *plan) rowCarriesLine(cells []string) bool {
	for _, i := range p.lineWhen {
		if !value.Blank(at(cells, i)) {
			return true
		}
	}
	return false
}

// at is a cell, "" where the row is too short.
func at(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}
