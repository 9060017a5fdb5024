package trade

import "strings"

// Difference is one thing that a change of an order changes. Line is empty for the order as such.
type Difference struct {
	Line   string `json:"line" doc:"The line's number"`
	What   string `json:"what" doc:"line, quantity, unit, price, date, party, ..."`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Deed is what a change does to a line.
type Deed string

// The deeds.
const (
	Add    Deed = "add"
	Delete Deed = "delete"
	Alter  Deed = "alter"
	Keep   Deed = "keep"
)

// deeds are what codes say: EDIFACT's 1229, and X12's element 670.
var deeds = map[string]Deed{"1": Add, "2": Delete, "4": Keep, "11": Keep, "AI": Add, "DI": Delete, "NC": Keep}

// Deed is what a change does to the line; a code that says nothing else alters it.
func (l *Line) Deed() Deed {
	if l.Change == nil {
		return Alter
	}
	if deed, known := deeds[l.Change.Code]; known {
		return deed
	}
	return Alter
}

// Amend lays a change over the order: what comes out, and what that changes. Nothing of o or change is touched. What a change
// does not state stays; a cancellation of the whole order leaves no line.
func (o *Order) Amend(change *Order) (Order, []Difference) {
	a := &amending{Order: *o}
	a.Lines = append([]Line{}, o.Lines...)
	if code := change.Purpose.Code; code == "1" || code == "01" { // cancelled as a whole
		for i := range a.Lines {
			a.differ(a.Lines[i].Number, "line", a.Lines[i].words(), "")
		}
		a.Lines = []Line{}
		return a.Order, a.found
	}
	a.heading(change)
	for i := range change.Lines {
		a.line(&change.Lines[i])
	}
	return a.Order, a.found
}

// amending is an order while it is amended, with what was found to differ.
type amending struct {
	Order
	found []Difference
}

func (a *amending) differ(line, what, before, after string) {
	if before != after {
		a.found = append(a.found, Difference{line, what, before, after})
	}
}

// heading changes dates and parties by their kinds.
func (a *amending) heading(change *Order) {
	a.Dates = a.dates("", a.Dates, change.Dates)
	a.Parties = append([]Party{}, a.Parties...)
	for _, party := range change.Parties {
		if a.knows(party) {
			continue
		}
		before := ""
		for i := range a.Parties {
			if a.Parties[i].Role.Code == party.Role.Code {
				before = a.Parties[i].words()
				a.Parties[i] = party
			}
		}
		if before == "" {
			a.Parties = append(a.Parties, party)
		}
		a.differ("", party.Role.name(), before, party.words())
	}
}

// knows tells whether a party of the change is only named again, by its number.
func (a *amending) knows(party Party) bool {
	for i := range a.Parties {
		if p := &a.Parties[i]; p.Role.Code == party.Role.Code && p.ID == party.ID && party.Name == "" && len(party.Street) == 0 {
			return true
		}
	}
	return false
}

// dates lays dates over others by their kinds.
func (a *amending) dates(line string, dates, change []Date) []Date {
	out := append([]Date{}, dates...)
	for _, date := range change {
		before := ""
		for i := range out {
			if out[i].Kind.Code == date.Kind.Code {
				before = out[i].Date
				out[i] = date
			}
		}
		if before == "" {
			out = append(out, date)
		}
		a.differ(line, date.Kind.name(), before, date.Date)
	}
	return out
}

// line lays a line of the change over the order's.
func (a *amending) line(l *Line) {
	at := a.find(l)
	deed := l.Deed()
	switch {
	case deed == Keep || at < 0 && deed == Delete:
	case at < 0:
		a.Lines = append(a.Lines, *l)
		a.differ(l.Number, "line", "", l.words())
	case deed == Delete:
		a.differ(l.Number, "line", a.Lines[at].words(), "")
		a.Lines = append(a.Lines[:at:at], a.Lines[at+1:]...)
	default:
		a.alter(&a.Lines[at], l)
	}
}

// find is the line that a line of the change is about: by its number, and else by its item.
func (a *amending) find(l *Line) int {
	for i := range a.Lines {
		if l.Number != "" && number(a.Lines[i].Number) == number(l.Number) {
			return i
		}
	}
	for i := range a.Lines {
		for _, code := range l.Codes {
			if l.Number == "" && a.Lines[i].Item(code.Kind.Code) == code.Value {
				return i
			}
		}
	}
	return -1
}

func (a *amending) alter(line, l *Line) {
	for _, one := range []struct {
		what string
		old  *string
		now  string
	}{{"quantity", &line.Quantity, l.Quantity}, {"unit", &line.Unit.Code, l.Unit.Code}, {"price", &line.Price, l.Price}, {"description", &line.Description, l.Description},
		{"amount", &line.Total, l.Total}} {
		if one.now == "" || sameNumber(*one.old, one.now) {
			continue
		}
		a.differ(line.Number, one.what, *one.old, one.now)
		*one.old = one.now
	}
	line.Dates = a.dates(line.Number, line.Dates, l.Dates)
}

// sameNumber compares decimals as numbers, and anything else as it stands.
func sameNumber(a, b string) bool {
	plain := func(s string) string {
		if strings.Trim(s, "0123456789.") == "" && strings.Contains(s, ".") {
			return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	return plain(a) == plain(b)
}

// name is a code's words, or the code where it has none.
func (c Coded) name() string {
	if c.Words != "" {
		return c.Words
	}
	return c.Code
}

// words says a line in short.
func (l *Line) words() string {
	text := strings.TrimSpace(l.Quantity + " " + l.Unit.Code)
	for _, code := range l.Codes {
		text = strings.TrimSpace(text + " " + code.Value)
	}
	return text
}

// words says a party in short.
func (p *Party) words() string { return strings.TrimSpace(p.Name + " " + p.ID) }
