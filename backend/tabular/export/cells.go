package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// Problem is something about one record that the target would not take, or takes changed.
type Problem struct {
	Record   string `json:"record"` // an order's number, a SKU
	ID       int64  `json:"id"`
	Field    string `json:"field"`
	Found    string `json:"found"`
	Expected string `json:"expected"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy"`
	Code     string `json:"code"`
	LeftOut  bool   `json:"left_out"`
}

// The codes of problems.
const (
	CodeMissing   = "missing"      // the target needs a value that is not stated
	CodeTooLong   = "too_long"     // longer than the target takes
	CodeBegins    = "begins_with"  // begins with what the target refuses
	CodeUnwritten = "not_writable" // a character that the encoding does not have
	CodeSent      = "sent_before"  // went to this target before
	CodeNumber    = "not_a_number"
	CodeExpr      = "expression"
	CodeBalance   = "does_not_add_up"
	CodeTax       = "tax_inclusive"
)

// cell is a value as it is written. raw is the exact number of a numeric cell.
type cell struct {
	kind Type
	text string
	raw  string
	at   time.Time
}

// column is a Column made ready.
type column struct {
	TemplateColumn
	field   Field
	kind    Type
	date    string
	program *vm.Program
}

// compiled is a template made ready for writing.
type compiled struct {
	Template
	columns []column
	zone    *time.Location // the workspace's
	fixed   *time.Location // the style's; nil for the zone of each order
	writes  func(string) (string, string)
	keeps   func(*record) bool // of a filter that compares lines: which of them are rows; nil for all
}

// env is what expressions see.
type env struct {
	Value   string               `expr:"value"`
	Field   func(string) string  `expr:"field"`
	Setting func(string) string  `expr:"setting"`
	Number  func(string) float64 `expr:"number"`
}

// compile makes a template ready. writes, which may be nil, changes a text to what the encoding can write and names what
// it could not.
func compile(t Template, zone *time.Location, writes func(string) (string, string)) (*compiled, error) {
	c := &compiled{Template: t, zone: zone, writes: writes}
	switch t.Style.Zone {
	case "utc":
		c.fixed = time.UTC
	case "", "workspace":
		c.fixed = zone
	case "order":
	default:
		var err error
		if c.fixed, err = time.LoadLocation(t.Style.Zone); err != nil {
			return nil, t.checkStyle()
		}
	}
	for _, col := range t.Columns {
		ready, err := c.column(col)
		if err != nil {
			return nil, err
		}
		c.columns = append(c.columns, ready)
	}
	return c, nil
}

func (c *compiled) column(col TemplateColumn) (column, error) {
	ready := column{TemplateColumn: col, kind: Text}
	sources := 0
	for _, stated := range []bool{col.Field != "", col.Text != "", col.Setting != ""} {
		if stated {
			sources++
		}
	}
	if sources > 1 {
		return ready, invalid("columns", "The column "+col.Header+" names several sources.", "Give it a field, a setting or a fixed text.")
	}
	if col.Field != "" {
		f, ok := fieldOf(c.Kind, col.Field)
		if !ok {
			return ready, unknownField(c.Kind, col.Field)
		}
		if f.OfLines && !c.perLine() {
			return ready, invalid("columns", f.Words+" is of a line, and this template has one row per order.", "Choose one row per line.")
		}
		ready.field, ready.kind = f, f.Type
	}
	if col.Setting != "" && !slices.ContainsFunc(c.Settings, func(s TemplateSetting) bool { return s.Name == col.Setting }) {
		return ready, invalid("columns", "The column "+col.Header+" names the setting "+col.Setting+", which the template does not have.", "Add the setting, or name another.")
	}
	style := col.Date
	if style == "" {
		style = c.Style.Date
	}
	var err error
	if ready.date, err = dateStyle(style); err != nil {
		return ready, err
	}
	if col.Expr == "" {
		return ready, nil
	}
	ready.kind = Text
	ready.program, err = expr.Compile(col.Expr, expr.Env(env{}), expr.MaxNodes(500))
	if err != nil {
		return ready, fault.Wrap(err, fault.Invalid, "The expression of the column "+col.Header+" cannot be read: "+firstLine(err.Error())+".",
			"Use value, field(\"number\"), setting(\"name\") and functions such as upper, trim, replace.").InField("columns")
	}
	return ready, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, ".")
}

