package format

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/tabular/value"
)

// number stands in a column's name for 1, 2, 3 and so on.
const number = "{n}"

func numbered(name string) bool { return strings.Contains(name, number) }

func nth(name string, n int) string { return strings.ReplaceAll(name, number, strconv.Itoa(n)) }

// firstOf are the names with 1 in place of the number.
func firstOf(names []string) []string {
	if !slices.ContainsFunc(names, numbered) {
		return names
	}
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = nth(name, 1)
	}
	return all
}

// knowsNumbered tells whether a normalised header name is one of the format's numbered columns.
func (s *spec) knowsNumbered(name string) bool {
	return slices.ContainsFunc(s.numberedNames(), func(pattern string) bool {
		before, after, _ := strings.Cut(pattern, number)
		digits, ok := strings.CutPrefix(name, normal(before))
		if ok {
			digits, ok = strings.CutSuffix(digits, normal(after))
		}
		n, err := strconv.Atoi(digits)
		return ok && err == nil && n > 0
	})
}

func (s *spec) numberedNames() []string {
	var all []string
	for _, c := range s.Columns {
		all = append(all, c.Names...)
	}
	return slices.DeleteFunc(append(all, s.Known...), func(name string) bool { return !numbered(name) })
}

// group binds the numbered columns, number by number, until a number has none of those that make a line.
func (p *plan) group(at map[string]int) {
	for n := 1; len(p.spec.GroupWhen) > 0; n++ {
		find := func(name string) int { return p.findNumbered(at, name, n) }
		when := present(p.spec.GroupWhen, find)
		if len(when) == 0 {
			return
		}
		whole := p.lines
		p.lines = nil
		for _, c := range p.spec.Columns {
			if i := find(c.Names[0]); numbered(c.Names[0]) && i >= 0 {
				p.bind(i, c, find)
			}
		}
		p.groups, p.groupWhen, p.lines = append(p.groups, p.lines), append(p.groupWhen, when), whole
	}
}

func (p *plan) findNumbered(at map[string]int, name string, n int) int {
	for _, c := range p.spec.Columns {
		if !slices.Contains(c.Names, name) {
			continue
		}
		for _, alias := range c.Names {
			if i, ok := at[normal(nth(alias, n))]; ok {
				return i
			}
		}
	}
	return -1
}

// packed is a column that holds whole lines in one cell, as JSON or as "key:value|key:value". Items is what stands between
// lines, "" when a cell holds one; a backslash before a sign takes its meaning. Fields are the keys and what they fill.
type packed struct {
	Column string   `json:"column"`
	Items  string   `json:"items"`
	Fields []column `json:"fields"`
}

// pack is a packed column of one file. Its fields are read as cells behind the row's own.
type pack struct {
	column int
	spec   packed
	lines  []binding
}

// unpack binds packed columns, unless the file states its lines in groups of columns as well.
func (p *plan) unpack(at map[string]int) {
	if len(p.groups) > 0 {
		return
	}
	for _, of := range p.spec.Packed {
		for n := 1; ; n++ {
			i, ok := at[normal(nth(of.Column, n))]
			if !ok {
				break
			}
			p.packs = append(p.packs, pack{column: i, spec: of, lines: p.bindPacked(of)})
			if !numbered(of.Column) {
				break
			}
		}
	}
}

func (p *plan) bindPacked(of packed) []binding {
	var all []binding
	for i, f := range of.Fields {
		for _, to := range f.To {
			all = append(all, binding{column: p.width() + i, target: targets[to], join: f.Join, zone: -1})
		}
	}
	return all
}

// packedName names a packed field for people: the column, and the field in it.
func (p *plan) packedName(column int) string {
	for _, of := range p.packs {
		if i := column - p.width(); i >= 0 && i < len(of.spec.Fields) {
			return p.columns[of.column] + ": " + of.spec.Fields[i].Names[0]
		}
	}
	return ""
}

// stylePacked makes room for the packed fields. Programs pack them, with a decimal point.
func (b *builder) stylePacked() {
	for _, of := range b.plan.packs {
		for len(b.styles) < b.plan.width()+len(of.spec.Fields) {
			b.styles = append(b.styles, value.Point)
		}
	}
}

