package format

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tradepost/backend/tabular/delimited"
)

//go:embed formats/*.json
var files embed.FS

// spec is a format as its data file says. Columns are named by the first of their names throughout.
type spec struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	ChannelKind string   `json:"channel_kind"`
	HowToGet    string   `json:"how_to_get"`
	Sources     []string `json:"sources"` // where the facts come from
	Notes       []string `json:"notes"`   // what the columns mean, for people

	Quoting   delimited.Quoting `json:"quoting"`    // none: in tab-separated files quotes are ordinary characters
	Decimal   string            `json:"decimal"`    // what decides "1,234" when the file does not: point or comma
	DateOrder string            `json:"date_order"` // what decides 03/04/2026 when the file does not: mdy or dmy; "" asks

	// Exact says that texts stand exactly as they are, with the apostrophe of Guard or Mark: our own exports.
	Exact bool `json:"exact"`
	// JSON says what the names of values are called in JSON files, where that is not the column's name: {"id": "Order id"}.
	JSON map[string]string `json:"json"`
	// KnownOnly says that the file does not hold all of an order: orders that are not known are left out.
	KnownOnly bool `json:"known_only"`

	// Footers are how lines begin, behind a count, that close a file and are no orders: "2,record(s) downloaded". Only a
	// line with at most two filled cells is one.
	Footers []string `json:"footers"`
	// DescriptionRow says that the first row may describe the columns: words in the key column, no digit in any of these.
	DescriptionRow []string `json:"description_row"`

	Required []string `json:"required"` // without these it is not this format
	Telling  []string `json:"telling"`  // the share of these is the confidence

	// Key is the column that holds an order's rows together. Part tells orders of the same key apart: a row that states
	// another part starts another order. Beside holds the rows of an order together that state no key: such a row goes on
	// with the row before it when both state the same there, and starts another order when they do not.
	//
	// Of the kinds that are no orders, the key is what holds the rows of a group together, such as the variants of a
	// product; without it every row stands alone. Else names the columns that stand in where the key is blank.
	Key struct {
		Column string    `json:"column"`
		Part   string    `json:"part"`
		Beside string    `json:"beside"`
		Else   []keyElse `json:"else"`
	} `json:"key"`
	// LineWhen names the columns of which any makes a row a line, when it is filled; none: no row is a line. Of the other
	// kinds it makes a row a record, and none makes every row one.
	LineWhen     []string `json:"line_when"`
	LineIdentity string   `json:"line_identity"` // the column with the line's own id, if any
	NoIdentity   []string `json:"no_identity"`   // what stands there when the line has no id
	LineApart    string   `json:"line_apart"`    // rows of one line id that differ here are lines of their own, without id
	LineCount    string   `json:"line_count"`    // the column that counts the lines of an order in a file without lines
	NoLines      string   `json:"no_lines"`      // what to do about the lines of a file without lines
	RollUp       bool     `json:"roll_up"`       // an order has the shipping state its lines have together
	ZeroLines    bool     `json:"zero_lines"`    // a line with quantity 0 was taken back: it is left out, with a warning

	Reversal  reversal `json:"reversal"`   // rows that give money back
	Once      bool     `json:"once"`       // a row that repeats another one of its order in every cell counts once
	GroupWhen []string `json:"group_when"` // a numbered group of columns is a line when any of these is filled
	Packed    []packed `json:"packed"`     // columns that hold whole lines in one cell

	// Inherit lists the fields that the rows of a group share: the first row that states one states it for all. Heads are
	// rows that are no records and state these fields for the others, such as a product above its variants.
	Inherit []string `json:"inherit"`
	Heads   heads    `json:"heads"`
	// Constants are fields that every record has, whatever its row says of them: nothing is read over them.
	Constants map[string]string `json:"constants"`
	Clear     string            `json:"clear"`      // what empties a field; "" is [clear]
	SkipFirst bool              `json:"skip_first"` // the row below the header is no record, whatever it says

	Columns []column `json:"columns"`
	Known   []string `json:"known"` // columns known and not used

	// States maps a column's words to fields: {"Financial Status": {"paid": {"financial": "paid"}}}.
	States  map[string]map[string]map[string]string `json:"states"`
	Implied []implied                               `json:"implied"`
	// CheckTotals warns when subtotal, shipping, tax and duties do not make the total.
	CheckTotals bool `json:"check_totals"`

	normals map[string][]string // by required or telling column: its aliases, normalised
}