// dateStyles are the layouts of time.Format by name; those with a time leave it out where only the day is known.
var dateStyles = map[string][2]string{
	"instant":   {"", ""},
	"iso":       {"2006-01-02T15:04:05-07:00", "2006-01-02"},
	"iso_day":   {"2006-01-02", "2006-01-02"},
	"iso_time":  {"2006-01-02 15:04:05", "2006-01-02"},
	"mdy":       {"01/02/2006", "01/02/2006"},
	"mdy_time":  {"01/02/2006 15:04", "01/02/2006"},
	"dmy":       {"02/01/2006", "02/01/2006"},
	"dmy_time":  {"02/01/2006 15:04", "02/01/2006"},
	"dots":      {"02.01.2006", "02.01.2006"},
	"dots_time": {"02.01.2006 15:04", "02.01.2006"},
}

func dateStyle(name string) (string, error) {
	if name == "" {
		return "iso_time", nil
	}
	if _, ok := dateStyles[name]; !ok {
		return "", invalid("date", fmt.Sprintf("%q is not a date style.", name), "Use instant, iso, iso_day, iso_time, mdy, dmy or dots; the last three also with _time.")
	}
	return name, nil
}

// shown is the clock at which an instant is shown. A source that stated only a day meant the day in its own zone.
func (c *compiled) shown(s commerce.Stamp) time.Time {
	zone := c.fixed
	if zone == nil || s.Precision == commerce.PrecisionDay {
		if own := zoneNamed(s.Zone); own != nil {
			zone = own
		}
	}
	if zone == nil {
		zone = c.zone
	}
	return s.At.Time().In(zone)
}