// readLines reads the lines that the present row holds in groups of columns or packed into cells. An order has one such
// row: of a second one that differs the lines are not read, with a warning.
func (b *builder) readLines() {
	if len(b.plan.groups)+len(b.plan.packs) == 0 {
		return
	}
	if b.back.sales > 0 {
		b.warn(Problem{Row: b.row.Number, Code: CodeRowRepeated, Found: "a second row of the order", Expected: "one row for each order",
			Message: "The order comes again with other values; the lines of its first row count.", Remedy: "Check which row is right."})
		return
	}
	for n, group := range b.plan.groups {
		if slices.ContainsFunc(b.plan.groupWhen[n], func(i int) bool { return !value.Blank(b.row.Cells[i]) }) {
			b.lineOf(group, b.row.Cells)
		}
	}
	for _, of := range b.plan.packs {
		b.readPack(of)
	}
}

// lineOf reads one line by other bindings than the row's own. cells are the row's, and what is packed behind them.
func (b *builder) lineOf(lines []binding, cells []string) {
	row := b.row
	b.row, b.lines = &Row{Number: row.Number, Cells: cells}, lines
	b.newLine(b.idOf(lines))
	b.row, b.lines = row, b.plan.lines
}

// idOf is the line's own id where a binding states it.
func (b *builder) idOf(lines []binding) string {
	for i := range lines {
		if lines[i].target == targets["line.external_id"] {
			return value.ID(b.cell(&lines[i]))
		}
	}
	return ""
}

func (b *builder) readPack(of pack) {
	cell := value.Text(b.row.Cells[of.column])
	if cell == "" {
		return
	}
	items, ok := of.spec.read(cell)
	if !ok {
		b.problem(of.column, CodeLinesPacked, &value.Error{Found: short(cell), Expected: "lines as the export packs them",
			Remedy: "Export the file again, or with one row for each line."})
		return
	}
	for _, item := range items {
		b.lineOf(of.lines, slices.Concat(b.row.Cells[:b.plan.width()], item))
	}
}

// read takes a cell apart: the fields of each line, in the order of Fields.
func (p packed) read(cell string) ([][]string, bool) {
	if strings.HasPrefix(cell, "[") {
		return p.readJSON(cell)
	}
	var items [][]string
	for _, item := range cut(cell, p.Items) {
		if strings.TrimSpace(item) == "" {
			continue
		}
		fields, ok := pairs(item)
		if !ok {
			return nil, false
		}
		items = append(items, p.fields(func(key string) string { return fields[key] }))
	}
	return items, len(items) > 0
}

// fields finds each field under the first of its names that states something.
func (p packed) fields(of func(key string) string) []string {
	all := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		for _, name := range f.Names {
			if all[i] = of(name); !value.Blank(all[i]) {
				break
			}
		}
	}
	return all
}

func (p packed) readJSON(cell string) ([][]string, bool) {
	var items []map[string]any
	decoder := json.NewDecoder(strings.NewReader(cell))
	decoder.UseNumber()
	if err := decoder.Decode(&items); err != nil || decoder.More() {
		return nil, false
	}
	var all [][]string
	for _, item := range items {
		all = append(all, p.fields(func(key string) string {
			switch v := item[key].(type) {
			case string:
				return v
			case json.Number:
				return v.String()
			}
			return ""
		}))
	}
	return all, len(all) > 0
}

// keyShape is how keys are written; what stands between two bars without one goes on with the value before it.
var keyShape = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_ ]*:`)

// pairs reads "key:value|key:value".
func pairs(item string) (map[string]string, bool) {
	fields, last := map[string]string{}, ""
	for _, part := range cut(item, "|") {
		head := keyShape.FindString(strings.TrimLeft(part, " "))
		if head == "" {
			if last == "" {
				return nil, false
			}
			fields[last] += "|" + unescaped(part)
			continue
		}
		last = head[:len(head)-1]
		if _, twice := fields[last]; !twice {
			fields[last] = unescaped(strings.TrimLeft(part, " ")[len(head):])
		}
	}
	return fields, last != ""
}

// cut splits at a mark that has no backslash before it; "" splits nothing.
func cut(text, mark string) []string {
	if mark == "" {
		return []string{text}
	}
	var parts []string
	from := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == mark[0]:
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}

var unescaper = strings.NewReplacer(`\:`, ":", `\|`, "|", `\;`, ";")

func unescaped(text string) string { return unescaper.Replace(text) }
