package format

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/intake"
	"tradepost/backend/tabular/delimited"
)

// profileVersion is written into every profile, so that a later program knows what it reads.
const profileVersion = 1

// maxProfile bounds a profile's JSON.
const maxProfile = 1 << 20

// Profile is a mapping that a person made: how a layout of their own becomes records. It has the shape of a format's data
// file, and beside it what a person answers: layout, zone, currency. As JSON it is kept, shared and remembered.
type Profile struct {
	Version     int    `json:"tradepost_profile" required:"false" doc:"The version of this shape: 1."`
	Name        string `json:"name" required:"false" doc:"What people call it."`
	Kind        string `json:"kind" enum:"orders,products,customers,stock_counts,tracking,prices,listing_links"`
	ChannelKind string `json:"channel_kind,omitempty" doc:"The kind of channel that such files come from; nothing is another one."`

	// Headers are the header names of the layout; Fingerprint is made of them, whatever their order.
	Headers     []string   `json:"headers,omitempty"`
	Fingerprint string     `json:"fingerprint,omitempty" doc:"Filled in: a hash of the header names, whatever their order."`
	Layout      FileLayout `json:"layout,omitzero" required:"false"`

	Columns      []ProfileColumn   `json:"columns"`
	Constants    map[string]string `json:"constants,omitempty" doc:"Values that every record has, by field."`
	Key          ProfileKey        `json:"key,omitzero" required:"false"`
	LineIdentity string            `json:"line_identity,omitempty" doc:"The column with the line's own id."`
	LineWhen     []string          `json:"line_when,omitempty" doc:"A row is a line when one of these columns is filled; nothing takes those that say what is sold."`

	DateOrder string `json:"date_order,omitempty" doc:"mdy or dmy, for dates that can be read both ways; nothing asks."`
	Decimal   string `json:"decimal,omitempty" doc:"point or comma, for numbers that can be read both ways."`
	Zone      string `json:"zone,omitempty" doc:"For times that name none."`
	Currency  string `json:"currency,omitempty" doc:"For amounts that name none."`
	Clear     string `json:"clear,omitempty" doc:"The text of a cell that empties a field; nothing is [clear]."`
}

// ProfileColumn is one column and what it fills.
type ProfileColumn struct {
	Names     []string          `json:"names" minItems:"1" doc:"The column's name, and others that it may have."`
	To        []string          `json:"to" doc:"The fields it fills."`
	Join      string            `json:"join,omitempty" doc:"sum adds amounts of lines up, earliest takes the first instant, list gathers tags."`
	On        string            `json:"on,omitempty" doc:"Of an order: first takes its first row alone."`
	Transform string            `json:"transform,omitempty" doc:"An expression that makes the value out of the cell."`
	Words     map[string]string `json:"words,omitempty" doc:"What a value of the file means."`
}

// ProfileKey says what holds rows together.
type ProfileKey struct {
	Column string `json:"column,omitempty" doc:"The column whose equal values hold the rows of one order, or product, together."`
}

// Fingerprint is a hash of header names, whatever their order, case, blanks and punctuation.
func Fingerprint(headers []string) string {
	names := make([]string, 0, len(headers))
	for _, h := range headers {
		if n := normal(h); n != "" && !isErrorColumn(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(names), "\n")))
	return hex.EncodeToString(sum[:12])
}

// isErrorColumn tells the columns that a failed-rows file has behind its own.
func isErrorColumn(name string) bool { return strings.HasPrefix(name, "tradepost") }

// ParseProfile reads a profile's JSON. The error is a *fault.Error that names the place.
func ParseProfile(data []byte) (Profile, error) {
	var p Profile
	if len(data) > maxProfile {
		return p, profileFault("", "The file is too large for a profile.")
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, fault.Wrap(err, fault.Invalid, "This is not a profile: "+err.Error()+".",
			"Choose a JSON file that Tradepost exported as a profile.").InField("profile")
	}
	if decoder.More() {
		return p, profileFault("", "Something stands behind the profile.")
	}
	return p.Settled()
}

// Settled fills in what follows from the rest, and checks the profile.
func (p Profile) Settled() (Profile, error) {
	if p.Version != 0 && p.Version != profileVersion {
		return p, profileFault("tradepost_profile", fmt.Sprintf("The profile is of version %d; this program knows version %d.", p.Version, profileVersion))
	}
	p.Version = profileVersion
	if len(p.Headers) > 0 {
		p.Fingerprint = Fingerprint(p.Headers)
	}
	_, err := p.compile()
	return p, err
}