// zoneNamed reads an IANA name or an offset such as -08:00; nil when it is neither.
func zoneNamed(name string) *time.Location {
	if name == "" {
		return nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

func (c *compiled) dateText(s commerce.Stamp, style string) string {
	if s.At == 0 {
		return ""
	}
	if style == "instant" {
		return s.At.String()
	}
	layout := dateStyles[style][0]
	if s.Precision == commerce.PrecisionDay {
		layout = dateStyles[style][1]
	}
	return c.shown(s).Format(layout)
}

// row writes the cells of one record. Problems that leave it out are marked so; they are the record's own to name.
func (c *compiled) row(r *record) (cells []cell, problems []Problem) {
	cells = make([]cell, len(c.columns))
	for i := range c.columns {
		col := &c.columns[i]
		if col.First && !r.first {
			cells[i] = cell{kind: col.kind}
			continue
		}
		var p *Problem
		if cells[i], p = c.cell(col, r); p != nil {
			problems = append(problems, *p)
		}
	}
	return cells, problems
}

func (c *compiled) cell(col *column, r *record) (cell, *Problem) {
	made := cell{kind: col.kind}
	switch {
	case col.Field != "":
		v := col.field.value(r)
		made.text, made.raw = v.Text, v.Text
		if v.Type == Instant {
			made.text, made.raw = c.dateText(v.At, col.date), ""
			if v.At.At != 0 {
				made.at = c.shown(v.At)
			}
		}
	case col.Setting != "":
		made.text = c.setting(col.Setting)
	default:
		made.text = col.Text
	}
	if col.program != nil {
		out, err := c.evaluate(col, made.text, r)
		if err != nil {
			return made, &Problem{Field: col.Header, Code: CodeExpr, LeftOut: true, Expected: "a value the expression can work with",
				Message: "The expression of the column cannot work with this record.", Remedy: "Correct the expression in the template."}
		}
		made.text, made.raw = out, ""
	}
	if col.Places != nil && made.text != "" {
		rounded := rational(commerce.Decimal(made.text))
		if rounded == nil {
			return made, &Problem{Field: col.Header, Code: CodeNumber, Found: made.text, LeftOut: true, Expected: "a number", Message: "The column wants a number.",
				Remedy: "Choose another field for it."}
		}
		made.text = string(commerce.Decimal(rounded.FloatString(*col.Places)).Padded(min(2, *col.Places)))
		made.raw = made.text
	}
	return c.finish(col, made)
}

func (c *compiled) evaluate(col *column, value string, r *record) (string, error) {
	read := func(name string) string {
		f, ok := fieldOf(c.Kind, name)
		if !ok || f.OfLines && r.line == nil {
			return ""
		}
		v := f.value(r)
		if v.Type == Instant {
			return c.dateText(v.At, col.date)
		}
		return v.Text
	}
	number := func(name string) float64 {
		n := rational(commerce.Decimal(read(name)))
		if n == nil {
			return 0
		}
		f, _ := n.Float64()
		return f
	}
	out, err := expr.Run(col.program, env{Value: value, Field: read, Setting: c.setting, Number: number})
	if err != nil || out == nil {
		return "", err
	}
	return fmt.Sprint(out), nil
}

// room is how many characters a column takes of a text: one less where the guard puts an apostrophe before it.
func (c *compiled) room(col *column, made cell) int {
	if col.Max > 0 && !made.kind.numeric() && made.kind != Instant {
		return col.Max - (len(c.guarded(made.text)) - len(made.text))
	}
	return col.Max
}

// finish holds a cell to what the target and the encoding take.
func (c *compiled) finish(col *column, made cell) (cell, *Problem) {
	var problem *Problem
	switch runes, most := []rune(made.text), c.room(col, made); {
	case made.text == "" && col.Required:
		problem = &Problem{Code: CodeMissing, LeftOut: true, Expected: "a value", Message: "The target needs this, and it is not stated.",
			Remedy: "Complete it where the order came from, or fill it by hand at the target."}
	case made.text != "" && strings.IndexByte(col.Never, made.text[0]) >= 0:
		problem = &Problem{Code: CodeBegins, LeftOut: true, Found: made.text, Expected: "no " + made.text[:1] + " at the beginning",
			Message: "The target refuses a value that begins with " + made.text[:1] + ".", Remedy: "Correct it where the order came from, or enter this one by hand."}
	case col.Max > 0 && len(runes) > most && col.Over == "refuse":
		problem = &Problem{Code: CodeTooLong, LeftOut: true, Found: made.text, Expected: fmt.Sprintf("at most %d characters", most),
			Message: fmt.Sprintf("It has %d characters; the target takes %d.", len(runes), most), Remedy: "Enter this one by hand at the target."}
	case col.Max > 0 && len(runes) > most:
		problem = &Problem{Code: CodeTooLong, Found: made.text, Expected: fmt.Sprintf("at most %d characters", most),
			Message: fmt.Sprintf("It has %d characters and was cut to %d.", len(runes), most), Remedy: "Check what is left."}
		made.text = strings.TrimSpace(string(runes[:most]))
	}
	if problem == nil && c.writes != nil {
		written, lost := c.writes(made.text)
		if lost != "" {
			problem = &Problem{Code: CodeUnwritten, Found: lost, Expected: "characters of " + c.Style.Encoding,
				Message: "The encoding does not have these characters; a question mark stands for each.", Remedy: "Choose UTF-8 where the target takes it."}
			made.text = written
		}
	}
	if problem != nil {
		problem.Field = col.Header
	}
	if c.Style.Decimal == "comma" && made.kind.numeric() {
		made.text = decimalComma(made.text)
	}
	return made, problem
}