// column is one column under any of its names, and the fields it fills. Where several columns fill one field the first
// stated in the list's order wins, unless Join says otherwise: sum adds amounts up, each adds up what every row of the
// order states, earliest takes the first instant, names takes the names of the columns whose amounts are not zero. "{n}" in
// a name stands for 1, 2, 3 and so on: such columns make one line for each number.
type column struct {
	Names []string `json:"names"`
	To    []string `json:"to"`
	Join  string   `json:"join"`
	// On says on which rows the column speaks of the order: first (its first row only) or order (rows without a line).
	On string `json:"on"`
	// Without takes what other columns state off both ends: a whole address in one cell, less the name and the city.
	Without []string `json:"without"`
	// Single amounts are sure for one piece only: nothing tells whether they are for one or for the row's quantity.
	Single bool `json:"single"`
	// With are columns whose text follows this one's, a blank between: first and last name, day and time.
	With []string `json:"with"`
	// Zone is the column that names the zone of this column's times.
	Zone string `json:"zone"`
	// Minus turns the sign of amounts that are written below zero for what is taken off.
	Minus bool `json:"minus"`
	// Transform is an expression that makes the value out of the cell; see transform.go.
	Transform string `json:"transform"`
	// Words says what a value of the file means: {"ausverkauft": "draft"}. Case, blanks and punctuation do not count; a
	// word that means "" states nothing.
	Words map[string]string `json:"words"`
}

// keyElse is a column that stands in for a blank key; its values are told from the key's by a prefix.
type keyElse struct {
	Column string `json:"column"`
	Prefix string `json:"prefix"`
}

// heads are the rows in whose column one of the words stands.
type heads struct {
	Column string   `json:"column"`
	Words  []string `json:"words"`
}

// implied sets fields when a column is filled; what a column states outranks it.
type implied struct {
	When string            `json:"when"`
	Is   []string          `json:"is"` // only when the cell says one of these
	Set  map[string]string `json:"set"`
}

var specs = mustLoad()

func mustLoad() []*spec {
	loaded, err := load()
	if err != nil {
		panic(err) // a data file shipped with the program is broken; the tests catch it
	}
	return loaded
}