// JSON is the profile as one file, the same for the same profile.
func (p Profile) JSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(p)
	return b.Bytes(), err
}

func profileFault(field, message string) error {
	return fault.New(fault.Invalid, message, "Correct the mapping.").InField(cmp.Or(field, "profile"))
}

// mappedColumns bounds a mapping.
const mappedColumns = 2000

// compile makes a format of the profile. The error is a *fault.Error whose field is the place: columns.3.transform.
func (p Profile) compile() (*spec, error) {
	if len(targetsOf(p.Kind)) == 0 {
		return nil, profileFault("kind", fmt.Sprintf("%q is no kind of record.", p.Kind))
	}
	if len(p.Columns) == 0 || len(p.Columns) > mappedColumns {
		return nil, profileFault("columns", "No column is mapped yet.")
	}
	s := &spec{ID: ProfileFormat, Name: cmp.Or(p.Name, "Your mapping"), Kind: p.Kind, ChannelKind: cmp.Or(p.ChannelKind, "other"),
		Quoting: delimited.Standard, Decimal: p.Decimal, DateOrder: p.DateOrder, Constants: p.Constants, Clear: strings.TrimSpace(p.Clear), Known: p.Headers,
		LineIdentity: p.LineIdentity, RollUp: p.Kind == kindOrders, SkipFirst: p.Layout.DescriptionRow}
	for i, c := range p.Columns {
		if err := p.addColumn(s, c); err != nil {
			return nil, fault.Of(err).InField(fmt.Sprintf("columns.%d.%s", i, fault.Of(err).Field))
		}
	}
	p.addKey(s)
	p.addTelling(s)
	return s, cmp.Or(p.checkAnswers(), p.checkConstants(), p.checkSpec(s))
}

// ProfileFormat is the format of what a profile reads.
const ProfileFormat = "profile"

func (p Profile) addColumn(s *spec, c ProfileColumn) error {
	if len(c.Names) == 0 || normal(c.Names[0]) == "" {
		return profileFault("names", "A mapped column has no name.")
	}
	for _, to := range c.To {
		t, ok := targetsOf(p.Kind)[to]
		switch {
		case !ok:
			return profileFault("to", fmt.Sprintf("%s cannot fill “%s”: there is no such field of %s.", quoted(c.Names[0]), to, kindName(p.Kind)))
		case !joins(column{Join: c.Join, On: c.On}, t):
			return profileFault("join", fmt.Sprintf("%s cannot be joined into %s so.", quoted(c.Names[0]), lowerFirst(FieldLabel(p.Kind, to))))
		}
	}
	if c.Transform != "" {
		if _, err := compiled(c.Transform); err != nil {
			return err
		}
	}
	s.Columns = append(s.Columns, column{Names: c.Names, To: c.To, Join: c.Join, On: c.On, Transform: c.Transform, Words: c.Words})
	return nil
}

// addKey settles what holds rows together and which of them are lines.
func (p Profile) addKey(s *spec) {
	s.Key.Column, s.LineWhen = p.Key.Column, p.LineWhen
	if p.Kind != kindOrders {
		if p.Key.Column != "" {
			for name := range s.targets() {
				if strings.HasPrefix(name, "product.") || strings.HasSuffix(name, ".name") {
					s.Inherit = append(s.Inherit, name)
				}
			}
		}
		return
	}
	if s.Key.Column == "" {
		s.Key.Column = p.columnOf("number", "external_id")
	}
	for _, field := range []string{"line.sku", "line.title", "line.quantity"} {
		if name := p.columnOf(field); name != "" && len(p.LineWhen) == 0 {
			s.LineWhen = append(s.LineWhen, name)
		}
	}
	if s.LineIdentity == "" {
		s.LineIdentity = p.columnOf("line.external_id")
	}
	if len(s.LineWhen) == 0 {
		s.NoLines = "Map the columns that say what was sold, if the file has any."
	}
}

// columnOf is the first column that fills one of the fields.
func (p Profile) columnOf(fields ...string) string {
	for _, field := range fields {
		for _, c := range p.Columns {
			if slices.Contains(c.To, field) {
				return c.Names[0]
			}
		}
	}
	return ""
}

