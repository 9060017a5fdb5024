package channel

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Common are the options of every connection, beside those of its connector's manifest: what the engine does with what comes in and
// what is told. It reads them by these names.
var Common = []Option{
	{Name: "catalogue", Label: "Products for the catalogue", Type: ChoiceOption, Default: "add", Help: "What a listing that comes in does with your own products.",
		Choices: []Choice{{"add", "Adds those that are not known"}, {"merge", "Also brings known ones up to date"}, {"none", "Nothing"}}},
	{Name: "push_stock", Label: "Tell it your stock", Type: ChoiceOption, Default: "yes", Help: "Only what is tracked here.", Choices: yesOrNo},
	{Name: "push_price", Label: "Tell it your prices", Type: ChoiceOption, Default: "no", Help: "Those of your products.", Choices: yesOrNo},
	{Name: "push_tracking", Label: "Tell it what was shipped", Type: ChoiceOption, Default: "yes", Help: "Tracking numbers that are recorded here.", Choices: yesOrNo},
	{Name: "push_location", Label: "Where your stock lies there", Type: TextOption, Help: "The channel's id of the place, where it has several."},
}

// Common are the options beside those of the manifest that connections of it have. A ledger system sells nothing, so it has none.
func (m Manifest) Common() []Option {
	if m.Kind == LedgerKind {
		return nil
	}
	return Common
}

var yesOrNo = []Choice{{"yes", "Yes"}, {"no", "No"}}

// Page is the documentation of a connector, in Markdown, made of its manifest.
func (m Manifest) Page() string {
	var b strings.Builder
	line := func(format string, values ...any) { _, _ = fmt.Fprintf(&b, format+"\n", values...) }
	line("<!-- Made from the manifest: TRADEPOST_GOLDEN=write go test ./backend/connectors/all -->\n# %s\n\n%s", m.Name, m.Summary)
	line("\nSpeaks %s. The vendor's own page: <%s>.", m.API, m.Docs)
	m.termsPage(line)
	line("\n## How to come to the credentials\n")
	for i, step := range m.Guide {
		line("%d. %s", i+1, step)
	}
	line("\n## Settings\n\n| setting | what | |\n|---|---|---|")
	for _, o := range slices.Concat(m.Options, m.Common()) {
		line("| `%s` | %s | %s |", o.Name, cell(o.Label+". "+o.Help), cell(o.Words()))
	}
	line("\n```sh\n%s\n```", m.Example())
	m.streamsPage(line)
	m.writesPage(line)
	if m.Mailbox {
		line("\n## How it is reached\n\nIt is not called: it calls Tradepost on the same computer, and fetches what waits for it. [docs/books.md](../books.md) says how.")
		return b.String()
	}
	line("\n## Limits\n")
	for _, bucket := range m.Buckets {
		line("- %s", bucket.words())
	}
	return b.String()
}

// termsPage says what the vendor demands, what it offers to nobody, and of when that knowledge is.
func (m Manifest) termsPage(line func(string, ...any)) {
	for _, part := range []struct {
		title string
		words []string
	}{{"What it demands", m.Terms}, {"What it cannot do", m.Cannot}} {
		if len(part.words) > 0 {
			line("\n## %s\n", part.title)
		}
		for _, words := range part.words {
			line("- %s", words)
		}
	}
	if m.Known != "" {
		line("\nAll that is said of the vendor here was so on %s.", m.Known)
	}
}

func (m Manifest) streamsPage(line func(string, ...any)) {
	line("\n## What is pulled\n\n| | every | compared in full | |\n|---|---|---|---|")
	for _, s := range m.Streams {
		full := lasting(s.FullEvery)
		if !s.Changes {
			full = "each time"
		}
		line("| %s | %s | %s | %s |", s.Stream, lasting(s.Every), full, cell(s.Note))
	}
}

func (m Manifest) writesPage(line func(string, ...any)) {
	line("\n## What can be written\n")
	if len(m.Writes) == 0 {
		line("Nothing yet.")
		return
	}
	line("| | at once | |\n|---|---|---|")
	for _, w := range m.Writes {
		note := w.Note
		if w.Compare {
			note = strings.TrimSpace("Refused where the value changed meanwhile. " + note)
		}
		line("| %s | %d | %s |", w.Operation, max(w.Batch, 1), cell(note))
	}
}

// Words says what an option takes, and when it is asked for.
func (o Option) Words() string {
	var words []string
	var choices []string
	for _, c := range o.Choices {
		choices = append(choices, c.Value)
	}
	switch {
	case len(choices) > 0:
		words = append(words, "One of "+strings.Join(choices, ", ")+".")
	case o.Type == FlagOption:
		words = append(words, "true or false.")
	case o.Type == SecretOption:
		words = append(words, "Kept sealed.")
	case o.Example != "":
		words = append(words, "As in "+o.Example+".")
	}
	if name, value, conditional := strings.Cut(o.Only, "="); conditional {
		words = append(words, "Only with "+name+"="+value+".")
	}
	switch {
	case o.Default != "":
		words = append(words, "Default "+o.Default+".")
	case o.Required:
		words = append(words, "Required.")
	}
	return strings.Join(words, " ")
}

// Asked reports whether an option is asked for, by what another one says, or is by default.
func (m Manifest) Asked(o Option, options map[string]string) bool {
	name, value, conditional := strings.Cut(o.Only, "=")
	if !conditional {
		return true
	}
	is, stated := options[name]
	if other, known := m.Option(name); known && !stated {
		is = other.Default
	}
	return is == value
}

// Option finds an option of the connector or of every connection; ok is false where there is none of that name.
func (m Manifest) Option(name string) (o Option, ok bool) {
	for _, o := range slices.Concat(m.Options, m.Common()) {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// Example is the command that connects, with what has to be stated.
func (m Manifest) Example() string {
	var words strings.Builder
	words.WriteString("tradepost connect " + m.ID + ` "` + m.Name + `, main shop"`)
	for _, o := range m.Options {
		switch {
		case o.Advanced || !o.Required || o.Default != "" || !m.Asked(o, nil):
		case o.Type == SecretOption:
			words.WriteString(" --secret " + o.Name + "=-")
		default:
			words.WriteString(" --set " + o.Name + "=" + o.Example)
		}
	}
	return words.String()
}

func (b Bucket) words() string {
	words := fmt.Sprintf("At most %g calls at once, %g a second.", b.Burst, b.Rate)
	if b.PerDay > 0 {
		words += fmt.Sprintf(" At most %g a day.", b.PerDay)
	}
	if b.Reserve > 0 {
		words += fmt.Sprintf(" %g are left for what you do by hand.", b.Reserve)
	}
	return words + " " + b.Why
}

// lasting says a distance in time, "" for none.
func lasting(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		switch n := d / unit.of; {
		case n == 1 && d == unit.of:
			return unit.name
		case n > 0 && d%unit.of == 0:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "never"
}

// cell is a text that does not end a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