func load() ([]*spec, error) {
	entries, err := files.ReadDir("formats")
	if err != nil {
		return nil, fmt.Errorf("reading formats: %w", err)
	}
	var all []*spec
	for _, e := range entries {
		s, err := loadOne("formats/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading format %s: %w", e.Name(), err)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *spec) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func loadOne(path string) (*spec, error) {
	data, err := files.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &spec{}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(s); err != nil {
		return nil, err
	}
	return s, s.check()
}

// check finds what a data file refers to and does not have.
func (s *spec) check() error {
	if s.ID == "" || s.Name == "" || s.Key.Column == "" && !s.stated() || len(s.Required) == 0 || len(s.Telling) == 0 {
		return fmt.Errorf("id, name, key, required and telling must be given")
	}
	if len(s.targets()) == 0 {
		return fmt.Errorf("%q is no kind of record", s.Kind)
	}
	if err := s.checkTargets(); err != nil {
		return err
	}
	known := s.names()
	for _, name := range slices.Concat(slices.Collect(maps.Values(s.JSON)), s.Required, s.Telling, s.LineWhen, s.DescriptionRow, s.without(), s.beside(), s.keyElse(),
		[]string{s.Key.Column, s.Key.Part, s.Key.Beside, s.LineIdentity, s.LineApart, s.LineCount, s.Heads.Column}) {
		if name != "" && !known[normal(name)] {
			return fmt.Errorf("column %q is used but not listed", name)
		}
	}
	s.normalise()
	return nil
}

// normalise prepares what every row of a file's beginning is compared with.
func (s *spec) normalise() {
	known := map[string][]string{}
	for _, name := range slices.Concat(s.Required, s.Telling) {
		known[name] = s.normalAliases(name)
	}
	s.normals = known
}

// normalAliases are all names of a column, normalised.
func (s *spec) normalAliases(name string) []string {
	if all, ok := s.normals[name]; ok {
		return all
	}
	all := slices.Clone(s.aliases(name))
	for i, alias := range all {
		all[i] = normal(alias)
	}
	return all
}

func (s *spec) keyElse() []string {
	var all []string
	for _, e := range s.Key.Else {
		all = append(all, e.Column)
	}
	return all
}

// beside are the columns named beside others: those that follow, the zones, the reversals', the groups' and the packed.
func (s *spec) beside() []string {
	all := slices.Concat(s.GroupWhen, s.Reversal.Amounts, []string{s.Reversal.Column})
	for _, c := range s.Columns {
		all = append(append(all, c.With...), c.Zone)
	}
	for _, p := range s.Packed {
		all = append(all, p.Column)
	}
	return all
}

func (s *spec) without() []string {
	var all []string
	for _, c := range s.Columns {
		all = append(all, c.Without...)
	}
	return all
}

func (s *spec) checkTargets() error {
	for _, c := range s.Columns {
		if c.Transform != "" {
			if _, err := compiled(c.Transform); err != nil {
				return err
			}
		}
		for _, to := range c.To {
			t, ok := s.targets()[to]
			if !ok {
				return fmt.Errorf("column %q fills the unknown field %q", c.Names[0], to)
			}
			if !joins(c, t) || numbered(c.Names[0]) && !t.line {
				return fmt.Errorf("column %q cannot join %q into %q on %q", c.Names[0], c.Join, to, c.On)
			}
		}
	}
	for _, field := range slices.Concat(s.Inherit, slices.Collect(maps.Keys(s.Constants))) {
		if _, ok := s.targets()[field]; !ok {
			return fmt.Errorf("%q is no field of %s", field, s.Kind)
		}
	}
	return s.checkStates()
}

// joins tells whether a field can be filled by a way of joining. Amounts of the order add up within its first row only.
func joins(c column, t *target) bool {
	if c.On != "" && (t.line || c.On != onFirst && c.On != onOrder) || c.Single && !t.line || len(c.Without) > 0 && t.kind != kindText {
		return false
	}
	switch c.Join {
	case "":
		return true
	case joinList:
		return t.kind == kindTags
	case joinSum:
		return (t.line || c.On == onFirst) && t.kind == kindAmount
	case joinEach:
		return !t.line && t.kind == kindAmount
	case joinNames:
		return !t.line && t.kind == kindText
	}
	return c.Join == joinEarliest && t.kind == kindInstant
}

func (s *spec) checkStates() error {
	for name, words := range s.States {
		for word, sets := range words {
			for field := range sets {
				if _, ok := settable[field]; !ok {
					return fmt.Errorf("state %q of column %q sets the unknown field %q", word, name, field)
				}
			}
		}
	}
	return nil
}

// headers are the columns as the format calls them, of names of JSON.
func (s *spec) headers(names []string) []string {
	if len(s.JSON) == 0 {
		return names
	}
	by := map[string]string{}
	for _, c := range s.Columns {
		by[normal(c.Names[0])] = c.Names[0]
	}
	for _, name := range s.Known {
		by[normal(name)] = name
	}
	all := slices.Clone(names)
	for i, name := range names {
		all[i] = cmp.Or(s.JSON[name], by[normal(name)], name)
	}
	return all
}

// names are all header names the format knows, normalised.
func (s *spec) names() map[string]bool {
	known := map[string]bool{}
	for _, c := range s.Columns {
		for _, name := range c.Names {
			known[normal(name)] = true
		}
	}
	for _, name := range s.Known {
		known[normal(name)] = true
	}
	return known
}

// aliases gives all names of the column called name.
func (s *spec) aliases(name string) []string {
	for _, c := range s.Columns {
		if slices.Contains(c.Names, name) {
			return firstOf(c.Names)
		}
	}
	return firstOf([]string{name})
}

// namesChannels reports whether records of this format say which channel they are of.
func (s *spec) namesChannels() bool {
	return slices.ContainsFunc(s.Columns, func(c column) bool { return slices.Contains(c.To, "channel") })
}

func specByID(id string) *spec {
	for _, s := range specs {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// normal is a header name or a state word without case, blanks and punctuation: "Order-ID " is "orderid".
func normal(name string) string {
	plain := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '#':
			plain = append(plain, c)
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		case c >= utf8.RuneSelf:
			return normalLetters(name)
		}
	}
	return string(plain)
}

// normalLetters is normal for names with letters beyond ASCII.
func normalLetters(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0xC0 || r == '#' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