// addTelling settles the columns that make a file one of this profile: the mapped ones tell, and those without which no
// record could be found are required.
func (p Profile) addTelling(s *spec) {
	for _, c := range p.Columns {
		if len(c.To) == 0 {
			continue
		}
		s.Telling = append(s.Telling, c.Names[0])
		for _, f := range FieldInfos(p.Kind) {
			if (f.Required || f.Key) && slices.Contains(c.To, f.Name) {
				s.Required = append(s.Required, c.Names[0])
			}
		}
	}
	if s.Key.Column != "" && !slices.Contains(s.Required, s.Key.Column) {
		s.Required = append(s.Required, s.Key.Column)
	}
	s.Required = slices.Compact(s.Required)
}

func (p Profile) checkAnswers() error {
	if err := p.Layout.check(); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "mdy", "dmy"}, p.DateOrder) {
		return profileFault("date_order", fmt.Sprintf("%q is no order of day and month: use mdy or dmy.", p.DateOrder))
	}
	if !slices.Contains([]string{"", "point", "comma"}, p.Decimal) {
		return profileFault("decimal", fmt.Sprintf("%q is no decimal sign: use point or comma.", p.Decimal))
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "Local" {
		return profileFault("zone", fmt.Sprintf("%q is not a time zone: use a name such as America/New_York.", p.Zone))
	}
	if _, err := commerce.ParseCurrency(p.Currency); err != nil && p.Currency != "" {
		return profileFault("currency", fmt.Sprintf("%q is not a currency: use three letters such as USD.", p.Currency))
	}
	return nil
}

// checkConstants refuses constants that no record could take.
func (p Profile) checkConstants() error {
	for _, field := range slices.Sorted(maps.Keys(p.Constants)) {
		t, ok := targetsOf(p.Kind)[field]
		if !ok {
			return profileFault("constants."+field, fmt.Sprintf("“%s” is no field of %s.", field, kindName(p.Kind)))
		}
		v := p.Constants[field]
		if _, err := commerce.ParseCurrency(v); t.kind == kindCurrency && err != nil {
			return profileFault("constants."+field, fmt.Sprintf("%q is not a currency: use three letters such as USD.", v))
		}
	}
	return nil
}

// checkSpec finds what the profile refers to and does not have.
func (p Profile) checkSpec(s *spec) error {
	mapped := map[string]bool{}
	for _, c := range p.Columns {
		for _, to := range c.To {
			mapped[to] = true
		}
	}
	if p.Kind == kindOrders && s.Key.Column == "" {
		return profileFault("key.column", "No column says which order a row belongs to.")
	}
	if err := p.checkKey(mapped); err != nil {
		return err
	}
	known := s.names()
	for _, used := range []struct{ name, field string }{{s.Key.Column, "key.column"}, {s.LineIdentity, "line_identity"}} {
		if used.name != "" && !known[normal(used.name)] {
			return profileFault(used.field, fmt.Sprintf("There is no column %s.", quoted(used.name)))
		}
	}
	for _, name := range s.LineWhen {
		if !known[normal(name)] {
			return profileFault("line_when", fmt.Sprintf("There is no column %s.", quoted(name)))
		}
	}
	return nil
}

// checkKey refuses a mapping of which no record could be found again.
func (p Profile) checkKey(mapped map[string]bool) error {
	var keys []string
	keyed := false
	for _, f := range FieldInfos(p.Kind) {
		has := mapped[f.Name] || p.Constants[f.Name] != ""
		if f.Required && !has {
			return profileFault("columns", fmt.Sprintf("No column says %s.", spoken(p.Kind, f.Name)))
		}
		if f.Key {
			keyed = keyed || has
			keys = append(keys, spoken(p.Kind, f.Name))
		}
	}
	if keyed {
		return nil
	}
	return profileFault("columns", "No column says what a row is about: "+strings.Join(keys, ", or ")+".")
}

// kindNames are the kinds of record as people call them.
var kindNames = map[string]string{kindOrders: "orders", string(intake.Products): "products", string(intake.Customers): "customers",
	string(intake.StockCounts): "stock counts", string(intake.Tracking): "tracking numbers", string(intake.Prices): "prices",
	string(intake.Links): "listing links"}

func kindName(kind string) string { return cmp.Or(kindNames[kind], kind) }

// Kinds lists the kinds of record that a file can bring, in the order people read them.
func Kinds() []string {
	all := []string{kindOrders}
	for _, k := range statedKinds {
		all = append(all, string(k))
	}
	return all
}
